//! What is asked of claims by name, and the errors as the corpus writes them.

use std::collections::BTreeSet;

use cognito_claims::bits::{BitsError, Catalogue, CatalogueError};
use cognito_claims::{Claims, Identity, ReadError};
use serde_json::{Value, json};

use super::types::{Shown, feature, listed};

pub type Answer = Result<Value, Failed>;

/// An error of any kind.
pub struct Failed {
    pub code: &'static str,
    pub text: String,
    pub read: Option<ReadError>,
}

pub fn of_read(error: ReadError) -> Failed {
    (&error).into()
}

pub fn bits(error: BitsError) -> Failed {
    let code = match error {
        BitsError::Form => "bits_form",
        BitsError::Version => "bits_version",
        BitsError::LongerCatalogue => "bits_longer_catalogue",
        BitsError::OtherCatalogue => "bits_other_catalogue",
        other => panic!("no word for {other:?}"),
    };
    Failed { code, text: format!("{error} {error:?}"), read: None }
}

pub fn catalogue(names: &Value) -> Result<Catalogue, Failed> {
    Catalogue::new(texts(names)).map_err(|error| {
        let code = match error {
            CatalogueError::NotPlain(_) => "catalogue_not_plain",
            CatalogueError::Duplicate(_) => "catalogue_duplicate",
            CatalogueError::TooMany => "catalogue_too_many",
            other => panic!("no word for {other:?}"),
        };
        Failed { code, text: format!("{error} {error:?}"), read: None }
    })
}

pub fn texts(names: &Value) -> Vec<String> {
    names.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

pub fn answer(claims: &Claims<'_>, read: &Value) -> Answer {
    let name = read["method"].as_str().unwrap();
    let of = || read["of"].as_str().unwrap();
    let expected = read.get("value").unwrap_or(&Value::Null);
    let sorted = |words: BTreeSet<String>| json!(words);
    let read = match name {
        "groups" => claims.groups().map(|groups| json!(groups)),
        "scopes" => claims.scopes().map(sorted),
        "token_use" => claims.token_use().map(|token_use| token_use.as_str().into()),
        "client_id" => claims.client_id().map(Value::from),
        "issued_at" => claims.issued_at().map(Value::from),
        "authenticated_at" => claims.authenticated_at().map(Value::from),
        "authentication_level" => claims.authentication_level().map(Value::from),
        "authentication_methods" => claims.authentication_methods().map(sorted),
        "identity" => claims.identity().map(identity),
        "actor" => claims.actor().map(|actor| match actor {
            Some(actor) => json!({ "sub": actor.sub, "issuer": actor.issuer }),
            None => Value::Null,
        }),
        "org_id" => claims.org_id().map(|id| id.as_str().into()),
        "tier" => claims.tier().map(|tier| tier.as_str().into()),
        "features" => claims.features().map(|features| features.shown(expected)),
        "roles" => claims.roles().map(|words| words.shown(expected)),
        "permissions" => claims.permissions().map(|words| words.shown(expected)),
        "organisations" => claims.organisations().map(|all| all.shown(expected)),
        "omitted" => Ok(claims.omitted(of()).into()),
        "is_cut" => Ok(claims.is_cut(of()).into()),
        "contains" => Ok(claims.contains(of()).into()),
        "feature" => Ok(feature(claims.feature(of())).into()),
        "role" => Ok(listed(claims.role(of())).into()),
        "permission" => Ok(listed(claims.permission(of())).into()),
        "features_in" => {
            let catalogue = catalogue(&read["catalogue"])?;
            return Ok(claims.features_in(&catalogue).map_err(bits)?.shown(expected));
        }
        other => panic!("no method {other}"),
    };
    read.map_err(of_read)
}

fn identity(identity: Identity) -> Value {
    match identity {
        Identity::User { sub, username } => json!({ "user": { "sub": sub, "username": username } }),
        Identity::Client { client_id } => json!({ "client": { "client_id": client_id } }),
    }
}
