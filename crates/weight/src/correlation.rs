//! Correlation weights: a part counts by how closely it goes with the others, or with an outside variable.
//!
//! Use it where parts are signs of one thing and the clearest signs should count most. It rewards parts that repeat each
//! other; where overlap should cost weight, see `critic`.

use crate::shared::{self, Negative, Target};
use crate::{Parts, Weighed, Weigher, WeigherBox};
use gradus_method::{Args, Column, Default, Fault, Method, Outcome, Param, ParamKind};
use gradus_model::Id;
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;

/// Registry entry of [`Correlation`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "correlation",
    since: "0.1.0",
    summary: "Weights in proportion to the correlation of each part with the aggregate of the others, or with a target.",
    summary_zh: "相关权重：与各部分和其余部分综合值（或外部目标变量）的相关系数成正比。",
    formula: "w = r / sum(r) with r the correlation of a part with the aggregate of the other parts, or with the target",
    params: &[
        Param {
            name: Target::NAME,
            kind: ParamKind::Code,
            default: Default::Absent("each part is correlated with the aggregate of the others"),
            range: "a code with figures for the same units",
            meaning: "the outside variable to correlate with; the more of it the better",
        },
        Negative::PARAM,
    ],
    references: &[shared::HANDBOOK],
    build: |args| Ok(WeigherBox::new(Correlation::new(args)?)),
};

/// Weights by correlation.
///
/// # Formula
/// ```text
/// r_j = Pearson's correlation of part j with the target, or with the aggregate of the other parts
/// w_j = r_j / Σ r
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `target` | the aggregate of the others | a code | the outside variable to correlate with |
/// | `negative` | `refuse` | `refuse`, `zero` | what becomes of a part with a correlation below 0 |
/// # Input and output
/// Scores; with a target also figures, which are turned where lower is better. The aggregate of the others is the group's
/// own, under the weights the package declares, the part's own set to 0. Dimensionless weights that add up to 1; the
/// correlations are in the facts.
/// # Missing values and edge cases
/// Pairs in which both are present, three at least. A part whose values are all equal there has correlation and weight 0. A
/// group of one part weighs it fully.
/// # Errors
/// `too-few-values` for fewer than three pairs; `zero-range` when what is correlated with does not vary; `no-solution` for
/// a correlation below 0 unless `negative` says otherwise, and when none is above 0.
/// # Example
/// ```
/// use gradus_method::{Arg, Args, Column};
/// use gradus_weight::{Group, correlation::Correlation};
/// let a = Column::of(vec![1.0, 2.0, 3.0]);
/// let group = Group::new([("A", a.clone()), ("B", Column::of(vec![1.0, 3.0, 2.0]))])?.target(a);
/// let args = Args::new().with("target", Arg::Text("Y".to_owned()));
/// let weights = group.weigh(&Correlation::new(&args)?)?.weights;
/// assert_eq!(weights, [2.0 / 3.0, 1.0 / 3.0]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 6.
#[derive(Debug, Clone)]
pub struct Correlation {
    target: Option<Target>,
    negative: Negative,
}

impl Correlation {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for what is no code or word.
    pub fn new(args: &Args) -> Outcome<Self> {
        Ok(Self { target: Target::of(args)?, negative: Negative::of(args)? })
    }
}

/// The correlation of a part with `other`, zero for a part that does not vary.
fn with<S: Scalar>(code: &Id, column: &Column<S>, other: &Column<S>, name: &str) -> Outcome<S> {
    let (x, y) = shared::pairs(column, other);
    if x.len() < 3 {
        return Err(shared::too_few(METHOD.id, 3, x.len(), &format!("units with both `{code}` and {name}")));
    }
    if shared::constant(&y) {
        return Err(Fault::new(
            &catalog::ZERO_RANGE,
            format!("{name} is the same for all units that have `{code}`, so nothing goes with it"),
        )
        .help("name a `target` that varies, or use the method `equal`"));
    }
    if shared::constant(&x) {
        return Ok(S::ZERO);
    }
    shared::correlation(&x, &y).ok_or_else(|| shared::out_of_range(code))
}

impl<S: Scalar> Weigher<S> for Correlation {
    fn target(&self) -> Option<&str> {
        self.target.as_ref().map(|target| target.code.as_str())
    }

    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        if let Some(only) = Weighed::only(parts) {
            return Ok(only);
        }
        let mut correlations = Vec::with_capacity(parts.codes.len());
        for (j, (code, column)) in parts.codes.iter().zip(parts.columns).enumerate() {
            let r = if let Some(target) = &self.target {
                let r = with(code, column, target.column(parts)?, &format!("`{}`", target.code))?;
                shared::turned(parts.directions[j], r)
            } else {
                let mut others = parts.declared.to_vec();
                others[j] = S::ZERO;
                with(code, column, &(parts.aggregate)(&others)?, "the aggregate of the others")?
            };
            correlations.push(r);
        }
        let weights = self.negative.shares("correlation", parts.codes, &correlations)?;
        Ok(Weighed::of(weights).fact_of_each("correlation", parts.codes, &correlations))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // With Y = 1 2 3: r = 1, 1/2 and, turned round, 1.
        check(&METHOD, "target = Y", "A 1 2 3; B 10 30 20; -C 3 2 1; =Y 1 2 3", "0.4 0.2 0.4");
        check(&METHOD, "target = Y", "A 1 2 . 3; B 10 30 5 20; -C 3 2 1 1; =Y 1 2 . 3", "0.4 0.2 0.4");
        // With the mean of the two others: A with (5.5, 16, 11.5), B with (1, 2, 3), C with (5.5, 16, 11.5).
        check(&METHOD, "", "A 1 2 3; B 10 30 20; C 1 2 3", "~0.347467 ~0.305066 ~0.347467");
        check_fact(&METHOD, "", "A 1 2 3; B 10 30 20; C 1 2 3", "correlation of B", "~0.5");
        check(&METHOD, "", "A .", "1");
    }

    #[test]
    fn parts_that_do_not_go_along() {
        let parts = "A 1 2 3; B 3 2 1; K 5 5 5; =Y 1 2 3";
        check(&METHOD, "target = Y; negative = zero", parts, "1 0 0");
        let fault = fault(&METHOD, "target = Y", parts);
        assert_eq!(fault.kind.id, "no-solution");
        assert_eq!(fault.message, "the correlation of `B` is -1.0000, and no part weighs less than nothing");
        faults(
            &METHOD,
            &[
                ("target = Y; negative = zero", "A 3 2 1; B 3 2 1; =Y 1 2 3", "no-solution"),
                ("target = Y", "A 3 2 1; B 3 2 1; =Y 1 1 1", "zero-range"),
                ("target = Y", "A 3 2 1; B 3 2 1; =Y 1 2 .", "too-few-values"),
                ("", "A 3 2 .; B 3 2 1", "too-few-values"),
                ("", "A 3 2 1; K 3 3 3", "zero-range"),
            ],
        );
    }

    #[test]
    fn properties() {
        holds(
            &METHOD,
            "target = Y; negative = zero",
            -900..900,
            1e-9,
            &[Property::ScaleFree, Property::ShiftFree],
        );
        holds(&METHOD, "negative = zero", -900..900, 1e-9, &[]);
    }
}
