//! The command `claimsmith`.
fn main() {}
