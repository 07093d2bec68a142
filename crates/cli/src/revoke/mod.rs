//! `claimsmith revoke`: who gets no more tokens, and which tokens do for nothing any more.
//!
//! It writes the records that the Lambda authorizer and a guard `not_revoked` of the trigger read. The
//! table itself keeps a record from taking the place of one that revokes more or stays longer.

#![cfg_attr(
    not(feature = "dynamodb"),
    expect(
        dead_code,
        reason = "a build without DynamoDB says what would be written, and writes nothing"
    )
)]

mod ask;
#[cfg(feature = "dynamodb")]
mod condition;
mod end;
mod place;
mod record;
mod report;
mod subject;
#[cfg(feature = "dynamodb")]
mod table;
mod time;

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use claimsmith_findings::parse_duration;
use clap::{ArgGroup, Args};
use serde_json::{Value, json};

use crate::status::{Failure, Status};
use crate::terminal::{self, Reader};
use end::Asked;
use place::Place;
use record::{Reach, Record};
use subject::{Kind, Subject};
use time::When;

/// Longest note, in bytes.
const NOTE_LIMIT: usize = 1000;

/// Revoke a person, a sign-in, a token or an app client
#[derive(Args)]
#[command(
    group = ArgGroup::new("what").required(true).args(["user", "sign_in", "token", "client", "list"]),
    override_usage = "claimsmith revoke [OPTIONS] <--user|--sign-in|--token|--client|--list>",
    after_help = "\
Examples:
  claimsmith revoke --user SUB --note off-boarding
  claimsmith revoke --user SUB --may-sign-in-again      a lost laptop
  claimsmith revoke --sign-in ORIGIN_JTI --refresh-tokens 30d
  claimsmith revoke --user SUB --undo
  claimsmith revoke --list

