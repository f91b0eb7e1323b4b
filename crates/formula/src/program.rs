//! A formula made ready for one arithmetic: constants converted, names by place.

use crate::parse::{Comparison, Condition, Formula, Function, Number};
use gradus_method::{Column, Fault, Outcome};
use gradus_model::diagnostic::catalog;
use gradus_model::number::{Rounding, RoundingMode, Scalar};

/// A formula in one arithmetic.
#[derive(Debug, Clone)]
pub struct Program<S> {
    root: Node<S>,
}

#[derive(Debug, Clone)]
enum Node<S> {
    Constant(S),
    Name(usize),
    Missing,
    Negated(Box<Node<S>>),
    Plus(Box<Node<S>>, Box<Node<S>>),
    Minus(Box<Node<S>>, Box<Node<S>>),
    Times(Box<Node<S>>, Box<Node<S>>),
    Over(Box<Node<S>>, Box<Node<S>>),
    Call(Function, Vec<Node<S>>),
    Round(Box<Node<S>>, u32),
    Case(Vec<(Test<S>, Node<S>)>, Box<Node<S>>),
}

#[derive(Debug, Clone)]
enum Test<S> {
    Compare(Comparison, Node<S>, Node<S>),
    IsMissing(Node<S>),
    And(Box<Test<S>>, Box<Test<S>>),
    Or(Box<Test<S>>, Box<Test<S>>),
    Not(Box<Test<S>>),
}

impl<S: Scalar> Program<S> {
    /// Makes a formula ready.
    #[must_use]
    pub fn new(formula: &Formula) -> Self {
        Self { root: node(&formula.root) }
    }

    /// The value for one row; `values` are those of [`Formula::names`], in that order.
    ///
    /// # Errors
    /// Division by zero, a function outside its domain, or a result outside the range of the arithmetic.
    pub fn row(&self, values: &[Option<S>]) -> Outcome<Option<S>> {
        match eval(&self.root, values)? {
            Some(y) if !y.finite() => Err(Fault::out_of_range()),
            y => Ok(y),
        }
    }

    /// The values for all rows; `columns` are those of [`Formula::names`], all of the same length.
    ///
    /// # Errors
    /// As [`row`](Self::row), with the row named.
    pub fn column(&self, columns: &[&Column<S>], n_rows: usize, out: &mut Column<S>) -> Outcome<()> {
        let mut values = vec![None; columns.len()];
        out.fill_with(n_rows, |row| {
            for (value, column) in values.iter_mut().zip(columns) {
                *value = column.get(row);
            }
            self.row(&values)
        })
    }
}

fn node<S: Scalar>(number: &Number) -> Node<S> {
    let sub = |n: &Number| Box::new(node(n));
    match number {
        Number::Constant(x) => Node::Constant(S::from_decimal(*x)),
        Number::Name(ix) => Node::Name(*ix),
        Number::Missing => Node::Missing,
        Number::Negated(a) => Node::Negated(sub(a)),
        Number::Plus(a, b) => Node::Plus(sub(a), sub(b)),
        Number::Minus(a, b) => Node::Minus(sub(a), sub(b)),
        Number::Times(a, b) => Node::Times(sub(a), sub(b)),
        Number::Over(a, b) => Node::Over(sub(a), sub(b)),
        Number::Call(Function::Round, args) => {
            let places = match args.get(1) {
                Some(Number::Constant(p)) => u32::try_from(p.trunc().mantissa()).unwrap_or(0),
                _ => 0,
            };
            Node::Round(sub(&args[0]), places)
        }
        Number::Call(function, args) => Node::Call(*function, args.iter().map(node).collect()),
        Number::Case(branches, otherwise) => {
            Node::Case(branches.iter().map(|(c, n)| (test(c), node(n))).collect(), sub(otherwise))
        }
    }
}

fn test<S: Scalar>(condition: &Condition) -> Test<S> {
    match condition {
        Condition::Compare(op, a, b) => Test::Compare(*op, node(a), node(b)),
        Condition::IsMissing(a) => Test::IsMissing(node(a)),
        Condition::And(a, b) => Test::And(Box::new(test(a)), Box::new(test(b))),
        Condition::Or(a, b) => Test::Or(Box::new(test(a)), Box::new(test(b))),
        Condition::Not(a) => Test::Not(Box::new(test(a))),
    }
}

