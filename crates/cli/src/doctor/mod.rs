//! `claimsmith doctor`: why is this claim not in my token?
//!
//! Shell: reads what was given, asks the trigger, and writes the answer. A token comes from a file
//! or standard input, is sent nowhere and never printed.

mod answer;
mod case;
mod door;
mod finding;
mod identity;
mod lines;
mod missing;
mod replay;
mod seen;
mod wiring;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use claimsmith::Trigger;
use claimsmith::event::{EventError, TriggerEvent};
use claimsmith::policy::{self, Location, Policy};
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};
use cognito_claims::{Door, TokenUse};
use serde_json::Value;

use crate::setup::{self, PolicyText};
use crate::sign_in::{self, SignIn};
use crate::status::{Failure, Status};
use crate::terminal::{self, Reader};
use answer::Frame;
use case::{Case, Diagnosis, Replay};
use finding::{Certainty, Code, Finding, ranked};
use lines::Lines;
use replay::{Question, Records};
use seen::Seen;
use wiring::{Client, Pool};

/// Find out why a claim is not in a token
#[derive(Args)]
#[command(after_help = "\
Examples:
  claimsmith doctor org_id --token token.txt      a token that you have
  pbpaste | claimsmith doctor org_id --token -    from the clipboard; as an
                                                  argument it would stay in the
                                                  shell's history
  claimsmith doctor --event event.json --records items.json
                                                  what the trigger would do
  claimsmith doctor org_id --user SUB             what the table says
  aws cognito-idp describe-user-pool --user-pool-id ID |
    claimsmith doctor --pool -                    how it calls the function

All of these can be given together: the more it knows, the surer it is.
The token is sent nowhere, and neither it nor any claim's value is printed.

