//! Exact reading of numbers in the notation a file is declared to use, and the fitting advice where a cell is none.
//!
//! Nothing is guessed: `1,5` is a number only where the decimal mark is declared as a comma. Two things are accepted
//! everywhere because they cannot mean anything else: the minus sign `−` (U+2212) beside the hyphen, and any of the
//! no-break and thin spaces beside the plain one where a space is the declared thousands mark. Full-width digits are
//! refused.

use gradus_model::diagnostic::{Kind, catalog};
use gradus_model::number::{ParseNumber, parse_decimal, parse_plain};
use gradus_model::package::{NumberNotation, Percent};
use gradus_model::{Decimal, Value};
use std::borrow::Cow;

/// Why a text is not a number in the declared notation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotNumber {
    /// A `%` where none is declared.
    Percent,
    /// A thousands mark that does not stand between groups of three digits.
    Groups,
    /// It is not written like a number.
    Shape,
    /// It is written like one, but leaves the range or the digits of a decimal.
    Limit(ParseNumber),
}

/// Spaces that print alike; a file that declares one of them as its thousands mark may hold any.
fn is_space_mark(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{2009}' | '\u{202F}')
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '\u{2212}')
}

/// Reads a number exactly.
pub(crate) fn read_number(text: &str, notation: &NumberNotation) -> Result<Decimal, NotNumber> {
    let text = text.trim();
    let (body, percent) = match text.strip_suffix('%') {
        Some(body) => (body.trim_end(), true),
        None => (text, false),
    };
    if percent && notation.percent == Percent::Refuse {
        return Err(NotNumber::Percent);
    }
    let plain = plain(body, notation)?;
    let value = parse_decimal(&plain).map_err(|e| match e {
        ParseNumber::Range | ParseNumber::Digits | ParseNumber::NotFinite => NotNumber::Limit(e),
        _ => NotNumber::Shape,
    })?;
    if percent && notation.percent == Percent::Divide {
        return scaled(value, 2).ok_or(NotNumber::Limit(ParseNumber::Digits));
    }
    Ok(value)
}

