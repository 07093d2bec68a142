//! The page's HTML: all of it once, and the parts that change with each answer.
//!
//! Pure. The tokens are drawn by the report.

use claimsmith::event::TRIGGER_SOURCES;
use claimsmith::load::Text;
use claimsmith::policy::{Found, Policy};
use maud::{DOCTYPE, Markup, html};

use crate::people::Person;
use crate::words::count;

/// A longer list is of no use.
const MOST_PEOPLE: usize = 500;
/// A person and a machine without any record.
const STRANGER: &str = "user:99999999-9999-4999-8999-999999999999";
const STRANGE_MACHINE: &str = "client:9unknownexample000000000009";

/// The page with the policy in its editor.
pub fn page(policy: &Text, records: &Text) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Playground · claimsmith" }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/playground.css";
                script src="/playground.js" defer {}
            }
            body {
                header.top {
                    h1 { span.brand { "claimsmith" } " playground" }
                    dl.facts {
                        div { dt { "policy" } dd #name { (policy.name) } }
                        div { dt { "records" } dd { (records.name) } }
                    }
                }
                main.bench {
                    (editor(policy))
                    div.right {
                        textarea name="records" form="sign-in" hidden { "\n" (records.text) }
                        (sign_in())
                        (answer())
                    }
                }
                footer.quiet {
                    p {
                        "What you type is computed by this program on this machine and kept in this tab. "
                        "It reads no other file, no environment variable and no table, and nothing is written."
                    }
                }
            }
        }
    }
}

fn editor(policy: &Text) -> Markup {
    html! {
        section.policy aria-labelledby="policy-title" {
            div.bar {
                h2 #policy-title { label for="policy" { "Policy" } }
                span.quiet #edited hidden { "edited" }
                div.buttons {
                    button type="button" #reset { "Reset" }
                    button type="button" #copy { "Copy" }
                    button type="button" #download { "Download" }
                }
            }
            div.editor {
                div.lines #lines aria-hidden="true" {}
                div.text {
                    pre #mirror aria-hidden="true" {}
                    // A browser drops the first line break of a text area.
                    textarea #policy name="policy" form="sign-in" spellcheck="false" wrap="off"
                        autocomplete="off" autocapitalize="off" aria-describedby="findings-title" {
                        "\n" (policy.text)
                    }
                }
            }
            div.findings #findings {}
        }
    }
}

fn sign_in() -> Markup {
    html! {
        section.sign-in aria-labelledby="sign-in-title" {
            form #sign-in autocomplete="off" {
                div.bar {
                    h2 #sign-in-title { "Sign-in" }
                    fieldset.modes {
                        legend.unseen { "Where the event comes from" }
                        label { input type="radio" name="mode" value="chosen" checked; span { "Choose" } }
                        label { input type="radio" name="mode" value="pasted"; span { "Paste an event" } }
                    }
                }
                div.chosen #chosen {
                    (choices())
                    details #made {
                        summary { "The event that Cognito would send" }
                        pre #made-event tabindex="0" {}
                        button type="button" #edit-event { "Edit it as text" }
                    }
                }
                div.pasted #pasted hidden {
                    label for="event" { "Trigger event, as JSON" }
                    textarea #event name="event" rows="14" spellcheck="false"
                        aria-describedby="status" {}
                }
            }
        }
    }
}

