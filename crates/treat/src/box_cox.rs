//! Box-Cox: the power that brings the values nearest to a normal distribution.
//!
//! Use it where skewness differs from indicator to indicator and one transformation for all would do too much to some. The
//! power is learned, so it changes with the data; give `lambda` to hold it.

use crate::shared;
use crate::{Treated, Treatment, TreatmentBox};
use gradus_method::{Args, Column, Default, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`BoxCox`].
pub static METHOD: Method<TreatmentBox> = Method {
    id: "box-cox",
    since: "0.1.0",
    summary: "The power transformation of Box and Cox, with the most likely or a given lambda.",
    summary_zh: "Box-Cox 变换：以最大似然估计或给定的 λ 作幂变换。",
    formula: "t = (z ^ lambda - 1) / lambda, for lambda = 0: t = ln z, with z = x - min + 1 or z = x",
    params: &[
        shared::LAMBDA,
        Param {
            name: "shift",
            kind: ParamKind::Word(&["minimum", "none"]),
            default: Default::Value("minimum"),
            range: "minimum, none",
            meaning: "whether values are counted from 1 for the smallest, or taken as they are",
        },
    ],
    references: &[shared::BOX_COX, shared::COINR],
    build: |args| Ok(TreatmentBox::new(BoxCox::new(args)?)),
};

/// The power transformation of Box and Cox.
///
/// # Formula
/// ```text
/// t = (z^λ − 1) / λ,  ln z for λ = 0;  z = x − min + 1, or x with shift = none
///
/// λ: the largest value from −5 to 5 of  −n/2 ln Σ (t − t̄)² / n + (λ − 1) Σ ln z
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `lambda` | most likely | any number | λ |
/// | `shift` | `minimum` | `minimum`, `none` | whether z counts from 1 for the smallest value, or is x |
/// # Input and output
/// One indicator: of any values with `shift = "minimum"`, where the result depends on the measurement unit; of positive
/// values with `none`. The fact `lambda` says which λ was used.
/// # Missing values and edge cases
/// Missing stays missing. A column without values, or with equal ones only, is left as it is. The order of units is kept.
/// λ is found in binary64 whatever the arithmetic of the package, and rounded to 3 places; −5 and 5 say that the best one
/// lies beyond.
/// # Errors
/// `undefined-transform` when a value is not above 0 with `shift = "none"`; `out-of-range` when a power leaves the range
/// of the arithmetic.
/// # Example
/// ```
/// use gradus_method::{Arg, Args, Column};
/// use gradus_treat::{Treatment, box_cox::BoxCox};
/// let values = Column::of(vec![1.0, 10.0, 100.0]);
/// let treated = BoxCox::new(&Args::new().with("shift", Arg::Text("none".into())))?.treat(&values)?;
/// assert!(treated.facts.contains(&("lambda", 0.0)));
/// assert!((treated.values.get(1).unwrap() - 2.302_585).abs() < 1e-6);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Box and Cox (1964), An analysis of transformations. Becker and others (2022), COINr, `boxcox`.
#[derive(Debug, Clone)]
pub struct BoxCox {
    lambda: Option<Decimal>,
    from_minimum: bool,
}

impl BoxCox {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for a `shift` that is not one of the words.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self {
            lambda: args.optional_number("lambda")?,
            from_minimum: args.word("shift", &[("minimum", true), ("none", false)], true)?,
        })
    }
}

/// The most likely λ of positive values.
fn likely(z: impl Iterator<Item = f64>) -> Decimal {
    let mut logs: Vec<f64> = z.map(libm::log).collect();
    logs.sort_unstable_by(f64::total_cmp);
    // Divided by their geometric mean, values have a likelihood that is their variance and nothing else, and powers
    // stay in the range.
    let middle = logs.iter().sum::<f64>() / logs.len() as f64;
    let logs: Vec<f64> = logs.iter().map(|l| l - middle).collect();
    shared::lowest(|lambda| {
        let bent = |l: &f64| if lambda == 0.0 { *l } else { libm::expm1(lambda * l) / lambda };
        shared::ln_variance(logs.iter().map(bent))
    })
}

