//! The policy file as it is written: sections, keys, places.
//!
//! This file knows the shape of `claims.toml` and nothing of what it means; `check.rs` knows that.
//! Reading never stops at the first mistake: a key that can't be read is reported and left out.
//! The doc comments here are the descriptions in the JSON Schema, which is made from these types.

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue, Error};

use super::Variables;
use super::finding::{Code, Findings, Span};

/// A value as the parser gives it, with its place.
type Value<'de> = Spanned<DeValue<'de>>;

/// A value and its place in the file.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

/// A text, number, boolean or list of texts.
pub(super) type Literal = serde_json::Value;

/// A list of texts, and its place.
pub(super) type List = At<Vec<At<String>>>;

/// One entry or a list of entries.
#[derive(Clone, Debug, Default)]
pub(super) struct OneOrMany<T>(pub(super) Vec<At<T>>);

/// A table whose keys are names that the author chooses, in the order of the file.
#[derive(Clone, Debug)]
pub(super) struct Named<T> {
    pub(super) entries: Vec<(At<String>, T)>,
    /// Whether every entry could be read. If not, a name that is missing here may be one of those,
    /// and nobody must be told that it is unknown.
    pub(super) whole: bool,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), whole: true }
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
    #[cfg_attr(feature = "schema", schemars(with = "Option<MessageTexts>"))]
    pub(super) messages: Option<Named<At<String>>>,
}

/// Which pools and app clients are served. An event from elsewhere is refused.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct PoolSection {
    /// Whether all of it could be read. If not, what seems to be missing may only be unread.
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(super) complete: bool,
    /// The user pools that are served. All, if the list is not there.
    pub(super) user_pools: Option<List>,
    /// The app clients that are served. All, if the list is not there.
    pub(super) app_clients: Option<List>,
    /// User attributes that no app client may write. Only these may choose a record alone or
    /// become a claim; every other attribute counts as chosen by the user.
    pub(super) trusted_attributes: Option<List>,
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
    /// Whether all of it could be read. If not, what seems to be missing may only be unread.
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(super) complete: bool,
    /// The DynamoDB table's name. Either this or `file`.
    pub(super) name: Option<At<String>>,
    /// A JSON file of items. A relative path starts at the policy file's folder.
    pub(super) file: Option<At<String>>,
    /// Name of the table's partition key.
    #[cfg_attr(feature = "schema", schemars(required))]
    pub(super) partition_key: Option<At<String>>,
    /// Name of the table's sort key, if it has one.
    pub(super) sort_key: Option<At<String>>,
    /// The table's region. Default: the function's own, from `AWS_REGION`.
    pub(super) region: Option<At<String>>,
    /// Address of another DynamoDB, for tests and private endpoints. Default: what
    /// `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL` says, or AWS's own.
    pub(super) endpoint: Option<At<String>>,
    /// Which certificates end a trusted chain: `amazon`, the few of AWS's own endpoints, or
    /// `system`, all that the machine trusts. `AWS_CA_BUNDLE` names a file instead of both.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("enum" = ["amazon", "system"], "default" = "amazon"))
    )]
    pub(super) trust: Option<At<String>>,
    /// How long one attempt to read may take; a second one follows. From 10ms to the deadline.
    #[cfg_attr(feature = "schema", schemars(extend("default" = "1s")))]
    pub(super) attempt_timeout: Option<At<String>>,
    /// Sends a read a second time if the first has no answer after this time, and takes what comes
    /// first. It costs capacity. Default: never.
    pub(super) hedge_after: Option<At<String>>,
}

