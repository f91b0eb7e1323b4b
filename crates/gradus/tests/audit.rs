//! The audit held to what COINr 1.1.14 computes on ASEM: every run of a sensitivity analysis, indices, elements removed, single
//! choices, and the distribution of ranks.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads tables from outside the repository")]

mod support;

use gradus::audit::moves::{Moves, leave_one_out, one_at_a_time};
use gradus::audit::sensitivity::sensitivity;
use gradus::audit::study::Study;
use gradus::audit::tally::Ranker;
use gradus::audit::uncertainty::{Silent, Until, uncertainty};
use gradus::audit::worker::Worker;
use gradus::model::Package;
use gradus::statistics::sobol::{Convention, indices};
use gradus::{Methods, Outcome};
use std::collections::BTreeMap;
use std::fmt::Write;
use support::{FILE, folder, outcome, package, read, rows};

const CHAIN: &str = "
[[step]]
denominate = { by = { @BY@ } }
[[step]]
impute = 'group-mean'
by = 'EurAsia'
[[step]]
treat = { method = 'skew-kurtosis', max-points = 5, then = 'log-ct' }
";

/// The steps of the chain with what an audit varies.
fn asem(vary: &str) -> Outcome {
    let index = "[policy]\narithmetic = 'binary64'";
    outcome(&package(&format!("{CHAIN}{vary}"), index, FILE), "00_input_data.csv")
}

fn study<'a>(made: &'a Outcome, methods: &'a Methods) -> Study<'a> {
    Study::new(&made.package, &made.import.data, methods, &made.evaluation, Package::ROOT, 0)
        .unwrap_or_else(|found| panic!("{:?}", found.iter().map(|d| d.message.clone()).collect::<Vec<_>>()))
}

/// A table by column, units in the order of the outcome.
fn table(name: &str, made: &Outcome) -> BTreeMap<String, Vec<f64>> {
    let all = rows(&read(name));
    let place = |code: &str| made.evaluation.units.iter().position(|u| u.as_str() == code).unwrap();
    let n = made.evaluation.units.len();
    (1..all[0].len())
        .map(|column| {
            let mut values = vec![f64::NAN; n];
            all[1..].iter().for_each(|row| values[place(&row[0])] = row[column].parse().unwrap());
            (all[0][column].clone(), values)
        })
        .collect()
}

/// The choices of COINr's analysis: points winsorized, normalization, a set of noisy weights, aggregation.
fn choices() -> String {
    let all = rows(&read("120_input_noisy_weights.csv"));
    let mut out = String::new();
    for set in 2..all[0].len() {
        let _ = write!(out, "[[weight-set]]\nid = '{}'\nweights = {{ ", all[0][set]);
        for row in all[1..].iter().filter(|row| row[1] != "4") {
            let _ = write!(out, "{} = {}, ", row[0], row[set]);
        }
        out.push_str("}\n");
    }
    out.push_str("[[audit.vary]]\ntreat = { among = [");
    for points in 1..=5 {
        let _ = write!(out, "{{ method = 'skew-kurtosis', max-points = {points}, then = 'log-ct' }}, ");
    }
    out.push_str(
        "] }\n[[audit.vary]]\nnormalize = { among = [{ method = 'min-max', to = [1, 100] }, { method = 'z-score', mean = 10, sd = 2 }] }\n\
         [[audit.vary]]\nweights = { distribution = 'judges' }\n\
         [[audit.vary]]\naggregate = { among = ['arithmetic', 'geometric'] }\n",
    );
    out
}

/// A point of COINr's parameters: a coordinate in the middle of each option.
fn point(row: &[String]) -> Vec<f64> {
    let middle = |at: usize, n: usize| (at as f64 + 0.5) / n as f64;
    vec![
        middle(row[1].parse::<usize>().unwrap() - 1, 5),
        middle(usize::from(row[2].starts_with("zscore")), 2),
        middle(row[3].parse::<usize>().unwrap() - 1, 100),
        middle(usize::from(row[4] == "a_gmean"), 2),
    ]
}

