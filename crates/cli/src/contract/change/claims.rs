//! Changes of the claims that the policy writes.

use claimsmith::policy::{Presence, is_user_attribute};
use cognito_claims::TokenUse;
use cognito_claims::encoding::Encoding;

use super::verdict::{About, Change, Verdict};
use crate::contract::file::presence_word;
use crate::contract::model::{Claim, Contract, Form};

/// Adds all changes of claims.
pub fn changes(before: &Contract, after: &Contract, changes: &mut Vec<Change>) {
    for new in &after.claims {
        match before.claim(&new.name) {
            Some(old) => Pair { old, new, before }.changes(changes),
            None => changes.push(added(new, before)),
        }
    }
    for old in before.claims.iter().filter(|old| after.claim(&old.name).is_none()) {
        changes.push(removed(old, before, after));
    }
}

fn change(verdict: Verdict, claim: &Claim, what: String, why: &'static str) -> Change {
    let (about, name) = (About::Claim, claim.name.clone());
    Change { verdict, about, name, tokens: claim.tokens(), what, why }
}

const TAKES_PLACE: &str = "Cognito wrote the user attribute of this name into ID tokens, and another value comes instead.";

fn added(new: &Claim, before: &Contract) -> Change {
    let what = format!("new: {}", new.form.word());
    match new.id.is_some() && takes_place(new, before) {
        true => change(Verdict::Breaking, new, what, TAKES_PLACE),
        false => change(Verdict::Compatible, new, what, "No reader knows it yet."),
    }
}

/// Whether the value of a user attribute stood in ID tokens until now.
fn takes_place(new: &Claim, before: &Contract) -> bool {
    is_user_attribute(&new.name) && !before.id.suppressed.contains(&new.name)
}

