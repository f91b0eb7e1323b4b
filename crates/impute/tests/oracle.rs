//! Gaps that the R package COINr 1.1.14 filled in the ASEM data, cell by cell and in both arithmetics.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads tables from outside the repository")]

use gradus_impute::{Block, imputers};
use gradus_method::{Args, Column};
use gradus_model::number::{Decimal, Scalar, parse_decimal};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Relative to the larger of 1 and the expected number.
const TOLERANCE: f64 = 1e-10;

/// One table of filled data: its name, the table with gaps, the method and the column of classes.
const CASES: &[(&str, &str, &str, Option<&str>)] = &[
    ("20_impute_mean", "10_denominate_default", "mean", None),
    ("20_impute_median", "10_denominate_default", "median", None),
    ("20_impute_mean_grp_EurAsia", "10_denominate_default", "group-mean", Some("EurAsia_group")),
    ("20_impute_median_grp_EurAsia", "10_denominate_default", "group-median", Some("EurAsia_group")),
    ("20_impute_mean_grp_GDPpc", "10_denominate_default", "group-mean", Some("GDPpc_group")),
    ("20_impute_median_grp_GDP", "10_denominate_default", "group-median", Some("GDP_group")),
    ("21_impute_panel_latest_max1", "21_input_panel_gaps", "latest", None),
    ("21_impute_panel_constant", "21_input_panel_gaps", "constant", None),
    ("21_impute_panel_linear", "21_input_panel_gaps", "linear", None),
    ("21_impute_panel_linear", "21_input_panel_gaps", "linear-constant", None),
    ("21_impute_panel_single_constant", "21_input_panel_single", "constant", None),
];

#[test]
fn filled_cells_agree_with_coinr() {
    let Some(folder) = folder() else {
        println!("skipped: imputation by COINr; ../shared is not there");
        return;
    };
    let units = Table::read(&folder, "00_input_data");
    let mut n_values = 0;
    for (name, input, id, classes) in CASES {
        let input = Table::read(&folder, input);
        let output = Table::read(&folder, name);
        let exact = filled::<Decimal>(&input, &units, id, *classes);
        let binary = filled::<f64>(&input, &units, id, *classes);
        for key in ["uCode", "Time"] {
            assert_eq!(input.columns.get(key), output.columns.get(key), "{name}");
        }
        let before = n_values;
        for code in input.indicators() {
            for (row, (given, want)) in input.texts(code).iter().zip(output.texts(code)).enumerate() {
                let place = format!("{name} by {id}: {code}, row {row}");
                if given.is_some() {
                    assert!(!exact.contains_key(&(code, row)), "{place} was known");
                    continue;
                }
                let found = [exact.get(&(code, row)), binary.get(&(code, row))];
                let Some(want) = want else {
                    assert_eq!(found, [None, None], "{place} stays missing");
                    continue;
                };
                let want: f64 = want.parse().unwrap();
                for x in found {
                    let x = *x.unwrap_or_else(|| panic!("{place} is not filled"));
                    assert!((x - want).abs() <= TOLERANCE * want.abs().max(1.0), "{place}: {x}, not {want}");
                }
                n_values += 1;
            }
        }
        assert!(n_values > before, "{name} has no filled cell");
    }
    println!("{} cases agree with COINr in {n_values} filled cells", CASES.len());
}

/// What the method fills in, by indicator and row.
fn filled<'a, S: Scalar>(
    input: &'a Table,
    units: &Table,
    id: &str,
    classes: Option<&str>,
) -> BTreeMap<(&'a str, usize), f64> {
    let codes = input.indicators();
    let number = |text: &str| S::from_decimal(parse_decimal(text).unwrap());
    let column = |code: &&str| Column::from_options(input.texts(code).iter().map(|x| x.map(number)));
    let columns: Vec<Column<S>> = codes.iter().map(column).collect();
    let columns: Vec<&Column<S>> = columns.iter().collect();
    let mut times: Vec<f64> = input
        .columns
        .get("Time")
        .map_or_else(Vec::new, |times| times.iter().map(|time| time.parse().unwrap()).collect());
    times.dedup();
    let n_units = input.cells("uCode").len() / times.len().max(1);
    let classes: Option<Vec<Option<usize>>> = classes.map(|by| {
        let mut names: Vec<&String> = units.cells(by).iter().collect();
        names.sort();
        names.dedup();
        let class = |unit: &String| {
            let at = units.cells("uCode").iter().position(|code| code == unit).unwrap();
            names.iter().position(|name| **name == units.cells(by)[at])
        };
        input.cells("uCode")[..n_units].iter().map(class).collect()
    });
    let args = if id == "latest" { Args::new().number_of("max-age", 1) } else { Args::new() };
    let method = imputers().find(id).and_then(|method| method.make(&args)).unwrap();
    let block = Block { n_units, times: &times, classes: classes.as_deref(), ..Block::of(&columns) };
    let cells = S::pick(&method).impute(&block).unwrap();
    let of_column = |(at, cells): (usize, Vec<(usize, S)>)| {
        cells.into_iter().map(move |(row, x)| ((at, row), x.to_f64())).collect::<Vec<_>>()
    };
    let cells = cells.into_iter().enumerate().flat_map(of_column);
    cells.map(|((at, row), x)| ((codes[at], row), x)).collect()
}

/// Where tables of other programs lie, when they are there: beside the repository, or where GRADUS_SHARED says.
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var("GRADUS_SHARED").map_or_else(|_| beside(), PathBuf::from);
    shared.is_dir().then(|| shared.join("oracle/asem"))
}

/// A table by column, without quoted fields.
struct Table {
    header: Vec<String>,
    columns: BTreeMap<String, Vec<String>>,
}

impl Table {
    fn read(folder: &Path, name: &str) -> Self {
        let path = folder.join(format!("{name}.csv"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(!text.contains('"'), "{name} has quoted fields");
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let header = lines.next().unwrap();
        let cells: Vec<Vec<String>> = lines.collect();
        assert!(!cells.is_empty() && cells.iter().all(|row| row.len() == header.len()), "{name}");
        let column = |at: usize| cells.iter().map(|row| row[at].clone()).collect();
        let columns = header.iter().enumerate().map(|(at, name)| (name.clone(), column(at))).collect();
        Self { header, columns }
    }
    fn indicators(&self) -> Vec<&str> {
        self.header.iter().map(String::as_str).filter(|name| !["uCode", "Time"].contains(name)).collect()
    }
    fn cells(&self, column: &str) -> &[String] {
        self.columns.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }
    /// Numbers as text; `None` where the cell is empty.
    fn texts(&self, column: &str) -> Vec<Option<&str>> {
        self.cells(column).iter().map(|cell| (!cell.is_empty()).then_some(cell.as_str())).collect()
    }
}
