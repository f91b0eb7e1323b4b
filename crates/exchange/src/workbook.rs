//! Tables out as one XLSX workbook.
//!
//! Headings stay in sight and can be filtered by; numbers show the places they are published with and keep what a double
//! holds of the rest; a missing value is an empty cell, with its reason in a note and in a sheet of its own. Text is text: a
//! cell that begins with `=`, `+`, `-` or `@` is a string, not a formula. The same tables give the same bytes.

use gradus_engine::Number;
use gradus_model::diagnostic::{Diagnostic, catalog, cell_name};
use gradus_model::{Absence, Lang, Text};
use rust_xlsxwriter::{
    Chart as Drawing, ChartType, ConditionalFormatDataBar, DocProperties, ExcelDateTime, Format, FormatAlign,
    Note, Workbook, Worksheet, XlsxError,
};
use std::collections::{BTreeMap, BTreeSet};

/// The most rows and columns of a sheet.
const ROWS: usize = (1 << 20) - 1;
const COLUMNS: usize = 1 << 14;
/// The most cells of all sheets together: a workbook is put together in memory.
const MOST_CELLS: usize = 20_000_000;
/// The longest text of a cell, in characters (of which a workbook counts UTF-16 units).
const LONGEST_TEXT: usize = 32_767;
/// The longest name of a sheet.
const LONGEST_NAME: usize = 31;
/// Notes are drawings and slow a workbook down; the sheet of missing values has them all.
const MOST_NOTES: usize = 1000;
/// Bars that fit on a chart.
const MOST_BARS: usize = 60;

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    /// Name, shown in both languages: `Scores 得分`.
    pub name: Text,
    /// Headings, one per column.
    pub header: Vec<Text>,
    /// Rows; a row that is shorter than the header ends in empty cells.
    pub rows: Vec<Vec<Cell>>,
    /// Leading columns that stay in sight with the header.
    pub frozen: usize,
    /// A ranked bar chart of one of the columns.
    pub chart: Option<Chart>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing, and nothing is missing.
    #[default]
    Empty,
    /// Text, never a formula.
    Text(String),
    /// A number.
    Number {
        /// The number; a workbook keeps the double nearest to it.
        value: Number,
        /// Digits shown after the decimal point; as many as it has where not given.
        places: Option<u32>,
    },
    /// A missing value, and why it is missing.
    Missing(Absence),
}

impl Cell {
    /// Text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
    /// A count.
    #[must_use]
    pub fn count(n: usize) -> Self {
        Self::Number { value: Number::Decimal(n.into()), places: Some(0) }
    }
}

/// A bar chart of the rows of a sheet, the largest value first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// What it shows.
    pub title: Text,
    /// Column with what stands beside the bars.
    pub labels: usize,
    /// Column with their lengths.
    pub values: usize,
}

/// Puts tables into a workbook, in their order. A sheet with a chart is followed by one with the chart and the ranked values
/// it is drawn from; where values are missing, the last sheet lists them with their reasons.
///
/// # Errors
/// `table-too-large` for a sheet of more rows or columns than a workbook has, or of more than 20 million cells in all;
/// `cell-too-large` for a text of more than 32,767 characters.
///
/// # Example
/// ```
/// use gradus_exchange::{Cell, Sheet, workbook::workbook};
/// use gradus_model::Text;
/// let sheet = Sheet {
///     name: Text::both("Scores", "得分"),
///     header: vec![Text::both("Unit", "单位")],
///     rows: vec![vec![Cell::text("=cmd|' /C calc'!A0")]],
///     ..Sheet::default()
/// };
/// let bytes = workbook(&[sheet])?;
/// assert!(bytes.starts_with(b"PK"));
/// # Ok::<(), gradus_model::Diagnostic>(())
/// ```
pub fn workbook(tables: &[Sheet]) -> Result<Vec<u8>, Diagnostic> {
    let cells: usize = tables.iter().map(|t| (t.rows.len() + 1).saturating_mul(t.header.len())).sum();
    if cells > MOST_CELLS {
        return Err(too_large(format!("the tables have {cells} cells, more than 20 million")));
    }
    let mut book = Workbook::new();
    // A fixed day, so that the same tables give the same bytes.
    let day = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    let mut names = Names::default();
    let mut writer = Writer::new();
    for table in tables {
        let name = names.of(&table.name);
        book.push_worksheet(writer.sheet(table, &name)?);
        if let Some(chart) = &table.chart {
            let ranked = ranked(table, chart);
            let name = names.of(&ranked.name);
            let mut sheet = writer.sheet(&ranked, &name)?;
            draw(&mut sheet, &ranked, chart, &name)?;
            book.push_worksheet(sheet);
        }
    }
    if !writer.missing.is_empty() {
        let missing = std::mem::take(&mut writer.missing);
        let sheet = listed(missing);
        let name = names.of(&sheet.name);
        book.push_worksheet(writer.sheet(&sheet, &name)?);
    }
    if tables.is_empty() {
        book.add_worksheet();
    }
    book.save_to_buffer().map_err(failed)
}

