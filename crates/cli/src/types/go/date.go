package claims

import (
	"strings"
	"time"
)

// javaSeconds reads the date text of Java that the Cognito authorizer of a REST API writes for `exp`
// and `iat`, such as `Sat Jan 30 04:49:05 UTC 2021`, in seconds since 1970.
//
// SPEC: Java, `java.util.Date.toString`: `EEE MMM dd HH:mm:ss zzz yyyy`.
func javaSeconds(text string) (int64, bool) {
	day, date, _ := strings.Cut(text, " ")
	switch day {
	case "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun":
	default:
		return 0, false
	}
	for _, zone := range []string{"UTC", "GMT"} {
		layout := "Jan 02 15:04:05 " + zone + " 2006"
		moment, err := time.Parse(layout, date)
		// Package time is lenient, with the case of letters for one.
		if err == nil && moment.Format(layout) == date && moment.Year() >= 1970 {
			return moment.Unix(), true
		}
	}
	return 0, false
}
