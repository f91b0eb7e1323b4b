//! Office Open XML workbooks, through `calamine`.

use super::{COLUMNS, Content, MOST_CELLS, ROWS, Row, Stored, Unreadable};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx};
use std::io::Cursor;

/// Sheets with more cells are not gone through a second time to count merged areas.
const MERGED_UP_TO: usize = 1_000_000;

pub(super) fn read(bytes: &[u8], sheet: Option<&str>) -> Result<Content, Unreadable> {
    let broken = |e: calamine::XlsxError| Unreadable::Broken(e.to_string());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    let Some(name) = names.iter().find(|name| sheet.is_none_or(|wanted| wanted == **name)) else {
        return Err(Unreadable::NoSheet(names));
    };
    let mut content = Content { name: name.clone(), ..Content::default() };
    let mut cells = book.worksheet_cells_reader(name).map_err(broken)?;
    let mut count = 0;
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        count += 1;
        if count > MOST_CELLS {
            return Err(Unreadable::TooManyCells);
        }
        let Some(value) = stored(cell.get_value()) else { continue };
        let (number, column) = cell.get_position();
        if number >= ROWS || column >= COLUMNS {
            return Err(Unreadable::Broken("a cell lies outside of any sheet".to_owned()));
        }
        match content.rows.last_mut() {
            Some(row) if row.number == number => row.cells.push((column, value)),
            _ => content.rows.push(Row { number, cells: vec![(column, value)] }),
        }
    }
    drop(cells);
    if count <= MERGED_UP_TO
        && let Ok(merged) = book.merge_cells_by_sheet_name(name)
    {
        content.merged = merged.len() as u64;
    }
    Ok(content)
}

fn stored(value: &DataRef<'_>) -> Option<Stored> {
    let text = |text: &str| (!text.trim().is_empty()).then(|| Stored::Text(text.into()));
    match value {
        DataRef::Empty => None,
        DataRef::Int(x) => Some(Stored::Number(*x as f64)),
        DataRef::Float(x) => Some(Stored::Number(*x)),
        DataRef::String(s) => text(s),
        DataRef::SharedString(s) => text(s),
        DataRef::Bool(yes) => Some(Stored::Truth(*yes)),
        DataRef::DateTime(when) => Some(Stored::Date(date(when).into())),
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => Some(Stored::Date(s.as_str().into())),
        DataRef::Error(e) => Some(Stored::Error(e.to_string().into())),
    }
}

fn date(when: &ExcelDateTime) -> String {
    if when.is_duration() {
        return format!("{} days", when.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = when.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}
