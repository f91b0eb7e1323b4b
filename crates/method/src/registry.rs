//! The registry entry of a method, and the list of a family's methods.

use crate::{Arg, Args, Fault, Outcome};
use gradus_model::diagnostic::{catalog, nearest};

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamKind {
    /// A number without a measurement unit.
    Number,
    /// A number in the indicator's measurement unit; a transform is applied to it as to the data.
    Quantity,
    /// One of a list of words.
    Word(&'static [&'static str]),
    /// A pair `[low, high]` of numbers.
    Range,
    /// A list of numbers without a measurement unit.
    Numbers,
    /// A list of numbers in the indicator's measurement unit.
    Quantities,
    /// A table from levels of the indicator's ordered scale to numbers.
    LevelTable,
    /// The code of a unit.
    Unit,
    /// True or false.
    Flag,
    /// The code of a measure, an indicator or a group.
    Code,
    /// A list of codes.
    Codes,
    /// A table from codes to numbers.
    CodeTable,
    /// A list of codes, the first the most important; codes that tie stand in a list of their own.
    Order,
    /// Numbers by pairs of codes: a table from codes to tables from codes to numbers; or a list of such tables, one per
    /// judge.
    PairTables,
}

/// The value a parameter has when it is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// It must be given.
    Required,
    /// It may be absent; the text says what that means.
    Absent(&'static str),
    /// As if this had been written.
    Value(&'static str),
}

/// One parameter of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param {
    /// Its key in the package file.
    pub name: &'static str,
    /// What it is.
    pub kind: ParamKind,
    /// What it is when left out.
    pub default: Default,
    /// Which values it may have, in words.
    pub range: &'static str,
    /// What it means, with its measurement unit.
    pub meaning: &'static str,
}

/// A published source of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// Author, year and title.
    pub citation: &'static str,
    /// A DOI, ISBN or URL.
    pub locator: &'static str,
}

/// What the registry knows of a method; everything the user sees about it comes from here.
#[derive(Debug)]
pub struct Method<T> {
    /// Stable, kebab-case; appears in package files.
    pub id: &'static str,
    /// The version that brought it.
    pub since: &'static str,
    /// One line, in English.
    pub summary: &'static str,
    /// One line, in Chinese.
    pub summary_zh: &'static str,
    /// The formula, in plain characters.
    pub formula: &'static str,
    /// Its parameters, in the order they are explained.
    pub params: &'static [Param],
    /// Where it is published.
    pub references: &'static [Reference],
    /// Checks the arguments and makes the method.
    pub build: fn(&Args) -> Outcome<T>,
}

impl<T> Method<T> {
    /// Checks names and kinds of the arguments, then builds.
    ///
    /// # Errors
    /// An unknown or missing parameter, one of the wrong kind, or what the method itself finds.
    pub fn make(&self, args: &Args) -> Outcome<T> {
        for (name, arg) in args.iter() {
            let Some(param) = self.params.iter().find(|p| p.name == name) else {
                let known: Vec<&str> = self.params.iter().map(|p| p.name).collect();
                let fault = Fault::new(
                    &catalog::UNKNOWN_PARAMETER,
                    format!("method `{}` has no parameter `{name}`", self.id),
                )
                .of(name);
                return Err(match nearest(name, known.iter().copied()) {
                    Some(near) => fault.help(format!("did you mean `{near}`?")),
                    None if known.is_empty() => {
                        fault.help(format!("remove it: `{}` takes no parameters", self.id))
                    }
                    None => fault.help(format!("use one of {}", known.join(", "))),
                });
            };
            check_kind(param, arg)?;
        }
        for param in self.params {
            if param.default == Default::Required && args.get(param.name).is_none() {
                return Err(Fault::new(
                    &catalog::MISSING_PARAMETER,
                    format!("method `{}` needs parameter `{}`", self.id, param.name),
                )
                .of(param.name)
                .help(format!("give `{}`: {} ({})", param.name, param.meaning, param.range)));
            }
        }
        (self.build)(args)
    }
}

