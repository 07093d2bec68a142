//! Verifies a token with keys that are at hand: no network, no async.
//!
//! ```console
//! $ cargo run -p cognito-claims --features jwt --example verify_token -- \
//!     eu-west-1_AbCdEfGhI 7example23456789 jwks.json < token
//! ```
//!
//! Without arguments it takes a made-up pool and a token of its own.

use std::io::{Write as _, read_to_string, stdin, stdout};

use cognito_claims::jwt::{KeySet, PoolKeys, Verifier};
use cognito_claims::{UserPool, now};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (pool, keys, token, at) = match arguments.as_slice() {
        [pool, client, file] => (
            UserPool::new(pool)?.clients([client]),
            std::fs::read_to_string(file)?,
            read_to_string(stdin())?,
            now(),
        ),
        [] => (
            UserPool::new("us-east-2_SECOND")?.clients(["3example45678901"]),
            include_str!("../tests/tokens/one-key.json").to_owned(),
            include_str!("../tests/tokens/one-token.txt").to_owned(),
            1_900_000_100,
        ),
        _ => return Err("expected a user pool id, an app client id and a key set".into()),
    };
    let keys = PoolKeys::new().with(&pool, KeySet::parse(&keys)?);
    let claims = Verifier::access_token().pool(pool).verify(token.trim(), &keys, at)?;
    writeln!(stdout(), "{claims:?} of {:?}", claims.identity()?)?;
    Ok(())
}
