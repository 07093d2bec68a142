//! `claimsmith pack`: the zip of a released function with one's own policy, without building it.

mod change;
mod function;
mod packed;
mod program;
mod records;
mod report;
mod sum;
mod write;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use claimsmith::load::Text;
use claimsmith_findings::{Code, Found};
use clap::{ArgGroup, Args};

use self::function::{Function, Kind, NEXT};
use self::packed::{Input, Packed};
use self::sum::Sum;
use crate::check::{self, Good, GoodPolicy};
use crate::setup;
use crate::status::{Failure, Status, words};
use crate::terminal;

/// Put your policy into a released function's zip
#[derive(Args)]
#[command(
    override_usage = "claimsmith pack --policy <FILE> --function <ZIP> [OPTIONS]\n       \
                      claimsmith pack --authorizer <FILE> --function <ZIP> [OPTIONS]",
    after_help = "\
Examples:
  claimsmith pack --policy claims.toml --function pre-token-generation-arm64.zip
  claimsmith pack --authorizer authorizer.toml --function authorizer-arm64.zip
  claimsmith pack --policy claims.toml --function released.zip --json

The zip and SHA256SUMS are files of a release; the sum must be right. The policy
is checked first. The program stays as it is, and the same program and policy
give the same bytes. What is written goes to the module's trigger_zip or
authorizer_zip.

The change of what readers may rely on is told by comparison with the policy in
the zip, or with the policy or contract of --against; it isn't in the status.

Exit status: 0 it is written, 2 problems, another sum or bad input, 1 the
machine failed.",
    group(ArgGroup::new("configuration").required(true).args(["policy", "authorizer"])),
)]
pub struct Pack {
    /// The trigger's policy
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The authorizer's configuration
    #[arg(long, value_name = "FILE", conflicts_with_all = ["next", "against"])]
    authorizer: Option<PathBuf>,
    /// The function, as a release has it
    #[arg(long, value_name = "ZIP")]
    function: PathBuf,
    /// Its SHA-256 sum; without it SHA256SUMS beside the zip states it
    #[arg(long, value_name = "SUM", value_parser = Sum::parse)]
    sha256: Option<Sum>,
    /// A policy that may decide beside the other and changes nothing, as next.toml
    #[arg(long, value_name = "FILE")]
    next: Option<PathBuf>,
    /// The contract that readers know, or a policy
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Where to; trigger.zip or authorizer.zip in this folder unless given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Writes the zip.
pub fn run(arguments: &Pack) -> Result<Status, Failure> {
    let bad = |problem: String| {
        Failure::Input(format!("{}: {problem}", terminal::file(&arguments.function)))
    };
    let zip = sum::verified(&arguments.function, arguments.sha256)?;
    let mut function = Function::read(&zip).map_err(bad)?;
    let (kind, path) = match (&arguments.policy, &arguments.authorizer) {
        (None, Some(path)) => (Kind::Authorizer, path),
        (Some(path), _) => (Kind::Trigger, path),
        // The arguments have one of them.
        (None, None) => return Err(Failure::Input("neither --policy nor --authorizer".to_owned())),
    };
    if kind != function.kind {
        let (is, option) = (function.kind.as_str(), function.kind.option());
        return Err(bad(format!("it is the zip of the {is}, which takes {option}")));
    }
    let out = arguments.out.clone().unwrap_or_else(|| format!("{}.zip", kind.as_str()).into());
    let given = [
        Some(path),
        Some(&arguments.function),
        arguments.next.as_ref(),
        arguments.against.as_ref(),
    ];
    let given: Vec<&Path> = given.into_iter().flatten().map(PathBuf::as_path).collect();
    write::check(&out, &given)?;

    let policy = |path: &Path| {
        let given = Given::read(path)?;
        let checked = check::policy(&given.text, false, None);
        given.good(checked, arguments.json)
    };
    let main = match kind {
        Kind::Trigger => policy(path)?,
        Kind::Authorizer => {
            let given = Given::read(path)?;
            let checked = check::authorizer(&given.text);
            given.good(checked, arguments.json)?
        }
    };
    let next = arguments.next.as_deref().map(policy).transpose()?;
    // Their findings were shown.
    let (Some(main), None | Some(Some(_))) = (main, &next) else { return Ok(Status::BadInput) };
    let next = next.flatten();
    let against = arguments.against.as_deref();
    let compare = || change::compared(&function, &arguments.function, &main.given.text, against);
    let compared = (kind == Kind::Trigger).then(compare).transpose()?;
    only_known(&function).map_err(bad)?;

    let records = records(&main, next.as_ref())?;
    let mut files = records.clone();
    files.insert(kind.file().to_owned(), main.given.bytes.clone());
    files.extend(next.iter().map(|next| (NEXT.to_owned(), next.given.bytes.clone())));
    let bytes = write::zip(&mut function, &files)
        .map_err(|error| bad(format!("it can't be packed again: {error}")))?;
    write::place(&bytes, &out)?;

    let input =
        |file: &Path, bytes: &[u8]| Input { file: file.display().to_string(), sum: Sum::of(bytes) };
    let packed = Packed {
        kind,
        architecture: function.architecture,
        file: out.display().to_string(),
        length: bytes.len(),
        sum: Sum::of(&bytes),
        function: input(&arguments.function, &zip),
        policy: input(&main.given.path, &main.given.bytes),
        checked: main.good,
        next: next.map(|next| (input(&next.given.path, &next.given.bytes), next.good)),
        records: records.into_iter().map(|(name, bytes)| (name, Sum::of(&bytes))).collect(),
        compared,
    };
    report::tell(&packed, arguments.json)?;
    Ok(Status::Fine)
}

/// A policy or configuration: what is checked are the bytes that are packed.
struct Given {
    path: PathBuf,
    bytes: Vec<u8>,
    text: Text,
}

/// One without findings, and what is known of it.
struct Checked {
    given: Given,
    good: Good,
}

impl Given {
    fn read(path: &Path) -> Result<Self, Failure> {
        let bad = |problem: String| Failure::Input(format!("{}: {problem}", terminal::file(path)));
        let bytes = fs::read(path).map_err(|error| bad(words(&error)))?;
        let text = String::from_utf8(bytes.clone()).map_err(|_| bad("no UTF-8".to_owned()))?;
        let text = Text::of(path, |_| Ok::<_, Failure>(text.clone()))?;
        Ok(Self { path: path.to_owned(), bytes, text })
    }

