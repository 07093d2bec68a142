//! What the sections mean, taken together.
//!
//! Each file checks one thing: it collects findings and builds its part of the [`Policy`]. After a
//! finding there is no such part, so nothing is made of what is wrong. Checks that compare parts look
//! at what is written, so that they still report their own mistakes beside others.

mod checker;
mod claim_values;
mod claims;
mod clients;
mod groups;
mod keys;
mod messages;
mod names;
mod pool;
mod records;
mod rounds;
mod sources;
mod table;
mod tokens;
mod trust;
mod version_one;

use std::time::Duration;

use claimsmith_findings::{At, parse_duration};

use super::code::{Code, Findings};
use super::file::PolicyFile;
use super::rules::Policy;
use checker::Checker;
use records::RecordRules;

/// The version of the file format that this program reads.
const FILE_VERSION: i64 = 1;
const DEFAULT_DEADLINE: Duration = Duration::from_millis(2500);
const SHORTEST_DEADLINE: Duration = Duration::from_millis(100);
/// Under Cognito's 5 seconds, with room for the start of the function and the way back.
/// SPEC: AWS, "Customizing user pool workflows with Lambda triggers".
const LONGEST_DEADLINE: Duration = Duration::from_millis(4500);

/// Checks a file as a whole.
pub(super) fn check(file: PolicyFile, findings: &mut Findings<'_>) -> Option<Policy> {
    let pool = file.pool.unwrap_or_default();
    let records = file.records.unwrap_or_default();
    let claims = file.claims.unwrap_or_default();
    let clients = file.clients.unwrap_or_default();
    let tokens = file.tokens.unwrap_or_default().keys;

    let mut check = Checker::new(&pool, &records, findings);
    check.version(file.version.as_ref());
    let deadline = check.deadline(file.deadline.as_ref());
    check.trusted_attributes(&pool);
    let user_pools = check.allow_list(&pool.user_pools, "user pool", pool.complete);
    let app_clients = check.allow_list(&pool.app_clients, "app client", pool.complete);
    let connection = check.connection(file.table.as_ref(), deadline.unwrap_or(LONGEST_DEADLINE));
    let records = check.records(&records, file.table.as_ref());
    let checked_claims = check.claims(&claims);
    let groups = check.groups(file.groups.as_ref(), &tokens);
    let any_client = check.any_client(&tokens, &checked_claims);
    let named_clients = check.clients(&clients, &tokens, &pool, &checked_claims, claims.whole);
    check.version_one(&pool, &checked_claims, &tokens, &clients);
    let messages = check.messages(&file.messages.unwrap_or_default());
    let RecordRules { rules: records, rounds, tables } = check.finish_records(records)?;

    Some(Policy {
        deadline: deadline?,
        user_pools: user_pools?,
        app_clients: app_clients?,
        trusted_attributes: check.names.trusted_attributes.clone(),
        tables,
        connection: connection?,
        records,
        rounds,
        claims: claims::rules(checked_claims)?,
        any_client: any_client?,
        clients: named_clients?,
        groups: groups?,
        messages: messages?,
        writable_attributes: trust::writable(&check.names.trusted_attributes),
        unset_variables: check.findings.unset_variables().clone(),
    })
}

impl Checker<'_, '_> {
    fn version(&mut self, version: Option<&At<i64>>) {
        if let Some(At { value, span }) = version
            && *value != FILE_VERSION
        {
            let message = format!("version {value} of the policy file is not known");
            let help = format!("write `version = {FILE_VERSION}`");
            self.findings.add(Code::FileVersion, *span, message, help);
        }
    }

    fn deadline(&mut self, text: Option<&At<String>>) -> Option<Duration> {
        self.meaning(text, DEFAULT_DEADLINE, |check, text| {
            let found = parse_duration(&text.value);
            let message = match found {
                Some(found) if (SHORTEST_DEADLINE..=LONGEST_DEADLINE).contains(&found) => {
                    return Some(found);
                }
                Some(_) => {
                    "the deadline is too short, or leaves no room within Cognito's 5 seconds"
                }
                None => "this is no duration",
            };
            let help = "write from `100ms` to `4500ms`, or with `s`: `2.5s`";
            check.findings.add(Code::Deadline, text.span, message, help);
            None
        })
    }
}
