//! Ordered weighted average: weights belong to places, not to parts. The best part of a unit has the first weight, its
//! worst the last.
//!
//! Use it to say how much the strong and the weak sides of a unit count, whichever they are: from the largest part
//! through the mean to the smallest. Where only the exponent of offsetting matters, `power-mean` is simpler.

use crate::shared;
use crate::{Aggregator, AggregatorBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`OrderedWeightedAverage`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "ordered-weighted-average",
    since: "0.1.0",
    summary: "A weighted average whose weights go by the place of a part among the unit's parts, best first.",
    summary_zh: "有序加权平均（OWA）：权重按各部分得分由高到低的名次分配。",
    formula: "y = sum(v[i] x[i]) with x[1] the largest, v[i] = Q(u[i]) - Q(u[i-1]) and u[i] the share in the weights of the i largest parts; Q(u) = u^((1 - orness) / orness), or the line through the sums of `order-weights`",
    params: &[
        Param {
            name: "order-weights",
            kind: ParamKind::Numbers,
            default: Default::Absent("taken from `orness`"),
            range: "0 or more, one for each part, not all 0",
            meaning: "weights by place, that of the largest part first; only their proportions matter",
        },
        Param {
            name: "orness",
            kind: ParamKind::Number,
            default: Default::Absent("taken from `order-weights`"),
            range: "0 to 1",
            meaning: "the attitude, dimensionless: 1 looks at the best part, 1/2 is the mean, 0 looks at the worst part",
        },
    ],
    references: &[
        Reference {
            citation: "Yager (1988). On ordered weighted averaging aggregation operators in multicriteria decisionmaking. IEEE Transactions on Systems, Man, and Cybernetics 18(1), 183-190",
            locator: "https://doi.org/10.1109/21.87068",
        },
        Reference {
            citation: "Yager (1996). Quantifier guided aggregation using OWA operators. International Journal of Intelligent Systems 11(1), 49-73",
            locator: "https://doi.org/10.1002/(SICI)1098-111X(199601)11:1%3C49::AID-INT3%3E3.0.CO;2-Z",
        },
        Reference {
            citation: "Torra (1997). The weighted OWA operator. International Journal of Intelligent Systems 12(2), 153-166",
            locator: "https://doi.org/10.1002/(SICI)1098-111X(199702)12:2%3C153::AID-INT3%3E3.0.CO;2-P",
        },
    ],
    build: |args| Ok(AggregatorBox::new(OrderedWeightedAverage::new(args)?)),
};

/// The ordered weighted average, guided by a quantifier.
///
/// # Formula
/// ```text
/// y = Σ v[i] x[i]                         x[1] ≥ x[2] ≥ … ≥ x[m]
/// v[i] = Q(u[i]) − Q(u[i−1])              u[i] = (w[1] + … + w[i]) / Σ w, the weights in the order of x
///
/// Q(u) = u^a,  a = (1 − orness) / orness           with `orness`
/// Q(k/n) = (o[1] + … + o[k]) / Σ o, linear between  with `order-weights` o
/// ```
/// With equal weights and `order-weights` for each part, v is o / Σ o: Yager's operator. With unequal weights it is Torra's
/// weighted operator, and with `orness` Yager's quantifier with importances.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `order-weights` | from `orness` | 0 or more, one for each part | weights by place, largest part first |
/// | `orness` | from `order-weights` | 0 to 1 | 1 is the largest part, 1/2 the mean, 0 the smallest part |
///
/// Exactly one of them is given. `orness` is that of the quantifier, ∫ Q; the weights of m parts come nearer to it the
/// more parts there are: see [`orness`].
/// # Input and output
/// Scores on one scale; a score on the same scale. In decimals with `orness` to 24 digits.
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called; `order-weights` are then read between their
/// places, so three parts of four share out the same four weights. A part of weight zero is left out. Equal scores give
/// exactly that score.
/// # Errors
/// `missing-parameter` without both parameters; `invalid-parameter` for both, for a weight below zero, for weights that are
/// all zero, for a number of them that is not that of the parts, and for an `orness` outside 0 to 1.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, ordered_weighted_average::OrderedWeightedAverage};
/// use gradus_method::{Arg, Args};
/// let weights = [0, 1, 3].map(|w| Arg::Number(w.into()));
/// let pessimist = OrderedWeightedAverage::new(&Args::new().with("order-weights", Arg::List(weights.into())))?;
/// assert_eq!(pessimist.row(&[40.0, 100.0, 60.0], &[1.0, 1.0, 1.0])?, 45.0);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Yager (1988), On ordered weighted averaging aggregation operators. Yager (1996), Quantifier guided aggregation. Torra (1997),
/// The weighted OWA operator.
#[derive(Debug, Clone)]
pub struct OrderedWeightedAverage {
    quantifier: Quantifier,
}

