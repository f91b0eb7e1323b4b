//! What a preset is: a published rule that turns a series and a target into a class.
//!
//! A preset yields one number, its measure, and cuts it into classes; which classes, where the cuts are and who says so are data,
//! from which tables, documentation and the rating itself are made, so that they cannot drift apart.

use crate::Refused;
use crate::eta::Scale;
use crate::pace::{self, finite};
use crate::series::{Series, gain, good};
use gradus_method::Reference;
use gradus_model::package::Direction;
use gradus_model::{Lang, Text};

pub use gradus_model::policy::PaceForm;

/// Measures that differ by less than this are equal: a series on its path rates 1, whatever rounding leaves.
const SAME: f64 = 1e-9;

/// What a preset rates.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The comparable figures of the unit.
    pub series: &'a Series,
    /// Which way is better.
    pub direction: Direction,
    /// The scale its values live on.
    pub scale: Scale,
    /// The level to be reached.
    pub target: Option<f64>,
    /// The end of the year in which it is to be reached.
    pub target_time: Option<f64>,
    /// The easiest and the hardest threshold there is, for presets that rate levels.
    pub band: Option<(f64, f64)>,
    /// The latest figure of every unit, that of this one among them, for presets that rate positions.
    pub units: &'a [f64],
    /// Look at figures from this time on, in place of the preset's own window.
    pub since: Option<f64>,
    /// Look at figures of so many years before the latest, in place of the preset's own window.
    pub years: Option<f64>,
    /// How the pace is measured.
    pub pace: PaceForm,
}

/// Which figures a preset looks at where nothing else is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Window {
    /// From a year on.
    Since(f64),
    /// So many years before the latest figure.
    Years(f64),
    /// The latest figures, so many of them.
    Points(usize),
}

/// A class of a preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    /// The kebab-case word for programs.
    pub id: &'static str,
    /// As the publication names it.
    pub en: &'static str,
    /// In Chinese.
    pub zh: &'static str,
    /// A sign that does not need color.
    pub symbol: &'static str,
    /// Whether word and sign were read in the source.
    pub checked: bool,
}

impl Class {
    /// The name.
    #[must_use]
    pub fn name(&self) -> Text {
        Text::both(self.en, self.zh)
    }
}

/// Where a class begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// The place of the class in [`Preset::classes`].
    pub class: usize,
    /// The measure from which it holds.
    pub from: f64,
    /// Whether the measure must lie above it.
    pub above: bool,
    /// Whether the number was read in the source; otherwise it is general knowledge.
    pub checked: bool,
}

/// A measure and how it is cut. What lies below the last cut is the preset's last class.
#[derive(Debug, Clone, Copy)]
pub struct Cuts {
    /// What is measured.
    pub what: &'static str,
    /// The same in Chinese.
    pub what_zh: &'static str,
    /// What the measure is of, when it is printed: `1` for a share, printed in percent.
    pub share: bool,
    /// The cuts, the highest first.
    pub cuts: &'static [Cut],
}

