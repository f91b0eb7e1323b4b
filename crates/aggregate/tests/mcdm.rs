//! Reference cases of multi-criteria methods, computed by several programs that agree; see the README beside them.
//!
//! Every case of a file is run in both arithmetics. Indicators of which less is better are turned round by their sign, as
//! the published formulas do.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads cases from outside the repository")]
#![allow(clippy::print_stdout, reason = "the test says what it compared, also in its helpers")]

use gradus_aggregate::{AggregatorBox, aggregators, choquet, ordered_weighted_average, vikor};
use gradus_method::{Arg, Args};
use gradus_model::Id;
use gradus_model::number::{Decimal, Scalar, parse_decimal};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Relative to the larger of 1 and the expected number.
const TOLERANCE: f64 = 1e-10;

/// Where reference cases lie, when they are there: beside the repository, or where GRADUS_SHARED says.
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var("GRADUS_SHARED").map_or_else(|_| beside(), PathBuf::from);
    shared.is_dir().then(|| shared.join("oracle/mcdm"))
}

/// Runs every case of a file, and fails when there are fewer than are known.
fn cases(name: &str, known: usize, run: impl Fn(&str, &Value, &Value)) {
    let Some(folder) = folder() else {
        println!("skipped: reference cases {name}; ../shared is not there");
        return;
    };
    let path = folder.join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file: Value = serde_json::from_str(&text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() >= known, "{name} has {} cases, and {known} are known", cases.len());
    for case in cases {
        run(case["id"].as_str().unwrap(), &case["input"], &case["expected"]);
    }
    println!("{} cases of {name} agree", cases.len());
}

/// A number as the file has it, digit for digit.
fn decimal(value: &Value) -> Decimal {
    let text = value.to_string();
    // Some cases print rounding residue such as 3.7e-17 with more places than a decimal has.
    parse_decimal(&text).unwrap_or_else(|_| value.as_f64().unwrap().to_decimal().unwrap())
}

fn list(value: &Value) -> Vec<Decimal> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}")).iter().map(decimal).collect()
}

fn doubles(value: &Value) -> Vec<f64> {
    list(value).into_iter().map(Scalar::to_f64).collect()
}

/// Columns of a matrix, turned by the directions where there are any.
fn columns(matrix: &Value, direction: &Value) -> Vec<Vec<Decimal>> {
    let rows: Vec<Vec<Decimal>> = matrix.as_array().unwrap().iter().map(list).collect();
    let sign = |k: usize| direction.get(k).map_or(Decimal::ONE, decimal);
    (0..rows[0].len()).map(|k| rows.iter().map(|row| row[k] * sign(k)).collect()).collect()
}

fn make(id: &str, args: &Args) -> AggregatorBox {
    aggregators()
        .find(id)
        .and_then(|method| method.make(args))
        .unwrap_or_else(|fault| panic!("{id}: {fault}"))
}

fn scores<S: Scalar>(method: &AggregatorBox, columns: &[Vec<Decimal>], weights: &[Decimal]) -> Vec<f64> {
    let columns: Vec<Vec<S>> =
        columns.iter().map(|c| c.iter().map(|x| S::from_decimal(*x)).collect()).collect();
    let slices: Vec<&[S]> = columns.iter().map(Vec::as_slice).collect();
    let weights: Vec<S> = weights.iter().map(|w| S::from_decimal(*w)).collect();
    let mut out = vec![S::ZERO; slices[0].len()];
    S::pick(method).columns(&slices, &weights, &mut out).unwrap();
    out.into_iter().map(S::to_f64).collect()
}

fn detail<S: Scalar>(
    method: &AggregatorBox,
    columns: &[Vec<Decimal>],
    weights: &[Decimal],
    name: &str,
) -> Vec<f64> {
    let columns: Vec<Vec<S>> =
        columns.iter().map(|c| c.iter().map(|x| S::from_decimal(*x)).collect()).collect();
    let slices: Vec<&[S]> = columns.iter().map(Vec::as_slice).collect();
    let weights: Vec<S> = weights.iter().map(|w| S::from_decimal(*w)).collect();
    let details = S::pick(method).details(&slices, &weights).unwrap();
    let (_, values) = details.into_iter().find(|(found, _)| *found == name).unwrap();
    values.into_iter().map(S::to_f64).collect()
}

#[track_caller]
fn agree(place: &str, found: &[f64], want: &[f64]) {
    assert_eq!(found.len(), want.len(), "{place}");
    for (i, (y, want)) in found.iter().zip(want).enumerate() {
        assert!((y - want).abs() <= TOLERANCE * want.abs().max(1.0), "{place} {i}: {y}, not {want}");
    }
}

