//! What records say, those that nobody gave included.

use super::*;

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

/// The doctor reads with the credentials of whoever asks; that says nothing about the function.
#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn a_table_that_fails_here_is_a_failure_of_the_doctors_own() {
    for words in [
        &["doctor", "--json", "--user", ADA, "org_tier"][..],
        // Without a guard there are tokens, and each claim has its fault.
        &["doctor", "--json", "--user", ADA, "org_tier", "--policy", "tests/doctor/claims.toml"],
    ] {
        let output = claimsmith(words)
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
        .claim("sub", BEN)
        .claim("org_id", "globex")
        .claim("org_tier", "pro")
        .claim("feature_flags", "beta-dashboard,export,items,new-editor,webhooks");
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

/// Of a template only what is absent is told.
#[test]
fn what_a_template_has_is_not_called_missing() {
    let setup = Setup::changed_policy(
        "[claims.seats]",
        "[claims.badge]\ntemplate = \"{org.name}/{org.badge}\"\n[claims.seats]",
    );
    let finding = setup.records().word(&["--user", ADA, "badge"]).answer()["findings"][0].clone();
    assert_eq!(finding["code"], "attribute-missing", "{finding}");
    let evidence = finding["evidence"].to_string();
    assert!(evidence.contains("org.badge") && !evidence.contains("org.name"), "{evidence}");
}

/// A list that holds what the caller asks for proves it, and there is no item of the membership.
#[test]
fn without_a_record_that_proved_the_organisation_there_is_no_member() {
    let setup = Setup::changed_policy(
        "person = [\"membership.org_id\", \"user.org_id\"]",
        "person = [{ from = \"metadata.at\", within = \"user.org_ids\" }, \"user.org_id\"]",
    );
    let home = "\"name\": \"Ada\", \"org_id\": \"acme-corp\"";
    let setup = setup.changed_records(home, "\"name\": \"Ada\", \"org_ids\": [\"acme-corp\"]");
    let setup = setup.word(&["--user", ADA, "--metadata", "at=acme-corp", "badge", "org_id"]);
    let policy = setup.folder.path().join("claims.toml");
    let text = std::fs::read_to_string(&policy).unwrap();
    let with_badge = "[claims.badge]\nfrom = \"member.badge\"\n[claims.seats]";
    let text = text.replace("[claims.seats]", with_badge);
    // A membership that no source of the organisation names would be a finding.
    let (before, rest) = text.split_once("[records.membership]").unwrap();
    let (_, after) = rest.split_once("[records.mandate]").unwrap();
    std::fs::write(&policy, format!("{before}[records.mandate]{after}")).unwrap();
    let answer = setup.answer();
    let finding = &answer["findings"][0];
    assert_eq!(finding["code"], "record-not-asked", "{answer}");
    assert!(finding["evidence"].to_string().contains("no record proved"), "{finding}");
    assert_eq!(answer["present"].as_array().unwrap().len(), 2, "org_id in both tokens: {answer}");
}
