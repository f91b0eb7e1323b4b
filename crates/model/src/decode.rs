//! From the text of a package file to a [`Package`], with everything that is wrong with it at once.
//!
//! Decoding has three steps: TOML to tables with spans; keys and types against the [`schema`];
//! then the items themselves, whose cross-references are resolved last. A step that fails for one item goes on with
//! the next.

mod audit;
mod check;
mod effort;
pub(crate) use check::describe;
mod items;
mod ladder;
mod pipeline;
mod report;
mod rules;
mod selection;
mod standards;
mod survey;
mod tree;
mod value;

use crate::diagnostic::{Diagnostics, Place, catalog};
use crate::package::Package;
use crate::{Diagnostic, schema};
use std::sync::Arc;
use toml::de::DeTable;

/// The package format this program reads.
pub const FORMAT: u64 = 1;

/// Longest package file that is read, in bytes.
pub const LONGEST: usize = 16 << 20;

/// Decodes the text of a package file. `file` is its name in messages.
///
/// The package is there unless an error made it meaningless; warnings leave it whole. Which methods exist and what
/// parameters they take is not known here: the engine says so when it compiles the package.
///
/// # Example
/// ```
/// let text = r#"
///     format = 1
///     [index]
///     id = "demo"
///     name = "Demo"
///     [[indicator]]
///     id = "water"
///     name = "Access to water"
///     unit = "%"
///     wieght = 2
/// "#;
/// let (package, diagnostics) = gradus_model::decode::decode("package.toml", text);
/// assert!(package.is_none());
/// let first = diagnostics.iter().next().unwrap();
/// assert_eq!(first.kind.id, "unknown-key");
/// assert_eq!(first.help.as_deref(), Some("did you mean `weight`?"));
/// ```
#[must_use]
pub fn decode(file: &str, text: &str) -> (Option<Package>, Diagnostics) {
    let file: Arc<str> = file.into();
    let mut found = Diagnostics::new();
    if text.len() > LONGEST {
        found.push(
            Diagnostic::new(&catalog::FILE_TOO_LARGE, format!("the package file has {} bytes", text.len()))
                .at(Place::File { file })
                .help("move figures into data files beside it"),
        );
        return (None, found);
    }
    if text.trim().is_empty() {
        found.push(
            Diagnostic::new(&catalog::EMPTY_FILE, "the package file is empty")
                .at(Place::File { file })
                .help("run `gradus new` to get a package to start from"),
        );
        return (None, found);
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let mut message = error.message().lines().collect::<Vec<_>>().join("; ");
        if message.is_empty() {
            message = "invalid TOML".to_owned();
        }
        let span = error.span().unwrap_or(0..0);
        found.push(Diagnostic::new(&catalog::TOML_SYNTAX, message).at(Place::span(&file, span)));
    }
    if found.has_errors() {
        // What a broken line meant is a guess; going on would bury the one real error under its consequences.
        return (None, found);
    }
    let document = document.get_ref();
    check::check(&file, document, &schema::PACKAGE, 0..text.len().min(1), "", &mut found);
    if let Some(format) = document.get("format")
        && let Some(number) = value::count(format)
        && number != FORMAT
    {
        found.push(
            Diagnostic::new(
                &catalog::UNSUPPORTED_FORMAT,
                format!("the package is in format {number}, this program reads format {FORMAT}"),
            )
            .at(Place::span(&file, format.span()))
            .help(format!("write `format = {FORMAT}`, or use the version of Gradus that wrote the package")),
        );
        return (None, found);
    }
    let package = items::Decoder::new(file, &mut found).package(document);
    (package.filter(|_| !found.has_errors()), found)
}
