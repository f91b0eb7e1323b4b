//! The figures of every unit over time, taken from a package whatever its period rule, and which of them can be compared.

use crate::eta::Scale;
use crate::series::{Point, Series};
use gradus_engine::{Cell, Evaluation, Methods, Number, Stage};
use gradus_model::observation::{DataSet, Observation, Period, Status};
use gradus_model::package::{Indicator, NodeIx, NodeKind, ValueKind};
use gradus_model::policy::PeriodRule;
use gradus_model::{Decimal, Package};
use std::sync::Arc;

/// A figure of an indicator, with what decides whether it can be compared with others.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Its period, where the data name one.
    pub period: Option<Period>,
    /// The value.
    pub value: Decimal,
    /// How firm it is.
    pub status: Status,
    boundary: Option<Arc<str>>,
}

impl Figure {
    /// Whether it is an observation: neither a forecast nor filled in.
    #[must_use]
    pub fn observed(&self) -> bool {
        !matches!(self.status, Status::Forecast | Status::Imputed)
    }
    /// When its period ends, in years.
    #[must_use]
    pub fn time(&self) -> Option<f64> {
        self.period.map(time)
    }
    fn alike(&self, other: &Self) -> bool {
        let differs = |figure: &Self| figure.status == Status::DefinitionDiffers;
        differs(self) == differs(other) && self.boundary == other.boundary
    }
}

/// The figures of an indicator of one unit in order of time, and the one that counts now.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// Every figure up to now.
    pub figures: Vec<Figure>,
    /// The figure that counts in the period of the result, which is the last one.
    pub now: Option<Figure>,
    /// The figures that can be compared with that of now: observed, of its definition and boundary, since the last break.
    pub series: Series,
    /// How many figures were left out of the series because they are forecasts, filled in, or of another definition or boundary.
    pub left_out: usize,
    /// The period of the last break in the series.
    pub broken: Option<Period>,
}

impl History {
    fn new(mut figures: Vec<Figure>, now: Option<Figure>) -> Self {
        let Some(now) = now else { return Self { figures, ..Self::default() } };
        figures.retain(|figure| figure.period <= now.period);
        if figures.last().is_none_or(|last| last.period < now.period) {
            figures.push(now.clone());
        }
        let kept: Vec<&Figure> = figures.iter().filter(|f| f.observed() && f.alike(&now)).collect();
        let left_out = figures.len() - kept.len();
        let from = kept.iter().rposition(|figure| figure.status == Status::Break);
        let broken = from.and_then(|at| kept[at].period);
        let point = |f: &&Figure| Some(Point { time: f.time()?, value: Number::Decimal(f.value).to_f64() });
        let series = Series::new(kept[from.unwrap_or(0)..].iter().filter_map(point));
        Self { figures, now: Some(now), series, left_out, broken }
    }
    /// The period of a time of the series.
    #[must_use]
    pub fn period_of(&self, time: f64) -> Option<Period> {
        self.figures.iter().find(|figure| figure.time() == Some(time)).and_then(|figure| figure.period)
    }
}

/// The end of a period in years: 2018 for the year 2018, 2017.5 for 2018-Q2. A span of years ends with its last year.
#[must_use]
pub fn time(period: Period) -> f64 {
    let year = f64::from(period.end_year());
    match period.last_day() {
        Some(day) => year - 1.0 + f64::from(day.day_of_year()) / f64::from(day.days_in_year()),
        None => year,
    }
}

/// The scale that the values of an indicator live on.
#[must_use]
pub fn scale(indicator: &Indicator) -> Scale {
    let limits = indicator.limits.map(|[lower, upper]| Scale::Bounded {
        lower: Number::Decimal(lower).to_f64(),
        upper: Number::Decimal(upper).to_f64(),
    });
    match (indicator.kind, limits) {
        (Some(ValueKind::Bounded) | None, Some(bounded)) => bounded,
        (Some(ValueKind::Positive), _) => Scale::Positive,
        (Some(ValueKind::Any), _) => Scale::Any,
        (Some(ValueKind::Bounded) | None, None) => Scale::Undeclared,
    }
}

/// The histories of every indicator, by node and unit, with the figures that count in a period of the evaluation, by place.
pub(crate) fn histories(
    package: &Package,
    methods: &Methods,
    data: &DataSet,
    evaluation: &Evaluation,
    period: usize,
) -> Vec<Vec<History>> {
    let over_time = over_time(package, methods, data);
    let n_units = evaluation.units.len();
    let of = |node: NodeIx| {
        if package.nodes[node].indicator().is_none() {
            return Vec::new();
        }
        let history = |unit: usize| {
            let figures = over_time.as_ref().map(|all| figures(all, data, node, unit)).unwrap_or_default();
            let now = now(data, evaluation, node, evaluation.row(unit, period), period, &figures);
            History::new(figures, now)
        };
        (0..n_units).map(history).collect()
    };
    (0..package.nodes.len()).map(of).collect()
}

