//! What several test files need: triggers, events, and a model of Cognito.
//!
//! The model applies an answer to an event the way AWS documents it, independently of `src/`, so
//! that the trigger is compared with the rules and not with itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use claimsmith::clock::Clock;
pub use claimsmith::load::DEMO_RECORDS;
use claimsmith::load::Text;
use claimsmith::outcome::Refusal;
use claimsmith::policy::{DEFAULT_POLICY, Location, Policy, Table, Variables};
use claimsmith::records::file::FileStore;
use claimsmith::records::store::Store;
use claimsmith::{Decided, Trigger};
use serde_json::{Map, Value, json};

/// A checked policy; panics with all findings.
pub fn policy(text: &str) -> Policy {
    policy_with(text, |name| (name == "CLAIMS_TABLE").then(|| "table".into()))
}

/// The same with other variables.
pub fn policy_with(text: &str, variables: impl Fn(&str) -> Option<String>) -> Policy {
    let text = Text { name: "policy".to_owned(), text: text.to_owned() };
    text.policy(&Variables::strict(&variables)).unwrap()
}

/// A section for a pool that does nothing which isn't in an event.
pub const PLAIN_POOL: &str = "[pool]\nnever = [\"nonce\", \"at_hash\", \"acr\", \"device_key\", \
                              \"resource\", \"exchange\"]\n";

/// A table in a file.
pub fn table(partition_key: &str, sort_key: Option<&str>) -> Table {
    Table {
        location: Location::File(String::new()),
        partition_key: partition_key.to_owned(),
        sort_key: sort_key.map(str::to_owned),
        numbers: BTreeSet::new(),
    }
}

pub fn items(text: &str) -> FileStore {
    items_of(text, &[table("pk", Some("sk"))])
}

pub fn items_of(text: &str, tables: &[Table]) -> FileStore {
    Text { name: "records".to_owned(), text: text.to_owned() }.store(tables).unwrap()
}

pub fn demo() -> FileStore {
    items(DEMO_RECORDS)
}

pub fn default_policy() -> Policy {
    policy(DEFAULT_POLICY)
}

/// A sign-in of version 2, in groups `a` and `b` with a role each.
pub fn sign_in() -> Value {
    json!({
        "version": "2",
        "triggerSource": "TokenGeneration_Authentication",
        "region": "eu-west-1",
        "userPoolId": "eu-west-1_EXAMPLE01",
        "userName": "ada",
        "callerContext": { "clientId": "web" },
        "request": {
            "userAttributes": { "sub": "1" },
            "groupConfiguration": {
                "groupsToOverride": ["a", "b"],
                "iamRolesToOverride": ["arn:a", "arn:b"],
                "preferredRole": "arn:a",
            },
            "scopes": ["openid"],
        },
        "response": { "claimsAndScopeOverrideDetails": null },
    })
}

/// The same as an event of version 1.
pub fn sign_in_1() -> Value {
    let mut event = sign_in();
    event["version"] = "1".into();
    event["request"].as_object_mut().unwrap().remove("scopes");
    event["response"] = json!({ "claimsOverrideDetails": null });
    event
}

/// A machine that asks for two scopes.
pub fn machine() -> Value {
    json!({
        "version": "3",
        "triggerSource": "TokenGeneration_ClientCredentials",
        "region": "eu-west-1",
        "userPoolId": "eu-west-1_EXAMPLE01",
        "userName": "ClientCredentials",
        "callerContext": { "clientId": "batch" },
        "request": { "userAttributes": {}, "scopes": ["api/read", "api/write"] },
        "response": { "claimsAndScopeOverrideDetails": null },
    })
}

/// What the trigger makes of an event: the answer, or the refusal.
pub fn run<S: Store, C: Clock>(trigger: &Trigger<S, C>, event: &str) -> Result<String, Refusal> {
    decide(trigger, event, |decided| decided.answer().unwrap().to_owned())
}

/// Looks at what the trigger decides, if there are tokens.
pub fn decide<S: Store, C: Clock, T>(
    trigger: &Trigger<S, C>,
    event: &str,
    look: impl FnOnce(&Decided<'_>) -> T,
) -> Result<T, Refusal> {
    let decided = runtime()
        .block_on(trigger.decide(event.as_bytes(), Duration::from_secs(60)))
        .map_err(|error| Refusal::unreadable(&error.to_string()))?;
    match &decided.outcome {
        Ok(_) => Ok(look(&decided)),
        Err(refusal) => Err(refusal.clone()),
    }
}

fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    })
}

