//! No two files import each other, not even by way of others: in every package.

use std::collections::{BTreeMap, BTreeSet};

use crate::architecture::{code, files};

/// Every folder of sources, but for programs that are one file.
const PACKAGES: [&str; 11] = [
    "src",
    "crates/authorizer/src",
    "crates/claims/src",
    "crates/cli/src",
    "crates/dynamo/src",
    "crates/findings/src",
    "crates/playground/src",
    "crates/telemetry/src",
    "crates/testbed/src",
    "examples/items-api/src",
    "bench/cold/src",
];

#[test]
fn no_circle_of_imports_in_any_package() {
    for folder in PACKAGES {
        let circles = Package::of(files(folder, ".rs"), folder).circles();
        assert!(circles.is_empty(), "in a circle: {circles:?}");
    }
}

#[test]
fn circles_are_seen_however_they_are_written() {
    let package = |sources: &[(&str, &str)]| {
        let file = |(name, text): &(&str, &str)| (format!("src/{name}.rs"), (*text).to_owned());
        Package::of(sources.iter().map(file).collect(), "src").circles()
    };
    let lib = ("lib", "mod one; mod two; mod room; pub use room::Inner; pub struct Own;");
    let no_circle = [
        ("one", "use crate::{Inner, room::{self, inner}};"),
        ("room/mod", "mod inner; pub use inner::Inner;"),
        ("room/inner", "pub struct Inner;"),
    ];
    assert_eq!(package(&[&[lib], &no_circle[..]].concat()), [""; 0]);
    for (one, two) in [
        ("use crate::two::Two;", "use super::one::One;"),
        ("use super::{room::Inner, two::{Two, three}};", "fn f() { crate::one::f() }"),
        ("use super::{two as second};", "pub use super::one::*;"),
        ("use crate::room::Inner;\nuse crate::two;", "use {\nstd::fmt,\ncrate::{Inner, one,},\n};"),
    ] {
        let both = [lib, ("one", one), ("two", two), no_circle[1], no_circle[2]];
        assert_eq!(package(&both), ["src/one.rs", "src/two.rs"], "{one} {two}");
    }
    let parent =
        [("lib", "mod one; fn f() { one::f() }\npub struct Own;"), ("one", "use crate::Own;")];
    assert_eq!(package(&parent), ["src/lib.rs", "src/one.rs"]);
}

/// A module's path from the root of its package.
type Module = Vec<String>;

/// The files of one package by module.
struct Package(BTreeMap<Module, File>);

struct File {
    name: String,
    uses: Vec<Use>,
    /// Paths outside of `use`.
    paths: Vec<Vec<String>>,
}

/// One path of a `use`, and what it is called here.
struct Use {
    path: Vec<String>,
    name: String,
    public: bool,
}

impl Package {
    fn of(sources: Vec<(String, String)>, folder: &str) -> Self {
        let library = sources.iter().any(|(name, _)| *name == format!("{folder}/lib.rs"));
        let modules = sources.into_iter().filter_map(|(name, text)| {
            let inside = name.strip_prefix(folder)?.trim_start_matches('/').strip_suffix(".rs")?;
            let mut module: Module = inside.split('/').map(str::to_owned).collect();
            let root = inside == "lib" || (inside == "main" && !library);
            // Programs beside a library are no modules of it, and nothing can import them.
            if inside.starts_with("bin/") || (inside == "main" && library) {
                return None;
            }
            if root || inside.ends_with("/mod") {
                module.pop();
            }
            let (uses, rest) = uses(&code(&text));
            Some((module, File { name, uses, paths: paths(&rest) }))
        });
        Self(modules.collect())
    }

    /// The files that stand in a circle, or between two.
    fn circles(&self) -> Vec<String> {
        let mut arrows: BTreeMap<&Module, BTreeSet<Module>> =
            self.0.keys().map(|module| (module, self.imports(module))).collect();
        loop {
            let imported: BTreeSet<Module> = arrows.values().flatten().cloned().collect();
            let before = arrows.len();
            arrows.retain(|module, imports| !imports.is_empty() && imported.contains(*module));
            let left: BTreeSet<Module> = arrows.keys().map(|module| (*module).clone()).collect();
            arrows.values_mut().for_each(|imports| imports.retain(|module| left.contains(module)));
            if arrows.len() == before {
                return arrows.keys().map(|module| self.0[*module].name.clone()).collect();
            }
        }
    }

