package claims_test

import (
	"errors"
	"strings"
	"testing"

	"claims"
)

// What package encoding/json repairs, or takes without end, is no JSON here.
func TestOnlySoundJSONIsRead(t *testing.T) {
	nested := func(depth int) string {
		return `{"x":` + strings.Repeat("[", depth-1) + strings.Repeat("]", depth-1) + `}`
	}
	for _, text := range []string{
		"", "null", "[]", `"x"`, `{"x":1} {}`, `{"x":1}]`, `{"x":NaN}`, `{"x":01}`, `{'x':1}`, "\ufeff{}",
		"{\"x\":\"\xff\"}", "{\"x\xff\":1}", "{\"x\":\"\xed\xa0\x80\"}",
		`{"x":"\ud800"}`, `{"x":"\udc00"}`, `{"x":"\ud800\ud800"}`, `{"x":"\ud800x\udc00"}`, `{"\udbff":1}`,
		nested(128), nested(100_000), `{"x":"a` + "\n" + `"}`,
	} {
		var read *claims.ReadError
		if _, err := claims.FromVerified([]byte(text)); !errors.As(err, &read) || read.Code != claims.CodeNoClaims {
			t.Errorf("%.40q is read: %v", text, err)
		}
	}
	for text, value := range map[string]string{
		`{"x":"\ud83d\ude00"}`:              "😀",
		`{"x":"\\ud800"}`:                   `\ud800`,
		`{"x":"[[\"{","y":"\\"}`:            `[["{`,
		`{"x":"a","x":"b"}`:                 "b",
		`{"X":"a","x":"b"}`:                 "b",
		`{"x":18446744073709551615}`:        "18446744073709551615",
		" {\"x\":\"\ufffd\"}\n":             "\ufffd",
		`{"x":"a","y":` + nested(126) + `}`: "a",
	} {
		if read, err := claims.Read(verified(t, text), "x", claims.AsText); err != nil || read != value {
			t.Errorf("%.40q is read as %q, %v", text, read, err)
		}
	}
}

// A name in another case is another name: package encoding/json would take `ORG_ID` for `org_id`.
func TestNamesHaveTheirCase(t *testing.T) {
	event := `{"requestContext":{"Authorizer":{},"authorizer":{"jwt":{"claims":{"ORG_ID":"evil"},"Claims":{"org_id":"evil"}}}}}`
	read, err := claims.FromEvent([]byte(event))
	if err != nil {
		t.Fatal(err)
	}
	if id, err := read.OrgID(); err == nil {
		t.Errorf("the organisation is %s", id)
	}
	act := verified(t, `{"act":{"SUB":"evil"},"organisations":[{"ID":"evil"}]}`)
	if _, err := act.Actor(); err == nil {
		t.Error("an actor has another `sub`")
	}
	if _, err := act.Organisations(); err == nil {
		t.Error("an organisation has another `id`")
	}
}

// U+017F and U+212A are the letters s and k for package strings, without their case.
func TestOnlyLettersOfASCIIHaveNoCase(t *testing.T) {
	event := func(name string) []byte {
		return []byte(`{"headers":{"` + name + `":"Bearer e30.e30.c2ln"}}`)
	}
	for name, isRead := range map[string]bool{
		"X-Amzn-Oidc-AccessToken":      true,
		"x-amzn-oidc-acce\u017fstoken": false,
		"x-amzn-oidc-accessto\u212aen": false,
	} {
		if _, err := claims.UnverifiedFromALB(event(name)); (err == nil) != isRead {
			t.Errorf("%s: %v", name, err)
		}
	}
	read := verified(t, `{"x":"fal\u017fe","y":"FALSE"}`)
	if _, err := claims.Read(read, "x", claims.AsBoolean); err == nil {
		t.Error("another letter makes a boolean")
	}
	if value, err := claims.Read(read, "y", claims.AsBoolean); err != nil || value {
		t.Error("a boolean has a case")
	}
}

func TestATokenIsThreeSegments(t *testing.T) {
	for token, isRead := range map[string]bool{
		"e30.e30.c2ln": true, "bearer e30.e30.": true,
		"": false, "e30": false, "e30.e30": false, "e30.e30.e30.e30": false, "e30.W10.x": false,
		"Basic e30.e30.x": false, "e30.e3\n0.x": false, "e30=.e30.x": false, "e30.e30=.x": false, "e30.e30$.x": false, "!.e30.x": false,
	} {
		if _, err := claims.DecodeUnverified(token); (err == nil) != isRead {
			t.Errorf("%q: %v", token, err)
		}
	}
}

func FuzzEvent(f *testing.F) {
	for _, seed := range []string{
		shared, "[]", `{"requestContext":{"authorizer":{"jwt":{"claims":{"x":"[a b]"}}}}}`,
		`{"requestContext":{"authorizer":{"claims":{"exp":"Sat Jan 30 04:49:05 UTC 2021","x":"{\"a\":1},{"}}}}`,
		`{"identity":{"resolverContext":{"token_use":"id","x":"[1,[2]]","feature_flags":"1.1.e60c2c52.1"}}}`,
		`{"requestContext":{"authorizer":{"x":"map[a:b]","y":"\ud83d\ude00"}}}`, `{"x":"\u`, `{"x":"\ud800\u12`,
	} {
		f.Add([]byte(seed))
	}
	// Whatever is cut off.
	const text = `{"x":"\ud83d\ude00\"\\","y":[{"z":"\udbff\u0020"}]}`
	for end := range text {
		f.Add([]byte(text[:end]))
	}
	doors := []func([]byte) (*claims.Claims, error){
		claims.FromEvent, claims.FromHTTPAPI, claims.FromRESTCognito, claims.FromRESTJWT,
		claims.FromLambdaAuthorizer, claims.FromAppSync, claims.FromAppSyncLambda, claims.FromVerified,
	}
	catalogue, err := claims.NewCatalogue("a")
	if err != nil {
		f.Fatal(err)
	}
	guard := claims.EitherToken().Client("c").AnyScope("a").Feature("a").FeatureIn("a", catalogue).NoActor()
	f.Fuzz(func(t *testing.T, event []byte) {
		for _, door := range doors {
			read, err := door(event)
			if (read == nil) != (err != nil) {
				t.Error("neither claims nor an error, or both")
			}
			_ = guard.Check(read, 0)
			for _, name := range []string{"x", "y", "feature_flags", "exp", "cognito:groups", "scope"} {
				_, _ = claims.Read(read, name, claims.ListOf(claims.ListOf(claims.AsInteger)))
				_, _ = claims.Read(read, name, claims.AsFeaturesIn(catalogue))
				_, _ = claims.Read(read, name, claims.AsOrganisations)
				_, _ = claims.Read(read, name, claims.AsObject)
				_, _ = claims.Read(read, name, claims.AsNumber)
			}
		}
		_, _ = claims.UnverifiedFromALB(event)
		_, _ = claims.DecodeUnverified(string(event))
	})
}
