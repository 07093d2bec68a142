//! Whom or what a revocation names, and under which key its record stands.

use claimsmith::policy::{IdRule, IdType};

/// What kind of thing is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A person, with all that they ever sign in to.
    User,
    /// One sign-in, and all its refreshes.
    SignIn,
    /// One token.
    Token,
    /// A machine, or all tokens of an app client.
    Client,
}

impl Kind {
    /// The word in the record, and in what the command prints.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::SignIn => "sign_in",
            Kind::Token => "token",
            Kind::Client => "client",
        }
    }

    /// The option that names one.
    pub fn option(self) -> &'static str {
        match self {
            Kind::User => "--user",
            Kind::SignIn => "--sign-in",
            Kind::Token => "--token",
            Kind::Client => "--client",
        }
    }

    /// The claim whose value the record's key has.
    pub fn claim(self) -> &'static str {
        match self {
            Kind::User => "sub",
            Kind::SignIn => "origin_jti",
            Kind::Token => "jti",
            Kind::Client => "client_id",
        }
    }
}

/// What every key of a revocation begins with.
pub const PREFIX: &str = "REVOKED#";

/// Whom or what a revocation names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What kind of thing it is.
    pub kind: Kind,
    /// The claim's value.
    pub value: String,
}

impl Subject {
    /// Takes a value only in the form in which Cognito writes it: a record under anything else
    /// would be found by no token, and whoever wrote it would believe that all is done.
    ///
    /// SPEC: AWS, "Using the ID token" (`sub`, `jti` and `origin_jti` are UUIDs) and Cognito's API
    /// reference (`ClientIdType`).
    pub fn new(kind: Kind, value: &str) -> Result<Self, String> {
        let (fits, form) = match kind {
            Kind::Client => {
                (is_client_id(value), "an app client's id: letters, digits, `_` and `+`")
            }
            Kind::User => (is_uuid(value), "a UUID in small letters, and no user name or address"),
            Kind::SignIn | Kind::Token => (is_uuid(value), "a UUID in small letters, and no token"),
        };
        match fits {
            true => Ok(Self { kind, value: value.to_owned() }),
            false => Err(format!(
                "{}: this is not what the claim `{}` says; that is {form}",
                kind.option(),
                kind.claim()
            )),
        }
    }

    /// The partition key of its record.
    pub fn key(&self) -> String {
        format!("{PREFIX}{}", self.value)
    }
}

fn is_uuid(value: &str) -> bool {
    let uuid = IdRule { id_type: IdType::Uuid, without: String::new() };
    uuid.fits(value) && !value.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn is_client_id(value: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_+".contains(&byte);
    (1..=128).contains(&value.len()) && value.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "11111111-1111-4111-8111-11111111111a";

    #[test]
    fn a_value_is_taken_only_as_cognito_writes_it() {
        let upper = ID.to_uppercase();
        for kind in [Kind::User, Kind::SignIn, Kind::Token] {
            assert_eq!(Subject::new(kind, ID).unwrap().key(), format!("REVOKED#{ID}"));
            for wrong in [
                "",
                "ada",
                "ada@example.com",
                "*",
                &upper,
                &ID.replacen('1', "", 1),
                &format!("{ID} "),
            ] {
                let problem = Subject::new(kind, wrong).unwrap_err();
                assert!(problem.starts_with(kind.option()) && problem.contains(kind.claim()));
                assert!(wrong.len() < 3 || !problem.contains(wrong), "{problem}");
            }
        }
        assert_eq!(Subject::new(Kind::Client, "1example23456789").unwrap().value.len(), 16);
        for wrong in ["", "a b", "a#b", "ä", &"x".repeat(129)] {
            assert!(Subject::new(Kind::Client, wrong).is_err(), "{wrong}");
        }
    }
}
