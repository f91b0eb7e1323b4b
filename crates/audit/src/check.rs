//! What a check is, the list of all checks, and how they are run.
//!
//! A check is one file in `checks/` and one line in [`CHECKS`]. It asks one question of a [`Subject`], holds a statistic to the
//! [`Limit`]s it declares, and answers with [`Finding`]s: usually one, or one per group where the question is asked of each.

use crate::checks;
use gradus_analysis::evaluation::View;
use gradus_engine::{Evaluation, Methods, Stage};
use gradus_model::diagnostic::{catalog, nearest};
use gradus_model::package::NodeIx;
pub use gradus_model::package::Profile;
use gradus_model::{DataSet, Diagnostic, Diagnostics, Package, Text};
use gradus_statistics::correlation::{Coefficient, critical_value};
use std::collections::BTreeMap;

/// Every check, in the order of the audit: the profile decides which of them are asked.
pub static CHECKS: &[&Check] = &[
    &checks::availability::CHECK,
    &checks::ranked_coverage::CHECK,
    &checks::identical_values::CHECK,
    &checks::data_age::CHECK,
    &checks::outliers::CHECK,
    &checks::correlation_bands::CHECK,
    &checks::cross_loading::CHECK,
    &checks::principal_components::CHECK,
    &checks::cronbach_alpha::CHECK,
    &checks::size_correlation::CHECK,
    &checks::size_advantage::CHECK,
    &checks::overlap::CHECK,
    &checks::added_value::CHECK,
    &checks::effective_weights::CHECK,
    &checks::importance::CHECK,
    &checks::rank_robustness::CHECK,
    &checks::leave_one_out::CHECK,
    &checks::benefit_of_the_doubt::CHECK,
    &checks::meaningful_places::CHECK,
    &checks::sensitivity_convergence::CHECK,
    &checks::main_driver::CHECK,
    &checks::threshold_calibration::CHECK,
    &checks::discrimination::CHECK,
    &checks::rule_sensitivity::CHECK,
    &checks::margin::CHECK,
    &checks::evidence::CHECK,
    &checks::definition_match::CHECK,
    &checks::attainability::CHECK,
];

/// The part of an audit a check belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What there is: coverage, age, identical values.
    Data,
    /// Distributions and their outliers.
    Outliers,
    /// Whether the figures support the framework.
    Coherence,
    /// Whether the index tells more than its parts.
    AddedValue,
    /// Whether weights do what they say.
    Weights,
    /// How far ranks move.
    Robustness,
    /// What moves them.
    Sensitivity,
    /// Ladders, rules and evidence.
    Standards,
}

impl Part {
    /// Every part with its word.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("data", Self::Data),
        ("outliers", Self::Outliers),
        ("coherence", Self::Coherence),
        ("added-value", Self::AddedValue),
        ("weights", Self::Weights),
        ("robustness", Self::Robustness),
        ("sensitivity", Self::Sensitivity),
        ("standards", Self::Standards),
    ];
    /// The word of the part.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, p)| *p == self).map_or("", |(word, _)| word)
    }
}

/// A check: what it asks, of which packages, and by which conventions it judges.
#[derive(Debug)]
pub struct Check {
    /// Stable, kebab-case.
    pub id: &'static str,
    /// The version that brought it.
    pub since: &'static str,
    /// The part of the audit it belongs to.
    pub part: Part,
    /// The profiles that ask it.
    pub profiles: &'static [Profile],
    /// The question, in English and Chinese.
    pub question: (&'static str, &'static str),
    /// What is computed, in plain characters.
    pub statistic: &'static str,
    /// The thresholds it judges by.
    pub limits: &'static [Limit],
    /// The command that shows what it looks at; `PKG` stands for the package.
    pub command: &'static str,
    /// Looks at a package and answers.
    pub run: fn(&Subject<'_>, &Limits) -> Vec<Finding>,
}

impl Check {
    /// Whether it looks at what varying the choices yields.
    #[must_use]
    pub fn needs_draws(&self) -> bool {
        matches!(self.part, Part::Weights | Part::Robustness | Part::Sensitivity)
    }
}

/// A threshold: a convention with its source.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Its name under `[audit.limits.<check>]`.
    pub name: &'static str,
    /// What it is unless a package says otherwise.
    pub default: f64,
    /// What it bounds, with its measurement unit.
    pub meaning: &'static str,
    /// Where the convention comes from: author, year, title.
    pub source: &'static str,
    /// A DOI, ISBN or address; empty where the source is this program's own choice.
    pub locator: &'static str,
}

