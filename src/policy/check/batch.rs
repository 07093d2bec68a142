//! The items of a round are read in one request.

use super::checker::Checker;
use super::records::{Draft, How};
use crate::identity::Kind;
use crate::policy::code::Code;

/// Most items of one request. SPEC: AWS, DynamoDB API reference, BatchGetItem.
const BATCH_LIMIT: usize = 100;

impl Checker<'_, '_> {
    /// Finds rounds that could need more items than a request may name. Lists alone make so many.
    pub(super) fn batches(&mut self, drafts: &[Draft<'_>], rounds: &[Vec<usize>]) {
        for round in rounds {
            let records = || round.iter().filter_map(|at| drafts.get(*at));
            let items = |kind: Kind| -> usize {
                let all =
                    records().filter(|it| it.applies_to.flatten().is_none_or(|it| it == kind));
                all.map(most).sum()
            };
            let last = records().rfind(|draft| matches!(draft.how, Some(How::Each { .. })));
            if let Some(draft) = last
                && items(Kind::User).max(items(Kind::Client)) > BATCH_LIMIT
            {
                let message = format!(
                    "with the items of `{}` one read could need more than {BATCH_LIMIT}",
                    draft.name.value
                );
                let help = "lower `at_most` of one of the lists that are read together";
                self.findings.add(Code::TooManyRecords, draft.name.span, message, help);
            }
        }
    }
}

/// Most items that a record adds to the request.
fn most(draft: &Draft<'_>) -> usize {
    match &draft.how {
        Some(How::Item) => 1,
        Some(How::Each { at_most, .. }) => *at_most,
        Some(How::Query { .. }) | None => 0,
    }
}
