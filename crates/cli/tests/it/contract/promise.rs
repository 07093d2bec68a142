//! What a contract promises of a token, stated from its file alone and read by the readers' own crate.

use std::collections::{BTreeMap, BTreeSet};

use claimsmith::Decided;
use claimsmith::identity::Kind;
use claimsmith::policy::{EventVersion, Policy};
use cognito_claims::Claims;
use cognito_claims::bits::Catalogue;
use cognito_claims::encoding::{is_flag, is_list_word, split};
use serde_json::{Map, Value, json};

use super::reality::Token;

/// What a contract promises.
pub struct Promise {
    claims: Vec<Value>,
    contract: Value,
    /// The events that the pool has, if the policy says it.
    version: Option<EventVersion>,
    /// Whether there are tokens without an organisation, in which nothing of one is granted.
    optional: bool,
    /// Whether a reader of the contract asks, for whom there may be more than it says.
    reader: bool,
}

/// What was looked at, so that nobody takes silence for proof.
#[derive(Default)]
pub struct Seen {
    /// By type and presence: tokens with the claim, and without.
    claims: BTreeMap<(String, String), [usize; 2]>,
    omitted: usize,
    cut: usize,
    suppressed: usize,
    scopes: usize,
    groups: usize,
}

impl Seen {
    /// Every type was there, everything that may be missing was missing.
    pub fn enough(&self) {
        let types: BTreeSet<&str> = self.claims.keys().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(types.len(), 9, "{types:?}");
        for presence in ["always", "unless_omitted", "optional"] {
            let counts = self.claims.iter().filter(|((_, it), _)| it == presence);
            let [with, without] = counts.fold([0, 0], |[a, b], (_, [c, d])| [a + c, b + d]);
            assert!(with > 500, "{presence}: {with}");
            assert_eq!(without > 100, presence != "always", "{presence}: {without}");
        }
        let Self { omitted, cut, suppressed, scopes, groups, .. } = self;
        let counts = [omitted, cut, suppressed, scopes, groups];
        assert!(counts.iter().all(|count| **count > 5), "{counts:?}");
    }
}

fn texts(value: &Value) -> BTreeSet<&str> {
    value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap()).collect()
}

impl Promise {
    /// What the contract of a policy promises.
    pub fn of(contract: &Value, policy: &Policy) -> Self {
        Self {
            claims: contract["claims"].as_array().unwrap().clone(),
            contract: contract.clone(),
            version: policy.event_version,
            optional: policy.tenant.as_ref().is_some_and(|tenant| tenant.optional),
            reader: false,
        }
    }

    /// The same to a reader: what it doesn't know of doesn't disturb it, and it reads by type.
    pub fn for_reader(self) -> Self {
        Self { reader: true, ..self }
    }

    /// Whether a token is as promised; else what isn't.
    pub fn keeps(
        &self,
        token: &Token,
        decided: &Decided<'_>,
        seen: &mut Seen,
    ) -> Result<(), String> {
        let machine = decided.identity.kind == Kind::Client;
        // A pool has events of one version, and only V3_0 has machines.
        let is_of_pool = match self.version {
            None => true,
            Some(EventVersion::One) => token.text_only,
            Some(EventVersion::Two) => !token.text_only && !machine,
            Some(EventVersion::Three) => !token.text_only,
        };
        if !is_of_pool {
            return Ok(());
        }
        self.claims(token, seen)?;
        if !self.reader {
            self.others(token)?;
        }
        let whole = &self.contract["tokens"][token.name];
        for name in texts(&whole["suppressed"]) {
            // Version 1 can't say it of access tokens.
            if !token.suppressed.contains(name) && !self.reader {
                return Err(format!("`{name}` is not suppressed"));
            }
            seen.suppressed += 1;
        }
        let some = texts(&whole["suppressed_for_some"]);
        let ours = |name: &str| self.claims.iter().any(|claim| claim["name"] == name);
        let known = |name: &str| texts(&whole["suppressed"]).contains(name) || some.contains(name);
        let mut gone = token.suppressed.iter().filter(|name| !known(name) && !ours(name));
        if let Some(name) = gone.next() {
            return Err(format!("`{name}` is suppressed"));
        }
        for scope in texts(&whole["scopes_added"]) {
            if !token.scopes.contains(scope) {
                return Err(format!("scope `{scope}` is not added"));
            }
            seen.scopes += 1;
        }
        self.groups(decided, seen)
    }

