//! The `[audit]` table: what varies, with every address resolved, and limits of checks.

use super::items::{Decoder, method_call, tables};
use super::value::{self, Item};
use crate::diagnostic::{Place, catalog, list_some, nearest};
use crate::number::Decimal;
use crate::observation::Status;
use crate::package::{
    Action, Audit, MethodCall, Node, NodeIx, PipelineStep, Profile, Standard, Varied, Vary,
    WeightDistribution, WeightSet,
};
use crate::{Diagnostic, Id};
use std::collections::BTreeMap;
use toml::de::DeTable;

/// What an address may name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    /// The indicators at or below a node.
    Indicators,
    /// Groups, and nothing else.
    Groups,
    /// The nodes themselves.
    Nodes,
}

/// Reads the table; a package without one has nothing declared.
pub(super) fn audit(
    decoder: &mut Decoder<'_>,
    document: &DeTable<'_>,
    nodes: &[Node],
    pipeline: &[PipelineStep],
    sets: &[WeightSet],
    standards: &[Standard],
) -> Audit {
    let Some(item) = document.get("audit") else { return Audit::default() };
    let Some(table) = item.get_ref().as_table() else { return Audit::default() };
    let mut reader = Reader { decoder, nodes, pipeline, sets, standards };
    let mut vary: Vec<Vary> = Vec::new();
    for (table, item) in tables(table, "vary") {
        let Some(what) = reader.varied(table, item) else { continue };
        let word = what.word();
        let code = |key: &str| table.get(key).and_then(value::text).and_then(|text| Id::new(text).ok());
        let id = code("id").or_else(|| {
            let before = vary.iter().filter(|v| v.what.word() == word).count();
            Id::new(&if before == 0 { word.to_owned() } else { format!("{word}-{}", before + 1) }).ok()
        });
        let Some(id) = id else { continue };
        let spans = reader.decoder.spans(table, item);
        if let Some(earlier) = vary.iter().find(|v| v.id == id) {
            reader.decoder.found.push(
                Diagnostic::new(&catalog::DUPLICATE_CODE, format!("`{id}` names two choices that vary"))
                    .at(spans.of("id"))
                    .also(earlier.spans.of("id"), "first used here")
                    .help("give one of them another code"),
            );
        }
        let each = table.get("each").and_then(value::flag).unwrap_or(false);
        vary.push(Vary { id, group: code("group"), each, what, spans });
    }
    let limits = table.get("limits").and_then(|i| i.get_ref().as_table()).into_iter().flat_map(|checks| {
        checks.iter().filter_map(|(check, values)| {
            let values = values.get_ref().as_table()?.iter();
            let values =
                values.filter_map(|(name, x)| Some((name.get_ref().to_string(), value::decimal(x)?)));
            Some((check.get_ref().to_string(), values.collect()))
        })
    });
    Audit {
        profile: table.get("profile").and_then(|i| value::word(i, Profile::WORDS)),
        draws: table.get("draws").and_then(value::count),
        limits: limits.collect(),
        vary,
        spans: reader.decoder.spans(table, item),
    }
}

struct Reader<'r, 'f> {
    decoder: &'r mut Decoder<'f>,
    nodes: &'r [Node],
    pipeline: &'r [PipelineStep],
    sets: &'r [WeightSet],
    standards: &'r [Standard],
}

