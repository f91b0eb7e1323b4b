//! Pages and tables of a result: HTML, Markdown, JSON and CSV, in English and Chinese.
//!
//! **Invariants.** Nothing here computes a score, a rank or a grade: it formats what [`Evaluation`] and [`Grading`]
//! hold, and what was computed beside them ([`Extras`]); it counts, compares and subtracts, and takes the mean of scores to set a
//! unit beside. No IO:
//! every function returns text. Texts of a package are escaped wherever they land. The same input gives the same bytes.

#![warn(missing_docs)]

pub mod ask;
pub mod charts;
mod context;
mod csv;
mod derivation;
mod document;
mod explorer;
pub mod extras;
mod figure;
pub mod gap;
pub mod glossary;
pub mod grade_table;
mod json;
mod level;
mod names;
mod pipeline;
pub mod plan_table;
mod render;
mod said;
mod settings;
pub mod table;
mod view;
mod vocabulary;

pub use document::{Document, document};
pub use explorer::Explorer;
pub use extras::Extras;
pub use json::json;
pub use render::{TEMPLATES, html, html_with, markdown, markdown_with};
pub use settings::{Logo, check};
pub use view::section_ids;

use gradus_data::ImportSummary;
use gradus_engine::Evaluation;
use gradus_model::{DataSet, Diagnostics, Id, Lang, Package, Text};
use gradus_standard::Grading;
use std::collections::BTreeMap;

/// What a report is made of.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The package.
    pub package: &'a Package,
    /// Its data.
    pub data: &'a DataSet,
    /// The result.
    pub evaluation: &'a Evaluation,
    /// The grades of the result.
    pub grading: &'a Grading,
    /// What was read from each data file.
    pub imports: &'a [ImportSummary],
    /// What was found wrong or worth knowing.
    pub diagnostics: &'a Diagnostics,
    /// Names of units as data files give them; a name in the package goes before.
    pub unit_names: &'a BTreeMap<Id, Text>,
    /// The period the report is about, by place in the evaluation.
    pub period: usize,
    /// The unit the report is about, by place in the evaluation; without one, the report is about all units.
    pub own: Option<usize>,
    /// Whether the report is about all units even where the package has one of its own.
    pub all: bool,
    /// What was computed beside the result, for the sections that tell of it.
    pub extras: Option<&'a Extras>,
}

/// How a report is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The languages, the first one shown first. With two, a page carries both and a switch.
    pub languages: Vec<Lang>,
    /// The command that makes this report again.
    pub command: Option<String>,
    /// The version of the program.
    pub version: String,
    /// What a reader of the HTML page may try; without it, the page has no such section.
    pub explorer: Option<Explorer>,
    /// The picture at the head of the page, where the package names one.
    pub logo: Option<Logo>,
    /// The sections in the place of those of the package, by code in their order; those of the package where empty.
    pub sections: Vec<String>,
    /// The file with the index that this page is a profile of, relative to the page.
    pub home: Option<String>,
    /// Profiles of units that lie beside this page: the unit, by place, and the file, relative to the page.
    pub profiles: Vec<(usize, String)>,
    /// Templates, styles and scripts in the place of the built-in ones, by name: see [`TEMPLATES`].
    pub templates: BTreeMap<String, String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            languages: vec![Lang::En],
            command: None,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            explorer: None,
            logo: None,
            sections: Vec::new(),
            home: None,
            profiles: Vec::new(),
            templates: BTreeMap::new(),
        }
    }
}
