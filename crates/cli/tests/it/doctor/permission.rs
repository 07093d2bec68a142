//! Which statements of the function's policy let the pool in.

use super::*;
use crate::command::stdout;

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

/// The names in a command that is printed are those of whoever made the files.
#[test]
fn a_printed_command_runs_nothing_but_itself() {
    // Where the command is broken into lines, too.
    let long = format!("{} --b 'c", "a".repeat(40));
    for name in ["a; touch hacked", "$(touch hacked)", &long, "a\nb", "--help"] {
        let arn = format!("arn:aws:lambda:eu-west-1:111122223333:function:{name}:{name}");
        let setup = Setup::policy()
            .pool(|pool| {
                pool["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaArn"] = arn.clone().into();
            })
            .permission(|it| it["Principal"] = json!({ "Service": "s3.amazonaws.com" }));
        let output = stdout(&setup.run(&[]));
        let command = &output[output.find("aws lambda add-permission").unwrap()..];
        let lines: Vec<&str> = command.lines().map(str::trim_start).collect();
        let end = lines.iter().position(|line| !line.ends_with('\\')).unwrap();
        let script = format!("aws() {{ printf '%s\\n' \"$@\"; }}\n{}", lines[..=end].join("\n"));
        let run = std::process::Command::new("/bin/sh")
            .args(["-c", &script])
            .current_dir(setup.folder.path())
            .output()
            .unwrap();
        let words = stdout(&run);
        let shown = name.replace('\n', "\u{fffd}");
        let expected: Vec<String> = match name {
            "--help" => vec!["--function-name=--help".into(), "--qualifier=--help".into()],
            _ => vec!["--function-name".into(), shown.clone(), "--qualifier".into(), shown],
        };
        let words: Vec<&str> = words.lines().collect();
        assert_eq!(words[..2], ["lambda", "add-permission"], "{script}");
        assert_eq!(words[2..2 + expected.len()], expected, "{script}");
        assert!(!setup.folder.path().join("hacked").exists(), "{script}");
    }
}
