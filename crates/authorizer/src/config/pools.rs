//! `[pools]`: the user pools whose tokens are taken.

use std::collections::BTreeSet;

use claimsmith_findings::{At, List, Named, Section, sections};
use cognito_claims::{TokenUse, UserPool};

use super::code::{Code, Findings};
use super::lists::entries;

/// A user pool whose tokens are taken.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its issuer, app clients and the place of its keys.
    pub user_pool: UserPool,
    /// A file with keys to start from, so that the first request needs no network.
    pub key_file: Option<String>,
    /// Which of the two tokens is taken.
    pub token_use: TokenUse,
}

sections! {
    pub(super) struct PoolSection {
        user_pool: At<String>,
        issuer: At<String>,
        regions: List,
        key_set: At<String>,
        key_file: At<String>,
        clients: List = "list the ids of the app clients whose tokens are taken",
        token_use: At<String> = "choose `token_use = \"access\"`, or \"id\" if you are sure",
    }
}

pub(super) fn pools(
    sections: &Named<Section<PoolSection>>,
    findings: &mut Findings<'_>,
) -> Option<Vec<Pool>> {
    if sections.entries.is_empty() && sections.whole {
        let help = "add a section such as [pools.main]";
        let message = "there is no pool, so no token would do";
        findings.add(Code::EmptyList, sections.span, message, help);
    }
    let mut issuers = BTreeSet::new();
    let mut pools = Vec::new();
    for (_, section) in &sections.entries {
        let pool = pool(section, findings);
        let own = pool.as_ref().map(|pool| pool.user_pool.issuers().to_vec()).unwrap_or_default();
        let known = issuers.len();
        let added = own.len();
        issuers.extend(own);
        if issuers.len() < known + added {
            let help = "join the two sections";
            findings.add(Code::Duplicate, section.span, "two pools have the same issuer", help);
        }
        pools.push(pool);
    }
    pools.into_iter().collect()
}

fn pool(section: &Section<PoolSection>, findings: &mut Findings<'_>) -> Option<Pool> {
    let by_id = section.user_pool.as_ref().map(|id| by_id(id, findings));
    let by_issuer = section
        .issuer
        .as_ref()
        .map(|issuer| url(issuer, findings).and_then(|issuer| UserPool::with_issuer(&issuer).ok()));
    let key_set = section.key_set.as_ref().map(|place| url(place, findings));
    let clients = section.clients.as_ref().map(|list| entries(list, findings));
    let words = [("access", TokenUse::Access), ("id", TokenUse::Id)];
    let token_use = section.token_use.as_ref().and_then(|word| findings.word(word, &words));
    if section.user_pool.is_none() && section.issuer.is_none() && section.complete {
        let help = "add `user_pool = \"eu-west-1_AbCdEf123\"`";
        findings.add(Code::Pool, section.span, "neither a user pool nor an issuer", help);
    }
    let user_pool = by_issuer.or(by_id)??.clients(clients?);
    let user_pool = match &section.regions {
        Some(regions) => with_regions(user_pool, regions, findings)?,
        None => user_pool,
    };
    Some(Pool {
        user_pool: match key_set {
            Some(url) => user_pool.keys_at(&url?).ok()?,
            None => user_pool,
        },
        key_file: section.key_file.as_ref().map(|file| file.value.clone()),
        token_use: token_use?,
    })
}

fn by_id(id: &At<String>, findings: &mut Findings<'_>) -> Option<UserPool> {
    let pool = UserPool::new(&id.value).ok();
    if pool.is_none() {
        let help = "write it as AWS shows it: `eu-west-1_AbCdEf123`";
        findings.add(Code::Pool, id.span, "this is no user pool id", help);
    }
    pool
}

/// The pool with its replicas. What has no id, or an issuer of its own, can't have any.
fn with_regions(pool: UserPool, regions: &List, findings: &mut Findings<'_>) -> Option<UserPool> {
    entries(regions, findings);
    let mut seen = BTreeSet::new();
    let known = regions.entries.iter().filter(|at| !findings.is_open(at.span)).collect::<Vec<_>>();
    known.into_iter().filter(|at| seen.insert(&at.value)).try_fold(pool, |pool, at| {
        let known = pool.issuers().len();
        match pool.regions([&at.value]) {
            Ok(pool) if pool.issuers().len() > known => Some(pool),
            Ok(_) => {
                let help = "name the regions of its replicas only";
                findings.add(Code::Pool, at.span, "this is the pool's own region", help);
                None
            }
            Err(_) => {
                let message = "this is no region of a replica";
                let help = "write a region such as `us-west-2`, and the pool by `user_pool` alone";
                findings.add(Code::Pool, at.span, message, help);
                None
            }
        }
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
