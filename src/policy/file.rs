//! The policy file as it is written: sections, keys, places.
//!
//! This file knows the shape of `claims.toml` and nothing of what it means; `check.rs` knows that.
//! Reading never stops at the first mistake: a key that can't be read is reported and left out.
//! The doc comments here are the descriptions in the JSON Schema, which is made from these types.

use std::collections::BTreeSet;

use toml_span::de_helpers::TableHelper;
use toml_span::value::ValueInner;
use toml_span::{Error, ErrorKind, Span, Value};

use super::Variables;
use super::finding::{Code, Findings};

/// A value and its place in the file.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

/// A text, number, boolean or list of texts.
pub(super) type Literal = serde_json::Value;

/// One entry or a list of entries.
#[derive(Clone, Debug, Default)]
pub(super) struct OneOrMany<T>(pub(super) Vec<At<T>>);

/// A table whose keys are names that the author chooses, in the order of the file.
#[derive(Clone, Debug)]
pub(super) struct Named<T>(pub(super) Vec<(At<String>, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// What Claimsmith's trigger writes into the tokens of a user pool. One file is the whole
/// behaviour. `${NAME}` in a text is replaced by the environment variable, once, at cold start.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct PolicyFile {
    /// Version of this file format: 1.
    #[cfg_attr(feature = "schema", schemars(required, extend("const" = 1)))]
    pub(super) version: Option<At<i64>>,
    /// How long one invocation may take before its reads count as failed: `2500ms`, `2.5s`.
    /// From 100ms to 4500ms, under Cognito's own 5 seconds.
    #[cfg_attr(feature = "schema", schemars(extend("default" = "2500ms")))]
    pub(super) deadline: Option<At<String>>,
    /// Which pools and app clients are served. An event from elsewhere is refused.
    pub(super) pool: Option<PoolSection>,
    /// Where the records are.
    #[cfg_attr(feature = "schema", schemars(required))]
    pub(super) table: Option<TableSection>,
    /// The items that are read for each token, by a name of your choice.
    pub(super) records: Option<Named<RecordSection>>,
    /// The claims that are written, by claim name.
    pub(super) claims: Option<Named<ClaimSection>>,
    /// What applies to each token as a whole.
    pub(super) tokens: Option<TokensSection>,
    /// What is different for one app client, by client id or a name of your choice.
    pub(super) clients: Option<Named<ClientSection>>,
    /// The user's groups. Without this section Cognito's own groups stay untouched.
    pub(super) groups: Option<GroupsSection>,
    /// What a person reads when no token is issued, by reason; see the failure table.
    /// Cognito shows `PreTokenGeneration failed with error <message>.`
    pub(super) messages: Option<Named<At<String>>>,
}

/// Which pools and app clients are served. An event from elsewhere is refused.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct PoolSection {
    /// The user pools that are served. All, if the list is not there.
    pub(super) user_pools: Option<Vec<At<String>>>,
    /// The app clients that are served. All, if the list is not there.
    pub(super) app_clients: Option<Vec<At<String>>>,
    /// User attributes that no app client may write. Only these may choose a record alone or
    /// become a claim; every other attribute counts as chosen by the user.
    pub(super) trusted_attributes: Option<Vec<At<String>>>,
    /// The pool's event version. With it, the check reports what that version can't carry.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["V1_0", "V2_0", "V3_0"])))]
    pub(super) event_version: Option<At<String>>,
}

/// Where the records are: a DynamoDB table by name, or a JSON file of items.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct TableSection {
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(super) span: Span,
    /// The DynamoDB table's name. Either this or `file`.
    pub(super) name: Option<At<String>>,
    /// A JSON file of items. A relative path starts at the policy file's folder.
    pub(super) file: Option<At<String>>,
    /// Name of the table's partition key.
    #[cfg_attr(feature = "schema", schemars(required))]
    pub(super) partition_key: Option<At<String>>,
    /// Name of the table's sort key, if it has one.
    pub(super) sort_key: Option<At<String>>,
}

