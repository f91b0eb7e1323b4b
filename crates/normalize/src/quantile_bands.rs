//! Quantile bands: one score for each band of the distribution, such as quintiles or the top five percent.
//!
//! Use it where only the place in the field counts and small changes should leave scores alone. Scores then tell little
//! about years: what is enough for the top band depends on the others. For fixed class limits use `categorical`.

use crate::{Normalizer, NormalizerBox, Scale, shared};
use gradus_method::{Args, Column, Default, Direction, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Ratio, Scalar};

/// The most bands there may be.
const MAX_BANDS: usize = 1000;

/// Registry entry of [`QuantileBands`].
pub static METHOD: Method<NormalizerBox> = Method {
    id: "quantile-bands",
    since: "0.1.0",
    summary: "One score for each band of the distribution, such as quintiles.",
    summary_zh: "分位数分档：按样本分布的分位数划分档次并赋分。",
    formula: "y = values[k] with k the number of quantiles Q(share) that x reaches; lower is better: Q(1 - share), reached from above",
    params: &[
        Param {
            name: "bands",
            kind: ParamKind::Number,
            default: Default::Absent("as many as `shares` make, or 5"),
            range: "a whole number from 2 to 1000; not with `shares`",
            meaning: "the number of bands with equal shares of the values",
        },
        Param {
            name: "shares",
            kind: ParamKind::Numbers,
            default: Default::Absent("bands have equal shares"),
            range: "rising, above 0 and below 1",
            meaning: "the shares of the values, from the worst up, at which one band ends and the next begins",
        },
        Param {
            name: "values",
            kind: ParamKind::Numbers,
            default: Default::Absent("bands are equally spaced over `to`"),
            range: "one per band, not falling",
            meaning: "the score of each band, from the worst to the best, dimensionless",
        },
        shared::TO,
    ],
    references: &[shared::HANDBOOK, shared::HYNDMAN_FAN],
    build: |args| Ok(NormalizerBox::new(QuantileBands::new(args)?)),
};

/// Scores for bands between quantiles of the reference data.
///
/// # Formula
/// ```text
/// y = values[k]
///
/// k = number of shares p with Q(p) ≤ x           higher is better
/// k = number of shares p with Q(1 − p) ≥ x       lower is better
/// ```
/// Q is the quantile of type 7, as in R and spreadsheets.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `bands` | 5 | whole, 2 to 1000 | number of bands with equal shares |
/// | `shares` | absent | rising, above 0 and below 1 | where one band ends and the next begins |
/// | `values` | absent | one per band, not falling | score of each band, from the worst to the best |
/// | `to` | `[0, 100]` | a < b | scores of the worst and the best band where they are equally spaced |
///
/// Shares are counted from the worst value up in either direction: the last band of `shares = [0.95]` holds the best
/// five percent.
/// # Input and output
/// One indicator in any measurement unit, or the level numbers of an ordered scale; one of the written scores.
/// # Missing values and edge cases
/// Missing stays missing. A value on a quantile belongs to the better band, so equal values share a band and a band can
/// stay empty; if all values are equal they are in the best band. A value of another year is placed by the same quantiles.
/// # Errors
/// `too-few-values` without any value; `invalid-parameter` when `bands`, `shares` and `values` do not fit together;
/// `invalid-bounds` when `shares`, `values` or `to` do not rise.
/// # Example
/// ```
/// use gradus_method::{Args, Column, Direction};
/// use gradus_normalize::{Normalizer, quantile_bands::QuantileBands};
/// let values = Column::of(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// let mut scores = Column::missing(0);
/// let args = Args::new().number_of("bands", 3);
/// QuantileBands::new(&args)?.fit(&values, Direction::Higher)?.score(&values, &mut scores)?;
/// assert_eq!(scores.full(), Some(&[0.0, 0.0, 50.0, 50.0, 100.0, 100.0][..]));
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook, step 5, categorical scale by percentiles. Hyndman and Fan (1996).
#[derive(Debug, Clone)]
pub struct QuantileBands {
    shares: Vec<Ratio>,
    /// One more than `shares`, from the worst band to the best.
    values: Vec<Decimal>,
}

