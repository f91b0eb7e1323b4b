//! The search against brute force: every combination of options of small problems.

#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_plan::search::{Limits, Pick, Problem, search};
use gradus_standard::{Condition, Conditions, Verdict};
use proptest::prelude::*;

/// Random conditions: sums whose gains may fall, over any of the choices; then so many of those before.
fn conditions(sizes: Vec<usize>, falling: bool) -> impl Strategy<Value = Conditions> {
    let n = sizes.len();
    let lowest = if falling { -2i128 } else { 0 };
    let sum = (proptest::collection::vec(any::<bool>(), n), -1i128..9, any::<bool>(), 0u64..u64::MAX)
        .prop_map(move |(takes, needed, by_one, seed)| {
            let gains = (0..n)
                .filter(|choice| takes[*choice])
                .map(|choice| {
                    let of = |option: usize| {
                        let mixed = seed.wrapping_mul(31).wrapping_add((choice * 7 + option * 13) as u64);
                        lowest + i128::from(mixed % 5)
                    };
                    let mut total = 0;
                    let all = (0..sizes[choice])
                        .map(|option| {
                            if falling {
                                return of(option);
                            }
                            total += if by_one { i128::from(option == 1) } else { of(option) };
                            total
                        })
                        .collect();
                    (choice, all)
                })
                .collect();
            Condition::Sum { needed, gains }
        });
    let tree =
        (proptest::collection::vec(sum, 1..5), proptest::collection::vec((0usize..4, any::<u64>()), 1..4));
    tree.prop_map(|(sums, groups)| {
        let mut all = sums;
        for (needed, seed) in groups {
            let of: Vec<usize> = (0..all.len()).filter(|at| (seed >> at) & 1 == 1).collect();
            let needed = needed.min(of.len());
            all.push(Condition::AtLeast { needed, of });
        }
        // The last one binds everything, so that nothing is idle.
        let of: Vec<usize> = (0..all.len()).collect();
        let needed = of.len().saturating_sub(1).max(1);
        all.push(Condition::AtLeast { needed, of });
        Conditions { all }
    })
}

fn problem(falling: bool) -> impl Strategy<Value = (Vec<Vec<Option<i128>>>, Conditions)> {
    let choice = proptest::collection::vec(proptest::option::weighted(0.9, 0i128..6), 1..4);
    proptest::collection::vec(choice, 1..7).prop_flat_map(move |efforts| {
        let efforts: Vec<Vec<Option<i128>>> =
            efforts.into_iter().map(|rest| std::iter::once(Some(0)).chain(rest).collect()).collect();
        let sizes = efforts.iter().map(Vec::len).collect();
        (Just(efforts), conditions(sizes, falling))
    })
}

fn holds(conditions: &Conditions, options: &[usize], judge: &dyn Fn(usize, &[usize]) -> bool) -> bool {
    let mut held = Vec::new();
    for condition in &conditions.all {
        held.push(match condition {
            Condition::Sum { needed, gains } => {
                gains.iter().map(|(choice, gains)| gains[options[*choice]]).sum::<i128>() >= *needed
            }
            Condition::AtLeast { needed, of } => of.iter().filter(|at| held[**at]).count() >= *needed,
            Condition::Open { question, met } => judge(*question, options) == *met,
        });
    }
    held.last().copied().unwrap_or(true)
}

/// Every minimal plan, in order: effort, number of changes, then what comes first in the order of choices.
fn all_plans(
    efforts: &[Vec<Option<i128>>],
    conditions: &Conditions,
    judge: &dyn Fn(usize, &[usize]) -> bool,
) -> Vec<Pick> {
    let mut combinations: Vec<Vec<usize>> = vec![Vec::new()];
    for options in efforts {
        combinations = combinations
            .iter()
            .flat_map(|head| {
                (0..options.len()).filter(|o| options[*o].is_some()).map(move |o| {
                    let mut all = head.clone();
                    all.push(o);
                    all
                })
            })
            .collect();
    }
    let fulfills = |options: &[usize]| holds(conditions, options, judge);
    let minimal = |options: &[usize]| {
        (0..options.len()).all(|choice| {
            (0..options[choice]).filter(|o| efforts[choice][*o].is_some()).all(|smaller| {
                let mut tried = options.to_vec();
                tried[choice] = smaller;
                !fulfills(&tried)
            })
        })
    };
    let mut plans: Vec<Pick> = combinations
        .into_iter()
        .filter(|options| fulfills(options) && minimal(options))
        .map(|options| Pick {
            effort: options.iter().enumerate().filter_map(|(c, o)| efforts[c][*o]).sum(),
            options,
        })
        .collect();
    let rank = |plan: &Pick| -> Vec<usize> {
        plan.options.iter().map(|o| if *o == 0 { usize::MAX } else { *o }).collect()
    };
    plans.sort_by_key(|plan| (plan.effort, plan.options.iter().filter(|o| **o > 0).count(), rank(plan)));
    plans
}

