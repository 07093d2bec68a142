//! One counterexample, or none: a policy, a table, somebody's events, and tables beside it. All of it
//! comes from a seed, and each part can be left out.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use claimsmith::Trigger;
use claimsmith::clock::at_once;
use claimsmith::outcome::Refusal;
use claimsmith::policy::Variables;
use claimsmith::records::State;
use serde_json::Value;

use super::dice::Dice;
use super::event::{Caller, Maker};
use super::layout::{Layout, Role};
use super::mistakes::Mistake;
use super::model::{Model, Who};
use super::mutation::mutate;
use super::policy::Policy;
use super::row::{Owner, Row};
use super::store::Faulty;
use super::table::{rows, words};
use super::text::Text;
use super::twin::{Edit, Twins};

#[derive(Clone, Debug)]
pub struct Case {
    pub seed: u64,
    pub layout: Layout,
    pub policy: Policy,
    /// The mistake in the policy, if one was made.
    pub mistake: Option<String>,
    pub rows: Vec<Row>,
    /// Items that can't be read, and the request that fails.
    pub broken: BTreeSet<usize>,
    pub fails_at: Option<usize>,
    pub caller: Caller,
    /// The organisations that the caller belongs to.
    pub belongs: BTreeSet<usize>,
    /// Ids of all organisations.
    pub ids: Vec<String>,
    pub model: Model,
    pub words: Vec<String>,
    pub events: Vec<Value>,
    /// Tables that are the same to the caller.
    pub twins: Vec<Vec<Edit>>,
    /// Honest events of all people and of a machine, who come before the caller and fill the memory.
    /// The first and the last are of those whom every company would let in.
    pub others: Vec<Value>,
    /// Whether it is a counterexample on its way to a smaller one: its twin is one that fails.
    pub is_shrunk: bool,
    /// The checked policy, for the first who asks.
    pub checked: Checked,
}

/// A checked policy for one use. A copy of the case checks its text again.
#[derive(Debug, Default)]
pub struct Checked(RefCell<Option<claimsmith::policy::Policy>>);

impl Clone for Checked {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// What came of one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub answer: Result<String, Refusal>,
    pub tenant: Option<String>,
    /// Records that were not asked for.
    pub not_asked: BTreeSet<String>,
}

/// How many events are tried with one policy and one table.
const EVENTS: usize = 4;
/// How many mistakes are tried for one that the check doesn't find.
const MISTAKES: usize = 3;

impl Case {
    /// The world of a seed; with a mistake in its policy, these before others, or without.
    pub fn of(seed: u64, mistakes: &[Mistake]) -> Self {
        let dice = &mut Dice::of(seed);
        let layout = Layout::of(dice);
        let model = Model::of(dice, &layout);
        let (policy, mistake, checked) = policy(dice, &layout, mistakes);
        let rows = rows(dice, &layout, &model);
        let words = words(&rows, &layout);
        let caller = match dice.roll(20) {
            0 => None,
            1..6 => Some(Who::Machine(dice.roll(model.machines.len()))),
            6..10 => Some(Who::Person(0)),
            _ => Some(Who::Person(dice.roll(model.people.len()))),
        };
        let maker = Maker { layout: &layout, model: &model, words: &words };
        let mut events = Vec::new();
        for at in 0..EVENTS {
            let honest = at == 0 || dice.chance(30);
            events.push(maker.event(dice, caller, honest));
        }
        let everybody = (0..model.people.len()).map(Who::Person).chain([Who::Machine(0)]);
        let others = everybody.map(|who| maker.event(dice, Some(who), true)).collect();
        let belongs = caller.map(|who| model.belongs(who)).unwrap_or_default();
        let mut case = Self {
            seed,
            policy,
            mistake,
            broken: BTreeSet::new(),
            fails_at: dice.chance(10).then(|| dice.roll(4)),
            caller,
            belongs,
            ids: model.organisations.iter().map(|organisation| organisation.id.clone()).collect(),
            events,
            twins: Vec::new(),
            others,
            is_shrunk: false,
            checked,
            model,
            rows,
            words,
            layout,
        };
        if dice.chance(15) {
            case.broken =
                case.rows.iter().map(|row| row.number).filter(|_| dice.chance(10)).collect();
        }
        case
    }

    /// Adds tables that are the same to the caller, unless it has one already.
    pub fn with_twins(&self) -> Self {
        let mut case = self.clone();
        if !case.is_shrunk {
            case.twins = self.make_twins(&mut Dice::of(self.seed.rotate_left(9)), &self.model);
        }
        case
    }

