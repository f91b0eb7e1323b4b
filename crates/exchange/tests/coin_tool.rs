//! Workbooks laid out as the COIN Tool lays them out, made here; no workbook of the tool itself is at hand.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_data::Memory;
use gradus_exchange::{Fate, Imported, Input, coin_tool};
use gradus_model::number::parse_decimal;
use gradus_model::package::{ArgValue, Direction};
use gradus_model::{Diagnostics, Package, Value};
use rust_xlsxwriter::{Formula, Workbook, Worksheet};

/// What a test may change in the workbook before it is saved.
type Change = fn(&mut Worksheet, &mut Worksheet);

/// A workbook of three indicators and four units in two pillars of one sub-index; sub-pillars are not used. `old` has the
/// framework one row further down.
fn workbook(old: bool, change: Change) -> Vec<u8> {
    let mut book = Workbook::new();
    let (mut database, mut framework, other) = (Worksheet::new(), Worksheet::new(), Worksheet::new());
    database.set_name("Database").unwrap();
    framework.set_name("Framework").unwrap();
    database.write(0, 1, "Database").unwrap();
    let labels = [
        "Weight",
        "Direction",
        "Goalpost low",
        "Goalpost high",
        "Index",
        "Sub-index",
        "Pillar",
        "Sub-pillar",
        "Name",
        "Code",
    ];
    for (n, label) in labels.into_iter().enumerate() {
        database.write(6 + n as u32, 3, label).unwrap();
    }
    let indicators = [
        (1.0, 1.0, Some((0.0, 100.0)), "p.01", "Access to water", "Ind.01"),
        (0.5, -1.0, None, "p.01", "Infant mortality", "Ind.02"),
        (2.0, 1.0, None, "p.02", "Income", "Ind.03"),
    ];
    for (n, (weight, direction, goalposts, pillar, name, code)) in indicators.into_iter().enumerate() {
        let column = 4 + n as u16;
        database.write(6, column, weight).unwrap();
        database.write(7, column, direction).unwrap();
        if let Some((lower, upper)) = goalposts {
            database.write(8, column, lower).unwrap();
            database.write(9, column, upper).unwrap();
        }
        for (row, text) in [(10, "Index"), (11, "si.01"), (12, pillar), (13, "sp.01"), (14, name), (15, code)]
        {
            database.write(row, column, text).unwrap();
        }
    }
    let units = [
        ("Austria", "AUT", [Some(99.9), Some(3.1), Some(45000.0)]),
        ("Belgium", "BEL", [None, Some(2.9), Some(43000.25)]),
        ("Chad", "TCD", [Some(51.0), Some(0.1 + 0.2), None]),
        ("Fiji", "FJI", [Some(94.0), None, Some(6000.0)]),
    ];
    for (n, (name, code, figures)) in units.into_iter().enumerate() {
        let row = 16 + n as u32;
        database.write(row, 1, name).unwrap();
        database.write(row, 2, code).unwrap();
        for (n, figure) in figures.into_iter().enumerate() {
            match figure {
                Some(figure) => database.write(row, 4 + n as u16, figure).unwrap(),
                None => database.write(row, 4 + n as u16, "n/a").unwrap(),
            };
        }
    }
    // The tool fills columns it does not use.
    for column in 7..103 {
        database.write(15, column, format!("Ind.{:02}", column - 3)).unwrap();
        database.write(16, column, "n/a").unwrap();
    }
    let top = 3 + u32::from(old);
    for (column, heading) in
        [(2, "Code"), (3, "Level"), (4, "Weight"), (5, "Parent"), (6, ""), (7, "Dimension/indicator")]
    {
        framework.write(top, column, heading).unwrap();
    }
    let groups = [
        ("Index", 1.0, "Well-being"),
        ("si.01", 1.0, "All"),
        ("p.01", 0.4, "Health"),
        ("p.02", 0.6, "Wealth"),
        ("p.03", 1.0, "--"),
    ];
    for (n, (code, weight, name)) in groups.into_iter().enumerate() {
        let row = top + 1 + n as u32;
        framework.write(row, 2, code).unwrap();
        framework.write(row, 4, weight).unwrap();
        framework.write(row, 7, name).unwrap();
    }
    change(&mut database, &mut framework);
    book.push_worksheet(other);
    book.push_worksheet(database);
    book.push_worksheet(framework);
    book.save_to_buffer().unwrap()
}

fn read(bytes: &[u8]) -> Result<Imported, Diagnostics> {
    coin_tool::read(Input { name: "tool.xlsm", bytes })
}

fn unchanged(_: &mut Worksheet, _: &mut Worksheet) {}

fn decode(imported: &Imported) -> Package {
    let (package, found) = gradus_model::decode::decode("package.toml", &imported.package);
    package.unwrap_or_else(|| panic!("{found:?}\n{}", imported.package))
}

