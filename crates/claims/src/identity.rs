//! Who a token is for: a user, or a client that acts for itself.
//!
//! The `sub` of a client is its client id. Code that takes every `sub` for a user could give a
//! client the rights of a user, so the two are different things here.

use crate::{claims::Claims, error::ReadError, token_use::TokenUse};

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

impl Claims<'_> {
    /// Who the token is for: a user or a client.
    ///
    /// A token that an actor got for a person has the person's identity; [`Claims::actor`] says who
    /// acts.
    ///
    /// SPEC: AWS, "Understanding the access token": tokens from client credentials have no
    /// `username`, and their `sub` is the client id.
    ///
    /// # Errors
    /// As [`Claims::read`]; claims that fit neither are ambiguous.
    pub fn identity(&self) -> Result<Identity, ReadError> {
        let token_use = self.token_use()?;
        let sub: String = self.claim("sub")?;
        if sub.is_empty() {
            return Err(ReadError::unexpected("text that is not empty").about("sub", self.door()));
        }
        if token_use == TokenUse::Id {
            return Ok(Identity::User { sub, username: self.claim("cognito:username")? });
        }
        let client_id: String = self.claim("client_id")?;
        match (self.claim::<Option<String>>("username")?, sub == client_id) {
            (Some(username), false) => Ok(Identity::User { sub, username }),
            (None, true) => Ok(Identity::Client { client_id }),
            _ => Err(ReadError::ambiguous(
                "`username` and `client_id` make it neither a user nor a client",
            )
            .about("sub", self.door())),
        }
    }
}
