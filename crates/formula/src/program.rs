//! A formula made ready for one arithmetic: constants converted, names by place.

use crate::parse::Formula;
use crate::tree::{Comparison, Condition, Function, Number};
use crate::window::Frame;
use gradus_method::{Column, Fault, Outcome};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Rounding, RoundingMode, Scalar};

/// A formula in one arithmetic.
#[derive(Debug, Clone)]
pub struct Program<S> {
    root: Node<S>,
    windows: Vec<Frame<S>>,
    n_names: usize,
    n_partitions: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum Node<S> {
    Constant(S),
    /// Place in the values of a row: those of the names, then those of the windows.
    Slot(usize),
    Missing,
    Negated(Box<Node<S>>),
    Plus(Box<Node<S>>, Box<Node<S>>),
    Minus(Box<Node<S>>, Box<Node<S>>),
    Times(Box<Node<S>>, Box<Node<S>>),
    Over(Box<Node<S>>, Box<Node<S>>),
    Round(Box<Node<S>>, Rounding),
    Call(Function, Vec<Node<S>>),
    Case(Vec<(Test<S>, Node<S>)>, Box<Node<S>>),
}

#[derive(Debug, Clone)]
pub(crate) enum Test<S> {
    Compare(Comparison, Node<S>, Node<S>),
    Member(usize),
    IsMissing(Node<S>),
    And(Box<Test<S>>, Box<Test<S>>),
    Or(Box<Test<S>>, Box<Test<S>>),
    Not(Box<Test<S>>),
}

impl<S: Scalar> Program<S> {
    /// Makes a formula ready.
    #[must_use]
    pub fn new(formula: &Formula) -> Self {
        let n_names = formula.names().len();
        let compiler = Compiler { n_names };
        Self {
            root: compiler.node(&formula.root),
            windows: formula.windows.iter().map(|window| Frame::new(window, &compiler)).collect(),
            n_names,
            n_partitions: formula.partitions().len(),
        }
    }

    /// The value for one row; `values` are those of [`Formula::names`], in that order, then those of the windows, as
    /// [`windows`](Self::windows) gives them.
    ///
    /// # Errors
    /// Division by zero, a function outside its domain, or a result outside the range of the arithmetic.
    pub fn row(&self, values: &[Option<S>]) -> Outcome<Option<S>> {
        let n = self.n_names + self.windows.len();
        if values.len() != n {
            return Err(Fault::parameter("values", format!("a row has {n} values, found {}", values.len())));
        }
        finite(eval(&self.root, values)?)
    }

    /// The values of the windows, in order of first mention.
    ///
    /// `columns` are those of [`Formula::names`], all of `n_rows`. `classes` has for each of [`Formula::partitions`] the
    /// number of the class that each row is in; rows of one number are one class, so those of no class, which all have
    /// `u32::MAX`, are a class too, as those with `NULL` are in SQL.
    ///
    /// # Errors
    /// As [`row`](Self::row), with the row named.
    pub fn windows(
        &self,
        columns: &[&Column<S>],
        classes: &[&[u32]],
        n_rows: usize,
    ) -> Outcome<Vec<Column<S>>> {
        if !self.windows.is_empty()
            && (classes.len() != self.n_partitions || classes.iter().any(|class| class.len() != n_rows))
        {
            return Err(Fault::parameter(
                "classes",
                format!("{} partition(s) of {n_rows} row(s) need a class for each", self.n_partitions),
            ));
        }
        self.windows.iter().map(|window| window.column(columns, classes, n_rows)).collect()
    }

