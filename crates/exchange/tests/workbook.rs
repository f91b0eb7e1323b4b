//! Workbooks are read back, by another library, and looked into part by part.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use calamine::{Data, Reader, Xlsx};
use gradus_data::{Directory, Files};
use gradus_engine::{Methods, Number};
use gradus_exchange::workbook::workbook;
use gradus_exchange::{Cell, Chart, ChartForm, Sheet, tables};
use gradus_model::number::parse_decimal;
use gradus_model::{Absence, Text};
use proptest::prelude::*;
use std::io::{Cursor, Read};

fn number(text: &str, places: Option<u32>) -> Cell {
    Cell::Number { value: Number::Decimal(parse_decimal(text).unwrap()), places }
}

fn open(bytes: &[u8]) -> Xlsx<Cursor<&[u8]>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

/// A part of the archive as text; nothing where it is not there.
fn part(bytes: &[u8], name: &str) -> Option<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).ok()?.read_to_string(&mut text).unwrap();
    Some(text)
}

fn sheet(rows: Vec<Vec<Cell>>) -> Sheet {
    Sheet {
        name: Text::both("Scores", "得分"),
        header: vec![Text::both("unit", "单位"), Text::both("score", "分值"), Text::english("note")],
        rows,
        frozen: 1,
        ..Sheet::default()
    }
}

fn scores() -> Sheet {
    let row = |unit: &str, score: Cell, note: &str| vec![Cell::text(unit), score, Cell::text(note)];
    Sheet {
        chart: Some(Chart {
            title: Text::both("Ranking", "排名"),
            labels: 0,
            form: ChartForm::Bars { values: 1, interval: None },
        }),
        ..sheet(vec![
            row("b", number("61.2345", Some(3)), "=1+1"),
            row("a", number("90", Some(2)), "+1"),
            row("d", Cell::Missing(Absence::TooFewParts), "@sum"),
            row("c", number("0.1234567890123456789", None), "-2"),
        ])
    }
}

#[test]
fn cells_are_what_they_were() {
    let bytes = workbook(&[scores()]).unwrap();
    let mut book = open(&bytes);
    assert_eq!(book.sheet_names(), ["Scores 得分", "Ranking 排名", "Missing values 缺失值"]);
    let range = book.worksheet_range("Scores 得分").unwrap();
    let text = |text: &str| Data::String(text.to_owned());
    assert_eq!(range.get((0, 1)), Some(&text("score\n分值")));
    assert_eq!(range.get((1, 1)), Some(&Data::Float(61.2345)), "the full value, whatever is shown");
    assert_eq!(range.get((4, 1)), Some(&Data::Float(0.123_456_789_012_345_68)));
    assert_eq!(range.get((3, 1)), Some(&Data::Empty));
    for (row, note) in [(1, "=1+1"), (2, "+1"), (3, "@sum"), (4, "-2")] {
        assert_eq!(range.get((row, 2)), Some(&text(note)));
    }
    let formulas = book.worksheet_formula("Scores 得分").unwrap();
    assert!(formulas.used_cells().next().is_none());
    let missing = book.worksheet_range("Missing values 缺失值").unwrap();
    let row: Vec<String> = missing.rows().nth(1).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(row, ["Scores 得分", "B4", "d", "score / 分值", "too few parts are present / 组成部分不足"]);
}

#[test]
fn header_filter_places_note_and_chart_are_there() {
    let bytes = workbook(&[scores()]).unwrap();
    let first = part(&bytes, "xl/worksheets/sheet1.xml").unwrap();
    assert!(first.contains("<pane xSplit=\"1\" ySplit=\"1\""), "{first}");
    assert!(first.contains("<autoFilter ref=\"A1:C5\"/>"), "{first}");
    assert!(!first.contains("<f>"), "{first}");
    assert!(part(&bytes, "xl/styles.xml").unwrap().contains("formatCode=\"0.000\""));
    let note = part(&bytes, "xl/comments1.xml").unwrap();
    assert!(note.contains("ref=\"B4\"") && note.contains("too few parts are present"), "{note}");
    let chart = part(&bytes, "xl/charts/chart1.xml").unwrap();
    assert!(chart.contains("<c:barDir val=\"bar\"/>"), "{chart}");
    assert!(chart.contains("'Ranking 排名'!$B$2:$B$4"), "{chart}");
    let mut book = open(&bytes);
    let ranked = book.worksheet_range("Ranking 排名").unwrap();
    let order: Vec<String> = ranked.rows().skip(1).map(|r| r[0].to_string()).collect();
    assert_eq!(order, ["a", "b", "c"], "the largest first, and no bar for a missing value");
}

