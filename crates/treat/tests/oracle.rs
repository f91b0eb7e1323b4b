//! Treated data that another program computed: the R package COINr 1.1.14 on the ASEM data, cell by cell, with skewness,
//! kurtosis and points of every indicator.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads tables from outside the repository")]

use gradus_method::{Arg, Args, Column};
use gradus_model::number::{Decimal, Scalar, parse_decimal};
use gradus_treat::{Treated, treatments};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Relative to the larger of 1 and the expected number.
const TOLERANCE: f64 = 1e-10;

/// What a case says of an indicator; `None` where it leaves it alone.
type Make = fn(&str) -> Option<Args>;

#[test]
fn treated_data_agree_with_coinr() {
    let Some(folder) = folder() else {
        println!("skipped: treated data of COINr; ../shared is not there");
        return;
    };
    let folder = folder.join("oracle/asem");
    let cases: [(&str, bool, Make); 7] = [
        ("default", true, |_| Some(Args::new())),
        ("individual", true, |code| match code {
            "Flights" => Some(points(0)),
            "ForPort" => None,
            _ => Some(Args::new()),
        }),
        ("winmax0_boxcox05", false, |_| {
            Some(points(0).with("then", text("box-cox")).number_of("lambda", Decimal::new(5, 1)))
        }),
        ("winmax0_log", true, |_| Some(points(0))),
        ("winmax0_logplus", true, |_| Some(points(0).with("then", text("log-ct-plus")))),
        ("winmax1", true, |_| Some(points(1))),
        ("winmax1_combine", true, |_| Some(points(1).with("combine", Arg::Flag(true)))),
    ];
    let input = Table::read(&folder, "20_impute_mean_grp_EurAsia");
    let mut indicators = 0;
    for (name, recorded, make) in &cases {
        indicators += compare(&folder, &input, name, *recorded, *make);
    }
    assert_eq!((cases.len(), indicators), (7, 7 * 49), "every case ran on every indicator");
    println!("{} cases with {indicators} treated indicators agree with COINr", cases.len());
}

/// A panel with gaps, treated year by year, of the units that have nine tenths of their figures.
#[test]
fn a_panel_treated_by_year_agrees_with_coinr() {
    let Some(folder) = folder() else {
        println!("skipped: treated panel of COINr; ../shared is not there");
        return;
    };
    let folder = folder.join("oracle/asem");
    let (input, expected) =
        (Table::read(&folder, "00_input_panel"), Table::read(&folder, "130_panel_treated"));
    let cell = |table: &Table, column: &str, row: usize| table.cells(column)[row].clone();
    let place_of = |row: usize| {
        let same = |at: &usize| {
            ["Time", "uCode"].iter().all(|key| cell(&input, key, *at) == cell(&expected, key, row))
        };
        (0..input.rows.len()).find(same).unwrap()
    };
    let places: Vec<usize> = (0..expected.rows.len()).map(place_of).collect();
    let years: BTreeSet<&String> = expected.rows.iter().collect();
    let method = treatments().find("skew-kurtosis").unwrap().make(&Args::new()).unwrap();
    let (mut columns, mut changed) = (0, 0);
    for code in expected.columns.keys().filter(|code| !["Time", "uCode"].contains(&code.as_str())) {
        for year in &years {
            let rows: Vec<usize> =
                (0..expected.rows.len()).filter(|row| expected.rows[*row] == **year).collect();
            let figures = rows.iter().map(|row| parse_decimal(&input.cells(code)[places[*row]]).ok());
            let treated = Decimal::pick(&method).treat(&Column::from_options(figures)).unwrap();
            for (at, row) in rows.iter().enumerate() {
                let (want, y) = (&expected.cells(code)[*row], treated.values.get(at));
                let place = format!("panel {code} {year} row {row}");
                assert_eq!(want.is_empty(), y.is_none(), "{place}");
                if let Some(y) = y {
                    near(y.to_f64(), want, &place);
                }
            }
            columns += 1;
            changed += usize::from(!treated.changed.is_empty() || treated.rescaled.is_some());
        }
    }
    assert_eq!((columns, years.len()), (5 * 49, 5));
    assert!(changed > 0, "nothing was treated");
    println!("{columns} columns of a panel agree with COINr; {changed} of them were treated");
}

/// The default but for the number of points.
fn points(n: i64) -> Args {
    Args::new().number_of("max-points", n)
}

