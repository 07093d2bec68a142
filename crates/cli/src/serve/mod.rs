//! `claimsmith serve`: a playground in the browser, and the trigger behind Lambda's Invoke.
//!
//! Shell. Both ask the trigger itself. In the order of a request: `http.rs` takes it over a stream
//! of `patient.rs`, `admission.rs` lets it in; `texts.rs` has what the page begins with, and the
//! playground's own crate answers it; `invoke.rs` answers as Lambda, with the trigger of
//! `function.rs`.
//!
//! What is typed into the page is not trusted: it is answered with no file, variable, table or network
//! behind it.

mod admission;
mod function;
mod http;
mod invoke;
mod log;
mod patient;
mod reply;
mod texts;

use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Semaphore};

use crate::setup;
use crate::status::{Failure, Status, words};
use crate::terminal::{self, Reader, count};
use admission::Admission;
use function::Function;
use http::Site;
use texts::Texts;

/// Try a policy in the browser, and answer Lambda's Invoke in the function's place
#[derive(Args)]
#[command(after_help = "\
Examples:
  claimsmith serve                          the built-in policy and company
  claimsmith serve --policy claims.toml --records items.json
  aws lambda invoke --endpoint-url http://127.0.0.1:9001 \\
    --function-name pre-token --cli-binary-format raw-in-base64-out \\
    --payload file://event.json answer.json

The page never writes a file, and what is typed into it reads no file, no
environment variable and no table. Functions that are invoked follow the files;
a policy with problems makes them fail, as it would in AWS.
Ctrl-C ends it.")]
pub struct Serve {
    /// The policy; ./claims.toml if not given, and if there is none the built-in one
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A JSON file of items; the built-in demo company if neither this nor the policy's table is a
    /// file
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Read the policy's table on DynamoDB when invoked as a function; the page never does
    #[arg(long, conflicts_with = "records")]
    table: bool,
    /// The port; 0 is any free one
    #[arg(long, value_name = "N", default_value_t = 9001)]
    port: u16,
    /// The address to listen at
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::from([127, 0, 0, 1]))]
    bind: IpAddr,
    /// Allow an address that other machines can reach; they can do all that the page can
    #[arg(long)]
    allow_remote: bool,
    /// A host name by which others call this machine, such as host.docker.internal
    #[arg(long, value_name = "NAME", requires = "allow_remote")]
    host: Vec<String>,
}

/// Serves until it is told to stop.
pub fn run(arguments: &Serve) -> Result<Status, Failure> {
    let Serve { policy, records, table, port, bind, allow_remote, host } = arguments;
    if !bind.is_loopback() && !allow_remote {
        let problem = "other machines could reach it and ask all that the page can ask; \
                       --allow-remote if that is wanted";
        return Err(Failure::Input(format!("{bind} is not a loopback address: {problem}")));
    }
    #[cfg(not(feature = "dynamodb"))]
    if *table {
        return Err(Failure::Input(crate::table::WITHOUT_DYNAMODB.to_owned()));
    }
    let policy_file = setup::policy_file(policy.as_deref());
    let text = setup::policy_text(policy_file.as_deref())?;
    let checked = setup::check(&text);
    let tables = checked.as_ref().map_or(&[][..], |policy| &policy.tables);
    let records_file = setup::records_file(tables, policy_file.as_deref(), records.as_deref());
    let known = setup::records_text(records_file.as_deref())?;
    if !tables.is_empty() {
        known.store(tables).map_err(Failure::Input)?;
    }

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let served = runtime.block_on(async {
        let stop = stop()?;
        let listener = TcpListener::bind((*bind, *port)).await.map_err(|error| {
            let place = SocketAddr::new(*bind, *port);
            Failure::Input(format!("{place}: {}; --port N takes another port", words(&error)))
        })?;
        let address = listener.local_addr()?;
        let mut out = terminal::stdout(Reader::Person);
        writeln!(out, "policy: {}   records: {}", text.name, known.name)?;
        if let Err(findings) = &checked {
            let number = count(findings.len(), "problem");
            writeln!(out, "{number} in the policy: invocations fail until it is mended")?;
        }
        if known.text.len() > texts::MAX_RECORDS_BYTES {
            writeln!(
                out,
                "the records are too large for the playground, which begins without any"
            )?;
        }
        if *table {
            writeln!(out, "invocations read the policy's table on DynamoDB")?;
        }
        writeln!(out, "playground  http://{address}/")?;
        writeln!(out, "function    http://{address}/2015-03-31/functions/NAME/invocations")?;
        out.flush()?;
        drop(out);
        let site = Site {
            admission: Admission {
                port: address.port(),
                remote: *allow_remote,
                names: host.clone(),
            },
            texts: Texts { policy: policy_file.clone(), records: records_file },
            computing: Arc::new(Semaphore::new(http::MAX_COMPUTING)),
            function: Function {
                policy: policy_file.clone(),
                records: records.clone(),
                table: *table,
                loaded: Mutex::default(),
            },
        };
        http::serve(listener, site, stop).await;
        Ok(Status::Fine)
    });
    // An answer that is still being computed has no reader left.
    runtime.shutdown_background();
    served
}

/// Ends when the terminal or the machine asks for it.
#[cfg(unix)]
fn stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
