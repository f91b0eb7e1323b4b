//! How alike two items are by name, measurement unit and direction: a suggestion for a person to check, made by a rule that
//! a person can follow.
//!
//! # Formula
//! ```text
//! likeness = names − 0.2 (kinds of measurement unit known and different) − 0.2 (directions different)
//! names    = mean of the Dice coefficients 2 |A ∩ B| / (|A| + |B|) of each language in which both have a name
//! ```
//! English: A and B are sets of words in lower case, singular, without filler words and the number of a clause in front
//! ("5.1"). Chinese: sets of pairs of neighboring characters, and words of letters in between ("城市GDP" is 城市, gdp).
//! "Per capita", "gross domestic product" and a few more are brought to one form first. The coefficient is Dice's (1945), doi
//! 10.2307/1932409.

use gradus_model::Text;
use gradus_model::package::Direction;
use std::collections::BTreeSet;

/// The least likeness that is worth a look.
pub const SUGGEST_FROM: f64 = 0.5;
/// What different kinds of measurement unit take away.
pub const OTHER_KIND: f64 = 0.2;
/// What different directions take away.
pub const OTHER_DIRECTION: f64 = 0.2;

/// Words that say nothing of what is measured.
const FILLERS: &[&str] =
    &["a", "an", "and", "as", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with", "number"];
/// Characters that say nothing of what is measured.
const FILLER_CHARACTERS: &[char] = &['的', '及', '和', '与', '数', '（', '）'];
/// Phrases that mean the same, with the form they are brought to.
const PHRASES: &[(&str, &str)] = &[
    (" per capita ", " perhead "),
    (" per head ", " perhead "),
    (" per inhabitant ", " perhead "),
    (" per person ", " perhead "),
    (" gross domestic product ", " gdp "),
    (" gross national income ", " gni "),
    (" foreign direct investment ", " fdi "),
    (" research and development ", " r d "),
];
const CHINESE_PHRASES: &[(&str, &str)] = &[
    ("地区生产总值", "gdp"),
    ("国内生产总值", "gdp"),
    ("生产总值", "gdp"),
    ("国民总收入", "gni"),
    ("数量", ""),
];

/// What an item is compared by.
#[derive(Debug, Clone)]
pub struct Profile {
    words: BTreeSet<String>,
    pairs: BTreeSet<String>,
    kind: Option<Kind>,
    direction: Option<Direction>,
}

/// The kind of quantity that a measurement unit is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A part of a whole.
    Share,
    /// Money.
    Money,
    /// Time.
    Time,
    /// Length.
    Length,
    /// Area.
    Area,
    /// Mass in a volume.
    Concentration,
    /// So many per so many.
    Rate,
}

/// The kind of a measurement unit; none where it does not say one, as "score" or "points" do not.
#[must_use]
pub fn kind(unit: &str) -> Option<Kind> {
    let unit = unit.trim().to_lowercase();
    let first = unit.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or("");
    let money = ["usd", "cny", "eur", "jpy", "ppp", "$", "yuan", "euro"];
    if unit.contains('%') {
        Some(Kind::Share)
    } else if unit.split_whitespace().any(|word| money.contains(&word)) {
        Some(Kind::Money)
    } else if first.starts_with("µg") || first.starts_with("mg") {
        Some(Kind::Concentration)
    } else if ["m²", "km²", "ha"].contains(&first) {
        Some(Kind::Area)
    } else if ["m", "km"].contains(&first) {
        Some(Kind::Length)
    } else if ["year", "years", "month", "months", "week", "weeks", "day", "days", "hour", "hours", "minutes"]
        .contains(&first)
    {
        Some(Kind::Time)
    } else if unit.starts_with("per ") || unit.contains(" per ") {
        Some(Kind::Rate)
    } else {
        None
    }
}

impl Profile {
    /// What an item is compared by; a group has no measurement unit and no direction.
    #[must_use]
    pub fn new(name: &Text, unit: Option<&str>, direction: Option<Direction>) -> Self {
        let of = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            words: words(&of(&name.en)),
            pairs: pairs(&of(&name.zh)),
            kind: unit.and_then(kind),
            direction,
        }
    }
    /// How alike two items are, at most 1; 0 and below where they are not.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f64 {
        let both = [(&self.words, &other.words), (&self.pairs, &other.pairs)];
        let found: Vec<f64> = both
            .into_iter()
            .filter(|(a, b)| !a.is_empty() && !b.is_empty())
            .map(|(a, b)| 2.0 * a.intersection(b).count() as f64 / (a.len() + b.len()) as f64)
            .collect();
        if found.is_empty() {
            return 0.0;
        }
        let names = found.iter().sum::<f64>() / found.len() as f64;
        let differ = |different: Option<bool>, by: f64| if different == Some(true) { by } else { 0.0 };
        names
            - differ(self.kind.zip(other.kind).map(|(a, b)| a != b), OTHER_KIND)
            - differ(self.direction.zip(other.direction).map(|(a, b)| a != b), OTHER_DIRECTION)
    }
}

/// The name without the number of a clause in front: "5.1 Unemployment rate".
fn without_clause(name: &str) -> &str {
    let rest = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if rest.starts_with(' ') { rest.trim_start() } else { name }
}

