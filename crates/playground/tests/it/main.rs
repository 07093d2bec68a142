//! Questions of the page, as the browser sends them, and what is answered.

#![expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that can't go on should stop"
)]

use claimsmith_playground::answer::answer;
use claimsmith_playground::site;
use claimsmith_playground::starters::STARTERS;
use serde_json::{Value, json};

const POLICY: &str = include_str!("../../../../claims.toml");
const RECORDS: &str = include_str!("../../../../demo/records.json");
const ADA: &str = "user:11111111-1111-4111-8111-111111111111";

fn ask(question: &Value) -> Value {
    let answered = answer(question.to_string().as_bytes()).unwrap();
    let mut answered: Value = serde_json::from_str(&answered).unwrap();
    if let Some(line) = answered["line"].as_str() {
        answered["line"] = serde_json::from_str(line).unwrap();
    }
    answered
}

fn chosen(policy: &str, records: &str, who: &str) -> Value {
    json!({ "policy": policy, "records": records, "mode": "chosen", "who": who })
}

/// The text that a span of an answer is about.
fn at(text: &str, span: &Value) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let end = |name: &str| usize::try_from(span[name].as_u64().unwrap()).unwrap();
    String::from_utf16(&units[end("from")..end("to")]).unwrap()
}

#[test]
fn a_claim_names_its_lines_and_its_items() {
    let places = |policy: &str, who: &str| ask(&chosen(policy, RECORDS, who))["places"].clone();
    let found = places(POLICY, ADA);
    let lines = |claim: &str| at(POLICY, &found[claim]["policy"]);
    assert_eq!(lines("org_tier"), "org_tier]\nfrom = \"org.tier\"\ndefault = \"free\"");
    assert!(lines("feature_flags").starts_with("feature_flags]\nmerge = ["));
    assert!(lines("feature_flags").ends_with("shed = 1"), "{}", lines("feature_flags"));
    let items = |claim: &str| -> Vec<String> {
        let items = found[claim]["items"].as_array().unwrap();
        items.iter().map(|span| at(RECORDS, span)).collect()
    };
    let begin = |claim: &str, texts: &[&str]| {
        let items = items(claim);
        assert_eq!(items.len(), texts.len(), "{claim}: {items:?}");
        for (item, text) in items.iter().zip(texts) {
            assert!(item.starts_with(text) && item.ends_with('}'), "{claim}: {item}");
        }
    };
    let (ada, acme) =
        ("{\"pk\": \"USER#11111111", "{\"pk\": \"ORG#acme-corp\", \"sk\": \"PROFILE\"");
    begin("org_id", &[ada]);
    begin("org_tier", &[acme]);
    begin("feature_flags", &["{\"pk\": \"TIER#enterprise\"", acme, ada]);
    // Cognito's own claims stand nowhere.
    assert_eq!(found.get("sub"), None);
    // What is the policy's own value is in no item.
    let own =
        POLICY.replace("from = \"org.tier\"", "value = \"gold\"").replace("default = \"free\"", "");
    let own = places(&own, ADA);
    assert_eq!(own["org_tier"]["items"], json!([]), "{own}");
    assert!(own["org_tier"]["policy"].is_object());
}

#[test]
fn places_count_as_a_browser_does() {
    let policy = POLICY.replace("# Claims:", "# 𝒞laims é:");
    let records = RECORDS.replacen("[\n", "[\n  {\"pk\": \"𝒞\", \"sk\": \"é\"},\n", 1);
    let found = ask(&chosen(&policy, &records, ADA))["places"]["org_id"].clone();
    assert_eq!(at(&policy, &found["policy"]), "org_id]\nfrom = \"tenant\"");
    assert!(at(&records, &found["items"][0]).starts_with("{\"pk\": \"USER#11111111"));
}

#[test]
fn items_are_found_behind_a_byte_order_mark() {
    let records = format!("\u{feff}{RECORDS}");
    let found = ask(&chosen(POLICY, &records, ADA))["places"]["org_tier"]["items"][0].clone();
    assert!(at(&records, &found).starts_with("{\"pk\": \"ORG#acme-corp\""));
}

#[test]
fn what_is_missing_at_the_end_of_the_records_is_marked_there() {
    for records in ["", "[\n", "[\n{\n"] {
        let answered = ask(&chosen(POLICY, records, ADA));
        assert_eq!(answered["records_marks"].as_array().unwrap().len(), 1, "{records:?}");
    }
}

#[test]
fn many_items_take_no_time_that_grows_with_their_square() {
    let items: Vec<Value> = (0..20_000)
        .map(|at| json!({ "pk": format!("USER#{at}"), "sk": "PROFILE", "org_id": "é" }))
        .collect();
    let mut records: Vec<Value> = serde_json::from_str(RECORDS).unwrap();
    records.extend(items);
    let answered = ask(&chosen(POLICY, &Value::from(records).to_string(), ADA));
    assert_eq!(answered["outcome"], "customized");
}

