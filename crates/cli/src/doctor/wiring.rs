//! How the pool is tied to the function: the output of `describe-user-pool` and `get-policy`.
//!
//! SPEC: Amazon Cognito API reference, `LambdaConfigType` and `PreTokenGenerationVersionConfigType`;
//! AWS, "Pre token generation Lambda trigger" (versions and feature plans); AWS Lambda developer
//! guide, "Working with resource-based IAM policies in Lambda".

use serde_json::{Map, Value};

use super::finding::{Certainty, Code, Finding};

/// How to set a version without losing the pool's other settings.
const SET_VERSION: &str = "in the stack's template, or read the pool, change it and write all of \
                           it back: `update-user-pool` resets whatever a call leaves out";

/// A pool as `describe-user-pool` tells it.
pub struct Pool {
    name: String,
    /// JSON path of the pool in the file.
    root: &'static str,
    pool: Value,
}

/// What the findings about a pool depend on.
pub struct Wanted<'w> {
    /// Claims that are to stand in access tokens of people.
    pub access_claims: &'w [String],
    /// Whether tokens of machines matter, surely or perhaps.
    pub machines: Option<Certainty>,
}

impl Pool {
    /// Reads the file.
    pub fn read(name: &str, value: Value) -> Result<Self, String> {
        let (root, pool) = match value.get("UserPool") {
            Some(inner) => ("$.UserPool", inner.clone()),
            None => ("$", value),
        };
        if !pool.get("Id").is_some_and(Value::is_string) {
            let expected = "expected the output of `aws cognito-idp describe-user-pool`";
            return Err(format!("{name}: {expected}"));
        }
        Ok(Self { name: name.to_owned(), root, pool })
    }

    /// The pool's id.
    pub fn id(&self) -> &str {
        self.text(&["Id"]).unwrap_or_default()
    }

    /// The event version that the pool asks for; none without a trigger.
    pub fn version(&self) -> Option<&str> {
        match self.text(&["LambdaConfig", "PreTokenGenerationConfig", "LambdaVersion"]) {
            Some(version) => Some(version),
            None => self.legacy_arn().map(|_| "V1_0"),
        }
    }

    /// The function that the pool calls.
    pub fn function(&self) -> Option<&str> {
        self.new_arn().or(self.legacy_arn())
    }

    /// The place of a member, for evidence.
    pub fn place(&self, path: &str) -> String {
        format!("{} {}.{path}", self.name, self.root)
    }

    fn new_arn(&self) -> Option<&str> {
        self.text(&["LambdaConfig", "PreTokenGenerationConfig", "LambdaArn"])
    }

    fn legacy_arn(&self) -> Option<&str> {
        self.text(&["LambdaConfig", "PreTokenGeneration"])
    }

    fn text(&self, path: &[&str]) -> Option<&str> {
        let value = path.iter().try_fold(&self.pool, |value, name| value.get(name))?;
        value.as_str().filter(|text| !text.is_empty())
    }

    /// What is wrong with the pool.
    pub fn findings(&self, wanted: &Wanted<'_>) -> Vec<Finding> {
        let Some(arn) = self.function() else {
            let what = "the pool has no pre token generation trigger, so no claim is ever added";
            let next = format!(
                "set PreTokenGenerationConfig with LambdaArn and LambdaVersion, {SET_VERSION}"
            );
            let finding = Finding::new(Code::NoTrigger, Certainty::Sure, what, next);
            return vec![finding.because(self.place("LambdaConfig"), "no PreTokenGeneration…")];
        };
        let mut findings = Vec::new();
        findings.extend(self.legacy_differs());
        findings.extend(self.version_findings(wanted));
        findings.extend(self.lite());
        findings.extend(self.qualifier(arn));
        findings
    }

