//! EM: a gap takes what a multivariate normal distribution of all indicators expects, given the unit's figures.
//!
//! Use it where indicators are related roughly along lines and there are clearly more units than indicators. Skewed
//! indicators are better transformed first.

use crate::random::{self, Use};
use crate::shared;
use crate::{Account, Block, Filled, Imputer, ImputerBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;
use gradus_statistics::{Matrix, Undefined, linear, moments};
use std::collections::BTreeMap;

const DEFAULT_TOLERANCE: f64 = 1e-8;
const DEFAULT_ITERATIONS: usize = 1000;
/// A variance this far below 0, in variances of the columns, is 0 but for rounding.
const ROUNDING: f64 = 1e-9;

const DEMPSTER: Reference = Reference {
    citation: "Dempster, Laird and Rubin (1977). Maximum likelihood from incomplete data via the EM algorithm. Journal of the Royal Statistical Society, Series B 39(1), 1-38",
    locator: "https://doi.org/10.1111/j.2517-6161.1977.tb01600.x",
};
const VARADHAN_ROLAND: Reference = Reference {
    citation: "Varadhan and Roland (2008). Simple and globally convergent methods for accelerating the convergence of any EM algorithm. Scandinavian Journal of Statistics 35(2), 335-353",
    locator: "https://doi.org/10.1111/j.1467-9469.2007.00585.x",
};
const SCHAFER: Reference = Reference {
    citation: "Schafer (1997). Analysis of Incomplete Multivariate Data. Chapman and Hall. Sections 5.2.3 and 5.3",
    locator: "https://doi.org/10.1201/9780367803025",
};

/// Registry entry of [`Em`].
pub static METHOD: Method<ImputerBox> = Method {
    id: "em",
    since: "0.1.0",
    summary: "Every gap becomes its expected value under a multivariate normal distribution fitted by the EM algorithm.",
    summary_zh: "期望最大化插补：以期望最大化算法拟合的多元正态分布下的条件均值代替缺失值。",
    formula: "x = m + C(x, known) C(known, known)^-1 (known - m(known)), with m and C of largest likelihood by EM; C = (C + ridge I) / (1 + ridge) in standard deviations",
    params: &[
        Param {
            name: "ridge",
            kind: ParamKind::Number,
            default: Default::Value("0"),
            range: "0 or more",
            meaning: "how strongly correlations are drawn to 0, for data with few units for their indicators; dimensionless",
        },
        Param {
            name: "tolerance",
            kind: ParamKind::Number,
            default: Default::Value("0.00000001"),
            range: "above 0",
            meaning: "the change of means and covariances, in standard deviations, at which the iteration ends",
        },
        Param {
            name: "max-iterations",
            kind: ParamKind::Number,
            default: Default::Value("1000"),
            range: "a whole number from 1",
            meaning: "after how many iterations it is given up",
        },
    ],
    references: &[DEMPSTER, shared::LITTLE_RUBIN, SCHAFER, VARADHAN_ROLAND],
    build: |args| Ok(ImputerBox::new(Em::new(args)?)),
};

/// The conditional mean under a multivariate normal distribution of largest likelihood.
///
/// # Formula
/// ```text
/// x = m + C(x, k) C(k, k)⁻¹ (k − m(k))     k the unit's known figures
/// ```
/// Mean m and covariance C are found by the EM algorithm: fill gaps by this formula, estimate m and C from the filled data
/// with the conditional covariance of the gaps added (divisor n), and again until nothing changes by more than `tolerance`.
/// Every third round starts from where the last two lead (SQUAREM), which ends at the same place sooner.
/// With a ridge, C is in each round replaced by (C + ridge I) / (1 + ridge), in standard deviations of the known values:
/// the posterior mode under the prior of Schafer's section 5.2.3.
///
/// For multiple imputation the gaps of a unit are drawn together from their conditional normal distribution. The uncertainty
/// of m and C themselves is not drawn, so with few units the spread is somewhat too small.
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `ridge` | 0 | 0 or more | how strongly correlations are drawn to 0 |
/// | `tolerance` | 1e-8 | above 0 | the change, in standard deviations, at which the iteration ends |
/// | `max-iterations` | 1000 | whole, from 1 | after how many iterations it is given up |
/// # Input and output
/// Indicators in any measurement units; each is filled in its own. Computed in binary64 whatever the arithmetic of the
/// package.
/// # Missing values and edge cases
/// Known values stay. A unit without any figure stays missing, and so does a column without any value; a column on which
/// all units are equal is filled with that value. Without a ridge, the number of units must exceed that of indicators, and
/// every two indicators must both be known for at least two units: else the data do not determine the distribution.
/// # Errors
/// `singular-matrix` for more indicators than units, and for indicators that determine each other, without a ridge;
/// `too-few-values` when two indicators are never known together, or the iteration does not end: both mean that
/// too much is missing; `out-of-range` when numbers leave the range of a double.
/// # Example
/// ```
/// use gradus_impute::{Block, Imputer, em::Em};
/// use gradus_method::{Args, Column};
/// let a = Column::of(vec![1.0, 2.0, 3.0, 4.0]);
/// let b = Column::from_options([Some(3.0), Some(5.0), Some(7.0), None]);
/// let columns = [&a, &b];
/// let filled = Em::new(&Args::new())?.impute(&Block::of(&columns))?;
/// assert!((filled[1][0].1 - 9.0).abs() < 1e-6);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Dempster, Laird and Rubin (1977). Little and Rubin (2019), section 11.2. Schafer (1997), sections 5.2.3 and 5.3. Varadhan
/// and Roland (2008).
#[derive(Debug, Clone, Copy)]
pub struct Em {
    ridge: f64,
    tolerance: f64,
    max_iterations: usize,
}

impl Em {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when one is out of its range.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self {
            ridge: shared::positive(args, "ridge", true, 0.0)?,
            tolerance: shared::positive(args, "tolerance", false, DEFAULT_TOLERANCE)?,
            max_iterations: shared::count(args, "max-iterations", 1, DEFAULT_ITERATIONS)?,
        })
    }
}

