//! Parquet files with flat columns, in builds with the feature `parquet`.
//!
//! Whole numbers, decimals and texts are read exactly; doubles as those of workbooks are, by the shortest decimal that reads
//! back as them. Columns that hold lists, maps or groups are refused. Read are files without compression or with Snappy, which
//! most writers use unless told otherwise.

use gradus_model::diagnostic::{Diagnostic, Place, catalog};
use gradus_model::package::DataSource;
use std::sync::Arc;

/// Whether a data file is one by the ending of its name.
pub(crate) fn is_named(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("parquet"))
}

fn unreadable(source: &DataSource, why: &str, help: &str) -> Diagnostic {
    let file: Arc<str> = source.file.as_str().into();
    Diagnostic::new(&catalog::FILE_UNREADABLE, format!("`{file}` cannot be read as Parquet: {why}"))
        .at(Place::File { file })
        .help(help)
}

#[cfg(not(feature = "parquet"))]
pub(crate) use without::open;
#[cfg(not(feature = "parquet"))]
mod without {
    use super::{DataSource, Diagnostic, unreadable};
    use crate::table::Table;

    /// What a build without the feature says.
    pub(crate) fn open(_bytes: &[u8], source: &DataSource) -> Result<Box<dyn Table>, Diagnostic> {
        Err(unreadable(
            source,
            "this program was built without Parquet",
            "build it with the feature `parquet`, or save the table as CSV",
        ))
    }
}

#[cfg(feature = "parquet")]
pub(crate) use with::open;
#[cfg(feature = "parquet")]
mod with {
    use super::{DataSource, Diagnostic, Place, catalog, unreadable};
    use crate::delimited::LONGEST_CELL;
    use crate::files::LARGEST_FILE;
    use crate::notation::shorten_to;
    use crate::problems::Problems;
    use crate::table::{Cell, Table, squeeze};
    use jiff::civil::Date;
    use parquet::basic::Repetition;
    use parquet::data_type::Decimal;
    use parquet::errors::ParquetError;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use parquet::schema::types::TypePtr;
    use std::sync::Arc;

    /// The most cells that are read.
    const MOST_CELLS: i64 = 50_000_000;

    #[derive(Debug, PartialEq)]
    enum Stored {
        Empty,
        Text(Box<str>),
        Number(f64),
        Truth(bool),
        Date(Box<str>),
    }

    /// Why a file is not read.
    enum Trouble {
        Broken(String),
        Nested(String),
        TooLarge(&'static str),
    }

    impl From<ParquetError> for Trouble {
        fn from(error: ParquetError) -> Self {
            Self::Broken(error.to_string())
        }
    }

    #[derive(Debug)]
    pub(crate) struct ParquetTable {
        file: Arc<str>,
        headings: Vec<String>,
        rows: std::vec::IntoIter<Vec<Stored>>,
        row: Vec<Stored>,
        /// Number of the row, from 1; the headings count as row 1, as in a text table.
        at: u64,
        blank: u64,
        malformed: u64,
    }

    /// Opens a file.
    pub(crate) fn open(bytes: &[u8], source: &DataSource) -> Result<Box<dyn Table>, Diagnostic> {
        // A damaged file may make the reader panic, which is the user's to learn of, not the program's to end on.
        let read = std::panic::catch_unwind(|| read(bytes))
            .unwrap_or_else(|_| Err(Trouble::Broken("its parts are damaged".to_owned())));
        let (headings, rows) = read.map_err(|trouble| match trouble {
            Trouble::Broken(why) => unreadable(
                source,
                &shorten_to(&why, 200),
                "write it again with flat columns, without compression or with Snappy",
            ),
            Trouble::Nested(column) => unreadable(
                source,
                &format!("the column `{}` is not flat", shorten_to(&column, 60)),
                "write lists, maps and groups into columns of their own",
            ),
            Trouble::TooLarge(what) => {
                let file: Arc<str> = source.file.as_str().into();
                Diagnostic::new(&catalog::FILE_TOO_LARGE, format!("`{file}` {what}"))
                    .at(Place::File { file })
                    .help("keep only the rows and columns that the index uses")
            }
        })?;
        Ok(Box::new(ParquetTable {
            file: source.file.as_str().into(),
            headings,
            rows: rows.into_iter(),
            row: Vec::new(),
            at: 1,
            blank: 0,
            malformed: 0,
        }))
    }

