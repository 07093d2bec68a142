//! What a policy proves, for people: a tired one, and one who reviews it.

use std::io::{self, Write};

use claimsmith::identity::Kind;
use claimsmith::policy::prove::{
    Choice, Premise, Proofs, ProvedBy, RecordProof, Selects, SourceProof, TenantProofs, ValueProof,
    What,
};
use claimsmith::policy::{Chosen, GroupMode, Policy, Require};
use cognito_claims::TokenUse;

use super::{bounds, words};
use crate::terminal::{BOLD, DIM, NOTICE, cut, wrapped};

/// Columns of the titles of what is told about one thing.
const TITLE: usize = 9;

/// Writes all of it.
pub fn write(policy: &Policy, width: usize, out: &mut impl Write) -> io::Result<()> {
    let proofs = policy.proofs();
    let mut page = Page { width, out };
    page.tenant(&proofs)?;
    page.records(&proofs)?;
    page.values(&proofs)?;
    page.premises(&proofs)?;
    bounds::write(policy, width, page.out)
}

/// Where the report is written, and how many columns it has.
struct Page<'o, O> {
    width: usize,
    out: &'o mut O,
}

impl<O: Write> Page<'_, O> {
    fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n{BOLD}{text}{BOLD:#}")
    }

    /// A title and a text behind it, on as many lines as it needs.
    fn told(&mut self, indent: usize, title: &str, text: &str) -> io::Result<()> {
        let columns = indent + TITLE + 2;
        for (at, line) in wrapped(text, self.width.saturating_sub(columns)).iter().enumerate() {
            let title = if at == 0 { title } else { "" };
            writeln!(self.out, "{:indent$}{DIM}{title:TITLE$}{DIM:#}  {line}", "")?;
        }
        Ok(())
    }

    /// A text on its own.
    fn paragraph(&mut self, indent: usize, text: &str) -> io::Result<()> {
        for line in wrapped(text, self.width.saturating_sub(indent)) {
            writeln!(self.out, "{:indent$}{line}", "")?;
        }
        Ok(())
    }

    fn tenant(&mut self, proofs: &Proofs) -> io::Result<()> {
        self.heading("Which organisation a token is about")?;
        let Some(tenant) = &proofs.tenant else {
            return self.paragraph(2, "None: there is no [tenant].");
        };
        for source in &tenant.sources {
            let name = words::kind(source.kind);
            let text = cut(&source.text, self.width);
            writeln!(self.out, "  {name:TITLE$}{BOLD}{text}{BOLD:#}")?;
            if let Some(chosen) = &source.chosen {
                self.told(4, "chosen", &chosen_tenant(chosen))?;
            }
            self.told(4, "proved by", &proved_by(source, proofs))?;
        }
        self.paragraph(2, &without(tenant))?;
        if let Some(text) = on_refresh(tenant) {
            self.paragraph(2, &text)?;
        }
        Ok(())
    }

    fn records(&mut self, proofs: &Proofs) -> io::Result<()> {
        if proofs.records.is_empty() {
            return Ok(());
        }
        self.heading("What is read")?;
        let tables = several_tables(&proofs.records);
        for record in &proofs.records {
            writeln!(self.out, "  {BOLD}{}{BOLD:#}", record.name)?;
            let mut is = vec![words::owner(record.owner, record.kind).to_owned()];
            is.extend(record.several.as_ref().map(words::several));
            is.extend(words::chosen(&record.chosen));
            self.told(4, "whose", &is.join("; "))?;
            self.told(4, "key", &key(record, tables))?;
            let require = words::require(record);
            let guards = require.is_some() && record.several.is_none();
            if let Some(require) = require {
                self.told(4, "guard", &require)?;
            }
            if let Some(keep) = &record.keep {
                self.told(4, "kept", &words::keep(keep, guards))?;
            }
        }
        Ok(())
    }

    fn values(&mut self, proofs: &Proofs) -> io::Result<()> {
        self.heading("What is written")?;
        for value in &proofs.values {
            let name = cut(&named(&value.what), self.width);
            let tokens = in_tokens(value);
            writeln!(self.out, "  {BOLD}{name}{BOLD:#}  {DIM}{tokens}{DIM:#}")?;
            self.value(value)?;
        }
        Ok(())
    }

    fn value(&mut self, value: &ValueProof) -> io::Result<()> {
        let columns = value.from.iter().map(|origin| origin.text.chars().count()).max();
        let columns = columns.unwrap_or_default().min(self.width / 3);
        let mut title = "from";
        for origin in &value.from {
            // A constant may hold anything; what a terminal would take as an order is none of it.
            let mut text = cut(&origin.text, self.width / 2);
            let place = words::place(&origin.place, origin.map.as_ref());
            let room =
                self.width.saturating_sub(4 + TITLE + 2 + columns.max(text.chars().count()) + 2);
            for line in wrapped(&place, room) {
                writeln!(self.out, "    {DIM}{title:TITLE$}{DIM:#}  {text:columns$}  {line}")?;
                (title, text) = ("", String::new());
            }
        }
        let conditions: Vec<String> = value.when.iter().map(condition).collect();
        for (at, condition) in conditions.iter().enumerate() {
            self.told(4, if at == 0 { "when" } else { "" }, condition)?;
        }
        if !value.guards.is_empty() {
            self.told(4, "guarded", &format!("by {}", words::listed(&value.guards, "and")))?;
        }
        for (at, choice) in value.choices.iter().enumerate() {
            self.told(4, if at == 0 { "chosen" } else { "" }, &chosen(choice))?;
        }
        let records: Vec<String> =
            value.premises.iter().filter(is_items).map(words::premise).collect();
        if !records.is_empty() {
            self.told(4, "rests on", &words::listed(&records, "and"))?;
        }
        let others: Vec<String> =
            value.premises.iter().filter(|it| !is_items(it)).map(words::premise).collect();
        if !others.is_empty() {
            self.told(4, "on trust", &words::listed(&others, "and"))?;
        }
        Ok(())
    }

    fn premises(&mut self, proofs: &Proofs) -> io::Result<()> {
        if proofs.premises.is_empty() {
            return Ok(());
        }
        self.heading("Taken on trust: no file can prove it")?;
        let records: Vec<String> =
            proofs.premises.iter().filter(is_items).map(words::premise).collect();
        if !records.is_empty() {
            let text = format!("the items of {}", words::listed(&records, "and"));
            self.premise(&text, &["nobody but your own back end can write them".to_owned()], None)?;
        }
        let mut others = proofs.premises.iter().filter(|it| !is_items(it)).peekable();
        while let Some(premise) = others.next() {
            let mut titles = vec![words::premise(premise)];
            let (conditions, checked) = (words::conditions(premise), words::checked(premise));
            // All attributes of one provider are trusted for the same reasons.
            while let Some(next) = others.next_if(|next| {
                checked.is_some()
                    && words::checked(next) == checked
                    && words::conditions(next) == conditions
            }) {
                titles.push(words::premise(next));
            }
            self.premise(&words::listed(&titles, "and"), &conditions, checked)?;
        }
        Ok(())
    }

    fn premise(
        &mut self,
        title: &str,
        conditions: &[String],
        checked: Option<String>,
    ) -> io::Result<()> {
        for line in wrapped(title, self.width.saturating_sub(2)) {
            writeln!(self.out, "  {NOTICE}{line}{NOTICE:#}")?;
        }
        if let Some(checked) = checked {
            self.told(4, "checked", &checked)?;
        }
        for condition in conditions {
            self.told(4, "on trust", condition)?;
        }
        Ok(())
    }
}

