//! Draws computed one after the other: a point of the unit cube into the scores of the studied node.

use crate::study::{Effect, Error, Failure, Prepared, Study};
use crate::weights::{Distribution, pick};
use gradus_engine::{Run, Settings, Top};
use gradus_impute::Draw;
use gradus_method::Column;
use gradus_model::Package;
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;
use gradus_model::package::{NodeIx, NodeKind};
use gradus_statistics::distribution::normal_quantile;
use gradus_statistics::random::Stream;
use std::sync::Arc;

/// Computes draws, one after the other, in memory of its own.
#[derive(Debug)]
pub struct Worker<'s> {
    study: &'s Study<'s>,
    run: Option<Run<f64>>,
    top: Option<Top<f64>>,
    combination: Option<usize>,
    /// The option of each factor that aggregates, as the top has it.
    aggregated: Vec<usize>,
    /// The groups of the top whose weights change from draw to draw.
    touched: Vec<usize>,
    shares: Vec<f64>,
    drawn: Vec<f64>,
    out: Column<f64>,
    /// Whether coordinates come with the correlations of the weights' factors already.
    margins: bool,
}

impl<'s> Worker<'s> {
    /// A worker that is given points whose coordinates are correlated as [`Study::correlations`] says.
    #[must_use]
    pub fn with_margins(study: &'s Study<'s>) -> Self {
        Self { margins: true, ..Self::new(study) }
    }

    /// A worker for a study.
    #[must_use]
    pub fn new(study: &'s Study<'s>) -> Self {
        let top = study.top.clone();
        let mut worker = Self {
            study,
            run: None,
            combination: None,
            aggregated: vec![0; study.factors.len()],
            touched: Vec::new(),
            shares: Vec::new(),
            drawn: Vec::new(),
            out: Column::missing(0),
            margins: false,
            top,
        };
        if let Some(top) = &worker.top {
            let changes = |node: NodeIx| {
                study.factors.iter().any(|factor| match &factor.effect {
                    Effect::Weights(groups) => groups.iter().any(|(group, ..)| *group == node),
                    Effect::Include { parts, .. } => parts.iter().any(|(group, ..)| *group == node),
                    _ => false,
                })
            };
            worker.touched = (0..top.groups.len()).filter(|at| changes(top.groups[*at].node)).collect();
        }
        worker
    }

    /// The scores of the studied node at a point, a row per unit; rounded where the package ranks published scores.
    ///
    /// # Errors
    /// Why there are none.
    pub fn scores(&mut self, point: &[f64]) -> Result<&Column<f64>, Failure> {
        let study = self.study;
        let mut combination = None;
        if !study.prepared.is_empty() {
            let (mut place, mut radix) = (0, 1);
            for (factor, k) in &study.listed {
                let factor = &study.factors[*factor];
                place += radix * if *k > 1 { pick(point[factor.dims.start], *k) } else { 0 };
                radix *= k;
            }
            combination = Some(place);
        }
        match combination.map(|at| (at, &study.prepared[at])) {
            Some((_, Prepared::Failed(failure))) => return Err(failure.clone()),
            Some((at, Prepared::Top(leaves, weights))) if self.top.is_some() => {
                self.combine(point, at, leaves, weights)?;
                if !study.published() {
                    // The scores stay where they were combined.
                    return self
                        .top
                        .as_ref()
                        .map(|top| top.scores(top.groups.len() - 1))
                        .ok_or_else(|| Failure { kind: catalog::OUT_OF_RANGE.id, message: String::new() });
                }
                if let Some(top) = &self.top {
                    self.out.clone_from(top.scores(top.groups.len() - 1));
                }
            }
            _ => {
                self.run(point)?;
            }
        }
        if study.published() {
            self.out = study.ranked(&self.out);
        }
        Ok(&self.out)
    }

