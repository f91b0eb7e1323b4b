//! The derivation of one number, down to the figures it rests on.

use crate::block::Figures;
use crate::compile::{variable_of, written_as};
use crate::plan::Methods;
use crate::result::{Cell, Evaluation, Number};
use gradus_formula::{Formula, Name, Reading};
use gradus_model::number::Rounding;
use gradus_model::observation::{Absence, DataSet, Period, Value};
use gradus_model::package::{Action, Group, Node, NodeIx, NodeKind, Variable};
use gradus_model::policy::MissingAction;
use gradus_model::{Decimal, Id, Package, Text};
use std::collections::BTreeSet;

/// A number and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Derivation {
    /// Code of the node or measure.
    pub of: Id,
    /// The node; `None` for a measure that a formula uses.
    pub node: Option<NodeIx>,
    /// The number, or nothing with the reason.
    pub value: Result<Number, Absence>,
    /// How it came about.
    pub how: How,
    /// How the number was rounded last, where the index's own method rounds it.
    pub round: Option<Rounding>,
    /// What it was made from.
    pub from: Vec<Derivation>,
}

/// How a part of an aggregate was used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PartUse {
    /// With this share of the weights that are present.
    Share(f64),
    /// With this weight, which is not divided by the sum of weights.
    Weight(Number),
    /// Missing, and counted as zero with this share.
    AsZero(f64),
    /// Missing, and left out.
    LeftOut,
}

/// How a number came about.
#[derive(Debug, Clone, PartialEq)]
pub enum How {
    /// Parts combined by a method, each as it was used.
    Aggregated {
        /// Id of the method.
        method: String,
        /// How each part was used, in the order of the parts.
        parts: Vec<PartUse>,
    },
    /// A raw or transformed value brought onto the common scale.
    Normalized {
        /// Id of the method.
        method: String,
        /// What it learned or was given.
        fitted: Vec<(&'static str, Number)>,
    },
    /// A raw value under a transform.
    Transformed {
        /// Id of the transform.
        transform: String,
    },
    /// A value after a step of the pipeline.
    Prepared {
        /// Code of the step.
        step: Id,
        /// What the step did to this value: `imputed`, `winsorized-high`, the id of a transform; nothing where it left the
        /// value as it was.
        change: Option<&'static str>,
        /// Id of the method, where the step has one.
        method: Option<String>,
        /// What the step found and learned.
        facts: Vec<(&'static str, Number)>,
        /// What an imputed value rests on, where it was asked for.
        imputed: Option<Box<Imputed>>,
    },
    /// Whether the unit belongs to a class: 1 or 0.
    Class {
        /// The class that was asked for.
        class: String,
    },
    /// A formula over other figures and scores.
    Formula {
        /// The formula as written.
        formula: String,
        /// The period of the figures.
        period: Option<Period>,
    },
    /// A figure as observed.
    Observed {
        /// Place in the data set's observations.
        observation: usize,
    },
    /// No figure.
    Absent,
}

/// What an imputed value rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Imputed {
    /// The figures it was made from, as they stood before the step.
    pub figures: Vec<RestsOn>,
    /// The class of the unit, where only units of its class were looked at.
    pub class: Option<String>,
    /// What was computed from figures, by name: `n`, `mean`, `intercept`.
    pub facts: Vec<(&'static str, Number)>,
}

/// A figure that an imputed value was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct RestsOn {
    /// The indicator.
    pub node: NodeIx,
    /// The row: a unit in a period.
    pub row: usize,
    /// The figure.
    pub value: Number,
    /// What the method made of it, by name: `distance`, `weight`, `coefficient`, `standing`.
    pub facts: Vec<(&'static str, Number)>,
}

/// As [`explain`], and for each imputed value on the way what it rests on: donors, predictors, the class and its mean.
///
/// Methods that imputed are run again for it, in binary64, which takes as long as it took them.
#[must_use]
pub fn explain_imputed(
    package: &Package,
    methods: &Methods,
    data: &DataSet,
    evaluation: &Evaluation,
    node: NodeIx,
    row: usize,
) -> Derivation {
    Explainer { methods: Some(methods), ..Explainer::new(package, data, evaluation, row) }.score(node)
}

/// The derivation of the score of a node in a row, or of the raw value of an indicator that is not scored.
#[must_use]
pub fn explain(
    package: &Package,
    data: &DataSet,
    evaluation: &Evaluation,
    node: NodeIx,
    row: usize,
) -> Derivation {
    Explainer::new(package, data, evaluation, row).score(node)
}

/// What a formula names, as it is written there, with the name of the measure, indicator or group: for readers who do not know
/// the codes.
#[must_use]
pub fn named_in<'p>(package: &'p Package, formula: &str) -> Vec<(String, &'p Text)> {
    let Ok(formula) = Formula::parse(formula) else { return Vec::new() };
    let figures = formula.names().iter().filter(|name| !matches!(name.of, Reading::Member(_)));
    let codes: BTreeSet<&str> = figures.map(|name| name.code.as_str()).collect();
    let named = |code: &str| {
        let measure = package.measures.iter().find(|m| written_as(&m.id, code)).map(|m| &m.name);
        measure.or_else(|| package.nodes.iter().find(|n| written_as(&n.id, code)).map(|n| &n.name))
    };
    codes.into_iter().filter_map(|code| Some((code.to_owned(), named(code)?))).collect()
}

struct Explainer<'a> {
    package: &'a Package,
    data: &'a DataSet,
    evaluation: &'a Evaluation,
    variables: Vec<Variable<'a>>,
    row: usize,
    unit: usize,
    period: usize,
    /// The unit's observations.
    observed: Vec<usize>,
    /// What was led back already: it comes with its value, and is not led back again.
    seen: BTreeSet<(Id, Option<Period>)>,
    /// To ask what imputed values rest on.
    methods: Option<&'a Methods>,
}