/// Checks scores in both arithmetics.
#[track_caller]
fn check(place: &str, method: &AggregatorBox, columns: &[Vec<Decimal>], weights: &[Decimal], want: &Value) {
    agree(place, &scores::<Decimal>(method, columns, weights), &doubles(want));
    agree(place, &scores::<f64>(method, columns, weights), &doubles(want));
}

/// Checks one detail in both arithmetics.
#[track_caller]
fn check_detail(
    place: &str,
    method: &AggregatorBox,
    columns: &[Vec<Decimal>],
    weights: &[Decimal],
    (name, want): (&str, &Value),
) {
    agree(place, &detail::<Decimal>(method, columns, weights, name), &doubles(want));
    agree(place, &detail::<f64>(method, columns, weights, name), &doubles(want));
}

#[test]
fn power_means() {
    let methods: [(&str, &str, Option<&str>); 14] = [
        ("harmonic", "harmonic", None),
        ("harmonic", "power-mean", Some("-1")),
        ("geometric", "geometric", None),
        ("geometric", "power-mean", Some("0")),
        ("arithmetic", "arithmetic", None),
        ("arithmetic", "power-mean", Some("1")),
        ("quadratic", "power-mean", Some("2")),
        ("power_minus_2", "power-mean", Some("-2")),
        ("power_half", "power-mean", Some("0.5")),
        ("power_3", "power-mean", Some("3")),
        ("minimum", "minimum", None),
        ("maximum", "maximum", None),
        ("minimum", "ordered-weighted-average", Some("0")),
        ("maximum", "ordered-weighted-average", Some("1")),
    ];
    cases("means", 3, |case, input, expected| {
        let columns = columns(&input["matrix"], &Value::Null);
        for (key, id, parameter) in methods {
            let name = if id == "power-mean" { "exponent" } else { "orness" };
            let args = parameter
                .map_or_else(Args::new, |value| Args::new().number_of(name, parse_decimal(value).unwrap()));
            let place = format!("{case} {key} {id}");
            check(&place, &make(id, &args), &columns, &list(&input["weights"]), &expected[key]);
        }
    });
}

#[test]
fn ordered_weighted_averages() {
    cases("owa", 6, |case, input, expected| {
        let columns = columns(&input["matrix"], &Value::Null);
        let equal = vec![Decimal::ONE; columns.len()];
        let order_weights = &input["order_weights_largest_first"];
        let given = list(order_weights).into_iter().map(Arg::Number).collect();
        let by_weights =
            make("ordered-weighted-average", &Args::new().with("order-weights", Arg::List(given)));
        check(case, &by_weights, &columns, &equal, &expected["owa"]);
        if let Some(alpha) = input["rim_alpha"].as_f64() {
            // The orness of the quantifier r^a is 1 / (a + 1).
            let args =
                Args::new().number_of("orness", Decimal::ONE / (Decimal::ONE + alpha.to_decimal().unwrap()));
            check(case, &make("ordered-weighted-average", &args), &columns, &equal, &expected["owa"]);
            let method = ordered_weighted_average::OrderedWeightedAverage::new(&args).unwrap();
            agree(case, &method.order_weights::<f64>(columns.len()).unwrap(), &doubles(order_weights));
        }
        let weights = doubles(order_weights);
        let orness = ordered_weighted_average::orness(&weights).unwrap();
        agree(case, &[orness], &doubles(&Value::Array(vec![expected["orness"].clone()])));
        let dispersion = ordered_weighted_average::dispersion(&weights).unwrap();
        agree(case, &[dispersion], &[expected["weight_dispersion_entropy"].as_f64().unwrap()]);
    });
}

