//! The promises of the design, each as a property over arbitrary events and records.

use std::collections::BTreeSet;

use crate::failing::*;
use crate::support::*;
use claimsmith::Trigger;
use claimsmith::event::TriggerEvent;
use claimsmith::outcome::Reason;
use claimsmith::policy::{Code, Policy, Variables};
use claimsmith::response::response;
use cognito_claims::names::{CLAIMS_OMITTED, reserved_to_add};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const EVERYTHING: &str = include_str!("../policies/everything.toml");
const OPTIONAL: &str = include_str!("../policies/optional.toml");
const TIGHT: &str = include_str!("../policies/tight.toml");
const KEPT: &str = include_str!("../policies/kept.toml");
const REVOKED: &str = include_str!("../policy/right/revoked.toml");
const DEFAULT: &str = claimsmith::policy::DEFAULT_POLICY;

/// A policy by name, so that a failing case is short.
fn policy_text(name: &str) -> &'static str {
    match name {
        "default" => DEFAULT,
        "everything" => EVERYTHING,
        "optional" => OPTIONAL,
        "kept" => KEPT,
        "revoked" => REVOKED,
        _ => TIGHT,
    }
}

/// Few subs, organisations, tiers and clients, so that events and records meet.
const SUBS: [&str; 2] =
    ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
const ORGS: [&str; 3] = ["acme-corp", "globex", "hooli"];
const ROLES: [&str; 3] = ["admin", "member", "billing"];
const CLIENTS: [&str; 2] = ["2webclientexample0000000001", "3apiclientexample00000000001"];

/// Any JSON value, small.
fn any_json() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json_of("1e400")),
        Just(json_of("123456789012345678901234567890")),
        "[ -~]{0,12}".prop_map(Value::from),
        any::<String>().prop_map(|text| Value::from(text.chars().take(8).collect::<String>())),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..4)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
    .boxed()
}

