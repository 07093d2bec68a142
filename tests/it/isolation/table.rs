//! The table that a company would have, and what lies beside the right items: neighbouring keys, case
//! twins, numbers with a zero in front, invitations, and what is left of those who were removed.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::layout::{Choice, Layout, Otherwise, People, Role};
use super::model::{Model, Tie, Who};
use super::row::{Owner, Row};

const ROLES: [&str; 3] = ["admin", "viewer", "billing"];
const FLAGS: [&str; 4] = ["beta", "export", "audit", "sso"];

/// All items.
pub fn rows(dice: &mut Dice, layout: &Layout, model: &Model) -> Vec<Row> {
    let mut writer = Writer { dice, layout, model, rows: Vec::new() };
    for at in 0..model.people.len() {
        writer.profile(at);
        writer.ties(at);
        writer.things(at);
    }
    for at in 0..model.machines.len() {
        writer.machine(at);
    }
    for at in 0..model.organisations.len() {
        writer.organisation(at);
    }
    for tier in ["free", "pro"] {
        let features = writer.flags();
        writer.put(Role::Tier, &[tier], Owner::Shared, json!({ "features": features }));
    }
    writer.neighbours();
    writer.rows
}

/// What an item with this key would be: its key attributes with values of their types. `None` if
/// such a key can't be.
pub fn key_item(layout: &Layout, key: &[(&'static str, String)]) -> Option<Map<String, Value>> {
    key.iter()
        .map(|(name, text)| {
            let value = match layout.number_keys().contains(name) {
                true => number(text)?,
                false => Value::from(text.as_str()),
            };
            (!text.is_empty()).then(|| ((*name).to_owned(), value))
        })
        .collect()
}

/// A text of digits as the number that it is the one spelling of.
pub fn number(text: &str) -> Option<Value> {
    text.parse::<u64>().ok().filter(|number| number.to_string() == text).map(Value::from)
}

/// All texts in which an event's chosen fields could hit something: values, whole keys and their parts.
pub fn words(rows: &[Row], layout: &Layout) -> Vec<String> {
    let mut words = BTreeSet::new();
    let mut add = |text: &str| {
        words.insert(text.to_owned());
        if !layout.separator.is_empty() {
            for (at, separator) in text.match_indices(layout.separator) {
                words.insert(text[..at].to_owned());
                words.insert(text[at + separator.len()..].to_owned());
            }
        }
        for word in ["USER", "ORG", "CLIENT"] {
            words.extend(text.strip_prefix(word).map(str::to_owned));
        }
    };
    for value in rows.iter().flat_map(|row| row.item.values()) {
        match value {
            Value::String(text) => add(text),
            Value::Number(number) => add(&number.to_string()),
            Value::Array(elements) => elements.iter().filter_map(Value::as_str).for_each(&mut add),
            Value::Object(members) => members.keys().for_each(|name| add(name)),
            Value::Null | Value::Bool(_) => {}
        }
    }
    words.into_iter().collect()
}

struct Writer<'w> {
    dice: &'w mut Dice,
    layout: &'w Layout,
    model: &'w Model,
    rows: Vec<Row>,
}

impl Writer<'_> {
    /// Writes an item, unless there is one with its key.
    fn put(&mut self, role: Role, words: &[&str], owner: Owner, rest: Value) -> Option<&mut Row> {
        let key = self.layout.key(role, words);
        let mut item = key_item(self.layout, &key)?;
        let key: Vec<&'static str> = key.iter().map(|(name, _)| *name).collect();
        let taken = |row: &Row| {
            row.key == key && key.iter().all(|name| row.item.get(*name) == item.get(*name))
        };
        if self.rows.iter().any(taken) {
            return None;
        }
        item.extend(rest.as_object().cloned().unwrap_or_default());
        let number = self.rows.len();
        self.rows.push(Row {
            number,
            item,
            key,
            role: Some(role),
            owner,
            about: None,
            parts: Vec::new(),
        });
        self.rows.last_mut()
    }

    fn flags(&mut self) -> Vec<&'static str> {
        FLAGS.into_iter().filter(|_| self.dice.chance(40)).collect()
    }

    fn roles(&mut self) -> Vec<&'static str> {
        ROLES.into_iter().filter(|_| self.dice.chance(40)).collect()
    }

    /// An organisation's id as items hold it.
    fn id(&self, at: usize) -> Value {
        let id = self.model.id(at);
        number(id).filter(|_| self.layout.numbers).unwrap_or_else(|| Value::from(id))
    }

    fn own(&self, at: usize) -> String {
        let person = &self.model.people[at];
        match self.layout.people {
            People::BySub => person.sub.clone(),
            People::ByAddress => person.id.clone(),
        }
    }

    fn profile(&mut self, at: usize) {
        let person = &self.model.people[at];
        let belongs = self.model.belongs(Who::Person(at));
        let ids = |at: &usize| self.model.id(*at).to_owned();
        let mut item = json!({
            "user_id": number(&person.id).filter(|_| self.dice.chance(50)).unwrap_or_else(|| json!(person.id)),
            "email": if person.named.is_some() { "before@x.example" } else { person.email.as_str() },
            "status": person.status,
            "theme": self.dice.pick(&["dark", "light"]),
            "role": self.dice.pick(&ROLES),
            "features": self.flags(),
            "org_ids": belongs.iter().map(ids).collect::<Vec<_>>(),
        });
        let mut parts = Vec::new();
        let map = self.layout.choice == Some(Choice::Map);
        let mut roles: Map<String, Value> =
            belongs.iter().map(|at| (ids(at), json!(self.roles()))).collect();
        // A map may say of an organisation that it isn't one, too.
        let not = person.ties.keys().filter(|at| !belongs.contains(at));
        roles.extend(not.map(|at| (ids(at), self.dice.pick(&[json!(null), json!(false)]).clone())));
        item["roles"] = match map {
            true => roles.into(),
            false => json!(self.roles()),
        };
        if map {
            parts.extend(belongs.iter().map(|at| (vec!["roles".to_owned(), ids(at)], *at)));
        }
        match person.home {
            Some((home, Tie::Member)) => {
                item["org_id"] = self.id(home);
                // What the profile says of somebody's place is about home.
                let here = ["org_id", "role", "features", "roles"];
                let here = here.into_iter().filter(|name| !map || *name != "roles");
                parts.extend(here.map(|name| (vec![name.to_owned()], home)));
            }
            Some((home, _)) => item["last_org"] = self.id(home),
            None => {}
        }
        for (at, tie) in &person.ties {
            if *tie != Tie::Member {
                item["invited_to"] = self.id(*at);
            }
        }
        let own = self.own(at);
        if let Some(row) = self.put(Role::Profile, &[&own], Owner::One(Who::Person(at)), item) {
            row.parts = parts;
        }
    }

    fn ties(&mut self, at: usize) {
        let own = self.own(at);
        for (to, tie) in &self.model.people[at].ties {
            let id = self.model.id(*to);

            // An item that doesn't hold what its key says, where nothing but the key would say it.
            let slip =
                self.layout.otherwise != Some(Otherwise::Only) && at != 0 && self.dice.chance(20);
            let held = if slip { self.dice.roll(self.model.organisations.len()) } else { *to };
            let mut item = json!({
                "org_id": self.id(held),
                "status": tie.status(),
                "role": self.dice.pick(&ROLES),
                "roles": self.roles(),
                "features": self.flags(),
            });
            let longer;
            let which = match tie.mark().filter(|_| !self.layout.statuses) {
                None => id,
                Some(word) => {
                    longer = [id, word].join(self.layout.separator);
                    // An invitation is open, and may call itself whatever it likes.
                    item["status"] = json!("active");
                    if self.dice.chance(50) {
                        item["org_id"] = json!(longer);
                    }
                    &longer
                }
            };
            let owner = Owner::One(Who::Person(at));
            if let Some(row) = self.put(Role::Membership, &[&own, which], owner, item) {
                row.about = Some(*to);
            }
        }
    }

    /// What people have beside: a standing, and a seat in an organisation.
    fn things(&mut self, at: usize) {
        let own = self.own(at);
        let owner = Owner::One(Who::Person(at));
        let standing = if at == 0 { "good" } else { *self.dice.pick(&["good", "good", "bad"]) };
        self.put(Role::Standing, &[&own], owner, json!({ "standing": standing }));
        for to in 0..self.model.organisations.len() {
            let id = self.model.id(to);
            // A few are enough to be hit.
            if !self.dice.chance(30) {
                continue;
            }
            for seat in ["5", "05", "window"] {
                let desk = format!("{id} {seat}");
                if let Some(row) =
                    self.put(Role::Seat, &[&own, id, seat], owner, json!({ "desk": desk }))
                {
                    row.about = Some(to);
                }
            }
        }
        let person = &self.model.people[at];
        if let Some(other) = person.named {
            let id = &self.model.people[other].id;
            let names = json!({ "user_id": id, "email": person.email, "status": "active" });
            self.put(Role::Profile, &[&format!("8{at}")], owner, names);
        } else if self.layout.people == People::ByAddress && at != 0 && self.dice.chance(10) {
            // An account of before, with the same address.
            let email = &self.model.people[at].email;
            let old = json!({ "user_id": "old", "email": email, "status": "removed" });
            self.put(Role::Profile, &[&format!("9{at}")], owner, old);
        }
    }

    fn machine(&mut self, at: usize) {
        let machine = &self.model.machines[at];
        let item = json!({
            "org_id": self.id(machine.organisation),
            "status": if machine.works { "active" } else { "off" },
            "role": self.dice.pick(&ROLES),
            "roles": self.roles(),
            "features": self.flags(),
        });
        let owner = Owner::One(Who::Machine(at));
        self.put(Role::Machine, &[&machine.client_id], owner, item);
    }

    fn organisation(&mut self, at: usize) {
        let organisation = &self.model.organisations[at];
        let id = organisation.id.as_str();
        let owner = Owner::Organisation(at);
        let item = json!({
            "status": organisation.status,
            "name": format!("Name of {id}"),
            "tier": organisation.tier,
            "features": self.flags(),
            "scopes": ["api/read", "api/write", "openid"],
            "org_id": self.id(at),
        });
        self.put(Role::Organisation, &[id], owner, item);
        for role in ["admin", "viewer"] {
            let permissions = json!({ "permissions": [format!("{id}:{role}")] });
            self.put(Role::Permissions, &[id, role], owner, permissions);
        }
    }

    /// Items whose keys are almost those of others.
    fn neighbours(&mut self) {
        let close = |word: &str| {
            let separator = self.layout.separator;
            vec![
                format!("{word}{separator}INVITE"),
                format!("{word}{separator}x"),
                format!("0{word}"),
                format!("{word} "),
                word.to_uppercase(),
                word.to_lowercase(),
            ]
        };
        let mut all = Vec::new();
        for organisation in &self.model.organisations {
            all.extend(close(&organisation.id).into_iter().map(|word| (Role::Organisation, word)));
        }
        for at in 0..self.model.people.len() {
            all.extend(close(&self.own(at)).into_iter().map(|word| (Role::Profile, word)));
        }
        for machine in &self.model.machines {
            all.extend(close(&machine.client_id).into_iter().map(|word| (Role::Machine, word)));
        }
        for (role, word) in all {
            // As long as the right ones win, more of them only take time.
            if !self.dice.chance(35) {
                continue;
            }
            let organisation = self.dice.roll(self.model.organisations.len());
            let item = json!({
                "status": "active",
                "name": format!("decoy {word}"),
                "tier": "pro",
                "org_id": self.id(organisation),
                "features": FLAGS,
            });
            self.put(role, &[&word], Owner::Nobody, item);
        }
        // By an id that everybody shares who comes through one app client. It is the machine's alone.
        for (at, machine) in self.model.machines.iter().enumerate() {
            let item = json!({ "status": "active", "org_id": self.id(machine.organisation) });
            let owner = Owner::One(Who::Machine(at));
            self.put(Role::Profile, &[&machine.client_id], owner, item);
        }
    }
}
