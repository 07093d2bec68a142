//! What goes back to Cognito: what was decided, or in report mode the event as it came.

use std::borrow::Cow;

use crate::Decided;
use crate::event::EventError;
use crate::outcome::Refusal;

/// What goes back to Cognito.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// What was decided.
    #[default]
    Decide,
    /// The event as it came, whatever was decided: Cognito issues what it would issue without a
    /// trigger, and nobody is refused.
    Report,
}

impl Mode {
    /// What goes back for an event, about which this was decided.
    ///
    /// # Errors
    /// A refusal, or the text is no event. Never in report mode.
    pub fn answer<'e>(
        self,
        event: &'e str,
        decided: Result<Decided<'_>, EventError>,
    ) -> Result<Cow<'e, str>, Refusal> {
        match (self, decided) {
            (Mode::Report, _) => Ok(Cow::Borrowed(event)),
            (Mode::Decide, Ok(decided)) => decided.into_answer().map(Cow::Owned),
            (Mode::Decide, Err(error)) => Err(Refusal::unreadable(&error.to_string())),
        }
    }
}
