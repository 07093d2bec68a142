//! What a change of the policy does to many events, as a page.

use claimsmith::policy::PRESETS;
use maud::{Markup, html};

use super::change::Change;
use super::crowd::Count;
use super::facts::Facts;
use super::tally::{Comparison, Seen, Side, Tally, over};
use super::text::{because, lookups, reasons, refusal};
use super::verdict::{Part, Verdict};
use crate::page::histogram::{self, Spread};
use crate::summary::Sizes;
use crate::terminal::{count_many, number, plain};
use claimsmith_playground::page::document::{self, Holds};
use claimsmith_playground::page::event::small_bar;
use claimsmith_playground::page::text::text;

/// The whole page.
pub fn page(comparison: &Comparison<'_>) -> Markup {
    let tally = comparison.tally;
    let verdict = Verdict::on(Facts::of(tally));
    let about = format!("before   {}\nafter    {}", comparison.before, comparison.after);
    let holds = if comparison.values { Holds::Values } else { Holds::Names };
    let body = html! {
        @if tally.events > 0 { (tiles(tally)) }
        @if !tally.refusals.is_empty() { (refusals(comparison)) }
        @if !tally.claims.is_empty() { (claims(comparison)) }
        @if tally.answer_only > 0 {
            p.notice {
                "For " (count_many(tally.answer_only, "event"))
                " the function answers otherwise, and the tokens are equal."
            }
        }
        (sizes(comparison))
        @if let Some(change) = lookups(tally) {
            h2 { "Lookups" }
            p { (change) }
        }
    };
    let title = capitalised(&verdict.to_string());
    document::headed(&title, &heading(&verdict), &about, holds, &body)
}

/// The counts.
fn tiles(tally: &Tally) -> Markup {
    html! {
        h2.unseen { "Differences" }
        dl.tiles {
            div { dt { "events" } dd { (number(tally.events)) } }
            @if let Some(Count::Who { people, machines }) = tally.effects.roll.all() {
                @if people > 0 { div { dt { "people" } dd { (number(people)) } } }
                @if machines > 0 { div { dt { "machines" } dd { (number(machines)) } } }
            }
            div { dt { "events that differ" } dd { (number(tally.differing)) } }
            div.bad[tally.newly_refused() > 0] {
                dt { "events newly refused" }
                dd { (number(tally.newly_refused())) }
            }
            div { dt { "claims that differ" } dd { (number(tally.effects.claims.len())) } }
            @if tally.unreadable > 0 {
                div.bad { dt { "no events" } dd { (number(tally.unreadable)) } }
            }
        }
    }
}

/// The verdict as the page's heading: lines end after a clause rather than in it, and never in a
/// name.
fn heading(verdict: &Verdict) -> Markup {
    let last = verdict.clauses().len().saturating_sub(1);
    html! {
        @for (position, clause) in verdict.clauses().iter().enumerate() {
            span.clause {
                @for part in clause {
                    @match part {
                        Part::Words(words) if position == 0 => (capitalised(words)),
                        Part::Words(words) => (words),
                        Part::Claim(claim) => span.name { bdi { (claim) } },
                    }
                }
                @if position < last { ";" }
            }
            @if position < last { " " }
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn refusals(comparison: &Comparison<'_>) -> Markup {
    html! {
        h2 { "Refusals" }
        div.wide.changes tabindex="0" role="group" aria-label="Refusals that differ" {
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
                            td.first { (named(seen)) }
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
        div.wide.changes tabindex="0" role="group" aria-label="Claims that differ" {
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
                            td.token-use { (row.token.as_str()) }
                            td { span.action.(class) { (row.change.as_str()) } }
                            td { (because(row.change, row.because)) }
                            td.number { (small_bar(seen.events, most, class)) (number(seen.events)) }
                            td.first {
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
    html! {
        @for (title, position) in [("ID token", 0), ("Access token", 1)] {
            @let [before, after] = sides.each_ref().map(|side| side.tokens(position));
            @if let (Some(before), Some(after)) = (before, after) {
                @if before.sizes.count() + after.sizes.count() > 0 {
                    section aria-label=(title) {
                        h2 { (title) }
                        (histogram::before_and_after(title, [&before, &after]))
                        (figures(title, position, sides))
                    }
                }
            }
        }
    }
}

impl Side {
    fn tokens(&self, position: usize) -> Option<Spread<'_>> {
        let (sizes, budgets) = (self.sizes.get(position)?, self.budgets.get(position)?);
        Some(Spread { sizes, budgets })
    }
}

/// How many tokens there are and how long; how many are longer than a limit, and had no room for
/// something.
fn figures(title: &str, position: usize, sides: &[Side; 2]) -> Markup {
    let label = format!("{title}: bytes at most, before and after");
    let at = |hundredths: usize| move |side: &Side| side.sizes.get(position)?.at(hundredths);
    let count = |side: &Side| side.sizes.get(position).map(Sizes::count);
    let shed = |side: &Side| side.shed.get(position).copied();
    let limits = sides.each_ref().map(|side| side.sizes.get(position).map(over));
    html! {
        table.figures {
            caption.unseen { (label) }
            thead {
                tr {
                    th scope="col" { "Tokens and their bytes at most" }
                    th.number scope="col" { "Before" }
                    th.number scope="col" { "After" }
                }
            }
            tbody {
                (figure("Issued", sides.each_ref().map(count)))
                (figure("Smallest", sides.each_ref().map(at(0))))
                (figure("Median", sides.each_ref().map(at(50))))
                (figure("95 of 100 up to", sides.each_ref().map(at(95))))
                (figure("Largest", sides.each_ref().map(at(100))))
                @for (limit, (name, bytes)) in PRESETS.into_iter().enumerate() {
                    (figure(
                        &format!("Over {} ({name})", number(bytes)),
                        limits.map(|over| over?.get(limit).map(|(.., tokens)| *tokens)),
                    ))
                }
                (figure("Something left out for size", sides.each_ref().map(shed)))
            }
        }
    }
}

fn figure(name: &str, sides: [Option<usize>; 2]) -> Markup {
    html! {
        tr {
            th scope="row" { (name) }
            @for side in sides {
                td.number { (side.map_or_else(|| "–".to_owned(), number)) }
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
