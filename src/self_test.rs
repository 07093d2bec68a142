//! The self-test: what a new version of the function is asked before any sign-in is sent to it, by
//! whoever deploys it.
//!
//! Pure: store, clock and the text of the event are arguments. Cognito never asks it: its events have
//! members that a self-test doesn't.

use std::time::Duration;

use cognito_claims::CONTRACT_VERSION;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::clock::{Clock, Moment};
use crate::mode::Mode;
use crate::policy::{Policy, Table};
use crate::records::any::AnyStore;
use crate::records::nobody::Request;
use crate::records::store::{StoreError, StoreFault};
use crate::records::together::{Waiting, together};

/// How long it waits before it repeats what went wrong: rights take seconds to spread, and a new table
/// or a busy one may be slow at first.
const PAUSE: Duration = Duration::from_millis(500);

/// What is asked of the function itself, beside the events of Cognito.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `{"claimsmith": "self-test"}`: whether this version could answer a sign-in.
    Test,
    /// The same at the end of a protected stack, with `{"tf": {"action": "delete"}}` beside it: it is
    /// refused, and with it the removal. SPEC: hashicorp/aws, `aws_lambda_invocation`, lifecycle scope
    /// `CRUD`.
    Removal,
}

impl Order {
    /// The order that an event is, if it is none of Cognito's.
    pub fn of(event: &str) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Asked<'e> {
            claimsmith: &'e str,
            tf: Option<Terraform<'e>>,
        }
        #[derive(Deserialize)]
        struct Terraform<'e> {
            action: &'e str,
        }
        // Nearly every event is a sign-in's, and is read by others.
        let asked: Asked<'_> =
            event.contains("\"claimsmith\"").then(|| serde_json::from_str(event).ok())??;
        let ends = asked.tf.is_some_and(|terraform| terraform.action == "delete");
        let order = if ends { Order::Removal } else { Order::Test };
        (asked.claimsmith == "self-test").then_some(order)
    }
}

/// What a version says of itself when all is well.
#[derive(Debug, Serialize)]
pub struct Passed<'p> {
    self_test: &'static str,
    release: &'static str,
    function_version: &'p str,
    mode: &'static str,
    policy_sha256: String,
    contract: Contract<'p>,
    reads: Vec<Tried<'p>>,
}

/// What readers may meet in its tokens.
#[derive(Debug, Serialize)]
struct Contract<'p> {
    version: u32,
    claims: Vec<&'p str>,
}

/// One kind of request to one table or index.
#[derive(Debug, PartialEq, Serialize)]
struct Tried<'p> {
    table: &'p str,
    index: Option<&'p str>,
    action: &'static str,
}

impl<'p> Passed<'p> {
    /// What is said of a policy, whose file has this text, after its reads were tried.
    pub fn of(
        policy: &'p Policy,
        store: &AnyStore,
        text: &str,
        function_version: &'p str,
        mode: Mode,
    ) -> Self {
        let hash = Sha256::digest(text);
        let written = policy.claims.iter().filter(|claim| claim.id || claim.access);
        let mut claims: Vec<&str> = written.map(|claim| claim.name.as_str()).collect();
        claims.sort_unstable();
        Self {
            self_test: "passed",
            release: env!("CARGO_PKG_VERSION"),
            function_version,
            mode: match mode {
                Mode::Decide => "decide",
                Mode::Report => "report",
            },
            policy_sha256: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            contract: Contract { version: CONTRACT_VERSION, claims },
            reads: requests(policy, store).iter().filter_map(|it| tried(it, policy)).collect(),
        }
    }
}

/// Why an order isn't obeyed, for whoever deploys.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    /// The stable word: `self_test_failed` or `protected`.
    pub word: &'static str,
    /// Names tables and indexes, no key and no value.
    pub problem: String,
}

impl Refused {
    /// The version must get no sign-in.
    pub fn failed(problem: String) -> Self {
        Self { word: "self_test_failed", problem }
    }
}

