//! SHA-256 sums: those of files, and the one that a release states of a zip.

use std::fs;
use std::io::Read;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::status::{Failure, words};
use crate::terminal;

/// The list of sums that a release has.
const LIST: &str = "SHA256SUMS";

/// The most bytes of that list: far more than a release makes.
const MOST_LISTED: u64 = 1_000_000;

/// The most bytes of a zip: what Lambda takes without a bucket.
const MOST: u64 = 50 * 1024 * 1024;

/// A sum.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sum([u8; 32]);

impl Sum {
    /// That of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// From 64 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, String> {
        let digits: Option<Vec<u8>> = text
            .chars()
            .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        let pairs = digits.as_deref().unwrap_or_default().chunks_exact(2);
        let bytes: Vec<u8> =
            pairs.map(|pair| pair.iter().fold(0, |byte, it| byte << 4 | it)).collect();
        match <[u8; 32]>::try_from(bytes) {
            Ok(bytes) if text.len() == 64 => Ok(Self(bytes)),
            _ => Err("a SHA-256 sum has 64 hexadecimal digits".to_owned()),
        }
    }

    /// As `sha256sum` writes it.
    pub fn hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// As Terraform's `source_code_hash` and AWS's `CodeSha256` have it.
    pub fn base64(self) -> String {
        STANDARD.encode(self.0)
    }
}

/// The bytes of a zip whose sum is the stated one: the given sum, or that of `SHA256SUMS` beside it.
pub fn verified(zip: &Path, given: Option<Sum>) -> Result<Vec<u8>, Failure> {
    let bad = |problem: &str| Failure::Input(format!("{}: {problem}", terminal::file(zip)));
    let bytes = read(zip, MOST)?.ok_or_else(|| bad("more than 50 MB, which no function has"))?;
    let (stated, by) = match given {
        Some(sum) => (vec![sum], "--sha256"),
        None => (listed(zip)?, LIST),
    };
    if stated.is_empty() {
        return Err(bad(
            "nothing states its sum: put SHA256SUMS of the release beside it, or give --sha256",
        ));
    }
    // A list that says two things of one file is right about neither.
    if stated.iter().any(|sum| *sum != Sum::of(&bytes)) {
        return Err(bad(&format!("its sum is not the one of {by}: don't use it")));
    }
    Ok(bytes)
}

/// What `SHA256SUMS` beside a file states of it; nothing if there is none, or if it doesn't name the
/// file.
fn listed(zip: &Path) -> Result<Vec<Sum>, Failure> {
    let list = zip.with_file_name(LIST);
    let bad = |problem: &str| Failure::Input(format!("{}: {problem}", terminal::file(&list)));
    if !list.exists() {
        return Ok(Vec::new());
    }
    let bytes = read(&list, MOST_LISTED)?.ok_or_else(|| bad("more than 1 MB"))?;
    let text = String::from_utf8_lossy(&bytes);
    let name = zip.file_name().and_then(|name| name.to_str());
    let sums = text.lines().filter_map(|line| {
        let (sum, file) = line.split_once(' ')?;
        // Behind the blank stands how it was read: as text or as binary.
        let file = file.strip_prefix([' ', '*'])?;
        (Some(file) == name).then(|| Sum::parse(sum))
    });
    sums.collect::<Result<_, _>>().map_err(|problem| bad(&problem))
}

/// A file's bytes, unless there are more than that.
fn read(path: &Path, most: u64) -> Result<Option<Vec<u8>>, Failure> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path);
    let read = file.and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    read.map_err(|error| Failure::Input(format!("{}: {}", terminal::file(path), words(&error))))?;
    Ok(u64::try_from(bytes.len()).is_ok_and(|length| length <= most).then_some(bytes))
}