    fn claims(&self, token: &Token, seen: &mut Seen) -> Result<(), String> {
        let omitted = marker(&token.added, "claims_omitted");
        let cut = marker(&token.added, "claims_cut");
        for claim in &self.claims {
            let name = claim["name"].as_str().unwrap();
            let value = token.added.get(name);
            let is_omitted = omitted.contains(name);
            let presence = claim["tokens"][token.name].as_str();
            match (presence, value) {
                (None, Some(_)) if !self.reader => return Err(format!("`{name}` is there")),
                (Some("always"), None) => return Err(format!("`{name}` is missing")),
                (Some("unless_omitted"), None) if !is_omitted => {
                    return Err(format!("`{name}` is missing and nobody says why"));
                }
                _ => {}
            }
            if let Some(value) = value {
                self.fits(claim, value, token.text_only)
                    .map_err(|wrong| format!("`{name}` {wrong}"))?;
                let is_cut = cut.contains(name);
                if is_cut && claim["first"].is_null() {
                    return Err(format!("`{name}` is cut"));
                }
                seen.cut += usize::from(is_cut);
            }
            if let Some(presence) = presence {
                let kind = claim["type"].as_str().unwrap().to_owned();
                let counts = seen.claims.entry((kind, presence.to_owned())).or_default();
                counts[usize::from(value.is_none())] += 1;
                seen.omitted += usize::from(is_omitted);
            }
        }
        Ok(())
    }

    /// Nothing else is written.
    fn others(&self, token: &Token) -> Result<(), String> {
        let markers = texts(&self.contract["markers"]);
        let tags = self.contract.get("session_tags").is_some() && token.name == "id";
        let known = |name: &str| {
            self.claims.iter().any(|claim| claim["name"] == name)
                || markers.contains(name)
                || (name == "aud" && token.name == "access")
                || (name == "https://aws.amazon.com/tags" && tags)
        };
        match token.added.keys().find(|name| !known(name)) {
            Some(name) => Err(format!("`{name}` is in no contract")),
            None if tags && !token.added.contains_key("https://aws.amazon.com/tags") => {
                Err("there are no session tags".to_owned())
            }
            None => Ok(()),
        }
    }

    fn groups(&self, decided: &Decided<'_>, seen: &mut Seen) -> Result<(), String> {
        let Some(rule) = self.contract.get("groups") else { return Ok(()) };
        let tokens = decided.outcome.as_ref().unwrap();
        let machine = decided.identity.kind == Kind::Client;
        if machine || (self.optional && decided.tenant.is_none()) {
            return Ok(());
        }
        let groups: BTreeSet<&str> = tokens.groups.groups.iter().map(AsRef::as_ref).collect();
        let names = texts(&rule["names"]);
        let data = rule["from_data"].as_bool().unwrap();
        let kept = match rule["mode"].as_str().unwrap() {
            "add" => names.is_subset(&groups),
            "remove" => self.reader || names.is_disjoint(&groups),
            "replace" if data || self.reader => names.is_subset(&groups),
            _ => names == groups,
        };
        seen.groups += 1;
        if kept { Ok(()) } else { Err(format!("the groups are {groups:?}")) }
    }
}

