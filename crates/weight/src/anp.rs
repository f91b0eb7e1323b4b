//! Analytic network process: the priorities that parts have in the long run when importance flows along their influences.
//!
//! Use it where parts influence each other and people can say how strongly. It starts from the influences on each part (by
//! `ahp` or asked directly); where parts are independent, `ahp` is enough.

use crate::judgments::PairTable;
use crate::{Parts, Weighed, Weigher, WeigherBox};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`Anp`].
pub static METHOD: Method<WeigherBox> = Method {
    id: "anp",
    since: "0.1.0",
    summary: "The limit priorities of parts that influence each other.",
    summary_zh: "网络分析法：由各部分相互影响的超矩阵求极限优先权重。",
    formula: "w = W w with sum(w) = 1 and W the influences, each column divided by its sum",
    params: &[Param {
        name: "influences",
        kind: ParamKind::PairTables,
        default: Default::Required,
        range: "for every part the parts that influence it; 0 or more, not all 0; one table",
        meaning: "how strongly each part is influenced, as in `{ A = { A = 1, B = 3 } }`: B influences A three times as much as A itself; what is not named is 0",
    }],
    references: &[Reference {
        citation: "Saaty (1996). Decision Making with Dependence and Feedback: The Analytic Network Process. RWS Publications",
        locator: "ISBN 978-0-9620317-9-3",
    }],
    build: |args| Ok(WeigherBox::new(Anp::new(args)?)),
};

/// Limit priorities of the supermatrix of influences.
///
/// # Formula
/// ```text
/// W_kj = influence of part k on part j, each column divided by its sum
/// W w = w,  Σ w = 1
/// ```
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `influences` | none | every part; 0 or more, not all 0 | for each part, how strongly the parts influence it |
/// # Input and output
/// Influences; the figures of the parts are not looked at. Dimensionless weights that add up to 1. The fixed vector is found
/// by elimination without subtraction (Grassmann, Taksar and Heyman), so it is as exact as the arithmetic, and where
/// importance runs in circles it is the mean over the circle.
/// # Missing values and edge cases
/// Missing figures play no role. An influence that is not named is 0. A part that in the long run influences nothing that
/// matters has weight 0.
/// # Errors
/// `invalid-parameter` when a part is missing, an influence is below 0, all influences on a part are 0 or a code is no part;
/// `no-solution` when the parts fall into groups without influence on each other, so that the limit is not unique.
/// # Example
/// ```
/// use gradus_method::{Arg, Args, Column};
/// use gradus_weight::{Group, anp::Anp};
/// let by = |code: &str| Arg::Table([(code.to_owned(), Arg::Number(1.into()))].into());
/// let influences = [("A".to_owned(), by("B")), ("B".to_owned(), by("A"))];
/// let args = Args::new().with("influences", Arg::Table(influences.into()));
/// let group = Group::new([("A", Column::of(vec![1.0])), ("B", Column::of(vec![2.0]))])?;
/// assert_eq!(group.weigh(&Anp::new(&args)?)?.weights, [0.5, 0.5]);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Saaty (1996), The Analytic Network Process.
#[derive(Debug, Clone)]
pub struct Anp {
    influences: PairTable,
}

