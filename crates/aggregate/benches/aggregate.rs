//! TOPSIS, which compares units, beside the arithmetic mean, which does not: 100,000 units by 50 parts, in doubles.

use divan::Bencher;
use gradus_aggregate::aggregators;
use gradus_method::Args;
use gradus_model::number::Scalar;

const UNITS: usize = 100_000;
const PARTS: usize = 50;

fn main() {
    divan::main();
}

#[divan::bench(args = ["arithmetic", "topsis", "vikor", "wroclaw"])]
fn columns(bencher: Bencher<'_, '_>, id: &str) {
    let parts: Vec<Vec<f64>> = (0..PARTS)
        .map(|k| (0..UNITS).map(|i| 1.0 + (i * (2 * k + 1) % 9973) as f64 / 7.0).collect())
        .collect();
    let slices: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
    let weights: Vec<f64> = (0..PARTS).map(|k| (k % 7 + 1) as f64).collect();
    let method = aggregators().find(id).and_then(|method| method.make(&Args::new()));
    let mut out = vec![0.0; UNITS];
    bencher.bench_local(|| {
        f64::pick(method.as_ref().expect("a built-in method")).columns(&slices, &weights, &mut out)
    });
}
