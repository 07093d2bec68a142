//! Identity providers, and which attributes they write.

use std::collections::BTreeMap;

use claimsmith_findings::{At, List, Named, Section};

use super::checker::entries;
use crate::policy::code::{Code, Findings};
use crate::policy::file;
use crate::policy::source::Provider;

/// The providers as far as they can be read; what is wrong in their sections is found.
pub(super) fn providers(
    sections: Option<&Named<Section<file::Provider>>>,
    pool: &file::Pool,
    findings: &mut Findings<'_>,
) -> Vec<Provider> {
    let admin_only = pool.admin_only.as_ref();
    let mut writers: BTreeMap<String, &str> = BTreeMap::new();
    let mut providers = Vec::new();
    for (name, section) in sections.map(|named| named.entries.as_slice()).unwrap_or_default() {
        let writes = entries(section.writes.as_ref());
        findings.unique(writes);
        attribute_names(writes, findings);
        findings.unique(entries(section.verifies.as_ref()));
        if writes.is_empty() && section.verifies.is_none() && section.complete {
            let message = format!("nothing of the provider `{}` is believed", name.value);
            let help = "name what it `writes` or `verifies`, or take the section out";
            findings.add(Code::Provider, name.span, message, help);
        }
        for attribute in writes {
            let is_listed = entries(admin_only).iter().any(|other| other.value == attribute.value);
            let first = writers.insert(attribute.value.clone(), &name.value);
            if is_listed || first.is_some() {
                let message = "this attribute has another writer already in this file";
                let help = "name one: whoever may write it decides what it says";
                findings.add(Code::Provider, attribute.span, message, help);
            }
        }
        if let Some(issuer) = section.issuer.as_ref().filter(|issuer| issuer.value.is_empty()) {
            let help = "write the provider's entity id, or take the line out";
            findings.add(Code::Provider, issuer.span, "an empty issuer", help);
        }
        let mut verifies_email = false;
        for what in entries(section.verifies.as_ref()) {
            verifies_email |= findings.word(what, &[("email", ())]).is_some();
        }
        providers.push(Provider {
            name: name.value.clone(),
            issuer: section.issuer.as_ref().map(|issuer| issuer.value.clone()),
            writes: section.writes.as_ref().map(List::values).unwrap_or_default(),
            verifies_email,
        });
    }
    attribute_names(entries(admin_only), findings);
    findings.unique(entries(admin_only));
    providers
}

/// These lists hold names of attributes as Cognito has them.
fn attribute_names(list: &[At<String>], findings: &mut Findings<'_>) {
    for entry in list {
        if entry.value.starts_with("attributes.") {
            let message = "this list holds names of attributes, without `attributes.`";
            let help = "write the name alone, such as `custom:department`";
            findings.add(Code::Template, entry.span, message, help);
        } else if entry.value.is_empty() {
            findings.add(Code::Template, entry.span, "an empty name", "write an attribute's name");
        }
    }
}
