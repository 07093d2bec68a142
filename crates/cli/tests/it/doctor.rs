//! The doctor names what is broken: one set-up after another with a single fault in it, and healthy
//! ones in which it finds nothing.

use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::command::{root, run};
use cognito_claims::testing::Token;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

const ADA: &str = "11111111-1111-4111-8111-111111111111";
const NOBODY: &str = "99999999-9999-4999-8999-999999999999";
const POOL: &str = "eu-west-1_EXAMPLE01";
const WEB: &str = "2webclientexample0000000001";
const API: &str = "3apiclientexample00000000001";
const MACHINE: &str = "4machineexample0000000000001";

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn fixture(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// What is handed to the doctor. Files are written to a folder of its own.
struct Setup {
    folder: TempDir,
    arguments: Vec<String>,
}

impl Setup {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), arguments: vec!["doctor".to_owned()] }
    }

    /// With the policy of `tests/doctor`.
    fn policy() -> Self {
        Self::new().file("--policy", "claims.toml", &read("tests/doctor/claims.toml"))
    }

    fn changed_policy(from: &str, to: &str) -> Self {
        let policy = read("tests/doctor/claims.toml");
        assert!(policy.contains(from), "{from}");
        Self::new().file("--policy", "claims.toml", &policy.replace(from, to))
    }

    fn file(mut self, option: &str, name: &str, text: &str) -> Self {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        self.arguments.extend([option.to_owned(), path.to_str().unwrap().to_owned()]);
        self
    }

    fn json(self, option: &str, value: &Value) -> Self {
        let name = format!("{}.json", option.trim_start_matches('-'));
        self.file(option, &name, &value.to_string())
    }

    fn word(mut self, words: &[&str]) -> Self {
        self.arguments.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    fn token(self, token: &Token) -> Self {
        self.file("--token", "token.txt", &signed(token))
    }

    fn records(self) -> Self {
        self.word(&["--records", "demo/records.json"])
    }

    fn changed_records(self, from: &str, to: &str) -> Self {
        let records = read("demo/records.json");
        assert!(records.contains(from), "{from}");
        self.file("--records", "items.json", &records.replace(from, to))
    }

    fn event(self, path: &str) -> Self {
        self.word(&["--event", &format!("events/{path}.json")])
    }

    fn pool(self, change: impl Fn(&mut Value)) -> Self {
        let mut pool = fixture("tests/doctor/pool.json");
        change(&mut pool["UserPool"]);
        self.json("--pool", &pool)
    }

    fn permission(self, change: impl Fn(&mut Value)) -> Self {
        let mut file = fixture("tests/doctor/function-policy.json");
        let mut policy: Value = serde_json::from_str(file["Policy"].as_str().unwrap()).unwrap();
        change(&mut policy["Statement"][0]);
        file["Policy"] = policy.to_string().into();
        self.json("--function-policy", &file)
    }

    fn client(self, change: impl Fn(&mut Value)) -> Self {
        let mut client = fixture("tests/doctor/client.json");
        change(&mut client["UserPoolClient"]);
        self.json("--client-config", &client)
    }

    fn run(&self, more: &[&str]) -> Output {
        run(&[&self.words()[..], more].concat(), "")
    }

    fn words(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).collect()
    }

    fn answer(&self) -> Value {
        let output = self.run(&["--json"]);
        let problem = String::from_utf8_lossy(&output.stderr);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{problem}"))
    }
}

/// As long a signature as Cognito's.
fn signed(token: &Token) -> String {
    let unsigned = token.unsigned();
    let (message, _) = unsigned.rsplit_once('.').unwrap();
    format!("{message}.{}", "SiGnAtUr3-".repeat(34))
}

fn ours(token: Token) -> Token {
    token
        .claim("iss", format!("https://cognito-idp.eu-west-1.amazonaws.com/{POOL}"))
        .claim("sub", ADA)
        .claim("iat", now() - 300)
        .claim("auth_time", now() - 300)
        .claim("exp", now() + 3300)
}

/// Ada's access token, with the claims that the policy of `tests/doctor` writes for her.
fn access() -> Token {
    with_claims(untouched_access())
}

fn untouched_access() -> Token {
    ours(Token::access()).claim("client_id", WEB)
}

fn id() -> Token {
    with_claims(untouched_id()).claim("display_name", "Ada")
}

fn untouched_id() -> Token {
    ours(Token::id()).claim("aud", WEB).claim("email", "ada@acme.example")
}

fn with_claims(token: Token) -> Token {
    token
        .claim("org_id", "acme-corp")
        .claim("org_tier", "enterprise")
        .claim("feature_flags", json!(["beta-dashboard", "custom-branding"]))
}

fn machine() -> Token {
    let token = ours(Token::client()).claim("client_id", MACHINE).claim("sub", MACHINE);
    token
        .claim("org_id", "acme-corp")
        .claim("org_tier", "enterprise")
        .claim("feature_flags", json!(["custom-branding"]))
}

