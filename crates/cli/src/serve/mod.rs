//! `claimsmith serve`: a playground in the browser, and the trigger behind Lambda's Invoke.
//!
//! Shell. Both ask the trigger itself. In the order of a request: `http.rs` takes it over a
//! stream of `patient.rs`, `door.rs` lets it in; `playground.rs` answers the page, of which `people.rs` knows whom the records are
//! about; `invoke.rs` answers as Lambda, with the trigger of `function.rs`.
//!
//! What is typed into the page is a stranger's as far as this program knows: it is answered from
//! the records that were given at the start, with no file, variable, table or network behind it.

mod assets;
mod door;
mod function;
mod http;
mod invoke;
mod page;
mod patient;
mod people;
mod playground;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::{Mutex, Semaphore};

use crate::check::count;
use crate::setup::{self, PolicyText, Records};
use crate::{Failure, Serve, Status};
use door::Door;
use function::Function;
use http::Site;
use playground::Playground;

/// Serves until it is told to stop.
pub fn serve(arguments: &Serve, out: &mut impl Write) -> Result<Status, Failure> {
    let Serve { policy: policy_file, records, table, port, bind, allow_remote, host } = arguments;
    if !bind.is_loopback() && !allow_remote {
        let problem = "other machines could reach it and ask all that the page can ask; \
                       --allow-remote if that is wanted";
        return Err(Failure::Input(format!("{bind} is not a loopback address: {problem}")));
    }
    let text = PolicyText::load(policy_file.as_deref())?;
    let checked = text.check();
    let tables = checked.as_ref().map_or(&[][..], |policy| &policy.tables);
    let records_file = setup::records_file(tables, policy_file.as_deref(), records.as_deref());
    let known = Records::load(records_file.as_deref())?;
    if !tables.is_empty() {
        known.store(tables)?;
    }

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let served = runtime.block_on(async {
        let stop = stop()?;
        let listener = TcpListener::bind((*bind, *port)).await.map_err(|error| {
            let place = SocketAddr::new(*bind, *port);
            Failure::Input(format!("{place}: {error}; --port N takes another port"))
        })?;
        let address = listener.local_addr()?;
        writeln!(out, "policy: {}   records: {}", text.name, known.name)?;
        if let Err(findings) = &checked {
            let number = count(findings.len(), "finding");
            writeln!(out, "{number} in the policy: invocations fail until it is mended")?;
        }
        if *table {
            writeln!(out, "invocations read the policy's table on DynamoDB")?;
        }
        writeln!(out, "playground  http://{address}/")?;
        writeln!(out, "function    http://{address}/2015-03-31/functions/NAME/invocations")?;
        out.flush()?;
        let site = Site {
            door: Door { port: address.port(), remote: *allow_remote, names: host.clone() },
            playground: Playground { policy: policy_file.clone(), records: records_file },
            thinkers: Arc::new(Semaphore::new(http::THINKERS)),
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
    // Nobody waits for an answer any more that is still being computed.
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

/// One line for whoever watches. It names functions, reasons and files, never a value.
fn log(line: &str) {
    // If it can't be written, there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{line}");
}
