//! What others vouch for about a person: attributes that an administrator or an identity provider
//! writes, and a verified address.
//!
//! Lenient: an event in which something is unexpected comes from no provider and verifies nothing.

use std::borrow::Cow;

use serde::Deserialize;

use crate::identity::Identity;
use crate::policy::{AssignedAttribute, Provider};

/// The attribute that says which state a person's account is in.
const STATUS: &str = "cognito:user_status";
/// The state of those who came from an identity provider and were not linked to a native account.
/// SPEC: AWS, Cognito API reference, UserType, `UserStatus`.
const EXTERNAL_PROVIDER: &str = "EXTERNAL_PROVIDER";
/// The attribute that names the identity providers of an account, as JSON text.
const IDENTITIES: &str = "identities";

/// One entry of the attribute `identities`.
///
/// SPEC: AWS, "Linking federated users to an existing user profile": `providerName` is the
/// provider's name in the pool, `issuer` the entity id of a SAML provider, else null.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Link<'a> {
    #[serde(borrow)]
    provider_name: Cow<'a, str>,
    #[serde(borrow, default)]
    issuer: Option<Cow<'a, str>>,
}

impl Link<'_> {
    fn is_of(&self, provider: &Provider) -> bool {
        self.is_named(provider)
            && (provider.issuer.is_none() || provider.issuer.as_deref() == self.issuer.as_deref())
    }

    fn is_named(&self, provider: &Provider) -> bool {
        self.provider_name == provider.name
    }
}

/// Why nobody vouches for what a person has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The person doesn't have it.
    Absent,
    /// The account is one of the pool itself, or the event doesn't say what it is.
    Native,
    /// The account's identities are missing, or no list that can be read.
    Unreadable,
    /// The account has several identities, or none.
    NotOne,
    /// The identity is of another provider.
    OtherProvider,
    /// The identity is of the provider, but of another issuer.
    OtherIssuer,
    /// `email_verified` isn't true.
    Unverified,
    /// An identity is of a provider that verifies no addresses.
    NotVerifying,
}

