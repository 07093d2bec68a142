//! The policy file as it is written: sections, keys, places.
//!
//! This file knows the shape of `claims.toml` and nothing of what it means; `check/` knows that.
//! The doc comments here are the descriptions in the JSON Schema, which is made from these types.

use claimsmith_findings::{At, List, Literal, Named, OneOrMany, Section, sections};

#[cfg(feature = "schema")]
use crate::outcome::Reason;

sections! {
    /// What Claimsmith's trigger writes into the tokens of a user pool. One file is the whole
    /// behaviour. `${NAME}` in a text is replaced by the environment variable, once, at cold start.
    pub(super) struct PolicyFile {
        /// Version of this file format: 1.
        #[schema(required, extend("const" = 1))]
        version: At<i64> = "begin the file with `version = 1`",
        /// How long one invocation may take before its reads count as failed: `2500ms`, `2.5s`.
        /// From 100ms to 4500ms, under Cognito's own 5 seconds.
        #[schema(extend("default" = "2500ms"))]
        deadline: At<String>,
        /// Which pools and app clients are served. An event from elsewhere is refused.
        pool: Section<Pool>,
        /// Where the records are.
        #[schema(required)]
        table: Section<Table> = "add a section [table] with a name or a file",
        /// The items that are read for each token, by a name of your choice.
        records: Named<Section<Record>>,
        /// The claims that are written, by claim name.
        claims: Named<Section<Claim>>,
        /// What applies to each token as a whole.
        tokens: Section<Tokens>,
        /// What is different for one app client, by client id or a name of your choice.
        clients: Named<Section<Client>>,
        /// The user's groups. Without this section Cognito's own groups stay untouched.
        groups: Section<Groups>,
        /// What a person reads when no token is issued, by reason; see the failure table.
        /// Cognito shows `PreTokenGeneration failed with error <message>.`
        #[schema(extend("additionalProperties" = false, "properties" = message_texts()))]
        messages: Named<At<String>>,
    }

    /// Which pools and app clients are served. An event from elsewhere is refused.
    pub(super) struct Pool {
        /// The user pools that are served. All, if the list is not there.
        user_pools: List,
        /// The app clients that are served. All, if the list is not there.
        app_clients: List,
        /// User attributes that no app client may write. Only these may choose a record alone or
        /// become a claim; every other attribute counts as chosen by the user.
        trusted_attributes: List,
        /// The pool's event version. With it, the check reports what that version can't carry.
        #[schema(extend("enum" = ["V1_0", "V2_0", "V3_0"]))]
        event_version: At<String>,
    }

    /// Where the records are: a DynamoDB table by name, or a JSON file of items.
    pub(super) struct Table {
        /// The DynamoDB table's name. Either this or `file`.
        name: At<String>,
        /// A JSON file of items. A relative path starts at the policy file's folder.
        file: At<String>,
        /// Name of the table's partition key.
        #[schema(required)]
        partition_key: At<String> =
            "name the table's partition key, such as `partition_key = \"pk\"`",
        /// Name of the table's sort key, if it has one.
        sort_key: At<String>,
        /// The table's region. Default: the function's own, from `AWS_REGION`.
        region: At<String>,
        /// Address of another DynamoDB, for tests and private endpoints. Default: what
        /// `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL` says, or AWS's own.
        endpoint: At<String>,
        /// Which certificates end a trusted chain: `amazon`, the few of AWS's own endpoints, or
        /// `system`, all that the machine trusts. `AWS_CA_BUNDLE` names a file instead of both.
        #[schema(extend("enum" = ["amazon", "system"], "default" = "amazon"))]
        trust: At<String>,
        /// How long one attempt to read may take; a second one follows. From 10ms to the deadline.
        #[schema(extend("default" = "1s"))]
        attempt_timeout: At<String>,
        /// Sends a read a second time if the first has no answer after this time, and takes what comes
        /// first. It costs capacity. Default: never.
        hedge_after: At<String>,
    }

    /// One item that is read: which one, for whom, and what it decides.
    pub(super) struct Record {
        /// Read only for a person (`user`) or only for a machine (`client`). Both, if not there.
        #[schema(rename = "for", extend("enum" = ["user", "client"]))]
        applies_to "for": At<String>,
        /// The item's key: for each key attribute of the table a template such as `USER#{sub}`.
        /// Names in braces: `sub`, `username`, `client_id`, `user_pool_id`, `attributes.<name>`,
        /// `metadata.<name>`, `<record>.<attribute>`; `{a|b}` takes the first that has a value.
        /// If a placeholder has no value the item is not read and counts as absent.
        #[schema(required)]
        key: Named<At<String>> =
            "say which item it is: `key = { pk = \"USER#{sub}\" }`",
        /// The DynamoDB table that holds it. Default: the one of `[table]`. In another table the first
        /// attribute of `key` is the partition key and the second, if there is one, the sort key.
        table: At<String>,
        /// Whether a write that has ended must be seen. Such a read costs twice the capacity.
        consistent: At<bool>,
        /// How long the item may be kept in the function's memory: `60s`, `5m`, up to `24h`.
        /// Default: not at all. That it is missing is remembered for a tenth of it, at most 5s.
        cache: At<String>,
        /// How much longer it may serve while the table can't be read. Up to `24h`. The tokens then
        /// say so in `claims_as_of`.
        stale_if_error: At<String>,
        /// What happens if the item is not in the table: go on without it, or issue no token.
        #[schema(extend("enum" = ["omit", "refuse"], "default" = "omit"))]
        missing: At<String>,
        /// Issue no token if an attribute has one of these values: `{ status = ["suspended"] }`.
        #[schema(extend("additionalProperties" = { "anyOf": [
            { "type": ["string", "integer", "boolean"] },
            { "type": "array", "items": { "type": ["string", "integer", "boolean"] } }
        ] }))]
        refuse_if: Named<OneOrMany<Literal>>,
    }

    /// One claim: where its value comes from, and in which tokens it stands.
    pub(super) struct Claim {
        /// Record attributes, `<record>.<attribute>`; the first that has a value is the claim's value.
        from: OneOrMany,
        /// Record attributes that hold flags. A list switches on, a map of booleans on and off;
        /// later ones win.
        merge: OneOrMany,
        /// The type of the value. Not with `merge`.
        #[schema(rename = "type", extend(
            "enum" = ["string", "integer", "number", "boolean", "list", "json"],
            "default" = "string"
        ))]
        kind "type": At<String>,
        /// How flags or a list are written. Default: `comma` for `merge`, `list` for type `list`.
        #[schema(extend("enum" = ["comma", "space", "list", "bits"]))]
        encoding: At<String>,
        /// The flags that may be written, in a fixed order to which new ones are only appended.
        /// Needed for `bits`; with another encoding, flags that are not listed stay out.
        flags: List,
        /// The value if no source has one. Never used when a read failed.
        #[schema(extend("anyOf" = [
            { "type": ["string", "number", "boolean"] },
            { "type": "array", "items": { "type": "string" } }
        ]))]
        default: At<Literal>,
        /// Without a value no token is issued.
        required: At<bool>,
        /// The tokens in which the claim stands. Default: both.
        #[schema(extend("items" = { "enum": ["id", "access"] }, "default" = ["id", "access"]))]
        tokens: List,
        /// When the budget is short, claims leave in this order, 1 first; those without a number last.
        #[schema(range(min = 1, max = 1000))]
        shed: At<i64>,
        /// What happens if the value can't be known because a read failed or an attribute is
        /// malformed: leave the claim out and name it in `claims_omitted`, or issue no token.
        #[schema(extend("enum" = ["omit", "refuse"], "default" = "omit"))]
        on_fault: At<String>,
        /// Write the claim only under these conditions; all that are given must hold.
        when: Section<When>,
    }

    /// Conditions on the sign-in. Each holds if any entry of its list matches.
    pub(super) struct When {
        /// The app client is one of these.
        client_ids: List,
        /// The event names one of these scopes.
        scopes: List,
        /// The trigger source is one of these.
        trigger_sources: List,
    }

    /// What applies to each token as a whole.
    pub(super) struct Tokens {
        /// The ID token.
        id: Section<IdToken>,
        /// The access token.
        access: Section<AccessToken>,
    }

    /// What applies to the ID token as a whole.
    pub(super) struct IdToken {
        /// Claims that Cognito would write and nobody needs.
        suppress: List,
        /// Most bytes that the finished token may have: `cookie` (4096), `nginx` (8192), `gateway`
        /// (10240) or a number. Default: `gateway`.
        #[schema(extend("anyOf" = [
            { "enum": ["cookie", "nginx", "gateway"] },
            { "type": "integer", "minimum": 1 }
        ]))]
        budget: At<Literal>,
    }

    /// What applies to the access token as a whole.
    pub(super) struct AccessToken {
        /// Claims that Cognito would write and nobody needs.
        suppress: List,
        /// Most bytes that the finished token may have: `cookie` (4096), `nginx` (8192), `gateway`
        /// (10240) or a number. Default: `gateway`.
        #[schema(extend("anyOf" = [
            { "enum": ["cookie", "nginx", "gateway"] },
            { "type": "integer", "minimum": 1 }
        ]))]
        budget: At<Literal>,
        /// Scopes to add.
        add_scopes: List,
        /// Scopes to take away.
        suppress_scopes: List,
        /// Write the audience claim. Cognito allows one value, the app client id.
        #[schema(extend("enum" = ["client_id"]))]
        aud: At<String>,
    }

    /// What is different for one app client. A key given here replaces the one under `tokens`.
    pub(super) struct Client {
        /// The app client id, if the section's name is not the id itself.
        client_id: At<String>,
        /// The claims that go into this client's tokens. All, if the list is not there.
        claims: List,
        /// What applies to this client's tokens.
        tokens: Section<Tokens>,
    }

    /// The user's groups in both tokens.
    pub(super) struct Groups {
        /// `keep` Cognito's groups, `add` some, `remove` some, or `replace` them all.
        #[schema(extend("enum" = ["keep", "add", "remove", "replace"], "default" = "keep"))]
        mode: At<String>,
        /// Group names.
        names: List,
        /// Record attributes that hold a list of group names; the first that has a value counts.
        from: OneOrMany,
    }
}

/// The schema of a text for each reason.
#[cfg(feature = "schema")]
fn message_texts() -> std::collections::BTreeMap<&'static str, Literal> {
    let text = serde_json::json!({ "type": "string" });
    Reason::ALL.map(|reason| (reason.as_str(), text.clone())).into()
}