/// The share of the weight that falls to the best parts, as a function of their share in the parts.
#[derive(Debug, Clone)]
enum Quantifier {
    /// Sums of the order weights: 0 first, their total last.
    Steps(Vec<Decimal>),
    /// A power of the share, its exponent above zero.
    Power(Decimal),
    /// Everything falls to the best part.
    Largest,
    /// Everything falls to the worst part.
    Smallest,
}

impl OrderedWeightedAverage {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `missing-parameter` or `invalid-parameter` when not exactly one parameter is given in its range.
    pub fn new(args: &Args) -> Outcome<Self> {
        let quantifier = match (args.numbers("order-weights")?, args.optional_number("orness")?) {
            (Some(weights), None) => steps(&weights, args.parts().len())?,
            (None, Some(orness)) => power(orness)?,
            (Some(_), Some(_)) => {
                return Err(Fault::parameter(
                    "orness",
                    "`order-weights` and `orness` both say how places count",
                )
                .help("remove one of the two"));
            }
            (None, None) => {
                return Err(Fault::new(&catalog::MISSING_PARAMETER, "nothing says how places count")
                    .of("order-weights")
                    .help("give `order-weights`, that of the largest part first, or `orness`"));
            }
        };
        Ok(Self { quantifier })
    }

    /// The weights by place of parts with equal weights, largest first; they add up to 1.
    ///
    /// # Errors
    /// `out-of-range` when a weight leaves the range of the arithmetic.
    pub fn order_weights<S: Scalar>(&self, n_parts: usize) -> Outcome<Vec<S>> {
        let parts = vec![(S::ZERO, S::ONE); n_parts];
        let share = || -> Option<Vec<S>> {
            let mut places = Vec::new();
            self.places(&parts, &mut places)?;
            let total = places.iter().try_fold(S::ZERO, |sum, place| sum.plus(*place))?;
            places.into_iter().map(|place| place.over(total)).collect()
        };
        share().ok_or_else(Fault::out_of_range)
    }

    /// What each part of a unit counts for: parts are values and weights, in order of places. Equal weights are counted
    /// and not added, so that no digit is lost.
    fn places<S: Scalar>(&self, parts: &[(S, S)], places: &mut Vec<S>) -> Option<()> {
        let equal = parts.windows(2).all(|pair| pair[0].1 == pair[1].1);
        let weight = |part: &(S, S)| if equal { S::ONE } else { part.1 };
        let total = parts.iter().try_fold(S::ZERO, |sum, part| sum.plus(weight(part)))?;
        places.clear();
        let (mut sum, mut before) = (S::ZERO, S::ZERO);
        for part in parts {
            sum = sum.plus(weight(part))?;
            let upto = self.quantifier.upto(sum, total)?;
            // Rounding must not make a weight negative.
            places.push(upto.minus(before)?.greatest(S::ZERO));
            before = upto;
        }
        Some(())
    }
}

