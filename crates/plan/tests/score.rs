//! Plans for scores against what is known of linear and geometric indices, and against points drawn at random.

#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_engine::{Methods, evaluate};
use gradus_model::observation::Status;
use gradus_model::{DataSet, Decimal, Id, Observation, Package, Period, Scalar, Value, decode};
use gradus_plan::{Effort, LeftOut, Planner, Refused, ScoreAsk, ScorePlan, Source, Target};
use gradus_standard::grade;

struct Case {
    package: Package,
    data: DataSet,
}

/// Indicators from 0 to 100 with figures, weights and a price of each unit; another unit has other figures.
fn case(head: &str, indicators: &[(f64, f64, f64)], extra: &str) -> Case {
    let mut text = format!("format = 1\n[index]\nid = 'i'\nname = 'I'\n{head}\n{extra}\n");
    for (at, (_, weight, price)) in indicators.iter().enumerate() {
        let parent = if extra.contains("[[group]]") && at % 2 == 1 { "parent = 'g'\n" } else { "" };
        text += &format!(
            "[[indicator]]\nid = 'x{at}'\nname = 'X'\n{parent}weight = {weight}\neffort = {{ money = {price} }}\nnormalize = {{ method = 'goalposts', lower = 0, upper = 100, to = [0, 100] }}\n"
        );
    }
    let (package, found) = decode::decode("package.toml", &text);
    let package = package.unwrap_or_else(|| panic!("{found:#?}"));
    let mut observations = Vec::new();
    for (unit, shift) in [(0, 0.0), (1, 20.0)] {
        for (variable, (x, ..)) in indicators.iter().enumerate() {
            observations.push(Observation {
                unit,
                variable,
                period: Some(Period::year(2020)),
                value: Value::Number(f64::to_decimal(f64::min(x + shift, 100.0)).unwrap()),
                status: Status::default(),
                place: None,
                detail: Default::default(),
            });
        }
    }
    let variables = package.variables().iter().map(|v| v.id.clone()).collect();
    let units = ["u", "v"].map(|u| Id::new(u).unwrap()).to_vec();
    Case {
        package,
        data: DataSet { units, variables, observations: observations.into(), ..DataSet::default() },
    }
}

fn planned(case: &Case, target: Target, effort: Option<Effort>) -> Result<ScorePlan, Refused> {
    let methods = Methods::default();
    let (evaluation, _) = evaluate(&case.package, &methods, &case.data).unwrap();
    let grading = grade(&case.package, &case.data, &evaluation);
    let source = Source {
        package: &case.package,
        methods: &methods,
        data: &case.data,
        evaluation: &evaluation,
        grading: &grading,
    };
    Planner::new(source, 0).score(0, &ScoreAsk { node: Package::ROOT, target, effort })
}

fn at(score: i64) -> Target {
    Target::Score(Decimal::from(score))
}

/// Draws that are the same on every machine.
fn draws(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1u64 << 24) as f64
    }
}

fn drawn(seed: u64, n: usize) -> Vec<(f64, f64, f64)> {
    let mut draw = draws(seed);
    let round = |x: f64| (x * 8.0).round() / 8.0;
    (0..n)
        .map(|_| (round(5.0 + 60.0 * draw()), round(0.5 + 4.0 * draw()), round(0.25 + 5.0 * draw())))
        .collect()
}

/// In a linear index, the cheapest point of score is bought first.
#[test]
fn a_linear_index_buys_the_cheapest_points_first() {
    for seed in 1..8 {
        let indicators = drawn(seed, 6);
        let case = case("aggregate = 'arithmetic'", &indicators, "");
        let plan = planned(&case, at(70), None).unwrap_or_else(|why| panic!("{why:?}"));
        assert_eq!(plan.effort, Effort::Points);
        let plan = planned(&case, at(70), Some(Effort::Money)).unwrap();
        let weights: f64 = indicators.iter().map(|(_, w, _)| w).sum();
        let now: f64 = indicators.iter().map(|(x, w, _)| x * w / weights).sum();
        let mut by_price: Vec<(f64, f64)> =
            indicators.iter().map(|(x, w, p)| (p * weights / w, (100.0 - x) * w / weights)).collect();
        by_price.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut left, mut expected) = (70.0 - now, 0.0);
        for (price, most) in by_price {
            let bought = f64::min(left, most).max(0.0);
            expected += price * bought;
            left -= bought;
        }
        let (total, bound) = (plan.total.to_f64(), plan.at_least.to_f64());
        assert!((total - expected).abs() < 1e-5 * expected, "{seed}: {total} is not {expected}");
        assert!(bound <= total + 1e-7 && bound > expected * (1.0 - 1e-5), "{seed}: {bound}");
        assert!((plan.reached.to_f64() - 70.0).abs() < 1e-6, "{}", plan.reached);
    }
}

