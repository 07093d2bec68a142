//! The Lambda function `authorizer`: cold start, then one event after another.

fn main() {}
