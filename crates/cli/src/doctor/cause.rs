//! A cause that the doctor can find: a stable code, the evidence, and the next step.
//!
//! Pure. No text here or built from here holds a token, nor a claim's or attribute's value.

use cognito_claims::TokenUse;

/// How well a cause is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// What was given proves it.
    Sure,
    /// It fits what was given, and so could something else.
    Likely,
    /// No reason for a missing claim, but wrong.
    Aside,
}

impl Certainty {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Certainty::Sure => "sure",
            Certainty::Likely => "likely",
            Certainty::Aside => "aside",
        }
    }
}

macro_rules! codes {
    ($($name:ident $text:literal $about:literal,)*) => {
        /// What kind of cause it is. The order is that of the causes of one certainty: what
        /// makes the others moot comes first.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum CauseCode {
            $(#[doc = $about] $name,)*
        }

        impl CauseCode {
            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self { $(CauseCode::$name => $text,)* }
            }

            /// What it means, for the documents.
            #[cfg(test)]
            pub const ALL: &'static [(&'static str, &'static str)] = &[$(($text, $about),)*];
        }
    };
}

codes! {
    ReservedName "reserved-name" "Only Cognito may write a claim of this name.",
    PolicyInvalid "policy-invalid" "The policy has a problem, so the function doesn't start.",
    EncryptedToken "encrypted-token" "This is a refresh token, which nobody but Cognito can read.",
    ForeignToken "foreign-token" "This is no token of a user pool.",
    OtherPool "other-pool" "Token, event, policy or pool description name different user pools.",
    OtherClient "other-client" "Token, event, policy or client description name different app clients.",
    OtherUser "other-user" "The token is somebody else's than the event or `--user`.",
    NoTrigger "no-trigger" "The pool has no pre token generation trigger.",
    ReportMode "report-mode" "The function only reports, so no token has anything of the policy.",
    FunctionElsewhere "function-elsewhere" "A replica names a function of another region.",
    LegacyKeyDiffers "legacy-key-differs" "The pool's old and new key name different functions.",
    NoPermission "no-permission" "The function's policy lets nobody invoke it for a user pool.",
    PermissionDenied "permission-denied" "A statement of the function's policy denies the invocation.",
    PermissionPrincipal "permission-principal" "The permission is for another service.",
    PermissionSourceArn "permission-source-arn" "The permission is for another user pool.",
    PermissionSourceAccount "permission-source-account" "The permission is for another account.",
    PermissionQualifier "permission-qualifier" "The permission is for another alias or version of the function.",
    PermissionCondition "permission-condition" "The permission has a condition that the doctor doesn't understand.",
    PlanLite "plan-lite" "The pool's feature plan has events of version V1_0 only.",
    LegacyKey "legacy-key" "The pool names the function by its old key alone, which means V1_0.",
    V1Pool "v1-pool" "Events of version V1_0 can't change access tokens.",
    V3Needed "v3-needed" "Only events of version V3_0 come for machines.",
    NoMachineFlow "no-machine-flow" "The app client has no client credentials flow.",
    NoUserFlow "no-user-flow" "The app client signs in machines only.",
    ProviderCannotWrite "provider-cannot-write" "The app client may not write an attribute that a provider maps.",
    NoTenant "no-tenant" "No source of `[tenant]` says which organisation the token is about.",
    ChoiceRefused "choice-refused" "What the caller asks for isn't proved: no token.",
    RecordRefused "record-refused" "A record doesn't hold what the policy requires: no token.",
    Revoked "revoked" "A record says that the person or machine is revoked: no token.",
    RecordMissing "record-missing" "A record that the claim needs is not in the table.",
    AttributeMissing "attribute-missing" "The record or the user has no such attribute.",
    AttributeNotCounted "attribute-not-counted" "The attribute is a provider's, and the person doesn't come from it alone.",
    AttributeUnknown "attribute-unknown" "Which attributes the user has isn't known from what was given.",
    AddressNotCounted "address-not-counted" "Nobody vouches for the address that finds the person.",
    TooMany "too-many" "There are more items or words than the policy allows.",
    AttributeType "attribute-type" "An attribute has a type that it can't have.",
    TableFailed "table-failed" "Your own read of the table failed.",
    TableSlow "table-slow" "Your own read of the table took too long.",
    BudgetImpossible "budget-impossible" "A token doesn't fit its budget, with everything left out that may be.",
    UnreadableEvent "unreadable-event" "The event is no pre token generation event.",
    NoSuchToken "no-such-token" "A machine gets no ID token.",
    Suppressed "suppressed" "The policy suppresses the claim.",
    ClientRule "client-rule" "The claim isn't among those of this app client's section.",
    Condition "condition" "A condition of the claim doesn't hold.",
    OtherToken "other-token" "The claim goes only into the other token.",
    Shed "shed" "The budget left no room for the claim.",
    Omitted "omitted" "The trigger left the claim out and said so in `claims_omitted`.",
    NotInPolicy "not-in-policy" "No section of the policy writes the claim.",
    AttributeNotReadable "attribute-not-readable" "The app client may not read the attribute.",
    RecordNotAsked "record-not-asked" "A record that the claim needs is not read for this sign-in.",
    NoAuthorizer "no-authorizer" "The event that the handler got holds no checked claims.",
    AmbiguousDoor "ambiguous-door" "The event that the handler got fits no front door exactly.",
    NotInContext "not-in-context" "The authorizer doesn't pass the claim on.",
    NullClaim "null-claim" "The claim is null, and front doors leave such out.",
    FlattenedList "flattened-list" "The front door makes a text of a list.",
    FlattenedObject "flattened-object" "The front door makes a text of an object, which can't be undone.",
    FlattenedScalar "flattened-scalar" "The front door makes a text of a number or boolean.",
    TooLong "too-long" "The token is longer than the front door takes.",
    TriggerDidNotRun "trigger-did-not-run" "No claim of the policy is in the token.",
    NoValue "no-value" "The trigger ran and had no value for the claim.",
    StaleToken "stale-token" "The token is older than the record, the policy or the function.",
    StaleData "stale-data" "The token was made from old data, because the table failed.",
    Expired "expired" "The token has expired.",
    UnqualifiedArn "unqualified-arn" "The pool calls the function without an alias.",
    PinnedVersion "pinned-version" "The pool calls one version of the function for ever.",
    PermissionOpen "permission-open" "The permission doesn't say for which pool and account.",
    TrustedAttributeWritable "trusted-attribute-writable" "The app client may write an attribute that the policy trusts.",
    ProviderAttributeFlows "provider-attribute-flows" "People sign in past their provider and may write what it writes.",
    ProviderAttributeScope "provider-attribute-scope" "The app client allows the scope by which people write their attributes.",
    ProviderAttributeGrant "provider-attribute-grant" "The policy adds the scope by which people write their attributes.",
    ProviderAttributeSignUp "provider-attribute-sign-up" "People can sign up and write what a provider writes.",
    AnyClientRegisters "any-client-registers" "Programs register app clients at the pool, and the policy serves all of them.",
    UpdatedIssuer "updated-issuer" "The front door doesn't take the pool's updated issuer.",
    RevocationOff "revocation-off" "The app client's tokens can't be revoked.",
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// A member of the token, a file with its line, or a JSON path.
    pub place: String,
    /// What stands there, or what follows from it.
    pub says: String,
}

