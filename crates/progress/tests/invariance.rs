//! What must hold for every preset and for arrivals, whatever the figures: the defects that published methods have are kept out
//! by property, not by example.
//!
//! | property | holds for | why not for the others |
//! | :--- | :--- | :--- |
//! | change of the measurement unit | all | |
//! | a share and its complement | all | |
//! | zero and negative values | all: a rating or a reason | `change10` has a reason where the figure before is zero |
//! | monotone in the latest figure | all | |
//! | a series on its path rates 1 | presets with `pace_ratio` | the others rate a level, a position or one year's change |
#![allow(clippy::disallowed_methods, reason = "powers of whole numbers make figures to test with")]
#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

use gradus_model::package::Direction;
use gradus_progress::eta::{Scale, Trend, When};
use gradus_progress::preset::{Case, PaceForm, Preset};
use gradus_progress::{PRESETS, Point, Rating, Refused, Series};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Given {
    values: Vec<(f64, f64)>,
    direction: Direction,
    scale: Scale,
    target: Option<f64>,
    band: (f64, f64),
    units: Vec<f64>,
    pace: PaceForm,
}

const END: f64 = 2030.0;

impl Given {
    fn rate(&self, preset: &Preset) -> Result<Rating, Refused> {
        let series = Series::of(&self.values);
        let mut units = self.units.clone();
        units.extend(series.last().map(|last| last.value));
        preset.rate(&Case {
            series: &series,
            direction: self.direction,
            scale: self.scale,
            target: self.target,
            target_time: Some(END),
            band: Some(self.band),
            units: &units,
            since: None,
            years: None,
            pace: self.pace,
        })
    }
    /// The same in other numbers.
    fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        let scale = match self.scale {
            Scale::Bounded { lower, upper } => {
                let (a, b) = (f(lower), f(upper));
                Scale::Bounded { lower: a.min(b), upper: a.max(b) }
            }
            other => other,
        };
        Self {
            values: self.values.iter().map(|(t, x)| (*t, f(*x))).collect(),
            target: self.target.map(&f),
            band: (f(self.band.0), f(self.band.1)),
            units: self.units.iter().map(|x| f(*x)).collect(),
            scale,
            ..self.clone()
        }
    }
    fn turned(mut self) -> Self {
        self.direction = match self.direction {
            Direction::Higher => Direction::Lower,
            Direction::Lower => Direction::Higher,
        };
        self
    }
}

/// Figures of 2015 to at most 2026, with gaps, in tenths; some of them alike, zero or negative.
fn given(values: std::ops::Range<i32>, bounded: bool) -> impl Strategy<Value = Given> {
    let value = values.clone().prop_map(|x| f64::from(x) / 10.0);
    let years = prop::collection::btree_set(2015..2027, 1..9);
    (
        years,
        prop::collection::vec(value.clone(), 12),
        prop::option::weighted(0.8, value.clone()),
        (value.clone(), value.clone()),
        prop::collection::vec(value, 0..6),
        any::<bool>(),
        prop::sample::select(vec![Scale::Undeclared, Scale::Any, Scale::Positive]),
    )
        .prop_map(move |(years, list, target, band, units, higher, scale)| Given {
            values: years.into_iter().map(f64::from).zip(list).collect(),
            direction: if higher { Direction::Higher } else { Direction::Lower },
            scale: if bounded { Scale::Bounded { lower: 0.0, upper: 100.0 } } else { scale },
            target,
            band,
            units,
            pace: PaceForm::Robust,
        })
}

