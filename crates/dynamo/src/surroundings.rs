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

#[cfg(test)]
mod tests {
    use super::*;

    /// The surroundings of these variables; every file holds its own name.
    fn of(variables: &[(&str, &str)]) -> Surroundings {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Surroundings::of(variable, |path| Ok::<_, ()>(path.to_owned())).unwrap()
    }

    #[test]
    fn an_empty_variable_is_none() {
        let names = ["AWS_REGION", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_CA_BUNDLE"];
        let empty = of(&names.map(|name| (name, "")));
        assert_eq!(format!("{empty:?}"), format!("{:?}", Surroundings::default()));
        assert_eq!(of(&[("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "")]).keys, None);
    }

    #[test]
    fn the_region_falls_back() {
        let (own, fallback) = (("AWS_REGION", "eu-west-1"), ("AWS_DEFAULT_REGION", "us-east-1"));
        assert_eq!(of(&[fallback, own]).region.as_deref(), Some("eu-west-1"));
        assert_eq!(of(&[("AWS_REGION", ""), fallback]).region.as_deref(), Some("us-east-1"));
    }

    #[test]
    fn the_endpoint_of_dynamodb_comes_before_that_of_all_services() {
        let all = ("AWS_ENDPOINT_URL", "http://all");
        let own = ("AWS_ENDPOINT_URL_DYNAMODB", "http://own");
        assert_eq!(of(&[all, own]).endpoint.as_deref(), Some("http://own"));
        assert_eq!(of(&[all]).endpoint.as_deref(), Some("http://all"));
        let ignored = |word| ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", word);
        assert_eq!(of(&[all, own, ignored("True")]).endpoint, None);
        assert_eq!(of(&[all, ignored("false")]).endpoint.as_deref(), Some("http://all"));
    }

    #[test]
    fn kinds_of_endpoints_are_on_by_the_word_true_alone() {
        for (word, on) in [("true", true), ("TRUE", true), ("false", false), ("1", false)] {
            let fips = of(&[("AWS_USE_FIPS_ENDPOINT", word)]);
            assert_eq!((fips.fips, fips.dual_stack), (on, false), "{word}");
            let dual_stack = of(&[("AWS_USE_DUALSTACK_ENDPOINT", word)]);
            assert_eq!((dual_stack.fips, dual_stack.dual_stack), (false, on), "{word}");
        }
    }

    #[test]
    fn a_bundle_is_read_once_named_and_must_be_readable() {
        assert_eq!(of(&[("AWS_CA_BUNDLE", "roots.pem")]).ca_bundle.as_deref(), Some("roots.pem"));
        let named = |name: &str| (name == "AWS_CA_BUNDLE").then(|| "roots.pem".to_owned());
        let unreadable = Surroundings::of(named, |path| Err(path.to_owned()));
        assert_eq!(unreadable.unwrap_err(), "roots.pem");
        assert!(Surroundings::of(|_| None, |_| Err("no file is read")).is_ok());
    }
}
