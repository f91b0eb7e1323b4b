//! What varying the choices yielded, in one place.

/// How far the result depends on choices, for those checks that ask.
#[derive(Debug, Clone, PartialEq)]
pub struct Robustness {}
