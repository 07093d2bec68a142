//! The operator's own texts.

use std::collections::BTreeMap;

use claimsmith_findings::{At, Named};

use super::checker::Checker;
use crate::outcome::Reason;
use crate::policy::code::Code;

/// Longest message to a person, in characters.
const MESSAGE_LIMIT: usize = 200;

impl Checker<'_, '_> {
    pub(super) fn messages(
        &mut self,
        texts: &Named<At<String>>,
    ) -> Option<BTreeMap<Reason, String>> {
        let before = self.findings.count();
        let words = Reason::ALL.map(|reason| (reason.as_str(), reason));
        let mut messages = BTreeMap::new();
        for (reason, text) in &texts.entries {
            let length = text.value.chars().count();
            if length == 0 || length > MESSAGE_LIMIT || text.value.chars().any(char::is_control) {
                let message = "this message can't be shown to a person";
                let help = format!("write one line of 1 to {MESSAGE_LIMIT} characters");
                self.findings.add(Code::Message, text.span, message, help);
            }
            if let Some(reason) = self.findings.word(reason, &words) {
                messages.insert(reason, text.value.clone());
            }
        }
        (self.findings.count() == before).then_some(messages)
    }
}
