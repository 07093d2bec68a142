//! What is printed: the order of findings, their evidence, and never a value.

use super::*;

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

/// A pipe would take orders out by itself, so the terminal is forced.
#[test]
fn nothing_it_prints_orders_the_terminal_about() {
    let order = "\u{1b}]0;x\u{7}";
    let token = access()
        .claim("client_id", order)
        .claim("iss", format!("https://cognito-idp.x.amazonaws.com/{order}"));
    let setup = Setup::policy().token(&token).word(&[&format!("{order}x"), "a\u{7f}b"]);
    let output = claimsmith(&setup.words()).env("CLICOLOR_FORCE", "1").output().unwrap();
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
