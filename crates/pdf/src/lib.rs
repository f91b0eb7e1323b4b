//! A report in Markdown, with its pictures, set as PDF.
//!
//! **Invariants.** One text in, one file out: nothing is read but fonts, nothing is fetched, and the same text with the same
//! fonts gives the same bytes (no clock is asked). The file is tagged for those who have it read aloud, and its fonts are
//! embedded. Text is never taken for a command of the typesetter. Kept apart from the report since the typesetter takes long
//! to build.

#![warn(missing_docs)]

mod markdown;

use std::path::Path;
use typst::diag::{FileError, FileResult, Severity, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_kit::fonts::FontStore;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// Why there is no file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PdfError {
    /// No font has these characters.
    #[error("no font on this machine has the characters {0}")]
    NoFont(String),
    /// The text cannot be set, a picture asks for a file, or the result would not be accessible.
    #[error("{message}{}", line.map_or(String::new(), |line| format!(" (line {line} of the typesetter's text)")))]
    Source {
        /// Line of the text as the typesetter sees it, from 1.
        line: Option<usize>,
        /// What the typesetter says.
        message: String,
    },
}

/// Fonts that text can be set in.
pub struct Fonts(FontStore);

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Fonts").field(&self.0.book().families().count()).finish()
    }
}

impl Fonts {
    /// Those of the machine, and those that come with the program, which have Latin letters only.
    #[must_use]
    pub fn of_the_machine() -> Self {
        let mut store = FontStore::new();
        store.extend(typst_kit::fonts::system());
        store.extend(typst_kit::fonts::embedded());
        Self(store)
    }
    /// Those of a folder and of the folders in it, and those that come with the program. What is no font is passed over.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        let mut store = FontStore::new();
        store.extend(typst_kit::fonts::scan(folder));
        store.extend(typst_kit::fonts::embedded());
        Self(store)
    }
    /// The characters of a text that no font has, each once, in order.
    #[must_use]
    pub fn lacking(&self, text: &str) -> Vec<char> {
        let book = self.0.book();
        let mut asked: Vec<char> = text.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
        asked.sort_unstable();
        asked.dedup();
        let infos: Vec<_> = (0..).map_while(|at| book.info(at)).collect();
        asked.retain(|c| !infos.iter().any(|info| info.coverage.contains(u32::from(*c))));
        asked
    }
}

/// What stands around the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The title: of the file, and at the head of every page but the first.
    pub title: String,
    /// At the head of the page, on the right.
    pub edition: String,
    /// At the foot of the page.
    pub footer: String,
    /// Behind the text of every page, for what is not ratified.
    pub draft: Option<String>,
    /// Whether the text is Chinese in the first place; else it is English. It decides how lines break.
    pub chinese: bool,
    /// Identifies the document from one making to the next.
    pub name: String,
}

/// A picture the text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What stands in the place of an address: `![words that stand for it](name)`.
    pub name: String,
    /// An SVG file.
    pub svg: String,
}

/// Sets a text: CommonMark with tables.
///
/// A heading of the second level begins a page where the one before is mostly full, and a table too wide for one that stands upright is set on a page across. The
/// file follows PDF/UA-1, the standard of accessible documents, as far as a machine can check it.
///
/// # Errors
/// [`PdfError::NoFont`] where characters of the text are in no font; [`PdfError::Source`] where the text
/// cannot be set or does not meet the standard, or a picture asks for a file.
///
/// # Example
/// ```
/// use gradus_pdf::{About, Fonts, pdf};
/// let about = About { title: "Hello".into(), name: "hello".into(), ..About::default() };
/// let bytes = pdf("# Hello\n\nA *report*.", &about, &[], &Fonts::of_the_machine())?;
/// assert!(bytes.starts_with(b"%PDF-"));
/// # Ok::<(), gradus_pdf::PdfError>(())
/// ```
pub fn pdf(markdown: &str, about: &About, pictures: &[Picture], fonts: &Fonts) -> Result<Vec<u8>, PdfError> {
    let source = markdown::typst(markdown, about, pictures);
    let lacking = fonts.lacking(&source);
    if !lacking.is_empty() {
        let some: Vec<String> = lacking.iter().take(12).map(|c| format!("`{c}`")).collect();
        let more = match lacking.len() - some.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        return Err(PdfError::NoFont(some.join(" ") + &more));
    }
    let page = Page::new(&source, fonts);
    let document = typst::compile::<PagedDocument>(&page).output.map_err(|found| page.error(&found))?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1])
        .map_err(|said| PdfError::Source { line: None, message: said.message().to_string() })?;
    let options = PdfOptions {
        ident: Smart::Custom(about.name.clone()),
        creator: Smart::Custom(Some("Gradus".to_owned())),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|found| page.error(&found))
}

/// The one text the typesetter sees.
struct Page<'a> {
    library: LazyHash<Library>,
    source: Source,
    fonts: &'a Fonts,
}

impl<'a> Page<'a> {
    fn new(text: &str, fonts: &'a Fonts) -> Self {
        Self { library: LazyHash::new(Library::default()), source: Source::detached(text), fonts }
    }
    fn error(&self, found: &[SourceDiagnostic]) -> PdfError {
        let worst = found.iter().find(|d| d.severity == Severity::Error).or(found.first());
        let line = worst.and_then(|d| {
            let range = typst::WorldExt::range(&self, d.span)?;
            self.source.lines().byte_to_line(range.start)
        });
        let message = worst.map_or_else(|| "it cannot be set".to_owned(), |d| d.message.to_string());
        PdfError::Source { line: line.map(|line| line + 1), message }
    }
}

impl World for Page<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }
    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.0.book()
    }
    fn main(&self) -> FileId {
        self.source.id()
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.source.id() { Ok(self.source.clone()) } else { Err(nothing_else()) }
    }
    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(nothing_else())
    }
    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.0.font(index)
    }
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// There are no files beside the text.
fn nothing_else() -> FileError {
    FileError::AccessDenied
}
