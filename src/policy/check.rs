//! What the sections mean, taken together.
//!
//! Walks the file from top to bottom, collects findings and builds the [`Policy`]. With a finding
//! the policy is thrown away, so a part that could not be read may hold anything harmless.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::time::Duration;

use cognito_claims::names::{self, Reserved};
use cognito_claims::{TokenUse, encoding};

use claimsmith_findings::{At, List, Literal, Named, Section, nearest, parse_duration};

use super::file::{self, PolicyFile};
use super::graph::{self, Names};
use super::reserved;
use super::{
    ClaimRule, ClientRules, Code, Connection, Findings, GroupMode, GroupRule, Location, PRESETS,
    Policy, Source, SourcePlace, Table, TokenRules, Trust, claims,
};
use crate::outcome::Reason;
use crate::token;

/// The version of the file format that this program reads.
const FILE_VERSION: i64 = 1;
const DEFAULT_DEADLINE: Duration = Duration::from_millis(2500);
/// Under Cognito's 5 seconds, with room for the start of the function and the way back.
/// SPEC: AWS, "Customizing user pool workflows with Lambda triggers".
const DEADLINE_RANGE: RangeInclusive<Duration> =
    Duration::from_millis(100)..=Duration::from_millis(4500);
/// Longest message to a person, in characters.
const MESSAGE_LIMIT: usize = 200;
/// Standard attributes that people may write for themselves through any app client whose
/// `WriteAttributes` doesn't leave them out. The others (`sub`, and whether an address is verified)
/// are never theirs to write.
/// SPEC: OpenID Connect Core 1.0, section 5.1; AWS, Cognito API reference, `UserPoolClientType`.
const USER_WRITABLE: [&str; 17] = [
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];
/// SPEC: AWS, Cognito API reference, ResourceServerScopeType and the scope limits.
const SCOPE_LIMIT: usize = 256;

/// Checks a file as a whole.
pub(super) fn check(file: PolicyFile, findings: &mut Findings<'_>) -> Option<Policy> {
    if let Some(At { value, span }) = &file.version
        && *value != FILE_VERSION
    {
        let message = format!("version {value} of the policy file is not known");
        findings.add(
            Code::FileVersion,
            *span,
            message,
            format!("write `version = {FILE_VERSION}`"),
        );
    }
    let pool = file.pool.unwrap_or_default();
    let deadline = deadline(file.deadline.as_ref(), findings);
    let mut tables = vec![table(file.table.as_ref(), findings)];
    let connection = connection(file.table.as_ref(), deadline, findings);
    let record_sections = file.records.unwrap_or_default();
    let claim_sections = file.claims.unwrap_or_default();

    let tokens = file.tokens.unwrap_or_default();
    let trusted = trusted_attributes(&pool, findings);
    let writable = trusted.iter().filter(|name| USER_WRITABLE.contains(&name.as_str()));
    let writable_attributes = writable.cloned().collect();
    let mut known = Names::new(&record_sections, trusted, findings);
    let (mut records, rounds) =
        graph::records(&record_sections, file.table.as_ref(), &mut tables, &mut known, findings);
    let claims = claims::claims(&claim_sections, &mut known, findings);
    let groups =
        file.groups.as_ref().and_then(|groups| group_rule(groups, &tokens, &mut known, findings));
    known.finish(&mut records, findings);

    let any_client = client_rules(&tokens, &ClientRules::default(), &claims, findings);
    for token in TokenUse::BOTH {
        let suppressed = suppressed(&tokens, token);
        added_and_suppressed(&claims, None, suppressed, token, findings);
    }
    let client_sections = file.clients.unwrap_or_default();
    version_one(&pool, &claims, &claim_sections, &tokens, &client_sections, findings);
    let every_claim = claim_sections.whole;
    let clients = clients(client_sections, &any_client, &pool, &claims, every_claim, findings);

    Some(Policy {
        deadline,
        user_pools: allow_list(&pool.user_pools, "user pool", pool.complete, findings),
        app_clients: allow_list(&pool.app_clients, "app client", pool.complete, findings),
        trusted_attributes: values(&pool.trusted_attributes),
        tables,
        connection,
        records,
        rounds,
        claims,
        any_client,
        clients,
        groups,
        messages: messages(file.messages.unwrap_or_default(), findings),
        writable_attributes,
        unset_variables: findings.unset_variables().clone(),
    })
}

