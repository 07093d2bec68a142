//! Lambda, as far as a function can see it: the Runtime API on a loopback port, and a process
//! started with Lambda's environment.
//!
//! SPEC: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes", "Defined
//! runtime environment variables", "Understanding the Lambda execution environment lifecycle".
//!
//! Where it is not AWS: no sandbox is made and no code fetched, the process is never frozen between
//! invocations and never throttled, a deadline that passes ends nothing, and no extension runs.

mod api;
mod function;
mod invocation;
mod launch;

pub use function::{Figures, Function, Pending};
pub use invocation::{Answer, FunctionError, Invocation};
pub use launch::{ACCESS_KEY_ID, Launch, SECRET_ACCESS_KEY, session_token};
