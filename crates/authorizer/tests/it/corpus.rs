//! The reader's corpus of tokens, good and broken, signed by foreign libraries: shown at every door.

use crate::support::*;
use claimsmith_authorizer::Authorizer;
use claimsmith_authorizer::denial::{Denial, Effect};
use claimsmith_authorizer::revocation::NoRevocations;
use claimsmith_authorizer::verify::Pools;
use serde_json::{Value, json};

const CORPUS: &str = include_str!("../../../claims/tests/tokens/corpus.json");

/// An authorizer with the corpus's pools and keys, which never fetches: its keys are nowhere.
fn corpus_authorizer(
    corpus: &Value,
    token_use: &str,
    now: u64,
) -> Authorizer<Pools, NoRevocations> {
    let pools: Vec<String> = corpus["pools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pool| {
            let (id, clients) = (&pool["id"], &pool["clients"]);
            format!(
                "[pools.{}]\nuser_pool = {id}\nclients = {clients}\ntoken_use = \"{token_use}\"\n\
                 key_set = \"http://127.0.0.1:9/none\"\n",
                id.as_str().unwrap()
            )
        })
        .collect();
    let configuration = parse(&format!("version = 1\n{}[appsync]\n", pools.concat()));
    let verifier = Pools::new(&configuration.pools).unwrap();
    for (pool, written) in configuration.pools.iter().zip(corpus["pools"].as_array().unwrap()) {
        let keys = json!({ "keys": written["keys"] }).to_string();
        verifier.start_with(pool, &keys, now).unwrap();
    }
    Authorizer { configuration, verifier, revocations: NoRevocations }
}

#[test]
fn each_token_gets_its_answer_at_every_door() {
    let corpus: Value = serde_json::from_str(CORPUS).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let requests: Vec<Value> =
        files("tests/requests").iter().map(|(name, _)| request(name)).collect();
    let (mut allowed, mut refused) = (0, 0);
    for token_use in ["access", "id"] {
        let cases = corpus["cases"].as_array().unwrap().iter();
        for case in cases.filter(|case| case["use"] == token_use && case["leeway"] == 0) {
            // Blanks around a header's value are none of the value (RFC 9110 section 5.5).
            if case["token"].as_str().is_some_and(|token| token.trim_matches(' ') != token) {
                continue;
            }
            let (name, now) = (&case["name"], case["now"].as_u64().unwrap());
            let authorizer = corpus_authorizer(&corpus, token_use, now);
            for request in &requests {
                let event = with_token(request, case["token"].as_str().unwrap());
                let outcome = runtime.block_on(authorizer.authorize(&event, now));
                let is_allowed = outcome.line.outcome == Effect::Allow;
                match case["ours"].as_str().unwrap() {
                    // A good token may be neither a user's nor a client's.
                    "ok" if is_allowed => allowed += 1,
                    "ok" => assert_eq!(outcome.line.reason, Some(Denial::Identity), "{name}"),
                    _ => {
                        refused += 1;
                        assert!(!is_allowed, "{name}: {outcome:?}");
                        match outcome.answer {
                            Ok(answer) => assert_eq!(answer["isAuthorized"], false, "{name}"),
                            Err(denial) if denial.effect() == Effect::Unauthorized => {}
                            // Nobody can fetch the key that the token names.
                            Err(fault) => {
                                assert_eq!(fault, Denial::KeysUnavailable, "{name}");
                                assert_eq!(case["ours"], "unknown_key", "{name}");
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(allowed > 50 && refused > 1000, "{allowed} allowed, {refused} refused");
}
