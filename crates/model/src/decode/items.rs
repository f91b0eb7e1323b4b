//! Items of a package file as typed values, and the references between them.

use super::ladder::{self, Course};
use super::value::{self, Item};
use super::{audit, effort, pipeline, report, rules, selection, standards, survey, tree};
use crate::diagnostic::{Diagnostics, Place, catalog, list_some, nearest};
use crate::number::{Arithmetic, Decimal, Ratio, Rounding, RoundingMode, Ties};
use crate::observation::{Absence, Confidence, Period, Status};
use crate::package::{
    ArgValue, ColumnRole, Conversion, DataSource, Direction, Grade, Group, Index, Indicator, Layout,
    MapSource, Measure, MeasurementUnit, MethodCall, Node, NodeKind, NumberNotation, OrderedScale, Origin,
    Package, PackageStatus, Percent, Published, PublishedColumn, PublishedNumber, ScaleLevel, Spans,
    Standard, Unit, UnitRole, ValueKind, WeightSet, WeightUse,
};
use crate::policy::{
    Basis, Fit, MissingAction, MissingGrade, MissingRule, PaceForm, PeriodRule, Policy, ProgressRule,
};
use crate::{Diagnostic, Id, Text};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// What a node says before the tree is put together.
pub(super) struct Draft {
    pub(super) node: Node,
    /// Code of the parent as written; none for a child of the index.
    pub(super) parent: Option<String>,
    /// The group's grade rule as written.
    pub(super) start: usize,
}

pub(super) struct Decoder<'f> {
    pub(super) file: Arc<str>,
    pub(super) found: &'f mut Diagnostics,
    pub(super) grades: Vec<Grade>,
    pub(super) surveys: Vec<crate::package::Survey>,
    pub(super) scales: Vec<OrderedScale>,
    origins: Vec<Origin>,
    policy: Policy,
    defaults: Defaults,
}

#[derive(Default)]
struct Defaults {
    direction: Direction,
    normalize: Option<MethodCall>,
    aggregate: Option<MethodCall>,
    weights: WeightUse,
    weigh: Option<MethodCall>,
}

impl<'f> Decoder<'f> {
    pub(super) fn new(file: Arc<str>, found: &'f mut Diagnostics) -> Self {
        Self {
            file,
            found,
            grades: Vec::new(),
            surveys: Vec::new(),
            scales: Vec::new(),
            origins: Vec::new(),
            policy: Policy::default(),
            defaults: Defaults::default(),
        }
    }

    /// The package, or nothing when it has no index.
    pub(super) fn package(mut self, document: &DeTable<'_>) -> Option<Package> {
        let index_item = document.get("index")?;
        let index_table = index_item.get_ref().as_table()?;
        if let Some(table) = document.get("policy").and_then(|p| p.get_ref().as_table()) {
            self.policy = self.policy(table);
        }
        self.defaults.aggregate = Some(MethodCall {
            method: "arithmetic".into(),
            transform: None,
            args: BTreeMap::new(),
            key: "aggregate".into(),
        });
        if let Some(table) = document.get("defaults").and_then(|p| p.get_ref().as_table()) {
            self.defaults(table);
        }
        let levels = tables(document, "level")
            .filter_map(|(table, _)| table.get("name").and_then(value::bilingual))
            .collect();
        self.grades = tables(document, "grade").filter_map(|(table, item)| self.grade(table, item)).collect();
        self.unique("grade", self.grades.iter().map(|g| (g.id.clone(), g.spans.of("id"))).collect());
        let scales: Vec<(OrderedScale, Place)> = tables(document, "scale")
            .filter_map(|(t, i)| Some((self.scale(t)?, self.spans(t, i).of("id"))))
            .collect();
        self.unique("scale", scales.iter().map(|(s, place)| (s.id.clone(), place.clone())).collect());
        self.scales = scales.into_iter().map(|(scale, _)| scale).collect();
        self.origins =
            tables(document, "origin").filter_map(|(table, item)| self.origin(table, item)).collect();
        self.unique("origin", self.origins.iter().map(|o| (o.id.clone(), o.spans.of("id"))).collect());
        let units: Vec<Unit> = tables(document, "unit").filter_map(|(t, i)| self.unit(t, i)).collect();
        self.unique("unit", units.iter().map(|u| (u.id.clone(), u.spans.of("id"))).collect());
        self.own_units(&units);
        let data = tables(document, "data").filter_map(|(t, i)| self.data_source(t, i)).collect();
        survey::surveys(&mut self, document);
        let measurement_units: Vec<(MeasurementUnit, Place)> = tables(document, "measurement-unit")
            .filter_map(|(t, i)| Some((measurement_unit(t)?, self.spans(t, i).of("id"))))
            .collect();
        self.unique(
            "measurement unit",
            measurement_units.iter().map(|(unit, place)| (unit.id.clone(), place.clone())).collect(),
        );
        let measurement_units = measurement_units.into_iter().map(|(unit, _)| unit).collect();
        let conversions = self.conversions(document);
        let measures: Vec<Measure> =
            tables(document, "measure").filter_map(|(t, i)| self.measure(t, i)).collect();
        let root = self.root(index_table, index_item)?;
        let index = self.index(index_table, index_item)?;
        let mut drafts: Vec<Draft> =
            tables(document, "group").filter_map(|(t, i)| self.group(t, i)).collect();
        drafts.extend(tables(document, "indicator").filter_map(|(t, i)| self.indicator(t, i)));
        drafts.sort_by_key(|draft| draft.start);
        let declared = tables(document, "indicator").next().is_some();
        let mut nodes = tree::build(root, drafts, declared, self.found);
        let codes = nodes
            .iter()
            .map(|n| (n.id.clone(), n.spans.of("id")))
            .chain(measures.iter().map(|m| (m.id.clone(), m.spans.of("id"))))
            .collect();
        self.unique("node or measure", codes);
        rules::group_rules(&mut self, document, &mut nodes);
        let standards = standards::standards(&mut self, document, &nodes);
        let awards = standards::awards(&mut self, document, &standards, &units);
        self.substitutes(&nodes, &measures);
        if !self.found.has_errors() {
            rules::without_ladder(&standards, &nodes, self.found);
        }
        self.unique(
            "standard",
            standards.iter().map(|s: &Standard| (s.id.clone(), s.spans.of("id"))).collect(),
        );
        let pairs = survey::pairs(&mut self, document, &nodes, &measures);
        let published = tables(document, "published")
            .filter_map(|(t, i)| self.published(t, i, &nodes, &measures))
            .collect();
        let pipeline = pipeline::steps(&mut self, document, &pipeline::Nodes::new(&nodes), &measures);
        self.unique("step", pipeline.iter().map(|s| (s.id.clone(), s.spans.of("id"))).collect());
        let weight_sets = pipeline::weight_sets(&mut self, document, &pipeline::Nodes::new(&nodes));
        self.unique("weight set", weight_sets.iter().map(|s| (s.id.clone(), s.spans.of("id"))).collect());
        self.policy.weights = self.weights_in_force(document, &weight_sets);
        let audit = audit::audit(&mut self, document, &nodes, &pipeline, &weight_sets, &standards);
        let screening = selection::screening(&mut self, document, &nodes, &measures);
        let report = report::report(&self, document);
        let map = self.map(document);
        Some(Package {
            file: self.file,
            index,
            policy: self.policy,
            levels,
            grades: self.grades,
            scales: self.scales,
            units,
            data,
            surveys: self.surveys,
            pairs,
            measurement_units,
            conversions,
            measures,
            pipeline,
            weight_sets,
            nodes,
            standards,
            awards,
            origins: self.origins,
            published,
            audit,
            report,
            screening,
            map,
        })
    }

