//! Choquet integral: a weighted mean in which sets of parts have weights of their own, so that parts may reinforce each
//! other or say the same twice.
//!
//! Use it where two parts overlap, and good scores in both should not count twice, or where they need each other.
//! `interactions` between pairs are enough in practice; a whole `capacity` has a number for every set of parts.

use crate::shared::{self, product};
use crate::{Aggregator, AggregatorBox, codes};
use gradus_method::{Args, Default, Fault, Method, Outcome, Param, ParamKind, Reference};
use gradus_model::Id;
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Decimal, Scalar};

/// Registry entry of [`Choquet`].
pub static METHOD: Method<AggregatorBox> = Method {
    id: "choquet",
    since: "0.1.0",
    summary: "A mean in which pairs or sets of parts have weights of their own: they reinforce or repeat each other.",
    summary_zh: "Choquet 积分：为部分的组合赋权，可表示部分之间的互补与冗余。",
    formula: "y = sum((x[i] - x[i-1]) m(A[i])), x rising and A[i] the parts from i on; with interactions I: y = sum((w[i] - sum(|I[ij]|) / 2) x[i]) + sum(I[ij] min(x[i], x[j])) over I > 0 - sum(I[ij] max(x[i], x[j])) over I < 0, w as shares",
    params: &[
        Param {
            name: "interactions",
            kind: ParamKind::CodeTable,
            default: Default::Absent("taken from `capacity`"),
            range: "-1 to 1 for pairs `a+b`; of one part in all at most twice its share in the weights",
            meaning: "how two parts act together, dimensionless: above 0 they need each other, below 0 they repeat each other",
        },
        Param {
            name: "capacity",
            kind: ParamKind::CodeTable,
            default: Default::Absent("taken from `interactions` and the weights"),
            range: "0 to 1 for every set `a+b+c` of parts, never less for a larger set",
            meaning: "what a set of parts counts for together, dimensionless; all parts together count for 1",
        },
    ],
    references: &[
        Reference {
            citation: "Grabisch (1996). The application of fuzzy integrals in multicriteria decision making. European Journal of Operational Research 89(3), 445-456",
            locator: "https://doi.org/10.1016/0377-2217(95)00176-X",
        },
        Reference {
            citation: "Grabisch (1997). k-order additive discrete fuzzy measures and their representation. Fuzzy Sets and Systems 92(2), 167-189",
            locator: "https://doi.org/10.1016/S0165-0114(97)00168-1",
        },
    ],
    build: |args| Ok(AggregatorBox::new(Choquet::new(args)?)),
};

/// The most parts a capacity is written for: there are 2^n sets of n parts.
const MOST_PARTS: usize = 16;

/// The Choquet integral of a unit's parts with respect to a capacity.
///
/// # Formula
/// ```text
/// y = Σ (x[i] − x[i−1]) μ(A[i])        x[1] ≤ x[2] ≤ …, x[0] = 0, A[i] the parts from i on
///
/// y = Σ (w[i] − ½ Σ |I[ij]|) x[i] + Σ I⁺[ij] min(x[i], x[j]) + Σ I⁻[ij] max(x[i], x[j])     w as shares
/// ```
/// The second is the integral with respect to the 2-additive capacity whose Shapley values are the weights and whose
/// interaction indices are I, with I⁺ = max(I, 0) and I⁻ = max(−I, 0).
/// # Parameters
/// | name | default | range | meaning |
/// | :--- | :--- | :--- | :--- |
/// | `interactions` | from `capacity` | -1 to 1 for pairs | above 0 two parts need each other, below 0 they repeat each other |
/// | `capacity` | from `interactions` | 0 to 1 for sets | what a set of parts counts for together |
///
/// Exactly one of them is given. Keys join codes with `+`, in any order: `"gdp+health" = 0.2`. Pairs that are not named
/// do not interact; of a capacity every set must be named but the set of all, for at most 16 parts.
/// # Input and output
/// Scores on one scale, of any sign; a score on the same scale. With `capacity` the group's weights play no role.
/// [`shapley`] and [`interaction`] say what a capacity means.
/// # Missing values and edge cases
/// A unit with a missing part is refused, for a capacity does not say what a set counts for without it. Equal scores give
/// exactly that score.
/// # Errors
/// `missing-parameter` without both parameters; `invalid-parameter` for both, for a code that is no part, a set named twice
/// or not at all, a capacity that falls, and for interactions with which a larger score would lower the result;
/// `incomplete-unit` for a missing part.
/// # Example
/// ```
/// use gradus_aggregate::{Aggregator, choquet::Choquet};
/// use gradus_method::{Arg, Args};
/// use gradus_model::{Decimal, Id};
/// let parts = ["math", "physics", "language"].map(|code| Id::new(code).unwrap_or_default());
/// // Who is good at mathematics is usually good at physics.
/// let pair = ("math+physics".to_owned(), Arg::Number(Decimal::new(-5, 1)));
/// let args = Args::new().with("interactions", Arg::Table([pair].into())).for_parts(&parts);
/// let score = Choquet::new(&args)?.row(&[18.0, 16.0, 10.0], &[1.0, 1.0, 2.0])?;
/// assert_eq!(score, 14.0);
/// # Ok::<(), gradus_method::Fault>(())
/// ```
/// # References
/// Grabisch (1996), The application of fuzzy integrals. Grabisch (1997), k-order additive discrete fuzzy measures.
#[derive(Debug, Clone)]
pub struct Choquet {
    /// Empty where only the declaration was checked.
    parts: Vec<Id>,
    form: Form,
}

