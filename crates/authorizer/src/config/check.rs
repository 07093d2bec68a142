//! What `authorizer.toml` means, and everything that is wrong in it.
//!
//! The rule behind the checks of routes and times: an answer that a gateway keeps must stay right
//! for every request that it may serve. What can't be kept so is a finding.
//!
//! No finding shows a value: it may come out of the environment.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cognito_claims::bits::Catalogue;
use cognito_claims::{Guard, TokenUse, UserPool, encoding, names};

use super::file::{
    AppSyncSection, ContextSection, File, PoolSection, RequireSection, RevocationSection,
    TokenSection,
};
use super::finding::{Code, Findings};
use super::read::{At, List, Named, nearest};
use super::{
    ALWAYS, Caching, Configuration, ContextPlan, Field, LONGEST_CACHING, Pool, Revocation, Route,
    TokenPlace,
};
use crate::denial::Denial;
use crate::route::Pattern;
use crate::rules::Rules;

/// Most bytes that the routes may take in an answer of 8 KB; the rest is for the claims.
const ROUTES_LIMIT: usize = 6_000;

/// Bytes that a resource takes beside its route: the ARN up to the stage, quotes and a comma.
const ARN_LENGTH: usize = 90;

/// Turns the sections into a configuration. It is worth something only if nothing was found.
pub(super) fn check(file: File, findings: &mut Findings<'_>) -> Configuration {
    if let Some(version) = &file.version
        && version.value != 1
    {
        let message = "this program knows version 1 of the file";
        findings.add(Code::FileVersion, version.span, message, "write `version = 1`");
    }
    let caching = caching(file.caching.as_ref(), findings);
    let pools = pools(file.pools, findings);
    let has_scopes =
        pools.is_empty() || pools.iter().any(|pool| pool.token_use == TokenUse::Access);
    let mut rules = RuleCheck {
        caching,
        has_scopes,
        tiers: names_of(file.tiers.as_ref(), findings),
        catalogue: catalogue(file.flags.as_ref(), findings),
        findings,
    };
    let require = file.require.map(|section| rules.rules(&section)).unwrap_or_default();
    let simple = file.http_api.and_then(|section| section.answer);
    let routes = routes(file.routes, caching, simple.as_ref(), &mut rules);
    let fields = file.appsync.map(|section| fields(section, &mut rules));
    let usage_plan = usage_plan(file.usage_plan.unwrap_or_default(), &mut rules);
    let simple_answers = simple
        .and_then(|word| one_word(&word, &[("policy", false), ("simple", true)], findings))
        .unwrap_or_default();
    let (token_place, valid_for) = token(file.token.unwrap_or_default(), findings);
    if let Some(section) = &file.revocation
        && caching == Caching::Unknown
    {
        findings.add(
            Code::RevocationCached,
            section.span,
            "a revoked token would still do for as long as a gateway keeps an answer",
            "write `caching = \"off\"`, or how long your gateway keeps answers: \
             `caching = \"30s\"`",
        );
    }
    Configuration {
        caching,
        pools,
        token_place,
        valid_for,
        require,
        routes,
        context: context(file.context.unwrap_or_default(), findings),
        simple_answers,
        fields,
        usage_plan,
        revocation: file.revocation.and_then(|section| revocation(section.value, findings)),
    }
}

/// Whether gateways keep answers.
fn caching(written: Option<&At<String>>, findings: &mut Findings<'_>) -> Caching {
    match written {
        None => Caching::Unknown,
        Some(At { value, .. }) if value == "off" => Caching::Off,
        Some(At { value, .. }) if value == "on" => Caching::Unknown,
        Some(written) => {
            let range = Duration::from_secs(1)..=Duration::from_secs(LONGEST_CACHING);
            duration(written, range, "`off`, `on`, or from 1s to 1h", findings)
                .map_or(Caching::Unknown, |time| Caching::Seconds(time.as_secs()))
        }
    }
}

/// Reads `250ms`, `30s`, `5m` or `1h`.
fn duration(
    written: &At<String>,
    range: std::ops::RangeInclusive<Duration>,
    wanted: &str,
    findings: &mut Findings<'_>,
) -> Option<Duration> {
    let text = written.value.as_str();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits).unwrap_or_default();
    let factor = match unit {
        "ms" => Some(1),
        "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000),
        _ => None,
    };
    let milliseconds = number
        .parse::<u64>()
        .ok()
        .zip(factor)
        .and_then(|(number, factor)| number.checked_mul(factor));
    let read = milliseconds.map(Duration::from_millis).filter(|time| range.contains(time));
    if read.is_none() {
        let message = "this is no duration that fits here";
        findings.add(Code::Duration, written.span, message, format!("write {wanted}"));
    }
    read
}

