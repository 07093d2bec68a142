//! How proofs are worded: for `check --prove` and for its JSON.

use std::time::Duration;

use claimsmith::identity::Kind;
use claimsmith::policy::prove::{Input, Mapped, OriginPlace, Premise, RecordProof, Several};
use claimsmith::policy::{About, Chosen, Keep, Owner, Require};
use cognito_claims::TokenUse;

/// Whom an identity of this kind is called.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "person",
        Kind::Client => "machine",
    }
}

/// What a value is about.
pub fn about(about: About) -> &'static str {
    match about {
        About::Nobody => "the same for all",
        About::Identity => "about the one who signs in",
        About::Tenant => "about the organisation",
    }
}

/// Whose a record is.
pub fn owner(owner: Owner, kind: Option<Kind>) -> &'static str {
    match (owner, kind) {
        (Owner::Own, Some(Kind::Client)) => "the machine's own",
        (Owner::Own, _) => "the person's own",
        (Owner::Tenant, _) => "the organisation's",
        (Owner::Shared, _) => "everybody's (shared)",
    }
}

/// What a caller chooses with.
pub fn input(input: &Input) -> &str {
    match input {
        Input::Value(name) => name,
        Input::AppClient => "the app client",
        Input::Scopes => "the scopes that are asked for",
        Input::TriggerSource => "the way to sign in",
    }
}

/// Names in a sentence: `a, b and c`.
pub fn listed(names: &[String], last: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// What a source is, beside its name.
pub fn place(place: &OriginPlace, map: Option<&Mapped>) -> String {
    let is = match place {
        OriginPlace::Tenant => "the id that was proved, as it is stored".to_owned(),
        OriginPlace::Member(records) => {
            format!("the item that proved it: {}", listed(records, "or"))
        }
        OriginPlace::Record { owner: whose, kind, .. } => owner(*whose, *kind).to_owned(),
        OriginPlace::Attribute => "a user attribute that the caller can't write".to_owned(),
        OriginPlace::Groups => "Cognito's groups".to_owned(),
        OriginPlace::Constant => "in the policy".to_owned(),
        OriginPlace::Default => "in the policy, if there is no value".to_owned(),
    };
    match map {
        None => is,
        Some(Mapped::File) => format!("{is}, mapped by the policy"),
        Some(Mapped::Item(map)) => format!("{is}, mapped by {map}"),
    }
}

/// How a record is read.
pub fn several(several: &Several) -> String {
    match several {
        Several::Each { list, at_most, skip_missing } => {
            let missing = if *skip_missing { ", those that aren't there left out" } else { "" };
            format!("one for each of {list}, at most {at_most}{missing}")
        }
        Several::Query { only: true, .. } => "the only match of a query".to_owned(),
        Several::Query { at_most, .. } => format!("all matches of a query, at most {at_most}"),
    }
}

/// When a record is asked at all.
pub fn chosen(chosen: &[Chosen]) -> Option<String> {
    let names: Vec<String> = chosen.iter().map(Chosen::spelled).collect();
    let verb = if names.len() == 1 { "is" } else { "are" };
    (!names.is_empty()).then(|| format!("only if {} {verb} sent", listed(&names, "and")))
}

/// What a record must hold, and what follows if it doesn't.
pub fn require(record: &RecordProof) -> Option<String> {
    let require = record.require.as_ref()?;
    if *require == Require::NotRevoked {
        return Some("no token if it is there, unless it has a time `before`".to_owned());
    }
    Some(match (record.several.is_some(), require.spelled().as_str()) {
        (true, "") => "each item counts".to_owned(),
        (true, condition) => format!("an item counts if {condition}"),
        (false, "") => "no token unless it exists".to_owned(),
        (false, condition) => format!("no token unless {condition}"),
    })
}

/// How old an item may be.
pub fn keep(keep: &Keep, guards: bool) -> String {
    let fresh = format!("may be {} old", duration(keep.fresh));
    if keep.stale_if_error.is_zero() {
        return fresh;
    }
    let how = if guards { ", and still let people in," } else { "" };
    format!("{fresh}{how} and {} more while the table fails", duration(keep.stale_if_error))
}

fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0 => format!("{}ms", duration.as_millis()),
        _ if seconds.is_multiple_of(3600) => format!("{}h", seconds / 3600),
        _ if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        _ => format!("{seconds}s"),
    }
}

/// A stable name for a premise: `items:user`, `admin_only:custom:department`.
pub fn id(premise: &Premise) -> String {
    match premise {
        Premise::Items { record } => format!("items:{record}"),
        Premise::Shared { record } => format!("shared:{record}"),
        Premise::Index { index } => format!("index:{index}"),
        Premise::AdminOnly { attribute, .. } => format!("admin_only:{attribute}"),
        Premise::Provider { attribute, .. } => format!("provider:{attribute}"),
        Premise::VerifiedAddress => "verified_address".to_owned(),
        Premise::VerifyingProvider { provider } => format!("verifies:{provider}"),
        Premise::Groups => "groups".to_owned(),
        Premise::AnyPool => "any_pool".to_owned(),
        Premise::Never { .. } => "never".to_owned(),
    }
}

