//! Events from files, folders and standard input, one at a time.
//!
//! A file is read as a stream, so that any number of events takes the memory of one.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;

use crate::status::{Failure, words};
use crate::terminal::{cut, file};

/// The text of an event, or why there is none, and its name.
pub struct Input {
    /// The file, and the event's number if it isn't the first in it.
    pub name: String,
    /// The event's JSON text.
    pub text: Result<String, String>,
}

impl Input {
    /// The name for a terminal, without control characters.
    pub fn shown(&self) -> String {
        cut(&self.name, usize::MAX)
    }
}

/// All events of the arguments, in order.
pub struct Inputs {
    made: Option<Input>,
    files: VecDeque<PathBuf>,
    open: Option<Open>,
    /// How many files there are.
    pub file_count: usize,
}

struct Open {
    name: String,
    count: usize,
    stream: serde_json::StreamDeserializer<
        'static,
        serde_json::de::IoRead<Box<dyn Read>>,
        Box<RawValue>,
    >,
}

impl Inputs {
    /// Finds the files. A folder stands for the files in it and below it, sorted by name.
    pub fn find(arguments: &[PathBuf]) -> Result<Self, Failure> {
        let mut files = VecDeque::new();
        for argument in arguments {
            if argument.is_dir() {
                let before = files.len();
                collect(argument, &mut files)?;
                if files.len() == before {
                    let problem = "no *.json or *.jsonl file in this folder";
                    return Err(Failure::Input(format!("{}: {problem}", file(argument))));
                }
            } else {
                // A mistyped name should be reported now, and not after an hour of other events.
                if argument != Path::new("-") {
                    std::fs::metadata(argument).map_err(|error| {
                        Failure::Input(format!("{}: {}", file(argument), words(&error)))
                    })?;
                }
                files.push_back(argument.clone());
            }
        }
        Ok(Self { made: None, file_count: files.len(), files, open: None })
    }

    /// An event that stands in no file.
    pub fn made(name: String, text: String) -> Self {
        let made = Some(Input { name, text: Ok(text) });
        Self { made, files: VecDeque::new(), open: None, file_count: 1 }
    }

    fn open(path: &Path) -> Result<Open, String> {
        let (name, source): (_, Box<dyn Read>) = if path == Path::new("-") {
            ("standard input".to_owned(), Box::new(io::stdin()))
        } else {
            let file = File::open(path).map_err(|error| words(&error))?;
            (path.display().to_string(), Box::new(file))
        };
        let mut source = BufReader::with_capacity(64 * 1024, source);
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        if source.fill_buf().map_err(|error| words(&error))?.starts_with(BYTE_ORDER_MARK) {
            source.consume(BYTE_ORDER_MARK.len());
        }
        let source: Box<dyn Read> = Box::new(source);
        let stream = serde_json::Deserializer::from_reader(source).into_iter();
        Ok(Open { name, count: 0, stream })
    }
}

impl Iterator for Inputs {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        if let Some(made) = self.made.take() {
            return Some(made);
        }
        loop {
            let Some(open) = &mut self.open else {
                let path = self.files.pop_front()?;
                match Self::open(&path) {
                    Ok(open) => self.open = Some(open),
                    Err(problem) => {
                        return Some(Input {
                            name: path.display().to_string(),
                            text: Err(problem),
                        });
                    }
                }
                continue;
            };
            let next = open.stream.next();
            open.count += 1;
            let name = match open.count {
                1 => open.name.clone(),
                count => format!("{} #{count}", open.name),
            };
            match next {
                Some(Ok(event)) => return Some(Input { name, text: Ok(event.get().to_owned()) }),
                // Where the next event begins can't be known, so the file ends here.
                Some(Err(error)) => {
                    self.open = None;
                    let problem =
                        format!("$: not JSON (line {}, column {})", error.line(), error.column());
                    return Some(Input { name, text: Err(problem) });
                }
                None => {
                    let empty = open.count == 1;
                    self.open = None;
                    if empty {
                        return Some(Input { name, text: Err("$: no event in it".to_owned()) });
                    }
                }
            }
        }
    }
}

fn collect(folder: &Path, files: &mut VecDeque<PathBuf>) -> Result<(), Failure> {
    let wrong = |error| Failure::Input(format!("{}: {}", file(folder), words(&error)));
    let mut entries = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>())
        .map_err(wrong)?;
    entries.sort();
    for entry in entries {
        let extension = entry.extension().and_then(|extension| extension.to_str());
        if entry.is_dir() {
            // A link leads to events that are found elsewhere, or to the folder itself.
            if !entry.is_symlink() {
                collect(&entry, files)?;
            }
        } else if matches!(extension, Some("json" | "jsonl")) {
            files.push_back(entry);
        }
    }
    Ok(())
}