    /// The set of weights that the policy names.
    fn weights_in_force(&mut self, document: &DeTable<'_>, sets: &[WeightSet]) -> Option<usize> {
        let item = document.get("policy")?.get_ref().as_table()?.get("weights")?;
        let code = value::text(item)?;
        let found = sets.iter().position(|set| set.id == *code);
        if found.is_none() {
            let mut diagnostic =
                Diagnostic::new(&catalog::UNKNOWN_REFERENCE, format!("there is no weight set `{code}`"))
                    .at(Place::span(&self.file, item.span()));
            diagnostic = match nearest(code, sets.iter().map(|set| set.id.as_str())) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("add a [[weight-set]] with `id = \"{code}\"`")),
            };
            self.found.push(diagnostic);
        }
        found
    }

    /// Reports codes that name two things.
    pub(super) fn unique<C: Ord + fmt::Display>(&mut self, what: &str, codes: Vec<(C, Place)>) {
        let mut first: BTreeMap<C, Place> = BTreeMap::new();
        for (id, place) in codes {
            if let Some(earlier) = first.get(&id) {
                self.found.push(
                    Diagnostic::new(&catalog::DUPLICATE_CODE, format!("`{id}` names two things ({what})"))
                        .at(place)
                        .also(earlier.clone(), "first used here")
                        .help("give one of them another code"),
                );
            } else {
                first.insert(id, place);
            }
        }
    }

    /// A report can speak of one unit as the reader's own.
    fn own_units(&mut self, units: &[Unit]) {
        let mut own = units.iter().filter(|u| u.role == UnitRole::Own);
        let Some(first) = own.next() else { return };
        for unit in own {
            self.found.push(
                Diagnostic::new(
                    &catalog::SEVERAL_OWN_UNITS,
                    format!("`{}` is an own unit, and `{}` is too", first.id, unit.id),
                )
                .at(unit.spans.of("role"))
                .also(first.spans.of("role"), "the first")
                .help("remove the `role` of one of them"),
            );
        }
    }

    /// The conversions; of two between the same measurement units only one could be meant.
    fn conversions(&mut self, document: &DeTable<'_>) -> Vec<Conversion> {
        let mut out = Vec::new();
        let mut first: BTreeMap<(String, String), Place> = BTreeMap::new();
        for (table, item) in tables(document, "conversion") {
            let Some(conversion) = conversion(table) else { continue };
            let place = self.spans(table, item).item();
            let key = (conversion.from.clone(), conversion.to.clone());
            if let Some(earlier) = first.get(&key) {
                self.found.push(
                    Diagnostic::new(
                        &catalog::DUPLICATE_CODE,
                        format!("`{}` is converted into `{}` twice", conversion.from, conversion.to),
                    )
                    .at(place)
                    .also(earlier.clone(), "the first conversion")
                    .help("keep one of the two"),
                );
            } else {
                first.insert(key, place);
            }
            out.push(conversion);
        }
        out
    }

    pub(super) fn spans(&self, table: &DeTable<'_>, item: &Item<'_>) -> Spans {
        let mut spans = Spans::new(self.file.clone(), item.span());
        note(&mut spans, table, "");
        spans
    }

    pub(super) fn id(table: &DeTable<'_>) -> Option<Id> {
        table.get("id").and_then(value::text).and_then(|text| Id::new(text).ok())
    }

    fn policy(&mut self, table: &DeTable<'_>) -> Policy {
        let mut policy = Policy::default();
        let get = |key: &str| table.get(key);
        if get("arithmetic").and_then(value::text) == Some("binary64") {
            policy.arithmetic = Arithmetic::Binary64;
        }
        if let Some(rounding) = get("rounding").and_then(|item| self.rounding(item)) {
            policy.rounding = rounding;
        }
        policy.ranks = get("ranks").and_then(|i| value::word(i, Basis::WORDS)).unwrap_or_default();
        policy.ties = get("ties").and_then(|i| value::word(i, Ties::WORDS)).unwrap_or_default();
        policy.thresholds = get("thresholds").and_then(|i| value::word(i, Basis::WORDS)).unwrap_or_default();
        policy.fit = get("fit").and_then(|i| value::word(i, Fit::WORDS)).unwrap_or_default();
        policy.seed = get("seed").and_then(value::count).unwrap_or(0);
        policy.currency = get("currency").and_then(value::owned);
        if let Some(item) = get("missing") {
            policy.missing = self.missing(item, policy.missing);
            policy.missing_grade = item
                .get_ref()
                .get("grade")
                .and_then(|i| value::word(i, MissingGrade::WORDS))
                .unwrap_or_default();
            let carry = item.get_ref().get("carry-forward").and_then(|item| self.max_age(item));
            policy.carry_forward = carry.unwrap_or_default();
        }
        for (word, status) in Status::WORDS {
            let table = get("uncertainty").and_then(|item| item.get_ref().as_table());
            if let Some(deviation) = table.and_then(|table| self.not_negative(table, word)) {
                policy.uncertainty.insert(*status, deviation);
            }
        }
        if let Some(item) = get("periods")
            && let Some(periods) = item.get_ref().as_table()
        {
            let max_age = periods.get("max-age").and_then(|item| self.max_age(item));
            policy.periods = match periods.get("use").and_then(value::text) {
                Some("latest") => PeriodRule::Latest { max_age },
                Some("as-of") => match periods.get("year").and_then(value::count) {
                    Some(year) => match i16::try_from(year).ok().filter(|y| *y <= 9999) {
                        Some(year) => PeriodRule::AsOf {
                            year,
                            later: periods.get("later").and_then(value::flag).unwrap_or(false),
                            max_age,
                        },
                        None => {
                            self.found.push(
                                Diagnostic::new(&catalog::INVALID_PERIOD, format!("{year} is not a year"))
                                    .at(Place::span(&self.file, item.span())),
                            );
                            PeriodRule::Panel
                        }
                    },
                    None => {
                        self.found.push(
                            Diagnostic::new(
                                &catalog::MISSING_KEY,
                                "`periods` with `as-of` needs the key `year`",
                            )
                            .at(Place::span(&self.file, item.span()))
                            .help("add the year the result is as of: `year = 2018`"),
                        );
                        PeriodRule::Panel
                    }
                },
                _ => PeriodRule::Panel,
            };
        }
        if let Some(item) = get("progress")
            && let Some(rule) = item.get_ref().as_table()
        {
            let window = rule.get("window").and_then(value::count).and_then(|n| u16::try_from(n).ok());
            policy.progress = ProgressRule {
                preset: rule.get("preset").and_then(value::owned),
                base_year: rule.get("base-year").and_then(|item| self.year(item)),
                window: window.filter(|years| *years > 0),
                pace: rule.get("pace").and_then(|i| value::word(i, PaceForm::WORDS)).unwrap_or_default(),
                place: rule.get("preset").map(|item| Place::span(&self.file, item.span())),
            };
        }
        policy
    }

    /// A calendar year.
    fn year(&mut self, item: &Item<'_>) -> Option<i16> {
        let year = value::count(item)?;
        let found = i16::try_from(year).ok().filter(|year| (1..=9999).contains(year));
        if found.is_none() {
            self.found.push(
                Diagnostic::new(&catalog::INVALID_PERIOD, format!("{year} is not a year"))
                    .at(Place::span(&self.file, item.span())),
            );
        }
        found
    }

    /// The natural limits of an indicator, and what its numbers are.
    fn limits(&mut self, id: &Id, table: &DeTable<'_>) -> (Option<[Decimal; 2]>, Option<ValueKind>) {
        let kind = table.get("kind").and_then(|item| value::word(item, ValueKind::WORDS));
        let Some(item) = table.get("limits") else {
            if let (Some(ValueKind::Bounded), Some(item)) = (kind, table.get("kind")) {
                self.found.push(
                    Diagnostic::new(
                        &catalog::MISSING_KEY,
                        "an indicator that is bounded needs the key `limits`",
                    )
                    .at(Place::span(&self.file, item.span()))
                    .concerning("indicator", id)
                    .help("add its natural limits: `limits = [0, 100]`"),
                );
            }
            return (None, kind);
        };
        let Some(list) = item.get_ref().as_array() else { return (None, kind) };
        let numbers: Vec<Option<Decimal>> = list.iter().map(value::decimal).collect();
        match numbers[..] {
            [Some(lower), Some(upper)] if lower < upper => (Some([lower, upper]), kind),
            // What is no number has been reported.
            [None, _] | [_, None] => (None, kind),
            _ => {
                let written = list.iter().filter_map(value::decimal).map(|x| x.to_string());
                let written: Vec<String> = written.collect();
                self.found.push(
                    Diagnostic::new(
                        &catalog::INVALID_BOUNDS,
                        format!("`limits` is [{}], not a lower limit and a higher one", written.join(", ")),
                    )
                    .at(Place::span(&self.file, item.span()))
                    .concerning("indicator", id)
                    .help("give two numbers, the lower one first: `limits = [0, 100]`"),
                );
                (None, kind)
            }
        }
    }

    fn max_age(&mut self, item: &Item<'_>) -> Option<u32> {
        let age = value::count(item)?;
        let fits = u32::try_from(age).ok();
        if fits.is_none() {
            self.found.push(
                Diagnostic::new(&catalog::INVALID_NUMBER, format!("no figure is {age} years old"))
                    .at(Place::span(&self.file, item.span()))
                    .help("give a number of years, or leave `max-age` out to accept every age"),
            );
        }
        fits
    }

    pub(super) fn not_negative(&mut self, table: &DeTable<'_>, key: &str) -> Option<Decimal> {
        let item = table.get(key)?;
        let number = value::decimal(item)?;
        if number < Decimal::ZERO {
            self.found.push(
                Diagnostic::new(&catalog::INVALID_NUMBER, format!("`{key}` is {number}"))
                    .at(Place::span(&self.file, item.span()))
                    .help("give zero or more"),
            );
            return None;
        }
        Some(number)
    }

    /// Substitutes exist and are in the same measurement unit.
    fn substitutes(&mut self, nodes: &[Node], measures: &[Measure]) {
        let known: BTreeMap<&str, (Option<&str>, Option<usize>)> = measures
            .iter()
            .map(|m| (m.id.as_str(), (m.measurement_unit.as_deref(), m.scale)))
            .chain(nodes.iter().filter_map(|n| {
                let indicator = n.indicator()?;
                Some((n.id.as_str(), (indicator.measurement_unit.as_deref(), indicator.scale)))
            }))
            .collect();
        for node in nodes {
            let Some(indicator) = node.indicator() else { continue };
            let Some(code) = &indicator.substitute else { continue };
            let own = (indicator.measurement_unit.as_deref(), indicator.scale);
            let diagnostic = match known.get(code.as_str()) {
                None => {
                    let diagnostic = Diagnostic::new(
                        &catalog::UNKNOWN_REFERENCE,
                        format!("there is no indicator or measure `{code}`"),
                    );
                    match nearest(code.as_str(), known.keys().copied()) {
                        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                        None => diagnostic.help("name an indicator or measure of the package"),
                    }
                }
                Some(other) if *other == own && node.id != *code => continue,
                Some(_) if node.id == *code => {
                    Diagnostic::new(&catalog::STEP_CONFLICT, format!("`{code}` is its own substitute"))
                        .help("name another indicator or measure")
                }
                Some(_) => Diagnostic::new(
                    &catalog::STEP_CONFLICT,
                    format!(
                        "`{code}` is in another measurement unit than `{}`, whose ladder it would be held to",
                        node.id
                    ),
                )
                .help("name one in the same measurement unit and scale"),
            };
            self.found.push(diagnostic.at(node.spans.of("substitute")));
        }
    }

    fn defaults(&mut self, table: &DeTable<'_>) {
        if let Some(direction) = table.get("direction").and_then(|i| value::word(i, Direction::WORDS)) {
            self.defaults.direction = direction;
        }
        if let Some(item) = table.get("weights") {
            (self.defaults.weights, self.defaults.weigh) = weight_use(item);
        }
        if let Some(item) = table.get("normalize") {
            self.defaults.normalize = method_call(item, "normalize");
        }
        if let Some(item) = table.get("aggregate") {
            self.defaults.aggregate = method_call(item, "aggregate");
        }
    }

    pub(super) fn rounding(&mut self, item: &Item<'_>) -> Option<Rounding> {
        let table = item.get_ref().as_table()?;
        Some(Rounding {
            places: self.places(table.get("places")?)?,
            mode: table.get("mode").and_then(|i| value::word(i, RoundingMode::WORDS)).unwrap_or_default(),
        })
    }

    /// A number of decimal places that a decimal can have.
    fn places(&mut self, item: &Item<'_>) -> Option<u32> {
        let places = value::count(item)?;
        let fits = u32::try_from(places).ok().filter(|places| *places <= 28);
        if fits.is_none() {
            self.found.push(
                Diagnostic::new(&catalog::INVALID_NUMBER, format!("a decimal has no {places} places"))
                    .at(Place::span(&self.file, item.span()))
                    .help("give at most 28 places"),
            );
        }
        fits
    }

    fn missing(&mut self, item: &Item<'_>, base: MissingRule) -> MissingRule {
        let mut rule = base;
        let Some(table) = item.get_ref().as_table() else { return rule };
        if let Some(action) = table.get("aggregate").and_then(|i| value::word(i, MissingAction::WORDS)) {
            rule.action = action;
        }
        if let Some(item) = table.get("min-share")
            && let Some(share) = value::decimal(item)
        {
            if share < Decimal::ZERO || share > Decimal::ONE {
                self.found.push(
                    Diagnostic::new(&catalog::INVALID_NUMBER, format!("`min-share` is {share}"))
                        .at(Place::span(&self.file, item.span()))
                        .help("give a share from 0 to 1"),
                );
            } else {
                rule.min_share = share;
            }
        }
        if let Some(count) = table.get("min-count").and_then(value::count) {
            rule.min_count = usize::try_from(count).unwrap_or(usize::MAX);
        }
        rule
    }

    fn grade(&mut self, table: &DeTable<'_>, item: &Item<'_>) -> Option<Grade> {
        let id = Self::id(table)?;
        let name = table.get("name").and_then(value::bilingual)?;
        let first = |lang| name.get(lang).chars().next().map(|c| c.to_uppercase().collect::<String>());
        let letter = table
            .get("letter")
            .and_then(value::bilingual)
            .unwrap_or(Text { en: first(crate::Lang::En), zh: first(crate::Lang::Zh) });
        let target_year = table.get("target-year").and_then(|item| self.year(item));
        Some(Grade { id, name, letter, target_year, spans: self.spans(table, item) })
    }

    fn scale(&mut self, table: &DeTable<'_>) -> Option<OrderedScale> {
        let levels = self.scale_levels(table.get("levels")?);
        Some(OrderedScale {
            id: Self::id(table)?,
            levels,
            title: table.get("title").and_then(value::flag).unwrap_or(false),
        })
    }

    fn scale_levels(&mut self, item: &Item<'_>) -> Vec<ScaleLevel> {
        let mut levels: Vec<ScaleLevel> = Vec::new();
        for level in value::each(item) {
            let parsed = match level.get_ref() {
                DeValue::String(text) => {
                    Id::new(text).ok().map(|id| ScaleLevel { name: Text::english(id.as_str()), id })
                }
                DeValue::Table(table) => Self::id(table).map(|id| ScaleLevel {
                    name: table
                        .get("name")
                        .and_then(value::bilingual)
                        .unwrap_or_else(|| Text::english(id.as_str())),
                    id,
                }),
                _ => None,
            };
            let Some(parsed) = parsed else { continue };
            if levels.iter().any(|l| l.id == parsed.id) {
                self.found.push(
                    Diagnostic::new(&catalog::DUPLICATE_CODE, format!("the scale has `{}` twice", parsed.id))
                        .at(Place::span(&self.file, level.span()))
                        .help("remove one of them"),
                );
            } else {
                levels.push(parsed);
            }
        }
        if levels.len() < 2 {
            self.found.push(
                Diagnostic::new(
                    &catalog::SCALE_TOO_SHORT,
                    match levels.len() {
                        0 => "the scale has no level".to_owned(),
                        n => format!("the scale has only {n} level"),
                    },
                )
                .at(Place::span(&self.file, item.span()))
                .help("list the levels from the lowest to the highest"),
            );
        }
        levels
    }

    fn origin_fields(&self, id: Id, table: &DeTable<'_>, item: &Item<'_>) -> Origin {
        let text = |key: &str| table.get(key).and_then(value::bilingual).unwrap_or_default();
        let plain = |key: &str| table.get(key).and_then(value::owned);
        Origin {
            id,
            producer: text("producer"),
            title: text("title"),
            version: plain("version"),
            url: plain("url"),
            published: plain("published"),
            accessed: plain("accessed"),
            license: plain("license"),
            citation: plain("citation"),
            confidence: table.get("confidence").and_then(|i| value::word(i, Confidence::WORDS)),
            note: text("note"),
            spans: self.spans(table, item),
        }
    }

    fn origin(&mut self, table: &DeTable<'_>, item: &Item<'_>) -> Option<Origin> {
        Some(self.origin_fields(Self::id(table)?, table, item))
    }

    /// The origins an item names or holds; an inline origin joins the list under a code of its own.
    pub(super) fn origins_of(&mut self, owner: &str, item: Option<&Item<'_>>) -> Vec<usize> {
        let Some(item) = item else { return Vec::new() };
        if let Some(table) = item.get_ref().as_table() {
            let Ok(id) = Id::new(&format!("{owner}.origin")) else { return Vec::new() };
            let origin = self.origin_fields(id, table, item);
            self.origins.push(origin);
            return vec![self.origins.len() - 1];
        }
        let mut out = Vec::new();
        for code in value::each(item) {
            let Some(text) = value::text(code) else { continue };
            match self.origins.iter().position(|o| o.id == *text) {
                Some(ix) => out.push(ix),
                None => {
                    let mut diagnostic =
                        Diagnostic::new(&catalog::UNKNOWN_ORIGIN, format!("there is no origin `{text}`"))
                            .at(Place::span(&self.file, code.span()));
                    if let Some(near) = nearest(text, self.origins.iter().map(|o| o.id.as_str())) {
                        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                    } else {
                        diagnostic = diagnostic.help(format!("add an [[origin]] with `id = \"{text}\"`"));
                    }
                    self.found.push(diagnostic);
                }
            }
        }
        out
    }

    fn unit(&mut self, table: &DeTable<'_>, item: &Item<'_>) -> Option<Unit> {
        let id = Self::id(table)?;
        let groups = table
            .get("groups")
            .and_then(|i| i.get_ref().as_table())
            .map(|groups| {
                groups
                    .iter()
                    .filter_map(|(key, item)| Some((key.get_ref().to_string(), value::owned(item)?)))
                    .collect()
            })
            .unwrap_or_default();
        Some(Unit {
            name: table.get("name").and_then(value::bilingual).unwrap_or_else(|| Text::english(id.as_str())),
            role: table.get("role").and_then(|i| value::word(i, UnitRole::WORDS)).unwrap_or_default(),
            groups,
            coordinates: self.coordinates(&id, table, item),
            spans: self.spans(table, item),
            id,
        })
    }

    /// Latitude and longitude, where both are there and on the globe.
    fn coordinates(&mut self, id: &Id, table: &DeTable<'_>, item: &Item<'_>) -> Option<(Decimal, Decimal)> {
        let spans = self.spans(table, item);
        let read = |key: &str| table.get(key).and_then(value::decimal);
        let mut wrong = |key: &str, message: String, help: &str| {
            let finding =
                Diagnostic::new(&catalog::INVALID_COORDINATES, message).at(spans.of(key)).help(help);
            self.found.push(finding);
        };
        let (latitude, longitude) = match (read("latitude"), read("longitude")) {
            (Some(latitude), Some(longitude)) => (latitude, longitude),
            (Some(_), None) if table.get("longitude").is_none() => {
                wrong(
                    "latitude",
                    format!("`{id}` has a latitude and no longitude"),
                    "add `longitude`, in degrees east",
                );
                return None;
            }
            (None, Some(_)) if table.get("latitude").is_none() => {
                wrong(
                    "longitude",
                    format!("`{id}` has a longitude and no latitude"),
                    "add `latitude`, in degrees north",
                );
                return None;
            }
            _ => return None,
        };
        let mut held = true;
        for (key, degrees, most) in [("latitude", latitude, 90), ("longitude", longitude, 180)] {
            if degrees.abs() > Decimal::from(most) {
                let message = format!("the {key} of `{id}` is {degrees}, beyond {most} degrees");
                let swapped = key == "latitude"
                    && degrees.abs() <= Decimal::from(180)
                    && longitude.abs() <= Decimal::from(90);
                let help = if swapped {
                    "exchange `latitude` and `longitude`".to_owned()
                } else {
                    format!("give degrees from -{most} to {most}, as a decimal number")
                };
                wrong(key, message, &help);
                held = false;
            }
        }
        held.then_some((latitude, longitude))
    }

    fn map(&mut self, document: &DeTable<'_>) -> Option<MapSource> {
        let item = document.get("map")?;
        let table = item.get_ref().as_table()?;
        let file = table.get("file").and_then(value::owned)?;
        let property = table.get("property").and_then(value::owned);
        Some(MapSource { file, property, spans: self.spans(table, item) })
    }

    pub(super) fn data_source(&mut self, table: &DeTable<'_>, item: &Item<'_>) -> Option<DataSource> {
        let codes = |key: &str| -> BTreeMap<String, Id> {
            table
                .get(key)
                .and_then(|i| i.get_ref().as_table())
                .map(|map| {
                    map.iter()
                        .filter_map(|(k, v)| Some((k.get_ref().to_string(), Id::new(value::text(v)?).ok()?)))
                        .collect()
                })
                .unwrap_or_default()
        };
        let mut columns: BTreeMap<ColumnRole, String> = BTreeMap::new();
        let mut unit_columns = Vec::new();
        for (key, item) in table.get("columns").and_then(|i| i.get_ref().as_table()).into_iter().flatten() {
            let word = key.get_ref().as_ref();
            let Some((_, role)) = ColumnRole::WORDS.iter().find(|(known, _)| *known == word) else {
                continue;
            };
            let names: Vec<String> = value::each(item).into_iter().filter_map(value::owned).collect();
            match (&names[..], role) {
                ([name], _) => {
                    columns.insert(*role, name.clone());
                }
                (_, ColumnRole::Unit) if !names.is_empty() => unit_columns = names,
                _ => self.found.push(
                    Diagnostic::new(
                        &catalog::WRONG_TYPE,
                        format!("`columns.{word}` names {} columns", names.len()),
                    )
                    .at(Place::span(&self.file, item.span()))
                    .help("name one column; only `unit` may be made of several"),
                ),
            }
        }
        let groups = table
            .get("groups")
            .and_then(|i| i.get_ref().as_table())
            .map(|map| {
                map.iter().filter_map(|(k, v)| Some((k.get_ref().to_string(), value::owned(v)?))).collect()
            })
            .unwrap_or_default();
        let absent = table
            .get("absent")
            .and_then(|i| i.get_ref().as_table())
            .map(|map| {
                map.iter()
                    .filter_map(|(k, v)| Some((k.get_ref().to_string(), value::word(v, Absence::WORDS)?)))
                    .collect()
            })
            .unwrap_or_default();
        let notation = table.get("numbers").and_then(|i| i.get_ref().as_table());
        let numbers = notation.map_or_else(NumberNotation::default, |n| NumberNotation {
            decimal: n.get("decimal").and_then(value::character).unwrap_or('.'),
            thousands: n.get("thousands").and_then(value::character),
            percent: n.get("percent").and_then(|i| value::word(i, Percent::WORDS)).unwrap_or_default(),
        });
        if numbers.thousands == Some(numbers.decimal)
            && let Some(place) = table.get("numbers")
        {
            self.found.push(
                Diagnostic::new(
                    &catalog::INVALID_PARAMETER,
                    format!("`{}` cannot be both the decimal mark and the thousands mark", numbers.decimal),
                )
                .at(Place::span(&self.file, place.span()))
                .help("give them different marks"),
            );
        }
        let origin = self.origins_of("data", table.get("origin")).first().copied();
        Some(DataSource {
            file: table.get("file").and_then(value::owned)?,
            sheet: table.get("sheet").and_then(value::owned),
            layout: table.get("layout").and_then(|i| value::word(i, Layout::WORDS)).unwrap_or_default(),
            columns,
            unit_columns,
            groups,
            variables: codes("variables"),
            units: codes("units"),
            delimiter: table.get("delimiter").and_then(value::character),
            encoding: table.get("encoding").and_then(value::owned),
            numbers,
            absent,
            period: table.get("period").and_then(period),
            status: table.get("status").and_then(|i| value::word(i, Status::WORDS)).unwrap_or_default(),
            rounded: table
                .get("rounded")
                .and_then(|i| i.get_ref().as_table())
                .into_iter()
                .flatten()
                .filter_map(|(k, v)| {
                    let places = u32::try_from(value::count(v)?).ok()?;
                    Some((Id::new(k.get_ref()).ok()?, places))
                })
                .collect(),
            make_codes: table.get("make-codes").and_then(value::flag).unwrap_or(false),
            subset: table.get("subset").and_then(value::flag).unwrap_or(false),
            origin,
            spans: self.spans(table, item),
        })
    }

    fn measure(&mut self, table: &DeTable<'_>, item: &Item<'_>) -> Option<Measure> {
        let id = Self::id(table)?;
        let origin = self.origins_of(id.as_str(), table.get("origin")).first().copied();
        let scale = table.get("scale").and_then(|item| self.scale_of(&id, item));
        Some(Measure {
            scale,
            name: table.get("name").and_then(value::bilingual).unwrap_or_else(|| Text::english(id.as_str())),
            measurement_unit: table.get("unit").and_then(value::owned),
            formula: table.get("formula").and_then(value::owned),
            survey: table.get("survey").and_then(|item| survey::used(self, &id, table, item)),
            origin,
            spans: self.spans(table, item),
            id,
        })
    }

    fn index(&mut self, table: &DeTable<'_>, item: &Item<'_>) -> Option<Index> {
        let text = |key: &str| table.get(key).and_then(value::bilingual).unwrap_or_default();
        let unit_kind = table.get("unit-kind").and_then(value::bilingual);
        Some(Index {
            id: Self::id(table)?,
            name: table.get("name").and_then(value::bilingual)?,
            description: text("description"),
            notice: text("notice"),
            open_questions: (table.get("open-questions").and_then(|i| i.get_ref().as_array()))
                .map(|list| list.iter().filter_map(value::bilingual).collect())
                .unwrap_or_default(),
            edition: table.get("edition").and_then(value::owned),
            status: table
                .get("status")
                .and_then(|i| value::word(i, PackageStatus::WORDS))
                .unwrap_or_default(),
            unit_kind: unit_kind.unwrap_or_else(|| Text::both("unit", "对象")),
            publisher: text("publisher"),
            license: table.get("license").and_then(value::owned),
            confidence: table.get("confidence").and_then(|i| value::word(i, Confidence::WORDS)),
            target_year: table.get("target-year").and_then(|item| self.year(item)),
            spans: self.spans(table, item),
        })
    }

    fn root(&mut self, table: &DeTable<'_>, item: &Item<'_>) -> Option<Node> {
        Some(Node {
            id: Self::id(table)?,
            name: table.get("name").and_then(value::bilingual)?,
            parent: None,
            children: Vec::new(),
            weight: Ratio::ONE,
            weight_formula: None,
            round: table.get("round").and_then(|i| self.rounding(i)),
            kind: NodeKind::Group(Box::new(self.group_fields(table))),
            spans: self.spans(table, item),
        })
    }

    fn group_fields(&mut self, table: &DeTable<'_>) -> Group {
        let aggregate = match table.get("aggregate") {
            Some(item) => method_call(item, "aggregate"),
            None => self.defaults.aggregate.clone(),
        };
        let base = self.policy.missing;
        let formula = table.get("formula").and_then(value::owned);
        if let (Some(_), Some(item)) = (&formula, table.get("aggregate")) {
            self.found.push(
                Diagnostic::new(&catalog::STEP_CONFLICT, "the score has a formula and an aggregation")
                    .at(Place::span(&self.file, item.span()))
                    .help("remove `aggregate`: the formula says how the score comes about"),
            );
        }
        for key in ["weights", "weights-from"] {
            if let Some(item) = table.get(key).filter(|_| formula.is_some()) {
                self.found.push(
                    Diagnostic::new(
                        &catalog::STEP_CONFLICT,
                        "the score has a formula, in which weights take no part",
                    )
                    .at(Place::span(&self.file, item.span()))
                    .help(format!("remove `{key}`, or write the weights into the formula")),
                );
            }
        }
        // A word says how written weights are used; anything else is a method that finds them.
        let (weights, weigh) = match table.get("weights") {
            None => (self.defaults.weights, self.defaults.weigh.clone()),
            Some(item) => weight_use(item),
        };
        Group {
            description: table.get("description").and_then(value::bilingual).unwrap_or_default(),
            aggregate: aggregate.filter(|_| formula.is_none()),
            formula,
            normalize: table.get("normalize").and_then(|item| method_call(item, "normalize")),
            direction: table
                .get("direction")
                .and_then(|i| value::word(i, Direction::WORDS))
                .unwrap_or_default(),
            weights,
            weigh,
            weigh_figures: table.get("weights-from").and_then(value::text) == Some("figures"),
            fit: table.get("fit").and_then(|i| value::word(i, Fit::WORDS)),
            missing: table.get("missing").map_or(base, |item| self.missing(item, base)),
            grade: None,
        }
    }

    fn weight(table: &DeTable<'_>) -> Ratio {
        table.get("weight").and_then(value::weight).and_then(Result::ok).unwrap_or(Ratio::ONE)
    }

    fn group(&mut self, table: &DeTable<'_>, item: &Item<'_>) -> Option<Draft> {
        let node = Node {
            id: Self::id(table)?,
            name: table.get("name").and_then(value::bilingual)?,
            parent: None,
            children: Vec::new(),
            weight: Self::weight(table),
            weight_formula: weight_formula(table),
            round: table.get("round").and_then(|i| self.rounding(i)),
            kind: NodeKind::Group(Box::new(self.group_fields(table))),
            spans: self.spans(table, item),
        };
        Some(Draft { node, parent: table.get("parent").and_then(value::owned), start: item.span().start })
    }

    fn indicator(&mut self, table: &DeTable<'_>, item: &Item<'_>) -> Option<Draft> {
        let id = Self::id(table)?;
        let spans = self.spans(table, item);
        let direction = table
            .get("direction")
            .and_then(|i| value::word(i, Direction::WORDS))
            .unwrap_or(self.defaults.direction);
        let scale = table.get("scale").and_then(|item| self.scale_of(&id, item));
        let normalize = match table.get("normalize") {
            Some(item) => method_call(item, "normalize"),
            None => self.defaults.normalize.clone(),
        };
        // Where the direction was meant and not understood, the order of the ladder cannot be judged.
        let ordered = match table.get("direction") {
            Some(item) => value::word(item, Direction::WORDS).is_some(),
            None => !table.keys().any(|key| nearest(key.get_ref(), ["direction"]).is_some()),
        };
        let course = Course { direction, known: ordered, scale };
        let ladder = table.get("ladder").map(|item| ladder::ladder(self, item, &course)).unwrap_or_default();
        let tags = table.get("tags").map(value::each).unwrap_or_default();
        let effort = table.get("effort").map(|item| effort::effort(self, item, &course)).unwrap_or_default();
        let text = |key: &str| table.get(key).and_then(value::bilingual).unwrap_or_default();
        let confidence = |key: &str| table.get(key).and_then(|i| value::word(i, Confidence::WORDS));
        let places = table.get("places").and_then(|item| self.places(item));
        let (limits, kind) = self.limits(&id, table);
        let indicator = Indicator {
            description: text("description"),
            measurement_unit: table.get("unit").and_then(value::owned),
            direction,
            scale,
            limits,
            kind,
            formula: table.get("formula").and_then(value::owned),
            survey: table.get("survey").and_then(|item| survey::used(self, &id, table, item)),
            normalize,
            ladder,
            pass: table.get("pass").map(|item| ladder::pass(self, item)).unwrap_or_default(),
            tolerance: self.not_negative(table, "tolerance").unwrap_or_default(),
            carry_forward: table.get("carry-forward").and_then(|item| self.max_age(item)),
            substitute: table.get("substitute").and_then(value::text).and_then(|text| Id::new(text).ok()),
            tags: tags.into_iter().filter_map(|i| Id::new(value::text(i)?).ok()).collect(),
            effort,
            why: text("why"),
            ladder_confidence: confidence("ladder-confidence"),
            confidence: confidence("confidence"),
            unpublished: table.get("unpublished").and_then(value::flag).unwrap_or(false),
            places,
            origins: self.origins_of(id.as_str(), table.get("origin")),
            counterparts: selection::counterparts(self, table),
            note: text("note"),
        };
        let node = Node {
            name: table.get("name").and_then(value::bilingual)?,
            parent: None,
            children: Vec::new(),
            weight: Self::weight(table),
            weight_formula: weight_formula(table),
            round: table.get("round").and_then(|i| self.rounding(i)),
            kind: NodeKind::Indicator(Box::new(indicator)),
            spans,
            id,
        };
        Some(Draft { node, parent: table.get("parent").and_then(value::owned), start: item.span().start })
    }

    /// The scale an indicator names, or an unnamed one it lists.
    fn scale_of(&mut self, owner: &Id, item: &Item<'_>) -> Option<usize> {
        if let Some(text) = value::text(item) {
            let mut position = self.scales.iter().position(|s| s.id == *text);
            if position.is_none() && text == OrderedScale::YES_NO {
                self.scales.extend(OrderedScale::yes_no());
                position = self.scales.len().checked_sub(1);
            }
            if position.is_none() {
                let mut diagnostic =
                    Diagnostic::new(&catalog::UNKNOWN_SCALE, format!("there is no scale `{text}`"))
                        .at(Place::span(&self.file, item.span()));
                if let Some(near) =
                    nearest(text, self.scales.iter().map(|s| s.id.as_str()).chain([OrderedScale::YES_NO]))
                {
                    diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                } else {
                    diagnostic = diagnostic.help(format!("add a [[scale]] with `id = \"{text}\"`"));
                }
                self.found.push(diagnostic);
            }
            return position;
        }
        let levels = self.scale_levels(item);
        self.scales.push(OrderedScale { id: owner.clone(), levels, title: false });
        Some(self.scales.len() - 1)
    }

    /// That there is no such grade.
    pub(super) fn unknown_grade(&mut self, name: &str, span: std::ops::Range<usize>) {
        let known: Vec<&str> = self.grades.iter().map(|g| g.id.as_str()).collect();
        let diagnostic = Diagnostic::new(&catalog::UNKNOWN_GRADE, format!("there is no grade `{name}`"))
            .at(Place::span(&self.file, span));
        self.found.push(match nearest(name, known.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => diagnostic.help(format!("add a [[grade]] with `id = \"{name}\"`")),
            None => diagnostic.help(format!("use one of {}", list_some(known))),
        });
    }

    /// The place of a grade by its code.
    pub(super) fn grade_of(&mut self, item: &Item<'_>) -> Option<usize> {
        let text = value::text(item)?;
        let found = self.grades.iter().position(|g| g.id == *text);
        if found.is_none() {
            self.unknown_grade(text, item.span());
        }
        found
    }

    fn published(
        &mut self,
        table: &DeTable<'_>,
        item: &Item<'_>,
        nodes: &[Node],
        measures: &[Measure],
    ) -> Option<Published> {
        let mut columns = BTreeMap::new();
        for (key, item) in table.get("columns").and_then(|i| i.get_ref().as_table()).into_iter().flatten() {
            let details = item.get_ref().as_table();
            let Some(code) = details.map_or(Some(item), |table| table.get("of")) else { continue };
            let Some(of) = value::text(code).and_then(|text| Id::new(text).ok()) else { continue };
            let known = || nodes.iter().map(|n| &n.id).chain(measures.iter().map(|m| &m.id));
            if !known().any(|id| *id == of) {
                let mut diagnostic =
                    Diagnostic::new(&catalog::UNKNOWN_NODE, format!("there is no node or measure `{of}`"))
                        .at(Place::span(&self.file, code.span()));
                if let Some(near) = nearest(of.as_str(), known().map(Id::as_str)) {
                    diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                }
                self.found.push(diagnostic);
                continue;
            }
            let rank = details.and_then(|t| t.get("rank")).and_then(value::flag).unwrap_or(false);
            let stage = details.and_then(|t| t.get("stage")).and_then(value::owned);
            let column = PublishedColumn {
                of,
                what: match (rank, stage) {
                    (true, _) => PublishedNumber::Rank,
                    (false, Some(stage)) => PublishedNumber::Stage(stage),
                    (false, None) => PublishedNumber::Score,
                },
                rounding: details.and_then(|t| t.get("rounding")).and_then(|i| self.rounding(i)),
                tolerance: details.and_then(|t| t.get("tolerance")).and_then(value::decimal),
            };
            columns.insert(key.get_ref().to_string(), column);
        }
        let inputs = table.get("inputs").and_then(|i| Some((i, i.get_ref().as_table()?)));
        Some(Published {
            file: table.get("file").and_then(value::owned)?,
            shared: table.get("shared").and_then(value::flag).unwrap_or(false),
            inputs: inputs.and_then(|(item, table)| self.data_source(table, item)).map(Box::new),
            unit: table.get("unit").map_or_else(
                || vec!["unit".into()],
                |item| value::each(item).into_iter().filter_map(value::owned).collect(),
            ),
            period: table.get("period").and_then(value::owned),
            columns,
            rounding: table.get("rounding").and_then(|i| self.rounding(i)),
            tolerance: table.get("tolerance").and_then(value::decimal).unwrap_or_else(|| Decimal::new(1, 9)),
            matches: table.get("matches").and_then(value::count),
            note: table.get("note").and_then(value::bilingual).unwrap_or_default(),
            spans: self.spans(table, item),
        })
    }
}