fn steps(weights: &[Decimal], n_parts: usize) -> Outcome<Quantifier> {
    let fault = |message: String| Fault::parameter("order-weights", message);
    if n_parts != 0 && weights.len() != n_parts {
        return Err(fault(format!("`order-weights` has {} weights for {n_parts} parts", weights.len()))
            .help(format!("give {n_parts} weights, that of the largest part first")));
    }
    if let Some(weight) = weights.iter().find(|weight| **weight < Decimal::ZERO) {
        return Err(fault(format!("a weight in `order-weights` must be 0 or more, found {weight}")));
    }
    let mut sums = vec![Decimal::ZERO];
    let mut sum = Decimal::ZERO;
    for weight in weights {
        sum = sum.plus(*weight).ok_or_else(Fault::out_of_range)?;
        sums.push(sum);
    }
    if sum.is_zero() {
        return Err(fault("`order-weights` has no weight above zero".to_owned()));
    }
    Ok(Quantifier::Steps(sums))
}

fn power(orness: Decimal) -> Outcome<Quantifier> {
    if orness < Decimal::ZERO || orness > Decimal::ONE {
        return Err(Fault::parameter("orness", format!("`orness` must be from 0 to 1, found {orness}"))
            .help("use 1 for the largest part, 0.5 for the mean, 0 for the smallest part"));
    }
    if orness == Decimal::ONE {
        return Ok(Quantifier::Largest);
    }
    // An exponent too large for the arithmetic leaves nothing to any part but the last.
    let exponent = Decimal::ONE.minus(orness).and_then(|rest| rest.over(orness));
    Ok(exponent.map_or(Quantifier::Smallest, Quantifier::Power))
}

impl Quantifier {
    /// What falls to the parts that hold `sum` of all weights, in the quantifier's own measure.
    fn upto<S: Scalar>(&self, sum: S, total: S) -> Option<S> {
        match self {
            Self::Largest => Some(S::ONE),
            Self::Smallest => Some(if sum < total { S::ZERO } else { S::ONE }),
            Self::Power(_) if sum >= total => Some(S::ONE),
            // A power too small for the arithmetic is too small to count.
            Self::Power(exponent) => {
                Some(sum.over(total)?.power(S::from_decimal(*exponent)).unwrap_or(S::ZERO))
            }
            Self::Steps(sums) => {
                let at = sum.times(S::from_count(sums.len() - 1))?.over(total)?;
                let step = (1..sums.len() - 1).take_while(|k| S::from_count(*k) <= at).count();
                let (low, high) = (S::from_decimal(sums[step]), S::from_decimal(sums[step + 1]));
                let way = at.minus(S::from_count(step))?.least(S::ONE);
                low.plus(high.minus(low)?.times(way).unwrap_or(S::ZERO))
            }
        }
    }
}

/// The average of parts in the order of places.
fn average<S: Scalar>(parts: &[(S, S)], places: &[S]) -> Option<S> {
    let (first, last) = (parts.first()?.0, parts.last()?.0);
    let mut sum = S::ZERO;
    let mut total = S::ZERO;
    for ((value, _), place) in parts.iter().zip(places) {
        // Where nothing falls to a part, its value does not matter; what is too small to have a place does not either.
        sum = sum.plus(shared::product(*value, *place)?)?;
        total = total.plus(*place)?;
    }
    Some(shared::settle(sum.over(total)?, last, first))
}

/// The parts with weight, largest first. Sorting by weight too makes the result independent of the order of the parts.
fn sort<S: Scalar>(parts: &mut Vec<(S, S)>, values: impl Iterator<Item = S>, weights: &[S]) -> Outcome<()> {
    parts.clear();
    parts.extend(values.zip(weights.iter().copied()).filter(|(_, weight)| *weight > S::ZERO));
    parts.sort_unstable_by(|a, b| b.0.order(a.0).then(b.1.order(a.1)));
    if parts.is_empty() { Err(shared::no_weight()) } else { Ok(()) }
}

