package claims

import "slices"

// The claims that the trigger writes, each by its name in the contract.
const (
	nameOrgID         = "org_id"
	nameOrgTier       = "org_tier"
	nameFeatureFlags  = "feature_flags"
	nameRoles         = "roles"
	namePermissions   = "permissions"
	nameOrganisations = "organisations"
	nameClaimsOmitted = "claims_omitted"
	nameClaimsCut     = "claims_cut"
)

// Groups gives the groups in the token's order: the claim `cognito:groups`. No such claim means no
// group. See Claims.AssumeCommaFreeGroups.
//
// SPEC: AWS, "Understanding the access token": a list, absent for a user without groups.
func (c *Claims) Groups() ([]string, error) {
	return Read(c, "cognito:groups", OptionalList(AsText))
}

// Scopes gives the scopes of an access token, sorted: the claim `scope`. ID tokens have none: a token
// without the claim is an error.
func (c *Claims) Scopes() ([]string, error) {
	scopes, err := Read(c, "scope", ListOf(AsText))
	slices.Sort(scopes)
	return slices.Compact(scopes), err
}

// TokenUse is which of the two tokens this is: the claim `token_use`.
func (c *Claims) TokenUse() (TokenUse, error) {
	return Read(c, "token_use", asTokenUse)
}

// ClientID is the app client that the token was issued to: `client_id` of an access token, `aud` of
// an ID token. The `aud` of an access token may be something else and is never taken for it.
//
// SPEC: AWS, "Verifying JSON web tokens".
func (c *Claims) ClientID() (string, error) {
	use, err := c.TokenUse()
	if err != nil {
		return "", err
	}
	if use == TokenUseID {
		return Read(c, "aud", AsText)
	}
	return Read(c, "client_id", AsText)
}

// IssuedAt is when the token was issued, in seconds since 1970: the claim `iat`.
func (c *Claims) IssuedAt() (int64, error) {
	return Read(c, "iat", asMoment)
}

// AuthenticatedAt is when the user signed in, in seconds since 1970: the claim `auth_time`. A refresh
// leaves it.
//
// SPEC: AWS, "Authentication levels with ACR and AMR claims".
func (c *Claims) AuthenticatedAt() (int64, error) {
	return Read(c, "auth_time", asMoment)
}

func asMoment(c claim) (int64, error) {
	moment, err := AsInteger(c)
	if err == nil && moment < 0 {
		return 0, c.unexpected(notInRange)
	}
	return moment, err
}

// AuthenticationLevel is how sure the sign-in was: the claim `acr`, such as `urn:cognito:loa:2`, or
// the pool's own name of that level. Nil if the token doesn't say. A refresh leaves it.
//
// SPEC: AWS, "Authentication levels with ACR and AMR claims".
func (c *Claims) AuthenticationLevel() (*string, error) {
	return Read(c, "acr", Optional(AsText))
}

// AuthenticationMethods gives how the user signed in, sorted: the claim `amr`, words such as `pwd`,
// `otp`, `hwk`, `mfa` or `fed`. Empty if the token doesn't say. A refresh leaves it.
//
// SPEC: AWS, "Authentication levels with ACR and AMR claims"; RFC 8176.
func (c *Claims) AuthenticationMethods() ([]string, error) {
	methods, err := Read(c, "amr", OptionalList(AsText))
	slices.Sort(methods)
	return slices.Compact(methods), err
}

// OrgID is the organisation that the token acts in: the claim `org_id`.
func (c *Claims) OrgID() (OrgID, error) {
	return Read(c, nameOrgID, AsOrgID)
}

// Tier is what the organisation has paid for: the claim `org_tier`.
func (c *Claims) Tier() (Tier, error) {
	return Read(c, nameOrgTier, AsTier)
}

// Features gives the claim `feature_flags` in one of the forms `comma`, `space` and `list`. If it is
// missing, every feature is unknown.
func (c *Claims) Features() (Features, error) {
	return Read(c, nameFeatureFlags, AsFeatures)
}

// FeaturesIn gives the claim `feature_flags` in the form `bits`, decoded with the writer's catalogue.
// If it is missing, every feature is unknown. The error is a BitsError: the claim is in another form,
// or another catalogue wrote it.
func (c *Claims) FeaturesIn(catalogue Catalogue) (Features, error) {
	flags := c.claim(nameFeatureFlags)
	if flags.missing {
		return Features{}, nil
	}
	text, isText := flags.content.(string)
	if !isText {
		return Features{}, BitsForm
	}
	on, known, err := catalogue.Decode(text)
	if err != nil {
		return Features{}, err
	}
	slices.Sort(on)
	return Features{on: on, known: known, whole: !flags.isCut()}, nil
}

// Feature tells whether one feature is on. Unknown if the claim is missing or can't be read, and for
// the form `bits`, which needs Claims.FeaturesIn.
func (c *Claims) Feature(name string) Feature {
	// What can't be read is the zero value, in which every feature is unknown.
	features, _ := c.Features()
	return features.Feature(name)
}

// Roles gives the claim `roles`. If it is missing, every role is unknown.
func (c *Claims) Roles() (Words, error) {
	return Read(c, nameRoles, AsWords)
}

// Role tells whether the token lists a role. Unknown if the claim is missing, cut or can't be read.
func (c *Claims) Role(name string) Listed {
	roles, _ := c.Roles()
	return roles.Contains(name)
}

// Permissions gives the claim `permissions`. If it is missing, every permission is unknown.
func (c *Claims) Permissions() (Words, error) {
	return Read(c, namePermissions, AsWords)
}

// Permission tells whether the token lists a permission. Unknown if the claim is missing, cut or
// can't be read.
func (c *Claims) Permission(name string) Listed {
	permissions, _ := c.Permissions()
	return permissions.Contains(name)
}

// Organisations gives all organisations of the person: the claim `organisations`. If it is missing,
// every organisation is unknown. They are for showing. The one that the token acts in is Claims.OrgID.
func (c *Claims) Organisations() (Organisations, error) {
	return Read(c, nameOrganisations, AsOrganisations)
}

// Omitted tells whether the trigger left the claim out because of a fault or the budget: its name is
// in `claims_omitted`. A claim that is missing for another reason was never meant to be there.
func (c *Claims) Omitted(name string) bool {
	names, _ := c.claim(nameClaimsOmitted).content.(string)
	return slices.Contains(splitWords(names), name)
}

// IsCut tells whether the token has only the beginning of a list claim: its name is in `claims_cut`,
// or that marker can't be read. What such a list doesn't hold is unknown.
func (c *Claims) IsCut(name string) bool {
	return c.claim(name).isCut()
}
