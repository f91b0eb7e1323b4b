//! Reports as PDF, where the program is built with it.

use crate::Stop;
use crate::commands::Findings;
use gradus::model::Diagnostic;
use gradus::model::diagnostic::catalog;
use gradus::report::Document;
use std::path::Path;

/// A document as a PDF file, in the fonts of a folder or of the machine.
#[cfg(feature = "pdf")]
pub(crate) fn bytes(document: &Document, fonts: Option<&Path>) -> Result<Vec<u8>, Stop> {
    use gradus_pdf::{About, Fonts, PdfError, Picture, pdf};

    let shown = fonts.map(|folder| folder.display().to_string());
    if let Some(folder) = shown.as_deref().filter(|_| fonts.is_some_and(|folder| !folder.is_dir())) {
        return Err(Findings::one(
            Diagnostic::new(&catalog::FILE_NOT_FOUND, format!("there is no directory `{folder}`"))
                .help("name a directory with fonts, or leave `--fonts` out to use those of the machine"),
        ));
    }
    let fonts = fonts.map_or_else(Fonts::of_the_machine, Fonts::in_folder);
    let about = About {
        title: document.title.clone(),
        edition: document.edition.clone(),
        footer: document.footer.clone(),
        draft: document.draft.clone(),
        chinese: document.lang == gradus::model::Lang::Zh,
        name: document.name.clone(),
    };
    let pictures: Vec<Picture> = document
        .pictures
        .iter()
        .map(|(name, svg)| Picture { name: name.clone(), svg: svg.clone() })
        .collect();
    pdf(&document.markdown, &about, &pictures, &fonts).map_err(|error| {
        let help = match &error {
            PdfError::NoFont(_) => {
                "install a font that has them (on Debian: `apt-get install fonts-noto-cjk`), or name a directory with one \
                 by `--fonts DIR`"
            }
            _ => "use `--format html`, which prints well, and report this",
        };
        Findings::one(Diagnostic::new(&catalog::CANNOT_WRITE, error.to_string()).help(help))
    })
}

/// A document as a PDF file, which needs a program that is built with it.
#[cfg(not(feature = "pdf"))]
pub(crate) fn bytes(_: &Document, _: Option<&Path>) -> Result<Vec<u8>, Stop> {
    Err(Findings::one(
        Diagnostic::new(&catalog::CANNOT_WRITE, "this `gradus` was built without PDF").help(
            "build it with `cargo install --path crates/cli --features pdf`, which takes some minutes more, or use \
             `--format html` and print the page",
        ),
    ))
}
