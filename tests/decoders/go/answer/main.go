// Answers the questions of ../../check.py, read from standard input.
package main

import (
	"claims"
	"encoding/json"
	"os"
)

type question struct {
	Call, Text, Name, Door string
	Catalogue              []string
	Claims                 map[string]string
	Value                  any
}

func answer(it question) any {
	switch it.Call {
	case "bits":
		return claims.ReadBits(it.Text, it.Catalogue)
	case "feature":
		if on, known := claims.Feature(it.Claims, it.Name); known {
			return on
		}
		return nil
	case "omitted":
		return claims.Omitted(it.Claims, it.Name)
	case "cut":
		return claims.Cut(it.Claims, it.Name)
	default:
		if text, is := it.Value.(string); is {
			return append([]string{}, claims.ReadList(text, it.Door)...)
		}
		return it.Value // encoding/json has read the list already
	}
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		panic(err)
	}
	answers := []any{}
	for _, it := range questions {
		answers = append(answers, answer(it))
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
