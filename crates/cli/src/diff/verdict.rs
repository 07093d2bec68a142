//! What a comparison comes to, in one sentence of plain words.
//!
//! Pure. Who is locked out comes first, then who is let in, then the claims: what is lost before
//! what is gained before what is changed, so that no gain of many hides the loss of a few.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;

use cognito_claims::TokenUse;

use super::change::Change;
use super::crowd::Count;
use super::facts::{ClaimFact, Facts};
use crate::terminal::{count_many, cut, number};

/// How many changes of claims are named.
const NAMED: usize = 3;

/// The sentence, by clauses.
pub struct Verdict(Vec<Clause>);

/// What it says about one thing.
pub type Clause = Vec<Part>;

/// A part of a clause.
pub enum Part {
    /// Words.
    Words(String),
    /// The name of a claim, which stays in one piece.
    Claim(String),
}

impl Verdict {
    /// On these facts.
    pub fn on(mut facts: Facts<'_>) -> Self {
        let mut sentence = Sentence { clauses: Vec::new(), people: 0 };
        if facts.compared == 0 {
            sentence.clause("nothing compared");
        }
        // Before an all-clear that isn't about them.
        match facts.unreadable {
            0 => {}
            1 => sentence.clause("1 text is no event"),
            texts => sentence.clause(&format!("{} texts are no events", number(texts))),
        }
        if facts.compared > 0 {
            sentence.access(&facts);
            facts.claims.sort_by_key(|fact| (fact.change, Reverse(fact.count.total()), fact.claim));
            sentence.claims(&facts.claims);
        }
        Self(sentence.clauses)
    }

    /// Its clauses. Each begins with words.
    pub fn clauses(&self) -> &[Clause] {
        &self.0
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, clause) in self.clauses().iter().enumerate() {
            out.write_str(if position == 0 { "" } else { "; " })?;
            for part in clause {
                let (Part::Words(text) | Part::Claim(text)) = part;
                out.write_str(text)?;
            }
        }
        Ok(())
    }
}

/// A sentence that grows.
struct Sentence {
    clauses: Vec<Clause>,
    /// About how many people the last clauses were, the next of which need not say so; 0 if about
    /// others.
    people: usize,
}

impl Sentence {
    /// Who gets a token at all; and if nothing else is to say, what differs nevertheless.
    fn access(&mut self, facts: &Facts<'_>) {
        let changes = [
            (facts.refused_at_times, "refused at some sign-ins"),
            (facts.let_in, "can now sign in"),
            (facts.let_in_more, "let in at more sign-ins"),
        ];
        let differs = facts.locked_out.total() > 0
            || changes.iter().any(|(count, _)| count.total() > 0)
            || !facts.claims.is_empty();
        let also = facts.answers || facts.sizes || facts.lookups;
        let otherwise = facts.refused_otherwise.total() > 0;
        if !differs && !otherwise && !also {
            return self.clause("no difference");
        }
        match facts.locked_out {
            Count::Events(0) => self.clause("no event newly refused"),
            count @ Count::Events(_) => self.counted(count, "newly refused"),
            count if count.total() == 0 => self.clause("nobody locked out"),
            count => self.counted(count, "locked out"),
        }
        for (count, what) in changes {
            let what = match count {
                Count::Events(_) => "no longer refused",
                Count::Who { .. } => what,
            };
            if count.total() > 0 {
                self.counted(count, what);
            }
        }
        if differs {
            return;
        }
        if otherwise {
            return self.counted(
                facts.refused_otherwise,
                "refused for another reason or with another text",
            );
        }
        let only = [
            (facts.answers, "the function's answer"),
            (facts.sizes, "sizes"),
            (facts.lookups, "lookups"),
        ];
        let only = only.into_iter().filter_map(|(differs, what)| differs.then_some(what));
        let only = only.collect::<Vec<_>>().join(" and ");
        self.clause(&format!("no claim differs, only {only}"));
    }

