//! Which requests are let in: none that another site's page sends.
//!
//! Pure. Every page that a browser has open can send requests to this machine. Three headers that
//! no page can set tell them apart: `Host` (a name of an attacker's that was bound to a loopback
//! address still stands in it), `Origin` and `Sec-Fetch-Site`. Programs such as the AWS command
//! line send neither of the last two.
//!
//! SPEC: RFC 9112, section 3.2 (`Host`); Fetch, "`Origin` header"; W3C, "Fetch Metadata Request
//! Headers".

use std::net::{IpAddr, Ipv6Addr};

use hyper::header::{HOST, HeaderMap, HeaderValue, ORIGIN};
use hyper::http::uri::Authority;
use hyper::{Method, Uri};

/// What decides which requests are let in.
pub struct Admission {
    /// The port that is served.
    pub port: u16,
    /// Whether other machines may send requests; then a port may be mapped to another one on the way.
    pub remote: bool,
    /// Names of this machine besides `localhost`.
    pub names: Vec<String>,
}

/// Why a request is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// It is meant for another host.
    Host,
    /// It comes from another site's page.
    Origin,
}

impl Denied {
    /// What the log and the answer say.
    pub const fn as_str(self) -> &'static str {
        match self {
            Denied::Host => "the request's Host is not this server",
            Denied::Origin => "the request comes from another site's page",
        }
    }
}

impl Admission {
    /// Lets a request in, or says why not.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn admit(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Denied> {
        let host = only(headers, HOST.as_str()).ok().flatten().ok_or(Denied::Host)?;
        if !self.is_host(host) || uri.authority().is_some_and(|named| named.as_str() != host) {
            return Err(Denied::Host);
        }
        match only(headers, ORIGIN.as_str())? {
            Some(origin) if !origin.eq_ignore_ascii_case(&format!("http://{host}")) => {
                return Err(Denied::Origin);
            }
            _ => {}
        }
        let mode = only(headers, "sec-fetch-mode")?;
        let document = only(headers, "sec-fetch-dest")? == Some("document");
        match only(headers, "sec-fetch-site")? {
            None | Some("same-origin" | "none") => Ok(()),
            // A link to the page, clicked elsewhere: shows the page, and computes nothing.
            Some(_) if *method == Method::GET && mode == Some("navigate") && document => Ok(()),
            Some(_) => Err(Denied::Origin),
        }
    }

    fn is_host(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        if host.contains('@') {
            return false;
        }
        let port = authority.port_u16().unwrap_or(80);
        let name = authority.host();
        let loopback = ["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .any(|loopback| name.eq_ignore_ascii_case(loopback));
        if !self.remote {
            return loopback && port == self.port;
        }
        // Only a name can be bound to an address anew; an address stays what it is.
        let address = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            Some(name) => name.parse::<Ipv6Addr>().is_ok(),
            None => name.parse::<IpAddr>().is_ok(),
        };
        loopback || address || self.names.iter().any(|own| name.eq_ignore_ascii_case(own))
    }
}

/// The header's only value. Of two, another reader might take the other one.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, Denied> {
    let mut values = headers.get_all(name).iter().map(HeaderValue::to_str);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(Ok(value)), None) => Ok(Some(value)),
        _ => Err(Denied::Origin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(remote: bool) -> Admission {
        Admission { port: 9001, remote, names: vec!["host.docker.internal".to_owned()] }
    }

    fn admit(
        admission: &Admission,
        method: &Method,
        uri: &str,
        pairs: &[(&str, &str)],
    ) -> Result<(), Denied> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let name: hyper::header::HeaderName = name.parse().unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        admission.admit(method, &uri.parse().unwrap(), &headers)
    }

    #[test]
    fn only_our_own_names_with_our_own_port_are_hosts() {
        let hosts = |remote: bool, hosts: &[&str], expected: Result<(), Denied>| {
            for host in hosts {
                let result = admit(&admission(remote), &Method::GET, "/", &[("host", host)]);
                assert_eq!(result, expected, "{host}");
            }
        };
        hosts(false, &["localhost:9001", "LOCALHOST:9001", "127.0.0.1:9001", "[::1]:9001"], Ok(()));
        hosts(
            false,
            &[
                "",
                "localhost",
                "localhost:80",
                "localhost:90010",
                "localhost.:9001",
                "localhost.evil.example:9001",
                "127.0.0.1.evil.example:9001",
                "evil.example",
                "evil.example:9001",
                "127.0.0.2:9001",
                "0.0.0.0:9001",
                "192.168.0.7:9001",
                "[::]:9001",
                "[::ffff:127.0.0.1]:9001",
                "::1:9001",
                "evil@localhost:9001",
                "localhost:9001@evil.example",
                "localhost:9001/",
                "localhost:9001,evil.example",
                "host.docker.internal:9001",
            ],
            Err(Denied::Host),
        );
        hosts(
            true,
            &["localhost:9001", "192.168.0.7:9001", "192.168.0.7", "[fe80::1]:8080"],
            Ok(()),
        );
        hosts(true, &["host.docker.internal:9001", "HOST.docker.internal"], Ok(()));
        hosts(true, &["evil.example:9001", "docker.internal:9001", "[x]:1"], Err(Denied::Host));
        assert_eq!(admit(&admission(false), &Method::GET, "/", &[]), Err(Denied::Host));
        let twice = [("host", "localhost:9001"), ("host", "evil.example")];
        assert_eq!(admit(&admission(false), &Method::GET, "/", &twice), Err(Denied::Host));
    }

    #[test]
    fn a_target_with_another_host_is_not_for_us() {
        let host = [("host", "localhost:9001")];
        let admitted = |uri| admit(&admission(false), &Method::GET, uri, &host);
        assert_eq!(admitted("http://localhost:9001/"), Ok(()));
        assert_eq!(admitted("http://evil.example/"), Err(Denied::Host));
    }

    #[test]
    fn another_sites_page_is_not_let_in() {
        let post = |pairs: &[(&str, &str)]| {
            let pairs = [&[("host", "localhost:9001")], pairs].concat();
            admit(&admission(false), &Method::POST, "/answer", &pairs)
        };
        assert_eq!(post(&[]), Ok(()));
        assert_eq!(post(&[("origin", "http://localhost:9001")]), Ok(()));
        assert_eq!(post(&[("sec-fetch-site", "same-origin")]), Ok(()));
        for origin in [
            "null",
            "",
            "http://localhost",
            "http://localhost:9002",
            "https://localhost:9001",
            "http://127.0.0.1:9001",
            "http://evil.example",
            "http://localhost:9001.evil.example",
        ] {
            assert_eq!(post(&[("origin", origin)]), Err(Denied::Origin), "{origin}");
        }
        for site in ["cross-site", "same-site", "", "anything"] {
            assert_eq!(post(&[("sec-fetch-site", site)]), Err(Denied::Origin), "{site}");
        }
        let navigation = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        assert_eq!(post(&navigation), Err(Denied::Origin));
        let twice = [("origin", "http://localhost:9001"), ("origin", "http://evil.example")];
        assert_eq!(post(&twice), Err(Denied::Origin));
    }

    #[test]
    fn a_link_elsewhere_leads_to_the_page_and_no_frame_does() {
        let get = |dest| {
            let pairs = [
                ("host", "localhost:9001"),
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", dest),
            ];
            admit(&admission(false), &Method::GET, "/", &pairs)
        };
        assert_eq!(get("document"), Ok(()));
        assert_eq!(get("iframe"), Err(Denied::Origin));
    }
}
