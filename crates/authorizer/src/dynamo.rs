//! Records of revoked tokens in DynamoDB: one `BatchGetItem`, within its own deadline.
//!
//! Shell. Region, credentials and endpoint come from the environment, where Lambda puts them.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region, SharedHttpClient};
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};

use crate::config::Revocation;
use crate::revocation::{Revocations, Revoked, Unanswered};

/// The certificates at the end of every chain of an AWS endpoint.
/// One file for all programs that ask DynamoDB.
/// SPEC: Amazon Trust Services, <https://www.amazontrust.com/repository/>.
const AMAZON_ROOTS: &str = include_str!("../../../src/records/amazon-roots.pem");

/// One retry helps against a lost connection; a third attempt only comes too late.
const ATTEMPTS: u32 = 2;

/// Records of revoked tokens in DynamoDB, if there are any.
#[derive(Debug)]
pub struct DynamoRevocations(Option<(Client, Revocation)>);

impl DynamoRevocations {
    /// A store for a rule. It opens no connection yet.
    ///
    /// # Errors
    /// The environment lacks the region or the credentials.
    pub fn new(
        rule: Option<Revocation>,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        Ok(Self(match rule {
            Some(rule) => Some((client(variable)?, rule)),
            None => None,
        }))
    }

    /// The region of the table.
    pub fn region(&self) -> Option<&str> {
        self.0.as_ref()?.0.config().region().map(Region::as_ref)
    }
}

impl Revocations for DynamoRevocations {
    async fn find(&self, keys: &[String]) -> Result<Vec<Revoked>, Unanswered> {
        let (client, rule) = self.0.as_ref().ok_or(Unanswered)?;
        let keys = keys.iter().map(|key| item_key(rule, key)).collect();
        let asked = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            // What was revoked a moment ago counts.
            .consistent_read(true)
            .build()
            .map_err(|_| Unanswered)?;
        let request = client.batch_get_item().request_items(&rule.table, asked).send();
        let answer = tokio::time::timeout(rule.deadline, request)
            .await
            .map_err(|_| Unanswered)?
            .map_err(|_| Unanswered)?;
        if answer.unprocessed_keys.is_some_and(|keys| !keys.is_empty()) {
            return Err(Unanswered);
        }
        // An answer that doesn't mention the table has not looked into it.
        let items =
            answer.responses.and_then(|mut tables| tables.remove(&rule.table)).ok_or(Unanswered)?;
        Ok(items.iter().map(revoked).collect())
    }
}

fn item_key(rule: &Revocation, key: &str) -> HashMap<String, AttributeValue> {
    let partition = (rule.partition_key.clone(), AttributeValue::S(key.to_owned()));
    let sort = rule.sort.clone().map(|(name, value)| (name, AttributeValue::S(value)));
    [Some(partition), sort].into_iter().flatten().collect()
}

/// An odd `before` narrows nothing: the record then stands for every token.
fn revoked(item: &HashMap<String, AttributeValue>) -> Revoked {
    let number = item.get("before").and_then(|value| value.as_n().ok());
    Revoked { before: number.and_then(|digits| digits.parse().ok()) }
}

/// `AWS_REGION` is where the function runs; `AWS_DEFAULT_REGION`, which other tools read, is for
/// where it isn't set.
///
/// SPEC: AWS, "AWS SDKs and Tools Reference Guide", settings reference.
fn client(variable: &dyn Fn(&str) -> Option<String>) -> Result<Client, String> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let needed = |name: &str| {
        variable(name).ok_or_else(|| format!("[revocation] needs the variable `{name}`"))
    };
    let region =
        needed("AWS_REGION").or_else(|error| variable("AWS_DEFAULT_REGION").ok_or(error))?;
    let (id, secret) = (needed("AWS_ACCESS_KEY_ID")?, needed("AWS_SECRET_ACCESS_KEY")?);
    let token = variable("AWS_SESSION_TOKEN");
    let retries = RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(Duration::from_millis(20));
    let mut builder = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(Credentials::new(id, secret, token, None, "environment"))
        .retry_config(retries)
        .http_client(http_client()?);
    let endpoint = variable("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| variable("AWS_ENDPOINT_URL"));
    if let Some(endpoint) = endpoint {
        builder = builder.endpoint_url(endpoint);
    }
    Ok(Client::from_conf(builder.build()))
}

fn http_client() -> Result<SharedHttpClient, String> {
    let context = TlsContext::builder()
        .with_trust_store(TrustStore::empty().with_pem_certificate(AMAZON_ROOTS))
        .build()
        .map_err(|_| "TLS can't be set up".to_owned())?;
    Ok(aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(context)
        .build_https())
}