fn is_items(premise: &&Premise) -> bool {
    matches!(premise, Premise::Items { .. })
}

fn several_tables(records: &[RecordProof]) -> bool {
    let mut tables: Vec<&str> = records.iter().map(|record| record.table.as_str()).collect();
    tables.dedup();
    tables.len() > 1
}

/// A key as the policy writes it, with the table where there are several.
fn key(record: &RecordProof, tables: bool) -> String {
    let attributes = record.key.iter().map(|(name, template)| format!("{name}={template}"));
    let mut text = attributes.collect::<Vec<_>>().join(" ");
    if tables {
        text.push_str(&format!(" in {}", record.table));
    }
    if let Some(index) = &record.index {
        text.push_str(&format!(" by the index {index}"));
    }
    text
}

fn chosen_tenant(chosen: &Chosen) -> String {
    format!("by {}: sent, it decides alone, and what is proved must equal it", chosen.spelled())
}

/// What proves a source, with what an item must hold.
fn proved_by(source: &SourceProof, proofs: &Proofs) -> String {
    let of_record = |name: &str| -> String {
        let record = proofs.records.iter().find(|record| record.name == name);
        let own = record.map(|it| words::owner(it.owner, it.kind)).unwrap_or_default();
        let require = record.and_then(|it| it.require.as_ref()).map(Require::spelled);
        let require = match require.as_deref() {
            None | Some("") => "which exists".to_owned(),
            Some(condition) => format!("whose {condition}"),
        };
        format!("{own} item {name}, {require}")
    };
    match &source.proof {
        ProvedBy::Item { record } => of_record(record),
        ProvedBy::OnlyMatch { record } => {
            format!("the only match of the query {record}: {}", of_record(record))
        }
        ProvedBy::Within { list, record: Some(record) } => {
            format!("the list {list}, which must hold it, of {}", of_record(record))
        }
        ProvedBy::Within { list, record: None } => format!("{list}, which must hold it"),
        ProvedBy::Assigned { attribute } => format!("{attribute}, which the caller can't write"),
    }
}

