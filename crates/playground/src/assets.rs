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

/// All that every page has.
pub fn assets() -> Vec<Asset> {
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

/// What a page without a server has besides: the worker with the engine, which is `engine.wasm`.
pub fn worker() -> [Asset; 2] {
    [
        asset("engine.js", SCRIPT, include_str!("../assets/engine.js")),
        asset("wasi.js", SCRIPT, include_str!("../assets/wasi.js")),
    ]
}

fn asset(name: &'static str, kind: &'static str, text: &str) -> Asset {
    Asset { name, kind, text: text.to_owned() }
}