fn too_large(message: String) -> Diagnostic {
    Diagnostic::new(&catalog::TABLE_TOO_LARGE, message)
        .help("write it as CSV, or fewer stages or units at once")
}

/// What is left after rows, columns and texts were checked.
fn failed(error: XlsxError) -> Diagnostic {
    Diagnostic::new(&catalog::CANNOT_WRITE, format!("the workbook cannot be put together: {error}"))
        .help("write the tables as CSV")
}

/// Both languages on one line, the one where they agree or only one is there.
fn both(text: &Text, between: &str) -> String {
    match (&text.en, &text.zh) {
        (Some(en), Some(zh)) if en != zh => format!("{en}{between}{zh}"),
        _ => text.get(Lang::En).to_owned(),
    }
}

/// Names of sheets: legal, and no two alike without regard to case.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    fn of(&mut self, name: &Text) -> String {
        let legal: String = both(name, " ")
            .chars()
            .map(|c| if c.is_control() || "*?:[]\\/'".contains(c) { '-' } else { c })
            .collect();
        let legal = match legal.trim() {
            "" => "Sheet",
            // A name that spreadsheets keep for themselves.
            name if name.eq_ignore_ascii_case("history") => "History-",
            name => name,
        };
        let mut n = 1;
        loop {
            let end = if n == 1 { String::new() } else { format!(" ({n})") };
            let kept = units_up_to(legal, LONGEST_NAME - end.len());
            let name = format!("{}{end}", kept.trim_end());
            if self.0.insert(name.to_lowercase()) {
                return name;
            }
            n += 1;
        }
    }
}

/// The beginning of a text that has at most so many UTF-16 units.
fn units_up_to(text: &str, most: usize) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > most
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// A value that is missing: sheet, cell, what the row begins with, heading, reason.
type Missing = [String; 5];

struct Writer {
    heading: Format,
    absent: Format,
    wrapped: Format,
    numbers: BTreeMap<Option<u32>, Format>,
    missing: Vec<Missing>,
    notes: usize,
}

