//! How the pool calls the function: with which version of events, and by which name.
//!
//! SPEC: AWS, "Pre token generation Lambda trigger" (versions and feature plans).

use claimsmith::identity::Kind;
use cognito_claims::TokenUse;

use super::arn::{name_of, qualifier};
use crate::doctor::case::Case;
use crate::doctor::cause::{Cause, CauseCode, Certainty};
use crate::doctor::described::Pool;
use crate::doctor::diagnosis::Diagnosis;

/// How to set a version without losing the pool's other settings.
const SET_VERSION: &str = "in the stack's template, or read the pool, change it and write all of \
                           it back: `update-user-pool` resets whatever a call leaves out";

/// Looks at the pool's description.
pub fn check(case: &Case<'_>, found: &mut Diagnosis) {
    let Some(pool) = case.pool else { return };
    let Some(arn) = pool.function() else {
        let what = match pool.replica() {
            None => "the pool has no pre token generation trigger, so no claim is ever added",
            Some(_) => {
                "the replica has no pre token generation trigger, which isn't copied from the first \
                 region, so no claim is added to the tokens that it issues"
            }
        };
        let next =
            format!("set PreTokenGenerationConfig with LambdaArn and LambdaVersion, {SET_VERSION}");
        let mut cause = Cause::sure(CauseCode::NoTrigger, what, next);
        if let Some(region) = pool.replica() {
            cause = cause.because(pool.place("Arn"), format!("in {region}"));
        }
        found.causes.push(cause.because(pool.place("LambdaConfig"), "no PreTokenGeneration…"));
        return;
    };
    found.causes.extend(legacy_differs(pool));
    found.causes.extend(unable_to_change_access(pool, access_claims(case)));
    found.causes.extend(without_machines(pool, machines(case)));
    found.causes.extend(lite(pool));
    found.causes.extend(qualified(pool, arn));
    found.causes.extend(elsewhere(pool, arn));
}

/// Claims that are to stand in access tokens of people.
fn access_claims(case: &Case<'_>) -> Vec<String> {
    let people = case.machine() != Some(true)
        && (case.seen.is_empty()
            || case.seen.iter().any(|it| it.token() == Some(TokenUse::Access)));
    let claims = case.claims().into_iter();
    claims
        .filter(|claim| people && case.rule(claim).is_some_and(|rule| rule.access))
        .map(str::to_owned)
        .collect()
}

/// Whether tokens of machines matter, surely or perhaps.
fn machines(case: &Case<'_>) -> Option<Certainty> {
    let mut records = case.policy.records.iter();
    match case.machine() {
        Some(true) => Some(Certainty::Sure),
        None if case.seen.is_empty() => records
            .any(|record| record.applies_to == Some(Kind::Client))
            .then_some(Certainty::Likely),
        _ => None,
    }
}

fn legacy_differs(pool: &Pool) -> Option<Cause> {
    let (old, new) = (pool.legacy_arn()?, pool.new_arn()?);
    if old == new {
        return None;
    }
    let what = "the pool's old and new key name different functions, and must name the same";
    let next = "set LambdaConfig.PreTokenGeneration to the ARN of PreTokenGenerationConfig, \
                    or drop it";
    let old_place = pool.place("LambdaConfig.PreTokenGeneration");
    let new_place = pool.place("LambdaConfig.PreTokenGenerationConfig.LambdaArn");
    Some(
        Cause::sure(CauseCode::LegacyKeyDiffers, what, next)
            .because(old_place, name_of(old))
            .because(new_place, name_of(new)),
    )
}

const LAMBDA_VERSION: &str = "LambdaConfig.PreTokenGenerationConfig.LambdaVersion";

