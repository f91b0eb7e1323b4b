//! The whole chain of an index of the size people build: 51 countries, 49 indicators, denominated, imputed by the mean of
//! their group, treated for outliers, normalized and combined on three levels, as COINr's example ASEM is.
//!
//! `cargo bench -p gradus-engine --bench asem`. Figures are made here in ASEM's shape; where the tables that COINr wrote are
//! beside the repository (`GRADUS_SHARED`, else `../shared`), the same is run on the real ones.
#![allow(clippy::disallowed_methods, reason = "a benchmark that reads tables from outside the repository")]

use divan::Bencher;
use gradus_engine::{Methods, Plan, Run, Table};
use gradus_model::observation::{Absence, Detail, Status, Value};
use gradus_model::package::NodeIx;
use gradus_model::{DataSet, Decimal, Id, Observation, Package, Scalar, decode};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

fn main() {
    divan::main();
}

/// An indicator: code, parent, direction, denominator.
type Indicator = (String, String, &'static str, String);

/// The fields of a line; a comma between quotation marks is part of its field.
fn fields(line: &str) -> Vec<String> {
    let mut quoted = false;
    let separates = |c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    };
    line.split(separates).map(|field| field.replace('"', "")).collect()
}

/// A package with ASEM's chain, and the figures of its variables: a row per unit, beside the unit's group.
struct Case {
    package: Package,
    data: DataSet,
}

impl Case {
    fn new(
        groups: &[(String, String)],
        indicators: &[Indicator],
        measures: &[String],
        rows: &[(String, String, BTreeMap<String, Decimal>)],
    ) -> Self {
        let mut text = String::from(
            "format = 1\n[index]\nid = 'index'\nname = 'I'\n[defaults]\nnormalize = 'min-max'\n",
        );
        let by: Vec<String> = indicators
            .iter()
            .filter(|(.., by)| !by.is_empty())
            .map(|(id, .., by)| format!("{id} = '{by}'"))
            .collect();
        let _ = write!(
            text,
            "[[data]]\nfile = 'x.csv'\nlayout = 'wide'\ngroups = {{ kind = 'kind' }}\n\
             [[step]]\ndenominate = {{ by = {{ {} }} }}\n[[step]]\nimpute = 'group-mean'\nby = 'kind'\n\
             [[step]]\ntreat = {{ method = 'skew-kurtosis', max-points = 5, then = 'log-ct' }}\n",
            by.join(", ")
        );
        for measure in measures {
            let _ = writeln!(text, "[[measure]]\nid = '{measure}'");
        }
        for (id, parent) in groups {
            let parent = if parent.is_empty() { String::new() } else { format!("parent = '{parent}'\n") };
            let _ = write!(text, "[[group]]\nid = '{id}'\nname = 'G'\n{parent}");
        }
        for (id, parent, direction, _) in indicators {
            let _ = writeln!(
                text,
                "[[indicator]]\nid = '{id}'\nname = 'X'\nparent = '{parent}'\ndirection = '{direction}'"
            );
        }
        let (package, found) = decode::decode("asem.toml", &text);
        let package = package.unwrap_or_else(|| panic!("{found:?}"));
        let variables: Vec<Id> = package.variables().iter().map(|v| v.id.clone()).collect();
        let detail = Arc::new(Detail::default());
        let mut observations = Vec::new();
        for (unit, (.., figures)) in rows.iter().enumerate() {
            for (variable, id) in variables.iter().enumerate() {
                let value = figures
                    .get(id.as_str())
                    .map_or(Value::Absent(Absence::NotReported), |x| Value::Number(*x));
                observations.push(Observation {
                    unit,
                    variable,
                    period: None,
                    value,
                    status: Status::Final,
                    place: None,
                    detail: detail.clone(),
                });
            }
        }
        let units = rows.iter().map(|(id, ..)| Id::new(id).expect("a code")).collect();
        let kinds = rows.iter().map(|(_, kind, _)| Some(kind.clone())).collect();
        let classes = BTreeMap::from([("kind".to_owned(), kinds)]);
        Self { package, data: DataSet { units, variables, observations: observations.into(), classes } }
    }

    /// ASEM's shape: eight pillars under two sub-indices, 17 indicators with a denominator, one figure in forty missing.
    fn made() -> Self {
        let mut groups = vec![("conn".to_owned(), String::new()), ("sust".to_owned(), String::new())];
        groups.extend((0..8).map(|p| (format!("p{p}"), if p < 5 { "conn" } else { "sust" }.to_owned())));
        let indicators: Vec<Indicator> = (0..49)
            .map(|i| {
                let by = if i % 3 == 0 { format!("d{}", i % 4) } else { String::new() };
                (format!("x{i}"), format!("p{}", i % 8), if i % 5 == 0 { "lower" } else { "higher" }, by)
            })
            .collect();
        let measures: Vec<String> = (0..4).map(|d| format!("d{d}")).collect();
        let rows: Vec<(String, String, BTreeMap<String, Decimal>)> = (0..51)
            .map(|unit: usize| {
                let mut figures = BTreeMap::new();
                for (at, id) in measures.iter().chain(indicators.iter().map(|(id, ..)| id)).enumerate() {
                    let even = ((unit * 7919 + at * 104_729) % 9973 + 1) as f64 / 9973.0;
                    // Every fourth variable has a long tail, so that its treatment has something to do.
                    let x = if at % 4 == 3 { 1.0 / (even * even) } else { 10.0 + 90.0 * even };
                    if at < measures.len() || !(unit * 31 + at * 17).is_multiple_of(40) {
                        figures.insert(id.clone(), x.to_decimal().expect("a decimal").round_dp(6));
                    }
                }
                (format!("u{unit}"), if unit % 5 < 2 { "asia" } else { "europe" }.to_owned(), figures)
            })
            .collect();
        Self::new(&groups, &indicators, &measures, &rows)
    }