/// One cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What kind.
    pub code: CauseCode,
    /// How well it is proven.
    pub certainty: Certainty,
    /// The claims that are missing for it, sorted; none if it is about the whole.
    pub claims: Vec<String>,
    /// The tokens, if it is about one of them or both.
    pub tokens: Vec<TokenUse>,
    /// What it is, in a sentence.
    pub what: String,
    /// Why we think so.
    pub evidence: Vec<Evidence>,
    /// A command or an edit.
    pub next: String,
}

impl Cause {
    /// A cause that is about the whole, without evidence.
    pub fn new(
        code: CauseCode,
        certainty: Certainty,
        what: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        let (what, next) = (what.into(), next.into());
        let (claims, tokens, evidence) = (Vec::new(), Vec::new(), Vec::new());
        Self { code, certainty, claims, tokens, what, evidence, next }
    }

    /// A cause that is proven.
    pub fn sure(code: CauseCode, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(code, Certainty::Sure, what, next)
    }

    /// A cause that fits.
    pub fn likely(code: CauseCode, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(code, Certainty::Likely, what, next)
    }

    /// Something else that is wrong.
    pub fn aside(code: CauseCode, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(code, Certainty::Aside, what, next)
    }

    /// The same, about one claim in one token.
    pub fn about(mut self, claim: &str, token: Option<TokenUse>) -> Self {
        self.claims.push(claim.to_owned());
        self.tokens.extend(token);
        self
    }

    /// The same with one more piece of evidence.
    pub fn because(mut self, place: impl Into<String>, says: impl Into<String>) -> Self {
        self.evidence.push(Evidence { place: place.into(), says: says.into() });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documents have a row for each code, and no other.
    #[test]
    fn every_code_is_documented() {
        let text = include_str!("../../../../docs/doctor.md");
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| `")).collect();
        let expected: Vec<String> =
            CauseCode::ALL.iter().map(|(code, about)| format!("| `{code}` | {about} |")).collect();
        let found: Vec<&str> = rows
            .into_iter()
            .filter(|row| {
                CauseCode::ALL.iter().any(|(code, _)| row.starts_with(&format!("| `{code}`")))
            })
            .collect();
        assert_eq!(found, expected);
    }
}
