//! The trip-wire as continuous integration calls it.

use std::process::Command;

#[test]
fn a_program_that_can_not_be_counted_is_no_success() {
    let missing = "no-such-program";
    let output =
        Command::new(env!("CARGO_BIN_EXE_claimsmith-cold")).args(["gate", missing]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(missing), "{said}");
}
