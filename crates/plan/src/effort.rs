//! Efforts: what a move costs, in one of four currencies that are never mixed.

use gradus_model::number::Scalar;
use gradus_model::package::{Effort as Declared, Indicator, PerGrade, Step, Threshold};
use gradus_model::{Decimal, Lang};

/// What effort is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Years at the best pace that any peer has held; where none has, the lead years that the package declares.
    Years,
    /// Steps of the ladder: the share of a step for a gap within it. For a score, points of the indicator's own score.
    Points,
    /// Money, as the package declares it.
    Money,
    /// Difficulty, as the package declares it.
    Difficulty,
}

impl Effort {
    /// Every effort with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("years", Self::Years),
        ("points", Self::Points),
        ("money", Self::Money),
        ("difficulty", Self::Difficulty),
    ];
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, effort)| *effort == self).map_or("", |(word, _)| word)
    }
    /// What it is counted in, in words.
    #[must_use]
    pub fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Years, Lang::En) => "years at the best pace of any peer",
            (Self::Years, Lang::Zh) => "年（按同类中最快的进步速度）",
            (Self::Points, Lang::En) => "ladder steps",
            (Self::Points, Lang::Zh) => "级（阶梯）",
            (Self::Money, Lang::En) => "money",
            (Self::Money, Lang::Zh) => "资金",
            (Self::Difficulty, Lang::En) => "difficulty (1 to 5 per step)",
            (Self::Difficulty, Lang::Zh) => "难度（每级1至5）",
        }
    }
}

/// Decimal places to which efforts are added up exactly.
pub(crate) const PLACES: u32 = 9;

/// An effort as a whole number of billionths; nothing where it does not fit.
pub(crate) fn whole(effort: Decimal) -> Option<i128> {
    let effort = effort.round_dp(PLACES);
    effort.mantissa().checked_mul(10i128.checked_pow(PLACES - effort.scale())?)
}

/// Billionths as a number.
pub(crate) fn number(whole: i128) -> Decimal {
    Decimal::try_from_i128_with_scale(whole, PLACES).unwrap_or(Decimal::MAX).normalize()
}

/// What is known of a move up a ladder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way<'a> {
    pub(crate) indicator: &'a Indicator,
    /// The steps that are climbed, with what is lacking to each; nothing where that is not known.
    pub(crate) climbed: &'a [(Step, Option<Decimal>)],
    /// The step before the first one that is climbed.
    pub(crate) below: Option<Step>,
    /// Whether there is a figure to start from.
    pub(crate) known: bool,
    /// The best pace of a peer, a year.
    pub(crate) pace: Option<f64>,
    /// How far the lowest threshold is from the worst figure of any unit.
    pub(crate) span: Option<Decimal>,
}

impl Way<'_> {
    fn gap(&self) -> Option<Decimal> {
        self.climbed.last()?.1
    }
    fn declared(&self) -> &Declared {
        &self.indicator.effort
    }

    /// What it costs; nothing where it cannot be told.
    pub(crate) fn effort(&self, effort: Effort) -> Option<Decimal> {
        match effort {
            Effort::Years => self.years(),
            Effort::Points => self.steps(),
            Effort::Money => match self.declared().money.as_ref()? {
                PerGrade::Same(rate) => self.gap()?.checked_mul(*rate),
                by_grade => self.sum(by_grade),
            },
            Effort::Difficulty => self.sum(self.declared().difficulty.as_ref()?),
        }
    }

    /// Years at the best pace of any peer; the lead years of the package where there is none.
    pub(crate) fn years(&self) -> Option<Decimal> {
        let at_pace = || {
            let gap = self.gap()?;
            if gap.is_zero() {
                return Some(Decimal::ZERO);
            }
            (gap.to_f64() / self.pace?).to_decimal().map(|years| years.round_dp(PLACES))
        };
        at_pace().or_else(|| self.lead())
    }

    /// The lead years of the package, one step after the other.
    pub(crate) fn lead(&self) -> Option<Decimal> {
        self.sum(self.declared().lead_years.as_ref()?)
    }

    /// What the package says of each step that is climbed, added up.
    fn sum(&self, by_grade: &PerGrade<Decimal>) -> Option<Decimal> {
        self.climbed
            .iter()
            .try_fold(Decimal::ZERO, |sum, (step, _)| sum.checked_add(by_grade.at(step.grade)?))
    }

    /// Steps climbed, the first one counted by the share of it that is lacking. A step is as wide as its threshold is from the
    /// one before; the lowest as the next one is from it, or as it is from the worst figure of any unit. Ranges, and steps without a width
    /// or a figure to start from, count whole.
    fn steps(&self) -> Option<Decimal> {
        let (first, gap) = self.climbed.first()?;
        let number = |step: &Step| step.threshold.number();
        let between = |a: Option<Decimal>, b: Option<Decimal>| Some(a?.checked_sub(b?)?.abs());
        let width = match (&self.below, self.indicator.ladder.get(1)) {
            (Some(below), _) => between(number(first), number(below)),
            (None, Some(next)) => between(number(next), number(first)),
            (None, None) => self.span,
        };
        let share = match (gap, width.filter(|width| !width.is_zero())) {
            (Some(gap), _) if gap.is_zero() && self.known => Decimal::ZERO,
            (Some(gap), Some(width)) if self.known => gap.checked_div(width)?,
            _ => Decimal::ONE,
        };
        // A step with the threshold of the one before asks for time, not for more.
        let wider = self.climbed.windows(2).filter(|pair| {
            pair[0].0.threshold != pair[1].0.threshold || pair[0].0.strict != pair[1].0.strict
        });
        share.checked_add(wider.count().into())
    }
}

/// How far a threshold lies from a value in the good direction: zero where it is reached.
pub(crate) fn gap(indicator: &Indicator, value: Decimal, threshold: Threshold) -> Option<Decimal> {
    use gradus_model::package::Direction::{Higher, Lower};
    let slack = indicator.tolerance;
    let short = match (threshold, indicator.direction) {
        (Threshold::Range(from, _), _) if value < from => from.checked_sub(value)?,
        (Threshold::Range(_, to), _) => value.checked_sub(to)?,
        (Threshold::Number(_) | Threshold::Level(_), Higher) => threshold.number()?.checked_sub(value)?,
        (Threshold::Number(_) | Threshold::Level(_), Lower) => value.checked_sub(threshold.number()?)?,
    };
    Some(short.checked_sub(slack)?.max(Decimal::ZERO))
}
