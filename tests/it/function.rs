//! The function as a process under the emulated Runtime API, and the lint of its log.
//!
//! Whatever a test does with a function, its whole output is searched for every value that went in
//! or came out when the test is done with it: promise `private`.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use aho_corasick::AhoCorasick;
use claimsmith::event::TRIGGER_SOURCES;
use claimsmith_testbed::container_credentials::{AUTHORIZATION, ContainerCredentials};
use claimsmith_testbed::dynamodb_json::items;
use claimsmith_testbed::dynamodb_local::{self, DynamoDbLocal};
use claimsmith_testbed::fault_proxy::FaultProxy;
use claimsmith_testbed::runtime_api::{
    ACCESS_KEY_ID, Answer, Function, Launch, SECRET_ACCESS_KEY, session_token,
};
use serde_json::Value;

use crate::support::{DEMO_RECORDS, added, generation, json_of, suppressed};

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

/// The function with a package, before it is started. It tells all that it can be made to tell.
pub fn launch(name: &str, policy: &str) -> Launch {
    let function = Launch::new(env!("CARGO_BIN_EXE_pre-token-generation"));
    function.folder(package(name, policy)).set("RUST_LOG", "trace")
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
            self.forbid_response(std::str::from_utf8(body).unwrap());
        }
    }

    /// The claims of an answer must not be in the log.
    pub fn forbid_response(&self, answer: &str) {
        self.lint.lock().unwrap().forbid(&json_of(answer)["response"]);
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

    /// An event's values but for what telemetry is for: app client, source and version. A machine
    /// has its app client's name in other places too.
    pub fn forbid_event(&mut self, event: &Value) {
        let plain = |id: &&str| id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if let Some(client_id) = event["callerContext"]["clientId"].as_str().filter(plain) {
            self.allowed.push_str(client_id);
            self.forbidden.remove(client_id);
        }
        self.forbid(&event["userPoolId"]);
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
            // A time is in every line of the log.
            Value::Object(members) => {
                for (name, member) in members.iter().filter(|(name, _)| *name != "claims_as_of") {
                    self.forbid_name(name);
                    self.forbid(member);
                }
            }
            _ => {}
        }
    }

    /// A flag that is switched on in a map is a name. Names of the table's and of Cognito's own
    /// attributes are words of the policy or of this format, and no secrets.
    fn forbid_name(&mut self, name: &str) {
        if name.contains('-') {
            self.forbid_text(name);
        }
    }

    /// Short words would be found by chance, and short numbers in times and sizes.
    fn forbid_text(&mut self, text: &str) {
        let length = text.chars().count();
        let told = length >= 4 && text.chars().any(char::is_alphabetic);
        if (told || length >= 8) && !self.allowed.contains(text) {
            self.forbidden.insert(text.to_owned());
        }
    }

    /// Fails if the log holds any of it.
    pub fn check(&self, log: &str) {
        // Of what others say there is a place in their source, which is no value, and nothing else.
        let own: Vec<&str> = log.lines().filter(|line| !is_place(line)).collect();
        let log = &own.join("\n");
        // A value with quotes or controls would stand escaped in a line of JSON.
        let escaped = |text: &String| {
            let quoted = Value::from(text.as_str()).to_string();
            quoted.get(1..quoted.len() - 1).unwrap().to_owned()
        };
        let forms: BTreeSet<String> =
            self.forbidden.iter().flat_map(|text| [text.clone(), escaped(text)]).collect();
        let forms: Vec<String> = forms.into_iter().collect();
        if let Some(found) = AhoCorasick::new(&forms).unwrap().find(log) {
            let text = &forms[found.pattern().as_usize()];
            let line = log.lines().find(|line| line.contains(text.as_str())).unwrap_or(log);
            panic!("the log holds the value `{text}`: {line}");
        }
    }
}

/// Whether a line tells a place in a source file, and nothing that was there.
fn is_place(line: &str) -> bool {
    const MEMBERS: [&str; 6] = ["at", "level", "request_id", "target", "timestamp", "trace_id"];
    let line = serde_json::from_str::<Value>(line).unwrap_or_default();
    let Some(members) = line.as_object().filter(|members| members.contains_key("at")) else {
        return false;
    };
    members.keys().all(|name| MEMBERS.contains(&name.as_str()))
}

/// A table with the demo's records, on the DynamoDB Local of this test program.
pub fn demo_table() -> &'static str {
    static TABLE: OnceLock<String> = OnceLock::new();
    TABLE.get_or_init(|| {
        let table = dynamodb().create_table("pk", Some("sk")).unwrap();
        dynamodb().put_all(&table, &items(DEMO_RECORDS).unwrap()).unwrap();
        table
    })
}

pub fn dynamodb() -> &'static DynamoDbLocal {
    dynamodb_local::shared().unwrap_or_else(|error| panic!("{error}"))
}

/// The function with the demo's table at an address, before it is started.
pub fn launch_at(url: &str, name: &str, policy: &str) -> Launch {
    launch(name, policy).set("CLAIMS_TABLE", demo_table()).set("AWS_ENDPOINT_URL_DYNAMODB", url)
}

/// The same as Lambda starts it for a snapshot: with credentials from an endpoint.
pub fn launch_for_snapshot(launch: Launch, credentials: &ContainerCredentials) -> Launch {
    launch
        .snap_start()
        .unset("AWS_ACCESS_KEY_ID")
        .unset("AWS_SECRET_ACCESS_KEY")
        .unset("AWS_SESSION_TOKEN")
        .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", credentials.url())
        .set("AWS_CONTAINER_AUTHORIZATION_TOKEN", AUTHORIZATION)
}

/// Fails if an answer gives a claim that the healthy one doesn't give, or lets something through
/// that the healthy one suppresses.
pub fn no_more_than(healthy: &str, got: &str, row: &str) {
    for token in ["id", "access"] {
        let healthy_claims = added(healthy, token);
        for (name, value) in added(got, token) {
            if !["claims_omitted", "claims_as_of"].contains(&name.as_str()) {
                assert_eq!(Some(&value), healthy_claims.get(&name), "{row}: {token}, {name}");
            }
        }
        let names = |answer| suppressed(answer, token).into_iter().collect::<BTreeSet<_>>();
        assert!(names(got).is_superset(&names(healthy)), "{row}: {token}");
        let scopes = |answer| generation(answer, token)["scopesToAdd"].clone();
        assert_eq!(scopes(got), scopes(healthy), "{row}: {token}");
    }
}

/// A function that reaches its table through a proxy.
pub struct Bed {
    pub proxy: FaultProxy,
    pub function: Linted,
}

impl Bed {
    pub fn new(name: &str, policy: &str) -> Self {
        Self::with(name, policy, |launch| launch)
    }

    /// The same with other settings.
    pub fn with(name: &str, policy: &str, change: impl FnOnce(Launch) -> Launch) -> Self {
        demo_table();
        let proxy = FaultProxy::start(dynamodb().address).unwrap();
        let function = Linted::start(&change(launch_at(&proxy.url(), name, policy)), policy);
        function.forbid_records(DEMO_RECORDS);
        Self { proxy, function }
    }
}