/// A column in standard deviations from its mean.
#[derive(Debug)]
struct Standard {
    at: usize,
    mean: f64,
    sd: f64,
    values: Vec<Option<f64>>,
}

impl Standard {
    /// `None` for a column on which known values do not differ.
    fn of(at: usize, values: &[Option<f64>]) -> Outcome<Option<Self>> {
        let known: Vec<f64> = values.iter().flatten().copied().collect();
        if moments::constant(&known) {
            return Ok(None);
        }
        let sd = moments::standard_deviation(&known, 0).filter(|sd| *sd > 0.0 && sd.is_finite());
        let (Some(mean), Some(sd)) = (moments::mean(&known), sd) else { return Err(Fault::out_of_range()) };
        let values = values.iter().map(|x| x.map(|x| (x - mean) / sd)).collect();
        Ok(Some(Self { at, mean, sd, values }))
    }
}

/// Units with figures on the same columns.
#[derive(Debug)]
struct Pattern {
    known: Vec<usize>,
    missing: Vec<usize>,
    rows: Vec<usize>,
}

/// The patterns of all units with a figure, in a fixed order.
fn patterns(columns: &[Standard], n_rows: usize) -> Vec<Pattern> {
    let mut rows: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
    for row in 0..n_rows {
        let has: Vec<bool> = columns.iter().map(|column| column.values[row].is_some()).collect();
        if has.contains(&true) {
            rows.entry(has).or_default().push(row);
        }
    }
    let places = |has: &[bool], wanted: bool| (0..has.len()).filter(|j| has[*j] == wanted).collect();
    rows.into_iter()
        .map(|(has, rows)| Pattern { known: places(&has, true), missing: places(&has, false), rows })
        .collect()
}

/// A multivariate normal distribution.
#[derive(Debug, Clone)]
struct Normal {
    mean: Vec<f64>,
    covariance: Matrix,
}

/// The distribution of a pattern's gaps given its figures: slopes, one row per figure, and what they leave unexplained.
struct Conditional {
    slopes: Matrix,
    covariance: Matrix,
}

