//! When a token holds.

use serde_json::{Map, Value};

use super::error::VerifyError;
use crate::limits::CLOCK_LEEWAY;

/// When a token holds, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub exp: u64,
    pub nbf: Option<u64>,
    pub iat: u64,
}

impl Times {
    /// SPEC: RFC 7519 sections 4.1.4 to 4.1.6; Cognito writes whole seconds.
    pub fn of(payload: &Map<String, Value>) -> Result<Self, VerifyError> {
        let seconds = |claim| {
            let expected = "whole seconds since 1970";
            match payload.get(claim) {
                Some(value) => {
                    value.as_u64().map(Some).ok_or(VerifyError::Claim { claim, expected })
                }
                None => Ok(None),
            }
        };
        let required = |claim| {
            let expected = "there";
            seconds(claim)?.ok_or(VerifyError::Claim { claim, expected })
        };
        Ok(Self { exp: required("exp")?, nbf: seconds("nbf")?, iat: required("iat")? })
    }

    /// Whether it holds at `now`, in seconds since 1970.
    pub fn check(&self, now: u64, leeway: u64) -> Result<(), VerifyError> {
        // On `exp` itself the token is past already.
        if now >= self.exp.saturating_add(leeway) {
            return Err(VerifyError::Expired);
        }
        if self.nbf.is_some_and(|nbf| nbf > now.saturating_add(leeway)) {
            return Err(VerifyError::NotYetValid);
        }
        if self.iat > now.saturating_add(leeway.max(CLOCK_LEEWAY)) {
            return Err(VerifyError::IssuedInFuture);
        }
        Ok(())
    }
}
