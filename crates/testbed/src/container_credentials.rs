//! The endpoint from which a function with SnapStart takes its credentials.
//!
//! SPEC: AWS SDKs and Tools Reference Guide, "Container credential provider".
//!
//! Where it is not AWS: it hands out the same keys for ever, with the lifetime that it is told.

use std::io::{BufReader, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

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
    let ends = SystemTime::now() + lifetime;
    let ends = ends.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    json!({
        "AccessKeyId": ACCESS_KEY_ID,
        "SecretAccessKey": SECRET_ACCESS_KEY,
        "Token": session_token(),
        "Expiration": rfc3339(ends),
    })
    .to_string()
}

/// Seconds since 1970 as text. SPEC: Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `civil_from_days`.
fn rfc3339(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year_of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_are_the_known_ones() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_798_761_599, "2026-12-31T23:59:59Z"),
        ] {
            assert_eq!(super::rfc3339(seconds), text);
        }
    }
}
