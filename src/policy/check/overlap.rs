//! Keys of different owners in one table must not be able to be the same.
//!
//! A key template is a pattern: its text as it stands, and for each placeholder the letters that its
//! value can have. Two patterns overlap if there is a text that both fit.

use std::collections::BTreeSet;

use claimsmith_findings::At;

use super::checker::Checker;
use super::records::Draft;
use crate::policy::code::Code;
use crate::policy::id::{IdRule, IdType};
use crate::policy::record::{KeyTemplate, Operand, Owner};
use crate::policy::template::{Part, Template};

/// One letter of a pattern, or several of one kind.
struct Atom {
    fits: Box<dyn Fn(u8) -> bool>,
    /// Whether more such letters may follow.
    repeats: bool,
}

/// What a template can become; `None` is any text at all.
type Pattern = Option<Vec<Atom>>;

/// A record's keys, and whose they are.
struct Keys<'d> {
    name: &'d At<String>,
    owner: Owner,
    space: (usize, Option<&'d str>),
    partition: Pattern,
    sort: Pattern,
}

impl Checker<'_, '_> {
    /// Finds records of different owners in one table that could read one item.
    pub(super) fn overlaps(&mut self, drafts: &[Draft<'_>]) {
        let known: Vec<Keys<'_>> = drafts.iter().filter_map(keys).collect();
        for (at, later) in known.iter().enumerate() {
            let meets = |earlier: &&Keys<'_>| {
                earlier.owner != later.owner
                    && earlier.space == later.space
                    && overlap(&earlier.partition, &later.partition)
                    && overlap(&earlier.sort, &later.sort)
            };
            let Some(earlier) = known.iter().take(at).find(meets) else { continue };
            let message = format!(
                "`{}`, {}, could read items of `{}`, {}",
                later.name.value,
                whose(later.owner),
                earlier.name.value,
                whose(earlier.owner),
            );
            let help = "give the keys of each owner a text of their own, such as `USER#`, `ORG#`, `TIER#`; \
                        or read the item by its owner: `{sub}` or `{tenant}`";
            self.findings.add(Code::KeyOverlap, later.name.span, message, help);
        }
    }
}

fn whose(owner: Owner) -> &'static str {
    match owner {
        Owner::Own => "the identity's own",
        Owner::Tenant => "the tenant's",
        Owner::Shared => "shared by all",
    }
}

fn keys<'d>(draft: &'d Draft<'_>) -> Option<Keys<'d>> {
    let KeyTemplate { partition, sort } = draft.key.as_ref().filter(|_| !draft.is_open)?;
    Some(Keys {
        name: draft.name,
        owner: draft.owner?,
        space: (draft.table?, draft.index.as_ref().map(|index| index.name.as_str())),
        partition: Some(pattern(partition)),
        sort: sort.as_ref().map(pattern),
    })
}

fn pattern(template: &Template<Operand>) -> Vec<Atom> {
    let mut atoms = Vec::new();
    for part in &template.parts {
        match part {
            Part::Text(text) => {
                atoms.extend(text.bytes().map(|byte| one(move |other| other == byte)))
            }
            Part::Value(operand) => atoms.extend(value(operand)),
        }
    }
    atoms
}

/// The letters of a value.
fn value(operand: &Operand) -> Vec<Atom> {
    match operand {
        Operand::Sub => vec![many(|byte| byte.is_ascii_alphanumeric() || byte == b'-')],
        // SPEC: AWS, Cognito API reference, `ClientIdType` and `UserPoolIdType`.
        Operand::ClientId => {
            vec![many(|byte| byte.is_ascii_alphanumeric() || b"_+".contains(&byte))]
        }
        Operand::UserPoolId => {
            vec![many(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))]
        }
        Operand::Chosen(_, rule) | Operand::Tenant(rule) | Operand::Star(rule) => id(rule),
        Operand::Person
        | Operand::VerifiedEmail
        | Operand::Attribute(_)
        | Operand::Member(_)
        | Operand::Record(_)
        | Operand::Each => vec![many(|_| true)],
    }
}