impl QuantileBands {
    /// Reads the parameters.
    ///
    /// # Errors
    /// As listed at [`QuantileBands`], except for what depends on the data.
    pub fn new(args: &Args) -> Outcome<Self> {
        let (low, high) = args.range("to", shared::ZERO_TO_HUNDRED)?;
        let bands = args.optional_number("bands")?;
        let shares = match (args.numbers("shares")?, bands) {
            (Some(_), Some(_)) => {
                return Err(Fault::parameter("bands", "`bands` and `shares` both say where bands end")
                    .help("remove `bands`, or `shares`"));
            }
            (Some(shares), None) => written(&shares)?,
            (None, bands) => equal(bands.unwrap_or_else(|| Decimal::from(5)))?,
        };
        let n = shares.len() + 1;
        let values = match args.numbers("values")? {
            None => {
                let steps = Decimal::from(shares.len());
                let step = |band: usize| {
                    let part = high.checked_sub(low)?.checked_mul(Decimal::from(band))?.checked_div(steps)?;
                    Some(part.checked_add(low)?.min(high))
                };
                let values: Option<Vec<Decimal>> = (0..shares.len()).map(step).chain([Some(high)]).collect();
                values.ok_or_else(Fault::out_of_range)?
            }
            Some(values) if values.len() != n => {
                return Err(Fault::parameter(
                    "values",
                    format!("there are {n} bands, and `values` has {} scores", values.len()),
                )
                .help("give one score per band: one more than `shares`"));
            }
            Some(values) if !values.is_sorted() => {
                return Err(Fault::new(
                    &catalog::INVALID_BOUNDS,
                    "`values` falls from one band to a better one",
                )
                .of("values")
                .help("write the score of the worst band first"));
            }
            Some(values) => values,
        };
        Ok(Self { shares, values })
    }
}

fn written(shares: &[Decimal]) -> Outcome<Vec<Ratio>> {
    if shares.is_empty() || shares.len() >= MAX_BANDS {
        return Err(Fault::parameter(
            "shares",
            format!("`shares` needs 1 to {} numbers, found {}", MAX_BANDS - 1, shares.len()),
        ));
    }
    if let Some(share) = shares.iter().find(|p| **p <= Decimal::ZERO || **p >= Decimal::ONE) {
        return Err(Fault::parameter(
            "shares",
            format!("a share must be above 0 and below 1, found {share}"),
        )
        .help("write shares, not percentages: 0.25 for a quarter"));
    }
    if let Some(pair) = shares.windows(2).find(|pair| pair[0] >= pair[1]) {
        return Err(Fault::new(
            &catalog::INVALID_BOUNDS,
            format!("`shares` has {} before {}", pair[0], pair[1]),
        )
        .of("shares")
        .help("write `shares` in rising order, each once"));
    }
    Ok(shares.iter().map(|p| Ratio { numerator: *p, denominator: Decimal::ONE }).collect())
}

fn equal(bands: Decimal) -> Outcome<Vec<Ratio>> {
    let n = usize::try_from(bands)
        .ok()
        .filter(|n| bands.fract().is_zero() && (2..=MAX_BANDS).contains(n))
        .ok_or_else(|| {
            Fault::parameter(
                "bands",
                format!("`bands` must be a whole number from 2 to {MAX_BANDS}, found {bands}"),
            )
        })?;
    Ok((1..n).map(|k| Ratio { numerator: Decimal::from(k), denominator: bands }).collect())
}

impl<S: Scalar> Normalizer<S> for QuantileBands {
    fn fit(&self, reference: &Column<S>, direction: Direction) -> Outcome<Box<dyn Scale<S>>> {
        let mut sorted = shared::sorted(reference);
        if sorted.is_empty() {
            return Err(shared::too_few(METHOD.id, 1, 0));
        }
        // From the worst value up: the quantile of falling values at p is that of rising ones at 1 − p.
        if direction == Direction::Lower {
            sorted.reverse();
        }
        let limits: Option<Vec<S>> = self.shares.iter().map(|p| shared::quantile(&sorted, *p)).collect();
        let limits = limits.ok_or_else(Fault::out_of_range)?;
        let values = self.values.iter().map(|y| S::from_decimal(*y)).collect();
        Ok(Box::new(Bands { limits, values, direction }))
    }
}

