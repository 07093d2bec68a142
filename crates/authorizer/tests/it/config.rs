//! The configuration's checker against whole files: each wrong one has exactly the finding, of the
//! code and at the place, that its row says.
//!
//! All texts of all findings stand in one snapshot, so that a person can read them as one piece.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::support::*;
use claimsmith_authorizer::config::{Caching, Code, Configuration, Found, TokenPlace, check};
use claimsmith_testbed::mistakes::{self, Mistake};
use proptest::prelude::*;

const GUIDE: &str = include_str!("../../../../docs/authorizer.md");

fn findings(text: &str) -> Found {
    Configuration::parse(text, &|_| None).err().unwrap_or_default()
}

fn wrong() -> Vec<Mistake> {
    mistakes::read(&folder("tests/wrong")).unwrap()
}

#[test]
fn each_wrong_file_has_exactly_the_finding_that_it_names() {
    let mut problems = String::new();
    for Mistake { name, text, findings: expected } in wrong() {
        let found: Vec<String> = findings(&text)
            .iter()
            .map(|finding| format!("{} {}:{}", finding.code, finding.line, finding.column))
            .collect();
        if found != expected {
            let _ = writeln!(problems, "{name}: expected {expected:?}, found {found:?}");
        }
        let code = expected[0].split(' ').next().unwrap();
        if !name.strip_prefix(code).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')) {
            let _ = writeln!(problems, "{name}: the name doesn't begin with the code");
        }
    }
    assert!(problems.is_empty(), "\n{problems}");
}

#[test]
fn each_code_has_a_wrong_file_and_a_line_in_the_guide() {
    let covered: BTreeSet<Code> = wrong()
        .iter()
        .flat_map(|mistake| findings(&mistake.text))
        .map(|finding| finding.code)
        .collect();
    for code in Code::ALL {
        assert!(covered.contains(code), "{code} has no wrong file");
        let row = format!("| `{code}` | {} |", code.about());
        assert!(GUIDE.contains(&row), "docs/authorizer.md lacks: {row}");
    }
}

#[test]
fn the_texts_of_all_findings_read_well() {
    let mut texts = String::new();
    for Mistake { name, text, .. } in wrong() {
        for finding in findings(&text) {
            let _ = writeln!(texts, "{name}\n    {}\n    help: {}", finding.message, finding.help);
            for text in [&finding.message, &finding.help] {
                assert!(!text.ends_with('.'), "{name}: {text}");
                assert!(!text.starts_with(|c: char| c.is_uppercase()), "{name}: {text}");
            }
        }
    }
    insta::assert_snapshot!(texts);
}

#[test]
fn several_mistakes_are_all_found_in_the_order_of_the_file() {
    let text = "version = 3\ncaching = \"1d\"\n[pools.a]\nuser_pool = \"x\"\nclients = []\ntoken_use = \"any\"\n[routes.\"x\"]\n[nothing]\n";
    let codes: Vec<&str> = findings(text).iter().map(|finding| finding.code.as_str()).collect();
    let expected =
        ["file-version", "duration", "pool", "empty-list", "unknown-word", "route", "unknown-key"];
    assert_eq!(codes, expected);
}

#[test]
fn a_finding_never_shows_a_variable() {
    for Mistake { name, text, .. } in wrong() {
        // Every text of the file comes out of a variable with a secret in it.
        let mut count = 0;
        let hidden: String = text
            .lines()
            .map(|line| match line.split_once(" = \"") {
                Some((key, _)) => {
                    count += 1;
                    format!("{key} = \"${{SECRET_{count}}}\"\n")
                }
                None => format!("{line}\n"),
            })
            .collect();
        let secret = |variable: &str| Some(format!("hunter2{variable}"));
        for finding in Configuration::parse(&hidden, &secret).err().unwrap_or_default() {
            assert!(!finding.to_string().contains("hunter2"), "{name}: {finding}");
        }
    }
}