#[test]
fn bars_have_their_intervals_and_lines_their_columns() {
    let header = ["unit", "score", "low", "high"].map(Text::english).to_vec();
    let row = |unit: &str, score: &str, low: &str, high: &str| {
        vec![Cell::text(unit), number(score, None), number(low, None), number(high, None)]
    };
    let form = ChartForm::Bars { values: 1, interval: Some((2, 3)) };
    let bars = Sheet {
        name: Text::english("Scores"),
        header: header.clone(),
        rows: vec![row("a", "50", "44", "58.5"), row("b", "60", "59", "61")],
        chart: Some(Chart { title: Text::english("Ranking"), labels: 0, form }),
        notes: vec![(1, 1, Text::both("provisional", "初步")), (9, 9, Text::english("nowhere"))],
        ..Sheet::default()
    };
    let lines = Sheet {
        name: Text::english("Years"),
        header,
        rows: vec![row("2019", "1", "2", "3"), row("2020", "2", "3", "4")],
        chart: Some(Chart {
            title: Text::english("Through the years"),
            labels: 0,
            form: ChartForm::Lines { series: vec![1, 3] },
        }),
        ..Sheet::default()
    };
    let bytes = workbook(&[bars, lines]).unwrap();
    let chart = part(&bytes, "xl/charts/chart1.xml").unwrap();
    for range in ["<c:plus><c:numRef><c:f>Ranking!$D$2:$D$3", "<c:minus><c:numRef><c:f>Ranking!$C$2:$C$3"] {
        assert!(chart.contains(range), "{chart}");
    }
    let mut book = open(&bytes);
    let ranked = book.worksheet_range("Ranking").unwrap();
    let first: Vec<String> = ranked.rows().nth(2).unwrap().iter().map(ToString::to_string).collect();
    // 50 is 6 above its lower end and 8.5 below its upper one.
    assert_eq!(first, ["a", "50", "6", "8.5"]);
    let chart = part(&bytes, "xl/charts/chart2.xml").unwrap();
    assert_eq!(chart.matches("<c:ser>").count(), 2);
    assert!(chart.contains("<c:lineChart>") && chart.contains("Years!$D$2:$D$3"), "{chart}");
    let note = part(&bytes, "xl/comments1.xml").unwrap();
    assert!(note.contains("ref=\"B3\"") && note.contains("provisional / 初步"), "{note}");
    assert!(!note.contains("nowhere"));
}

#[test]
fn the_same_tables_give_the_same_bytes() {
    assert_eq!(workbook(&[scores()]).unwrap(), workbook(&[scores()]).unwrap());
}

#[test]
fn names_of_sheets_are_made_legal_and_different() {
    let named = |name: &str| Sheet { name: Text::english(name), ..Sheet::default() };
    let long = "a name that is far too long for the tab of a sheet";
    let names = [
        "Scores",
        "scores",
        "a/b:c",
        long,
        long,
        "",
        "History",
        "'quoted'",
        "得分得分得分得分得分得分得分得分得分得分得分得分得分得分得分得分",
    ];
    let tables: Vec<Sheet> = names.into_iter().map(named).collect();
    let bytes = workbook(&tables).unwrap();
    let found = open(&bytes).sheet_names();
    assert_eq!(found.len(), names.len());
    assert_eq!(found[..4], ["Scores", "scores (2)", "a-b-c", "a name that is far too long for"]);
    assert_eq!(found[4], "a name that is far too long (2)");
    assert_eq!(found[5..8], ["Sheet", "History-", "-quoted-"]);
    assert!(found.iter().all(|n| n.encode_utf16().count() <= 31), "{found:?}");
    assert!(!workbook(&[]).unwrap().is_empty());
}