/// One case: data, account and points of every indicator. Returns how many indicators there were.
fn compare(folder: &Path, input: &Table, name: &str, recorded: bool, make: Make) -> usize {
    let expected = Table::read(folder, &format!("40_treat_{name}_data"));
    let details = Table::read(folder, &format!("40_treat_{name}_details"));
    let points = recorded.then(|| Table::read(folder, &format!("40_treat_{name}_points")));
    assert_eq!(input.rows, expected.rows, "{name}");
    let mut indicators = 0;
    for code in expected.columns.keys().filter(|code| *code != "uCode") {
        let figures: Vec<Decimal> =
            input.cells(code).iter().map(|cell| parse_decimal(cell).unwrap()).collect();
        indicators += 1;
        let Some(args) = make(code) else {
            assert_eq!(input.cells(code), expected.cells(code), "{name} {code}");
            continue;
        };
        let method = treatments().find("skew-kurtosis").unwrap().make(&args).unwrap();
        let exact = Decimal::pick(&method).treat(&Column::of(figures.clone())).unwrap();
        let doubles = figures.iter().map(|x| x.to_f64()).collect();
        let binary = f64::pick(&method).treat(&Column::of(doubles)).unwrap();
        for (row, want) in expected.cells(code).iter().enumerate() {
            let place = format!("{name} {code} {}", input.rows[row]);
            for y in [exact.values.get(row).unwrap().to_f64(), binary.values.get(row).unwrap()] {
                near(y, want, &place);
            }
        }
        let at = details.rows.iter().position(|row| row == code).unwrap();
        account(&exact, &details, at, &format!("{name} {code}"));
        account(&binary, &details, at, &format!("{name} {code}"));
        if let Some(points) = &points {
            record(&exact, points, code, &input.rows, name);
        }
    }
    indicators
}

/// Skewness and kurtosis before, between and after, the number of points, and what passed.
fn account<S: Scalar>(treated: &Treated<S>, details: &Table, row: usize, place: &str) {
    // A case in which nothing was transformed has no columns for it.
    let cell = |column: &'static str| details.columns.get(column).map_or("", |cells| cells[row].as_str());
    let fact = |name: &str| treated.facts.iter().find(|(fact, _)| *fact == name).map(|(_, x)| x.to_f64());
    for (column, name) in [
        ("check0.Skew", "skewness"),
        ("check0.Kurt", "kurtosis"),
        ("winsorise.nwin", "points"),
        ("check1.Skew", "skewness-winsorized"),
        ("check1.Kurt", "kurtosis-winsorized"),
        ("check2.Skew", "skewness-after"),
        ("check2.Kurt", "kurtosis-after"),
    ] {
        let place = format!("{place} {column}");
        match (cell(column), fact(name)) {
            ("", None) => {}
            ("", Some(y)) => panic!("{place}: {y}, not nothing"),
            (want, Some(y)) => near(y, want, &place),
            (want, None) => panic!("{place}: nothing, not {want}"),
        }
    }
    let last =
        ["check2.Pass", "check1.Pass", "check0.Pass"].map(cell).into_iter().position(|c| !c.is_empty());
    let stage = last.unwrap();
    let passed = [cell("check2.Pass"), cell("check1.Pass"), cell("check0.Pass")][stage];
    assert_eq!(fact("stage"), Some(2.0 - stage as f64), "{place}");
    assert_eq!(fact("passed"), Some(f64::from(u8::from(passed == "TRUE"))), "{place}");
}

/// Which units are said to be treated, and how. Where COINr gave winsorizing up for a transformation it still records
/// `winhi+log_CT`; here only what was done to the treated data is recorded.
fn record(treated: &Treated<Decimal>, points: &Table, code: &str, units: &[String], name: &str) {
    let ours: BTreeMap<&str, &str> =
        treated.changed.iter().map(|(row, what)| (units[*row].as_str(), *what)).collect();
    let theirs = points.rows.iter().zip(points.cells("iCode")).zip(points.cells("treatment"));
    let combined = name.ends_with("combine");
    let mut transformed = BTreeSet::new();
    let mut winsorized = BTreeMap::new();
    for ((unit, _), what) in theirs.filter(|((_, indicator), _)| indicator.as_str() == code) {
        if what.contains("log_CT") {
            transformed.insert(unit.as_str());
        }
        let kept = combined || !what.contains("log_CT");
        if what.contains("winhi") && kept {
            winsorized.insert(unit.as_str(), "winsorized-high");
        }
        if what.contains("winlo") && kept {
            winsorized.insert(unit.as_str(), "winsorized-low");
        }
    }
    assert_eq!(ours, winsorized, "{name} {code}");
    let all = if treated.rescaled.is_some() { units.len() } else { 0 };
    assert_eq!(transformed.len(), all, "{name} {code}");
}

#[track_caller]
fn near(y: f64, want: &str, place: &str) {
    let want: f64 = want.parse().unwrap();
    assert!((y - want).abs() <= TOLERANCE * want.abs().max(1.0), "{place}: {y}, not {want}");
}

fn text(word: &str) -> Arg {
    Arg::Text(word.to_owned())
}

/// Where tables of other programs lie, when they are there: beside the repository, or where GRADUS_SHARED says.
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var("GRADUS_SHARED").map_or_else(|_| beside(), PathBuf::from);
    shared.is_dir().then_some(shared)
}

/// A table by column; the first column names the rows.
struct Table {
    rows: Vec<String>,
    columns: BTreeMap<String, Vec<String>>,
}

impl Table {
    fn read(folder: &Path, name: &str) -> Self {
        let path = folder.join(format!("{name}.csv"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let header = lines.next().unwrap();
        let cells: Vec<Vec<String>> = lines.collect();
        assert!(!cells.is_empty() && cells.iter().all(|row| row.len() == header.len()), "{name}");
        let column = |at: usize| cells.iter().map(|row| row[at].clone()).collect();
        Self {
            rows: column(0),
            columns: header.iter().enumerate().map(|(at, name)| (name.clone(), column(at))).collect(),
        }
    }
    fn cells(&self, column: &str) -> &[String] {
        self.columns.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }
}
