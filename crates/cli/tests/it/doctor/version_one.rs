//! When tokens prove that the pool sends version 1.

use super::*;

/// An attribute that the policy's claim is named like is no work of the trigger's, in either token.
#[test]
fn an_attribute_in_the_id_token_does_not_prove_version_one() {
    let id = untouched_id().claim("custom:tier", "gold");
    let setup = Setup::changed_policy(
        "[claims.seats]",
        "[claims.\"custom:tier\"]\nfrom = \"user.tier\"\n[claims.seats]",
    )
    .file("--token", "t", &format!("{}\n{}", signed(&id), signed(&untouched_access())));
    let ranks = ranks(&setup);
    assert!(!ranks.contains(&"sure v1-pool".to_owned()), "{ranks:?}");
    assert!(ranks.contains(&"likely trigger-did-not-run".to_owned()), "{ranks:?}");
}

/// Two tokens of one moment differ by version; of two moments, by anything.
#[test]
fn only_tokens_of_one_sign_in_prove_version_one() {
    let at = now() - 300;
    let of_one = |token: Token| token.claim("iat", at).claim("origin_jti", "a").without("event_id");
    let rank = |id: Token| {
        let access = of_one(untouched_access());
        let tokens = format!("{}\n{}", signed(&access), signed(&id));
        ranks(&Setup::policy().file("--token", "t", &tokens).records())
    };
    assert_eq!(rank(of_one(id())), ["sure v1-pool"]);
    let likely = ["likely v1-pool", "likely trigger-did-not-run"];
    for (name, value) in [
        ("iat", json!(at - 259_200)),
        ("origin_jti", json!("b")),
        ("origin_jti", Value::Null),
        ("aud", json!(API)),
        ("sub", json!(NOBODY)),
    ] {
        let ranks = rank(of_one(id()).claim(name, value));
        let found: Vec<&str> = ranks
            .iter()
            .map(String::as_str)
            .filter(|it| it.contains("v1-pool") || it.contains("did-not-run"))
            .collect();
        assert_eq!(found, likely, "{name}");
    }
}

/// Version 1 carries text alone, so the list of flags is one in such a pool's ID token.
#[test]
fn an_id_token_with_values_as_text_is_of_version_one() {
    let token = id().claim("feature_flags", "beta-dashboard,custom-branding");
    let setup = Setup::policy().token(&token).records();
    assert_eq!(ranks(&setup), ["likely v1-pool"]);
    let other = id().claim("feature_flags", "beta-dashboard");
    assert_eq!(ranks(&Setup::policy().token(&other).records()), ["aside stale-token"]);
}
