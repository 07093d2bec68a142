package claims

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Reason is the stable word for what was not met, for logs, metrics and clients.
type Reason string

// What can be not met.
const (
	// ReasonNoClaims means that the request carries no claims.
	ReasonNoClaims Reason = "no_claims"
	// ReasonUnreadable means that the claims can't be read as the handler needs them.
	ReasonUnreadable Reason = "unreadable"
	// ReasonTokenUse means that the other token was wanted.
	ReasonTokenUse Reason = "token_use"
	// ReasonClient means that the token was issued to another app client.
	ReasonClient Reason = "client"
	// ReasonScope means that a scope is missing.
	ReasonScope Reason = "scope"
	// ReasonGroup means that the user is not in the group.
	ReasonGroup Reason = "group"
	// ReasonOrg means that the token acts in another organisation.
	ReasonOrg Reason = "org"
	// ReasonTier means that the tier is too low.
	ReasonTier Reason = "tier"
	// ReasonRole means that the token doesn't list the role.
	ReasonRole Reason = "role"
	// ReasonPermission means that the token doesn't list the permission.
	ReasonPermission Reason = "permission"
	// ReasonFeature means that the feature is off or unknown.
	ReasonFeature Reason = "feature"
	// ReasonIssuedTooLongAgo means that the token is too old; a refreshed one would do.
	ReasonIssuedTooLongAgo Reason = "issued_too_long_ago"
	// ReasonAuthenticatedTooLongAgo means that the user must sign in again.
	ReasonAuthenticatedTooLongAgo Reason = "authenticated_too_long_ago"
	// ReasonAuthentication means that the user must sign in in a better way.
	ReasonAuthentication Reason = "authentication"
	// ReasonActor means that somebody acts for the subject.
	ReasonActor Reason = "actor"
)

// Refusal is a refused request, as what the caller is told: what is required, and never what the
// token holds.
type Refusal struct {
	reason Reason
	words  []string // the scopes or levels that the guard asks for
	maxAge int64    // the most seconds since the sign-in
	cause  error
}

// Problem is a problem document, for a body of type `application/problem+json`.
//
// SPEC: RFC 9457 section 3; with the type `about:blank` the title is the status phrase (section
// 4.2.1). The member `reason` is a stable word of this file.
type Problem struct {
	Detail string `json:"detail"`
	Reason Reason `json:"reason"`
	Status int    `json:"status"`
	Title  string `json:"title"`
	Type   string `json:"type"`
}

// ProxyResponse is the whole answer of a Lambda behind API Gateway or a load balancer.
//
// SPEC: AWS, "Output format of a Lambda function for proxy integration".
type ProxyResponse struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
}

// RefusalOf gives the refusal of a request for an error of this file: a *Refusal as it is, 401 for
// claims that can't be found, 403 for claims that can't be read. It is nil for any other error, which
// is no matter between the token and the handler.
func RefusalOf(err error) *Refusal {
	var refusal *Refusal
	var read *ReadError
	var bits BitsError
	switch {
	case errors.As(err, &refusal):
		return refusal
	case errors.As(err, &read) && read.Code == CodeNoClaims:
		return &Refusal{reason: ReasonNoClaims, cause: err}
	case errors.As(err, &read), errors.As(err, &bits):
		return &Refusal{reason: ReasonUnreadable, cause: err}
	default:
		return nil
	}
}

// Reason is what was not met.
func (r *Refusal) Reason() Reason {
	return r.reason
}

