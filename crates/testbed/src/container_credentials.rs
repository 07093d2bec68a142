//! The endpoint from which a function with SnapStart takes its credentials.
//!
//! SPEC: AWS SDKs and Tools Reference Guide, "Container credential provider".
//!
//! Where it is not AWS: it hands out the same keys for ever, with the lifetime that it is told.

use std::io::{BufReader, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::http::Message;
use crate::runtime_api::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, session_token};
use crate::server::Server;

/// The authorization token that the endpoint wants to see.
pub const AUTHORIZATION: &str = "testbed-container-authorization";

/// A running endpoint.
#[derive(Debug)]
pub struct ContainerCredentials {
    asked: Arc<AtomicU64>,
    server: Server,
}

impl ContainerCredentials {
    /// Starts an endpoint whose credentials live so long from each request on. Zero hands out
    /// credentials that have expired.
    ///
    /// # Errors
    /// No port is free.
    pub fn start(lifetime: Duration) -> Result<Self> {
        let asked = Arc::new(AtomicU64::new(0));
        let counting = Arc::clone(&asked);
        let server = Server::start(move |stream| {
            let mut reader = BufReader::new(&stream);
            while let Ok(Some(request)) = Message::read(&mut reader) {
                counting.fetch_add(1, Ordering::SeqCst);
                let answer = match request.header("authorization") {
                    Some(AUTHORIZATION) => {
                        Message::answer("200 OK", "application/json", credentials(lifetime))
                    }
                    _ => Message::answer("403 Forbidden", "application/json", "{}"),
                };
                if answer.write(&mut &stream).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { asked, server })
    }

    /// Its URL, as in `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    pub fn url(&self) -> String {
        format!("http://{}/v1/credentials", self.server.address)
    }

    /// How often it was asked.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }
}

fn credentials(lifetime: Duration) -> String {
    let ends = OffsetDateTime::from(SystemTime::now() + lifetime);
    json!({
        "AccessKeyId": ACCESS_KEY_ID,
        "SecretAccessKey": SECRET_ACCESS_KEY,
        "Token": session_token(),
        "Expiration": ends.format(&Rfc3339).unwrap_or_default(),
    })
    .to_string()
}
