package claims_test

import (
	"errors"
	"testing"

	"claims"
)

// The sentences are those of the reader in Rust: logs of two languages read alike.
func TestErrorsAreSentencesThatNameClaimAndDoor(t *testing.T) {
	at := func(from func([]byte) (*claims.Claims, error), event string) *claims.Claims {
		read, err := from([]byte(event))
		if err != nil {
			t.Fatal(err)
		}
		return read
	}
	http := at(claims.FromHTTPAPI, `{"requestContext":{"authorizer":{"jwt":{"claims":{
		"seats":"many","act":"map[sub:s]","sub":"","token_use":"access","org_id":"","x":"[a,]"}}}}}`)
	rest := at(claims.FromRESTCognito, `{"requestContext":{"authorizer":{"claims":{"cognito:groups":"a,b"}}}}`)
	token := at(claims.FromVerified, `{"token_use":"both","iat":-1,"act":{"sub":""},"x":[1,"b"]}`)
	identity := func(read *claims.Claims) error {
		_, err := read.Identity()
		return err
	}
	actor := func(read *claims.Claims) error {
		_, err := read.Actor()
		return err
	}
	_, groups := rest.Groups()
	_, issuedAt := token.IssuedAt()
	_, orgID := http.OrgID()
	_, event := claims.FromEvent([]byte(`{"requestContext":{},"identity":{}}`))
	_, batch := claims.FromAppSync([]byte(`[]`))
	_, nothing := claims.FromEvent([]byte(`{}`))
	_, garbled := claims.FromHTTPAPI([]byte(`{`))
	_, decoded := claims.DecodeUnverified("e30")
	for text, err := range map[string]error{
		"claim `seats` is not a whole number (HTTP API JWT authorizer)": as(http, "seats", claims.AsInteger),
		"claim `tier` is missing (HTTP API JWT authorizer)":             as(http, "tier", claims.AsTier),
		"claim `seats` is not true or false (HTTP API JWT authorizer)":  as(http, "seats", claims.AsBoolean),
		"claim `seats` is not a number (HTTP API JWT authorizer)":       as(http, "seats", claims.AsNumber),
		"claim `seats` is not an object (HTTP API JWT authorizer)":      as(http, "seats", claims.AsObject),
		"claim `x` is not a list (token)":                               as(token, "x", claims.ListOf(claims.ListOf(claims.AsText))),
		"claim `x` is not a whole number (token)":                       as(token, "x", claims.ListOf(claims.AsInteger)),
		"claim `x` is ambiguous: an element is empty or holds a mark with which lists are parted or wrapped" +
			" (HTTP API JWT authorizer)": as(http, "x", claims.AsWords),
		"claim `org_id` is not what the asked type accepts (HTTP API JWT authorizer)": orgID,
		"claim `cognito:groups` is ambiguous: a comma parts groups here and may also stand in a group's name" +
			" (REST API Cognito authorizer)": groups,
		"claim `act` is ambiguous: an object is flattened without quotes here and can't be restored" +
			" (HTTP API JWT authorizer)": actor(http),
		"claim `act` is not a `sub` that is not empty (token)":                 actor(token),
		"claim `sub` is not text that is not empty (HTTP API JWT authorizer)":  identity(http),
		"claim `token_use` is not one of the words `id`, `access` (token)":     identity(token),
		"claim `iat` is not in the range of the asked type (token)":            issuedAt,
		"ambiguous front door: both `requestContext` and `identity` are there": event,
		"no claims: expected three base64url segments around a JSON object":    decoded,
		"no claims: expected one invocation of AppSync's batch: read each element of the array" +
			" (AppSync identity)": batch,
		"no claims: expected an event of a known front door whose authorizer has checked the token": nothing,
		"no claims: expected an object at `requestContext.authorizer.jwt.claims` or " +
			"`requestContext.authorizer.claims` (HTTP API JWT authorizer)": garbled,
	} {
		if err == nil || err.Error() != text {
			t.Errorf("%v\nand not\n%s", err, text)
		}
	}
}

func as[T any](read *claims.Claims, name string, as claims.ClaimType[T]) error {
	_, err := claims.Read(read, name, as)
	return err
}

func TestOnlyErrorsOfTheReaderAreRefusals(t *testing.T) {
	if refusal := claims.RefusalOf(errors.New("the table is gone")); refusal != nil {
		t.Errorf("another error refuses: %v", refusal)
	}
	if refusal := claims.RefusalOf(nil); refusal != nil {
		t.Errorf("no error refuses: %v", refusal)
	}
	if refusal := claims.RefusalOf(claims.BitsOtherCatalogue); refusal == nil || refusal.Status() != 403 {
		t.Errorf("another catalogue is %v", refusal)
	}
	refused := claims.AccessToken().Check(nil, 0)
	if refusal := claims.RefusalOf(errors.Join(errors.New("refused"), refused)); error(refusal) != refused {
		t.Errorf("a refusal becomes another: %v", refusal)
	}
}

// Only what Java writes is a date, and only where Java writes: package time takes more.
func TestDatesAreThoseOfJava(t *testing.T) {
	read := func(from func([]byte) (*claims.Claims, error), text string) (int64, error) {
		claims, err := from([]byte(`{"requestContext":{"authorizer":{"claims":{"iat":"` + text + `"}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		return claims.IssuedAt()
	}
	for text, seconds := range map[string]int64{
		"Sat Jan 30 04:49:05 UTC 2021": 1_611_982_145,
		"Thu Jan 01 00:00:00 GMT 1970": 0,
		"Thu Feb 29 23:59:59 UTC 2024": 1_709_251_199,
		"Fri Dec 31 23:59:59 UTC 9999": 253_402_300_799,
	} {
		if moment, err := read(claims.FromRESTCognito, text); err != nil || moment != seconds {
			t.Errorf("%s is read as %d, %v", text, moment, err)
		}
		if moment, err := read(claims.FromHTTPAPI, text); err == nil {
			t.Errorf("%s is read as %d where Java doesn't write", text, moment)
		}
	}
	for _, text := range []string{
		"", "Sat Jan 30 04:49:05 CET 2021", "Sat Jan 30 04:49:05 UTC 2021 ", "Sat Jan 32 04:49:05 UTC 2021",
		"Mon Feb 29 00:00:00 UTC 2021", "Sat Jan 30 24:49:05 UTC 2021", "Sat Jan 30 04:49:60 UTC 2021",
		"Sat Jan 30 4:49:05 UTC 2021", "Sat Jan 3 04:49:05 UTC 2021", "Sat Jan 30 04:49:05 UTC 1969",
		"Sat Jan 30 04:49:05 UTC +021", "Sam Jan 30 04:49:05 UTC 2021", "sat Jan 30 04:49:05 UTC 2021",
		"Sat jan 30 04:49:05 UTC 2021", "Sat Jan 30 04:49:05.5 UTC 2021", "Sat Jan 30 04:49:05,5 UTC 2021",
		"Sat  Jan 30 04:49:05 UTC 2021", "Sat Jan 30 04:49:05 UTC 21", "Sat Jan 30 04:49:05 utc 2021",
	} {
		if moment, err := read(claims.FromRESTCognito, text); err == nil {
			t.Errorf("%q is read as %d", text, moment)
		}
	}
}
