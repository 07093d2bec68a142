//! What the page asks: a policy and records as they are being typed, and a sign-in; and what it is
//! answered.
//!
//! The typed policy is checked and decides with the trigger itself, over the typed records. It can have no
//! file or variable read: a `${VARIABLE}` has no value here, and a table is always those records, whatever
//! the policy says about where it is.

use claimsmith::budget::{Fitted, Tokens};
use claimsmith::clock::at_once;
use claimsmith::policy::{Found, Policy, Variables};
use claimsmith::records::file::{self, FileStore};
use claimsmith::{Decided, Trigger};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::page::event;
use crate::people::people;
use crate::sign_in::{SignIn, pair};
use crate::words::{count, number};
use crate::{json, site};

/// A user pool for policies that serve any.
const POOL: &str = "eu-west-1_EXAMPLE01";
/// Said of what still stands there.
const OLDER: &str = "The tokens shown are older.";

/// What the page sends: the fields of its form, as they stand there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    /// The policy's text.
    policy: String,
    /// The records' text.
    records: String,
    /// `chosen` or `pasted`.
    mode: String,
    /// The pasted event.
    #[serde(default)]
    event: String,
    /// `user:SUB` or `client:ID`.
    #[serde(default)]
    who: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    client: String,
    #[serde(default)]
    groups: String,
    #[serde(default)]
    scopes: String,
    #[serde(default)]
    attributes: String,
    #[serde(default)]
    metadata: String,
}

/// What the page is answered. Fields that end in `html` are put in as they are.
#[derive(Default, Serialize)]
struct Answer {
    /// The list of findings.
    findings_html: String,
    /// Where they stand in the editor's text.
    marks: Vec<Mark>,
    /// For the line that is read aloud.
    status: String,
    /// What can't be used besides the policy, and the field it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
    /// Whom a token can be made for; only if the policy can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    people_html: Option<String>,
    /// Metadata for which the chosen one has records.
    metadata_html: String,
    /// The event that was decided about.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    /// Both tokens, drawn; none leaves the last ones standing.
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_html: Option<String>,
    /// What `simulate --json` prints for the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<Box<RawValue>>,
}

/// A finding's place.
#[derive(Serialize)]
struct Mark {
    /// Line, from 1.
    line: usize,
    /// Where it begins and ends, in UTF-16 units, in which a browser counts.
    from: usize,
    to: usize,
}

/// What can't be used.
#[derive(Serialize)]
struct Problem {
    /// The form's field; none is the records.
    field: &'static str,
    text: String,
}

/// The answer to one question, as JSON.
///
/// # Errors
/// The question isn't one of the page's.
pub fn answer(question: &[u8]) -> Result<String, String> {
    let question: Question = serde_json::from_slice(question)
        .map_err(|error| format!("no question of the page: {error}"))?;
    serde_json::to_string(&answered(&question)).map_err(|error| error.to_string())
}

fn answered(question: &Question) -> Answer {
    let policy = match Policy::parse(&question.policy, &Variables::lenient(&|_| None)) {
        Ok(policy) => policy,
        Err(findings) => return wrong(&question.policy, &findings),
    };
    let mut answer =
        Answer { findings_html: site::no_findings(&policy).into_string(), ..Answer::default() };
    let event = match prepare(question, &policy, &mut answer) {
        Ok((store, event)) => decide(policy, store, event, &mut answer),
        Err(problem) => {
            answer.status = format!("Not computed: {}. {OLDER}", problem.text);
            answer.problem = Some(problem);
            None
        }
    };
    answer.event = event;
    answer
}

/// The records for the policy's tables, and the event's text.
fn prepare(
    question: &Question,
    policy: &Policy,
    answer: &mut Answer,
) -> Result<(FileStore, String), Problem> {
    let bad_records =
        |error: file::RecordsError| Problem { field: "records", text: format!("records: {error}") };
    let store = FileStore::parse(&question.records, &policy.tables).map_err(bad_records)?;
    let entries = file::entries(&question.records, &policy.tables).unwrap_or_default();
    let people = people(policy, entries.iter().flatten());
    answer.people_html = Some(site::people(&people).into_string());
    // At first the page has no list of people yet.
    let who = match question.who.as_str() {
        "" => site::first(&people),
        who => who.to_owned(),
    };
    let chosen = people.iter().find(|person| site::choice(person) == who);
    let metadata = chosen.map_or(&[][..], |person| &person.metadata);
    answer.metadata_html = site::suggestions(metadata).into_string();
    let event = match question.mode.as_str() {
        "pasted" => question.event.clone(),
        _ => {
            let sign_in = sign_in(question, &who, policy)?;
            // Maps with text keys, lists and texts can always be written.
            serde_json::to_string_pretty(&sign_in.event(policy)).unwrap_or_default()
        }
    };
    Ok((store, event))
}