#[test]
fn every_run_of_a_sensitivity_analysis_agrees_with_coinr() {
    if folder().is_none() {
        println!("skipped: the sensitivity analysis of COINr; ../shared is not there");
        return;
    }
    let made = asem(&choices());
    let methods = Methods::default();
    let study = study(&made, &methods);
    assert_eq!(study.n_dims, 4);
    let expected = table("120_sa_scores.csv", &made);
    let parameters = rows(&read("120_sa_parameters.csv"));
    let (mut worker, n) = (Worker::new(&study), made.evaluation.units.len());
    let mut ranker = Ranker::new(n);
    ranker.rank(study.official());
    let nominal = ranker.ranks.clone();
    let (mut shifts, mut ranks) = (Vec::new(), vec![Vec::new(); n]);
    let mut compared = 0;
    for row in &parameters[1..] {
        let scores = worker.scores(&point(row)).unwrap();
        for (unit, want) in expected[&format!("run_{}", row[0])].iter().enumerate() {
            let got = scores.get(unit).unwrap();
            assert!(
                (got - want).abs() <= 1e-9 * want.abs().max(1.0),
                "run {} unit {unit}: {got} for {want}",
                row[0]
            );
            compared += 1;
        }
        ranker.rank(scores);
        let moved = ranker.ranks.iter().zip(&nominal).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>();
        shifts.push(moved / n as f64);
        ranks.iter_mut().zip(&ranker.ranks).for_each(|(all, rank)| all.push(f64::from(*rank)));
    }
    // Its runs are A, B, then A with each parameter from B.
    let size = shifts.len() / 6;
    let blocks: Vec<&[f64]> = shifts.chunks(size).collect();
    let found = indices(blocks[0], blocks[1], &blocks[2..], Convention::Plain).unwrap();
    for (at, row) in rows(&read("120_sa_indices.csv"))[1..].iter().enumerate() {
        assert!((found.first[at] - row[1].parse::<f64>().unwrap()).abs() < 1e-9, "{row:?} {found:?}");
        assert!((found.total[at] - row[2].parse::<f64>().unwrap()).abs() < 1e-9, "{row:?} {found:?}");
    }
    println!("{compared} scores of {} runs, {} indices", parameters.len() - 1, 2 * found.first.len());

    // The distribution of ranks of our own draws is that of the runs for A and B, within their sampling error.
    let spread = uncertainty(&study, 1, Until::Draws(1000), &Silent);
    assert_eq!(spread.n_failed(), 0);
    let (mut beyond, m) = (0, (2 * size) as f64);
    for (unit, ranks) in spread.units.iter().zip(&ranks) {
        let drawn = &ranks[..2 * size];
        let mean = drawn.iter().sum::<f64>() / m;
        let error = (drawn.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / (m - 1.0) / m).sqrt();
        beyond += usize::from((unit.rank_mean.unwrap() - mean).abs() > 2.0 * error + 0.05);
    }
    println!("mean ranks beyond two standard errors: {beyond} of {n}");
    assert!(beyond <= n / 8, "{beyond} of {n}");
    // And so is what moves ranks: COINr's forty draws leave wide intervals, in which ours lie.
    let ours = sensitivity(&study, 1, 512, &Silent).mean_shift.unwrap();
    assert!(ours.total[3].value > 0.4 && ours.first[0].value < 0.2, "{ours:?}");
}

