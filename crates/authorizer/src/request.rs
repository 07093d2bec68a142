//! What a gateway asks: the door, the token and the route, out of an authorizer's event.
//!
//! Lenient in: members that nobody needs may be missing, null or odd. What is needed is needed
//! exactly: one token, in the one place that is configured, and for an API Gateway the ARN of the
//! request. Reads only; nothing is checked here that a token says.
//!
//! SPEC: AWS, "Input to an API Gateway Lambda authorizer", "Control access to HTTP APIs with Lambda
//! authorizers", "Control access to WebSocket APIs with Lambda REQUEST authorizers", "AppSync: AWS
//! Lambda authorization".

use serde_json::{Map, Value};

use crate::config::TokenPlace;
use crate::route::CONNECT;

/// Which kind of gateway asks, and in which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// REST API, authorizer of type TOKEN.
    RestToken,
    /// REST API, authorizer of type REQUEST.
    RestRequest,
    /// HTTP API, payload format 1.0.
    HttpApi1,
    /// HTTP API, payload format 2.0.
    HttpApi2,
    /// WebSocket API, on `$connect`.
    WebSocket,
    /// AppSync API.
    AppSync,
}

impl Door {
    /// The word in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Door::RestToken => "rest_token",
            Door::RestRequest => "rest_request",
            Door::HttpApi1 => "http_api_1",
            Door::HttpApi2 => "http_api_2",
            Door::WebSocket => "websocket",
            Door::AppSync => "appsync",
        }
    }
}

/// One question of a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request<'e> {
    /// Who asks.
    pub door: Door,
    /// The token, without a prefix; or why there isn't exactly one.
    pub token: Result<&'e str, NoToken>,
    /// The request's ARN. AppSync has none, and an HTTP API with payload 2.0 might.
    pub arn: Option<Arn<'e>>,
    /// Whether the gateway finds its cached answers by something else than the token, as far as
    /// the event tells.
    pub is_cached_by_something_else: bool,
}

/// Why a request has no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoToken {
    /// There is none in the configured place.
    Missing,
    /// There is more than one, or something around it.
    NotOne,
}

/// An event that no gateway sends: the text names what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub &'static str);

/// The ARN of a request: `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'e> {
    /// All of it up to the stage, without a slash at the end.
    pub stage: &'e str,
    /// Method and path, `GET/items/7`, or `$connect`. What a caller wrote stands in it.
    pub target: &'e str,
}

/// Longest resource in a policy, in bytes.
///
/// SPEC: AWS, "Amazon API Gateway quotas": length of a resource in a policy.
const RESOURCE_LIMIT: usize = 512;

impl<'e> Arn<'e> {
    /// Whether a policy can name this very request: a caller may write a policy's marks into a
    /// path.
    pub fn fits_a_policy(&self) -> bool {
        let is_plain = !self.target.bytes().any(|byte| b"*?${".contains(&byte));
        (is_plain || self.target == CONNECT)
            && self.stage.len() + 1 + self.target.len() <= RESOURCE_LIMIT
    }

    /// Reads an ARN. The part that goes into policies must be free of a policy's marks.
    fn parse(text: &'e str) -> Option<Self> {
        let path = text.match_indices(':').nth(4)?.0 + 1;
        let stage_start = path + text.get(path..)?.find('/')? + 1;
        let stage_end = stage_start + text.get(stage_start..)?.find('/')?;
        let stage = text.get(..stage_end)?;
        let target = text.get(stage_end + 1..)?;
        let parts: Vec<&str> = stage.split(':').collect();
        let [arn, _, service, _, _, api] = parts.as_slice() else { return None };
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"*?{}\"\\".contains(&byte);
        let is_whole = *arn == "arn"
            && *service == "execute-api"
            && stage_start < stage_end
            && !api.starts_with('/')
            && stage.bytes().all(is_plain);
        (is_whole && !target.is_empty()).then_some(Self { stage, target })
    }
}

impl<'e> Request<'e> {
    /// Reads an event.
    ///
    /// # Errors
    /// It is none of an authorizer's.
    pub fn parse(event: &'e Value, place: &TokenPlace) -> Result<Self, Unreadable> {
        let event = event.as_object().ok_or(Unreadable("expected an object"))?;
        let arn = |name: &str| text(event, name).and_then(Arn::parse);
        let authorization = text(event, "authorizationToken");
        if text(event, "version") == Some("2.0") {
            let token = Found::in_request(event, place);
            return Ok(Self {
                door: Door::HttpApi2,
                is_cached_by_something_else: token.is_elsewhere(event.get("identitySource")),
                token: token.one(),
                arn: arn("routeArn").or_else(|| arn("methodArn")),
            });
        }
        if event.contains_key("methodArn") {
            let arn = arn("methodArn").ok_or(Unreadable("expected an API's ARN in `methodArn`"))?;
            let is_token = text(event, "type").is_some_and(|kind| kind == "TOKEN");
            let token = match is_token {
                true => Found::in_token_event(authorization),
                false => Found::in_request(event, place),
            };
            let door = match text(event, "version") {
                _ if is_token => Door::RestToken,
                _ if arn.target == CONNECT => Door::WebSocket,
                Some("1.0") => Door::HttpApi1,
                _ => Door::RestRequest,
            };
            return Ok(Self {
                door,
                is_cached_by_something_else: token.is_elsewhere(event.get("identitySource")),
                token: token.one(),
                arn: Some(arn),
            });
        }
        if event.contains_key("authorizationToken") && event.contains_key("requestContext") {
            return Ok(Self {
                door: Door::AppSync,
                token: Found::in_token_event(authorization).one(),
                arn: None,
                is_cached_by_something_else: false,
            });
        }
        Err(Unreadable("expected `methodArn`, `version` 2.0 or `authorizationToken`"))
    }
}

