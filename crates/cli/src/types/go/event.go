package claims

import "strings"

const (
	placeHTTPAPI       = "an object at `requestContext.authorizer.jwt.claims` or `requestContext.authorizer.claims`"
	placeRESTAPI       = "an object at `requestContext.authorizer.claims`"
	placeLambda        = "a Lambda authorizer's context at `requestContext.authorizer`"
	placeAppSync       = "an object at `identity.claims`"
	placeAppSyncLambda = "an object at `identity.resolverContext`"
	placeBatch         = "one invocation of AppSync's batch: read each element of the array"
	placeAny           = "an event of a known front door whose authorizer has checked the token"
)

// FromHTTPAPI finds the claims in the event of an HTTP API with a JWT authorizer, payload format 2.0
// or 1.0.
//
// Its error, as that of its neighbours, is a *ReadError with CodeNoClaims.
//
// SPEC: AWS, "Control access to HTTP APIs with JWT authorizers".
func FromHTTPAPI(event []byte) (*Claims, error) {
	authorizer := authorizerOf(parse(event))
	claims := object(authorizer["jwt"], "claims")
	if claims == nil {
		claims = object(authorizer, "claims")
	}
	return found(DoorHTTPAPI, claims, placeHTTPAPI)
}

// FromRESTCognito finds the claims in the event of a REST API with a Cognito user pool authorizer.
//
// SPEC: AWS, "Integrate a REST API with a user pool".
func FromRESTCognito(event []byte) (*Claims, error) {
	return found(DoorRESTCognito, object(authorizerOf(parse(event)), "claims"), placeRESTAPI)
}

// FromRESTJWT finds the claims in the event of a REST API with a JWT authorizer.
//
// SPEC: AWS, "Control access to REST APIs with JWT authorizers".
func FromRESTJWT(event []byte) (*Claims, error) {
	return found(DoorRESTJWT, object(authorizerOf(parse(event)), "claims"), placeRESTAPI)
}

// FromLambdaAuthorizer finds the claims in the event of a REST, HTTP (payload format 2.0 or 1.0) or
// WebSocket API with a Lambda authorizer that puts claims into its context: numbers, booleans and
// objects as their JSON text, lists of plain words as `a,b`, other lists as JSON text.
//
// SPEC: AWS, "Output from an API Gateway Lambda authorizer" and "Control access to HTTP APIs with
// Lambda authorizers".
func FromLambdaAuthorizer(event []byte) (*Claims, error) {
	return found(DoorLambdaAuthorizer, lambdaContext(authorizerOf(parse(event))), placeLambda)
}

// FromAppSync finds the claims in the context of a resolver whose AppSync API uses a Cognito user
// pool or an OpenID Connect provider. A batch resolver gets an array of such contexts: hand over
// each of its elements.
//
// SPEC: AWS, "AppSync resolver mapping template context reference".
func FromAppSync(event []byte) (*Claims, error) {
	parsed := parse(event)
	return found(DoorAppSync, identityOf(parsed, "claims"), unlessBatch(parsed, placeAppSync))
}

// FromAppSyncLambda finds the claims in the context of a resolver whose AppSync API uses a Lambda
// authorizer that puts claims into `resolverContext` in the form of FromLambdaAuthorizer.
//
// SPEC: AWS, "AppSync resolver mapping template context reference".
func FromAppSyncLambda(event []byte) (*Claims, error) {
	parsed := parse(event)
	place := unlessBatch(parsed, placeAppSyncLambda)
	return found(DoorAppSyncLambda, identityOf(parsed, "resolverContext"), place)
}

// FromEvent finds the front door by the event's structure.
//
// Three authorizers share the place `requestContext.authorizer.claims`. They are told apart by the
// payload version, by values that are not text (REST with JWT authorizer) and by times in Java's
// form (REST with Cognito authorizer). Where these signs are missing or disagree, as they do with
// some emulators, the answer is an error with CodeAmbiguousDoor; the other functions always work.
//
// The context of a Lambda authorizer counts only if its `token_use` is that of a token: what another
// authorizer says in words of its own is no claim. If yours leaves `token_use` out, use
// FromLambdaAuthorizer or FromAppSyncLambda.
//
// Events whose token no authorizer has checked (load balancers, function URLs) hold no claims.
func FromEvent(event []byte) (*Claims, error) {
	parsed := parse(event)
	members, _ := parsed.(map[string]any)
	_, hasContext := members["requestContext"]
	_, hasIdentity := members["identity"]
	if hasContext && hasIdentity {
		return nil, ambiguousDoor("both `requestContext` and `identity` are there")
	}
	if authorizer := authorizerOf(parsed); authorizer != nil {
		return fromAuthorizer(authorizer, members["version"])
	}
	claims, context := identityOf(parsed, "claims"), identityOf(parsed, "resolverContext")
	switch {
	case claims != nil && context != nil:
		return nil, ambiguousDoor("both `identity.claims` and `identity.resolverContext` are there")
	case claims != nil:
		return newClaims(DoorAppSync, claims), nil
	case isOfAToken(context):
		return newClaims(DoorAppSyncLambda, context), nil
	default:
		return nil, noClaims(unlessBatch(parsed, placeAny), "")
	}
}

