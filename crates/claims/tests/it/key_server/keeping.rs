//! Keys that are there before a token is, and clocks that go wrong.

use super::*;

#[test]
fn a_bundled_set_needs_no_network_and_no_runtime() {
    let server = Server::start(Conduct::Hang);
    let verifier = server.verifier();
    let pool = pool_at(&server.url());
    assert!(verifier.hydrate(&pool, "{}", NOW).is_err());
    assert!(verifier.verify_at_hand(&first(), NOW).is_err());
    verifier.hydrate(&pool, &keys(&[0]), NOW).unwrap();
    assert!(verifier.verify_at_hand(&first(), NOW).is_ok());
    assert_eq!(verifier.verify_at_hand(&next(), NOW).unwrap_err(), VerifyError::UnknownKey);
    // No runtime at all: nothing waits.
    assert!(pollster::block_on(verifier.verify(&first(), NOW)).is_ok());
    assert_eq!(server.asked(), 0);
}

#[test]
fn a_bundled_set_is_as_old_as_it_is() {
    let server = Server::start(Conduct::Serve(keys(&[1])));
    let verifier = server.verifier();
    verifier.hydrate(&pool_at(&server.url()), &keys(&[0]), NOW - 3600).unwrap();
    assert_eq!(block_on(ask(&verifier, &next(), NOW)), "ok");
    let verifier = server.verifier();
    verifier.hydrate(&pool_at(&server.url()), &keys(&[0]), NOW - 24 * 3600).unwrap();
    assert_eq!(verifier.verify_at_hand(&first(), NOW).unwrap_err(), VerifyError::KeysUnavailable);
}

#[test]
fn keys_can_be_fetched_before_the_first_token() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    block_on(verifier.fetch_keys(NOW)).unwrap();
    block_on(verifier.fetch_keys(NOW)).unwrap();
    assert!(verifier.verify_at_hand(&first(), NOW).is_ok());
    assert_eq!(server.asked(), 1);
    server.conducts(Conduct::Hang);
    assert_eq!(block_on(server.verifier().fetch_keys(NOW)), Err(VerifyError::KeysUnavailable));
}

#[test]
fn one_pool_that_is_away_keeps_no_other_from_its_keys() {
    let (away, there) =
        (Server::start(Conduct::Say(Vec::new())), Server::start(Conduct::Serve(keys(&[0]))));
    let other = UserPool::new("eu-west-1_OTHER").unwrap().keys_at(&away.url()).unwrap();
    let verifier = online(Verifier::access_token().pool(other).pool(pool_at(&there.url())));
    assert_eq!(block_on(verifier.fetch_keys(NOW)), Err(VerifyError::KeysUnavailable));
    assert!(verifier.verify_at_hand(&first(), NOW).is_ok());
}

/// Otherwise they would be young for as long as the clock was ahead, and believed all the while.
#[test]
fn keys_of_a_clock_that_was_ahead_are_old() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    verifier.hydrate(&pool_at(&server.url()), &keys(&[0, 1]), NOW + 60).unwrap();
    assert_eq!(block_on(ask(&verifier, &next(), NOW)), "ok");
    assert_eq!(server.asked(), 0);
    verifier.hydrate(&pool_at(&server.url()), &keys(&[0, 1]), NOW + 61).unwrap();
    assert_eq!(verifier.verify_at_hand(&next(), NOW).unwrap_err(), VerifyError::KeysUnavailable);
    assert_eq!(block_on(ask(&verifier, &next(), NOW)), "unknown_key");
    assert_eq!(block_on(ask(&verifier, &first(), NOW)), "ok");
    assert_eq!(server.asked(), 1);
}

#[test]
fn a_clock_that_is_set_back_stops_nothing() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    block_on(async {
        // Far ahead, then right.
        assert_eq!(ask(&verifier, &made_up(), NOW + 100_000).await, "unknown_key");
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        server.conducts(Conduct::Serve(keys(&[0, 1])));
        assert_eq!(ask(&verifier, &next(), NOW).await, "ok");
    });
}

#[test]
fn remembered_tokens_outlive_equal_keys_and_no_others() {
    let server = Server::start(Conduct::Serve(keys(&[0, 1])));
    let verifier =
        online(Verifier::access_token().pool(pool_at(&server.url())).leeway(9999).cache(10));
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        // The same keys in another order.
        server.conducts(Conduct::Serve(keys(&[1, 0])));
        assert_eq!(ask(&verifier, &first(), NOW + 3600).await, "ok");
        server.conducts(Conduct::Serve(keys(&[1])));
        assert_eq!(ask(&verifier, &first(), NOW + 7200).await, "unknown_key");
    });
}
