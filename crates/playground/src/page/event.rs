//! What was decided about one event: the outcome, both tokens, what was looked up, where the bytes go.

use claimsmith::Decided;
use claimsmith::budget::Tokens;
use claimsmith::event::Form;
use claimsmith::identity::Kind;
use claimsmith::outcome::{Fault, Refusal};
use claimsmith::policy::Policy;
use claimsmith::records::{Asked, AskedBy, ServedBy, State};
use maud::{Markup, html};

use super::document::{self, Holds};
use super::text::ticked;
use super::{bar, token};
use crate::decision;
use crate::words::{count_many, number, plain};

/// The page about one event. `body` is [`fragment`]'s or [`unreadable`]'s.
pub fn page(name: &str, about: &str, body: &Markup) -> Markup {
    let body = html! { h2.unseen { "Outcome, tokens and lookups" } (body) };
    document::page(name, about, Holds::Values, &body)
}

/// The fragment about one event, without a page around it. Its headings begin at the third level.
///
/// `name` is what the reader knows the event by: a file's name, a person of the demo company.
pub fn fragment(name: &str, decided: &Decided<'_>, policy: &Policy) -> Markup {
    html! {
        article.event aria-label=(plain(name)) {
            @match &decided.outcome {
                Ok(tokens) => (issued(tokens)),
                Err(refusal) => (refused(refusal, policy)),
            }
            (facts(decided))
            @if let Some(warning) = decision::warning(decided) {
                p.warning { strong { "Mind: " } (warning) "." }
            }
            @if let Ok(tokens) = &decided.outcome { (token::both(tokens)) }
            (lookups(decided, policy))
            @if let Ok(tokens) = &decided.outcome { (pictures(tokens)) }
        }
    }
}

/// The fragment about a text that is no event.
pub fn unreadable(problem: &str, policy: &Policy) -> Markup {
    html! {
        article.event { (refused(&Refusal::unreadable(problem), policy)) }
    }
}

/// What the event says about itself, in a line.
fn facts(decided: &Decided<'_>) -> Markup {
    let event = &decided.event;
    let who = match decided.identity.kind {
        Kind::User => "a person",
        Kind::Client => "a machine",
    };
    let form = match event.form {
        Form::V1 => "event version 1: the ID token only, and text alone",
        Form::V2 => "event version 2 or 3",
    };
    html! {
        p.facts {
            span { (who) }
            span { (plain(&event.trigger_source)) }
            span { (form) }
            @if let Some(tenant) = &decided.tenant {
                span {
                    "tenant " bdi { (plain(tenant)) }
                    @if let Some(member) = decided.member { ", proved by " (plain(member)) }
                }
            }
            @if let Some(client) = &event.client_id {
                span { "app client " bdi { (plain(client)) } }
            }
        }
    }
}

fn issued(tokens: &Tokens<'_>) -> Markup {
    let both = [("ID token", &tokens.id), ("access token", &tokens.access)];
    let shed = both.into_iter().filter_map(|(title, fitted)| Some((title, fitted.as_ref()?)));
    let shed: Vec<(&str, &str)> = shed
        .flat_map(|(title, fitted)| fitted.shed.iter().map(move |claim| (title, claim.name)))
        .collect();
    html! {
        p.outcome.issued {
            strong { "Issued" }
            @if shed.is_empty() { ", with everything the policy asks for." }
            @for (position, (title, claim)) in shed.iter().enumerate() {
                @if position == 0 { ", but left out for size: " } @else { ", " }
                code.name { bdi { (plain(claim)) } } " of the " (title)
            }
            @if !shed.is_empty() { "." }
        }
    }
}

/// Both pictures, for who asks where the bytes go.
fn pictures(tokens: &Tokens<'_>) -> Markup {
    html! {
        details.pictures {
            summary { "Where the bytes go" }
            @for (title, fitted) in [("ID token", &tokens.id), ("Access token", &tokens.access)] {
                @if let Some(fitted) = fitted {
                    figure aria-label=(format!("{title}: where the bytes go")) {
                        figcaption {
                            b { (title) } ": " (number(fitted.after.lower)) " to "
                            (number(fitted.after.upper)) " bytes, "
                            (number(fitted.before.upper)) " without the trigger"
                        }
                        (bar::token(fitted, &decision::of(fitted), token::budgeted(fitted)))
                    }
                }
            }
        }
    }
}

fn refused(refusal: &Refusal, policy: &Policy) -> Markup {
    html! {
        div.outcome.refused {
            p { strong { "Refused: " code { (refusal.reason) } "." } " No token is issued." }
            dl {
                div { dt { "why" } dd { (ticked(&refusal.cause)) } }
                div {
                    dt { "the person reads" }
                    dd {
                        q {
                            "PreTokenGeneration failed with error "
                            (plain(policy.message(refusal.reason))) "."
                        }
                    }
                }
            }
        }
    }
}

/// A bar beside a number; the number says the same, so it has no text of its own.
pub fn small_bar(bytes: usize, most: usize, class: &str) -> Markup {
    let tenths = (bytes * 1000).checked_div(most).unwrap_or(0);
    html! {
        svg.small-bar width="48" height="8" aria-hidden="true" {
            rect.part.(class) width=(format!("{}.{}%", tenths / 10, tenths % 10)) height="100%" {}
        }
    }
}

fn lookups(decided: &Decided<'_>, policy: &Policy) -> Markup {
    html! {
        section.lookups aria-label="Lookups" {
            h3 { "Lookups" }
            @if decided.reads.is_empty() {
                p.quiet { "Nothing was looked up." }
            } @else {
                p.quiet {
                    (count_many(decided.reads.len(), "round"))
                    ", one batch each. The keys of a round come from the ones before."
                }
                ol.rounds {
                    @for keys in &decided.reads {
                        li {
                            @for asked in keys { (lookup(asked, decided, policy)) }
                        }
                    }
                }
            }
        }
    }
}

fn lookup(asked: &Asked<'_>, decided: &Decided<'_>, policy: &Policy) -> Markup {
    let rules = policy.records.iter().zip(&decided.records);
    let state = rules.into_iter().find(|(rule, _)| rule.name == asked.record);
    let (class, state) = match state.map(|(_, state)| state) {
        Some(State::Found(_)) => ("found", "found"),
        Some(State::Several { whole: true, .. }) => ("found", "several"),
        Some(State::Several { .. } | State::Unknown(Fault::TooMany)) => ("missing", "too many"),
        Some(State::Missing) => ("missing", "not in the table"),
        Some(State::Unknown(Fault::Malformed)) => ("missing", "malformed"),
        Some(State::Unknown(Fault::Store)) => ("missing", "the table failed"),
        Some(State::Unknown(Fault::Deadline)) => ("missing", "the deadline passed"),
        Some(State::Pending | State::NotAsked(_)) | None => ("missing", "not read"),
    };
    html! {
        div.lookup {
            p { strong { bdi { (plain(asked.record)) } } " " span.state.(class) { (state) } }
            dl {
                @for (name, value) in asked.named(policy) {
                    div { dt { (plain(name)) } dd { code { bdi { (plain(&value)) } } } }
                }
            }
            @if let AskedBy::Query { index } = asked.by {
                p.quiet {
                    "by a query"
                    @if let Some(index) = index { " of the index " (plain(index)) }
                }
            }
            @if asked.served_by != ServedBy::Store {
                p.quiet { "from memory" }
            }
        }
    }
}
