//! A record of a revocation: what it says, and when one may take another's place.

use claimsmith::policy::BEFORE;
use serde_json::{Map, Value, json};

use super::subject::{PREFIX, Subject};

/// The attribute with the kind of what is revoked.
pub const KIND: &str = "kind";
/// The attribute with the time of the revocation, which only this command writes.
pub const REVOKED_AT: &str = "revoked_at";
/// The attribute by which DynamoDB deletes the item some time after it has ended. Its name is that
/// of nothing else, because items of any kind with it are deleted.
pub const REVOKED_UNTIL: &str = "revoked_until";
/// The attribute with the reason.
pub const NOTE: &str = "note";

/// How much is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everything, for as long as the record is there.
    All,
    /// What was signed in to until this time, in seconds since 1970.
    Until(u64),
}

/// What a record says. One that somebody wrote by hand may lack anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What is revoked: the claim's value.
    pub value: String,
    /// Of which kind it is.
    pub kind: Option<String>,
    /// How much is revoked.
    pub reach: Reach,
    /// When it was, in seconds since 1970.
    pub revoked_at: Option<u64>,
    /// When the record ends, in seconds since 1970; nothing is never.
    pub until: Option<u64>,
    /// Why.
    pub note: Option<String>,
}

impl Record {
    /// A new one.
    pub fn new(
        subject: &Subject,
        reach: Reach,
        until: Option<u64>,
        note: Option<String>,
        now: u64,
    ) -> Self {
        Self {
            value: subject.value.clone(),
            kind: Some(subject.kind.as_str().to_owned()),
            reach,
            revoked_at: Some(now),
            until,
            note,
        }
    }

    /// Reads an item, given as what each attribute says: a text, or the digits of a number. What
    /// the readers take for nothing counts as nothing here.
    pub fn of<'a>(
        key: &str,
        text: impl Fn(&str) -> Option<&'a str>,
        number: impl Fn(&str) -> Option<&'a str>,
    ) -> Self {
        let number = |name| number(name).and_then(|digits| digits.parse().ok());
        let text = |name| text(name).map(str::to_owned);
        Self {
            value: key.strip_prefix(PREFIX).unwrap_or(key).to_owned(),
            kind: text(KIND),
            reach: number(BEFORE).map_or(Reach::All, Reach::Until),
            revoked_at: number(REVOKED_AT),
            until: number(REVOKED_UNTIL),
            note: text(NOTE),
        }
    }

    /// The attributes beside the key.
    pub fn attributes(&self) -> Map<String, Value> {
        let before = match self.reach {
            Reach::All => None,
            Reach::Until(time) => Some(time),
        };
        let all = [
            (KIND, self.kind.as_deref().map(Value::from)),
            (REVOKED_AT, self.revoked_at.map(Value::from)),
            (BEFORE, before.map(Value::from)),
            (REVOKED_UNTIL, self.until.map(Value::from)),
            (NOTE, self.note.as_deref().map(Value::from)),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// As `--json` shows it.
    pub fn json(&self) -> Value {
        let before = match self.reach {
            Reach::All => None,
            Reach::Until(time) => Some(time),
        };
        json!({
            "kind": self.kind,
            "value": self.value,
            "revoked_at": self.revoked_at,
            "before": before,
            "until": self.until,
            "note": self.note,
        })
    }

    /// Whether all that `other` revokes is revoked by this one, as far as the reach goes.
    pub fn reaches_as_far_as(&self, other: &Self) -> bool {
        match (self.reach, other.reach) {
            (Reach::All, _) => true,
            (Reach::Until(_), Reach::All) => false,
            (Reach::Until(own), Reach::Until(other)) => own >= other,
        }
    }
}

/// What came of an attempt to write a record where one is already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum There {
    /// It says the same, or the same for longer: nothing is left to do.
    Enough,
    /// It revokes more than what was asked for.
    Wider,
    /// It stays longer than what was asked for, and revokes less.
    Longer,
}

/// How a record that is there stands to one that was not written because of it.
pub fn there(found: &Record, asked: &Record) -> There {
    if !found.reaches_as_far_as(asked) {
        There::Longer
    } else if !asked.reaches_as_far_as(found) {
        There::Wider
    } else {
        There::Enough
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A record with this reach and end.
    pub fn record(before: Option<u64>, until: Option<u64>) -> Record {
        Record {
            value: "x".to_owned(),
            kind: None,
            reach: before.map_or(Reach::All, Reach::Until),
            revoked_at: Some(1),
            until,
            note: None,
        }
    }

    /// Whether it stays at least as long.
    pub fn lasts_as_long_as(one: &Record, other: &Record) -> bool {
        match (one.until, other.until) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(one), Some(other)) => one >= other,
        }
    }

    #[test]
    fn an_item_reads_as_it_was_written() {
        let written = Record {
            kind: Some("user".to_owned()),
            note: Some("left".to_owned()),
            ..record(Some(7), Some(9))
        };
        let attributes = written.attributes();
        let digits: Vec<(&String, String)> =
            attributes.iter().map(|(name, value)| (name, value.to_string())).collect();
        let number = |name: &str| {
            let (_, digits) = digits.iter().find(|(known, _)| *known == name)?;
            digits.parse::<u64>().is_ok().then_some(digits.as_str())
        };
        let text = |name: &str| attributes.get(name)?.as_str();
        assert_eq!(Record::of("REVOKED#x", text, number), written);
        assert_eq!(record(None, None).attributes().len(), 1);
    }

    #[test]
    fn a_time_that_is_none_narrows_nothing() {
        for digits in ["-1", "1.5", "18446744073709551616", "soon"] {
            let number = |name: &str| (name == BEFORE).then_some(digits);
            assert_eq!(Record::of("REVOKED#x", |_| None, number).reach, Reach::All, "{digits}");
        }
    }

    #[test]
    fn what_is_there_is_enough_wider_or_longer() {
        for (found, asked, expected) in [
            ((None, None), (None, None), There::Enough),
            ((None, None), (None, Some(9)), There::Enough),
            ((None, Some(9)), (Some(5), None), There::Wider),
            ((None, None), (Some(5), None), There::Wider),
            ((Some(7), None), (Some(5), None), There::Wider),
            ((Some(5), None), (Some(5), Some(9)), There::Enough),
            ((Some(5), None), (Some(7), Some(9)), There::Longer),
            ((Some(5), None), (None, Some(9)), There::Longer),
        ] {
            let (found, asked) = (record(found.0, found.1), record(asked.0, asked.1));
            assert_eq!(there(&found, &asked), expected, "{found:?} {asked:?}");
        }
    }
}
