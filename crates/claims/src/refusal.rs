//! What a caller is told when a request is refused.
//!
//! Says what is required and never what the token holds. Knows the RFCs of the answer, but no HTTP
//! library: the adapters turn a [`Refusal`] into their kind of response.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::encoding::join;
use crate::error::{ReadError, ReadErrorKind};

/// A refused request: status, `WWW-Authenticate` and a problem document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    reason: Reason,
    behind: Option<Behind>,
}

/// What lies behind a refusal, for logs.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Behind {
    Read(ReadError),
    #[cfg(feature = "jwt")]
    Verify(crate::jwt::VerifyError),
}

/// What was not met.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The request carries no claims.
    NoClaims,
    /// The token is not one that is accepted here: its form, signature, issuer or times.
    InvalidToken,
    /// The token has expired; a refreshed one would do.
    Expired,
    /// The keys that would verify the token can't be had at the moment.
    KeysUnavailable,
    /// The claims can't be read as the handler needs them.
    Unreadable,
    /// The other token was wanted.
    TokenUse,
    /// The token was issued to another app client.
    Client,
    /// A scope is missing.
    Scope {
        /// The scopes that the guard asks for.
        wanted: Vec<String>,
    },
    /// The user is not in the group.
    Group,
    /// The token acts in another organisation.
    Org,
    /// The tier is too low.
    Tier,
    /// The token doesn't list the role.
    Role,
    /// The token doesn't list the permission.
    Permission,
    /// The feature is off or unknown.
    Feature,
    /// The token is too old; a refreshed one would do.
    IssuedTooLongAgo,
    /// The user must sign in again.
    AuthenticatedTooLongAgo {
        /// The most seconds since the sign-in.
        max_age: u64,
    },
    /// The user must sign in in a better way.
    Authentication {
        /// The levels that the guard takes; empty if it asks for methods.
        levels: Vec<String>,
    },
    /// Somebody acts for the subject.
    Actor,
}

impl Refusal {
    pub(crate) fn new(reason: Reason) -> Self {
        Self { reason, behind: None }
    }

    pub(crate) fn because(self, error: ReadError) -> Self {
        Self { behind: Some(Behind::Read(error)), ..self }
    }

    /// What was not met.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The HTTP status: 401 if another token could help, 403 if this caller may not, 503 if
    /// that can't be told at the moment.
    ///
    /// SPEC: RFC 6750 section 3.1, RFC 9470 section 3.
    pub fn status(&self) -> u16 {
        match self.reason {
            Reason::KeysUnavailable => 503,
            Reason::NoClaims
            | Reason::InvalidToken
            | Reason::Expired
            | Reason::TokenUse
            | Reason::Client
            | Reason::IssuedTooLongAgo
            | Reason::AuthenticatedTooLongAgo { .. }
            | Reason::Authentication { .. } => 401,
            Reason::Unreadable
            | Reason::Scope { .. }
            | Reason::Group
            | Reason::Org
            | Reason::Tier
            | Reason::Role
            | Reason::Permission
            | Reason::Feature
            | Reason::Actor => 403,
        }
    }

