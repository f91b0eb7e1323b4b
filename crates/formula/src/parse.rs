//! From text to an expression tree, with names collected in order of first mention.

use gradus_model::number::{Decimal, parse_decimal};
use sqlparser::ast::{
    BinaryOperator, Expr as Sql, Function as SqlFunction, FunctionArg, FunctionArgExpr, FunctionArguments,
    InTarget, UnaryOperator, Value,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

/// Longest formula, in bytes, and deepest nesting: a formula is read by people.
const LONGEST: usize = 4_000;
const DEEPEST: usize = 64;
/// The parser spends several large stack frames per level; this depth fits a 2 MiB stack without optimization.
const PARSER_DEPTH: usize = 24;

/// Why a text is not a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

fn mistake(message: impl Into<String>) -> Mistake {
    Mistake { message: message.into(), help: None }
}

/// A parsed formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    text: String,
    names: Vec<String>,
    pub(crate) root: Number,
}

/// An expression whose value is a number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Number {
    Constant(Decimal),
    /// Place in [`Formula::names`].
    Name(usize),
    Missing,
    Negated(Box<Number>),
    Plus(Box<Number>, Box<Number>),
    Minus(Box<Number>, Box<Number>),
    Times(Box<Number>, Box<Number>),
    Over(Box<Number>, Box<Number>),
    Call(Function, Vec<Number>),
    Case(Vec<(Condition, Number)>, Box<Number>),
}

/// A function of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Abs,
    Ceil,
    Coalesce,
    Exp,
    Floor,
    Greatest,
    Least,
    Ln,
    Log10,
    NullIf,
    Power,
    Round,
    Sqrt,
}

impl Function {
    /// Name, smallest and largest number of arguments.
    const ALL: &'static [(&'static str, Self, usize, usize)] = &[
        ("abs", Self::Abs, 1, 1),
        ("ceil", Self::Ceil, 1, 1),
        ("coalesce", Self::Coalesce, 1, 99),
        ("exp", Self::Exp, 1, 1),
        ("floor", Self::Floor, 1, 1),
        ("greatest", Self::Greatest, 1, 99),
        ("least", Self::Least, 1, 99),
        ("ln", Self::Ln, 1, 1),
        ("log10", Self::Log10, 1, 1),
        ("nullif", Self::NullIf, 2, 2),
        ("power", Self::Power, 2, 2),
        ("round", Self::Round, 1, 2),
        ("sqrt", Self::Sqrt, 1, 1),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, f, ..)| *f == self).map_or("", |(name, ..)| name)
    }
}

/// An expression whose value is true, false or unknown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    Compare(Comparison, Box<Number>, Box<Number>),
    IsMissing(Box<Number>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Formula {
    /// Parses a formula.
    ///
    /// # Errors
    /// A [`Mistake`] that says what is not understood.
    ///
    /// # Example
    /// ```
    /// use gradus_formula::Formula;
    /// let formula = Formula::parse(r#"gdp * 1e8 / coalesce("resident-population", population)"#).unwrap();
    /// assert_eq!(formula.names(), ["gdp", "resident-population", "population"]);
    /// assert!(Formula::parse("gdp *").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        if text.len() > LONGEST {
            return Err(Mistake {
                message: format!("the formula has {} characters", text.chars().count()),
                help: Some("split it into measures and indicators of its own".into()),
            });
        }
        let mut parser = Parser::new(&GenericDialect {})
            .with_recursion_limit(PARSER_DEPTH)
            .try_with_sql(text)
            .map_err(|e| mistake(clean(&e.to_string())))?;
        let sql = parser.parse_expr().map_err(|e| mistake(clean(&e.to_string())))?;
        let rest = parser.peek_token();
        if rest.token != Token::EOF {
            return Err(Mistake {
                message: format!("`{}` does not belong after the expression", rest.token),
                help: Some(
                    "write one expression; a code with a hyphen is written with `_` or in double quotes"
                        .into(),
                ),
            });
        }
        let mut names = Vec::new();
        let root = number(&sql, &mut names, 0)?;
        Ok(Self { text: text.to_owned(), names, root })
    }

    /// The names it mentions, in order of first mention.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The formula as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The parser's message without its prefix.
