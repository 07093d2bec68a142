//! What is heard: which events by their levels, and which spans.

use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::Targets;

/// The span of the Lambda runtime around each invocation: it knows the ids of what happens within.
const RUNTIME_INVOCATION: &str = "lambda_runtime::layers::trace";

/// The runtime repeats each error that a function answers with, whole and as an error; the function
/// has told it already, at its own level. A panic is told by the same target, with the field `error`.
const RUNTIME_ERRORS: &str = "lambda_runtime::layers::panic";

/// What is heard.
#[derive(Debug)]
pub(crate) struct Filter {
    own: &'static [&'static str],
    events: Targets,
    /// The level of our own events, by which spans and wide lines are written too.
    level: LevelFilter,
}

impl Filter {
    /// What the environment wants, and what is wrong with that.
    pub(crate) fn of(
        own: &'static [&'static str],
        variable: &impl Fn(&str) -> Option<String>,
    ) -> (Self, Option<&'static str>) {
        let level = variable("AWS_LAMBDA_LOG_LEVEL").map_or(LevelFilter::INFO, |word| level(&word));
        let by_level = Targets::new()
            .with_default(level.min(LevelFilter::WARN))
            .with_targets(own.iter().map(|target| (*target, level)));
        let (events, problem) = match variable("RUST_LOG").filter(|text| !text.is_empty()) {
            None => (by_level, None),
            Some(text) => match text.parse::<Targets>() {
                // Who raises others' levels doesn't silence the wide lines.
                Ok(events) if events.default_level().is_none() => {
                    let ours = own.iter().map(|target| (*target, level));
                    (Targets::new().with_targets(ours.chain(events.iter())), None)
                }
                Ok(events) => (events, None),
                Err(_) => (by_level, Some("RUST_LOG: not a list of directives by target")),
            },
        };
        let of_own = |level: &Level| own.iter().any(|target| events.would_enable(target, level));
        let levels = [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR];
        let level = levels.iter().find(|level| of_own(level));
        let level = level.map_or(LevelFilter::OFF, |level| LevelFilter::from_level(*level));
        (Self { own, events, level }, problem)
    }

    /// Whether a wide line of this level is written.
    pub(crate) fn writes(&self, level: crate::Level) -> bool {
        self.level
            >= match level {
                crate::Level::Info => LevelFilter::INFO,
                crate::Level::Warn => LevelFilter::WARN,
                crate::Level::Error => LevelFilter::ERROR,
            }
    }

    /// Whether each span is written when it closes.
    pub(crate) fn writes_spans(&self) -> bool {
        self.level >= LevelFilter::DEBUG
    }

    /// Whether texts and fields of a target may be written.
    pub(crate) fn is_own(&self, target: &str) -> bool {
        is_own(self.own, target)
    }

    /// Whether a callsite is heard at all. Our own spans always are, because times come from them.
    pub(crate) fn hears(&self, metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        if metadata.is_span() {
            return self.is_own(target) || target == RUNTIME_INVOCATION;
        }
        let repeats = target == RUNTIME_ERRORS && metadata.fields().field("error").is_none();
        !repeats && self.events.would_enable(target, metadata.level())
    }
}

/// Whether a target is of one of these crates.
pub(crate) fn is_own(own: &[&str], target: &str) -> bool {
    own.iter().any(|own| target.starts_with(own))
}

/// SPEC: AWS, "Log-level filtering": TRACE, DEBUG, INFO, WARN, ERROR and FATAL.
fn level(word: &str) -> LevelFilter {
    match word.to_ascii_uppercase().as_str() {
        "TRACE" => LevelFilter::TRACE,
        "DEBUG" => LevelFilter::DEBUG,
        "WARN" => LevelFilter::WARN,
        "ERROR" | "FATAL" => LevelFilter::ERROR,
        _ => LevelFilter::INFO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> (Filter, Option<&'static str>) {
        Filter::of(&["claimsmith"], &|name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn lambdas_level_counts_for_our_own_and_others_are_heard_from_warn_on() {
        for (word, own, others) in [
            ("TRACE", Level::TRACE, Level::WARN),
            ("debug", Level::DEBUG, Level::WARN),
            ("INFO", Level::INFO, Level::WARN),
            ("WARN", Level::WARN, Level::WARN),
            ("ERROR", Level::ERROR, Level::ERROR),
            ("FATAL", Level::ERROR, Level::ERROR),
            ("loud", Level::INFO, Level::WARN),
        ] {
            let (filter, problem) = of(&[("AWS_LAMBDA_LOG_LEVEL", word)]);
            assert_eq!(problem, None);
            assert_eq!(filter.level, LevelFilter::from_level(own), "{word}");
            for level in [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR] {
                let is_heard = |target| filter.events.would_enable(target, &level);
                assert_eq!(is_heard("claimsmith::records"), level <= own, "{word} {level}");
                assert_eq!(is_heard("aws_smithy_runtime"), level <= others, "{word} {level}");
            }
        }
    }

    #[test]
    fn directives_come_before_lambdas_level_unless_they_are_none() {
        let level = ("AWS_LAMBDA_LOG_LEVEL", "ERROR");
        let (filter, _) = of(&[level, ("RUST_LOG", "claimsmith=debug,aws_smithy_runtime=info")]);
        assert_eq!(filter.level, LevelFilter::DEBUG);
        assert!(filter.events.would_enable("aws_smithy_runtime::client", &Level::INFO));
        assert!(!filter.events.would_enable("hyper", &Level::ERROR));
        let others = of(&[("RUST_LOG", "aws_smithy_runtime=debug,claimsmith::records=debug")]).0;
        assert_eq!(others.level, LevelFilter::INFO, "wide lines are written");
        assert!(others.events.would_enable("claimsmith::records::fetch", &Level::DEBUG));
        assert_eq!(of(&[("RUST_LOG", "off")]).0.level, LevelFilter::OFF);
        let (filter, problem) = of(&[level, ("RUST_LOG", "claimsmith=loud")]);
        assert!(problem.is_some_and(|problem| problem.contains("RUST_LOG")));
        assert_eq!(filter.level, LevelFilter::ERROR);
        assert_eq!(of(&[level, ("RUST_LOG", "")]).0.level, LevelFilter::ERROR);
    }
}
