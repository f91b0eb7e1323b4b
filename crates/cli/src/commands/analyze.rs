//! `gradus analyze`: what figures and scores say about an index, as tables or as an overview of what deserves a look.

mod overview;
mod tables;

use super::{Done, Findings};
use crate::args::{AdjustArg, Analysis, AnalyzeArgs, CoefficientArg};
use crate::listing::{self, Section};
use crate::package::{Computed, compute};
use crate::term::Term;
use crate::{Outcome, Stop};
use gradus::analysis::correlate::Options;
use gradus::analysis::evaluation::View;
use gradus::analysis::{Adjustment, Coefficient, Group};
use gradus::engine::Stage;
use gradus::method::Fault;
use gradus::model::diagnostic::catalog;
use gradus::model::package::NodeIx;
use gradus::model::{Diagnostic, Package};
use serde_json::{Value, json};

pub(super) fn run(args: &AnalyzeArgs, term: &Term) -> Done {
    let computed = compute(&args.package.package, None, term)?;
    let period = computed.period_or_current(args.period.as_deref())?;
    let asked = Asked {
        args,
        computed: &computed,
        period,
        stage: args.stage.as_deref().map(|word| computed.stage(word)).transpose()?,
        nodes: computed.nodes(&args.node)?,
        units: computed.units(&args.unit)?,
        with: args.with.as_ref().map(|code| With::of(&computed, code)).transpose()?,
    };
    let mut sections = Vec::new();
    if args.what.is_empty() {
        sections = asked.overview();
    }
    let mut done: Vec<Analysis> = Vec::new();
    for what in &args.what {
        if !done.contains(what) {
            done.push(*what);
            sections.extend(asked.tables(*what)?);
        }
    }
    let outcome = &computed.outcome;
    let head = vec![
        ("package", json!(outcome.package.index.id.as_str())),
        ("stage", asked.stage.map_or(Value::Null, |stage| json!(stage.word(&outcome.package)))),
        ("period", json!(outcome.evaluation.periods.get(period).and_then(|p| p.map(|p| p.to_string())))),
    ];
    listing::print(term, &args.output, head, &sections)?;
    Ok(Outcome::Done)
}

/// What is asked for, resolved.
struct Asked<'a> {
    args: &'a AnalyzeArgs,
    computed: &'a Computed,
    period: usize,
    stage: Option<Stage>,
    nodes: Vec<NodeIx>,
    units: Vec<usize>,
    with: Option<With>,
}

/// What everything is correlated with.
#[derive(Debug, Clone)]
enum With {
    /// A node.
    Node(NodeIx),
    /// A measure, by code.
    Measure(String),
}

impl With {
    /// The node of a code, else the measure.
    fn of(computed: &Computed, code: &str) -> Result<Self, Stop> {
        let package = &computed.outcome.package;
        if package.node(code).is_none() && package.measures.iter().any(|measure| measure.id == *code) {
            return Ok(Self::Measure(code.to_owned()));
        }
        Ok(Self::Node(computed.nodes(&[code.to_owned()])?[0]))
    }
}

impl Asked<'_> {
    fn package(&self) -> &Package {
        &self.computed.outcome.package
    }
    /// The values at the stage that is asked for.
    fn view(&self, otherwise: Stage) -> View<'_> {
        let outcome = &self.computed.outcome;
        let stage = self.stage.unwrap_or(otherwise);
        View { package: &outcome.package, evaluation: &outcome.evaluation, stage, period: self.period }
    }
    /// The stage in the title of a table.
    fn at(&self, view: &View<'_>) -> String {
        let period = view.evaluation.periods.get(view.period).copied().flatten();
        let period = period.map(|period| format!(", {period}")).unwrap_or_default();
        format!("{}{period}", view.stage.word(view.package))
    }
    /// The subtrees that are asked for.
    fn tops(&self) -> Vec<NodeIx> {
        if self.nodes.is_empty() { vec![Package::ROOT] } else { self.nodes.clone() }
    }
    /// The groups in them, each once.
    fn groups(&self, view: &View<'_>) -> Vec<Group> {
        let mut out: Vec<Group> = Vec::new();
        for group in self.tops().into_iter().flat_map(|top| view.groups(top)) {
            if !out.iter().any(|known| known.code == group.code) {
                out.push(group);
            }
        }
        out
    }
    /// The indicators in them that have values at the stage.
    fn indicators(&self, view: &View<'_>) -> Vec<NodeIx> {
        let mut all = view.indicators();
        if !self.nodes.is_empty() {
            let inside: Vec<NodeIx> =
                self.nodes.iter().flat_map(|top| self.package().indicators_below(*top)).collect();
            all.retain(|ix| inside.contains(ix));
        }
        all
    }
    fn options(&self) -> Options {
        Options {
            coefficient: match self.args.coefficient {
                CoefficientArg::Pearson => Coefficient::Pearson,
                CoefficientArg::Spearman => Coefficient::Spearman,
                CoefficientArg::Kendall => Coefficient::Kendall,
            },
            adjustment: match self.args.adjust {
                AdjustArg::None => Adjustment::None,
                AdjustArg::Holm => Adjustment::Holm,
                AdjustArg::Bh => Adjustment::BenjaminiHochberg,
                AdjustArg::Bonferroni => Adjustment::Bonferroni,
            },
            ..Options::default()
        }
    }
    fn tables(&self, what: Analysis) -> Result<Vec<Section>, Stop> {
        match what {
            Analysis::Statistics => Ok(vec![self.statistics()]),
            Analysis::Availability => Ok(self.availability()),
            Analysis::Correlation => Ok(vec![self.correlation()]),
            Analysis::CrossLoading => Ok(vec![self.cross_loading()]),
            Analysis::Size => Ok(vec![self.size()]),
            Analysis::Components => Ok(self.components()),
            Analysis::Factors => Ok(vec![self.factors()]),
            Analysis::Consistency => Ok(self.consistency()),
            Analysis::Weights => self.weights().map(|found| vec![found]),
            Analysis::Importance => Ok(vec![self.importance()]),
            Analysis::Outranking => Ok(self.outranking()),
            Analysis::Clusters => self.clusters().map(|found| vec![found]),
            Analysis::Profile => self.profile().map(|found| vec![found]),
            Analysis::Trends => self.trends().map(|found| vec![found]),
        }
    }
}

/// What keeps an analysis from being made, as the reason to stop.
fn refused(fault: &Fault, what: &str) -> Stop {
    let diagnostic = Diagnostic::new(fault.kind, fault.message.clone()).concerning("analysis", what);
    Findings::one(match &fault.help {
        Some(help) => diagnostic.help(help.clone()),
        None => diagnostic,
    })
}

/// The same for one group of several, as a remark.
fn skipped(code: &gradus::model::Id, fault: &Fault) -> String {
    let help = fault.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{code}: {}{help}", fault.message)
}

/// Why there is nothing to show.
fn nothing(what: &str, message: impl Into<String>, help: impl Into<String>) -> Stop {
    Findings::one(
        Diagnostic::new(&catalog::TOO_FEW_VALUES, message.into())
            .concerning("analysis", what)
            .help(help.into()),
    )
}
