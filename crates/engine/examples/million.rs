//! One million units, fifty indicators: min-max, then weighted means through a two-level tree, in binary64.
//!
//! `cargo run --release -p gradus-engine --example million -- DATA ROWS RUNS [geometric]` reads `DATA`, little-endian
//! doubles of ROWS x 50 column by column (not a number where a figure is missing), and prints the seconds of each run and
//! the sum of the scores, then how many bytes of memory the table and the first run took. With `geometric`, scores are on 1 to
//! 100 and the five groups make the index by a geometric mean. It is one side of `benchmarks/million.py`, which sets it
//! beside numpy and polars.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example that reads a file, times and prints"
)]

use gradus_engine::{Methods, Plan, Run, Table};
use gradus_method::Column;
use gradus_model::{Id, Package, decode};
use std::io::Read;
use std::time::Instant;

/// polars brings an allocator that keeps freed memory; so does this program, or the comparison would be one of page
/// faults.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const N_INDICATORS: usize = 50;
const N_GROUPS: usize = 5;

fn package(geometric: bool) -> Package {
    let (top, normalize) = if geometric {
        ("aggregate = 'geometric'\n", "{ method = 'min-max', to = [1, 100] }")
    } else {
        ("", "'min-max'")
    };
    let mut text = format!(
        "format = 1\n[index]\nid = 'million'\nname = 'Million'\n{top}[policy]\narithmetic = 'binary64'\n\
         [defaults]\nnormalize = {normalize}\n"
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

/// What the system says the program holds of memory now (`VmRSS`) or has held at most (`VmHWM`), in bytes; nothing where
/// there is no such file.
fn memory(what: &str) -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'))?;
    Some(line.split_whitespace().next()?.parse::<usize>().ok()? * 1024)
}

fn main() {
    let mut args = std::env::args().skip(1);
    let usage = "usage: million DATA ROWS RUNS";
    let data = args.next().expect(usage);
    let rows: usize = args.next().and_then(|t| t.parse().ok()).expect(usage);
    let runs: usize = args.next().and_then(|t| t.parse().ok()).expect(usage);
    let geometric = args.next().is_some_and(|word| word == "geometric");
    let mut file = std::fs::File::open(data).expect("the data file can be opened");
    // A column at a time, so that the memory of reading is not mistaken for that of a run.
    let mut bytes = vec![0; rows * 8];
    let columns: Vec<Column<f64>> = (0..N_INDICATORS)
        .map(|_| {
            file.read_exact(&mut bytes).expect("the data file has a column");
            let figures =
                bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().expect("eight bytes")));
            if figures.clone().any(f64::is_nan) {
                Column::from_options(figures.map(|x| (!x.is_nan()).then_some(x)))
            } else {
                Column::of(figures.collect())
            }
        })
        .collect();
    drop(bytes);
    let package = package(geometric);
    // The benchmark names no unit; a million codes would only take memory.
    let units = vec![Id::new("u").expect("a code"); rows];
    let table = Table::new(units, vec![None], columns);
    let (plan, _) = Plan::<f64>::compile(&package, &Methods::default(), table).expect("the package compiles");
    let settings = plan.settings();
    let table = memory("VmRSS");
    let mut took = None;
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
            took = took.or_else(|| Some(memory("VmHWM")?.saturating_sub(table?)));
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
    println!("memory {} {}", rows * N_INDICATORS * 8, took.unwrap_or(0));
}
