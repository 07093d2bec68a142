//! The sign-in in question: the event of one, taken or made.

use claimsmith::policy::Policy;
use cognito_claims::TokenUse;
use cognito_claims::names::reserved_to_add;
use serde_json::Value;

use super::seen::Seen;
use claimsmith_playground::sign_in::SignIn;

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

/// What of an ID token are surely the user's attributes. An event has all of them as text.
/// SPEC: AWS, "Understanding the ID token": `identities` is a list there, `email_verified` a boolean.
fn attributes(seen: &Seen, policy: &Policy) -> Vec<(String, String)> {
    let ours = |name: &str| policy.claims.iter().any(|claim| claim.name == name);
    let attribute = |name: &str| !ours(name) && reserved_to_add(name).is_none();
    let text = |name: &str, value: &Value| match value {
        Value::String(text) if attribute(name) => Some(text.clone()),
        Value::Bool(yes) if name == "email_verified" && attribute(name) => Some(yes.to_string()),
        Value::Array(_) if name == "identities" => Some(value.to_string()),
        _ => None,
    };
    let claims = seen.claims.iter();
    claims.filter_map(|(name, value)| Some((name.clone(), text(name, value)?))).collect()
}
