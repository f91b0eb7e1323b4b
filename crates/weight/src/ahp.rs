//! Analytic hierarchy process: weights from judgments of which of two parts is more important, and by how much.
//!
//! Use it where people can compare parts two at a time. It says how far the judgments contradict each other; with more than
//! nine parts the questions become too many to answer with care (`best-worst` asks fewer).

use crate::judgments::{PairTable, check_ratios, reciprocal};
use crate::{Parts, Weighed, Weigher, WeigherBox, shared};
use gradus_method::{Arg, Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::Scalar;

/// Registry entry of [`Ahp`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "ahp",
    since: "0.1.0",
    summary: "Weights from pairwise judgments of importance, with their consistency ratio.",
    summary_zh: "层次分析法：由两两重要性判断求权重，并给出一致性比率。",
    formula: "w = the principal eigenvector of the matrix of judgments; CI = (lambda - n) / (n - 1), CR = CI / RI",
    params: &[
        Param {
            name: "judgments",
            kind: ParamKind::PairTables,
            default: Default::Required,
            range: "every pair of parts once, above 0; fractions in quotes, as in `\"1/3\"`",
            meaning: "how many times as important the first part is as the second, as in `{ A = { B = 3 } }`; a list with one table per judge is combined by the geometric mean",
        },
        Param {
            name: "priorities",
            kind: ParamKind::Word(&["eigenvector", "geometric-mean"]),
            default: Default::Value("eigenvector"),
            range: "eigenvector, geometric-mean",
            meaning: "how weights are taken from the matrix: its principal eigenvector, or the geometric means of its rows",
        },
        Param {
            name: "random-index",
            kind: ParamKind::Word(&["saaty", "alonso-lamata"]),
            default: Default::Value("saaty"),
            range: "saaty (up to 15 parts), alonso-lamata (any number)",
            meaning: "the table of mean consistency indices of random judgments that the consistency ratio is relative to",
        },
    ],
    references: &[
        Reference {
            citation: "Saaty (1980). The Analytic Hierarchy Process: Planning, Priority Setting, Resource Allocation. McGraw-Hill",
            locator: "ISBN 978-0-07-054371-3",
        },
        Reference {
            citation: "Crawford and Williams (1985). A note on the analysis of subjective judgment matrices. Journal of Mathematical Psychology 29(4), 387-405",
            locator: "https://doi.org/10.1016/0022-2496(85)90002-1",
        },
        Reference {
            citation: "Alonso and Lamata (2006). Consistency in the analytic hierarchy process: a new approach. International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 14(4), 445-459",
            locator: "https://doi.org/10.1142/S0218488506004114",
        },
    ],
    build: |args| Ok(WeigherBox::new(Ahp::new(args)?)),
};

/// The random indices of Saaty (1980) for 3 to 15 parts.
const SAATY: [f64; 13] = [0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59];

/// The consistency ratio above which Saaty asks for the judgments to be looked at again.
const ACCEPTABLE: f64 = 0.1;

