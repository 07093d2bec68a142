//! The event that Cognito would send for a named person or machine.
//!
//! Pure. What isn't said is what Cognito would most likely send.
//!
//! SPEC: AWS, "Pre token generation Lambda trigger", the parameters of the event.

use std::collections::{BTreeMap, BTreeSet};

use claimsmith::policy::{EventVersion, Policy};
use serde::Serialize;

/// What is said about a sign-in.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// The person's `sub`; none is a machine.
    pub sub: Option<String>,
    /// The app client; the first one that the policy serves if not said.
    pub client: Option<String>,
    /// The person's user name; the `sub` if not said.
    pub username: Option<String>,
    /// The user pool; the first one that the policy serves if not said.
    pub pool: Option<String>,
    /// The event's version, `1` to `3`; the policy's, or 3, if not said. For a machine it is always 3.
    pub version: Option<String>,
    /// The trigger source; for a machine there is but one.
    pub source: Option<String>,
    /// Names of the person's groups.
    pub groups: Vec<String>,
    /// The scopes that are asked for; an event of version 1 doesn't carry them.
    pub scopes: Vec<String>,
    /// User attributes besides `sub`.
    pub attributes: Vec<(String, String)>,
    /// What the caller sends along.
    pub metadata: Vec<(String, String)>,
}

/// Reads `NAME=VALUE`.
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// The event, in the order in which Cognito writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event<'s> {
    version: &'s str,
    trigger_source: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'s str>,
    user_pool_id: Option<&'s str>,
    user_name: &'s str,
    caller_context: CallerContext<'s>,
    request: Request<'s>,
    response: BTreeMap<&'static str, Option<()>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallerContext<'s> {
    aws_sdk_version: &'static str,
    client_id: Option<&'s str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'s> {
    user_attributes: BTreeMap<String, String>,
    group_configuration: Option<GroupConfiguration<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<&'s Vec<String>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    client_metadata: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupConfiguration<'s> {
    groups_to_override: &'s [String],
    iam_roles_to_override: [&'static str; 0],
    preferred_role: Option<&'static str>,
}

impl SignIn {
    /// The event, for the trigger under this policy.
    pub fn event<'s>(&'s self, policy: &'s Policy) -> Event<'s> {
        let sub = said(&self.sub);
        let pool = said(&self.pool).or_else(|| first(&policy.user_pools));
        let mut user_attributes = self.attributes.iter().cloned().collect::<BTreeMap<_, _>>();
        let (version, trigger_source, user_name) = match sub {
            Some(sub) => {
                user_attributes.insert("sub".to_owned(), sub.to_owned());
                (
                    said(&self.version).unwrap_or(match policy.event_version {
                        Some(EventVersion::One) => "1",
                        Some(EventVersion::Two) => "2",
                        // What Cognito's newest setting sends, and the stacks of this repository take.
                        Some(EventVersion::Three) | None => "3",
                    }),
                    said(&self.source).unwrap_or("TokenGeneration_Authentication"),
                    said(&self.username).unwrap_or(sub),
                )
            }
            None => {
                user_attributes.clear();
                ("3", "TokenGeneration_ClientCredentials", "ClientCredentials")
            }
        };
        let details = match version {
            "1" => "claimsOverrideDetails",
            _ => "claimsAndScopeOverrideDetails",
        };
        Event {
            version,
            trigger_source,
            region: pool.and_then(|pool| pool.split_once('_')).map(|(region, _)| region),
            user_pool_id: pool,
            user_name,
            caller_context: CallerContext {
                aws_sdk_version: "aws-sdk-unknown-unknown",
                client_id: said(&self.client).or_else(|| first(&policy.app_clients)),
            },
            request: Request {
                user_attributes,
                group_configuration: sub.map(|_| GroupConfiguration {
                    groups_to_override: &self.groups,
                    iam_roles_to_override: [],
                    preferred_role: None,
                }),
                scopes: (version != "1").then_some(&self.scopes),
                client_metadata: self.metadata.iter().cloned().collect(),
            },
            response: [(details, None)].into(),
        }
    }
}

fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn first(served: &Option<BTreeSet<String>>) -> Option<&str> {
    served.as_ref().and_then(|names| names.first()).map(String::as_str)
}
