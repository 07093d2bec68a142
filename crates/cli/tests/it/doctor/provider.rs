//! What a provider writes: who else could write it, and for whom it counts.

use super::*;

const TENANT_OF_ENTRA: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

/// The policy of `tests/doctor`, and it believes a provider.
fn believing(sections: &str) -> Setup {
    Setup::changed_policy(
        "[table]",
        &format!(
            "[providers.EntraID]\nwrites = [\"custom:entra_tid\"]\n\
             [claims.entra_tid]\nfrom = \"attributes.custom:entra_tid\"\n{sections}\n[table]"
        ),
    )
}

impl Setup {
    /// An app client by which nobody but the provider writes the attribute.
    fn entras_client(self, change: impl Fn(&mut Value)) -> Self {
        self.client(|client| {
            client["WriteAttributes"] = json!(["email", "custom:entra_tid"]);
            client["ExplicitAuthFlows"] = json!(["ALLOW_REFRESH_TOKEN_AUTH"]);
            client["SupportedIdentityProviders"] = json!(["EntraID"]);
            change(client);
        })
    }

    /// A pool where nobody signs up.
    fn closed_pool(self, change: impl Fn(&mut Value)) -> Self {
        self.pool(|pool| {
            pool["AdminCreateUserConfig"] = json!({ "AllowAdminCreateUserOnly": true });
            change(pool);
        })
    }

    /// Ada's sign-in, by the given account.
    fn account(self, status: &str, identities: &Value, more: &Value) -> Self {
        let mut event = fixture("events/v2/sign-in.json");
        let attributes = event["request"]["userAttributes"].as_object_mut().unwrap();
        attributes.insert("cognito:user_status".to_owned(), status.into());
        attributes.insert("custom:entra_tid".to_owned(), TENANT_OF_ENTRA.into());
        if !identities.is_null() {
            attributes.insert("identities".to_owned(), identities.to_string().into());
        }
        for (name, value) in more.as_object().into_iter().flatten() {
            attributes.insert(name.clone(), value.clone());
        }
        self.json("--event", &event)
    }
}

fn entra() -> Value {
    json!([{ "userId": "1", "providerName": "EntraID", "providerType": "OIDC", "issuer": null }])
}

#[test]
fn who_keeps_all_conditions_hears_of_none() {
    let setup = believing("").closed_pool(|_| ()).entras_client(|_| ()).records();
    let setup = setup.account("EXTERNAL_PROVIDER", &entra(), &Value::Null).word(&["entra_tid"]);
    assert_eq!(ranks(&setup), [""; 0]);
    assert_eq!(setup.answer()["present"].as_array().unwrap().len(), 2);
    // Who can't write the attribute can't forge it, whatever else is allowed.
    let setup = believing("").pool(|_| ()).client(|client| {
        client["AllowedOAuthScopes"] = json!(["aws.cognito.signin.user.admin"]);
    });
    assert_eq!(ranks(&setup), [""; 0]);
    // Without a provider there is nothing to believe.
    let setup = Setup::policy().pool(|_| ()).entras_client(|client| {
        client["AllowedOAuthScopes"] = json!(["aws.cognito.signin.user.admin"]);
    });
    assert_eq!(ranks(&setup), [""; 0]);
}