impl<S: Scalar> Treatment<S> for BoxCox {
    fn treat(&self, values: &Column<S>) -> Outcome<Treated<S>> {
        let Some((low, _)) = shared::extent(values) else { return Ok(shared::untouched(values)) };
        if !self.from_minimum && low <= S::ZERO {
            return Err(Fault::new(
                &catalog::UNDEFINED_TRANSFORM,
                format!("the smallest value is {low}, and powers are taken of values above 0"),
            )
            .help("write `shift = \"minimum\"`, or use `yeo-johnson`"));
        }
        let positive = |x: S| if self.from_minimum { x.minus(low)?.plus(S::ONE) } else { Some(x) };
        let lambda = match self.lambda {
            Some(lambda) => lambda,
            None => {
                let z: Option<Vec<S>> = values.values().map(positive).collect();
                likely(z.ok_or_else(Fault::out_of_range)?.into_iter().map(S::to_f64))
            }
        };
        shared::rescaled(values, METHOD.id, &[("lambda", S::from_decimal(lambda))], |x| {
            shared::power_part(positive(x)?, lambda)
        })
    }
    fn may_rescale(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    /// Values with their most likely λ; the first are the braking distances of `cars` in R.
    const LIKELY: [(&str, f64); 2] = [
        (
            "2 10 4 22 16 10 18 26 34 17 28 14 20 24 28 26 34 34 46 26 36 60 80 20 26 54 32 40 32 40 50 42 56 76 \
             84 36 46 68 32 48 52 56 64 66 54 70 92 93 120 85",
            0.495_076,
        ),
        ("1 2 4 9 30 7 3 3 2.5 100", -0.352_204),
    ];

    #[test]
    fn worked_by_hand() {
        // From 1 for the smallest: 1, 4, 16; lambda 1/2: 2 (sqrt z - 1).
        check(&METHOD, "lambda = 0.5", "-2 1 . 13", "0 2 . 6");
        check(&METHOD, "lambda = 0", "5 6 . 15 105", "0 ~0.693147 . ~2.397895 ~4.615121");
        check(&METHOD, "lambda = 2; shift = none", "1 3", "0 4");
    }

    #[test]
    fn the_most_likely_lambda() {
        // Logarithms that are symmetric about their mean are the best there is.
        let treated = treat::<f64>(&METHOD, "shift = none", "1 10 100 1000 10 . 100").unwrap();
        assert_eq!(fact(&treated, "lambda"), 0.0);
        // Roots of the derivative of the likelihood as it is written in the formula, found by bisection in another program.
        for (values, lambda) in LIKELY {
            let treated = treat::<f64>(&METHOD, "shift = none", values).unwrap();
            assert!((fact(&treated, "lambda") - lambda).abs() < 0.000_501, "{}", fact(&treated, "lambda"));
        }
    }

    #[test]
    fn a_given_lambda_gives_what_the_fitted_one_gave() {
        let values = "1 2 4 . 9 30 7 3 3";
        let fitted = treat::<f64>(&METHOD, "", values).unwrap();
        let text = format!("lambda = {}", fact(&fitted, "lambda"));
        assert_eq!(treat::<f64>(&METHOD, &text, values).unwrap().values, fitted.values);
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(fault(&METHOD, "shift = none", "0 1 2").kind.id, "undefined-transform");
        assert_eq!(fault(&METHOD, "lambda = 400", "0 1e20").kind.id, "out-of-range");
    }

    #[test]
    fn what_has_no_shape_is_left() {
        for values in ["", ". .", "-7", "3 3 . 3"] {
            left(&METHOD, "", values);
        }
        // Two values have a straight line through them, whatever the power.
        assert!(treat::<f64>(&METHOD, "", "1 1 1 2").is_ok());
    }

    #[test]
    fn properties() {
        keeps_order(&METHOD, "", Ties::Apart);
        keeps_order(&METHOD, "lambda = -0.5", Ties::Apart);
    }
}
