//! How an indicator or score moved over periods: growth rates and slopes.

use gradus_method::{Fault, Outcome};
use gradus_model::diagnostic::catalog;
use gradus_statistics::distribution;
use gradus_statistics::moments;
use gradus_statistics::theil_sen::TheilSen;

/// The movement of one series of periods. A measure that is not defined for its values is `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// How many periods have a value.
    pub n: usize,
    /// The first and the last period with a value.
    pub periods: (f64, f64),
    /// The first and the last value.
    pub values: (f64, f64),
    /// Compound annual growth rate: (last / first)^(1 / years) - 1; for first and last value above zero.
    pub growth_rate: Option<f64>,
    /// The last value relative to the first, less 1; for a first value other than zero, whose size is the base.
    pub change: Option<f64>,
    /// The slope per period by least squares.
    pub slope: f64,
    /// The two-sided p value of the slope; for three values or more.
    pub slope_p_value: Option<f64>,
    /// 100 times the slope over what the fitted line has at the first period, in percent per period: COINr's `prc_change`; for
    /// three values or more. Near a line that starts at zero it says little.
    pub percentage_change: Option<f64>,
    /// Theil and Sen's slope: the median of the slopes of all pairs of periods, which one odd value does not move.
    pub median_slope: f64,
}

/// The trend of values by period; missing ones are left out.
///
/// # Errors
/// `too-few-values` for fewer than two different periods with a value; `out-of-range` where a slope leaves the range.
///
/// # Example
/// ```
/// use gradus_analysis::trend::trend;
/// let found = trend(&[2019.0, 2020.0, 2021.0], &[Some(100.0), None, Some(121.0)])?;
/// assert!((found.growth_rate.unwrap() - 0.1).abs() < 1e-12);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
pub fn trend(periods: &[f64], values: &[Option<f64>]) -> Outcome<Trend> {
    let mut points: Vec<(f64, f64)> = periods
        .iter()
        .zip(values)
        .filter_map(|(t, y)| Some((*t, (*y)?)))
        .filter(|(t, y)| t.is_finite() && y.is_finite())
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) else {
        return Err(too_few(0));
    };
    if first.0 >= last.0 {
        return Err(too_few(points.len()));
    }
    let (times, values): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    let middle = moments::mean(&times).zip(moments::mean(&values)).ok_or_else(Fault::out_of_range)?;
    let (mut square, mut product, mut total) = (0.0, 0.0, 0.0);
    for (t, y) in &points {
        square += (t - middle.0) * (t - middle.0);
        product += (t - middle.0) * (y - middle.1);
        total += (y - middle.1) * (y - middle.1);
    }
    let slope = product / square;
    let at_first = middle.1 + slope * (first.0 - middle.0);
    let enough = points.len() > 2;
    let line = TheilSen::fit(&times, &values).map_err(|_| Fault::out_of_range())?;
    let ratio = (first.1 > 0.0 && last.1 > 0.0).then(|| last.1 / first.1);
    let years = last.0 - first.0;
    Ok(Trend {
        n: points.len(),
        periods: (first.0, last.0),
        values: (first.1, last.1),
        growth_rate: ratio.map(|ratio| root(ratio, years) - 1.0).filter(|rate| rate.is_finite()),
        change: (first.1 != 0.0)
            .then(|| (last.1 - first.1) / first.1.abs())
            .filter(|change| change.is_finite()),
        slope: Some(slope).filter(|slope| slope.is_finite()).ok_or_else(Fault::out_of_range)?,
        slope_p_value: enough.then(|| p_value(slope, square, product, total, points.len())).flatten(),
        percentage_change: (enough && at_first != 0.0)
            .then(|| 100.0 * slope / at_first)
            .filter(|change| change.is_finite()),
        median_slope: line.slope,
    })
}

