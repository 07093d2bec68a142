//! Key servers that are slow, wrong, rotating or gone, and what becomes of tokens then.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use cognito_claims::jwks::{FetchError, Https, KeyRefresh, OnlineVerifier, Transport};
use cognito_claims::jwt::{Verifier, VerifyError};
use cognito_claims::{Refusal, UserPool};
use serde_json::{Value, json};

/// When the tokens of the corpus were made.
const NOW: u64 = 1_900_000_100;
const POOL: &str = "eu-west-1_EXAMPLE";
const CLIENT: &str = "1example23456789";

static CORPUS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../tokens/corpus.json")).unwrap());

fn token(name: &str) -> String {
    let mut cases = CORPUS["cases"].as_array().unwrap().iter();
    let case = cases.find(|case| case["name"] == name).unwrap();
    case["token"].as_str().unwrap().to_owned()
}

/// Signed with the first key.
fn first() -> String {
    token("good: access token")
}

/// Signed with the next key.
fn next() -> String {
    token("good: the next key")
}

/// Signed by anybody: names a key that isn't there.
fn made_up() -> String {
    token("header: kid of nobody")
}

/// A key set with some of the first pool's keys: 0 is the first one, 1 the next.
fn keys(which: &[usize]) -> String {
    let all = &CORPUS["pools"][0]["keys"];
    json!({ "keys": which.iter().map(|key| all[key].clone()).collect::<Vec<_>>() }).to_string()
}

#[derive(Clone)]
enum Conduct {
    /// 200 with this body.
    Serve(String),
    /// The same after a while.
    ServeLate(String, Duration),
    /// These bytes, and then the end.
    Say(Vec<u8>),
    /// 200 and a body without end.
    Flood,
    /// A byte now and then, without end.
    Drip,
    /// Nothing at all, without end.
    Hang,
}

/// A server on loopback that does as it is told and counts.
struct Server {
    address: SocketAddr,
    conduct: Arc<Mutex<Conduct>>,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn start(conduct: Conduct) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            conduct: Arc::new(Mutex::new(conduct)),
            asked: Arc::default(),
        };
        let (conduct, asked) = (Arc::clone(&server.conduct), Arc::clone(&server.asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                asked.fetch_add(1, Ordering::SeqCst);
                let conduct = conduct.lock().unwrap().clone();
                // Whoever asks may hang up at any time.
                thread::spawn(move || answer(stream.unwrap(), conduct).ok());
            }
        });
        server
    }

    fn conducts(&self, conduct: Conduct) {
        *self.conduct.lock().unwrap() = conduct;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn url(&self) -> String {
        format!("http://{}/jwks.json", self.address)
    }

    fn verifier(&self) -> OnlineVerifier {
        verifier_at(&self.url())
    }
}

fn answer(mut stream: TcpStream, conduct: Conduct) -> std::io::Result<()> {
    let mut request = [0; 4096];
    let read = stream.read(&mut request)?;
    let request = String::from_utf8_lossy(&request[..read]).into_owned();
    assert!(request.starts_with("GET /jwks.json HTTP/1.1\r\n"), "{request}");
    match conduct {
        Conduct::Serve(body) => stream.write_all(&ok(&body)),
        Conduct::ServeLate(body, wait) => {
            thread::sleep(wait);
            stream.write_all(&ok(&body))
        }
        Conduct::Say(bytes) => stream.write_all(&bytes),
        Conduct::Flood => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            loop {
                stream.write_all(&[b' '; 4096])?;
            }
        }
        Conduct::Drip => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")?;
            loop {
                stream.write_all(b" ")?;
                thread::sleep(Duration::from_millis(20));
            }
        }
        Conduct::Hang => loop {
            thread::sleep(Duration::from_secs(60));
        },
    }
}

fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn refresh() -> KeyRefresh {
    let mut refresh = KeyRefresh::default();
    refresh.timeout = Duration::from_millis(300);
    refresh
}

fn pool_at(url: &str) -> UserPool {
    UserPool::new(POOL).unwrap().clients([CLIENT]).keys_at(url).unwrap()
}

fn verifier_at(url: &str) -> OnlineVerifier {
    let verifier = Verifier::access_token().pool(pool_at(url));
    OnlineVerifier::new(verifier, Https::new().unwrap()).unwrap().key_refresh(refresh())
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

/// The stable word of the answer.
async fn ask<T: Transport>(verifier: &OnlineVerifier<T>, token: &str, now: u64) -> &'static str {
    verifier.verify(token, now).await.map_or_else(|error| error.code(), |_| "ok")
}

