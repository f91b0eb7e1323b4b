//! The explorer's part of a page: the module, what it is opened with, and the words of its script.

use crate::glossary::TERMS;
use minijinja::Value;
use serde_json::{Map, Value as Json, json};

/// What "Try it" needs. A page without one has no such section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explorer {
    /// What [`gradus_explorer::opening`] wrote.
    pub opening: String,
    /// The beginning of the command that computes a scenario: `gradus whatif PKG`.
    pub command: String,
}

/// Terms the script shows beside those that begin with `try.` and `absence.`.
const SHARED: &[&str] =
    &["unit", "indicator", "value", "score", "weight", "ladder", "met", "not_met", "unknown"];

/// As templates see it; all of it is safe inside a `script` element.
pub(crate) fn view(explorer: &Explorer, script: &str) -> Value {
    let words: Map<String, Json> = TERMS
        .iter()
        .filter(|(key, _, _)| key.starts_with("try.") || key.starts_with("absence.") || SHARED.contains(key))
        .map(|(key, en, zh)| ((*key).to_owned(), json!({ "en": en, "zh": zh })))
        .collect();
    minijinja::context! {
        command => explorer.command.as_str(),
        words => Value::from_safe_string(in_script(&Json::Object(words).to_string())),
        opening => Value::from_safe_string(in_script(&explorer.opening)),
        module => Value::from_safe_string(base64(gradus_explorer::module::BYTES)),
        script => Value::from_safe_string(script.to_owned()),
    }
}

/// JSON that cannot end the element it stands in.
fn in_script(json: &str) -> String {
    // Only texts of JSON have the sign, and there the escape means the same.
    json.replace('<', "\\u003c")
}

/// Bytes as text, with the alphabet of RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let three =
            chunk.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let six = (three >> (18 - 6 * at)) & 63;
            out.push(if at <= chunk.len() { char::from(ALPHABET[six as usize]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = include_str!("../templates/explorer.js");

    #[test]
    fn the_examples_of_rfc_4648() {
        let examples = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, encoded) in examples {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }

    #[test]
    fn a_text_of_a_package_cannot_leave_its_element() {
        let json = json!({ "package": "</script><script>alert(1)//<!--" });
        let text = in_script(&json.to_string());
        assert!(!text.contains('<'), "{text}");
        assert_eq!(text.parse::<Json>().unwrap(), json);
    }

    #[test]
    fn every_word_of_the_script_is_a_term() {
        let named: Vec<&str> =
            SCRIPT.split("word(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(named.len() > 40, "{named:?}");
        for key in named {
            let term = TERMS.iter().any(|(k, _, _)| *k == key);
            assert!(term && (key.starts_with("try.") || SHARED.contains(&key)), "{key}");
        }
    }
}
