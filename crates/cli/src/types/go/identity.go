package claims

// TokenUse is which of the two tokens of a sign-in: the value of the claim `token_use`.
//
// SPEC: AWS, "Verifying JSON web tokens": `token_use` is `id` or `access`.
type TokenUse string

// The two tokens.
const (
	// TokenUseID is the ID token, which tells an app who signed in.
	TokenUseID TokenUse = "id"
	// TokenUseAccess is the access token, which an API accepts.
	TokenUseAccess TokenUse = "access"
)

// asTokenUse reads one of the two words.
func asTokenUse(c claim) (TokenUse, error) {
	word, err := AsText(c)
	use := TokenUse(word)
	if err == nil && use != TokenUseID && use != TokenUseAccess {
		return "", c.unexpected("one of the words `id`, `access`")
	}
	return use, err
}

// Identity is who a token is for: a UserIdentity or a ClientIdentity.
//
// The `sub` of a client is its client id. Code that takes every `sub` for a user could give a client
// the rights of a user, so the two are different types.
type Identity interface {
	isIdentity()
}

// UserIdentity is a person who signed in.
type UserIdentity struct {
	// Sub is the stable key of the user.
	Sub string
	// Username is `username` of an access token, `cognito:username` of an ID token.
	Username string
}

// ClientIdentity is an app client with client credentials.
type ClientIdentity struct {
	// ClientID is the app client's id.
	ClientID string
}

func (UserIdentity) isIdentity() {}

func (ClientIdentity) isIdentity() {}

// Identity is who the token is for: a user or a client. Claims that fit neither are ambiguous. A
// token that an actor got for a person has the person's identity; Claims.Actor says who acts.
//
// SPEC: AWS, "Understanding the access token": tokens from client credentials have no `username`, and
// their `sub` is the client id.
func (c *Claims) Identity() (Identity, error) {
	use, err := c.TokenUse()
	if err != nil {
		return nil, err
	}
	sub, err := Read(c, "sub", AsText)
	if err != nil {
		return nil, err
	}
	if sub == "" {
		return nil, c.claim("sub").unexpected("text that is not empty")
	}
	if use == TokenUseID {
		username, err := Read(c, "cognito:username", AsText)
		if err != nil {
			return nil, err
		}
		return UserIdentity{sub, username}, nil
	}
	client, err := Read(c, "client_id", AsText)
	if err != nil {
		return nil, err
	}
	username, err := Read(c, "username", Optional(AsText))
	if err != nil {
		return nil, err
	}
	switch {
	case username != nil && sub != client:
		return UserIdentity{sub, *username}, nil
	case username == nil && sub == client:
		return ClientIdentity{client}, nil
	default:
		return nil, c.claim("sub").
			ambiguous("`username` and `client_id` make it neither a user nor a client")
	}
}

// Actor is who acts for the subject of a token. Earlier actors, which may be nested in `act`, decide
// nothing and are not read.
//
// SPEC: RFC 8693, section 4.1.
type Actor struct {
	// Sub is the actor's `sub`: a person's, a client's id, or a name in the system of Issuer.
	Sub string
	// Issuer is who issued the actor's token, or nil if `act` doesn't say it. Two issuers may know
	// the same Sub.
	Issuer *string
}

// Actor is who acts for the subject: the claim `act`, or nil if nobody is known to.
//
// An HTTP API shows an object in a form that can't be undone: behind it the claim is an error, which
// tells that somebody acts and not who.
//
// SPEC: RFC 8693, section 4.1; AWS, Cognito API reference, GetDerivedToken. The shape that Cognito
// writes is not verified on AWS, so anything but an object with a `sub` is an error, and never nobody.
func (c *Claims) Actor() (*Actor, error) {
	return Read(c, "act", Optional(asActor))
}

func asActor(c claim) (Actor, error) {
	act, err := AsObject(c)
	if err != nil {
		return Actor{}, err
	}
	sub, isSub := act["sub"].(string)
	issuer, isIssuer := act["iss"].(string)
	switch {
	case !isSub || !isIssuer && act["iss"] != nil:
		return Actor{}, c.unexpected("an object of the asked shape")
	case sub == "":
		return Actor{}, c.unexpected("a `sub` that is not empty")
	case isIssuer:
		return Actor{sub, &issuer}, nil
	default:
		return Actor{Sub: sub}, nil
	}
}