impl Normal {
    fn given(&self, pattern: &Pattern) -> Result<Conditional, Undefined> {
        let (known, missing) = (&pattern.known, &pattern.missing);
        if missing.is_empty() {
            // Nothing is expected of figures that determine each other.
            return Ok(Conditional {
                slopes: Matrix::zeros(known.len(), 0),
                covariance: Matrix::zeros(0, 0),
            });
        }
        let across =
            Matrix::from_fn(known.len(), missing.len(), |i, j| self.covariance[(known[i], missing[j])]);
        let slopes = linear::solve_many(&self.covariance.minor(known), &across).map_err(|why| match why {
            Undefined::Singular { column } => Undefined::Singular { column: known[column] },
            why => why,
        })?;
        let explained = across.transposed().times(&slopes)?;
        let all = self.covariance.minor(missing);
        let covariance =
            Matrix::from_fn(missing.len(), missing.len(), |i, j| all[(i, j)] - explained[(i, j)]);
        Ok(Conditional { slopes, covariance })
    }

    /// Deviations of a unit from the mean, gaps filled with what the figures expect.
    fn deviations(
        &self,
        columns: &[Standard],
        row: usize,
        pattern: &Pattern,
        given: &Conditional,
    ) -> Vec<f64> {
        let mut deviations = vec![0.0; columns.len()];
        for j in &pattern.known {
            deviations[*j] = columns[*j].values[row].map_or(0.0, |x| x - self.mean[*j]);
        }
        for (place, j) in pattern.missing.iter().enumerate() {
            let known = pattern.known.iter().enumerate();
            deviations[*j] = known.map(|(i, k)| given.slopes[(i, place)] * deviations[*k]).sum();
        }
        deviations
    }

    /// One round of EM.
    fn improved(&self, columns: &[Standard], patterns: &[Pattern], ridge: f64) -> Result<Self, Undefined> {
        let p = columns.len();
        let mut sums = vec![0.0; p];
        let mut products = Matrix::zeros(p, p);
        let mut n = 0.0;
        for pattern in patterns {
            let given = self.given(pattern)?;
            let count = pattern.rows.len() as f64;
            n += count;
            for (a, i) in pattern.missing.iter().enumerate() {
                for (b, j) in pattern.missing.iter().enumerate() {
                    products[(*i, *j)] += count * given.covariance[(a, b)];
                }
            }
            for row in &pattern.rows {
                let deviations = self.deviations(columns, *row, pattern, &given);
                for i in 0..p {
                    sums[i] += deviations[i];
                    for j in 0..=i {
                        products[(i, j)] += deviations[i] * deviations[j];
                    }
                }
            }
        }
        let shifts: Vec<f64> = sums.iter().map(|sum| sum / n).collect();
        let covariance = Matrix::from_fn(p, p, |i, j| {
            let c = products[(i.max(j), i.min(j))] / n - shifts[i] * shifts[j];
            (if i == j { c + ridge } else { c }) / (1.0 + ridge)
        });
        let mean = self.mean.iter().zip(&shifts).map(|(mean, shift)| mean + shift).collect();
        Ok(Self { mean, covariance })
    }

    /// Where the path through two improvements leads, by the third scheme of Varadhan and Roland: EM takes ever smaller steps
    /// the more is missing. `None` where that is no distribution.
    fn leap(&self, first: &Self, second: &Self) -> Option<Self> {
        let entries = |normal: &Self| -> Vec<f64> {
            normal.mean.iter().chain(normal.covariance.as_slice()).copied().collect()
        };
        let (start, first, second) = (entries(self), entries(first), entries(second));
        let step: Vec<f64> = first.iter().zip(&start).map(|(b, a)| b - a).collect();
        let bend: Vec<f64> = second.iter().zip(&first).zip(&step).map(|((c, b), r)| c - b - r).collect();
        let length = |entries: &[f64]| entries.iter().map(|x| x * x).sum::<f64>().sqrt();
        let far = (length(&step) / length(&bend)).max(1.0);
        let leap: Vec<f64> =
            start.iter().zip(&step).zip(&bend).map(|((a, r), v)| a + 2.0 * far * r + far * far * v).collect();
        let p = self.mean.len();
        let covariance = Matrix::from_fn(p, p, |i, j| leap[p + i * p + j]);
        let lifted =
            Matrix::from_fn(
                p,
                p,
                |i, j| if i == j { covariance[(i, j)] + ROUNDING } else { covariance[(i, j)] },
            );
        linear::cholesky(&lifted).ok()?;
        Some(Self { mean: leap[..p].to_vec(), covariance })
    }

