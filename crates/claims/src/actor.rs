//! Who acts for the person that a token is about.
//!
//! SPEC: RFC 8693, section 4.1; AWS, Cognito API reference, GetDerivedToken: a token exchanged with
//! an actor token has the claim `act`. Without an actor token (impersonation) nothing in the result
//! tells that somebody exchanged it. The shape that Cognito writes is not verified on AWS, so
//! anything but an object with a `sub` is an error, and never nobody.

use serde::Deserialize;

use crate::{claims::Claims, error::ReadError};

/// Who acts for the subject of a token.
///
/// Earlier actors, which may be nested in `act`, decide nothing (RFC 8693, section 4.1) and are not
/// read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct Actor {
    /// The actor's `sub`: a person's, a client's id, or a name in the system of [`Actor::issuer`].
    pub sub: String,
    /// Who issued the actor's token, if `act` says it. Two issuers may know the same `sub`.
    #[serde(rename = "iss")]
    pub issuer: Option<String>,
}

impl Claims<'_> {
    /// Who acts for the subject: the claim `act`. `None` if nobody is known to.
    ///
    /// An HTTP API shows an object in a form that can't be undone: behind it the claim is an error,
    /// which tells that somebody acts and not who.
    ///
    /// # Errors
    /// As [`Claims::read`]; an empty `sub` is an error, too.
    pub fn actor(&self) -> Result<Option<Actor>, ReadError> {
        let actor = self.claim::<Option<Actor>>("act")?;
        if actor.as_ref().is_some_and(|actor| actor.sub.is_empty()) {
            return Err(
                ReadError::unexpected("a `sub` that is not empty").about("act", self.door())
            );
        }
        Ok(actor)
    }
}
