//! Records of revoked tokens in DynamoDB: one `BatchGetItem`, within its own deadline.
//!
//! Shell.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use claimsmith_dynamo::{
    Attributes, Client, ConnectError, Settings, Surroundings, batch_get, client,
};

use crate::config::Revocation;
use crate::revocation::{Revocations, Revoked, Unanswered};

/// Records of revoked tokens in DynamoDB, if there are any.
#[derive(Debug)]
pub struct DynamoRevocations(Option<(Client, Revocation)>);

impl DynamoRevocations {
    /// A store for a rule. It opens no connection yet.
    ///
    /// # Errors
    /// The surroundings lack the region or the credentials, or their certificates can't be used.
    pub fn new(
        rule: Option<Revocation>,
        surroundings: &Surroundings,
    ) -> Result<Self, ConnectError> {
        let with_client = |rule| Ok((client(&Settings::default(), surroundings)?, rule));
        rule.map(with_client).transpose().map(Self)
    }

    /// The region of the table.
    pub fn region(&self) -> Option<&str> {
        self.0.as_ref()?.0.config().region().map(AsRef::as_ref)
    }
}

impl Revocations for DynamoRevocations {
    async fn find(&self, keys: &[String]) -> Result<Vec<Revoked>, Unanswered> {
        let (client, rule) = self.0.as_ref().ok_or(Unanswered)?;
        let keys = keys.iter().map(|key| item_key(rule, key)).collect();
        let asked = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            // So that a revocation takes effect at once.
            .consistent_read(true)
            .build()
            .map_err(|_| Unanswered)?;
        let request = HashMap::from([(rule.table.clone(), asked)]);
        let found = tokio::time::timeout(rule.deadline, batch_get(client, request, None))
            .await
            .map_err(|_| Unanswered)?
            .map_err(|_| Unanswered)?;
        Ok(found.values().flatten().map(revoked).collect())
    }
}

fn item_key(rule: &Revocation, key: &str) -> Attributes {
    let partition = (rule.partition_key.clone(), AttributeValue::S(key.to_owned()));
    let sort = rule.sort.clone().map(|(name, value)| (name, AttributeValue::S(value)));
    [Some(partition), sort].into_iter().flatten().collect()
}

/// A `before` that is no number is ignored, and then the record revokes every token.
fn revoked(item: &Attributes) -> Revoked {
    let number = item.get("before").and_then(|value| value.as_n().ok());
    Revoked { before: number.and_then(|digits| digits.parse().ok()) }
}
