// Package claims reads what Claimsmith writes: flags as `bits`, flags as text, and lists.
package claims

import (
	"fmt"
	"hash/fnv"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var form = regexp.MustCompile(`^1\.(0|[1-9][0-9]{0,3})\.([0-9a-f]{8})\.(0|[1-9a-f][0-9a-f]*)$`)

// ReadBits gives the flags that are on or off. One that isn't in it is unknown: treat it as off.
func ReadBits(text string, catalogue []string) map[string]bool {
	flags, parts := map[string]bool{}, form.FindStringSubmatch(text)
	if parts == nil {
		return flags
	}
	count, _ := strconv.Atoi(parts[1])
	bits, _ := new(big.Int).SetString(parts[3], 16)
	hash := fnv.New32a()
	for _, flag := range catalogue[:min(count, len(catalogue))] {
		fmt.Fprintln(hash, flag)
	}
	if count > len(catalogue) || fmt.Sprintf("%08x", hash.Sum32()) != parts[2] || bits.BitLen() > count {
		return flags
	}
	for place, flag := range catalogue[:count] {
		flags[flag] = bits.Bit(place) == 1
	}
	return flags
}

// Feature says whether a flag of the encoding `comma` is on, and whether the token says so at all.
func Feature(claims map[string]string, name string) (on, known bool) {
	flags, known := claims["feature_flags"]
	return slices.Contains(strings.Split(flags, ","), name), known
}

// Omitted says whether a claim belongs in the token and was left out, by a fault or a budget.
func Omitted(claims map[string]string, name string) bool {
	return slices.Contains(strings.Split(claims["claims_omitted"], ","), name)
}

// Cut says whether the token has only the beginning of a list claim: a word not in it is unknown.
func Cut(claims map[string]string, name string) bool {
	return slices.Contains(strings.Split(claims["claims_cut"], ","), name)
}

// ReadList reads a list claim as an API shows it as text: "http" or "rest".
func ReadList(value, door string) []string {
	between := ","
	if door == "http" {
		inner, opened := strings.CutPrefix(value, "[")
		inner, closed := strings.CutSuffix(inner, "]")
		if !opened || !closed {
			return nil
		}
		value, between = inner, " "
	}
	return slices.DeleteFunc(strings.Split(value, between), func(word string) bool { return word == "" })
}
