//! The largest tokens, from the policy alone.
//!
//! The budget bounds a token: what doesn't fit leaves, and where that isn't enough there is no token. So
//! what is worth knowing is which claims have a bound of their own, and which can't leave and have none:
//! a value of those that is too long refuses a sign-in.

use cognito_claims::TokenUse;
use cognito_claims::bits::Catalogue;
use cognito_claims::encoding::Encoding;
use serde_json::Value;

use super::claim::{ClaimRule, ClaimType, ClaimValue};

use super::id::{IdType, SLUG_LIMIT, UUID_LENGTH};
use super::rules::{ClientRules, Policy, SESSION_TAGS, SessionTags, TokenRules};
use super::source::{Map, Place, RecordPath, Source};
use super::table::DIGIT_LIMIT;
use super::template::{Part, Template};
use crate::size::{Size, entry, exactly, list, named, text};

/// The most bytes of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenBound {
    /// The section of the app client; `None` for all that have none.
    pub section: Option<String>,
    /// Which token.
    pub token: TokenUse,
    /// Most bytes of the finished token.
    pub budget: usize,
    /// Most bytes of the payload that the policy's claims take; `None` if one of them has no bound.
    pub claims: Option<usize>,
}

/// The most bytes of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimBound {
    /// Its name.
    pub name: String,
    /// Most bytes of the payload, name and comma included; `None` if only the data bounds it.
    pub bytes: Option<usize>,
    /// Most entries of its list; `None` if it is none, or has no bound.
    pub entries: Option<usize>,
    /// Whether it never leaves a token: without a value, or with one that doesn't fit, there is none.
    pub stays: bool,
}

/// Most bytes of a JSON text per character: a pair of `\uXXXX`.
const ESCAPED: usize = 12;
/// Most characters of a tag's value. SPEC: AWS, STS API reference, `Tag`.
const TAG_LIMIT: usize = 256;
/// Most characters of a whole number of 64 bits.
const INTEGER: usize = 20;
/// `false`.
const BOOLEAN: usize = 5;

impl Policy {
    /// The most bytes of each claim that the policy writes, as events from `V2_0` on carry it, in the
    /// order of their names; session tags last.
    pub fn claim_bounds(&self) -> Vec<ClaimBound> {
        let claims = self.claims.iter().map(|claim| {
            let default = claim.default.as_ref().map(|value| entry(&claim.name, value).upper);
            let bytes =
                self.value_bytes(claim).map(|bytes| named(&claim.name, exactly(bytes)).upper);
            ClaimBound {
                name: claim.name.clone(),
                bytes: bytes.map(|bytes| bytes.max(default.unwrap_or_default())),
                entries: self.entries(claim),
                stays: claim.required,
            }
        });
        let tags = self.session_tags.iter().map(|tags| ClaimBound {
            name: SESSION_TAGS.to_owned(),
            bytes: Some(named(SESSION_TAGS, tag_bytes(tags)).upper),
            entries: Some(tags.tags.len()),
            stays: true,
        });
        claims.chain(tags).collect()
    }

    /// The most bytes of each token, for all app clients without a section and for each that has one.
    pub fn token_bounds(&self) -> Vec<TokenBound> {
        let bounds = self.claim_bounds();
        let every = [&self.any_client].into_iter().chain(self.clients.values());
        let of_client = |client: &ClientRules| {
            let of_token = |token, rules: &TokenRules| TokenBound {
                section: client.section.clone(),
                token,
                budget: rules.budget,
                claims: self.sum(token, client, &bounds),
            };
            [of_token(TokenUse::Id, &client.id), of_token(TokenUse::Access, &client.access)]
        };
        every.flat_map(of_client).collect()
    }

