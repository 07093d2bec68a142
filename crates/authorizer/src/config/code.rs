//! What can be wrong in `authorizer.toml`: the stable codes of findings.

use claimsmith_findings::codes;

/// Something wrong in a configuration file.
pub type Finding = claimsmith_findings::Finding<Code>;
/// What is wrong in a configuration file: the first findings, and how many more.
pub type Found = claimsmith_findings::Found<Code>;

pub(super) type Findings<'t> = claimsmith_findings::Findings<'t, Code>;

codes! {
    Syntax "toml-syntax" "The file is not TOML.",
    UnknownKey "unknown-key" "A key that no section has.",
    MissingKey "missing-key" "A key that its section needs.",
    WrongType "wrong-type" "A value of another type than the key takes.",
    UnknownWord "unknown-word" "A word that the key does not take.",
    FileVersion "file-version" "A version of the file format that this program does not know.",
    Variable "variable" "A `${VARIABLE}` that is not set or not well formed.",
    Duplicate "duplicate" "The same entry twice in one list, or two pools with one issuer.",
    EmptyList "empty-list" "A list without an entry where one is needed.",
    Duration "duration" "A duration that can't be read, or is out of range.",
    Pool "pool" "A user pool id, an issuer or a place of keys that can't be one.",
    TokenPlace "token-place" "A place of the token that can't be one, or more than one place.",
    Requirement "requirement" "A requirement that nobody can meet, or that asks for nothing.",
    FreshCached "fresh-cached" "A freshness that a cached answer would outlive.",
    Route "route" "A route that can't be read.",
    RouteCached "route-cached" "A route that a cached answer can't decide exactly.",
    RoutesSize "routes-size" "More routes than one answer can hold.",
    ContextClaim "context-claim" "A claim that can't stand in the context, or stands there anyway.",
    Shed "shed" "A claim that can't be shed.",
    Field "field" "A GraphQL field that can't be read.",
    UsageKey "usage-key" "A usage plan's key that can't be one.",
    Revocation "revocation" "Revocation that could not work.",
    RevocationCached "revocation-cached"
        "Revocation behind answers that are cached for nobody knows how long.",
}
