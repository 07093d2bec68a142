//! Why one claim is not in one token, from what the trigger decided.

use claimsmith::identity::Kind;
use claimsmith::outcome::{Fault, Reason, Subject};
use claimsmith::plan::Why;
use claimsmith::policy::{ClaimRule, Operand, RecordPath, RecordRule, SourcePlace};
use claimsmith::records::State;
use claimsmith::records::template::Part;
use cognito_claims::TokenUse;
use cognito_claims::names::{CLAIMS_AS_OF, CLAIMS_OMITTED, reserved_to_add};

use super::case::{Case, Diagnosis, Replay};
use super::finding::{Certainty, Code, Finding};
use super::replay::{Verdict, needs_metadata};
use super::seen::Seen;
use super::wiring::Pool;

/// Finds why a claim is not in a token that is there, or that would be made.
pub fn find(
    case: &Case<'_>,
    claim: &str,
    token: TokenUse,
    seen: Option<&Seen>,
    verdict: Option<Verdict<'_>>,
    found: &mut Diagnosis,
) {
    let search = Search { case, claim, token, seen };
    let mut findings = search.why(verdict);
    if let Some(seen) = seen.filter(|seen| seen.omits(claim)) {
        match findings.first_mut() {
            Some(first) if [Code::Shed, Code::AttributeType].contains(&first.code) => {
                first.certainty = Certainty::Sure;
                let place = format!("{} {CLAIMS_OMITTED}", seen.name);
                *first = first.clone().because(place, "names the claim");
            }
            _ => findings = vec![search.omitted(seen)],
        }
    }
    found.findings.extend(findings);
}

/// The token says that it was made from old data.
pub fn stale_data(seen: &Seen, token: TokenUse) -> Finding {
    let what = "the table failed when the token was made, and records from memory served: a \
                change since may be missing";
    let next = "refresh the token when the table answers again; metric StaleReads";
    let mut finding = Finding::new(Code::StaleData, Certainty::Sure, what, next)
        .because(format!("{} {CLAIMS_AS_OF}", seen.name), "is there");
    finding.tokens = vec![token];
    finding
}

/// A claim that is null.
pub fn null(seen: &Seen, token: TokenUse, claim: &str) -> Finding {
    let what = "the claim is there and null, and front doors leave null out: to a handler it is \
                missing";
    let next = "Claimsmith never writes null: look which other trigger wrote it, and leave the \
                claim out instead";
    Finding::new(Code::NullClaim, Certainty::Sure, what, next)
        .about(claim, Some(token))
        .because(format!("{} {claim}", seen.name), "null")
}

/// The sign-in is refused: there is no token at all.
pub fn refusal(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let Some(replay) = &case.replay else { return };
    let Some(refusal) = replay.decided.outcome.as_ref().err() else { return };
    let certainty = if replay.recorded || case.seen.is_empty() {
        Certainty::Sure
    } else {
        // There is a token, so it was not refused then.
        Certainty::Likely
    };
    let code = match refusal.reason {
        Reason::WrongPool | Reason::WrongClient => return,
        Reason::RecordMissing => Code::RecordMissing,
        Reason::RecordRefused => Code::RecordRefused,
        Reason::RecordMalformed => Code::AttributeType,
        Reason::StoreFailed => Code::TableFailed,
        Reason::DeadlinePassed => Code::TableSlow,
        Reason::BudgetImpossible => Code::BudgetImpossible,
        Reason::ClaimMissing => Code::NoValue,
        _ => Code::UnreadableEvent,
    };
    let (certainty, what) = match own_read(code) {
        Some(what) => (Certainty::Likely, what.to_owned()),
        None => (certainty, format!("no token is issued: {}", refusal.cause)),
    };
    let mut finding = Finding::new(code, certainty, what, next_of_fault(code));
    let records = 0..case.policy.records.len();
    if !replay.knows_metadata
        && case.seen.iter().any(Seen::is_whole)
        && own_read(code).is_none()
        && records.into_iter().any(|record| needs_metadata(case.policy, record))
    {
        finding.certainty = Certainty::Aside;
        finding.what = format!(
            "without client metadata no token would be issued: {}; there is one, so it is older, or \
             the caller sent metadata, which no token tells",
            refusal.cause
        );
        finding.next = format!(
            "give what the caller sent along with --metadata NAME=VALUE, or the sign-in's event with \
             --event, and ask again; without metadata: {}",
            finding.next
        );
    }
    match &refusal.subject {
        Subject::Record(name) => {
            let key = match refusal.reason {
                Reason::RecordRefused => "refuse_if",
                Reason::RecordMissing => "missing",
                _ => "key",
            };
            let says = format!("[records.{name}]");
            finding = finding.because(case.lines.place(&["records", name, key]), says);
        }
        Subject::Claim(name) => {
            let search = Search { case, claim: name, token: TokenUse::Access, seen: None };
            if let (Some(rule), Reason::ClaimMissing) = (case.rule(name), refusal.reason)
                && let Some(cause) = search.cause(rule)
            {
                finding.code = cause.code;
                if cause.code == Code::AttributeUnknown {
                    finding.certainty = Certainty::Likely;
                }
                finding.next = search.next(&cause);
                finding = search.evidence(finding, &cause);
            }
            finding.claims.push(name.clone());
            finding = finding.because(search.policy_place("required"), "required");
        }
        Subject::Groups => {
            finding = finding.because(case.lines.place(&["groups"]), "[groups]");
        }
        Subject::Token(token) => {
            finding.tokens = vec![*token];
            let place = case.lines.place(&["tokens", token.as_str(), "budget"]);
            finding = finding.because(place, "budget");
        }
        Subject::Event => {}
    }
    if let Some(fault) = replay.decided.store_faults.first() {
        finding = finding.because(replay.records.unwrap_or("records"), fault.to_string());
    }
    findings.push(finding.because(replay.name, format!("refused: {}", refusal.reason)));
}

