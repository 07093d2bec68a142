//! Claims: each section to a rule, with everything that can be wrong about one claim alone.

use cognito_claims::bits::{Catalogue, CatalogueError};
use cognito_claims::encoding::{self, Encoding};
use cognito_claims::{TokenUse, names};
use serde_json::Value;

use claimsmith_findings::{At, List, Named, OneOrMany, Section, nearest_within};

use super::check::{entries, values};
use super::file;
use super::graph::Names;
use super::{ClaimRule, ClaimType, ClaimValue, Code, Findings, SourcePlace, When, reserved};
use crate::event::TRIGGER_SOURCES;

/// What the sources of this trigger begin with.
/// SPEC: AWS, "Pre token generation Lambda trigger", the table of trigger sources.
const TRIGGER_SOURCE_PREFIX: &str = "TokenGeneration_";

/// Checks all claim sections; the rules are sorted by name.
pub(super) fn claims(
    sections: &Named<Section<file::Claim>>,
    names: &mut Names,
    findings: &mut Findings<'_>,
) -> Vec<ClaimRule> {
    let mut rules: Vec<ClaimRule> = sections
        .entries
        .iter()
        .map(|(name, section)| claim(name, section, names, findings))
        .collect();
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    rules
}

fn claim(
    name: &At<String>,
    section: &Section<file::Claim>,
    names: &mut Names,
    findings: &mut Findings<'_>,
) -> ClaimRule {
    claim_name(name, findings);
    if !section.complete {
        names.miss_uses();
    }
    let value = claim_value(name, section, names, findings);
    let (id, access) = tokens(section, findings);
    id_token_type(name, id, &value, section, findings);

    let required = section.required.as_ref().is_some_and(|required| required.value);
    let on_fault = section
        .on_fault
        .as_ref()
        .and_then(|text| findings.word(text, &[("omit", false), ("refuse", true)]));
    if required {
        contradictions(section, on_fault, findings);
    }
    ClaimRule {
        name: name.value.clone(),
        default: default(section, &value, findings),
        value,
        required,
        id,
        access,
        shed: shed(section, findings),
        // A required claim that can't be known is no claim: there is no token without it.
        fault_refuses: required || on_fault.unwrap_or(false),
        when: section
            .when
            .as_ref()
            .map(|when| conditions(when, section.complete, findings))
            .unwrap_or_default(),
    }
}

fn claim_name(name: &At<String>, findings: &mut Findings<'_>) {
    if let Some(reserved) = names::reserved_to_add(&name.value) {
        let message = format!("`{}` {}", name.value, reserved.problem());
        findings.add(Code::ReservedClaim, name.span, message, reserved::help(reserved));
    } else if !names::is_plain(&name.value) {
        findings.add(
            Code::ClaimName,
            name.span,
            "this claim name would not come through every front door",
            format!(
                "use at most {} printable ASCII characters without blanks, commas, quotes, brackets and braces",
                names::NAME_LIMIT
            ),
        );
    }
}

