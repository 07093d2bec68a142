//! The fields we read of Cognito's trigger event, and the raw event, kept.
//!
//! Lenient in: every JSON object that could be a trigger event is read, whatever is odd in it; a
//! field of an unexpected type counts as absent. Exact out: [`TriggerEvent::answer`] puts a new
//! `response` into the event's own text and leaves every other byte as it came.
//! This file and `response.rs` are the only ones that know Cognito's JSON keys.
//!
//! SPEC: AWS, "Customizing user pool workflows with Lambda triggers" (fields may be added or
//! moved; the whole event goes back) and "Pre token generation Lambda trigger" (the fields).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::groups::Groups;

/// A pre token generation event, read.
#[derive(Debug)]
pub struct TriggerEvent<'a> {
    /// The event's text, as it came.
    text: &'a str,
    /// Where the values of `response` stand in the text; more than one only if the key is twice.
    responses: Vec<Range<usize>>,
    /// The member `version`: `1`, `2`, `3`, or something new.
    pub version: Option<Cow<'a, str>>,
    /// What the answer has to look like.
    pub form: Form,
    /// The member `triggerSource`. An open set.
    pub trigger_source: Cow<'a, str>,
    /// The pool's region.
    pub region: Option<Cow<'a, str>>,
    /// The user pool id.
    pub user_pool_id: Option<Cow<'a, str>>,
    /// The user name; for a machine the constant `ClientCredentials`.
    pub user_name: Option<Cow<'a, str>>,
    /// The app client for which the tokens are made.
    pub client_id: Option<Cow<'a, str>>,
    /// The attribute `sub`, if it is a text. Nothing else identifies a person.
    pub sub: Option<Cow<'a, str>>,
}

/// The form of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `claimsOverrideDetails`: text claims for the ID token.
    V1,
    /// `claimsAndScopeOverrideDetails`: typed claims for both tokens, and scopes. Also V3's form.
    V2,
}

/// What the member `request` says about who asks.
#[derive(Debug, Default)]
pub struct Request<'a> {
    /// The user's attributes. Numbers and booleans become their text; anything else is absent.
    pub user_attributes: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    /// Groups and roles of the user as Cognito computed them; empty for a machine.
    pub groups: Groups<'a>,
    /// The scopes that were asked for, or `None` where the event doesn't say (V1).
    pub scopes: Option<Vec<Cow<'a, str>>>,
    /// What the caller sent along. Never proven by anybody.
    pub client_metadata: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
}

/// Why a text is no pre token generation event. Never holds a value of the event.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// Not UTF-8.
    #[error("$: not UTF-8 (byte {0})")]
    Encoding(usize),
    /// Not JSON.
    #[error("$: not JSON (line {line}, column {column})")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A member is missing or of the wrong type.
    #[error("{path}: expected {expected}, found {found}")]
    Shape {
        /// JSON path of the place.
        path: &'static str,
        /// What should stand there.
        expected: &'static str,
        /// What does.
        found: &'static str,
    },
    /// The event of another trigger: the function is attached to the wrong one.
    #[error("$.triggerSource: expected a token generation, found another trigger's source")]
    OtherTrigger,
}

/// Trigger sources of other triggers begin with one of these.
///
/// A list of what is refused, not of what is served: a new source of this trigger must be served.
/// SPEC: AWS, "Customizing user pool workflows with Lambda triggers", the table of sources.
const OTHER_TRIGGERS: [&str; 12] = [
    "CreateAuthChallenge_",
    "CustomEmailSender_",
    "CustomMessage_",
    "CustomSMSSender_",
    "DefineAuthChallenge_",
    "InboundFederation_",
    "PostAuthentication_",
    "PostConfirmation_",
    "PreAuthentication_",
    "PreSignUp_",
    "UserMigration_",
    "VerifyAuthChallengeResponse_",
];

