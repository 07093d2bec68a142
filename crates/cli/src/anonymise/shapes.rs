//! What a word looks like, and words that are made up in a shape. Pure text.

/// What stands for a time as Java writes it, with a day of two digits and of one.
const JAVA_TIMES: [&str; 2] = ["Tue Nov 14 22:13:20 UTC 2023", "Wed Nov 1 22:13:20 UTC 2023"];
pub(super) const DATE: &str = "1970-01-01";
pub(super) fn length_of(text: &str, is_inside: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !is_inside(letter)).unwrap_or(text.len())
}

/// Words and what is between them, in turn.
pub(super) fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_word = rest.chars().next()?.is_alphanumeric();
        let (run, after) = rest.split_at(length_of(rest, |c| c.is_alphanumeric() == is_word));
        rest = after;
        Some(run)
    })
}

/// The versions of events.
pub(super) fn is_version(text: &str) -> bool {
    ["0", "1", "2", "3", "1.0", "2.0"].contains(&text)
}

/// How long the name of a region is that the text begins with, such as `eu-west-1`.
pub(super) fn region(text: &str) -> Option<usize> {
    const PLACES: [&str; 12] =
        ["us-gov", "us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx", "cn", "eusc"];
    const DIRECTIONS: [&str; 9] = [
        "northeast",
        "northwest",
        "southeast",
        "southwest",
        "north",
        "south",
        "east",
        "west",
        "central",
    ];
    let prefixed = |words: &[&str], text: &'_ str| -> Option<usize> {
        let found = words
            .iter()
            .find(|word| text.strip_prefix(**word).is_some_and(|rest| rest.starts_with('-')));
        found.map(|word| word.len() + 1)
    };
    let place = prefixed(&PLACES, text)?;
    let direction = place + prefixed(&DIRECTIONS, text.get(place..)?)?;
    let rest = text.get(direction..)?;
    let digits = length_of(rest, |letter| letter.is_ascii_digit());
    let ends = !rest.get(digits..)?.starts_with(char::is_alphanumeric);
    (digits == 1 && ends).then_some(direction + digits)
}

pub(super) fn is_date(text: &str) -> bool {
    let is_date = |(letter, known): (u8, u8)| match known {
        b'-' => letter == b'-',
        _ => letter.is_ascii_digit(),
    };
    text.len() == DATE.len() && text.bytes().zip(DATE.bytes()).all(is_date)
}

/// SPEC: RFC 9562, section 4.
pub(super) fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Between the points of a token stand letters at random, and no words.
/// SPEC: RFC 7515, section 7.1.
pub(super) fn is_token(text: &str) -> bool {
    let is_base64url = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    text.len() > 60 && text.matches('.').count() >= 2 && text.chars().all(is_base64url)
}

/// Seconds since 1970, and whether the word says milliseconds: from 2001 to 2033.
pub(super) fn time(word: &str) -> Option<(u64, bool)> {
    let is_time = word.starts_with('1') && word.bytes().all(|byte| byte.is_ascii_digit());
    match word.len() {
        10 if is_time => Some((word.parse().ok()?, false)),
        13 if is_time => Some((word.get(..10)?.parse().ok()?, true)),
        _ => None,
    }
}

/// What stands for a time such as `Sat Jan 30 04:49:05 UTC 2021`.
pub(super) fn java_time(text: &str) -> Option<&'static str> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let parts: Vec<&str> = text.split(' ').collect();
    let [day, _, _, time, "UTC", year] = parts.as_slice() else { return None };
    let is_time = DAYS.contains(day) && time.len() == 8 && year.len() == 4;
    JAVA_TIMES.into_iter().find(|known| is_time && known.len() == text.len())
}

/// The word with this number, in a shape: of each letter only its kind stays.
pub(super) fn made_up(shape: &[char], number: usize) -> String {
    let mut number = number;
    let mut made: Vec<char> = Vec::with_capacity(shape.len());
    // The end tells one word from the next, the beginning is the same for all.
    for (at, letter) in shape.iter().enumerate().rev() {
        let kind: &[u8] = match letter {
            '0'..='9' => b"0123456789",
            letter if letter.is_ascii() => b"xmplyrstuvwzabcdefghijknoq",
            other => {
                made.push(stand_in(*other));
                continue;
            }
        };
        // No number begins with a nought, and none becomes a time.
        let from = match (at, letter) {
            (0, '0'..='9') if matches!(shape.len(), 10 | 13) => 2,
            (0, '0'..='9') => 1,
            _ => 0,
        };
        let radix = kind.len() - from;
        made.push(char::from(kind.get(from + number % radix).copied().unwrap_or(b'x')));
        number /= radix;
    }
    made.into_iter().rev().collect()
}

/// What stands between words: signs of ASCII stay.
pub(super) fn sign(letter: char) -> char {
    if letter.is_ascii() { letter } else { stand_in(letter) }
}

/// Another letter or sign that takes as many bytes.
pub(super) fn stand_in(letter: char) -> char {
    match (letter.is_alphanumeric(), letter.len_utf8()) {
        (true, 2) => 'é',
        (true, 3) => '例',
        (true, _) => '𐐨',
        (false, 2) => '§',
        (false, 3) => '…',
        (false, _) => '🙂',
    }
}