impl Cuts {
    /// The class of a measure, where the last class is what lies below every cut.
    #[must_use]
    pub fn class(&self, measure: f64, last: usize) -> usize {
        let reached = |cut: &&Cut| {
            let tolerance = SAME * cut.from.abs().max(1.0);
            if cut.above { measure > cut.from + tolerance } else { measure >= cut.from - tolerance }
        };
        self.cuts.iter().find(reached).map_or(last, |cut| cut.class)
    }
    /// The rule of a class in words: `at least 60 %, below 95 %`. `None` where no measure leads to the class.
    #[must_use]
    pub fn rule(&self, class: usize, last: usize, lang: Lang) -> Option<String> {
        let number =
            |x: f64| if self.share { format!("{} %", (x * 1e6).round() / 1e4) } else { format!("{x}") };
        let from = |cut: &Cut| match (lang, cut.above) {
            (Lang::En, true) => format!("above {}", number(cut.from)),
            (Lang::En, false) => format!("at least {}", number(cut.from)),
            (Lang::Zh, true) => format!("高于{}", number(cut.from)),
            (Lang::Zh, false) => format!("不低于{}", number(cut.from)),
        };
        let to = |cut: &Cut| match (lang, cut.above) {
            (Lang::En, true) => format!("at most {}", number(cut.from)),
            (Lang::En, false) => format!("below {}", number(cut.from)),
            (Lang::Zh, true) => format!("不高于{}", number(cut.from)),
            (Lang::Zh, false) => format!("低于{}", number(cut.from)),
        };
        let comma = if lang == Lang::En { ", " } else { "，" };
        match self.cuts.iter().position(|cut| cut.class == class) {
            Some(0) => Some(from(&self.cuts[0])),
            Some(at) => Some(format!("{}{comma}{}", from(&self.cuts[at]), to(&self.cuts[at - 1]))),
            None if class == last => self.cuts.last().map(to),
            None => None,
        }
    }
    /// Whether both cuts of a class were read in the source.
    #[must_use]
    pub fn checked(&self, class: usize, last: usize) -> bool {
        let at = self.cuts.iter().position(|cut| cut.class == class);
        match at {
            Some(at) => self.cuts[at].checked && (at == 0 || self.cuts[at - 1].checked),
            None if class == last => self.cuts.last().is_none_or(|cut| cut.checked),
            None => true,
        }
    }
}

/// What a preset found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measured {
    /// The measure.
    pub(crate) measure: f64,
    /// Which of the preset's cuts it is for.
    pub(crate) by: usize,
    /// The class where the measure does not decide it: a target that is reached, a base beyond it.
    pub(crate) class: Option<usize>,
}

/// The rating of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rating {
    /// The place of the class in [`Preset::classes`], the best first.
    pub class: usize,
    /// The measure; a share, but for presets that say otherwise. `None` where the target is reached, or was reached before.
    pub measure: Option<f64>,
    /// Which of the preset's cuts it is for.
    pub by: usize,
    /// The points of the class in the preset's aggregate, where it has one.
    pub score: Option<f64>,
}

/// How a preset sums up the ratings of several indicators.
#[derive(Debug, Clone, Copy)]
pub struct Summing {
    /// The rule.
    pub rule: &'static str,
    /// The rule in Chinese.
    pub rule_zh: &'static str,
    /// Whether it was read in the source in every number.
    pub checked: bool,
    /// The points of a rating.
    pub(crate) score: fn(&Preset, &Rating) -> f64,
    /// The class of the ratings of a group, of which so many indicators there are; `None` where there are too few.
    pub(crate) class: fn(&Preset, &[Rating], usize) -> Option<usize>,
}

