//! TypeScript: an interface for each token, and the claim types that read it.
//!
//! Every exported constant has its type written out, so that a compiler which looks at one file at a
//! time (`isolatedDeclarations`) takes it.

use std::collections::BTreeSet;
use std::fmt::Write;

use cognito_claims::TokenUse;
use cognito_claims::encoding::Encoding;

use super::names::{Case, Names};
use super::reading::{Kind, Reading, Token, tokens};
use super::text::{in_braces, lines, quoted};
use crate::contract::{Contract, Form};

const HEADER: &str = "\
// The claims of the tokens, typed.
// Made by `claimsmith types --language typescript`.
// Don't edit it: change the policy and run that again.
";

/// What the package exports that is used here; no other name of the file may be one of them.
const PACKAGE: [&str; 25] = [
    "Catalogue",
    "ClaimType",
    "Features",
    "Json",
    "JsonObject",
    "OrgId",
    "Organisations",
    "Tier",
    "Words",
    "boolean",
    "catalogue",
    "features",
    "featuresIn",
    "integer",
    "json",
    "list",
    "number",
    "object",
    "optional",
    "orgId",
    "organisations",
    "text",
    "tier",
    "words",
    "Organisation",
];

/// The flags of one claim, closed by the policy.
struct Closed<'c> {
    claim: &'c str,
    flags: &'c [String],
    /// The name of the union of its flags.
    union: String,
    /// The name of the catalogue; only of flags written as its number.
    catalogue: Option<String>,
}

/// The file.
pub fn write(contract: &Contract) -> String {
    let closed = closed(contract);
    let mut imports = BTreeSet::new();
    let mut body = String::new();
    for closed in &closed {
        write_closed(closed, &mut imports, &mut body);
    }
    for token in tokens(contract) {
        write_token(&token, &closed, &mut imports, &mut body);
    }
    let mut file = HEADER.to_owned();
    if !imports.is_empty() {
        file.push_str("\nimport {\n");
        for name in imports {
            let is_type = name.starts_with(|letter: char| letter.is_ascii_uppercase());
            let _ = writeln!(file, "  {}{name},", if is_type { "type " } else { "" });
        }
        file.push_str("} from \"cognito-claims\";\n");
    } else {
        // Otherwise it would be no module.
        file.push_str("\nexport {};\n");
    }
    file + &body
}

fn closed(contract: &Contract) -> Vec<Closed<'_>> {
    let own = ["AccessClaims", "IdClaims", "accessClaims", "idClaims"];
    let taken = own.into_iter().chain(PACKAGE);
    let mut unions = Names::without(Case::Pascal, taken.clone());
    let mut constants = Names::without(Case::Camel, taken);
    let closed = contract.claims.iter().filter_map(|claim| match &claim.form {
        Form::Flags { encoding, catalogue: Some(flags) } => Some(Closed {
            claim: &claim.name,
            flags,
            union: unions.one(&format!("{} flag", claim.name)),
            catalogue: (*encoding == Encoding::Bits)
                .then(|| constants.one(&format!("{} catalogue", claim.name))),
        }),
        _ => None,
    });
    closed.collect()
}

fn write_closed(closed: &Closed<'_>, imports: &mut BTreeSet<&'static str>, body: &mut String) {
    let Closed { claim, flags, union, catalogue } = closed;
    let said = match catalogue {
        Some(_) => format!("The flags of the claim `{claim}`, in the order of its catalogue."),
        None => format!("The flags that the claim `{claim}` can hold."),
    };
    body.push('\n');
    comment(&[said], "", body);
    let _ = write!(body, "export type {union} =");
    for flag in *flags {
        let _ = write!(body, "\n  | {}", literal(flag));
    }
    if flags.is_empty() {
        body.push_str(" never");
    }
    body.push_str(";\n");
    let Some(name) = catalogue else { return };
    imports.extend(["Catalogue", "catalogue"]);
    body.push('\n');
    let said =
        format!("What decodes the claim `{claim}`. Deploy a longer one to the readers first.");
    comment(&[said], "", body);
    let _ = writeln!(body, "export const {name}: Catalogue<{union}> = catalogue([");
    for flag in *flags {
        let _ = writeln!(body, "  {},", literal(flag));
    }
    body.push_str("]);\n");
}