Exit status: 0 nothing wrong, 4 causes were found, 2 bad input.")]
pub struct Doctor {
    /// The claims that are missing; all of the policy if none is given
    #[arg(value_name = "CLAIM", value_parser = NonEmptyStringValueParser::new())]
    claims: Vec<String>,
    /// The token, or the JSON that Cognito handed it out in; - is standard input
    #[arg(long, value_name = "FILE", help_heading = "The sign-in")]
    token: Option<PathBuf>,
    /// The trigger event of the sign-in
    #[arg(long, value_name = "FILE", conflicts_with_all = ["user", "client"], help_heading = "The sign-in")]
    event: Option<PathBuf>,
    /// The `sub` of a person
    #[arg(long, value_name = "SUB", value_parser = NonEmptyStringValueParser::new(), help_heading = "The sign-in")]
    user: Option<String>,
    /// The app client; without a person, the machine that has it
    #[arg(long, value_name = "CLIENT_ID", value_parser = NonEmptyStringValueParser::new(), help_heading = "The sign-in")]
    client: Option<String>,
    /// A user attribute that no token has, such as custom:department=sales
    #[arg(long, value_name = "NAME=VALUE", value_parser = sign_in::pair, conflicts_with = "event", help_heading = "The sign-in")]
    attribute: Vec<(String, String)>,
    /// A member of the client metadata that the caller sent along, such as org_id=globex
    #[arg(long, value_name = "NAME=VALUE", value_parser = sign_in::pair, conflicts_with = "event", help_heading = "The sign-in")]
    metadata: Vec<(String, String)>,
    /// The event that the API handler got
    #[arg(long, value_name = "FILE", help_heading = "The way to the handler")]
    context: Option<PathBuf>,
    /// The front door before the handler
    #[arg(long, value_name = "DOOR", help_heading = "The way to the handler")]
    door: Option<FrontDoor>,
    /// What `aws cognito-idp describe-user-pool` prints
    #[arg(long, value_name = "FILE", help_heading = "The wiring")]
    pool: Option<PathBuf>,
    /// What `aws lambda get-policy` prints
    #[arg(long, value_name = "FILE", help_heading = "The wiring")]
    function_policy: Option<PathBuf>,
    /// What `aws cognito-idp describe-user-pool-client` prints
    #[arg(long, value_name = "FILE", help_heading = "The wiring")]
    client_config: Option<PathBuf>,
    /// The policy; the built-in one if not given
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A JSON file of items instead of the policy's table
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// A front door, as the command line calls it.
#[derive(Clone, Copy, ValueEnum)]
enum FrontDoor {
    // HTTP API with a JWT authorizer.
    HttpApi,
    // REST API with a Cognito authorizer.
    RestCognito,
    // REST API with a JWT authorizer.
    RestJwt,
    // REST, HTTP or WebSocket API with a Lambda authorizer.
    LambdaAuthorizer,
    // AppSync with a user pool.
    Appsync,
    // AppSync with a Lambda authorizer.
    AppsyncLambda,
}

impl From<FrontDoor> for Door {
    fn from(door: FrontDoor) -> Self {
        match door {
            FrontDoor::HttpApi => Door::HttpApi,
            FrontDoor::RestCognito => Door::RestCognito,
            FrontDoor::RestJwt => Door::RestJwt,
            FrontDoor::LambdaAuthorizer => Door::LambdaAuthorizer,
            FrontDoor::Appsync => Door::AppSync,
            FrontDoor::AppsyncLambda => Door::AppSyncLambda,
        }
    }
}

/// Looks for causes.
pub fn run(arguments: &Doctor) -> Result<Status, Failure> {
    arguments.refuse_tokens_as_words()?;
    let text = PolicyText::load(arguments.policy.as_deref())?;
    let given = Given::read(arguments)?;
    let mut frame = Frame { given: vec![("policy", text.name.clone())], more: Vec::new() };
    let (diagnosis, failed) = match text.check() {
        Err(findings) => (invalid(&text, &arguments.claims, &findings), None),
        Ok(policy) => diagnose(arguments, &text, policy, given, &mut frame)?,
    };
    if arguments.gives_nothing() && diagnosis.findings.is_empty() {
        let problem = "nothing to look at; give a token, an event, a person or the wiring: \
                       claimsmith help doctor";
        return Err(Failure::Input(problem.to_owned()));
    }
    frame.more = arguments.more();
    let mut out = terminal::stdout(Reader::machine_if(arguments.json));
    if arguments.json {
        writeln!(out, "{}", answer::json(&diagnosis, &frame))?;
    } else {
        answer::report(&diagnosis, &frame, terminal::width(), &mut out)?;
    }
    match failed {
        // As with `show`: what was found stands there, and half of it couldn't be looked at.
        Some(fault) => Err(Failure::Machine(io::Error::other(fault))),
        None if diagnosis.findings.is_empty() => Ok(Status::Fine),
        None => Ok(Status::Found),
    }
}

impl Doctor {
    /// A word of a command stays in the shell's history and stands in the list of processes.
    fn refuse_tokens_as_words(&self) -> Result<(), Failure> {
        let files = [
            &self.token,
            &self.event,
            &self.context,
            &self.pool,
            &self.function_policy,
            &self.client_config,
            &self.policy,
            &self.records,
        ];
        let files = files.into_iter().flatten().map(|path| path.to_string_lossy());
        let told = self.attribute.iter().chain(&self.metadata).map(|(_, value)| value);
        let names = self.user.iter().chain(&self.client).chain(&self.claims).chain(told);
        if files
            .chain(names.map(|name| name.as_str().into()))
            .any(|it| seen::looks_like_a_token(&it))
        {
            return Err(Failure::Input(
                "a token as an argument stays in the shell's history and shows in the list of \
                 processes; put it into a file or pipe it: claimsmith doctor --token -"
                    .to_owned(),
            ));
        }
        let files = [&self.token, &self.event, &self.context, &self.pool, &self.function_policy]
            .into_iter()
            .chain([&self.client_config]);
        if files.flatten().filter(|path| path.as_path() == Path::new("-")).count() > 1 {
            let problem = "standard input (-) can be read once only; put the others into files";
            return Err(Failure::Input(problem.to_owned()));
        }
        Ok(())
    }

