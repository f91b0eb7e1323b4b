//! Components and fitted weights beside those that the R package COINr 1.1.14 computed on the ASEM data.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads tables from outside the repository")]

use gradus_method::{Arg, Args, Column};
use gradus_model::number::{Scalar, parse_decimal};
use gradus_weight::{Group, Weighed, weighers};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Relative to the larger of 1 and the expected number.
const TOLERANCE: f64 = 1e-10;

/// Where tables of other programs lie, when they are there: beside the repository, or where GRADUS_SHARED says.
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var("GRADUS_SHARED").map_or_else(|_| beside(), PathBuf::from);
    shared.is_dir().then(|| shared.join("oracle/asem"))
}

/// A table by column.
struct Table(BTreeMap<String, Vec<String>>);

impl Table {
    fn read(folder: &Path, name: &str) -> Self {
        let path = folder.join(format!("{name}.csv"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut lines = text.lines().map(fields);
        let header = lines.next().unwrap();
        let rows: Vec<Vec<String>> = lines.collect();
        assert!(!rows.is_empty() && rows.iter().all(|row| row.len() == header.len()), "{name}");
        let column = |at: usize| rows.iter().map(|row| row[at].clone()).collect();
        Self(header.iter().enumerate().map(|(at, name)| (name.clone(), column(at))).collect())
    }
    fn texts(&self, column: &str) -> &[String] {
        self.0.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }
    fn numbers(&self, column: &str) -> Vec<f64> {
        self.texts(column).iter().map(|cell| cell.parse().unwrap()).collect()
    }
    fn column<S: Scalar>(&self, column: &str) -> Column<S> {
        Column::from_options(
            self.texts(column)
                .iter()
                .map(|cell| (!cell.is_empty()).then(|| S::from_decimal(parse_decimal(cell).unwrap()))),
        )
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

fn weigh(id: &str, args: &Args, group: &Group<f64>) -> Weighed<f64> {
    let method = weighers().find(id).and_then(|method| method.make(args)).unwrap();
    group.weigh(f64::pick(&method)).unwrap_or_else(|fault| panic!("{id}: {fault}"))
}

fn fact(weighed: &Weighed<f64>, name: &str) -> f64 {
    weighed.facts.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no fact {name}")).1
}

#[test]
fn components_agree_with_coinr() {
    let Some(folder) = folder() else {
        println!("skipped: components of COINr; ../shared is not there");
        return;
    };
    let mut n_groups = 0;
    for (name, data) in [
        ("93_pca_indicators_normalised", "60_norm_minmax_0_100"),
        ("93_pca_indicators_raw", "00_input_data"),
        ("93_pca_pillars", "70_agg_amean"),
    ] {
        let (table, data) = (Table::read(&folder, name), Table::read(&folder, data));
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (row, group) in table.texts("group").iter().enumerate() {
            groups.entry(group).or_default().push(row);
        }
        let (loadings, deviations) = (table.numbers("loading"), table.numbers("sdev"));
        for (group, rows) in groups {
            let first: Vec<usize> =
                rows.iter().copied().filter(|row| table.texts("component")[*row] == "1").collect();
            let codes: Vec<&str> = first.iter().map(|row| table.texts("iCode")[*row].as_str()).collect();
            let parts = Group::<f64>::new(codes.iter().map(|code| (*code, data.column(code)))).unwrap();
            let found = weigh("principal-components", &Args::new().number_of("components", 1), &parts);
            // COINr's loadings are directions of length 1; their squares are the weights of one component.
            for (k, row) in first.iter().enumerate() {
                let want = loadings[*row] * loadings[*row];
                let y = found.weights[k];
                assert!((y - want).abs() <= TOLERANCE, "{name} {group} {}: {y}, not {want}", codes[k]);
            }
            for row in &rows {
                let component = &table.texts("component")[*row];
                let want = deviations[*row] * deviations[*row];
                let y = fact(&found, &format!("eigenvalue {component}"));
                assert!((y - want).abs() <= TOLERANCE * want.max(1.0), "{name} {group}: {y}, not {want}");
            }
            n_groups += 1;
        }
    }
    assert_eq!(n_groups, 18);
    println!("{n_groups} groups agree with COINr in components");
}

/// COINr's runs of `get_opt_weights`: table, the importance asked for in proportion, and the mean squared miss of the best
/// weights that are not negative where none of them meet it: an independent random search (numpy) comes to it from each
/// of 40 starts.
const FITS: &[(&str, &[i64], Option<f64>)] = &[
    ("95_optweights_level2_equal_default_tol", &[1, 1, 1, 1, 1, 1, 1, 1], Some(LEVEL_2)),
    ("95_optweights_level2_equal_tight", &[1, 1, 1, 1, 1, 1, 1, 1], Some(LEVEL_2)),
    ("95_optweights_level3_equal", &[1, 1], None),
    ("95_optweights_level3_2to1", &[2, 1], Some(LEVEL_3)),
];
const LEVEL_2: f64 = 1.1993749862e-4;
const LEVEL_3: f64 = 1.7838680411e-3;

#[test]
fn fitted_weights_beside_coinr() {
    let Some(folder) = folder() else {
        println!("skipped: fitted weights of COINr; ../shared is not there");
        return;
    };
    let scores = Table::read(&folder, "70_agg_amean");
    for (name, importance, attainable) in FITS {
        let table = Table::read(&folder, name);
        let codes = table.texts("iCode");
        let asked = codes.iter().zip(*importance).map(|(code, x)| (code.clone(), Arg::Number((*x).into())));
        let args = Args::new()
            .with("importance", Arg::Table(asked.collect()))
            .with("measure", Arg::Text("correlation".into()));
        let parts = Group::<f64>::new(codes.iter().map(|code| (code.as_str(), scores.column(code)))).unwrap();
        let found = weigh("intended-importance", &args, &parts);
        let total = importance.iter().sum::<i64>() as f64;
        let squares = |shares: &[f64]| {
            shares.iter().zip(*importance).map(|(q, t)| (q - *t as f64 / total).powi(2)).sum::<f64>()
                / shares.len() as f64
        };
        let ours: Vec<f64> =
            codes.iter().map(|code| fact(&found, &format!("importance of {code}"))).collect();
        let (ours, theirs) = (squares(&ours), squares(&table.numbers("share")));
        assert!(found.weights.iter().all(|w| *w >= 0.0), "{name}");
        assert_eq!(found.notes.is_empty(), attainable.is_none(), "{name}: {:?}", found.notes);
        assert!(ours <= attainable.unwrap_or(1e-25) * (1.0 + 1e-6), "{name}: {ours:e}");
        // COINr comes nearer only with weights below zero.
        let negative = table.numbers("weight").iter().any(|w| *w < 0.0);
        assert!(ours < theirs || negative, "{name}: {ours:e}, COINr {theirs:e}");
        println!(
            "{name}: mean squared miss {ours:.3e}, COINr {theirs:.3e}, with negative weights: {negative}"
        );
    }
}
