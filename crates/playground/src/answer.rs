//! What the page asks: a policy and records as they are being typed, and a sign-in; and what it is
//! answered.
//!
//! The typed policy is checked and decides with the trigger itself, over the typed records. It can have no
//! file or variable read: a `${VARIABLE}` has no value here, and a table is always those records, whatever
//! the policy says about where it is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use claimsmith::budget::{Fitted, Tokens};
use claimsmith::clock::at_once;
use claimsmith::policy::{Found, Policy, Variables};
use claimsmith::records::file::{self, Entry, FileStore};
use claimsmith::{Decided, Trigger};
use serde::{Deserialize, Serialize};

use crate::people::people;
use crate::places::{Places, Span, places};
use crate::sign_in::{SignIn, pair};
use crate::words::{count, number};
use crate::{json, page, parts};

/// Problems that are marked in a text.
const MOST_PROBLEMS: usize = 100;
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
struct Answer<'d> {
    /// What is wrong in the policy, or that nothing is.
    policy_html: String,
    /// Where, in the policy's text.
    policy_marks: Vec<Mark>,
    /// What is wrong in the records, or how many there are; none leaves it standing.
    #[serde(skip_serializing_if = "Option::is_none")]
    records_html: Option<String>,
    /// Where, in the records' text.
    records_marks: Vec<Mark>,
    /// For the line that is read aloud.
    status: String,
    /// The field of the form that can't be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    /// Whom a token can be made for; only if policy and records can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    people_html: Option<String>,
    /// Which of them is asked about.
    who: String,
    /// Metadata for which the chosen one has records.
    metadata_html: String,
    /// The event that was decided about.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'d str>,
    /// Both tokens, drawn; none leaves the last ones standing.
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_html: Option<String>,
    /// Where each claim comes from.
    places: BTreeMap<&'d str, Places>,
    /// `customized` or `refused`, if there was a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    /// What `simulate --json` prints for the event: a text, because a browser's numbers have fewer digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
}

/// The place of something that is wrong.
#[derive(Serialize)]
struct Mark {
    /// Line, from 1.
    line: usize,
    #[serde(flatten)]
    span: Span,
}

/// What can't be used.
struct Problem {
    /// The form's field.
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
    let written =
        |answer: &Answer<'_>| serde_json::to_string(answer).map_err(|error| error.to_string());
    let policy = match Policy::parse(&question.policy, &Variables::lenient(&|_| None)) {
        Ok(policy) => policy,
        Err(found) => return written(&wrong_policy(&question.policy, &found)),
    };
    let mut answer =
        Answer { policy_html: parts::good_policy(&policy).into_string(), ..Answer::default() };
    let entries = match records(&question.records, &policy, &mut answer) {
        Some(entries) => entries,
        None => return written(&answer),
    };
    let event = match event(&question, &policy, &entries, &mut answer) {
        Ok(event) => event,
        Err(problem) => {
            answer.unusable(problem);
            return written(&answer);
        }
    };
    // The same text that was read just now.
    let store = FileStore::parse(&question.records, &policy.tables);
    let trigger = Trigger::new(policy, store.map_err(|error| error.to_string())?);
    match at_once(trigger.decide(event.as_bytes(), trigger.policy.deadline)) {
        Some(Ok(decided)) => {
            show(&question, &entries, &trigger.policy, &decided, &event, &mut answer);
            written(&answer)
        }
        Some(Err(error)) => {
            let text = format!("the event can't be read, {error}");
            answer.unusable(Problem { field: "event", text });
            written(&answer)
        }
        None => Err("the records didn't answer at once".to_owned()),
    }
}

impl Answer<'_> {
    /// Nothing could be decided.
    fn unusable(&mut self, Problem { field, text }: Problem) {
        self.status = format!("Not computed: {}. {OLDER}", unticked(&text));
        self.field = Some(field);
    }
}

