//! Who a token is for: a user, or a client that acts for itself.
//!
//! The `sub` of a client is its client id. Code that takes every `sub` for a user could give a
//! client the rights of a user, so the two are different things here.

use crate::{Claims, ReadError, TokenUse};

/// Who the token is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// A person who signed in.
    User {
        /// The stable key of the user.
        sub: String,
        /// The user name: `username` of an access token, `cognito:username` of an ID token.
        username: String,
    },
    /// An app client with client credentials.
    Client {
        /// The app client's id.
        client_id: String,
    },
}

impl Identity {
    /// SPEC: AWS, "Understanding the access token": tokens from client credentials have no
    /// `username`, and their `sub` is the client id.
    pub(crate) fn of(claims: &Claims<'_>) -> Result<Self, ReadError> {
        let token_use = claims.token_use()?;
        let sub: String = claims.claim("sub")?;
        if sub.is_empty() {
            return Err(ReadError::unexpected("text that is not empty").about("sub", claims.door()));
        }
        if token_use == TokenUse::Id {
            return Ok(Identity::User { sub, username: claims.claim("cognito:username")? });
        }
        let client_id: String = claims.claim("client_id")?;
        match (claims.claim::<Option<String>>("username")?, sub == client_id) {
            (Some(username), false) => Ok(Identity::User { sub, username }),
            (None, true) => Ok(Identity::Client { client_id }),
            _ => Err(ReadError::ambiguous(
                "`username` and `client_id` make it neither a user nor a client",
            )
            .about("sub", claims.door())),
        }
    }
}
