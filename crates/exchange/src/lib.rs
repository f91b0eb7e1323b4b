//! Formats of other tools, in and out.
//!
//! | format | in | out |
//! | :--- | :--- | :--- |
//! | `iMeta` and `iData` of the R package COINr | [`coinr::read`] | [`coinr::write`] |
//! | workbook of the COIN Tool | [`coin_tool::read`] | |
//! | SDMX-CSV 1.0 and 2.0 | [`sdmx::read`] | [`sdmx::figures`], [`sdmx::scores`] |
//! | Data Package 1 and 2 | [`data_package::read`] | [`data_package::write`] |
//! | XLSX | by `gradus-data` | [`workbook::workbook`] |
//! | Parquet (feature `parquet`) | by `gradus-data` | `parquet::write` |
//!
//! What is read becomes an [`Imported`] package: the text of a package file, data files beside it, and an [`Account`] of what
//! was converted, renamed or assumed, and what could not be carried over. What is written is bytes with an account of their
//! own. Tables for [`workbook`] and `parquet` are plain [`Sheet`]s, which [`tables`] makes from a package and its result.
//!
//! **Invariants.** Bytes and packages in, bytes and packages out: nothing here opens a file or fetches an address. Nothing
//! is dropped in silence: what a format cannot hold is in the account. Bytes of any kind end in a package or in findings.

#![allow(clippy::result_large_err, reason = "a finding is made once for a whole file")]

mod account;
mod codes;
mod draft;
mod grid;
mod written;

pub mod coin_tool;
pub mod coinr;
pub mod data_package;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod sdmx;
pub mod tables;
pub mod workbook;

pub use account::{Account, Entry, Fate};
pub use workbook::{Cell, Chart, ChartForm, Sheet};

/// A file that was handed over: its name in messages, and its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The file as the user named it.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// A file that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path inside the package or folder it belongs to, with forward slashes.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A package made from another tool's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The text of the package file.
    pub package: String,
    /// Data files, by the paths that the package file names.
    pub files: Vec<File>,
    /// What was converted and what was not.
    pub account: Account,
}

/// Files made from a package for another tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The files.
    pub files: Vec<File>,
    /// What was converted and what was not.
    pub account: Account,
}
