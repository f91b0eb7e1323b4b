//! The figures that imputation starts from, for comparing methods on them, and which way is better at a stage.

use crate::compile::args;
use crate::result::{Evaluation, Stage};
use crate::table;
use crate::{Imputed, Methods, Number, RestsOn};
use gradus_impute::{Block, CrossValidation, Filled, Imputer, Validation, cross_validate};
use gradus_method::{Column, Direction, Fault, Outcome};
use gradus_model::number::Scalar;
use gradus_model::observation::{DataSet, Period};
use gradus_model::package::{Action, MethodCall, NodeIx, NodeKind, PipelineStep};
use gradus_model::policy::Fit;
use gradus_model::{Diagnostic, Diagnostics, Id, Package};

/// The columns of several indicators as an imputation step sees them, in binary64 whatever the arithmetic of the package.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The indicators, one column each.
    pub indicators: Vec<NodeIx>,
    columns: Vec<Column<f64>>,
    codes: Vec<Id>,
    directions: Vec<Direction>,
    siblings: Vec<usize>,
    times: Vec<f64>,
    classes: Option<Vec<Option<usize>>>,
    n_units: usize,
    fit: Fit,
}

impl Figures {
    /// The figures as they stand before the package's first step that imputes: of its indicators, without those screened out.
    /// Of a package without such a step, the raw figures of all indicators.
    ///
    /// `by` is the kind of unit groups whose classes methods look at; that of the step where not given.
    ///
    /// # Errors
    /// `unknown-reference` for a kind that no unit has.
    pub fn before_imputation(
        package: &Package,
        evaluation: &Evaluation,
        data: &DataSet,
        by: Option<&str>,
    ) -> Result<Self, Diagnostics> {
        let place = package.pipeline.iter().position(|step| matches!(step.action, Action::Impute(_)));
        Self::before(package, evaluation, data, place, by)
    }

