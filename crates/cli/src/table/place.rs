//! What an address of a table says: which machine, and whether it is asked in the open.

use std::net::IpAddr;

/// An address as host and port.
#[cfg(any(feature = "dynamodb", test))]
pub fn address(endpoint: &str) -> String {
    let (scheme, rest) = endpoint.split_once("://").unwrap_or(("", endpoint));
    let host = host(rest);
    let has_port = host.rsplit(']').next().is_some_and(|it| it.contains(':'));
    match (has_port, scheme) {
        (false, "https") => format!("{host}:443"),
        (false, "http") => format!("{host}:80"),
        _ => host.to_owned(),
    }
}

/// Host and port of what follows a scheme.
#[cfg(any(feature = "dynamodb", test))]
pub fn host(rest: &str) -> &str {
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    host.rsplit_once('@').map_or(host, |(_, host)| host)
}

/// Whether an address is on another machine, and not encrypted.
pub fn is_plain_and_remote(endpoint: &str) -> bool {
    endpoint.starts_with("http://") && !is_local(endpoint)
}

/// Whether an address is on this machine.
pub fn is_local(endpoint: &str) -> bool {
    let Ok(uri) = endpoint.parse::<http::Uri>() else { return false };
    let Some(host) = uri.scheme().and(uri.host()) else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        assert_eq!(address("http://127.0.0.1:1"), "127.0.0.1:1");
        assert_eq!(address("http://name:secret@host/path"), "host:80");
        assert_eq!(address("https://[::1]"), "[::1]:443");
    }

    #[test]
    fn plain_http_to_another_machine_is_seen() {
        assert!(is_plain_and_remote("http://tables.example.com:8000"));
        assert!(!is_plain_and_remote("https://tables.example.com"));
        assert!(!is_plain_and_remote("http://localhost:8000"));
    }

    #[test]
    fn only_this_machine_is_local() {
        for local in [
            "http://localhost:8000",
            "http://127.0.0.1:1",
            "https://127.1.2.3",
            "http://[::1]:8000",
        ] {
            assert!(is_local(local), "{local}");
        }
        for remote in [
            "https://dynamodb.eu-west-1.amazonaws.com",
            "http://localhost.example.com",
            "http://localhost@example.com",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1:8000",
            "http://[::2]",
            "localhost",
            "",
        ] {
            assert!(!is_local(remote), "{remote}");
        }
    }
}
