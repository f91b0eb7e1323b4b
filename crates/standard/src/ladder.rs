//! One indicator of one unit against its ladder.

use crate::Verdict;
use gradus_model::number::{Decimal, Rounding, Scalar, round};
use gradus_model::observation::{Period, Value};
use gradus_model::package::{Direction, Indicator, Pass, Threshold};
use gradus_model::policy::{Basis, Policy};

/// How an indicator's figures are compared with thresholds.
pub(crate) struct Comparison<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) indicator: &'a Indicator,
}

/// Standard deviations from the estimate to the worse bound of its 95 % interval.
const BOUND: f64 = 1.959_963_984_540_054;

impl Comparison<'_> {
    /// Whether a value reaches a threshold. `period` is the one the result stands in, for titles.
    ///
    /// An interval reaches it when all of it does. A survey estimate is judged as the indicator's `pass` says; where that
    /// needs a standard error that is not there, it is not known. A value of another kind than the threshold is unknown.
    pub(crate) fn reaches(
        &self,
        value: &Value,
        threshold: Threshold,
        strict: bool,
        period: Option<Period>,
    ) -> Verdict {
        match (value, threshold) {
            (Value::Number(x), _) => self.number(*x, threshold, strict),
            (Value::Survey { estimate, standard_error, .. }, _) => {
                self.survey(*estimate, *standard_error, threshold, strict)
            }
            (Value::Interval { lower, upper }, _) => self.interval(*lower, *upper, threshold, strict),
            (Value::Level(_) | Value::Title { .. }, Threshold::Level(level)) => {
                match value.level_in(period) {
                    Some(held) => Verdict::of(match self.indicator.direction {
                        Direction::Higher => held >= level,
                        Direction::Lower => held <= level,
                    }),
                    None => Verdict::Unknown,
                }
            }
            _ => Verdict::Unknown,
        }
    }

    fn published(&self, x: Decimal) -> Decimal {
        match (self.policy.thresholds, self.indicator.places) {
            (Basis::Published, Some(places)) => {
                round(x, Rounding { mode: self.policy.rounding.mode, places })
            }
            _ => x,
        }
    }

    fn number(&self, x: Decimal, threshold: Threshold, strict: bool) -> Verdict {
        let x = self.published(x);
        let tolerance = self.indicator.tolerance;
        // What leaves the decimal range is beyond any threshold on that side.
        let (low, high) = (x.checked_sub(tolerance).unwrap_or(x), x.checked_add(tolerance).unwrap_or(x));
        Verdict::of(match (threshold, self.indicator.direction) {
            (Threshold::Number(t), Direction::Higher) if strict => high > t,
            (Threshold::Number(t), Direction::Lower) if strict => low < t,
            (Threshold::Number(t), Direction::Higher) => high >= t,
            (Threshold::Number(t), Direction::Lower) => low <= t,
            (Threshold::Range(from, to), _) => high >= from && low <= to,
            (Threshold::Level(_), _) => return Verdict::Unknown,
        })
    }

    /// Every value of the interval reaches it, or none does, or it depends.
    fn interval(
        &self,
        lower: Option<Decimal>,
        upper: Option<Decimal>,
        threshold: Threshold,
        strict: bool,
    ) -> Verdict {
        let at = |x: Option<Decimal>| x.map(|x| self.number(x, threshold, strict));
        match threshold {
            Threshold::Range(from, to) => match (at(lower), at(upper)) {
                (Some(Verdict::Met), Some(Verdict::Met)) => Verdict::Met,
                _ if lower.is_some_and(|x| self.published(x) > to)
                    || upper.is_some_and(|x| self.published(x) < from) =>
                {
                    Verdict::NotMet
                }
                _ => Verdict::Unknown,
            },
            _ => {
                let (worst, best) = match self.indicator.direction {
                    Direction::Higher => (at(lower), at(upper)),
                    Direction::Lower => (at(upper), at(lower)),
                };
                if worst == Some(Verdict::Met) {
                    Verdict::Met
                } else if best == Some(Verdict::NotMet) {
                    Verdict::NotMet
                } else {
                    Verdict::Unknown
                }
            }
        }
    }

    fn survey(
        &self,
        estimate: Decimal,
        error: Option<Decimal>,
        threshold: Threshold,
        strict: bool,
    ) -> Verdict {
        match self.indicator.pass {
            Pass::Estimate => self.number(estimate, threshold, strict),
            Pass::Bound => {
                let reach = error.and_then(|e| e.checked_mul(BOUND.to_decimal()?));
                let Some(reach) = reach else { return Verdict::Unknown };
                let (low, high) = (estimate.checked_sub(reach), estimate.checked_add(reach));
                let worse = match (threshold, self.indicator.direction) {
                    (Threshold::Range(..), _) => {
                        return match (low, high) {
                            (Some(low), Some(high)) => {
                                self.number(low, threshold, strict).min(self.number(high, threshold, strict))
                            }
                            _ => Verdict::Unknown,
                        };
                    }
                    (_, Direction::Higher) => low,
                    (_, Direction::Lower) => high,
                };
                worse.map_or(Verdict::Unknown, |x| self.number(x, threshold, strict))
            }
            Pass::Probability(asked) => match error {
                Some(error) => {
                    let chance = chance(self.indicator, estimate.to_f64(), error.to_f64(), threshold);
                    chance.map_or(Verdict::Unknown, |p| Verdict::of(p >= asked.to_f64()))
                }
                None => Verdict::Unknown,
            },
        }
    }
}

/// The probability that a normally distributed figure reaches a threshold, with the indicator's tolerance; nothing for a
/// level.
pub(crate) fn chance(indicator: &Indicator, mean: f64, deviation: f64, threshold: Threshold) -> Option<f64> {
    let tolerance = indicator.tolerance.to_f64();
    let below = |t: f64| match deviation > 0.0 {
        true => gradus_statistics::distribution::normal_cdf((t - mean) / deviation),
        false => f64::from(u8::from(mean < t)),
    };
    let up_to = |t: f64| match deviation > 0.0 {
        true => below(t),
        false => f64::from(u8::from(mean <= t)),
    };
    match (threshold, indicator.direction) {
        (Threshold::Number(t), Direction::Higher) => Some(1.0 - below(t.to_f64() - tolerance)),
        (Threshold::Number(t), Direction::Lower) => Some(up_to(t.to_f64() + tolerance)),
        (Threshold::Range(a, b), _) => {
            Some((up_to(b.to_f64() + tolerance) - below(a.to_f64() - tolerance)).max(0.0))
        }
        (Threshold::Level(_), _) => None,
    }
}
