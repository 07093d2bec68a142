//! In which steps a change is deployed: by each kind of change, and by what is mixed.

use super::{against, edited, stderr, stdout, written};
use crate::command::root;
use serde_json::Value;

const NEW: (&str, &str) =
    ("[claims.trial]", "[claims.sandbox]\nvalue = true\nrequired = true\n\n[claims.trial]");
const APPENDED: (&str, &str) =
    ("flags = [\"items\", \"export\"]", "flags = [\"items\", \"export\", \"webhooks\"]");
const ALWAYS: (&str, &str) = ("default = \"free\"", "required = true");
const LESS: (&str, &str) = ("required = true", "");
const WHOLE: (&str, &str) = ("type = \"number\"", "type = \"integer\"");
const FREE: (&str, &str) = ("flags = [\"items\", \"export\", \"webhooks\"]", "");
const GONE: (&str, &str) = ("[claims.trial]\nvalue = true", "");
const EMAIL: (&str, &str) =
    ("[\"phone_number_verified\"]", "[\"phone_number_verified\", \"email\"]");
const TEXT: (&str, &str) = ("value = 7\ntype = \"number\"", "value = \"7\"");
const RENAMED: (&str, &str) = ("[claims.trial]", "[claims.test]");

/// Edits, and the steps that they need.
type Row = (&'static [(&'static str, &'static str)], &'static [&'static str]);

#[test]
fn each_mixture_has_its_steps() {
    let folder = tempfile::tempdir_in(root().join("crates/cli/tests/contract")).unwrap();
    let before = written(folder.path(), "before.toml", &edited(&[]));
    let rows: [Row; 13] = [
        (&[], &[]),
        (&[FREE], &["Deploy the policy and readers in any order."]),
        (
            &[NEW],
            &[
                "Deploy the policy.",
                "When older tokens have expired, deploy readers that rely on sandbox (new: boolean).",
            ],
        ),
        (
            &[WHOLE, FREE],
            &[
                "Deploy the policy.",
                "When older tokens have expired, deploy readers that rely on level (from number to \
                 integer).",
            ],
        ),
        (
            &[ALWAYS],
            &[
                "Deploy the policy.",
                "When older tokens have expired, deploy readers that rely on org_tier (from \
                 unless_omitted to always).",
            ],
        ),
        (&[APPENDED], &["Deploy readers of the new contract.", "Deploy the policy."]),
        (&[FREE, APPENDED], &["Deploy readers of the new contract.", "Deploy the policy."]),
        (
            &[APPENDED, NEW],
            &[
                "Deploy a policy with this alone: sandbox (new: boolean).",
                "When older tokens have expired, deploy readers of the new contract.",
                "Deploy the whole policy.",
            ],
        ),
        (
            &[LESS, WHOLE],
            &[
                "Deploy a policy with this alone: level (from number to integer).",
                "When older tokens have expired, deploy readers of the new contract.",
                "Deploy the whole policy.",
            ],
        ),
        (
            &[GONE, EMAIL],
            &[
                "Deploy readers of the new contract, which do without email (suppressed), trial \
                 (removed).",
                "Deploy the policy.",
            ],
        ),
        (
            &[RENAMED],
            &[
                "Deploy a policy with this alone: test (new: boolean).",
                "When older tokens have expired, deploy readers of the new contract, which do \
                 without trial (removed; probably renamed to `test`).",
                "Deploy the whole policy.",
            ],
        ),
        (
            &[TEXT],
            &[
                "Deploy a policy with this alone, beside the old and under another name: level \
                 (from number to string).",
                "When older tokens have expired, deploy readers of the new contract, which ask for \
                 the other name.",
                "Deploy the whole policy, without what nobody asks for any more.",
            ],
        ),
        (
            &[TEXT, NEW],
            &[
                "Deploy a policy with this alone: sandbox (new: boolean); and, beside the old and \
                 under another name: level (from number to string).",
                "When older tokens have expired, deploy readers of the new contract, which ask for \
                 the other name.",
                "Deploy the whole policy, without what nobody asks for any more.",
            ],
        ),
    ];
    for (edits, steps) in rows {
        let after = written(folder.path(), "after.toml", &edited(edits));
        let output = against(&before, &after, &["--json"]);
        let told: Value = serde_json::from_str(&stdout(&output))
            .unwrap_or_else(|_| panic!("{edits:?}: {}", stderr(&output)));
        let told: Vec<&str> =
            told["deploy"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        assert_eq!(told, steps, "{edits:?}");
    }
}
