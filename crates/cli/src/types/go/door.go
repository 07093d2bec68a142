package claims

// Door is where claims came from, and so in which form their values stand.
type Door string

// The front doors.
const (
	// DoorHTTPAPI is an HTTP API with a JWT authorizer, payload format 2.0 or 1.0. Every value is
	// text: numbers as digits, lists as `[a b]`, objects as `map[k:v]`.
	DoorHTTPAPI Door = "http_api"
	// DoorRESTCognito is a REST API with a Cognito user pool authorizer. Every value is text: lists
	// as `a,b`, `exp` and `iat` as `Sat Jan 30 04:49:05 UTC 2021`.
	DoorRESTCognito Door = "rest_cognito"
	// DoorRESTJWT is a REST API with a JWT authorizer: JSON values as in the token.
	DoorRESTJWT Door = "rest_jwt"
	// DoorLambdaAuthorizer is the context that a Lambda authorizer returned (REST, HTTP or
	// WebSocket API): one flat object of texts.
	DoorLambdaAuthorizer Door = "lambda_authorizer"
	// DoorAppSync is AppSync with a Cognito user pool or an OpenID Connect provider: JSON values as
	// in the token.
	DoorAppSync Door = "appsync"
	// DoorAppSyncLambda is AppSync with a Lambda authorizer: `resolverContext`, in the form of
	// DoorLambdaAuthorizer.
	DoorAppSyncLambda Door = "appsync_lambda"
	// DoorToken is the payload of a token itself: JSON values.
	DoorToken Door = "token"
)

// form is how a door writes a claim that is not text in the token.
type form int

const (
	// formJSON is not at all: JSON stays JSON.
	formJSON form = iota
	// formGo is Go's `%v`.
	formGo
	// formJava is the REST authorizer's Java text.
	formJava
	// formContext is the text of a Lambda authorizer's context.
	formContext
)

func (d Door) form() form {
	switch d {
	case DoorHTTPAPI:
		return formGo
	case DoorRESTCognito:
		return formJava
	case DoorLambdaAuthorizer, DoorAppSyncLambda:
		return formContext
	default:
		return formJSON
	}
}

// title is the door's name in the texts of errors.
func (d Door) title() string {
	switch d {
	case DoorHTTPAPI:
		return "HTTP API JWT authorizer"
	case DoorRESTCognito:
		return "REST API Cognito authorizer"
	case DoorRESTJWT:
		return "REST API JWT authorizer"
	case DoorLambdaAuthorizer:
		return "Lambda authorizer context"
	case DoorAppSync:
		return "AppSync identity"
	case DoorAppSyncLambda:
		return "AppSync resolver context"
	case DoorToken:
		return "token"
	default:
		return "unknown front door"
	}
}
