//! How a report of the package looks, and which sections it has.

use super::Spans;
use crate::Text;
use std::collections::BTreeMap;

/// The `[report]` table of a package. What a section is called is known where reports are made, which also says what is not one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The title in the place of the index's name.
    pub title: Text,
    /// What stands before the first section.
    pub foreword: Text,
    /// A picture for the head of the page: PNG or JPEG, relative to the package file and in its folder.
    pub logo: Option<String>,
    /// Colors in the place of the built-in ones, `#rrggbb` by what they color.
    pub colors: BTreeMap<String, String>,
    /// The sections, in the order they are to have; all of them in their own order where empty.
    pub sections: Vec<String>,
    /// Sections that are left out.
    pub without: Vec<String>,
    /// Where the keys are.
    pub spans: Spans,
}
