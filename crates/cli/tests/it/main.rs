//! The command's integration tests, in one binary: each module is about one thing.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that can't go on should stop, and tokens expire by the real clock"
)]

mod check_table;
mod command;
mod command_line;
mod command_line_json;
mod contract;
mod diff;
mod doctor;
mod documents;
mod door;
mod fences;
mod fuzzed_terminal;
mod golden;
mod guides;
mod hostile;
mod init;
mod many_findings;
mod pack;
mod page;
mod plain_http;
mod policy_here;
mod prove;
mod revoke;
mod schema;
mod seed;
mod serve;
mod shadow;
mod simulate;
mod types;
mod verdict;