/// A limit as it was used.
#[derive(Debug, Clone, Copy)]
pub struct Used {
    /// The check.
    pub check: &'static str,
    /// The limit.
    pub limit: &'static Limit,
    /// Its value.
    pub value: f64,
    /// Whether the package puts it in the place of the default.
    pub overridden: bool,
}

/// The limits in force: the defaults, or what the package puts in their place.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    overridden: BTreeMap<(&'static str, &'static str), f64>,
}

impl Limits {
    /// The limits of a package: `[audit.limits.<check>]` over the defaults.
    ///
    /// # Errors
    /// `unknown-reference` for a check or a limit that is not there, with the nearest name.
    pub fn of(package: &Package) -> Result<Self, Diagnostics> {
        let mut found = Diagnostics::new();
        let mut overridden = BTreeMap::new();
        let audit = &package.audit;
        for (id, values) in &audit.limits {
            let Some(check) = CHECKS.iter().find(|check| check.id == id) else {
                let known = CHECKS.iter().map(|check| check.id);
                found.push(unknown(
                    package,
                    &format!("limits.{id}"),
                    &format!("there is no check `{id}`"),
                    id,
                    known,
                ));
                continue;
            };
            for (name, value) in values {
                match check.limits.iter().find(|limit| limit.name == name) {
                    Some(limit) => {
                        overridden.insert((check.id, limit.name), gradus_model::Scalar::to_f64(*value));
                    }
                    None => {
                        let known = check.limits.iter().map(|limit| limit.name);
                        let what = format!("the check `{id}` has no limit `{name}`");
                        found.push(unknown(package, &format!("limits.{id}.{name}"), &what, name, known));
                    }
                }
            }
        }
        if found.is_empty() { Ok(Self { overridden }) } else { Err(found) }
    }
    /// The value of a limit of a check.
    ///
    /// A name that the check does not declare is a mistake in the program, and yields a limit that nothing meets.
    #[must_use]
    pub fn get(&self, check: &Check, name: &str) -> f64 {
        let limit = check.limits.iter().find(|limit| limit.name == name);
        debug_assert!(limit.is_some(), "{} declares no limit {name}", check.id);
        limit.map_or(f64::NAN, |limit| {
            self.overridden.get(&(check.id, limit.name)).copied().unwrap_or(limit.default)
        })
    }
    /// Every limit of a check as it is used.
    #[must_use]
    pub fn used(&self, check: &Check) -> Vec<Used> {
        let of = |limit: &'static Limit| Used {
            check: check.id,
            limit,
            value: self.get(check, limit.name),
            overridden: self.overridden.contains_key(&(check.id, limit.name)),
        };
        check.limits.iter().map(of).collect()
    }
}

/// A finding that a name is not known, with the nearest one.
pub(crate) fn unknown<'a>(
    package: &Package,
    key: &str,
    message: &str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let diagnostic = Diagnostic::new(&catalog::UNKNOWN_REFERENCE, message).at(package.audit.spans.of(key));
    match nearest(name, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("use one of {}", known.join(", "))),
    }
}

/// What the checks look at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The package.
    pub package: &'a Package,
    /// Its figures.
    pub data: &'a DataSet,
    /// The methods it may name.
    pub methods: &'a Methods,
    /// The official result.
    pub evaluation: &'a Evaluation,
    /// The period that is audited, by place.
    pub period: usize,
    /// The profile.
    pub profile: Profile,
    /// What varying the choices yielded; nothing where it was not asked for.
    pub robustness: Option<&'a crate::Robustness>,
}

impl<'a> Subject<'a> {
    /// The values at a stage in the period that is audited: series, groups and weights of `gradus-analysis`.
    #[must_use]
    pub fn view(&self, stage: Stage) -> View<'a> {
        View { package: self.package, evaluation: self.evaluation, stage, period: self.period }
    }
    /// How many units have a score in the period.
    #[must_use]
    pub fn n_scored(&self) -> usize {
        let scored = |unit: &usize| {
            self.evaluation.score(Package::ROOT, self.evaluation.row(*unit, self.period)).is_some()
        };
        (0..self.evaluation.units.len()).filter(scored).count()
    }
    /// How far from 0 a correlation of `n` units must be to differ from it at 5 %; nothing for fewer than three units.
    #[must_use]
    pub fn critical_correlation(&self, n: usize) -> Option<f64> {
        critical_value(Coefficient::Pearson, n, 0.05)
    }
}

/// What a check says.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// The threshold is kept.
    Pass,
    /// Worth knowing; nothing is broken.
    Note,
    /// The threshold is not kept.
    Fail,
    /// The question cannot be asked of this package, and why: too few units, no ladder, nothing imputed.
    NotApplicable(Text),
}

