//! Treatment by skewness and kurtosis: outliers are moved in one by one until the distribution passes, and where too many
//! would have to be moved the indicator is transformed.
//!
//! Use it as the default of the European Commission's composite indicators: it leaves alone what is well-behaved. Winsorized
//! units lose their distance to the next one; a transformed indicator is on a scale of its own.

use crate::shape::{self, Shape};
use crate::{Treated, Treatment, TreatmentBox, shared};
use gradus_method::{Args, Column, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::number::{Decimal, Scalar};
use gradus_statistics::moments::Estimator;

const SKEWNESS: Decimal = Decimal::TWO;
const KURTOSIS: Decimal = Decimal::from_parts(35, 0, 0, false, 1);
const MAX_POINTS: usize = 5;

/// What may follow where winsorizing does not help.
const THEN: &[(&str, Option<&Method<TreatmentBox>>)] = &[
    ("none", None),
    ("log-ct", Some(&crate::log_ct::METHOD)),
    ("log-ct-plus", Some(&crate::log_ct_plus::METHOD)),
    ("log-ct-original", Some(&crate::log_ct_original::METHOD)),
    ("log-gii", Some(&crate::log_gii::METHOD)),
    ("box-cox", Some(&crate::box_cox::METHOD)),
    ("yeo-johnson", Some(&crate::yeo_johnson::METHOD)),
];

/// Registry entry of [`SkewKurtosis`].
pub static METHOD: Method<TreatmentBox> = Method {
    id: "skew-kurtosis",
    since: "0.1.0",
    summary: "Winsorize point by point until skewness or kurtosis passes, else transform.",
    summary_zh: "偏度峰度法：逐点缩尾直至偏度或峰度达标，否则作变换。",
    formula: "passes = |skewness| < 2 or kurtosis < 3.5; else the largest (skewness >= 0) or smallest values = the next ones, up to max-points, else t = then(x)",
    params: &[
        Param {
            name: "skewness",
            kind: ParamKind::Number,
            default: Default::Value("2"),
            range: "above 0",
            meaning: "the magnitude of skewness below which a distribution passes, dimensionless",
        },
        Param {
            name: "kurtosis",
            kind: ParamKind::Number,
            default: Default::Value("3.5"),
            range: "any number",
            meaning: "the excess kurtosis below which a distribution passes, dimensionless",
        },
        Param {
            name: "max-points",
            kind: ParamKind::Number,
            default: Default::Value("5"),
            range: "a whole number from 0",
            meaning: "no further value is moved once so many are; equal values are moved together and count one each",
        },
        Param {
            name: "then",
            kind: ParamKind::Word(&[
                "none",
                "log-ct",
                "log-ct-plus",
                "log-ct-original",
                "log-gii",
                "box-cox",
                "yeo-johnson",
            ]),
            default: Default::Value("log-ct"),
            range: "none, log-ct, log-ct-plus, log-ct-original, log-gii, box-cox, yeo-johnson",
            meaning: "the treatment that follows where winsorizing does not suffice",
        },
        Param {
            name: "lambda",
            kind: ParamKind::Number,
            default: Default::Absent("the most likely value"),
            range: "any number; with `then = \"box-cox\"` or `\"yeo-johnson\"` only",
            meaning: "the exponent of the treatment that follows, dimensionless",
        },
        Param {
            name: "combine",
            kind: ParamKind::Flag,
            default: Default::Value("false"),
            range: "true, false",
            meaning: "whether what follows is done to the winsorized values, rather than to the figures",
        },
        Param {
            name: "force",
            kind: ParamKind::Flag,
            default: Default::Value("false"),
            range: "true, false",
            meaning: "whether `max-points` values are moved even where the distribution passes",
        },
        shape::ESTIMATOR,
    ],
    references: &[
        shared::COINR,
        shared::COIN_TOOL,
        Reference {
            citation: "Groeneveld and Meeden (1984). Measuring skewness and kurtosis. The Statistician 33(4), 391-399",
            locator: "https://doi.org/10.2307/2987742",
        },
        Reference {
            citation: "Joanes and Gill (1998). Comparing measures of sample skewness and kurtosis. The Statistician 47(1), 183-189",
            locator: "https://doi.org/10.1111/1467-9884.00122",
        },
    ],
    build: |args| Ok(TreatmentBox::new(SkewKurtosis::new(args)?)),
};

/// Winsorizing by skewness and kurtosis, with a transformation where it does not suffice.
///
/// # Formula
/// ```text
/// passes: |skewness| < 2 or kurtosis < 3.5
///
/// 1. until it passes, or max-points values are moved:
///    skewness ≥ 0: all values equal to the largest become the next smaller one
///    skewness < 0: all values equal to the smallest become the next larger one
/// 2. if it does not pass: the treatment `then`, of the figures, or with combine of the winsorized values
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `skewness` | 2 | above 0 | magnitude below which a distribution passes |
/// | `kurtosis` | 3.5 | any number | excess kurtosis below which a distribution passes |
/// | `max-points` | 5 | whole, 0 or more | no further value is moved once so many are |
/// | `then` | `log-ct` | `none`, `log-ct`, `log-ct-plus`, `log-ct-original`, `log-gii`, `box-cox`, `yeo-johnson` | what follows where winsorizing does not suffice |
/// | `lambda` | most likely | any number | exponent for `box-cox` and `yeo-johnson` |
/// | `combine` | false | true, false | whether it follows on the winsorized values |
/// | `force` | false | true, false | whether values are moved even where the distribution passes |
/// | `estimator` | `adjusted` | `adjusted`, `moment`, `sample` | G1 and G2, g1 and g2, or b1 and b2 |
///
/// Equal values are moved together and count one each, so ties can carry the number beyond `max-points`, as in COINr. The
/// longer tail is found anew at each step, so both ends may be moved in. With `then = "none"` the winsorized values
/// stand, whether they pass or not; else they are given up when they do not pass, unless `combine` is set.
/// # Input and output
/// One indicator in any measurement unit; the same, or with `then` possibly logarithms or powers. Facts: `skewness` and
/// `kurtosis`; `points` moved, with `skewness-winsorized` and `kurtosis-winsorized`; of the treatment that followed, its
/// `lambda`, `factor` or `mirrored`, with `skewness-after` and `kurtosis-after`; `stage` (0 as it was, 1 winsorized, 2
/// transformed) and `passed` (0 or 1).
/// # Missing values and edge cases
/// Missing stays missing. The order of units is kept, with new ties. Values that are all equal, and one or two values,
/// have no shape and pass. Three values have skewness only. The two last distinct values are never made equal: an
/// indicator with two values, of which one is rare, goes to the treatment that follows. Skewness and kurtosis are computed in
/// binary64 whatever the arithmetic of the package.
/// # Errors
/// `invalid-parameter` when a limit is out of its range or `lambda` is given where nothing takes it; those of the
/// treatment that follows.
/// # Example
/// ```
/// use gradus_method::{Args, Column};
/// use gradus_treat::{Treatment, skew_kurtosis::SkewKurtosis};
/// let figures = Column::of((1..=10).chain([30, 100]).map(f64::from).collect());
/// let treated = SkewKurtosis::new(&Args::new())?.treat(&figures)?;
/// assert_eq!(treated.values.get(11), Some(30.0));
/// assert_eq!(treated.changed, [(11, "winsorized-high")]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Becker and others (2022), COINr, `Treat` and `winsorise`. Becker and others (2019), COIN Tool User Guide. Groeneveld and
/// Meeden (1984). Joanes and Gill (1998).
#[derive(Debug, Clone)]
pub struct SkewKurtosis {
    test: Test,
    max_points: usize,
    then: Option<TreatmentBox>,
    combine: bool,
    force: bool,
}

impl SkewKurtosis {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` as listed at [`SkewKurtosis`].
    pub fn new(args: &Args) -> Outcome<Self> {
        let points = args.optional_number("max-points")?;
        let max_points = points.map_or(Ok(MAX_POINTS), |points| {
            usize::try_from(points).ok().filter(|_| points.fract().is_zero()).ok_or_else(|| {
                Fault::parameter(
                    "max-points",
                    format!("`max-points` must be a whole number from 0, found {points}"),
                )
            })
        })?;
        let then = args.word("then", THEN, Some(&crate::log_ct::METHOD))?;
        let mut inner = Args::new();
        if let Some(lambda) = args.get("lambda") {
            if !then.is_some_and(|method| method.params.iter().any(|param| param.name == "lambda")) {
                let after = then.map_or("none", |method| method.id);
                return Err(Fault::parameter(
                    "lambda",
                    format!("`lambda` has no meaning for `then = \"{after}\"`"),
                )
                .help("remove `lambda`, or write `then = \"box-cox\"`"));
            }
            inner.set("lambda", lambda.clone());
        }
        let limit = |name| args.optional_number(name);
        Ok(Self {
            test: Test {
                skewness: shared::above_zero(args, "skewness", SKEWNESS)?.to_f64(),
                kurtosis: limit("kurtosis")?.unwrap_or(KURTOSIS).to_f64(),
                estimator: shape::estimator(args)?,
            },
            max_points,
            then: then.map(|method| method.make(&inner)).transpose()?,
            combine: shared::flag(args, "combine")?,
            force: shared::flag(args, "force")?,
        })
    }
}