/// In a geometric index, water filling: every figure that moves has the same price per share of its weight.
#[test]
fn a_geometric_index_fills_like_water() {
    for seed in 11..16 {
        let indicators = drawn(seed, 5);
        let case = case("aggregate = 'geometric'", &indicators, "");
        let plan = planned(&case, at(60), Some(Effort::Money)).unwrap_or_else(|why| panic!("{why:?}"));
        let weights: f64 = indicators.iter().map(|(_, w, _)| w).sum();
        let figures = |level: f64| -> Vec<f64> {
            indicators.iter().map(|(x, w, p)| (level * w / p).clamp(*x, 100.0)).collect()
        };
        let score = |figures: &[f64]| -> f64 {
            let sum: f64 = figures.iter().zip(&indicators).map(|(y, (_, w, _))| w * libm_ln(*y)).sum();
            libm_exp(sum / weights)
        };
        let (mut low, mut high) = (0.0, 1e6);
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if score(&figures(middle)) >= 60.0 { high = middle } else { low = middle }
        }
        let expected: f64 = figures(high).iter().zip(&indicators).map(|(y, (x, _, p))| p * (y - x)).sum();
        let total = plan.total.to_f64();
        assert!((total - expected).abs() < 1e-5 * expected, "{seed}: {total} is not {expected}");
        assert!(plan.at_least.to_f64() <= expected * (1.0 + 1e-6));
        assert!((plan.reached.to_f64() - 60.0).abs() < 1e-5, "{}", plan.reached);
    }
}

fn libm_ln(x: f64) -> f64 {
    Scalar::ln(x).unwrap()
}
fn libm_exp(x: f64) -> f64 {
    Scalar::exp(x).unwrap()
}

/// Groups of one mean inside another: no point drawn at random reaches the target for less than the bound.
#[test]
fn no_drawn_point_is_cheaper_than_the_bound() {
    let indicators = drawn(21, 6);
    let case = case(
        "aggregate = 'geometric'",
        &indicators,
        "[[group]]\nid = 'g'\nname = 'G'\nweight = 3\naggregate = 'arithmetic'",
    );
    let plan = planned(&case, at(65), Some(Effort::Money)).unwrap_or_else(|why| panic!("{why:?}"));
    assert!(plan.reached.to_f64() >= 65.0 - 1e-6);
    assert!(plan.total.to_f64() - plan.at_least.to_f64() <= 2e-6 * plan.total.to_f64());
    // The same index by hand.
    let score = |figures: &[f64]| -> f64 {
        let group: Vec<usize> = vec![1, 3, 5];
        let inner: f64 = group.iter().map(|i| indicators[*i].1 * figures[*i]).sum::<f64>()
            / group.iter().map(|i| indicators[*i].1).sum::<f64>();
        let outer: Vec<(f64, f64)> =
            [0, 2, 4].iter().map(|i| (indicators[*i].1, figures[*i])).chain([(3.0, inner)]).collect();
        let total: f64 = outer.iter().map(|(w, _)| w).sum();
        libm_exp(outer.iter().map(|(w, y)| w * libm_ln(*y)).sum::<f64>() / total)
    };
    let now: Vec<f64> = indicators.iter().map(|(x, ..)| *x).collect();
    assert!((score(&now) - plan.now.to_f64()).abs() < 1e-9);
    let mut draw = draws(99);
    let mut reached = 0;
    let mut nearest = f64::INFINITY;
    for _ in 0..20_000 {
        let figures: Vec<f64> = now
            .iter()
            .enumerate()
            .map(|(i, x)| {
                // Around the plan, so that some points are nearly as cheap.
                let to =
                    plan.items.iter().find(|item| item.node == case.package.node(&format!("x{i}")).unwrap());
                let center = to.map_or(*x, |item| item.to.to_f64());
                (center + (draw() - 0.5) * 12.0).clamp(*x, 100.0)
            })
            .collect();
        if score(&figures) >= 65.0 {
            reached += 1;
            let cost: f64 = figures.iter().zip(&indicators).map(|(y, (x, _, p))| p * (y - x)).sum();
            nearest = nearest.min(cost);
        }
    }
    assert!(reached > 1_000, "{reached}");
    assert!(nearest >= plan.at_least.to_f64(), "{nearest} is cheaper than {}", plan.at_least);
    assert!(nearest < plan.total.to_f64() * 1.2, "the points drawn are too far to say anything");
}

