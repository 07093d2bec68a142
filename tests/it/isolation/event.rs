//! What Cognito would send, and what a caller made of it: all that a caller can choose is drawn from
//! words in the table, because a random text never hits anything.

use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::layout::{Choice, Layout, Otherwise, People};
use super::model::{Model, TRUSTED, Tie, UNTRUSTED, Who};

/// Somebody who signs in, or something; `None` is a person whom no item and no organisation knows.
pub type Caller = Option<Who>;

pub struct Maker<'m> {
    pub layout: &'m Layout,
    pub model: &'m Model,
    pub words: &'m [String],
}

/// The app client of the browser.
const BROWSER: &str = "2webclientexample0000000001";

impl Maker<'_> {
    /// An event of somebody who asks for nothing but what is theirs, or of one who tries.
    pub fn event(&self, dice: &mut Dice, caller: Caller, honest: bool) -> Value {
        let machine = matches!(caller, Some(Who::Machine(_)));
        let source = match machine {
            true => "TokenGeneration_ClientCredentials",
            false => *dice.pick(&[
                "TokenGeneration_Authentication",
                "TokenGeneration_RefreshTokens",
                "TokenGeneration_HostedAuth",
            ]),
        };
        let client = match caller {
            Some(Who::Machine(at)) => self.model.machines[at].client_id.clone(),
            _ => match dice.roll(4) {
                0 => BROWSER.to_owned(),
                1 => self.word(dice),
                _ => dice.pick(&self.model.machines).client_id.clone(),
            },
        };
        let attributes = match caller {
            Some(Who::Machine(_)) => Map::new(),
            Some(Who::Person(at)) => self.attributes(dice, at, honest),
            None => self.stranger(dice),
        };
        let user_name = match attributes.get("sub") {
            Some(sub) if dice.chance(50) => sub.clone(),
            _ => json!(self.word(dice)),
        };
        let mut scopes: Vec<String> = ["openid", "api/read", "api/write"]
            .into_iter()
            .filter(|_| dice.chance(60))
            .map(str::to_owned)
            .collect();
        if !honest && dice.chance(20) {
            scopes.push(self.word(dice));
        }
        json!({
            "version": if machine { "3" } else { "2" },
            "triggerSource": source,
            "region": "eu-west-1",
            "userPoolId": "eu-west-1_EXAMPLE01",
            "userName": user_name,
            "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client },
            "request": {
                "userAttributes": attributes,
                "groupConfiguration": {
                    "groupsToOverride": self.groups(caller),
                    "iamRolesToOverride": [],
                    "preferredRole": null,
                },
                "scopes": scopes,
                "clientMetadata": match honest {
                    true => self.honest_metadata(dice, caller),
                    false => self.metadata(dice, caller),
                },
            },
            "response": { "claimsAndScopeOverrideDetails": null },
        })
    }

    fn word(&self, dice: &mut Dice) -> String {
        dice.word(self.words)
    }

    /// An organisation that is the caller's, where somebody has to choose or wants to.
    fn honest_metadata(&self, dice: &mut Dice, caller: Caller) -> Map<String, Value> {
        let mut metadata = Map::new();
        let works = |at: &usize| self.model.organisations[*at].works();
        let own = caller.map(|who| self.model.belongs(who)).into_iter().flatten().filter(works);
        let own: Vec<usize> = own.collect();
        let chooses = self.layout.choice.is_some();
        let must = self.layout.otherwise.is_none() || dice.chance(60);
        if chooses && must && !own.is_empty() {
            metadata.insert("org_id".to_owned(), json!(self.model.id(*dice.pick(&own))));
        }
        metadata
    }

    /// Often what would be right; else anything.
    fn metadata(&self, dice: &mut Dice, caller: Caller) -> Map<String, Value> {
        let belongs: Vec<usize> =
            caller.map(|who| self.model.belongs(who)).into_iter().flatten().collect();
        let mut metadata = Map::new();
        match dice.roll(10) {
            0..3 => {}
            3..6 if !belongs.is_empty() => {
                metadata.insert("org_id".to_owned(), json!(self.model.id(*dice.pick(&belongs))));
            }
            3..8 => {
                metadata.insert("org_id".to_owned(), json!(self.tied(dice, caller)));
            }
            _ => {
                metadata.insert("org_id".to_owned(), json!(self.word(dice)));
            }
        }
        match dice.roll(10) {
            0..5 => {}
            5 => {
                metadata.insert("seat".to_owned(), json!(self.word(dice)));
            }
            _ => {
                metadata.insert("seat".to_owned(), json!(*dice.pick(&["5", "5", "05", "window"])));
            }
        }
        for name in ["shop", "device"] {
            if dice.chance(50) {
                metadata.insert(name.to_owned(), json!(self.word(dice)));
            }
        }
        if dice.chance(3) {
            metadata.insert("org_id".to_owned(), json!(""));
        }
        metadata
    }

    /// An organisation with which the caller has something to do, or any; or what stands in the key of
    /// an item that is no membership.
    fn tied(&self, dice: &mut Dice, caller: Caller) -> String {
        let any = self.model.id(dice.roll(self.model.organisations.len())).to_owned();
        let Some(Who::Person(person)) = caller.filter(|_| dice.chance(60)) else { return any };
        let ties: Vec<_> = self.model.people[person].ties.iter().collect();
        let (at, tie) = *dice.pick(&ties);
        match tie.mark().filter(|_| dice.chance(50)) {
            Some(mark) => [self.model.id(*at), mark].join(self.layout.separator),
            None => self.model.id(*at).to_owned(),
        }
    }

    fn groups(&self, caller: Caller) -> Vec<String> {
        let mut groups = vec!["staff".to_owned()];
        if let Some(who @ Who::Person(_)) = caller {
            groups
                .extend(self.model.belongs(who).into_iter().map(|at| self.model.id(at).to_owned()));
        }
        groups
    }

    fn attributes(&self, dice: &mut Dice, at: usize, honest: bool) -> Map<String, Value> {
        let person = &self.model.people[at];
        let mut attributes = self.chosen(dice);
        attributes.insert("sub".to_owned(), json!(person.sub));
        let status = if person.provider.is_some() { "EXTERNAL_PROVIDER" } else { "CONFIRMED" };
        attributes.insert("cognito:user_status".to_owned(), json!(status));
        if let Some(provider) = person.provider {
            let mut identities = vec![identity(provider)];
            // Who links another account stays the same person, and can write what that one could.
            if !honest && dice.chance(20) {
                identities.push(identity(UNTRUSTED));
            }
            let identities = json!(identities).to_string();
            attributes.insert("identities".to_owned(), json!(identities));
        }
        self.address(dice, at, honest, &mut attributes);
        let home = match person.home {
            Some((home, Tie::Member)) => Some(self.model.id(home).to_owned()),
            _ => None,
        };
        if self.layout.otherwise == Some(Otherwise::Administrator) {
            attributes.remove("custom:org");
            attributes.extend(home.clone().map(|id| ("custom:org".to_owned(), json!(id))));
        }
        let one_identity = attributes
            .get("identities")
            .is_some_and(|all| all.as_str().is_some_and(|text| !text.contains(UNTRUSTED)));
        // What the provider sends it writes at each sign-in; all others wrote it themselves.
        if person.provider == Some(TRUSTED) && one_identity {
            attributes.remove("custom:tid");
            attributes.extend(home.map(|id| ("custom:tid".to_owned(), json!(id))));
        }
        attributes
    }

    /// Mostly the own address, verified; else another's, which nobody verified who counts.
    fn address(
        &self,
        dice: &mut Dice,
        at: usize,
        honest: bool,
        attributes: &mut Map<String, Value>,
    ) {
        let person = &self.model.people[at];
        let vouched = person.provider != Some(UNTRUSTED);
        let own = honest || self.layout.people == People::ByAddress && !dice.chance(25);
        let (address, verified) = match own {
            true => (person.email.clone(), true),
            false => {
                let address = dice.pick(&self.model.people).email.clone();
                let claims_so = !vouched && dice.chance(70);
                let verified = claims_so || (vouched && address == person.email);
                (address, verified)
            }
        };
        attributes.insert("email".to_owned(), json!(address));
        if verified || dice.chance(70) {
            let text = if verified { "true" } else { "false" };
            attributes.insert("email_verified".to_owned(), json!(text));
        }
    }

    /// Attributes that people write for themselves.
    fn chosen(&self, dice: &mut Dice) -> Map<String, Value> {
        let mut attributes = Map::new();
        for name in ["name", "nickname", "custom:org", "custom:tid", "custom:note", "email"] {
            if dice.chance(70) {
                let value = match dice.chance(60) {
                    true => dice.pick(&self.model.organisations).id.clone(),
                    false => self.word(dice),
                };
                attributes.insert(name.to_owned(), json!(value));
            }
        }
        attributes
    }

    /// Somebody without an item; or an event that doesn't say who.
    fn stranger(&self, dice: &mut Dice) -> Map<String, Value> {
        let mut attributes = self.chosen(dice);
        if self.layout.otherwise == Some(Otherwise::Administrator) {
            attributes.remove("custom:org");
        }
        attributes.insert("cognito:user_status".to_owned(), json!("CONFIRMED"));
        attributes.insert("email_verified".to_owned(), json!("false"));
        if dice.chance(50) {
            attributes.insert("sub".to_owned(), json!("99999999-9999-4999-8999-999999999999"));
        }
        attributes
    }
}

