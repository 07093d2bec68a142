//! Who signs in, as the options of a command say it.

use claimsmith::event::TRIGGER_SOURCES;
use claimsmith::policy::Policy;
use clap::Args;
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};

use claimsmith_playground::sign_in::{SignIn, pair};

/// How the words of `--trigger` begin in an event.
const PREFIX: &str = "TokenGeneration_";
/// What Cognito says of each person; without it an address counts as unverified.
/// SPEC: AWS, Cognito API reference, UserType, `UserStatus`.
const STATUS: &str = "cognito:user_status";

/// What can be said about a sign-in. All but who it is has a likely value.
#[derive(Args)]
#[command(next_help_heading = "Who signs in")]
pub struct Who {
    /// The `sub` of a person
    #[arg(long, value_name = "SUB", value_parser = NonEmptyStringValueParser::new())]
    pub user: Option<String>,
    /// The app client; without a person, the machine that has it
    #[arg(long, value_name = "CLIENT_ID", value_parser = NonEmptyStringValueParser::new())]
    pub client: Option<String>,
    /// The person's user name; the `sub` if not given
    #[arg(long, value_name = "NAME", requires = "user")]
    username: Option<String>,
    /// The user pool; the first one that the policy serves if not given
    #[arg(long, value_name = "ID")]
    pool: Option<String>,
    /// A group of the person
    #[arg(long, value_name = "NAME", requires = "user")]
    group: Vec<String>,
    /// A scope that is asked for
    #[arg(long, value_name = "NAME")]
    scope: Vec<String>,
    /// A user attribute, such as custom:department=sales
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, requires = "user")]
    attribute: Vec<(String, String)>,
    /// A member of the caller's client metadata, such as org_id=globex
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    metadata: Vec<(String, String)>,
    /// What the person does; Authentication if not given
    #[arg(long, value_name = "SOURCE", value_parser = PossibleValuesParser::new(persons()), requires = "user")]
    trigger: Option<String>,
}

/// What a person's event can come from. A machine's comes from client credentials alone.
fn persons() -> impl Iterator<Item = &'static str> {
    let sources = TRIGGER_SOURCES.iter().filter_map(|source| source.strip_prefix(PREFIX));
    sources.filter(|source| *source != "ClientCredentials")
}

impl Who {
    /// Whether anything names a person or a machine.
    pub fn is_given(&self) -> bool {
        self.user.is_some() || self.client.is_some()
    }

    /// The person or the machine, for a heading.
    pub fn name(&self) -> String {
        match (&self.user, &self.client) {
            (Some(sub), _) => format!("person {sub}"),
            (None, client) => format!("machine {}", client.as_deref().unwrap_or_default()),
        }
    }

    /// The event that Cognito would send, in its order.
    pub fn event(&self, policy: &Policy) -> String {
        let mut attributes = self.attribute.clone();
        if !self.says(STATUS) {
            let federated = self.says("identities");
            let status = if federated { "EXTERNAL_PROVIDER" } else { "CONFIRMED" };
            attributes.push((STATUS.to_owned(), status.to_owned()));
        }
        let sign_in = SignIn {
            sub: self.user.clone(),
            client: self.client.clone(),
            username: self.username.clone(),
            pool: self.pool.clone(),
            source: self.trigger.as_ref().map(|source| format!("{PREFIX}{source}")),
            groups: self.group.clone(),
            scopes: self.scope.clone(),
            attributes,
            metadata: self.metadata.clone(),
            version: None,
        };
        // Maps with text keys, lists and texts can always be written.
        serde_json::to_string_pretty(&sign_in.event(policy)).unwrap_or_default()
    }

    fn says(&self, attribute: &str) -> bool {
        self.attribute.iter().any(|(name, _)| name == attribute)
    }
}