    /// Whether there is the policy alone, which can only be wrong in itself.
    fn gives_nothing(&self) -> bool {
        let files = [&self.token, &self.event, &self.context, &self.pool, &self.function_policy];
        files.into_iter().chain([&self.client_config]).all(Option::is_none)
            && self.user.is_none()
            && self.client.is_none()
    }

    /// What wasn't given, and what it would tell.
    fn more(&self) -> Vec<(&'static str, &'static str)> {
        let sign_in = self.event.is_some() || self.user.is_some() || self.client.is_some();
        [
            ("--token FILE", "the token itself", self.token.is_some()),
            (
                "--user SUB",
                "what the records say about a person",
                sign_in || self.records.is_some(),
            ),
            (
                "--pool FILE",
                "whether the pool calls the function, and with which version",
                self.pool.is_some(),
            ),
            (
                "--function-policy FILE",
                "whether the pool may call it",
                self.function_policy.is_some(),
            ),
            (
                "--client-config FILE",
                "what the app client may read and write",
                self.client_config.is_some(),
            ),
            (
                "--context FILE",
                "what a front door made of the claims",
                self.context.is_some() || self.door.is_some(),
            ),
        ]
        .into_iter()
        .filter(|(.., given)| !given)
        .map(|(option, tells, _)| (option, tells))
        .collect()
    }

    fn sign_in(&self) -> SignIn {
        SignIn {
            sub: self.user.clone(),
            client: self.client.clone(),
            attributes: self.attribute.clone(),
            metadata: self.metadata.clone(),
            ..SignIn::default()
        }
    }
}

/// The files, read.
struct Given {
    seen: Vec<Seen>,
    findings: Vec<Finding>,
    event: Option<(String, String)>,
    pool: Option<Pool>,
    function_policy: Option<(String, Value)>,
    client: Option<Client>,
}

impl Given {
    fn read(arguments: &Doctor) -> Result<Self, Failure> {
        let (mut seen, mut findings) = (Vec::new(), Vec::new());
        if let Some(path) = &arguments.token {
            let (name, text) = text(path)?;
            let (tokens, lookalikes) = seen::tokens(&text)
                .map_err(|problem| Failure::Input(format!("{name}: {problem}")))?;
            seen.extend(tokens);
            findings.extend(lookalikes);
        }
        if let Some(path) = &arguments.context {
            let (name, event) = json(path)?;
            match seen::context(&name, &event, arguments.door.map(Door::from)) {
                Ok(context) => seen.push(context),
                Err(finding) => findings.push(*finding),
            }
        }
        let pool = arguments.pool.as_deref().map(json).transpose()?;
        let client = arguments.client_config.as_deref().map(json).transpose()?;
        Ok(Self {
            seen,
            findings,
            event: arguments.event.as_deref().map(text).transpose()?,
            pool: pool
                .map(|(name, value)| Pool::read(&name, value))
                .transpose()
                .map_err(Failure::Input)?,
            function_policy: arguments.function_policy.as_deref().map(json).transpose()?,
            client: client
                .map(|(name, value)| Client::read(&name, value))
                .transpose()
                .map_err(Failure::Input)?,
        })
    }
}

/// What a terminal shows before it waits.
/// SPEC: Linux, termios(3): in canonical mode a line has at most 4095 characters.
const TO_PASTE: &str = "paste it, then press Enter and Ctrl-D; what has a line of more than 4,095 \
                        characters must come from a file or a pipe";

/// The text of a file or of standard input, and its name.
fn text(path: &Path) -> Result<(String, String), Failure> {
    if path == Path::new("-") {
        if io::stdin().is_terminal() {
            writeln!(io::stderr(), "{TO_PASTE}")?;
        }
        let text = io::read_to_string(io::stdin().lock())?;
        return Ok(("standard input".to_owned(), text));
    }
    Ok((path.display().to_string(), setup::read(path)?))
}

fn json(path: &Path) -> Result<(String, Value), Failure> {
    let (name, text) = text(path)?;
    match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(value) => Ok((name, value)),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            Err(Failure::Input(format!("{name}: not JSON (line {line}, column {column})")))
        }
    }
}