/// A published rule that rates progress; everything the user sees about it comes from here.
#[derive(Debug)]
pub struct Preset {
    /// Stable, kebab-case; appears in package files.
    pub id: &'static str,
    /// The version that brought it.
    pub since: &'static str,
    /// One line, in English.
    pub summary: &'static str,
    /// One line, in Chinese.
    pub summary_zh: &'static str,
    /// The formula, in plain characters.
    pub formula: &'static str,
    /// The classes, the best first.
    pub classes: &'static [Class],
    /// The measures and their cuts: with a target, and where the preset has it, without one.
    pub cuts: &'static [Cuts],
    /// Which figures it looks at.
    pub window: Window,
    /// The fewest figures it rates.
    pub needed: usize,
    /// Whether the measure with a target is the observed pace over the needed one.
    pub pace_ratio: bool,
    /// How it sums up, where it does.
    pub summing: Option<Summing>,
    /// How it differs from the publication, and why.
    pub differs: &'static str,
    /// Where it is published.
    pub references: &'static [Reference],
    pub(crate) measure: fn(&Case<'_>, &Series) -> Result<Measured, Refused>,
}

impl Preset {
    /// The summary in a language.
    #[must_use]
    pub fn summary_in(&self, lang: Lang) -> &'static str {
        if lang == Lang::Zh { self.summary_zh } else { self.summary }
    }
    /// Rates a series.
    ///
    /// # Errors
    /// Why the preset has nothing to say.
    pub fn rate(&self, case: &Case<'_>) -> Result<Rating, Refused> {
        let window = match (case.since, case.years, self.window) {
            (None, None, Window::Since(time)) => case.series.since(time),
            (None, None, Window::Years(years)) => case.series.last_years(years),
            (None, None, Window::Points(n)) => case.series.last_points(n),
            (since, years, _) => {
                let late = since.map_or_else(|| case.series.clone(), |time| case.series.since(time));
                years.map_or_else(|| late.clone(), |years| late.last_years(years))
            }
        };
        if window.len() < self.needed {
            return Err(Refused::TooShort { found: window.len(), needed: self.needed });
        }
        let found = (self.measure)(case, &window)?;
        // What rounding leaves at the tenth place is not part of the measure.
        let measure = (finite(found.measure)? * 1e10).round() / 1e10;
        let cuts = self.cuts.get(found.by).ok_or(Refused::OutOfRange)?;
        let class = found.class.unwrap_or_else(|| cuts.class(measure, self.classes.len() - 1));
        let mut rating =
            Rating { class, measure: found.class.is_none().then_some(measure), by: found.by, score: None };
        rating.score = self.summing.map(|summing| (summing.score)(self, &rating));
        Ok(rating)
    }
    /// The class of a group by the ratings of its indicators, of which so many there are; `None` where the preset has no such
    /// rule or too few are rated.
    #[must_use]
    pub fn sum_up(&self, ratings: &[Rating], indicators: usize) -> Option<usize> {
        if ratings.is_empty() {
            return None;
        }
        (self.summing?.class)(self, ratings, indicators)
    }
    /// Whether a rating says that the target will be reached at this pace, or is reached; nothing for a preset that does not compare
    /// paces.
    #[must_use]
    pub fn on_track(&self, rating: &Rating) -> Option<bool> {
        let best = self.cuts.get(rating.by)?.cuts.first()?.class;
        self.pace_ratio.then_some(rating.class <= best)
    }
    /// Whether every word and cut was read in the source.
    #[must_use]
    pub fn checked(&self) -> bool {
        self.classes.iter().all(|class| class.checked)
            && self.cuts.iter().all(|cuts| cuts.cuts.iter().all(|cut| cut.checked))
            && self.summing.is_none_or(|summing| summing.checked)
    }
}

/// Where a series stands on the straight way from its first figure to the target.
pub(crate) enum Course {
    /// The latest figure has the target.
    Reached,
    /// The first figure had it, the latest has not.
    Lost,
    /// The observed pace over the needed one.
    Ratio(f64),
}

/// The observed pace over the pace that is needed from the first figure of the window to the target.
pub(crate) fn course(case: &Case<'_>, window: &Series, published: Published) -> Result<Course, Refused> {
    let target = case.target.ok_or(Refused::NoTarget)?;
    let (Some(first), Some(last)) = (window.first(), window.last()) else {
        return Err(Refused::TooShort { found: 0, needed: 2 });
    };
    if gain(case.direction, target, last.value) >= 0.0 {
        return Ok(Course::Reached);
    }
    let end = case.target_time.ok_or(Refused::NoTargetYear)?;
    if end <= last.time {
        return Err(Refused::TargetYearPast);
    }
    if gain(case.direction, first.value, target) <= 0.0 {
        return Ok(Course::Lost);
    }
    let (all, so_far) = (end - first.time, last.time - first.time);
    let ratio = match (case.pace, published) {
        (PaceForm::Robust, _) => {
            pace::observed(case.direction, window)?
                / pace::required(case.direction, first.value, target, all)?
        }
        (PaceForm::Published, Published::Linear) => {
            gain(case.direction, first.value, last.value)
                / so_far
                / pace::required(case.direction, first.value, target, all)?
        }
        (PaceForm::Published, Published::Compound) => {
            // Values below zero throughout grow in size, and the way that is better turns round.
            let sign = if target < 0.0 { -1.0 } else { 1.0 };
            let growth = |to: f64, years: f64| pace::growth(sign * first.value, sign * to, years);
            let (found, needed) = (growth(last.value, so_far)?, growth(target, all)?);
            sign * good(case.direction, found) / needed.abs()
        }
    };
    finite(ratio).map(Course::Ratio)
}

