//! When a record of a revocation may end.
//!
//! One rule: never before everything is over that it revokes. A record that ended sooner would be
//! undone by whoever still holds a refresh token. Pure: the time is an argument.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::record::Reach;
use super::subject::Kind;
use super::time::{When, shown};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
/// A token lives a day at most; an hour more, because clocks differ.
/// SPEC: AWS, Cognito API reference, `CreateUserPoolClient`: ID and access tokens live from 5 minutes to a
/// day, refresh tokens from an hour to 3,650 days.
const TOKEN: u64 = DAY + HOUR;
/// How long a refresh token may live.
const REFRESH_TOKENS: RangeInclusive<u64> = HOUR..=3650 * DAY;

/// What the caller says about the end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// The end.
    pub until: Option<When>,
    /// How long the pool's refresh tokens live.
    pub refresh_tokens: Option<Duration>,
}

/// The end in seconds since 1970; nothing is never.
pub fn end(kind: Kind, reach: Reach, asked: Asked, now: u64) -> Result<Option<u64>, String> {
    let refresh = asked.refresh_tokens.map(|time| time.as_secs());
    if refresh.is_some_and(|seconds| !REFRESH_TOKENS.contains(&seconds)) {
        return Err("--refresh-tokens: Cognito's live from `1h` to `3650d`".to_owned());
    }
    let over = now
        + TOKEN
        + match kind {
            Kind::Token => 0,
            _ => refresh.unwrap_or(*REFRESH_TOKENS.end()),
        };
    let Some(until) = asked.until else {
        // Nothing new comes under an old sign-in; a person or machine comes again.
        let passes = match (kind, reach) {
            (Kind::Token, _) => true,
            (Kind::SignIn, _) | (_, Reach::Until(_)) => refresh.is_some(),
            (Kind::User | Kind::Client, Reach::All) => false,
        };
        return Ok(passes.then_some(over));
    };
    let until = until.after(now);
    if until >= over {
        return Ok(Some(until));
    }
    let earliest = shown(over);
    Err(match (kind, refresh) {
        (Kind::Token, _) => {
            format!(
                "--until: a token may live until {earliest}; write that or later, or leave it out"
            )
        }
        (_, Some(_)) => format!(
            "--until: what was signed in to until now can be refreshed, and its tokens live until \
             {earliest}; write that or later, or leave it out"
        ),
        (_, None) => format!(
            "--until: a refresh token may live for 3650 days, and would bring back what is revoked; \
             leave it out, write {earliest} or later, or say how long those of the pool live, such as \
             --refresh-tokens 30d"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;
    const BEFORE: Reach = Reach::Until(NOW);

    fn asked(until: Option<u64>, refresh_tokens: Option<u64>) -> Asked {
        Asked {
            until: until.map(|seconds| When::At(NOW + seconds)),
            refresh_tokens: refresh_tokens.map(Duration::from_secs),
        }
    }

    #[test]
    fn without_an_end_a_record_stays_as_long_as_it_can_be_needed() {
        let end = |kind, reach, refresh| end(kind, reach, asked(None, refresh), NOW).unwrap();
        assert_eq!(end(Kind::Token, Reach::All, None), Some(NOW + 25 * HOUR));
        for kind in [Kind::User, Kind::Client] {
            for refresh in [None, Some(30 * DAY)] {
                assert_eq!(end(kind, Reach::All, refresh), None);
            }
            assert_eq!(end(kind, BEFORE, None), None);
            assert_eq!(end(kind, BEFORE, Some(30 * DAY)), Some(NOW + 31 * DAY + HOUR));
        }
        assert_eq!(end(Kind::SignIn, Reach::All, None), None);
        assert_eq!(end(Kind::SignIn, Reach::All, Some(HOUR)), Some(NOW + 26 * HOUR));
    }

    #[test]
    fn no_end_is_sooner_than_what_it_revokes() {
        for kind in [Kind::User, Kind::Client, Kind::SignIn] {
            for (refresh, least) in [(None, 3651 * DAY + HOUR), (Some(DAY), 2 * DAY + HOUR)] {
                let at = |until| end(kind, Reach::All, asked(Some(until), refresh), NOW);
                assert_eq!(at(least), Ok(Some(NOW + least)));
                let refused = at(least - 1).unwrap_err();
                assert!(refused.contains(&shown(NOW + least)), "{refused}");
                assert_eq!(refused.contains("--refresh-tokens"), refresh.is_none(), "{refused}");
            }
        }
        let at = |until| end(Kind::Token, Reach::All, asked(Some(until), None), NOW);
        assert_eq!(at(25 * HOUR), Ok(Some(NOW + 25 * HOUR)));
        assert!(at(25 * HOUR - 1).is_err());
        // A time long past.
        let past =
            Asked { until: Some(When::At(0)), refresh_tokens: Some(Duration::from_secs(DAY)) };
        assert!(end(Kind::User, Reach::All, past, NOW).is_err());
    }

    #[test]
    fn refresh_tokens_live_as_cognito_lets_them() {
        for (seconds, fits) in [
            (0, false),
            (HOUR - 1, false),
            (HOUR, true),
            (3650 * DAY, true),
            (3650 * DAY + 1, false),
        ] {
            let end = end(Kind::User, BEFORE, asked(None, Some(seconds)), NOW);
            assert_eq!(end.is_ok(), fits, "{seconds}");
        }
    }
}
