package claims

import (
	"slices"
	"strings"
)

// Feature is what is known of one feature.
type Feature string

// What can be known of a feature.
const (
	// FeatureOn means that the token says that it is on.
	FeatureOn Feature = "on"
	// FeatureOff means that the token has the set, and the feature is not in it.
	FeatureOff Feature = "off"
	// FeatureUnknown means that the token doesn't say: deny, or ask elsewhere.
	FeatureUnknown Feature = "unknown"
)

// Features are the features of a token. In a claim that is missing every feature is unknown, and in
// a set that was cut those that aren't on are. The zero value is the set of a token that doesn't say.
type Features struct {
	on []string // sorted
	// The features of which "not on" means "off"; nil for all.
	known []string
	// A text in the form `bits`, which waits for its catalogue.
	bits string
	// Whether the claim is there and all of it. Otherwise "not on" never means "off".
	whole bool
}

// AsFeatures reads a set of features in the forms `comma`, `space` and `list`. A set in the form
// `bits` waits for its catalogue: Features.WithCatalogue, or AsFeaturesIn.
func AsFeatures(c claim) (Features, error) {
	names, whole, err := listClaim(c, AsText)
	if err != nil {
		return Features{}, err
	}
	// Such a name is a legal flag, but hardly one that is meant: better unknown than misread.
	if len(names) == 1 && looksLikeBits(names[0]) {
		return Features{bits: names[0], whole: whole}, nil
	}
	for _, name := range names {
		if !isFlag(name) {
			return Features{}, c.unexpected(notAccepted)
		}
	}
	slices.Sort(names)
	return Features{on: slices.Compact(names), whole: whole}, nil
}

// AsFeaturesIn reads a set of features that was written in the form `bits` with this catalogue. A set
// in another form needs none. The error may be a BitsError.
func AsFeaturesIn(catalogue Catalogue) ClaimType[Features] {
	return func(c claim) (Features, error) {
		features, err := AsFeatures(c)
		if err != nil {
			return Features{}, err
		}
		return features.WithCatalogue(catalogue)
	}
}

// WithCatalogue decodes a set that was written in the form `bits`, with the writer's catalogue. A set
// in another form needs none and stays as it is. The error is a BitsError: another catalogue wrote
// the set.
func (f Features) WithCatalogue(catalogue Catalogue) (Features, error) {
	if f.bits == "" {
		return f, nil
	}
	on, known, err := catalogue.Decode(f.bits)
	if err != nil {
		return Features{}, err
	}
	slices.Sort(on)
	return Features{on: on, known: known, whole: f.whole}, nil
}

// Feature is what is known of one feature.
func (f Features) Feature(name string) Feature {
	_, isOn := slices.BinarySearch(f.on, name)
	switch {
	case isOn:
		return FeatureOn
	case !f.whole || f.bits != "":
		return FeatureUnknown
	case f.known == nil || slices.Contains(f.known, name):
		return FeatureOff
	default:
		return FeatureUnknown
	}
}

// On gives the features that are certainly on, sorted.
func (f Features) On() []string {
	return slices.Clone(f.on)
}

// isFlag tells whether a flag may be written: a letter or digit, then letters, digits, `_`, `.` or
// `-`, at most 64 bytes.
func isFlag(name string) bool {
	for at := 0; at < len(name); at++ {
		letter := lower(name[at])
		isPlain := 'a' <= letter && letter <= 'z' || '0' <= letter && letter <= '9'
		if !isPlain && (at == 0 || letter != '_' && letter != '.' && letter != '-') {
			return false
		}
	}
	return 1 <= len(name) && len(name) <= 64
}

// looksLikeBits tells whether a text has the four parts of the form `bits`, of whatever version.
func looksLikeBits(text string) bool {
	parts := strings.Split(text, ".")
	return len(parts) == 4 && isDigits(parts[0]) && isDigits(parts[1]) && len(parts[2]) == 8
}
