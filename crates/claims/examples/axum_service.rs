//! An ordinary axum service, on no Lambda, that lets in who has a token of the user pool.
//!
//! ```console
//! $ cargo run -p cognito-claims --features axum,tower,jwks --example axum_service -- \
//!     eu-west-1_AbCdEfGhI 7example23456789
//! ```
//!
//! Without arguments it serves a made-up pool with a key set of its own, and says how to ask it.

use axum::{Router, routing::get};
use cognito_claims::jwks::{Https, OnlineVerifier};
use cognito_claims::jwt::Verifier;
use cognito_claims::tower::{GuardLayer, VerifyLayer};
use cognito_claims::{Claims, Guard, Refusal, UserPool, now};
use tokio::net::TcpListener;

async fn orders(claims: Claims<'static>) -> Result<String, Refusal> {
    Ok(format!("orders of {}\n", claims.org_id()?))
}

/// The ten lines.
fn app(verifier: OnlineVerifier) -> Router {
    let guard = Guard::access_token().any_scope(["orders/read"]);
    Router::new()
        .route("/orders", get(orders))
        .layer(GuardLayer::new(guard, now))
        .layer(VerifyLayer::new(verifier, now))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let verifier = match arguments.as_slice() {
        [pool, client] => online(UserPool::new(pool)?.clients([client]))?,
        [] => {
            let (verifier, token) = demo()?;
            say(&format!("curl -H 'authorization: Bearer {token}' http://{address}/orders"))?;
            verifier
        }
        _ => return Err("expected a user pool id and an app client id, or nothing".into()),
    };
    say(&format!("listening on http://{address}/orders"))?;
    axum::serve(listener, app(verifier)).await?;
    Ok(())
}

fn online(pool: UserPool) -> Result<OnlineVerifier, Box<dyn std::error::Error>> {
    Ok(OnlineVerifier::new(Verifier::access_token().pool(pool), Https::new()?)?)
}

/// A pool whose keys are at hand, and a token of it.
fn demo() -> Result<(OnlineVerifier, String), Box<dyn std::error::Error>> {
    let corpus: serde_json::Value =
        serde_json::from_str(include_str!("../tests/tokens/corpus.json"))?;
    let keys = serde_json::json!({ "keys": corpus.pointer("/pools/0/keys") }).to_string();
    let pool = UserPool::new("eu-west-1_EXAMPLE")?.clients(["1example23456789"]);
    // The token was made for the year 2030; nobody's real verifier has such a leeway.
    let verifier = Verifier::access_token().pool(pool.clone()).leeway(10 * 365 * 24 * 3600);
    let verifier = OnlineVerifier::new(verifier, Https::new()?)?;
    verifier.hydrate(&pool, &keys, now())?;
    let token = corpus.pointer("/cases/0/token").and_then(serde_json::Value::as_str);
    Ok((verifier, token.ok_or("the corpus has no tokens")?.to_owned()))
}

fn say(line: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    writeln!(std::io::stdout(), "{line}")
}
