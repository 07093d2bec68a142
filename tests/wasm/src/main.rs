//! Answers events by the engine alone, one line for each: `engine-answers POLICY EVENT…`.
//!
//! `tests/wasm/run` starts it in WebAssembly and on this machine, and compares what they print.

use std::error::Error;
use std::io::Write;
use std::time::Duration;

use claimsmith::Trigger;
use claimsmith::clock::at_once;
use claimsmith::load::Text;
use claimsmith::outcome::Refusal;
use claimsmith::policy::Variables;
use claimsmith::records::file::FileStore;

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = std::env::args().skip(1);
    let table = |name: &str| (name == "CLAIMS_TABLE").then(|| "table".to_owned());
    let path = paths.next().ok_or("which policy?")?;
    let text = Text::of(path.as_ref(), |path| std::fs::read_to_string(path))?;
    let policy = text.policy(&Variables::strict(&table));
    let policy = policy.map_err(|findings| format!("{} findings", findings.len()))?;
    let store = Text::demo_records().store(&policy.tables)?;
    let trigger = Trigger::new(policy, store);
    let mut out = std::io::stdout().lock();
    for path in paths {
        let event = std::fs::read(&path)?;
        match answer(&trigger, &event) {
            Ok(answer) => writeln!(out, "{path}: {answer}")?,
            Err(refusal) => writeln!(out, "{path}: {refusal:?}")?,
        }
    }
    Ok(())
}

fn answer(trigger: &Trigger<FileStore>, event: &[u8]) -> Result<String, Refusal> {
    // The embedded store answers at once.
    match at_once(trigger.decide(event, Duration::from_secs(1))) {
        Some(Ok(decided)) => decided.into_answer(),
        Some(Err(error)) => Err(Refusal::unreadable(&error.to_string())),
        None => Err(Refusal::unreadable("the engine waited")),
    }
}
