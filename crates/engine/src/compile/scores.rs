//! Scores: indicators onto the common scale, parts combined, aggregates onto a scale again.

use super::arguments::{args, arguments, weights};
use super::{Compiler, NewStep, State};
use crate::plan::{ByRow, Declared, Missing, PartFacts, Setting, Slot, Work};
use gradus_aggregate::Reach;
use gradus_formula::Name;
use gradus_method::{Fault, ParamKind};
use gradus_model::diagnostic::{catalog, nearest};
use gradus_model::number::Scalar;
use gradus_model::package::{
    ArgValue, Direction, Group, Indicator, MethodCall, NodeIx, NodeKind, OrderedScale, Spans,
};
use gradus_model::policy::Fit;
use gradus_model::{Diagnostic, Id};
use gradus_normalize::Normalizer;

/// A column that is to be brought onto a scale.
pub(super) struct Scaling<'p> {
    pub(super) call: &'p MethodCall,
    /// The ordered scale of its levels, where it has one.
    pub(super) scale: Option<&'p OrderedScale>,
    pub(super) from: Slot,
    pub(super) direction: Direction,
    pub(super) fit: Fit,
}

impl<S: Scalar> Compiler<'_, S> {
    /// The column of a node's scores; nothing for a node that is not scored.
    pub(super) fn score(&mut self, ix: NodeIx, depth: usize) -> Option<Slot> {
        match self.node_states[ix] {
            State::Done => return self.nodes[ix].scores,
            State::Asked => {
                let node = &self.package.nodes[ix];
                let key = if node.spans.has("formula") { "formula" } else { "parent" };
                self.found.push(
                    Diagnostic::new(
                        &catalog::FORMULA_CYCLE,
                        format!("the score of `{}` needs itself", node.id),
                    )
                    .at(node.spans.of(key))
                    .help("let no formula below it use its score"),
                );
                return None;
            }
            State::Open => {}
        }
        self.node_states[ix] = State::Asked;
        let scores = match &self.package.nodes[ix].kind {
            NodeKind::Indicator(indicator) => self.indicator(ix, indicator, depth),
            NodeKind::Group(group) => self.group(ix, group, depth),
        };
        self.nodes[ix].scores = scores;
        self.node_states[ix] = State::Done;
        scores
    }

    fn indicator(&mut self, ix: NodeIx, indicator: &Indicator, depth: usize) -> Option<Slot> {
        let package = self.package;
        let node = &package.nodes[ix];
        if self.current[ix].is_none() {
            // Its figures are computed from scores: only now can it go through the pipeline.
            self.start(ix, depth + 1)?;
            for (at, step) in package.pipeline.iter().enumerate() {
                if step.indicators.contains(&ix) {
                    self.apply(at, ix, depth);
                }
            }
        }
        if let Some(at) = self.pipeline_at
            && let Some(step) = package.pipeline[at..].iter().find(|step| step.indicators.contains(&ix))
        {
            let asking = &package.pipeline[at];
            self.found.push(
                Diagnostic::new(
                    &catalog::STEP_CONFLICT,
                    format!(
                        "the step `{}` asks for the score of `{}`, which is there only after `{}`",
                        asking.id, node.id, step.id
                    ),
                )
                .at(asking.spans.item())
                .concerning("indicator", &node.id)
                .help(format!("compute the step from figures, or except `{}` from the steps", node.id)),
            );
            return None;
        }
        let (from, direction) = self.current[ix]?;
        let Some(call) = &indicator.normalize else {
            let scored = self.nodes[ix].stages.iter().any(|stage| {
                matches!(package.pipeline[stage.pipeline].action, gradus_model::package::Action::Normalize(_))
            });
            if scored {
                return Some(self.rounded(ix, from));
            }
            let parent = node.parent.and_then(|p| package.nodes[p].group());
            let explicit = node.spans.has("normalize") || indicator.unpublished;
            if !explicit && parent.is_some_and(|g| g.aggregate.is_some()) {
                self.found.push(
                    Diagnostic::new(
                        &catalog::NOT_NORMALIZED,
                        format!(
                            "`{}` has no normalization, so it does not count in its group's score",
                            node.id
                        ),
                    )
                    .at(node.spans.item())
                    .help("add `normalize`, or say `normalize = \"none\"` if it is only shown and graded"),
                );
            }
            return None;
        };
        self.spoiled(ix, call, package.pipeline.len(), &node.spans);
        let scale = package.scale(indicator);
        let fit = self.fit_of(None);
        self.normalized(ix, Scaling { call, scale, from, direction, fit }, depth)
    }

    /// Quantities in the indicator's measurement unit mean nothing to figures that a step before has put on another scale.
    pub(super) fn spoiled(&mut self, ix: NodeIx, call: &MethodCall, before: usize, spans: &Spans) {
        let Some(method) = self.methods.normalizers.get(&call.method) else { return };
        let quantity = method.params.iter().find(|p| {
            matches!(p.kind, ParamKind::Quantity | ParamKind::Quantities) && call.args.contains_key(p.name)
        });
        let Some(quantity) = quantity else { return };
        let Some(step) = self.rescaled_by(ix, before) else { return };
        let node = &self.package.nodes[ix];
        let diagnostic = Diagnostic::new(
            &catalog::STEP_SPOILED,
            format!(
                "the step `{}` may put `{}` on another scale, but `{}` is in its measurement unit",
                step.id, node.id, quantity.name
            ),
        )
        .at(spans.of(&format!("{}.{}", call.key, quantity.name)))
        .also(step.spans.item(), "the step")
        .concerning("indicator", &node.id)
        .help(format!(
            "except the indicator from the step, or give `{}` on the scale it yields",
            quantity.name
        ));
        self.found.push(diagnostic);
    }

    /// A transform, where the call has one, and a normalization, as the steps of a node.
    fn normalized(&mut self, ix: NodeIx, mut scaling: Scaling<'_>, depth: usize) -> Option<Slot> {
        let node = &self.package.nodes[ix];
        if let Some(inner) = scaling.call.transform.as_deref() {
            let from = scaling.from;
            let declared = Declared::Node(ix, "normalize.transform");
            match self.transform(inner) {
                Ok(transform) => {
                    let (_, made) = self.push(NewStep::new(declared, Work::Transform { from, transform }));
                    scaling.from = Slot::Made(made);
                    self.nodes[ix].transformed = Some(scaling.from);
                }
                Err(fault) => {
                    self.fault(&fault, declared);
                    return None;
                }
            }
        }
        let declared = Declared::Node(ix, "normalize");
        match self.normalization(&scaling, declared, &node.id, depth) {
            Ok(new) => {
                let (step, made) = self.push(NewStep { round: node.round, ..new });
                self.nodes[ix].normalize = Some(step);
                Some(Slot::Made(made))
            }
            Err(fault) => {
                self.fault(&fault, declared);
                None
            }
        }
    }

    /// The step of a normalization; its transform has been applied to the data already, and is applied to quantities here.
    pub(super) fn normalization(
        &mut self,
        scaling: &Scaling<'_>,
        declared: Declared,
        id: &Id,
        depth: usize,
    ) -> Result<NewStep<S>, Fault> {
        let Scaling { call, scale, from, direction, fit } = *scaling;
        let transform = call.transform.as_deref().map(|inner| self.transform(inner)).transpose()?;
        let by_row: Vec<(String, String)> = call
            .args
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), formula_of(value)?.to_owned())))
            .collect();
        if by_row.is_empty() {
            let method = self.normalizer(call, scale, transform.as_ref())?;
            let unit = self.reference_unit(S::pick(&method))?;
            return Ok(NewStep {
                setting: Setting::Normalizer(method),
                ..NewStep::new(declared, Work::Normalize { from, direction, fit, unit })
            });
        }
        let method = self.methods.normalizers.find(&call.method)?;
        let mut columns = vec![from];
        let mut params = Vec::new();
        let mut fixed = call.clone();
        for (name, text) in by_row {
            let kind = method.params.iter().find(|p| p.name == name).map(|p| p.kind);
            let Some(kind) = kind.filter(|k| matches!(k, ParamKind::Number | ParamKind::Quantity)) else {
                return Err(Fault::parameter(
                    &name,
                    format!("`{name}` of `{}` cannot be a formula", method.id),
                )
                .help("a formula yields a number: give other parameters as they are"));
            };
            fixed.args.remove(&name);
            let spans = match declared {
                Declared::Node(ix, _) | Declared::Pipeline(_, Some(ix)) => &self.package.nodes[ix].spans,
                _ => &self.package.index.spans,
            };
            let place = spans.of(&format!("{}.{name}.formula", call.key));
            match self.expression(&text, declared, &place, id, depth + 1) {
                Some(slot) => columns.push(slot),
                // The formula has been reported.
                None => columns.push(from),
            }
            params.push((name, kind));
        }
        let by_row =
            ByRow { method, args: arguments(method, &fixed, scale, transform.as_ref())?, params, transform };
        Ok(NewStep::new(
            declared,
            Work::NormalizeByRow { from: columns, direction, fit, by_row: Box::new(by_row) },
        ))
    }

    fn reference_unit(&self, method: &dyn Normalizer<S>) -> Result<Option<usize>, Fault> {
        let Some(code) = method.unit() else { return Ok(None) };
        if let Some(unit) = self.table.units.iter().position(|u| *u == *code) {
            return Ok(Some(unit));
        }
        let fault = Fault::new(&catalog::UNKNOWN_REFERENCE, format!("there is no unit `{code}`")).of("unit");
        Err(match nearest(code, self.table.units.iter().map(Id::as_str)) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault,
        })
    }

    fn rounded(&mut self, ix: NodeIx, from: Slot) -> Slot {
        let Some(round) = self.package.nodes[ix].round else { return from };
        let declared = Declared::Node(ix, "round");
        let (_, made) =
            self.push(NewStep { round: Some(round), ..NewStep::new(declared, Work::Round { from }) });
        Slot::Made(made)
    }

    fn group(&mut self, ix: NodeIx, group: &Group, depth: usize) -> Option<Slot> {
        let node = &self.package.nodes[ix];
        // Its parts are scored in any case, so that they are shown.
        let parts: Vec<NodeIx> =
            node.children.iter().copied().filter(|c| self.score(*c, depth + 1).is_some()).collect();
        let aggregated = match (&group.formula, &group.aggregate) {
            (Some(text), _) => {
                let place = node.spans.of("formula");
                let declared = Declared::Node(ix, "formula");
                self.expression(text, declared, &place, &node.id, depth + 1)?
            }
            (None, Some(call)) => self.combined(ix, group, call, parts, depth)?,
            (None, None) => return None,
        };
        let Some(call) = &group.normalize else { return Some(self.rounded(ix, aggregated)) };
        self.nodes[ix].aggregated = Some(aggregated);
        let fit = self.fit_of(group.fit);
        let scaling = Scaling { call, scale: None, from: aggregated, direction: group.direction, fit };
        self.normalized(ix, scaling, depth)
    }

    /// The parts of a group under its aggregation.
    fn combined(
        &mut self,
        ix: NodeIx,
        group: &Group,
        call: &MethodCall,
        parts: Vec<NodeIx>,
        depth: usize,
    ) -> Option<Slot> {
        let package = self.package;
        let node = &package.nodes[ix];
        if parts.is_empty() {
            return None;
        }
        let codes: Vec<Id> = parts.iter().map(|c| package.nodes[*c].id.clone()).collect();
        let declared = Declared::Node(ix, "aggregate");
        if self.found.has_errors() && parts.len() < node.children.len() {
            // A part that could not be made is no part that is not there: what methods say of codes would be false.
            let methods = [
                self.methods.aggregators.find(&call.method).err().map(|fault| (fault, "aggregate")),
                group
                    .weigh
                    .as_ref()
                    .and_then(|call| self.methods.weighers.find(&call.method).err())
                    .map(|fault| (fault, "weights")),
            ];
            for (fault, key) in methods.into_iter().flatten() {
                self.fault(&fault, Declared::Node(ix, key));
            }
            return None;
        }
        let made = self.methods.aggregators.find(&call.method);
        let method = match made.and_then(|method| method.make(&args(call).for_parts(&codes))) {
            Ok(method) => method,
            Err(fault) => {
                self.fault(&fault, declared);
                return None;
            }
        };
        let Some(weights) = weights::<S>(package, group, &parts, S::pick(&method)) else {
            let fault = Fault::new(&catalog::OUT_OF_RANGE, "the weights have no common denominator in range");
            self.fault(&fault, Declared::Node(ix, "weights"));
            return None;
        };
        let by_formula = parts.iter().any(|c| package.nodes[*c].weight_formula.is_some());
        if group.weigh.is_none() && !by_formula && weights.iter().all(|w| *w == S::ZERO) {
            let fault = Fault::new(
                &catalog::ZERO_WEIGHTS,
                format!("every scored part of `{}` has weight 0", node.id),
            )
            .help("give a part that is normalized a weight above 0");
            self.fault(&fault, Declared::Node(ix, "weights"));
            return None;
        }
        let mut from: Vec<Slot> = parts.iter().filter_map(|c| self.nodes[*c].scores).collect();
        let mut facts = PartFacts {
            codes,
            missing: Missing {
                action: group.missing.action,
                min_share: S::from_decimal(group.missing.min_share),
                min_count: group.missing.min_count,
            },
            n_parts: parts.len(),
            weights_by_row: Vec::new(),
            figures: Vec::new(),
            target: None,
            fit: self.fit_of(group.fit),
            compare: group.fit.unwrap_or(Fit::PerPeriod),
        };
        if by_formula {
            if S::pick(&method).reach() == Reach::Table || group.weigh.is_some() {
                let fault = Fault::new(
                    &catalog::STEP_CONFLICT,
                    format!(
                        "`{}` has parts whose weights differ from unit to unit, which its method cannot use",
                        node.id
                    ),
                )
                .help("give its parts the same weights for all units, or combine them by a mean");
                self.fault(&fault, Declared::Node(ix, "weights"));
                return None;
            }
            for part in &parts {
                let of = &package.nodes[*part];
                facts.weights_by_row.push(match &of.weight_formula {
                    None => None,
                    Some(text) => {
                        let place = of.spans.of("weight.formula");
                        let declared = Declared::Node(*part, "weight");
                        from.push(self.expression(text, declared, &place, &of.id, depth + 1)?);
                        Some(from.len() - 1)
                    }
                });
            }
        }
        let mut weigher = None;
        // Weights of a named set that is in force go before those that would be found.
        let set = package.policy.weights.and_then(|set| package.weight_sets.get(set));
        let named = set.is_some_and(|set| parts.iter().any(|part| set.weights.contains_key(part)));
        if let Some(call) = group.weigh.as_ref().filter(|_| !named) {
            let declared = Declared::Node(ix, "weights");
            let made = self.methods.weighers.find(&call.method);
            match made.and_then(|method| method.make(&args(call).for_parts(&facts.codes))) {
                Ok(method) => weigher = Some(method),
                Err(mut fault) => {
                    let words = ["proportional", "exact", "none"];
                    if fault.kind == &catalog::UNKNOWN_METHOD
                        && let Some(near) = nearest(&call.method, words)
                    {
                        fault = fault.help(format!("did you mean `{near}`?"));
                    }
                    self.fault(&fault, declared);
                    return None;
                }
            }
            if group.weigh_figures {
                for part in &parts {
                    let (slot, direction) = match self.current[*part] {
                        Some(current) => current,
                        None => (self.nodes[*part].scores?, Direction::Higher),
                    };
                    from.push(slot);
                    facts.figures.push((from.len() - 1, direction));
                }
            }
            let target = weigher.as_ref().and_then(|w| S::pick(w).target().map(str::to_owned));
            if let Some(code) = target {
                let slot = self.target(&code, ix, depth)?;
                from.push(slot);
                facts.target = Some(from.len() - 1);
            }
        }
        self.nodes[ix].parts = parts;
        let setting = Setting::Aggregator { method, weights, weigher };
        let work = Work::Aggregate { from, parts: Box::new(facts) };
        let (step, made) = self.push(NewStep { setting, ..NewStep::new(declared, work) });
        self.nodes[ix].aggregate = Some(step);
        Some(Slot::Made(made))
    }

    /// The column of the outside variable that weights explain.
    fn target(&mut self, code: &str, ix: NodeIx, depth: usize) -> Option<Slot> {
        let name = Name { code: code.to_owned(), of: gradus_formula::Reading::Value };
        let node = &self.package.nodes[ix];
        let place = node.spans.of("weights.target");
        self.column_of(&name, &place, &node.id, depth + 1)
    }
}

/// The formula of an argument that is one: `{ formula = "..." }`.
pub(super) fn formula_of(value: &ArgValue) -> Option<&str> {
    match value {
        ArgValue::Table(table) if table.len() == 1 => match table.get("formula") {
            Some(ArgValue::Text(text)) => Some(text),
            _ => None,
        },
        _ => None,
    }
}
