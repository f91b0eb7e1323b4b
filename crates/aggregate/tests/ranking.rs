//! Methods that compare units, against reference cases that several programs agree on: flows, orders, majorities, points,
//! frontiers, concordance; in both arithmetics.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads tables from outside the repository")]
#![allow(clippy::print_stdout, reason = "a helper says how many cases there were")]

use gradus_aggregate::{AggregatorBox, aggregators, kemeny_young, outranking};
use gradus_method::{Arg, Args};
use gradus_model::Id;
use gradus_model::number::{Decimal, Scalar};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Relative to the larger of 1 and the expected number.
const TOLERANCE: f64 = 1e-10;

/// Where tables of other programs lie, when they are there: beside the repository, or where GRADUS_SHARED says.
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var("GRADUS_SHARED").map_or_else(|_| beside(), PathBuf::from);
    shared.is_dir().then(|| shared.join("oracle/mcdm"))
}

/// Runs `check` on the cases of a file, of which there must be at least so many.
fn each(name: &str, least: usize, check: impl Fn(&str, &Value, &Value)) {
    let Some(folder) = folder() else {
        println!("skipped: reference cases `{name}`; ../shared is not there");
        return;
    };
    let path = folder.join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file: Value = serde_json::from_str(&text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() >= least, "{name}: {} cases, not {least}", cases.len());
    for case in cases {
        check(case["id"].as_str().unwrap(), &case["input"], &case["expected"]);
    }
    println!("{} cases of `{name}` agree", cases.len());
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap_or_else(|| panic!("no list: {value}"))
        .iter()
        .map(|x| x.as_f64().unwrap())
        .collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

fn turned(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    (0..rows[0].len()).map(|k| rows.iter().map(|row| row[k]).collect()).collect()
}

fn exact<S: Scalar>(numbers: &[f64]) -> Vec<S> {
    numbers.iter().map(|x| S::from_decimal(x.to_decimal().unwrap())).collect()
}

fn decimal(value: &Value) -> Decimal {
    value.as_f64().unwrap().to_decimal().unwrap()
}

#[track_caller]
fn near(place: &str, found: &[f64], want: &[f64]) {
    assert_eq!(found.len(), want.len(), "{place}");
    for (found, want) in found.iter().zip(want) {
        assert!((found - want).abs() <= TOLERANCE * want.abs().max(1.0), "{place}: {found}, not {want}");
    }
}

fn made(id: &str, args: &Args) -> AggregatorBox {
    aggregators()
        .find(id)
        .and_then(|method| method.make(args))
        .unwrap_or_else(|fault| panic!("{id}: {fault}"))
}

/// Scores, and details by name.
fn run<S: Scalar>(
    method: &AggregatorBox,
    parts: &[Vec<f64>],
    weights: &[f64],
) -> (Vec<f64>, BTreeMap<&'static str, Vec<f64>>) {
    let columns: Vec<Vec<S>> = parts.iter().map(|part| exact(part)).collect();
    let slices: Vec<&[S]> = columns.iter().map(Vec::as_slice).collect();
    let weights = exact(weights);
    let mut out = vec![S::ZERO; parts[0].len()];
    S::pick(method).columns(&slices, &weights, &mut out).unwrap();
    let details = S::pick(method).details(&slices, &weights).unwrap();
    let doubles = |column: Vec<S>| column.into_iter().map(Scalar::to_f64).collect();
    (doubles(out), details.into_iter().map(|(name, column)| (name, doubles(column))).collect())
}

#[test]
fn flows_of_promethee() {
    each("promethee2", 6, |case, input, expected| {
        let mut parts = turned(&rows(&input["matrix"]));
        for (part, direction) in parts.iter_mut().zip(numbers(&input["direction"])) {
            part.iter_mut().for_each(|x| *x *= direction);
        }
        let codes: Vec<Id> = (0..parts.len()).map(|k| Id::new(&format!("c{k}")).unwrap()).collect();
        let table = |of: &dyn Fn(usize) -> Arg| {
            Arg::Table(codes.iter().enumerate().map(|(k, code)| (code.to_string(), of(k))).collect())
        };
        let word = |k: usize| match input["preference"][k].as_str().unwrap() {
            "ushape" => "u-shape".to_owned(),
            "vshape" => "v-shape".to_owned(),
            word => word.to_owned(),
        };
        let args = Args::new()
            .with("preference-by-part", table(&|k| Arg::Text(word(k))))
            .with("q-by-part", table(&|k| Arg::Number(decimal(&input["q"][k]))))
            .with("p-by-part", table(&|k| Arg::Number(decimal(&input["p"][k]))))
            .with("s-by-part", table(&|k| Arg::Number(decimal(&input["s_for_gaussian"][k]))));
        let method = made("promethee", &args.for_parts(&codes));
        let weights = numbers(&input["weights"]);
        for (flows, details) in
            [run::<Decimal>(&method, &parts, &weights), run::<f64>(&method, &parts, &weights)]
        {
            near(case, &flows, &numbers(&expected["phi"]));
            near(case, &details["positive-flow"], &numbers(&expected["phi_plus"]));
            near(case, &details["negative-flow"], &numbers(&expected["phi_minus"]));
        }
    });
}

#[test]
fn orders_majorities_and_points() {
    each("rank_aggregation", 6, |case, input, expected| {
        // A voter's rank 1 is its best unit.
        let voters: Vec<Vec<f64>> = rows(&input["ranks_rows_are_voters"])
            .into_iter()
            .map(|ranks| ranks.into_iter().map(|rank| -rank).collect())
            .collect();
        let weights = numbers(&input["voter_weights"]);
        let total: f64 = weights.iter().sum();
        let n = voters[0].len();
        let copeland = numbers(&expected["copeland_wins_minus_losses"]);
        let points = numbers(&expected["borda_points"]);
        let orders = rows(&expected["kemeny_optimal_orders_best_first"]);
        let kemeny: Vec<f64> = (0..n)
            .map(|unit| {
                let place = |order: &Vec<f64>| order.iter().position(|u| *u == unit as f64).unwrap() as f64;
                (n - 1) as f64 - orders.iter().map(place).sum::<f64>() / orders.len() as f64
            })
            .collect();
        let plain = |id: &str| made(id, &Args::new());
        for (scores, details) in [
            run::<Decimal>(&plain("copeland"), &voters, &weights),
            run::<f64>(&plain("copeland"), &voters, &weights),
        ] {
            near(case, &scores, &copeland);
            let winner = details["wins"].iter().position(|wins| *wins == (n - 1) as f64);
            assert_eq!(winner, expected["condorcet_winner"].as_u64().map(|unit| unit as usize), "{case}");
        }
        for (scores, details) in [
            run::<Decimal>(&plain("borda"), &voters, &weights),
            run::<f64>(&plain("borda"), &voters, &weights),
        ] {
            near(case, &details["count"], &points);
            near(case, &scores.iter().map(|score| score * total).collect::<Vec<_>>(), &points);
        }
        for (scores, details) in [
            run::<Decimal>(&plain("kemeny-young"), &voters, &weights),
            run::<f64>(&plain("kemeny-young"), &voters, &weights),
        ] {
            near(case, &scores, &kemeny);
            assert!(details["optimal"].iter().all(|optimal| *optimal == 1.0), "{case}");
        }
        let slices: Vec<&[f64]> = voters.iter().map(Vec::as_slice).collect();
        let found = kemeny_young::consensus(&slices, &weights, 1).unwrap();
        near(case, &[found.distance], &[expected["kemeny_distance"].as_f64().unwrap()]);
        assert_eq!(found.n_orders, Some(orders.len() as u64), "{case}");
        let order: Vec<f64> = found.order.iter().map(|unit| *unit as f64).collect();
        assert!(orders.contains(&order), "{case}: {order:?}");
        // What is preferred one way and the other, less one another, is in the outranking matrix.
        let preferred = rows(&expected["pairwise_preferred"]);
        let matrix = outranking::matrix(&slices, &weights).unwrap();
        for i in 0..n {
            for j in 0..n {
                let net = (2.0 * matrix[i][j] - 1.0) * total;
                near(case, &[net], &[preferred[i][j] - preferred[j][i]]);
            }
        }
    });
}

#[test]
fn scores_of_benefit_of_the_doubt() {
    each("bod", 6, |case, input, expected| {
        let parts = turned(&rows(&input["matrix"]));
        let mut args = Args::new();
        for (name, key) in [("min-share", "min_share"), ("max-share", "max_share")] {
            if !input[key].is_null() {
                args = args.number_of(name, decimal(&input[key]));
            }
        }
        let codes: Vec<Id> = (0..parts.len()).map(|k| Id::new(&format!("c{k}")).unwrap()).collect();
        if !input["direction_vector"].is_null() {
            let steps = numbers(&input["direction_vector"]);
            let step = |(code, step): (&Id, f64)| (code.to_string(), Arg::Number(step.to_decimal().unwrap()));
            args = args
                .with("form", Arg::Text("directional".into()))
                .with("direction-by-part", Arg::Table(codes.iter().zip(steps).map(step).collect()));
        }
        let method = made("benefit-of-the-doubt", &args.for_parts(&codes));
        let efficient: Vec<usize> =
            numbers(&expected["efficient_units"]).into_iter().map(|unit| unit as usize).collect();
        let weights = vec![1.0; parts.len()];
        for (scores, details) in
            [run::<Decimal>(&method, &parts, &weights), run::<f64>(&method, &parts, &weights)]
        {
            near(case, &scores, &numbers(&expected["score"]));
            let frontier: Vec<usize> =
                (0..scores.len()).filter(|unit| details["frontier"][*unit] == 1.0).collect();
            assert_eq!(frontier, efficient, "{case}");
        }
    });
}

#[test]
fn concordance_and_discordance_of_electre_one() {
    each("electre1", 2, |case, input, expected| {
        fn matrices<S: Scalar>(parts: &[Vec<f64>], weights: &[f64]) -> [Vec<Vec<f64>>; 2] {
            let columns: Vec<Vec<S>> = parts.iter().map(|part| exact(part)).collect();
            let slices: Vec<&[S]> = columns.iter().map(Vec::as_slice).collect();
            let doubles = |matrix: Vec<Vec<S>>| {
                matrix.into_iter().map(|row| row.into_iter().map(Scalar::to_f64).collect()).collect()
            };
            [
                doubles(outranking::concordance(&slices, &exact::<S>(weights)).unwrap()),
                doubles(outranking::discordance(&slices).unwrap()),
            ]
        }
        let parts = turned(&rows(&input["matrix"]));
        let weights = numbers(&input["weights"]);
        for [mut concordance, discordance] in
            [matrices::<Decimal>(&parts, &weights), matrices::<f64>(&parts, &weights)]
        {
            // The cases write the diagonal as 0, where a unit is as good as itself.
            for (unit, row) in concordance.iter_mut().enumerate() {
                assert!((row[unit] - 1.0).abs() < TOLERANCE);
                row[unit] = 0.0;
            }
            near(case, &concordance.concat(), &rows(&expected["concordance"]).concat());
            near(case, &discordance.concat(), &rows(&expected["discordance"]).concat());
        }
    });
}