    fn legacy_differs(&self) -> Option<Finding> {
        let (old, new) = (self.legacy_arn()?, self.new_arn()?);
        if old == new {
            return None;
        }
        let what = "the pool's old and new key name different functions, and must name the same";
        let next = "set LambdaConfig.PreTokenGeneration to the ARN of PreTokenGenerationConfig, \
                    or drop it";
        let old_place = self.place("LambdaConfig.PreTokenGeneration");
        let new_place = self.place("LambdaConfig.PreTokenGenerationConfig.LambdaArn");
        Some(
            Finding::new(Code::LegacyKeyDiffers, Certainty::Sure, what, next)
                .because(old_place, function(old))
                .because(new_place, function(new)),
        )
    }

    fn version_findings(&self, wanted: &Wanted<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let version = self.version().unwrap_or_default();
        let place = self.place("LambdaConfig.PreTokenGenerationConfig.LambdaVersion");
        if version == "V1_0" && !wanted.access_claims.is_empty() {
            let plan = match self.text(&["UserPoolTier"]) {
                Some("LITE") => "UserPoolTier to ESSENTIALS (or PLUS) and ",
                _ => "",
            };
            let next = format!("set {plan}LambdaVersion to V3_0 (or V2_0), {SET_VERSION}");
            let mut finding = if self.new_arn().is_none() {
                let what = "the pool names the function by its old key alone; that means events \
                            of version V1_0, which can't change access tokens";
                Finding::new(Code::LegacyKey, Certainty::Sure, what, next)
                    .because(self.place("LambdaConfig"), "PreTokenGeneration alone")
            } else {
                let what = "the pool asks for events of version V1_0, which can't change access \
                            tokens";
                Finding::new(Code::V1Pool, Certainty::Sure, what, next)
                    .because(place.clone(), "V1_0")
            };
            finding.claims = wanted.access_claims.to_vec();
            finding.tokens = vec![cognito_claims::TokenUse::Access];
            findings.push(finding);
        }
        if let (Some(certainty), true) = (wanted.machines, version != "V3_0") {
            let what = "only events of version V3_0 come for machines (client credentials), so \
                        their tokens are untouched";
            let next = format!("set LambdaVersion to V3_0, {SET_VERSION}");
            findings.push(
                Finding::new(Code::V3Needed, certainty, what, next)
                    .because(place, version.to_owned()),
            );
        }
        findings
    }

    /// Pools that had advanced security before the plans came kept version 2.
    fn lite(&self) -> Option<Finding> {
        let lite = self.text(&["UserPoolTier"]) == Some("LITE");
        let version = self.version().filter(|version| *version != "V1_0");
        let (true, Some(version)) = (lite, version) else { return None };
        let kept = self
            .text(&["UserPoolAddOns", "AdvancedSecurityMode"])
            .is_some_and(|mode| mode != "OFF");
        if kept && version == "V2_0" {
            return None;
        }
        let what = "the pool's feature plan Lite has events of version V1_0 only";
        let next = format!("set UserPoolTier to ESSENTIALS (or PLUS), {SET_VERSION}");
        Some(
            Finding::new(Code::PlanLite, Certainty::Sure, what, next)
                .because(self.place("UserPoolTier"), "LITE")
                .because(
                    self.place("LambdaConfig.PreTokenGenerationConfig.LambdaVersion"),
                    version.to_owned(),
                ),
        )
    }

    fn qualifier(&self, arn: &str) -> Option<Finding> {
        let place = match self.new_arn() {
            Some(_) => self.place("LambdaConfig.PreTokenGenerationConfig.LambdaArn"),
            None => self.place("LambdaConfig.PreTokenGeneration"),
        };
        let next = "publish a version, put an alias on it, and give the pool the alias's ARN";
        let finding = match qualifier(arn) {
            None | Some("$LATEST") => Finding::new(
                Code::UnqualifiedArn,
                Certainty::Aside,
                "the pool calls $LATEST: whatever was uploaded last, and no alias that could be \
                 moved back",
                next,
            ),
            Some(version) if version.bytes().all(|byte| byte.is_ascii_digit()) => Finding::new(
                Code::PinnedVersion,
                Certainty::Likely,
                "the pool calls one version of the function for ever, so what was deployed since \
                 doesn't run",
                next,
            ),
            Some(_) => return None,
        };
        Some(finding.because(place, function(arn)))
    }
}