fn without(tenant: &TenantProofs) -> String {
    let none = match tenant.optional {
        true => "Without one a token says nothing about an organisation and grants nothing.",
        false => "Without one there is no token.",
    };
    let kinds = [Kind::User, Kind::Client].into_iter().filter(|kind| {
        !tenant.optional && !tenant.sources.iter().any(|source| source.kind == *kind)
    });
    let nobody = kinds.map(|kind| format!(" So a {} gets none.", words::kind(kind)));
    let id = match tenant.id {
        claimsmith::policy::IdType::Uuid => "Its id is a UUID.",
        claimsmith::policy::IdType::Number => "Its id is a number.",
        claimsmith::policy::IdType::Slug => "Its id is a slug.",
    };
    format!("{id} {none}{}", nobody.collect::<String>())
}

/// What a refresh decides without.
fn on_refresh(tenant: &TenantProofs) -> Option<String> {
    let by_metadata = tenant.sources.iter().filter(|source| {
        source.kind == Kind::User && matches!(source.chosen, Some(Chosen::Metadata(_)))
    });
    let names: Vec<String> = by_metadata.map(|source| source.text.clone()).collect();
    (!names.is_empty()).then(|| {
        format!(
            "A refresh at the token endpoint carries no metadata, so it decides anew, without {}.",
            words::listed(&names, "and")
        )
    })
}

fn named(what: &What) -> String {
    let section = |section: &Option<String>| match section {
        Some(section) => format!(" of [clients.{section}]"),
        None => String::new(),
    };
    match what {
        What::Claim(name) => name.clone(),
        What::SessionTag(key) => format!("session tag {key}"),
        What::Groups(GroupMode::Add) => "groups, added to Cognito's".to_owned(),
        What::Groups(GroupMode::Remove) => "groups, taken away from Cognito's".to_owned(),
        What::Groups(GroupMode::Replace) => "groups, instead of Cognito's".to_owned(),
        What::AddedScopes(client) => format!("added scopes{}", section(client)),
        What::ScopeLimit(client) => format!("the limit of scopes{}", section(client)),
    }
}

fn in_tokens(value: &ValueProof) -> String {
    let tokens = match value.tokens.as_slice() {
        [TokenUse::Id] => "ID token",
        [TokenUse::Access] => "access token",
        _ => "both tokens",
    };
    match value.what {
        What::AddedScopes(_) | What::ScopeLimit(_) => tokens.to_owned(),
        _ => format!("{tokens}, {}", words::about(value.about)),
    }
}

fn condition((name, values): &(String, Vec<serde_json::Value>)) -> String {
    let values: Vec<String> = values.iter().map(crate::terminal::shown).collect();
    format!("{name} is {}", words::listed(&values, "or"))
}

fn chosen(Choice { input, selects }: &Choice) -> String {
    let input = words::input(input);
    match selects {
        Selects::Tenant { proved_by } => {
            format!("{input}: the organisation, among those that {proved_by} proves")
        }
        Selects::Item { record } => format!("{input}: which item of {record}, among the own"),
        Selects::Presence => format!("{input}: whether it is there"),
        Selects::Less => format!("{input}: fewer of them, never more"),
    }
}
