//! Rules over verdicts.

use crate::ladder::ladder_verdicts;
use crate::{GradeInterval, Grading, NodeGrade, Proof, RowGrading, StandardGrade, Verdict};
use gradus_engine::Evaluation;
use gradus_model::Package;
use gradus_model::number::{Decimal, Scalar};
use gradus_model::observation::{DataSet, Period};
use gradus_model::package::{Clause, NodeIx, NodeKind, Rule, Scope};

/// Grades every unit in every period.
#[must_use]
pub fn grade(package: &Package, data: &DataSet, evaluation: &Evaluation) -> Grading {
    // Without grades there is nothing to be proven, for perhaps a million units.
    if package.grades.is_empty() && package.standards.is_empty() {
        let nothing = RowGrading { nodes: Vec::new(), standards: Vec::new() };
        return Grading { rows: vec![nothing; evaluation.n_rows()] };
    }
    let grader = Grader::new(package, data, evaluation);
    Grading { rows: (0..evaluation.n_rows()).map(|row| grader.row(row)).collect() }
}

/// Grades one unit in one period.
#[must_use]
pub fn grade_row(package: &Package, data: &DataSet, evaluation: &Evaluation, row: usize) -> RowGrading {
    Grader::new(package, data, evaluation).row(row)
}

/// What is the same for every row.
struct Grader<'a> {
    package: &'a Package,
    data: &'a DataSet,
    evaluation: &'a Evaluation,
    newest: Option<Period>,
    /// Nodes in tree order.
    tree: Vec<NodeIx>,
    /// The rule of each group: its own, or every indicator below it.
    rules: Vec<Option<Rule>>,
}

impl<'a> Grader<'a> {
    fn new(package: &'a Package, data: &'a DataSet, evaluation: &'a Evaluation) -> Self {
        let rule = |ix: NodeIx| match &package.nodes[ix].kind {
            NodeKind::Indicator(_) => None,
            NodeKind::Group(group) => Some(group.grade.clone().unwrap_or_else(|| Rule {
                clause: Clause::Every {
                    scope: Scope { written: "*".into(), indicators: package.indicators_below(ix) },
                    at_least: None,
                },
                key: "grade".into(),
            })),
        };
        Self {
            package,
            data,
            evaluation,
            newest: data.periods().last().copied(),
            tree: package.tree().into_iter().map(|(ix, _)| ix).collect(),
            rules: (0..package.nodes.len()).map(rule).collect(),
        }
    }

    fn row(&self, row: usize) -> RowGrading {
        let package = self.package;
        let mut verdicts: Vec<Vec<Verdict>> = vec![Vec::new(); package.nodes.len()];
        for ix in self.tree.iter().rev() {
            verdicts[*ix] = match &self.rules[*ix] {
                None => ladder_verdicts(package, self.data, self.evaluation, *ix, row, self.newest),
                Some(rule) => {
                    (0..package.grades.len()).map(|grade| prove(rule, grade, &verdicts).verdict).collect()
                }
            };
        }
        let nodes = self
            .tree
            .iter()
            .map(|node| NodeGrade {
                node: *node,
                interval: GradeInterval::of(&verdicts[*node]),
                verdicts: verdicts[*node].clone(),
            })
            .collect();
        let mut standards: Vec<Option<StandardGrade>> = vec![None; package.standards.len()];
        for ix in 0..package.standards.len() {
            standard(package, ix, &verdicts, &mut standards, &mut Vec::new());
        }
        RowGrading { nodes, standards: standards.into_iter().flatten().collect() }
    }
}