impl Reader<'_, '_> {
    fn varied(&mut self, table: &DeTable<'_>, item: &Item<'_>) -> Option<Varied> {
        let given: Vec<&str> = Varied::WORDS.iter().copied().filter(|w| table.contains_key(*w)).collect();
        let [word] = given[..] else {
            let message = match &given[..] {
                [] => "the entry lets nothing vary".to_owned(),
                several => format!("the entry lets {} things vary: {}", several.len(), several.join(", ")),
            };
            let place = Place::span(&self.decoder.file, item.span());
            self.decoder.found.push(Diagnostic::new(&catalog::VARY_ONE, message).at(place).help(format!(
                "give each [[audit.vary]] exactly one of the keys {}",
                Varied::WORDS.join(", ")
            )));
            return None;
        };
        let value = table.get(word)?;
        let inner = value.get_ref().as_table()?;
        Some(match word {
            "weights" => {
                let groups = self.of(inner, value, Target::Groups)?;
                Varied::Weights { distribution: self.distribution(inner, value, &groups)?, groups }
            }
            "normalize" => Varied::Normalize {
                indicators: self.of(inner, value, Target::Indicators)?,
                among: self.among(inner, value, word)?,
            },
            "aggregate" => Varied::Aggregate {
                groups: self.of(inner, value, Target::Groups)?,
                among: self.among(inner, value, word)?,
            },
            "treat" => {
                let step = self.step(inner, value, word)?;
                Varied::Treat { step, among: self.among(inner, value, word)? }
            }
            "impute" => {
                let drawn = inner.get("drawn").and_then(value::flag).unwrap_or(false);
                let step = self.step(inner, value, word)?;
                let among = if drawn && !inner.contains_key("among") {
                    vec![None]
                } else {
                    self.among(inner, value, word)?
                };
                Varied::Impute { step, among, drawn }
            }
            "include" => Varied::Include {
                nodes: self.of(inner, value, Target::Nodes)?,
                probability: self.share(inner, "probability", Decimal::new(5, 1)),
            },
            "data" => self.data(inner, value)?,
            "rules" => Varied::Rules { standards: self.with_alternatives(inner, value)? },
            _ => Varied::Thresholds {
                indicators: self.of(inner, value, Target::Indicators)?,
                spread: self.share(inner, "spread", Decimal::new(1, 1)),
            },
        })
    }

    fn refuse(&mut self, item: &Item<'_>, message: String, help: impl Into<String>) {
        let place = Place::span(&self.decoder.file, item.span());
        self.decoder.found.push(Diagnostic::new(&catalog::VARY_NOTHING, message).at(place).help(help));
    }

    /// The nodes that `of` names; all that could be meant where it is left out or `*`.
    fn of(&mut self, table: &DeTable<'_>, whole: &Item<'_>, target: Target) -> Option<Vec<NodeIx>> {
        let everything = || -> Vec<NodeIx> {
            let wanted = |node: &Node| match target {
                Target::Groups => node.group().is_some(),
                Target::Indicators | Target::Nodes => node.indicator().is_some(),
            };
            (0..self.nodes.len()).filter(|ix| wanted(&self.nodes[*ix])).collect()
        };
        let Some(codes) = table.get("of") else { return Some(everything()) };
        let mut out = Vec::new();
        let mut failed = false;
        for code in value::each(codes) {
            let Some(text) = value::text(code) else { continue };
            if text == "*" {
                out.extend(everything());
                continue;
            }
            let found = self.nodes.iter().position(|n| n.id == *text).or((text == "index").then_some(0));
            let Some(ix) = found else {
                self.unknown_node(code, text);
                failed = true;
                continue;
            };
            match target {
                Target::Groups if self.nodes[ix].indicator().is_some() => {
                    let parent = self.nodes[ix].parent.map_or("index", |p| self.nodes[p].id.as_str());
                    let help = format!("name its group: `{parent}`");
                    self.refuse(code, format!("`{text}` is an indicator, which has no parts"), help);
                    failed = true;
                }
                Target::Groups | Target::Nodes => out.push(ix),
                Target::Indicators => out.extend(super::pipeline::indicators_below(self.nodes, ix)),
            }
        }
        out.sort_unstable();
        out.dedup();
        if out.is_empty() && !failed {
            self.refuse(
                whole,
                "`of` names nothing that could vary".to_owned(),
                "name a group or an indicator, or leave `of` out",
            );
            return None;
        }
        (!failed).then_some(out)
    }