/// Both refuse for one reason, or rate alike. A measure at a cut may fall to either side by rounding.
fn alike(
    preset: &Preset,
    a: Result<Rating, Refused>,
    b: Result<Rating, Refused>,
) -> Result<(), TestCaseError> {
    let (a, b) = match (a, b) {
        (Ok(a), Ok(b)) => (a, b),
        (a, b) => {
            prop_assert_eq!(a, b, "{}", preset.id);
            return Ok(());
        }
    };
    prop_assert_eq!(a.measure.is_some(), b.measure.is_some(), "{}", preset.id);
    let (x, y) = (a.measure.unwrap_or(0.0), b.measure.unwrap_or(0.0));
    prop_assert!((x - y).abs() <= 1e-7 * x.abs().max(1.0), "{}: {} and {}", preset.id, x, y);
    let at_a_cut = preset.cuts.iter().flat_map(|c| c.cuts).any(|cut| (cut.from - x).abs() < 1e-6);
    prop_assert!(a.class == b.class || at_a_cut, "{}: {:?} and {:?}", preset.id, a, b);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_measurement_unit_does_not_matter(given in given(-500..1500, false), power in -6..7i32, published in any::<bool>()) {
        let mut given = given;
        if published {
            given.pace = PaceForm::Published;
        }
        // Factors by which exact ties stay exact, and one that is no power of anything.
        for factor in [10f64.powi(power), 0.3] {
            let other = given.map(|x| x * factor);
            for preset in PRESETS {
                alike(preset, given.rate(preset), other.rate(preset))?;
            }
        }
    }

    #[test]
    fn a_share_and_its_complement_rate_alike(given in given(0..1001, true)) {
        let other = given.map(|x| 100.0 - x).turned();
        for preset in PRESETS {
            alike(preset, given.rate(preset), other.rate(preset))?;
        }
    }

    #[test]
    fn zero_and_negative_values_are_rated_or_refused_with_a_reason(given in given(-30..31, false)) {
        for preset in PRESETS {
            match given.rate(preset) {
                Ok(found) => prop_assert!(found.measure.is_none_or(f64::is_finite) && found.class < preset.classes.len()),
                Err(why) => {
                    // With a target and enough figures, a pace over a needed pace is always defined.
                    let asked = preset.pace_ratio && given.target.is_some() && given.values.len() >= preset.needed;
                    prop_assert!(!asked, "{}: {why:?}", preset.id);
                    prop_assert!(!why.text().is_empty());
                }
            }
        }
    }

    #[test]
    fn a_better_latest_figure_is_never_rated_worse(given in given(-500..1500, false), more in 1..500i32) {
        let mut better = given.clone();
        let last = better.values.last_mut().unwrap();
        last.1 += f64::from(more) / 10.0 * if given.direction == Direction::Higher { 1.0 } else { -1.0 };
        for preset in PRESETS {
            if let (Ok(a), Ok(b)) = (given.rate(preset), better.rate(preset)) {
                prop_assert!(b.class <= a.class, "{}: {:?} and {:?}", preset.id, a, b);
            }
        }
    }

    #[test]
    fn a_series_on_its_path_rates_exactly_1(
        start in -1000..1000i32, target in -1000..1000i32, n in 4..12usize, power in -6..7i32,
    ) {
        prop_assume!(start != target);
        let size = 10f64.powi(power);
        let (x, t) = (f64::from(start) * size, f64::from(target) * size);
        let at = |year: f64| x + (t - x) * (year - 2015.0) / (END - 2015.0);
        let values: Vec<(f64, f64)> = (0..n).map(|i| 2015.0 + i as f64).map(|year| (year, at(year))).collect();
        for pace in [PaceForm::Robust, PaceForm::Published] {
            let given = Given {
                values: values.clone(),
                direction: if t > x { Direction::Higher } else { Direction::Lower },
                scale: Scale::Undeclared,
                target: Some(t),
                band: (x, t),
                units: Vec::new(),
                pace,
            };
            for preset in PRESETS.iter().filter(|preset| preset.pace_ratio) {
                // Compound growth on a straight path is not the growth that is needed.
                let compound = pace == PaceForm::Published && ["statcan", "eurostat"].contains(&preset.id);
                if !compound {
                    let found = given.rate(preset).unwrap();
                    prop_assert_eq!(found.measure, Some(1.0), "{}", preset.id);
                }
            }
        }
    }

    #[test]
    fn a_growth_on_its_path_rates_1_as_published(start in 1..1000i32, percent in 1..20i32, n in 2..12usize) {
        let factor = 1.0 + f64::from(percent) / 100.0;
        let at = |i: usize| f64::from(start) * factor.powi(i32::try_from(i).unwrap());
        let given = Given {
            values: (0..n).map(|i| (2015.0 + i as f64, at(i))).collect(),
            direction: Direction::Higher,
            scale: Scale::Positive,
            target: Some(at(15)),
            band: (1.0, 2.0),
            units: Vec::new(),
            pace: PaceForm::Published,
        };
        for preset in PRESETS.iter().filter(|preset| ["statcan", "eurostat"].contains(&preset.id)) {
            let found = given.rate(preset).unwrap().measure.unwrap();
            prop_assert!((found - 1.0).abs() < 1e-9, "{}: {}", preset.id, found);
        }
    }

    /// One odd figure in the middle of a line moves no robust rating.
    #[test]
    fn one_odd_year_does_not_decide(step in 1..50i32, odd in -9000..9000i32, at in 1..5usize) {
        let mut values: Vec<(f64, f64)> = (0..6).map(|i| (2015.0 + f64::from(i), f64::from(step * i))).collect();
        let line = Given {
            values: values.clone(),
            direction: Direction::Higher,
            scale: Scale::Undeclared,
            target: Some(f64::from(step) * 15.0),
            band: (0.0, 1.0),
            units: Vec::new(),
            pace: PaceForm::Robust,
        };
        values[at].1 = f64::from(odd);
        let other = Given { values, ..line.clone() };
        for preset in PRESETS.iter().filter(|preset| preset.pace_ratio) {
            prop_assert_eq!(line.rate(preset), other.rate(preset));
        }
    }

    #[test]
    fn arrivals_do_not_depend_on_unit_or_side(given in given(5..995, true), power in -3..4i32) {
        let level = given.target.unwrap_or(50.0);
        prop_assume!(given.values.len() >= 4);
        let fit = |given: &Given, level: f64| {
            Trend::fit(&Series::of(&given.values), given.direction, given.scale, Some(level)).unwrap()
        };
        let (trend, size) = (fit(&given, level), 10f64.powi(power));
        let arrival = trend.arrival(level).unwrap();
        for (other, to) in [
            (given.map(|x| x * size), level * size),
            (given.map(|x| 100.0 - x).turned(), 100.0 - level),
        ] {
            let found = fit(&other, to).arrival(to).unwrap();
            for (a, b) in [(arrival.median, found.median), (arrival.early, found.early), (arrival.late, found.late)] {
                match (a, b) {
                    (When::At(a), When::At(b)) => prop_assert!((a - b).abs() < 1e-6, "{a} and {b}"),
                    (a, b) => {
                        // A century, a pace of nothing, or a line just there may fall to either side by rounding.
                        let last = given.values[given.values.len() - 1].0;
                        let edge = |w: When| matches!(w, When::At(t) if t > END + 60.0 || t < last + 1e-6);
                        prop_assert!(a == b || edge(a) || edge(b), "{a:?} and {b:?}");
                    }
                }
            }
            let (p, q) = (trend.probability(level, END).unwrap(), fit(&other, to).probability(to, END).unwrap());
            prop_assert!((p - q).abs() < 1e-6, "{p} and {q}");
        }
        // Early before median before late, and about even odds at the median.
        let time = |when: When| match when {
            When::Due => 0.0,
            When::At(time) => time,
            When::Never => f64::INFINITY,
        };
        prop_assert!(time(arrival.early) <= time(arrival.median) && time(arrival.median) <= time(arrival.late));
        // While the middle of the figures is short of the level, more time never makes it less likely.
        let mut values: Vec<f64> = given.values.iter().map(|(_, x)| *x).collect();
        values.sort_by(f64::total_cmp);
        let short = match given.direction {
            Direction::Higher => values[values.len() / 2] < level,
            Direction::Lower => values[(values.len() - 1) / 2] > level,
        };
        let p: Vec<f64> = (1..80).map(|i| trend.probability(level, 2026.0 + f64::from(i)).unwrap()).collect();
        prop_assert!(!short || p.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9));
    }
}

