//! `gradus methods`: every method with its formula, parameters and references, from the registries.

use super::{Done, Findings};
use crate::args::{Family, MethodsArgs, TextFormat};
use crate::term::Term;
use crate::{Outcome, table};
use gradus::Methods;
use gradus::method::{Default, Method, Param, ParamKind, Reference, Registry};
use gradus::model::diagnostic::{catalog, nearest};
use gradus::model::{Diagnostic, Lang};
use serde_json::{Value, json};

/// What is shown of a method, whatever its family.
struct Entry {
    family: &'static str,
    id: &'static str,
    since: &'static str,
    summary: &'static str,
    summary_zh: &'static str,
    formula: &'static str,
    params: &'static [Param],
    references: &'static [Reference],
}

fn entries(methods: &Methods) -> Vec<Entry> {
    fn of<T>(registry: &Registry<T>, family: &'static str, out: &mut Vec<Entry>) {
        out.extend(registry.iter().map(|m: &Method<T>| Entry {
            family,
            id: m.id,
            since: m.since,
            summary: m.summary,
            summary_zh: m.summary_zh,
            formula: m.formula,
            params: m.params,
            references: m.references,
        }));
    }
    let mut out = Vec::new();
    of(&methods.statistics, "statistic", &mut out);
    of(&methods.imputers, "impute", &mut out);
    of(&methods.treatments, "treat", &mut out);
    of(&methods.transforms, "transform", &mut out);
    of(&methods.normalizers, "normalize", &mut out);
    of(&methods.weighers, "weights", &mut out);
    of(&methods.aggregators, "aggregate", &mut out);
    out
}

pub(super) fn run(args: &MethodsArgs, term: &Term) -> Done {
    let mut all = entries(&Methods::default());
    if let Some(family) = args.family {
        all.retain(|entry| entry.family == family.word());
    }
    let lang = args.lang.lang();
    let chosen: Vec<&Entry> = match &args.id {
        None => all.iter().collect(),
        Some(id) => {
            let found: Vec<&Entry> = all.iter().filter(|e| e.id == id).collect();
            if found.is_empty() {
                let diagnostic =
                    Diagnostic::new(&catalog::UNKNOWN_METHOD, format!("there is no method `{id}`"));
                return Err(Findings::one(match nearest(id, all.iter().map(|e| e.id)) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic.help("`gradus methods` lists them"),
                }));
            }
            found
        }
    };
    match (args.format, &args.id) {
        (TextFormat::Json, _) => {
            let values: Vec<Value> = chosen.iter().map(|e| e.json()).collect();
            term.data(&format!("{:#}\n", Value::Array(values)))?;
        }
        (TextFormat::Text, None) => {
            let columns =
                [table::Column::text("family"), table::Column::text("id"), table::Column::text("summary")];
            let rows: Vec<Vec<String>> = chosen
                .iter()
                .map(|e| vec![e.family.to_owned(), e.id.to_owned(), e.summary_in(lang).to_owned()])
                .collect();
            term.out(&table::show(&columns, &rows, columns.len(), term.width()).0)?;
        }
        (TextFormat::Text, Some(_)) => {
            let pages: Vec<String> = chosen.iter().map(|e| e.page(lang)).collect();
            term.out(&pages.join("\n"))?;
        }
    }
    Ok(Outcome::Done)
}

impl Family {
    fn word(self) -> &'static str {
        match self {
            Self::Impute => "impute",
            Self::Treat => "treat",
            Self::Transform => "transform",
            Self::Normalize => "normalize",
            Self::Weights => "weights",
            Self::Aggregate => "aggregate",
            Self::Statistic => "statistic",
        }
    }
}

impl Entry {
    fn summary_in(&self, lang: Lang) -> &'static str {
        if lang == Lang::Zh && !self.summary_zh.is_empty() { self.summary_zh } else { self.summary }
    }

    fn page(&self, lang: Lang) -> String {
        let mut out = format!(
            "\u{1b}[1m{}\u{1b}[0m ({}, since {})\n{}\n",
            self.id,
            self.family,
            self.since,
            self.summary_in(lang)
        );
        out.push_str("\n\u{1b}[1mFormula\u{1b}[0m\n");
        for line in self.formula.lines() {
            out.push_str(&format!("  {line}\n"));
        }
        if !self.params.is_empty() {
            out.push_str("\n\u{1b}[1mParameters\u{1b}[0m\n");
            for param in self.params {
                let default = match param.default {
                    Default::Required => "required".to_owned(),
                    Default::Absent(meaning) => format!("when left out: {meaning}"),
                    Default::Value(value) => format!("default {value}"),
                };
                out.push_str(&format!(
                    "  {}: {}\n    {}; {}; {default}\n",
                    param.name,
                    param.meaning,
                    kind(param.kind),
                    param.range
                ));
            }
        }
        out.push_str("\n\u{1b}[1mReferences\u{1b}[0m\n");
        for reference in self.references {
            out.push_str(&format!("  {}\n    {}\n", reference.citation, reference.locator));
        }
        out
    }

    fn json(&self) -> Value {
        let params: Vec<Value> = self
            .params
            .iter()
            .map(|p| {
                let words = match p.kind {
                    ParamKind::Word(words) => Some(words),
                    _ => None,
                };
                let (required, default) = match p.default {
                    Default::Required => (true, Value::Null),
                    Default::Absent(_) => (false, Value::Null),
                    Default::Value(value) => (false, value.into()),
                };
                json!({
                    "name": p.name,
                    "kind": kind(p.kind),
                    "words": words,
                    "required": required,
                    "default": default,
                    "range": p.range,
                    "meaning": p.meaning,
                })
            })
            .collect();
        let references: Vec<Value> =
            self.references.iter().map(|r| json!({ "citation": r.citation, "locator": r.locator })).collect();
        json!({
            "family": self.family,
            "id": self.id,
            "since": self.since,
            "summary": { "en": self.summary, "zh": self.summary_zh },
            "formula": self.formula,
            "parameters": params,
            "references": references,
        })
    }
}

fn kind(kind: ParamKind) -> &'static str {
    match kind {
        ParamKind::Number => "number",
        ParamKind::Quantity => "number in the indicator's measurement unit",
        ParamKind::Word(_) => "word",
        ParamKind::Range => "pair of numbers",
        ParamKind::Numbers => "list of numbers",
        ParamKind::Quantities => "list of numbers in the indicator's measurement unit",
        ParamKind::LevelTable => "table from levels to numbers",
        ParamKind::Unit => "code of a unit",
        ParamKind::Flag => "true or false",
        ParamKind::Code => "code of a measure, an indicator or a group",
        ParamKind::Codes => "list of codes",
        ParamKind::CodeTable => "table from codes to numbers",
        ParamKind::Order => "list of codes, those that tie in a list of their own",
        ParamKind::PairTables => "table of tables from codes to numbers, or a list of them",
        _ => "value",
    }
}
