//! What a source's value can be: one text, a list, items, or whatever an attribute holds.

use claimsmith_findings::{At, Section, Span, TextOr};

use super::checker::Checker;
use super::names::Names;
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::source::{Map, Place, Source};

/// What is known of a value before there is one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One text.
    Text,
    /// A list of words.
    List,
    /// A text or a list: what a map makes of either.
    Words,
    /// The items of a record, without a word about what of them.
    Items,
    /// What the attribute of an item holds.
    Any,
}

impl Names {
    /// What a source's value can be.
    pub(super) fn shape(&self, source: &Source) -> Shape {
        match self.shape_of_place(&source.place) {
            Shape::Text | Shape::Any if source.split.is_some() => Shape::List,
            Shape::Any if source.map.is_some() => Shape::Words,
            shape => shape,
        }
    }

    fn shape_of_place(&self, place: &Place) -> Shape {
        match place {
            Place::Tenant | Place::Attribute(_) => Shape::Text,
            Place::Groups => Shape::List,
            Place::Record(path) if path.path.is_empty() => Shape::Items,
            Place::Record(path) if self.is_several(path.record) => Shape::List,
            Place::Record(_) | Place::Member(_) => Shape::Any,
        }
    }
}

impl Checker<'_, '_> {
    /// A source must be able to hold what its reader makes of it.
    pub(super) fn split_and_map_fit(&mut self, section: &Section<file::Source>, source: &Source) {
        if let Some(split) = &section.split
            && (source.place == Place::Tenant
                || !matches!(self.names.shape_of_place(&source.place), Shape::Text | Shape::Any))
        {
            let message = "there is no text here that could be split";
            self.findings.add(Code::Source, split.span, message, "take `split` out");
        }
        if let (Some(map), Shape::Items) = (&section.map, self.names.shape_of_place(&source.place))
        {
            let span = match map {
                TextOr::Text(text) => text.span,
                TextOr::Other(words) => words.span,
            };
            let message = "items are no words that a map could have";
            self.findings.add(Code::Source, span, message, "take `map` out");
        } else if let (Some(TextOr::Text(text)), Some(Map::Item(place))) =
            (&section.map, &source.map)
            && self.names.shape_of_place(place) != Shape::Any
        {
            let message = format!("`{}` is no map", self.findings.written(text.span));
            let help =
                "name the attribute of one item that holds the words and what they stand for";
            self.findings.add(Code::Source, text.span, message, help);
        }
    }

    /// A record alone is no value but where its fields are named.
    pub(super) fn is_value(&mut self, source: &At<Source>) -> bool {
        let is_value = self.names.shape(&source.value) != Shape::Items;
        if !is_value {
            let message = format!(
                "`{}` is items, and nothing says what of them",
                self.findings.written(source.span)
            );
            let help = "name one of their attributes too; or, in a claim, several in `fields`";
            self.findings.add(Code::Source, source.span, message, help);
        }
        is_value
    }

    /// Whether a source can hold a list; a finding of this code if it can't.
    pub(super) fn is_list(&mut self, source: &At<Source>, code: Code, span: Span) -> bool {
        let is_list = self.is_value(source) && self.names.shape(&source.value) != Shape::Text;
        if !is_list && self.names.shape(&source.value) == Shape::Text {
            let message =
                format!("`{}` is one text, and no list", self.findings.written(source.span));
            let help = match source.value.place {
                Place::Attribute(_) => {
                    "say with `split` how it becomes one, or keep the list in a record"
                }
                _ => "keep the list in a record",
            };
            self.findings.add(code, span, message, help);
        }
        is_list
    }

    /// Whether a source can hold one value; a finding if it can't.
    pub(super) fn is_single(&mut self, source: &At<Source>, code: Code, help: &str) -> bool {
        let is_value = self.is_value(source);
        let is_list = self.names.shape(&source.value) == Shape::List;
        if is_list {
            let message =
                format!("`{}` is a list, and no single value", self.findings.written(source.span));
            self.findings.add(code, source.span, message, help);
        }
        is_value && !is_list
    }
}
