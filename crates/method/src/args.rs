//! The arguments of one method, as written in a package file.

use crate::{Fault, Outcome};
use gradus_model::diagnostic::catalog;
use gradus_model::package::{ArgValue, MethodCall};
use gradus_model::{Decimal, Id};
use std::collections::BTreeMap;

/// One argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A number, exact.
    Number(Decimal),
    /// A word or text.
    Text(String),
    /// True or false.
    Flag(bool),
    /// A list.
    List(Vec<Arg>),
    /// A table, in the order of its keys.
    Table(BTreeMap<String, Arg>),
}

impl From<&ArgValue> for Arg {
    fn from(value: &ArgValue) -> Self {
        match value {
            ArgValue::Number(x) => Self::Number(*x),
            ArgValue::Text(text) => Self::Text(text.clone()),
            ArgValue::Flag(flag) => Self::Flag(*flag),
            ArgValue::List(items) => Self::List(items.iter().map(Self::from).collect()),
            ArgValue::Table(items) => Self::Table(items.iter().map(|(k, v)| (k.clone(), v.into())).collect()),
        }
    }
}

impl Arg {
    /// What kind of argument it is, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Flag(_) => "true or false",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// The arguments of a method by name. The registry has checked names and kinds before a method sees them, and filled
/// in defaults; a constructor checks what only it knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Args {
    by_name: BTreeMap<String, Arg>,
    parts: Vec<Id>,
}

impl Args {
    /// No arguments.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// The arguments of a call as written in a package file.
    #[must_use]
    pub fn of_call(call: &MethodCall) -> Self {
        let by_name = call.args.iter().map(|(name, value)| (name.clone(), value.into())).collect();
        Self { by_name, parts: Vec::new() }
    }
    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &str, arg: Arg) -> Self {
        self.by_name.insert(name.to_owned(), arg);
        self
    }
    /// Adds a number; for tests and programs.
    #[must_use]
    pub fn number_of(self, name: &str, value: impl Into<Decimal>) -> Self {
        self.with(name, Arg::Number(value.into()))
    }
    /// Sets an argument.
    pub fn set(&mut self, name: &str, arg: Arg) {
        self.by_name.insert(name.to_owned(), arg);
    }
    /// The argument as written.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arg> {
        self.by_name.get(name)
    }
    /// Names and arguments, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arg)> {
        self.by_name.iter().map(|(k, v)| (k.as_str(), v))
    }
    /// The arguments of a method that works on several columns, with the code of each column: the parts of a group. What
    /// a parameter says by code, its method puts in their order when it is made.
    #[must_use]
    pub fn for_parts(mut self, codes: &[Id]) -> Self {
        self.parts = codes.to_vec();
        self
    }
    /// Codes of the columns the method will work on, in their order; empty for a method of one column, and where only the
    /// declaration is checked.
    #[must_use]
    pub fn parts(&self) -> &[Id] {
        &self.parts
    }
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// A number that may be left out.
    ///
    /// # Errors
    /// [`Fault`] when it is not a number.
    pub fn optional_number(&self, name: &str) -> Outcome<Option<Decimal>> {
        match self.get(name) {
            None => Ok(None),
            Some(Arg::Number(x)) => Ok(Some(*x)),
            // "1/3" and "0.5" in quotes are numbers too: a fraction cannot be written otherwise.
            Some(Arg::Text(text)) => gradus_model::number::Ratio::parse(text)
                .ok()
                .and_then(gradus_model::number::Ratio::quotient)
                .map(Some)
                .ok_or_else(|| wrong(name, "a number", "text")),
            Some(other) => Err(wrong(name, "a number", other.kind())),
        }
    }
    /// A number that must be given.
    ///
    /// # Errors
    /// [`Fault`] when it is missing or not a number.
    pub fn number(&self, name: &str) -> Outcome<Decimal> {
        self.optional_number(name)?.ok_or_else(|| {
            let mut fault = Fault::new(&catalog::MISSING_PARAMETER, format!("parameter `{name}` is missing"));
            fault.parameter = Some(name.to_owned());
            fault
        })
    }
    /// A word that may be left out.
    ///
    /// # Errors
    /// [`Fault`] when it is not text.
    pub fn optional_text(&self, name: &str) -> Outcome<Option<&str>> {
        match self.get(name) {
            None => Ok(None),
            Some(Arg::Text(text)) => Ok(Some(text)),
            Some(other) => Err(wrong(name, "text", other.kind())),
        }
    }
    /// A word of a list, or the default.
    ///
    /// # Errors
    /// [`Fault`] when it is not one of the words.
    pub fn word<T: Copy>(&self, name: &str, words: &[(&str, T)], default: T) -> Outcome<T> {
        let Some(text) = self.optional_text(name)? else { return Ok(default) };
        words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            Fault::parameter(name, format!("`{text}` is not one of {}", known.join(", ")))
        })
    }
    /// A list of numbers that may be left out.
    ///
    /// # Errors
    /// [`Fault`] when it is not a list of numbers.
    pub fn numbers(&self, name: &str) -> Outcome<Option<Vec<Decimal>>> {
        match self.get(name) {
            None => Ok(None),
            Some(Arg::List(items)) => items
                .iter()
                .map(|item| match item {
                    Arg::Number(x) => Ok(*x),
                    other => Err(wrong(name, "a list of numbers", other.kind())),
                })
                .collect::<Outcome<Vec<_>>>()
                .map(Some),
            Some(other) => Err(wrong(name, "a list of numbers", other.kind())),
        }
    }
    /// A table from words to numbers that may be left out.
    ///
    /// # Errors
    /// [`Fault`] when it is not such a table.
    pub fn number_table(&self, name: &str) -> Outcome<Option<BTreeMap<String, Decimal>>> {
        match self.get(name) {
            None => Ok(None),
            Some(Arg::Table(items)) => items
                .iter()
                .map(|(key, item)| match item {
                    Arg::Number(x) => Ok((key.clone(), *x)),
                    other => Err(wrong(name, "a table of numbers", other.kind())),
                })
                .collect::<Outcome<BTreeMap<_, _>>>()
                .map(Some),
            Some(other) => Err(wrong(name, "a table of numbers", other.kind())),
        }
    }
    /// A pair `[low, high]`, or the default; `low` must be below `high`.
    ///
    /// # Errors
    /// [`Fault`] when it is not such a pair.
    pub fn range(&self, name: &str, default: (Decimal, Decimal)) -> Outcome<(Decimal, Decimal)> {
        let Some(list) = self.numbers(name)? else { return Ok(default) };
        match list[..] {
            [low, high] if low < high => Ok((low, high)),
            [low, high] => Err(Fault::new(
                &catalog::INVALID_BOUNDS,
                format!("`{name}` runs from {low} to {high}, which is no range"),
            )
            .of(name)
            .help(format!("write the smaller number first: `{name} = [{high}, {low}]`"))),
            _ => Err(Fault::parameter(name, format!("`{name}` has {} numbers where it needs 2", list.len()))),
        }
    }
}

fn wrong(name: &str, expected: &str, found: &str) -> Fault {
    Fault::parameter(name, format!("`{name}` must be {expected}, found {found}"))
}
