//! A proxy on loopback between a function and its table that breaks what it is told to break.
//!
//! A plan gives each request its fault, counted from the last [`FaultProxy::plan`], so that a test
//! can let the first attempt fail and the second work.
//!
//! SPEC: Amazon DynamoDB Developer Guide, "Error handling with DynamoDB", for status codes and
//! names of errors.
//!
//! Where it is not AWS: error texts are our own, a lost packet can't be shown (a hang stands for
//! it), and everything is plain HTTP: for TLS faults see [`crate::table_stand_in`].

use std::io::{BufReader, Error, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Map, Value, json};
use socket2::SockRef;

use crate::http::Message;
use crate::server::{Server, locked};
use crate::table_stand_in::crc32;

/// What happens to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is passed on.
    None,
    /// It is answered after so long.
    Delay(Duration),
    /// It is never answered; the connection stays open.
    Hang,
    /// The connection is reset before anything is read: for a new one, at accept.
    ResetAtAccept,
    /// The connection is reset when the request's head is read.
    ResetAfterHead,
    /// The connection is reset when half of the answer is written.
    ResetMidAnswer,
    /// Nothing follows when half of the answer is written, and the connection stays open.
    StallMidAnswer,
    /// The connection is closed in good order when half of the answer is written.
    Truncated,
    /// The answer has the right length and half of its JSON is spaces.
    Malformed,
    /// The answer is JSON of another shape.
    WrongShape,
    /// The answer is this text.
    Hollow(&'static str),
    /// The answer's checksum is not that of its body.
    WrongChecksum,
    /// Only the first so many keys of a batch are read, the others come back as unprocessed.
    Unprocessed(usize),
    /// The table refuses the request.
    Refused(Refused),
}

/// An error answer of DynamoDB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The status line's code and text.
    pub status: &'static str,
    /// The error's full name. `None` for an answer that isn't DynamoDB's own.
    pub name: Option<&'static str>,
}

impl Refused {
    /// The table's capacity is used up.
    pub const THROUGHPUT_EXCEEDED: Self = Self::by(
        "400 Bad Request",
        "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    );
    /// The account's request rate is too high.
    pub const THROTTLING: Self =
        Self::by("400 Bad Request", "com.amazon.coral.availability#ThrottlingException");
    /// Throttled in the form that newer services use.
    pub const REQUEST_LIMIT: Self =
        Self::by("400 Bad Request", "com.amazonaws.dynamodb.v20120810#RequestLimitExceeded");
    /// Throttled as a service that is unavailable.
    pub const UNAVAILABLE: Self =
        Self::by("503 Service Unavailable", "com.amazonaws.dynamodb.v20120810#ServiceUnavailable");
    /// Something before DynamoDB answers in HTML.
    pub const UNAVAILABLE_HTML: Self = Self { status: "503 Service Unavailable", name: None };
    /// DynamoDB itself failed.
    pub const INTERNAL: Self = Self::by(
        "500 Internal Server Error",
        "com.amazonaws.dynamodb.v20120810#InternalServerError",
    );
    /// The function's role may not read the table.
    pub const ACCESS_DENIED: Self =
        Self::by("400 Bad Request", "com.amazon.coral.service#AccessDeniedException");
    /// The session token is too old.
    pub const EXPIRED_TOKEN: Self =
        Self::by("400 Bad Request", "com.amazon.coral.service#ExpiredTokenException");
    /// The signature is wrong, as when the function's clock is.
    pub const BAD_SIGNATURE: Self =
        Self::by("400 Bad Request", "com.amazon.coral.service#InvalidSignatureException");
    /// There is no such table.
    pub const NO_TABLE: Self =
        Self::by("400 Bad Request", "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException");
    /// The request doesn't fit the table, as with another key schema.
    pub const VALIDATION: Self =
        Self::by("400 Bad Request", "com.amazon.coral.validate#ValidationException");

    const fn by(status: &'static str, name: &'static str) -> Self {
        Self { status, name: Some(name) }
    }

    fn message(self) -> Message {
        match self.name {
            None => {
                let body = "<html><body><b>Http/1.1 Service Unavailable</b></body></html>";
                Message::answer(self.status, "text/html", body)
            }
            Some(name) => {
                let body = json!({"__type": name, "message": "made up by the testbed"}).to_string();
                with_checksum(Message::answer(self.status, "application/x-amz-json-1.0", body))
            }
        }
    }
}

/// Which fault the request of a number has, from 0.
type Plan = Box<dyn Fn(u64) -> Fault + Send>;

/// A running proxy.
#[derive(Debug)]
pub struct FaultProxy {
    /// Where it listens.
    pub address: SocketAddr,
    table: Arc<Faults>,
    server: Server,
}

struct Faults {
    upstream: SocketAddr,
    script: Mutex<Script>,
}

struct Script {
    plan: Plan,
    requests: u64,
    bodies: Vec<Value>,
}

impl std::fmt::Debug for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Faults").field("upstream", &self.upstream).finish_non_exhaustive()
    }
}

