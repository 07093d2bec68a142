//! A token as a picture: where it stands among the limits, and which claim takes how much of it.
//!
//! Positions are percentages: a picture fits every width, and its labels keep their size.

use claimsmith::budget::Fitted;
use claimsmith::policy::PRESETS;
use maud::{Markup, html};

use crate::decision::{Action, Decision};
use crate::words::{number, plain};

/// Heights in pixels: the scale with its labels above and below, the lens, the claims.
const SCALE: Band = Band { top: 24, height: 14 };
const LENS: Band = Band { top: 38, height: 40 };
const CLAIMS: Band = Band { top: 78, height: 44 };
const HEIGHT: usize = 126;

struct Band {
    top: usize,
    height: usize,
}

/// A stretch of the token.
struct Part<'d> {
    claim: Option<&'d str>,
    class: &'static str,
    /// What became of it, in words.
    what: &'static str,
    /// Where it begins, and how many bytes of the finished token it takes.
    start: usize,
    bytes: usize,
}

/// The picture of one token. `decisions` are its claims.
pub fn token(fitted: &Fitted<'_>, decisions: &[Decision<'_>], budgeted: bool) -> Markup {
    let parts = parts(fitted, decisions);
    let whole: usize = parts.iter().map(|part| part.bytes).sum();
    let (lower, upper, budget) = (fitted.after.lower, fitted.after.upper, fitted.rules.budget);
    let most = PRESETS.iter().map(|(_, bytes)| *bytes).chain([budget, upper]).max().unwrap_or(1);
    let on_scale = |bytes: usize| share(bytes, most);
    html! {
        svg.token-bar width="100%" height=(HEIGHT) role="img" aria-label=(spoken(fitted, budgeted)) {
            // The lens: the token's place on the scale, drawn out to the full width.
            svg x="0" y=(LENS.top) width="100%" height=(LENS.height) viewBox="0 0 100 100" preserveAspectRatio="none" {
                polygon.lens points=(format!("0,0 {:.3},0 100,100 0,100", percent(whole.min(most), most))) {}
            }
            // The scale: the token, the budget and the well-known limits.
            rect.track x="0" y=(SCALE.top) width="100%" height=(SCALE.height) {}
            rect.maybe x="0" y=(SCALE.top) width=(on_scale(upper)) height=(SCALE.height) {}
            rect.surely x="0" y=(SCALE.top) width=(on_scale(lower)) height=(SCALE.height) {}
            @for (name, bytes) in PRESETS {
                line.limit x1=(on_scale(bytes)) x2=(on_scale(bytes)) y1=(SCALE.top) y2=(SCALE.top + SCALE.height + 4) {}
                text.limit-name x=(on_scale(bytes)) dx="-4" y=(SCALE.top + SCALE.height + 15) text-anchor="end" {
                    (name)
                    tspan.limit-bytes { " " (number(bytes)) }
                }
            }
            @if budgeted {
                line.budget x1=(on_scale(budget)) x2=(on_scale(budget)) y1=(SCALE.top - 8) y2=(SCALE.top + SCALE.height) {}
                text.budget-name x=(on_scale(budget)) y="12" text-anchor=(anchor(budget, most)) {
                    "budget " (number(budget))
                }
            }
            (claims(&parts, whole))
            @if budgeted && budget < whole {
                line.budget x1=(share(budget, whole)) x2=(share(budget, whole)) y1=(CLAIMS.top - 4) y2=(CLAIMS.top + CLAIMS.height + 4) {}
            }
        }
        (legend(&parts))
    }
}

