//! What is in a function's zip, which says what it is; and what is in no zip of a release.
//!
//! Nothing of it is unpacked to a file, and no more of it into memory than its configuration.

use std::io::{self, Cursor, Read};

use zip::result::{ZipError, ZipResult};
use zip::{CompressionMethod, ZipArchive};

use super::program::{self, Architecture};
use crate::status::words;

/// The program, by the name that Lambda starts.
pub const PROGRAM: &str = "bootstrap";
/// The policy that may decide beside the trigger's.
pub const NEXT: &str = "next.toml";

/// The most bytes that Lambda unpacks.
const MOST: u64 = 250 * 1024 * 1024;
/// The most bytes of a configuration: far more than one has.
const MOST_CONFIGURED: u64 = 1_000_000;
/// The most files: a release has two, and this command adds two.
const MOST_FILES: usize = 16;

/// Which function it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Trigger,
    Authorizer,
}

impl Kind {
    const ALL: [Kind; 2] = [Kind::Trigger, Kind::Authorizer];

    /// The word for it, which is also the name of the file that is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Trigger => "trigger",
            Kind::Authorizer => "authorizer",
        }
    }

    /// The file of its configuration.
    pub fn file(self) -> &'static str {
        match self {
            Kind::Trigger => "claims.toml",
            Kind::Authorizer => "authorizer.toml",
        }
    }

    /// The option that its configuration is given with.
    pub fn option(self) -> &'static str {
        match self {
            Kind::Trigger => "--policy",
            Kind::Authorizer => "--authorizer",
        }
    }
}

/// A function.
pub struct Function<'z> {
    pub kind: Kind,
    pub architecture: Architecture,
    /// The configuration in the zip.
    pub configuration: Vec<u8>,
    /// Files that a released function doesn't have.
    pub others: Vec<String>,
    /// The zip, and where in it the program is.
    pub archive: ZipArchive<Cursor<&'z [u8]>>,
    pub program: usize,
}

impl<'z> Function<'z> {
    /// Reads a zip to its end, or says why it is no function of a release.
    pub fn read(zip: &'z [u8]) -> Result<Self, String> {
        let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(told)?;
        let (mut program, mut kinds, mut others) = (None, Vec::new(), Vec::new());
        let mut configuration = Vec::new();
        whole(&mut archive)?;
        let mut left = MOST;
        for at in 0..archive.len() {
            let name = plain(&mut archive, at)?;
            let content = content(&mut archive, at, &name, left)?;
            left = left.saturating_sub(content.length);
            let kind = Kind::ALL.into_iter().find(|kind| kind.file() == name);
            match (name.as_str(), kind) {
                (PROGRAM, _) => program = Some((at, program::architecture(&content.head)?)),
                (NEXT, _) => {}
                (_, None) => others.push(name),
                (_, Some(kind)) if content.length <= MOST_CONFIGURED => {
                    kinds.push(kind);
                    configuration = content.head;
                }
                (_, Some(_)) => return Err(format!("`{name}` in it has more than 1 MB")),
            }
        }
        let (program, architecture) =
            program.ok_or("it has no `bootstrap`, so it is no function")?;
        match kinds.as_slice() {
            [kind] => {
                Ok(Self { kind: *kind, architecture, configuration, others, archive, program })
            }
            [] => Err(
                "it has neither `claims.toml` nor `authorizer.toml`: it is neither trigger nor \
                       authorizer"
                    .to_owned(),
            ),
            _ => Err("it has both `claims.toml` and `authorizer.toml`".to_owned()),
        }
    }
}

/// What is wrong with a zip as a whole.
fn whole(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), String> {
    if archive.has_duplicate_names() {
        return Err("it has two files of one name".to_owned());
    }
    if archive.len() > MOST_FILES {
        return Err(format!(
            "it has more than {MOST_FILES} files, which no function of a release has"
        ));
    }
    if archive.offset() != 0 || archive.has_overlapping_entries().map_err(told)? {
        return Err("its files overlap, or something stands before them".to_owned());
    }
    Ok(())
}

/// The name of a file that is nothing but a file.
fn plain(archive: &mut ZipArchive<Cursor<&[u8]>>, at: usize) -> Result<String, String> {
    let file = archive.by_index_raw(at).map_err(told)?;
    let name =
        std::str::from_utf8(file.name_raw()).map_err(|_| "a name in it is no UTF-8".to_owned())?;
    let whole = name.split('/').all(|part| !["", ".", ".."].contains(&part));
    if !whole || name.contains(['\\', ':']) || name.chars().any(char::is_control) {
        return Err(format!("`{name}` in it is no name below the function's folder"));
    }
    let file_type = file.unix_mode().map_or(0, |mode| mode & 0o170_000);
    // Regular, or of a system that doesn't say.
    if !file.is_file() || ![0, 0o100_000].contains(&file_type) {
        return Err(format!("`{name}` in it is no plain file"));
    }
    if file.encrypted() {
        return Err(format!("`{name}` in it is encrypted"));
    }
    if ![CompressionMethod::Stored, CompressionMethod::Deflated].contains(&file.compression()) {
        return Err(format!("`{name}` in it is packed as no release packs it"));
    }
    Ok(name.to_owned())
}

/// How long a file is, and its first bytes: all of a configuration.
struct Content {
    length: u64,
    head: Vec<u8>,
}

/// Unpacks a file to its end, which compares its checksum; and no more of it than it says it has.
fn content(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    at: usize,
    name: &str,
    left: u64,
) -> Result<Content, String> {
    let of_it = |error: ZipError| format!("`{name}` in it: {}", told(error));
    let mut file = archive.by_index(at).map_err(of_it)?;
    let stated = file.size();
    if stated > left {
        return Err("unpacked it has more than 250 MB, which Lambda doesn't take".to_owned());
    }
    let mut unpack = || -> ZipResult<Content> {
        let mut head = Vec::new();
        let mut file = (&mut file).take(stated + 1);
        (&mut file).take(MOST_CONFIGURED).read_to_end(&mut head)?;
        let rest = io::copy(&mut file, &mut io::sink())?;
        Ok(Content { length: rest + u64::try_from(head.len()).unwrap_or(u64::MAX), head })
    };
    let content = unpack().map_err(of_it)?;
    match content.length == stated {
        true => Ok(content),
        false => Err(format!("`{name}` in it is not as long as it says")),
    }
}

/// What a zip has wrong, without the words that it has itself.
fn told(error: ZipError) -> String {
    match error {
        ZipError::Io(error) => format!("damaged: {}", words(&error)),
        ZipError::InvalidArchive(_) => "no zip, or damaged".to_owned(),
        ZipError::UnsupportedArchive(why) => format!("no zip of a release: {why}"),
        other => format!("no zip of a release: {other}"),
    }
}
