//! The step of a ladder an indicator stands on, as a letter, a symbol and words.

use crate::context::Context;
use crate::figure::absence;
use crate::said::{Said, say, term};
use gradus_model::package::NodeIx;
use serde::Serialize;

/// What a cell of the strip or the scorecard says. Letter and symbol say it without color.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Level {
    /// The letter of the grade, or a sign for why there is none.
    pub(crate) letter: Said,
    /// `▲` the highest grade, `●` a grade, `▼` below the lowest, nothing where it is not known.
    pub(crate) symbol: &'static str,
    /// The class that colors it.
    pub(crate) class: String,
    /// The same in words.
    pub(crate) words: Said,
    #[serde(skip)]
    pub(crate) state: State,
}

/// Where an indicator stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// A grade is proven; the flag says that a higher one is not ruled out.
    Reached(usize, bool),
    /// Below the lowest grade.
    Below,
    /// No value.
    NoValue,
    /// A value, be it only bounds, that neither reaches the lowest grade for certain nor misses it.
    Undecided,
    /// A value, and no threshold to hold it against.
    NoThreshold,
    /// The definition is not public.
    Unpublished,
}

impl Context<'_> {
    /// The level of an indicator for a unit.
    pub(crate) fn level(&self, ix: NodeIx, unit: usize) -> Level {
        let state = self.level_state(ix, unit);
        let plain = |letter: &str, symbol, class: &str, words| Level {
            letter: Said::same(letter),
            symbol,
            class: class.to_owned(),
            words,
            state,
        };
        match state {
            State::Reached(grade, open) => {
                let letter = self.grade_letter(grade);
                let name = self.grade_name(grade);
                Level {
                    letter: if open { letter.then(("", ""), &Said::same("+")) } else { letter },
                    symbol: if self.is_top(grade) { "▲" } else { "●" },
                    class: format!("s{}", self.shade(grade)),
                    words: if open { say("level.reached_open", &[("grade", name)]) } else { name },
                    state,
                }
            }
            State::Below => {
                let lowest = self.package.nodes[ix]
                    .indicator()
                    .and_then(|i| i.ladder.iter().map(|s| s.grade).min())
                    .unwrap_or(0);
                plain("", "▼", "below", say("level.below", &[("grade", self.grade_name(lowest))]))
            }
            State::NoValue => {
                let why = absence(self.absence(ix, self.row(unit)));
                plain("?", "", "open", say("not_available", &[("why", why)]))
            }
            State::Undecided => {
                let figure = self.figure(ix, self.row(unit));
                let value = self.with_unit(ix, &figure.text);
                plain("↔", "", "open", say("level.undecided", &[("value", value)]))
            }
            State::NoThreshold => plain("–", "", "bare", term("level.no_threshold")),
            State::Unpublished => plain("–", "", "bare", term("level.unpublished")),
        }
    }

    fn level_state(&self, ix: NodeIx, unit: usize) -> State {
        let Some(indicator) = self.package.nodes[ix].indicator() else { return State::NoThreshold };
        let known = self.known(ix, self.row(unit));
        let interval = self.node_grade(unit, ix).map(|g| g.interval);
        match interval {
            Some(i) if i.proven.is_some() => {
                let grade = i.proven.unwrap_or(0);
                State::Reached(grade, i.possible > i.proven)
            }
            Some(i) if i.possible.is_none() && !indicator.ladder.is_empty() && known => State::Below,
            _ if indicator.unpublished => State::Unpublished,
            _ if indicator.ladder.is_empty() => State::NoThreshold,
            _ if self.known(ix, self.row(unit)) => State::Undecided,
            _ => State::NoValue,
        }
    }
}