/// One item that is read: which one, for whom, and what it decides.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct RecordSection {
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(super) span: Span,
    /// Read only for a person (`user`) or only for a machine (`client`). Both, if not there.
    #[cfg_attr(feature = "schema", schemars(rename = "for", extend("enum" = ["user", "client"])))]
    pub(super) applies_to: Option<At<String>>,
    /// The item's key: for each key attribute of the table a template such as `USER#{sub}`.
    /// Names in braces: `sub`, `username`, `client_id`, `user_pool_id`, `attributes.<name>`,
    /// `metadata.<name>`, `<record>.<attribute>`; `{a|b}` takes the first that has a value.
    /// If a placeholder has no value the item is not read and counts as absent.
    #[cfg_attr(feature = "schema", schemars(required))]
    pub(super) key: Option<Named<At<String>>>,
    /// What happens if the item is not in the table: go on without it, or issue no token.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("enum" = ["omit", "refuse"], "default" = "omit"))
    )]
    pub(super) missing: Option<At<String>>,
    /// Issue no token if an attribute has one of these values: `{ status = ["suspended"] }`.
    pub(super) refuse_if: Option<Named<OneOrMany<Literal>>>,
}

/// One claim: where its value comes from, and in which tokens it stands.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct ClaimSection {
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(super) span: Span,
    /// Record attributes, `<record>.<attribute>`; the first that has a value is the claim's value.
    pub(super) from: Option<OneOrMany<String>>,
    /// Record attributes that hold flags. A list switches on, a map of booleans on and off;
    /// later ones win.
    pub(super) merge: Option<OneOrMany<String>>,
    /// The type of the value. Not with `merge`.
    #[cfg_attr(
        feature = "schema",
        schemars(
            rename = "type",
            extend(
                "enum" = ["string", "integer", "number", "boolean", "list", "json"],
                "default" = "string"
            )
        )
    )]
    pub(super) kind: Option<At<String>>,
    /// How flags or a list are written. Default: `comma` for `merge`, `list` for type `list`.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("enum" = ["comma", "space", "list", "bits"]))
    )]
    pub(super) encoding: Option<At<String>>,
    /// The flags that may be written, in a fixed order to which new ones are only appended.
    /// Needed for `bits`; with another encoding, flags that are not listed stay out.
    pub(super) flags: Option<Vec<At<String>>>,
    /// The value if no source has one. Never used when a read failed.
    pub(super) default: Option<At<Literal>>,
    /// Without a value no token is issued.
    pub(super) required: Option<At<bool>>,
    /// The tokens in which the claim stands. Default: both.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("items" = { "enum": ["id", "access"] }, "default" = ["id", "access"]))
    )]
    pub(super) tokens: Option<Vec<At<String>>>,
    /// When the budget is short, claims leave in this order, 1 first; those without a number last.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1000)))]
    pub(super) shed: Option<At<i64>>,
    /// What happens if the value can't be known because a read failed or an attribute is
    /// malformed: leave the claim out and name it in `claims_omitted`, or issue no token.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("enum" = ["omit", "refuse"], "default" = "omit"))
    )]
    pub(super) on_fault: Option<At<String>>,
    /// Write the claim only under these conditions; all that are given must hold.
    pub(super) when: Option<WhenSection>,
}

/// Conditions on the sign-in. Each holds if any entry of its list matches.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct WhenSection {
    /// The app client is one of these.
    pub(super) client_ids: Option<Vec<At<String>>>,
    /// The event names one of these scopes.
    pub(super) scopes: Option<Vec<At<String>>>,
    /// The trigger source is one of these.
    pub(super) trigger_sources: Option<Vec<At<String>>>,
}

/// What applies to each token as a whole.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct TokensSection {
    /// The ID token.
    pub(super) id: Option<IdTokenSection>,
    /// The access token.
    pub(super) access: Option<AccessTokenSection>,
}

/// What applies to the ID token as a whole.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct IdTokenSection {
    /// Claims that Cognito would write and nobody needs.
    pub(super) suppress: Option<Vec<At<String>>>,
    /// Most bytes that the finished token may have: `cookie` (4096), `nginx` (8192), `gateway`
    /// (10240) or a number. Default: `gateway`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<BudgetText>"))]
    pub(super) budget: Option<At<Literal>>,
}

/// What applies to the access token as a whole.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct AccessTokenSection {
    /// Claims that Cognito would write and nobody needs.
    pub(super) suppress: Option<Vec<At<String>>>,
    /// Most bytes that the finished token may have: `cookie` (4096), `nginx` (8192), `gateway`
    /// (10240) or a number. Default: `gateway`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<BudgetText>"))]
    pub(super) budget: Option<At<Literal>>,
    /// Scopes to add.
    pub(super) add_scopes: Option<Vec<At<String>>>,
    /// Scopes to take away.
    pub(super) suppress_scopes: Option<Vec<At<String>>>,
    /// Write the audience claim. Cognito allows one value, the app client id.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["client_id"])))]
    pub(super) aud: Option<At<String>>,
}