    /// The largest difference of means and covariances.
    fn distance(&self, other: &Self) -> f64 {
        let pairs = self.mean.iter().zip(&other.mean);
        let entries = self.covariance.as_slice().iter().zip(other.covariance.as_slice());
        pairs
            .chain(entries)
            .fold(0.0, |most, (a, b)| if (a - b).abs() <= most { most } else { (a - b).abs() })
    }
}

impl Em {
    /// What the data must allow without a ridge.
    fn check<S: Scalar>(
        self,
        block: &Block<'_, S>,
        columns: &[Standard],
        patterns: &[Pattern],
    ) -> Outcome<()> {
        if self.ridge > 0.0 {
            return Ok(());
        }
        let n_units: usize = patterns.iter().map(|pattern| pattern.rows.len()).sum();
        if n_units <= columns.len() {
            return Err(Fault::new(
                &catalog::SINGULAR_MATRIX,
                format!(
                    "em has {} indicators and {n_units} units with figures, and needs more units",
                    columns.len()
                ),
            )
            .help("set `ridge`, for example to 0.1, or fill smaller groups of indicators one by one"));
        }
        for (j, b) in columns.iter().enumerate() {
            for a in &columns[..j] {
                let together =
                    a.values.iter().zip(&b.values).filter(|(a, b)| a.is_some() && b.is_some()).count();
                if together < 2 {
                    let (a, b) = (block.name(a.at), block.name(b.at));
                    let together = ["never", "once only"][together];
                    return Err(Fault::new(
                        &catalog::TOO_FEW_VALUES,
                        format!(
                            "{a} and {b} are {together} known for the same unit, so em cannot relate them"
                        ),
                    )
                    .help(format!("leave {a} or {b} out, or set `ridge`, for example to 0.1")));
                }
            }
        }
        Ok(())
    }

    fn fit<S: Scalar>(
        self,
        block: &Block<'_, S>,
        columns: &[Standard],
        patterns: &[Pattern],
    ) -> Outcome<Normal> {
        let p = columns.len();
        let mut normal = Normal { mean: vec![0.0; p], covariance: Matrix::identity(p) };
        let mut change = f64::INFINITY;
        let improved = |normal: &Normal| normal.improved(columns, patterns, self.ridge);
        for _ in 0..self.max_iterations {
            let step = || -> Result<(Normal, Normal), Undefined> {
                let first = improved(&normal)?;
                let second = improved(&first)?;
                Ok((first, second))
            };
            let (first, second) = step().map_err(|why| self.fault(block, columns, why))?;
            change = first.distance(&normal);
            if change <= self.tolerance {
                return Ok(second);
            }
            // A leap that ends where there is no distribution is not taken.
            let leap = normal.leap(&first, &second).and_then(|far| improved(&far).ok());
            normal = leap.unwrap_or(second);
        }
        Err(Fault::new(
            &catalog::TOO_FEW_VALUES,
            format!("em has not settled after {} iterations, the last of which changed {change:e} standard deviations: too much is missing", self.max_iterations),
        )
        .help("set `ridge`, for example to 0.1, or raise `max-iterations`"))
    }

    fn fault<S: Scalar>(self, block: &Block<'_, S>, columns: &[Standard], why: Undefined) -> Fault {
        let Undefined::Singular { column } = why else { return Fault::out_of_range() };
        let name = columns.get(column).map_or_else(String::new, |column| block.name(column.at));
        Fault::new(
            &catalog::SINGULAR_MATRIX,
            format!("em cannot tell {name} from the indicators before it, which determine it"),
        )
        .help(format!("leave {name} out, or set `ridge` above {}, for example to 0.01", self.ridge))
    }
}

