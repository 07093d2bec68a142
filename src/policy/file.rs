//! The policy file as it is written: sections, keys, places.
//!
//! This file knows the shape of `claims.toml` and nothing of what it means; `check/` knows that.
//! The doc comments here are the descriptions in the JSON Schema, which is made from these types.

use claimsmith_findings::{At, List, Literal, Named, OneOrMany, Section, TextOr, sections};

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
        deadline: At<String> => "\"2500ms\"",
        /// Which pools and app clients are served. An event from elsewhere is refused.
        pool: Section<Pool>,
        /// The identity providers whose attributes count, by their names in the pool.
        providers: Named<Section<Provider>>,
        /// Where the records are. Without it nothing is read.
        table: Section<Table>,
        /// How people are found whose items are not kept under `sub`.
        person: Section<Person>,
        /// The one decision: which organisation a token is about.
        tenant: Section<Tenant>,
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
        /// What AWS STS takes from the ID token as tags of a session.
        session_tags: Section<SessionTags>,
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
        /// What the pool never does, so that budgets leave no room for it: `nonce`, `at_hash`, `acr`
        /// (and `amr`), `device_key`, `resource` (binding to one), `exchange` (of tokens).
        #[schema(extend("items" = {
            "enum": ["nonce", "at_hash", "acr", "device_key", "resource", "exchange"]
        }))]
        never: List,
        /// User attributes that only administrators write: no app client may, and no provider does.
        /// Every other attribute counts as chosen by the person.
        admin_only: List,
        /// The pool's event version. With it, the check reports what that version can't carry.
        #[schema(extend("enum" = ["V1_0", "V2_0", "V3_0"]))]
        event_version: At<String> => "\"V2_0\"",
    }

    /// What an identity provider is believed.
    pub(super) struct Provider {
        /// User attributes that this provider sends at each sign-in. They count only for people who
        /// come from it, and only if no app client lets people write them.
        writes: List,
        /// What it verifies: `email`.
        #[schema(extend("items" = { "enum": ["email"] }))]
        verifies: List,
        /// The entity id that its SAML identities must name.
        issuer: At<String> => "\"https://idp.example/metadata\"",
    }

    /// How people are found whose items are not kept under `sub`: by an index of the table. What the
    /// index says only finds the person; the profile, read by its own key, must hold the same address.
    pub(super) struct Person {
        /// The index of `[table]`.
        #[schema(required)]
        index: At<String> = "name the index, such as `index = \"by-email\"`",
        /// The index's key: `{ email = "{verified.email}" }`.
        #[schema(required)]
        key: Named<At<String>> = "write `key = { email = \"{verified.email}\" }`",
        /// What an item of the index must hold to count. Of two that count, none does.
        #[schema(extend("anyOf" = require_forms()))]
        require: TextOr<Named<OneOrMany<Literal>>>,
        /// The attribute that holds the person's id. In keys it is `{person}`.
        #[schema(required)]
        id: At<String> = "name the attribute of the person's id, such as `id = \"user_id\"`",
        /// The record, by `{person}`, that must hold the same address.
        #[schema(required)]
        profile: At<String> = "name the record that holds the address, such as `profile = \"user\"`",
    }

    /// Which organisation a token is about. The first source that is there decides, and it must be
    /// proved: by an item of the one who asks, or by what only administrators or a provider write.
    pub(super) struct Tenant {
        /// What an organisation's id looks like: `uuid`, `number` or `slug`, which is 1 to 64 letters,
        /// digits, dots, hyphens and underscores.
        #[schema(required, extend("enum" = ["uuid", "number", "slug"]))]
        id: At<String> = "say what an organisation's id looks like: `id = \"slug\"`",
        /// For a person, in order. What the caller asks for decides alone.
        person: OneOrMany<TextOr<Section<Source>>> => "\"user.org_id\"",
        /// For a machine, in order.
        machine: OneOrMany<TextOr<Section<Source>>> => "\"client.org_id\"",
        /// Whether there may be a token about no organisation, if no source is there. It says nothing
        /// that is about an organisation and grants nothing. A source that fails refuses all the same.
        #[schema(extend("default" = false))]
        optional: At<bool>,
    }

    /// A value, and how it is read.
    pub(super) struct Source {
        /// What it is: `tenant`, `member.<attribute>`, `<record>.<attribute>`, `attributes.<name>`,
        /// `groups`; in [tenant] also `metadata.<name>`, with `within`.
        #[schema(required)]
        from: At<String> = "say where the value is: `from = \"user.org_ids\"`",
        /// The list or map that proves what the caller chose; `false` in a map is a no. Only in [tenant].
        within: At<String> => "\"user.org_ids\"",
        /// How a text becomes a list.
        #[schema(extend("enum" = ["[a, b]", ",", " "]))]
        split: At<String> => "\",\"",
        /// What each word stands for: a table, or a map in an item. A word that it lacks makes the whole
        /// value unknown.
        map: TextOr<Named<At<String>>> => "{ gold = \"pro\" }",
    }

    /// Where the records are: a DynamoDB table by name, or a JSON file of items.
    pub(super) struct Table {
        /// The DynamoDB table's name. Either this or `file`.
        name: At<String> => "\"app\"",
        /// A JSON file of items. A relative path starts at the policy file's folder.
        file: At<String> => "\"items.json\"",
        /// Name of the table's partition key.
        #[schema(required)]
        partition_key: At<String> =
            "name the table's partition key, such as `partition_key = \"pk\"`",
        /// Name of the table's sort key, if it has one.
        sort_key: At<String> => "\"sk\"",
        /// Types of key attributes that are no texts, in this table, its indexes and other tables:
        /// `{ id = "number" }`.
        #[schema(extend("additionalProperties" = { "enum": ["text", "number"] }))]
        keys: Named<At<String>> => "{ id = \"number\" }",
        /// The table's region. Default: the function's own, from `AWS_REGION`.
        region: At<String> => "\"eu-west-1\"",
        /// Address of another DynamoDB, for tests and private endpoints. Default: what
        /// `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL` says, or AWS's own.
        endpoint: At<String> => "\"http://localhost:8000\"",
        /// Which certificates end a trusted chain: `amazon`, the few of AWS's own endpoints, or
        /// `system`, all that the machine trusts. `AWS_CA_BUNDLE` names a file instead of both.
        #[schema(extend("enum" = ["amazon", "system"], "default" = "amazon"))]
        trust: At<String> => "\"amazon\"",
        /// How long one attempt to read may take; a second one follows. From 10ms to the deadline.
        #[schema(extend("default" = "1s"))]
        attempt_timeout: At<String> => "\"500ms\"",
        /// Sends a read a second time if the first has no answer after this time, and takes what comes
        /// first. It costs capacity. Default: never.
        hedge_after: At<String> => "\"50ms\"",
    }

    /// What is read: which item or items, for whom, whose they are, and what they must hold.
    pub(super) struct Record {
        /// Read only for a person (`user`) or only for a machine (`client`). Both, if not there.
        #[schema(rename = "for", extend("enum" = ["user", "client"]))]
        applies_to "for": At<String> => "\"user\"",
        /// The item's key: for each key attribute of the table a template such as `USER#{sub}`.
        /// It says whose the item is: the identity's own (`{sub}`, `{person}`, or `{client_id}` for a
        /// machine), or the tenant's (`{tenant}`). Other names in braces: `user_pool_id`,
        /// `<record>.<attribute>`, `member.<attribute>`, `each`; what the caller chooses (`username`,
        /// `attributes.<name>`, `metadata.<name>`) only in an own key, behind fixed text and with its
        /// type: `{metadata.shop:number}`.
        key: Named<At<String>> => "{ pk = \"USER#{sub}\" }",
        /// Instead of `key`: all items of a partition whose sort key looks so. `{*}` stands for an
        /// organisation's id: `{ pk = "USER#{sub}", sk = "ORG#{*}" }`.
        query: Named<At<String>> => "{ pk = \"USER#{sub}\" }",
        /// The index that the query asks.
        index: At<String> => "\"by-email\"",
        /// One item for each word of this list; the key has `{each}` for the word.
        each: TextOr<Section<Source>> => "\"user.roles\"",
        /// Most matches of a query, or words of `each`. With more, nothing is known.
        #[schema(range(min = 1, max = 1000))]
        at_most: At<i64> => "50",
        /// The query counts only if there is a single match.
        #[schema(extend("default" = false))]
        only: At<bool>,
        /// An item that `each` asks for and that isn't there: `skip` leaves it out. Default: then
        /// nothing is known.
        #[schema(extend("enum" = ["skip"]))]
        missing: At<String> => "\"skip\"",
        /// The item is nobody's: anybody may read it, whoever they are.
        #[schema(extend("default" = false))]
        shared: At<bool>,
        /// The DynamoDB table that holds it. Default: the one of `[table]`. In another table the first
        /// attribute of `key` is the partition key and the second, if there is one, the sort key.
        table: At<String> => "\"app\"",
        /// Whether a write that has ended must be seen. Such a read costs twice the capacity. With
        /// `not_revoked` it always is.
        consistent: At<bool>,
        /// How long the item may be kept in the function's memory: `60s`, `5m`, up to `24h`.
        /// Default: not at all. That it is missing is remembered for a tenth of it, at most 5s.
        cache: At<String> => "\"60s\"",
        /// How much longer it may serve while the table can't be read. Up to `24h`. The tokens then
        /// say so in `claims_as_of`. Not with `require`.
        stale_if_error: At<String> => "\"1h\"",
        /// The same for a record with `require`: how old an item may be and still let people in
        /// while the table can't be read.
        stale_guard: At<String> => "\"5m\"",
        /// What must hold, or no token is issued: `"exists"`, or an attribute and the values that it may
        /// have: `{ status = ["active", "trial"] }`. Missing or anything else is a no. Of a query: which
        /// items count. `"not_revoked"`: no token if the item is there, unless it has a time `before`.
        #[schema(extend("anyOf" = require_forms()))]
        require: TextOr<Named<OneOrMany<Literal>>> => "\"exists\"",
    }

    /// One claim: where its value comes from, and in which tokens it stands.
    pub(super) struct Claim {
        /// Sources such as `org.tier`; the first that has a value is the claim's value.
        from: OneOrMany<TextOr<Section<Source>>> => "\"user.org_id\"",
        /// Sources that hold flags. A list switches on, a map of booleans on and off; later ones win.
        merge: OneOrMany<TextOr<Section<Source>>> => "[\"plan.flags\", \"org.flags\"]",
        /// A text made of sources: `{org.slug}/{member.role}`. It needs all of them.
        template: At<String> => "\"{org.slug}/{member.role}\"",
        /// The same value for all.
        #[schema(extend("anyOf" = [
            { "type": ["string", "number", "boolean"] },
            { "type": "array", "items": { "type": "string" } }
        ]))]
        value: At<Literal>,
        /// With `from` a record of several items: the claim is a list of objects, and this says what
        /// each holds: `{ id = "org_id", name = "name" }`.
        fields: Named<At<String>> => "{ id = \"org_id\" }",
        /// Of several items, how many stand in the token; `claims_cut` names the claim if there are more.
        #[schema(range(min = 1, max = 1000))]
        first: At<i64> => "20",
        /// The type of the value. Not with `merge`.
        #[schema(rename = "type", extend(
            "enum" = ["string", "integer", "number", "boolean", "list", "json"],
            "default" = "string"
        ))]
        kind "type": At<String> => "\"string\"",
        /// How flags or a list are written. Default: `comma` for `merge`, `list` for type `list`.
        #[schema(extend("enum" = ["comma", "space", "list", "bits"]))]
        encoding: At<String> => "\"comma\"",
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
        shed: At<i64> => "1",
        /// What happens if the value can't be known because a read failed or an attribute is
        /// malformed: leave the claim out and name it in `claims_omitted`, or issue no token.
        #[schema(extend("enum" = ["omit", "refuse"], "default" = "omit"))]
        on_fault: At<String> => "\"omit\"",
        /// Write the claim only under these conditions; all that are given must hold, each by any entry
        /// of its list: `client_ids`, `scopes` and `trigger_sources` of the event, or a source in
        /// quotes: `{ "org.tier" = ["pro"] }`.
        #[schema(extend("properties" = {
            "client_ids": texts(), "scopes": texts(), "trigger_sources": texts()
        }, "additionalProperties" = values()))]
        when: Named<OneOrMany<Literal>> => "{ client_ids = [\"web\"] }",
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
        budget: At<Literal> => "\"gateway\"",
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
        budget: At<Literal> => "\"gateway\"",
        /// Scopes to add.
        add_scopes: List,
        /// Scopes to take away.
        suppress_scopes: List,
        /// The list of all scopes that may be issued, such as `client.scopes`. What was asked for and isn't
        /// in it is taken away; without the list there is no token.
        limit_scopes: TextOr<Section<Source>> => "\"client.scopes\"",
        /// Write the audience claim. Cognito allows one value, the app client id.
        #[schema(extend("enum" = ["client_id"]))]
        aud: At<String> => "\"client_id\"",
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
        mode: At<String> => "\"add\"",
        /// Group names.
        names: List,
        /// Sources that hold a list of group names; the first that has a value counts.
        from: OneOrMany<TextOr<Section<Source>>> => "\"member.roles\"",
    }

    /// What AWS STS takes from the ID token as tags of a session. All of them are required.
    pub(super) struct SessionTags {
        /// For each tag the claim whose value it has: `{ Org = "org_id" }`.
        #[schema(required)]
        tags: Named<At<String>> = "name the tags: `tags = { Org = \"org_id\" }`",
        /// The tags that stay when one role assumes another.
        transitive: List,
    }
}

/// The schema of what an attribute may be compared with.
#[cfg(feature = "schema")]
fn values() -> Literal {
    let one = serde_json::json!(["string", "integer", "boolean"]);
    serde_json::json!({ "anyOf": [{ "type": one }, { "type": "array", "items": { "type": one } }] })
}

/// The schema of one text or a list of texts.
#[cfg(feature = "schema")]
fn texts() -> Literal {
    let one = "string";
    serde_json::json!({ "anyOf": [{ "type": one }, { "type": "array", "items": { "type": one } }] })
}

/// The schema of `require`.
#[cfg(feature = "schema")]
fn require_forms() -> Literal {
    serde_json::json!([{ "enum": ["exists", "not_revoked"] }, { "type": "object", "additionalProperties": values() }])
}

/// The schema of a text for each reason.
#[cfg(feature = "schema")]
fn message_texts() -> std::collections::BTreeMap<&'static str, Literal> {
    let text = serde_json::json!({ "type": "string" });
    Reason::ALL.map(|reason| (reason.as_str(), text.clone())).into()
}
