//! What the sections mean, taken together.
//!
//! Walks the file from top to bottom, collects findings and builds the [`Policy`]. With a finding
//! the policy is thrown away, so a part that could not be read may hold anything harmless.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cognito_claims::{TokenUse, encoding, names};

use super::file::{
    AccessTokenSection, At, ClaimSection, ClientSection, GroupsSection, IdTokenSection, Literal,
    Named, OneOrMany, PolicyFile, PoolSection, TableSection, TokensSection, nearest,
};
use super::finding::{Code, Findings};
use super::graph::{self, Names};
use super::{
    ClaimRule, ClientRules, GroupMode, GroupRule, Location, PRESETS, Policy, Table, TokenRules,
    claims,
};
use crate::outcome::Reason;
use crate::token;

/// The version of the file format that this program reads.
const FILE_VERSION: i64 = 1;
const DEFAULT_DEADLINE: Duration = Duration::from_millis(2500);
/// Under Cognito's 5 seconds, with room for the start of the function and the way back.
/// SPEC: AWS, "Customizing user pool workflows with Lambda triggers".
const DEADLINE_RANGE: std::ops::RangeInclusive<u64> = 100..=4500;
/// Longest message to a person, in characters.
const MESSAGE_LIMIT: usize = 200;
/// SPEC: AWS, Cognito API reference, ResourceServerScopeType and the scope limits.
const SCOPE_LIMIT: usize = 256;
/// SPEC: AWS, Cognito API reference, GroupNameType.
const GROUP_LIMIT: usize = 128;

/// Checks a file as a whole.
pub(super) fn check(file: PolicyFile, findings: &mut Findings<'_>) -> Policy {
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
    let table = table(file.table.as_ref(), findings);
    let record_sections = file.records.unwrap_or_default();
    let claim_sections = file.claims.unwrap_or_default();

    let trusted = values(&pool.trusted_attributes);
    let mut known = Names::new(&record_sections, trusted, findings);
    let (mut records, rounds) = graph::records(&record_sections, &table, &mut known, findings);
    let claims = claims::claims(&claim_sections, &mut known, findings);
    let groups = file.groups.as_ref().and_then(|groups| group_rule(groups, &mut known, findings));
    known.finish(&mut records, findings);

    let tokens = file.tokens.unwrap_or_default();
    let any_client = client_rules(&tokens, &ClientRules::default(), findings);
    for token in TokenUse::BOTH {
        let suppressed = suppressed(&tokens, token);
        added_and_suppressed(&claims, None, suppressed, token, findings);
    }
    let clients = clients(file.clients.unwrap_or_default(), &any_client, &claims, findings);
    version_one(&pool, &claims, &claim_sections, &tokens, findings);

    Policy {
        deadline: deadline(file.deadline.as_ref(), findings),
        user_pools: allow_list(&pool.user_pools, "user pool", findings),
        app_clients: allow_list(&pool.app_clients, "app client", findings),
        table,
        records,
        rounds,
        claims,
        any_client,
        clients,
        groups,
        messages: messages(file.messages.unwrap_or_default(), findings),
        unset_variables: BTreeSet::new(),
    }
}

/// One of the words that a key takes.
pub(super) fn word<T: Copy>(
    text: &At<String>,
    words: &[(&str, T)],
    findings: &mut Findings<'_>,
) -> Option<T> {
    let found = words.iter().find(|(word, _)| *word == text.value).map(|(_, value)| *value);
    if found.is_none() {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let help = match nearest(&text.value, &known) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("the words are {}", known.join(", ")),
        };
        let message = format!("`{}` is none of the words that stand here", text.value);
        findings.add(Code::UnknownWord, text.span, message, help);
    }
    found
}

/// The texts of a list, without their places.
pub(super) fn values(list: &Option<Vec<At<String>>>) -> Vec<String> {
    list.iter().flatten().map(|entry| entry.value.clone()).collect()
}

