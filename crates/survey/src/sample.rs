//! The respondents of a unit and period, and the estimate of a statistic from them.

use crate::{Bound, Frame, Kind, Statistic};
use gradus_method::{Fault, Outcome};
use gradus_model::number::Scalar;
use gradus_model::package::{AnswerKind, LoneClusterRule, ShareInterval, Survey, Trim, VarianceRule};
use gradus_model::respondents::Respondents;
use gradus_model::{Absence, Decimal};
use gradus_statistics::sampling::{self, Estimate, Interval, LoneCluster, Respondent, Share, Weighting};
use std::collections::{BTreeMap, BTreeSet};

/// The respondents of a unit and period, with their weights as they are used.
#[derive(Debug, Clone)]
pub struct Sample<'a> {
    /// The survey.
    pub survey: &'a Survey,
    respondents: &'a Respondents,
    rows: Vec<usize>,
    /// Exact, cut where the survey says so.
    weights: Vec<Decimal>,
    design: Vec<Respondent>,
    /// What cutting large weights did.
    pub trimmed: Option<Trimmed>,
    /// Strata with one cluster.
    pub lone: Vec<String>,
}

/// What cutting large weights did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trimmed {
    /// The weight at which they were cut.
    pub cap: Decimal,
    /// How many respondents had a larger one.
    pub respondents: u64,
    /// The share of the sum of weights that was cut off.
    pub share: f64,
}

/// What a question or statistic yields for the respondents of a unit and period, or of a subgroup of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Respondents in the base.
    pub n: u64,
    /// Respondents who do not know.
    pub dont_know: u64,
    /// Respondents who refuse.
    pub refused: u64,
    /// Respondents who were not asked or have no answer.
    pub not_asked: u64,
    /// What the weights of the base do; nothing without a base.
    pub weighting: Option<Weighting>,
    /// The estimate, or why there is none.
    pub estimate: Result<Estimated, Absence>,
}

/// An estimate with its error.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimated {
    /// The estimate, exact.
    pub value: Decimal,
    /// As numbers, for bounds, probabilities and differences; its standard error is NaN-free but absent for one respondent.
    pub error: Option<Estimate>,
    /// Variance over that of a simple random sample of the same size.
    pub design_effect: f64,
    /// Effective sample size.
    pub effective_n: f64,
    /// Interval at the survey's level of confidence.
    pub interval: Option<(Decimal, Decimal)>,
    /// The influence of each respondent of the sample, in the unit of the estimate.
    influence: Vec<f64>,
    kish: bool,
}

impl<'a> Sample<'a> {
    /// The respondents of every unit and period that has some, each with the places of both, in order of unit and period.
    ///
    /// # Errors
    /// When the sums of weights leave the range of decimals.
    pub fn all(survey: &'a Survey, respondents: &'a Respondents) -> Outcome<Vec<(usize, usize, Self)>> {
        let mut rows: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
        for (row, key) in respondents.unit.iter().zip(&respondents.period).enumerate() {
            rows.entry((*key.0, *key.1)).or_default().push(row);
        }
        rows.into_iter()
            .map(|((unit, period), rows)| {
                let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
                Ok((place(unit), place(period), Self::new(survey, respondents, rows)?))
            })
            .collect()
    }

    fn new(survey: &'a Survey, respondents: &'a Respondents, rows: Vec<usize>) -> Outcome<Self> {
        let mut weights: Vec<Decimal> = rows.iter().map(|row| respondents.weight_of(*row)).collect();
        let counts: Vec<u64> = rows.iter().map(|row| respondents.count_of(*row)).collect();
        let trimmed = match survey.trim {
            Some(trim) if !respondents.weight.is_empty() => {
                Some(trim_weights(trim, &mut weights, &counts).ok_or_else(Fault::out_of_range)?)
            }
            _ => None,
        };
        let place = |names: &Option<gradus_model::respondents::Names>, row: usize| {
            names.as_ref().and_then(|n| n.of.get(row).copied())
        };
        let design: Vec<Respondent> = rows
            .iter()
            .zip(weights.iter().zip(&counts))
            .map(|(row, (weight, count))| Respondent {
                weight: Scalar::to_f64(*weight),
                count: float(*count),
                stratum: place(&respondents.stratum, *row).unwrap_or(0),
                cluster: place(&respondents.cluster, *row),
            })
            .collect();
        let mut out = Self { survey, respondents, rows, weights, design, trimmed, lone: Vec::new() };
        if survey.variance() == VarianceRule::Linearized && survey.design_effect.is_none() {
            out.lone = out.lone_strata();
        }
        Ok(out)
    }