impl<S: Scalar> Imputer<S> for Em {
    fn draws(&self) -> bool {
        true
    }
    fn impute(&self, block: &Block<'_, S>) -> Outcome<Vec<Vec<Filled<S>>>> {
        // A column of one value is filled with it and says nothing of the others.
        let mut filled = shared::by_column(block, |_, column| {
            let Some(value) = column.values().next().filter(|x| column.values().all(|y| y == *x)) else {
                return Ok(Vec::new());
            };
            let any = |row: &usize| block.columns.iter().any(|column| column.has(*row));
            Ok(shared::gaps(column).filter(any).map(|row| (row, value)).collect())
        })?;
        let mut columns = Vec::new();
        for (at, column) in block.columns.iter().enumerate() {
            columns.extend(Standard::of(at, &shared::doubles(column))?);
        }
        let patterns = patterns(&columns, block.n_rows());
        if patterns.iter().all(|pattern| pattern.missing.is_empty()) {
            return Ok(filled);
        }
        self.check(block, &columns, &patterns)?;
        let normal = self.fit(block, &columns, &patterns)?;
        let mut cells: Vec<Vec<Filled<f64>>> = vec![Vec::new(); columns.len()];
        for pattern in patterns.iter().filter(|pattern| !pattern.missing.is_empty()) {
            let given = normal.given(pattern).map_err(|why| self.fault(block, &columns, why))?;
            // The square root of the covariance by its eigenvectors also serves where some gaps determine others.
            let root = match block.draw {
                None => None,
                Some(draw) => {
                    Some((draw, linear::eigen(&given.covariance).map_err(|_| Fault::out_of_range())?))
                }
            };
            for row in &pattern.rows {
                let deviations = normal.deviations(&columns, *row, pattern, &given);
                for (place, j) in pattern.missing.iter().enumerate() {
                    let noise = root.as_ref().map_or(0.0, |(draw, eigen)| {
                        let gaps = pattern.missing.iter().enumerate();
                        gaps.map(|(k, gap)| {
                            let z = random::stream(*draw, Use::Cell, columns[*gap].at, *row).normal(0);
                            eigen.vectors[(place, k)] * eigen.values[k].max(0.0).sqrt() * z
                        })
                        .sum()
                    });
                    let Standard { mean, sd, .. } = columns[*j];
                    cells[*j].push((*row, mean + sd * (normal.mean[*j] + deviations[*j] + noise)));
                }
            }
        }
        for (column, cells) in columns.iter().zip(&mut cells) {
            cells.sort_unstable_by_key(|(row, _)| *row);
            filled[column.at] = shared::numbers(cells)?;
        }
        Ok(filled)
    }
    fn account(&self, block: &Block<'_, S>, column: usize, row: usize) -> Outcome<Account> {
        let figures = block.columns[column];
        if let Some(value) = figures.values().next().filter(|x| figures.values().all(|y| y == *x)) {
            return Ok(Account::constant(figures, value));
        }
        let mut columns = Vec::new();
        for (at, column) in block.columns.iter().enumerate() {
            columns.extend(Standard::of(at, &shared::doubles(column))?);
        }
        let patterns = patterns(&columns, block.n_rows());
        let of_row = patterns.iter().find(|pattern| pattern.rows.contains(&row));
        let place = of_row.and_then(|p| p.missing.iter().position(|j| columns[*j].at == column));
        let (Some(pattern), Some(place)) = (of_row, place) else { return Ok(Account::default()) };
        self.check(block, &columns, &patterns)?;
        let normal = self.fit(block, &columns, &patterns)?;
        let given = normal.given(pattern).map_err(|why| self.fault(block, &columns, why))?;
        // From deviations in standard deviations to the figures themselves.
        let own = pattern.missing[place];
        let mut intercept = columns[own].mean + columns[own].sd * normal.mean[own];
        let mut account = Account::default();
        for (i, k) in pattern.known.iter().enumerate() {
            let coefficient = columns[own].sd * given.slopes[(i, place)] / columns[*k].sd;
            intercept -= coefficient * (columns[*k].mean + columns[*k].sd * normal.mean[*k]);
            account = account.and(columns[*k].at, row, &[("coefficient", coefficient)]);
        }
        let n: usize = patterns.iter().map(|pattern| pattern.rows.len()).sum();
        account.facts = vec![("n", n as f64), ("intercept", intercept)];
        Ok(account)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;
    use proptest::prelude::*;

    /// Little and Rubin (2019), table 7.4 and example 7.8: the data of Draper and Smith with some values taken away, and the
    /// means of largest likelihood that Rubin found by factoring the likelihood.
    #[test]
    fn little_and_rubin() {
        let data = table(
            "7 26 6 60 78.5 | 1 29 15 52 74.3 | 11 56 8 20 104.3 | 11 31 8 47 87.6 | 7 52 6 33 95.9 | 11 55 9 22 109.2 \
             | 3 71 17 . 102.7 | 1 31 22 . 72.5 | 2 54 18 . 93.1 | . . 4 . 115.9 | . . 23 . 83.8 | . . 9 . 113.3 \
             | . . 8 . 109.4",
        );
        let filled = data.filled::<f64>(&METHOD, "").unwrap();
        for (at, want) in [6.655, 49.965, 11.769, 27.047, 95.423].into_iter().enumerate() {
            let mean = filled.iter().map(|row| row[at].unwrap()).sum::<f64>() / 13.0;
            assert!((mean - want).abs() < 0.0006, "X{}: {mean}, not {want}", at + 1);
        }
    }

    /// With gaps in one of two indicators, the likelihood factors (Anderson 1957): the expected values lie on the regression
    /// line of the complete units. Data of Anscombe (1973).
    #[test]
    fn gaps_in_one_of_two_indicators_lie_on_the_regression_line() {
        let data = table(
            "10 8.04 | 8 6.95 | 13 7.58 | 9 8.81 | 11 8.33 | 14 9.96 | 6 7.24 | 4 4.26 | 12 10.84 | 7 4.82 | 5 5.68 \
             | 0 . | 20 .",
        );
        let filled = data.impute::<f64>(&METHOD, "tolerance = 0.0000000000001").unwrap();
        for ((_, y), want) in filled[1].iter().zip([3.000_090_909, 13.001_909_091]) {
            assert!((y - want).abs() < 1e-8, "{y}");
        }
    }

    #[test]
    fn edges() {
        check(&METHOD, "", &table("."), ".");
        check(&METHOD, "", &table("1 | ."), "1 | .");
        check(&METHOD, "", &table("1 . | 2 ."), "1 . | 2 .");
        check(&METHOD, "", &table("1 5 | 2 . | . ."), "1 5 | 2 5 | . .");
        check(&METHOD, "", &table("1 2 | 3 5"), "1 2 | 3 5");
        for text in ["ridge = -1", "tolerance = 0", "max-iterations = 0", "max-iterations = 1.5"] {
            assert_eq!(fault(&METHOD, text, &table("1")).kind.id, "invalid-parameter", "{text}");
        }
    }

    #[test]
    fn what_the_data_do_not_determine_is_refused_without_a_ridge() {
        let wide = table("1 2 4 | 3 5 9 | 4 4 .");
        let wide_fault = fault(&METHOD, "", &wide);
        assert_eq!(wide_fault.kind.id, "singular-matrix");
        assert!(wide_fault.message.contains("3 indicators and 3 units"), "{wide_fault}");
        let twice = table("1 2 4 | 2 4 9 | 3 6 5 | 4 8 1 | 5 10 3 | 6 12 .");
        let twice_fault = fault(&METHOD, "", &twice);
        assert_eq!(twice_fault.kind.id, "singular-matrix");
        assert!(twice_fault.message.contains("`X1`"), "{twice_fault}");
        let apart = table("1 . 4 | 2 . 9 | 4 . 3 | . 8 1 | . 10 3 | . 12 4");
        let apart_fault = fault(&METHOD, "", &apart);
        assert_eq!(apart_fault.kind.id, "too-few-values");
        assert!(apart_fault.message.starts_with("`X0` and `X1` are never known"), "{apart_fault}");
        let slow = fault(&METHOD, "max-iterations = 1", &table("1 2 | 3 5 | 4 4 | 5 ."));
        assert_eq!(slow.kind.id, "too-few-values");
        for data in [wide, twice, apart] {
            let filled = data.filled::<f64>(&METHOD, "ridge = 0.1").unwrap();
            assert!(filled.iter().flatten().all(Option::is_some));
        }
    }

    #[test]
    fn a_ridge_draws_the_expected_value_to_the_mean() {
        let data = table("1 2 | 2 5 | 3 4 | 4 9 | 5 8 | 9 .");
        let expected = |text| data.impute::<f64>(&METHOD, text).unwrap()[1][0].1;
        let values = ["ridge = 0", "ridge = 0.1", "ridge = 1", "ridge = 1000"].map(expected);
        assert!(values.windows(2).all(|pair| pair[0] > pair[1]), "{values:?}");
        assert!((values[3] - 5.6).abs() < 0.05, "{values:?}");
    }

    /// Little and Rubin (2019), section 11.2: drawn gaps keep the spread and the correlation that expected values lose.
    #[test]
    fn draws_have_the_conditional_distribution() {
        let rows = "1 2 3 | 2 5 1 | 3 4 4 | 4 9 8 | 5 8 5 | 6 7 9 | 7 12 7 | 8 9 9 | 3 . .";
        let mean = table(rows).impute::<f64>(&METHOD, "").unwrap();
        let mean = [mean[1][0].1, mean[2][0].1];
        let n = 400;
        let draws: Vec<[f64; 2]> = (0..n)
            .map(|index| {
                let filled = table(rows).draw(11, index).impute::<f64>(&METHOD, "").unwrap();
                [filled[1][0].1 - mean[0], filled[2][0].1 - mean[1]]
            })
            .collect();
        // With one complete predictor the conditional covariance is that of the residuals, with divisor 8.
        let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0f64];
        let residuals = |y: [f64; 8]| {
            let fit = gradus_statistics::linear::least_squares(&y, &[x.to_vec()], true).unwrap();
            fit.residuals
        };
        let b = residuals([2.0, 5.0, 4.0, 9.0, 8.0, 7.0, 12.0, 9.0]);
        let c = residuals([3.0, 1.0, 4.0, 8.0, 5.0, 9.0, 7.0, 9.0]);
        let product =
            |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / a.len() as f64;
        let drawn: Vec<Vec<f64>> = (0..2).map(|at| draws.iter().map(|draw| draw[at]).collect()).collect();
        for (i, j, want) in [(0, 0, product(&b, &b)), (1, 1, product(&c, &c)), (0, 1, product(&b, &c))] {
            let found = product(&drawn[i], &drawn[j]);
            let size = (product(&b, &b) * product(&c, &c)).sqrt();
            assert!((found - want).abs() < 0.3 * size, "{i} {j}: {found}, not {want}");
        }
        assert!(drawn.iter().all(|drawn| (drawn.iter().sum::<f64>() / n as f64).abs() < 0.4));
    }

