//! Text in the languages of a report, composed from terms of the glossary.

use crate::glossary::TERMS;
use gradus_model::{Lang, Text};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A text as templates see it: the forms that exist, by language code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Said(pub(crate) Text);

impl Said {
    /// A text that is the same in every language: a code, a number.
    pub(crate) fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self(Text::both(text.clone(), text))
    }
    pub(crate) fn get(&self, lang: Lang) -> &str {
        self.0.get(lang)
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// One string for places that hold no markup: the languages in order, once where they agree.
    pub(crate) fn plain(&self, languages: &[Lang]) -> String {
        let mut forms: Vec<&str> = languages.iter().map(|l| self.get(*l)).filter(|t| !t.is_empty()).collect();
        forms.dedup();
        forms.join(" / ")
    }
    /// This text followed by another.
    pub(crate) fn then(&self, between: (&str, &str), next: &Self) -> Self {
        let join = |lang: Lang, between: &str| match (self.get(lang), next.get(lang)) {
            ("", b) => b.to_owned(),
            (a, "") => a.to_owned(),
            (a, b) => format!("{a}{between}{b}"),
        };
        Self(Text::both(join(Lang::En, between.0), join(Lang::Zh, between.1)))
    }
    /// Sentences after one another.
    pub(crate) fn sentences(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter().fold(Self::default(), |text, next| text.then((" ", ""), &next))
    }
    /// An enumeration: `a, b and c`.
    pub(crate) fn list(items: &[Self]) -> Self {
        let join = |lang: Lang, comma: &str, last: &str| {
            let items: Vec<&str> = items.iter().map(|i| i.get(lang)).collect();
            match items.split_last() {
                Some((end, rest)) if !rest.is_empty() => format!("{}{last}{end}", rest.join(comma)),
                _ => items.join(""),
            }
        };
        Self(Text::both(join(Lang::En, ", ", " and "), join(Lang::Zh, "、", "和")))
    }
    /// Clauses of one sentence; Chinese sets a comma where it has no "and".
    pub(crate) fn clauses(items: &[Self]) -> Self {
        let zh: Vec<&str> = items.iter().map(|i| i.get(Lang::Zh)).collect();
        Self(Text::both(Self::list(items).get(Lang::En), zh.join("，")))
    }
}

impl From<&Text> for Said {
    fn from(text: &Text) -> Self {
        Self(text.clone())
    }
}
impl From<Text> for Said {
    fn from(text: Text) -> Self {
        Self(text)
    }
}
impl From<usize> for Said {
    fn from(n: usize) -> Self {
        Self::same(n.to_string())
    }
}
impl From<&str> for Said {
    fn from(text: &str) -> Self {
        Self::same(text)
    }
}
impl From<String> for Said {
    fn from(text: String) -> Self {
        Self::same(text)
    }
}
impl From<&Said> for Said {
    fn from(said: &Said) -> Self {
        said.clone()
    }
}

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("en", self.0.en.as_deref().unwrap_or(""))?;
        map.serialize_entry("zh", self.0.zh.as_deref().unwrap_or(""))?;
        map.end()
    }
}

/// A text made for one language after the other.
pub(crate) fn both(make: impl Fn(Lang) -> String) -> Said {
    Said(Text::both(make(Lang::En), make(Lang::Zh)))
}

/// A term with its places filled. Of a term with a twin for one, `n` = 1 takes the twin.
pub(crate) fn say(key: &str, values: &[(&str, Said)]) -> Said {
    say_of(TERMS, key, values)
}

/// A term of a list with its places filled, as [`say`] does it.
pub(crate) fn say_of(terms: &[(&str, &str, &str)], key: &str, values: &[(&str, Said)]) -> Said {
    let one = values.iter().any(|(name, value)| *name == "n" && value.get(Lang::En) == "1");
    let find = |key: &str| terms.iter().find(|(k, _, _)| *k == key);
    let twin = if one { find(&format!("{key}.one")) } else { None };
    match twin.or_else(|| find(key)) {
        Some((_, en, zh)) => Said(Text::both(fill(en, Lang::En, values), fill(zh, Lang::Zh, values))),
        None => Said::same(key),
    }
}

/// A term without places.
pub(crate) fn term(key: &str) -> Said {
    say(key, &[])
}

/// Replaces `{name}` by its value in one pass, so that braces in a value stay as they are.
fn fill(form: &str, lang: Lang, values: &[(&str, Said)]) -> String {
    let mut out = String::new();
    let mut rest = form;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        out.push_str(&rest[..open]);
        let name = &rest[open + 1..open + close];
        match values.iter().find(|(n, _)| *n == name) {
            Some((_, value)) => out.push_str(value.get(lang)),
            None => out.push_str(&rest[open..=open + close]),
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_once() {
        let filled = fill("{a} of {b}{c}", Lang::En, &[("a", Said::same("{b}")), ("b", Said::same("2"))]);
        assert_eq!(filled, "{b} of 2{c}");
    }

    #[test]
    fn lists_follow_the_language() {
        let items = [Said::same("a"), Said::same("b"), Said::same("c")];
        let list = Said::list(&items);
        assert_eq!(list.get(Lang::En), "a, b and c");
        assert_eq!(list.get(Lang::Zh), "a、b和c");
        assert_eq!(Said::list(&items[..1]).get(Lang::En), "a");
        assert_eq!(Said::list(&[]).get(Lang::En), "");
    }
}
