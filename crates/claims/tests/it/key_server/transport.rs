//! What a server may answer, and what is asked of it.

use super::*;

#[test]
fn answers_that_are_no_key_set_are_no_answers() {
    let say = |text: &str| Conduct::Say(text.as_bytes().to_vec());
    let redirected = Server::start(Conduct::Serve(keys(&[0])));
    let redirect = |status: u16| {
        let url = redirected.url();
        say(&format!("HTTP/1.1 {status} Go\r\nlocation: {url}\r\ncontent-length: 0\r\n\r\n"))
    };
    let huge = format!(r#"{{"keys":[],"x":"{}"}}"#, "x".repeat(70_000));
    let padded = format!("{}{}", keys(&[0]), " ".repeat(70_000));
    let body = keys(&[0]);
    for (name, conduct) in [
        ("hangs up", say("")),
        ("speaks no HTTP", say("SSH-2.0-OpenSSH_9.2\r\n")),
        ("500", say(&format!("HTTP/1.1 500 Oh\r\ncontent-length: {}\r\n\r\n{body}", body.len()))),
        ("404", say("HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n")),
        ("204", say("HTTP/1.1 204 Nothing\r\n\r\n")),
        ("206", say(&format!("HTTP/1.1 206 Part\r\ncontent-length: {}\r\n\r\n{body}", body.len()))),
        ("301", redirect(301)),
        ("302", redirect(302)),
        ("307", redirect(307)),
        ("308", redirect(308)),
        ("an error page", Conduct::Serve("<html>try again</html>".to_owned())),
        ("nothing", Conduct::Serve(String::new())),
        ("null", Conduct::Serve("null".to_owned())),
        ("no keys", Conduct::Serve(r#"{"keys":[]}"#.to_owned())),
        ("keys of other kinds", Conduct::Serve(keys(&[2, 3, 5, 8]))),
        ("a key twice", Conduct::Serve(keys(&[0, 0]))),
        ("cut short", say(&format!("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{body}"))),
        ("too long, and says so", Conduct::Serve(huge)),
        ("too long by blanks", Conduct::Serve(padded)),
        (
            "compressed",
            say("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\n\x1f\x08\0"),
        ),
        ("a flood", Conduct::Flood),
        ("drips", Conduct::Drip),
        ("hangs", Conduct::Hang),
    ] {
        let server = Server::start(conduct);
        let verifier = server.verifier();
        let started = Instant::now();
        let answer = block_on(ask(&verifier, &first(), NOW));
        assert_eq!(answer, "keys_unavailable", "{name}");
        assert!(started.elapsed() < Duration::from_secs(2), "{name}: {:?}", started.elapsed());
        assert_eq!(server.asked(), 1, "{name}");
        // And it gets better.
        server.conducts(Conduct::Serve(keys(&[0])));
        assert_eq!(block_on(ask(&verifier, &first(), NOW + 10)), "ok", "{name}");
    }
    assert_eq!(redirected.asked(), 0);
}

#[test]
fn answers_in_pieces_and_without_length_are_answers() {
    let body = keys(&[0]);
    let chunked = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    let until_the_end = format!("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n{body}");
    for text in [chunked, until_the_end] {
        let server = Server::start(Conduct::Say(text.into_bytes()));
        assert_eq!(block_on(ask(&server.verifier(), &first(), NOW)), "ok");
    }
}

#[test]
fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(block_on(ask(&verifier_at(&url), &first(), NOW)), "keys_unavailable");
}

/// A transport of the application's own.
#[derive(Debug, Default)]
struct Own {
    addresses: Mutex<Vec<String>>,
}

impl Transport for Own {
    async fn fetch(&self, address: &http::Uri, _: usize) -> Result<Vec<u8>, FetchError> {
        self.addresses.lock().unwrap().push(address.to_string());
        Ok(keys(&[0]).into_bytes())
    }
}

#[test]
fn nothing_of_a_token_gets_into_an_address() {
    let transport = Arc::new(Own::default());
    struct Shared(Arc<Own>);
    impl Transport for Shared {
        async fn fetch(&self, address: &http::Uri, largest: usize) -> Result<Vec<u8>, FetchError> {
            self.0.fetch(address, largest).await
        }
    }
    let verifier =
        OnlineVerifier::new(Verifier::access_token().pool(pool()), Shared(Arc::clone(&transport)))
            .unwrap();
    for (second, case) in (0..).zip(CORPUS["cases"].as_array().unwrap()) {
        let token = case["token"].as_str().unwrap();
        let _ = block_on(verifier.verify(token, NOW + 100 * second));
    }
    let addresses = transport.addresses.lock().unwrap();
    assert!(addresses.len() > 10, "{}", addresses.len());
    for address in addresses.iter() {
        assert!(pool().keys_urls().contains(address), "{address}");
    }
}

#[test]
fn a_transport_that_brings_too_much_brings_nothing() {
    struct TooMuch;
    impl Transport for TooMuch {
        async fn fetch(&self, _: &http::Uri, largest: usize) -> Result<Vec<u8>, FetchError> {
            Ok(format!("{}{}", keys(&[0]), " ".repeat(largest)).into_bytes())
        }
    }
    let verifier = OnlineVerifier::new(Verifier::access_token().pool(pool()), TooMuch).unwrap();
    assert_eq!(block_on(ask(&verifier, &first(), NOW)), "keys_unavailable");
}

#[test]
fn a_body_is_read_no_further_than_it_may_be() {
    for conduct in [Conduct::Flood, Conduct::Serve(" ".repeat(1001))] {
        let server = Server::start(conduct);
        let (https, address) = (Https::new().unwrap(), server.url().parse().unwrap());
        // No time-out of ours ends it.
        let fetched = block_on(async {
            tokio::time::timeout(Duration::from_secs(5), https.fetch(&address, 1000)).await
        });
        assert_eq!(fetched.unwrap(), Err(FetchError));
    }
}
