//! A pool with several places of keys: both issuers, and a replica in another region.

use std::collections::BTreeMap;

use super::*;
use http::Uri;

const ORIGINAL: &str = "cognito-idp.eu-west-1.amazonaws.com";
const UPDATED: &str = "issuer-cognito-idp.eu-west-1.amazonaws.com";
const REPLICA: &str = "cognito-idp.us-west-2.amazonaws.com";

/// AWS's hosts, as servers on loopback.
#[derive(Clone)]
struct Hosts {
    servers: Arc<BTreeMap<&'static str, Server>>,
    https: Https,
}

impl Transport for Hosts {
    async fn fetch(&self, address: &Uri, largest: usize) -> Result<Vec<u8>, FetchError> {
        assert!(address.path().starts_with("/eu-west-1_EXAMPLE/.well-known/"), "{address}");
        let server = address.host().and_then(|host| self.servers.get(host)).ok_or(FetchError)?;
        self.https.fetch(&server.url().parse().unwrap(), largest).await
    }
}

fn hosts(original: Conduct, updated: Conduct, replica: Conduct) -> Hosts {
    let conducts = [(ORIGINAL, original), (UPDATED, updated), (REPLICA, replica)];
    let servers = conducts.map(|(host, conduct)| (host, Server::start(conduct)));
    Hosts { servers: Arc::new(servers.into()), https: Https::new().unwrap() }
}

fn verifier(hosts: &Hosts) -> OnlineVerifier<Hosts> {
    let pool = pool().regions(["us-west-2"]).unwrap();
    let verifier = Verifier::access_token().pool(pool).cache(10);
    OnlineVerifier::new(verifier, hosts.clone()).unwrap().key_refresh(refresh())
}

fn asked(hosts: &Hosts) -> [usize; 3] {
    [ORIGINAL, UPDATED, REPLICA].map(|host| hosts.servers[host].asked())
}

fn forbidden() -> Conduct {
    Conduct::Say(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n".to_vec())
}

fn of_the_updated_issuer() -> &'static str {
    token("good: the updated issuer")
}

fn of_the_replica() -> &'static str {
    token("claim: iss of a replica in another region")
}

#[test]
fn each_issuer_is_asked_for_its_own_keys() {
    let serve = || Conduct::Serve(keys(&[0]));
    let hosts = hosts(serve(), serve(), serve());
    let verifier = verifier(&hosts);
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        assert_eq!(asked(&hosts), [1, 0, 0]);
        assert_eq!(ask(&verifier, of_the_updated_issuer(), NOW).await, "ok");
        assert_eq!(asked(&hosts), [1, 1, 0]);
        assert_eq!(ask(&verifier, of_the_replica(), NOW).await, "ok");
        assert_eq!(asked(&hosts), [1, 1, 1]);
        for token in [&*first(), of_the_updated_issuer(), of_the_replica()] {
            assert_eq!(ask(&verifier, token, NOW).await, "ok");
            assert!(verifier.verify_at_hand(token, NOW).is_ok());
        }
    });
    assert_eq!(asked(&hosts), [1, 1, 1]);
}

#[test]
fn in_an_outage_the_others_are_asked() {
    for away in [Conduct::Hang, forbidden(), Conduct::Say(Vec::new())] {
        let hosts = hosts(away.clone(), away.clone(), Conduct::Serve(keys(&[0])));
        let verifier = verifier(&hosts);
        let started = Instant::now();
        assert_eq!(block_on(ask(&verifier, &first(), NOW)), "ok");
        // The first place has 300 milliseconds, and the two others together as many.
        assert!(started.elapsed() < Duration::from_millis(1200), "{:?}", started.elapsed());
        assert_eq!(asked(&hosts), [1, 1, 1]);
        // While the first ones are left alone, nobody waits for them.
        for second in 0..2 {
            assert_eq!(block_on(ask(&verifier, &first(), NOW + second)), "ok");
        }
        assert_eq!(asked(&hosts), [1, 1, 1]);
    }
}

#[test]
fn places_may_have_different_keys() {
    let hosts = hosts(Conduct::Serve(keys(&[1])), forbidden(), Conduct::Serve(keys(&[0])));
    let verifier = verifier(&hosts);
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        assert_eq!(ask(&verifier, &next(), NOW).await, "ok");
        assert_eq!(ask(&verifier, &first(), NOW + 1).await, "ok");
        assert!(verifier.verify_at_hand(&first(), NOW + 1).is_ok());
        assert!(verifier.verify_at_hand(&next(), NOW + 1).is_ok());
    });
    assert_eq!(asked(&hosts), [1, 1, 1]);
}

#[test]
fn made_up_tokens_make_no_flood_anywhere() {
    let serve = || Conduct::Serve(keys(&[0]));
    let hosts = hosts(serve(), forbidden(), serve());
    let verifier = verifier(&hosts);
    block_on(async {
        for _ in 0..50 {
            // Its own place says for certain that there is no such key.
            assert_eq!(ask(&verifier, &made_up(), NOW).await, "unknown_key");
        }
    });
    assert_eq!(asked(&hosts), [1, 1, 1]);
}

#[test]
fn while_the_own_place_is_away_an_unknown_key_is_not_certain() {
    let hosts = hosts(forbidden(), forbidden(), Conduct::Serve(keys(&[0])));
    assert_eq!(block_on(ask(&verifier(&hosts), &made_up(), NOW)), "keys_unavailable");
}

#[test]
fn nothing_that_only_a_token_names_is_asked() {
    let serve = || Conduct::Serve(keys(&[0]));
    let hosts = hosts(serve(), serve(), serve());
    let verifier = OnlineVerifier::new(Verifier::access_token().pool(pool()), hosts.clone());
    assert_eq!(block_on(ask(&verifier.unwrap(), of_the_replica(), NOW)), "issuer");
    assert_eq!(asked(&hosts), [0, 0, 0]);
}

#[test]
fn keys_to_start_from_are_those_of_every_place() {
    let hosts = hosts(Conduct::Hang, Conduct::Hang, Conduct::Hang);
    let verifier = verifier(&hosts);
    verifier.hydrate(&pool(), &keys(&[0]), NOW).unwrap();
    for token in [&*first(), of_the_updated_issuer(), of_the_replica()] {
        assert_eq!(block_on(ask(&verifier, token, NOW)), "ok");
    }
    assert_eq!(asked(&hosts), [0, 0, 0]);
}

#[test]
fn one_fetch_ahead_is_enough_wherever_it_succeeds() {
    let hosts = hosts(forbidden(), Conduct::Serve(keys(&[0])), forbidden());
    let verifier = verifier(&hosts);
    block_on(verifier.fetch_keys(NOW)).unwrap();
    assert_eq!(asked(&hosts), [1, 1, 0]);
}
