//! Pictures in pixels, where the program is built with them.

use crate::Stop;
use crate::commands::Findings;
use gradus::model::Diagnostic;
use gradus::model::diagnostic::catalog;
use std::path::Path;

/// Pixels for each unit of a picture, so that type is sharp on paper and on dense screens.
#[cfg(feature = "png")]
const SCALE: f32 = 2.0;
/// The most pixels of a picture.
#[cfg(feature = "png")]
const MOST_PIXELS: f32 = 1.0e8;

/// Fonts to set texts in.
#[cfg(feature = "png")]
pub(crate) struct Fonts(std::sync::Arc<resvg::usvg::fontdb::Database>);

/// Fonts to set texts in.
#[cfg(not(feature = "png"))]
pub(crate) struct Fonts;

#[cfg(feature = "png")]
impl Fonts {
    /// The fonts of a directory, else those of the system.
    pub(crate) fn new(directory: Option<&Path>) -> Result<Self, Stop> {
        let mut database = resvg::usvg::fontdb::Database::new();
        match directory {
            Some(directory) => database.load_fonts_dir(directory),
            None => database.load_system_fonts(),
        }
        if database.is_empty() {
            let place =
                directory.map_or_else(|| "on this system".to_owned(), |d| format!("in `{}`", d.display()));
            return Err(Findings::one(
                Diagnostic::new(
                    &catalog::CANNOT_WRITE,
                    format!("there are no fonts {place} to set the texts of a PNG in"),
                )
                .help("install a font, name a directory of fonts with `--fonts`, or use `--format svg`"),
            ));
        }
        Ok(Self(std::sync::Arc::new(database)))
    }

    /// A picture as PNG. A character that no font has would be an empty box, so that it is refused.
    pub(crate) fn png(&self, svg: &str) -> Result<Vec<u8>, Stop> {
        use resvg::{tiny_skia, usvg};
        let failed = |why: String| {
            Findings::one(
                Diagnostic::new(&catalog::CANNOT_WRITE, format!("the picture cannot be drawn as PNG: {why}"))
                    .help("use `--format svg`"),
            )
        };
        let options = usvg::Options { fontdb: self.0.clone(), ..usvg::Options::default() };
        let tree = usvg::Tree::from_str(svg, &options).map_err(|e| failed(e.to_string()))?;
        if let Some(lacking) = lacking(tree.root()) {
            let shown: String = lacking.chars().take(3).collect();
            let chinese = lacking.chars().any(|c| ('\u{2e80}'..='\u{9fff}').contains(&c));
            let message = match chinese {
                true => format!("no font here has Chinese characters such as `{shown}`"),
                false => format!("no font here has `{shown}`"),
            };
            return Err(Findings::one(Diagnostic::new(&catalog::CANNOT_WRITE, message).help(
                "install a font that has them, such as Noto Sans CJK SC, name its directory with `--fonts`, or use `--format svg`",
            )));
        }
        let size = tree.size();
        // A very tall picture is drawn smaller rather than not at all.
        let mut scale = SCALE;
        while scale > 0.25 && size.width() * scale * size.height() * scale > MOST_PIXELS {
            scale /= 2.0;
        }
        let (width, height) = ((size.width() * scale).ceil(), (size.height() * scale).ceil());
        let mut pixels = tiny_skia::Pixmap::new(width as u32, height as u32)
            .ok_or_else(|| failed(format!("{width} by {height} pixels are too many")))?;
        resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
        pixels.encode_png().map_err(|e| failed(e.to_string()))
    }
}

/// The first text that no font has.
#[cfg(feature = "png")]
fn lacking(group: &resvg::usvg::Group) -> Option<String> {
    use resvg::usvg::Node;
    group.children().iter().find_map(|node| match node {
        Node::Group(group) => lacking(group),
        Node::Text(text) => text
            .layouted()
            .iter()
            .flat_map(|span| &span.positioned_glyphs)
            .find(|glyph| glyph.id.0 == 0 && !glyph.text.trim().is_empty())
            .map(|glyph| glyph.text.clone()),
        Node::Path(_) | Node::Image(_) => None,
    })
}

#[cfg(not(feature = "png"))]
impl Fonts {
    /// Fonts need a program that is built with them.
    pub(crate) fn new(_: Option<&Path>) -> Result<Self, Stop> {
        Err(Findings::one(
            Diagnostic::new(&catalog::CANNOT_WRITE, "this `gradus` was built without PNG").help(
                "build it with `cargo install --path crates/cli --features png`, or use `--format svg`",
            ),
        ))
    }
    pub(crate) fn png(&self, _: &str) -> Result<Vec<u8>, Stop> {
        Self::new(None).map(|_| Vec::new())
    }
}