#[test]
fn wrong_records_are_marked_and_nothing_is_decided() {
    let records = "[\n  {\"pk\": \"USER#1\", \"sk\": \"PROFILE\"},\n  {\"pk\": 1},\n  7,\n  \
                   {\"pk\": \"USER#1\", \"sk\": \"PROFILE\"}\n]";
    let answered = ask(&chosen(POLICY, records, ADA));
    assert_eq!(answered["field"], "records");
    assert!(answered.get("tokens_html").is_none());
    let marks = answered["records_marks"].as_array().unwrap();
    let lines: Vec<&Value> = marks.iter().map(|mark| &mark["line"]).collect();
    assert_eq!(lines, [3, 4, 5]);
    assert_eq!(at(records, &marks[0]), "{\"pk\": 1},");
    assert_eq!(at(records, &marks[1]), "7,");
    let said = answered["records_html"].as_str().unwrap();
    assert!(said.contains("3 problems") && said.contains("$[2]"), "{said}");
    let broken = ask(&chosen(POLICY, "[\n  {", ADA));
    assert_eq!(broken["records_marks"][0]["line"], 2);
    // The policy is all right, and is said to be.
    assert!(broken["policy_html"].as_str().unwrap().contains("No problems"));
}

#[test]
fn records_that_are_typed_decide() {
    let records = RECORDS.replace("\"tier\": \"enterprise\"", "\"tier\": \"free\"");
    let claims = |records: &str| {
        let answered = ask(&chosen(POLICY, records, ADA));
        answered["line"]["tokens"]["id"]["claims"]["org_tier"].clone()
    };
    assert_eq!(claims(RECORDS), "enterprise");
    assert_eq!(claims(&records), "free");
}

#[test]
fn every_starter_answers_its_sign_in_as_a_form_and_as_a_text() {
    for starter in &STARTERS {
        let records = starter.items.unwrap_or("[]");
        let event: Value = serde_json::from_str(starter.event).unwrap();
        let pasted = json!({
            "policy": starter.policy, "records": records, "mode": "pasted", "event": starter.event,
        });
        let answered = ask(&pasted);
        assert_eq!(answered["line"]["outcome"], "customized", "{}: {answered}", starter.name);

        // What the page makes of the event for its form.
        let pairs = |map: &Value, glue: &str| -> String {
            let pairs = map.as_object().into_iter().flatten();
            let pairs = pairs.filter(|(name, _)| *name != "sub");
            let pairs = pairs.map(|(name, value)| format!("{name}={}", value.as_str().unwrap()));
            pairs.collect::<Vec<_>>().join(glue)
        };
        let words = |list: &Value| -> String {
            let list = list.as_array().into_iter().flatten();
            list.map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(" ")
        };
        let (request, client) = (&event["request"], event["callerContext"]["clientId"].as_str());
        let who = match request["userAttributes"]["sub"].as_str() {
            Some(sub) => format!("user:{sub}"),
            None => format!("client:{}", client.unwrap()),
        };
        let form = json!({
            "policy": starter.policy, "records": records, "mode": "chosen", "who": who,
            "client": client, "version": event["version"], "source": event["triggerSource"],
            "groups": words(&request["groupConfiguration"]["groupsToOverride"]),
            "scopes": words(&request["scopes"]),
            "attributes": pairs(&request["userAttributes"], "\n"),
            "metadata": pairs(&request["clientMetadata"], " "),
        });
        let formed = ask(&form);
        let tokens = |answered: &Value| answered["line"]["tokens"]["access"]["claims"].clone();
        let ours = |answered: &Value| -> Vec<Value> {
            let decisions = answered["line"]["decisions"].as_array().unwrap();
            decisions.iter().filter(|it| it["action"] != "kept").cloned().collect()
        };
        assert_eq!(ours(&formed), ours(&answered), "{}", starter.name);
        assert!(tokens(&formed).is_object() || tokens(&answered).is_null(), "{}", starter.name);
        // Known to the records or not, whoever signs in is on the list.
        assert_eq!(formed["who"], who);
        let people = formed["people_html"].as_str().unwrap();
        assert!(people.contains(&format!("value=\"{who}\"")), "{}: {people}", starter.name);
    }
}

#[test]
fn the_page_without_a_server_may_load_from_its_own_place_alone() {
    let page = site::static_page().into_string();
    assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"));
    assert!(page.contains("data-engine=\"browser\""));
    for (from, _) in page.match_indices("src=").chain(page.match_indices("<link")) {
        let rest: String = page[from..].chars().take(80).collect();
        assert!(!rest.contains("//"), "{rest}");
    }
    for starter in &STARTERS {
        assert!(page.contains(&format!("value=\"{}\"", starter.name)));
    }
}