    /// All claims of one token together.
    fn sum(&self, token: TokenUse, client: &ClientRules, bounds: &[ClaimBound]) -> Option<usize> {
        let stands = |bound: &&ClaimBound| {
            let claim = self.claims.iter().find(|claim| claim.name == bound.name);
            match (claim, token) {
                (None, TokenUse::Id) => true,
                (None, TokenUse::Access) => false,
                (Some(claim), token) => {
                    let goes_in = match token {
                        TokenUse::Id => claim.id,
                        TokenUse::Access => claim.access,
                    };
                    goes_in && client.claims.as_ref().is_none_or(|only| only.contains(&claim.name))
                }
            }
        };
        bounds.iter().filter(stands).map(|bound| bound.bytes).sum()
    }

    fn value_bytes(&self, claim: &ClaimRule) -> Option<usize> {
        match &claim.value {
            ClaimValue::First { sources, kind } => match kind {
                ClaimType::Boolean => Some(BOOLEAN),
                ClaimType::Integer => Some(INTEGER),
                ClaimType::String => {
                    let mut longest = Some(0);
                    for source in sources {
                        longest = longest.zip(self.text_bytes(source)).map(|(a, b)| a.max(b));
                    }
                    // Both quotes.
                    longest.map(|bytes: usize| bytes + 2)
                }
                ClaimType::Number | ClaimType::List(_) | ClaimType::Json => None,
            },
            ClaimValue::Merge { encoding, catalogue, .. } => {
                catalogue.as_ref().map(|catalogue| flag_bytes(*encoding, catalogue))
            }
            ClaimValue::Template(template) => self.template_bytes(template),
            ClaimValue::Constant { value, .. } => Some(crate::size::json(value).upper),
            ClaimValue::Items { .. } => None,
        }
    }

    /// The letters of one word, without quotes.
    fn text_bytes(&self, source: &Source) -> Option<usize> {
        match (&source.map, &source.place, &self.tenant) {
            (Some(Map::File(words)), ..) => {
                words.values().map(|word| text(word).upper.saturating_sub(2)).max()
            }
            (None, Place::Tenant, Some(tenant)) => Some(match tenant.id.id_type {
                IdType::Uuid => UUID_LENGTH,
                IdType::Number => DIGIT_LIMIT,
                IdType::Slug => SLUG_LIMIT,
            }),
            _ => None,
        }
    }

    fn template_bytes(&self, template: &Template<Source>) -> Option<usize> {
        let parts = template.parts.iter().map(|part| match part {
            Part::Text(literal) => Some(text(literal).upper.saturating_sub(2)),
            Part::Value(source) => self.text_bytes(source),
        });
        parts.sum::<Option<usize>>().map(|bytes| bytes + 2)
    }

    fn entries(&self, claim: &ClaimRule) -> Option<usize> {
        let of_record = |path: &RecordPath| {
            let rule = self.records.get(path.record)?;
            rule.read.most()
        };
        let of_data = match &claim.value {
            ClaimValue::Items { record, .. } => of_record(record),
            ClaimValue::Merge { catalogue, .. } => catalogue.as_ref().map(|it| it.names().len()),
            _ => None,
        };
        match (of_data, claim.first) {
            (Some(data), Some(first)) => Some(data.min(first)),
            (data, first) => data.or(first),
        }
    }
}

/// A set of flags with all of them in it.
fn flag_bytes(encoding: Encoding, catalogue: &Catalogue) -> usize {
    let names = catalogue.names();
    match encoding {
        Encoding::List => list(names.iter().map(|name| text(name))).upper,
        Encoding::Comma | Encoding::Space => {
            // A separator behind each but the last, and both quotes.
            names.iter().map(|name| name.len() + 1).sum::<usize>() + 1
        }
        Encoding::Bits => {
            let all = catalogue.encode(&names.iter().map(String::as_str).collect());
            text(&all).upper
        }
    }
}