fn unable_to_change_access(pool: &Pool, access_claims: Vec<String>) -> Option<Cause> {
    if pool.version() != Some("V1_0") || access_claims.is_empty() {
        return None;
    }
    let plan = match pool.text(&["UserPoolTier"]) {
        Some("LITE") => "UserPoolTier to ESSENTIALS (or PLUS) and ",
        _ => "",
    };
    let next = format!("set {plan}LambdaVersion to V3_0 (or V2_0), {SET_VERSION}");
    let mut cause = if pool.new_arn().is_none() {
        let what = "the pool names the function by its old key alone; that means events of version \
                    V1_0, which can't change access tokens";
        Cause::sure(CauseCode::LegacyKey, what, next)
            .because(pool.place("LambdaConfig"), "PreTokenGeneration alone")
    } else {
        let what = "the pool asks for events of version V1_0, which can't change access tokens";
        Cause::sure(CauseCode::V1Pool, what, next).because(pool.place(LAMBDA_VERSION), "V1_0")
    };
    cause.claims = access_claims;
    cause.tokens = vec![TokenUse::Access];
    Some(cause)
}

fn without_machines(pool: &Pool, machines: Option<Certainty>) -> Option<Cause> {
    let version = pool.version().unwrap_or_default();
    let certainty = machines.filter(|_| version != "V3_0")?;
    let what = "only events of version V3_0 come for machines (client credentials), so their tokens \
                are untouched";
    let next = format!("set LambdaVersion to V3_0, {SET_VERSION}");
    let cause = Cause::new(CauseCode::V3Needed, certainty, what, next);
    Some(cause.because(pool.place(LAMBDA_VERSION), version))
}

/// Pools that had advanced security before the plans came kept version 2.
fn lite(pool: &Pool) -> Option<Cause> {
    let lite = pool.text(&["UserPoolTier"]) == Some("LITE");
    let version = pool.version().filter(|version| *version != "V1_0");
    let (true, Some(version)) = (lite, version) else { return None };
    let kept =
        pool.text(&["UserPoolAddOns", "AdvancedSecurityMode"]).is_some_and(|mode| mode != "OFF");
    if kept && version == "V2_0" {
        return None;
    }
    let what = "the pool's feature plan Lite has events of version V1_0 only";
    let next = format!("set UserPoolTier to ESSENTIALS (or PLUS), {SET_VERSION}");
    Some(
        Cause::sure(CauseCode::PlanLite, what, next)
            .because(pool.place("UserPoolTier"), "LITE")
            .because(pool.place(LAMBDA_VERSION), version.to_owned()),
    )
}

/// A pool calls a function of its own region only.
/// SPEC: AWS, "Multi-Region replication for user pools": triggers are set for each replica.
fn elsewhere(pool: &Pool, arn: &str) -> Option<Cause> {
    let region = pool.replica()?;
    let of_function = arn.split(':').nth(3)?;
    if region == of_function {
        return None;
    }
    let what = "the replica names a function of another region, and a pool calls those of its own";
    let next = "deploy the function in the replica's region, and give the replica its ARN";
    let place = pool.place("LambdaConfig.PreTokenGenerationConfig.LambdaArn");
    Some(
        Cause::likely(CauseCode::FunctionElsewhere, what, next)
            .because(pool.place("Arn"), format!("in {region}"))
            .because(place, format!("in {of_function}")),
    )
}

fn qualified(pool: &Pool, arn: &str) -> Option<Cause> {
    let place = match pool.new_arn() {
        Some(_) => pool.place("LambdaConfig.PreTokenGenerationConfig.LambdaArn"),
        None => pool.place("LambdaConfig.PreTokenGeneration"),
    };
    let next = "publish a version, put an alias on it, and give the pool the alias's ARN";
    let cause = match qualifier(arn) {
        None | Some("$LATEST") => Cause::aside(
            CauseCode::UnqualifiedArn,
            "the pool calls $LATEST: whatever was uploaded last, and no alias that could be \
                 moved back",
            next,
        ),
        Some(version) if version.bytes().all(|byte| byte.is_ascii_digit()) => Cause::likely(
            CauseCode::PinnedVersion,
            "the pool calls one version of the function for ever, so what was deployed since \
                 doesn't run",
            next,
        ),
        Some(_) => return None,
    };
    Some(cause.because(place, name_of(arn)))
}