/// Asks each table and index that the policy reads for an item that is in none, by the rights of the
/// function. What goes wrong it asks again, until `deadline`, but for a table that isn't as the policy
/// says.
///
/// # Errors
/// What can't be read, table by table, and why; or a protected stack is to be removed.
pub async fn obey(
    order: Order,
    policy: &Policy,
    store: &AnyStore,
    clock: &(impl Clock + Sync),
    deadline: Moment,
) -> Result<(), Refused> {
    if order == Order::Removal {
        let problem = "the stack is protected: apply deletion_protection = false, then destroy it";
        return Err(Refused { word: "protected", problem: problem.to_owned() });
    }
    // All at once: one that is denied until the end leaves no time for those behind it.
    let mut tries: Vec<Waiting<'_, Option<String>>> = Vec::new();
    for request in requests(policy, store) {
        tries.push(Box::pin(async move {
            let error = try_read(&request, store, clock, deadline).await.err()?;
            let place = tried(&request, policy).map(|tried| tried.place()).unwrap_or_default();
            let code = error.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
            Some(format!("{place}: {}{code}", error.fault.as_str()))
        }));
    }
    let ((), problems) = together(async {}, tries).await;
    let problems: Vec<String> = problems.into_iter().flatten().collect();
    if problems.is_empty() { Ok(()) } else { Err(Refused::failed(problems.join("; "))) }
}

async fn try_read(
    request: &Request<'_>,
    store: &AnyStore,
    clock: &(impl Clock + Sync),
    deadline: Moment,
) -> Result<(), StoreError> {
    // What it said before the time was up says more than that.
    let mut last = StoreError::new(StoreFault::Late);
    loop {
        match clock.until(deadline, Box::pin(request.send(store))).await {
            None => return Err(last),
            Some(Ok(())) => return Ok(()),
            Some(Err(error)) => last = error,
        }
        let again = clock.now() + PAUSE;
        if last.fault == StoreFault::Misconfigured || again.monotonic >= deadline.monotonic {
            return Err(last);
        }
        let _: Option<()> = clock.until(again, std::future::pending()).await;
    }
}

/// One request for each table and index, and for each way in which it is read. A store in the package
/// was read when the function started.
fn requests<'p>(policy: &'p Policy, store: &AnyStore) -> Vec<Request<'p>> {
    let mut requests: Vec<Request<'p>> = Vec::new();
    if matches!(store, AnyStore::File(_)) {
        return requests;
    }
    for request in policy.records.iter().filter_map(|rule| Request::about_nobody(policy, rule)) {
        if !requests.contains(&request) {
            requests.push(request);
        }
    }
    requests
}

fn tried<'p>(request: &Request<'p>, policy: &'p Policy) -> Option<Tried<'p>> {
    let (at, index, action) = match request {
        Request::Read(read) => (read.table, None, "dynamodb:BatchGetItem"),
        Request::Query(query) => {
            (query.table, query.index.map(|index| index.name.as_str()), "dynamodb:Query")
        }
    };
    let table: &Table = policy.tables.get(at)?;
    Some(Tried { table: table.location.name(), index, action })
}

impl Tried<'_> {
    fn place(&self) -> String {
        match self.index {
            Some(index) => format!("index `{index}` of table `{}`", self.table),
            None => format!("table `{}`", self.table),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_none_of_cognitos_events() {
        for (event, order) in [
            (r#"{"claimsmith":"self-test"}"#, Some(Order::Test)),
            (
                r#"{"claimsmith":"self-test","tf":{"action":"create","prev_input":null}}"#,
                Some(Order::Test),
            ),
            (
                r#"{"claimsmith":"self-test","tf":{"action":"delete","prev_input":{}}}"#,
                Some(Order::Removal),
            ),
            (r#"{"claimsmith":"self-test","userPoolId":"eu-west-1_AbCdEfGhI"}"#, None),
            (r#"{"claimsmith":"self-test","version":"2"}"#, None),
            (r#"{"claimsmith":"something else"}"#, None),
            (r#"{"claimsmith":true}"#, None),
            (r#"{"claimsmith":"self-test","claimsmith":"self-test"}"#, None),
            (r#"{"request":{"clientMetadata":{"claimsmith":"self-test"}}}"#, None),
            (r#"["claimsmith"]"#, None),
            ("\"claimsmith\"", None),
            ("", None),
        ] {
            assert_eq!(Order::of(event), order, "{event}");
        }
    }
}