/// What is different for one app client. A key given here replaces the one under `tokens`.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct ClientSection {
    /// The app client id, if the section's name is not the id itself.
    pub(super) client_id: Option<At<String>>,
    /// The claims that go into this client's tokens. All, if the list is not there.
    pub(super) claims: Option<Vec<At<String>>>,
    /// What applies to this client's tokens.
    pub(super) tokens: Option<TokensSection>,
}

/// The user's groups in both tokens.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct GroupsSection {
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(super) span: Span,
    /// `keep` Cognito's groups, `add` some, `remove` some, or `replace` them all.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("enum" = ["keep", "add", "remove", "replace"], "default" = "keep"))
    )]
    pub(super) mode: Option<At<String>>,
    /// Group names.
    pub(super) names: Option<Vec<At<String>>>,
    /// Record attributes that hold a list of group names; the first that has a value counts.
    pub(super) from: Option<OneOrMany<String>>,
}

/// Reads a file's text into sections. Whatever can't be read is a finding.
///
/// `None` if it is no TOML at all. The set names the variables that had no value and stayed in.
pub(super) fn read(
    text: &str,
    variables: &Variables<'_>,
    findings: &mut Findings<'_>,
) -> (Option<PolicyFile>, BTreeSet<String>) {
    let mut root = match toml_span::parse(text) {
        Ok(root) => root,
        Err(error) => {
            syntax(error, findings);
            return (None, BTreeSet::new());
        }
    };
    let mut reader = Reader { variables, findings, unset: BTreeSet::new() };
    let file = PolicyFile::read(&mut root, &mut reader);
    (file, reader.unset)
}

fn syntax(error: Error, findings: &mut Findings<'_>) {
    let message = match &error.kind {
        ErrorKind::DuplicateKey { .. } => "the key stands here for a second time".to_owned(),
        ErrorKind::DuplicateTable { .. } => "the section stands here for a second time".to_owned(),
        _ => error.to_string(),
    };
    findings.add(Code::Syntax, error.span, message, "see https://toml.io for the syntax");
}

struct Reader<'r, 't> {
    variables: &'r Variables<'r>,
    findings: &'r mut Findings<'t>,
    unset: BTreeSet<String>,
}

/// Something that stands as a value in the file. `None` after a finding.
trait FromToml: Sized {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self>;
}

impl Reader<'_, '_> {
    fn wrong_type<T>(&mut self, span: Span, expected: &str, found: &ValueInner<'_>) -> Option<T> {
        let found = match found {
            ValueInner::String(_) => "a text",
            ValueInner::Integer(_) | ValueInner::Float(_) => "a number",
            ValueInner::Boolean(_) => "a boolean",
            ValueInner::Array(_) => "a list",
            ValueInner::Table(_) => "a table",
        };
        self.findings.add(
            Code::WrongType,
            span,
            format!("found {found} where {expected} is needed"),
            format!("write {expected}"),
        );
        None
    }

    /// Replaces each `${NAME}` by its variable.
    fn expand(&mut self, text: &str, span: Span) -> Option<String> {
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            expanded.push_str(before);
            let well_formed = after.split_once('}').filter(|(name, _)| is_variable(name));
            let Some((name, after)) = well_formed else {
                self.findings.add(
                    Code::Variable,
                    span,
                    "`${` without a variable's name and `}`",
                    "write `${NAME}` with capital letters, digits and underscores",
                );
                return None;
            };
            match (self.variables.lookup)(name) {
                Some(value) => expanded.push_str(&value),
                None if self.variables.keep_unset => {
                    expanded.push_str(&format!("${{{name}}}"));
                    self.unset.insert(name.to_owned());
                }
                None => {
                    self.findings.add(
                        Code::Variable,
                        span,
                        format!("the environment variable `{name}` is not set"),
                        "set it in the function's configuration, or write the value here",
                    );
                    return None;
                }
            }
            rest = after;
        }
        expanded.push_str(rest);
        Some(expanded)
    }
}

fn is_variable(name: &str) -> bool {
    name.bytes().next().is_some_and(|first| first.is_ascii_uppercase() || first == b'_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

impl FromToml for String {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.take() {
            ValueInner::String(text) => reader.expand(&text, value.span),
            other => reader.wrong_type(value.span, "a text", &other),
        }
    }
}

impl FromToml for bool {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.take() {
            ValueInner::Boolean(boolean) => Some(boolean),
            other => reader.wrong_type(value.span, "true or false", &other),
        }
    }
}

impl FromToml for i64 {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.take() {
            ValueInner::Integer(integer) => Some(integer),
            other => reader.wrong_type(value.span, "a whole number", &other),
        }
    }
}

