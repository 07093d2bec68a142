//! What the trigger writes, the reader reads back equal through every front door.
//!
//! Plan value, token, the door's flattening, reader: equal at both ends, or ambiguous exactly where
//! a door's form can't be undone. The trigger's side is modelled here after `src/plan.rs` of the
//! workspace root; the doors' side is the model that `contexts.rs` compares with recorded events.

use std::collections::{BTreeMap, BTreeSet};

use crate::flatten;
use cognito_claims::bits::Catalogue;
use cognito_claims::encoding::{Encoding, join};
use cognito_claims::{
    Claims, Feature, Features, Listed, OrgId, Organisations, ReadError, ReadErrorKind, Tier, Words,
    context,
};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What is planned for one token.
#[derive(Clone, Debug)]
struct Plan {
    org_id: String,
    org_tier: String,
    flags: BTreeSet<String>,
    flags_as: Encoding,
    permissions: Vec<String>,
    permissions_as: Encoding,
    organisations: Vec<(String, String)>,
    /// Lists of which only the beginning is in the token.
    cut: BTreeSet<&'static str>,
    seats: i64,
    share: f64,
    trial: bool,
    address: BTreeMap<String, String>,
    groups: Vec<String>,
    /// Event version 1, which carries text only.
    text_only: bool,
}

fn plans() -> impl Strategy<Value = Plan> {
    let word = "[a-zA-Z0-9äß:/_.*-]{1,8}";
    let flags = prop::collection::btree_set("[a-z0-9][a-z0-9_.-]{0,8}", 0..6);
    let lists = prop::sample::select(vec![Encoding::Comma, Encoding::Space, Encoding::List]);
    (
        // Text may look like anything: lists, objects, booleans, dates.
        (prop_oneof![".{1,12}", "\\[[a-z ,]{0,5}\\]", Just("true".to_owned())], "[a-z]{1,8}"),
        (flags, prop::sample::select(Encoding::ALL.to_vec())),
        (prop::collection::vec(word, 0..5), lists),
        prop::collection::vec(("[a-z0-9-]{1,6}", ".{0,6}"), 0..4),
        prop::collection::btree_set(
            prop::sample::select(vec!["feature_flags", "organisations", "permissions"]),
            0..3,
        ),
        (any::<i64>(), prop::num::f64::NORMAL, any::<bool>()),
        prop::collection::btree_map("[a-z]{1,4}", ".{0,6}", 0..3),
        prop::collection::vec("[a-zA-Z0-9,\\[\\]{}\"'_:-]{1,10}", 0..4),
        any::<bool>(),
    )
        .prop_map(
            |(org, flags, permissions, organisations, cut, numbers, address, groups, text_only)| {
                Plan {
                    org_id: org.0,
                    org_tier: org.1,
                    flags: flags.0,
                    flags_as: flags.1,
                    permissions: permissions.0,
                    permissions_as: permissions.1,
                    organisations,
                    cut,
                    seats: numbers.0,
                    share: numbers.1,
                    trial: numbers.2,
                    address,
                    groups,
                    text_only,
                }
            },
        )
}

impl Plan {
    fn catalogue(&self) -> Catalogue {
        Catalogue::new(self.flags.iter().cloned().chain(["zz-off".to_owned()]).collect()).unwrap()
    }

    /// The finished token, as `plan.rs` writes it.
    fn token(&self) -> Map<String, Value> {
        let flags = match self.flags_as {
            Encoding::Bits => {
                let on = self.flags.iter().map(String::as_str).collect();
                Value::from(self.catalogue().encode(&on))
            }
            form => written(self.flags.iter(), form),
        };
        let claims = [
            ("org_id", Value::from(self.org_id.as_str())),
            ("org_tier", Value::from(self.org_tier.as_str())),
            ("feature_flags", flags),
            ("permissions", written(self.permissions.iter(), self.permissions_as)),
            ("organisations", self.organisations.iter().map(organisation).collect()),
            ("seats", self.seats.into()),
            ("share", self.share.into()),
            ("trial", self.trial.into()),
            ("address_of", json!(self.address)),
        ];
        let mut token: Map<String, Value> = claims
            .into_iter()
            .map(|(name, value)| {
                (name.to_owned(), if self.text_only { text(value) } else { value })
            })
            .collect();
        if !self.cut.is_empty() {
            token.insert("claims_cut".to_owned(), join(self.cut.iter().copied(), ',').into());
        }
        token.insert("iat".to_owned(), json!(1_611_982_145));
        // Cognito's own claim is a list in every version, and absent for a user without groups.
        if !self.groups.is_empty() {
            token.insert("cognito:groups".to_owned(), json!(self.groups));
        }
        token
    }
}

fn written<'w>(words: impl Iterator<Item = &'w String>, form: Encoding) -> Value {
    let words: Vec<&str> = words.map(String::as_str).collect();
    match form.separator() {
        Some(separator) => join(words, separator).into(),
        None => json!(words),
    }
}

fn organisation((id, name): &(String, String)) -> Value {
    json!({ "id": id, "name": name })
}

fn text(value: Value) -> Value {
    match &value {
        Value::String(_) => value,
        Value::Array(elements) if elements.iter().all(Value::is_string) => {
            join(elements.iter().map(|element| element.as_str().unwrap()), ',').into()
        }
        other => other.to_string().into(),
    }
}

#[derive(Debug, Deserialize)]
struct Read {
    org_id: OrgId,
    org_tier: Tier,
    feature_flags: Features,
    permissions: Words,
    seats: i64,
    share: f64,
    trial: bool,
    iat: u64,
}