impl<'a> Explainer<'a> {
    fn new(package: &'a Package, data: &'a DataSet, evaluation: &'a Evaluation, row: usize) -> Self {
        let (unit, period) = evaluation.unit_and_period(row);
        let observed = data.observations.iter().enumerate().filter(|(_, o)| o.unit == unit);
        Self {
            package,
            data,
            evaluation,
            variables: package.variables(),
            row,
            unit,
            period,
            observed: observed.map(|(at, _)| at).collect(),
            seen: BTreeSet::new(),
            methods: None,
        }
    }

    /// The class of the unit in a period, or in that of the row.
    fn class(&self, kind: &str, period: Option<Period>) -> Option<String> {
        let declared = self.package.units.iter().find(|u| u.id == self.evaluation.units[self.unit]);
        if let Some(class) = declared.and_then(|u| u.groups.get(kind)) {
            return Some(class.clone());
        }
        let period = period.or(self.evaluation.periods[self.period]);
        let period = period.or(self.evaluation.grid.last().copied().flatten());
        Some(self.data.classes.get(kind)?.of(self.unit, period)?.to_string())
    }

    fn made(&self, ix: NodeIx, value: Option<Number>, how: How, from: Vec<Derivation>) -> Derivation {
        let result = &self.evaluation.nodes[ix];
        let absence = result.absence.get(self.row).copied().flatten().unwrap_or(Absence::NotReported);
        let of = self.package.nodes[ix].id.clone();
        Derivation { of, node: Some(ix), value: value.ok_or(absence), how, round: None, from }
    }

    fn score(&mut self, ix: NodeIx) -> Derivation {
        let (package, evaluation) = (self.package, self.evaluation);
        let node: &Node = &package.nodes[ix];
        let score = evaluation.score(ix, self.row);
        match &node.kind {
            NodeKind::Group(group) => {
                let before = evaluation.nodes[ix].aggregated.get(self.row);
                let Some(call) = &group.normalize else {
                    return Derivation { round: node.round, ..self.aggregate(ix, group, score) };
                };
                let aggregate = self.aggregate(ix, group, before);
                let how = How::Normalized { method: call.method.clone(), fitted: self.fitted(ix) };
                let input = self.under_transform(ix, call.transform.as_deref(), aggregate);
                Derivation { round: node.round, ..self.made(ix, score, how, vec![input]) }
            }
            NodeKind::Indicator(indicator) => {
                let prepared = self.prepared(ix);
                let Some(call) = &indicator.normalize else {
                    return prepared;
                };
                let how = How::Normalized { method: call.method.clone(), fitted: self.fitted(ix) };
                let input = self.under_transform(ix, call.transform.as_deref(), prepared);
                Derivation { round: node.round, ..self.made(ix, score, how, vec![input]) }
            }
        }
    }

    fn fitted(&self, ix: NodeIx) -> Vec<(&'static str, Number)> {
        self.evaluation.nodes[ix].fit(self.row, self.period).unwrap_or_default().to_vec()
    }

    fn under_transform(
        &self,
        ix: NodeIx,
        call: Option<&gradus_model::package::MethodCall>,
        input: Derivation,
    ) -> Derivation {
        let Some(call) = call else { return input };
        let value = self.evaluation.nodes[ix].transformed.get(self.row);
        self.made(ix, value, How::Transformed { transform: call.method.clone() }, vec![input])
    }