fn words(name: &str) -> BTreeSet<String> {
    let letters = without_clause(name).to_lowercase().replace("'s", "");
    let spaced: String = letters.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let mut text = format!(" {} ", spaced.split_whitespace().collect::<Vec<_>>().join(" "));
    for (phrase, form) in PHRASES {
        text = text.replace(phrase, form);
    }
    text.split_whitespace().filter(|word| !FILLERS.contains(word)).map(singular).collect()
}

fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 2) {
        return format!("{stem}y");
    }
    let kept = ["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !kept => stem.to_owned(),
        _ => word.to_owned(),
    }
}

fn pairs(name: &str) -> BTreeSet<String> {
    let mut text = without_clause(name).to_lowercase();
    for (phrase, form) in CHINESE_PHRASES {
        text = text.replace(phrase, form);
    }
    let mut out = BTreeSet::new();
    let mut run: Vec<char> = Vec::new();
    let mut word = String::new();
    // One more character than there is ends the last run.
    for c in text.chars().filter(|c| !FILLER_CHARACTERS.contains(c)).chain([' ']) {
        let latin = c.is_alphanumeric() && c.is_ascii();
        if !latin && !word.is_empty() {
            out.insert(std::mem::take(&mut word));
        }
        if latin {
            word.push(c);
        }
        if c.is_alphanumeric() && !latin {
            run.push(c);
        } else {
            match &run[..] {
                [] => {}
                [one] => {
                    out.insert(one.to_string());
                }
                several => out.extend(several.windows(2).map(|pair| pair.iter().collect::<String>())),
            }
            run.clear();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn profile(en: &str, zh: &str, unit: &str) -> Profile {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Profile::new(&Text { en: text(en), zh: text(zh) }, text(unit).as_deref(), Some(Direction::Higher))
    }
    #[track_caller]
    fn alike(a: (&str, &str, &str), b: (&str, &str, &str), want: f64) {
        let found = profile(a.0, a.1, a.2).likeness(&profile(b.0, b.1, b.2));
        assert!((found - want).abs() < 1e-12, "{found}, not {want}");
    }

    #[test]
    fn names_are_compared_word_by_word_and_pair_by_pair() {
        alike(("GDP per head", "人均GDP", "USD"), ("GDP per Capita", "人均GDP", "score"), 1.0);
        // {museum, art, venue} and {museum}: 2/4. 博物 物馆 馆艺 艺术 术场 场馆 and 博物 物馆: 4/8.
        alike(("Number of museums and art venues", "博物馆及艺术场馆数", ""), ("Museums", "博物馆", ""), 0.5);
        // {city, gdp} and {nominal, gdp}: 2/4. {城市, gdp} and {名义, gdp}: 2/4.
        alike(("City GDP", "城市GDP", "billion USD"), ("Nominal GDP", "名义GDP", "score"), 0.5);
        alike(("5.1 Unemployment rate", "", "%"), ("Unemployment rate", "失业率", "%"), 1.0);
        alike(("Sister cities", "", ""), ("Sister city", "", ""), 1.0);
        alike(("Gross domestic product", "国内生产总值", ""), ("GDP", "地区生产总值", ""), 1.0);
        // One language each and none in common: nothing to compare.
        alike(("GDP", "", ""), ("", "生产总值", ""), 0.0);
    }

    #[test]
    fn another_kind_of_unit_or_direction_takes_away() {
        let name = ("Foreign residents", "外籍居民", "%");
        alike(name, ("Foreign residents", "外籍居民", "per 1,000"), 1.0 - OTHER_KIND);
        alike(name, ("Foreign residents", "外籍居民", "points"), 1.0);
        let lower = Profile::new(&Text::both(name.0, name.1), Some("%"), Some(Direction::Lower));
        let found = profile(name.0, name.1, name.2).likeness(&lower);
        assert!((found - (1.0 - OTHER_DIRECTION)).abs() < 1e-12, "{found}");
    }

    #[test]
    fn measurement_units_have_kinds() {
        for (unit, want) in [
            ("% of GDP", Some(Kind::Share)),
            ("million USD", Some(Kind::Money)),
            ("2017 PPP $", Some(Kind::Money)),
            ("USD per year", Some(Kind::Money)),
            ("µg/m³", Some(Kind::Concentration)),
            ("m² per person", Some(Kind::Area)),
            ("km", Some(Kind::Length)),
            ("years", Some(Kind::Time)),
            ("per 100,000 persons", Some(Kind::Rate)),
            ("trips per person and year", Some(Kind::Rate)),
            ("score", None),
            ("points", None),
            ("1-7 (best)", None),
            ("", None),
        ] {
            assert_eq!(kind(unit), want, "{unit}");
        }
    }

    proptest! {
        #[test]
        fn likeness_is_symmetric_and_at_most_one(a in "\\PC{0,20}", b in "\\PC{0,20}", c in "[博物馆艺术城市GDP ]{0,12}", d in "[博物馆艺术城市GDP ]{0,12}") {
            let (x, y) = (profile(&a, &c, "%"), profile(&b, &d, "USD"));
            prop_assert_eq!(x.likeness(&y), y.likeness(&x));
            prop_assert!(x.likeness(&y) <= 1.0);
            let own = x.likeness(&x);
            prop_assert!(own == 1.0 || own == 0.0);
        }
    }
}