/// All events of a folder of the corpus, by path relative to `events/`.
pub fn corpus(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("events");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(root.join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            (name, String::from_utf8(std::fs::read(path).unwrap()).unwrap())
        })
        .collect()
}

/// The events that a trigger must answer or refuse by the data: all but `broken/`.
pub fn readable_corpus() -> Vec<(String, String)> {
    ["v1", "v2", "v3", "odd"].iter().flat_map(|folder| corpus(folder)).collect()
}

pub fn json_of(text: &str) -> Value {
    serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap()
}

/// The details of an answer, whichever form it has.
pub fn details(answer: &str) -> Value {
    let response = &json_of(answer)["response"];
    let details = ["claimsOverrideDetails", "claimsAndScopeOverrideDetails"]
        .iter()
        .find_map(|key| response.get(*key))
        .unwrap_or_else(|| panic!("no details in {response}"));
    details.clone()
}

/// The part of an answer about one token, in version 2's shape.
pub fn generation(answer: &str, token: &str) -> Value {
    let details = details(answer);
    if json_of(answer)["response"].get("claimsOverrideDetails").is_some() {
        return if token == "id" { details } else { Value::Null };
    }
    details[if token == "id" { "idTokenGeneration" } else { "accessTokenGeneration" }].clone()
}

/// The claims that an answer adds to a token.
pub fn added(answer: &str, token: &str) -> Map<String, Value> {
    let claims = generation(answer, token)["claimsToAddOrOverride"].clone();
    claims.as_object().cloned().unwrap_or_default()
}

/// The names that an answer suppresses in a token.
pub fn suppressed(answer: &str, token: &str) -> Vec<String> {
    let names = generation(answer, token)["claimsToSuppress"].clone();
    names.as_array().into_iter().flatten().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// The most that Cognito can make of an answer: the payload of the finished token with everything
/// that the event can't rule out. Follows the documented rules (suppress wins over add; groups
/// come from the override or from the event), not this project's code.
///
/// `plain` is of a pool that never does what `[pool] never` can name.
pub fn largest_payload(answer: &str, token: &str, plain: bool) -> Map<String, Value> {
    let event = json_of(answer);
    let request = &event["request"];
    let text = |value: &Value, fallback: &str| {
        Value::from(value.as_str().filter(|text| !text.is_empty()).unwrap_or(fallback))
    };
    let uuid = "00000000-0000-0000-0000-000000000000";
    let region = text(&event["region"], "ap-southeast-1");
    let pool = text(&event["userPoolId"], "ap-southeast-1_000000000");
    let client = text(&event["callerContext"]["clientId"], "00000000000000000000000000");
    let machine = event["triggerSource"] == "TokenGeneration_ClientCredentials";
    let sub = text(&request["userAttributes"]["sub"], uuid);
    let user_name = text(&event["userName"], uuid);
    // Which of the two regions the issuer of a replica names is not known.
    let of_id = event["userPoolId"].as_str().and_then(|id| Some(id.split_once('_')?.0));
    let region = match (event["region"].as_str().filter(|text| !text.is_empty()), of_id) {
        (Some(region), Some(of_id)) if longer(of_id, region) => json!(of_id),
        (None, Some(of_id)) => json!(of_id),
        _ => region,
    };
    let issuer = format!(
        "https://issuer-cognito-idp.{}.amazonaws.com/{}",
        region.as_str().unwrap(),
        pool.as_str().unwrap()
    );
    let audience = format!("{}{}", "/".repeat(16), "0".repeat(240));
    let mut claims = Map::new();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    // First the attributes, so that what Cognito writes itself stands over them.
    if token == "id" {
        for (name, value) in request["userAttributes"].as_object().into_iter().flatten() {
            if let Some(value) = attribute(name, value) {
                put(name, value);
            }
        }
    }
    put("iss", json!(issuer));
    for time in ["auth_time", "iat", "exp"] {
        put(time, json!(1_000_000_000));
    }
    put("jti", json!(uuid));
    put("token_use", json!(token));
    put("sub", if machine { client.clone() } else { sub });
    if !machine {
        put("origin_jti", json!(uuid));
        put("event_id", json!(uuid));
    }
    let federated = request["userAttributes"].as_object().is_some_and(|all| {
        all.get("identities").is_some_and(|value| attribute("identities", value).is_some())
    });
    if !machine && !plain {
        put("acr", json!("0".repeat(64)));
        let mut methods = vec!["pwd", "otp", "sms", "email_otp", "swk", "hwk", "mfa"];
        methods.extend(federated.then_some("fed"));
        put("amr", json!(methods));
        put("act", json!({ "sub": "0".repeat(128) }));
    }
    if token == "id" {
        let is_long = plain || client.as_str().unwrap().len() > 256;
        put("aud", if is_long { client } else { json!(audience) });
        put("cognito:username", user_name);
        if !plain {
            put("nonce", json!("0".repeat(171)));
            put("at_hash", json!("0".repeat(22)));
        }
    } else {
        put("client_id", client);
        put("version", json!(2));
        if !machine {
            put("username", user_name);
            if !plain {
                put("device_key", json!(format!("{}_{uuid}", region.as_str().unwrap())));
                put("aud", json!(audience));
            }
        }
        put("scope", json!(scopes(&event, answer).join(" ")));
    }
    if !machine {
        for (name, value) in groups(&event, answer, token) {
            put(name, value);
        }
    }
    for (name, value) in added(answer, token) {
        put(&name, value);
    }
    for name in suppressed(answer, token) {
        claims.remove(&name);
        if name == "cognito:groups" {
            claims.remove("cognito:roles");
            claims.remove("cognito:preferred_role");
        }
    }
    claims
}

fn attribute(name: &str, value: &Value) -> Option<Value> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return None,
    };
    match name {
        "sub" => None,
        // Cognito's own attributes become no claims.
        name if name.starts_with("cognito:") => None,
        "address" => Some(json!({ "formatted": text })),
        "email_verified" | "phone_number_verified" => {
            Some(json!(text.eq_ignore_ascii_case("true")))
        }
        "identities" => Some(match serde_json::from_str::<Value>(&text) {
            Err(_) => json!(text),
            Ok(value) => stringly(value),
        }),
        _ => Some(json!(text)),
    }
}

