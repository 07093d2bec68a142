//! `check --table`: the policy beside the table that it reads.

use std::io::{self, Write};

use claimsmith::policy::{Location, Policy};
use serde_json::{Value, json};

use crate::status::Failure;
use crate::table::Difference;
use crate::terminal::cut;

/// Which of the policy's tables is meant: one alone, whatever its name is, or the one of that name.
fn meant(policy: &Policy, name: &str) -> Result<usize, Failure> {
    let names = |location: &Location| matches!(location, Location::DynamoDb(it) if it == name);
    let found = match policy.tables.as_slice() {
        [table] if matches!(table.location, Location::DynamoDb(_)) => Some(0),
        tables => tables.iter().position(|table| names(&table.location)),
    };
    found.ok_or_else(|| Failure::Input(format!("the policy reads no table `{name}` on DynamoDB")))
}

/// What differs between the policy and the table.
#[cfg(feature = "dynamodb")]
pub fn compare(policy: &Policy, name: &str) -> Result<Vec<Difference>, Failure> {
    use claimsmith::records::dynamo::{settings, store_error};

    use crate::table::{address, client, describe, of_policy, surroundings, told};

    let at = meant(policy, name)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let surroundings = surroundings()?;
        let client = Box::pin(client(&settings(&policy.connection), &surroundings)).await?;
        match describe(&client, name).await {
            Ok(Some(there)) => Ok(of_policy(policy, at, &there)),
            Ok(None) => {
                let place = address(&policy.connection, &surroundings);
                let message = format!("there is no such table at {place}");
                let help = "make it, or ask in its region and account";
                Ok(vec![Difference::new("table-missing", message, help)])
            }
            Err(error) => {
                let address = address(&policy.connection, &surroundings);
                let problem = told(&store_error(error), &address, &policy.tables);
                Err(Failure::Machine(io::Error::other(format!("table `{name}`: {problem}"))))
            }
        }
    })
}

/// The same without DynamoDB.
#[cfg(not(feature = "dynamodb"))]
pub fn compare(policy: &Policy, name: &str) -> Result<Vec<Difference>, Failure> {
    meant(policy, name)?;
    Err(Failure::Input(crate::table::WITHOUT_DYNAMODB.to_owned()))
}

/// For people.
pub fn write(name: &str, found: &[Difference], out: &mut impl Write) -> io::Result<()> {
    let name = cut(name, usize::MAX);
    if found.is_empty() {
        return writeln!(out, "table {name}: as the policy says");
    }
    for Difference { code, message, help } in found {
        writeln!(out, "table {name}: {code}: {message}\n  help: {help}")?;
    }
    Ok(())
}

/// For machines.
pub fn json(found: &[Difference]) -> Value {
    let of = |it: &Difference| json!({ "code": it.code, "message": it.message, "help": it.help });
    found.iter().map(of).collect()
}