impl Anp {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid-parameter` for influences that are none.
    pub fn new(args: &Args) -> Outcome<Self> {
        let Some(table) = args.get("influences") else {
            return Err(Fault::parameter("influences", "`influences` is missing")
                .help("write `influences = { A = { B = 1 }, B = { A = 1 } }` with the codes of the parts"));
        };
        let anp = Self { influences: PairTable::of("influences", table)? };
        if let Some((on, by, x)) = anp.influences.iter().find(|(_, _, x)| *x < Decimal::ZERO) {
            return Err(Fault::parameter(
                "influences",
                format!("the influence of `{by}` on `{on}` is {x}, below 0"),
            )
            .help(format!("give the influence of `{by}` on `{on}` by its strength, 0 or more")));
        }
        Ok(anp)
    }

    /// The supermatrix by column: `columns[j][k]` is the influence of part k on part j, adding up to 1 over k.
    fn columns<S: Scalar>(&self, parts: &Parts<'_, S>) -> Outcome<Vec<Vec<S>>> {
        self.influences.check_codes("influences", parts.codes)?;
        let column = |on: &gradus_model::Id| {
            let influence = |by: &gradus_model::Id| {
                S::from_decimal(self.influences.get(on.as_str(), by.as_str()).unwrap_or_default())
            };
            let column: Vec<S> = parts.codes.iter().map(influence).collect();
            crate::shared::shares(&column, || {
                Fault::parameter("influences", format!("nothing influences `{on}`")).help(format!(
                    "say what influences `{on}`; where it is only itself, write `{on} = {{ {on} = 1 }}`"
                ))
            })
        };
        parts.codes.iter().map(column).collect()
    }
}

/// The parts that importance reaches from `start`, itself included.
fn reached<S: Scalar>(columns: &[Vec<S>], start: usize) -> Vec<bool> {
    let mut reached = vec![false; columns.len()];
    let mut open = vec![start];
    while let Some(part) = open.pop() {
        if !std::mem::replace(&mut reached[part], true) {
            open.extend((0..columns.len()).filter(|k| columns[part][*k] > S::ZERO));
        }
    }
    reached
}

/// The stationary distribution of an irreducible chain whose rows are `rows`, by elimination without subtraction.
fn stationary<S: Scalar>(mut rows: Vec<Vec<S>>) -> Option<Vec<S>> {
    let n = rows.len();
    for last in (1..n).rev() {
        let leaving = rows[last][..last].iter().try_fold(S::ZERO, |sum, x| sum.plus(*x))?;
        for i in 0..last {
            rows[i][last] = rows[i][last].over(leaving)?;
        }
        for i in 0..last {
            for j in 0..last {
                rows[i][j] = rows[i][j].plus(rows[i][last].times(rows[last][j])?)?;
            }
        }
    }
    let mut visits = vec![S::ONE; n];
    for j in 1..n {
        visits[j] = (0..j).try_fold(S::ZERO, |sum, i| sum.plus(visits[i].times(rows[i][j])?))?;
    }
    Some(visits)
}

impl<S: Scalar> Weigher<S> for Anp {
    fn weigh(&self, parts: &Parts<'_, S>) -> Outcome<Weighed<S>> {
        let columns = self.columns(parts)?;
        let n = columns.len();
        // Importance ends in a set of parts that all reach each other and nothing else. From every part it must be the same.
        let reach: Vec<Vec<bool>> = (0..n).map(|part| reached(&columns, part)).collect();
        let lasting = |part: usize| (0..n).all(|k| !reach[part][k] || reach[k][part]);
        let class: Vec<usize> = (0..n).filter(|part| lasting(*part)).collect();
        if let Some((a, b)) = class.iter().find_map(|b| {
            let a = *class.first()?;
            (!reach[a][*b]).then_some((a, *b))
        }) {
            return Err(Fault::new(
                &catalog::NO_SOLUTION,
                format!(
                    "`{}` and `{}` do not influence each other, directly or through others, so their limit priorities are not unique",
                    parts.codes[a], parts.codes[b]
                ),
            )
            .of("influences")
            .help(format!("add an influence of `{}` on `{}`, or use the method `ahp`", parts.codes[a], parts.codes[b])));
        }
        let rows = class.iter().map(|j| class.iter().map(|k| columns[*j][*k]).collect()).collect();
        let visits = stationary(rows).ok_or_else(Fault::out_of_range)?;
        let mut earned = vec![S::ZERO; n];
        class.iter().zip(visits).for_each(|(part, x)| earned[*part] = x);
        crate::shared::shares(&earned, || crate::shared::nothing_varies(METHOD.id)).map(Weighed::of)
    }
}

#[cfg(test)]
mod tests {
    use super::METHOD;
    use crate::testing::*;

    #[test]
    fn worked_by_hand() {
        // Columns (0.5, 0.5) and (0.25, 0.75): w_A = 0.5 w_A + 0.25 w_B, so w_B = 2 w_A.
        check(&METHOD, "influences = {A {A 1 B 1} B {A 1 B 3}}", "A; B", "1/3 2/3");
        check(&METHOD, "influences = {A {A 1 B 1} B {A 1 B 3}}", "B; A", "2/3 1/3");
        check(&METHOD, "influences = {A {A 1}}", "A", "1");
    }

    #[test]
    fn a_circle_has_its_mean() {
        check(&METHOD, "influences = {A {B 1} B {C 1} C {A 2}}", "A; B; C", "1/3 1/3 1/3");
    }

    #[test]
    fn what_influences_nothing_that_lasts_weighs_nothing() {
        // B is influenced by A only, and A by itself.
        check(&METHOD, "influences = {A {A 1} B {A 1 C 1} C {A 3}}", "C; A; B", "0 1 0");
        check(&METHOD, "influences = {A {B 1} B {A 1} C {A 3 C 4}}", "A; B; C", "1/2 1/2 0");
    }

    #[test]
    fn what_has_no_limit() {
        faults(
            &METHOD,
            &[
                ("influences = {A {A 1} B {B 1}}", "A; B", "no-solution"),
                ("influences = {A {A 1} B {B 1} C {A 1 B 1}}", "A; B; C", "no-solution"),
                ("influences = {A {B 1} B {A 0}}", "A; B", "invalid-parameter"),
                ("influences = {A {B 1}}", "A; B", "invalid-parameter"),
                ("influences = {A {B -1} B {A 1}}", "A; B", "invalid-parameter"),
                ("influences = {A {B 1} B {X 1}}", "A; B", "invalid-parameter"),
                ("influences = [{A {B 1} B {A 1}}]", "A; B", "invalid-parameter"),
                ("", "A; B", "missing-parameter"),
            ],
        );
    }

    #[test]
    fn properties() {
        let text = "influences = {A {B 3 C 5} B {A 1 C 2 D 4} C {D 7} D {A 1/3 D 2}}";
        holds(&METHOD, text, 0..9, 1e-12, &[Property::ScaleFree, Property::ShiftFree]);
    }
}
