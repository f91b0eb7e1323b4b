//! Ladders and standards on small packages: which grade is proven, which is possible, and what decides.

#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_engine::{Methods, evaluate};
use gradus_model::number::parse_decimal;
use gradus_model::observation::Absence;
use gradus_model::{DataSet, Id, Observation, Package, Period, Value, decode};
use gradus_standard::Verdict::{self, Met, NotMet, Unknown};
use gradus_standard::{Grading, clause_sentence, grade};

const HEAD: &str = "format = 1\n[index]\nid = 'i'\nname = 'I'\naggregate = 'none'\n
    [[grade]]\nid = 'primary'\nname = { en = 'Primary', zh = '初级' }\n
    [[grade]]\nid = 'middle'\nname = { en = 'Intermediate', zh = '中级' }\n
    [[grade]]\nid = 'advanced'\nname = { en = 'Advanced', zh = '高级' }\n
    [[standard]]\nid = 's'\nname = 'S'\nrule = { every = '*' }\n";

fn package(text: &str) -> Package {
    let (package, found) = decode::decode("package.toml", &format!("{HEAD}{text}"));
    package.unwrap_or_else(|| panic!("{found:#?}"))
}

fn number(text: &str) -> Value {
    Value::Number(parse_decimal(text).unwrap())
}

/// Grades one unit with one value per indicator, as of a year.
fn graded(package: &Package, values: &[Value], year: &str) -> Grading {
    let data = DataSet {
        units: vec![Id::new("u").unwrap()],
        variables: package.variables().iter().map(|v| v.id.clone()).collect(),
        observations: values
            .iter()
            .enumerate()
            .map(|(variable, value)| Observation {
                unit: 0,
                variable,
                period: Period::parse(year),
                value: value.clone(),
                status: Default::default(),
                place: None,
                detail: Default::default(),
            })
            .collect(),
        ..DataSet::default()
    };
    let (evaluation, _) = evaluate(package, &Methods::default(), &data).unwrap();
    grade(package, &data, &evaluation)
}

fn verdicts(grading: &Grading, node: usize) -> Vec<Verdict> {
    grading.rows[0].nodes.iter().find(|n| n.node == node).unwrap().verdicts.clone()
}

fn interval(grading: &Grading, standard: usize) -> (Option<usize>, Option<usize>) {
    let interval = grading.rows[0].standards[standard].interval;
    (interval.proven, interval.possible)
}

const GDP: &str =
    "[[indicator]]\nid = 'gdp'\nname = 'GDP'\nladder = { primary = 5, middle = 10, advanced = 20 }\n";

#[test]
fn a_threshold_is_met_exactly() {
    let higher = package(GDP);
    for (value, expected) in [
        ("4.9999999999999999999999", [NotMet, NotMet, NotMet]),
        ("5", [Met, NotMet, NotMet]),
        ("10.00", [Met, Met, NotMet]),
        ("20", [Met, Met, Met]),
    ] {
        assert_eq!(verdicts(&graded(&higher, &[number(value)], "2018"), 1), expected, "{value}");
    }
    let lower = package(
        "[[indicator]]\nid = 'pm'\nname = 'PM'\ndirection = 'lower'\nladder = { primary = 35, middle = 25, advanced = 15 }\n",
    );
    assert_eq!(verdicts(&graded(&lower, &[number("25")], "2018"), 1), [Met, Met, NotMet]);
}

#[test]
fn thresholds_may_be_compared_after_rounding() {
    let text = format!("{GDP}places = 0\n[policy]\nthresholds = 'published'\n");
    assert_eq!(verdicts(&graded(&package(&text), &[number("9.6")], "2018"), 1), [Met, Met, NotMet]);
    // Half to even, as GB/T 8170 has it: 4.5 is 4.
    assert_eq!(verdicts(&graded(&package(&text), &[number("4.5")], "2018"), 1), [NotMet, NotMet, NotMet]);
}

