//! Results of other programs (numpy, scipy, mpmath, R psych, SALib, COINr), read from a folder beside the repository.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::print_stdout, reason = "it says how many cases were compared")]
#![allow(clippy::disallowed_methods, reason = "the test reads tables from outside the repository")]

use gradus_statistics::components::{self, RowLength};
use gradus_statistics::correlation::{self, Coefficient, Missing};
use gradus_statistics::random::Stream;
use gradus_statistics::simplex::{Program, Simplex};
use gradus_statistics::sobol::{self, Convention};
use gradus_statistics::{Matrix, rank};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Where tables of other programs lie, when they are there: beside the repository, or where GRADUS_SHARED says.
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var("GRADUS_SHARED").map_or_else(|_| beside(), PathBuf::from);
    shared.is_dir().then(|| shared.join("oracle"))
}

fn text(folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Runs a check on every case of a file, and says how many there were.
fn cases(name: &str, check: impl Fn(&Value, &Value, f64)) {
    let Some(folder) = folder() else {
        println!("skipped: {name}; ../shared is not there");
        return;
    };
    let file: Value = serde_json::from_str(&text(&folder, &format!("mcdm/{name}.json"))).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        println!("{name} {}", case["id"]);
        // As near as the case says it is known, and not nearer than the common tolerance.
        let tolerance = case["abs_tol"].as_f64().unwrap().max(1e-10);
        check(&case["input"], &case["expected"], tolerance);
    }
    println!("{} cases of {name} agree", cases.len());
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

fn list(value: &Value) -> Vec<f64> {
    value.as_array().unwrap_or_else(|| panic!("{value} is not a list")).iter().map(number).collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(list).collect()
}

#[track_caller]
fn near(found: f64, want: f64, tolerance: f64) {
    assert!((found - want).abs() <= tolerance * want.abs().max(1.0), "{found}, not {want}");
}

#[track_caller]
fn all_near(found: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(found.len(), want.len());
    found.iter().zip(want).for_each(|(found, want)| near(*found, *want, tolerance));
}

fn columns(input: &Value) -> Vec<Vec<Option<f64>>> {
    let matrix = Matrix::from_rows(&rows(&input["matrix"])).unwrap();
    (0..matrix.n_columns()).map(|j| matrix.column(j).into_iter().map(Some).collect()).collect()
}

#[test]
fn rank_correlation() {
    cases("rank_correlation", |input, expected, tolerance| {
        let (a, b) = (list(&input["ranks_a"]), list(&input["ranks_b"]));
        near(correlation::spearman(&a, &b).unwrap(), number(&expected["spearman"]), tolerance);
        near(correlation::kendall(&a, &b).unwrap(), number(&expected["kendall_tau_b"]), tolerance);
        // The two that suppose rankings without ties are not given for the case with ties.
        let ties = !rank::tied_counts(&a).is_empty();
        assert_eq!(expected.get("ws_rank_similarity").is_none(), ties);
        if !ties {
            near(
                correlation::weighted_spearman(&a, &b).unwrap(),
                number(&expected["weighted_spearman_rw"]),
                tolerance,
            );
            near(
                correlation::ws_coefficient(&a, &b).unwrap(),
                number(&expected["ws_rank_similarity"]),
                tolerance,
            );
        }
    });
}

#[test]
fn multivariate() {
    cases("multivariate", |input, expected, tolerance| {
        let columns = columns(input);
        let n_units = columns[0].len();
        let correlations =
            correlation::correlation_matrix(&columns, Coefficient::Pearson, Missing::Listwise).unwrap();
        let want = Matrix::from_rows(&rows(&expected["correlation"])).unwrap();
        all_near(correlations.as_slice(), want.as_slice(), tolerance);
        let components = components::principal(&correlations).unwrap();
        all_near(&components.variances, &list(&expected["eigenvalues"]), tolerance);
        all_near(&components.shares(), &list(&expected["explained_share"]), tolerance);
        let first = list(&expected["first_component_vector_largest_entry_positive"]);
        all_near(&components.vectors.column(0), &first, tolerance);
        let kept = components.above(1.0);
        assert_eq!(kept as u64, expected["components_with_eigenvalue_above_1"].as_u64().unwrap());
        let loadings = Matrix::from_rows(&rows(&expected["loadings_of_kept"])).unwrap();
        all_near(components.loadings(kept).as_slice(), loadings.as_slice(), tolerance);
        let adequacy = components::sampling_adequacy(&correlations).unwrap();
        near(adequacy.overall, number(&expected["kmo_overall"]), tolerance);
        all_near(&adequacy.each, &list(&expected["kmo_each"]), tolerance);
        let test = components::sphericity(&correlations, n_units).unwrap();
        near(test.chi_square, number(&expected["bartlett_chi2"]), tolerance);
        assert_eq!(test.degrees_of_freedom as u64, expected["bartlett_df"].as_u64().unwrap());
        let p = number(&expected["bartlett_p"]);
        assert!((test.p_value / p - 1.0).abs() < tolerance, "{} {p}", test.p_value);
        let covariances = correlation::covariance_matrix(&columns, Missing::Listwise).unwrap();
        let alpha = components::alpha(&covariances).unwrap();
        near(alpha.raw, number(&expected["cronbach_alpha_raw"]), tolerance);
        near(alpha.standardized, number(&expected["cronbach_alpha_standardised"]), tolerance);
    });
}

#[test]
fn factor_weights() {
    cases("factor_weights", |input, expected, tolerance| {
        let correlations =
            correlation::correlation_matrix(&columns(input), Coefficient::Pearson, Missing::Listwise)
                .unwrap();
        let n_factors = usize::try_from(input["factors"].as_u64().unwrap()).unwrap();
        let eigenvalues = components::principal(&correlations).unwrap().variances;
        all_near(&eigenvalues, &list(&expected["eigenvalues"]), 1e-10);
        let found = components::factor_weights(&correlations, n_factors, RowLength::Kaiser).unwrap();
        all_near(&found.weights, &list(&expected["weights"]), tolerance);
        all_near(&found.rotated.variances, &list(&expected["variance_of_rotated_factors"]), tolerance);
        let factors: Vec<f64> = found.factors.iter().map(|factor| *factor as f64).collect();
        assert_eq!(factors, list(&expected["factor_of_indicator"]));
        let loadings = rows(&expected["rotated_loadings"]);
        let want = Matrix::from_rows(&loadings).unwrap();
        all_near(found.rotated.loadings.as_slice(), want.as_slice(), tolerance);
    });
}

/// Benefit of the doubt without and with bounds on shares, and the directional distance: three shapes of linear programs.
#[test]
fn benefit_of_the_doubt() {
    cases("bod", |input, expected, tolerance| {
        let units = rows(&input["matrix"]);
        let n = units[0].len();
        let frontier = |objective: &[f64]| {
            units.iter().fold(Program::maximize(objective), |program, unit| program.at_most(unit, 1.0))
        };
        let mut again = Simplex::new(&frontier(&vec![0.0; n])).unwrap();
        for (unit, want) in units.iter().zip(list(&expected["score"])) {
            if let Some(direction) = input.get("direction_vector") {
                // Variables: a weight per unit, then the distance.
                let direction = list(direction);
                let mut objective = vec![0.0; units.len()];
                let mut sum = vec![1.0; units.len()];
                objective.push(1.0);
                sum.push(0.0);
                let mut program = Program::maximize(&objective).at_most(&sum, 1.0);
                for j in 0..n {
                    let mut row: Vec<f64> = units.iter().map(|other| other[j]).collect();
                    row.push(-direction[j]);
                    program = program.at_least(&row, unit[j]);
                }
                near(1.0 / (1.0 + program.solve().unwrap().objective), want, tolerance);
            } else if let (Some(low), Some(high)) = (input.get("min_share"), input.get("max_share")) {
                let mut program = frontier(unit);
                for j in 0..n {
                    let row = |share: f64| -> Vec<f64> {
                        (0..n).map(|k| unit[k] * (f64::from(u8::from(j == k)) - share)).collect()
                    };
                    program = program.at_least(&row(number(low)), 0.0).at_most(&row(number(high)), 0.0);
                }
                near(program.solve().unwrap().objective, want, tolerance);
            } else {
                again.set_objective(unit).unwrap();
                near(again.solve().unwrap().objective, want, tolerance);
            }
        }
    });
}

#[test]
fn sobol_estimators() {
    cases("sobol", |input, expected, tolerance| {
        if let Some(a) = input.get("f_A") {
            let ab = Matrix::from_rows(&rows(&input["f_AB_columns"])).unwrap();
            let ab: Vec<Vec<f64>> = (0..ab.n_columns()).map(|j| ab.column(j)).collect();
            let found = sobol::indices(&list(a), &list(&input["f_B"]), &ab, Convention::Centered).unwrap();
            all_near(&found.first, &list(&expected["S1_saltelli_2010"]), tolerance);
            all_near(&found.total, &list(&expected["ST_jansen"]), tolerance);
            return;
        }
        // Exact indices of a known function: an estimate from 50 000 draws comes within 0.03.
        let parts: Vec<f64> = ["a", "w"]
            .iter()
            .find_map(|key| input[key].as_array())
            .map_or_else(Vec::new, |list| list.iter().map(number).collect());
        let spreads =
            input["standard_deviation"].as_array().map(|list| list.iter().map(number).collect::<Vec<_>>());
        let function = |u: &[f64]| -> f64 {
            if let Some(spreads) = &spreads {
                // Uniform with this standard deviation.
                return (0..u.len()).map(|j| parts[j] * spreads[j] * (12f64.sqrt() * (u[j] - 0.5))).sum();
            }
            if !parts.is_empty() {
                return u.iter().zip(&parts).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product();
            }
            let x: Vec<f64> = u.iter().map(|u| std::f64::consts::PI * (2.0 * u - 1.0)).collect();
            let (a, b) = (number(&input["a"]), number(&input["b"]));
            x[0].sin() + a * x[1].sin() * x[1].sin() + b * x[2] * x[2] * x[2] * x[2] * x[0].sin()
        };
        let first = list(&expected["S1"]);
        let draw = |part: u64, i: u64| -> Vec<f64> {
            (0..first.len()).map(|j| Stream::new(5).split(part).split(j as u64).uniform(i)).collect()
        };
        let n = 50_000;
        let results = |part| (0..n).map(|i| function(&draw(part, i))).collect::<Vec<_>>();
        let mixed = |j: usize| {
            let row = |i| {
                let mut row = draw(0, i);
                row[j] = draw(1, i)[j];
                function(&row)
            };
            (0..n).map(row).collect::<Vec<_>>()
        };
        let ab: Vec<_> = (0..first.len()).map(mixed).collect();
        let found = sobol::indices(&results(0), &results(1), &ab, Convention::Centered).unwrap();
        all_near(&found.first, &first, 0.03);
        all_near(&found.total, &list(&expected["ST"]), 0.03);
        let variance = number(&expected["variance"]);
        assert!((found.variance / variance - 1.0).abs() < 0.03);
    });
}

#[test]
fn sobol_estimators_of_coinr() {
    let Some(folder) = folder() else {
        println!("skipped: Sobol indices of COINr; ../shared is not there");
        return;
    };
    let table = |name: &str| -> Vec<Vec<String>> {
        let text = text(&folder, &format!("asem/{name}.csv"));
        text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    let y: Vec<f64> = table("121_input_ishigami").iter().map(|row| row[4].parse().unwrap()).collect();
    let blocks: Vec<&[f64]> = y.chunks(512).collect();
    assert_eq!(blocks.len(), 5);
    let found = sobol::indices(blocks[0], blocks[1], &blocks[2..], Convention::Plain).unwrap();
    let want = table("121_ishigami_indices");
    assert_eq!(want.len(), 3);
    for (j, row) in want.iter().enumerate() {
        near(found.first[j], row[1].parse().unwrap(), 1e-10);
        near(found.total[j], row[2].parse().unwrap(), 1e-10);
        near(found.variance, row[3].parse().unwrap(), 1e-10);
    }
    println!("3 pairs of Sobol indices agree with COINr");
}
