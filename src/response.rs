//! The plan as the `response` of the asked version.
//!
//! Every member is optional, and what is not used is left out: an empty `groupOverrideDetails`
//! would wipe a user's groups. Claims are sorted by name, so the same plan gives the same bytes.
//!
//! SPEC: AWS, "Pre token generation Lambda trigger", the responses of version one and two.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::budget::{Fitted, Tokens};
use crate::event::{Form, TriggerEvent};
use crate::groups::Groups;

/// The whole event with its response, as it goes back to Cognito.
pub fn answer(event: &TriggerEvent<'_>, tokens: &Tokens<'_>) -> String {
    event.answer(&response(event.form, tokens))
}

/// The response as JSON text.
///
/// Without any change the details are `null`, just as Cognito sent them.
pub fn response(form: Form, tokens: &Tokens<'_>) -> String {
    let Tokens { id, access, groups, groups_changed } = tokens;
    let (id, access) = (id.as_ref(), access.as_ref());
    let groups = groups_changed.then_some(groups).map(|groups: &Groups<'_>| GroupOverrideDetails {
        groups_to_override: &groups.groups,
        iam_roles_to_override: &groups.roles,
        preferred_role: groups.preferred_role.as_deref(),
    });
    let json = match form {
        Form::V1 => {
            let token = id.map(TokenGeneration::of).unwrap_or_default();
            let details = Details1 {
                claims_to_add_or_override: token.claims_to_add_or_override,
                claims_to_suppress: token.claims_to_suppress,
                group_override_details: groups,
            };
            let details = (details != Details1::default()).then_some(details);
            serde_json::to_string(&Response1 { claims_override_details: details })
        }
        Form::V2 => {
            let details = Details2 {
                id_token_generation: id.and_then(TokenGeneration::unless_empty),
                access_token_generation: access.and_then(TokenGeneration::unless_empty),
                group_override_details: groups,
            };
            let details = (details != Details2::default()).then_some(details);
            serde_json::to_string(&Response2 { claims_and_scope_override_details: details })
        }
    };
    // Maps with text keys, lists, texts and numbers can always be written.
    json.unwrap_or_default()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response1<'f> {
    claims_override_details: Option<Details1<'f>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response2<'f> {
    claims_and_scope_override_details: Option<Details2<'f>>,
}

#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details1<'f> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    claims_to_add_or_override: BTreeMap<&'f str, &'f Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    claims_to_suppress: Vec<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_override_details: Option<GroupOverrideDetails<'f>>,
}

#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details2<'f> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token_generation: Option<TokenGeneration<'f>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token_generation: Option<TokenGeneration<'f>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_override_details: Option<GroupOverrideDetails<'f>>,
}

#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenGeneration<'f> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    claims_to_add_or_override: BTreeMap<&'f str, &'f Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    claims_to_suppress: Vec<&'f str>,
    #[serde(skip_serializing_if = "<[Cow<'_, str>]>::is_empty")]
    scopes_to_add: &'f [Cow<'f, str>],
    #[serde(skip_serializing_if = "<[Cow<'_, str>]>::is_empty")]
    scopes_to_suppress: &'f [Cow<'f, str>],
}

#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupOverrideDetails<'f> {
    groups_to_override: &'f [Cow<'f, str>],
    iam_roles_to_override: &'f [Cow<'f, str>],
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_role: Option<&'f str>,
}

impl<'f> TokenGeneration<'f> {
    fn unless_empty(fitted: &'f Fitted<'_>) -> Option<Self> {
        Some(Self::of(fitted)).filter(|token| *token != Self::default())
    }

    fn of(fitted: &'f Fitted<'_>) -> Self {
        if !fitted.carries.claims() {
            return Self::default();
        }
        let suppress = fitted.rules.suppress.iter().map(String::as_str);
        Self {
            claims_to_add_or_override: fitted
                .add
                .iter()
                .map(|planned| (planned.name, &planned.value))
                .collect(),
            claims_to_suppress: suppress.chain(fitted.withheld.iter().copied()).collect(),
            scopes_to_add: &fitted.scopes.add,
            scopes_to_suppress: &fitted.scopes.suppress,
        }
    }
}
