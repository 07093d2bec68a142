//! People and machines, each counted once however many events they have.
//!
//! Takes a number for each of them and a bit for each in each crowd, so that a million fit easily.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::iter;

use claimsmith::identity::{Identity, Kind};

/// Everybody whom an event is about, numbered from 0.
#[derive(Default)]
pub struct Roll {
    /// By a hash of the kind and the id: a number is enough to tell them apart.
    numbers: HashMap<u64, usize>,
    machines: Marks,
    /// Events that don't say whom they are about.
    nameless: usize,
}

/// Some of them.
#[derive(Default)]
pub struct Crowd {
    /// In how many events.
    events: usize,
    /// The last of these events, so that none counts twice.
    last: Option<usize>,
    who: Marks,
}

/// A set of numbers, a bit each.
#[derive(Default)]
pub struct Marks(Vec<u64>);

/// How many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// People and machines, told apart.
    Who {
        /// By their `sub`.
        people: usize,
        /// By their app client.
        machines: usize,
    },
    /// Events, where one of them doesn't say whom it is about.
    Events(usize),
}

impl Roll {
    /// The number of whom an event is about; none if it doesn't say.
    ///
    /// A replica of the pool has the same people, so that the pool says nothing.
    pub fn number(&mut self, identity: &Identity<'_>) -> Option<usize> {
        let (id, machine) = match identity.kind {
            Kind::User => (&identity.sub, false),
            Kind::Client => (&identity.client_id, true),
        };
        let Some(id) = id else {
            self.nameless += 1;
            return None;
        };
        let mut hasher = DefaultHasher::new();
        (machine, id).hash(&mut hasher);
        let next = self.numbers.len();
        let number = *self.numbers.entry(hasher.finish()).or_insert(next);
        if machine {
            self.machines.insert(number);
        }
        Some(number)
    }

    /// How many there are, if every event says whom it is about.
    pub fn all(&self) -> Option<Count> {
        let machines = self.machines.count();
        let who = Count::Who { people: self.numbers.len() - machines, machines };
        (self.nameless == 0).then_some(who)
    }

    /// How many are in a crowd.
    pub fn count(&self, crowd: &Crowd) -> Count {
        if self.nameless > 0 { Count::Events(crowd.events) } else { self.who(&crowd.who) }
    }

    /// How many of a crowd have none of these marks, and how many have one. Events have no marks, and
    /// all are without.
    pub fn split(&self, crowd: &Crowd, marks: &Marks) -> [Count; 2] {
        if self.nameless > 0 {
            return [Count::Events(crowd.events), Count::Events(0)];
        }
        [self.who(&crowd.who.but(marks)), self.who(&crowd.who.and(marks))]
    }

    fn who(&self, marks: &Marks) -> Count {
        let machines = marks.and(&self.machines).count();
        Count::Who { people: marks.count() - machines, machines }
    }
}

impl Crowd {
    /// Adds whom an event is about. An event may come several times in a row.
    pub fn add(&mut self, event: usize, who: Option<usize>) {
        self.events += usize::from(self.last != Some(event));
        self.last = Some(event);
        if let Some(who) = who {
            self.who.insert(who);
        }
    }
}

impl Marks {
    /// Marks a number.
    pub fn insert(&mut self, number: usize) {
        let (word, bit) = (number / 64, number % 64);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(one, other)| one & other).collect())
    }

    fn but(&self, other: &Self) -> Self {
        let others = other.0.iter().copied().chain(iter::repeat(0));
        Self(self.0.iter().zip(others).map(|(one, other)| one & !other).collect())
    }
}

impl Count {
    /// How many altogether.
    pub const fn total(self) -> usize {
        match self {
            Count::Who { people, machines } => people + machines,
            Count::Events(events) => events,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_different_lengths_are_sets() {
        let of = |numbers: &[usize]| {
            let mut marks = Marks::default();
            numbers.iter().for_each(|number| marks.insert(*number));
            marks
        };
        let (short, long) = (of(&[0, 3, 63]), of(&[3, 64, 1000]));
        assert_eq!((short.count(), long.count()), (3, 3));
        assert_eq!((short.and(&long).count(), long.and(&short).count()), (1, 1));
        assert_eq!((short.but(&long).count(), long.but(&short).count()), (2, 2));
    }

    #[test]
    fn an_event_counts_once_in_a_crowd() {
        let mut crowd = Crowd::default();
        for (event, who) in [(0, 7), (0, 7), (1, 7), (2, 8)] {
            crowd.add(event, Some(who));
        }
        assert_eq!((crowd.events, crowd.who.count()), (3, 2));
    }
}
