//! `caching`: whether gateways keep answers.
//!
//! The rule behind the checks of routes and times: an answer that a gateway keeps must stay right
//! for every request that it may serve. Whatever would break this is a finding.

use std::time::Duration;

use claimsmith_findings::At;

use super::code::Findings;

/// Longest time for which a gateway keeps an answer, in seconds.
///
/// SPEC: AWS, API Gateway and AppSync API references, `authorizerResultTtlInSeconds`.
pub const LONGEST_CACHING: u64 = 3600;

/// Whether gateways keep answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caching {
    /// Each request is asked about.
    Off,
    /// An answer may serve other requests with the same token for so many seconds.
    Seconds(u64),
    /// An answer may be kept for as long as any gateway keeps one.
    Unknown,
}

impl Caching {
    /// The longest that an answer may be kept, in seconds.
    pub fn longest(self) -> u64 {
        match self {
            Caching::Off => 0,
            Caching::Seconds(seconds) => seconds,
            Caching::Unknown => LONGEST_CACHING,
        }
    }

    /// How long AppSync is asked to keep an answer, in seconds: not at all unless the file says how
    /// long.
    pub fn asked_for(self) -> u64 {
        match self {
            Caching::Seconds(seconds) => seconds,
            Caching::Off | Caching::Unknown => 0,
        }
    }
}

pub(super) fn caching(
    written: Option<&At<String>>,
    findings: &mut Findings<'_>,
) -> Option<Caching> {
    match written {
        None => Some(Caching::Unknown),
        Some(At { value, .. }) if value == "off" => Some(Caching::Off),
        Some(At { value, .. }) if value == "on" => Some(Caching::Unknown),
        Some(written) => {
            let range = Duration::from_secs(1)..=Duration::from_secs(LONGEST_CACHING);
            let time = findings.duration(written, range, "write `off`, `on`, or from 1s to 1h")?;
            Some(Caching::Seconds(time.as_secs()))
        }
    }
}

/// Reads an age or a time that is left, in seconds.
pub(super) fn seconds(written: &At<String>, findings: &mut Findings<'_>) -> Option<u64> {
    let range = Duration::from_secs(1)..=Duration::from_secs(3650 * 86_400);
    let help = "write a number with `s`, `m`, `h` or `d`, such as `15m`";
    findings.duration(written, range, help).map(|time| time.as_secs())
}
