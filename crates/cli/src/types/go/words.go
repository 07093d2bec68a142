package claims

import "slices"

// Listed is what is known of one word of a list claim.
type Listed string

// What can be known of a word.
const (
	// ListedYes means that the token lists it.
	ListedYes Listed = "yes"
	// ListedNo means that the token has the whole list, and it is not in it.
	ListedNo Listed = "no"
	// ListedUnknown means that the token doesn't say: the list is missing or cut. Deny, or ask
	// elsewhere.
	ListedUnknown Listed = "unknown"
)

func listed(isThere, isWhole bool) Listed {
	switch {
	case isThere:
		return ListedYes
	case isWhole:
		return ListedNo
	default:
		return ListedUnknown
	}
}

// Words are a list of plain words, such as roles or permissions. Of a claim that is missing or cut, a
// word that isn't listed is unknown. The zero value is the list of a token that doesn't say.
type Words struct {
	words []string
	whole bool
}

// AsWords reads a list of plain words in the forms `comma`, `space` and `list`. A claim that is
// missing is a list of which nothing is known.
func AsWords(c claim) (Words, error) {
	words, whole, err := listClaim(c, AsText)
	if err != nil {
		return Words{}, err
	}
	for _, word := range words {
		// Such a word would be two at a front door that flattens.
		if !isListWord(word) {
			return Words{}, c.unexpected(notAccepted)
		}
	}
	return Words{words, whole}, nil
}

// Contains is what is known of one word.
func (w Words) Contains(word string) Listed {
	return listed(slices.Contains(w.words, word), w.whole)
}

// All gives the words that are certainly there, in the token's order.
func (w Words) All() []string {
	return slices.Clone(w.words)
}

// IsWhole tells whether these are all: the claim is there, and the trigger has cut nothing off.
func (w Words) IsWhole() bool {
	return w.whole
}

// listClaim gives the elements of a list claim, and whether what isn't among them isn't in the list.
// Of a claim that is missing nothing is known.
func listClaim[T any](c claim, of ClaimType[T]) (elements []T, whole bool, err error) {
	if c.content == nil {
		return nil, false, nil
	}
	elements, err = ListOf(of)(c)
	return elements, !c.plain && !c.isCut(), err
}

// isCut tells whether the marker `claims_cut` names the claim. A marker that can't be read may name
// any.
func (c claim) isCut() bool {
	names, isText := c.cut.(string)
	if !isText {
		return c.cut != nil
	}
	return slices.Contains(splitWords(names), c.name)
}
