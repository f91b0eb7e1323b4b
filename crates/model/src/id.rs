//! Codes of units, nodes, levels and standards.

use std::fmt;
use std::sync::Arc;

/// A code: letters, digits, `-`, `_` and `.`, at most 100 characters, case-sensitive. Cheap to clone.
///
/// Letters may be of any script, so `长春` is a code; spaces, quotes and path separators are not part of one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Id(Arc<str>);

impl Id {
    /// The longest code that is accepted, in characters.
    pub const LONGEST: usize = 100;

    /// Checks and makes a code.
    ///
    /// # Errors
    /// The first character that may not stand in a code, or `None` when the text is empty or too long.
    pub fn new(text: &str) -> Result<Self, Option<char>> {
        if text.is_empty() || text.chars().count() > Self::LONGEST {
            return Err(None);
        }
        match text.chars().find(|c| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))) {
            Some(c) => Err(Some(c)),
            None => Ok(Self(text.into())),
        }
    }
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}
impl std::borrow::Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}
impl PartialEq<str> for Id {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}
impl PartialEq<&str> for Id {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}