/// A span of years ends when it ends: 2017/18 is not 2017, whose figure it would take the place of.
#[test]
fn spans_of_years_are_not_cut() {
    let end = |text| f64::from(gradus_model::Period::parse(text).unwrap().end_year());
    assert_eq!(end("2017/18"), 2018.0);
    let point = |text, value| Point { time: end(text), value };
    assert_eq!(Series::new([point("2016/17", 1.0), point("2017/18", 2.0)]).line().unwrap().slope, 1.0);
}

#[test]
fn every_preset_says_what_it_is() {
    for preset in PRESETS {
        let id = preset.id;
        assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{id}");
        assert!(!preset.since.is_empty() && !preset.formula.is_empty() && !preset.differs.is_empty(), "{id}");
        assert!(
            !preset.summary.is_empty() && !preset.summary.ends_with('.') && !preset.summary_zh.is_ascii(),
            "{id}"
        );
        assert!(!preset.references.is_empty(), "{id}");
        for reference in preset.references {
            assert!(reference.locator.contains("://") || reference.locator.starts_with("doi:"), "{id}");
            assert!(
                reference.citation.bytes().any(|b| b.is_ascii_digit())
                    || reference.locator.contains("github"),
                "{id}"
            );
        }
        // Cuts fall, lead to classes in order, and every class is reached or is what a target reached means.
        for cuts in preset.cuts {
            assert!(
                cuts.cuts.windows(2).all(|pair| pair[0].from > pair[1].from && pair[0].class < pair[1].class),
                "{id}"
            );
            assert!(cuts.cuts.iter().all(|cut| cut.class < preset.classes.len() - 1), "{id}");
            assert!(!cuts.what_zh.is_ascii(), "{id}");
        }
        let mut ids: Vec<&str> = preset.classes.iter().map(|class| class.id).collect();
        assert!(preset.classes.iter().all(|class| !class.zh.is_ascii() && !class.symbol.is_empty()), "{id}");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), preset.classes.len(), "{id}");
    }
    assert!(PRESETS.windows(2).all(|pair| pair[0].id < pair[1].id), "the list is in order of id");
    // What is marked as unchecked is general knowledge; this list is how a reader finds out.
    let unchecked: Vec<&str> =
        PRESETS.iter().filter(|preset| !preset.checked()).map(|preset| preset.id).collect();
    assert_eq!(unchecked, ["change10", "de-dns", "eurostat", "sdsn", "sdsn-color"]);
}
