//! The reference F: the Lambda runtime and nothing else. It sends the event back.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let echo = service_fn(|event: LambdaEvent<Value>| async move { Ok::<_, Error>(event.payload) });
    runtime.block_on(lambda_runtime::run(echo))
}