/// All values that a request has in the place of the token, as they stand there.
struct Found<'e>(Vec<&'e str>);

impl<'e> Found<'e> {
    fn in_token_event(token: Option<&'e str>) -> Self {
        Self(token.into_iter().collect())
    }

    fn in_request(event: &'e Map<String, Value>, place: &TokenPlace) -> Self {
        match place {
            TokenPlace::Header(name) => {
                let is_it = |other: &str| other.eq_ignore_ascii_case(name);
                Self::in_maps(event, ["headers", "multiValueHeaders"], is_it)
            }
            TokenPlace::Query(name) => {
                let maps = ["queryStringParameters", "multiValueQueryStringParameters"];
                Self::in_maps(event, maps, |other| other == name)
            }
        }
    }

    /// A REST API tells everything twice: the last value, and all values. Both count, so that no
    /// value can hide; the same value in both is one.
    fn in_maps(
        event: &'e Map<String, Value>,
        [single, multiple]: [&str; 2],
        is_it: impl Fn(&str) -> bool,
    ) -> Self {
        let values = |map: &str| {
            let members = event.get(map).and_then(Value::as_object).into_iter().flatten();
            members.filter(|(name, _)| is_it(name)).flat_map(|(_, value)| match value {
                Value::Array(values) => values.iter().map(text_or_nothing).collect(),
                Value::Null => Vec::new(),
                other => vec![text_or_nothing(other)],
            })
        };
        let mut found: Vec<&str> = values(multiple).collect();
        let known = found.clone();
        found.extend(values(single).filter(|value| !known.contains(value)));
        Self(found)
    }

    /// Whether the gateway names its identity sources and the token is none of them. Then answers
    /// that it keeps would be found by something that the token doesn't vouch for.
    fn is_elsewhere(&self, identity_source: Option<&Value>) -> bool {
        let sources: Vec<&str> = match identity_source {
            Some(Value::String(joined)) => joined.split(',').map(str::trim).collect(),
            Some(Value::Array(sources)) => sources.iter().map(text_or_nothing).collect(),
            _ => return false,
        };
        !sources.is_empty() && !self.0.iter().any(|value| sources.contains(&value.trim()))
    }

    fn one(&self) -> Result<&'e str, NoToken> {
        match self.0.as_slice() {
            [] => Err(NoToken::Missing),
            [one] => bare(one),
            _ => Err(NoToken::NotOne),
        }
    }
}

/// The token without its prefix.
///
/// SPEC: RFC 6750 section 2.1; the scheme's case doesn't matter (RFC 9110 section 11.1).
fn bare(value: &str) -> Result<&str, NoToken> {
    let value = value.trim_matches(' ');
    let rest = match value.split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => {
            rest.trim_start_matches(' ')
        }
        Some(_) => return Err(NoToken::NotOne),
        None if value.eq_ignore_ascii_case("bearer") => "",
        None => value,
    };
    if rest.is_empty() {
        Err(NoToken::Missing)
    } else if rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        Ok(rest)
    } else {
        Err(NoToken::NotOne)
    }
}

fn text<'e>(map: &'e Map<String, Value>, name: &str) -> Option<&'e str> {
    map.get(name).and_then(Value::as_str)
}

