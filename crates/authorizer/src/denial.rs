//! Why a request isn't let through: the stable words of the log, and what each does to the request.
//!
//! The table in docs/authorizer.md is this file's [`Denial`]; a test compares the two. No word holds
//! anything of a request.

use std::fmt;

use serde::{Serialize, Serializer};

/// What happens to the request that was asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It goes on to its handler.
    Allow,
    /// 403.
    Deny,
    /// 401: another token could help.
    Unauthorized,
    /// 500: something is broken or set up wrongly.
    #[default]
    Error,
}

/// Defines [`Denial`] with the word, the effect and the meaning of each variant in one place.
macro_rules! denials {
    ($($name:ident $word:literal $effect:ident $about:literal,)*) => {
        /// Why a request isn't let through.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Denial {
            $(#[doc = $about] $name,)*
        }

        impl Denial {
            /// All of them, in the order of the guide's table.
            pub const ALL: &'static [Denial] = &[$(Denial::$name,)*];

            /// The stable word in the log.
            pub const fn as_str(self) -> &'static str {
                match self { $(Denial::$name => $word,)* }
            }

            /// What happens to the request.
            pub const fn effect(self) -> Effect {
                match self { $(Denial::$name => Effect::$effect,)* }
            }
        }
    };
}

denials! {
    TokenMissing "token_missing" Unauthorized "No token in its place.",
    TokenNotOne "token_not_one" Unauthorized "More than one token, or something around it.",
    TooLong "too_long" Unauthorized "A token of more bytes than the reader takes.",
    Malformed "malformed" Unauthorized "No three segments of base64url.",
    Header "header" Unauthorized "A header that is no object with `alg` and `kid`.",
    DuplicateHeader "duplicate_header" Unauthorized "A name twice in the header.",
    Algorithm "algorithm" Unauthorized "Another algorithm than RS256.",
    HeaderMember "header_member" Unauthorized "A header member that Cognito never writes.",
    NoKeyId "no_key_id" Unauthorized "No `kid`.",
    Payload "payload" Unauthorized "A payload that is no object.",
    DuplicateClaim "duplicate_claim" Unauthorized "A name twice in the payload.",
    Issuer "issuer" Unauthorized "An issuer that is no pool of the file.",
    UnknownKey "unknown_key" Unauthorized "A key that the pool doesn't have.",
    Signature "signature" Unauthorized "Not signed by the pool.",
    TokenUse "token_use" Unauthorized "The other kind of token.",
    Client "client" Unauthorized "An app client that isn't listed.",
    Expired "expired" Unauthorized "After `exp`.",
    NotYetValid "not_yet_valid" Unauthorized "Before `nbf`.",
    IssuedInFuture "issued_in_future" Unauthorized "Before `iat`.",
    Claim "claim" Unauthorized "A claim that every token has is missing or odd.",
    ExpiresTooSoon "expires_too_soon" Unauthorized "Less than `valid_for` is left.",
    Revoked "revoked" Unauthorized "A record says so.",
    Identity "identity" Deny "Neither a person's nor a client's token.",
    Unreadable "unreadable" Deny "A claim for the context can't be read.",
    Scope "scope" Deny "A scope is missing.",
    Group "group" Deny "Not in the group.",
    Org "org" Deny "Another organisation, or none.",
    Tier "tier" Deny "A lower tier, or none.",
    Role "role" Deny "The role isn't listed for certain.",
    Permission "permission" Deny "A permission isn't listed for certain.",
    Feature "feature" Deny "The feature is off or unknown.",
    IssuedTooLongAgo "issued_too_long_ago" Deny "Older than `issued_within`.",
    AuthenticatedTooLongAgo "authenticated_too_long_ago" Deny
        "Signed in before `authenticated_within`.",
    Authentication "authentication" Deny
        "No level of `authentication`, or no method of `any_method`, is told.",
    Actor "actor" Deny "Somebody acts for the person, or it can't be told.",
    RouteUnknown "route_unknown" Deny "No route covers the request.",
    PathUnfit "path_unfit" Deny "A policy for this one request can't name its path.",
    DoorNotServed "door_not_served" Deny "AppSync asks, and the file has no `[appsync]`.",
    KeysUnavailable "keys_unavailable" Error "The pool's keys can't be fetched.",
    RevocationUnknown "revocation_unknown" Error "The table can't be read in time.",
    IdentitySource "identity_source" Error
        "Kept answers are found by something else than the token.",
    AnswerTooLong "answer_too_long" Error "Too long with everything shed that may be.",
    UnreadableEvent "unreadable_event" Error "No event of an authorizer.",
}

impl Denial {
    /// The text of the function's error. For 401 it must be the word `Unauthorized`, whatever the
    /// reason.
    ///
    /// SPEC: AWS, "Output from an API Gateway Lambda authorizer": the error `Unauthorized` becomes
    /// 401, every other one 500. That is for REST APIs; for the others it is taken over, and not
    /// verified on AWS.
    pub const fn error_message(self) -> &'static str {
        match self.effect() {
            Effect::Unauthorized => "Unauthorized",
            _ => "authorizer fault",
        }
    }

    /// The type of the function's error, as Lambda shows it in metrics and logs.
    pub const fn error_type(self) -> &'static str {
        match self.effect() {
            Effect::Unauthorized => "Unauthorized",
            _ => self.as_str(),
        }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Denial {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
