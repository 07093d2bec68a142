// The claim names of the contract with the trigger, once.

/** The organisation that the token acts in. */
export const ORG_ID = "org_id";
/** What the organisation has paid for. */
export const ORG_TIER = "org_tier";
/** The features that are on. */
export const FEATURE_FLAGS = "feature_flags";
/** What somebody is in the organisation. */
export const ROLES = "roles";
/** What somebody may do in the organisation. */
export const PERMISSIONS = "permissions";
/** All organisations of a person. */
export const ORGANISATIONS = "organisations";
/** Marker: names of claims that belong in this token but were left out, parted by commas. */
export const CLAIMS_OMITTED = "claims_omitted";
/** Marker: names of list claims of which this token holds only the beginning. */
export const CLAIMS_CUT = "claims_cut";
/** Cognito's own claim of groups. */
export const GROUPS = "cognito:groups";
/** Cognito's own claim of scopes. */
export const SCOPE = "scope";
