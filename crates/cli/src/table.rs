//! Tables for people: aligned in columns of the terminal, cut to its width.

use crate::render::escape::visible;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use unicode_width::UnicodeWidthStr;

/// A column of a printed table.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Its heading.
    pub(crate) heading: String,
    /// Whether its cells are aligned as numbers.
    pub(crate) numeric: bool,
}

impl Column {
    /// A column of texts.
    pub(crate) fn text(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), numeric: false }
    }
    /// A column of numbers.
    pub(crate) fn number(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), numeric: true }
    }
}

/// A table as text, and how many columns were left out because they do not fit.
///
/// The first `keep` columns are always there; of the others, as many as fit from the left.
pub(crate) fn show(
    columns: &[Column],
    rows: &[Vec<String>],
    keep: usize,
    width: Option<usize>,
) -> (String, usize) {
    let safe = |text: &str| visible(text).into_owned();
    let headings: Vec<String> = columns.iter().map(|c| safe(&c.heading)).collect();
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| safe(cell)).collect()).collect();
    let mut shown = columns.len();
    if let Some(width) = width {
        let wide = |at: usize| {
            let cell = cells.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max().unwrap_or(0);
            cell.max(headings[at].width()) + 2
        };
        let mut used = 0;
        for at in 0..columns.len() {
            used += wide(at);
            // The space behind the last column does not count.
            if used > width + 1 && at >= keep {
                shown = at;
                break;
            }
        }
    }
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        table.set_width(u16::try_from(width.max(20) + 1).unwrap_or(u16::MAX));
    }
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(&headings[..shown]);
    for row in &cells {
        table.add_row(&row[..shown.min(row.len())]);
    }
    for (at, column) in columns.iter().take(shown).enumerate() {
        if let Some(target) = table.column_mut(at) {
            target.set_padding((0, 2));
            if column.numeric {
                target.set_cell_alignment(CellAlignment::Right);
            }
        }
    }
    let mut out = String::new();
    for (at, line) in table.lines().enumerate() {
        let line = line.trim_end();
        if at == 0 {
            out.push_str("\u{1b}[1m");
            out.push_str(line);
            out.push_str("\u{1b}[0m");
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    (out, columns.len() - shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn wide_characters_align_and_what_does_not_fit_is_left_out() {
        let columns = [
            Column::text("城市"),
            Column::text("标准"),
            Column::number("得分"),
            Column::number("score of a long name"),
        ];
        let rows =
            rows(&[&["长春", "区域性中心城市", "71.20", "1"], &["Wien", "International city", "9.5", "100"]]);
        let (wide, left_out) = show(&columns, &rows, 2, None);
        assert_eq!(left_out, 0);
        let lines: Vec<&str> = wide.lines().collect();
        let plain = lines[0].replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
        assert_eq!(plain, "城市  标准                 得分  score of a long name");
        assert_eq!(lines[1], "长春  区域性中心城市      71.20                     1");
        assert_eq!(lines[2], "Wien  International city    9.5                   100");
        let (narrow, left_out) = show(&columns, &rows, 2, Some(40));
        assert_eq!(left_out, 1);
        for line in narrow.lines() {
            assert!(line.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "").width() <= 40, "{line}");
        }
    }

    #[test]
    fn a_cell_cannot_command_the_terminal() {
        let (text, _) = show(&[Column::text("unit")], &rows(&[&["a\u{1b}[2Jb\u{202e}"]]), 1, None);
        assert!(text.contains("a\\u{1b}[2Jb\\u{202e}"));
    }
}
