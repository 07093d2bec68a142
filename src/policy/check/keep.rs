//! How long an item may be kept, and what it may still decide then.

use std::time::Duration;

use claimsmith_findings::{At, Section};

use super::checker::Checker;
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::record::Keep;

const SHORTEST_KEEP: Duration = Duration::from_secs(1);
const LONGEST_KEEP: Duration = Duration::from_secs(24 * 60 * 60);

impl Checker<'_, '_> {
    /// How long the item may be kept; nothing within is not at all.
    pub(super) fn keep(
        &mut self,
        section: &Section<file::Record>,
        is_revocation: bool,
    ) -> Option<Option<Keep>> {
        let keys = [&section.cache, &section.stale_if_error, &section.stale_guard];
        if let Some(kept) = keys.into_iter().flatten().next().filter(|_| is_revocation) {
            let message = "who was let in a moment ago may be revoked by now";
            let help = "take it out: what is revoked is read each time";
            self.findings.add(Code::Cache, kept.span, message, help);
            return None;
        }
        let fresh = self.keeping_time(section.cache.as_ref());
        let stale_if_error = self.keeping_time(section.stale_if_error.as_ref());
        let stale_guard = self.keeping_time(section.stale_guard.as_ref());
        let stale = section.stale_if_error.as_ref().or(section.stale_guard.as_ref());
        match (&section.cache, stale, &section.consistent) {
            (None, Some(stale), _) if section.complete => {
                let message = "nothing is kept that could serve while the table fails";
                let help = "add `cache`, such as `cache = \"60s\"`";
                self.findings.add(Code::Cache, stale.span, message, help);
            }
            (Some(cache), _, Some(At { value: true, .. })) => {
                let message = "a read that must see each write can't come from memory";
                let help = "take `cache` or `consistent` out";
                self.findings.add(Code::Cache, cache.span, message, help);
            }
            _ => {}
        }
        match (&section.require, &section.stale_if_error, &section.stale_guard) {
            (Some(_), Some(stale), _) => {
                let message =
                    "what guards must not be stale, unless the file says how old it may be";
                let help = "write `stale_guard` instead, or take it out";
                self.findings.add(Code::Cache, stale.span, message, help);
            }
            (None, _, Some(stale)) if section.complete => {
                let message = "this record guards nothing";
                let help = "write `stale_if_error` instead, or add `require`";
                self.findings.add(Code::Cache, stale.span, message, help);
            }
            _ => {}
        }
        let stale = stale_guard?.or(stale_if_error?).unwrap_or_default();
        Some(fresh?.map(|fresh| Keep { fresh, stale_if_error: stale }))
    }

    fn keeping_time(&mut self, text: Option<&At<String>>) -> Option<Option<Duration>> {
        let help = "write from `1s` to `24h`, such as `60s` or `5m`";
        let time = self.meaning(text, Duration::ZERO, |check, text| {
            check.findings.duration(text, SHORTEST_KEEP..=LONGEST_KEEP, help)
        });
        time.map(|time| text.map(|_| time))
    }
}
