//! What the policy's author says of a claim: the comment that stands at the header of its table.

use toml::Spanned;
use toml::de::DeTable;

/// A policy file as it is written.
pub struct Written<'t> {
    text: &'t str,
    root: Option<DeTable<'t>>,
}

impl<'t> Written<'t> {
    /// Of a file that may be wrong; then it says nothing.
    pub fn of(text: &'t str) -> Self {
        Self { text, root: DeTable::parse(text).ok().map(Spanned::into_inner) }
    }

    fn claims(&self) -> Option<&DeTable<'t>> {
        self.root.as_ref()?.get("claims")?.get_ref().as_table()
    }

    /// Whether a claim has a key.
    pub fn has(&self, claim: &str, key: &str) -> bool {
        let table = self.claims().and_then(|claims| claims.get(claim)?.get_ref().as_table());
        table.is_some_and(|table| table.contains_key(key))
    }

    /// What is said of a claim, on one line: directly above its header, else behind it on its line.
    /// What stands at a key says how the value is made, and is for whoever edits the policy.
    pub fn said_of(&self, claim: &str) -> Option<String> {
        let (key, _) = self.claims()?.get_key_value(claim)?;
        let start = self.text.get(..key.span().start)?.rfind('\n').map_or(0, |at| at + 1);
        let header = self.text.get(start..)?.lines().next()?;
        let behind = self.text.get(key.span().end..)?.lines().next()?;
        if !header.trim_start().starts_with('[') {
            return None;
        }
        let above = self.text.get(..start)?.lines().rev();
        let above = above.map_while(|line| line.trim().strip_prefix('#'));
        let mut lines: Vec<&str> = above.filter(|line| is_said(line)).collect();
        lines.reverse();
        if lines.is_empty() {
            let behind = behind.trim_start_matches(['"', '\'', ']', ' ', '\t']);
            lines.extend(behind.strip_prefix('#').filter(|line| is_said(line)));
        }
        let words: Vec<&str> = lines.into_iter().flat_map(str::split_whitespace).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }
}

/// Whether a line of comment is a sentence: no ruler, no order to an editor, no line of the policy
/// that is switched off.
fn is_said(line: &str) -> bool {
    let is_ruler = |word: &str| {
        let first = word.chars().next().unwrap_or_default();
        "-=#*~_+─━═".contains(first) && word.chars().all(|it| it == first) && word.len() > 2
    };
    let is_toml = || DeTable::parse(line).is_ok_and(|table| !table.get_ref().is_empty());
    !line.starts_with(":schema") && !line.split_whitespace().any(is_ruler) && !is_toml()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Option<String> {
        Written::of(text).said_of("a")
    }

    #[test]
    fn a_claim_is_described_above_or_behind_its_header() {
        for (text, described) in [
            ("# One.\n#  Two,\tthree.\n[claims.a] # behind\nfrom = 'x' # key", "One. Two, three."),
            ("# Others.\n\n[claims.a] # behind\nfrom = 'x' # key\n", "behind"),
            ("[claims.\"a\"]#behind", "behind"),
            ("[ claims . 'a' ]\t# behind", "behind"),
            ("  # indented\n  [claims.a]\r\n", "indented"),
            ("# ---- claims ----\n# One.\n[claims.a]", "One."),
            (
                "# ----------\n# One (x = 1, and -- two).\n# ==========\n[claims.a]",
                "One (x = 1, and -- two).",
            ),
            (
                "#:schema ./claims.schema.json\n# One.\n# [claims.b]\n# value = 'x'\n[claims.a]",
                "One.",
            ),
            ("# [claims.b]\n[claims.a] # behind", "behind"),
        ] {
            assert_eq!(said(text).as_deref(), Some(described), "{text}");
        }
    }

    #[test]
    fn what_is_said_of_something_else_describes_no_claim() {
        for text in [
            "# Others.\n\n[claims.a]\nfrom = 'x'\n",
            "[claims.a]\nfrom = '# x'\n",
            "[claims.a]\n# above key\nfrom = 'x' # key",
            "[claims]\n# above\na.from = 'x' # key\n",
            "claims.a.from = 'x' # dotted\nclaims.a.shed = 1 # other",
            "[claims]\na = { from = 'x' } # inline\n",
            "# ---- claims ----\n[claims.a]",
            "# value = 'x'\n# [records.b]\n[claims.a] # b = 1",
            "#\n[claims.a] #\nfrom = 'x'",
            "[claims.b] # another",
            "[records.a] # a record",
            "[claims.a",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }

    #[test]
    fn a_claim_has_its_keys() {
        let written = Written::of("[claims.a]\nflags = ['x']\n[claims]\nb.from = 'x'\n");
        assert_eq!(["a", "b", "c"].map(|name| written.has(name, "flags")), [true, false, false]);
    }
}
