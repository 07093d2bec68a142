//! What a change of the policy does to many events, as a page.

use std::collections::BTreeMap;

use claimsmith::policy::PRESETS;
use maud::{Markup, html};

use super::change::Change;
use super::tally::{Comparison, Seen, Side, over};
use super::text::{because, reads, reasons, refusal, unreadable};
use crate::page::histogram;
use crate::terminal::{count_many, number, plain};
use claimsmith_playground::page::document::{self, Holds};
use claimsmith_playground::page::event::{small_bar, text};

/// The whole page.
pub fn page(comparison: &Comparison<'_>) -> Markup {
    let tally = comparison.tally;
    let mut title = match (tally.events, tally.differing) {
        (0, _) => "Nothing compared".to_owned(),
        (_, 0) => "No difference".to_owned(),
        (all, some) => format!("{} of {} differ", number(some), count_many(all, "event")),
    };
    if let Some(unreadable) = unreadable(tally) {
        title = format!("{title}; {unreadable}");
    }
    let about = format!("before   {}\nafter    {}", comparison.before, comparison.after);
    let holds = if comparison.values { Holds::Values } else { Holds::Names };
    let body = html! {
        h2.unseen { "Differences" }
        dl.tiles {
            div { dt { "events" } dd { (number(tally.events)) } }
            div { dt { "differ" } dd { (number(tally.differing)) } }
            div.bad[tally.newly_refused() > 0] {
                dt { "newly refused" }
                dd { (number(tally.newly_refused())) }
            }
            div { dt { "claims that differ" } dd { (number(tally.claims.len())) } }
            @if tally.unreadable > 0 {
                div.bad { dt { "no events" } dd { (number(tally.unreadable)) } }
            }
        }
        @if !tally.refusals.is_empty() { (refusals(comparison)) }
        @if !tally.claims.is_empty() { (claims(comparison)) }
        @if tally.answer_only > 0 {
            p.notice {
                "For " (count_many(tally.answer_only, "event"))
                " the function answers otherwise, and the tokens are equal."
            }
        }
        (sizes(comparison))
        @if let Some(change) = reads(tally) {
            h2 { "Reads" }
            p { (change) }
        }
    };
    document::page(&title, &about, holds, &body)
}

fn refusals(comparison: &Comparison<'_>) -> Markup {
    html! {
        h2 { "Refusals" }
        div.wide tabindex="0" role="group" aria-label="Refusals that differ" {
            table {
                caption.unseen { "Refusals that differ" }
                thead {
                    tr {
                        th scope="col" { "Change" }
                        th scope="col" { "Reason" }
                        th.number scope="col" { "Events" }
                        th scope="col" { "First" }
                    }
                }
                tbody {
                    @for ((before, after), seen) in &comparison.tally.refusals {
                        @let class = match (before, after) {
                            (None, _) => "refused",
                            (_, None) => "added",
                            _ => "overridden",
                        };
                        tr {
                            th scope="row" { span.action.(class) { (refusal(*before, *after).0) } }
                            td { (reasons(*before, *after)) }
                            td.number { (number(seen.events)) }
                            td { (named(seen)) }
                        }
                    }
                }
            }
        }
    }
}

fn claims(comparison: &Comparison<'_>) -> Markup {
    let rows = &comparison.tally.claims;
    let most = rows.values().map(|(seen, _)| seen.events).max().unwrap_or(0);
    html! {
        h2 { "Claims" }
        div.wide tabindex="0" role="group" aria-label="Claims that differ" {
            table {
                caption.unseen { "Claims that differ" }
                thead {
                    tr {
                        th scope="col" { "Claim" }
                        th scope="col" { "Token" }
                        th scope="col" { "Change" }
                        th scope="col" { "Because" }
                        th.number scope="col" { "Events" }
                        th scope="col" { "First" }
                    }
                }
                tbody {
                    @for (row, (seen, [before, after])) in rows {
                        @let class = class(row.change);
                        tr {
                            th scope="row" { code { bdi { (plain(&row.claim)) } } }
                            td { (row.token.as_str()) }
                            td { span.action.(class) { (row.change.as_str()) } }
                            td { (because(row.change, row.because)) }
                            td.number { (small_bar(seen.events, most, class)) (number(seen.events)) }
                            td {
                                (named(seen))
                                @if comparison.values {
                                    @for (side, value) in [("before ", before), ("after ", after)] {
                                        @if let Some(value) = value {
                                            div.sample { span.quiet { (side) } (text(value)) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The first event, and a few more to unfold.
fn named(seen: &Seen) -> Markup {
    let more = seen.named.get(1..).unwrap_or_default();
    html! {
        @if more.is_empty() {
            bdi { (plain(seen.first())) }
        } @else {
            details {
                summary { bdi { (plain(seen.first())) } }
                ul { @for name in more { li { bdi { (plain(name)) } } } }
                @if seen.events > seen.named.len() {
                    p.quiet { "and " (number(seen.events - seen.named.len())) " more" }
                }
            }
        }
    }
}

fn sizes(comparison: &Comparison<'_>) -> Markup {
    let sides = &comparison.tally.sides;
    let no_budgets = BTreeMap::new();
    html! {
        @for (position, title) in ["ID token", "Access token"].into_iter().enumerate() {
            @let tokens = sides.iter().filter_map(|side| side.sizes.get(position));
            @let least = tokens.filter_map(|sizes| sizes.at(100)).max().unwrap_or(0);
            @if least > 0 {
                section aria-label=(title) {
                    h2 { (title) }
                    @for (side, when) in sides.iter().zip(["Before", "After"]) {
                        h3 { (when) }
                        @if let Some(sizes) = side.sizes.get(position) {
                            (histogram::sizes(&format!("{title}, {when}"), sizes, &no_budgets, least))
                        }
                    }
                    (over_limits(title, position, sides))
                }
            }
        }
    }
}

/// How many tokens there are, are longer than a limit, and shed something.
fn over_limits(title: &str, position: usize, sides: &[Side; 2]) -> Markup {
    let label = format!("{title}: longer than the limits, and short of room");
    html! {
        div.wide tabindex="0" role="group" aria-label=(label) {
            table {
                caption.unseen { (label) }
                thead {
                    tr {
                        th scope="col" { "Side" }
                        th.number scope="col" { "Issued" }
                        @for (name, bytes) in PRESETS {
                            th.number scope="col" { ">" (number(bytes)) " " (name) }
                        }
                        th.number scope="col" { "Shed some" }
                    }
                }
                tbody {
                    @for (side, when) in sides.iter().zip(["Before", "After"]) {
                        @if let (Some(sizes), Some(shed)) = (side.sizes.get(position), side.shed.get(position)) {
                            tr {
                                th scope="row" { (when) }
                                td.number { (number(sizes.count())) }
                                @for (_, _, tokens) in over(sizes) {
                                    td.number { (number(tokens)) }
                                }
                                td.number { (number(*shed)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

const fn class(change: Change) -> &'static str {
    match change {
        Change::Lost => "refused",
        Change::Gained => "added",
        Change::Changed => "overridden",
    }
}