fn age(written: &At<String>, findings: &mut Findings<'_>) -> Option<u64> {
    let range = Duration::from_secs(1)..=Duration::from_secs(3650 * 86_400);
    duration(written, range, "a number with `s`, `m`, `h` or `d`, such as `15m`", findings)
        .map(|time| time.as_secs())
}

fn pools(sections: Option<At<Named<PoolSection>>>, findings: &mut Findings<'_>) -> Vec<Pool> {
    let Some(At { value: sections, span }) = sections else { return Vec::new() };
    if sections.is_empty() {
        let help = "add a section such as [pools.main]";
        findings.add(Code::EmptyList, span, "there is no pool, so no token would do", help);
    }
    let mut issuers = BTreeSet::new();
    let mut pools = Vec::new();
    for (_, section) in sections {
        let place = section.span;
        let Some(pool) = pool(section, findings) else { continue };
        if !issuers.insert(pool.user_pool.issuer().to_owned()) {
            let help = "join the two sections";
            findings.add(Code::Duplicate, place, "two pools have the same issuer", help);
        }
        pools.push(pool);
    }
    pools
}

fn pool(section: PoolSection, findings: &mut Findings<'_>) -> Option<Pool> {
    let by_id = section.user_pool.as_ref().map(|id| {
        let pool = UserPool::new(&id.value).ok();
        if pool.is_none() {
            let help = "write it as AWS shows it: `eu-west-1_AbCdEf123`";
            findings.add(Code::Pool, id.span, "this is no user pool id", help);
        }
        pool
    });
    let by_issuer = section
        .issuer
        .as_ref()
        .map(|issuer| url(issuer, findings).and_then(|issuer| UserPool::with_issuer(&issuer).ok()));
    let key_set = section.key_set.as_ref().map(|place| url(place, findings));
    let clients = section.clients.as_ref().map(|list| entries(list, findings));
    let words = [("access", TokenUse::Access), ("id", TokenUse::Id)];
    let token_use = section.token_use.and_then(|word| one_word(&word, &words, findings));
    if !section.is_named {
        let help = "add `user_pool = \"eu-west-1_AbCdEf123\"`";
        findings.add(Code::Pool, section.span, "neither a user pool nor an issuer", help);
    }
    let user_pool = by_issuer.or(by_id)??.clients(clients?);
    Some(Pool {
        user_pool: match key_set {
            Some(url) => user_pool.keys_at(&url?).ok()?,
            None => user_pool,
        },
        key_file: section.key_file.map(|file| file.value),
        token_use: token_use?,
    })
}

/// A URL that is safe to fetch keys from, or an issuer.
fn url(written: &At<String>, findings: &mut Findings<'_>) -> Option<String> {
    let text = written.value.as_str();
    let host = |rest: &str| rest.split(['/', ':']).next().unwrap_or_default().to_owned();
    let is_secure = text.strip_prefix("https://").is_some_and(|rest| !host(rest).is_empty());
    let is_local = text
        .strip_prefix("http://")
        .is_some_and(|rest| matches!(host(rest).as_str(), "127.0.0.1" | "localhost"));
    let is_plain =
        text.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#@\"\\<>".contains(&byte));
    if (is_secure || is_local) && is_plain && !text.ends_with('/') {
        return Some(text.to_owned());
    }
    findings.add(
        Code::Pool,
        written.span,
        "this is no URL that keys or tokens can be trusted by",
        "write an https URL without a slash at its end; http only for an emulator on 127.0.0.1",
    );
    None
}

fn token(section: TokenSection, findings: &mut Findings<'_>) -> (TokenPlace, u64) {
    let place = match (section.header, section.query) {
        (Some(_), Some(query)) => {
            let message = "two places of the token, where a request must have exactly one";
            findings.add(Code::TokenPlace, query.span, message, "keep one of `header` and `query`");
            TokenPlace::Query(query.value)
        }
        (None, Some(query)) => {
            if !is_token_name(&query.value) {
                let help = "write the name alone, such as `token`";
                findings.add(Code::TokenPlace, query.span, "no name of a query parameter", help);
            }
            TokenPlace::Query(query.value)
        }
        (Some(header), None) => {
            if !is_token_name(&header.value) {
                let help = "write the name alone, such as `authorization`";
                findings.add(Code::TokenPlace, header.span, "no name of a header", help);
            }
            TokenPlace::Header(header.value.to_ascii_lowercase())
        }
        (None, None) => TokenPlace::Header("authorization".to_owned()),
    };
    (place, section.valid_for.and_then(|time| age(&time, findings)).unwrap_or_default())
}

