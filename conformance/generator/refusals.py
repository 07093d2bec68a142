"""What a refused caller is told: status, challenge and problem, and never a value.

SPEC: RFC 6750, section 3.1 (`invalid_token`, `insufficient_scope`); RFC 9470, section 3
(`insufficient_user_authentication`); RFC 9457, sections 3 and 4.2.1 (`about:blank`).
"""

INVALID = "invalid_token"
STEP_UP = "insufficient_user_authentication"

# Status, the error of the challenge, what is said.
REASONS = {
    "no_claims": (401, None, "a token is required"),
    "unreadable": (403, None, "the token lacks what this resource needs"),
    "token_use": (401, INVALID, "the other kind of token is required"),
    "client": (401, INVALID, "the token was issued to an app client that is not accepted here"),
    "scope": (403, "insufficient_scope", "the token lacks a required scope"),
    "group": (403, None, "membership in a group is required"),
    "org": (403, None, "the token acts in another organisation"),
    "tier": (403, None, "a higher tier is required"),
    "role": (403, None, "another role is required"),
    "permission": (403, None, "the token lacks a required permission"),
    "feature": (403, None, "the feature is not enabled"),
    "issued_too_long_ago": (401, INVALID, "a newer token is required"),
    "authenticated_too_long_ago": (401, STEP_UP, "a more recent sign-in is required"),
    "authentication": (401, STEP_UP, "another way to sign in is required"),
    "actor": (403, None, "nobody may act for somebody else here"),
}
TITLES = {401: "Unauthorized", 403: "Forbidden"}


def refusal(reason: str, **parameters: str) -> dict:
    """`parameters` are those of the challenge, such as scope="a b"."""
    status, code, detail = REASONS[reason]
    challenge = None
    if reason == "no_claims":
        # RFC 6750: without a token no error code.
        challenge = 'Bearer realm="api"'
    elif code is not None:
        challenge = f'Bearer realm="api", error="{code}", error_description="{detail}"'
        challenge += "".join(f', {name}="{text}"' for name, text in parameters.items())
    problem = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail, "reason": reason}
    return {"reason": reason, "status": status, "www_authenticate": challenge, "problem": problem}


NO_CLAIMS = {"error": "no_claims"}
AMBIGUOUS_DOOR = {"error": "ambiguous_door"}
# The same with what a handler then answers.
NO_TOKEN = {**NO_CLAIMS, "refusal": refusal("no_claims")}
UNREADABLE_DOOR = {**AMBIGUOUS_DOOR, "refusal": refusal("unreadable")}
