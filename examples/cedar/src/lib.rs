//! Organisation, tier and permissions in Cedar: one request, decided by the policies of `store/`.
//!
//! The request is put together as Amazon Verified Permissions does for an access token, so that the
//! same schema and policies work there: the person is an entity with the groups as parents, and the
//! claims are `context.token`. SPEC: AWS, "Mapping Amazon Cognito tokens to schema".

use std::collections::HashSet;
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression, Schema,
};
use cognito_claims::{Claims, ReadError};
use serde_json::{Map, Value, json};

/// What the claims of the token are in Cedar; `claimsmith types` writes it.
const CLAIMS: &str = include_str!("../store/claims.cedarschema");
/// What the application has.
const SHOP: &str = include_str!("../store/shop.cedarschema");
/// Who may do what.
const POLICIES: &str = include_str!("../store/policies.cedar");

/// The schema as a policy store of Verified Permissions takes it: all in one namespace.
pub fn schema() -> String {
    format!("namespace Shop {{\n{CLAIMS}\n{SHOP}}}\n")
}

/// What the request is about.
#[derive(Clone, Copy, Debug)]
pub struct Item<'i> {
    /// Its id, within its organisation.
    pub id: &'i str,
    /// The organisation that it belongs to, by the application's own data.
    pub org_id: &'i str,
}

/// Why a request could not be decided. Deny then.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The claims can't be read as the schema says.
    #[error(transparent)]
    Claims(#[from] ReadError),
    /// Schema, policies or request don't fit each other. Cedar's own text may quote values, so it
    /// is not kept.
    #[error("{0} is not as the schema says")]
    Cedar(&'static str),
}

/// A policy store: schema and policies, read once.
pub struct Store {
    schema: Schema,
    policies: PolicySet,
    /// The id of the user pool, which Verified Permissions puts before each subject and group.
    pool: String,
}

impl Store {
    /// The store of this folder, for the tokens of one user pool.
    ///
    /// # Errors
    /// [`StoreError::Cedar`]: a file of the store is not Cedar.
    pub fn new(pool: impl Into<String>) -> Result<Self, StoreError> {
        let (schema, _) =
            Schema::from_cedarschema_str(&schema()).map_err(|_| fault("the schema"))?;
        let policies = PolicySet::from_str(POLICIES).map_err(|_| fault("a policy"))?;
        Ok(Self { schema, policies, pool: pool.into() })
    }

    /// Whether the bearer of an access token may do something to an item.
    ///
    /// # Errors
    /// [`StoreError`]: nothing is decided, and nothing permitted.
    pub fn permits(
        &self,
        claims: &Claims<'_>,
        action: &str,
        item: Item<'_>,
    ) -> Result<bool, StoreError> {
        let person = self.person(claims)?;
        let action = entity("Action", action)?;
        let resource = entity("Item", &format!("{}/{}", item.org_id, item.id))?;

        let context = json!({ "token": token(claims)? });
        let context = Context::from_json_value(context, Some((&self.schema, &action)))
            .map_err(|_| fault("a claim"))?;
        let org_id = RestrictedExpression::new_string(item.org_id.to_owned());
        let attributes = [("org_id".to_owned(), org_id)];
        let item = Entity::new(resource.clone(), attributes.into(), HashSet::new())
            .map_err(|_| fault("the item"))?;
        let request = Request::new(person.uid(), action, resource, context, Some(&self.schema))
            .map_err(|_| fault("the request"))?;
        let entities = Entities::from_entities([person, item], Some(&self.schema))
            .map_err(|_| fault("an entity"))?;

        let answer = Authorizer::new().is_authorized(&request, &self.policies, &entities);
        // A policy that fails is skipped by Cedar, also one that forbids.
        if answer.diagnostics().errors().next().is_some() {
            return Err(fault("a policy"));
        }
        Ok(answer.decision() == Decision::Allow)
    }

    /// The person or machine, with the groups that the token names. Attributes come from ID tokens
    /// alone, and there is none here.
    fn person(&self, claims: &Claims<'_>) -> Result<Entity, StoreError> {
        let named = |kind, name: &str| entity(kind, &format!("{}|{name}", self.pool));
        let subject: String = claims.claim("sub")?;
        let groups = claims.groups()?;
        let groups: Result<_, _> = groups.iter().map(|group| named("UserGroup", group)).collect();
        Ok(Entity::new_no_attrs(named("User", &subject)?, groups?))
    }
}

/// The claims of an access token, each as the schema has it. What is missing is left out, so that
/// `has` is false; of a list that the trigger has cut, what is there counts.
fn token(claims: &Claims<'_>) -> Result<Value, ReadError> {
    let texts = [
        ("client_id", claims.claim::<Option<String>>("client_id")?),
        ("org_id", claims.claim("org_id")?),
        ("org_tier", claims.claim("org_tier")?),
    ];
    let sets = [
        ("scope", claims.claim::<Option<Vec<String>>>("scope")?),
        ("permissions", claims.claim("permissions")?),
        ("feature_flags", claims.claim("feature_flags")?),
    ];
    let texts = texts.into_iter().filter_map(|(name, text)| Some((name, Value::from(text?))));
    let sets = sets.into_iter().filter_map(|(name, set)| Some((name, Value::from(set?))));
    let all: Map<String, Value> =
        texts.chain(sets).map(|(name, value)| (name.to_owned(), value)).collect();
    Ok(all.into())
}

fn entity(kind: &str, id: &str) -> Result<EntityUid, StoreError> {
    let kind = EntityTypeName::from_str(&format!("Shop::{kind}")).map_err(|_| fault("a type"))?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

fn fault(what: &'static str) -> StoreError {
    StoreError::Cedar(what)
}