/// The texts of a list, without their places.
pub(super) fn values(list: &Option<List>) -> Vec<String> {
    entries(list).iter().map(|entry| entry.value.clone()).collect()
}

/// The entries of a list; none if it isn't there.
pub(super) fn entries(list: &Option<List>) -> &[At<String>] {
    list.as_ref().map(|list| list.entries.as_slice()).unwrap_or_default()
}

fn deadline(text: Option<&At<String>>, findings: &mut Findings<'_>) -> Duration {
    let Some(At { value, span }) = text else { return DEFAULT_DEADLINE };
    let found = parse_duration(value);
    found.filter(|found| DEADLINE_RANGE.contains(found)).unwrap_or_else(|| {
        let message = match found {
            None => "this is no duration",
            Some(_) => "the deadline is too short, or leaves no room within Cognito's 5 seconds",
        };
        let help = "write from `100ms` to `4500ms`, or with `s`: `2.5s`";
        findings.add(Code::Deadline, *span, message, help);
        DEFAULT_DEADLINE
    })
}

fn connection(
    section: Option<&Section<file::Table>>,
    deadline: Duration,
    findings: &mut Findings<'_>,
) -> Connection {
    let default = Connection::default();
    let Some(section) = section else { return default };
    let region = &section.region;
    for At { value, span } in [region, &section.endpoint].into_iter().flatten() {
        if value.is_empty() {
            findings.add(Code::TableStore, *span, "an empty text", "write it, or take it out");
        }
    }
    if let Some(At { value, span }) = &section.endpoint
        && !value.is_empty()
        && !["http://", "https://"].iter().any(|scheme| value.starts_with(scheme))
    {
        let help = "write it with its scheme, such as `http://localhost:8000`";
        findings.add(Code::TableStore, *span, "this is no address", help);
    }
    let trust = section.trust.as_ref().and_then(|text| {
        findings.word(text, &[("amazon", Trust::Amazon), ("system", Trust::System)])
    });
    let mut wait = |text: &Option<At<String>>, help| {
        let range = Duration::from_millis(10)..=deadline;
        text.as_ref().and_then(|text| findings.duration(text, range, help))
    };
    let attempt_timeout =
        wait(&section.attempt_timeout, "write from `10ms` to the deadline, such as `500ms`");
    let hedge_after =
        wait(&section.hedge_after, "write from `10ms` to the deadline, such as `50ms`");
    let text = |text: &Option<At<String>>| text.as_ref().map(|text| text.value.clone());
    Connection {
        region: text(region),
        endpoint: text(&section.endpoint),
        trust: trust.unwrap_or(default.trust),
        attempt_timeout: attempt_timeout.unwrap_or(default.attempt_timeout.min(deadline)),
        hedge_after,
    }
}

fn allow_list(
    list: &Option<List>,
    what: &str,
    complete: bool,
    findings: &mut Findings<'_>,
) -> Option<BTreeSet<String>> {
    let List { entries, span } = list.as_ref()?;
    findings.unique(entries);
    if entries.is_empty() && complete {
        findings.add(
            Code::EmptyList,
            *span,
            format!("the list of {what}s is empty, so every event would be refused"),
            format!("name one {what} or more, or take the list out to serve all"),
        );
    }
    Some(entries.iter().map(|entry| entry.value.clone()).collect())
}

fn trusted_attributes(pool: &Section<file::Pool>, findings: &mut Findings<'_>) -> Vec<String> {
    let trusted = entries(&pool.trusted_attributes);
    findings.unique(trusted);
    for entry in trusted.iter().filter(|entry| entry.value.starts_with("attributes.")) {
        findings.add(
            Code::Template,
            entry.span,
            "this list holds names of attributes, without `attributes.`",
            "write the name alone, such as `custom:department`",
        );
    }
    values(&pool.trusted_attributes)
}

