//! Rules as conditions on sums, for a search among verdicts.
//!
//! Every clause says that something adds up to enough: indicators, weights, points, clauses that hold. Where each of several
//! choices puts other verdicts in place of those of a row, what a choice adds depends on its option alone. So a rule is a
//! tree (with shared branches) of two things: sums over choices that reach a number, and so many of several conditions. A
//! negation is carried down to the sums, where it says that they stay below. The conditions hold exactly where the rule is
//! met by the verdicts that are put: what is unknown is met by nobody.

use crate::rulebook::{Amounts, Bar, Op, Rulebook, Slot, Test};
use crate::{Marks, RowGrading, Verdict};
use gradus_model::number::Decimal;
use gradus_model::package::NodeIx;
use std::collections::BTreeMap;

/// A question that a rule asks beside the ladders.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Question<'a> {
    /// The score of a node is at least this.
    Score(NodeIx, Decimal),
    /// An indicator's event has not happened for so many years.
    Never(NodeIx, u32),
    /// The indicator has a figure of one of these qualities, or of any.
    Reported(NodeIx, &'a [String]),
}

/// Verdicts to be put in place of those of a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Of indicators: at each grade, from the lowest.
    pub ladders: Vec<(NodeIx, Vec<Verdict>)>,
    /// Of questions, by place in [`Rulebook::questions`].
    pub answers: Vec<(usize, Verdict)>,
}

/// A condition on what is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// What the choices add comes to at least so much.
    Sum {
        /// What is needed.
        needed: i128,
        /// The choices that add something, with what each of their options adds.
        gains: Vec<(usize, Vec<i128>)>,
    },
    /// At least so many of the conditions hold, by place.
    AtLeast {
        /// How many.
        needed: usize,
        /// Which; each stands before this one.
        of: Vec<usize>,
    },
    /// A question that is answered elsewhere has this answer.
    Open {
        /// By place in [`Rulebook::questions`].
        question: usize,
        /// Whether it must be met, or must not be.
        met: bool,
    },
}

/// The conditions under which a standard is held at a grade.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conditions {
    /// In an order in which each can be judged by those before it; the last one is the whole.
    pub all: Vec<Condition>,
}

impl Change {
    /// The slots it writes.
    pub(crate) fn slots(&self, book: &Rulebook) -> Vec<(Slot, Verdict)> {
        let ladders = self.ladders.iter().flat_map(|(node, verdicts)| {
            let from = book.node_slot(*node, 0);
            verdicts.iter().take(book.n_grades).enumerate().map(move |(at, verdict)| (from + at, *verdict))
        });
        let answers = self.answers.iter().filter(|(at, _)| *at < book.tests.len());
        ladders.chain(answers.map(|(at, verdict)| (book.test_slots() + at, *verdict))).collect()
    }
}

impl Rulebook {
    /// The questions that rules ask beside the ladders.
    #[must_use]
    pub fn questions(&self) -> Vec<Question<'_>> {
        let mut out = Vec::new();
        for test in &self.tests {
            out.push(match test {
                Test::Score(node, at_least) => Question::Score(*node, *at_least),
                Test::Never { indicator, years, .. } => Question::Never(*indicator, *years),
                Test::Reported(node, quality) => Question::Reported(*node, quality),
            });
        }
        out
    }
}