fn check_kind(param: &Param, arg: &Arg) -> Outcome<()> {
    let fits = match (param.kind, arg) {
        (ParamKind::Number | ParamKind::Quantity, Arg::Number(_) | Arg::Text(_))
        | (ParamKind::Unit | ParamKind::Code, Arg::Text(_))
        | (ParamKind::Flag, Arg::Flag(_))
        | (ParamKind::LevelTable | ParamKind::CodeTable, Arg::Table(_)) => true,
        (ParamKind::Word(words), Arg::Text(text)) => {
            if !words.contains(&text.as_str()) {
                let fault = Fault::parameter(
                    param.name,
                    format!("`{}` is `{text}`, not one of {}", param.name, words.join(", ")),
                );
                return Err(match nearest(text, words.iter().copied()) {
                    Some(near) => fault.help(format!("did you mean `{near}`?")),
                    None => fault,
                });
            }
            true
        }
        (ParamKind::Range, Arg::List(items)) => items.len() == 2 && items.iter().all(is_number),
        (ParamKind::Numbers | ParamKind::Quantities, Arg::List(items)) => items.iter().all(is_number),
        (ParamKind::Codes, Arg::List(items)) => items.iter().all(is_text),
        (ParamKind::Order, Arg::List(places)) => places.iter().all(|place| match place {
            Arg::List(tied) => tied.iter().all(is_text),
            place => is_text(place),
        }),
        (ParamKind::PairTables, Arg::List(judges)) => judges.iter().all(is_pair_table),
        (ParamKind::PairTables, table) => is_pair_table(table),
        _ => false,
    };
    if fits {
        return Ok(());
    }
    let expected = match param.kind {
        ParamKind::Number | ParamKind::Quantity => "a number",
        ParamKind::Word(_) => "a word",
        ParamKind::Range => "a pair of numbers",
        ParamKind::Numbers | ParamKind::Quantities => "a list of numbers",
        ParamKind::LevelTable => "a table from levels to numbers",
        ParamKind::Unit => "the code of a unit",
        ParamKind::Code => "the code of a measure, an indicator or a group",
        ParamKind::Codes => "a list of codes",
        ParamKind::CodeTable => "a table from codes to numbers",
        ParamKind::Order => "a list of codes or of lists of codes that tie",
        ParamKind::PairTables => "a table of tables from codes to numbers, or a list of them",
        ParamKind::Flag => "true or false",
    };
    Err(Fault::parameter(param.name, format!("`{}` must be {expected}, found {}", param.name, arg.kind())))
}

fn is_number(arg: &Arg) -> bool {
    matches!(arg, Arg::Number(_))
}

fn is_text(arg: &Arg) -> bool {
    matches!(arg, Arg::Text(_))
}

/// Whether it is a table of tables; that their cells are numbers or fractions is for the method to check.
fn is_pair_table(arg: &Arg) -> bool {
    matches!(arg, Arg::Table(rows) if rows.values().all(|row| matches!(row, Arg::Table(_))))
}

/// A family's methods: the built-in list, to which a program may add its own.
#[derive(Debug)]
pub struct Registry<T: 'static> {
    methods: Vec<&'static Method<T>>,
}

impl<T> Clone for Registry<T> {
    fn clone(&self) -> Self {
        Self { methods: self.methods.clone() }
    }
}

impl<T> Registry<T> {
    /// A registry of the given methods.
    #[must_use]
    pub fn new(methods: &[&'static Method<T>]) -> Self {
        Self { methods: methods.to_vec() }
    }
    /// Adds a method, in place of one of the same id.
    pub fn add(&mut self, method: &'static Method<T>) {
        self.methods.retain(|m| m.id != method.id);
        self.methods.push(method);
        self.methods.sort_by_key(|m| m.id);
    }
    /// The methods, in order of id.
    pub fn iter(&self) -> impl Iterator<Item = &'static Method<T>> + '_ {
        self.methods.iter().copied()
    }
    /// The method of an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&'static Method<T>> {
        self.iter().find(|m| m.id == id)
    }
    /// The method of an id, or what to do about it.
    ///
    /// # Errors
    /// A fault that suggests the nearest id.
    pub fn find(&self, id: &str) -> Outcome<&'static Method<T>> {
        self.get(id).ok_or_else(|| {
            let fault = Fault::new(&catalog::UNKNOWN_METHOD, format!("there is no method `{id}`"));
            match nearest(id, self.iter().map(|m| m.id)) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => {
                    let known: Vec<&str> = self.iter().map(|m| m.id).collect();
                    fault.help(format!("use one of {}", known.join(", ")))
                }
            }
        })
    }
}
