package claims

// ReadCode says what went wrong, without the particulars.
type ReadCode string

// What can go wrong when claims are read.
const (
	// CodeMissing means that the claim is not there, or is null.
	CodeMissing ReadCode = "missing"
	// CodeUnexpected means that the claim is there, but not of the type that was asked for.
	CodeUnexpected ReadCode = "unexpected"
	// CodeAmbiguous means that the front door flattened the claim so that more than one value could
	// have been meant.
	CodeAmbiguous ReadCode = "ambiguous"
	// CodeNoClaims means that the event or text holds no claims where this front door puts them.
	CodeNoClaims ReadCode = "no_claims"
	// CodeAmbiguousDoor means that the event could come from more than one front door: use the
	// function for the right one.
	CodeAmbiguousDoor ReadCode = "ambiguous_door"
)

// ReadError is why claims, or one claim, can't be read. Its text is safe for logs and callers: no
// claim value is in it.
type ReadError struct {
	// Code is what went wrong.
	Code ReadCode
	// Claim is the claim's name, or empty if the error is about none.
	Claim string
	// Door is the front door, or empty if it is not known.
	Door Door

	// What was expected, or why a form can't be undone; a fragment without values.
	detail string
}

// Error names the claim, the front door and what was expected, and never a value.
func (e *ReadError) Error() string {
	var text string
	switch e.Code {
	case CodeNoClaims:
		text = "no claims: expected " + e.detail
	case CodeAmbiguousDoor:
		text = "ambiguous front door: " + e.detail
	case CodeMissing:
		text = "claim `" + e.Claim + "` is missing"
	case CodeAmbiguous:
		text = "claim `" + e.Claim + "` is ambiguous: " + e.detail
	default:
		text = "claim `" + e.Claim + "` is not " + e.detail
	}
	if e.Door != "" {
		text += " (" + e.Door.title() + ")"
	}
	return text
}

func noClaims(place string, door Door) error {
	return &ReadError{Code: CodeNoClaims, Door: door, detail: place}
}

func ambiguousDoor(reason string) error {
	return &ReadError{Code: CodeAmbiguousDoor, detail: reason}
}