/// SPEC: AWS Lambda API reference: `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`.
fn qualifier(arn: &str) -> Option<&str> {
    arn.split(':').nth(7)
}

/// The end of a function's ARN: name and qualifier.
fn function(arn: &str) -> String {
    let parts: Vec<&str> = arn.split(':').skip(6).collect();
    if parts.is_empty() { "no ARN of a function".to_owned() } else { parts.join(":") }
}

/// What is wrong with the function's policy, as `get-policy` tells it.
///
/// # Errors
/// The file is no such output.
pub fn permission(name: &str, file: &Value, pool: Option<&Pool>) -> Result<Vec<Finding>, String> {
    let expected = || format!("{name}: expected the output of `aws lambda get-policy`");
    let policy: Value = match file.get("Policy") {
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| expected())?,
        Some(policy) => policy.clone(),
        None => file.clone(),
    };
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(only @ Value::Object(_)) => vec![only.clone()],
        _ => return Err(expected()),
    };
    let judge = Judge { name, pool, arn: pool.and_then(Pool::function) };
    Ok(judge.findings(&statements))
}

struct Judge<'j> {
    name: &'j str,
    pool: Option<&'j Pool>,
    arn: Option<&'j str>,
}

impl Judge<'_> {
    fn findings(&self, statements: &[Value]) -> Vec<Finding> {
        let invoking: Vec<(usize, &Value)> =
            statements.iter().enumerate().filter(|(_, it)| invokes(it)).collect();
        let denials = invoking.iter().filter(|(_, it)| effect(it) == "Deny" && is_cognito(it));
        let denial =
            denials.filter_map(|(at, it)| self.denial(*at, it)).min_by_key(|it| it.certainty);
        match denial {
            Some(denial) if denial.certainty == Certainty::Sure => vec![denial],
            denial => denial.into_iter().chain(self.permissions(&invoking)).collect(),
        }
    }

    /// A denial, if it may apply to this pool and function.
    fn denial(&self, at: usize, statement: &Value) -> Option<Finding> {
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
        let mut finding = self.finding(Code::PermissionDenied, what, next, at, "Effect", "Deny");
        if statement.get("Condition").is_some_and(|it| *it != Value::Object(Map::new())) {
            finding.certainty = Certainty::Likely;
            let place = format!("{} $.Statement[{at}].Condition", self.name);
            finding = finding.because(place, "may hold");
        } else if !ours {
            finding.certainty = Certainty::Likely;
        }
        Some(finding)
    }

    fn permissions(&self, invoking: &[(usize, &Value)]) -> Vec<Finding> {
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
                    Finding::new(Code::NoPermission, Certainty::Sure, what, next)
                        .because(format!("{} $.Statement", self.name), "no lambda:InvokeFunction"),
                ],
                Some((at, it)) => {
                    let what =
                        "the permission is for another service than cognito-idp.amazonaws.com";
                    let code = Code::PermissionPrincipal;
                    let resource = it.get("Resource").and_then(Value::as_str).unwrap_or_default();
                    let finding =
                        self.finding(code, what, &next, *at, "Principal", "another principal");
                    vec![self.unless_of_another_qualifier(finding, resource)]
                }
            };
        }
        // One statement that fits is enough; otherwise the first of the nearest ones is named.
        let all = ours.iter().map(|(at, it)| self.faults(*at, it));
        let unfit = |found: &Vec<Finding>| {
            let open = found.iter().any(|it| it.code == Code::PermissionCondition);
            (
                found
                    .iter()
                    .map(|it| it.certainty)
                    .filter(|it| *it != Certainty::Aside)
                    .min()
                    .map(std::cmp::Reverse),
                open,
            )
        };
        all.min_by_key(unfit).unwrap_or_default()
    }

    fn faults(&self, at: usize, statement: &Value) -> Vec<Finding> {
        let mut findings = Vec::new();
        let next = self.add_permission();
        let resource = statement.get("Resource").and_then(Value::as_str);
        if let (Some(resource), Some(arn)) = (resource, self.arn)
            && !matches(resource, arn)
        {
            let what = "the permission is for another alias, version or function than the pool \
                        calls; each alias has a policy of its own";
            let says = format!("{}; the pool calls {}", function(resource), function(arn));
            let code = Code::PermissionQualifier;
            let finding = self.finding(code, what, &next, at, "Resource", &says);
            findings.push(self.unless_of_another_qualifier(finding, resource));
        }
        let (source_arn, source_account) = (source_arn(statement), source_account(statement));
        if source_arn.met(self.pool_arn()) == Met::No {
            let what = "the permission is for another user pool (AWS:SourceArn)";
            let code = Code::PermissionSourceArn;
            let says = "not this pool's ARN";
            findings.push(self.finding(code, what, &next, at, "Condition", says));
        }
        if source_account.met(self.account()) == Met::No {
            let what = "the permission is for another account (AWS:SourceAccount)";
            let code = Code::PermissionSourceAccount;
            let says = "not this pool's account";
            findings.push(self.finding(code, what, &next, at, "Condition", says));
        }
        if !is_understood(statement) {
            let what = "the permission has a condition that the doctor doesn't understand, and \
                        without it there is no sign-in";
            let next = "compare it with the call: Cognito sends the pool's ARN as AWS:SourceArn, \
                        and its account as AWS:SourceAccount";
            let code = Code::PermissionCondition;
            let says = "other than StringEquals, StringLike, ArnEquals or ArnLike of these two";
            let mut finding = self.finding(code, what, next, at, "Condition", says);
            finding.certainty = Certainty::Aside;
            findings.push(finding);
        }
        if source_arn.is_absent() || source_account.is_absent() {
            let what = "the permission doesn't name both the pool (AWS:SourceArn) and the account \
                        (AWS:SourceAccount), so other pools can have the function called";
            let mut finding = self.finding(
                Code::PermissionOpen,
                what,
                &next,
                at,
                "Condition",
                "one of them is missing",
            );
            finding.certainty = Certainty::Aside;
            findings.push(finding);
        }
        findings
    }

    fn finding(
        &self,
        code: Code,
        what: &str,
        next: &str,
        at: usize,
        member: &str,
        says: &str,
    ) -> Finding {
        let place = format!("{} $.Statement[{at}].{member}", self.name);
        Finding::new(code, Certainty::Sure, what, next).because(place, says)
    }

    /// `get-policy` prints the policy of one qualifier: if it was asked for another than the pool
    /// calls, that says little.
    fn unless_of_another_qualifier(&self, mut finding: Finding, resource: &str) -> Finding {
        let Some(arn) = self.arn else { return finding };
        let bare = |arn: &'_ str| arn.split(':').take(7).map(str::to_owned).collect::<Vec<_>>();
        if resource == arn || bare(resource) != bare(arn) {
            return finding;
        }
        let name = arn.split(':').nth(6).unwrap_or("NAME");
        let qualifier = qualifier(arn).map(|it| format!(" --qualifier {it}")).unwrap_or_default();
        finding.certainty = Certainty::Likely;
        finding.next = format!(
            "first ask for the policy that counts, and give it as --function-policy; if it says \
             the same, add the permission:\n$ aws lambda get-policy --function-name {name}{qualifier}\n{}",
            finding.next
        );
        finding
    }

    fn pool_arn(&self) -> Option<&str> {
        self.pool.and_then(|pool| pool.text(&["Arn"]))
    }

    fn account(&self) -> Option<&str> {
        self.pool_arn().and_then(|arn| arn.split(':').nth(4))
    }

    fn add_permission(&self) -> String {
        let parts: Vec<&str> = self.arn.map(|arn| arn.split(':').collect()).unwrap_or_default();
        let name = parts.get(6).copied().unwrap_or("NAME");
        let qualifier = parts.get(7).map(|it| format!(" --qualifier {it}")).unwrap_or_default();
        let pool = self.pool_arn().unwrap_or("POOL_ARN");
        let account = self.account().unwrap_or("ACCOUNT");
        format!(
            "$ aws lambda add-permission --function-name {name}{qualifier} --statement-id cognito \
             --action lambda:InvokeFunction --principal cognito-idp.amazonaws.com --source-arn \
             {pool} --source-account {account}"
        )
    }
}

