package claims_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"claims"
)

// A handler behind an HTTP API that lists the orders of an organisation. With github.com/aws/aws-lambda-go
// it takes the event as a json.RawMessage, which is a []byte.
func list(event json.RawMessage, now int64) (any, error) {
	read, err := claims.FromHTTPAPI(event)
	if err == nil {
		err = claims.AccessToken().AnyScope("orders/read").Check(read, now)
	}
	var org claims.OrgID
	if err == nil {
		org, err = read.OrgID()
	}
	if refusal := claims.RefusalOf(err); refusal != nil {
		return refusal.ProxyResponse(), nil
	}
	return "orders of " + org, err
}

func Example() {
	const event = `{"requestContext":{"authorizer":{"jwt":{"claims":{
		"token_use":"access","scope":"openid orders/read","org_id":"acme","cognito:groups":"[admin ops]"}}}}}`
	fmt.Println(list(json.RawMessage(event), 1_900_000_000))

	answer, _ := list(json.RawMessage(`{}`), 1_900_000_000)
	encoded, _ := json.Marshal(answer)
	fmt.Println(string(encoded))
	// Output:
	// orders of acme <nil>
	// {"statusCode":401,"headers":{"content-type":"application/problem+json","www-authenticate":"Bearer realm=\"api\""},"body":"{\"detail\":\"a token is required\",\"reason\":\"no_claims\",\"status\":401,\"title\":\"Unauthorized\",\"type\":\"about:blank\"}"}
}

func ExampleReadError() {
	read, _ := claims.FromVerified([]byte(`{"seats":"many"}`))
	_, err := claims.Read(read, "seats", claims.AsInteger)
	var unread *claims.ReadError
	if errors.As(err, &unread) {
		fmt.Println(unread.Code, unread.Claim, unread.Door)
	}
	fmt.Println(err)
	// Output:
	// unexpected seats token
	// claim `seats` is not a whole number (token)
}