#[derive(Debug, Clone)]
enum Form {
    /// What each set counts for; bit k of the index is part k.
    Capacity(Vec<Decimal>),
    /// Pairs of positions with their interaction.
    Interactions(Vec<(usize, usize, Decimal)>),
}

impl Choquet {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `missing-parameter` or `invalid-parameter` when not exactly one parameter is given and sound.
    pub fn new(args: &Args) -> Outcome<Self> {
        let parts = args.parts();
        let form = match (args.number_table("interactions")?, args.number_table("capacity")?) {
            (Some(table), None) => Form::Interactions(interactions(table.iter(), parts)?),
            (None, Some(table)) => Form::Capacity(capacity(table.iter(), parts)?),
            (Some(_), Some(_)) => {
                let message = "`interactions` and `capacity` both say how parts act together";
                return Err(Fault::parameter("capacity", message).help("remove one of the two"));
            }
            (None, None) => {
                return Err(Fault::new(&catalog::MISSING_PARAMETER, "nothing says how parts act together")
                    .of("interactions")
                    .help("give `interactions` between pairs, such as `{ \"a+b\" = 0.2 }`"));
            }
        };
        Ok(Self { parts: parts.to_vec(), form })
    }

    /// The method with its numbers in one arithmetic, ready for units with these weights.
    fn ready<S: Scalar>(&self, n_parts: usize, weights: &[S]) -> Outcome<Ready<S>> {
        if self.parts.is_empty() {
            return Err(codes::no_codes(match self.form {
                Form::Capacity(_) => "capacity",
                Form::Interactions(_) => "interactions",
            }));
        }
        if n_parts != self.parts.len() {
            return Err(Fault::new(
                &catalog::INCOMPLETE_UNIT,
                format!(
                    "{n_parts} of {} parts are there, and choquet weighs all of them together",
                    self.parts.len()
                ),
            )
            .help("impute the missing part, or refuse missing parts in this group"));
        }
        match &self.form {
            Form::Capacity(sets) => {
                Ok(Ready::Sets(sets.iter().map(|count| S::from_decimal(*count)).collect()))
            }
            Form::Interactions(pairs) => self.masses(pairs, weights),
        }
    }

    /// The integral as a sum over single parts and pairs, in units of the sum of weights: nothing is divided before the
    /// end.
    fn masses<S: Scalar>(&self, pairs: &[(usize, usize, Decimal)], weights: &[S]) -> Outcome<Ready<S>> {
        let total = shared::total(weights).ok_or_else(Fault::out_of_range)?;
        if total == S::ZERO {
            return Err(shared::no_weight());
        }
        let mut singles = weights.to_vec();
        let mut least = weights.to_vec();
        let mut masses = Vec::with_capacity(pairs.len());
        let half = S::from_decimal(Decimal::new(5, 1));
        for (a, b, interaction) in pairs {
            let mass = product(S::from_decimal(*interaction), total).ok_or_else(Fault::out_of_range)?;
            let each = product(mass, half).ok_or_else(Fault::out_of_range)?;
            for part in [*a, *b] {
                singles[part] = singles[part].minus(each).ok_or_else(Fault::out_of_range)?;
                least[part] = least[part].minus(each.magnitude()).ok_or_else(Fault::out_of_range)?;
            }
            masses.push((*a, *b, mass));
        }
        let slack = product(shared::slack(), total).unwrap_or(S::ZERO).negated();
        if let Some(part) = least.iter().position(|rest| *rest < slack) {
            let code = &self.parts[part];
            let weight = weights[part];
            return Err(Fault::parameter(
                "interactions",
                format!(
                    "`{code}` has weight {weight} of {total}, and its interactions add up to more than twice that share, so \
                     that a larger score would lower the result"
                ),
            )
            .help(format!("bring the interactions of `{code}` nearer to 0, or raise its weight")));
        }
        Ok(Ready::Masses { singles, pairs: masses, total })
    }
}

