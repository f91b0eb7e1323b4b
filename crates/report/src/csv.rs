//! Comma-separated text that a spreadsheet can open without running any of it.

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
