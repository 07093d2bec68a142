//! What can be wrong in a policy file.

claimsmith_findings::codes! {
    Syntax "toml-syntax" "The file is not TOML.",
    UnknownKey "unknown-key" "A key that no section has.",
    MissingKey "missing-key" "A key that its section needs.",
    WrongType "wrong-type" "A value of another type than the key takes.",
    UnknownWord "unknown-word" "A word that the key does not take.",
    FileVersion "file-version" "A version of the file format that this program does not know.",
    Variable "variable" "A `${VARIABLE}` that is not set or not well formed.",
    Duplicate "duplicate" "The same entry twice in one list.",
    EmptyList "empty-list" "A list without an entry where one is needed.",
    Deadline "deadline" "A deadline that is no duration, or outside what Cognito's 5 seconds leave.",
    Duration "duration" "A time that is no duration, or too short or too long for what it says.",
    Cache "cache" "A record that is to be kept in a way that contradicts itself.",
    TableStore "table-store" "A table without a place, with two places, with unusable key names, or with an address that is none.",
    RecordName "record-name" "A record name that is not plain, or that means something else.",
    RecordKey "record-key" "A record's key does not fit the table's key attributes.",
    Template "template" "A key template, a source or the name of an attribute that can't be read.",
    UnknownSource "unknown-source" "A source that names no record and no part of the identity.",
    RecordCycle "record-cycle" "Records whose keys need each other, or themselves.",
    UnreachableRecord "unreachable-record" "A record whose key can never have a value.",
    UnusedRecord "unused-record" "A record that no claim, key or guard uses.",
    TooManyRecords "too-many-records" "More records than one batched read can hold.",
    CallerChosenRecord "caller-chosen-record" "A record that the caller alone chooses, with nothing that proves a right to it.",
    CallerValue "caller-value" "A value that the caller supplies, used as a claim or as a group.",
    Guard "guard" "A guard that can't match.",
    ClaimName "claim-name" "A claim name that would not come through every front door.",
    ReservedClaim "reserved-claim" "A claim that only Cognito may write.",
    ReservedSuppress "reserved-suppress" "A claim that can't be suppressed.",
    AddAndSuppress "add-and-suppress" "A claim that is added and suppressed in the same token.",
    ClaimSource "claim-source" "A claim with no source, or with two kinds of source.",
    ClaimType "claim-type" "A type or encoding that does not fit the claim.",
    ClaimDefault "claim-default" "A default that does not fit the claim.",
    ClaimRequired "claim-required" "A required claim with a rule that contradicts it.",
    ClaimTokens "claim-tokens" "A claim that goes into no token.",
    ClaimFlags "claim-flags" "A list of flags that can't be a catalogue.",
    VersionOne "version-one" "Something that an event of version V1_0 can't carry.",
    Scope "scope" "A scope that Cognito would not accept, or that is added and suppressed at once.",
    Audience "audience" "An audience other than the one that Cognito allows.",
    Budget "budget" "A budget that is no size, or too small for what Cognito writes itself.",
    Client "client" "A client section for no client, for a client that is not served or has a section already, or with an unknown claim.",
    Groups "groups" "A groups section that contradicts itself, or a group name that can't be one.",
    Message "message" "A message that can't be shown to a person.",
}

/// Something wrong in a policy file.
pub type Finding = claimsmith_findings::Finding<Code>;
/// What is wrong in a policy file: the first findings, and how many more.
pub type Found = claimsmith_findings::Found<Code>;
/// What is wrong in a policy file, while it is checked.
pub(super) type Findings<'t> = claimsmith_findings::Findings<'t, Code>;
