//! The next policy, read and checked.

use std::path::Path;

use crate::guarded::unharmed;
use crate::load;
use crate::policy::{Policy, Variables};
use crate::records::file::FileStore;

/// Loads the next policy, and its records unless its tables are on DynamoDB. Whatever is wrong is a
/// text for a warning, and no reason not to start.
///
/// # Errors
/// Why there is no shadow: places with their files, never a value.
pub fn load(
    policy_file: &Path,
    read: impl Fn(&Path) -> Result<String, String>,
    variables: &Variables<'_>,
) -> Result<(Policy, Option<FileStore>), String> {
    let loaded = unharmed(|| load::load(policy_file, read, variables));
    loaded
        .unwrap_or_else(|_| Err(format!("{}: reading it panicked", policy_file.display())))
        .map_err(|problem| format!("no policy decides beside the running one: {problem}"))
}
