//! Changes, and the verdicts on them.

use cognito_claims::TokenUse;

/// What has to happen, so that no reader fails. The worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Readers of the contract before go on working.
    Compatible,
    /// Readers must know the new contract before the policy is deployed; then nothing fails.
    ReadersFirst,
    /// In no order of deployment every reader works.
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

    /// In which order to deploy where this is the worst.
    pub fn deploy(self) -> &'static [&'static str] {
        match self {
            Verdict::Compatible => &[
                "Deploy the policy at any time.",
                "Readers that use what is new come behind it, when older tokens have expired.",
            ],
            Verdict::ReadersFirst => {
                &["Deploy readers that know the new contract.", "Deploy the policy behind them."]
            }
            Verdict::Breaking => &[
                "Keep what readers use, write what comes in its place beside it under a name of its \
                 own, and deploy that policy.",
                "Deploy readers that do without the old, when older tokens have expired.",
                "Take the old away last.",
            ],
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
    /// What it means.
    pub verdict: Verdict,
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

/// The worst of all.
pub fn worst(changes: &[Change]) -> Verdict {
    changes.iter().map(|change| change.verdict).max().unwrap_or(Verdict::Compatible)
}
