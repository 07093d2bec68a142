//! Merging flags: later sources switch flags on or off.
//!
//! A list switches its flags on; a map of booleans switches on and off. A name that is no flag
//! (see [`cognito_claims::encoding::is_flag`]) could not be asked for by any reader and is left
//! out; the states of all other flags stay exact.

use std::collections::BTreeSet;

use cognito_claims::encoding::is_flag;
use serde_json::Value;

/// A source is neither a list of texts nor a map of booleans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// A set of flags while it is merged.
#[derive(Debug, Default)]
pub struct FlagSet<'a> {
    /// The flags that are on so far.
    pub on: BTreeSet<&'a str>,
    /// How many names were no flags.
    pub not_flags: usize,
}

impl<'a> FlagSet<'a> {
    /// Applies one more source over what there is.
    ///
    /// # Errors
    /// The source is malformed; then nothing about the whole set is certain.
    pub fn apply(&mut self, source: &'a Value) -> Result<(), Malformed> {
        match source {
            Value::Array(names) => {
                for name in names {
                    self.switch(name.as_str().ok_or(Malformed)?, true);
                }
                Ok(())
            }
            Value::Object(switches) => {
                for (name, switch) in switches {
                    self.switch(name, switch.as_bool().ok_or(Malformed)?);
                }
                Ok(())
            }
            _ => Err(Malformed),
        }
    }

    fn switch(&mut self, name: &'a str, on: bool) {
        if !is_flag(name) {
            self.not_flags += 1;
        } else if on {
            self.on.insert(name);
        } else {
            self.on.remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn merged(sources: &[Value]) -> Result<Vec<&str>, Malformed> {
        let mut flags = FlagSet::default();
        for source in sources {
            flags.apply(source)?;
        }
        Ok(flags.on.into_iter().collect())
    }

    #[test]
    fn later_sources_switch_on_and_off() {
        let sources = [json!(["a", "b"]), json!({"b": false, "c": true}), json!(["d"])];
        assert_eq!(merged(&sources), Ok(vec!["a", "c", "d"]));
    }

    #[test]
    fn a_name_that_is_no_flag_is_left_out_and_counted() {
        let source = json!(["a", "new ui", "x,y"]);
        let mut flags = FlagSet::default();
        flags.apply(&source).unwrap();
        assert_eq!((flags.on, flags.not_flags), (BTreeSet::from(["a"]), 2));
    }

    #[test]
    fn anything_else_is_malformed() {
        for source in [json!("a,b"), json!(1), json!([1]), json!({"a": "true"}), json!(true)] {
            assert_eq!(merged(&[source]), Err(Malformed));
        }
    }
}