fn effect(statement: &Value) -> &str {
    statement.get("Effect").and_then(Value::as_str).unwrap_or_default()
}

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(all)) => {
            all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
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

/// All that a statement asks of one condition key.
struct Condition<'s> {
    /// Operators and what they compare with. All of them have to hold.
    tests: Vec<(&'s str, Vec<String>)>,
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    Yes,
    No,
    /// The operator isn't understood, or the value isn't known.
    Perhaps,
}

impl Condition<'_> {
    fn is_absent(&self) -> bool {
        self.tests.is_empty()
    }

    /// Whether it holds for what Cognito sends.
    fn met(&self, sent: Option<&str>) -> Met {
        let Some(sent) = sent else { return Met::Perhaps };
        let one = |(operator, values): &(&str, Vec<String>)| match comparison(operator) {
            None => Met::Perhaps,
            Some(fits) if values.iter().any(|value| fits(value, sent)) => Met::Yes,
            Some(_) => Met::No,
        };
        let all: Vec<Met> = self.tests.iter().map(one).collect();
        [Met::No, Met::Perhaps].into_iter().find(|met| all.contains(met)).unwrap_or(Met::Yes)
    }
}

/// How an operator compares; none if it isn't understood.
/// SPEC: AWS, IAM JSON policy elements: condition operators. `StringEquals` takes `*` as a letter,
/// and `ArnEquals` is the same as `ArnLike`.
fn comparison(operator: &str) -> Option<fn(&str, &str) -> bool> {
    match operator {
        "StringEquals" => Some(|value, sent| value == sent),
        "StringLike" => Some(matches),
        "ArnEquals" | "ArnLike" => Some(|value, sent| {
            // Each of the six parts is compared by itself.
            let (value, sent) = (value.splitn(6, ':'), sent.splitn(6, ':'));
            value.clone().count() == sent.clone().count()
                && value.zip(sent).all(|(value, sent)| matches(value, sent))
        }),
        _ => None,
    }
}

