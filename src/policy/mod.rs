//! The policy: `claims.toml`, read and checked completely before any event is served.
//!
//! `file.rs` reads what is written, `check.rs` and its helpers decide what it means. A [`Policy`]
//! exists only if there was nothing to find, so the rooms behind this one need no checks of their
//! own. Pure: the file's text and the environment come in as arguments.

mod check;
mod claims;
mod code;
mod file;
mod graph;
pub mod reserved;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cognito_claims::bits::Catalogue;
use cognito_claims::encoding::Encoding;
use serde_json::Value;

use crate::identity::Kind;
use crate::outcome::Reason;
use crate::records::store::{Keep, Key};
use crate::records::template::Template;

pub use claimsmith_findings::Variables;
pub use code::Code;

/// Something wrong in a policy file.
pub type Finding = claimsmith_findings::Finding<Code>;
type Findings<'t> = claimsmith_findings::Findings<'t, Code>;

/// The shipped policy: `org_id`, `org_tier` and `feature_flags`.
pub const DEFAULT_POLICY: &str = include_str!("../../claims.toml");

/// A checked policy.
#[derive(Debug)]
pub struct Policy {
    /// How long one invocation may take before its reads count as failed.
    pub deadline: Duration,
    /// User pools that are served; `None` is all.
    pub user_pools: Option<BTreeSet<String>>,
    /// App clients that are served; `None` is all.
    pub app_clients: Option<BTreeSet<String>>,
    /// User attributes that may be sources of claims and keys.
    pub trusted_attributes: Vec<String>,
    /// Where the records are: the table of `[table]`, and those that single records name.
    pub tables: Vec<Table>,
    /// The way to them.
    pub connection: Connection,
    /// The records, in the order of the file.
    pub records: Vec<RecordRule>,
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
    /// The operator's own texts.
    pub messages: BTreeMap<Reason, String>,
    /// Trusted attributes that people may write for themselves, unless `WriteAttributes` of every
    /// app client leaves them out. The file can't know, so this is no finding.
    pub writable_attributes: BTreeSet<String>,
    /// Environment variables that the file names and that had no value.
    pub unset_variables: BTreeSet<String>,
}

/// Where the records are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Which store.
    pub location: Location,
    /// Name of the partition key.
    pub partition_key: String,
    /// Name of the sort key, if the table has one.
    pub sort_key: Option<String>,
}

impl Table {
    /// The key attributes of an item, with their names.
    pub fn named_key<'k>(&'k self, key: &'k Key) -> impl Iterator<Item = (&'k str, &'k str)> {
        let sort = self.sort_key.as_deref().zip(key.sort.as_deref());
        [(self.partition_key.as_str(), key.partition.as_str())].into_iter().chain(sort)
    }
}

/// Which store holds the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// The name of a DynamoDB table.
    DynamoDb(String),
    /// A JSON file; a relative path starts at the policy file.
    File(String),
}

impl Location {
    /// The table's name or the file's path.
    pub fn name(&self) -> &str {
        match self {
            Location::DynamoDb(name) | Location::File(name) => name,
        }
    }
}

/// The way to DynamoDB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The region; `None` is the function's own.
    pub region: Option<String>,
    /// Another address than AWS's own.
    pub endpoint: Option<String>,
    /// Which certificates are trusted.
    pub trust: Trust,
    /// How long one attempt may take.
    pub attempt_timeout: Duration,
    /// When a second request is sent beside the first; `None` is never.
    pub hedge_after: Option<Duration>,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            region: None,
            endpoint: None,
            trust: Trust::Amazon,
            attempt_timeout: Duration::from_secs(1),
            hedge_after: None,
        }
    }
}

/// Which certificates end a trusted chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The roots of Amazon Trust Services alone.
    Amazon,
    /// All that the machine trusts.
    System,
}

/// One item to read.
#[derive(Debug)]
pub struct RecordRule {
    /// Its name in the policy.
    pub name: String,
    /// Read for these identities only; `None` is all.
    pub applies_to: Option<Kind>,
    /// Which table: its position in [`Policy::tables`].
    pub table: usize,
    /// Whether a write that has ended must be seen.
    pub consistent: bool,
    /// How long the item may be kept; `None` is not at all.
    pub keep: Option<Keep>,
    /// Value of the partition key.
    pub partition: Template<Operand>,
    /// Value of the sort key, if the table has one.
    pub sort: Option<Template<Operand>>,
    /// No token if the item is asked for and not there.
    pub missing_refuses: bool,
    /// No token if the attribute at the path has one of the values.
    pub refuse_if: Vec<(Vec<String>, Vec<Value>)>,
    /// The attributes that anybody needs, sorted.
    pub attributes: Vec<String>,
}

