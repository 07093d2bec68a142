//! What each door can test, as data: by the name of a claim and the form in which it is written.
//!
//! Nothing of it was tried on AWS. What AWS says no word about is marked, and then the rule is the
//! one that keeps people out.

use clap::ValueEnum;
use cognito_claims::TokenUse;

use super::written::Written;

/// What stands in front of an API and reads tokens by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Door {
    // Application Load Balancer, action `jwt-validation`.
    Alb,
    // Amazon Bedrock AgentCore gateway, authorizer `CUSTOM_JWT`.
    #[value(name = "agentcore")]
    AgentCore,
    // REST API of API Gateway, authorizer `JWT`.
    RestJwt,
    // HTTP API of API Gateway, authorizer `JWT`.
    HttpApi,
    // AWS AppSync, Cognito user pools.
    #[value(name = "appsync")]
    AppSync,
    // Cognito identity pool, rules that choose a role.
    IdentityPool,
    // Amazon Verified Permissions, Cedar.
    VerifiedPermissions,
}

/// What a door can test of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// Whether one word is among others.
    OneFlag,
    /// Whether the whole value is a given one.
    WholeValue,
    /// Nothing.
    Nothing,
}

impl Test {
    /// The words for it, in the table and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Test::OneFlag => "one flag",
            Test::WholeValue => "whole value",
            Test::Nothing => "not at all",
        }
    }
}

/// What a door sees of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it can test.
    pub test: Test,
    /// The door's own word for the form of the value; in Cedar, which has none, ours. `None` if
    /// there is nothing to test.
    pub format: Option<&'static str>,
    /// Why there is no more; a fragment.
    pub because: Option<&'static str>,
    /// Whether AWS says so; otherwise it is what is safe either way.
    pub documented: bool,
}

impl Seen {
    const fn flag(format: &'static str) -> Self {
        Self { test: Test::OneFlag, format: Some(format), because: None, documented: true }
    }

    const fn whole(format: &'static str) -> Self {
        Self { test: Test::WholeValue, format: Some(format), because: None, documented: true }
    }

    /// Nothing, for this reason.
    pub const fn nothing(because: &'static str) -> Self {
        Self { test: Test::Nothing, format: None, because: Some(because), documented: true }
    }

    const fn because(self, because: &'static str) -> Self {
        Self { because: Some(because), ..self }
    }

    const fn undocumented(self) -> Self {
        Self { documented: false, ..self }
    }
}

const NO_WORDS: &str = "it tells no word of such a text: one word fits only whoever has no other";
const AS_LIST: &str = "it tells no word of such a text; as `list` or `space` it tells each";
const BITS: &str = "only code can read one flag out of it";
const TEXTS_ONLY: &str = "it compares texts only";
const UNCLEAR: &str = "what it does with anything but a text is not documented";
const OBJECTS: &str = "it looks into no object";
const NO_RULES: &str = "it has no rules for claims";

impl Door {
    /// What AWS calls it.
    pub fn title(self) -> &'static str {
        match self {
            Door::Alb => "a load balancer (`jwt-validation`)",
            Door::AgentCore => "an AgentCore gateway (`CUSTOM_JWT`)",
            Door::RestJwt => "a REST API (authorizer `JWT`)",
            Door::HttpApi => "an HTTP API (authorizer `JWT`)",
            Door::AppSync => "AppSync (Cognito user pools)",
            Door::IdentityPool => "an identity pool (rules that choose a role)",
            Door::VerifiedPermissions => "Verified Permissions (Cedar)",
        }
    }

    /// The token that it is shown; `None` is either. `audience` is whether access tokens have `aud`.
    ///
    /// SPEC: AWS, API Gateway API reference, `JwtIssuer`: a token's `aud` must hold an audience, and no
    /// other claim is named in its place, so an access token needs one. AWS, "Using tokens with
    /// identity pools": they take ID tokens. AWS, "Mapping Amazon Cognito tokens to schema": claims of
    /// an access token are `context.token`.
    pub fn token(self, audience: bool) -> Option<TokenUse> {
        match self {
            Door::Alb | Door::AgentCore | Door::HttpApi | Door::VerifiedPermissions => {
                Some(TokenUse::Access)
            }
            Door::RestJwt if audience => Some(TokenUse::Access),
            Door::RestJwt | Door::IdentityPool => Some(TokenUse::Id),
            Door::AppSync => None,
        }
    }

    /// What it sees of a claim with this name in this form.
    pub fn sees(self, name: &str, written: Written) -> Seen {
        match self {
            Door::Alb => alb(written),
            Door::AgentCore if !fits_agentcore(name) => {
                Seen::nothing("its names have letters, digits and `_.:/` only, no hyphen")
            }
            Door::AgentCore => agentcore(written),
            Door::RestJwt => rest_jwt(written),
            Door::HttpApi | Door::AppSync => Seen::nothing(NO_RULES),
            Door::IdentityPool if name.chars().count() > 64 => {
                Seen::nothing("its names have 64 characters at most")
            }
            Door::IdentityPool => identity_pool(written),
            Door::VerifiedPermissions => cedar(written),
        }
    }
}

/// SPEC: AWS, Elastic Load Balancing API reference, `JwtValidationActionAdditionalClaim`.
fn alb(written: Written) -> Seen {
    match written {
        Written::Text => Seen::whole("single-string"),
        Written::List => Seen::flag("string-array"),
        Written::Space => Seen::flag("space-separated-values"),
        Written::Comma => Seen::whole("single-string").because(AS_LIST),
        Written::Bits => Seen::whole("single-string").because(BITS),
        Written::Integer | Written::Number | Written::Boolean => Seen::nothing(TEXTS_ONLY),
        Written::Json => Seen::nothing(OBJECTS),
    }
}

