//! Who may ask, for what, and with which headers it is answered.

use super::*;

#[test]
fn every_answer_carries_the_headers_that_protect_it() {
    let server = Server::start(&[]);
    let invocation = "/2015-03-31/functions/x/invocations";
    for (method, path, headers) in [
        ("GET", "/", &[][..]),
        ("GET", "/playground.js", &[]),
        ("GET", "/nothing", &[]),
        ("PUT", "/", &[]),
        ("POST", "/answer", &[]),
        ("POST", invocation, &[]),
        ("GET", "/", &[("host", "evil.example")]),
    ] {
        let reply = server.send(method, path, headers, b"");
        let policy = reply.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{method} {path}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{method} {path}");
        }
        let cors: Vec<&String> =
            reply.headers.keys().filter(|name| name.starts_with("access-control-")).collect();
        assert!(cors.is_empty(), "{cors:?}");
    }
}

// ---- Who may come in.

#[test]
fn another_host_or_origin_is_let_in_nowhere() {
    let server = Server::start(&[]);
    let event = std::fs::read(root().join("events/v2/sign-in.json")).unwrap();
    let question = chosen(DEFAULT_POLICY, ADA).to_string();
    let port = server.port.to_string();
    let own = format!("http://127.0.0.1:{port}");
    let invocation = "/2015-03-31/functions/pre-token/invocations";
    let cases = |host: &str, more: &[(&str, &str)]| -> Vec<u16> {
        let headers = [&[("host", host), ("content-type", "application/json")], more].concat();
        vec![
            server.send("POST", "/answer", &headers, question.as_bytes()).status,
            server.send("POST", invocation, &headers, &event).status,
        ]
    };
    let host = server.host();
    for good in [&host, &format!("localhost:{port}"), &format!("[::1]:{port}")] {
        assert_eq!(cases(good, &[]), [200, 200], "{good}");
    }
    assert_eq!(cases(&host, &[("origin", &own), ("sec-fetch-site", "same-origin")]), [200, 200]);
    for bad in ["evil.example", &format!("evil.example:{port}"), "localhost", "127.0.0.1:1", ""] {
        assert_eq!(cases(bad, &[]), [403, 403], "{bad}");
        assert_eq!(server.send("GET", "/", &[("host", bad)], b"").status, 403, "{bad}");
        assert_eq!(server.send("GET", "/playground.js", &[("host", bad)], b"").status, 403);
    }
    for bad in ["http://evil.example", "null", "http://localhost:1", &format!("https://{host}")] {
        assert_eq!(cases(&host, &[("origin", bad)]), [403, 403], "{bad}");
    }
    for bad in ["cross-site", "same-site"] {
        assert_eq!(cases(&host, &[("sec-fetch-site", bad)]), [403, 403], "{bad}");
    }
    // A form of another site can send these types without asking first.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let reply = server.send("POST", "/answer", &[("content-type", kind)], question.as_bytes());
        assert_eq!(reply.status, 415, "{kind}");
    }
    let absolute =
        format!("GET http://evil.example/ HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    assert_eq!(server.raw(absolute.as_bytes()).status, 403);
    assert_eq!(server.raw(b"GET / HTTP/1.0\r\n\r\n").status, 403);
    let twice = format!(
        "GET / HTTP/1.1\r\nhost: {host}\r\nhost: evil.example\r\nconnection: close\r\n\r\n"
    );
    assert_eq!(server.raw(twice.as_bytes()).status, 403);
}

#[test]
fn only_loopback_is_bound_unless_told() {
    for address in ["0.0.0.0", "::", "192.0.2.1", "::ffff:127.0.0.1"] {
        let output = ends(&["serve", "--port", "0", "--bind", address]);
        assert_eq!(output.status.code(), Some(2), "{address}");
        let problem = String::from_utf8(output.stderr).unwrap();
        assert!(problem.contains("is not a loopback address"), "{problem}");
        assert!(output.stdout.is_empty());
    }
    let server = Server::start(&["--bind", "127.0.0.1"]);
    let taken = ends(&["serve", "--port", &server.port.to_string()]);
    assert_eq!(taken.status.code(), Some(2));
    assert!(String::from_utf8(taken.stderr).unwrap().contains("--port N"));

    let server =
        Server::start(&["--bind", "0.0.0.0", "--allow-remote", "--host", "playground.test"]);
    let status = |host: &str| server.send("GET", "/", &[("host", host)], b"").status;
    assert_eq!(status("playground.test:8080"), 200);
    assert_eq!(status("192.0.2.1"), 200);
    assert_eq!(status("evil.example"), 403);
}

// ---- Odd clients.

#[test]
fn only_known_paths_and_methods_are_answered() {
    let server = Server::start(&[]);
    for path in [
        "/..",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "/playground.css/../../Cargo.toml",
        "//etc/passwd",
        "/etc/passwd",
        "/playground.js%00",
        "/answer/",
        "/2015-03-31/functions/",
        "/2015-03-31/functions/x/invocations/",
        "/2015-03-31/functions/../../invocations",
        "/2018-06-01/runtime/invocation/next",
    ] {
        assert_eq!(server.send("GET", path, &[], b"").status, 404, "{path}");
        assert_eq!(server.send("POST", path, &[], b"{}").status, 404, "{path}");
    }
    for (method, path, allowed) in [
        ("POST", "/", "GET"),
        ("PUT", "/", "GET"),
        ("OPTIONS", "/answer", "POST"),
        ("GET", "/answer", "POST"),
        ("DELETE", "/playground.js", "GET"),
        ("GET", "/2015-03-31/functions/x/invocations", "POST"),
        ("OPTIONS", "/2015-03-31/functions/x/invocations", "POST"),
        ("TRACE", "/", "GET"),
    ] {
        let reply = server.send(method, path, &[], b"");
        assert_eq!((reply.status, reply.header("allow")), (405, Some(allowed)), "{method} {path}");
    }
}

#[test]
fn questions_that_are_none_are_refused() {
    let server = Server::start(&[]);
    let json = [("content-type", "application/json")];
    for body in [
        "",
        "{",
        "[]",
        "{\"policy\":1,\"mode\":\"chosen\"}",
        "{\"policy\":\"\",\"mode\":\"x\",\"file\":\"y\"}",
    ] {
        assert_eq!(server.send("POST", "/answer", &json, body.as_bytes()).status, 400, "{body}");
    }
    let large = chosen(&"#".repeat(4 * 1024 * 1024), ADA).to_string();
    assert_eq!(server.send("POST", "/answer", &json, large.as_bytes()).status, 413);
    // Without a length nobody can refuse before it is read.
    let head = format!(
        "POST /answer HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n",
        server.host()
    );
    let chunk = format!("{:x}\r\n{}\r\n", large.len(), large);
    assert_eq!(server.raw(format!("{head}{chunk}0\r\n\r\n").as_bytes()).status, 413);
    let headers = format!(
        "GET / HTTP/1.1\r\nhost: {}\r\nx: {}\r\n\r\n",
        server.host(),
        "x".repeat(64 * 1024)
    );
    assert_eq!(server.raw(headers.as_bytes()).status, 431);
    assert_eq!(server.send("GET", "/", &[], b"").status, 200);
}