/// Set-ups with one fault, and its name.
fn broken() -> Vec<(&'static str, &'static str, Setup)> {
    let token_of =
        |token: &Token, claim: &str| Setup::policy().token(token).records().word(&[claim]);
    let ada = || Setup::policy().event("v2/sign-in").records();
    let with_pool = |change: fn(&mut Value)| Setup::policy().pool(change);
    let with_permission = |change: fn(&mut Value)| Setup::policy().pool(|_| ()).permission(change);
    let free_event = |from: &str, to: &str| {
        let event = read("events/v2/sign-in.json");
        assert!(event.contains(from), "{from}");
        Setup::policy().records().file("--event", "event.json", &event.replace(from, to))
    };
    vec![
        // The token.
        (
            "an access token, and the claim is for the ID token",
            "other-token",
            token_of(&access(), "display_name"),
        ),
        ("an attribute in an access token", "other-token", token_of(&access(), "email")),
        (
            "a refresh token",
            "encrypted-token",
            Setup::policy().file("--token", "t", "eyJjdHkiOiJKV1Qi.a.b.c.d").word(&["org_id"]),
        ),
        (
            "a load balancer's token",
            "foreign-token",
            Setup::policy().file("--token", "t", "eyJ0eXAi=.e30=.c2ln=").word(&["org_id"]),
        ),
        (
            "another issuer",
            "foreign-token",
            token_of(&access().claim("iss", "https://login.example.com/x"), "seats"),
        ),
        ("no token_use", "foreign-token", token_of(&access().without("token_use"), "seats")),
        (
            "another pool",
            "other-pool",
            token_of(
                &access()
                    .claim("iss", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_OTHER"),
                "seats",
            ),
        ),
        (
            "the pool's description is another's",
            "other-pool",
            Setup::policy().token(&access()).pool(|pool| pool["Id"] = "eu-west-1_OTHER".into()),
        ),
        (
            "another app client",
            "other-client",
            token_of(&access().claim("client_id", "9foreign"), "seats"),
        ),
        (
            "the client's description is another's",
            "other-client",
            Setup::policy().token(&access()).client(|client| client["ClientId"] = API.into()),
        ),
        (
            "somebody else's token",
            "other-user",
            Setup::policy().token(&access()).records().word(&["--user", NOBODY]),
        ),
        (
            "an expired token",
            "expired",
            Setup::policy().token(&access().claim("exp", now() - 60)).records(),
        ),
        (
            "issued before the record had a tier",
            "stale-token",
            token_of(&access().without("org_tier"), "org_tier"),
        ),
        (
            "issued before the tier changed",
            "stale-token",
            token_of(&access().claim("org_tier", "free"), "org_tier"),
        ),
        (
            "made from old data",
            "stale-data",
            Setup::policy().token(&access().claim("claims_as_of", now() - 900)).records(),
        ),
        (
            "named in claims_omitted, nobody knows why",
            "omitted",
            Setup::policy()
                .token(
                    &access().without("feature_flags").claim("claims_omitted", "feature_flags,x"),
                )
                .word(&["feature_flags"]),
        ),
        (
            "an attribute's name is no sign of the trigger",
            "trigger-did-not-run",
            Setup::changed_policy(
                "[claims.display_name]\nfrom = \"user.name\"",
                "[claims.email]\nfrom = \"user.name\"",
            )
            .token(&untouched_id().claim("email", "Ada"))
            .records(),
        ),
        ("a null", "null-claim", token_of(&access().claim("org_tier", Value::Null), "org_tier")),
        (
            "no claim at all in an ID token",
            "trigger-did-not-run",
            Setup::policy().token(&untouched_id()).records(),
        ),
        (
            "no claim in the access token, and the ID token has them",
            "v1-pool",
            Setup::policy()
                .file(
                    "--token",
                    "t",
                    &format!("{}\n{}", signed(&id()), signed(&untouched_access())),
                )
                .records(),
        ),
        (
            "no claim in an access token",
            "v1-pool",
            Setup::policy().token(&untouched_access()).records(),
        ),
        (
            "no claim in a machine's token",
            "v3-needed",
            Setup::policy()
                .token(&machine().without("org_id").without("org_tier").without("feature_flags"))
                .records(),
        ),
        (
            "the trigger ran, and nobody gave the records",
            "no-value",
            Setup::policy().token(&access().without("org_tier")).word(&["org_tier"]),
        ),
        // The event.
        (
            "version 1",
            "v1-pool",
            Setup::policy()
                .event("v1/sign-in")
                .records()
                .word(&["org_id"])
                .changed_event(&[("eu-west-1_EXAMPLE01", POOL)]),
        ),
        (
            "another trigger's event",
            "unreadable-event",
            Setup::policy().records().word(&["--event", "events/broken/pre-sign-up.json"]),
        ),
        ("the event's pool is not served", "other-pool", free_event(POOL, "eu-west-1_OTHER")),
        ("the event's client is not served", "other-client", free_event(WEB, "9foreign")),
        ("nobody has this record", "record-missing", free_event(ADA, NOBODY).word(&["org_id"])),
        (
            "the record that the tier's key needs is missing",
            "record-missing",
            free_event(ADA, NOBODY).word(&["org_tier"]),
        ),
        (
            "a guard's record is missing",
            "record-missing",
            Setup::policy().event("v2/sign-in-switch-org-not-a-member").records(),
        ),
        (
            "a suspended organisation",
            "record-refused",
            Setup::policy().event("v2/sign-in-suspended-org").records().word(&["org_id"]),
        ),
        ("an attribute that isn't there", "attribute-missing", ada().word(&["seats"])),
        ("a user attribute that isn't there", "attribute-missing", ada().word(&["plan"])),
        (
            "a text for a number",
            "attribute-type",
            Setup::policy()
                .event("v2/sign-in")
                .word(&["seats"])
                .changed_records("\"name\": \"Acme Corporation\"", "\"seats\": \"many\""),
        ),
        ("no metadata, so no membership", "record-not-asked", ada().word(&["acting_for"])),
        ("a scope that wasn't asked for", "condition", ada().word(&["report_access"])),
        ("not for this app client", "client-rule", free_event(WEB, API).word(&["org_tier"])),
        (
            "suppressed",
            "suppressed",
            free_event("\"email\": \"ada", "\"phone_number\": \"+441632960000\", \"email\": \"ada")
                .word(&["phone_number"])
                .token(&id()),
        ),
        (
            "suppressed for one app client",
            "suppressed",
            Setup::changed_policy(
                "claims = [\"org_id\"]",
                "claims = [\"org_id\"]\n[clients.api.tokens.id]\nsuppress = [\"email\"]",
            )
            .token(&untouched_id().claim("aud", API).without("email").claim("org_id", "acme-corp"))
            .records()
            .word(&["email"]),
        ),
        (
            "shed",
            "shed",
            Setup::new()
                .word(&["--policy", "tests/policies/tight.toml", "z_flags"])
                .event("v2/sign-in-many-flags")
                .records(),
        ),
        (
            "no room at all",
            "budget-impossible",
            Setup::changed_policy("[tokens.id]\n", "[tokens.access]\nbudget = 2000\n[tokens.id]\n")
                .event("v2/sign-in-hundred-groups")
                .records()
                .word(&["org_id"]),
        ),
        (
            "a machine has no ID token",
            "no-such-token",
            Setup::policy().event("v3/client-credentials").records().word(&["display_name"]),
        ),
        ("a typing error", "not-in-policy", ada().word(&["org_idd"])),
        (
            "a typing error, and the policy alone",
            "not-in-policy",
            Setup::policy().word(&["org_idd"]),
        ),
        ("another prefix", "not-in-policy", ada().word(&["custom:org_id"])),
        ("nobody writes it", "not-in-policy", ada().word(&["cost_center"])),
        ("a reserved name", "reserved-name", ada().word(&["nbf"])),
        (
            "a reserved name in the policy",
            "reserved-name",
            Setup::changed_policy("[claims.seats]", "[claims.sub]").word(&["sub"]),
        ),
        (
            "a policy with a finding",
            "policy-invalid",
            Setup::changed_policy("from = \"org.tier\"", "from = \"orgs.tier\"")
                .word(&["org_tier"]),
        ),
        (
            "the client may not read the attribute",
            "attribute-not-readable",
            Setup::policy()
                .token(&id().without("email"))
                .event("v2/sign-in")
                .records()
                .word(&["email"])
                .client(|client| client["ReadAttributes"] = json!(["name"])),
        ),
        ("a person in no group", "no-value", ada().word(&["cognito:groups"])),
        // The wiring.
        ("no trigger", "no-trigger", with_pool(|pool| pool["LambdaConfig"] = json!({}))),
        (
            "the old key alone",
            "legacy-key",
            with_pool(
                |pool| pool["LambdaConfig"] = json!({ "PreTokenGeneration": "arn:aws:lambda:eu-west-1:111122223333:function:claims:live" }),
            ),
        ),
        (
            "two functions",
            "legacy-key-differs",
            with_pool(|pool| {
                pool["LambdaConfig"]["PreTokenGeneration"] =
                    "arn:aws:lambda:eu-west-1:111122223333:function:old".into()
            }),
        ),
        (
            "V1_0",
            "v1-pool",
            with_pool(|pool| {
                pool["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] = "V1_0".into()
            }),
        ),
        (
            "V1_0, seen in a token",
            "v1-pool",
            Setup::policy().token(&untouched_access()).records().pool(|pool| {
                pool["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] = "V1_0".into()
            }),
        ),
        (
            "V2_0, and a machine",
            "v3-needed",
            Setup::policy().token(&machine().without("org_id")).pool(|pool| {
                pool["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] = "V2_0".into()
            }),
        ),
        ("the plan Lite", "plan-lite", with_pool(|pool| pool["UserPoolTier"] = "LITE".into())),
        (
            "the plan Lite and version 1",
            "v1-pool",
            with_pool(|pool| {
                pool["UserPoolTier"] = "LITE".into();
                pool["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] = "V1_0".into();
            }),
        ),
        (
            "$LATEST",
            "unqualified-arn",
            with_pool(|pool| {
                let arn = json!("arn:aws:lambda:eu-west-1:111122223333:function:claims");
                pool["LambdaConfig"] = json!({ "PreTokenGenerationConfig": { "LambdaArn": arn, "LambdaVersion": "V3_0" } });
            }),
        ),
        (
            "a version for ever",
            "pinned-version",
            with_pool(|pool| {
                let arn = json!("arn:aws:lambda:eu-west-1:111122223333:function:claims:7");
                pool["LambdaConfig"] = json!({ "PreTokenGenerationConfig": { "LambdaArn": arn, "LambdaVersion": "V3_0" } });
            }),
        ),
        (
            "no permission",
            "no-permission",
            with_permission(|it| it["Action"] = "lambda:GetFunction".into()),
        ),
        (
            "another service",
            "permission-principal",
            with_permission(|it| it["Principal"]["Service"] = "cognito-sync.amazonaws.com".into()),
        ),
        (
            "another pool's permission",
            "permission-source-arn",
            with_permission(|it| {
                it["Condition"]["ArnLike"]["AWS:SourceArn"] =
                    "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_OTHER".into()
            }),
        ),
        (
            "another account's permission",
            "permission-source-account",
            with_permission(|it| {
                it["Condition"]["StringEquals"]["AWS:SourceAccount"] = "999999999999".into()
            }),
        ),
        (
            "the permission is not on the alias",
            "permission-qualifier",
            with_permission(|it| {
                it["Resource"] = "arn:aws:lambda:eu-west-1:111122223333:function:claims".into()
            }),
        ),
        (
            "denied",
            "permission-denied",
            with_permission(|it| {
                it["Effect"] = "Deny".into();
                it["Condition"] = json!({});
            }),
        ),
        (
            "open to every pool",
            "permission-open",
            with_permission(|it| it["Condition"] = json!({})),
        ),
        (
            "a trusted attribute that clients write",
            "trusted-attribute-writable",
            Setup::policy().client(|client| client["WriteAttributes"] = json!(["custom:plan"])),
        ),
        (
            "no revocation",
            "revocation-off",
            Setup::policy().client(|client| client["EnableTokenRevocation"] = false.into()),
        ),
        (
            "no client credentials",
            "no-machine-flow",
            Setup::policy()
                .records()
                .word(&["--client", MACHINE])
                .client(|client| client["ClientId"] = MACHINE.into()),
        ),
        (
            "machines only",
            "no-user-flow",
            Setup::policy().records().word(&["--user", ADA]).client(|client| {
                client["ExplicitAuthFlows"] = json!([]);
                client["AllowedOAuthFlows"] = json!(["client_credentials"]);
            }),
        ),
        // The way to the handler.
        (
            "no authorizer",
            "no-authorizer",
            Setup::policy()
                .json(
                    "--context",
                    &json!({ "headers": { "authorization": "Bearer x" }, "requestContext": {} }),
                )
                .word(&["org_id"]),
        ),
        (
            "a load balancer",
            "no-authorizer",
            Setup::policy().json("--context", &access().alb()).word(&["org_id"]),
        ),
        (
            "a list at an HTTP API",
            "flattened-list",
            Setup::policy().json("--context", &access().http_api()).word(&["feature_flags"]),
        ),
        (
            "a list at a REST API",
            "flattened-list",
            Setup::policy()
                .json(
                    "--context",
                    &access()
                        .claim("iat", 1_611_982_145)
                        .claim("exp", 4_000_000_000_u64)
                        .rest_cognito(),
                )
                .word(&["feature_flags"]),
        ),
        (
            "a list, by the door's name",
            "flattened-list",
            Setup::policy().token(&access()).records().word(&[
                "--door",
                "http-api",
                "feature_flags",
            ]),
        ),
        (
            "a number at an HTTP API",
            "flattened-scalar",
            Setup::policy()
                .json("--context", &access().claim("seats", 12).http_api())
                .word(&["seats"]),
        ),
        (
            "an object at an HTTP API",
            "flattened-object",
            Setup::policy()
                .token(&access().claim("limits", json!({ "a": 1 })))
                .word(&["--door", "http-api", "limits"]),
        ),
        (
            "the authorizer keeps it to itself",
            "not-in-context",
            Setup::policy()
                .token(&access())
                .records()
                .json("--context", &access().without("org_id").rest_lambda_authorizer())
                .word(&["org_id"]),
        ),
        (
            "the handler got the other token",
            "other-token",
            Setup::policy()
                .token(&id())
                .json("--context", &access().http_api())
                .word(&["display_name"]),
        ),
        (
            "a place that three doors share",
            "ambiguous-door",
            Setup::policy()
                .json(
                    "--context",
                    &json!({ "requestContext": { "authorizer": { "claims": { "org_id": "a" } } } }),
                )
                .word(&["org_id"]),
        ),
        (
            "too long for a gateway",
            "too-long",
            Setup::policy()
                .token(&access().claim("x", "x".repeat(9000)))
                .word(&["--door", "http-api", "org_id"]),
        ),
    ]
}

impl Setup {
    /// The event file, changed.
    fn changed_event(mut self, changes: &[(&str, &str)]) -> Self {
        let at = self.arguments.iter().position(|word| word == "--event").unwrap() + 1;
        let text = changes
            .iter()
            .fold(read(&self.arguments[at]), |text, (from, to)| text.replace(from, to));
        let path = self.folder.path().join("changed-event.json");
        std::fs::write(&path, text).unwrap();
        self.arguments[at] = path.to_str().unwrap().to_owned();
        self
    }
}

#[test]
fn every_broken_set_up_is_named_rightly() {
    let broken = broken();
    assert!(broken.len() >= 60, "{}", broken.len());
    let mut wrong = Vec::new();
    for (name, expected, setup) in &broken {
        let output = setup.run(&["--json"]);
        let answer: Value = match serde_json::from_slice(&output.stdout) {
            Ok(answer) => answer,
            Err(_) => {
                wrong.push(format!("{name}: {}", String::from_utf8_lossy(&output.stderr)));
                continue;
            }
        };
        let codes: Vec<&str> = answer["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["code"].as_str().unwrap())
            .collect();
        if codes.first() != Some(expected) {
            wrong.push(format!("{name}: expected {expected}, found {codes:?}"));
        } else if output.status.code() != Some(4) {
            wrong.push(format!("{name}: exit status {:?}", output.status));
        }
        for finding in answer["findings"].as_array().unwrap() {
            for part in ["what", "next"] {
                assert!(!finding[part].as_str().unwrap().is_empty(), "{name}: {finding}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn healthy() -> Vec<(&'static str, Setup)> {
    let wired = |setup: Setup| setup.pool(|_| ()).permission(|_| ());
    vec![
        ("the built-in policy and company", Setup::new().event("v2/sign-in").records()),
        (
            "a person's access token",
            wired(Setup::policy()).client(|_| ()).token(&access()).records(),
        ),
        ("a person's ID token", wired(Setup::policy()).client(|_| ()).token(&id()).records()),
        ("a machine's token", wired(Setup::policy()).token(&machine()).records()),
        (
            "a machine's event",
            Setup::policy().event("v3/client-credentials").records().pool(|_| ()),
        ),
        ("one claim by name", Setup::policy().token(&access()).records().word(&["org_id"])),
        ("one claim, without records", Setup::policy().token(&access()).word(&["org_id"])),
        (
            "a required claim and a guard, without records",
            Setup::new().token(&access()).word(&["org_id"]),
        ),
        (
            "groups from a record, without records",
            Setup::changed_policy(
                "[tokens.id]",
                "[groups]\nmode = \"add\"\nfrom = \"user.roles\"\n[tokens.id]",
            )
            .token(&access())
            .word(&["org_id"]),
        ),
        (
            "a claim of the ID token, without a token",
            Setup::policy().event("v2/sign-in").records().word(&["display_name"]),
        ),
        ("a person by name", Setup::policy().records().word(&["--user", ADA])),
        (
            "version 1, and claims for the ID token",
            Setup::policy().token(&id()).pool(|pool| {
                pool["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] = "V1_0".into();
            }),
        ),
        (
            "a plan that kept version 2",
            Setup::policy().token(&access()).pool(|pool| {
                pool["UserPoolTier"] = "LITE".into();
                pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
                pool["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] = "V2_0".into();
            }),
        ),
        (
            "a text at an HTTP API",
            Setup::policy().json("--context", &access().http_api()).word(&["org_id"]),
        ),
        (
            "a list where JSON stays JSON",
            Setup::policy().json("--context", &access().appsync()).word(&["feature_flags"]),
        ),
        (
            "an authorizer that passes all on",
            Setup::policy()
                .json("--context", &access().claim("seats", 2).rest_lambda_authorizer())
                .word(&["org_id", "org_tier"]),
        ),
        (
            "the second statement fits",
            Setup::policy().pool(|_| ()).json("--function-policy", &{
                let file = fixture("tests/doctor/function-policy.json");
                let mut policy: Value =
                    serde_json::from_str(file["Policy"].as_str().unwrap()).unwrap();
                let mut other = policy["Statement"][0].clone();
                other["Condition"]["StringEquals"]["AWS:SourceAccount"] = "999999999999".into();
                policy["Statement"].as_array_mut().unwrap().insert(0, other);
                policy
            }),
        ),
    ]
}

#[test]
fn in_a_healthy_set_up_it_finds_nothing() {
    for (name, setup) in healthy() {
        let output = setup.run(&["--json"]);
        let problem = String::from_utf8_lossy(&output.stderr);
        let answer: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{name}: {problem}"));
        assert_eq!(answer["findings"], json!([]), "{name}");
        assert_eq!(output.status.code(), Some(0), "{name}");
        let text = setup.run(&[]);
        assert!(String::from_utf8_lossy(&text.stdout).contains("nothing wrong"), "{name}");
    }
}

/// What is proven comes before what is likely, whatever it is.
#[test]
fn findings_are_ranked_by_certainty_first() {
    let setup = Setup::policy().token(&untouched_access()).records();
    let answer = setup.word(&["org_id", "display_name"]).answer();
    let ranks: Vec<(&str, &str)> = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["certainty"].as_str().unwrap(), it["code"].as_str().unwrap()))
        .collect();
    let expected =
        [("sure", "other-token"), ("likely", "v1-pool"), ("likely", "trigger-did-not-run")];
    assert_eq!(ranks, expected);
}

#[test]
fn what_is_there_is_named_with_its_type() {
    let present = Setup::policy().token(&access()).records().answer()["present"].clone();
    let row = |claim: &str, kind: &str| json!({ "claim": claim, "token": "access", "type": kind, "place": "token" });
    assert_eq!(
        present,
        json!([row("feature_flags", "list"), row("org_id", "text"), row("org_tier", "text")])
    );
}

#[test]
fn evidence_names_the_line_of_the_policy() {
    let answer = Setup::policy().token(&access()).records().word(&["display_name"]).answer();
    let evidence = &answer["findings"][0]["evidence"];
    let policy = read("tests/doctor/claims.toml");
    let section = policy.lines().position(|line| line == "[claims.display_name]").unwrap();
    let line = section + 3;
    assert_eq!(policy.lines().nth(line - 1), Some("tokens = [\"id\"]"));
    assert!(evidence[0]["place"].as_str().unwrap().ends_with(&format!("claims.toml:{line}")));
    assert_eq!(evidence[1], json!({ "place": "token token_use", "says": "access" }));
}

#[test]
fn a_token_is_refused_on_the_command_line() {
    let token = signed(&access());
    for words in [
        &["doctor", &token][..],
        &["doctor", "--token", &token],
        &["doctor", "org_id", &token],
        &["doctor", "--user", &token],
        &["doctor", "--event", &format!("Bearer {token}")],
        &["doctor", "--token", &format!("token={token}")],
    ] {
        let output = run(words, "");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("shell's history"), "{said}");
        assert!(output.stdout.is_empty() && !said.contains("eyJ"), "{said}");
    }
}

#[test]
fn a_token_comes_from_standard_input_and_from_what_cognito_hands_out() {
    let policy = root().join("tests/doctor/claims.toml");
    let words =
        ["doctor", "--json", "--policy", policy.to_str().unwrap(), "--token", "-", "org_id"];
    let (access, id) = (signed(&access()), signed(&id()));
    let api = json!({ "AuthenticationResult": { "AccessToken": access, "IdToken": id, "RefreshToken": "x" } });
    let endpoint = json!({ "access_token": access, "id_token": id, "refresh_token": "x" });
    for (input, count) in [
        (access.clone(), 1),
        (format!("  Bearer {access}\n"), 1),
        (format!("\"{access}\""), 1),
        (format!("{access}\n{id}\n"), 2),
        (api.to_string(), 2),
        (endpoint.to_string(), 2),
    ] {
        let output = run(&words, &input);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["present"].as_array().unwrap().len(), count);
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn what_can_not_be_read_is_bad_input_and_says_what_was_expected() {
    let says = |setup: Setup, expected: &str| {
        let output = setup.run(&[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "no `{expected}` in {said}");
    };
    says(Setup::new().file("--token", "t", "hello"), "no token of three parts");
    says(Setup::new().file("--token", "t", ""), "no token in it");
    says(Setup::new().file("--pool", "p", "{}"), "describe-user-pool`");
    says(Setup::new().file("--client-config", "p", "{}"), "describe-user-pool-client");
    says(Setup::new().file("--function-policy", "p", "{}"), "get-policy");
    says(Setup::new().file("--pool", "p", "{"), "not JSON (line 1");
    says(Setup::new().file("--event", "e", "{").records(), "not JSON (line 1");
    says(Setup::new().event("v2/sign-in"), "CLAIMS_TABLE is not set");
    says(Setup::new().word(&["--token", "-", "--pool", "-"]), "read once");
    says(Setup::new().word(&["--policy", "no-such.toml"]), "no-such.toml");
    says(Setup::new().word(&["org_id"]), "nothing to look at");
}

/// A pipe would take orders out by itself, so the terminal is forced.
#[test]
fn nothing_it_prints_orders_the_terminal_about() {
    let order = "\u{1b}]0;x\u{7}";
    let token = access()
        .claim("client_id", order)
        .claim("iss", format!("https://cognito-idp.x.amazonaws.com/{order}"));
    let setup = Setup::policy().token(&token).word(&[&format!("{order}x"), "a\u{7f}b"]);
    let output = Command::new(env!("CARGO_BIN_EXE_claimsmith"))
        .args(setup.words())
        .current_dir(root())
        .env_clear()
        .env("CLICOLOR_FORCE", "1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains('\u{1b}') && !text.contains(order), "{text}");
    assert!(text.contains("app client something else"), "{text}");
    // For programs every byte counts.
    let json = String::from_utf8(setup.run(&["--json"]).stdout).unwrap();
    assert!(json.contains("a\u{7f}b") && !json.contains("]0;x\u{7}"), "{json}");
}

/// `…` stands for any lines.
#[test]
fn the_document_shows_what_the_command_prints() {
    let document = read("docs/doctor.md");
    let mut count = 0;
    for block in document.split("```console\n").skip(1) {
        let shown = block.split("\n```").next().unwrap();
        let (command, shown) = shown.split_once('\n').unwrap();
        let words: Vec<&str> = command.strip_prefix("$ claimsmith ").unwrap().split(' ').collect();
        let output = run(&words, "");
        let printed = String::from_utf8(output.stdout).unwrap();
        let shown = shown.strip_suffix("…").unwrap();
        assert!(printed.starts_with(shown), "{command}:\n{printed}");
        count += 1;
    }
    assert_eq!(count, 2);
}

/// `sure v1-pool`, in order.
fn ranks(setup: &Setup) -> Vec<String> {
    let answer = setup.answer();
    let findings = answer["findings"].as_array().unwrap();
    let rank = |it: &Value| {
        format!("{} {}", it["certainty"].as_str().unwrap(), it["code"].as_str().unwrap())
    };
    findings.iter().map(rank).collect()
}

/// An attribute that the policy's claim is named like is no work of the trigger's, in either token.
#[test]
fn an_attribute_in_the_id_token_does_not_prove_version_one() {
    let id = untouched_id().claim("custom:tier", "gold");
    let setup = Setup::changed_policy(
        "[claims.seats]",
        "[claims.\"custom:tier\"]\nfrom = \"user.tier\"\n[claims.seats]",
    )
    .file("--token", "t", &format!("{}\n{}", signed(&id), signed(&untouched_access())));
    let ranks = ranks(&setup);
    assert!(!ranks.contains(&"sure v1-pool".to_owned()), "{ranks:?}");
    assert!(ranks.contains(&"likely trigger-did-not-run".to_owned()), "{ranks:?}");
}

/// Two tokens of one moment differ by version; of two moments, by anything.
#[test]
fn only_tokens_of_one_sign_in_prove_version_one() {
    let at = now() - 300;
    let of_one = |token: Token| token.claim("iat", at).claim("origin_jti", "a").without("event_id");
    let rank = |id: Token| {
        let access = of_one(untouched_access());
        let tokens = format!("{}\n{}", signed(&access), signed(&id));
        ranks(&Setup::policy().file("--token", "t", &tokens).records())
    };
    assert_eq!(rank(of_one(id())), ["sure v1-pool"]);
    let likely = ["likely v1-pool", "likely trigger-did-not-run"];
    for (name, value) in [
        ("iat", json!(at - 259_200)),
        ("origin_jti", json!("b")),
        ("origin_jti", Value::Null),
        ("aud", json!(API)),
        ("sub", json!(NOBODY)),
    ] {
        let ranks = rank(of_one(id()).claim(name, value));
        let found: Vec<&str> = ranks
            .iter()
            .map(String::as_str)
            .filter(|it| it.contains("v1-pool") || it.contains("did-not-run"))
            .collect();
        assert_eq!(found, likely, "{name}");
    }
}

/// Records that nobody gave loosen what the trigger is asked, not what the policy says.
#[test]
fn a_required_claim_that_is_missing_is_never_fine() {
    let token = access().without("org_id");
    for words in [&[][..], &["org_id"]] {
        let setup = Setup::new().token(&token).word(words);
        assert_eq!(ranks(&setup), ["likely stale-token"], "{words:?}");
        assert_eq!(setup.run(&[]).status.code(), Some(4));
    }
}

#[test]
fn groups_of_the_policy_are_not_the_persons() {
    let groups = "[groups]\nmode = \"replace\"\nfrom = \"user.roles\"\n[tokens.id]";
    let policy = || Setup::changed_policy("[tokens.id]", groups).word(&["cognito:groups"]);
    for setup in [policy().token(&access()), policy().event("v2/sign-in").records()] {
        let finding = setup.answer()["findings"][0].clone();
        assert_eq!(finding["code"], "no-value");
        assert!(finding["what"].as_str().unwrap().contains("[groups]"), "{finding}");
        assert!(!finding["what"].as_str().unwrap().contains("in no group"), "{finding}");
    }
}

impl Setup {
    /// A function's policy with one statement more than the healthy one.
    fn second_statement(self, change: impl Fn(&mut Value)) -> Self {
        let mut file = fixture("tests/doctor/function-policy.json");
        let mut policy: Value = serde_json::from_str(file["Policy"].as_str().unwrap()).unwrap();
        let mut other = policy["Statement"][0].clone();
        change(&mut other);
        policy["Statement"].as_array_mut().unwrap().push(other);
        file["Policy"] = policy.to_string().into();
        self.json("--function-policy", &file)
    }
}

#[test]
fn a_denial_counts_where_it_applies() {
    let denied = |change: fn(&mut Value)| {
        ranks(&Setup::policy().pool(|_| ()).second_statement(|it| {
            it["Effect"] = "Deny".into();
            change(it);
        }))
    };
    let without = |it: &mut Value| {
        it.as_object_mut().unwrap().remove("Condition");
    };
    assert_eq!(denied(without), ["sure permission-denied"]);
    assert_eq!(denied(|_| ()), ["likely permission-denied"], "with a condition that holds");
    assert_eq!(
        denied(|it| it["Condition"] = json!({ "Bool": { "aws:SecureTransport": "false" } })),
        ["likely permission-denied"]
    );
    let elsewhere: [fn(&mut Value); 2] = [
        |it| it["Resource"] = "arn:aws:lambda:eu-west-1:111122223333:function:other".into(),
        |it| it["Condition"]["StringEquals"]["AWS:SourceAccount"] = "999999999999".into(),
    ];
    for change in elsewhere {
        assert_eq!(denied(change), [""; 0]);
    }
}

/// What isn't understood is said, and never taken for what it isn't.
#[test]
fn conditions_are_read_by_their_operator() {
    let pool = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_EXAMPLE01";
    let star = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/*";
    let account = json!({ "AWS:SourceAccount": "111122223333" });
    let with = |condition: Value| {
        ranks(&Setup::policy().pool(|_| ()).permission(|it| it["Condition"] = condition.clone()))
    };
    let source = |value: &str| json!({ "AWS:SourceArn": value });
    let fits = [""; 0];
    for (operator, value) in
        [("ArnEquals", star), ("ArnLike", star), ("StringLike", star), ("StringEquals", pool)]
    {
        let mut condition = json!({ "StringEquals": account.clone() });
        condition[operator]["AWS:SourceArn"] = value.into();
        assert_eq!(with(condition), fits, "{operator}");
    }
    // A star is a letter to StringEquals.
    let literal =
        json!({ "StringEquals": { "AWS:SourceAccount": "111122223333", "AWS:SourceArn": star } });
    assert_eq!(with(literal), ["sure permission-source-arn"]);
    // The parts of an ARN are compared one by one.
    let short =
        json!({ "StringEquals": account, "ArnLike": source("arn:*:userpool/eu-west-1_EXAMPLE01") });
    assert_eq!(with(short), ["sure permission-source-arn"]);
    // Each operator that names the key has to hold.
    let both = json!({
        "StringEquals": account, "ArnLike": source(star), "StringLike": source("arn:aws:cognito-idp:*_OTHER"),
    });
    assert_eq!(with(both), ["sure permission-source-arn"]);
    let negated = json!({ "StringEquals": account, "StringNotEquals": source(pool) });
    assert_eq!(with(negated), ["aside permission-condition"]);
    let other_key = json!({
        "StringEquals": account, "ArnLike": source(pool), "Bool": { "aws:SecureTransport": "false" },
    });
    assert_eq!(with(other_key), ["aside permission-condition"]);
}

/// `get-policy` without `--qualifier` prints another policy than the one that counts.
#[test]
fn the_policy_of_another_qualifier_proves_nothing() {
    let unqualified = "arn:aws:lambda:eu-west-1:111122223333:function:claims";
    let asks = |setup: Setup, code: &str| {
        let answer = setup.answer();
        let finding = &answer["findings"][0];
        assert_eq!((&finding["certainty"], &finding["code"]), (&json!("likely"), &json!(code)));
        let next = finding["next"].as_str().unwrap();
        assert!(next.contains("get-policy --function-name claims --qualifier live"), "{next}");
    };
    let with = |change: &dyn Fn(&mut Value)| Setup::policy().pool(|_| ()).permission(change);
    asks(with(&|it| it["Resource"] = unqualified.into()), "permission-qualifier");
    let gateway = |it: &mut Value| {
        it["Resource"] = unqualified.into();
        it["Principal"]["Service"] = "apigateway.amazonaws.com".into();
    };
    asks(with(&gateway), "permission-principal");
    // Another function altogether.
    let other = with(&|it| it["Resource"] = format!("{unqualified}-old:live").into());
    assert_eq!(ranks(&other), ["sure permission-qualifier"]);
}

/// The doctor reads with the credentials of whoever asks; that says nothing about the function.
#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn a_table_that_fails_here_is_a_failure_of_the_doctors_own() {
    for words in [
        &["doctor", "--json", "--user", ADA, "org_tier"][..],
        // Without a guard there are tokens, and each claim has its fault.
        &["doctor", "--json", "--user", ADA, "org_tier", "--policy", "tests/doctor/claims.toml"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_claimsmith"))
            .args(words)
            .current_dir(root())
            .env_clear()
            .envs([
                // Nobody listens there.
                ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"),
                ("AWS_REGION", "eu-west-1"),
                ("AWS_ACCESS_KEY_ID", "local"),
                ("AWS_SECRET_ACCESS_KEY", "local"),
                ("CLAIMS_TABLE", "claims"),
            ])
            .output()
            .unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let finding = &answer["findings"][0];
        assert_eq!(finding["code"], "table-failed", "{answer}");
        assert_eq!(finding["certainty"], "likely", "{answer}");
        assert!(finding["what"].as_str().unwrap().contains("your own read"), "{answer}");
        let evidence = finding["evidence"].to_string();
        assert!(evidence.contains("can't be reached"), "{evidence}");
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("can't be reached"));
    }
}

const EVE: &str = "55555555-5555-4555-8555-555555555555";

/// Eve's own organisation is suspended, and she works for another: no token tells that.
#[test]
fn what_the_caller_sent_along_is_not_known_from_a_token() {
    let token = ours(Token::access())
        .claim("client_id", WEB)
        .claim("sub", EVE)
        .claim("org_id", "initech")
        .claim("org_tier", "free")
        .claim("feature_flags", "items");
    let eve = || Setup::new().token(&token).records();
    assert_eq!(ranks(&eve()), ["aside record-refused"]);
    let next = eve().answer()["findings"][0]["next"].as_str().unwrap().to_owned();
    assert!(next.contains("--metadata"), "{next}");
    assert_eq!(ranks(&eve().word(&["--metadata", "org_id=initech"])), [""; 0]);

    // Ben belongs to two.
    let ben = token
        .claim("sub", "22222222-2222-4222-8222-222222222222")
        .claim("org_id", "globex")
        .claim("org_tier", "pro")
        .claim("feature_flags", "export,items,new-editor,webhooks");
    let ben = || Setup::new().token(&ben).records();
    assert_eq!(ranks(&ben()), ["aside stale-token"]);
    assert!(ben().answer()["findings"][0]["what"].as_str().unwrap().contains("metadata"));
    assert_eq!(ranks(&ben().word(&["--metadata", "org_id=globex"])), [""; 0]);
    assert_eq!(
        ranks(&ben().word(&["--metadata", "org_id=acme-corp"])),
        ["likely stale-token"],
        "who knows the metadata knows it all"
    );
}

#[test]
fn attributes_can_be_named_where_no_token_has_them() {
    let given = Setup::policy().token(&access().claim("plan", "gold")).records();
    let given = given.word(&["plan", "--attribute", "custom:plan=gold"]);
    assert_eq!(ranks(&given), [""; 0]);
    let person = Setup::policy().records().word(&["--user", ADA, "plan"]);
    let person = person.word(&["--attribute", "custom:plan=gold"]);
    assert_eq!(ranks(&person), [""; 0]);
}

/// Neither an access token nor a `sub` says what attributes a person has.
#[test]
fn an_attribute_that_is_not_known_is_not_missing() {
    let access = Setup::policy().token(&access()).records().word(&["plan"]);
    let person = Setup::policy().records().word(&["--user", ADA, "plan"]);
    for setup in [access, person] {
        let finding = setup.answer()["findings"][0].clone();
        assert_eq!(finding["code"], "attribute-unknown", "{finding}");
        assert_eq!(finding["certainty"], "likely");
        let next = finding["next"].as_str().unwrap();
        assert!(next.contains("--event") && next.contains("ID token"), "{next}");
        assert!(!finding.to_string().contains("the event doesn't have it"), "{finding}");
    }
}

#[test]
fn an_emulators_pool_is_a_pool() {
    for issuer in [format!("http://localhost:4566/{POOL}"), format!("https://x.example/{POOL}")] {
        let setup = Setup::policy().token(&access().claim("iss", issuer)).records();
        assert_eq!(ranks(&setup), ["aside foreign-token"]);
        assert_eq!(setup.answer()["present"].as_array().unwrap().len(), 3);
    }
    let other = access().claim("iss", "http://localhost:4566/eu-west-1_OTHER");
    assert_eq!(ranks(&Setup::policy().token(&other).records())[0], "sure other-pool");
}

/// Version 1 carries text alone, so the list of flags is one in such a pool's ID token.
#[test]
fn an_id_token_with_values_as_text_is_of_version_one() {
    let token = id().claim("feature_flags", "beta-dashboard,custom-branding");
    let setup = Setup::policy().token(&token).records();
    assert_eq!(ranks(&setup), ["likely v1-pool"]);
    let other = id().claim("feature_flags", "beta-dashboard");
    assert_eq!(ranks(&Setup::policy().token(&other).records()), ["aside stale-token"]);
}

/// The section is found as the trigger finds it, and called as the file calls it.
#[test]
fn a_section_is_found_by_a_variable_too() {
    let setup = Setup::changed_policy(
        "client_id = \"3apiclientexample00000000001\"",
        "client_id = \"${API_CLIENT}\"",
    )
    .token(&untouched_access().claim("client_id", API).claim("org_id", "acme-corp"))
    .records()
    .word(&["org_tier", "--json"]);
    let output = Command::new(env!("CARGO_BIN_EXE_claimsmith"))
        .args(setup.words())
        .current_dir(root())
        .env_clear()
        .env("API_CLIENT", API)
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = &answer["findings"][0];
    assert_eq!(finding["code"], "client-rule", "{answer}");
    assert_eq!(finding["evidence"][0]["says"], "[clients.api] claims");
}

#[test]
fn a_trusted_attribute_is_found_by_a_variable_too() {
    let list = "trusted_attributes = [\"custom:plan\"]";
    let setup = Setup::changed_policy(list, "trusted_attributes = [\"custom:plan\", \"${EXTRA}\"]")
        .client(|client| client["WriteAttributes"] = json!(["custom:extra"]))
        .word(&["--json"]);
    let output = Command::new(env!("CARGO_BIN_EXE_claimsmith"))
        .args(setup.words())
        .current_dir(root())
        .env_clear()
        .env("EXTRA", "custom:extra")
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["findings"][0]["code"], "trusted-attribute-writable", "{answer}");
}

/// Cognito's own claims: where they stand, not that nobody may write them.
#[test]
fn claims_of_cognito_are_told_by_their_token() {
    for (claim, tells) in [("client_id", "`aud`"), ("scope", "access token")] {
        let finding =
            Setup::policy().token(&id()).records().word(&[claim]).answer()["findings"][0].clone();
        assert_eq!(finding["code"], "other-token", "{finding}");
        assert!(finding["next"].as_str().unwrap().contains(tells), "{finding}");
    }
    let aud = Setup::policy().token(&access()).records().word(&["aud"]).answer();
    assert_eq!(aud["findings"][0]["code"], "other-token", "{aud}");
    assert!(aud["findings"][0]["next"].as_str().unwrap().contains("`client_id`"), "{aud}");

    let places = |claim: &str| {
        let answer = Setup::policy().records().word(&["--user", ADA, claim]).answer();
        answer["present"][0]["place"].as_str().unwrap().to_owned()
    };
    assert_eq!(places("exp"), "Cognito writes it");
}

#[test]
fn a_token_is_found_among_the_words_around_it() {
    let token = signed(&access());
    for text in [
        format!("\u{feff}{{\"access_token\": \"{token}\"}}"),
        format!("\u{feff}{token}"),
        format!("Access token: {token}"),
        format!("\"access_token\": \"{token}\","),
        format!("Authorization: Bearer {token}\nID token: none"),
    ] {
        let setup = Setup::policy().file("--token", "t", &text).word(&["org_id"]);
        let answer = setup.answer();
        assert_eq!(answer["present"].as_array().unwrap().len(), 1, "{answer}");
        assert_eq!(answer["findings"], json!([]));
    }
    let output = Setup::new().file("--token", "t", "no words").run(&[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("paste") && said.contains("/t: "), "{said}");
}

/// Any eight characters of `secret` in what was printed.
fn leaks(secret: &str, printed: &str) -> Option<String> {
    let letters: Vec<char> = secret.chars().collect();
    letters
        .windows(8)
        .map(|window| window.iter().collect::<String>())
        .find(|it| printed.contains(it))
}

fn word() -> impl Strategy<Value = String> {
    "[A-Za-z0-9]{12,40}"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_part_of_a_token_and_no_value_is_printed(
        signature in "[A-Za-z0-9_-]{342}",
        values in proptest::collection::vec(word(), 6),
        shape in 0..4_u8,
    ) {
        let [sub, username, email, org, tier, plan] = &values[..] else { panic!() };
        let token = match shape {
            0 => untouched_access().claim("org_id", org.as_str()),
            1 => access().claim("org_tier", tier.as_str()).claim("username", username.as_str()),
            2 => untouched_id().claim("custom:plan", plan.as_str()),
            _ => id().claim("org_id", org.as_str()).claim("cognito:username", username.as_str()),
        };
        let token = token
            .claim("sub", sub.as_str())
            .claim("email", email.as_str())
            .claim("claims_omitted", "org_tier");
        let (message, _) = token.unsigned().rsplit_once('.').map(|(message, rest)| (message.to_owned(), rest.to_owned())).unwrap();
        let mut context = token.http_api();
        context["headers"]["authorization"] = format!("Bearer {message}.{signature}").into();
        let mut event: Value = fixture("events/v2/sign-in.json");
        event["request"]["userAttributes"] = json!({ "sub": sub, "email": email, "custom:plan": plan });
        let records = json!([
            { "pk": format!("USER#{sub}"), "sk": "PROFILE", "org_id": org, "name": username },
            { "pk": format!("ORG#{org}"), "sk": "PROFILE", "tier": tier, "seats": email },
        ]);
        let setup = Setup::policy()
            .file("--token", "token.txt", &format!("{message}.{signature}"))
            .json("--event", &event)
            .json("--context", &context)
            .json("--records", &records)
            .pool(|_| ()).permission(|_| ()).client(|_| ());
        for more in [&[][..], &["--json"], &["org_id", "seats", "plan", "email", "display_name", "org_tier"]] {
            let output = setup.run(more);
            prop_assert!(matches!(output.status.code(), Some(0 | 4)), "{:?}", output);
            let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            for secret in values.iter().chain([&signature, &message]) {
                prop_assert_eq!(leaks(secret, &printed), None, "{}", printed);
            }
        }
    }
}
