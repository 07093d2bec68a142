//! `[revocation]`: where revoked tokens are written down.

use std::time::Duration;

use claimsmith_findings::{At, List, Section, sections};

use super::caching::Caching;
use super::code::{Code, Findings};
use super::lists::entries;

/// The claims by whose values tokens can be revoked.
const REVOKED_BY: [&str; 4] = ["sub", "client_id", "origin_jti", "jti"];

/// Where revoked tokens are written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The DynamoDB table.
    pub table: String,
    /// Name of its partition key.
    pub partition_key: String,
    /// Name of its sort key and the value that revocation records have there.
    pub sort: Option<(String, String)>,
    /// The claims by whose values tokens are revoked.
    pub by: Vec<String>,
    /// How long the table may take.
    pub deadline: Duration,
    /// Whether a request goes on when the table can't be read. Otherwise it fails.
    pub allow_on_fault: bool,
}

sections! {
    pub(super) struct RevocationSection {
        table: At<String> = "name the DynamoDB table: `table = \"${TABLE}\"`",
        partition_key: At<String> =
            "name the table's partition key, such as `partition_key = \"pk\"`",
        sort_key: At<String>,
        sort_value: At<String>,
        by: List,
        deadline: At<String> => "\"500ms\"",
        on_fault: At<String> => "\"refuse\"",
    }
}

pub(super) fn revocation(
    section: &Section<RevocationSection>,
    caching: Option<Caching>,
    findings: &mut Findings<'_>,
) -> Option<Revocation> {
    if caching == Some(Caching::Unknown) {
        findings.add(
            Code::RevocationCached,
            section.span,
            "a revoked token would still do for as long as a gateway keeps an answer",
            "write `caching = \"off\"`, or how long your gateway keeps answers: \
             `caching = \"30s\"`",
        );
    }
    let table = section.table.as_ref().and_then(|name| not_empty(name, findings));
    let partition_key = section.partition_key.as_ref().and_then(|name| not_empty(name, findings));
    let sort = sort(section, findings);
    let by = by(section.by.as_ref(), findings);
    let deadline = match &section.deadline {
        None => Some(Duration::from_millis(500)),
        Some(written) => {
            let range = Duration::from_millis(50)..=Duration::from_secs(5);
            findings.duration(written, range, "write a time from `50ms` to `5s`")
        }
    };
    let allow_on_fault = match &section.on_fault {
        None => Some(false),
        Some(word) => findings.word(word, &[("refuse", false), ("allow", true)]),
    };
    Some(Revocation {
        table: table?,
        partition_key: partition_key?,
        sort: sort?,
        by,
        deadline: deadline?,
        allow_on_fault: allow_on_fault?,
    })
}

/// Name and value of the sort key, if the table has one; `None` after a finding.
fn sort(
    section: &Section<RevocationSection>,
    findings: &mut Findings<'_>,
) -> Option<Option<(String, String)>> {
    match (&section.sort_key, &section.sort_value) {
        (Some(key), Some(value)) => Some(Some((key.value.clone(), value.value.clone()))),
        (None, None) => Some(None),
        (Some(one), None) | (None, Some(one)) => {
            let message = "a sort key needs its name and the value that such records have there";
            let help = "write both: `sort_key = \"sk\"` and `sort_value = \"REVOKED\"`";
            if section.complete {
                findings.add(Code::Revocation, one.span, message, help);
            }
            None
        }
    }
}

fn by(written: Option<&List>, findings: &mut Findings<'_>) -> Vec<String> {
    let Some(list) = written else { return REVOKED_BY.map(str::to_owned).to_vec() };
    for claim in list.entries.iter().filter(|claim| !REVOKED_BY.contains(&claim.value.as_str())) {
        let help = "write some of `sub`, `client_id`, `origin_jti` and `jti`";
        findings.add(Code::UnknownWord, claim.span, "no claim to revoke tokens by", help);
    }
    entries(list, findings)
}

fn not_empty(name: &At<String>, findings: &mut Findings<'_>) -> Option<String> {
    if name.value.is_empty() {
        findings.add(Code::Revocation, name.span, "an empty name", "write the table's own names");
        return None;
    }
    Some(name.value.clone())
}