impl FaultProxy {
    /// Starts a proxy that passes everything on to a table.
    ///
    /// # Errors
    /// No port is free.
    pub fn start(upstream: SocketAddr) -> Result<Self> {
        let script = Script { plan: Box::new(|_| Fault::None), requests: 0, bodies: Vec::new() };
        let table = Arc::new(Faults { upstream, script: Mutex::new(script) });
        let serving = Arc::clone(&table);
        let server = Server::start(move |stream| {
            // Broken connections are what this proxy is for.
            let _ = serving.serve(&stream);
        })?;
        Ok(Self { address: server.address, table, server })
    }

    /// Its URL, as in `AWS_ENDPOINT_URL_DYNAMODB`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on request `n` (from 0) has the fault `plan(n)`. Connections that are open are
    /// closed, so that the next request needs a new one.
    pub fn plan(&self, plan: impl Fn(u64) -> Fault + Send + 'static) {
        let mut script = locked(&self.table.script);
        script.plan = Box::new(plan);
        script.requests = 0;
        script.bodies.clear();
        drop(script);
        self.server.close_connections();
    }

    /// Every request has the fault.
    pub fn always(&self, fault: Fault) {
        self.plan(move |_| fault.clone());
    }

    /// The first `count` requests have the fault, the others none.
    pub fn first(&self, count: u64, fault: Fault) {
        self.plan(move |number| if number < count { fault.clone() } else { Fault::None });
    }

    /// No request has a fault.
    pub fn heal(&self) {
        self.always(Fault::None);
    }

    /// How many requests (or refused connections) there were since the last plan.
    pub fn requests(&self) -> u64 {
        locked(&self.table.script).requests
    }

    /// How many connections there were so far.
    pub fn connections(&self) -> u64 {
        self.server.connections()
    }

    /// The requests since the last plan whose bodies were read, as JSON.
    pub fn bodies(&self) -> Vec<Value> {
        locked(&self.table.script).bodies.clone()
    }
}

impl Faults {
    /// The fault of the next request, if `wanted` takes it at this point of the connection. A fault
    /// that isn't taken is offered again at the next point.
    fn next(&self, wanted: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut script = locked(&self.script);
        let fault = (script.plan)(script.requests);
        if !wanted(&fault) {
            return None;
        }
        script.requests += 1;
        Some(fault)
    }

    fn serve(&self, stream: &TcpStream) -> Result<()> {
        if self.next(|fault| *fault == Fault::ResetAtAccept).is_some() {
            return reset(stream);
        }
        let mut client = BufReader::new(stream);
        let mut upstream: Option<BufReader<TcpStream>> = None;
        while let Some(mut request) = Message::read_head(&mut client)? {
            let Some(fault) = self.next(|_| true) else { return Ok(()) };
            if matches!(fault, Fault::ResetAfterHead | Fault::ResetAtAccept) {
                return reset(stream);
            }
            request.read_body(&mut client)?;
            let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            locked(&self.script).bodies.push(asked.clone());
            let answer = match &fault {
                Fault::Hang => return until_closed(&mut client),
                Fault::Refused(refused) => {
                    refused.message().write(&mut &*stream)?;
                    continue;
                }
                Fault::Delay(delay) => {
                    std::thread::sleep(*delay);
                    pass_on(&mut upstream, self.upstream, &request)?
                }
                Fault::Unprocessed(keep) => {
                    let (kept, left) = split_batch(asked, *keep);
                    let answer = match kept {
                        None => nothing_read(),
                        Some(kept) => {
                            let request = request.with_body(kept.to_string());
                            pass_on(&mut upstream, self.upstream, &request)?
                        }
                    };
                    with_unprocessed(answer, left)?
                }
                _ => pass_on(&mut upstream, self.upstream, &request)?,
            };
            match fault {
                Fault::StallMidAnswer => {
                    write_half(stream, &answer)?;
                    return until_closed(&mut client);
                }
                Fault::ResetMidAnswer => {
                    write_half(stream, &answer)?;
                    // A reset discards what is not sent yet: wait until the half is sent.
                    std::thread::sleep(Duration::from_millis(20));
                    return reset(stream);
                }
                Fault::Truncated => return write_half(stream, &answer),
                fault => broken(answer, &fault).write(&mut &*stream)?,
            }
        }
        Ok(())
    }
}

