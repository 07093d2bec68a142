//! When keys are asked for, by whom, and how often.

use super::*;

#[test]
fn keys_are_fetched_once_and_kept() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    block_on(async {
        for _ in 0..5 {
            assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        }
        assert!(verifier.verify_at_hand(&first(), NOW).is_ok());
    });
    assert_eq!(server.asked(), 1);
}

#[test]
fn fifty_at_once_make_one_fetch() {
    let server = Server::start(Conduct::ServeLate(keys(&[0]), Duration::from_millis(100)));
    let verifier = Arc::new(server.verifier());
    block_on(async {
        let token: Arc<str> = first().into();
        let asked: Vec<_> = (0..50)
            .map(|_| {
                let (verifier, token) = (Arc::clone(&verifier), Arc::clone(&token));
                tokio::spawn(async move { ask(&verifier, &token, NOW).await })
            })
            .collect();
        for answer in asked {
            assert_eq!(answer.await.unwrap(), "ok");
        }
    });
    assert_eq!(server.asked(), 1);
}

#[test]
fn fifty_at_once_make_one_fetch_that_fails() {
    let server = Server::start(Conduct::Hang);
    let verifier = Arc::new(server.verifier());
    let started = Instant::now();
    block_on(async {
        let token: Arc<str> = first().into();
        let asked: Vec<_> = (0..50)
            .map(|_| {
                let (verifier, token) = (Arc::clone(&verifier), Arc::clone(&token));
                tokio::spawn(async move { ask(&verifier, &token, NOW).await })
            })
            .collect();
        for answer in asked {
            assert_eq!(answer.await.unwrap(), "keys_unavailable");
        }
    });
    assert_eq!(server.asked(), 1);
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}

/// The words of fifty answers to one token that is asked about fifty times at once.
async fn fifty_at_once(verifier: OnlineVerifier, token: String, now: u64) -> Vec<&'static str> {
    let (verifier, token) = (Arc::new(verifier), Arc::<str>::from(token));
    let asked: Vec<_> = (0..50)
        .map(|_| {
            let (verifier, token) = (Arc::clone(&verifier), Arc::clone(&token));
            tokio::spawn(async move { ask(&verifier, &token, now).await })
        })
        .collect();
    let mut answers = Vec::new();
    for answer in asked {
        answers.push(answer.await.unwrap());
    }
    answers
}

/// The time passes while they wait, and the pause after the fetch counts from its end.
#[test]
fn fifty_made_up_at_once_make_one_fetch_that_takes_its_time() {
    let late = Duration::from_millis(2200);
    let server = Server::start(Conduct::ServeLate(keys(&[0]), late));
    let mut refresh = refresh();
    refresh.timeout = Duration::from_secs(3);
    let answers = block_on(fifty_at_once(server.verifier().key_refresh(refresh), made_up(), NOW));
    assert_eq!(server.asked(), 1);
    assert_eq!(answers, ["unknown_key"; 50]);
}

#[test]
fn fifty_at_once_make_one_fetch_that_fails_late_and_not_for_the_first_time() {
    let server = Server::start(Conduct::Say(Vec::new()));
    let mut refresh = refresh();
    refresh.timeout = Duration::from_millis(2200);
    let verifier = server.verifier().key_refresh(refresh);
    let answers = block_on(async {
        for second in [0, 2, 6] {
            assert_eq!(ask(&verifier, &first(), NOW + second).await, "keys_unavailable");
        }
        server.conducts(Conduct::Hang);
        fifty_at_once(verifier, first(), NOW + 14).await
    });
    assert_eq!(server.asked(), 4);
    assert_eq!(answers, ["keys_unavailable"; 50]);
}

/// Two who ask within one second of the clock needn't ask at one moment of it.
#[test]
fn who_comes_at_the_end_of_a_second_makes_no_other_fetch() {
    let late = Duration::from_millis(1200);
    let server = Server::start(Conduct::ServeLate(keys(&[0]), late));
    let mut refresh = refresh();
    refresh.timeout = Duration::from_secs(3);
    let verifier = server.verifier().key_refresh(refresh);
    block_on(async {
        let (early, late) = (made_up(), made_up());
        let late = async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            ask(&verifier, &late, NOW).await
        };
        let answers = tokio::join!(ask(&verifier, &early, NOW), late);
        assert_eq!(answers, ("unknown_key", "unknown_key"));
    });
    assert_eq!(server.asked(), 1);
}

#[test]
fn who_gives_up_leaves_the_turn_to_the_next() {
    let server = Server::start(Conduct::Hang);
    let verifier = server.verifier();
    block_on(async {
        let impatient =
            tokio::time::timeout(Duration::from_millis(50), verifier.verify("nothing", NOW));
        assert_eq!(impatient.await.unwrap().unwrap_err(), VerifyError::Malformed);
        let token = first();
        let impatient = verifier.verify(&token, NOW);
        assert!(tokio::time::timeout(Duration::from_millis(50), impatient).await.is_err());
        server.conducts(Conduct::Serve(keys(&[0])));
        assert_eq!(ask(&verifier, &token, NOW).await, "ok");
    });
    assert_eq!(server.asked(), 2);
}