/// Grades a standard after those it requires.
fn standard(
    package: &Package,
    ix: usize,
    verdicts: &[Vec<Verdict>],
    done: &mut [Option<StandardGrade>],
    path: &mut Vec<usize>,
) {
    if done[ix].is_some() || path.contains(&ix) {
        return;
    }
    path.push(ix);
    let standard = &package.standards[ix];
    for required in &standard.requires {
        self::standard(package, *required, verdicts, done, path);
    }
    path.pop();
    let proofs: Vec<Proof> = (0..package.grades.len())
        .map(|grade| {
            let own = prove(&standard.rule, grade, verdicts);
            let required: Vec<Proof> = standard
                .requires
                .iter()
                .filter_map(|r| done[*r].as_ref())
                .filter_map(|r| r.proofs.get(grade).cloned())
                .collect();
            if required.is_empty() {
                return own;
            }
            let clauses: Vec<Proof> = required.into_iter().chain([own]).collect();
            Proof {
                key: "requires".into(),
                grade,
                verdict: Verdict::all(clauses.iter().map(|p| p.verdict)),
                needed: (clauses.len(), clauses.len()),
                parts: Vec::new(),
                clauses,
            }
        })
        .collect();
    let by_grade: Vec<Verdict> = proofs.iter().map(|p| p.verdict).collect();
    done[ix] = Some(StandardGrade { standard: ix, interval: GradeInterval::of(&by_grade), proofs });
}

/// The verdict of a rule at a grade, with what it rests on. `verdicts[node][grade]` are those of the nodes.
fn prove(rule: &Rule, grade: usize, verdicts: &[Vec<Verdict>]) -> Proof {
    let at = |node: NodeIx, grade: usize| verdicts[node].get(grade).copied().unwrap_or(Verdict::Unknown);
    let of_parts = |nodes: &[NodeIx], needed: usize, at_least: Option<usize>| {
        let asked = at_least.unwrap_or(grade);
        let parts: Vec<(NodeIx, Verdict)> = nodes.iter().map(|node| (*node, at(*node, asked))).collect();
        Proof {
            key: rule.key.clone(),
            grade: asked,
            verdict: Verdict::at_least(needed, parts.iter().map(|(_, v)| *v)),
            needed: (needed, parts.len()),
            parts,
            clauses: Vec::new(),
        }
    };
    let of_clauses = |rules: &[Rule], needed: usize| {
        let clauses: Vec<Proof> = rules.iter().map(|r| prove(r, grade, verdicts)).collect();
        Proof {
            key: rule.key.clone(),
            grade,
            verdict: Verdict::at_least(needed, clauses.iter().map(|p| p.verdict)),
            needed: (needed, clauses.len()),
            parts: Vec::new(),
            clauses,
        }
    };
    match &rule.clause {
        Clause::Every { scope, at_least } => of_parts(&scope.indicators, scope.indicators.len(), *at_least),
        Clause::Count { count, scope, at_least } => of_parts(&scope.indicators, *count, *at_least),
        Clause::Share { share, scope, at_least } => {
            of_parts(&scope.indicators, share_of(*share, scope.indicators.len()), *at_least)
        }
        Clause::Group { groups, at_least } => of_parts(groups, groups.len(), *at_least),
        Clause::AllOf(rules) => of_clauses(rules, rules.len()),
        Clause::AnyOf(rules) => of_clauses(rules, 1),
        Clause::CountOf { count, of } => of_clauses(of, *count),
        Clause::Not(inner) => {
            let inner = prove(inner, grade, verdicts);
            Proof {
                key: rule.key.clone(),
                grade,
                verdict: !inner.verdict,
                needed: (1, 1),
                parts: Vec::new(),
                clauses: vec![inner],
            }
        }
        // A clause of a later edition of the rule language that this one does not know.
        _ => Proof {
            key: rule.key.clone(),
            grade,
            verdict: Verdict::Unknown,
            needed: (1, 1),
            parts: Vec::new(),
            clauses: Vec::new(),
        },
    }
}

/// The smallest count that is at least `share` of `n`, exactly: 90 % of 30 is 27, of 31 is 28.
fn share_of(share: Decimal, n: usize) -> usize {
    let exact = share.times(Decimal::from(n)).unwrap_or(Decimal::from(n)).ceil();
    usize::try_from(exact.trunc().mantissa() / 10i128.pow(exact.scale())).unwrap_or(n).min(n)
}