/// The pattern is `[A-Za-z0-9_.-:]+`, whose `.-:` is a range: `.`, `/`, the digits and `:`. A hyphen,
/// which it may have been meant to hold, is refused here, because AWS may refuse it.
/// SPEC: AWS, AgentCore control plane API reference, `CustomClaimValidationType`.
fn fits_agentcore(name: &str) -> bool {
    (1..=255).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./:".contains(&byte))
}

/// SPEC: AWS, AgentCore control plane API reference, `CustomClaimValidationType` and
/// `ClaimMatchValueType`, whose values have no comma and no blank.
fn agentcore(written: Written) -> Seen {
    match written {
        Written::Text => Seen::whole("STRING"),
        Written::List => Seen::flag("STRING_ARRAY"),
        Written::Comma | Written::Space => Seen::whole("STRING")
            .because("its values have no comma and no blank: as `list` it tells each"),
        Written::Bits => Seen::whole("STRING").because(BITS),
        Written::Integer | Written::Number | Written::Boolean => Seen::nothing(TEXTS_ONLY),
        Written::Json => Seen::nothing(OBJECTS),
    }
}

/// SPEC: AWS, API Gateway API reference, `JwtAdditionalClaim`: `SINGLE_STRING` is the only format.
fn rest_jwt(written: Written) -> Seen {
    match written {
        Written::Text => Seen::whole("SINGLE_STRING"),
        Written::Comma | Written::Space => Seen::whole("SINGLE_STRING").because(NO_WORDS),
        Written::Bits => Seen::whole("SINGLE_STRING").because(BITS),
        Written::List | Written::Integer | Written::Number | Written::Boolean => {
            Seen::nothing(TEXTS_ONLY)
        }
        Written::Json => Seen::nothing(OBJECTS),
    }
}

/// `Contains` would find `beta` in `beta2`, so it tells no flag, and only `Equals` is taken here.
/// SPEC: AWS, Cognito identity pools API reference, `MappingRule`.
fn identity_pool(written: Written) -> Seen {
    match written {
        Written::Text => Seen::whole("Equals"),
        Written::Comma | Written::Space => {
            Seen::whole("Equals").because("`Contains` finds `beta` in `beta2`, so it tells no word")
        }
        Written::Bits => Seen::whole("Equals").because(BITS),
        Written::List | Written::Integer | Written::Number | Written::Boolean => {
            Seen::nothing(UNCLEAR).undocumented()
        }
        Written::Json => Seen::nothing(OBJECTS).undocumented(),
    }
}

/// A word in a text is told by four patterns: alone, first, last, between; the flags of a policy hold
/// neither the mark that parts them nor `*`.
/// SPEC: Cedar, "Operators": `like`, `contains`; AWS, "Mapping Amazon Cognito tokens to schema".
fn cedar(written: Written) -> Seen {
    match written {
        Written::Text => Seen::whole("text"),
        Written::List => Seen::flag("list"),
        Written::Comma => Seen::flag("comma"),
        Written::Space => Seen::flag("space"),
        Written::Bits => Seen::whole("text").because(BITS),
        Written::Integer | Written::Boolean => Seen::whole("value"),
        Written::Number => {
            Seen::nothing("what becomes of a fraction is not documented").undocumented()
        }
        Written::Json => Seen::nothing("the policy doesn't know its members"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hyphen_keeps_a_claim_from_agentcore() {
        let seen = |name: &str| Door::AgentCore.sees(name, Written::Text).test;
        for good in ["a", "custom:plan", "https://a.example/plan", "a_b.c", &"x".repeat(255)] {
            assert_eq!(seen(good), Test::WholeValue, "{good}");
        }
        for bad in ["a-b", "a+b", "", &"x".repeat(256)] {
            assert_eq!(seen(bad), Test::Nothing, "{bad}");
        }
    }

    #[test]
    fn an_identity_pool_takes_names_of_64_characters() {
        let seen = |length| Door::IdentityPool.sees(&"x".repeat(length), Written::Text).test;
        assert_eq!((seen(64), seen(65)), (Test::WholeValue, Test::Nothing));
    }

    /// Who can tell one flag, and nobody else: a door that finds `beta` in `beta2` would be one more.
    #[test]
    fn only_these_tell_one_flag() {
        let mut found = Vec::new();
        for door in Door::value_variants() {
            for written in Written::ALL {
                if door.sees("x", written).test == Test::OneFlag {
                    found.push((*door, written));
                }
            }
        }
        assert_eq!(
            found,
            [
                (Door::Alb, Written::List),
                (Door::Alb, Written::Space),
                (Door::AgentCore, Written::List),
                (Door::VerifiedPermissions, Written::List),
                (Door::VerifiedPermissions, Written::Space),
                (Door::VerifiedPermissions, Written::Comma),
            ]
        );
    }

    #[test]
    fn what_can_be_tested_has_a_format_and_what_can_not_has_a_reason() {
        for door in Door::value_variants() {
            for written in Written::ALL {
                let seen = door.sees("x", written);
                assert_eq!(
                    seen.format.is_none(),
                    seen.test == Test::Nothing,
                    "{door:?} {written:?}"
                );
                assert!(
                    seen.test != Test::Nothing || seen.because.is_some(),
                    "{door:?} {written:?}"
                );
            }
        }
    }

    #[test]
    fn a_rest_api_takes_access_tokens_with_an_audience_only() {
        assert_eq!(Door::RestJwt.token(true), Some(TokenUse::Access));
        assert_eq!(Door::RestJwt.token(false), Some(TokenUse::Id));
    }
}
