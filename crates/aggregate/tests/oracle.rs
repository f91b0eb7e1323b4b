//! Aggregates that the R package COINr 1.1.14 computed on the ASEM data, group by group and in both arithmetics.
//!
//! Each group is checked on its own: its parts are the scores in the table that COINr read, or for a higher level the
//! aggregates that COINr wrote. Parts that are missing are left out before a method is called, as COINr does.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads tables from outside the repository")]

use gradus_aggregate::aggregators;
use gradus_method::Args;
use gradus_model::number::{Decimal, Scalar, parse_decimal};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Relative to the larger of 1 and the expected number.
const TOLERANCE: f64 = 1e-10;

const TO_100: &str = "60_norm_minmax_0_100";
const FROM_1: &str = "60_norm_minmax_1_100";
const MISSING: &str = "60_norm_minmax_1_100_missing";

/// One table of aggregates, and the method of levels 2, 3 and 4 with the exponent where it has one.
type Case = (&'static str, &'static str, bool, [(&'static str, Option<&'static str>); 3]);

const fn all(id: &'static str) -> [(&'static str, Option<&'static str>); 3] {
    [(id, None), (id, None), (id, None)]
}

const fn power(exponent: &'static str) -> [(&'static str, Option<&'static str>); 3] {
    [("power-mean", Some(exponent)); 3]
}

const CASES: &[Case] = &[
    ("70_agg_amean", TO_100, false, all("arithmetic")),
    ("70_agg_amean_custom_w", TO_100, true, all("arithmetic")),
    ("70_agg_gmean_custom_w", FROM_1, true, all("geometric")),
    ("70_agg_gmean_custom_w", FROM_1, true, power("0")),
    ("70_agg_hmean", FROM_1, false, all("harmonic")),
    ("70_agg_hmean", FROM_1, false, power("-1")),
    ("70_agg_hmean_custom_w", FROM_1, true, all("harmonic")),
    ("70_agg_genmean_p2", TO_100, false, power("2")),
    ("70_agg_genmean_p0.5", TO_100, false, power("0.5")),
    ("70_agg_genmean_pm1_custom_w", FROM_1, true, power("-1")),
    ("70_agg_genmean_pm1_custom_w", FROM_1, true, all("harmonic")),
    (
        "70_agg_mixed_gmean_hmean_amean",
        FROM_1,
        false,
        [("geometric", None), ("harmonic", None), ("arithmetic", None)],
    ),
    ("70_agg_zscore_amean", "60_norm_zscore_0_1", false, all("arithmetic")),
    ("70_agg_missing_amean", MISSING, false, all("arithmetic")),
    ("70_agg_missing_amean_thresh0.8", MISSING, false, all("arithmetic")),
    ("70_agg_missing_gmean", MISSING, false, all("geometric")),
    ("70_agg_missing_hmean_custom_w", MISSING, true, all("harmonic")),
];

