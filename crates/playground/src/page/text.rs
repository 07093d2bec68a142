//! Texts on a page: values, and sentences with code in them.

use maud::{Markup, html};
use serde_json::Value;

use crate::words::{indented, plain, spaced};

/// Letters of a value that are shown at once; the rest is shown on request.
const GLANCE: usize = 72;

/// A value as it stands in the token, at a glance and, if it is long, whole.
pub fn text(value: &Value) -> Markup {
    let text = plain(&spaced(value));
    let glance: String = text.chars().take(GLANCE).collect();
    html! {
        @if glance.len() == text.len() {
            code { bdi { (text) } }
        } @else {
            details {
                summary { code { bdi { (glance) "…" } } }
                code.whole { bdi { (plain(&indented(value))) } }
            }
        }
    }
}

/// A text in which names stand between backticks.
pub fn ticked(text: &str) -> Markup {
    html! {
        @for (position, part) in text.split('`').enumerate() {
            @if position % 2 == 1 { code { bdi { (plain(part)) } } } @else { (plain(part)) }
        }
    }
}
