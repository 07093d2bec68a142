package claims

import (
	"encoding/json"
	"errors"
	"fmt"
)

// A corpusGuard is a guard, and its answer.
type corpusGuard struct {
	Guard   []json.RawMessage `json:"guard"`
	Now     int64             `json:"now"`
	Passes  bool              `json:"passes"`
	Refusal json.RawMessage   `json:"refusal"`
}

func (c corpusCase) guard(claims *Claims, asked corpusGuard) error {
	guard, err := asked.build()
	if err != nil {
		return err
	}
	err = guard.Check(claims, asked.Now)
	if err == nil {
		if !asked.Passes {
			return errors.New("passed")
		}
		return nil
	}
	var refusal *Refusal
	if !errors.As(err, &refusal) || asked.Refusal == nil {
		return fmt.Errorf("refused: %w", err)
	}
	return c.refused(asked.Refusal, refusal)
}

func (g corpusGuard) build() (Guard, error) {
	guard := EitherToken()
	for _, raw := range g.Guard {
		var parts []json.RawMessage
		var word string
		if err := json.Unmarshal(raw, &parts); err != nil || json.Unmarshal(parts[0], &word) != nil {
			return guard, fmt.Errorf("no requirement: %s", raw)
		}
		var one string
		var many, known []string
		var seconds int64
		if len(parts) > 1 && json.Unmarshal(parts[1], &one) != nil && json.Unmarshal(parts[1], &many) != nil {
			if err := json.Unmarshal(parts[1], &seconds); err != nil {
				return guard, err
			}
		}
		if len(parts) > 2 {
			if err := json.Unmarshal(parts[2], &known); err != nil {
				return guard, err
			}
		}
		switch word {
		case "access_token":
			guard = AccessToken()
		case "id_token":
			guard = IDToken()
		case "either_token":
		case "client":
			guard = guard.Client(many...)
		case "any_scope":
			guard = guard.AnyScope(many...)
		case "all_scopes":
			guard = guard.AllScopes(many...)
		case "any_group":
			guard = guard.AnyGroup(many...)
		case "all_groups":
			guard = guard.AllGroups(many...)
		case "org":
			guard = guard.Org(one)
		case "tier_at_least":
			guard = guard.TierAtLeast(one, known...)
		case "any_role":
			guard = guard.AnyRole(many...)
		case "all_roles":
			guard = guard.AllRoles(many...)
		case "any_permission":
			guard = guard.AnyPermission(many...)
		case "all_permissions":
			guard = guard.AllPermissions(many...)
		case "feature":
			guard = guard.Feature(one)
		case "feature_in":
			catalogue, err := NewCatalogue(known...)
			if err != nil {
				return guard, err
			}
			guard = guard.FeatureIn(one, catalogue)
		case "issued_within":
			guard = guard.IssuedWithin(seconds)
		case "authenticated_within":
			guard = guard.AuthenticatedWithin(seconds)
		case "authentication":
			guard = guard.Authentication(many...)
		case "any_method":
			guard = guard.AnyMethod(many...)
		case "all_methods":
			guard = guard.AllMethods(many...)
		case "no_actor":
			guard = guard.NoActor()
		default:
			return guard, fmt.Errorf("no requirement %s", word)
		}
	}
	return guard, nil
}

// refused compares what a refused caller is told, where the case says it.
func (c corpusCase) refused(expected json.RawMessage, refusal *Refusal) error {
	if refusal == nil {
		return errors.New("no refusal for the error")
	}
	response := refusal.ProxyResponse()
	if err := c.keepsSecrets(refusal, refusal.Unwrap(), response); err != nil || expected == nil {
		return err
	}
	var challenge any
	headers := map[string]any{"content-type": "application/problem+json"}
	if header := refusal.WWWAuthenticate(); header != "" {
		challenge, headers["www-authenticate"] = header, header
	}
	err := told("the refusal", expected, map[string]any{
		"reason":           refusal.Reason(),
		"status":           refusal.Status(),
		"www_authenticate": challenge,
		"problem":          refusal.Problem(),
	})
	if err != nil {
		return err
	}
	wanted, err := json.Marshal(map[string]any{
		"statusCode": refusal.Status(), "headers": headers, "body": refusal.Problem(),
	})
	if err != nil {
		return err
	}
	return told("the answer", wanted, map[string]any{
		"statusCode": response.StatusCode,
		"headers":    response.Headers,
		"body":       json.RawMessage(response.Body),
	})
}