fn clean(message: &str) -> String {
    let message = message.trim_start_matches("sql parser error: ");
    let mut chars = message.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => "the formula is empty".into(),
    }
}

fn number(sql: &Sql, names: &mut Vec<String>, depth: usize) -> Result<Number, Mistake> {
    if depth > DEEPEST {
        return Err(mistake(format!("the formula nests deeper than {DEEPEST} levels")));
    }
    let mut sub = |sql: &Sql| number(sql, names, depth + 1).map(Box::new);
    Ok(match sql {
        Sql::Nested(inner) => *sub(inner)?,
        Sql::Value(value) => match &value.value {
            Value::Number(text, _) => Number::Constant(
                parse_decimal(&text.to_string()).map_err(|e| mistake(format!("`{text}`: {e}")))?,
            ),
            Value::Null => Number::Missing,
            other => return Err(mistake(format!("`{other}` is not a number"))),
        },
        Sql::Identifier(ident) => name(&ident.value, names),
        Sql::CompoundIdentifier(parts) => {
            name(&parts.iter().map(|p| p.value.as_str()).collect::<Vec<_>>().join("."), names)
        }
        Sql::UnaryOp { op: UnaryOperator::Minus, expr } => Number::Negated(sub(expr)?),
        Sql::UnaryOp { op: UnaryOperator::Plus, expr } => *sub(expr)?,
        Sql::BinaryOp { left, op, right } => match op {
            BinaryOperator::Plus => Number::Plus(sub(left)?, sub(right)?),
            BinaryOperator::Minus => Number::Minus(sub(left)?, sub(right)?),
            BinaryOperator::Multiply => Number::Times(sub(left)?, sub(right)?),
            BinaryOperator::Divide => Number::Over(sub(left)?, sub(right)?),
            other => return Err(mistake(format!("`{other}` does not yield a number"))),
        },
        Sql::Function(call) => function(call, names, depth)?,
        Sql::Ceil { expr, .. } => Number::Call(Function::Ceil, vec![*sub(expr)?]),
        Sql::Floor { expr, .. } => Number::Call(Function::Floor, vec![*sub(expr)?]),
        Sql::Case { operand, conditions, else_result, .. } => {
            let mut branches = Vec::new();
            for when in conditions {
                let condition = match operand {
                    Some(operand) => Condition::Compare(
                        Comparison::Equal,
                        Box::new(number(operand, names, depth + 1)?),
                        Box::new(number(&when.condition, names, depth + 1)?),
                    ),
                    None => condition(&when.condition, names, depth + 1)?,
                };
                branches.push((condition, number(&when.result, names, depth + 1)?));
            }
            let otherwise = match else_result {
                Some(expr) => number(expr, names, depth + 1)?,
                None => Number::Missing,
            };
            Number::Case(branches, Box::new(otherwise))
        }
        other => return Err(mistake(format!("`{other}` is not part of a formula"))),
    })
}

fn name(text: &str, names: &mut Vec<String>) -> Number {
    let ix = names.iter().position(|n| n == text).unwrap_or_else(|| {
        names.push(text.to_owned());
        names.len() - 1
    });
    Number::Name(ix)
}

