//! What a policy proves, and what it takes on trust: nothing that had a part in a value is left out.

use claimsmith::policy::prove::{
    Choice, Input, Premise, Proofs, Selects, Several, ValueProof, What,
};
use claimsmith::policy::{DEFAULT_POLICY, GroupMode, Owner, Policy, Require, Variables};

fn proofs_of(text: &str) -> Proofs {
    Policy::parse(text, &Variables::lenient(&|_| None)).unwrap().proofs()
}

fn value<'p>(proofs: &'p Proofs, what: &What) -> &'p ValueProof {
    proofs.values.iter().find(|value| value.what == *what).unwrap()
}

fn claim<'p>(proofs: &'p Proofs, name: &str) -> &'p ValueProof {
    value(proofs, &What::Claim(name.to_owned()))
}

/// The records that a value rests on.
fn records(value: &ValueProof) -> Vec<&str> {
    let records = value.premises.iter().filter_map(|premise| match premise {
        Premise::Items { record } => Some(record.as_str()),
        _ => None,
    });
    records.collect()
}

fn other_premises(value: &ValueProof) -> Vec<&Premise> {
    value.premises.iter().filter(|it| !matches!(it, Premise::Items { .. })).collect()
}

fn chosen(input: &str, selects: Selects) -> Choice {
    Choice { input: Input::Value(input.to_owned()), selects }
}

#[test]
fn a_claim_rests_on_all_that_had_a_part_in_it() {
    let proofs = proofs_of(DEFAULT_POLICY);
    let id = claim(&proofs, "org_id");
    assert_eq!(records(id), ["client", "membership", "user"]);
    let proved_by = "membership".to_owned();
    let choice = chosen("metadata.org_id", Selects::Tenant { proved_by });
    assert_eq!(id.choices.iter().collect::<Vec<_>>(), [&choice]);
    let flags = claim(&proofs, "feature_flags");
    assert_eq!(records(flags), ["client", "membership", "org", "tier", "user"]);
    assert_eq!(other_premises(flags), [&Premise::Shared { record: "tier".to_owned() }]);
    assert_eq!(flags.choices, id.choices);
    let sources: Vec<String> =
        flags.from.iter().map(|it| format!("{} {:?}", it.text, it.place)).collect();
    assert_eq!(
        sources,
        [
            r#"tier.features Record { name: "tier", owner: Shared, kind: None }"#,
            r#"org.features Record { name: "org", owner: Tenant, kind: None }"#,
            r#"member.features Member(["membership", "user", "client"])"#,
        ]
    );
}

#[test]
fn each_source_of_the_tenant_has_its_proof() {
    let proofs = proofs_of(DEFAULT_POLICY);
    let sources: Vec<String> = proofs
        .tenant
        .unwrap()
        .sources
        .iter()
        .map(|it| {
            let chosen = it.chosen.as_ref().map(|it| it.spelled());
            format!("{} {} {chosen:?} {:?}", it.kind.as_str(), it.text, it.proof)
        })
        .collect();
    assert_eq!(
        sources,
        [
            r#"user membership.org_id Some("metadata.org_id") Item { record: "membership" }"#,
            r#"user user.org_id None Item { record: "user" }"#,
            r#"client client.org_id None Item { record: "client" }"#,
        ]
    );
}

const ALL: &str = r#"
version = 1
[pool]
admin_only = ["custom:department", "nickname"]
[providers.EntraID]
writes = ["custom:groups"]
verifies = ["email"]
issuer = "https://sts.example"
[table]
name = "t"
partition_key = "pk"
sort_key = "sk"
[person]
index = "by-email"
key = { email = "{verified.email}" }
id = "id"
profile = "user"
[tenant]
id = "slug"
person = [{ from = "metadata.org", within = "user.orgs" }, "only.org"]
machine = "client.org"
[records.user]
key = { pk = "USER#{person}", sk = "PROFILE" }
require = "exists"
[records.only]
query = { pk = "USER#{person}", sk = "ORG#{*}" }
require = { status = "active" }
only = true
[records.shop]
key = { pk = "USER#{person}", sk = "SHOP#{tenant}#{metadata.shop:number}" }
[records.client]
for = "client"
key = { pk = "CLIENT#{client_id}", sk = "PROFILE" }
require = { status = "active" }
[records.roles]
each = "member.roles"
key = { pk = "ORG#{tenant}", sk = "ROLE#{each}" }
at_most = 3
missing = "skip"
[claims.department]
from = ["attributes.nickname", "attributes.custom:department"]
[claims.permissions]
merge = ["roles.permissions"]
when = { client_ids = ["1web"], "member.plan" = ["pro", 2] }
[claims.shop]
from = "shop.name"
default = "none"
[claims.roles]
from = { from = "attributes.custom:groups", split = "[a, b]", map = { x = "y" } }
type = "list"
[claims.region]
value = "eu"
[clients.web]
client_id = "1web"
claims = ["shop", "department", "permissions", "region"]
tokens.access.add_scopes = ["items/read"]
[tokens.access]
limit_scopes = "member.scopes"
[groups]
mode = "add"
names = ["staff"]
[session_tags]
tags = { Shop = "shop" }
"#;

