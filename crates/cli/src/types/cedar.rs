//! A Cedar schema: the caller and the context, as Amazon Verified Permissions makes them of a token.
//!
//! SPEC: AWS, Verified Permissions, "Mapping Amazon Cognito tokens to schema": claims of an ID token are
//! attributes of the principal, those of an access token `context.token`, groups the principal's
//! parents, and `scope` is a set.

use std::fmt::Write;

use cognito_claims::TokenUse;
use cognito_claims::encoding::Encoding;

use super::reading::{Kind, Token, tokens};
use super::text::{in_braces, lines, quoted};
use crate::contract::Contract;

const HEADER: &str = "\
// The caller and the context of Cedar policies, from the claims of the tokens.
// Made by `claimsmith types --language cedar-schema`.
// Don't edit it: change the policy and run that again.

/// A group of the user pool, from the claim `cognito:groups` of either token.
entity UserGroup;

/// The caller. Its attributes are the claims of an ID token; with an access token there are
/// none of them, so ask `principal has` first.
entity User in [UserGroup] = {
";
const ACCESS_TOKEN: &str = "\
};

/// The claims of an access token: `token` in the context.
type AccessToken = {
  /// The app client.
  \"client_id\": String,
  /// The scopes.
  \"scope\"?: Set<String>,
";

/// The file. It is in no namespace: an application puts it and its own declarations into one, and
/// Verified Permissions takes no more than one.
pub fn write(contract: &Contract) -> String {
    let tokens = tokens(contract);
    let of = |token| tokens.iter().find(|it: &&Token<'_>| it.token == token);
    let mut schema = HEADER.to_owned();
    write_claims(of(TokenUse::Id), true, &mut schema);
    schema.push_str(ACCESS_TOKEN);
    write_claims(of(TokenUse::Access), false, &mut schema);
    schema.push_str("};\n");
    schema
}

/// The claims of a token as attributes. Those of a principal are all optional: it has none of them
/// with an access token.
fn write_claims(token: Option<&Token<'_>>, of_principal: bool, body: &mut String) {
    for reading in token.iter().flat_map(|token| &token.claims) {
        let name = quoted(reading.name, in_braces);
        match kind(reading.kind) {
            Ok((kind, how)) => {
                let said = reading.said.iter().map(String::as_str).chain(how);
                let said: Vec<String> = said.map(str::to_owned).collect();
                comment(&said, "///", body);
                let optional = if of_principal || !reading.always { "?" } else { "" };
                let _ = writeln!(body, "  {name}{optional}: {kind},");
            }
            Err(why) => comment(&[format!("Left out: {name} {why}.")], "//", body),
        }
    }
}

/// The type, and how it is asked; or why there is none.
fn kind(kind: Kind<'_>) -> Result<(&'static str, Option<&'static str>), &'static str> {
    let among = |encoding: Encoding| match encoding {
        Encoding::List => ("Set<String>", None),
        Encoding::Space => (
            "String",
            Some(
                "One text: a word stands alone (== \"w\"), first (like \"w *\"), last (like \"* w\") or between (like \"* w *\").",
            ),
        ),
        Encoding::Comma | Encoding::Bits => (
            "String",
            Some(
                "One text: a word stands alone (== \"w\"), first (like \"w,*\"), last (like \"*,w\") or between (like \"*,w,*\").",
            ),
        ),
    };
    match kind {
        Kind::Text | Kind::OrgId | Kind::Tier => Ok(("String", None)),
        Kind::Integer => Ok(("Long", None)),
        Kind::Boolean => Ok(("Bool", None)),
        Kind::Words(encoding) | Kind::Features(encoding) => Ok(among(encoding)),
        Kind::Bits => Err("is a number of a catalogue, out of which Cedar can read no flag"),
        Kind::Number => Err("is a fraction, and what becomes of one is not documented"),
        Kind::Organisations(_) | Kind::Objects(_) => {
            Err("is a list of objects, whose members' types the policy doesn't know")
        }
        Kind::Json => Err("is JSON, whose members the policy doesn't know"),
    }
}

fn comment(said: &[String], mark: &str, body: &mut String) {
    for line in lines(said, mark.len() + 3) {
        let _ = writeln!(body, "{}", format!("  {mark} {line}").trim_end());
    }
}