    fn read(bytes: &[u8]) -> Result<(Vec<String>, Vec<Vec<Stored>>), Trouble> {
        let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes))?;
        let metadata = reader.metadata();
        let columns = metadata.file_metadata().schema().get_fields();
        let is_flat =
            |c: &TypePtr| c.is_primitive() && c.get_basic_info().repetition() != Repetition::REPEATED;
        if let Some(nested) = columns.iter().find(|c| !is_flat(c)) {
            return Err(Trouble::Nested(nested.name().to_owned()));
        }
        let n_rows = metadata.file_metadata().num_rows();
        if n_rows < 0 || n_rows.saturating_mul(columns.len().max(1) as i64) > MOST_CELLS {
            return Err(Trouble::TooLarge("has more than 50 million cells"));
        }
        let unpacked: i64 =
            metadata.row_groups().iter().map(|g| g.total_byte_size().max(0)).fold(0, i64::saturating_add);
        if u64::try_from(unpacked).unwrap_or(0) > LARGEST_FILE {
            return Err(Trouble::TooLarge("unpacks to more than 2 GiB"));
        }
        let headings = columns.iter().map(|c| squeeze(c.name())).collect();
        let mut rows = Vec::new();
        // A text that a dictionary holds once may stand in every row.
        let mut left = LARGEST_FILE;
        for row in reader.get_row_iter(None)? {
            let row: Vec<Stored> = row?.into_columns().into_iter().map(|(_, field)| stored(field)).collect();
            for cell in &row {
                if let Stored::Text(text) = cell {
                    left = left
                        .checked_sub(text.len() as u64)
                        .ok_or(Trouble::TooLarge("unpacks to more than 2 GiB"))?;
                }
            }
            rows.push(row);
            if rows.len() as i64 > n_rows {
                return Err(Trouble::Broken("it has more rows than it says".to_owned()));
            }
        }
        Ok((headings, rows))
    }

    fn stored(field: Field) -> Stored {
        let text = |text: String| Stored::Text(text.into());
        let moment = |ticks: i64, per_second: i64| {
            let at = jiff::Timestamp::from_second(ticks.div_euclid(per_second)).ok();
            at.map_or(Stored::Number(ticks as f64), |t| {
                let shown = t.to_string();
                Stored::Date(shown.strip_suffix("T00:00:00Z").unwrap_or(&shown).into())
            })
        };
        match field {
            Field::Null => Stored::Empty,
            Field::Bool(yes) => Stored::Truth(yes),
            Field::Byte(x) => text(x.to_string()),
            Field::Short(x) => text(x.to_string()),
            Field::Int(x) => text(x.to_string()),
            Field::Long(x) => text(x.to_string()),
            Field::UByte(x) => text(x.to_string()),
            Field::UShort(x) => text(x.to_string()),
            Field::UInt(x) => text(x.to_string()),
            Field::ULong(x) => text(x.to_string()),
            // The shortest decimal of a short float, not of the double that it widens to.
            Field::Float(x) => text(x.to_string()),
            Field::Float16(x) => text(x.to_string()),
            Field::Double(x) => Stored::Number(x),
            Field::Decimal(x) => text(decimal(&x)),
            Field::Str(x) => text(x),
            Field::Bytes(x) => text(String::from_utf8_lossy(x.data()).into_owned()),
            Field::Date(days) => {
                let date = Date::constant(1970, 1, 1)
                    .checked_add(jiff::Span::new().days(days.clamp(-4_000_000, 4_000_000)));
                date.map_or(Stored::Number(f64::from(days)), |d| Stored::Date(d.to_string().into()))
            }
            Field::TimestampMillis(x) => moment(x, 1000),
            Field::TimestampMicros(x) => moment(x, 1_000_000),
            other => text(other.to_string()),
        }
    }

    /// A decimal with its digits, of which there may be more than a number of ours has; that is for the reader of
    /// figures to say.
    fn decimal(value: &Decimal) -> String {
        let bytes = value.data();
        let negative = bytes.first().is_some_and(|b| b & 0x80 != 0);
        if bytes.len() > 16 {
            // Beyond 38 digits, which no number of ours has: said as it is, and refused as a number.
            return format!("decimal of {} bytes", bytes.len());
        }
        let mut wide = [if negative { 0xFF } else { 0 }; 16];
        wide[16 - bytes.len()..].copy_from_slice(bytes);
        let whole = i128::from_be_bytes(wide);
        let scale = usize::try_from(value.scale()).unwrap_or(0).min(1000);
        let digits = format!("{:0>width$}", whole.unsigned_abs(), width = scale + 1);
        let (before, after) = digits.split_at(digits.len() - scale);
        let after = after.trim_end_matches('0');
        let sign = if whole < 0 { "-" } else { "" };
        if after.is_empty() { format!("{sign}{before}") } else { format!("{sign}{before}.{after}") }
    }

    impl Table for ParquetTable {
        fn headings(&self) -> &[String] {
            &self.headings
        }
        fn heading_place(&self, column: usize) -> Place {
            Place::Line { file: self.file.clone(), line: 1, field: column as u32 + 1 }
        }
        fn advance(&mut self, problems: &mut Problems) -> bool {
            loop {
                let Some(row) = self.rows.next() else { return false };
                self.row = row;
                self.at += 1;
                if (0..self.row.len()).all(|c| self.cell(c).is_empty()) {
                    self.blank += 1;
                    continue;
                }
                let too_long =
                    self.row.iter().position(|c| matches!(c, Stored::Text(t) if t.len() > LONGEST_CELL));
                let Some(column) = too_long else { return true };
                self.malformed += 1;
                let place = self.place(column);
                problems.note(&catalog::CELL_TOO_LARGE, &self.headings[column], "", &place, || {
                    Diagnostic::new(&catalog::CELL_TOO_LARGE, "the cell has more than 1 MiB")
                        .at(place.clone())
                        .help("shorten the text")
                });
            }
        }
        fn cell(&self, column: usize) -> Cell<'_> {
            match self.row.get(column) {
                None | Some(Stored::Empty) => Cell::Empty,
                Some(Stored::Text(text)) => Cell::of_text(text),
                Some(Stored::Number(x)) => Cell::Number(*x),
                Some(Stored::Truth(yes)) => Cell::Truth(*yes),
                Some(Stored::Date(date)) => Cell::Date(date),
            }
        }
        fn place(&self, column: usize) -> Place {
            Place::Line { file: self.file.clone(), line: self.at, field: column as u32 + 1 }
        }
        fn line(&self) -> u32 {
            u32::try_from(self.at).unwrap_or(u32::MAX)
        }
        fn without_heading(&self) -> Option<(usize, u64)> {
            let mut found =
                (0..self.row.len()).filter(|c| self.headings[*c].is_empty() && !self.cell(*c).is_empty());
            found.next().map(|first| (first, 1 + found.count() as u64))
        }
        fn passed_over(&self) -> (u64, u64) {
            (self.blank, self.malformed)
        }
    }
}

#[cfg(all(test, not(feature = "parquet")))]
mod tests {
    use crate::testing::{findings, read};
    use gradus_model::package::Layout;

    #[test]
    fn a_build_without_parquet_says_how_to_get_it() {
        let import = read(&b"PAR1"[..], Layout::Wide, |source, _| source.file = "T.PARQUET".to_owned());
        assert_eq!(findings(&import), ["file-unreadable T.PARQUET"]);
        let found = import.diagnostics.into_iter().next().unwrap();
        assert_eq!(
            found.help.as_deref(),
            Some("build it with the feature `parquet`, or save the table as CSV")
        );
    }
}