/// The numbers of a method in one arithmetic.
enum Ready<S> {
    Sets(Vec<S>),
    Masses { singles: Vec<S>, pairs: Vec<(usize, usize, S)>, total: S },
}

impl<S: Scalar> Ready<S> {
    /// The integral of one unit; `order` is room for the positions of its parts.
    fn integral(&self, values: &[S], order: &mut Vec<usize>) -> Option<S> {
        let first = *values.first()?;
        let low = values.iter().copied().fold(first, S::least);
        let high = values.iter().copied().fold(first, S::greatest);
        let sum = match self {
            Self::Sets(sets) => {
                order.clear();
                order.extend(0..values.len());
                order.sort_unstable_by(|a, b| values[*a].order(values[*b]));
                let mut rest = sets.len() - 1;
                let mut sum = low;
                let mut before = low;
                for part in &*order {
                    let step = values[*part].minus(before)?;
                    sum = sum.plus(product(step, sets[rest])?)?;
                    before = values[*part];
                    rest &= !(1 << part);
                }
                sum
            }
            Self::Masses { singles, pairs, total } => {
                let alone = singles.iter().zip(values).map(|(mass, x)| product(*mass, *x));
                let together = pairs.iter().map(|(a, b, mass)| product(*mass, values[*a].least(values[*b])));
                alone.chain(together).try_fold(S::ZERO, |sum, term| sum.plus(term?))?.over(*total)?
            }
        };
        Some(shared::settle(sum, low, high)).filter(|y| y.finite())
    }
}

impl<S: Scalar> Aggregator<S> for Choquet {
    fn row(&self, values: &[S], weights: &[S]) -> Outcome<S> {
        self.ready(values.len(), weights)?.integral(values, &mut Vec::new()).ok_or_else(Fault::out_of_range)
    }
    fn columns(&self, parts: &[&[S]], weights: &[S], out: &mut [S]) -> Outcome<()> {
        let ready = self.ready(parts.len(), weights)?;
        let mut values = vec![S::ZERO; parts.len()];
        let mut order = Vec::with_capacity(parts.len());
        for (i, y) in out.iter_mut().enumerate() {
            for (value, part) in values.iter_mut().zip(parts) {
                *value = part[i];
            }
            *y = ready.integral(&values, &mut order).ok_or_else(|| Fault::out_of_range().in_row(i))?;
        }
        Ok(())
    }
}

/// The positions in a key such as `a+b`, rising; none where the parts are not known.
fn members(parameter: &str, key: &str, parts: &[Id]) -> Outcome<Vec<usize>> {
    let mut members = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for code in key.split('+').map(str::trim) {
        if seen.contains(&code) {
            return Err(Fault::parameter(
                parameter,
                format!("`{key}` in `{parameter}` names `{code}` twice"),
            ));
        }
        seen.push(code);
        members.extend(codes::position(parameter, code, parts)?);
    }
    members.sort_unstable();
    Ok(members)
}

type Entries<'a> = std::collections::btree_map::Iter<'a, String, Decimal>;

