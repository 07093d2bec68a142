//! The configuration: `authorizer.toml`, read and checked completely before any event is served.
//!
//! A [`Configuration`] exists only if there was nothing to find. Each section has a file: its keys
//! as they are written, and what they mean. No finding shows a value: it may come out of the
//! environment. Pure: the file's text and the environment are arguments.

mod caching;
mod code;
mod context;
mod fields;
mod lists;
mod pools;
mod requirements;
mod revocation;
mod routes;
mod token;
mod usage_plan;

use std::collections::{BTreeMap, BTreeSet};

use claimsmith_findings::{At, List, Named, Section, Variables, parse, sections};
use cognito_claims::TokenUse;

use crate::rules::Rules;
use code::Findings;
use context::ContextSection;
use fields::AppSyncSection;
use pools::PoolSection;
use requirements::{Checker, RequireSection};
use revocation::RevocationSection;
use token::TokenSection;

pub use caching::{Caching, LONGEST_CACHING};
pub use code::{Code, Finding, Found};
pub use context::{ALWAYS, ContextPlan, IDENTITY_KIND};
pub use fields::Field;
pub use pools::Pool;
pub use revocation::Revocation;
pub use routes::Route;
pub use token::TokenPlace;

/// A checked configuration.
#[derive(Debug)]
pub struct Configuration {
    /// Whether gateways keep answers, and for how long.
    pub caching: Caching,
    /// The user pools whose tokens are taken.
    pub pools: Vec<Pool>,
    /// Where the token stands in a request.
    pub token_place: TokenPlace,
    /// A token must be valid for so many seconds more.
    pub valid_for: u64,
    /// What every request must meet.
    pub require: Rules,
    /// What single routes ask for in addition. Without any, every route is open to every token
    /// that meets `require`.
    pub routes: Vec<Route>,
    /// Which claims go on to the handlers.
    pub context: ContextPlan,
    /// Whether an HTTP API with payload 2.0 expects simple answers instead of policies.
    pub simple_answers: bool,
    /// What single GraphQL fields ask for; `None` if AppSync isn't served.
    pub fields: Option<Vec<Field>>,
    /// API keys of usage plans, by tier.
    pub usage_plan: BTreeMap<String, String>,
    /// Where revoked tokens are written down.
    pub revocation: Option<Revocation>,
}

sections! {
    struct File {
        version: At<i64> = "begin the file with `version = 1`",
        caching: At<String> => "\"off\"",
        tiers: List,
        flags: List,
        pools: Named<Section<PoolSection>> =
            "add a section such as [pools.main] for a user pool",
        token: Section<TokenSection>,
        require: Section<RequireSection>,
        routes: Named<Section<RequireSection>>,
        context: Section<ContextSection>,
        http_api: Section<HttpApiSection>,
        appsync: Section<AppSyncSection>,
        usage_plan: Named<At<String>>,
        revocation: Section<RevocationSection>,
    }

    struct HttpApiSection {
        answer: At<String>,
    }
}

impl Configuration {
    /// Reads and checks the text of a configuration file. `variables` is the environment.
    ///
    /// # Errors
    /// What is wrong in it, in the order of the file.
    pub fn parse(text: &str, variables: &dyn Fn(&str) -> Option<String>) -> Result<Self, Found> {
        parse(text, &Variables::strict(variables), |file, findings| read(file, findings).0)
    }
}

/// What is known of a file without findings, outside the function.
#[derive(Debug)]
pub struct Checked {
    /// Variables without a value. Where one is written, `${NAME}` still stands in the text.
    pub unset_variables: BTreeSet<String>,
    /// Where revoked tokens are written down.
    pub revocation: Option<Revocation>,
}

/// Checks the text of a configuration file outside the function, where a variable may have no
/// value: texts with such a variable have no findings.
///
/// # Errors
/// What is wrong in it, in the order of the file.
pub fn check(text: &str, variables: &dyn Fn(&str) -> Option<String>) -> Result<Checked, Found> {
    parse(text, &Variables::lenient(variables), |file, findings| {
        let (_, revocation) = read(file, findings);
        Some(Checked { unset_variables: findings.unset_variables().clone(), revocation })
    })
}

/// Reads the file. Its revocation is known also where a variable without a value keeps the rest
/// from being.
fn read(file: File, findings: &mut Findings<'_>) -> (Option<Configuration>, Option<Revocation>) {
    let caching = caching::caching(file.caching.as_ref(), findings);
    let revocation = match &file.revocation {
        None => Some(None),
        Some(section) => revocation::revocation(section, caching, findings).map(Some),
    };
    let known = revocation.clone().flatten();
    (configuration(file, caching, revocation, findings), known)
}

fn configuration(
    file: File,
    caching: Option<Caching>,
    revocation: Option<Option<Revocation>>,
    findings: &mut Findings<'_>,
) -> Option<Configuration> {
    if let Some(version) = file.version.filter(|version| version.value != 1) {
        let message = "this program knows version 1 of the file";
        findings.add(Code::FileVersion, version.span, message, "write `version = 1`");
    }
    let pools = file.pools.and_then(|sections| pools::pools(&sections, findings));
    let has_scopes = pools
        .as_ref()
        .is_none_or(|pools| pools.iter().any(|pool| pool.token_use == TokenUse::Access));
    let (tiers, flags) = (file.tiers.as_ref(), file.flags.as_ref());
    let checker = Checker::new(caching, has_scopes, tiers, flags, findings);
    let require = file.require.map(|section| checker.rules(&section, findings));
    let answer = file.http_api.as_ref().and_then(|section| section.answer.as_ref());
    let simple_answers = routes::simple_answers(answer, file.routes.is_some(), caching, findings);
    let routes = match &file.routes {
        None => Some(Vec::new()),
        Some(sections) => routes::routes(sections, &checker, findings),
    };
    let fields = file.appsync.map(|section| fields::fields(&section, &checker, findings));
    let keys = file.usage_plan.unwrap_or_default();
    let usage_plan = usage_plan::usage_plan(&keys, &checker, findings);
    let token = file.token.unwrap_or_default();
    let token_place = token::token_place(&token, findings);
    let valid_for = token::valid_for(&token, findings);
    let context = context::context(&file.context.unwrap_or_default(), findings);
    Some(Configuration {
        caching: caching?,
        pools: pools?,
        token_place: token_place?,
        valid_for: valid_for?,
        require: require.unwrap_or_default(),
        routes: routes?,
        context,
        simple_answers: simple_answers?,
        fields,
        usage_plan,
        revocation: revocation?,
    })
}
