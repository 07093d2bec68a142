//! The one decision: which organisation a token is about, and what proves it.

use super::id::IdRule;
use super::record::Chosen;
use super::source::{RecordPath, Source};
use crate::identity::Kind;

/// How the organisation is decided.
#[derive(Debug)]
pub struct TenantRule {
    /// What its id looks like.
    pub id: IdRule,
    /// For a person: the first source that is there decides.
    pub person: Vec<TenantSource>,
    /// For a machine.
    pub machine: Vec<TenantSource>,
    /// Whether there may be a token without an organisation, if no source is there.
    pub optional: bool,
    /// After how many rounds all sources are known.
    pub after_rounds: usize,
}

impl TenantRule {
    /// The sources for a kind of identity.
    pub fn sources(&self, kind: Kind) -> &[TenantSource] {
        match kind {
            Kind::User => &self.person,
            Kind::Client => &self.machine,
        }
    }
}

/// Where the organisation can come from.
#[derive(Debug)]
pub struct TenantSource {
    /// As written in the policy.
    pub text: String,
    /// What the caller chooses with. Not there, the source is skipped; there, it decides alone, and
    /// what is proved must equal it.
    pub chosen: Option<Chosen>,
    /// What proves it.
    pub proof: Proof,
}

/// What proves that an identity belongs to an organisation.
#[derive(Debug)]
pub enum Proof {
    /// An own item holds its id, and passes `require`; of a query, the only match. It is the member.
    Record(RecordPath),
    /// A list or map holds what the caller chose. There is no member.
    Within(Source),
    /// What only an administrator or one provider can write. There is no member.
    Assigned(Source),
}