#[test]
fn what_the_wrong_files_are_made_from_is_right() {
    for (name, text) in mistakes::right_files(&folder("tests/wrong")).unwrap() {
        assert!(findings(&text).is_empty(), "{name}: {:?}", findings(&text));
    }
}

#[test]
fn the_shipped_file_is_right() {
    let path = folder("../../infra/examples/complete/authorizer.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let variables = |name: &str| match name {
        "USER_POOL_ID" => Some("eu-west-1_EXAMPLE".to_owned()),
        "WEB_CLIENT_ID" => Some("1example23456789".to_owned()),
        "MACHINE_CLIENT_ID" => Some("2example23456789".to_owned()),
        "RESOURCE_SERVER" => Some("items".to_owned()),
        "CLAIMS_TABLE" => Some("claims".to_owned()),
        _ => None,
    };
    let configuration = Configuration::parse(&text, &variables).unwrap();
    assert_eq!(configuration.caching.longest(), 0);
    assert_eq!(configuration.routes.len(), 1);
    let revocation = configuration.revocation.unwrap();
    assert_eq!(revocation.by, ["sub", "client_id", "origin_jti", "jti"]);
    assert!(!revocation.allow_on_fault);
}

#[test]
fn what_is_not_written_is_the_safe_way() {
    let configuration = configuration("stage");
    assert_eq!(configuration.caching, Caching::Unknown);
    assert_eq!((configuration.caching.longest(), configuration.caching.asked_for()), (3600, 0));
    assert_eq!(configuration.token_place, TokenPlace::Header("authorization".to_owned()));
    assert_eq!(configuration.context.claims, ["org_id", "org_tier", "feature_flags"]);
    assert!(configuration.fields.is_none() && configuration.revocation.is_none());
    assert!(!configuration.simple_answers && configuration.require.is_empty());
}

#[test]
fn an_issuer_of_ones_own_takes_the_place_of_the_pools() {
    let text = "version = 1\n[pools.local]\nuser_pool = \"eu-west-1_EXAMPLE\"\n\
                issuer = \"http://127.0.0.1:4566/eu-west-1_EXAMPLE\"\nclients = [\"a\"]\ntoken_use = \"id\"\n";
    let configuration = parse(text);
    let pool = &configuration.pools.first().unwrap().user_pool;
    assert_eq!(pool.issuer(), "http://127.0.0.1:4566/eu-west-1_EXAMPLE");
    let below = "http://127.0.0.1:4566/eu-west-1_EXAMPLE/";
    assert!(pool.keys_urls().iter().all(|url| url.starts_with(below)));
}

#[test]
fn a_replica_is_taken_by_its_region() {
    let text = "version = 1\n[pools.main]\nuser_pool = \"eu-west-1_EXAMPLE\"\n\
                regions = [\"us-west-2\"]\nclients = [\"a\"]\ntoken_use = \"access\"\n";
    let configuration = parse(text);
    let pool = &configuration.pools.first().unwrap().user_pool;
    assert!(pool.has_issuer("https://cognito-idp.us-west-2.amazonaws.com/eu-west-1_EXAMPLE"));
    assert_eq!((pool.issuers().len(), pool.keys_urls().len()), (3, 3));
}

#[test]
fn a_time_may_have_a_fraction() {
    let text = std::fs::read_to_string(folder("tests/configurations/uncached.toml")).unwrap()
        + "\n[revocation]\ntable = \"t\"\npartition_key = \"pk\"\ndeadline = \"2.5s\"\n";
    let deadline = parse(&text).revocation.unwrap().deadline;
    assert_eq!(deadline, std::time::Duration::from_millis(2500));
}