/// The trigger sources that are known by name. An open set: others are served all the same.
///
/// SPEC: AWS, "Pre token generation Lambda trigger", the table of trigger sources.
pub const TRIGGER_SOURCES: [&str; 6] = [
    "TokenGeneration_Authentication",
    "TokenGeneration_AuthenticateDevice",
    CLIENT_CREDENTIALS,
    "TokenGeneration_HostedAuth",
    "TokenGeneration_NewPasswordChallenge",
    "TokenGeneration_RefreshTokens",
];

/// The one trigger source on which anything depends: the token is for a machine.
const CLIENT_CREDENTIALS: &str = "TokenGeneration_ClientCredentials";

const V1_DETAILS: &str = "claimsOverrideDetails";
const V2_DETAILS: &str = "claimsAndScopeOverrideDetails";

impl<'a> TriggerEvent<'a> {
    /// Reads an event, and what its member `request` says. A byte order mark at the front is
    /// allowed.
    ///
    /// # Errors
    /// The text isn't JSON, or it is clearly no event of this trigger.
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, Request<'a>), EventError> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| EventError::Encoding(error.valid_up_to()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let event: Members<'_> = serde_json::from_str(text).map_err(|_| no_object(text))?;
        let source = event.raw("triggerSource");
        let trigger_source =
            source.and_then(string).ok_or(shape("$.triggerSource", "a string", source))?;
        if OTHER_TRIGGERS.iter().any(|prefix| trigger_source.starts_with(prefix)) {
            return Err(EventError::OtherTrigger);
        }
        let request = event.raw("request");
        let request =
            request.and_then(Members::of).ok_or(shape("$.request", "an object", request))?;

        let user_attributes = request.raw("userAttributes").and_then(Members::of);
        let version = event.raw("version").and_then(scalar);
        let scopes = request.raw("scopes").and_then(strings);
        let form = form(&event, &trigger_source, scopes.is_some(), version.as_deref());
        let event = Self {
            text,
            responses: event.places("response", text),
            version,
            form,
            trigger_source,
            region: event.raw("region").and_then(string),
            user_pool_id: event.raw("userPoolId").and_then(string),
            user_name: event.raw("userName").and_then(string),
            client_id: event
                .raw("callerContext")
                .and_then(Members::of)
                .and_then(|context| context.raw("clientId").and_then(string)),
            sub: user_attributes.as_ref().and_then(|all| all.raw("sub")).and_then(string),
        };
        let metadata = request.raw("clientMetadata").and_then(Members::of);
        let request = Request {
            user_attributes: user_attributes.map(texts).unwrap_or_default(),
            groups: request.raw("groupConfiguration").map(groups).unwrap_or_default(),
            scopes,
            client_metadata: metadata.map(texts).unwrap_or_default(),
        };
        Ok((event, request))
    }

    /// Whether the token is for a machine: the client credentials grant, and nothing else.
    ///
    /// A user name or missing attributes prove nothing: a person can be called anything.
    pub fn is_client_credentials(&self) -> bool {
        self.trigger_source == CLIENT_CREDENTIALS
    }

    /// The whole event with `response` replaced by the given JSON text.
    ///
    /// Every other byte is as it came. A missing `response` is added as the last member.
    pub fn answer(&self, response: &str) -> String {
        let mut answer = String::with_capacity(self.text.len() + response.len() + 16);
        let mut rest = 0;
        for place in &self.responses {
            answer.push_str(self.text.get(rest..place.start).unwrap_or_default());
            answer.push_str(response);
            rest = place.end;
        }
        let tail = self.text.get(rest..).unwrap_or_default();
        if self.responses.is_empty() {
            // `parse` required members, so there is one to put a comma after.
            let inner = tail.trim_end().strip_suffix('}').unwrap_or(tail).trim_end();
            answer.push_str(inner);
            answer.push_str(",\"response\":");
            answer.push_str(response);
            answer.push('}');
        } else {
            answer.push_str(tail);
        }
        answer
    }
}

