//! `claimsmith doctor`: why is this claim not in my token?
//!
//! Shell: reads what was given, asks the trigger, and writes the answer. A token comes from a file
//! or standard input, is sent nowhere and never printed.

mod answer;
mod arguments;
mod case;
mod cause;
mod checks;
mod described;
mod diagnosis;
mod given;
mod lines;
mod question;
mod replay;
mod seen;
mod verdict;

use std::io::{self, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use claimsmith::Trigger;
use claimsmith::event::EventError;
use claimsmith::load::Text;
use claimsmith::policy::{self, Location, Policy};
use cognito_claims::{Door, TokenUse};

pub use arguments::Doctor;

use crate::setup;
use crate::status::{Failure, Status};
use crate::table;
use crate::terminal::{self, Reader};
use answer::Frame;
use case::{Case, Replay};
use cause::{Cause, CauseCode};
use described::Pool;
use diagnosis::Diagnosis;
use given::Given;
use lines::Lines;
use question::Question;
use replay::Records;
use seen::Seen;

/// Looks for causes.
pub fn run(arguments: &Doctor) -> Result<Status, Failure> {
    arguments.refuse_tokens_as_words()?;
    let file = setup::policy_file(arguments.policy.as_deref());
    let text = setup::policy_text(file.as_deref())?;
    let given = Given::read(arguments)?;
    let mut frame = Frame { given: vec![("policy", text.name.clone())], more: Vec::new() };
    let (diagnosis, failed) = match setup::check(&text) {
        Err(findings) => (invalid(&text, &arguments.claims, &findings), None),
        Ok(policy) => diagnose(arguments, (file.as_deref(), &text), policy, given, &mut frame)?,
    };
    if arguments.gives_nothing() && diagnosis.causes.is_empty() {
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
        None if diagnosis.causes.is_empty() => Ok(Status::Fine),
        None => Ok(Status::Found),
    }
}

/// A policy with findings: the function doesn't start with it.
fn invalid(text: &Text, asked: &[String], wrong: &policy::Found) -> Diagnosis {
    let causes = wrong.iter().map(|it| {
        let claim = asked.iter().find(|claim| it.message.contains(&format!("`{claim}`")));
        let code = match it.code {
            policy::Code::ReservedClaim | policy::Code::ReservedSuppress => CauseCode::ReservedName,
            _ => CauseCode::PolicyInvalid,
        };
        let what = format!(
            "{} ({}), so the function doesn't start with this policy",
            it.message,
            it.code.as_str()
        );
        let mut cause = Cause::sure(code, what, it.help.clone());
        cause.claims.extend(claim.cloned());
        cause.because(format!("{}:{}:{}", text.name, it.line, it.column), it.code.as_str())
    });
    let others = wrong.others().map(|others| {
        let what = format!("{others}, which `claimsmith check` shows when these are mended");
        Cause::sure(CauseCode::PolicyInvalid, what, "mend the others first")
    });
    Diagnosis { causes: causes.chain(others).collect(), present: Vec::new() }.ranked()
}

/// Asks the trigger, and looks at everything together; and says if the records couldn't be read.
fn diagnose(
    arguments: &Doctor,
    (file, text): (Option<&Path>, &Text),
    policy: Policy,
    given: Given,
    frame: &mut Frame,
) -> Result<(Diagnosis, Option<String>), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let question = question(arguments, &given, &policy);
    let known = arguments.event.is_some() || arguments.user.is_some() || arguments.client.is_some();
    let (records, name) =
        records(arguments, (file, &policy), known && question.is_some(), &runtime)?;
    let trigger = Trigger::new(asked_policy(text, &records)?, records);
    let trigger = trigger.with_clock(claimsmith::records::any::AnyClock::default());
    frame.given.extend(name.iter().map(|name| ("records", name.clone())));
    frame.given.extend(given.event.iter().map(|(name, _)| ("event", name.clone())));
    frame.given.extend(seen_as(&given.seen));
    frame.given.extend(given.pool.iter().map(|pool| {
        let version = pool.version().unwrap_or("no trigger");
        ("pool", format!("{}, {version}", pool.id()))
    }));
    let lines = Lines::of(&text.name, &text.text);
    let mut found = Diagnosis { causes: given.causes, present: Vec::new() };
    let mut case = Case {
        policy: &policy,
        lines: &lines,
        asked: &arguments.claims,
        seen: &given.seen,
        door: arguments.door,
        replay: None,
        pool: given.pool.as_ref(),
        client: given.client.as_ref(),
        function: given.function.as_ref(),
        function_policy: given.function_policy.as_ref(),
        now: now(),
    };
    let Some(question) = question else {
        return Ok((checks::all(&case, found), None));
    };
    let decided = match replay::decide(&runtime, &trigger, &question) {
        Ok(decided) => decided,
        Err(error) => {
            found.causes.push(unreadable(&question, &error)?);
            return Ok((checks::all(&case, found), None));
        }
    };
    // An ID token of a pool that is said to be of another version isn't from that version's time.
    let with_id_token = given.seen.iter().any(|seen| seen.token() == Some(TokenUse::Id));
    let older =
        (with_id_token && given.pool.is_none()).then(|| question.in_version_one(&policy)).flatten();
    let older = older.as_ref().and_then(|it| replay::decide(&runtime, &trigger, it).ok());
    case.replay = Some(Replay {
        in_version_one: older.as_ref(),
        question: &question,
        decided: &decided,
        records: name.as_deref(),
    });
    let failed = name.is_some().then(|| decided.store_faults.first()).flatten();
    Ok((
        checks::all(&case, found),
        failed.map(|fault| table::told(fault, name.as_deref().unwrap_or_default(), &policy.tables)),
    ))
}

