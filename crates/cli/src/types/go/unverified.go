package claims

import (
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// UnverifiedClaims are the claims of a token whose signature has not been verified.
//
// Needed where no authorizer stands before the handler: behind a load balancer, at a function URL, or
// to look up which key would verify a token. Everything in here can be written by anybody. No function
// turns it into Claims: that takes a key. Printed, logged or written as JSON it shows names and no
// values.
type UnverifiedClaims struct {
	unverified held
}

// DecodeUnverified decodes a JWT, with or without `Bearer ` before it. It verifies nothing. Its error
// is a *ReadError with CodeNoClaims.
//
// SPEC: RFC 7515 section 7.1 (three base64url segments), RFC 6750 section 2.1 (`Bearer`).
func DecodeUnverified(token string) (*UnverifiedClaims, error) {
	if scheme, after, isTwo := strings.Cut(token, " "); isTwo && equalInASCII(scheme, "bearer") {
		token = after
	}
	segments := strings.Split(token, ".")
	if len(segments) == 3 {
		_, isHeader := fromBase64URL(segments[0])
		payload, isPayload := fromBase64URL(segments[1])
		entries, isObject := parse(payload).(map[string]any)
		if isHeader && isPayload && isObject {
			return &UnverifiedClaims{newClaims(DoorToken, entries).held}, nil
		}
	}
	return nil, noClaims("three base64url segments around a JSON object", "")
}

// UnverifiedFromALB decodes the access token that an Application Load Balancer passes on in the header
// `x-amzn-oidc-accesstoken`. It verifies nothing. Its error is a *ReadError with CodeNoClaims.
//
// The neighbour `x-amzn-oidc-data` is not the user pool's token: the load balancer makes it from the
// answer of the userInfo endpoint and signs it with a key of its own, so neither groups nor the
// trigger's claims are in it. Anyone who can reach the function around the load balancer can write both
// headers.
//
// SPEC: AWS, "Authenticate users using an Application Load Balancer".
func UnverifiedFromALB(event []byte) (*UnverifiedClaims, error) {
	token, isText := header(parse(event), "x-amzn-oidc-accesstoken").(string)
	if !isText {
		return nil, noClaims("the header `x-amzn-oidc-accesstoken`", "")
	}
	return DecodeUnverified(token)
}

// ReadUnverified reads one claim that anybody can have written, as Read does.
func ReadUnverified[T any](claims *UnverifiedClaims, name string, as ClaimType[T]) (T, error) {
	if claims == nil {
		return as(held{}.claim(name))
	}
	return as(claims.unverified.claim(name))
}

// header gives a header of a load balancer's event, which has one or many values of each. Two tokens
// are none.
func header(event any, name string) any {
	if one := named(object(event, "headers"), name); len(one) > 0 {
		return only(one)
	}
	values, _ := only(named(object(event, "multiValueHeaders"), name)).([]any)
	return only(values)
}

// named gives all headers of that name, in whatever case.
func named(headers map[string]any, name string) []any {
	var values []any
	for key, found := range headers {
		if equalInASCII(key, name) {
			values = append(values, found)
		}
	}
	return values
}

// only gives the one value that there is.
func only(values []any) any {
	if len(values) != 1 {
		return nil
	}
	return values[0]
}

// fromBase64URL gives the bytes that a segment stands for, and none for what is no segment.
func fromBase64URL(segment string) (bytes []byte, isSegment bool) {
	// Package base64 would leave line ends out, and gives what stands before a mistake.
	bytes, err := base64.RawURLEncoding.DecodeString(segment)
	if err != nil || strings.ContainsAny(segment, "\r\n") {
		return nil, false
	}
	return bytes, true
}

// String shows the claims' names, and no value.
func (u UnverifiedClaims) String() string {
	return u.unverified.describe("UnverifiedClaims")
}

// GoString shows what String does.
func (u UnverifiedClaims) GoString() string {
	return u.String()
}

// Format writes what String does, for every verb.
func (u UnverifiedClaims) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, u.String())
}

// MarshalJSON writes the claims' names, and no value.
func (u UnverifiedClaims) MarshalJSON() ([]byte, error) {
	return u.unverified.marshal()
}

// LogValue gives package slog what String does.
func (u UnverifiedClaims) LogValue() slog.Value {
	return slog.StringValue(u.String())
}
