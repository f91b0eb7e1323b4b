//! Figures of a unit in years before the result, for what looks back.

use gradus_engine::Evaluation;
use gradus_model::Package;
use gradus_model::number::Decimal;
use gradus_model::observation::{DataSet, Period, Value};
use gradus_model::package::{Clause, Rule};
use std::collections::BTreeSet;

/// The figures of variables that something looks back on, by unit, in order of time.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    /// For each variable of the data set, the place of its series; none where nothing looks back on it.
    series: Vec<Option<usize>>,
    n_units: usize,
    /// By series and unit.
    figures: Vec<Vec<(Period, Past)>>,
}

/// A figure of another period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Past {
    /// Place in [`DataSet::observations`].
    Observed(usize),
    /// Computed.
    Derived(Option<Decimal>),
}

impl Past {
    /// Its place in the observations, where it was observed.
    pub(crate) fn observation(self) -> Option<usize> {
        match self {
            Self::Observed(ix) => Some(ix),
            Self::Derived(_) => None,
        }
    }
}

impl History {
    pub(crate) fn new(package: &Package, data: &DataSet, evaluation: &Evaluation) -> Self {
        let wanted = wanted(package);
        if wanted.is_empty() {
            return Self::default();
        }
        let mut out =
            Self { series: vec![None; data.variables.len()], n_units: data.units.len(), figures: Vec::new() };
        let mut n_series = 0;
        for (variable, id) in data.variables.iter().enumerate() {
            if wanted.contains(id.as_str()) {
                out.series[variable] = Some(n_series);
                n_series += 1;
            }
        }
        out.figures = vec![Vec::new(); n_series * out.n_units];
        for (ix, key) in data.observations.keys() {
            let series = out.series.get(key.variable).copied().flatten();
            if let (Some(series), Some(period)) = (series, key.period) {
                out.figures[series * out.n_units + key.unit].push((period, Past::Observed(ix)));
            }
        }
        for variable in 0..data.variables.len() {
            let Some(series) = out.series[variable] else { continue };
            let Some(Some(derived)) = evaluation.derived.get(variable) else { continue };
            if !derived.on_grid {
                continue;
            }
            for (row, value) in derived.values.iter().enumerate() {
                let (unit, period) =
                    (row % out.n_units, evaluation.grid.get(row / out.n_units).copied().flatten());
                if let Some(period) = period {
                    let value = value.and_then(|x| x.to_decimal());
                    out.figures[series * out.n_units + unit].push((period, Past::Derived(value)));
                }
            }
        }
        for series in &mut out.figures {
            series.sort_by_key(|(period, _)| *period);
        }
        out
    }

    /// The figures of a variable and unit up to the end of a year, the newest first.
    pub(crate) fn until(
        &self,
        variable: usize,
        unit: usize,
        year: i16,
    ) -> impl Iterator<Item = (Period, Past)> + '_ {
        let series = self.series.get(variable).copied().flatten();
        let figures = series.map_or(&[][..], |series| self.figures[series * self.n_units + unit].as_slice());
        figures.iter().rev().filter(move |(period, _)| period.end_year() <= year).copied()
    }

    /// The newest figure of a variable and unit in a year.
    pub(crate) fn in_year(&self, variable: usize, unit: usize, year: i16) -> Option<Past> {
        self.until(variable, unit, year).find(|(period, _)| period.end_year() == year).map(|(_, past)| past)
    }
}

/// The value of a figure of another period.
pub(crate) fn value(data: &DataSet, past: Past) -> Option<Value> {
    match past {
        Past::Observed(ix) => data.observations.value(ix),
        Past::Derived(number) => number.map(Value::Number),
    }
}

/// The codes of variables that something looks back on.
fn wanted(package: &Package) -> BTreeSet<&str> {
    let mut out = BTreeSet::new();
    for (_, node, indicator) in package.indicators() {
        let carried = indicator.carry_forward.unwrap_or(package.policy.carry_forward) > 0;
        if carried || indicator.substitute.is_some() || indicator.ladder.iter().any(|step| step.looks_back())
        {
            out.insert(node.id.as_str());
        }
        out.extend(indicator.substitute.as_ref().map(gradus_model::Id::as_str));
    }
    let mut rules: Vec<&Rule> = package.nodes.iter().filter_map(|n| n.group()?.grade.as_ref()).collect();
    for standard in &package.standards {
        rules.push(&standard.rule);
        rules.extend(&standard.gate);
        rules.extend(standard.caps.iter().map(|cap| &cap.unless));
        rules.extend(standard.alternatives.iter().map(|alternative| &alternative.rule));
    }
    while let Some(rule) = rules.pop() {
        match &rule.clause {
            Clause::Never { indicator, .. } => {
                out.insert(package.nodes[*indicator].id.as_str());
            }
            Clause::AllOf(inner) | Clause::AnyOf(inner) | Clause::InEach { rules: inner, .. } => {
                rules.extend(inner)
            }
            Clause::CountOf { of, .. } => rules.extend(of),
            Clause::Not(inner) => rules.push(inner),
            _ => {}
        }
    }
    out
}
