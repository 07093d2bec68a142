//! The contract as a file: JSON that is the same for the same policy, made to be committed.
//!
//! Everything stands on lines of its own and sorted by name, so that a difference of two files shows
//! what has changed and nothing else.

use std::collections::BTreeSet;

use claimsmith::policy::{GroupMode, Presence};
use cognito_claims::CONTRACT_VERSION;
use cognito_claims::bits::Catalogue;
use cognito_claims::encoding::Encoding;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::model::{Claim, Contract, Form, Groups, Tags, Token};
use super::place::place;

/// Version of the file.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File<C> {
    format: u32,
    claims_contract: u32,
    claims: Vec<C>,
    tokens: Tokens,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    groups: Option<FileGroups>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_tags: Option<Tags>,
    markers: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileClaim {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encoding: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    catalogue: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fields: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<usize>,
    tokens: Presences,
}

/// A claim of a file that can be.
#[derive(Deserialize)]
#[serde(try_from = "FileClaim")]
struct ReadClaim(Claim);

impl TryFrom<FileClaim> for ReadClaim {
    type Error = String;

    fn try_from(claim: FileClaim) -> Result<Self, String> {
        let name = claim.name.clone();
        claim.read().map(Self).map_err(|problem| format!("claim `{name}`: {problem}"))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Presences {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tokens {
    id: Token,
    access: Token,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileGroups {
    mode: String,
    names: BTreeSet<String>,
    from_data: bool,
}

const PRESENCES: [(Presence, &str); 3] = [
    (Presence::Always, "always"),
    (Presence::UnlessOmitted, "unless_omitted"),
    (Presence::Optional, "optional"),
];

const MODES: [(GroupMode, &str); 3] =
    [(GroupMode::Add, "add"), (GroupMode::Remove, "remove"), (GroupMode::Replace, "replace")];

/// The word for a presence.
pub fn presence_word(presence: Presence) -> &'static str {
    word_of(presence, &PRESENCES)
}

/// The word for a way in which groups change.
pub fn mode_word(mode: GroupMode) -> &'static str {
    word_of(mode, &MODES)
}

fn word_of<T: PartialEq>(meaning: T, words: &[(T, &'static str)]) -> &'static str {
    words.iter().find(|(it, _)| *it == meaning).map_or("", |(_, word)| word)
}

impl Contract {
    /// The text of the file.
    pub fn to_file(&self) -> String {
        let file = File {
            format: FORMAT,
            claims_contract: self.claims_contract,
            claims: self.claims.iter().map(FileClaim::of).collect(),
            tokens: Tokens { id: self.id.clone(), access: self.access.clone() },
            groups: self.groups.as_ref().map(|groups| FileGroups {
                mode: mode_word(groups.mode).to_owned(),
                names: groups.names.clone(),
                from_data: groups.from_data,
            }),
            session_tags: self.session_tags.clone(),
            markers: self.markers.clone(),
        };
        // Texts, numbers, lists and maps with text keys can always be written.
        serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// Why it is no contract, or none that this command knows.
    pub fn from_file(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Versions {
            format: u32,
            #[serde(default)]
            claims_contract: u32,
        }
        let versions: Versions = read(text)?;
        for (what, version, known) in [
            ("`format`", versions.format, FORMAT),
            ("`claims_contract`", versions.claims_contract, CONTRACT_VERSION),
        ] {
            if version > known {
                return Err(format!(
                    "{what} {version} is newer than this command, which knows {known}"
                ));
            }
        }
        let file: File<ReadClaim> = read(text)?;
        let mut claims: Vec<Claim> = file.claims.into_iter().map(|ReadClaim(it)| it).collect();
        claims.sort_by(|one: &Claim, other| one.name.cmp(&other.name));
        let twice = claims.windows(2).find(|pair| matches!(pair, [a, b] if a.name == b.name));
        if let Some([claim, _]) = twice {
            return Err(format!("claim `{}` stands there twice", claim.name));
        }
        let groups = file.groups.map(|groups| {
            let mode = meaning(&groups.mode, &MODES)?;
            Some(Groups { mode, names: groups.names, from_data: groups.from_data })
        });
        Ok(Self {
            claims_contract: file.claims_contract,
            claims,
            id: file.tokens.id,
            access: file.tokens.access,
            groups: match groups {
                Some(None) => {
                    return Err(
                        "`mode` of `groups` is none of `add`, `remove` and `replace`".to_owned()
                    );
                }
                groups => groups.flatten(),
            },
            session_tags: file.session_tags,
            markers: file.markers,
        })
    }
}

/// Reads JSON. What is wrong is said with the claim and the member in which it is, and the line.
fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| {
        let told = error.to_string();
        // A claim that contradicts itself says which it is.
        let place =
            place(text, error.line(), error.column()).filter(|_| !told.starts_with("claim `"));
        place.map_or(told.clone(), |place| format!("{place}: {told}"))
    })
}

fn meaning<T: Copy>(word: &str, words: &[(T, &str)]) -> Option<T> {
    words.iter().find(|(_, it)| *it == word).map(|(meaning, _)| *meaning)
}

impl FileClaim {
    fn of(claim: &Claim) -> Self {
        let (encoding, catalogue, fields) = match &claim.form {
            Form::Words { encoding } => (Some(*encoding), None, None),
            Form::Flags { encoding, catalogue } => (Some(*encoding), catalogue.clone(), None),
            Form::Organisations { fields } | Form::Items { fields } => {
                (None, None, Some(fields.clone()))
            }
            _ => (None, None, None),
        };
        let word = |presence: Option<Presence>| presence.map(|it| presence_word(it).to_owned());
        Self {
            name: claim.name.clone(),
            description: claim.description.clone(),
            kind: claim.form.word().to_owned(),
            encoding: encoding.map(|encoding| encoding.as_str().to_owned()),
            catalogue,
            fields,
            first: claim.first,
            tokens: Presences { id: word(claim.id), access: word(claim.access) },
        }
    }

    /// The claim, or how it contradicts itself.
    fn read(self) -> Result<Claim, &'static str> {
        let encodings = Encoding::ALL.map(|encoding| (encoding, encoding.as_str()));
        let encoding = match &self.encoding {
            Some(word) => Some(meaning(word, &encodings).ok_or("`encoding` is no known one")?),
            None => None,
        };
        let form = match (self.kind.as_str(), encoding, self.catalogue, self.fields) {
            ("string", None, None, None) => Form::String,
            ("integer", None, None, None) => Form::Integer,
            ("number", None, None, None) => Form::Number,
            ("boolean", None, None, None) => Form::Boolean,
            ("json", None, None, None) => Form::Json,
            ("words", Some(encoding), None, None) if encoding != Encoding::Bits => {
                Form::Words { encoding }
            }
            ("flags", Some(encoding), catalogue, None) => {
                // Without its catalogue nobody can read `bits`.
                match &catalogue {
                    Some(names) => {
                        Catalogue::new(names.clone()).map_err(|_| "`catalogue` is none")?;
                    }
                    None if encoding == Encoding::Bits => return Err("`catalogue` is missing"),
                    None => {}
                }
                Form::Flags { encoding, catalogue }
            }
            ("organisations", None, None, Some(fields)) => Form::Organisations { fields },
            ("items", None, None, Some(fields)) => Form::Items { fields },
            ("words" | "flags", None, ..) => return Err("`encoding` is missing"),
            ("organisations" | "items", None, None, None) => return Err("`fields` is missing"),
            ("words", Some(Encoding::Bits), ..) => return Err("`encoding` is one of flags alone"),
            (
                "string" | "integer" | "number" | "boolean" | "json" | "words" | "flags"
                | "organisations" | "items",
                ..,
            ) => {
                return Err("`type` goes with no such `encoding`, `catalogue` or `fields`");
            }
            _ => return Err("`type` is no known one"),
        };
        let presence = |word: Option<String>| match word {
            Some(word) => meaning(&word, &PRESENCES).map(Some),
            None => Some(None),
        };
        let unknown = "`tokens` says something else than `always`, `unless_omitted` or `optional`";
        Ok(Claim {
            name: self.name,
            description: self.description,
            form,
            first: self.first,
            id: presence(self.tokens.id).ok_or(unknown)?,
            access: presence(self.tokens.access).ok_or(unknown)?,
        })
    }
}