/// Outside the function a variable may have no value, and then nothing is said of its text, nor of
/// what is compared with it.
#[test]
fn a_file_can_be_checked_without_the_functions_variables() {
    let text = std::fs::read_to_string(folder("../../infra/examples/complete/authorizer.toml"));
    let text = text.unwrap();
    let checked = check(&text, &|_| None).unwrap();
    let named =
        ["CLAIMS_TABLE", "MACHINE_CLIENT_ID", "RESOURCE_SERVER", "USER_POOL_ID", "WEB_CLIENT_ID"];
    assert_eq!(checked.unset_variables, named.map(str::to_owned).into());
    // Where revocations are is known also without the pool.
    assert_eq!(checked.revocation.unwrap().table, "${CLAIMS_TABLE}");

    let open = "version = 1\ncaching = \"${CACHING}\"\ntiers = [\"free\", \"${TIER}\"]\n\
                flags = [\"${FLAG}\"]\n[pools.main]\nuser_pool = \"${POOL}\"\nclients = [\"a\"]\n\
                token_use = \"${USE}\"\n[require]\ntier = \"pro\"\nfeatures = [\"beta\"]\n\
                issued_within = \"1m\"\n[routes.\"GET /{id}\"]\nscopes = [\"a\"]\n\
                [context]\nclaims = [\"${CLAIM}\"]\nshed = [\"beta\"]\n\
                [revocation]\ntable = \"${TABLE}\"\npartition_key = \"pk\"\n";
    let unset = check(open, &|_| None).unwrap().unset_variables;
    let named = ["CACHING", "CLAIM", "FLAG", "POOL", "TABLE", "TIER", "USE"];
    assert_eq!(unset, named.map(str::to_owned).into());
    // What is certain is said all the same.
    let wrong = open.replace("clients = [\"a\"]", "clients = []");
    let codes: Vec<Code> =
        check(&wrong, &|_| None).unwrap_err().iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::EmptyList]);
}

/// The configurations in the guide work.
#[test]
fn the_guides_configurations_are_right() {
    let mut blocks = 0;
    for block in GUIDE.split("```toml\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let whole = if block.contains("version = 1") {
            block.to_owned()
        } else {
            let pool = "version = 1\ntiers = [\"free\", \"pro\"]\ncaching = \"30s\"\n[pools.main]\n\
                        user_pool = \"eu-west-1_EXAMPLE\"\nclients = [\"a\"]\ntoken_use = \"access\"\n";
            let (top, pool) = match block.trim_start().starts_with('[') {
                true => (pool.to_owned(), block),
                false => (String::new(), block),
            };
            format!("{top}{pool}")
        };
        let variables = |name: &str| match name {
            "USER_POOL_ID" => Some("eu-west-1_EXAMPLE".to_owned()),
            _ => Some("a-value-of-more-than-twenty-characters".to_owned()),
        };
        let parsed = Configuration::parse(&whole, &variables);
        assert!(parsed.is_ok(), "{whole}\n{:#?}", parsed.err());
        blocks += 1;
    }
    assert!(blocks >= 6, "only {blocks} configurations");
}

proptest! {
    #[test]
    fn no_text_makes_the_checker_stop(text in "\\PC{0,200}") {
        let _ = Configuration::parse(&text, &|_| None);
    }

    /// A right file with one byte taken out or put in is right or has findings with places in it.
    #[test]
    fn every_finding_has_a_place_in_the_file(
        (_, text) in prop::sample::select(files("tests/configurations")),
        at in any::<prop::sample::Index>(),
        letter in prop::sample::select(vec!["", "\"", "[", "=", "x", "ä", "\n", "${"]),
    ) {
        let at = at.index(text.len());
        prop_assume!(text.is_char_boundary(at) && text.is_char_boundary(at + 1));
        let mut changed = text.clone();
        changed.replace_range(at..=at, letter);
        for finding in findings(&changed) {
            prop_assert!(finding.line >= 1 && finding.line <= 1 + changed.lines().count());
            prop_assert!(finding.span.start <= finding.span.end && finding.span.end <= changed.len());
        }
    }
}
