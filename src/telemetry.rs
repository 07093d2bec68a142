//! One wide JSON record per invocation: names, sizes, counts and times; never a value.
//!
//! The record is a line of CloudWatch's embedded metric format, so metrics need no agent. It knows
//! the clocks by what it is given.
//!
//! SPEC: AWS, "Configuring JSON and plain text log formats" for `timestamp` and `level`.

use std::time::Duration;

use claimsmith_telemetry::{Level, Timing, Wide, milliseconds, plain_client_id};
use cognito_claims::names::CLAIMS_OMITTED;
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::budget::{Fitted, Tokens};
use crate::event::TRIGGER_SOURCES;
use crate::identity::Identity;
use crate::metrics::{METRICS, Metadata, Metrics, Number};
use crate::mode::Mode;
use crate::outcome::{Reason, Refusal};
use crate::plan::Why;
use crate::records::ServedBy;
use crate::{Decided, shadow};

/// Which records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// Of the records of level `INFO` one in so many. Each counts that often in the metrics.
    pub one_in: u32,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { one_in: 1 }
    }
}

impl Sampling {
    /// How often a record counts; `None` if it isn't written. The request id decides by lot.
    fn weight(self, level: Level, request_id: &str) -> Option<u32> {
        if level > Level::Info || self.one_in <= 1 {
            return Some(1);
        }
        // FNV-1a: a request id is random already, it only has to be mixed into a number.
        let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        let lot = request_id.bytes().fold(0x811c_9dc5, mix);
        (lot % self.one_in == 0).then_some(self.one_in)
    }
}

/// What the shell knows about an invocation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Invocation<'i> {
    /// Whether the decision is only reported.
    pub mode: Mode,
    /// What the next policy would have done, if there is one.
    pub shadow: Option<&'i shadow::Told>,
    /// Lambda's id of the invocation.
    pub request_id: &'i str,
    /// X-Ray's trace id.
    pub trace_id: Option<&'i str>,
    /// The function's name.
    pub function: &'i str,
    /// The function's version.
    pub function_version: &'i str,
    /// Whether it is the first one of its execution environment.
    pub cold_start: bool,
    /// How long it might take.
    pub time: Duration,
}

/// What is recorded about one invocation.
#[derive(Debug, Default, Serialize)]
pub struct LogLine<'e> {
    #[serde(skip)]
    level: Level,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger_source: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_client: Option<&'e str>,
    rounds: usize,
    #[serde(skip)]
    reads: usize,
    #[serde(skip)]
    hits: usize,
    #[serde(skip)]
    stale: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stale_records: Vec<&'e str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    store_faults: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<TokenRecord<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<TokenRecord<'e>>,
}

