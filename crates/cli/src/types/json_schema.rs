//! JSON Schema: what stands in the payload of each token, before any front door has shown it.
//!
//! It leaves open what a compatible change may change: which flags there are, how many stand in a list,
//! and what else an object has.

use cognito_claims::TokenUse;
use cognito_claims::encoding::{Encoding, FLAG_LIMIT};
use serde_json::{Map, Value, json};

use super::reading::{Kind, Reading, Token, tokens};
use crate::contract::Contract;

/// A plain word of a list: none of the letters with which a front door parts or wraps, as
/// [`cognito_claims::encoding::is_list_word`] says.
const WORD: &str = r#"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000,\[\]\{\}"\\]+"#;
/// A text of [`cognito_claims::bits`].
const BITS: &str = r"^1\.(0|[1-9][0-9]{0,3})\.[0-9a-f]{8}\.(0|[1-9a-f][0-9a-f]*)$";

/// The schema, with a line end.
pub fn write(contract: &Contract) -> String {
    let tokens = tokens(contract);
    let tokens = [TokenUse::Access, TokenUse::Id].map(|token| {
        let claims = tokens.iter().find(|it| it.token == token);
        (token.as_str().to_owned(), of_token(token, claims, &contract.markers))
    });
    let of = |token: TokenUse| json!({ "$ref": format!("#/$defs/{}", token.as_str()) });
    let schema = json!({
        "$comment": "Made by `claimsmith types --language json-schema`. Don't edit it: change the \
                     policy and run that again.",
        "$defs": Value::Object(tokens.into_iter().collect()),
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "oneOf": [of(TokenUse::Access), of(TokenUse::Id)],
        "title": "The payload of a token",
    });
    format!("{schema:#}\n")
}

fn of_token(token: TokenUse, claims: Option<&Token<'_>>, markers: &[String]) -> Value {
    let claims = claims.map(|token| token.claims.as_slice()).unwrap_or_default();
    let mut properties: Map<String, Value> = Map::new();
    properties.insert("token_use".to_owned(), json!({ "const": token.as_str() }));
    for marker in markers {
        properties.insert(marker.clone(), of_marker(marker));
    }
    for reading in claims {
        properties.insert(reading.name.to_owned(), of_claim(reading));
    }
    let always = claims.iter().filter(|reading| reading.always).map(|reading| reading.name);
    let mut required: Vec<&str> = std::iter::once("token_use").chain(always).collect();
    required.sort_unstable();
    let named = match token {
        TokenUse::Access => "access token",
        TokenUse::Id => "ID token",
    };
    json!({
        "description": format!("The payload of an {named}. Cognito writes claims of its own, too."),
        "properties": sorted(properties),
        "required": required,
        "type": "object",
    })
}

/// A marker of the trigger's: names parted by commas, or a time.
fn of_marker(name: &str) -> Value {
    if name == cognito_claims::names::CLAIMS_AS_OF {
        json!({ "minimum": 0, "type": "integer" })
    } else {
        json!({ "minLength": 1, "type": "string" })
    }
}

fn of_claim(reading: &Reading<'_>) -> Value {
    let mut schema = match reading.kind {
        Kind::Text | Kind::OrgId | Kind::Tier => json!({ "type": "string" }),
        Kind::Integer => json!({ "type": "integer" }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Boolean => json!({ "type": "boolean" }),
        Kind::Json => json!({ "not": { "type": "null" } }),
        Kind::Words(encoding) => words(encoding, WORD),
        Kind::Features(encoding) => words(encoding, &flag()),
        Kind::Bits => json!({ "pattern": BITS, "type": "string" }),
        Kind::Organisations(fields) | Kind::Objects(fields) => objects(fields),
    };
    if let Value::Object(members) = &mut schema {
        members.insert("description".to_owned(), reading.said.join("\n\n").into());
        *members = sorted(std::mem::take(members));
    }
    schema
}

/// The pattern of one flag.
fn flag() -> String {
    format!("[A-Za-z0-9][A-Za-z0-9_.-]{{0,{}}}", FLAG_LIMIT - 1)
}

/// Words as they are written: a text of them, or an array.
fn words(encoding: Encoding, word: &str) -> Value {
    match encoding.separator() {
        Some(separator) => json!({
            "pattern": format!("^(?:{word}(?:{separator}{word})*)?$"),
            "type": "string",
        }),
        None => array(&json!({ "pattern": format!("^{word}$"), "type": "string" })),
    }
}

fn objects(fields: &[String]) -> Value {
    let properties = fields.iter().map(|name| (name.clone(), Value::Bool(true)));
    array(&json!({ "properties": sorted(properties.collect()), "type": "object" }))
}

fn array(items: &Value) -> Value {
    json!({ "items": items, "type": "array" })
}

/// Members in the order of their names, however this build keeps them.
fn sorted(members: Map<String, Value>) -> Map<String, Value> {
    let mut members: Vec<(String, Value)> = members.into_iter().collect();
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    members.into_iter().collect()
}