/// What differs from door to door.
struct Opened<'e> {
    claims: Claims<'e>,
    keeps_objects: bool,
    parts_groups_by_comma: bool,
}

fn check(plan: &Plan, opened: Opened<'_>) -> Result<(), TestCaseError> {
    let Opened { claims, keeps_objects, parts_groups_by_comma } = opened;
    let read: Read = claims.read().map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(read.org_id.as_str(), &plan.org_id);
    prop_assert_eq!(read.org_tier.as_str(), &plan.org_tier);
    prop_assert_eq!(read.permissions.iter().collect::<Vec<_>>(), plan.permissions.clone());
    let beyond = if plan.cut.contains("permissions") { Listed::Unknown } else { Listed::No };
    prop_assert_eq!(read.permissions.contains("zz-unheard-of"), beyond);
    prop_assert_eq!((read.seats, read.trial, read.iat), (plan.seats, plan.trial, 1_611_982_145));
    prop_assert_eq!(read.share, plan.share);

    let features = read.feature_flags.with(&plan.catalogue()).unwrap();
    prop_assert_eq!(features.on().collect::<Vec<_>>(), plan.flags.iter().collect::<Vec<_>>());
    let off = if plan.cut.contains("feature_flags") { Feature::Unknown } else { Feature::Off };
    prop_assert_eq!(features.feature("zz-off"), off);
    let beyond = if plan.flags_as == Encoding::Bits { Feature::Unknown } else { off };
    prop_assert_eq!(features.feature("zz-unheard-of"), beyond);

    let organisations = claims.claim::<Organisations>("organisations");
    if keeps_objects || plan.text_only || plan.organisations.is_empty() {
        let read = organisations.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let all: Vec<_> =
            read.iter().map(|it| (it.id().to_string(), it.name().unwrap().to_owned())).collect();
        prop_assert_eq!(&all, &plan.organisations);
        let beyond = if plan.cut.contains("organisations") { Listed::Unknown } else { Listed::No };
        prop_assert_eq!(read.contains("zz_unheard_of"), beyond);
    } else {
        prop_assert_eq!(organisations.unwrap_err().kind(), ReadErrorKind::Ambiguous);
    }

    let object: Result<BTreeMap<String, String>, ReadError> = claims.claim("address_of");
    if keeps_objects || plan.text_only {
        prop_assert_eq!(object.as_ref(), Ok(&plan.address));
    } else {
        prop_assert_eq!(object.unwrap_err().kind(), ReadErrorKind::Ambiguous);
    }

    if parts_groups_by_comma {
        if plan.groups.join(",").contains(',') {
            let error = claims.groups().unwrap_err();
            prop_assert_eq!(error.kind(), ReadErrorKind::Ambiguous);
        } else {
            prop_assert_eq!(claims.groups(), Ok(plan.groups.clone()));
        }
        if !plan.groups.iter().any(|group| group.contains(',')) {
            prop_assert_eq!(claims.assume_comma_free_groups().groups(), Ok(plan.groups.clone()));
        }
    } else {
        prop_assert_eq!(claims.groups(), Ok(plan.groups.clone()));
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_the_trigger_writes_the_reader_reads_back(plan in plans()) {
        let token = plan.token();

        let http = json!({ "requestContext": { "authorizer": {
            "jwt": { "claims": flatten::http_api(&token), "scopes": null },
        } } });
        check(&plan, Opened {
            claims: Claims::from_http_api(&http).unwrap(),
            keeps_objects: false,
            parts_groups_by_comma: false,
        })?;

        let rest = json!({ "requestContext": { "authorizer": {
            "claims": flatten::rest_cognito(&token),
        } } });
        check(&plan, Opened {
            claims: Claims::from_rest_cognito(&rest).unwrap(),
            keeps_objects: true,
            parts_groups_by_comma: true,
        })?;

        let shared = json!({ "requestContext": { "authorizer": { "claims": token } } });
        let appsync = json!({ "identity": { "claims": token } });
        let context = json!({ "requestContext": { "authorizer": context::encode(&token) } });
        let http_context = json!({ "requestContext": { "authorizer": {
            "lambda": context::encode(&token),
        } } });
        let resolver = json!({ "identity": { "resolverContext": context::encode(&token) } });
        for claims in [
            Claims::from_verified(&token),
            Claims::from_rest_jwt(&shared).unwrap(),
            Claims::from_appsync(&appsync).unwrap(),
            Claims::from_lambda_authorizer(&context).unwrap(),
            Claims::from_lambda_authorizer(&http_context).unwrap(),
            Claims::from_appsync_lambda(&resolver).unwrap(),
        ] {
            check(&plan, Opened { claims, keeps_objects: true, parts_groups_by_comma: false })?;
        }
    }
}

#[test]
fn an_empty_list_may_be_empty_text_or_no_claim() {
    for claims in [json!({ "permissions": "" }), json!({})] {
        let event = json!({ "requestContext": { "authorizer": { "claims": claims } } });
        let claims = Claims::from_rest_cognito(&event).unwrap();
        let permissions: Option<Vec<String>> = claims.claim("permissions").unwrap();
        assert_eq!(permissions.unwrap_or_default(), Vec::<String>::new());
    }
}

#[test]
fn a_marker_tells_left_out_from_never_meant() {
    let token = json!({ "claims_omitted": "feature_flags,permissions" });
    let claims = Claims::from_verified(token.as_object().unwrap());
    assert!(claims.omitted("feature_flags"));
    assert!(!claims.omitted("org_id"));
    assert!(!claims.omitted("feature"));
    assert_eq!(claims.feature("beta"), Feature::Unknown);
}
