//! Regression: a gap takes what the other indicators of the unit predict.
//!
//! Use it where the indicator goes along a line with others. It strengthens the correlations it uses, unless values are drawn,
//! and may predict far beyond the known values: skewed indicators are better transformed first.

use crate::random::{self, Use};
use crate::shared;
use crate::{Account, Block, Draw, Filled, Imputer, ImputerBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::Scalar;
use gradus_statistics::{Matrix, linear, moments};
use std::collections::BTreeMap;

const DEFAULT_PREDICTORS: usize = 5;
const DEFAULT_COVERAGE: f64 = 0.8;
/// Degrees of freedom that a model keeps, so that its residuals say something.
const SPARE: usize = 2;
/// A residual sum of squares this small, in proportion to the total, is none: the line is met.
const MET: f64 = 1e-20;
/// Criteria this near to each other are equal: the indicator that comes first is taken, in whatever order units stand.
const SAME: f64 = 1e-9;

const CHEN_CHEN: Reference = Reference {
    citation: "Chen and Chen (2008). Extended Bayesian information criteria for model selection with large model spaces. Biometrika 95(3), 759-771",
    locator: "https://doi.org/10.1093/biomet/asn034",
};
const RUBIN: Reference = Reference {
    citation: "Rubin (1987). Multiple Imputation for Nonresponse in Surveys. Wiley. Example 5.1",
    locator: "https://doi.org/10.1002/9780470316696",
};

/// Registry entry of [`Regression`].
pub static METHOD: Method<ImputerBox> = Method {
    id: "regression",
    since: "0.1.0",
    summary: "Every gap becomes what a linear regression on the best of the other indicators predicts.",
    summary_zh: "回归插补：以其他指标中最佳的若干个作线性回归，用预测值代替缺失值。",
    formula: "x = b0 + sum(b p) over the predictors p; chosen one by one of P while EBIC = n ln(RSS / n) + k ln(n) + 2 k ln(P) falls",
    params: &[
        Param {
            name: "predictors",
            kind: ParamKind::Number,
            default: Default::Value("5"),
            range: "a whole number from 1",
            meaning: "how many predictors a regression has at most",
        },
        Param {
            name: "coverage",
            kind: ParamKind::Number,
            default: Default::Value("0.8"),
            range: "above 0, at most 1",
            meaning: "the share of the units with the indicator for which all predictors must be known too",
        },
    ],
    references: &[shared::HANDBOOK, CHEN_CHEN, RUBIN],
    build: |args| Ok(ImputerBox::new(Regression::new(args)?)),
};

/// The prediction of a linear regression on other indicators, chosen stepwise.
///
/// # Formula
/// ```text
/// x = b₀ + Σ b p     over the predictors p, by least squares over the units that have x and every p
/// ```
/// Predictors are chosen forward for each indicator with gaps. In each step every other indicator is tried, over the units that
/// have it, the indicator and the predictors chosen so far; the one is added that lowers the extended Schwarz criterion
/// n ln(RSS / n) + k ln n + 2 k ln P of Chen and Chen most, until none does. P is the number of indicators to choose from: the
/// more there are, the better one of them fits by chance. A unit that lacks some of them is predicted by a regression on those it
/// has; if it has none, predictors are chosen among its own indicators.
///
/// For multiple imputation the residual variance is drawn as RSS / χ², the coefficients from their normal distribution
/// given that variance, and the value about its prediction (Rubin's example 5.1).
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `predictors` | 5 | whole, from 1 | how many predictors at most |
/// | `coverage` | 0.8 | above 0, at most 1 | the share of the units with the indicator that must have all predictors |
/// # Input and output
/// Indicators in any measurement units; each is filled in its own. Computed in binary64 whatever the arithmetic of the
/// package.
/// # Missing values and edge cases
/// Known values stay; filled ones are not used to fill others. A regression keeps two degrees of freedom. Where no
/// indicator lowers the criterion, the prediction is the mean. An indicator on which all units are equal is filled with
/// that value. A unit without any other figure stays missing, and so does a column without any value.
/// # Errors
/// `invalid-parameter` when a parameter is out of its range; `out-of-range` when squares leave the range of a double.
/// # Example
/// ```
/// use gradus_impute::{Block, Imputer, regression::Regression};
/// use gradus_method::{Args, Column};
/// let income = Column::of(vec![1.0, 2.0, 3.0, 4.0, 5.0]);
/// let schooling = Column::from_options([Some(4.0), Some(6.0), Some(8.0), Some(10.0), None]);
/// let columns = [&income, &schooling];
/// let filled = Regression::new(&Args::new())?.impute(&Block::of(&columns))?;
/// assert!((filled[1][0].1 - 12.0).abs() < 1e-12);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook, step 3. Chen and Chen (2008), with γ = 1. Rubin (1987), example 5.1.
#[derive(Debug, Clone, Copy)]
pub struct Regression {
    predictors: usize,
    coverage: f64,
}

impl Regression {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` when `predictors` is not a whole number from 1, or `coverage` not a share above 0.
    pub fn new(args: &Args) -> Outcome<Self> {
        let coverage = shared::positive(args, "coverage", false, DEFAULT_COVERAGE)?;
        if coverage > 1.0 {
            return Err(Fault::parameter(
                "coverage",
                format!("`coverage` must be at most 1, found {coverage}"),
            )
            .help("write it as a share: `coverage = 0.8`"));
        }
        Ok(Self { predictors: shared::count(args, "predictors", 1, DEFAULT_PREDICTORS)?, coverage })
    }

    /// The best predictors of column `at` among `candidates`.
    fn choose(self, columns: &[Vec<Option<f64>>], at: usize, candidates: &[usize]) -> Vec<usize> {
        let n_known = columns[at].iter().flatten().count();
        let price = |count: usize| Scalar::ln(count as f64).unwrap_or(0.0);
        let mut chosen: Vec<usize> = Vec::new();
        while chosen.len() < self.predictors {
            let mut best: Option<(f64, usize)> = None;
            for candidate in candidates.iter().filter(|candidate| !chosen.contains(candidate)) {
                let with: Vec<usize> = chosen.iter().chain([candidate]).copied().collect();
                let sample = Sample::of(columns, at, &with);
                let n = sample.y.len();
                if n < with.len() + 1 + SPARE || (n as f64) < self.coverage * n_known as f64 {
                    continue;
                }
                let floor = MET * squares(&sample.y, moments::mean(&sample.y).unwrap_or(0.0));
                let left = |columns: &[Vec<f64>]| {
                    let fit = linear::least_squares(&sample.y, columns, true).ok()?;
                    Some(squares(&fit.residuals, 0.0).max(floor))
                };
                let without = left(&sample.x[..chosen.len()]).filter(|left| *left > floor);
                let (Some(without), Some(left)) = (without, left(&sample.x)) else { continue };
                let Some(log) = Scalar::ln(left / without) else { continue };
                let change = n as f64 * log + price(n) + 2.0 * price(candidates.len());
                if change < best.map_or(0.0, |(least, _)| least) - SAME {
                    best = Some((change, *candidate));
                }
            }
            let Some((_, candidate)) = best else { break };
            chosen.push(candidate);
        }
        chosen
    }
}

/// The units that have a column and its predictors.
struct Sample {
    y: Vec<f64>,
    x: Vec<Vec<f64>>,
}

impl Sample {
    fn of(columns: &[Vec<Option<f64>>], at: usize, predictors: &[usize]) -> Self {
        let rows: Vec<usize> = (0..columns[at].len())
            .filter(|row| {
                columns[at][*row].is_some() && predictors.iter().all(|p| columns[*p][*row].is_some())
            })
            .collect();
        let values = |column: usize| rows.iter().filter_map(|row| columns[column][*row]).collect();
        Self { y: values(at), x: predictors.iter().map(|p| values(*p)).collect() }
    }
}

fn squares(values: &[f64], center: f64) -> f64 {
    values.iter().map(|x| (x - center) * (x - center)).sum()
}

/// A fitted regression, or one draw of it: the prediction at the mean of the predictors, and a slope for each.
#[derive(Debug)]
struct Line {
    predictors: Vec<usize>,
    means: Vec<f64>,
    middle: f64,
    slopes: Vec<f64>,
    /// The standard deviation of values about the line, where values are drawn.
    spread: f64,
}

impl Line {
    fn fit(
        columns: &[Vec<Option<f64>>],
        at: usize,
        mut predictors: Vec<usize>,
        draw: Option<Draw>,
    ) -> Outcome<Self> {
        loop {
            let sample = Sample::of(columns, at, &predictors);
            match linear::least_squares(&sample.y, &sample.x, true) {
                Ok(fit) => {
                    let means: Vec<f64> = sample.x.iter().map(|x| moments::mean(x).unwrap_or(0.0)).collect();
                    let middle = fit.predict(&means);
                    let slopes = fit.coefficients[1..].to_vec();
                    let line = Self { predictors, means, middle, slopes, spread: 0.0 };
                    return Ok(match draw {
                        None => line,
                        Some(draw) => line.drawn(&sample, &fit, draw, at),
                    });
                }
                // Predictors that determine each other where they are all known: the first of them say it all.
                Err(_) if !predictors.is_empty() => drop(predictors.pop()),
                Err(_) => return Err(Fault::out_of_range()),
            }
        }
    }

    /// The line with spread, height and slopes drawn from their distribution given the sample.
    fn drawn(mut self, sample: &Sample, fit: &linear::Regression, draw: Draw, at: usize) -> Self {
        let spreads = random::stream(draw, Use::Spread, at, 0);
        let chi_square: f64 =
            (0..fit.degrees_of_freedom).map(|i| spreads.normal(i as u64)).map(|z| z * z).sum();
        self.spread = (squares(&fit.residuals, 0.0) / chi_square).sqrt();
        if !self.spread.is_finite() {
            self.spread = 0.0;
        }
        let coefficients = random::stream(draw, Use::Coefficients, at, 0);
        self.middle += self.spread * coefficients.normal(0) / (sample.y.len() as f64).sqrt();
        let products = Matrix::from_fn(self.means.len(), self.means.len(), |i, j| {
            let deviations = sample.x[i].iter().zip(&sample.x[j]);
            deviations.map(|(a, b)| (a - self.means[i]) * (b - self.means[j])).sum()
        });
        let normals: Vec<f64> = (0..self.means.len()).map(|i| coefficients.normal(i as u64 + 1)).collect();
        // With products = L Lᵗ, the solution u of Lᵗ u = z has their inverse as covariance.
        let shifts =
            linear::cholesky(&products).and_then(|lower| linear::solve(&lower.transposed(), &normals));
        for (slope, shift) in self.slopes.iter_mut().zip(shifts.unwrap_or_default()) {
            *slope += self.spread * shift;
        }
        self
    }

    fn at(&self, columns: &[Vec<Option<f64>>], row: usize) -> f64 {
        let steps = self.predictors.iter().zip(&self.means).zip(&self.slopes);
        let step =
            |((p, mean), slope): ((&usize, &f64), &f64)| (columns[*p][row].unwrap_or(*mean) - mean) * slope;
        self.middle + steps.map(step).sum::<f64>()
    }
}

impl<S: Scalar> Imputer<S> for Regression {
    fn draws(&self) -> bool {
        true
    }
    fn impute(&self, block: &Block<'_, S>) -> Outcome<Vec<Vec<Filled<S>>>> {
        let columns: Vec<Vec<Option<f64>>> =
            block.columns.iter().map(|column| shared::doubles(column)).collect();
        shared::by_column(block, |at, column| {
            let known: Vec<f64> = columns[at].iter().flatten().copied().collect();
            let Some(first) = column.values().next() else { return Ok(Vec::new()) };
            let others: Vec<usize> = (0..columns.len()).filter(|other| *other != at).collect();
            let own = |row: usize| -> Vec<usize> {
                others.iter().copied().filter(|p| columns[*p][row].is_some()).collect()
            };
            let rows: Vec<usize> = shared::gaps(column).filter(|row| !own(*row).is_empty()).collect();
            if moments::constant(&known) {
                return Ok(rows.into_iter().map(|row| (row, first)).collect());
            }
            let chosen = self.choose(&columns, at, &others);
            let mut lines: BTreeMap<Vec<usize>, Line> = BTreeMap::new();
            let mut fallbacks: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
            let mut filled = Vec::new();
            for row in rows {
                let mut predictors: Vec<usize> =
                    chosen.iter().copied().filter(|p| columns[*p][row].is_some()).collect();
                if predictors.is_empty() && !chosen.is_empty() {
                    let own = own(row);
                    let choose = || self.choose(&columns, at, &own);
                    predictors.clone_from(fallbacks.entry(own.clone()).or_insert_with(choose));
                }
                if !lines.contains_key(&predictors) {
                    let line = Line::fit(&columns, at, predictors.clone(), block.draw)?;
                    lines.insert(predictors.clone(), line);
                }
                let Some(line) = lines.get(&predictors) else { continue };
                let noise = block.draw.map_or(0.0, |draw| random::stream(draw, Use::Cell, at, row).normal(0));
                filled.push((row, line.at(&columns, row) + line.spread * noise));
            }
            shared::numbers(&filled)
        })
    }
    fn account(&self, block: &Block<'_, S>, column: usize, row: usize) -> Outcome<Account> {
        let columns: Vec<Vec<Option<f64>>> =
            block.columns.iter().map(|column| shared::doubles(column)).collect();
        let known: Vec<f64> = columns[column].iter().flatten().copied().collect();
        if let Some(first) = block.columns[column].values().next().filter(|_| moments::constant(&known)) {
            return Ok(Account::constant(block.columns[column], first));
        }
        let others: Vec<usize> = (0..columns.len()).filter(|other| *other != column).collect();
        let has = |p: &usize| columns[*p][row].is_some();
        let chosen = self.choose(&columns, column, &others);
        let mut predictors: Vec<usize> = chosen.iter().copied().filter(has).collect();
        if predictors.is_empty() && !chosen.is_empty() {
            let own: Vec<usize> = others.into_iter().filter(has).collect();
            predictors = self.choose(&columns, column, &own);
        }
        let line = Line::fit(&columns, column, predictors, None)?;
        let terms = || line.predictors.iter().zip(&line.means).zip(&line.slopes);
        let shift: f64 = terms().map(|((_, mean), slope)| mean * slope).sum();
        let n = Sample::of(&columns, column, &line.predictors).y.len();
        let account = Account::of_facts([("n", n as f64), ("intercept", line.middle - shift)]);
        Ok(terms().fold(account, |account, ((p, _), slope)| account.and(*p, row, &[("coefficient", *slope)])))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    /// The first of Anscombe's four data sets, of which the regression is y = 3.00 + 0.500 x. Anscombe (1973), "Graphs in
    /// statistical analysis", American Statistician 27(1), https://doi.org/10.1080/00031305.1973.10478966.
    const ANSCOMBE: &str = "10 8.04 | 8 6.95 | 13 7.58 | 9 8.81 | 11 8.33 | 14 9.96 | 6 7.24 | 4 4.26 | 12 10.84 \
                            | 7 4.82 | 5 5.68";

    #[test]
    fn anscombe() {
        let data = table(&format!("{ANSCOMBE} | 0 . | 10 . | 20 ."));
        let filled = data.impute::<f64>(&METHOD, "").unwrap();
        // 3.0000909 + 0.5000909 x
        for ((_, y), want) in filled[1].iter().zip([3.000_090_909_090_91, 8.001, 13.001_909_090_909_09]) {
            assert!((y - want).abs() < 1e-12, "{y}");
        }
    }

    #[test]
    fn a_linear_relation_is_recovered_whichever_indicators_a_unit_has() {
        // c = 2 a - b + 5; the last two units lack a predictor.
        let data = table(
            "1 2 5 3 | 2 7 2 9 | 3 1 10 2 | 4 8 5 8 | 5 5 10 1 | 6 0 17 7 | 7 3 16 5 | 8 9 12 5 | 9 9 . 5 | 2 0 . . | . 4 . 1",
        );
        let filled = data.impute::<f64>(&METHOD, "").unwrap();
        assert!((filled[2][0].1 - 14.0).abs() < 1e-9, "{filled:?}");
        assert!((filled[2][1].1 - 9.0).abs() < 1e-9, "{filled:?}");
        assert_eq!(filled[2].len(), 3);
        let one = data.impute::<f64>(&METHOD, "predictors = 1").unwrap();
        assert!((one[2][0].1 - 14.0).abs() > 0.1, "{one:?}");
    }

    #[test]
    fn without_a_predictor_it_is_the_mean() {
        check(&METHOD, "", &table("1 5 | 2 -5 | 3 -5 | 4 5 | 9 ."), "1 5 | 2 -5 | 3 -5 | 4 5 | 9 0");
    }

    #[test]
    fn edges() {
        check(&METHOD, "", &table("."), ".");
        check(&METHOD, "", &table("1 | ."), "1 | .");
        check(&METHOD, "", &table("1 . | 2 ."), "1 . | 2 .");
        check(&METHOD, "", &table("1 5 | 2 . | . ."), "1 5 | 2 5 | . .");
        check(&METHOD, "", &table("1 0.1 | 2 0.1 | 3 ."), "1 0.1 | 2 0.1 | 3 0.1");
        for text in ["predictors = 0", "coverage = 0", "coverage = 1.1", "coverage = -1"] {
            assert_eq!(fault(&METHOD, text, &table("1")).kind.id, "invalid-parameter", "{text}");
        }
        let huge = table("1 1 | 2 3 | 3 2 | 4 4 | 5 .");
        let columns = huge.columns::<f64>();
        let scaled = columns[1].to_options().into_iter().map(|x| x.map(|x| x * 1e307));
        let scaled = gradus_method::Column::from_options(scaled);
        let columns = [&columns[0], &scaled];
        let method = METHOD.make(&args("")).unwrap();
        let method = <f64 as gradus_model::Scalar>::pick(&method);
        match method.impute(&crate::Block::of(&columns)) {
            Ok(filled) => assert!(filled[1].iter().all(|(_, x)| x.is_finite())),
            Err(fault) => assert_eq!(fault.kind.id, "out-of-range"),
        }
    }

    /// Over many draws, values scatter about the prediction as a new observation does: with s² (1 + 1/n + d²/Sxx), and the
    /// t distribution's wider tails.
    #[test]
    fn draws_scatter_as_a_new_observation_would() {
        let drawn = |index: u64| {
            let data = table(&format!("{ANSCOMBE} | 15 . | 9 .")).draw(5, index);
            let filled = data.impute::<f64>(&METHOD, "").unwrap();
            (filled[1][0].1, filled[1][1].1)
        };
        assert_eq!(drawn(3), drawn(3));
        let n = 2000;
        let draws: Vec<(f64, f64)> = (0..n).map(drawn).collect();
        let n = n as f64;
        for (values, d) in [
            (draws.iter().map(|pair| pair.0).collect::<Vec<f64>>(), 6.0),
            (draws.iter().map(|pair| pair.1).collect(), 0.0),
        ] {
            let mean = values.iter().sum::<f64>() / n;
            let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
            // RSS 13.76269, 9 degrees of freedom, Sxx 110; the variance of t is 9/7.
            let want = 13.762_69 / 9.0 * (1.0 + 1.0 / 11.0 + d * d / 110.0) * 9.0 / 7.0;
            assert!((mean - (7.500_909 + 0.500_090_9 * d)).abs() < 4.0 * (want / n).sqrt(), "{mean}");
            assert!((variance / want - 1.0).abs() < 0.15, "{variance} {want}");
        }
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", &[Property::Affine]);
        holds(&METHOD, "predictors = 1; coverage = 0.5", &[Property::Affine]);
    }
}