/// A premise in a few words, for the values that rest on it.
pub fn premise(premise: &Premise) -> String {
    match premise {
        Premise::Items { record } => record.clone(),
        Premise::Shared { record } => format!("{record} is shared"),
        Premise::Index { index } => format!("the index {index}"),
        Premise::AdminOnly { attribute, .. } => format!("{attribute} is admin_only"),
        Premise::Provider { provider, attribute, .. } => format!("{provider} writes {attribute}"),
        Premise::VerifiedAddress => "verified addresses".to_owned(),
        Premise::VerifyingProvider { provider } => format!("{provider} verifies addresses"),
        Premise::Groups => "groups".to_owned(),
        Premise::AnyPool => "the user pools that call the function".to_owned(),
        Premise::Never { .. } => "what the pool never does".to_owned(),
    }
}

/// What must be so, which the check can't see.
pub fn conditions(premise: &Premise) -> Vec<String> {
    let texts: &[&str] = match premise {
        Premise::Items { .. } => &["only your own back end can write these items"],
        Premise::Shared { .. } => {
            &["its items are fit for everybody's token, whatever the organisation"]
        }
        Premise::Index { .. } => &[
            "it only finds a person; the profile must hold the same address. So nobody may write \
             somebody else's address into a profile",
        ],
        Premise::AdminOnly { writable, .. } => {
            return admin_only(*writable);
        }
        Premise::Provider { issuer, .. } => return provider(issuer.as_deref()),
        Premise::Never { words } => {
            let words =
                listed(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), "and");
            return vec![format!(
                "its tokens hold nothing that comes of {words}: a budget has no room for it, and a \
                 token with it may be longer"
            )];
        }
        Premise::VerifiedAddress => &[
            "email_verified is true only where Cognito, an administrator or a provider below \
             verified the address",
            "whoever loses an address loses the account: an address that is given to somebody else \
             finds the same person",
        ],
        Premise::VerifyingProvider { .. } => &[
            "it sends no address that it didn't verify: with somebody's address one is that person",
        ],
        Premise::Groups => {
            &["only administrators, and the providers of the pool, put people into groups"]
        }
        Premise::AnyPool => &[
            "the function's permission lets in no pool but your own: `user_pools` in [pool] isn't \
             there, so the trigger serves every one",
        ],
    };
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// SPEC: AWS, Cognito API reference, `CreateUserPoolClient`, `WriteAttributes`.
fn admin_only(writable: bool) -> Vec<String> {
    let mut conditions = vec![
        "no app client lists it among its WriteAttributes".to_owned(),
        "no identity provider maps it".to_owned(),
    ];
    if writable {
        conditions.push(
            "every app client has a list of WriteAttributes: without one people may write this \
             attribute"
                .to_owned(),
        );
    }
    conditions
}

/// SPEC: AWS, "Mapping IdP attributes to profiles and tokens": a mapped attribute must be writable by
/// the app client, and one that the provider no longer sends is not cleared; Cognito API reference,
/// `UpdateUserAttributes`: it takes an access token with the scope `aws.cognito.signin.user.admin`.
fn provider(issuer: Option<&str>) -> Vec<String> {
    let mut conditions = vec![
        "Cognito demands that the app client may write a mapped attribute, so no such client gives \
         anybody the scope aws.cognito.signin.user.admin: it has no flows with a password, doesn't \
         allow the scope, and no trigger adds it"
            .to_owned(),
        "nobody signs themselves up through such a client".to_owned(),
        "the provider sends the attribute at every sign-in: Cognito doesn't clear what it leaves out"
            .to_owned(),
        "a refresh asks no provider, so what it said at the sign-in counts until the refresh token \
         ends"
            .to_owned(),
    ];
    match issuer {
        Some(_) => {}
        None => conditions.push(
            "whatever directory is behind the provider may say so: one provider for each, or a SAML \
             provider with its `issuer`, is stronger"
                .to_owned(),
        ),
    }
    conditions
}

/// What the trigger itself looks at before a premise counts.
pub fn checked(premise: &Premise) -> Option<String> {
    match premise {
        Premise::Provider { provider, issuer, .. } => {
            let issuer = issuer.as_ref().map(|issuer| format!(" with the issuer {issuer}"));
            Some(format!(
                "the person's status is EXTERNAL_PROVIDER and their only identity is of {provider}{}",
                issuer.unwrap_or_default()
            ))
        }
        Premise::VerifiedAddress => Some(
            "email_verified is true, and the person is a native user or every identity is of a \
             provider that verifies addresses"
                .to_owned(),
        ),
        _ => None,
    }
}

/// A token, as a sentence names it.
pub fn token(token: TokenUse) -> &'static str {
    match token {
        TokenUse::Id => "ID",
        TokenUse::Access => "access",
    }
}
