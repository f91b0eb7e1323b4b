//! From text to an expression tree, with names, partitions and windows collected in order of first mention.

use crate::tree::{
    Aggregate, Comparison, Condition, Function, Name, Number, Ranking, Reading, Window, WindowFunction,
};
use gradus_model::diagnostic::nearest;
use gradus_model::number::{Decimal, Rounding, RoundingMode, parse_decimal};
use sqlparser::ast::{
    BinaryOperator, CaseWhen, CeilFloorKind, DateTimeField, Expr as Sql, Function as SqlFunction,
    FunctionArg, FunctionArgExpr, FunctionArguments, InTarget, OrderByExpr, OrderBySort, UnaryOperator,
    Value, WindowSpec, WindowType,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

/// Longest formula, in bytes, and deepest nesting: a formula is read by people.
const LONGEST: usize = 4_000;
const DEEPEST: usize = 64;
/// Most parts of a formula. `between`, `in` and `case x when` repeat their operand, so that nesting them multiplies.
const LARGEST: usize = 10_000;
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

impl Mistake {
    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

fn mistake(message: impl Into<String>) -> Mistake {
    Mistake { message: message.into(), help: None }
}

/// A parsed formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    text: String,
    names: Vec<Name>,
    partitions: Vec<String>,
    pub(crate) windows: Vec<Window>,
    pub(crate) root: Number,
}

impl Formula {
    /// Parses a formula.
    ///
    /// # Errors
    /// A [`Mistake`] that says what is not understood.
    ///
    /// # Example
    /// ```
    /// use gradus_formula::{Formula, Reading};
    /// let formula = Formula::parse(r#"gdp * 1e8 / coalesce("resident-population", population)"#).unwrap();
    /// let codes: Vec<&str> = formula.names().iter().map(|name| name.code.as_str()).collect();
    /// assert_eq!(codes, ["gdp", "resident-population", "population"]);
    ///
    /// let formula = Formula::parse("score(water) - avg(score(water)) over (partition by region)").unwrap();
    /// assert_eq!(formula.names()[0].of, Reading::Score);
    /// assert_eq!(formula.partitions(), ["region"]);
    ///
    /// assert!(Formula::parse("gdp *").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        if text.len() > LONGEST {
            return Err(mistake(format!("the formula has {} characters", text.chars().count()))
                .help("split it into measures and indicators of its own"));
        }
        let mut parser = Parser::new(&GenericDialect {})
            .with_recursion_limit(PARSER_DEPTH)
            .try_with_sql(text)
            .map_err(|e| mistake(clean(&e.to_string())))?;
        let sql = parser.parse_expr().map_err(|e| mistake(clean(&e.to_string())))?;
        let rest = parser.peek_token();
        if rest.token != Token::EOF {
            return Err(mistake(format!("`{}` does not belong after the expression", rest.token))
                .help("write one expression; a code with a hyphen is written with `_` or in double quotes"));
        }
        let mut reader = Reader::default();
        let root = reader.number(&sql, 0)?;
        let Reader { names, partitions, windows, .. } = reader;
        Ok(Self { text: text.to_owned(), names, partitions, windows, root })
    }

    /// What it refers to, in order of first mention; each name once per reading.
    #[must_use]
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// The names its windows partition by (`period`, or a kind of unit group), in order of first mention.
    #[must_use]
    pub fn partitions(&self) -> &[String] {
        &self.partitions
    }

    /// Whether it looks at other rows than its own.
    #[must_use]
    pub fn has_windows(&self) -> bool {
        !self.windows.is_empty()
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

/// The place of an item in a list that holds each once.
fn place_of<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    list.iter().position(|other| *other == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

/// A code: `population`, `"resident-population"`, `education.primary`.
fn code(sql: &Sql) -> Option<String> {
    match sql {
        Sql::Identifier(ident) => Some(ident.value.clone()),
        Sql::CompoundIdentifier(parts) => {
            Some(parts.iter().map(|p| p.value.as_str()).collect::<Vec<_>>().join("."))
        }
        Sql::Nested(inner) => code(inner),
        _ => None,
    }
}

/// A text in single quotes.
fn text(sql: &Sql) -> Option<&str> {
    match sql {
        Sql::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        Sql::Nested(inner) => text(inner),
        _ => None,
    }
}

/// What a name that stands before parentheses means.
enum Called {
    Row(&'static str, Function, usize, usize),
    Aggregate(&'static str, Aggregate),
    Ranking(&'static str, Ranking),
    Score,
}

fn called(written: &str) -> Result<Called, Mistake> {
    let lower = written.to_lowercase();
    let name = match lower.as_str() {
        "pow" => "power",
        "ceiling" => "ceil",
        "mean" => "avg",
        "stddev" => "stddev_samp",
        "var" | "variance" => "var_samp",
        "score" => return Ok(Called::Score),
        other => other,
    };
    if let Some((name, function, least, most)) = Function::ALL.iter().find(|(known, ..)| *known == name) {
        return Ok(Called::Row(name, *function, *least, *most));
    }
    if let Some((name, aggregate)) = Aggregate::ALL.iter().find(|(known, _)| *known == name) {
        return Ok(Called::Aggregate(name, *aggregate));
    }
    if let Some((name, ranking)) = Ranking::ALL.iter().find(|(known, _)| *known == name) {
        return Ok(Called::Ranking(name, *ranking));
    }
    let unknown = mistake(format!("there is no function `{written}`"));
    let known = || crate::FUNCTIONS.iter().map(|(name, _)| *name);
    Err(match (name, nearest(name, known())) {
        // Which of several equal rows comes first would depend on the order of the data.
        ("row_number" | "ntile", _) => {
            unknown.help("use `rank`: what is equal has one rank, whatever its row")
        }
        (_, Some(near)) => unknown.help(format!("did you mean `{near}`?")),
        _ => unknown.help(format!("use one of {}", known().collect::<Vec<_>>().join(", "))),
    })
}

/// Reads an expression, and keeps what it mentions.
#[derive(Default)]
struct Reader {
    names: Vec<Name>,
    partitions: Vec<String>,
    windows: Vec<Window>,
    /// Parts read so far.
    parts: usize,
    in_window: bool,
}

impl Reader {
    /// Counts a part and holds the formula to its limits.
    fn enter(&mut self, depth: usize) -> Result<(), Mistake> {
        self.parts += 1;
        if depth > DEEPEST {
            return Err(mistake(format!("the formula nests deeper than {DEEPEST} levels")));
        }
        if self.parts > LARGEST {
            return Err(mistake(format!("the formula has more than {LARGEST} parts"))
                .help("compute what is repeated in a measure of its own"));
        }
        Ok(())
    }

    fn name(&mut self, code: String, of: Reading) -> usize {
        place_of(&mut self.names, Name { code, of })
    }

    fn boxed(&mut self, sql: &Sql, depth: usize) -> Result<Box<Number>, Mistake> {
        self.number(sql, depth).map(Box::new)
    }

    fn number(&mut self, sql: &Sql, depth: usize) -> Result<Number, Mistake> {
        self.enter(depth)?;
        let deeper = depth + 1;
        Ok(match sql {
            Sql::Nested(inner) => self.number(inner, deeper)?,
            Sql::Value(value) => match &value.value {
                Value::Number(text, _) => Number::Constant(
                    parse_decimal(&text.to_string()).map_err(|e| mistake(format!("`{text}`: {e}")))?,
                ),
                Value::Null => Number::Missing,
                other => return Err(mistake(format!("`{other}` is not a number"))),
            },
            Sql::Identifier(_) | Sql::CompoundIdentifier(_) => {
                Number::Name(self.name(code(sql).unwrap_or_default(), Reading::Value))
            }
            Sql::UnaryOp { op: UnaryOperator::Minus, expr } => Number::Negated(self.boxed(expr, deeper)?),
            Sql::UnaryOp { op: UnaryOperator::Plus, expr } => self.number(expr, deeper)?,
            Sql::BinaryOp { left, op, right } => {
                let node = match op {
                    BinaryOperator::Plus => Number::Plus,
                    BinaryOperator::Minus => Number::Minus,
                    BinaryOperator::Multiply => Number::Times,
                    BinaryOperator::Divide => Number::Over,
                    BinaryOperator::Modulo => {
                        let args = vec![self.number(left, deeper)?, self.number(right, deeper)?];
                        return Ok(Number::Call(Function::Mod, args));
                    }
                    BinaryOperator::BitwiseXor => {
                        return Err(mistake("`^` is not an operator of SQL").help("write `power(x, y)`"));
                    }
                    other => {
                        return Err(mistake(format!("`{other}` does not yield a number"))
                            .help("write `case when … then 1 else 0 end` for a number that says whether"));
                    }
                };
                node(self.boxed(left, deeper)?, self.boxed(right, deeper)?)
            }
            Sql::Function(call) => self.call(call, deeper)?,
            Sql::Ceil { expr, field } => self.whole(expr, field, RoundingMode::Ceiling, deeper)?,
            Sql::Floor { expr, field } => self.whole(expr, field, RoundingMode::Floor, deeper)?,
            Sql::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref(), deeper)?
            }
            other => return Err(mistake(format!("`{other}` is not part of a formula"))),
        })
    }

    /// `ceil` and `floor`, which the parser knows by themselves.
    fn whole(
        &mut self,
        sql: &Sql,
        field: &CeilFloorKind,
        mode: RoundingMode,
        depth: usize,
    ) -> Result<Number, Mistake> {
        if !matches!(field, CeilFloorKind::DateTimeField(DateTimeField::NoDateTime)) {
            return Err(mistake("`ceil` and `floor` take 1 argument and yield whole numbers")
                .help("write `round(x, places, 'ceiling')` or `round(x, places, 'floor')`"));
        }
        Ok(Number::Round(self.boxed(sql, depth)?, Rounding { mode, places: 0 }))
    }

    fn case(
        &mut self,
        operand: Option<&Sql>,
        conditions: &[CaseWhen],
        otherwise: Option<&Sql>,
        depth: usize,
    ) -> Result<Number, Mistake> {
        let mut branches = Vec::new();
        for when in conditions {
            let condition = match operand {
                Some(operand) => self.equal(operand, &when.condition, depth)?,
                None => self.condition(&when.condition, depth)?,
            };
            branches.push((condition, self.number(&when.result, depth)?));
        }
        let otherwise = match otherwise {
            Some(sql) => self.boxed(sql, depth)?,
            None => Box::new(Number::Missing),
        };
        Ok(Number::Case(branches, otherwise))
    }

    fn call(&mut self, call: &SqlFunction, depth: usize) -> Result<Number, Mistake> {
        let written = call.name.to_string();
        let called = called(&written)?;
        let FunctionArguments::List(list) = &call.args else {
            return Err(mistake(format!("`{written}` needs its arguments in parentheses")));
        };
        if list.duplicate_treatment.is_some()
            || !list.clauses.is_empty()
            || call.null_treatment.is_some()
            || !matches!(call.parameters, FunctionArguments::None)
        {
            return Err(mistake(format!(
                "`{written}` takes its arguments only: no `distinct`, `order by` or `nulls`"
            )));
        }
        let mut args = Vec::new();
        for arg in &list.args {
            match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(sql)) => args.push(Some(sql)),
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if written.eq_ignore_ascii_case("count") => {
                    args.push(None);
                }
                other => return Err(mistake(format!("`{other}` is not an argument of `{written}`"))),
            }
        }
        match called {
            Called::Aggregate(name, aggregate) => self.aggregate(name, aggregate, &args, call, depth),
            Called::Ranking(name, ranking) => self.ranking(name, ranking, &args, call, depth),
            Called::Score | Called::Row(..)
                if call.over.is_some() || call.filter.is_some() || !call.within_group.is_empty() =>
            {
                Err(mistake(format!(
                    "`{written}` is a function of one row: no `over`, `filter` or `within group`"
                )))
            }
            Called::Score => match args[..] {
                [Some(sql)] if code(sql).is_some() => {
                    Ok(Number::Name(self.name(code(sql).unwrap_or_default(), Reading::Score)))
                }
                _ => Err(mistake("`score` takes the code of one indicator or group")
                    .help("write `score(water)`, or `score(\"clean-water\")` for a code with a hyphen")),
            },
            Called::Row(name, function, least, most) => {
                if args.len() < least || args.len() > most {
                    let expected = match most {
                        _ if least == most => least.to_string(),
                        99 => format!("{least} or more"),
                        _ => format!("{least} to {most}"),
                    };
                    return Err(mistake(format!(
                        "`{name}` takes {expected} argument(s), found {}",
                        args.len()
                    )));
                }
                let args: Vec<&Sql> = args.into_iter().flatten().collect();
                if matches!(function, Function::Round | Function::Trunc) {
                    return self.rounded(name, function, &args, depth);
                }
                let args = args.into_iter().map(|sql| self.number(sql, depth)).collect::<Result<_, _>>()?;
                Ok(Number::Call(function, args))
            }
        }
    }

    /// `round(x)`, `round(x, 2)`, `round(x, 2, 'half-even')`, `trunc(x)` or `trunc(x, 2)`.
    fn rounded(
        &mut self,
        name: &str,
        function: Function,
        args: &[&Sql],
        depth: usize,
    ) -> Result<Number, Mistake> {
        let places = match args.get(1) {
            None => 0,
            Some(sql) => match self.number(sql, depth)? {
                Number::Constant(p)
                    if p.is_integer() && p >= Decimal::ZERO && p <= Decimal::from(Decimal::MAX_SCALE) =>
                {
                    u32::try_from(p.trunc().mantissa()).unwrap_or(0)
                }
                _ => return Err(mistake(format!("the places of `{name}` are a whole number from 0 to 28"))),
            },
        };
        let mode = match args.get(2) {
            None if function == Function::Trunc => RoundingMode::Truncate,
            None => RoundingMode::HalfUp,
            Some(sql) => {
                let words = || RoundingMode::WORDS.iter().map(|(word, _)| *word);
                let word = text(sql).ok_or_else(|| {
                    mistake("the third argument of `round` is a rule in single quotes")
                        .help("write `round(x, 2, 'half-even')`")
                })?;
                let found = RoundingMode::WORDS.iter().find(|(known, _)| *known == word);
                found.map(|(_, mode)| *mode).ok_or_else(|| {
                    mistake(format!("there is no rounding rule `{word}`")).help(
                        match nearest(word, words()) {
                            Some(near) => format!("did you mean `{near}`?"),
                            None => format!("use one of {}", words().collect::<Vec<_>>().join(", ")),
                        },
                    )
                })?
            }
        };
        Ok(Number::Round(self.boxed(args[0], depth)?, Rounding { mode, places }))
    }

    /// `avg(x) filter (where …) over (partition by …)`.
    fn aggregate(
        &mut self,
        name: &str,
        aggregate: Aggregate,
        args: &[Option<&Sql>],
        call: &SqlFunction,
        depth: usize,
    ) -> Result<Number, Mistake> {
        let [arg] = args else {
            return Err(mistake(format!("`{name}` takes 1 argument(s), found {}", args.len())));
        };
        let spec = window_spec(name, call, "x")?;
        if !spec.order_by.is_empty() {
            return Err(mistake(format!("`{name}` is taken over all rows of a class, not up to a row"))
                .help("leave out `order by`"));
        }
        self.enter_window(name)?;
        let (aggregate, of) = match (aggregate, &call.within_group[..]) {
            (Aggregate::PercentileCont(_), [order]) => {
                let share = match arg.map(|sql| self.number(sql, depth)).transpose()? {
                    Some(Number::Constant(p)) if p >= Decimal::ZERO && p <= Decimal::ONE => p,
                    _ => return Err(mistake("the share of `percentile_cont` is a number from 0 to 1")),
                };
                let share = if descending(name, order)? { Decimal::ONE - share } else { share };
                (Aggregate::PercentileCont(share), Some(self.number(&order.expr, depth)?))
            }
            (Aggregate::PercentileCont(_), _) => {
                return Err(mistake("`percentile_cont` does not say of what")
                    .help("write `percentile_cont(0.9) within group (order by x) over (…)`"));
            }
            (other, []) => (other, arg.map(|sql| self.number(sql, depth)).transpose()?),
            _ => return Err(mistake(format!("`{name}` does not take `within group`"))),
        };
        let filter = match &call.filter {
            Some(sql) => Some(self.condition(sql, depth)?),
            None => None,
        };
        self.window(WindowFunction::Aggregate(aggregate), of, filter, spec)
    }

    /// `rank() over (partition by … order by x desc)`.
    fn ranking(
        &mut self,
        name: &str,
        ranking: Ranking,
        args: &[Option<&Sql>],
        call: &SqlFunction,
        depth: usize,
    ) -> Result<Number, Mistake> {
        let spec = window_spec(name, call, "")?;
        if !args.is_empty() || !call.within_group.is_empty() {
            return Err(mistake(format!("`{name}` takes no argument"))
                .help(format!("write `{name}() over (order by x desc)`")));
        }
        if call.filter.is_some() {
            return Err(mistake(format!("`{name}` does not take `filter`"))
                .help("order by `case when … then x end`: a row whose value is missing has no rank and does not count"));
        }
        let [order] = &spec.order_by[..] else {
            return Err(mistake(format!("`{name}` orders by one expression, found {}", spec.order_by.len()))
                .help(format!("write `{name}() over (order by x desc)`")));
        };
        let descending = descending(name, order)?;
        self.enter_window(name)?;
        let of = self.number(&order.expr, depth)?;
        self.window(WindowFunction::Ranking { ranking, descending }, Some(of), None, spec)
    }

    fn enter_window(&mut self, name: &str) -> Result<(), Mistake> {
        if std::mem::replace(&mut self.in_window, true) {
            return Err(mistake(format!("`{name}` with `over` stands inside another"))
                .help("compute the inner one in a measure of its own"));
        }
        Ok(())
    }

    /// Keeps a window whose parts have been read; equal ones are computed once.
    fn window(
        &mut self,
        function: WindowFunction,
        of: Option<Number>,
        filter: Option<Condition>,
        spec: &WindowSpec,
    ) -> Result<Number, Mistake> {
        self.in_window = false;
        let mut partitions = Vec::new();
        for sql in &spec.partition_by {
            let name = code(sql).ok_or_else(|| {
                mistake(format!("`{sql}` is not what rows are classed by"))
                    .help("partition by `period` or by a kind of unit group, such as `region`")
            })?;
            partitions.push(place_of(&mut self.partitions, name));
        }
        Ok(Number::Window(place_of(&mut self.windows, Window { function, of, filter, partitions })))
    }

    fn condition(&mut self, sql: &Sql, depth: usize) -> Result<Condition, Mistake> {
        self.enter(depth)?;
        let deeper = depth + 1;
        Ok(match sql {
            Sql::Nested(inner) => self.condition(inner, deeper)?,
            Sql::UnaryOp { op: UnaryOperator::Not, expr } => negated(self.condition(expr, deeper)?, true),
            Sql::IsNull(expr) => Condition::IsMissing(self.boxed(expr, deeper)?),
            Sql::IsNotNull(expr) => negated(Condition::IsMissing(self.boxed(expr, deeper)?), true),
            Sql::Between { expr, negated: not, low, high } => {
                let low = self.compare(Comparison::GreaterOrEqual, expr, low, deeper)?;
                let high = self.compare(Comparison::LessOrEqual, expr, high, deeper)?;
                negated(Condition::And(Box::new(low), Box::new(high)), *not)
            }
            Sql::In { expr, target: InTarget::List(list), negated: not, global: false } => {
                let mut any = None;
                for item in list {
                    let equal = self.equal(expr, item, deeper)?;
                    any = Some(match any {
                        None => equal,
                        Some(before) => Condition::Or(Box::new(before), Box::new(equal)),
                    });
                }
                negated(any.ok_or_else(|| mistake("`in` needs a list"))?, *not)
            }
            Sql::BinaryOp { left, op, right } => match op {
                BinaryOperator::And | BinaryOperator::Or => {
                    let left = Box::new(self.condition(left, deeper)?);
                    let right = Box::new(self.condition(right, deeper)?);
                    if *op == BinaryOperator::And {
                        Condition::And(left, right)
                    } else {
                        Condition::Or(left, right)
                    }
                }
                BinaryOperator::Eq => self.equal(left, right, deeper)?,
                BinaryOperator::NotEq => match self.equal(left, right, deeper)? {
                    Condition::Compare(_, left, right) => {
                        Condition::Compare(Comparison::NotEqual, left, right)
                    }
                    member => negated(member, true),
                },
                BinaryOperator::Lt => self.compare(Comparison::Less, left, right, deeper)?,
                BinaryOperator::LtEq => self.compare(Comparison::LessOrEqual, left, right, deeper)?,
                BinaryOperator::Gt => self.compare(Comparison::Greater, left, right, deeper)?,
                BinaryOperator::GtEq => self.compare(Comparison::GreaterOrEqual, left, right, deeper)?,
                other => return Err(mistake(format!("`{other}` does not yield true or false"))),
            },
            other => return Err(mistake(format!("`{other}` is not a condition"))),
        })
    }

    fn compare(
        &mut self,
        op: Comparison,
        left: &Sql,
        right: &Sql,
        depth: usize,
    ) -> Result<Condition, Mistake> {
        if let Some(text) = text(left).or_else(|| text(right)) {
            return Err(mistake(format!("the text '{text}' has no order"))
                .help("compare the name of a kind of unit group with it, by `=`, `<>` or `in`"));
        }
        Ok(Condition::Compare(op, self.boxed(left, depth)?, self.boxed(right, depth)?))
    }

    /// Equality of two numbers, or of a kind of unit group with a class.
    fn equal(&mut self, left: &Sql, right: &Sql, depth: usize) -> Result<Condition, Mistake> {
        let (name, class) = match (text(left), text(right)) {
            (None, None) => return self.compare(Comparison::Equal, left, right, depth),
            (None, Some(class)) => (left, class),
            (Some(class), _) => (right, class),
        };
        self.enter(depth)?;
        let code = code(name).ok_or_else(|| {
            mistake(format!("`{name}` cannot be the text '{class}'"))
                .help("write the name of a kind of unit group on the other side, such as `region = 'Europe'`")
        })?;
        Ok(Condition::Member(self.name(code, Reading::Member(class.to_owned()))))
    }
}

fn negated(condition: Condition, not: bool) -> Condition {
    if not { Condition::Not(Box::new(condition)) } else { condition }
}

/// The `over (…)` of a function of several rows, which has no frame and no name.
fn window_spec<'a>(name: &str, call: &'a SqlFunction, arg: &str) -> Result<&'a WindowSpec, Mistake> {
    let order = if arg.is_empty() { " order by x" } else { "" };
    let spec = match &call.over {
        Some(WindowType::WindowSpec(spec)) if spec.window_name.is_none() => spec,
        Some(_) => {
            return Err(mistake(format!("the window of `{name}` has no name here")).help("write it out"));
        }
        None => {
            let within =
                if arg.is_empty() { "" } else { "; of figures of one row use `+`, `greatest` or `least`" };
            return Err(mistake(format!("`{name}` is a function of several rows and does not say which"))
                .help(format!("write `{name}({arg}) over (partition by period{order})`{within}")));
        }
    };
    if spec.window_frame.is_some() {
        return Err(mistake(format!("`{name}` is taken over all rows of a class, without a frame"))
            .help("leave out `rows`, `range` or `groups`"));
    }
    Ok(spec)
}

/// Whether an order is descending.
fn descending(name: &str, order: &OrderByExpr) -> Result<bool, Mistake> {
    let options = &order.options;
    if options.nulls_first.is_some() || order.with_fill.is_some() {
        return Err(mistake(format!(
            "`{name}` passes over missing values: they come neither first nor last"
        ))
        .help("leave out what follows `asc` or `desc`"));
    }
    match &options.sort {
        None | Some(OrderBySort::Asc) => Ok(false),
        Some(OrderBySort::Desc) => Ok(true),
        Some(OrderBySort::Using(_)) => {
            Err(mistake("`using` is not part of a formula").help("order by `asc` or `desc`"))
        }
    }
}