/// A value that isn't text can't be a token, and must not go unnoticed beside one.
fn text_or_nothing(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ARN: &str = "arn:aws:execute-api:eu-west-1:123456789012:api1example/live/GET/items/7";

    fn request(members: Value) -> Result<&'static str, NoToken> {
        request_at(members, TokenPlace::Header("authorization".to_owned()))
    }

    fn request_at(members: Value, place: TokenPlace) -> Result<&'static str, NoToken> {
        let mut event = json!({ "type": "REQUEST", "methodArn": ARN });
        event.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        // A test may leak: it is short.
        Request::parse(Box::leak(Box::new(event)), &place).unwrap().token
    }

    #[test]
    fn the_header_is_found_in_any_case_and_form() {
        for name in ["authorization", "Authorization", "AUTHORIZATION"] {
            for value in ["a.b.c", "Bearer a.b.c", "bearer a.b.c", "  BEARER   a.b.c "] {
                assert_eq!(request(json!({ "headers": { name: value } })), Ok("a.b.c"), "{value}");
            }
        }
        let both = json!({
            "headers": { "authorization": "a.b.c" },
            "multiValueHeaders": { "Authorization": ["a.b.c"] },
        });
        assert_eq!(request(both), Ok("a.b.c"));
        let null = json!({ "headers": null, "multiValueHeaders": { "Authorization": ["a.b.c"] } });
        assert_eq!(request(null), Ok("a.b.c"));
    }

    #[test]
    fn nothing_is_no_token() {
        for headers in [
            json!({}),
            json!(null),
            json!([]),
            json!(7),
            json!({ "authorization": null }),
            json!({ "authorization": "" }),
            json!({ "authorization": "Bearer" }),
            json!({ "authorization": "Bearer " }),
            json!({ "x": "a.b.c" }),
        ] {
            assert_eq!(request(json!({ "headers": headers })), Err(NoToken::Missing), "{headers}");
        }
    }

    #[test]
    fn two_are_no_token() {
        for members in [
            json!({ "headers": { "authorization": "a.b.c", "Authorization": "a.b.c" } }),
            json!({ "multiValueHeaders": { "authorization": ["a.b.c", "a.b.c"] } }),
            json!({
                "headers": { "authorization": "a.b.c" },
                "multiValueHeaders": { "authorization": ["d.e.f"] },
            }),
            json!({ "headers": { "authorization": "a.b.c,d.e.f" } }),
            json!({ "headers": { "authorization": "a.b.c d.e.f" } }),
            json!({ "headers": { "authorization": "Bearer a.b.c d.e.f" } }),
            json!({ "headers": { "authorization": "Bearer Bearer a.b.c" } }),
            json!({ "headers": { "authorization": "Basic a.b.c" } }),
            json!({ "headers": { "authorization": "\u{a0}a.b.c" } }),
            json!({ "headers": { "authorization": "a.b.c", "Authorization": 7 } }),
        ] {
            assert_eq!(request(members.clone()), Err(NoToken::NotOne), "{members}");
        }
    }

    #[test]
    fn a_query_parameter_counts_only_where_it_is_asked_for() {
        let members = json!({ "queryStringParameters": { "token": "a.b.c" } });
        assert_eq!(request(members.clone()), Err(NoToken::Missing));
        let place = TokenPlace::Query("token".to_owned());
        assert_eq!(request_at(members, place.clone()), Ok("a.b.c"));
        let header = json!({ "headers": { "authorization": "a.b.c" } });
        assert_eq!(request_at(header, place.clone()), Err(NoToken::Missing));
        let other_case = json!({ "queryStringParameters": { "Token": "a.b.c" } });
        assert_eq!(request_at(other_case, place), Err(NoToken::Missing));
    }

    #[test]
    fn an_arn_has_a_stage_and_a_target() {
        let arn = Arn::parse(ARN).unwrap();
        assert_eq!(arn.stage, "arn:aws:execute-api:eu-west-1:123456789012:api1example/live");
        assert_eq!(arn.target, "GET/items/7");
        let root = Arn::parse("arn:aws-cn:execute-api:cn-north-1:1:a/$default/GET/").unwrap();
        assert_eq!(
            (root.stage, root.target),
            ("arn:aws-cn:execute-api:cn-north-1:1:a/$default", "GET/")
        );
        let colon = Arn::parse("arn:aws:execute-api:r:1:a/s/GET/a:b/c").unwrap();
        assert_eq!(colon.target, "GET/a:b/c");
        for odd in [
            "",
            "arn",
            "arn:aws:execute-api:r:1:a",
            "arn:aws:execute-api:r:1:a/s",
            "arn:aws:execute-api:r:1:a/s/",
            "arn:aws:execute-api:r:1:a//GET/x",
            "arn:aws:execute-api:r:1:/s/GET/x",
            "arn:aws:execute-api:r:1:*/s/GET/x",
            "arn:aws:execute-api:r:1:a/${x}/GET/x",
            "arn:aws:s3:r:1:a/s/GET/x",
            "*",
        ] {
            assert_eq!(Arn::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_identity_source_must_hold_the_token() {
        let place = TokenPlace::Header("authorization".to_owned());
        let elsewhere = |source: Value| {
            let event = json!({
                "version": "2.0", "routeArn": ARN, "identitySource": source,
                "headers": { "authorization": "Bearer a.b.c" },
            });
            Request::parse(&event, &place).unwrap().is_cached_by_something_else
        };
        assert!(!elsewhere(json!(["Bearer a.b.c"])));
        assert!(!elsewhere(json!(["x", "Bearer a.b.c"])));
        assert!(!elsewhere(json!("x,Bearer a.b.c")));
        assert!(!elsewhere(json!(null)));
        assert!(!elsewhere(json!([])));
        assert!(elsewhere(json!(["x"])));
        assert!(elsewhere(json!("x")));
    }

    #[test]
    fn what_no_gateway_sends_is_unreadable() {
        let place = TokenPlace::Header("authorization".to_owned());
        for event in [
            json!(null),
            json!([]),
            json!({}),
            json!({ "type": "TOKEN" }),
            json!({ "methodArn": "arn" }),
            json!({ "methodArn": null }),
            json!({ "version": "1.0" }),
        ] {
            assert!(Request::parse(&event, &place).is_err(), "{event}");
        }
    }
}