fn write_token(
    token: &Token<'_>,
    closed: &[Closed<'_>],
    imports: &mut BTreeSet<&'static str>,
    body: &mut String,
) {
    let (interface, constant, named) = match token.token {
        TokenUse::Access => ("AccessClaims", "accessClaims", "access tokens"),
        TokenUse::Id => ("IdClaims", "idClaims", "ID tokens"),
    };
    imports.insert("ClaimType");
    let mut members = String::new();
    let mut types = String::new();
    for reading in &token.claims {
        let of = closed.iter().find(|closed| closed.claim == reading.name);
        let (member, value) = types_of(reading, of, imports);
        comment(&reading.said, "  ", &mut members);
        let name = property(reading.name);
        let _ = writeln!(members, "  readonly {name}: {member};");
        // In an object `__proto__: …` would be its prototype.
        let name = if reading.name == "__proto__" { "[\"__proto__\"]".to_owned() } else { name };
        let _ = writeln!(types, "  {name}: {value},");
    }
    body.push('\n');
    comment(&[format!("The claims of {named}.")], "", body);
    let _ = writeln!(body, "export interface {interface} {{\n{members}}}");
    body.push('\n');
    comment(&[format!("Reads {named}: `claims.read({constant})`.")], "", body);
    let mapped = format!("{{ readonly [K in keyof {interface}]: ClaimType<{interface}[K]> }}");
    let _ = writeln!(body, "export const {constant}: {mapped} = {{\n{types}}};");
}

/// The member's type, and the value that reads it.
fn types_of(
    reading: &Reading<'_>,
    closed: Option<&Closed<'_>>,
    imports: &mut BTreeSet<&'static str>,
) -> (String, String) {
    let generic = closed.map(|closed| format!("<{}>", closed.union)).unwrap_or_default();
    let (member, value, used): (String, String, &[&'static str]) = match reading.kind {
        Kind::Text => ("string".into(), "text".into(), &["text"]),
        Kind::Integer => ("number".into(), "integer".into(), &["integer"]),
        Kind::Number => ("number".into(), "number".into(), &["number"]),
        Kind::Boolean => ("boolean".into(), "boolean".into(), &["boolean"]),
        Kind::Json => ("Json".into(), "json".into(), &["Json", "json"]),
        Kind::OrgId => ("OrgId".into(), "orgId".into(), &["OrgId", "orgId"]),
        Kind::Tier => ("Tier".into(), "tier".into(), &["Tier", "tier"]),
        Kind::Words(_) => {
            let value = format!("words{generic}()");
            (format!("Words{generic}"), value, &["Words", "words"])
        }
        Kind::Features(..) => {
            let value = format!("features{generic}()");
            (format!("Features{generic}"), value, &["Features", "features"])
        }
        Kind::Bits => {
            let catalogue = closed.and_then(|closed| closed.catalogue.as_deref());
            let value = format!("featuresIn({})", catalogue.unwrap_or_default());
            (format!("Features{generic}"), value, &["Features", "featuresIn"])
        }
        Kind::Organisations(_) => {
            ("Organisations".into(), "organisations".into(), &["Organisations", "organisations"])
        }
        Kind::Objects(_) => {
            let used = &["JsonObject", "list", "object"];
            ("readonly JsonObject[]".into(), "list(object)".into(), used)
        }
    };
    imports.extend(used);
    if reading.optional {
        imports.insert("optional");
        (format!("{member} | undefined"), format!("optional({value})"))
    } else {
        (member, value)
    }
}

/// A name of a member, in quotes unless it is an identifier.
fn property(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_identifier =
        name.chars().all(plain) && !name.starts_with(|letter: char| letter.is_ascii_digit());
    if is_identifier && !name.is_empty() && name != "__proto__" {
        name.to_owned()
    } else {
        literal(name)
    }
}

fn literal(text: &str) -> String {
    quoted(text, in_braces)
}

/// A TSDoc comment.
fn comment(said: &[String], indent: &str, body: &mut String) {
    let lines: Vec<String> =
        lines(said, indent.len() + 3).iter().map(|line| escaped(line)).collect();
    match lines.as_slice() {
        [line] => {
            let _ = writeln!(body, "{indent}/** {line} */");
        }
        lines => {
            let _ = writeln!(body, "{indent}/**");
            for line in lines {
                let _ = writeln!(body, "{}", format!("{indent} * {line}").trim_end());
            }
            let _ = writeln!(body, "{indent} */");
        }
    }
}

/// Text that ends no comment, and begins no tag: `@ts-ignore` would count in a comment, too.
fn escaped(line: &str) -> String {
    let mut text = String::new();
    let mut before = ' ';
    for letter in line.chars() {
        let is_tag = letter == '@' && !before.is_alphanumeric();
        if is_tag || (letter == '/' && before == '*') {
            text.push('\\');
        }
        text.push(letter);
        before = letter;
    }
    text
}
