//! The metrics of one invocation, as CloudWatch reads them from a line of the log.
//!
//! They are listed in docs/telemetry.md. SPEC: AWS, "Specification: Embedded metric format".

use std::sync::LazyLock;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

/// The namespace of the metrics.
pub const NAMESPACE: &str = "Claimsmith";

/// The metrics of every record by function: name, unit, meaning.
pub const METRICS: [(&str, &str, &str); 17] = [
    ("Customized", "Count", "1 if the tokens were issued with claims, 0 if not"),
    ("Refused", "Count", "1 if no token was issued, 0 if not"),
    ("ColdStart", "Count", "1 for the first invocation of an execution environment, 0 after it"),
    ("Duration", "Milliseconds", "from the event to the answer"),
    ("ReadDuration", "Milliseconds", "how much of it was spent on records"),
    ("DeadlineLeft", "Milliseconds", "what was left of the deadline"),
    ("Reads", "Count", "records that were needed"),
    ("CacheHits", "Count", "how many of them came from memory"),
    ("StaleReads", "Count", "how many of them came from memory because the table failed"),
    ("StoreFaults", "Count", "rounds in which the table failed or was late"),
    ("OmittedClaims", "Count", "claims that were left out of a token by a fault or its budget"),
    ("IdTokenBytes", "Bytes", "length of the ID token at most"),
    ("AccessTokenBytes", "Bytes", "length of the access token at most"),
    ("Reported", "Count", "1 if report mode is on, so that the event went back as it came"),
    ("ShadowDiffers", "Count", "1 if the next policy would issue other tokens, 0 if not"),
    ("ShadowRefuses", "Count", "1 if it would refuse where tokens were issued, 0 if not"),
    ("ShadowUnknown", "Count", "1 if what it needs wasn't there in time, 0 if it was"),
];

/// How many of them, from the first on, there are by function and version too, so that a new version
/// can be watched beside the old one.
pub const BY_VERSION: usize = 2;

/// The metric of refusals by function and reason.
pub const REFUSALS: (&str, &str, &str) = ("Refusals", "Count", "refused invocations, by reason");

/// What was measured in one invocation.
pub(crate) struct Metrics {
    /// Why no token was issued, if none was.
    pub(crate) reason: Option<&'static str>,
    /// The values of [`METRICS`], in that order; what there is nothing to measure of has none.
    pub(crate) values: [Option<f64>; METRICS.len()],
    /// How often each value counts.
    pub(crate) weight: u32,
}

impl Metrics {
    /// What says which of the line's members are metrics. The line ended so many milliseconds
    /// after 1970-01-01T00:00:00Z.
    pub(crate) fn metadata(&self, since_1970: u64) -> Metadata {
        let there = DEFINITIONS.iter().zip(self.values).filter(|(_, value)| value.is_some());
        let mut metrics = Vec::with_capacity(METRICS.len());
        metrics.extend(there.map(|(definition, _)| definition.as_ref()));
        let of_function =
            Directive { namespace: NAMESPACE, dimensions: [&["FunctionName"]], metrics };
        let of_version = Directive {
            namespace: NAMESPACE,
            dimensions: [&["FunctionName", "FunctionVersion"]],
            metrics: DEFINITIONS.iter().take(BY_VERSION).map(AsRef::as_ref).collect(),
        };
        let of_reason = self.reason.map(|_| Directive {
            namespace: NAMESPACE,
            dimensions: [&["FunctionName", "Reason"]],
            metrics: DEFINITIONS.last().map(AsRef::as_ref).into_iter().collect(),
        });
        Metadata {
            timestamp: since_1970,
            directives: Directives([of_function, of_version], of_reason),
        }
    }
}

/// The members that the metadata points at.
impl Serialize for Metrics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let weight = self.weight;
        if let Some(reason) = self.reason {
            map.serialize_entry("Reason", reason)?;
            map.serialize_entry(REFUSALS.0, &Metric { value: 1.0, weight })?;
        }
        for ((name, ..), value) in METRICS.iter().zip(self.values) {
            if let Some(value) = value {
                map.serialize_entry(name, &Metric { value, weight })?;
            }
        }
        map.end()
    }
}

/// The member `_aws`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Metadata {
    timestamp: u64,
    #[serde(rename = "CloudWatchMetrics")]
    directives: Directives,
}

/// The metrics that every line has, and that of a refusal.
struct Directives([Directive; 2], Option<Directive>);

impl Serialize for Directives {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().chain(&self.1))
    }
}

/// Metrics by the same dimensions.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive {
    namespace: &'static str,
    dimensions: [&'static [&'static str]; 1],
    metrics: Vec<&'static RawValue>,
}

/// What a metric is called, and what it counts.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: &'static str,
}

/// The definitions of [`METRICS`] and, last, [`REFUSALS`], written once: they are most of a line's
/// bytes, and the same in every line.
static DEFINITIONS: LazyLock<Vec<Box<RawValue>>> = LazyLock::new(|| {
    let all = METRICS.iter().chain([&REFUSALS]);
    all.filter_map(|&(name, unit, _)| to_raw_value(&Definition { name, unit }).ok()).collect()
});

/// A value, or with sampling a value that counts several times.
struct Metric {
    value: f64,
    weight: u32,
}

impl Serialize for Metric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.weight == 1 {
            return Number(self.value).serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("Values", &[Number(self.value)])?;
        map.serialize_entry("Counts", &[self.weight])?;
        map.end()
    }
}

/// A whole number is written without a fraction: `1`, not `1.0`.
pub(crate) struct Number(pub(crate) f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.fract() == 0.0 {
            true => serializer.serialize_i64(self.0 as i64),
            false => serializer.serialize_f64(self.0),
        }
    }
}
