//! The parser's own errors, in the words of this crate.

use toml::de::Error;

use crate::finding::{Code, Span};
use crate::findings::Findings;

/// A finding for a text that is no TOML.
pub(crate) fn syntax<C: Code>(text: &str, error: &Error, findings: &mut Findings<'_, C>) {
    let mut span = Span::from(error.span().unwrap_or_default());
    let before = text.get(..span.start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let in_header = before.get(line_start..).unwrap_or_default().starts_with('[');
    let rest = text.get(span.start..).unwrap_or_default();
    let (problem, wanted) =
        error.message().split_once(", expected ").unwrap_or((error.message(), ""));
    let is_text = problem.starts_with("invalid") && problem.ends_with("string");
    let (message, help) = match problem {
        "duplicate key" if in_header => {
            span.start = line_start;
            ("the section stands here for a second time", "put both into one section")
        }
        "duplicate key" => ("the key stands here for a second time", "keep one of the two"),
        "string values must be quoted" => ("a text without quotes", "write it as `\"…\"`"),
        _ if is_text && ["`\"`", "`'`"].contains(&wanted) => {
            ("the text is not closed on its line", "close it with a quote")
        }
        _ if is_text && rest.starts_with(char::is_control) => {
            ("a control character in a text", "leave it out, or write its number as `\\u0000`")
        }
        _ => {
            let help = match wanted {
                "" | "nothing" => "see https://toml.io for the syntax".to_owned(),
                _ => format!("the parser expected {wanted}; see https://toml.io for the syntax"),
            };
            return findings.add(C::SYNTAX, span, problem, help);
        }
    };
    findings.add(C::SYNTAX, span, message, help);
}
