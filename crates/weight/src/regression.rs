//! Regression weights: a part counts by its coefficient in a regression of an outside variable on all parts.
//!
//! Use it where there is a figure of what the index is to stand for, and units enough: ten per part. The weights then say
//! what predicts that figure, which is not what matters. Parts that go together make coefficients unsure and may turn
//! their signs.

use crate::shared::{self, Negative, Target};
use crate::{Parts, Weighed, Weigher, WeigherBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;
use gradus_statistics::linear;

/// Registry entry of [`Regression`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "regression",
    since: "0.1.0",
    summary: "Weights in proportion to the coefficients of a least-squares regression of a target on the parts.",
    summary_zh: "回归权重：与目标变量对各部分最小二乘回归的系数成正比。",
    formula: "w = b / sum(b) with target = a + sum(b x) + error and the least sum of squared errors",
    params: &[
        Param {
            name: Target::NAME,
            kind: ParamKind::Code,
            default: Default::Required,
            range: "a code with figures for the same units",
            meaning: "the outside variable to explain; the more of it the better",
        },
        Param {
            name: "coefficients",
            kind: ParamKind::Word(&["raw", "standardized"]),
            default: Default::Value("raw"),
            range: "raw, standardized",
            meaning: "raw coefficients for scores on one scale, or per standard deviation of each part for other figures",
        },
        Negative::PARAM,
    ],
    references: &[
        shared::HANDBOOK,
        Reference {
            citation: "Draper and Smith (1998). Applied Regression Analysis, third edition. Wiley",
            locator: "https://doi.org/10.1002/9781118625590",
        },
    ],
    build: |args| Ok(WeigherBox::new(Regression::new(args)?)),
};

/// Weights from ordinary least squares.
///
/// # Formula
/// ```text
/// target = a + Σ_j b_j x_j + e,  Σ e² least
/// w_j = b_j / Σ b              raw
/// w_j = b_j s_j / Σ b s        standardized, s the standard deviation of x
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `target` | none | a code | the outside variable to explain |
/// | `coefficients` | `raw` | `raw`, `standardized` | whether coefficients count per point or per standard deviation |
/// | `negative` | `refuse` | `refuse`, `zero` | what becomes of a part with a coefficient below 0 |
/// # Input and output
/// Scores on one scale (`raw`), or figures (`standardized`), turned where lower is better. Dimensionless weights that add up
/// to 1. Facts: coefficients, R squared, and the number of units. Computed in binary64 whatever the arithmetic of the package.
/// # Missing values and edge cases
/// Units with a value of every part and of the target; two more than parts at least. With `negative = "zero"` the other
/// coefficients stay as they were. A group of one part weighs it fully.
/// # Errors
/// `too-few-values` for too few complete units; `zero-range` for a part or target whose values are all equal;
/// `singular-matrix` when parts determine each other; `no-solution` for a coefficient below 0 unless `negative` says
/// otherwise, and when none is above 0.
/// # Example
/// ```
/// use gradus_method::{Arg, Args, Column};
/// use gradus_weight::{Group, regression::Regression};
/// // The target is 2 A + 6 B.
/// let group = Group::new([
///     ("A", Column::of(vec![1.0, 2.0, 3.0, 5.0])),
///     ("B", Column::of(vec![2.0, 1.0, 3.0, 2.0])),
/// ])?
/// .target(Column::of(vec![14.0, 10.0, 24.0, 22.0]));
/// let method = Regression::new(&Args::new().with("target", Arg::Text("Y".to_owned())))?;
/// let weights = group.weigh(&method)?.weights;
/// assert!((weights[0] - 0.25).abs() < 1e-12);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook, step 6. Draper and Smith (1998), Applied Regression Analysis.
#[derive(Debug, Clone)]
pub struct Regression {
    target: Target,
    standardized: bool,
    negative: Negative,
}

impl Regression {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for what is no code or word.
    pub fn new(args: &Args) -> Outcome<Self> {
        let target = Target::of(args)?.ok_or_else(|| {
            Fault::new(&catalog::MISSING_PARAMETER, "parameter `target` is missing")
                .of(Target::NAME)
                .help("give the code of the variable to explain")
        })?;
        let standardized = args.word("coefficients", &[("raw", false), ("standardized", true)], false)?;
        Ok(Self { target, standardized, negative: Negative::of(args)? })
    }
}

