//! `gradus methods`: every method with its formula, parameters and references.

use super::Done;
use crate::Outcome;
use crate::args::MethodsArgs;
use crate::term::Term;

pub(super) fn run(_args: &MethodsArgs, _term: &Term) -> Done {
    Ok(Outcome::Done)
}