    #[test]
    fn properties() {
        holds(&METHOD, "ridge = 0.5; tolerance = 0.000000000001", &[Property::Affine]);
    }

    #[test]
    fn a_linear_relation_is_recovered() {
        let line =
            (prop::collection::vec(-99i64..99, 4..12), -9i64..9, -99i64..99, any::<prop::sample::Index>());
        runner()
            .run(&line, |(x, slope, constant, gap)| {
                let gap = gap.index(x.len());
                let rest: Vec<i64> = (0..x.len()).filter(|i| *i != gap).map(|i| x[i]).collect();
                prop_assume!(rest.iter().any(|x| *x != rest[0]) && slope != 0);
                let row = |(i, x): (usize, &i64)| {
                    let y = slope * x + constant;
                    if i == gap { format!("{x} .") } else { format!("{x} {y}") }
                };
                let rows: Vec<String> = x.iter().enumerate().map(row).collect();
                let filled =
                    table(&rows.join(" | ")).impute::<f64>(&METHOD, "tolerance = 0.000000000001").unwrap();
                let want = (slope * x[gap] + constant) as f64;
                let size = (slope * 100).abs() as f64;
                prop_assert!((filled[1][0].1 - want).abs() < 1e-6 * size, "{} {}", filled[1][0].1, want);
                Ok(())
            })
            .unwrap();
    }
}
