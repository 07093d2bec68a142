//! Where in a contract's file something is: in which member, and of which claim.

/// The member that is read at a line and column, which count from 1, and its claim if that is named
/// above it.
pub fn place(text: &str, line: usize, column: usize) -> Option<String> {
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let before = text.get(..start + column).or_else(|| text.get(..start))?;
    let behind = text.get(before.len()..)?;
    let is_key = |rest: &str| {
        rest.trim_start().chars().chain(behind.trim_start().chars()).next() == Some(':')
    };
    // The member that is read in each of the objects and lists that are open.
    let (mut open, mut claim) = (vec![""], None);
    let mut rest = before;
    while let Some(at) = rest.find(['"', '{', '[', '}', ']']) {
        let (sign, after) = rest.get(at..)?.split_at_checked(1)?;
        rest = after;
        match sign {
            "{" | "[" => open.push(""),
            "}" | "]" => drop(open.pop()),
            _ => {
                let end = end_of_text(after)?;
                let word = after.get(..end)?;
                rest = after.get(end + 1..)?;
                let is_claim = open.len() == CLAIM;
                match open.last_mut() {
                    Some(member) if is_key(rest) => *member = word,
                    Some(&mut "name") if is_claim => claim = Some(word),
                    _ => {}
                }
            }
        }
        if open.len() < CLAIM {
            claim = None;
        }
    }
    let member = open.iter().rev().find(|member| !member.is_empty())?;
    Some(match claim {
        Some(claim) => format!("claim `{claim}`, member `{member}`"),
        None => format!("member `{member}`"),
    })
}

/// How much is open in a claim: the file, its object, its list of claims and one of these.
const CLAIM: usize = 4;

/// Where a text ends that has begun: at a quote that isn't escaped.
fn end_of_text(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_named_by_claim_and_member() {
        let text = "{\n\"claims\": [\n{ \"name\": \"a\\\"{\", \"first\": 1 },\n{ \"name\": \"b\",\n\"fields\": [\"x\", 1] }],\n\"tokens\": {}}";
        let at = |part: &str| {
            let end = text.find(part).unwrap() + part.len();
            let before = text.get(..end).unwrap();
            let line = before.matches('\n').count() + 1;
            place(text, line, before.len() - before.rfind('\n').map_or(0, |at| at + 1))
        };
        assert_eq!(at("\"first\": 1").as_deref(), Some("claim `a\\\"{`, member `first`"));
        assert_eq!(at("\"x\", 1").as_deref(), Some("claim `b`, member `fields`"));
        assert_eq!(at("\"tokens\": {").as_deref(), Some("member `tokens`"));
        assert_eq!(at("1 }").as_deref(), Some("member `claims`"));
        assert_eq!(at("{"), None);
        assert_eq!(place(text, 0, 0), None);
        assert_eq!(place("ä", 1, 1), None);
        assert_eq!(place("", 9, 9), None);
    }
}
