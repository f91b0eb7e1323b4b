//! Best-worst method: weights from comparing the most important part with all others, and all others with the least.
//!
//! Use it where people can name the most and the least important part. It asks 2 n - 3 questions where `ahp` asks
//! n (n - 1) / 2, and says how far the answers contradict each other.

use crate::{Parts, Weighed, Weigher, WeigherBox, shared};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::Id;
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};
use gradus_statistics::simplex::{NoOptimum, Program, Solution};
use std::collections::BTreeMap;

/// Registry entry of [`BestWorst`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "best-worst",
    since: "0.1.0",
    summary: "Weights from comparisons with the most and the least important part.",
    summary_zh: "最优最劣法：由最重要、最不重要部分与其他部分的比较求权重。",
    formula: "w = the weights with the least xi for which |w_B - a_Bj w_j| <= xi and |w_j - a_jW w_W| <= xi",
    params: &[
        Param {
            name: "best",
            kind: ParamKind::Code,
            default: Default::Required,
            range: "the code of a part",
            meaning: "the most important part",
        },
        Param {
            name: "worst",
            kind: ParamKind::Code,
            default: Default::Required,
            range: "the code of another part",
            meaning: "the least important part",
        },
        Param {
            name: "best-to-others",
            kind: ParamKind::CodeTable,
            default: Default::Required,
            range: "every part but the best; 1 or more",
            meaning: "how many times as important the best part is as each other one",
        },
        Param {
            name: "others-to-worst",
            kind: ParamKind::CodeTable,
            default: Default::Required,
            range: "every part but the worst; 1 or more",
            meaning: "how many times as important each other part is as the worst",
        },
    ],
    references: &[
        Reference {
            citation: "Rezaei (2016). Best-worst multi-criteria decision-making method: Some properties and a linear model. Omega 64, 126-130",
            locator: "https://doi.org/10.1016/j.omega.2015.12.001",
        },
        Reference {
            citation: "Liang, Brunelli and Rezaei (2020). Consistency issues in the best worst method: Measurements and thresholds. Omega 96, 102175",
            locator: "https://doi.org/10.1016/j.omega.2019.102175",
        },
    ],
    build: |args| Ok(WeigherBox::new(BestWorst::new(args)?)),
};

/// The linear model of the best-worst method.
///
/// # Formula
/// ```text
/// minimize ξ  with  | w_B − a_Bj w_j | ≤ ξ,  | w_j − a_jW w_W | ≤ ξ,  Σ w = 1,  w ≥ 0
/// CR = max_j | a_Bj a_jW − a_BW | / ( a_BW² − a_BW )
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `best` | none | the code of a part | the most important part, B |
/// | `worst` | none | the code of another part | the least important part, W |
/// | `best-to-others` | none | every part but the best; 1 or more | a_Bj |
/// | `others-to-worst` | none | every part but the worst; 1 or more | a_jW |
/// # Input and output
/// Judgments; the figures of the parts are not looked at. Dimensionless weights that add up to 1. Facts: `xi` and the
/// input-based `consistency ratio`. Computed in binary64 whatever the arithmetic of the package.
/// # Missing values and edge cases
/// Missing figures play no role. The linear model has one solution (Rezaei 2016). With a_BW = 1 all parts are judged alike:
/// the ratio is 0.
/// # Errors
/// `invalid-parameter` when a judgment is missing or below 1, one is above that of the best against the worst, the best is
/// the worst, the two judgments of best against worst differ, or a code is no part.
/// # Example
/// ```
/// use gradus_method::{Arg, Args, Column};
/// use gradus_weight::{Group, best_worst::BestWorst};
/// let four = |code: &str| Arg::Table([(code.to_owned(), Arg::Number(4.into()))].into());
/// let args = Args::new()
///     .with("best", Arg::Text("A".to_owned()))
///     .with("worst", Arg::Text("B".to_owned()))
///     .with("best-to-others", four("B"))
///     .with("others-to-worst", four("A"));
/// let group = Group::<f64>::new([("A", Column::of(vec![1.0])), ("B", Column::of(vec![2.0]))])?;
/// let weights = group.weigh(&BestWorst::new(&args)?)?.weights;
/// assert!((weights[0] - 0.8).abs() < 1e-9);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Rezaei (2016), Omega 64. Liang, Brunelli and Rezaei (2020), Omega 96.
#[derive(Debug, Clone)]
pub struct BestWorst {
    best: String,
    worst: String,
    best_to_others: BTreeMap<String, Decimal>,
    others_to_worst: BTreeMap<String, Decimal>,
}

impl BestWorst {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for judgments that are none.
    pub fn new(args: &Args) -> Outcome<Self> {
        let missing = |name: &str| {
            Fault::new(&catalog::MISSING_PARAMETER, format!("parameter `{name}` is missing"))
                .of(name)
                .help(format!("give `{name}`"))
        };
        let code = |name: &str| args.optional_text(name)?.map(str::to_owned).ok_or_else(|| missing(name));
        let table = |name: &str| args.number_table(name)?.ok_or_else(|| missing(name));
        let method = Self {
            best: code("best")?,
            worst: code("worst")?,
            best_to_others: table("best-to-others")?,
            others_to_worst: table("others-to-worst")?,
        };
        method.check()?;
        if !args.parts().is_empty() {
            method.judgments(args.parts())?;
        }
        Ok(method)
    }