#[test]
fn a_rank_is_the_score_just_above_the_next() {
    let case = case("aggregate = 'arithmetic'", &[(40.0, 1.0, 1.0), (50.0, 1.0, 2.0)], "");
    let plan = planned(&case, Target::Rank(1), Some(Effort::Money)).unwrap();
    assert_eq!((plan.now, plan.target), (Decimal::from(45), Decimal::new(65_000_000_001, 9)));
    assert_eq!(plan.reached_rank, Some(1.0));
    // All 20 points by the cheaper one, of which each point of score takes two.
    assert!((plan.total.to_f64() - 40.0).abs() < 1e-4, "{}", plan.total);
    assert_eq!(planned(&case, Target::Rank(2), None).unwrap_err(), Refused::NoRank);
    assert_eq!(planned(&case, Target::Rank(0), None).unwrap_err(), Refused::NoRank);
}

#[test]
fn what_cannot_be_proven_is_refused() {
    let two = [(40.0, 1.0, 1.0), (50.0, 1.0, 2.0)];
    let refused = |head: &str, target, effort| planned(&case(head, &two, ""), target, effort).unwrap_err();
    assert_eq!(refused("aggregate = 'arithmetic'", at(40), None), Refused::Held);
    assert!(
        matches!(refused("aggregate = 'arithmetic'", at(101), None), Refused::OutOfReach { most } if most == Decimal::ONE_HUNDRED)
    );
    assert!(
        matches!(refused("aggregate = 'median'", at(60), None), Refused::NotConcave { method, .. } if method == "median")
    );
    assert!(matches!(
        refused("aggregate = { method = 'power-mean', exponent = 2 }", at(60), None),
        Refused::NotConcave { .. }
    ));
    assert_eq!(refused("aggregate = 'arithmetic'", at(60), Some(Effort::Difficulty)), Refused::NotPerUnit);
    assert_eq!(refused("aggregate = 'arithmetic'", at(60), Some(Effort::Years)), Refused::NothingMoves);
    // A scale that is learned from the units moves with the unit.
    let mut learned = case("aggregate = 'arithmetic'", &two, "");
    for node in &mut learned.package.nodes {
        if let gradus_model::package::NodeKind::Indicator(indicator) = &mut node.kind {
            let call = indicator.normalize.as_mut().unwrap();
            call.method = "min-max".into();
            call.args.clear();
        }
    }
    assert_eq!(planned(&learned, at(60), None).unwrap_err(), Refused::DependsOnOthers);
}

/// Below a goalpost the score is flat and then rises: such an indicator stays where it is, and is said to.
#[test]
fn an_indicator_that_first_gains_nothing_is_left_out() {
    let mut case = case("aggregate = 'arithmetic'", &[(10.0, 1.0, 1.0), (50.0, 1.0, 2.0)], "");
    case.data.observations.change(0, |o| o.value = Value::Number(Decimal::from(-50)));
    let plan = planned(&case, at(40), Some(Effort::Money)).unwrap();
    let x0 = case.package.node("x0").unwrap();
    assert_eq!(plan.left_out, [(x0, LeftOut::Uneven)]);
    assert_eq!(plan.items.len(), 1);
}
