//! The search on a reference rule: 30 indicators with 4 options each, points, and points with minima in three layers.
//!
//! `cargo bench -p gradus-plan`

use divan::{Bencher, black_box};
use gradus_plan::search::{Limits, Problem, search};
use gradus_standard::{Condition, Conditions, Verdict};

fn main() {
    divan::main();
}

const N: usize = 30;
const LIMITS: Limits = Limits { plans: 6, states: 200_000 };

/// Efforts of about 0 to 20 years a step, in billionths: no two alike.
fn efforts() -> Vec<Vec<Option<i128>>> {
    let of = |choice: usize| {
        let mut total = 0;
        let step = |at: usize| {
            let mixed = (choice * 7_919 + at * 104_729 + 13) * 2_654_435_761 % 20_000_000_011;
            total += i128::try_from(mixed).unwrap_or(0);
            Some(total)
        };
        std::iter::once(Some(0)).chain((1..4).map(step)).collect()
    };
    (0..N).map(of).collect()
}

/// Points of a step: 1, 3, 5 times a weight.
fn points(needed: i128) -> Condition {
    let gains = (0..N).map(|c| (c, [0, 1, 3, 5].map(|p| p * (1 + c as i128 % 7)).to_vec())).collect();
    Condition::Sum { needed, gains }
}

/// So many of a layer reach a step.
fn layer(layer: usize, step: usize, needed: i128) -> Condition {
    let gains =
        (layer * 10..layer * 10 + 10).map(|c| (c, (0..4).map(|o| i128::from(o >= step)).collect())).collect();
    Condition::Sum { needed, gains }
}

fn run(bencher: Bencher<'_, '_>, conditions: &Conditions) {
    bencher.bench(|| {
        let problem = Problem { efforts: efforts(), conditions: black_box(conditions), rising: true };
        let found = search(&problem, LIMITS, &mut |_, _| Verdict::Unknown);
        assert!(found.as_ref().is_some_and(|f| f.plans.len() == 6 && f.stopped.is_none()));
        found
    });
}

#[divan::bench]
fn points_of_thirty_indicators(bencher: Bencher<'_, '_>) {
    run(bencher, &Conditions { all: vec![points(300)] });
}

#[divan::bench]
fn points_with_minima_in_three_layers(bencher: Bencher<'_, '_>) {
    let mut all = vec![points(300)];
    all.extend((0..3).flat_map(|at| [layer(at, 1, 9), layer(at, 2, 6)]));
    all.push(Condition::AtLeast { needed: 7, of: (0..7).collect() });
    run(bencher, &Conditions { all });
}
