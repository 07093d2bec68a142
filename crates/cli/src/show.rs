//! `claimsmith show`: what the trigger would read for one person or machine, round by round.
//!
//! It makes the event that Cognito would send and hands it to the trigger itself; what is shown is
//! what the trigger knows afterwards.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use claimsmith::identity::Kind;
use claimsmith::outcome::{Fault, Refusal};
use claimsmith::policy::{Location, Policy, Reading, RecordRule, Table};
use claimsmith::records::any::AnyClock;
use claimsmith::records::store::Item;
use claimsmith::records::{Asked, AskedBy, NotAsked, State};
use claimsmith::{Decided, Trigger};
use clap::{ArgGroup, Args};
use serde_json::{Map, Value, json};

use crate::setup;
use crate::status::{Failure, Status};
use crate::table;
use crate::terminal::{self, BAD, BOLD, DIM, GOOD, NOTICE, Reader, cut, shown};
use crate::who::Who;
use claimsmith_playground::json::key_value;

/// Show what the trigger would read for one person or machine, round by round
#[derive(Args)]
#[command(
    group(ArgGroup::new("identity").required(true).multiple(true).args(["user", "client"])),
    after_help = "\
Examples:
  claimsmith show --user 11111111-1111-4111-8111-111111111111
  claimsmith show --user SUB --metadata org_id=globex    when switching there
  claimsmith show --client CLIENT_ID                     a machine
  claimsmith show --user SUB --records items.json        from a file, no AWS

It prints attributes with their values: mind who looks over your shoulder.
For the tokens and their sizes give `claimsmith simulate` the same options.")]
pub struct Show {
    #[command(flatten)]
    who: Who,
    /// The policy; ./claims.toml if not given, and if there is none the built-in one
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A JSON file of items instead of the policy's table
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// A person at a terminal waits longer than Cognito: for distant regions, credentials that have to
/// be fetched first, and the like.
const DEADLINE: Duration = Duration::from_secs(30);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// Shows one identity.
pub fn run(arguments: &Show) -> Result<Status, Failure> {
    let file = setup::policy_file(arguments.policy.as_deref());
    let text = setup::policy_text(file.as_deref())?;
    let mut policy = setup::policy(&text, "read")?;
    policy.connection.attempt_timeout = ATTEMPT_TIMEOUT;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let records = arguments.records.as_deref();
    let (store, records) = table::open(file.as_deref(), records, &policy, &runtime)?;
    let trigger = Trigger::new(policy, store).with_clock(AnyClock::default());

    let event = arguments.who.event(&trigger.policy);
    let decided = runtime
        .block_on(trigger.decide(event.as_bytes(), DEADLINE))
        .map_err(|error| Failure::Machine(io::Error::other(error)))?;
    let read = WhatWasRead { decided: &decided, policy: &trigger.policy };
    let mut out = terminal::stdout(Reader::machine_if(arguments.json));
    if arguments.json {
        writeln!(out, "{}", read.json())?;
    } else {
        writeln!(out, "{DIM}policy: {}   records: {records}{DIM:#}\n", text.name)?;
        read.report(terminal::width(), &mut out)?;
    }
    match (decided.store_faults.first(), &decided.outcome) {
        (Some(fault), _) => {
            let told = table::told(fault, &records, &trigger.policy.tables);
            Err(Failure::Machine(io::Error::other(told)))
        }
        (None, Ok(_)) => Ok(Status::Fine),
        (None, Err(_)) => Ok(Status::Refused),
    }
}

/// What the trigger knows in the end, and what by.
struct WhatWasRead<'d> {
    decided: &'d Decided<'d>,
    policy: &'d Policy,
}

/// One record, as it is told.
struct Row<'d> {
    rule: &'d RecordRule,
    table: Option<&'d Table>,
    /// The key attributes; with placeholders if nothing was asked.
    key: Vec<(&'d str, String)>,
    state: &'static str,
    /// What else there is to say about the state.
    because: Option<&'static str>,
    items: Vec<&'d Item>,
}

