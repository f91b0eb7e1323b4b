//! `cargo bench -p gradus-audit`: draws of weights, sensitivity of every unit's rank, and a rebuild of the whole chain.
//!
//! `benchmarks/audit.py` runs these beside numpy and SALib.

use divan::Bencher;
use gradus_audit::study::Study;
use gradus_audit::tally::Asked;
use gradus_audit::uncertainty::{Silent, Until, uncertainty, uncertainty_of};
use gradus_engine::{Evaluation, Methods};
use gradus_model::observation::{Absence, Detail, Status, Value};
use gradus_model::{DataSet, Decimal, Id, Observation, Package, decode};
use gradus_statistics::random::Stream;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

struct Case {
    package: Package,
    data: DataSet,
    methods: Methods,
    evaluation: Evaluation,
}

impl Case {
    fn new(text: &str, n_units: usize, figure: impl Fn(usize, usize) -> Option<f64>) -> Self {
        let (package, found) = decode::decode("package.toml", text);
        let package = package.unwrap_or_else(|| panic!("{found:?}"));
        let variables: Vec<Id> = package.variables().iter().map(|v| v.id.clone()).collect();
        let detail = Arc::new(Detail::default());
        let mut observations = Vec::new();
        for unit in 0..n_units {
            for variable in 0..variables.len() {
                let number = |x: f64| Value::Number(Decimal::try_from(x).expect("a decimal").round_dp(9));
                let value = figure(unit, variable).map_or(Value::Absent(Absence::NotReported), number);
                let detail = detail.clone();
                observations.push(Observation {
                    unit,
                    variable,
                    period: None,
                    value,
                    status: Status::Final,
                    place: None,
                    detail,
                });
            }
        }
        let units = (0..n_units).map(|unit| Id::new(&format!("u{unit}")).expect("a code")).collect();
        let kinds =
            (0..n_units).map(|unit| Some(if unit % 5 < 2 { "asia" } else { "europe" }.to_owned())).collect();
        let data = DataSet {
            units,
            variables,
            observations: observations.into(),
            classes: BTreeMap::from([("kind".to_owned(), kinds)]),
        };
        let methods = Methods::default();
        let (evaluation, _) =
            gradus_engine::evaluate(&package, &methods, &data).unwrap_or_else(|found| panic!("{found:?}"));
        Self { package, data, methods, evaluation }
    }
    fn study(&self) -> Study<'_> {
        let made = Study::new(&self.package, &self.data, &self.methods, &self.evaluation, Package::ROOT, 0);
        made.unwrap_or_else(|found| panic!("{found:?}"))
    }
}

/// 50 units, 10 indicators with scores between 1 and 100, one group.
fn flat(vary: &str) -> Case {
    let mut text = String::from(
        "format = 1\n[index]\nid = 'index'\nname = 'I'\n[policy]\narithmetic = 'binary64'\n[defaults]\nnormalize = { method = 'min-max', to = [1, 100] }\n",
    );
    for i in 0..10 {
        let _ = writeln!(text, "[[indicator]]\nid = 'x{i}'\nname = 'X'");
    }
    text.push_str(vary);
    Case::new(&text, 50, |unit, variable| {
        Some(100.0 * Stream::new(1).split(variable as u64).uniform(unit as u64))
    })
}

