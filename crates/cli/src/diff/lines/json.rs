//! The population as one JSON object, for machines.

use std::collections::BTreeMap;

use claimsmith::outcome::Reason;
use serde_json::{Map, Value, json};

use super::population::{Population, Seen};
use crate::diff::tally::over;
use crate::summary::Sizes;

impl Population {
    /// The object.
    pub fn json(&self) -> Value {
        let word = |reason: &Option<Reason>| reason.map(Reason::as_str);
        let outcomes = self.outcomes.iter().map(|((outcome, now, next), seen)| {
            let row = json!({
                "outcome": outcome.as_str(),
                "reason_now": word(now),
                "reason_next": word(next),
            });
            with(row, seen)
        });
        let claims = self.claims.iter().map(|((token, claim, change), seen)| {
            let row = json!({ "token": token.as_str(), "claim": claim, "change": change.as_str() });
            with(row, seen)
        });
        let [id, access] = &self.sizes;
        json!({
            "sign_ins": self.all.sign_ins,
            "identities": self.all.who.len(),
            "other_lines": self.others,
            "unreadable": self.unreadable,
            "outcomes": outcomes.collect::<Vec<_>>(),
            "claims": claims.collect::<Vec<_>>(),
            "tokens": { "id": sides(id), "access": sides(access) },
            "unknown_records": names("record", &self.unknown_records),
            "store_faults": names("fault", &self.store_faults),
            "own_reads": self.own_reads,
        })
    }
}

fn with(mut row: Value, seen: &Seen) -> Value {
    if let Some(row) = row.as_object_mut() {
        row.insert("sign_ins".to_owned(), seen.sign_ins.into());
        row.insert("identities".to_owned(), seen.who.len().into());
        row.insert("first".to_owned(), seen.first.as_str().into());
    }
    row
}

fn names(member: &str, names: &BTreeMap<String, Seen>) -> Vec<Value> {
    names.iter().map(|(name, seen)| with(json!({ member: name }), seen)).collect()
}

fn sides([now, next]: &[Sizes; 2]) -> Value {
    json!({ "compared": now.count(), "now": bytes(now), "next": bytes(next) })
}

fn bytes(sizes: &Sizes) -> Value {
    let over: Map<String, Value> =
        over(sizes).into_iter().map(|(name, _, count)| (name.to_owned(), count.into())).collect();
    json!({
        "median": sizes.at(50),
        "of_100_95": sizes.at(95),
        "largest": sizes.at(100),
        "over": over,
    })
}
