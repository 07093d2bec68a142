//! Matches: which items of a query's page count, and what is known then.

use std::sync::Arc;

use super::guard::holds;
use super::key::AroundStar;
use super::known::Known;
use super::path::as_text;
use super::state::State;
use super::store::{Item, Page};
use crate::outcome::Fault;
use crate::policy::Require;

/// What an item must be to count.
#[derive(Debug)]
pub struct Pattern<'p> {
    /// The sort key: its name and what it looks like.
    pub sort: Option<SortPattern<'p>>,
    /// What it must hold.
    pub require: Option<&'p Require>,
    /// Most matches.
    pub at_most: usize,
    /// Whether it counts only if there is a single match.
    pub only: bool,
}

/// What a sort key must look like.
#[derive(Debug)]
pub struct SortPattern<'p> {
    /// The attribute's name.
    pub name: &'p str,
    /// What it looks like.
    pub around: AroundStar<'p>,
}

impl Pattern<'_> {
    /// What is known after a page was read.
    pub fn state(&self, page: &Known<Page>) -> State {
        let page = match page {
            Known::Value(page) => page,
            Known::Unknown(fault) => return State::Unknown(*fault),
            // A store that says nothing has failed.
            Known::Absent => return State::Unknown(Fault::Store),
        };
        let mut matches = page.items.iter().filter(|item| self.is_match(item));
        if !self.only {
            let items: Vec<Arc<Item>> = matches.by_ref().take(self.at_most).cloned().collect();
            let whole = page.is_last && matches.next().is_none();
            return State::Several { items, whole };
        }
        match (matches.next(), matches.next(), page.is_last) {
            (None, _, true) => State::Missing,
            (Some(item), None, true) => State::Found(Arc::clone(item)),
            _ => State::Unknown(Fault::TooMany),
        }
    }

    /// What is known if there can be no match.
    pub fn nothing(&self) -> State {
        match self.only {
            true => State::Missing,
            false => State::Several { items: Vec::new(), whole: true },
        }
    }

    fn is_match(&self, item: &Item) -> bool {
        self.sort.as_ref().is_none_or(|sort| sort.fits(item))
            && self.require.is_none_or(|require| holds(require, item))
    }
}

impl SortPattern<'_> {
    fn fits(&self, item: &Item) -> bool {
        let Some(text) = item.get(self.name).and_then(as_text) else { return false };
        let AroundStar { prefix, star, suffix } = &self.around;
        let between = text.strip_prefix(prefix.as_str());
        let between = between.and_then(|rest| rest.strip_suffix(suffix.as_str()));
        between.is_some_and(|between| star.fits(between))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{IdRule, IdType};
    use serde_json::{Value, json};

    fn page(items: &[Value], is_last: bool) -> Known<Page> {
        let items = items.iter().map(|item| Arc::new(item.as_object().unwrap().clone()));
        Known::Value(Page { items: items.collect(), is_last })
    }

    fn count(state: &State) -> (usize, bool) {
        match state {
            State::Several { items, whole } => (items.len(), *whole),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_match_has_the_form_of_the_sort_key_and_what_is_required() {
        let star = IdRule { id_type: IdType::Slug, without: "#".to_owned() };
        let require = Require::Holds(vec![(vec!["status".to_owned()], vec![json!("active")])]);
        let around = AroundStar { prefix: "ORG#".to_owned(), star: &star, suffix: "#M".to_owned() };
        let sort = SortPattern { name: "sk", around };
        let pattern =
            Pattern { sort: Some(sort), require: Some(&require), at_most: 2, only: false };
        for (item, is_match) in [
            (json!({ "sk": "ORG#acme#M", "status": "active" }), true),
            (json!({ "sk": "ORG#acme#INVITE#M", "status": "active" }), false),
            (json!({ "sk": "ORG#acme", "status": "active" }), false),
            (json!({ "sk": "ORG##M", "status": "active" }), false),
            (json!({ "sk": "ORG#M", "status": "active" }), false),
            (json!({ "sk": "org#acme#M", "status": "active" }), false),
            (json!({ "sk": 1, "status": "active" }), false),
            (json!({ "sk": "ORG#acme#M", "status": "removed" }), false),
            (json!({ "sk": "ORG#acme#M", "status": ["active"] }), false),
            (json!({ "sk": "ORG#acme#M" }), false),
        ] {
            let state = pattern.state(&page(std::slice::from_ref(&item), true));
            assert_eq!(count(&state), (usize::from(is_match), true), "{item}");
        }
    }

    #[test]
    fn a_number_between_is_its_digits() {
        let star = IdRule { id_type: IdType::Number, without: String::new() };
        let around = AroundStar { prefix: String::new(), star: &star, suffix: String::new() };
        let sort = SortPattern { name: "id", around };
        let pattern = Pattern { sort: Some(sort), require: None, at_most: 9, only: false };
        let found =
            pattern.state(&page(&[json!({"id": 42}), json!({"id": -1}), json!({"id": 1.5})], true));
        assert_eq!(count(&found), (1, true));
    }

    #[test]
    fn more_than_allowed_is_never_cut_silently() {
        let pattern = |only| Pattern { sort: None, require: None, at_most: 2, only };
        let items: Vec<Value> = (0..4).map(|id| json!({ "id": id })).collect();
        for (taken, is_last, several, only) in [
            (0, true, (0, true), State::Missing),
            (0, false, (0, false), State::Unknown(Fault::TooMany)),
            (1, false, (1, false), State::Unknown(Fault::TooMany)),
            (2, true, (2, true), State::Unknown(Fault::TooMany)),
            (3, true, (2, false), State::Unknown(Fault::TooMany)),
        ] {
            let page = page(&items[..taken], is_last);
            assert_eq!(count(&pattern(false).state(&page)), several, "{taken} {is_last}");
            assert_eq!(pattern(true).state(&page), only, "{taken} {is_last}");
        }
        let one = pattern(true).state(&page(&items[..1], true));
        assert!(matches!(one, State::Found(_)), "{one:?}");
        let failed = Known::Unknown(Fault::Deadline);
        assert_eq!(pattern(false).state(&failed), State::Unknown(Fault::Deadline));
    }
}
