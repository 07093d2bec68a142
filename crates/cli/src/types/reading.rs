//! What a reader of each token asks for: the contract, token by token, in the readers' types.

use claimsmith::policy::Presence;
use cognito_claims::TokenUse;
use cognito_claims::encoding::Encoding;
use cognito_claims::names::{CLAIMS_CUT, CLAIMS_OMITTED};

use super::text::visible;
pub use crate::contract::Kind;
use crate::contract::{Claim, Contract, Form};

/// One token, and what is read of it.
pub struct Token<'c> {
    /// Which of the two.
    pub token: TokenUse,
    /// Its claims, sorted by name.
    pub claims: Vec<Reading<'c>>,
}

/// One claim as it is read.
pub struct Reading<'c> {
    /// The claim's name.
    pub name: &'c str,
    /// As what.
    pub kind: Kind<'c>,
    /// Whether every token has it.
    pub always: bool,
    /// Whether reading must do without it. Sets and lists of words never need this: what they don't
    /// hold is unknown then.
    pub optional: bool,
    /// What is known of it, in letters that are seen, a paragraph each: what the policy says, and what the type doesn't show.
    pub said: Vec<String>,
}

/// The tokens that the trigger writes into, the access token first.
pub fn tokens(contract: &Contract) -> Vec<Token<'_>> {
    let tokens = [TokenUse::Access, TokenUse::Id].map(|token| Token {
        token,
        claims: contract
            .claims
            .iter()
            .filter_map(|claim| Some(Reading::of(claim, claim.presence(token)?)))
            .collect(),
    });
    tokens.into_iter().filter(|token| !token.claims.is_empty()).collect()
}

/// Claims whose flags have a catalogue, sorted by name; each once.
pub fn catalogues(contract: &Contract) -> impl Iterator<Item = (&str, &[String])> {
    contract.claims.iter().filter_map(|claim| match &claim.form {
        Form::Flags { encoding: Encoding::Bits, catalogue: Some(flags) } => {
            Some((claim.name.as_str(), flags.as_slice()))
        }
        _ => None,
    })
}

impl<'c> Reading<'c> {
    fn of(claim: &'c Claim, presence: Presence) -> Self {
        let kind = Kind::of(claim);
        let always = presence == Presence::Always;
        let details = details(kind, claim.first, presence);
        let said = match &claim.description {
            Some(description) => [vec![visible(description)], details].concat(),
            None => vec![[vec![said(kind).to_owned()], details].concat().join(" ")],
        };
        Self { name: &claim.name, kind, always, optional: !always && !kind.knows_unknown(), said }
    }
}

/// What it is, for a claim of which the policy says nothing.
fn said(kind: Kind<'_>) -> &'static str {
    match kind {
        Kind::Text => "A text.",
        Kind::Integer => "A whole number.",
        Kind::Number => "A number.",
        Kind::Boolean => "True or false.",
        Kind::Json => "Any JSON value, as the front door shows it.",
        Kind::OrgId => "The organisation that the token acts in.",
        Kind::Tier => "What the organisation has paid for.",
        Kind::Words(_) => "A list of words.",
        Kind::Features(..) | Kind::Bits => "A set of flags.",
        Kind::Organisations(_) => "All organisations of the person, for showing.",
        Kind::Objects(_) => "A list of objects.",
    }
}

/// What the type doesn't show; a paragraph, or none.
fn details(kind: Kind<'_>, first: Option<usize>, presence: Presence) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    if let Kind::Objects(fields) = kind {
        all.push(format!("Each object has what is there of {}.", fields.join(", ")));
    }
    if let Some(first) = first {
        all.push(format!("At most {first}; {CLAIMS_CUT} names the claim if there are more."));
    }
    if presence == Presence::UnlessOmitted {
        all.push(format!("Missing only where {CLAIMS_OMITTED} names it."));
    }
    if all.is_empty() { all } else { vec![all.join(" ")] }
}
