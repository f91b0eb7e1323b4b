//! Text tables out.

use gradus_model::Decimal;

/// Rows as CSV with a heading; fields are quoted where they must be, lines end with a line feed.
pub(crate) fn csv<R, F>(headings: &[F], rows: impl IntoIterator<Item = R>) -> Vec<u8>
where
    R: IntoIterator<Item = F>,
    F: AsRef<str>,
{
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut failed = writer.write_record(headings.iter().map(AsRef::as_ref)).is_err();
    for row in rows {
        let fields: Vec<F> = row.into_iter().collect();
        failed |= writer.write_record(fields.iter().map(AsRef::as_ref)).is_err();
    }
    // Writing into memory does not fail.
    debug_assert!(!failed);
    writer.into_inner().unwrap_or_default()
}

/// A decimal with no zeros at its end.
pub(crate) fn number(value: Decimal) -> String {
    value.normalize().to_string()
}
