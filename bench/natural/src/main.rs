//! One read and two claims, written as the documents of the runtime and the SDK show it.

use std::collections::HashMap;

use aws_config::BehaviorVersion;
use aws_lambda_events::event::cognito::{
    CognitoAccessTokenGenerationV2, CognitoEventUserPoolsPreTokenGenV2,
    CognitoIdTokenGenerationV2, ClaimsAndScopeOverrideDetailsV2,
};
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use lambda_runtime::{Error, LambdaEvent, run_concurrent, service_fn, tracing};

type Event = CognitoEventUserPoolsPreTokenGenV2;

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let client = Client::new(&config);
    let table = std::env::var("CLAIMS_TABLE")?;
    // One invocation after another, unless the environment takes several.
    run_concurrent(service_fn(move |event: LambdaEvent<Event>| {
        let (client, table) = (client.clone(), table.clone());
        async move { handle(&client, &table, event.payload).await }
    }))
    .await
}

async fn handle(client: &Client, table: &str, mut event: Event) -> Result<Event, Error> {
    let sub = event.request.user_attributes.get("sub").ok_or("no sub")?;
    let item = client
        .get_item()
        .table_name(table)
        .key("pk", AttributeValue::S(format!("USER#{sub}")))
        .key("sk", AttributeValue::S("PROFILE".into()))
        .send()
        .await?
        .item
        .ok_or("no item")?;
    let org_id = item["org_id"].as_s().map_err(|_| "org_id is not a string")?;
    tracing::info!(reads = 1, "customized");
    let claims = HashMap::from([("org_id".to_owned(), serde_json::json!(org_id))]);
    let mut id = CognitoIdTokenGenerationV2::default();
    id.claims_to_add_or_override = claims.clone();
    let mut access = CognitoAccessTokenGenerationV2::default();
    access.claims_to_add_or_override = claims;
    let mut details = ClaimsAndScopeOverrideDetailsV2::default();
    details.id_token_generation = Some(id);
    details.access_token_generation = Some(access);
    event.response.claims_and_scope_override_details = Some(details);
    Ok(event)
}
