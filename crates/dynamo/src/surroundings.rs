//! What the environment says about the way to DynamoDB. Pure: variables and files are arguments.

/// What the environment says about the way to DynamoDB.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// `AWS_REGION`, or `AWS_DEFAULT_REGION`.
    pub region: Option<String>,
    /// `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, if both are set.
    pub keys: Option<(String, String)>,
    /// `AWS_SESSION_TOKEN`.
    pub session_token: Option<String>,
    /// `AWS_ENDPOINT_URL_DYNAMODB`, or `AWS_ENDPOINT_URL`, unless
    /// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is on.
    pub endpoint: Option<String>,
    /// `AWS_USE_FIPS_ENDPOINT`.
    pub fips: bool,
    /// `AWS_USE_DUALSTACK_ENDPOINT`.
    pub dual_stack: bool,
    /// The text of the file that `AWS_CA_BUNDLE` names: only these roots are trusted then.
    pub ca_bundle: Option<String>,
}

impl Surroundings {
    /// Reads the environment. SPEC: AWS, "AWS SDKs and Tools Reference Guide", settings reference.
    ///
    /// `read` gets the text of a file.
    ///
    /// # Errors
    /// The file that `AWS_CA_BUNDLE` names can't be read.
    pub fn of<E>(
        variable: impl Fn(&str) -> Option<String>,
        read: impl FnOnce(&str) -> Result<String, E>,
    ) -> Result<Self, E> {
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let is_on = |name| variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let ignores_endpoints = is_on("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        let endpoint =
            || variable("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| variable("AWS_ENDPOINT_URL"));
        Ok(Self {
            region: variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")),
            keys: variable("AWS_ACCESS_KEY_ID").zip(variable("AWS_SECRET_ACCESS_KEY")),
            session_token: variable("AWS_SESSION_TOKEN"),
            endpoint: if ignores_endpoints { None } else { endpoint() },
            fips: is_on("AWS_USE_FIPS_ENDPOINT"),
            dual_stack: is_on("AWS_USE_DUALSTACK_ENDPOINT"),
            ca_bundle: variable("AWS_CA_BUNDLE").map(|path| read(&path)).transpose()?,
        })
    }
}