impl Identity<'_> {
    /// An attribute that the person can't write. One of a provider counts only for those who come
    /// from it, and from nowhere else: a linked account is a native one, which others could write.
    pub fn assigned(&self, attribute: &AssignedAttribute, providers: &[Provider]) -> Option<&str> {
        self.vouched(attribute, providers).ok()
    }

    /// The same, or why it doesn't count.
    ///
    /// # Errors
    /// The first condition that doesn't hold.
    pub fn vouched(
        &self,
        attribute: &AssignedAttribute,
        providers: &[Provider],
    ) -> Result<&str, Doubt> {
        let value = self.attribute(&attribute.name).ok_or(Doubt::Absent)?;
        let Some(provider) = attribute.provider else { return Ok(value) };
        let provider = providers.get(provider).ok_or(Doubt::OtherProvider)?;
        if self.attribute(STATUS) != Some(EXTERNAL_PROVIDER) {
            return Err(Doubt::Native);
        }
        match self.links().ok_or(Doubt::Unreadable)?.as_slice() {
            [link] if link.is_of(provider) => Ok(value),
            [link] if link.is_named(provider) => Err(Doubt::OtherIssuer),
            [_] => Err(Doubt::OtherProvider),
            _ => Err(Doubt::NotOne),
        }
    }

    /// The person's address, if Cognito or every provider of the account verified it.
    pub fn verified_email(&self, providers: &[Provider]) -> Option<&str> {
        self.verified(providers).ok()
    }

    /// The same, or why it doesn't count.
    ///
    /// # Errors
    /// The first condition that doesn't hold.
    pub fn verified(&self, providers: &[Provider]) -> Result<&str, Doubt> {
        let address = self.attribute("email").ok_or(Doubt::Absent)?;
        let is_verified = self.attribute("email_verified").unwrap_or_default();
        if !is_verified.eq_ignore_ascii_case("true") {
            return Err(Doubt::Unverified);
        }
        let verifies =
            |link: &Link<'_>| providers.iter().any(|it| it.verifies_email && link.is_of(it));
        let links = match self.attribute(IDENTITIES) {
            None => Vec::new(),
            Some(_) => self.links().ok_or(Doubt::Unreadable)?,
        };
        // Nobody else can have written the address of a native account.
        let is_native = || self.attribute(STATUS).is_some_and(|status| status != EXTERNAL_PROVIDER);
        match links.as_slice() {
            [] if is_native() => Ok(address),
            [] => Err(Doubt::NotOne),
            links if links.iter().all(verifies) => Ok(address),
            _ => Err(Doubt::NotVerifying),
        }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(AsRef::as_ref).filter(|text: &&str| !text.is_empty())
    }

    /// The identity providers of the account; nothing if the event doesn't say, or says it oddly.
    fn links(&self) -> Option<Vec<Link<'_>>> {
        serde_json::from_str(self.attribute(IDENTITIES)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::TriggerEvent;
    use serde_json::{Value, json};

    const ENTRA: &str = r#"[{"userId":"1","providerName":"EntraID","providerType":"OIDC","issuer":null,"primary":true,"dateCreated":1765843266139}]"#;
    const SAML: &str = r#"[{"providerName":"EntraID","issuer":"https://sts.example/t/"}]"#;
    const LINKED: &str = r#"[{"providerName":"EntraID"},{"providerName":"Google"}]"#;

    fn provider(name: &str, issuer: Option<&str>) -> Provider {
        Provider {
            name: name.to_owned(),
            issuer: issuer.map(str::to_owned),
            writes: vec!["custom:tid".to_owned()],
            verifies_email: true,
        }
    }

    fn with_identity<T>(attributes: &Value, look: impl FnOnce(&Identity<'_>) -> T) -> T {
        let event = json!({
            "version": "2",
            "triggerSource": "TokenGeneration_HostedAuth",
            "request": { "userAttributes": attributes },
        });
        let event = event.to_string();
        let (event, request) = TriggerEvent::parse(event.as_bytes()).unwrap();
        look(&Identity::of(&event, request))
    }

    #[test]
    fn a_providers_attribute_counts_for_its_own_people_alone() {
        let external = "EXTERNAL_PROVIDER";
        for (status, identities, issuer, counts) in [
            (external, ENTRA, None, true),
            (external, SAML, None, true),
            (external, SAML, Some("https://sts.example/t/"), true),
            (external, SAML, Some("https://sts.example/other/"), false),
            (external, ENTRA, Some("https://sts.example/t/"), false),
            ("CONFIRMED", ENTRA, None, false),
            (external, LINKED, None, false),
            (external, r#"[{"providerName":"entraid"}]"#, None, false),
            (external, r#"{"providerName":"EntraID"}"#, None, false),
            (external, r#"[{"providerName":["EntraID"]}]"#, None, false),
            (external, r#"[{"providerName":"Google","providerName":"EntraID"}]"#, None, false),
            (external, "[]", None, false),
            (external, "EntraID", None, false),
            (external, "", None, false),
        ] {
            let attributes = json!({
                "cognito:user_status": status, "identities": identities, "custom:tid": "acme",
            });
            let providers = [provider("Google", None), provider("EntraID", issuer)];
            let attribute = AssignedAttribute { name: "custom:tid".to_owned(), provider: Some(1) };
            let found = with_identity(&attributes, |identity| {
                identity.assigned(&attribute, &providers).map(str::to_owned)
            });
            assert_eq!(found.is_some(), counts, "{status} {identities} {issuer:?}");
        }
    }

    /// What the doctor tells those who wonder.
    #[test]
    fn the_first_condition_that_does_not_hold_is_named() {
        let external = json!("EXTERNAL_PROVIDER");
        let issuer = Some("https://sts.example/other/");
        let attribute = AssignedAttribute { name: "custom:tid".to_owned(), provider: Some(0) };
        for (status, identities, issuer, doubt) in [
            (&json!("CONFIRMED"), json!(ENTRA), None, Doubt::Native),
            (&Value::Null, json!(ENTRA), None, Doubt::Native),
            (&external, Value::Null, None, Doubt::Unreadable),
            (&external, json!("no JSON"), None, Doubt::Unreadable),
            (&external, json!(LINKED), None, Doubt::NotOne),
            (&external, json!(r#"[{"providerName":"Google"}]"#), None, Doubt::OtherProvider),
            (&external, json!(SAML), issuer, Doubt::OtherIssuer),
        ] {
            let attributes = json!({
                "cognito:user_status": status, "identities": identities, "custom:tid": "acme",
            });
            let found = with_identity(&attributes, |identity| {
                identity.vouched(&attribute, &[provider("EntraID", issuer)]).map(str::to_owned)
            });
            assert_eq!(found, Err(doubt), "{status} {identities} {issuer:?}");
        }
        let silent = Provider { verifies_email: false, ..provider("EntraID", None) };
        for (email, verified, identities, doubt) in [
            ("", "true", Value::Null, Doubt::Absent),
            ("a@b.example", "false", Value::Null, Doubt::Unverified),
            ("a@b.example", "", Value::Null, Doubt::Unverified),
            ("a@b.example", "true", Value::Null, Doubt::NotOne),
            ("a@b.example", "true", json!("no JSON"), Doubt::Unreadable),
            ("a@b.example", "true", json!(ENTRA), Doubt::NotVerifying),
        ] {
            let attributes = json!({
                "email": email, "email_verified": verified,
                "cognito:user_status": external, "identities": identities,
            });
            let found = with_identity(&attributes, |identity| {
                identity.verified(std::slice::from_ref(&silent)).map(str::to_owned)
            });
            assert_eq!(found, Err(doubt), "{email} {verified} {identities}");
        }
    }

    #[test]
    fn an_administrators_attribute_counts_for_everybody() {
        let attribute = AssignedAttribute { name: "custom:department".to_owned(), provider: None };
        let value = |attributes: Value| {
            with_identity(&attributes, |identity| {
                identity.assigned(&attribute, &[]).map(str::to_owned)
            })
        };
        assert_eq!(value(json!({ "custom:department": "sales" })).as_deref(), Some("sales"));
        assert_eq!(value(json!({ "custom:department": "" })), None);
        assert_eq!(value(json!({})), None);
    }

    #[test]
    fn an_address_is_verified_by_cognito_or_by_every_provider_of_the_account() {
        let mut silent = provider("Silent", None);
        silent.verifies_email = false;
        let providers = [provider("EntraID", None), silent];
        let native = json!("CONFIRMED");
        let external = json!("EXTERNAL_PROVIDER");
        for (verified, status, identities, counts) in [
            ("true", &native, Value::Null, true),
            ("true", &native, json!("[]"), true),
            ("false", &native, Value::Null, false),
            ("", &native, Value::Null, false),
            ("true", &Value::Null, Value::Null, false),
            ("true", &external, Value::Null, false),
            ("true", &external, json!("[]"), false),
            ("true", &external, json!(ENTRA), true),
            ("false", &external, json!(ENTRA), false),
            ("true", &native, json!(ENTRA), true),
            ("true", &native, json!(LINKED), false),
            ("true", &external, json!(r#"[{"providerName":"Silent"}]"#), false),
            ("true", &native, json!("no JSON"), false),
        ] {
            let attributes = json!({
                "email": "ada@example.com", "email_verified": verified,
                "cognito:user_status": status, "identities": identities,
            });
            let found = with_identity(&attributes, |identity| {
                identity.verified_email(&providers).map(str::to_owned)
            });
            assert_eq!(found.is_some(), counts, "{verified} {status} {identities}");
        }
    }
}
