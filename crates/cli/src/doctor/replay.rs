//! What the trigger itself decides for the person or machine in question.
//!
//! There is no second implementation of its rules: an event is taken or made, and the trigger is
//! asked. Where the records are not known, it is asked with a store that fails, under a policy
//! that makes do without: what it then leaves out for another reason stays out anyway.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use claimsmith::budget::Fitted;
use claimsmith::plan::{Planned, Why};
use claimsmith::policy::{ClientRules, Operand, Policy};
use claimsmith::records::Known;
use claimsmith::records::any::AnyStore;
use claimsmith::records::store::{Item, Read, Store, StoreError, StoreFault};
use claimsmith::records::template::Part;
use claimsmith::{Decided, Tokens};
use cognito_claims::TokenUse;
use serde_json::Value;

use crate::sign_in::SignIn;
use crate::status::Failure;
use crate::table;

use super::seen::Seen;

/// A person at a terminal waits longer than Cognito, as with `show`.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// The records, or that nobody gave them.
pub enum Records {
    /// A file or a table.
    Known(AnyStore),
    /// Not given.
    Unknown,
}

impl Store for Records {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        match self {
            Records::Known(store) => Box::pin(store.read(reads)).await,
            Records::Unknown => Err(StoreError::new(StoreFault::Failed)),
        }
    }
}

/// A policy under which no record decides whether there is a token.
pub fn without_records(policy: &mut Policy) {
    for record in &mut policy.records {
        record.missing_refuses = false;
        record.refuse_if.clear();
    }
    for claim in &mut policy.claims {
        claim.required = false;
        claim.fault_refuses = false;
    }
    policy.groups = None;
    let rules = std::iter::once(&mut policy.any_client).chain(policy.clients.values_mut());
    for ClientRules { id, access, .. } in rules {
        (id.budget, access.budget) = (usize::MAX, usize::MAX);
    }
}

/// What is asked about, and how surely.
pub struct Question {
    /// The event's text.
    pub event: String,
    /// How evidence calls it.
    pub name: String,
    /// Whether Cognito made it; if not, flow, metadata and scopes are guessed.
    pub recorded: bool,
    /// Whether the user's attributes stand in it.
    pub knows_attributes: bool,
    /// Whether what the caller sent along stands in it.
    pub knows_metadata: bool,
    /// What it was made from, if Cognito didn't.
    sign_in: Option<SignIn>,
}

impl Question {
    /// An event that Cognito made.
    pub fn recorded(name: &str, event: &str) -> Self {
        Self {
            event: event.to_owned(),
            name: name.to_owned(),
            recorded: true,
            knows_attributes: true,
            knows_metadata: true,
            sign_in: None,
        }
    }

    /// The event that Cognito would make for a sign-in.
    pub fn of_sign_in(name: &str, sign_in: SignIn, policy: &Policy) -> Self {
        Self {
            // Maps with text keys, lists and texts can always be written.
            event: serde_json::to_string(&sign_in.event(policy)).unwrap_or_default(),
            name: name.to_owned(),
            recorded: false,
            knows_attributes: !sign_in.attributes.is_empty() || sign_in.sub.is_none(),
            knows_metadata: !sign_in.metadata.is_empty(),
            sign_in: Some(sign_in),
        }
    }

    /// The event that Cognito would have made this token for. `told` is what else is known: its
    /// attributes and metadata.
    pub fn of_token(seen: &Seen, told: SignIn, policy: &Policy) -> Option<Self> {
        let text = |name: &str| seen.text(name).map(str::to_owned);
        let token = seen.token()?;
        let groups = seen.claims.get("cognito:groups").and_then(Value::as_array);
        let groups = groups.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        let scopes = seen.text("scope").unwrap_or_default().split(' ');
        let mut attributes = match token {
            TokenUse::Access => Vec::new(),
            TokenUse::Id => attributes(seen, policy),
        };
        attributes.extend(told.attributes);
        let sign_in = SignIn {
            sub: if seen.is_machine() { None } else { Some(text("sub")?) },
            client: Some(seen.client()?.to_owned()),
            username: text("cognito:username").or_else(|| text("username")),
            pool: seen.pool().map(str::to_owned),
            groups: groups.collect(),
            scopes: scopes.filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
            attributes,
            metadata: told.metadata,
            ..SignIn::default()
        };
        let question = Self::of_sign_in(&seen.name, sign_in, policy);
        let knows_attributes = question.knows_attributes || token == TokenUse::Id;
        Some(Self { knows_attributes, ..question })
    }

    /// The same in version 1, as a pool of that version would ask it; none if Cognito made the
    /// event, or for a machine.
    pub fn in_version_one(&self, policy: &Policy) -> Option<Self> {
        let sign_in = self.sign_in.as_ref().filter(|sign_in| sign_in.sub.is_some())?;
        let sign_in = SignIn { version: Some("1".to_owned()), ..sign_in.clone() };
        let question = Self::of_sign_in(&self.name, sign_in, policy);
        Some(Self { knows_attributes: self.knows_attributes, ..question })
    }
}

