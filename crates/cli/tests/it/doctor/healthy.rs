//! Set-ups in which nothing is wrong.

use super::*;

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
            "a function that decides",
            Setup::policy().pool(|_| ()).word(&["--function", "tests/doctor/function.json"]),
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
