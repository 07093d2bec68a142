//! The configuration: `authorizer.toml`, read and checked completely before any event is served.
//!
//! `file.rs` reads what is written, `check.rs` decides what it means. A [`Configuration`] exists
//! only if there was nothing to find. Pure: the file's text and the environment are arguments.

mod check;
mod file;
mod finding;
mod read;

use std::collections::BTreeMap;
use std::time::Duration;

use cognito_claims::{TokenUse, UserPool};

use crate::route::Pattern;
use crate::rules::Rules;

pub use finding::{Code, Finding};

/// Longest time for which a gateway keeps an answer, in seconds.
///
/// SPEC: AWS, API Gateway and AppSync API references, `authorizerResultTtlInSeconds`.
pub const LONGEST_CACHING: u64 = 3600;

/// The claim that says whether the token is a `user`'s or a `client`'s.
pub const IDENTITY_KIND: &str = "identity_kind";

/// What stands in every context, whatever the file says: who it is, and until when.
///
/// With these the reader tells a user from a client, and a handler can see that a cached answer
/// has outlived its token.
pub const ALWAYS: [&str; 8] =
    [IDENTITY_KIND, "sub", "username", "cognito:username", "client_id", "aud", "token_use", "exp"];

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

/// Whether gateways keep answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caching {
    /// Each request is asked about.
    Off,
    /// An answer may serve other requests with the same token for so many seconds.
    Seconds(u64),
    /// An answer may be kept for as long as any gateway keeps one.
    Unknown,
}

impl Caching {
    /// The longest that an answer may be kept, in seconds.
    pub fn longest(self) -> u64 {
        match self {
            Caching::Off => 0,
            Caching::Seconds(seconds) => seconds,
            Caching::Unknown => LONGEST_CACHING,
        }
    }

    /// How long an answer that says so itself is to be kept, in seconds: only if the file has a
    /// time, because nobody has asked for more.
    pub fn asked_for(self) -> u64 {
        match self {
            Caching::Seconds(seconds) => seconds,
            Caching::Off | Caching::Unknown => 0,
        }
    }
}

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

/// Where the token stands in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenPlace {
    /// In the header of this name, in small letters.
    Header(String),
    /// In the query parameter of this name: for browsers' WebSockets, which can't send headers.
    Query(String),
}

/// One route and what it asks for.
#[derive(Clone, Debug)]
pub struct Route {
    /// Which requests it is about.
    pub pattern: Pattern,
    /// What they must meet.
    pub rules: Rules,
}

/// One GraphQL field, `Type.field`, and what it asks for.
#[derive(Clone, Debug)]
pub struct Field {
    /// Type and field.
    pub name: String,
    /// What a request for it must meet.
    pub rules: Rules,
}

/// Which claims go on to the handlers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextPlan {
    /// Their names.
    pub claims: Vec<String>,
    /// Those that may be left out when the answer is too long, first one first.
    pub shed: Vec<String>,
}

/// Where revoked tokens are written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The DynamoDB table.
    pub table: String,
    /// Name of its partition key.
    pub partition_key: String,
    /// Name of its sort key and the value that revocation records have there.
    pub sort: Option<(String, String)>,
    /// The claims whose values a record can name.
    pub by: Vec<String>,
    /// How long the table may take.
    pub deadline: Duration,
    /// Whether a request goes on when the table can't be read. Otherwise it fails.
    pub allow_on_fault: bool,
}

impl Configuration {
    /// Reads and checks the text of a configuration file. `variables` is the environment.
    ///
    /// # Errors
    /// Everything that is wrong in it, in the order of the file.
    pub fn parse(
        text: &str,
        variables: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<Finding>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut findings = finding::Findings::new(text);
        let file = read::file(text, variables, &mut findings);
        let configuration = file.map(|file| check::check(file, &mut findings));
        match (configuration, findings.finish()) {
            (Some(configuration), findings) if findings.is_empty() => Ok(configuration),
            (_, findings) => Err(findings),
        }
    }
}
