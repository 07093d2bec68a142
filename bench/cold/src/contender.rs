//! Who is measured, how each is started, and what all of them have to answer.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use claimsmith_testbed::dynamodb_json;
use claimsmith_testbed::runtime_api::{Answer, Function, Launch};
use claimsmith_testbed::table_stand_in::TableStandIn;
use claimsmith_testbed::tls::{Chain, Keys};
use serde_json::{Value, json};

use crate::surroundings::{Failure, repository, say};

/// How long a start may take; Node.js under a counter of instructions is never measured.
pub const START: Duration = Duration::from_secs(120);

/// Delay of the distant table's answers.
pub const DISTANCE: Duration = Duration::from_millis(3);

/// One program that is measured.
#[derive(Clone, Debug)]
pub struct Contender {
    /// Short name, in the results.
    pub name: &'static str,
    /// What it is, in the report.
    pub title: &'static str,
    /// Compiled ahead, so that instructions can be counted.
    pub native: bool,
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
    /// Requests to the table before the first event, which connect.
    connects: u32,
    /// Requests to the table for the first event, and for each later one.
    reads: [u32; 2],
    roots: Roots,
}

/// What `AWS_CA_BUNDLE` holds: the table's root, alone or beside others.
#[derive(Clone, Copy, Debug)]
enum Roots {
    Table,
    Amazon,
    System,
}

impl Contender {
    fn new(name: &'static str, title: &'static str, program: impl Into<PathBuf>) -> Self {
        Self {
            name,
            title,
            native: true,
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            connects: 0,
            reads: [1, 1],
            roots: Roots::Table,
        }
    }

