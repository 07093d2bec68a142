//! Pool, permission and app client.

use super::*;

/// Of a pool that was made in another region.
const REPLICA: &str = "arn:aws:cognito-idp:us-west-2:111122223333:userpool/eu-west-1_EXAMPLE01";

/// The policy of `tests/doctor` for every app client.
fn serving_all(sections: &str) -> Setup {
    let listed = "app_clients = [\"2webclientexample0000000001\", \"3apiclientexample00000000001\", \
                  \"4machineexample0000000000001\"]\n";
    Setup::changed_policies(&[(listed, ""), ("[table]", &format!("{sections}[table]"))])
}

fn in_mode(mode: &str) -> Setup {
    let mut function = fixture("tests/doctor/function.json");
    function["Environment"]["Variables"]["CLAIMS_MODE"] = mode.into();
    Setup::policy().pool(|_| ()).json("--function", &function)
}

pub fn faults() -> Vec<Fault> {
    let with_pool = |change: fn(&mut Value)| Setup::policy().pool(change);
    let with_permission = |change: fn(&mut Value)| Setup::policy().pool(|_| ()).permission(change);
    vec![
        ("no trigger", "no-trigger", with_pool(|pool| pool["LambdaConfig"] = json!({}))),
        (
            "the old key alone",
            "legacy-key",
            with_pool(
                |pool| pool["LambdaConfig"] = json!({ "PreTokenGeneration": "arn:aws:lambda:eu-west-1:111122223333:function:claims:live" }),
            ),
        ),
        (
            "two functions",
            "legacy-key-differs",
            with_pool(|pool| {
                pool["LambdaConfig"]["PreTokenGeneration"] =
                    "arn:aws:lambda:eu-west-1:111122223333:function:old".into()
            }),
        ),
        (
            "V1_0",
            "v1-pool",
            with_pool(|pool| {
                pool["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] = "V1_0".into()
            }),
        ),
        (
            "V1_0, seen in a token",
            "v1-pool",
            Setup::policy().token(&untouched_access()).records().pool(|pool| {
                pool["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] = "V1_0".into()
            }),
        ),
        (
            "V2_0, and a machine",
            "v3-needed",
            Setup::policy().token(&machine().without("org_id")).pool(|pool| {
                pool["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] = "V2_0".into()
            }),
        ),
        ("the plan Lite", "plan-lite", with_pool(|pool| pool["UserPoolTier"] = "LITE".into())),
        (
            "the plan Lite and version 1",
            "v1-pool",
            with_pool(|pool| {
                pool["UserPoolTier"] = "LITE".into();
                pool["LambdaConfig"]["PreTokenGenerationConfig"]["LambdaVersion"] = "V1_0".into();
            }),
        ),
        (
            "$LATEST",
            "unqualified-arn",
            with_pool(|pool| {
                let arn = json!("arn:aws:lambda:eu-west-1:111122223333:function:claims");
                pool["LambdaConfig"] = json!({ "PreTokenGenerationConfig": { "LambdaArn": arn, "LambdaVersion": "V3_0" } });
            }),
        ),
        (
            "a version for ever",
            "pinned-version",
            with_pool(|pool| {
                let arn = json!("arn:aws:lambda:eu-west-1:111122223333:function:claims:7");
                pool["LambdaConfig"] = json!({ "PreTokenGenerationConfig": { "LambdaArn": arn, "LambdaVersion": "V3_0" } });
            }),
        ),
        (
            "no permission",
            "no-permission",
            with_permission(|it| it["Action"] = "lambda:GetFunction".into()),
        ),
        (
            "another service",
            "permission-principal",
            with_permission(|it| it["Principal"]["Service"] = "cognito-sync.amazonaws.com".into()),
        ),
        (
            "another pool's permission",
            "permission-source-arn",
            with_permission(|it| {
                it["Condition"]["ArnLike"]["AWS:SourceArn"] =
                    "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_OTHER".into()
            }),
        ),
        (
            "another account's permission",
            "permission-source-account",
            with_permission(|it| {
                it["Condition"]["StringEquals"]["AWS:SourceAccount"] = "999999999999".into()
            }),
        ),
        (
            "the permission is not on the alias",
            "permission-qualifier",
            with_permission(|it| {
                it["Resource"] = "arn:aws:lambda:eu-west-1:111122223333:function:claims".into()
            }),
        ),
        (
            "denied",
            "permission-denied",
            with_permission(|it| {
                it["Effect"] = "Deny".into();
                it["Condition"] = json!({});
            }),
        ),
        (
            "open to every pool",
            "permission-open",
            with_permission(|it| it["Condition"] = json!({})),
        ),
        (
            "a trusted attribute that clients write",
            "trusted-attribute-writable",
            Setup::policy().client(|client| client["WriteAttributes"] = json!(["custom:plan"])),
        ),
        (
            "no revocation",
            "revocation-off",
            Setup::policy().client(|client| client["EnableTokenRevocation"] = false.into()),
        ),
        (
            "a replica without its trigger",
            "no-trigger",
            with_pool(|pool| {
                pool["Arn"] = REPLICA.into();
                pool["LambdaConfig"] = json!({});
            }),
        ),
        (
            "a replica that calls another region",
            "function-elsewhere",
            with_pool(|pool| pool["Arn"] = REPLICA.into()),
        ),
        ("a function that only reports", "report-mode", in_mode("report")),
        (
            "the updated issuer at a REST API",
            "updated-issuer",
            with_pool(|pool| pool["IssuerConfiguration"] = json!({ "Type": "UPDATED" }))
                .word(&["--door", "rest-cognito"]),
        ),
        (
            "clients register themselves",
            "any-client-registers",
            serving_all("").pool(|pool| {
                pool["DcrConfiguration"] = json!({ "EnableStatus": "Enabled" });
            }),
        ),
        (
            "anybody registers clients",
            "any-client-registers",
            serving_all("[tokens.access]\nadd_scopes = [\"a/b\"]\n").pool(|pool| {
                pool["DcrConfiguration"] = json!({ "OpenDcrEnabled": true });
            }),
        ),
        (
            "a client that registered itself",
            "any-client-registers",
            serving_all("").client(|client| client["ClientType"] = "DCR".into()),
        ),
        (
            "no client credentials",
            "no-machine-flow",
            Setup::policy()
                .records()
                .word(&["--client", MACHINE])
                .client(|client| client["ClientId"] = MACHINE.into()),
        ),
        (
            "machines only",
            "no-user-flow",
            Setup::policy().records().word(&["--user", ADA]).client(|client| {
                client["ExplicitAuthFlows"] = json!([]);
                client["AllowedOAuthFlows"] = json!(["client_credentials"]);
            }),
        ),
    ]
}