#[test]
fn missing_values_leave_the_grade_open_unless_the_policy_says_fail() {
    let absent = [Value::Absent(Absence::NotPublished)];
    let open = graded(&package(GDP), &absent, "2018");
    assert_eq!((verdicts(&open, 1), interval(&open, 0)), (vec![Unknown; 3], (None, Some(2))));
    let strict = package(&format!("{GDP}[policy]\nmissing = {{ grade = 'fail' }}\n"));
    assert_eq!(interval(&graded(&strict, &absent, "2018"), 0), (None, None));
}

#[test]
fn an_interval_meets_a_step_when_all_of_it_does() {
    let p = package(GDP);
    let at_least = |lower: &str| Value::Interval { lower: parse_decimal(lower).ok(), upper: None };
    assert_eq!(verdicts(&graded(&p, &[at_least("12")], "2018"), 1), [Met, Met, Unknown]);
    let between = Value::Interval { lower: parse_decimal("4").ok(), upper: parse_decimal("6").ok() };
    assert_eq!(verdicts(&graded(&p, &[between], "2018"), 1), [Unknown, NotMet, NotMet]);
}

#[test]
fn a_grade_without_a_threshold_follows_its_neighbors_or_stays_open() {
    let p = package("[[indicator]]\nid = 'gdp'\nname = 'GDP'\nladder = { middle = 10 }\n");
    assert_eq!(verdicts(&graded(&p, &[number("12")], "2018"), 1), [Met, Met, Unknown]);
    assert_eq!(verdicts(&graded(&p, &[number("8")], "2018"), 1), [Unknown, NotMet, NotMet]);
    let none = package("[[indicator]]\nid = 'gdp'\nname = 'GDP'\n");
    assert_eq!(verdicts(&graded(&none, &[number("8")], "2018"), 1), [Unknown; 3]);
}

#[test]
fn a_title_counts_in_the_years_it_is_held() {
    let p = package(
        "[[scale]]\nid = 't'\nlevels = ['none', 'meets', 'held']\ntitle = true\n
         [[indicator]]\nid = 'healthy'\nname = 'H'\nscale = 't'\nladder = { primary = 'meets', advanced = 'held' }\n",
    );
    let title = |awarded: &str, expires: &str| Value::Title {
        level: 2,
        awarded: awarded.parse().ok(),
        expires: expires.parse().ok(),
    };
    let held = [Met, Met, Met];
    assert_eq!(verdicts(&graded(&p, &[title("2015-05-01", "2019-04-30")], "2018"), 1), held);
    assert_eq!(verdicts(&graded(&p, &[title("2015-05-01", "2017-04-30")], "2018"), 1), [NotMet; 3]);
    assert_eq!(verdicts(&graded(&p, &[title("2019-05-01", "")], "2018"), 1), [NotMet; 3]);
    assert_eq!(verdicts(&graded(&p, &[title("", "")], "2018"), 1), held);
    assert_eq!(verdicts(&graded(&p, &[Value::Level(1)], "2018"), 1), [Met, Unknown, NotMet]);
}

/// The four readings of one table: 27 of 30 at primary or better, 1 below, 2 missing.
#[test]
fn the_rule_must_be_said_because_it_decides() {
    let indicators: String = (0..30)
        .map(|i| {
            let layer = i / 10;
            format!(
                "[[indicator]]\nid = 'x{i}'\nname = 'X'\nparent = 'l{layer}'\nladder = {{ primary = 1 }}\n"
            )
        })
        .collect();
    let groups: String = (0..3).map(|l| format!("[[group]]\nid = 'l{l}'\nname = 'L{l}'\n")).collect();
    let standards = "[[standard]]\nid = 'share'\nname = 'S'\nrule = { share = 0.9, in = '*' }\n
        [[standard]]\nid = 'layers'\nname = 'L'\nrule = { all-of = [{ count = 9, in = 'l0' }, { count = 9, in = 'l1' }, { count = 9, in = 'l2' }] }\n
        [[standard]]\nid = 'first-then'\nname = 'F'\nrequires = 'share'\nrule = { every = 'l2' }\n";
    let p = package(&format!("{groups}{indicators}{standards}"));
    let mut values = vec![number("1"); 30];
    values[0] = number("0");
    values[1] = Value::Absent(Absence::NotReported);
    values[29] = Value::Absent(Absence::NotReported);
    let grading = graded(&p, &values, "2018");
    let at_primary: Vec<Verdict> = grading.rows[0].standards.iter().map(|s| s.proofs[0].verdict).collect();
    assert_eq!(at_primary, [NotMet, Met, Unknown, Unknown]);
    let every = &grading.rows[0].standards[0].proofs[0];
    assert_eq!(every.needed, (30, 30));
    assert_eq!(every.parts_that_are(NotMet), [(p.node("x0").unwrap(), 0)]);
    assert_eq!(every.parts_that_are(Unknown).len(), 2);
    let both = &grading.rows[0].standards[3].proofs[0];
    assert_eq!((both.clauses.len(), both.clauses[0].verdict, both.clauses[1].verdict), (2, Met, Unknown));
}

