//! Why a file can't be read.

use std::io;

/// What an error of the machine says, in words alone: no number tells anybody what is missing.
pub fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "this user has no right to it".to_owned(),
        io::ErrorKind::IsADirectory => "this is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "there is a file where a folder should be".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error ").next().unwrap_or_default().to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_has_a_number() {
        for code in 1..=133 {
            let words = in_words(&io::Error::from_raw_os_error(code));
            assert!(!words.is_empty() && !words.contains("os error"), "{code}: {words}");
        }
        let missing = io::Error::from(io::ErrorKind::NotFound);
        assert_eq!(in_words(&missing), "there is no such file or folder");
    }
}
