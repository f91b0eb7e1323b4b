//! Text in two languages.

use std::fmt;

/// A report language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese (simplified).
    Zh,
}

impl Lang {
    /// Every language with its code.
    pub const WORDS: &'static [(&'static str, Self)] = &[("en", Self::En), ("zh", Self::Zh)];
    /// The code: `en` or `zh`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }
}

/// A text in English, Chinese or both. A plain string in a package file is the English form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// English.
    pub en: Option<String>,
    /// Chinese.
    pub zh: Option<String>,
}

impl Text {
    /// A text in English only.
    #[must_use]
    pub fn english(text: impl Into<String>) -> Self {
        Self { en: Some(text.into()), zh: None }
    }
    /// A text in both languages.
    #[must_use]
    pub fn both(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: Some(en.into()), zh: Some(zh.into()) }
    }
    /// The text in `lang`, or in the other language when that form is not given; empty when neither is.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        let (first, second) = match lang {
            Lang::En => (&self.en, &self.zh),
            Lang::Zh => (&self.zh, &self.en),
        };
        first.as_deref().or(second.as_deref()).unwrap_or("")
    }
    /// Whether there is no text in either language.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.en.as_deref().unwrap_or("").is_empty() && self.zh.as_deref().unwrap_or("").is_empty()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get(Lang::En))
    }
}
