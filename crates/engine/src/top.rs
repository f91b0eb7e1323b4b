//! The groups of a plan combined again and again, with other weights and methods, on the rows of one period.
//!
//! A study of weights computes the same few sums ten thousand times. [`Plan::run`] does that too, and asks of every step
//! whether it has changed; here nothing is asked, and nothing is allocated. The methods are called as the plan calls them, so
//! scores have the same bits.

use crate::fold;
use crate::plan::{Missing, Plan, Setting, Settings, Slot, Work};
use crate::run::{Learned, Run};
use gradus_aggregate::{AggregatorBox, Reach};
use gradus_method::{Column, Outcome};
use gradus_model::number::Scalar;
use gradus_model::package::NodeIx;
use gradus_model::policy::Fit;
use std::ops::Range;
use std::sync::Arc;

/// Parts that fit on the stack; groups have rarely more.
const FEW: usize = 32;

/// Where a part of a group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Among the columns taken from the run.
    Leaf(usize),
    /// A group before this one.
    Group(usize),
}

/// A group of the top.
#[derive(Debug, Clone)]
pub struct TopGroup<S: Scalar> {
    /// The node.
    pub node: NodeIx,
    /// What combines the parts.
    pub method: AggregatorBox,
    /// The weights of the parts, in the order of [`Plan::parts`].
    pub weights: Vec<S>,
    parts: Vec<Part>,
    missing: Missing<S>,
}

impl<S: Scalar> TopGroup<S> {
    /// Where its parts are, in the order of the weights.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }
    /// Whether units are combined that have all parts: a group may ask for more parts than it has.
    #[must_use]
    pub fn combines_full(&self) -> bool {
        self.parts.len() >= self.missing.min_count
    }
}

/// The groups below a node, the node itself last.
#[derive(Debug, Clone)]
pub struct Top<S: Scalar> {
    /// Groups, parts before the groups they are in. Weights and methods are free to change.
    pub groups: Vec<TopGroup<S>>,
    leaves: Arc<[Column<S>]>,
    slots: Vec<Slot>,
    scores: Vec<Column<S>>,
    rows: Range<usize>,
}

impl<S: Scalar> Top<S> {
    /// The groups at and below a node, for the rows of a period, by place, with the weights of the settings and of the run.
    ///
    /// Nothing where a score is more than its parts combined: a formula, a normalization of an aggregate, a rounding, weights
    /// that differ from row to row; where the run left out units or indicators; and where a method that compares units meets
    /// gaps. [`Plan::run`] computes these.
    #[must_use]
    pub fn new(
        plan: &Plan<S>,
        settings: &Settings<S>,
        run: &Run<S>,
        node: NodeIx,
        period: usize,
    ) -> Option<Self> {
        let n_units = plan.units.len();
        let rows = period * n_units..(period + 1) * n_units;
        let leaves = Vec::new().into();
        let mut top = Self { groups: Vec::new(), leaves, slots: Vec::new(), scores: Vec::new(), rows };
        match top.add(plan, settings, run, node, period)? {
            Part::Group(_) => {
                let column = |slot: &Slot| run.column(plan, *slot).rows(top.rows.clone());
                top.leaves = top.slots.iter().map(column).collect();
                Some(top)
            }
            Part::Leaf(_) => None,
        }
    }

