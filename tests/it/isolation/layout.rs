//! How a company lays its table out: separators, types of keys, where memberships stand, how people
//! are found. The same words make the policy's templates and the items' keys.

use super::dice::Dice;

/// What an organisation's id looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id {
    Slug,
    Number,
    Uuid,
}

impl Id {
    pub fn word(self) -> &'static str {
        match self {
            Id::Slug => "slug",
            Id::Number => "number",
            Id::Uuid => "uuid",
        }
    }
}

/// How people are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum People {
    BySub,
    ByAddress,
}

/// What a person chooses an organisation among.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Items of their own, one for each organisation.
    Items,
    /// A list in the profile.
    List,
    /// A map in the profile, from the organisation to what the person is there.
    Map,
    /// Cognito's groups.
    Groups,
}

/// What says the organisation if nobody chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// The profile.
    Home,
    /// The only membership.
    Only,
    /// An attribute that administrators write.
    Administrator,
    /// An attribute that an identity provider writes.
    Provider,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Profile,
    Membership,
    Standing,
    Seat,
    Machine,
    Organisation,
    Permissions,
    Tier,
}

#[derive(Clone, Debug)]
pub struct Layout {
    /// Between the words of a key.
    pub separator: &'static str,
    pub id: Id,
    /// Whether items hold an organisation's id as a number, and keys too.
    pub numbers: bool,
    pub people: People,
    /// Whether each kind of item has a table of its own.
    pub split: bool,
    pub choice: Option<Choice>,
    pub otherwise: Option<Otherwise>,
    /// Whether memberships say what they are; else each item that is there is one.
    pub statuses: bool,
    pub machines: bool,
}

impl Layout {
    pub fn of(dice: &mut Dice) -> Self {
        let id = *dice.pick(&[Id::Slug, Id::Slug, Id::Number, Id::Uuid]);
        let separator = match id {
            Id::Uuid => *dice.pick(&["#", "-", ""]),
            _ => *dice.pick(&["#", "#", "-"]),
        };
        let choice = match dice.roll(10) {
            0..4 => Some(Choice::Items),
            4..6 => Some(Choice::List),
            6..8 => Some(Choice::Map),
            8 => Some(Choice::Groups),
            _ => None,
        };
        let otherwise = match dice.roll(10) {
            0..5 => Some(Otherwise::Home),
            5..7 => Some(Otherwise::Only),
            7 => Some(Otherwise::Administrator),
            8 => Some(Otherwise::Provider),
            _ => None,
        };
        // Nobody could sign in.
        let otherwise = otherwise.or(choice.is_none().then_some(Otherwise::Home));
        Self {
            separator,
            id,
            numbers: id == Id::Number && dice.chance(60),
            people: if dice.chance(70) { People::BySub } else { People::ByAddress },
            split: dice.chance(35),
            choice,
            otherwise,
            statuses: dice.chance(50),
            machines: dice.chance(70),
        }
    }

    /// Whether some items are memberships.
    pub fn has_memberships(&self) -> bool {
        self.choice == Some(Choice::Items) || self.otherwise == Some(Otherwise::Only)
    }

    /// The placeholder of a person's own items.
    pub fn own(&self) -> &'static str {
        match self.people {
            People::BySub => "{sub}",
            People::ByAddress => "{person}",
        }
    }

    /// The table of an item, by its name and the names of its keys.
    pub fn table(&self, role: Role) -> (&'static str, &'static str, Option<&'static str>) {
        if !self.split {
            return ("claims", "pk", Some("sk"));
        }
        match role {
            Role::Profile => ("people", "id", None),
            Role::Membership | Role::Standing | Role::Seat => ("ties", "owner", Some("what")),
            Role::Machine => ("machines", "client", None),
            Role::Organisation => ("orgs", "org", None),
            Role::Permissions => ("roles", "place", Some("role")),
            Role::Tier => ("tiers", "tier_name", None),
        }
    }

    /// The names of key attributes that are numbers.
    pub fn number_keys(&self) -> &'static [&'static str] {
        match (self.split, self.people, self.numbers) {
            (false, _, _) => &[],
            (true, People::BySub, false) => &[],
            (true, People::BySub, true) => &["org", "place"],
            (true, People::ByAddress, false) => &["id"],
            (true, People::ByAddress, true) => &["id", "org", "place"],
        }
    }

    /// An item's key: names and values, or names and templates. The words are whose it is and, where
    /// there is more, which.
    pub fn key(&self, role: Role, words: &[&str]) -> Vec<(&'static str, String)> {
        let (_, partition, sort) = self.table(role);
        let join = |word: &str, rest: &[&str]| {
            let mut all = vec![word];
            all.extend(rest);
            all.join(self.separator)
        };
        let first = match role {
            _ if self.split => words[0].to_owned(),
            Role::Profile | Role::Membership | Role::Standing | Role::Seat => {
                join("USER", &words[..1])
            }
            Role::Machine => join("CLIENT", &words[..1]),
            Role::Organisation | Role::Permissions => join("ORG", &words[..1]),
            Role::Tier => join("TIER", &words[..1]),
        };
        let second = match role {
            Role::Profile | Role::Machine | Role::Organisation | Role::Tier => "PROFILE".to_owned(),
            Role::Membership => join("ORG", &words[1..]),
            Role::Standing => "STANDING".to_owned(),
            Role::Seat => join("SEAT", &words[1..]),
            Role::Permissions if self.split => words[1].to_owned(),
            Role::Permissions => join("ROLE", &words[1..]),
        };
        let mut key = vec![(partition, first)];
        key.extend(sort.map(|sort| (sort, second)));
        key
    }
}
