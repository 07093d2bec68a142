//! What the policy's author says of a claim: the comment above or behind where it begins.

use toml::Spanned;
use toml::de::DeTable;

/// The comments of a policy file.
pub struct Comments<'t> {
    text: &'t str,
    root: Option<DeTable<'t>>,
}

impl<'t> Comments<'t> {
    /// Of a file that may be wrong; then it has none.
    pub fn of(text: &'t str) -> Self {
        Self { text, root: DeTable::parse(text).ok().map(Spanned::into_inner) }
    }

    /// What is said of a claim, on one line: above its header or behind it, else above or behind its
    /// first key.
    pub fn of_claim(&self, name: &str) -> Option<String> {
        let claims = self.root.as_ref()?.get("claims")?.get_ref().as_table()?;
        let (key, value) = claims.get_key_value(name)?;
        let first = |table: &DeTable<'t>| {
            let ends = table.iter().map(|(key, value)| (key.span().start, value.span().end));
            ends.min()
        };
        let of_first = value.get_ref().as_table().and_then(first);
        self.around(key.span().start, key.span().end.max(value.span().end))
            .or_else(|| of_first.and_then(|(start, end)| self.around(start, end)))
    }

    /// The comment above a place, or behind another one on its line.
    fn around(&self, start: usize, end: usize) -> Option<String> {
        let line_start = self.text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
        let above: Vec<&str> = self
            .text
            .get(..line_start)?
            .lines()
            .rev()
            .map_while(|line| line.trim().strip_prefix('#'))
            .collect();
        let behind = || {
            let rest = self.text.get(end..)?.lines().next()?;
            rest.trim_start_matches([',', ' ', '\t']).strip_prefix('#')
        };
        let lines: Vec<&str> = match above.is_empty() {
            false => above.into_iter().rev().collect(),
            true => behind().into_iter().collect(),
        };
        let words: Vec<&str> = lines.into_iter().flat_map(str::split_whitespace).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<String> {
        Comments::of(text).of_claim("a")
    }

    #[test]
    fn a_claim_is_described_above_or_behind_its_header_or_first_key() {
        for (text, described) in [
            ("# One.\n#  Two,\tthree.\n[claims.a] # behind\nfrom = 'x' # key", "One. Two, three."),
            ("# Others.\n\n[claims.a] # behind\nfrom = 'x' # key\n", "behind"),
            ("[claims.a]\n# above key\nfrom = 'x' # key", "above key"),
            ("[claims.a]\nfrom = [\n 'x', # x\n] # key\n# more\nshed = 1", "key"),
            ("[claims.\"a\"]#behind", "behind"),
            ("  # indented\n  [claims.a]\r\n", "indented"),
            ("[claims]\na = { from = 'x' } # inline\n", "inline"),
            ("[claims]\n# above\na.from = 'x' # key\n", "above"),
            ("claims.a.from = 'x' # dotted\nclaims.a.shed = 1 # other", "dotted"),
        ] {
            assert_eq!(said(text).as_deref(), Some(described), "{text}");
        }
    }

    #[test]
    fn what_is_said_of_something_else_describes_no_claim() {
        for text in [
            "# Others.\n\n[claims.a]\nfrom = 'x'\n",
            "[claims.a]\nfrom = '# x'\n",
            "[claims.a]\nfrom = 'x'\nshed = 1 # first to leave\n",
            "#\n[claims.a] #\nfrom = 'x'",
            "[claims.b] # another",
            "[records.a] # a record",
            "[claims.a",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }
}