    fn add(
        &mut self,
        plan: &Plan<S>,
        settings: &Settings<S>,
        run: &Run<S>,
        node: NodeIx,
        period: usize,
    ) -> Option<Part> {
        let slots = plan.nodes.get(node)?;
        let score = slots.scores?;
        if run.is_excluded(score) || run.gone(score).contains(&true) {
            return None;
        }
        if slots.variable.is_some() {
            self.slots.push(score);
            return Some(Part::Leaf(self.slots.len() - 1));
        }
        let step = slots.aggregate?;
        let (Setting::Aggregator { method, weights, weigher }, Work::Aggregate { parts: facts, .. }) =
            (&settings.steps[step], &plan.steps[step].work)
        else {
            return None;
        };
        // The score must be what the step yields, and nothing after it.
        let plain = score == Slot::Made(plan.steps[step].out.start) && plan.steps[step].round.is_none();
        if !plain || !facts.weights_by_row.is_empty() {
            return None;
        }
        let weights = match (weigher, &run.learned[step]) {
            (None, _) => weights.clone(),
            (Some(_), Learned::Weighed(found)) => {
                let at = if found.len() == 1 { 0 } else { period };
                found.get(at)?.as_ref()?.weights.clone()
            }
            (Some(_), _) => return None,
        };
        let compared = S::pick(method).reach() == Reach::Table;
        if compared && facts.compare == Fit::Pooled && plan.periods.len() > 1 {
            return None;
        }
        let mut parts = Vec::with_capacity(slots.parts.len());
        for part in &slots.parts {
            parts.push(self.add(plan, settings, run, *part, period)?);
        }
        self.groups.push(TopGroup { node, method: method.clone(), weights, parts, missing: facts.missing });
        self.scores.push(Column::missing(0));
        Some(Part::Group(self.groups.len() - 1))
    }

    /// The scores of the indicators in the period, which several tops may share.
    #[must_use]
    pub fn leaves(&self) -> &Arc<[Column<S>]> {
        &self.leaves
    }
    /// Takes the scores of the indicators from a top of the same plan, node and period.
    pub fn set_leaves(&mut self, leaves: &Arc<[Column<S>]>) {
        self.leaves = leaves.clone();
    }

    /// Combines all groups; yields the scores of the last one, a row per unit.
    ///
    /// # Errors
    /// What keeps a method from combining, with the unit by place.
    pub fn combine(&mut self) -> Outcome<&Column<S>> {
        for at in 0..self.groups.len() {
            let (done, rest) = self.scores.split_at_mut(at);
            let (group, leaves) = (&self.groups[at], &self.leaves);
            let column = |part: &Part| match part {
                Part::Leaf(leaf) => &leaves[*leaf],
                Part::Group(group) => &done[*group],
            };
            let out = &mut rest[0];
            let n_rows = self.rows.len();
            let method = S::pick(&group.method);
            let full = group.parts.iter().all(|part| column(part).full().is_some());
            if full && group.parts.len() >= group.missing.min_count {
                let mut few: [&[S]; FEW] = [&[]; FEW];
                let many: Vec<&[S]>;
                let parts: &[&[S]] = if group.parts.len() <= FEW {
                    for (slot, part) in few.iter_mut().zip(&group.parts) {
                        *slot = column(part).slots();
                    }
                    &few[..group.parts.len()]
                } else {
                    many = group.parts.iter().map(|part| column(part).slots()).collect();
                    &many
                };
                let mut done = Ok(());
                out.fill_full(n_rows, |out| done = method.columns(parts, &group.weights, out));
                done?;
            } else if method.reach() == Reach::Unit {
                let parts: Vec<&Column<S>> = group.parts.iter().map(column).collect();
                fold::aggregate(method, &parts, &group.weights, &group.missing, n_rows, out)?;
            } else {
                return Err(gradus_method::Fault::new(
                    &gradus_model::diagnostic::catalog::INCOMPLETE_UNIT,
                    "units are compared part by part, and some have gaps",
                ));
            }
        }
        Ok(&self.scores[self.groups.len() - 1])
    }

    /// Whether every part that methods look at has a figure for every unit, so that any method can combine them.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.leaves.iter().all(|leaf| leaf.n_missing() == 0)
    }

    /// The scores of a group of [`groups`](Self::groups), by place, after [`combine`](Self::combine).
    #[must_use]
    pub fn scores(&self, group: usize) -> &Column<S> {
        &self.scores[group]
    }

    /// The scores of the parts of a group, by place, after [`combine`](Self::combine).
    #[must_use]
    pub fn parts(&self, group: usize) -> Vec<&Column<S>> {
        let column = |part: &Part| match part {
            Part::Leaf(leaf) => &self.leaves[*leaf],
            Part::Group(group) => &self.scores[*group],
        };
        self.groups[group].parts.iter().map(column).collect()
    }
}