#[test]
fn rotation_loses_no_valid_token() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        // The new key signs from now on; tokens of the old one are still about.
        server.conducts(Conduct::Serve(keys(&[0, 1])));
        assert_eq!(ask(&verifier, &next(), NOW + 1).await, "ok");
        assert_eq!(ask(&verifier, &first(), NOW + 1).await, "ok");
        // The old key goes for good, and is believed until the keys are old.
        server.conducts(Conduct::Serve(keys(&[1])));
        assert_eq!(ask(&verifier, &first(), NOW + 3400).await, "ok");
        assert_eq!(server.asked(), 2);
    });
}

#[test]
fn a_key_that_is_withdrawn_is_not_believed_when_the_keys_are_old() {
    let server = Server::start(Conduct::Serve(keys(&[0, 1])));
    let verifier =
        online(Verifier::access_token().pool(pool_at(&server.url())).leeway(9999).cache(10));
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        server.conducts(Conduct::Serve(keys(&[1])));
        assert_eq!(ask(&verifier, &first(), NOW + 3599).await, "ok");
        assert_eq!(ask(&verifier, &first(), NOW + 3600).await, "unknown_key");
        assert_eq!(ask(&verifier, &next(), NOW + 3600).await, "ok");
    });
    assert_eq!(server.asked(), 2);
}

#[test]
fn made_up_keys_make_no_flood() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        for second in 0..60 {
            for _ in 0..10 {
                assert_eq!(ask(&verifier, &made_up(), NOW + second).await, "unknown_key");
                assert_eq!(ask(&verifier, &first(), NOW + second).await, "ok");
            }
        }
    });
    // The first fetch, and one each ten seconds.
    assert_eq!(server.asked(), 7);
}

#[test]
fn made_up_keys_delay_a_new_key_by_no_more_than_the_pause() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    block_on(async {
        assert_eq!(ask(&verifier, &made_up(), NOW).await, "unknown_key");
        server.conducts(Conduct::Serve(keys(&[0, 1])));
        assert_eq!(ask(&verifier, &next(), NOW + 9).await, "unknown_key");
        assert_eq!(ask(&verifier, &next(), NOW + 10).await, "ok");
    });
}

#[test]
fn old_keys_serve_while_the_server_is_down_and_not_for_ever() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier =
        online(Verifier::access_token().pool(pool_at(&server.url())).leeway(1_000_000).cache(10));
    let day = 24 * 3600;
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        server.conducts(Conduct::Say(b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n".to_vec()));
        assert_eq!(ask(&verifier, &first(), NOW + 3600).await, "ok");
        assert_eq!(server.asked(), 2);
        assert_eq!(ask(&verifier, &first(), NOW + day - 1).await, "ok");
        assert_eq!(ask(&verifier, &first(), NOW + day).await, "keys_unavailable");
        assert!(verifier.verify_at_hand(&first(), NOW + day).is_err());
        server.conducts(Conduct::Serve(keys(&[0])));
        assert_eq!(ask(&verifier, &first(), NOW + day + 20).await, "ok");
    });
}

#[test]
fn a_server_that_is_down_is_not_asked_each_time() {
    let server = Server::start(Conduct::Say(Vec::new()));
    let verifier = server.verifier();
    block_on(async {
        for second in 0..60 {
            for _ in 0..5 {
                assert_eq!(ask(&verifier, &first(), NOW + second).await, "keys_unavailable");
            }
        }
    });
    // At 0, 2, 6, 14, 24, 34, 44 and 54 seconds.
    assert_eq!(server.asked(), 8);
}

#[test]
fn an_unknown_key_is_not_called_unknown_while_nobody_can_tell() {
    let server = Server::start(Conduct::Serve(keys(&[0])));
    let verifier = server.verifier();
    block_on(async {
        assert_eq!(ask(&verifier, &first(), NOW).await, "ok");
        server.conducts(Conduct::Hang);
        for second in 0..2 {
            let error = verifier.verify(&next(), NOW + second).await.unwrap_err();
            assert_eq!(error, VerifyError::KeysUnavailable);
            assert_eq!(Refusal::from(error).status(), 503);
        }
        server.conducts(Conduct::Serve(keys(&[0])));
        let error = verifier.verify(&next(), NOW + 20).await.unwrap_err();
        assert_eq!(Refusal::from(error).status(), 401);
    });
}

#[test]
fn tokens_that_could_never_verify_make_no_fetch() {
    let server = Server::start(Conduct::Hang);
    let verifier = server.verifier();
    for name in [
        "form: empty",
        "alg: HS256 with the public key, PEM",
        "header: critical exp",
        "header: the address of a key set",
        "claim: iss another pool",
        "payload: exp twice, the good one last",
        "size: twice as long",
    ] {
        assert_ne!(block_on(ask(&verifier, token(name), NOW)), "ok", "{name}");
    }
    assert_eq!(server.asked(), 0);
}
