package claims_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"claims"
)

const secret = "sesame-7f3a"

// around is a struct of somebody else's, of which a printer can't call the fields' methods.
type around struct {
	byPointer *claims.Claims
	byValue   claims.Claims
	either    claims.UnverifiedClaims
}

func TestNothingThatIsPrintedHoldsAValue(t *testing.T) {
	payload := fmt.Sprintf(`{"token_use":"access","seats":%q,"act":{"sub":%q}}`, secret, secret)
	read, err := claims.FromVerified([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	// The payload is {"seats":"sesame-7f3a"}.
	unverified, err := claims.DecodeUnverified("e30.eyJzZWF0cyI6InNlc2FtZS03ZjNhIn0.")
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := claims.ReadUnverified(unverified, "seats", claims.AsText); text != secret {
		t.Fatal("the token isn't the one that is meant")
	}
	_, unexpected := claims.Read(read, "seats", claims.AsInteger)
	refused := claims.AccessToken().Org("acme").Check(read, 0)
	values := []any{
		read, *read, unverified, *unverified, unexpected, refused, errors.Unwrap(refused),
		claims.RefusalOf(unexpected),
		around{read, *read, *unverified}, &around{read, *read, *unverified},
		map[string]*claims.Claims{"a": read}, []claims.Claims{*read},
	}
	for _, value := range values {
		var printed bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%p", "%T"} {
			fmt.Fprintf(&printed, verb, value)
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			t.Error(err)
		}
		printed.Write(encoded)
		slog.New(slog.NewTextHandler(&printed, nil)).Info("text", "value", value)
		slog.New(slog.NewJSONHandler(&printed, nil)).Info("json", "value", value)
		for _, hidden := range []string{secret, fmt.Sprintf("%x", secret)} {
			if strings.Contains(printed.String(), hidden) {
				t.Errorf("a %T shows a value: %s", value, printed.String())
			}
		}
	}
}

func TestPrintedClaimsShowDoorAndNames(t *testing.T) {
	read, err := claims.FromVerified([]byte(`{"sub":"s","aud":"a"}`))
	if err != nil {
		t.Fatal(err)
	}
	const shown = `Claims{door: token, names: ["aud" "sub"]}`
	if text := fmt.Sprintf("%+v", read); text != shown {
		t.Errorf("printed %s", text)
	}
	if encoded, err := json.Marshal(read); err != nil || string(encoded) != `{"door":"token","names":["aud","sub"]}` {
		t.Errorf("encoded %s, %v", encoded, err)
	}
}

func TestUnverifiedClaimsAreNeverClaims(t *testing.T) {
	verified, unverified := reflect.TypeOf(claims.Claims{}), reflect.TypeOf(claims.UnverifiedClaims{})
	if unverified.ConvertibleTo(verified) || verified.ConvertibleTo(unverified) {
		t.Error("the two types convert into each other")
	}
	for _, of := range []reflect.Type{unverified, reflect.PointerTo(unverified)} {
		for at := 0; at < of.NumMethod(); at++ {
			for out := 0; out < of.Method(at).Type.NumOut(); out++ {
				if given := of.Method(at).Type.Out(out); given == verified || given == reflect.PointerTo(verified) {
					t.Errorf("%s gives %s", of.Method(at).Name, given)
				}
			}
		}
	}
}
