//! Text from files, made safe to show: what a terminal would obey or hide is written out.

use std::borrow::Cow;
use unicode_width::UnicodeWidthChar;

/// The longest message that is shown, in columns.
const LONGEST_MESSAGE: usize = 600;

/// Whether a terminal would obey, hide or reorder by this character instead of showing it.
fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// How a character is shown.
fn push(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if hidden(c) => out.extend(c.escape_unicode()),
        c => out.push(c),
    }
}

/// One line of text with every hidden character written out.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| push(&mut out, c));
    Cow::Owned(out)
}

/// Several lines of text with every other hidden character written out.
pub(crate) fn lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// The same, cut to a length that fits into a message.
pub(crate) fn message(text: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for c in text.chars() {
        if width >= LONGEST_MESSAGE {
            out.push('…');
            break;
        }
        push(&mut out, c);
        width += c.width().unwrap_or(6);
    }
    out
}

/// JSON text in which hidden characters are escapes. They occur inside strings only, so that the value stays the same.
pub(crate) fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if hidden(c) && c != '\n' {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        for (text, shown) in [
            ("plain 长春", "plain 长春"),
            ("a\u{1b}[31mred", "a\\u{1b}[31mred"),
            ("a\u{202e}b\u{2066}", "a\\u{202e}b\\u{2066}"),
            ("one\ntwo\ttab\r", "one\\ntwo\\ttab\\r"),
            ("\u{9b}31m\u{7}\u{0}", "\\u{9b}31m\\u{7}\\u{0}"),
            ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
        ] {
            assert_eq!(visible(text), shown);
        }
        assert_eq!(json("\"a\u{202e}\u{e0041}\""), "\"a\\u202e\\udb40\\udc41\"");
        assert!(message(&"x".repeat(10_000)).chars().count() <= LONGEST_MESSAGE + 1);
    }
}