/// What is recorded about one token.
#[derive(Debug, Serialize)]
struct TokenRecord<'e> {
    /// Bytes at most, without our changes.
    bytes_before: usize,
    /// Bytes at most, as issued.
    #[serde(skip)]
    bytes_after: usize,
    /// Names of claims that were shed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    shed: Vec<&'e str>,
    /// Names of claims that were left out because of a fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faulty: Vec<&'e str>,
    /// Names in the data that are no flags and were left out.
    #[serde(skip_serializing_if = "is_zero")]
    not_flags: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl<'e> LogLine<'e> {
    /// The record of an event that was decided about.
    pub fn decided(decided: &'e Decided<'_>) -> Self {
        let Decided { event, identity, .. } = decided;
        let asked = || decided.reads.iter().flatten();
        let is_stale = |by: ServedBy| matches!(by, ServedBy::Stale { .. });
        let stale = asked().filter(|asked| is_stale(asked.served_by));
        let record = Self {
            // A word that nobody knows is not recorded: it would be a value of the event.
            event_version: known(&["1", "2", "3"], event.version.as_deref()),
            trigger_source: known(TRIGGER_SOURCES.as_slice(), Some(&event.trigger_source)),
            identity: Some(identity.kind.as_str()),
            identity_hash: identity_hash(identity),
            app_client: identity.client_id.as_deref().and_then(plain_client_id),
            rounds: decided.reads.len(),
            reads: asked().count(),
            hits: asked().filter(|asked| asked.served_by == ServedBy::Memory).count(),
            stale: stale.clone().count(),
            stale_records: stale.map(|asked| asked.record).collect(),
            store_faults: decided.store_faults.iter().map(ToString::to_string).collect(),
            ..Self::default()
        };
        let record = match &decided.outcome {
            Ok(Tokens { id, access, .. }) => Self {
                outcome: "customized",
                id_token: id.as_ref().map(TokenRecord::of),
                access_token: access.as_ref().map(TokenRecord::of),
                ..record
            },
            Err(refusal) => record.with_refusal(refusal),
        };
        let troubled = record.omitted() > 0 || !record.store_faults.is_empty();
        let at_least = if troubled { Level::Warn } else { Level::Info };
        Self { level: record.level.max(at_least), ..record }
    }

    /// The record of a refusal before anything else is known.
    pub fn refused(refusal: &'e Refusal) -> Self {
        Self::default().with_refusal(refusal)
    }

    /// The record of an event about which nothing could be decided, because the function didn't start.
    pub fn undecided() -> Self {
        Self { level: Level::Error, outcome: "undecided", ..Self::default() }
    }

    fn with_refusal(self, refusal: &'e Refusal) -> Self {
        let level = match refusal.reason {
            Reason::StoreFailed | Reason::DeadlinePassed | Reason::RecordMalformed => Level::Error,
            Reason::UnreadableEvent | Reason::BudgetImpossible => Level::Error,
            _ => Level::Warn,
        };
        Self {
            level,
            outcome: "refused",
            reason: Some(refusal.reason.as_str()),
            cause: Some(&refusal.cause),
            ..self
        }
    }

    fn omitted(&self) -> usize {
        let tokens = [&self.id_token, &self.access_token].into_iter().flatten();
        tokens.map(|token| token.shed.len() + token.faulty.len()).sum()
    }

    /// All of it for keeps, until the times are known; nothing if it isn't to be written.
    pub fn wide(&self, invocation: &Invocation<'_>, sampling: Sampling) -> Option<WideLine> {
        let Invocation { mode, shadow, .. } = *invocation;
        let is_report = mode == Mode::Report;
        let at_least = if is_report { Level::Warn } else { Level::Info };
        let level = self.level.max(at_least);
        let bytes = |token: &Option<TokenRecord<'_>>| token.as_ref().map(|token| token.bytes_after);
        let record = Record { mode: is_report.then_some("report"), line: self, shadow };
        Some(WideLine {
            weight: sampling.weight(level, invocation.request_id)?,
            level,
            // In report mode nobody got what was decided.
            customized: !is_report && self.outcome == "customized",
            refused: !is_report && self.outcome == "refused",
            is_report,
            reason: self.reason.filter(|_| !is_report),
            cold_start: invocation.cold_start,
            time: invocation.time,
            counts: [self.reads, self.hits, self.stale, self.store_faults.len(), self.omitted()],
            bytes: [bytes(&self.id_token), bytes(&self.access_token)],
            shadow: shadow.map(|shadow| shadow.outcome),
            request_id: invocation.request_id.to_owned(),
            trace_id: invocation.trace_id.map(str::to_owned),
            function: invocation.function.to_owned(),
            function_version: invocation.function_version.to_owned(),
            record: to_raw_value(&record).ok()?,
        })
    }
}

/// What is told about one invocation, but for its times.
#[derive(Debug)]
pub struct WideLine {
    weight: u32,
    level: Level,
    customized: bool,
    refused: bool,
    is_report: bool,
    reason: Option<&'static str>,
    cold_start: bool,
    time: Duration,
    counts: [usize; 5],
    bytes: [Option<usize>; 2],
    shadow: Option<shadow::Outcome>,
    request_id: String,
    trace_id: Option<String>,
    function: String,
    function_version: String,
    record: Box<RawValue>,
}

