//! Under which condition DynamoDB takes a record: nothing is there, or what is there revokes no
//! more, stays no longer and isn't the same.
//!
//! The table compares while it writes, so two people who revoke at once can't undo each other.

use claimsmith::policy::BEFORE;

use super::record::{REVOKED_AT, REVOKED_UNTIL, Reach, Record};

/// A condition as DynamoDB takes it.
#[derive(Debug, PartialEq, Eq)]
pub struct Condition {
    /// The expression.
    pub expression: String,
    /// What its names stand for.
    pub names: Vec<(&'static str, String)>,
    /// Its numbers.
    pub numbers: Vec<(&'static str, u64)>,
    /// Its texts.
    pub texts: Vec<(&'static str, &'static str)>,
}

/// The condition for a record.
pub fn of(record: &Record, partition_key: &str) -> Condition {
    let mut names = vec![
        ("#key", partition_key.to_owned()),
        ("#before", BEFORE.to_owned()),
        ("#until", REVOKED_UNTIL.to_owned()),
    ];
    let mut numbers = Vec::new();
    let mut texts = Vec::new();
    // What nobody but this command wrote may have a time that readers take for none.
    let (no_wider, narrower) = match record.reach {
        Reach::All => (None, "attribute_exists(#before)"),
        Reach::Until(time) => {
            names.push(("#at", REVOKED_AT.to_owned()));
            numbers.push((":before", time));
            texts.push((":number", "N"));
            let no_wider = "attribute_exists(#at) AND attribute_type(#before, :number) \
                            AND #before <= :before";
            (Some(no_wider), "#before < :before")
        }
    };
    let (no_longer, shorter) = match record.until {
        None => (None, "attribute_exists(#until)"),
        Some(end) => {
            numbers.push((":until", end));
            if texts.is_empty() {
                texts.push((":number", "N"));
            }
            let no_longer = "attribute_type(#until, :number) AND #until <= :until";
            (Some(no_longer), "#until < :until")
        }
    };
    let covers: Vec<&str> = [no_wider, no_longer].into_iter().flatten().collect();
    // DynamoDB refuses parentheses that nothing needs.
    let replaces = match covers.is_empty() {
        true => format!("{narrower} OR {shorter}"),
        false => format!("({} AND ({narrower} OR {shorter}))", covers.join(" AND ")),
    };
    let expression = format!("attribute_not_exists(#key) OR {replaces}");
    Condition { expression, names, numbers, texts }
}

#[cfg(test)]
mod tests {
    use super::super::record::tests::record;
    use super::*;

    #[test]
    fn each_name_and_value_is_used_because_dynamodb_refuses_others() {
        for before in [None, Some(5)] {
            for until in [None, Some(9)] {
                let condition = of(&record(before, until), "pk");
                let names = condition.names.iter().map(|(name, _)| name);
                let numbers = condition.numbers.iter().map(|(name, _)| name);
                let texts = condition.texts.iter().map(|(name, _)| name);
                for name in names.chain(numbers).chain(texts) {
                    assert!(
                        condition.expression.contains(name),
                        "{name}: {}",
                        condition.expression
                    );
                }
            }
        }
    }
}