    /// The standards that `of` names, which have alternatives; all that have some where it is left out.
    fn with_alternatives(&mut self, table: &DeTable<'_>, whole: &Item<'_>) -> Option<Vec<usize>> {
        let standards = self.standards;
        let has = |at: &usize| !standards[*at].alternatives.is_empty();
        let all = || (0..standards.len()).filter(has);
        let mut out = Vec::new();
        let mut failed = false;
        match table.get("of") {
            None => out.extend(all()),
            Some(codes) => {
                for code in value::each(codes) {
                    let Some(text) = value::text(code) else { continue };
                    if text == "*" {
                        out.extend(all());
                        continue;
                    }
                    match standards.iter().position(|standard| standard.id == *text) {
                        Some(at) if has(&at) => out.push(at),
                        Some(_) => {
                            let help = "add a [[standard.alternative]], or leave it out of `of`";
                            self.refuse(code, format!("`{text}` has no alternative to its rule"), help);
                            failed = true;
                        }
                        None => {
                            let place = Place::span(&self.decoder.file, code.span());
                            let message = format!("there is no standard `{text}`");
                            let mut diagnostic =
                                Diagnostic::new(&catalog::UNKNOWN_REFERENCE, message).at(place);
                            if let Some(near) = nearest(text, standards.iter().map(|s| s.id.as_str())) {
                                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                            }
                            self.decoder.found.push(diagnostic);
                            failed = true;
                        }
                    }
                }
            }
        }
        out.sort_unstable();
        out.dedup();
        if out.is_empty() && !failed {
            let help = "add a [[standard.alternative]] with another rule, or remove the entry";
            self.refuse(whole, "no standard has an alternative to its rule".to_owned(), help);
            failed = true;
        }
        (!failed).then_some(out)
    }

    fn unknown_node(&mut self, code: &Item<'_>, text: &str) {
        let place = Place::span(&self.decoder.file, code.span());
        let mut diagnostic =
            Diagnostic::new(&catalog::UNKNOWN_NODE, format!("there is no node `{text}`")).at(place);
        if let Some(near) = nearest(text, self.nodes.iter().map(|n| n.id.as_str())) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        self.decoder.found.push(diagnostic);
    }

    /// The methods of `among`: two at least, or there is nothing to choose; `own` is what the package says.
    fn among(
        &mut self,
        table: &DeTable<'_>,
        whole: &Item<'_>,
        word: &str,
    ) -> Option<Vec<Option<MethodCall>>> {
        let Some(item) = table.get("among") else {
            self.refuse(
                whole,
                format!("`{word}` names no methods to choose from"),
                "add `among = [\"own\", ...]`",
            );
            return None;
        };
        let items = value::each(item);
        if items.len() < 2 {
            let help = "name two or more methods; `own` is what the package says";
            self.refuse(item, format!("`{word}` has one method only, so nothing varies"), help);
            return None;
        }
        let call = |(at, item): (usize, &&Item<'_>)| match value::text(item) {
            Some("own") => Some(None),
            // What is not treated and not imputed is a method too.
            Some("none") => Some(Some(MethodCall {
                method: "none".to_owned(),
                transform: None,
                args: BTreeMap::new(),
                key: format!("{word}.among.{at}"),
            })),
            _ => method_call(item, &format!("{word}.among.{at}")).map(Some),
        };
        items.iter().enumerate().map(call).collect()
    }

