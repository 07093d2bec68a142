//! Where `{*}` stands in a query: it says which items of a partition there are.

use claimsmith_findings::Span;

use super::checker::Checker;
use super::keys::KeyText;
use super::records::Draft;
use crate::policy::code::Code;
use crate::policy::record::Operand;

impl Checker<'_, '_> {
    /// A query finds what stands at the one `{*}` of its sort key, or everything of the partition.
    pub(super) fn one_star(&mut self, draft: &Draft<'_>, code: Code, span: Span) -> bool {
        let stars = |text: &Option<KeyText>| {
            let values = text.iter().flat_map(|text| text.template.values());
            values.filter(|value| matches!(value, Operand::Star(_))).count()
        };
        let [partition, sort] = &draft.texts;
        let bounds = sort.is_none() || stars(sort) == 1;
        let fits = draft.is_open || stars(partition) == 0 && bounds;
        if !fits {
            let message = "a query has one `{*}`, in its sort key, or no sort key";
            let help = "write `sk = \"ORG#{*}\"`; or leave the sort key out; or, for one item, write \
                        `key` instead of `query`";
            self.findings.add(code, span, message, help);
        }
        fits
    }
}
