//! The contract against reality: every token that the trigger issues is as the contract of its policy
//! says, over the corpus of events, several policies, tables that lack items, hold nonsense or fail, and
//! budgets into which little fits.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use claimsmith::clock::at_once;
use claimsmith::load::DEMO_RECORDS;
use claimsmith::policy::{Policy, Variables};
use claimsmith::records::Known;
use claimsmith::records::file::FileStore;
use claimsmith::records::store::{Item, Page, Query, Read, Store, StoreError, StoreFault};
use claimsmith::response::response;
use claimsmith::{Decided, Trigger};
use serde_json::{Map, Value, json};

use super::promise::{self, Promise};
use super::{contract_of, root};

/// A policy of the repository, and events and items of its own.
pub struct Case {
    /// Its file, from the root.
    pub file: String,
    /// Its folder, if that has events and items.
    company: Option<String>,
}

/// All policies without findings.
pub fn policies() -> Vec<Case> {
    let case = |file: String| Case { file, company: None };
    let own = [super::POLICY, super::presence::POLICY];
    let mut all = vec![case("claims.toml".to_owned())];
    all.extend(own.map(|file| case(file.to_owned())));
    for folder in ["tests/policies", "tests/policy/right"] {
        let entries = std::fs::read_dir(root().join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name.ends_with(".toml")).collect();
        names.sort();
        all.extend(names.into_iter().map(|name| case(format!("{folder}/{name}"))));
    }
    for name in ["attribute", "b2b", "machines", "marketplace"] {
        let folder = format!("examples/policies/{name}");
        all.push(Case { file: format!("{folder}/claims.toml"), company: Some(folder) });
    }
    all
}

pub fn policy(text: &str) -> Policy {
    Policy::parse(text, &Variables::lenient(&|_| None)).unwrap()
}

/// Every event of a folder and below it.
pub fn events(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(events(&path));
        } else if path.extension().is_some_and(|ending| ending == "json") {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            found.push((path.display().to_string(), text));
        }
    }
    found.sort();
    found
}

/// The corpus, without what can't be read.
pub fn corpus() -> Vec<(String, String)> {
    let folders = ["v1", "v2", "v3", "odd"].iter();
    folders.flat_map(|name| events(&root().join("events").join(name))).collect()
}

/// A store that answers some questions and fails for the others.
#[derive(Debug)]
pub struct Failing {
    inner: FileStore,
    /// Of so many questions one is answered by a fault; 0 is none.
    one_in: usize,
}

impl Failing {
    fn fails(&self, key: &str) -> bool {
        // Which ones is the same each time, and for every place in the table another.
        self.one_in > 0 && key.bytes().map(usize::from).sum::<usize>() % self.one_in == 0
    }
}

fn fault() -> StoreError {
    StoreError::new(StoreFault::Unreachable)
}

impl Store for Failing {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        let mut answers = self.inner.read(reads).await?;
        for (read, answer) in reads.iter().zip(&mut answers) {
            if self.fails(&read.key.partition) {
                *answer = Known::Unknown(claimsmith::outcome::Fault::Store);
            }
        }
        Ok(answers)
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        if self.fails(&query.partition) { Err(fault()) } else { self.inner.query(query).await }
    }
}

/// The tokens of an answer: which, whether it carries text alone, what is added, what is suppressed.
pub fn tokens(decided: &Decided<'_>) -> Option<Vec<Token>> {
    let answer = response(decided.event.form, decided.outcome.as_ref().ok()?);
    let response: Value = serde_json::from_str(&answer).unwrap();
    let token = |name, text_only, generation: &Value| {
        let added = generation["claimsToAddOrOverride"].as_object().cloned().unwrap_or_default();
        let names = |key: &str| -> BTreeSet<String> {
            let names = generation[key].as_array().into_iter().flatten();
            names.map(|name| name.as_str().unwrap().to_owned()).collect()
        };
        let (suppressed, scopes) = (names("claimsToSuppress"), names("scopesToAdd"));
        Token { name, text_only, added, suppressed, scopes }
    };
    if response.get("claimsOverrideDetails").is_some() {
        return Some(vec![token("id", true, &response["claimsOverrideDetails"])]);
    }
    let details = &response["claimsAndScopeOverrideDetails"];
    let access = token("access", false, &details["accessTokenGeneration"]);
    let is_machine = decided.identity.kind == claimsmith::identity::Kind::Client;
    let id = (!is_machine).then(|| token("id", false, &details["idTokenGeneration"]));
    Some(id.into_iter().chain([access]).collect())
}

/// What an answer does to one token.
pub struct Token {
    pub name: &'static str,
    /// Of event version 1.
    pub text_only: bool,
    pub added: Map<String, Value>,
    pub suppressed: BTreeSet<String>,
    pub scopes: BTreeSet<String>,
}

/// Decides about all events, and hands the tokens of each answer over.
pub fn each(
    policy: Policy,
    records: &str,
    one_in: usize,
    events: &[(String, String)],
    mut look: impl FnMut(&str, &Decided<'_>, Vec<Token>),
) {
    let text = claimsmith::load::Text { name: String::new(), text: records.to_owned() };
    // Items of another company have other keys than this one's table.
    let Ok(inner) = text.store(&policy.tables) else { return };
    let trigger = Trigger::new(policy, Failing { inner, one_in });
    for (name, event) in events {
        let decided = at_once(trigger.decide(event.as_bytes(), Duration::from_secs(60))).unwrap();
        let Ok(decided) = decided else { continue };
        if let Some(tokens) = tokens(&decided) {
            look(name, &decided, tokens);
        }
    }
}

/// The same policy with room for little in its tokens.
fn tight(text: &str, budget: usize) -> Policy {
    let mut policy = policy(text);
    for client in [&mut policy.any_client].into_iter().chain(policy.clients.values_mut()) {
        (client.id.budget, client.access.budget) = (budget, budget);
    }
    policy
}

#[test]
fn every_token_is_as_its_contract_says() {
    let corpus = corpus();
    let malformed = std::fs::read_to_string(root().join("tests/records/malformed.json")).unwrap();
    let mut seen = promise::Seen::default();
    for Case { file, company } in policies() {
        let text = std::fs::read_to_string(root().join(&file)).unwrap();
        let promise = Promise::of(&contract_of(&file), &policy(&text));
        let mut all = corpus.clone();
        let mut records = vec![DEMO_RECORDS.to_owned(), malformed.clone(), "[]".to_owned()];
        if let Some(folder) = company {
            all.extend(events(&root().join(&folder).join("events")));
            records.extend(std::fs::read_to_string(root().join(&folder).join("records.json")));
        }
        for records in &records {
            let mut run = |policy: Policy, one_in| {
                each(policy, records, one_in, &all, |event, decided, tokens| {
                    for token in tokens {
                        let kept = promise.keeps(&token, decided, &mut seen);
                        kept.unwrap_or_else(|broken| {
                            panic!(
                                "{file} {event} {}: {broken}\n{:#}",
                                token.name,
                                json!(token.added)
                            )
                        });
                    }
                });
            };
            for one_in in [0, 1, 3] {
                run(policy(&text), one_in);
            }
            for budget in [1500, 2000] {
                run(tight(&text, budget), 0);
            }
        }
    }
    // A test in which nothing happens shows nothing.
    seen.enough();
}