fn source_arn(statement: &Value) -> Condition<'_> {
    condition(statement, SOURCE_ARN)
}

fn source_account(statement: &Value) -> Condition<'_> {
    condition(statement, SOURCE_ACCOUNT)
}

const SOURCE_ARN: &str = "aws:sourcearn";
const SOURCE_ACCOUNT: &str = "aws:sourceaccount";

fn condition<'s>(statement: &'s Value, wanted: &str) -> Condition<'s> {
    // The names of keys have no case.
    let ours = conditions(statement).filter(|(_, key, _)| key.eq_ignore_ascii_case(wanted));
    Condition { tests: ours.map(|(operator, _, value)| (operator, texts(Some(value)))).collect() }
}

/// Whether each operator and each key of the statement's conditions is.
fn is_understood(statement: &Value) -> bool {
    conditions(statement).all(|(operator, key, _)| {
        comparison(operator).is_some()
            && [SOURCE_ARN, SOURCE_ACCOUNT].iter().any(|it| key.eq_ignore_ascii_case(it))
    })
}

/// Operator, key and value of each condition.
fn conditions(statement: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let operators = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
    operators.flat_map(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(|(key, value)| (operator.as_str(), key.as_str(), value))
    })
}

/// SPEC: AWS, IAM JSON policy elements: `*` is any text, `?` any character.
fn matches(pattern: &str, text: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = rest.as_str();
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.into_iter().any(|at| text.get(at..).is_some_and(|text| matches(rest, text)))
        }
        Some(letter) => {
            let mut letters = text.chars();
            letters.next().is_some_and(|next| letter == '?' || letter == next)
                && matches(rest.as_str(), letters.as_str())
        }
    }
}

/// What is wrong with an app client, as `describe-user-pool-client` tells it.
pub struct Client {
    name: String,
    root: &'static str,
    client: Value,
}

