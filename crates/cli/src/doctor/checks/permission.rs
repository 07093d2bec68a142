//! Whether Cognito may invoke the function: its resource-based policy.
//!
//! SPEC: AWS Lambda developer guide, "Working with resource-based IAM policies in Lambda".

use std::cmp::Reverse;

use serde_json::{Map, Value};

use super::arn::{name_of, qualifier, unqualified};
use super::condition::{Met, is_understood, matches, source_account, source_arn};
use crate::doctor::case::Case;
use crate::doctor::cause::{Cause, CauseCode, Certainty};
use crate::doctor::described::{FunctionPolicy, Pool, texts};
use crate::doctor::diagnosis::Diagnosis;
use crate::shell::option;

/// Looks at the function's policy.
pub fn check(case: &Case<'_>, found: &mut Diagnosis) {
    let Some(policy) = case.function_policy else { return };
    let judge = Judge { policy, pool: case.pool, arn: case.pool.and_then(Pool::function) };
    found.causes.extend(judge.causes());
}

struct Judge<'j> {
    policy: &'j FunctionPolicy,
    pool: Option<&'j Pool>,
    arn: Option<&'j str>,
}

impl Judge<'_> {
    fn causes(&self) -> Vec<Cause> {
        let invoking: Vec<(usize, &Value)> =
            self.policy.statements.iter().enumerate().filter(|(_, it)| invokes(it)).collect();
        let denials = invoking.iter().filter(|(_, it)| effect(it) == "Deny" && is_cognito(it));
        let denial =
            denials.filter_map(|(at, it)| self.denial(*at, it)).min_by_key(|it| it.certainty);
        match denial {
            Some(denial) if denial.certainty == Certainty::Sure => vec![denial],
            denial => denial.into_iter().chain(self.permissions(&invoking)).collect(),
        }
    }

    /// A denial, if it may apply to this pool and function.
    fn denial(&self, at: usize, statement: &Value) -> Option<Cause> {
        let resource = statement.get("Resource").and_then(Value::as_str);
        let ours = match (resource, self.arn) {
            (Some(resource), Some(arn)) if !matches(resource, arn) => return None,
            (Some(_), Some(_)) => true,
            _ => statement.get("Resource").or(statement.get("NotResource")).is_none(),
        };
        let source_arn = source_arn(statement).met(self.pool_arn());
        let account = source_account(statement).met(self.account());
        if [source_arn, account].contains(&Met::No) {
            return None;
        }
        let what = "a statement of the function's policy denies Cognito the invocation, and that \
                    wins over every permission";
        let next = "take the statement out:\n$ aws lambda remove-permission --function-name NAME \
                    --statement-id ID";
        let mut cause = self.cause(CauseCode::PermissionDenied, what, next, at, "Effect", "Deny");
        if statement.get("Condition").is_some_and(|it| *it != Value::Object(Map::new())) {
            cause.certainty = Certainty::Likely;
            let place = self.policy.place(&format!("[{at}].Condition"));
            cause = cause.because(place, "may hold");
        } else if !ours {
            cause.certainty = Certainty::Likely;
        }
        Some(cause)
    }

    fn permissions(&self, invoking: &[(usize, &Value)]) -> Vec<Cause> {
        let allowed: Vec<(usize, &Value)> =
            invoking.iter().copied().filter(|(_, it)| effect(it) == "Allow").collect();
        let ours: Vec<(usize, &Value)> =
            allowed.iter().copied().filter(|(_, it)| is_cognito(it)).collect();
        if ours.is_empty() {
            let what =
                "the function's policy doesn't let Cognito invoke it, so every sign-in fails";
            let next = self.add_permission();
            return match allowed.first() {
                None => vec![
                    Cause::sure(CauseCode::NoPermission, what, next)
                        .because(self.policy.place(""), "no lambda:InvokeFunction"),
                ],
                Some((at, it)) => {
                    let what =
                        "the permission is for another service than cognito-idp.amazonaws.com";
                    let code = CauseCode::PermissionPrincipal;
                    let resource = it.get("Resource").and_then(Value::as_str).unwrap_or_default();
                    let cause =
                        self.cause(code, what, &next, *at, "Principal", "another principal");
                    vec![self.unless_of_another_qualifier(cause, resource)]
                }
            };
        }
        // One statement that fits is enough; otherwise the first of the nearest ones is named.
        let all = ours.iter().map(|(at, it)| self.faults(*at, it));
        let unfit = |found: &Vec<Cause>| {
            let open = found.iter().any(|it| it.code == CauseCode::PermissionCondition);
            let certainties = found.iter().map(|it| it.certainty);
            (certainties.filter(|it| *it != Certainty::Aside).min().map(Reverse), open)
        };
        all.min_by_key(unfit).unwrap_or_default()
    }

    fn faults(&self, at: usize, statement: &Value) -> Vec<Cause> {
        let mut causes = Vec::new();
        let next = self.add_permission();
        let resource = statement.get("Resource").and_then(Value::as_str);
        if let (Some(resource), Some(arn)) = (resource, self.arn)
            && !matches(resource, arn)
        {
            let what = "the permission is for another alias, version or function than the pool \
                        calls; each alias has a policy of its own";
            let says = format!("{}; the pool calls {}", name_of(resource), name_of(arn));
            let code = CauseCode::PermissionQualifier;
            let cause = self.cause(code, what, &next, at, "Resource", &says);
            causes.push(self.unless_of_another_qualifier(cause, resource));
        }
        let (source_arn, source_account) = (source_arn(statement), source_account(statement));
        if source_arn.met(self.pool_arn()) == Met::No {
            let what = "the permission is for another user pool (AWS:SourceArn)";
            let code = CauseCode::PermissionSourceArn;
            let says = "not this pool's ARN";
            causes.push(self.cause(code, what, &next, at, "Condition", says));
        }
        if source_account.met(self.account()) == Met::No {
            let what = "the permission is for another account (AWS:SourceAccount)";
            let code = CauseCode::PermissionSourceAccount;
            let says = "not this pool's account";
            causes.push(self.cause(code, what, &next, at, "Condition", says));
        }
        if !is_understood(statement) {
            let what = "the permission has a condition that the doctor doesn't understand, and \
                        without it there is no sign-in";
            let next = "compare it with the call: Cognito sends the pool's ARN as AWS:SourceArn, \
                        and its account as AWS:SourceAccount";
            let code = CauseCode::PermissionCondition;
            let says = "other than StringEquals, StringLike, ArnEquals or ArnLike of these two";
            let mut cause = self.cause(code, what, next, at, "Condition", says);
            cause.certainty = Certainty::Aside;
            causes.push(cause);
        }
        if source_arn.is_absent() || source_account.is_absent() {
            let what = "the permission doesn't name both the pool (AWS:SourceArn) and the account \
                        (AWS:SourceAccount), so other pools can have the function called";
            let code = CauseCode::PermissionOpen;
            let says = "one of them is missing";
            let mut cause = self.cause(code, what, &next, at, "Condition", says);
            cause.certainty = Certainty::Aside;
            causes.push(cause);
        }
        causes
    }

    fn cause(
        &self,
        code: CauseCode,
        what: &str,
        next: &str,
        at: usize,
        member: &str,
        says: &str,
    ) -> Cause {
        let place = self.policy.place(&format!("[{at}].{member}"));
        Cause::sure(code, what, next).because(place, says)
    }

    /// `get-policy` prints the policy of one qualifier: if it was asked for another than the pool
    /// calls, that says little.
    fn unless_of_another_qualifier(&self, mut cause: Cause, resource: &str) -> Cause {
        let Some(arn) = self.arn else { return cause };
        if resource == arn || unqualified(resource) != unqualified(arn) {
            return cause;
        }
        cause.certainty = Certainty::Likely;
        cause.next = format!(
            "first ask for the policy that counts, and give it as --function-policy; if it says \
             the same, add the permission:\n$ aws lambda get-policy {}\n{}",
            self.named_function(),
            cause.next
        );
        cause
    }

    fn pool_arn(&self) -> Option<&str> {
        self.pool.and_then(Pool::arn)
    }

    fn account(&self) -> Option<&str> {
        self.pool.and_then(Pool::account)
    }

    /// The options by which a command names the function that the pool calls.
    fn named_function(&self) -> String {
        let name = self.arn.and_then(|arn| arn.split(':').nth(6)).unwrap_or("NAME");
        let qualifier = self.arn.and_then(qualifier).map(|it| option("--qualifier", it));
        [Some(option("--function-name", name)), qualifier]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn add_permission(&self) -> String {
        let function = self.named_function();
        let pool = option("--source-arn", self.pool_arn().unwrap_or("POOL_ARN"));
        let account = option("--source-account", self.account().unwrap_or("ACCOUNT"));
        format!(
            "$ aws lambda add-permission {function} --statement-id cognito \
             --action lambda:InvokeFunction --principal cognito-idp.amazonaws.com {pool} {account}"
        )
    }
}

fn effect(statement: &Value) -> &str {
    statement.get("Effect").and_then(Value::as_str).unwrap_or_default()
}

fn invokes(statement: &Value) -> bool {
    let action = |action: &String| matches(&action.to_ascii_lowercase(), "lambda:invokefunction");
    texts(statement.get("Action")).iter().any(action)
}

fn is_cognito(statement: &Value) -> bool {
    let principal = statement.get("Principal");
    let services = texts(principal.and_then(|it| it.get("Service")));
    principal.and_then(Value::as_str) == Some("*")
        || services.iter().any(|service| service == "cognito-idp.amazonaws.com")
}
