"""What becomes of a claim that the trigger shouldn't add: the kit's own trigger adds it."""

from cloud import http
from sign_ins import attempt, both, payload


def of(_cloud, person, claims, private):
    """For each claim the tokens that have it, or the word for why there are none."""
    found = {}
    for claim in claims:
        person.rename(f"try {claim}")
        tokens, problem = attempt(person.by_password, private)
        found[claim] = problem or [word for word, token in both(tokens).items()
                                   if payload(token).get(claim) == "kit"]
    person.rename("groups")
    tokens, problem = attempt(person.by_password, private)
    found["groups in the place of all"] = problem or [
        word for word, token in both(tokens).items()
        if payload(token).get("cognito:groups") == ["kit"]]
    person.rename("Ada")
    return found


def scp(cloud, doors, person, private):
    """The status of a route that asks for a scope, with an access token that has it in `scp`."""
    person.rename("try scp")
    tokens, problem = attempt(person.by_password, private)
    person.rename("Ada")
    if problem:
        return problem
    if payload(tokens["AccessToken"]).get("scp") != "kit":
        return "the claim did not come into the token"
    headers = {"Authorization": f"Bearer {tokens['AccessToken']}"}
    return http("GET", cloud.door(doors, "http_api", "/kit/scp"), None, headers)[0]