impl<S: Scalar> Aggregator<S> for OrderedWeightedAverage {
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        let (mut parts, mut places) = (Vec::with_capacity(values.len()), Vec::with_capacity(values.len()));
        sort(&mut parts, values.iter().copied(), weights)?;
        self.places(&parts, &mut places)
            .and_then(|()| average(&parts, &places))
            .filter(|y| y.finite())
            .ok_or_else(Fault::out_of_range)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        let mut unit = Vec::with_capacity(parts.len());
        let mut places = Vec::with_capacity(parts.len());
        let used = || weights.iter().filter(|weight| **weight > S::ZERO);
        let equal = used().all(|weight| Some(weight) == used().next());
        for (i, y) in out.iter_mut().enumerate() {
            sort(&mut unit, parts.iter().map(|part| part[i]), weights)?;
            // With equal weights the places of one unit are those of every unit.
            let placed = if equal && i > 0 { Some(()) } else { self.places(&unit, &mut places) };
            *y = placed
                .and_then(|()| average(&unit, &places))
                .filter(|y| y.finite())
                .ok_or_else(|| Fault::out_of_range().in_row(i))?;
        }
        Ok(())
    }
}

/// The orness of weights by place, largest part first: 1 where all falls to the largest part, 0 where all falls to the
/// smallest. `None` for fewer than two weights or without weight.
///
/// # Example
/// ```
/// use gradus_aggregate::ordered_weighted_average::orness;
/// assert_eq!(orness(&[0.5, 0.5, 0.0]), Some(0.75));
/// ```
#[must_use]
pub fn orness(order_weights: &[f64]) -> Option<f64> {
    let last = order_weights.len().checked_sub(1).filter(|last| *last > 0)? as f64;
    let total: f64 = order_weights.iter().sum();
    let sum: f64 = order_weights.iter().enumerate().map(|(i, weight)| (last - i as f64) * weight).sum();
    sum.over(last)?.over(total).filter(|orness| orness.is_finite())
}

/// The dispersion of weights by place, their entropy: 0 where one place has all the weight, ln n where all n count the
/// same. `None` without weight.
///
/// # Example
/// ```
/// use gradus_aggregate::ordered_weighted_average::dispersion;
/// assert_eq!(dispersion(&[0.0, 1.0, 0.0]), Some(0.0));
/// ```
#[must_use]
pub fn dispersion(order_weights: &[f64]) -> Option<f64> {
    let total: f64 = order_weights.iter().sum();
    let entropy: f64 = order_weights
        .iter()
        .filter_map(|weight| weight.over(total))
        .filter_map(|share| Some(-share * Scalar::ln(share)?))
        .sum();
    // An empty sum of doubles is -0.
    (total > 0.0 && entropy.is_finite()).then_some(entropy + 0.0)
}

#[cfg(test)]
mod tests {
    use super::{METHOD, OrderedWeightedAverage, dispersion, orness};
    use crate::testing::*;
    use gradus_method::Args;
    use gradus_model::number::{Decimal, Scalar};

    #[test]
    fn worked_by_hand() {
        // The example of Yager (1988): 0.4 · 1 + 0.3 · 0.7 + 0.2 · 0.6 + 0.1 · 0.3.
        check(&METHOD, "order-weights = [0.4 0.3 0.2 0.1]", "0.7 1 0.3 0.6", "0.76");
        check(&METHOD, "order-weights = [4 3 2 1]", "0.7 1 0.3 0.6", "0.76");
        check(&METHOD, "order-weights = [0 1 0]", "40 100 60 | 0.1 0.1 0.1", "60");
        check(&METHOD, "order-weights = [1 1 1]", "0.1 0.2 0.3", "0.2");
        check(&METHOD, "order-weights = [0 0 2]", "-5 5 1", "-5");
        // Q(u) = u^2 on 4 places: 1, 3, 5, 7 sixteenths.
        check(&METHOD, "orness = 1/3", "0.2559 0.0429 0.1272 0.0417", "0.07149375");
        check(&METHOD, "orness = 1", "3 9 4", "9");
        check(&METHOD, "orness = 0", "3 9 4", "3");
        check(&METHOD, "orness = 0.5", "3 9 4 | 1 1 2", "5");
        check(&METHOD, "orness = 0.7", "8 8 8 | 1 2 3", "8");
    }