fn claim_value(
    name: &At<String>,
    section: &Section<file::Claim>,
    names: &mut Names,
    findings: &mut Findings<'_>,
) -> ClaimValue {
    let (list, is_merge) = match (&section.from, &section.merge) {
        (Some(from), None) => (Some(from), false),
        (None, Some(merge)) => (Some(merge), true),
        (from, merge) => {
            let (span, message, help) = match merge {
                None => (
                    name.span,
                    "no source",
                    "give it `from = \"<record>.<attribute>\"`, or `merge`",
                ),
                Some(merge) => {
                    (merge.0.span, "two kinds of source", "keep either `from` or `merge`")
                }
            };
            // A source that could not be read is no missing one.
            if from.is_some() || section.complete {
                let message = format!("the claim `{}` has {message}", name.value);
                findings.add(Code::ClaimSource, span, message, help);
            }
            // Nothing more can be said about a claim of no known kind.
            names.miss_uses();
            return ClaimValue::First { sources: Vec::new(), kind: ClaimType::String };
        }
    };
    if let Some(OneOrMany(List { span, entries })) = list
        && entries.is_empty()
        && section.complete
    {
        let message = format!("the claim `{}` has an empty list of sources", name.value);
        findings.add(Code::EmptyList, *span, message, "name at least one record attribute");
    }
    let list = list.map(|list| list.0.entries.as_slice()).unwrap_or_default();
    findings.unique(list);
    let sources: Vec<_> = list.iter().filter_map(|source| names.source(source, findings)).collect();

    let given = section.encoding.as_ref().and_then(|text| {
        findings.word(text, &Encoding::ALL.map(|encoding| (encoding.as_str(), encoding)))
    });
    if is_merge {
        let catalogue = catalogue(section, findings);
        if let Some(kind) = &section.kind {
            findings.add(
                Code::ClaimType,
                kind.span,
                "`merge` makes a set of flags, which has no other type",
                "take `type` out; `encoding` says how the set is written",
            );
        }
        let encoding = given.unwrap_or_default();
        if let (Encoding::Bits, None, Some(text), true) =
            (encoding, &section.flags, &section.encoding, section.complete)
        {
            findings.add(
                Code::ClaimFlags,
                text.span,
                "`bits` needs the list of flags that writer and readers share",
                "add `flags = [\"…\"]`, and only ever append to it",
            );
        }
        flag_sources(section, &sources, findings);
        return ClaimValue::Merge { sources, encoding, catalogue };
    }

    if let Some(flags) = &section.flags {
        findings.add(
            Code::ClaimFlags,
            flags.span,
            "only a claim with `merge` has flags",
            "use `merge` instead of `from`, or take `flags` out",
        );
    }
    let kind = section.kind.as_ref().and_then(|text| {
        let kinds = [
            ("string", ClaimType::String),
            ("integer", ClaimType::Integer),
            ("number", ClaimType::Number),
            ("boolean", ClaimType::Boolean),
            ("list", ClaimType::List(Encoding::List)),
            ("json", ClaimType::Json),
        ];
        findings.word(text, &kinds)
    });
    let kind = match (kind.unwrap_or(ClaimType::String), given, &section.encoding) {
        (ClaimType::List(_), Some(Encoding::Bits), Some(text)) => {
            findings.add(
                Code::ClaimType,
                text.span,
                "`bits` is for flags, not for a list of words",
                "use `merge` with `flags`, or another encoding",
            );
            ClaimType::List(Encoding::List)
        }
        (ClaimType::List(_), Some(encoding), _) => ClaimType::List(encoding),
        (kind, Some(_), Some(text)) => {
            findings.add(
                Code::ClaimType,
                text.span,
                "only flags and lists have an encoding",
                "take `encoding` out, or write `type = \"list\"`",
            );
            kind
        }
        (kind, ..) => kind,
    };
    attribute_type(section, &sources, kind, findings);
    ClaimValue::First { sources, kind }
}

/// User attributes are always text.
fn attribute_type(
    section: &Section<file::Claim>,
    sources: &[super::Source],
    kind: ClaimType,
    findings: &mut Findings<'_>,
) {
    let is_attribute = |place: &SourcePlace| matches!(place, SourcePlace::Attribute(_));
    if kind != ClaimType::String
        && sources.iter().any(|source| is_attribute(&source.place))
        && let Some(kind) = &section.kind
    {
        findings.add(
            Code::ClaimType,
            kind.span,
            "a user attribute is always a text",
            "take `type` out, or keep the value in a record",
        );
    }
}

fn flag_sources(
    section: &Section<file::Claim>,
    sources: &[super::Source],
    findings: &mut Findings<'_>,
) {
    let list = section.merge.as_ref().map(|merge| merge.0.entries.as_slice()).unwrap_or_default();
    for source in sources {
        if matches!(source.place, SourcePlace::Attribute(_))
            && let Some(at) = list.iter().find(|at| at.value == source.text)
        {
            findings.add(
                Code::ClaimType,
                at.span,
                "a user attribute is a text and holds no flags",
                "keep the flags in a record",
            );
        }
    }
}

