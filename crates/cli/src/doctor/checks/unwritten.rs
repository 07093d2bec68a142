//! A claim that the policy writes in neither token: what Cognito does with its name.

use claimsmith::policy::reserved::help;
use cognito_claims::TokenUse;
use cognito_claims::names::reserved_to_add;
use strsim::levenshtein;

use super::missed::Missed;
use crate::doctor::case::Replay;
use crate::doctor::cause::{Cause, CauseCode, Certainty};
use crate::doctor::question::Question;

/// Nothing writes the claim.
pub fn cause(missed: &Missed<'_>) -> Cause {
    if let Some(next) = elsewhere(missed.claim, missed.token) {
        let what = "Cognito writes this claim into the other token only";
        return missed.cause(CauseCode::OtherToken, Certainty::Sure, what, next);
    }
    if let Some(reserved) = reserved_to_add(missed.claim)
        && !missed.claim.starts_with("cognito:")
    {
        let what = format!("the claim {}", reserved.problem());
        return missed.cause(CauseCode::ReservedName, Certainty::Sure, &what, help(reserved));
    }
    if missed.claim == "cognito:groups" && missed.case.policy.groups.is_some() {
        return groups(missed);
    }
    if ["cognito:groups", "cognito:roles", "cognito:preferred_role"].contains(&missed.claim) {
        let what = "the person is in no group (or the groups have no role), so Cognito writes \
                        no such claim";
        let next = "add the person to a group, or write groups with the section [groups]:\n$ aws \
                        cognito-idp admin-list-groups-for-user --user-pool-id POOL --username NAME";
        return missed.cause(CauseCode::NoValue, missed.certainty(), what, next);
    }
    if let Some(name) = similar(missed) {
        let what = format!("the policy writes no claim of this name, but one named `{name}`");
        let next = format!("read `{name}`, or rename the section");
        return missed
            .cause(CauseCode::NotInPolicy, Certainty::Sure, &what, &next)
            .because(missed.case.lines.place(&["claims", &name]), format!("[claims.{name}]"));
    }
    match (is_attribute(missed.claim), missed.token, &missed.case.replay) {
        (true, TokenUse::Access, _) => {
            let what = "user attributes stand in the ID token only";
            let next = "read it from the ID token, or write it into the access token with a \
                            [claims] section from a record or an attribute that is `admin_only`";
            missed.cause(CauseCode::OtherToken, Certainty::Sure, what, next)
        }
        (
            true,
            TokenUse::Id,
            Some(Replay { question: Question { recorded: true, name, .. }, .. }),
        ) => {
            let what = "the user has no such attribute";
            let next = "give the user the attribute (admin-update-user-attributes), or map it from \
                            the identity provider";
            missed
                .cause(CauseCode::AttributeMissing, Certainty::Sure, what, next)
                .because(format!("{name} $.request.userAttributes"), "doesn't have it")
        }
        (true, TokenUse::Id, _) => not_readable(missed),
        _ => {
            let what = "no section of the policy writes the claim";
            let next = format!(
                "add a section [claims.{}] with `from`, `merge`, `template` or `value`",
                missed.claim
            );
            missed
                .cause(CauseCode::NotInPolicy, Certainty::Sure, what, &next)
                .because(missed.case.lines.place(&["claims"]), "no such section")
        }
    }
}

/// The policy decides which groups stand in the tokens.
fn groups(missed: &Missed<'_>) -> Cause {
    let known = missed.case.replay.as_ref().is_some_and(|replay| replay.records.is_some());
    let what = if known {
        "the section [groups] of the policy decides which groups stand in the token, and leaves none"
    } else {
        "the section [groups] of the policy decides which groups stand in the token, perhaps \
             by a record, and nobody gave the records"
    };
    let next = if known {
        "`claimsmith simulate` with the sign-in's event shows the groups; `claimsmith show` \
             shows the records behind them"
    } else {
        "give --records FILE, or --user SUB to read the policy's table, and ask again"
    };
    let certainty = if known { missed.certainty() } else { Certainty::Likely };
    missed
        .cause(CauseCode::NoValue, certainty, what, next)
        .because(missed.case.lines.place(&["groups"]), "[groups]")
}

/// A claim of the policy that differs by case, prefix or punctuation only.
fn similar(missed: &Missed<'_>) -> Option<String> {
    let bare = |name: &str| -> String {
        let name = name.strip_prefix("custom:").unwrap_or(name);
        let name = name.rsplit('/').next().unwrap_or(name);
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let near = |name: &str| {
        let (ours, theirs) = (bare(missed.claim), bare(name));
        ours == theirs || (ours.len() > 3 && levenshtein(&ours, &theirs) <= 1)
    };
    let names = missed.case.policy.claims.iter().map(|rule| rule.name.as_str());
    names.into_iter().find(|name| near(name)).map(str::to_owned)
}

/// A user attribute that Cognito doesn't write, because of the app client or the scopes.
pub fn not_readable(missed: &Missed<'_>) -> Cause {
    let next = format!(
        "add {} to ReadAttributes of the app client, and ask for the scope that brings it \
             (`openid` with `profile`, `email` or `phone`, or `openid` alone)",
        missed.claim
    );
    let what = "the app client may not read the attribute, or the scopes that were asked for \
                    don't bring it";
    match missed.case.client {
        Some(client) if !client.reads(missed.claim) => {
            let what = "the app client may not read the attribute, so Cognito doesn't write it";
            missed
                .cause(CauseCode::AttributeNotReadable, Certainty::Sure, what, &next)
                .because(client.place("ReadAttributes"), "doesn't have it")
        }
        _ => missed.cause(CauseCode::AttributeNotReadable, Certainty::Likely, what, &next),
    }
}

/// What to read instead of a claim that Cognito writes into the other token only.
/// SPEC: AWS, "Understanding the access token" and "Understanding the ID token".
pub fn elsewhere(claim: &str, token: TokenUse) -> Option<&'static str> {
    match (claim, token) {
        ("client_id", TokenUse::Id) => {
            Some("read `aud`, which is the app client in an ID token, or send the access token")
        }
        ("scope", TokenUse::Id) => {
            Some("send the access token: scopes say what it may be used for, and stand only there")
        }
        ("username", TokenUse::Id) => {
            Some("read `cognito:username`, its name in an ID token, or send the access token")
        }
        ("cognito:username", TokenUse::Access) => {
            Some("read `username`, its name in an access token, or send the ID token")
        }
        ("aud", TokenUse::Access) => Some(
            "read `client_id`, which is the app client in an access token (`aud` of \
             [tokens.access] writes it, too), or send the ID token",
        ),
        _ => None,
    }
}

/// Whether Cognito writes a user attribute of this name into ID tokens.
pub fn is_attribute(name: &str) -> bool {
    name.starts_with("custom:") || STANDARD.contains(&name)
}

/// SPEC: OpenID Connect Core 1.0, section 5.1.
const STANDARD: [&str; 18] = [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "website",
    "zoneinfo",
];
