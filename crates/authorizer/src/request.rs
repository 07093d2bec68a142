//! What a gateway asks: which gateway it is, the token and the route, out of an authorizer's event.
//!
//! Lenient in: members that nobody needs may be missing, null or odd. What is needed is needed
//! exactly: one token, in the one place that is configured, and for an API Gateway the ARN of the
//! request. Reads only; nothing is checked here that a token says.
//!
//! SPEC: AWS, "Input to an API Gateway Lambda authorizer", "Control access to HTTP APIs with Lambda
//! authorizers", "Control access to WebSocket APIs with Lambda REQUEST authorizers", "AppSync: AWS
//! Lambda authorization".

mod token;

use claimsmith_telemetry::plain_id;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::arn::Arn;
use crate::config::TokenPlace;
use crate::denial::Denial;
use crate::route::CONNECT;
use token::Found;

/// Which kind of gateway asks, and in which form. Its name in small letters is its word in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gateway {
    /// REST API, authorizer of type TOKEN.
    RestToken,
    /// REST API, authorizer of type REQUEST.
    RestRequest,
    /// HTTP API, payload format 1.0.
    #[serde(rename = "http_api_1")]
    HttpApi1,
    /// HTTP API, payload format 2.0.
    #[serde(rename = "http_api_2")]
    HttpApi2,
    /// WebSocket API, on `$connect`.
    #[serde(rename = "websocket")]
    WebSocket,
    /// AppSync API.
    #[serde(rename = "appsync")]
    AppSync,
}

/// One question of a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request<'e> {
    /// Who asks.
    pub gateway: Gateway,
    /// The token, without a prefix; or why there isn't exactly one.
    pub token: Result<&'e str, Denial>,
    /// The request's ARN. AppSync has none, and an HTTP API with payload 2.0 might.
    pub arn: Option<Arn<'e>>,
    /// The gateway's own id of the request, as far as it is no text that a caller could choose.
    pub id: Option<&'e str>,
    /// Whether the gateway keeps answers by something else than the token, as far as the event
    /// tells.
    pub is_cached_by_something_else: bool,
}

impl<'e> Request<'e> {
    /// Reads an event.
    ///
    /// # Errors
    /// [`Denial::UnreadableEvent`]: no gateway sends such an event to an authorizer.
    pub fn parse(event: &'e Value, place: &TokenPlace) -> Result<Self, Denial> {
        let event = event.as_object().ok_or(Denial::UnreadableEvent)?;
        let arn = |name: &str| text(event, name).and_then(Arn::parse);
        let is_token_event = text(event, "type") == Some("TOKEN");
        if text(event, "version") == Some("2.0") {
            let arn = arn("routeArn").or_else(|| arn("methodArn"));
            return Ok(Self::new(Gateway::HttpApi2, arn, event, Found::in_request(event, place)));
        }
        if event.contains_key("methodArn") {
            let arn = arn("methodArn").ok_or(Denial::UnreadableEvent)?;
            let gateway = match text(event, "version") {
                _ if is_token_event => Gateway::RestToken,
                _ if arn.target == CONNECT => Gateway::WebSocket,
                Some("1.0") => Gateway::HttpApi1,
                _ => Gateway::RestRequest,
            };
            let found = match is_token_event {
                true => Found::in_token_event(text(event, TOKEN)),
                false => Found::in_request(event, place),
            };
            return Ok(Self::new(gateway, Some(arn), event, found));
        }
        if event.contains_key(TOKEN) && event.contains_key("requestContext") {
            let token = Found::in_token_event(text(event, TOKEN)).one();
            let (gateway, arn) = (Gateway::AppSync, None);
            let id = id(event);
            return Ok(Self { gateway, token, arn, id, is_cached_by_something_else: false });
        }
        Err(Denial::UnreadableEvent)
    }

    fn new(
        gateway: Gateway,
        arn: Option<Arn<'e>>,
        event: &'e Map<String, Value>,
        found: Found<'e>,
    ) -> Self {
        let is_cached_by_something_else = found.is_elsewhere(event.get("identitySource"));
        Self { gateway, token: found.one(), arn, id: id(event), is_cached_by_something_else }
    }
}

/// The member of an event that is the token itself.
const TOKEN: &str = "authorizationToken";

/// An event of type TOKEN has none.
fn id(event: &Map<String, Value>) -> Option<&str> {
    let context = event.get("requestContext").and_then(Value::as_object)?;
    text(context, "requestId").and_then(plain_id)
}

fn text<'e>(map: &'e Map<String, Value>, name: &str) -> Option<&'e str> {
    map.get(name).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ARN: &str = "arn:aws:execute-api:eu-west-1:123456789012:api1example/live/GET/items/7";

    fn request(members: Value) -> Result<&'static str, Denial> {
        request_at(members, TokenPlace::Header("authorization".to_owned()))
    }

    fn request_at(members: Value, place: TokenPlace) -> Result<&'static str, Denial> {
        let mut event = json!({ "type": "REQUEST", "methodArn": ARN });
        event.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        // Leaked, so that the token can be returned.
        Request::parse(Box::leak(Box::new(event)), &place).unwrap().token
    }

    /// A caller can choose it at a REST API.
    #[test]
    fn an_id_is_no_text() {
        for (id, expected) in [
            ("c6af9ac6-7b61-11e6-9a41-93e8deadbeef", Some("c6af9ac6-7b61-11e6-9a41-93e8deadbeef")),
            ("JKJaXmPLvHcESHA=", Some("JKJaXmPLvHcESHA=")),
            ("ada@example.com", None),
            ("", None),
        ] {
            let event = json!({ "methodArn": ARN, "requestContext": { "requestId": id } });
            let place = TokenPlace::Header("authorization".to_owned());
            assert_eq!(Request::parse(&event, &place).unwrap().id, expected, "{id}");
        }
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
            assert_eq!(
                request(json!({ "headers": headers })),
                Err(Denial::TokenMissing),
                "{headers}"
            );
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
            assert_eq!(request(members.clone()), Err(Denial::TokenNotOne), "{members}");
        }
    }

    #[test]
    fn a_query_parameter_counts_only_where_it_is_asked_for() {
        let members = json!({ "queryStringParameters": { "token": "a.b.c" } });
        assert_eq!(request(members.clone()), Err(Denial::TokenMissing));
        let place = TokenPlace::Query("token".to_owned());
        assert_eq!(request_at(members, place.clone()), Ok("a.b.c"));
        let header = json!({ "headers": { "authorization": "a.b.c" } });
        assert_eq!(request_at(header, place.clone()), Err(Denial::TokenMissing));
        let other_case = json!({ "queryStringParameters": { "Token": "a.b.c" } });
        assert_eq!(request_at(other_case, place), Err(Denial::TokenMissing));
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