#[test]
fn each_condition_that_is_missing_is_named_alone() {
    let client =
        |change: fn(&mut Value)| ranks(&believing("").closed_pool(|_| ()).entras_client(change));
    let flows = ["aside provider-attribute-flows"];
    for flow in ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH", "ADMIN_NO_SRP_AUTH"]
    {
        let setup = believing("").closed_pool(|_| ()).entras_client(|client| {
            client["ExplicitAuthFlows"] = json!([flow, "ALLOW_REFRESH_TOKEN_AUTH"]);
        });
        assert_eq!(ranks(&setup), flows, "{flow}");
        let evidence = &setup.answer()["findings"][0]["evidence"];
        assert_eq!(evidence[0]["says"], flow);
        assert_eq!(evidence[1]["says"], "custom:entra_tid");
    }
    // Not said is not off.
    assert_eq!(client(|it| drop(it.as_object_mut().unwrap().remove("ExplicitAuthFlows"))), flows);
    assert_eq!(
        client(|it| it["AllowedOAuthScopes"] = json!(["openid", "aws.cognito.signin.user.admin"])),
        ["aside provider-attribute-scope"]
    );
    assert_eq!(
        client(|it| it["WriteAttributes"] = json!(["email"])),
        ["likely provider-cannot-write"]
    );
    let pool =
        |change: fn(&mut Value)| ranks(&believing("").closed_pool(change).entras_client(|_| ()));
    let sign_up = ["aside provider-attribute-sign-up"];
    assert_eq!(
        pool(|it| it["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] = false.into()),
        sign_up
    );
    assert_eq!(pool(|it| it["AdminCreateUserConfig"] = json!({})), sign_up);
    assert_eq!(pool(|it| it["AdminCreateUserConfig"] = Value::Null), sign_up);
    // The pool alone is enough to wonder.
    assert_eq!(ranks(&believing("").pool(|_| ())), sign_up);
}

/// No app client's description shows what the trigger adds.
#[test]
fn a_scope_that_the_policy_adds_is_found_in_the_policy() {
    let scopes = "add_scopes = [\"aws.cognito.signin.user.admin\"]";
    let grant = ["aside provider-attribute-grant"];
    let everywhere = || believing(&format!("[tokens.access]\n{scopes}"));
    assert_eq!(ranks(&everywhere()), grant);
    assert_eq!(ranks(&everywhere().entras_client(|_| ())), grant);
    assert_eq!(ranks(&everywhere().client(|_| ())), [""; 0], "it can't write the attribute");

    let for_one = |id: &str| {
        believing(&format!(
            "[clients.entra]\nclient_id = \"{id}\"\n[clients.entra.tokens.access]\n{scopes}"
        ))
    };
    assert_eq!(ranks(&for_one(WEB)), grant);
    assert_eq!(ranks(&for_one(WEB).entras_client(|_| ())), grant);
    assert_eq!(ranks(&for_one(MACHINE).entras_client(|_| ())), [""; 0]);
    let answer = for_one(WEB).answer();
    let policy = answer["findings"][0]["evidence"][0]["place"].as_str().unwrap().to_owned();
    let file = believing(&format!(
        "[clients.entra]\nclient_id = \"{WEB}\"\n[clients.entra.tokens.access]\n{scopes}"
    ));
    let text = std::fs::read_to_string(file.folder.path().join("claims.toml")).unwrap();
    let line = text.lines().position(|line| line == scopes).unwrap() + 1;
    assert!(policy.ends_with(&format!("claims.toml:{line}")), "{policy}");
}

/// The sentence is that of the condition, and the value is not in it.
#[test]
fn a_providers_attribute_that_does_not_count_says_why() {
    let external = "EXTERNAL_PROVIDER";
    let google = json!([{ "providerName": "Google", "issuer": null }]);
    let both = json!([{ "providerName": "EntraID" }, { "providerName": "Google" }]);
    for (status, identities, says) in [
        ("CONFIRMED", Value::Null, "native or a linked user"),
        ("CONFIRMED", entra(), "native or a linked user"),
        (external, google, "another provider"),
        (external, both, "exactly one entry"),
        (external, Value::Null, "identities is missing"),
    ] {
        let setup = believing("").records().account(status, &identities, &Value::Null);
        let answer = setup.word(&["entra_tid"]).answer();
        let finding = &answer["findings"][0];
        assert_eq!(finding["code"], "attribute-not-counted", "{status} {identities}");
        assert_eq!(finding["certainty"], "sure");
        let evidence = finding["evidence"].to_string();
        assert!(evidence.contains(says), "{evidence}");
        assert!(!answer.to_string().contains(TENANT_OF_ENTRA));
    }
    let issuer = Setup::changed_policy(
        "[table]",
        "[providers.EntraID]\nwrites = [\"custom:entra_tid\"]\nissuer = \"https://sts.example/t/\"\n\
         [claims.entra_tid]\nfrom = \"attributes.custom:entra_tid\"\n[table]",
    );
    let finding = issuer.records().account(external, &entra(), &Value::Null).word(&["entra_tid"]);
    let finding = finding.answer()["findings"][0].clone();
    assert_eq!(finding["code"], "attribute-not-counted");
    assert!(finding["evidence"].to_string().contains("another issuer"), "{finding}");
}

/// Neither token says of what kind an account is.
#[test]
fn where_a_person_comes_from_is_not_known_from_a_token() {
    let token = id().claim("custom:entra_tid", TENANT_OF_ENTRA).claim("identities", entra());
    let setup = || believing("").records().token(&token).word(&["entra_tid"]);
    let finding = setup().answer()["findings"][0].clone();
    assert_eq!(finding["code"], "attribute-unknown", "{finding}");
    assert!(finding["next"].as_str().unwrap().contains("cognito:user_status"), "{finding}");
    let told =
        |status: &str| setup().word(&["--attribute", &format!("cognito:user_status={status}")]);
    assert_eq!(ranks(&told("CONFIRMED")), ["likely attribute-not-counted"]);
    assert_eq!(ranks(&told("EXTERNAL_PROVIDER")), ["likely stale-token"]);
}

/// No token without an organisation, and the attribute that says it doesn't count.
#[test]
fn an_organisation_of_a_provider_that_does_not_count_is_the_first_cause() {
    let policy = || {
        Setup::new().file(
            "--policy",
            "claims.toml",
            "version = 1\n[providers.EntraID]\nwrites = [\"custom:entra_tid\"]\n[tenant]\nid = \"uuid\"\n\
             person = \"attributes.custom:entra_tid\"\n[claims.org_id]\nfrom = \"tenant\"\n",
        )
    };
    let native = policy().account("CONFIRMED", &Value::Null, &Value::Null);
    assert_eq!(ranks(&native), ["sure attribute-not-counted"]);
    let finding = native.answer()["findings"][0].clone();
    assert!(finding["what"].as_str().unwrap().contains("no token is issued"), "{finding}");
    let theirs = policy().account("EXTERNAL_PROVIDER", &entra(), &Value::Null);
    assert_eq!(ranks(&theirs), [""; 0]);
    assert_eq!(ranks(&policy().token(&access())), ["likely attribute-unknown"]);
}

#[test]
fn an_address_that_nobody_vouches_for_finds_nobody() {
    let policy = || {
        Setup::new().file(
            "--policy",
            "claims.toml",
            "version = 1\n[providers.EntraID]\nverifies = [\"email\"]\n\
             [table]\nname = \"people\"\npartition_key = \"pk\"\nsort_key = \"sk\"\n\
             [person]\nindex = \"by-email\"\nkey = { email = \"{verified.email}\" }\nid = \"user_id\"\n\
             profile = \"user\"\n\
             [records.user]\nkey = { pk = \"USER#{person}\", sk = \"PROFILE\" }\nrequire = \"exists\"\n\
             [claims.display_name]\nfrom = \"user.name\"\n",
        )
    };
    let items = json!([{
        "pk": "USER#7", "sk": "PROFILE", "user_id": "7", "email": "ada@acme.example", "name": "Ada",
    }]);
    let with = |status: &str, identities: Value, more: Value| {
        policy().json("--records", &items).account(status, &identities, &more)
    };
    assert_eq!(ranks(&with("CONFIRMED", Value::Null, Value::Null)), [""; 0]);
    assert_eq!(ranks(&with("EXTERNAL_PROVIDER", entra(), Value::Null)), [""; 0]);
    let google = json!([{ "providerName": "Google" }]);
    let unverified = json!({ "email_verified": "false" });
    for (status, identities, more, code, says) in [
        ("CONFIRMED", Value::Null, unverified, "address-not-counted", "email_verified"),
        ("EXTERNAL_PROVIDER", google.clone(), Value::Null, "address-not-counted", "verifies"),
        ("CONFIRMED", google, Value::Null, "address-not-counted", "verifies"),
        (
            "CONFIRMED",
            Value::Null,
            json!({ "email": "" }),
            "address-not-counted",
            "doesn't have it",
        ),
    ] {
        let setup = with(status, identities, more);
        assert_eq!(ranks(&setup), [format!("sure {code}")], "{says}");
        let finding = setup.answer()["findings"][0].clone();
        assert!(finding["evidence"].to_string().contains(says), "{finding}");
    }
    let token = policy().json("--records", &items).token(&access());
    assert_eq!(ranks(&token), ["likely attribute-unknown"]);
}
