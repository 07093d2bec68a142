//! Edits of the policy, and what each means for readers.

/// Texts and what stands in their places.
pub type Edits = &'static [(&'static str, &'static str)];

/// A policy before and after, each made of the one of the tests, and the changes from one to the other:
/// verdict, name, what has changed.
pub struct Row {
    pub before: Edits,
    pub after: Edits,
    pub changes: &'static [(&'static str, &'static str, &'static str)],
}

const NO_CONTRACT_CHANGE: &[(&str, &str, &str)] = &[];

macro_rules! rows {
    ($($before:expr => $after:expr => $changes:expr,)*) => {
        pub const ROWS: &[Row] = &[$(Row { before: &$before, after: &$after, changes: $changes },)*];
    };
}

/// The end of the table of a claim's keys, behind which more can be written.
const TRIAL: &str = "[claims.trial]\nvalue = true";
const TEAMS: &str =
    "[claims.trial]\nvalue = true\n\n[claims.teams]\nfrom = \"groups\"\ntype = \"list\"";
const LEVEL: &str = "value = 7\ntype = \"number\"";
const MENU: &str = "fields = { id = \"org_id\", roles = \"roles\" }";
const KEYS: &str = "fields = { id = \"sk\", name = \"sk\" }";
const STATUS: &str =
    "[claims.org_status]                  # whether it is a trial\nfrom = \"org.status\"";
const FEATURES: &str = "flags = [\"items\", \"export\", \"webhooks\"]";
const SWITCHES: &str = "flags = [\"items\", \"export\"]\nencoding = \"bits\"";
const ROLES: &str = "from = \"member.roles\"\ntype = \"list\"";
const ADD: &str = "mode = \"add\"\nnames = [\"signed-in\"]";
const PEOPLE_ONLY: (&str, &str) = ("machine = \"client.org_id\"\n", "");
const NO_MACHINES: (&str, &str) = (
    "[records.client]\nfor = \"client\"\nkey = { pk = \"CLIENT#{client_id}\", sk = \"PROFILE\" }\n\
     require = { status = \"active\" }\n",
    "",
);
const NOTHING_ADDED: (&str, &str) = ("add_scopes = [\"items-api/read\"]", "");
const WEB_WITHOUT_PHONE: (&str, &str) =
    ("[groups]", "[clients.web.tokens.access]\nsuppress_scopes = [\"phone\"]\n\n[groups]");
const ALL_WITHOUT_PHONE: (&str, &str) = (
    "add_scopes = [\"items-api/read\"]",
    "add_scopes = [\"items-api/read\"]\nsuppress_scopes = [\"phone\"]",
);
const WEB_LIMITED: (&str, &str) =
    ("[groups]", "[clients.web.tokens.access]\nlimit_scopes = \"member.scopes\"\n\n[groups]");
const ALL_LIMITED: (&str, &str) =
    ("add_scopes = [\"items-api/read\"]", "limit_scopes = \"member.scopes\"");
const WEB_AUDIENCE: (&str, &str) =
    ("[groups]", "[clients.web.tokens.access]\naud = \"client_id\"\n\n[groups]");
const ALL_AUDIENCE: (&str, &str) =
    ("add_scopes = [\"items-api/read\"]", "add_scopes = [\"items-api/read\"]\naud = \"client_id\"");
const TAGS: &str = "[groups]\nmode";

