//! Changes of the claims that the policy writes.

use std::collections::HashMap;

use claimsmith::policy::{Presence, is_user_attribute};
use cognito_claims::TokenUse;
use cognito_claims::encoding::Encoding;

use super::verdict::{About, Change, Order};
use crate::contract::file::presence_word;
use crate::contract::kind::Kind;
use crate::contract::model::{Claim, Contract, Form};

/// Adds all changes of claims.
pub fn changes(before: &Contract, after: &Contract, changes: &mut Vec<Change>) {
    for new in &after.claims {
        match before.claim(&new.name) {
            Some(old) => Pair { old, new, before }.changes(changes),
            None => changes.push(added(new, before)),
        }
    }
    let heirs = Heirs::of(before, after);
    changes.extend(heirs.lost.iter().map(|old| removed(old, &heirs)));
}

/// What a claim may have been renamed to: a new one of the same form in the same tokens.
struct Heirs<'c> {
    lost: Vec<&'c Claim>,
    /// By form and tokens: how many claims are gone, how many are new, and one of these.
    alike: HashMap<(&'c Form, Vec<TokenUse>), (usize, usize, &'c str)>,
}

impl<'c> Heirs<'c> {
    fn of(before: &'c Contract, after: &'c Contract) -> Self {
        let lost = before.claims.iter().filter(|claim| after.claim(&claim.name).is_none());
        let lost: Vec<&Claim> = lost.collect();
        let mut alike = HashMap::new();
        for claim in &lost {
            alike.entry((&claim.form, claim.tokens())).or_insert((0, 0, "")).0 += 1;
        }
        for claim in after.claims.iter().filter(|claim| before.claim(&claim.name).is_none()) {
            if let Some((_, new, name)) = alike.get_mut(&(&claim.form, claim.tokens())) {
                *new += 1;
                *name = claim.name.as_str();
            }
        }
        Self { lost, alike }
    }
}

fn change(order: Order, claim: &Claim, what: String, why: &'static str) -> Change {
    let (about, name) = (About::Claim, claim.name.clone());
    Change { order, about, name, tokens: claim.tokens(), what, why }
}

const TAKES_PLACE: &str = "Cognito wrote the user attribute of this name into ID tokens, and another value comes instead.";

fn added(new: &Claim, before: &Contract) -> Change {
    let what = format!("new: {}", new.form.word());
    match new.id.is_some() && takes_place(new, before) {
        true => change(Order::Beside, new, what, TAKES_PLACE),
        false => change(Order::Policy, new, what, "No reader knows it yet."),
    }
}

/// Whether the value of a user attribute stood in ID tokens until now.
fn takes_place(new: &Claim, before: &Contract) -> bool {
    is_user_attribute(&new.name) && !before.id.suppressed.contains(&new.name)
}

fn removed(old: &Claim, heirs: &Heirs<'_>) -> Change {
    // Of two that could be meant nobody knows which.
    let what = match heirs.alike.get(&(&old.form, old.tokens())) {
        Some((1, 1, heir)) => format!("removed; probably renamed to `{heir}`"),
        _ => "removed".to_owned(),
    };
    change(Order::Without, old, what, "Readers that ask for it find nothing.")
}

/// A claim before and after.
struct Pair<'c> {
    old: &'c Claim,
    new: &'c Claim,
    before: &'c Contract,
}

