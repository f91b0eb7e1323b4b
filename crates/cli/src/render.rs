//! Findings shown to people (text with the lines they speak of) and to programs (JSON).

pub(crate) mod escape;
pub(crate) mod json;
mod source;
pub(crate) mod text;

pub(crate) use source::Sources;

/// `3 errors, 1 warning`, without what there is none of; `no problems` when there is nothing.
pub(crate) fn counted(errors: usize, warnings: usize) -> String {
    let count = |n: usize, what: &str| match n {
        0 => None,
        1 => Some(format!("1 {what}")),
        n => Some(format!("{n} {what}s")),
    };
    let parts: Vec<String> =
        [count(errors, "error"), count(warnings, "warning")].into_iter().flatten().collect();
    if parts.is_empty() { "no problems".into() } else { parts.join(", ") }
}

/// A code without the backticks that some layers put around it.
fn bare(code: &str) -> &str {
    code.strip_prefix('`').and_then(|code| code.strip_suffix('`')).unwrap_or(code)
}