/// A finding for each entry that stands in a list for a second time.
pub(super) fn unique(list: &[At<String>], findings: &mut Findings<'_>) {
    let mut seen = BTreeSet::new();
    for entry in list {
        if !seen.insert(&entry.value) {
            let message = format!("`{}` stands in this list already", entry.value);
            findings.add(Code::Duplicate, entry.span, message, "take one of the two out");
        }
    }
}

fn deadline(text: Option<&At<String>>, findings: &mut Findings<'_>) -> Duration {
    let Some(At { value, span }) = text else { return DEFAULT_DEADLINE };
    let number = |text: &str, milliseconds: f64| {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number: f64 = text.parse().ok().filter(|_| plain)?;
        Some((number * milliseconds).round() as u64)
    };
    let milliseconds = match (value.strip_suffix("ms"), value.strip_suffix('s')) {
        (Some(text), _) => number(text, 1.0),
        (None, Some(text)) => number(text, 1000.0),
        (None, None) => None,
    };
    match milliseconds.filter(|milliseconds| DEADLINE_RANGE.contains(milliseconds)) {
        Some(milliseconds) => Duration::from_millis(milliseconds),
        None => {
            let message = match milliseconds {
                None => "this is no duration",
                Some(_) => "the deadline must leave room within Cognito's 5 seconds",
            };
            findings.add(
                Code::Deadline,
                *span,
                message,
                "write from `100ms` to `4500ms`, or in `s`",
            );
            DEFAULT_DEADLINE
        }
    }
}

fn allow_list(
    list: &Option<Vec<At<String>>>,
    what: &str,
    findings: &mut Findings<'_>,
) -> Option<BTreeSet<String>> {
    let entries = list.as_ref()?;
    unique(entries, findings);
    if entries.is_empty() {
        findings.add(
            Code::EmptyList,
            toml_span::Span::new(0, 0),
            format!("the list of {what}s is empty, so every event would be refused"),
            format!("name a {what}, or take the list out to serve all"),
        );
    }
    Some(entries.iter().map(|entry| entry.value.clone()).collect())
}

fn table(section: Option<&TableSection>, findings: &mut Findings<'_>) -> Table {
    let text = |text: &Option<At<String>>| text.as_ref().map(|text| text.value.clone());
    let Some(section) = section else {
        return Table {
            location: Location::File(String::new()),
            partition_key: String::new(),
            sort_key: None,
        };
    };
    for entry in [&section.name, &section.file, &section.partition_key, &section.sort_key] {
        if let Some(At { value, span }) = entry
            && value.is_empty()
        {
            findings.add(Code::TableStore, *span, "an empty text", "write a name");
        }
    }
    let location = match (text(&section.name), text(&section.file)) {
        (Some(name), None) => Location::DynamoDb(name),
        (None, Some(file)) => Location::File(file),
        (name, _) => {
            let message = match name {
                None => "the table has no place",
                Some(_) => "the table has two places",
            };
            let help = "give it either `name`, a DynamoDB table, or `file`, a JSON file of items";
            findings.add(Code::TableStore, section.span, message, help);
            Location::File(String::new())
        }
    };
    Table {
        location,
        partition_key: text(&section.partition_key).unwrap_or_default(),
        sort_key: text(&section.sort_key),
    }
}

fn suppressed(tokens: &TokensSection, token: TokenUse) -> &[At<String>] {
    let list = match token {
        TokenUse::Id => tokens.id.as_ref().and_then(|section| section.suppress.as_ref()),
        TokenUse::Access => tokens.access.as_ref().and_then(|section| section.suppress.as_ref()),
    };
    list.map(Vec::as_slice).unwrap_or_default()
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
            findings.add(
                Code::AddAndSuppress,
                entry.span,
                format!("`{}` is added to the {token} token and suppressed in it", entry.value),
                format!("take it out of this list, or \"{token}\" out of the claim's `tokens`"),
            );
        }
    }
}

