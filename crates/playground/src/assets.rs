//! What the page consists of besides its HTML; the same for everybody.

use crate::page::document::STYLE;

/// Sends what is typed, and puts the answer in its place.
pub const SCRIPT: &str = include_str!("playground.js");
/// The browser asks for one anyway.
pub const ICON: &str = include_str!("icon.svg");

/// The report's style and the page's own.
pub fn style() -> String {
    format!("{}\n{}", STYLE, include_str!("playground.css"))
}
