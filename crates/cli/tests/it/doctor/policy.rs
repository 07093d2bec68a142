//! What the policy says about groups, app clients, attributes and the claims of Cognito.

use super::*;

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
    let output = claimsmith(&setup.words()).env("API_CLIENT", API).output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = &answer["findings"][0];
    assert_eq!(finding["code"], "client-rule", "{answer}");
    assert_eq!(finding["evidence"][0]["says"], "[clients.api] claims");
}

#[test]
fn a_trusted_attribute_is_found_by_a_variable_too() {
    let list = "admin_only = [\"custom:plan\"]";
    let setup = Setup::changed_policy(list, "admin_only = [\"custom:plan\", \"${EXTRA}\"]")
        .client(|client| client["WriteAttributes"] = json!(["custom:extra"]))
        .word(&["--json"]);
    let output = claimsmith(&setup.words()).env("EXTRA", "custom:extra").output().unwrap();
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
