//! Session tags: what AWS STS reads from an ID token as attributes of a session.
//!
//! A policy in AWS may allow by a tag, so a tag is never left out: a value that isn't there, or that
//! AWS would refuse, refuses the token.
//!
//! SPEC: AWS, IAM user guide, "Pass session tags in AWS STS"; STS API reference, `Tag`.

use cognito_claims::TokenUse;
use serde_json::{Map, Value};

use crate::identity::Carries;
use crate::outcome::{Reason, Refusal, Subject};
use crate::plan::{self, Plan, Planned, TokenPlan, Why};
use crate::policy::{Policy, SESSION_TAGS, SessionTags};
use crate::resolve::Origin;

/// Most characters of a tag's value.
const VALUE_LIMIT: usize = 256;
/// Marks that a value may hold beside letters, digits and blanks.
const MARKS: &str = "_.:/=+-@";

/// Adds the tags to a plan.
///
/// # Errors
/// A refusal: a tag has no value, or one that can't be a tag's.
pub(crate) fn tag<'p>(policy: &'p Policy, mut plan: Plan<'p>) -> Result<Plan<'p>, Refusal> {
    if let Some(tags) = &policy.session_tags
        && let Some(value) = claim(tags, policy, &plan.id)?
    {
        let planned = Planned::own(SESSION_TAGS, value, Origin::SessionTags);
        plan::insert(&mut plan.id.add, planned);
    }
    Ok(plan)
}

/// The claim that STS reads; nothing if Cognito issues no ID token.
fn claim(
    tags: &SessionTags,
    policy: &Policy,
    id: &TokenPlan<'_>,
) -> Result<Option<Value>, Refusal> {
    match id.carries {
        Carries::NotIssued => return Ok(None),
        Carries::Typed => {}
        Carries::Text | Carries::Nothing => {
            let cause = "session tags are an object, and the event carries text alone";
            let subject = Subject::Token(TokenUse::Id);
            return Err(Refusal::new(Reason::ClaimMissing, subject, cause));
        }
    }
    let mut principal_tags = Map::new();
    for (tag, claim) in &tags.tags {
        let Some(claim) = policy.claims.get(*claim) else { continue };
        let value = value(id, &claim.name).map_err(|(reason, problem)| {
            let cause = format!("session tag `{tag}` needs claim `{}`, {problem}", claim.name);
            Refusal::new(reason, Subject::Claim(claim.name.clone()), cause)
        })?;
        principal_tags.insert(tag.clone(), Value::from_iter([value]));
    }
    let mut members = Map::new();
    members.insert("principal_tags".to_owned(), Value::Object(principal_tags));
    if !tags.transitive.is_empty() {
        let transitive = tags.transitive.iter().map(String::as_str).collect();
        members.insert("transitive_tag_keys".to_owned(), transitive);
    }
    Ok(Some(Value::Object(members)))
}

/// The value of a claim as that of a tag, or why it has none.
fn value(id: &TokenPlan<'_>, claim: &str) -> Result<String, (Reason, &'static str)> {
    let Some(planned) = id.add.iter().find(|planned| planned.name == claim) else {
        let why = id.left_out.iter().find(|(name, _)| *name == claim).map(|(_, why)| *why);
        return Err(match why {
            Some(Why::Fault(fault)) => (fault.reason(), "which can't be known"),
            Some(Why::NoTenant) => (Reason::NoTenant, "which needs an organisation"),
            _ => (Reason::ClaimMissing, "which has no value"),
        });
    };
    let text = match &planned.value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => planned.value.to_string(),
        _ => String::new(),
    };
    match is_tag_value(&text) {
        true => Ok(text),
        false => Err((Reason::RecordMalformed, "whose value can't be a tag's")),
    }
}

/// Whether AWS takes a text as the value of a tag. It takes the empty one too, but that is no value
/// anywhere else.
fn is_tag_value(text: &str) -> bool {
    let fits = |letter: char| letter.is_alphanumeric() || letter == ' ' || MARKS.contains(letter);
    (1..=VALUE_LIMIT).contains(&text.chars().count()) && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_letters_digits_blanks_and_some_marks() {
        for good in ["acme", "Büro 7", "a_b.c:d/e=f+g-h@i", &"x".repeat(256), &"ü".repeat(256)] {
            assert!(is_tag_value(good), "{good}");
        }
        for bad in ["", "a,b", "a#b", "a\tb", "a*", &"x".repeat(257)] {
            assert!(!is_tag_value(bad), "{bad}");
        }
    }
}