/// Waits until the client, or a new plan, closes the connection.
fn until_closed(client: &mut impl Read) -> Result<()> {
    std::io::copy(client, &mut std::io::sink()).map(|_| ())
}

/// Writes an answer's head and half of its body.
fn write_half(mut stream: &TcpStream, answer: &Message) -> Result<()> {
    let bytes = answer.bytes();
    let half = bytes.len() - answer.body.len().div_ceil(2);
    stream.write_all(bytes.get(..half).unwrap_or_default())
}

/// A whole answer, with the wrong content that the fault says.
fn broken(answer: Message, fault: &Fault) -> Message {
    match fault {
        Fault::Malformed => {
            let mut body = answer.body.clone();
            let half = body.len() / 2;
            body.iter_mut().skip(half).for_each(|byte| *byte = b' ');
            with_checksum(answer.with_body(body))
        }
        Fault::WrongShape => {
            let body = json!({"Responses": [1, 2, 3], "UnprocessedKeys": "none"}).to_string();
            with_checksum(answer.with_body(body))
        }
        Fault::Hollow(body) => with_checksum(answer.with_body(body.as_bytes().to_vec())),
        Fault::WrongChecksum => {
            let wrong = crc32(&answer.body) ^ 1;
            answer.with("x-amz-crc32", wrong.to_string())
        }
        _ => answer,
    }
}

fn with_checksum(answer: Message) -> Message {
    let checksum = crc32(&answer.body).to_string();
    answer.with("x-amz-crc32", checksum)
}

/// Sends a request on and reads the answer, on the connection that is kept for it.
fn pass_on(
    connection: &mut Option<BufReader<TcpStream>>,
    address: SocketAddr,
    request: &Message,
) -> Result<Message> {
    let kept = match connection.take() {
        Some(kept) => kept,
        None => {
            let stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            BufReader::new(stream)
        }
    };
    let kept = connection.insert(kept);
    request.write(kept.get_mut())?;
    Message::read(kept)?.ok_or_else(|| Error::other("the table closed the connection"))
}

/// A batch of the first `keep` keys, unless that is none, and the other keys by table.
fn split_batch(mut asked: Value, keep: usize) -> (Option<Value>, Map<String, Value>) {
    let mut left = Map::new();
    let mut kept = 0;
    if let Some(tables) = asked.get_mut("RequestItems").and_then(Value::as_object_mut) {
        tables.retain(|name, table| {
            let mut rest = table.clone();
            let Some(keys) = table.get_mut("Keys").and_then(Value::as_array_mut) else {
                return true;
            };
            let gone = keys.split_off(keep.saturating_sub(kept).min(keys.len()));
            kept += keys.len();
            let stays = !keys.is_empty();
            if let (false, Some(keys)) = (gone.is_empty(), rest.get_mut("Keys")) {
                *keys = gone.into();
                left.insert(name.clone(), rest);
            }
            stays
        });
    }
    ((kept > 0).then_some(asked), left)
}

/// The answer to a batch of which nothing was read.
fn nothing_read() -> Message {
    let body = json!({"Responses": {}, "UnprocessedKeys": {}}).to_string();
    Message::answer("200 OK", "application/x-amz-json-1.0", body)
}

fn with_unprocessed(answer: Message, left: Map<String, Value>) -> Result<Message> {
    let mut body: Value = serde_json::from_slice(&answer.body)?;
    if let (false, Some(members)) = (left.is_empty(), body.as_object_mut()) {
        members.insert("UnprocessedKeys".to_owned(), left.into());
    }
    Ok(with_checksum(answer.with_body(body.to_string())))
}

/// Resets the connection: the peer sees a reset, not an end.
fn reset(stream: &TcpStream) -> Result<()> {
    SockRef::from(stream).set_linger(Some(Duration::ZERO))
}