impl<S: Scalar> Weigher<S> for Regression {
    fn target(&self) -> Option<&str> {
        Some(&self.target.code)
    }

    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        if let Some(only) = Weighed::only(parts) {
            return Ok(only);
        }
        let target = self.target.column(parts)?;
        let n_parts = parts.codes.len();
        let rows: Vec<(usize, f64)> = shared::complete_rows(parts)
            .into_iter()
            .filter(|row| *row < target.len())
            .filter_map(|row| Some((row, target.get(row)?.to_f64())))
            .collect();
        if rows.len() < n_parts + 2 {
            let what = format!("units with every part and `{}`", self.target.code);
            return Err(shared::too_few(METHOD.id, n_parts + 2, rows.len(), &what));
        }
        let y: Vec<f64> = rows.iter().map(|(_, y)| *y).collect();
        if shared::constant(&y) {
            return Err(Fault::new(
                &catalog::ZERO_RANGE,
                format!("`{}` is the same for all units, so nothing explains it", self.target.code),
            )
            .help("name a `target` that varies, or use the method `equal`"));
        }
        let mut columns = Vec::with_capacity(n_parts);
        for ((code, column), direction) in parts.codes.iter().zip(parts.columns).zip(parts.directions) {
            let figures = rows.iter().filter_map(|(row, _)| column.get(*row));
            let figures: Vec<f64> = figures.map(|x| shared::turned(*direction, x.to_f64())).collect();
            if shared::constant(&figures) {
                return Err(shared::constant_part(METHOD.id, code));
            }
            columns.push(figures);
        }
        let found = linear::least_squares(&y, &columns, true)
            .map_err(|why| shared::undefined(METHOD.id, parts.codes, why))?;
        let mut slopes: Vec<f64> = found.coefficients.iter().skip(1).copied().collect();
        if self.standardized {
            for ((slope, column), code) in slopes.iter_mut().zip(&columns).zip(parts.codes) {
                *slope *= shared::deviation(column).ok_or_else(|| shared::out_of_range(code))?;
            }
        }
        let weights = self.negative.shares("coefficient", parts.codes, &slopes)?;
        let weighed = Weighed::of(shared::lift_all(&weights)?)
            .fact_of_each("coefficient", parts.codes, &shared::lift_all(&slopes)?)
            .fact("units", S::from_count(y.len()));
        match found.r_squared {
            Some(r_squared) => Ok(weighed.fact("r squared", shared::lift(r_squared)?)),
            None => Ok(weighed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // Y = 2 A + 6 B exactly, and with C = A turned.
        let parts = "A 1 2 3 5; B 2 1 3 2; =Y 14 10 24 22";
        check(&METHOD, "target = Y", parts, "~0.25 ~0.75");
        check_fact(&METHOD, "target = Y", parts, "r squared", "~1");
        check_fact(&METHOD, "target = Y", parts, "coefficient of B", "~6");
        check(&METHOD, "target = Y", "-A -1 -2 -3 -5; B 2 1 3 2; =Y 14 10 24 22", "~0.25 ~0.75");
        check(&METHOD, "target = Y", "A 1 2 3 . 5 4; B 2 1 3 2 2 1; =Y 14 10 24 7 22 .", "~0.25 ~0.75");
        // Deviations of A and B: sqrt(35/12) and sqrt(2/3); 2 sqrt(35/12) to 6 sqrt(2/3) = 3.41565 to 4.89898.
        check(&METHOD, "target = Y; coefficients = standardized", parts, "~0.41080 ~0.58920");
        check(&METHOD, "target = Y", "A .; =Y 1", "1");
    }

    #[test]
    fn coefficients_below_zero() {
        // Y = 3 A - B + C.
        let parts = "A 1 2 3 5 4; B 2 1 3 2 7; C 5 3 1 8 1; =Y 6 8 7 21 6";
        check(&METHOD, "target = Y; negative = zero", parts, "~0.75 ~0.00 ~0.25");
        assert_eq!(fault(&METHOD, "target = Y", parts).kind.id, "no-solution");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        faults(
            &METHOD,
            &[
                ("target = Y", "A 1 2 3; B 2 1 3; =Y 1 2 3", "too-few-values"),
                ("target = Y", "A 1 2 3 5; B 2 4 6 10; =Y 1 2 3 9", "singular-matrix"),
                ("target = Y", "A 1 2 3 5; B 2 2 2 2; =Y 1 2 3 9", "zero-range"),
                ("target = Y", "A 1 2 3 5; B 2 1 3 2; =Y 1 1 1 1", "zero-range"),
                ("target = Y", "A 1 2 3 5; B 2 1 3 2", "invalid-parameter"),
                ("", "A 1 2 3 5; B 2 1 3 2", "missing-parameter"),
            ],
        );
    }

    #[test]
    fn properties() {
        let text = "target = Y; negative = zero";
        holds(&METHOD, text, -900..900, 1e-8, &[Property::ShiftFree]);
        let text = format!("{text}; coefficients = standardized");
        holds(&METHOD, &text, -900..900, 1e-8, &[Property::ScaleFree, Property::ShiftFree]);
    }
}