/// A member: mostly the usual value, sometimes missing, sometimes anything.
fn member(usual: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Option<Value>> {
    prop_oneof![8 => usual.prop_map(Some), 1 => Just(None), 1 => any_json().prop_map(Some)].boxed()
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = Value> + Clone {
    prop::sample::select(words).prop_map(Value::from)
}

fn object(members: Vec<(&'static str, BoxedStrategy<Option<Value>>)>) -> BoxedStrategy<Value> {
    let (names, values): (Vec<_>, Vec<_>) = members.into_iter().unzip();
    values
        .prop_map(move |values| {
            let members = names.iter().zip(values);
            members
                .filter_map(|(name, value)| value.map(|value| ((*name).to_owned(), value)))
                .collect::<Map<_, _>>()
                .into()
        })
        .boxed()
}

/// An event that could be a trigger event, as oddly as it likes.
pub fn any_event() -> BoxedStrategy<Value> {
    let attributes = object(vec![
        ("sub", member(one_of(&SUBS))),
        ("email", member("[a-z]{1,9}@x\\.example".prop_map(Value::from))),
        ("email_verified", member(one_of(&["true", "True", "false"]))),
        ("name", member(any::<String>().prop_map(Value::from))),
        ("nickname", member(one_of(&["nick", "/"]))),
        ("iss", member(one_of(&["http://localhost:4566/x"]))),
        ("custom:cost_center", member(one_of(&["cc-1", ""]))),
        ("custom:long", member((0usize..2048).prop_map(|n| Value::from("/".repeat(n))))),
    ]);
    let groups = object(vec![
        (
            "groupsToOverride",
            member(prop::collection::vec("[a-z]{1,12}", 0..6).prop_map(Value::from)),
        ),
        (
            "iamRolesToOverride",
            member(
                prop::collection::vec("arn:aws:iam::1:role/[a-z]{1,9}", 0..3).prop_map(Value::from),
            ),
        ),
        ("preferredRole", member(one_of(&["arn:aws:iam::1:role/x"]))),
    ]);
    let metadata =
        object(vec![("org_id", member(one_of(&ORGS))), ("other", member(one_of(&["x"])))]);
    let request = object(vec![
        ("userAttributes", member(attributes)),
        ("groupConfiguration", member(groups)),
        (
            "scopes",
            member(
                prop::collection::vec(
                    prop::sample::select(vec!["openid", "email", "items-api/read"]),
                    0..3,
                )
                .prop_map(Value::from),
            ),
        ),
        ("clientMetadata", member(metadata)),
    ]);
    let response = prop_oneof![
        Just(json!({"claimsOverrideDetails": null})),
        Just(json!({"claimsAndScopeOverrideDetails": null})),
        Just(json!({"claimsAndScopeOverrideDetails": []})),
        Just(json!({})),
    ];
    const SOURCES: [&str; 4] = [
        "TokenGeneration_Authentication",
        "TokenGeneration_RefreshTokens",
        "TokenGeneration_ClientCredentials",
        "TokenGeneration_SomethingNew",
    ];
    object(vec![
        ("version", member(one_of(&["1", "2", "3", "4"]))),
        ("triggerSource", one_of(&SOURCES).prop_map(Some).boxed()),
        ("region", member(one_of(&["eu-west-1"]))),
        ("userPoolId", member(one_of(&["eu-west-1_EXAMPLE01"]))),
        ("userName", member(one_of(&["ada", "ClientCredentials"]))),
        ("callerContext", member(object(vec![("clientId", member(one_of(&CLIENTS)))]))),
        ("request", request.prop_map(Some).boxed()),
        ("response", member(response)),
        ("unknown", member(any_json())),
    ])
}

/// A set of items: the demo company's shape, with attributes missing or of any type.
pub fn any_items() -> BoxedStrategy<Value> {
    const TIERS: [&str; 2] = ["free", "pro"];
    let flags = || {
        prop_oneof![
            prop::collection::vec("[a-z]{1,9}", 0..40).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,3}", any::<bool>(), 0..5).prop_map(|switches| {
                switches.into_iter().map(|(k, v)| (k, v.into())).collect::<Map<_, _>>().into()
            }),
        ]
    };
    let mut items: Vec<BoxedStrategy<Option<Value>>> = Vec::new();
    let mut item = |pk: String, sk: &str, members| {
        let sk = sk.to_owned();
        let with_key = object(members).prop_map(move |mut item| {
            item["pk"] = pk.clone().into();
            item["sk"] = sk.clone().into();
            item
        });
        items.push(prop::option::weighted(0.8, with_key).boxed());
    };
    const STATUS: [&str; 5] = ["active", "active", "active", "active", "suspended"];
    let status = || member(one_of(&STATUS));
    for sub in SUBS {
        let name = member("[a-zA-Z ]{0,300}".prop_map(Value::from));
        let members =
            vec![("org_id", member(one_of(&ORGS))), ("features", member(flags())), ("name", name)];
        item(format!("USER#{sub}"), "PROFILE", members);
        for org in ORGS {
            let roles = prop::collection::vec(prop::sample::select(&ROLES), 0..4);
            let members = vec![
                ("org_id", member(Just(json!(org)))),
                ("roles", member(roles.prop_map(Value::from))),
                ("features", member(flags())),
                ("status", status()),
            ];
            item(format!("USER#{sub}"), &format!("ORG#{org}"), members);
        }
    }
    for client in CLIENTS {
        let members = vec![("org_id", member(one_of(&ORGS))), ("status", status())];
        item(format!("CLIENT#{client}"), "PROFILE", members);
    }
    for (key, sk) in [(SUBS[0], "REVOKED"), (CLIENTS[0], "REVOKED"), (ORGS[0], "ORG")] {
        // Mostly with a time, so that many get tokens.
        item(format!("REVOKED#{key}"), sk, vec![("before", member(Just(json!(1_900_000_000))))]);
    }
    for org in ORGS {
        let members = vec![
            ("tier", member(one_of(&TIERS))),
            ("status", status()),
            ("features", member(flags())),
        ];
        item(format!("ORG#{org}"), "PROFILE", members);
        for role in ROLES {
            let permissions = prop::collection::vec("[a-z]{1,9}", 0..4).prop_map(Value::from);
            let members = vec![("permissions", member(permissions))];
            item(format!("ORG#{org}"), &format!("ROLE#{role}"), members);
        }
    }
    for tier in TIERS {
        item(format!("TIER#{tier}"), "PROFILE", vec![("features", member(flags()))]);
    }
    items.prop_map(|items| items.into_iter().flatten().collect()).boxed()
}

fn any_policy() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["default", "everything", "optional", "tight", "kept", "revoked"])
}

fn trigger(name: &str, items_json: &Value) -> Trigger<claimsmith::records::file::FileStore> {
    Trigger::new(policy(policy_text(name)), items(&items_json.to_string()))
}

