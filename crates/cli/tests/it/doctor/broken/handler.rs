//! What front doors and authorizers make of a token.

use super::*;

pub fn faults() -> Vec<Fault> {
    vec![
        (
            "no authorizer",
            "no-authorizer",
            Setup::policy()
                .json(
                    "--context",
                    &json!({ "headers": { "authorization": "Bearer x" }, "requestContext": {} }),
                )
                .word(&["org_id"]),
        ),
        (
            "a load balancer",
            "no-authorizer",
            Setup::policy().json("--context", &access().alb()).word(&["org_id"]),
        ),
        (
            "a list at an HTTP API",
            "flattened-list",
            Setup::policy().json("--context", &access().http_api()).word(&["feature_flags"]),
        ),
        (
            "a list at a REST API",
            "flattened-list",
            Setup::policy()
                .json(
                    "--context",
                    &access()
                        .claim("iat", 1_611_982_145)
                        .claim("exp", 4_000_000_000_u64)
                        .rest_cognito(),
                )
                .word(&["feature_flags"]),
        ),
        (
            "a list, by the door's name",
            "flattened-list",
            Setup::policy().token(&access()).records().word(&[
                "--door",
                "http-api",
                "feature_flags",
            ]),
        ),
        (
            "a number at an HTTP API",
            "flattened-scalar",
            Setup::policy()
                .json("--context", &access().claim("seats", 12).http_api())
                .word(&["seats"]),
        ),
        (
            "an object at an HTTP API",
            "flattened-object",
            Setup::policy()
                .token(&access().claim("limits", json!({ "a": 1 })))
                .word(&["--door", "http-api", "limits"]),
        ),
        (
            "the authorizer keeps it to itself",
            "not-in-context",
            Setup::policy()
                .token(&access())
                .records()
                .json("--context", &access().without("org_id").rest_lambda_authorizer())
                .word(&["org_id"]),
        ),
        (
            "the handler got the other token",
            "other-token",
            Setup::policy()
                .token(&id())
                .json("--context", &access().http_api())
                .word(&["display_name"]),
        ),
        (
            "a place that three doors share",
            "ambiguous-door",
            Setup::policy()
                .json(
                    "--context",
                    &json!({ "requestContext": { "authorizer": { "claims": { "org_id": "a" } } } }),
                )
                .word(&["org_id"]),
        ),
        (
            "too long for a gateway",
            "too-long",
            Setup::policy()
                .token(&access().claim("x", "x".repeat(9000)))
                .word(&["--door", "http-api", "org_id"]),
        ),
    ]
}
