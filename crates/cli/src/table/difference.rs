//! What a table has that the policy doesn't expect.

/// A difference between a table and the policy. Its code is stable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `table-missing`, `table-keys`, `table-key-type`, `table-index`, `table-index-keys` or
    /// `table-projection`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

#[cfg(feature = "dynamodb")]
impl Difference {
    /// A difference.
    pub fn new(code: &'static str, message: String, help: &'static str) -> Self {
        Self { code, message, help }
    }
}