impl FromToml for Literal {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.take() {
            ValueInner::String(text) => reader.expand(&text, value.span).map(Literal::from),
            ValueInner::Integer(integer) => Some(integer.into()),
            ValueInner::Float(float) if float.is_finite() => Some(float.into()),
            ValueInner::Boolean(boolean) => Some(boolean.into()),
            ValueInner::Array(elements) => {
                let mut texts = Vec::new();
                for mut element in elements {
                    texts.push(Literal::from(String::read(&mut element, reader)?));
                }
                Some(Literal::Array(texts))
            }
            other => {
                reader.wrong_type(value.span, "a text, number, boolean or list of texts", &other)
            }
        }
    }
}

impl<T: FromToml> FromToml for At<T> {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let span = value.span;
        T::read(value, reader).map(|value| At { value, span })
    }
}

impl<T: FromToml> FromToml for Vec<At<T>> {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.take() {
            ValueInner::Array(elements) => Some(
                elements
                    .into_iter()
                    .filter_map(|mut element| At::<T>::read(&mut element, reader))
                    .collect(),
            ),
            other => reader.wrong_type(value.span, "a list", &other),
        }
    }
}

impl<T: FromToml> FromToml for OneOrMany<T> {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        if value.as_array().is_some() {
            Vec::read(value, reader).map(OneOrMany)
        } else {
            At::read(value, reader).map(|one| OneOrMany(vec![one]))
        }
    }
}

impl<T: FromToml> FromToml for Named<T> {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.take() {
            ValueInner::Table(table) => {
                // The parser sorts by name; findings and records keep the order of the file.
                let mut entries: Vec<_> = table.into_iter().collect();
                entries.sort_by_key(|(name, _)| name.span.start);
                let entries = entries.into_iter().filter_map(|(name, mut value)| {
                    let key = At { value: name.name.into_owned(), span: name.span };
                    T::read(&mut value, reader).map(|value| (key, value))
                });
                Some(Named(entries.collect()))
            }
            other => reader.wrong_type(value.span, "a table", &other),
        }
    }
}

/// Reads one section: each key that the closure takes, and a finding for each key it doesn't.
fn section<T>(
    value: &mut Value<'_>,
    reader: &mut Reader<'_, '_>,
    fill: impl FnOnce(&mut Keys<'_, '_, '_, '_>) -> T,
) -> Option<T> {
    let span = value.span;
    let table = match value.take() {
        ValueInner::Table(table) => table,
        other => return reader.wrong_type(span, "a table", &other),
    };
    let mut keys = Keys { table: TableHelper::from((table, span)), reader };
    let filled = fill(&mut keys);
    let Keys { table, reader } = keys;
    for error in table.finalize(None).err().into_iter().flat_map(|errors| errors.errors) {
        if let ErrorKind::UnexpectedKeys { keys, expected } = error.kind {
            for (key, span) in keys {
                reader.findings.add(
                    Code::UnknownKey,
                    span,
                    format!("there is no key `{key}` here"),
                    match nearest(&key, &expected) {
                        Some(known) => format!("did you mean `{known}`?"),
                        None => format!("the keys are {}", expected.join(", ")),
                    },
                );
            }
        }
    }
    Some(filled)
}

/// The keys of one section while it is read.
struct Keys<'k, 'de, 'r, 't> {
    table: TableHelper<'de>,
    reader: &'k mut Reader<'r, 't>,
}

impl Keys<'_, '_, '_, '_> {
    fn take<T: FromToml>(&mut self, name: &'static str) -> Option<T> {
        let (_, mut value) = self.table.take(name)?;
        T::read(&mut value, self.reader)
    }

    fn needed<T: FromToml>(&mut self, span: Span, name: &'static str, help: &str) -> Option<T> {
        if !self.table.contains(name) {
            let message = format!("the key `{name}` is missing");
            self.reader.findings.add(Code::MissingKey, span, message, help);
        }
        self.take(name)
    }
}

/// The known word that differs least, if it differs little.
pub(super) fn nearest<'w>(word: &str, known: &'w [impl AsRef<str>]) -> Option<&'w str> {
    known
        .iter()
        .map(|candidate| (distance(word, candidate.as_ref()), candidate.as_ref()))
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (y, cell) in b.bytes().zip(row.iter_mut().skip(1)) {
            let here = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = here;
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

impl FromToml for PolicyFile {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let top = Span::new(0, 0);
        section(value, reader, |keys| PolicyFile {
            version: keys.needed(top, "version", "begin the file with `version = 1`"),
            deadline: keys.take("deadline"),
            pool: keys.take("pool"),
            table: keys.needed(top, "table", "add a section [table] with a name or a file"),
            records: keys.take("records"),
            claims: keys.take("claims"),
            tokens: keys.take("tokens"),
            clients: keys.take("clients"),
            groups: keys.take("groups"),
            messages: keys.take("messages"),
        })
    }
}

