//! The reference R: the SDK's one read, as cheap as the SDK can be had, and nothing of ours.
//!
//! `REFERENCE_READ` is `get` (GetItem) or `batch` (BatchGetItem of one key, which is what the
//! trigger sends). Region, keys and endpoint come from the environment; the one trusted root from
//! the file that `AWS_CA_BUNDLE` names. It connects before its first event, by the same read of an item
//! that isn't there. The answer's form is fixed.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::indexing_slicing,
    reason = "as short as anybody would write it"
)]

use std::env::var;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[cfg(feature = "aws-lc")]
const CRYPTO: CryptoMode = CryptoMode::AwsLc;
#[cfg(not(feature = "aws-lc"))]
const CRYPTO: CryptoMode = CryptoMode::Ring;

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let table = Table { client: client()?, name: var("CLAIMS_TABLE")?, batch: batch()? };
    let table = &table;
    let answer = service_fn(move |event: LambdaEvent<Value>| table.answer(event.payload));
    runtime.block_on(async {
        // The read opens the connection that the first event uses.
        let _ = table.item("claimsmith:nobody").await?;
        lambda_runtime::run(answer).await
    })
}

fn batch() -> Result<bool, Error> {
    Ok(var("REFERENCE_READ")? == "batch")
}

fn client() -> Result<Client, Error> {
    let root = std::fs::read(var("AWS_CA_BUNDLE")?)?;
    let tls = TlsContext::builder()
        .with_trust_store(TrustStore::empty().with_pem_certificate(root))
        .build()?;
    let https = Builder::new().tls_provider(Provider::Rustls(CRYPTO)).tls_context(tls);
    let keys = Credentials::new(
        var("AWS_ACCESS_KEY_ID")?,
        var("AWS_SECRET_ACCESS_KEY")?,
        var("AWS_SESSION_TOKEN").ok(),
        None,
        "environment",
    );
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(var("AWS_REGION")?))
        .credentials_provider(keys)
        .http_client(https.build_https())
        .endpoint_url(var("AWS_ENDPOINT_URL_DYNAMODB")?);
    Ok(Client::from_conf(config.build()))
}

type Item = std::collections::HashMap<String, AttributeValue>;

struct Table {
    client: Client,
    name: String,
    batch: bool,
}

impl Table {
    async fn answer(&self, mut event: Value) -> Result<Value, Error> {
        let sub = event["request"]["userAttributes"]["sub"].as_str().ok_or("no sub")?;
        let organisation = self.organisation(&format!("USER#{sub}")).await?;
        let claims = json!({"claimsToAddOrOverride": {"org_id": organisation}});
        println!("{}", json!({"outcome": "customized", "reads": 1}));
        event["response"] = json!({
            "claimsAndScopeOverrideDetails": {
                "idTokenGeneration": claims,
                "accessTokenGeneration": claims,
            }
        });
        Ok(event)
    }

    async fn organisation(&self, partition: &str) -> Result<String, Error> {
        let item = self.item(partition).await?.ok_or("no item")?;
        Ok(item.get("org_id").and_then(|value| value.as_s().ok()).ok_or("no org_id")?.clone())
    }

    async fn item(&self, partition: &str) -> Result<Option<Item>, Error> {
        let partition = AttributeValue::S(partition.to_owned());
        let sort = AttributeValue::S("PROFILE".to_owned());
        Ok(if self.batch {
            let keys = KeysAndAttributes::builder()
                .keys([("pk".to_owned(), partition), ("sk".to_owned(), sort)].into())
                .build()?;
            let request = self.client.batch_get_item().request_items(&self.name, keys);
            let tables = request.send().await?.responses.unwrap_or_default();
            tables.into_values().flatten().next()
        } else {
            let request = self.client.get_item().table_name(&self.name);
            request.key("pk", partition).key("sk", sort).send().await?.item
        })
    }
}