impl Writer {
    fn new() -> Self {
        Self {
            heading: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Top)
                .set_background_color(0x00E7_ECF0),
            absent: Format::new().set_background_color(0x00F2_F2F2),
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            numbers: BTreeMap::new(),
            missing: Vec::new(),
            notes: 0,
        }
    }

    fn sheet(&mut self, table: &Sheet, name: &str) -> Result<Worksheet, Diagnostic> {
        let width = table.rows.iter().map(Vec::len).max().unwrap_or(0).max(table.header.len());
        if table.rows.len() > ROWS || width > COLUMNS {
            return Err(too_large(format!(
                "the sheet `{name}` has {} rows and {width} columns, more than a workbook holds",
                table.rows.len()
            )));
        }
        let mut sheet = Worksheet::new();
        sheet.set_name(name).map_err(failed)?;
        for (column, heading) in table.header.iter().enumerate() {
            let text = checked(both(heading, "\n"), name, 0, column)?;
            sheet.write_string_with_format(0, column as u16, text, &self.heading).map_err(failed)?;
        }
        for column in 0..width {
            let longest =
                table.rows.iter().take(200).filter_map(|row| row.get(column)).map(wide).max().unwrap_or(0);
            let heading = table
                .header
                .get(column)
                .map_or(0, |t| units_wide(t.get(Lang::En)).max(units_wide(t.get(Lang::Zh))));
            let width = longest.max(heading.min(24)).clamp(8, 60) + 2;
            sheet.set_column_width(column as u16, width as f64).map_err(failed)?;
        }
        for (n, row) in table.rows.iter().enumerate() {
            let at = n as u32 + 1;
            for (column, cell) in row.iter().enumerate() {
                self.cell(&mut sheet, table, name, (at, column), row, cell)?;
            }
        }
        let frozen = table.frozen.min(width) as u16;
        sheet.set_freeze_panes(1, frozen).map_err(failed)?;
        if width > 0 && !table.header.is_empty() {
            let last = table.header.len() as u16 - 1;
            sheet.autofilter(0, 0, table.rows.len() as u32, last).map_err(failed)?;
        }
        Ok(sheet)
    }

    fn cell(
        &mut self,
        sheet: &mut Worksheet,
        table: &Sheet,
        name: &str,
        (row, column): (u32, usize),
        beside: &[Cell],
        cell: &Cell,
    ) -> Result<(), Diagnostic> {
        let at = column as u16;
        match cell {
            Cell::Empty => {}
            Cell::Text(text) if text.is_empty() => {}
            Cell::Text(text) => {
                let text = checked(text.clone(), name, row, column)?;
                if units_wide(&text) > 60 || text.contains('\n') {
                    sheet.write_string_with_format(row, at, text, &self.wrapped).map_err(failed)?;
                } else {
                    sheet.write_string(row, at, text).map_err(failed)?;
                }
            }
            Cell::Number { value, places } => {
                let double = value.to_f64();
                if double.is_finite() {
                    let format = self.numbers.entry(*places).or_insert_with(|| number_format(*places));
                    sheet.write_number_with_format(row, at, double, format).map_err(failed)?;
                } else {
                    sheet.write_string(row, at, value.to_string()).map_err(failed)?;
                }
            }
            Cell::Missing(why) => {
                sheet.write_blank(row, at, &self.absent).map_err(failed)?;
                let why = both(&reason(*why), " / ");
                if self.notes < MOST_NOTES {
                    self.notes += 1;
                    sheet
                        .insert_note(row, at, &Note::new(why.clone()).add_author_prefix(false))
                        .map_err(failed)?;
                }
                let label = beside.iter().take(table.frozen.max(1)).map(shown).collect::<Vec<_>>().join(", ");
                let heading = table.header.get(column).map_or(String::new(), |h| both(h, " / "));
                self.missing.push([
                    name.to_owned(),
                    cell_name(row + 1, column as u32 + 1),
                    label,
                    heading,
                    why,
                ]);
            }
        }
        Ok(())
    }
}

fn checked(text: String, name: &str, row: u32, column: usize) -> Result<String, Diagnostic> {
    let units = text.encode_utf16().count();
    if units > LONGEST_TEXT {
        return Err(Diagnostic::new(
            &catalog::CELL_TOO_LARGE,
            format!(
                "the text of `{name}`, cell {}, has {units} characters, more than the 32,767 of a workbook",
                cell_name(row + 1, column as u32 + 1)
            ),
        )
        .help("shorten the text, or write the table as CSV"));
    }
    Ok(text)
}

fn number_format(places: Option<u32>) -> Format {
    match places {
        None => Format::new(),
        Some(0) => Format::new().set_num_format("0"),
        // A workbook's format has at most 30 places.
        Some(places) => Format::new().set_num_format(format!("0.{}", "0".repeat(places.min(30) as usize))),
    }
}

/// About how many digits wide a text is; Chinese characters are two wide.
fn units_wide(text: &str) -> usize {
    text.chars().take(200).map(|c| if u32::from(c) >= 0x1100 { 2 } else { 1 }).sum()
}

