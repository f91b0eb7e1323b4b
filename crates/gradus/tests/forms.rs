//! Built-in packages that come without figures, filled in as their README says: what they decide and compute.
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus::data::Memory;
use gradus::model::Scalar;
use gradus::{Bundle, Methods, Outcome};

/// The built-in package with these rows below the heading of its data file.
fn filled(id: &str, rows: &str) -> Outcome {
    let built_in = gradus::library::get(id).unwrap();
    let mut files = Memory::new();
    for (path, bytes) in built_in.files() {
        let mut bytes = bytes.to_vec();
        if path.starts_with("data/") {
            bytes.extend_from_slice(rows.as_bytes());
        }
        files.insert(path, bytes);
    }
    let bundle = Bundle::new(format!("{id}/package.toml"), built_in.package_toml(), files);
    gradus::evaluate(&bundle, &Methods::default()).unwrap_or_else(|found| panic!("{id}: {found:#?}"))
}

/// The codes of the proven and of the possible grade of a row by the first standard, empty for none.
fn interval(outcome: &Outcome, row: usize) -> (String, String) {
    let interval = outcome.grading.row(row).unwrap().standard(0).unwrap().interval;
    let code =
        |grade: Option<usize>| grade.map_or(String::new(), |g| outcome.package.grades[g].id.to_string());
    (code(interval.proven), code(interval.possible))
}

#[test]
fn certification_counts_what_is_verified_and_nothing_else() {
    let form = filled("iso-37120-2014", "");
    let tagged = |tag: &str| -> Vec<String> {
        let all = form.package.indicators().filter(|(_, _, i)| i.tags.iter().any(|t| *t == *tag));
        all.map(|(_, node, _)| node.id.to_string()).collect()
    };
    let (core, supporting) = (tagged("core"), tagged("supporting"));
    assert_eq!((core.len(), supporting.len()), (46, 54));
    let level = |n_core: usize, n_supporting: usize, quality: &str| {
        let codes = core[..n_core].iter().chain(&supporting[..n_supporting]);
        // The value does not matter, as long as there is one.
        let rows: String = codes.map(|code| format!("a,{code},2015,0,{quality},\n")).collect();
        interval(&filled("iso-37120-2014", &rows), 0)
    };
    for (n_core, n_supporting, expected) in [
        (29, 54, ""),
        (30, 0, "aspirational"),
        (45, 54, "aspirational"),
        (46, 0, "bronze"),
        (46, 13, "bronze"),
        (46, 14, "silver"),
        (46, 30, "gold"),
        (46, 44, "gold"),
        (46, 45, "platinum"),
        (46, 54, "platinum"),
    ] {
        let both = (expected.to_owned(), expected.to_owned());
        assert_eq!(level(n_core, n_supporting, "verified"), both, "{n_core} + {n_supporting}");
    }
    assert_eq!(level(46, 54, "reported").0, "");
}

#[test]
fn a_veto_and_a_missing_title_rule_out_what_everything_else_grants() {
    let yes = ",yes".repeat(10);
    let row = |saving: &str, garden: &str, veto: &str| format!("a,2016,{saving},{garden},{veto}{yes}\n");
    for (cells, proven, possible) in [
        (row("yes", "yes", "no"), "met", "met"),
        (row("yes", "yes", "yes"), "", ""),
        (row("yes", "no", "no"), "", ""),
        (row("yes", "yes", ""), "", "met"),
        (row("yes", "", "yes"), "", ""),
    ] {
        let outcome = filled("china-habitat-award-2016", &cells);
        assert_eq!(interval(&outcome, 0), (proven.to_owned(), possible.to_owned()), "{cells}");
    }
}

#[test]
fn three_criteria_of_a_best_practice_are_enough_and_needed() {
    for (row, proven, possible) in [
        ("p,yes,yes,yes,no,no,no\n", "eligible", "eligible"),
        ("p,yes,yes,no,yes,yes,yes\n", "", ""),
        ("p,yes,,yes,,,\n", "", "eligible"),
    ] {
        let outcome = filled("dubai-best-practices-award", row);
        assert_eq!(interval(&outcome, 0), (proven.to_owned(), possible.to_owned()), "{row}");
    }
}

#[test]
fn bands_of_prosperity_follow_the_score() {
    let outcome = filled("cpi-2016", "");
    for row in 0..outcome.evaluation.n_rows() {
        let score = outcome.evaluation.score(gradus::model::Package::ROOT, row).unwrap().to_f64();
        let expected = match score {
            80.0.. => "very-solid",
            70.0.. => "solid",
            60.0.. => "moderately-solid",
            50.0.. => "moderately-weak",
            40.0.. => "weak",
            _ => "very-weak",
        };
        assert_eq!(interval(&outcome, row), (expected.to_owned(), expected.to_owned()), "{score}");
    }
}

#[test]
fn the_city_development_index_is_that_of_the_quoted_formulas() {
    for [
        water,
        sewerage,
        electricity,
        telephone,
        treated,
        disposal,
        life,
        child,
        literacy,
        enrollment,
        product,
    ] in [
        [90.0, 80.0, 100.0, 60.0, 50.0, 40.0, 70.0, 3.0, 95.0, 80.0, 10_000.0],
        [30.0, 5.0, 20.5, 1.2, 0.0, 12.0, 48.0, 18.0, 40.0, 33.3, 350.0],
        // Beyond the ends of its scales nothing is held back.
        [100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 86.5, 0.05, 100.0, 100.0, 52_000.0_f64],
    ] {
        let cells = [
            water,
            sewerage,
            electricity,
            telephone,
            treated,
            disposal,
            life,
            child,
            literacy,
            enrollment,
            product,
        ];
        let cells: Vec<String> = cells.iter().map(f64::to_string).collect();
        let outcome = filled("city-development-index", &format!("a,2001,{}\n", cells.join(",")));
        let parts = [
            ("infrastructure", 25.0 * (water + sewerage + electricity + telephone) / 100.0),
            ("waste", 50.0 * (treated + disposal) / 100.0),
            ("health", (life - 25.0) * 50.0 / 60.0 + (32.0 - child) * 50.0 / 31.92),
            ("education", 25.0 * (literacy + enrollment) / 100.0),
            ("city-product", (Scalar::ln(product).unwrap() - 4.61) * 100.0 / 5.99),
        ];
        let score = |ix| outcome.evaluation.score(ix, 0).unwrap().to_f64();
        for (code, expected) in parts {
            let found = score(outcome.package.node(code).unwrap());
            assert!((found - expected).abs() < 1e-9, "{code}: {found} against {expected}");
        }
        let mean = parts.iter().map(|(_, x)| x).sum::<f64>() / 5.0;
        assert!((score(gradus::model::Package::ROOT) - mean).abs() < 1e-9);
    }
}