    /// Number of respondents, in whatever base.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.rows.iter().map(|row| self.respondents.count_of(*row)).fold(0, u64::saturating_add)
    }

    /// Names of strata in which there is one cluster only.
    fn lone_strata(&self) -> Vec<String> {
        let mut clusters: BTreeMap<u32, (f64, BTreeSet<u32>)> = BTreeMap::new();
        for respondent in &self.design {
            let stratum = clusters.entry(respondent.stratum).or_default();
            match respondent.cluster {
                Some(cluster) => {
                    stratum.1.insert(cluster);
                }
                None => stratum.0 += respondent.count,
            }
        }
        let lone = clusters.iter().filter(|(_, (alone, named))| *alone + float(named.len() as u64) < 2.0);
        lone.map(|(stratum, _)| {
            let names = self.respondents.stratum.as_ref();
            let at = usize::try_from(*stratum).unwrap_or(usize::MAX);
            names.and_then(|n| n.names.get(at)).cloned().unwrap_or_default()
        })
        .collect()
    }

    /// Whether each row is in a subgroup.
    #[must_use]
    pub fn in_class(&self, kind: &str, class: u32) -> Vec<bool> {
        let of = self.respondents.subgroups.get(kind).map(|names| &names.of);
        self.rows.iter().map(|row| of.and_then(|of| of.get(*row)).is_some_and(|c| *c == class)).collect()
    }

    /// For each answer of a question, how many respondents give it and the sum of their weights; last, those without one.
    #[must_use]
    pub fn distribution(&self, question: usize, inside: Option<&[bool]>) -> Vec<(u64, Decimal)> {
        let n = self.survey.questions[question].answers.len();
        let mut out = vec![(0u64, Decimal::ZERO); n + 1];
        for at in self.inside(inside) {
            let answer =
                usize::try_from(self.respondents.answers[question][self.rows[at]]).unwrap_or(n).min(n);
            let count = self.respondents.count_of(self.rows[at]);
            let weight = Decimal::from(count).checked_mul(self.weights[at]).unwrap_or(Decimal::ZERO);
            out[answer].0 = out[answer].0.saturating_add(count);
            out[answer].1 = out[answer].1.checked_add(weight).unwrap_or(Decimal::MAX);
        }
        out
    }

    fn inside<'s>(&'s self, inside: Option<&'s [bool]>) -> impl Iterator<Item = usize> + 's {
        (0..self.rows.len())
            .filter(move |at| inside.is_none_or(|inside| inside.get(*at).copied().unwrap_or(false)))
    }

    /// The estimate of a statistic of `questions`, by place, from the respondents for whom `inside` holds.
    ///
    /// # Errors
    /// When the codebook does not fit the statistic, or sums leave the range of decimals.
    pub fn estimate(
        &self,
        statistic: &dyn Statistic,
        questions: &[usize],
        inside: Option<&[bool]>,
    ) -> Outcome<Cell> {
        let asked: Vec<_> = questions.iter().map(|q| &self.survey.questions[*q]).collect();
        let bound = statistic.bind(&asked)?;
        let mut cell = Cell {
            n: 0,
            dont_know: 0,
            refused: 0,
            not_asked: 0,
            weighting: None,
            estimate: Err(Absence::NotCollected),
        };
        let mut pairs: Vec<Option<(Decimal, Decimal)>> = vec![None; self.rows.len()];
        let mut scores: Vec<Option<Decimal>> = Vec::with_capacity(questions.len());
        for at in self.inside(inside) {
            let row = self.rows[at];
            let count = self.respondents.count_of(row);
            scores.clear();
            let mut kinds = [0usize; 2];
            for (place, question) in questions.iter().enumerate() {
                let answer = usize::try_from(self.respondents.answers[*question][row]).ok();
                let answer = answer.filter(|a| *a < bound.scores[place].len());
                match answer.map(|a| asked[place].answers[a].kind) {
                    Some(AnswerKind::DontKnow) => kinds[0] += 1,
                    Some(AnswerKind::Refused) => kinds[1] += 1,
                    _ => {}
                }
                scores.push(answer.and_then(|a| bound.scores[place][a]));
            }
            pairs[at] = (bound.combine)(&scores);
            // Of several questions, one that is not known is enough to say why a respondent is outside the base.
            let tally = match kinds {
                [0, 0] if pairs[at].is_none() => Some(&mut cell.not_asked),
                [0, 0] => None,
                _ if questions.len() > 1 && pairs[at].is_some() => None,
                [0, _] => Some(&mut cell.refused),
                _ => Some(&mut cell.dont_know),
            };
            if let Some(tally) = tally {
                *tally = tally.saturating_add(count);
            }
            if pairs[at].is_some() {
                cell.n = cell.n.saturating_add(count);
            }
        }
        let base = || (0..self.rows.len()).filter(|at| pairs[*at].is_some()).map(|at| &self.design[at]);
        cell.weighting = Weighting::of(base().map(|r| (r.weight, r.count)));
        let silent = cell.dont_know.saturating_add(cell.refused);
        let counted =
            asked.first().and_then(|q| q.dont_know).is_some_and(|d| d.counted) && questions.len() == 1;
        let reached = if counted { cell.n } else { cell.n.saturating_add(silent) };
        let limit = asked.iter().filter_map(|q| q.dont_know?.refuse_above).min();
        let too_many = limit.is_some_and(|limit| {
            Decimal::from(reached).checked_mul(limit).is_some_and(|most| Decimal::from(silent) > most)
        });
        if reached == 0 {
            return Ok(cell);
        }
        if too_many {
            cell.estimate = Err(Absence::TooManyDontKnow);
        } else if cell.n == 0 || cell.n < self.survey.min_n {
            cell.estimate = Err(Absence::TooFewRespondents);
        } else if let Some(weighting) = cell.weighting {
            cell.estimate = Ok(self.estimated(&statistic.frame(), &bound, &pairs, cell.n, &weighting)?);
        }
        Ok(cell)
    }

    fn estimated(
        &self,
        frame: &Frame,
        bound: &Bound,
        pairs: &[Option<(Decimal, Decimal)>],
        n: u64,
        weighting: &Weighting,
    ) -> Outcome<Estimated> {
        let ratio = self.ratio(pairs).ok_or_else(Fault::out_of_range)?;
        let (low, high) = frame.scale;
        let stretch = high
            .checked_sub(low)
            .zip(bound.ends.1.checked_sub(bound.ends.0))
            .and_then(|(wide, raw)| Some((wide, raw, wide.checked_div(raw)?)))
            .ok_or_else(Fault::out_of_range)?;
        let value = ratio
            .checked_sub(bound.ends.0)
            .and_then(|x| x.checked_mul(stretch.0)?.checked_div(stretch.1)?.checked_add(low))
            .ok_or_else(Fault::out_of_range)?;
        let numbers: Vec<Option<(f64, f64)>> =
            pairs.iter().map(|p| p.map(|(a, b)| (Scalar::to_f64(a), Scalar::to_f64(b)))).collect();
        let found = sampling::influence(&self.design, &numbers).map_err(|_| Fault::out_of_range())?;
        let factor = Scalar::to_f64(stretch.2);
        let influence: Vec<f64> = found.influence.iter().map(|z| z * factor).collect();
        // The variance of a simple random sample of as many: s² / n, of what is left of each respondent beside the ratio,
        // in the unit of the estimate. An influence is the weight's share of the total times this.
        let people = float(n);
        let spread: f64 = self
            .design
            .iter()
            .zip(&influence)
            .filter(|(r, _)| r.weight > 0.0)
            .map(|(r, z)| r.count * z * z * weighting.total / r.weight)
            .sum();
        let simple = (people > 1.0).then(|| spread * weighting.total / (weighting.total * (people - 1.0)));
        let kish = weighting.design_effect();
        let declared = self.survey.design_effect.map(Scalar::to_f64);
        let linearized = self.survey.variance() == VarianceRule::Linearized && declared.is_none();
        let (variance, df, effect) = if linearized {
            let lone = match self.survey.lone_cluster {
                LoneClusterRule::Certainty => LoneCluster::Certainty,
                // A refusal is said once, of the survey; the rest goes on with what is surely not too small.
                LoneClusterRule::Adjust | LoneClusterRule::Refuse => LoneCluster::Adjust,
            };
            match (sampling::variance(&self.design, &influence, lone), simple) {
                (Ok(v), Some(simple)) if simple > 0.0 && v.variance > 0.0 => {
                    (Some(v.variance), Some(v.df), v.variance / simple)
                }
                // Everybody says the same, so that the sample tells nothing of its design: that of the weights is left.
                (Ok(v), Some(simple)) => (Some(v.variance.max(simple * kish)), Some(v.df), kish),
                _ => (None, None, kish),
            }
        } else {
            let effect = declared.unwrap_or(kish);
            (simple.map(|s| s * effect), (people > 1.0).then_some(people - 1.0), effect)
        };
        let effective_n = people / effect;
        // Wilson's interval knows from n how far to trust a share; degrees of freedom are for clusters and for means.
        let df = df.filter(|_| linearized || frame.kind == Kind::Mean);
        let share = (frame.kind == Kind::Share).then(|| Share {
            zero: Scalar::to_f64(low),
            one: Scalar::to_f64(high),
            effective_n,
        });
        let error =
            variance.map(|v| Estimate { value: Scalar::to_f64(value), standard_error: v.sqrt(), df, share });
        let level = Scalar::to_f64(self.survey.confidence_level);
        let interval = error.and_then(|e| interval(&e, level, self.survey.interval, value, frame.scale));
        Ok(Estimated {
            value,
            error,
            design_effect: effect,
            effective_n,
            interval,
            influence,
            kish: !linearized,
        })
    }

    /// Σ w a / Σ w b in decimals.
    fn ratio(&self, pairs: &[Option<(Decimal, Decimal)>]) -> Option<Decimal> {
        let (mut above, mut below) = (Decimal::ZERO, Decimal::ZERO);
        for (at, (a, b)) in pairs.iter().enumerate().filter_map(|(at, pair)| Some((at, (*pair)?))) {
            let count = Decimal::from(self.respondents.count_of(self.rows[at]));
            let weight = count.checked_mul(self.weights[at])?;
            above = above.checked_add(weight.checked_mul(a)?)?;
            below = below.checked_add(weight.checked_mul(b)?)?;
        }
        above.checked_div(below)
    }

    /// The difference between two estimates from parts of this sample that share nobody, with its standard error.
    #[must_use]
    pub fn difference(&self, one: &Estimated, other: &Estimated) -> Option<Estimate> {
        let apart = one.error?.minus(&other.error?);
        if one.kish || other.kish {
            return Some(apart);
        }
        // Parts of one clustered sample are not independent: their influences are, cluster by cluster, subtracted.
        let z: Vec<f64> = one.influence.iter().zip(&other.influence).map(|(a, b)| a - b).collect();
        let lone = match self.survey.lone_cluster {
            LoneClusterRule::Certainty => LoneCluster::Certainty,
            _ => LoneCluster::Adjust,
        };
        let v = sampling::variance(&self.design, &z, lone).ok()?;
        Some(Estimate { standard_error: v.variance.sqrt(), df: Some(v.df), ..apart })
    }
}