    /// The value of the header `WWW-Authenticate`, where the RFCs define one.
    ///
    /// A REST API renames this header of a Lambda's answer to `x-amzn-Remapped-WWW-Authenticate`.
    ///
    /// SPEC: RFC 6750 section 3 (`invalid_token`, `insufficient_scope`), RFC 9470 section 3
    /// (`insufficient_user_authentication`, `max_age`, `acr_values`).
    pub fn www_authenticate(&self) -> Option<String> {
        let description = self.description();
        let challenge = |error: &str, more: &str| {
            format!(
                r#"Bearer realm="api", error="{error}", error_description="{description}"{more}"#
            )
        };
        match &self.reason {
            Reason::NoClaims => Some(r#"Bearer realm="api""#.to_owned()),
            Reason::InvalidToken
            | Reason::Expired
            | Reason::TokenUse
            | Reason::Client
            | Reason::IssuedTooLongAgo => Some(challenge("invalid_token", "")),
            Reason::Scope { wanted } => {
                Some(challenge("insufficient_scope", &named("scope", wanted)))
            }
            Reason::AuthenticatedTooLongAgo { max_age } => Some(challenge(
                "insufficient_user_authentication",
                &format!(r#", max_age="{max_age}""#),
            )),
            Reason::Authentication { levels } => {
                Some(challenge("insufficient_user_authentication", &named("acr_values", levels)))
            }
            _ => None,
        }
    }

    /// The problem document, for a body of type `application/problem+json`.
    ///
    /// SPEC: RFC 9457 section 3; with the type `about:blank` the title is the status phrase
    /// (section 4.2.1). The member `reason` is a stable word of this crate.
    pub fn problem(&self) -> Value {
        let status = self.status();
        json!({
            "type": "about:blank",
            "title": match status {
                401 => "Unauthorized",
                503 => "Service Unavailable",
                _ => "Forbidden",
            },
            "status": status,
            "detail": self.description(),
            "reason": self.word(),
        })
    }

    /// The whole answer of a Lambda behind API Gateway or a load balancer.
    ///
    /// SPEC: AWS, "Output format of a Lambda function for proxy integration".
    pub fn proxy_response(&self) -> Value {
        let mut headers = Map::new();
        headers.insert("content-type".to_owned(), "application/problem+json".into());
        if let Some(challenge) = self.www_authenticate() {
            headers.insert("www-authenticate".to_owned(), challenge.into());
        }
        json!({
            "statusCode": self.status(),
            "headers": headers,
            "body": self.problem().to_string(),
        })
    }

    /// The stable word for the reason, for logs, metrics and clients.
    pub fn word(&self) -> &'static str {
        match self.reason {
            Reason::NoClaims => "no_claims",
            Reason::InvalidToken => "invalid_token",
            Reason::Expired => "expired",
            Reason::KeysUnavailable => "keys_unavailable",
            Reason::Unreadable => "unreadable",
            Reason::TokenUse => "token_use",
            Reason::Client => "client",
            Reason::Scope { .. } => "scope",
            Reason::Group => "group",
            Reason::Org => "org",
            Reason::Tier => "tier",
            Reason::Role => "role",
            Reason::Permission => "permission",
            Reason::Feature => "feature",
            Reason::IssuedTooLongAgo => "issued_too_long_ago",
            Reason::AuthenticatedTooLongAgo { .. } => "authenticated_too_long_ago",
            Reason::Authentication { .. } => "authentication",
            Reason::Actor => "actor",
        }
    }

    fn description(&self) -> &'static str {
        match self.reason {
            Reason::NoClaims => "a token is required",
            Reason::InvalidToken => "the token is not valid here",
            Reason::Expired => "the token has expired",
            Reason::KeysUnavailable => "tokens can't be verified at the moment",
            Reason::Unreadable => "the token lacks what this resource needs",
            Reason::TokenUse => "the other kind of token is required",
            Reason::Client => "the token was issued to an app client that is not accepted here",
            Reason::Scope { .. } => "the token lacks a required scope",
            Reason::Group => "membership in a group is required",
            Reason::Org => "the token acts in another organisation",
            Reason::Tier => "a higher tier is required",
            Reason::Role => "another role is required",
            Reason::Permission => "the token lacks a required permission",
            Reason::Feature => "the feature is not enabled",
            Reason::IssuedTooLongAgo => "a newer token is required",
            Reason::AuthenticatedTooLongAgo { .. } => "a more recent sign-in is required",
            Reason::Authentication { .. } => "another way to sign in is required",
            Reason::Actor => "nobody may act for somebody else here",
        }
    }
}

/// A parameter of the challenge with the words that a header can hold; without one there is none.
fn named(parameter: &str, words: &[String]) -> String {
    let words = join(words.iter().map(String::as_str).filter(|word| is_word(word)), ' ');
    if words.is_empty() { words } else { format!(r#", {parameter}="{words}""#) }
}

/// SPEC: RFC 6749 section 3.3, the characters of a scope, which a level of authentication is held to
/// as well; anything else would break the header.
fn is_word(word: &str) -> bool {
    !word.is_empty()
        && word.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

impl std::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.behind.as_ref().map(|behind| match behind {
            Behind::Read(error) => error as _,
            #[cfg(feature = "jwt")]
            Behind::Verify(error) => error as _,
        })
    }
}

/// Claims that can't be found or read refuse the request.
impl From<ReadError> for Refusal {
    fn from(error: ReadError) -> Self {
        let reason = match error.kind() {
            ReadErrorKind::NoClaims => Reason::NoClaims,
            _ => Reason::Unreadable,
        };
        Refusal::new(reason).because(error)
    }
}

/// A token that doesn't verify refuses the request; so does one that can't be verified now.
#[cfg(feature = "jwt")]
impl From<crate::jwt::VerifyError> for Refusal {
    fn from(error: crate::jwt::VerifyError) -> Self {
        use crate::jwt::VerifyError;
        let reason = match error {
            VerifyError::TokenUse { .. } => Reason::TokenUse,
            VerifyError::Client { .. } => Reason::Client,
            VerifyError::Expired => Reason::Expired,
            VerifyError::KeysUnavailable => Reason::KeysUnavailable,
            _ => Reason::InvalidToken,
        };
        Self { reason, behind: Some(Behind::Verify(error)) }
    }
}
