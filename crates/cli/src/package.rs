//! The package that PKG means, and what is computed from it.

use crate::Stop;
use crate::commands::Findings;
use crate::render::{self, Sources};
use crate::term::Term;
use gradus::engine::Stage;
use gradus::model::diagnostic::{catalog, list_some, nearest};
use gradus::model::package::NodeIx;
use gradus::model::{Diagnostic, Diagnostics, Package, Period};
use gradus::report::Input;
use gradus::{Bundle, Methods, Outcome};
use std::path::Path;
use std::rc::Rc;

/// Opens the package that `target` means.
pub(crate) fn open(target: &str) -> Result<(Rc<Bundle>, Sources), Stop> {
    match gradus::open(target) {
        Ok(bundle) => {
            let bundle = Rc::new(bundle);
            let sources = Sources::new(bundle.clone(), prefix(target, &bundle));
            Ok((bundle, sources))
        }
        Err(diagnostics) => {
            let sources = Sources::named_by(folder_of(target));
            Err(Findings { diagnostics, sources }.stop())
        }
    }
}

/// What stands before a name inside the package to name it as the user would.
fn prefix(target: &str, bundle: &Bundle) -> String {
    // A built-in package is a folder of its id, which its package file's name already says.
    if bundle.directory().is_none() { format!("{target}/") } else { folder_of(target) }
}

/// The folder of a path as written, with a slash behind it.
fn folder_of(target: &str) -> String {
    let path = Path::new(target);
    if path.is_dir() {
        match target {
            "." | "./" => String::new(),
            target if target.ends_with('/') => target.to_owned(),
            target => format!("{target}/"),
        }
    } else {
        let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        target.strip_suffix(&file).unwrap_or_default().to_owned()
    }
}

/// A package computed.
#[derive(Debug)]
pub(crate) struct Computed {
    /// Everything it yields.
    pub(crate) outcome: Outcome,
    /// Its files.
    pub(crate) sources: Sources,
    /// The weight set that was asked for, where it is not the one the package has in force.
    pub(crate) other_weights: Option<String>,
}

/// Opens and computes the package that `target` means, with one of its weight sets where `weights` names it; warnings are
/// counted, not shown.
pub(crate) fn compute(target: &str, weights: Option<&str>, term: &Term) -> Result<Computed, Stop> {
    let (bundle, sources) = open(target)?;
    let working = term.working(&format!("computing {target}"));
    let mut other_weights = None;
    let result = gradus::evaluate_changed(&bundle, &Methods::default(), |package| {
        other_weights = weights.map(|set| put_in_force(package, set)).transpose()?.flatten();
        Ok(())
    });
    drop(working);
    match result {
        Ok(outcome) => {
            let (_, warnings) = outcome.diagnostics.counts();
            if warnings > 0 {
                term.say(&format!(
                    "{target}: {} (`gradus check {}` shows what)",
                    render::counted(0, warnings),
                    crate::term::shell_word(target)
                ));
            }
            term.carry(&outcome.package.index.notice);
            Ok(Computed { outcome, sources, other_weights })
        }
        Err(diagnostics) => Err(Findings { diagnostics: diagnostics.sorted(), sources }.stop()),
    }
}

/// Puts a weight set in force, and its name on every page; nothing where it is in force anyway.
fn put_in_force(package: &mut Package, set: &str) -> Result<Option<String>, Diagnostics> {
    let sets = &package.weight_sets;
    let Some(at) = sets.iter().position(|s| s.id == *set) else {
        let diagnostic =
            Diagnostic::new(&catalog::UNKNOWN_REFERENCE, format!("the package has no weight set `{set}`"));
        return Err(match nearest(set, sets.iter().map(|s| s.id.as_str())) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None if sets.is_empty() => {
                diagnostic.help("leave `--weights` out, or declare a `[[weight-set]]`")
            }
            None => diagnostic.help(format!("use one of {}", list_some(sets.iter().map(|s| s.id.as_str())))),
        }
        .into());
    };
    if package.policy.weights.replace(at) == Some(at) {
        return Ok(None);
    }
    let notice = &mut package.index.notice;
    let said = |old: Option<String>, new: String, between: &str| match old.filter(|old| !old.is_empty()) {
        Some(old) => format!("{old}{between}{new}"),
        None => new,
    };
    let both = notice.en.is_some() || notice.zh.is_none();
    if both {
        notice.en = Some(said(notice.en.take(), format!("Weights: {set}, not the package's own."), " "));
    }
    notice.zh = Some(said(notice.zh.take(), format!("权重：{set}，非本指数包自身的权重。"), ""));
    Ok(Some(set.to_owned()))
}