    /// The figures as they stand before a step that imputes, by place; raw figures of all indicators without one.
    fn before(
        package: &Package,
        evaluation: &Evaluation,
        data: &DataSet,
        place: Option<usize>,
        by: Option<&str>,
    ) -> Result<Self, Diagnostics> {
        let step = place.map(|at| &package.pipeline[at]);
        let before = match place {
            Some(at) => at.checked_sub(1).map_or(Stage::Raw, Stage::Step),
            None => Stage::Raw,
        };
        let all = || package.indicators().map(|(ix, ..)| ix).collect();
        let mut indicators: Vec<NodeIx> = step.map_or_else(all, |step| step.indicators.clone());
        indicators.retain(|ix| {
            let stages = evaluation.nodes[*ix].stages.iter();
            !stages.filter(|s| place.is_some_and(|at| s.step < at)).any(|s| s.excluded.is_some())
        });
        let column = |ix: &NodeIx| {
            Column::from_options(
                (0..evaluation.n_rows()).map(|row| evaluation.value(before, *ix, row).map(Number::to_f64)),
            )
        };
        let by = by.or(step.and_then(|step| step.by.as_deref()));
        let classes = by.map(|kind| classes(package, data, kind, &evaluation.periods)).transpose()?;
        Ok(Self {
            columns: indicators.iter().map(column).collect(),
            codes: indicators.iter().map(|ix| package.nodes[*ix].id.clone()).collect(),
            directions: indicators.iter().map(|ix| direction(package, before, *ix)).collect(),
            siblings: indicators.iter().map(|ix| package.nodes[*ix].parent.unwrap_or(0)).collect(),
            times: times(&evaluation.periods),
            classes,
            n_units: evaluation.units.len(),
            fit: step.and_then(|step| step.fit).unwrap_or(package.policy.fit),
            indicators,
        })
    }
    /// How many cells have a figure, and how many are empty.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let missing = self.columns.iter().map(Column::n_missing).sum();
        (self.columns.iter().map(|column| column.len()).sum::<usize>() - missing, missing)
    }
    /// How near a method comes to the figures when they are hidden from it. Periods are taken together or one by one, as the
    /// package has it for the step; methods that look along periods see them all.
    ///
    /// # Errors
    /// What keeps the method from being made or from working on these figures.
    pub fn validate(
        &self,
        methods: &Methods,
        call: &MethodCall,
        options: CrossValidation,
    ) -> Outcome<Validation> {
        let made = methods.imputers.find(&call.method)?.make(&args(call).for_parts(&self.codes))?;
        let method = f64::pick(&made);
        let columns: Vec<&Column<f64>> = self.columns.iter().collect();
        let block = self.block(&columns, &self.times);
        if self.fit == Fit::PerPeriod && !method.over_time() {
            cross_validate(&ByPeriod(method), &block, options)
        } else {
            cross_validate(method, &block, options)
        }
    }
    fn block<'a>(&'a self, columns: &'a [&'a Column<f64>], times: &'a [f64]) -> Block<'a, f64> {
        Block {
            columns,
            codes: &self.codes,
            directions: &self.directions,
            siblings: &self.siblings,
            n_units: self.n_units,
            times,
            classes: self.classes.as_deref(),
            draw: None,
        }
    }

    /// What the value that a step has put into a cell rests on, with rows of the result. The method is run again for it.
    pub(crate) fn account(
        package: &Package,
        methods: &Methods,
        evaluation: &Evaluation,
        data: &DataSet,
        (step, node, row): (usize, NodeIx, usize),
    ) -> Option<Imputed> {
        let figures = Self::before(package, evaluation, data, Some(step), None).ok()?;
        let call = package.pipeline[step].method_for(node)?;
        let made = methods.imputers.get(&call.method)?.make(&args(call).for_parts(&figures.codes)).ok()?;
        let method = f64::pick(&made);
        let n_units = figures.n_units;
        let span = match figures.fit == Fit::PerPeriod && !method.over_time() {
            true => row / n_units * n_units..(row / n_units + 1) * n_units,
            false => 0..evaluation.n_rows(),
        };
        let columns: Vec<Column<f64>> = figures.columns.iter().map(|c| c.rows(span.clone())).collect();
        let columns: Vec<&Column<f64>> = columns.iter().collect();
        let times = &figures.times[span.start / n_units..span.end / n_units];
        let block = figures.block(&columns, times);
        let block = Block { classes: block.classes_of(&span), ..block };
        let column = figures.indicators.iter().position(|ix| *ix == node)?;
        let account = method.account(&block, column, row - span.start).ok()?;
        let before = step.checked_sub(1).map_or(Stage::Raw, Stage::Step);
        let number = |facts: &[(&'static str, f64)]| -> Vec<(&'static str, Number)> {
            facts.iter().map(|(name, x)| (*name, Number::Binary64(*x))).collect()
        };
        let figure = |figure: &gradus_impute::Figure| {
            let (node, row) = (figures.indicators[figure.column], figure.row + span.start);
            let value = evaluation.value(before, node, row)?;
            Some(RestsOn { node, row, value, facts: number(&figure.facts) })
        };
        Some(Imputed {
            figures: account.figures.iter().filter_map(figure).collect(),
            class: package.pipeline[step].by.clone().filter(|_| account.of_class),
            facts: number(&account.facts),
        })
    }
}

/// The class of each unit, or of each row, in a kind of unit groups.
fn classes(
    package: &Package,
    data: &DataSet,
    kind: &str,
    periods: &[Option<Period>],
) -> Result<Vec<Option<usize>>, Diagnostics> {
    let all = table::classes(package, data);
    let Some(classes) = all.get(kind) else {
        let fault = table::unknown_kind(kind, &all);
        let mut found = Diagnostic::new(fault.kind, fault.message);
        found.help = fault.help;
        return Err(found.into());
    };
    let last = data.periods().last().copied();
    let periods: Vec<_> = periods.iter().map(|period| period.or(last)).collect();
    Ok(classes.by_row(&periods))
}

/// When each period ends, in years; its place, where two end in one year or one has no name.
#[must_use]
pub fn times(periods: &[Option<Period>]) -> Vec<f64> {
    let years: Vec<Option<i16>> = periods.iter().map(|period| period.map(Period::end_year)).collect();
    let distinct = years.windows(2).all(|pair| pair[0].is_some() && pair[0] < pair[1]);
    let time = |(place, year): (usize, &Option<i16>)| match year {
        _ if !distinct => place as f64,
        year => f64::from(year.unwrap_or(0)),
    };
    years.iter().enumerate().map(time).collect()
}

