//! The guards of a case, and what a refused caller is told.

use cognito_claims::{Claims, Guard, Refusal};
use serde_json::{Value, json};

use super::methods::{catalogue, texts};
use super::{Case, Told, told};

impl Case<'_> {
    pub fn guards(&self, claims: &Claims<'_>) -> Told {
        let guards = self.case.get("guards").and_then(Value::as_array);
        guards.into_iter().flatten().try_for_each(|asked| {
            self.guard(claims, asked).map_err(|told| format!("{asked}: {told}"))
        })
    }

    fn guard(&self, claims: &Claims<'_>, asked: &Value) -> Told {
        let answer = guard(&asked["guard"]).check(claims, asked["now"].as_u64().unwrap());
        match answer {
            Ok(()) => told("passing", asked.get("passes").unwrap_or(&Value::Null), &true.into()),
            Err(refusal) => {
                let expected = asked.get("refusal");
                if expected.is_none() {
                    return Err(format!("refused for {}", refusal.word()));
                }
                self.refused(expected, &refusal)
            }
        }
    }

    /// Compares a refusal where the case says one; in any case it tells no secret.
    pub fn refused(&self, expected: Option<&Value>, refusal: &Refusal) -> Told {
        let challenge = refusal.www_authenticate();
        let problem = refusal.problem();
        let cause = std::error::Error::source(refusal).map(ToString::to_string);
        self.keeps_secrets(&format!("{refusal} {refusal:?} {challenge:?} {problem} {cause:?}"))?;
        let Some(expected) = expected else { return Ok(()) };
        let got = json!({
            "reason": refusal.word(),
            "status": refusal.status(),
            "www_authenticate": challenge,
            "problem": problem,
        });
        told("the refusal", expected, &got)?;
        let mut headers = json!({ "content-type": "application/problem+json" });
        if let Some(challenge) = challenge {
            headers["www-authenticate"] = challenge.into();
        }
        let mut response = refusal.proxy_response();
        let body: Value = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
        response["body"] = body;
        let wanted = json!({ "statusCode": refusal.status(), "headers": headers, "body": problem });
        told("the answer", &wanted, &response)
    }
}

fn guard(asked: &Value) -> Guard {
    asked.as_array().unwrap().iter().fold(Guard::either_token(), |guard, requirement| {
        // The first says which token is taken.
        let word = requirement[0].as_str().unwrap();
        let text = || requirement[1].as_str().unwrap();
        let number = || requirement[1].as_u64().unwrap();
        let many = || texts(&requirement[1]);
        match word {
            "access_token" => Guard::access_token(),
            "id_token" => Guard::id_token(),
            "either_token" => guard,
            "client" => guard.client(many()),
            "any_scope" => guard.any_scope(many()),
            "all_scopes" => guard.all_scopes(many()),
            "any_group" => guard.any_group(many()),
            "all_groups" => guard.all_groups(many()),
            "org" => guard.org(text()),
            "tier_at_least" => guard.tier_at_least(text(), texts(&requirement[2])),
            "any_role" => guard.any_role(many()),
            "all_roles" => guard.all_roles(many()),
            "any_permission" => guard.any_permission(many()),
            "all_permissions" => guard.all_permissions(many()),
            "feature" => guard.feature(text()),
            "feature_in" => {
                let known = catalogue(&requirement[2]).ok().unwrap();
                guard.feature_in(text(), &known)
            }
            "issued_within" => guard.issued_within(number()),
            "authenticated_within" => guard.authenticated_within(number()),
            "authentication" => guard.authentication(many()),
            "any_method" => guard.any_method(many()),
            "all_methods" => guard.all_methods(many()),
            "no_actor" => guard.no_actor(),
            other => panic!("no requirement {other}"),
        }
    })
}