/// The rules of the sections `[tokens]`, with what they leave open taken from `base`.
fn client_rules(
    tokens: &TokensSection,
    base: &ClientRules,
    findings: &mut Findings<'_>,
) -> ClientRules {
    let id = tokens.id.clone().map(|IdTokenSection { suppress, budget }| AccessTokenSection {
        suppress,
        budget,
        ..AccessTokenSection::default()
    });
    ClientRules {
        claims: None,
        id: token_rules(id, &base.id, TokenUse::Id, findings),
        access: token_rules(tokens.access.clone(), &base.access, TokenUse::Access, findings),
    }
}

fn token_rules(
    section: Option<AccessTokenSection>,
    base: &TokenRules,
    token: TokenUse,
    findings: &mut Findings<'_>,
) -> TokenRules {
    let Some(section) = section else { return base.clone() };
    for entry in section.suppress.iter().flatten() {
        let problem = names::reserved_to_suppress(&entry.value)
            .map(|reserved| (reserved.problem(), reserved.help()));
        if let Some((problem, help)) = problem {
            let message = format!("`{}` {problem}", entry.value);
            findings.add(Code::ReservedSuppress, entry.span, message, help);
        } else if entry.value.is_empty() {
            findings.add(Code::ClaimName, entry.span, "an empty claim name", "write a claim name");
        }
    }
    for list in [&section.suppress, &section.add_scopes, &section.suppress_scopes] {
        unique(list.as_deref().unwrap_or_default(), findings);
    }
    scopes(&section, findings);
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
    let or_base = |list: &Option<Vec<At<String>>>, base: &[String]| match list {
        Some(_) => values(list),
        None => base.to_vec(),
    };
    TokenRules {
        suppress: or_base(&section.suppress, &base.suppress),
        budget: section
            .budget
            .as_ref()
            .and_then(|budget| self::budget(budget, token, findings))
            .unwrap_or(base.budget),
        add_scopes: or_base(&section.add_scopes, &base.add_scopes),
        suppress_scopes: or_base(&section.suppress_scopes, &base.suppress_scopes),
        audience: audience.unwrap_or(base.audience),
    }
}

fn scopes(section: &AccessTokenSection, findings: &mut Findings<'_>) {
    let add = section.add_scopes.as_deref().unwrap_or_default();
    let suppress = section.suppress_scopes.as_deref().unwrap_or_default();
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
    for scope in suppress {
        if add.iter().any(|added| added.value == scope.value) {
            findings.add(
                Code::Scope,
                scope.span,
                format!("the scope `{}` is added and suppressed", scope.value),
                "take it out of one of the two lists",
            );
        }
    }
}

fn budget(budget: &At<Literal>, token: TokenUse, findings: &mut Findings<'_>) -> Option<usize> {
    let bytes = match &budget.value {
        Literal::String(word) => {
            PRESETS.iter().find(|(name, _)| name == word).map(|(_, bytes)| *bytes)
        }
        Literal::Number(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
        _ => None,
    };
    let least = token::least_bytes(token);
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
            format!("an {token} token can need {least} bytes before any claim is added"),
            format!("write {least} or more"),
        ),
        Some(_) => {}
    }
    bytes
}

fn clients(
    sections: Named<ClientSection>,
    base: &ClientRules,
    claims: &[ClaimRule],
    findings: &mut Findings<'_>,
) -> BTreeMap<String, ClientRules> {
    let known = claims::names(claims);
    let known_list: Vec<&str> = known.iter().copied().collect();
    let mut clients = BTreeMap::new();
    for (name, section) in sections.0 {
        let id = section.client_id.unwrap_or(name);
        let tokens = section.tokens.unwrap_or_default();
        let mut rules = client_rules(&tokens, base, findings);
        for claim in section.claims.iter().flatten() {
            if !known.contains(claim.value.as_str()) {
                let help = match nearest(&claim.value, &known_list) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => "write the name of a section under [claims]".to_owned(),
                };
                let message = format!("there is no claim `{}`", claim.value);
                findings.add(Code::Client, claim.span, message, help);
            }
        }
        unique(section.claims.as_deref().unwrap_or_default(), findings);
        rules.claims = section
            .claims
            .as_ref()
            .map(|list| list.iter().map(|claim| claim.value.clone()).collect());
        for token in TokenUse::BOTH {
            let list = suppressed(&tokens, token);
            added_and_suppressed(claims, rules.claims.as_ref(), list, token, findings);
        }
        if clients.insert(id.value.clone(), rules).is_some() {
            let help = "keep all that applies to one client in one section";
            findings.add(
                Code::Client,
                id.span,
                "a section before this one has the same client",
                help,
            );
        }
    }
    clients
}

