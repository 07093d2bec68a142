//! Lambda's Invoke, as an emulator of Cognito calls it.

use super::*;

// ---- Lambda's Invoke.

#[test]
fn invoke_answers_byte_for_byte_as_simulate_does() {
    let server = Server::start(&[]);
    let mut compared = 0;
    for (name, event) in events() {
        let reply = server.invoke(&event);
        let text = std::str::from_utf8(&event).ok();
        let text = text.map(|text| text.trim_start_matches('\u{feff}'));
        let is_json =
            |text: &str| serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok();
        if event.is_empty() {
            assert_eq!(
                (reply.status, reply.header("x-amz-function-error")),
                (200, Some("Unhandled"))
            );
        } else if text.is_none_or(|text| !is_json(text)) {
            let kind = Some("InvalidRequestContentException");
            assert_eq!((reply.status, reply.header("x-amzn-errortype")), (400, kind), "{name}");
        } else {
            let expected = simulate(&["--response"], text.unwrap());
            assert_eq!(format!("{}\n", reply.text()), expected, "{name}");
            assert_eq!(reply.status, 200, "{name}");
            assert_eq!(reply.header("x-amz-executed-version"), Some("$LATEST"), "{name}");
            let refused = expected.starts_with("{\"errorMessage\"").then_some("Unhandled");
            assert_eq!(reply.header("x-amz-function-error"), refused, "{name}");
            compared += 1;
        }
    }
    assert!(compared > 120, "{compared}");
}

#[test]
fn invoke_takes_names_types_and_sizes_as_lambda_does() {
    let server = Server::start(&[]);
    let event = std::fs::read(root().join("events/v2/sign-in.json")).unwrap();
    let send = |name: &str, headers: &[(&str, &str)], body: &[u8]| {
        server.send("POST", &format!("/2015-03-31/functions/{name}/invocations"), headers, body)
    };
    let arn = "arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Apre-token%3Alive";
    for name in ["pre-token", "pre-token:live", "123456789012:function:pre-token", arn] {
        let reply = send(name, &[("x-amz-invocation-type", "RequestResponse")], &event);
        assert_eq!((reply.status, reply.header("x-amz-function-error")), (200, None), "{name}");
        assert!(reply.text().contains("claimsToAddOrOverride"), "{name}");
    }
    let kind = |kind| send("pre-token", &[("x-amz-invocation-type", kind)], &event);
    let dry = kind("DryRun");
    assert_eq!((dry.status, dry.body.as_slice()), (204, &b""[..]));
    let event_reply = kind("Event");
    assert_eq!((event_reply.status, event_reply.body.as_slice()), (202, &b""[..]));
    assert_eq!(kind("Whatever").status, 400);

    for name in ["a%20b", "a:b:c", "pre-token:", "..%2F..%2Fetc"] {
        let reply = send(name, &[], &event);
        let error = reply.header("x-amzn-errortype");
        assert_eq!((reply.status, error), (400, Some("ValidationException")), "{name}");
    }
    let path = "/2015-03-31/functions/pre-token:live/invocations?Qualifier=other";
    let reply = server.send("POST", path, &[], &event);
    assert_eq!(reply.header("x-amzn-errortype"), Some("InvalidParameterValueException"));
    let path = "/2015-03-31/functions/pre-token/invocations?Qualifier=%24LATEST";
    assert_eq!(server.send("POST", path, &[], &event).status, 200);

    let large = [b"\"".to_vec(), vec![b'x'; 6 * 1024 * 1024 - 2], b"\"".to_vec()].concat();
    assert_eq!(send("pre-token", &[], &large).status, 200);
    let too_large = [b"\"x".to_vec(), large[1..].to_vec()].concat();
    let reply = send("pre-token", &[], &too_large);
    let error = reply.header("x-amzn-errortype");
    assert_eq!((reply.status, error), (413, Some("RequestTooLargeException")));
}

