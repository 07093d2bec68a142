//! Connections before the first event: requests that the policy's role may make, about an item that
//! nobody reads, so that no sign-in waits until a connection is there.
//!
//! Pure: stores and clock are arguments. Neither memory nor telemetry hears of these requests, and
//! what they bring is dropped.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::time::Duration;

use super::any::AnyStore;
use super::nobody::Request;
use super::store::{StoreError, StoreFault};
use super::together::{Waiting, together};
use crate::clock::Clock;
use crate::guarded::Guarded;
use crate::identity::Kind;
use crate::policy::{Policy, Reading, RecordRule};

/// Connects the running policy's store to its tables, within the time or that of one attempt if it is
/// more: as many connections as its widest round uses. What kept it from answering; a store in the
/// package is asked nothing.
///
/// The next policy's store is connected beside it, and not waited for.
pub async fn warm_up(
    running: (&Policy, &AnyStore),
    next: Option<(&Policy, &AnyStore)>,
    clock: &(impl Clock + Sync),
    time: Duration,
) -> Vec<StoreError> {
    let mut running = pin!(connect(running, clock, time));
    let mut next = next.map(|next| Guarded::of(connect(next, clock, time)));
    poll_fn(|context| {
        let connected = running.as_mut().poll(context);
        if let Some(next) = &mut next {
            next.poll(context);
        }
        connected
    })
    .await
}

async fn connect(
    (policy, store): (&Policy, &AnyStore),
    clock: &(impl Clock + Sync),
    time: Duration,
) -> Vec<StoreError> {
    let request = request(policy).filter(|_| !matches!(store, AnyStore::File(_)));
    let Some(request) = request else { return Vec::new() };
    let deadline = clock.now() + time.max(policy.connection.attempt_timeout);
    let mut requests: Vec<Waiting<'_, Result<(), StoreError>>> = Vec::new();
    for request in std::iter::repeat_n(request, at_once(policy)) {
        requests.push(Box::pin(async move {
            let answer = clock.until(deadline, request.send(store)).await;
            answer.unwrap_or_else(|| Err(StoreError::new(StoreFault::Slow)))
        }));
    }
    let ((), answers) = together(async {}, requests).await;
    let mut faults: Vec<StoreError> = answers.into_iter().filter_map(Result::err).collect();
    faults.dedup();
    faults
}

/// Most requests that a sign-in sends at once.
fn at_once(policy: &Policy) -> usize {
    let kinds = [Kind::User, Kind::Client].into_iter();
    let rounds = kinds.flat_map(|kind| policy.bounds(kind).cold.rounds);
    rounds.map(|round| round.requests()).max().unwrap_or_default()
}

/// The cheapest that the policy's rights surely allow: one item, or else one query of one item.
fn request(policy: &Policy) -> Option<Request<'_>> {
    let by_key = |rule: &&RecordRule| !matches!(rule.read, Reading::Query { .. });
    let rule = policy.records.iter().find(by_key).or_else(|| policy.records.first())?;
    Request::about_nobody(policy, rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{DEFAULT_POLICY, Key, Variables};
    use crate::records::nobody::{NOBODY, NOTHING};

    fn policy(text: &str) -> Policy {
        Policy::parse(text, &Variables::lenient(&|_| None)).unwrap()
    }

    const QUERIES: &str = r#"
version = 1
[table]
name = "t"
partition_key = "pk"
sort_key = "sk"
[tenant]
id = "slug"
person = "orgs.org_id"
[records.orgs]
query = { pk = "USER#{sub}", sk = "ORG#{*}" }
only = true
require = "exists"
[records.all]
query = { pk = "USER#{sub}", sk = "TEAM#{*}" }
at_most = 8
[claims.all]
from = "all"
fields = { id = "team_id" }
"#;

    #[test]
    fn what_is_read_by_key_is_asked_for_by_key() {
        let policy = policy(DEFAULT_POLICY);
        let Some(Request::Read(read)) = request(&policy) else { panic!("{:?}", request(&policy)) };
        let key = Key { partition: NOBODY.to_owned(), sort: Some(NOBODY.to_owned()) };
        assert_eq!((read.key, read.attributes, read.consistent), (key, Vec::new(), false));
        assert_eq!(at_once(&policy), 1);
    }

    #[test]
    fn a_policy_that_only_queries_asks_a_query() {
        let policy = policy(QUERIES);
        let Some(Request::Query(query)) = request(&policy) else {
            panic!("{:?}", request(&policy))
        };
        assert_eq!((query.partition.as_str(), query.limit, query.index), (NOBODY, 1, None));
        assert_eq!(at_once(&policy), 2);
    }

    #[test]
    fn keys_have_the_names_and_types_of_the_table_or_the_index() {
        let one = "version = 1\n[table]\nname = \"t\"\npartition_key = \"id\"\n\
                   keys = { id = \"number\" }\n[tenant]\nid = \"number\"\n\
                   person = \"attributes.custom:org\"\n[pool]\nadmin_only = [\"custom:org\"]\n\
                   [records.org]\nkey = { id = \"{tenant}\" }\n\
                   [claims.name]\nfrom = \"org.name\"\n";
        let policy_of_numbers = policy(one);
        let key = Key { partition: NOTHING.to_owned(), sort: None };
        match request(&policy_of_numbers) {
            Some(Request::Read(read)) => assert_eq!(read.key, key),
            other => panic!("{other:?}"),
        }

        let by_index =
            one.replace("key = { id", "index = \"by-org\"\nat_most = 9\nquery = { org_id");
        let policy_of_an_index =
            policy(&by_index.replace("\"org.name\"", "\"org.name\"\ntype = \"list\""));
        match request(&policy_of_an_index) {
            Some(Request::Query(query)) => {
                assert_eq!(query.partition, NOBODY);
                assert_eq!(query.index.map(|index| index.name.as_str()), Some("by-org"));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_policy_without_records_asks_nothing() {
        let policy = policy("version = 1\n[claims.region]\nvalue = \"eu\"\n");
        assert_eq!((request(&policy), at_once(&policy)), (None, 0));
    }
}
