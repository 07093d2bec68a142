//! Ids in logs: people are told apart without saying who they are, and a caller writes no text.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The first 64 bits of SHA-256 over a user pool's id and a `sub`, in hexadecimal: the same in the
/// lines of every function that meets the person. A `sub` is random, so nobody finds it by trying.
pub fn identity_hash(user_pool_id: &str, sub: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(user_pool_id);
    hash.update([0]);
    hash.update(sub);
    let mut text = String::with_capacity(16);
    for byte in hash.finalize().iter().take(8) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// An id that may stand in a log as it is: up to 64 letters, digits and `=`, `_`, `-`. A caller can
/// choose the request id of a REST API, so it may be any text. SPEC: AWS, "Variables for access
/// logging for API Gateway", `$context.requestId`.
pub fn plain_id(id: &str) -> Option<&str> {
    plain(id, 64, b"=_-")
}

/// X-Ray's header, if it is one of up to 256 letters, digits and `=`, `;`, `:`, `_`, `-`. It comes
/// with a request, so it may be any text. SPEC: AWS, "X-Ray concepts", tracing header.
pub fn plain_trace(header: &str) -> Option<&str> {
    plain(header, 256, b"=;:_-")
}

/// An app client id. SPEC: AWS, Cognito API reference, ClientIdType: `[\w+]+`, at most 128
/// characters.
pub fn plain_client_id(id: &str) -> Option<&str> {
    plain(id, 128, b"_+")
}

fn plain<'t>(text: &'t str, most: usize, signs: &[u8]) -> Option<&'t str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || signs.contains(&byte);
    ((1..=most).contains(&text.len()) && text.bytes().all(plain)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_no_text() {
        for id in ["JKJaXmPLvHcESHA=", "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", &"a".repeat(64)] {
            assert_eq!(plain_id(id), Some(id));
        }
        for text in ["", "ada@example.com", "a b", "\u{e9}", "a\n", &"a".repeat(65)] {
            assert_eq!(plain_id(text), None, "{text}");
        }
    }

    #[test]
    fn a_trace_and_a_client_are_no_texts_either() {
        let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
        assert_eq!(plain_trace(header), Some(header));
        assert_eq!(plain_trace("Root=1-2-3;Self=ada@example.com"), None);
        assert_eq!(
            plain_client_id("2webclientexample0000000001"),
            Some("2webclientexample0000000001")
        );
        for text in ["", "ada@example.com", "a client", "https://client.example/metadata"] {
            assert_eq!(plain_client_id(text), None, "{text}");
        }
    }

    #[test]
    fn pools_and_people_are_told_apart() {
        let hash = identity_hash("eu-west-1_EXAMPLE01", "ada");
        assert_eq!(hash, identity_hash("eu-west-1_EXAMPLE01", "ada"));
        assert_eq!(hash.len(), 16);
        assert_ne!(hash, identity_hash("eu-west-1_EXAMPLE01", "bob"));
        assert_ne!(hash, identity_hash("eu-west-1_EXAMPLE0", "1ada"));
    }
}
