//! Series, groups and weights taken from an evaluation of a package, at a stage and in a period.

use crate::{Group, Series, importance};
use gradus_engine::{Evaluation, Number, Stage, direction, times};
use gradus_method::Direction;
use gradus_model::observation::Period;
use gradus_model::package::NodeIx;
use gradus_model::{DataSet, Id, Package, Scalar};
use std::collections::BTreeMap;

/// The values of a package at one stage, in one period.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The package.
    pub package: &'a Package,
    /// What was computed from it.
    pub evaluation: &'a Evaluation,
    /// The stage.
    pub stage: Stage,
    /// The period, by place.
    pub period: usize,
}

impl View<'_> {
    /// The value of a node for a unit, by place.
    #[must_use]
    pub fn value(&self, node: NodeIx, unit: usize) -> Option<f64> {
        let row = self.evaluation.row(unit, self.period);
        self.evaluation.value(self.stage, node, row).map(Number::to_f64)
    }
    /// Whether a node has values at the stage: any unit, in any period.
    #[must_use]
    pub fn has(&self, node: NodeIx) -> bool {
        (0..self.evaluation.n_rows()).any(|row| self.evaluation.value(self.stage, node, row).is_some())
    }
    /// Every node that has values at the stage, in tree order.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeIx> {
        self.package.tree().into_iter().map(|(ix, _)| ix).filter(|ix| self.has(*ix)).collect()
    }
    /// The indicators, in tree order: those that have values at the stage, and at the first stage those that have none.
    #[must_use]
    pub fn indicators(&self) -> Vec<NodeIx> {
        let mut all = self.package.indicators_below(Package::ROOT);
        all.retain(|ix| self.stage == Stage::Raw || self.has(*ix));
        all
    }
    /// The nodes at a depth of the tree that have values at the stage; 0 is the index.
    #[must_use]
    pub fn level(&self, depth: usize) -> Vec<NodeIx> {
        let tree = self.package.tree().into_iter();
        tree.filter(|(ix, at)| *at == depth && self.has(*ix)).map(|(ix, _)| ix).collect()
    }
    /// The series of a node over the units.
    #[must_use]
    pub fn one(&self, node: NodeIx) -> Series {
        let values = (0..self.evaluation.units.len()).map(|unit| self.value(node, unit)).collect();
        Series::new(self.package.nodes[node].id.clone(), values)
    }
    /// The series of a measure (or of the figures of an indicator) over the units: what was observed or derived for the
    /// period, else a figure without a period. Nothing for a code that no variable has.
    #[must_use]
    pub fn measure(&self, data: &DataSet, code: &str) -> Option<Series> {
        let Evaluation { units, derived, rows, grid, periods, .. } = self.evaluation;
        let place = self.package.variables().iter().position(|variable| *variable.id == *code)?;
        let derived = derived.get(place).and_then(Option::as_ref);
        let mut observed: BTreeMap<(usize, Option<Period>), f64> = BTreeMap::new();
        if let (None, Some(variable)) = (derived, data.variable(code)) {
            for o in data.observations.iter().filter(|o| o.variable == variable) {
                if let Some(x) = o.value.number_in(o.period) {
                    observed.entry((o.unit, o.period)).or_insert(x.to_f64());
                }
            }
        }
        let value = |unit: usize| {
            let row = self.evaluation.row(unit, self.period);
            let of_grid = match rows.get(place).and_then(|rows| rows.get(row)) {
                Some(&u32::MAX) => None,
                Some(at) => Some(*at as usize),
                None => Some(row),
            };
            if let Some(derived) = derived {
                let at = if derived.on_grid { of_grid? } else { row };
                return derived.values.get(at).map(Number::to_f64);
            }
            let same = rows.get(place).is_none_or(|rows| rows.is_empty());
            let period = match same {
                true => periods.get(self.period).copied().flatten(),
                false => of_grid.and_then(|at| grid.get(at / units.len()).copied()).flatten(),
            };
            observed.get(&(unit, period)).or_else(|| observed.get(&(unit, None))).copied()
        };
        Some(Series::new(Id::new(code).ok()?, (0..units.len()).map(value).collect()))
    }
    /// The series of nodes, in their order.
    #[must_use]
    pub fn series(&self, nodes: &[NodeIx]) -> Vec<Series> {
        nodes.iter().map(|ix| self.one(*ix)).collect()
    }
    /// Which way is better in the values of nodes at the stage.
    #[must_use]
    pub fn directions(&self, nodes: &[NodeIx]) -> Vec<Direction> {
        nodes.iter().map(|ix| direction(self.package, self.stage, *ix)).collect()
    }
    /// The series of nodes, turned round where less is better.
    #[must_use]
    pub fn rising(&self, nodes: &[NodeIx]) -> Vec<Series> {
        crate::correlate::directed(&self.series(nodes), &self.directions(nodes))
    }
    /// The groups of a subtree whose parts have values at the stage, the subtree's own node first; each with such parts right
    /// below it, two or more.
    #[must_use]
    pub fn groups(&self, below: NodeIx) -> Vec<Group> {
        self.groups_of(below, |group| self.package.nodes[group].children.clone())
    }
    /// The same groups with the indicators anywhere below them.
    #[must_use]
    pub fn groups_of_indicators(&self, below: NodeIx) -> Vec<Group> {
        self.groups_of(below, |group| self.package.indicators_below(group))
    }
    fn groups_of(&self, below: NodeIx, members: impl Fn(NodeIx) -> Vec<NodeIx>) -> Vec<Group> {
        let (tree, nodes) = (self.package.tree(), &self.package.nodes);
        let inside = |mut ix: NodeIx| loop {
            match nodes[ix].parent {
                _ if ix == below => return true,
                Some(parent) => ix = parent,
                None => return false,
            }
        };
        let group = |ix: NodeIx| {
            let members = members(ix).into_iter().filter(|member| self.has(*member));
            Group { code: nodes[ix].id.clone(), members: members.map(|m| nodes[m].id.clone()).collect() }
        };
        tree.into_iter()
            .map(|(ix, _)| ix)
            .filter(|ix| nodes[*ix].group().is_some() && inside(*ix))
            .map(group)
            .filter(|group| group.members.len() > 1)
            .collect()
    }
    /// The parent of each node, by code.
    #[must_use]
    pub fn parents(&self) -> Vec<(Id, Id)> {
        let nodes = &self.package.nodes;
        let parent = |ix: usize| Some((nodes[ix].id.clone(), nodes[nodes[ix].parent?].id.clone()));
        (0..nodes.len()).filter_map(parent).collect()
    }
    /// The scored nodes with their weights among their siblings, as the run had them: written, of a set, or found from data;
    /// of weights that differ from unit to unit, the mean in the period. Parts of a scoreboard, which combines nothing, are
    /// left out with what is below them, and so is what is not scored.
    #[must_use]
    pub fn weights(&self) -> Vec<importance::Node> {
        let nodes = &self.package.nodes;
        let mut out: Vec<(NodeIx, importance::Node)> = Vec::new();
        for (ix, _) in self.package.tree() {
            let (code, parent) = (nodes[ix].id.clone(), nodes[ix].parent);
            let top = parent.is_none();
            let inside = parent.is_some_and(|parent| out.iter().any(|(kept, _)| *kept == parent));
            if !(top || inside) {
                continue;
            }
            let weight = if top { Some(1.0) } else { self.weight(ix) };
            if let Some(weight) = weight {
                let parent = parent.map(|parent| nodes[parent].id.clone());
                out.push((ix, importance::Node { code, parent, weight }));
            }
        }
        out.into_iter().map(|(_, node)| node).collect()
    }
    /// The weight of a node among its siblings, as [`weights`](Self::weights) has it.
    #[must_use]
    pub fn weight(&self, node: NodeIx) -> Option<f64> {
        let result = self.evaluation.nodes.get(node)?;
        if result.scores.is_empty() {
            return None;
        }
        if result.weight_by_row.is_empty() {
            return result.weight.map(Number::to_f64);
        }
        let rows = (0..self.evaluation.units.len()).map(|unit| self.evaluation.row(unit, self.period));
        let found: Vec<f64> = rows.filter_map(|row| result.weight_in(row)).map(Number::to_f64).collect();
        gradus_statistics::moments::mean(&found)
    }
    /// The values of a node for a unit over all periods, with the [`times`] of these.
    #[must_use]
    pub fn over_periods(&self, node: NodeIx, unit: usize) -> (Vec<f64>, Vec<Option<f64>>) {
        let periods = 0..self.evaluation.periods.len();
        let values = periods.map(|period| View { period, ..*self }.value(node, unit)).collect();
        (times(&self.evaluation.periods), values)
    }
}
