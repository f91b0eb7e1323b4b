//! A report to be typeset: Markdown, and the pictures that it names.

use crate::render::{markdown_of, settled};
use crate::{Input, Options, view};
use gradus_model::{Diagnostics, Lang};

/// A report to be typeset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The title.
    pub title: String,
    /// Edition and period.
    pub edition: String,
    /// What made it.
    pub footer: String,
    /// The word on every page of what is not ratified.
    pub draft: Option<String>,
    /// The language that comes first.
    pub lang: Lang,
    /// Identifies it from one making to the next.
    pub name: String,
    /// The text: CommonMark with tables.
    pub markdown: String,
    /// By name, the pictures that stand in it as `![what is drawn](name)`: SVG files with fixed colors.
    pub pictures: Vec<(String, String)>,
}

/// The report as a document to be typeset.
///
/// # Errors
/// `invalid-template` with the name of the template and the line, where one cannot be filled in.
pub fn document(input: &Input, options: &Options) -> Result<Document, Diagnostics> {
    let options = settled(options);
    let page = view::page_with_pictures(input, &options);
    let languages = &options.languages;
    Ok(Document {
        title: page.title.plain(languages),
        edition: page.edition().plain(languages),
        footer: format!("Gradus {} · {}", options.version, input.package.index.id),
        draft: page.draft().map(|word| word.plain(languages)),
        lang: languages.first().copied().unwrap_or(Lang::En),
        name: format!("{} {}", input.package.index.id, page.edition().plain(&[Lang::En])),
        markdown: markdown_of(&page, input, &options)?,
        pictures: page.pictures().into_iter().map(|p| (p.name.clone(), p.svg.clone())).collect(),
    })
}
