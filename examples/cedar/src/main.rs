//! Prints the schema as `PutSchema` of Amazon Verified Permissions takes it: Cedar's JSON form.

use std::process::ExitCode;

use cedar_policy::SchemaFragment;

fn main() -> ExitCode {
    let json = SchemaFragment::from_cedarschema_str(&cedar_store::schema())
        .ok()
        .and_then(|(fragment, _)| fragment.to_json_value().ok());
    match json {
        Some(json) => {
            println!("{json:#}");
            ExitCode::SUCCESS
        }
        None => {
            eprintln!("the schema of this folder is not Cedar");
            ExitCode::FAILURE
        }
    }
}