fn eval<S: Scalar>(node: &Node<S>, values: &[Option<S>]) -> Outcome<Option<S>> {
    let both =
        |a: &Node<S>, b: &Node<S>| -> Outcome<Option<(S, S)>> { Ok(eval(a, values)?.zip(eval(b, values)?)) };
    let exact = |y: Option<S>| y.map(Some).ok_or_else(Fault::out_of_range);
    match node {
        Node::Constant(x) => Ok(Some(*x)),
        Node::Name(ix) => Ok(values[*ix]),
        Node::Missing => Ok(None),
        Node::Negated(a) => Ok(eval(a, values)?.map(Scalar::negated)),
        Node::Plus(a, b) => both(a, b)?.map_or(Ok(None), |(a, b)| exact(a.plus(b))),
        Node::Minus(a, b) => both(a, b)?.map_or(Ok(None), |(a, b)| exact(a.minus(b))),
        Node::Times(a, b) => both(a, b)?.map_or(Ok(None), |(a, b)| exact(a.times(b))),
        Node::Over(a, b) => both(a, b)?.map_or(Ok(None), |(a, b)| {
            if b == S::ZERO {
                return Err(Fault::new(&catalog::DIVISION_BY_ZERO, format!("{a} is divided by zero"))
                    .help("use `nullif(divisor, 0)` where a zero means that there is no figure"));
            }
            exact(a.over(b))
        }),
        Node::Round(a, places) => {
            Ok(eval(a, values)?.map(|a| a.rounded(Rounding { mode: RoundingMode::HalfUp, places: *places })))
        }
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
    let whole = |mode| x.rounded(Rounding { mode, places: 0 });
    let y = match function {
        Function::Abs => Some(x.magnitude()),
        Function::Ceil => Some(whole(RoundingMode::Ceiling)),
        Function::Floor => Some(whole(RoundingMode::Floor)),
        Function::Exp => x.exp(),
        Function::Ln => x.ln(),
        Function::Log10 => x.log10(),
        Function::Sqrt => x.sqrt(),
        Function::NullIf => match eval(&args[1], values)? {
            Some(other) if other == x => return Ok(None),
            _ => Some(x),
        },
        Function::Power => match eval(&args[1], values)? {
            Some(exponent) => x.power(exponent),
            None => return Ok(None),
        },
        // Handled above, or made into a node of its own.
        Function::Coalesce | Function::Greatest | Function::Least | Function::Round => Some(x),
    };
    y.map(Some).ok_or_else(|| {
        Fault::new(
            &catalog::UNDEFINED_TRANSFORM,
            format!("`{}` of {x} is undefined or out of range", function.name()),
        )
    })
}

fn holds<S: Scalar>(condition: &Test<S>, values: &[Option<S>]) -> Outcome<Option<bool>> {
    Ok(match condition {
        Test::Compare(op, a, b) => eval(a, values)?.zip(eval(b, values)?).map(|(a, b)| match op {
            Comparison::Equal => a == b,
            Comparison::NotEqual => a != b,
            Comparison::Less => a < b,
            Comparison::LessOrEqual => a <= b,
            Comparison::Greater => a > b,
            Comparison::GreaterOrEqual => a >= b,
        }),
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
    use gradus_model::number::{Decimal, parse_decimal};
    use proptest::prelude::*;

    /// `x` = 3, `y-z` = 0.5, `gone` is missing.
    fn check(text: &str, expected: &str) {
        let formula = match Formula::parse(text) {
            Ok(formula) => formula,
            Err(e) => return assert_eq!(format!("mistake: {}", e.message), expected, "{text}"),
        };
        let lookup = |name: &str| match name {
            "x" => Some("3"),
            "y-z" | "y_z" => Some("0.5"),
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
            ("case when x > 2 and gone is null then 1 else 0 end", "1"),
            ("case when gone > 2 then 1 end", "missing"),
            ("case x when 3 then 10 else 20 end", "10"),
            ("case when x between 1 and 3 then 1 else 0 end", "1"),
            ("case when not (x in (1, 2)) then 5 else 0 end", "5"),
            ("x / (1 - 1)", "fault: 3 is divided by zero"),
            ("ln(0)", "fault: `ln` of 0 is undefined or out of range"),
            ("x y", "mistake: `y` does not belong after the expression"),
            ("sum(x)", "mistake: there is no function `sum`"),
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
        let long = vec!["1"; 3000].join("+");
        assert!(Formula::parse(&long).is_err());
        let chain = vec!["1"; 500].join("+");
        assert!(Formula::parse(&chain).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,80}") {
            let _ = Formula::parse(&text);
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