/// How a publication measures growth from the first and the last figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Published {
    /// In measurement units a year.
    Linear,
    /// In percent a year, compounded.
    Compound,
}

/// The observed change of a year as a share of what there is: of the width between the limits of a bounded scale, else of the size
/// of the first figure.
pub(crate) fn relative_pace(case: &Case<'_>, window: &Series) -> Result<f64, Refused> {
    let (Some(first), Some(last)) = (window.first(), window.last()) else {
        return Err(Refused::TooShort { found: 0, needed: 2 });
    };
    match case.pace {
        PaceForm::Robust => finite(pace::observed(case.direction, window)? / size(case.scale, first.value)?),
        PaceForm::Published => {
            let sign = if first.value < 0.0 { -1.0 } else { 1.0 };
            let rate = pace::growth(sign * first.value, sign * last.value, last.time - first.time)?;
            Ok(sign * good(case.direction, rate))
        }
    }
}

/// What a change is a percentage of.
pub(crate) fn size(scale: Scale, base: f64) -> Result<f64, Refused> {
    match scale {
        Scale::Bounded { lower, upper } if upper > lower => Ok(upper - lower),
        Scale::Any => Err(Refused::NoSize),
        _ if base != 0.0 => Ok(base.abs()),
        _ => Err(Refused::NoSize),
    }
}

/// Straight lines between points of (measure, score), held at the ends.
pub(crate) fn between(points: &[(f64, f64)], x: f64) -> f64 {
    let mut before: Option<(f64, f64)> = None;
    for (at, score) in points {
        if x <= *at {
            return before.map_or(*score, |(from, low)| low + (score - low) * (x - from) / (at - from));
        }
        before = Some((*at, *score));
    }
    before.map_or(f64::NAN, |(_, score)| score)
}

/// The mean of the scores.
pub(crate) fn mean_score(ratings: &[Rating]) -> Option<f64> {
    let scores: Vec<f64> = ratings.iter().filter_map(|rating| rating.score).collect();
    gradus_statistics::moments::mean(&scores)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUTS: Cuts = Cuts {
        what: "observed pace over needed pace",
        what_zh: "实际速度与所需速度之比",
        share: true,
        cuts: &[
            Cut { class: 0, from: 0.95, above: false, checked: true },
            Cut { class: 1, from: 0.0, above: true, checked: false },
        ],
    };

    #[test]
    fn a_measure_at_a_cut_and_the_rule_in_words() {
        assert_eq!(
            [1.0, 0.95, 0.95 - 1e-12, 0.949, 0.0, 1e-12, -1.0].map(|x| CUTS.class(x, 2)),
            [0, 0, 0, 1, 2, 2, 2]
        );
        let rules = |lang| [0, 1, 2, 3].map(|class| CUTS.rule(class, 2, lang));
        assert_eq!(
            rules(Lang::En).map(Option::unwrap_or_default),
            ["at least 95 %", "above 0 %, below 95 %", "at most 0 %", ""]
        );
        assert_eq!(rules(Lang::Zh)[1].as_deref(), Some("高于0 %，低于95 %"));
        assert_eq!([0, 1, 2].map(|class| CUTS.checked(class, 2)), [true, false, false]);
    }

    #[test]
    fn lines_between_points() {
        let points = [(-0.6, -5.0), (0.6, 0.0), (1.3, 5.0)];
        for (x, score) in [(-9.0, -5.0), (-0.6, -5.0), (0.0, -2.5), (0.95, 2.5), (1.3, 5.0), (7.0, 5.0)] {
            assert!((between(&points, x) - score).abs() < 1e-12, "{x}");
        }
    }
}
