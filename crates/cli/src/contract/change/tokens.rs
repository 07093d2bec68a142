//! Changes of what Cognito writes: claims, scopes, groups; and of session tags and markers.

use std::collections::BTreeSet;

use claimsmith::policy::GroupMode;
use cognito_claims::TokenUse;
use cognito_claims::names::CLAIMS_AS_OF;

use super::verdict::{About, Change, Order};
use crate::contract::file::mode_word;
use crate::contract::model::{Contract, Groups, Reach, Tags, Token};

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
    fn add(&mut self, (about, name): (About, &str), order: Order, what: &str, why: &'static str) {
        let (name, what, tokens) = (name.to_owned(), what.to_owned(), self.tokens.clone());
        self.changes.push(Change { order, about, name, tokens, what, why });
    }

    /// What is only before, and what is only after.
    fn names(
        &mut self,
        about: About,
        (before, after): (&Names, &Names),
        lost: (Order, &str, &'static str),
        gained: (Order, &str, &'static str),
    ) {
        for (names, (order, what, why)) in [(before - after, lost), (after - before, gained)] {
            for name in names {
                self.add((about, &name), order, what, why);
            }
        }
    }

    /// What holds for more app clients than before, or for fewer.
    fn reach(&mut self, about: (About, &str), (was, is): (Reach, Reach), turn: &Turn) {
        let (order, [whole, part], why) = if is > was { turn.more } else { turn.less };
        let what = if is == Reach::Some { part } else { whole };
        if is != was {
            self.add(about, order, what, why);
        }
    }
}

/// What it means that something holds for more app clients, and for fewer: the order; what to say if
/// it is for all now, or for none, and if it is for some; and why.
struct Turn {
    more: (Order, [&'static str; 2], &'static str),
    less: (Order, [&'static str; 2], &'static str),
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

    fn scopes_suppressed(token: &'t Token) -> Self {
        Self { all: &token.scopes_suppressed, some: &token.scopes_suppressed_for_some }
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
    let turn = Turn {
        more: (Order::Without, ["suppressed", "suppressed for some app clients"], FIND_NOTHING),
        less: (Order::Policy, ["suppressed for fewer"; 2], THERE_AGAIN),
    };
    for name in old.names(&new).iter().filter(|name| !was_ours(name)) {
        found.reach((About::CognitoClaim, name), (old.of(name), new.of(name)), &turn);
    }
}

fn scopes(old: &Token, new: &Token, found: &mut Found<'_>) {
    const DENY: &str = "Whoever asks for it is denied.";
    let turn = Turn {
        more: (Order::Policy, ["added for more"; 2], AS_NEW),
        less: (Order::Without, ["no longer added", "no longer added to all"], DENY),
    };
    let (had, has) = (Reaches::scopes(old), Reaches::scopes(new));
    for name in had.names(&has) {
        found.reach((About::Scope, &name), (had.of(&name), has.of(&name)), &turn);
    }
    let turn = Turn {
        more: (Order::Without, ["taken away", "taken away for some app clients"], DENY),
        less: (Order::Policy, ["no longer taken away", "taken away for fewer"], THERE_AGAIN),
    };
    let (had, has) = (Reaches::scopes_suppressed(old), Reaches::scopes_suppressed(new));
    for name in had.names(&has) {
        found.reach((About::Scope, &name), (had.of(&name), has.of(&name)), &turn);
    }
    let turn = Turn {
        more: (Order::Without, ["limited by data", "limited by data for some app clients"], DENY),
        less: (
            Order::Policy,
            ["no longer limited by data", "limited by data for fewer"],
            THERE_AGAIN,
        ),
    };
    found.reach((About::Scope, "scope"), (old.scopes_limited, new.scopes_limited), &turn);
    let turn = Turn {
        more: (
            Order::Policy,
            ["set", "set for some app clients"],
            "It holds the app client id, which the token names as `client_id` too.",
        ),
        less: (Order::Without, ["no longer set", "no longer set for all"], FIND_NOTHING),
    };
    found.reach((About::CognitoClaim, "aud"), (old.audience, new.audience), &turn);
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
    let order = match (mode(old), mode(new)) {
        (old, new) if old == new => None,
        // Cognito's own stay, and what was taken away may come back.
        (None | Some(GroupMode::Remove), None | Some(GroupMode::Add)) => Some(Order::Policy),
        (Some(GroupMode::Replace), Some(GroupMode::Add)) => Some(Order::Policy),
        _ => Some(Order::Without),
    };
    if let Some(order) = order {
        let why = if order == Order::Without { LESS } else { MORE };
        found.add(all, order, &what, why);
    }
    let none = Names::new();
    let (before, after) = (old.map_or(&none, |it| &it.names), new.map_or(&none, |it| &it.names));
    let removes = |groups| mode(groups) == Some(GroupMode::Remove);
    let from_data = |groups: Option<&Groups>| groups.is_some_and(|groups| groups.from_data);
    if removes(old) || removes(new) {
        // Names that change with the mode are told by it.
        if mode(old) == mode(new) {
            let lost = (Order::Policy, "no longer taken away", THERE_AGAIN);
            let gained = (Order::Without, "taken away", LESS);
            found.names(About::Group, (before, after), lost, gained);
            data(from_data(new), from_data(old), ("data takes groups away", LESS), found);
        }
        return;
    }
    let lost = (Order::Without, "no longer added", LESS);
    let gained = (Order::Policy, "added", AS_NEW);
    found.names(About::Group, (before, after), lost, gained);
    data(from_data(old), from_data(new), ("data no longer names groups", LESS), found);
}

/// Whether data gives groups, or spares them.
fn data(old: bool, new: bool, (what, why): (&str, &'static str), found: &mut Found<'_>) {
    let all = (About::Group, GROUPS);
    match (old, new) {
        (true, false) => found.add(all, Order::Without, what, why),
        (false, true) => found.add(all, Order::Policy, "more groups by data", AS_NEW),
        _ => {}
    }
}

fn stale(before: &Contract, after: &Contract, found: &mut Found<'_>) {
    let can = |contract: &Contract| contract.markers.iter().any(|name| name == CLAIMS_AS_OF);
    let marker = (About::Claim, CLAIMS_AS_OF);
    match (can(before), can(after)) {
        (false, true) => found.add(
            marker,
            Order::Readers,
            "may stand in tokens",
            "Data may be older than its token, and readers for which that matters must look.",
        ),
        (true, false) => found.add(
            marker,
            Order::Policy,
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
    let lost = (Order::Without, "removed", POLICIES);
    let gained = (Order::Policy, "new", "No policy of IAM knows it yet.");
    found.names(About::SessionTag, (&names(old), &names(new)), lost, gained);
    let (Some(old), Some(new)) = (old, new) else { return };
    for (tag, claim) in &old.tags {
        if let Some(other) = new.tags.get(tag).filter(|other| *other != claim) {
            let what = format!("holds `{other}`, before `{claim}`");
            found.add((About::SessionTag, tag), Order::Beside, &what, POLICIES);
        }
    }
    let why = "Sessions of a role that is assumed from another one have other tags.";
    let lost = (Order::Without, "no longer transitive", why);
    let gained = (Order::Beside, "transitive", why);
    // A tag that is new or gone is told already.
    let both = |tags: &Tags| -> Names {
        let known = |tag: &&String| old.tags.contains_key(*tag) && new.tags.contains_key(*tag);
        tags.transitive.iter().filter(known).cloned().collect()
    };
    found.names(About::SessionTag, (&both(old), &both(new)), lost, gained);
}
