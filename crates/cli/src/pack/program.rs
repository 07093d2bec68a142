//! What the program of a function is built for: the head of its ELF file.

use std::fmt;

/// An architecture of Lambda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    Arm64,
    X86_64,
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Architecture::Arm64 => "arm64",
            Architecture::X86_64 => "x86_64",
        })
    }
}

/// `e_ident` of a program of 64 bits, little endian.
const IDENTITY: [u8; 6] = [0x7f, b'E', b'L', b'F', 2, 1];
/// Where `e_type` and `e_machine` stand.
const TYPE: std::ops::Range<usize> = 16..20;

/// For which architecture it is, by the first bytes of its file.
pub fn architecture(head: &[u8]) -> Result<Architecture, String> {
    let wrong = "`bootstrap` in it is no Linux program";
    let kind = head.get(TYPE).filter(|_| head.starts_with(&IDENTITY)).ok_or(wrong)?;
    match kind {
        // Executables, at a fixed place or at any.
        [2 | 3, 0, 0xb7, 0] => Ok(Architecture::Arm64),
        [2 | 3, 0, 0x3e, 0] => Ok(Architecture::X86_64),
        [2 | 3, 0, ..] => Err("`bootstrap` in it is for no architecture of Lambda".to_owned()),
        _ => Err(wrong.to_owned()),
    }
}
