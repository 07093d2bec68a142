//! Changes of what Cognito writes: claims, scopes, groups; and of session tags and markers.

use std::collections::BTreeSet;

use claimsmith::policy::GroupMode;
use cognito_claims::TokenUse;
use cognito_claims::names::CLAIMS_AS_OF;

use super::verdict::{About, Change, Verdict};
use crate::contract::file::mode_word;
use crate::contract::model::{Contract, Groups, Tags, Token};

const FIND_NOTHING: &str = "Readers that ask for it find nothing.";
const AS_NEW: &str = "No reader knows it yet.";
const THERE_AGAIN: &str = "It is there more often than before.";

type Names = BTreeSet<String>;

/// Adds all of them.
pub fn changes(before: &Contract, after: &Contract, changes: &mut Vec<Change>) {
    let tokens =
        [(TokenUse::Id, &before.id, &after.id), (TokenUse::Access, &before.access, &after.access)];
    for (token, old, new) in tokens {
        let mut found = Found { tokens: vec![token], changes };
        suppressed(token, (before, old), new, &mut found);
        scopes(old, new, &mut found);
    }
    let mut found = Found { tokens: TokenUse::BOTH.to_vec(), changes };
    groups(before.groups.as_ref(), after.groups.as_ref(), &mut found);
    stale(before, after, &mut found);
    found.tokens = vec![TokenUse::Id];
    tags(before.session_tags.as_ref(), after.session_tags.as_ref(), &mut found);
}

/// Where the changes of one or both tokens go.
struct Found<'c> {
    tokens: Vec<TokenUse>,
    changes: &'c mut Vec<Change>,
}

impl Found<'_> {
    fn add(
        &mut self,
        (about, name): (About, &str),
        verdict: Verdict,
        what: &str,
        why: &'static str,
    ) {
        let (name, what, tokens) = (name.to_owned(), what.to_owned(), self.tokens.clone());
        self.changes.push(Change { verdict, about, name, tokens, what, why });
    }

    /// What is only before, and what is only after.
    fn names(
        &mut self,
        about: About,
        (before, after): (&Names, &Names),
        lost: (Verdict, &str, &'static str),
        gained: (Verdict, &str, &'static str),
    ) {
        for (names, (verdict, what, why)) in [(before - after, lost), (after - before, gained)] {
            for name in names {
                self.add((about, &name), verdict, what, why);
            }
        }
    }
}

/// For which app clients something holds.
#[derive(PartialEq, PartialOrd)]
enum Reach {
    Nobody,
    Some,
    All,
}

/// What holds for all app clients, and what for some.
struct Reaches<'t> {
    all: &'t Names,
    some: &'t Names,
}

impl<'t> Reaches<'t> {
    fn suppressed(token: &'t Token) -> Self {
        Self { all: &token.suppressed, some: &token.suppressed_for_some }
    }

    fn scopes(token: &'t Token) -> Self {
        Self { all: &token.scopes_added, some: &token.scopes_added_for_some }
    }

    fn of(&self, name: &str) -> Reach {
        match name {
            name if self.all.contains(name) => Reach::All,
            name if self.some.contains(name) => Reach::Some,
            _ => Reach::Nobody,
        }
    }

    /// The names in either of two.
    fn names(&self, other: &Self) -> Names {
        let sets = [self.all, self.some, other.all, other.some];
        sets.into_iter().flatten().cloned().collect()
    }
}

fn suppressed(
    token: TokenUse,
    (before, old): (&Contract, &Token),
    new: &Token,
    found: &mut Found<'_>,
) {
    let (old, new) = (Reaches::suppressed(old), Reaches::suppressed(new));
    // A claim that was the policy's own is told among those.
    let was_ours = |name: &str| before.claim(name).is_some_and(|it| it.presence(token).is_some());
    for name in old.names(&new).iter().filter(|name| !was_ours(name)) {
        let (was, is) = (old.of(name), new.of(name));
        let (verdict, what, why) = match is {
            _ if was == is => continue,
            _ if is < was => (Verdict::Compatible, "suppressed for fewer", THERE_AGAIN),
            Reach::All => (Verdict::Breaking, "suppressed", FIND_NOTHING),
            _ => (Verdict::Breaking, "suppressed for some app clients", FIND_NOTHING),
        };
        found.add((About::CognitoClaim, name), verdict, what, why);
    }
}

fn scopes(old: &Token, new: &Token, found: &mut Found<'_>) {
    const DENY: &str = "Whoever asks for it is denied.";
    let (had, has) = (Reaches::scopes(old), Reaches::scopes(new));
    for name in had.names(&has) {
        let (was, is) = (had.of(&name), has.of(&name));
        let (verdict, what, why) = match is {
            _ if was == is => continue,
            _ if is > was => (Verdict::Compatible, "added for more", AS_NEW),
            Reach::Nobody => (Verdict::Breaking, "no longer added", DENY),
            _ => (Verdict::Breaking, "no longer added to all", DENY),
        };
        found.add((About::Scope, &name), verdict, what, why);
    }
    let lost = (Verdict::Compatible, "no longer taken away", THERE_AGAIN);
    let gained = (Verdict::Breaking, "taken away", DENY);
    found.names(About::Scope, (&old.scopes_suppressed, &new.scopes_suppressed), lost, gained);
    let scope = (About::Scope, "scope");
    match (old.scopes_limited, new.scopes_limited) {
        (false, true) => found.add(scope, Verdict::Breaking, "limited by data", DENY),
        (true, false) => {
            found.add(scope, Verdict::Compatible, "no longer limited by data", THERE_AGAIN);
        }
        _ => {}
    }
    let audience = (About::CognitoClaim, "aud");
    match (old.audience, new.audience) {
        (true, false) => found.add(audience, Verdict::Breaking, "no longer set", FIND_NOTHING),
        (false, true) => found.add(
            audience,
            Verdict::Compatible,
            "set",
            "It holds the app client id, which the token names as `client_id` too.",
        ),
        _ => {}
    }
}

