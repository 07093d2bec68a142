"""Times: seconds since 1970, which the REST door shows as dates of Java for `exp` and `iat`."""

from . import doors
from .case import case, error, failing, method, value

NAME = "times"

# Leap days, the ends of months and years, and the turn of a weekday.
MOMENTS = (
    0,
    1,
    59,
    3600,
    86_399,
    86_400,
    1_611_982_145,
    951_782_400,
    951_868_799,
    951_868_800,
    1_709_164_800,
    1_709_251_199,
    1_709_251_200,
    4_107_456_000,
    4_107_542_400,
    1_230_768_000,
    1_230_767_999,
    2_147_483_647,
    2_147_483_648,
    4_294_967_296,
    1_900_000_000,
    253_402_300_799,
    13_574_563_200,
    68_169_600,
    1_625_311_424,
)
NO_DATES = (
    "Sat Jan 30 04:49:05 CET 2021",
    "Sat Jan 30 04:49:05 PST 2021",
    "Sat Jan 30 04:49:05 2021",
    "Sat Jan 30 04:49:05 +0000 2021",
    "Sat Jan 30 04:49:05 utc 2021",
    "Sat Jan 30 04:49:05 Z 2021",
    "Sat Jan 30 04:49:05 UTC 2021 ",
    " Sat Jan 30 04:49:05 UTC 2021",
    "Sat  Jan 30 04:49:05 UTC 2021",
    "Sat Jan 32 04:49:05 UTC 2021",
    "Sat Jan 00 04:49:05 UTC 2021",
    "Sun Feb 29 00:00:00 UTC 2021",
    "Mon Feb 29 00:00:00 UTC 2100",
    "Wed Feb 30 00:00:00 UTC 2024",
    "Sat Apr 31 00:00:00 UTC 2021",
    "Thu Jun 31 00:00:00 UTC 2021",
    "Thu Sep 31 00:00:00 UTC 2021",
    "Wed Nov 31 00:00:00 UTC 2021",
    "Sat Jan 30 24:00:00 UTC 2021",
    "Sat Jan 30 04:60:05 UTC 2021",
    "Sat Jan 30 04:49:60 UTC 2021",
    "Sat Jan 30 4:49:05 UTC 2021",
    "Sat Jan 3 04:49:05 UTC 2021",
    "Sat Jan 30 04:49 UTC 2021",
    "Sat Jan 30 04:49:05.000 UTC 2021",
    "Wed Dec 31 23:59:59 UTC 1969",
    "Sat Jan 30 04:49:05 UTC 21",
    "Sat Jan 30 04:49:05 UTC 12021",
    "Sat Jan 30 04:49:05 UTC +021",
    "Sam Jan 30 04:49:05 UTC 2021",
    "Sat Mai 30 04:49:05 UTC 2021",
    "sat jan 30 04:49:05 utc 2021",
    "SAT JAN 30 04:49:05 UTC 2021",
    "Saturday January 30 04:49:05 UTC 2021",
    "Sat, 30 Jan 2021 04:49:05 GMT",
    "2021-01-30T04:49:05Z",
    "2021-01-30 04:49:05",
    "Jan 30 04:49:05 UTC 2021",
    "Sat Jan 30 04:49:05 UTC",
    "Sat Jan 30 04:-9:05 UTC 2021",
    "Sat Jan 30 04:+9:05 UTC 2021",
    "Sat Jan -1 04:49:05 UTC 2021",
    "Sat Jan ٣٠ 04:49:05 UTC 2021",
    "Sat Jan 30 04:49:05 UTC 2021 UTC",
    "",
    "now",
    "Sat Jan 30\t04:49:05 UTC 2021",
    "Sat Jan 30 04:49:05 UTC 2021\n",
    "Sat Jan 30 04:49:05 UTC\u00a02021",
    "Sat/Jan/30/04:49:05/UTC/2021",
)
WRONG = {
    "a negative time": -1,
    "half a second": 1.5,
    "true": True,
    "a list": [1],
    "an object": {"t": 1},
    "no number": "soon",
    "a text with a fraction": "1.5",
    "an exponent": "1e3",
    "a text with a sign": "+5",
    "a negative text": "-5",
}


def cases():
    for place, moment in enumerate(MOMENTS):
        for door in (
            doors.ALL if moment == 1_611_982_145 else (doors.REST_COGNITO, doors.each_form(place)[(0, 2, 3)[place % 3]])
        ):
            token = {"sub": "s", "iat": moment, "exp": moment, "auth_time": moment}
            built = {"token": token} if place % 4 == 0 else {}
            yield case(
                f"{door}/{moment}",
                door,
                doors.event(door, token),
                **built,
                reads=[
                    method("issued_at", moment),
                    method("authenticated_at", moment),
                    value("exp", "optional integer", moment),
                    value("exp", "number", moment),
                ],
            )
    for place, text in enumerate(NO_DATES):
        event = doors.at(doors.REST_COGNITO, {"sub": "s", "iat": text, "exp": text})
        yield case(
            f"rest_cognito/no date {place} {text.encode('unicode_escape').decode()}",
            doors.REST_COGNITO,
            event,
            reads=[
                failing("issued_at", "unexpected", "iat"),
                error("exp", "number", "unexpected"),
            ],
        )
    # Only the one door shows dates: elsewhere the text is the token's own.
    date = doors.java_date(1_611_982_145)
    for door in (*doors.KEEP_JSON, *doors.CONTEXT, doors.HTTP_API):
        event = doors.at(door, {"sub": "s", "iat": date, "exp": date})
        yield case(
            f"{door}/no dates here",
            door,
            event,
            reads=[
                failing("issued_at", "unexpected", "iat"),
                error("exp", "integer", "unexpected"),
                error("exp", "number", "unexpected"),
                value("exp", "text", date),
            ],
        )
    for zone in ("UTC", "GMT"):
        # Java writes the zone that the machine is set to; these two are the same time.
        shown = date.replace("UTC", zone)
        event = doors.at(doors.REST_COGNITO, {"iat": shown, "exp": shown})
        yield case(
            f"rest_cognito/zone {zone}",
            doors.REST_COGNITO,
            event,
            reads=[method("issued_at", 1_611_982_145), value("exp", "integer", 1_611_982_145)],
        )
    for place, (what, wrong) in enumerate(WRONG.items()):
        for door in doors.KEEP_JSON[place % 2 :: 2]:
            event = doors.at(door, {"sub": "s", "iat": wrong, "auth_time": wrong})
            yield case(
                f"{door}/{what}",
                door,
                event,
                reads=[
                    failing("issued_at", "unexpected", "iat"),
                    failing("authenticated_at", "unexpected", "auth_time"),
                ],
            )
    for door in doors.ALL:
        event = doors.event(door, {"sub": "s", "iat": None})
        yield case(
            f"{door}/absent",
            door,
            event,
            reads=[failing("issued_at", "missing", "iat"), failing("authenticated_at", "missing", "auth_time")],
        )
        event = doors.event(door, {"sub": "s", "iat": "1611982145", "auth_time": "0"})
        yield case(
            f"{door}/digits in a text",
            door,
            event,
            reads=[method("issued_at", 1_611_982_145), method("authenticated_at", 0)],
        )
