"""What a reader must say of a claim asked as a list, by what each door shows of lists.

An HTTP API shows `[a b]`, a REST API with a Cognito authorizer `a,b`, neither with quotes. So lists
are of plain words, and an element with a mark that parts or wraps makes the list ambiguous. Whether an
element had the very mark that parts here can't be seen; such lists are left out.
"""

import json

from .case import features, organisations, words
from .doors import CONTEXT, HTTP_API, KEEP_JSON, REST_COGNITO, is_plain_word, parsed
from .rules import AMBIGUOUS, FLAG, SCALARS, UNEXPECTED, good


# In which form elements stand: JSON of the token, JSON text in a text, or text alone.
JSON, JSON_TEXT, FLAT = "json", "json text", "flat"


def elements_of_text(door: str, text: str):
    """A text claim asked as a list: words parted by commas, or by blanks if it has no comma."""
    if text == "":
        return FLAT, []
    if text.startswith("["):
        return elements_of_brackets(door, text)
    if text.startswith("{"):
        # Only the REST door shows objects of a list so; elsewhere no plain word has a brace.
        return json_or_ambiguous(f"[{text}]") if door == REST_COGNITO else AMBIGUOUS
    return plain(text.split("," if "," in text else " "))


def elements_of_brackets(door: str, text: str):
    if door in KEEP_JSON or door in CONTEXT or text.startswith('[{"'):
        # JSON text, of version 1 of the trigger's event or from an authorizer. No door flattens a
        # list into `[{"`.
        return json_or_ambiguous(text)
    if door == HTTP_API and text.endswith("]"):
        return plain(text[1:-1].split(" ") if text != "[]" else [])
    return AMBIGUOUS


def plain(parts: list):
    return (FLAT, parts) if all(map(is_plain_word, parts)) else AMBIGUOUS


def json_or_ambiguous(text: str):
    try:
        return JSON_TEXT, parsed(text)
    except ValueError:
        return AMBIGUOUS


def elements(door: str, truth, show):
    """The form and the elements, an error, or None: not in the corpus."""
    if isinstance(truth, str):
        return elements_of_text(door, truth)
    if not isinstance(truth, list):
        # A scalar is its text at a door that shows text, and there a text of one word is a list.
        if door in KEEP_JSON:
            return UNEXPECTED
        return None if isinstance(truth, dict) else elements_of_text(door, show)
    if door in KEEP_JSON:
        return JSON, truth
    if door in CONTEXT:
        return (FLAT if show[:1] != "[" else JSON_TEXT), truth
    if any(element is None for element in truth):
        return None
    if any(isinstance(element, dict) for element in truth):
        if door == HTTP_API:
            return AMBIGUOUS
        return (JSON_TEXT, truth) if all(isinstance(one, dict) for one in truth) else AMBIGUOUS
    if any(isinstance(element, list) for element in truth):
        # `[[a b] c]` at one door. At the other `a,b,c`, which is another list of words.
        return AMBIGUOUS if door == HTTP_API else None
    mark = " " if door == HTTP_API else ","
    if truth == [""] or any(isinstance(element, str) and mark in element for element in truth):
        return None
    if len(truth) == 1 and door == REST_COGNITO and " " in str(truth[0]):
        return None
    flat = [one if isinstance(one, str) else json.dumps(one) for one in truth]
    return plain(flat)


def a_list(door: str, claim: str, truth, show, kind: str):
    nested = kind.removeprefix("optional ").startswith("list of ")
    if nested and isinstance(truth, list) and truth and door in (HTTP_API, REST_COGNITO):
        # Lists in a list are flattened into the same text as others; objects are kept at one door.
        objects = door == REST_COGNITO and all(isinstance(one, dict) for one in truth)
        return None if truth == [""] else UNEXPECTED if objects else AMBIGUOUS
    found = elements(door, truth, show)
    if found == AMBIGUOUS and kind.removeprefix("optional ") in ("integer", "number", "boolean", "object"):
        # Some element may be of another type, too: which of the two is said first is not in the corpus.
        return None
    if nested and door in KEEP_JSON and isinstance(truth, str) and not truth.startswith("["):
        # Where lists are JSON, a list in a list never is the text of words.
        return None if found == AMBIGUOUS else UNEXPECTED if found[1] else good([])
    if not isinstance(found, tuple):
        return found
    form, those = found
    read = [element(form, one, kind) for one in those]
    if None in read:
        return None
    errors = [one for one in read if "error" in one]
    return errors[0] if errors else good([one["value"] for one in read])


def element(form: str, truth, kind: str):
    if truth is None:
        return good(None) if kind.startswith("optional ") or kind == "json" else UNEXPECTED
    kind = kind.removeprefix("optional ")
    if kind.startswith("list of "):
        if isinstance(truth, list):
            inner = [element(form, one, kind.removeprefix("list of ")) for one in truth]
            if None in inner:
                return None
            errors = [one for one in inner if "error" in one]
            return errors[0] if errors else good([one["value"] for one in inner])
        return AMBIGUOUS if form == FLAT else UNEXPECTED
    if form == JSON_TEXT:
        # Whether `5` counts as "5" inside JSON text is not in the corpus.
        textual = kind in ("text", "org_id", "tier")
        if isinstance(truth, str) and kind in ("integer", "number", "boolean", "object"):
            return None
        if textual and not isinstance(truth, (str, list, dict)):
            return None
    if form == FLAT and not isinstance(truth, dict):
        return SCALARS[kind]("flat", truth, truth)
    return SCALARS[kind]("verified", truth, truth)


def plain_words(door: str, claim: str, truth, show):
    """Roles, permissions and the like. A claim that is missing is a list of which nothing is known."""
    if truth is None:
        return good(words(whole=False))
    read = a_list(door, claim, truth, show, "text")
    if read is None or "error" in read:
        return read
    if not all(map(is_plain_word, read["value"])):
        return UNEXPECTED
    return good(words(read["value"]))


def flags(door: str, claim: str, truth, show):
    """Flags in a text or a list. `bits` waits for its catalogue and has its own cases."""
    if truth is None:
        return good(features(asked={"zz": "unknown"}))
    read = a_list(door, claim, truth, show, "text")
    if read is None or "error" in read:
        return read
    if not all(FLAG.fullmatch(word) for word in read["value"]):
        return UNEXPECTED
    return good(features(set(read["value"]), {"zz": "off"}))


def companies(door: str, claim: str, truth, show):
    """Ids, or objects with an id and perhaps a name; a whole number counts as its text."""
    if truth is None:
        return good(organisations(whole=False, asked={"zz": "unknown"}))
    found = elements(door, truth, show)
    if not isinstance(found, tuple):
        return found
    listed = [company(one) for one in found[1]]
    if None in listed:
        return UNEXPECTED
    return good(organisations(listed, asked={"zz": "no"}))


def company(element):
    if type(element) is int and element >= 0:
        element = str(element)
    if isinstance(element, str):
        return {"id": element} if is_plain_word(element) else None
    if not isinstance(element, dict):
        return None
    number, name = element.get("id"), element.get("name")
    if type(number) is int and number >= 0:
        number = str(number)
    if not isinstance(number, str) or number == "" or not (name is None or isinstance(name, str)):
        return None
    return {"id": number} if name is None else {"id": number, "name": name}


LISTS = {"words": plain_words, "features": flags, "organisations": companies}