    fn set(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    fn interpreted(mut self, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.native = false;
        self.arguments = arguments.into_iter().map(Into::into).collect();
        self
    }

    /// It connects before its first event.
    fn connecting(self) -> Self {
        Self { connects: 1, ..self }
    }

    /// Requests to the table for a start and so many events.
    pub fn reads(&self, calls: u32) -> u64 {
        let [first, later] = self.reads;
        let all = calls.checked_sub(1).map_or(0, |rest| first + rest * later);
        (self.connects + all).into()
    }

    /// Connections to the table for a start and so many events: one, as soon as it is asked.
    pub fn connections(&self, calls: u32) -> u64 {
        u64::from(self.reads(calls) > 0)
    }

    /// The trigger with the longest deadline that a policy may have: a counted program is slow.
    pub fn patient(mut self, folder: &Path) -> Result<Self, Failure> {
        for (name, value) in &mut self.environment {
            if *name == "CLAIMS_POLICY_FILE" {
                let policy = std::fs::read_to_string(&value)?
                    .replacen("version = 1", "version = 1\ndeadline = \"4500ms\"", 1)
                    .replacen("[table]", "[table]\nattempt_timeout = \"4s\"", 1);
                let patient = folder.join(format!("{}.toml", self.name));
                std::fs::write(&patient, policy)?;
                *value = patient.into();
            }
        }
        Ok(self)
    }

    /// The program, if its size is that of the package.
    pub fn program(&self) -> Option<&Path> {
        self.native.then_some(&self.program)
    }

    /// Starts it.
    pub fn launch(&self, place: &Place) -> Launch {
        self.launch_by(&[], place)
    }

    /// Starts it by another program, such as a counter of instructions.
    pub fn launch_by(&self, by: &[OsString], place: &Place) -> Launch {
        let own = std::iter::once(self.program.as_os_str())
            .chain(self.arguments.iter().map(OsString::as_os_str));
        let mut command = by.iter().map(OsString::as_os_str).chain(own);
        let mut launch = Launch::new(command.next().unwrap_or_default());
        for argument in command {
            launch = launch.argument(argument);
        }
        for (name, value) in place.environment.iter().chain(&self.environment) {
            launch = launch.set(name, value);
        }
        let file = match self.roots {
            Roots::Table => "root.pem",
            Roots::Amazon => "amazon.pem",
            Roots::System => "bundle.pem",
        };
        launch.set("AWS_CA_BUNDLE", place.certificates.join(file))
    }

    /// Checks an answer: the whole event, and the item's value in both tokens.
    pub fn check(&self, answer: Answer) -> Result<(), Failure> {
        let body = answer.outcome.map_err(|error| {
            format!("{}: {}: {}", self.name, error.error_type, error.error_message)
        })?;
        let answer: Value = serde_json::from_slice(&body)?;
        let event: Value = serde_json::from_str(EVENT)?;
        if answer.pointer("/request/userAttributes") != event.pointer("/request/userAttributes") {
            return Err(format!("{}: the answer is not the event", self.name).into());
        }
        let organisation = |token: &str| {
            let path = format!(
                "/response/claimsAndScopeOverrideDetails/{token}/claimsToAddOrOverride/org_id"
            );
            answer.pointer(&path).and_then(Value::as_str).map(str::to_owned)
        };
        for token in ["idTokenGeneration", "accessTokenGeneration"] {
            if self.reads != [0, 0] && organisation(token).as_deref() != Some("acme-corp") {
                return Err(format!("{}: no value of the item in {token}", self.name).into());
            }
        }
        Ok(())
    }

    /// One call, whose answer is checked.
    pub fn call(&self, function: &Function) -> Result<Duration, Failure> {
        let answer = function.invoke(EVENT)?;
        let elapsed = answer.elapsed;
        self.check(answer)?;
        Ok(elapsed)
    }

    /// Runs it once, so that nothing is measured that doesn't work.
    pub fn try_out(&self, place: &Place) -> Result<(), Failure> {
        let function = self.launch(place).spawn()?;
        let told = |error: Failure| format!("{}: {error}", self.name);
        function.ready(START).map_err(|error| told(error.into()))?;
        self.call(&function).map_err(told)?;
        Ok(())
    }
}

/// Everybody who gets an event of about 1 KB.
const EVENT: &str = include_str!("../../../events/v2/sign-in-three-groups.json");

/// The trigger with one record, which is the same read as everybody's.
const ONE_RECORD: &str = "bench/cold/src/policies/one-record.toml";

/// The trigger with one record.
pub fn one_record(program: &Path) -> Contender {
    Contender::new("one-record", "claimsmith, one record", program)
        .set("CLAIMS_POLICY_FILE", repository(ONE_RECORD))
        .connecting()
}

/// The trigger as it is shipped: three rounds, of which a warm process remembers two.
pub fn shipped(program: &Path) -> Contender {
    let mut shipped = Contender::new("shipped", "claimsmith, shipped policy, three reads", program)
        .set("CLAIMS_POLICY_FILE", repository("claims.toml"))
        .connecting();
    shipped.reads = [3, 1];
    shipped
}

/// Those that are wanted and in the folder; some may be missing.
pub fn all(programs: &Path, wanted: impl Fn(&str) -> bool) -> Vec<Contender> {
    let program = |name: &str| programs.join(name);
    let mut echo = Contender::new("echo", "F: the runtime alone, no read", program("echo"));
    echo.reads = [0, 0];
    let read = |name, title, file: &str, operation: &str| {
        Contender::new(name, title, program(file)).set("REFERENCE_READ", operation).connecting()
    };
    let mut roots =
        read("batch-roots", "R with Amazon's roots beside the table's", "one-read", "batch");
    roots.roots = Roots::Amazon;
    let trigger = program("pre-token-generation");
    let python = |name, title, module: &str| {
        let mut python = Contender::new(name, title, program("python3"))
            .interpreted(["-m", "awslambdaric", &format!("{module}.handler")])
            .set("PYTHONPATH", program("python-packages"))
            // What it needs is compiled already, as in the managed runtime.
            .set("PYTHONDONTWRITEBYTECODE", "1");
        python.roots = Roots::System;
        python
    };
    let all = [
        echo,
        read("get", "R: the SDK's one GetItem", "one-read", "get"),
        read("batch", "R: the SDK's one BatchGetItem", "one-read", "batch"),
        read("batch-again", "the same again: the noise", "one-read", "batch"),
        read("batch-aws-lc", "R with aws-lc-rs, no jitter entropy", "one-read-aws-lc", "batch"),
        read("batch-small", "R with opt-level s", "one-read-small", "batch"),
        roots,
        one_record(&trigger),
        shipped(&trigger),
        Contender::new("natural", "Rust as the SDK's documents write it", program("natural")),
        Contender::new(
            "natural-no-jitter",
            "the same without jitter entropy",
            program("natural-no-jitter"),
        ),
        Contender::new("node", "Node.js, SDK v3 bundled", program("node"))
            .interpreted([program("node-bundle/index.mjs")]),
        python("python", "Python, boto3", "plain"),
        python("powertools", "Python, boto3 and Powertools", "powertools"),
    ];
    let wanted = all.into_iter().filter(|one| wanted(one.name));
    let (there, missing): (Vec<_>, Vec<_>) = wanted.partition(|one| one.program.exists());
    for one in &missing {
        say(&format!("not measured, because it isn't built: {}", one.title));
    }
    there
}

/// Where they run: a table with TLS, and the environment that leads to it.
#[derive(Debug)]
pub struct Place {
    environment: Vec<(&'static str, OsString)>,
    certificates: PathBuf,
    chain: Chain,
    table: TableStandIn,
}

impl Place {
    /// A place with its certificates in a folder.
    pub fn new(folder: &Path) -> Result<Self, Failure> {
        let chain = Chain::new(Keys::Rsa2048)?;
        let certificates = folder.canonicalize()?;
        // What a program that trusts the system's roots reads on Lambda.
        let system = ["/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt"]
            .iter()
            .find_map(|path| std::fs::read_to_string(path).ok())
            .ok_or("no bundle of root certificates on this machine")?;
        let amazon = std::fs::read_to_string(repository("crates/dynamo/src/amazon-roots.pem"))?;
        let root = &chain.root_pem;
        for (file, text) in [
            ("root.pem", root.clone()),
            ("amazon.pem", amazon + root),
            ("bundle.pem", system + root),
        ] {
            std::fs::write(certificates.join(file), text)?;
        }
        let table = table(&chain, Duration::ZERO)?;
        let environment = vec![
            ("AWS_ENDPOINT_URL_DYNAMODB", table.url().into()),
            ("CLAIMS_TABLE", "claims".into()),
            // Beside its own roots, and in place of the system's.
            ("NODE_EXTRA_CA_CERTS", certificates.join("root.pem").into()),
            ("SSL_CERT_FILE", certificates.join("bundle.pem").into()),
        ];
        Ok(Self { environment, certificates, chain, table })
    }