impl Verdict {
    /// The word of the verdict in Chinese.
    #[must_use]
    pub fn word_zh(&self) -> &'static str {
        match self {
            Self::Pass => "通过",
            Self::Note => "注意",
            Self::Fail => "不通过",
            Self::NotApplicable(_) => "不适用",
        }
    }
    /// The word of the verdict.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Note => "note",
            Self::Fail => "fail",
            Self::NotApplicable(_) => "not-applicable",
        }
    }
    /// How bad it is: 0 for what cannot be asked, 1 pass, 2 note, 3 fail.
    #[must_use]
    pub fn severity(&self) -> u8 {
        match self {
            Self::NotApplicable(_) => 0,
            Self::Pass => 1,
            Self::Note => 2,
            Self::Fail => 3,
        }
    }
}

/// One answer of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The group or standard that was asked, where the question is asked of each.
    pub of: Option<String>,
    /// The value that the verdict rests on: the worst of the items, or the statistic of the whole.
    pub value: Option<f64>,
    /// How many values it rests on; units unless the statistic says otherwise.
    pub n: usize,
    /// What the value must exceed to differ from chance with this `n`, where that can be said.
    pub critical: Option<f64>,
    /// The verdict.
    pub verdict: Verdict,
    /// One sentence that says it with the numbers, in English and Chinese.
    pub sentence: Text,
    /// The units and indicators concerned, the worst first.
    pub items: Vec<Item>,
}

impl Finding {
    /// A question that cannot be asked, and why.
    #[must_use]
    pub fn not_applicable(why: Text) -> Self {
        let verdict = Verdict::NotApplicable(why.clone());
        Self { of: None, value: None, n: 0, critical: None, verdict, sentence: why, items: Vec::new() }
    }
}

/// What a finding concerns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Item {
    /// Indicators and groups.
    pub nodes: Vec<NodeIx>,
    /// Units, by place.
    pub units: Vec<usize>,
    /// The statistic of this item.
    pub value: f64,
}

/// The answers of one check.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The check.
    pub check: &'static Check,
    /// The limits it judged by.
    pub limits: Vec<Used>,
    /// What it found; never empty.
    pub findings: Vec<Finding>,
}

impl Answer {
    /// The worst verdict among its findings.
    #[must_use]
    pub fn verdict(&self) -> Option<&Verdict> {
        self.findings.iter().map(|finding| &finding.verdict).max_by_key(|verdict| verdict.severity())
    }
}

/// Asks every check of the subject's profile, in order.
#[must_use]
pub fn run_checks(subject: &Subject<'_>, limits: &Limits) -> Vec<Answer> {
    let asked = CHECKS.iter().filter(|check| check.profiles.contains(&subject.profile));
    let answer = |check: &&'static Check| Answer {
        check,
        limits: limits.used(check),
        findings: match (check.run)(subject, limits) {
            found if found.is_empty() => vec![Finding::not_applicable(Text::both(
                "there is nothing in the package that it could be asked of",
                "指标包中没有可供此项检查的内容",
            ))],
            found => found,
        },
    };
    asked.map(answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_choose_the_profile() {
        assert_eq!(Profile::of(10, 30), Profile::Standards);
        assert_eq!(Profile::of(51, 49), Profile::Standards);
        assert_eq!(Profile::of(130, 49), Profile::Ranking);
        assert_eq!(Profile::of(30, 14), Profile::Ranking);
        assert_eq!(Profile::of(30, 15), Profile::Standards);
        assert_eq!(Profile::of(29, 1), Profile::Standards);
    }

    #[test]
    fn every_check_says_what_it_is() {
        let mut ids: Vec<&str> = CHECKS.iter().map(|check| check.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), CHECKS.len(), "ids are not unique");
        for check in CHECKS {
            assert!(check.id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", check.id);
            assert!(
                !check.question.0.is_empty() && !check.question.1.is_empty(),
                "{} has no question",
                check.id
            );
            assert!(!check.question.1.is_ascii(), "{} is not in Chinese", check.id);
            assert!(!check.statistic.is_empty() && !check.profiles.is_empty(), "{}", check.id);
            assert!(check.command.starts_with("gradus ") && check.command.contains("PKG"), "{}", check.id);
            for limit in check.limits {
                assert!(
                    limit.default.is_finite() && !limit.meaning.is_empty(),
                    "{} {}",
                    check.id,
                    limit.name
                );
                assert!(!limit.source.is_empty(), "{} {} has no source", check.id, limit.name);
            }
        }
    }
}
