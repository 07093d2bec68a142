//! The page on which one tries a policy: three panes, and the tokens beside them.
//!
//! Pure. The same page asks a server or the engine in the browser; what changes with each answer is in
//! `parts.rs`.

use claimsmith::event::TRIGGER_SOURCES;
use claimsmith::load::Text;
use maud::{DOCTYPE, Markup, html};

use crate::starters::{STARTERS, Starter};

/// Who computes the answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The server that the page comes from, by POST to `answer`.
    Server,
    /// WebAssembly in the browser: after loading the page asks nobody.
    Browser,
}

/// Nothing is loaded but from where the page lies, and nothing is asked: the worker, which loads the engine,
/// has no policy of a page's, and its engine no way out. A server says its own, and more, in headers.
/// SPEC: W3C, "Content Security Policy Level 3": a worker's policy comes with its own response.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'";
const DOCUMENTS: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/tree/main/docs");

/// The page that needs no server: it begins with the first starter.
pub fn static_page() -> Markup {
    let [first, ..] = &STARTERS;
    let records = first.items.unwrap_or("[]").to_owned();
    page(
        &Text { name: first.name.to_owned(), text: first.policy.to_owned() },
        &Text { name: "items.json".to_owned(), text: records },
        Engine::Browser,
    )
}

/// The page, which begins with this policy and these records.
pub fn page(policy: &Text, records: &Text, engine: Engine) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                @if engine == Engine::Browser {
                    meta http-equiv="Content-Security-Policy" content=(CONTENT_SECURITY_POLICY);
                    meta name="referrer" content="no-referrer";
                }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Playground · claimsmith" }
                link rel="icon" href="icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="playground.css";
                script type="module" src="playground.js" {}
            }
            body data-engine=(if engine == Engine::Server { "server" } else { "browser" }) {
                (head(policy, engine))
                main.bench {
                    (sign_in())
                    (answer())
                    div.texts {
                        (editor("policy", "Policy", "claims.toml", policy))
                        (editor("records", "Records", "items.json", records))
                    }
                }
                (share())
                footer.quiet {
                    @match engine {
                        Engine::Server => p {
                            "Policy: " (policy.name) ". Records: " (records.name) ". "
                            "What you type is computed by this program on this machine and kept in this tab. "
                            "It reads no other file, no environment variable and no table, and nothing is written."
                        },
                        Engine::Browser => p {
                            "What you type is computed in this tab, by the engine that issues the tokens, and "
                            "stays in it: nothing is sent anywhere."
                        },
                    }
                }
            }
        }
    }
}

fn head(policy: &Text, engine: Engine) -> Markup {
    html! {
        header.top {
            h1 { span.brand { "claimsmith" } " playground" }
            p.begin {
                label for="starter" { "Begin with" }
                select #starter autocomplete="off" {
                    // Where a server reads files, these come first.
                    @if engine == Engine::Server { option value="" { (policy.name) } }
                    @for starter in &STARTERS { (option(starter)) }
                }
            }
            span.quiet #edited hidden { "edited" }
            div.buttons {
                button type="button" #reset { "Reset" }
                button type="button" #share { "Share a link" }
            }
            a.quiet href=(DOCUMENTS) target="_blank" rel="noopener noreferrer" { "Documents" }
        }
    }
}

/// A starter, and in it all that it begins with.
fn option(starter: &Starter) -> Markup {
    html! {
        option value=(starter.name) title=(starter.what) data-policy=(starter.policy)
            data-records=(starter.items.unwrap_or("[]")) data-event=(starter.event) {
            (starter.name) ": " (starter.what)
        }
    }
}

fn editor(id: &str, title: &str, file: &str, text: &Text) -> Markup {
    let heading = format!("{id}-title");
    html! {
        section.pane data-editor=(id) data-file=(file) aria-labelledby=(heading) {
            div.bar {
                h2 id=(heading) { label for=(id) { (title) } }
                div.findings id=(format!("{id}-findings")) {}
                div.buttons {
                    button type="button" data-do="copy" aria-label=(format!("Copy the {id}")) { "Copy" }
                    button type="button" data-do="download" aria-label=(format!("Download the {id}")) { "Download" }
                }
            }
            div.editor {
                div.lines aria-hidden="true" {}
                div.text {
                    pre.mirror aria-hidden="true" {}
                    // A browser drops the first line break of a text area.
                    textarea id=(id) name=(id) form="sign-in" spellcheck="false" wrap="off"
                        autocomplete="off" autocapitalize="off" aria-describedby=(format!("{id}-said")) {
                        "\n" (text.text)
                    }
                }
            }
        }
    }
}

