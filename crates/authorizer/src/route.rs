//! Route patterns: `GET /items/{id}`, `ANY /admin/*`, `$connect`.
//!
//! Pure text. Two wildcards stand for text of the request: `{id}` for one path segment, and `*` for
//! any text, slashes and nothing at all included. A policy knows only the second, so a pattern with
//! the first can't stand in an answer that a gateway keeps: the configuration's check refuses it.

/// The methods that `ANY` stands for.
///
/// SPEC: AWS, API Gateway REST API reference, `httpMethod`. A policy needs them one by one: `*` in
/// place of the method would match across slashes, and `*/items` covers `GET/private/items`.
pub const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The one route on which a WebSocket API asks its authorizer.
pub const CONNECT: &str = "$connect";

/// Most `*` in one pattern; a route with more is hard to read.
const MOST_STARS: usize = 4;

/// Longest pattern in bytes: with the stage in front it stays below the 512 that a policy takes.
///
/// SPEC: AWS, "Amazon API Gateway quotas": length of a resource in a policy.
const LONGEST_PATTERN: usize = 300;

/// One route pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    methods: Vec<&'static str>,
    path: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    /// `{id}`: at least one character, no slash.
    Segment,
    /// `*`: any text.
    Any,
}

/// Why a pattern can't be read, and what to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// A fragment for a finding.
    pub problem: &'static str,
    /// A fragment for a finding.
    pub help: &'static str,
}

const fn error(problem: &'static str, help: &'static str) -> PatternError {
    PatternError { problem, help }
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.len() > LONGEST_PATTERN {
            return Err(error("a route of more than 300 bytes", "write a shorter one"));
        }
        if text == CONNECT {
            return Ok(Self { text: text.to_owned(), methods: Vec::new(), path: Vec::new() });
        }
        let Some((method, path)) = text.split_once(' ').filter(|(_, path)| path.starts_with('/'))
        else {
            let help = "write a method, one blank and a path, such as `GET /items/*`";
            return Err(error("this is no method and path", help));
        };
        let methods = match METHODS.iter().find(|known| **known == method) {
            Some(method) => vec![*method],
            None if method == "ANY" => METHODS.to_vec(),
            None => {
                let help = "write GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or ANY";
                return Err(error("the method is none of API Gateway's", help));
            }
        };
        Ok(Self { text: text.to_owned(), methods, path: pieces(path)? })
    }

    /// The pattern as it was written: safe for logs, because it holds nothing of a request.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a policy can say exactly what the pattern says.
    pub fn is_exact_in_policy(&self) -> bool {
        !self.path.contains(&Piece::Segment)
    }

    /// Whether the pattern covers a request, given as it stands in an ARN: `GET/items/7`.
    pub fn covers(&self, target: &str) -> bool {
        match target.split_once('/') {
            None => self.text == CONNECT && target == CONNECT,
            Some((method, _)) => {
                let path = target.get(method.len()..).unwrap_or_default();
                self.methods.contains(&method) && matches(&self.path, path)
            }
        }
    }

    /// The pattern in a policy's words, below the stage: `GET/items/*`.
    pub fn resources(&self) -> impl Iterator<Item = String> {
        let path: String = self
            .path
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => text.as_str(),
                Piece::Segment | Piece::Any => "*",
            })
            .collect();
        let connect = (self.text == CONNECT).then(|| CONNECT.to_owned());
        self.methods.iter().map(move |method| format!("{method}{path}")).chain(connect)
    }
}

fn pieces(path: &str) -> Result<Vec<Piece>, PatternError> {
    let mut pieces = Vec::new();
    for (position, segment) in path.split('/').enumerate() {
        if position > 0 {
            literal(&mut pieces, "/");
        }
        match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if name.ends_with('+') => {
                return Err(error(
                    "`{name+}` is the gateway's word for all that follows",
                    "write `*` in its place",
                ));
            }
            Some(name) if is_name(name) => pieces.push(Piece::Segment),
            Some(_) => return Err(error("a name in braces is missing or odd", BRACES)),
            None => stars(&mut pieces, segment)?,
        }
    }
    if pieces.iter().filter(|piece| **piece == Piece::Any).count() > MOST_STARS {
        return Err(error("more than four `*`", "write fewer; one covers slashes too"));
    }
    Ok(pieces)
}

const BRACES: &str = "write a name in braces for one whole segment, such as `/items/{id}`";

fn stars(pieces: &mut Vec<Piece>, segment: &str) -> Result<(), PatternError> {
    for (position, text) in segment.split('*').enumerate() {
        if position > 0 {
            pieces.push(Piece::Any);
        }
        // `?` and `${…}` are wildcards of a policy, and a path has no blanks.
        if let Some(mark) =
            text.bytes().find(|byte| !byte.is_ascii_graphic() || b"?${}\\\"".contains(byte))
        {
            return Err(match mark {
                b'{' | b'}' => error("a brace within a segment", BRACES),
                _ => error(
                    "a character that a path in a policy can't have",
                    "write the path as the gateway sees it, without a query, in plain characters",
                ),
            });
        }
        literal(pieces, text);
    }
    Ok(())
}