#[test]
fn a_workbook_becomes_a_package() {
    for old in [false, true] {
        let imported = read(&workbook(old, unchanged)).unwrap();
        let package = decode(&imported);
        assert_eq!(package.index.id, "Index");
        assert_eq!(package.index.name.to_string(), "Well-being");
        let codes: Vec<&str> = package.nodes.iter().map(|n| n.id.as_str()).collect();
        let tree: Vec<&str> = package.tree().iter().map(|(ix, _)| codes[*ix]).collect();
        assert_eq!(tree, ["Index", "p.01", "Ind.01", "Ind.02", "p.02", "Ind.03"]);
        let node = |code| &package.nodes[package.node(code).unwrap()];
        assert_eq!(node("p.01").name.to_string(), "Health");
        assert_eq!(node("p.02").weight.quotient(), parse_decimal("0.6").ok());
        assert_eq!(node("Ind.02").weight.quotient(), parse_decimal("0.5").ok());
        assert_eq!(node("Ind.02").indicator().unwrap().direction, Direction::Lower);
        assert_eq!(node("Ind.03").indicator().unwrap().direction, Direction::Higher);
        let method = |code| node(code).indicator().unwrap().normalize.clone().unwrap();
        assert_eq!(method("Ind.01").method, "goalposts");
        assert_eq!(method("Ind.01").args["upper"], ArgValue::Number(100.into()));
        assert_eq!(method("Ind.02").method, "min-max");
        assert_eq!(package.units[2].name.to_string(), "Chad");
        let figures = String::from_utf8(imported.files[0].bytes.clone()).unwrap();
        assert_eq!(
            figures,
            "unit,Ind.01,Ind.02,Ind.03\nAUT,99.9,3.1,45000\nBEL,,2.9,43000.25\nTCD,51,0.30000000000000004,\nFJI,94,,6000\n"
        );
        let files = Memory::new().with(imported.files[0].path.clone(), imported.files[0].bytes.clone());
        let import = gradus_data::load(&package, &files);
        assert!(!import.diagnostics.has_errors(), "{:?}", import.diagnostics);
        let values = import.data.observations.iter().filter(|o| matches!(o.value, Value::Number(_))).count();
        assert_eq!(values, 9);
        // Two levels that say nothing are left out, and that is said.
        let lost: Vec<&str> = imported.account.of(Fate::Lost).map(|e| e.what.as_str()).collect();
        assert_eq!(lost.iter().filter(|w| w.starts_with("group `s")).count(), 2, "{lost:?}");
        assert_eq!(imported.account.of(Fate::Assumed).count(), 2, "{}", imported.account);
    }
}

#[test]
fn another_layout_is_refused_with_what_is_not_there() {
    let cases: &[(Change, &str)] = &[
        (
            |_, f| {
                f.write(3, 7, "Name").unwrap();
            },
            "workbook-unreadable tool.xlsm Framework!C4",
        ),
        (
            |d, _| {
                d.write(15, 4, 17).unwrap();
            },
            "workbook-unreadable tool.xlsm Database!E16",
        ),
        (
            |d, _| {
                (16..20).for_each(|r| {
                    d.clear_cell(r, 2);
                });
            },
            "workbook-unreadable tool.xlsm Database!C17",
        ),
        (
            |d, _| {
                d.set_name("Data").unwrap();
            },
            "unknown-sheet tool.xlsm",
        ),
        (
            |d, _| {
                d.write(7, 5, 0).unwrap();
            },
            "unknown-word tool.xlsm Database!F8",
        ),
        (
            |d, _| {
                d.write(6, 5, -1).unwrap();
            },
            "negative-weight tool.xlsm Database!F7",
        ),
        (
            |d, _| {
                d.write(17, 5, "2,9").unwrap();
            },
            "not-a-number tool.xlsm Database!F18",
        ),
        (
            |d, _| {
                d.write(17, 2, "AUT").unwrap();
            },
            "duplicate-observation tool.xlsm Database!C18",
        ),
        (
            |d, _| {
                d.write(15, 5, "Ind.01").unwrap();
            },
            "duplicate-code tool.xlsm Database!F16",
        ),
        (
            |d, _| {
                d.write(17, 5, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
            },
            "formula-error-cell tool.xlsm Database!F18",
        ),
        (
            |d, _| {
                d.write(13, 5, "sp.02").unwrap();
                d.write(13, 6, "sp.02").unwrap();
            },
            "unknown-parent tool.xlsm Database!G14",
        ),
    ];
    for (change, expected) in cases {
        let found = read(&workbook(false, *change)).unwrap_err();
        let first = found.iter().next().unwrap();
        assert!(first.help.is_some(), "{first}");
        assert_eq!(format!("{} {}", first.kind.id, first.places[0].0), *expected);
    }
}

#[test]
fn formulas_count_by_their_stored_results() {
    let bytes = workbook(false, |d, _| {
        d.write(17, 5, Formula::new("=1+1.5").set_result("2.5")).unwrap();
    });
    let figures = String::from_utf8(read(&bytes).unwrap().files[0].bytes.clone()).unwrap();
    assert!(figures.contains("BEL,,2.5,43000.25\n"), "{figures}");
}

#[test]
fn figures_without_a_unit_are_said() {
    let bytes = workbook(false, |d, _| {
        d.clear_cell(17, 2);
    });
    let account = read(&bytes).unwrap().account;
    assert!(account.of(Fate::Lost).any(|e| e.what == "row 18 of `Database`"), "{account}");
}

#[test]
fn cells_far_outside_of_the_layout_are_passed_over() {
    let bytes = workbook(false, |d, _| {
        d.write(1_048_575, 16_383, 1).unwrap();
    });
    assert_eq!(read(&bytes).unwrap().package, read(&workbook(false, unchanged)).unwrap().package);
}

#[test]
fn damaged_files_end_in_findings() {
    let whole = workbook(false, unchanged);
    assert_eq!(read(b"").unwrap_err().iter().next().unwrap().kind.id, "empty-file");
    assert_eq!(read(b"uCode,a\n").unwrap_err().iter().next().unwrap().kind.id, "workbook-unreadable");
    for cut in (0..whole.len()).step_by(97) {
        assert!(read(&whole[..cut]).is_err());
        let mut changed = whole.clone();
        changed[cut] ^= 0x55;
        let _ = read(&changed);
    }
}
