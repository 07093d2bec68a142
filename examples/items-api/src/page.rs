//! Pages of a list: how many items, and after which one.
//!
//! The token of the next page holds an id and nothing else. Which organisation is listed comes from
//! the claims, for each page anew, so that a forged token can't list another organisation.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::item::Id;
use crate::problem::Problem;

/// Most items on a page.
const LARGEST_PAGE: u8 = 100;
/// Items on a page unless the caller asks for another number.
const DEFAULT_PAGE: u8 = 25;

/// One page of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) limit: u8,
    /// The last item of the page before.
    pub(crate) after: Option<Id>,
}

impl Page {
    /// Reads the parameters of a query.
    pub(crate) fn parse(limit: Option<&str>, next: Option<&str>) -> Result<Self, Problem> {
        let limit = limit.map_or(Ok(DEFAULT_PAGE), |digits| {
            let limit = digits.parse().ok().filter(|limit| (1..=LARGEST_PAGE).contains(limit));
            limit.ok_or_else(|| Problem::bad_request(format!("`limit` is not 1 to {LARGEST_PAGE}")))
        })?;
        let after = next.map(|token| {
            id_of(token)
                .ok_or_else(|| Problem::bad_request("`next` is not from a page before".to_owned()))
        });
        Ok(Self { limit, after: after.transpose()? })
    }
}

/// The token of the page after an item.
pub(crate) fn token(last: &Id) -> String {
    URL_SAFE_NO_PAD.encode(last.as_str())
}

fn id_of(token: &str) -> Option<Id> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    Id::parse(std::str::from_utf8(&bytes).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_as_its_id() {
        let id = Id::parse("a-1").unwrap();
        let page = Page::parse(Some("2"), Some(&token(&id))).unwrap();
        assert_eq!(page, Page { limit: 2, after: Some(id) });
        assert_eq!(Page::parse(None, None).unwrap(), Page { limit: DEFAULT_PAGE, after: None });
    }

    #[test]
    fn what_is_no_page_is_a_bad_request() {
        for limit in ["", "0", "101", "-1", "ten", "1000000000000"] {
            assert_eq!(Page::parse(Some(limit), None).unwrap_err().status(), 400, "{limit}");
        }
        let other_key = URL_SAFE_NO_PAD.encode("ORG#globex");
        for next in ["", "!", "YQ==", &other_key] {
            assert_eq!(Page::parse(None, Some(next)).unwrap_err().status(), 400, "{next}");
        }
    }
}
