//! Gaps, paces and arrivals of the indicators of a package, towards the steps of their ladders.

use crate::Refused;
use crate::eta::{Arrival, Scale, Trend};
use crate::history::{self, Figure, History};
use crate::pace::{self, Held};
use crate::preset::{Case, PaceForm, Preset, Rating};
use crate::presets;
use crate::series::{Series, gain};
use gradus_engine::{Evaluation, Methods, Number, score_at};
use gradus_model::diagnostic::{catalog, nearest};
use gradus_model::observation::{DataSet, Status};
use gradus_model::package::{Direction, Indicator, NodeIx, Step, Threshold};
use gradus_model::{Decimal, Diagnostic, Diagnostics, Package, Period};
use gradus_standard::{Grading, Verdict};
use gradus_statistics::moments::{self, Quantile};

/// The preset where a package names none.
pub const DEFAULT: &str = "statcan";
/// How many units are shown as the most similar ones.
pub const PEERS: usize = 5;

/// A package that has been evaluated and graded.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The package.
    pub package: &'a Package,
    /// The methods it was evaluated with.
    pub methods: &'a Methods,
    /// Its figures.
    pub data: &'a DataSet,
    /// What was computed from it.
    pub evaluation: &'a Evaluation,
    /// Its grades.
    pub grading: &'a Grading,
}

/// What is asked, where it is not as the package says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ask {
    /// The grade whose thresholds are the targets; for each indicator the next one it has not reached where not given.
    pub grade: Option<usize>,
    /// The year by whose end targets are to be reached.
    pub by: Option<i16>,
    /// The preset.
    pub preset: Option<&'static Preset>,
    /// Figures from this year on count.
    pub base_year: Option<i16>,
    /// Figures of so many years before the latest count.
    pub window: Option<u16>,
    /// How the pace is measured.
    pub pace: Option<PaceForm>,
}

/// A threshold to be reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// The grade, by place.
    pub grade: usize,
    /// The threshold.
    pub threshold: Threshold,
    /// Whether it is reached, as the grade has it.
    pub verdict: Verdict,
    /// The year by whose end it is to be reached.
    pub year: Option<i16>,
}

/// What is lacking; zero where the threshold is reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// In the measurement unit, or in levels of a scale.
    pub units: Decimal,
    /// In percent of the threshold; nothing for a threshold of zero and for levels.
    pub percent: Option<Decimal>,
    /// In points of the score scale; nothing where the indicator is not scored.
    pub points: Option<Decimal>,
}

/// How much of the way to the threshold is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attainment {
    /// 0 at the floor, 1 at the threshold; below 0 and above 1 beyond them.
    pub share: f64,
    /// Where the way begins.
    pub floor: f64,
    /// The period of the figure it begins with; a goalpost where there is none.
    pub since: Option<Period>,
}

/// A value of a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// The unit, by place.
    pub unit: usize,
    /// The value.
    pub value: f64,
    /// Its period, where the data name one.
    pub period: Option<Period>,
}

/// Where the others stand, and how far there is to go.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Frontier {
    /// The best unit now, this one among them.
    pub leader: Option<Best>,
    /// The best of the others now.
    pub peer: Option<Best>,
    /// The best value that any unit ever had.
    pub ever: Option<Best>,
    /// The natural limit in the good direction.
    pub limit: Option<f64>,
    /// The distance to the frontier: the natural limit, else the best value ever; in the measurement unit, zero at the frontier.
    pub room: Option<f64>,
    /// The median of the others.
    pub median: Option<f64>,
    /// The quartiles of the others, the worse one first.
    pub band: Option<(f64, f64)>,
    /// How many others there are to compare with.
    pub n: usize,
}

/// How far a unit is above a threshold it has reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margin {
    /// In the measurement unit.
    pub units: Decimal,
    /// How many years it would last at the worst pace of the unit's own history; nothing where it never got worse.
    pub years: Option<f64>,
    /// That pace.
    pub worst: Option<Held>,
}

/// Where the trend leads until the target year if nothing changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DoNothing {
    /// By the median slope.
    pub median: f64,
    /// At the worse end of the interval.
    pub worse: f64,
    /// At the better end.
    pub better: f64,
}

