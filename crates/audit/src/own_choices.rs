//! What an audit varies where a package declares nothing.

use crate::study::{Effect, Failure, Study};
use gradus_engine::{Evaluation, Run};
use gradus_model::package::{ArgValue, MethodCall, NodeIx, Varied, Vary, WeightDistribution, WeightUse};
use gradus_model::{Decimal, Id, Text};

impl Study<'_> {
    /// What an audit varies where a package declares nothing: weights within 25 %, the normalization among those that the
    /// figures allow, and arithmetic or geometric aggregation where both can be computed.
    pub(crate) fn default_choices(&mut self, evaluation: &Evaluation) -> Vec<Vary> {
        let call = |method: &str, key: &str, args: &[(&str, ArgValue)]| MethodCall {
            method: method.to_owned(),
            transform: None,
            args: args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            key: key.to_owned(),
        };
        let vary = |word: &str, what: Varied, spans: &gradus_model::package::Spans| {
            Id::new(word).ok().map(|id| Vary { id, group: None, each: false, what, spans: spans.clone() })
        };
        let spans = self.package.audit.spans.clone();
        let groups = self.groups();
        let mut out = Vec::new();
        let weighted =
            |ix: &NodeIx| self.package.nodes[*ix].group().is_some_and(|g| g.weights != WeightUse::None);
        let with_weights: Vec<NodeIx> = groups.iter().copied().filter(weighted).collect();
        if !with_weights.is_empty() {
            let distribution = WeightDistribution::Box { spread: Decimal::new(25, 2) };
            out.extend(vary("weights", Varied::Weights { groups: with_weights, distribution }, &spans));
        }
        // Each alternative is tried by itself first: what fails at once would only be counted as failed later. Alternatives are
        // on the scale of the package's own, so that scores can be compared, and above 0, so that a geometric mean is defined.
        let leaf = |ix: &NodeIx| self.plan.normalizes(*ix) || self.normalization_of(*ix).is_some();
        let indicators: Vec<NodeIx> = self.package.indicators().map(|(ix, ..)| ix).collect();
        let highest = indicators
            .iter()
            .filter(|ix| leaf(ix))
            .flat_map(|ix| evaluation.nodes[*ix].scores.iter().flatten())
            .fold(f64::NEG_INFINITY, |high, score| high.max(score.to_f64()));
        let top = [1i64, 10, 100, 1000].into_iter().find(|top| highest <= *top as f64).unwrap_or(100);
        let number = |x: Decimal| ArgValue::Number(x);
        let to = ArgValue::List(vec![number(Decimal::new(top, 2).normalize()), number(Decimal::from(top))]);
        let mean = |group: &NodeIx| {
            let call = self.package.nodes[*group].group()?.aggregate.as_ref()?;
            matches!(call.method.as_str(), "arithmetic" | "geometric").then(|| call.method.clone())
        };
        let means: Vec<NodeIx> = groups.iter().copied().filter(|g| mean(g).is_some()).collect();
        let other = |method: &str| if method == "arithmetic" { "geometric" } else { "arithmetic" };
        let mut notes = Vec::new();
        let mut try_one = |study: &mut Self, vary: Vary| -> bool {
            let found = study.effect(&vary).map_err(|found| Failure::of(&found));
            let tried = found.and_then(|resolved| match resolved {
                Some((.., effect)) => study.tried(&effect, 1),
                None => Ok(()),
            });
            if let Err(failure) = &tried {
                let name = match &vary.what {
                    Varied::Normalize { among, .. } | Varied::Aggregate { among, .. } => {
                        Self::options(among).pop()
                    }
                    _ => None,
                };
                let name = name.unwrap_or_default();
                notes.push(Text::both(
                    format!("`{name}` is left out of what varies: {}", failure.message),
                    format!("`{name}` 未列入变动方案：{}", failure.message),
                ));
            }
            tried.is_ok()
        };
        let normalized: Vec<NodeIx> = self
            .package
            .indicators()
            .map(|(ix, ..)| ix)
            .filter(|ix| self.normalization_of(*ix).is_some())
            .collect();
        let own = |ix: &NodeIx| self.package.nodes[*ix].indicator().and_then(|i| i.normalize.clone());
        let mut among = vec![None];
        if !normalized.is_empty() {
            let all_min_max = normalized.iter().all(|ix| own(ix).is_some_and(|c| c.method == "min-max"));
            let candidates = [
                (!all_min_max).then(|| call("min-max", "normalize", &[("to", to.clone())])),
                Some(call("percentile-rank", "normalize", &[("to", to.clone())])),
            ];
            for candidate in candidates.into_iter().flatten() {
                let what = Varied::Normalize {
                    indicators: normalized.clone(),
                    among: vec![None, Some(candidate.clone())],
                };
                if vary("normalize", what, &spans).is_some_and(|vary| try_one(self, vary)) {
                    among.push(Some(candidate));
                }
            }
        }
        let mut aggregate = None;
        if let Some(first) = means.first() {
            let method = mean(first).unwrap_or_default();
            let alike: Vec<NodeIx> =
                means.iter().copied().filter(|g| mean(g).as_ref() == Some(&method)).collect();
            let alternative = call(other(&method), "aggregate", &[]);
            let what = Varied::Aggregate { groups: alike, among: vec![None, Some(alternative)] };
            if let Some(vary) = vary("aggregate", what, &spans)
                && try_one(self, vary.clone())
            {
                aggregate = Some(vary);
            }
        }
        if among.len() > 1 {
            out.extend(vary("normalize", Varied::Normalize { indicators: normalized, among }, &spans));
        }
        out.extend(aggregate);
        self.notes.extend(notes);
        out
    }

    /// Whether the index can be computed under one option of a choice, all others being official.
    fn tried(&self, effect: &Effect, option: usize) -> Result<(), Failure> {
        let mut settings = self.settings.clone();
        self.apply_option(&mut settings, effect, option);
        if let Effect::Aggregate(among) = effect {
            for (group, method) in &among[option] {
                self.plan.set_aggregator(&mut settings, *group, method.clone());
            }
        }
        let mut run = Run::new(&self.plan);
        self.plan.run(self.package, &settings, &mut run).map_err(|found| Failure::of(&found))
    }
}