#[test]
fn a_changed_file_counts_from_the_next_invocation_on() {
    let folder = tempfile::tempdir().unwrap();
    let (policy, records) = (folder.path().join("claims.toml"), folder.path().join("items.json"));
    std::fs::write(&policy, DEFAULT_POLICY).unwrap();
    std::fs::copy(root().join("demo/records.json"), &records).unwrap();
    let files = ["--policy", policy.to_str().unwrap(), "--records", records.to_str().unwrap()];
    let server = Server::start(&files);
    let event = std::fs::read(root().join("events/v2/sign-in.json")).unwrap();
    let good = server.invoke(&event).text();
    assert!(good.contains("\"org_tier\":\"enterprise\""));

    std::fs::write(&policy, DEFAULT_POLICY.replace("[claims.org_tier]", "[claims.plan]")).unwrap();
    assert!(server.invoke(&event).text().contains("\"plan\":\"enterprise\""));

    // A broken edit: no older policy goes on behind anybody's back.
    std::fs::write(&policy, DEFAULT_POLICY.replace("[claims.org_tier]", "[claims.sub]")).unwrap();
    for _ in 0..2 {
        let broken = server.invoke(&event);
        assert_eq!(
            (broken.status, broken.header("x-amz-function-error")),
            (200, Some("Unhandled"))
        );
        assert!(broken.text().contains("\"errorType\":\"Runtime.ExitError\""), "{}", broken.text());
        assert!(broken.text().contains("reserved-claim"), "{}", broken.text());
    }
    std::fs::remove_file(&policy).unwrap();
    assert!(server.invoke(&event).text().contains("Runtime.ExitError"));

    std::fs::write(&policy, DEFAULT_POLICY).unwrap();
    assert_eq!(server.invoke(&event).text(), good);
    let items = std::fs::read_to_string(&records).unwrap();
    std::fs::write(&records, items.replace("\"tier\": \"enterprise\"", "\"tier\": \"pro\""))
        .unwrap();
    assert!(server.invoke(&event).text().contains("\"org_tier\":\"pro\""));
    std::fs::write(&records, "[").unwrap();
    assert!(server.invoke(&event).text().contains("Runtime.ExitError"));
    std::fs::write(&records, &items).unwrap();
    assert_eq!(server.invoke(&event).text(), good);

    // What is typed into the page is nothing to an invocation.
    server.ask(&chosen(&DEFAULT_POLICY.replace("[claims.org_tier]", "[claims.plan]"), ADA));
    assert_eq!(server.invoke(&event).text(), good);
    let log = server.stop();
    let said = log.matches("invocations fail until it is mended").count();
    assert_eq!(said, 2, "{log}");
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn with_table_an_invocation_reads_the_table_and_the_page_does_not() {
    let dynamodb = dynamodb_local::shared().unwrap_or_else(|error| panic!("{error}"));
    let table = dynamodb.create_table("pk", Some("sk")).unwrap();
    let items = document("demo/records.json")
        .replace("TIER#enterprise", "TIER#gold")
        .replace("\"enterprise\"", "\"gold\"");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("items.json");
    std::fs::write(&file, items).unwrap();
    let at_table = |arguments: &[&str]| {
        let mut command = claimsmith(arguments);
        command
            .env("AWS_ENDPOINT_URL_DYNAMODB", dynamodb.url())
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", "testbed")
            .env("AWS_SECRET_ACCESS_KEY", "testbed")
            .env("CLAIMS_TABLE", &table);
        command
    };
    assert!(at_table(&["seed", file.to_str().unwrap()]).output().unwrap().status.success());
    let server = Server::with(at_table(&["serve", "--port", "0", "--table"]));
    let event = std::fs::read(root().join("events/v2/sign-in.json")).unwrap();
    assert!(server.invoke(&event).text().contains("\"org_tier\":\"gold\""));
    let answer = server.ask(&chosen(DEFAULT_POLICY, ADA));
    assert_eq!(answer["line"]["tokens"]["id"]["claims"]["org_tier"], "enterprise");

    // What isn't set is said, and nobody is let through.
    let server = Server::start(&["--table"]);
    let reply = server.invoke(&event);
    assert_eq!(reply.header("x-amz-function-error"), Some("Unhandled"));
    assert!(reply.text().contains("CLAIMS_TABLE is not set"), "{}", reply.text());
}