fn interactions(table: Entries<'_>, parts: &[Id]) -> Outcome<Vec<(usize, usize, Decimal)>> {
    let fault = |message: String| Fault::parameter("interactions", message);
    let mut pairs: Vec<(usize, usize, Decimal)> = Vec::new();
    for (key, value) in table {
        if key.split('+').count() != 2 {
            return Err(fault(format!("`{key}` in `interactions` is not a pair"))
                .help("join two codes with `+`, or give a `capacity` for larger sets"));
        }
        if value.abs() > Decimal::ONE {
            return Err(fault(format!("the interaction of `{key}` must be from -1 to 1, found {value}")));
        }
        let [a, b] = members("interactions", key, parts)?[..] else { continue };
        if pairs.iter().any(|(x, y, _)| (*x, *y) == (a, b)) {
            return Err(fault(format!("`interactions` says the pair `{}+{}` twice", parts[a], parts[b])));
        }
        pairs.push((a, b, *value));
    }
    Ok(pairs)
}

fn capacity(table: Entries<'_>, parts: &[Id]) -> Outcome<Vec<Decimal>> {
    let fault = |message: String| Fault::parameter("capacity", message);
    let n_parts = parts.len();
    if n_parts > MOST_PARTS {
        return Err(fault(format!(
            "`capacity` has a number for every set, and {n_parts} parts have too many"
        ))
        .help("use `interactions`, which has a number for pairs only"));
    }
    let name = |set: usize| {
        let codes: Vec<&str> =
            (0..n_parts).filter(|k| set >> k & 1 == 1).map(|k| parts[k].as_str()).collect();
        codes.join("+")
    };
    let whole = (1usize << n_parts) - 1;
    let mut sets: Vec<Option<Decimal>> = vec![None; whole + 1];
    for (key, value) in table {
        if *value < Decimal::ZERO || *value > Decimal::ONE {
            return Err(fault(format!("the capacity of `{key}` must be from 0 to 1, found {value}")));
        }
        let set = members("capacity", key, parts)?.into_iter().fold(0, |set, part| set | 1 << part);
        if set != 0 && sets[set].replace(*value).is_some() {
            return Err(fault(format!("`capacity` says the set `{}` twice", name(set))));
        }
    }
    if n_parts == 0 {
        return Ok(Vec::new());
    }
    sets[0] = Some(Decimal::ZERO);
    let all = sets[whole].get_or_insert(Decimal::ONE);
    if *all != Decimal::ONE {
        return Err(fault(format!("all parts together have capacity {all}, and must have 1")));
    }
    let sets: Vec<Decimal> = sets
        .into_iter()
        .enumerate()
        .map(|(set, value)| value.ok_or(set))
        .collect::<Result<_, usize>>()
        .map_err(|set| {
            fault(format!("`capacity` does not say what the set `{}` counts for", name(set)))
                .help("name every set of parts, or use `interactions` between pairs")
        })?;
    for set in 0..whole {
        for part in (0..n_parts).filter(|part| set >> part & 1 == 0) {
            let larger = set | 1 << part;
            if sets[larger] < sets[set] {
                return Err(fault(format!(
                    "`{}` has capacity {}, and with `{}` added only {}",
                    name(set),
                    sets[set],
                    parts[part],
                    sets[larger]
                ))
                .help("let no set count for less than one of its parts"));
            }
        }
    }
    Ok(sets)
}

/// The Moebius masses of a capacity, of which bit k of the index is part k: a set counts for the masses of the sets within
/// it. `None` unless there are 2^n numbers.
#[must_use]
pub fn moebius(capacity: &[f64]) -> Option<Vec<f64>> {
    if !capacity.len().is_power_of_two() {
        return None;
    }
    let mut masses = capacity.to_vec();
    for part in 0..capacity.len().trailing_zeros() {
        for set in (0..masses.len()).filter(|set| set >> part & 1 == 1) {
            masses[set] -= masses[set ^ 1 << part];
        }
    }
    Some(masses)
}

/// The Shapley value of each part: what it adds to a set, on average over all sets. `None` unless there are 2^n numbers.
///
/// # Example
/// ```
/// use gradus_aggregate::choquet::shapley;
/// assert_eq!(shapley(&[0.0, 0.25, 0.5, 1.0]), Some(vec![0.375, 0.625]));
/// ```
#[must_use]
pub fn shapley(capacity: &[f64]) -> Option<Vec<f64>> {
    let masses = moebius(capacity)?;
    let value = |part: u32| {
        let with = masses.iter().enumerate().filter(|(set, _)| set >> part & 1 == 1);
        with.map(|(set, mass)| mass / f64::from(set.count_ones())).sum()
    };
    Some((0..capacity.len().trailing_zeros()).map(value).collect())
}

