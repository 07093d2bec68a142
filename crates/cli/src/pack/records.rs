//! The records file that a policy names, which its function can't start without.

use std::path::{Component, Path};

use claimsmith::load::Text;
use claimsmith::policy::{Location, Policy, Table};

use crate::status::words;
use crate::terminal;

use super::function::{Kind, NEXT, PROGRAM};

/// The name of a policy's records file in the zip, from the place of the policy; nothing if its
/// tables are on DynamoDB.
pub fn name(policy: &Policy) -> Option<Result<String, String>> {
    let Some(Table { location: Location::File(file), .. }) = policy.tables.first() else {
        return None;
    };
    let parts = Path::new(file).components().filter(|part| *part != Component::CurDir);
    let parts: Option<Vec<&str>> = parts
        .map(|part| match part {
            Component::Normal(part) => part.to_str(),
            _ => None,
        })
        .collect();
    let name = parts.map(|parts| parts.join("/"));
    let own = [PROGRAM, NEXT, Kind::Trigger.file(), Kind::Authorizer.file()];
    Some(match name {
        _ if file.contains("${") => {
            Err(format!("records file `{file}` has a variable in its name, so it can't be packed"))
        }
        Some(name) if !name.is_empty() && !own.contains(&name.as_str()) => Ok(name),
        _ => Err(format!(
            "records file `{file}` can't be packed: put it below the policy's folder, under a name \
             of its own"
        )),
    })
}

/// Its name in the zip and its bytes, after a look at what is in it.
pub fn read(policy_file: &Path, policy: &Policy) -> Result<Option<(String, Vec<u8>)>, String> {
    let Some(name) = name(policy).transpose()? else { return Ok(None) };
    let folder = match policy_file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let file = folder.join(&name);
    let failed = |error: std::io::Error| format!("{}: {}", terminal::file(&file), words(&error));
    // A link may lead out of it, to what is not meant to be deployed.
    let real = std::fs::canonicalize(&file).map_err(failed)?;
    if !real.starts_with(std::fs::canonicalize(folder).map_err(failed)?) {
        return Err(format!(
            "{}: a link that leads out of the policy's folder",
            terminal::file(&file)
        ));
    }
    let bytes = std::fs::read(&real).map_err(failed)?;
    let text = String::from_utf8(bytes.clone());
    let text = text.map_err(|_| format!("{}: no UTF-8", terminal::file(&file)))?;
    Text::of(&file, |_| Ok::<_, String>(text.clone()))?.store(&policy.tables)?;
    Ok(Some((name, bytes)))
}