fn weight_formula(table: &DeTable<'_>) -> Option<String> {
    table.get("weight")?.get_ref().as_table()?.get("formula").and_then(value::owned)
}

/// How the weights of a group's parts are used, and the method that finds them where it is no word.
fn weight_use(item: &Item<'_>) -> (WeightUse, Option<MethodCall>) {
    match value::word(item, WeightUse::WORDS) {
        Some(word) => (word, None),
        None => (WeightUse::Proportional, method_call(item, "weights")),
    }
}

fn measurement_unit(table: &DeTable<'_>) -> Option<MeasurementUnit> {
    Some(MeasurementUnit {
        id: table.get("id").and_then(value::owned)?,
        name: table.get("name").and_then(value::bilingual)?,
    })
}

fn conversion(table: &DeTable<'_>) -> Option<Conversion> {
    Some(Conversion {
        from: table.get("from").and_then(value::owned)?,
        to: table.get("to").and_then(value::owned)?,
        multiply: table.get("multiply").and_then(value::decimal)?,
    })
}

fn period(item: &Item<'_>) -> Option<Period> {
    match item.get_ref() {
        DeValue::Integer(i) => Period::parse(i.as_str()),
        DeValue::String(text) => Period::parse(text),
        DeValue::Datetime(date) => Period::parse(&date.to_string()),
        _ => None,
    }
}

