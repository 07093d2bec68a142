// The date text of Java, `Sat Jan 30 04:49:05 UTC 2021`, which the Cognito authorizer of a REST API
// writes for `exp` and `iat`.
//
// Knows no claims. Only what that authorizer writes is read: English names and UTC.

const DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) (?:UTC|GMT) ([0-9]{4})$/;
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/**
 * Seconds since 1970, or `undefined` if the text is no such date of 1970 or later.
 *
 * Source: Java, `java.util.Date.toString`: `EEE MMM dd HH:mm:ss zzz yyyy`.
 */
export function secondsOf(text: string): number | undefined {
  const parts = DATE.exec(text);
  if (parts === null) return undefined;
  const month = MONTHS.indexOf(parts[1] ?? "") / 3;
  const [day, hour, minute, second, year] = [2, 3, 4, 5, 6].map((part) => Number(parts[part])) as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (year < 1970 || hour > 23 || minute > 59 || second > 59) return undefined;
  const moment = Date.UTC(year, month, day, hour, minute, second);
  // A day that the month doesn't have becomes one of another month.
  return new Date(moment).getUTCDate() === day ? moment / 1000 : undefined;
}