    /// The step of the pipeline that `step` names; the only one of its kind where it is left out.
    fn step(&mut self, table: &DeTable<'_>, whole: &Item<'_>, word: &str) -> Option<usize> {
        let does = |step: &PipelineStep| {
            step.action.word() == word && matches!(step.action, Action::Treat(_) | Action::Impute(_))
        };
        let of_kind: Vec<usize> = (0..self.pipeline.len()).filter(|at| does(&self.pipeline[*at])).collect();
        let names = || of_kind.iter().map(|at| self.pipeline[*at].id.as_str());
        let Some(item) = table.get("step") else {
            return match of_kind[..] {
                [only] => Some(only),
                [] => {
                    let message = format!("the package has no step that does `{word}`");
                    self.refuse(whole, message, "remove the entry, or add such a [[step]] first");
                    None
                }
                _ => {
                    let message = format!("{} steps do `{word}`", of_kind.len());
                    let help = format!("say which with `step`: {}", list_some(names()));
                    self.refuse(whole, message, help);
                    None
                }
            };
        };
        let text = value::text(item)?;
        let found = of_kind.iter().copied().find(|at| self.pipeline[*at].id == *text);
        if found.is_none() {
            let place = Place::span(&self.decoder.file, item.span());
            let mut diagnostic =
                Diagnostic::new(&catalog::UNKNOWN_REFERENCE, format!("no step `{text}` does `{word}`"))
                    .at(place);
            if let Some(near) = nearest(text, names()) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            self.decoder.found.push(diagnostic);
        }
        found
    }

    /// A number from 0 to 1.
    fn share(&mut self, table: &DeTable<'_>, key: &str, default: Decimal) -> Decimal {
        let Some(item) = table.get(key) else { return default };
        let Some(share) = value::decimal(item) else { return default };
        if share <= Decimal::ZERO || share > Decimal::ONE {
            let place = Place::span(&self.decoder.file, item.span());
            self.decoder.found.push(
                Diagnostic::new(&catalog::INVALID_NUMBER, format!("`{key}` is {share}"))
                    .at(place)
                    .help("give a number above 0 and at most 1"),
            );
        }
        share
    }

    fn distribution(
        &mut self,
        table: &DeTable<'_>,
        whole: &Item<'_>,
        groups: &[NodeIx],
    ) -> Option<WeightDistribution> {
        let word = table.get("distribution").and_then(value::text).unwrap_or("box");
        let belongs = |key: &str| match key {
            "spread" => matches!(word, "box" | "correlated"),
            "concentration" => word == "dirichlet",
            "correlation" => word == "correlated",
            "judges" | "mixed" => word == "judges",
            _ => true,
        };
        for (key, item) in table {
            if !belongs(key.get_ref()) {
                let message = format!("`{}` means nothing to the distribution `{word}`", key.get_ref());
                self.refuse(
                    item,
                    message,
                    format!("remove `{}`, or choose the distribution it is for", key.get_ref()),
                );
            }
        }
        let quarter = Decimal::new(25, 2);
        Some(match word {
            "simplex" => WeightDistribution::Simplex,
            "dirichlet" => {
                let concentration = table.get("concentration").and_then(value::decimal);
                match concentration.filter(|c| *c > Decimal::ZERO) {
                    Some(concentration) => WeightDistribution::Dirichlet { concentration },
                    None => {
                        let help =
                            "add `concentration`, the sum of the parameters: 10 is wide, 1000 is narrow";
                        self.refuse(whole, "`dirichlet` needs a `concentration` above 0".to_owned(), help);
                        return None;
                    }
                }
            }
            "correlated" => {
                let spread = self.share(table, "spread", quarter);
                let correlation = self.correlation(table, whole, groups)?;
                WeightDistribution::Correlated { spread, correlation }
            }
            "judges" => {
                let mixed = table.get("mixed").and_then(value::flag).unwrap_or(false);
                WeightDistribution::Judges { sets: self.judges(table, whole)?, mixed }
            }
            _ => WeightDistribution::Box { spread: self.share(table, "spread", quarter) },
        })
    }

