//! Who reads a round.
//!
//! The trigger reads for itself. What watches its reads, or answers some of them from elsewhere, is
//! another reader.

use std::future::Future;

use super::fetch::Fetched;
use super::store::{Query, Read};
use crate::clock::Moment;

/// Reads rounds.
pub trait Reader {
    /// Reads one round: one answer per read and one page per query, each in its place.
    fn fetch(
        &self,
        questions: (&[Read<'_>], &[Query<'_>]),
        deadline: Moment,
    ) -> impl Future<Output = Fetched>;
}