/// When a distribution passes.
#[derive(Debug, Clone, Copy)]
struct Test {
    skewness: f64,
    kurtosis: f64,
    estimator: Estimator,
}

impl Test {
    fn passes(self, shape: Shape) -> bool {
        shape.skewness.is_none_or(|s| s.abs() < self.skewness)
            || shape.kurtosis.is_some_and(|k| k < self.kurtosis)
    }
}

/// Values in order, held between two of them.
#[derive(Debug)]
struct Tails<'a, S> {
    sorted: &'a [S],
    doubles: Vec<f64>,
    /// Places of the values that all smaller, and all larger, ones are moved to.
    low: usize,
    high: usize,
}

impl<'a, S: Scalar> Tails<'a, S> {
    fn new(sorted: &'a [S]) -> Self {
        let doubles = sorted.iter().map(|x| x.to_f64()).collect();
        Self { sorted, doubles, low: 0, high: sorted.len().saturating_sub(1) }
    }

    fn shape(&self, estimator: Estimator) -> Shape {
        let (Some(low), Some(high)) = (self.doubles.get(self.low), self.doubles.get(self.high)) else {
            return Shape::of(&[], estimator);
        };
        let held: Vec<f64> = self.doubles.iter().map(|x| x.clamp(*low, *high)).collect();
        Shape::of(&held, estimator)
    }

