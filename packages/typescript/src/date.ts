// The date text of Java, `Sat Jan 30 04:49:05 UTC 2021`, which the Cognito authorizer of a REST API
// writes for `exp` and `iat`.
//
// Knows no claims. Only what that authorizer writes is read: English names and UTC.

const DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ([0-9]{2}) ([0-9:]{8}) (?:UTC|GMT) ([0-9]{4})$/;
// A name is found only where one begins: it has one capital.
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/**
 * Seconds since 1970, or `undefined` if the text is no such date of 1970 or later.
 *
 * Source: Java, `java.util.Date.toString`: `EEE MMM dd HH:mm:ss zzz yyyy`.
 */
export function secondsOf(text: string): number | undefined {
  const [, month = "none", date, time, year] = DATE.exec(text) ?? [];
  const place = MONTHS.indexOf(month);
  if (place < 0) return undefined;
  const iso = `${year}-${String(place / 3 + 1).padStart(2, "0")}-${date}T${time}.000Z`;
  const moment = Date.parse(iso);
  // A day that the month doesn't have, or an hour 24, would be another moment's.
  return moment >= 0 && new Date(moment).toISOString() === iso ? moment / 1000 : undefined;
}
