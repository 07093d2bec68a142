//! How many tokens are how large, as a picture.

use std::collections::BTreeMap;

use claimsmith::policy::PRESETS;
use maud::{Markup, html};

use crate::summary::Sizes;
use crate::terminal::number;

/// Heights in pixels: a line of labels, the tallest column, and the same where two share an axis.
const LABELS: usize = 20;
const COLUMNS: usize = 120;
const HALF: usize = 88;
const BINS: usize = 64;

/// How many tokens have which budget.
type Budgets = BTreeMap<usize, usize>;

/// Some tokens of one use, and their budgets.
pub struct Spread<'t> {
    /// How many have how many bytes at most.
    pub sizes: &'t Sizes,
    /// How many have which budget.
    pub budgets: &'t Budgets,
}

/// The sizes of all tokens of one use, with budgets and the well-known limits.
pub fn sizes(title: &str, tokens: &Spread<'_>) -> Markup {
    let most = most(&[tokens]);
    let (counts, axis) = (counts(tokens.sizes, most), LABELS + COLUMNS);
    let tallest = counts.values().copied().max().unwrap_or(1);
    html! {
        figure.histogram {
            svg width="100%" height=(axis + LABELS + 2) role="img" aria-label=(spoken(title, tokens)) {
                @for column in columns(&counts, most, tallest, COLUMNS) {
                    (drawn(&column, "column", axis - column.height, most))
                }
                line.axis x1="0" x2="100%" y1=(axis) y2=(axis) {}
                (limits(most, LABELS, axis + 5, axis + 16))
                (budgets(tokens, "budget", most, [LABELS - 4, axis], 11))
            }
            figcaption.quiet { (caption(tokens.sizes)) }
        }
    }
}

/// The same before and after a change, on one axis: what was before stands above it and hollow,
/// what comes after hangs below it and solid. A byte is as wide and a token as high on both sides.
pub fn before_and_after(title: &str, sides: [&Spread<'_>; 2]) -> Markup {
    let most = most(&sides);
    let [before, after] = sides.map(|side| counts(side.sizes, most));
    let tallest = before.values().chain(after.values()).copied().max().unwrap_or(1);
    let [before_tokens, after_tokens] = sides;
    let label = format!(
        "{title}: how many tokens are how large, before above the axis and after below it{}{}.",
        spoken_budgets("; budget before", before_tokens),
        spoken_budgets("; budget after", after_tokens)
    );
    let axis = LABELS + HALF;
    let bottom = axis + HALF;
    html! {
        figure.histogram.pair {
            p { "Before" }
            svg width="100%" height=(bottom + 2 * LABELS) role="img" aria-label=(label) {
                @for column in columns(&before, most, tallest, HALF) {
                    (drawn(&column, "column before", axis - column.height, most))
                }
                @for column in columns(&after, most, tallest, HALF) {
                    (drawn(&column, "column", axis, most))
                }
                line.axis x1="0" x2="100%" y1=(axis) y2=(axis) {}
                (limits(most, LABELS, bottom, bottom + 2 * LABELS - 5))
                (budgets(before_tokens, "budget before", most, [LABELS - 4, axis], 11))
                (budgets(after_tokens, "budget after", most, [axis, bottom + 4], bottom + 15))
            }
            p { "After" }
        }
    }
}

/// Where the scale ends.
fn most(all: &[&Spread<'_>]) -> usize {
    let ends = all.iter().flat_map(|tokens| {
        [tokens.sizes.at(100), tokens.budgets.last_key_value().map(|(budget, _)| *budget)]
    });
    ends.flatten().max().unwrap_or(0).max(1)
}

/// Where so many bytes are on the scale.
fn at(bytes: usize, most: usize) -> String {
    format!("{:.3}%", bytes as f64 * 100.0 / most as f64)
}

/// A column that holds something.
struct Column {
    from: usize,
    to: usize,
    count: usize,
    height: usize,
}

fn bin_width(most: usize) -> usize {
    most.div_ceil(BINS).max(1)
}

/// How many tokens are in which bin.
fn counts(sizes: &Sizes, most: usize) -> BTreeMap<usize, usize> {
    let mut counts = BTreeMap::new();
    for (size, count) in &sizes.0 {
        *counts.entry(size / bin_width(most)).or_default() += count;
    }
    counts
}

fn columns(
    counts: &BTreeMap<usize, usize>,
    most: usize,
    tallest: usize,
    height: usize,
) -> impl Iterator<Item = Column> {
    let width = bin_width(most);
    counts.iter().map(move |(bin, count)| Column {
        from: bin * width,
        to: ((bin + 1) * width).min(most.max(bin * width + 1)),
        count: *count,
        // One token among thousands must still be visible.
        height: (count * height / tallest.max(1)).max(2),
    })
}

fn drawn(column: &Column, class: &str, top: usize, most: usize) -> Markup {
    let Column { from, to, count, height } = column;
    html! {
        rect class=(class) x=(at(*from, most)) y=(top) width=(at(to - from, most)) height=(height) {
            title { (number(*from)) " to " (number(*to)) " bytes: " (number(*count)) }
        }
    }
}

/// The well-known limits that are on the scale: lines, and their names at `text`.
fn limits(most: usize, top: usize, bottom: usize, text: usize) -> Markup {
    html! {
        @for (name, bytes) in PRESETS.iter().filter(|(_, bytes)| *bytes <= most) {
            line.limit x1=(at(*bytes, most)) x2=(at(*bytes, most)) y1=(top) y2=(bottom) {}
            text.limit-name x=(at(*bytes, most)) dx="-4" y=(text) text-anchor="end" {
                (name)
                tspan.limit-bytes { " " (number(*bytes)) }
            }
        }
    }
}

/// A line for each budget, and a label for the largest.
fn budgets(
    tokens: &Spread<'_>,
    name: &str,
    most: usize,
    [top, bottom]: [usize; 2],
    text: usize,
) -> Markup {
    html! {
        @for budget in tokens.budgets.keys() {
            line.budget x1=(at(*budget, most)) x2=(at(*budget, most)) y1=(top) y2=(bottom) {}
        }
        @if let Some((budget, _)) = tokens.budgets.last_key_value() {
            // Away from the nearer edge, over which it would hang.
            @let anchor = if budget * 2 < most { "start" } else { "end" };
            text.budget-name x=(at(*budget, most)) y=(text) text-anchor=(anchor) {
                (name) " " (number(*budget))
            }
        }
    }
}

fn caption(sizes: &Sizes) -> String {
    let at = |hundredths| sizes.at(hundredths).map_or_else(|| "–".to_owned(), number);
    format!(
        "{} tokens, bytes at most: smallest {}, median {}, 95 of 100 up to {}, largest {}.",
        number(sizes.count()),
        at(0),
        at(50),
        at(95),
        at(100)
    )
}

fn spoken(title: &str, tokens: &Spread<'_>) -> String {
    format!("{title}: how many tokens are how large{}.", spoken_budgets("; budget", tokens))
}

fn spoken_budgets(name: &str, tokens: &Spread<'_>) -> String {
    let budgets: Vec<String> = tokens.budgets.keys().copied().map(number).collect();
    match budgets.join(", ") {
        budgets if budgets.is_empty() => String::new(),
        budgets => format!("{name} {budgets} bytes"),
    }
}