#[test]
fn groups_hold_grades_by_their_own_rule() {
    let p = package(
        "[[group]]\nid = 'g'\nname = { en = 'Basics', zh = '基础' }\ngrade = { count = 1 }\n
         [[indicator]]\nid = 'a'\nname = 'A'\nparent = 'g'\nladder = { primary = 1, middle = 2, advanced = 3 }\n
         [[indicator]]\nid = 'b'\nname = 'B'\nparent = 'g'\nladder = { primary = 1, middle = 2, advanced = 3 }\n
         [[standard]]\nid = 't'\nname = 'T'\nrule = { all-of = [{ group = 'g', at-least = 'middle' }, { not = { every = 'b', at-least = 'advanced' } }] }\n",
    );
    let grading = graded(&p, &[number("2"), number("0")], "2018");
    assert_eq!(verdicts(&grading, p.node("g").unwrap()), [Met, Met, NotMet]);
    assert_eq!(interval(&grading, 0), (None, None));
    assert_eq!(interval(&grading, 1), (Some(2), Some(2)));
    // What is asked is advanced, whatever grade is being decided.
    let proof = &grading.rows[0].standards[1].proofs[0];
    assert_eq!(proof.parts_that_are(NotMet), [(p.node("b").unwrap(), 2)]);
    let rule = &p.standards[1].rule;
    assert_eq!(
        clause_sentence(&p, rule, None, gradus_model::Lang::En),
        "all of: Basics hold at least Intermediate by their own rules; it is not so that all 1 indicators of B reach at least Advanced"
    );
    assert!(
        clause_sentence(&p, rule, None, gradus_model::Lang::Zh)
            .starts_with("同时满足：基础按各自规则达到中级及以上")
    );
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever an unknown turns out to be, the grade stays inside the interval; a better value never lowers it.
        #[test]
        fn grades_stay_inside_their_interval_and_are_monotone(
            known in prop::collection::vec(prop::option::of(0i64..30), 3), filled in prop::collection::vec(0i64..30, 3),
            better in 0i64..10,
        ) {
            let indicators: String = (0..3)
                .map(|i| format!("[[indicator]]\nid = 'x{i}'\nname = 'X'\nladder = {{ primary = 5, middle = 10, advanced = 20 }}\n"))
                .collect();
            let p = package(&format!("{indicators}[[standard]]\nid = 'k'\nname = 'K'\nrule = {{ count = 2, in = '*' }}\n"));
            let value = |x: &Option<i64>| x.map_or(Value::Absent(Absence::NotReported), |x| number(&x.to_string()));
            let before = graded(&p, &known.iter().map(value).collect::<Vec<_>>(), "2018");
            let complete: Vec<i64> = known.iter().zip(&filled).map(|(k, f)| k.unwrap_or(*f)).collect();
            let of = |values: &[i64]| graded(&p, &values.iter().map(|x| number(&x.to_string())).collect::<Vec<_>>(), "2018");
            let after = of(&complete);
            let mut raised = complete.clone();
            raised[0] += better;
            let raised = of(&raised);
            for standard in 0..2 {
                let (low, high) = interval(&before, standard);
                let (proven, possible) = interval(&after, standard);
                prop_assert_eq!(proven, possible);
                prop_assert!(low <= proven && proven <= high);
                prop_assert!(interval(&raised, standard).0 >= proven);
            }
        }
    }
}