/// One item that is read: which one, for whom, and what it decides.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct RecordSection {
    /// Whether all of it could be read. If not, what seems to be missing may only be unread.
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(super) complete: bool,
    /// Read only for a person (`user`) or only for a machine (`client`). Both, if not there.
    #[cfg_attr(feature = "schema", schemars(rename = "for", extend("enum" = ["user", "client"])))]
    pub(super) applies_to: Option<At<String>>,
    /// The item's key: for each key attribute of the table a template such as `USER#{sub}`.
    /// Names in braces: `sub`, `username`, `client_id`, `user_pool_id`, `attributes.<name>`,
    /// `metadata.<name>`, `<record>.<attribute>`; `{a|b}` takes the first that has a value.
    /// If a placeholder has no value the item is not read and counts as absent.
    #[cfg_attr(feature = "schema", schemars(required))]
    pub(super) key: Option<At<Named<At<String>>>>,
    /// The DynamoDB table that holds it. Default: the one of `[table]`. In another table the first
    /// attribute of `key` is the partition key and the second, if there is one, the sort key.
    pub(super) table: Option<At<String>>,
    /// Whether a write that has ended must be seen. Such a read costs twice the capacity.
    pub(super) consistent: Option<At<bool>>,
    /// How long the item may be kept in the function's memory: `60s`, `5m`, up to `24h`.
    /// Default: not at all. That it is missing is remembered for a tenth of it, at most 5s.
    pub(super) cache: Option<At<String>>,
    /// How much longer it may serve while the table can't be read. Up to `24h`. The tokens then
    /// say so in `claims_as_of`.
    pub(super) stale_if_error: Option<At<String>>,
    /// What happens if the item is not in the table: go on without it, or issue no token.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("enum" = ["omit", "refuse"], "default" = "omit"))
    )]
    pub(super) missing: Option<At<String>>,
    /// Issue no token if an attribute has one of these values: `{ status = ["suspended"] }`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Named<OneOrMany<GuardLiteral>>>"))]
    pub(super) refuse_if: Option<Named<OneOrMany<Literal>>>,
}

/// One claim: where its value comes from, and in which tokens it stands.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct ClaimSection {
    /// Whether all of it could be read. If not, what seems to be missing may only be unread.
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(super) complete: bool,
    /// Record attributes, `<record>.<attribute>`; the first that has a value is the claim's value.
    pub(super) from: Option<At<OneOrMany<String>>>,
    /// Record attributes that hold flags. A list switches on, a map of booleans on and off;
    /// later ones win.
    pub(super) merge: Option<At<OneOrMany<String>>>,
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
    pub(super) flags: Option<List>,
    /// The value if no source has one. Never used when a read failed.
    #[cfg_attr(feature = "schema", schemars(with = "Option<DefaultLiteral>"))]
    pub(super) default: Option<At<Literal>>,
    /// Without a value no token is issued.
    pub(super) required: Option<At<bool>>,
    /// The tokens in which the claim stands. Default: both.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("items" = { "enum": ["id", "access"] }, "default" = ["id", "access"]))
    )]
    pub(super) tokens: Option<List>,
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
    pub(super) client_ids: Option<List>,
    /// The event names one of these scopes.
    pub(super) scopes: Option<List>,
    /// The trigger source is one of these.
    pub(super) trigger_sources: Option<List>,
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
    pub(super) suppress: Option<List>,
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
    pub(super) suppress: Option<List>,
    /// Most bytes that the finished token may have: `cookie` (4096), `nginx` (8192), `gateway`
    /// (10240) or a number. Default: `gateway`.
    #[cfg_attr(feature = "schema", schemars(with = "Option<BudgetText>"))]
    pub(super) budget: Option<At<Literal>>,
    /// Scopes to add.
    pub(super) add_scopes: Option<List>,
    /// Scopes to take away.
    pub(super) suppress_scopes: Option<List>,
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
    pub(super) claims: Option<List>,
    /// What applies to this client's tokens.
    pub(super) tokens: Option<TokensSection>,
}

/// The user's groups in both tokens.
#[derive(Debug, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub(super) struct GroupsSection {
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(super) span: Span,
    /// Whether all of it could be read. If not, what seems to be missing may only be unread.
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(super) complete: bool,
    /// `keep` Cognito's groups, `add` some, `remove` some, or `replace` them all.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("enum" = ["keep", "add", "remove", "replace"], "default" = "keep"))
    )]
    pub(super) mode: Option<At<String>>,
    /// Group names.
    pub(super) names: Option<List>,
    /// Record attributes that hold a list of group names; the first that has a value counts.
    pub(super) from: Option<At<OneOrMany<String>>>,
}