func fromAuthorizer(authorizer map[string]any, version any) (*Claims, error) {
	jwt := object(authorizer["jwt"], "claims")
	if len(jwt) == 0 {
		jwt = nil
	}
	shared, context := object(authorizer, "claims"), lambdaContext(authorizer)
	switch {
	case jwt != nil && shared == nil && context == nil:
		return newClaims(DoorHTTPAPI, jwt), nil
	case jwt == nil && shared != nil && context == nil:
		door, err := tellApart(shared, version)
		if err != nil {
			return nil, err
		}
		return newClaims(door, shared), nil
	case jwt == nil && shared == nil && isOfAToken(context):
		return newClaims(DoorLambdaAuthorizer, context), nil
	case jwt == nil && shared == nil:
		return nil, noClaims(placeAny, "")
	default:
		return nil, ambiguousDoor("more than one authorizer has left its mark")
	}
}

// tellApart says which of the three authorizers wrote `requestContext.authorizer.claims`.
func tellApart(claims map[string]any, version any) (Door, error) {
	typed := false
	for _, value := range claims {
		if _, isText := value.(string); !isText {
			typed = true
		}
	}
	times, java, digits := 0, true, true
	for _, name := range []string{"exp", "iat"} {
		if time, isText := claims[name].(string); isText {
			times++
			_, isDate := javaSeconds(time)
			java = java && isDate
			digits = digits && strings.Trim(time, "0123456789") == ""
		}
	}
	java, digits = java && times > 0, digits && times > 0
	text, isText := version.(string)
	first := isText && text == "1.0"
	switch {
	case first && !typed && !java && digits:
		return DoorHTTPAPI, nil
	case !isText && !typed && java && !digits:
		return DoorRESTCognito, nil
	case !isText && typed && !java && !digits:
		return DoorRESTJWT, nil
	default:
		return "", ambiguousDoor("`requestContext.authorizer.claims` fits no authorizer exactly; " +
			"use the constructor of the right one")
	}
}

// isOfAToken tells whether a context is made of a token's claims: it says of which token.
func isOfAToken(context map[string]any) bool {
	word, _ := context["token_use"].(string)
	return word == string(TokenUseAccess) || word == string(TokenUseID)
}

// lambdaContext is the context of a Lambda authorizer: under `lambda` in format 2.0, the authorizer
// object itself elsewhere, unless another authorizer has written there.
func lambdaContext(authorizer map[string]any) map[string]any {
	context := object(authorizer, "lambda")
	if context == nil {
		for _, name := range []string{"jwt", "claims", "iam"} {
			if object(authorizer, name) != nil {
				return nil
			}
		}
		context = authorizer
	}
	for _, value := range context {
		if value != nil {
			return context
		}
	}
	// An HTTP API with payload format 1.0 sends two nulls where no authorizer is.
	return nil
}

func found(door Door, claims map[string]any, place string) (*Claims, error) {
	if claims == nil {
		return nil, noClaims(place, door)
	}
	return newClaims(door, claims), nil
}

// unlessBatch is what was looked for; AppSync invokes a batch resolver with an array.
func unlessBatch(event any, place string) string {
	if _, isArray := event.([]any); isArray {
		return placeBatch
	}
	return place
}

func authorizerOf(event any) map[string]any {
	return object(member(event, "requestContext"), "authorizer")
}

func identityOf(event any, name string) map[string]any {
	return object(member(event, "identity"), name)
}

func member(parent any, name string) any {
	members, _ := parent.(map[string]any)
	return members[name]
}

// object gives the object under a name, or nil.
func object(parent any, name string) map[string]any {
	members, _ := member(parent, name).(map[string]any)
	return members
}