impl Pair<'_> {
    fn changes(&self, changes: &mut Vec<Change>) {
        self.places(changes);
        self.presences(changes);
        let form = self.form();
        changes.extend(form.map(|(order, what, why)| change(order, self.new, what, why)));
        self.cut(changes);
    }

    /// In which tokens it stands.
    fn places(&self, changes: &mut Vec<Change>) {
        for token in TokenUse::BOTH {
            let (was, is) = (self.old.presence(token), self.new.presence(token));
            let (order, what, why) = match (was.is_some(), is.is_some()) {
                (true, false) => (
                    Order::Without,
                    format!("no longer in the {token} token"),
                    "Readers of that token find nothing.",
                ),
                (false, true) if token == TokenUse::Id && takes_place(self.new, self.before) => {
                    (Order::Beside, "also in the id token".to_owned(), TAKES_PLACE)
                }
                (false, true) => (
                    Order::Policy,
                    format!("also in the {token} token"),
                    "No reader looks for it there yet.",
                ),
                _ => continue,
            };
            changes.push(Change { tokens: vec![token], ..change(order, self.new, what, why) });
        }
    }

    /// What to expect of it where it stands before and after.
    fn presences(&self, changes: &mut Vec<Change>) {
        let mut of = |tokens: Vec<TokenUse>, old: Presence, new: Presence| {
            let what = format!("from {} to {}", presence_word(old), presence_word(new));
            let (order, why) = match (old < new, new) {
                (false, _) => (Order::Policy, "It is there more often than before."),
                (true, Presence::Optional) => (
                    Order::Readers,
                    "It may be missing by right, and readers must know what that means.",
                ),
                (true, _) => {
                    (Order::Readers, "It may be left out, and readers must do without it then.")
                }
            };
            changes.push(Change { tokens, ..change(order, self.new, what, why) });
        };
        let in_token = |token| {
            let pair = self.old.presence(token).zip(self.new.presence(token));
            pair.filter(|(old, new)| old != new)
        };
        match (in_token(TokenUse::Id), in_token(TokenUse::Access)) {
            (Some(id), access) if access == Some(id) => of(TokenUse::BOTH.to_vec(), id.0, id.1),
            (id, access) => {
                id.into_iter().for_each(|(old, new)| of(vec![TokenUse::Id], old, new));
                access.into_iter().for_each(|(old, new)| of(vec![TokenUse::Access], old, new));
            }
        }
    }

    /// What its value is, and how it is written.
    fn form(&self) -> Option<Meaning> {
        use Form::{Flags, Items, Organisations, Words};
        let (old, new) = (&self.old.form, &self.new.form);
        let (reader, kind) = (Kind::of(self.old), Kind::of(self.new));
        let what = || format!("from {} to {}", old.word(), new.word());
        match (old, new) {
            _ if old == new => None,
            (
                Flags { encoding: Encoding::Bits, catalogue: Some(known) },
                Flags { encoding: Encoding::Bits, catalogue: Some(names) },
            ) => Some(positions(known, names)),
            (Flags { encoding: old, .. }, Flags { encoding: new, .. })
                if [old, new].contains(&&Encoding::Bits) =>
            {
                Some(encoding(*old, *new))
            }
            // A word of a list may be no flag, and then a reader of flags reads none.
            (Flags { .. }, Words { .. }) if matches!(reader, Kind::Features(_)) => {
                Some((Order::Beside, what(), OTHER))
            }
            (
                Words { encoding: was } | Flags { encoding: was, .. },
                Words { encoding: is } | Flags { encoding: is, .. },
            ) if reader.reads(kind) => {
                let type_ = (old.word() != new.word()).then(|| (Order::Any, what(), SAME));
                let written = (was != is).then(|| encoding(*was, *is));
                worse(worse(type_, written), words(old.catalogue(), new.catalogue()))
            }
            (
                Organisations { fields: old } | Items { fields: old },
                Organisations { fields: new } | Items { fields: new },
            ) => {
                let of_type = match (reader.reads(kind), kind.reads(reader)) {
                    (true, true) => None,
                    // The other one refuses an object without an id.
                    (true, false) => Some((Order::Policy, what(), "Every object has an id.")),
                    (false, _) => Some((Order::Readers, what(), NO_ID)),
                };
                worse(of_type, fields(old, new))
            }
            _ if reader.reads(kind) => Some((Order::Policy, what(), "A whole number is a number.")),
            _ => Some((Order::Beside, what(), OTHER)),
        }
    }

    /// Whether all of a list stands in the token.
    fn cut(&self, changes: &mut Vec<Change>) {
        let (order, what, why) = match (self.old.first, self.new.first) {
            (None, None) => return,
            (Some(old), Some(new)) if old == new => return,
            (None, Some(new)) => (
                Order::Readers,
                format!("cut to {new}"),
                "What isn't in the list may be beyond its end, and readers must ask elsewhere for it.",
            ),
            (Some(old), Some(new)) => (
                Order::Any,
                format!("cut to {new}, before to {old}"),
                "Readers know that the list may be cut.",
            ),
            (Some(_), None) => {
                (Order::Policy, "no longer cut".to_owned(), "All of the list is there.")
            }
        };
        changes.push(change(order, self.new, what, why));
    }
}