#[test]
fn keys_are_fetched_once_and_kept() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    block_on(async {
        for _ in 0..5 {
            assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        }
        assert!(verifier.verify_at_hand(&first(), NOW).is_ok());
    });
    assert_eq!(server.asked(), 1);
}

#[test]
fn fifty_at_once_make_one_fetch() {
    let server = Server::start(Conduct::ServeLate(keys(&[0]), Duration::from_millis(100)));
    let verifier = Arc::new(server.verifier());
    block_on(async {
        let token: Arc<str> = first().into();
        let asked: Vec<_> = (0..50)
            .map(|_| {
                let (verifier, token) = (Arc::clone(&verifier), Arc::clone(&token));
                tokio::spawn(async move { ask(&verifier, &token, NOW).await })
            })
            .collect();
        for answer in asked {
            assert_eq!(answer.await.unwrap(), "ok");
        }
    });
    assert_eq!(server.asked(), 1);
}

#[test]
fn fifty_at_once_make_one_fetch_that_fails() {
    let server = Server::start(Conduct::Hang);
    let verifier = Arc::new(server.verifier());
    let started = Instant::now();
    block_on(async {
        let token: Arc<str> = first().into();
        let asked: Vec<_> = (0..50)
            .map(|_| {
                let (verifier, token) = (Arc::clone(&verifier), Arc::clone(&token));
                tokio::spawn(async move { ask(&verifier, &token, NOW).await })
            })
            .collect();
        for answer in asked {
            assert_eq!(answer.await.unwrap(), "keys_unavailable");
        }
    });
    assert_eq!(server.asked(), 1);
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}

/// The words of fifty answers to one token that is asked about fifty times at once.
async fn fifty_at_once(verifier: OnlineVerifier, token: String, now: u64) -> Vec<&'static str> {
    let (verifier, token) = (Arc::new(verifier), Arc::<str>::from(token));
    let asked: Vec<_> = (0..50)
        .map(|_| {
            let (verifier, token) = (Arc::clone(&verifier), Arc::clone(&token));
            tokio::spawn(async move { ask(&verifier, &token, now).await })
        })
        .collect();
    let mut answers = Vec::new();
    for answer in asked {
        answers.push(answer.await.unwrap());
    }
    answers
}

/// The time passes while they wait, and the pause after the fetch counts from its end.
#[test]
fn fifty_made_up_at_once_make_one_fetch_that_takes_its_time() {
    let late = Duration::from_millis(2200);
    let server = Server::start(Conduct::ServeLate(keys(&[0]), late));
    let mut refresh = refresh();
    refresh.timeout = Duration::from_secs(3);
    let answers = block_on(fifty_at_once(server.verifier().key_refresh(refresh), made_up(), NOW));
    assert_eq!(server.asked(), 1);
    assert_eq!(answers, ["unknown_key"; 50]);
}

#[test]
fn fifty_at_once_make_one_fetch_that_fails_late_and_not_for_the_first_time() {
    let server = Server::start(Conduct::Say(Vec::new()));
    let mut refresh = refresh();
    refresh.timeout = Duration::from_millis(2200);
    let verifier = server.verifier().key_refresh(refresh);
    let answers = block_on(async {
        for second in [0, 2, 6] {
            assert_eq!(ask(&verifier, &first(), NOW + second).await, "keys_unavailable");
        }
        server.conducts(Conduct::Hang);
        fifty_at_once(verifier, first(), NOW + 14).await
    });
    assert_eq!(server.asked(), 4);
    assert_eq!(answers, ["keys_unavailable"; 50]);
}

/// Two who ask within one second of the clock needn't ask at one moment of it.
#[test]
fn who_comes_at_the_end_of_a_second_makes_no_other_fetch() {
    let late = Duration::from_millis(1200);
    let server = Server::start(Conduct::ServeLate(keys(&[0]), late));
    let mut refresh = refresh();
    refresh.timeout = Duration::from_secs(3);
    let verifier = server.verifier().key_refresh(refresh);
    block_on(async {
        let (early, late) = (made_up(), made_up());
        let late = async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            ask(&verifier, &late, NOW).await
        };
        let answers = tokio::join!(ask(&verifier, &early, NOW), late);
        assert_eq!(answers, ("unknown_key", "unknown_key"));
    });
    assert_eq!(server.asked(), 1);
}

