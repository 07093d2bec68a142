//! What `check --json` prints: findings, rights, with `--prove` the proofs, and with
//! `--door` what a door can test.

use std::collections::BTreeMap;

use claimsmith::identity::Kind;
use claimsmith::policy::{Policy, ReadUnits, Reads, Rights, Sizes};
use claimsmith_findings::{Code, Found};
use claimsmith_playground::decision::in_token;
use serde_json::{Value, json};

use super::good::{Good, GoodPolicy};
use super::json_proofs::proofs;
use super::{bounds, door};

/// The object.
pub fn object<C: Code>(name: &str, checked: &Result<Good, Found<C>>) -> Value {
    let found = checked.as_ref().err();
    let findings = found.into_iter().flatten().map(|finding| {
        json!({
            "code": finding.code.to_string(),
            "line": finding.line,
            "column": finding.column,
            "message": finding.message,
            "help": finding.help,
        })
    });
    let good = checked.as_ref().ok();
    let policy = good.and_then(|good| good.policy.as_ref());
    let rights = policy.map(|good| rights(&good.rights));
    let mut object = json!({
        "file": name,
        "findings": findings.collect::<Vec<_>>(),
        "more": found.map_or(0, Found::more),
        "writable_attributes": policy.map(|good| &good.policy.writable_attributes),
        "scopes_for_any_client": policy.map(|good| good.policy.scopes_for_any_client()),
        "unset_variables": good.map(|good| &good.unset_variables),
        "rights": rights,
    });
    if let Some(GoodPolicy { policy, prove: true, .. }) = policy {
        let mut proofs = proofs(&policy.proofs());
        if let (Value::Object(object), Value::Object(proofs)) = (&mut object, &mut proofs) {
            proofs.insert("bounds".to_owned(), all_bounds(policy));
            object.insert("proofs".to_owned(), Value::Object(std::mem::take(proofs)));
        }
    }
    if let (Some(GoodPolicy { policy, door: Some(door), .. }), Value::Object(object)) =
        (policy, &mut object)
    {
        object.insert("door".to_owned(), door::json::object(&door::at_door(policy, *door)));
    }
    object
}

/// What a role must be allowed, as the Terraform module takes it.
pub fn rights(rights: &[Rights]) -> Value {
    rights.iter().map(right).collect()
}

/// What a role must be allowed on one table, in the words of IAM.
fn right(rights: &Rights) -> Value {
    let batch = rights.batch.then_some("dynamodb:BatchGetItem");
    let query = rights.query.then_some("dynamodb:Query");
    let actions: Vec<&str> = batch.into_iter().chain(query).collect();
    let indexes: BTreeMap<&str, [&str; 1]> =
        rights.indexes.iter().map(|index| (index.as_str(), ["dynamodb:Query"])).collect();
    json!({
        "table": rights.table,
        "region": rights.region,
        "actions": actions,
        "indexes": indexes,
    })
}

/// The most that a sign-in reads, and the largest tokens and claims.
pub fn all_bounds(policy: &Policy) -> Value {
    let sign_ins = [Kind::User, Kind::Client].map(|kind| {
        let bounds = policy.bounds(kind);
        json!({
            "for": kind.as_str(),
            "tokens": bounds.has_tokens,
            "cold": reads(&bounds.cold),
            "warm": reads(&bounds.warm),
        })
    });
    let tokens = policy.token_bounds().into_iter().map(|bound| {
        json!({
            "token": bound.token.as_str(),
            "client": bound.section,
            "budget": bound.budget,
            "claims": bound.claims.map(in_token),
        })
    });
    let claims = policy.claim_bounds().into_iter().map(|bound| {
        json!({
            "claim": bound.name,
            "bytes": bound.bytes.map(in_token),
            "entries": bound.entries,
            "stays": bound.stays,
        })
    });
    json!({
        "sign_ins": sign_ins,
        "assumes": bounds::ASSUMES,
        "tokens": tokens.collect::<Value>(),
        "claims": claims.collect::<Value>(),
    })
}

fn reads(reads: &Reads) -> Value {
    json!({
        "rounds": reads.rounds.len(),
        "requests": reads.requests(),
        "items": reads.items(),
        "pages": reads.queries(),
        "page_items": reads.page_items(),
        "read_units": units(reads.units(Sizes::USUAL)),
        "largest_read_units": units(reads.units(Sizes::LARGEST)),
    })
}

/// A whole number, or one with a half.
fn units(units: ReadUnits) -> Value {
    serde_json::from_str(&units.to_string()).unwrap_or_default()
}
