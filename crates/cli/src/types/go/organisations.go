package claims

import (
	"encoding/json"
	"slices"
)

// OrgID is an organisation's id: text that is not empty.
type OrgID string

// Tier is what an organisation has paid for: any word, such as `pro`.
type Tier string

// AsOrgID reads an organisation's id. An empty one is an error.
func AsOrgID(c claim) (OrgID, error) {
	text, err := someText(c)
	return OrgID(text), err
}

// AsTier reads a tier. An empty one is an error.
func AsTier(c claim) (Tier, error) {
	text, err := someText(c)
	return Tier(text), err
}

func someText(c claim) (string, error) {
	text, err := AsText(c)
	if err == nil && text == "" {
		err = c.unexpected(notAccepted)
	}
	return text, err
}

// Organisation is one organisation of a list.
type Organisation struct {
	// ID is its id, as it would stand in the claim `org_id`.
	ID OrgID
	// Name is its name for people, or nil if the list has no names.
	Name *string
}

// Organisations are all organisations of a person, for the menu in which an app lets choose one. To
// be in this list gives no right to anything: which organisation a token acts in is Claims.OrgID.
//
// Of a claim that is missing or cut, an organisation that isn't listed is unknown. The zero value is
// the list of a token that doesn't say.
type Organisations struct {
	organisations []Organisation
	whole         bool
}

// AsOrganisations reads a list of objects with `id` and `name`, or of ids. At an HTTP API with a JWT
// authorizer objects are flattened beyond repair, and an error. A claim that is missing is a list of
// which nothing is known.
func AsOrganisations(c claim) (Organisations, error) {
	organisations, whole, err := listClaim(c, asOrganisation)
	if err != nil {
		return Organisations{}, err
	}
	return Organisations{organisations, whole}, nil
}

// Contains is what is known of one organisation.
func (o Organisations) Contains(id OrgID) Listed {
	isThere := slices.ContainsFunc(o.organisations, func(organisation Organisation) bool {
		return organisation.ID == id
	})
	return listed(isThere, o.whole)
}

// All gives the organisations that are certainly there, in the token's order.
func (o Organisations) All() []Organisation {
	return slices.Clone(o.organisations)
}

// IsWhole tells whether these are all: the claim is there, and the trigger has cut nothing off.
func (o Organisations) IsWhole() bool {
	return o.whole
}

// asOrganisation goes by the element's own JSON type.
func asOrganisation(c claim) (Organisation, error) {
	switch content := c.content.(type) {
	case string:
		// Another text would be two at a front door that flattens.
		if !isListWord(content) {
			return Organisation{}, c.unexpected(notAccepted)
		}
		return Organisation{ID: OrgID(content)}, nil
	case json.Number:
		if _, fits := unsigned(content); fits {
			return Organisation{ID: OrgID(content)}, nil
		}
	case map[string]any:
		id, isID := organisationID(content["id"])
		name, isName := content["name"].(string)
		switch {
		case isID && isName:
			return Organisation{id, &name}, nil
		case isID && content["name"] == nil:
			return Organisation{ID: id}, nil
		}
	}
	return Organisation{}, c.unexpected(notOfType)
}

// organisationID takes a text that isn't empty, or a whole number: front doors that flatten show it
// as its text.
func organisationID(value any) (OrgID, bool) {
	switch value := value.(type) {
	case string:
		return OrgID(value), value != ""
	case json.Number:
		_, fits := unsigned(value)
		return OrgID(value), fits
	default:
		return "", false
	}
}
