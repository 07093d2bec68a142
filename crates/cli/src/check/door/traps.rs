//! What to look out for at each door: what it lets in unless it is told, and what it can't know.

use super::rules::Door;

/// What to look out for, the most dangerous first.
pub fn of(door: Door) -> Vec<&'static str> {
    let traps: &[&str] = match door {
        // SPEC: AWS, "Verify JWTs using an Application Load Balancer".
        Door::Alb => &[
            "`token_use`, `client_id` and `aud` count only if they are listed, so the fragment lists the \
             first two; it has ten claims at most, and eight are left",
            "a request that no rule fits goes to the listener's default action: let that one refuse",
            "whether one of several entries of a list is enough is not documented: demand one (not \
             verified on AWS)",
            "it tests keys of RS256 only, and hands the token on as it is",
        ],
        Door::AgentCore => &[
            "values have letters, digits and `_.-` only, 255 at most",
            "whether `token_use` may be a custom claim is not documented; if not, nothing is made (not \
             verified on AWS)",
        ],
        // SPEC: AWS, API Gateway API reference, `JwtAdditionalClaim`.
        Door::RestJwt => &[
            "without `Required` a token that lacks the claim passes; the fragment sets it",
            "an access token passes only if it has `aud`: `aud = \"client_id\"` in [tokens.access] \
             (not verified on AWS)",
            "methods need the authorizer, and their own scopes, one by one",
        ],
        // SPEC: AWS, "Control access to HTTP APIs with JWT authorizers".
        Door::HttpApi => &[
            "an ID token passes too unless the route asks for scopes, so the fragment does",
            "only scopes can be tested: `add_scopes` in the policy writes some",
            "beside `aud`, the `client_id` of a token isn't looked at",
        ],
        // SPEC: AWS, AppSync API reference, `UserPoolConfig`.
        Door::AppSync => &[
            "without a pattern for app clients every client of the pool is let in; the fragment has one",
            "ID and access tokens pass alike",
            "only `cognito:groups` can be tested, by @aws_auth and @aws_cognito_user_pools in the \
             schema; with the default action DENY fields without them are closed",
        ],
        // SPEC: AWS, "Using role-based access control"; identity pools API reference, `RoleMapping`.
        Door::IdentityPool => &[
            "whom no rule fits is refused only with `Deny`, which the fragment sets; otherwise they get \
             the default role",
            "an app client or provider without a mapping gets the default role: give it no rights",
            "the first rule that fits decides; in the classic flow callers choose among roles that trust \
             the pool, so leave that flow off (not verified on AWS)",
            "values have 128 characters at most",
        ],
        // SPEC: AWS, Verified Permissions API reference, `IsAuthorizedWithToken`.
        Door::VerifiedPermissions => &[
            "call IsAuthorizedWithToken with the access token; IsAuthorized believes the context that it \
             is given",
            "without `client_ids` the identity source takes the tokens of every app client",
            "another policy of the store may permit what this one doesn't",
            "whether an identity source takes tokens with the issuer UPDATED is not documented (not \
             verified on AWS)",
        ],
    };
    traps.to_vec()
}
