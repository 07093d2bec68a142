package claims

import "strings"

const notAList = "a list"

// ListOf reads a list, whose elements are read as the given type. It is never nil.
func ListOf[T any](of ClaimType[T]) ClaimType[[]T] {
	return func(c claim) ([]T, error) {
		list := []T{}
		err := c.each(func(element claim) error {
			read, err := of(element)
			list = append(list, read)
			return err
		})
		if err != nil {
			return nil, err
		}
		return list, nil
	}
}

// each hands over the elements of a list, until there is an error.
func (c claim) each(visit func(claim) error) error {
	switch content := c.content.(type) {
	case []any:
		for _, element := range content {
			if err := visit(c.elementOf(element)); err != nil {
				return err
			}
		}
		return nil
	case string:
		switch {
		case c.plain || c.element && c.door.form() == formJSON:
			return c.unexpected(notAList)
		case c.element:
			return c.ambiguous("a list in a list is flattened here and can't be restored")
		}
		if text, isJSON := c.jsonText(content); isJSON {
			return c.eachInJSON(text, visit)
		}
		return c.eachWord(content, visit)
	default:
		return c.unexpected(notAList)
	}
}

func (c claim) elementOf(content any) claim {
	c.content, c.element, c.missing = content, true, false
	return c
}

// eachInJSON hands over the elements of a list that is JSON text.
func (c claim) eachInJSON(text string, visit func(claim) error) error {
	elements, isArray := parse([]byte(text)).([]any)
	if !isArray {
		return c.ambiguous("the list has neither plain words nor JSON text in it")
	}
	for _, content := range elements {
		element := c.elementOf(content)
		element.plain = true
		if err := visit(element); err != nil {
			return c.unexpected("a list of the asked type")
		}
	}
	return nil
}

// eachWord hands over the words of a list that a front door has flattened.
func (c claim) eachWord(text string, visit func(claim) error) error {
	inner, separator, err := c.flat(text)
	if err != nil || inner == "" {
		return err
	}
	for _, word := range strings.Split(inner, separator) {
		if !c.kind().allows(word) {
			return c.ambiguous("an element is empty or holds a mark with which lists are parted or wrapped")
		}
		if err := visit(c.elementOf(word)); err != nil {
			return err
		}
	}
	return nil
}

// flat is the inside of a flattened list and what parts its words. Lists are undone by name where
// Cognito's own rules for the name are known.
func (c claim) flat(text string) (inner, separator string, err error) {
	kind, form := c.kind(), c.door.form()
	separator = " "
	if strings.Contains(text, ",") {
		separator = ","
	}
	switch {
	case text == "":
		return "", separator, nil
	case kind == kindScope:
		return text, " ", nil
	case form == formGo && strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]"):
		return text[1 : len(text)-1], " ", nil
	case kind == kindWord:
		return text, separator, nil
	case form == formGo || form == formJSON:
		return "", "", c.unexpected(notAList)
	case form == formJava && separator == "," && !c.commaFreeGroups:
		return "", "", c.ambiguous("a comma parts groups here and may also stand in a group's name")
	default:
		return text, ",", nil
	}
}

// jsonText is JSON text in the place of a list, where the form of the front door has such.
func (c claim) jsonText(text string) (list string, isJSON bool) {
	kind := c.kind()
	switch c.door.form() {
	case formContext:
		// The authorizer's own choice for elements that are no plain words.
		return text, kind != kindScope && strings.HasPrefix(text, "[")
	case formJSON:
		// Version 1 of the trigger event carries a JSON claim as its text, and no front door changes
		// that. A flattened list begins so at none: no plain word has a brace.
		return text, kind == kindWord && strings.HasPrefix(text, "[")
	case formJava:
		// A list of objects, such as `identities`: their JSON texts, without the brackets.
		if kind == kindWord && strings.HasPrefix(text, "{") {
			return "[" + text + "]", true
		}
	}
	return text, kind == kindWord && strings.HasPrefix(text, `[{"`)
}

// wordKind is which elements a flattened list can have.
type wordKind int

const (
	// kindWord is that of every list without rules of its own.
	kindWord wordKind = iota
	// kindGroup has no white space; commas and brackets may be.
	//
	// SPEC: AWS, Cognito API reference, GroupNameType.
	kindGroup
	// kindScope is parted by blanks.
	//
	// SPEC: RFC 6749 section 3.3.
	kindScope
)

func (c claim) kind() wordKind {
	switch c.name {
	case "cognito:groups":
		return kindGroup
	case "scope":
		return kindScope
	default:
		return kindWord
	}
}

func (k wordKind) allows(word string) bool {
	if k == kindWord {
		return isListWord(word)
	}
	return word != "" && strings.IndexFunc(word, isWhiteSpace) < 0
}

// isListWord tells whether a word may stand in a list claim: no blank and none of the marks with
// which a front door parts or wraps elements, nothing invisible, and not empty.
func isListWord(word string) bool {
	for _, letter := range word {
		if isWhiteSpace(letter) || isControl(letter) || strings.ContainsRune(`,[]{}"\`, letter) {
			return false
		}
	}
	return word != ""
}

// isWhiteSpace has the characters with Unicode's property White_Space, written out so that no
// version of Go changes what is read.
func isWhiteSpace(letter rune) bool {
	switch letter {
	case ' ', 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000:
		return true
	}
	return '\t' <= letter && letter <= '\r' || 0x2000 <= letter && letter <= 0x200a
}

// isControl has the characters of Unicode's category Cc.
func isControl(letter rune) bool {
	return letter < ' ' || 0x7f <= letter && letter <= 0x9f
}

// splitWords gives the words of a text that commas part. The empty text has none.
func splitWords(text string) []string {
	return strings.FieldsFunc(text, func(letter rune) bool { return letter == ',' })
}