fn function(call: &SqlFunction, names: &mut Vec<String>, depth: usize) -> Result<Number, Mistake> {
    let written = call.name.to_string();
    let lower = written.to_lowercase();
    let lower = match lower.as_str() {
        "pow" => "power",
        "ceiling" => "ceil",
        other => other,
    };
    let Some((name, function, least, most)) = Function::ALL.iter().find(|(name, ..)| *name == lower) else {
        let known: Vec<&str> = Function::ALL.iter().map(|(name, ..)| *name).collect();
        let help = match gradus_model::diagnostic::nearest(lower, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use one of {}", known.join(", ")),
        };
        return Err(Mistake { message: format!("there is no function `{written}`"), help: Some(help) });
    };
    let plain = call.over.is_none() && call.filter.is_none() && call.within_group.is_empty();
    let FunctionArguments::List(list) = &call.args else {
        return Err(mistake(format!("`{written}` needs its arguments in parentheses")));
    };
    if !plain || list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
        return Err(mistake(format!(
            "`{written}` is a function of one row here: no `over`, `filter` or `distinct`"
        )));
    }
    let mut args = Vec::new();
    for arg in &list.args {
        match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => args.push(number(expr, names, depth + 1)?),
            other => return Err(mistake(format!("`{other}` is not an argument of `{written}`"))),
        }
    }
    if args.len() < *least || args.len() > *most {
        let expected = if least == most { least.to_string() } else { format!("{least} or more") };
        return Err(mistake(format!("`{name}` takes {expected} argument(s), found {}", args.len())));
    }
    if *function == Function::Round
        && let Some(places) = args.get(1)
        && !matches!(places, Number::Constant(p) if p.is_integer() && *p >= Decimal::ZERO && *p <= Decimal::from(28))
    {
        return Err(mistake("the places of `round` are a whole number from 0 to 28"));
    }
    Ok(Number::Call(*function, args))
}

fn condition(sql: &Sql, names: &mut Vec<String>, depth: usize) -> Result<Condition, Mistake> {
    if depth > DEEPEST {
        return Err(mistake(format!("the formula nests deeper than {DEEPEST} levels")));
    }
    let compare = |op, left: Number, right: Number| Condition::Compare(op, Box::new(left), Box::new(right));
    Ok(match sql {
        Sql::Nested(inner) => condition(inner, names, depth + 1)?,
        Sql::UnaryOp { op: UnaryOperator::Not, expr } => {
            Condition::Not(Box::new(condition(expr, names, depth + 1)?))
        }
        Sql::IsNull(expr) => Condition::IsMissing(Box::new(number(expr, names, depth + 1)?)),
        Sql::IsNotNull(expr) => {
            Condition::Not(Box::new(Condition::IsMissing(Box::new(number(expr, names, depth + 1)?))))
        }
        Sql::Between { expr, negated, low, high } => {
            let value = number(expr, names, depth + 1)?;
            let low = compare(Comparison::GreaterOrEqual, value.clone(), number(low, names, depth + 1)?);
            let high = compare(Comparison::LessOrEqual, value, number(high, names, depth + 1)?);
            let both = Condition::And(Box::new(low), Box::new(high));
            if *negated { Condition::Not(Box::new(both)) } else { both }
        }
        Sql::In { expr, target: InTarget::List(list), negated, global: false } => {
            let value = number(expr, names, depth + 1)?;
            let mut any = None;
            for item in list {
                let equal = compare(Comparison::Equal, value.clone(), number(item, names, depth + 1)?);
                any = Some(match any {
                    None => equal,
                    Some(before) => Condition::Or(Box::new(before), Box::new(equal)),
                });
            }
            let any = any.ok_or_else(|| mistake("`in` needs a list"))?;
            if *negated { Condition::Not(Box::new(any)) } else { any }
        }
        Sql::BinaryOp { left, op, right } => {
            let comparison = match op {
                BinaryOperator::Eq => Comparison::Equal,
                BinaryOperator::NotEq => Comparison::NotEqual,
                BinaryOperator::Lt => Comparison::Less,
                BinaryOperator::LtEq => Comparison::LessOrEqual,
                BinaryOperator::Gt => Comparison::Greater,
                BinaryOperator::GtEq => Comparison::GreaterOrEqual,
                BinaryOperator::And | BinaryOperator::Or => {
                    let left = Box::new(condition(left, names, depth + 1)?);
                    let right = Box::new(condition(right, names, depth + 1)?);
                    return Ok(match op {
                        BinaryOperator::And => Condition::And(left, right),
                        _ => Condition::Or(left, right),
                    });
                }
                other => return Err(mistake(format!("`{other}` does not yield true or false"))),
            };
            compare(comparison, number(left, names, depth + 1)?, number(right, names, depth + 1)?)
        }
        other => return Err(mistake(format!("`{other}` is not a condition"))),
    })
}
