//! Weights that numpy, mpmath and scipy computed for small cases, each checked against other libraries.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads tables from outside the repository")]

use gradus_method::{Arg, Args, Column};
use gradus_model::number::{Decimal, Scalar, parse_decimal};
use gradus_weight::{Group, Weighed, weighers};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Relative to the larger of 1 and the expected number.
const TOLERANCE: f64 = 1e-10;

/// Where tables of other programs lie, when they are there: beside the repository, or where GRADUS_SHARED says.
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var("GRADUS_SHARED").map_or_else(|_| beside(), PathBuf::from);
    shared.is_dir().then(|| shared.join("oracle/mcdm"))
}

/// Runs `check` on every case of a file and says how many there were; `n_cases` of them must be there.
fn cases(file: &str, n_cases: usize, check: impl Fn(&str, &Value, &Value)) {
    let Some(folder) = folder() else {
        println!("skipped: {file}; ../shared is not there");
        return;
    };
    let path = folder.join(format!("{file}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let root: Value = serde_json::from_str(&text).unwrap();
    let cases = root["cases"].as_array().unwrap();
    assert_eq!(cases.len(), n_cases, "{file}");
    for case in cases {
        check(case["id"].as_str().unwrap(), &case["input"], &case["expected"]);
    }
    println!("{n_cases} cases of {file} agree");
}

/// A number as the file writes it, digit for digit.
fn decimal(value: &Value) -> Decimal {
    let text = value.to_string();
    parse_decimal(&text).or_else(|_| parse_decimal(&format!("{:.28}", value.as_f64().unwrap()))).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn code(k: usize) -> String {
    format!("P{k}")
}

/// The weights of a group in one arithmetic: the columns of a matrix of units by parts.
fn weigh<S: Scalar>(id: &str, args: &Args, matrix: &[Vec<Decimal>], directions: &[f64]) -> Weighed<S> {
    let method = weighers().find(id).and_then(|method| method.make(args)).unwrap();
    let codes: Vec<String> = (0..directions.len()).map(code).collect();
    let column = |k: usize| Column::of(matrix.iter().map(|row| S::from_decimal(row[k])).collect());
    let mut group = Group::<S>::new(codes.iter().enumerate().map(|(k, c)| (c.as_str(), column(k)))).unwrap();
    for (k, _) in directions.iter().enumerate().filter(|(_, direction)| **direction < 0.0) {
        group = group.lower(&codes[k]);
    }
    group.weigh(S::pick(&method)).unwrap_or_else(|fault| panic!("{id}: {fault}"))
}

/// Compares weights and facts in both arithmetics.
fn agree(
    case: &str,
    (id, args): (&str, &Args),
    matrix: &[Vec<Decimal>],
    directions: &[f64],
    want: &[f64],
    facts: &[(&str, f64)],
    tolerance: f64,
) {
    let exact = weigh::<Decimal>(id, args, matrix, directions);
    let binary = weigh::<f64>(id, args, matrix, directions);
    assert_eq!(want.len(), exact.weights.len(), "{case} {id}");
    let close = |name: &str, y: f64, want: f64| {
        assert!((y - want).abs() <= tolerance * want.abs().max(1.0), "{case} {id} {name}: {y}, not {want}");
    };
    for (k, want) in want.iter().enumerate() {
        close(&code(k), exact.weights[k].to_f64(), *want);
        close(&code(k), binary.weights[k], *want);
    }
    for (name, want) in facts {
        let fact = |facts: Vec<(String, f64)>| facts.into_iter().find(|(known, _)| known == name).unwrap().1;
        close(name, fact(exact.facts.iter().map(|(n, x)| (n.clone(), x.to_f64())).collect()), *want);
        close(name, fact(binary.facts.clone()), *want);
    }
}

fn matrix(input: &Value) -> Vec<Vec<Decimal>> {
    input
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row.as_array().unwrap().iter().map(decimal).collect())
        .collect()
}

fn table(entries: impl IntoIterator<Item = (usize, Arg)>) -> Arg {
    Arg::Table(entries.into_iter().map(|(k, arg)| (code(k), arg)).collect())
}

#[test]
fn objective_weights() {
    cases("objective_weights", 4, |case, input, expected| {
        let (matrix, directions) = (matrix(&input["matrix"]), numbers(&input["direction"]));
        let mut n_methods = 0;
        for id in ["entropy", "critic", "standard-deviation", "coefficient-of-variation", "gini", "merec"] {
            // Of figures with zeros MEREC has none.
            let Some(want) = expected.get(id.replace('-', "_")) else { continue };
            agree(case, (id, &Args::new()), &matrix, &directions, &numbers(want), &[], TOLERANCE);
            n_methods += 1;
        }
        let entropies = numbers(&expected["entropy_degree"]);
        let names: Vec<String> = (0..entropies.len()).map(|k| format!("entropy of {}", code(k))).collect();
        let facts: Vec<(&str, f64)> = names.iter().map(String::as_str).zip(entropies).collect();
        let want = numbers(&expected["entropy"]);
        agree(case, ("entropy", &Args::new()), &matrix, &directions, &want, &facts, TOLERANCE);
        assert!(n_methods == 6 || (n_methods == 5 && case == "ow-7x4-zeros"), "{case}");
    });
}

#[test]
fn rank_order_weights() {
    cases("rank_order_weights", 4, |case, input, expected| {
        let n = input["number_of_criteria"].as_u64().unwrap() as usize;
        let order = Arg::List((0..n).map(|k| Arg::Text(code(k))).collect());
        let args = Args::new().with("order", order);
        for (id, key) in [
            ("rank-order-centroid", "rank_order_centroid"),
            ("rank-sum", "rank_sum"),
            ("rank-reciprocal", "rank_reciprocal"),
            ("rank-exponent", "rank_exponent_2"),
        ] {
            agree(case, (id, &args), &[], &vec![1.0; n], &numbers(&expected[key]), &[], TOLERANCE);
        }
    });
}

#[test]
fn ahp() {
    cases("ahp", 7, |case, input, expected| {
        let matrix = matrix(&input["matrix"]);
        let n = matrix.len();
        let row = |i: usize| table((i + 1..n).map(|j| (j, Arg::Number(matrix[i][j]))));
        let args = Args::new().with("judgments", table((0..n).map(|i| (i, row(i)))));
        let number = |key: &str| expected[key].as_f64().unwrap();
        let facts = [
            ("lambda max", number("lambda_max")),
            ("consistency index", number("consistency_index")),
            ("consistency ratio", number("consistency_ratio_saaty_ri")),
        ];
        let ones = vec![1.0; n];
        agree(case, ("ahp", &args), &[], &ones, &numbers(&expected["weights"]), &facts, TOLERANCE);
        let args = args.with("priorities", Arg::Text("geometric-mean".into()));
        let want = numbers(&expected["weights_row_geometric_mean"]);
        agree(case, ("ahp", &args), &[], &ones, &want, &facts, TOLERANCE);
    });
}

#[test]
fn anp() {
    cases("anp", 2, |case, input, expected| {
        let matrix = matrix(&input["supermatrix"]);
        let n = matrix.len();
        let column = |j: usize| table((0..n).map(|k| (k, Arg::Number(matrix[k][j]))));
        let args = Args::new().with("influences", table((0..n).map(|j| (j, column(j)))));
        let want = numbers(&expected["limit_priorities"]);
        agree(case, ("anp", &args), &[], &vec![1.0; n], &want, &[], TOLERANCE);
    });
}
