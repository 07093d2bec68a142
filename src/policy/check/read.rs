//! Everything that is read for a token, taken together: records, the tenant, and the order of both.

use claimsmith_findings::{At, Named, Section, Span};

use super::checker::Checker;
use super::names::KnownRecord;
use super::records::Draft;
use super::rounds::{Graph, Order};
use super::table::Tables;
use super::tenant::TenantDraft;
use crate::policy::file;
use crate::policy::id::IdRule;
use crate::policy::record::{PersonRule, RecordRule};
use crate::policy::table::Table;
use crate::policy::tenant::TenantRule;

/// The sections that say what is read, and names for what no section names.
pub(super) struct ReadSections {
    pub(super) records: Named<Section<file::Record>>,
    pub(super) table: Option<Section<file::Table>>,
    pub(super) person: Option<Section<file::Person>>,
    pub(super) tenant: Option<Section<file::Tenant>>,
    person_name: At<String>,
    tenant_name: At<String>,
}

impl ReadSections {
    pub(super) fn new(
        records: Option<Named<Section<file::Record>>>,
        table: Option<Section<file::Table>>,
        person: Option<Section<file::Person>>,
        tenant: Option<Section<file::Tenant>>,
    ) -> Self {
        let span = tenant.as_ref().map_or(Span::default(), |section| section.span);
        let named = |name: &str, span| At { value: name.to_owned(), span };
        Self {
            records: records.unwrap_or_default(),
            table,
            person,
            tenant,
            person_name: named("person", Span::default()),
            tenant_name: named("tenant", span),
        }
    }
}

/// What the file reads, as far as it could be read.
pub(super) struct DraftReads<'f> {
    drafts: Vec<Draft<'f>>,
    order: Order,
    tables: Tables<'f>,
    person: Option<Option<PersonRule>>,
    tenant: Option<(TenantDraft, IdRule)>,
}

/// What the policy reads.
pub(super) struct Reads {
    pub(super) records: Vec<RecordRule>,
    pub(super) rounds: Vec<Vec<usize>>,
    pub(super) tables: Vec<Table>,
    pub(super) person: Option<PersonRule>,
    pub(super) tenant: Option<TenantRule>,
}

impl Checker<'_, '_> {
    /// Checks all that is read.
    pub(super) fn reads<'f>(&mut self, read: &'f ReadSections) -> DraftReads<'f> {
        let sections = &read.records;
        self.record_names(sections);
        let mut tables = self.tables(read.table.as_ref(), sections);
        let has_person = read.person.is_some();
        let mut drafts: Vec<Draft<'f>> = Vec::with_capacity(sections.entries.len() + 1);
        for (position, (name, section)) in sections.entries.iter().enumerate() {
            drafts.push(self.record(position, (name, section), has_person, &mut tables));
        }
        if let Some(section) = &read.person {
            self.names.known.push(KnownRecord::default());
            let position = drafts.len();
            drafts.push(self.person_record(position, &read.person_name, section, &mut tables));
        }
        let tenant = read.tenant.as_ref().map(|section| self.tenant(section, &mut drafts));
        let id = self.id_types(&mut drafts, tenant.as_ref().and_then(|tenant| tenant.id));
        self.owners(&mut drafts);
        let at_person = read.person.as_ref().and_then(|_| drafts.len().checked_sub(1));
        let graph = Graph::new(&drafts, tenant.as_ref(), &read.tenant_name, at_person);
        let order = self.order(&graph);
        self.batches(&drafts, &order.rounds);
        self.reachable(&drafts, &order.rounds, tenant.as_ref());
        self.subjects(&mut drafts, &order.rounds);
        self.key_types(&drafts, &tables.numbers);
        self.overlaps(&drafts);
        self.guards(&drafts, read.tenant.is_some());
        let person = match &read.person {
            None => Some(None),
            Some(section) => self.person(section, &drafts).map(Some),
        };
        DraftReads { drafts, order, tables, person, tenant: tenant.map(|tenant| (tenant, id)) }
    }

    /// What comes of it, once it is known who uses what.
    pub(super) fn finish(&mut self, reads: DraftReads<'_>) -> Option<Reads> {
        let DraftReads { drafts, order, tables, person, tenant } = reads;
        let kept: Vec<usize> =
            person.iter().flatten().flat_map(|person| [person.record, person.profile]).collect();
        let records = self.finish_records(drafts, &kept);
        let tenant = match tenant {
            None => Some(None),
            Some((TenantDraft { id: Some(_), sources: [person, machine], optional }, id)) => {
                let after_rounds = order.tenant_after;
                person.zip(machine).map(|(person, machine)| {
                    Some(TenantRule { id, person, machine, optional, after_rounds })
                })
            }
            Some(_) => None,
        };
        Some(Reads {
            records: records?,
            rounds: order.rounds,
            tables: tables.finish()?,
            person: person?,
            tenant: tenant?,
        })
    }
}