#[test]
fn who_gives_up_leaves_the_turn_to_the_next() {
    let server = Server::start(Conduct::Hang);
    let verifier = server.verifier();
    block_on(async {
        let impatient =
            tokio::time::timeout(Duration::from_millis(50), verifier.verify("nothing", NOW));
        assert_eq!(impatient.await.unwrap().unwrap_err(), VerifyError::Malformed);
        let token = first();
        let impatient = verifier.verify(&token, NOW);
        assert!(tokio::time::timeout(Duration::from_millis(50), impatient).await.is_err());
        server.conducts(Conduct::Serve(keys(&[0])));
        assert_eq!(ask(&verifier, &token, NOW).await, "ok");
    });
    assert_eq!(server.asked(), 2);
}

#[test]
fn rotation_loses_no_valid_token() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        // The new key signs from now on; tokens of the old one are still about.
        server.conducts(Conduct::Serve(keys(&[0, 1])));
        assert_eq!(ask(&verifier, &next(), NOW + 1).await, "ok");
        assert_eq!(ask(&verifier, &first(), NOW + 1).await, "ok");
        // The old key goes for good, and is believed until the keys are old.
        server.conducts(Conduct::Serve(keys(&[1])));
        assert_eq!(ask(&verifier, &first(), NOW + 3400).await, "ok");
        assert_eq!(server.asked(), 2);
    });
}

#[test]
fn a_key_that_is_withdrawn_is_not_believed_when_the_keys_are_old() {
    let server = Server::start(Conduct::Serve(keys(&[0, 1])));
    let verifier = Verifier::access_token().pool(pool_at(&server.url())).leeway(9999).cache(10);
    let verifier =
        OnlineVerifier::new(verifier, Https::new().unwrap()).unwrap().key_refresh(refresh());
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        server.conducts(Conduct::Serve(keys(&[1])));
        assert_eq!(ask(&verifier, &first(), NOW + 3599).await, "ok");
        assert_eq!(ask(&verifier, &first(), NOW + 3600).await, "unknown_key");
        assert_eq!(ask(&verifier, &next(), NOW + 3600).await, "ok");
    });
    assert_eq!(server.asked(), 2);
}

#[test]
fn made_up_keys_make_no_flood() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        for second in 0..60 {
            for _ in 0..10 {
                assert_eq!(ask(&verifier, &made_up(), NOW + second).await, "unknown_key");
                assert_eq!(ask(&verifier, &first(), NOW + second).await, "ok");
            }
        }
    });
    // The first fetch, and one each ten seconds.
    assert_eq!(server.asked(), 7);
}

#[test]
fn made_up_keys_delay_a_new_key_by_no_more_than_the_pause() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    block_on(async {
        assert_eq!(ask(&verifier, &made_up(), NOW).await, "unknown_key");
        server.conducts(Conduct::Serve(keys(&[0, 1])));
        assert_eq!(ask(&verifier, &next(), NOW + 9).await, "unknown_key");
        assert_eq!(ask(&verifier, &next(), NOW + 10).await, "ok");
    });
}

#[test]
fn old_keys_serve_while_the_server_is_down_and_not_for_ever() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier =
        Verifier::access_token().pool(pool_at(&server.url())).leeway(1_000_000).cache(10);
    let verifier =
        OnlineVerifier::new(verifier, Https::new().unwrap()).unwrap().key_refresh(refresh());
    let day = 24 * 3600;
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        server.conducts(Conduct::Say(b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n".to_vec()));
        assert_eq!(ask(&verifier, &first(), NOW + 3600).await, "ok");
        assert_eq!(server.asked(), 2);
        assert_eq!(ask(&verifier, &first(), NOW + day - 1).await, "ok");
        assert_eq!(ask(&verifier, &first(), NOW + day).await, "keys_unavailable");
        assert!(verifier.verify_at_hand(&first(), NOW + day).is_err());
        server.conducts(Conduct::Serve(keys(&[0])));
        assert_eq!(ask(&verifier, &first(), NOW + day + 20).await, "ok");
    });
}

#[test]
fn a_server_that_is_down_is_not_asked_each_time() {
    let server = Server::start(Conduct::Say(Vec::new()));
    let verifier = server.verifier();
    block_on(async {
        for second in 0..60 {
            for _ in 0..5 {
                assert_eq!(ask(&verifier, &first(), NOW + second).await, "keys_unavailable");
            }
        }
    });
    // At 0, 2, 6, 14, 24, 34, 44 and 54 seconds.
    assert_eq!(server.asked(), 8);
}