fn wide(cell: &Cell) -> usize {
    match cell {
        Cell::Empty | Cell::Missing(_) => 0,
        Cell::Text(text) => units_wide(text),
        Cell::Number { places, .. } => places.map_or(14, |p| p.min(30) as usize + 6),
    }
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Missing(_) => String::new(),
        Cell::Text(text) => units_up_to(text, 200).to_owned(),
        Cell::Number { value, .. } => value.to_string(),
    }
}

/// A reason in both languages.
fn reason(why: Absence) -> Text {
    let (en, zh) = match why {
        Absence::NotReported => ("not reported", "未报告"),
        Absence::NotAvailable => ("not available", "无数据"),
        Absence::NotCollected => ("not collected", "未统计"),
        Absence::NotPublished => ("not published", "未公布"),
        Absence::Confidential => ("confidential", "保密"),
        Absence::NotApplicable => ("not applicable", "不适用"),
        Absence::OnlyBounds => ("only bounds are known", "仅知区间"),
        Absence::InputAbsent => ("an input is missing", "缺少所需数据"),
        Absence::TooOld => ("too old", "数据过旧"),
        Absence::TooFewParts => ("too few parts are present", "组成部分不足"),
        Absence::TooFewRespondents => ("too few respondents", "受访者过少"),
        Absence::TooManyDontKnow => ("too many who do not know", "不知道者过多"),
        #[allow(unreachable_patterns, reason = "the list of reasons may grow")]
        other => return Text::english(other.word()),
    };
    Text::both(en, zh)
}

/// The rows of a table that have a number in the charted column, the largest first; equal ones stay in order.
fn ranked(table: &Sheet, chart: &Chart) -> Sheet {
    let mut rows: Vec<(f64, Vec<Cell>)> = table
        .rows
        .iter()
        .filter_map(|row| match row.get(chart.values) {
            Some(cell @ Cell::Number { value, .. }) if value.to_f64().is_finite() => {
                let label = row.get(chart.labels).cloned().unwrap_or_default();
                Some((value.to_f64(), vec![label, cell.clone()]))
            }
            _ => None,
        })
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let heading = |column: usize| table.header.get(column).cloned().unwrap_or_default();
    Sheet {
        name: chart.title.clone(),
        header: vec![heading(chart.labels), heading(chart.values)],
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        frozen: 1,
        chart: None,
    }
}

/// A bar for each of the first rows, and a small bar in every cell.
fn draw(sheet: &mut Worksheet, ranked: &Sheet, chart: &Chart, name: &str) -> Result<(), Diagnostic> {
    let bars = ranked.rows.len().min(MOST_BARS) as u32;
    if bars == 0 {
        return Ok(());
    }
    let mut drawing = Drawing::new(ChartType::Bar);
    drawing
        .add_series()
        .set_categories((name, 1, 0, bars, 0))
        .set_values((name, 1, 1, bars, 1))
        .set_name((name, 0, 1))
        .set_gap(40);
    drawing.title().set_name(units_up_to(&both(&chart.title, " "), 255));
    drawing.legend().set_hidden();
    // The first row at the top, as in the table.
    drawing.y_axis().set_reverse();
    drawing.set_width(720).set_height(120 + 22 * bars);
    sheet.insert_chart(1, 3, &drawing).map_err(failed)?;
    sheet
        .add_conditional_format(1, 1, ranked.rows.len() as u32, 1, &ConditionalFormatDataBar::new())
        .map_err(failed)?;
    Ok(())
}

fn listed(missing: Vec<Missing>) -> Sheet {
    let header =
        [("Sheet", "工作表"), ("Cell", "单元格"), ("Row", "行"), ("Column", "列"), ("Reason", "原因")];
    Sheet {
        name: Text::both("Missing values", "缺失值"),
        header: header.into_iter().map(|(en, zh)| Text::both(en, zh)).collect(),
        rows: missing
            .into_iter()
            // There may be more of them than a sheet has rows; the cells themselves are marked.
            .take(ROWS)
            .map(|fields| {
                fields.into_iter().map(|f| Cell::Text(units_up_to(&f, LONGEST_TEXT).to_owned())).collect()
            })
            .collect(),
        frozen: 0,
        chart: None,
    }
}
