//! Which claims go on to the handlers, and what is left out when they are too long.
//!
//! The form of the values is the reader's (`cognito_claims::context`), so that a handler reads them
//! with `cognito-claims` as it reads a token. Knows no answer but its length.

use std::collections::BTreeSet;

use cognito_claims::{Claims, Identity, ReadError, context, encoding, names};
use serde_json::{Map, Value};

use crate::config::{ALWAYS, ContextPlan, IDENTITY_KIND};

/// The word for the kind of an identity.
pub fn kind(identity: &Identity) -> &'static str {
    match identity {
        Identity::User { .. } => "user",
        Identity::Client { .. } => "client",
    }
}

/// The claims for the handlers of one request.
#[derive(Clone, Debug, Default)]
pub struct Context<'c> {
    entries: Map<String, Value>,
    /// Those that may still be left out, first one first.
    sheddable: Vec<&'c str>,
    /// Claims that are left out, by the trigger or here: a reader must not take them for absent.
    omitted: BTreeSet<String>,
    shed: Vec<&'c str>,
}

impl<'c> Context<'c> {
    /// Chooses from the claims of a verified token.
    ///
    /// # Errors
    /// The token names what was left out of it, or cut, in a form that can't be read.
    pub fn choose(
        plan: &'c ContextPlan,
        identity: &Identity,
        claims: &Claims<'_>,
    ) -> Result<Self, ReadError> {
        let mut chosen = Map::new();
        // What is said about the other claims goes with them, or a reader takes them for more.
        let cut: Option<String> = claims.claim(names::CLAIMS_CUT)?;
        chosen.extend(cut.map(|cut| (names::CLAIMS_CUT.to_owned(), cut.into())));
        let always = ALWAYS.into_iter().chain([names::CLAIMS_AS_OF]);
        for name in always.chain(plan.claims.iter().map(String::as_str)) {
            if let Some(value) = claims.claim::<Option<Value>>(name)? {
                chosen.insert(name.to_owned(), value);
            }
        }
        let mut entries = context::encode(&chosen);
        entries.insert(IDENTITY_KIND.to_owned(), kind(identity).into());
        let omitted: Option<String> = claims.claim(names::CLAIMS_OMITTED)?;
        let omitted = encoding::split(omitted.as_deref().unwrap_or_default(), ',');
        let mut context = Self {
            entries,
            sheddable: plan.shed.iter().map(String::as_str).collect(),
            omitted: omitted.into_iter().map(str::to_owned).collect(),
            shed: Vec::new(),
        };
        context.mark();
        Ok(context)
    }

    /// The context as it stands in the answer: texts only.
    pub fn entries(&self) -> &Map<String, Value> {
        &self.entries
    }

    /// Names of the claims that were left out to shorten the answer.
    pub fn shed(&self) -> &[&'c str] {
        &self.shed
    }

    /// Leaves out the next claim. `false` if no other may be left out.
    pub fn shed_one(&mut self) -> bool {
        while !self.sheddable.is_empty() {
            let name = self.sheddable.remove(0);
            if self.entries.remove(name).is_some() {
                self.omitted.insert(name.to_owned());
                self.shed.push(name);
                self.mark();
                return true;
            }
        }
        false
    }

    /// Writes the claim that names what is left out.
    fn mark(&mut self) {
        if !self.omitted.is_empty() {
            let text = encoding::join(self.omitted.iter().map(String::as_str), ',');
            self.entries.insert(names::CLAIMS_OMITTED.to_owned(), text.into());
        }
    }
}