/// An indicator of a unit on its way to a threshold. Paces are positive where things get better; turned into changes of the value by
/// [`Item::change`].
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The unit, by place.
    pub unit: usize,
    /// The indicator.
    pub node: NodeIx,
    /// Which way is better: for a range, the way to its nearer side.
    pub direction: Direction,
    /// Its figures.
    pub history: History,
    /// The threshold, where there is one.
    pub target: Option<Target>,
    /// The number to be reached: the threshold, or the nearer side of a range.
    pub level: Option<f64>,
    /// What is lacking.
    pub gap: Option<Gap>,
    /// How much of the way is made.
    pub attainment: Option<Attainment>,
    /// Where the others stand.
    pub frontier: Frontier,
    /// The yearly change that is needed.
    pub needed: Result<f64, Refused>,
    /// The same as growth, 0.03 for 3 % a year; for positive values only.
    pub needed_growth: Option<f64>,
    /// The yearly change that is observed.
    pub observed: Result<f64, Refused>,
    /// The periods it was observed in.
    pub span: Option<(Period, Period)>,
    /// The years until the target year; without one, those of the observed span.
    pub years: Option<f64>,
    /// The best pace that any other unit held over as many years.
    pub best_peer: Option<(usize, Held)>,
    /// How far the unit is above a threshold that it has reached.
    pub margin: Option<Margin>,
    /// The trend, where there is enough to see one.
    pub trend: Result<Trend, Refused>,
    /// When the threshold is reached.
    pub arrival: Result<Arrival, Refused>,
    /// The probability that it is by the target year.
    pub probability: Option<f64>,
    /// Where the trend leads by the target year.
    pub do_nothing: Option<DoNothing>,
    /// The rating by the preset.
    pub rating: Result<Rating, Refused>,
}

impl Item {
    /// A pace as a change of the value, negative for a fall.
    #[must_use]
    pub fn change(&self, pace: f64) -> f64 {
        crate::good(self.direction, pace)
    }
    /// The observed pace over the needed one.
    #[must_use]
    pub fn pace_ratio(&self) -> Option<f64> {
        let (observed, needed) = (self.observed.ok()?, self.needed.ok()?);
        (needed > 0.0).then(|| observed / needed).filter(|ratio| ratio.is_finite())
    }
    /// Whether the threshold is reached.
    #[must_use]
    pub fn reached(&self) -> bool {
        self.target.is_some_and(|target| target.verdict == Verdict::Met)
    }
    /// Whether more is needed a year than any other unit ever held over as many years.
    #[must_use]
    pub fn beyond_any_peer(&self) -> Option<bool> {
        let needed = self.needed.ok()?;
        self.best_peer.map(|(_, held)| needed > held.pace + 1e-9 * needed.abs())
    }
}

/// A unit by its similarity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peer {
    /// The unit, by place.
    pub unit: usize,
    /// The distance: the root of the mean squared difference in standard deviations.
    pub distance: f64,
    /// How many indicators both units have.
    pub shared: usize,
    /// Of how many indicators it has a pace, and how many of these get better.
    pub improving: (usize, usize),
}

/// Series, thresholds and peers of a package, ready to be asked.
#[derive(Debug)]
pub struct Tracker<'a> {
    source: Source<'a>,
    period: usize,
    histories: Vec<Vec<History>>,
}

