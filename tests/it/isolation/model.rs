//! Who there is, and who belongs where: the one truth that tables are written from and decisions are
//! held against. No policy is asked.

use std::collections::{BTreeMap, BTreeSet};

use super::dice::Dice;
use super::layout::{Id, Layout, Otherwise, People};

/// An identity, by its position in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Person(usize),
    Machine(usize),
}

/// What somebody is to an organisation. Only a member belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    Member,
    Invited,
    Removed,
    Suspended,
}

impl Tie {
    /// The word for it in an item's `status`.
    pub fn status(self) -> &'static str {
        match self {
            Tie::Member => "active",
            Tie::Invited => "invited",
            Tie::Removed => "removed",
            Tie::Suspended => "suspended",
        }
    }

    /// The word behind the key of an item that is no membership, where its mere existence is one.
    pub fn mark(self) -> Option<&'static str> {
        match self {
            Tie::Member => None,
            Tie::Invited => Some("INVITE"),
            Tie::Removed => Some("REMOVED"),
            Tie::Suspended => Some("SUSPENDED"),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Person {
    pub sub: String,
    /// What the company's own tables call the person.
    pub id: String,
    pub email: String,
    /// Where the person is if nobody asks for more, and whether they still are.
    pub home: Option<(usize, Tie)>,
    pub ties: BTreeMap<usize, Tie>,
    /// The standing with the company that runs the product.
    pub status: &'static str,
    /// Whose id an item with the person's address names, while the own profile has an older one.
    pub named: Option<usize>,
    /// The identity provider that the person comes from, with one organisation for all its people.
    pub provider: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub struct Machine {
    pub client_id: String,
    pub organisation: usize,
    pub works: bool,
}

#[derive(Clone, Debug)]
pub struct Organisation {
    pub id: String,
    pub status: &'static str,
    pub tier: &'static str,
}

#[derive(Clone, Debug)]
pub struct Model {
    pub people: Vec<Person>,
    pub machines: Vec<Machine>,
    pub organisations: Vec<Organisation>,
}

/// Neighbours in every order that a key could have: case twins, one the beginning of the other.
const SLUGS: [&str; 6] = ["acme", "Acme", "acme.eu", "globex", "42", "acme_corp"];
const NUMBERS: [&str; 5] = ["42", "420", "4", "7", "0"];
const UUIDS: [&str; 4] = [
    "a1b2c3d4-0000-4000-8000-00000000000a",
    "A1B2C3D4-0000-4000-8000-00000000000A",
    "a1b2c3d4-0000-4000-8000-00000000000b",
    "0f0f0f0f-0000-4000-8000-000000000001",
];

/// The provider whose attributes policies believe, and one that they don't.
pub const TRUSTED: &str = "EntraID";
pub const UNTRUSTED: &str = "AnyOIDC";

impl Organisation {
    /// Whether its people may sign in.
    pub fn works(&self) -> bool {
        ["active", "trial"].contains(&self.status)
    }
}

impl Model {
    pub fn of(dice: &mut Dice, layout: &Layout) -> Self {
        let ids: &[&str] = match layout.id {
            Id::Slug => &SLUGS,
            Id::Number => &NUMBERS,
            Id::Uuid => &UUIDS,
        };
        let count = 3 + dice.roll(ids.len() - 2);
        let first = dice.roll(ids.len());
        let mut organisations: Vec<Organisation> = (0..count)
            .map(|at| Organisation {
                id: ids[(first + at) % ids.len()].to_owned(),
                status: dice.one_of(&[
                    "active",
                    "active",
                    "active",
                    "trial",
                    "suspended",
                    "Active",
                ]),
                tier: dice.one_of(&["free", "pro"]),
            })
            .collect();
        organisations[dice.roll(count)].status = "active";
        let mut people: Vec<Person> =
            (0..2 + dice.roll(3)).map(|at| person(dice, at, count)).collect();
        for (at, person) in people.iter_mut().enumerate().skip(1) {
            if layout.people == People::ByAddress && dice.chance(40) {
                person.named = Some(dice.roll(at));
            }
        }
        // One person whom every company would let in.
        let regular = &mut people[0];
        let home = organisations.iter().position(Organisation::works).unwrap_or_default();
        regular.home = Some((home, Tie::Member));
        regular.ties = BTreeMap::from([(home, Tie::Member)]);
        regular.status = "active";
        let federated = layout.otherwise == Some(Otherwise::Provider);
        regular.provider = federated.then_some(TRUSTED);
        // The only membership is one.
        let tie = match layout.otherwise == Some(Otherwise::Only) {
            true => Tie::Suspended,
            false => Tie::Member,
        };
        let more: Vec<_> = (0..dice.roll(3)).map(|_| (dice.roll(count), tie)).collect();
        regular.ties.extend(more.into_iter().filter(|(at, _)| *at != home));
        let machines = (0..2)
            .map(|at| Machine {
                client_id: format!("{}machineexample00000000000{at}", at + 1),
                organisation: if at == 0 { home } else { dice.roll(count) },
                works: at == 0 || dice.chance(50),
            })
            .collect();
        Self { people, machines, organisations }
    }

    /// The organisations that an identity belongs to.
    pub fn belongs(&self, who: Who) -> BTreeSet<usize> {
        match who {
            Who::Person(at) => {
                let person = &self.people[at];
                let ties = person.ties.iter().map(|(at, tie)| (*at, *tie)).chain(person.home);
                ties.filter(|(_, tie)| *tie == Tie::Member).map(|(at, _)| at).collect()
            }
            Who::Machine(at) => {
                let machine = &self.machines[at];
                machine.works.then_some(machine.organisation).into_iter().collect()
            }
        }
    }

    /// An organisation's id.
    pub fn id(&self, at: usize) -> &str {
        &self.organisations[at].id
    }
}

fn person(dice: &mut Dice, at: usize, organisations: usize) -> Person {
    let tie = |dice: &mut Dice| {
        let ties =
            [Tie::Member, Tie::Member, Tie::Member, Tie::Invited, Tie::Removed, Tie::Suspended];
        *dice.pick(&ties)
    };
    // Some have nothing but what is no membership.
    let lone = dice.chance(20);
    let ties: BTreeMap<usize, Tie> = match lone {
        true => {
            let no = *dice.pick(&[Tie::Invited, Tie::Removed, Tie::Suspended]);
            BTreeMap::from([(dice.roll(organisations), no)])
        }
        false => (0..1 + dice.roll(4)).map(|_| (dice.roll(organisations), tie(dice))).collect(),
    };
    let home = dice.roll(organisations);
    // Home is one truth with the tie to the same organisation.
    let home_tie = ties.get(&home).copied().unwrap_or_else(|| match dice.chance(80) {
        true => Tie::Member,
        false => tie(dice),
    });
    Person {
        sub: format!("{at}1111111-1111-4111-8111-11111111111{at}"),
        // One the beginning of the other.
        id: ["1001", "100", "10015", "7", "77"][at].to_owned(),
        email: format!("{}@x.example", ["ada", "adam", "Ada", "eve", "bob"][at]),
        home: (!lone && dice.chance(85)).then_some((home, home_tie)),
        ties,
        status: dice.one_of(&["active", "active", "active", "active", "blocked"]),
        named: None,
        provider: dice.chance(40).then(|| *dice.pick(&[TRUSTED, TRUSTED, UNTRUSTED])),
    }
}