impl<'d> WhatWasRead<'d> {
    /// The records of a round.
    fn rows(&self, round: &[usize]) -> Vec<Row<'d>> {
        let pairs = round
            .iter()
            .filter_map(|at| Some((self.policy.records.get(*at)?, self.decided.records.get(*at)?)));
        pairs.map(|(rule, state)| self.row(rule, state)).collect()
    }

    fn row(&self, rule: &'d RecordRule, state: &'d State) -> Row<'d> {
        let mut reads = self.decided.reads.iter().flatten();
        let asked = reads.find(|asked| asked.record == rule.name);
        let mut items = Vec::new();
        let (state, because) = match (state, asked) {
            (State::Found(item), _) => {
                items.push(item.as_ref());
                ("found", None)
            }
            (State::Several { items: several, whole }, _) => {
                items.extend(several.iter().map(AsRef::as_ref));
                let more = "there are more than the policy allows";
                ("several", (!whole).then_some(more))
            }
            (State::Missing, _) => match rule.read {
                Reading::Query { .. } => ("missing", Some("the query finds no match")),
                _ => ("missing", Some("not in the table")),
            },
            (State::NotAsked(why), _) => ("not_asked", Some(self.why_not(rule, *why))),
            (State::Pending, _) => ("not_asked", Some("the sign-in was refused before")),
            (State::Unknown(Fault::TooMany), _) => {
                ("unknown", Some("there are more than the policy allows"))
            }
            (State::Unknown(_), None) => ("unknown", Some("a value for its key can't be known")),
            (State::Unknown(Fault::Malformed), _) => match rule.read {
                Reading::Each { .. } => {
                    ("unknown", Some("an item of the list is not in the table"))
                }
                _ => ("unknown", Some("an attribute is binary or otherwise no JSON")),
            },
            (State::Unknown(Fault::Store), _) => ("unknown", Some("the table failed")),
            (State::Unknown(Fault::Deadline), _) => ("unknown", Some("the table is too slow")),
        };
        let table = self.policy.tables.get(rule.table);
        Row { rule, table, key: self.key(rule, table, asked), state, because, items }
    }

    fn why_not(&self, rule: &RecordRule, why: NotAsked) -> &'static str {
        match (why, rule.applies_to) {
            (NotAsked::OtherKind, Some(Kind::Client)) => "it is for machines",
            (NotAsked::OtherKind, _) => "it is for people",
            (NotAsked::NothingChosen, _) => "the caller asks for none",
            (NotAsked::NoTenant, _) => "the tokens are about no organisation",
            (NotAsked::NoValue, _) => "a value for its key is absent",
        }
    }

    /// The key that was asked for, or as it stands in the policy. Of a query what its sort keys begin
    /// with; of a list the first key.
    fn key(
        &self,
        rule: &'d RecordRule,
        table: Option<&'d Table>,
        asked: Option<&'d Asked<'_>>,
    ) -> Vec<(&'d str, String)> {
        let Some(table) = table else { return Vec::new() };
        let own = (table.partition_key.as_str(), table.sort_key.as_deref());
        let (partition, sort, names) = match &rule.read {
            Reading::Item(key) | Reading::Each { key, .. } => (&key.partition, &key.sort, own),
            Reading::Query { index, partition, sort, .. } => {
                let names = match index {
                    Some(index) => (index.partition_key.as_str(), index.sort_key.as_deref()),
                    None => own,
                };
                (partition, sort, names)
            }
        };
        let is_query = asked.is_some_and(|asked| matches!(asked.by, AskedBy::Query { .. }));
        let (partition, sort) = match asked {
            Some(asked) => {
                let star = if is_query { "*" } else { "" };
                let sort = asked.key.sort.as_ref().map(|sort| format!("{sort}{star}"));
                (asked.key.partition.clone(), sort)
            }
            None => {
                let sort = sort.as_ref().map(|sort| self.policy.spelled(sort));
                (self.policy.spelled(partition), sort)
            }
        };
        [(names.0, partition)].into_iter().chain(names.1.zip(sort)).collect()
    }

    fn report(&self, width: usize, out: &mut impl Write) -> io::Result<()> {
        for (at, round) in self.policy.rounds.iter().enumerate() {
            writeln!(out, "{BOLD}Round {}{BOLD:#}", at + 1)?;
            for row in self.rows(round) {
                row.write(self.policy.tables.len() > 1, width, out)?;
            }
            writeln!(out)?;
        }
        if let Some(tenant) = &self.decided.tenant {
            let by = self.decided.member.map(|member| format!(", proved by {member}"));
            writeln!(out, "tenant {BOLD}{tenant}{BOLD:#}{}\n", by.unwrap_or_default())?;
        }
        match &self.decided.outcome {
            Ok(_) => writeln!(out, "{GOOD}issued{GOOD:#}: a sign-in gets tokens"),
            Err(Refusal { reason, cause, .. }) => {
                let fits = format!("refused: {reason}, {cause}").chars().count() <= width;
                let between = if fits { " " } else { "\n  " };
                writeln!(out, "{BAD}refused{BAD:#}: {reason},{between}{cause}")
            }
        }
    }

    fn json(&self) -> Value {
        let rounds = self.policy.rounds.iter().enumerate().map(|(at, round)| {
            let records: Vec<Value> = self.rows(round).iter().map(Row::json).collect();
            json!({ "round": at + 1, "records": records })
        });
        let rounds: Vec<Value> = rounds.collect();
        let identity = &self.decided.identity;
        let who = json!({
            "for": identity.kind.as_str(),
            "sub": identity.sub,
            "client_id": identity.client_id,
        });
        let faults: Vec<String> =
            self.decided.store_faults.iter().map(ToString::to_string).collect();
        let tenant = claimsmith_playground::json::tenant(self.decided);
        match &self.decided.outcome {
            Ok(_) => json!({
                "identity": who, "tenant": tenant, "rounds": rounds, "faults": faults,
                "outcome": "customized",
            }),
            Err(refusal) => json!({
                "identity": who, "tenant": tenant, "rounds": rounds, "faults": faults,
                "outcome": "refused",
                "reason": {
                    "code": refusal.reason.as_str(),
                    "text": self.policy.message(refusal.reason),
                    "cause": refusal.cause,
                },
            }),
        }
    }
}

