//! The checks of an audit held to what COINr 1.1.14 computes on ASEM: outliers, Cronbach's alpha, principal components, weights.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]
#![allow(clippy::disallowed_methods, reason = "the test reads tables from outside the repository")]

mod support;

use gradus::audit::uncertainty::Until;
use gradus::audit::{Audit, Finding, Options, Profile, Verdict, checks_only};
use gradus::model::Package;
use gradus::{Methods, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use support::{FILE, folder, outcome, package, read, rows};

const DENOMINATED: &str = "
[[step]]
denominate = { by = { @BY@ } }
";
const CHAIN: &str = "
[[step]]
denominate = { by = { @BY@ } }
[[step]]
impute = 'group-mean'
by = 'EurAsia'
[[step]]
treat = { method = 'skew-kurtosis', max-points = 5, then = 'log-ct' }
";

fn asem(steps: &str) -> Outcome {
    outcome(&package(steps, "[policy]\narithmetic = 'binary64'", FILE), "00_input_data.csv")
}

fn checked(made: &Outcome) -> Audit {
    let options = Options {
        node: Package::ROOT,
        period: 0,
        profile: None,
        until: Until::Draws(1),
        base: 0,
        seed: 0,
        pairs: false,
    };
    checks_only(&made.package, &made.import.data, &Methods::default(), &made.evaluation, options).unwrap()
}

fn findings<'a>(audit: &'a Audit, check: &str) -> &'a [Finding] {
    &audit.answers.iter().find(|answer| answer.check.id == check).unwrap().findings
}

#[test]
fn outliers_are_those_that_coinr_flags() {
    if folder().is_none() {
        return;
    }
    let made = asem(DENOMINATED);
    let found = checked(&made);
    let table = rows(&read("50_stats_denominated.csv"));
    let column = |name: &str| table[0].iter().position(|h| h == name).unwrap();
    let (flag, skew) = (column("Flag.SkewKurt"), column("Skew"));
    let expected: BTreeMap<&str, f64> = table[1..]
        .iter()
        .filter(|row| row[flag] == "OUT")
        .map(|row| (row[0].as_str(), row[skew].parse().unwrap()))
        .collect();
    let finding = &findings(&found, "outliers")[0];
    assert_eq!((finding.items.len(), expected.len()), (14, 14));
    for item in &finding.items {
        let code = made.package.nodes[item.nodes[0]].id.as_str();
        assert!((item.value - expected[code]).abs() < 1e-9, "{code}: {} for {}", item.value, expected[code]);
    }
    assert_eq!(finding.verdict, Verdict::Note);
}

#[test]
fn alpha_and_components_are_those_of_coinr() {
    if folder().is_none() {
        return;
    }
    let made = asem(CHAIN);
    let found = checked(&made);
    // 51 units and 49 indicators are a package for standards, but its groups are small enough to be asked.
    assert_eq!((found.profile, found.n_units, found.n_indicators), (Profile::Standards, 51, 49));
    let of = |check: &str| -> BTreeMap<String, Finding> {
        findings(&found, check).iter().map(|f| (f.of.clone().unwrap(), f.clone())).collect()
    };
    let alphas = of("cronbach-alpha");
    let mut compared = 0;
    for row in &rows(&read("94_cronbach.csv"))[1..] {
        // Indicators of pillars, and the parts of what is above; COINr also puts all indicators below into one alpha.
        let above = ["Conn", "Sust", "ALL"].contains(&row[2].as_str());
        if row[0] == "Raw" || row[0] == "Normalised" && above {
            continue;
        }
        let Some(finding) = alphas.get(&row[2]) else { continue };
        let expected: f64 = row[3].parse().unwrap();
        assert!((finding.value.unwrap() - expected).abs() < 1e-9, "{row:?}: {finding:?}");
        let verdict = if expected < 0.6 {
            "fail"
        } else if expected < 0.7 {
            "note"
        } else {
            "pass"
        };
        assert_eq!(finding.verdict.word(), verdict, "{row:?}");
        compared += 1;
    }
    assert_eq!(compared, 11);
    // The variance of the first component is its squared standard deviation; shares are of the number of parts.
    let components = of("principal-components");
    let mut groups: BTreeSet<String> = BTreeSet::new();
    for table in ["93_pca_indicators_normalised.csv", "93_pca_pillars.csv"] {
        let all = rows(&read(table));
        for row in all[1..].iter().filter(|row| row[2] == "1") {
            let parts: BTreeSet<&String> =
                all[1..].iter().filter(|other| other[0] == row[0]).map(|other| &other[1]).collect();
            let deviation: f64 = row[4].parse().unwrap();
            let Some(finding) = components.get(&row[0]) else { continue };
            let share = deviation * deviation / parts.len() as f64;
            assert!((finding.value.unwrap() - share).abs() < 1e-9, "{row:?}: {finding:?}");
            groups.insert(row[0].clone());
        }
    }
    assert!(groups.len() >= 10, "{groups:?}");
    // Eight pillars of four to nine indicators: the weights of COINr's table lie between 0.011 and 0.025.
    let weights: Vec<f64> = rows(&read("75_effective_weights.csv"))[1..]
        .iter()
        .filter(|row| row[1] == "1")
        .map(|row| row[3].parse().unwrap())
        .collect();
    let (low, high) = weights.iter().fold((f64::MAX, 0.0f64), |(low, high), w| (low.min(*w), high.max(*w)));
    let finding = &findings(&found, "effective-weights")[0];
    assert!((finding.value.unwrap() - high / low).abs() < 1e-9, "{finding:?} {}", high / low);
}