impl Client {
    /// Reads the file.
    pub fn read(name: &str, value: Value) -> Result<Self, String> {
        let (root, client) = match value.get("UserPoolClient") {
            Some(inner) => ("$.UserPoolClient", inner.clone()),
            None => ("$", value),
        };
        if !client.get("ClientId").is_some_and(Value::is_string) {
            let expected = "expected the output of `aws cognito-idp describe-user-pool-client`";
            return Err(format!("{name}: {expected}"));
        }
        Ok(Self { name: name.to_owned(), root, client })
    }

    /// The app client id.
    pub fn id(&self) -> &str {
        self.client.get("ClientId").and_then(Value::as_str).unwrap_or_default()
    }

    /// The place of a member, for evidence.
    pub fn place(&self, member: &str) -> String {
        format!("{} {}.{member}", self.name, self.root)
    }

    /// Whether the client may read an attribute; unknown names may be read.
    /// SPEC: Amazon Cognito API reference, `UserPoolClientType`: without a list, all standard
    /// attributes.
    pub fn reads(&self, attribute: &str) -> bool {
        match self.client.get("ReadAttributes") {
            Some(Value::Array(_)) => {
                texts(self.client.get("ReadAttributes")).iter().any(|name| name == attribute)
            }
            _ => !attribute.starts_with("custom:"),
        }
    }

    fn writes(&self, attribute: &str) -> bool {
        match self.client.get("WriteAttributes") {
            Some(Value::Array(_)) => {
                texts(self.client.get("WriteAttributes")).iter().any(|name| name == attribute)
            }
            _ => !attribute.starts_with("custom:"),
        }
    }

    /// What is wrong for claims at large. `machine` says whose tokens it is about, if known.
    pub fn findings(&self, trusted: &[String], machine: Option<bool>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for attribute in trusted.iter().filter(|name| self.writes(name)) {
            let what = format!(
                "the app client may write the attribute {attribute}, which the policy trusts: \
                 whoever signs in can choose its value"
            );
            let next = format!(
                "take {attribute} out of WriteAttributes (give a list, if there is none), or out \
                 of trusted_attributes"
            );
            findings.push(
                Finding::new(Code::TrustedAttributeWritable, Certainty::Aside, what, next)
                    .because(self.place("WriteAttributes"), "has it, or isn't there"),
            );
        }
        if self.client.get("EnableTokenRevocation") == Some(&Value::Bool(false)) {
            let what = "token revocation is off for the app client: its tokens have no jti and \
                        origin_jti, and can't be revoked";
            let next = "set EnableTokenRevocation to true";
            findings.push(
                Finding::new(Code::RevocationOff, Certainty::Aside, what, next)
                    .because(self.place("EnableTokenRevocation"), "false"),
            );
        }
        let flows = texts(self.client.get("AllowedOAuthFlows"));
        let explicit = texts(self.client.get("ExplicitAuthFlows"));
        let machines = flows.iter().any(|flow| flow == "client_credentials");
        if machine == Some(true) && !machines {
            let what = "the app client has no client credentials flow, so no machine gets a token \
                        by it";
            let next = "add client_credentials to AllowedOAuthFlows (it stands alone there), or \
                        use another client";
            findings.push(
                Finding::new(Code::NoMachineFlow, Certainty::Sure, what, next)
                    .because(self.place("AllowedOAuthFlows"), "no client_credentials"),
            );
        }
        let signs_in = explicit.iter().any(|flow| !flow.ends_with("REFRESH_TOKEN_AUTH"));
        if machine == Some(false) && machines && !signs_in {
            let what = "the app client signs in machines only, so no person gets a token by it";
            let next = "use the app client of the app that people use";
            findings.push(
                Finding::new(Code::NoUserFlow, Certainty::Sure, what, next)
                    .because(self.place("AllowedOAuthFlows"), "client_credentials"),
            );
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_iam() {
        for (pattern, text, fits) in [
            ("lambda:*", "lambda:invokefunction", true),
            ("arn:*:userpool/a_?", "arn:aws:userpool/a_1", true),
            ("arn:*:userpool/a_?", "arn:aws:userpool/a_12", false),
            ("a", "ab", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }
}