/// Reads a file's text into sections. Whatever can't be read is a finding.
///
/// `None` if it is no TOML at all. The set names the variables that had no value and stayed in.
pub(super) fn read<'t>(
    text: &'t str,
    variables: &Variables<'_>,
    findings: &mut Findings<'t>,
) -> (Option<PolicyFile>, BTreeSet<String>) {
    let Ok(root) = DeTable::parse(text) else {
        // One mistake may have others behind it: the first one in the file counts.
        let (_, errors) = DeTable::parse_recoverable(text);
        let first = errors.iter().min_by_key(|error| error.span().map(|span| span.start));
        first.into_iter().for_each(|error| syntax(text, error, findings));
        return (None, BTreeSet::new());
    };
    let mut reader = Reader { text, variables, findings, unset: BTreeSet::new() };
    let file = PolicyFile::of(root.get_ref(), &mut reader);
    (Some(file), reader.unset)
}

fn syntax(text: &str, error: &Error, findings: &mut Findings<'_>) {
    let mut span = Span::from(error.span().unwrap_or_default());
    let before = text.get(..span.start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let in_header = before.get(line_start..).unwrap_or_default().starts_with('[');
    let rest = text.get(span.start..).unwrap_or_default();
    let (problem, wanted) =
        error.message().split_once(", expected ").unwrap_or((error.message(), ""));
    let is_text = problem.starts_with("invalid") && problem.ends_with("string");
    let (message, help) = match problem {
        "duplicate key" if in_header => {
            span.start = line_start;
            ("the section stands here for a second time", "put both into one section")
        }
        "duplicate key" => ("the key stands here for a second time", "keep one of the two"),
        "string values must be quoted" => ("a text without quotes", "write it as `\"…\"`"),
        _ if is_text && ["`\"`", "`'`"].contains(&wanted) => {
            ("the text is not closed on its line", "close it with a quote")
        }
        _ if is_text && rest.starts_with(char::is_control) => {
            ("a control character in a text", "leave it out, or write its number as `\\u0000`")
        }
        _ => {
            let help = match wanted {
                "" | "nothing" => "see https://toml.io for the syntax".to_owned(),
                _ => format!("the parser expected {wanted}; see https://toml.io for the syntax"),
            };
            return findings.add(Code::Syntax, span, problem, help);
        }
    };
    findings.add(Code::Syntax, span, message, help);
}

struct Reader<'r, 't> {
    text: &'t str,
    variables: &'r Variables<'r>,
    findings: &'r mut Findings<'t>,
    unset: BTreeSet<String>,
}

/// Something that stands as a value in the file. `None` after a finding.
trait FromToml: Sized {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self>;
}

impl Reader<'_, '_> {
    /// The place of a value. A table of dotted keys has none of its own: it is where its first
    /// value is.
    fn place(&self, value: &Value<'_>) -> Span {
        let mut value = value;
        while let DeValue::Table(table) = value.get_ref()
            && !self.raw(value).starts_with(['[', '{'])
            && let Some(first) = table.values().min_by_key(|value| value.span().start)
        {
            value = first;
        }
        self.unquoted(value)
    }

    /// The place of a key, or of a text: what stands between its quotes.
    fn unquoted<T>(&self, text: &Spanned<T>) -> Span {
        let raw = self.raw(text);
        if !raw.starts_with(['"', '\'']) {
            return text.span().into();
        }
        let between = |quote: &&str| {
            let inner = raw.strip_prefix(*quote)?.strip_suffix(*quote)?;
            Some((text.span().start + quote.len(), inner.len()))
        };
        let found = ["\"\"\"", "'''", "\"", "'"].iter().find_map(between);
        match found.filter(|(_, length)| *length > 0) {
            Some((start, length)) => Span { start, end: start + length },
            // An empty text is where its first quote is.
            None => Span { start: text.span().start, end: text.span().start + 1 },
        }
    }

    /// What stands in the file.
    fn raw<T>(&self, value: &Spanned<T>) -> &str {
        self.text.get(value.span()).unwrap_or_default()
    }

    fn wrong_type<T>(&mut self, value: &Value<'_>, expected: &str) -> Option<T> {
        let found = match value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
            DeValue::Datetime(_) => return self.date(value),
        };
        let span = self.place(value);
        self.findings.add(
            Code::WrongType,
            span,
            format!("found {found} where {expected} is needed"),
            format!("write {expected}"),
        );
        None
    }

    /// No key takes one, so it is no type among others.
    fn date<T>(&mut self, value: &Value<'_>) -> Option<T> {
        let help = "write a text in quotes, or a plain number";
        let span = self.place(value);
        self.findings.add(Code::Syntax, span, "a date or time without quotes", help);
        None
    }

    /// A whole number that these 64 bits hold.
    fn integer(&mut self, integer: &DeInteger<'_>, span: Span) -> Option<i64> {
        let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
        if number.is_none() {
            let message = "a whole number of too many digits";
            self.findings.add(Code::Syntax, span, message, "write one of at most 18 digits");
        }
        number
    }

    /// Replaces each `${NAME}` by its variable.
    fn expand(&mut self, text: &str, span: Span) -> Option<String> {
        if !text.contains('$') {
            return Some(text.to_owned());
        }
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        let mut unset = false;
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
                    unset = true;
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
        if unset {
            self.findings.leave_open(span);
        }
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
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(text) => reader.expand(text, reader.place(value)),
            _ => reader.wrong_type(value, "a text"),
        }
    }
}

