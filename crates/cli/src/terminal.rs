//! What a terminal shows, and what it must not be told.

use std::io::{self, IsTerminal, StderrLock, StdoutLock, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};

use crate::environment::variable;
pub use claimsmith_playground::words::{count, count_many, cut, number, plain, shown};

use crate::safe::{Orders, Safe};

/// Emphasis for the words that a tired person looks for first.
pub const BOLD: Style = Style::new().bold();
/// What matters less.
pub const DIM: Style = Style::new().dimmed();
/// Good news.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Something to look at.
pub const NOTICE: Style = AnsiColor::Yellow.on_default();
/// Bad news.
pub const BAD: Style = AnsiColor::Red.on_default().bold();

/// The least and the most columns that a report takes.
const WIDTHS: std::ops::RangeInclusive<usize> = 72..=160;
/// Columns where there is no width: in a pipe or a file.
const PIPE_WIDTH: usize = 100;

/// Work that takes less shows no progress.
const UNSEEN: Duration = Duration::from_secs(1);
/// How long a line of progress stands before the next one.
const STANDS: Duration = Duration::from_millis(100);

/// Who reads the output.
#[derive(Clone, Copy)]
pub enum Reader {
    /// Colours on a terminal, none in a pipe or under `NO_COLOR`, unless `--color` says otherwise.
    Person,
    /// Byte for byte: what takes colours out would take a control character out of a value, too.
    Machine,
}

impl Reader {
    /// A machine if this is so, otherwise a person.
    pub fn machine_if(machine: bool) -> Self {
        if machine { Reader::Machine } else { Reader::Person }
    }
}

/// Standard output.
pub fn stdout(reader: Reader) -> Safe<AutoStream<StdoutLock<'static>>> {
    let stdout = io::stdout().lock();
    match reader {
        Reader::Person => Safe::new(AutoStream::auto(stdout), Orders::Replaced),
        Reader::Machine => {
            let orders = if stdout.is_terminal() { Orders::Escaped } else { Orders::Kept };
            Safe::new(AutoStream::always_ansi(stdout), orders)
        }
    }
}

/// Standard error, for what has colours.
pub fn stderr() -> Safe<AutoStream<StderrLock<'static>>> {
    Safe::new(AutoStream::auto(io::stderr().lock()), Orders::Replaced)
}

/// A line on standard error, where it is in the way of no output.
pub fn tell(line: &str) {
    // If not even this can be written, the exit status still tells.
    let _ = writeln!(io::stderr().lock(), "{}", plain(line));
}

/// The name of a file on one line.
pub fn file(path: &Path) -> String {
    cut(&path.to_string_lossy(), usize::MAX)
}

/// Columns of the terminal, or what `COLUMNS` says where there is none, within reason.
pub fn width() -> usize {
    terminal_size::terminal_size()
        .map(|(width, _)| usize::from(width.0))
        .or_else(|| variable("COLUMNS")?.parse().ok())
        .unwrap_or(PIPE_WIDTH)
        .clamp(*WIDTHS.start(), *WIDTHS.end())
}

/// Lines of at most `width` columns, broken between words. A longer word has a line of its own.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in cut(text, usize::MAX).split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A line about work that goes on, on standard error: shown on a terminal once the work takes a
/// second, and never in a pipe.
pub struct Progress {
    /// Whether it would be seen.
    seen: bool,
    since: Instant,
    drawn: Option<Instant>,
    /// Letters that stand there.
    stands: usize,
}

impl Progress {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { seen: io::stderr().is_terminal(), since: now(), drawn: None, stands: 0 }
    }

    /// Shows how far the work is, unless it was shown a moment ago. `line` is told how long the
    /// work takes so far.
    pub fn show(&mut self, line: impl FnOnce(Duration) -> String) {
        if !self.seen {
            return;
        }
        let now = now();
        let took = now.duration_since(self.since);
        let stands = self.drawn.is_some_and(|drawn| now.duration_since(drawn) < STANDS);
        if took < UNSEEN || stands {
            return;
        }
        self.drawn = Some(now);
        // The last column stays free, or some terminals begin a new line.
        let line = cut(&line(took), width().saturating_sub(1));
        self.write(&line);
    }

    /// Takes the line away, at the end or before something else is written.
    pub fn clear(&mut self) {
        if self.stands > 0 {
            self.write("");
        }
    }

    /// Writes over what stands there. Blanks do it on every terminal.
    fn write(&mut self, line: &str) {
        let letters = line.chars().count();
        let blanks = self.stands.saturating_sub(letters);
        let back = if line.is_empty() { "\r" } else { "" };
        let mut stderr = io::stderr().lock();
        // The work goes on whether or not its progress can be shown.
        let _ = write!(stderr, "\r{line}{:blanks$}{back}", "").and_then(|()| stderr.flush());
        self.stands = letters;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a person waits is no decision")]
fn now() -> Instant {
    Instant::now()
}
