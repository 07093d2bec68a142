//! The parts of the page that change with each answer.
//!
//! Pure. The tokens are drawn by the report.

use claimsmith::policy::{Found, Policy};
use claimsmith::records::file::RecordsError;
use maud::{Markup, html};

use crate::page::text::ticked;
use crate::people::Person;
use crate::words::{count, count_many, plain};

/// A longer list is of no use.
const MOST_PEOPLE: usize = 500;
/// Problems of the records that are told one by one.
const MOST_TOLD: usize = 20;
/// A person and a machine without any record.
const STRANGER: &str = "user:99999999-9999-4999-8999-999999999999";
const STRANGE_MACHINE: &str = "client:9unknownexample000000000009";

/// What is wrong in the policy, each with its place to go to.
pub fn wrong_policy(found: &Found) -> Markup {
    html! {
        h3 #policy-said { (count(found.total(), "problem")) }
        ol {
            @for (at, finding) in found.iter().enumerate() {
                li {
                    button.place type="button" data-mark=(at) {
                        "line " (finding.line) ", column " (finding.column)
                    }
                    " " code { (finding.code) }
                    p { (ticked(&finding.message)) }
                    p.quiet { (ticked(&finding.help)) }
                }
            }
        }
        @if let Some(others) = found.others() {
            p.quiet { (ticked(&others)) }
        }
    }
}

/// A policy in which nothing is wrong, in one line.
pub fn good_policy(policy: &Policy) -> Markup {
    html! {
        h3.fine #policy-said { "No problems" }
        p.quiet {
            (count(policy.records.len(), "record")) " in " (count(policy.rounds.len(), "round")) ", "
            (count(policy.claims.len(), "claim")) "."
            @if !policy.unset_variables.is_empty() {
                " The function will need "
                @for (at, variable) in policy.unset_variables.iter().enumerate() {
                    @if at > 0 { ", " }
                    code { (variable) }
                }
                "; variables have no value here."
            }
        }
    }
}

/// What is wrong in the records, each with its place to go to.
pub fn wrong_records(wrong: &[RecordsError]) -> Markup {
    html! {
        h3 #records-said { (count_many(wrong.len(), "problem")) }
        ol {
            @for (at, error) in wrong.iter().take(MOST_TOLD).enumerate() {
                li {
                    button.place type="button" data-mark=(at) { "line " (error.line) }
                    " " code { (plain(&error.path)) }
                    p { (ticked(&error.problem)) }
                }
            }
        }
        @if wrong.len() > MOST_TOLD {
            p.quiet { "and " (count_many(wrong.len() - MOST_TOLD, "problem")) " more" }
        }
    }
}

/// Records in which nothing is wrong, in one line.
pub fn good_records(items: usize) -> Markup {
    html! { h3.fine #records-said { (count_many(items, "item")) } }
}

/// How the form names a person or a machine.
pub fn choice(person: &Person) -> String {
    named(person.machine, &person.id)
}

fn named(machine: bool, id: &str) -> String {
    format!("{}:{id}", if machine { "client" } else { "user" })
}

/// Who is chosen before anybody is: the first person, or else the first machine.
pub fn first(people: &[Person]) -> String {
    let person = people.iter().find(|person| !person.machine).or_else(|| people.first());
    person.map_or_else(|| STRANGER.to_owned(), choice)
}

/// Each person and machine as a choice; and whoever is asked about, known or not.
pub fn people(people: &[Person], asked: &str) -> Markup {
    let (person, machine) = (asked.strip_prefix("user:"), asked.strip_prefix("client:"));
    html! {
        (group("People", people, false, person, STRANGER))
        (group("Machines", people, true, machine, STRANGE_MACHINE))
    }
}

fn group(
    title: &str,
    people: &[Person],
    machine: bool,
    asked: Option<&str>,
    stranger: &str,
) -> Markup {
    let all = || people.iter().filter(move |person| person.machine == machine);
    let listed = all().take(MOST_PEOPLE);
    let hidden = all().count().saturating_sub(MOST_PEOPLE);
    let known = |id: &str| listed.clone().any(|person| person.id == id);
    // Found by an address or a name, people have no key that tells them.
    let unlisted =
        asked.filter(|id| !id.is_empty() && named(machine, id) != stranger && !known(id));
    html! {
        optgroup label=(title) {
            @for person in listed.clone() {
                option value=(choice(person)) { (plain(&label(person))) }
            }
            @if let Some(id) = unlisted {
                option value=(named(machine, id)) { (plain(&shortened(id))) }
            }
            @if hidden > 0 {
                option disabled { (count_many(hidden, "other")) ": paste an event" }
            }
            option value=(stranger) { "nobody the records know" }
        }
    }
}

fn label(person: &Person) -> String {
    match &person.name {
        Some(name) => format!("{name} · {}", shortened(&person.id)),
        None => person.id.clone(),
    }
}

fn shortened(id: &str) -> String {
    let letters = id.chars().count();
    if letters <= 12 { id.to_owned() } else { id.chars().take(8).collect::<String>() + "…" }
}

/// What may be written into a field.
pub fn suggestions(texts: &[String]) -> Markup {
    html! { @for text in texts { option value=(text) {} } }
}