    /// Moves the outermost values of one side in by one; false where all values would become equal.
    fn draw_in(&mut self, from_above: bool) -> bool {
        let (low, high) = (self.sorted[self.low], self.sorted[self.high]);
        if from_above {
            let below = self.sorted.partition_point(|x| *x < high);
            match below.checked_sub(1).filter(|at| self.sorted[*at] > low) {
                Some(at) => self.high = at,
                None => return false,
            }
        } else {
            let above = self.sorted.partition_point(|x| *x <= low);
            match self.sorted.get(above).filter(|next| **next < high) {
                Some(_) => self.low = above,
                None => return false,
            }
        }
        true
    }

    fn points(&self) -> usize {
        let (Some(low), Some(high)) = (self.sorted.get(self.low), self.sorted.get(self.high)) else {
            return 0;
        };
        self.sorted.iter().filter(|x| **x < *low || **x > *high).count()
    }
}

impl<S: Scalar> Treatment<S> for SkewKurtosis {
    fn treat(&self, values: &Column<S>) -> Outcome<Treated<S>> {
        let sorted = shared::sorted(values);
        let mut tails = Tails::new(&sorted);
        let mut shape = tails.shape(self.test.estimator);
        let mut passed = self.test.passes(shape);
        let mut facts = shape.facts(shared::BEFORE);
        let done =
            |stage, passed| [("stage", S::from_count(stage)), ("passed", S::from_count(usize::from(passed)))];
        if passed && !self.force {
            facts.extend(done(0, true));
            return Ok(Treated { facts, ..shared::untouched(values) });
        }
        // Values without a shape have no tail either.
        while (!passed || self.force) && tails.points() < self.max_points {
            let Some(skewness) = shape.skewness else { break };
            if !tails.draw_in(skewness >= 0.0) {
                break;
            }
            shape = tails.shape(self.test.estimator);
            passed = self.test.passes(shape);
        }
        let points = tails.points();
        facts.push(("points", S::from_count(points)));
        facts.extend(shape.facts(["skewness-winsorized", "kurtosis-winsorized"]));
        let (held, changed) = match (sorted.get(tails.low), sorted.get(tails.high)) {
            (Some(low), Some(high)) => shared::clipped(values, *low, *high),
            _ => (values.clone(), Vec::new()),
        };
        let then = match &self.then {
            Some(then) if !passed => S::pick(then),
            _ => {
                facts.extend(done(usize::from(points > 0), passed));
                return Ok(Treated { values: held, changed, rescaled: None, facts });
            }
        };
        let (base, changed) = if self.combine { (&held, changed) } else { (values, Vec::new()) };
        let next = then.treat(base)?;
        let shape = Shape::of_column(&next.values, self.test.estimator);
        let known = |name| shared::BEFORE.contains(&name) || shared::AFTER.contains(&name);
        facts.extend(next.facts.into_iter().filter(|(name, _)| !known(*name)));
        facts.extend(shape.facts(shared::AFTER));
        facts.extend(done(2, self.test.passes(shape)));
        Ok(Treated { values: next.values, changed, rescaled: next.rescaled, facts })
    }

