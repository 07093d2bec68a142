//! Pool, app client and function as the AWS command line describes them.
//!
//! SPEC: Amazon Cognito API reference, `UserPoolType`, `LambdaConfigType`,
//! `PreTokenGenerationVersionConfigType` and `UserPoolClientType`; AWS Lambda API reference,
//! `GetPolicy` and `GetFunctionConfiguration`.

use serde_json::Value;

/// A file of one description, and where in it the description stands.
struct Description {
    file: String,
    /// JSON path of the description in the file.
    root: String,
    value: Value,
}

impl Description {
    /// Takes what a command of `aws` prints: the description, bare or as a member.
    fn read(file: &str, value: Value, [member, id, command]: [&str; 3]) -> Result<Self, String> {
        let (root, value) = match value.get(member) {
            Some(inner) => (format!("$.{member}"), inner.clone()),
            None => ("$".to_owned(), value),
        };
        if !value.get(id).is_some_and(Value::is_string) {
            return Err(format!("{file}: expected the output of `aws {command}`"));
        }
        Ok(Self { file: file.to_owned(), root, value })
    }

    /// The place of a member, for evidence.
    fn place(&self, path: &str) -> String {
        format!("{} {}.{path}", self.file, self.root)
    }

    fn text(&self, path: &[&str]) -> Option<&str> {
        let value = path.iter().try_fold(&self.value, |value, name| value.get(name))?;
        value.as_str().filter(|text| !text.is_empty())
    }
}

/// A pool as `describe-user-pool` tells it.
pub struct Pool(Description);

impl Pool {
    /// Reads the file.
    pub fn read(file: &str, value: Value) -> Result<Self, String> {
        Description::read(file, value, ["UserPool", "Id", "cognito-idp describe-user-pool"])
            .map(Self)
    }

    /// The pool's id.
    pub fn id(&self) -> &str {
        self.text(&["Id"]).unwrap_or_default()
    }

    /// The pool's ARN.
    pub fn arn(&self) -> Option<&str> {
        self.text(&["Arn"])
    }

    /// The account that the pool is in.
    pub fn account(&self) -> Option<&str> {
        self.arn()?.split(':').nth(4)
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

    /// The function by the new key.
    pub fn new_arn(&self) -> Option<&str> {
        self.text(&["LambdaConfig", "PreTokenGenerationConfig", "LambdaArn"])
    }

    /// The function by the old key, which means events of version V1_0.
    pub fn legacy_arn(&self) -> Option<&str> {
        self.text(&["LambdaConfig", "PreTokenGeneration"])
    }

    /// A member that is a text; an empty one counts as none.
    pub fn text(&self, path: &[&str]) -> Option<&str> {
        self.0.text(path)
    }

    /// Whether people can sign up by themselves.
    /// SPEC: Amazon Cognito API reference, `AdminCreateUserConfigType`: `AllowAdminCreateUserOnly`.
    pub fn signs_up(&self) -> bool {
        let config = self.0.value.get("AdminCreateUserConfig");
        config.and_then(|config| config.get("AllowAdminCreateUserOnly")) != Some(&Value::Bool(true))
    }

    /// The region of a replica. The region in a pool's id is that of the pool it is a replica of.
    /// SPEC: AWS, "Multi-Region replication for user pools".
    pub fn replica(&self) -> Option<&str> {
        let region = self.arn()?.split(':').nth(3).filter(|region| !region.is_empty())?;
        let (first, _) = self.id().split_once('_')?;
        (region != first).then_some(region)
    }

    /// Whether tokens name the updated issuer.
    /// SPEC: Amazon Cognito API reference, `IssuerConfigurationType`.
    pub fn has_updated_issuer(&self) -> bool {
        self.text(&["IssuerConfiguration", "Type"]) == Some("UPDATED")
    }

    /// Whether programs register app clients by themselves, and if so whether anybody may.
    /// SPEC: Amazon Cognito API reference, `DcrConfigurationType`.
    pub fn registers_clients(&self) -> Option<Registration> {
        let config = self.0.value.get("DcrConfiguration")?;
        let is_open = config.get("OpenDcrEnabled") == Some(&Value::Bool(true));
        let status = config.get("EnableStatus").and_then(Value::as_str);
        match (status, is_open) {
            (Some("Disabled"), _) | (None, false) => None,
            (_, true) => Some(Registration::Open),
            (Some(_), false) => Some(Registration::WithToken),
        }
    }

    /// The place of a member, for evidence.
    pub fn place(&self, path: &str) -> String {
        self.0.place(path)
    }
}

/// Who may register an app client.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Anybody who reaches the pool's domain.
    Open,
    /// Who has a token with the scope `aws.cognito/dcr/register`.
    WithToken,
}

/// The flow of machines that ask by `GetClientToken`. It excludes those of people.
const CLIENT_TOKEN: &str = "ALLOW_CLIENT_TOKEN_AUTH";

