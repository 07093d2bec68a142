//! Whether token, event, policy and descriptions speak of one pool, one app client and one person,
//! and whether the token still counts.

use claimsmith::outcome::Reason;
use cognito_claims::{Door, TokenUse};

use crate::doctor::case::Case;
use crate::doctor::cause::{Cause, CauseCode};
use crate::doctor::diagnosis::Diagnosis;
use crate::doctor::seen::{Seen, plain};

/// Compares all that names a pool, a client or a person.
pub fn check(case: &Case<'_>, found: &mut Diagnosis) {
    let causes = &mut found.causes;
    for seen in case.seen {
        if seen.door == Door::Token && seen.token().is_none() {
            let next = "paste a token that Cognito issued to your app: the access token or the ID \
                        token";
            let what = "this is no ID or access token of a user pool";
            causes.push(
                Cause::sure(CauseCode::ForeignToken, what, next)
                    .because(format!("{} token_use", seen.name), "neither `id` nor `access`"),
            );
        } else if seen.is_whole() {
            token(case, seen, causes);
        }
    }
    descriptions(case, causes);
    refusal(case, causes);
}

fn token(case: &Case<'_>, seen: &Seen, causes: &mut Vec<Cause>) {
    let Some(pool) = seen.pool() else {
        let what = "the token's issuer is no Cognito user pool, so no trigger of yours ran for it";
        let next = "paste a token that your user pool issued";
        causes.push(
            Cause::sure(CauseCode::ForeignToken, what, next)
                .because(format!("{} iss", seen.name), "not https://cognito-idp.…/POOL"),
        );
        return;
    };
    let place = format!("{} iss", seen.name);
    if !seen.is_of_aws() {
        let what = "the token's issuer isn't AWS: an emulator's, or not your user pool's";
        let next = "if it is no emulator's, paste a token that your user pool issued";
        causes.push(
            Cause::aside(CauseCode::ForeignToken, what, next)
                .because(&place, "ends in a pool id, but not https://cognito-idp.…/POOL"),
        );
    }
    if let Some(pools) = &case.policy.user_pools
        && !pools.contains(pool)
    {
        let next = "take a token of a pool that the policy serves, or add the pool to user_pools";
        causes.push(
            Cause::sure(CauseCode::OtherPool, OTHER_POOL, next)
                .because(&place, format!("pool {}", plain(pool)))
                .because(case.lines.place(&["pool", "user_pools"]), "doesn't list it"),
        );
    }
    if let Some(description) = case.pool
        && description.id() != pool
    {
        let next = "describe the pool that issued the token, or take a token of this pool";
        causes.push(
            Cause::sure(CauseCode::OtherPool, OTHER_POOL, next)
                .because(&place, format!("pool {}", plain(pool)))
                .because(description.place("Id"), plain(description.id())),
        );
    }
    client_of_token(case, seen, causes);
    recorded_event(case, seen, pool, causes);
    if let Some(ago) = seen.expired_ago(case.now) {
        let what = "the token has expired: front doors refuse it, and no trigger changes it any \
                    more";
        let next = "refresh it, or sign in again";
        causes.push(
            Cause::sure(CauseCode::Expired, what, next)
                .because(format!("{} exp", seen.name), format!("{ago} ago")),
        );
    }
}

const OTHER_POOL: &str = "the token is from another user pool";
const OTHER_CLIENT: &str = "the token is for another app client";

fn client_of_token(case: &Case<'_>, seen: &Seen, causes: &mut Vec<Cause>) {
    let Some(client) = seen.client() else { return };
    let place = match seen.token() {
        Some(TokenUse::Id) => format!("{} aud", seen.name),
        _ => format!("{} client_id", seen.name),
    };
    let client_says = format!("app client {}", plain(client));
    if let Some(clients) = &case.policy.app_clients
        && !clients.contains(client)
    {
        let next = "take a token of an app client that the policy serves, or add the client to \
                    app_clients";
        causes.push(
            Cause::sure(CauseCode::OtherClient, OTHER_CLIENT, next)
                .because(&place, &client_says)
                .because(case.lines.place(&["pool", "app_clients"]), "doesn't list it"),
        );
    }
    if let Some(description) = case.client
        && description.id() != client
    {
        let next = "describe the app client that the token is for";
        causes.push(
            Cause::sure(CauseCode::OtherClient, OTHER_CLIENT, next)
                .because(&place, &client_says)
                .because(description.place("ClientId"), plain(description.id())),
        );
    }
}

