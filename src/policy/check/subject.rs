//! What each record is about: the identity wherever it is, the tenant, or nobody.

use super::checker::Checker;
use super::keys::place_of;
use super::records::{Draft, How};
use super::sources::join;
use crate::identity::Kind;
use crate::policy::code::Code;
use crate::policy::record::{About, Operand, Owner, Require};
use crate::policy::source::{Place, RecordPath, Step};
use crate::policy::spelling::spelled_path;

impl Checker<'_, '_> {
    /// Says what each record is about, in the order in which they are read.
    pub(super) fn subjects(&mut self, drafts: &mut [Draft<'_>], rounds: &[Vec<usize>]) {
        for (draft, known) in drafts.iter().zip(&mut self.names.known) {
            known.only_as_member =
                draft.proves && (draft.is_only() || !draft.chosen.is_empty()) && draft.is_right;
        }
        for at in rounds.iter().flatten() {
            let Some(draft) = drafts.get_mut(*at) else { continue };
            // Of what is wrong already nobody can say what it is about.
            if !draft.is_right {
                continue;
            }
            self.through_member(draft);
            draft.about = self.subject(draft);
            let about = draft.about;
            self.names.known.iter_mut().skip(*at).take(1).for_each(|known| known.about = about);
        }
    }

    fn subject(&mut self, draft: &Draft<'_>) -> About {
        let mut all = match draft.owner {
            Some(Owner::Tenant) => About::Tenant,
            _ => About::Nobody,
        };
        let mut values: Vec<About> =
            draft.operands().map(|operand| self.about_operand(operand)).collect();
        if let Some(How::Each { list, .. }) = &draft.how
            && !draft.is_open
        {
            values.push(self.about(list));
        }
        for about in values {
            all = match join(all, about) {
                Some(joined) => joined,
                // An own item may be about the tenant.
                None if draft.owner == Some(Owner::Own) => About::Tenant,
                None => {
                    let message = format!(
                        "the key of `{}` is made of the person's own data and of the organisation's",
                        draft.name.value
                    );
                    let help = "make it of one of both; what somebody has in an organisation is in \
                                `member`";
                    self.findings.add(Code::About, draft.name.span, message, help);
                    return About::Tenant;
                }
            };
        }
        match (draft.owner, all) {
            (Some(Owner::Own), About::Nobody) => About::Identity,
            _ => all,
        }
    }

    fn about_operand(&self, operand: &Operand) -> About {
        match operand {
            Operand::Tenant(_) | Operand::Member(_) => About::Tenant,
            Operand::Record(RecordPath { path, .. }) if path.contains(&Step::Tenant) => {
                About::Tenant
            }
            Operand::Record(RecordPath { record, .. }) => {
                self.names.known.get(*record).map(|known| known.about).unwrap_or_default()
            }
            Operand::Attribute(_) => About::Identity,
            _ => About::Nobody,
        }
    }

    /// What may be about another organisation than the token stands in no key: neither an item that is
    /// about whatever the caller asks for, nor a source of the tenant.
    fn through_member(&mut self, draft: &Draft<'_>) {
        for text in draft.texts.iter().flatten() {
            for operand in text.template.values() {
                let place = match operand {
                    Operand::Record(path) => Place::Record(path.clone()),
                    Operand::Attribute(attribute) => Place::Attribute(attribute.clone()),
                    _ => continue,
                };
                let span = place_of(&self.spelled(&place), text.span, self.findings);
                if self.names.deciding.contains(&place) {
                    self.decides(span, "{tenant}");
                } else if let Place::Record(path) = &place
                    && self.names.known.get(path.record).is_some_and(|known| known.only_as_member)
                {
                    let message = "this is about the organisation that the caller asks for, which need \
                                   not be the token's";
                    let attribute = self.attribute_at(span);
                    let help = format!("write `{{member.{attribute}}}`: the item that proved it");
                    self.findings.add(Code::About, span, message, help);
                }
            }
        }
    }

    /// A place as a key names it.
    fn spelled(&self, place: &Place) -> String {
        match place {
            Place::Record(path) => {
                let record = self.names.records.iter().find(|(_, at)| **at == path.record);
                let record = record.map(|(name, _)| name.as_str()).unwrap_or_default();
                format!("{record}{}", spelled_path(&path.path))
            }
            Place::Attribute(attribute) => format!("attributes.{}", attribute.name),
            _ => String::new(),
        }
    }

    /// For a person and for a machine: whether a guard is asked whatever the caller leaves out.
    pub(super) fn guards(&mut self, drafts: &[Draft<'_>], has_tenant: bool) {
        let asks = |draft: &Draft<'_>, kind: Kind| {
            let proves = draft.require.iter().flatten().any(Require::proves);
            proves
                && !draft.is_query()
                && draft.chosen.is_empty()
                && draft.applies_to.flatten().is_none_or(|only| only == kind)
        };
        self.guarded = [Kind::User, Kind::Client]
            .map(|kind| has_tenant || drafts.iter().any(|draft| asks(draft, kind)));
    }
}
