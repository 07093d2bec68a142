package claims

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"sort"
	"strings"
)

// Claims are the claims of one request, checked by a front door or by the application.
//
// How far they can be trusted: as far as the event. Only the gateway may be allowed to invoke the
// function (its resource policy), or anybody who may invoke it can write any claims.
//
// A null claim counts as missing. Claims are never changed, so many goroutines may read them at
// once. Printed, logged or written as JSON they show the front door and names, and no values.
type Claims struct {
	held held
}

// held are claims, wherever they came from.
type held struct {
	// By name. A function, because none that prints or dumps a struct can look into one.
	entries         func() map[string]any
	door            Door
	commaFreeGroups bool
}

func newClaims(door Door, entries map[string]any) *Claims {
	return &Claims{held{entries: func() map[string]any { return entries }, door: door}}
}

func (h held) all() map[string]any {
	if h.entries == nil {
		return nil
	}
	return h.entries()
}

func (h held) claim(name string) claim {
	entries := h.all()
	return claim{
		name:            name,
		content:         entries[name],
		missing:         entries[name] == nil,
		cut:             entries[nameClaimsCut],
		door:            h.door,
		commaFreeGroups: h.commaFreeGroups,
	}
}

// claim gives the claim of that name, also if there are no claims at all.
func (c *Claims) claim(name string) claim {
	if c == nil {
		return held{}.claim(name)
	}
	return c.held.claim(name)
}

// Read reads one claim as the type asked for, such as AsInteger, ListOf(AsText) or
// Optional(AsText).
//
// What the front door did to the claim is undone by that type and never by the looks of the value.
// The error is a *ReadError: the claim is missing, is of another type, or was flattened so that it
// can't be restored. From AsFeaturesIn it may be a BitsError.
func Read[T any](claims *Claims, name string, as ClaimType[T]) (T, error) {
	return as(claims.claim(name))
}

// FromVerified gives the claims of a token whose signature, issuer, client and times the caller has
// verified, from the token's payload: JSON, no longer in base64url. Nothing is checked here.
func FromVerified(payload []byte) (*Claims, error) {
	entries, isObject := parse(payload).(map[string]any)
	if !isObject {
		return nil, noClaims("a token's payload: a JSON object", DoorToken)
	}
	return newClaims(DoorToken, entries), nil
}

// AssumeCommaFreeGroups gives the same claims with the promise that no group of the user pool has a
// comma in its name.
//
// Needed only for DoorRESTCognito: it shows groups as `a,b`, and Cognito allows commas in group
// names, so that the one group `x,admin` looks like two. Without this promise such text is ambiguous,
// and an error. Whoever may name groups could otherwise forge one.
//
// SPEC: AWS, Cognito API reference, GroupNameType.
func (c *Claims) AssumeCommaFreeGroups() *Claims {
	if c == nil {
		return nil
	}
	promised := *c
	promised.held.commaFreeGroups = true
	return &promised
}

// Door is the front door that the claims came through.
func (c *Claims) Door() Door {
	if c == nil {
		return ""
	}
	return c.held.door
}

// Contains tells whether there is a claim of this name.
func (c *Claims) Contains(name string) bool {
	return !c.claim(name).missing
}

// String shows the front door and the claims' names, and no value.
func (c Claims) String() string {
	return c.held.describe("Claims")
}

// GoString shows what String does.
func (c Claims) GoString() string {
	return c.String()
}

// Format writes what String does, for every verb.
func (c Claims) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, c.String())
}

// MarshalJSON writes the front door and the claims' names, and no value.
func (c Claims) MarshalJSON() ([]byte, error) {
	return c.held.marshal()
}

// LogValue gives package slog what String does.
func (c Claims) LogValue() slog.Value {
	return slog.StringValue(c.String())
}

func (h held) names() []string {
	names := []string{}
	for name := range h.all() {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (h held) describe(kind string) string {
	var quoted []string
	for _, name := range h.names() {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	return fmt.Sprintf("%s{door: %s, names: [%s]}", kind, h.door, strings.Join(quoted, " "))
}

func (h held) marshal() ([]byte, error) {
	return json.Marshal(struct {
		Door  Door     `json:"door"`
		Names []string `json:"names"`
	}{h.door, h.names()})
}
