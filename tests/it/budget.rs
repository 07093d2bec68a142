//! What leaves a token that is too long, in which order, and what never does.

use crate::support::*;
use claimsmith::Trigger;
use claimsmith::outcome::Reason;

/// Six claims of some hundred bytes each, and one that is required.
const POLICY: &str = r#"
version = 1

[table]
file = "items.json"
partition_key = "pk"

[records.user]
key = { pk = "{sub}" }

[claims.required_a]
from = "user.value"
required = true

[claims.z_first]
from = "user.value"
shed = 1

[claims.b_second]
from = "user.value"
shed = 2

[claims.c_second]
from = "user.value"
shed = 2

[claims.a_last]
from = "user.value"

[claims.d_last]
from = "user.value"

[tokens.access]
budget = BUDGET
"#;

const EVENT: &str = r#"{"version":"2","triggerSource":"TokenGeneration_Authentication",
    "region":"eu-west-1","userPoolId":"eu-west-1_EXAMPLE01","userName":"u",
    "request":{"userAttributes":{"sub":"u"},"scopes":[]},"response":{}}"#;

/// What leaves the access token under a budget, in the order in which it leaves.
fn shed(budget: usize, length: usize) -> Result<Vec<String>, Reason> {
    let item = format!("[{{\"pk\":\"u\",\"value\":\"{}\"}}]", "v".repeat(length));
    let store = items_of(&item, &[table("pk", None)]);
    let trigger =
        Trigger::new(policy(&(POLICY.replace("BUDGET", &budget.to_string()) + PLAIN_POOL)), store);
    let shed = decide(&trigger, EVENT, |decided| {
        let access = decided.outcome.as_ref().unwrap().access.as_ref().unwrap();
        let claims = added(decided.answer().unwrap(), "access");
        assert!(claims.contains_key("required_a"));
        let mut names: Vec<String> = access.shed.iter().map(|claim| claim.name.into()).collect();
        let marker = claims.get("claims_omitted").map(|marker| marker.as_str().unwrap().to_owned());
        let left = names.clone();
        names.sort();
        assert_eq!(marker, (!names.is_empty()).then(|| names.join(",")));
        left
    });
    shed.map_err(|refusal| refusal.reason)
}

#[test]
fn claims_leave_in_the_declared_order_and_only_as_many_as_must() {
    let order = ["z_first", "b_second", "c_second", "a_last", "d_last"];
    assert_eq!(shed(10_240, 300), Ok(vec![]));
    let mut most = 0;
    for budget in (1800..4100).step_by(100).rev() {
        let left = shed(budget, 300).unwrap();
        assert_eq!(left, order[..left.len()], "{budget}");
        assert!(left.len() >= most, "{budget}: a smaller budget sheds less");
        most = left.len();
    }
    assert_eq!(most, order.len());
}

#[test]
fn a_required_claim_that_can_not_fit_is_a_refusal_even_if_the_rest_would() {
    // Without the required claim there would be room enough.
    assert_eq!(shed(1500, 2000), Err(Reason::BudgetImpossible));
}