/// The event or the person and client that were named, beside a token.
fn recorded_event(case: &Case<'_>, seen: &Seen, pool: &str, causes: &mut Vec<Cause>) {
    let Some(replay) = case.replay.as_ref().filter(|replay| replay.question.name != seen.name)
    else {
        return;
    };
    let event = &replay.decided.event;
    let differs = |ours: Option<&str>, theirs: Option<&str>| matches!((ours, theirs), (Some(ours), Some(theirs)) if ours != theirs);
    let next = "give the event, person or client that the token was made for";
    if differs(Some(pool), event.user_pool_id.as_deref()) && replay.question.recorded {
        causes.push(
            Cause::sure(CauseCode::OtherPool, OTHER_POOL, next)
                .because(format!("{} iss", seen.name), format!("pool {}", plain(pool)))
                .because(format!("{} $.userPoolId", replay.question.name), "another one"),
        );
    }
    if differs(seen.client(), event.client_id.as_deref()) && replay.question.recorded {
        causes.push(
            Cause::sure(CauseCode::OtherClient, OTHER_CLIENT, next)
                .because(&seen.name, "its app client")
                .because(
                    format!("{} $.callerContext.clientId", replay.question.name),
                    "another one",
                ),
        );
    }
    let machine = seen.is_machine();
    if differs(seen.text("sub").filter(|_| !machine), event.sub.as_deref()) {
        let what = "the token is somebody else's";
        causes.push(
            Cause::sure(CauseCode::OtherUser, what, next)
                .because(format!("{} sub", seen.name), "one person")
                .because(&replay.question.name, "another person"),
        );
    }
}

/// Descriptions against the policy.
fn descriptions(case: &Case<'_>, causes: &mut Vec<Cause>) {
    if let (Some(pool), Some(pools)) = (case.pool, &case.policy.user_pools)
        && !pools.contains(pool.id())
    {
        let what = "the policy doesn't serve this pool: every sign-in is refused";
        let next = "add the pool to user_pools, or give the pool a function with its own policy";
        causes.push(
            Cause::sure(CauseCode::OtherPool, what, next)
                .because(pool.place("Id"), plain(pool.id()))
                .because(case.lines.place(&["pool", "user_pools"]), "doesn't list it"),
        );
    }
    if let (Some(client), Some(clients)) = (case.client, &case.policy.app_clients)
        && !clients.contains(client.id())
    {
        let what = "the policy doesn't serve this app client: every sign-in is refused";
        let next = "add the client to app_clients";
        causes.push(
            Cause::sure(CauseCode::OtherClient, what, next)
                .because(client.place("ClientId"), plain(client.id()))
                .because(case.lines.place(&["pool", "app_clients"]), "doesn't list it"),
        );
    }
}

/// An event from elsewhere.
fn refusal(case: &Case<'_>, causes: &mut Vec<Cause>) {
    let Some(replay) = &case.replay else { return };
    let Some(refusal) = replay.decided.outcome.as_ref().err() else { return };
    let (code, path, key, next) = match refusal.reason {
        Reason::WrongPool => {
            (CauseCode::OtherPool, "userPoolId", "user_pools", "add the pool to user_pools")
        }
        Reason::WrongClient => (
            CauseCode::OtherClient,
            "callerContext.clientId",
            "app_clients",
            "add the client to app_clients",
        ),
        _ => return,
    };
    if !causes.iter().any(|cause| cause.code == code) {
        let what = format!("{}, so the sign-in is refused", refusal.cause);
        causes.push(
            Cause::sure(code, what, next)
                .because(format!("{} $.{path}", replay.question.name), "not served")
                .because(case.lines.place(&["pool", key]), "doesn't list it"),
        );
    }
}
