//! Changes, and the verdicts on them.

use cognito_claims::TokenUse;

/// What it means for readers. The worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Readers of the contract before go on working.
    Compatible,
    /// Readers must know the new contract before the policy is deployed; then nothing fails.
    ReadersFirst,
    /// What readers of the contract before ask for is gone or is another thing.
    Breaking,
}

impl Verdict {
    /// All of them, the worst first.
    pub const ALL: [Verdict; 3] = [Verdict::Breaking, Verdict::ReadersFirst, Verdict::Compatible];

    /// The words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Compatible => "compatible",
            Verdict::ReadersFirst => "readers first",
            Verdict::Breaking => "breaking",
        }
    }
}

/// What is deployed before what, so that no reader fails. It decides about the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// Readers of either contract read the tokens of both.
    Any,
    /// The policy first: readers that rely on what is new fail with older tokens.
    Policy,
    /// Readers first: those of the contract before fail with new tokens.
    Readers,
    /// Readers that do without it first.
    Without,
    /// Readers of either contract fail with the other's tokens, so that both must be written for a while.
    Beside,
}

impl Order {
    /// What it means for readers.
    pub fn verdict(self) -> Verdict {
        match self {
            Order::Any | Order::Policy => Verdict::Compatible,
            Order::Readers => Verdict::ReadersFirst,
            Order::Without | Order::Beside => Verdict::Breaking,
        }
    }
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A claim that the policy writes.
    Claim,
    /// A claim that Cognito writes.
    CognitoClaim,
    /// A scope, or all of them.
    Scope,
    /// A group, or all of them.
    Group,
    /// A session tag.
    SessionTag,
    /// The claims contract itself.
    ClaimsContract,
}

impl About {
    /// The word for it, in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            About::Claim => "claim",
            About::CognitoClaim => "cognito_claim",
            About::Scope => "scope",
            About::Group => "group",
            About::SessionTag => "session_tag",
            About::ClaimsContract => "claims_contract",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is deployed before what.
    pub order: Order,
    /// What it is about.
    pub about: About,
    /// The name of that.
    pub name: String,
    /// The tokens in which it shows.
    pub tokens: Vec<TokenUse>,
    /// What has changed, a fragment.
    pub what: String,
    /// Why it means that, a sentence.
    pub why: &'static str,
}

impl Change {
    /// What it means for readers.
    pub fn verdict(&self) -> Verdict {
        self.order.verdict()
    }
}

/// The worst of all.
pub fn worst(changes: &[Change]) -> Verdict {
    changes.iter().map(Change::verdict).max().unwrap_or(Verdict::Compatible)
}