/// The nearest decimal (half to even) to a number that has more digits than a decimal holds, as a printed double near
/// zero does.
pub(crate) fn read_rounded(text: &str, notation: &NumberNotation) -> Option<Decimal> {
    let plain = plain(text.trim(), notation).ok()?;
    let (mantissa, exponent) = plain.split_once(['e', 'E']).unwrap_or((&plain, "0"));
    let (negative, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_start_matches('0');
    // The value is `digits` times ten to `power`.
    let power = exponent.parse::<i64>().ok()?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    let places = usize::try_from(power.checked_neg()?).ok()?;
    let dropped = places.saturating_sub(28).max(digits.len().saturating_sub(28));
    if dropped > places {
        return None;
    }
    let (kept, rest) = digits.split_at(digits.len().saturating_sub(dropped));
    let mut mantissa: i128 = if kept.is_empty() { 0 } else { kept.parse().ok()? };
    let scale = u32::try_from(places - dropped).ok()?;
    // Zeros stand between the point and the first digit where more is dropped than there is.
    let rest = format!("{}{rest}", "0".repeat((dropped - rest.len()).min(1)));
    let half = rest.starts_with('5') && rest[1..].bytes().all(|b| b == b'0');
    if (half && mantissa % 2 == 1) || (!half && rest.as_bytes().first() >= Some(&b'5')) {
        mantissa += 1;
    }
    Decimal::try_from_i128_with_scale(if negative { -mantissa } else { mantissa }, scale).ok()
}

/// `value × 10^-places`, exactly.
fn scaled(value: Decimal, places: u32) -> Option<Decimal> {
    let value = value.normalize();
    Decimal::try_from_i128_with_scale(value.mantissa(), value.scale() + places).ok()
}

/// The product, when all its digits fit into a decimal.
pub(crate) fn exact_product(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    let mut mantissa = a.mantissa().checked_mul(b.mantissa())?;
    let mut scale = a.scale() + b.scale();
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

/// The text with a point as its decimal mark and no thousands marks.
fn plain<'a>(body: &'a str, notation: &NumberNotation) -> Result<Cow<'a, str>, NotNumber> {
    if notation.decimal == '.' && body.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-') {
        return Ok(Cow::Borrowed(body));
    }
    let folded = body.trim_start_matches(is_minus).to_ascii_lowercase();
    if matches!(folded.as_str(), "inf" | "+inf" | "infinity" | "+infinity" | "∞" | "+∞") {
        return Err(NotNumber::Limit(ParseNumber::NotFinite));
    }
    let mut out = String::with_capacity(body.len());
    let unsigned = match body.chars().next() {
        Some(c) if is_minus(c) => {
            out.push('-');
            &body[c.len_utf8()..]
        }
        Some('+') => &body[1..],
        _ => body,
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], &unsigned[at..]),
        None => (unsigned, ""),
    };
    let (whole, fraction) = match mantissa.split_once(notation.decimal) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_mark = |c: char| match notation.thousands {
        Some(mark) => c == mark || (is_space_mark(mark) && is_space_mark(c)),
        None => false,
    };
    if whole.contains(is_mark) {
        for (i, group) in whole.split(is_mark).enumerate() {
            if !digits(group) {
                return Err(NotNumber::Shape);
            }
            if group.len() != 3 && !(i == 0 && (1..3).contains(&group.len())) {
                return Err(NotNumber::Groups);
            }
            out.push_str(group);
        }
    } else if digits(whole) {
        out.push_str(whole);
    } else {
        return Err(NotNumber::Shape);
    }
    if let Some(fraction) = fraction {
        if !digits(fraction) {
            return Err(if fraction.contains(is_mark) { NotNumber::Groups } else { NotNumber::Shape });
        }
        out.push('.');
        out.push_str(fraction);
    }
    if !exponent.is_empty() {
        let power = exponent[1..].trim_start_matches(['+', '\u{2212}', '-']);
        if power.is_empty() || !digits(power) {
            return Err(NotNumber::Shape);
        }
        out.push_str(&exponent.replace('\u{2212}', "-"));
    }
    Ok(Cow::Owned(out))
}

/// A number, or an interval: `>=40`, `≥40`, `<=5`, `≤5`, `40..50`. `None` where an interval's bounds are reversed.
pub(crate) fn read_value(text: &str, notation: &NumberNotation) -> Result<Option<Value>, NotNumber> {
    let text = text.trim();
    if notation.decimal == '.'
        && let Some(x) = parse_plain(text)
    {
        return Ok(Some(Value::Number(x)));
    }
    let after = |marks: [&str; 2]| marks.iter().find_map(|mark| text.strip_prefix(mark));
    if let Some(bound) = after([">=", "≥"]) {
        let lower = Some(read_number(bound, notation)?);
        return Ok(Some(Value::Interval { lower, upper: None }));
    }
    if let Some(bound) = after(["<=", "≤"]) {
        let upper = Some(read_number(bound, notation)?);
        return Ok(Some(Value::Interval { lower: None, upper }));
    }
    if let Some((lower, upper)) = text.split_once("..")
        && !lower.is_empty()
        && !upper.is_empty()
    {
        let (lower, upper) = (read_number(lower, notation)?, read_number(upper, notation)?);
        let ordered = lower <= upper;
        return Ok(ordered.then_some(Value::Interval { lower: Some(lower), upper: Some(upper) }));
    }
    read_number(text, notation).map(|x| Some(Value::Number(x)))
}