impl GradeInterval {
    /// From the verdicts at each grade, from the lowest.
    #[must_use]
    pub fn of(verdicts: &[Verdict]) -> Self {
        Self {
            proven: verdicts.iter().take_while(|v| **v == Verdict::Met).count().checked_sub(1),
            possible: verdicts.iter().take_while(|v| **v != Verdict::NotMet).count().checked_sub(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Met, NotMet, Unknown};
    use proptest::prelude::*;

    #[test]
    fn shares_are_exact() {
        assert_eq!(share_of(Decimal::new(9, 1), 30), 27);
        assert_eq!(share_of(Decimal::new(9, 1), 31), 28);
        assert_eq!(share_of(Decimal::ONE, 7), 7);
    }

    #[test]
    fn an_interval_stops_at_the_first_failure() {
        assert_eq!(
            GradeInterval::of(&[Met, Unknown, Unknown]),
            GradeInterval { proven: Some(0), possible: Some(2) }
        );
        assert_eq!(
            GradeInterval::of(&[Unknown, NotMet, Unknown]),
            GradeInterval { proven: None, possible: Some(0) }
        );
        assert_eq!(GradeInterval::of(&[NotMet, Met]), GradeInterval { proven: None, possible: None });
        assert_eq!(GradeInterval::of(&[]), GradeInterval { proven: None, possible: None });
    }

    fn verdict() -> impl Strategy<Value = Verdict> {
        prop_oneof![Just(Met), Just(Unknown), Just(NotMet)]
    }

    fn rule(n: usize) -> impl Strategy<Value = Rule> {
        let nodes = prop::collection::vec(0..n, 1..=n);
        let scope = nodes.prop_map(|mut indicators| {
            indicators.sort_unstable();
            indicators.dedup();
            Scope { written: "*".into(), indicators }
        });
        let leaf = prop_oneof![
            scope.clone().prop_map(|scope| Clause::Every { scope, at_least: None }),
            (scope.clone(), 1usize..4).prop_map(|(scope, count)| Clause::Count {
                count: count.min(scope.indicators.len()),
                scope,
                at_least: None
            }),
            (scope, 1i64..=10).prop_map(|(scope, tenths)| Clause::Share {
                share: Decimal::new(tenths, 1),
                scope,
                at_least: None
            }),
        ];
        let clause = leaf.prop_recursive(3, 12, 3, |inner| {
            let rules =
                prop::collection::vec(inner.prop_map(|clause| Rule { clause, key: String::new() }), 1..4);
            prop_oneof![
                rules.clone().prop_map(Clause::AllOf),
                rules.clone().prop_map(Clause::AnyOf),
                rules.prop_map(|of| Clause::CountOf { count: of.len().div_ceil(2), of }),
            ]
        });
        clause.prop_map(|clause| Rule { clause, key: String::new() })
    }

    proptest! {
        /// Turning one unknown into any value keeps a known verdict, and a better value never lowers one.
        #[test]
        fn known_verdicts_stand_and_rules_are_monotone(
            rule in rule(6), verdicts in prop::collection::vec(verdict(), 6), at in 0usize..6,
        ) {
            let verdict_of = |verdicts: &[Verdict]| {
                let table: Vec<Vec<Verdict>> = verdicts.iter().map(|v| vec![*v]).collect();
                prove(&rule, 0, &table).verdict
            };
            let before = verdict_of(&verdicts);
            let mut changed = verdicts.clone();
            for to in [NotMet, Met] {
                changed[at] = to;
                let after = verdict_of(&changed);
                if verdicts[at] == Unknown && before != Unknown {
                    prop_assert_eq!(after, before);
                }
                if to >= verdicts[at] {
                    prop_assert!(after >= before);
                } else {
                    prop_assert!(after <= before);
                }
            }
        }
    }
}