impl Computed {
    /// What tables and pages are made of.
    pub(crate) fn input(&self, period: usize, own: Option<usize>) -> Input<'_> {
        Input {
            package: &self.outcome.package,
            data: &self.outcome.import.data,
            evaluation: &self.outcome.evaluation,
            grading: &self.outcome.grading,
            imports: &self.outcome.import.summaries,
            diagnostics: &self.outcome.diagnostics,
            unit_names: &self.outcome.import.unit_names,
            period,
            own,
            all: false,
            extras: None,
        }
    }

    /// The stage of a word.
    pub(crate) fn stage(&self, word: &str) -> Result<Stage, Stop> {
        let package = &self.outcome.package;
        Stage::find(package, word).ok_or_else(|| {
            let all = Stage::all(package);
            let known: Vec<&str> = all.iter().map(|stage| stage.word(package)).collect();
            missing(&catalog::UNKNOWN_WORD, "stage", word, &known)
        })
    }

    /// The nodes of codes; `index` names the root too.
    pub(crate) fn nodes(&self, codes: &[String]) -> Result<Vec<NodeIx>, Stop> {
        let package = &self.outcome.package;
        codes
            .iter()
            .map(|code| {
                package.node(code).or((code == "index").then_some(Package::ROOT)).ok_or_else(|| {
                    let known: Vec<&str> = package.nodes.iter().map(|n| n.id.as_str()).collect();
                    missing(&catalog::UNKNOWN_NODE, "node", code, &known)
                })
            })
            .collect()
    }

    /// The places of units in the evaluation, by code or name.
    pub(crate) fn units(&self, wanted: &[String]) -> Result<Vec<usize>, Stop> {
        let names = self.outcome.unit_names();
        let units = &self.outcome.evaluation.units;
        wanted
            .iter()
            .map(|word| {
                let by_name = || {
                    names.iter().position(|n| n.en.as_deref() == Some(word) || n.zh.as_deref() == Some(word))
                };
                units.iter().position(|u| *u == **word).or_else(by_name).ok_or_else(|| {
                    let named = names.iter().flat_map(|n| [n.en.as_deref(), n.zh.as_deref()]).flatten();
                    let known: Vec<&str> = units.iter().map(|u| u.as_str()).chain(named).collect();
                    missing(&catalog::UNKNOWN_UNIT, "unit", word, &known)
                })
            })
            .collect()
    }

    /// The place of a grade in the package.
    pub(crate) fn grade(&self, wanted: &str) -> Result<usize, Stop> {
        let grades = &self.outcome.package.grades;
        grades.iter().position(|grade| grade.id == *wanted).ok_or_else(|| {
            let known: Vec<&str> = grades.iter().map(|grade| grade.id.as_str()).collect();
            missing(&catalog::UNKNOWN_GRADE, "grade", wanted, &known)
        })
    }

    /// The place of a standard, by code; the first one where none is named.
    pub(crate) fn standard(&self, wanted: Option<&str>) -> Result<usize, Stop> {
        let standards = &self.outcome.package.standards;
        let Some(word) = wanted else { return Ok(0) };
        standards.iter().position(|s| s.id == *word).ok_or_else(|| {
            let known: Vec<&str> = standards.iter().map(|s| s.id.as_str()).collect();
            missing(&catalog::UNKNOWN_STANDARD, "standard", word, &known)
        })
    }

    /// The place of a period in the evaluation.
    pub(crate) fn period(&self, wanted: &str) -> Result<usize, Stop> {
        let periods = &self.outcome.evaluation.periods;
        let parsed = Period::parse(wanted);
        periods.iter().position(|p| p.is_some() && *p == parsed).ok_or_else(|| {
            let known: Vec<String> = periods.iter().flatten().map(ToString::to_string).collect();
            let help = if known.is_empty() {
                "leave `--period` out: the result has a single period without a name".to_owned()
            } else {
                format!("use one of {}", list_some(&known))
            };
            let message = format!("the result has no period `{wanted}`");
            Findings::one(Diagnostic::new(&catalog::UNKNOWN_PERIOD, message).help(help))
        })
    }

    /// The period that is asked for, else the current one.
    pub(crate) fn period_or_current(&self, wanted: Option<&str>) -> Result<usize, Stop> {
        wanted.map_or_else(|| Ok(self.outcome.evaluation.current_period()), |p| self.period(p))
    }
}

pub(crate) fn missing(
    kind: &'static gradus::model::diagnostic::Kind,
    what: &str,
    word: &str,
    known: &[&str],
) -> Stop {
    let diagnostic = Diagnostic::new(kind, format!("there is no {what} `{word}`"));
    Findings::one(match nearest(word, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help(format!("use one of {}", list_some(known))),
    })
}
