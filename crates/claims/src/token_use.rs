//! The two tokens of a sign-in.

use std::fmt;

/// Which of the two tokens: the value of the claim `token_use`.
///
/// SPEC: AWS, "Verifying JSON web tokens": `token_use` is `id` or `access`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenUse {
    /// The ID token, which tells an app who signed in.
    Id,
    /// The access token, which an API accepts.
    Access,
}

impl TokenUse {
    /// Both tokens, ID token first.
    pub const BOTH: [TokenUse; 2] = [TokenUse::Id, TokenUse::Access];

    /// The word as it stands in the claim `token_use`.
    pub const fn as_str(self) -> &'static str {
        match self {
            TokenUse::Id => "id",
            TokenUse::Access => "access",
        }
    }
}

impl fmt::Display for TokenUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