/// The shape of ASEM: 51 units, 49 indicators in eight pillars of two sub-indices, a figure in forty missing.
fn asem() -> Case {
    let mut text = String::from(
        "format = 1\n[index]\nid = 'index'\nname = 'I'\n[policy]\narithmetic = 'binary64'\n[defaults]\nnormalize = { method = 'min-max', to = [1, 100] }\n\
         [[step]]\nimpute = 'group-mean'\nby = 'kind'\n\
         [[step]]\ntreat = { method = 'skew-kurtosis', max-points = 5, then = 'log-ct' }\n",
    );
    for (id, parent) in [("conn", ""), ("sust", "")] {
        let _ = write!(text, "[[group]]\nid = '{id}'\nname = 'G'\n{parent}");
    }
    for p in 0..8 {
        let _ = writeln!(
            text,
            "[[group]]\nid = 'p{p}'\nname = 'P'\nparent = '{}'",
            if p < 5 { "conn" } else { "sust" }
        );
    }
    for i in 0..49 {
        let _ = writeln!(
            text,
            "[[indicator]]\nid = 'x{i}'\nname = 'X'\nparent = 'p{}'\ndirection = '{}'",
            i % 8,
            if i % 5 == 0 { "lower" } else { "higher" }
        );
    }
    text.push_str(
        "[[audit.vary]]\nimpute = { among = ['own', 'mean', 'median'] }\n\
         [[audit.vary]]\ntreat = { among = ['own', 'none', { method = 'skew-kurtosis', max-points = 1, then = 'log-ct' }, { method = 'skew-kurtosis', max-points = 3, then = 'log-ct' }] }\n\
         [[audit.vary]]\nnormalize = { among = ['own', 'percentile-rank'] }\n\
         [[audit.vary]]\nweights = { spread = 0.25 }\n\
         [[audit.vary]]\naggregate = { of = 'index', among = ['own', 'geometric'] }\n",
    );
    Case::new(&text, 51, |unit, variable| {
        let even = ((unit * 7919 + variable * 104_729) % 9973 + 1) as f64 / 9973.0;
        let x = if variable % 4 == 3 { 1.0 / (even * even) } else { 10.0 + 90.0 * even };
        (!(unit * 31 + variable * 17).is_multiple_of(40)).then_some(x)
    })
}

const SIMPLEX: &str = "[[audit.vary]]\nweights = { distribution = 'simplex' }\n";
const BOX: &str = "[[audit.vary]]\nweights = { spread = 0.25 }\n";

fn draws(bencher: Bencher, vary: &str, asked: Asked) {
    let case = flat(vary);
    let study = case.study();
    bencher.bench_local(|| uncertainty_of(&study, 1, Until::Draws(10_000), asked, &Silent));
}

/// 10,000 draws of any weights: acceptability, quantiles of ranks, moments of scores.
#[divan::bench]
fn simplex_ranks_50_x_10(bencher: Bencher) {
    draws(bencher, SIMPLEX, Asked::RANKS);
}

/// The same with quantiles of scores.
#[divan::bench]
fn simplex_scores_50_x_10(bencher: Bencher) {
    draws(bencher, SIMPLEX, Asked { pairs: false, ..Asked::ALL });
}

/// The same with every pair of units.
#[divan::bench]
fn simplex_all_50_x_10(bencher: Bencher) {
    draws(bencher, SIMPLEX, Asked::ALL);
}

/// 10,000 draws of weights within 25 %: ranks.
#[divan::bench]
fn box_ranks_50_x_10(bencher: Bencher) {
    draws(bencher, BOX, Asked::RANKS);
}

/// 10,000 draws of everything in an index of the shape of ASEM.
#[divan::bench]
fn asem_10_000(bencher: Bencher) {
    let case = asem();
    bencher.bench_local(|| {
        let study = case.study();
        uncertainty(&study, 1, Until::Draws(10_000), &Silent)
    });
}

/// Variance-based indices of every unit's score and rank: 12 inputs, 1024 draws of each sample, 14,336 runs.
#[divan::bench]
fn sobol_50_x_10_x_12(bencher: Bencher) {
    let case = flat(
        "[[audit.vary]]\nweights = { spread = 0.25 }\neach = true\n\
         [[audit.vary]]\nnormalize = { among = ['own', { method = 'percentile-rank', to = [1, 100] }] }\n\
         [[audit.vary]]\naggregate = { among = ['own', 'geometric'] }\n",
    );
    bencher.bench_local(|| {
        let study = case.study();
        assert_eq!(study.inputs.len(), 12);
        gradus_audit::sensitivity::sensitivity(&study, 1, 1024, &Silent)
    });
}
