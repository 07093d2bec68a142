//! The corpus of tokens: signed by foreign libraries, good and broken, each with the answer that it
//! must get. `tests/tokens/aws-jwt-verify.mjs` holds the answers against AWS's own library.

use std::collections::BTreeSet;

use cognito_claims::jwt::{KeySet, PoolKeys, Verifier, VerifyError};
use cognito_claims::{Refusal, UserPool};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Corpus {
    pools: Vec<Pool>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Pool {
    id: String,
    clients: Vec<String>,
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    ours: String,
    #[serde(rename = "use")]
    token_use: String,
    leeway: u64,
    now: u64,
    token: String,
}

fn corpus() -> Corpus {
    serde_json::from_str(include_str!("../tokens/corpus.json")).unwrap()
}

impl Corpus {
    fn keys(&self) -> PoolKeys {
        self.pools.iter().fold(PoolKeys::new(), |all, pool| {
            let keys = KeySet::parse(&json!({ "keys": pool.keys }).to_string()).unwrap();
            all.with(&UserPool::new(&pool.id).unwrap(), keys)
        })
    }

    fn verifier(&self, case: &Case) -> Verifier {
        let verifier = match &*case.token_use {
            "access" => Verifier::access_token(),
            "id" => Verifier::id_token(),
            _ => Verifier::either_token(),
        };
        self.pools.iter().fold(verifier.leeway(case.leeway), |verifier, pool| {
            verifier.pool(UserPool::new(&pool.id).unwrap().clients(&pool.clients))
        })
    }
}

fn code<T>(answer: Result<T, VerifyError>) -> &'static str {
    answer.map_or_else(|error| error.code(), |_| "ok")
}

#[test]
fn each_token_gets_its_answer() {
    let corpus = corpus();
    let keys = corpus.keys();
    let wrong: Vec<String> = corpus
        .cases
        .iter()
        .filter_map(|case| {
            let answer = code(corpus.verifier(case).verify(&case.token, &keys, case.now));
            (answer != case.ours).then(|| format!("{}: {answer}, not {}", case.name, case.ours))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(corpus.cases.len() >= 200);
}

#[test]
fn remembering_changes_no_answer() {
    let corpus = corpus();
    let keys = corpus.keys();
    let verifiers: Vec<(&Case, Verifier)> =
        corpus.cases.iter().map(|case| (case, corpus.verifier(case).cache(8))).collect();
    for (case, verifier) in &verifiers {
        for _ in 0..3 {
            let answer = code(verifier.verify(&case.token, &keys, case.now));
            assert_eq!(answer, case.ours, "{}", case.name);
        }
    }
}

#[test]
fn each_check_of_a_token_is_in_the_corpus() {
    let answers: BTreeSet<String> = corpus().cases.into_iter().map(|case| case.ours).collect();
    let checks = [
        VerifyError::TooLong,
        VerifyError::Malformed,
        VerifyError::Header,
        VerifyError::DuplicateHeader,
        VerifyError::Algorithm,
        VerifyError::HeaderMember,
        VerifyError::NoKeyId,
        VerifyError::Payload,
        VerifyError::DuplicateClaim,
        VerifyError::Issuer,
        VerifyError::UnknownKey,
        VerifyError::Signature,
        VerifyError::TokenUse { expected: "`id`" },
        VerifyError::Client { claim: "aud" },
        VerifyError::Expired,
        VerifyError::NotYetValid,
        VerifyError::IssuedInFuture,
        VerifyError::Claim { claim: "exp", expected: "there" },
    ];
    let mut codes: BTreeSet<String> = checks.iter().map(|error| error.code().to_owned()).collect();
    codes.insert("ok".to_owned());
    assert_eq!(answers, codes);
}

#[test]
fn no_error_and_no_refusal_repeats_the_token() {
    let corpus = corpus();
    let keys = corpus.keys();
    for case in corpus.cases.iter().filter(|case| case.ours != "ok") {
        let error = corpus.verifier(case).verify(&case.token, &keys, case.now).unwrap_err();
        let refusal = Refusal::from(error);
        assert_eq!(refusal.status(), 401, "{}", case.name);
        assert!(refusal.www_authenticate().unwrap().contains("invalid_token"), "{}", case.name);
        let told = format!("{error} {error:?} {refusal:?} {}", refusal.proxy_response());
        for secret in ["ada", "acme", "evil", "eu-west", "1example", "aaaaaaaa"] {
            assert!(!told.contains(secret), "{}: {told}", case.name);
        }
    }
}