fn catalogue(section: &Section<file::Claim>, findings: &mut Findings<'_>) -> Option<Catalogue> {
    let List { entries: flags, span } = section.flags.as_ref()?;
    if flags.is_empty() && section.complete {
        let help = "name the flags, or take `flags` out";
        findings.add(Code::EmptyList, *span, "the list of flags is empty", help);
    }
    let place = |position: usize| flags.get(position).map_or(*span, |flag| flag.span);
    let (place, message, help) =
        match Catalogue::new(flags.iter().map(|flag| flag.value.clone()).collect()) {
            Ok(catalogue) => return Some(catalogue),
            Err(CatalogueError::NotPlain(position)) => (
                place(position),
                "this is no plain name of a flag",
                "use letters, digits, `_`, `.` and `-`, at most 64, a letter or digit first",
            ),
            Err(CatalogueError::Duplicate(position)) => (
                place(position),
                "this flag is in the list already",
                "each flag stands in the list once",
            ),
            Err(_) => (*span, "too many flags for one claim", "split the flags into two claims"),
        };
    findings.add(Code::ClaimFlags, place, message, help);
    None
}

fn tokens(section: &Section<file::Claim>, findings: &mut Findings<'_>) -> (bool, bool) {
    let Some(List { entries: tokens, span }) = &section.tokens else { return (true, true) };
    if tokens.is_empty() && section.complete {
        findings.add(
            Code::ClaimTokens,
            *span,
            "the claim goes into no token",
            "write `tokens = [\"id\", \"access\"]`, or one of the two",
        );
    }
    findings.unique(tokens);
    let words = [("id", TokenUse::Id), ("access", TokenUse::Access)];
    let uses: Vec<_> = tokens.iter().filter_map(|token| findings.word(token, &words)).collect();
    (uses.contains(&TokenUse::Id), uses.contains(&TokenUse::Access))
}

/// SPEC: AWS, "Pre token generation Lambda trigger": no complex values for some ID token claims.
fn id_token_type(
    name: &At<String>,
    id: bool,
    value: &ClaimValue,
    section: &Section<file::Claim>,
    findings: &mut Findings<'_>,
) {
    let complex = is_complex(value);
    if id && complex && names::scalar_only_in_id_token(&name.value) {
        let span = section.kind.as_ref().map_or(name.span, |kind| kind.span);
        let message =
            format!("Cognito takes no list or object for `{}` in an ID token", name.value);
        findings.add(
            Code::ClaimType,
            span,
            message,
            "write it as a text, or only into access tokens",
        );
    }
}

/// Whether the claim can be an array or an object.
fn is_complex(value: &ClaimValue) -> bool {
    match value {
        ClaimValue::First { kind, .. } => {
            matches!(kind, ClaimType::Json | ClaimType::List(Encoding::List))
        }
        ClaimValue::Merge { encoding, .. } => *encoding == Encoding::List,
    }
}

/// Whether an event of version V1_0 can't carry the claim as it is.
pub(super) fn needs_types(value: &ClaimValue) -> bool {
    let is_text = matches!(
        value,
        ClaimValue::First { kind: ClaimType::String, .. }
            | ClaimValue::First { kind: ClaimType::List(Encoding::Comma | Encoding::Space), .. }
    );
    match value {
        ClaimValue::First { .. } => !is_text,
        ClaimValue::Merge { encoding, .. } => *encoding == Encoding::List,
    }
}

fn contradictions(
    section: &Section<file::Claim>,
    on_fault: Option<bool>,
    findings: &mut Findings<'_>,
) {
    let mut add = |span, message: &str, help: &str| {
        findings.add(Code::ClaimRequired, span, message, help);
    };
    if let Some(default) = &section.default {
        let help = "keep either `required` or `default`";
        add(default.span, "a required claim with a default is never without a value", help);
    }
    if let Some(shed) = &section.shed {
        let help = "take `shed` out: what is required never leaves";
        add(shed.span, "a required claim can't be shed", help);
    }
    if let (Some(false), Some(text)) = (on_fault, &section.on_fault) {
        let help = "take `on_fault` out: without the claim there is no token";
        add(text.span, "a required claim can't be omitted", help);
    }
}