impl RowGrading<'_> {
    /// The answer to a question in this row.
    #[must_use]
    pub fn answer(&self, question: usize) -> Option<Verdict> {
        let (book, verdicts, _) = self.read();
        (question < book.tests.len()).then(|| verdicts[book.test_slots() + question])
    }

    /// The conditions under which a standard is held at a grade, together with all lower ones, when one option of each choice is put
    /// in place of this row's verdicts. The questions that are `open` are left to be answered elsewhere.
    ///
    /// A verdict is changed by one choice at most; an option that does not name it leaves it as it is. Nothing for a standard or grade that is not there,
    /// and where the numbers of a rule are too large to be added.
    #[must_use]
    pub fn conditions(
        &self,
        standard: usize,
        grade: usize,
        choices: &[Vec<Change>],
        open: &[usize],
    ) -> Option<Conditions> {
        let (book, verdicts, marks) = self.read();
        let mut owner = BTreeMap::new();
        for (choice, options) in choices.iter().enumerate() {
            for option in options {
                owner.extend(option.slots(book).into_iter().map(|(slot, _)| (slot, choice)));
            }
        }
        let mut builder = Builder {
            book,
            verdicts: verdicts.to_vec(),
            marks,
            choices,
            owner,
            open,
            known: BTreeMap::new(),
            out: Conditions::default(),
        };
        let slots: Option<Vec<Slot>> = (0..=grade).map(|g| book.standard_slot(standard, g)).collect();
        let of = slots?.into_iter().map(|slot| builder.slot(slot, true)).collect::<Option<Vec<_>>>()?;
        builder.push(Condition::AtLeast { needed: of.len(), of });
        Some(builder.out)
    }
}

struct Builder<'a> {
    book: &'a Rulebook,
    /// Those of the row; an option is put in and taken out again.
    verdicts: Vec<Verdict>,
    marks: &'a [Marks],
    choices: &'a [Vec<Change>],
    /// Which choice changes a slot.
    owner: BTreeMap<Slot, usize>,
    open: &'a [usize],
    known: BTreeMap<(Slot, bool), usize>,
    out: Conditions,
}

/// What the parts of a clause add, by choice and option, and what they add whatever is chosen.
#[derive(Default)]
struct Gains {
    fixed: i128,
    by_choice: BTreeMap<usize, Vec<i128>>,
}

impl Gains {
    fn add(&mut self, other: &Self) -> Option<()> {
        self.fixed = self.fixed.checked_add(other.fixed)?;
        for (choice, gains) in &other.by_choice {
            match self.by_choice.get_mut(choice) {
                Some(sums) => {
                    for (sum, gain) in sums.iter_mut().zip(gains) {
                        *sum = sum.checked_add(*gain)?;
                    }
                }
                None => {
                    self.by_choice.insert(*choice, gains.clone());
                }
            }
        }
        Some(())
    }
    fn reach(self, needed: i128) -> Option<Condition> {
        let gains = self.by_choice.into_iter().collect();
        Some(Condition::Sum { needed: needed.checked_sub(self.fixed)?, gains })
    }
}

