//! `claimsmith types`: the claims of a policy as types of a language, with what the policy says of
//! them.
//!
//! Pure but for this file. What is read of each token and as what (`reading.rs`) is the same in every
//! language; each has a file that writes it. No text of a policy ends a comment or a literal
//! (`text.rs`), and no two claims become one identifier (`names.rs`).

mod cedar;
mod golang;
mod json_schema;
mod names;
mod python;
mod reading;
mod rust;
mod text;
mod typescript;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::contract::{self, Contract};
use crate::setup;
use crate::status::{Failure, Status};
use crate::terminal::{self, Reader};

/// Print the claims of a policy as types of a programming language
#[derive(Args)]
#[command(after_help = "\
Examples:
  claimsmith types --language typescript --policy claims.toml > src/claims.ts
  claimsmith types --language python > order_claims.py
  claimsmith types --language go > claims/claims.go
  claimsmith types --language json-schema | jq '.\"$defs\".access'

A comment above `[claims.NAME]` becomes the claim's documentation. TypeScript,
Python and Rust read with the package cognito-claims of their language; the file
for Go needs none. The output depends on the policy alone, so commit it and let
CI compare.")]
pub struct Types {
    /// The language
    #[arg(long, value_name = "LANGUAGE")]
    language: Language,
    /// The policy; ./claims.toml if not given, and if there is none the built-in one
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

/// A language that has types for claims.
#[derive(Clone, Copy, ValueEnum)]
enum Language {
    // Interfaces and claim types for the package `cognito-claims`.
    Typescript,
    // Dataclasses for the module `cognito_claims`.
    Python,
    // One file with all that reading needs.
    Go,
    // Structs for the crate `cognito-claims`.
    Rust,
    // What stands in the tokens, before any front door.
    JsonSchema,
    // The caller and the context, for Verified Permissions and Cedar.
    CedarSchema,
}

impl Language {
    fn write(self, contract: &Contract) -> String {
        match self {
            Language::Typescript => typescript::write(contract),
            Language::Python => python::write(contract),
            Language::Go => golang::write(contract),
            Language::Rust => rust::write(contract),
            Language::JsonSchema => json_schema::write(contract),
            Language::CedarSchema => cedar::write(contract),
        }
    }
}

/// Prints the types.
pub fn run(arguments: &Types) -> Result<Status, Failure> {
    let file = setup::policy_file_told(arguments.policy.as_deref());
    let text = setup::policy_text(file.as_deref())?;
    let contract = contract::of_policy(&text, "printed")?;
    let types = arguments.language.write(&contract);
    terminal::stdout(Reader::Machine).write_all(types.as_bytes())?;
    Ok(Status::Fine)
}
