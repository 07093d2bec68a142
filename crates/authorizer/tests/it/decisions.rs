//! Which requests are let through: rules one by one, and the promises over all requests.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::support::*;
use claimsmith_authorizer::Authorizer;
use claimsmith_authorizer::denial::{Denial, Effect};
use claimsmith_authorizer::revocation::NoRevocations;
use claimsmith_authorizer::route::METHODS;
use cognito_claims::testing::{ISSUED_AT, Token};
use proptest::prelude::*;
use serde_json::{Value, json};

const POOL: &str = r#"
version = 1
tiers = ["free", "pro", "enterprise"]
[pools.main]
user_pool = "eu-west-1_EXAMPLE"
clients = ["1example23456789"]
token_use = "access"
"#;

fn arn(method: &str, path: &str) -> String {
    format!("arn:aws:execute-api:eu-west-1:123456789012:api1example/live/{method}{path}")
}

/// Asks with a token and gives the reason why it isn't let through, if it isn't.
fn reason(configuration: &str, token: Token, now: u64) -> Option<&'static str> {
    let mut authorizer = authorizer(parse(configuration));
    authorizer.verifier.0.insert("good.user.token".to_owned(), token.payload().clone());
    let event = request("rest-token");
    let outcome = run(authorizer.authorize(&event, now));
    let is_through =
        outcome.answer.as_ref().is_ok_and(|answer| lets_through(answer, &arn("GET", "/items/7")));
    assert_eq!(is_through, outcome.line.outcome == Effect::Allow);
    assert_eq!(is_through, outcome.line.reason.is_none());
    outcome.line.reason.map(Denial::as_str)
}