    /// The tables that COINr wrote; nothing where they are not there.
    fn real() -> Option<Self> {
        let shared = std::env::var_os("GRADUS_SHARED")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
        let folder = shared.join("oracle/asem");
        let table = |name: &str| -> Option<Vec<BTreeMap<String, String>>> {
            let text = std::fs::read_to_string(folder.join(name)).ok()?;
            let mut lines = text.lines().map(fields);
            let head = lines.next()?;
            Some(lines.map(|row| head.iter().cloned().zip(row).collect()).collect())
        };
        let meta = table("00_input_meta.csv")?;
        let of = |kind: &'static str| meta.iter().filter(move |row| row["Type"] == kind);
        let groups: Vec<(String, String)> = of("Aggregate")
            .filter(|row| !row["Parent"].is_empty())
            .map(|row| {
                let parent = if row["Parent"] == "Index" { String::new() } else { row["Parent"].clone() };
                (row["iCode"].clone(), parent)
            })
            .collect();
        let indicators: Vec<Indicator> = of("Indicator")
            .map(|row| {
                let direction = if row["Direction"] == "-1" { "lower" } else { "higher" };
                (row["iCode"].clone(), row["Parent"].clone(), direction, row["Denominator"].clone())
            })
            .collect();
        let measures: Vec<String> = of("Denominator").map(|row| row["iCode"].clone()).collect();
        let rows: Vec<_> = table("00_input_data.csv")?
            .iter()
            .map(|row| {
                let figures =
                    row.iter().filter_map(|(id, text)| Some((id.clone(), text.parse().ok()?))).collect();
                (row["uCode"].clone(), row["EurAsia_group"].clone(), figures)
            })
            .collect();
        Some(Self::new(&groups, &indicators, &measures, &rows))
    }

    fn plan<S: Scalar>(&self) -> Plan<S> {
        let table = Table::from_data(&self.package, &self.data).expect("a table");
        let compiled = Plan::compile(&self.package, &Methods::default(), table);
        compiled.unwrap_or_else(|found| panic!("{found:?}")).0
    }
}

/// Every step of the chain.
fn whole<S: Scalar>(bencher: Bencher, case: &Case) {
    let plan = case.plan::<S>();
    let settings = plan.settings();
    let mut run = Run::new(&plan);
    bencher.bench_local(|| {
        run.forget();
        plan.run(&case.package, &settings, &mut run).expect("the run succeeds");
    });
    let index = run.scores(&plan, Package::ROOT).expect("the index is scored");
    assert_eq!((index.len(), index.n_missing()), (51, 0));
}

#[divan::bench(types = [f64, Decimal])]
fn made_figures<S: Scalar>(bencher: Bencher) {
    whole::<S>(bencher, &Case::made());
}

#[divan::bench(types = [f64, Decimal])]
fn real_figures<S: Scalar>(bencher: Bencher) {
    match Case::real() {
        Some(case) => whole::<S>(bencher, &case),
        None => bencher.bench_local(|| ()),
    }
}

/// From the package and its figures to the plan.
#[divan::bench]
fn compile(bencher: Bencher) {
    let case = Case::made();
    bencher.bench_local(|| case.plan::<f64>());
}

/// Everything a run computed, put together for reports.
#[divan::bench]
fn evaluation(bencher: Bencher) {
    let case = Case::made();
    let plan = case.plan::<f64>();
    let settings = plan.settings();
    let mut run = Run::new(&plan);
    plan.run(&case.package, &settings, &mut run).expect("the run succeeds");
    bencher.bench_local(|| plan.evaluation(&case.package, &case.data, &settings, &run));
}

/// Another weight for one pillar: what a study of weights repeats.
#[divan::bench]
fn one_weight(bencher: Bencher) {
    let case = Case::made();
    let plan = case.plan::<f64>();
    let mut settings = plan.settings();
    let mut run = Run::new(&plan);
    let top: NodeIx = case.package.node("conn").expect("a group");
    let mut turn = 0;
    bencher.bench_local(|| {
        turn += 1;
        let weights: Vec<f64> = (0..plan.parts(top).len()).map(|p| ((p + turn) % 5 + 1) as f64).collect();
        plan.set_weights(&mut settings, top, &weights);
        plan.run(&case.package, &settings, &mut run).expect("the run succeeds");
    });
}