impl Builder<'_> {
    fn push(&mut self, condition: Condition) -> usize {
        self.out.all.push(condition);
        self.out.all.len() - 1
    }

    /// The condition under which a slot is met, or is not.
    fn slot(&mut self, slot: Slot, met: bool) -> Option<usize> {
        if let Some(known) = self.known.get(&(slot, met)) {
            return Some(*known);
        }
        let book = self.book;
        let found = if let Some((node, grade)) = book.node_of(slot) {
            match book.group_clause(node, grade) {
                Some(clause) => self.slot(clause, met)?,
                None => self.verdict(slot, met),
            }
        } else if let Some(clause) = book.clause(slot) {
            match &clause.op {
                Op::Not(inner) => self.slot(*inner, !met)?,
                Op::Of(test) => self.slot(*test, met)?,
                Op::Open => self.push(Condition::Sum { needed: 1, gains: Vec::new() }),
                Op::AtLeast { needed, inputs } => {
                    let inputs = inputs.clone();
                    // It is not met when so many are not met that too few are left.
                    let needed = if met { *needed } else { (inputs.len() + 1).saturating_sub(*needed) };
                    let of = inputs.map(|at| self.slot(book.inputs[at], met)).collect::<Option<_>>()?;
                    self.push(Condition::AtLeast { needed, of })
                }
                Op::Tally { sum, bonus, bar, .. } => self.tally(*sum, *bonus, *bar, met)?,
            }
        } else {
            let question = slot - book.test_slots();
            match self.open.contains(&question) {
                true => self.push(Condition::Open { question, met }),
                false => self.verdict(slot, met),
            }
        };
        self.known.insert((slot, met), found);
        Some(found)
    }

    /// A verdict that no clause decides.
    fn verdict(&mut self, slot: Slot, met: bool) -> usize {
        let wanted = if met { Verdict::Met } else { Verdict::NotMet };
        let gains = self.options(slot, |verdicts| i128::from(verdicts[slot] == wanted));
        let condition = gains.reach(1).unwrap_or(Condition::Sum { needed: 1, gains: Vec::new() });
        self.push(condition)
    }

    /// What depends on a slot, under each option of the choice that changes it.
    fn options(&mut self, slot: Slot, of: impl Fn(&[Verdict]) -> i128) -> Gains {
        let mut out = Gains::default();
        match self.owner.get(&slot) {
            None => out.fixed = of(&self.verdicts),
            Some(choice) => {
                let mut gains = Vec::new();
                for option in &self.choices[*choice] {
                    let slots = option.slots(self.book);
                    let before: Vec<Verdict> = slots.iter().map(|(slot, _)| self.verdicts[*slot]).collect();
                    for (slot, verdict) in &slots {
                        self.verdicts[*slot] = *verdict;
                    }
                    gains.push(of(&self.verdicts));
                    for ((slot, _), verdict) in slots.iter().zip(before) {
                        self.verdicts[*slot] = verdict;
                    }
                }
                out.by_choice.insert(*choice, gains);
            }
        }
        out
    }

    /// What parts add to the side of a clause that must be the larger one: `times` what they count, less `less` times what is
    /// to be had. A clause is met by what is proven, and not met for want of what is possible.
    fn parts(&mut self, sum: usize, met: bool, (times, less): (i128, i128)) -> Option<Gains> {
        let (book, marks) = (self.book, self.marks);
        let (parts, missing) = book.sum_of(sum);
        let mut sum = Gains::default();
        for part in parts {
            // A number that is too large is found by its absence.
            let gains = self.options(part.slot, |verdicts| {
                let Amounts { proven, possible, most } = book.part(part, verdicts, marks, missing);
                let counts = if met { proven } else { possible };
                let side = counts.checked_mul(times).zip(most.checked_mul(less));
                side.and_then(|(counts, most)| counts.checked_sub(most))
                    .map_or(i128::MAX, |gain| if met { gain } else { -gain })
            });
            let all = gains.by_choice.values().flatten().chain([&gains.fixed]);
            if all.into_iter().any(|gain| *gain == i128::MAX) {
                return None;
            }
            sum.add(&gains)?;
        }
        Some(sum)
    }

    fn tally(
        &mut self,
        sum: usize,
        bonus: Option<(usize, Option<i128>)>,
        bar: Bar,
        met: bool,
    ) -> Option<usize> {
        // Everything times the denominator of a share, so that whole numbers are compared.
        let (times, less, amount) = match bar {
            Bar::All => (1, 1, 0),
            Bar::Amount(amount) => (1, 0, amount),
            Bar::Share(numerator, denominator) => (denominator, numerator, 0),
        };
        // Met: counts - asked >= 0. Not met: asked - counts >= 1.
        let needed = if met { amount } else { 1i128.checked_sub(amount)? };
        let main = self.parts(sum, met, (times, less))?;
        let Some((bonus, cap)) = bonus else {
            let condition = main.reach(needed)?;
            return Some(self.push(condition));
        };
        let mut with = Gains::default();
        with.add(&main)?;
        with.add(&self.parts(bonus, met, (times, 0))?)?;
        let condition = with.reach(needed)?;
        let all = self.push(condition);
        let Some(cap) = cap else { return Some(all) };
        // The smaller of bonus and cap is enough when either would be.
        let cap = cap.checked_mul(times)?;
        let condition = main.reach(needed.checked_sub(if met { cap } else { -cap })?)?;
        let capped = self.push(condition);
        Some(self.push(Condition::AtLeast { needed: if met { 2 } else { 1 }, of: vec![all, capped] }))
    }
}
