//! How groups change.

use claimsmith_findings::{At, Section};
use cognito_claims::{TokenUse, encoding};

use super::checker::{Checker, entries, written_sources};
use super::tokens::suppressed;
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::rules::{GroupMode, GroupRule};
use crate::policy::source::{Place, Source};

impl Checker<'_, '_> {
    /// How groups change; nothing within is to keep Cognito's own.
    pub(super) fn groups(
        &mut self,
        section: Option<&Section<file::Groups>>,
        tokens: &file::Tokens,
    ) -> Option<Option<GroupRule>> {
        let Some(section) = section else { return Some(None) };
        let modes = [
            ("keep", None),
            ("add", Some(GroupMode::Add)),
            ("remove", Some(GroupMode::Remove)),
            ("replace", Some(GroupMode::Replace)),
        ];
        let mode = self.word(section.mode.as_ref(), None, &modes);
        let names = self.names_once(section.names.as_ref());
        // A group that should never have been there may have any name.
        if mode != Some(Some(GroupMode::Remove)) {
            self.group_names(section);
        }
        self.names.missed_uses |= !section.complete;
        let is_open = section.mode.as_ref().is_some_and(|mode| self.findings.is_open(mode.span));
        if let Some(mode) = mode.filter(|_| section.complete && !is_open) {
            self.group_contradictions(section, mode, tokens);
        }
        if let Some(Some(GroupMode::Add | GroupMode::Replace)) = mode {
            self.granted_groups(section.names.as_ref());
        }
        let sources = self.sources(written_sources(section.from.as_ref()));
        sources.iter().flatten().for_each(|source| self.group_source(source));
        let sources = sources?;
        let about = self.about_all(&sources)?;
        let sources = sources.into_iter().map(|source| source.value).collect();
        Some(mode?.map(|mode| GroupRule { mode, names, sources, about }))
    }

    fn group_source(&mut self, source: &At<Source>) {
        let Source { place, map, .. } = &source.value;
        if *place == Place::Groups && map.is_none() {
            let message = "these are Cognito's own groups, which stand in the tokens already";
            let help = "take it out, or add a `map` that says what they become";
            self.findings.add(Code::Groups, source.span, message, help);
        }
        self.is_list(source, Code::Groups, source.span);
    }

    fn group_names(&mut self, section: &file::Groups) {
        for name in entries(section.names.as_ref()) {
            let has_braces = self.has_braces(name, "write the group's name itself");
            if !has_braces && !encoding::is_group_name(&name.value) {
                let message = "this can't be the name of a group at every front door";
                let help = "write at most 128 characters without blanks, commas, quotes, brackets \
                            and braces";
                self.findings.add(Code::Groups, name.span, message, help);
            }
        }
    }

    fn group_contradictions(
        &mut self,
        section: &Section<file::Groups>,
        mode: Option<GroupMode>,
        tokens: &file::Tokens,
    ) {
        let is_named = !entries(section.names.as_ref()).is_empty()
            || !written_sources(section.from.as_ref()).is_empty();
        let place = section.mode.as_ref().map_or(section.span, |mode| mode.span);
        match mode {
            None if is_named => self.findings.add(
                Code::Groups,
                place,
                "groups are named, and `keep` would not use them",
                "write `mode = \"add\"`, `\"remove\"` or `\"replace\"`",
            ),
            // An empty list that is written down says: no groups.
            Some(GroupMode::Replace) if section.names.is_some() => {}
            Some(_) if !is_named => self.findings.add(
                Code::Groups,
                place,
                "no groups are named",
                "give `names`, `from` or both; `names = []` with `replace` takes all groups away",
            ),
            _ => {}
        }
        let is_suppressed_in =
            |token| suppressed(tokens, token).iter().any(|entry| entry.value == "cognito:groups");
        if mode.is_some() && TokenUse::BOTH.into_iter().all(is_suppressed_in) {
            self.findings.add(
                Code::Groups,
                place,
                "the groups are changed here, and suppressed in both tokens",
                "take `cognito:groups` out of a `suppress`, or this section out",
            );
        }
    }
}