#[test]
fn the_index_without_each_group_agrees_with_coinr() {
    if folder().is_none() {
        println!("skipped: the removed elements of COINr; ../shared is not there");
        return;
    }
    let made = asem("");
    let methods = Methods::default();
    let study = study(&made, &methods);
    let without = leave_one_out(&study);
    let mut compared = 0;
    for level in [2, 3] {
        let scores = table(&format!("100_remove_level{level}_scores.csv"), &made);
        let ranks = table(&format!("100_remove_level{level}_ranks.csv"), &made);
        for row in &rows(&read(&format!("100_remove_level{level}_meanabs.csv")))[2..] {
            let node = made.package.node(&row[0]).unwrap();
            let found = without.iter().find(|w| w.node == node).unwrap().outcome.as_ref().unwrap();
            assert!((found.mean_shift - row[1].parse::<f64>().unwrap()).abs() < 1e-12, "{}", row[0]);
            for unit in 0..made.evaluation.units.len() {
                let (got, want) = (found.scores[unit].unwrap(), scores[&row[0]][unit]);
                assert!((got - want).abs() <= 1e-10 * want.abs().max(1.0), "{} {unit}", row[0]);
                assert_eq!(f64::from(found.ranks[unit].unwrap()), ranks[&row[0]][unit], "{} {unit}", row[0]);
                compared += 2;
            }
        }
    }
    println!("{compared} scores and ranks; {} parts left out", without.len());
    assert_eq!(without.len(), 59);
}

#[test]
fn single_choices_agree_with_coinr() {
    if folder().is_none() {
        println!("skipped: single choices of COINr; ../shared is not there");
        return;
    }
    let made = asem(
        "[[audit.vary]]\ntreat = { among = ['own', { method = 'skew-kurtosis', max-points = 1, then = 'log-ct' }, { method = 'skew-kurtosis', max-points = 3, then = 'log-ct' }, 'none'] }\n\
         [[audit.vary]]\nimpute = { among = ['own', 'group-median', 'none'] }\n\
         [[audit.vary]]\nnormalize = { among = ['own', { method = 'z-score', mean = 10, sd = 2 }, { method = 'min-max', to = [1, 100] }, { method = 'percentile-rank', to = [0, 1] }] }\n",
    );
    let methods = Methods::default();
    let study = study(&made, &methods);
    let expected = table("110_oat_index_scores.csv", &made);
    let all = one_at_a_time(&study);
    let columns = [
        "treat_winmax1",
        "treat_winmax3",
        "treat_none",
        "impute_median_grp",
        "impute_none",
        "norm_zscore_10_2",
        "norm_minmax_1_100",
        "norm_prank",
    ];
    assert_eq!(all.len(), columns.len());
    let summary: BTreeMap<String, Vec<String>> =
        rows(&read("110_oat_summary.csv"))[1..].iter().map(|row| (row[0].clone(), row.clone())).collect();
    for (alternative, column) in all.iter().zip(columns) {
        let found: &Moves = alternative.outcome.as_ref().unwrap();
        for (unit, want) in expected[column].iter().enumerate() {
            let got = found.scores[unit].unwrap();
            assert!((got - want).abs() <= 1e-9 * want.abs().max(1.0), "{column} {unit}: {got} for {want}");
        }
        let row = &summary[column];
        assert!((found.mean_shift - row[1].parse::<f64>().unwrap()).abs() < 1e-12, "{column}");
        assert_eq!(f64::from(found.max_shift), row[2].parse::<f64>().unwrap(), "{column}");
        assert!((found.correlation.unwrap() - row[3].parse::<f64>().unwrap()).abs() < 1e-9, "{column}");
    }
    println!("{} alternatives", all.len());
}

#[test]
fn structural_weights_agree_with_coinr() {
    if folder().is_none() {
        println!("skipped: the effective weights of COINr; ../shared is not there");
        return;
    }
    let made = asem("");
    let methods = Methods::default();
    let study = study(&made, &methods);
    let found = gradus::audit::importance::importance(&study, &made.evaluation, 0);
    let mut compared = 0;
    for row in &rows(&read("75_effective_weights.csv"))[1..] {
        let part = found
            .iter()
            .flat_map(|group| &group.parts)
            .find(|part| made.package.nodes[part.node].id.as_str() == row[0]);
        let Some(part) = part else { continue };
        assert!((part.structural.unwrap() - row[3].parse::<f64>().unwrap()).abs() < 1e-12, "{}", row[0]);
        compared += 1;
    }
    assert_eq!(compared, 59);
}
