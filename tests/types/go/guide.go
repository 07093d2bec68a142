package orders

import (
	"context"
	"encoding/json"
	"time"

	"example.com/orders/claims"
)

var guard = claims.AccessToken().AnyScope("orders/read")

// Handler answers one request of an HTTP API.
func Handler(_ context.Context, event json.RawMessage) (any, error) {
	read, err := read(event)
	if err != nil {
		return claims.RefusalOf(err).ProxyResponse(), nil
	}
	exports := read.FeatureFlags.Feature("export") == claims.FeatureOn
	return map[string]any{"org_id": read.OrgID, "exports": exports}, nil
}

func read(event []byte) (*claims.AccessClaims, error) {
	caller, err := claims.FromHTTPAPI(event)
	if err != nil {
		return nil, err
	}
	if err := guard.Check(caller, time.Now().Unix()); err != nil {
		return nil, err
	}
	return claims.ReadAccessClaims(caller)
}
