//! When a level is reached at the pace so far: the year, an interval that may end in "never", and the probability by a year.
//!
//! A robust line is laid through the figures on the scale they live on: the logit of a share between limits, the logarithm of a
//! positive quantity, the figure itself otherwise. The arrival is where that line crosses the level. Its interval is that of the
//! slope (Sen 1968): for each slope the figures do not contradict, the line with that slope through their middle arrives at some
//! time, or does not. The probability of arrival by a year is the confidence that the slope is at least the one that arrives then.
//!
//! This is the uncertainty of the trend, not that of a single year's figure around it, and it holds as long as the past goes on:
//! "at this pace", nothing more. It needs no random numbers.
//!
//! # References
//! Sen (1968), doi 10.1080/01621459.1968.10480934. Fieller (1954) for intervals of a ratio that have no end.

use crate::Refused;
use crate::pace::finite;
use crate::series::{Series, gain, good};
use gradus_model::number::Scalar;
use gradus_model::package::Direction;
use gradus_statistics::theil_sen::TheilSen;

/// Fewer figures than this are no trend.
pub const NEEDED: usize = 4;
/// The share of confidence that an interval covers.
pub const LEVEL: f64 = 0.8;
/// An arrival later than this many years is none.
pub const HORIZON: f64 = 100.0;

/// The scale that the values of an indicator live on.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Scale {
    /// Between two natural limits: a share, 0 to 100.
    Bounded {
        /// The lower limit.
        lower: f64,
        /// The upper limit.
        upper: f64,
    },
    /// Above zero, and zero means none: income, a concentration.
    Positive,
    /// Any number, and zero is a point like others: a temperature, a balance.
    Any,
    /// Nothing is declared.
    #[default]
    Undeclared,
}

/// On which scale a trend is a straight line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Model {
    /// z = x.
    Linear,
    /// z = ln x.
    Log,
    /// z = ln((x − lower) / (upper − x)).
    Logit {
        /// The lower limit.
        lower: f64,
        /// The upper limit.
        upper: f64,
    },
}

impl Model {
    /// The word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Log => "log",
            Self::Logit { .. } => "logit",
        }
    }
    /// A value on the scale of the model; nothing where it has none there.
    #[must_use]
    pub fn image(self, x: f64) -> Option<f64> {
        match self {
            Self::Linear => Some(x),
            Self::Log => (x > 0.0).then(|| Scalar::ln(x)).flatten(),
            Self::Logit { lower, upper } => {
                (lower < x && x < upper).then(|| Scalar::ln((x - lower) / (upper - x))).flatten()
            }
        }
        .filter(|z| z.is_finite())
    }
    /// The value of a place on the scale of the model.
    #[must_use]
    pub fn value(self, z: f64) -> f64 {
        match self {
            Self::Linear => z,
            Self::Log => Scalar::exp(z).unwrap_or(f64::INFINITY),
            // Written with the exponential that cannot overflow.
            Self::Logit { lower, upper } => {
                let e = Scalar::exp(-z.abs()).unwrap_or(0.0);
                let share = if z >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) };
                lower + (upper - lower) * share
            }
        }
    }
    fn of(scale: Scale) -> Self {
        match scale {
            Scale::Bounded { lower, upper } => Self::Logit { lower, upper },
            Scale::Positive => Self::Log,
            Scale::Any | Scale::Undeclared => Self::Linear,
        }
    }
}

/// When something happens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum When {
    /// The trend has it already; only the latest figure has not.
    Due,
    /// At a time in years.
    At(f64),
    /// Not at this pace within [`HORIZON`].
    Never,
}

impl When {
    /// The first year whose figure has it: a time of 2030.2 is 2031, the year that ends after it.
    #[must_use]
    pub fn year(self) -> Option<i32> {
        match self {
            // What rounding leaves over the end of a year is that year.
            Self::At(time) => Some((time - 1e-6).ceil() as i32),
            Self::Due | Self::Never => None,
        }
    }
}

