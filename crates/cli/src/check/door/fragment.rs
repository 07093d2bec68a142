//! The infrastructure that tells a door what to test: the files of `doors`, with the policy's claims
//! in their places. Whom it lets in is an input of each, and none has a default.

use cognito_claims::TokenUse;

use super::claim::ClaimAtDoor;
use super::rules::Door;

/// A piece of infrastructure, complete in itself.
pub struct Fragment {
    /// What it is written in.
    pub language: Language,
    /// The file.
    pub text: String,
}

/// What a fragment is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Terraform.
    Terraform,
    /// CloudFormation, where Terraform's provider lacks what is needed.
    CloudFormation,
}

impl Language {
    /// Its name, for JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::Terraform => "terraform",
            Language::CloudFormation => "cloudformation",
        }
    }
}

/// The fragment for a door; `None` if it has rules for claims, and none of these can be tested.
pub fn of(door: Door, token: Option<TokenUse>, claims: &[ClaimAtDoor<'_>]) -> Option<Fragment> {
    let tested: Vec<(&str, &str)> =
        claims.iter().filter_map(|claim| Some((claim.name, claim.seen.format?))).collect();
    let formats = || (!tested.is_empty()).then(|| formats(&tested));
    let text = match door {
        Door::HttpApi => include_str!("../../../doors/http-api.tf").to_owned(),
        Door::AppSync => include_str!("../../../doors/appsync.tf").to_owned(),
        Door::Alb => placed(include_str!("../../../doors/alb.tf"), &formats()?),
        Door::AgentCore => placed(include_str!("../../../doors/agentcore.tf"), &formats()?),
        Door::VerifiedPermissions => {
            placed(include_str!("../../../doors/verified-permissions.tf"), &formats()?)
        }
        Door::IdentityPool if tested.is_empty() => return None,
        Door::IdentityPool => {
            placed(include_str!("../../../doors/identity-pool.tf"), &names(&tested))
        }
        Door::RestJwt if tested.is_empty() => return None,
        Door::RestJwt => return Some(rest_jwt(token, &tested)),
    };
    Some(Fragment { language: Language::Terraform, text })
}

/// Entries in the place of the comment that stands for them.
fn placed(file: &str, entries: &str) -> String {
    file.replace("    # claims\n", entries)
}

/// Claims and their formats, aligned as `terraform fmt` does.
fn formats(tested: &[(&str, &str)]) -> String {
    let names: Vec<String> = tested.iter().map(|(name, _)| quoted(name)).collect();
    let columns = names.iter().map(String::len).max().unwrap_or_default();
    let lines = names.iter().zip(tested);
    lines.map(|(name, (_, format))| format!("    {name:columns$} = {}\n", quoted(format))).collect()
}

fn names(tested: &[(&str, &str)]) -> String {
    tested.iter().map(|(name, _)| format!("    {},\n", quoted(name))).collect()
}

/// A text of Terraform. Names of claims hold no quote, backslash or brace, so no template begins in
/// one.
fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn rest_jwt(token: Option<TokenUse>, tested: &[(&str, &str)]) -> Fragment {
    let parameters: String = tested
        .iter()
        .enumerate()
        .map(|(at, (name, _))| {
            let number = at + 1;
            format!(
                "  Demanded{number}:\n    Description: \"Value of the claim {name}\"\n    \
                 Type: String\n    MinLength: 1\n"
            )
        })
        .collect();
    let claims: String = tested
        .iter()
        .enumerate()
        .map(|(at, (name, format))| {
            let number = at + 1;
            format!(
                "              - ClaimName: \"{name}\"\n                Format: {format}\n                \
                 Required: true\n                ExpectedValues:\n                  - !Ref Demanded{number}\n"
            )
        })
        .collect();
    let token = token.map_or("id", TokenUse::as_str);
    let text = include_str!("../../../doors/rest-jwt.yaml")
        .replace("  # parameters\n", &parameters)
        .replace("              # claims\n", &claims)
        .replace("# token", token);
    Fragment { language: Language::CloudFormation, text }
}