    /// The files that one names.
    fn imports(&self, module: &Module) -> BTreeSet<Module> {
        let file = &self.0[module];
        let paths = file.uses.iter().map(|import| &import.path).chain(&file.paths);
        let targets = paths.filter_map(|path| self.target(module, path));
        targets.filter(|target| target != module).collect()
    }

    /// The file where that stands which a path names; a file that only hands it on is passed.
    /// `None` for what other packages have.
    fn target(&self, from: &Module, path: &[String]) -> Option<Module> {
        let below = |module: &Module, word: &String| {
            let below = [module.as_slice(), std::slice::from_ref(word)].concat();
            self.0.contains_key(&below).then_some(below)
        };
        let (first, mut rest) = path.split_first()?;
        let mut module = match first.as_str() {
            "crate" => Module::new(),
            "self" => from.clone(),
            "super" => from.split_last()?.1.to_vec(),
            _ => below(from, first)?,
        };
        while let Some((word, after)) = rest.split_first() {
            match (word.as_str(), below(&module, word)) {
                ("super", _) => drop(module.pop()),
                (_, Some(inner)) => module = inner,
                _ => break,
            }
            rest = after;
        }
        let handed_on = rest.first().and_then(|item| {
            let mut uses = self.0.get(&module)?.uses.iter();
            let import = uses.find(|import| import.public && import.name == *item)?;
            self.target(&module, &import.path)
        });
        Some(handed_on.unwrap_or(module))
    }
}

/// Every path of every `use`, and the code without them.
fn uses(code: &str) -> (Vec<Use>, String) {
    let (mut found, mut rest, mut statement) = (Vec::new(), String::new(), None);
    for line in code.lines() {
        let words = line.trim().trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ");
        let words = words.strip_prefix("pub ").unwrap_or(words);
        if statement.is_none() && words.starts_with("use ") {
            statement = Some((line.trim().starts_with("pub"), String::new()));
        }
        let Some((public, text)) = &mut statement else {
            rest += line;
            rest.push('\n');
            continue;
        };
        text.push_str(line.trim());
        if let Some((tree, after)) = text.clone().split_once(';') {
            let tree = tree.split_once("use ").map_or("", |(_, tree)| tree);
            open(&[], tree, *public, &mut found);
            rest += after;
            statement = None;
        }
    }
    (found, rest)
}

/// Opens the braces of a `use`.
fn open(prefix: &[String], tree: &str, public: bool, found: &mut Vec<Use>) {
    let Some((start, inside)) = tree.split_once('{') else {
        let (path, name) = tree.split_once(" as ").unwrap_or((tree, ""));
        let mut path = [prefix, &words(path)].concat();
        path.pop_if(|word| word == "self");
        let name = if name.is_empty() {
            path.last().cloned().unwrap_or_default()
        } else {
            name.to_owned()
        };
        return found.push(Use { path, name, public });
    };
    let prefix = [prefix, &words(start)].concat();
    let (mut depth, mut part) = (0, String::new());
    for letter in inside.strip_suffix('}').unwrap().chars().chain([',']) {
        match letter {
            ',' if depth == 0 => {
                // What follows the last comma may be nothing.
                if !part.trim().is_empty() {
                    open(&prefix, part.trim(), public, found);
                }
                part.clear();
                continue;
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        part.push(letter);
    }
}

/// The words of the path that a text begins with.
fn words(text: &str) -> Vec<String> {
    let end = text.find(|letter: char| !(letter.is_alphanumeric() || "_:".contains(letter)));
    let path = text[..end.unwrap_or(text.len())].split("::").filter(|word| !word.is_empty());
    path.map(str::to_owned).collect()
}

/// Every path of two words and more. Not `$crate::`, which counts where its macro is used.
fn paths(code: &str) -> Vec<Vec<String>> {
    let ends = |letter: char| !(letter.is_alphanumeric() || "_:$".contains(letter));
    code.split(ends).filter(|path| path.contains("::")).map(words).collect()
}
