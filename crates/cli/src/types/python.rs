//! Python: a frozen dataclass for each token, whose annotations read it.

use std::collections::BTreeSet;
use std::fmt::Write;

use cognito_claims::TokenUse;

use super::names::{Case, Names};
use super::reading::{Kind, Reading, Token, catalogues, tokens};
use super::text::{eight_digits, lines, quoted};
use crate::contract::Contract;

const HEADER: &str = "\
\"\"\"The claims of the tokens, typed.

Made by `claimsmith types --language python`.
Don't edit it: change the policy and run that again.
\"\"\"
";

/// What a field can't be called: the language's words, and what the annotations below it name.
///
/// SPEC: The Python Language Reference, section 2.3.1.
const TAKEN: [&str; 52] = [
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "Annotated",
    "Catalogue",
    "Features",
    "Organisations",
    "OrgId",
    "Tier",
    "Words",
    "bool",
    "dataclass",
    "dict",
    "float",
    "int",
    "list",
    "named",
    "object",
    "str",
    "self",
];

/// The file.
pub fn write(contract: &Contract) -> String {
    let mut imports = BTreeSet::new();
    let mut body = String::new();
    let mut names = Names::without(Case::Capitals, []);
    let catalogues: Vec<(&str, &[String], String)> = catalogues(contract)
        .map(|(claim, flags)| {
            let name = names.one(&format!("{claim} catalogue"));
            (claim, flags, name)
        })
        .collect();
    for (claim, flags, name) in &catalogues {
        imports.insert("Catalogue");
        let _ = writeln!(body, "\n{name} = Catalogue(\n    [");
        for flag in *flags {
            let _ = writeln!(body, "        {},", literal(flag));
        }
        body.push_str("    ]\n)\n");
        let said =
            format!("What decodes the claim `{claim}`. Deploy a longer one to the readers first.");
        documentation(&[said], "", &mut body);
    }
    let mut annotated = false;
    for token in tokens(contract) {
        write_token(&token, &catalogues, &mut imports, &mut body);
        annotated |= token.claims.iter().any(|claim| matches!(claim.kind, Kind::Bits));
    }
    let mut file = HEADER.to_owned();
    if body.contains("@dataclass") {
        file.push_str("\nfrom dataclasses import dataclass\n");
    }
    if annotated {
        file.push_str("from typing import Annotated\n");
    }
    if !imports.is_empty() {
        let imports: Vec<&str> = imports.into_iter().collect();
        let _ = writeln!(file, "\nfrom cognito_claims import {}", imports.join(", "));
    }
    file + &body
}

fn write_token(
    token: &Token<'_>,
    catalogues: &[(&str, &[String], String)],
    imports: &mut BTreeSet<&'static str>,
    body: &mut String,
) {
    let (class, named) = match token.token {
        TokenUse::Access => ("AccessClaims", "access tokens"),
        TokenUse::Id => ("IdClaims", "ID tokens"),
    };
    // Catalogues have capitals, and fields none.
    let names = Names::without(Case::Snake, TAKEN).of(token.claims.iter().map(|it| it.name));
    // Keywords alone: `named` looks like a default, and what follows has none.
    let _ = writeln!(body, "\n\n@dataclass(frozen=True, slots=True, kw_only=True)\nclass {class}:");
    documentation(&[format!("The claims of {named}: `claims.read({class})`.")], "    ", body);
    for (reading, name) in token.claims.iter().zip(names) {
        let catalogue = catalogues.iter().find(|(claim, ..)| *claim == reading.name);
        let kind = annotation(reading, catalogue.map(|(.., name)| name.as_str()), imports);
        let _ = write!(body, "\n    {name}: {kind}");
        if name != reading.name {
            imports.insert("named");
            let _ = write!(body, " = named({})", literal(reading.name));
        }
        body.push('\n');
        documentation(&reading.said, "    ", body);
    }
}

fn annotation(
    reading: &Reading<'_>,
    catalogue: Option<&str>,
    imports: &mut BTreeSet<&'static str>,
) -> String {
    let mut ours = |name: &'static str| {
        imports.insert(name);
        name.to_owned()
    };
    let kind = match reading.kind {
        Kind::Text => "str".to_owned(),
        Kind::Integer => "int".to_owned(),
        Kind::Number => "float".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Json => "object".to_owned(),
        Kind::OrgId => ours("OrgId"),
        Kind::Tier => ours("Tier"),
        Kind::Words(_) => ours("Words"),
        Kind::Features(..) => ours("Features"),
        Kind::Bits => {
            format!("Annotated[{}, {}]", ours("Features"), catalogue.unwrap_or_default())
        }
        Kind::Organisations(_) => ours("Organisations"),
        Kind::Objects(_) => "list[dict[str, object]]".to_owned(),
    };
    if reading.optional { format!("{kind} | None") } else { kind }
}

fn literal(text: &str) -> String {
    quoted(text, eight_digits)
}

/// A docstring, or what stands for one below a field.
fn documentation(said: &[String], indent: &str, body: &mut String) {
    let lines: Vec<String> = lines(said, indent.len() + 6).iter().map(|it| escaped(it)).collect();
    let (first, rest) = lines.split_first().map_or(("", lines.as_slice()), |(it, rest)| (it, rest));
    let _ = write!(body, "{indent}\"\"\"{first}");
    for line in rest {
        body.push('\n');
        body.push_str(format!("{indent}{line}").trim_end());
    }
    if rest.is_empty() {
        body.push_str("\"\"\"\n");
    } else {
        let _ = writeln!(body, "\n{indent}\"\"\"");
    }
}

/// Text that ends no docstring.
fn escaped(line: &str) -> String {
    line.replace('\\', "\\\\").replace('"', "\\\"")
}