#[test]
fn aggregates_agree_with_coinr() {
    let Some(folder) = folder() else {
        println!("skipped: aggregates of COINr; ../shared is not there");
        return;
    };
    let meta = Table::read(&folder, "00_input_meta");
    let custom = Table::read(&folder, "70_input_weights_custom");
    let mut n_values = 0;
    for (name, input, with_custom, methods) in CASES {
        let input = Table::read(&folder, input);
        let output = Table::read(&folder, name);
        assert_eq!(input.rows, output.rows, "{name}");
        let codes = meta.cells("iCode");
        for (at, group) in codes.iter().enumerate() {
            let Some(level) = meta.cells("Level")[at].parse::<usize>().ok().filter(|level| *level > 1) else {
                continue;
            };
            let (id, exponent) = methods[level - 2];
            let table = if level == 2 { &input } else { &output };
            let parts: Vec<(Vec<Option<&str>>, &str)> = (0..codes.len())
                .filter(|part| meta.cells("Parent")[*part] == *group)
                .map(|part| {
                    let weights = if *with_custom { &custom } else { &meta };
                    let row = weights.cells("iCode").iter().position(|code| *code == codes[part]).unwrap();
                    (table.texts(&codes[part]), weights.cells("Weight")[row].as_str())
                })
                .collect();
            assert!(!parts.is_empty(), "{name} {group}");
            for (row, want) in output.texts(group).into_iter().enumerate() {
                // Whether a group with too few parts has an aggregate is decided before a method is called.
                let Some(want) = want else { continue };
                let want: f64 = want.parse().unwrap();
                let present: Vec<(&str, &str)> =
                    parts.iter().filter_map(|(values, weight)| values[row].map(|v| (v, *weight))).collect();
                for y in
                    [aggregate::<Decimal>(id, exponent, &present), aggregate::<f64>(id, exponent, &present)]
                {
                    let place = format!("{name} {group} {}", input.rows[row]);
                    assert!((y - want).abs() <= TOLERANCE * want.abs().max(1.0), "{place}: {y}, not {want}");
                }
                n_values += 1;
            }
        }
    }
    println!("{} cases agree with COINr in {n_values} aggregates", CASES.len());
}

/// Of each table, its input, whether with custom weights, and the level from which on it compares units.
const COPELAND: &[(&str, &str, bool, usize)] = &[
    ("70_agg_copeland", TO_100, false, 2),
    ("70_agg_amean_then_copeland_top", TO_100, false, 4),
    ("70_agg_copeland_custom_w_exact", TO_100, true, 2),
];

#[test]
fn copeland_agrees_with_coinr_and_with_exact_fractions() {
    let Some(folder) = folder() else {
        println!("skipped: Copeland scores of COINr; ../shared is not there");
        return;
    };
    let mut n_values = 0;
    for (name, input, with_custom, from) in COPELAND {
        let output = Table::read(&folder, name);
        for (group, parts, weights) in groups(&folder, input, &output, *with_custom, *from) {
            let want: Vec<f64> = output.cells(&group).iter().map(|cell| cell.parse().unwrap()).collect();
            assert_eq!(copeland::<Decimal>(&parts, &weights), want, "{name} {group}");
            assert_eq!(copeland::<f64>(&parts, &weights), want, "{name} {group}");
            n_values += want.len();
        }
    }
    println!("{} cases agree in {n_values} Copeland scores", COPELAND.len());
}

/// COINr compares sums of doubles with 0.5: with weights 2.5, 1, 1.5, 2, 2.5 and 1 some halves are missed.
#[test]
fn copeland_does_not_miss_ties_as_coinr_does() {
    let Some(folder) = folder() else {
        println!("skipped: faults of COINr; ../shared is not there");
        return;
    };
    let theirs = Table::read(&folder, "coinr_defects/70_agg_copeland_custom_w");
    let groups = groups(&folder, TO_100, &theirs, true, 2);
    let (group, parts, weights) = groups.iter().find(|(group, _, _)| group == "Instit").unwrap();
    let ours = copeland::<f64>(parts, weights);
    let differences: Vec<f64> =
        ours.iter().zip(theirs.cells(group)).map(|(a, b)| (a - b.parse::<f64>().unwrap()).abs()).collect();
    let wrong = differences.iter().filter(|difference| **difference > 0.0).count();
    assert_eq!((wrong, differences.iter().copied().fold(0.0, f64::max)), (14, 14.0));
    assert_eq!(ours, copeland::<Decimal>(parts, weights));
    println!("1 case: COINr misses ties for {wrong} of {} units", ours.len());
}

