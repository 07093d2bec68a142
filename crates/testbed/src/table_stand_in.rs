//! A table with fixed items that answers `GetItem` and `BatchGetItem`, with or without TLS.
//!
//! SPEC: Amazon DynamoDB API Reference, "BatchGetItem", "GetItem"; "DynamoDB low-level API" for the
//! checksum header.
//!
//! Where it is not AWS: signatures, projections and consistency are ignored, every table name is
//! the same table, nothing is ever unprocessed, and a delay is the same for each request.

use std::io::{BufReader, Read, Result, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustls::{ServerConnection, StreamOwned};
use serde_json::{Map, Value, json};

use crate::http::Message;
use crate::server::Server;
use crate::tls::Chain;

/// A running stand-in.
#[derive(Debug)]
pub struct TableStandIn {
    /// Where it listens.
    pub address: SocketAddr,
    scheme: &'static str,
    requests: Arc<AtomicU64>,
    server: Server,
}

impl TableStandIn {
    /// Starts a table with items given as attribute values; `delay` passes before each answer.
    ///
    /// # Errors
    /// No port is free.
    pub fn start(items: Vec<Value>, chain: Option<&Chain>, delay: Duration) -> Result<Self> {
        let requests = Arc::new(AtomicU64::new(0));
        let table = Arc::new(Table { items, delay, requests: Arc::clone(&requests) });
        let tls = chain.map(|chain| Arc::clone(&chain.server));
        let scheme = if tls.is_some() { "https" } else { "http" };
        let server = Server::start(move |stream| {
            // A client may close whenever it likes, also in the middle of a handshake.
            let _ = match &tls {
                None => table.serve(stream),
                Some(config) => ServerConnection::new(Arc::clone(config))
                    .map_err(std::io::Error::other)
                    .and_then(|connection| table.serve(StreamOwned::new(connection, stream))),
            };
        })?;
        Ok(Self { address: server.address, scheme, requests, server })
    }

    /// Its URL, as in `AWS_ENDPOINT_URL_DYNAMODB`. With TLS it has a name, as AWS's have.
    pub fn url(&self) -> String {
        format!("{}://localhost:{}", self.scheme, self.address.port())
    }

    /// How many connections there were so far.
    pub fn connections(&self) -> u64 {
        self.server.connections()
    }

    /// Closes the connections that are open now.
    pub fn close_connections(&self) {
        self.server.close_connections();
    }

    /// How many requests it has answered.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }
}

struct Table {
    items: Vec<Value>,
    delay: Duration,
    requests: Arc<AtomicU64>,
}

impl Table {
    fn serve(&self, stream: impl Read + Write) -> Result<()> {
        let mut stream = BufReader::new(stream);
        while let Some(request) = Message::read(&mut stream)? {
            let body = self.answer(&request);
            std::thread::sleep(self.delay);
            self.requests.fetch_add(1, Ordering::SeqCst);
            let (status, body) = match body {
                Some(body) => ("200 OK", body),
                None => ("400 Bad Request", unknown_operation()),
            };
            let body = serde_json::to_vec(&body)?;
            let checksum = crc32(&body).to_string();
            Message::answer(status, "application/x-amz-json-1.0", body)
                .with("x-amz-crc32", checksum)
                .with("x-amzn-requestid", "TESTBEDREQUESTID")
                .write(stream.get_mut())?;
        }
        Ok(())
    }

    fn answer(&self, request: &Message) -> Option<Value> {
        let body: Value = serde_json::from_slice(&request.body).ok()?;
        match request.header("x-amz-target")? {
            "DynamoDB_20120810.GetItem" => Some(match self.item(body.get("Key")?.as_object()?) {
                Some(item) => json!({"Item": item}),
                None => json!({}),
            }),
            "DynamoDB_20120810.BatchGetItem" => {
                let mut responses = Map::new();
                for (table, asked) in body.get("RequestItems")?.as_object()? {
                    let keys = asked.get("Keys")?.as_array()?.iter().filter_map(Value::as_object);
                    let items: Vec<_> = keys.filter_map(|key| self.item(key)).collect();
                    responses.insert(table.clone(), json!(items));
                }
                Some(json!({"Responses": responses, "UnprocessedKeys": {}}))
            }
            _ => None,
        }
    }

    fn item(&self, key: &Map<String, Value>) -> Option<&Value> {
        let has_key = |item: &&Value| key.iter().all(|(name, value)| item.get(name) == Some(value));
        self.items.iter().find(has_key)
    }
}

fn unknown_operation() -> Value {
    json!({"__type": "com.amazon.coral.service#UnknownOperationException"})
}

/// CRC-32 of zip and Ethernet, as the header `x-amz-crc32` has it.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(crc & 1))
        })
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;
    use crate::tls::Keys;

    #[test]
    fn the_checksum_is_the_known_one() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    fn batch_get(key: &str) -> Message {
        let body = json!({"RequestItems": {"table": {"Keys": [{"pk": {"S": key}}]}}}).to_string();
        let request =
            Message { start: "POST / HTTP/1.1".to_owned(), headers: Vec::new(), body: body.into() };
        request.with("x-amz-target", "DynamoDB_20120810.BatchGetItem")
    }

    #[test]
    fn finds_items_by_key() {
        let items = vec![json!({"pk": {"S": "one"}, "value": {"N": "1"}})];
        let table = TableStandIn::start(items, None, Duration::ZERO).unwrap();
        let mut stream = BufReader::new(TcpStream::connect(table.address).unwrap());
        for (key, found) in [("one", 1), ("two", 0)] {
            batch_get(key).write(stream.get_mut()).unwrap();
            let answer = Message::read(&mut stream).unwrap().unwrap();
            let answer: Value = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!(answer["Responses"]["table"].as_array().unwrap().len(), found);
        }
        assert_eq!(table.requests(), 2);
    }

    #[test]
    fn both_kinds_of_chain_are_made() {
        for keys in [Keys::EcdsaP256, Keys::Rsa2048] {
            let chain = Chain::new(keys).unwrap();
            assert!(chain.root_pem.starts_with("-----BEGIN CERTIFICATE-----"));
        }
    }
}
