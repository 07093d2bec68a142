//! What is around every page: its head, its style, what it says about itself.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::words::plain;

/// The style of all pages: light and dark, on a screen of any width and on paper.
pub const STYLE: &str = include_str!("style.css");

/// Nothing is loaded, nothing runs, nothing is sent, and no style but the page's own applies: the
/// hash is that of `style.css`, and `tests/page.rs` says what it must be.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
    style-src 'sha256-cjueTBXKpZHJWm2b+E1Lj934JGWZy/Fx5rcxibmUB/M='; base-uri 'none'; form-action 'none'";

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
pub fn page(title: &str, about: &str, holds: Holds, body: &Markup) -> Markup {
    headed(title, &html! { bdi { (plain(title)) } }, about, holds, body)
}

/// The same with the title as it is drawn.
pub fn headed(title: &str, heading: &Markup, about: &str, holds: Holds, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(CONTENT_SECURITY_POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (plain(title)) " · claimsmith" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header.page-head {
                    p.brand { "claimsmith" }
                    h1 { (heading) }
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