#[test]
fn an_unknown_key_is_not_called_unknown_while_nobody_can_tell() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        server.conducts(Conduct::Hang);
        for second in 0..2 {
            let error = verifier.verify(&next(), NOW + second).await.unwrap_err();
            assert_eq!(error, VerifyError::KeysUnavailable);
            assert_eq!(Refusal::from(error).status(), 503);
        }
        server.conducts(Conduct::Serve(keys(&[0])));
        let error = verifier.verify(&next(), NOW + 20).await.unwrap_err();
        assert_eq!(Refusal::from(error).status(), 401);
    });
}

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

#[test]
fn a_bundled_set_needs_no_network_and_no_runtime() {
    let server = Server::start(Conduct::Hang);
    let verifier = server.verifier();
    let pool = pool_at(&server.url());
    assert!(verifier.hydrate(&pool, "{}", NOW).is_err());
    assert!(verifier.verify_at_hand(&first(), NOW).is_err());
    verifier.hydrate(&pool, &keys(&[0]), NOW).unwrap();
    assert!(verifier.verify_at_hand(&first(), NOW).is_ok());
    assert_eq!(verifier.verify_at_hand(&next(), NOW).unwrap_err(), VerifyError::UnknownKey);
    // No runtime at all: nothing waits.
    assert!(pollster::block_on(verifier.verify(&first(), NOW)).is_ok());
    assert_eq!(server.asked(), 0);
}

#[test]
fn a_bundled_set_is_as_old_as_it_is() {
    let server = Server::start(Conduct::Serve(keys(&[1])));
    let verifier = server.verifier();
    verifier.hydrate(&pool_at(&server.url()), &keys(&[0]), NOW - 3600).unwrap();
    assert_eq!(block_on(ask(&verifier, &next(), NOW)), "ok");
    let verifier = server.verifier();
    verifier.hydrate(&pool_at(&server.url()), &keys(&[0]), NOW - 24 * 3600).unwrap();
    assert_eq!(verifier.verify_at_hand(&first(), NOW).unwrap_err(), VerifyError::KeysUnavailable);
}

#[test]
fn keys_can_be_fetched_before_the_first_token() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    block_on(verifier.fetch_keys(NOW)).unwrap();
    block_on(verifier.fetch_keys(NOW)).unwrap();
    assert!(verifier.verify_at_hand(&first(), NOW).is_ok());
    assert_eq!(server.asked(), 1);
    server.conducts(Conduct::Hang);
    assert_eq!(block_on(server.verifier().fetch_keys(NOW)), Err(VerifyError::KeysUnavailable));
}

#[test]
fn one_pool_that_is_away_keeps_no_other_from_its_keys() {
    let (away, there) =
        (Server::start(Conduct::Say(Vec::new())), Server::start(Conduct::Serve(keys(&[0]))));
    let other = UserPool::new("eu-west-1_OTHER").unwrap().keys_at(&away.url()).unwrap();
    let verifier = Verifier::access_token().pool(other).pool(pool_at(&there.url()));
    let verifier =
        OnlineVerifier::new(verifier, Https::new().unwrap()).unwrap().key_refresh(refresh());
    assert_eq!(block_on(verifier.fetch_keys(NOW)), Err(VerifyError::KeysUnavailable));
    assert!(verifier.verify_at_hand(&first(), NOW).is_ok());
}

/// Otherwise they would be young for as long as the clock was ahead, and believed all the while.
#[test]
fn keys_of_a_clock_that_was_ahead_are_old() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    verifier.hydrate(&pool_at(&server.url()), &keys(&[0, 1]), NOW + 60).unwrap();
    assert_eq!(block_on(ask(&verifier, &next(), NOW)), "ok");
    assert_eq!(server.asked(), 0);
    verifier.hydrate(&pool_at(&server.url()), &keys(&[0, 1]), NOW + 61).unwrap();
    assert_eq!(verifier.verify_at_hand(&next(), NOW).unwrap_err(), VerifyError::KeysUnavailable);
    assert_eq!(block_on(ask(&verifier, &next(), NOW)), "unknown_key");
    assert_eq!(block_on(ask(&verifier, &first(), NOW)), "ok");
    assert_eq!(server.asked(), 1);
}