/// Whether what the caller sent along can decide about a record.
pub fn needs_metadata(policy: &Policy, record: usize) -> bool {
    let Some(rule) = policy.records.get(record) else { return false };
    let templates = [Some(&rule.partition), rule.sort.as_ref()];
    let parts = templates.into_iter().flatten().flat_map(|template| &template.parts);
    // A record's key needs records before it only, so this ends.
    parts.into_iter().any(|part| match part {
        Part::Text(_) => false,
        Part::FirstOf(operands) => operands.iter().any(|operand| match operand {
            Operand::Metadata(_) => true,
            Operand::Record(path) => needs_metadata(policy, path.record),
            _ => false,
        }),
    })
}

/// What of an ID token are surely the user's attributes.
fn attributes(seen: &Seen, policy: &Policy) -> Vec<(String, String)> {
    let ours = |name: &str| policy.claims.iter().any(|claim| claim.name == name);
    let attribute =
        |name: &str| !ours(name) && cognito_claims::names::reserved_to_add(name).is_none();
    let texts = seen.claims.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
    texts
        .filter(|(name, _)| attribute(name))
        .map(|(name, value)| (name.clone(), value.to_owned()))
        .collect()
}

/// What becomes of one claim in one token.
pub enum Verdict<'d> {
    /// The trigger writes it.
    Written(&'d Planned<'d>),
    /// Cognito writes it by itself; `sure` unless it depends on the app client or the flow.
    Kept {
        /// It is in every such token.
        sure: bool,
        /// It is a user attribute.
        attribute: bool,
    },
    /// The policy takes it away.
    Suppressed,
    /// The budget is short.
    Shed(&'d Fitted<'d>),
    /// It stays out.
    LeftOut(Why),
    /// The records decide, and they are not known.
    Open,
    /// Nobody writes it.
    Nobody,
    /// The trigger can't change this token in this version.
    Unchangeable,
    /// Cognito issues no such token.
    NotIssued,
}

/// What the trigger decides about a claim in one token of an event that isn't refused.
pub fn verdict<'d>(
    tokens: &'d Tokens<'_>,
    token: TokenUse,
    claim: &str,
    policy: &Policy,
    records_known: bool,
) -> Verdict<'d> {
    let fitted = match token {
        TokenUse::Id => &tokens.id,
        TokenUse::Access => &tokens.access,
    };
    let Some(fitted) = fitted else { return Verdict::NotIssued };
    if let Some(planned) = fitted.add.iter().find(|planned| planned.name == claim) {
        return Verdict::Written(planned);
    }
    if fitted.shed.iter().any(|planned| planned.name == claim) {
        return Verdict::Shed(fitted);
    }
    if let Some((_, why)) = fitted.left_out.iter().find(|(name, _)| *name == claim) {
        let open = matches!(why, Why::Fault(_)) && !records_known;
        return if open { Verdict::Open } else { Verdict::LeftOut(*why) };
    }
    let by_list = fitted.carries.claims() && fitted.rules.suppress.iter().any(|name| name == claim);
    if by_list || fitted.suppressed.iter().any(|own| own.name == claim) {
        return Verdict::Suppressed;
    }
    if let Some(own) = fitted.own.iter().find(|own| own.name == claim) {
        let attribute = own.origin == claimsmith::token::Origin::Attribute;
        return Verdict::Kept { sure: own.size.lower > 0 && !attribute, attribute };
    }
    let rule = policy.claims.iter().find(|rule| rule.name == claim);
    match rule {
        Some(rule) if !fitted.carries.claims() => match token {
            TokenUse::Access if rule.access => Verdict::Unchangeable,
            TokenUse::Id if rule.id => Verdict::Unchangeable,
            _ => Verdict::LeftOut(Why::OtherToken),
        },
        Some(_) | None => Verdict::Nobody,
    }
}

/// Opens the records that were named, or those that the policy names.
pub fn store(
    policy_file: Option<&Path>,
    records: Option<&Path>,
    policy: &Policy,
    runtime: &tokio::runtime::Runtime,
) -> Result<(Records, String), Failure> {
    let (store, name) = table::open(policy_file, records, policy, runtime)?;
    Ok((Records::Known(store), name))
}

/// Asks the trigger.
pub fn decide<'e>(
    runtime: &tokio::runtime::Runtime,
    trigger: &'e claimsmith::Trigger<Records>,
    event: &'e claimsmith::event::TriggerEvent<'e>,
) -> io::Result<Decided<'e>> {
    runtime
        .block_on(async { Ok(trigger.decide(event, tokio::time::Instant::now() + DEADLINE).await) })
}
