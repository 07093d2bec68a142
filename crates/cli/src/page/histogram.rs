//! How many tokens are how large, as a picture.

use std::collections::BTreeMap;

use claimsmith::policy::PRESETS;
use maud::{Markup, html};

use crate::summary::Sizes;
use crate::terminal::number;

/// Heights in pixels: room for labels, and the tallest column.
const LABELS: usize = 20;
const COLUMNS: usize = 120;
const AXIS: usize = LABELS + COLUMNS;
const BINS: usize = 64;

/// The sizes of all tokens of one use, with budgets and the well-known limits. The scale ends at
/// `least` bytes or later, so that two pictures can be compared.
pub fn sizes(title: &str, sizes: &Sizes, budgets: &BTreeMap<usize, usize>, least: usize) -> Markup {
    let largest = sizes.at(100).unwrap_or(0);
    let most = budgets.keys().copied().max().unwrap_or(0).max(largest).max(least).max(1);
    let at = |bytes: usize| format!("{:.3}%", bytes as f64 * 100.0 / most as f64);
    html! {
        figure.histogram {
            svg width="100%" height=(AXIS + LABELS + 2) role="img" aria-label=(spoken(title, budgets)) {
                @for (from, to, count, height) in columns(sizes, most) {
                    rect.column x=(at(from)) y=(AXIS - height) width=(at(to - from)) height=(height) {
                        title { (number(from)) " to " (number(to)) " bytes: " (number(count)) }
                    }
                }
                line.axis x1="0" x2="100%" y1=(AXIS) y2=(AXIS) {}
                @for (name, bytes) in PRESETS.iter().filter(|(_, bytes)| *bytes <= most) {
                    line.limit x1=(at(*bytes)) x2=(at(*bytes)) y1=(LABELS) y2=(AXIS + 5) {}
                    text.limit-name x=(at(*bytes)) dx="-4" y=(AXIS + 16) text-anchor="end" {
                        (name)
                        tspan.limit-bytes { " " (number(*bytes)) }
                    }
                }
                @for budget in budgets.keys() {
                    line.budget x1=(at(*budget)) x2=(at(*budget)) y1=(LABELS - 4) y2=(AXIS) {}
                }
                @if let Some(budget) = budgets.keys().next_back() {
                    text.budget-name x=(at(*budget)) y="11" text-anchor="end" {
                        "budget " (number(*budget))
                    }
                }
            }
            figcaption.quiet { (caption(sizes)) }
        }
    }
}

/// Columns that hold something: from, to, how many, and how high.
fn columns(sizes: &Sizes, most: usize) -> Vec<(usize, usize, usize, usize)> {
    let width = most.div_ceil(BINS).max(1);
    let mut counts = BTreeMap::<usize, usize>::new();
    for (size, count) in &sizes.0 {
        *counts.entry(size / width).or_default() += count;
    }
    let tallest = counts.values().copied().max().unwrap_or(1).max(1);
    let column = |(bin, count): (usize, usize)| {
        // One token among thousands must still be visible.
        let height = (count * COLUMNS / tallest).max(2);
        (bin * width, ((bin + 1) * width).min(most.max(bin * width + 1)), count, height)
    };
    counts.into_iter().map(column).collect()
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

fn spoken(title: &str, budgets: &BTreeMap<usize, usize>) -> String {
    let budgets: Vec<String> = budgets.keys().copied().map(number).collect();
    match budgets.join(", ") {
        budgets if budgets.is_empty() => format!("{title}: how many tokens are how large."),
        budgets => format!("{title}: how many tokens are how large; budget {budgets} bytes."),
    }
}
