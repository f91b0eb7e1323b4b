//! A package that names the methods of this crate computes what they say, and everything that lists methods knows them.

use gradus::data::Memory;
use gradus::model::Package;
use gradus::{Bundle, Methods};

const PACKAGE: &str = include_str!("../examples/wellbeing.toml");
const FIGURES: &str = include_str!("../examples/figures.csv");

fn bundle(package: &str) -> Bundle {
    let files: Memory = [("figures.csv".to_owned(), FIGURES.as_bytes().to_vec())].into_iter().collect();
    Bundle::new("wellbeing.toml", package, files)
}

fn methods() -> Methods {
    let mut methods = Methods::default();
    add_a_method::register(&mut methods.normalizers, &mut methods.aggregators);
    methods
}

#[test]
fn the_package_computes_what_the_formulas_say() {
    for arithmetic in ["decimal", "binary64"] {
        let text = format!("{PACKAGE}\n[policy]\narithmetic = \"{arithmetic}\"\n");
        let outcome = gradus::evaluate(&bundle(&text), &methods()).unwrap();
        let scores = |node: &str| -> Vec<f64> {
            let node = outcome.package.node(node).unwrap();
            (0..3).map(|row| outcome.evaluation.score(node, row).unwrap().to_f64()).collect()
        };
        let near = |got: Vec<f64>, want: [f64; 3]| {
            for (got, want) in got.iter().zip(want) {
                assert!((got - want).abs() < 1e-10, "{arithmetic}: {got} against {want}");
            }
        };
        // 200 / (1 + e) and 200 e / (1 + e): one standard deviation below and above the mean.
        let (low, high) = (53.788_284_273_999_02, 146.211_715_726_001);
        near(scores("income"), [low, 100.0, high]);
        near(scores("unemployment"), [high, 100.0, low]);
        // Both ends have the mean 100 and the standard deviation (high - low) / 2; the middle is balanced.
        let half = (high - low) / 2.0;
        let outer = 100.0 - half * half / 100.0;
        near(scores("wellbeing"), [outer, 100.0, outer]);
        let ranks: Vec<_> = (0..3).map(|row| outcome.evaluation.rank(Package::ROOT, row)).collect();
        assert_eq!(ranks, [Some(2.0), Some(1.0), Some(2.0)], "{arithmetic}");
    }
}

#[test]
fn what_a_fit_learned_is_in_the_audit_trail() {
    let outcome = gradus::evaluate(&bundle(PACKAGE), &methods()).unwrap();
    let income = outcome.package.node("income").unwrap();
    let learned: Vec<String> = outcome.evaluation.nodes[income]
        .fit(0, 0)
        .unwrap()
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    assert_eq!(learned, ["mean 20", "standard-deviation 10"]);
}

#[test]
fn a_misspelled_name_is_answered_with_the_added_method() {
    let misspelled = PACKAGE.replace("\"logistic\"", "\"logistics\"");
    let found = gradus::evaluate(&bundle(&misspelled), &methods()).unwrap_err();
    let first = found.iter().next().unwrap();
    assert_eq!(first.kind.id, "unknown-method");
    assert_eq!(first.help.as_deref(), Some("did you mean `logistic`?"));

    let misspelled = PACKAGE.replace("penalty =", "penalties =");
    let found = gradus::evaluate(&bundle(&misspelled), &methods()).unwrap_err();
    assert!(found.iter().any(|d| {
        d.kind.id == "unknown-parameter" && d.help.as_deref() == Some("did you mean `penalty`?")
    }));
}

#[test]
fn the_json_schema_knows_the_added_methods() {
    let schema = gradus::json_schema(&methods());
    for word in ["\"logistic\"", "\"width\"", "\"mazziotta-pareto\"", "\"penalty\""] {
        assert!(schema.contains(word), "{word}");
        assert!(!gradus::json_schema(&Methods::default()).contains(word), "{word}");
    }
}

/// What the built-in methods are asked for: texts, references, parameters, documentation, tests.
#[test]
fn the_entries_are_complete() {
    use gradus::method::Args;
    let logistic =
        add_a_method::logistic::METHOD.complaints(&Args::new(), Some(include_str!("../src/logistic.rs")));
    let mazziotta_pareto = add_a_method::mazziotta_pareto::METHOD
        .complaints(&Args::new(), Some(include_str!("../src/mazziotta_pareto.rs")));
    assert_eq!((logistic, mazziotta_pareto), (Vec::<String>::new(), Vec::<String>::new()));
}

#[test]
fn built_in_methods_are_as_before_and_do_not_know_these() {
    let (added, before) = (methods(), Methods::default());
    assert!(before.normalizers.get("logistic").is_none());
    let ids = |methods: &Methods| -> Vec<&str> {
        methods.normalizers.iter().map(|m| m.id).chain(methods.aggregators.iter().map(|m| m.id)).collect()
    };
    let mut without = ids(&added);
    without.retain(|id| !["logistic", "mazziotta-pareto"].contains(id));
    assert_eq!(without, ids(&before));
    // The very same entries, not copies of them.
    for method in before.normalizers.iter() {
        assert!(std::ptr::eq(method, added.normalizers.get(method.id).unwrap()), "{}", method.id);
    }
    let found = gradus::evaluate(&bundle(PACKAGE), &before).unwrap_err();
    assert!(found.iter().all(|d| d.kind.id == "unknown-method"), "{found:?}");
}