    fn aggregate(&mut self, ix: NodeIx, group: &Group, value: Option<Number>) -> Derivation {
        if let Some(formula) = &group.formula {
            let from = self.of_formula(formula, None);
            let period = self.evaluation.periods[self.period];
            return self.made(ix, value, How::Formula { formula: formula.clone(), period }, from);
        }
        let (package, evaluation, row) = (self.package, self.evaluation, self.row);
        let parts: Vec<NodeIx> = package.nodes[ix]
            .children
            .iter()
            .copied()
            .filter(|c| !evaluation.nodes[*c].scores.is_empty())
            .collect();
        // A weight that differs from unit to unit and is missing for this one is no weight.
        let weight = |c: NodeIx| {
            let own = &evaluation.nodes[c];
            own.weight_in(row).map_or(if own.weight_by_row.is_empty() { 1.0 } else { 0.0 }, Number::to_f64)
        };
        let present = |c: NodeIx| evaluation.score(c, row).is_some();
        let as_zero = group.missing.action == MissingAction::Zero;
        let counts = |c: NodeIx| as_zero || present(c);
        let total: f64 = parts.iter().filter(|c| counts(**c)).map(|c| weight(*c)).sum();
        // Where nothing that is there has a weight, nothing has a share.
        let share = |c: NodeIx| if total > 0.0 { weight(c) / total } else { 0.0 };
        let used = |c: NodeIx| match (evaluation.nodes[c].absolute_weight, present(c)) {
            (Some(weight), true) => PartUse::Weight(weight),
            (None, true) => PartUse::Share(share(c)),
            (_, false) if as_zero => PartUse::AsZero(share(c)),
            (_, false) => PartUse::LeftOut,
        };
        let how = How::Aggregated {
            method: group.aggregate.as_ref().map(|call| call.method.clone()).unwrap_or_default(),
            parts: parts.iter().map(|c| used(*c)).collect(),
        };
        let from = parts.iter().map(|c| self.score(*c)).collect();
        self.made(ix, value, how, from)
    }

    /// An indicator after the steps of the pipeline.
    fn prepared(&mut self, ix: NodeIx) -> Derivation {
        let mut out = self.raw(ix);
        for stage in &self.evaluation.nodes[ix].stages {
            let step = &self.package.pipeline[stage.step];
            let change = stage.changed.binary_search_by_key(&self.row, |(row, _)| *row).ok();
            let change = change.map(|at| stage.changed[at].1);
            let call = step.method_for(ix);
            let fact = if stage.facts.len() == 1 { 0 } else { self.period };
            let imputed = self.methods.filter(|_| change == Some("imputed")).and_then(|methods| {
                let cell = (stage.step, ix, self.row);
                let mut imputed = Figures::account(self.package, methods, self.evaluation, self.data, cell)?;
                imputed.class = imputed.class.and_then(|kind| self.class(&kind, None));
                Some(Box::new(imputed))
            });
            let how = How::Prepared {
                step: step.id.clone(),
                change,
                method: call.map(|call| call.method.clone()),
                facts: stage.facts.get(fact).cloned().flatten().unwrap_or_default(),
                imputed,
            };
            let mut from = vec![out];
            if let Action::Denominate(list) = &step.action
                && let Some(denominator) = list.iter().find(|d| d.indicator == ix)
            {
                let name = Name { code: denominator.by.to_string(), of: Reading::Value };
                from.extend(self.of_name(&name, None));
            }
            let value = stage.values.get(self.row);
            out = self.made(ix, value, how, from);
        }
        out
    }

    fn raw(&mut self, ix: NodeIx) -> Derivation {
        let result = &self.evaluation.nodes[ix];
        let value = result.raw.get(self.row);
        let cell = result.cells.get(self.row).unwrap_or(Cell::Absent(Absence::NotReported));
        let absence = match cell {
            Cell::Absent(absence) => absence,
            _ => result.absence.get(self.row).copied().flatten().unwrap_or(Absence::OnlyBounds),
        };
        let of = self.package.nodes[ix].id.clone();
        let (how, from) = match cell {
            Cell::Observed(observation) => (How::Observed { observation }, Vec::new()),
            Cell::Derived { period } => {
                let indicator = self.package.nodes[ix].indicator();
                let formula = indicator.and_then(|i| i.formula.clone()).unwrap_or_default();
                let on_grid = self.on_grid(&of);
                let from = self.of_formula(&formula, on_grid.then_some(period));
                (How::Formula { formula, period }, from)
            }
            Cell::Absent(_) => (How::Absent, Vec::new()),
        };
        Derivation { of, node: Some(ix), value: value.ok_or(absence), how, round: None, from }
    }

