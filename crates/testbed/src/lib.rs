//! Servers that Claimsmith's tests and benchmarks run against, each on a free loopback port.
//!
//! | module | stands for | what it can't show |
//! |---|---|---|
//! | [`dynamodb_local`] | Amazon DynamoDB, by Amazon's own emulator | throttling, rights, real latency |
//! | [`runtime_api`] | Lambda's Runtime API and sandbox | sandbox start, code download, frozen time |
//! | [`table_stand_in`] | a table with fixed items, with or without TLS | anything but two reads |
//! | [`container_credentials`] | where SnapStart has its credentials | rotation |
//! | [`collector`] | an OpenTelemetry collector | anything but taking spans |
//! | [`fault_proxy`] | everything that goes wrong between a function and its table | packets lost on the way |
//!
//! [`mistakes`] is no server: tables of configuration files that a checker must find fault with.
//!
//! Plain blocking code and threads: it builds in seconds, and a measurement isn't disturbed by a
//! second async runtime. Every server ends when its value is dropped. The first lines of each
//! module say where it is not AWS.

#![expect(clippy::disallowed_methods, reason = "a testbed keeps the time of what it drives")]

pub mod collector;
pub mod container_credentials;
pub mod dynamodb_json;
pub mod dynamodb_local;
pub mod fault_proxy;
pub mod http;
pub mod mistakes;
pub mod runtime_api;
mod server;
pub mod table_stand_in;
pub mod tls;
