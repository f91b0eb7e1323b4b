//! Transforms: maps applied to an indicator, and to the bounds of its method, before normalizing. All of them are strictly
//! increasing but `absolute-distance`.

pub mod absolute_distance;
pub mod box_cox;
pub mod exp;
pub mod ln;
pub mod log10;
pub mod logit;
pub mod power;
pub mod signed_log;
pub mod sqrt;
pub mod yeo_johnson;

use gradus_method::{Default, Param, ParamKind};
use gradus_model::number::{Decimal, Scalar};

/// The parameter that the logarithms share.
const SHIFT: Param = Param {
    name: "shift",
    kind: ParamKind::Number,
    default: Default::Value("0"),
    range: "any number that makes all values positive",
    meaning: "what is added before the logarithm is taken, in the indicator's measurement unit",
};

/// The parameter that the families of powers share.
const LAMBDA: Param = Param {
    name: "lambda",
    kind: ParamKind::Number,
    default: Default::Required,
    range: "any number",
    meaning: "the exponent of the family, dimensionless: 1 bends nothing, 0 is a logarithm",
};

/// (z^λ − 1) / λ, and its limit ln z for λ = 0; `None` where z is not above 0.
fn power_part<S: Scalar>(z: S, lambda: Decimal) -> Option<S> {
    if z <= S::ZERO {
        return None;
    }
    if lambda.is_zero() {
        return z.ln();
    }
    let lambda = S::from_decimal(lambda);
    z.power(lambda)?.minus(S::ONE)?.over(lambda)
}
