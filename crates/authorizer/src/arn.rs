//! The ARN of a request: the stage that policies are about, and the request below it.

use crate::route::CONNECT;

/// The ARN of a request: `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'e> {
    /// All of it up to the stage, without a slash at the end.
    pub stage: &'e str,
    /// Method and path, `GET/items/7`, or `$connect`. What a caller wrote stands in it.
    pub target: &'e str,
}

/// Longest resource in a policy, in bytes.
///
/// SPEC: AWS, "Amazon API Gateway quotas": length of a resource in a policy.
const RESOURCE_LIMIT: usize = 512;

impl<'e> Arn<'e> {
    /// Whether a policy can name this request and no other: a caller may write a policy's wildcards
    /// into a path.
    pub fn fits_a_policy(&self) -> bool {
        let is_plain = !self.target.bytes().any(|byte| b"*?${".contains(&byte));
        (is_plain || self.target == CONNECT)
            && self.stage.len() + 1 + self.target.len() <= RESOURCE_LIMIT
    }

    /// Reads an ARN; `None` if it is none of an API's. The part that goes into policies must be free
    /// of a policy's wildcards.
    pub fn parse(text: &'e str) -> Option<Self> {
        let path = text.match_indices(':').nth(4)?.0 + 1;
        let stage_start = path + text.get(path..)?.find('/')? + 1;
        let stage_end = stage_start + text.get(stage_start..)?.find('/')?;
        let stage = text.get(..stage_end)?;
        let target = text.get(stage_end + 1..)?;
        let parts: Vec<&str> = stage.split(':').collect();
        let [arn, _, service, _, _, api] = parts.as_slice() else { return None };
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"*?{}\"\\".contains(&byte);
        let is_whole = *arn == "arn"
            && *service == "execute-api"
            && stage_start < stage_end
            && !api.starts_with('/')
            && stage.bytes().all(is_plain);
        (is_whole && !target.is_empty()).then_some(Self { stage, target })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:execute-api:eu-west-1:123456789012:api1example/live/GET/items/7";

    #[test]
    fn an_arn_has_a_stage_and_a_target() {
        let arn = Arn::parse(ARN).unwrap();
        assert_eq!(arn.stage, "arn:aws:execute-api:eu-west-1:123456789012:api1example/live");
        assert_eq!(arn.target, "GET/items/7");
        let root = Arn::parse("arn:aws-cn:execute-api:cn-north-1:1:a/$default/GET/").unwrap();
        assert_eq!(
            (root.stage, root.target),
            ("arn:aws-cn:execute-api:cn-north-1:1:a/$default", "GET/")
        );
        let colon = Arn::parse("arn:aws:execute-api:r:1:a/s/GET/a:b/c").unwrap();
        assert_eq!(colon.target, "GET/a:b/c");
        for odd in [
            "",
            "arn",
            "arn:aws:execute-api:r:1:a",
            "arn:aws:execute-api:r:1:a/s",
            "arn:aws:execute-api:r:1:a/s/",
            "arn:aws:execute-api:r:1:a//GET/x",
            "arn:aws:execute-api:r:1:/s/GET/x",
            "arn:aws:execute-api:r:1:*/s/GET/x",
            "arn:aws:execute-api:r:1:a/${x}/GET/x",
            "arn:aws:s3:r:1:a/s/GET/x",
            "*",
        ] {
            assert_eq!(Arn::parse(odd), None, "{odd}");
        }
    }
}
