package claims

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// deepest is how many arrays and objects may stand in each other.
const deepest = 127

// parse reads one JSON text, or gives nil. Numbers keep their digits. Where package encoding/json
// would put U+FFFD in the place of what is no text, so that two values become one, nothing is read.
func parse(text []byte) any {
	if !utf8.Valid(text) || !isSound(text) {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) || !isFinite(value) {
		return nil
	}
	return value
}

// isFinite tells whether a float64 can hold each number in it.
func isFinite(value any) bool {
	switch value := value.(type) {
	case json.Number:
		_, err := value.Float64()
		return err == nil
	case []any:
		for _, element := range value {
			if !isFinite(element) {
				return false
			}
		}
	case map[string]any:
		for _, member := range value {
			if !isFinite(member) {
				return false
			}
		}
	}
	return true
}

// isSound tells whether a JSON text is not too deep and has no half of a character that is written
// as two.
func isSound(text []byte) bool {
	depth, inText := 0, false
	for at := 0; at < len(text); at++ {
		switch letter := text[at]; {
		case letter == '"':
			inText = !inText
		case inText && letter == '\\':
			at++
			unit := escaped(text, at)
			if unit < 0xd800 || unit > 0xdfff {
				continue
			}
			second := escaped(text, at+6)
			if unit > 0xdbff || second < 0xdc00 || second > 0xdfff || text[at+5] != '\\' {
				return false
			}
			at += 6
		case inText:
		case letter == '[' || letter == '{':
			depth++
			if depth > deepest {
				return false
			}
		case letter == ']' || letter == '}':
			depth--
		}
	}
	return true
}

// escaped is the number in the escape `uXXXX` at that place, or -1.
func escaped(text []byte, at int) int {
	if at+5 > len(text) || text[at] != 'u' {
		return -1
	}
	unit, err := strconv.ParseUint(string(text[at+1:at+5]), 16, 16)
	if err != nil {
		return -1
	}
	return int(unit)
}

// copied gives a JSON value that nobody else can change.
func copied(value any) any {
	switch value := value.(type) {
	case []any:
		elements := make([]any, len(value))
		for at, element := range value {
			elements[at] = copied(element)
		}
		return elements
	case map[string]any:
		members := make(map[string]any, len(value))
		for name, member := range value {
			members[name] = copied(member)
		}
		return members
	default:
		return value
	}
}
