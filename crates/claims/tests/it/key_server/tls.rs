//! TLS, and where it may be left out.

use super::*;

#[test]
fn plain_http_stays_on_this_machine() {
    let verifier = |url| {
        let pool = UserPool::with_issuer(url).unwrap();
        OnlineVerifier::new(Verifier::access_token().pool(pool), Https::new().unwrap())
    };
    assert!(verifier("http://keys.example.com/pool").is_err());
    assert!(verifier("http://localhost:4566/pool").is_ok());
    assert!(verifier("https://keys.example.com/pool").is_ok());
}

/// A server with a certificate of its own for `localhost`, and that certificate.
fn start_tls(body: String) -> (SocketAddr, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            let mut request = [0; 4096];
            if stream.read(&mut request).is_ok() {
                let _ = stream.write_all(&ok(&body));
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    (address, certificate.to_vec())
}

#[test]
fn tls_is_checked() {
    let (address, certificate) = start_tls(keys(&[0]));
    let ask_at = |url: String, https: Https| {
        let verifier = Verifier::access_token().pool(pool_at(&url));
        let verifier = OnlineVerifier::new(verifier, https).unwrap().key_refresh(refresh());
        block_on(ask(&verifier, &first(), NOW))
    };
    let trusting = || Https::with_roots([certificate.clone()]).unwrap();
    let url = format!("https://localhost:{}/jwks.json", address.port());
    assert_eq!(ask_at(url.clone(), trusting()), "ok");
    // Nobody of the public's authorities signed it.
    assert_eq!(ask_at(url, Https::new().unwrap()), "keys_unavailable");
    // It is for another name.
    let url = format!("https://127.0.0.1:{}/jwks.json", address.port());
    assert_eq!(ask_at(url, trusting()), "keys_unavailable");
    assert!(Https::with_roots([]).is_err());
    assert!(Https::with_roots([b"no certificate".to_vec()]).is_err());
}
