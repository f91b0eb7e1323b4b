//! Arguments and weights as methods take them: quantities under the transform, levels by place, fractions exact.

use super::Compiler;
use crate::plan::Methods;
use gradus_aggregate::{Aggregator, Weighting};
use gradus_method::{Arg, Args, Fault, Method, ParamKind};
use gradus_model::diagnostic::{catalog, list_some, nearest};
use gradus_model::number::{Decimal, Ratio, Scalar};
use gradus_model::package::{Group, MethodCall, NodeIx, OrderedScale, Package, WeightUse};
use gradus_normalize::{NormalizerBox, TransformBox};

impl<S: Scalar> Compiler<'_, S> {
    pub(super) fn normalizer(
        &self,
        call: &MethodCall,
        scale: Option<&OrderedScale>,
        transform: Option<&TransformBox>,
    ) -> Result<NormalizerBox, Fault> {
        normalizer(self.methods, call, scale, transform)
    }
    pub(super) fn transform(&self, call: &MethodCall) -> Result<TransformBox, Fault> {
        self.methods.transforms.find(&call.method)?.make(&args(call))
    }
}

/// A normalization as a call says it.
pub(crate) fn normalizer(
    methods: &Methods,
    call: &MethodCall,
    scale: Option<&OrderedScale>,
    transform: Option<&TransformBox>,
) -> Result<NormalizerBox, Fault> {
    let method = methods.normalizers.find(&call.method)?;
    method.make(&arguments(method, call, scale, transform)?)
}

/// The arguments of a normalization: quantities under the transform, levels by place.
pub(crate) fn arguments(
    method: &Method<NormalizerBox>,
    call: &MethodCall,
    scale: Option<&OrderedScale>,
    transform: Option<&TransformBox>,
) -> Result<Args, Fault> {
    let mut args = args(call);
    for param in method.params {
        let Some(arg) = args.get(param.name).cloned() else { continue };
        match (param.kind, arg) {
            // Bounds and targets are in the measurement unit, so the transform applies to them as to the data.
            (ParamKind::Quantity | ParamKind::Quantities, arg) if scale.is_some() => {
                return Err(Fault::new(
                    &catalog::METHOD_NEEDS_SCALE,
                    format!(
                        "`{}` takes {} in a measurement unit, but the values are levels",
                        method.id, param.name
                    ),
                )
                .of(param.name)
                .help(format!(
                    "use `categorical`, which scores levels; `{}` is {}",
                    param.name,
                    arg.kind()
                )));
            }
            (ParamKind::Quantity, _) if transform.is_some() => {
                if let Some(value) = args.optional_number(param.name)? {
                    let image = transformed(transform, param.name, value)?;
                    args.set(param.name, Arg::Number(image));
                }
            }
            (ParamKind::Quantities, _) if transform.is_some() => {
                let values = args.numbers(param.name)?.unwrap_or_default();
                let images: Result<Vec<Arg>, Fault> = values
                    .into_iter()
                    .map(|v| transformed(transform, param.name, v).map(Arg::Number))
                    .collect();
                args.set(param.name, Arg::List(images?));
            }
            // Levels are written by code and computed by place.
            (ParamKind::LevelTable, Arg::Table(table)) => {
                let Some(scale) = scale else {
                    return Err(Fault::new(
                        &catalog::METHOD_NEEDS_SCALE,
                        format!("`{}` speaks of levels, but the indicator has no scale", param.name),
                    )
                    .of(param.name)
                    .help("give the indicator a `scale`"));
                };
                let mut by_place = std::collections::BTreeMap::new();
                for (code, score) in table {
                    match scale.level(&code) {
                        Some(level) => by_place.insert(level.to_string(), score),
                        None => {
                            let fault = Fault::parameter(
                                param.name,
                                format!("the scale `{}` has no level `{code}`", scale.id),
                            );
                            let known = scale.levels.iter().map(|l| l.id.as_str());
                            return Err(match nearest(&code, known) {
                                Some(near) => fault.help(format!("did you mean `{near}`?")),
                                None => fault
                                    .help(format!("use {}", list_some(scale.levels.iter().map(|l| &l.id)))),
                            });
                        }
                    };
                }
                args.set(param.name, Arg::Table(by_place));
            }
            _ => {}
        }
    }
    if let Some(scale) = scale
        && method.params.iter().any(|p| p.name == "levels")
    {
        args.set("levels", Arg::Number(Decimal::from(scale.levels.len())));
    }
    Ok(args)
}

pub(crate) fn transformed(
    transform: Option<&TransformBox>,
    name: &str,
    value: Decimal,
) -> Result<Decimal, Fault> {
    match transform {
        None => Ok(value),
        Some(transform) => Decimal::pick(transform).apply(value).ok_or_else(|| {
            Fault::new(
                &catalog::UNDEFINED_TRANSFORM,
                format!("the transform is not defined at `{name}` = {value}"),
            )
            .of(name)
            .help(format!("give `{name}` a value for which it is, or remove `transform`"))
        }),
    }
}

/// The weights of a group's scored parts.
pub(super) fn weights<S: Scalar>(
    package: &Package,
    group: &Group,
    parts: &[NodeIx],
    method: &dyn Aggregator<S>,
) -> Option<Vec<S>> {
    if group.weights == WeightUse::None {
        return Some(vec![S::ONE; parts.len()]);
    }
    let ratios: Vec<Ratio> = parts.iter().map(|c| package.weight(*c)).collect();
    let decimals: Vec<Decimal> = match method.weighting() {
        Weighting::Proportional => Ratio::proportions(&ratios)?,
        Weighting::Absolute => ratios.iter().map(|r| r.quotient()).collect::<Option<_>>()?,
    };
    Some(decimals.into_iter().map(S::from_decimal).collect())
}

/// Arguments of a call, in the form methods take them.
pub(crate) fn args(call: &MethodCall) -> Args {
    Args::of_call(call)
}
