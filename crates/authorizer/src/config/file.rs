//! `authorizer.toml` as it is written: sections, keys, places. What they mean is in `check.rs`.

use toml_span::{Span, Value};

use super::read::{At, FromToml, List, Named, Reader, section};

#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) version: Option<At<i64>>,
    pub(super) caching: Option<At<String>>,
    pub(super) tiers: Option<List>,
    pub(super) flags: Option<List>,
    pub(super) pools: Option<At<Named<PoolSection>>>,
    pub(super) token: Option<TokenSection>,
    pub(super) require: Option<At<RequireSection>>,
    pub(super) routes: Option<At<Named<At<RequireSection>>>>,
    pub(super) context: Option<ContextSection>,
    pub(super) http_api: Option<HttpApiSection>,
    pub(super) appsync: Option<AppSyncSection>,
    pub(super) usage_plan: Option<Named<At<String>>>,
    pub(super) revocation: Option<At<RevocationSection>>,
}

#[derive(Debug, Default)]
pub(super) struct PoolSection {
    pub(super) span: Span,
    /// Whether it says which pool it is, readable or not.
    pub(super) is_named: bool,
    pub(super) user_pool: Option<At<String>>,
    pub(super) issuer: Option<At<String>>,
    pub(super) key_set: Option<At<String>>,
    pub(super) key_file: Option<At<String>>,
    pub(super) clients: Option<List>,
    pub(super) token_use: Option<At<String>>,
}

#[derive(Debug, Default)]
pub(super) struct TokenSection {
    pub(super) header: Option<At<String>>,
    pub(super) query: Option<At<String>>,
    pub(super) valid_for: Option<At<String>>,
}

#[derive(Debug, Default)]
pub(super) struct RequireSection {
    pub(super) scopes: Option<List>,
    pub(super) any_scope: Option<List>,
    pub(super) any_group: Option<List>,
    pub(super) orgs: Option<List>,
    pub(super) tier: Option<At<String>>,
    pub(super) features: Option<List>,
    pub(super) issued_within: Option<At<String>>,
    pub(super) authenticated_within: Option<At<String>>,
}

#[derive(Debug, Default)]
pub(super) struct ContextSection {
    pub(super) claims: Option<List>,
    pub(super) shed: Option<List>,
}

#[derive(Debug, Default)]
pub(super) struct HttpApiSection {
    pub(super) answer: Option<At<String>>,
}

#[derive(Debug, Default)]
pub(super) struct AppSyncSection {
    pub(super) fields: Option<Named<At<RequireSection>>>,
}

#[derive(Debug, Default)]
pub(super) struct RevocationSection {
    pub(super) table: Option<At<String>>,
    pub(super) partition_key: Option<At<String>>,
    pub(super) sort_key: Option<At<String>>,
    pub(super) sort_value: Option<At<String>>,
    pub(super) by: Option<List>,
    pub(super) deadline: Option<At<String>>,
    pub(super) on_fault: Option<At<String>>,
}

impl FromToml for File {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let top = Span::new(0, 0);
        section(value, reader, |keys| File {
            version: keys.needed(top, "version", "begin the file with `version = 1`"),
            caching: keys.take("caching"),
            tiers: keys.take("tiers"),
            flags: keys.take("flags"),
            pools: keys.needed(top, "pools", "add a section such as [pools.main] for a user pool"),
            token: keys.take("token"),
            require: keys.take("require"),
            routes: keys.take("routes"),
            context: keys.take("context"),
            http_api: keys.take("http_api"),
            appsync: keys.take("appsync"),
            usage_plan: keys.take("usage_plan"),
            revocation: keys.take("revocation"),
        })
    }
}

impl FromToml for PoolSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let span = value.span;
        section(value, reader, |keys| PoolSection {
            span,
            is_named: keys.has("user_pool") || keys.has("issuer"),
            user_pool: keys.take("user_pool"),
            issuer: keys.take("issuer"),
            key_set: keys.take("key_set"),
            key_file: keys.take("key_file"),
            clients: keys.needed(
                span,
                "clients",
                "list the ids of the app clients whose tokens are taken",
            ),
            token_use: keys.needed(
                span,
                "token_use",
                "choose `token_use = \"access\"`, or \"id\" if you are sure",
            ),
        })
    }
}

impl FromToml for TokenSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| TokenSection {
            header: keys.take("header"),
            query: keys.take("query"),
            valid_for: keys.take("valid_for"),
        })
    }
}

impl FromToml for RequireSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| RequireSection {
            scopes: keys.take("scopes"),
            any_scope: keys.take("any_scope"),
            any_group: keys.take("any_group"),
            orgs: keys.take("orgs"),
            tier: keys.take("tier"),
            features: keys.take("features"),
            issued_within: keys.take("issued_within"),
            authenticated_within: keys.take("authenticated_within"),
        })
    }
}

impl FromToml for ContextSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| ContextSection {
            claims: keys.take("claims"),
            shed: keys.take("shed"),
        })
    }
}

impl FromToml for HttpApiSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| HttpApiSection { answer: keys.take("answer") })
    }
}

impl FromToml for AppSyncSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        section(value, reader, |keys| AppSyncSection { fields: keys.take("fields") })
    }
}

impl FromToml for RevocationSection {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let span = value.span;
        section(value, reader, |keys| RevocationSection {
            table: keys.needed(span, "table", "name the DynamoDB table: `table = \"${TABLE}\"`"),
            partition_key: keys.needed(
                span,
                "partition_key",
                "name the table's partition key, such as `partition_key = \"pk\"`",
            ),
            sort_key: keys.take("sort_key"),
            sort_value: keys.take("sort_value"),
            by: keys.take("by"),
            deadline: keys.take("deadline"),
            on_fault: keys.take("on_fault"),
        })
    }
}
