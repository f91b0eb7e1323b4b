//! Product: scores raised to their weights and multiplied, without the root.
//!
//! Use it for indices published as a product, or as the weighted product model of decision analysis, where only ratios
//! between units matter. For a result on the scale of the parts use `geometric`.

use crate::shared;
use crate::{Aggregator, AggregatorBox, Weighting};
use gradus_method::{Args, Fault, Method, Outcome, Reference};
use gradus_model::number::Scalar;

/// Registry entry of [`Product`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "product",
    since: "0.1.0",
    summary: "Scores raised to their weights and multiplied, without the root of a mean.",
    summary_zh: "加权乘积：各部分得分以权重为指数后相乘，不开方。",
    formula: "y = product(x^w)",
    params: &[],
    references: &[Reference {
        citation: "Triantaphyllou (2000). Multi-Criteria Decision Making Methods: A Comparative Study. Section 2.2.2, the weighted product model. Springer",
        locator: "https://doi.org/10.1007/978-1-4757-3157-6",
    }],
    build: |args| Ok(AggregatorBox::new(Product::new(args)?)),
};

/// The weighted product.
///
/// # Formula
/// ```text
/// y = Π x^w
/// ```
/// # Parameters
/// None.
/// # Input and output
/// Scores of zero or more, each on a ratio scale, which need not be the same; a product of these scales. Weights are
/// taken as they are, so doubling them squares the product. Multiplying one part of every unit by one number keeps the
/// order of the units and the ratios between them. The result is the product itself, not its logarithm.
/// # Missing values and edge cases
/// The group decides about missing parts before the method is called. A part of weight zero is left out. A part of zero
/// makes the product zero.
/// # Errors
/// `non-positive-mean` for a score below zero; `out-of-range` when the product leaves the range of the arithmetic.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, product::Product};
/// use gradus_method::Args;
/// assert_eq!(Product::new(&Args::new())?.row(&[3.0, 5.0, 0.5], &[2.0, 1.0, 1.0])?, 22.5);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Triantaphyllou (2000), Multi-Criteria Decision Making Methods, section 2.2.2.
#[derive(Debug, Clone)]
pub struct Product;

impl Product {
    /// Reads the parameters, of which there are none.
    ///
    /// # Errors
    /// None.
    pub fn new(_: &Args) -> Outcome<Self> {
        Ok(Self)
    }
}

impl<S: Scalar> Aggregator<S> for Product {
    fn weighting(&self) -> Weighting {
        Weighting::Absolute
    }
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        let (low, high) = shared::extent(values, weights)?;
        if low < S::ZERO {
            return Err(shared::non_positive("weighted product", low));
        }
        if low == S::ZERO {
            return Ok(S::ZERO);
        }
        values
            .iter()
            .zip(weights)
            .filter(|(_, weight)| **weight > S::ZERO)
            .try_fold(S::ONE, |product, (value, weight)| product.times(value.power(*weight)?))
            // A product of positive parts is not zero: it was too small for the arithmetic.
            .filter(|product| product.finite() && *product > S::ZERO)
            .ok_or_else(|| {
                let mut fault = Fault::out_of_range();
                fault.message =
                    format!("the product of parts from {low} to {high} leaves the range of the arithmetic");
                fault.help("use `geometric`, whose result stays on the scale of the parts")
            })
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", "3 5 0.5 | 2 1 1", "22.5");
        check(&METHOD, "", "0.1 0.2 0.3", "0.006");
        check(&METHOD, "", "16 81 | 0.5 0.25", "~12.0000000000");
        check(&METHOD, "", "7", "7");
        check(&METHOD, "", "0 5", "0");
        check(&METHOD, "", "0 5 | 0 3", "125");
        // Triantaphyllou (2000), section 2.2.2: the first alternative over the second, 1.007.
        check(&METHOD, "", "2.5 0.66666666666666666667 0.75 1 | 0.2 0.15 0.4 0.25", "~1.007");
        // The product itself and not its logarithm, which some programs call the score.
        check(&METHOD, "", "10 10 10", "1000");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        assert_eq!(fault(&METHOD, "", "2 -1").kind.id, "non-positive-mean");
        assert_eq!(fault(&METHOD, "", "2 -1 | 1 2").kind.id, "non-positive-mean");
        assert_eq!(fault(&METHOD, "", "1 2 | 0 0").kind.id, "zero-weights");
        let fault = fault(&METHOD, "", "100 200 | 99 99");
        assert_eq!(fault.kind.id, "out-of-range");
        assert!(fault.message.contains("from 100 to 200"), "{fault}");
    }

    #[test]
    fn properties() {
        use Property::{Monotone, ScaleKeepsOrder};
        holds(&METHOD, "", 5..11, &[Monotone, ScaleKeepsOrder]);
    }
}