/// Eigenvector or geometric-mean priorities of reciprocal judgments.
///
/// # Formula
/// ```text
/// a_jk = how many times as important part j is as part k,  a_kj = 1 / a_jk
/// A w = λ w,  Σ w = 1     λ the largest eigenvalue              eigenvector
/// w_j ∝ ( Π_k a_jk )^(1/n)                                      geometric-mean
/// CI = (λ − n) / (n − 1),  CR = CI / RI
/// several judges: a_jk is the geometric mean of their judgments
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `judgments` | none | every pair once, above 0 | how many times as important the first part is as the second; a list has one table per judge |
/// | `priorities` | `eigenvector` | `eigenvector`, `geometric-mean` | how weights are taken from the matrix |
/// | `random-index` | `saaty` | `saaty`, `alonso-lamata` | the table that the consistency ratio is relative to |
///
/// Saaty's words run from 1 (equal) over 3 (moderate), 5 (strong) and 7 (very strong) to 9 (extreme); any number above 0 is
/// accepted. RI for 3 to 15 parts is 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59 (Saaty
/// 1980); Alonso and Lamata (2006) fit (2.7699 n − 4.3513 − n) / (n − 1).
/// # Input and output
/// Judgments; the figures of the parts are not looked at. Dimensionless weights that add up to 1. Facts: `lambda max`,
/// `consistency index`, `random index`, `consistency ratio`, the last also of each judge, and with `geometric-mean` the
/// geometric consistency index. Computed in binary64 whatever the arithmetic of the package.
/// # Missing values and edge cases
/// Missing figures play no role. Two parts cannot contradict each other: CI and CR are 0. Beyond the table there is no CR,
/// and a note says so. A note says when CR is above 0.1.
/// # Errors
/// `invalid-parameter` when a pair is missing, its two ways are not reciprocal, a judgment is 0 or less, or a code is no part.
/// # Example
/// ```
/// use gradus_method::{Arg, Args, Column};
/// use gradus_weight::{Group, ahp::Ahp};
/// let row = Arg::Table([("B".to_owned(), Arg::Number(4.into()))].into());
/// let args = Args::new().with("judgments", Arg::Table([("A".to_owned(), row)].into()));
/// let group = Group::<f64>::new([("A", Column::of(vec![1.0])), ("B", Column::of(vec![2.0]))])?;
/// let weights = group.weigh(&Ahp::new(&args)?)?.weights;
/// assert!((weights[0] - 0.8).abs() < 1e-12);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Saaty (1980), The Analytic Hierarchy Process. Crawford and Williams (1985). Alonso and Lamata (2006).
#[derive(Debug, Clone)]
pub struct Ahp {
    judges: Vec<PairTable>,
    priorities: Priorities,
    random_index: RandomIndex,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Priorities {
    Eigenvector,
    GeometricMean,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RandomIndex {
    Saaty,
    AlonsoLamata,
}

impl RandomIndex {
    fn of(self, n: usize) -> Option<f64> {
        match self {
            Self::Saaty => SAATY.get(n.checked_sub(3)?).copied(),
            Self::AlonsoLamata => {
                let n = n as f64;
                Some((2.7699 * n - 4.3513 - n) / (n - 1.0))
            }
        }
    }
}

impl Ahp {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for judgments that are none.
    pub fn new(args: &Args) -> Outcome<Self> {
        const NAME: &str = "judgments";
        let judges = match args.get(NAME) {
            Some(Arg::List(judges)) => {
                judges.iter().map(|judge| PairTable::of(NAME, judge)).collect::<Outcome<Vec<_>>>()?
            }
            Some(judge) => vec![PairTable::of(NAME, judge)?],
            None => Vec::new(),
        };
        if judges.is_empty() {
            return Err(Fault::parameter(NAME, "`judgments` holds no judgments")
                .help("write `judgments = { A = { B = 3 } }` with the codes of the parts"));
        }
        for judge in &judges {
            check_ratios(NAME, judge)?;
            if !args.parts().is_empty() {
                reciprocal(NAME, judge, args.parts())?;
            }
        }
        let priorities =
            [("eigenvector", Priorities::Eigenvector), ("geometric-mean", Priorities::GeometricMean)];
        let indices = [("saaty", RandomIndex::Saaty), ("alonso-lamata", RandomIndex::AlonsoLamata)];
        Ok(Self {
            judges,
            priorities: args.word("priorities", &priorities, Priorities::Eigenvector)?,
            random_index: args.word("random-index", &indices, RandomIndex::Saaty)?,
        })
    }

    /// Consistency index and ratio; the ratio is `None` beyond the table.
    fn consistency(&self, lambda: f64, n: usize) -> (f64, Option<f64>) {
        if n < 3 {
            return (0.0, Some(0.0));
        }
        // The eigenvalue of a reciprocal matrix is at least n; less is rounding.
        let index = ((lambda - n as f64) / (n as f64 - 1.0)).max(0.0);
        (index, self.random_index.of(n).map(|random| index / random))
    }
}

/// The element-wise geometric mean of the matrices.
fn combined(matrices: &[Vec<Vec<f64>>]) -> Option<Vec<Vec<f64>>> {
    let [first, ..] = matrices else { return None };
    if matrices.len() == 1 {
        return Some(first.clone());
    }
    let n = first.len();
    let mut combined = vec![vec![1.0; n]; n];
    for i in 0..n {
        for j in i + 1..n {
            let logs = matrices.iter().try_fold(0.0, |sum, m| Some(sum + Scalar::ln(m[i][j])?))?;
            let mean = Scalar::exp(logs / matrices.len() as f64)?;
            combined[i][j] = mean;
            combined[j][i] = 1.0 / mean;
        }
    }
    Some(combined)
}

/// Geometric means of the rows, adding up to 1.
fn geometric_means(matrix: &[Vec<f64>]) -> Option<Vec<f64>> {
    let mean = |row: &Vec<f64>| {
        row.iter().try_fold(0.0, |sum, a| Some(sum + Scalar::ln(*a)?)).map(|sum| sum / row.len() as f64)
    };
    let logs: Vec<f64> = matrix.iter().map(mean).collect::<Option<_>>()?;
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let means: Vec<f64> = logs.iter().map(|x| Scalar::exp(x - largest)).collect::<Option<_>>()?;
    let total: f64 = means.iter().sum();
    Some(means.iter().map(|x| x / total).collect())
}

/// Principal eigenvalue and eigenvector, adding up to 1, of a positive matrix.
///
/// Squaring the matrix doubles the power each time, so that even judgments in a vicious circle settle in a few steps.
fn principal(matrix: &[Vec<f64>]) -> Option<(f64, Vec<f64>)> {
    const MOST_SQUARES: usize = 100;
    let n = matrix.len();
    let times = |vector: &[f64]| -> Vec<f64> {
        matrix.iter().map(|row| row.iter().zip(vector).map(|(a, x)| a * x).sum()).collect()
    };
    let scaled = |vector: Vec<f64>| -> Vec<f64> {
        let total: f64 = vector.iter().sum();
        vector.iter().map(|x| x / total).collect()
    };
    let mut power = matrix.to_vec();
    let mut vector = vec![1.0 / n as f64; n];
    for _ in 0..MOST_SQUARES {
        let next = scaled(power.iter().map(|row| row.iter().sum()).collect());
        let moved = next.iter().zip(&vector).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        vector = next;
        if moved < 1e-16 {
            break;
        }
        let largest = power.iter().flatten().copied().fold(0.0, f64::max);
        power.iter_mut().flatten().for_each(|a| *a /= largest);
        power = (0..n)
            .map(|i| (0..n).map(|j| (0..n).map(|k| power[i][k] * power[k][j]).sum()).collect())
            .collect();
    }
    // One step with the matrix itself takes off what rounding in the squares left.
    let image = times(&scaled(times(&vector)));
    let lambda: f64 = image.iter().sum();
    let vector = scaled(image);
    (lambda.is_finite() && vector.iter().all(|x| x.is_finite())).then_some((lambda, vector))
}

/// The geometric consistency index of Crawford and Williams: the mean squared logarithm by which judgments miss the weights.
fn geometric_index(matrix: &[Vec<f64>], weights: &[f64]) -> Option<f64> {
    let n = weights.len();
    let mut sum = 0.0;
    for i in 0..n {
        for j in i + 1..n {
            let miss: f64 = Scalar::ln(matrix[i][j] * weights[j] / weights[i])?;
            sum += miss * miss;
        }
    }
    Some(if n < 3 { 0.0 } else { 2.0 * sum / ((n - 1) * (n - 2)) as f64 })
}

impl<S: Scalar> Weigher<S> for Ahp {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        let matrices = self.judges.iter().map(|judge| reciprocal("judgments", judge, parts.codes));
        let matrices = matrices.collect::<Outcome<Vec<_>>>()?;
        let n = parts.codes.len();
        let matrix = combined(&matrices).ok_or_else(Fault::out_of_range)?;
        let (lambda, eigenvector) = principal(&matrix).ok_or_else(Fault::out_of_range)?;
        let weights = match self.priorities {
            Priorities::Eigenvector => eigenvector,
            Priorities::GeometricMean => geometric_means(&matrix).ok_or_else(Fault::out_of_range)?,
        };
        let (index, ratio) = self.consistency(lambda, n);
        let mut weighed = Weighed::of(shared::lift_all(&weights)?)
            .fact("lambda max", shared::lift(lambda)?)
            .fact("consistency index", shared::lift(index)?);
        if let Some(random) = self.random_index.of(n).filter(|_| n > 2) {
            weighed = weighed.fact("random index", shared::lift(random)?);
        }
        match ratio {
            Some(ratio) => weighed = weighed.fact("consistency ratio", shared::lift(ratio)?),
            None => {
                weighed = weighed.note(&catalog::WEIGHTS_DOUBTFUL, format!(
                    "the table of random indices ends at 15 parts, so {n} parts have no consistency ratio; `random-index = \"alonso-lamata\"` has one"
                ));
            }
        }
        if self.priorities == Priorities::GeometricMean {
            let index = geometric_index(&matrix, &weights).ok_or_else(Fault::out_of_range)?;
            weighed = weighed.fact("geometric consistency index", shared::lift(index)?);
        }
        if let Some(ratio) = ratio.filter(|ratio| *ratio > ACCEPTABLE) {
            weighed = weighed.note(&catalog::WEIGHTS_DOUBTFUL, format!(
                "the judgments contradict each other: their consistency ratio is {ratio:.3}, above {ACCEPTABLE}"
            ));
        }
        if matrices.len() > 1 {
            for (judge, matrix) in matrices.iter().enumerate() {
                let (lambda, _) = principal(matrix).ok_or_else(Fault::out_of_range)?;
                if let (_, Some(ratio)) = self.consistency(lambda, n) {
                    let name = format!("consistency ratio of judge {}", judge + 1);
                    weighed = weighed.fact(name, shared::lift(ratio)?);
                }
            }
        }
        Ok(weighed)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;
    use gradus_model::number::Decimal;

    const THREE: &str = "A; B; C";

    #[test]
    fn three_parts() {
        // The eigenvector of a 3 x 3 matrix is that of the geometric means: 15^(1/3), (2/3)^(1/3), (1/10)^(1/3).
        let text = "judgments = {A {B 3 C 5} B {C 2}}";
        check(&METHOD, text, THREE, "~0.648329 ~0.229651 ~0.122020");
        check(
            &METHOD,
            &format!("{text}; priorities = geometric-mean"),
            THREE,
            "~0.648329 ~0.229651 ~0.122020",
        );
        check(&METHOD, text, "C; B; A", "~0.122020 ~0.229651 ~0.648329");
        check_fact(&METHOD, text, THREE, "lambda max", "~3.00369");
        check_fact(&METHOD, text, THREE, "consistency ratio", "~0.003185");
        check_fact(
            &METHOD,
            &format!("{text}; random-index = alonso-lamata"),
            THREE,
            "random index",
            "~0.4792",
        );
        check_fact(
            &METHOD,
            &format!("{text}; priorities = geometric-mean"),
            THREE,
            "geometric consistency index",
            "~0.011080",
        );
    }

    #[test]
    fn two_parts_and_one() {
        check(&METHOD, "judgments = {A {B 4}}", "A; B", "~0.8 ~0.2");
        check_fact(&METHOD, "judgments = {A {B 4}}", "A; B", "consistency ratio", "0");
        check(&METHOD, "judgments = {A {A 1}}", "A", "1");
    }

    #[test]
    fn judgments_are_accepted_either_way() {
        for text in ["{B {A 1/3} A {C 5} C {B 0.5}}", "{A {A 1 B 3 C 5} B {A 0.333 C 2} C {A 0.2 B 1/2}}"] {
            check(&METHOD, &format!("judgments = {text}"), THREE, "~0.648 ~0.230 ~0.122");
        }
    }

    #[test]
    fn several_judges_meet_in_the_geometric_mean() {
        let text = "judgments = [{A {B 8}} {A {B 2}}]";
        check(&METHOD, text, "A; B", "~0.8 ~0.2");
        let text = "judgments = [{A {B 2 C 8} B {C 4}} {A {B 2 C 2} B {C 1/4}}]";
        check(&METHOD, text, THREE, "~0.584170 ~0.231828 ~0.184002");
        check_fact(&METHOD, text, THREE, "consistency ratio of judge 1", "~0.00000000");
        check_fact(&METHOD, text, THREE, "consistency ratio of judge 2", "~0.187381");
    }

    #[test]
    fn contradictions_are_said() {
        let text = "judgments = {A {B 9} B {C 9} C {A 9}}";
        check(&METHOD, text, THREE, "~0.33333333 ~0.33333333 ~0.33333333");
        let weighed = weigh::<Decimal>(&METHOD, text, THREE).unwrap();
        assert_eq!(
            weighed.notes[0].1,
            "the judgments contradict each other: their consistency ratio is 6.130, above 0.1"
        );
        // A vicious circle of a million converges all the same.
        check(&METHOD, "judgments = {A {B 1e6} B {C 1e6} C {A 2e6}}", THREE, "~0.259921 ~0.327480 ~0.412599");
    }

    #[test]
    fn beyond_the_table() {
        let codes: Vec<String> = (0..16).map(|k| format!("P{k}")).collect();
        let rows: String = (0..16)
            .map(|i| {
                let cells: String = (i + 1..16).map(|j| format!("P{j} 1 ")).collect();
                format!("P{i} {{{cells}}} ")
            })
            .collect();
        let text = format!("judgments = {{{rows}}}");
        let weighed = weigh::<f64>(&METHOD, &text, &codes.join(";")).unwrap();
        assert_eq!(weighed.notes.len(), 1);
        assert!(weighed.weights.iter().all(|w| (w - 0.0625).abs() < 1e-15));
        check_fact(
            &METHOD,
            &format!("{text}; random-index = alonso-lamata"),
            &codes.join(";"),
            "consistency ratio",
            "0",
        );
    }

    #[test]
    fn what_is_no_judgment() {
        faults(
            &METHOD,
            &[
                ("judgments = {A {B 3}}", THREE, "invalid-parameter"),
                ("judgments = {A {B 3 C 5 D 2} B {C 2}}", THREE, "invalid-parameter"),
                ("judgments = {A {B 0 C 5} B {C 2}}", THREE, "invalid-parameter"),
                ("judgments = {A {B 3 C 5} B {A 3 C 2}}", THREE, "invalid-parameter"),
                ("judgments = {A {A 2 B 3}}", "A; B", "invalid-parameter"),
                ("judgments = {A {B x}}", "A; B", "invalid-parameter"),
                ("judgments = {A 3}", "A; B", "invalid-parameter"),
                ("judgments = []", "A; B", "invalid-parameter"),
                ("", "A; B", "missing-parameter"),
            ],
        );
        let fault = fault(&METHOD, "judgments = {A {B 3}}", "A; B; C");
        assert_eq!(fault.message, "`judgments` does not compare `A` with `C`");
        assert_eq!(
            fault.help.as_deref(),
            Some("add how many times as important `A` is as `C`, as in `A = { C = 3 }`")
        );
    }

    #[test]
    fn properties() {
        let text = "judgments = {A {B 3 C 5 D 1/2} B {C 2 D 4} C {D 7}}";
        holds(&METHOD, text, 0..9, 1e-12, &[Property::ScaleFree, Property::ShiftFree]);
        let text = format!("{text}; priorities = geometric-mean");
        holds(&METHOD, &text, 0..9, 1e-12, &[Property::ScaleFree, Property::ShiftFree]);
    }
}
