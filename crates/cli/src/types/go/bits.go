package claims

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
)

// Catalogue is the ordered, append-only list of flags that writer and reader of the form `bits`
// share. That form has many flags in few bytes:
//
//	1.40.9f3c2a1b.5
//	│ │  │        └ a hexadecimal number; bit i is flag i of the catalogue (here flags 0 and 2)
//	│ │  └ FNV-1a (32 bits, 8 hex digits) of the first 40 names, each followed by a line feed
//	│ └ how many flags the writer knew, decimal
//	└ version of this format
//
// Deploy a longer list to the readers first. The zero value is the catalogue without flags.
type Catalogue struct {
	names []string
}

// mostFlags is how many flags a catalogue can have.
const mostFlags = 1024

// CatalogueCode says why a list of names is no catalogue.
type CatalogueCode string

// What can be wrong with a catalogue.
const (
	// CatalogueNotPlain means that a name is not a letter or digit, then letters, digits, `_`, `.`
	// or `-`, at most 64 bytes.
	CatalogueNotPlain CatalogueCode = "not_plain"
	// CatalogueDuplicate means that a name stands in the list twice.
	CatalogueDuplicate CatalogueCode = "duplicate"
	// CatalogueTooMany means that there are more than 1024 names.
	CatalogueTooMany CatalogueCode = "too_many"
)

// CatalogueError is why a list of names is no catalogue.
type CatalogueError struct {
	// Code is what is wrong.
	Code CatalogueCode
	// Position is the place of the name that is wrong, from 0.
	Position int
}

// Error tells the position and no name.
func (e *CatalogueError) Error() string {
	switch e.Code {
	case CatalogueNotPlain:
		return fmt.Sprintf("flag %d is not a plain name", e.Position)
	case CatalogueDuplicate:
		return fmt.Sprintf("flag %d is in the list already", e.Position)
	default:
		return fmt.Sprintf("more than %d flags", mostFlags)
	}
}

// BitsError is why a text in the form `bits` can't be decoded. In every case all flags are unknown.
type BitsError string

// Why a text can't be decoded.
const (
	// BitsForm means that the text is not of the form `version.count.fingerprint.number`.
	BitsForm BitsError = "form"
	// BitsVersion means a version of the format that this reader doesn't know.
	BitsVersion BitsError = "version"
	// BitsLongerCatalogue means that the writer knew more flags than this reader.
	BitsLongerCatalogue BitsError = "longer_catalogue"
	// BitsOtherCatalogue means that the first names differ between writer and reader.
	BitsOtherCatalogue BitsError = "other_catalogue"
)

// Error never holds the text that can't be decoded.
func (e BitsError) Error() string {
	switch e {
	case BitsVersion:
		return "unknown version of the flag set"
	case BitsLongerCatalogue:
		return "the flag set was written with a longer catalogue"
	case BitsOtherCatalogue:
		return "the flag set was written with another catalogue"
	default:
		return "not a flag set of the form version.count.fingerprint.number"
	}
}

// NewCatalogue takes the names in their fixed order. The error is a *CatalogueError.
func NewCatalogue(names ...string) (Catalogue, error) {
	if len(names) > mostFlags {
		return Catalogue{}, &CatalogueError{Code: CatalogueTooMany}
	}
	seen := make(map[string]bool, len(names))
	for position, name := range names {
		switch {
		case !isFlag(name):
			return Catalogue{}, &CatalogueError{CatalogueNotPlain, position}
		case seen[name]:
			return Catalogue{}, &CatalogueError{CatalogueDuplicate, position}
		}
		seen[name] = true
	}
	return Catalogue{slices.Clone(names)}, nil
}

// Names gives the names in their order.
func (c Catalogue) Names() []string {
	return slices.Clone(c.names)
}

// Encode writes the flags that are on. A flag that isn't in the catalogue can't be written and stays
// out.
func (c Catalogue) Encode(on ...string) string {
	var number strings.Builder
	// One hexadecimal digit holds four flags; the highest digit comes first.
	for place := (len(c.names) - 1) / 4; place >= 0; place-- {
		digit := 0
		for bit := 0; bit < 4; bit++ {
			if at := place*4 + bit; at < len(c.names) && slices.Contains(on, c.names[at]) {
				digit |= 1 << bit
			}
		}
		if digit > 0 || number.Len() > 0 || place == 0 {
			number.WriteString(strconv.FormatInt(int64(digit), 16))
		}
	}
	return fmt.Sprintf("1.%d.%s.%s", len(c.names), fingerprint(c.names), number.String())
}

// Decode gives the flags that are on and those that the writer knew, both in the catalogue's order. A
// flag that is known and not on is off; every other one is unknown. The error is a BitsError.
func (c Catalogue) Decode(text string) (on, known []string, err error) {
	parts := strings.Split(text, ".")
	if len(parts) != 4 {
		return nil, nil, BitsForm
	}
	if parts[0] != "1" {
		return nil, nil, BitsVersion
	}
	count, err := strconv.ParseUint(parts[1], 10, 64)
	if err != nil || !isCanonical(parts[1]) || !isDigits(parts[1]) {
		return nil, nil, BitsForm
	}
	if count > uint64(len(c.names)) {
		return nil, nil, BitsLongerCatalogue
	}
	known = slices.Clone(c.names[:count])
	if len(parts[2]) != 8 || !isLowerHex(parts[2]) {
		return nil, nil, BitsForm
	}
	if parts[2] != fingerprint(known) {
		return nil, nil, BitsOtherCatalogue
	}
	number := parts[3]
	if !isLowerHex(number) || !isCanonical(number) {
		return nil, nil, BitsForm
	}
	on = []string{}
	for place := range number {
		digit, err := strconv.ParseUint(number[len(number)-1-place:len(number)-place], 16, 8)
		if err != nil {
			return nil, nil, BitsForm
		}
		for bit := 0; bit < 4; bit++ {
			at := place*4 + bit
			switch {
			case digit>>bit&1 == 0:
			case at >= len(known):
				// A bit beyond the count names no flag: the text isn't ours.
				return nil, nil, BitsForm
			default:
				on = append(on, known[at])
			}
		}
	}
	return on, known, nil
}

// isCanonical tells whether there are digits without leading zeros.
func isCanonical(digits string) bool {
	return digits == "0" || digits != "" && digits[0] != '0'
}

func isLowerHex(text string) bool {
	return strings.Trim(text, "0123456789abcdef") == ""
}

// fingerprint is a checksum against mistakes, not against attackers. The token's signature guards the
// claim; this guards the list.
func fingerprint(names []string) string {
	hash := fnv.New32a()
	for _, name := range names {
		_, _ = hash.Write([]byte(name + "\n"))
	}
	return fmt.Sprintf("%08x", hash.Sum32())
}
