//! Factor weights as in the Handbook: principal factors, rotated, each part counting in the factor it belongs to.
//!
//! Use it where parts fall into a few clear dimensions and each dimension should count by the variance it explains. With
//! unclear dimensions a small change of data may move a part to another factor; look at the loadings first.

use crate::retention::{self, Retention};
use crate::{Parts, Weighed, Weigher, WeigherBox, shared};
use gradus_method::{Args, Method, Outcome, Reference};
use gradus_model::number::Scalar;
use gradus_statistics::components::{self, RowLength};

/// Registry entry of [`FactorAnalysis`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "factor-analysis",
    since: "0.1.0",
    summary: "Weights from the rotated factors of the group, as in the Handbook, section 6.1.",
    summary_zh: "因子分析权重：按《手册》第六章第一节，以方差最大旋转后的因子载荷赋权。",
    formula: "w = l^2 / sum(l^2) v on the factor where l^2 / sum(l^2) is largest, divided by the sum, with l the varimax loadings and v the share of the factor in the variance explained",
    params: &retention::PARAMS,
    references: &[
        shared::HANDBOOK,
        Reference {
            citation: "Nicoletti, Scarpetta and Boylaud (2000). Summary indicators of product market regulation with an extension to employment protection legislation. OECD Economics Department Working Papers 226",
            locator: "https://doi.org/10.1787/215182844604",
        },
        Reference {
            citation: "Kaiser (1958). The varimax criterion for analytic rotation in factor analysis. Psychometrika 23(3), 187-200",
            locator: "https://doi.org/10.1007/BF02289233",
        },
    ],
    build: |args| Ok(WeigherBox::new(FactorAnalysis::new(args)?)),
};

/// The Handbook's factor analysis weights.
///
/// # Formula
/// ```text
/// l_jk = varimax loadings (rows brought to length 1 by Kaiser's normalization) of the principal components kept
/// V_k = Σ_j l_jk²
/// w_j ∝ max_k ( l_jk² / V_k ) · V_k / Σ V      k the factor where l_jk² / V_k is largest
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `components` | by `eigenvalue` | 1 to the number of parts | how many factors are kept |
/// | `eigenvalue` | 1 | 0 or more | factors with an eigenvalue above this are kept (Kaiser's rule), at least one |
/// | `share` | by `eigenvalue` | above 0, at most 1 | the first factors that explain this share are kept |
///
/// At most one of them may be given.
/// # Input and output
/// Figures or scores in any measurement units. Dimensionless weights that add up to 1. Facts: eigenvalues, number of
/// factors, share explained, the variance of each rotated factor, and the factor of each part. Computed in binary64
/// whatever the arithmetic of the package; the rotation runs to convergence.
/// # Missing values and edge cases
/// Units with a value of every part, three at least. One factor is not rotated. A group of one part weighs it fully.
/// # Errors
/// `too-few-values` for fewer than three complete units; `zero-range` for a part whose values are all equal there;
/// `invalid-parameter` for more factors than parts, or two rules.
/// # Example
/// ```
/// use gradus_method::{Args, Column};
/// use gradus_weight::{Group, factor_analysis::FactorAnalysis};
/// let group = Group::new([
///     ("A", Column::of(vec![1.0, 2.0, 3.0])),
///     ("B", Column::of(vec![2.0, 1.0, 3.0])),
/// ])?;
/// let weights = group.weigh(&FactorAnalysis::new(&Args::new())?)?.weights;
/// assert!((weights[0] - 0.5).abs() < 1e-12);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook, section 6.1. Nicoletti, Scarpetta and Boylaud (2000). Kaiser (1958).
#[derive(Debug, Clone)]
pub struct FactorAnalysis {
    retention: Retention,
}

impl FactorAnalysis {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for a rule that is none, or two of them.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { retention: Retention::of(args)? })
    }
}

impl<S: Scalar> Weigher<S> for FactorAnalysis {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        if let Some(only) = Weighed::only(parts) {
            return Ok(only);
        }
        let undefined = |why| shared::undefined(METHOD.id, parts.codes, why);
        let correlations = shared::correlations(METHOD.id, parts)?;
        let eigenvalues = components::principal(&correlations).map_err(undefined)?.variances;
        let kept = self.retention.count(&eigenvalues)?;
        let found = components::factor_weights(&correlations, kept, RowLength::Kaiser).map_err(undefined)?;
        let mut weighed = Weighed::of(shared::lift_all(&found.weights)?);
        for (k, variance) in found.rotated.variances.iter().enumerate() {
            weighed = weighed.fact(format!("variance of factor {}", k + 1), shared::lift(*variance)?);
        }
        let factors: Vec<S> = found.factors.iter().map(|k| S::from_count(k + 1)).collect();
        retention::say(weighed.fact_of_each("factor", parts.codes, &factors), &eigenvalues, kept)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    // r_AB = 1/2, r_AC = r_BC = 0: factors of A and B with variance 1.5, and of C alone with variance 1.
    const BLOCKS: &str = "A 1 2 3 1 2 3; B 1 3 2 1 3 2; C 1 1 1 2 2 2";

    #[test]
    fn worked_by_hand() {
        // Parts 1/2, 1/2 and 1 of factors with shares 0.6, 0.6 and 0.4: 0.3, 0.3, 0.4.
        check(&METHOD, "components = 2", BLOCKS, "~0.3 ~0.3 ~0.4");
        check(&METHOD, "", BLOCKS, "~0.5 ~0.5 ~0.0000000000");
        check_fact(&METHOD, "components = 2", BLOCKS, "factor of C", "2");
        check_fact(&METHOD, "components = 2", BLOCKS, "variance of factor 1", "~1.5");
        check_fact(&METHOD, "components = 2", BLOCKS, "share explained", "~0.83333333");
        check(&METHOD, "", "A .", "1");
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        faults(
            &METHOD,
            &[
                ("", "A 1 2 .; B 1 3 2", "too-few-values"),
                ("", "A 1 2 3; K 5 5 5", "zero-range"),
                ("components = 3", "A 1 2 3; B 1 3 2", "invalid-parameter"),
            ],
        );
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", -900..900, 1e-6, &[Property::ScaleFree, Property::ShiftFree]);
        holds(&METHOD, "components = 2", -900..900, 1e-5, &[Property::ScaleFree, Property::ShiftFree]);
    }
}