fn literal(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(Piece::Literal(before)) => before.push_str(text),
        _ if text.is_empty() => {}
        _ => pieces.push(Piece::Literal(text.to_owned())),
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// Between two `*`, the first place that fits is the best one: whatever fits later ends no earlier.
/// So nothing is tried twice, and the time grows with the path's length alone.
fn matches(pieces: &[Piece], path: &str) -> bool {
    let mut runs = pieces.split(|piece| *piece == Piece::Any).peekable();
    let Some(mut rest) = runs.next().and_then(|first| after(first, path)) else { return false };
    while let Some(run) = runs.next() {
        let is_last = runs.peek().is_none();
        let found = (0..=rest.len())
            .filter_map(|start| after(run, rest.get(start..)?))
            .find(|rest| !is_last || rest.is_empty());
        let Some(found) = found else { return false };
        rest = found;
    }
    rest.is_empty()
}

/// What follows these pieces, which have no `*` among them, at the start of the text.
fn after<'t>(run: &[Piece], text: &'t str) -> Option<&'t str> {
    run.iter().try_fold(text, |text, piece| match piece {
        Piece::Literal(literal) => text.strip_prefix(literal.as_str()),
        // A whole segment: what follows is a slash or the end.
        Piece::Segment => {
            let end = text.find('/').unwrap_or(text.len());
            text.get(end..).filter(|_| end > 0)
        }
        Piece::Any => None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn covers(pattern: &str, target: &str) -> bool {
        Pattern::parse(pattern).unwrap().covers(target)
    }

    #[test]
    fn a_name_in_braces_is_one_segment() {
        assert!(covers("GET /items/{id}", "GET/items/7"));
        for other in ["GET/items/", "GET/items", "GET/items/7/", "GET/items/7/x", "POST/items/7"] {
            assert!(!covers("GET /items/{id}", other), "{other}");
        }
        assert!(covers("GET /items/{id}/public", "GET/items/7/public"));
        assert!(!covers("GET /items/{id}/public", "GET/items/7/8/public"));
    }

    #[test]
    fn a_star_is_any_text() {
        for target in ["GET/items/", "GET/items/7", "GET/items/7/x/y"] {
            assert!(covers("GET /items/*", target), "{target}");
        }
        assert!(!covers("GET /items/*", "GET/items"));
        assert!(covers("GET /items/*/private", "GET/items/1/2/private"));
        assert!(!covers("GET /items/*/private", "GET/items/private"));
        assert!(covers("GET /", "GET/"));
    }

    #[test]
    fn any_is_the_seven_methods() {
        assert!(covers("ANY /x", "PATCH/x"));
        assert!(!covers("ANY /x", "TRACE/x"));
        assert!(!covers("ANY /x", "GET/a/x"));
        assert_eq!(Pattern::parse("ANY /x").unwrap().resources().count(), 7);
    }

    #[test]
    fn connect_is_a_route_of_its_own() {
        assert!(covers("$connect", "$connect"));
        assert!(!covers("$connect", "GET/$connect"));
        assert!(!covers("ANY /*", "$connect"));
        let connect = Pattern::parse("$connect").unwrap();
        assert_eq!(connect.resources().collect::<Vec<_>>(), ["$connect"]);
    }

    #[test]
    fn patterns_become_resources() {
        let resources = |text| Pattern::parse(text).unwrap().resources().collect::<Vec<_>>();
        assert_eq!(resources("GET /items/{id}/x"), ["GET/items/*/x"]);
        assert_eq!(resources("POST /"), ["POST/"]);
    }

    #[test]
    fn odd_patterns_are_none() {
        for text in [
            "",
            "GET",
            "/items",
            "get /x",
            "GET items",
            "GET  /x",
            "FOO /x",
            "GET /x?y",
            "GET /${x}",
            "GET /a b",
            "GET /{}",
            "GET /{a b}",
            "GET /x{id}",
            "GET /{proxy+}",
            "GET /*a*b*c*d*",
            "$disconnect",
            "$default",
            "GET /ä",
        ] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }

    /// Four `*`, and a path that almost fits and is as long as a gateway takes.
    #[test]
    fn a_long_path_takes_no_time() {
        let long = format!("GET/{}", "a/".repeat(5_000));
        for pattern in ["GET /*a*a*a*ab", "GET /*/{x}/*/{y}/*/{z}/*b", "GET /*a/a*a/a*/{x}/b"] {
            let pattern = Pattern::parse(pattern).unwrap();
            #[expect(clippy::disallowed_methods, reason = "how long it really takes")]
            let started = std::time::Instant::now();
            assert!(!pattern.covers(&long));
            let took = started.elapsed();
            assert!(took < std::time::Duration::from_secs(2), "{took:?}");
        }
    }

    /// The meaning of a pattern, tried out without any cleverness.
    fn matches_slowly(pieces: &[Piece], text: &str) -> bool {
        match pieces.split_first() {
            None => text.is_empty(),
            Some((Piece::Literal(literal), rest)) => {
                text.strip_prefix(literal.as_str()).is_some_and(|text| matches_slowly(rest, text))
            }
            // A whole segment: what follows is a slash or the end.
            Some((Piece::Segment, rest)) => {
                let end = text.find('/').unwrap_or(text.len());
                end > 0 && text.get(end..).is_some_and(|text| matches_slowly(rest, text))
            }
            Some((Piece::Any, [])) => true,
            Some((Piece::Any, rest)) => (0..=text.len())
                .filter_map(|start| text.get(start..))
                .any(|text| matches_slowly(rest, text)),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn matching_is_what_the_pattern_means(
            pattern in prop::collection::vec(
                prop::sample::select(vec!["/", "/{x}", "*", "a", "b", "/a"]), 0..7),
            path in "/[ab/ä]{0,9}",
        ) {
            if let Ok(pattern) = Pattern::parse(&format!("GET /{}", pattern.concat())) {
                let expected = matches_slowly(&pattern.path, &path);
                prop_assert_eq!(matches(&pattern.path, &path), expected, "{:?}", pattern);
            }
        }
    }
}
