//! What every target does with the claims that it opened: reads everything as everything.

use std::collections::{BTreeMap, BTreeSet};

use cognito_claims::{Claims, Features, Guard, OrgId, Tier};
use serde_json::{Map, Value, json};

/// The bytes as an object of claims, if they are one.
pub fn claims(bytes: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(bytes).ok()
}

/// An event with the given object in `requestContext.authorizer`.
pub fn gateway(authorizer: Value) -> Value {
    json!({ "requestContext": { "authorizer": authorizer } })
}

/// Reads everything as everything; nothing may panic.
pub fn read(claims: &Claims<'_>) {
    let _ = claims.read::<Value>();
    let names: BTreeMap<String, Value> = claims.read().unwrap_or_default();
    for name in names.keys() {
        let _ = claims.claim::<&str>(name);
        let _ = claims.claim::<bool>(name);
        let _ = claims.claim::<i64>(name);
        let _ = claims.claim::<f64>(name);
        let _ = claims.claim::<BTreeSet<String>>(name);
        let _ = claims.claim::<Vec<Option<u64>>>(name);
        let _ = claims.claim::<Vec<BTreeMap<String, Value>>>(name);
        let _ = claims.claim::<BTreeMap<String, String>>(name);
        let _ = claims.claim::<(OrgId, Tier)>(name);
        let _ = claims.claim::<Features>(name);
    }
    let guard = Guard::access_token().client(["a"]).any_scope(["a"]).any_group(["a"]).org("a");
    if let Err(refusal) = guard.tier_at_least("a", ["a"]).feature("a").check(claims, 0) {
        let _ = refusal.proxy_response();
    }
    let _ = (claims.identity(), claims.groups(), claims.scopes(), claims.issued_at());
}
