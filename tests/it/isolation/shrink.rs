//! Makes a counterexample smaller for as long as it stays one, and writes it as files that
//! `claimsmith simulate` can run.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::case::Case;
use super::event::remove;
use super::twin::Edit;

/// A property: what is wrong with a case, if anything is.
pub type Property = fn(&Case) -> Verdict;

/// What came of a case.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Whether the check accepts the policy.
    pub accepted: bool,
    /// How many events got tokens.
    pub issued: usize,
    /// How often the property had something to say.
    pub compared: usize,
    /// Why the property doesn't hold, the event of it, and the twin.
    pub failure: Option<Failure>,
}

#[derive(Clone, Debug)]
pub struct Failure {
    pub what: String,
    /// Position of the event.
    pub event: usize,
    /// The table that differs, or another event.
    pub edits: Vec<Edit>,
    pub other_event: Option<Value>,
}

/// Most cases that are tried for a smaller one.
const PATIENCE: usize = 4000;

/// The smallest case found that fails in the same property.
pub fn shrink(mut case: Case, property: Property) -> (Case, Failure) {
    let fails = |case: &Case| property(case).failure;
    let mut failure = fails(&case).unwrap();
    case.events = vec![case.events[failure.event].clone()];
    if !failure.edits.is_empty() {
        case.twins = vec![failure.edits.clone()];
    }
    case.is_shrunk = true;
    failure = fails(&case).unwrap();
    let mut patience = PATIENCE;
    loop {
        let found = smaller(&case).take(patience).find_map(|candidate| {
            patience -= 1;
            fails(&candidate).map(|why| (candidate, why))
        });
        match found {
            Some(found) => (case, failure) = found,
            None => return (case, failure),
        }
    }
}

/// Everything that leaves one thing out, the largest first.
fn smaller(case: &Case) -> impl Iterator<Item = Case> + '_ {
    let twins = case.twins.iter().enumerate().flat_map(move |(at, twin)| {
        parts(twin.len()).into_iter().map(move |part| {
            let mut less = case.clone();
            less.twins[at].drain(part);
            less
        })
    });
    let rows = parts(case.rows.len()).into_iter().map(move |part| {
        let mut less = case.clone();
        less.rows.drain(part);
        less
    });
    let sections = (1..case.policy.text.sections.len()).map(move |at| {
        let mut less = case.clone();
        less.policy.text.sections.remove(at);
        less
    });
    let lines = case.policy.text.sections.iter().enumerate().flat_map(move |(at, section)| {
        (0..section.lines.len()).map(move |line| {
            let mut less = case.clone();
            less.policy.text.sections[at].lines.remove(line);
            less
        })
    });
    let faults = move || {
        let broken = case.broken.iter().map(move |number| {
            let mut less = case.clone();
            less.broken.remove(number);
            less
        });
        let request = case.fails_at.map(|_| Case { fails_at: None, ..case.clone() });
        request.into_iter().chain(broken)
    };
    let attributes = case.rows.iter().enumerate().flat_map(move |(at, row)| {
        row.attributes().into_iter().map(move |name| {
            let mut less = case.clone();
            less.rows[at].item.remove(&name);
            less
        })
    });
    let members = (0..case.events.len()).flat_map(move |at| {
        places(&case.events[at]).into_iter().filter_map(move |pointer| {
            let mut less = case.clone();
            remove(&mut less.events[at], &pointer).then_some(less)
        })
    });
    faults().chain(sections).chain(twins).chain(rows).chain(lines).chain(members).chain(attributes)
}

/// Halves, quarters, down to single ones.
fn parts(length: usize) -> Vec<std::ops::Range<usize>> {
    let mut parts = Vec::new();
    let mut size = length / 2;
    while size >= 1 {
        parts.extend((0..length).step_by(size).map(|at| at..(at + size).min(length)));
        size /= 2;
    }
    if length == 1 {
        parts.push(0..1);
    }
    parts
}

fn places(event: &Value) -> Vec<String> {
    let mut places = Vec::new();
    for parent in ["/request/clientMetadata", "/request/userAttributes", "/request", ""] {
        let members = event.pointer(parent).and_then(Value::as_object);
        for name in members.into_iter().flatten().map(|(name, _)| name) {
            // Who it is stays the same, and what Cognito says of them.
            let fixed = [
                "sub",
                "cognito:user_status",
                "identities",
                "email",
                "email_verified",
                "userAttributes",
                "request",
                "triggerSource",
            ];
            if !fixed.contains(&name.as_str()) {
                places.push(format!("{parent}/{name}"));
            }
        }
    }
    places
}

/// Writes a counterexample; what to read and run.
pub fn write(property: &str, case: &Case, failure: &Failure) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("isolation")
        .join(format!("{property}-{}", case.seed));
    std::fs::create_dir_all(&folder).unwrap();
    let put = |name: &str, text: &str| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let policy = put("claims.toml", &case.policy.text.to_string());
    let records = |rows: &[super::row::Row]| {
        let items: Vec<Value> = rows.iter().map(|row| Value::Object(row.item.clone())).collect();
        serde_json::to_string_pretty(&items).unwrap()
    };
    let mut told = format!(
        "{property}, seed {}{}: {}\n",
        case.seed,
        case.mistake.as_ref().map(|name| format!(" ({name})")).unwrap_or_default(),
        failure.what
    );
    let event =
        put("event.json", &serde_json::to_string_pretty(&case.events[failure.event]).unwrap());
    let mut run = |event: &Path, records: &Path| {
        let (policy, event, records) = (policy.display(), event.display(), records.display());
        writeln!(told, "claimsmith simulate --policy {policy} --records {records} {event}")
            .unwrap();
    };
    let here = put("records.json", &records(&case.rows));
    run(&event, &here);
    if !failure.edits.is_empty() {
        let mut rows = case.rows.clone();
        failure
            .edits
            .iter()
            .filter(|edit| edit.fits(&case.rows))
            .for_each(|edit| edit.apply(&mut rows));
        run(&event, &put("records-beside.json", &records(&rows)));
    }
    if let Some(other) = &failure.other_event {
        run(&put("event-beside.json", &serde_json::to_string_pretty(other).unwrap()), &here);
    }
    let faults = (case.fails_at, &case.broken, &failure.edits);
    if case.fails_at.is_some()
        || !case.broken.is_empty()
        || failure.edits.iter().any(|edit| matches!(edit, Edit::Fault(_)))
    {
        writeln!(told, "with what simulate can't do, faults: {faults:?}").unwrap();
    }
    writeln!(
        told,
        "the caller is {:?} and belongs to {:?} of {:?}",
        case.caller, case.belongs, case.ids
    )
    .unwrap();
    put("about.txt", &told);
    told
}