fn table(section: Option<&Section<file::Table>>, findings: &mut Findings<'_>) -> Table {
    let text = |text: &Option<At<String>>| text.as_ref().map(|text| text.value.clone());
    let Some(section) = section else {
        return Table {
            location: Location::File(String::new()),
            partition_key: String::new(),
            sort_key: None,
        };
    };
    for At { value, span } in
        [&section.name, &section.file, &section.partition_key, &section.sort_key]
            .into_iter()
            .flatten()
    {
        if value.is_empty() {
            findings.add(Code::TableStore, *span, "an empty text", "write a name");
        }
    }
    if let (Some(partition), Some(sort)) = (&section.partition_key, &section.sort_key)
        && partition.value == sort.value
        && !sort.value.is_empty()
    {
        let help = "name the sort key, or take the line out if the table has none";
        findings.add(Code::TableStore, sort.span, "this is the partition key already", help);
    }
    let location = match (text(&section.name), text(&section.file)) {
        (Some(name), None) => Location::DynamoDb(name),
        (None, Some(file)) => Location::File(file),
        (name, _) => {
            // The second of two places is the one too many.
            let (span, message) = match (&name, &section.file) {
                (Some(_), Some(file)) => (file.span, "the table has two places"),
                _ => (section.span, "the table has no place"),
            };
            if name.is_some() || section.complete {
                let help =
                    "give it either `name`, a DynamoDB table, or `file`, a JSON file of items";
                findings.add(Code::TableStore, span, message, help);
            }
            Location::File(String::new())
        }
    };
    Table {
        location,
        partition_key: text(&section.partition_key).unwrap_or_default(),
        sort_key: text(&section.sort_key),
    }
}

fn suppressed(tokens: &file::Tokens, token: TokenUse) -> &[At<String>] {
    match token {
        TokenUse::Id => tokens.id.as_ref().map(|section| entries(&section.suppress)),
        TokenUse::Access => tokens.access.as_ref().map(|section| entries(&section.suppress)),
    }
    .unwrap_or_default()
}

/// SPEC: AWS, "Pre token generation Lambda trigger": of a claim that is added and suppressed
/// nothing is left, so a typo would drop a security claim without a word.
fn added_and_suppressed(
    claims: &[ClaimRule],
    only: Option<&BTreeSet<String>>,
    suppressed: &[At<String>],
    token: TokenUse,
    findings: &mut Findings<'_>,
) {
    for entry in suppressed {
        let added = claims.iter().any(|claim| {
            claim.name == entry.value
                && only.is_none_or(|only| only.contains(&claim.name))
                && (if token == TokenUse::Id { claim.id } else { claim.access })
        });
        if added {
            let name = findings.written(entry.span);
            findings.add(
                Code::AddAndSuppress,
                entry.span,
                format!("`{name}` is added to the {token} token and suppressed in it"),
                format!("take it out of this list, or \"{token}\" out of the claim's `tokens`"),
            );
        }
    }
}

/// The rules of the sections `[tokens]`, with what they leave open taken from `base`.
fn client_rules(
    tokens: &file::Tokens,
    base: &ClientRules,
    claims: &[ClaimRule],
    findings: &mut Findings<'_>,
) -> ClientRules {
    let id = tokens.id.clone().map(|id| {
        let file::IdToken { suppress, budget } = id.keys;
        file::AccessToken { suppress, budget, ..file::AccessToken::default() }
    });
    ClientRules {
        section: None,
        claims: None,
        id: token_rules(id, &base.id, TokenUse::Id, claims, findings),
        access: token_rules(
            tokens.access.clone().map(|access| access.keys),
            &base.access,
            TokenUse::Access,
            claims,
            findings,
        ),
    }
}

fn token_rules(
    section: Option<file::AccessToken>,
    base: &TokenRules,
    token: TokenUse,
    claims: &[ClaimRule],
    findings: &mut Findings<'_>,
) -> TokenRules {
    let Some(section) = section else { return base.clone() };
    for entry in entries(&section.suppress) {
        if let Some(reserved) = names::reserved_to_suppress(&entry.value) {
            let (problem, help) = match reserved {
                Reserved::Audience => ("can't be suppressed", "take it out of this list"),
                Reserved::Groups | Reserved::Scope => {
                    (reserved.problem(), reserved::help(reserved))
                }
                _ => (reserved.problem(), "take it out of this list"),
            };
            let message = format!("`{}` {problem}", findings.written(entry.span));
            findings.add(Code::ReservedSuppress, entry.span, message, help);
        } else if entry.value.is_empty() {
            findings.add(Code::ClaimName, entry.span, "an empty claim name", "write a claim name");
        }
    }
    for list in [&section.suppress, &section.add_scopes, &section.suppress_scopes] {
        findings.unique(entries(list));
    }
    scopes(&section, base, findings);
    let audience = section.aud.as_ref().map(|aud| {
        if aud.value != "client_id" {
            findings.add(
                Code::Audience,
                aud.span,
                "Cognito allows no other audience than the app client id",
                "write `aud = \"client_id\"`",
            );
        }
        true
    });
    let mut rules = TokenRules {
        suppress: or_base(&section.suppress, &base.suppress),
        budget: base.budget,
        add_scopes: or_base(&section.add_scopes, &base.add_scopes),
        suppress_scopes: or_base(&section.suppress_scopes, &base.suppress_scopes),
        audience: audience.unwrap_or(base.audience),
    };
    if let Some(budget) = &section.budget {
        let carried = |claim: &&ClaimRule| match token {
            TokenUse::Id => claim.id,
            TokenUse::Access => claim.access,
        };
        let required = claims.iter().filter(|claim| claim.required).filter(carried);
        let names = required.map(|claim| claim.name.as_str());
        let least = token::least_bytes(token, &rules.add_scopes, rules.audience, names);
        rules.budget = self::budget(budget, token, least, findings).unwrap_or(base.budget);
    }
    rules
}

