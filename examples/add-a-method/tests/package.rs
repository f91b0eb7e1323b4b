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
        // Divided by 100, 10, 100 and 100; unemployment counts from its power of ten downward.
        assert_eq!(scores("income"), [10.0, 20.0, 30.0], "{arithmetic}");
        assert_eq!(scores("unemployment"), [60.0, 40.0, 20.0], "{arithmetic}");
        assert_eq!(scores("life"), [74.0, 70.0, 72.0], "{arithmetic}");
        assert_eq!(scores("schooling"), [10.0, 12.0, 8.0], "{arithmetic}");
        // The mean of the middle two of four: 10 and 60, 20 and 40, 20 and 30.
        assert_eq!(scores("wellbeing"), [35.0, 30.0, 25.0], "{arithmetic}");
        let ranks: Vec<_> = (0..3).map(|row| outcome.evaluation.rank(Package::ROOT, row)).collect();
        assert_eq!(ranks, [Some(1.0), Some(2.0), Some(3.0)], "{arithmetic}");
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
    assert_eq!(learned, ["power-of-ten 100"]);
}

#[test]
fn a_misspelled_name_is_answered_with_the_added_method() {
    let misspelled = PACKAGE.replace("\"decimal-scaling\"", "\"decimal-scale\"");
    let found = gradus::evaluate(&bundle(&misspelled), &methods()).unwrap_err();
    let first = found.iter().next().unwrap();
    assert_eq!(first.kind.id, "unknown-method");
    assert_eq!(first.help.as_deref(), Some("did you mean `decimal-scaling`?"));

    let misspelled = PACKAGE.replace("trim =", "trims =");
    let found = gradus::evaluate(&bundle(&misspelled), &methods()).unwrap_err();
    assert!(
        found.iter().any(|d| {
            d.kind.id == "unknown-parameter" && d.help.as_deref() == Some("did you mean `trim`?")
        })
    );
}

#[test]
fn the_json_schema_knows_the_added_methods() {
    let (with, without) = (gradus::json_schema(&methods()), gradus::json_schema(&Methods::default()));
    for word in ["\"decimal-scaling\"", "\"trimmed-mean\""] {
        assert!(with.contains(word), "{word}");
        assert!(!without.contains(word), "{word}");
    }
    // Surveys have a key of the parameter's name.
    let count = |schema: &str| schema.matches("\"trim\"").count();
    assert!(count(&with) > count(&without));
}

/// What the built-in methods are asked for: texts, references, parameters, documentation, tests.
#[test]
fn the_entries_are_complete() {
    use gradus::method::Args;
    let decimal_scaling = add_a_method::decimal_scaling::METHOD
        .complaints(&Args::new(), Some(include_str!("../src/decimal_scaling.rs")));
    let trimmed_mean = add_a_method::trimmed_mean::METHOD
        .complaints(&Args::new(), Some(include_str!("../src/trimmed_mean.rs")));
    assert_eq!((decimal_scaling, trimmed_mean), (Vec::<String>::new(), Vec::<String>::new()));
}

#[test]
fn built_in_methods_are_as_before_and_do_not_know_these() {
    let (added, before) = (methods(), Methods::default());
    assert!(before.normalizers.get("decimal-scaling").is_none());
    let ids = |methods: &Methods| -> Vec<&str> {
        methods.normalizers.iter().map(|m| m.id).chain(methods.aggregators.iter().map(|m| m.id)).collect()
    };
    let mut without = ids(&added);
    without.retain(|id| !["decimal-scaling", "trimmed-mean"].contains(id));
    assert_eq!(without, ids(&before));
    // The very same entries, not copies of them.
    for method in before.normalizers.iter() {
        assert!(std::ptr::eq(method, added.normalizers.get(method.id).unwrap()), "{}", method.id);
    }
    let found = gradus::evaluate(&bundle(PACKAGE), &before).unwrap_err();
    assert!(found.iter().all(|d| d.kind.id == "unknown-method"), "{found:?}");
}
