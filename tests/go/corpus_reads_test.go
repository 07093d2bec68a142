package claims

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// A corpusRead is one question to the claims, and its answer.
type corpusRead struct {
	Claim     string          `json:"claim"`
	As        string          `json:"as"`
	Method    string          `json:"method"`
	Of        string          `json:"of"`
	Catalogue []string        `json:"catalogue"`
	Value     json.RawMessage `json:"value"`
	Error     string          `json:"error"`
	About     string          `json:"about"`
	Refusal   json.RawMessage `json:"refusal"`
}

func (r corpusRead) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", r.Claim, r.As, r.Method, r.Of))
}

func (r corpusRead) answer(claims *Claims) (any, error) {
	if r.Method != "" {
		return r.method(claims)
	}
	as, err := r.as()
	if err != nil {
		return nil, err
	}
	return Read(claims, r.Claim, as)
}

func (r corpusRead) method(claims *Claims) (any, error) {
	switch r.Method {
	case "groups":
		return list(claims.Groups())
	case "scopes":
		return list(claims.Scopes())
	case "token_use":
		return any2(claims.TokenUse())
	case "client_id":
		return any2(claims.ClientID())
	case "issued_at":
		return any2(claims.IssuedAt())
	case "authenticated_at":
		return any2(claims.AuthenticatedAt())
	case "authentication_level":
		return any2(claims.AuthenticationLevel())
	case "authentication_methods":
		return list(claims.AuthenticationMethods())
	case "identity":
		return any2(claims.Identity())
	case "actor":
		return any2(claims.Actor())
	case "org_id":
		return any2(claims.OrgID())
	case "tier":
		return any2(claims.Tier())
	case "features":
		return any2(claims.Features())
	case "features_in":
		catalogue, err := NewCatalogue(r.Catalogue...)
		if err != nil {
			return nil, err
		}
		return any2(claims.FeaturesIn(catalogue))
	case "feature":
		return claims.Feature(r.Of), nil
	case "roles":
		return any2(claims.Roles())
	case "role":
		return claims.Role(r.Of), nil
	case "permissions":
		return any2(claims.Permissions())
	case "permission":
		return claims.Permission(r.Of), nil
	case "organisations":
		return any2(claims.Organisations())
	case "omitted":
		return claims.Omitted(r.Of), nil
	case "is_cut":
		return claims.IsCut(r.Of), nil
	case "contains":
		return claims.Contains(r.Of), nil
	default:
		return nil, fmt.Errorf("no method %s", r.Method)
	}
}

func any2[T any](value T, err error) (any, error) {
	return value, err
}

// list is for methods of which "none" is an answer: in Go a nil slice is a list without elements.
func list(words []string, err error) (any, error) {
	if words == nil {
		words = []string{}
	}
	return words, err
}

func (r corpusRead) as() (ClaimType[any], error) {
	if r.Catalogue != nil {
		catalogue, err := NewCatalogue(r.Catalogue...)
		return untyped(AsFeaturesIn(catalogue)), err
	}
	return typeOf(r.As)
}

// typeOf finds the type that the corpus names.
func typeOf(name string) (ClaimType[any], error) {
	if inner, isList := strings.CutPrefix(name, "list of "); isList {
		of, err := typeOf(inner)
		return untyped(ListOf(of)), err
	}
	if inner, isList := strings.CutPrefix(name, "optional list of "); isList {
		of, err := typeOf(inner)
		return untyped(OptionalList(of)), err
	}
	if inner, isOptional := strings.CutPrefix(name, "optional "); isOptional {
		of, err := typeOf(inner)
		return untyped(Optional(of)), err
	}
	types := map[string]ClaimType[any]{
		"text":          untyped(AsText),
		"integer":       untyped(AsInteger),
		"number":        untyped(AsNumber),
		"boolean":       untyped(AsBoolean),
		"json":          AsValue,
		"object":        untyped(AsObject),
		"org_id":        untyped(AsOrgID),
		"tier":          untyped(AsTier),
		"words":         untyped(AsWords),
		"features":      untyped(AsFeatures),
		"organisations": untyped(AsOrganisations),
	}
	if types[name] == nil {
		return nil, fmt.Errorf("no type %s", name)
	}
	return types[name], nil
}

func untyped[T any](as ClaimType[T]) ClaimType[any] {
	return func(c claim) (any, error) { return as(c) }
}

// shown is a value as the corpus writes it; expected says what is asked of it besides.
func shown(value any, expected json.RawMessage) any {
	var elements []json.RawMessage
	_ = json.Unmarshal(expected, &elements)
	switch value := value.(type) {
	case *any:
		if value == nil {
			return nil
		}
		return shown(*value, expected)
	case []any:
		if value == nil {
			return nil
		}
		all := []any{}
		for at, element := range value {
			var of json.RawMessage
			if at < len(elements) {
				of = elements[at]
			}
			all = append(all, shown(element, of))
		}
		return all
	case Words:
		return map[string]any{
			"words": append([]string{}, value.All()...),
			"whole": value.IsWhole(),
			"asked": asked(expected, value.Contains),
		}
	case Features:
		return map[string]any{
			"on":    append([]string{}, value.On()...),
			"asked": asked(expected, value.Feature),
		}
	case Organisations:
		all := []any{}
		for _, one := range value.All() {
			organisation := map[string]any{"id": one.ID}
			if one.Name != nil {
				organisation["name"] = *one.Name
			}
			all = append(all, organisation)
		}
		contains := func(id string) Listed { return value.Contains(OrgID(id)) }
		return map[string]any{
			"organisations": all, "whole": value.IsWhole(), "asked": asked(expected, contains),
		}
	case UserIdentity:
		return map[string]any{"user": map[string]any{"sub": value.Sub, "username": value.Username}}
	case ClientIdentity:
		return map[string]any{"client": map[string]any{"client_id": value.ClientID}}
	case *Actor:
		if value == nil {
			return nil
		}
		return map[string]any{"sub": value.Sub, "issuer": value.Issuer}
	default:
		return value
	}
}

func asked[A any](expected json.RawMessage, answer func(string) A) map[string]A {
	var questions struct {
		Asked map[string]any `json:"asked"`
	}
	_ = json.Unmarshal(expected, &questions)
	answers := map[string]A{}
	for name := range questions.Asked {
		answers[name] = answer(name)
	}
	return answers
}

// codeOf is the corpus' word for an error, and the claim that the error is about.
func codeOf(err error) (code, about string) {
	var read *ReadError
	var bits BitsError
	var catalogue *CatalogueError
	switch {
	case errors.As(err, &read):
		return string(read.Code), read.Claim
	case errors.As(err, &bits):
		return "bits_" + string(bits), ""
	case errors.As(err, &catalogue):
		return "catalogue_" + string(catalogue.Code), ""
	default:
		return err.Error(), ""
	}
}