#[test]
fn what_no_file_can_say_is_taken_on_trust() {
    let proofs = proofs_of(ALL);
    let department = claim(&proofs, "department");
    let admin = |attribute: &str, writable| Premise::AdminOnly {
        attribute: attribute.to_owned(),
        writable,
    };
    let expected = [&admin("custom:department", false), &admin("nickname", true)];
    assert_eq!(other_premises(department), expected);
    let roles = claim(&proofs, "roles");
    let provider = Premise::Provider {
        provider: "EntraID".to_owned(),
        attribute: "custom:groups".to_owned(),
        issuer: Some("https://sts.example".to_owned()),
    };
    assert_eq!(other_premises(roles), [&provider]);
    let all = other_premises(claim(&proofs, "permissions"));
    let expected = [
        &Premise::Index { index: "by-email".to_owned() },
        &Premise::VerifiedAddress,
        &Premise::VerifyingProvider { provider: "EntraID".to_owned() },
    ];
    assert_eq!(all, expected);
    assert!(records(claim(&proofs, "permissions")).contains(&"person"));
    assert!(expected.iter().all(|premise| proofs.premises.contains(premise)));
    assert!(proofs.premises.contains(&provider));
    assert!(proofs.premises.contains(&Premise::AnyPool));
    let served = ALL.replace("[pool]", "[pool]\nuser_pools = [\"eu-west-1_EXAMPLE01\"]");
    assert!(!proofs_of(&served).premises.contains(&Premise::AnyPool));
}

#[test]
fn what_the_caller_chooses_is_told() {
    let proofs = proofs_of(ALL);
    let tenant = || {
        let proved_by = "user.orgs".to_owned();
        chosen("metadata.org", Selects::Tenant { proved_by })
    };
    let item = chosen("metadata.shop", Selects::Item { record: "shop".to_owned() });
    let client = Choice { input: Input::AppClient, selects: Selects::Presence };
    let choices =
        |what: &What| -> Vec<Choice> { value(&proofs, what).choices.iter().cloned().collect() };
    let of_claim = |name: &str| choices(&What::Claim(name.to_owned()));
    assert_eq!(of_claim("shop"), [tenant(), item.clone()]);
    assert_eq!(of_claim("permissions"), [tenant(), client.clone()]);
    assert_eq!(of_claim("roles"), std::slice::from_ref(&client));
    assert_eq!(of_claim("region"), []);
    assert_eq!(choices(&What::SessionTag("Shop".to_owned())), [tenant(), item]);
    let web = Some("web".to_owned());
    assert_eq!(choices(&What::AddedScopes(web.clone())), [tenant(), client]);
    let scopes = Choice { input: Input::Scopes, selects: Selects::Less };
    assert_eq!(choices(&What::ScopeLimit(web)), [tenant(), scopes]);
    assert_eq!(choices(&What::Groups(GroupMode::Add)), [tenant()]);
}

#[test]
fn what_the_file_grants_names_its_guards() {
    let proofs = proofs_of(ALL);
    let guards = |what: &What| value(&proofs, what).guards.join(" ");
    assert_eq!(guards(&What::AddedScopes(Some("web".to_owned()))), "tenant user client");
    assert_eq!(guards(&What::Groups(GroupMode::Add)), "tenant user client");
    assert_eq!(guards(&What::ScopeLimit(None)), "");
    let when = &claim(&proofs, "permissions").when;
    assert_eq!(
        format!("{when:?}"),
        r#"[("client_ids", [String("1web")]), ("member.plan", [String("pro"), Number(2)])]"#
    );
}

#[test]
fn records_say_whose_they_are_and_how_many() {
    let proofs = proofs_of(ALL);
    let record = |name: &str| proofs.records.iter().find(|it| it.name == name).unwrap();
    let person = record("person");
    assert_eq!(person.index.as_deref(), Some("by-email"));
    assert_eq!(person.key, [("email".to_owned(), "{verified.email}".to_owned())]);
    assert!(matches!(person.several, Some(Several::Query { only: true, .. })));
    assert!(matches!(&record("roles").several,
        Some(Several::Each { list, at_most: 3, skip_missing: true }) if list == "member.roles"));
    assert_eq!(record("roles").owner, Owner::Tenant);
    assert_eq!(record("shop").chosen.len(), 1);
    assert_eq!(
        record("only").require.as_ref().map(Require::spelled).as_deref(),
        Some("status is active"),
    );
}

#[test]
fn what_the_pool_never_does_is_taken_on_trust() {
    let never = |words: &str| {
        let proofs = proofs_of(&format!("version = 1\n[claims.plan]\nvalue = \"x\"\n{words}"));
        proofs.premises.into_iter().find(|it| matches!(it, Premise::Never { .. }))
    };
    assert_eq!(never(""), None);
    let words = vec!["acr", "exchange"];
    assert_eq!(never("[pool]\nnever = [\"exchange\", \"acr\"]\n"), Some(Premise::Never { words }));
}