    /// Checks what needs no parts.
    fn check(&self) -> Outcome<()> {
        if self.best == self.worst {
            return Err(Fault::parameter(
                "worst",
                format!("`{}` is both the best and the worst part", self.best),
            )
            .help("name the least important part as `worst`"));
        }
        let (from_best, to_worst) =
            (self.best_to_others.get(&self.worst), self.others_to_worst.get(&self.best));
        if let (Some(a), Some(b)) = (from_best, to_worst)
            && a != b
        {
            return Err(Fault::parameter(
                "others-to-worst",
                format!(
                    "`{}` against `{}` is {a} in `best-to-others` and {b} in `others-to-worst`",
                    self.best, self.worst
                ),
            )
            .help("give the same number in both, or in one of them only"));
        }
        let most = from_best.or(to_worst);
        let tables = [
            ("best-to-others", &self.best_to_others, &self.best),
            ("others-to-worst", &self.others_to_worst, &self.worst),
        ];
        for (name, table, own) in tables {
            for (code, x) in table {
                if *x < Decimal::ONE || (code == own && *x != Decimal::ONE) {
                    let rule = if code == own { "not 1" } else { "below 1" };
                    return Err(Fault::parameter(name, format!("`{name}` of `{code}` is {x}, {rule}")).help(
                        "name the most important part as `best` and the least important one as `worst`",
                    ));
                }
                if let Some(most) = most.filter(|most| x > *most) {
                    return Err(Fault::parameter(
                        name,
                        format!(
                            "`{name}` of `{code}` is {x}, above the {most} of the best against the worst"
                        ),
                    )
                    .help("name the most important part as `best` and the least important one as `worst`"));
                }
            }
        }
        Ok(())
    }

    /// Places of best and worst, and the judgments by part.
    fn judgments(&self, codes: &[Id]) -> Outcome<Judgments> {
        shared::known("best", [self.best.as_str()], codes)?;
        shared::known("worst", [self.worst.as_str()], codes)?;
        shared::known("best-to-others", self.best_to_others.keys().map(String::as_str), codes)?;
        shared::known("others-to-worst", self.others_to_worst.keys().map(String::as_str), codes)?;
        let place = |code: &str| codes.iter().position(|known| *known == code).unwrap_or_default();
        let most = self.best_to_others.get(&self.worst).or_else(|| self.others_to_worst.get(&self.best));
        let numbers = |name: &str, table: &BTreeMap<String, Decimal>, own: &str, other: &str| {
            let number = |code: &Id| match table.get(code.as_str()) {
                _ if *code == own => Ok(1.0),
                Some(x) => Ok(x.to_f64()),
                None => most.filter(|_| *code == other).map(|x| x.to_f64()).ok_or_else(|| {
                    Fault::parameter(name, format!("`{name}` leaves out `{code}`"))
                        .help(format!("add `{code}` to `{name}`"))
                }),
            };
            codes.iter().map(number).collect::<Outcome<Vec<f64>>>()
        };
        Ok(Judgments {
            best: place(&self.best),
            worst: place(&self.worst),
            from_best: numbers("best-to-others", &self.best_to_others, &self.best, &self.worst)?,
            to_worst: numbers("others-to-worst", &self.others_to_worst, &self.worst, &self.best)?,
        })
    }
}

#[derive(Debug)]
struct Judgments {
    best: usize,
    worst: usize,
    from_best: Vec<f64>,
    to_worst: Vec<f64>,
}

impl Judgments {
    /// The model: variables are the weights and xi, of which the least is looked for.
    fn program(&self) -> Program {
        let n = self.from_best.len();
        let mut least = vec![0.0; n + 1];
        least[n] = -1.0;
        let mut sum = vec![1.0; n + 1];
        sum[n] = 0.0;
        let mut rows = Vec::new();
        let mut pair = |a: usize, b: usize, times: f64| {
            for sign in [1.0, -1.0] {
                let mut row = vec![0.0; n + 1];
                row[a] += sign;
                row[b] -= sign * times;
                row[n] = -1.0;
                rows.push(row);
            }
        };
        for j in (0..n).filter(|j| *j != self.best) {
            pair(self.best, j, self.from_best[j]);
            if j != self.worst {
                pair(j, self.worst, self.to_worst[j]);
            }
        }
        let program = Program::maximize(&least).equal(&sum, 1.0);
        rows.iter().fold(program, |program, row| program.at_most(row, 0.0))
    }

