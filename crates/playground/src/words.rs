//! Texts and numbers as people read them, and what must not reach a reader.
//!
//! Pure.

use serde_json::Value;

/// What stands in the place of an order.
pub const REPLACEMENT: char = '\u{fffd}';

/// Whether a terminal would do something at this letter instead of showing it, or show others in
/// another order than they stand: control characters, C1 too, and what turns the direction.
/// SPEC: Unicode Standard Annex #9, "Unicode Bidirectional Algorithm", table 1.
pub fn is_order(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(letter, '\u{2066}'..='\u{2069}')
}

/// A text as it is, anything else as JSON.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// JSON on one line with a blank after each comma and colon.
pub fn spaced(value: &Value) -> String {
    match value {
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(spaced).collect();
            format!("[{}]", elements.join(", "))
        }
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                format!("{}: {}", Value::from(name.as_str()), spaced(value))
            };
            let members: Vec<String> = members.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// JSON with each part on a line of its own.
pub fn indented(value: &Value) -> String {
    // Maps with text keys, lists, texts and numbers can always be written.
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// A text on one line in at most `width` columns, with an ellipsis where it was cut. What a
/// terminal would take as an order does not reach it.
pub fn cut(text: &str, width: usize) -> String {
    let (kept, ellipsis) = match text.chars().count() <= width {
        true => (width, ""),
        false => (width.saturating_sub(1), "…"),
    };
    let plain = |letter: char| if is_order(letter) { REPLACEMENT } else { letter };
    text.chars().take(kept).map(plain).collect::<String>() + ellipsis
}

/// A text with its lines, without what a terminal or a page would take as an order.
pub fn plain(text: &str) -> String {
    let plain = |letter: char| match letter {
        '\n' | '\t' => letter,
        letter if is_order(letter) => REPLACEMENT,
        letter => letter,
    };
    text.chars().map(plain).collect()
}

/// A number with its thousands parted: `10,240`.
pub fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun, for what a policy or a table has: `1 claim`, `2 claims`.
pub fn count(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// The same with the thousands parted, for what grows with the data: `1,204 events`.
pub fn count_many(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(count))
}
