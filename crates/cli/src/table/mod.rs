//! The policy's tables, for commands that read them as the function would.

#[cfg(feature = "dynamodb")]
mod described;
mod difference;
#[cfg(feature = "dynamodb")]
mod live;
mod place;

use std::path::Path;

use claimsmith::load::records_file;
use claimsmith::policy::{Policy, Table};
use claimsmith::records::any::AnyStore;
use claimsmith::records::store::{StoreError, StoreFault};
use tokio::runtime::Runtime;

use crate::setup::{records_called, records_text};
use crate::status::Failure;

#[cfg(feature = "dynamodb")]
pub use described::{describe, of_keys, of_policy};
pub use difference::Difference;
#[cfg(feature = "dynamodb")]
pub use live::{address, client, connect, expect_variables, surroundings};
#[cfg(feature = "dynamodb")]
pub use place::is_local;
pub use place::is_plain_and_remote;

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
    let called = records_called(file.as_deref(), &policy.tables, &records.name);
    Ok((AnyStore::File(store), called))
}

/// A fault of a table in words, with what is known of the way to it: where it was looked for, and
/// by which keys.
pub fn told(fault: &StoreError, place: &str, tables: &[Table]) -> String {
    match fault.fault {
        StoreFault::Unreachable | StoreFault::Slow => format!("{fault}: {place}"),
        StoreFault::Misconfigured if !tables.is_empty() => {
            let keys: Vec<String> = tables.iter().map(keys).collect();
            format!("{fault}; the policy says {}", keys.join(", "))
        }
        _ => fault.to_string(),
    }
}

/// The key attributes of a table and their types.
fn keys(table: &Table) -> String {
    let named = |name: &String| {
        let kind = if table.is_number(name) { "number" } else { "text" };
        format!("`{name}` ({kind})")
    };
    let keys = [Some(&table.partition_key), table.sort_key.as_ref()].into_iter().flatten();
    let keys: Vec<String> = keys.map(named).collect();
    format!("that `{}` has the keys {}", table.location.name(), keys.join(" and "))
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