/// A policy with findings: the function doesn't start with it.
fn invalid(text: &PolicyText, asked: &[String], wrong: &[policy::Finding]) -> Diagnosis {
    let findings = wrong.iter().map(|it| {
        let claim = asked.iter().find(|claim| it.message.contains(&format!("`{claim}`")));
        let code = match it.code {
            policy::Code::ReservedClaim | policy::Code::ReservedSuppress => Code::ReservedName,
            _ => Code::PolicyInvalid,
        };
        let what = format!(
            "{} ({}), so the function doesn't start with this policy",
            it.message,
            it.code.as_str()
        );
        let mut finding = Finding::new(code, Certainty::Sure, what, it.help.clone());
        finding.claims.extend(claim.cloned());
        finding.because(format!("{}:{}:{}", text.name, it.line, it.column), it.code.as_str())
    });
    Diagnosis { findings: ranked(findings.collect()), present: Vec::new() }
}

/// Asks the trigger, and looks at everything together; and says if the records couldn't be read.
fn diagnose(
    arguments: &Doctor,
    text: &PolicyText,
    policy: Policy,
    given: Given,
    frame: &mut Frame,
) -> Result<(Diagnosis, Option<String>), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let question = question(arguments, &given, &policy);
    let known = arguments.event.is_some() || arguments.user.is_some() || arguments.client.is_some();
    let (records, name) = records(arguments, &policy, known && question.is_some(), &runtime)?;
    let trigger = Trigger::new(asked_policy(text, &records)?, records);
    frame.given.extend(name.iter().map(|name| ("records", name.clone())));
    frame.given.extend(given.event.iter().map(|(name, _)| ("event", name.clone())));
    frame.given.extend(seen_as(&given.seen));
    frame.given.extend(given.pool.iter().map(|pool| {
        let version = pool.version().unwrap_or("no trigger");
        ("pool", format!("{}, {version}", pool.id()))
    }));
    let lines = Lines::of(&text.name, &text.text);
    let function_policy = given.function_policy.as_ref();
    let permissions = function_policy
        .map(|(name, value)| wiring::permission(name, value, given.pool.as_ref()))
        .transpose()
        .map_err(Failure::Input)?;
    let mut case = Case {
        policy: &policy,
        lines: &lines,
        asked: &arguments.claims,
        seen: &given.seen,
        door: arguments.door.map(Door::from),
        replay: None,
        pool: given.pool.as_ref(),
        client: given.client.as_ref(),
        permissions: permissions.unwrap_or_default(),
        now: now(),
    };
    let Some(question) = question else {
        return Ok((with(case.diagnosis(), given.findings), None));
    };
    let event = match TriggerEvent::parse(question.event.as_bytes()) {
        Ok(event) => event,
        Err(error) => {
            return unreadable(&question, &error, case.diagnosis()).map(|found| (found, None));
        }
    };
    let decided = replay::decide(&runtime, &trigger, &event)?;
    // An ID token of a pool that is said to be of another version isn't from that version's time.
    let with_id_token = given.seen.iter().any(|seen| seen.token() == Some(TokenUse::Id));
    let older =
        (with_id_token && given.pool.is_none()).then(|| question.in_version_one(&policy)).flatten();
    let older = older.as_ref().and_then(|it| TriggerEvent::parse(it.event.as_bytes()).ok());
    let older =
        older.as_ref().map(|event| replay::decide(&runtime, &trigger, event)).transpose()?;
    case.replay = Some(Replay {
        in_version_one: older.as_ref(),
        event: &event,
        decided: &decided,
        name: &question.name,
        recorded: question.recorded,
        knows_attributes: question.knows_attributes,
        knows_metadata: question.knows_metadata,
        records: name.as_deref(),
    });
    let failed = name.is_some().then(|| decided.store_faults.first()).flatten();
    Ok((with(case.diagnosis(), given.findings), failed.map(ToString::to_string)))
}

