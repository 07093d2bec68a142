//! Instructions for reading a typed struct from an HTTP API event, beside `serde_json` on claims
//! that have their JSON types already.
//!
//! `cargo bench -p claimsmith-bench --bench reader` counts with valgrind's callgrind, which must be
//! installed. The difference between many and few rounds leaves out what happens once.

use std::error::Error;
use std::hint::black_box;
use std::io::{Write, stdout};
use std::process::Command;

use cognito_claims::{Claims, Tier};
use serde::Deserialize;
use serde_json::Value;

const HTTP_API: &str = include_str!("../../crates/claims/tests/contexts/1/http-api.json");
const TOKEN: &str = include_str!("../../crates/claims/tests/contexts/1/token.json");
const FEW: u64 = 100;
const MANY: u64 = 2100;

#[derive(Deserialize)]
struct OrderClaims {
    #[expect(dead_code, reason = "only read")]
    org_id: String,
    #[expect(dead_code, reason = "only read")]
    org_tier: Tier,
    #[expect(dead_code, reason = "only read")]
    permissions: Vec<String>,
    #[expect(dead_code, reason = "only read")]
    seats: u32,
    #[expect(dead_code, reason = "only read")]
    trial: bool,
    #[expect(dead_code, reason = "only read")]
    exp: u64,
}

/// What is done in one round.
const CONTENDERS: [&str; 4] = ["reader", "reference", "from_value", "clone"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    match (arguments.next(), arguments.next()) {
        (Some(contender), Some(rounds)) => run(&contender, rounds.parse()?),
        _ => compare(),
    }
}

fn run(contender: &str, rounds: u64) -> Result<(), Box<dyn Error>> {
    let event: Value = serde_json::from_str(HTTP_API)?;
    let typed: Value = serde_json::from_str(TOKEN)?;
    for _ in 0..rounds {
        match contender {
            "reader" => {
                black_box(Claims::from_http_api(black_box(&event))?.read::<OrderClaims>()?);
            }
            "reference" => {
                black_box(OrderClaims::deserialize(black_box(&typed))?);
            }
            "from_value" => {
                black_box(serde_json::from_value::<OrderClaims>(black_box(typed.clone()))?);
            }
            _ => {
                black_box(black_box(&typed).clone());
            }
        }
    }
    Ok(())
}

fn compare() -> Result<(), Box<dyn Error>> {
    let mut counts = Vec::new();
    for contender in CONTENDERS {
        let count = (instructions(contender, MANY)? - instructions(contender, FEW)?) / (MANY - FEW);
        counts.push(count);
    }
    let [reader, reference, from_value, clone] = counts.as_slice() else {
        return Err("a contender is missing".into());
    };
    let ratio = |other: &u64| *reader as f64 / *other as f64;
    let mut out = stdout().lock();
    writeln!(out, "instructions for one typed struct of 6 fields out of 19 claims")?;
    writeln!(out, "reader, HTTP API event            {reader:>8}")?;
    writeln!(out, "serde_json, &Value, typed claims  {reference:>8}  {:.2}x", ratio(reference))?;
    writeln!(out, "serde_json, from_value of a clone {from_value:>8}  {:.2}x", ratio(from_value))?;
    writeln!(out, "  of which the clone and its drop {clone:>8}")?;
    Ok(())
}

fn instructions(contender: &str, rounds: u64) -> Result<u64, Box<dyn Error>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args([contender, &rounds.to_string()])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.ok_or_else(|| text.to_string())?;
    Ok(count.trim().parse()?)
}
