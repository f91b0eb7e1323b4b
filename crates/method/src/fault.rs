//! What a method says when it cannot go on: the values it knows; the engine adds indicator, unit, period and step.

use gradus_model::diagnostic::{Kind, catalog};

/// The result of a method.
pub type Outcome<T> = Result<T, Fault>;

/// Why a method could not compute.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Which rule was broken.
    pub kind: &'static Kind,
    /// What is wrong, with the offending value.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// The row it happened in, where there is one.
    pub row: Option<usize>,
    /// The period whose figures it concerns, by place, where it concerns those of one period and no single row.
    pub period: Option<usize>,
    /// The parameter at fault, where there is one.
    pub parameter: Option<String>,
}

impl Fault {
    /// A fault of a kind.
    #[must_use]
    pub fn new(kind: &'static Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), help: None, row: None, period: None, parameter: None }
    }
    /// A result outside the arithmetic's range or domain.
    #[must_use]
    pub fn out_of_range() -> Self {
        Self::new(&catalog::OUT_OF_RANGE, "the result is undefined or outside the range of the arithmetic")
    }
    /// A parameter that breaks its rule.
    #[must_use]
    pub fn parameter(name: impl Into<String>, message: impl Into<String>) -> Self {
        let mut fault = Self::new(&catalog::INVALID_PARAMETER, message);
        fault.parameter = Some(name.into());
        fault
    }
    /// Adds how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
    /// Adds the row.
    #[must_use]
    pub fn in_row(mut self, row: usize) -> Self {
        self.row = Some(row);
        self
    }
    /// Adds the parameter at fault.
    #[must_use]
    pub fn of(mut self, parameter: impl Into<String>) -> Self {
        self.parameter = Some(parameter.into());
        self
    }
}
