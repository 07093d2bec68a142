//! The results as a table and as JSON.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::bars::{Bar, noise};
use crate::contender::Contender;
use crate::figures::{Results, Rounds, Sample, Spread, ratio, spread};

/// The table that people read.
pub fn text(all: &[Contender], results: &Results, bars: &[Bar]) -> String {
    let mut text = String::new();
    // Writing to a text can't fail.
    let _ = instructions(&mut text, all, results)
        .and_then(|()| rounds(&mut text, all, &results.direct, "the table answers at once"))
        .and_then(|()| rounds(&mut text, all, &results.distant, "the table is 3 ms away"))
        .and_then(|()| quota(&mut text, all, results))
        .and_then(|()| sizes(&mut text, all, results))
        .and_then(|()| verdicts(&mut text, results, bars));
    text
}

const WIDTH: usize = 42;

fn instructions(text: &mut String, all: &[Contender], results: &Results) -> std::fmt::Result {
    let Some(of_r) = results.instructions.get("batch") else { return Ok(()) };
    writeln!(text, "\nInstructions, thousands (and over R)")?;
    writeln!(text, "{:WIDTH$} {:>18} {:>18} {:>18}", "", "init", "first call", "warm call")?;
    for one in all {
        let Some(counts) = results.instructions.get(one.name) else { continue };
        let cell = |figure: u64, of_r: u64| {
            format!("{} ({:.2})", figure / 1000, figure as f64 / of_r as f64)
        };
        writeln!(
            text,
            "{:WIDTH$} {:>18} {:>18} {:>18}",
            one.title,
            cell(counts.init, of_r.init),
            cell(counts.first, of_r.first),
            cell(counts.warm, of_r.warm)
        )?;
    }
    Ok(())
}

type Figure = fn(&Sample) -> f64;

/// What a round's table shows.
const COLUMNS: [(&str, Figure); 6] = [
    ("init", |sample| sample.init),
    ("init+first", Sample::cold),
    ("warm p50", |sample| sample.warm),
    ("warm p99", |sample| sample.warm_p99),
    ("CPU cold", |sample| sample.cpu_cold),
    ("CPU warm", |sample| sample.cpu_warm),
];

fn rounds(text: &mut String, all: &[Contender], rounds: &Rounds, title: &str) -> std::fmt::Result {
    if rounds.is_empty() {
        return Ok(());
    }
    writeln!(text, "\nMicroseconds (and over R within a round), {} rounds, {title}", rounds.len())?;
    write!(text, "{:WIDTH$}", "")?;
    for (name, _) in COLUMNS {
        write!(text, " {name:>16}")?;
    }
    writeln!(text)?;
    for one in all {
        write!(text, "{:WIDTH$}", one.title)?;
        for (_, figure) in COLUMNS {
            let own = spread(rounds, one.name, figure);
            let over = ratio(rounds, one.name, "batch", figure);
            let cell =
                own.zip(over).map(|(own, over)| format!("{:.0} ({:.2})", own.median, over.median));
            write!(text, " {:>16}", cell.unwrap_or_default())?;
        }
        writeln!(text)?;
    }
    Ok(())
}

fn quota(text: &mut String, all: &[Contender], results: &Results) -> std::fmt::Result {
    let times = match &results.quota {
        None => return Ok(()),
        Some(Err(reason)) => return writeln!(text, "\nFirst call under a CPU quota: {reason}"),
        Some(Ok(times)) => times,
    };
    writeln!(text, "\nFirst call in microseconds, table 3 ms away, CPU like a 128 MB function's")?;
    writeln!(text, "{:WIDTH$} {:>10} {:>10} {:>8}", "", "no quota", "quota", "ratio")?;
    for one in all {
        let Some(time) = times.get(one.name) else { continue };
        let ratio = time.throttled / time.free;
        writeln!(
            text,
            "{:WIDTH$} {:>10.0} {:>10.0} {ratio:>8.2}",
            one.title, time.free, time.throttled
        )?;
    }
    Ok(())
}

