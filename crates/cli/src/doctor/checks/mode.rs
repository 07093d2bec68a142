//! Whether the function does what it decides.

use crate::doctor::case::Case;
use crate::doctor::cause::{Cause, CauseCode};
use crate::doctor::diagnosis::Diagnosis;

/// As in the function's `main.rs`.
const MODE: &str = "CLAIMS_MODE";

/// Looks at the function's variables.
pub fn check(case: &Case<'_>, found: &mut Diagnosis) {
    let Some(function) = case.function.filter(|it| it.variable(MODE) == Some("report")) else {
        return;
    };
    let what = "the function is in report mode: it sends every event back as it came, so no token \
                has a claim of the policy, nothing is suppressed, and nobody is refused";
    let next = "read in its log what it would have done, then take CLAIMS_MODE away \
                (`report_mode = false` in Terraform)";
    let cause = Cause::sure(CauseCode::ReportMode, what, next);
    found.causes.push(cause.because(function.place(MODE), "report"));
}