const GROUPS: &str = "cognito:groups";

fn groups(old: Option<&Groups>, new: Option<&Groups>, found: &mut Found<'_>) {
    const LESS: &str = "Readers that ask for a group that is gone deny.";
    const MORE: &str = "The groups that readers know are there as before.";
    if old == new {
        return;
    }
    let mode = |groups: Option<&Groups>| groups.map(|groups| groups.mode);
    let word = |groups| mode(groups).map_or("keep", mode_word);
    let all = (About::Group, GROUPS);
    let what = format!("from {} to {}", word(old), word(new));
    let verdict = match (mode(old), mode(new)) {
        (old, new) if old == new => None,
        // Cognito's own stay, and what was taken away may come back.
        (None | Some(GroupMode::Remove), None | Some(GroupMode::Add)) => Some(Verdict::Compatible),
        (Some(GroupMode::Replace), Some(GroupMode::Add)) => Some(Verdict::Compatible),
        _ => Some(Verdict::Breaking),
    };
    if let Some(verdict) = verdict {
        let why = if verdict == Verdict::Breaking { LESS } else { MORE };
        found.add(all, verdict, &what, why);
    }
    let none = Names::new();
    let (before, after) = (old.map_or(&none, |it| &it.names), new.map_or(&none, |it| &it.names));
    let removes = |groups| mode(groups) == Some(GroupMode::Remove);
    let from_data = |groups: Option<&Groups>| groups.is_some_and(|groups| groups.from_data);
    if removes(old) || removes(new) {
        // Names that change with the mode are told by it.
        if mode(old) == mode(new) {
            let lost = (Verdict::Compatible, "no longer taken away", THERE_AGAIN);
            let gained = (Verdict::Breaking, "taken away", LESS);
            found.names(About::Group, (before, after), lost, gained);
            data(from_data(new), from_data(old), ("data takes groups away", LESS), found);
        }
        return;
    }
    let lost = (Verdict::Breaking, "no longer added", LESS);
    let gained = (Verdict::Compatible, "added", AS_NEW);
    found.names(About::Group, (before, after), lost, gained);
    data(from_data(old), from_data(new), ("data no longer names groups", LESS), found);
}

/// Whether data gives groups, or spares them.
fn data(old: bool, new: bool, (what, why): (&str, &'static str), found: &mut Found<'_>) {
    let all = (About::Group, GROUPS);
    match (old, new) {
        (true, false) => found.add(all, Verdict::Breaking, what, why),
        (false, true) => found.add(all, Verdict::Compatible, "more groups by data", AS_NEW),
        _ => {}
    }
}

fn stale(before: &Contract, after: &Contract, found: &mut Found<'_>) {
    let can = |contract: &Contract| contract.markers.iter().any(|name| name == CLAIMS_AS_OF);
    let marker = (About::Claim, CLAIMS_AS_OF);
    match (can(before), can(after)) {
        (false, true) => found.add(
            marker,
            Verdict::ReadersFirst,
            "may stand in tokens",
            "Data may be older than its token, and readers for which that matters must look.",
        ),
        (true, false) => found.add(
            marker,
            Verdict::Compatible,
            "no longer in tokens",
            "Data is as old as its token at most.",
        ),
        _ => {}
    }
}

fn tags(old: Option<&Tags>, new: Option<&Tags>, found: &mut Found<'_>) {
    const POLICIES: &str = "Policies of IAM that test it see something else.";
    let names = |tags: Option<&Tags>| -> Names {
        tags.into_iter().flat_map(|tags| tags.tags.keys().cloned()).collect()
    };
    let lost = (Verdict::Breaking, "removed", POLICIES);
    let gained = (Verdict::Compatible, "new", "No policy of IAM knows it yet.");
    found.names(About::SessionTag, (&names(old), &names(new)), lost, gained);
    let (Some(old), Some(new)) = (old, new) else { return };
    for (tag, claim) in &old.tags {
        if let Some(other) = new.tags.get(tag).filter(|other| *other != claim) {
            let what = format!("holds `{other}`, before `{claim}`");
            found.add((About::SessionTag, tag), Verdict::Breaking, &what, POLICIES);
        }
    }
    let why = "Sessions of a role that is assumed from another one have other tags.";
    let lost = (Verdict::Breaking, "no longer transitive", why);
    let gained = (Verdict::Breaking, "transitive", why);
    // A tag that is new or gone is told already.
    let both = |tags: &Tags| -> Names {
        let known = |tag: &&String| old.tags.contains_key(*tag) && new.tags.contains_key(*tag);
        tags.transitive.iter().filter(known).cloned().collect()
    };
    found.names(About::SessionTag, (&both(old), &both(new)), lost, gained);
}