    #[test]
    fn importance_and_places_meet_as_torra_says() {
        // Equal order weights leave the weighted mean.
        check(&METHOD, "order-weights = [1 1 1]", "10 40 70 | 1 2 5", "55");
        // Half of the importance is at the top, so Q(0.5) = 0.75 falls to it.
        check(&METHOD, "order-weights = [3 1]", "100 60 20 | 2 1 1", "85");
        // Two present parts of three share three order weights: Q(1/2) = 0.5 + 0.3 / 2.
        check(&METHOD, "order-weights = [0.5 0.3 0.2]", "100 0", "65");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, id, parameter) in [
            ("", "missing-parameter", "order-weights"),
            ("order-weights = [1 2]; orness = 0.5", "invalid-parameter", "orness"),
            ("order-weights = [1 -2 3]", "invalid-parameter", "order-weights"),
            ("order-weights = [0 0]", "invalid-parameter", "order-weights"),
            ("orness = 1.1", "invalid-parameter", "orness"),
            ("orness = -0.1", "invalid-parameter", "orness"),
        ] {
            let fault = fault(&METHOD, text, "1 2");
            assert_eq!((fault.kind.id, fault.parameter.as_deref()), (id, Some(parameter)), "{text}");
        }
        assert_eq!(fault(&METHOD, "orness = 0.5", "1 2 | 0 0").kind.id, "zero-weights");
        let parts = ["a", "b", "c"].map(|code| gradus_model::Id::new(code).unwrap());
        let fault = METHOD.make(&args("order-weights = [1 2]").for_parts(&parts)).unwrap_err();
        assert_eq!(fault.message, "`order-weights` has 2 weights for 3 parts");
    }

    #[test]
    fn extremes_of_the_range() {
        check(&METHOD, "orness = 0.0000000000000000000000000001", "5 9", "5");
        check(&METHOD, "orness = 0.001", "5 9 7 1 1 1 1 1 1", "1");
        check(
            &METHOD,
            "order-weights = [1 1]",
            "79000000000000000000000000000 1",
            "39500000000000000000000000000",
        );
    }

    #[test]
    fn weights_by_place_and_what_they_measure() {
        let quantifier =
            OrderedWeightedAverage::new(&Args::new().number_of("orness", Decimal::new(25, 2))).unwrap();
        let weights: Vec<f64> = quantifier.order_weights(3).unwrap();
        let want = [1.0 / 27.0, 7.0 / 27.0, 19.0 / 27.0];
        assert!(weights.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-15), "{weights:?}");
        assert_eq!((orness(&[]), orness(&[1.0]), orness(&[0.0, 0.0])), (None, None, None));
        assert_eq!(orness(&[3.0, 1.0]), Some(0.75));
        assert_eq!((dispersion(&[]), dispersion(&[0.0])), (None, None));
        assert!((dispersion(&[2.0, 2.0]).unwrap() - Scalar::ln(2.0).unwrap()).abs() < 1e-15);
        // The more parts, the nearer the orness of the weights to that of the quantifier.
        let far = |n| (orness(&quantifier.order_weights::<f64>(n).unwrap()).unwrap() - 0.25).abs();
        assert!(far(4) > far(16) && far(16) > far(256) && far(256) < 0.01);
    }

    #[test]
    fn properties() {
        use Property::{Between, Monotone, WeightsAreShares};
        for text in [
            "order-weights = [5 0.3 1 2]",
            "order-weights = [1]",
            "orness = 0.2",
            "orness = 0.9",
            "orness = 0",
        ] {
            holds(&METHOD, text, -900..900, &[Between, Monotone, WeightsAreShares]);
        }
    }
}