impl FromToml for PoolSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| PoolSection {
            user_pools: keys.take("user_pools"),
            app_clients: keys.take("app_clients"),
            trusted_attributes: keys.take("trusted_attributes"),
            event_version: keys.take("event_version"),
        })
    }
}

impl FromToml for TableSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let span = value.span;
        section(value, reader, |keys| TableSection {
            span,
            name: keys.take("name"),
            file: keys.take("file"),
            partition_key: keys.needed(
                span,
                "partition_key",
                "name the table's partition key, such as `partition_key = \"pk\"`",
            ),
            sort_key: keys.take("sort_key"),
        })
    }
}

impl FromToml for RecordSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let span = value.span;
        section(value, reader, |keys| RecordSection {
            span,
            applies_to: keys.take("for"),
            key: keys.needed(span, "key", "say which item it is: `key = { pk = \"USER#{sub}\" }`"),
            missing: keys.take("missing"),
            refuse_if: keys.take("refuse_if"),
        })
    }
}

impl FromToml for ClaimSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let span = value.span;
        section(value, reader, |keys| ClaimSection {
            span,
            from: keys.take("from"),
            merge: keys.take("merge"),
            kind: keys.take("type"),
            encoding: keys.take("encoding"),
            flags: keys.take("flags"),
            default: keys.take("default"),
            required: keys.take("required"),
            tokens: keys.take("tokens"),
            shed: keys.take("shed"),
            on_fault: keys.take("on_fault"),
            when: keys.take("when"),
        })
    }
}

impl FromToml for WhenSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| WhenSection {
            client_ids: keys.take("client_ids"),
            scopes: keys.take("scopes"),
            trigger_sources: keys.take("trigger_sources"),
        })
    }
}

impl FromToml for TokensSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| TokensSection {
            id: keys.take("id"),
            access: keys.take("access"),
        })
    }
}

impl FromToml for IdTokenSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| IdTokenSection {
            suppress: keys.take("suppress"),
            budget: keys.take("budget"),
        })
    }
}

impl FromToml for AccessTokenSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| AccessTokenSection {
            suppress: keys.take("suppress"),
            budget: keys.take("budget"),
            add_scopes: keys.take("add_scopes"),
            suppress_scopes: keys.take("suppress_scopes"),
            aud: keys.take("aud"),
        })
    }
}

impl FromToml for ClientSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| ClientSection {
            client_id: keys.take("client_id"),
            claims: keys.take("claims"),
            tokens: keys.take("tokens"),
        })
    }
}

impl FromToml for GroupsSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let span = value.span;
        section(value, reader, |keys| GroupsSection {
            span,
            mode: keys.take("mode"),
            names: keys.take("names"),
            from: keys.take("from"),
        })
    }
}

/// The JSON Schema sees through the wrappers that keep places.
#[cfg(feature = "schema")]
mod schema {
    use std::borrow::Cow;
    use std::collections::BTreeMap;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{At, Named, OneOrMany};

    /// The budget's two spellings.
    pub(in crate::policy) struct BudgetText;

    impl JsonSchema for BudgetText {
        fn schema_name() -> Cow<'static, str> {
            "Budget".into()
        }
        fn inline_schema() -> bool {
            true
        }
        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "anyOf": [
                    { "enum": ["cookie", "nginx", "gateway"] },
                    { "type": "integer", "minimum": 1 },
                ]
            })
        }
    }

    impl<T: JsonSchema> JsonSchema for At<T> {
        fn schema_name() -> Cow<'static, str> {
            T::schema_name()
        }
        fn inline_schema() -> bool {
            T::inline_schema()
        }
        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            T::json_schema(generator)
        }
    }

    impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
        fn schema_name() -> Cow<'static, str> {
            format!("OneOrMany_{}", T::schema_name()).into()
        }
        fn inline_schema() -> bool {
            true
        }
        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let one = generator.subschema_for::<T>();
            json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
        }
    }

    impl<T: JsonSchema> JsonSchema for Named<T> {
        fn schema_name() -> Cow<'static, str> {
            format!("Named_{}", T::schema_name()).into()
        }
        fn inline_schema() -> bool {
            true
        }
        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            BTreeMap::<String, T>::json_schema(generator)
        }
    }
}
#[cfg(feature = "schema")]
use schema::BudgetText;
