//! The starters: whole policies that are tested elsewhere, each with somebody who signs in.

/// A policy to begin with.
pub struct Starter {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Whom it is for.
    pub what: &'static str,
    /// The policy.
    pub policy: &'static str,
    /// The records that it reads; none if it reads none.
    pub items: Option<&'static str>,
    /// An event of somebody who gets tokens.
    pub event: &'static str,
    /// Somebody who gets tokens, as the options of `simulate` say it.
    pub who: &'static str,
}

/// The first is taken if none is asked for.
pub const STARTERS: [Starter; 5] = [
    Starter {
        name: "single-table",
        what: "people, organisations, tiers and feature flags in one table",
        policy: include_str!("../../../claims.toml"),
        items: Some(include_str!("../../../demo/records.json")),
        event: include_str!("../../../events/v2/sign-in.json"),
        who: "--user 22222222-2222-4222-8222-222222222222 --metadata org_id=globex",
    },
    Starter {
        name: "own-table",
        what: "tables that you have, where people are found by their address",
        policy: include_str!("../../../infra/examples/own-tables/claims.toml"),
        items: Some(include_str!("../starters/own-table.json")),
        event: include_str!("../../../events/v2/sign-in.json"),
        who: "--user 11111111-1111-4111-8111-111111111111 --attribute email=ada@acme.example \
              --attribute email_verified=true",
    },
    Starter {
        name: "entra-id",
        what: "organisation and roles from Microsoft Entra ID",
        policy: include_str!("../../../examples/policies/marketplace/claims.toml"),
        items: Some(include_str!("../../../examples/policies/marketplace/records.json")),
        event: include_str!("../../../examples/policies/marketplace/events/seller.json"),
        who: "--user 11111111-1111-4111-8111-111111111111 \
              --attribute custom:entra_tid=3f2504e0-4f89-41d3-9a0c-0305e82c3301 \
              --attribute 'custom:entra_roles=[Catalog.Write]' \
              --attribute 'identities=[{\"providerName\":\"EntraID\"}]'",
    },
    Starter {
        name: "machines",
        what: "customers' programs, whose contracts limit their scopes",
        policy: include_str!("../../../examples/policies/machines/claims.toml"),
        items: Some(include_str!("../../../examples/policies/machines/records.json")),
        event: include_str!("../../../examples/policies/machines/events/reads.json"),
        who: "--client 4machineexample0000000000001 --scope orders/read",
    },
    Starter {
        name: "attribute",
        what: "an attribute of the user pool, and no table",
        policy: include_str!("../../../examples/policies/attribute/claims.toml"),
        items: None,
        event: include_str!("../../../examples/policies/attribute/events/finance.json"),
        who: "--user 11111111-1111-4111-8111-111111111111 --attribute custom:department=finance",
    },
];
