package claims

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// atLeast is how many cases there must be: a corpus that is lost must not pass.
const atLeast = 1500

// A corpusCase is a line of the corpus; conformance/README.md describes it.
type corpusCase struct {
	Name            string          `json:"name"`
	Door            string          `json:"door"`
	Event           json.RawMessage `json:"event"`
	CommaFreeGroups bool            `json:"comma_free_groups"`
	Token           json.RawMessage `json:"token"` // for helpers that build events, which Go has not
	Opens           json.RawMessage `json:"opens"`
	Reads           []corpusRead    `json:"reads"`
	Guards          []corpusGuard   `json:"guards"`
	Secrets         []string        `json:"secrets"`
}

// TestCorpus reads everything as the corpus says.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(os.Getenv("CORPUS"), "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	all, wrong := 0, []string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, len(text)+1)
		for lines.Scan() {
			var read corpusCase
			decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&read); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			all++
			if err := read.run(); err != nil {
				wrong = append(wrong, fmt.Sprintf("%s: %v", read.Name, err))
			}
		}
	}
	fmt.Printf("go: %d of %d cases\n", all-len(wrong), all)
	for at, told := range wrong {
		if at < 3 {
			t.Error(told)
		}
	}
	if all < atLeast {
		t.Errorf("only %d cases", all)
	}
}

func (c corpusCase) run() error {
	switch c.Door {
	case "alb":
		return c.unverified(UnverifiedFromALB(c.Event))
	case "decode":
		var token string
		if err := json.Unmarshal(c.Event, &token); err != nil {
			return err
		}
		return c.unverified(DecodeUnverified(token))
	}
	doors := map[string]func([]byte) (*Claims, error){
		"http_api":          FromHTTPAPI,
		"rest_cognito":      FromRESTCognito,
		"rest_jwt":          FromRESTJWT,
		"lambda_authorizer": FromLambdaAuthorizer,
		"appsync":           FromAppSync,
		"appsync_lambda":    FromAppSyncLambda,
		"event":             FromEvent,
		"verified":          FromVerified,
	}
	from := doors[c.Door]
	if from == nil {
		return fmt.Errorf("no door %s", c.Door)
	}
	claims, err := from(c.Event)
	if err != nil {
		return c.closed(err)
	}
	if err := told("the door", c.Opens, claims.Door()); err != nil {
		return err
	}
	if c.CommaFreeGroups {
		claims = claims.AssumeCommaFreeGroups()
	}
	if err := c.keepsSecrets(claims, *claims); err != nil {
		return err
	}
	for _, read := range c.Reads {
		value, err := read.answer(claims)
		if err := c.compare(read, value, err); err != nil {
			return fmt.Errorf("%s: %w", read, err)
		}
	}
	for _, guard := range c.Guards {
		if err := c.guard(claims, guard); err != nil {
			return fmt.Errorf("%s: %w", guard.Guard, err)
		}
	}
	return nil
}

func (c corpusCase) unverified(claims *UnverifiedClaims, err error) error {
	if err != nil {
		return c.closed(err)
	}
	if err := told("the door", c.Opens, claims.unverified.door); err != nil {
		return err
	}
	if err := c.keepsSecrets(claims, *claims); err != nil {
		return err
	}
	for _, read := range c.Reads {
		as, err := read.as()
		if err != nil {
			return err
		}
		value, err := ReadUnverified(claims, read.Claim, as)
		if err := c.compare(read, value, err); err != nil {
			return fmt.Errorf("%s: %w", read, err)
		}
	}
	return nil
}

// closed compares why the event holds no claims.
func (c corpusCase) closed(err error) error {
	var expected struct {
		Error   string          `json:"error"`
		Refusal json.RawMessage `json:"refusal"`
	}
	if json.Unmarshal(c.Opens, &expected) != nil {
		return fmt.Errorf("not opened: %w", err)
	}
	code, _ := codeOf(err)
	if code != expected.Error {
		return fmt.Errorf("not opened: %w", err)
	}
	return c.refused(expected.Refusal, RefusalOf(err))
}

func (c corpusCase) compare(read corpusRead, value any, err error) error {
	if err == nil {
		if read.Value == nil {
			return fmt.Errorf("read as %v", value)
		}
		return told("the value", read.Value, shown(value, read.Value))
	}
	if err := c.keepsSecrets(err); err != nil {
		return err
	}
	code, about := codeOf(err)
	if code != read.Error || about != read.About {
		return fmt.Errorf("%w", err)
	}
	if read.Refusal == nil {
		return nil
	}
	return c.refused(read.Refusal, RefusalOf(err))
}

// keepsSecrets looks at everything that could be printed of the values.
func (c corpusCase) keepsSecrets(values ...any) error {
	for _, value := range values {
		encoded, _ := json.Marshal(value)
		text := fmt.Sprintf("%v %+v %#v %q %x %d %s %s", value, value, value, value, value, value, value, encoded)
		for _, secret := range c.Secrets {
			if strings.Contains(text, secret) || strings.Contains(text, fmt.Sprintf("%x", secret)) {
				return fmt.Errorf("%s is told by a %T", secret, value)
			}
		}
	}
	return nil
}

func told(what string, expected json.RawMessage, got any) error {
	encoded, err := json.Marshal(got)
	if err != nil {
		return err
	}
	if !isSame(parse(expected), parse(encoded)) {
		return fmt.Errorf("%s is %s and not %s", what, encoded, expected)
	}
	return nil
}

// isSame compares JSON values, numbers by what they are.
func isSame(one, other any) bool {
	switch one := one.(type) {
	case json.Number:
		other, isNumber := other.(json.Number)
		first, _ := one.Float64()
		second, _ := other.Float64()
		return isNumber && (one == other || first == second)
	case []any:
		other, isArray := other.([]any)
		if !isArray || len(one) != len(other) {
			return false
		}
		for at := range one {
			if !isSame(one[at], other[at]) {
				return false
			}
		}
		return true
	case map[string]any:
		other, isObject := other.(map[string]any)
		if !isObject || len(one) != len(other) {
			return false
		}
		for name, value := range one {
			member, isThere := other[name]
			if !isThere || !isSame(value, member) {
				return false
			}
		}
		return true
	default:
		return one == other
	}
}