fn first_five(mut plans: Vec<Pick>) -> Vec<Pick> {
    plans.truncate(5);
    plans
}

const ALL: Limits = Limits { plans: 5, states: usize::MAX };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_five_cheapest_minimal_plans((efforts, conditions) in problem(false)) {
        let expected = first_five(all_plans(&efforts, &conditions, &|_, _| false));
        let found = search(&Problem { efforts, conditions: &conditions, rising: true }, ALL, &mut |_, _| Verdict::Unknown).unwrap();
        prop_assert_eq!(found.plans, expected);
        prop_assert_eq!(found.stopped, None);
    }

    #[test]
    fn also_where_going_further_may_hurt((efforts, conditions) in problem(true)) {
        let expected = first_five(all_plans(&efforts, &conditions, &|_, _| false));
        let found = search(&Problem { efforts, conditions: &conditions, rising: true }, ALL, &mut |_, _| Verdict::Unknown).unwrap();
        prop_assert_eq!(found.plans, expected);
    }

    #[test]
    fn also_with_a_question_that_only_all_choices_answer((efforts, mut conditions) in problem(false), needed in 1usize..6) {
        conditions.all.push(Condition::Open { question: 7, met: true });
        let of = vec![conditions.all.len() - 2, conditions.all.len() - 1];
        conditions.all.push(Condition::AtLeast { needed: 2, of });
        // A product, which no sum of gains is.
        let judge = |question: usize, options: &[usize]| {
            assert_eq!(question, 7);
            options.iter().map(|o| o + 1).product::<usize>() >= needed
        };
        let expected = first_five(all_plans(&efforts, &conditions, &judge));
        let found = search(&Problem { efforts, conditions: &conditions, rising: true }, ALL, &mut |q, o| Verdict::of(judge(q, o))).unwrap();
        prop_assert_eq!(found.plans, expected);
    }

    /// What was found before the limit is what would have been found first, and the bound holds for all the rest.
    #[test]
    fn a_search_that_stops_early_says_nothing_false((efforts, conditions) in problem(false), states in 0usize..12) {
        let all = all_plans(&efforts, &conditions, &|_, _| false);
        let limits = Limits { plans: 5, states };
        let found = search(&Problem { efforts, conditions: &conditions, rising: true }, limits, &mut |_, _| Verdict::Unknown).unwrap();
        prop_assert!(found.states <= states);
        prop_assert_eq!(&found.plans[..], &all[..found.plans.len()]);
        if let Some(bound) = found.stopped {
            prop_assert!(all[found.plans.len()..].iter().all(|plan| plan.effort >= bound));
        } else if found.plans.len() < 5 {
            prop_assert_eq!(found.plans.len(), all.len());
        }
    }
}

/// Amounts so large that the dynamic programming rounds them are still decided exactly.
#[test]
fn large_amounts_are_rounded_in_the_bound_only() {
    let gain = |choice: i128| 1_000_003 + 7_919 * choice * choice;
    let gains: Vec<(usize, Vec<i128>)> = (0..8).map(|c| (c, vec![0, gain(c as i128)])).collect();
    let needed = gain(1) + gain(4) + gain(6);
    let efforts: Vec<Vec<Option<i128>>> = (0..8).map(|c| vec![Some(0), Some(10 + (c * 3) % 7)]).collect();
    let conditions = Conditions { all: vec![Condition::Sum { needed, gains }] };
    let expected = first_five(all_plans(&efforts, &conditions, &|_, _| false));
    let found = search(&Problem { efforts, conditions: &conditions, rising: true }, ALL, &mut |_, _| {
        Verdict::Unknown
    })
    .unwrap();
    assert_eq!((found.plans.len(), found.plans), (5, expected));
}