#[test]
fn what_no_workbook_holds_is_refused() {
    let text = workbook(&[sheet(vec![vec![Cell::text("x".repeat(32_768))]])]).unwrap_err();
    assert_eq!(text.kind.id, "cell-too-large");
    assert!(text.message.contains("cell A2"), "{text}");
    assert!(workbook(&[sheet(vec![vec![Cell::text("x".repeat(32_767))]])]).is_ok());
    let wide = Sheet { header: vec![Text::english("h"); 16_385], ..Sheet::default() };
    assert_eq!(workbook(&[wide]).unwrap_err().kind.id, "table-too-large");
    let tall = sheet(vec![Vec::new(); 1 << 20]);
    assert_eq!(workbook(&[tall]).unwrap_err().kind.id, "table-too-large");
}

#[test]
fn infinite_numbers_are_text_and_many_missing_values_are_all_listed() {
    let infinite = Cell::Number { value: Number::Binary64(f64::INFINITY), places: Some(2) };
    let mut rows = vec![vec![Cell::text("u"), infinite]];
    rows.extend((0..1500).map(|n| vec![Cell::text(format!("u{n}")), Cell::Missing(Absence::Confidential)]));
    let bytes = workbook(&[sheet(rows)]).unwrap();
    let mut book = open(&bytes);
    let range = book.worksheet_range("Scores 得分").unwrap();
    assert_eq!(range.get((1, 1)), Some(&Data::String("inf".to_owned())));
    assert_eq!(book.worksheet_range("Missing values 缺失值").unwrap().height(), 1501);
    assert_eq!(part(&bytes, "xl/comments1.xml").unwrap().matches("<comment ").count(), 1000);
}

#[test]
fn a_result_has_a_sheet_for_every_stage() {
    let directory = Directory::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../library/packages/hdi"));
    let text = String::from_utf8(directory.open("package.toml").unwrap().into_owned()).unwrap();
    let package = gradus_model::decode::decode("package.toml", &text).0.unwrap();
    let import = gradus_data::load(&package, &directory);
    let (evaluation, _) = gradus_engine::evaluate(&package, &Methods::default(), &import.data).unwrap();
    let units: Vec<Text> = package.units.iter().map(|u| u.name.clone()).collect();
    let sheets = tables::all(&package, &evaluation, &units);
    let bytes = workbook(&sheets).unwrap();
    let mut book = open(&bytes);
    let names = book.sheet_names();
    for name in [
        "About 说明",
        "Raw 原始数据",
        "Normalized 标准化",
        "Scores 得分",
        "Ranking 排名",
        "Ranks 名次",
        "Weights 权重",
        "Fits 拟合参数",
    ] {
        assert!(names.iter().any(|n| n == name), "{name} is not among {names:?}");
    }
    // Every figure of the sheet is the evaluation's.
    let scores = book.worksheet_range("Scores 得分").unwrap();
    let heading = |text: &str| {
        scores.rows().next().unwrap().iter().position(|h| h.to_string().starts_with(text)).unwrap()
    };
    let column = heading(package.index.id.as_str());
    let mut n = 0;
    for (row, cells) in scores.rows().skip(1).enumerate() {
        let expected = evaluation.score(gradus_model::Package::ROOT, row).map(Number::to_f64);
        let found = match &cells[column] {
            Data::Float(x) => Some(*x),
            _ => None,
        };
        assert_eq!(found, expected);
        n += usize::from(found.is_some());
    }
    assert_eq!(n, 193);
    let ranking = book.worksheet_range("Ranking 排名").unwrap();
    assert_eq!(ranking.get((1, 0)).unwrap().to_string(), "Switzerland");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_text_is_kept_as_text(texts in proptest::collection::vec("[=+@-]?.{0,30}", 1..8), name in ".{0,40}") {
        let table = Sheet {
            name: Text::english(name.clone()),
            header: vec![Text::english(name)],
            rows: texts.iter().map(|t| vec![Cell::text(t.clone())]).collect(),
            ..Sheet::default()
        };
        let bytes = workbook(&[table]).unwrap();
        prop_assert!(!part(&bytes, "xl/worksheets/sheet1.xml").unwrap().contains("<f>"));
        let mut book = open(&bytes);
        let name = book.sheet_names()[0].clone();
        let range = book.worksheet_range(&name).unwrap();
        for (n, text) in texts.iter().enumerate() {
            let found = range.get_value((n as u32 + 1, 0)).map(ToString::to_string).unwrap_or_default();
            // White space at line ends is XML's to normalize.
            let bare = |t: &str| t.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>();
            prop_assert_eq!(bare(&found), bare(text));
        }
    }
}