What reads it says where it is written: [revocation] in authorizer.toml, or with
--policy the policy's record with `require = \"not_revoked\"`. A record that
revokes more or stays longer is never replaced by one that doesn't.
Region, credentials and endpoint come from the environment, as in the AWS CLI."
)]
pub struct Revoke {
    /// A person, by the claim `sub`: no more tokens, and those that are out do
    /// for nothing
    #[arg(long, value_name = "SUB")]
    user: Option<String>,
    /// One sign-in and all its refreshes, by the claim `origin_jti`
    #[arg(long, value_name = "ORIGIN_JTI")]
    sign_in: Option<String>,
    /// One token, by the claim `jti`
    #[arg(long, value_name = "JTI")]
    token: Option<String>,
    /// A machine, or all who use an app client, by the claim `client_id`
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// Show all that is revoked; it reads the whole table
    #[arg(long, conflicts_with_all = ["dry_run", "undo", "may_sign_in_again", "until", "refresh_tokens", "note"])]
    list: bool,
    /// Only what was signed in to until now: they may sign in again
    #[arg(long, conflicts_with_all = ["sign_in", "token", "undo"])]
    may_sign_in_again: bool,
    /// When it ends: 90d, 2027-01-31 or 2027-01-31T18:00:00Z; never before
    /// everything is over that it revokes
    #[arg(long, value_name = "WHEN", conflicts_with = "undo")]
    until: Option<String>,
    /// How long the pool's refresh tokens live, if not up to 3650d: then what
    /// is revoked is over so much sooner
    #[arg(long, value_name = "TIME", conflicts_with_all = ["undo", "token"])]
    refresh_tokens: Option<String>,
    /// Why, for whoever lists it
    #[arg(long, value_name = "TEXT", conflicts_with = "undo")]
    note: Option<String>,
    /// Take the revocation back
    #[arg(long)]
    undo: bool,
    /// Say what would be written, and write nothing; it needs no AWS
    #[arg(long)]
    dry_run: bool,
    /// The authorizer's configuration; ./authorizer.toml if not given
    #[arg(long, value_name = "FILE", conflicts_with = "policy")]
    authorizer: Option<PathBuf>,
    /// The trigger's policy, if no authorizer reads revocations; ./claims.toml if
    /// there is no ./authorizer.toml
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Revokes, takes back or lists.
pub fn run(arguments: &Revoke) -> Result<Status, Failure> {
    let subject = subject(arguments).map_err(Failure::Input)?;
    let kind = subject.as_ref().map(|subject| subject.kind);
    // Whatever can be wrong is found before a file is read.
    let now = time::now();
    let record = match &subject {
        Some(subject) if !arguments.undo => {
            Some(record(arguments, subject, now).map_err(Failure::Input)?)
        }
        _ => None,
    };
    let place = Place::read(arguments.authorizer.as_deref(), arguments.policy.as_deref(), kind)?;
    let mut out = terminal::stdout(Reader::machine_if(arguments.json));
    let dry = arguments.dry_run;
    match (subject, record) {
        (None, _) => {
            let mut records = ask::list(&place)?;
            // The newest first; those that nobody dated last.
            records.sort_by_key(|record| std::cmp::Reverse(record.revoked_at));
            if arguments.json {
                let records: Value = records.iter().map(Record::json).collect();
                writeln!(out, "{}", json!({ "table": place.table, "revocations": records }))?;
            } else {
                report::list(&place, &records, now, &mut out)?;
            }
        }
        (Some(subject), None) => {
            let found = if dry { None } else { Some(ask::take(&place, &subject)?) };
            if arguments.json {
                writeln!(out, "{}", object(&place, &subject, "undo", dry, !dry, found.as_ref()))?;
            } else {
                report::undone(&place, &subject, found.as_ref(), &mut out)?;
            }
        }
        (Some(subject), Some(record)) => {
            let found = if dry { None } else { ask::put(&place, &subject, &record)? };
            let written = !dry && found.is_none();
            if arguments.json {
                let record = found.as_ref().unwrap_or(&record);
                writeln!(
                    out,
                    "{}",
                    object(&place, &subject, "revoke", dry, written, Some(record))
                )?;
            } else if let Some(found) = &found {
                report::already(&subject, found, &mut out)?;
            } else {
                report::revoked(&place, &subject, &record, dry, &mut out)?;
            }
        }
    }
    Ok(Status::Fine)
}

fn object(
    place: &Place,
    subject: &Subject,
    action: &str,
    dry_run: bool,
    written: bool,
    record: Option<&Record>,
) -> Value {
    let key: Value = place.key(subject).into_iter().collect();
    json!({
        "table": place.table,
        "key": key,
        "action": action,
        "dry_run": dry_run,
        "written": written,
        "revocation": record.map(Record::json),
    })
}

/// Whom or what the arguments name.
fn subject(arguments: &Revoke) -> Result<Option<Subject>, String> {
    let named = [
        (Kind::User, &arguments.user),
        (Kind::SignIn, &arguments.sign_in),
        (Kind::Token, &arguments.token),
        (Kind::Client, &arguments.client),
    ];
    let named = named.into_iter().find_map(|(kind, value)| Some((kind, value.as_ref()?)));
    named.map(|(kind, value)| Subject::new(kind, value)).transpose()
}

/// The record that the arguments ask for.
fn record(arguments: &Revoke, subject: &Subject, now: u64) -> Result<Record, String> {
    let reach = if arguments.may_sign_in_again { Reach::Until(now) } else { Reach::All };
    let refresh_tokens = arguments.refresh_tokens.as_deref().map(duration).transpose()?;
    let until = arguments.until.as_deref().map(When::read).transpose();
    let until = until.map_err(|problem| format!("--until: {problem}"))?;
    let until = end::end(subject.kind, reach, Asked { until, refresh_tokens }, now)?;
    let note = arguments.note.clone().filter(|note| !note.is_empty());
    if note.as_ref().is_some_and(|note| note.len() > NOTE_LIMIT) {
        return Err(format!("--note: more than {NOTE_LIMIT} bytes"));
    }
    Ok(Record::new(subject, reach, until, note, now))
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "--refresh-tokens: write a time, such as `30d`".to_owned())
}