#[test]
fn each_requirement_refuses_for_its_own_reason() {
    let listed = || {
        let token = user().claim("roles", ["admin", "editor"]);
        token.claim("permissions", "orders:read,orders:write")
    };
    let old = |seconds: u64| user().claim("auth_time", ISSUED_AT - seconds);
    let cases: Vec<(&str, Token, Option<&str>)> = vec![
        (r#"scopes = ["items/read"]"#, user(), None),
        (r#"scopes = ["items/read", "items/write"]"#, user(), Some("scope")),
        (r#"any_scope = ["items/read", "items/write"]"#, user(), None),
        (r#"any_scope = ["items/write"]"#, user(), Some("scope")),
        (r#"any_group = ["admin", "staff"]"#, user(), None),
        // The group is named `x,admin`.
        (r#"any_group = ["admin", "x"]"#, user(), Some("group")),
        (r#"any_group = ["staff"]"#, user().without("cognito:groups"), Some("group")),
        (r#"orgs = ["globex", "acme-corp"]"#, user(), None),
        (r#"orgs = ["globex", "acme"]"#, user(), Some("org")),
        (r#"orgs = ["acme-corp"]"#, user().without("org_id"), Some("org")),
        (r#"tier = "pro""#, user(), None),
        (r#"tier = "enterprise""#, user(), Some("tier")),
        (r#"tier = "free""#, user().claim("org_tier", "gold"), Some("tier")),
        (r#"any_role = ["owner", "editor"]"#, listed(), None),
        (r#"any_role = ["owner"]"#, listed(), Some("role")),
        (r#"any_role = ["editor"]"#, user(), Some("role")),
        (r#"permissions = ["orders:read", "orders:write"]"#, listed(), None),
        (r#"permissions = ["orders:read", "orders:pay"]"#, listed(), Some("permission")),
        (r#"any_permission = ["orders:pay", "orders:read"]"#, listed(), None),
        (r#"any_permission = ["orders:pay"]"#, listed(), Some("permission")),
        (r#"any_permission = ["orders:read"]"#, user(), Some("permission")),
        (r#"features = ["beta", "reports"]"#, user(), None),
        (r#"features = ["beta", "other"]"#, user(), Some("feature")),
        (r#"features = ["beta"]"#, user().without("feature_flags"), Some("feature")),
        // A minute has passed since.
        (r#"issued_within = "2h""#, user(), None),
        (r#"authenticated_within = "2h""#, old(3500), None),
        (r#"authenticated_within = "2h""#, old(3600), Some("authenticated_too_long_ago")),
        (
            r#"authenticated_within = "2h""#,
            user().without("auth_time"),
            Some("authenticated_too_long_ago"),
        ),
        (r#"authentication = ["l2", "l3"]"#, user().claim("acr", "l3"), None),
        (r#"authentication = ["l2", "l3"]"#, user().claim("acr", "l1"), Some("authentication")),
        (r#"authentication = ["l2", "l3"]"#, user(), Some("authentication")),
        (r#"any_method = ["mfa", "hwk"]"#, user().claim("amr", json!(["pwd", "mfa"])), None),
        (r#"any_method = ["mfa", "hwk"]"#, user(), Some("authentication")),
        (r#"no_actor = true"#, user(), None),
        (r#"no_actor = true"#, user().claim("act", json!({ "sub": "b" })), Some("actor")),
        (r#"no_actor = true"#, user().claim("act", "b"), Some("actor")),
    ];
    for (requirement, token, expected) in cases {
        let everywhere = format!("{POOL}[require]\n{requirement}\n");
        assert_eq!(reason(&everywhere, token.clone(), NOW), expected, "{requirement}");
        let here = format!("{POOL}[routes.\"GET /items/*\"]\n{requirement}\n");
        assert_eq!(reason(&here, token, NOW), expected, "{requirement} on a route");
    }
}

#[test]
fn flags_in_bits_are_read_with_their_catalogue() {
    use cognito_claims::bits::Catalogue;
    let catalogue = Catalogue::new(["beta", "reports"].map(str::to_owned).to_vec()).unwrap();
    let bits = |on: &[&str]| {
        let text = catalogue.encode(&on.iter().copied().collect::<BTreeSet<_>>());
        reason(
            &format!(
                "flags = [\"beta\", \"reports\"]\n{POOL}[require]\nfeatures = [\"reports\"]\n"
            ),
            user().claim("feature_flags", text),
            NOW,
        )
    };
    assert_eq!(bits(&["reports"]), None);
    assert_eq!(bits(&["beta"]), Some("feature"));
}

/// A cached answer serves for up to an hour more, so an hour is taken off.
#[test]
fn a_cached_answer_never_outlives_a_freshness() {
    for (caching, margin) in [("off", 0), ("5m", 300), ("on", 3600)] {
        let text = format!("caching = \"{caching}\"\n{POOL}[require]\nissued_within = \"2h\"\n");
        let last = ISSUED_AT + 7200 - margin;
        let token = || user().claim("exp", ISSUED_AT + 86_400);
        assert_eq!(reason(&text, token(), last), None, "{caching}");
        assert_eq!(reason(&text, token(), last + 1), Some("issued_too_long_ago"), "{caching}");
    }
}

#[test]
fn a_token_can_be_asked_to_last_longer_than_the_answer() {
    let text = format!("{POOL}[token]\nvalid_for = \"5m\"\n");
    assert_eq!(reason(&text, user(), ISSUED_AT + 3300), None);
    assert_eq!(reason(&text, user(), ISSUED_AT + 3301), Some("expires_too_soon"));
}

#[test]
fn routes_add_up() {
    let text = format!(
        "{POOL}[routes.\"GET /items*\"]\nscopes = [\"items/read\"]\n\
         [routes.\"GET /items/*\"]\ntier = \"enterprise\"\n"
    );
    assert_eq!(reason(&text, user(), NOW), Some("tier"));
    assert_eq!(reason(&text, user().claim("org_tier", "enterprise"), NOW), None);
    let elsewhere = format!("{POOL}[routes.\"GET /other\"]\n");
    assert_eq!(reason(&elsewhere, user(), NOW), Some("route_unknown"));
}

#[test]
fn the_reason_of_the_first_route_counts() {
    let text = format!(
        "{POOL}[routes.\"GET /items/*\"]\nscopes = [\"a\"]\n[routes.\"GET /*\"]\ntier = \"enterprise\"\n"
    );
    assert_eq!(reason(&text, user(), NOW), Some("scope"));
}

#[test]
fn neither_user_nor_client_is_refused() {
    assert_eq!(reason(POOL, user().without("username"), NOW), Some("identity"));
}

#[test]
fn keys_that_are_away_are_a_fault_at_every_door() {
    for (_, text) in files("tests/configurations") {
        let authorizer = authorizer(parse(&text));
        for (_, request) in files("tests/requests") {
            let event = with_token(&serde_json::from_str(&request).unwrap(), "keys.are.away");
            let outcome = ask(&authorizer, &event);
            assert_eq!(outcome.answer, Err(Denial::KeysUnavailable));
        }
    }
}

#[test]
fn an_answer_kept_under_something_else_than_the_token_is_a_fault() {
    for door in ["http-api-1.0", "http-api-2.0"] {
        let mut event = request(door);
        event["identitySource"] = json!(["192.0.2.1"]);
        let cached = authorizer(configuration("cached"));
        assert_eq!(ask(&cached, &event).answer, Err(Denial::IdentitySource), "{door}");
        let uncached = authorizer(configuration("uncached"));
        assert!(ask(&uncached, &event).answer.is_ok(), "{door}");
    }
}

#[test]
fn appsync_is_refused_unless_it_is_configured() {
    let outcome = authorizer(configuration("stage"));
    let outcome = ask(&outcome, &request("appsync"));
    assert_eq!(outcome.line.reason, Some(Denial::DoorNotServed));
    assert_eq!(outcome.answer, Ok(json!({ "isAuthorized": false, "ttlOverride": 0 })));
}

#[test]
fn appsync_asks_for_what_every_request_must_meet() {
    for (tier, expected) in [("pro", true), ("enterprise", false)] {
        let text = format!("{POOL}[require]\ntier = \"{tier}\"\n[appsync]\n");
        let authorizer = authorizer(parse(&text));
        let outcome = ask(&authorizer, &request("appsync"));
        assert_eq!(outcome.answer.unwrap()["isAuthorized"], expected, "{tier}");
        assert_eq!(outcome.line.reason.is_none(), expected);
    }
}

#[test]
fn appsync_denies_single_fields() {
    let authorizer = authorizer(configuration("cached"));
    let denied = |token: &str| {
        let answer = ask(&authorizer, &with_token(&request("appsync"), token)).answer.unwrap();
        answer["deniedFields"].clone()
    };
    assert_eq!(denied("good.user.token"), json!(["Mutation.createItem"]));
    assert_eq!(denied("good.client.token"), json!([]));
}

#[test]
fn appsync_keeps_no_answer_beyond_the_token() {
    let authorizer = authorizer(configuration("cached"));
    let ttl = |now: u64| {
        let event = request("appsync");
        let answer = run(authorizer.authorize(&event, now)).answer.unwrap();
        answer["ttlOverride"].as_u64().unwrap()
    };
    assert_eq!(ttl(NOW), 300);
    assert_eq!(ttl(ISSUED_AT + 3590), 10);
}

/// With `caching = "off"` a policy names the request, so the request must fit into a policy.
#[test]
fn a_path_that_a_policy_can_not_name_is_refused() {
    let text = format!("caching = \"off\"\n{POOL}[routes.\"GET /*\"]\n");
    let policies = authorizer(parse(&text));
    let simple = authorizer(parse(&format!("{text}[http_api]\nanswer = \"simple\"\n")));
    for (path, is_fit) in [
        ("/items/7".to_owned(), true),
        ("/items/*".to_owned(), false),
        ("/items/?".to_owned(), false),
        ("/${x}".to_owned(), false),
        (format!("/{}", "x".repeat(400)), true),
        (format!("/{}", "x".repeat(500)), false),
    ] {
        let outcome = ask(&policies, &to(&request("rest-token"), "GET", &path));
        assert_eq!(outcome.line.reason, (!is_fit).then_some(Denial::PathUnfit), "{path}");
        assert_eq!(lets_through(&outcome.answer.unwrap(), &arn("GET", &path)), is_fit, "{path}");
        // A simple answer names nothing.
        let outcome = ask(&simple, &to(&request("http-api-2.0"), "GET", &path));
        assert_eq!(outcome.line.reason, None, "{path}");
    }
}

/// A path of few words, so that it often comes near a route.
fn path() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["items", "reports", "7", "x", "private", "", "*", "%2F"]);
    prop::collection::vec(word, 0..4).prop_map(|words| format!("/{}", words.join("/")))
}

fn method() -> impl Strategy<Value = &'static str> {
    prop::sample::select(METHODS.to_vec())
}

fn pattern() -> impl Strategy<Value = String> {
    pattern_of(vec!["items", "reports", "x", "*", "7*"])
}

fn pattern_with_segments() -> impl Strategy<Value = String> {
    pattern_of(vec!["items", "reports", "{id}", "{id}", "*", "7*"])
}

fn pattern_of(words: Vec<&'static str>) -> impl Strategy<Value = String> {
    let word = prop::sample::select(words);
    let path = prop::collection::vec(word, 0..4).prop_map(|words| format!("/{}", words.join("/")));
    let method = prop::sample::select(vec!["GET", "POST", "DELETE", "ANY"]);
    (method, path).prop_map(|(method, path)| format!("{method} {path}"))
}

/// Routes with requirements of which the tokens meet some.
fn routes() -> impl Strategy<Value = String> {
    routes_with(pattern())
}

fn routes_with(pattern: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let requirement = prop::sample::select(vec![
        "",
        "scopes = [\"items/read\"]",
        "scopes = [\"items/write\"]",
        "tier = \"pro\"",
        "tier = \"enterprise\"",
        "any_group = [\"staff\"]",
        "orgs = [\"globex\"]",
    ]);
    prop::collection::btree_map(pattern, requirement, 1..5).prop_map(|routes| {
        let sections: Vec<String> = routes
            .iter()
            .map(|(pattern, requirement)| format!("[routes.\"{pattern}\"]\n{requirement}\n"))
            .collect();
        format!("{POOL}{}", sections.concat())
    })
}

/// Anything, with the members of an authorizer's event among it.
fn event() -> impl Strategy<Value = Value> {
    let token = prop::sample::select(vec![
        "bad.token.x",
        "Bearer bad.token.x",
        "keys.are.away",
        "",
        "Bearer ",
        "a,b",
        "Basic x",
        "good.user.token bad.token.x",
        "good.user.token,bad.token.x",
        "Bearer Bearer good.user.token",
        "good.user.token.",
        "GOOD.USER.TOKEN",
        "good.user.token\u{0}",
    ]);
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[ -~]{0,12}".prop_map(Value::from),
        token.prop_map(Value::from),
        (method(), path()).prop_map(|(method, path)| Value::from(arn(method, &path))),
        Just(json!(arn("$connect", ""))),
        prop::sample::select(vec!["TOKEN", "REQUEST", "1.0", "2.0"]).prop_map(Value::from),
    ];
    let name = prop::sample::select(vec![
        "type",
        "version",
        "methodArn",
        "routeArn",
        "authorizationToken",
        "headers",
        "multiValueHeaders",
        "authorization",
        "Authorization",
        "requestContext",
        "identitySource",
        "queryStringParameters",
        "isAuthorized",
    ]);
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(name.clone().prop_map(str::to_owned), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// An authorizer for each of the configurations, made once.
static AUTHORIZERS: LazyLock<Vec<Authorizer<Known, NoRevocations>>> = LazyLock::new(|| {
    files("tests/configurations").iter().map(|(_, text)| authorizer(parse(text))).collect()
});

fn allows_anything(answer: &Value) -> bool {
    answer.to_string().contains("Allow") || answer["isAuthorized"] == true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn without_a_valid_token_nothing_is_ever_allowed(event in event()) {
        for authorizer in AUTHORIZERS.iter() {
            if let Ok(answer) = ask(authorizer, &event).answer {
                prop_assert!(!allows_anything(&answer), "{event}\n{answer}");
            }
        }
    }

    /// The good token in a good place, and a second one anywhere beside it.
    #[test]
    fn a_second_token_is_never_overlooked(
        door in prop::sample::select(vec!["rest-request", "http-api-1.0", "http-api-2.0", "websocket-connect"]),
        name in prop::sample::select(vec!["authorization", "Authorization", "AUTHORIZATION", "aUTHORIZATION"]),
        value in prop::sample::select(vec![json!("bad.token.x"), json!(""), json!(7), json!(["bad.token.x"])]),
        is_multiple in any::<bool>(),
    ) {
        let mut event = request(door);
        let map = if is_multiple { "multiValueHeaders" } else { "headers" };
        let before = event[map].clone();
        event[map][name] = value;
        prop_assume!(before.get(name).is_none());
        for authorizer in AUTHORIZERS.iter() {
            let outcome = ask(authorizer, &event);
            prop_assert!(outcome.answer.is_err(), "{event}\n{outcome:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// The promise of caching: the answer to one request, kept and used for another one of the
    /// same token, lets it through if and only if its own answer would have.
    #[test]
    fn a_cached_answer_decides_every_route_as_its_own_would(
        text in routes(),
        (asked, other) in ((method(), path()), (method(), path())),
        token in prop::sample::select(vec!["good.user.token", "good.client.token"]),
        door in prop::sample::select(vec!["rest-token", "rest-request", "http-api-1.0"]),
    ) {
        let cached = authorizer(parse(&text));
        let uncached = authorizer(parse(&format!("caching = \"off\"\n{text}")));
        let event = with_token(&request(door), token);
        let kept = ask(&cached, &to(&event, asked.0, &asked.1)).answer.unwrap();
        let own = ask(&uncached, &to(&event, other.0, &other.1));
        let own_answer = own.answer.unwrap();
        let target = arn(other.0, &other.1);
        // A policy can't name a path with one of its wildcards in it.
        let expected = lets_through(&kept, &target) && !other.1.contains('*');
        prop_assert_eq!(
            lets_through(&own_answer, &target), expected,
            "{} {}: kept {} own {}", other.0, other.1, kept, own_answer
        );
        prop_assert_eq!(lets_through(&own_answer, &target), own.line.outcome == Effect::Allow);
        // And the kept answer doesn't depend on what was asked.
        let kept_by_other = ask(&cached, &to(&event, other.0, &other.1)).answer.unwrap();
        prop_assert_eq!(kept, kept_by_other);
    }

    /// A gateway may keep an answer that nobody meant to be kept. It then opens nothing else.
    #[test]
    fn an_uncached_answer_opens_its_own_request_alone(
        text in routes_with(pattern_with_segments()),
        (asked, other) in ((method(), path()), (method(), path())),
        token in prop::sample::select(vec!["good.user.token", "good.client.token"]),
        door in prop::sample::select(vec!["rest-token", "rest-request", "http-api-1.0"]),
    ) {
        let uncached = authorizer(parse(&format!("caching = \"off\"\n{text}")));
        let event = with_token(&request(door), token);
        let kept = ask(&uncached, &to(&event, asked.0, &asked.1)).answer.unwrap();
        let own = ask(&uncached, &to(&event, other.0, &other.1)).answer.unwrap();
        let target = arn(other.0, &other.1);
        if lets_through(&kept, &target) {
            prop_assert!(lets_through(&own, &target), "{kept}");
            prop_assert_eq!(asked, other);
        }
    }

    /// Whatever a caller writes into a path, nothing of it gets into a policy that may be kept.
    #[test]
    fn a_path_never_gets_into_a_policy(
        path in "/[ -~]{1,30}",
        name in prop::sample::select(vec!["stage", "cached"]),
    ) {
        prop_assume!(path.len() > 4);
        let authorizer = authorizer(configuration(name));
        let event = to(&request("rest-token"), "GET", &path.replace(['"', '\\'], ""));
        if let Ok(answer) = ask(&authorizer, &event).answer {
            let ordinary = ask(&authorizer, &to(&request("rest-token"), "GET", "/unknown")).answer.unwrap();
            let items = ask(&authorizer, &request("rest-token")).answer.unwrap();
            prop_assert!(answer == ordinary || answer == items);
        }
    }
}
