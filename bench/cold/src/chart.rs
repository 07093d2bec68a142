//! The picture for the README: how long from the start of the process to its first answer.
//!
//! Bars on a logarithmic scale would hide the point, so the scale is linear and each bar carries
//! its figure. Colours change with the reader's light or dark scheme. No milliseconds of AWS are
//! claimed: the picture says what was timed.

use std::fmt::Write;

use crate::figures::{Results, Sample, ratio, spread};

const WIDTH: f64 = 760.0;
const LABEL: f64 = 200.0;
const FIGURES: f64 = 150.0;
const ROW: f64 = 34.0;
const TOP: f64 = 74.0;

/// Who is in the picture, in this order.
const ROWS: [(&str, &str); 6] = [
    ("one-record", "Claimsmith, one read"),
    ("shipped", "as shipped, three reads"),
    ("natural", "Rust, SDK defaults"),
    ("node", "Node.js, SDK v3"),
    ("python", "Python, boto3"),
    ("powertools", "Python with Powertools"),
];

/// The picture, if all of it was measured.
pub fn cold_start(results: &Results) -> Option<String> {
    let rows: Vec<Row> =
        ROWS.iter().map(|(name, label)| row(results, name, label)).collect::<Option<_>>()?;
    let longest = rows.iter().map(|row| row.time).fold(0.0, f64::max);
    let times = |name| rows.iter().find(|row| row.name == name).map(|row| row.times);
    let (natural, node, python) = (times("natural")?, times("node")?, times("python")?);
    let height = TOP + ROW * rows.len() as f64 + 62.0;
    let said = format!(
        "In our emulator, same run, our process went from spawn to first answer {natural:.0} times \
         faster than natural Rust, {node:.0} times faster than Node.js and {python:.0} times \
         faster than Python."
    );
    let mut svg = String::new();
    // Writing to a text can't fail.
    let _ = draw(&mut svg, &rows, longest, height, &said);
    Some(svg)
}

struct Row {
    name: &'static str,
    label: &'static str,
    /// Milliseconds.
    time: f64,
    /// Over ours, within a round.
    times: f64,
}

fn row(results: &Results, name: &'static str, label: &'static str) -> Option<Row> {
    let time = spread(&results.direct, name, Sample::cold)?.median / 1000.0;
    let times = ratio(&results.direct, name, "one-record", Sample::cold)?.median;
    Some(Row { name, label, time, times })
}

fn draw(svg: &mut String, rows: &[Row], longest: f64, height: f64, said: &str) -> std::fmt::Result {
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d">
<title id="t">From process start to first answer</title>
<desc id="d">{said}</desc>
<style>
  svg {{ font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; }}
  text {{ fill: #1f2328; }} .quiet {{ fill: #59636e; font-size: 12px; }} .head {{ font-size: 17px; font-weight: 600; }}
  .bar {{ fill: #8c959f; }} .ours {{ fill: #bc4c00; }} .strong {{ font-weight: 600; }}
  @media (prefers-color-scheme: dark) {{
    text {{ fill: #e6edf3; }} .quiet {{ fill: #9198a1; }} .bar {{ fill: #656c76; }} .ours {{ fill: #f0883e; }}
  }}
</style>
<text x="0" y="20" class="head">From process start to first answer</text>
<text x="0" y="42" class="quiet">One sign-in event, one read of a table over TLS, on one machine. Shorter is better.</text>"#
    )?;
    let room = WIDTH - LABEL - FIGURES;
    for (at, row) in rows.iter().enumerate() {
        let y = TOP + ROW * at as f64;
        let wide = (row.time / longest * room).max(2.0);
        let (bar, text) = if at < 2 { ("ours", "strong") } else { ("bar", "plain") };
        let figure = match at {
            0 | 1 => format!("{:.1} ms", row.time),
            _ => format!("{:.0} ms, {:.0} times", row.time, row.times),
        };
        writeln!(
            svg,
            r#"<text x="{x}" y="{base}" text-anchor="end" class="{text}">{}</text>
<rect x="{LABEL}" y="{y}" width="{wide:.1}" height="20" rx="2" class="{bar}"/>
<text x="{end:.1}" y="{base}" class="{text}">{figure}</text>"#,
            row.label,
            x = LABEL - 10.0,
            base = y + 15.0,
            end = LABEL + wide + 8.0
        )?;
    }
    let below = TOP + ROW * rows.len() as f64 + 16.0;
    writeln!(
        svg,
        r#"<text x="0" y="{below}" class="quiet">In our emulator, same run, medians, file in the page cache. It is not the cold start of AWS Lambda,</text>
<text x="0" y="{}" class="quiet">which also makes the sandbox and fetches the code. Run it yourself: bench/cold/run</text>
</svg>"#,
        below + 18.0
    )
}