impl FromToml for bool {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Boolean(boolean) => Some(*boolean),
            _ => reader.wrong_type(value, "true or false"),
        }
    }
}

impl FromToml for i64 {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Integer(integer) => reader.integer(integer, reader.place(value)),
            _ => reader.wrong_type(value, "a whole number"),
        }
    }
}

impl FromToml for Literal {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let span = reader.place(value);
        match value.get_ref() {
            DeValue::String(text) => reader.expand(text, span).map(Literal::from),
            DeValue::Integer(integer) => reader.integer(integer, span).map(Literal::from),
            DeValue::Float(float) => {
                let float = float.as_str().parse().ok().filter(|float: &f64| float.is_finite());
                if float.is_none() {
                    let message = "a number that isn't finite, which no token can carry";
                    reader.findings.add(Code::WrongType, span, message, "write a finite number");
                }
                float.map(Literal::from)
            }
            DeValue::Boolean(boolean) => Some((*boolean).into()),
            DeValue::Datetime(_) => reader.date(value),
            DeValue::Array(elements) => {
                let texts = elements.iter().map(|text| String::read(text, reader));
                texts.map(|text| text.map(Literal::from)).collect::<Option<_>>().map(Literal::Array)
            }
            DeValue::Table(_) => {
                let message = "found a table where a text, number, boolean or list is needed";
                let help = "write a plain value; a name with a dot stands in quotes: `\"a.b\"`";
                reader.findings.add(Code::WrongType, span, message, help);
                None
            }
        }
    }
}

impl<T: FromToml> FromToml for At<T> {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        T::read(value, reader).map(|read| At { value: read, span: reader.place(value) })
    }
}

impl<T: FromToml> FromToml for Vec<At<T>> {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Array(elements) => {
                Some(elements.iter().filter_map(|element| At::read(element, reader)).collect())
            }
            _ => reader.wrong_type(value, "a list"),
        }
    }
}

impl<T: FromToml> FromToml for OneOrMany<T> {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Array(_) => Vec::read(value, reader).map(OneOrMany),
            _ => At::read(value, reader).map(|one| OneOrMany(vec![one])),
        }
    }
}

impl<T: FromToml> FromToml for Named<T> {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            reader.wrong_type::<()>(value, "a table");
            return Some(Named { entries: Vec::new(), whole: false });
        };
        // The parser sorts by name; findings and records keep the order of the file.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        let read: Vec<_> = entries
            .iter()
            .filter_map(|(name, value)| {
                let key = At { value: name.get_ref().to_string(), span: reader.unquoted(name) };
                T::read(value, reader).map(|value| (key, value))
            })
            .collect();
        let whole = read.len() == entries.len();
        Some(Named { entries: read, whole })
    }
}

/// A section that knows whether all of it could be read.
trait Section: Sized {
    fn complete(&mut self) -> &mut bool;
}

/// Reads one section, and tells it whether there was nothing to find in it.
fn whole_section<T: Section>(
    value: &Value<'_>,
    reader: &mut Reader<'_, '_>,
    fill: impl FnOnce(&mut Keys<'_, '_, '_, '_>) -> T,
) -> Option<T> {
    let before = reader.findings.count();
    let mut read = section(value, reader, fill)?;
    *read.complete() = reader.findings.count() == before;
    Some(read)
}

/// Reads one section, if it is a table.
fn section<T>(
    value: &Value<'_>,
    reader: &mut Reader<'_, '_>,
    fill: impl FnOnce(&mut Keys<'_, '_, '_, '_>) -> T,
) -> Option<T> {
    match value.get_ref() {
        DeValue::Table(table) => Some(Keys::read(table, reader, fill)),
        _ => reader.wrong_type(value, "a table"),
    }
}