/// SPEC: RFC 9110 section 5.6.2, the letters that anybody uses.
fn is_token_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// What every set of requirements is checked against.
struct RuleCheck<'c, 't> {
    caching: Caching,
    /// Whether any pool gives access tokens.
    has_scopes: bool,
    /// All tiers, lowest first.
    tiers: Vec<String>,
    catalogue: Option<Catalogue>,
    findings: &'c mut Findings<'t>,
}

impl RuleCheck<'_, '_> {
    fn rules(&mut self, section: &At<RequireSection>) -> Rules {
        let At { value: section, .. } = section;
        let mut rules = Rules::default();
        let any = Guard::either_token;
        if let Some(list) = &section.scopes {
            rules.require(vec![any().all_scopes(self.scopes(list))], Denial::Scope);
        }
        if let Some(list) = &section.any_scope {
            rules.require(vec![any().any_scope(self.scopes(list))], Denial::Scope);
        }
        if let Some(list) = &section.any_group {
            rules.require(vec![any().any_group(entries(list, self.findings))], Denial::Group);
        }
        if let Some(list) = &section.orgs {
            let orgs = entries(list, self.findings);
            rules.require(orgs.into_iter().map(|org| any().org(org)).collect(), Denial::Org);
        }
        if let Some(tier) = &section.tier {
            if !self.tiers.contains(&tier.value) {
                let help = "name all tiers at the top, lowest first: `tiers = [\"free\", \"pro\"]`";
                let message = "the list `tiers` doesn't have this tier";
                self.findings.add(Code::Requirement, tier.span, message, help);
            }
            rules.require(vec![any().tier_at_least(&tier.value, self.tiers.clone())], Denial::Tier);
        }
        if let Some(list) = &section.features {
            entries(list, self.findings);
            for feature in &list.value {
                rules.require(vec![self.feature(feature)], Denial::Feature);
            }
        }
        if let Some(seconds) = self.freshness(section.issued_within.as_ref()) {
            rules.require(vec![any().issued_within(seconds)], Denial::IssuedTooLongAgo);
        }
        if let Some(seconds) = self.freshness(section.authenticated_within.as_ref()) {
            rules.require(
                vec![any().authenticated_within(seconds)],
                Denial::AuthenticatedTooLongAgo,
            );
        }
        rules
    }

    fn scopes(&mut self, list: &List) -> Vec<String> {
        if !self.has_scopes {
            let message = "every pool takes ID tokens, and an ID token has no scopes";
            let help = "take access tokens: `token_use = \"access\"`";
            self.findings.add(Code::Requirement, list.span, message, help);
        }
        for scope in list.value.iter().filter(|scope| scope.value.contains([' ', '"', '\\'])) {
            let message = "a scope has no blanks and quotes";
            let help = "write one scope per entry, such as `orders/read`";
            self.findings.add(Code::Requirement, scope.span, message, help);
        }
        entries(list, self.findings)
    }

    fn feature(&mut self, feature: &At<String>) -> Guard {
        let any = Guard::either_token;
        let known = self.catalogue.as_ref().map(|catalogue| catalogue.names());
        if !encoding::is_flag(&feature.value) {
            let help = "write letters, digits, `_`, `.` and `-`";
            self.findings.add(Code::Requirement, feature.span, "no name of a feature", help);
        } else if known.is_some_and(|names| !names.contains(&feature.value)) {
            let message = "the list `flags` doesn't have this feature";
            let help = "write a feature of the list, or add it at the end of the list";
            self.findings.add(Code::Requirement, feature.span, message, help);
        }
        match &self.catalogue {
            Some(catalogue) => any().feature_in(&feature.value, catalogue),
            None => any().feature(&feature.value),
        }
    }

    /// The greatest age at which a token may be let in so that a cached answer never serves one
    /// that is older than what was written.
    fn freshness(&mut self, written: Option<&At<String>>) -> Option<u64> {
        let written = written?;
        let seconds = age(written, self.findings)?;
        let cached = self.caching.longest();
        if seconds <= cached {
            self.findings.add(
                Code::FreshCached,
                written.span,
                format!("a gateway may keep an answer for {cached} seconds, which is no shorter"),
                "write `caching = \"off\"`, or a shorter `caching` if the gateway has it",
            );
        }
        Some(seconds.saturating_sub(cached))
    }
}