/// The sign-in that the form describes.
fn sign_in(question: &Question, who: &str, policy: &Policy) -> Result<SignIn, Problem> {
    let (sub, client) = match who.split_once(':') {
        Some(("user", sub)) if !sub.is_empty() => (Some(sub), question.client.trim()),
        Some(("client", id)) if !id.is_empty() => (None, id),
        _ => return Err(Problem { field: "who", text: "choose a person or a machine".to_owned() }),
    };
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let pairs = |field: &'static str, texts: Vec<&str>| {
        let texts = texts.into_iter().map(str::trim).filter(|text| !text.is_empty());
        let pairs: Result<Vec<_>, String> = texts.map(pair).collect();
        pairs.map_err(|problem| Problem { field, text: format!("{field}: {problem}") })
    };
    Ok(SignIn {
        sub: sub.map(str::to_owned),
        client: Some(client.to_owned()),
        pool: policy.user_pools.is_none().then(|| POOL.to_owned()),
        version: Some(question.version.clone()),
        source: Some(question.source.clone()),
        groups: words(&question.groups),
        scopes: words(&question.scopes),
        attributes: pairs("attributes", question.attributes.lines().collect())?,
        metadata: pairs("metadata", question.metadata.split_whitespace().collect())?,
        ..SignIn::default()
    })
}

/// Decides about an event and draws what was decided. The event, if it is one.
fn decide(policy: Policy, store: FileStore, text: String, answer: &mut Answer) -> Option<String> {
    let trigger = Trigger::new(policy, store);
    let policy = &trigger.policy;
    let decided = match at_once(trigger.decide(text.as_bytes(), policy.deadline)) {
        Some(Ok(decided)) => decided,
        refused => {
            let text = match refused {
                Some(Err(error)) => error.to_string(),
                _ => "the records didn't answer at once".to_owned(),
            };
            answer.status = format!("Not computed: the event can't be read, {text}. {OLDER}");
            answer.problem = Some(Problem { field: "event", text });
            return None;
        }
    };
    let line = json::decided("playground", &decided, policy);
    let drawing = event::fragment("this sign-in", &decided, policy);
    answer.status = status(&decided);
    answer.tokens_html = Some(drawing.into_string());
    answer.line = RawValue::from_string(line).ok();
    drop(decided);
    Some(text)
}

/// The outcome in one sentence.
fn status(decided: &Decided<'_>) -> String {
    let size = |name: &str, token: &Option<Fitted<'_>>| {
        let token = token.as_ref()?;
        let shed = match token.shed.len() {
            0 => String::new(),
            shed => format!(", {} shed", count(shed, "claim")),
        };
        let (upper, budget) = (number(token.after.upper), number(token.rules.budget));
        Some(format!("{name} token {upper} of {budget} bytes{shed}"))
    };
    match &decided.outcome {
        Ok(Tokens { id, access, .. }) => {
            let sizes = [size("ID", id), size("access", access)];
            let sizes: Vec<String> = sizes.into_iter().flatten().collect();
            format!("No findings. Customized: {}.", sizes.join("; "))
        }
        Err(refusal) => format!("No findings. Refused: {}.", refusal.reason),
    }
}

/// The answer to a policy with findings.
fn wrong(text: &str, found: &Found) -> Answer {
    let marks = found.iter().map(|finding| Mark {
        line: finding.line,
        from: utf16(text, finding.span.start),
        to: utf16(text, finding.span.end),
    });
    let first = found.first().map(|finding| {
        format!(", the first in line {}: {}", finding.line, finding.message.replace('`', ""))
    });
    Answer {
        marks: marks.collect(),
        findings_html: site::findings(found).into_string(),
        status: format!(
            "{}{}. {OLDER}",
            count(found.total(), "finding"),
            first.unwrap_or_default()
        ),
        ..Answer::default()
    }
}

/// A byte's place in UTF-16 units.
fn utf16(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |before| before.encode_utf16().count())
}
