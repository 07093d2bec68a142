//! What the caller chooses: whether it is there, and whether it can be what it is taken for.
//!
//! It is looked at before anything is read, so that no fault of a table hides a refusal.

use crate::identity::Identity;
use crate::outcome::{Reason, Refusal, Subject};
use crate::policy::{Chosen, Operand, Policy, RecordRule};

/// What the caller chose, if anything. A present one may be empty, and is refused then.
pub fn chosen<'i>(chosen: &Chosen, identity: &'i Identity<'_>) -> Option<&'i str> {
    match chosen {
        Chosen::Metadata(name) => identity.metadata.get(name.as_str()).map(AsRef::as_ref),
        Chosen::Attribute(name) => identity.attributes.get(name.as_str()).map(AsRef::as_ref),
        Chosen::Username => identity.username.as_deref(),
        Chosen::ClientId => identity.client_id.as_deref(),
    }
}

/// Whether all that the caller chose can be what it is taken for. Nothing falls through to the next
/// source: what is there and isn't right refuses.
///
/// # Errors
/// The refusal.
pub fn check_choices(policy: &Policy, identity: &Identity<'_>) -> Result<(), Refusal> {
    for rule in policy.records.iter().filter(|rule| rule.is_for(identity.kind)) {
        if !rule.chosen.is_empty() && !record_fits(rule, identity) {
            let cause =
                format!("what the caller chooses for record `{}` is of another form", rule.name);
            let subject = Subject::Record(rule.name.clone());
            return Err(Refusal::new(Reason::ChoiceRefused, subject, cause));
        }
    }
    let Some(tenant) = &policy.tenant else { return Ok(()) };
    let misfit = tenant.sources(identity.kind).iter().find(|source| {
        let choice = source.chosen.as_ref().and_then(|choice| chosen(choice, identity));
        choice.is_some_and(|choice| !tenant.id.fits(choice))
    });
    match misfit {
        None => Ok(()),
        Some(source) => {
            let cause = format!("what the caller chooses by `{}` is no id", source.text);
            Err(Refusal::new(Reason::ChoiceRefused, Subject::Tenant, cause))
        }
    }
}

/// Whether all that a record's key takes from the caller is what the key says.
fn record_fits(rule: &RecordRule, identity: &Identity<'_>) -> bool {
    rule.operands().all(|operand| match operand {
        Operand::Chosen(choice, id) => {
            chosen(choice, identity).is_none_or(|choice| id.fits(choice))
        }
        _ => true,
    })
}