/// The claims side by side.
fn claims(parts: &[Part<'_>], whole: usize) -> Markup {
    html! {
        @for part in parts {
            @let label = part.claim.unwrap_or(part.what);
            svg x=(share(part.start, whole)) y=(CLAIMS.top) width=(share(part.bytes, whole)) height=(CLAIMS.height) {
                title {
                    (plain(label)) ": "
                    @if part.claim.is_some() { (part.what) ", " }
                    (number(part.bytes)) " bytes"
                }
                rect.part.(part.class) width="100%" height="100%" {}
                @if fits(label, percent(part.bytes, whole)) {
                    text.part-name x="8" y="19" { (plain(label)) }
                    text.part-bytes x="8" y="35" { (number(part.bytes)) }
                }
            }
        }
    }
}

/// What each kind takes together: the picture in words, and the key to its colours.
fn legend(parts: &[Part<'_>]) -> Markup {
    let mut kinds: Vec<(&str, &str, usize)> = Vec::new();
    for part in parts {
        match kinds.iter_mut().find(|(_, what, _)| *what == part.what) {
            Some((_, _, bytes)) => *bytes += part.bytes,
            None => kinds.push((part.class, part.what, part.bytes)),
        }
    }
    html! {
        ul.legend aria-label="Bytes of the token by kind" {
            @for (class, what, bytes) in kinds {
                li {
                    svg.swatch width="12" height="12" aria-hidden="true" {
                        rect.part.(class) width="100%" height="100%" {}
                    }
                    (what) " " b { (number(bytes)) }
                }
            }
        }
    }
}

fn parts<'d>(fitted: &Fitted<'_>, decisions: &'d [Decision<'_>]) -> Vec<Part<'d>> {
    let issued = || decisions.iter().filter(|decision| decision.action.is_issued());
    let inside: usize = issued().map(|decision| decision.bytes).sum();
    let mut parts = Vec::new();
    let mut start = 0;
    let mut part = |claim, class, what, bytes: usize| {
        if bytes > 0 {
            parts.push(Part { claim, class, what, start, bytes });
            start += bytes;
        }
    };
    part(None, "frame", "header and signature", fitted.after.upper.saturating_sub(inside));
    for (action, class, what) in [
        (Action::Added, "added", "added"),
        (Action::Overridden, "overridden", "overridden"),
        (Action::Changed, "changed", "changed"),
        (Action::Kept, "kept", "Cognito’s own"),
    ] {
        let mut claims: Vec<&Decision<'_>> =
            decisions.iter().filter(|decision| decision.action == action).collect();
        claims.sort_by_key(|decision| std::cmp::Reverse(decision.surely));
        for decision in claims {
            part(Some(decision.claim), class, what, decision.surely);
        }
    }
    for decision in issued() {
        let more = decision.bytes.saturating_sub(decision.surely);
        part(Some(decision.claim), "perhaps", "may come on top", more);
    }
    for decision in decisions.iter().filter(|decision| decision.action == Action::Shed) {
        part(Some(decision.claim), "shed", "left out for size", decision.bytes);
    }
    parts
}

fn percent(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}

fn share(part: usize, whole: usize) -> String {
    format!("{:.3}%", percent(part, whole))
}

/// Whether a label has room on a page of the usual width; the style hides all on a narrow one.
fn fits(label: &str, percent: f64) -> bool {
    const PAGE: f64 = 940.0;
    const LETTER: f64 = 7.4;
    label.chars().count() as f64 * LETTER + 16.0 < percent * PAGE / 100.0
}

/// Keeps a label inside the picture.
fn anchor(bytes: usize, most: usize) -> &'static str {
    match bytes * 100 / most.max(1) {
        0..15 => "start",
        86.. => "end",
        _ => "middle",
    }
}

/// The picture in one sentence.
fn spoken(fitted: &Fitted<'_>, budgeted: bool) -> String {
    let (lower, upper) = (number(fitted.after.lower), number(fitted.after.upper));
    let limits = PRESETS.map(|(name, bytes)| format!("{name} {}", number(bytes))).join(", ");
    let budget = match budgeted {
        true => format!(" of a budget of {}", number(fitted.rules.budget)),
        false => String::new(),
    };
    format!("{lower} to {upper} bytes{budget}. Well-known limits: {limits}.")
}