fn stringly(value: Value) -> Value {
    match value {
        Value::Array(elements) => elements.into_iter().map(stringly).collect(),
        Value::Object(members) => members.into_iter().map(|(k, v)| (k, stringly(v))).collect(),
        Value::Bool(_) | Value::Number(_) => json!(value.to_string()),
        other => other,
    }
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

fn scopes(event: &Value, answer: &str) -> Vec<String> {
    let mut scopes = match event["request"]["scopes"].as_array() {
        Some(_) => strings(&event["request"]["scopes"]),
        None => vec!["aws.cognito.signin.user.admin".to_owned()],
    };
    let generation = generation(answer, "access");
    for scope in strings(&generation["scopesToAdd"]) {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    let gone = strings(&generation["scopesToSuppress"]);
    scopes.retain(|scope| !gone.contains(scope));
    scopes
}

fn groups(event: &Value, answer: &str, token: &str) -> Vec<(&'static str, Value)> {
    let details = details(answer);
    let configuration = match details.get("groupOverrideDetails") {
        Some(override_details) => override_details.clone(),
        None => event["request"]["groupConfiguration"].clone(),
    };
    let mut claims = Vec::new();
    let mut list = |name, key| {
        let words = strings(&configuration[key]);
        if !words.is_empty() {
            claims.push((name, json!(words)));
        }
    };
    list("cognito:groups", "groupsToOverride");
    if token == "id" {
        list("cognito:roles", "iamRolesToOverride");
        let preferred = &configuration["preferredRole"];
        let preferred = preferred.as_str().map(str::to_owned);
        let preferred =
            preferred.or_else(|| strings(&configuration["preferredRole"]).into_iter().next());
        if let Some(role) = preferred {
            claims.push(("cognito:preferred_role", json!(role)));
        }
    }
    claims
}

/// Length of a token with this payload as Cognito writes JSON: every slash escaped, and what isn't
/// ASCII as `\uXXXX`, the longer of the two ways that it could be.
pub fn encoded_length(payload: &Map<String, Value>) -> usize {
    let bytes = escaped(&serde_json::to_string(payload).unwrap());
    147 + 1 + (bytes * 4).div_ceil(3) + 1 + 342
}

/// Whether the first takes more bytes as a text of JSON.
fn longer(one: &str, other: &str) -> bool {
    let length = |text: &str| escaped(&json!(text).to_string());
    length(one) > length(other)
}

/// The most bytes of JSON: slashes are escaped, and letters beyond ASCII may be.
fn escaped(json: &str) -> usize {
    let bytes = json.chars().map(|letter| match letter {
        '/' => 2,
        '\0'..='~' => 1,
        other => 6 * other.len_utf16(),
    });
    bytes.sum()
}