/// The policy that the trigger is asked under; what it says stays the file's.
fn asked_policy(text: &PolicyText, records: &Records) -> Result<Policy, Failure> {
    let mut policy = text.policy("looked at")?;
    if matches!(records, Records::Unknown) {
        replay::without_records(&mut policy);
    }
    Ok(policy)
}

/// How the head of the report calls what was given.
fn seen_as(seen: &[Seen]) -> Vec<(&'static str, String)> {
    let (tokens, contexts): (Vec<&Seen>, Vec<&Seen>) =
        seen.iter().partition(|seen| seen.door == Door::Token);
    let uses: Vec<&str> = tokens.iter().filter_map(|seen| Some(seen.token()?.as_str())).collect();
    let tokens = (!uses.is_empty()).then(|| ("token", uses.join(" and ")));
    let contexts = contexts.into_iter().map(|it| ("context", format!("{} ({})", it.name, it.door)));
    tokens.into_iter().chain(contexts).collect()
}

/// The sign-in in question: the event, the person or client, or the one of the token.
fn question(arguments: &Doctor, given: &Given, policy: &Policy) -> Option<Question> {
    let question = if let Some((name, event)) = &given.event {
        Question::recorded(name, event)
    } else if arguments.user.is_some() || arguments.client.is_some() {
        let name = if arguments.user.is_some() { "--user" } else { "--client" };
        Question::of_sign_in(name, arguments.sign_in(), policy)
    } else {
        let token = given.seen.iter().find(|seen| seen.is_whole() && !identity::is_foreign(seen));
        Question::of_token(token?, arguments.sign_in(), policy)?
    };
    let in_version_one = given.pool.as_ref().and_then(Pool::version) == Some("V1_0");
    Some(in_version_one.then(|| question.in_version_one(policy)).flatten().unwrap_or(question))
}

/// The records, if they were named, stand in a file, or the person was named.
fn records(
    arguments: &Doctor,
    policy: &Policy,
    named: bool,
    runtime: &tokio::runtime::Runtime,
) -> Result<(Records, Option<String>), Failure> {
    let in_file = policy.tables.iter().any(|table| matches!(table.location, Location::File(_)));
    if !named && arguments.records.is_none() && !in_file {
        return Ok((Records::Unknown, None));
    }
    replay::store(arguments.policy.as_deref(), arguments.records.as_deref(), policy, runtime)
        .map(|(store, name)| (store, Some(name)))
}

fn with(diagnosis: Diagnosis, findings: Vec<Finding>) -> Diagnosis {
    let all = findings.into_iter().chain(diagnosis.findings).collect();
    Diagnosis { findings: ranked(all), ..diagnosis }
}

/// The text is no event of this trigger: a cause, if it is one of another trigger.
fn unreadable(
    question: &Question,
    error: &EventError,
    diagnosis: Diagnosis,
) -> Result<Diagnosis, Failure> {
    if matches!(error, EventError::Syntax { .. } | EventError::Encoding(_)) {
        return Err(Failure::Input(format!("{}: {error}", question.name)));
    }
    let what = "this is no event of the pre token generation trigger: the function may be attached \
                to another trigger of the pool";
    let next = "attach it as PreTokenGenerationConfig; check with --pool";
    let finding = Finding::new(Code::UnreadableEvent, Certainty::Sure, what, next)
        .because(&question.name, error.to_string());
    Ok(with(diagnosis, vec![finding]))
}

#[expect(clippy::disallowed_methods, reason = "tokens expire by the clock of whoever asks")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