fn sizes(text: &mut String, all: &[Contender], results: &Results) -> std::fmt::Result {
    writeln!(text, "\nSizes in MB, threads")?;
    writeln!(
        text,
        "{:WIDTH$} {:>10} {:>10} {:>12} {:>8}",
        "", "program", "zip", "peak memory", "threads"
    )?;
    for one in all {
        let megabytes = |bytes: f64| format!("{:.2}", bytes / 1e6);
        let size = results.sizes.get(one.name);
        let median = |figure| spread(&results.direct, one.name, figure).map(|found| found.median);
        writeln!(
            text,
            "{:WIDTH$} {:>10} {:>10} {:>12} {:>8}",
            one.title,
            size.map(|size| megabytes(size.program as f64)).unwrap_or_default(),
            size.map(|size| megabytes(size.zip as f64)).unwrap_or_default(),
            median(|sample| sample.memory).map(megabytes).unwrap_or_default(),
            median(|sample| sample.threads).map(|count| format!("{count:.0}")).unwrap_or_default()
        )?;
    }
    Ok(())
}

fn verdicts(text: &mut String, results: &Results, bars: &[Bar]) -> std::fmt::Result {
    writeln!(
        text,
        "\n{:4} {WHAT:44} {:>8} {:>12}  verdict",
        "gate",
        "figure",
        "bar",
        WHAT = "what"
    )?;
    for bar in bars {
        let digits = bar.digits;
        let figure = bar.figure.map(|figure| format!("{figure:.digits$}")).unwrap_or_default();
        let limit = format!("{} {:.digits$}", if bar.below { "<=" } else { ">=" }, bar.bar);
        writeln!(
            text,
            "{:4} {:44} {figure:>8} {limit:>12}  {}",
            bar.gate,
            bar.what,
            bar.verdict()
        )?;
    }
    if let Some((median, believable)) = noise(results) {
        let word = if believable { "can be believed" } else { "are void: run again" };
        writeln!(text, "\nThe same program twice: {median:.2} in cold CPU; the rounds {word}.")?;
    }
    Ok(())
}

/// Everything, for programs.
pub fn json(all: &[Contender], results: &Results, bars: &[Bar]) -> String {
    let contenders: Map<String, Value> =
        all.iter().map(|one| (one.name.to_owned(), contender(one, results))).collect();
    let quota = match &results.quota {
        Some(Err(reason)) => json!(reason),
        _ => Value::Null,
    };
    let report = json!({
        "contenders": contenders,
        "bars": bars.iter().map(Bar::json).collect::<Vec<_>>(),
        "noise": noise(results).map(|(median, believable)| {
            json!({"cold_cpu_ratio": median, "believable": believable})
        }),
        "quota_not_measured": quota,
    });
    format!("{report:#}\n")
}

fn contender(one: &Contender, results: &Results) -> Value {
    let counts = results.instructions.get(one.name);
    let throttled =
        results.quota.as_ref().and_then(|quota| quota.as_ref().ok()?.get(one.name).copied());
    let size = results.sizes.get(one.name);
    json!({
        "title": one.title,
        "instructions": counts.map(|counts| {
            json!({"init": counts.init, "first": counts.first, "warm": counts.warm})
        }),
        "direct": samples(&results.direct, one.name),
        "distant": samples(&results.distant, one.name),
        "first_call_us": throttled.map(|time| {
            json!({"no_quota": time.free, "quota": time.throttled})
        }),
        "bytes": size.map(|size| json!({"program": size.program, "zip": size.zip})),
    })
}

fn samples(rounds: &Rounds, name: &str) -> Value {
    let quartiles =
        |found: Option<Spread>| found.map(|found| json!([found.lower, found.median, found.upper]));
    let figure = |figure: fn(&Sample) -> f64| {
        json!({
            "quartiles": quartiles(spread(rounds, name, figure)),
            "over_r": quartiles(ratio(rounds, name, "batch", figure)),
        })
    };
    json!({
        "init_us": figure(|sample| sample.init),
        "cold_us": figure(Sample::cold),
        "warm_us": figure(|sample| sample.warm),
        "warm_p99_us": figure(|sample| sample.warm_p99),
        "cpu_cold_us": figure(|sample| sample.cpu_cold),
        "cpu_warm_us": figure(|sample| sample.cpu_warm),
        "peak_memory_bytes": figure(|sample| sample.memory),
    })
}
