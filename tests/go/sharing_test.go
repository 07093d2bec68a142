package claims_test

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"claims"
)

const shared = `{
	"token_use": "access", "sub": "s", "username": "ada", "client_id": "c", "scope": "a b",
	"cognito:groups": ["admin", "ops"], "roles": ["owner"], "feature_flags": "beta,export",
	"organisations": [{"id": "acme", "name": "Acme"}], "settings": {"seats": [1, {"a": true}]},
	"org_id": "acme", "org_tier": "pro", "iat": 1900000000, "auth_time": 1900000000
}`

func verified(t testing.TB, payload string) *claims.Claims {
	t.Helper()
	read, err := claims.FromVerified([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// What was read is the reader's own: nobody else's claims change with it, on no goroutine.
func TestManyReadAndChangeWhatTheyHaveRead(t *testing.T) {
	read := verified(t, shared)
	guard := claims.AccessToken().AnyScope("a").AllGroups("admin", "ops").AnyRole("owner").
		TierAtLeast("pro", "free", "pro").Feature("beta").IssuedWithin(60).NoActor()
	var all sync.WaitGroup
	for worker := 0; worker < 8; worker++ {
		all.Add(1)
		go func(worker int) {
			defer all.Done()
			for round := 0; round < 200; round++ {
				if err := guard.Check(read, 1900000000); err != nil {
					t.Error(err)
					return
				}
				settings, err := claims.Read(read, "settings", claims.AsObject)
				if text := fmt.Sprint(settings, err); text != "map[seats:[1 map[a:true]]] <nil>" {
					t.Errorf("settings are %s", text)
					return
				}
				settings["seats"].([]any)[1].(map[string]any)["a"] = worker
				settings["seats"].([]any)[0] = worker
				settings["more"] = worker
				groups, _ := read.Groups()
				groups[0] = "changed"
				roles, _ := read.Roles()
				roles.All()[0] = "changed"
				features, _ := read.Features()
				features.On()[0] = "changed"
				organisations, _ := read.Organisations()
				organisations.All()[0].ID = "changed"
				value, _ := claims.Read(read, "cognito:groups", claims.AsValue)
				value.([]any)[0] = "changed"
			}
		}(worker)
	}
	all.Wait()
}

func TestAGuardIsNeverChanged(t *testing.T) {
	read := verified(t, shared)
	scopes := []string{"a"}
	base := claims.AccessToken().AnyScope(scopes...).AnyGroup("ops")
	scopes[0] = "none"
	refusing := base.Org("globex")
	passing := base.Org("acme")
	if refusing.Check(read, 0) == nil || passing.Check(read, 0) != nil || base.Check(read, 0) != nil {
		t.Error("guards that begin alike change each other")
	}
}

func TestWhatWasNeverMadeRefusesAndHoldsNothing(t *testing.T) {
	read := verified(t, shared)
	var zero claims.Guard
	for name, guard := range map[string]claims.Guard{"zero": zero, "zero and more": zero.AnyScope("a")} {
		if guard.Check(read, 0) == nil {
			t.Errorf("the guard %s lets a token in", name)
		}
	}
	var none *claims.Claims
	for _, absent := range []*claims.Claims{none, {}, none.AssumeCommaFreeGroups()} {
		if claims.EitherToken().Client("c").Check(absent, 0) == nil {
			t.Error("a guard lets in who has no token")
		}
		if _, err := absent.OrgID(); err == nil || absent.Contains("org_id") || absent.IsCut("roles") {
			t.Error("there are claims where none are")
		}
		if feature := absent.Feature("beta"); feature != claims.FeatureUnknown || absent.Door() != "" {
			t.Errorf("a feature is %s where no claims are", feature)
		}
		if role := absent.Role("owner"); role != claims.ListedUnknown || absent.Omitted("roles") {
			t.Errorf("a role is listed: %s where no claims are", role)
		}
	}
	if claims.EitherToken().Check(nil, 0) == nil {
		t.Error("no requirement at all lets in who has no token")
	}
	if _, err := claims.ReadUnverified(nil, "sub", claims.AsText); err == nil {
		t.Error("there are unverified claims where none are")
	}
	var words claims.Words
	var features claims.Features
	var organisations claims.Organisations
	if words.Contains("a") != "unknown" || features.Feature("a") != "unknown" || organisations.Contains("a") != "unknown" {
		t.Error("a zero value knows something")
	}
}

func TestTimesNeverOverflow(t *testing.T) {
	for payload, passes := range map[string]bool{
		`{"iat": 9223372036854775807}`:  false,
		`{"iat": 9223372036854775808}`:  false,
		`{"iat": -9223372036854775808}`: false,
		`{"iat": 0}`:                    true,
	} {
		guard := claims.EitherToken().IssuedWithin(math.MaxInt64)
		if err := guard.Check(verified(t, payload), 0); (err == nil) != passes {
			t.Errorf("%s: %v", payload, err)
		}
	}
	read := verified(t, `{"iat": 100}`)
	for _, refused := range []struct{ seconds, now int64 }{
		{math.MinInt64, 100}, {math.MinInt64, math.MinInt64}, {60, math.MinInt64}, {60, math.MaxInt64}, {-1, 100},
	} {
		if claims.EitherToken().IssuedWithin(refused.seconds).Check(read, refused.now) == nil {
			t.Errorf("a token is fresh within %d seconds at %d", refused.seconds, refused.now)
		}
	}
	if err := claims.EitherToken().IssuedWithin(math.MaxInt64).Check(read, math.MaxInt64); err != nil {
		t.Error(err)
	}
}

func TestACatalogueKeepsItsNames(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e"}
	catalogue, err := claims.NewCatalogue(names...)
	if err != nil {
		t.Fatal(err)
	}
	names[0], catalogue.Names()[1] = "changed", "changed"
	for text, on := range map[string][]string{
		"1.5.3a4fcd2a.0":  nil,
		"1.5.3a4fcd2a.5":  {"a", "c"},
		"1.5.3a4fcd2a.10": {"e", "unlisted"},
	} {
		if encoded := catalogue.Encode(on...); encoded != text {
			t.Errorf("%v is encoded as %s", on, encoded)
		}
	}
	_, known, err := catalogue.Decode("1.5.3a4fcd2a.10")
	if err != nil || strings.Join(known, "") != "abcde" {
		t.Errorf("known are %v, %v", known, err)
	}
	known[4] = "changed"
	if on, _, _ := catalogue.Decode("1.5.3a4fcd2a.10"); strings.Join(on, "") != "e" {
		t.Errorf("on are %v", on)
	}
}