    fn may_rescale(&self) -> bool {
        self.then.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    /// Numbers from 1 to 10 and two outliers: the example of COINr's help page.
    const COINR: &str = "1 2 3 4 5 6 7 8 9 10 30 100";

    #[test]
    fn as_in_the_help_of_coinr() {
        check(&METHOD, "", COINR, "1 2 3 4 5 6 7 8 9 10 30 30");
        let treated = treat::<f64>(&METHOD, "", COINR).unwrap();
        assert_eq!(treated.changed, [(11, "winsorized-high")]);
        assert_eq!(
            (fact(&treated, "points"), fact(&treated, "stage"), fact(&treated, "passed")),
            (1.0, 1.0, 1.0)
        );
        assert!(fact(&treated, "skewness-winsorized").abs() < fact(&treated, "skewness").abs());
    }

    #[test]
    fn small_outliers_are_moved_up() {
        check(
            &METHOD,
            "",
            "-1 -2 . -3 -4 -5 -6 -7 -8 -9 -10 -30 -100",
            "-1 -2 . -3 -4 -5 -6 -7 -8 -9 -10 -30 -30",
        );
        let treated = treat::<f64>(&METHOD, "", "-1 -2 -3 -4 -5 -6 -7 -8 -9 -10 -30 -100").unwrap();
        assert_eq!(treated.changed, [(11, "winsorized-low")]);
    }

    #[test]
    fn what_passes_is_left() {
        left(&METHOD, "", "1 2 3 4 5 6 . 7");
        // Skewed beyond the limit, but with a kurtosis below its own.
        let treated = treat::<f64>(&METHOD, "skewness = 0.1; kurtosis = 9", "1 2 3 4 10").unwrap();
        assert_eq!((fact(&treated, "stage"), fact(&treated, "passed")), (0.0, 1.0));
    }

    #[test]
    fn limits_are_strict() {
        let values = "0 0 0 0 3 1";
        let before = fact(&treat::<f64>(&METHOD, "skewness = 100", values).unwrap(), "skewness");
        let at = format!("skewness = {before}; kurtosis = -9; max-points = 0; then = none");
        assert_eq!(fact(&treat::<f64>(&METHOD, &at, values).unwrap(), "passed"), 0.0);
        let above = format!("skewness = {}; kurtosis = -9; max-points = 0; then = none", before * 1.000_001);
        assert_eq!(fact(&treat::<f64>(&METHOD, &above, values).unwrap(), "passed"), 1.0);
    }

    #[test]
    fn ties_are_moved_together_and_count_one_each() {
        let values = "1 1 1 2 2 2 3 3 3 1 2 3 1 2 3 1 2 3 99 99";
        let treated = treat::<f64>(&METHOD, "max-points = 1", values).unwrap();
        assert_eq!((fact(&treated, "points"), treated.changed.len()), (2.0, 2));
        assert_eq!(treated.values.get(18), Some(3.0));
    }

    /// COINr records points as winsorized whose winsorizing it gave up.
    #[test]
    fn what_cannot_be_winsorized_is_transformed_from_the_figures() {
        // Two far out, one of which may be moved: the other two are still too many.
        let values = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 500000 1000000";
        let alone = treat::<f64>(&crate::log_ct::METHOD, "", values).unwrap();
        for points in [0, 1] {
            let treated = treat::<f64>(&METHOD, &format!("max-points = {points}"), values).unwrap();
            assert_eq!((treated.rescaled, treated.changed.len()), (Some("log-ct"), 0));
            assert_eq!((fact(&treated, "stage"), fact(&treated, "points")), (2.0, f64::from(points)));
            assert_eq!(treated.values, alone.values);
        }
        // Combined, the point that was moved stays moved, and is recorded.
        let kept = treat::<f64>(&METHOD, "max-points = 1; combine = true", values).unwrap();
        assert_eq!((kept.rescaled, &kept.changed[..]), (Some("log-ct"), &[(21, "winsorized-high")][..]));
        assert_eq!(kept.values.get(21), kept.values.get(20));
    }

    #[test]
    fn without_a_second_stage_winsorized_values_stand() {
        let values = "1 1 1 1 1 1 1 1 1 2 3 500 1000";
        let treated =
            treat::<f64>(&METHOD, "max-points = 1; then = none; skewness = 0.1; kurtosis = -2", values)
                .unwrap();
        assert_eq!((fact(&treated, "stage"), fact(&treated, "passed")), (1.0, 0.0));
        assert_eq!(treated.values.get(12), Some(500.0));
    }

    #[test]
    fn every_word_of_then_transforms() {
        let values = "1 2 3 4 5 6 7 8 9 10 300 1000 1000 1000000";
        for then in ["log-ct", "log-ct-plus", "log-ct-original", "log-gii", "box-cox", "yeo-johnson"] {
            let treated = treat::<f64>(&METHOD, &format!("max-points = 0; then = {then}"), values).unwrap();
            assert_eq!(treated.rescaled, Some(then));
        }
        let half = treat::<f64>(&METHOD, "max-points = 0; then = box-cox; lambda = 0.5", values).unwrap();
        assert_eq!((fact(&half, "lambda"), half.values.get(0)), (0.5, Some(0.0)));
    }

    #[test]
    fn force_moves_points_of_what_passes() {
        check(&METHOD, "force = true; max-points = 1", "1 2 3 4 6", "1 2 3 4 4");
        check(&METHOD, "force = true; max-points = 1", "6 4 3 2 -9", "6 4 3 2 2");
        left(&METHOD, "force = true; max-points = 0", "1 2 3 4 6");
    }

    /// Winsorizing the only other value away would leave nothing to compare.
    #[test]
    fn two_distinct_values_are_never_made_equal() {
        let rare = "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1";
        let treated = treat::<f64>(&METHOD, "then = none", rare).unwrap();
        assert_eq!((fact(&treated, "points"), fact(&treated, "passed")), (0.0, 0.0));
        left(&METHOD, "then = none", rare);
        let treated =
            treat::<f64>(&METHOD, "force = true; max-points = 9; then = none", "0 0 0 1 2 3").unwrap();
        assert!(treated.values.values().any(|x| x != treated.values.get(0).unwrap()));
    }

    #[test]
    fn what_has_no_shape_is_left() {
        for values in ["", ". .", "7", "3 3 . 3 3 3", "1 2", "1 . 1e9"] {
            left(&METHOD, "", values);
            left(
                &METHOD,
                "force = true; max-points = 5; then = none",
                if values == "1 . 1e9" { "" } else { values },
            );
        }
        // Three values cannot be more skewed than 1.73.
        left(&METHOD, "", "0 0 1e9");
        let strict = treat::<f64>(&METHOD, "skewness = 1; then = none", "0 1 1e9").unwrap();
        assert_eq!(strict.values.get(2), Some(1.0));
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        for text in [
            "skewness = 0",
            "max-points = -1",
            "max-points = 1.5",
            "then = log",
            "lambda = 0.5",
            "lambda = 0.5; then = none",
            "estimator = G1",
        ] {
            assert_eq!(fault(&METHOD, text, "1 2").kind.id, "invalid-parameter", "{text}");
        }
        let negative = "-1 -2 -3 -4 -5 -6 -7 -8 -9 -10 -30 -100";
        assert_eq!(fault(&METHOD, "max-points = 0; then = log-gii", negative).kind.id, "undefined-transform");
    }

    #[test]
    fn the_arithmetics_agree_where_lambda_is_all_but_zero() {
        let values = "-3.9 -1.6 -3.8 -717.1 2.1 8715.7 0.2 -2.5 -2.3 -1.4 -2 8246 8744.1 -2.5 3.3 4940.1 -0.3 4.5 -3.3 0 2.2 0.1";
        agree(&METHOD, "max-points = 0; skewness = 0.2; kurtosis = -1; then = box-cox", values);
        agree(&METHOD, "max-points = 2; skewness = 0.5; kurtosis = 0; combine = true", values);
        agree(&METHOD, "", values);
    }

    #[test]
    fn properties() {
        keeps_order(&METHOD, "", Ties::New);
        keeps_order(&METHOD, "max-points = 2; skewness = 0.5; kurtosis = 0; combine = true", Ties::New);
        keeps_order(&METHOD, "force = true; max-points = 3; then = none", Ties::New);
        keeps_order(&METHOD, "max-points = 0; skewness = 0.2; kurtosis = -1; then = box-cox", Ties::Apart);
        keeps_order(
            &METHOD,
            "estimator = moment; skewness = 0.5; kurtosis = 0; then = log-ct-plus",
            Ties::New,
        );
    }
}