/// The tags of a session with the longest values.
fn tag_bytes(tags: &SessionTags) -> Size {
    let value = exactly(TAG_LIMIT * ESCAPED + 2);
    let pairs = tags.tags.iter().map(|(key, _)| text(key) + exactly(1) + list([value].into_iter()));
    let all = text("principal_tags") + exactly(1) + list(pairs);
    let transitive: Value = tags.transitive.iter().map(String::as_str).collect();
    list([all, named("transitive_tag_keys", crate::size::json(&transitive))].into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Variables;

    fn policy(claims: &str) -> Policy {
        let text = format!(
            "{}\n{claims}",
            r#"
version = 1
[table]
name = "t"
partition_key = "pk"
sort_key = "sk"
[tenant]
id = "number"
person = "user.org_id"
[records.user]
key = { pk = "USER#{sub}", sk = "PROFILE" }
require = "exists"
[records.all]
query = { pk = "USER#{sub}", sk = "ORG#{*}" }
at_most = 80
[claims.all]
from = "all"
fields = { id = "org_id" }
first = 20
"#
        );
        Policy::parse(&text, &Variables::lenient(&|_| None)).unwrap()
    }

    #[test]
    fn a_claim_has_the_bound_of_its_longest_value() {
        let policy = policy(
            r#"
[claims.org]
from = "tenant"
required = true
[claims.path]
template = "o/{tenant}"
[claims.role]
from = { from = "member.role", map = { a = "owner", b = "é" } }
default = "nobody at all"
[claims.bits]
merge = "member.flags"
flags = ["a", "bb"]
encoding = "bits"
[claims.commas]
merge = "member.flags"
flags = ["a", "bb"]
[claims.open]
from = "member.name"
required = true
[claims.age]
from = "member.age"
type = "integer"
[claims.fix]
value = "eu"
[session_tags]
tags = { Org = "org" }
"#,
        );
        let found: Vec<(String, Option<usize>)> =
            policy.claim_bounds().into_iter().map(|bound| (bound.name, bound.bytes)).collect();
        let expected: [(&str, Option<usize>); 10] = [
            ("age", Some(r#""age":,"#.len() + 20)),
            ("all", None),
            ("bits", Some(r#""bits":"1.2.00000000.3","#.len())),
            ("commas", Some(r#""commas":"a,bb","#.len())),
            ("fix", Some(r#""fix":"eu","#.len())),
            ("open", None),
            ("org", Some(r#""org":"","#.len() + 38)),
            ("path", Some(r#""path":"o\/","#.len() + 38)),
            ("role", Some(r#""role":"nobody at all","#.len())),
            (SESSION_TAGS, found.last().unwrap().1),
        ];
        assert_eq!(found, expected.map(|(name, bytes)| (name.to_owned(), bytes)));
        assert!(found.last().unwrap().1.unwrap() > 256 * 12);
    }

    #[test]
    fn lists_have_the_bound_that_the_policy_gives_them() {
        let bounds = policy("").claim_bounds();
        let [all] = bounds.as_slice() else { panic!("{bounds:?}") };
        assert_eq!((all.bytes, all.entries, all.stays), (None, Some(20), false));
    }

    #[test]
    fn a_token_has_the_bound_of_its_claims_for_each_client() {
        let policy = policy(
            r#"
[claims.a]
value = "1"
[claims.b]
value = "22"
tokens = ["access"]
[tokens.id]
budget = "cookie"
[clients.web]
client_id = "1web"
claims = ["a", "b"]
"#,
        );
        let found: Vec<_> = policy
            .token_bounds()
            .into_iter()
            .map(|bound| (bound.section, bound.token, bound.budget, bound.claims))
            .collect();
        let web = || Some("web".to_owned());
        let (a, b) = (r#""a":"1","#.len(), r#""b":"22","#.len());
        assert_eq!(
            found,
            [
                (None, TokenUse::Id, 4096, None),
                (None, TokenUse::Access, 10_240, None),
                (web(), TokenUse::Id, 4096, Some(a)),
                (web(), TokenUse::Access, 10_240, Some(a + b)),
            ]
        );
    }
}
