//! What the page consists of besides its HTML, the same for everybody.
//!
//! Pure.

use crate::page::document::STYLE;

/// A file beside the page: its name, its media type, its text.
pub struct Asset {
    /// The name by which the page asks for it.
    pub name: &'static str,
    /// The media type.
    pub kind: &'static str,
    /// The text.
    pub text: String,
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// All of them.
pub fn assets() -> Vec<Asset> {
    let asset = |name, kind, text: &str| Asset { name, kind, text: text.to_owned() };
    let style = format!("{STYLE}\n{}", include_str!("../assets/playground.css"));
    vec![
        asset("playground.css", "text/css; charset=utf-8", &style),
        asset("playground.js", SCRIPT, include_str!("../assets/playground.js")),
        asset("editor.js", SCRIPT, include_str!("../assets/editor.js")),
        asset("ask.js", SCRIPT, include_str!("../assets/ask.js")),
        asset("copy.js", SCRIPT, include_str!("../assets/copy.js")),
        asset("link.js", SCRIPT, include_str!("../assets/link.js")),
        // The browser asks for one anyway.
        asset("icon.svg", "image/svg+xml", include_str!("../assets/icon.svg")),
    ]
}