fn default(
    section: &Section<file::Claim>,
    value: &ClaimValue,
    findings: &mut Findings<'_>,
) -> Option<Value> {
    let At { value: default, span } = section.default.as_ref()?;
    let words = |allowed: fn(&str) -> bool| {
        let words = default.as_array()?;
        words.iter().all(|word| word.as_str().is_some_and(allowed)).then_some(())
    };
    let (fits, expected) = match value {
        ClaimValue::First { kind, .. } => match kind {
            ClaimType::String => {
                (default.as_str().is_some_and(|text| !text.is_empty()), "a text that isn't empty")
            }
            ClaimType::Integer => (default.is_i64(), "a whole number"),
            ClaimType::Number => (default.is_number(), "a number"),
            ClaimType::Boolean => (default.is_boolean(), "true or false"),
            ClaimType::List(_) => (
                words(encoding::is_list_word).is_some(),
                "a list of words without blanks and commas",
            ),
            ClaimType::Json => (true, "a value"),
        },
        ClaimValue::Merge { .. } => (words(encoding::is_flag).is_some(), "a list of flags"),
    };
    let unlisted = match value {
        ClaimValue::Merge { catalogue: Some(catalogue), .. } => {
            default.as_array().and_then(|words| {
                words.iter().find(|word| !catalogue.names().iter().any(|name| *word == name))
            })
        }
        _ => None,
    };
    if fits && unlisted.is_some() {
        findings.add(
            Code::ClaimDefault,
            *span,
            "the default has a flag that is not in `flags`",
            "add it to `flags`, or take it out here",
        );
    } else if !fits {
        findings.add(
            Code::ClaimDefault,
            *span,
            "the default does not fit the claim's type",
            format!("write {expected}"),
        );
    }
    fits.then(|| default.clone())
}

fn shed(section: &Section<file::Claim>, findings: &mut Findings<'_>) -> Option<u32> {
    let At { value, span } = section.shed.as_ref()?;
    let place = u32::try_from(*value).ok().filter(|place| (1..=1000).contains(place));
    if place.is_none() {
        let help = "write 1 for the claim that leaves first, 2 for the next, up to 1000";
        findings.add(Code::WrongType, *span, "no place in the shedding order", help);
    }
    place
}

fn conditions(when: &Section<file::When>, complete: bool, findings: &mut Findings<'_>) -> When {
    for source in entries(&when.trigger_sources) {
        trigger_source(source, findings);
    }
    for scope in entries(&when.scopes) {
        if scope.value.is_empty() || scope.value.contains(char::is_whitespace) {
            let message = "no scope holds a blank, so this never holds";
            findings.add(Code::Scope, scope.span, message, "write one entry for each scope");
        }
    }
    let mut list = |list: &Option<List>| {
        findings.unique(entries(list));
        if let Some(List { entries, span }) = list
            && entries.is_empty()
            && complete
        {
            let message = "this condition has no entry, so it would always hold";
            findings.add(Code::EmptyList, *span, message, "name an entry, or take the list out");
        }
        values(list)
    };
    When {
        client_ids: list(&when.client_ids),
        scopes: list(&when.scopes),
        trigger_sources: list(&when.trigger_sources),
    }
}

/// Trigger sources are an open set: one that nobody knows yet is fine, a slip of the pen is not.
fn trigger_source(source: &At<String>, findings: &mut Findings<'_>) {
    let help = match nearest_within(2, &source.value, &TRIGGER_SOURCES) {
        _ if TRIGGER_SOURCES.contains(&source.value.as_str()) => return,
        Some(known) => format!("did you mean `{known}`?"),
        _ if source.value.starts_with(TRIGGER_SOURCE_PREFIX) => return,
        _ => format!("the sources of this trigger begin with `{TRIGGER_SOURCE_PREFIX}`"),
    };
    let message = format!("`{}` is no source of this trigger", findings.written(source.span));
    findings.add(Code::UnknownWord, source.span, message, help);
}
