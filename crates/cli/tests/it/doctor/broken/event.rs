//! An event, its records and the policy that answers it.

use super::*;

pub fn faults() -> Vec<Fault> {
    let ada = || Setup::policy().event("v2/sign-in").records();
    let free_event = |from: &str, to: &str| {
        let event = read("events/v2/sign-in.json");
        assert!(event.contains(from), "{from}");
        Setup::policy().records().file("--event", "event.json", &event.replace(from, to))
    };
    vec![
        (
            "version 1",
            "v1-pool",
            Setup::policy()
                .event("v1/sign-in")
                .records()
                .word(&["org_id"])
                .changed_event(&[("eu-west-1_EXAMPLE01", POOL)]),
        ),
        (
            "another trigger's event",
            "unreadable-event",
            Setup::policy().records().word(&["--event", "events/broken/pre-sign-up.json"]),
        ),
        ("the event's pool is not served", "other-pool", free_event(POOL, "eu-west-1_OTHER")),
        ("the event's client is not served", "other-client", free_event(WEB, "9foreign")),
        ("nobody has this record", "record-missing", free_event(ADA, NOBODY).word(&["org_id"])),
        (
            "the record that the tier's key needs is missing",
            "record-missing",
            free_event(ADA, NOBODY).word(&["org_tier"]),
        ),
        (
            "a guard's record is missing",
            "record-missing",
            Setup::policy().event("v2/sign-in-switch-org-not-a-member").records(),
        ),
        (
            "a suspended organisation",
            "record-refused",
            Setup::policy().event("v2/sign-in-suspended-org").records().word(&["org_id"]),
        ),
        (
            "a person who is revoked",
            "revoked",
            Setup::changed_policy(
                "[claims.org_id]",
                "[records.revoked]\nkey = { pk = \"USER#{sub}\", sk = \"PROFILE\" }\n\
                 require = \"not_revoked\"\n\n[claims.org_id]",
            )
            .event("v2/sign-in")
            .records()
            .word(&["org_id"]),
        ),
        (
            "the profile names no organisation",
            "no-tenant",
            Setup::policy()
                .event("v2/sign-in")
                .word(&["org_id"])
                .changed_records(ADAS_ORGANISATION, "\"name\": \"Ada\""),
        ),
        (
            "a token that may be about no organisation",
            "no-tenant",
            Setup::changed_policy(
                "machine = \"client.org_id\"",
                "machine = \"client.org_id\"\noptional = true",
            )
            .event("v2/sign-in")
            .word(&["org_tier"])
            .changed_records(ADAS_ORGANISATION, "\"name\": \"Ada\""),
        ),
        (
            "a membership of another organisation than the caller asks for",
            "choice-refused",
            Setup::policy().event("v2/sign-in-switch-org").changed_records(
                "\"sk\": \"ORG#globex\", \"org_id\": \"globex\"",
                "\"sk\": \"ORG#globex\", \"org_id\": \"acme-corp\"",
            ),
        ),
        (
            "metadata of another form",
            "choice-refused",
            Setup::policy().records().word(&["--user", ADA, "--metadata", "org_id=acme#INVITE"]),
        ),
        (
            "more organisations than the policy allows",
            "too-many",
            with_record(
                "[records.orgs]\nfor = \"user\"\nat_most = 1\n\
                 query = { pk = \"USER#{sub}\", sk = \"ORG#{*}\" }\n\
                 [claims.orgs]\nfrom = \"orgs.org_id\"\ntype = \"list\"",
            )
            .records()
            .word(&["--user", BEN, "orgs"]),
        ),
        (
            "a role that has no item",
            "record-missing",
            with_record(PERMISSIONS)
                .word(&["--user", BEN, "--metadata", "org_id=globex", "permissions"])
                .changed_records("\"ROLE#billing\"", "\"ROLE#accounts\""),
        ),
        (
            "the member has no roles",
            "attribute-missing",
            with_record(PERMISSIONS).records().word(&["--user", ADA, "permissions"]),
        ),
        (
            "one value of a template isn't there",
            "attribute-missing",
            with_record("[claims.badge]\ntemplate = \"{tenant}/{member.badge}\"")
                .records()
                .word(&["--user", ADA, "badge"]),
        ),
        (
            "a word that the map lacks",
            "attribute-type",
            with_record(
                "[claims.plan_code]\n\
                 from = { from = \"org.tier\", map = { pro = \"p\", free = \"f\" } }",
            )
            .records()
            .word(&["--user", ADA, "plan_code"]),
        ),
        (
            "a condition on data",
            "condition",
            with_record("[claims.export]\nvalue = true\nwhen = { \"org.tier\" = [\"pro\"] }")
                .records()
                .word(&["--user", ADA, "export"]),
        ),
        (
            "a record for people, and a machine",
            "record-not-asked",
            Setup::policy().records().word(&["--client", MACHINE, "acting_for"]),
        ),
        ("an attribute that isn't there", "attribute-missing", ada().word(&["seats"])),
        ("a user attribute that isn't there", "attribute-missing", ada().word(&["plan"])),
        (
            "a text for a number",
            "attribute-type",
            Setup::policy()
                .event("v2/sign-in")
                .word(&["seats"])
                .changed_records("\"name\": \"Acme Corporation\"", "\"seats\": \"many\""),
        ),
        ("no metadata, so no membership", "record-not-asked", ada().word(&["acting_for"])),
        ("a scope that wasn't asked for", "condition", ada().word(&["report_access"])),
        ("not for this app client", "client-rule", free_event(WEB, API).word(&["org_tier"])),
        (
            "suppressed",
            "suppressed",
            free_event("\"email\": \"ada", "\"phone_number\": \"+441632960000\", \"email\": \"ada")
                .word(&["phone_number"])
                .token(&id()),
        ),
        (
            "suppressed for one app client",
            "suppressed",
            Setup::changed_policy(
                "claims = [\"org_id\"]",
                "claims = [\"org_id\"]\n[clients.api.tokens.id]\nsuppress = [\"email\"]",
            )
            .token(&untouched_id().claim("aud", API).without("email").claim("org_id", "acme-corp"))
            .records()
            .word(&["email"]),
        ),
        (
            "shed",
            "shed",
            Setup::new()
                .word(&["--policy", "tests/policies/tight.toml", "z_flags"])
                .event("v2/sign-in-many-flags")
                .records(),
        ),
        (
            "no room at all",
            "budget-impossible",
            Setup::changed_policy("[tokens.id]\n", "[tokens.access]\nbudget = 2000\n[tokens.id]\n")
                .event("v2/sign-in-hundred-groups")
                .records()
                .word(&["org_id"]),
        ),
        (
            "a machine has no ID token",
            "no-such-token",
            Setup::policy().event("v3/client-credentials").records().word(&["display_name"]),
        ),
        ("a typing error", "not-in-policy", ada().word(&["org_idd"])),
        (
            "a typing error, and the policy alone",
            "not-in-policy",
            Setup::policy().word(&["org_idd"]),
        ),
        ("another prefix", "not-in-policy", ada().word(&["custom:org_id"])),
        ("nobody writes it", "not-in-policy", ada().word(&["cost_center"])),
        ("a reserved name", "reserved-name", ada().word(&["nbf"])),
        (
            "a reserved name in the policy",
            "reserved-name",
            Setup::changed_policy("[claims.seats]", "[claims.sub]").word(&["sub"]),
        ),
        (
            "a policy with a finding",
            "policy-invalid",
            Setup::changed_policy("from = \"org.tier\"", "from = \"orgs.tier\"")
                .word(&["org_tier"]),
        ),
        (
            "the client may not read the attribute",
            "attribute-not-readable",
            Setup::policy()
                .token(&id().without("email"))
                .event("v2/sign-in")
                .records()
                .word(&["email"])
                .client(|client| client["ReadAttributes"] = json!(["name"])),
        ),
        ("a person in no group", "no-value", ada().word(&["cognito:groups"])),
    ]
}

/// The permissions of all roles that somebody has in the organisation.
const PERMISSIONS: &str = "[records.roles]\nfor = \"user\"\neach = \"member.roles\"\nat_most = 9\n\
    key = { pk = \"ORG#{tenant}\", sk = \"ROLE#{each}\" }\n\
    [claims.permissions]\nmerge = [\"roles.permissions\"]";

/// As it stands in the demo company's items.
const ADAS_ORGANISATION: &str = "\"name\": \"Ada\", \"org_id\": \"acme-corp\"";

fn with_record(sections: &str) -> Setup {
    Setup::changed_policy("[claims.org_id]", &format!("{sections}\n[claims.org_id]"))
}

impl Setup {
    /// The event file, changed.
    fn changed_event(mut self, changes: &[(&str, &str)]) -> Self {
        let at = self.arguments.iter().position(|word| word == "--event").unwrap() + 1;
        let text = changes
            .iter()
            .fold(read(&self.arguments[at]), |text, (from, to)| text.replace(from, to));
        let path = self.folder.path().join("changed-event.json");
        std::fs::write(&path, text).unwrap();
        self.arguments[at] = path.to_str().unwrap().to_owned();
        self
    }
}