fn routes(
    sections: Option<At<Named<At<RequireSection>>>>,
    caching: Caching,
    simple: Option<&At<String>>,
    rules: &mut RuleCheck<'_, '_>,
) -> Vec<Route> {
    let Some(At { value: sections, span }) = sections else { return Vec::new() };
    if sections.is_empty() {
        let help = "name a route, or leave the section out to open all of them";
        rules.findings.add(Code::EmptyList, span, "there is no route, so none would be open", help);
    }
    let is_cached = caching != Caching::Off;
    if let Some(simple) = simple.filter(|word| word.value == "simple" && is_cached) {
        rules.findings.add(
            Code::RouteCached,
            simple.span,
            "a simple answer is one answer for all routes for as long as it is kept",
            "write `answer = \"policy\"`, or `caching = \"off\"` if the gateway keeps nothing",
        );
    }
    let mut length = 0;
    let routes: Vec<Route> = sections
        .into_iter()
        .filter_map(|(name, section)| {
            let pattern = match Pattern::parse(&name.value) {
                Ok(pattern) => pattern,
                Err(unreadable) => {
                    let (problem, help) = (unreadable.problem, unreadable.help);
                    rules.findings.add(Code::Route, name.span, problem, help);
                    return None;
                }
            };
            if is_cached && !pattern.is_exact_in_policy() {
                rules.findings.add(
                    Code::RouteCached,
                    name.span,
                    "in an answer that is kept, `{…}` would stand for slashes too",
                    "write `*` if everything below may be treated alike, or `caching = \"off\"`",
                );
            }
            length += pattern.resources().map(|text| text.len() + ARN_LENGTH).sum::<usize>();
            if is_cached && length > ROUTES_LIMIT {
                rules.findings.add(
                    Code::RoutesSize,
                    name.span,
                    "from here on, the routes take more than 6000 of an answer's 8000 bytes",
                    "use `*` to say it with fewer; `ANY` counts seven times",
                );
                length = 0;
            }
            Some(Route { pattern, rules: rules.rules(&section) })
        })
        .collect();
    routes
}

fn fields(section: AppSyncSection, rules: &mut RuleCheck<'_, '_>) -> Vec<Field> {
    let is_name = |name: &str| {
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
    };
    section
        .fields
        .unwrap_or_default()
        .into_iter()
        .map(|(name, section)| {
            let parts = name.value.split_once('.');
            if !parts.is_some_and(|(kind, field)| is_name(kind) && is_name(field)) {
                let help = "write type and field: `\"Mutation.createOrder\"`";
                rules.findings.add(Code::Field, name.span, "this is no field of a schema", help);
            }
            let checked = rules.rules(&section);
            if checked.is_empty() {
                let message = "the field asks for nothing, and is open without this section";
                let help = "add a requirement such as `scopes = [\"orders/write\"]`";
                rules.findings.add(Code::Requirement, section.span, message, help);
            }
            Field { name: name.value, rules: checked }
        })
        .collect()
}

fn usage_plan(keys: Named<At<String>>, rules: &mut RuleCheck<'_, '_>) -> BTreeMap<String, String> {
    for (tier, key) in &keys {
        if !rules.tiers.contains(&tier.value) {
            let help = "name all tiers at the top, lowest first: `tiers = [\"free\", \"pro\"]`";
            let message = "the list `tiers` doesn't have this tier";
            rules.findings.add(Code::UsageKey, tier.span, message, help);
        }
        // SPEC: AWS, API Gateway, "Set up API keys": a value of 20 to 128 characters.
        if !(20..=128).contains(&key.value.len())
            || !key.value.bytes().all(|b| b.is_ascii_graphic())
        {
            let help = "write the key's value, not its id: `free = \"${FREE_KEY}\"`";
            rules.findings.add(Code::UsageKey, key.span, "this is no value of an API key", help);
        }
    }
    keys.into_iter().map(|(tier, key)| (tier.value, key.value)).collect()
}

fn context(section: ContextSection, findings: &mut Findings<'_>) -> ContextPlan {
    let standard = [names::ORG_ID, names::ORG_TIER, names::FEATURE_FLAGS];
    let claims = match &section.claims {
        None => standard.map(str::to_owned).to_vec(),
        Some(list) => {
            for claim in &list.value {
                context_claim(claim, findings);
            }
            unique(list, findings)
        }
    };
    let shed = section.shed.map(|list| {
        for name in list.value.iter().filter(|name| !claims.contains(&name.value)) {
            let message = "only a claim of the context can be shed";
            findings.add(Code::Shed, name.span, message, "add it to `claims`, or take it out here");
        }
        unique(&list, findings)
    });
    ContextPlan { claims, shed: shed.unwrap_or_default() }
}

