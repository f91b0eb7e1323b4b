//! Principal component weights: a part counts by how much of its variance the main components of the group hold.
//!
//! Use it to see what the data themselves would weigh, or where parts are many and overlap. It weighs by correlation, not
//! by meaning: a part that nothing else goes with counts least. `factor-analysis` rotates components first, as the
//! Handbook does.

use crate::retention::{self, Retention};
use crate::{Parts, Weighed, Weigher, WeigherBox, shared};
use gradus_method::{Args, Method, Outcome, Reference};
use gradus_model::number::Scalar;
use gradus_statistics::components;

/// Registry entry of [`PrincipalComponents`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "principal-components",
    since: "0.1.0",
    summary: "Weights from the squared loadings of the main components, each counting by the variance it explains.",
    summary_zh: "主成分权重：以主成分平方载荷按解释方差加权。",
    formula: "w = sum(l^2 / sum(l^2) v) over the kept components, with l the loadings and v the share of each component in the variance they explain",
    params: &retention::PARAMS,
    references: &[
        shared::HANDBOOK,
        Reference {
            citation: "Jolliffe (2002). Principal Component Analysis, second edition. Springer",
            locator: "https://doi.org/10.1007/b98835",
        },
        Reference {
            citation: "Kaiser (1960). The application of electronic computers to factor analysis. Educational and Psychological Measurement 20(1), 141-151",
            locator: "https://doi.org/10.1177/001316446002000116",
        },
    ],
    build: |args| Ok(WeigherBox::new(PrincipalComponents::new(args)?)),
};

/// Weights from the principal components of the correlation matrix.
///
/// # Formula
/// ```text
/// R = correlations of the parts = Σ_k λ_k e_k e_kᵀ,  l_jk = √λ_k e_jk
/// w_j = Σ_k ( l_jk² / Σ_i l_ik² ) · λ_k / Σ_k λ_k     over the components kept
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `components` | by `eigenvalue` | 1 to the number of parts | how many components are kept |
/// | `eigenvalue` | 1 | 0 or more | components with an eigenvalue above this are kept (Kaiser's rule), at least one |
/// | `share` | by `eigenvalue` | above 0, at most 1 | the first components that explain this share are kept |
///
/// At most one of them may be given.
/// # Input and output
/// Figures or scores in any measurement units. Dimensionless weights that add up to 1. Facts: eigenvalues, number of
/// components, share explained, and the loadings on the first component, turned so that most are positive: a part with a
/// loading below 0 runs against the others, which its weight does not show. Computed in binary64 whatever the arithmetic
/// of the package.
/// # Missing values and edge cases
/// Units with a value of every part, three at least. All components kept weigh all parts alike. A group of one part weighs
/// it fully.
/// # Errors
/// `too-few-values` for fewer than three complete units; `zero-range` for a part whose values are all equal there;
/// `invalid-parameter` for more components than parts, or two rules.
/// # Example
/// ```
/// use gradus_method::{Args, Column};
/// use gradus_weight::{Group, principal_components::PrincipalComponents};
/// let group = Group::new([
///     ("A", Column::of(vec![1.0, 2.0, 3.0])),
///     ("B", Column::of(vec![2.0, 1.0, 3.0])),
/// ])?;
/// let weights = group.weigh(&PrincipalComponents::new(&Args::new())?)?.weights;
/// assert!((weights[0] - 0.5).abs() < 1e-12);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook, section 6.1. Jolliffe (2002). Kaiser (1960).
#[derive(Debug, Clone)]
pub struct PrincipalComponents {
    retention: Retention,
}

impl PrincipalComponents {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for a rule that is none, or two of them.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { retention: Retention::of(args)? })
    }
}

