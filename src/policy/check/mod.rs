//! What the sections mean, taken together.
//!
//! Each file checks one thing: it collects findings and builds its part of the [`Policy`]. After a
//! finding there is no such part, so nothing is made of what is wrong. Checks that compare parts look
//! at what is written, so that they still report their own mistakes beside others.

mod batch;
mod braces;
mod checker;
mod claim_templates;
mod claim_values;
mod claims;
mod clients;
mod conditions;
mod constants;
mod grants;
mod groups;
mod id_types;
mod items;
mod keep;
mod keys;
mod messages;
mod names;
mod overlap;
mod owner;
mod person;
mod pool;
mod providers;
mod read;
mod records;
mod require;
mod rounds;
mod session_tags;
mod shapes;
mod sources;
mod stars;
mod subject;
mod table;
mod table_keys;
mod tenant;
mod tokens;
mod trust;
mod version_one;

use std::time::Duration;

use claimsmith_findings::{At, parse_duration};

use super::code::{Code, Findings};
use super::file::PolicyFile;
use super::rules::Policy;
use checker::Checker;
use names::Names;
use read::{ReadSections, Reads};
pub use trust::is_user_attribute;

/// The version of the file format that this program reads.
const FILE_VERSION: i64 = 1;
const DEFAULT_DEADLINE: Duration = Duration::from_millis(2500);
const SHORTEST_DEADLINE: Duration = Duration::from_millis(100);
/// Under Cognito's 5 seconds, with room for the start of the function and the way back.
/// SPEC: AWS, "Customizing user pool workflows with Lambda triggers".
const LONGEST_DEADLINE: Duration = Duration::from_millis(4500);

/// Checks a file as a whole.
pub(super) fn check(file: PolicyFile, findings: &mut Findings<'_>) -> Option<Policy> {
    let is_whole = findings.count() == 0;
    let pool = file.pool.unwrap_or_default();
    let claims = file.claims.unwrap_or_default();
    let clients = file.clients.unwrap_or_default();
    let tokens = file.tokens.unwrap_or_default().keys;
    let read = ReadSections::new(file.records, file.table, file.person, file.tenant);

    let providers = providers::providers(file.providers.as_ref(), &pool, findings);
    let names = Names::new(&read.records, read.tenant.is_some(), &pool, providers, is_whole);
    let mut check = Checker::new(names, findings);
    check.version(file.version.as_ref());
    let deadline = check.deadline(file.deadline.as_ref());
    let connection = check.connection(read.table.as_ref(), deadline.unwrap_or(LONGEST_DEADLINE));
    let reads = check.reads(&read);
    let user_pools = check.allow_list(&pool.user_pools, "user pool", pool.complete);
    let app_clients = check.allow_list(&pool.app_clients, "app client", pool.complete);
    let never = check.never(pool.never.as_ref());
    check.names.never = never;
    let checked_claims = check.claims(&claims);
    let groups = check.groups(file.groups.as_ref(), &tokens);
    let any_client = check.any_client(&tokens, &checked_claims);
    let named_clients = check.clients(&clients, &tokens, &pool, &checked_claims, claims.whole);
    let of_clients = clients.entries.iter().filter_map(|(_, client)| client.tokens.as_deref());
    let all_tokens: Vec<_> = std::iter::once(&tokens).chain(of_clients).collect();
    let tags = file.session_tags.as_ref();
    let session_tags = check.session_tags(tags, &checked_claims, claims.whole, &all_tokens);
    let event_version = check.event_version(&pool, &checked_claims, &all_tokens, tags);
    let messages = check.messages(&file.messages.unwrap_or_default());
    let Reads { records, rounds, tables, person, tenant } = check.finish(reads)?;

    Some(Policy {
        deadline: deadline?,
        event_version,
        user_pools: user_pools?,
        app_clients: app_clients?,
        never: never?,
        admin_only: check.names.admin_only.clone(),
        providers: check.names.providers.clone(),
        tables,
        connection: connection?,
        records,
        person,
        tenant,
        rounds,
        claims: claims::rules(checked_claims)?,
        any_client: any_client?,
        clients: named_clients?,
        groups: groups?,
        session_tags: session_tags?,
        messages: messages?,
        writable_attributes: trust::writable(&check.names.admin_only),
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