/// A list of a section, or the one that it doesn't replace.
fn or_base(list: &Option<List>, base: &[String]) -> Vec<String> {
    if list.is_some() { values(list) } else { base.to_vec() }
}

fn scopes(section: &file::AccessToken, base: &TokenRules, findings: &mut Findings<'_>) {
    let (add, suppress) = (entries(&section.add_scopes), entries(&section.suppress_scopes));
    for scope in add.iter().chain(suppress) {
        let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        if !(1..=SCOPE_LIMIT).contains(&scope.value.len()) || !scope.value.bytes().all(plain) {
            findings.add(
                Code::Scope,
                scope.span,
                "Cognito would not accept this scope",
                "write printable ASCII without blanks, `\"` and `\\`, such as `items/read`",
            );
        }
    }
    // A list that isn't given here is inherited, and can contradict the other one as well.
    let added = or_base(&section.add_scopes, &base.add_scopes);
    let suppressed = or_base(&section.suppress_scopes, &base.suppress_scopes);
    let (list, other) = if suppress.is_empty() { (add, &suppressed) } else { (suppress, &added) };
    for scope in list.iter().filter(|scope| other.contains(&scope.value)) {
        let message =
            format!("the scope `{}` is added and suppressed", findings.written(scope.span));
        let help = match section.add_scopes.is_some() && section.suppress_scopes.is_some() {
            true => "take it out of one of the two lists",
            false => "take it out here; or give this client the other list too, without it",
        };
        findings.add(Code::Scope, scope.span, message, help);
    }
}