/// Every group from a level on, with the columns of its parts and their weights, as text.
fn groups(
    folder: &Path,
    input: &str,
    output: &Table,
    with_custom: bool,
    from: usize,
) -> Vec<(String, Vec<Vec<String>>, Vec<String>)> {
    let meta = Table::read(folder, "00_input_meta");
    let weights = if with_custom {
        Table::read(folder, "70_input_weights_custom")
    } else {
        Table::read(folder, "00_input_meta")
    };
    let input = Table::read(folder, input);
    assert_eq!(input.rows, output.rows);
    let codes = meta.cells("iCode");
    let level = |at: usize| meta.cells("Level")[at].parse::<usize>().unwrap_or(0);
    let group = |at: usize| {
        let table = if level(at) == 2 { &input } else { output };
        let parts = (0..codes.len()).filter(|part| meta.cells("Parent")[*part] == codes[at]);
        let (columns, weights) = parts
            .map(|part| {
                let row = weights.cells("iCode").iter().position(|code| *code == codes[part]).unwrap();
                (table.cells(&codes[part]).to_vec(), weights.cells("Weight")[row].clone())
            })
            .unzip();
        (codes[at].clone(), columns, weights)
    };
    let groups: Vec<_> = (0..codes.len()).filter(|at| level(*at) >= from.max(2)).map(group).collect();
    assert!(!groups.is_empty());
    groups
}

fn copeland<S: Scalar>(parts: &[Vec<String>], weights: &[String]) -> Vec<f64> {
    let numbers = |texts: &[String]| -> Vec<S> {
        texts.iter().map(|text| S::from_decimal(parse_decimal(text).unwrap())).collect()
    };
    let parts: Vec<Vec<S>> = parts.iter().map(|part| numbers(part)).collect();
    let slices: Vec<&[S]> = parts.iter().map(Vec::as_slice).collect();
    let method = aggregators().find("copeland").and_then(|method| method.make(&Args::new())).unwrap();
    let mut out = vec![S::ZERO; parts[0].len()];
    S::pick(&method).columns(&slices, &numbers(weights), &mut out).unwrap();
    out.into_iter().map(Scalar::to_f64).collect()
}

fn aggregate<S: Scalar>(id: &str, exponent: Option<&str>, parts: &[(&str, &str)]) -> f64 {
    let number = |text: &str| S::from_decimal(parse_decimal(text).unwrap());
    let args =
        exponent.map_or_else(Args::new, |p| Args::new().number_of("exponent", parse_decimal(p).unwrap()));
    let method = aggregators().find(id).and_then(|method| method.make(&args)).unwrap();
    let (values, weights): (Vec<S>, Vec<S>) = parts.iter().map(|(v, w)| (number(v), number(w))).unzip();
    S::pick(&method).row(&values, &weights).unwrap().to_f64()
}

/// Where tables of other programs lie, when they are there: beside the repository, or where GRADUS_SHARED says.
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var("GRADUS_SHARED").map_or_else(|_| beside(), PathBuf::from);
    shared.is_dir().then(|| shared.join("oracle/asem"))
}

/// A table by column: the column `uCode`, or else the first, names the rows.
struct Table {
    rows: Vec<String>,
    columns: BTreeMap<String, Vec<String>>,
}

impl Table {
    fn read(folder: &Path, name: &str) -> Self {
        let path = folder.join(format!("{name}.csv"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut lines = text.lines().map(fields);
        let header = lines.next().unwrap();
        let cells: Vec<Vec<String>> = lines.collect();
        assert!(!cells.is_empty() && cells.iter().all(|row| row.len() == header.len()), "{name}");
        let column = |at: usize| cells.iter().map(|row| row[at].clone()).collect();
        Self {
            rows: column(header.iter().position(|name| name == "uCode").unwrap_or(0)),
            columns: header.iter().enumerate().map(|(at, name)| (name.clone(), column(at))).collect(),
        }
    }
    fn cells(&self, column: &str) -> &[String] {
        self.columns.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }
    /// Numbers as text; `None` where the cell is empty.
    fn texts(&self, column: &str) -> Vec<Option<&str>> {
        self.cells(column).iter().map(|cell| (!cell.is_empty()).then_some(cell.as_str())).collect()
    }
}

/// The fields of a CSV line; a quoted field may hold commas.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}
