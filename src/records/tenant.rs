//! The one decision: which organisation the token is about, and what proves it.

use std::borrow::Cow;

use serde_json::Value;

use super::chosen::chosen;
use super::guard::Verdict;
use super::knowledge::Knowledge;
use super::known::Known;
use super::path::{as_text, into_text};
use super::state::Tenancy;
use crate::outcome::{Fault, Reason, Refusal, Subject};
use crate::policy::{Proof, TenantRule, TenantSource};

impl<'k> Knowledge<'k> {
    /// Decides by the first source that is there. What the caller chose is there, whatever comes of
    /// it; another source is there if it has a value.
    pub fn decide(&self, rule: &TenantRule) -> Verdict<Tenancy> {
        for source in rule.sources(self.identity.kind) {
            let choice = source.chosen.as_ref().map(|choice| chosen(choice, self.identity));
            let proved = match choice {
                Some(None) => continue,
                Some(Some(choice)) => self.proves(source, choice),
                None => self.proved(source),
            };
            let (id, member) = match proved {
                Known::Value(proved) => proved,
                Known::Unknown(fault) => {
                    return Verdict::Unknown(refusal(
                        fault.reason(),
                        format!(
                            "what `{}` says about the organisation can't be known",
                            source.text
                        ),
                    ));
                }
                Known::Absent if choice.is_none() => continue,
                Known::Absent => {
                    return Verdict::Refused(refusal(
                        Reason::ChoiceRefused,
                        format!("`{}` doesn't prove what the caller asks for", source.text),
                    ));
                }
            };
            if !rule.id.fits(&id) {
                let cause = format!("`{}` is no id of an organisation", source.text);
                return Verdict::Refused(refusal(Reason::RecordMalformed, cause));
            }
            return Verdict::Passed(Tenancy::One { id: id.into_owned(), member });
        }
        if rule.optional {
            return Verdict::Passed(Tenancy::Nobody);
        }
        let cause = "no source of the organisation is there".to_owned();
        Verdict::Refused(refusal(Reason::NoTenant, cause))
    }

    /// The id that a source proves, as it is stored, and the record that proves it.
    fn proved(&self, source: &TenantSource) -> Known<(Cow<'k, str>, Option<usize>)> {
        let (value, member) = match &source.proof {
            Proof::Record(path) => (self.record(path).map(Cow::Borrowed), Some(path.record)),
            Proof::Assigned(source) => (self.source(source), None),
            // Nobody chose within it.
            Proof::Within(_) => return Known::Absent,
        };
        value.and_then(|value| match into_text(value) {
            Some(id) => Known::Value((id, member)),
            None => Known::Unknown(Fault::Malformed),
        })
    }

    /// The same, if it is what the caller chose; absent if not.
    fn proves(&self, source: &TenantSource, choice: &str) -> Known<(Cow<'k, str>, Option<usize>)> {
        let Proof::Within(within) = &source.proof else {
            return self.proved(source).and_then(|proved| match proved.0 == choice {
                true => Known::Value(proved),
                false => Known::Absent,
            });
        };
        self.source(within).and_then(|value| match holds(&value, choice) {
            true => Known::Value((Cow::Owned(choice.to_owned()), None)),
            false => Known::Absent,
        })
    }
}

/// Whether a list, the names of a map, or a single value hold what the caller chose.
fn holds(value: &Value, choice: &str) -> bool {
    match value {
        Value::Array(elements) => {
            elements.iter().any(|element| as_text(element).as_deref() == Some(choice))
        }
        Value::Object(members) => {
            !matches!(members.get(choice), None | Some(Value::Null | Value::Bool(false)))
        }
        single => as_text(single).as_deref() == Some(choice),
    }
}

fn refusal(reason: Reason, cause: String) -> Refusal {
    Refusal::new(reason, Subject::Tenant, cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_holds_its_words_and_a_map_the_names_that_it_does_not_deny() {
        for (value, choice, expected) in [
            (json!(["acme", "globex"]), "globex", true),
            (json!(["acme", 42]), "42", true),
            (json!(["acme"]), "ACME", false),
            (json!([["acme"]]), "acme", false),
            (json!({ "acme": ["admin"] }), "acme", true),
            (json!({ "acme": true }), "acme", true),
            (json!({ "acme": "" }), "acme", true),
            (json!({ "acme": false }), "acme", false),
            (json!({ "acme": null }), "acme", false),
            (json!("acme"), "acme", true),
            (json!("acme, globex"), "acme", false),
        ] {
            assert_eq!(holds(&value, choice), expected, "{value} {choice}");
        }
    }
}
