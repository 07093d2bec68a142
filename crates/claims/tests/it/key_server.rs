//! Key servers that are slow, wrong, rotating or gone, and what becomes of tokens then.

mod keeping;
mod places;
mod refresh;
mod tls;
mod transport;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::corpus::{CORPUS, NOW, pool, token};
use cognito_claims::jwks::{FetchError, Https, KeyRefresh, OnlineVerifier, Transport};
use cognito_claims::jwt::{Verifier, VerifyError};
use cognito_claims::{Refusal, UserPool};
use serde_json::json;

/// Signed with the first key.
fn first() -> String {
    token("good: access token").to_owned()
}

/// Signed with the next key.
fn next() -> String {
    token("good: the next key").to_owned()
}

/// Signed by anybody: names a key that isn't there.
fn made_up() -> String {
    token("header: kid of nobody").to_owned()
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
    pool().keys_at(url).unwrap()
}

fn verifier_at(url: &str) -> OnlineVerifier {
    online(Verifier::access_token().pool(pool_at(url)))
}

fn online(verifier: Verifier) -> OnlineVerifier {
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
