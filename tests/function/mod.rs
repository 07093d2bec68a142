//! The function as a process under the emulated Runtime API, and the lint of its log.
//!
//! Whatever a test does with a function, its whole output is searched for every value that went in
//! or came out when the test is done with it: promise `private`.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use claimsmith::event::TRIGGER_SOURCES;
use claimsmith_testbed::runtime_api::{
    ACCESS_KEY_ID, Answer, Function, Launch, SECRET_ACCESS_KEY, session_token,
};
use serde_json::Value;

use crate::support::{DEMO_RECORDS, json_of};

/// How long a function may take to start on a busy machine.
pub const START: Duration = Duration::from_secs(20);

/// The shipped policy with its records in the package.
pub fn file_policy() -> String {
    claimsmith::policy::DEFAULT_POLICY
        .replace("name = \"${CLAIMS_TABLE}\"", "file = \"items.json\"")
}

/// A folder with a policy and the demo's records, as the zip file would unpack.
pub fn package(name: &str, policy: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("claims.toml"), policy).unwrap();
    std::fs::write(folder.join("items.json"), DEMO_RECORDS).unwrap();
    folder
}

/// The function with a package, before it is started.
pub fn launch(name: &str, policy: &str) -> Launch {
    Launch::new(env!("CARGO_BIN_EXE_pre-token-generation")).folder(package(name, policy))
}

/// A running function whose log is linted when it is dropped.
pub struct Linted {
    function: Function,
    lint: Mutex<Lint>,
}

impl Linted {
    /// Starts it and waits until it asks for its first event.
    pub fn start(launch: &Launch, policy: &str) -> Self {
        let function = launch.spawn().unwrap();
        function.ready(START).unwrap_or_else(|error| panic!("{error}"));
        Self { function, lint: Mutex::new(Lint::new(policy)) }
    }

    /// Invokes it; the event and the answer must not be in the log.
    pub fn ask(&self, event: &str) -> Answer {
        self.forbid_event(event);
        let answer = self.function.invoke(event).unwrap_or_else(|error| panic!("{error}"));
        self.forbid_answer(&answer);
        answer
    }

    /// An event's values must not be in the log.
    pub fn forbid_event(&self, event: &str) {
        self.lint.lock().unwrap().forbid_event(&json_of(event));
    }

    /// An answer's claims must not be in the log.
    pub fn forbid_answer(&self, answer: &Answer) {
        if let Ok(body) = &answer.outcome {
            let body: Value = serde_json::from_slice(body).unwrap();
            self.lint.lock().unwrap().forbid(&body["response"]);
        }
    }

    /// Plain records' values must not be in the log.
    pub fn forbid_records(&self, records: &str) {
        self.lint.lock().unwrap().forbid(&json_of(records));
    }

    /// The telemetry of an invocation.
    pub fn record(&self, answer: &Answer) -> Value {
        let texts = [answer.request_id.as_str(), "\"outcome\""];
        let line = self.function.log_line(&texts, Duration::from_secs(5));
        serde_json::from_str(&line.unwrap_or_else(|error| panic!("{error}"))).unwrap()
    }
}

impl Deref for Linted {
    type Target = Function;

    fn deref(&self) -> &Function {
        &self.function
    }
}

impl Drop for Linted {
    fn drop(&mut self) {
        let stopped = self.function.stop();
        if !std::thread::panicking() {
            stopped.unwrap();
            self.lint.lock().unwrap().check(&self.function.log());
        }
    }
}

/// Texts that may not be in a log.
pub struct Lint {
    allowed: String,
    forbidden: BTreeSet<String>,
}

impl Lint {
    /// Words of the policy and names of trigger sources are no secrets, even where a value is the
    /// same.
    pub fn new(policy: &str) -> Self {
        let forbidden = [ACCESS_KEY_ID, SECRET_ACCESS_KEY, &session_token()].map(str::to_owned);
        let allowed = format!("{policy}\n{}", TRIGGER_SOURCES.join("\n"));
        Self { allowed, forbidden: forbidden.into() }
    }

    /// An event's values but for what telemetry is for: pool, app client, source and version.
    pub fn forbid_event(&mut self, event: &Value) {
        self.forbid(&event["request"]);
        self.forbid(&event["userName"]);
    }

    /// Every text in a value, and every name that is no word of the policy.
    pub fn forbid(&mut self, value: &Value) {
        match value {
            Value::String(text) => {
                self.forbid_text(text);
                // A list in one text, a person's name, an attribute that is JSON itself.
                for word in text.split(|letter: char| !(letter.is_alphanumeric() || letter == '-'))
                {
                    self.forbid_text(word);
                }
            }
            Value::Array(elements) => elements.iter().for_each(|element| self.forbid(element)),
            Value::Object(members) => members.values().for_each(|member| self.forbid(member)),
            _ => {}
        }
    }

    /// Short words and numbers would be found by chance.
    fn forbid_text(&mut self, text: &str) {
        let told = text.chars().count() >= 4 && text.chars().any(char::is_alphabetic);
        if told && !self.allowed.contains(text) {
            self.forbidden.insert(text.to_owned());
        }
    }

    /// Fails if the log holds any of it.
    pub fn check(&self, log: &str) {
        for text in &self.forbidden {
            // Values with quotes or controls would stand escaped in a line of JSON.
            let escaped = Value::from(text.as_str()).to_string();
            let escaped = escaped.trim_matches('"');
            for form in [text.as_str(), escaped] {
                if let Some(line) = log.lines().find(|line| line.contains(form)) {
                    panic!("the log holds the value `{text}`: {line}");
                }
            }
        }
    }
}
