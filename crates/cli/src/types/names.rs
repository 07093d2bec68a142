//! Identifiers for claims: of the letters that a language allows, and no two the same.

use std::collections::BTreeSet;

/// How identifiers look.
#[derive(Clone, Copy)]
pub enum Case {
    /// `cost_center`.
    Snake,
    /// `COST_CENTER`.
    Capitals,
    /// `CostCenter`.
    Pascal,
    /// `costCenter`.
    Camel,
    /// `CostCenterID`: capitals for what Go's own library writes so.
    Go,
}

/// What Go writes in capitals, as far as claims are named so.
const INITIALISMS: [&str; 6] = ["api", "http", "https", "id", "uri", "url"];

/// The identifiers of one place.
pub struct Names {
    reserved: BTreeSet<String>,
    taken: BTreeSet<String>,
    case: Case,
}

impl Names {
    /// Where these words can't be used: the language's own, and what the file itself names.
    pub fn without<'w>(case: Case, words: impl IntoIterator<Item = &'w str>) -> Self {
        let reserved = words.into_iter().map(str::to_owned).collect();
        Self { reserved, taken: BTreeSet::new(), case }
    }

    /// An identifier for each name, no two the same. Who is an identifier already keeps the name;
    /// others that look alike are told apart by a number.
    pub fn of<'n>(&mut self, names: impl Iterator<Item = &'n str> + Clone) -> Vec<String> {
        let case = self.case;
        let is_one = |name: &str| identifier(name, case) == name;
        let kept = names.clone().filter(|name| is_one(name)).map(str::to_owned);
        let kept: BTreeSet<String> = kept.filter(|name| !self.reserved.contains(name)).collect();
        self.taken.extend(kept.iter().cloned());
        names
            .map(|name| if kept.contains(name) { name.to_owned() } else { self.one(name) })
            .collect()
    }

    /// An identifier for a name.
    pub fn one(&mut self, name: &str) -> String {
        let wanted = identifier(name, self.case);
        let wanted = if self.reserved.contains(&wanted) { wanted + "_" } else { wanted };
        let mut found = wanted.clone();
        let mut count = 1;
        while self.reserved.contains(&found) || !self.taken.insert(found.clone()) {
            count += 1;
            found = match self.case {
                Case::Snake | Case::Capitals if !wanted.ends_with('_') => {
                    format!("{wanted}_{count}")
                }
                _ => format!("{wanted}{count}"),
            };
        }
        found
    }
}

/// An identifier of ASCII letters, digits and underscores that begins with a letter.
fn identifier(name: &str, case: Case) -> String {
    let words = words(name);
    let mut text = String::new();
    for (at, word) in words.iter().enumerate() {
        match case {
            Case::Snake | Case::Capitals if at > 0 => text.push('_'),
            _ => {}
        }
        match case {
            Case::Snake => text.push_str(&word.to_ascii_lowercase()),
            Case::Capitals => text.push_str(&word.to_ascii_uppercase()),
            Case::Camel if at == 0 => text.push_str(&word.to_ascii_lowercase()),
            Case::Go if INITIALISMS.contains(&word.to_ascii_lowercase().as_str()) => {
                text.push_str(&word.to_ascii_uppercase());
            }
            Case::Pascal | Case::Camel | Case::Go => text.push_str(&capitalised(word)),
        }
    }
    // Names of signs or foreign letters alone, and those that begin with a digit.
    let letter = match case {
        Case::Snake | Case::Camel => "claim",
        Case::Capitals => "CLAIM",
        Case::Pascal | Case::Go => "Claim",
    };
    match text.as_bytes().first() {
        None => letter.to_owned(),
        Some(first) if first.is_ascii_digit() => match case {
            Case::Snake | Case::Capitals => format!("{letter}_{text}"),
            Case::Pascal | Case::Camel | Case::Go => format!("{letter}{text}"),
        },
        Some(_) => text,
    }
}

/// The words of a name: parted by everything else than letters and digits of ASCII, and where a
/// capital follows a small letter.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in name.chars() {
        let begins = !before.is_ascii_alphanumeric()
            || (letter.is_ascii_uppercase() && !before.is_ascii_uppercase());
        match words.last_mut() {
            _ if !letter.is_ascii_alphanumeric() => {}
            Some(word) if !begins => word.push(letter),
            _ => words.push(letter.into()),
        }
        before = letter;
    }
    words
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters.map(|letter| letter.to_ascii_lowercase())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_becomes_an_identifier() {
        for (name, snake, pascal, camel) in [
            ("org_id", "org_id", "OrgId", "orgId"),
            ("custom:cost_center", "custom_cost_center", "CustomCostCenter", "customCostCenter"),
            (
                "https://a.example/plan",
                "https_a_example_plan",
                "HttpsAExamplePlan",
                "httpsAExamplePlan",
            ),
            ("costCenter", "cost_center", "CostCenter", "costCenter"),
            ("HTTPCode", "httpcode", "Httpcode", "httpcode"),
            ("2fa", "claim_2fa", "Claim2fa", "claim2fa"),
            ("__proto__", "proto", "Proto", "proto"),
            ("日本", "claim", "Claim", "claim"),
            ("*/", "claim", "Claim", "claim"),
        ] {
            for (case, wanted) in
                [(Case::Snake, snake), (Case::Pascal, pascal), (Case::Camel, camel)]
            {
                assert_eq!(identifier(name, case), wanted, "{name}");
            }
            assert_eq!(identifier(name, Case::Capitals), snake.to_ascii_uppercase(), "{name}");
        }
    }

    #[test]
    fn no_two_are_the_same_and_none_is_reserved() {
        let wanted = ["a.b", "class", "a:b", "a_b", "a_b_2", "a-b", "Class"];
        let found = Names::without(Case::Snake, ["class"]).of(wanted.into_iter());
        assert_eq!(found, ["a_b_3", "class_", "a_b_4", "a_b", "a_b_2", "a_b_5", "class_2"]);
        let mut names = Names::without(Case::Go, ["OrgID"]);
        assert_eq!(names.of(["org_id", "org-id"].into_iter()), ["OrgID_", "OrgID_2"]);
        assert_eq!(names.one("https://a/api_url"), "HTTPSAAPIURL");
    }
}