/// The package with every period by itself, reduced to figures and what is derived from them; scores only where figures are
/// derived from scores. Where a formula fails in some period, figures that are read are still there.
fn over_time(package: &Package, methods: &Methods, data: &DataSet) -> Option<Evaluation> {
    let mut figures = package.clone();
    figures.policy.periods = PeriodRule::Panel;
    let whole = figures.clone();
    figures.policy.weights = None;
    figures.pipeline.clear();
    for node in &mut figures.nodes {
        (node.weight_formula, node.round) = (None, None);
        match &mut node.kind {
            NodeKind::Indicator(indicator) => indicator.normalize = None,
            NodeKind::Group(group) => {
                (group.aggregate, group.formula, group.normalize, group.weigh) = (None, None, None, None);
            }
        }
    }
    let mut read = figures.clone();
    for node in &mut read.nodes {
        if let NodeKind::Indicator(indicator) = &mut node.kind {
            indicator.formula = None;
        }
    }
    for measure in &mut read.measures {
        measure.formula = None;
    }
    let all = [figures, whole, read];
    all.iter()
        .find_map(|package| gradus_engine::evaluate(package, methods, data).ok())
        .map(|(found, _)| found)
}

fn figures(all: &Evaluation, data: &DataSet, node: NodeIx, unit: usize) -> Vec<Figure> {
    let figure = |at: usize| {
        let (row, period) = (all.row(unit, at), all.periods[at]?);
        let value = all.value(Stage::Raw, node, row)?.to_decimal()?;
        let observation = all.observation(data, node, row);
        // A figure without a period stands in every period; it is no history.
        if observation.as_ref().is_some_and(|o| o.period != Some(period)) {
            return None;
        }
        let status = all.nodes[node].status.get(row).copied().unwrap_or_default();
        Some(Figure { period: Some(period), value, status, boundary: boundary(observation.as_ref()) })
    };
    (0..all.periods.len()).filter_map(figure).collect()
}

/// The figure that counts in a row of the result.
fn now(
    data: &DataSet,
    evaluation: &Evaluation,
    node: NodeIx,
    row: usize,
    period: usize,
    figures: &[Figure],
) -> Option<Figure> {
    let value = evaluation.value(Stage::Raw, node, row)?.to_decimal()?;
    let observation = evaluation.observation(data, node, row);
    let derived = match evaluation.nodes[node].cells.get(row) {
        Some(Cell::Derived { period }) => period,
        _ => None,
    };
    let of_row = evaluation.periods.get(period).copied().flatten();
    let period = observation.as_ref().map_or(derived.or(of_row), |o| o.period);
    let known = figures.iter().find(|figure| figure.period == period && figure.value == value);
    Some(known.cloned().unwrap_or_else(|| Figure {
        period,
        value,
        status: evaluation.nodes[node].status.get(row).copied().unwrap_or_default(),
        boundary: boundary(observation.as_ref()),
    }))
}

fn boundary(observation: Option<&Observation>) -> Option<Arc<str>> {
    observation.and_then(|o| o.detail.boundary.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(year: i16, value: i64, status: Status, boundary: Option<&str>) -> Figure {
        let period = Period::year(year);
        Figure {
            period: Some(period),
            value: Decimal::from(value),
            status,
            boundary: boundary.map(Arc::from),
        }
    }
    fn times(history: &History) -> Vec<f64> {
        history.series.points().iter().map(|p| p.time).collect()
    }

    #[test]
    fn a_period_ends_when_it_ends() {
        let end = |text| Period::parse(text).map(time);
        assert_eq!(end("2018"), Some(2018.0));
        assert_eq!(end("2018-12"), Some(2018.0));
        assert_eq!(end("2018-Q4"), Some(2018.0));
        assert_eq!(end("2017/18"), Some(2018.0));
        assert_eq!(end("2019-06-30").map(|t| (t * 1000.0).round()), Some(2_018_496.0));
    }

    #[test]
    fn what_can_be_compared_with_now() {
        use Status::{Break, DefinitionDiffers, Estimated, Final, Forecast, Imputed, Provisional};
        let figures = vec![
            figure(2013, 1, Final, None),
            figure(2014, 2, Break, None),
            figure(2015, 3, Imputed, None),
            figure(2016, 4, DefinitionDiffers, None),
            figure(2017, 5, Estimated, None),
            figure(2018, 6, Final, Some("city proper")),
            figure(2019, 7, Provisional, None),
            figure(2020, 8, Forecast, None),
            figure(2021, 9, Final, None),
        ];
        let history = History::new(figures.clone(), Some(figures[6].clone()));
        assert_eq!(times(&history), [2014.0, 2017.0, 2019.0]);
        assert_eq!((history.left_out, history.broken), (3, Some(Period::year(2014))));
        assert_eq!(history.figures.len(), 7, "nothing after now");
        // A figure of another definition is compared with its like.
        assert_eq!(times(&History::new(figures.clone(), Some(figures[3].clone()))), [2016.0]);
        let none = History::new(figures, None);
        assert!(none.series.is_empty() && none.now.is_none());
    }
}