/// What a fault of the store says: it is that of the doctor's own read, not the function's.
fn own_read(code: Code) -> Option<&'static str> {
    match code {
        Code::TableFailed => Some(
            "your own read of the table failed, so the records aren't known; whether the \
             function's reads fail, too, isn't known from here",
        ),
        Code::TableSlow => Some(
            "your own read of the table took too long, so the records aren't known; whether the \
             function's reads do, too, isn't known from here",
        ),
        _ => None,
    }
}

fn next_of_fault(code: Code) -> &'static str {
    match code {
        Code::RecordRefused => {
            "the data says so: change the attribute in the table if that is wrong, then sign in \
             again"
        }
        Code::RecordMissing => {
            "write the item, or drop `missing = \"refuse\"`; `claimsmith show` \
                                prints the key that was asked for"
        }
        Code::AttributeType => {
            "correct the attribute in the table; `claimsmith show` prints what it is, and \
             docs/policy.md what each type takes"
        }
        Code::TableFailed => {
            "check the table's name, region and address, and that your own credentials may do \
             dynamodb:BatchGetItem (`claimsmith show` tries the same), or give --records FILE; of \
             the function's reads its log and the metric StoreFaults tell"
        }
        Code::TableSlow => {
            "try again from nearer, or give --records FILE; of the function's reads the metrics \
             ReadDuration and DeadlineLeft tell"
        }
        Code::BudgetImpossible => {
            "suppress what nobody needs, or raise the budget; `claimsmith simulate` shows the bytes"
        }
        _ => "`claimsmith simulate` explains the event",
    }
}

struct Search<'s> {
    case: &'s Case<'s>,
    claim: &'s str,
    token: TokenUse,
    seen: Option<&'s Seen>,
}

/// Why a source has no value.
struct Cause<'s> {
    code: Code,
    record: Option<&'s RecordRule>,
    attribute: String,
    says: &'static str,
}