fn id(rule: &IdRule) -> Vec<Atom> {
    match rule.id_type {
        IdType::Uuid => {
            let letters = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh".bytes();
            let atom = |letter| match letter {
                b'h' => one(|byte| byte.is_ascii_hexdigit()),
                hyphen => one(move |byte| byte == hyphen),
            };
            letters.map(atom).collect()
        }
        IdType::Number => vec![many(|byte| byte.is_ascii_digit())],
        IdType::Slug => {
            let without = rule.without.clone();
            vec![many(move |byte| {
                (byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
                    && !without.bytes().any(|separator| separator == byte)
            })]
        }
    }
}

fn one(fits: impl Fn(u8) -> bool + 'static) -> Atom {
    Atom { fits: Box::new(fits), repeats: false }
}

fn many(fits: impl Fn(u8) -> bool + 'static) -> Atom {
    Atom { fits: Box::new(fits), repeats: true }
}

/// Whether a text fits both. Walks both patterns letter by letter, in every way that there is.
fn overlap(one: &Pattern, other: &Pattern) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return true };
    let mut seen = BTreeSet::new();
    let mut open = vec![(0, 0)];
    while let Some((at, other_at)) = open.pop() {
        let (here, there) = match (one.get(at), other.get(other_at)) {
            (None, None) => return true,
            (Some(here), Some(there)) => (here, there),
            _ => continue,
        };
        if !(0..=u8::MAX).any(|byte| (here.fits)(byte) && (there.fits)(byte)) {
            continue;
        }
        for next in steps(at, here) {
            for other_next in steps(other_at, there) {
                if seen.insert((next, other_next)) {
                    open.push((next, other_next));
                }
            }
        }
    }
    false
}

fn steps(at: usize, atom: &Atom) -> impl Iterator<Item = usize> {
    [at + 1].into_iter().chain(atom.repeats.then_some(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::record::Chosen;

    fn slug(without: &str) -> Operand {
        Operand::Tenant(IdRule { id_type: IdType::Slug, without: without.to_owned() })
    }

    fn parts(parts: &[Result<&str, Operand>]) -> Pattern {
        let part = |part: &Result<&str, Operand>| match part {
            Ok(text) => Part::Text((*text).to_owned()),
            Err(value) => Part::Value(value.clone()),
        };
        Some(pattern(&Template { parts: parts.iter().map(part).collect() }))
    }

    #[test]
    fn patterns_overlap_if_one_text_fits_both() {
        let any = || Operand::Each;
        let number = || {
            let rule = IdRule { id_type: IdType::Number, without: String::new() };
            Operand::Chosen(Chosen::Username, rule)
        };
        for (one, other, expected) in [
            (parts(&[Ok("ORG#"), Err(any())]), parts(&[Ok("ORG#"), Err(slug(""))]), true),
            (parts(&[Ok("ORG#"), Err(any())]), parts(&[Ok("USER#"), Err(Operand::Sub)]), false),
            (parts(&[Err(any())]), parts(&[Ok("USER#"), Err(Operand::Sub)]), true),
            (parts(&[Ok("a-"), Err(slug(""))]), parts(&[Ok("a-b-"), Err(slug(""))]), true),
            (parts(&[Ok("a-"), Err(slug("-"))]), parts(&[Ok("a-b-"), Err(slug("-"))]), false),
            (parts(&[Ok("A"), Err(number())]), parts(&[Ok("A#x")]), false),
            (parts(&[Ok("A"), Err(number())]), parts(&[Ok("A12")]), true),
            (parts(&[Ok("A")]), None, true),
        ] {
            assert_eq!(overlap(&one, &other), expected);
            assert_eq!(overlap(&other, &one), expected);
        }
    }
}