/// An app client as `describe-user-pool-client` tells it.
pub struct Client(Description);

impl Client {
    /// Reads the file.
    pub fn read(file: &str, value: Value) -> Result<Self, String> {
        let names = ["UserPoolClient", "ClientId", "cognito-idp describe-user-pool-client"];
        Description::read(file, value, names).map(Self)
    }

    /// The app client id.
    pub fn id(&self) -> &str {
        self.0.text(&["ClientId"]).unwrap_or_default()
    }

    /// The place of a member, for evidence.
    pub fn place(&self, member: &str) -> String {
        self.0.place(member)
    }

    /// Whether the client may read an attribute; unknown names may be read.
    pub fn reads(&self, attribute: &str) -> bool {
        self.lists("ReadAttributes", attribute)
    }

    /// Whether the client may write an attribute.
    pub fn writes(&self, attribute: &str) -> bool {
        self.lists("WriteAttributes", attribute)
    }

    /// Whether people come in through a provider by it.
    pub fn signs_in_by(&self, provider: &str) -> bool {
        self.texts("SupportedIdentityProviders").iter().any(|name| name == provider)
    }

    /// The flows by which people sign in without managed login.
    /// SPEC: Amazon Cognito API reference, `UserPoolClientType`: without a list, SRP and custom
    /// authentication.
    pub fn user_flows(&self) -> Vec<String> {
        let mut flows = self.texts("ExplicitAuthFlows");
        if flows.is_empty() {
            flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"].map(str::to_owned).to_vec();
        }
        flows.retain(|flow| !flow.ends_with("REFRESH_TOKEN_AUTH") && flow != CLIENT_TOKEN);
        flows
    }

    /// Whether it registered itself.
    /// SPEC: Amazon Cognito API reference, `UserPoolClientType`: `ClientType`.
    pub fn registered_itself(&self) -> bool {
        self.0.text(&["ClientType"]) == Some("DCR")
    }

    /// Whether machines get tokens by it: the client credentials grant, or `GetClientToken`.
    /// SPEC: AWS, "Scopes, M2M, and resource servers"; Amazon Cognito API reference,
    /// `GetClientToken`, whose flow stands in its text and in no list of values.
    pub fn signs_in_machines(&self) -> bool {
        self.texts("AllowedOAuthFlows").iter().any(|flow| flow == "client_credentials")
            || self.texts("ExplicitAuthFlows").iter().any(|flow| flow == CLIENT_TOKEN)
    }

    /// Whether token revocation is off.
    pub fn revokes_nothing(&self) -> bool {
        self.0.value.get("EnableTokenRevocation") == Some(&Value::Bool(false))
    }

    /// The texts of a list.
    pub fn texts(&self, member: &str) -> Vec<String> {
        texts(self.0.value.get(member))
    }

    /// SPEC: Amazon Cognito API reference, `UserPoolClientType`: without a list, all standard
    /// attributes.
    fn lists(&self, member: &str, attribute: &str) -> bool {
        match self.0.value.get(member) {
            Some(Value::Array(_)) => self.texts(member).iter().any(|name| name == attribute),
            _ => !attribute.starts_with("custom:"),
        }
    }
}

/// A function as `get-function-configuration` tells it.
pub struct Function(Description);

impl Function {
    /// Reads the file.
    pub fn read(file: &str, value: Value) -> Result<Self, String> {
        let names = ["Configuration", "FunctionName", "lambda get-function-configuration"];
        Description::read(file, value, names).map(Self)
    }

    /// An environment variable.
    /// SPEC: AWS Lambda API reference, `EnvironmentResponse`.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.0.text(&["Environment", "Variables", name])
    }

    /// The place of a variable, for evidence.
    pub fn place(&self, variable: &str) -> String {
        self.0.place(&format!("Environment.Variables.{variable}"))
    }
}

/// A function's policy as `get-policy` tells it.
pub struct FunctionPolicy {
    file: String,
    /// Its statements.
    pub statements: Vec<Value>,
}

impl FunctionPolicy {
    /// Reads the file.
    pub fn read(file: &str, value: Value) -> Result<Self, String> {
        let expected = || format!("{file}: expected the output of `aws lambda get-policy`");
        let policy: Value = match value.get("Policy") {
            Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| expected())?,
            Some(policy) => policy.clone(),
            None => value,
        };
        let statements = match policy.get("Statement") {
            Some(Value::Array(statements)) => statements.clone(),
            Some(only @ Value::Object(_)) => vec![only.clone()],
            _ => return Err(expected()),
        };
        Ok(Self { file: file.to_owned(), statements })
    }

    /// The place of a member of a statement, or of all statements, for evidence.
    pub fn place(&self, path: &str) -> String {
        format!("{} $.Statement{path}", self.file)
    }
}

/// A text or the texts of a list: AWS's policies take one for the other.
pub fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(all)) => {
            all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}