impl Search<'_> {
    fn why(&self, verdict: Option<Verdict<'_>>) -> Vec<Finding> {
        let asked = self.case.is_asked();
        let one = |finding| vec![finding];
        match verdict {
            Some(Verdict::LeftOut(Why::Fault(fault))) => one(self.fault(fault)),
            Some(Verdict::Shed(fitted)) => one(self.shed(fitted.rules.budget)),
            // The finding about the pool says it.
            Some(Verdict::Unchangeable)
                if self.case.pool.and_then(Pool::version) == Some("V1_0") =>
            {
                Vec::new()
            }
            Some(Verdict::Unchangeable) => one(self.unchangeable()),
            Some(Verdict::LeftOut(Why::NoValue)) => self.no_value(asked).into_iter().collect(),
            // Today there would be no token without a required claim.
            Some(Verdict::Open) if self.case.rule(self.claim).is_some_and(|it| it.required) => {
                self.seen.iter().map(|it| self.stale(it)).collect()
            }
            Some(Verdict::Open) if asked => self.open(),
            _ if !asked => Vec::new(),
            Some(Verdict::LeftOut(Why::Condition)) => one(self.condition()),
            Some(Verdict::LeftOut(Why::Client)) => one(self.client_rule()),
            Some(Verdict::LeftOut(Why::OtherToken)) => one(self.other_token()),
            Some(Verdict::Suppressed) => one(self.suppressed()),
            Some(Verdict::Kept { attribute: true, .. }) => one(self.not_readable()),
            Some(Verdict::Kept { sure: true, .. }) => {
                self.seen.iter().map(|it| self.stale(it)).collect()
            }
            Some(Verdict::Kept { .. }) => one(self.sometimes()),
            Some(Verdict::NotIssued) => self.not_issued().into_iter().collect(),
            // It is in the other token, as it has to be.
            Some(Verdict::Nobody)
                if self.seen.is_none() && elsewhere(self.claim, self.token).is_some() =>
            {
                Vec::new()
            }
            Some(Verdict::Nobody) => one(self.nobody()),
            // Without a decision there is the policy alone.
            None if self.case.rule(self.claim).is_none() => one(self.nobody()),
            _ => Vec::new(),
        }
    }

    fn finding(&self, code: Code, certainty: Certainty, what: &str, next: &str) -> Finding {
        Finding::new(code, certainty, what, next).about(self.claim, Some(self.token))
    }

    /// Sure, unless the sign-in itself is guessed.
    fn certainty(&self) -> Certainty {
        match &self.case.replay {
            Some(replay) if replay.recorded => Certainty::Sure,
            _ => Certainty::Likely,
        }
    }

    fn policy_place(&self, key: &str) -> String {
        self.case.lines.place(&["claims", self.claim, key])
    }

    fn section(&self) -> String {
        format!("[claims.{}]", self.claim)
    }

    /// The app client's section, if the policy has one for it.
    fn client_section(&self) -> Option<&str> {
        let id = self.case.replay.as_ref()?.decided.identity.client_id;
        self.case.policy.rules(id).section.as_deref()
    }

    fn stale(&self, seen: &Seen) -> Finding {
        self.case.stale(seen, self.token, self.claim, None)
    }

    fn fault(&self, fault: Fault) -> Finding {
        let (code, what) = match fault {
            Fault::Malformed => (
                Code::AttributeType,
                "an attribute behind the claim has a type that it can't have, so its value can't \
                 be known",
            ),
            Fault::Store => (Code::TableFailed, ""),
            Fault::Deadline => (Code::TableSlow, ""),
        };
        let next = next_of_fault(code);
        let mut finding = match own_read(code) {
            Some(what) => self.finding(code, Certainty::Likely, what, next),
            None => self.finding(code, Certainty::Sure, what, next),
        };
        let Some(rule) = self.case.rule(self.claim) else { return finding };
        let sources: Vec<&str> =
            rule.value.sources().iter().map(|source| source.text.as_str()).collect();
        let key =
            if self.case.lines.has(&["claims", self.claim, "merge"]) { "merge" } else { "from" };
        finding = finding.because(self.policy_place(key), sources.join(", "));
        let faults = self.case.replay.as_ref().map(|replay| &replay.decided.store_faults);
        match (faults.and_then(|faults| faults.first()), &self.case.replay) {
            (Some(fault), Some(Replay { records: Some(records), .. })) => {
                finding.because(*records, fault.to_string())
            }
            _ => finding,
        }
    }

    fn shed(&self, budget: usize) -> Finding {
        let next = "raise the budget, suppress what nobody needs, or give the claim a higher \
                    `shed` number; `claimsmith simulate` shows the bytes";
        let what = format!("the budget of {budget} bytes left no room for the claim");
        self.finding(Code::Shed, self.certainty(), &what, next)
            .because(self.tokens_place("budget"), "budget")
            .because(self.policy_place("shed"), self.section())
    }

    /// Where a key of this token stands: in the client's section or in that for all.
    fn tokens_place(&self, key: &str) -> String {
        let token = self.token.as_str();
        let lines = self.case.lines;
        match self.client_section() {
            Some(client) if lines.has(&["clients", client, "tokens", token, key]) => {
                lines.place(&["clients", client, "tokens", token, key])
            }
            _ => lines.place(&["tokens", token, key]),
        }
    }

    fn unchangeable(&self) -> Finding {
        let what = "the event is of version V1_0, which can't change access tokens";
        let next = "set PreTokenGenerationConfig.LambdaVersion to V2_0 or V3_0 (feature plan \
                    Essentials or Plus); check it with --pool";
        let name = self.case.replay.as_ref().map_or("event", |replay| replay.name);
        self.finding(Code::V1Pool, Certainty::Sure, what, next)
            .because(format!("{name} $.version"), "1")
            .because(self.policy_place("tokens"), self.section())
    }

    fn condition(&self) -> Finding {
        // Flow and scopes of an event that was made here are guesses.
        let guessed = self.case.replay.as_ref().is_none_or(|replay| !replay.recorded);
        let when = self.case.rule(self.claim).map(|rule| &rule.when);
        let by_guess = when.is_some_and(|when| {
            !when.trigger_sources.is_empty() || (!when.scopes.is_empty() && self.seen.is_none())
        });
        let certainty = if guessed && by_guess { Certainty::Likely } else { Certainty::Sure };
        let what = "a condition of the claim (`when`) doesn't hold for this sign-in";
        let next = "sign in by a flow, app client and scope that the condition names, or change \
                    the condition";
        let name = self.case.replay.as_ref().map_or("event", |replay| replay.name);
        self.finding(Code::Condition, certainty, what, next)
            .because(self.policy_place("when"), format!("{} when", self.section()))
            .because(name, "its app client, scopes or trigger source")
    }

    fn client_rule(&self) -> Finding {
        let what = "the claim isn't among those of this app client's section";
        let next = "add the claim to `claims` of the section, or use another app client";
        let client = self.client_section().unwrap_or_default();
        self.finding(Code::ClientRule, Certainty::Sure, what, next).because(
            self.case.lines.place(&["clients", client, "claims"]),
            format!("[clients.{client}] claims"),
        )
    }

    fn other_token(&self) -> Finding {
        let other = match self.token {
            TokenUse::Id => TokenUse::Access,
            TokenUse::Access => TokenUse::Id,
        };
        let what = format!(
            "the claim goes only into the {other} token, and this is the {} token",
            self.token
        );
        let next =
            format!("send the {other} token, or add \"{}\" to `tokens` of the claim", self.token);
        let mut finding = self
            .finding(Code::OtherToken, Certainty::Sure, &what, &next)
            .because(self.policy_place("tokens"), format!("{} tokens", self.section()));
        if let Some(seen) = self.seen {
            finding = finding.because(format!("{} token_use", seen.name), self.token.as_str());
        }
        finding
    }

    fn suppressed(&self) -> Finding {
        let what = "the policy suppresses the claim in this token";
        let next = "take it out of `suppress`";
        self.finding(Code::Suppressed, Certainty::Sure, what, next)
            .because(self.tokens_place("suppress"), "suppress")
    }

    fn not_readable(&self) -> Finding {
        let next = format!(
            "add {} to ReadAttributes of the app client, and ask for the scope that brings it \
             (`openid` with `profile`, `email` or `phone`, or `openid` alone)",
            self.claim
        );
        let what = "the app client may not read the attribute, or the scopes that were asked for \
                    don't bring it";
        match self.case.client {
            Some(client) if !client.reads(self.claim) => {
                let what = "the app client may not read the attribute, so Cognito doesn't write it";
                self.finding(Code::AttributeNotReadable, Certainty::Sure, what, &next)
                    .because(client.place("ReadAttributes"), "doesn't have it")
            }
            _ => self.finding(Code::AttributeNotReadable, Certainty::Likely, what, &next),
        }
    }

    fn sometimes(&self) -> Finding {
        let what = "Cognito writes this claim itself, and only in some flows";
        let next = "don't rely on it; docs/policy.md lists the claims that are Cognito's own";
        self.finding(Code::ReservedName, Certainty::Likely, what, next)
    }

    fn not_issued(&self) -> Option<Finding> {
        let rule = self.case.rule(self.claim)?;
        if rule.access && self.seen.is_none() {
            return None;
        }
        let what = "machines (client credentials) get no ID token, and the claim goes only there";
        let next = "add \"access\" to `tokens` of the claim";
        Some(
            self.finding(Code::NoSuchToken, Certainty::Sure, what, next)
                .because(self.policy_place("tokens"), format!("{} tokens", self.section())),
        )
    }

    /// The token shows that the trigger ran, and nobody gave the records.
    fn open(&self) -> Vec<Finding> {
        let what = "the trigger ran, so it had no value for the claim then, or the deployed \
                    policy is another one";
        let next = "give --records FILE, or --user SUB to read the policy's table, and ask again";
        let finding = self
            .finding(Code::NoValue, Certainty::Likely, what, next)
            .because(self.policy_place("from"), self.section());
        std::iter::once(finding).chain(self.seen.iter().map(|it| self.stale(it))).collect()
    }

    fn omitted(&self, seen: &Seen) -> Finding {
        let what = "the trigger left the claim out on purpose: the budget was short, or its value \
                    couldn't be known";
        let next = "`claimsmith simulate` with the sign-in's event says which; in the log, look \
                    for `shed` and `faulty` of the token";
        self.finding(Code::Omitted, Certainty::Sure, what, next)
            .because(format!("{} {CLAIMS_OMITTED}", seen.name), "names the claim")
    }

    fn nobody(&self) -> Finding {
        if let Some(next) = elsewhere(self.claim, self.token) {
            let what = "Cognito writes this claim into the other token only";
            return self.finding(Code::OtherToken, Certainty::Sure, what, next);
        }
        if let Some(reserved) = reserved_to_add(self.claim)
            && !self.claim.starts_with("cognito:")
        {
            let what = format!("the claim {}", reserved.problem());
            return self.finding(Code::ReservedName, Certainty::Sure, &what, reserved.help());
        }
        if self.claim == "cognito:groups" && self.case.policy.groups.is_some() {
            return self.groups();
        }
        if ["cognito:groups", "cognito:roles", "cognito:preferred_role"].contains(&self.claim) {
            let what = "the person is in no group (or the groups have no role), so Cognito writes \
                        no such claim";
            let next = "add the person to a group, or write groups with the section [groups]:\n$ aws \
                        cognito-idp admin-list-groups-for-user --user-pool-id POOL --username NAME";
            return self.finding(Code::NoValue, self.certainty(), what, next);
        }
        if let Some(name) = self.similar() {
            let what = format!("the policy writes no claim of this name, but one named `{name}`");
            let next = format!("read `{name}`, or rename the section");
            return self
                .finding(Code::NotInPolicy, Certainty::Sure, &what, &next)
                .because(self.case.lines.place(&["claims", &name]), format!("[claims.{name}]"));
        }
        match (is_attribute(self.claim), self.token, &self.case.replay) {
            (true, TokenUse::Access, _) => {
                let what = "user attributes stand in the ID token only";
                let next = "read it from the ID token, or write it into the access token with a \
                            [claims] section from a record or a trusted attribute";
                self.finding(Code::OtherToken, Certainty::Sure, what, next)
            }
            (true, TokenUse::Id, Some(Replay { recorded: true, name, .. })) => {
                let what = "the user has no such attribute";
                let next = "give the user the attribute (admin-update-user-attributes), or map it from \
                            the identity provider";
                self.finding(Code::AttributeMissing, Certainty::Sure, what, next)
                    .because(format!("{name} $.request.userAttributes"), "doesn't have it")
            }
            (true, TokenUse::Id, _) => self.not_readable(),
            _ => {
                let what = "no section of the policy writes the claim";
                let next = format!("add a section [claims.{}] with `from` or `merge`", self.claim);
                self.finding(Code::NotInPolicy, Certainty::Sure, what, &next)
                    .because(self.case.lines.place(&["claims"]), "no such section")
            }
        }
    }

    /// The policy decides which groups stand in the tokens.
    fn groups(&self) -> Finding {
        let known = self.case.replay.as_ref().is_some_and(|replay| replay.records.is_some());
        let what = if known {
            "the section [groups] of the policy decides which groups stand in the token, and leaves none"
        } else {
            "the section [groups] of the policy decides which groups stand in the token, perhaps \
             by a record, and nobody gave the records"
        };
        let next = if known {
            "`claimsmith simulate` with the sign-in's event shows the groups; `claimsmith show` \
             shows the records behind them"
        } else {
            "give --records FILE, or --user SUB to read the policy's table, and ask again"
        };
        let certainty = if known { self.certainty() } else { Certainty::Likely };
        self.finding(Code::NoValue, certainty, what, next)
            .because(self.case.lines.place(&["groups"]), "[groups]")
    }

    /// A claim of the policy that differs by case, prefix or punctuation only.
    fn similar(&self) -> Option<String> {
        let bare = |name: &str| -> String {
            let name = name.strip_prefix("custom:").unwrap_or(name);
            let name = name.rsplit('/').next().unwrap_or(name);
            name.chars()
                .filter(char::is_ascii_alphanumeric)
                .collect::<String>()
                .to_ascii_lowercase()
        };
        let near = |name: &str| {
            let (ours, theirs) = (bare(self.claim), bare(name));
            ours == theirs || (ours.len() > 3 && one_off(&ours, &theirs))
        };
        let names = self.case.policy.claims.iter().map(|rule| rule.name.as_str());
        names.into_iter().find(|name| near(name)).map(str::to_owned)
    }

    fn no_value(&self, asked: bool) -> Option<Finding> {
        let rule = self.case.rule(self.claim)?;
        let cause = self.cause(rule)?;
        if !asked && cause.code != Code::RecordMissing {
            return None;
        }
        let what = match cause.code {
            Code::RecordMissing => "a record that the claim needs is not in the table",
            Code::AttributeMissing if cause.record.is_some() => {
                "the record has no value for the claim"
            }
            Code::AttributeMissing => "the user has no such attribute",
            Code::AttributeUnknown => {
                "the claim comes from a user attribute, and which ones the user has isn't known \
                 from what was given"
            }
            _ => "a record that the claim needs is not read for this sign-in",
        };
        let certainty = match cause.code {
            Code::RecordMissing => Certainty::Sure,
            Code::AttributeMissing if cause.record.is_some() => Certainty::Sure,
            _ => self.certainty(),
        };
        let finding = self.finding(cause.code, certainty, what, &self.next(&cause));
        Some(self.evidence(finding, &cause))
    }

    fn evidence(&self, finding: Finding, cause: &Cause<'_>) -> Finding {
        let lines = self.case.lines;
        let key = if lines.has(&["claims", self.claim, "merge"]) { "merge" } else { "from" };
        let mut finding = finding.because(self.policy_place(key), self.section());
        if let Some(record) = cause.record {
            let says = if cause.attribute.is_empty() {
                format!("[records.{}]", record.name)
            } else {
                format!("{}.{}", record.name, cause.attribute)
            };
            finding = finding.because(lines.place(&["records", &record.name, "key"]), says);
        } else {
            finding = finding.because(format!("attribute {}", cause.attribute), cause.says);
        }
        match (&self.case.replay, cause.record) {
            (Some(Replay { records: Some(records), .. }), Some(_)) => {
                finding.because(*records, cause.says)
            }
            _ => finding,
        }
    }

    fn next(&self, cause: &Cause<'_>) -> String {
        let record = cause.record.map_or("", |record| record.name.as_str());
        match cause.code {
            Code::RecordMissing => format!(
                "write the item of [records.{record}]: `claimsmith show` prints the key that was \
                 asked for, `claimsmith seed` writes it"
            ),
            Code::AttributeMissing if cause.record.is_some() => format!(
                "give the item of [records.{record}] the attribute {}, or the claim a `default`",
                cause.attribute
            ),
            Code::AttributeMissing => {
                format!("give the user the attribute {}, or the claim a `default`", cause.attribute)
            }
            Code::AttributeUnknown => format!(
                "give the ID token, the sign-in's event with --event, or --attribute {}=VALUE, and \
                 ask again",
                cause.attribute
            ),
            _ => "look at it with `claimsmith show`: the record is for the other kind of \
                  identity, or the caller sent no metadata (sign-ins in one step and refreshes \
                  carry none)"
                .to_owned(),
        }
    }

    /// Why no source has a value: the most telling reason of all.
    fn cause<'c>(&'c self, rule: &'c ClaimRule) -> Option<Cause<'c>> {
        let causes = rule.value.sources().iter().filter_map(|source| match &source.place {
            SourcePlace::Record(path) => self.absent(path),
            SourcePlace::Attribute(name)
                if self.case.replay.as_ref().is_some_and(|it| !it.knows_attributes) =>
            {
                Some(Cause {
                    code: Code::AttributeUnknown,
                    record: None,
                    attribute: name.clone(),
                    says: "not known from an access token or a `sub`",
                })
            }
            SourcePlace::Attribute(name) => Some(Cause {
                code: Code::AttributeMissing,
                record: None,
                attribute: name.clone(),
                says: "the event or the ID token doesn't have it",
            }),
        });
        causes.min_by_key(|cause| cause.code == Code::RecordNotAsked || cause.record.is_none())
    }

    /// Why an attribute of a record is absent; what its key needed comes before it.
    fn absent<'c>(&'c self, path: &RecordPath) -> Option<Cause<'c>> {
        let case = self.case;
        let record = case.policy.records.get(path.record)?;
        let decided = case.replay.as_ref()?.decided;
        let cause = |code, attribute: String, says| {
            Some(Cause { code, record: Some(record), attribute, says })
        };
        match decided.records.get(path.record)? {
            State::Missing => cause(Code::RecordMissing, String::new(), "no such item"),
            State::Found(_) => {
                cause(Code::AttributeMissing, path.path.join("."), "the item doesn't have it")
            }
            State::NotAsked if record.applies_to.is_some_and(|it| it != decided.identity.kind) => {
                None
            }
            State::NotAsked | State::Pending | State::Unknown(_) => {
                let templates = [Some(&record.partition), record.sort.as_ref()];
                let parts = templates.into_iter().flatten().flat_map(|it| &it.parts);
                let operands = parts.flat_map(|part| match part {
                    Part::FirstOf(operands) => operands.as_slice(),
                    Part::Text(_) => &[],
                });
                let upstream = operands.filter_map(|operand| match operand {
                    Operand::Record(path) => self.absent(path),
                    _ => None,
                });
                let telling = upstream.min_by_key(|cause| cause.code == Code::RecordNotAsked);
                telling.or_else(|| {
                    cause(Code::RecordNotAsked, String::new(), not_asked(decided.identity.kind))
                })
            }
        }
    }
}

