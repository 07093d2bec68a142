//! `[usage_plan]`: API keys of usage plans, by tier.

use std::collections::BTreeMap;

use claimsmith_findings::{At, Named};

use super::code::{Code, Findings};
use super::requirements::Checker;

pub(super) fn usage_plan(
    keys: &Named<At<String>>,
    checker: &Checker,
    findings: &mut Findings<'_>,
) -> BTreeMap<String, String> {
    for (tier, key) in &keys.entries {
        checker.tier(Code::UsageKey, tier, findings);
        // SPEC: AWS, API Gateway, "Set up API keys": a value of 20 to 128 characters.
        let is_plain = key.value.bytes().all(|byte| byte.is_ascii_graphic());
        if !(20..=128).contains(&key.value.len()) || !is_plain {
            let help = "write the key's value, not its id: `free = \"${FREE_KEY}\"`";
            findings.add(Code::UsageKey, key.span, "this is no value of an API key", help);
        }
    }
    let keys = keys.entries.iter();
    keys.map(|(tier, key)| (tier.value.clone(), key.value.clone())).collect()
}
