//! The guides tell the truth: each command in them runs and prints what they show, each file that
//! they show is one of the repository, each link leads somewhere.
//!
//! The commands of a document run in one session of bash, in a folder with the repository's
//! `claims.toml`, `demo`, `docs`, `events`, `examples` and `tests`, and with the files of the document's own blocks
//! (```` ```toml NAME ````), and for who packs with the zips of a release, whose program is a made-up one. In a block ```` ```console ````, lines with `$` are commands and the others
//! what they print, with `…` for any lines. A command ends well, unless the next one is `echo $?`.
//! What can't run here stands in a block ```` ```sh ```` under a line that says what it needs.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::command::root;
use crate::fences::{Shown, blocks, commands, document};
use claimsmith::outcome::Reason;
use claimsmith::records::store::{StoreError, StoreFault};

/// Guides that another test of this crate follows.
const ELSEWHERE: [&str; 4] =
    ["docs/command.md", "docs/data-model.md", "docs/doctor.md", "docs/playground.md"];

/// Commands that are run elsewhere: how they begin, the file that runs them, and its words.
const RUN_BY_OTHERS: [(&str, &str, &str); 3] = [
    ("./test", ".ci/run", "./test"),
    ("cargo lambda build", "tests/cargo-lambda", "cargo lambda"),
    ("cargo run -p cognito-claims", "test", "cargo run -p cognito-claims"),
];