fn not_asked(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "not asked: a value for its key is absent",
        Kind::Client => "not asked: a machine has no value for its key",
    }
}

/// What to read instead of a claim that Cognito writes into the other token only.
/// SPEC: AWS, "Understanding the access token" and "Understanding the ID token".
fn elsewhere(claim: &str, token: TokenUse) -> Option<&'static str> {
    match (claim, token) {
        ("client_id", TokenUse::Id) => {
            Some("read `aud`, which is the app client in an ID token, or send the access token")
        }
        ("scope", TokenUse::Id) => {
            Some("send the access token: scopes say what it may be used for, and stand only there")
        }
        ("username", TokenUse::Id) => {
            Some("read `cognito:username`, its name in an ID token, or send the access token")
        }
        ("cognito:username", TokenUse::Access) => {
            Some("read `username`, its name in an access token, or send the ID token")
        }
        ("aud", TokenUse::Access) => Some(
            "read `client_id`, which is the app client in an access token (`audience` of \
             [tokens.access] writes `aud`, too), or send the ID token",
        ),
        _ => None,
    }
}

/// Whether Cognito writes a user attribute of this name into ID tokens.
pub fn is_attribute(name: &str) -> bool {
    name.starts_with("custom:") || STANDARD.contains(&name)
}

/// SPEC: OpenID Connect Core 1.0, section 5.1.
const STANDARD: [&str; 18] = [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "website",
    "zoneinfo",
];

/// Whether one letter more, less or other makes one text the other.
fn one_off(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let same = short.bytes().zip(long.bytes()).take_while(|(a, b)| a == b).count();
    let rest = |text: &str, skip: usize| text.bytes().skip(same + skip).collect::<Vec<_>>();
    match long.len() - short.len() {
        0 => rest(short, 1) == rest(long, 1),
        1 => rest(short, 0) == rest(long, 1),
        _ => false,
    }
}
