//! OpenDocument spreadsheets.
//!
//! Read here and not through `calamine`, which does not come to an end on a document that breaks off inside a table and
//! expands counted spaces without a limit.

use super::{COLUMNS, Content, MOST_CELLS, ROWS, Row, Stored, Unreadable, open_archive};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::Read;

/// Counted spaces beyond this are not text.
const SPACES: u64 = 1000;

pub(super) fn read(bytes: &[u8], sheet: Option<&str>) -> Result<Content, Unreadable> {
    let mut archive = open_archive(bytes)?;
    let mut part = |name: &str| {
        let mut text = String::new();
        match archive.by_name(name) {
            // The size was bounded before.
            Ok(mut file) => match file.read_to_string(&mut text) {
                Ok(_) => Ok(text),
                Err(e) => Err(Unreadable::Broken(e.to_string())),
            },
            Err(e) => Err(Unreadable::Broken(e.to_string())),
        }
    };
    if part("META-INF/manifest.xml").is_ok_and(|manifest| manifest.contains("encryption-data")) {
        return Err(Unreadable::Encrypted);
    }
    parse(&part("content.xml")?, sheet)
}

fn parse(text: &str, sheet: Option<&str>) -> Result<Content, Unreadable> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut names = Vec::new();
    let mut table: Option<TableReader> = None;
    let mut depth = 0usize;
    loop {
        match reader.read_event().map_err(|e| Unreadable::Broken(e.to_string()))? {
            Event::Start(e) if e.name().as_ref() == "table:table" => {
                depth += 1;
                // A table inside a cell of another is not a sheet.
                if depth == 1 {
                    let name = attribute(&e, "table:name").unwrap_or_default();
                    if sheet.is_none_or(|wanted| wanted == name) {
                        table = Some(TableReader::new(name.clone()));
                    }
                    names.push(name);
                }
            }
            Event::End(e) if e.name().as_ref() == "table:table" => {
                depth = depth.saturating_sub(1);
                if depth == 0
                    && let Some(table) = table.take()
                {
                    return Ok(table.content);
                }
            }
            Event::Start(e) if depth == 1 => {
                if let Some(table) = &mut table {
                    table.start(&e);
                }
            }
            Event::End(e) if depth == 1 => {
                if let Some(table) = &mut table {
                    table.end(e.name().as_ref())?;
                }
            }
            Event::Text(e) => {
                if let Some(table) = &mut table {
                    table.text(&e.xml10_content());
                }
            }
            Event::CData(e) => {
                if let Some(table) = &mut table {
                    table.text(&e.xml10_content());
                }
            }
            Event::GeneralRef(e) => {
                if let Some(table) = &mut table {
                    let named = match e.as_ref() {
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "amp" => Some('&'),
                        "apos" => Some('\''),
                        "quot" => Some('"'),
                        _ => e.resolve_char_ref().ok().flatten(),
                    };
                    table.text(named.map(String::from).as_deref().unwrap_or(""));
                }
            }
            Event::Eof if depth > 0 => {
                return Err(Unreadable::Broken("the document breaks off inside a table".to_owned()));
            }
            Event::Eof => return Err(Unreadable::NoSheet(names)),
            _ => {}
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok().flatten()?;
    let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

fn count(element: &BytesStart<'_>, name: &str) -> u64 {
    attribute(element, name).and_then(|n| n.trim().parse().ok()).unwrap_or(1).max(1)
}

/// Fills a sheet from the elements of its table.
struct TableReader {
    content: Content,
    row: u64,
    row_repeat: u64,
    column: u64,
    cells: Vec<(u32, Stored)>,
    cell: Option<CellReader>,
    count: usize,
}

/// A cell being read.
struct CellReader {
    repeat: u64,
    kind: String,
    value: Option<String>,
    is_error: bool,
    paragraphs: u32,
    in_paragraph: bool,
    /// Elements of a comment that are open.
    aside: u32,
    text: String,
}

impl TableReader {
    fn new(name: String) -> Self {
        Self {
            content: Content { name, ..Content::default() },
            row: 0,
            row_repeat: 1,
            column: 0,
            cells: Vec::new(),
            cell: None,
            count: 0,
        }
    }

    fn start(&mut self, e: &BytesStart<'_>) {
        let element = e.name();
        let name = element.as_ref();
        if let Some(cell) = &mut self.cell {
            if cell.aside > 0 || name == "office:annotation" {
                cell.aside += 1;
                return;
            }
            match name {
                "text:p" => {
                    if cell.paragraphs > 0 {
                        cell.text.push('\n');
                    }
                    cell.paragraphs += 1;
                    cell.in_paragraph = true;
                }
                "text:s" => {
                    let spaces = count(e, "text:c").min(SPACES) as usize;
                    cell.text.extend(std::iter::repeat_n(' ', spaces));
                }
                "text:tab" => cell.text.push('\t'),
                "text:line-break" => cell.text.push('\n'),
                _ => {}
            }
            return;
        }
        match name {
            "table:table-row" => {
                self.row_repeat = count(e, "table:number-rows-repeated");
                self.column = 0;
                self.cells.clear();
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let kind = attribute(e, "office:value-type").unwrap_or_default();
                let value = attribute(
                    e,
                    match kind.as_str() {
                        "date" => "office:date-value",
                        "time" => "office:time-value",
                        "boolean" => "office:boolean-value",
                        "string" => "office:string-value",
                        _ => "office:value",
                    },
                );
                let spans =
                    count(e, "table:number-columns-spanned") > 1 || count(e, "table:number-rows-spanned") > 1;
                self.content.merged += u64::from(spans);
                self.cell = Some(CellReader {
                    repeat: count(e, "table:number-columns-repeated"),
                    is_error: attribute(e, "calcext:value-type").as_deref() == Some("error"),
                    kind,
                    value,
                    paragraphs: 0,
                    in_paragraph: false,
                    aside: 0,
                    text: String::new(),
                });
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell
            && cell.in_paragraph
            && cell.aside == 0
        {
            cell.text.push_str(text);
        }
    }

    fn end(&mut self, name: &str) -> Result<(), Unreadable> {
        if let Some(cell) = &mut self.cell {
            if cell.aside > 0 {
                cell.aside -= 1;
                return Ok(());
            }
            match name {
                "text:p" => cell.in_paragraph = false,
                "table:table-cell" | "table:covered-table-cell" => return self.end_cell(),
                _ => {}
            }
            return Ok(());
        }
        if name == "table:table-row" {
            return self.end_row();
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), Unreadable> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let (from, repeat) = (self.column, cell.repeat);
        self.column = self.column.saturating_add(repeat);
        let Some(value) = cell.stored()? else { return Ok(()) };
        if self.column > u64::from(COLUMNS) {
            return Err(Unreadable::TooManyCells);
        }
        for column in from..self.column {
            self.cells.push((column as u32, value.clone()));
        }
        self.bounded(repeat)
    }

    fn end_row(&mut self) -> Result<(), Unreadable> {
        let from = self.row;
        self.row = self.row.saturating_add(self.row_repeat);
        if self.cells.is_empty() {
            return Ok(());
        }
        if self.row > u64::from(ROWS) {
            return Err(Unreadable::TooManyCells);
        }
        self.bounded((self.row_repeat - 1).saturating_mul(self.cells.len() as u64))?;
        for number in from..self.row {
            self.content.rows.push(Row { number: number as u32, cells: self.cells.clone() });
        }
        self.cells.clear();
        Ok(())
    }

    fn bounded(&mut self, more: u64) -> Result<(), Unreadable> {
        self.count = self.count.saturating_add(usize::try_from(more).unwrap_or(usize::MAX));
        if self.count > MOST_CELLS { Err(Unreadable::TooManyCells) } else { Ok(()) }
    }
}

impl CellReader {
    fn stored(self) -> Result<Option<Stored>, Unreadable> {
        if self.is_error {
            return Ok(Some(Stored::Error(self.text.trim().into())));
        }
        let value = match (self.kind.as_str(), self.value) {
            ("", None) => return Ok(None),
            ("date" | "time", Some(value)) => Stored::Date(value.into()),
            ("boolean", Some(value)) => Stored::Truth(value == "true" || value == "TRUE"),
            ("string", Some(value)) => Stored::Text(value.into()),
            ("string", None) => Stored::Text(self.text.into()),
            (_, Some(value)) => match value.trim().parse::<f64>() {
                Ok(x) if x.is_finite() => Stored::Number(x),
                _ => return Err(Unreadable::Broken(format!("`{value}` is not a number"))),
            },
            (_, None) => Stored::Text(self.text.into()),
        };
        match &value {
            Stored::Text(text) if text.trim().is_empty() => Ok(None),
            _ => Ok(Some(value)),
        }
    }
}
