//! The proofs of a policy as JSON.

use claimsmith::policy::prove::{
    Choice, Input, Mapped, OriginPlace, Proofs, ProvedBy, RecordProof, Selects, Several,
    SourceProof, TenantProofs, ValueOrigin, ValueProof, What,
};
use claimsmith::policy::{About, Chosen, GroupMode, Owner, Require};
use serde_json::{Map, Value, json};

use super::words;

/// All but the bounds.
pub fn proofs(proofs: &Proofs) -> Value {
    let trust = proofs.premises.iter().map(|premise| {
        json!({
            "id": words::id(premise),
            "what": words::premise(premise),
            "checked": words::checked(premise),
            "conditions": words::conditions(premise),
        })
    });
    json!({
        "tenant": proofs.tenant.as_ref().map(tenant),
        "records": proofs.records.iter().map(record).collect::<Value>(),
        "values": proofs.values.iter().map(value).collect::<Value>(),
        "trust": trust.collect::<Value>(),
    })
}

fn tenant(tenant: &TenantProofs) -> Value {
    json!({
        "id": tenant.id.as_str(),
        "optional": tenant.optional,
        "sources": tenant.sources.iter().map(source).collect::<Value>(),
    })
}

fn source(source: &SourceProof) -> Value {
    let proof = match &source.proof {
        ProvedBy::Item { record } => json!({ "by": "item", "record": record }),
        ProvedBy::OnlyMatch { record } => json!({ "by": "only_match", "record": record }),
        ProvedBy::Within { list, record } => {
            json!({ "by": "within", "list": list, "record": record })
        }
        ProvedBy::Assigned { attribute } => json!({ "by": "assigned", "attribute": attribute }),
    };
    json!({
        "for": source.kind.as_str(),
        "source": source.text,
        "chosen": source.chosen.as_ref().map(Chosen::spelled),
        "without_metadata": !matches!(source.chosen, Some(Chosen::Metadata(_))),
        "proof": proof,
    })
}

fn record(record: &RecordProof) -> Value {
    let key: Map<String, Value> =
        record.key.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect();
    let several = record.several.as_ref().map(|several| match several {
        Several::Each { list, at_most, skip_missing } => {
            json!({ "each": list, "at_most": at_most, "skip_missing": skip_missing })
        }
        Several::Query { at_most, only } => json!({ "at_most": at_most, "only": only }),
    });
    json!({
        "record": record.name,
        "for": record.kind.map(|kind| kind.as_str()),
        "table": record.table,
        "index": record.index,
        "key": key,
        "several": several,
        "owner": owner(record.owner),
        "about": about(record.about),
        "chosen": record.chosen.iter().map(Chosen::spelled).collect::<Value>(),
        "require": record.require.as_ref().map(Require::spelled),
        "kept_seconds": record.keep.map(|keep| keep.fresh.as_secs_f64()),
        "stale_seconds": record.keep.map(|keep| keep.stale_if_error.as_secs_f64()),
    })
}

fn value(value: &ValueProof) -> Value {
    let (what, name) = match &value.what {
        What::Claim(name) => ("claim", Some(name.as_str())),
        What::SessionTag(key) => ("session_tag", Some(key.as_str())),
        What::Groups(GroupMode::Add) => ("groups_added", None),
        What::Groups(GroupMode::Remove) => ("groups_removed", None),
        What::Groups(GroupMode::Replace) => ("groups_replaced", None),
        What::AddedScopes(client) => ("added_scopes", client.as_deref()),
        What::ScopeLimit(client) => ("scope_limit", client.as_deref()),
    };
    let when: Map<String, Value> =
        value.when.iter().map(|(name, values)| (name.clone(), values.clone().into())).collect();
    json!({
        "what": what,
        "name": name,
        "tokens": value.tokens.iter().map(|token| token.as_str()).collect::<Value>(),
        "about": about(value.about),
        "from": value.from.iter().map(origin).collect::<Value>(),
        "when": when,
        "guards": value.guards,
        "chosen": value.choices.iter().map(choice).collect::<Value>(),
        "trust": value.premises.iter().map(words::id).collect::<Value>(),
    })
}

fn origin(origin: &ValueOrigin) -> Value {
    let (is, records, whose) = match &origin.place {
        OriginPlace::Tenant => ("tenant", Vec::new(), None),
        OriginPlace::Member(records) => ("member", records.clone(), Some(Owner::Own)),
        OriginPlace::Record { name, owner, .. } => ("record", vec![name.clone()], Some(*owner)),
        OriginPlace::Attribute => ("attribute", Vec::new(), None),
        OriginPlace::Groups => ("groups", Vec::new(), None),
        OriginPlace::Constant => ("constant", Vec::new(), None),
        OriginPlace::Default => ("default", Vec::new(), None),
    };
    let map = origin.map.as_ref().map(|map| match map {
        Mapped::File => "policy",
        Mapped::Item(map) => map.as_str(),
    });
    json!({
        "source": origin.text,
        "is": is,
        "records": records,
        "owner": whose.map(owner),
        "map": map,
    })
}

fn choice(Choice { input, selects }: &Choice) -> Value {
    let with = match input {
        Input::Value(name) => name.as_str(),
        Input::AppClient => "app_client",
        Input::Scopes => "scopes",
        Input::TriggerSource => "trigger_source",
    };
    let (selects, by) = match selects {
        Selects::Tenant { proved_by } => ("tenant", Some(proved_by)),
        Selects::Item { record } => ("item", Some(record)),
        Selects::Presence => ("presence", None),
        Selects::Less => ("less", None),
    };
    json!({ "with": with, "selects": selects, "proved_by": by })
}

fn owner(owner: Owner) -> &'static str {
    match owner {
        Owner::Own => "own",
        Owner::Tenant => "tenant",
        Owner::Shared => "shared",
    }
}

fn about(about: About) -> &'static str {
    match about {
        About::Nobody => "nobody",
        About::Identity => "identity",
        About::Tenant => "tenant",
    }
}