    /// The input-based consistency ratio.
    fn ratio(&self) -> f64 {
        let most = self.from_best[self.worst];
        let miss = |(a, b): (&f64, &f64)| (a * b - most).abs();
        let largest = self
            .from_best
            .iter()
            .zip(&self.to_worst)
            .enumerate()
            .filter(|(j, _)| *j != self.best && *j != self.worst)
            .map(|(_, pair)| miss(pair))
            .fold(0.0, f64::max);
        if largest == 0.0 { 0.0 } else { largest / (most * most - most) }
    }
}

/// What a program without an optimum says; bounds and rows leave room for equal weights always.
fn stalled(why: NoOptimum) -> Fault {
    Fault::new(&catalog::NO_SOLUTION, format!("the weights of best-worst were not found: {why}"))
        .help("give judgments between 1 and 9")
}

impl<S: Scalar> Weigher<S> for BestWorst {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        let judgments = self.judgments(parts.codes)?;
        let n = parts.codes.len();
        let Solution { objective, variables, .. } = judgments.program().solve().map_err(stalled)?;
        let xi = (-objective).max(0.0);
        // What the tolerance of the program left below zero is zero.
        let weights: Vec<f64> = variables[..n].iter().map(|w| w.max(0.0)).collect();
        let weights = shared::shares(&weights, || shared::nothing_varies(METHOD.id))?;
        let ratio = judgments.ratio();
        Ok(Weighed::of(shared::lift_all(&weights)?)
            .fact("xi", shared::lift(xi)?)
            .fact("consistency ratio", shared::lift(ratio)?))
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    const THREE: &str = "best = A; worst = C; best-to-others = {B 3 C 7}; others-to-worst = {A 7 B 3}";

    #[test]
    fn worked_by_hand() {
        // w_A = 3 w_B - xi = 7 w_C + xi and w_B = 3 w_C - xi: w = 37, 13, 5 over 55 with xi = 2/55.
        check(&METHOD, THREE, "A; B; C", "~0.67272727 ~0.23636364 ~0.09090909");
        check(&METHOD, THREE, "C; A; B", "~0.09090909 ~0.67272727 ~0.23636364");
        check_fact(&METHOD, THREE, "A; B; C", "xi", "~0.03636364");
        // |3 * 3 - 7| / (49 - 7).
        check_fact(&METHOD, THREE, "A; B; C", "consistency ratio", "~0.04761905");
        // The judgment of best against worst may be given once.
        let once = "best = A; worst = C; best-to-others = {B 3 C 7}; others-to-worst = {B 3}";
        check(&METHOD, once, "A; B; C", "~0.67272727 ~0.23636364 ~0.09090909");
    }

    #[test]
    fn consistent_judgments() {
        let text =
            "best = B; worst = E; best-to-others = {A 2 C 4 D 2 E 8}; others-to-worst = {A 4 B 8 C 2 D 4}";
        check(&METHOD, text, "A; B; C; D; E", "~0.21052632 ~0.42105263 ~0.10526316 ~0.21052632 ~0.05263158");
        check_fact(&METHOD, text, "A; B; C; D; E", "consistency ratio", "0");
        let text = "best = A; worst = B; best-to-others = {B 1 C 1}; others-to-worst = {C 1}";
        check(&METHOD, text, "A; B; C", "~0.33333333 ~0.33333333 ~0.33333333");
        check_fact(&METHOD, text, "A; B; C", "consistency ratio", "0");
    }

    #[test]
    fn what_is_no_judgment() {
        for (text, what) in [
            ("best = A; worst = A; best-to-others = {B 3 C 7}; others-to-worst = {B 3}", "both"),
            ("best = A; worst = C; best-to-others = {B 3 C 7}; others-to-worst = {A 6 B 3}", "is 7 in"),
            ("best = A; worst = C; best-to-others = {B 0.5 C 7}; others-to-worst = {B 3}", "below 1"),
            ("best = A; worst = C; best-to-others = {A 2 B 3 C 7}; others-to-worst = {B 3}", "not 1"),
            ("best = A; worst = C; best-to-others = {B 8 C 7}; others-to-worst = {B 3}", "above the 7"),
            ("best = A; worst = C; best-to-others = {C 7}; others-to-worst = {B 3}", "leaves out `B`"),
            ("best = A; worst = C; best-to-others = {B 3}; others-to-worst = {B 3}", "leaves out `C`"),
            ("best = A; worst = X; best-to-others = {B 3 C 7}; others-to-worst = {B 3}", "`X`"),
        ] {
            let fault = fault(&METHOD, text, "A; B; C");
            assert_eq!(fault.kind.id, "invalid-parameter", "{text}");
            assert!(fault.message.contains(what), "{text}: {fault}");
        }
        assert_eq!(fault(&METHOD, "best = A", "A; B; C").kind.id, "missing-parameter");
    }

    #[test]
    fn properties() {
        let text = "best = A; worst = D; best-to-others = {B 2 C 4 D 9}; others-to-worst = {B 5 C 3}";
        holds(&METHOD, text, 0..9, 1e-8, &[Property::ScaleFree, Property::ShiftFree]);
    }
}
