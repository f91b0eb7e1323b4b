//! Comma-separated text that a spreadsheet can open without running any of it.

use gradus_engine::Number;
use std::fmt::Write;

/// A text field. A text that a spreadsheet would take for a formula gets an apostrophe in front.
pub(crate) fn text(field: &str) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        quoted(&format!("'{field}"))
    } else {
        quoted(field)
    }
}

/// A field as it is, in quotes where it needs them.
pub(crate) fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) || field != field.trim() {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// Adds a text field, as [`text`] makes it.
pub(crate) fn push_text(out: &mut String, field: &str) {
    // Most are a code, which is written as it is.
    if field.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.') {
        out.push_str(field);
    } else {
        out.push_str(&text(field));
    }
}

/// Adds a number as it is displayed, only quicker: tables have millions of them.
pub(crate) fn push_number(out: &mut String, x: Number) {
    match x {
        // Of this size, the other program writes no exponent. The digits are the same: both are the shortest that read back
        // as the double, and of those the nearest to it. Where two are equally near, the programs choose differently; that
        // needs a double that ends within 18 binary places.
        Number::Binary64(x)
            if (1e-4..1e15).contains(&x.abs()) && (x.fract() == 0.0 || (x * 262_144.0).fract() != 0.0) =>
        {
            let mut buffer = zmij::Buffer::new();
            let text = buffer.format_finite(x);
            out.push_str(text.strip_suffix(".0").unwrap_or(text));
        }
        // Writing to a text cannot fail.
        _ => drop(write!(out, "{x}")),
    }
}

/// Adds a record.
pub(crate) fn record(out: &mut String, fields: impl IntoIterator<Item = String>) {
    for (i, field) in fields.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push_str(&field);
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::{Number, push_number, push_text, text};
    use proptest::prelude::*;

    fn pushed(x: Number) -> String {
        let mut out = String::from(",");
        push_number(&mut out, x);
        out.split_off(1)
    }

    #[test]
    fn numbers_at_the_ends_are_written_as_displayed() {
        for x in [
            0.0,
            -0.0,
            1.0,
            1e-4,
            9.9e-5,
            -1e-4,
            1e15,
            1e15 - 0.125,
            1e16,
            1e300,
            5e-324,
            0.1,
            1.0 / 3.0,
            100.0,
        ] {
            assert_eq!(pushed(Number::Binary64(x)), x.to_string());
        }
        assert_eq!(pushed(Number::Decimal("1.50".parse().unwrap())), "1.5");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn doubles_are_written_as_displayed(any: f64, score in -200.0..200.0f64, digits: i64, places in 0..18i32) {
            for x in [any, score, digits as f64, (digits % 1_000_000) as f64 / [1.0, 10.0, 100.0, 1e3, 1e4][places as usize % 5]] {
                prop_assert_eq!(pushed(Number::Binary64(x)), x.to_string());
            }
        }
        #[test]
        fn texts_are_pushed_as_made(field in "\\PC{0,6}|[=+@,\"a-c.-]{0,4}") {
            let mut out = String::new();
            push_text(&mut out, &field);
            prop_assert_eq!(out, text(&field));
        }
    }

    #[test]
    fn formulas_are_neutralized_and_separators_quoted() {
        for (given, expected) in [
            ("Changchun", "Changchun"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "'=1+1"),
            ("+x", "'+x"),
            ("-x", "'-x"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("=HYPERLINK(\"u\",\"v\")", "\"'=HYPERLINK(\"\"u\"\",\"\"v\"\")\""),
            ("", ""),
        ] {
            assert_eq!(super::text(given), expected, "{given:?}");
        }
    }
}