// Error says what is required.
func (r *Refusal) Error() string {
	switch r.reason {
	case ReasonNoClaims:
		return "a token is required"
	case ReasonTokenUse:
		return "the other kind of token is required"
	case ReasonClient:
		return "the token was issued to an app client that is not accepted here"
	case ReasonScope:
		return "the token lacks a required scope"
	case ReasonGroup:
		return "membership in a group is required"
	case ReasonOrg:
		return "the token acts in another organisation"
	case ReasonTier:
		return "a higher tier is required"
	case ReasonRole:
		return "another role is required"
	case ReasonPermission:
		return "the token lacks a required permission"
	case ReasonFeature:
		return "the feature is not enabled"
	case ReasonIssuedTooLongAgo:
		return "a newer token is required"
	case ReasonAuthenticatedTooLongAgo:
		return "a more recent sign-in is required"
	case ReasonAuthentication:
		return "another way to sign in is required"
	case ReasonActor:
		return "nobody may act for somebody else here"
	default:
		return "the token lacks what this resource needs"
	}
}

// Unwrap gives what lies behind the refusal, for logs: a *ReadError or nil.
func (r *Refusal) Unwrap() error {
	return r.cause
}

// Status is the HTTP status: 401 if another token could help, 403 if this caller may not.
//
// SPEC: RFC 6750 section 3.1, RFC 9470 section 3.
func (r *Refusal) Status() int {
	switch r.reason {
	case ReasonNoClaims, ReasonTokenUse, ReasonClient, ReasonIssuedTooLongAgo,
		ReasonAuthenticatedTooLongAgo, ReasonAuthentication:
		return 401
	default:
		return 403
	}
}

// WWWAuthenticate is the value of the header `WWW-Authenticate`, or empty where the RFCs define none.
//
// A REST API renames this header of a Lambda's answer to `x-amzn-Remapped-WWW-Authenticate`.
//
// SPEC: RFC 6750 section 3 (`invalid_token`, `insufficient_scope`), RFC 9470 section 3
// (`insufficient_user_authentication`, `max_age`, `acr_values`).
func (r *Refusal) WWWAuthenticate() string {
	const stepUp = "insufficient_user_authentication"
	switch r.reason {
	case ReasonNoClaims:
		return `Bearer realm="api"`
	case ReasonTokenUse, ReasonClient, ReasonIssuedTooLongAgo:
		return r.challenge("invalid_token")
	case ReasonScope:
		return r.challenge("insufficient_scope") + r.named("scope")
	case ReasonAuthenticatedTooLongAgo:
		return r.challenge(stepUp) + fmt.Sprintf(`, max_age="%d"`, r.maxAge)
	case ReasonAuthentication:
		return r.challenge(stepUp) + r.named("acr_values")
	default:
		return ""
	}
}

func (r *Refusal) challenge(code string) string {
	return fmt.Sprintf(`Bearer realm="api", error="%s", error_description="%s"`, code, r.Error())
}

// named is a parameter of the challenge with the words that a header can hold; without one there is
// none.
//
// SPEC: RFC 6749 section 3.3, the characters of a scope, which a level of authentication is held to as
// well; anything else would break the header.
func (r *Refusal) named(parameter string) string {
	var plain []string
	for _, word := range r.words {
		odd := strings.IndexFunc(word, func(letter rune) bool {
			return letter <= ' ' || letter > '~' || letter == '"' || letter == '\\'
		})
		if word != "" && odd < 0 {
			plain = append(plain, word)
		}
	}
	if len(plain) == 0 {
		return ""
	}
	return fmt.Sprintf(`, %s="%s"`, parameter, strings.Join(plain, " "))
}

// Problem is the problem document.
func (r *Refusal) Problem() Problem {
	title := "Forbidden"
	if r.Status() == 401 {
		title = "Unauthorized"
	}
	return Problem{
		Detail: r.Error(), Reason: r.reason, Status: r.Status(), Title: title, Type: "about:blank",
	}
}

// ProxyResponse is the whole answer of a Lambda behind API Gateway or a load balancer.
func (r *Refusal) ProxyResponse() ProxyResponse {
	headers := map[string]string{"content-type": "application/problem+json"}
	if challenge := r.WWWAuthenticate(); challenge != "" {
		headers["www-authenticate"] = challenge
	}
	// Texts and a number: there is always JSON of them.
	body, _ := json.Marshal(r.Problem())
	return ProxyResponse{StatusCode: r.Status(), Headers: headers, Body: string(body)}
}
