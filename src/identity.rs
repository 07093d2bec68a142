//! Who the token is for: a person or a machine, and what the event says about them.
//!
//! From here on nobody knows Cognito's JSON. What a caller can choose (attributes, metadata) is
//! kept apart from what Cognito vouches for (`sub`, client, pool).

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::event::{Form, Request, TRIGGER_SOURCES, TriggerEvent};
use crate::groups::Groups;

/// Who the tokens are for.
#[derive(Debug)]
pub struct Identity<'a> {
    /// A person or a machine.
    pub kind: Kind,
    /// The person's `sub`; a machine has none here, whatever its event says.
    pub sub: Option<Cow<'a, str>>,
    /// The person's user name.
    pub username: Option<Cow<'a, str>>,
    /// The app client that asked for the tokens.
    pub client_id: Option<Cow<'a, str>>,
    /// The user pool.
    pub user_pool_id: Option<Cow<'a, str>>,
    /// The pool's region.
    pub region: Option<Cow<'a, str>>,
    /// Which flow makes the tokens.
    pub trigger_source: Cow<'a, str>,
    /// Whether AWS documents that flow.
    pub is_known_source: bool,
    /// The scopes asked for, if the event says.
    pub scopes: Option<Vec<Cow<'a, str>>>,
    /// Groups and roles as Cognito computed them.
    pub groups: Groups<'a>,
    /// The person's attributes. Some can be written by the person: a source of claims only where
    /// the policy trusts them.
    pub attributes: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    /// What the caller sent along. Unproven: never a source of claims.
    pub metadata: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    /// What this trigger can write into the ID token.
    pub id_token: Carries,
    /// What this trigger can write into the access token.
    pub access_token: Carries,
}

/// A person or a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A person who signed in.
    User,
    /// A machine with client credentials.
    Client,
}

impl Kind {
    /// The word in a policy file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::Client => "client",
        }
    }
}

/// What a trigger of the event's version can write into one token.
///
/// SPEC: AWS, "Pre token generation Lambda trigger": version 1 customizes the ID token with text,
/// later ones both tokens with typed values; machines get an access token only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carries {
    /// Cognito issues no such token.
    NotIssued,
    /// The token is issued, and the trigger has no say in its claims.
    Nothing,
    /// Claims as text.
    Text,
    /// Claims of every type.
    Typed,
}

impl Carries {
    /// Whether the trigger can write claims.
    pub const fn claims(self) -> bool {
        matches!(self, Carries::Text | Carries::Typed)
    }
}

impl<'a> Identity<'a> {
    /// Reads the identity off an event and its request.
    pub fn of(event: &TriggerEvent<'a>, request: Request<'a>) -> Self {
        let kind = if event.is_client_credentials() { Kind::Client } else { Kind::User };
        let user = kind == Kind::User;
        let (id_token, access_token) = match (kind, event.form) {
            (Kind::Client, _) => (Carries::NotIssued, Carries::Typed),
            (Kind::User, Form::V1) => (Carries::Text, Carries::Nothing),
            (Kind::User, Form::V2) => (Carries::Typed, Carries::Typed),
        };
        let Request { user_attributes, groups, scopes, client_metadata } = request;
        Self {
            kind,
            sub: present(&event.sub).filter(|_| user),
            username: present(&event.user_name).filter(|_| user),
            client_id: present(&event.client_id),
            user_pool_id: present(&event.user_pool_id),
            region: present(&event.region),
            trigger_source: event.trigger_source.clone(),
            is_known_source: TRIGGER_SOURCES.contains(&&*event.trigger_source),
            scopes,
            groups,
            // A machine has none, whatever its event says.
            attributes: if user { user_attributes } else { BTreeMap::new() },
            metadata: client_metadata,
            id_token,
            access_token,
        }
    }
}

impl Identity<'_> {
    /// Whether nothing says who it is: no `sub`, and no trigger source that people sign in by.
    pub fn is_nobody(&self) -> bool {
        self.kind == Kind::User && self.sub.is_none() && !self.is_known_source
    }
}

fn present<'a>(text: &Option<Cow<'a, str>>) -> Option<Cow<'a, str>> {
    text.clone().filter(|text| !text.is_empty())
}
