//! One indicator of one unit against its ladder.

use crate::Verdict;
use gradus_model::number::{Decimal, Rounding, Scalar, round};
use gradus_model::observation::{Period, Value};
use gradus_model::package::{Direction, Indicator, Pass, Threshold};
use gradus_model::policy::{Basis, Policy};
use gradus_statistics::sampling::{Estimate, Interval};

/// How an indicator's figures are compared with thresholds.
pub(crate) struct Comparison<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) indicator: &'a Indicator,
}

/// The confidence of the interval whose worse bound decides where the package asks for the bound.
pub(crate) const CONFIDENCE: f64 = 0.95;

impl Comparison<'_> {
    /// Whether a value reaches a threshold. `period` is the one the result stands in, for titles; `estimate` gives a survey
    /// estimate with what is known of its error.
    ///
    /// An interval reaches it when all of it does. A survey estimate is judged as the indicator's `pass` says; where that
    /// needs a standard error that is not there, it is not known. A value of another kind than the threshold is unknown.
    pub(crate) fn reaches(
        &self,
        value: &Value,
        estimate: impl FnOnce() -> Option<Estimate>,
        threshold: Threshold,
        strict: bool,
        period: Option<Period>,
    ) -> Verdict {
        match (value, threshold) {
            (Value::Number(x), _) => self.number(*x, threshold, strict),
            (Value::Survey { estimate: x, .. }, _) => match self.indicator.pass {
                Pass::Estimate => self.number(*x, threshold, strict),
                asked => estimate().map_or(Verdict::Unknown, |of| self.survey(&of, asked, threshold, strict)),
            },
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
        let (low, high) = match self.indicator.tolerance {
            none if none.is_zero() => (x, x),
            // What leaves the decimal range is beyond any threshold on that side.
            by => (x.checked_sub(by).unwrap_or(x), x.checked_add(by).unwrap_or(x)),
        };
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

    fn survey(&self, of: &Estimate, asked: Pass, threshold: Threshold, strict: bool) -> Verdict {
        if let Pass::Probability(asked) = asked {
            let chance = chance(self.indicator, of, threshold);
            return chance.map_or(Verdict::Unknown, |p| Verdict::of(p >= asked.to_f64()));
        }
        let bounds = of.interval(CONFIDENCE, Interval::Wilson);
        let Some((low, high)) = bounds.and_then(|(low, high)| low.to_decimal().zip(high.to_decimal())) else {
            return Verdict::Unknown;
        };
        match (threshold, self.indicator.direction) {
            (Threshold::Range(..), _) => {
                self.number(low, threshold, strict).min(self.number(high, threshold, strict))
            }
            (_, Direction::Higher) => self.number(low, threshold, strict),
            (_, Direction::Lower) => self.number(high, threshold, strict),
        }
    }
}

/// The probability that an uncertain figure reaches a threshold, with the indicator's tolerance; nothing for a level.
///
/// A share of a sample is judged by the score test, as its Wilson interval is made; any other figure by its standard error, as
/// normally distributed, or as Student's t where the degrees of freedom are known.
pub(crate) fn chance(indicator: &Indicator, of: &Estimate, threshold: Threshold) -> Option<f64> {
    let tolerance = indicator.tolerance.to_f64();
    let at_least = |t: f64| of.probability_at_least(t);
    let at_most = |t: f64| match of.share.is_none() && of.standard_error == 0.0 {
        true => Some(f64::from(u8::from(of.value <= t))),
        false => Some(1.0 - at_least(t)?),
    };
    match (threshold, indicator.direction) {
        (Threshold::Number(t), Direction::Higher) => at_least(t.to_f64() - tolerance),
        (Threshold::Number(t), Direction::Lower) => at_most(t.to_f64() + tolerance),
        (Threshold::Range(a, b), _) => {
            let (from, to) = (a.to_f64() - tolerance, b.to_f64() + tolerance);
            Some((at_least(from)? + at_most(to)? - 1.0).max(0.0))
        }
        (Threshold::Level(_), _) => None,
    }
}