    fn claims(&mut self, facts: &[ClaimFact<'_>]) {
        let (named, rest) = facts.split_at(facts.len().min(NAMED));
        for fact in named {
            let one = fact.count.total() == 1;
            let verb = match (fact.change, one) {
                (Change::Lost, true) => "loses",
                (Change::Lost, false) => "lose",
                (Change::Gained, true) => "gets",
                (Change::Gained, false) => "get",
                (Change::Changed, true) => "gets another",
                (Change::Changed, false) => "get another",
            };
            self.counted(fact.count, &format!("{verb} "));
            let claim = Part::Claim(cut(fact.claim, usize::MAX));
            let token = fact.token.map(|token| match token {
                TokenUse::Id => " in the ID token",
                TokenUse::Access => " in the access token",
            });
            let token = token.map(|words| Part::Words(words.to_owned()));
            if let Some(clause) = self.clauses.last_mut() {
                clause.push(claim);
                clause.extend(token);
            }
        }
        let known: BTreeSet<&str> = named.iter().map(|fact| fact.claim).collect();
        let others: BTreeSet<&str> =
            rest.iter().map(|fact| fact.claim).filter(|claim| !known.contains(claim)).collect();
        match (rest.len(), others.len()) {
            (0, _) => {}
            (_, 0) => self.clause("and more changes of these claims"),
            (_, 1) => self.clause("and 1 more claim"),
            (_, more) => self.clause(&format!("and {} more claims", number(more))),
        }
    }

    /// A clause about so many.
    fn counted(&mut self, count: Count, what: &str) {
        let said = self.people;
        let who = match count {
            // "1 person …; 1 …" is understood, and "1 person …; 2 …" isn't.
            Count::Who { people, machines: 0 } if said > 1 || (said, people) == (1, 1) => {
                number(people)
            }
            count => in_words(count),
        };
        self.clause(&format!("{who} {what}"));
        self.people = match count {
            Count::Who { people, machines: 0 } => people.max(said),
            _ => 0,
        };
    }

    fn clause(&mut self, text: &str) {
        self.clauses.push(vec![Part::Words(text.to_owned())]);
        self.people = 0;
    }
}

/// So many people and machines, or events.
pub fn in_words(count: Count) -> String {
    let people_in_words = |people| match people {
        1 => "1 person".to_owned(),
        people => format!("{} people", number(people)),
    };
    match count {
        Count::Who { people, machines: 0 } => people_in_words(people),
        Count::Who { people: 0, machines } => count_many(machines, "machine"),
        Count::Who { people, machines } => {
            format!("{} and {}", people_in_words(people), count_many(machines, "machine"))
        }
        Count::Events(events) => count_many(events, "event"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: Count = people(0);

    const fn people(people: usize) -> Count {
        Count::Who { people, machines: 0 }
    }

    const fn machines(machines: usize) -> Count {
        Count::Who { people: 0, machines }
    }

    fn facts() -> Facts<'static> {
        Facts {
            compared: 100,
            unreadable: 0,
            locked_out: NOBODY,
            refused_at_times: NOBODY,
            let_in: NOBODY,
            let_in_more: NOBODY,
            refused_otherwise: NOBODY,
            claims: Vec::new(),
            answers: false,
            sizes: false,
            lookups: false,
        }
    }

    fn claim(change: Change, claim: &'static str, count: Count) -> ClaimFact<'static> {
        ClaimFact { claim, change, token: None, count }
    }

    fn says(facts: Facts<'_>) -> String {
        Verdict::on(facts).to_string()
    }

    #[test]
    fn it_says_that_there_is_nothing_to_say() {
        assert_eq!(says(facts()), "no difference");
        assert_eq!(says(Facts { compared: 0, ..facts() }), "nothing compared");
        let broken = Facts { compared: 0, unreadable: 1200, ..facts() };
        assert_eq!(says(broken), "nothing compared; 1,200 texts are no events");
        let one = Facts { unreadable: 1, ..facts() };
        assert_eq!(says(one), "1 text is no event; no difference");
    }

    #[test]
    fn it_says_who_is_locked_out_and_who_is_let_in() {
        let locked = |count| says(Facts { locked_out: count, ..facts() });
        assert_eq!(locked(people(1)), "1 person locked out");
        assert_eq!(locked(people(1200)), "1,200 people locked out");
        assert_eq!(locked(machines(1)), "1 machine locked out");
        let both = Count::Who { people: 2, machines: 1 };
        assert_eq!(locked(both), "2 people and 1 machine locked out");
        let everything = Facts {
            locked_out: people(2),
            refused_at_times: people(3),
            let_in: people(1),
            let_in_more: machines(2),
            ..facts()
        };
        let said = "2 people locked out; 3 refused at some sign-ins; 1 can now sign in; \
            2 machines let in at more sign-ins";
        assert_eq!(says(everything), said);
        let after_one = Facts { locked_out: people(1), let_in: people(2), ..facts() };
        assert_eq!(says(after_one), "1 person locked out; 2 people can now sign in");
        let one_by_one = Facts { locked_out: people(1), let_in: people(1), ..facts() };
        assert_eq!(says(one_by_one), "1 person locked out; 1 can now sign in");
        let at_times = Facts { refused_at_times: people(1), ..facts() };
        assert_eq!(says(at_times), "nobody locked out; 1 person refused at some sign-ins");
    }

    #[test]
    fn it_names_losses_first_and_three_at_most() {
        let one = vec![claim(Change::Lost, "email", people(23))];
        let said = says(Facts { claims: one, ..facts() });
        assert_eq!(said, "nobody locked out; 23 people lose email");

        let three = vec![
            claim(Change::Gained, "tier", people(900)),
            claim(Change::Lost, "plan", people(1)),
            claim(Change::Lost, "email", people(23)),
        ];
        let said = says(Facts { claims: three, ..facts() });
        let expected = "nobody locked out; 23 people lose email; 1 loses plan; \
            900 get tier";
        assert_eq!(said, expected);

        let many = |names: &[&'static str]| {
            let facts = names.iter().enumerate();
            facts.map(|(less, name)| claim(Change::Gained, name, machines(9 - less))).collect()
        };
        let all = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let said = says(Facts { claims: many(&all), ..facts() });
        let expected = "nobody locked out; 9 machines get a; 8 machines get b; \
            7 machines get c; and 5 more claims";
        assert_eq!(said, expected);
        assert!(says(Facts { claims: many(&all[..4]), ..facts() }).ends_with("; and 1 more claim"));
    }

    #[test]
    fn a_claim_that_was_named_is_no_further_claim() {
        let mut claims = vec![
            claim(Change::Lost, "a", people(3)),
            claim(Change::Lost, "b", people(2)),
            claim(Change::Gained, "a", people(3)),
            claim(Change::Changed, "b", people(3)),
        ];
        let said = says(Facts { claims, ..facts() });
        let expected = "nobody locked out; 3 people lose a; 2 lose b; 3 get a; \
            and more changes of these claims";
        assert_eq!(said, expected);
        claims = vec![claim(Change::Changed, "a", people(1))];
        let said = says(Facts { claims, ..facts() });
        assert_eq!(said, "nobody locked out; 1 person gets another a");
    }

    #[test]
    fn a_claim_that_moves_is_said_with_its_tokens() {
        let moved = [(Change::Lost, TokenUse::Id), (Change::Gained, TokenUse::Access)];
        let moved = moved.map(|(change, token)| ClaimFact {
            token: Some(token),
            ..claim(change, "email", people(5))
        });
        let said = says(Facts { claims: moved.into(), ..facts() });
        let expected = "nobody locked out; 5 people lose email in the ID token; \
            5 get email in the access token";
        assert_eq!(said, expected);
    }

    #[test]
    fn events_are_no_people() {
        let of_events = Facts {
            locked_out: Count::Events(0),
            refused_at_times: Count::Events(0),
            let_in: Count::Events(2),
            let_in_more: Count::Events(0),
            refused_otherwise: Count::Events(0),
            claims: vec![claim(Change::Lost, "email", Count::Events(1))],
            ..facts()
        };
        let said = "no event newly refused; 2 events no longer refused; 1 event loses email";
        assert_eq!(says(of_events), said);
        let refused = Facts { locked_out: Count::Events(1), ..facts() };
        assert_eq!(says(refused), "1 event newly refused");
    }

    #[test]
    fn it_says_what_else_differs_if_nothing_more_does() {
        let sizes = Facts { sizes: true, ..facts() };
        assert_eq!(says(sizes), "nobody locked out; no claim differs, only sizes");
        let all = || Facts { answers: true, sizes: true, lookups: true, ..facts() };
        let said =
            "nobody locked out; no claim differs, only the function's answer and sizes and lookups";
        assert_eq!(says(all()), said);
        let otherwise = Facts { refused_otherwise: people(3), ..all() };
        let said = "nobody locked out; 3 people refused for another reason or with another text";
        assert_eq!(says(otherwise), said);
        let claims = vec![claim(Change::Lost, "email", people(2))];
        let said = says(Facts { claims, ..all() });
        assert_eq!(said, "nobody locked out; 2 people lose email");
    }

    #[test]
    fn names_are_parts_of_their_own_and_hold_no_orders() {
        let claims = vec![claim(Change::Lost, "e\u{1b}[m\nail", people(2))];
        let verdict = Verdict::on(Facts { claims, ..facts() });
        let names = verdict.clauses().iter().flatten().filter_map(|part| match part {
            Part::Claim(name) => Some(name.as_str()),
            Part::Words(_) => None,
        });
        assert_eq!(names.collect::<Vec<_>>(), ["e\u{fffd}[m\u{fffd}ail"]);
    }
}