    fn correlation(
        &mut self,
        table: &DeTable<'_>,
        whole: &Item<'_>,
        groups: &[NodeIx],
    ) -> Option<Vec<(NodeIx, NodeIx, Decimal)>> {
        let Some(pairs) = table.get("correlation").and_then(|i| i.get_ref().as_table()) else {
            let help = "add `correlation = { a = { b = 0.5 } }`, or use the distribution `box`";
            self.refuse(whole, "`correlated` names no correlation".to_owned(), help);
            return None;
        };
        let mut out = Vec::new();
        let mut failed = false;
        for (first, others) in pairs {
            let Some(others) = others.get_ref().as_table() else { continue };
            for (second, item) in others {
                let of = |code: &str| self.nodes.iter().position(|n| n.id == *code);
                let (a, b) = (of(first.get_ref()), of(second.get_ref()));
                let (Some(a), Some(b)) = (a, b) else {
                    let text = if a.is_none() { first.get_ref() } else { second.get_ref() };
                    self.unknown_node(item, text);
                    failed = true;
                    continue;
                };
                let siblings = self.nodes[a].parent == self.nodes[b].parent
                    && self.nodes[a].parent.is_some_and(|parent| groups.contains(&parent));
                let Some(r) = value::decimal(item) else { continue };
                if !siblings || a == b {
                    let message = format!(
                        "`{}` and `{}` are not two parts of one group whose weights vary",
                        self.nodes[a].id, self.nodes[b].id
                    );
                    self.refuse(item, message, "correlate the weights of parts of one group");
                    failed = true;
                } else if r <= Decimal::NEGATIVE_ONE || r >= Decimal::ONE {
                    self.refuse(item, format!("a correlation of {r}"), "give a number above -1 and below 1");
                    failed = true;
                } else {
                    out.push((a, b, r));
                }
            }
        }
        (!failed).then_some(out)
    }

    fn judges(&mut self, table: &DeTable<'_>, whole: &Item<'_>) -> Option<Vec<usize>> {
        let mut out = Vec::new();
        let mut failed = false;
        for code in table.get("judges").map(value::each).unwrap_or_default() {
            let Some(text) = value::text(code) else { continue };
            match self.sets.iter().position(|set| set.id == *text) {
                Some(set) => out.push(set),
                None => {
                    let place = Place::span(&self.decoder.file, code.span());
                    let mut diagnostic = Diagnostic::new(
                        &catalog::UNKNOWN_REFERENCE,
                        format!("there is no weight set `{text}`"),
                    )
                    .at(place);
                    if let Some(near) = nearest(text, self.sets.iter().map(|set| set.id.as_str())) {
                        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                    }
                    self.decoder.found.push(diagnostic);
                    failed = true;
                }
            }
        }
        if out.is_empty() && !failed {
            out = (0..self.sets.len()).collect();
        }
        if out.len() < 2 && !failed {
            let help = "declare two or more [[weight-set]], one for each judge";
            self.refuse(whole, format!("{} sets of weights leave nothing to vary", out.len()), help);
            failed = true;
        }
        (!failed).then_some(out)
    }

    fn data(&mut self, table: &DeTable<'_>, whole: &Item<'_>) -> Option<Varied> {
        let indicators = self.of(table, whole, Target::Indicators)?;
        let mut error = |item: &Item<'_>, key: &str| -> Option<Decimal> {
            let error = value::decimal(item)?;
            if error < Decimal::ZERO {
                self.refuse(
                    item,
                    format!("`{key}` is {error}"),
                    "give a relative standard error of 0 or more: 0.02 for 2 %",
                );
                return None;
            }
            Some(error)
        };
        let mut by_status = BTreeMap::new();
        if let Some(map) = table.get("by-status").and_then(|i| i.get_ref().as_table()) {
            for (key, item) in map {
                let word = key.get_ref().as_ref();
                let Some((_, status)) = Status::WORDS.iter().find(|(w, _)| *w == word) else { continue };
                if let Some(error) = error(item, word) {
                    by_status.insert(*status, error);
                }
            }
        }
        let relative = table.get("relative").and_then(|item| error(item, "relative")).unwrap_or_default();
        let survey = table.get("survey").and_then(value::flag).unwrap_or(false);
        if by_status.values().all(Decimal::is_zero) && relative.is_zero() && !survey {
            let help = "add `by-status`, `relative` or `survey = true`";
            self.refuse(whole, "`data` gives no error, so no figure varies".to_owned(), help);
            return None;
        }
        Some(Varied::Data { indicators, by_status, relative, survey })
    }
}