fn choices() -> Markup {
    html! {
        div.fields {
            p.half {
                label for="who" { "Token for" }
                select #who name="who" {}
            }
            p.half {
                label for="metadata" { "Client metadata" }
                input #metadata name="metadata" list="suggestions" placeholder="org_id=globex"
                    spellcheck="false" aria-describedby="status";
                datalist #suggestions {}
            }
            p.person {
                label for="source" { "Trigger" }
                select #source name="source" {
                    @for source in TRIGGER_SOURCES.iter().filter(|source| !source.ends_with("ClientCredentials")) {
                        option value=(source) selected[source.ends_with("HostedAuth")] {
                            (source.trim_start_matches("TokenGeneration_"))
                        }
                    }
                }
            }
            p.person {
                label for="version" { "Event version" }
                select #version name="version" {
                    option value="1" { "1, ID token only" }
                    option value="2" selected { "2, both tokens" }
                    option value="3" { "3, machines too" }
                }
            }
            p.person {
                label for="groups" { "Groups" }
                input #groups name="groups" placeholder="admins editors" spellcheck="false";
            }
        }
        details.more {
            summary { "App client, scopes, attributes" }
            div.fields {
                p.person.half {
                    label for="client" { "App client" }
                    input #client name="client" value="1exampleclient000000000000" spellcheck="false";
                }
                p.half {
                    label for="scopes" { "Scopes" }
                    input #scopes name="scopes" value="openid email profile" spellcheck="false";
                }
                p.person.wide {
                    label for="attributes" { "User attributes, one in a line" }
                    textarea #attributes name="attributes" rows="3" spellcheck="false"
                        aria-describedby="status" {
                        "\ncognito:user_status=CONFIRMED\nemail=somebody@company.example\nemail_verified=true"
                    }
                }
            }
        }
    }
}

fn answer() -> Markup {
    html! {
        section.answer aria-labelledby="answer-title" {
            div.bar {
                h2 #answer-title { "Tokens" }
                div.buttons {
                    button type="button" #copy-json disabled { "Copy as JSON" }
                }
            }
            p.status #status role="status" { "Computing …" }
            div #tokens {}
            noscript { p.status { "The playground needs JavaScript; " code { "claimsmith simulate" } " does not." } }
        }
    }
}

/// The findings, each with its place to go to.
pub fn findings(found: &Found) -> Markup {
    html! {
        h3 #findings-title { (count(found.total(), "finding")) }
        ol {
            @for (at, finding) in found.iter().enumerate() {
                li {
                    button.place type="button" data-finding=(at) {
                        "line " (finding.line) ", column " (finding.column)
                    }
                    " " code { (finding.code) }
                    p { (ticked(&finding.message)) }
                    p.quiet { (ticked(&finding.help)) }
                }
            }
        }
        @if let Some(others) = found.others() {
            p.quiet { (others) }
        }
    }
}

/// A policy without findings, in one line.
pub fn no_findings(policy: &Policy) -> Markup {
    html! {
        h3.fine #findings-title { "No findings" }
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

/// A sentence in which backticks stand around code.
fn ticked(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// How the form names a person or a machine.
pub fn choice(person: &Person) -> String {
    let kind = if person.machine { "client" } else { "user" };
    format!("{kind}:{}", person.id)
}

/// The first of the choices.
pub fn first(people: &[Person]) -> String {
    let person = people.iter().find(|person| !person.machine);
    person.map_or_else(|| STRANGER.to_owned(), choice)
}

/// Each person and machine as a choice.
pub fn people(people: &[Person]) -> Markup {
    let of = |machine: bool| people.iter().filter(move |person| person.machine == machine);
    let hidden = |machine: bool| of(machine).count().saturating_sub(MOST_PEOPLE);
    html! {
        @for (title, machine, stranger) in
            [("People", false, STRANGER), ("Machines", true, STRANGE_MACHINE)] {
            optgroup label=(title) {
                @for person in of(machine).take(MOST_PEOPLE) {
                    option value=(choice(person)) { (label(person)) }
                }
                @if hidden(machine) > 0 {
                    option disabled { (hidden(machine)) " more: paste an event" }
                }
                option value=(stranger) { "nobody the records know" }
            }
        }
    }
}

fn label(person: &Person) -> String {
    match &person.name {
        Some(name) if person.id.chars().count() > 12 => {
            let head: String = person.id.chars().take(8).collect();
            format!("{name} · {head}…")
        }
        Some(name) => format!("{name} · {}", person.id),
        None => person.id.clone(),
    }
}

/// What may be written into a field.
pub fn suggestions(texts: &[String]) -> Markup {
    html! { @for text in texts { option value=(text) {} } }
}
