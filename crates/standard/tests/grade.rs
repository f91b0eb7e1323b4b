//! Ladders and standards on small packages: which grade is proven, which is possible, and what decides.

#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_engine::{Methods, evaluate};
use gradus_model::number::parse_decimal;
use gradus_model::observation::{Absence, Detail, SurveyDetail};
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
    grading.row(0).unwrap().node(node).unwrap().verdicts.to_vec()
}

fn interval(grading: &Grading, standard: usize) -> (Option<usize>, Option<usize>) {
    let interval = grading.row(0).unwrap().standard(standard).unwrap().interval;
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
    let row = grading.row(0).unwrap();
    let at_primary: Vec<Verdict> = row.standards().map(|s| s.proof(0).unwrap().verdict).collect();
    assert_eq!(at_primary, [NotMet, Met, Unknown, Unknown]);
    let every = row.standard(0).unwrap().proof(0).unwrap();
    assert_eq!((every.tally.needed, every.parts.len()), (30.into(), 30));
    assert_eq!(every.parts_that_are(NotMet), [(p.node("x0").unwrap(), 0)]);
    assert_eq!(every.parts_that_are(Unknown).len(), 2);
    let both = row.standard(3).unwrap().proof(0).unwrap();
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
    let proof = grading.row(0).unwrap().standard(1).unwrap().proof(0).unwrap();
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

/// Units with figures in several years, graded as of the last of them.
fn graded_over(package: &Package, figures: &[(&str, &str, Value)]) -> Grading {
    let variables: Vec<Id> = package.variables().iter().map(|v| v.id.clone()).collect();
    let data = DataSet {
        units: vec![Id::new("u").unwrap()],
        observations: figures
            .iter()
            .map(|(code, year, value)| Observation {
                unit: 0,
                variable: variables.iter().position(|v| *v == **code).unwrap(),
                period: Period::parse(year),
                value: value.clone(),
                status: Default::default(),
                place: None,
                detail: Default::default(),
            })
            .collect(),
        variables,
        ..DataSet::default()
    };
    let (evaluation, _) = evaluate(package, &Methods::default(), &data).unwrap();
    grade(package, &data, &evaluation)
}

/// The verdicts of the first standard after `s`, in the last period.
fn decided(package: &Package, figures: &[(&str, &str, Value)]) -> Vec<Verdict> {
    let grading = graded_over(package, figures);
    grading.row(grading.n_rows() - 1).unwrap().standard(1).unwrap().verdicts()
}

/// Four indicators with the ladder 1, 2, 3, of which two are core, under two groups, and a standard.
fn four(standard: &str) -> Package {
    let indicators: String = ["a", "b", "c", "d"]
        .iter()
        .enumerate()
        .map(|(i, id)| {
            let (group, tag) = (["g", "h"][i / 2], ["core", "supporting"][i % 2]);
            format!(
                "[[indicator]]\nid = '{id}'\nname = '{id}'\nparent = '{group}'\nweight = {}\ntags = ['{tag}']\n\
                 ladder = {{ primary = 1, middle = 2, advanced = 3 }}\n",
                i + 1
            )
        })
        .collect();
    package(&format!(
        "[[group]]\nid = 'g'\nname = 'G'\n[[group]]\nid = 'h'\nname = 'H'\n{indicators}\
         [[standard]]\nid = 't'\nname = 'T'\n{standard}\n"
    ))
}

fn at(values: [Option<i64>; 4]) -> Vec<(&'static str, &'static str, Value)> {
    ["a", "b", "c", "d"]
        .into_iter()
        .zip(values)
        .filter_map(|(id, x)| Some((id, "2018", number(&x?.to_string()))))
        .collect()
}

#[test]
fn what_is_asked_may_differ_from_grade_to_grade() {
    let p = four("rule = { count = { primary = 1, middle = 2 } }");
    assert_eq!(decided(&p, &at([Some(3), Some(0), Some(0), Some(0)])), [Met, NotMet, Unknown]);
    let p = four("rule = { share = { primary = 0.25, middle = 0.5, advanced = 0.75 } }");
    assert_eq!(decided(&p, &at([Some(3), Some(3), Some(0), Some(0)])), [Met, Met, NotMet]);
}

#[test]
fn shares_may_count_by_weight() {
    // Weights 1 to 4: `c` and `d` are seven tenths.
    let p = four("rule = { share = 0.7, by = 'weight' }");
    assert_eq!(decided(&p, &at([Some(0), Some(0), Some(3), Some(3)])), [Met; 3]);
    assert_eq!(decided(&p, &at([Some(3), Some(3), Some(0), Some(3)])), [Met; 3]);
    assert_eq!(decided(&p, &at([Some(3), Some(3), Some(3), Some(0)])), [NotMet; 3]);
}

#[test]
fn tags_choose_indicators_and_groups_are_asked_one_by_one() {
    let p = four(
        "rule = { all-of = [{ every = '*', tagged = 'core' }, { in-each = '*', rule = { count = 1, tagged = 'supporting', at-least = 'primary' } }] }",
    );
    assert_eq!(decided(&p, &at([Some(2), Some(1), Some(2), Some(1)])), [Met, Met, NotMet]);
    assert_eq!(decided(&p, &at([Some(2), Some(1), Some(2), Some(0)])), [NotMet; 3]);
    assert_eq!(
        clause_sentence(&p, &p.standards[1].rule, Some(0), gradus_model::Lang::En),
        "all of: all 2 indicators tagged core reach at least Primary; in each of G, H: at least 1 of 1 indicators tagged supporting reach at least Primary"
    );
}

#[test]
fn points_are_those_of_the_highest_grade_held_and_a_bonus_is_capped() {
    let points = "each = { primary = 1, advanced = 2.5 }";
    let p = four(&format!(
        "rule = {{ points = {{ primary = 2, middle = 3.5, advanced = 10 }}, in = 'g', {points}, bonus = {{ in = 'h', {points}, cap = 1.5 }} }}"
    ));
    // 2.5 of `a`, and the bonus of 5 capped at 1.5.
    assert_eq!(decided(&p, &at([Some(3), Some(0), Some(3), Some(3)])), [Met, Met, NotMet]);
    // The middle grade earns what the one below it earns; of `b` it is not known.
    assert_eq!(decided(&p, &at([Some(2), None, Some(0), Some(0)])), [Unknown, Unknown, NotMet]);
    let share = four(&format!("rule = {{ points-share = 0.5, {points} }}"));
    let absent = Value::Absent(Absence::NotApplicable);
    let mut figures = at([Some(3), Some(1), None, Some(0)]);
    // 3.5 of 7.5 where `c` does not apply; of 10 where it is below the ladder.
    figures.push(("c", "2018", number("0")));
    assert_eq!(decided(&share, &figures), [NotMet; 3]);
    figures.pop();
    figures.push(("c", "2018", absent));
    assert_eq!(decided(&share, &figures), [NotMet; 3]);
    figures[1].2 = number("3");
    assert_eq!(decided(&share, &figures), [Met; 3]);
}

#[test]
fn what_does_not_apply_leaves_the_denominator_but_no_fixed_count() {
    let exempt = |mut figures: Vec<(&'static str, &'static str, Value)>| {
        figures.push(("d", "2018", Value::Absent(Absence::NotApplicable)));
        figures
    };
    let values = [Some(3), Some(3), Some(3), None];
    assert_eq!(decided(&four("rule = { every = '*' }"), &exempt(at(values))), [Met; 3]);
    assert_eq!(decided(&four("rule = { share = 1 }"), &exempt(at(values))), [Met; 3]);
    assert_eq!(decided(&four("rule = { count = 4 }"), &exempt(at(values))), [NotMet; 3]);
    assert_eq!(decided(&four("rule = { group = '*' }"), &exempt(at(values))), [Met; 3]);
}

#[test]
fn a_rule_says_what_is_unknown_counts_as() {
    let values = at([Some(3), Some(3), Some(3), None]);
    for (missing, expected) in [("unknown", Unknown), ("fail", NotMet), ("pass", Met), ("leave-out", Met)] {
        let p = four(&format!("rule = {{ share = 0.9, missing = '{missing}' }}"));
        assert_eq!(decided(&p, &values), [expected; 3], "{missing}");
    }
}

#[test]
fn figures_may_count_however_good_they_are() {
    let p = four("rule = { reported = { primary = 2, middle = 3, advanced = 4 }, in = '*' }");
    assert_eq!(decided(&p, &at([Some(0), Some(0), Some(0), None])), [Met, Met, NotMet]);
    let core = four("rule = { reported-share = 1, tagged = 'core', quality = 'verified' }");
    assert_eq!(decided(&core, &at([Some(3), None, Some(3), None])), [NotMet; 3]);
}

#[test]
fn a_gate_a_cap_and_a_required_grade_hold_beside_the_rule() {
    let p = four(
        "rule = { count = 1 }\ngate = { every = 'd' }\ncap = [{ at = 'middle', unless = { every = 'c', at-least = 'primary' } }]",
    );
    assert_eq!(decided(&p, &at([Some(3), Some(0), Some(0), Some(1)])), [Met, Met, NotMet]);
    assert_eq!(decided(&p, &at([Some(3), Some(0), Some(1), Some(1)])), [Met; 3]);
    assert_eq!(decided(&p, &at([Some(3), Some(0), Some(1), Some(0)])), [NotMet; 3]);
    let proof = graded_over(&p, &at([Some(3), Some(0), Some(0), Some(1)]));
    let proof = proof.row(0).unwrap().standard(1).unwrap().proof(2).unwrap();
    assert_eq!(
        proof.clauses.iter().map(|c| c.form.word()).collect::<Vec<_>>(),
        ["gate", "cap", "indicators"]
    );
    let p = four(
        "rule = { count = 1 }\n[[standard]]\nid = 'w'\nname = 'W'\nrequires = { standard = 't', at-least = 'middle' }\nrule = { every = 'd' }",
    );
    let grading = graded_over(&p, &at([Some(2), Some(0), Some(0), Some(3)]));
    assert_eq!(grading.row(0).unwrap().standard(2).unwrap().verdicts(), [Met; 3]);
}

#[test]
fn a_veto_looks_back_over_years() {
    let text = |missing: &str| {
        package(&format!(
            "{GDP}[[indicator]]\nid = 'accident'\nname = 'major accident'\nscale = 'yes-no'\n
             [[standard]]\nid = 't'\nname = 'T'\ngate = {{ never = 'accident', within-years = 3{missing} }}\nrule = {{ every = 'gdp' }}\n"
        ))
    };
    let (no, yes) = (Value::Level(0), Value::Level(1));
    let all = |a: &Value, b: &Value, c: &Value| {
        vec![
            ("gdp", "2018", number("20")),
            ("accident", "2016", a.clone()),
            ("accident", "2017", b.clone()),
            ("accident", "2018", c.clone()),
        ]
    };
    let strict = text("");
    assert_eq!(decided(&strict, &all(&no, &no, &no)), [Met; 3]);
    assert_eq!(decided(&strict, &all(&yes, &no, &no)), [NotMet; 3]);
    assert_eq!(decided(&strict, &all(&no, &no, &no)[..3]), [Unknown; 3]);
    assert_eq!(decided(&text(", missing = 'pass'"), &all(&no, &no, &no)[..2]), [Met; 3]);
    // What lies further back does not count.
    let mut old = all(&no, &no, &no);
    old.push(("accident", "2015", yes));
    assert_eq!(decided(&strict, &old), [Met; 3]);
}

#[test]
fn a_step_may_ask_for_years_running_or_for_having_been_there_once() {
    let p = package(
        "[[indicator]]\nid = 'x'\nname = 'X'\nladder = { primary = { value = 5, once-then = 3 }, middle = { value = 5, years = 3 }, advanced = { above = 9 } }\n
         [[standard]]\nid = 't'\nname = 'T'\nrule = { every = 'x' }\n",
    );
    let years = |values: &[(&'static str, i64)]| -> Vec<(&str, &str, Value)> {
        values.iter().map(|(year, x)| ("x", *year, number(&x.to_string()))).collect()
    };
    assert_eq!(decided(&p, &years(&[("2016", 5), ("2017", 6), ("2018", 9)])), [Met, Met, NotMet]);
    assert_eq!(decided(&p, &years(&[("2016", 4), ("2017", 6), ("2018", 7)])), [Met, NotMet, NotMet]);
    // A year without a figure leaves it open.
    assert_eq!(decided(&p, &years(&[("2016", 6), ("2018", 7)])), [Met, Unknown, NotMet]);
    assert_eq!(decided(&p, &years(&[("2016", 6), ("2017", 4), ("2018", 3)])), [Met, NotMet, NotMet]);
    assert_eq!(decided(&p, &years(&[("2016", 6), ("2017", 4), ("2018", 2)])), [NotMet, NotMet, NotMet]);
    assert_eq!(decided(&p, &years(&[("2016", 6), ("2017", 9), ("2018", 10)])), [Met, Met, Met]);
}

#[test]
fn ranges_bounds_and_tolerance() {
    let p = package(
        "[[indicator]]\nid = 'x'\nname = 'X'\ntolerance = 0.5\nladder = { primary = { from = 10, to = 20 }, middle = { from = 14, to = 16 } }\n
         [[standard]]\nid = 't'\nname = 'T'\nrule = { every = 'x', at-least = 'middle' }\n",
    );
    let of = |x: &str| decided(&p, &[("x", "2018", number(x))])[0];
    assert_eq!([of("13.4"), of("13.5"), of("16.5"), of("16.6")], [NotMet, Met, Met, NotMet]);
    let interval =
        |a: &str, b: &str| Value::Interval { lower: parse_decimal(a).ok(), upper: parse_decimal(b).ok() };
    let of = |value: Value| decided(&p, &[("x", "2018", value)])[0];
    assert_eq!(
        [of(interval("14", "16")), of(interval("10", "15")), of(interval("21", "22"))],
        [Met, Unknown, NotMet]
    );
}

#[test]
fn a_survey_share_passes_by_estimate_bound_or_probability() {
    let survey = Value::Survey {
        estimate: parse_decimal("62").unwrap(),
        n: Some(500),
        standard_error: parse_decimal("2").ok(),
    };
    for (pass, expected) in [("'estimate'", Met), ("'bound'", NotMet), ("0.8", Met), ("0.9", NotMet)] {
        let p = package(&format!(
            "[[indicator]]\nid = 'x'\nname = 'X'\npass = {pass}\nladder = {{ primary = 60 }}\n
             [[standard]]\nid = 't'\nname = 'T'\nrule = {{ every = 'x' }}\n"
        ));
        // P(true share is 60 or more) = P(z > -1) = 0.84.
        assert_eq!(decided(&p, &[("x", "2018", survey.clone())])[0], expected, "{pass}");
    }
}

#[test]
fn a_share_of_a_sample_passes_by_its_wilson_interval() {
    // 3 of 100 (Wilson's 95 % interval is 1.03 to 8.45; the estimate less 1.96 standard errors is below 0).
    let judged = |pass: &str, threshold: &str| {
        let p = package(&format!(
            "[[indicator]]\nid = 'x'\nname = 'X'\npass = {pass}\nladder = {{ primary = {threshold} }}\n"
        ));
        let survey = SurveyDetail {
            statistic: "top-box".into(),
            share: Some((0.into(), 100.into())),
            effective_n: Some(100.into()),
            design_effect: None,
            degrees_of_freedom: None,
            interval: None,
            confidence_level: parse_decimal("0.95").unwrap(),
        };
        let detail = Detail { survey: Some(survey.into()), ..Detail::default() };
        let value =
            Value::Survey { estimate: 3.into(), n: Some(100), standard_error: parse_decimal("1.706").ok() };
        let data = DataSet {
            units: vec![Id::new("u").unwrap()],
            variables: p.variables().iter().map(|v| v.id.clone()).collect(),
            observations: [Observation {
                unit: 0,
                variable: 0,
                period: Period::parse("2018"),
                value,
                status: Default::default(),
                place: None,
                detail: detail.into(),
            }]
            .into_iter()
            .collect(),
            ..DataSet::default()
        };
        let (evaluation, _) = evaluate(&p, &Methods::default(), &data).unwrap();
        verdicts(&grade(&p, &data, &evaluation), 1)[0]
    };
    assert_eq!([judged("'bound'", "1.02"), judged("'bound'", "1.04")], [Met, NotMet]);
    assert_eq!(
        [judged("'bound'", "{ from = 1, to = 8.5 }"), judged("'bound'", "{ from = 1, to = 8.4 }")],
        [Met, NotMet]
    );
    // Φ((0.03 − 0.02) / √(0.02 · 0.98 / 100)) = Φ(0.714) = 0.762.
    assert_eq!([judged("0.76", "2"), judged("0.77", "2")], [Met, NotMet]);
}

#[test]
fn figures_are_carried_forward_or_substituted_and_marked() {
    let p = package(
        "[[measure]]\nid = 'm'\n[[indicator]]\nid = 'x'\nname = 'X'\ncarry-forward = 2\nsubstitute = 'm'\nladder = { primary = 5 }\n
         [[indicator]]\nid = 'y'\nname = 'Y'\n[[standard]]\nid = 't'\nname = 'T'\nrule = { every = 'x', at-least = 'primary' }\n",
    );
    let marks = |figures: &[(&str, &str, Value)]| {
        let grading = graded_over(&p, figures);
        let row = grading.row(grading.n_rows() - 1).unwrap();
        let node = row.node(1).unwrap();
        (node.verdicts[0], node.marks.words().collect::<Vec<_>>())
    };
    let y = ("y", "2018", number("1"));
    assert_eq!(marks(&[("x", "2016", number("6")), y.clone()]), (Met, vec!["carried-forward"]));
    assert_eq!(marks(&[("x", "2015", number("6")), y.clone()]), (Unknown, vec![]));
    assert_eq!(
        marks(&[("x", "2016", number("6")), ("m", "2018", number("4")), y.clone()]),
        (NotMet, vec!["substituted"])
    );
}

#[test]
fn grace_passes_over_a_few_unknown_cells_for_a_time() {
    let p = four("rule = { every = '*' }\ngrace = { cells = 1, until = 2018-12-31 }");
    let held = |figures: &[(&str, &str, Value)]| {
        let grading = graded_over(&p, figures);
        let grade = grading.row(0).unwrap().standard(1).unwrap();
        (grade.interval.proven, grade.held)
    };
    assert_eq!(held(&at([Some(3), Some(2), Some(3), None])), (None, Some(1)));
    assert_eq!(held(&at([Some(3), Some(2), None, None])), (None, None));
    let later: Vec<_> =
        at([Some(3), Some(2), Some(3), None]).into_iter().map(|(id, _, x)| (id, "2019", x)).collect();
    assert_eq!(held(&later), (None, None));
}
