//! The policy as a whole, and what applies to tokens and groups.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::claim::ClaimRule;
use super::record::{About, PersonRule, RecordRule};
use super::source::{Provider, Source};
use super::table::{Connection, Table};
use super::tenant::TenantRule;
use crate::never::Never;
use crate::outcome::Reason;

/// A checked policy.
#[derive(Debug)]
pub struct Policy {
    /// How long one invocation may take before its reads count as failed.
    pub deadline: Duration,
    /// The version of the pool's events, if the file says it.
    pub event_version: Option<EventVersion>,
    /// User pools that are served; `None` is all.
    pub user_pools: Option<BTreeSet<String>>,
    /// App clients that are served; `None` is all.
    pub app_clients: Option<BTreeSet<String>>,
    /// What the pool never does, which no token has room for.
    pub never: Never,
    /// User attributes that only administrators write.
    pub admin_only: Vec<String>,
    /// The identity providers that the policy believes.
    pub providers: Vec<Provider>,
    /// Where the records are: the table of `[table]`, and those that single records name. None at
    /// all, if the policy reads nothing.
    pub tables: Vec<Table>,
    /// The way to them.
    pub connection: Connection,
    /// The records, in the order of the file.
    pub records: Vec<RecordRule>,
    /// How people are found whose keys don't hold `sub`.
    pub person: Option<PersonRule>,
    /// How the organisation is decided; `None` if the tokens are about none.
    pub tenant: Option<TenantRule>,
    /// Positions in `records`: what is read together. A record's key needs earlier rounds only.
    pub rounds: Vec<Vec<usize>>,
    /// The claims, sorted by name.
    pub claims: Vec<ClaimRule>,
    /// What applies to app clients without a section of their own.
    pub any_client: ClientRules,
    /// What applies to single app clients, by client id.
    pub clients: BTreeMap<String, ClientRules>,
    /// How groups change; `None` keeps Cognito's own.
    pub groups: Option<GroupRule>,
    /// What AWS reads as session tags; `None` is nothing.
    pub session_tags: Option<SessionTags>,
    /// The operator's own texts.
    pub messages: BTreeMap<Reason, String>,
    /// Those of `admin_only` that people may write for themselves, unless `WriteAttributes` of every
    /// app client leaves them out. The file can't know, so this is no finding.
    pub writable_attributes: BTreeSet<String>,
    /// Environment variables that the file names and that had no value.
    pub unset_variables: BTreeSet<String>,
}

/// The version of a pool's events.
/// SPEC: AWS, "Pre token generation Lambda trigger", "Pre token generation Lambda trigger event versions".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventVersion {
    /// Of people; the ID token alone can be changed, by text.
    One,
    /// Of people; both tokens can be changed.
    Two,
    /// Of people and machines.
    Three,
}

impl Policy {
    /// Scopes that every app client of the pool gets, also one that registered itself: those of no
    /// section, where the policy lists no app clients. The file can't know whether the pool lets any
    /// register, so this is no finding.
    pub fn scopes_for_any_client(&self) -> &[String] {
        match self.app_clients {
            None => &self.any_client.access.add_scopes,
            Some(_) => &[],
        }
    }

    /// What applies to an app client.
    pub fn rules(&self, client_id: Option<&str>) -> &ClientRules {
        client_id.and_then(|id| self.clients.get(id)).unwrap_or(&self.any_client)
    }

    /// What a person reads when no token is issued for this reason.
    pub fn message(&self, reason: Reason) -> &str {
        self.messages.get(&reason).map_or(reason.default_message(), String::as_str)
    }
}

/// What applies to the tokens of one app client.
#[derive(Clone, Debug, Default)]
pub struct ClientRules {
    /// The section's name in the file; `None` for app clients without one.
    pub section: Option<String>,
    /// Names of the claims that go in; `None` is all.
    pub claims: Option<BTreeSet<String>>,
    /// The ID token.
    pub id: TokenRules,
    /// The access token.
    pub access: TokenRules,
}

/// What applies to one token as a whole.
#[derive(Clone, Debug)]
pub struct TokenRules {
    /// Claims to suppress.
    pub suppress: Vec<String>,
    /// Most bytes of the finished token.
    pub budget: usize,
    /// Scopes to add.
    pub add_scopes: Vec<String>,
    /// Scopes to suppress.
    pub suppress_scopes: Vec<String>,
    /// The list that holds every scope which may be issued; `None` is all that Cognito allows.
    pub limit_scopes: Option<Source>,
    /// Whether the audience is set to the app client id.
    pub audience: bool,
}

impl Default for TokenRules {
    fn default() -> Self {
        Self {
            suppress: Vec::new(),
            budget: GATEWAY,
            add_scopes: Vec::new(),
            suppress_scopes: Vec::new(),
            limit_scopes: None,
            audience: false,
        }
    }
}

/// One browser cookie, name and value. SPEC: RFC 6265, section 6.1.
pub const COOKIE: usize = 4096;
/// One header line at nginx. SPEC: nginx, `large_client_header_buffers`.
pub const NGINX: usize = 8192;
/// All headers at API Gateway. SPEC: AWS, quotas of HTTP APIs and REST APIs.
pub const GATEWAY: usize = 10_240;
/// The budgets that have a name.
pub const PRESETS: [(&str, usize); 3] =
    [("cookie", COOKIE), ("nginx", NGINX), ("gateway", GATEWAY)];

/// The claim in which AWS STS reads the tags of a session.
/// SPEC: AWS, IAM user guide, "Pass session tags in AWS STS".
pub const SESSION_TAGS: &str = "https://aws.amazon.com/tags";

/// What AWS STS reads from an ID token as tags of the session.
#[derive(Debug)]
pub struct SessionTags {
    /// Keys of tags, sorted, and the claim that each holds: its position in [`Policy::claims`].
    pub tags: Vec<(String, usize)>,
    /// The tags that stay when one role assumes another.
    pub transitive: Vec<String>,
}

/// How groups change.
#[derive(Debug)]
pub struct GroupRule {
    /// In which way.
    pub mode: GroupMode,
    /// Names from the policy.
    pub names: Vec<String>,
    /// Names from records: the first of these that has a value.
    pub sources: Vec<Source>,
    /// What the sources are about.
    pub about: About,
}

/// In which way groups change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupMode {
    /// Names are added to Cognito's.
    Add,
    /// Names are taken away from Cognito's.
    Remove,
    /// The names stand instead of Cognito's.
    Replace,
}