    fn combine(
        &mut self,
        point: &[f64],
        combination: usize,
        leaves: &Arc<[Column<f64>]>,
        weights: &[Vec<f64>],
    ) -> Result<(), Failure> {
        let study = self.study;
        let Some(top) = &mut self.top else { return Ok(()) };
        if self.combination == Some(combination) {
            for at in &self.touched {
                top.groups[*at].weights.copy_from_slice(&weights[*at]);
            }
        } else {
            top.set_leaves(leaves);
            for (group, weights) in top.groups.iter_mut().zip(weights) {
                group.weights.copy_from_slice(weights);
            }
            self.combination = Some(combination);
        }
        // Methods change seldom; those of factors that went back to the official one are taken from the study.
        for (at, factor) in study.factors.iter().enumerate() {
            let Effect::Aggregate(among) = &factor.effect else { continue };
            let option = pick(point[factor.dims.start], among.len());
            if self.aggregated[at] == option {
                continue;
            }
            for (node, _) in &among[self.aggregated[at]] {
                let official = study.top.as_ref().and_then(|t| t.groups.iter().find(|g| g.node == *node));
                if let (Some(official), Some(group)) =
                    (official, top.groups.iter_mut().find(|g| g.node == *node))
                {
                    group.method = official.method.clone();
                }
            }
            for (node, method) in &among[option] {
                if let Some(group) = top.groups.iter_mut().find(|g| g.node == *node) {
                    group.method = method.clone();
                }
            }
            self.aggregated[at] = option;
        }
        for at in &self.touched {
            let group = &mut top.groups[*at];
            draw_weights(
                study,
                group.node,
                point,
                &mut self.shares,
                &mut self.drawn,
                &mut group.weights,
                self.margins,
            );
        }
        let units = study.plan.units();
        top.combine().map_err(|fault| Failure::fault(&fault, study.package, units))?;
        Ok(())
    }

    /// The settings of a draw, and its figures into the run.
    fn settings(&mut self, point: &[f64]) -> Settings<f64> {
        let study = self.study;
        let plan = &study.plan;
        let mut settings = study.settings.clone();
        let run = self.run.get_or_insert_with(|| Run::new(plan));
        for factor in &study.factors {
            let first = factor.dims.start;
            match &factor.effect {
                Effect::Normalize(_) | Effect::Treat { .. } => {
                    let option = pick(point[first], factor.options.len());
                    study.apply_option(&mut settings, &factor.effect, option);
                }
                Effect::Impute { step, among, drawn } => {
                    let option = if among.len() > 1 { pick(point[first], among.len()) } else { 0 };
                    // The coordinate is the draw: its bits are as good as any number.
                    let draw = drawn.then(|| Draw {
                        seed: study.package.policy.seed,
                        index: point[factor.dims.end - 1].to_bits(),
                    });
                    plan.set_imputer(&mut settings, *step, among[option].clone(), draw);
                }
                Effect::Aggregate(among) => {
                    for (group, method) in &among[pick(point[first], among.len())] {
                        plan.set_aggregator(&mut settings, *group, method.clone());
                    }
                }
                Effect::Data(noise) => {
                    let stream = Stream::new(point[first].to_bits());
                    for noise in noise {
                        let Some(figures) = plan.input(noise.variable) else { continue };
                        let mut figures = figures.clone();
                        let stream = stream.split(noise.variable as u64);
                        for (row, error) in &noise.cells {
                            let u = stream.uniform(*row as u64);
                            let x = match error {
                                Error::Normal(sd) => figures.get(*row).map(|x| x + sd * normal_quantile(u)),
                                Error::Between(low, high) => Some(low + u * (high - low)),
                            };
                            figures.set(*row, x.filter(|x| x.is_finite()));
                        }
                        run.replace_input(noise.variable, Some(figures));
                    }
                }
                Effect::Weights(_)
                | Effect::Include { .. }
                | Effect::Thresholds { .. }
                | Effect::Rules(_) => {}
            }
        }
        for (group, official) in &study.weights {
            let changes = study.factors.iter().any(|factor| match &factor.effect {
                Effect::Weights(groups) => groups.iter().any(|(node, ..)| node == group),
                Effect::Include { parts, .. } => parts.iter().any(|(node, ..)| node == group),
                _ => false,
            });
            if changes {
                let mut weights = official.clone();
                draw_weights(
                    study,
                    *group,
                    point,
                    &mut self.shares,
                    &mut self.drawn,
                    &mut weights,
                    self.margins,
                );
                plan.set_weights(&mut settings, *group, &weights);
            }
        }
        settings
    }