impl<'a> Tracker<'a> {
    /// Takes the series of every unit and indicator, as of a period of the result, by place.
    #[must_use]
    pub fn new(source: Source<'a>, period: usize) -> Self {
        let Source { package, methods, data, evaluation, .. } = source;
        let histories = history::histories(package, methods, data, evaluation, period);
        Self { source, period, histories }
    }
    /// The figures of an indicator of a unit.
    #[must_use]
    pub fn history(&self, node: NodeIx, unit: usize) -> Option<&History> {
        self.histories.get(node)?.get(unit)
    }
    /// The preset that rates: that which is asked for, that of the package, or [`DEFAULT`].
    #[must_use]
    pub fn preset(&self, ask: &Ask) -> Option<&'static Preset> {
        let named = self.source.package.policy.progress.preset.as_deref().unwrap_or(DEFAULT);
        ask.preset.or_else(|| presets::find(named))
    }
    /// Every indicator of a unit, in tree order.
    #[must_use]
    pub fn items(&self, unit: usize, ask: &Ask) -> Vec<Item> {
        let nodes = self.source.package.indicators_below(Package::ROOT);
        nodes.into_iter().filter_map(|node| self.item(unit, node, ask)).collect()
    }
    /// An indicator of a unit; nothing for a group.
    #[must_use]
    pub fn item(&self, unit: usize, node: NodeIx, ask: &Ask) -> Option<Item> {
        let indicator = self.source.package.nodes.get(node)?.indicator()?;
        let history = self.history(node, unit)?.clone();
        let scale = history::scale(indicator);
        let target = self.target(unit, node, indicator, ask);
        let levels = indicator.scale.is_some();
        let now = history.now.as_ref();
        let side = target.and_then(|target| side(target.threshold, indicator.direction, now));
        let direction = side.map_or(indicator.direction, |(direction, _)| direction);
        let level = side.filter(|_| !levels).map(|(_, level)| Number::Decimal(level).to_f64());
        let end = target.and_then(|t| t.year).map(f64::from);
        let value = now.map(|figure| Number::Decimal(figure.value).to_f64());
        let time = now.and_then(Figure::time);
        let reached = target.is_some_and(|t| t.verdict == Verdict::Met);
        let series = self.windowed(&history.series, ask);

        let refuse = |why: Refused| -> Result<f64, Refused> { Err(why) };
        let needed = match (value, level) {
            _ if levels => refuse(Refused::Levels),
            (None, _) => refuse(Refused::NoValue),
            (_, None) => refuse(Refused::NoTarget),
            (Some(_), Some(_)) if reached => Ok(0.0),
            (Some(value), Some(level)) => match (end, time) {
                // A figure that is there already, and has to be held for some years, needs no pace.
                (Some(end), Some(time)) => {
                    pace::required(direction, value, level, end - time).map(|pace| pace.max(0.0))
                }
                _ => refuse(Refused::NoTargetYear),
            },
        };
        let needed_growth = match (scale, value, level, end.zip(time)) {
            (Scale::Positive, Some(value), Some(level), Some((end, time))) if !reached => {
                pace::required_growth(value, level, end - time).ok()
            }
            _ => None,
        };
        let observed = match (levels, value) {
            (true, _) => Err(Refused::Levels),
            (false, None) => Err(Refused::NoValue),
            (false, Some(_)) => pace::observed(direction, &series),
        };
        let span = (series.len() > 1)
            .then(|| series.first().zip(series.last()))
            .flatten()
            .and_then(|(first, last)| history.period_of(first.time).zip(history.period_of(last.time)));
        let ahead = end.zip(time).map(|(end, time)| end - time).filter(|years| *years > 0.0);
        let behind =
            series.first().zip(series.last()).map(|(a, b)| b.time - a.time).filter(|years| *years > 0.0);
        let years = ahead.or(behind);
        let best_peer =
            years.filter(|_| !levels).and_then(|years| self.best_peer(node, unit, direction, years));
        let trend = match (levels, value) {
            (true, _) => Err(Refused::Levels),
            (false, None) => Err(Refused::NoValue),
            (false, Some(_)) => Trend::fit(&series, direction, scale, level),
        };
        let arrival = match (&trend, level) {
            (Err(why @ (Refused::Levels | Refused::NoValue)), _) => Err(*why),
            (_, None) => Err(Refused::NoTarget),
            (Err(why), _) => Err(*why),
            (Ok(trend), Some(level)) => trend.arrival(level),
        };
        let probability = match (&trend, level, end) {
            _ if reached => None,
            (Ok(trend), Some(level), Some(end)) => trend.probability(level, end).ok(),
            _ => None,
        };
        let do_nothing = match (&trend, end, ahead) {
            (Ok(trend), Some(end), Some(_)) => {
                let (worse, better) = trend.band(end);
                Some(DoNothing { median: trend.at(end), worse, better })
            }
            _ => None,
        };
        let mut item = Item {
            unit,
            node,
            direction,
            target,
            gap: target.zip(side).and_then(|(target, side)| self.gap(unit, node, &target, side, now)),
            attainment: level
                .filter(|_| direction == indicator.direction)
                .and_then(|level| self.attainment(unit, node, indicator, level, &series, value?)),
            frontier: self.frontier(unit, node, indicator, direction),
            needed,
            needed_growth,
            observed,
            span,
            years,
            best_peer,
            margin: now
                .zip(side)
                .filter(|_| reached && !levels)
                .and_then(|(now, side)| margin(now, side, &series)),
            trend,
            arrival,
            probability,
            do_nothing,
            level,
            rating: Err(Refused::NoTarget),
            history,
        };
        item.rating = self.preset(ask).map_or(Err(Refused::NoTarget), |preset| self.rate(preset, &item, ask));
        Some(item)
    }
    /// The rating of an item by a preset.
    ///
    /// # Errors
    /// Why the preset has nothing to say.
    pub fn rate(&self, preset: &Preset, item: &Item, ask: &Ask) -> Result<Rating, Refused> {
        let indicator = self.source.package.nodes[item.node].indicator().ok_or(Refused::NoTarget)?;
        if indicator.scale.is_some() {
            return Err(Refused::Levels);
        }
        if item.history.now.is_none() {
            return Err(Refused::NoValue);
        }
        let number = |x: Decimal| Number::Decimal(x).to_f64();
        let step = |step: &Step| match step.threshold {
            Threshold::Number(x) => Some(number(x)),
            Threshold::Range(..) | Threshold::Level(_) => None,
        };
        let steps: Vec<f64> = indicator.ladder.iter().filter_map(step).collect();
        let units: Vec<f64> = self.others(item.node, None).map(|best| best.value).collect();
        let rule = &self.source.package.policy.progress;
        preset.rate(&Case {
            series: &item.history.series,
            direction: item.direction,
            scale: history::scale(indicator),
            target: item.level,
            target_time: item.target.and_then(|target| target.year).map(f64::from),
            band: (steps.len() > 1).then(|| (steps[0], steps[steps.len() - 1])),
            units: &units,
            since: ask.base_year.or(rule.base_year).map(f64::from),
            years: ask.window.or(rule.window).map(f64::from),
            pace: ask.pace.unwrap_or(rule.pace),
        })
    }
    /// The class of each group, and of the index first, by a preset's own rule: the node, the class where there are enough
    /// ratings, and how many of how many indicators are rated.
    #[must_use]
    pub fn sum_up(
        &self,
        preset: &Preset,
        items: &[Item],
        ask: &Ask,
    ) -> Vec<(NodeIx, Option<usize>, usize, usize)> {
        let package = self.source.package;
        let groups =
            package.tree().into_iter().map(|(ix, _)| ix).filter(|ix| package.nodes[*ix].group().is_some());
        let sum = |group: NodeIx| {
            let below = package.indicators_below(group);
            let rated: Vec<Rating> = items
                .iter()
                .filter(|item| below.contains(&item.node))
                .filter_map(|item| self.rate(preset, item, ask).ok())
                .collect();
            (group, preset.sum_up(&rated, below.len()), rated.len(), below.len())
        };
        groups.map(sum).collect()
    }
    /// The most similar units, the nearest first: by the root of the mean squared difference of the figures of now, each in
    /// standard deviations over all units, of the indicators that both have. At least half of the indicators this unit has must be
    /// shared, and two.
    #[must_use]
    pub fn peers(&self, unit: usize) -> Vec<Peer> {
        let package = self.source.package;
        let n_units = self.source.evaluation.units.len();
        let value = |node: NodeIx, unit: usize| {
            self.history(node, unit)?.now.as_ref().map(|now| Number::Decimal(now.value).to_f64())
        };
        let spread = |node: &NodeIx| {
            let all: Vec<f64> = (0..n_units).filter_map(|unit| value(*node, unit)).collect();
            let deviation = moments::standard_deviation(&all, 1).filter(|deviation| *deviation > 0.0)?;
            (all.len() > 2 && value(*node, unit).is_some()).then_some((*node, deviation))
        };
        let own: Vec<(NodeIx, f64)> =
            package.indicators_below(Package::ROOT).iter().filter_map(spread).collect();
        let peer = |other: usize| {
            let squares: Vec<f64> = own
                .iter()
                .filter_map(|(node, deviation)| {
                    let difference = (value(*node, other)? - value(*node, unit)?) / deviation;
                    Some(difference * difference)
                })
                .collect();
            let enough = squares.len() >= 2 && squares.len() * 2 >= own.len();
            let mean = moments::mean(&squares).filter(|_| enough)?;
            let paces: Vec<f64> = package
                .indicators()
                .filter(|(.., indicator)| indicator.scale.is_none())
                .filter_map(|(node, _, indicator)| {
                    pace::observed(indicator.direction, &self.history(node, other)?.series).ok()
                })
                .collect();
            let improving = (paces.iter().filter(|pace| **pace > 0.0).count(), paces.len());
            Some(Peer { unit: other, distance: mean.sqrt(), shared: squares.len(), improving })
        };
        let mut peers: Vec<Peer> = (0..n_units).filter(|other| *other != unit).filter_map(peer).collect();
        peers.sort_by(|a, b| a.distance.total_cmp(&b.distance).then(a.unit.cmp(&b.unit)));
        peers.truncate(PEERS);
        peers
    }

    fn windowed(&self, series: &Series, ask: &Ask) -> Series {
        let rule = &self.source.package.policy.progress;
        let since = ask.base_year.or(rule.base_year);
        let late = since.map_or_else(|| series.clone(), |year| series.since(f64::from(year)));
        match ask.window.or(rule.window) {
            Some(years) => late.last_years(f64::from(years)),
            None => late,
        }
    }
    fn target(&self, unit: usize, node: NodeIx, indicator: &Indicator, ask: &Ask) -> Option<Target> {
        let Source { package, evaluation, grading, .. } = self.source;
        let row = grading.row(evaluation.row(unit, self.period))?;
        let verdicts = row.node(node).map(|grade| grade.verdicts);
        let verdict = |grade: usize| verdicts.and_then(|v| v.get(grade)).copied().unwrap_or(Verdict::Unknown);
        let open = |grade: &usize| verdict(*grade) != Verdict::Met;
        let steps = || indicator.ladder.iter().map(|step| step.grade);
        let grade = ask.grade.or_else(|| steps().find(open)).or_else(|| steps().next_back())?;
        let step = indicator.ladder.iter().find(|step| step.grade == grade)?;
        let year = ask.by.or_else(|| package.target_year(grade));
        Some(Target { grade, threshold: step.threshold, verdict: verdict(grade), year })
    }
    fn gap(
        &self,
        unit: usize,
        node: NodeIx,
        target: &Target,
        (direction, threshold): (Direction, Decimal),
        now: Option<&Figure>,
    ) -> Option<Gap> {
        let Source { package, methods, evaluation, .. } = self.source;
        let now = now?;
        let lacking = match direction {
            Direction::Higher => threshold.checked_sub(now.value)?,
            Direction::Lower => now.value.checked_sub(threshold)?,
        };
        let units = if target.verdict == Verdict::Met { Decimal::ZERO } else { lacking.max(Decimal::ZERO) };
        let number = !matches!(target.threshold, Threshold::Level(_));
        let percent = units.checked_mul(Decimal::ONE_HUNDRED).and_then(|x| x.checked_div(threshold.abs()));
        let score = evaluation.score(node, evaluation.row(unit, self.period)).and_then(Number::to_decimal);
        let at = score_at(package, methods, evaluation, node, self.period, threshold);
        let points = score.zip(at).and_then(|(now, at)| at.checked_sub(now));
        let points =
            points.map(|points| if units.is_zero() { Decimal::ZERO } else { points.max(Decimal::ZERO) });
        Some(Gap { units, percent: percent.filter(|_| number), points })
    }
    /// The way from the goalpost, where the indicator is scored by fixed ones, else from the first figure of the window.
    fn attainment(
        &self,
        unit: usize,
        node: NodeIx,
        indicator: &Indicator,
        level: f64,
        series: &Series,
        now: f64,
    ) -> Option<Attainment> {
        let Source { evaluation, .. } = self.source;
        let fit =
            evaluation.nodes[node].fit(evaluation.row(unit, self.period), self.period).unwrap_or_default();
        let fixed = indicator.normalize.as_ref().is_some_and(|call| {
            ["goalposts", "distance-to-target"].contains(&call.method.as_str()) && call.transform.is_none()
        });
        let names = match indicator.direction {
            Direction::Higher => ["lower", "floor"],
            Direction::Lower => ["upper", "ceiling"],
        };
        let post = fit.iter().find(|(name, _)| names.contains(name)).map(|(_, x)| x.to_f64());
        let (floor, since) = match post.filter(|_| fixed) {
            Some(post) => (post, None),
            None => {
                let first = series.first().filter(|_| series.len() > 1)?;
                (first.value, self.history(node, unit)?.period_of(first.time))
            }
        };
        let way = gain(indicator.direction, floor, level);
        let share = gain(indicator.direction, floor, now) / way;
        (way > 0.0 && share.is_finite()).then_some(Attainment { share, floor, since })
    }
    /// The figures of now of all units but one that can be compared: observed and of the common definition.
    fn others(&self, node: NodeIx, but: Option<usize>) -> impl Iterator<Item = Best> {
        let units = self.histories.get(node).map(Vec::as_slice).unwrap_or_default();
        units.iter().enumerate().filter(move |(unit, _)| Some(*unit) != but).filter_map(|(unit, history)| {
            let now = history.now.as_ref()?;
            let same = now.observed() && now.status != Status::DefinitionDiffers;
            same.then(|| Best { unit, value: Number::Decimal(now.value).to_f64(), period: now.period })
        })
    }
    fn frontier(&self, unit: usize, node: NodeIx, indicator: &Indicator, direction: Direction) -> Frontier {
        let better = |a: Best, b: Best| if gain(direction, a.value, b.value) > 0.0 { b } else { a };
        let ever = self.histories[node].iter().enumerate().flat_map(|(unit, history)| {
            let figures =
                history.figures.iter().filter(|f| f.observed() && f.status != Status::DefinitionDiffers);
            figures.map(move |f| Best { unit, value: Number::Decimal(f.value).to_f64(), period: f.period })
        });
        // The figures of now are there even where a history is not.
        let ever = ever.chain(self.others(node, None)).reduce(better);
        let limit = match (history::scale(indicator), direction) {
            (Scale::Bounded { upper, .. }, Direction::Higher) => Some(upper),
            (Scale::Bounded { lower, .. }, Direction::Lower) => Some(lower),
            (Scale::Positive, Direction::Lower) => Some(0.0),
            _ => None,
        };
        let values: Vec<f64> = self.others(node, Some(unit)).map(|best| best.value).collect();
        let quantile = |p: f64| moments::quantile(&values, p, Quantile::default());
        let (low, high) = (quantile(0.25), quantile(0.75));
        let band = match direction {
            Direction::Higher => low.zip(high),
            Direction::Lower => high.zip(low),
        };
        let now = self.history(node, unit).and_then(|history| history.now.as_ref());
        let room = now
            .zip(limit.or(ever.map(|best| best.value)))
            .map(|(now, frontier)| gain(direction, Number::Decimal(now.value).to_f64(), frontier).max(0.0));
        Frontier {
            leader: self.others(node, None).reduce(better),
            peer: self.others(node, Some(unit)).reduce(better),
            ever,
            limit,
            room,
            median: quantile(0.5),
            band,
            n: values.len(),
        }
    }
    fn best_peer(
        &self,
        node: NodeIx,
        unit: usize,
        direction: Direction,
        years: f64,
    ) -> Option<(usize, Held)> {
        let others = self.histories[node].iter().enumerate().filter(|(other, _)| *other != unit);
        let held = others.filter_map(|(other, history)| {
            Some((other, pace::best_held(direction, &history.series, years)?))
        });
        // The first of equal ones. Those that were held for as long as is asked go before shorter ones.
        let length = |held: &Held| held.to - held.from;
        held.reduce(|best, other| {
            let longer = length(&other.1) - length(&best.1);
            let wins = longer > 0.5 || (longer.abs() <= 0.5 && other.1.pace > best.1.pace);
            if wins { other } else { best }
        })
    }
}

