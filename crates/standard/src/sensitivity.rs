//! What the grades would be under other readings of a rule.

use crate::{Grading, clause_sentence, grade};
use gradus_engine::Evaluation;
use gradus_model::number::Decimal;
use gradus_model::observation::DataSet;
use gradus_model::package::{
    Alternative, Clause, NodeKind, OnMissing, Package, PerGrade, Quota, Rule, Scope,
};
use gradus_model::{Id, Lang, Text};

/// The grades by one reading of a standard's rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The reading: as the package has it, or one of the usual ones. Its name is the rule in words where none is given.
    pub alternative: Alternative,
    /// The grades; the standard stands in its place with the other rule.
    pub grading: Grading,
}

/// Grades every row by other readings of a standard's rule: those the package declares, or the usual ones (all
/// indicators; nine tenths; nine tenths in each group; nine tenths of those that are known). What it requires, its gate and
/// its caps stay. A reading that is the rule itself is left out.
#[must_use]
pub fn readings(package: &Package, data: &DataSet, evaluation: &Evaluation, standard: usize) -> Vec<Reading> {
    let Some(own) = package.standards.get(standard) else { return Vec::new() };
    let alternatives = match own.alternatives.is_empty() {
        true => usual(package),
        false => own.alternatives.clone(),
    };
    alternatives
        .into_iter()
        .filter(|alternative| alternative.rule.clause != own.rule.clause)
        .map(|mut alternative| {
            let mut other = package.clone();
            other.standards[standard].rule = alternative.rule.clone();
            if alternative.name.is_empty() {
                let words = |lang| clause_sentence(package, &alternative.rule, None, lang);
                alternative.name = Text::both(words(Lang::En), words(Lang::Zh));
            }
            Reading { grading: grade(&other, data, evaluation), alternative }
        })
        .collect()
}

/// The usual readings of "the indicators meet the standard".
fn usual(package: &Package) -> Vec<Alternative> {
    let all =
        || Scope { written: "*".into(), tagged: None, indicators: package.indicators_below(Package::ROOT) };
    let nine_tenths = |scope: Scope, missing: OnMissing| Clause::Indicators {
        quota: Quota::Share { share: PerGrade::Same(Decimal::new(9, 1)), by_weight: false },
        scope,
        at_least: None,
        missing,
    };
    let every =
        Clause::Indicators { quota: Quota::All, scope: all(), at_least: None, missing: OnMissing::Unknown };
    let mut out = vec![
        ("every", every),
        ("nine-tenths", nine_tenths(all(), OnMissing::Unknown)),
        ("nine-tenths-of-known", nine_tenths(all(), OnMissing::LeaveOut)),
    ];
    let children = &package.nodes[Package::ROOT].children;
    let groups: Vec<usize> =
        children.iter().copied().filter(|ix| matches!(package.nodes[*ix].kind, NodeKind::Group(_))).collect();
    if !groups.is_empty() {
        let rule = |group: &usize| Rule {
            clause: nine_tenths(
                Scope { written: "*".into(), tagged: None, indicators: package.indicators_below(*group) },
                OnMissing::Unknown,
            ),
            key: "rule".into(),
        };
        let rules = groups.iter().map(rule).collect();
        out.push(("nine-tenths-in-each-group", Clause::InEach { groups, rules }));
    }
    out.into_iter()
        .filter_map(|(id, clause)| {
            let rule = Rule { clause, key: "rule".into() };
            Some(Alternative { id: Id::new(id).ok()?, name: Text::default(), rule })
        })
        .collect()
}