/// Marks that statistics offices use for a value that is absent. None is understood unless declared: the same mark
/// means different things at different offices.
const MARKERS: &[&str] = &[
    "n/a",
    "#n/a",
    "na",
    "n.a.",
    "n.a",
    "n/d",
    "nd",
    "n.d.",
    "nan",
    "null",
    "nil",
    "none",
    "missing",
    "-",
    "--",
    "---",
    "–",
    "—",
    "——",
    "−",
    "...",
    "…",
    "……",
    "..",
    ".",
    ":",
    "x",
    "*",
    "**",
    "?",
    "/",
    "\\",
    "c",
    "s",
    "m",
    "np",
    "nr",
    "不详",
    "无",
    "暂无",
    "缺",
    "缺失",
    "未公布",
    "未统计",
    "不适用",
    "保密",
    "空",
];

/// Whether a text is a common mark for a missing value.
pub(crate) fn is_marker(text: &str) -> bool {
    let folded = text.trim().to_lowercase();
    MARKERS.contains(&folded.as_str())
}

/// What is wrong with a value cell and how to mend it.
pub(crate) struct Advice {
    pub(crate) kind: &'static Kind,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// The finding about a text that [`read_value`] refused.
pub(crate) fn advise(text: &str, notation: &NumberNotation, why: &NotNumber) -> Advice {
    let text = text.trim();
    let shown = shorten(text);
    if is_marker(text) {
        return Advice {
            kind: &catalog::UNDECLARED_MARKER,
            message: format!("`{shown}` stands for a missing value, but the declaration does not say why"),
            help: format!(
                "declare it: `absent = {{ \"{}\" = \"not-available\" }}`, or with another reason",
                toml_escape(text)
            ),
        };
    }
    if let NotNumber::Limit(limit) = why {
        let help = match limit {
            ParseNumber::NotFinite => "leave the cell empty, or declare the mark under `absent`".to_owned(),
            ParseNumber::Range => "express the value in a larger measurement unit".to_owned(),
            _ => "round the value to at most 28 digits after the decimal mark".to_owned(),
        };
        return Advice { kind: &catalog::INVALID_NUMBER, message: format!("`{shown}`: {limit}"), help };
    }
    let message = match why {
        NotNumber::Groups => {
            format!("`{shown}` does not have its thousands marks between groups of three digits")
        }
        _ => format!("`{shown}` is not a number{}", in_notation(notation)),
    };
    Advice { kind: &catalog::NOT_A_NUMBER, message, help: mend(text, notation, why) }
}

fn in_notation(notation: &NumberNotation) -> String {
    if *notation == NumberNotation::default() {
        return String::new();
    }
    let mut out = format!(" with the decimal mark `{}`", notation.decimal);
    if let Some(mark) = notation.thousands {
        out.push_str(&format!(" and the thousands mark `{mark}`"));
    }
    out
}

fn mend(text: &str, notation: &NumberNotation, why: &NotNumber) -> String {
    if *why == NotNumber::Percent {
        return "declare `numbers = { percent = \"keep\" }` where the measurement unit is percent, or `\"divide\"` where it \
                is a share of 1"
            .to_owned();
    }
    if text.chars().any(|c| ('０'..='９').contains(&c)) {
        let narrow: String = text
            .chars()
            .map(|c| match c {
                '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
                '．' => '.',
                '，' => ',',
                '－' => '-',
                '％' => '%',
                c => c,
            })
            .collect();
        return format!("write full-width digits as `{narrow}`");
    }
    if let Some(rest) = text.strip_prefix(['>', '<']).filter(|rest| read_number(rest, notation).is_ok()) {
        let mark = &text[..1];
        return format!("write `{mark}={rest}`: the bound of an interval belongs to it");
    }
    if let Some(found) = other_notation(text, notation) {
        return found;
    }
    if is_date_like(text) {
        return "put the value back: this looks like a date, as a spreadsheet makes of some numbers"
            .to_owned();
    }
    if let Some((a, b)) = range(text, notation) {
        return format!("write an interval as `{a}..{b}`");
    }
    let end = text
        .char_indices()
        .take_while(|(_, c)| {
            c.is_ascii_digit()
                || *c == notation.decimal
                || Some(*c) == notation.thousands
                || is_minus(*c)
                || *c == '+'
        })
        .last()
        .map_or(0, |(i, c)| i + c.len_utf8());
    let (head, tail) = (text[..end].trim(), text[end..].trim());
    if read_number(head, notation).is_ok() {
        return match tail.chars().next() {
            Some('万' | '亿' | '千' | '百') => format!(
                "write the number in full, or write `{head}` with `{tail}` in a measurement-unit column and declare a \
                 `[[conversion]]`"
            ),
            Some('％' | '‰') => format!("write `{head}` and express the indicator in `{tail}`"),
            _ => format!(
                "write `{head}`; what `{}` says belongs into a column of its own (measurement-unit, status or note)",
                shorten(tail)
            ),
        };
    }
    let bare = text.trim_start_matches(|c: char| !c.is_ascii_digit() && !is_minus(c));
    if bare.len() < text.len() && read_number(bare, notation).is_ok() {
        let extra = text[..text.len() - bare.len()].trim();
        return format!("write `{bare}`; what `{}` says belongs into a column of its own", shorten(extra));
    }
    format!(
        "correct the cell, or declare it as a mark for a missing value: `absent = {{ \"{}\" = \"not-available\" }}`",
        toml_escape(&shorten(text))
    )
}

/// Declarations under which the text would be a number.
fn other_notation(text: &str, notation: &NumberNotation) -> Option<String> {
    let mut fitting: Vec<String> = Vec::new();
    for (decimal, thousands) in [
        ('.', Some(',')),
        (',', None),
        ('.', None),
        (',', Some('.')),
        ('.', Some(' ')),
        (',', Some(' ')),
        ('.', Some('\'')),
        ('.', Some('’')),
        (',', Some('\'')),
    ] {
        // A mark that the text does not have is not worth declaring.
        if thousands.is_some_and(|mark| !text.contains(|c| c == mark || (mark == ' ' && is_space_mark(c)))) {
            continue;
        }
        let other = NumberNotation { decimal, thousands, percent: notation.percent };
        if other == *notation || read_number(text, &other).is_err() {
            continue;
        }
        let mut keys = Vec::new();
        if decimal != '.' {
            keys.push(format!("decimal = \"{decimal}\""));
        }
        if let Some(mark) = thousands {
            keys.push(format!("thousands = \"{mark}\""));
        }
        if keys.is_empty() {
            keys.push("decimal = \".\"".to_owned());
        }
        fitting.push(format!("`numbers = {{ {} }}`", keys.join(", ")));
    }
    fitting.truncate(2);
    (!fitting.is_empty()).then(|| format!("declare {}", fitting.join(" or ")))
}

fn range<'a>(text: &'a str, notation: &NumberNotation) -> Option<(&'a str, &'a str)> {
    let (at, c) = text
        .char_indices()
        .skip(1)
        .find(|(_, c)| is_minus(*c) || matches!(c, '–' | '—' | '~' | '～' | '至'))?;
    let (a, b) = (text[..at].trim(), text[at + c.len_utf8()..].trim());
    (read_number(a, notation).is_ok() && read_number(b, notation).is_ok()).then_some((a, b))
}