fn too_few(n: usize) -> Fault {
    let periods = if n == 1 { "period has" } else { "different periods have" };
    Fault::new(&catalog::TOO_FEW_VALUES, format!("{} {periods} a value where a trend needs 2", n.min(1)))
        .help("give figures of at least two periods")
}

/// The n-th root through the platform-free power of the arithmetic of the model.
fn root(ratio: f64, years: f64) -> f64 {
    use gradus_model::number::Scalar;
    ratio.power(1.0 / years).unwrap_or(f64::NAN)
}

#[allow(clippy::cast_precision_loss, reason = "counts of periods")]
fn p_value(slope: f64, square: f64, product: f64, total: f64, n: usize) -> Option<f64> {
    let df = n as f64 - 2.0;
    let rest = (total - slope * product).max(0.0);
    if total <= 0.0 {
        return None;
    }
    Some(distribution::t_two_sided(slope / (rest / df / square).sqrt(), df)).filter(|p| p.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::near;

    fn of(values: &[f64]) -> Trend {
        let periods: Vec<f64> = (0..values.len()).map(|i| 2015.0 + i as f64).collect();
        trend(&periods, &values.iter().map(|y| Some(*y).filter(|y| !y.is_nan())).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_line_and_a_growth() {
        let line = of(&[10.0, 12.0, 14.0, 16.0]);
        near(line.slope, 2.0);
        near(line.median_slope, 2.0);
        near(line.percentage_change.unwrap(), 20.0);
        near(line.change.unwrap(), 0.6);
        assert!(line.slope_p_value.unwrap() < 1e-6);
        let growth = of(&[100.0, 110.0, 121.0]);
        near(growth.growth_rate.unwrap(), 0.1);
        // anova(lm(c(1, 3, 2, 5, 4) ~ 1:5)): slope 0.8, p 0.1041.
        let noisy = of(&[1.0, 3.0, 2.0, 5.0, 4.0]);
        near(noisy.slope, 0.8);
        assert!((noisy.slope_p_value.unwrap() - 0.1041).abs() < 5e-5, "{noisy:?}");
    }

    #[test]
    fn one_odd_value_does_not_move_the_median_slope() {
        let odd = of(&[1.0, 2.0, 3.0, 4.0, 5.0, 40.0, 7.0]);
        near(odd.median_slope, 1.0);
        assert!(odd.slope > 3.0);
    }

    #[test]
    fn the_years_are_those_that_have_values() {
        // The years asked for are those used, gaps or not, in whatever order they come.
        let found = trend(&[2021.0, 2018.0, 2022.0], &[Some(3.0), None, Some(6.0)]).unwrap();
        assert_eq!((found.periods, found.values, found.n), ((2021.0, 2022.0), (3.0, 6.0), 2));
        near(found.growth_rate.unwrap(), 1.0);
        assert_eq!((found.percentage_change, found.slope_p_value), (None, None));
    }

    #[test]
    fn edges() {
        for (periods, values) in [
            (vec![], vec![]),
            (vec![2020.0], vec![Some(1.0)]),
            (vec![2020.0, 2021.0], vec![Some(1.0), None]),
            (vec![2020.0, 2020.0], vec![Some(1.0), Some(2.0)]),
            (vec![f64::NAN, 2020.0], vec![Some(1.0), Some(2.0)]),
        ] {
            assert_eq!(trend(&periods, &values).unwrap_err().kind.id, "too-few-values");
        }
        let zero = of(&[0.0, 1.0, 2.0]);
        assert_eq!((zero.growth_rate, zero.change, zero.percentage_change), (None, None, None));
        let below = of(&[-4.0, -2.0]);
        assert_eq!((below.growth_rate, below.change), (None, Some(0.5)));
        let flat = of(&[3.0; 4]);
        assert_eq!((flat.slope, flat.slope_p_value, flat.percentage_change), (0.0, None, Some(0.0)));
        assert_eq!(trend(&[0.0, 1e-300], &[Some(-1e300), Some(1e300)]).unwrap_err().kind.id, "out-of-range");
    }
}
