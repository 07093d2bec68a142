//! In which table a revocation is written down, and under which key: what its readers say.
//!
//! Neither is an option, so that no record can be written where nobody looks.

use std::path::{Path, PathBuf};

use claimsmith::load::Text;
use claimsmith::policy::{
    Connection, Location, Operand, Part, Policy, Reading, RecordRule, Require, Template,
};
use claimsmith_authorizer::config;

use super::subject::{Kind, PREFIX, Subject};
use crate::environment::variable;
use crate::setup;
use crate::status::Failure;
use crate::terminal::count;

/// The file beside whoever types no name.
const AUTHORIZER: &str = "authorizer.toml";

/// Where records are.
#[derive(Debug)]
pub struct Place {
    /// The file that says so.
    pub file: String,
    /// Name of the table.
    pub table: String,
    /// Name of its partition key.
    pub partition_key: String,
    /// Name of its sort key, and what records have there.
    pub sort: Option<(String, String)>,
    /// How the policy reaches its table; nothing if the authorizer's configuration said the place.
    pub connection: Option<Connection>,
}

impl Place {
    /// What the reader says, which must look for such a subject at all; for a list there is none.
    pub fn read(
        authorizer: Option<&Path>,
        policy: Option<&Path>,
        subject: Option<Kind>,
    ) -> Result<Self, Failure> {
        match policy {
            Some(path) => Self::of_policy(path, subject),
            // Whoever has no authorizer's file here may have a policy.
            None if authorizer.is_none()
                && !Path::new(AUTHORIZER).exists()
                && Path::new(setup::HERE).exists() =>
            {
                Self::of_policy(Path::new(setup::HERE), subject).map_err(elsewhere)
            }
            None => Self::of_authorizer(authorizer, subject),
        }
    }

    fn of_authorizer(path: Option<&Path>, subject: Option<Kind>) -> Result<Self, Failure> {
        let text = match path {
            Some(path) => Text::of(path, setup::read)?,
            None => Text::of(&PathBuf::from(AUTHORIZER), setup::read).map_err(elsewhere)?,
        };
        let input = |problem: String| Failure::Input(format!("{}: {problem}", text.name));
        let checked = config::check(&text.text, &variable).map_err(|found| {
            input(format!(
                "{}, so nothing was asked or written; `claimsmith check --authorizer` shows them",
                count(found.total(), "problem")
            ))
        })?;
        let rule = checked.revocation.ok_or_else(|| {
            input("it has no [revocation], so its authorizer looks nowhere".into())
        })?;
        if let Some(kind) = subject
            && !rule.by.iter().any(|claim| claim == kind.claim())
        {
            return Err(input(format!(
                "`by` in [revocation] doesn't list `{}`, so its authorizer would not see this",
                kind.claim()
            )));
        }
        Ok(Self {
            file: text.name.clone(),
            table: rule.table,
            partition_key: rule.partition_key,
            sort: rule.sort,
            connection: None,
        })
    }

    fn of_policy(path: &Path, subject: Option<Kind>) -> Result<Self, Failure> {
        let text = setup::policy_text(Some(path))?;
        let policy = setup::policy(&text, "asked or written")?;
        let input = |problem: String| Failure::Input(format!("{}: {problem}", text.name));
        let wanted: &[Kind] = match subject {
            None => &[Kind::User, Kind::Client],
            Some(Kind::SignIn | Kind::Token) => {
                return Err(input(
                    "no event tells the trigger which sign-in or token it is about; give the \
                     authorizer's file by --authorizer"
                        .to_owned(),
                ));
            }
            Some(Kind::User) => &[Kind::User],
            Some(Kind::Client) => &[Kind::Client],
        };
        let found = wanted.iter().find_map(|kind| place_in(&policy, *kind));
        let (table, sort) = found.ok_or_else(|| {
            let placeholder = if subject == Some(Kind::Client) { "client_id" } else { "sub" };
            input(format!(
                "no record with `require = \"not_revoked\"` has the key `{PREFIX}{{{placeholder}}}`, so \
                 its trigger would not see this"
            ))
        })?;
        let table = policy.tables.get(table).ok_or_else(|| input("it has no table".to_owned()))?;
        let Location::DynamoDb(name) = &table.location else {
            return Err(input("its records are in a file, so there is no table".to_owned()));
        };
        Ok(Self {
            file: text.name.clone(),
            table: name.clone(),
            partition_key: table.partition_key.clone(),
            sort: table.sort_key.clone().zip(sort),
            connection: Some(policy.connection.clone()),
        })
    }

    /// The variables in the table's name must have values as soon as it is asked.
    pub fn expect_table(&self) -> Result<(), Failure> {
        let Some((_, rest)) = self.table.split_once("${") else { return Ok(()) };
        let name = rest.split('}').next().unwrap_or_default();
        Err(Failure::Input(format!("{name} is not set; {} names the table by it", self.file)))
    }

    /// The key of a subject's record, by the names of its attributes.
    pub fn key(&self, subject: &Subject) -> Vec<(String, String)> {
        let partition = (self.partition_key.clone(), subject.key());
        [Some(partition), self.sort.clone()].into_iter().flatten().collect()
    }
}

/// The table and the sort key of the record by which the policy's trigger looks for such a subject.
fn place_in(policy: &Policy, kind: Kind) -> Option<(usize, Option<String>)> {
    policy.records.iter().find_map(|rule| place_of(rule, kind))
}

fn place_of(rule: &RecordRule, kind: Kind) -> Option<(usize, Option<String>)> {
    let Reading::Item(key) = &rule.read else { return None };
    let wanted = match kind {
        Kind::User => Operand::Sub,
        Kind::Client => Operand::ClientId,
        Kind::SignIn | Kind::Token => return None,
    };
    let is_meant = rule.require == Some(Require::NotRevoked)
        && matches!(key.partition.parts.as_slice(), [Part::Text(text), Part::Value(value)]
            if text == PREFIX && *value == wanted);
    let sort = match &key.sort {
        None => None,
        Some(sort) => Some(fixed(sort)?),
    };
    is_meant.then_some((rule.table, sort))
}

/// Nobody said where, and what lies here doesn't say it either.
fn elsewhere(failure: Failure) -> Failure {
    let problem = failure.into_text();
    let way_out = "say where revocations are read, by --authorizer FILE or --policy FILE";
    Failure::Input(format!("{problem}; {way_out}"))
}

/// A template without a value.
fn fixed(template: &Template<Operand>) -> Option<String> {
    match template.parts.as_slice() {
        [Part::Text(text)] => Some(text.clone()),
        _ => None,
    }
}
