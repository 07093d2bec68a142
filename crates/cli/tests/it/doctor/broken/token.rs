//! A token that is not what was expected.

use super::*;

pub fn faults() -> Vec<Fault> {
    let token_of =
        |token: &Token, claim: &str| Setup::policy().token(token).records().word(&[claim]);
    vec![
        (
            "an access token, and the claim is for the ID token",
            "other-token",
            token_of(&access(), "display_name"),
        ),
        ("an attribute in an access token", "other-token", token_of(&access(), "email")),
        (
            "a refresh token",
            "encrypted-token",
            Setup::policy().file("--token", "t", "eyJjdHkiOiJKV1Qi.a.b.c.d").word(&["org_id"]),
        ),
        (
            "a load balancer's token",
            "foreign-token",
            Setup::policy().file("--token", "t", "eyJ0eXAi=.e30=.c2ln=").word(&["org_id"]),
        ),
        (
            "another issuer",
            "foreign-token",
            token_of(&access().claim("iss", "https://login.example.com/x"), "seats"),
        ),
        ("no token_use", "foreign-token", token_of(&access().without("token_use"), "seats")),
        (
            "another pool",
            "other-pool",
            token_of(
                &access()
                    .claim("iss", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_OTHER"),
                "seats",
            ),
        ),
        (
            "the pool's description is another's",
            "other-pool",
            Setup::policy().token(&access()).pool(|pool| pool["Id"] = "eu-west-1_OTHER".into()),
        ),
        (
            "another app client",
            "other-client",
            token_of(&access().claim("client_id", "9foreign"), "seats"),
        ),
        (
            "the client's description is another's",
            "other-client",
            Setup::policy().token(&access()).client(|client| client["ClientId"] = API.into()),
        ),
        (
            "somebody else's token",
            "other-user",
            Setup::policy().token(&access()).records().word(&["--user", NOBODY]),
        ),
        (
            "an expired token",
            "expired",
            Setup::policy().token(&access().claim("exp", now() - 60)).records(),
        ),
        (
            "issued before the record had a tier",
            "stale-token",
            token_of(&access().without("org_tier"), "org_tier"),
        ),
        (
            "issued before the tier changed",
            "stale-token",
            token_of(&access().claim("org_tier", "free"), "org_tier"),
        ),
        (
            "made from old data",
            "stale-data",
            Setup::policy().token(&access().claim("claims_as_of", now() - 900)).records(),
        ),
        (
            "named in claims_omitted, nobody knows why",
            "omitted",
            Setup::policy()
                .token(
                    &access().without("feature_flags").claim("claims_omitted", "feature_flags,x"),
                )
                .word(&["feature_flags"]),
        ),
        (
            "an attribute's name is no sign of the trigger",
            "trigger-did-not-run",
            Setup::changed_policy(
                "[claims.display_name]\nfrom = \"user.name\"",
                "[claims.email]\nfrom = \"user.name\"",
            )
            .token(&untouched_id().claim("email", "Ada"))
            .records(),
        ),
        ("a null", "null-claim", token_of(&access().claim("org_tier", Value::Null), "org_tier")),
        (
            "no claim at all in an ID token",
            "trigger-did-not-run",
            Setup::policy().token(&untouched_id()).records(),
        ),
        (
            "no claim in the access token, and the ID token has them",
            "v1-pool",
            Setup::policy()
                .file(
                    "--token",
                    "t",
                    &format!("{}\n{}", signed(&id()), signed(&untouched_access())),
                )
                .records(),
        ),
        (
            "no claim in an access token",
            "v1-pool",
            Setup::policy().token(&untouched_access()).records(),
        ),
        (
            "no claim in a machine's token",
            "v3-needed",
            Setup::policy()
                .token(&machine().without("org_id").without("org_tier").without("feature_flags"))
                .records(),
        ),
        (
            "the trigger ran, and nobody gave the records",
            "no-value",
            Setup::policy().token(&access().without("org_tier")).word(&["org_tier"]),
        ),
    ]
}