/// The keys of one section while it is read.
struct Keys<'k, 'de, 'r, 't> {
    table: &'k DeTable<'de>,
    reader: &'k mut Reader<'r, 't>,
    /// The keys that the section takes.
    known: Vec<&'static str>,
    /// Keys that the section needs and doesn't have: name, place, help.
    missing: Vec<(&'static str, Span, &'static str)>,
}

impl<'k, 'de, 'r, 't> Keys<'k, 'de, 'r, 't> {
    /// Reads a table: each key that the closure takes, and a finding for each key it doesn't.
    fn read<T>(
        table: &'k DeTable<'de>,
        reader: &'k mut Reader<'r, 't>,
        fill: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let mut keys = Keys { table, reader, known: Vec::with_capacity(16), missing: Vec::new() };
        let filled = fill(&mut keys);
        keys.finish();
        filled
    }

    fn take<T: FromToml>(&mut self, name: &'static str) -> Option<T> {
        self.known.push(name);
        T::read(self.table.get(name)?, self.reader)
    }

    fn needed<T: FromToml>(
        &mut self,
        span: Span,
        name: &'static str,
        help: &'static str,
    ) -> Option<T> {
        if !self.table.contains_key(name) {
            self.missing.push((name, span, help));
        }
        self.take(name)
    }

    /// Reports what the section has and doesn't take, and what it needs and hasn't.
    fn finish(self) {
        let Self { table, reader, known, mut missing } = self;
        let unknown = table.keys().filter(|key| !known.contains(&key.get_ref().as_ref()));
        for key in unknown {
            let nearest = nearest(key.get_ref(), &known);
            // A misspelt key is one mistake: the right one isn't missing too.
            missing.retain(|(name, ..)| Some(*name) != nearest);
            reader.findings.add(
                Code::UnknownKey,
                reader.unquoted(key),
                format!("there is no key `{}` here", key.get_ref().escape_debug()),
                match nearest {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("the keys are {}", known.join(", ")),
                },
            );
        }
        for (name, span, help) in missing {
            let message = format!("the key `{name}` is missing");
            reader.findings.add(Code::MissingKey, span, message, help);
        }
    }
}

/// The known word that differs least, if it differs little.
pub(super) fn nearest<'w>(word: &str, known: &'w [impl AsRef<str>]) -> Option<&'w str> {
    known
        .iter()
        // Among very many words the search would take longer than the hint is worth.
        .take(200)
        .map(|candidate| (distance(word, candidate.as_ref()), candidate.as_ref()))
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance in bytes.
pub(super) fn distance(a: &str, b: &str) -> usize {
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

impl PolicyFile {
    fn of(table: &DeTable<'_>, reader: &mut Reader<'_, '_>) -> Self {
        let top = Span::default();
        Keys::read(table, reader, |keys| PolicyFile {
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

impl Section for PoolSection {
    fn complete(&mut self) -> &mut bool {
        &mut self.complete
    }
}

impl FromToml for PoolSection {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        whole_section(value, reader, |keys| PoolSection {
            complete: true,
            user_pools: keys.take("user_pools"),
            app_clients: keys.take("app_clients"),
            trusted_attributes: keys.take("trusted_attributes"),
            event_version: keys.take("event_version"),
        })
    }
}

impl Section for TableSection {
    fn complete(&mut self) -> &mut bool {
        &mut self.complete
    }
}

impl FromToml for TableSection {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let span = reader.place(value);
        whole_section(value, reader, |keys| TableSection {
            span,
            complete: true,
            name: keys.take("name"),
            file: keys.take("file"),
            partition_key: keys.needed(
                span,
                "partition_key",
                "name the table's partition key, such as `partition_key = \"pk\"`",
            ),
            sort_key: keys.take("sort_key"),
            region: keys.take("region"),
            endpoint: keys.take("endpoint"),
            trust: keys.take("trust"),
            attempt_timeout: keys.take("attempt_timeout"),
            hedge_after: keys.take("hedge_after"),
        })
    }
}

impl Section for RecordSection {
    fn complete(&mut self) -> &mut bool {
        &mut self.complete
    }
}

impl FromToml for RecordSection {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let span = reader.place(value);
        whole_section(value, reader, |keys| RecordSection {
            complete: true,
            applies_to: keys.take("for"),
            key: keys.needed(span, "key", "say which item it is: `key = { pk = \"USER#{sub}\" }`"),
            table: keys.take("table"),
            consistent: keys.take("consistent"),
            cache: keys.take("cache"),
            stale_if_error: keys.take("stale_if_error"),
            missing: keys.take("missing"),
            refuse_if: keys.take("refuse_if"),
        })
    }
}

impl Section for ClaimSection {
    fn complete(&mut self) -> &mut bool {
        &mut self.complete
    }
}

impl FromToml for ClaimSection {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        whole_section(value, reader, |keys| ClaimSection {
            complete: true,
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
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| WhenSection {
            client_ids: keys.take("client_ids"),
            scopes: keys.take("scopes"),
            trigger_sources: keys.take("trigger_sources"),
        })
    }
}

impl FromToml for TokensSection {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| TokensSection {
            id: keys.take("id"),
            access: keys.take("access"),
        })
    }
}