    fn on_grid(&self, id: &Id) -> bool {
        let place = self.variables.iter().position(|v| v.id == id);
        let derived = place.and_then(|at| self.evaluation.derived.get(at)?.as_ref());
        derived.is_none_or(|derived| derived.on_grid)
    }

    /// What a formula uses, in the order it mentions it: of a period of the data, or (for a formula over scores) of the row.
    fn of_formula(&mut self, text: &str, period: Option<Option<Period>>) -> Vec<Derivation> {
        let Ok(formula) = Formula::parse(text) else { return Vec::new() };
        formula.names().iter().filter_map(|name| self.of_name(name, period)).collect()
    }

    fn of_name(&mut self, name: &Name, period: Option<Option<Period>>) -> Option<Derivation> {
        let node = || self.package.nodes.iter().position(|n| written_as(&n.id, &name.code));
        match &name.of {
            Reading::Member(class) => {
                let own = self.class(&name.code, period.flatten());
                let value = own.map(|own| Number::Decimal(Decimal::from(u8::from(own == *class))));
                Some(Derivation {
                    of: Id::new(&name.code).ok()?,
                    node: None,
                    value: value.ok_or(Absence::NotReported),
                    how: How::Class { class: class.clone() },
                    round: None,
                    from: Vec::new(),
                })
            }
            Reading::Score => Some(self.once(node()?)),
            Reading::Value => match variable_of(&self.variables, &name.code) {
                Some(variable) => Some(self.variable(variable, period)),
                None => Some(self.once(node()?)),
            },
        }
    }

    /// The score of a node, led back where it was not before.
    fn once(&mut self, ix: NodeIx) -> Derivation {
        let id = self.package.nodes[ix].id.clone();
        let score = self.score(ix);
        if self.seen.insert((id, self.evaluation.periods[self.period])) {
            score
        } else {
            Derivation { from: Vec::new(), ..score }
        }
    }

    fn variable(&mut self, variable: usize, period: Option<Option<Period>>) -> Derivation {
        let (package, evaluation) = (self.package, self.evaluation);
        let id = self.variables[variable].id.clone();
        let node = package.node(id.as_str());
        let n_units = evaluation.units.len();
        // On the rows of the result, each variable stands with a period of its own.
        let of_row = evaluation.rows.get(variable).and_then(|rows| rows.get(self.row)).copied();
        let period_of_row = match of_row {
            Some(u32::MAX) => None,
            Some(at) => evaluation.grid.get(at as usize / n_units).copied(),
            None => evaluation.periods.get(self.period).copied(),
        };
        let Some(of_period) = period.or(period_of_row) else {
            let value = Err(Absence::NotReported);
            return Derivation { of: id, node, value, how: How::Absent, round: None, from: Vec::new() };
        };
        let text = match node.and_then(|ix| package.nodes[ix].indicator()) {
            Some(indicator) => indicator.formula.as_deref(),
            None => package.measures.get(variable).and_then(|m| m.formula.as_deref()),
        };
        if let Some(text) = text {
            let derived = evaluation.derived.get(variable).and_then(Option::as_ref);
            let on_grid = derived.is_none_or(|d| d.on_grid);
            let at = if on_grid {
                evaluation.grid.iter().position(|p| *p == of_period).map(|p| p * n_units + self.unit)
            } else {
                Some(self.row)
            };
            let value = at.and_then(|at| derived?.values.get(at));
            let from = if self.seen.insert((id.clone(), of_period)) {
                self.of_formula(text, on_grid.then_some(of_period))
            } else {
                Vec::new()
            };
            let how = How::Formula { formula: text.to_owned(), period: of_period };
            return Derivation {
                of: id,
                node,
                value: value.ok_or(Absence::InputAbsent),
                how,
                round: None,
                from,
            };
        }
        // A figure of the period goes before one without.
        let find = |wanted: Option<Period>| {
            self.observed.iter().copied().find(|at| {
                let key = self.data.observations.key(*at);
                key.is_some_and(|o| o.period == wanted && self.data.variables[o.variable] == id)
            })
        };
        let Some(observation) = find(of_period).or_else(|| find(None)) else {
            let value = Err(Absence::NotReported);
            return Derivation { of: id, node, value, how: How::Absent, round: None, from: Vec::new() };
        };
        let value = match self.data.observations.value(observation) {
            None => Err(Absence::NotReported),
            Some(Value::Absent(absence)) => Err(absence),
            Some(value) => value
                .number_in(
                    package.policy.periods.stands_in(of_period, evaluation.grid.last().copied().flatten()),
                )
                .map(Number::Decimal)
                .ok_or(Absence::OnlyBounds),
        };
        Derivation { of: id, node, value, how: How::Observed { observation }, round: None, from: Vec::new() }
    }
}
