//! One million units, fifty indicators: min-max, then weighted means through a two-level tree, in binary64.
//!
//! `cargo run --release -p gradus-engine --example million -- DATA ROWS RUNS` reads `DATA`, little-endian doubles of
//! ROWS x 50 column by column, and prints the seconds of each run and the sum of the scores. It is one side of
//! `benchmarks/million.py`, which sets it beside numpy and polars.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example that reads a file, times and prints"
)]

use gradus_engine::{Methods, Plan, Run, Table};
use gradus_method::Column;
use gradus_model::{Id, Package, decode};
use std::time::Instant;

/// polars brings an allocator that keeps freed memory; so does this program, or the comparison would be one of page
/// faults.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const N_INDICATORS: usize = 50;
const N_GROUPS: usize = 5;

fn package() -> Package {
    let mut text = String::from(
        "format = 1\n[index]\nid = 'million'\nname = 'Million'\n[policy]\narithmetic = 'binary64'\n\
         [defaults]\nnormalize = 'min-max'\n",
    );
    for group in 0..N_GROUPS {
        text += &format!("[[group]]\nid = 'g{group}'\nname = 'Group {group}'\nweight = {}\n", group + 1);
    }
    for i in 0..N_INDICATORS {
        let (group, weight) = (i / (N_INDICATORS / N_GROUPS), i % 7 + 1);
        let direction = if i % 3 == 0 { "lower" } else { "higher" };
        text += &format!(
            "[[indicator]]\nid = 'x{i}'\nname = 'X{i}'\nparent = 'g{group}'\nweight = {weight}\ndirection = '{direction}'\n"
        );
    }
    let (package, found) = decode::decode("million.toml", &text);
    package.unwrap_or_else(|| panic!("{found:?}"))
}

fn main() {
    let mut args = std::env::args().skip(1);
    let usage = "usage: million DATA ROWS RUNS";
    let data = args.next().expect(usage);
    let rows: usize = args.next().and_then(|t| t.parse().ok()).expect(usage);
    let runs: usize = args.next().and_then(|t| t.parse().ok()).expect(usage);
    let bytes = std::fs::read(data).expect("the data file can be read");
    let columns: Vec<Column<f64>> = bytes
        .chunks_exact(rows * 8)
        .map(|column| {
            Column::of(
                column
                    .chunks_exact(8)
                    .map(|b| f64::from_le_bytes(b.try_into().expect("eight bytes")))
                    .collect(),
            )
        })
        .collect();
    drop(bytes);
    let package = package();
    // The benchmark names no unit; a million codes would only take memory.
    let units = vec![Id::new("u").expect("a code"); rows];
    let table = Table::new(units, vec![None], columns);
    let (plan, _) = Plan::<f64>::compile(&package, &Methods::default(), table).expect("the package compiles");
    let settings = plan.settings();
    for kind in ["first", "again"] {
        let mut kept = Run::new(&plan);
        for _ in 0..runs {
            if kind == "first" {
                kept = Run::new(&plan);
            } else {
                // The same settings would compute nothing: every normalization is made anew.
                kept.forget();
            }
            let start = Instant::now();
            plan.run(&package, &settings, &mut kept).expect("the run succeeds");
            let seconds = start.elapsed().as_secs_f64();
            let index = kept.scores(&plan, Package::ROOT).expect("the index is scored");
            println!("{kind} {seconds:.6} {:.12e}", index.values().sum::<f64>());
        }
    }
    let mut kept = Run::new(&plan);
    plan.run(&package, &settings, &mut kept).expect("the run succeeds");
    let mut changed = settings.clone();
    for run in 0..runs {
        let weights: Vec<f64> =
            (0..plan.parts(Package::ROOT).len()).map(|i| (i * i + run + 2) as f64).collect();
        plan.set_weights(&mut changed, Package::ROOT, &weights);
        let start = Instant::now();
        plan.run(&package, &changed, &mut kept).expect("the run succeeds");
        println!("reweighted {:.6} 0", start.elapsed().as_secs_f64());
    }
}
