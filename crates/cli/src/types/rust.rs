//! Rust: a struct for each token, which `serde` reads with the crate `cognito-claims`.

use std::collections::BTreeSet;
use std::fmt::Write;

use cognito_claims::TokenUse;

use super::names::{Case, Names};
use super::reading::{Kind, Reading, Token, catalogues, tokens};
use super::text::{in_braces, lines, quoted};
use crate::contract::Contract;

const HEADER: &str = "\
//! The claims of the tokens, typed.
//!
//! Made by `claimsmith types --language rust`.
//! Don't edit it: change the policy and run that again.

#![allow(dead_code, clippy::doc_markdown)]
";

/// What can't be an identifier, not even a raw one; and the others, which are better left alone.
///
/// SPEC: The Rust Reference, "Keywords", of edition 2024.
const TAKEN: [&str; 52] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use",
    "where", "while", "abstract", "become", "box", "do", "final", "gen", "macro", "override",
    "priv", "try", "typeof", "unsized", "virtual", "yield", "union",
];

/// The file.
pub fn write(contract: &Contract) -> String {
    let mut uses = Uses::default();
    let mut body = String::new();
    let mut functions = Names::without(Case::Snake, []);
    let mut constants = Names::without(Case::Capitals, []);
    for (claim, flags) in catalogues(contract) {
        uses.catalogue = true;
        let constant = constants.one(&format!("{claim} flags"));
        let function = functions.one(&format!("{claim} catalogue"));
        let _ = writeln!(body, "\n#[rustfmt::skip]\nconst {constant}: [&str; {}] = [", flags.len());
        for flag in flags {
            let _ = writeln!(body, "    {},", literal(flag));
        }
        body.push_str("];\n\n");
        let said = format!(
            "What decodes the claim `{claim}`: `claims.features_in` or `Features::with`. Deploy a longer one to the readers first."
        );
        comment(&[said, "# Errors".to_owned()], "", &mut body);
        let _ = writeln!(body, "/// None: these names make a catalogue.");
        let _ = writeln!(body, "pub fn {function}() -> Result<Catalogue, CatalogueError> {{");
        let _ = writeln!(body, "    Catalogue::new({constant}.map(str::to_owned).to_vec())\n}}");
    }
    for token in tokens(contract) {
        write_token(&token, &mut uses, &mut body);
    }
    format!("{HEADER}{}{body}", uses.written())
}

/// What the file names of other crates.
#[derive(Default)]
struct Uses {
    catalogue: bool,
    reader: BTreeSet<&'static str>,
    json: BTreeSet<&'static str>,
    derives: bool,
}

impl Uses {
    fn written(&self) -> String {
        let list = |names: &BTreeSet<&str>| {
            let names: Vec<&str> = names.iter().copied().collect();
            match names.as_slice() {
                [name] => (*name).to_owned(),
                names => format!("{{{}}}", names.join(", ")),
            }
        };
        let mut text = String::new();
        if self.catalogue {
            text.push_str("use cognito_claims::bits::{Catalogue, CatalogueError};\n");
        }
        if !self.reader.is_empty() {
            let _ = writeln!(text, "use cognito_claims::{};", list(&self.reader));
        }
        if self.derives {
            text.push_str("use serde::Deserialize;\n");
        }
        if !self.json.is_empty() {
            let _ = writeln!(text, "use serde_json::{};", list(&self.json));
        }
        if text.is_empty() { text } else { format!("\n{text}") }
    }
}

fn write_token(token: &Token<'_>, uses: &mut Uses, body: &mut String) {
    let (name, named) = match token.token {
        TokenUse::Access => ("AccessClaims", "access tokens"),
        TokenUse::Id => ("IdClaims", "ID tokens"),
    };
    uses.derives = true;
    body.push('\n');
    comment(&[format!("The claims of {named}: `claims.read::<{name}>()`.")], "", body);
    let _ = writeln!(body, "#[derive(Clone, Debug, Deserialize)]\npub struct {name} {{");
    let names = Names::without(Case::Snake, TAKEN).of(token.claims.iter().map(|it| it.name));
    for (reading, field) in token.claims.iter().zip(names) {
        documentation(&reading.said, "    ", body);
        if field != reading.name {
            let _ = writeln!(body, "    #[serde(rename = {})]", literal(reading.name));
        }
        let _ = writeln!(body, "    pub {field}: {},", kind(reading, uses));
    }
    body.push_str("}\n");
}

fn kind(reading: &Reading<'_>, uses: &mut Uses) -> String {
    let mut ours = |name: &'static str| {
        uses.reader.insert(name);
        name
    };
    let kind = match reading.kind {
        Kind::Text => "String",
        Kind::Integer => "i64",
        Kind::Number => "f64",
        Kind::Boolean => "bool",
        Kind::Json => {
            uses.json.insert("Value");
            "Value"
        }
        Kind::OrgId => ours("OrgId"),
        Kind::Tier => ours("Tier"),
        Kind::Words(_) => ours("Words"),
        Kind::Features(..) | Kind::Bits => ours("Features"),
        Kind::Organisations(_) => ours("Organisations"),
        Kind::Objects(_) => {
            uses.json.extend(["Map", "Value"]);
            "Vec<Map<String, Value>>"
        }
    };
    if reading.optional { format!("Option<{kind}>") } else { kind.to_owned() }
}

fn literal(text: &str) -> String {
    quoted(text, in_braces)
}

/// Our own words.
fn comment(said: &[String], indent: &str, body: &mut String) {
    for line in lines(said, indent.len() + 4) {
        let _ = writeln!(body, "{}", format!("{indent}/// {line}").trim_end());
    }
}

/// Words of the policy, too.
fn documentation(said: &[String], indent: &str, body: &mut String) {
    for line in lines(said, indent.len() + 4) {
        let _ = writeln!(body, "{}", format!("{indent}/// {}", escaped(&line)).trim_end());
    }
}

/// Text that is no link, no markup and no code to be compiled and run.
fn escaped(line: &str) -> String {
    let mut text = String::new();
    // At the beginning of a line these make lists, headings and fences; digits before one, too.
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    for (at, letter) in line.char_indices() {
        let begins = at == 0 && "*-+#=|~:".contains(letter);
        let counts = at == digits && at > 0 && ".)".contains(letter);
        if begins || counts || "\\[]<>`".contains(letter) {
            text.push('\\');
        }
        text.push(letter);
    }
    // Nor is an address a link.
    text.replace("://", "\\://")
}