    /// How many requests the table has answered.
    pub fn reads(&self) -> u64 {
        self.table.requests()
    }

    /// How many connections the table has seen.
    pub fn connections(&self) -> u64 {
        self.table.connections()
    }

    /// The same with a table that is [`DISTANCE`] away.
    pub fn distant(&self) -> Result<Self, Failure> {
        let table = table(&self.chain, DISTANCE)?;
        let mut environment = self.environment.clone();
        for (name, value) in &mut environment {
            if *name == "AWS_ENDPOINT_URL_DYNAMODB" {
                *value = table.url().into();
            }
        }
        Ok(Self {
            environment,
            certificates: self.certificates.clone(),
            chain: self.chain.clone(),
            table,
        })
    }
}

/// The demo company, with about 0.6 KB for the person who signs in.
fn table(chain: &Chain, delay: Duration) -> Result<TableStandIn, Failure> {
    let mut items = dynamodb_json::items(include_str!("../../../demo/records.json"))?;
    for item in &mut items {
        let person = item.pointer("/name/S").and_then(Value::as_str) == Some("Ada");
        if let (true, Some(item)) = (person, item.as_object_mut()) {
            item.insert("notes".to_owned(), json!({"S": "x".repeat(380)}));
        }
    }
    Ok(TableStandIn::start(items, Some(chain), delay)?)
}