impl RecordRule {
    /// Whether a token depends on this record having been read: without it nobody can know
    /// whether the token may be issued.
    pub fn is_guard(&self) -> bool {
        self.missing_refuses || !self.refuse_if.is_empty()
    }
}

/// A value that a key template can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The person's `sub`.
    Sub,
    /// The person's user name.
    Username,
    /// The app client.
    ClientId,
    /// The user pool.
    UserPoolId,
    /// A user attribute.
    Attribute(String),
    /// A member of the caller's metadata.
    Metadata(String),
    /// An attribute of a record.
    Record(RecordPath),
}

/// An attribute of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPath {
    /// Position in [`Policy::records`].
    pub record: usize,
    /// The attribute, and the names of maps within it.
    pub path: Vec<String>,
}

/// Where a claim's value can come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As written in the policy: `org.tier`.
    pub text: String,
    /// What it names.
    pub place: SourcePlace,
}

/// What a source names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourcePlace {
    /// An attribute of a record.
    Record(RecordPath),
    /// A user attribute that the policy trusts.
    Attribute(String),
}

/// One claim.
#[derive(Debug)]
pub struct ClaimRule {
    /// Its name.
    pub name: String,
    /// Where the value comes from.
    pub value: ClaimValue,
    /// The value if no source has one.
    pub default: Option<Value>,
    /// No token without a value.
    pub required: bool,
    /// Stands in the ID token.
    pub id: bool,
    /// Stands in the access token.
    pub access: bool,
    /// Place in the shedding order; those without one leave last.
    pub shed: Option<u32>,
    /// No token if the value can't be known.
    pub fault_refuses: bool,
    /// Conditions.
    pub when: When,
}

/// How a claim's value is made.
#[derive(Debug)]
pub enum ClaimValue {
    /// The first source that has a value.
    First {
        /// In order.
        sources: Vec<Source>,
        /// What the value has to be.
        kind: ClaimType,
    },
    /// All sources together, flags switched on and off.
    Merge {
        /// In order; later ones win.
        sources: Vec<Source>,
        /// How the set is written.
        encoding: Encoding,
        /// The flags that may be written.
        catalogue: Option<Catalogue>,
    },
}

impl ClaimValue {
    /// The sources, in order.
    pub fn sources(&self) -> &[Source] {
        match self {
            ClaimValue::First { sources, .. } | ClaimValue::Merge { sources, .. } => sources,
        }
    }
}

/// What a claim's value has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimType {
    /// A text; a number becomes its digits.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A list of words, written in the given way.
    List(Encoding),
    /// Any JSON value but null.
    Json,
}

/// Conditions on the sign-in; an empty list is none.
#[derive(Debug, Default)]
pub struct When {
    /// The app client is one of these.
    pub client_ids: Vec<String>,
    /// The event names one of these scopes.
    pub scopes: Vec<String>,
    /// The trigger source is one of these.
    pub trigger_sources: Vec<String>,
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

/// How groups change.
#[derive(Debug)]
pub struct GroupRule {
    /// In which way.
    pub mode: GroupMode,
    /// Names from the policy.
    pub names: Vec<String>,
    /// Names from records: the first of these that has a value.
    pub sources: Vec<Source>,
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

impl Policy {
    /// Reads and checks the text of a policy file.
    ///
    /// # Errors
    /// Everything that is wrong in it, in the order of the file.
    pub fn parse(text: &str, variables: &Variables<'_>) -> Result<Self, Vec<Finding>> {
        claimsmith_findings::parse(text, variables, check::check)
    }

    /// What applies to an app client.
    pub fn rules(&self, client_id: Option<&str>) -> &ClientRules {
        client_id.and_then(|id| self.clients.get(id)).unwrap_or(&self.any_client)
    }
}

/// The JSON Schema of the policy file, for editors.
#[cfg(feature = "schema")]
pub fn schema() -> Value {
    claimsmith_findings::schema::of::<file::PolicyFile>()
}