    /// Nothing if it has findings, which are shown as `check` shows them.
    fn good<C: Code>(
        self,
        checked: Result<Good, Found<C>>,
        json: bool,
    ) -> Result<Option<Checked>, Failure> {
        match checked {
            Ok(good) => Ok(Some(Checked { given: self, good })),
            found => check::show(&self.text.name, &self.text.text, found, json).map(|_| None),
        }
    }
}

/// The records files of the policies, by name in the zip.
fn records(main: &Checked, next: Option<&Checked>) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut all = BTreeMap::new();
    for Checked { given, good } in [Some(main), next].into_iter().flatten() {
        let bad = |problem| Failure::Input(format!("{}: {problem}", terminal::file(&given.path)));
        let Some(GoodPolicy { policy, .. }) = &good.policy else { continue };
        let as_written = setup::policy_as_written(&given.text);
        let read = records::read(&given.path, as_written.as_ref().unwrap_or(policy));
        let Some((name, bytes)) = read.map_err(bad)? else { continue };
        if all.get(&name).is_some_and(|other| *other != bytes) {
            return Err(bad(format!("records file `{name}` is another one for the other policy")));
        }
        all.insert(name, bytes);
    }
    Ok(all)
}

/// Refuses a zip with a file that neither a release nor this command put there.
fn only_known(function: &Function<'_>) -> Result<(), String> {
    let records = change::policy_in(function)
        .and_then(|text| records::name(&setup::policy_as_written(&text)?)?.ok());
    match function.others.iter().find(|name| Some(*name) != records.as_ref()) {
        Some(name) => Err(format!("it has `{name}`, which no function of a release has")),
        None => Ok(()),
    }
}
