//! Looks at all tables, then writes to each, and reads everything back.

use std::io;
use std::time::Duration;

use claimsmith::policy::{self, Policy};
use claimsmith::records::dynamo::settings;
use claimsmith_dynamo::Surroundings;

use super::items::Put;
use super::report::{Written, listed, shown};
use super::table::{LiveTable, Standing, Trouble};
use crate::status::Failure;
use crate::table::{address, client, expect_variables, is_local, surroundings};
use crate::terminal::{Progress, count};

/// How long one attempt may take: a batch of large items over a slow line.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// What may be done to the tables.
#[derive(Clone, Copy)]
pub struct How {
    /// Tables that are not there are made.
    pub create: bool,
    /// Items that differ are replaced.
    pub overwrite: bool,
}

/// One table, and what is known about it before anything is written.
struct Work<'p> {
    table: LiveTable<'p>,
    created: bool,
    puts: &'p [Put],
    /// One per put.
    standings: Vec<Standing>,
}

/// Looks at all tables, then writes to each.
pub async fn write(
    how: How,
    policy: &Policy,
    tables: &[policy::Table],
    lists: &[Vec<Put>],
) -> Result<Vec<Written>, Failure> {
    let surroundings = surroundings()?;
    expect_variables(policy)?;
    if how.create {
        expect_local(policy, &surroundings)?;
    }
    let mut connection = policy.connection.clone();
    connection.attempt_timeout = ATTEMPT_TIMEOUT;
    let client = Box::pin(client(&settings(&connection), &surroundings)).await?;
    let address = address(&connection, &surroundings);

    let all = lists.iter().map(Vec::len).sum::<usize>() * 3;
    let mut steps = Steps { progress: Progress::new(), all, done: 0 };
    let mut works = Vec::new();
    for (keys, puts) in tables.iter().zip(lists) {
        let table = LiveTable {
            client: client.clone(),
            name: keys.location.name(),
            keys,
            address: address.clone(),
        };
        let created = how.create && table.create().await.map_err(failed)?;
        let looked = table.compare(puts, &mut |items| steps.add("looking", items)).await;
        works.push(Work { table, created, puts, standings: looked.map_err(failed)? });
    }
    if !how.overwrite {
        expect_nothing_different(&works)?;
    }
    let mut written = Vec::new();
    for work in &works {
        written.push(work.write(&mut steps).await?);
    }
    Ok(written)
}

impl Work<'_> {
    /// The items that stand so.
    fn standing(&self, wanted: Standing) -> Vec<&Put> {
        let pairs = self.puts.iter().zip(&self.standings);
        pairs.filter(|(_, standing)| **standing == wanted).map(|(entry, _)| entry).collect()
    }

    /// Writes what isn't there, and reads everything back.
    async fn write(&self, steps: &mut Steps) -> Result<Written, Failure> {
        let new = self.standing(Standing::Missing);
        let overwritten = self.standing(Standing::Different);
        let unchanged = self.puts.len() - new.len() - overwritten.len();
        steps.add("writing", unchanged);
        for puts in [&new, &overwritten] {
            let written = self.table.write(puts, &mut |items| steps.add("writing", items)).await;
            written.map_err(failed)?;
        }
        let back =
            self.table.compare(self.puts, &mut |items| steps.add("reading back", items)).await;
        let back = back.map_err(failed)?;
        let verified = back.iter().filter(|standing| **standing == Standing::Equal).count();
        if verified < self.puts.len() {
            return Err(failed(format!(
                "table `{}`: {} not as written; does somebody else write to the table?",
                self.table.name,
                count(self.puts.len() - verified, "item"),
            )));
        }
        Ok(Written {
            created_table: self.created,
            new: new.len(),
            overwritten: overwritten.len(),
            unchanged,
            verified,
        })
    }
}

fn failed(trouble: Trouble) -> Failure {
    Failure::Machine(io::Error::other(trouble))
}

fn expect_nothing_different(works: &[Work<'_>]) -> Result<(), Failure> {
    let mut different = Vec::new();
    for work in works {
        let (keys, name) = (work.table.keys, work.table.name);
        different.extend(
            work.standing(Standing::Different)
                .into_iter()
                .map(|put| format!("{}, {}, in table `{name}`", put.place, shown(keys, put))),
        );
    }
    if different.is_empty() {
        return Ok(());
    }
    let items = match different.len() {
        1 => "1 item is there and differs".to_owned(),
        some => format!("{some} items are there and differ"),
    };
    Err(Failure::Input(format!(
        "{items}, so nothing was written; --overwrite replaces{}",
        listed(different)
    )))
}

/// Tables are made on this machine only; anywhere else they belong to whoever looks after the
/// account, with backups, alarms and rights.
fn expect_local(policy: &Policy, surroundings: &Surroundings) -> Result<(), Failure> {
    let endpoint = policy.connection.endpoint.as_ref().or(surroundings.endpoint.as_ref());
    match endpoint.is_some_and(|endpoint| is_local(endpoint)) {
        true => Ok(()),
        false => Err(Failure::Input(
            "--create makes tables on this machine only: set AWS_ENDPOINT_URL_DYNAMODB to the \
             address of a local DynamoDB, such as http://localhost:8000"
                .to_owned(),
        )),
    }
}

/// How far it is: each item is looked at, written and read back.
struct Steps {
    progress: Progress,
    all: usize,
    done: usize,
}

impl Steps {
    fn add(&mut self, doing: &str, items: usize) {
        self.done += items;
        let percent = (self.done * 100).checked_div(self.all).unwrap_or(100);
        self.progress.show(|_| format!("{doing}, {percent} %"));
    }
}
