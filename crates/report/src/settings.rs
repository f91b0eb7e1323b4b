//! How a report looks: colors, the picture at its head, and what is wrong with what a package says of them.

use crate::view::section_ids;
use gradus_model::diagnostic::{catalog, list_some, nearest};
use gradus_model::{Diagnostic, Diagnostics, Package};

/// What can be colored: the word, the variable of the style sheet, and what its color stands on or under.
const COLORS: &[(&str, &[&str], f64)] = &[
    // White letters stand on the highest grade.
    ("ink", &["--blue", "--s5"], 4.5),
    // Letters, and outlines.
    ("own", &["--own"], 4.5),
    ("link", &["--link"], 4.5),
];

/// The largest logo, in bytes.
const LARGEST: usize = 256 << 10;

/// A picture that becomes part of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    address: String,
}

impl Logo {
    /// Takes the bytes of a PNG or JPEG; `file` is its name in messages.
    ///
    /// # Errors
    /// `invalid-picture` for another format (an SVG can hold scripts) and for more than 256 KB.
    pub fn new(package: &Package, file: &str, bytes: &[u8]) -> Result<Self, Diagnostics> {
        let refuse = |message: String| {
            Diagnostics::from(
                Diagnostic::new(&catalog::INVALID_PICTURE, message)
                    .at(package.report.spans.of("logo"))
                    .help("save the picture as PNG or JPEG with fewer pixels"),
            )
        };
        let kind = match bytes {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => "image/png",
            [0xff, 0xd8, 0xff, ..] => "image/jpeg",
            _ => return Err(refuse(format!("`{file}` is neither a PNG nor a JPEG"))),
        };
        if bytes.len() > LARGEST {
            return Err(refuse(format!("`{file}` has {} bytes, more than {LARGEST}", bytes.len())));
        }
        Ok(Self { address: format!("data:{kind};base64,{}", base64(bytes)) })
    }
    /// The picture as an address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4usize {
            let digit = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap_or(0);
            out.push(if place <= three.len() { char::from(DIGITS[digit]) } else { '=' });
        }
    }
    out
}

/// The parts of `#rrggbb`, each 0 to 255.
fn parts(color: &str) -> Option<[u8; 3]> {
    let digits =
        color.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// The contrast of a color with white: 1 for white itself, 21 for black (WCAG 2.1, relative luminance and contrast ratio).
fn contrast_with_white(color: [u8; 3]) -> f64 {
    use gradus_model::number::Scalar;
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).power(2.4).unwrap_or(part) }
    };
    let [red, green, blue] = color.map(linear);
    1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
}

/// Style rules for the colors of a package; only those that are colors get through.
pub(crate) fn style(package: &Package) -> String {
    let rules: String = COLORS
        .iter()
        .filter_map(|(word, variables, _)| Some((package.report.colors.get(*word)?, variables)))
        .filter(|(color, _)| parts(color).is_some())
        .flat_map(|(color, variables)| variables.iter().map(move |variable| format!("{variable}: {color}; ")))
        .collect();
    if rules.is_empty() {
        return rules;
    }
    format!("@media screen and (prefers-color-scheme: light), print {{ :root {{ {rules}}} }}\n")
}

/// What is wrong with the `[report]` table of a package: sections and colors that are not there, and colors that cannot be read.
///
/// ```
/// let text = "format = 1\n[index]\nid = \"x\"\nname = \"X\"\n[[indicator]]\nid = \"a\"\nname = \"A\"\n[report]\nsections = [\"verdikt\"]\n";
/// let (package, _) = gradus_model::decode::decode("package.toml", text);
/// let found = gradus_report::check(&package.unwrap());
/// assert_eq!(found.iter().next().unwrap().help.as_deref(), Some("did you mean `verdict`?"));
/// ```
#[must_use]
pub fn check(package: &Package) -> Diagnostics {
    let settings = &package.report;
    let mut found = Diagnostics::new();
    let ids = section_ids();
    for (key, list) in [("sections", &settings.sections), ("without", &settings.without)] {
        for id in list.iter().filter(|id| !ids.contains(&id.as_str())) {
            let diagnostic =
                Diagnostic::new(&catalog::UNKNOWN_WORD, format!("a report has no section `{id}`"))
                    .at(settings.spans.of(key));
            found.push(match nearest(id, ids.iter().copied()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("use some of {}", ids.join(", "))),
            });
        }
    }
    for (word, color) in &settings.colors {
        let place = settings.spans.of(&format!("colors.{word}"));
        let Some((_, _, least)) = COLORS.iter().find(|(known, ..)| known == word) else {
            let known: Vec<&str> = COLORS.iter().map(|(word, ..)| *word).collect();
            found.push(
                Diagnostic::new(
                    &catalog::UNKNOWN_WORD,
                    format!("nothing in a report is colored by `{word}`"),
                )
                .at(place)
                .help(format!("use some of {}", list_some(known))),
            );
            continue;
        };
        match parts(color).map(contrast_with_white) {
            None => found.push(
                Diagnostic::new(&catalog::INVALID_PARAMETER, format!("`{color}` is not a color"))
                    .at(place)
                    .help("write it with six hexadecimal digits: `#12436d`"),
            ),
            Some(contrast) if contrast < *least => found.push(
                Diagnostic::new(
                    &catalog::LOW_CONTRAST,
                    format!("`{color}` has a contrast of {contrast:.1} with white, less than {least}"),
                )
                .at(place)
                .help("choose a darker color, so that letters in it can be read"),
            ),
            Some(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 4648, section 10.
    #[test]
    fn base64_as_in_the_standard() {
        for (text, code) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), code);
        }
    }

    /// Black on white is 21 by definition; #767676 is known as the lightest gray that passes 4.5.
    #[test]
    fn contrast_by_wcag() {
        assert!((contrast_with_white([0, 0, 0]) - 21.0).abs() < 1e-9);
        assert!((contrast_with_white([255, 255, 255]) - 1.0).abs() < 1e-9);
        assert!(contrast_with_white([0x76; 3]) >= 4.5 && contrast_with_white([0x77; 3]) < 4.5);
    }

    #[test]
    fn only_colors_become_style() {
        assert_eq!(parts("#12436d"), Some([0x12, 0x43, 0x6d]));
        for bad in ["12436d", "#12436", "#12436g", "#12436d;}", "red", "#é12345", ""] {
            assert_eq!(parts(bad), None, "{bad}");
        }
    }
}