/// SPEC: AWS, "Output from an API Gateway Lambda authorizer": the key `claims` is reserved; the
/// gateway itself adds `principalId` and `integrationLatency`.
fn context_claim(claim: &At<String>, findings: &mut Findings<'_>) {
    let name = claim.value.as_str();
    let (message, help) = if ALWAYS.contains(&name) || names::MARKERS.contains(&name) {
        ("this claim is in the context anyway", "take it out")
    } else if ["claims", "principalId", "integrationLatency"].contains(&name) {
        ("the gateway keeps this name for itself", "issue the claim under another name")
    } else if !names::is_plain(name) {
        ("no claim name that comes through every gateway", "write plain characters, no blanks")
    } else {
        return;
    };
    findings.add(Code::ContextClaim, claim.span, message, help);
}

/// What a record of a revoked token can be named by.
const REVOKED_BY: [&str; 3] = ["sub", "origin_jti", "jti"];

fn revocation(section: RevocationSection, findings: &mut Findings<'_>) -> Option<Revocation> {
    let sort = match (section.sort_key, section.sort_value) {
        (Some(key), Some(value)) => Some((key.value, value.value)),
        (None, None) => None,
        (Some(one), None) | (None, Some(one)) => {
            let message = "a sort key needs its name and the value that such records have there";
            let help = "write both: `sort_key = \"sk\"` and `sort_value = \"REVOKED\"`";
            findings.add(Code::Revocation, one.span, message, help);
            None
        }
    };
    let by = match &section.by {
        None => REVOKED_BY.map(str::to_owned).to_vec(),
        Some(list) => {
            for claim in
                list.value.iter().filter(|claim| !REVOKED_BY.contains(&claim.value.as_str()))
            {
                let help = "write some of `sub`, `origin_jti` and `jti`";
                findings.add(Code::UnknownWord, claim.span, "no claim to revoke tokens by", help);
            }
            entries(list, findings)
        }
    };
    let range = Duration::from_millis(50)..=Duration::from_secs(5);
    let deadline = match &section.deadline {
        None => Duration::from_millis(500),
        Some(written) => duration(written, range, "a time from `50ms` to `5s`", findings)?,
    };
    let words = [("refuse", false), ("allow", true)];
    let allow_on_fault = match &section.on_fault {
        None => false,
        Some(word) => one_word(word, &words, findings)?,
    };
    let (table, partition_key) = (section.table?, section.partition_key?);
    for name in [&table, &partition_key].into_iter().filter(|name| name.value.is_empty()) {
        findings.add(Code::Revocation, name.span, "an empty name", "write the table's own names");
    }
    Some(Revocation {
        table: table.value,
        partition_key: partition_key.value,
        sort,
        by,
        deadline,
        allow_on_fault,
    })
}

/// The meaning of a word, if it is one of these.
fn one_word<T: Copy>(
    written: &At<String>,
    words: &[(&str, T)],
    findings: &mut Findings<'_>,
) -> Option<T> {
    let found = words.iter().find(|(word, _)| *word == written.value);
    if found.is_none() {
        let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        let help = match nearest(&written.value, words.iter().map(|(word, _)| *word)) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("write {}", known.join(" or ")),
        };
        findings.add(Code::UnknownWord, written.span, "a word that this key doesn't take", help);
    }
    found.map(|(_, meaning)| *meaning)
}

/// The entries of a list that needs some, none of them twice and none empty.
fn entries(list: &List, findings: &mut Findings<'_>) -> Vec<String> {
    if list.value.is_empty() {
        let help = "add an entry";
        findings.add(Code::EmptyList, list.span, "a list without an entry", help);
    }
    unique(list, findings)
}

fn unique(list: &List, findings: &mut Findings<'_>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    for entry in &list.value {
        if entry.value.is_empty() {
            findings.add(
                Code::EmptyList,
                entry.span,
                "an empty entry",
                "write it out, or take it out",
            );
        } else if !seen.insert(&entry.value) {
            findings.add(Code::Duplicate, entry.span, "the entry stands here twice", "take it out");
        }
    }
    list.value.iter().map(|entry| entry.value.clone()).collect()
}

fn names_of(list: Option<&List>, findings: &mut Findings<'_>) -> Vec<String> {
    list.map(|list| entries(list, findings)).unwrap_or_default()
}

fn catalogue(list: Option<&List>, findings: &mut Findings<'_>) -> Option<Catalogue> {
    let list = list?;
    let flags = entries(list, findings);
    match Catalogue::new(flags) {
        Ok(catalogue) => Some(catalogue),
        Err(_) => {
            let message = "this is no catalogue of flags";
            let help = "copy the list `flags` of the claim from the trigger's policy";
            findings.add(Code::Requirement, list.span, message, help);
            None
        }
    }
}
