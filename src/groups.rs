//! Groups and roles of a person: read off the event, changed by the plan, written into the answer.

use std::borrow::Cow;

/// Groups and roles of a person; a machine has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups<'a> {
    /// Names of the groups.
    pub groups: Vec<Cow<'a, str>>,
    /// ARNs of the groups' roles.
    pub roles: Vec<Cow<'a, str>>,
    /// The role of the group with the highest precedence.
    pub preferred_role: Option<Cow<'a, str>>,
}