/// The records for the policy's tables; none if something is wrong in them.
fn records(text: &str, policy: &Policy, answer: &mut Answer<'_>) -> Option<Vec<Entry>> {
    let (mut good, mut wrong) = (Vec::new(), Vec::new());
    match file::entries(text, &policy.tables) {
        Err(error) => wrong.push(error),
        Ok(entries) => {
            for entry in entries {
                match entry {
                    Ok(entry) => good.push(entry),
                    Err(error) => wrong.push(error),
                }
            }
        }
    }
    answer.records_html = Some(match wrong.is_empty() {
        true => parts::good_records(good.len()).into_string(),
        false => parts::wrong_records(&wrong).into_string(),
    });
    let Some(first) = wrong.first() else { return Some(good) };
    answer.unusable(Problem { field: "records", text: format!("records, {first}") });
    let lines: Vec<(usize, &str)> = lines(text).collect();
    answer.records_marks = wrong
        .iter()
        .take(MOST_PROBLEMS)
        .map(|error| {
            // What is missing at the end stands in no line.
            let at_end = (text.len(), "");
            let (start, line) = lines.get(error.line.saturating_sub(1)).unwrap_or(&at_end);
            let inside = line.trim_end();
            let blanks = inside.len() - inside.trim_start().len();
            let span = Span::of(text, start + blanks, start + inside.len());
            Mark { line: error.line, span }
        })
        .collect();
    None
}

/// Each line with the byte at which it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        start += line.len();
        (start - line.len(), line)
    })
}

/// The event that is pasted, or the one of the sign-in that the form describes.
fn event<'q>(
    question: &'q Question,
    policy: &Policy,
    entries: &[Entry],
    answer: &mut Answer<'_>,
) -> Result<Cow<'q, str>, Problem> {
    let people = people(policy, entries.iter());
    // At first the page has no list of people yet.
    let who = match question.who.as_str() {
        "" => parts::first(&people),
        who => who.to_owned(),
    };
    answer.people_html = Some(parts::people(&people, &who).into_string());
    let chosen = people.iter().find(|person| parts::choice(person) == who);
    let metadata = chosen.map_or(&[][..], |person| &person.metadata);
    answer.metadata_html = parts::suggestions(metadata).into_string();
    answer.who.clone_from(&who);
    if question.mode == "pasted" {
        return Ok(Cow::Borrowed(&question.event));
    }
    let sign_in = sign_in(question, &who, policy)?;
    // Maps with text keys, lists and texts can always be written.
    Ok(Cow::Owned(serde_json::to_string_pretty(&sign_in.event(policy)).unwrap_or_default()))
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

/// What was decided about the event.
fn show<'d>(
    question: &Question,
    entries: &[Entry],
    policy: &Policy,
    decided: &'d Decided<'_>,
    event: &'d str,
    answer: &mut Answer<'d>,
) {
    answer.status = status(decided);
    answer.tokens_html = Some(page::event::fragment("this sign-in", decided, policy).into_string());
    answer.places = places(&question.policy, &question.records, entries, decided, policy);
    answer.outcome = Some(if decided.outcome.is_ok() { "customized" } else { "refused" });
    answer.line = Some(json::decided("playground", decided, policy));
    answer.event = Some(event);
}

/// The outcome in one sentence.
fn status(decided: &Decided<'_>) -> String {
    let size = |name: &str, token: &Option<Fitted<'_>>| {
        let token = token.as_ref()?;
        let shed = match token.shed.len() {
            0 => String::new(),
            shed => format!(", {} left out for size", count(shed, "claim")),
        };
        let (upper, budget) = (number(token.after.upper), number(token.rules.budget));
        Some(format!("{name} token {upper} of {budget} bytes{shed}"))
    };
    match &decided.outcome {
        Ok(Tokens { id, access, .. }) => {
            let sizes = [size("ID", id), size("access", access)];
            let sizes: Vec<String> = sizes.into_iter().flatten().collect();
            format!("Issued: {}.", sizes.join("; "))
        }
        Err(refusal) => format!("Refused: {}.", refusal.reason),
    }
}

/// The answer to a policy in which something is wrong.
fn wrong_policy(text: &str, found: &Found) -> Answer<'static> {
    let marks = found.iter().map(|finding| Mark {
        line: finding.line,
        span: Span::of(text, finding.span.start, finding.span.end),
    });
    let first = found.first().map(|finding| {
        format!(", the first in line {}: {}", finding.line, unticked(&finding.message))
    });
    Answer {
        policy_marks: marks.take(MOST_PROBLEMS).collect(),
        policy_html: parts::wrong_policy(found).into_string(),
        status: format!(
            "{}{}. {OLDER}",
            count(found.total(), "problem"),
            first.unwrap_or_default()
        ),
        ..Answer::default()
    }
}

/// A sentence without the marks of code, to be read aloud.
fn unticked(text: &str) -> String {
    text.replace('`', "")
}
