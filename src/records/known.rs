//! What can be known about a value.

use crate::outcome::Fault;

/// What is known about one value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Known<T> {
    /// There is a value.
    Value(T),
    /// There is none.
    Absent,
    /// Nobody can tell.
    Unknown(Fault),
}

impl<T> Known<T> {
    /// The value changed, if there is one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Known<U> {
        self.and_then(|value| Known::Value(change(value)))
    }

    /// What is known after one more step, if there is a value to take it with.
    pub fn and_then<U>(self, step: impl FnOnce(T) -> Known<U>) -> Known<U> {
        match self {
            Known::Value(value) => step(value),
            Known::Absent => Known::Absent,
            Known::Unknown(fault) => Known::Unknown(fault),
        }
    }
}
