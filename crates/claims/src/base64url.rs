//! The text of a token's segments, without a dependency; `jwt` has a faster one.
//!
//! SPEC: RFC 7515 section 2: the URL-safe alphabet of RFC 4648 section 5 without padding.

/// The bytes that a text stands for.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for four in text.as_bytes().chunks(4) {
        let mut bits = 0u32;
        for letter in four {
            let value = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'a'..=b'z' => letter - b'a' + 26,
                b'0'..=b'9' => letter - b'0' + 52,
                b'-' => 62,
                b'_' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(value);
        }
        let [_, first, second, third] = (bits << (6 * (4 - four.len()))).to_be_bytes();
        match four.len() {
            4 => bytes.extend([first, second, third]),
            3 => bytes.extend([first, second]),
            2 => bytes.push(first),
            _ => return None,
        }
    }
    Some(bytes)
}

/// The text that stands for the bytes.
#[cfg(feature = "testing")]
pub(crate) fn encode(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            let index = (bits >> (18 - 6 * place)) & 63;
            text.extend(ALPHABET.get(index as usize).map(|letter| char::from(*letter)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_gives_the_bytes_of_the_rfc() {
        for (text, bytes) in [
            ("", ""),
            ("Zg", "f"),
            ("Zm8", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg", "foob"),
            ("Zm9vYmE", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
            #[cfg(feature = "testing")]
            assert_eq!(encode(bytes.as_bytes()), text);
        }
        assert_eq!(decode("_-8"), Some(vec![0xff, 0xef]));
        for bad in ["Z", "Zg==", "Zm+v", "Zm9vY", "ä"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