rows! {
    // Nothing that a reader sees.
    [] => [] => NO_CONTRACT_CHANGE,
    [] => [("# whether it is a trial", "# active or trial")] => NO_CONTRACT_CHANGE,
    [] => [("default = \"free\"", "default = \"none\"")] => NO_CONTRACT_CHANGE,
    [] => [("[\"tier.features\", \"org.features\", \"member.features\"]\nflags = [\"items\", \"export\"]",
            "[\"org.features\"]\nflags = [\"items\", \"export\"]")] => NO_CONTRACT_CHANGE,
    [] => [("value = 7", "value = 8")] => NO_CONTRACT_CHANGE,
    [] => [("[claims.trial]", "[claims.trial]\nshed = 3")] => NO_CONTRACT_CHANGE,
    [] => [(FEATURES, "flags = [\"webhooks\", \"items\", \"export\"]")] => NO_CONTRACT_CHANGE,
    [] => [(MENU, "fields = { roles = \"roles\", id = \"org_id\" }")] => NO_CONTRACT_CHANGE,

    // Claims that come and go.
    [] => [(TRIAL, "[claims.trial]\nvalue = true\n\n[claims.sandbox]\nvalue = \"no\"")]
        => &[("compatible", "sandbox", "new: string")],
    [] => [(TRIAL, "")] => &[("breaking", "trial", "removed")],
    [] => [("[claims.trial]", "[claims.test]")] => &[
        ("breaking", "trial", "removed; probably renamed to `test`"),
        ("compatible", "test", "new: boolean"),
    ],
    [] => [("[claims.trial]\nvalue = true", "[claims.test]\nvalue = 1")] => &[
        ("breaking", "trial", "removed"),
        ("compatible", "test", "new: integer"),
    ],
    [] => [("[claims.trial]", "[claims.test]\nvalue = true\n\n[claims.probe]")] => &[
        ("breaking", "trial", "removed"),
        ("compatible", "probe", "new: boolean"),
        ("compatible", "test", "new: boolean"),
    ],
    [("[claims.level]", "[claims.other]\nvalue = false\n\n[claims.level]")]
        => [("[claims.trial]", "[claims.test]")] => &[
        ("breaking", "other", "removed"),
        ("breaking", "trial", "removed"),
        ("compatible", "test", "new: boolean"),
    ],
    // Cognito wrote a value of that name until now.
    [] => [(TRIAL, "[claims.trial]\nvalue = true\n\n[claims.nickname]\nvalue = \"x\"")]
        => &[("breaking", "nickname", "new: string")],
    [] => [(TRIAL, "[claims.trial]\nvalue = true\n\n[claims.\"custom:plan\"]\nvalue = \"x\"")]
        => &[("breaking", "custom:plan", "new: string")],
    [] => [(TRIAL, "[claims.trial]\nvalue = true\n\n[claims.nickname]\nvalue = \"x\"\ntokens = [\"access\"]")]
        => &[("compatible", "nickname", "new: string")],
    [("[\"phone_number_verified\"]", "[\"nickname\"]")]
        => [("[\"phone_number_verified\"]", "[]"), (TRIAL, "[claims.trial]\nvalue = true\n\n[claims.nickname]\nvalue = \"x\"")]
        => &[("compatible", "nickname", "new: string"), ("compatible", "nickname", "suppressed for fewer")],

    // From token to token.
    [] => [(TRIAL, "[claims.trial]\nvalue = true\ntokens = [\"id\"]")]
        => &[("breaking", "trial", "no longer in the access token")],
    [] => [("tokens = [\"access\"]", "tokens = [\"id\"]")]
        => &[
        ("breaking", "place", "no longer in the access token"),
        ("compatible", "place", "also in the id token"),
    ],
    [] => [("tokens = [\"access\"]", "")] => &[("compatible", "place", "also in the id token")],
    [(TRIAL, "[claims.locale]\nvalue = \"de\"\ntokens = [\"access\"]")]
        => [(TRIAL, "[claims.locale]\nvalue = \"de\"")]
        => &[("breaking", "locale", "also in the id token")],
    // Machines have no groups, and without machines there is nobody who has none.
    [(TRIAL, TEAMS)] => [(TRIAL, TEAMS), PEOPLE_ONLY, NO_MACHINES]
        => &[("compatible", "teams", "from optional to unless_omitted")],

    // What to expect.
    [] => [("required = true", "")]
        => &[("readers first", "org_id", "from always to unless_omitted")],
    [("required = true", "")] => [] => &[("compatible", "org_id", "from unless_omitted to always")],
    [] => [("default = \"free\"", "")]
        => &[("readers first", "org_tier", "from unless_omitted to optional")],
    [] => [("[claims.trial]", "[claims.trial]\nwhen = { scopes = [\"openid\"] }")]
        => &[("readers first", "trial", "from unless_omitted to optional")],
    [] => [("required = true", "required = true\nwhen = { \"org.status\" = [\"active\"] }")]
        => &[("readers first", "org_id", "from always to optional")],
    [] => [("machine = \"client.org_id\"", "machine = \"client.org_id\"\noptional = true")] => &[
        ("breaking", "items-api/read", "no longer added to all"),
        ("readers first", "features", "from unless_omitted to optional"),
        ("readers first", "org_id", "from always to optional"),
        ("readers first", "org_status", "from unless_omitted to optional"),
        ("readers first", "org_tier", "from unless_omitted to optional"),
        ("readers first", "place", "from unless_omitted to optional"),
        ("readers first", "roles", "from unless_omitted to optional"),
        ("readers first", "switches", "from unless_omitted to optional"),
    ],
    [] => [("[groups]", "[clients.web]\nclaims = [\"org_id\", \"org_tier\", \"org_status\", \"features\", \
             \"switches\", \"roles\", \"level\", \"limits\", \"place\", \"menu\", \"membership_ids\"]\n\n[groups]")]
        => &[("readers first", "trial", "from unless_omitted to optional")],

    // What a value is.
    [] => [("value = 7\ntype = \"number\"", "value = 7")]
        => &[("compatible", "level", "from number to integer")],
    [(LEVEL, "value = 7")] => [] => &[("breaking", "level", "from integer to number")],
    [] => [(LEVEL, "value = \"7\"")] => &[("breaking", "level", "from number to string")],
    [] => [("value = true", "value = \"true\"")] => &[("breaking", "trial", "from boolean to string")],
    [] => [("from = \"org.features\"\ntype = \"json\"", "merge = \"org.features\"")] => &[
        ("breaking", "limits", "from json to flags"),
    ],
    [] => [(ROLES, "merge = \"member.roles\"\nencoding = \"list\"")]
        => &[("compatible", "roles", "from words to flags")],
    [(ROLES, "merge = \"member.roles\"\nencoding = \"list\"")] => []
        => &[("compatible", "roles", "from flags to words")],
    [] => [(ROLES, "merge = \"member.roles\"")]
        => &[("readers first", "roles", "from words to flags; written as comma, before as list")],
    [] => [(ROLES, "merge = \"member.roles\"\nencoding = \"list\"\nflags = [\"member\"]")]
        => &[("breaking", "roles", "from words to flags; only the listed flags")],
    // Elsewhere flags are a type of their own, and a word may be none.
    [("[claims.roles]", "[claims.jobs]"), (ROLES, "merge = \"member.roles\"\nencoding = \"list\"")]
        => [("[claims.roles]", "[claims.jobs]")]
        => &[("breaking", "jobs", "from flags to words")],
    [("[claims.roles]", "[claims.feature_flags]"), (ROLES, "merge = \"member.roles\"\nencoding = \"list\"")]
        => [("[claims.roles]", "[claims.feature_flags]")]
        => &[("breaking", "feature_flags", "from flags to words")],
    [("[claims.roles]", "[claims.feature_flags]")]
        => [("[claims.roles]", "[claims.feature_flags]"), (ROLES, "merge = \"member.roles\"\nencoding = \"list\"")]
        => &[("compatible", "feature_flags", "from words to flags")],

    // How it is written.
    [] => [(ROLES, "from = \"member.roles\"\ntype = \"list\"\nencoding = \"space\"")]
        => &[("readers first", "roles", "written as space, before as list")],
    [] => [(FEATURES, "flags = [\"items\", \"export\", \"webhooks\"]\nencoding = \"list\"")]
        => &[("readers first", "features", "written as list, before as comma")],
    [] => [(FEATURES, "flags = [\"items\", \"export\", \"webhooks\"]\nencoding = \"bits\"")]
        => &[("breaking", "features", "written as bits, before as comma")],
    [] => [(SWITCHES, "flags = [\"items\", \"export\"]")]
        => &[("breaking", "switches", "written as comma, before as bits")],

    // The flags of bits.
    [] => [(SWITCHES, "flags = [\"items\", \"export\", \"webhooks\"]\nencoding = \"bits\"")]
        => &[("readers first", "switches", "flags appended: webhooks")],
    [] => [(SWITCHES, "flags = [\"export\", \"items\"]\nencoding = \"bits\"")]
        => &[("breaking", "switches", "flags taken out, put in between or in another order")],
    [] => [(SWITCHES, "flags = [\"items\"]\nencoding = \"bits\"")]
        => &[("breaking", "switches", "flags taken out, put in between or in another order")],
    [] => [(SWITCHES, "flags = [\"items\", \"webhooks\", \"export\"]\nencoding = \"bits\"")]
        => &[("breaking", "switches", "flags taken out, put in between or in another order")],

    // Those of other encodings.
    [] => [(FEATURES, "flags = [\"webhooks\", \"items\", \"audit-log\", \"export\"]")]
        => &[("compatible", "features", "more flags: audit-log")],
    [] => [(FEATURES, "flags = [\"items\", \"export\"]")]
        => &[("breaking", "features", "flags taken out: webhooks")],
    [] => [(FEATURES, "")] => &[("compatible", "features", "any flag")],
    [(FEATURES, "")] => [] => &[("breaking", "features", "only the listed flags")],
    [] => [(FEATURES, "flags = [\"items\", \"export\"]\nencoding = \"space\"")]
        => &[("breaking", "features", "written as space, before as comma; flags taken out: webhooks")],
    [] => [(FEATURES, "encoding = \"space\"")]
        => &[("readers first", "features", "written as space, before as comma; any flag")],

    // The members of objects.
    [] => [(MENU, "fields = { id = \"org_id\", roles = \"roles\", status = \"status\" }")]
        => &[("compatible", "menu", "more fields: status")],
    [] => [(MENU, "fields = { id = \"org_id\" }")]
        => &[("breaking", "menu", "without the fields roles")],
    // Of what is no key an item may have nothing, or something else than a text.
    [(MENU, KEYS)] => [(MENU, "fields = { id = \"sk\", name = \"sk\", roles = \"roles\" }")]
        => &[("readers first", "menu", "from organisations to items; more fields: roles")],
    [(MENU, "fields = { id = \"sk\", name = \"sk\", roles = \"roles\" }")] => [(MENU, KEYS)]
        => &[("breaking", "menu", "from items to organisations; without the fields roles")],
    [(MENU, KEYS)] => [(MENU, "fields = { id = \"sk\", name = \"org_id\" }")]
        => &[("readers first", "menu", "from organisations to items")],
    [(MENU, "fields = { id = \"org_id\", name = \"sk\" }")] => [(MENU, KEYS)]
        => &[("compatible", "menu", "from items to organisations")],
    [(MENU, KEYS)] => [(MENU, "fields = { id = \"sk\" }")]
        => &[("breaking", "menu", "without the fields name")],
    [] => [("from = \"memberships\"\nfields = { id = \"org_id\", roles = \"roles\" }", "from = \"memberships.org_id\"\ntype = \"list\"")]
        => &[("breaking", "menu", "from items to words")],
    [] => [(MENU, "fields = { id = \"org_id\", roles = \"roles\" }\nfirst = 1")]
        => &[("readers first", "menu", "cut to 1")],
    [(MENU, "fields = { id = \"org_id\", roles = \"roles\" }\nfirst = 1")] => []
        => &[("compatible", "menu", "no longer cut")],
    [(MENU, "fields = { id = \"org_id\", roles = \"roles\" }\nfirst = 2")]
        => [(MENU, "fields = { id = \"org_id\", roles = \"roles\" }\nfirst = 1")]
        => &[("compatible", "menu", "cut to 1, before to 2")],

    // What Cognito writes.
    [] => [("[\"phone_number_verified\"]", "[]")]
        => &[("compatible", "phone_number_verified", "suppressed for fewer")],
    [] => [("[\"phone_number_verified\"]", "[\"phone_number_verified\", \"email\"]")]
        => &[("breaking", "email", "suppressed")],
    [] => [("[groups]", "[clients.web.tokens.id]\nsuppress = [\"email\", \"phone_number_verified\"]\n\n[groups]")]
        => &[("breaking", "email", "suppressed for some app clients")],
    [] => [("[groups]", "[clients.web.tokens.id]\nsuppress = []\n\n[groups]")]
        => &[("compatible", "phone_number_verified", "suppressed for fewer")],
    // The claim is gone, which is told once.
    [] => [(TRIAL, ""), ("[\"phone_number_verified\"]", "[\"phone_number_verified\", \"trial\"]")]
        => &[("breaking", "trial", "removed")],
    [] => [("add_scopes = [\"items-api/read\"]", "add_scopes = [\"items-api/read\", \"items-api/list\"]")]
        => &[("compatible", "items-api/list", "added for more")],
    [] => [("add_scopes = [\"items-api/read\"]", "")]
        => &[("breaking", "items-api/read", "no longer added")],
    [] => [("[groups]", "[clients.web.tokens.access]\nadd_scopes = []\n\n[groups]")]
        => &[("breaking", "items-api/read", "no longer added to all")],
    [] => [("add_scopes = [\"items-api/read\"]", "add_scopes = [\"items-api/read\"]\nsuppress_scopes = [\"phone\"]")]
        => &[("breaking", "phone", "taken away")],
    [("add_scopes = [\"items-api/read\"]", "add_scopes = [\"items-api/read\"]\nsuppress_scopes = [\"phone\"]")] => []
        => &[("compatible", "phone", "no longer taken away")],
    [] => [("add_scopes = [\"items-api/read\"]", "add_scopes = [\"items-api/read\"]\nlimit_scopes = \"member.scopes\"")] => &[
        ("breaking", "items-api/read", "no longer added to all"),
        ("breaking", "scope", "limited by data"),
    ],
    [("add_scopes = [\"items-api/read\"]", "limit_scopes = \"member.scopes\"")] => [("add_scopes = [\"items-api/read\"]", "")]
        => &[("compatible", "scope", "no longer limited by data")],
    [] => [("add_scopes = [\"items-api/read\"]", "add_scopes = [\"items-api/read\"]\naud = \"client_id\"")]
        => &[("compatible", "aud", "set")],
    [("add_scopes = [\"items-api/read\"]", "add_scopes = [\"items-api/read\"]\naud = \"client_id\"")] => []
        => &[("breaking", "aud", "no longer set")],

    // For some app clients, and for all.
    [] => [WEB_WITHOUT_PHONE] => &[("breaking", "phone", "taken away for some app clients")],
    [WEB_WITHOUT_PHONE] => [ALL_WITHOUT_PHONE] => &[("breaking", "phone", "taken away")],
    [ALL_WITHOUT_PHONE] => [WEB_WITHOUT_PHONE] => &[("compatible", "phone", "taken away for fewer")],
    [WEB_WITHOUT_PHONE] => [] => &[("compatible", "phone", "no longer taken away")],
    [NOTHING_ADDED] => [NOTHING_ADDED, WEB_LIMITED]
        => &[("breaking", "scope", "limited by data for some app clients")],
    [NOTHING_ADDED, WEB_LIMITED] => [ALL_LIMITED] => &[("breaking", "scope", "limited by data")],
    [ALL_LIMITED] => [NOTHING_ADDED, WEB_LIMITED]
        => &[("compatible", "scope", "limited by data for fewer")],
    [] => [WEB_AUDIENCE] => &[("compatible", "aud", "set for some app clients")],
    [WEB_AUDIENCE] => [ALL_AUDIENCE] => &[("compatible", "aud", "set")],
    [ALL_AUDIENCE] => [WEB_AUDIENCE] => &[("breaking", "aud", "no longer set for all")],
    [WEB_AUDIENCE] => [] => &[("breaking", "aud", "no longer set")],

    // Groups.
    [] => [(ADD, "mode = \"add\"\nnames = [\"signed-in\", \"known\"]")]
        => &[("compatible", "known", "added")],
    [] => [(ADD, "mode = \"add\"\nnames = [\"known\"]")]
        => &[("breaking", "signed-in", "no longer added"), ("compatible", "known", "added")],
    [] => [(ADD, "mode = \"replace\"\nnames = [\"signed-in\"]")]
        => &[("breaking", "cognito:groups", "from add to replace")],
    [(ADD, "mode = \"replace\"\nnames = [\"signed-in\"]")] => []
        => &[("compatible", "cognito:groups", "from replace to add")],
    [] => [(ADD, "mode = \"keep\"")] => &[
        ("breaking", "cognito:groups", "from add to keep"),
        ("breaking", "signed-in", "no longer added"),
    ],
    [(ADD, "mode = \"keep\"")] => [] => &[
        ("compatible", "cognito:groups", "from keep to add"),
        ("compatible", "signed-in", "added"),
    ],
    [(ADD, "mode = \"keep\"")] => [(ADD, "mode = \"remove\"\nnames = [\"staff\"]")]
        => &[("breaking", "cognito:groups", "from keep to remove")],
    [(ADD, "mode = \"remove\"\nnames = [\"staff\"]")] => [(ADD, "mode = \"keep\"")]
        => &[("compatible", "cognito:groups", "from remove to keep")],
    [(ADD, "mode = \"remove\"\nnames = [\"staff\"]")] => [(ADD, "mode = \"remove\"\nnames = [\"crew\"]")]
        => &[("breaking", "crew", "taken away"), ("compatible", "staff", "no longer taken away")],
    [] => [(ADD, "mode = \"add\"\nnames = [\"signed-in\"]\nfrom = \"member.roles\"")]
        => &[("compatible", "cognito:groups", "more groups by data")],
    [(ADD, "mode = \"add\"\nnames = [\"signed-in\"]\nfrom = \"member.roles\"")] => []
        => &[("breaking", "cognito:groups", "data no longer names groups")],
    [(ADD, "mode = \"remove\"\nnames = [\"staff\"]")]
        => [(ADD, "mode = \"remove\"\nnames = [\"staff\"]\nfrom = \"member.roles\"")]
        => &[("breaking", "cognito:groups", "data takes groups away")],

    // What AWS reads.
    [] => [(TAGS, "[session_tags]\ntags = { Org = \"org_id\" }\n\n[groups]\nmode")]
        => &[("compatible", "Org", "new")],
    [(TAGS, "[session_tags]\ntags = { Org = \"org_id\" }\n\n[groups]\nmode")] => []
        => &[("breaking", "Org", "removed")],
    [(TAGS, "[session_tags]\ntags = { Org = \"org_id\" }\n\n[groups]\nmode")]
        => [(TAGS, "[session_tags]\ntags = { Org = \"org_tier\" }\n\n[groups]\nmode")]
        => &[("breaking", "Org", "holds `org_tier`, before `org_id`")],
    [(TAGS, "[session_tags]\ntags = { Org = \"org_id\" }\n\n[groups]\nmode")]
        => [(TAGS, "[session_tags]\ntags = { Org = \"org_id\" }\ntransitive = [\"Org\"]\n\n[groups]\nmode")]
        => &[("breaking", "Org", "transitive")],
    [(TAGS, "[session_tags]\ntags = { Org = \"org_id\" }\ntransitive = [\"Org\"]\n\n[groups]\nmode")]
        => [(TAGS, "[session_tags]\ntags = { Org = \"org_id\" }\n\n[groups]\nmode")]
        => &[("breaking", "Org", "no longer transitive")],

    // Data that is older than its token.
    [] => [("key = { pk = \"TIER#{org.tier}\", sk = \"PROFILE\" }",
            "key = { pk = \"TIER#{org.tier}\", sk = \"PROFILE\" }\ncache = \"60s\"\nstale_if_error = \"5m\"")]
        => &[("readers first", "claims_as_of", "may stand in tokens")],
    [("key = { pk = \"TIER#{org.tier}\", sk = \"PROFILE\" }",
      "key = { pk = \"TIER#{org.tier}\", sk = \"PROFILE\" }\ncache = \"60s\"\nstale_if_error = \"5m\"")] => []
        => &[("compatible", "claims_as_of", "no longer in tokens")],
    [] => [(STATUS, "[claims.org_status]\nfrom = \"org.status\"\nrequired = true")]
        => &[("compatible", "org_status", "from unless_omitted to always")],
}