impl Row<'_> {
    /// The attributes of an item that the policy uses; `None` is one that it doesn't have.
    fn attributes<'r>(
        &'r self,
        item: &'r Item,
    ) -> impl Iterator<Item = (&'r str, Option<&'r Value>)> {
        self.rule.attributes.iter().map(|name| (name.as_str(), item.get(name)))
    }

    fn write(&self, several_tables: bool, width: usize, out: &mut impl Write) -> io::Result<()> {
        let style = match self.state {
            "found" | "several" => GOOD,
            "not_asked" => DIM,
            _ => NOTICE,
        };
        let state = self.state.replace('_', " ");
        write!(out, "  {}  {style}{state}{style:#}", self.rule.name)?;
        match self.because {
            Some(because) => writeln!(out, ": {because}")?,
            None => writeln!(out)?,
        }
        let mut key: Vec<String> =
            self.key.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if let (true, Some(Table { location: Location::DynamoDb(name), .. })) =
            (several_tables, self.table)
        {
            key.insert(0, format!("{name}:"));
        }
        writeln!(out, "    {DIM}{}{DIM:#}", cut(&key.join("  "), width.saturating_sub(4)))?;
        let names = self.rule.attributes.iter().map(|name| name.chars().count());
        let names = names.max().unwrap_or(0).min(width / 3);
        for (at, item) in self.items.iter().enumerate() {
            if self.items.len() > 1 {
                writeln!(out, "      {DIM}{} of {}{DIM:#}", at + 1, self.items.len())?;
            }
            for (name, value) in self.attributes(item) {
                let name = cut(name, names);
                let left = width.saturating_sub(6 + names + 2);
                match value {
                    Some(value) => {
                        writeln!(out, "      {name:names$}  {}", cut(&shown(value), left))?;
                    }
                    None => writeln!(out, "      {name:names$}  {DIM}not in the item{DIM:#}")?,
                }
            }
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let named = self.key.iter().filter_map(|(name, value)| {
            Some(((*name).to_owned(), key_value(self.table?, name, value)))
        });
        let key: Map<String, Value> = named.collect();
        let items = self.items.iter().map(|item| {
            let there = self.attributes(item).filter_map(|(name, value)| Some((name, value?)));
            there.map(|(name, value)| (name.to_owned(), value.clone())).collect::<Map<_, _>>()
        });
        let items: Vec<Map<String, Value>> = items.collect();
        let table = self.table.map(|table| table.location.name());
        json!({
            "record": self.rule.name,
            "table": table,
            "key": key,
            "state": self.state,
            "because": self.because,
            "items": items,
        })
    }
}
