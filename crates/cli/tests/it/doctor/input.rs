//! What is handed to the doctor, and what it refuses to read.

use super::*;

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
    says(Setup::new().file("--function", "p", "{}"), "lambda get-function-configuration");
    says(Setup::new().file("--function-policy", "p", "{}"), "get-policy");
    says(Setup::new().file("--pool", "p", "{"), "not JSON (line 1");
    says(Setup::new().file("--event", "e", "{").records(), "not JSON (line 1");
    // The command without DynamoDB can't get as far, and says how to have it.
    let table =
        if cfg!(feature = "dynamodb") { "CLAIMS_TABLE is not set" } else { "--features dynamodb" };
    says(Setup::new().event("v2/sign-in"), table);
    says(Setup::new().word(&["--token", "-", "--pool", "-"]), "read once");
    says(Setup::new().word(&["--policy", "no-such.toml"]), "no-such.toml");
    says(Setup::new().word(&["org_id"]), "nothing to look at");
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
