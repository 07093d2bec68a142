//! The numbers on which a verdict rests.

use cognito_claims::TokenUse;

use super::change::Change;
use super::crowd::Count;
use super::tally::Tally;

/// What a verdict is about.
pub struct Facts<'t> {
    /// How many events were compared.
    pub compared: usize,
    /// Texts that are no events.
    pub unreadable: usize,
    /// Whose every token is gone.
    pub locked_out: Count,
    /// Who lost some tokens and still gets others.
    pub refused_at_times: Count,
    /// Who gets tokens, and got none before.
    pub let_in: Count,
    /// Who gets more tokens than before.
    pub let_in_more: Count,
    /// Who is refused both times, for another reason or with another text.
    pub refused_otherwise: Count,
    /// Changes of claims.
    pub claims: Vec<ClaimFact<'t>>,
    /// Whether the function answers otherwise in some event, and the tokens are equal.
    pub answers: bool,
    /// Whether a token has another size.
    pub sizes: bool,
    /// Whether other items are looked up.
    pub lookups: bool,
}

/// A change of a claim.
pub struct ClaimFact<'t> {
    /// The claim.
    pub claim: &'t str,
    /// How it differs.
    pub change: Change,
    /// In which token, if it comes into the other one.
    pub token: Option<TokenUse>,
    /// For whom.
    pub count: Count,
}

impl<'t> Facts<'t> {
    /// Of what was counted.
    pub fn of(tally: &'t Tally) -> Self {
        let effects = &tally.effects;
        let roll = &effects.roll;
        let [issued_before, issued_after] = &effects.issued;
        let [locked_out, refused_at_times] = roll.split(&effects.refused, issued_after);
        let [let_in, let_in_more] = roll.split(&effects.let_in, issued_before);
        let [before, after] = &tally.sides;
        let mut sizes = before.sizes.iter().zip(&after.sizes);
        let claims = effects.claims.iter().flat_map(|(claim, changes)| {
            let tokens = |change| changes.get(&change).map(|met| &met.tokens);
            let moves = match (tokens(Change::Lost), tokens(Change::Gained)) {
                (Some(lost), Some(gained)) => lost.is_disjoint(gained),
                _ => false,
            };
            changes.iter().map(move |(change, met)| ClaimFact {
                claim,
                change: *change,
                token: met.tokens.first().copied().filter(|_| moves && *change != Change::Changed),
                count: roll.count(&met.crowd),
            })
        });
        Self {
            compared: tally.events,
            unreadable: tally.unreadable,
            locked_out,
            refused_at_times,
            let_in,
            let_in_more,
            refused_otherwise: roll.count(&effects.refused_otherwise),
            claims: claims.collect(),
            answers: tally.answer_only > 0,
            sizes: sizes.any(|(before, after)| before.0 != after.0),
            lookups: (before.items, before.rounds) != (after.items, after.rounds),
        }
    }
}