/// When a level is reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrival {
    /// By the median slope.
    pub median: When,
    /// The early end of the interval.
    pub early: When,
    /// The late end of the interval.
    pub late: When,
}

/// The trend of a series, with what it says of the future.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    line: TheilSen,
    direction: Direction,
    limits: Option<(f64, f64)>,
    last: f64,
    /// The scale on which it is a straight line.
    pub model: Model,
    /// Whether the declared scale could not be used, because a figure or the level lies on or beyond its limits.
    pub fell_back: bool,
    /// The times of the first and the last figure.
    pub span: (f64, f64),
}

impl Trend {
    /// The trend of a series of at least [`NEEDED`] points towards a level.
    ///
    /// # Errors
    /// `TooShort` for fewer points.
    pub fn fit(
        series: &Series,
        direction: Direction,
        scale: Scale,
        level: Option<f64>,
    ) -> Result<Self, Refused> {
        let (Some(first), Some(last)) = (series.first(), series.last()) else {
            return Err(Refused::TooShort { found: 0, needed: NEEDED });
        };
        if series.len() < NEEDED {
            return Err(Refused::TooShort { found: series.len(), needed: NEEDED });
        }
        let times: Vec<f64> = series.points().iter().map(|p| p.time).collect();
        let images = |model: Model| -> Option<Vec<f64>> {
            level.map_or(Some(0.0), |x| model.image(x))?;
            series.points().iter().map(|p| model.image(p.value)).collect()
        };
        let declared = Model::of(scale);
        let (model, values) = match images(declared) {
            Some(values) => (declared, values),
            None => (Model::Linear, series.points().iter().map(|p| p.value).collect()),
        };
        let line = TheilSen::fit(&times, &values).map_err(|_| Refused::OutOfRange)?;
        let limits = match scale {
            Scale::Bounded { lower, upper } => Some((lower, upper)),
            Scale::Positive => Some((0.0, f64::INFINITY)),
            Scale::Any | Scale::Undeclared => None,
        };
        let span = (first.time, last.time);
        Ok(Self { line, direction, limits, last: last.value, model, fell_back: model != declared, span })
    }
    /// The value the trend has at a time, within the natural limits.
    #[must_use]
    pub fn at(&self, time: f64) -> f64 {
        self.value_at(self.line.slope, time)
    }
    /// The values between which the trend lies at a time after the last figure, the worse one first.
    #[must_use]
    pub fn band(&self, time: f64) -> (f64, f64) {
        let (slow, fast) = self.slopes();
        (self.value_at(slow, time), self.value_at(fast, time))
    }
    /// When a level is reached.
    ///
    /// # Errors
    /// `OutOfRange` for a level that has no place on the scale of the model.
    pub fn arrival(&self, level: f64) -> Result<Arrival, Refused> {
        let (slow, fast) = self.slopes();
        let z = self.model.image(level).ok_or(Refused::OutOfRange)?;
        let when = |slope: f64| self.when(slope, z, level);
        Ok(Arrival { median: when(self.line.slope), early: when(fast), late: when(slow) })
    }
    /// The probability that the trend has a level at a time after the last figure; at the median arrival it is about one half.
    ///
    /// # Errors
    /// `TargetYearPast` for a time that is not after it, `OutOfRange` for a level without a place on the scale of the model.
    pub fn probability(&self, level: f64, time: f64) -> Result<f64, Refused> {
        let ahead = time - self.span.1;
        if ahead <= 0.0 {
            return Err(Refused::TargetYearPast);
        }
        let z = self.model.image(level).ok_or(Refused::OutOfRange)?;
        // The slope that arrives just then: what the line has at a later time rises with its slope.
        let reach = |slope: f64| self.line.at_with(slope, time) - z;
        let mut step = (z - self.line.at_with(0.0, time)).abs() / ahead + f64::MIN_POSITIVE;
        let (mut low, mut high) = (-step, step);
        for _ in 0..64 {
            if reach(low) <= 0.0 && reach(high) >= 0.0 {
                break;
            }
            step *= 2.0;
            (low, high) = (-step, step);
        }
        for _ in 0..200 {
            let middle = low + (high - low) / 2.0;
            if reach(middle) < 0.0 { low = middle } else { high = middle }
        }
        let above = self.line.confidence_above(finite(high)?);
        Ok(match self.direction {
            Direction::Higher => above,
            Direction::Lower => 1.0 - above,
        })
    }
    /// The slopes at the slow and the fast end of the interval.
    fn slopes(&self) -> (f64, f64) {
        let (low, high) = self.line.interval(LEVEL);
        match self.direction {
            Direction::Higher => (low, high),
            Direction::Lower => (high, low),
        }
    }
    fn value_at(&self, slope: f64, time: f64) -> f64 {
        let value = self.model.value(self.line.at_with(slope, time));
        self.limits.map_or(value, |(lower, upper)| value.clamp(lower, upper))
    }
    /// When the line of a slope through the middle of the figures has the level.
    fn when(&self, slope: f64, z: f64, level: f64) -> When {
        if gain(self.direction, level, self.last) >= 0.0 {
            return When::At(self.span.1);
        }
        let pace = good(self.direction, slope);
        let lacking = gain(self.direction, self.line.at_with(slope, self.span.1), z);
        if lacking <= 0.0 {
            return if pace >= 0.0 { When::Due } else { When::Never };
        }
        let years = lacking / pace;
        if pace > 0.0 && years <= HORIZON { When::At(self.span.1 + years) } else { When::Never }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{Higher, Lower};

    const SHARE: Scale = Scale::Bounded { lower: 0.0, upper: 100.0 };

    fn yearly(values: &[f64]) -> Series {
        Series::new(
            values.iter().zip(0..).map(|(v, i)| crate::Point { time: 2019.0 + f64::from(i), value: *v }),
        )
    }
    fn years(arrival: Arrival) -> (Option<i32>, Option<i32>, Option<i32>) {
        (arrival.median.year(), arrival.early.year(), arrival.late.year())
    }

    #[test]
    fn a_straight_line_arrives_where_it_crosses() {
        let trend = Trend::fit(&yearly(&[10.0, 12.0, 14.0, 16.0]), Higher, Scale::Any, Some(25.0)).unwrap();
        let arrival = trend.arrival(25.0).unwrap();
        assert_eq!(arrival.median, When::At(2026.5));
        assert_eq!(years(arrival), (Some(2027), Some(2027), Some(2027)));
        // Exactly at the end of a year it is that year.
        assert_eq!(trend.arrival(20.0).unwrap().median.year(), Some(2024));
        assert_eq!(trend.probability(20.0, 2024.0), Ok(0.5));
        assert!(trend.probability(20.0, 2025.0).unwrap() > 0.95);
        assert!(trend.probability(20.0, 2023.0).unwrap() < 0.05);
        assert_eq!(trend.probability(20.0, 2022.0), Err(Refused::TargetYearPast));
        assert_eq!(trend.at(2030.0), 32.0);
    }

    #[test]
    fn the_scale_decides_the_model() {
        // A doubling each year: on the logarithm a line, whose level of 128 is three doublings away.
        let doubling = yearly(&[2.0, 4.0, 8.0, 16.0]);
        let trend = Trend::fit(&doubling, Higher, Scale::Positive, Some(128.0)).unwrap();
        assert_eq!((trend.model, trend.fell_back), (Model::Log, false));
        assert_eq!(trend.arrival(128.0).unwrap().median.year(), Some(2025));
        // A share whose odds double each year: 50, 66.7, 80, 88.9, then 94.1 and 97.
        let odds = yearly(&[50.0, 200.0 / 3.0, 80.0, 800.0 / 9.0]);
        let trend = Trend::fit(&odds, Higher, SHARE, Some(96.0)).unwrap();
        assert_eq!(trend.model.word(), "logit");
        assert_eq!(trend.arrival(96.0).unwrap().median.year(), Some(2024));
        assert!((trend.at(2023.0) - 1600.0 / 17.0).abs() < 1e-9 && trend.at(2100.0) <= 100.0);
        // The same seen from the other side.
        let rest = yearly(&[50.0, 100.0 / 3.0, 20.0, 100.0 / 9.0]);
        let other = Trend::fit(&rest, Lower, SHARE, Some(4.0)).unwrap();
        assert_eq!(other.arrival(4.0).unwrap().median.year(), Some(2024));
        // A level at the limit, and a zero, have no place there: the line is taken as it is, and it is said.
        for (values, scale, level) in
            [([40.0, 50.0, 60.0, 70.0], SHARE, 100.0), ([0.0, 1.0, 2.0, 3.0], Scale::Positive, 6.0)]
        {
            let trend = Trend::fit(&yearly(&values), Higher, scale, Some(level)).unwrap();
            assert_eq!((trend.model, trend.fell_back), (Model::Linear, true));
            assert_eq!(trend.arrival(level).unwrap().median.year(), Some(2025));
        }
        // A fall to zero of something positive, which growth in percent never ends.
        let fall = Trend::fit(&yearly(&[8.0, 6.0, 4.0, 2.0]), Lower, Scale::Positive, Some(0.0)).unwrap();
        assert_eq!(fall.arrival(0.0).unwrap().median.year(), Some(2023));
    }

    #[test]
    fn a_trend_that_may_not_arrive() {
        let noisy = yearly(&[50.5, 52.0, 50.0, 52.2, 50.4, 52.4]);
        let trend = Trend::fit(&noisy, Higher, Scale::Any, Some(60.0)).unwrap();
        let (median, early, late) = years(trend.arrival(60.0).unwrap());
        assert!(early < median && late.is_none(), "{early:?} {median:?} {late:?}");
        let p = [2025.0, 2030.0, 2040.0, 2090.0].map(|year| trend.probability(60.0, year).unwrap());
        assert!(p.windows(2).all(|pair| pair[0] <= pair[1]) && p[0] < 0.1 && p[3] > 0.4, "{p:?}");
        let down = Trend::fit(&noisy, Lower, Scale::Any, Some(40.0)).unwrap();
        assert_eq!(down.arrival(40.0).unwrap().median, When::Never);
        // A level that a hundred years do not reach is never reached.
        let far = Trend::fit(&noisy, Higher, Scale::Any, Some(500.0)).unwrap();
        assert_eq!(years(far.arrival(500.0).unwrap()), (None, None, None));
    }

    #[test]
    fn edges() {
        let short = yearly(&[1.0, 2.0, 3.0]);
        assert_eq!(
            Trend::fit(&short, Higher, Scale::Any, Some(9.0)),
            Err(Refused::TooShort { found: 3, needed: 4 })
        );
        // What is reached is reached now; where only the trend has reached it, it is due.
        let trend = Trend::fit(&yearly(&[1.0, 2.0, 3.0, 4.0]), Higher, Scale::Any, Some(3.0)).unwrap();
        assert_eq!(trend.arrival(3.0).unwrap().median, When::At(2022.0));
        let dip =
            Trend::fit(&yearly(&[1.0, 2.0, 3.0, 4.0, 5.0, 3.5]), Higher, Scale::Any, Some(4.5)).unwrap();
        assert_eq!(dip.arrival(4.5).unwrap().median, When::Due);
        let flat = Trend::fit(&yearly(&[3.0; 5]), Higher, Scale::Any, Some(4.0)).unwrap();
        assert_eq!(flat.arrival(4.0).unwrap().median, When::Never);
        assert_eq!(flat.probability(4.0, 2050.0), Ok(0.0));
        assert_eq!(flat.band(2050.0), (3.0, 3.0));
    }
}
