//! What the new policy means for readers of the tokens.

use std::path::Path;

use claimsmith::load::Text;

use super::function::{Function, Kind};
use crate::contract::{self, Change, Comparison, Contract};
use crate::status::Failure;

/// The contracts of two policies.
pub enum Compared {
    /// What has changed.
    Changes {
        /// Where the contract before comes from, and the one after.
        before: String,
        after: String,
        changes: Vec<Change>,
    },
    /// Why they can't be compared.
    Not(String),
}

impl Compared {
    /// The comparison, if there is one.
    pub fn comparison(&self) -> Option<Comparison<'_>> {
        match self {
            Compared::Changes { before, after, changes } => {
                Some(Comparison { before, after, changes })
            }
            Compared::Not(_) => None,
        }
    }
}

/// Compares with the contract or policy of a file, or with the policy in the zip. Without a file it
/// isn't asked for, so what keeps it from being made is no failure.
pub fn compared(
    function: &Function<'_>,
    zip: &Path,
    policy: &Text,
    against: Option<&Path>,
) -> Result<Compared, Failure> {
    type Before = Result<(Contract, String), Failure>;
    let of_file =
        |path: &Path| -> Before { Ok((contract::read(path)?, path.display().to_string())) };
    let of_zip = || -> Before {
        let none = || Failure::Input("the policy in the zip is no UTF-8".to_owned());
        let text = policy_in(function).ok_or_else(none)?;
        let name = format!("{} in {}", Kind::Trigger.file(), zip.display());
        let text = Text { name: name.clone(), ..text };
        Ok((contract::of_policy(&text, "compared")?, name))
    };
    let compare = || -> Result<Compared, Failure> {
        let (before, name) = against.map_or_else(of_zip, of_file)?;
        let changes = contract::changes(&before, &contract::of_policy(policy, "compared")?);
        Ok(Compared::Changes { before: name, after: policy.name.clone(), changes })
    };
    match compare() {
        Err(Failure::Input(problem)) if against.is_none() => {
            // The findings of a policy that runs already are no news here.
            Ok(Compared::Not(problem.lines().next().unwrap_or_default().to_owned()))
        }
        done => done,
    }
}

/// The text of the policy in the zip.
pub fn policy_in(function: &Function<'_>) -> Option<Text> {
    let text = String::from_utf8(function.configuration.clone()).ok()?;
    Text::of(Path::new(function.kind.file()), |_| Ok::<_, ()>(text.clone())).ok()
}
