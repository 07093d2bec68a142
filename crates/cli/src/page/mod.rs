//! The pages: what the reports say, as HTML to look at, to print and to hand on.
//!
//! All but `file` is pure. A page is one text: no script, nothing that is loaded, and a content security policy that
//! would stop both. Every text in it goes through `maud`, which escapes it; nothing here writes
//! markup any other way.

mod bar;
mod diff;
mod event;
pub mod file;
mod histogram;
mod population;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

pub use diff::diff;
pub use event::{event, unreadable};
pub use population::Population;

/// The style of all pages: light and dark, on a screen of any width and on paper.
pub const STYLE: &str = include_str!("style.css");

/// What a page tells about people.
#[derive(Clone, Copy)]
pub enum Holds {
    /// Claim values and keys of records.
    Values,
    /// Names of claims and events.
    Names,
}

/// A whole page. `title` also stands in the window's title; `about` says what the page was made
/// from.
pub fn document(title: &str, about: &str, holds: Holds, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(content_security_policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (plain(title)) " · claimsmith" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header.page-head {
                    p.brand { "claimsmith" }
                    h1 { bdi { (plain(title)) } }
                    p.quiet.about { (plain(about)) }
                }
                main { (body) }
                footer.quiet {
                    @match holds {
                        Holds::Values => p {
                            strong { "This page holds claim values." }
                            " Keep it where you would keep the data of the people in it."
                        },
                        Holds::Names => p { "This page names claims and events, and holds no claim value." },
                    }
                    p {
                        "Made by claimsmith " (env!("CARGO_PKG_VERSION"))
                        ", with the engine that issues the tokens. It loads nothing and runs nothing."
                    }
                }
            }
        }
    }
}

/// The page about one event. `body` is [`event()`]'s or [`unreadable`]'s fragment.
pub fn of_event(name: &str, about: &str, body: &Markup) -> Markup {
    document(
        name,
        about,
        Holds::Values,
        &html! { h2.unseen { "Outcome, tokens and reads" } (body) },
    )
}

/// Nothing is loaded, nothing runs, nothing is sent, and no style but the page's own applies.
fn content_security_policy() -> String {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}

/// A text without control characters, which HTML can't hold or would drop.
fn plain(text: &str) -> String {
    let visible = |letter: char| match letter {
        '\n' | '\t' => letter,
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    };
    text.chars().map(visible).collect()
}

/// A count with its noun, thousands parted: `1,204 bytes`.
fn count(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", crate::report::number(count))
}