    fn make_twins(&self, dice: &mut Dice, model: &Model) -> Vec<Vec<Edit>> {
        let outside: Vec<&Row> = self.rows.iter().filter(|row| !self.has_right_to(row)).collect();
        let mut mine: BTreeSet<String> =
            self.rows.iter().filter(|row| self.has_right_to(row)).map(Row::partition).collect();
        let mut own: Vec<String> = self.belongs.iter().map(|at| self.ids[*at].clone()).collect();
        let mut addresses = Vec::new();
        match self.caller {
            Some(Who::Person(at)) => {
                let person = &model.people[at];
                own.extend([person.sub.clone(), person.id.clone()]);
                addresses.push(person.email.clone());
            }
            Some(Who::Machine(at)) => own.push(model.machines[at].client_id.clone()),
            None => own.push("99999999-9999-4999-8999-999999999999".to_owned()),
        }
        for id in &own {
            for role in [Role::Profile, Role::Machine, Role::Organisation, Role::Tier] {
                mine.insert(self.layout.key(role, &[id])[0].1.clone());
            }
            mine.insert(id.clone());
        }
        // An index that is asked for another of the caller's own values finds what is theirs.
        addresses.extend(own);
        let addresses = &addresses;
        let twins = Twins { layout: &self.layout, words: &self.words, addresses, mine: &mine };
        twins.of(dice, &outside)
    }

    /// Whether the caller has a right to an item.
    pub fn has_right_to(&self, row: &Row) -> bool {
        match self.caller {
            // What the own item names is looked at, and must say the same of itself.
            Some(Who::Person(at)) if row.owner.is_one_of(self.model.people[at].named) => true,
            Some(who) => row.is_right_of(who, &self.belongs),
            None => row.owner == Owner::Shared,
        }
    }
}

/// A right policy, or one with a mistake that the check doesn't find, if there is one among a few.
fn policy(
    dice: &mut Dice,
    layout: &Layout,
    mistakes: &[Mistake],
) -> (Policy, Option<String>, Checked) {
    let right = Policy::of(dice, layout);
    if mistakes.is_empty() {
        return (right, None, Checked::default());
    }
    let mut wrong = (right.clone(), None, Checked::default());
    for _ in 0..MISTAKES {
        let mut policy = right.clone();
        let mistake = Some(mutate(dice, layout, &mut policy, mistakes));
        let checked = parse(&policy.text).ok();
        let is_accepted = checked.is_some();
        wrong = (policy, mistake, Checked(RefCell::new(checked)));
        if is_accepted {
            break;
        }
    }
    wrong
}

/// A trigger with the policy of a case, if the check accepts it.
pub struct Stage {
    pub trigger: Trigger<Faulty>,
}

impl Stage {
    pub fn of(case: &Case) -> Option<Self> {
        let checked = case.checked.0.take();
        let policy = checked.or_else(|| parse(&case.policy.text).ok())?;
        let store = Faulty::of(&case.rows, &case.broken, &policy.tables);
        let mut stage = Self { trigger: Trigger::new(policy, store) };
        stage.trigger.store.fails_at = case.fails_at;
        Some(stage)
    }

    /// Puts a table that differs in the place of the case's own.
    pub fn edit(&mut self, case: &Case, edits: &[Edit]) {
        let mut rows = case.rows.clone();
        let mut broken = case.broken.clone();
        for edit in edits.iter().filter(|edit| edit.fits(&case.rows)) {
            edit.apply(&mut rows);
            if let Edit::Fault(number) = edit {
                broken.insert(*number);
            }
        }
        self.trigger.store = Faulty::of(&rows, &broken, &self.trigger.policy.tables);
        self.trigger.store.fails_at = case.fails_at;
    }

    pub fn decide(&self, event: &Value) -> Outcome {
        self.trigger.store.begin();
        let event = event.to_string();
        let decided = self.trigger.decide(event.as_bytes(), Duration::from_secs(1));
        let decided = at_once(decided).unwrap().unwrap();
        let records = self.trigger.policy.records.iter().zip(&decided.records);
        let not_asked = records
            .filter(|(_, state)| matches!(state, State::NotAsked(_)))
            .map(|(rule, _)| rule.name.clone())
            .collect();
        Outcome {
            tenant: decided.tenant.clone(),
            not_asked,
            answer: decided.answer().map(str::to_owned).map_err(Clone::clone),
        }
    }
}

/// What the check says of a policy.
pub fn parse(text: &Text) -> Result<claimsmith::policy::Policy, String> {
    let no_variable = |_: &str| None;
    let parsed =
        claimsmith::policy::Policy::parse(&text.to_string(), &Variables::strict(&no_variable));
    parsed.map_err(|found| format!("{found:#?}"))
}