fn identity(provider: &str) -> Value {
    json!({
        "userId": "subject-1",
        "providerName": provider,
        "providerType": "OIDC",
        "issuer": null,
        "primary": "true",
        "dateCreated": "1700000000000",
    })
}

/// All places of an event that the caller chose, as JSON pointers.
pub fn chosen_places(event: &Value, layout: &Layout) -> Vec<String> {
    let mut places = Vec::new();
    let names = |pointer: &str| -> Vec<String> {
        event
            .pointer(pointer)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    };
    for name in names("/request/clientMetadata") {
        places.push(format!("/request/clientMetadata/{name}"));
    }
    for name in names("/request/userAttributes") {
        let assigned = match name.as_str() {
            "sub" | "cognito:user_status" | "identities" | "email_verified" | "email" => true,
            "custom:org" => layout.otherwise == Some(Otherwise::Administrator),
            "custom:tid" => layout.otherwise == Some(Otherwise::Provider),
            _ => false,
        };
        if !assigned {
            places.push(format!("/request/userAttributes/{name}"));
        }
    }
    if layout.choice != Some(Choice::Groups) {
        places.push("/request/groupConfiguration/groupsToOverride".to_owned());
    }
    places.extend(["/userName".to_owned(), "/request/scopes".to_owned()]);
    places.retain(|place| event.pointer(place).is_some());
    places
}

/// Takes a member away.
pub fn remove(event: &mut Value, pointer: &str) -> bool {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return false };
    let parent = event.pointer_mut(parent).and_then(Value::as_object_mut);
    parent.is_some_and(|parent| parent.remove(name).is_some())
}