impl Promise {
    /// Whether a value is what the contract says of its claim, and the readers' crate reads it so.
    fn fits(&self, claim: &Value, value: &Value, text_only: bool) -> Result<(), String> {
        let said = |fits: bool| if fits { Ok(()) } else { Err("is of another type".to_owned()) };
        if text_only && !value.is_string() {
            return Err("is no text".to_owned());
        }
        // Version 1 carries the JSON of everything that is no text and no list.
        let json_value = match value.as_str() {
            Some(text) if text_only => serde_json::from_str(text).unwrap_or(Value::Null),
            _ => value.clone(),
        };
        match claim["type"].as_str().unwrap() {
            "string" => said(value.is_string()),
            "integer" => said(json_value.is_i64() || json_value.is_u64()),
            "number" => said(json_value.is_number()),
            "boolean" => said(json_value.is_boolean()),
            "json" => said(!value.is_null()),
            "words" => {
                let words = words(self.encoding(claim, value), value, text_only)?;
                said(
                    words.iter().all(|word| is_list_word(word))
                        && reads("permissions", value, |claims| claims.permissions().is_ok()),
                )
            }
            "flags" => self.flags(claim, value, text_only),
            "organisations" | "items" => {
                let fields = texts(&claim["fields"]);
                let items = json_value.as_array().ok_or("is no list")?;
                let known = |item: &Value| {
                    item.as_object().is_some_and(|item| {
                        self.reader || item.keys().all(|it| fields.contains(it.as_str()))
                    })
                };
                said(items.iter().all(known))?;
                let is_read =
                    || reads("organisations", &json_value, |it| it.organisations().is_ok());
                said(claim["type"] == "items" || is_read())?;
                said(
                    claim["first"]
                        .as_u64()
                        .is_none_or(|first| self.reader || items.len() as u64 <= first),
                )
            }
            other => panic!("{other}"),
        }
    }

    /// How a list is said to be written; a reader finds it out by itself.
    fn encoding<'v>(&self, claim: &'v Value, value: &Value) -> &'v str {
        match (self.reader, value) {
            (false, _) => claim["encoding"].as_str().unwrap(),
            (true, Value::String(text)) if text.contains(' ') => "space",
            (true, Value::String(_)) => "comma",
            (true, _) => "list",
        }
    }

    fn flags(&self, claim: &Value, value: &Value, text_only: bool) -> Result<(), String> {
        let catalogue = claim.get("catalogue").map(texts);
        let listed: Vec<String> = claim["catalogue"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect();
        if claim["encoding"] == "bits" {
            let catalogue = Catalogue::new(listed).unwrap();
            let read =
                reads("feature_flags", value, |claims| claims.features_in(&catalogue).is_ok());
            return if read { Ok(()) } else { Err("is not in these bits".to_owned()) };
        }
        let on = words(self.encoding(claim, value), value, text_only)?;
        let known = |name: &&str| {
            catalogue.as_ref().is_none_or(|catalogue| self.reader || catalogue.contains(name))
        };
        let read = reads("feature_flags", value, |claims| {
            let features = claims.features().unwrap();
            features.on().count() == on.len()
        });
        match on.iter().all(|name| is_flag(name)) && on.iter().all(known) && read {
            true => Ok(()),
            false => Err("has a flag that can't be".to_owned()),
        }
    }
}

fn marker<'t>(added: &'t Map<String, Value>, name: &str) -> BTreeSet<&'t str> {
    added
        .get(name)
        .map(|text| split(text.as_str().unwrap(), ','))
        .unwrap_or_default()
        .into_iter()
        .collect()
}

/// The words of a list as it is said to be written.
fn words<'v>(encoding: &str, value: &'v Value, text_only: bool) -> Result<Vec<&'v str>, String> {
    let words: Option<Vec<&str>> = match (encoding, value) {
        ("comma", Value::String(text)) => Some(split(text, ',').into_iter().collect()),
        ("space", Value::String(text)) => Some(split(text, ' ').into_iter().collect()),
        ("list", Value::String(text)) if text_only => Some(split(text, ',').into_iter().collect()),
        ("list", Value::Array(words)) => words.iter().map(Value::as_str).collect(),
        _ => None,
    };
    words.ok_or_else(|| "is written otherwise".to_owned())
}

/// Whether the crate of the readers reads a claim of this value.
fn reads(name: &str, value: &Value, read: impl Fn(&Claims<'_>) -> bool) -> bool {
    let payload = json!({ "token_use": "access", name: value });
    read(&Claims::from_verified(payload.as_object().unwrap()))
}
