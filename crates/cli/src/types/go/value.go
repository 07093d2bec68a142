package claims

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// ClaimType is what a claim is read as: AsText, AsInteger and their neighbours, and what ListOf and
// Optional make of them.
type ClaimType[T any] func(claim) (T, error)

// claim is one claim, or one element of a list claim.
type claim struct {
	name            string
	content         any
	missing         bool
	element         bool
	cut             any // the claim that names the lists of which the token has only the beginning
	door            Door
	commaFreeGroups bool
	// Out of a JSON text that stood in the claim: no front door has touched what is in there.
	plain bool
}

// unexpected says what the claim is not. A claim that is missing is missing, whatever was asked for.
func (c claim) unexpected(expected string) error {
	code := CodeUnexpected
	if c.missing {
		code = CodeMissing
	}
	return &ReadError{Code: code, Claim: c.name, Door: c.door, detail: expected}
}

func (c claim) ambiguous(reason string) error {
	return &ReadError{Code: CodeAmbiguous, Claim: c.name, Door: c.door, detail: reason}
}

// What the errors of more than one type say.
const (
	notAccepted = "what the asked type accepts"
	notOfType   = "of the asked type"
	notInRange  = "in the range of the asked type"
	notWhole    = "a whole number"
)

// AsText reads text. Whole numbers and booleans count as their text, because the doors that flatten
// show them so, and the difference can't be told there.
func AsText(c claim) (string, error) {
	switch content := c.content.(type) {
	case string:
		return content, nil
	case bool:
		if !c.plain {
			return strconv.FormatBool(content), nil
		}
	case json.Number:
		if _, fits := unsigned(content); !c.plain && (fits || isInteger(content)) {
			return content.String(), nil
		}
	}
	return "", c.unexpected("text")
}

// AsInteger reads a whole number, also a time, which is in seconds since 1970.
func AsInteger(c claim) (int64, error) {
	var digits string
	switch content := c.content.(type) {
	case json.Number:
		if content != "-0" {
			digits = content.String()
		}
	case string:
		if seconds, isDate := c.date(content); isDate {
			return seconds, nil
		}
		if !c.plain {
			digits = content
		}
	}
	if !isWhole(digits) {
		return 0, c.unexpected(notWhole)
	}
	if number, err := strconv.ParseInt(digits, 10, 64); err == nil {
		return number, nil
	}
	if _, err := strconv.ParseUint(digits, 10, 64); err == nil {
		return 0, c.unexpected(notInRange)
	}
	return 0, c.unexpected(notWhole)
}

// AsNumber reads a number that may have a fraction.
func AsNumber(c claim) (float64, error) {
	var text string
	switch content := c.content.(type) {
	case json.Number:
		text = content.String()
	case string:
		if seconds, isDate := c.date(content); isDate {
			return float64(seconds), nil // all dates are below 2^53
		}
		if !c.plain && isDecimal(content) {
			text = content
		}
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(number, 0) {
		return 0, c.unexpected("a number")
	}
	return number, nil
}

// date gives a time, at the door that shows times as dates.
func (c claim) date(text string) (seconds int64, isDate bool) {
	if c.plain || c.door.form() != formJava {
		return 0, false
	}
	return javaSeconds(text)
}

// AsBoolean reads true or false.
func AsBoolean(c claim) (bool, error) {
	switch content := c.content.(type) {
	case bool:
		return content, nil
	case string:
		// Mapped attributes have been seen as `True`.
		if !c.plain && equalInASCII(content, "true") {
			return true, nil
		}
		if !c.plain && equalInASCII(content, "false") {
			return false, nil
		}
	}
	return false, c.unexpected("true or false")
}

// AsValue reads the value as it stands, text as text: a string, a bool, a json.Number, a []any, a
// map[string]any, or nil for null. The front doors that flatten show most values as text.
func AsValue(c claim) (any, error) {
	if c.missing {
		return nil, c.unexpected("")
	}
	return copied(c.content), nil
}

// AsObject reads an object, also from JSON text. Its values are as in AsValue.
func AsObject(c claim) (map[string]any, error) {
	switch content := c.content.(type) {
	case map[string]any:
		members, _ := copied(content).(map[string]any)
		return members, nil
	case string:
		// An emulator, or a JSON claim of a version 1 trigger event.
		if !c.plain && strings.HasPrefix(content, "{") {
			members, isObject := parse([]byte(content)).(map[string]any)
			if !isObject {
				return nil, c.ambiguous("the object is not JSON text")
			}
			return members, nil
		}
		if c.door.form() == formGo && !c.plain && strings.HasPrefix(content, "map[") {
			return nil, c.ambiguous("an object is flattened without quotes here and can't be restored")
		}
	}
	return nil, c.unexpected("an object")
}

// Optional reads what may be missing: a pointer, which is nil if it is.
func Optional[T any](as ClaimType[T]) ClaimType[*T] {
	return func(c claim) (*T, error) {
		if c.content == nil {
			return nil, nil
		}
		read, err := as(c)
		if err != nil {
			return nil, err
		}
		return &read, nil
	}
}

// OptionalList reads a list that may be missing, and then is nil. A list that is there and has no
// elements is not nil.
func OptionalList[T any](of ClaimType[T]) ClaimType[[]T] {
	return func(c claim) ([]T, error) {
		if c.content == nil {
			return nil, nil
		}
		return ListOf(of)(c)
	}
}

// OptionalObject reads an object that may be missing, and then is nil.
func OptionalObject(c claim) (map[string]any, error) {
	if c.content == nil {
		return nil, nil
	}
	return AsObject(c)
}

// OptionalValue reads a value that may be missing, and then is nil.
func OptionalValue(c claim) (any, error) {
	return copied(c.content), nil
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

func isWhole(text string) bool {
	return isDigits(strings.TrimPrefix(text, "-"))
}

// isInteger tells whether a JSON number is a whole one of 64 bits with a sign.
func isInteger(number json.Number) bool {
	_, err := strconv.ParseInt(number.String(), 10, 64)
	return err == nil && number != "-0"
}

// unsigned gives a JSON number that is a whole one of 64 bits without a sign.
func unsigned(number json.Number) (uint64, bool) {
	whole, err := strconv.ParseUint(number.String(), 10, 64)
	return whole, err == nil
}

// isDecimal tells whether a text is digits with at most one point among them and an exponent at
// most. Package strconv takes more: hexadecimal digits, underscores, infinity.
func isDecimal(text string) bool {
	if text != "" && strings.ContainsRune("+-", rune(text[0])) {
		text = text[1:]
	}
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		exponent := text[at+1:]
		if exponent != "" && strings.ContainsRune("+-", rune(exponent[0])) {
			exponent = exponent[1:]
		}
		if !isDigits(exponent) {
			return false
		}
		text = text[:at]
	}
	return isDigits(strings.Replace(text, ".", "", 1))
}

// equalInASCII compares without the case of the letters A to Z, and of no others: U+017F and U+212A
// would else be the letters s and k.
func equalInASCII(text, other string) bool {
	if len(text) != len(other) {
		return false
	}
	for at := 0; at < len(text); at++ {
		if lower(text[at]) != lower(other[at]) {
			return false
		}
	}
	return true
}

func lower(letter byte) byte {
	if 'A' <= letter && letter <= 'Z' {
		return letter + 'a' - 'A'
	}
	return letter
}
