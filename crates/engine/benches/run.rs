//! A plan compiled, run, and run again with other weights, in both arithmetics: 10,000 units x 50 indicators.
//!
//! `cargo bench -p gradus-engine`; a million units beside numpy and polars are in `benchmarks/million.py`.

use divan::{Bencher, counter::ItemsCount};
use gradus_engine::{Methods, Plan, Run, Table};
use gradus_method::Column;
use gradus_model::{Decimal, Id, Package, Scalar, decode};

const UNITS: usize = 10_000;
const INDICATORS: usize = 50;

fn main() {
    divan::main();
}

fn package() -> Package {
    let mut text =
        String::from("format = 1\n[index]\nid = 'b'\nname = 'B'\n[defaults]\nnormalize = 'min-max'\n");
    for group in 0..5 {
        text += &format!("[[group]]\nid = 'g{group}'\nname = 'G'\nweight = {}\n", group + 1);
    }
    for i in 0..INDICATORS {
        text += &format!(
            "[[indicator]]\nid = 'x{i}'\nname = 'X'\nparent = 'g{}'\nweight = {}\n",
            i % 5,
            i % 7 + 1
        );
    }
    decode::decode("bench.toml", &text).0.expect("the package is sound")
}

/// Figures with three places; with `gaps`, every 17th is missing.
fn table<S: Scalar>(gaps: bool) -> Table<S> {
    let columns = (0..INDICATORS)
        .map(|k| {
            Column::from_options((0..UNITS).map(|i| {
                let thousandths = i64::try_from((i * 7919 + k * 31) % 1_000_003).unwrap_or(0);
                (!gaps || (i + k) % 17 != 0).then(|| S::from_decimal(Decimal::new(thousandths, 3)))
            }))
        })
        .collect();
    let units = (0..UNITS).map(|i| Id::new(&format!("u{i}")).expect("a code")).collect();
    Table::new(units, vec![None], columns)
}

fn plan<S: Scalar>(package: &Package, gaps: bool) -> Plan<S> {
    Plan::compile(package, &Methods::default(), table(gaps)).expect("the package compiles").0
}

#[divan::bench(types = [f64, Decimal], args = [false, true])]
fn every_step<S: Scalar>(bencher: Bencher, gaps: bool) {
    let package = package();
    let plan = plan::<S>(&package, gaps);
    let settings = plan.settings();
    let mut run = Run::new(&plan);
    bencher.counter(ItemsCount::new(UNITS * INDICATORS)).bench_local(|| {
        run.forget();
        plan.run(&package, &settings, &mut run).expect("the run succeeds");
    });
}

/// From text to plan for indexes larger than any that is known: the time must grow with the indicators, not with their
/// square.
#[divan::bench(args = [1_000, 8_000], sample_count = 10)]
fn decoded_and_compiled(bencher: Bencher, indicators: usize) {
    let mut text = String::from(
        "format = 1\n[index]\nid = 'b'\nname = 'B'\n[defaults]\nnormalize = 'min-max'\n[[measure]]\nid = 'people'\n",
    );
    let by: Vec<String> = (0..indicators).step_by(4).map(|i| format!("x{i} = 'people'")).collect();
    text += &format!("[[step]]\ndenominate = {{ by = {{ {} }} }}\n", by.join(", "));
    for group in 0..indicators / 10 {
        text += &format!("[[group]]\nid = 'g{group}'\nname = 'G'\n");
    }
    for i in 0..indicators {
        text += &format!(
            "[[indicator]]\nid = 'x{i}'\nname = 'X'\nparent = 'g{}'\nweight = {}\n",
            i / 10,
            i % 7 + 1
        );
    }
    bencher.counter(ItemsCount::new(indicators)).bench_local(|| {
        let package = decode::decode("bench.toml", &text).0.expect("the package is sound");
        let column = Column::of(vec![1.0, 2.0, 4.0]);
        let units = ["a", "b", "c"].map(|id| Id::new(id).expect("a code")).to_vec();
        let table = Table::<f64>::new(units, vec![None], vec![column; indicators + 1]);
        Plan::compile(&package, &Methods::default(), table).expect("the package compiles").0
    });
}

#[divan::bench(types = [f64, Decimal])]
fn new_weights_everywhere<S: Scalar>(bencher: Bencher) {
    let package = package();
    let plan = plan::<S>(&package, false);
    let mut settings = plan.settings();
    let mut run = Run::new(&plan);
    let groups: Vec<usize> = (0..package.nodes.len()).filter(|ix| !plan.parts(*ix).is_empty()).collect();
    let mut turn = 0;
    bencher.counter(ItemsCount::new(UNITS * INDICATORS)).bench_local(|| {
        turn += 1;
        for group in &groups {
            let weights: Vec<S> =
                (0..plan.parts(*group).len()).map(|i| S::from_count((i + turn) % 9 + 1)).collect();
            plan.set_weights(&mut settings, *group, &weights);
        }
        plan.run(&package, &settings, &mut run).expect("the run succeeds");
    });
}
