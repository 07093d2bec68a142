//! The policy's tables, for commands that read them as the function would.

#[cfg(feature = "dynamodb")]
mod live;

use std::path::Path;

use claimsmith::load::records_file;
use claimsmith::policy::Policy;
use claimsmith::records::any::AnyStore;
use tokio::runtime::Runtime;

use crate::setup::records_text;
use crate::status::Failure;

#[cfg(feature = "dynamodb")]
pub use live::{connect, expect_variables, surroundings};

/// The policy's table, or the file that stands for it; and how the report calls it.
pub fn open(
    policy_file: Option<&Path>,
    records: Option<&Path>,
    policy: &Policy,
    runtime: &Runtime,
) -> Result<(AnyStore, String), Failure> {
    let file = records_file(&policy.tables, policy_file, records);
    if file.is_none() && !policy.tables.is_empty() {
        return runtime.block_on(Box::pin(connect(policy)));
    }
    let records = records_text(file.as_deref())?;
    let store = records.store(&policy.tables).map_err(Failure::Input)?;
    Ok((AnyStore::File(store), records.name))
}

/// What a build without DynamoDB says where it is needed.
#[cfg(not(feature = "dynamodb"))]
pub const WITHOUT_DYNAMODB: &str =
    "this needs DynamoDB: cargo install --path crates/cli --features dynamodb";

/// The policy's tables on DynamoDB, which this build can't read.
#[cfg(not(feature = "dynamodb"))]
pub async fn connect(_: &Policy) -> Result<(AnyStore, String), Failure> {
    Err(Failure::Input(format!("{WITHOUT_DYNAMODB}; or give --records FILE")))
}
