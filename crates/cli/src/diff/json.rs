//! The comparison as one JSON object, for machines.

use claimsmith::outcome::Reason;
use serde_json::{Map, Value, json};

use super::change::Because;
use super::facts::Facts;
use super::tally::{Comparison, Side, over};
use super::verdict::Verdict;
use crate::summary::Sizes;

impl Comparison<'_> {
    /// The object.
    pub fn json(&self) -> Value {
        let tally = self.tally;
        let word = |reason: &Option<Reason>| reason.map(Reason::as_str);
        let refusals = tally.refusals.iter().map(|((before, after), seen)| {
            json!({
                "before": word(before),
                "after": word(after),
                "events": seen.events,
                "named": seen.named,
            })
        });
        let claims = tally.claims.iter().map(|(row, (seen, [before, after]))| {
            let mut claim = json!({
                "token": row.token.as_str(),
                "claim": row.claim,
                "change": row.change.as_str(),
                "because": row.because.map(Because::as_str),
                "events": seen.events,
                "named": seen.named,
            });
            if let (true, Some(claim)) = (self.values, claim.as_object_mut()) {
                claim.insert("values".to_owned(), json!({ "before": before, "after": after }));
            }
            claim
        });
        let [before, after] = &tally.sides;
        json!({
            "verdict": Verdict::on(Facts::of(tally)).to_string(),
            "before": side(self.before, before),
            "after": side(self.after, after),
            "events": {
                "compared": tally.events,
                "differing": tally.differing,
                "newly_refused": tally.newly_refused(),
                "answer_only": tally.answer_only,
                "unreadable": tally.unreadable,
            },
            "refusals": refusals.collect::<Vec<_>>(),
            "claims": claims.collect::<Vec<_>>(),
        })
    }
}

fn side(origin: &str, side: &Side) -> Value {
    let [id, access] = &side.sizes;
    let [id_shed, access_shed] = side.shed;
    json!({
        "from": origin,
        "tokens": { "id": token(id, id_shed), "access": token(access, access_shed) },
        "reads": { "items": side.items, "most_rounds": side.rounds },
    })
}

fn token(sizes: &Sizes, shed: usize) -> Value {
    let over: Map<String, Value> =
        over(sizes).into_iter().map(|(name, _, count)| (name.to_owned(), count.into())).collect();
    json!({
        "issued": sizes.count(),
        "bytes": { "median": sizes.at(50), "of_100_95": sizes.at(95), "largest": sizes.at(100) },
        "over": over,
        "shed": shed,
    })
}
