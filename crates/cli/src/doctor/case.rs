//! All that was given, and which tokens it is about.

use claimsmith::event::TriggerEvent;
use claimsmith::identity::Kind;
use claimsmith::plan::{Planned, Why};
use claimsmith::policy::{ClaimRule, Policy, SourcePlace};
use claimsmith::{Decided, Tokens};
use cognito_claims::{Door, TokenUse};
use serde_json::Value;

use super::finding::{Certainty, Code, Finding, ranked};
use super::lines::Lines;
use super::replay::{Verdict, needs_metadata, verdict};
use super::seen::{Seen, plain};
use super::wiring::{Client, Pool, Wanted};
use super::{door, identity, missing};

/// What was given, read.
pub struct Case<'c> {
    /// The policy.
    pub policy: &'c Policy,
    /// Where things stand in it.
    pub lines: &'c Lines<'c>,
    /// The claims that were asked for; none is all of the policy.
    pub asked: &'c [String],
    /// Pasted tokens, and what a handler got.
    pub seen: &'c [Seen],
    /// The front door that was named.
    pub door: Option<Door>,
    /// What the trigger decides now.
    pub replay: Option<Replay<'c>>,
    /// The pool's description.
    pub pool: Option<&'c Pool>,
    /// The app client's description.
    pub client: Option<&'c Client>,
    /// What the function's policy is good for.
    pub permissions: Vec<Finding>,
    /// Seconds since 1970.
    pub now: u64,
}

/// What the trigger decides, and how much is known about the sign-in.
pub struct Replay<'c> {
    /// The event.
    pub event: &'c TriggerEvent<'c>,
    /// What became of it.
    pub decided: &'c Decided<'c>,
    /// What would become of it in version 1, where that could be so.
    pub in_version_one: Option<&'c Decided<'c>>,
    /// How evidence calls the event.
    pub name: &'c str,
    /// Whether Cognito made the event.
    pub recorded: bool,
    /// Whether the user's attributes are known.
    pub knows_attributes: bool,
    /// Whether it is known what the caller sent along.
    pub knows_metadata: bool,
    /// Where the records come from; none if nobody gave them.
    pub records: Option<&'c str>,
}

/// A claim that is there after all.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Present {
    /// Its name.
    pub claim: String,
    /// The token.
    pub token: Option<TokenUse>,
    /// Its JSON type.
    pub kind: &'static str,
    /// Where: a token that was given, or what the trigger writes.
    pub place: String,
}

/// All that was found out.
pub struct Diagnosis {
    /// Causes, most likely first.
    pub findings: Vec<Finding>,
    /// What is there.
    pub present: Vec<Present>,
}