    /// The values for all rows, from what [`windows`](Self::windows) takes; a formula without windows looks at no class.
    ///
    /// # Errors
    /// As [`row`](Self::row), with the row named.
    pub fn column(
        &self,
        columns: &[&Column<S>],
        classes: &[&[u32]],
        n_rows: usize,
        out: &mut Column<S>,
    ) -> Outcome<()> {
        let windows = self.windows(columns, classes, n_rows)?;
        let columns: Vec<&Column<S>> = columns.iter().copied().chain(&windows).collect();
        let mut values = vec![None; columns.len()];
        out.fill_with(n_rows, |row| {
            fill(&mut values, &columns, row);
            self.row(&values)
        })
    }
}

/// Fills the values of one row.
pub(crate) fn fill<S: Scalar>(values: &mut [Option<S>], columns: &[&Column<S>], row: usize) {
    for (value, column) in values.iter_mut().zip(columns) {
        *value = column.get(row);
    }
}

/// A value that is finite, or missing.
pub(crate) fn finite<S: Scalar>(value: Option<S>) -> Outcome<Option<S>> {
    match value {
        Some(y) if !y.finite() => Err(Fault::out_of_range()),
        value => Ok(value),
    }
}

/// Makes nodes; windows take the slots after those of the names.
pub(crate) struct Compiler {
    pub(crate) n_names: usize,
}

impl Compiler {
    pub(crate) fn node<S: Scalar>(&self, number: &Number) -> Node<S> {
        let sub = |n: &Number| Box::new(self.node(n));
        match number {
            Number::Constant(x) => Node::Constant(S::from_decimal(*x)),
            Number::Name(ix) => Node::Slot(*ix),
            Number::Window(ix) => Node::Slot(self.n_names + ix),
            Number::Missing => Node::Missing,
            Number::Negated(a) => Node::Negated(sub(a)),
            Number::Plus(a, b) => Node::Plus(sub(a), sub(b)),
            Number::Minus(a, b) => Node::Minus(sub(a), sub(b)),
            Number::Times(a, b) => Node::Times(sub(a), sub(b)),
            Number::Over(a, b) => Node::Over(sub(a), sub(b)),
            Number::Round(a, rounding) => Node::Round(sub(a), *rounding),
            Number::Call(function, args) => {
                Node::Call(*function, args.iter().map(|n| self.node(n)).collect())
            }
            Number::Case(branches, otherwise) => Node::Case(
                branches.iter().map(|(c, n)| (self.test(c), self.node(n))).collect(),
                sub(otherwise),
            ),
        }
    }

