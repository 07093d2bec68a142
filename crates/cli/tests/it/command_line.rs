//! The command line as a whole: help, exit statuses, completions, manual pages, colours, widths.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::command::{claimsmith, left_early, root, stderr, stdout};

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// The texts of all Rust files in a folder and below it.
fn sources(folder: &Path) -> Vec<String> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.extension() {
            _ if path.is_dir() => sources(&path),
            Some(extension) if extension == "rs" => vec![std::fs::read_to_string(path).unwrap()],
            _ => Vec::new(),
        })
        .collect()
}

fn with(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    claimsmith(arguments).envs(environment.iter().copied()).output().unwrap()
}

fn run(arguments: &[&str]) -> Output {
    with(arguments, &[])
}

fn help(arguments: &[&str]) -> String {
    let output = with(&[arguments, &["--help"]].concat(), &[("COLUMNS", "80")]);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    stdout(&output)
}

/// All commands, as the help names them.
fn commands() -> Vec<String> {
    let help = help(&[]);
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = commands.lines().filter(|line| !line.starts_with("   "));
    names.map(|line| line.trim().split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn every_command_teaches_by_example_within_80_columns() {
    let mut texts = vec![("claimsmith".to_owned(), help(&[]))];
    for command in commands().iter().filter(|command| *command != "help") {
        texts.push((command.clone(), help(&[command])));
    }
    assert!(texts.len() >= 9, "{}", texts.len());
    for (command, text) in &texts {
        assert!(text.contains("\nExamples:\n"), "{command} has no examples");
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
    }
}

/// A text that is too wide is broken by clap: what stands above an example's explanation then.
#[test]
fn no_example_is_broken_by_the_terminal() {
    let mut seen = 0;
    for text in sources(&root().join("crates/cli/src")) {
        for block in text.split("\\\nExamples:\n").skip(1) {
            for line in block.split("\"").next().unwrap().lines() {
                seen += 1;
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn every_example_is_a_command_that_exists() {
    let mut seen = 0;
    let mut commands = commands();
    commands.push(String::new());
    for command in commands.iter().filter(|command| *command != "help") {
        let arguments: Vec<&str> = command.split(' ').filter(|word| !word.is_empty()).collect();
        let text = help(&arguments);
        let examples = text.split("\nExamples:\n").nth(1).unwrap().split("\n\n").next().unwrap();
        for line in examples.lines() {
            // What comes before a pipe and after the explanation's gap is not ours.
            let line = line.rsplit("| ").find(|part| part.contains("claimsmith ")).unwrap_or(line);
            let Some((_, words)) = line.split_once("claimsmith ") else { continue };
            let words = words.split("    ").next().unwrap();
            let words =
                words.split([' ', '\t']).take_while(|word| !["|", ">", ">>", "<"].contains(word));
            let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
            let output = match words.as_slice() {
                ["help", ..] => run(&words),
                _ => run(&[&words[..], &["--help"]].concat()),
            };
            assert_eq!(output.status.code(), Some(0), "{line}: {}", stderr(&output));
            seen += 1;
        }
    }
    assert!(seen >= 25, "{seen}");
}

#[test]
fn alone_it_shows_its_help_and_fails() {
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("Examples:\n  claimsmith init"));
}

#[test]
fn a_slip_of_the_pen_is_understood() {
    for (words, tip) in [
        (&["simulat"][..], "'simulate'"),
        (&["doctr"], "'doctor'"),
        (&["check", "--polcy", "x"], "'--policy'"),
        (&["doctor", "--door", "http-pai"], "'http-api'"),
        (&["schema", "docter"], "'doctor'"),
        (&["completions", "bsh"], "'bash'"),
    ] {
        let output = run(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(stderr(&output).contains(tip), "{words:?}: {}", stderr(&output));
    }
}

/// Status and meaning, as the help names them.
fn statuses() -> Vec<(String, String)> {
    let help = help(&[]);
    let lines = help.split("Exit status:\n").nth(1).unwrap().lines();
    let pairs = lines.filter_map(|line| line.trim().split_once("  "));
    pairs.map(|(status, meaning)| (status.to_owned(), meaning.to_owned())).collect()
}

#[test]
fn the_exit_statuses_are_told_in_the_help_the_manual_and_the_document() {
    let statuses = statuses();
    let numbers: Vec<&str> = statuses.iter().map(|(status, _)| status.as_str()).collect();
    assert_eq!(numbers, ["0", "1", "2", "3", "4"]);
    let document = read("docs/command.md");
    let manual = stdout(&run(&["manual"]));
    let manual = manual.replace("\\*(Aq", "'").replace("\\-", "-");
    for (status, meaning) in statuses {
        assert!(document.contains(&format!("| {status} | {meaning} |")), "document: {status}");
        assert!(manual.contains(&meaning), "manual: {meaning}");
    }
}

#[test]
fn every_exit_status_is_met() {
    let refused = "events/v2/sign-in-suspended-org.json";
    let pool = "tests/doctor/pool-v1.json";
    assert_eq!(run(&["check"]).status.code(), Some(0));
    assert_eq!(run(&["check", "--policy", "no-such.toml"]).status.code(), Some(2));
    assert_eq!(run(&["simulate", refused]).status.code(), Some(3));
    assert_eq!(run(&["doctor", "--pool", pool]).status.code(), Some(4));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    if let Ok(full) = full {
        let status = Command::new(env!("CARGO_BIN_EXE_claimsmith"))
            .args(["schema"])
            .stdout(full)
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(1));
    }
}

#[test]
fn check_tells_of_trusted_attributes_that_people_may_write() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("writable");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("claims.toml");
    let policy = std::fs::read_to_string(root().join("tests/policy/right/attribute-only.toml"));
    let policy = policy.unwrap();
    std::fs::write(&file, policy.replace("custom:department", "locale")).unwrap();
    let output = run(&["check", "--policy", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "the pool may be right");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("\n  locale is trusted, and people may write it unless"), "{told}");
    assert!(!told.contains("custom:"), "{told}");
}

#[test]
fn check_tells_of_scopes_that_every_app_client_gets() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(root().join("tests/policy/right/guarded-grants.toml"));
    let text = text.unwrap();
    let told = |text: &str| {
        let file = folder.path().join("claims.toml");
        std::fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap();
        let json = run(&["check", "--json", "--policy", file]).stdout;
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let output = run(&["check", "--policy", file]);
        (String::from_utf8(output.stdout).unwrap(), json["scopes_for_any_client"].clone())
    };
    let (text_of_all, json) = told(&text);
    assert!(text_of_all.contains("items/read is for every app client"), "{text_of_all}");
    assert_eq!(json, serde_json::json!(["items/read"]));
    let (listed, json) = told(&format!("{text}\n[pool]\napp_clients = [\"a\"]\n"));
    assert!(!listed.contains("every app client"), "{listed}");
    assert_eq!(json, serde_json::json!([]));
}

#[test]
fn bash_loads_the_completions_and_completes_with_them() {
    let script = run(&["completions", "bash"]).stdout;
    // Loaded, looked at, and asked as the shell would ask it.
    let more = r#"
complete -p claimsmith
COMP_WORDS=(claimsmith doc) COMP_CWORD=1 COMP_LINE="claimsmith doc" COMP_POINT=14
_claimsmith claimsmith doc claimsmith; echo "first: ${COMPREPLY[*]}"
COMP_WORDS=(claimsmith doctor --fun) COMP_CWORD=2
_claimsmith claimsmith --fun doctor; echo "second: ${COMPREPLY[*]}"
COMP_WORDS=(claimsmith doctor --door r) COMP_CWORD=3
_claimsmith claimsmith r --door; echo "third: ${COMPREPLY[*]}"
COMP_WORDS=(claimsmith schema d) COMP_CWORD=2
_claimsmith claimsmith d schema; echo "fourth: ${COMPREPLY[*]}"
"#;
    let mut bash = Command::new("bash")
        .args(["--norc", "--noprofile", "-s"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = bash.stdin.take().unwrap();
    input.write_all(&[&script[..], more.as_bytes()].concat()).unwrap();
    drop(input);
    let output = bash.wait_with_output().unwrap();
    let (out, err) = (stdout(&output), stderr(&output));
    assert_eq!(err, "");
    assert!(out.contains("-F _claimsmith") && out.contains(" claimsmith"), "{out}");
    for expected in [
        "first: doctor\n",
        "second: --function --function-policy\n",
        "third: rest-cognito rest-jwt\n",
    ] {
        assert!(out.contains(expected), "no {expected} in {out}");
    }
    assert!(out.contains("fourth: diff doctor\n"), "{out}");
}

#[test]
fn completions_of_every_shell_name_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let output = run(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        let script = stdout(&output);
        for command in commands() {
            assert!(script.contains(&command), "{shell} doesn't know {command}");
        }
        assert!(script.contains("function-policy"), "{shell}");
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(&["manual", "--dir", folder.path().join("man1").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let mut commands = commands();
    commands.retain(|command| command != "help");
    assert_eq!(stdout(&output).lines().count(), commands.len() + 1);
    for command in &commands {
        let page = folder.path().join(format!("man1/claimsmith-{command}.1"));
        let page = std::fs::read_to_string(page).unwrap();
        assert_eq!(page, stdout(&run(&["manual", command])), "{command}");
        let title = format!(".TH CLAIMSMITH-{}", command.to_uppercase());
        for part in
            [title.as_str(), ".SH EXAMPLES\n.nf\n", ".SH \"EXIT STATUS\"", ".SH ENVIRONMENT"]
        {
            let page = page.replace("\\-", "-");
            assert!(page.contains(part), "{command}: no {part} in\n{page}");
        }
    }
    assert!(folder.path().join("man1/claimsmith.1").exists());
    let unknown = run(&["manual", "nonsense"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("there are init, "));
}

/// What the main commands print, and the status with which they end.
const REPORTS: [(&str, &[&str]); 8] = [
    ("simulate", &["simulate", "events/v2/sign-in-many-flags.json"]),
    (
        "simulate-many",
        // A policy and records of the tests' own: the counts stay what they are.
        &[
            "simulate",
            "--policy",
            "tests/doctor/claims.toml",
            "--records",
            "demo/records.json",
            "events/v1",
        ],
    ),
    ("diff", &["diff", "--against", "tests/policies/everything.toml", "events/v2"]),
    ("check", &["check", "--policy", "tests/policy/wrong/reserved-claim-cognito-groups.toml"]),
    ("prove", &["check", "--prove"]),
    (
        "show",
        &[
            "show",
            "--records",
            "demo/records.json",
            "--user",
            "33333333-3333-4333-8333-333333333333",
        ],
    ),
    ("seed", &["seed", "--dry-run", "demo/records.json"]),
    (
        "doctor",
        &[
            "doctor",
            "--policy",
            "tests/doctor/claims.toml",
            "--event",
            "events/v2/sign-in.json",
            "--records",
            "demo/records.json",
            "--pool",
            "tests/doctor/pool-v1.json",
            "org_id",
            "acting_for",
            "org_idd",
        ],
    ),
];

#[test]
fn reports_fit_narrow_and_wide_terminals_and_pipes() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../golden-width");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, arguments) in REPORTS {
        let mut text = String::new();
        for columns in ["80", "160", ""] {
            let environment = [("COLUMNS", columns)];
            let environment = if columns.is_empty() { &[][..] } else { &environment };
            let output = with(arguments, environment);
            let title = if columns.is_empty() { "a pipe" } else { columns };
            text.push_str(&format!("==== {title}, status {:?}\n", output.status.code().unwrap()));
            text.push_str(&stdout(&output));
            text.push_str(&stderr(&output));
            let most = columns.parse().unwrap_or(100);
            for line in stdout(&output).lines() {
                // A path or an address is never broken, and neither is a finding's title.
                let long = name == "check" || line.split(' ').any(|word| word.len() > 30);
                assert!(line.chars().count() <= most || long, "{name}, {columns}: {line}");
            }
        }
        // What diff prints is held in its own tests.
        if name != "diff" {
            settings.bind(|| insta::assert_snapshot!(name, text));
        }
    }
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    for (name, arguments) in REPORTS {
        let plain = with(arguments, &[]);
        assert!(!plain.stdout.contains(&0x1b), "{name}: colours in a pipe");
        let forced = with(arguments, &[("CLICOLOR_FORCE", "1")]);
        let never = with(arguments, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]);
        assert!(!never.stdout.contains(&0x1b), "{name}: NO_COLOR");
        if name != "seed" {
            assert!(forced.stdout.contains(&0x1b), "{name}: no colours by force");
        }
        let bare = anstream::adapter::strip_bytes(&forced.stdout).into_vec();
        assert_eq!(String::from_utf8(bare).unwrap(), stdout(&plain), "{name}");
    }
    let json = with(
        &["doctor", "--json", "--pool", "tests/doctor/pool-v1.json"],
        &[("CLICOLOR_FORCE", "1")],
    );
    assert!(!json.stdout.contains(&0x1b));
}

#[test]
fn a_reader_that_leaves_early_is_no_failure_of_any_command() {
    for arguments in [&["manual"][..], &["completions", "bash"], &["schema"], &["check"]] {
        let output = left_early(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        assert_eq!(stderr(&output), "", "{arguments:?}");
    }
}

#[test]
#[cfg_attr(feature = "dynamodb", ignore = "is about a build without the feature dynamodb")]
fn without_dynamodb_one_line_says_how_to_get_it() {
    let ada = "11111111-1111-4111-8111-111111111111";
    let environment = [("CLAIMS_TABLE", "claims"), ("AWS_REGION", "eu-west-1")];
    for arguments in [
        &["seed", "demo/records.json", "--policy", "claims.toml"][..],
        &["revoke", "--list", "--policy", "crates/cli/tests/revoke/claims.toml"],
        &["show", "--user", ada],
        &["doctor", "org_id", "--user", ada],
        &["serve", "--table", "--port", "0"],
    ] {
        let output = with(arguments, &environment);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(stdout(&output), "", "{arguments:?}");
        let problem = stderr(&output);
        assert_eq!(problem.lines().count(), 1, "{arguments:?}: {problem}");
        let how = "cargo install --path crates/cli --features dynamodb";
        assert!(problem.contains(how), "{arguments:?}: {problem}");
    }
    // All commands are listed, and what needs no table works.
    assert!(commands().contains(&"seed".to_owned()));
    for arguments in [
        &["seed", "--dry-run", "demo/records.json"][..],
        &["show", "--user", ada, "--records", "demo/records.json"],
    ] {
        assert_eq!(with(arguments, &environment).status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn an_authorizers_configuration_is_checked_and_drawn_as_a_policy_is() {
    let good = run(&["check", "--authorizer", "infra/examples/complete/authorizer.toml"]);
    assert_eq!(good.status.code(), Some(0), "{}", stderr(&good));
    let printed = stdout(&good);
    assert!(printed.starts_with("infra/examples/complete/authorizer.toml: nothing to find\n"));
    assert!(printed.contains("  the function will need USER_POOL_ID, which is not set here\n"));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorizer.toml");
    let text = "version = 1\n\n[pools.main]\nuser_pool = \"${USER_POOL_ID}\"\nclents = [\"a\"]\n\
                token_use = \"acess\"\n";
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let wrong = run(&["check", "--authorizer", file]);
    assert_eq!(wrong.status.code(), Some(2));
    let printed = stdout(&wrong);
    for words in ["error[unknown-key]", "authorizer.toml:5:1", "5 | clents", "error[unknown-word]"]
    {
        assert!(printed.contains(words), "{words}: {printed}");
    }
    assert!(printed.ends_with(" problems\n"), "{printed}");
    // A policy is no configuration of an authorizer, and the two aren't mixed.
    assert_eq!(run(&["check", "--authorizer", "claims.toml"]).status.code(), Some(2));
    let both = run(&["check", "--policy", "claims.toml", "--authorizer", file]);
    assert_eq!((both.status.code(), stdout(&both)), (Some(2), String::new()));
}