type Meaning = (Order, String, &'static str);

const OTHER: &str = "Readers of the type before can't read it.";
const SAME: &str = "Readers read both as the same type.";
const NO_ID: &str = "An object may lack its id, and then readers of organisations refuse the list.";

/// The worse of two, with what both say.
fn worse(one: Option<Meaning>, other: Option<Meaning>) -> Option<Meaning> {
    match (one, other) {
        (Some(one), Some(other)) => {
            let what = format!("{}; {}", one.1, other.1);
            let worst = if one.0 >= other.0 { one } else { other };
            Some((worst.0, what, worst.2))
        }
        (one, other) => one.or(other),
    }
}

fn encoding(old: Encoding, new: Encoding) -> Meaning {
    let what = format!("written as {}, before as {}", new.as_str(), old.as_str());
    let is = |encoding| [old, new].contains(&encoding);
    if is(Encoding::Bits) {
        let why = "Readers need the list of flags for bits, and take nothing else for it.";
        return (Order::Beside, what, why);
    }
    let why = match is(Encoding::List) {
        true => {
            "Readers by type read both; doors and schemas must know first, and for Cedar it is \
             another type."
        }
        false => {
            "Readers by type read both; what tests the text itself, as doors do, must know first."
        }
    };
    (Order::Readers, what, why)
}

/// The flags of `bits`, which count by their places.
fn positions(old: &[String], new: &[String]) -> Meaning {
    match new.strip_prefix(old) {
        Some(more) => (
            Order::Readers,
            format!("flags appended: {}", listed(more)),
            "Who knows fewer flags than the writer can read none of them.",
        ),
        None => (
            Order::Beside,
            "flags taken out, put in between or in another order".to_owned(),
            "A flag is its place in the list, so readers of the list before can read none of them.",
        ),
    }
}

/// The flags of other encodings, which count by their names.
fn words(old: Option<&[String]>, new: Option<&[String]>) -> Option<Meaning> {
    const NEVER_ON: &str = "Readers that ask for one of the others take it for off.";
    match (old, new) {
        (None, None) => None,
        (Some(_), None) => Some((
            Order::Any,
            "any flag".to_owned(),
            "The flags that readers know are there as before.",
        )),
        (None, Some(_)) => Some((Order::Without, "only the listed flags".to_owned(), NEVER_ON)),
        (Some(old), Some(new)) => {
            let missing = without(old, new);
            let more = without(new, old);
            if !missing.is_empty() {
                let what = format!("flags taken out: {}", listed(&missing));
                Some((Order::Without, what, "Readers that ask for them take them for off."))
            } else if more.is_empty() {
                // Another order of the same names.
                None
            } else {
                let what = format!("more flags: {}", listed(&more));
                Some((Order::Any, what, "No reader knows them yet."))
            }
        }
    }
}

fn fields(old: &[String], new: &[String]) -> Option<Meaning> {
    let (missing, more) = (without(old, new), without(new, old));
    if !missing.is_empty() {
        let what = format!("without the fields {}", listed(&missing));
        Some((Order::Without, what, "Readers that ask for them find nothing."))
    } else if more.is_empty() {
        None
    } else {
        let what = format!("more fields: {}", listed(&more));
        Some((Order::Any, what, "Readers leave alone what they don't know."))
    }
}

fn without(these: &[String], others: &[String]) -> Vec<String> {
    these.iter().filter(|name| !others.contains(name)).cloned().collect()
}

fn listed(names: &[String]) -> String {
    names.join(", ")
}