    pub(crate) fn test<S: Scalar>(&self, condition: &Condition) -> Test<S> {
        let sub = |c: &Condition| Box::new(self.test(c));
        match condition {
            Condition::Compare(op, a, b) => Test::Compare(*op, self.node(a), self.node(b)),
            Condition::Member(ix) => Test::Member(*ix),
            Condition::IsMissing(a) => Test::IsMissing(self.node(a)),
            Condition::And(a, b) => Test::And(sub(a), sub(b)),
            Condition::Or(a, b) => Test::Or(sub(a), sub(b)),
            Condition::Not(a) => Test::Not(sub(a)),
        }
    }
}

pub(crate) fn eval<S: Scalar>(node: &Node<S>, values: &[Option<S>]) -> Outcome<Option<S>> {
    let both =
        |a: &Node<S>, b: &Node<S>| -> Outcome<Option<(S, S)>> { Ok(eval(a, values)?.zip(eval(b, values)?)) };
    let exact = |y: Option<S>| y.map(Some).ok_or_else(Fault::out_of_range);
    match node {
        Node::Constant(x) => Ok(Some(*x)),
        Node::Slot(ix) => Ok(values[*ix]),
        Node::Missing => Ok(None),
        Node::Negated(a) => Ok(eval(a, values)?.map(Scalar::negated)),
        Node::Plus(a, b) => both(a, b)?.map_or(Ok(None), |(a, b)| exact(a.plus(b))),
        Node::Minus(a, b) => both(a, b)?.map_or(Ok(None), |(a, b)| exact(a.minus(b))),
        Node::Times(a, b) => both(a, b)?.map_or(Ok(None), |(a, b)| exact(a.times(b))),
        Node::Over(a, b) => both(a, b)?.map_or(Ok(None), |(a, b)| exact(a.over(divisor(a, b)?))),
        Node::Round(a, rounding) => Ok(eval(a, values)?.map(|a| a.rounded(*rounding))),
        Node::Case(branches, otherwise) => {
            for (condition, result) in branches {
                if holds(condition, values)? == Some(true) {
                    return eval(result, values);
                }
            }
            eval(otherwise, values)
        }
        Node::Call(function, args) => call(*function, args, values),
    }
}

fn call<S: Scalar>(function: Function, args: &[Node<S>], values: &[Option<S>]) -> Outcome<Option<S>> {
    match function {
        Function::Coalesce => {
            for arg in args {
                if let Some(x) = eval(arg, values)? {
                    return Ok(Some(x));
                }
            }
            return Ok(None);
        }
        Function::NumNonnulls => {
            let mut n = 0;
            for arg in args {
                n += usize::from(eval(arg, values)?.is_some());
            }
            return Ok(Some(S::from_count(n)));
        }
        Function::Greatest | Function::Least => {
            let mut best: Option<S> = None;
            for arg in args {
                if let Some(x) = eval(arg, values)? {
                    best = Some(match (best, function) {
                        (None, _) => x,
                        (Some(b), Function::Greatest) => b.greatest(x),
                        (Some(b), _) => b.least(x),
                    });
                }
            }
            return Ok(best);
        }
        _ => {}
    }
    let Some(x) = eval(&args[0], values)? else { return Ok(None) };
    let second = || args.get(1).map_or(Ok(None), |arg| eval(arg, values));
    let y = match function {
        Function::Abs => Some(x.magnitude()),
        Function::Exp => x.exp(),
        Function::Ln => x.ln(),
        Function::Log10 => x.log10(),
        Function::Sqrt => x.sqrt(),
        Function::Sign if x == S::ZERO => Some(S::ZERO),
        Function::Sign => Some(if x < S::ZERO { S::ONE.negated() } else { S::ONE }),
        Function::NullIf => match second()? {
            Some(other) if other == x => return Ok(None),
            _ => Some(x),
        },
        Function::Power | Function::Log | Function::Mod => {
            let Some(y) = second()? else { return Ok(None) };
            match function {
                Function::Power => x.power(y),
                Function::Log => logarithm(x, y),
                _ => remainder(x, divisor(x, y)?),
            }
        }
        // Handled above, or made into nodes of their own.
        Function::Ceil
        | Function::Coalesce
        | Function::Floor
        | Function::Greatest
        | Function::Least
        | Function::NumNonnulls
        | Function::Round
        | Function::Trunc => Some(x),
    };
    y.map(Some).ok_or_else(|| {
        Fault::new(
            &catalog::UNDEFINED_TRANSFORM,
            format!("`{}` of {x} is undefined or out of range", function.name()),
        )
    })
}

/// A divisor that is not zero.
fn divisor<S: Scalar>(x: S, y: S) -> Outcome<S> {
    if y == S::ZERO {
        return Err(Fault::new(&catalog::DIVISION_BY_ZERO, format!("{x} is divided by zero"))
            .help("use `nullif(divisor, 0)` where a zero means that there is no figure"));
    }
    Ok(y)
}

/// The logarithm of `x` to a base; by `log10` where that is the base, so that powers of ten come out whole.
fn logarithm<S: Scalar>(base: S, x: S) -> Option<S> {
    if base == S::from_count(10) {
        return x.log10();
    }
    x.ln()?.over(base.ln()?)
}

/// What is left of `x` after whole times `y`, with the sign of `x`.
fn remainder<S: Scalar>(x: S, y: S) -> Option<S> {
    let times = x.over(y)?.rounded(Rounding { mode: RoundingMode::Truncate, places: 0 });
    let rest = x.minus(times.times(y)?)?;
    let step = if x < S::ZERO { y.magnitude().negated() } else { y.magnitude() };
    // The quotient is rounded, so that it can be one too many or one too few.
    if rest != S::ZERO && (rest < S::ZERO) != (x < S::ZERO) {
        return rest.plus(step);
    }
    if rest.magnitude() >= step.magnitude() { rest.minus(step) } else { Some(rest) }
}

pub(crate) fn holds<S: Scalar>(condition: &Test<S>, values: &[Option<S>]) -> Outcome<Option<bool>> {
    Ok(match condition {
        Test::Compare(op, a, b) => eval(a, values)?.zip(eval(b, values)?).map(|(a, b)| match op {
            Comparison::Equal => a == b,
            Comparison::NotEqual => a != b,
            Comparison::Less => a < b,
            Comparison::LessOrEqual => a <= b,
            Comparison::Greater => a > b,
            Comparison::GreaterOrEqual => a >= b,
        }),
        Test::Member(ix) => values[*ix].map(|member| member != S::ZERO),
        Test::IsMissing(a) => Some(eval(a, values)?.is_none()),
        Test::And(a, b) => match (holds(a, values)?, holds(b, values)?) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Test::Or(a, b) => match (holds(a, values)?, holds(b, values)?) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        Test::Not(a) => holds(a, values)?.map(|b| !b),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Name, Reading};
    use gradus_model::number::{Decimal, parse_decimal};
    use proptest::prelude::*;

    /// `x` = 3, its score 0.25, `y-z` = 0.5, `gone` is missing; the unit is in Europe and in no `club`.
    fn check(text: &str, expected: &str) {
        let formula = match Formula::parse(text) {
            Ok(formula) => formula,
            Err(e) => return assert_eq!(format!("mistake: {}", e.message), expected, "{text}"),
        };
        let lookup = |name: &Name| match (name.code.as_str(), &name.of) {
            ("x", Reading::Value) => Some("3"),
            ("x", Reading::Score) => Some("0.25"),
            ("y-z" | "y_z", Reading::Value) => Some("0.5"),
            ("region", Reading::Member(class)) => Some(if class == "Europe" { "1" } else { "0" }),
            _ => None,
        };
        let decimals: Vec<Option<Decimal>> =
            formula.names().iter().map(|n| lookup(n).map(|t| parse_decimal(t).unwrap())).collect();
        let doubles: Vec<Option<f64>> = decimals.iter().map(|d| d.map(Scalar::to_f64)).collect();
        let decimal = match Program::new(&formula).row(&decimals) {
            Ok(Some(y)) => y.normalize().to_string(),
            Ok(None) => "missing".into(),
            Err(fault) => format!("fault: {}", fault.message),
        };
        assert_eq!(decimal, expected, "{text}");
        if let (Ok(Some(double)), Ok(decimal)) =
            (Program::<f64>::new(&formula).row(&doubles), parse_decimal(expected))
        {
            assert!((double - decimal.to_f64()).abs() < 1e-12, "{text}: {double}");
        }
    }

    #[test]
    fn expressions_have_their_sql_values() {
        for (text, expected) in [
            ("1 + 2 * x", "7"),
            ("-(x - 1) / 4", "-0.5"),
            ("0.1 + 0.2", "0.3"),
            ("x * 1e8", "300000000"),
            (r#""y-z" + y_z"#, "1"),
            ("gone + 1", "missing"),
            ("coalesce(gone, x)", "3"),
            ("greatest(1, x, gone)", "3"),
            ("least(1, x)", "1"),
            ("sqrt(x + 1)", "2"),
            ("power(x, 2)", "9"),
            ("log10(1000)", "3"),
            ("ln(exp(0))", "0"),
            ("abs(-x)", "3"),
            ("round(2.675, 2)", "2.68"),
            ("ceil(1.2) + floor(-1.2)", "0"),
            ("nullif(x, 3)", "missing"),
            ("num_nonnulls(x, gone, 1, null)", "2"),
            ("num_nonnulls(gone)", "0"),
            ("case when x > 2 and gone is null then 1 else 0 end", "1"),
            ("case when gone > 2 then 1 end", "missing"),
            ("case x when 3 then 10 else 20 end", "10"),
            ("case when x between 1 and 3 then 1 else 0 end", "1"),
            ("case when not (x in (1, 2)) then 5 else 0 end", "5"),
            ("x / (1 - 1)", "fault: 3 is divided by zero"),
            ("ln(0)", "fault: `ln` of 0 is undefined or out of range"),
            ("x y", "mistake: `y` does not belong after the expression"),
            ("case when x is not null and gone is not null then 1 else 0 end", "0"),
            ("sign(-x) + sign(0) + sign(x)", "0"),
            ("mod(7, x) + -7 % x", "0"),
            ("mod(-7.5, x)", "-1.5"),
            ("mod(x, 0)", "fault: 3 is divided by zero"),
            ("mod(gone, 0)", "missing"),
            ("trunc(-2.789, 2)", "-2.78"),
            ("trunc(2.789)", "2"),
            ("log(10, 1000)", "3"),
            ("log(1, x)", "fault: `log` of 1 is undefined or out of range"),
            ("round(2.5)", "3"),
            ("round(2.5, 0, 'half-even')", "2"),
            ("round(0.125, 2, 'half-down')", "0.12"),
            ("round(x, 2, 'half-evn')", "mistake: there is no rounding rule `half-evn`"),
            ("round(x, 2, 3)", "mistake: the third argument of `round` is a rule in single quotes"),
            ("round(x, 29)", "mistake: the places of `round` are a whole number from 0 to 28"),
            ("round(x, x)", "mistake: the places of `round` are a whole number from 0 to 28"),
            ("trunc(x, 1, 'floor')", "mistake: `trunc` takes 1 to 2 argument(s), found 3"),
            ("ceil(x, 2)", "mistake: `ceil` and `floor` take 1 argument and yield whole numbers"),
            ("x ^ 2", "mistake: `^` is not an operator of SQL"),
            ("abs(2)(x)", "mistake: `abs` takes its arguments only: no `distinct`, `order by` or `nulls`"),
            // Scores.
            ("x + score(x)", "3.25"),
            ("score(\"x\") * 4", "1"),
            ("score(x + 1)", "mistake: `score` takes the code of one indicator or group"),
            (
                "score(x) over ()",
                "mistake: `score` is a function of one row: no `over`, `filter` or `within group`",
            ),
            // Classes.
            ("case when region = 'Europe' then 1 else 0 end", "1"),
            ("case when 'Asia' = region then 1 else 0 end", "0"),
            ("case when region <> 'Asia' then 1 else 0 end", "1"),
            ("case when region in ('Asia', 'Europe') then 1 else 0 end", "1"),
            ("case when region not in ('Asia', 'Africa') then 1 else 0 end", "1"),
            ("case region when 'Asia' then 1 when 'Europe' then 2 end", "2"),
            ("case when club = 'A' then 1 when club <> 'A' then 2 else 3 end", "3"),
            ("case when region < 'B' then 1 end", "mistake: the text 'B' has no order"),
            ("case when x + 1 = 'B' then 1 end", "mistake: `x + 1` cannot be the text 'B'"),
            ("case when 'A' = 'B' then 1 end", "mistake: `'B'` cannot be the text 'A'"),
            ("'text'", "mistake: `'text'` is not a number"),
            ("x > 1", "mistake: `>` does not yield a number"),
            ("power(x)", "mistake: `power` takes 2 argument(s), found 1"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn deep_and_long_formulas_are_refused() {
        let deep = format!("{}1{}", "(".repeat(500), ")".repeat(500));
        assert!(Formula::parse(&deep).is_err());
        for (open, close) in [
            ("abs(", ")"),
            ("-", ""),
            ("case when ", " > 1 then 1 end"),
            ("sum(1) filter (where ", " > 1) over ()"),
            ("rank() over (order by ", ")"),
            ("sum(1) over (partition by ", ")"),
            ("round(1, ", ")"),
        ] {
            let deep = format!("{}1{}", open.repeat(80), close.repeat(80));
            assert!(Formula::parse(&deep).is_err(), "{open}");
        }
        let long = vec!["1"; 3000].join("+");
        assert!(Formula::parse(&long).is_err());
        let chain = vec!["1"; 500].join("+");
        assert!(Formula::parse(&chain).is_err());
        // Every level reads its operand six times.
        let bomb =
            (0..7).fold("x".to_owned(), |x, _| format!("case when {x} in (1, 1, 1, 1, 1, 1) then 1 end"));
        assert_eq!(Formula::parse(&bomb).unwrap_err().message, "the formula has more than 10000 parts");
    }

    #[test]
    fn names_are_told_apart_by_what_is_read_of_them() {
        let text = "x + score(x) + X + case when region = 'It''s' or region = 'B' or region = 'B' then x end";
        let formula = Formula::parse(text).unwrap();
        let names: Vec<(&str, &Reading)> = formula.names().iter().map(|n| (n.code.as_str(), &n.of)).collect();
        let member = |class: &str| Reading::Member(class.to_owned());
        assert_eq!(
            names,
            [
                ("x", &Reading::Value),
                ("x", &Reading::Score),
                ("X", &Reading::Value),
                ("region", &member("It's")),
                ("region", &member("B")),
            ]
        );
        assert!(!formula.has_windows() && formula.partitions().is_empty());
    }

    #[test]
    fn a_row_of_another_length_is_a_fault() {
        let program = Program::<f64>::new(&Formula::parse("x - max(x) over ()").unwrap());
        assert!(program.row(&[Some(1.0)]).is_err());
        assert_eq!(program.row(&[Some(1.0), Some(3.0)]), Ok(Some(-2.0)));
    }

    #[test]
    fn every_function_is_explained() {
        use crate::tree::{Aggregate, Ranking};
        let rows = Function::ALL.iter().map(|(name, ..)| *name);
        let windows =
            Aggregate::ALL.iter().map(|(name, _)| *name).chain(Ranking::ALL.iter().map(|(n, _)| *n));
        let mut known: Vec<&str> = rows.chain(windows).chain(["score"]).collect();
        known.sort_unstable();
        let explained: Vec<&str> = crate::FUNCTIONS.iter().map(|(name, _)| *name).collect();
        assert_eq!(explained, known);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,80}") {
            let _ = Formula::parse(&text);
        }
        #[test]
        fn a_remainder_is_that_of_decimals(x in -100_000i64..100_000, y in 1i64..3_000, scale in 0u32..6) {
            let (x, y) = (Decimal::new(x, 2), Decimal::new(y, scale));
            for y in [y, -y] {
                prop_assert_eq!(remainder(x, y), Some(x % y));
                let rest = remainder(x.to_f64(), y.to_f64()).unwrap();
                prop_assert!(rest.abs() < y.to_f64().abs() && rest * x.to_f64() >= 0.0);
            }
        }
        #[test]
        fn no_window_makes_it_panic(text in "(rank|sum|count|percentile_cont)[(](x|[*]|0.5|1e28 [*] x)?[)] ?(filter [(]where x > 1[)]|within group [(]order by x[)])? ?over [(](partition by (x|1))? ?(order by x)?[)][+ x/0-9]{0,9}") {
            if let Ok(formula) = Formula::parse(&text) {
                let column = Column::from_options([Some(Decimal::ONE), None, Some(Decimal::MAX), Some(Decimal::MIN)]);
                let columns = vec![&column; formula.names().len()];
                let classes: Vec<&[u32]> = vec![&[0, u32::MAX, 0, 1]; formula.partitions().len()];
                let _ = Program::new(&formula).column(&columns, &classes, 4, &mut Column::missing(0));
                let doubles = Column::from_options([Some(1.0), None, Some(f64::MAX), Some(f64::MIN)]);
                let columns = vec![&doubles; formula.names().len()];
                let mut out = Column::missing(0);
                if Program::new(&formula).column(&columns, &classes, 4, &mut out).is_ok() {
                    prop_assert!(out.values().all(Scalar::finite));
                }
            }
        }
        #[test]
        fn no_expression_makes_it_panic(text in "[a-z0-9 ()+*/,.<>='-]{0,60}") {
            if let Ok(formula) = Formula::parse(&text) {
                let values = vec![Some(Decimal::MAX); formula.names().len()];
                let _ = Program::new(&formula).row(&values);
            }
        }
    }
}