/// The members of both tokens that an answer adds, without the marker.
fn all_added(answer: &str) -> Vec<(&'static str, String, Value)> {
    ["id", "access"]
        .into_iter()
        .flat_map(|token| added(answer, token).into_iter().map(move |(k, v)| (token, k, v)))
        .filter(|(_, name, _)| name != CLAIMS_OMITTED)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn echo(event in any_event(), items in any_items(), policy in any_policy()) {
        let trigger = trigger(policy, &items);
        for text in [event.to_string(), format!("\u{feff}{:#}\n", event)] {
            let Ok(answer) = run(&trigger, &text) else { continue };
            let response = decide(&trigger, &text, |decided| {
                response(decided.event.form, decided.outcome.as_ref().unwrap())
            });
            let response = response.unwrap();
            let text = text.trim_start_matches('\u{feff}');
            // Byte for byte: the answer is the event with one piece exchanged or added.
            let place = answer.find(&response).unwrap();
            let (before, after) = (&answer[..place], &answer[place + response.len()..]);
            prop_assert!(text.starts_with(before) || before.ends_with(",\"response\":"));
            if event.get("response").is_some() {
                prop_assert!(text.ends_with(after));
            }
            // And member for member.
            let (mut expected, mut actual) = (event.clone(), json_of(&answer));
            expected.as_object_mut().unwrap().remove("response");
            actual.as_object_mut().unwrap().remove("response");
            prop_assert_eq!(expected, actual);
        }
    }

    #[test]
    fn groups(event in any_event(), items in any_items()) {
        for policy in ["default", "optional", "tight", "kept"] {
            if let Ok(answer) = run(&trigger(policy, &items), &event.to_string()) {
                prop_assert!(details(&answer).get("groupOverrideDetails").is_none());
            }
        }
        if let Ok(answer) = run(&trigger("everything", &items), &event.to_string())
            && let Some(written) = details(&answer).get("groupOverrideDetails") {
                let own: Vec<&Value> = event["request"]["groupConfiguration"]["groupsToOverride"]
                    .as_array().into_iter().flatten().filter(|group| group.is_string()).collect();
                let mut distinct: Vec<&Value> = Vec::new();
                for group in own {
                    if !distinct.contains(&group) { distinct.push(group); }
                }
                let written = written["groupsToOverride"].as_array().unwrap();
                prop_assert!(written.len() >= distinct.len());
                for (ours, theirs) in written.iter().zip(distinct) {
                    prop_assert_eq!(ours, theirs);
                }
        }
    }

    #[test]
    fn reserved(name in prop_oneof![
        prop::sample::select(RESERVED.to_vec()).prop_map(str::to_owned),
        "cognito:[a-z_]{0,9}", "dev:[a-z:]{0,9}", "[a-z_:]{1,12}",
    ]) {
        let text = claimsmith::policy::DEFAULT_POLICY
            .replace("[claims.org_tier]", &format!("[claims.\"{name}\"]"));
        let checked = Policy::parse(&text, &Variables::lenient(&|_| None));
        let reserved = RESERVED.contains(&name.as_str())
            || name.starts_with("cognito:") || name.starts_with("dev:");
        if reserved {
            let findings = checked.unwrap_err();
            prop_assert!(findings.iter().any(|finding| finding.code == Code::ReservedClaim));
            prop_assert!(reserved_to_add(&name).is_some());
        } else if name != "org_id" && name != "feature_flags" {
            prop_assert!(checked.is_ok(), "{:?}", checked.unwrap_err());
        }
    }

    #[test]
    fn budget(event in any_event(), items in any_items(), policy in any_policy()) {
        let trigger = trigger(policy, &items);
        let budgets = decide(&trigger, &event.to_string(), |decided| {
            let tokens = decided.outcome.as_ref().unwrap();
            [&tokens.id, &tokens.access].map(|token| {
                // Only a token that we neither change nor can change has no budget.
                token.as_ref().filter(|token| token.carries.claims() || tokens.groups_changed)
                    .map(|token| (token.rules.budget, token.after))
            })
        });
        let (Ok(budgets), Ok(answer)) = (budgets, run(&trigger, &event.to_string())) else {
            return Ok(());
        };
        for (token, budget) in ["id", "access"].into_iter().zip(budgets) {
            let Some((budget, size)) = budget else { continue };
            let length = encoded_length(&largest_payload(&answer, token, ["tight", "everything"].contains(&policy)));
            prop_assert!(length <= budget, "{token}: {length} > {budget}");
            // The model is not only safe but exact.
            prop_assert_eq!(length, size.upper, "{}", token);
            prop_assert!(size.lower <= size.upper);
            // What is required is there.
            for claim in &trigger.policy.claims {
                let carried = if token == "id" { claim.id } else { claim.access };
                let rules = trigger.policy.rules(
                    event["callerContext"]["clientId"].as_str());
                let wanted = rules.claims.as_ref().is_none_or(|only| only.contains(&claim.name));
                let changeable = !generation(&answer, token).is_null();
                if claim.required && carried && wanted && changeable {
                    prop_assert!(added(&answer, token).contains_key(&claim.name));
                }
            }
        }
    }

    #[test]
    fn suppress(event in any_event(), items_json in any_items(), prefix in "(USER|ORG|TIER|)") {
        let store = Failing { inner: items(&items_json.to_string()), prefix };
        let trigger = Trigger::new(policy(OPTIONAL), store);
        // Nothing in this policy refuses, so every fault ends in tokens, but for the budget, and
        // for who isn't named.
        let answer = match run(&trigger, &event.to_string()) {
            Err(refusal) => {
                let expected = [Reason::BudgetImpossible, Reason::NoIdentity];
                prop_assert!(expected.contains(&refusal.reason), "{}", refusal.reason);
                return Ok(());
            }
            Ok(answer) => answer,
        };
        let machine = event["triggerSource"] == "TokenGeneration_ClientCredentials";
        if !machine {
            let id = suppressed(&answer, "id");
            prop_assert!(id.contains(&"phone_number_verified".to_owned()));
            prop_assert!(id.contains(&"custom:internal".to_owned()));
        }
        if json_of(&answer)["response"].get("claimsAndScopeOverrideDetails").is_some() {
            prop_assert!(suppressed(&answer, "access").contains(&"cognito:groups".to_owned()));
        }
    }

    #[test]
    fn deterministic(event in any_event(), items_json in any_items(), policy in any_policy()) {
        let reversed: Value = items_json.as_array().unwrap().iter().rev().cloned().collect();
        let first = run(&trigger(policy, &items_json), &event.to_string());
        let second = run(&trigger(policy, &reversed), &event.to_string());
        prop_assert_eq!(first, second);
    }

    #[test]
    fn no_escalation_when_a_read_fails(
        event in any_event(),
        items_json in any_items(),
        prefix in "(USER|CLIENT|ORG|TIER|REVOKED|)",
        policy in prop::sample::select(vec!["default", "optional", "everything", "kept", "revoked"]),
    ) {
        let healthy = run(&roomy(policy, items(&items_json.to_string())), &event.to_string());
        let store = Failing { inner: items(&items_json.to_string()), prefix };
        let faulty = run(&roomy(policy, store), &event.to_string());
        not_more(&healthy, &faulty)?;
    }

    #[test]
    fn no_escalation_when_an_attribute_is_malformed(
        event in any_event(),
        items_json in any_items(),
        broken in prop::sample::select(
            vec!["org_id", "tier", "features", "status", "roles", "permissions", "before"],
        ),
        nonsense in prop::sample::select(vec![json!([[1]]), json!({"a": 1}), json!([{}]), json!(true)]),
        policy in prop::sample::select(vec!["default", "optional", "kept", "revoked"]),
    ) {
        let mut malformed = items_json.clone();
        for item in malformed.as_array_mut().unwrap() {
            if let Some(attribute) = item.get_mut(broken) {
                *attribute = nonsense.clone();
            }
        }
        let healthy = run(&roomy(policy, items(&items_json.to_string())), &event.to_string());
        let faulty = run(&roomy(policy, items(&malformed.to_string())), &event.to_string());
        not_more(&healthy, &faulty)?;
    }

    #[test]
    fn untrusted_values_never_become_claims(
        mut event in any_event(), items_json in any_items(), policy in any_policy(),
    ) {
        // Every text that a caller can write carries a mark.
        const MARK: &str = "m4rk";
        let request = event["request"].as_object_mut().unwrap();
        for (place, keep) in [("userAttributes", "sub"), ("clientMetadata", "org_id")] {
            for (name, value) in
                request.get_mut(place).and_then(Value::as_object_mut).into_iter().flatten()
            {
                if name != keep && name != "custom:cost_center" {
                    *value = json!(format!("{MARK}-{value}"));
                }
            }
        }
        if let Ok(answer) = run(&trigger(policy, &items_json), &event.to_string()) {
            let response = json_of(&answer)["response"].to_string();
            prop_assert!(!response.contains(MARK), "{}", response);
            // A user attribute never stands in for a claim that the policy owns.
            for token in ["id", "access"] {
                let payload = largest_payload(&answer, token, ["tight", "everything"].contains(&policy));
                for claim in &crate::support::policy(policy_text(policy)).claims {
                    let owned = if token == "id" { claim.id } else { claim.access };
                    let rules_say = generation(&answer, token);
                    if owned && !rules_say.is_null() && let Some(value) = payload.get(&claim.name) {
                        prop_assert!(!value.to_string().contains(MARK), "{}", claim.name);
                    }
                }
            }
        }
    }

    #[test]
    fn untrusted_organisations_need_a_membership(event in any_event(), items_json in any_items()) {
        let trigger = trigger("default", &items_json);
        let Ok(answer) = run(&trigger, &event.to_string()) else { return Ok(()) };
        let machine = event["triggerSource"] == "TokenGeneration_ClientCredentials";
        let asked = match &event["request"]["clientMetadata"]["org_id"] {
            Value::String(text) if !text.is_empty() => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(boolean) => boolean.to_string(),
            _ => return Ok(()),
        };
        let sub = event["request"]["userAttributes"]["sub"].as_str().filter(|sub| !sub.is_empty());
        let (Some(sub), false) = (sub, machine) else { return Ok(()) };
        let membership = items_json.as_array().unwrap().iter().find(|item| {
            item["pk"] == format!("USER#{sub}") && item["sk"] == format!("ORG#{asked}")
        });
        let membership = membership.expect("issued without a membership");
        for token in ["id", "access"] {
            if let Some(org_id) = added(&answer, token).get("org_id") {
                prop_assert_eq!(org_id, &membership["org_id"]);
                prop_assert_eq!(org_id, &asked);
                prop_assert_eq!(&membership["status"], "active");
            }
        }
    }

    #[test]
    fn revoked_people_get_no_token(event in any_event(), items_json in any_items()) {
        let Ok(_) = run(&trigger("revoked", &items_json), &event.to_string()) else {
            return Ok(());
        };
        let who = match event["triggerSource"] == "TokenGeneration_ClientCredentials" {
            true => &event["callerContext"]["clientId"],
            false => &event["request"]["userAttributes"]["sub"],
        };
        let key = format!("REVOKED#{}", who.as_str().unwrap_or_default());
        for item in items_json.as_array().unwrap().iter().filter(|item| item["pk"] == key) {
            prop_assert!(item["before"].is_u64(), "{}", item);
        }
    }

    #[test]
    fn lenient_in(event in any_event(), items in any_items(), policy in any_policy()) {
        if let Err(refusal) = run(&trigger(policy, &items), &event.to_string()) {
            prop_assert_ne!(refusal.reason, Reason::UnreadableEvent);
        }
    }

    #[test]
    fn lenient_in_survives_any_json(value in any_json()) {
        let _ = TriggerEvent::parse(value.to_string().as_bytes());
        let event = json!({"triggerSource": "TokenGeneration_X", "request": {"x": value}});
        prop_assert!(TriggerEvent::parse(event.to_string().as_bytes()).is_ok());
    }

    #[test]
    fn lenient_in_survives_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = TriggerEvent::parse(&bytes);
    }
}