impl FromToml for IdTokenSection {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| IdTokenSection {
            suppress: keys.take("suppress"),
            budget: keys.take("budget"),
        })
    }
}

impl FromToml for AccessTokenSection {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
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
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| ClientSection {
            client_id: keys.take("client_id"),
            claims: keys.take("claims"),
            tokens: keys.take("tokens"),
        })
    }
}

impl Section for GroupsSection {
    fn complete(&mut self) -> &mut bool {
        &mut self.complete
    }
}

impl FromToml for GroupsSection {
    fn read(value: &Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let span = reader.place(value);
        whole_section(value, reader, |keys| GroupsSection {
            span,
            complete: true,
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
    use crate::outcome::Reason;

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

    /// A claim's default: what the parser reads as a literal.
    pub(in crate::policy) struct DefaultLiteral;

    impl JsonSchema for DefaultLiteral {
        fn schema_name() -> Cow<'static, str> {
            "Default".into()
        }
        fn inline_schema() -> bool {
            true
        }
        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "anyOf": [
                    { "type": ["string", "number", "boolean"] },
                    { "type": "array", "items": { "type": "string" } },
                ]
            })
        }
    }

    /// A text for each reason.
    pub(in crate::policy) struct MessageTexts;

    impl JsonSchema for MessageTexts {
        fn schema_name() -> Cow<'static, str> {
            "Messages".into()
        }
        fn inline_schema() -> bool {
            true
        }
        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            let text = json_schema!({ "type": "string" });
            let reasons: BTreeMap<&str, &Schema> =
                Reason::ALL.iter().map(|reason| (reason.as_str(), &text)).collect();
            json_schema!({
                "type": "object",
                "additionalProperties": false,
                "properties": reasons,
            })
        }
    }

    /// What a guard can match.
    pub(in crate::policy) struct GuardLiteral;

    impl JsonSchema for GuardLiteral {
        fn schema_name() -> Cow<'static, str> {
            "Guard".into()
        }
        fn inline_schema() -> bool {
            true
        }
        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({ "type": ["string", "integer", "boolean"] })
        }
    }

    /// TOML has no null: a key is there, or it isn't. So `null` leaves the schema.
    pub(in crate::policy) fn without_null(schema: &mut Schema) {
        if let Some(types) = schema.get_mut("type")
            && let Some(list) = types.as_array_mut()
        {
            list.retain(|word| word != "null");
            if let [only] = list.as_slice() {
                *types = only.clone();
            }
        }
        let is_null =
            |choice: &serde_json::Value| choice.get("type").is_some_and(|word| word == "null");
        if let Some(choices) = schema.get_mut("anyOf").and_then(serde_json::Value::as_array_mut) {
            choices.retain(|choice| !is_null(choice));
            if let [only] = choices.as_slice()
                && let Some(only) = only.as_object().cloned()
            {
                schema.remove("anyOf");
                for (key, value) in only {
                    schema.insert(key, value);
                }
            }
        }
        schemars::transform::transform_subschemas(&mut without_null, schema);
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
pub(super) use schema::without_null;
#[cfg(feature = "schema")]
use schema::{BudgetText, DefaultLiteral, GuardLiteral, MessageTexts};
