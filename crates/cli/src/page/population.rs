//! Many events on one page: how large their tokens are, what costs most, who is refused.
//!
//! Takes memory for the distinct sizes and for a bounded number of events, however many come.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use claimsmith::Decided;
use claimsmith::budget::Tokens;
use claimsmith::outcome::Reason;
use claimsmith::policy::Policy;
use maud::{Markup, PreEscaped, html};

use super::histogram::{self, Spread};
use crate::summary::{Summary, TokenSummary};
use crate::terminal::{count_many, number, plain};
use claimsmith_playground::page::document::{self, Holds};
use claimsmith_playground::page::event::{self, small_bar};

/// How many events are shown whole: the first ones, the first refused ones, and those with the
/// largest tokens of each use.
const FIRST: usize = 30;
const REFUSED: usize = 100;
const LARGEST: usize = 10;
/// Rows of the table of the claims that cost most.
const COST_ROWS: usize = 12;

/// All events so far.
#[derive(Default)]
pub struct Population {
    summary: Summary,
    refused: usize,
    /// Events that are shown whole, by number.
    shown: BTreeMap<usize, Shown>,
    /// The largest tokens of each use.
    largest: [Largest; 2],
}

/// Tokens by their bytes at most, then by the number of the event; of equals the first comes last.
type Largest = BTreeSet<(usize, Reverse<usize>)>;

struct Shown {
    name: String,
    outcome: Outcome,
    body: PreEscaped<String>,
    /// Stays, however many larger ones come.
    pinned: bool,
}

enum Outcome {
    /// Bytes at most of the ID token and the access token.
    Issued([Option<usize>; 2]),
    Refused(Reason),
}

impl Population {
    /// Adds an event that was decided about.
    pub fn add(&mut self, name: &str, decided: &Decided<'_>, policy: &Policy) {
        let number = self.summary.events;
        self.summary.add(name, decided);
        let outcome = match &decided.outcome {
            Ok(Tokens { id, access, .. }) => {
                let bytes = |fitted: &claimsmith::budget::Fitted<'_>| fitted.after.upper;
                Outcome::Issued([id.as_ref().map(bytes), access.as_ref().map(bytes)])
            }
            Err(refusal) => Outcome::Refused(refusal.reason),
        };
        let pinned = self.pins(number, &outcome);
        if let Outcome::Issued(sizes) = outcome {
            self.rank(number, sizes);
        }
        if pinned || self.is_large(number) {
            let body = event::fragment(name, decided, policy);
            self.shown.insert(number, Shown { name: name.to_owned(), outcome, body, pinned });
        }
    }

    /// Adds a text that is no event.
    pub fn add_unreadable(&mut self, name: &str, problem: &str, policy: &Policy) {
        let number = self.summary.events;
        self.summary.add_unreadable(name);
        let outcome = Outcome::Refused(Reason::UnreadableEvent);
        if self.pins(number, &outcome) {
            let body = event::unreadable(problem, policy);
            self.shown.insert(number, Shown { name: name.to_owned(), outcome, body, pinned: true });
        }
    }

    /// Whether the event is shown for its place or its refusal.
    fn pins(&mut self, number: usize, outcome: &Outcome) -> bool {
        let refused = matches!(outcome, Outcome::Refused(_));
        self.refused += usize::from(refused);
        number < FIRST || (refused && self.refused <= REFUSED)
    }

    /// Ranks the event's tokens among the largest, and drops an event that no longer is.
    fn rank(&mut self, number: usize, sizes: [Option<usize>; 2]) {
        let mut dropped = Vec::new();
        for (largest, size) in self.largest.iter_mut().zip(sizes) {
            largest.extend(size.map(|size| (size, Reverse(number))));
            if largest.len() > LARGEST {
                dropped.extend(largest.pop_first());
            }
        }
        for (_, Reverse(number)) in dropped {
            let pinned = self.shown.get(&number).is_some_and(|shown| shown.pinned);
            if !pinned && !self.is_large(number) {
                self.shown.remove(&number);
            }
        }
    }

    fn is_large(&self, number: usize) -> bool {
        self.largest.iter().flatten().any(|(_, Reverse(other))| *other == number)
    }

    /// The whole page.
    pub fn page(&self, about: &str, policy: &Policy) -> Markup {
        let title = count_many(self.summary.events, "event");
        let body = html! {
            (self.outcomes(policy))
            (self.tokens())
            (self.events())
        };
        document::page(&title, about, Holds::Values, &body)
    }

    fn outcomes(&self, policy: &Policy) -> Markup {
        let issued = self.summary.events - self.refused;
        html! {
            h2.unseen { "Outcomes" }
            dl.tiles {
                div { dt { "tokens issued" } dd { (number(issued)) } }
                div.bad[self.refused > 0] { dt { "refused" } dd { (number(self.refused)) } }
                @for (title, token) in self.named_tokens() {
                    div {
                        dt { (title) ", median" }
                        dd { (token.sizes.at(50).map_or_else(|| "–".to_owned(), number)) }
                    }
                    div {
                        dt { (title) ", largest" }
                        dd { (token.sizes.at(100).map_or_else(|| "–".to_owned(), number)) }
                    }
                }
            }
            @if self.refused > 0 {
                (self.refusals(policy))
            }
        }
    }

