//! A token taken apart: three segments, a header and a payload, with nothing verified yet.

use std::fmt;

use base64_simd::URL_SAFE_NO_PAD;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::error::VerifyError;

/// The parts of a token. Whatever is in them may be forged.
pub(crate) struct Parts<'t> {
    /// What the signature is over: header and payload as they stand in the token.
    pub message: &'t str,
    pub signature: Vec<u8>,
    pub key_id: String,
    pub payload: Map<String, Value>,
}

impl<'t> Parts<'t> {
    /// SPEC: RFC 7515 section 5.2, RFC 7519 section 7.2.
    pub fn of(token: &'t str) -> Result<Self, VerifyError> {
        let (message, signature) = token.rsplit_once('.').ok_or(VerifyError::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(VerifyError::Malformed)?;
        let (header, payload, signature) =
            (base64url(header)?, base64url(payload)?, base64url(signature)?);
        let key_id = match usual_key_id(&header) {
            Some(key_id) => key_id.to_owned(),
            None => key_id(object(&header, VerifyError::Header, VerifyError::DuplicateHeader)?)?,
        };
        let payload = object(&payload, VerifyError::Payload, VerifyError::DuplicateClaim)?;
        Ok(Self { message, signature, key_id, payload })
    }
}

/// SPEC: RFC 7515 section 2: no padding. One text for one value: bits that say nothing are zero.
fn base64url(segment: &str) -> Result<Vec<u8>, VerifyError> {
    let bytes = URL_SAFE_NO_PAD.decode_to_vec(segment).map_err(|_| VerifyError::Malformed)?;
    if bytes.is_empty() { Err(VerifyError::Malformed) } else { Ok(bytes) }
}

/// Members that ask for a key, a certificate or a processing that Cognito's tokens never have.
///
/// None of them would be obeyed; a token that has one is no token of Cognito. Other members are
/// ignored, as RFC 7515 section 4 demands.
///
/// SPEC: RFC 7515 section 4.1 (`jku`, `jwk`, `x5u`, `x5c`, `crit`), RFC 7516 section 4.1 (`enc`,
/// `zip`), RFC 7797 (`b64`).
const FOREIGN: [&str; 8] = ["b64", "crit", "enc", "jku", "jwk", "x5c", "x5u", "zip"];

/// The `kid` of a header as Cognito writes it, byte for byte: nearly every header is this one, and
/// needs no JSON reader.
fn usual_key_id(header: &[u8]) -> Option<&str> {
    let kid = header.strip_prefix(br#"{"kid":""#)?.strip_suffix(br#"","alg":"RS256"}"#)?;
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && !b"\"\\".contains(byte);
    str::from_utf8(kid).ok().filter(|_| !kid.is_empty() && kid.iter().all(is_plain))
}

fn key_id(mut header: Map<String, Value>) -> Result<String, VerifyError> {
    match header.get("alg") {
        Some(Value::String(alg)) if alg == "RS256" => {}
        Some(Value::String(_)) | None => return Err(VerifyError::Algorithm),
        Some(_) => return Err(VerifyError::Header),
    }
    if FOREIGN.iter().any(|member| header.contains_key(*member)) {
        return Err(VerifyError::HeaderMember);
    }
    match header.remove("kid") {
        Some(Value::String(kid)) if !kid.is_empty() => Ok(kid),
        Some(Value::String(_)) | None => Err(VerifyError::NoKeyId),
        Some(_) => Err(VerifyError::Header),
    }
}

/// A JSON object in which no name stands twice. Readers differ in which of the two they take, so
/// what one has checked is not what another reads.
///
/// SPEC: RFC 7515 section 4 (header), RFC 7519 section 4 (payload).
fn object(
    text: &[u8],
    malformed: VerifyError,
    duplicate: VerifyError,
) -> Result<Map<String, Value>, VerifyError> {
    // Once for the whole instead of once for each text in it, which shows beside a signature check.
    let text = str::from_utf8(text).map_err(|_| malformed)?;
    let mut twice = false;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = Members { twice: &mut twice }.deserialize(&mut deserializer);
    if twice {
        return Err(duplicate);
    }
    let members = members.map_err(|_| malformed)?;
    deserializer.end().map_err(|_| malformed)?;
    if !members.values().all(is_finite) {
        return Err(malformed);
    }
    // Within the values the parser keeps the last of two members of one name.
    let kept = || members.len() + members.values().map(count).sum::<usize>();
    if members.values().any(is_nested) && names(text.as_bytes()) != kept() {
        return Err(duplicate);
    }
    Ok(members)
}

/// Whether every number is within a float's range. Some builds of the parser keep any digits, and a
/// token must not hold in one program and fail in another.
fn is_finite(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(f64::is_finite),
        Value::Array(values) => values.iter().all(is_finite),
        Value::Object(members) => members.values().all(is_finite),
        _ => true,
    }
}

fn is_nested(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(values) => values.iter().any(is_nested),
        _ => false,
    }
}

/// How many members the objects in a value have.
fn count(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.len() + members.values().map(count).sum::<usize>(),
        Value::Array(values) => values.iter().map(count).sum(),
        _ => 0,
    }
}

/// How many members a JSON text has: each has one colon outside of texts.
fn names(text: &[u8]) -> usize {
    let (mut names, mut in_text, mut escaped) = (0, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b':' if !in_text => names += 1,
            _ => {}
        }
    }
    names
}

struct Members<'f> {
    twice: &'f mut bool,
}

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = Map<String, Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            *self.twice |= members.insert(name, access.next_value()?).is_some();
        }
        Ok(members)
    }
}
