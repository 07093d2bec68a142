//! What each command prints with `--json`, against the schema that `claimsmith schema` prints: over
//! the whole corpus of events, under several policies, for healthy and broken input.

use crate::command::{claimsmith, root, stdout};
use claimsmith_testbed::dynamodb_local;
use claimsmith_testbed::mistakes::{self, Mistake};
use serde_json::{Value, json};

fn printed(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    stdout(&claimsmith(arguments).envs(environment.iter().copied()).output().unwrap())
}

struct Schema {
    name: &'static str,
    validator: jsonschema::Validator,
    seen: usize,
}

impl Schema {
    fn of(name: &'static str) -> Self {
        let schema: Value = serde_json::from_str(&printed(&["schema", name], &[])).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let validator = jsonschema::validator_for(&schema).unwrap();
        Self { name, validator, seen: 0 }
    }

    /// Every line that a command prints is valid.
    fn holds(&mut self, arguments: &[&str], environment: &[(&str, &str)]) -> Vec<Value> {
        let printed = printed(&[&[self.name, "--json"], arguments].concat(), environment);
        assert!(!printed.is_empty(), "{} {arguments:?} printed nothing", self.name);
        let values: Vec<Value> =
            printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for value in &values {
            let errors: Vec<String> = self
                .validator
                .iter_errors(value)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{} {arguments:?}: {errors:#?}\n{value}", self.name);
            self.seen += 1;
        }
        values
    }
}

#[test]
fn simulate() {
    let mut schema = Schema::of("simulate");
    schema.holds(&["events"], &[]);
    schema.holds(&["--policy", "tests/policies/everything.toml", "events"], &[]);
    schema.holds(&["--policy", "tests/policies/tight.toml", "events"], &[]);
    let malformed = ["--records", "tests/records/malformed.json"];
    schema.holds(
        &[&["--policy", "tests/policies/optional.toml"], &malformed[..], &["events"]].concat(),
        &[],
    );
    assert!(schema.seen > 500, "{}", schema.seen);
}

#[test]
fn check() {
    let mut schema = Schema::of("check");
    schema.holds(&[], &[]);
    for entry in std::fs::read_dir(root().join("tests/policy/right")).unwrap() {
        let path = entry.unwrap().path();
        let file = path.to_str().unwrap();
        let plain = schema.holds(&["--policy", file], &[]);
        let prove = schema.holds(&["--prove", "--policy", file], &[]);
        assert!(plain[0].get("proofs").is_none() && prove[0]["proofs"].is_object(), "{file}");
    }
    let folder = tempfile::tempdir().unwrap();
    // One process each, and they are many: every fourth will do.
    let wrong = mistakes::read(&root().join("tests/policy/wrong")).unwrap();
    for Mistake { name, text, .. } in wrong.into_iter().step_by(4) {
        let file = folder.path().join(format!("{name}.toml"));
        std::fs::write(&file, text).unwrap();
        schema.holds(&["--policy", file.to_str().unwrap()], &[]);
    }
    assert!(schema.seen > 70, "{}", schema.seen);
    for door in ["alb", "agentcore", "rest-jwt", "http-api", "appsync", "identity-pool"] {
        schema.holds(&["--door", door, "--policy", "crates/cli/tests/door/claims.toml"], &[]);
    }
    schema.holds(&["--door", "verified-permissions", "--prove"], &[]);
    schema.holds(&["--authorizer", "infra/examples/complete/authorizer.toml"], &[]);
    let wrong = mistakes::read(&root().join("crates/authorizer/tests/wrong")).unwrap();
    for Mistake { name, text, .. } in wrong.into_iter().step_by(8) {
        let file = folder.path().join(format!("authorizer-{name}.toml"));
        std::fs::write(&file, text).unwrap();
        let found = schema.holds(&["--authorizer", file.to_str().unwrap()], &[]);
        assert_ne!(found[0]["findings"], Value::Array(Vec::new()), "{name}");
    }
}

#[test]
fn show() {
    let mut schema = Schema::of("show");
    let demo = ["--records", "demo/records.json"];
    for who in [
        &["--user", "11111111-1111-4111-8111-111111111111"][..],
        &["--user", "55555555-5555-4555-8555-555555555555"],
        &["--user", "nobody"],
        &["--user", "22222222-2222-4222-8222-222222222222", "--metadata", "org_id=globex"],
        &["--client", "4machineexample0000000000001"],
        &["--client", "nobody"],
    ] {
        schema.holds(&[&demo, who].concat(), &[]);
    }
}

#[test]
fn diff() {
    let mut schema = Schema::of("diff");
    let everything = ["--against", "tests/policies/everything.toml"];
    schema.holds(&[&everything[..], &["events/v2"]].concat(), &[]);
    schema.holds(&[&everything[..], &["--values", "events"]].concat(), &[]);
    schema.holds(
        &["--against", "claims.toml", "--policy", "tests/policies/tight.toml", "events"],
        &[],
    );
    schema.holds(&["--against", "claims.toml", "events/v3"], &[]);
}

#[test]
fn doctor() {
    let mut schema = Schema::of("doctor");
    let with_policy = ["--policy", "tests/doctor/claims.toml", "--records", "demo/records.json"];
    let claims = ["org_id", "plan", "seats", "display_name", "report_access", "org_idd", "nbf"];
    for entry in std::fs::read_dir(root().join("events/v2")).unwrap() {
        let event = entry.unwrap().path();
        let event = ["--event", event.to_str().unwrap()];
        schema.holds(&[&with_policy[..], &event[..], &claims[..]].concat(), &[]);
    }
    schema.holds(&["--pool", "tests/doctor/pool-v1.json"], &[]);
    schema.holds(&["--client-config", "tests/doctor/client.json"], &[]);
    schema.holds(&["--function", "tests/doctor/function.json"], &[]);
    schema.holds(&["--function-policy", "tests/doctor/function-policy.json"], &[]);
    schema.holds(&["--context", "crates/claims/tests/contexts/1/http-api.json", "org_id"], &[]);
    schema.holds(&["--context", "crates/claims/tests/contexts/1/alb.json"], &[]);
    let broken =
        schema.holds(&["--policy", "tests/policy/wrong/reserved-claim-cognito-groups.toml"], &[]);
    assert_eq!(broken[0]["findings"][0]["code"], "reserved-name");
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn seed() {
    let server = dynamodb_local::shared().unwrap_or_else(|error| panic!("{error}"));
    let url = server.url();
    let environment = [
        ("AWS_ENDPOINT_URL_DYNAMODB", url.as_str()),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("CLAIMS_TABLE", "schema-of-seed"),
    ];
    let mut schema = Schema::of("seed");
    schema.holds(&["--dry-run", "demo/records.json"], &[]);
    let first = schema.holds(&["--create", "demo/records.json"], &environment);
    let again = schema.holds(&["demo/records.json"], &environment);
    assert_eq!(first[0]["tables"][0]["new"], again[0]["tables"][0]["unchanged"]);
}

#[test]
fn pack() {
    let mut schema = Schema::of("pack");
    let folder = tempfile::tempdir().unwrap();
    crate::pack::release(folder.path());
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (out, trigger, authorizer) =
        (path("out.zip"), path(crate::pack::TRIGGER), path(crate::pack::AUTHORIZER));
    let (function, out) = (["--function", &trigger], ["--out", &out]);
    for more in [
        &["--policy", "claims.toml"][..],
        &["--policy", "claims.toml", "--next", "claims.toml"],
        &["--policy", "claims.toml", "--against", "tests/policies/everything.toml"],
        &["--policy", "tests/policies/tight.toml"],
    ] {
        schema.holds(&[more, &function, &out].concat(), &[]);
    }
    let file = ["--authorizer", crate::pack::AUTHORIZER_FILE, "--function", &authorizer];
    let mut value = schema.holds(&[&file[..], &out].concat(), &[]).remove(0);
    assert_eq!(value["contract"], Value::Null);
    value["more_than_that"] = json!(1);
    assert!(!schema.validator.is_valid(&value));
    for member in value.as_object().unwrap().keys().filter(|it| *it != "more_than_that") {
        let mut less = value.clone();
        less.as_object_mut().unwrap().remove("more_than_that");
        assert!(schema.validator.is_valid(&less));
        less.as_object_mut().unwrap().remove(member);
        assert!(!schema.validator.is_valid(&less), "pack needs no {member}");
    }
}

/// A schema that takes anything would prove nothing.
#[test]
fn the_schemas_refuse_what_is_not_in_them() {
    for (name, arguments) in [
        ("simulate", &["events/v2/sign-in.json"][..]),
        ("check", &["--prove"]),
        ("show", &["--user", "x", "--records", "demo/records.json"]),
        ("diff", &["--against", "claims.toml", "events/v2/sign-in.json"]),
        ("doctor", &["--pool", "tests/doctor/pool-v1.json"]),
        ("seed", &["--dry-run", "demo/records.json"]),
        (
            "revoke",
            &["--dry-run", "--client", "x", "--policy", "crates/cli/tests/revoke/claims.toml"],
        ),
    ] {
        let mut schema = Schema::of(name);
        let value = schema.holds(arguments, &[]).remove(0);
        let mut more = value.clone();
        more["more_than_that"] = json!(1);
        assert!(!schema.validator.is_valid(&more), "{name} takes another member");
        for member in value.as_object().unwrap().keys() {
            let mut less = value.clone();
            less.as_object_mut().unwrap().remove(member);
            let optional = ["reason", "proofs"].contains(&member.as_str());
            assert!(optional || !schema.validator.is_valid(&less), "{name} needs no {member}");
        }
    }
}

/// The codes are in the schema as they are in the document.
#[test]
fn the_codes_of_the_doctor_are_those_of_its_schema() {
    let schema: Value = serde_json::from_str(&printed(&["schema", "doctor"], &[])).unwrap();
    let codes = &schema["properties"]["findings"]["items"]["properties"]["code"]["enum"];
    let document = std::fs::read_to_string(root().join("docs/doctor.md")).unwrap();
    let table = document.split("| code | meaning |").nth(1).unwrap();
    let rows: Vec<&str> =
        table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(codes, &json!(rows));
}