    fn refusals(&self, policy: &Policy) -> Markup {
        let outcomes = self.summary.outcomes.iter();
        let rows = outcomes.filter_map(|((_, word), (count, first))| {
            let reason = Reason::ALL.into_iter().find(|reason| reason.as_str() == *word)?;
            Some((reason, *count, first))
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|(reason, count, _)| (Reverse(*count), reason.as_str()));
        html! {
            div.wide tabindex="0" role="group" aria-label="Refusals by reason" {
                table {
                    caption { "Refusals by reason" }
                    thead {
                        tr {
                            th scope="col" { "Reason" }
                            th.number scope="col" { "Events" }
                            th scope="col" { "The person reads" }
                            th scope="col" { "First" }
                        }
                    }
                    tbody {
                        @for (reason, count, first) in rows {
                            tr {
                                th scope="row" { span.action.refused { (reason) } }
                                td.number {
                                    (small_bar(count, self.refused, "refused"))
                                    (number(count))
                                }
                                td { (plain(policy.message(reason))) }
                                td { bdi { (plain(first)) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn named_tokens(&self) -> [(&'static str, &TokenSummary); 2] {
        let [id, access] = &self.summary.tokens;
        [("ID token", id), ("Access token", access)]
    }

    fn tokens(&self) -> Markup {
        html! {
            @for ((title, token), largest) in self.named_tokens().into_iter().zip(&self.largest) {
                @if token.sizes.count() > 0 {
                    section aria-label=(title) {
                        h2 { (title) }
                        (histogram::sizes(title, &Spread { sizes: &token.sizes, budgets: &token.budgets }))
                        (self.largest(largest))
                        (costs(token))
                    }
                }
            }
        }
    }

    fn largest(&self, largest: &Largest) -> Markup {
        let most = largest.last().map_or(0, |(size, _)| *size);
        html! {
            h3 { "The largest" }
            ol.largest {
                @for (size, Reverse(event)) in largest.iter().rev() {
                    @if let Some(shown) = self.shown.get(event) {
                        li {
                            span.number { (number(*size)) }
                            (small_bar(*size, most, "kept"))
                            a href=(format!("#event-{event}")) { bdi { (plain(&shown.name)) } }
                        }
                    }
                }
            }
        }
    }

    fn events(&self) -> Markup {
        let left_out = self.summary.events - self.shown.len();
        html! {
            h2 { "Events" }
            @if left_out > 0 {
                p.quiet {
                    "Shown are " (number(self.shown.len())) " of " (number(self.summary.events))
                    ": the first " (FIRST) ", the first " (REFUSED) " that are refused, and those with the "
                    (LARGEST) " largest tokens of each kind. The other " (number(left_out))
                    " are only summed up; simulate one by itself to see it."
                }
            }
            @for (event, Shown { name, outcome, body, .. }) in &self.shown {
                details.one {
                    summary {
                        bdi { (plain(name)) }
                        @match outcome {
                            Outcome::Issued([id, access]) => span.quiet {
                                @if let Some(bytes) = id { "ID " (number(*bytes)) }
                                @if id.is_some() && access.is_some() { " · " }
                                @if let Some(bytes) = access { "access " (number(*bytes)) }
                            },
                            Outcome::Refused(reason) => span.action.refused { (reason) },
                        }
                    }
                    div id=(format!("event-{event}")) { (body) }
                }
            }
        }
    }
}

fn costs(token: &TokenSummary) -> Markup {
    let mut rows: Vec<_> = token.costs.iter().collect();
    rows.sort_by_key(|(claim, cost)| (Reverse(cost.bytes), claim.as_str()));
    let all: usize = rows.iter().map(|(_, cost)| cost.bytes).sum();
    let dearest = rows.first().map_or(0, |(_, cost)| cost.bytes);
    let left_out = rows.len().saturating_sub(COST_ROWS);
    html! {
        h3 { "What costs most" }
        div.wide tabindex="0" role="group" aria-label="What costs most" {
            table.costs {
                thead {
                    tr {
                        th scope="col" { "Claim" }
                        th.number scope="col" { "Share" }
                        th.number scope="col" { "Mean" }
                        th.number scope="col" { "Most" }
                        th.number scope="col" { "Tokens" }
                        th.number scope="col" { "Left out for size" }
                        th.number scope="col" { "Unknown" }
                    }
                }
                tbody {
                    @for (claim, cost) in rows.into_iter().take(COST_ROWS) {
                        @let ours = token.claims.get(claim);
                        @let [_, shed, omitted] = ours.copied().unwrap_or_default();
                        tr {
                            th scope="row" { bdi { (plain(claim)) } }
                            td.number {
                                (small_bar(cost.bytes, dearest, if ours.is_some() { "added" } else { "kept" }))
                                (cost.bytes * 100 / all.max(1)) "%"
                            }
                            td.number { (number(cost.bytes / cost.tokens.max(1))) }
                            td.number { (number(cost.most)) }
                            td.number { (number(cost.tokens)) }
                            td.number { (some(shed)) }
                            td.number { (some(omitted)) }
                        }
                    }
                }
            }
        }
        @if left_out > 0 {
            p.quiet { "And " (count_many(left_out, "claim")) " that cost less." }
        }
    }
}

/// A number that is marked unless it is zero.
fn some(count: usize) -> Markup {
    html! {
        @if count == 0 { span.quiet { "–" } } @else { strong.shed { (number(count)) } }
    }
}