fn is_date_like(text: &str) -> bool {
    const MONTHS: &[&str] =
        &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月']).collect();
    let numeric = |p: &&str| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit());
    let named = |p: &&str| MONTHS.contains(&p.to_lowercase().as_str());
    match parts.as_slice() {
        [a, b] => (named(a) && numeric(b)) || (numeric(a) && named(b)),
        [a, b, c] | [a, b, c, ""] => {
            let c = c.trim_end_matches('日');
            let (all, year) = ([a, b, &c], |p: &str| p.len() == 4);
            all.iter().all(|p| numeric(p) || named(p)) && (year(a) || year(c))
        }
        _ => false,
    }
}

/// A text for a message: its first characters, without line breaks.
pub(crate) fn shorten(text: &str) -> String {
    shorten_to(text, 40)
}

/// The first `shown` characters of a text, without line breaks.
pub(crate) fn shorten_to(text: &str, shown: usize) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut out: String = text.chars().take(shown).map(clean).collect();
    if text.chars().nth(shown).is_some() {
        out.push('…');
    }
    out
}

/// A text as it stands between the quotes of a TOML string.
pub(crate) fn toml_escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn notation(decimal: char, thousands: Option<char>, percent: Percent) -> NumberNotation {
        NumberNotation { decimal, thousands, percent }
    }

    #[test]
    fn numbers_are_read_exactly_in_the_declared_notation() {
        let plain = NumberNotation::default();
        let english = notation('.', Some(','), Percent::Keep);
        let german = notation(',', Some('.'), Percent::Divide);
        let french = notation(',', Some(' '), Percent::Refuse);
        for (text, n, expected) in [
            ("0.1", plain, "0.1"),
            (" 12 ", plain, "12"),
            ("-3.50", plain, "-3.5"),
            ("−3.5", plain, "-3.5"),
            ("+7", plain, "7"),
            ("1e8", plain, "100000000"),
            ("1.5E−3", plain, "0.0015"),
            ("1,234,567.89", english, "1234567.89"),
            ("1234567.89", english, "1234567.89"),
            ("12.5 %", english, "12.5"),
            ("1.234,5", german, "1234.5"),
            ("12,5%", german, "0.125"),
            ("1 234,5", french, "1234.5"),
            ("1\u{A0}234,5", french, "1234.5"),
            ("1\u{202F}234\u{202F}567", french, "1234567"),
            ("79228162514264337593543950335", plain, "79228162514264337593543950335"),
        ] {
            assert_eq!(read_number(text, &n).map(|x| x.to_string()).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn intervals_are_read() {
        let n = NumberNotation::default();
        let d = |t| parse_decimal(t).ok();
        for (text, lower, upper) in [
            (">=40", d("40"), None),
            ("≥ 40", d("40"), None),
            ("<=5", None, d("5")),
            ("≤5.5", None, d("5.5")),
            ("40..50", d("40"), d("50")),
            ("-5 .. -1", d("-5"), d("-1")),
        ] {
            assert_eq!(read_value(text, &n), Ok(Some(Value::Interval { lower, upper })), "{text}");
        }
        assert_eq!(read_value("50..40", &n), Ok(None));
    }

    #[test]
    fn what_is_not_a_number_is_refused_with_fitting_advice() {
        let plain = NumberNotation::default();
        let english = notation('.', Some(','), Percent::Refuse);
        let german = notation(',', Some('.'), Percent::Refuse);
        for (text, n, id, part) in [
            ("n/a", plain, "undeclared-marker", "absent = { \"n/a\" = \"not-available\" }"),
            ("…", plain, "undeclared-marker", "absent = { \"…\""),
            ("..", plain, "undeclared-marker", "absent"),
            ("-", plain, "undeclared-marker", "absent"),
            ("−", plain, "undeclared-marker", "absent"),
            ("NaN", plain, "undeclared-marker", "absent"),
            ("inf", plain, "invalid-number", "absent"),
            ("1e40", plain, "invalid-number", "larger measurement unit"),
            ("1e-40", plain, "invalid-number", "28 digits"),
            ("1,234.5", plain, "not-a-number", "`numbers = { thousands = \",\" }`"),
            ("1,234", plain, "not-a-number", "thousands = \",\" }` or `numbers = { decimal = \",\" }`"),
            ("1,5", plain, "not-a-number", "declare `numbers = { decimal = \",\" }`"),
            ("1.234,5", plain, "not-a-number", "decimal = \",\", thousands = \".\""),
            ("1 234", plain, "not-a-number", "thousands = \" \""),
            ("1\u{A0}234", plain, "not-a-number", "thousands = \" \""),
            ("1'234", plain, "not-a-number", "thousands = \"'\""),
            ("1.5", german, "not-a-number", "decimal = \".\""),
            ("1,23,456", english, "not-a-number", "correct the cell"),
            ("12%", plain, "not-a-number", "percent = \"keep\""),
            ("１２.５", plain, "not-a-number", "`12.5`"),
            (">40", plain, "not-a-number", "write `>=40`"),
            ("40-50", plain, "not-a-number", "`40..50`"),
            ("3.5万", plain, "not-a-number", "[[conversion]]"),
            ("5.2*", plain, "not-a-number", "write `5.2`"),
            ("$5.2", plain, "not-a-number", "write `5.2`"),
            ("5 USD", plain, "not-a-number", "write `5`"),
            ("2018-05-01", plain, "not-a-number", "date"),
            ("3-May", plain, "not-a-number", "date"),
            ("1e", plain, "not-a-number", ""),
            ("--5", plain, "not-a-number", ""),
            ("1.2.3", plain, "not-a-number", ""),
            ("=1+1", plain, "not-a-number", ""),
            ("", plain, "not-a-number", ""),
        ] {
            let why = read_value(text, &n).unwrap_err();
            let advice = advise(text, &n, &why);
            assert_eq!(advice.kind.id, id, "{text}");
            assert!(advice.help.contains(part), "{text}: {}", advice.help);
        }
    }

    #[test]
    fn products_are_exact_or_refused() {
        let d = |t| parse_decimal(t).unwrap();
        assert_eq!(exact_product(d("95700.25"), d("0.0001")), Some(d("9.570025")));
        assert_eq!(exact_product(d("1.1"), d("1.1")), Some(d("1.21")));
        assert_eq!(exact_product(d("0.12345678901234567890"), d("0.12345678901234567891")), None);
        assert_eq!(exact_product(Decimal::MAX, d("10")), None);
        assert_eq!(exact_product(Decimal::ZERO, d("10")), Some(Decimal::ZERO));
    }

    #[test]
    fn digits_that_do_not_fit_are_rounded_half_to_even() {
        let n = NumberNotation::default();
        for (text, expected) in [
            ("9.914520647611585e-19", "0.0000000000000000009914520648"),
            ("-9.914520647611585e-19", "-0.0000000000000000009914520648"),
            ("0.33333333333333333333333333333333", "0.3333333333333333333333333333"),
            ("0.00000000000000000000000000005", "0"),
            ("0.00000000000000000000000000015", "0.0000000000000000000000000002"),
            ("0.000000000000000000000000000051", "0.0000000000000000000000000001"),
            ("0.000000000000000000000000000009", "0"),
            ("12345678901234567890.123456789012345", "12345678901234567890.12345679"),
        ] {
            assert_eq!(read_number(text, &n), Err(NotNumber::Limit(ParseNumber::Digits)), "{text}");
            assert_eq!(
                read_rounded(text, &n).map(|x| x.normalize().to_string()).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_advised_on(text in "\\PC*", decimal: char, thousands: Option<char>) {
            for percent in [Percent::Refuse, Percent::Keep, Percent::Divide] {
                let n = notation(decimal, thousands, percent);
                if let Err(why) = read_value(&text, &n) {
                    let _ = read_rounded(&text, &n);
                    let _ = advise(&text, &n, &why);
                }
            }
        }

        #[test]
        fn texts_of_number_characters_are_read_or_advised_on(text in "[-+−0-9.,eE%' ０万>=<\u{A0}]{0,12}") {
            for n in [NumberNotation::default(), notation(',', Some('.'), Percent::Keep), notation(',', Some(' '), Percent::Divide)] {
                if let Err(why) = read_value(&text, &n) {
                    let _ = read_rounded(&text, &n);
                    let _ = advise(&text, &n, &why);
                }
            }
        }

        #[test]
        fn a_printed_decimal_reads_back(mantissa: i64, scale in 0u32..19) {
            let x = Decimal::new(mantissa, scale);
            prop_assert_eq!(read_number(&x.to_string(), &NumberNotation::default()), Ok(x));
            let comma = x.to_string().replace('.', ",");
            prop_assert_eq!(read_number(&comma, &notation(',', None, Percent::Refuse)), Ok(x));
        }
    }
}
