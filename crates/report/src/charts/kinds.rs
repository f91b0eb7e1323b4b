//! The one list of kinds: what each shows, what it needs, and how it is filled from the results of a package.

use super::{Draw, Frame};
use crate::context::Context;
use crate::said::Said;
use crate::{Input, Options};
use gradus_audit::{Audit, Robustness};
use gradus_data::Outlines;
use gradus_model::Text;
use gradus_model::package::PackageStatus;
use gradus_progress::Tracker;
use gradus_survey::Difference;

/// Results that charts are filled from. What a kind does not ask for need not be computed.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// Package, figures, scores and grades; the unit and the period the chart is about.
    pub input: Input<'a>,
    /// The audit, for intervals, rank frequencies and sensitivity.
    pub audit: Option<&'a Audit>,
    /// Series and targets, for trajectories.
    pub tracker: Option<&'a Tracker<'a>>,
    /// Pairs of what is measured and what is perceived.
    pub differences: Option<&'a [Difference]>,
    /// Outlines of units.
    pub outlines: Option<&'a Outlines>,
}

/// A result beyond scores and grades that a kind is filled from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The audit.
    Audit,
    /// Series and targets.
    Progress,
    /// Pairs of a survey.
    Survey,
}

/// Why a chart cannot be drawn of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// What is lacking.
    pub what: Text,
    /// What would help, as an imperative sentence.
    pub help: Text,
}

impl Lacking {
    pub(super) fn new(what: (&str, &str), help: (&str, &str)) -> Self {
        Self { what: Text::both(what.0, what.1), help: Text::both(help.0, help.1) }
    }
    /// The chart is about one unit, and none is named.
    pub(super) fn unit() -> Self {
        Self::new(
            (
                "it is about one unit, and the package has no own unit",
                "该图针对单个评价对象，而指数包未指定本评价对象",
            ),
            ("name one with `--unit`", "请用 `--unit` 指定"),
        )
    }
    /// The chart needs scores.
    pub(super) fn scores() -> Self {
        Self::new(
            ("no unit has a score of the index in this period", "该时期没有评价对象有总指数得分"),
            (
                "choose another `--period`, or let the index aggregate its parts",
                "请更换 `--period`，或为总指数声明汇总方法",
            ),
        )
    }
    /// The chart needs grades.
    pub(super) fn grades() -> Self {
        Self::new(
            ("the package has no grades", "该指数包没有等级"),
            ("declare `[[grade]]` and the indicators' `ladder`", "请声明 `[[grade]]` 以及指标的 `ladder`"),
        )
    }
    /// The chart needs draws of an audit.
    pub(super) fn robustness(sources: &Sources<'_>) -> Self {
        let why = sources.audit.and_then(|audit| audit.why_not.clone());
        Self {
            what: why.unwrap_or_else(|| Text::both("the result was not audited", "结果尚未经稳健性审计")),
            help: Text::both(
                "choose a period in which two units or more have a score",
                "请选择至少两个评价对象有得分的时期",
            ),
        }
    }
}

/// How a chart is filled from results.
pub type Make = fn(&Sources<'_>) -> Result<Box<dyn Draw>, Lacking>;

/// What is known of a kind; everything a user sees about it comes from here.
#[derive(Debug)]
pub struct Kind {
    /// Stable, kebab-case; appears in commands and file names.
    pub id: &'static str,
    /// Its name, in English and Chinese.
    pub name: (&'static str, &'static str),
    /// What it shows, in one sentence.
    pub shows: (&'static str, &'static str),
    /// What a package must have for it.
    pub needs: (&'static str, &'static str),
    /// The results it is filled from, beyond scores and grades.
    pub asks: &'static [Need],
    /// Fills it.
    pub make: Make,
}

/// Every kind, in order of id.
pub static KINDS: &[&Kind] = &[
    &super::bullets::KIND,
    &super::correlation::KIND,
    &super::dots::KIND,
    &super::dumbbells::KIND,
    &super::framework::KIND,
    &super::ladder::KIND,
    &super::map::KIND,
    &super::rank_frequency::KIND,
    &super::ranking::KIND,
    &super::ranks::KIND,
    &super::scorecard::KIND,
    &super::sensitivity::KIND,
    &super::trajectories::KIND,
    &super::waterfall::KIND,
];

/// The kind of an id.
#[must_use]
pub fn kind(id: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.id == id)
}

impl<'a> Sources<'a> {
    pub(super) fn context(&'a self) -> Context<'a> {
        Context::new(&self.input, &Options::default())
    }
    pub(super) fn robust(&self) -> Result<&'a Robustness, Lacking> {
        self.audit.and_then(|audit| audit.robustness.as_ref()).ok_or_else(|| Lacking::robustness(self))
    }
}

impl Context<'_> {
    /// What stands around a chart of this package: about a unit where `own`.
    pub(super) fn frame(&self, measure: (&str, &str), own: bool) -> Frame {
        let index = &self.package.index;
        let name =
            if index.name.is_empty() { Said::same(index.id.as_str()) } else { Said::from(&index.name) };
        let mut source = match &index.edition {
            Some(edition) => name.then((" ", " "), &Said::same(edition.as_str())),
            None => name,
        };
        // A picture travels without its page: it says itself that it is no final result.
        if matches!(index.status, PackageStatus::Draft | PackageStatus::UnderReview) {
            let word = crate::said::term(&format!(
                "package.{}",
                crate::json::word(PackageStatus::WORDS, index.status)
            ));
            source = source.then((", ", "，"), &word);
        }
        Frame {
            subject: self.own.filter(|_| own).map(|u| self.unit_name(u).0).unwrap_or_default(),
            measure: Text::both(measure.0, measure.1),
            unit: Text::default(),
            period: self.period_text().unwrap_or_default(),
            source: source.0,
            notice: index.notice.clone(),
        }
    }
    pub(super) fn own_unit(&self) -> Result<usize, Lacking> {
        self.own.ok_or_else(Lacking::unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_in_order_and_complete() {
        assert!(KINDS.is_sorted_by(|a, b| a.id < b.id));
        for kind in KINDS {
            for (en, zh) in [kind.name, kind.shows, kind.needs] {
                assert!(!en.is_empty() && !zh.is_empty(), "{}", kind.id);
            }
            assert!(kind.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", kind.id);
        }
    }
}
