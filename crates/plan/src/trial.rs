//! Scores under other figures, computed by the engine: a rule or target that asks for a score knows no other way.

use crate::Source;
use gradus_engine::{Cell, Evaluation, Methods, evaluate};
use gradus_model::Decimal;
use gradus_model::observation::{DataSet, Observation, Value};
use gradus_model::package::{NodeIx, NodeKind, Package};
use gradus_model::policy::PeriodRule;

/// How far a score computed from a unit's own figures may be from the one of the whole package, to be taken for it.
const SAME: f64 = 1e-9;

/// A unit in a period, ready to be scored under other figures.
#[derive(Debug)]
pub(crate) struct Trial<'a> {
    package: &'a Package,
    methods: &'a Methods,
    data: &'a DataSet,
    evaluation: &'a Evaluation,
    unit: usize,
    period: usize,
    row: usize,
    /// The unit by itself, where its scores do not depend on others.
    alone: Option<(Package, DataSet)>,
}

impl<'a> Trial<'a> {
    pub(crate) fn new(source: Source<'a>, (unit, period): (usize, usize)) -> Self {
        let Source { package, methods, data, evaluation, .. } = source;
        let row = evaluation.row(unit, period);
        let mut trial = Self { package, methods, data, evaluation, unit, period, row, alone: None };
        let alone = trial.by_itself();
        trial.alone = alone.filter(|alone| trial.agrees(alone));
        trial
    }

    /// Whether the scores of the unit follow from its own figures.
    pub(crate) fn stands_alone(&self) -> bool {
        self.alone.is_some()
    }

    /// As it is without the rounding that nodes of the index do inside, by which scores rise in steps.
    pub(crate) fn smooth(mut self) -> Self {
        if let Some((package, _)) = &mut self.alone {
            package.nodes.iter_mut().for_each(|node| node.round = None);
        }
        self
    }

    /// The figure that is normalized.
    pub(crate) fn figure(&self, node: NodeIx) -> Option<Decimal> {
        self.evaluation.nodes[node].prepared().get(self.row)?.to_decimal()
    }

    /// The score of a node when indicators have other figures; nothing where it has none, or where a figure cannot be changed, as one that
    /// is derived from others.
    pub(crate) fn score(&self, node: NodeIx, moved: &[(NodeIx, Decimal)]) -> Option<Decimal> {
        match &self.alone {
            Some((package, data)) => {
                let mut data = data.clone();
                for (node, x) in moved {
                    let variable = data.variables.iter().position(|id| *id == package.nodes[*node].id)?;
                    let value = self.value(*node, *x);
                    let is =
                        |at: &usize| data.observations.key(*at).is_some_and(|key| key.variable == variable);
                    let there = data.observations.places().find(is);
                    match there {
                        Some(at) => data.observations.change(at, |o| o.value = value),
                        None => data.observations.push(observed(variable, value)),
                    }
                }
                let (found, _) = evaluate(package, self.methods, &data).ok()?;
                found.score(node, 0)?.to_decimal()
            }
            None => self.whole(moved)?.score(node, self.row)?.to_decimal(),
        }
    }

    /// The whole package with other figures of the unit.
    pub(crate) fn whole(&self, moved: &[(NodeIx, Decimal)]) -> Option<Evaluation> {
        let mut data = self.data.clone();
        for (node, x) in moved {
            let value = self.value(*node, *x);
            match self.evaluation.nodes[*node].cells.get(self.row)? {
                Cell::Observed(at) => data.observations.change(at, |o| o.value = value),
                Cell::Derived { .. } => return None,
                Cell::Absent(_) => {
                    let id = &self.package.nodes[*node].id;
                    let variable = data.variables.iter().position(|known| known == id)?;
                    let mut new = observed(variable, value);
                    let own = self.evaluation.periods.get(self.period).copied().flatten();
                    new.period = self.package.policy.periods.stands_in(own, data.periods().last().copied());
                    new.unit = self.unit;
                    data.observations.push(new);
                }
            }
        }
        evaluate(self.package, self.methods, &data).ok().map(|(found, _)| found)
    }

    fn value(&self, node: NodeIx, x: Decimal) -> Value {
        let scaled = self.package.nodes[node].indicator().is_some_and(|i| i.scale.is_some());
        match usize::try_from(x) {
            Ok(level) if scaled => Value::Level(level),
            _ => Value::Number(x),
        }
    }

    /// The package reduced to one unit in one period, whose figures are those that are normalized.
    fn by_itself(&self) -> Option<(Package, DataSet)> {
        let mut package = self.package.clone();
        package.policy.periods = PeriodRule::Panel;
        package.pipeline.clear();
        package.standards.clear();
        package.published.clear();
        package.measures.clear();
        for node in &mut package.nodes {
            if let NodeKind::Indicator(indicator) = &mut node.kind {
                indicator.formula = None;
            }
        }
        let id = self.evaluation.units.get(self.unit)?.clone();
        package.units.retain(|unit| unit.id == id);
        let variables: Vec<_> = package.variables().iter().map(|v| v.id.clone()).collect();
        let mut data = DataSet { units: vec![id], variables, ..DataSet::default() };
        for (node, item, _) in self.package.indicators() {
            if let Some(x) = self.figure(node) {
                let variable = data.variables.iter().position(|known| *known == item.id)?;
                data.observations.push(observed(variable, self.value(node, x)));
            }
        }
        Some((package, data))
    }

    /// Whether every score is the same when the unit is by itself, also when its figures are moved a little.
    fn agrees(&self, (package, data): &(Package, DataSet)) -> bool {
        let Ok((found, _)) = evaluate(package, self.methods, data) else { return false };
        (0..self.package.nodes.len()).all(|node| {
            let score = |of: &Evaluation, row| of.score(node, row).map(|x| x.to_f64());
            match (score(&found, 0), score(self.evaluation, self.row)) {
                (Some(a), Some(b)) => (a - b).abs() <= SAME * b.abs().max(1.0),
                (a, b) => a == b,
            }
        })
    }
}

fn observed(variable: usize, value: Value) -> Observation {
    Observation {
        unit: 0,
        variable,
        period: None,
        value,
        status: gradus_model::observation::Status::default(),
        place: None,
        detail: Default::default(),
    }
}
