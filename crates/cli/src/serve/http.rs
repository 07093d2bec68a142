//! The server: connections, time limits, sizes, paths, and the headers of every answer.
//!
//! Shell. Nothing in a request chooses a file: each path that is answered stands in [`Site::at`].

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use claimsmith_playground::answer::answer;
use claimsmith_playground::assets::assets;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinSet, spawn_blocking};

use super::admission::Admission;
use super::function::Function;
use super::invoke;
use super::log::log;
use super::patient::Patient;
use super::reply::{Reply, Unread, json, plain, read, typed};
use super::texts::Texts;

/// Connections at a time; further ones wait.
const MAX_CONNECTIONS: usize = 32;
/// How long a client may take for the headers, again for the body, and again to take the answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Answers of the playground that are computed at a time; further ones wait.
pub const MAX_COMPUTING: usize = 2;
/// How long the playground may take for an answer, waiting included.
const MAX_COMPUTING_TIME: Duration = Duration::from_secs(20);
/// How long open connections may take to end when the server stops.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(2);
/// Most bytes of headers.
const MAX_HEADER_BYTES: usize = 32 * 1024;
/// Most bytes of a policy with records and an event.
const MAX_QUESTION_BYTES: usize = 4 * 1024 * 1024;
/// Most bytes that a function can be invoked with.
/// SPEC: AWS, "Lambda quotas": 6 MB for a synchronous request.
const MAX_PAYLOAD_BYTES: usize = 6 * 1024 * 1024;

/// What every answer carries.
const HEADERS_OF_ALL: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cache-control", "no-store"),
];

/// All that is answered with.
pub struct Site {
    /// Which requests are let in.
    pub admission: Admission,
    /// What the page begins with.
    pub texts: Texts,
    /// Room for answers that are being computed.
    pub computing: Arc<Semaphore>,
    /// What is invoked.
    pub function: Function,
}

/// Answers until `stop` is done.
pub async fn serve(listener: TcpListener, site: Site, stop: impl Future<Output = ()>) {
    let site = Arc::new(site);
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let (stopping, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, place)
        };
        tokio::select! {
            () = stop.as_mut() => break,
            (accepted, place) = accepted => match accepted {
                Ok((stream, _)) => {
                    let serving = connection(stream, Arc::clone(&site), stopped.clone());
                    connections.spawn(async move {
                        serving.await;
                        drop(place);
                    });
                }
                // No descriptor is left, or the client has closed already: neither is a reason to stop.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    drop(stopping);
    let all = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(SHUTDOWN_GRACE, all).await;
}

async fn connection(stream: TcpStream, site: Arc<Site>, mut stopped: watch::Receiver<()>) {
    let service = service_fn(move |request| {
        let site = Arc::clone(&site);
        async move { Ok::<_, std::convert::Infallible>(site.answer(request).await) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE)
            .max_buf_size(MAX_HEADER_BYTES)
            .serve_connection(TokioIo::new(Patient::new(stream, PATIENCE)), service)
    );
    // That a client breaks off or is too slow is no fault of this server, and isn't logged.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// What is at a path.
enum Place {
    /// Always the same bytes, of this type.
    Asset(&'static str, String),
    /// The page.
    Page,
    /// What the page asks.
    Question,
    /// A function, by the name in the path.
    Invocation(String),
}

fn asset(path: &str) -> Option<Place> {
    let name = path.strip_prefix('/')?;
    let asset = assets().into_iter().find(|asset| asset.name == name)?;
    Some(Place::Asset(asset.kind, asset.text))
}

impl Site {
    fn at(path: &str) -> Option<Place> {
        match path {
            "/" => Some(Place::Page),
            "/answer" => Some(Place::Question),
            _ => invoke::function_name(path).map(Place::Invocation).or_else(|| asset(path)),
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Reply {
        let mut answer = self.route(request).await.unwrap_or_else(|refused| refused);
        for (name, value) in HEADERS_OF_ALL {
            answer.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        answer
    }

    async fn route(&self, request: Request<Incoming>) -> Result<Reply, Reply> {
        let (parts, body) = request.into_parts();
        self.admission.admit(&parts.method, &parts.uri, &parts.headers).map_err(|denied| {
            log(&format!("denied: {}", denied.as_str()));
            plain(StatusCode::FORBIDDEN, denied.as_str())
        })?;
        let place = Self::at(parts.uri.path())
            .ok_or_else(|| plain(StatusCode::NOT_FOUND, "there is nothing at this path"))?;
        let allowed = match place {
            Place::Page | Place::Asset(..) => Method::GET,
            Place::Question | Place::Invocation(_) => Method::POST,
        };
        if parts.method != allowed {
            let text = "the method is not one for this path";
            let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED, text);
            if let Ok(allowed) = HeaderValue::from_str(allowed.as_str()) {
                answer.headers_mut().insert(ALLOW, allowed);
            }
            return Err(answer);
        }
        Ok(match place {
            Place::Asset(kind, text) => typed(StatusCode::OK, kind, text),
            Place::Page => {
                let page = self
                    .texts
                    .page()
                    .map_err(|problem| plain(StatusCode::INTERNAL_SERVER_ERROR, &problem))?;
                typed(StatusCode::OK, "text/html; charset=utf-8", page)
            }
            Place::Question => {
                // No form of another site can send this type without asking first.
                let json = parts.headers.get(CONTENT_TYPE);
                if json.is_none_or(|kind| kind.as_bytes() != b"application/json") {
                    let text = "expected content-type: application/json";
                    return Err(plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
                }
                let question =
                    read(body, MAX_QUESTION_BYTES, PATIENCE).await.map_err(Unread::plain)?;
                self.computed(question).await?
            }
            Place::Invocation(name) => {
                let payload = read(body, MAX_PAYLOAD_BYTES, PATIENCE).await;
                invoke::invoke(&self.function, &name, &parts, payload).await
            }
        })
    }

    /// The playground's answer. It is computed beside the server, so that no other request waits.
    async fn computed(&self, question: Bytes) -> Result<Reply, Reply> {
        let places = Arc::clone(&self.computing);
        let computed = async {
            let place = places.acquire_owned().await;
            let work = spawn_blocking(move || {
                let answered = answer(&question);
                drop(place);
                answered
            });
            work.await
        };
        match tokio::time::timeout(MAX_COMPUTING_TIME, computed).await {
            Ok(Ok(Ok(answer))) => Ok(json(StatusCode::OK, answer)),
            Ok(Ok(Err(problem))) => Err(plain(StatusCode::BAD_REQUEST, &problem)),
            Ok(Err(_)) => {
                let text = "the question could not be answered";
                Err(plain(StatusCode::INTERNAL_SERVER_ERROR, text))
            }
            Err(_) => {
                let text = "the answer takes too long; is the policy very large?";
                Err(plain(StatusCode::SERVICE_UNAVAILABLE, text))
            }
        }
    }
}