/// All documents of the repository's root, of `docs` and of the whole policies, by path.
fn documents() -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join("docs"), &mut found);
    walk(&root().join("examples/policies"), &mut found);
    found.extend(
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"]
            .map(|it| root().join(it)),
    );
    let mut names: Vec<String> = found
        .iter()
        .map(|path| path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// A folder as a reader has it, with a `cargo` that knows our command alone.
fn desk(blocks: &[(String, Vec<String>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["claims.toml", "demo", "docs", "events", "examples", "tests"] {
        symlink(root().join(name), folder.path().join(name)).unwrap();
    }
    let files = blocks.iter().filter_map(|(info, lines)| Some((info.split_once(' ')?.1, lines)));
    for (name, lines) in files.filter(|(name, _)| !name.contains('/')) {
        let path = folder.path().join(name);
        let _ = fs::remove_file(&path); // a link to the repository's own file stays untouched
        fs::write(path, lines.join("\n") + "\n").unwrap();
    }
    if blocks.iter().any(|(_, lines)| lines.iter().any(|line| line.contains("claimsmith pack"))) {
        crate::pack::release(folder.path());
    }
    let bin = folder.path().join(".bin");
    fs::create_dir(&bin).unwrap();
    let program = env!("CARGO_BIN_EXE_claimsmith");
    symlink(program, bin.join("claimsmith")).unwrap();
    let cargo = format!(
        "#!/bin/bash\n\
         case \"$*\" in run*' -p claimsmith-cli -- '*) ;; *) echo \"no such cargo here: $*\"; exit 99 ;; esac\n\
         while [ \"$1\" != -- ]; do shift; done\n\
         shift\nexec '{program}' \"$@\"\n"
    );
    fs::write(bin.join("cargo"), cargo).unwrap();
    fs::set_permissions(bin.join("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Runs commands in one session. What each printed, and its exit status.
fn session(commands: &[Shown], folder: &Path) -> Vec<(Vec<String>, String)> {
    const END: &str = "=== end of a command, status ";
    // What this machine says to the command or to AWS is no part of a guide.
    let mut script = String::from(
        "unset ${!AWS_@} ${!CLAIMS_@} COLUMNS NO_COLOR CLICOLOR_FORCE\n\
         export PATH=\"$PWD/.bin:$PATH\" HOME=\"$PWD\"\n\
         shopt -s expand_aliases\nexec 2>&1\nstatus=0\n",
    );
    for (command, _) in commands {
        script.push_str(&format!(
            "(exit $status)\n{command}\nstatus=$?\nprintf '\\n%s%s\\n' '{END}' $status\n"
        ));
    }
    fs::write(folder.join(".bin/session"), script).unwrap();
    let mut bash = Command::new("bash");
    let output =
        bash.arg(".bin/session").current_dir(folder).stdin(Stdio::null()).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let mut results = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for line in printed.lines() {
        match line.strip_prefix(END) {
            Some(status) => {
                // The line end before the mark is ours.
                if lines.last().is_some_and(String::is_empty) {
                    lines.pop();
                }
                results.push((std::mem::take(&mut lines), status.to_owned()));
            }
            None => lines.push(line.trim_end().to_owned()),
        }
    }
    results
}

/// Whether a document shows what was printed; `…` stands for any lines, and blanks that align
/// columns don't count.
fn shows(shown: &[String], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((first, rest)) if first == "…" => {
            (0..=printed.len()).any(|from| shows(rest, printed.split_at(from).1))
        }
        Some((first, rest)) => printed
            .split_first()
            .is_some_and(|(line, others)| words(line).eq(words(first)) && shows(rest, others)),
    }
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split_whitespace()
}

/// Follows a document: how many commands it has, and what is wrong with them.
fn follow(name: &str, problems: &mut Vec<String>) -> usize {
    let text = document(name);
    let blocks = blocks(&text);
    let ours: Vec<Shown> = commands(&blocks)
        .into_iter()
        .filter(|(command, _)| !RUN_BY_OTHERS.iter().any(|it| command.starts_with(it.0)))
        .collect();
    let folder = desk(&blocks);
    let results = session(&ours, folder.path());
    assert_eq!(results.len(), ours.len(), "{name}: a command ended the session");
    for (place, ((command, shown), (printed, status))) in ours.iter().zip(&results).enumerate() {
        let asked = ours.get(place + 1).is_some_and(|(next, _)| next == "echo $?");
        // A README shows what a command prints in a block of its own.
        let shown = shows(shown, printed) || (shown.is_empty() && name == "README.md");
        if !shown || !(asked || status == "0") {
            problems.push(format!("{name}: `{command}`, status {status}:\n{}", printed.join("\n")));
        }
    }
    ours.len()
}

#[test]
fn every_command_works_and_prints_what_is_shown() {
    let mut problems = Vec::new();
    let followed: usize = documents()
        .iter()
        .filter(|name| !ELSEWHERE.contains(&name.as_str()))
        .map(|name| follow(name, &mut problems))
        .sum();
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
    assert!(followed > 30, "only {followed} commands were found");
}

/// The page shows the same trigger in two languages, and its commands run one of them.
#[test]
fn the_old_trigger_is_the_same_in_both_languages() {
    let blocks = blocks(&document("docs/migrate.md"));
    let folder = desk(&blocks);
    let table = "import json\nitems = json.load(open('demo/records.json'))\n\
        def find(pk, sk):\n    \
        return next((it for it in items if (it['pk'], it['sk']) == (pk, sk)), None)\n";
    let record = "import glob, json, old\nfor file in sorted(glob.glob('events/v[23]/*.json')):\n    \
        event = json.load(open(file))\n    \
        try: answer = old.handler(event, None)\n    \
        except (KeyError, TypeError): answer = None\n    \
        print(json.dumps({'event': file, 'answer': answer}, separators=(',', ':'), ensure_ascii=False))\n";
    fs::write(folder.path().join("table.py"), table).unwrap();
    fs::write(folder.path().join("record.py"), record).unwrap();
    let commands = ["python3 record.py", "node record.mjs events/v2 events/v3"];
    let results = session(&commands.map(|it| (it.to_owned(), Vec::new())), folder.path());
    let [python, node] = results.as_slice() else { panic!("{results:?}") };
    assert!(python.0.len() > 40 && python.1 == "0", "{python:?}");
    for (python, node) in python.0.iter().zip(&node.0) {
        assert_eq!(python, node);
    }
    assert_eq!(python.0.len(), node.0.len());
}

#[test]
fn what_is_not_followed_here_is_run_elsewhere() {
    let tests: Vec<(PathBuf, String)> = fs::read_dir(root().join("crates/cli/tests/it"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && !path.ends_with("guides.rs"))
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect();
    for name in ELSEWHERE.iter().filter(|name| root().join(name).is_file()) {
        let quoted = format!("\"{name}\"");
        assert!(tests.iter().any(|(_, text)| text.contains(&quoted)), "no test follows {name}");
    }
    for (command, file, words) in RUN_BY_OTHERS {
        assert!(document(file).contains(words), "{file} doesn't run `{command}`");
    }
}

#[test]
fn a_command_that_can_not_run_here_says_what_it_needs() {
    for name in documents() {
        let text = document(&name);
        let mut before = "";
        for line in text.lines() {
            if line == "```sh" {
                assert!(
                    before.starts_with("Needs "),
                    "{name}: what does the block below need? {before}"
                );
            }
            if !line.is_empty() {
                before = line;
            }
        }
    }
}

#[test]
fn a_file_that_is_shown_is_the_repositorys() {
    let mut count = 0;
    for name in documents() {
        for (info, lines) in blocks(&document(&name)) {
            let Some((_, file)) = info.split_once(' ').filter(|(_, file)| file.contains('/'))
            else {
                continue;
            };
            assert_eq!(lines.join("\n"), document(file).trim_end(), "{name} shows another {file}");
            count += 1;
        }
    }
    assert!(count >= 3, "{count}");
}

/// A heading's anchor, as forges make it.
fn anchor(heading: &str) -> String {
    let plain = heading.trim_start_matches('#').trim().to_lowercase();
    plain
        .chars()
        .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

#[test]
fn links_lead_somewhere() {
    let mut nowhere = Vec::new();
    for name in documents() {
        let text = document(&name);
        let targets = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
        for target in targets.filter(|it| !it.starts_with("https://")) {
            let (path, place) = target.split_once('#').unwrap_or((target, ""));
            let own = root().join(&name);
            let file = match path {
                "" => own,
                path => own.parent().unwrap().join(path),
            };
            let there = file.exists()
                && (place.is_empty()
                    || fs::read_to_string(&file).is_ok_and(|other| {
                        other.lines().any(|it| it.starts_with('#') && anchor(it) == place)
                    }));
            if !there {
                nowhere.push(format!("{name}: {target}"));
            }
        }
    }
    assert!(nowhere.is_empty(), "{nowhere:#?}");
}

#[test]
fn the_path_names_every_guide() {
    let path = document("docs/README.md");
    for name in documents().iter().filter_map(|name| name.strip_prefix("docs/")) {
        if name == "README.md" {
            continue;
        }
        assert!(path.contains(&format!("]({name})")), "docs/README.md doesn't lead to {name}");
    }
}

#[test]
fn every_refusal_and_every_alarm_has_its_place_in_the_runbook() {
    let runbook = document("docs/operations.md");
    let headings: Vec<&str> = runbook.lines().filter(|line| line.starts_with("### ")).collect();
    let mut expected: Vec<String> =
        Reason::ALL.map(|reason| format!("### `{reason}`")).into_iter().collect();
    expected.extend(alarms().iter().map(|alarm| format!("### Alarm `{alarm}`")));
    for heading in &expected {
        assert!(headings.contains(&heading.as_str()), "docs/operations.md has no {heading}");
    }
    for heading in headings {
        assert!(expected.contains(&heading.to_owned()), "nobody raises {heading}");
    }
}

#[test]
fn the_runbook_knows_the_tables_faults_and_the_logs_members() {
    let runbook = document("docs/operations.md");
    for fault in [
        StoreFault::Unreachable,
        StoreFault::Slow,
        StoreFault::Late,
        StoreFault::Throttled,
        StoreFault::Denied,
        StoreFault::Misconfigured,
        StoreFault::Failed,
    ] {
        let text = StoreError::new(fault).to_string();
        assert!(runbook.contains(&text), "docs/operations.md doesn't know: {text}");
    }
    let telemetry = document("docs/telemetry.md");
    for path in runbook.split("record.").skip(1) {
        let name: String =
            path.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
        assert!(telemetry.contains(&name), "no record has {name}");
    }
}

/// The alarms of the Terraform module, by the part of their names that the module fixes.
fn alarms() -> Vec<String> {
    let module = document("infra/observability.tf");
    let lines: Vec<&str> = module.lines().map(str::trim).collect();
    let mut found: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("alarm_name")?.split("${var.name}-").nth(1))
        .filter(|name| !name.contains("each.key"))
        .map(|name| name.trim_matches('"'))
        .collect();
    // Those of the table of simple alarms: `name = {`, and its description.
    for (line, next) in lines.iter().zip(lines.iter().skip(1)) {
        if let Some(name) = line.strip_suffix(" = {").filter(|_| next.starts_with("description")) {
            found.push(name.trim_matches('"'));
        }
    }
    assert!(found.len() >= 8, "too few alarms were found: {found:?}");
    found.into_iter().map(str::to_owned).collect()
}

#[test]
fn the_tests_that_the_threat_model_names_exist() {
    let text = document("SECURITY.md");
    let named: Vec<(&str, &str)> = text.split('`').filter_map(|it| it.split_once("::")).collect();
    assert!(named.len() > 30, "{named:?}");
    for (file, test) in named {
        let code = document(file);
        let found = code.contains(&format!("fn {test}(")) || code.contains(&format!("\"{test}\""));
        assert!(found, "SECURITY.md names a test that isn't there: {file}::{test}");
    }
    for number in 1..=21 {
        assert!(text.contains(&format!("\n### {number}. ")), "SECURITY.md has no pitfall {number}");
    }
}

#[test]
fn the_deployment_guide_knows_the_modules_inputs_and_outputs() {
    let guide = document("docs/deploy.md");
    let module = |begin: &str| -> String {
        let files = fs::read_dir(root().join("infra")).unwrap();
        let paths = files.map(|file| file.unwrap().path());
        let named = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(begin);
        paths.filter(named).map(|path| fs::read_to_string(path).unwrap()).collect()
    };
    let (inputs, outputs) = (module("variables"), module("outputs"));
    for (info, lines) in blocks(&guide).iter().filter(|(info, _)| info.starts_with("hcl ")) {
        let set = lines.iter().filter_map(|line| line.strip_prefix("  ")?.split_once('='));
        let own = ["region", "source", "value", "sensitive"];
        for name in set.map(|(name, _)| name.trim()).filter(|name| !own.contains(name)) {
            assert!(inputs.contains(&format!("variable \"{name}\" ")), "{info}: no input {name}");
        }
    }
    for name in [
        "handler_zip",
        "authorizer_zip",
        "domain_prefix",
        "callback_urls",
        "log_one_in",
        "existing_user_pool_id",
        "alarm_topic_arn",
        "alias_version",
        "alias_weights",
    ] {
        assert!(
            guide.contains(&format!("`{name}"))
                && inputs.contains(&format!("variable \"{name}\" "))
        );
    }
    for name in ["user_pool_id", "web_client_id", "table_name", "pool_lambda_config"] {
        assert!(guide.contains(name) && outputs.contains(&format!("output \"{name}\" ")), "{name}");
    }
}

/// A number of the cost table, such as `1,000,000` or `$0.125`.
fn number(text: &str) -> f64 {
    let plain: String = text.chars().filter(|it| it.is_ascii_digit() || *it == '.').collect();
    plain.parse().unwrap_or_else(|_| panic!("no number: {text}"))
}

#[test]
fn the_cost_adds_up() {
    let text = document("docs/deploy.md");
    let mut sum = 0.0;
    let mut sums = 0;
    let mut rows = 0;
    for line in text.lines().filter(|line| line.contains(" / ") && line.contains("$")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, quantity, price, cost] = cells.as_slice() else { continue };
        let (dollars, per) = price.split_once(" / ").unwrap();
        let right = number(quantity) * number(dollars) / number(per);
        assert!((right - number(cost)).abs() < 0.00501, "{line}: {right}");
        sum += number(cost);
        rows += 1;
    }
    for line in text.lines().filter(|line| line.starts_with("| **sum**")) {
        assert!((sum - number(line)).abs() < 0.00501, "{line}: {sum}");
        sums += 1;
    }
    assert!(rows >= 4 && sums == 1, "{rows} rows, {sums} sums");
}