fn sign_in() -> Markup {
    html! {
        section.sign-in aria-labelledby="sign-in-title" {
            form #sign-in autocomplete="off" {
                div.bar {
                    h2 #sign-in-title { "Who signs in" }
                    fieldset.modes {
                        legend.unseen { "Where the event comes from" }
                        label { input type="radio" name="mode" value="chosen" checked; span { "Choose" } }
                        label { input type="radio" name="mode" value="pasted"; span { "Paste an event" } }
                    }
                }
                div.chosen #chosen { (choices()) }
                div.pasted #pasted hidden {
                    label for="event" { "Trigger event, as JSON" }
                    textarea #event name="event" rows="8" spellcheck="false" aria-describedby="status" {}
                }
            }
        }
    }
}

fn choices() -> Markup {
    html! {
        div.fields {
            p {
                label for="who" { "Token for" }
                select #who name="who" {}
            }
            p {
                label for="metadata" { "Client metadata" }
                input #metadata name="metadata" list="suggestions" placeholder="org_id=globex"
                    spellcheck="false" aria-describedby="status";
                datalist #suggestions {}
            }
            p.person {
                label for="groups" { "Groups" }
                input #groups name="groups" placeholder="admins editors" spellcheck="false";
            }
        }
        details.more {
            summary { "Trigger, app client, scopes, attributes" }
            div.fields {
                p.person {
                    label for="source" { "Trigger" }
                    select #source name="source" {
                        @for source in TRIGGER_SOURCES.iter().filter(|source| !source.ends_with("ClientCredentials")) {
                            option value=(source) selected[source.ends_with("HostedAuth")] {
                                (source.trim_start_matches("TokenGeneration_"))
                            }
                        }
                    }
                }
                p.person {
                    label for="version" { "Event version" }
                    select #version name="version" {
                        option value="1" { "1, ID token only" }
                        option value="2" selected { "2, both tokens" }
                        option value="3" { "3, machines too" }
                    }
                }
                p.person {
                    label for="client" { "App client" }
                    input #client name="client" value="1exampleclient000000000000" spellcheck="false";
                }
                p {
                    label for="scopes" { "Scopes" }
                    input #scopes name="scopes" value="openid email profile" spellcheck="false";
                }
                p.person.wide {
                    label for="attributes" { "User attributes, one in a line" }
                    textarea #attributes name="attributes" rows="3" spellcheck="false"
                        aria-describedby="status" {
                        "\ncognito:user_status=CONFIRMED\nemail=somebody@company.example\nemail_verified=true"
                    }
                }
            }
        }
        details.more #made {
            summary { "The event that Cognito would send" }
            pre #made-event tabindex="0" {}
            button type="button" #edit-event { "Edit it as text" }
        }
    }
}

fn answer() -> Markup {
    html! {
        section.answer aria-labelledby="answer-title" {
            div.bar {
                h2.unseen #answer-title { "Tokens" }
                p.status #status role="status" { "Computing …" }
                div.buttons {
                    button type="button" #copy-json disabled { "Copy as JSON" }
                }
            }
            div #tokens tabindex="0" role="group" aria-label="What was decided" {}
            noscript { p.status { "The playground needs JavaScript; " code { "claimsmith simulate" } " does not." } }
        }
    }
}

/// What is asked before a link is made that holds more than a starter.
fn share() -> Markup {
    html! {
        dialog #sharing aria-labelledby="sharing-title" {
            h2 #sharing-title { "The link will hold what is yours" }
            p {
                "Everything in the panes stands in the link itself, behind its " code { "#" }
                ": policy, records and sign-in as they are here. Whoever gets the link can read them; "
                "no server does."
            }
            div.buttons {
                button type="button" #sharing-no { "Cancel" }
                button type="button" #sharing-yes { "Copy the link" }
            }
        }
    }
}
