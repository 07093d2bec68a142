//! Zips that nobody released: each is refused in one line, and none harms.

use std::io::{Cursor, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::refused::refused;
use super::{TRIGGER, desk, hex, pack, program, read};
use crate::command::stderr;

const POLICY: &[u8] = b"version = 1\n";

/// A zip of these files.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Writes over bytes, wherever these are.
fn patched(mut zip: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> =
        (0..zip.len() - from.len()).filter(|at| zip[*at..].starts_with(from)).collect();
    assert!(!places.is_empty());
    for at in places {
        zip[at..at + to.len()].copy_from_slice(to);
    }
    zip
}

/// Writes over some bytes of each entry, by their places in the local and in the central header.
fn headers(mut zip: Vec<u8>, local: usize, central: usize, to: &[u8]) -> Vec<u8> {
    for (mark, offset) in [(b"PK\x03\x04", local), (b"PK\x01\x02", central)] {
        let places: Vec<usize> =
            (0..zip.len() - 4).filter(|at| zip[*at..].starts_with(mark)).collect();
        for at in places {
            zip[at + offset..at + offset + to.len()].copy_from_slice(to);
        }
    }
    zip
}

/// Refused, though its sum is the stated one.
fn hostile(folder: &Path, zip: &[u8], why: &str) {
    std::fs::write(folder.join("bad.zip"), zip).unwrap();
    let sum = hex(zip);
    refused(folder, &["--policy", "claims.toml", "--function", "bad.zip", "--sha256", &sum], why);
}

#[test]
fn what_no_release_packs() {
    let desk = desk();
    let elf = program(0xb7);
    let good = [("bootstrap", elf.as_slice()), ("claims.toml", POLICY)];
    let more = |name, content| zip(&[&good[..], &[(name, content)]].concat());
    for (name, why) in [
        ("../x", "no name below the function's folder"),
        ("/etc/passwd", "no name below the function's folder"),
        ("a/../../x", "no name below the function's folder"),
        ("a\\x", "no name below the function's folder"),
        ("c:x", "no name below the function's folder"),
        ("a\u{1b}[2J", "no name below the function's folder"),
        ("lib/libc.so", "it has `lib/libc.so`, which no function of a release has"),
        ("authorizer.toml", "it has both"),
    ] {
        hostile(desk.path(), &more(name, POLICY), why);
    }
    hostile(desk.path(), &zip(&good[1..]), "it has no `bootstrap`");
    hostile(desk.path(), &zip(&good[..1]), "it has neither `claims.toml` nor `authorizer.toml`");
    hostile(desk.path(), b"", "no zip, or damaged");
    hostile(desk.path(), b"#!/bin/sh\n", "no zip, or damaged");
    for (content, why) in [
        (&b"#!/bin/sh\necho hello world, this is no ELF"[..], "is no Linux program"),
        (b"", "is no Linux program"),
        (&program(0x28), "is for no architecture of Lambda"),
    ] {
        hostile(desk.path(), &zip(&[("bootstrap", content), good[1]]), why);
    }
    let large = vec![b'#'; 1_000_001];
    hostile(desk.path(), &zip(&[good[0], ("claims.toml", &large)]), "has more than 1 MB");
    let names: Vec<String> = (0..20).map(|number| format!("f{number}")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), POLICY)).collect();
    hostile(desk.path(), &zip(&[&good[..], &many].concat()), "more than 16 files");
}

#[test]
fn headers_that_lie() {
    let desk = desk();
    let elf = program(0xb7);
    let good = zip(&[("bootstrap", &elf), ("claims.toml", POLICY)]);
    let twice = zip(&[("bootstrap", &elf), ("claims.toml", POLICY), ("claimz.toml", POLICY)]);
    hostile(desk.path(), &patched(twice, b"claimz", b"claims"), "two files of one name");
    // Encrypted, by the first flag.
    hostile(desk.path(), &headers(good.clone(), 6, 8, &[1]), "encrypted");
    // Packed by bzip2.
    hostile(desk.path(), &headers(good.clone(), 8, 10, &[12]), "packed as no release packs it");
    // Of more bytes than Lambda takes, and of fewer than it unpacks to.
    hostile(desk.path(), &headers(good.clone(), 22, 24, &[0, 0, 0, 0x20]), "more than 250 MB");
    hostile(
        desk.path(),
        &headers(good.clone(), 22, 24, &[9, 0, 0, 0]),
        "`bootstrap` in it: damaged",
    );
    hostile(desk.path(), &headers(good.clone(), 22, 24, &[0, 0, 1, 0]), "not as long as it says");
    // Another checksum.
    hostile(desk.path(), &headers(good.clone(), 14, 16, &[1, 2, 3, 4]), "damaged");
    let before = [b"PK, or so".as_slice(), &good].concat();
    hostile(desk.path(), &before, "something stands before them");
    for mode in [0o120_777_u32, 0o020_644, 0o040_755] {
        let mut linked = good.clone();
        let at = (0..linked.len()).rfind(|at| linked[*at..].starts_with(b"PK\x01\x02")).unwrap();
        linked[at + 38..at + 42].copy_from_slice(&(mode << 16).to_le_bytes());
        hostile(desk.path(), &linked, "`claims.toml` in it is no plain file");
    }
}

/// Two entries of one place: many files from few bytes.
#[test]
fn files_that_overlap() {
    let desk = desk();
    let elf = program(0xb7);
    let mut good = zip(&[("bootstrap", &elf), ("claims.toml", POLICY), ("cxaims.toml", POLICY)]);
    let entries: Vec<usize> =
        (0..good.len()).filter(|at| good[*at..].starts_with(b"PK\x01\x02")).collect();
    let place = good[entries[1] + 42..entries[1] + 46].to_owned();
    good[entries[2] + 42..entries[2] + 46].copy_from_slice(&place);
    hostile(desk.path(), &good, "overlap");
}

/// A few hundred zips with bytes that are others, more or missing: refused or packed, never more.
#[test]
fn no_damage_makes_it_panic() {
    let desk = desk();
    let good = read(desk.path(), TRIGGER);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    let marks: Vec<usize> =
        (0..good.len() - 4).filter(|at| good[*at..].starts_with(b"PK")).collect();
    for round in 0..250 {
        let mut zip = good.clone();
        for _ in 0..=random(3) {
            // Mostly in the headers, where the lies are.
            let near = marks[random(marks.len())] + random(60);
            let at = if random(5) == 0 { random(zip.len()) } else { near }.min(zip.len() - 5);
            match random(4) {
                0 => zip[at] ^= 1 << random(8),
                1 => zip[at..at + 4].copy_from_slice(&[0xff; 4]),
                2 => zip[at..at + 2].copy_from_slice(&[0; 2]),
                _ => drop(zip.drain(at..at + 1 + random(4))),
            }
        }
        std::fs::write(desk.path().join("bad.zip"), &zip).unwrap();
        let sum = hex(&zip);
        let arguments = ["--policy", "claims.toml", "--function", "bad.zip", "--sha256", &sum];
        let output = pack(desk.path(), &arguments);
        assert!(matches!(output.status.code(), Some(0 | 2)), "{round}: {}", stderr(&output));
        let lines = usize::from(output.status.code() == Some(2));
        assert_eq!(stderr(&output).lines().count(), lines, "{round}: {}", stderr(&output));
    }
}