fn removed(old: &Claim, before: &Contract, after: &Contract) -> Change {
    let is_new = |claim: &&Claim| before.claim(&claim.name).is_none();
    let is_same = |claim: &&Claim| claim.form == old.form && claim.tokens() == old.tokens();
    let is_lost = |claim: &&Claim| after.claim(&claim.name).is_none();
    let mut heirs = after.claims.iter().filter(is_new).filter(is_same);
    let lost = before.claims.iter().filter(is_lost).filter(is_same).count();
    // Of two that could be meant nobody knows which.
    let what = match (heirs.next(), heirs.next(), lost) {
        (Some(heir), None, 1) => format!("removed; probably renamed to `{}`", heir.name),
        _ => "removed".to_owned(),
    };
    change(Verdict::Breaking, old, what, "Readers that ask for it find nothing.")
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
        changes.extend(form.map(|(verdict, what, why)| change(verdict, self.new, what, why)));
        self.cut(changes);
    }

    /// In which tokens it stands.
    fn places(&self, changes: &mut Vec<Change>) {
        let (old, new) = (self.old.tokens(), self.new.tokens());
        let of = |these: &[TokenUse], not: &[TokenUse]| -> Vec<TokenUse> {
            these.iter().copied().filter(|token| !not.contains(token)).collect()
        };
        let (lost, gained) = (of(&old, &new), of(&new, &old));
        let (verdict, what, why) = match (lost.first(), gained.first()) {
            (None, None) => return,
            (Some(from), Some(to)) => (
                Verdict::Breaking,
                format!("moved from the {from} token to the {to} token"),
                "Readers of the token in which it stood find nothing.",
            ),
            (Some(from), None) => (
                Verdict::Breaking,
                format!("no longer in the {from} token"),
                "Readers of that token find nothing.",
            ),
            (None, Some(TokenUse::Id)) if takes_place(self.new, self.before) => {
                (Verdict::Breaking, "also in the id token".to_owned(), TAKES_PLACE)
            }
            (None, Some(to)) => (
                Verdict::Compatible,
                format!("also in the {to} token"),
                "No reader looks for it there yet.",
            ),
        };
        let tokens = lost.into_iter().chain(gained).collect();
        changes.push(Change { tokens, ..change(verdict, self.new, what, why) });
    }

    /// What to expect of it where it stands before and after.
    fn presences(&self, changes: &mut Vec<Change>) {
        let mut of = |tokens: Vec<TokenUse>, old: Presence, new: Presence| {
            let what = format!("from {} to {}", presence_word(old), presence_word(new));
            let (verdict, why) = match (old < new, new) {
                (false, _) => (Verdict::Compatible, "It is there more often than before."),
                (true, Presence::Optional) => (
                    Verdict::ReadersFirst,
                    "It may be missing by right, and readers must know what that means.",
                ),
                (true, _) => (
                    Verdict::ReadersFirst,
                    "It may be left out, and readers must do without it then.",
                ),
            };
            changes.push(Change { tokens, ..change(verdict, self.new, what, why) });
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
    fn form(&self) -> Option<(Verdict, String, &'static str)> {
        use Form::{Flags, Integer, Items, Number, Organisations, Words};
        let (old, new) = (&self.old.form, &self.new.form);
        match (old, new) {
            _ if old == new => None,
            (Words { encoding: old }, Words { encoding: new }) => Some(encoding(*old, *new)),
            (
                Flags { encoding: old, catalogue: known },
                Flags { encoding: new, catalogue: names },
            ) => {
                let bits = [old, new].iter().filter(|it| ***it == Encoding::Bits).count();
                match (bits, known, names) {
                    (1, ..) => Some(encoding(*old, *new)),
                    (2, Some(known), Some(names)) => Some(positions(known, names)),
                    _ => worse(
                        (old != new).then(|| encoding(*old, *new)),
                        words(known.as_deref(), names.as_deref()),
                    ),
                }
            }
            (
                Organisations { fields: old } | Items { fields: old },
                Organisations { fields: new } | Items { fields: new },
            ) => fields(old, new),
            (Number, Integer) => Some((
                Verdict::Compatible,
                "from number to integer".to_owned(),
                "A whole number is a number.",
            )),
            _ => Some((
                Verdict::Breaking,
                format!("from {} to {}", old.word(), new.word()),
                "Readers of the type before can't read it.",
            )),
        }
    }

    /// Whether all of a list stands in the token.
    fn cut(&self, changes: &mut Vec<Change>) {
        let (verdict, what, why) = match (self.old.first, self.new.first) {
            (None, None) => return,
            (Some(old), Some(new)) if old == new => return,
            (None, Some(new)) => (
                Verdict::ReadersFirst,
                format!("cut to {new}"),
                "What isn't in the list may be beyond its end, and readers must ask elsewhere for it.",
            ),
            (Some(old), Some(new)) => (
                Verdict::Compatible,
                format!("cut to {new}, before to {old}"),
                "Readers know that the list may be cut.",
            ),
            (Some(_), None) => {
                (Verdict::Compatible, "no longer cut".to_owned(), "All of the list is there.")
            }
        };
        changes.push(change(verdict, self.new, what, why));
    }
}

type Meaning = (Verdict, String, &'static str);

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
    match [old, new].contains(&Encoding::Bits) {
        true => (
            Verdict::Breaking,
            what,
            "Readers need the list of flags for bits, and take nothing else for it.",
        ),
        false => (
            Verdict::ReadersFirst,
            what,
            "Readers by type read both; whatever tests the text itself, as doors do, must know first.",
        ),
    }
}

/// The flags of `bits`, which count by their places.
fn positions(old: &[String], new: &[String]) -> Meaning {
    match new.strip_prefix(old) {
        Some(more) => (
            Verdict::ReadersFirst,
            format!("flags appended: {}", listed(more)),
            "Who knows fewer flags than the writer can read none of them.",
        ),
        None => (
            Verdict::Breaking,
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
            Verdict::Compatible,
            "any flag".to_owned(),
            "The flags that readers know are there as before.",
        )),
        (None, Some(_)) => Some((Verdict::Breaking, "only the listed flags".to_owned(), NEVER_ON)),
        (Some(old), Some(new)) => {
            let missing = without(old, new);
            let more = without(new, old);
            if !missing.is_empty() {
                let what = format!("flags taken out: {}", listed(&missing));
                Some((Verdict::Breaking, what, "Readers that ask for them take them for off."))
            } else if more.is_empty() {
                // Another order of the same names.
                None
            } else {
                let what = format!("more flags: {}", listed(&more));
                Some((Verdict::Compatible, what, "No reader knows them yet."))
            }
        }
    }
}

fn fields(old: &[String], new: &[String]) -> Option<Meaning> {
    let (missing, more) = (without(old, new), without(new, old));
    if !missing.is_empty() {
        let what = format!("without the fields {}", listed(&missing));
        Some((Verdict::Breaking, what, "Readers that ask for them find nothing."))
    } else if more.is_empty() {
        None
    } else {
        let what = format!("more fields: {}", listed(&more));
        Some((Verdict::Compatible, what, "Readers leave alone what they don't know."))
    }
}

fn without(these: &[String], others: &[String]) -> Vec<String> {
    these.iter().filter(|name| !others.contains(name)).cloned().collect()
}

fn listed(names: &[String]) -> String {
    names.join(", ")
}