fn budget(
    budget: &At<Literal>,
    token: TokenUse,
    least: usize,
    findings: &mut Findings<'_>,
) -> Option<usize> {
    let bytes = match &budget.value {
        Literal::String(word) => {
            PRESETS.iter().find(|(name, _)| name == word).map(|(_, bytes)| *bytes)
        }
        Literal::Number(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
        _ => None,
    };
    match bytes {
        None => findings.add(
            Code::Budget,
            budget.span,
            "this is no budget",
            "write `cookie`, `nginx`, `gateway` or a number of bytes",
        ),
        Some(bytes) if bytes < least => findings.add(
            Code::Budget,
            budget.span,
            format!("an {token} token can need {least} bytes before any claim that may be shed"),
            format!("write {least} or more"),
        ),
        Some(_) => {}
    }
    bytes
}

fn clients(
    sections: Named<Section<file::Client>>,
    base: &ClientRules,
    pool: &Section<file::Pool>,
    claims: &[ClaimRule],
    every_claim: bool,
    findings: &mut Findings<'_>,
) -> BTreeMap<String, ClientRules> {
    let mut clients = BTreeMap::new();
    for (name, section) in sections.entries {
        let section = section.keys;
        let section_name = name.value.clone();
        let id = section.client_id.unwrap_or(name);
        client_id(&id, pool, findings);
        let tokens = section.tokens.unwrap_or_default().keys;
        let mut rules = client_rules(&tokens, base, claims, findings);
        if every_claim {
            known_claims(entries(&section.claims), claims, findings);
        }
        rules.section = Some(section_name);
        findings.unique(entries(&section.claims));
        if let Some(list) = section.claims.as_ref().filter(|_| every_claim) {
            required_claims(list, claims, findings);
        }
        rules.claims = section
            .claims
            .as_ref()
            .map(|list| list.entries.iter().map(|claim| claim.value.clone()).collect());
        for token in TokenUse::BOTH {
            let list = suppressed(&tokens, token);
            added_and_suppressed(claims, rules.claims.as_ref(), list, token, findings);
        }
        if clients.insert(id.value.clone(), rules).is_some() {
            findings.add(
                Code::Client,
                id.span,
                "a section before this one has the same client",
                "keep all that applies to one client in one section",
            );
        }
    }
    clients
}

/// A list that leaves a required claim out contradicts it: no value, no token, for every client.
fn required_claims(list: &List, claims: &[ClaimRule], findings: &mut Findings<'_>) {
    let listed = |name: &str| list.entries.iter().any(|claim| claim.value == name);
    // A misspelt name is a finding already.
    if list.entries.iter().any(|name| claims.iter().all(|claim| claim.name != name.value)) {
        return;
    }
    for claim in claims.iter().filter(|claim| claim.required && !listed(&claim.name)) {
        findings.add(
            Code::Client,
            list.span,
            format!("the required claim `{}` is not in this list", claim.name),
            "add it, or let the claim not be required",
        );
    }
}

fn client_id(id: &At<String>, pool: &Section<file::Pool>, findings: &mut Findings<'_>) {
    if id.value.is_empty() {
        let help = "write the app client id as the section's name or as `client_id`";
        findings.add(Code::Client, id.span, "a client section without a client", help);
    } else if pool.app_clients.is_some() && pool.complete && !served(id, pool, findings) {
        findings.add(
            Code::Client,
            id.span,
            "this client is not in `app_clients`, so its events are refused",
            "add it to `app_clients` in [pool], or take this section out",
        );
    }
}

/// Whether a client is in `app_clients`, or may be one that a variable will name.
fn served(id: &At<String>, pool: &Section<file::Pool>, findings: &Findings<'_>) -> bool {
    entries(&pool.app_clients)
        .iter()
        .any(|served| served.value == id.value || findings.is_open(served.span))
}

fn known_claims(list: &[At<String>], claims: &[ClaimRule], findings: &mut Findings<'_>) {
    let known: Vec<&str> = claims.iter().map(|claim| claim.name.as_str()).collect();
    for claim in list.iter().filter(|claim| !known.contains(&claim.value.as_str())) {
        let help = match nearest(&claim.value, &known) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "write the name of a section under [claims]".to_owned(),
        };
        let message = format!("there is no claim `{}`", findings.written(claim.span));
        findings.add(Code::Client, claim.span, message, help);
    }
}

/// What a pool with events of version V1_0 would lose without a word.
fn version_one(
    pool: &Section<file::Pool>,
    claims: &[ClaimRule],
    sections: &Named<Section<file::Claim>>,
    tokens: &file::Tokens,
    clients: &Named<Section<file::Client>>,
    findings: &mut Findings<'_>,
) {
    let Some(version) = &pool.event_version else { return };
    let versions = [("V1_0", true), ("V2_0", false), ("V3_0", false)];
    if findings.word(version, &versions) != Some(true) {
        return;
    }
    for (name, section) in &sections.entries {
        let Some(rule) = claims.iter().find(|rule| rule.name == name.value) else { continue };
        if !rule.id {
            let message =
                format!("`{}` is only for access tokens, which V1_0 can't change", rule.name);
            findings.add(
                Code::VersionOne,
                name.span,
                message,
                "add \"id\" to `tokens`, or use V2_0",
            );
        } else if claims::needs_types(&rule.value) {
            let span = [&section.kind, &section.encoding]
                .into_iter()
                .flatten()
                .next()
                .map_or(name.span, |text| text.span);
            let message = format!("`{}` has a type, and V1_0 carries text only", rule.name);
            let help = "write it as `string`, or with the encoding `comma`, or use V2_0";
            findings.add(Code::VersionOne, span, message, help);
        }
        let scopes = section.when.as_ref().and_then(|when| when.scopes.as_ref());
        if let Some(scopes) = scopes {
            let message = "an event of V1_0 names no scopes, so this never holds";
            findings.add(Code::VersionOne, scopes.span, message, "take it out, or use V2_0");
        }
    }
    let of_clients = clients.entries.iter().filter_map(|(_, client)| client.tokens.as_deref());
    for access in
        std::iter::once(tokens).chain(of_clients).filter_map(|tokens| tokens.access.as_ref())
    {
        let lists = [&access.suppress, &access.add_scopes, &access.suppress_scopes];
        let lists = lists.into_iter().filter_map(|list| entries(list).first());
        for entry in lists.chain(&access.aud) {
            findings.add(
                Code::VersionOne,
                entry.span,
                "V1_0 can't change access tokens",
                "take it out, or use V2_0",
            );
        }
    }
}