impl<S: Scalar> Weigher<S> for PrincipalComponents {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        if let Some(only) = Weighed::only(parts) {
            return Ok(only);
        }
        let correlations = shared::correlations(METHOD.id, parts)?;
        let found = components::principal(&correlations)
            .map_err(|why| shared::undefined(METHOD.id, parts.codes, why))?;
        let kept = self.retention.count(&found.variances)?;
        let loadings = found.loadings(kept);
        // A component of length 1 times its eigenvalue is its squared loadings: their sum over components is what is kept
        // of each part's variance.
        let kept_of = |j: usize| (0..kept).map(|k| loadings[(j, k)] * loadings[(j, k)]).sum::<f64>();
        let held: Vec<f64> = (0..parts.codes.len()).map(kept_of).collect();
        let weights = shared::shares(&held, || shared::nothing_varies(METHOD.id))?;
        let first = loadings.column(0);
        let sign = if first.iter().sum::<f64>() < 0.0 { -1.0 } else { 1.0 };
        let first: Vec<f64> = first.iter().map(|l| l * sign).collect();
        let weighed = Weighed::of(shared::lift_all(&weights)?).fact_of_each(
            "first loading",
            parts.codes,
            &shared::lift_all(&first)?,
        );
        retention::say(weighed, &found.variances, kept)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    // r_AB = 1/2, r_AC = r_BC = 0: eigenvalues 1.5, 1, 0.5, the first with A and B in equal parts, the second C alone.
    const BLOCKS: &str = "A 1 2 3 1 2 3; B 1 3 2 1 3 2; C 1 1 1 2 2 2";

    #[test]
    fn worked_by_hand() {
        check(&METHOD, "", BLOCKS, "~0.5 ~0.5 ~0.0000000000");
        check(&METHOD, "components = 2", BLOCKS, "~0.3 ~0.3 ~0.4");
        check(&METHOD, "components = 3", BLOCKS, "~0.333333333333 ~0.333333333333 ~0.333333333333");
        check(&METHOD, "eigenvalue = 0.9", BLOCKS, "~0.3 ~0.3 ~0.4");
        check(&METHOD, "eigenvalue = 2", BLOCKS, "~0.5 ~0.5 ~0.0000000000");
        check(&METHOD, "share = 0.5", BLOCKS, "~0.5 ~0.5 ~0.0000000000");
        check(&METHOD, "share = 0.6", BLOCKS, "~0.3 ~0.3 ~0.4");
        check(&METHOD, "share = 1", BLOCKS, "~0.333333333333 ~0.333333333333 ~0.333333333333");
        check_fact(&METHOD, "", BLOCKS, "eigenvalue 1", "~1.5");
        check_fact(&METHOD, "", BLOCKS, "share explained", "~0.5");
        check(&METHOD, "", "A .", "1");
    }

    #[test]
    fn a_part_that_runs_against_the_others_shows() {
        let parts = "A 1 2 3 4; B 1 3 2 4; C 4 3 2 1";
        check_fact(&METHOD, "", parts, "first loading of C", "~-0.98021");
        check_fact(&METHOD, "", "A 1 2 3 4; B 1 3 2 4; -C 4 3 2 1", "first loading of C", "~0.98021");
    }

    #[test]
    fn rows_with_gaps_are_left_out() {
        check(
            &METHOD,
            "components = 2",
            "A 1 2 3 . 1 2 3; B 1 3 2 9 1 3 2; C 1 1 1 5 2 2 2",
            "~0.3 ~0.3 ~0.4",
        );
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        faults(
            &METHOD,
            &[
                ("", "A 1 2 .; B 1 3 2", "too-few-values"),
                ("", "A 1 2 3; K 5 5 5", "zero-range"),
                ("components = 3", "A 1 2 3; B 1 3 2", "invalid-parameter"),
                ("components = 1.5", "A 1 2 3; B 1 3 2", "invalid-parameter"),
                ("components = 0", "A 1 2 3; B 1 3 2", "invalid-parameter"),
                ("share = 0", "A 1 2 3; B 1 3 2", "invalid-parameter"),
                ("share = 80", "A 1 2 3; B 1 3 2", "invalid-parameter"),
                ("eigenvalue = -1", "A 1 2 3; B 1 3 2", "invalid-parameter"),
                ("share = 0.8; components = 1", "A 1 2 3; B 1 3 2", "invalid-parameter"),
            ],
        );
    }

    #[test]
    fn properties() {
        holds(&METHOD, "", -900..900, 1e-6, &[Property::ScaleFree, Property::ShiftFree]);
        holds(&METHOD, "share = 0.8", -900..900, 1e-6, &[Property::ScaleFree, Property::ShiftFree]);
    }
}