#[test]
fn choquet_integrals() {
    cases("choquet", 3, |case, input, expected| {
        let columns = columns(&input["matrix"], &Value::Null);
        let n_parts = columns.len();
        let codes: Vec<Id> = (0..n_parts).map(|k| Id::new(&k.to_string()).unwrap()).collect();
        let mut sets = vec![0.0; 1 << n_parts];
        let mut table = std::collections::BTreeMap::new();
        for (key, value) in input["capacity"].as_object().unwrap().iter().filter(|(key, _)| !key.is_empty()) {
            table.insert(key.replace(',', "+"), Arg::Number(decimal(value)));
            sets[key.split(',').fold(0, |set, k| set | 1 << k.parse::<usize>().unwrap())] =
                value.as_f64().unwrap();
        }
        let args = Args::new().with("capacity", Arg::Table(table)).for_parts(&codes);
        let equal = vec![Decimal::ONE; n_parts];
        check(case, &make("choquet", &args), &columns, &equal, &expected["choquet"]);

        let shapley = choquet::shapley(&sets).unwrap();
        agree(case, &shapley, &doubles(&expected["shapley"]));
        let matrix = choquet::interaction(&sets).unwrap();
        let mut pairs = std::collections::BTreeMap::new();
        for (key, want) in expected["interaction"].as_object().unwrap() {
            let (a, b) = key.split_once(',').unwrap();
            let found = matrix[a.parse::<usize>().unwrap()][b.parse::<usize>().unwrap()];
            agree(case, &[found], &[want.as_f64().unwrap()]);
            pairs.insert(format!("{a}+{b}"), Arg::Number(found.to_decimal().unwrap()));
        }
        // Where no more than pairs interact, Shapley values and interactions say the same as the whole capacity.
        let masses = choquet::moebius(&sets).unwrap();
        let of_pairs =
            masses.iter().enumerate().all(|(set, mass)| set.count_ones() <= 2 || mass.abs() < 1e-12);
        if of_pairs {
            let weights: Vec<Decimal> = shapley.iter().map(|w| w.to_decimal().unwrap()).collect();
            let args = Args::new().with("interactions", Arg::Table(pairs)).for_parts(&codes);
            check(case, &make("choquet", &args), &columns, &weights, &expected["choquet"]);
        }
        assert!(of_pairs || case == "choquet-3", "{case}");
    });
}

#[test]
fn mazziotta_pareto_indices() {
    let index = |penalty: &str, divisor: &str| {
        let text = |word: &str| Arg::Text(word.to_owned());
        make("mazziotta-pareto", &Args::new().with("penalty", text(penalty)).with("divisor", text(divisor)))
    };
    cases("mpi", 5, |case, _, expected| {
        let adjusted = expected.get("r");
        let columns = columns(adjusted.unwrap_or(&expected["z"]), &Value::Null);
        let equal = vec![Decimal::ONE; columns.len()];
        if adjusted.is_some() {
            check(case, &index("negative", "parts"), &columns, &equal, &expected["ampi_minus"]);
            check(case, &index("positive", "parts"), &columns, &equal, &expected["ampi_plus"]);
            return;
        }
        for (key, divisor) in
            [("published_divide_by_m", "parts"), ("sample_sd_divide_by_m_minus_1", "parts-minus-one")]
        {
            check(case, &index("negative", divisor), &columns, &equal, &expected[key]["mpi_minus"]);
            check(case, &index("positive", divisor), &columns, &equal, &expected[key]["mpi_plus"]);
        }
    });
}

#[test]
fn topsis() {
    cases("topsis", 6, |case, input, expected| {
        let columns = columns(&input["matrix"], &input["direction"]);
        let weights = list(&input["weights"]);
        let method = make("topsis", &Args::new());
        check(case, &method, &columns, &weights, &expected["closeness"]);
        for (name, key) in
            [("distance-to-ideal", "distance_to_ideal"), ("distance-to-anti-ideal", "distance_to_anti_ideal")]
        {
            check_detail(case, &method, &columns, &weights, (name, &expected[key]));
        }
    });
}

#[test]
fn vikor() {
    cases("vikor", 7, |case, input, expected| {
        let columns = columns(&input["matrix"], &input["direction"]);
        let weights = list(&input["weights"]);
        let method = make("vikor", &Args::new().number_of("v", decimal(&input["v"])));
        for (name, key) in [("s", "S"), ("r", "R"), ("q", "Q")] {
            check_detail(case, &method, &columns, &weights, (name, &expected[key]));
        }
        let turned: Vec<f64> = doubles(&expected["Q"]).iter().map(|q| 1.0 - q).collect();
        agree(case, &scores::<Decimal>(&method, &columns, &weights), &turned);
        agree(case, &scores::<f64>(&method, &columns, &weights), &turned);

        let of = |name: &str| detail::<f64>(&method, &columns, &weights, name);
        let mut found = vikor::compromise(&of("s"), &of("r"), &of("q"));
        found.units.sort_unstable();
        let units: Vec<usize> = expected["compromise_set"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i.as_u64().unwrap() as usize)
            .collect();
        assert_eq!(found.units, units, "{case}");
        assert_eq!(Value::Bool(found.acceptable_advantage), expected["acceptable_advantage"], "{case}");
        assert_eq!(Value::Bool(found.acceptable_stability), expected["acceptable_stability"], "{case}");
    });
}
