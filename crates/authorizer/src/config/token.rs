//! `[token]`: where the token stands in a request.

use claimsmith_findings::{At, sections};

use super::caching::seconds;
use super::code::{Code, Findings};

/// Where the token stands in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenPlace {
    /// In the header of this name, in small letters.
    Header(String),
    /// In the query parameter of this name: for browsers' WebSockets, which can't send headers.
    Query(String),
}

sections! {
    pub(super) struct TokenSection {
        header: At<String>,
        query: At<String>,
        valid_for: At<String> => "\"60s\"",
    }
}

pub(super) fn token_place(
    section: &TokenSection,
    findings: &mut Findings<'_>,
) -> Option<TokenPlace> {
    match (&section.header, &section.query) {
        (None, None) => Some(TokenPlace::Header("authorization".to_owned())),
        (Some(header), None) => {
            let help = "write the name alone, such as `authorization`";
            let name = name(header, "no name of a header", help, findings)?;
            Some(TokenPlace::Header(name.to_ascii_lowercase()))
        }
        (None, Some(query)) => {
            let help = "write the name alone, such as `token`";
            let name = name(query, "no name of a query parameter", help, findings)?;
            Some(TokenPlace::Query(name))
        }
        (Some(_), Some(query)) => {
            let message = "two places of the token, where a request must have exactly one";
            findings.add(Code::TokenPlace, query.span, message, "keep one of `header` and `query`");
            None
        }
    }
}

/// For how many seconds a token must be valid after the request.
pub(super) fn valid_for(section: &TokenSection, findings: &mut Findings<'_>) -> Option<u64> {
    match &section.valid_for {
        None => Some(0),
        Some(time) => seconds(time, findings),
    }
}

/// SPEC: RFC 9110 section 5.6.2, and of its characters only those that names have in practice.
fn name(
    written: &At<String>,
    message: &str,
    help: &str,
    findings: &mut Findings<'_>,
) -> Option<String> {
    let name = written.value.as_str();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_plain) {
        findings.add(Code::TokenPlace, written.span, message, help);
        return None;
    }
    Some(name.to_owned())
}
