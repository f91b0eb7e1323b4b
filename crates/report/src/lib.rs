//! Pages and tables of a result: HTML, Markdown, JSON and CSV, in English and Chinese.
//!
//! **Invariants.** Nothing here computes a score, a rank or a grade: it formats what [`Evaluation`] and [`Grading`]
//! hold (the distance from a raw value to a threshold, a difference of two figures, is the one subtraction). No IO:
//! every function returns text. Texts of a package are escaped wherever they land. The same input gives the same bytes.

#![warn(missing_docs)]

pub mod ask;
mod charts;
mod context;
mod csv;
mod derivation;
mod explorer;
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
pub mod table;
mod view;
mod vocabulary;

pub use explorer::Explorer;
pub use json::json;
pub use render::{html, markdown};

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
}

impl Default for Options {
    fn default() -> Self {
        Self {
            languages: vec![Lang::En],
            command: None,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            explorer: None,
        }
    }
}
