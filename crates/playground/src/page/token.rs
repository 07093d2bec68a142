//! One token decoded: each claim with its value, where it comes from and how many bytes it takes; then
//! what isn't in it.

use claimsmith::budget::{Fitted, Tokens};
use claimsmith::identity::Carries;
use maud::{Markup, html};
use serde_json::Value;

use super::text::{text, ticked};
use crate::decision::{self, Action, Decision};
use crate::words::{number, plain};

/// Claims without a value that are listed at once.
const FEW: usize = 3;

/// Both tokens, side by side where there is room.
pub fn both(tokens: &Tokens<'_>) -> Markup {
    html! {
        div.tokens {
            @for (title, fitted) in [("ID token", &tokens.id), ("Access token", &tokens.access)] {
                section.token aria-label=(title) {
                    @match fitted {
                        Some(fitted) => (token(title, fitted)),
                        None => {
                            div.token-head { h3 { (title) } p.size { "none: Cognito issues none here" } }
                        }
                    }
                }
            }
        }
    }
}

/// Whether the policy's budget applies to the token.
pub fn budgeted(fitted: &Fitted<'_>) -> bool {
    matches!(fitted.carries, Carries::Text | Carries::Typed)
}

fn token(title: &str, fitted: &Fitted<'_>) -> Markup {
    let decisions = decision::of(fitted);
    let (inside, outside): (Vec<_>, Vec<_>) =
        decisions.iter().partition(|decision| decision.action.is_issued());
    html! {
        div.token-head {
            h3 { (title) }
            (size(fitted))
        }
        div.decoded {
            p.brace { "{" }
            (claims(&inside))
            p.brace { "}" }
        }
        (left_out(title, &outside))
    }
}

/// The token's size in a line, and how much of the budget it is.
fn size(fitted: &Fitted<'_>) -> Markup {
    let (upper, budget) = (fitted.after.upper, fitted.rules.budget);
    html! {
        @if budgeted(fitted) {
            p.size { b { (number(upper)) } " of " (number(budget)) " bytes" }
            svg.meter width="100%" height="4" aria-hidden="true" {
                rect.track width="100%" height="100%" {}
                rect.used width=(format!("{}%", (upper * 100 / budget.max(1)).min(100))) height="100%" {}
            }
        } @else {
            p.size { b { (number(upper)) } " bytes, not ours to change in this version of the event" }
        }
    }
}

/// The trigger's own claims one by one, Cognito's folded.
fn claims(inside: &[&Decision<'_>]) -> Markup {
    let (own, ours): (Vec<&Decision<'_>>, Vec<&Decision<'_>>) =
        inside.iter().partition(|decision| decision.is_cognitos());
    let bytes: usize = own.iter().map(|decision| decision.bytes).sum();
    html! {
        ol.claims {
            @for decision in &ours { (claim(decision)) }
            @if !own.is_empty() {
                li {
                    details.own {
                        summary {
                            @if !ours.is_empty() { "and " }
                            (own.len()) " of Cognito’s own, " (number(bytes)) " bytes"
                        }
                        ol.claims { @for decision in &own { (claim(decision)) } }
                    }
                }
            }
        }
    }
}

fn claim(decision: &Decision<'_>) -> Markup {
    html! {
        li.(decision.action.as_str()) data-claim=(plain(decision.claim)) {
            div.said {
                div.pair {
                    span.name { bdi { (plain(&Value::from(decision.claim).to_string())) } }
                    ": "
                    span.value {
                        @match decision.value.as_deref() {
                            Some(value) => (text(value)),
                            None => span.quiet { "…" },
                        }
                    }
                }
                span.source { (why(decision)) }
            }
            span.bytes { (number(decision.bytes)) span.unseen { " bytes" } }
        }
    }
}

/// Where a value comes from, and what else there is to say.
fn why(decision: &Decision<'_>) -> Markup {
    let over = decision.action == Action::Overridden;
    let parts =
        [&*decision.source, &*decision.reason, if over { "over Cognito’s own" } else { "" }];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    html! { (ticked(&parts.join(", "))) }
}

/// What isn't in the token, and why: what the budget left no room for comes first.
fn left_out(title: &str, outside: &[&Decision<'_>]) -> Markup {
    let (absent, told): (Vec<&Decision<'_>>, Vec<&Decision<'_>>) =
        outside.iter().partition(|decision| decision.action == Action::Absent);
    html! {
        @if !outside.is_empty() {
            ul.left-out aria-label=(format!("Not in the {}", lowered(title))) {
                @for decision in &told { (gone(decision)) }
                @if absent.len() <= FEW {
                    @for decision in &absent { (gone(decision)) }
                } @else {
                    li {
                        details {
                            summary { (absent.len()) " claims of the policy have no place here" }
                            ul { @for decision in &absent { (gone(decision)) } }
                        }
                    }
                }
            }
        }
    }
}

fn gone(decision: &Decision<'_>) -> Markup {
    let shed = decision.action == Action::Shed;
    html! {
        li.(decision.action.as_str()) data-claim=(plain(decision.claim)) {
            code.name { bdi { (plain(decision.claim)) } }
            " " span.word { (decision.action.words()) }
            @if shed { " " span.bytes { (number(decision.bytes)) " bytes" } }
            " " span.quiet {
                (ticked(&decision.reason))
                @if !decision.source.is_empty() { " (" (plain(&decision.source)) ")" }
            }
        }
    }
}

/// A token's title in the middle of a sentence.
fn lowered(title: &str) -> String {
    title.replacen("Access", "access", 1)
}
