//! The score an indicator would have at another value, on the scale its figures were scored on.

use crate::compile::{args, arguments, transformed};
use crate::{Evaluation, Methods, Number};
use gradus_method::Column;
use gradus_model::Package;
use gradus_model::number::{Decimal, Scalar, round};
use gradus_model::package::{Action, NodeIx};
use gradus_model::policy::Fit;

/// The score of a value of an indicator in a period, by place: of a threshold, for example.
///
/// The scale is the one that the figures of the evaluation were scored on; what the value would change in it by being there is not
/// counted. `None` where the indicator is not scored, where a step of the pipeline has changed its figures, so that a value in the
/// measurement unit has no place among them, where its parameters differ from row to row, or where the method compares with a unit.
#[must_use]
pub fn score_at(
    package: &Package,
    methods: &Methods,
    evaluation: &Evaluation,
    node: NodeIx,
    period: usize,
    value: Decimal,
) -> Option<Decimal> {
    let indicator = package.nodes[node].indicator()?;
    let (call, result) = (indicator.normalize.as_ref()?, &evaluation.nodes[node]);
    let keeps = |at: usize| {
        matches!(
            package.pipeline.get(at).map(|step| &step.action),
            Some(Action::Impute(_) | Action::Screen(_))
        )
    };
    if !result.fit_of_row.is_empty() || !result.stages.iter().all(|stage| keeps(stage.step)) {
        return None;
    }
    let transform = match &call.transform {
        Some(call) => Some(methods.transforms.find(&call.method).ok()?.make(&args(call)).ok()?),
        None => None,
    };
    let scale = package.scale(indicator);
    let method = methods.normalizers.find(&call.method).ok()?;
    let made = method.make(&arguments(method, call, scale, transform.as_ref()).ok()?).ok()?;
    let normalizer = Decimal::pick(&made);
    if normalizer.unit().is_some() {
        return None;
    }
    let before = match (result.transformed.is_empty(), result.stages.last()) {
        (false, _) => &result.transformed,
        (true, Some(stage)) => &stage.values,
        (true, None) => &result.raw,
    };
    let pooled = package.policy.fit == Fit::Pooled || evaluation.periods.len() == 1;
    let n_units = evaluation.units.len();
    let rows = if pooled { 0..before.len() } else { period * n_units..(period + 1) * n_units };
    let reference: Vec<Option<Decimal>> =
        rows.map(|row| before.get(row).and_then(Number::to_decimal)).collect();
    let fitted = normalizer.fit(&Column::from_options(reference), indicator.direction).ok()?;
    let image = transformed(transform.as_ref(), "value", value).ok()?;
    let mut out = Column::missing(0);
    fitted.score(&Column::from_options([Some(image)]), &mut out).ok()?;
    let score = out.get(0)?;
    Some(package.nodes[node].round.map_or(score, |rounding| round(score, rounding)))
}