/// Every table of an array of tables, with its item.
pub(super) fn tables<'a, 't>(
    document: &'a DeTable<'t>,
    key: &str,
) -> impl Iterator<Item = (&'a DeTable<'t>, &'a Item<'t>)> + use<'a, 't> {
    document
        .get(key)
        .and_then(|item| item.get_ref().as_array())
        .into_iter()
        .flat_map(|items| items.iter())
        .filter_map(|item| Some((item.get_ref().as_table()?, item)))
}

/// Notes the span of every key, nested ones under dotted paths.
fn note(spans: &mut Spans, table: &DeTable<'_>, prefix: &str) {
    for (key, item) in table {
        let path =
            if prefix.is_empty() { key.get_ref().to_string() } else { format!("{prefix}.{}", key.get_ref()) };
        note_value(spans, item, path);
    }
}

fn note_value(spans: &mut Spans, item: &Item<'_>, path: String) {
    match item.get_ref() {
        DeValue::Table(table) => note(spans, table, &path),
        DeValue::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                note_value(spans, item, format!("{path}.{i}"));
            }
        }
        _ => {}
    }
    spans.note(path, item.span());
}

/// A method as written: `"min-max"`, `{ method = "goalposts", lower = 0, upper = 10 }`, or `"none"` for no method.
pub(super) fn method_call(item: &Item<'_>, key: &str) -> Option<MethodCall> {
    if let Some(text) = value::text(item) {
        return (text != "none").then(|| MethodCall {
            method: text.to_owned(),
            transform: None,
            args: BTreeMap::new(),
            key: key.to_owned(),
        });
    }
    let table = item.get_ref().as_table()?;
    let method = table.get("method").and_then(value::owned).filter(|m| m != "none")?;
    let transform =
        table.get("transform").and_then(|t| method_call(t, &format!("{key}.transform"))).map(Box::new);
    let args: BTreeMap<String, ArgValue> = table
        .iter()
        .filter(|(name, _)| !matches!(name.get_ref().as_ref(), "method" | "transform"))
        .filter_map(|(name, item)| Some((name.get_ref().to_string(), value::argument(item).ok()?)))
        .collect();
    Some(MethodCall { method, transform, args, key: key.to_owned() })
}
