//! Names that others chose, in a command that somebody may paste into a shell.
//!
//! SPEC: POSIX.1-2024, "Shell Command Language", 2.2 Quoting.

use std::borrow::Cow;

use claimsmith_playground::words::cut;

/// A name as one word. What a terminal would obey is replaced before: a shell gets what people see.
pub fn word(name: &str) -> String {
    let name = cut(name, usize::MAX);
    // Nothing but NUL can't be quoted, and there is none any more.
    shlex::try_quote(&name).map(Cow::into_owned).unwrap_or_default()
}

/// An option with its value. One that begins as an option would is tied to its own.
pub fn option(name: &str, value: &str) -> String {
    let tie = if value.starts_with('-') { '=' } else { ' ' };
    format!("{name}{tie}{}", word(value))
}

/// Whether all quotes in a part of a command are closed.
pub fn is_closed(part: &str) -> bool {
    shlex::split(part).is_some()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// They only try to make a file: a test that fails runs them.
    const HOSTILE: [&str; 12] = [
        "a; touch hacked; b ~",
        "$(touch hacked)",
        "`touch hacked`",
        "a' 'b\" \\ !! ^",
        "a\nb",
        "--policy",
        "-x",
        "",
        "~",
        "*",
        "a --b c",
        "\u{1b}[2J\u{9b}\u{0}\u{202e}",
    ];

    #[test]
    fn a_shell_reads_a_hostile_name_as_one_word() {
        let folder = tempfile::tempdir().unwrap();
        for name in HOSTILE {
            let command = format!("printf '<%s>' {} {}", word(name), option("--name", name));
            // Should a name get out of its quotes, it finds nothing that it could harm.
            let output = Command::new("/bin/sh")
                .args(["-c", &command])
                .env_clear()
                .env("HOME", folder.path())
                .current_dir(folder.path())
                .output()
                .unwrap();
            let shown = cut(name, usize::MAX);
            let expected = match name.starts_with('-') {
                true => format!("<{shown}><--name={shown}>"),
                false => format!("<{shown}><--name><{shown}>"),
            };
            assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{command}");
        }
    }

    #[test]
    fn a_plain_name_stays_as_it_is() {
        assert_eq!(option("--function-name", "claims-2_b"), "--function-name claims-2_b");
        assert_eq!(
            word("arn:aws:lambda:eu-west-1:1:function:f"),
            "arn:aws:lambda:eu-west-1:1:function:f"
        );
    }
}