/// The interaction index of every pair of parts, a symmetric matrix with zeros on the diagonal: above 0 two parts count for
/// more together than apart, on average over all sets. `None` unless there are 2^n numbers.
///
/// # Example
/// ```
/// use gradus_aggregate::choquet::interaction;
/// let matrix = interaction(&[0.0, 0.25, 0.5, 1.0]);
/// assert_eq!(matrix, Some(vec![vec![0.0, 0.25], vec![0.25, 0.0]]));
/// ```
#[must_use]
pub fn interaction(capacity: &[f64]) -> Option<Vec<Vec<f64>>> {
    let masses = moebius(capacity)?;
    let index = |a: u32, b: u32| {
        if a == b {
            return 0.0;
        }
        let with = masses.iter().enumerate().filter(|(set, _)| set >> a & set >> b & 1 == 1);
        with.map(|(set, mass)| mass / f64::from(set.count_ones() - 1)).sum()
    };
    let n_parts = capacity.len().trailing_zeros();
    Some((0..n_parts).map(|a| (0..n_parts).map(|b| index(a, b)).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::{Choquet, METHOD, interaction, moebius, shapley};
    use crate::testing::{near, numbers, runner};
    use crate::{Aggregator, AggregatorBox};
    use gradus_method::{Arg, Args, Fault, Outcome};
    use gradus_model::Id;
    use gradus_model::number::{Decimal, Scalar, parse_decimal};
    use proptest::prelude::*;

    /// `a+b = 0.2, c = 1`
    fn entries(text: &str) -> Arg {
        let entry = |entry: &str| {
            let (key, value) = entry.split_once('=').unwrap();
            (key.trim().to_owned(), Arg::Number(parse_decimal(value.trim()).unwrap()))
        };
        Arg::Table(text.split(',').map(entry).collect())
    }

    fn parts(codes: &str) -> Vec<Id> {
        codes.split_whitespace().map(|code| Id::new(code).unwrap()).collect()
    }

    fn make(codes: &str, parameter: &str, text: &str) -> Outcome<AggregatorBox> {
        METHOD.make(&Args::new().with(parameter, entries(text)).for_parts(&parts(codes)))
    }

    fn row<S: Scalar>(method: &AggregatorBox, values: &str, weights: &str) -> Outcome<S> {
        S::pick(method).row(&numbers::<S>(values), &numbers::<S>(weights))
    }

    #[track_caller]
    fn check(codes: &str, parameter: &str, text: &str, values: &str, weights: &str, want: &str) {
        let method = make(codes, parameter, text).unwrap();
        let exact: Decimal = row(&method, values, weights).unwrap();
        assert_eq!(exact, parse_decimal(want).unwrap());
        assert!(near(row::<f64>(&method, values, weights).unwrap(), exact.to_f64()));
    }

    const SCHOOL: &str = "m = 0.45, p = 0.45, l = 0.3, m+p = 0.5, m+l = 0.9, p+l = 0.9, m+p+l = 1";

    #[test]
    fn the_students_of_grabisch() {
        // Grabisch (1996): mathematics, physics and literature; 13.9, 13.6 and 14.9 with equal weights 3 3 2.
        check("m p l", "capacity", SCHOOL, "18 16 10", "1 1 1", "13.9");
        check("m p l", "capacity", SCHOOL, "10 12 18", "1 1 1", "13.6");
        check("m p l", "capacity", SCHOOL, "14 15 15", "1 1 1", "14.9");
        // Weights play no role beside a capacity, the order of codes does not either.
        check("m p l", "capacity", SCHOOL, "14 15 15", "0 7 1", "14.9");
        check("l m p", "capacity", SCHOOL, "10 18 16", "1 1 1", "13.9");
    }

    #[test]
    fn pairs_by_hand() {
        // Interaction 0.4 on equal weights: 0.3 of each and 0.4 of the smaller.
        check("a b", "interactions", "a+b = 0.4", "10 20", "1 1", "13");
        // -0.4: 0.3 of each and 0.4 of the larger.
        check("a b", "interactions", "b+a = -0.4", "10 20", "1 1", "17");
        check("a b", "interactions", "a+b = 1", "10 20", "1 1", "10");
        check("a b", "interactions", "a+b = -1", "10 20", "1 1", "20");
        check("a b c", "interactions", "a+b = 0", "10 20 60", "1 1 2", "37.5");
        check("a b c", "interactions", "a+b = 0.2, b+c = -0.2", "10 20 60", "1 1 1", "33");
        check("a b c", "interactions", "a+b = 0.3", "-7 -7 -7", "1 1 1", "-7");
    }

    #[test]
    fn both_forms_meet() {
        // Weights 0.3 0.3 0.4 with I = 0.2 and -0.4 as a capacity: single masses 0.2, 0.4, 0.6.
        let sets = "a = 0.2, b = 0.4, c = 0.6, a+b = 0.8, a+c = 0.8, b+c = 0.6, a+b+c = 1";
        for values in ["1 5 9", "9 5 1", "5 9 1", "3 3 8", "-4 0 7"] {
            let whole: Decimal = row(&make("a b c", "capacity", sets).unwrap(), values, "1 1 1").unwrap();
            let pairs = make("a b c", "interactions", "a+b = 0.2, c+b = -0.4").unwrap();
            assert_eq!(row::<Decimal>(&pairs, values, "3 3 4").unwrap(), whole, "{values}");
        }
        let capacity = [0.0, 0.2, 0.4, 0.8, 0.6, 0.8, 0.6, 1.0];
        let close = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-15);
        assert!(close(&shapley(&capacity).unwrap(), &[0.3, 0.3, 0.4]));
        let matrix = interaction(&capacity).unwrap();
        assert!(close(&matrix.concat(), &[0.0, 0.2, 0.0, 0.2, 0.0, -0.4, 0.0, -0.4, 0.0]), "{matrix:?}");
        assert!(close(&moebius(&capacity).unwrap(), &[0.0, 0.2, 0.4, 0.2, 0.6, 0.0, -0.4, 0.0]));
        assert_eq!((moebius(&[0.0; 3]), shapley(&[]), interaction(&[0.0; 6])), (None, None, None));
    }

    #[test]
    fn what_it_cannot_do_it_says() {
        let says = |parameter: &str, text: &str| -> Fault { make("a b c", parameter, text).unwrap_err() };
        for (parameter, text, message) in [
            ("interactions", "a+x = 0.1", "`x` in `interactions` is not a part of the group"),
            ("interactions", "a+a = 0.1", "`a+a` in `interactions` names `a` twice"),
            ("interactions", "a+b = 0.1, b+a = 0.1", "`interactions` says the pair `a+b` twice"),
            ("interactions", "a = 0.1", "`a` in `interactions` is not a pair"),
            ("interactions", "a+b+c = 0.1", "`a+b+c` in `interactions` is not a pair"),
            ("interactions", "a+b = 1.1", "the interaction of `a+b` must be from -1 to 1, found 1.1"),
            ("capacity", "a = -0.1", "the capacity of `a` must be from 0 to 1, found -0.1"),
            (
                "capacity",
                "a = 0.1, b = 0.2, c = 0.3",
                "`capacity` does not say what the set `a+b` counts for",
            ),
            ("capacity", "a+b+c = 0.9", "all parts together have capacity 0.9, and must have 1"),
            ("capacity", "a+b = 0.5, b+a = 0.5", "`capacity` says the set `a+b` twice"),
            ("capacity", "a+/ = 0.5", "`/` in `capacity` is not a code"),
            (
                "capacity",
                "a = 0.6, b = 0.2, c = 0.3, a+b = 0.5, a+c = 0.9, b+c = 0.5",
                "`a` has capacity 0.6, and with `b` added only 0.5",
            ),
        ] {
            let fault = says(parameter, text);
            assert_eq!((fault.kind.id, fault.message.as_str()), ("invalid-parameter", message));
            assert_eq!(fault.parameter.as_deref(), Some(parameter));
        }
        assert_eq!(METHOD.make(&Args::new()).unwrap_err().kind.id, "missing-parameter");
        let both = Args::new().with("capacity", entries("a = 1")).with("interactions", entries("a+b = 0"));
        assert_eq!(METHOD.make(&both).unwrap_err().kind.id, "invalid-parameter");
        let many: Vec<Id> = (0..17).map(|k| Id::new(&format!("p{k}")).unwrap()).collect();
        let fault =
            METHOD.make(&Args::new().with("capacity", entries("p1 = 1")).for_parts(&many)).unwrap_err();
        assert!(fault.message.contains("17 parts"), "{fault}");
    }

    #[test]
    fn units_it_cannot_weigh() {
        let method = make("a b c", "interactions", "a+b = 0.8").unwrap();
        let of = |values: &str, weights: &str| {
            let fault = row::<Decimal>(&method, values, weights).unwrap_err();
            assert_eq!(row::<f64>(&method, values, weights).unwrap_err(), fault);
            fault
        };
        assert_eq!(of("1 2", "1 1").kind.id, "incomplete-unit");
        assert_eq!(of("1 2 3", "0 0 0").kind.id, "zero-weights");
        let fault = of("1 2 3", "3 1 1");
        assert_eq!(fault.parameter.as_deref(), Some("interactions"));
        assert!(fault.message.starts_with("`b` has weight 1 of 5, and its interactions"), "{fault}");
        let fault = of("1 2 3", "0 1 1");
        assert!(fault.message.starts_with("`a` has weight 0 of 2"), "{fault}");
        // Without codes the declaration is checked, and a result is refused.
        let bare = METHOD.make(&Args::new().with("capacity", entries("a = 0.5"))).unwrap();
        assert_eq!(row::<f64>(&bare, "1 2", "1 1").unwrap_err().kind.id, "invalid-parameter");
    }

    #[test]
    fn equality_at_the_limit_is_allowed_in_both_arithmetics() {
        check("a b", "interactions", "a+b = 0.6", "10 20", "0.3 0.7", "14");
        check("a b c", "interactions", "a+b = 0.1, a+c = 0.1", "10 20 30", "0.1 0.2 0.7", "24.5");
    }

    #[test]
    fn properties() {
        let unit = (prop::collection::vec(-900i64..900, 3), prop::collection::vec(10i64..50, 3));
        let input = (unit, -30i64..30, -30i64..30, 0usize..3, 1i64..99);
        runner()
            .run(&input, |((values, weights), first, second, chosen, raise)| {
                // At most 0.3 in all for a part with at least 10 of 110.
                let table = format!("a+b = {}, b+c = {}", Decimal::new(first, 3), Decimal::new(second, 3));
                let pairs = make("a b c", "interactions", &table).unwrap();
                let whole = make(
                    "a b c",
                    "capacity",
                    SCHOOL.replace('m', "a").replace('p', "b").replace('l', "c").as_str(),
                );
                for method in [pairs, whole.unwrap()] {
                    let values: Vec<Decimal> = values.iter().map(|x| Decimal::new(*x, 1)).collect();
                    let weights: Vec<Decimal> = weights.iter().map(|w| Decimal::new(*w, 1)).collect();
                    let of = |values: &[Decimal], weights: &[Decimal]| {
                        Decimal::pick(&method).row(values, weights).unwrap()
                    };
                    let y = of(&values, &weights);
                    prop_assert!(values.iter().min().unwrap() <= &y && &y <= values.iter().max().unwrap());
                    prop_assert_eq!(of(&[values[0]; 3], &weights), values[0]);
                    let mut raised = values.clone();
                    raised[chosen] += Decimal::from(raise);
                    prop_assert!(of(&raised, &weights) >= y);
                    let larger: Vec<Decimal> = weights.iter().map(|w| w * Decimal::from(raise)).collect();
                    prop_assert!((of(&values, &larger) - y).abs() < Decimal::new(1, 18));
                    let binary: Vec<f64> = values.iter().map(|x| x.to_f64()).collect();
                    let binary_weights: Vec<f64> = weights.iter().map(|w| w.to_f64()).collect();
                    let alone = f64::pick(&method).row(&binary, &binary_weights).unwrap();
                    prop_assert!(near(alone, y.to_f64()));
                    let mut together = [0.0];
                    let columns: Vec<&[f64]> = binary.iter().map(std::slice::from_ref).collect();
                    f64::pick(&method).columns(&columns, &binary_weights, &mut together).unwrap();
                    prop_assert_eq!(together[0].to_bits(), alone.to_bits());
                }
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn additive_is_the_weighted_mean() {
        let none = Args::new().with("interactions", Arg::Table([].into())).for_parts(&parts("a b"));
        let mean = Choquet::new(&none).unwrap();
        assert_eq!(mean.row(&[10.0, 70.0], &[2.0, 1.0]).unwrap(), 30.0);
    }
}