#[derive(Debug)]
struct Bands<S> {
    /// From the worst up.
    limits: Vec<S>,
    values: Vec<S>,
    direction: Direction,
}

impl<S: Scalar> Scale<S> for Bands<S> {
    fn score(&self, values: &Column<S>, out: &mut Column<S>) -> Outcome<()> {
        out.map_from(values, |x| {
            let band = self.limits.partition_point(|limit| match self.direction {
                Direction::Higher => *limit <= x,
                Direction::Lower => *limit >= x,
            });
            self.values.get(band).copied()
        })
    }
    fn fitted(&self) -> Vec<(&'static str, S)> {
        vec![("bands", S::from_count(self.values.len()))]
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    /// The percentiles and scores of the Handbook.
    const HANDBOOK: &str = "shares = [0.05, 0.25, 0.65, 0.85, 0.95]; values = [0, 20, 40, 60, 80, 100]";

    #[test]
    fn the_best_five_percent_score_full() {
        // Of 0 to 100 the quantile of a share p is 100 p.
        let all: Vec<String> = (0..=100).map(|x| x.to_string()).collect();
        let values = "0 4 5 24 25 64 65 84 85 94 95 100";
        let scores = "0 0 20 20 40 40 60 60 80 80 100 100";
        check_against(&METHOD, HANDBOOK, Higher, &all.join(" "), values, scores);
        let mirrored = "100 96 95 76 75 36 35 16 15 6 5 0";
        check_against(&METHOD, HANDBOOK, Lower, &all.join(" "), mirrored, scores);
    }

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "bands = 2", Higher, "1 2 3 . 4", "0 0 100 . 100");
        check(&METHOD, "bands = 2", Lower, "1 2 3 . 4", "100 100 0 . 0");
        check(&METHOD, "", Higher, "1 2 3 4 5 6", "0 25 50 75 100 100");
        check(&METHOD, "bands = 3; to = [1, 3]", Higher, "1 2 3 4 5 6", "1 1 2 2 3 3");
        check(&METHOD, "bands = 4; values = [0, 0, 1, 1]", Higher, "1 2 3 4", "0 0 1 1");
        // Thirds of three steps are whole steps.
        check(&METHOD, "bands = 3", Higher, "1 2 3 4", "0 50 100 100");
        check(&METHOD, "bands = 3", Lower, "1 2 3 4", "100 100 50 0");
        check_against(&METHOD, "bands = 2", Higher, "1 2 3 4", "-9 2.5 99 .", "0 100 100 .");
    }

    #[test]
    fn equal_values_share_a_band() {
        check(&METHOD, "bands = 2", Higher, "1 5 5 5 5 5 9", "0 100 100 100 100 100 100");
        check(&METHOD, "", Higher, "5 5 5", "100 100 100");
        check(&METHOD, "", Lower, "5", "100");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for (text, values, id) in [
            ("", ".", "too-few-values"),
            ("bands = 1", "1", "invalid-parameter"),
            ("bands = 2.5", "1", "invalid-parameter"),
            ("bands = -3", "1", "invalid-parameter"),
            ("bands = 1e20", "1", "invalid-parameter"),
            ("bands = 2; shares = [0.5]", "1", "invalid-parameter"),
            ("shares = []", "1", "invalid-parameter"),
            ("shares = [0, 0.5]", "1", "invalid-parameter"),
            ("shares = [25, 75]", "1", "invalid-parameter"),
            ("shares = [0.5, 0.5]", "1", "invalid-bounds"),
            ("bands = 2; values = [1, 2, 3]", "1", "invalid-parameter"),
            ("bands = 2; values = [2, 1]", "1", "invalid-bounds"),
            ("to = [2, 1]", "1", "invalid-bounds"),
        ] {
            assert_eq!(fault(&METHOD, text, Higher, values).kind.id, id, "{text} {values}");
        }
    }

    #[test]
    fn properties() {
        use Property::Monotone;
        holds(&METHOD, "bands = 4", -900..900, &[Monotone]);
        holds(&METHOD, HANDBOOK, -50..50, &[Monotone]);
    }
}
