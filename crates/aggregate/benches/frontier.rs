//! Methods that compare units: benefit of the doubt over 1,000 units x 10 parts, flows over 100,000, majorities over 2,000.
//!
//! `cargo bench -p gradus-aggregate --bench frontier`

use divan::{Bencher, counter::ItemsCount};
use gradus_aggregate::aggregators;
use gradus_method::{Arg, Args};
use gradus_model::number::{Decimal, Scalar};

fn main() {
    divan::main();
}

/// Scores from 1 to 100 with three places, from a generator without a pattern between the parts.
fn parts(n_units: usize, n_parts: usize) -> Vec<Vec<f64>> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % 99_001) as f64 / 1000.0 + 1.0
    };
    (0..n_parts).map(|_| (0..n_units).map(|_| next()).collect()).collect()
}

fn run(bencher: Bencher, id: &str, args: &Args, n_units: usize, n_parts: usize) {
    let parts = parts(n_units, n_parts);
    let slices: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
    let weights: Vec<f64> = (1..=n_parts).map(|w| w as f64).collect();
    let method = aggregators().find(id).and_then(|method| method.make(args)).expect("a sound method");
    let mut out = vec![0.0; n_units];
    bencher.counter(ItemsCount::new(n_units)).bench_local(|| {
        f64::pick(&method).columns(&slices, &weights, &mut out).expect("scores");
        out[0]
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn benefit_of_the_doubt(bencher: Bencher) {
    run(bencher, "benefit-of-the-doubt", &Args::new(), 1000, 10);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn benefit_of_the_doubt_with_shares(bencher: Bencher) {
    let args =
        Args::new().number_of("min-share", Decimal::new(5, 2)).number_of("max-share", Decimal::new(3, 1));
    run(bencher, "benefit-of-the-doubt", &args, 1000, 10);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn promethee_linear(bencher: Bencher) {
    let args =
        Args::new().with("preference", Arg::Text("linear".into())).number_of("q", 2).number_of("p", 20);
    run(bencher, "promethee", &args, 100_000, 10);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn copeland(bencher: Bencher) {
    run(bencher, "copeland", &Args::new(), 2000, 10);
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn electre_iii(bencher: Bencher) {
    let args = Args::new().number_of("q", 2).number_of("p", 20).number_of("v", 60);
    run(bencher, "electre-iii", &args, 200, 10);
}