fn group_rule(
    section: &Section<file::Groups>,
    tokens: &file::Tokens,
    known: &mut Names,
    findings: &mut Findings<'_>,
) -> Option<GroupRule> {
    let modes = [
        ("keep", None),
        ("add", Some(GroupMode::Add)),
        ("remove", Some(GroupMode::Remove)),
        ("replace", Some(GroupMode::Replace)),
    ];
    let chosen = section.mode.as_ref().map(|text| findings.word(text, &modes));
    let names = entries(&section.names);
    let from = section.from.as_ref().map(|from| from.0.entries.as_slice()).unwrap_or_default();
    findings.unique(names);
    findings.unique(from);
    // A group that should never have been there may have any name.
    let removes = chosen == Some(Some(Some(GroupMode::Remove)));
    for name in names.iter().filter(|_| !removes) {
        if !encoding::is_group_name(&name.value) {
            findings.add(
                Code::Groups,
                name.span,
                "this can't be the name of a group at every front door",
                "write at most 128 characters without blanks, commas, quotes, brackets and braces",
            );
        }
    }
    if section.complete {
        group_contradictions(section, chosen.unwrap_or(Some(None)), tokens, findings);
    } else {
        known.miss_uses();
    }
    let sources: Vec<_> = from.iter().filter_map(|source| known.source(source, findings)).collect();
    for At { span, .. } in from.iter().filter(|at| {
        let is_attribute = |source: &Source| matches!(source.place, SourcePlace::Attribute(_));
        sources.iter().any(|source| source.text == at.value && is_attribute(source))
    }) {
        let help = "keep the groups in a record, as a list";
        findings.add(Code::Groups, *span, "a user attribute is a text and no list", help);
    }
    Some(GroupRule { mode: chosen.flatten().flatten()?, names: values(&section.names), sources })
}

/// `chosen` is `None` if the mode is none of the words, and then nothing more can be said.
fn group_contradictions(
    section: &Section<file::Groups>,
    chosen: Option<Option<GroupMode>>,
    tokens: &file::Tokens,
    findings: &mut Findings<'_>,
) {
    let Some(mode) = chosen else { return };
    let named = !entries(&section.names).is_empty()
        || section.from.as_ref().is_some_and(|from| !from.0.entries.is_empty());
    let place = section.mode.as_ref().map_or(section.span, |mode| mode.span);
    match mode {
        None if named => findings.add(
            Code::Groups,
            place,
            "groups are named, and `keep` would not use them",
            "write `mode = \"add\"`, `\"remove\"` or `\"replace\"`",
        ),
        // An empty list that is written down says: no groups.
        Some(GroupMode::Replace) if section.names.is_some() => {}
        Some(_) if !named => findings.add(
            Code::Groups,
            place,
            "no groups are named",
            "give `names`, `from` or both; `names = []` with `replace` takes all groups away",
        ),
        _ => {}
    }
    let suppressed_in =
        |token| suppressed(tokens, token).iter().any(|entry| entry.value == "cognito:groups");
    if mode.is_some() && TokenUse::BOTH.into_iter().all(suppressed_in) {
        findings.add(
            Code::Groups,
            place,
            "the groups are changed here, and suppressed in both tokens",
            "take `cognito:groups` out of a `suppress`, or this section out",
        );
    }
}

fn messages(sections: Named<At<String>>, findings: &mut Findings<'_>) -> BTreeMap<Reason, String> {
    let mut messages = BTreeMap::new();
    for (reason, text) in sections.entries {
        let words = Reason::ALL.map(|reason| (reason.as_str(), reason));
        let length = text.value.chars().count();
        if length == 0 || length > MESSAGE_LIMIT || text.value.chars().any(char::is_control) {
            findings.add(
                Code::Message,
                text.span,
                "this message can't be shown to a person",
                format!("write one line of 1 to {MESSAGE_LIMIT} characters"),
            );
        }
        if let Some(reason) = findings.word(&reason, &words) {
            messages.insert(reason, text.value);
        }
    }
    messages
}
