//! The corpus that all readers share: `conformance/` of the repository, which its README describes.

#![expect(clippy::panic, reason = "what is misspelt in the corpus must not pass")]

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use cognito_claims::dangerous::UnverifiedClaims;
use cognito_claims::testing::Token;
use cognito_claims::{Claims, Door, ReadError, ReadErrorKind, Refusal};
use serde_json::{Map, Value};

mod guards;
mod methods;
mod reads;
mod types;

/// As many cases as there must be at least: a corpus that is lost must not pass.
const AT_LEAST: usize = 1500;

/// The corpus is the repository's and not part of the package, whose own tests hold the same rules.
fn folder() -> Option<PathBuf> {
    let repository = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = repository.join("conformance/cases");
    // The package of the crate stands alone. In the repository a missing corpus is a failure.
    assert!(folder.is_dir() || !repository.join("ARCHITECTURE.md").exists(), "no corpus");
    folder.is_dir().then_some(folder)
}

#[test]
fn the_corpus_reads_as_it_says() {
    let Some(folder) = folder() else { return };
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let texts: Vec<String> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let cases: Vec<Value> = texts
        .iter()
        .flat_map(|text| text.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let told = Case::of(case).run().err()?;
            Some(format!("{}: {told}", case["name"].as_str().unwrap()))
        })
        .collect();
    let (all, good) = (cases.len(), cases.len() - wrong.len());
    writeln!(std::io::stdout(), "rust: {good} of {all} cases").unwrap();
    assert!(wrong.is_empty(), "{}", wrong[..wrong.len().min(3)].join("\n"));
    assert!(all >= AT_LEAST, "only {all} cases");
}

/// What a case says, or how the reader differs.
type Told = Result<(), String>;

fn told(what: impl std::fmt::Display, expected: &Value, got: &Value) -> Told {
    if expected == got { Ok(()) } else { Err(format!("{what} is {got} and not {expected}")) }
}

struct Case<'c> {
    case: &'c Value,
    door: &'c str,
    secrets: Vec<&'c str>,
}

impl<'c> Case<'c> {
    fn of(case: &'c Value) -> Self {
        for member in case.as_object().unwrap().keys() {
            let known = [
                "name",
                "door",
                "event",
                "comma_free_groups",
                "token",
                "opens",
                "reads",
                "guards",
                "secrets",
            ];
            assert!(known.contains(&member.as_str()), "{member} is no member of a case");
        }
        let secrets = case.get("secrets").and_then(Value::as_array);
        let secrets = secrets.into_iter().flatten().map(|secret| secret.as_str().unwrap());
        Self { case, door: case["door"].as_str().unwrap(), secrets: secrets.collect() }
    }

    fn run(&self) -> Told {
        self.at(&self.case["event"])?;
        for (helper, event) in self.helped() {
            self.at(&event).map_err(|told| format!("the helper `{helper}`: {told}"))?;
        }
        Ok(())
    }

    fn at(&self, event: &Value) -> Told {
        if matches!(self.door, "alb" | "decode") {
            let opened = match self.door {
                "alb" => UnverifiedClaims::from_alb(event),
                _ => UnverifiedClaims::decode(event.as_str().unwrap()),
            };
            return match self.opened(opened.map(|claims| (claims, Door::Token)))? {
                Some(claims) => {
                    self.keeps_secrets(&format!("{claims:?}"))?;
                    self.reads(&reads::Unverified(&claims))
                }
                None => Ok(()),
            };
        }
        let opened = match self.door {
            "http_api" => Claims::from_http_api(event),
            "rest_cognito" => Claims::from_rest_cognito(event),
            "rest_jwt" => Claims::from_rest_jwt(event),
            "lambda_authorizer" => Claims::from_lambda_authorizer(event),
            "appsync" => Claims::from_appsync(event),
            "appsync_lambda" => Claims::from_appsync_lambda(event),
            "event" => Claims::from_event(event),
            "verified" => Ok(Claims::from_verified(event.as_object().unwrap())),
            other => panic!("no door {other}"),
        };
        let opened = opened.map(|claims| {
            let door = claims.door();
            (claims, door)
        });
        let Some(claims) = self.opened(opened)? else { return Ok(()) };
        let claims = match self.case.get("comma_free_groups") {
            Some(promised) if promised == true => claims.assume_comma_free_groups(),
            _ => claims,
        };
        self.keeps_secrets(&format!("{claims:?}"))?;
        self.reads(&claims)?;
        self.guards(&claims)
    }

    /// What came of opening, compared; the claims if there are some.
    fn opened<C>(&self, opened: Result<(C, Door), ReadError>) -> Result<Option<C>, String> {
        let expected = &self.case["opens"];
        match opened {
            Ok((claims, door)) => {
                told("the door", expected, &word(door).into())?;
                Ok(Some(claims))
            }
            Err(error) => {
                let code = code(error.kind());
                told("opening", &expected["error"], &code.into())?;
                self.refused(expected.get("refusal"), &Refusal::from(error))?;
                Ok(None)
            }
        }
    }

    fn keeps_secrets(&self, text: &str) -> Told {
        match self.secrets.iter().find(|secret| text.contains(**secret)) {
            Some(secret) => Err(format!("{secret} is told: {text}")),
            None => Ok(()),
        }
    }

    /// The events that the helpers of `testing` build of the case's token.
    fn helped(&self) -> Vec<(&'static str, Value)> {
        let Some(payload) = self.case.get("token") else { return Vec::new() };
        let payload: &Map<String, Value> = payload.as_object().unwrap();
        let issued = Token::access();
        let names: Vec<String> = issued.payload().keys().cloned().collect();
        let empty = names.iter().fold(issued, |token, name| token.without(name));
        let token =
            payload.iter().fold(empty, |token, (name, value)| token.claim(name, value.clone()));
        match self.door {
            "http_api" => {
                vec![("http_api", token.http_api()), ("http_api_1_0", token.http_api_1_0())]
            }
            "rest_cognito" => vec![("rest_cognito", token.rest_cognito())],
            "rest_jwt" => vec![("rest_jwt", token.rest_jwt())],
            "lambda_authorizer" => vec![
                ("rest_lambda_authorizer", token.rest_lambda_authorizer()),
                ("http_lambda_authorizer", token.http_lambda_authorizer()),
                ("websocket", token.websocket()),
            ],
            "appsync" => vec![("appsync", token.appsync())],
            "appsync_lambda" => vec![("appsync_lambda", token.appsync_lambda())],
            "verified" => vec![("payload", token.payload().clone().into())],
            "alb" => vec![("alb", token.alb())],
            "decode" => vec![("unsigned", token.unsigned().into())],
            other => panic!("no helper for {other}"),
        }
    }
}

/// The corpus' word for a door.
fn word(door: Door) -> &'static str {
    match door {
        Door::HttpApi => "http_api",
        Door::RestCognito => "rest_cognito",
        Door::RestJwt => "rest_jwt",
        Door::LambdaAuthorizer => "lambda_authorizer",
        Door::AppSync => "appsync",
        Door::AppSyncLambda => "appsync_lambda",
        Door::Token => "token",
        other => panic!("no word for {other}"),
    }
}

fn code(kind: ReadErrorKind) -> &'static str {
    match kind {
        ReadErrorKind::Missing => "missing",
        ReadErrorKind::Unexpected => "unexpected",
        ReadErrorKind::Ambiguous => "ambiguous",
        ReadErrorKind::NoClaims => "no_claims",
        ReadErrorKind::AmbiguousDoor => "ambiguous_door",
        other => panic!("no word for {other:?}"),
    }
}
