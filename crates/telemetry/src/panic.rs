//! A panic, told without its text.

use std::panic::{PanicHookInfo, set_hook};

/// From now on a panic is one line with its place in the source: its text may hold whatever the
/// code had in hand.
pub(crate) fn tell_without_values() {
    set_hook(Box::new(|panic: &PanicHookInfo<'_>| {
        let place = panic.location();
        let (file, line) = place.map_or(("", 0), |place| (place.file(), place.line()));
        let at = format!("{}:{line}", crate::lines::within_crate(file));
        tracing::error!(target: "claimsmith", at, "panicked");
    }));
}
