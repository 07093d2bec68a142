//! An OpenTelemetry collector that keeps what it is sent by OTLP over HTTP.
//!
//! SPEC: OpenTelemetry, "OTLP Specification", OTLP/HTTP.
//!
//! Where it is not one: it answers everything with an empty success, and can be told to say nothing.

use std::io::{BufReader, Result};
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::Message;
use crate::server::Server;

/// A running collector.
#[derive(Debug)]
pub struct Collector {
    sent: Arc<Mutex<Vec<Vec<u8>>>>,
    server: Server,
}

impl Collector {
    /// Starts one. A silent one takes what it is sent and never answers.
    ///
    /// # Errors
    /// No port is free.
    pub fn start(silent: bool) -> Result<Self> {
        let sent = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&sent);
        let server = Server::start(move |stream| {
            let mut reader = BufReader::new(&stream);
            while let Ok(Some(request)) = Message::read(&mut reader) {
                if request.start.starts_with("POST /v1/traces ") {
                    keep.lock().unwrap_or_else(PoisonError::into_inner).push(request.body);
                }
                let answer = Message::answer("200 OK", "application/x-protobuf", "");
                if !silent && answer.write(&mut &stream).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { sent, server })
    }

    /// Its URL, as in `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// The bodies of all requests for traces so far.
    pub fn sent(&self) -> Vec<Vec<u8>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