/// The number to be reached and which way it lies: a threshold, a level by its place, or the nearer side of a range.
fn side(threshold: Threshold, direction: Direction, now: Option<&Figure>) -> Option<(Direction, Decimal)> {
    match threshold {
        Threshold::Range(from, to) => {
            let value = now?.value;
            let above = value.checked_sub(from)? > to.checked_sub(value)?;
            Some(if above { (Direction::Lower, to) } else { (Direction::Higher, from) })
        }
        other => Some((direction, other.number()?)),
    }
}

fn margin(now: &Figure, (direction, threshold): (Direction, Decimal), series: &Series) -> Option<Margin> {
    let units = match direction {
        Direction::Higher => now.value.checked_sub(threshold)?,
        Direction::Lower => threshold.checked_sub(now.value)?,
    };
    let worst = pace::worst(direction, series);
    let years =
        worst.map(|held| Number::Decimal(units).to_f64() / -held.pace).filter(|years| years.is_finite());
    Some(Margin { units, years, worst })
}

/// What is wrong with what a package says of progress: a preset that is not there.
#[must_use]
pub fn declarations(package: &Package) -> Diagnostics {
    let rule = &package.policy.progress;
    let mut found = Diagnostics::default();
    if let Some(id) = rule.preset.as_deref().filter(|id| presets::find(id).is_none()) {
        found.extend(unknown_preset(id, rule.place.clone()));
    }
    found
}

/// That there is no preset of an id.
#[must_use]
pub fn unknown_preset(id: &str, place: Option<gradus_model::Place>) -> Diagnostics {
    let ids = presets::PRESETS.iter().map(|preset| preset.id);
    let mut diagnostic = Diagnostic::new(&catalog::UNKNOWN_METHOD, format!("there is no preset `{id}`"));
    if let Some(place) = place {
        diagnostic = diagnostic.at(place);
    }
    match nearest(id, ids.clone()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("use one of {}", ids.collect::<Vec<_>>().join(", "))),
    }
    .into()
}
