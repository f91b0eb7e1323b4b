//! Tables as Parquet, where the program is built with it.

use crate::Stop;
use crate::commands::Findings;
use gradus::model::Diagnostic;
use gradus::model::diagnostic::catalog;
use gradus::report::table::Table;

/// A table as a Parquet file, with all its digits.
#[cfg(feature = "parquet")]
pub(crate) fn bytes(table: &Table) -> Result<Vec<u8>, Stop> {
    use gradus::engine::Number;
    use gradus::exchange::parquet::{Numbers, write};
    use gradus::exchange::{Cell as Out, Sheet};
    use gradus::model::{Decimal, Text};
    use gradus::report::table::Cell;

    let cell = |cell: &Cell| match cell {
        Cell::Text(text) => Out::text(text),
        Cell::Number(value, rounding) => {
            let rounded = rounding.and_then(|_| cell.show().parse::<Decimal>().ok()).map(Number::Decimal);
            Out::Number { value: rounded.unwrap_or(*value), places: None }
        }
        Cell::Empty(why) => why.map_or(Out::Empty, Out::Missing),
    };
    let sheet = Sheet {
        header: table.columns.iter().map(|column| Text::english(&column.key)).collect(),
        rows: table.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        ..Sheet::default()
    };
    let made = write(&sheet, "scores.parquet", Numbers::Decimal).map_err(Findings::one)?;
    made.files.into_iter().next().map(|file| file.bytes).ok_or_else(|| {
        Findings::one(
            Diagnostic::new(&catalog::CANNOT_WRITE, "the table makes no Parquet file")
                .help("use another format"),
        )
    })
}

/// A table as a Parquet file, which needs a program that is built with it.
#[cfg(not(feature = "parquet"))]
pub(crate) fn bytes(_: &Table) -> Result<Vec<u8>, Stop> {
    Err(Findings::one(
        Diagnostic::new(&catalog::CANNOT_WRITE, "this `gradus` was built without Parquet").help(
            "build it with `cargo install --path crates/cli --features parquet`, or use `--format csv`",
        ),
    ))
}