/// What a pool with events of version V1_0 would lose without a word.
fn version_one(
    pool: &PoolSection,
    claims: &[ClaimRule],
    sections: &Named<ClaimSection>,
    tokens: &TokensSection,
    findings: &mut Findings<'_>,
) {
    let Some(version) = &pool.event_version else { return };
    let versions = [("V1_0", true), ("V2_0", false), ("V3_0", false)];
    if word(version, &versions, findings) != Some(true) {
        return;
    }
    for (name, section) in &sections.0 {
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
    }
    let access = tokens.access.as_ref();
    let scopes = [
        access.and_then(|access| access.add_scopes.as_ref()),
        access.and_then(|access| access.suppress_scopes.as_ref()),
        access.and_then(|access| access.suppress.as_ref()),
    ];
    for entry in scopes.into_iter().flatten().filter_map(|list| list.first()) {
        findings.add(
            Code::VersionOne,
            entry.span,
            "V1_0 can't change access tokens",
            "take it out, or use V2_0",
        );
    }
}

fn group_rule(
    section: &GroupsSection,
    known: &mut Names,
    findings: &mut Findings<'_>,
) -> Option<GroupRule> {
    let modes = [
        ("keep", None),
        ("add", Some(GroupMode::Add)),
        ("remove", Some(GroupMode::Remove)),
        ("replace", Some(GroupMode::Replace)),
    ];
    let mode = section.mode.as_ref().and_then(|text| word(text, &modes, findings)).flatten();
    let names = section.names.as_deref().unwrap_or_default();
    let from = section.from.as_ref().map(|OneOrMany(list)| list.as_slice()).unwrap_or_default();
    unique(names, findings);
    unique(from, findings);
    for name in names {
        if name.value.len() > GROUP_LIMIT || !encoding::is_list_word(&name.value) {
            findings.add(
                Code::Groups,
                name.span,
                "this can't be the name of a group at every front door",
                "write at most 128 characters without blanks, commas, quotes and brackets",
            );
        }
    }
    let nothing_named = section.names.is_none() && section.from.is_none();
    let unreadable =
        section.mode.as_ref().is_some_and(|text| mode.is_none() && text.value != "keep");
    match mode {
        None if !nothing_named && !unreadable => findings.add(
            Code::Groups,
            section.span,
            "groups are named, and `keep` would not use them",
            "write `mode = \"add\"`, `\"remove\"` or `\"replace\"`",
        ),
        Some(_) if nothing_named => findings.add(
            Code::Groups,
            section.span,
            "no groups are named",
            "give `names`, `from` or both; `names = []` with `replace` takes all groups away",
        ),
        _ => {}
    }
    let sources: Vec<_> = from.iter().filter_map(|source| known.source(source, findings)).collect();
    for (source, at) in sources.iter().zip(from) {
        if matches!(source.place, super::SourcePlace::Attribute(_)) {
            let help = "keep the groups in a record, as a list";
            findings.add(Code::Groups, at.span, "a user attribute is a text and no list", help);
        }
    }
    Some(GroupRule { mode: mode?, names: values(&section.names), sources })
}

fn messages(sections: Named<At<String>>, findings: &mut Findings<'_>) -> BTreeMap<Reason, String> {
    let mut messages = BTreeMap::new();
    for (reason, text) in sections.0 {
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
        if let Some(reason) = word(&reason, &words, findings) {
            messages.insert(reason, text.value);
        }
    }
    messages
}