/// An interval as decimals, cut at the ends of the scale and never without the estimate.
pub(crate) fn interval(
    error: &Estimate,
    level: f64,
    kind: ShareInterval,
    value: Decimal,
    scale: (Decimal, Decimal),
) -> Option<(Decimal, Decimal)> {
    let kind = match kind {
        ShareInterval::Wilson => Interval::Wilson,
        ShareInterval::ClopperPearson => Interval::ClopperPearson,
        ShareInterval::Normal => Interval::Normal,
    };
    let (lower, upper) = error.interval(level, kind)?;
    let lower = lower.to_decimal()?.max(scale.0).min(value);
    let upper = upper.to_decimal()?.min(scale.1).max(value);
    Some((lower, upper))
}

/// Cuts weights at a multiple of their median or mean over respondents.
fn trim_weights(trim: Trim, weights: &mut [Decimal], counts: &[u64]) -> Option<Trimmed> {
    let n = counts.iter().fold(0u64, |n, c| n.saturating_add(*c));
    let sum = |weights: &[Decimal]| {
        weights
            .iter()
            .zip(counts)
            .try_fold(Decimal::ZERO, |sum, (w, c)| sum.checked_add(w.checked_mul(Decimal::from(*c))?))
    };
    let before = sum(weights)?;
    if n == 0 {
        return Some(Trimmed { cap: Decimal::ZERO, respondents: 0, share: 0.0 });
    }
    let middle = if trim.of_median {
        let mut sorted: Vec<(Decimal, u64)> = weights.iter().copied().zip(counts.iter().copied()).collect();
        sorted.sort();
        // The weight of a respondent, counted from 0 in order of weight.
        let nth = |k: u64| {
            let mut passed = 0u64;
            sorted.iter().find(|(_, c)| {
                passed = passed.saturating_add(*c);
                passed > k
            })
        };
        let (low, high) = (nth((n - 1) / 2)?.0, nth(n / 2)?.0);
        low.checked_add(high)?.checked_div(Decimal::TWO)?
    } else {
        before.checked_div(Decimal::from(n))?
    };
    let cap = middle.checked_mul(trim.at)?;
    let mut respondents = 0u64;
    for (weight, count) in weights.iter_mut().zip(counts) {
        if *weight > cap {
            *weight = cap;
            respondents = respondents.saturating_add(*count);
        }
    }
    let after = sum(weights)?;
    let share = Scalar::to_f64(before.checked_sub(after)?.checked_div(before)?);
    Some(Trimmed { cap, respondents, share })
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn float(count: u64) -> f64 {
    count as f64
}