#[test]
fn a_clock_that_is_set_back_stops_nothing() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = Verifier::access_token().pool(pool_at(&server.url()));
    let verifier =
        OnlineVerifier::new(verifier, Https::new().unwrap()).unwrap().key_refresh(refresh());
    block_on(async {
        // Far ahead, then right.
        assert_eq!(ask(&verifier, &made_up(), NOW + 100_000).await, "unknown_key");
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        server.conducts(Conduct::Serve(keys(&[0, 1])));
        assert_eq!(ask(&verifier, &next(), NOW).await, "ok");
    });
}

#[test]
fn tokens_that_could_never_verify_make_no_fetch() {
    let server = Server::start(Conduct::Hang);
    let verifier = server.verifier();
    for name in [
        "form: empty",
        "alg: HS256 with the public key, PEM",
        "header: critical exp",
        "header: the address of a key set",
        "claim: iss another pool",
        "payload: exp twice, the good one last",
        "size: twice as long",
    ] {
        assert_ne!(block_on(ask(&verifier, &token(name), NOW)), "ok", "{name}");
    }
    assert_eq!(server.asked(), 0);
}

#[test]
fn remembered_tokens_outlive_equal_keys_and_no_others() {
    let server = Server::start(Conduct::Serve(keys(&[0, 1])));
    let verifier = Verifier::access_token().pool(pool_at(&server.url())).leeway(9999).cache(10);
    let verifier =
        OnlineVerifier::new(verifier, Https::new().unwrap()).unwrap().key_refresh(refresh());
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        // The same keys in another order.
        server.conducts(Conduct::Serve(keys(&[1, 0])));
        assert_eq!(ask(&verifier, &first(), NOW + 3600).await, "ok");
        server.conducts(Conduct::Serve(keys(&[1])));
        assert_eq!(ask(&verifier, &first(), NOW + 7200).await, "unknown_key");
    });
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
    let pool = UserPool::new(POOL).unwrap().clients([CLIENT]);
    let verifier =
        OnlineVerifier::new(Verifier::access_token().pool(pool), Shared(Arc::clone(&transport)))
            .unwrap();
    for (second, case) in (0..).zip(CORPUS["cases"].as_array().unwrap()) {
        let token = case["token"].as_str().unwrap();
        let _ = block_on(verifier.verify(token, NOW + 100 * second));
    }
    let addresses = transport.addresses.lock().unwrap();
    assert!(addresses.len() > 10, "{}", addresses.len());
    for address in addresses.iter() {
        assert_eq!(
            address,
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE/.well-known/jwks.json"
        );
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
    let pool = UserPool::new(POOL).unwrap().clients([CLIENT]);
    let verifier = OnlineVerifier::new(Verifier::access_token().pool(pool), TooMuch).unwrap();
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

#[test]
fn plain_http_stays_on_this_machine() {
    let verifier = |url| {
        let pool = UserPool::with_issuer(url).unwrap();
        OnlineVerifier::new(Verifier::access_token().pool(pool), Https::new().unwrap())
    };
    assert!(verifier("http://keys.example.com/pool").is_err());
    assert!(verifier("http://localhost:4566/pool").is_ok());
    assert!(verifier("https://keys.example.com/pool").is_ok());
}

/// A server with a certificate of its own for `localhost`, and that certificate.
fn start_tls(body: String) -> (SocketAddr, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            let mut request = [0; 4096];
            if stream.read(&mut request).is_ok() {
                let _ = stream.write_all(&ok(&body));
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    (address, certificate.to_vec())
}

#[test]
fn tls_is_checked() {
    let (address, certificate) = start_tls(keys(&[0]));
    let ask_at = |url: String, https: Https| {
        let verifier = Verifier::access_token().pool(pool_at(&url));
        let verifier = OnlineVerifier::new(verifier, https).unwrap().key_refresh(refresh());
        block_on(ask(&verifier, &first(), NOW))
    };
    let trusting = || Https::with_roots([certificate.clone()]).unwrap();
    let url = format!("https://localhost:{}/jwks.json", address.port());
    assert_eq!(ask_at(url.clone(), trusting()), "ok");
    // Nobody of the public's authorities signed it.
    assert_eq!(ask_at(url, Https::new().unwrap()), "keys_unavailable");
    // It is for another name.
    let url = format!("https://127.0.0.1:{}/jwks.json", address.port());
    assert_eq!(ask_at(url, trusting()), "keys_unavailable");
    assert!(Https::with_roots([]).is_err());
    assert!(Https::with_roots([b"no certificate".to_vec()]).is_err());
}