/// A method that is shown each period by itself.
#[derive(Debug)]
struct ByPeriod<'a>(&'a dyn Imputer<f64>);

impl Imputer<f64> for ByPeriod<'_> {
    fn impute(&self, block: &Block<'_, f64>) -> Outcome<Vec<Vec<Filled<f64>>>> {
        block.check()?;
        let mut all: Vec<Vec<Filled<f64>>> = vec![Vec::new(); block.columns.len()];
        for period in 0..block.n_rows() / block.n_units.max(1) {
            let span = period * block.n_units..(period + 1) * block.n_units;
            let columns: Vec<Column<f64>> = block.columns.iter().map(|c| c.rows(span.clone())).collect();
            if columns.iter().all(|column| column.n_missing() == column.len()) {
                continue;
            }
            let columns: Vec<&Column<f64>> = columns.iter().collect();
            let times = block.times.get(period..=period).unwrap_or_default();
            let moved = |fault: Fault| match fault.row {
                Some(row) => fault.in_row(row + span.start),
                None => fault,
            };
            let classes = block.classes_of(&span);
            let found =
                self.0.impute(&Block { columns: &columns, times, classes, ..*block }).map_err(moved)?;
            for (to, cells) in all.iter_mut().zip(found) {
                to.extend(cells.into_iter().map(|(row, value)| (row + span.start, value)));
            }
        }
        Ok(all)
    }
}

/// Which way is better in the values of a node at a stage: scores rise with what is good, and so do figures that a step of the
/// pipeline has normalized.
#[must_use]
pub fn direction(package: &Package, stage: Stage, node: NodeIx) -> Direction {
    let normalized = |steps: &[PipelineStep]| {
        steps.iter().any(|step| {
            matches!(step.action, Action::Normalize(_))
                && step.indicators.contains(&node)
                && !matches!(step.instead.get(&node), Some(None))
        })
    };
    match (&package.nodes[node].kind, stage) {
        (NodeKind::Group(group), Stage::Aggregated) if group.normalize.is_some() => group.direction,
        (NodeKind::Group(_), _) | (_, Stage::Normalized | Stage::Aggregated | Stage::Scores) => {
            Direction::Higher
        }
        (NodeKind::Indicator(indicator), stage) => {
            let until = match stage {
                Stage::Raw => 0,
                Stage::Step(at) => (at + 1).min(package.pipeline.len()),
                _ => package.pipeline.len(),
            };
            if normalized(&package.pipeline[..until]) { Direction::Higher } else { indicator.direction }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Mean;

    impl Imputer<f64> for Mean {
        fn impute(&self, block: &Block<'_, f64>) -> Outcome<Vec<Vec<Filled<f64>>>> {
            let fill = |column: &&Column<f64>| {
                let n = (column.len() - column.n_missing()) as f64;
                let mean = column.values().sum::<f64>() / n;
                (0..column.len()).filter(|row| !column.has(*row)).map(|row| (row, mean)).collect()
            };
            Ok(block.columns.iter().map(fill).collect())
        }
    }

    #[test]
    fn periods_by_themselves_and_rows_where_they_were() {
        let column = Column::from_options([Some(1.0), None, Some(10.0), Some(20.0), None, None]);
        let columns = [&column];
        let block = Block { n_units: 2, times: &[2020.0, 2021.0, 2022.0], ..Block::of(&columns) };
        // The last period has no figure, and nothing is made up for it.
        assert_eq!(ByPeriod(&Mean).impute(&block).unwrap(), [vec![(1, 1.0)]]);
        assert_eq!(Mean.impute(&block).unwrap()[0][0].1, 31.0 / 3.0);
    }

    #[test]
    fn times_are_years_where_these_tell_periods_apart() {
        let period = |text| Period::parse(text);
        assert_eq!(times(&[period("2019"), period("2021")]), [2019.0, 2021.0]);
        assert_eq!(times(&[period("2019-Q1"), period("2019-Q2")]), [0.0, 1.0]);
        assert_eq!(times(&[None]), [0.0]);
    }
}
