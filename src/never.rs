//! What a user pool never does, as its policy says.

/// What a pool never does, so that what comes of it is in none of its tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Never {
    /// Sign-ins with a nonce.
    pub nonce: bool,
    /// Hashes of access tokens in ID tokens.
    pub at_hash: bool,
    /// Levels and methods of authentication.
    pub acr: bool,
    /// Devices that are remembered.
    pub device_key: bool,
    /// Access tokens bound to a resource (RFC 8707).
    pub resource: bool,
    /// Token exchange (RFC 8693).
    pub exchange: bool,
}

/// What one word of a policy says.
pub type Said = fn(&mut Never) -> &mut bool;

impl Never {
    /// The words of a policy, and what each says.
    pub const WORDS: [(&'static str, Said); 6] = [
        ("nonce", |never| &mut never.nonce),
        ("at_hash", |never| &mut never.at_hash),
        ("acr", |never| &mut never.acr),
        ("device_key", |never| &mut never.device_key),
        ("resource", |never| &mut never.resource),
        ("exchange", |never| &mut never.exchange),
    ];

    /// The words that are said.
    pub fn words(mut self) -> Vec<&'static str> {
        let mut is_said = |said: Said| *said(&mut self);
        Self::WORDS.into_iter().filter(|(_, said)| is_said(*said)).map(|(word, _)| word).collect()
    }
}
