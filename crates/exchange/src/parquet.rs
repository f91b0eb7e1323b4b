//! Tables out as Parquet, with flat columns and Snappy.
//!
//! A column of numbers is `DECIMAL(38, s)`, with as many places as its longest number has, so that every digit arrives; where
//! 38 digits do not hold all of them it is text, which the account says. [`Numbers::Double`] writes doubles instead, for tools
//! that compute at once. Everything else is text. A missing value is a null; its reason does not fit and is counted.

use crate::account::{brief, count};
use crate::workbook::{Cell, Sheet};
use crate::{Account, Exported, File};
use gradus_engine::Number;
use gradus_model::diagnostic::catalog;
use gradus_model::{Decimal, Diagnostic, Lang};
use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most digits of a decimal column: what 16 bytes hold.
const DIGITS: u32 = 38;

/// How numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Numbers {
    /// Exact decimals.
    #[default]
    Decimal,
    /// The doubles nearest to them.
    Double,
}

/// A column with its values; nulls are left out, and marked by the levels.
enum Values {
    Decimal(u32, Vec<FixedLenByteArray>),
    Double(Vec<f64>),
    Text(Vec<ByteArray>),
}

struct Column {
    name: String,
    values: Values,
    levels: Vec<i16>,
}

/// Writes a table under a path. The columns are called as the English headings.
///
/// # Errors
/// `duplicate-column` for two headings that are alike, `missing-key` for one that is empty.
pub fn write(table: &Sheet, path: &str, numbers: Numbers) -> Result<Exported, Diagnostic> {
    let mut account = Account::default();
    let mut names = BTreeSet::new();
    let mut columns = Vec::new();
    for (at, heading) in table.header.iter().enumerate() {
        let name = heading.get(Lang::En);
        if name.is_empty() {
            return Err(Diagnostic::new(
                &catalog::MISSING_KEY,
                format!("column {} of the table has no heading", at + 1),
            )
            .help("give every column a heading"));
        }
        if !names.insert(name) {
            return Err(Diagnostic::new(
                &catalog::DUPLICATE_COLUMN,
                format!("the heading `{}` stands over two columns", brief(name)),
            )
            .help("give every column a heading of its own"));
        }
        columns.push(column(table, at, name, numbers, &mut account));
    }
    let missing = table.rows.iter().flatten().filter(|c| matches!(c, Cell::Missing(_))).count();
    if missing > 0 {
        account.lost(format!("reasons of {}", count(missing, "missing value")), "a null has none");
    }
    let bytes = encoded(&columns).map_err(|e| {
        Diagnostic::new(&catalog::CANNOT_WRITE, format!("the table cannot be written as Parquet: {e}"))
            .help("write it as CSV")
    })?;
    account.converted(
        format!("{} of {}", count(columns.len(), "column"), count(table.rows.len(), "row")),
        format!("`{path}`"),
    );
    Ok(Exported { files: vec![File { path: path.to_owned(), bytes }], account })
}

fn column(table: &Sheet, at: usize, name: &str, numbers: Numbers, account: &mut Account) -> Column {
    let cells = || table.rows.iter().map(|row| row.get(at).unwrap_or(&Cell::Empty));
    let present =
        |cell: &&Cell| matches!(cell, Cell::Number { .. }) || matches!(cell, Cell::Text(t) if !t.is_empty());
    let levels: Vec<i16> = cells().map(|cell| i16::from(present(&cell))).collect();
    let all_numbers =
        cells().any(|c| present(&c)) && cells().all(|c| !matches!(c, Cell::Text(t) if !t.is_empty()));
    let values = if !all_numbers {
        None
    } else if numbers == Numbers::Double {
        let doubles = cells().filter_map(|cell| match cell {
            Cell::Number { value, .. } => Some(value.to_f64()),
            _ => None,
        });
        Some(Values::Double(doubles.collect()))
    } else {
        let decimals = decimals(cells());
        if decimals.is_none() {
            account.assumed(
                format!("text for the numbers of `{}`", brief(name)),
                "38 digits do not hold all of them",
            );
        }
        decimals
    };
    let text = |cell: &Cell| match cell {
        Cell::Text(text) if !text.is_empty() => Some(text.as_str().into()),
        Cell::Number { value, .. } => Some(value.to_string().as_str().into()),
        _ => None,
    };
    let values = values.unwrap_or_else(|| Values::Text(cells().filter_map(text).collect()));
    Column { name: name.to_owned(), values, levels }
}

/// The numbers with one scale for all; nothing where 38 digits are too few, or a double is no decimal.
fn decimals<'a>(cells: impl Iterator<Item = &'a Cell>) -> Option<Values> {
    let exact: Vec<Decimal> = cells
        .filter_map(|cell| match cell {
            // A double that is no decimal, as one near zero, keeps its digits as text.
            Cell::Number { value, .. } => Some(
                value
                    .to_decimal()
                    .filter(|x| Number::Decimal(*x).to_f64() == value.to_f64())
                    .map(|x| x.normalize()),
            ),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let scale = exact.iter().map(Decimal::scale).max().unwrap_or(0);
    let limit = 10i128.checked_pow(DIGITS)?;
    let values = exact
        .into_iter()
        .map(|x| {
            let whole = x.mantissa().checked_mul(10i128.checked_pow(scale - x.scale())?)?;
            (-limit < whole && whole < limit).then(|| FixedLenByteArray::from(whole.to_be_bytes().to_vec()))
        })
        .collect::<Option<_>>()?;
    Some(Values::Decimal(scale, values))
}

fn encoded(columns: &[Column]) -> Result<Vec<u8>, ParquetError> {
    let fields = columns
        .iter()
        .map(|column| {
            let kind = match &column.values {
                Values::Decimal(scale, _) => {
                    let scale = i32::try_from(*scale).unwrap_or(0);
                    Type::primitive_type_builder(&column.name, Physical::FIXED_LEN_BYTE_ARRAY)
                        .with_length(16)
                        .with_converted_type(ConvertedType::DECIMAL)
                        .with_logical_type(Some(LogicalType::decimal(scale, DIGITS as i32)))
                        .with_precision(DIGITS as i32)
                        .with_scale(scale)
                }
                Values::Double(_) => Type::primitive_type_builder(&column.name, Physical::DOUBLE),
                Values::Text(_) => Type::primitive_type_builder(&column.name, Physical::BYTE_ARRAY)
                    .with_converted_type(ConvertedType::UTF8)
                    .with_logical_type(Some(LogicalType::String)),
            };
            kind.with_repetition(Repetition::OPTIONAL).build().map(Arc::new)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let schema = Arc::new(Type::group_type_builder("table").with_fields(fields).build()?);
    let properties = WriterProperties::builder()
        .set_created_by("gradus".to_owned())
        .set_compression(Compression::SNAPPY)
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for column in columns {
        let Some(mut out) = group.next_column()? else { break };
        let levels = Some(column.levels.as_slice());
        match &column.values {
            Values::Decimal(_, values) => {
                out.typed::<FixedLenByteArrayType>().write_batch(values, levels, None)?
            }
            Values::Double(values) => out.typed::<DoubleType>().write_batch(values, levels, None)?,
            Values::Text(values) => out.typed::<ByteArrayType>().write_batch(values, levels, None)?,
        };
        out.close()?;
    }
    group.close()?;
    writer.into_inner()
}
