//! The text of a policy as sections and lines, so that a line can be changed or left out.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub sections: Vec<Section>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Such as `records.org`; nothing before the first section.
    pub head: String,
    pub lines: Vec<String>,
}

impl Text {
    pub fn section(&mut self, head: impl Into<String>, lines: &[String]) {
        self.sections.push(Section { head: head.into(), lines: lines.to_vec() });
    }

    pub fn find(&self, head: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.head == head)
    }

    pub fn find_mut(&mut self, head: &str) -> Option<&mut Section> {
        self.sections.iter_mut().find(|section| section.head == head)
    }

    /// The same line in both texts.
    pub fn says(&self, head: &str, line: &str) -> bool {
        self.find(head).is_some_and(|section| section.lines.iter().any(|has| has == line))
    }
}

impl Section {
    /// The line of a key such as `require`.
    pub fn line(&self, key: &str) -> Option<&str> {
        let starts = format!("{key} = ");
        self.lines.iter().find(|line| line.starts_with(&starts)).map(String::as_str)
    }

    /// Whether a record is read for an identity: for people if it says so or its key is made of what
    /// only people have.
    pub fn is_for(&self, machine: bool) -> bool {
        let of_people = ["{sub", "{person}", "{attributes.", "{username"];
        let made = |key: &str| of_people.iter().any(|start| key.contains(start));
        match self.line("for") {
            Some(line) => line.contains("client") == machine,
            None => !machine || !self.line("key").is_some_and(made),
        }
    }

    /// Puts a line in the place of the one with the same key, or at the end.
    pub fn set(&mut self, key: &str, value: &str) {
        self.unset(key);
        self.lines.push(format!("{key} = {value}"));
    }

    pub fn unset(&mut self, key: &str) {
        let starts = format!("{key} = ");
        self.lines.retain(|line| !line.starts_with(&starts));
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Section { head, lines } in &self.sections {
            if !head.is_empty() {
                writeln!(f, "\n[{head}]")?;
            }
            lines.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        }
        Ok(())
    }
}