/// The member `record`.
#[derive(Serialize)]
struct Record<'l> {
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    #[serde(flatten)]
    line: &'l LogLine<'l>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shadow: Option<&'l shadow::Told>,
}

impl WideLine {
    /// The values of [`METRICS`], in that order; a token that isn't issued has no length.
    fn values(&self, timing: &Timing) -> [Option<f64>; METRICS.len()] {
        use shadow::Outcome::{Differs, Issued, NotReady, Panicked, Refused, Unknown};
        let one_if = |yes: bool| Some(if yes { 1.0 } else { 0.0 });
        let took = |time: Duration| Some(milliseconds(time));
        let count = |count: usize| Some(count as f64);
        let [reads, hits, stale, faults, omitted] = self.counts.map(count);
        let [id, access] = self.bytes.map(|bytes| bytes.and_then(count));
        let shadow = |outcomes: &[shadow::Outcome]| {
            self.shadow.and_then(|outcome| one_if(outcomes.contains(&outcome)))
        };
        [
            one_if(self.customized),
            one_if(self.refused),
            one_if(self.cold_start),
            took(timing.took),
            took(timing.room("records")),
            took(self.time.saturating_sub(timing.took)),
            reads,
            hits,
            stale,
            faults,
            omitted,
            id,
            access,
            self.is_report.then_some(1.0),
            shadow(&[Differs, Issued]),
            shadow(&[Refused]),
            shadow(&[Unknown, NotReady, Panicked]),
        ]
    }
}

impl Wide for WideLine {
    fn level(&self) -> Level {
        self.level
    }

    /// The record as one line of JSON.
    fn line(&self, timing: &Timing) -> String {
        let metrics =
            Metrics { reason: self.reason, values: self.values(timing), weight: self.weight };
        let line = Line {
            metadata: metrics.metadata(timing.since_1970),
            timestamp: &timing.timestamp,
            level: self.level,
            function: &self.function,
            function_version: &self.function_version,
            metrics,
            request_id: &self.request_id,
            trace_id: self.trace_id.as_deref(),
            rooms: InMilliseconds(timing),
            record: &self.record,
        };
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// How long each room took, in milliseconds.
struct InMilliseconds<'t>(&'t Timing);

impl Serialize for InMilliseconds<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rooms = self.0.rooms.iter();
        serializer.collect_map(rooms.map(|(room, took)| (room, Number(milliseconds(*took)))))
    }
}

fn known(words: &[&'static str], word: Option<&str>) -> Option<&'static str> {
    words.iter().find(|known| Some(**known) == word).copied()
}

fn identity_hash(identity: &Identity<'_>) -> Option<String> {
    let pool = identity.user_pool_id.as_deref().unwrap_or_default();
    Some(claimsmith_telemetry::identity_hash(pool, identity.sub.as_deref()?))
}

impl<'e> TokenRecord<'e> {
    fn of(fitted: &'e Fitted<'_>) -> Self {
        let marked = |planned: &&crate::plan::Planned<'_>| planned.name != CLAIMS_OMITTED;
        Self {
            bytes_before: fitted.before.upper,
            bytes_after: fitted.after.upper,
            shed: fitted.shed.iter().map(|planned| planned.name).collect(),
            faulty: fitted
                .left_out
                .iter()
                .filter(|(_, why)| matches!(why, Why::Fault(_)))
                .map(|(name, _)| *name)
                .collect(),
            not_flags: fitted.add.iter().filter(marked).map(|planned| planned.not_flags).sum(),
        }
    }
}

/// The whole line: what CloudWatch needs, then what people read.
#[derive(Serialize)]
struct Line<'l> {
    #[serde(rename = "_aws")]
    metadata: Metadata,
    timestamp: &'l str,
    level: Level,
    #[serde(rename = "FunctionName")]
    function: &'l str,
    #[serde(rename = "FunctionVersion")]
    function_version: &'l str,
    #[serde(flatten)]
    metrics: Metrics,
    request_id: &'l str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<&'l str>,
    rooms: InMilliseconds<'l>,
    record: &'l RawValue,
}
