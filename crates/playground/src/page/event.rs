//! What was decided about one event: the outcome, both tokens, each claim, what was read.

use claimsmith::Decided;
use claimsmith::budget::{Fitted, Tokens};
use claimsmith::event::Form;
use claimsmith::identity::{Carries, Kind};
use claimsmith::outcome::{Fault, Refusal};
use claimsmith::policy::Policy;
use claimsmith::records::{Asked, AskedBy, ServedBy, State};
use cognito_claims::TokenUse;
use cognito_claims::names::CLAIMS_OMITTED;
use maud::{Markup, html};
use serde_json::Value;

use super::bar;
use super::document::{self, Holds};
use crate::decision::{self, Action, Decision};
use crate::words::{count_many, number, plain, shown};

/// Letters of a value that are shown at once; the rest is shown on request.
const GLANCE: usize = 120;

/// The page about one event. `body` is [`fragment`]'s or [`unreadable`]'s.
pub fn page(name: &str, about: &str, body: &Markup) -> Markup {
    let body = html! { h2.unseen { "Outcome, tokens and reads" } (body) };
    document::page(name, about, Holds::Values, &body)
}

/// The fragment about one event, without a page around it. Its headings begin at the third level.
///
/// `name` is what the reader knows the event by: a file's name, a person of the demo company.
pub fn fragment(name: &str, decided: &Decided<'_>, policy: &Policy) -> Markup {
    html! {
        article.event aria-label=(plain(name)) {
            (facts(decided))
            @if let Some(warning) = decision::warning(decided) {
                p.warning { strong { "Mind: " } (warning) "." }
            }
            @match &decided.outcome {
                Ok(tokens) => {
                    p.outcome.issued {
                        strong { "Customized." } " The tokens are issued with these claims."
                    }
                    (self::tokens(tokens))
                }
                Err(refusal) => (refused(refusal, policy)),
            }
            (reads(decided, policy))
        }
    }
}

/// The fragment about a text that is no event.
pub fn unreadable(problem: &str, policy: &Policy) -> Markup {
    html! {
        article.event { (refused(&Refusal::unreadable(problem), policy)) }
    }
}

fn facts(decided: &Decided<'_>) -> Markup {
    let event = &decided.event;
    let who = match decided.identity.kind {
        Kind::User => "a person",
        Kind::Client => "a machine",
    };
    let form = match event.form {
        Form::V1 => "1: the ID token only, and text alone",
        Form::V2 => "2 or 3: both tokens",
    };
    html! {
        dl.facts {
            div { dt { "for" } dd { (who) } }
            div { dt { "trigger" } dd { (plain(&event.trigger_source)) } }
            div { dt { "event version" } dd { (form) } }
            @if let Some(tenant) = &decided.tenant {
                div {
                    dt { "tenant" }
                    dd {
                        bdi { (plain(tenant)) }
                        @if let Some(member) = decided.member { ", proved by " (plain(member)) }
                    }
                }
            }
            @if let Some(client) = &event.client_id {
                div { dt { "app client" } dd { bdi { (plain(client)) } } }
            }
        }
    }
}