/// The policy that the trigger is asked under; what it says stays the file's.
fn asked_policy(text: &Text, records: &Records) -> Result<Policy, Failure> {
    let mut policy = setup::policy(text, "looked at")?;
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
        let token = given.seen.iter().find(|seen| seen.is_whole() && !seen.is_foreign());
        Question::of_token(token?, arguments.sign_in(), policy)?
    };
    let in_version_one = given.pool.as_ref().and_then(Pool::version) == Some("V1_0");
    Some(in_version_one.then(|| question.in_version_one(policy)).flatten().unwrap_or(question))
}

/// The records, if they were named, stand in a file, or the person was named.
fn records(
    arguments: &Doctor,
    (file, policy): (Option<&Path>, &Policy),
    named: bool,
    runtime: &tokio::runtime::Runtime,
) -> Result<(Records, Option<String>), Failure> {
    if policy.tables.is_empty() {
        // There is nothing to read, so all of it is known.
        let (store, _) = table::open(None, None, policy, runtime)?;
        return Ok((Records::Known(store), None));
    }
    let in_file = policy.tables.iter().any(|table| matches!(table.location, Location::File(_)));
    if !named && arguments.records.is_none() && !in_file {
        return Ok((Records::Unknown, None));
    }
    let (store, name) = table::open(file, arguments.records.as_deref(), policy, runtime)?;
    Ok((Records::Known(store), Some(name)))
}

/// The text is no event of this trigger: a cause, if it is one of another trigger.
fn unreadable(question: &Question, error: &EventError) -> Result<Cause, Failure> {
    if matches!(error, EventError::Syntax { .. } | EventError::Encoding(_)) {
        return Err(Failure::Input(format!("{}: {error}", question.name)));
    }
    let what = "this is no event of the pre token generation trigger: the function may be attached \
                to another trigger of the pool";
    let next = "attach it as PreTokenGenerationConfig; check with --pool";
    Ok(Cause::sure(CauseCode::UnreadableEvent, what, next)
        .because(&question.name, error.to_string()))
}

#[expect(clippy::disallowed_methods, reason = "tokens expire by the clock of whoever asks")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
