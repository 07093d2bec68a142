//! The ARN of a function. Pure text.
//!
//! SPEC: AWS Lambda API reference: `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`.

/// The alias or version, if the ARN has one.
pub fn qualifier(arn: &str) -> Option<&str> {
    arn.split(':').nth(7)
}

/// The end of the ARN: name and qualifier.
pub fn name_of(arn: &str) -> String {
    let parts: Vec<&str> = arn.split(':').skip(6).collect();
    if parts.is_empty() { "no ARN of a function".to_owned() } else { parts.join(":") }
}

/// The function without alias and version.
pub fn unqualified(arn: &str) -> Vec<&str> {
    arn.split(':').take(7).collect()
}