fn refused(refusal: &Refusal, policy: &Policy) -> Markup {
    html! {
        div.outcome.refused {
            p { strong { "Refused: " code { (refusal.reason) } "." } " No token is issued." }
            dl.facts {
                div { dt { "why" } dd { (plain(&refusal.cause)) } }
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

fn tokens(tokens: &Tokens<'_>) -> Markup {
    html! {
        @for (title, fitted) in [("ID token", &tokens.id), ("Access token", &tokens.access)] {
            section.token aria-label=(title) {
                @match fitted {
                    Some(fitted) => (token(title, fitted)),
                    None => {
                        h3 { (title) }
                        p.quiet { "Cognito issues none here." }
                    }
                }
            }
        }
    }
}

fn token(title: &str, fitted: &Fitted<'_>) -> Markup {
    let budgeted = matches!(fitted.carries, Carries::Text | Carries::Typed);
    let (upper, budget) = (fitted.after.upper, fitted.rules.budget);
    let decisions = decision::of(fitted);
    html! {
        div.token-head {
            h3 { (title) }
            p.size { b { (number(upper)) } " bytes at most" }
            p.quiet {
                "at least " (number(fitted.after.lower)) " · "
                @if budgeted {
                    (upper * 100 / budget.max(1)) "% of the budget of " (number(budget))
                } @else {
                    "not ours to change in this version"
                }
                " · " (number(fitted.before.upper)) " without the trigger"
            }
        }
        (bar::token(fitted, &decisions, budgeted))
        @if !fitted.shed.is_empty() {
            (shed(fitted, &decisions))
        }
        (claims(fitted.token, &decisions))
    }
}

/// Why something that was asked for isn't in the token, above the table, where it is seen.
fn shed(fitted: &Fitted<'_>, decisions: &[Decision<'_>]) -> Markup {
    html! {
        p.notice {
            strong { "Shed: " }
            @for (position, planned) in fitted.shed.iter().enumerate() {
                @let bytes = decisions.iter().find(|decision| {
                    decision.action == Action::Shed && decision.claim == planned.name
                });
                @if position > 0 { ", " }
                code { bdi { (plain(planned.name)) } }
                " (" (bar::rounded(bytes.map_or(0.0, |shed| bar::in_token(shed.bytes)))) " bytes)"
            }
            ". The budget of " (number(fitted.rules.budget))
            " bytes has no room for it; the claim " code { (CLAIMS_OMITTED) } " tells the reader."
        }
    }
}

fn claims(token: TokenUse, decisions: &[Decision<'_>]) -> Markup {
    let name = if token == TokenUse::Id { "ID" } else { "access" };
    let most = decisions.iter().map(|decision| decision.bytes).max().unwrap_or(0);
    html! {
        table.claims {
            caption {
                "Claims of the " (name) " token. "
                span.quiet { "Bytes at most, in the payload; the token takes four for three of them." }
            }
            thead {
                tr {
                    th scope="col" { "Claim" }
                    th scope="col" { "Action" }
                    th.number scope="col" { "Bytes" }
                    th scope="col" { "Value" }
                    th scope="col" { "Source and reason" }
                }
            }
            tbody {
                @for decision in decisions {
                    @let action = decision.action.as_str();
                    tr.(action) {
                        th scope="row" { bdi { (plain(decision.claim)) } }
                        td { span.action.(action) { (action) } }
                        td.number {
                            (small_bar(decision.bytes, most, action))
                            (number(decision.bytes))
                        }
                        td.value { (value(decision)) }
                        td.why { (why(decision)) }
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

fn value(decision: &Decision<'_>) -> Markup {
    let Some(value) = decision.value.as_deref() else {
        return html! { span.quiet { "–" } };
    };
    text(value)
}

/// A value, at a glance and, if it is long, whole.
pub fn text(value: &Value) -> Markup {
    let text = plain(&shown(value));
    let glance: String = text.chars().take(GLANCE).collect();
    html! {
        @if glance.len() == text.len() {
            code { bdi { (text) } }
        } @else {
            details {
                summary { code { bdi { (glance) "…" } } }
                code { bdi { (text) } }
            }
        }
    }
}

fn why(decision: &Decision<'_>) -> Markup {
    html! {
        (plain(&decision.source))
        @if !decision.reason.is_empty() {
            @if !decision.source.is_empty() { ", " }
            span.quiet { (plain(&decision.reason)) }
        }
    }
}

fn reads(decided: &Decided<'_>, policy: &Policy) -> Markup {
    html! {
        section.reads aria-label="Reads" {
            h3 { "Reads" }
            @if decided.reads.is_empty() {
                p.quiet { "Nothing was read." }
            } @else {
                p.quiet {
                    (count_many(decided.reads.len(), "round"))
                    ", one batch each. The keys of a round come from the ones before."
                }
                ol.rounds {
                    @for keys in &decided.reads {
                        li {
                            @for asked in keys { (read(asked, decided, policy)) }
                        }
                    }
                }
            }
        }
    }
}

fn read(asked: &Asked<'_>, decided: &Decided<'_>, policy: &Policy) -> Markup {
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
        div.read {
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
