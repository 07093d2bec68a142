//! The types of several policies, under the strictest lints that an application may have.

#![deny(missing_docs, warnings, clippy::pedantic, clippy::nursery)]

/// A policy of attributes alone.
#[path = "REPOSITORY/crates/cli/tests/types/attribute.rs"]
pub mod attribute;
/// A company whose customers are companies.
#[path = "REPOSITORY/crates/cli/tests/types/b2b.rs"]
pub mod b2b;
/// The policy that the command has built in.
#[path = "REPOSITORY/crates/cli/tests/types/built_in.rs"]
pub mod built_in;
/// A claim of every form.
#[path = "REPOSITORY/crates/cli/tests/types/every_form.rs"]
pub mod every_form;
/// Everything that a policy can say.
#[path = "REPOSITORY/crates/cli/tests/types/everything.rs"]
pub mod everything;
/// Names and comments that would break out.
#[path = "REPOSITORY/crates/cli/tests/types/hostile.rs"]
pub mod hostile;
/// Machines.
#[path = "REPOSITORY/crates/cli/tests/types/machines.rs"]
pub mod machines;
/// A marketplace.
#[path = "REPOSITORY/crates/cli/tests/types/marketplace.rs"]
pub mod marketplace;

/// Reads both tokens of a policy with everything, and asks for flags and lists.
///
/// # Errors
/// A claim can't be read, or is of another catalogue.
pub fn read(
    access: &cognito_claims::Claims<'_>,
    id: &cognito_claims::Claims<'_>,
) -> Result<bool, Box<dyn std::error::Error>> {
    let access: everything::AccessClaims = access.read()?;
    let id: everything::IdClaims = id.read()?;
    let flags = access.flags.with(&everything::flags_catalogue()?)?;
    Ok(flags.feature("export").is_on() && id.roles.contains("admin").is_listed())
}
