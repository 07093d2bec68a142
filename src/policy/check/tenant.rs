//! `[tenant]`: each source of the organisation has a proof.
//!
//! What proves that somebody belongs to an organisation: an own item that passes `require` and holds its
//! id, a list or map in one, the only match of an own query, or an attribute that the caller can't
//! write. Everything else is a finding that says which proof was looked for.

use claimsmith_findings::{At, OneOrMany, Section, Span, TextOr};

use super::checker::{Checker, WrittenSource};
use super::records::{Draft, How, KEPT_LESS};
use crate::identity::Kind;
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::id::IdType;
use crate::policy::record::{Chosen, Operand, Require};
use crate::policy::source::{Place, RecordPath, Source, Step};
use crate::policy::template::DottedName;
use crate::policy::tenant::{Proof, TenantSource};

/// The section as far as it could be read.
pub(super) struct TenantDraft {
    pub(super) id: Option<IdType>,
    /// For a person and for a machine.
    pub(super) sources: [Option<Vec<TenantSource>>; 2],
    pub(super) optional: bool,
}

impl TenantDraft {
    /// The sources of both kinds.
    pub(super) fn all(&self) -> impl Iterator<Item = &TenantSource> {
        self.sources.iter().flatten().flatten()
    }
}

impl Checker<'_, '_> {
    pub(super) fn tenant(
        &mut self,
        section: &Section<file::Tenant>,
        drafts: &mut [Draft<'_>],
    ) -> TenantDraft {
        let before = self.findings.count();
        if section.person.is_none() && section.machine.is_none() && section.complete {
            let message = "nothing says where the organisation comes from";
            let help =
                "write `person = [\"user.org_id\"]`, `machine = [\"client.org_id\"]`, or both";
            self.findings.add(Code::Tenant, section.span, message, help);
        }
        let id = self.word(section.id.as_ref(), IdType::Slug, &IdType::WORDS);
        // What could not be read, or should have been there, may name anything.
        let is_known = self.findings.count() == before && section.complete;
        let mut sources = |list, kind| match list {
            None => is_known.then(Vec::new),
            Some(list) => self.tenant_sources(list, kind, drafts),
        };
        let person = sources(section.person.as_ref(), Kind::User);
        let machine = sources(section.machine.as_ref(), Kind::Client);
        let sources = [&person, &machine].into_iter().flatten().flatten();
        let deciding = sources.filter_map(|source| match &source.proof {
            Proof::Record(path) => Some(Place::Record(path.clone())),
            Proof::Assigned(source) => Some(source.place.clone()),
            Proof::Within(_) => None,
        });
        self.names.deciding = deciding.collect();
        TenantDraft {
            id,
            sources: [person, machine],
            optional: section.optional.as_ref().is_some_and(|optional| optional.value),
        }
    }

    fn tenant_sources(
        &mut self,
        OneOrMany(list): &OneOrMany<WrittenSource>,
        kind: Kind,
        drafts: &mut [Draft<'_>],
    ) -> Option<Vec<TenantSource>> {
        if list.entries.is_empty() && list.whole {
            let help = "name a source, or take the line out";
            self.findings.add(Code::EmptyList, list.span, "the list of sources is empty", help);
            return None;
        }
        let mut sources = Some(Vec::new());
        let mut seen: Vec<&str> = Vec::new();
        for At { value, .. } in &list.entries {
            let Some(text) = from(value) else {
                sources = None;
                continue;
            };
            if let TextOr::Text(text) = value
                && seen.contains(&text.value.as_str())
            {
                let message =
                    format!("`{}` stands in this list already", self.findings.written(text.span));
                self.findings.add(Code::Duplicate, text.span, message, "take one of the two out");
            }
            seen.push(&text.value);
            match self.tenant_source(value, text, kind, drafts) {
                Some(source) => {
                    sources = sources.map(|all| all.into_iter().chain([source]).collect())
                }
                None => {
                    self.names.missed_uses = true;
                    let is_open = self.is_open(value);
                    sources = sources.filter(|_| is_open);
                }
            }
        }
        sources
    }

    /// Whether a variable without a value hides what a source is.
    fn is_open(&self, written: &WrittenSource) -> bool {
        let texts = match written {
            TextOr::Text(text) => [Some(text), None],
            TextOr::Other(section) => [section.from.as_ref(), section.within.as_ref()],
        };
        texts.into_iter().flatten().any(|text| self.findings.is_open(text.span))
    }

    fn tenant_source(
        &mut self,
        written: &WrittenSource,
        text: &At<String>,
        kind: Kind,
        drafts: &mut [Draft<'_>],
    ) -> Option<TenantSource> {
        if self.findings.is_open(text.span) {
            return None;
        }
        let name = match DottedName::parse(&text.value) {
            Ok(name) => name,
            Err(error) => {
                let help = "write `<record>.<attribute>`, such as `user.org_id`";
                self.findings.add(Code::Template, text.span, error.to_string(), help);
                return None;
            }
        };
        let rest = name.rest.join(".");
        let section = match written {
            TextOr::Text(_) => None,
            TextOr::Other(section) => Some(section),
        };
        let within = section.and_then(|section| section.within.as_ref());
        let chosen = match name.head.as_str() {
            "metadata" if !rest.is_empty() => Some(Chosen::Metadata(rest.clone())),
            "attributes" if !rest.is_empty() && self.names.assigned(&rest).is_none() => {
                Some(Chosen::Attribute(rest.clone()))
            }
            _ => None,
        };
        let source = |chosen, proof| Some(TenantSource { text: text.value.clone(), chosen, proof });
        if let Some(chosen) = chosen {
            let Some(within) = within else {
                let message = format!(
                    "`{}` is chosen by the caller, and nothing proves it",
                    self.findings.written(text.span)
                );
                let help = "add `within`, a list or map of an own record: `{ from = \"metadata.org_id\", \
                            within = \"user.org_ids\" }`; or name an own record whose key holds the \
                            choice: `sk = \"ORG#{metadata.org_id}\"`";
                self.findings.add(Code::TenantProof, text.span, message, help);
                return None;
            };
            let (split, map) = section.map(|section| self.reading_of(section)).unwrap_or_default();
            let list = self.named_source(&within.value, within.span)?;
            self.list_proof(&list, within.span, kind, drafts)?;
            return source(
                Some(chosen),
                Proof::Within(Source { split: split?, map: map?, ..list }),
            );
        }
        if let Some(within) = within {
            let message = "only what the caller chooses is looked for within a list";
            let help = "write `from = \"metadata.<name>\"`, or take `within` out";
            self.findings.add(Code::Tenant, within.span, message, help);
            return None;
        }
        if name.head == "attributes" {
            let place = self.place(&text.value, text.span)?;
            let (split, map) = match section {
                Some(section) => self.reading_of(section),
                None => (Some(None), Some(None)),
            };
            if let Some(split) = section.and_then(|section| section.split.as_ref()) {
                let message = "the organisation is one, and a list may hold several";
                self.findings.add(Code::Tenant, split.span, message, "take `split` out");
                return None;
            }
            let text = text.value.clone();
            return source(None, Proof::Assigned(Source { text, place, split: split?, map: map? }));
        }
        if let Some(section) =
            section.filter(|section| section.map.is_some() || section.split.is_some())
        {
            let message = "an item holds the organisation's id as it is";
            let help = "write the source as a text, without `map` and `split`";
            self.findings.add(Code::Tenant, section.span, message, help);
            return None;
        }
        if ["tenant", "member", "groups", "sub", "person", "username", "client_id", "user_pool_id"]
            .contains(&name.head.as_str())
        {
            let message =
                format!("`{}` is no proof of an organisation", self.findings.written(text.span));
            return self.no_proof(text.span, message);
        }
        let path = self.record_path(&name, text.span)?;
        let chosen = self.record_proof(&path, text, kind, drafts)?;
        source(chosen, Proof::Record(path))
    }

    /// An own item, or the only match of an own query, that passes `require`.
    fn record_proof(
        &mut self,
        path: &RecordPath,
        text: &At<String>,
        kind: Kind,
        drafts: &mut [Draft<'_>],
    ) -> Option<Option<Chosen>> {
        let draft = drafts.get_mut(path.record)?;
        draft.proves = true;
        let name = draft.name.value.clone();
        if path.path.contains(&Step::Tenant) || path.path.is_empty() {
            let message = format!("`{}` is no organisation's id", self.findings.written(text.span));
            return self.no_proof(text.span, message);
        }
        if !draft.is_right {
            return None;
        }
        self.proof(draft, text.span, kind)?;
        let mut chosen = draft.operands().filter_map(|operand| match operand {
            Operand::Chosen(chosen, _) => Some(chosen.clone()),
            _ => None,
        });
        let first = chosen.next();
        if chosen.next().is_some() {
            let message = format!("the caller chooses `{name}` by two values, and one is compared");
            let help = "leave one choice in its key";
            self.findings.add(Code::TenantProof, text.span, message, help);
            return None;
        }
        match &draft.how {
            Some(How::Each { .. } | How::Query { only: false, .. }) => {
                let message =
                    format!("`{name}` may bring several items, so it proves no single one");
                let help =
                    "write `only = true` in the query, as the last source: the single match counts";
                self.findings.add(Code::TenantProof, text.span, message, help);
                None
            }
            _ => Some(first),
        }
    }

    /// A list or map of an own item that passes `require`, or of what only others write.
    fn list_proof(
        &mut self,
        list: &Source,
        span: Span,
        kind: Kind,
        drafts: &[Draft<'_>],
    ) -> Option<()> {
        let path = match &list.place {
            Place::Groups | Place::Attribute(_) => return Some(()),
            Place::Record(path) if !path.path.contains(&Step::Tenant) => path,
            _ => {
                let message = format!("`{}` is no list of one's own", self.findings.written(span));
                return self.no_proof(span, message);
            }
        };
        let draft = drafts.get(path.record)?;
        if !draft.is_right {
            return None;
        }
        self.proof(draft, span, kind)?;
        let is_item = matches!(draft.how, Some(How::Item));
        if !is_item || draft.operands().any(|operand| matches!(operand, Operand::Chosen(..))) {
            let message = format!("`{}` is not one item that is always the same", draft.name.value);
            return self.no_proof(span, message);
        }
        Some(())
    }

    /// What every record that proves has.
    fn proof(&mut self, draft: &Draft<'_>, span: Span, kind: Kind) -> Option<()> {
        let name = &draft.name.value;
        let first = draft.operands().find(|operand| !matches!(operand, Operand::UserPoolId));
        let is_own = matches!(first, Some(Operand::Sub | Operand::Person | Operand::ClientId))
            && draft.shared.is_none();
        let is_for = match kind {
            Kind::User => !matches!(draft.applies_to, Some(Some(Kind::Client))),
            Kind::Client => matches!(draft.applies_to, Some(Some(Kind::Client))),
        };
        // A record without an owner is a finding of its own.
        if !is_own && !draft.is_open && draft.shared.is_none() {
            return None;
        }
        if !is_own && !draft.is_open {
            let own = match kind {
                Kind::User => "`{sub}` or `{person}`",
                Kind::Client => "`{client_id}`, with `for = \"client\"`",
            };
            let message =
                format!("`{name}` is not an item of the one who asks, so it proves nothing");
            let help = format!("begin its key with {own}");
            self.findings.add(Code::TenantProof, span, message, help);
            return None;
        }
        if !is_for {
            let message = format!("`{name}` is not read for a {}", kind_name(kind));
            let help = "name a record that is, or change its `for`";
            self.findings.add(Code::TenantProof, span, message, help);
            return None;
        }
        if draft.index.is_some() {
            let message =
                format!("`{name}` comes from an index, which only finds and doesn't prove");
            let help = "read the item by the key of its table";
            self.findings.add(Code::TenantProof, span, message, help);
            return None;
        }
        if draft.require == Some(None) {
            let message = format!("nothing says what an item of `{name}` must hold to be a proof");
            let help = "add `require = { status = [\"active\"] }`; or `require = \"exists\"`, if its mere \
                        existence proves it";
            self.findings.add(Code::TenantProof, span, message, help);
            return None;
        }
        if draft.require == Some(Some(Require::NotRevoked)) {
            let message = format!("`{name}` only says who is revoked, so it proves nothing");
            return self.no_proof(span, message);
        }
        if draft.is_kept_too_long_to_prove() {
            let message = format!("`{name}` proves the organisation, and is kept for too long");
            self.findings.add(Code::TenantProof, span, message, KEPT_LESS);
            return None;
        }
        Some(())
    }

    fn no_proof<T>(&mut self, span: Span, message: String) -> Option<T> {
        let help = "name an attribute of an own record with `require`, such as `user.org_id`; or an \
                    attribute that the caller can't write";
        self.findings.add(Code::TenantProof, span, message, help);
        None
    }
}

/// What a source is made from.
fn from(written: &WrittenSource) -> Option<&At<String>> {
    match written {
        TextOr::Text(text) => Some(text),
        TextOr::Other(section) => section.from.as_ref(),
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "person",
        Kind::Client => "machine",
    }
}
