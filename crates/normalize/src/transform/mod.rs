//! Transforms: strictly increasing maps applied to an indicator, and to the bounds of its method, before normalizing.

pub mod ln;
pub mod log10;
pub mod logit;
pub mod power;
pub mod sqrt;

use gradus_method::{Default, Param, ParamKind};

/// The parameter that the logarithms share.
const SHIFT: Param = Param {
    name: "shift",
    kind: ParamKind::Number,
    default: Default::Value("0"),
    range: "any number that makes all values positive",
    meaning: "what is added before the logarithm is taken, in the indicator's measurement unit",
};
