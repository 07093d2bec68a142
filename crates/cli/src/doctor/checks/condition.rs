//! How IAM compares: patterns, and the conditions of a statement for what Cognito sends.
//!
//! SPEC: AWS, IAM JSON policy elements: `Condition`, `Resource`, condition operators.

use serde_json::Value;

use crate::doctor::described::texts;

/// All that a statement asks of one condition key.
pub struct Condition<'s> {
    /// Operators and what they compare with. All of them have to hold.
    tests: Vec<(&'s str, Vec<String>)>,
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    Yes,
    No,
    /// The operator isn't understood, or the value isn't known.
    Perhaps,
}

impl Condition<'_> {
    pub fn is_absent(&self) -> bool {
        self.tests.is_empty()
    }

    /// Whether it holds for what Cognito sends.
    pub fn met(&self, sent: Option<&str>) -> Met {
        let Some(sent) = sent else { return Met::Perhaps };
        let one = |(operator, values): &(&str, Vec<String>)| match comparison(operator) {
            None => Met::Perhaps,
            Some(fits) if values.iter().any(|value| fits(value, sent)) => Met::Yes,
            Some(_) => Met::No,
        };
        let all: Vec<Met> = self.tests.iter().map(one).collect();
        [Met::No, Met::Perhaps].into_iter().find(|met| all.contains(met)).unwrap_or(Met::Yes)
    }
}

/// How an operator compares; none if it isn't understood.
/// SPEC: AWS, IAM JSON policy elements: condition operators. `StringEquals` takes `*` as a letter,
/// and `ArnEquals` is the same as `ArnLike`.
fn comparison(operator: &str) -> Option<fn(&str, &str) -> bool> {
    match operator {
        "StringEquals" => Some(|value, sent| value == sent),
        "StringLike" => Some(matches),
        "ArnEquals" | "ArnLike" => Some(|value, sent| {
            // Each of the six parts is compared by itself.
            let (value, sent) = (value.splitn(6, ':'), sent.splitn(6, ':'));
            value.clone().count() == sent.clone().count()
                && value.zip(sent).all(|(value, sent)| matches(value, sent))
        }),
        _ => None,
    }
}

pub fn source_arn(statement: &Value) -> Condition<'_> {
    condition(statement, SOURCE_ARN)
}

pub fn source_account(statement: &Value) -> Condition<'_> {
    condition(statement, SOURCE_ACCOUNT)
}

const SOURCE_ARN: &str = "aws:sourcearn";
const SOURCE_ACCOUNT: &str = "aws:sourceaccount";

fn condition<'s>(statement: &'s Value, wanted: &str) -> Condition<'s> {
    // The names of keys have no case.
    let ours = conditions(statement).filter(|(_, key, _)| key.eq_ignore_ascii_case(wanted));
    Condition { tests: ours.map(|(operator, _, value)| (operator, texts(Some(value)))).collect() }
}

/// Whether each operator and each key of the statement's conditions is.
pub fn is_understood(statement: &Value) -> bool {
    conditions(statement).all(|(operator, key, _)| {
        comparison(operator).is_some()
            && [SOURCE_ARN, SOURCE_ACCOUNT].iter().any(|it| key.eq_ignore_ascii_case(it))
    })
}

/// Operator, key and value of each condition.
fn conditions(statement: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    operators.flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(|(key, value)| (operator.as_str(), key.as_str(), value))
    })
}
/// Whether a pattern covers a text.
///
/// Between two `*`, the first place that fits is the best one: whatever fits later ends no earlier.
/// So nothing is tried twice.
///
/// SPEC: AWS, IAM JSON policy elements: `*` is any text, `?` any character.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut runs = pattern.split('*');
    let Some(mut rest) = runs.next().and_then(|first| after(first, text)) else { return false };
    let Some(last) = runs.next_back() else { return rest.is_empty() };
    for run in runs {
        let mut starts = rest.char_indices().map(|(start, _)| start).chain([rest.len()]);
        let Some(found) = starts.find_map(|start| after(run, rest.get(start..)?)) else {
            return false;
        };
        rest = found;
    }
    // The last run stands at the very end.
    let start = rest.char_indices().rev().map(|(start, _)| start);
    let start = [rest.len()].into_iter().chain(start).nth(last.chars().count());
    start.and_then(|start| after(last, rest.get(start..)?)).is_some()
}

/// What follows a run of letters and `?` at the start of a text.
fn after<'t>(run: &str, text: &'t str) -> Option<&'t str> {
    let mut letters = text.chars();
    let fits = |wanted| letters.next().is_some_and(|letter| wanted == '?' || wanted == letter);
    run.chars().all(fits).then_some(letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_iam() {
        for (pattern, text, fits) in [
            ("lambda:*", "lambda:invokefunction", true),
            ("arn:*:userpool/a_?", "arn:aws:userpool/a_1", true),
            ("arn:*:userpool/a_?", "arn:aws:userpool/a_12", false),
            ("a", "ab", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("*ab*ab", "abab", true),
            ("*ab*ab", "aab", false),
            ("a**?", "aé", true),
            ("a*??", "aé", false),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }

    /// Trying each place for each `*` would take more than years.
    #[test]
    fn many_stars_take_no_time() {
        assert!(!matches(&"*a".repeat(40), &format!("{}b", "a".repeat(200))));
    }
}