    /// Runs the plan at a point.
    ///
    /// # Errors
    /// Why it cannot be.
    pub fn run(&mut self, point: &[f64]) -> Result<(Settings<f64>, &Run<f64>), Failure> {
        let settings = self.settings(point);
        let study = self.study;
        let run = self.run.get_or_insert_with(|| Run::new(&study.plan));
        study.plan.run(study.package, &settings, run).map_err(|found| Failure::of(&found))?;
        let n = study.plan.units().len();
        if let Some(scores) = run.scores(&study.plan, study.node) {
            self.out = scores.rows(study.period * n..(study.period + 1) * n);
        }
        Ok((settings, run))
    }

    /// The package with its thresholds and rules as they are at a point; nothing where none vary.
    #[must_use]
    pub fn package(&self, point: &[f64]) -> Option<Package> {
        let mut out: Option<Package> = None;
        for factor in &self.study.factors {
            let first = factor.dims.start;
            match &factor.effect {
                Effect::Thresholds { indicators, spread } => {
                    let package = out.get_or_insert_with(|| self.study.package.clone());
                    let stream = Stream::new(point[first].to_bits());
                    for ix in indicators {
                        let stream = stream.split(*ix as u64);
                        let NodeKind::Indicator(indicator) = &mut package.nodes[*ix].kind else { continue };
                        for (step, at) in indicator.ladder.iter_mut().zip(0..) {
                            if let gradus_model::package::Threshold::Number(x) = &mut step.threshold {
                                let factor = 1.0 + spread * (2.0 * stream.uniform(at) - 1.0);
                                *x = (x.to_f64() * factor).to_decimal().unwrap_or(*x);
                            }
                        }
                    }
                }
                Effect::Rules(standards) => {
                    let package = out.get_or_insert_with(|| self.study.package.clone());
                    for (at, u) in standards.iter().zip(&point[first..]) {
                        let standard = &mut package.standards[*at];
                        // The first option is the standard's own rule.
                        if let Some(other) = pick(*u, standard.alternatives.len() + 1).checked_sub(1) {
                            standard.rule = standard.alternatives[other].rule.clone();
                        }
                    }
                }
                _ => {}
            }
        }
        out
    }
}

/// The weights of a group at a point, from its official ones: drawn where they vary, 0 for parts that are out.
pub(crate) fn draw_weights(
    study: &Study<'_>,
    node: NodeIx,
    point: &[f64],
    shares: &mut Vec<f64>,
    drawn: &mut Vec<f64>,
    weights: &mut [f64],
    margins: bool,
) {
    for factor in &study.factors {
        match &factor.effect {
            Effect::Weights(groups) => {
                for (_, distribution, range) in groups.iter().filter(|(group, ..)| *group == node) {
                    let total: f64 = weights.iter().sum();
                    shares.clear();
                    shares.extend(weights.iter().map(|w| w / total));
                    drawn.clear();
                    drawn.resize(weights.len(), 0.0);
                    match distribution {
                        Distribution::Correlated { spread, .. } if margins => {
                            Distribution::Box { spread: *spread }.draw(shares, &point[range.clone()], drawn);
                        }
                        _ => distribution.draw(shares, &point[range.clone()], drawn),
                    }
                    for (weight, share) in weights.iter_mut().zip(&*drawn) {
                        *weight = share * total;
                    }
                }
            }
            Effect::Include { parts, probability } => {
                for (_, place, dim) in parts.iter().filter(|(group, ..)| *group == node) {
                    if point[*dim] >= *probability {
                        weights[*place] = 0.0;
                    }
                }
            }
            _ => {}
        }
    }
}
