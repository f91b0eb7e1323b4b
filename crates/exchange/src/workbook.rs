//! Tables out as one XLSX workbook.
//!
//! Headings stay in sight and can be filtered by; numbers show the places they are published with and keep what a double
//! holds of the rest; a missing value is an empty cell, with its reason in a note and in a sheet of its own. Text is text: a
//! cell that begins with `=`, `+`, `-` or `@` is a string, not a formula. The same tables give the same bytes.

use gradus_engine::Number;
use gradus_model::diagnostic::{Diagnostic, catalog, cell_name};
use gradus_model::observation::Status;
use gradus_model::{Absence, Lang, Text};
use rust_xlsxwriter::{
    Chart as Drawing, ChartErrorBars, ChartErrorBarsType, ChartRange, ChartType, ConditionalFormatDataBar,
    DocProperties, ExcelDateTime, Format, FormatAlign, Note, Workbook, Worksheet, XlsxError,
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
    /// A chart of the rows.
    pub chart: Option<Chart>,
    /// Notes on cells: row, column, text.
    pub notes: Vec<(usize, usize, Text)>,
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

/// A chart of the rows of a sheet, which the spreadsheet draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// What it shows.
    pub title: Text,
    /// Column with what stands beside the bars or below the lines.
    pub labels: usize,
    /// What is drawn.
    pub form: ChartForm,
}

/// How a chart is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChartForm {
    /// A bar for each row, the largest value first.
    Bars {
        /// Column with their lengths.
        values: usize,
        /// Columns with the lower and the upper end of an interval around each value.
        interval: Option<(usize, usize)>,
    },
    /// A line for each of some columns, along the rows.
    Lines {
        /// The columns.
        series: Vec<usize>,
    },
}

/// Puts tables into a workbook, in their order. A sheet with a bar chart is followed by one with the chart and the ranked values
/// it is drawn from, lines are drawn beside their rows; where values are missing, the last sheet lists them with their reasons.
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
        let mut sheet = writer.sheet(table, &name)?;
        match table.chart.as_ref().map(|chart| (chart, &chart.form)) {
            Some((chart, ChartForm::Bars { values, interval })) => {
                book.push_worksheet(sheet);
                let ranked = ranked(table, chart, *values, *interval);
                let name = names.of(&ranked.name);
                let mut sheet = writer.sheet(&ranked, &name)?;
                draw(&mut sheet, &ranked, chart, &name)?;
                book.push_worksheet(sheet);
            }
            Some((chart, ChartForm::Lines { series })) => {
                lines(&mut sheet, table, chart, series, &name)?;
                book.push_worksheet(sheet);
            }
            None => {
                book.push_worksheet(sheet);
            }
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
        for (row, column, text) in &table.notes {
            if self.notes < MOST_NOTES && *row < table.rows.len() && *column < width {
                self.notes += 1;
                let note = Note::new(both(text, " / ")).add_author_prefix(false);
                sheet.insert_note(*row as u32 + 1, *column as u16, &note).map_err(failed)?;
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

/// A status in both languages.
pub(crate) fn status_words(status: Status) -> Text {
    let zh = match status {
        Status::Final => "最终",
        Status::Provisional => "初步",
        Status::DefinitionDiffers => "口径不同",
        Status::Break => "数列中断",
        Status::Estimated => "估计",
        Status::Imputed => "插补",
        Status::Forecast => "预测",
    };
    Text::both(status.word(), zh)
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

/// The rows of a table that have a number in the charted column, the largest first; equal ones stay in order. Of an interval, how
/// far its ends are from the value.
fn ranked(table: &Sheet, chart: &Chart, values: usize, interval: Option<(usize, usize)>) -> Sheet {
    let finite = |row: &[Cell], column: usize| match row.get(column) {
        Some(Cell::Number { value, .. }) => Some(value.to_f64()).filter(|x| x.is_finite()),
        _ => None,
    };
    let distance = |x: Option<f64>| match x {
        Some(x) => Cell::Number { value: Number::Binary64(x.max(0.0)), places: None },
        None => Cell::Empty,
    };
    let mut rows: Vec<(f64, Vec<Cell>)> = table
        .rows
        .iter()
        .filter_map(|row| {
            let value = finite(row, values)?;
            let mut cells = vec![row.get(chart.labels).cloned().unwrap_or_default(), row[values].clone()];
            if let Some((low, high)) = interval {
                cells.push(distance(finite(row, low).map(|low| value - low)));
                cells.push(distance(finite(row, high).map(|high| high - value)));
            }
            Some((value, cells))
        })
        .collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let heading = |column: usize| table.header.get(column).cloned().unwrap_or_default();
    let mut header = vec![heading(chart.labels), heading(values)];
    if interval.is_some() {
        header.extend([
            Text::both("down to the lower end", "至下限的距离"),
            Text::both("up to the upper end", "至上限的距离"),
        ]);
    }
    Sheet {
        name: chart.title.clone(),
        header,
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        frozen: 1,
        ..Sheet::default()
    }
}

/// A bar for each of the first rows, with its interval where there is one, and a small bar in every cell.
fn draw(sheet: &mut Worksheet, ranked: &Sheet, chart: &Chart, name: &str) -> Result<(), Diagnostic> {
    let bars = ranked.rows.len().min(MOST_BARS) as u32;
    if bars == 0 {
        return Ok(());
    }
    let interval = ranked.header.len() > 2;
    let mut drawing = Drawing::new(ChartType::Bar);
    let series = drawing.add_series();
    series
        .set_categories((name, 1, 0, bars, 0))
        .set_values((name, 1, 1, bars, 1))
        .set_name((name, 0, 1))
        .set_gap(40);
    if interval {
        let range = |column: u16| ChartRange::new_from_range(name, 1, column, bars, column);
        let mut ends = ChartErrorBars::new();
        ends.set_type(ChartErrorBarsType::Custom(range(3), range(2)));
        // Lying bars have their values along x.
        series.set_x_error_bars(&ends);
    }
    drawing.title().set_name(units_up_to(&both(&chart.title, " "), 255));
    drawing.legend().set_hidden();
    // The first row at the top, as in the table.
    drawing.y_axis().set_reverse();
    drawing.set_width(720).set_height(120 + 22 * bars);
    sheet.insert_chart(1, ranked.header.len() as u16 + 1, &drawing).map_err(failed)?;
    sheet
        .add_conditional_format(1, 1, ranked.rows.len() as u32, 1, &ConditionalFormatDataBar::new())
        .map_err(failed)?;
    Ok(())
}

/// A line for each column, along the rows. A missing value leaves a gap.
fn lines(
    sheet: &mut Worksheet,
    table: &Sheet,
    chart: &Chart,
    series: &[usize],
    name: &str,
) -> Result<(), Diagnostic> {
    let rows = table.rows.len() as u32;
    let width = table.header.len();
    if rows == 0 || series.is_empty() {
        return Ok(());
    }
    let mut drawing = Drawing::new(ChartType::Line);
    for column in series.iter().filter(|column| **column < width) {
        let column = *column as u16;
        drawing
            .add_series()
            .set_categories((name, 1, chart.labels as u16, rows, chart.labels as u16))
            .set_values((name, 1, column, rows, column))
            .set_name((name, 0, column));
    }
    drawing.title().set_name(units_up_to(&both(&chart.title, " "), 255));
    drawing.set_width(760).set_height(420);
    sheet.insert_chart(rows + 2, 1, &drawing).map_err(failed)?;
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
        ..Sheet::default()
    }
}
