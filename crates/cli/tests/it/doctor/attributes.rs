//! Attributes that no token tells of.

use super::*;

#[test]
fn attributes_can_be_named_where_no_token_has_them() {
    let given = Setup::policy().token(&access().claim("plan", "gold")).records();
    let given = given.word(&["plan", "--attribute", "custom:plan=gold"]);
    assert_eq!(ranks(&given), [""; 0]);
    let person = Setup::policy().records().word(&["--user", ADA, "plan"]);
    let person = person.word(&["--attribute", "custom:plan=gold"]);
    assert_eq!(ranks(&person), [""; 0]);
}

/// Neither an access token nor a `sub` says what attributes a person has.
#[test]
fn an_attribute_that_is_not_known_is_not_missing() {
    let access = Setup::policy().token(&access()).records().word(&["plan"]);
    let person = Setup::policy().records().word(&["--user", ADA, "plan"]);
    for setup in [access, person] {
        let finding = setup.answer()["findings"][0].clone();
        assert_eq!(finding["code"], "attribute-unknown", "{finding}");
        assert_eq!(finding["certainty"], "likely");
        let next = finding["next"].as_str().unwrap();
        assert!(next.contains("--event") && next.contains("ID token"), "{next}");
        assert!(!finding.to_string().contains("the event doesn't have it"), "{finding}");
    }
}