/// The event's shape decides first and its `version` second: emulators send version "1" with a
/// body of version 2, and a pool that gets the wrong form loses the claims without a word.
fn form(event: &Members<'_>, source: &str, has_scopes: bool, version: Option<&str>) -> Form {
    let response = event.raw("response").and_then(Members::of);
    let asks_for =
        |key| response.as_ref().is_some_and(|members: &Members<'_>| members.raw(key).is_some());
    match (asks_for(V1_DETAILS), asks_for(V2_DETAILS)) {
        // A machine has no ID token, so there is nothing that the first form could say.
        _ if source == CLIENT_CREDENTIALS => Form::V2,
        (false, true) => Form::V2,
        (true, false) => Form::V1,
        _ if has_scopes => Form::V2,
        _ if version.is_none_or(|version| version == "1") => Form::V1,
        _ => Form::V2,
    }
}

fn groups(raw: &RawValue) -> Groups<'_> {
    let Some(members) = Members::of(raw) else { return Groups::default() };
    let preferred = members.raw("preferredRole");
    Groups {
        groups: members.raw("groupsToOverride").and_then(strings).unwrap_or_default(),
        roles: members.raw("iamRolesToOverride").and_then(strings).unwrap_or_default(),
        // AWS's own test event shows an array here.
        preferred_role: preferred
            .and_then(string)
            .or_else(|| preferred.and_then(strings)?.into_iter().next()),
    }
}

/// The members of a JSON object, each value still as text.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    fn of(raw: &'a RawValue) -> Option<Self> {
        serde_json::from_str(raw.get()).ok()
    }

    /// The value of a member. If a key is there twice the last one counts, as in JavaScript.
    fn raw(&self, key: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, value)| *value)
    }

    /// Where all values of a key stand in `text`, of which they are slices.
    fn places(&self, key: &str, text: &str) -> Vec<Range<usize>> {
        let start_of_text = text.as_ptr().addr();
        self.0
            .iter()
            .filter(|(name, _)| name == key)
            .map(|(_, value)| {
                let start = value.get().as_ptr().addr().saturating_sub(start_of_text);
                start..start + value.get().len()
            })
            .collect()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut pairs = Vec::with_capacity(16);
                while let Some((Text(key), value)) = map.next_entry()? {
                    pairs.push((key, value));
                }
                Ok(pairs)
            }
        }
        deserializer.deserialize_map(Pairs).map(Members)
    }
}

/// A string, borrowed where it holds no escape.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// A string; nothing else is one.
fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        // It was read once already: what holds no escape is the string.
        return Some(Cow::Borrowed(inner));
    }
    serde_json::from_str::<Text<'_>>(raw.get()).ok().map(|Text(text)| text)
}

/// A string, or a number or boolean as its text.
fn scalar(raw: &RawValue) -> Option<Cow<'_, str>> {
    match raw.get().as_bytes().first() {
        Some(b'"') => string(raw),
        Some(b'{' | b'[' | b'n') | None => None,
        Some(_) => Some(Cow::Borrowed(raw.get())),
    }
}

/// The strings of an array; its other elements are left out. `None` if it is no array.
fn strings(raw: &RawValue) -> Option<Vec<Cow<'_, str>>> {
    let elements: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
    Some(elements.into_iter().filter_map(string).collect())
}

/// The members of an object that have a text.
fn texts(Members(members): Members<'_>) -> BTreeMap<Cow<'_, str>, Cow<'_, str>> {
    let mut texts = BTreeMap::new();
    for (name, value) in members {
        match scalar(value) {
            Some(text) => texts.insert(name, text),
            // A later null takes an earlier value away: the last one counts.
            None => texts.remove(&name),
        };
    }
    texts
}

/// What is wrong with a text that is no JSON object with readable keys.
fn no_object(text: &str) -> EventError {
    match serde_json::from_str(text) {
        Ok(raw) => shape("$", "an object", Some(raw)),
        Err(error) => EventError::Syntax { line: error.line(), column: error.column() },
    }
}

fn shape(path: &'static str, expected: &'static str, found: Option<&RawValue>) -> EventError {
    let found = match found.and_then(|raw| raw.get().as_bytes().first()) {
        None => "nothing",
        Some(b'{') if expected == "an object" => "an object with an unreadable key",
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b'n') => "null",
        Some(b't' | b'f') => "a boolean",
        Some(_) => "a number",
    };
    EventError::Shape { path, expected, found }
}
