//! Which way is better.

/// Which way is better. Methods handle it, once; data are never flipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// More is better.
    #[default]
    Higher,
    /// Less is better.
    Lower,
}

impl Direction {
    /// Every direction with its word in a package file.
    pub const WORDS: &'static [(&'static str, Self)] = &[("higher", Self::Higher), ("lower", Self::Lower)];
    /// The word in a package file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
        }
    }
}