impl Case<'_> {
    /// Finds what there is to find.
    pub fn diagnosis(&self) -> Diagnosis {
        let mut found = Diagnosis { findings: Vec::new(), present: Vec::new() };
        identity::check(self, &mut found.findings);
        self.wiring(&mut found.findings);
        missing::refusal(self, &mut found.findings);
        for seen in self.seen.iter().filter(|seen| seen.is_whole()) {
            if !identity::is_foreign(seen) {
                self.token(seen, &mut found);
            }
        }
        if !self.seen.iter().any(Seen::is_whole) {
            for claim in self.claims() {
                for token in TokenUse::BOTH {
                    self.foreseen(claim, token, &mut found);
                }
            }
        }
        door::check(self, &mut found);
        found.findings = ranked(found.findings);
        found.present.sort_unstable();
        found.present.dedup();
        found
    }

    /// The claims it is about.
    pub fn claims(&self) -> Vec<&str> {
        match self.asked {
            [] => self.policy.claims.iter().map(|claim| claim.name.as_str()).collect(),
            asked => asked.iter().map(String::as_str).collect(),
        }
    }

    /// Whether somebody misses this very claim.
    pub fn is_asked(&self) -> bool {
        !self.asked.is_empty()
    }

    /// The policy's rule for a claim.
    pub fn rule(&self, claim: &str) -> Option<&ClaimRule> {
        self.policy.claims.iter().find(|rule| rule.name == claim)
    }

    /// What the trigger decides, if it doesn't refuse.
    pub fn tokens(&self) -> Option<&Tokens<'_>> {
        self.replay.as_ref()?.decided.outcome.as_ref().ok()
    }

    /// What becomes of a claim in a token.
    pub fn verdict(&self, claim: &str, token: TokenUse) -> Option<Verdict<'_>> {
        let known = self.replay.as_ref()?.records.is_some();
        Some(verdict(self.tokens()?, token, claim, self.policy, known))
    }

    /// Whether it is about a machine, if that is known.
    pub fn machine(&self) -> Option<bool> {
        let decided = self.replay.as_ref().map(|replay| replay.decided);
        match decided {
            Some(decided) => Some(decided.identity.kind == Kind::Client),
            None => self.seen.iter().find(|seen| seen.is_whole()).map(Seen::is_machine),
        }
    }

    /// Whether a claim's value may depend on metadata, and nobody said what the caller sent.
    fn needs_metadata(&self, claim: &str) -> bool {
        let unknown = self.replay.as_ref().is_some_and(|replay| !replay.knows_metadata);
        let sources = self.rule(claim).into_iter().flat_map(|rule| rule.value.sources());
        let mut records = sources.filter_map(|source| match &source.place {
            SourcePlace::Record(path) => Some(path.record),
            SourcePlace::Attribute(_) => None,
        });
        unknown && records.any(|record| needs_metadata(self.policy, record))
    }

    fn wiring(&self, findings: &mut Vec<Finding>) {
        let machine = self.machine();
        if let Some(pool) = self.pool {
            let people = machine != Some(true)
                && (self.seen.is_empty()
                    || self.seen.iter().any(|it| it.token() == Some(TokenUse::Access)));
            let access_claims = self
                .claims()
                .into_iter()
                .filter(|claim| people && self.rule(claim).is_some_and(|rule| rule.access));
            let for_machines =
                self.policy.records.iter().any(|it| it.applies_to == Some(Kind::Client));
            let machines = match machine {
                Some(true) => Some(Certainty::Sure),
                None if for_machines && self.seen.is_empty() => Some(Certainty::Likely),
                _ => None,
            };
            let access_claims: Vec<String> = access_claims.map(str::to_owned).collect();
            let wanted = Wanted { access_claims: &access_claims, machines };
            findings.extend(pool.findings(&wanted));
        }
        findings.extend(self.permissions.iter().cloned());
        if let Some(client) = self.client {
            findings.extend(client.findings(&self.policy.trusted_attributes, machine));
        }
    }

    /// A token that is there: which of the claims are in it, and why not.
    fn token(&self, seen: &Seen, found: &mut Diagnosis) {
        let Some(token) = seen.token() else { return };
        let ran = self.ran(seen, token);
        let mut untouched = Vec::new();
        for claim in self.claims() {
            let verdict = self.verdict(claim, token);
            if seen.has(claim) {
                let value = seen.claims.get(claim).unwrap_or(&Value::Null);
                found.present.push(Present {
                    claim: claim.to_owned(),
                    token: Some(token),
                    kind: kind(value),
                    place: seen.name.clone(),
                });
                if let (Some(Verdict::Written(planned)), Door::Token) = (&verdict, seen.door)
                    && planned.value != *value
                {
                    found.findings.push(if self.in_version_one(claim, token) == Some(value) {
                        of_version_one(seen, claim)
                    } else {
                        self.stale(seen, token, planned.name, Some(planned))
                    });
                }
                continue;
            }
            match verdict {
                _ if seen.claims.get(claim).is_some_and(Value::is_null) => {
                    found.findings.push(missing::null(seen, token, claim));
                }
                Some(Verdict::Written(_) | Verdict::Open) if !ran => untouched.push(claim),
                Some(Verdict::Written(planned)) => {
                    found.findings.push(self.stale(seen, token, claim, Some(planned)));
                }
                verdict => missing::find(self, claim, token, Some(seen), verdict, found),
            }
        }
        if !untouched.is_empty() {
            self.did_not_run(seen, token, &untouched, found);
        }
        if seen.is_stale() {
            found.findings.push(missing::stale_data(seen, token));
        }
    }

    /// The value that the trigger would write in an ID token of version 1.
    fn in_version_one(&self, claim: &str, token: TokenUse) -> Option<&Value> {
        let tokens = self.replay.as_ref()?.in_version_one?.outcome.as_ref().ok()?;
        let id = tokens.id.as_ref().filter(|_| token == TokenUse::Id)?;
        id.add.iter().find(|planned| planned.name == claim).map(|planned| &planned.value)
    }

    /// Whether the token shows any work of the trigger's, or couldn't.
    fn ran(&self, seen: &Seen, token: TokenUse) -> bool {
        let could = |rule: &&ClaimRule| {
            matches!(self.verdict(&rule.name, token), Some(Verdict::Written(_) | Verdict::Open))
        };
        let expected: Vec<&ClaimRule> = self.policy.claims.iter().filter(could).collect();
        let markers = cognito_claims::names::MARKERS;
        expected.is_empty()
            || markers.iter().any(|marker| seen.has(marker))
            || expected.iter().any(|rule| seen.has(&rule.name) && proves(seen, &rule.name))
    }

    fn did_not_run(&self, seen: &Seen, token: TokenUse, claims: &[&str], found: &mut Diagnosis) {
        let about = |mut finding: Finding| {
            finding.claims = claims.iter().map(|claim| (*claim).to_owned()).collect();
            finding.tokens = vec![token];
            finding.because(&seen.name, format!("an {token} token with no claim of the policy"))
        };
        let recorded = self.replay.as_ref().is_some_and(|replay| replay.recorded);
        let describe = "look at the wiring:\n$ aws cognito-idp describe-user-pool --user-pool-id \
                        POOL > pool.json\n$ claimsmith doctor --pool pool.json";
        let pool = seen.pool().map_or("POOL", plain);
        let describe = describe.replacen("POOL", pool, 1);
        if self.pool.is_none() && !recorded && seen.is_machine() {
            let what = "only events of version V3_0 come for machines; the pool may ask for an \
                        older one";
            let code = Code::V3Needed;
            found.findings.push(about(Finding::new(code, Certainty::Likely, what, &*describe)));
        } else if self.pool.is_none() && !recorded && token == TokenUse::Access {
            let what = "the pool's events may be of version V1_0, which can't change access tokens";
            let mut finding =
                about(Finding::new(Code::V1Pool, Certainty::Likely, what, &*describe));
            let works = |it: &&Seen| claims.iter().any(|claim| it.has(claim) && proves(it, claim));
            let id_tokens = self.seen.iter().filter(|it| it.token() == Some(TokenUse::Id));
            if let Some(other) = id_tokens.filter(works).max_by_key(|it| it.is_made_with(seen)) {
                finding = finding.because("the ID token", "has claims of the policy");
                if other.is_made_with(seen) {
                    finding.certainty = Certainty::Sure;
                    found.findings.push(finding);
                    return;
                }
            }
            found.findings.push(finding);
        }
        let what = "the trigger doesn't seem to have run for this token, or not with this policy";
        let next = match self.pool {
            Some(_) => "look for a record of the sign-in in the function's log; if there is none, \
                        check the permission with --function-policy, and if the token is older \
                        than the trigger, refresh it"
                .to_owned(),
            None => describe,
        };
        let mut finding =
            about(Finding::new(Code::TriggerDidNotRun, Certainty::Likely, what, next));
        if let Some(age) = self.age(seen) {
            finding = finding.because(format!("{} iat", seen.name), format!("issued {age} ago"));
        }
        found.findings.push(finding);
    }

    /// The token differs from what the trigger writes now.
    pub fn stale(
        &self,
        seen: &Seen,
        token: TokenUse,
        claim: &str,
        planned: Option<&Planned<'_>>,
    ) -> Finding {
        let by_metadata = seen.has(claim) && self.needs_metadata(claim);
        let what = match (planned, seen.has(claim)) {
            _ if by_metadata => {
                "a sign-in without client metadata gives another value: the caller may have sent \
                 metadata, which no token tells, or the token is older than the record or the policy"
            }
            (Some(_), true) => {
                "the trigger writes another value now: the token is older than the record or the \
                 policy, or another policy is deployed"
            }
            (Some(_), false) => {
                "the trigger writes the claim now: the token is older than the record or the \
                 policy, or another policy is deployed"
            }
            (None, _) => {
                "the token may be older than the record or the policy, or another policy is deployed"
            }
        };
        let (certainty, next) = if by_metadata {
            (
                Certainty::Aside,
                "give what the caller sent along with --metadata NAME=VALUE, or the sign-in's event \
                 with --event, and ask again",
            )
        } else {
            (
                Certainty::Likely,
                "refresh the token (each refresh runs the trigger again) and ask once more; if \
                 nothing changes, compare this file with the deployed one",
            )
        };
        let mut finding =
            Finding::new(Code::StaleToken, certainty, what, next).about(claim, Some(token));
        if let Some(age) = self.age(seen) {
            finding = finding.because(format!("{} iat", seen.name), format!("issued {age} ago"));
        }
        match &self.replay {
            Some(Replay { records: Some(records), .. }) if planned.is_some() => {
                finding.because(*records, "gives the claim a value")
            }
            _ => finding,
        }
    }

    /// Without a token: what the trigger would do.
    fn foreseen(&self, claim: &str, token: TokenUse, found: &mut Diagnosis) {
        let version = self.pool.and_then(Pool::version);
        if version == Some("V1_0") && token == TokenUse::Access && self.machine() == Some(false) {
            // Whatever the event says, the pool's next one can't.
            return;
        }
        match self.verdict(claim, token) {
            Some(Verdict::Written(planned)) => found.present.push(Present {
                claim: claim.to_owned(),
                token: Some(token),
                kind: kind(&planned.value),
                place: "the trigger writes it".to_owned(),
            }),
            Some(Verdict::Kept { sure, attribute }) => found.present.push(Present {
                claim: claim.to_owned(),
                token: Some(token),
                kind: "",
                place: match (sure, attribute) {
                    (_, true) => "Cognito writes it, if the app client may read it",
                    (true, false) => "Cognito writes it",
                    (false, false) => "Cognito writes it in some flows",
                }
                .to_owned(),
            }),
            // The claim is where the policy puts it.
            Some(Verdict::LeftOut(Why::OtherToken) | Verdict::Nobody)
                if self.rule(claim).is_some() => {}
            verdict => missing::find(self, claim, token, None, verdict, found),
        }
    }

    /// How long ago a token was issued.
    pub fn age(&self, seen: &Seen) -> Option<String> {
        Some(span(self.now.checked_sub(seen.time("iat")?)?))
    }
}

/// The token has the very value that version 1 would give it, and only that.
fn of_version_one(seen: &Seen, claim: &str) -> Finding {
    let what = "the claim is written as text, as events of version V1_0 have it: the pool seems to \
                ask for that version, which can't change access tokens either";
    let next = "look at LambdaVersion:\n$ aws cognito-idp describe-user-pool --user-pool-id POOL > \
                pool.json\n$ claimsmith doctor --pool pool.json";
    let next = next.replacen("POOL", seen.pool().map_or("POOL", plain), 1);
    Finding::new(Code::V1Pool, Certainty::Likely, what, next)
        .about(claim, Some(TokenUse::Id))
        .because(format!("{} {claim}", seen.name), "a text")
}

/// Whether a claim is surely the trigger's work: in an ID token one that is named like an attribute
/// may be the attribute.
fn proves(seen: &Seen, claim: &str) -> bool {
    seen.token() == Some(TokenUse::Access) || !missing::is_attribute(claim)
}

/// The JSON type of a value.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text",
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
        Value::Null => "null",
    }
}

/// `50 s`, `12 min`, `3 h`, `5 days`.
pub fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86400),
    }
}
