//! The workflow of a pull request that `docs/diff.md` offers.

use std::process::Command;

use crate::command::root;

/// The scripts of the workflow that `docs/diff.md` offers, run in a repository with a change.
#[test]
fn the_example_workflow_compares_and_decides() {
    let workflow = root().join("docs/examples/claims-diff.yml");
    let workflow = std::fs::read_to_string(workflow).unwrap();
    let scripts = workflow.split("run: |\n").skip(1);
    let scripts: Vec<&str> = scripts.map(|it| it.split("      - name").next().unwrap()).collect();
    let [compare, decide] = scripts.as_slice() else { panic!("{scripts:?}") };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_claimsmith"), path("bin/claimsmith")).unwrap();
    std::fs::create_dir(path("events")).unwrap();
    std::fs::copy(root().join("events/v2/sign-in.json"), path("events/ada.json")).unwrap();
    std::fs::copy(root().join("demo/records.json"), path("items.json")).unwrap();
    std::fs::copy(root().join("claims.toml"), path("claims.toml")).unwrap();
    let bash = |script: &str| {
        let search = format!("{}:{}", path("bin").display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("bash");
        command.args(["-eo", "pipefail", "-c", script]).current_dir(folder.path());
        command.env_clear().env("PATH", search).env("BASE", "HEAD").env("RUNNER_TEMP", path("bin"));
        for file in ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"] {
            command.env(file, path("bin").join(file));
        }
        let git = [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")];
        command.envs(git).output().unwrap()
    };
    let commit = "git init -q && git add claims.toml && \
        git -c user.name=a -c user.email=a@example.com commit -qm before";
    assert!(bash(commit).status.success());

    // Whether the contract is printed anew, as it has to be.
    for (from, to, printed, told, fails) in [
        ("[\"phone_number_verified\"]", "[]", true, [4, 0, 0], 0),
        ("phone_number_verified", "email", true, [4, 3, 0], 3),
        ("default = \"free\"", "", true, [0, 4, 0], 0),
        ("default = \"free\"", "", false, [0, 4, 1], 1),
        ("\"active\", \"trial\"", "\"trial\"", true, [3, 0, 0], 3),
        ("shared = true", "shard = true", false, [2, 2, 1], 2),
        ("", "", true, [0, 0, 0], 0),
    ] {
        let shipped = std::fs::read_to_string(root().join("claims.toml")).unwrap();
        std::fs::write(path("claims.toml"), &shipped).unwrap();
        let print = "claimsmith contract --policy claims.toml > claims.contract.json";
        assert!(bash(print).status.success());
        std::fs::write(path("claims.toml"), shipped.replace(from, to)).unwrap();
        assert!(!printed || bash(print).status.success());
        let _ = std::fs::remove_file(path("bin/GITHUB_OUTPUT"));
        let output = bash(compare);
        let problem = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{from}: {problem}");
        let [status, readers, fresh] = told;
        let told = std::fs::read_to_string(path("bin/GITHUB_OUTPUT")).unwrap();
        let lines = format!("status={status}\nreaders={readers}\nfresh={fresh}\n");
        assert_eq!(told, lines, "{from}: {problem}");
        let variables = format!("STATUS={status}\nREADERS={readers}\nFRESH={fresh}\n");
        let decided = bash(&format!("{variables}{decide}"));
        assert_eq!(decided.status.code(), Some(fails), "{from}");
    }
    let comment = std::fs::read_to_string(path("bin/GITHUB_STEP_SUMMARY")).unwrap();
    let begins = "to the tokens\n````text\n";
    assert!(comment.contains(&format!("{begins}1 person locked out\n\nbefore ")), "{comment}");
    assert!(comment.contains("1 event of 1 person: 1 differs, 1 newly refused"), "{comment}");
    assert!(comment.contains(&format!("{begins}no difference\n\nbefore ")), "{comment}");
    assert!(comment.contains("1 event of 1 person: none differs"), "{comment}");
    assert!(comment.contains("What it means for readers\n````text\nbefore"), "{comment}");

    // A base without a policy; and one that isn't there is no reason to believe that.
    assert!(!bash(&format!("BASE=gone\n{compare}")).status.success());
    let remove = commit.replace("add", "rm -q --cached").replace("before", "none");
    assert!(bash(&remove).status.success());
    assert!(bash(compare).status.success());
    let comment = std::fs::read_to_string(path("bin/GITHUB_STEP_SUMMARY")).unwrap();
    assert!(comment.contains("no contract before"), "{comment}");
}
