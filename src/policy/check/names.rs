//! What a name in the file can mean, and who uses what.

use std::collections::{BTreeMap, BTreeSet};

use claimsmith_findings::{List, Named, Section};

use crate::never::Never;
use crate::policy::file;
use crate::policy::record::About;
use crate::policy::source::{AssignedAttribute, Place, Provider};

/// What a name in the policy can mean: record names, assigned attributes; and who uses what.
pub(super) struct Names {
    pub(super) records: BTreeMap<String, usize>,
    /// Per record what is known of it before its own section is checked, and what came of that.
    pub(super) known: Vec<KnownRecord>,
    pub(super) admin_only: Vec<String>,
    pub(super) providers: Vec<Provider>,
    /// Whether the file has a section `[tenant]`.
    pub(super) has_tenant: bool,
    /// What decides about the organisation: named elsewhere it could be another one than the token's.
    pub(super) deciding: Vec<Place>,
    /// The attributes of the member that somebody uses.
    pub(super) member_uses: BTreeSet<String>,
    /// Whether somebody was told already that there is no table, or it may be what can't be read.
    pub(super) table_is_missed: bool,
    /// The same for the section `[tenant]`.
    pub(super) tenant_is_missed: bool,
    /// Whether there may be records that could not be read.
    pub(super) unread: bool,
    /// Whether something that may use a record could not be read: no record is unused then.
    pub(super) missed_uses: bool,
    /// What the pool never does, if that can be read.
    pub(super) never: Option<Never>,
}

/// A record as the names of others see it.
#[derive(Default)]
pub(super) struct KnownRecord {
    /// Whether it can bring several items.
    pub(super) several: bool,
    /// What it is about; known when all records and the tenant are read.
    pub(super) about: About,
    /// Whether its items are about whatever organisation the caller asks for: only `member` says
    /// that it is the token's.
    pub(super) only_as_member: bool,
    /// The attributes that somebody uses.
    pub(super) used: Vec<String>,
}

impl Names {
    /// `is_whole` says whether all keys and sections of the file could be read.
    pub(super) fn new(
        records: &Named<Section<file::Record>>,
        has_tenant: bool,
        pool: &file::Pool,
        providers: Vec<Provider>,
        is_whole: bool,
    ) -> Self {
        let names = records.entries.iter().map(|(name, _)| name.value.clone());
        let is_only = |section: &file::Record| section.only.as_ref().is_some_and(|only| only.value);
        let known = records.entries.iter().map(|(_, section)| KnownRecord {
            several: section.each.is_some() || section.query.is_some() && !is_only(section),
            ..KnownRecord::default()
        });
        Self {
            records: names.enumerate().map(|(position, name)| (name, position)).collect(),
            known: known.collect(),
            admin_only: pool.admin_only.as_ref().map(List::values).unwrap_or_default(),
            providers,
            has_tenant,
            deciding: Vec::new(),
            member_uses: BTreeSet::new(),
            table_is_missed: !is_whole,
            tenant_is_missed: !is_whole,
            unread: !records.whole,
            missed_uses: !records.whole,
            never: None,
        }
    }

    /// Notes that somebody needs an attribute of a record.
    pub(super) fn uses(&mut self, record: usize, attribute: &str) {
        if let Some(known) = self.known.get_mut(record) {
            known.used.push(attribute.to_owned());
        }
    }

    /// Whether a record can bring several items.
    pub(super) fn is_several(&self, record: usize) -> bool {
        self.known.get(record).is_some_and(|known| known.several)
    }

    /// Who else than the person writes a user attribute, if the file says so.
    pub(super) fn assigned(&self, attribute: &str) -> Option<AssignedAttribute> {
        let by_provider =
            |provider: &Provider| provider.writes.iter().any(|name| name == attribute);
        let provider = self.providers.iter().position(by_provider);
        let is_admin = self.admin_only.iter().any(|name| name == attribute);
        (is_admin || provider.is_some())
            .then(|| AssignedAttribute { name: attribute.to_owned(), provider })
    }
}