/// The claims that only Cognito writes, from AWS's table and what came after it; kept apart from `src/` on purpose.
const RESERVED: [&str; 34] = [
    "acr",
    "act",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "client_id",
    "cnf",
    "cognito:username",
    "device_key",
    "event_id",
    "exp",
    "iat",
    "identities",
    "iss",
    "jti",
    "may_act",
    "nbf",
    "nonce",
    "origin_jti",
    "sid",
    "sub",
    "token_use",
    "username",
    "version",
    "scope",
    "scp",
    "cognito:groups",
    "cognito:roles",
    "cognito:preferred_role",
    "dev:custom:x",
    "claims_omitted",
    "claims_cut",
];

/// A trigger whose budgets never bite, so that only the data decides.
fn roomy<S>(name: &str, store: S) -> Trigger<S> {
    let mut policy = policy(policy_text(name));
    policy.any_client.id.budget = usize::MAX;
    policy.any_client.access.budget = usize::MAX;
    Trigger::new(policy, store)
}

/// The faulty run gives no claim that the healthy one doesn't, and no token where it gives none.
fn not_more(
    healthy: &Result<String, claimsmith::outcome::Refusal>,
    faulty: &Result<String, claimsmith::outcome::Refusal>,
) -> Result<(), TestCaseError> {
    let Ok(faulty) = faulty else { return Ok(()) };
    let healthy = healthy.as_ref().map_err(|refusal| {
        TestCaseError::fail(format!("issued though the data refuses: {refusal:?}"))
    })?;
    let healthy: BTreeSet<String> =
        all_added(healthy).into_iter().map(|claim| format!("{claim:?}")).collect();
    for claim in all_added(faulty) {
        prop_assert!(healthy.contains(&format!("{claim:?}")), "{claim:?} not in {healthy:?}");
    }
    Ok(())
}
