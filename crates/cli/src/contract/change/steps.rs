//! In which steps changes are deployed, so that no reader fails.
//!
//! Tokens of the policy before are there until they expire, so who relies on what is new comes that
//! much later. Where one change wants the policy first and another one readers, there are two policies.

use super::verdict::{About, Change, Order};

/// The steps, a sentence or two each; none without a change.
pub fn steps(changes: &[Change]) -> Vec<String> {
    let of = |order: Order| {
        let are =
            changes.iter().filter(|it| it.order == order && it.about != About::ClaimsContract);
        let named: Vec<String> = are.map(|it| format!("{} ({})", it.name, it.what)).collect();
        (!named.is_empty()).then(|| named.join(", "))
    };
    let (policy, readers) = (of(Order::Policy), of(Order::Readers));
    let (without, beside) = (of(Order::Without), of(Order::Beside));
    let mut steps = Vec::new();
    if changes.iter().any(|change| change.about == About::ClaimsContract) {
        steps.push(CONTRACT.to_owned());
    }
    if readers.is_none() && without.is_none() && beside.is_none() {
        match policy {
            Some(new) => steps.extend([
                "Deploy the policy.".to_owned(),
                format!("When older tokens have expired, deploy readers that rely on {new}."),
            ]),
            None if changes.len() > steps.len() => {
                steps.push("Deploy the policy and readers in any order.".to_owned());
            }
            None => {}
        }
        return steps;
    }
    let is_split = policy.is_some() || beside.is_some();
    if is_split {
        let apart = "beside the old and under another name";
        steps.push(match (policy, &beside) {
            (Some(new), None) => format!("Deploy a policy with this alone: {new}."),
            (Some(new), Some(other)) => {
                format!("Deploy a policy with this alone: {new}; and, {apart}: {other}.")
            }
            (None, other) => {
                let other = other.as_deref().unwrap_or_default();
                format!("Deploy a policy with this alone, {apart}: {other}.")
            }
        });
    }
    let mut second = match is_split {
        true => "When older tokens have expired, deploy readers of the new contract".to_owned(),
        false => "Deploy readers of the new contract".to_owned(),
    };
    if beside.is_some() {
        second += ", which ask for the other name";
    }
    if let Some(without) = without {
        second += &format!(", which do without {without}");
    }
    steps.push(second + ".");
    steps.push(match beside {
        Some(_) => "Deploy the whole policy, without what nobody asks for any more.".to_owned(),
        None if is_split => "Deploy the whole policy.".to_owned(),
        None => "Deploy the policy.".to_owned(),
    });
    steps
}

const CONTRACT: &str =
    "Deploy readers whose version reads both claims contracts, as the changelog says.";
