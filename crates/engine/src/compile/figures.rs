//! Figures on the rows of the result: observed or derived, of the period each unit stands with.

use super::periods::select;
use super::{Compiler, NewStep, State};
use crate::blame::blame;
use crate::plan::{Declared, Slot, Work};
use crate::table::{Classes, NONE, last_named};
use gradus_formula::{Formula, Mistake, Name, Program, Reading};
use gradus_method::Column;
use gradus_model::diagnostic::{Place, catalog, list_some, nearest};
use gradus_model::number::Scalar;
use gradus_model::observation::Period;
use gradus_model::package::{NodeIx, Variable};
use gradus_model::policy::PeriodRule;
use gradus_model::{Diagnostic, Id, Package};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How deep formulas may lead from one to another through scores; no package that is read by people comes near.
const DEEPEST: usize = 200;

/// What a name in a formula stands for.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Variable(usize),
    Score(NodeIx),
    Member,
}

impl<S: Scalar> Compiler<'_, S> {
    /// Who declares a variable's formula, and where it stands.
    fn declared(&self, variable: usize) -> (Declared, Place, &'static str, Id) {
        match self.node_of[variable] {
            Some(ix) => {
                let node = &self.package.nodes[ix];
                (Declared::Node(ix, "formula"), node.spans.of("formula"), "indicator", node.id.clone())
            }
            None => {
                let measure = &self.package.measures[variable];
                (Declared::Measure(variable), measure.spans.of("formula"), "measure", measure.id.clone())
            }
        }
    }

    /// Parses the formulas of variables, and computes those that need no score, each after those it uses.
    pub(super) fn derived(&mut self) {
        let package = self.package;
        for variable in 0..self.variables.len() {
            let text = match self.node_of[variable] {
                Some(ix) => package.nodes[ix].indicator().and_then(|i| i.formula.as_deref()),
                None => package.measures[variable].formula.as_deref(),
            };
            let Some(text) = text else { continue };
            let (_, place, what, id) = self.declared(variable);
            match Formula::parse(text) {
                Ok(formula) => {
                    let known = formula
                        .names()
                        .iter()
                        .filter(|name| self.meaning(name, &place, what, &id).is_some())
                        .count();
                    self.partitions(&formula, &place, what, &id);
                    // A formula with a name that is not there has been reported, and computes nothing.
                    if known == formula.names().len() {
                        self.formulas[variable] = Some(formula);
                    }
                }
                Err(mistake) => self.mistake(mistake, place, what, &id),
            }
        }
        // A formula over scores is late, and so is what uses it.
        let uses: Vec<Vec<usize>> = self.formulas.iter().map(|f| self.variables_of(f.as_ref())).collect();
        let mut late: Vec<usize> = (0..uses.len())
            .filter(|v| {
                self.formulas[*v].as_ref().is_some_and(|f| {
                    f.names().iter().any(|n| matches!(self.look_up(n), Some(Meaning::Score(_))))
                })
            })
            .collect();
        let users = reversed(&uses);
        while let Some(variable) = late.pop() {
            if !std::mem::replace(&mut self.variable_slots[variable].late, true) {
                late.extend(&users[variable]);
            }
        }
        // The others in an order in which each finds what it uses.
        let early = |c: &Self, v: usize| c.formulas[v].is_some() && !c.variable_slots[v].late;
        let mut open: Vec<usize> = (0..uses.len())
            .map(|v| if early(self, v) { uses[v].iter().filter(|u| early(self, **u)).count() } else { 0 })
            .collect();
        let mut ready: BTreeSet<usize> =
            (0..uses.len()).filter(|v| early(self, *v) && open[*v] == 0).collect();
        let mut n_left = (0..uses.len()).filter(|v| early(self, *v)).count();
        while let Some(variable) = ready.pop_first() {
            n_left -= 1;
            self.derive(variable, &uses[variable]);
            for user in &users[variable] {
                if early(self, *user) {
                    open[*user] -= 1;
                    if open[*user] == 0 {
                        ready.insert(*user);
                    }
                }
            }
        }
        if n_left > 0 {
            let left: Vec<usize> = (0..uses.len()).filter(|v| early(self, *v) && open[*v] > 0).collect();
            let codes = list_some(left.iter().map(|v| self.variables[*v].id));
            self.cycle(left[0], &codes);
        }
    }

    fn cycle(&mut self, variable: usize, codes: &str) {
        let (_, place, ..) = self.declared(variable);
        self.found.push(
            Diagnostic::new(&catalog::FORMULA_CYCLE, format!("the formulas of {codes} need each other"))
                .at(place)
                .help("compute one of them from measures only"),
        );
    }

    fn mistake(&mut self, mistake: Mistake, place: Place, what: &'static str, id: &Id) {
        let mut diagnostic =
            Diagnostic::new(&catalog::FORMULA_SYNTAX, mistake.message).at(place).concerning(what, id);
        if let Some(help) = mistake.help {
            diagnostic = diagnostic.help(help);
        }
        self.found.push(diagnostic);
    }

    fn variables_of(&self, formula: Option<&Formula>) -> Vec<usize> {
        let mut out: Vec<usize> = formula
            .into_iter()
            .flat_map(|f| f.names())
            .filter_map(|name| match self.look_up(name) {
                Some(Meaning::Variable(variable)) => Some(variable),
                _ => None,
            })
            .collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// What a name stands for; nothing when there is no such thing.
    fn look_up(&self, name: &Name) -> Option<Meaning> {
        let code = name.code.as_str();
        let variable = || self.variable_places.get(code).copied();
        let node = || self.node_places.get(code).copied();
        match &name.of {
            Reading::Member(_) => self.kinds.contains(code).then_some(Meaning::Member),
            Reading::Score => node().map(Meaning::Score),
            Reading::Value => variable().map(Meaning::Variable).or_else(|| {
                node().filter(|ix| self.package.nodes[*ix].group().is_some()).map(Meaning::Score)
            }),
        }
    }

    fn meaning(&mut self, name: &Name, place: &Place, what: &'static str, id: &Id) -> Option<Meaning> {
        let found = self.look_up(name);
        if found.is_none() {
            let code = &name.code;
            let (message, known, add): (String, Vec<String>, String) = match &name.of {
                Reading::Member(_) => (
                    format!("no unit has a group of the kind `{code}`"),
                    self.kinds.iter().map(|kind| (*kind).to_owned()).collect(),
                    format!(
                        "give units `groups = {{ {code} = \"...\" }}`, or name the column of the data that has it"
                    ),
                ),
                Reading::Score => (
                    format!("there is no indicator or group `{code}`"),
                    self.package.nodes.iter().map(|n| n.id.to_string()).collect(),
                    "name an indicator or group of the package".to_owned(),
                ),
                Reading::Value => (
                    format!("there is no measure or indicator `{code}`"),
                    self.variables.iter().map(|v| v.id.to_string()).collect(),
                    format!("add a [[measure]] with `id = \"{code}\"`"),
                ),
            };
            let mut diagnostic =
                Diagnostic::new(&catalog::FORMULA_NAME, message).at(place.clone()).concerning(what, id);
            diagnostic = match nearest(code, known.iter().map(String::as_str)) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(add),
            };
            self.found.push(diagnostic);
        }
        found
    }

    fn partitions(&mut self, formula: &Formula, place: &Place, what: &'static str, id: &Id) {
        for kind in formula.partitions() {
            if matches!(kind.as_str(), "period" | "unit") || self.kinds.contains(kind.as_str()) {
                continue;
            }
            let known: Vec<String> = self
                .kinds
                .iter()
                .map(|kind| (*kind).to_owned())
                .chain(["period".into(), "unit".into()])
                .collect();
            let diagnostic = Diagnostic::new(
                &catalog::FORMULA_NAME,
                format!("`partition by {kind}` names no kind of unit groups"),
            )
            .at(place.clone())
            .concerning(what, id);
            self.found.push(match nearest(kind, known.iter().map(String::as_str)) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("partition by {}", list_some(&known))),
            });
        }
    }

    /// The periods whose classes the rows have: where each figure stands with a period of its own, the last of the data.
    pub(super) fn class_periods(&self, on_grid: bool) -> Vec<Option<Period>> {
        if on_grid {
            return self.table.periods.clone();
        }
        let last = last_named(&self.table.periods);
        self.periods.iter().map(|period| period.or(last)).collect()
    }

    /// The class of each row, for each kind a formula partitions by.
    fn classes(&self, formula: &Formula, on_grid: bool) -> Vec<Arc<[u32]>> {
        let n_units = self.table.units.len();
        let periods = self.class_periods(on_grid);
        let class = |kind: &str, unit: usize, period: usize| match kind {
            "period" => period as u32,
            "unit" => unit as u32,
            kind => self.table.classes.get(kind).map_or(NONE, |classes| classes.of(unit, periods[period])),
        };
        formula
            .partitions()
            .iter()
            .map(|kind| {
                (0..periods.len())
                    .flat_map(|p| (0..n_units).map(move |u| (u, p)))
                    .map(|(u, p)| class(kind, u, p))
                    .collect()
            })
            .collect()
    }

    /// The column that says whether each row's unit is in a class.
    fn member(
        &mut self,
        kind: &str,
        class: &str,
        on_grid: bool,
        place: &Place,
        what: &'static str,
        id: &Id,
    ) -> Slot {
        let key = (kind.to_owned(), class.to_owned(), on_grid);
        if let Some(at) = self.member_places.get(&key) {
            return Slot::Member(*at);
        }
        let table = self.table;
        let classes = table.classes.get(kind);
        if let Some(known) = classes.filter(|known| known.names.iter().all(|name| **name != *class)) {
            let diagnostic = Diagnostic::new(
                &catalog::UNKNOWN_CLASS,
                format!("no unit has the class `{class}` of `{kind}`"),
            )
            .at(place.clone())
            .concerning(what, id);
            let names = known.names.iter().map(|name| &**name);
            self.found.push(match nearest(class, names) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("the classes are {}", list_some(&known.names))),
            });
        }
        let in_class = |unit: usize, period: Option<Period>| {
            let classes = classes?;
            let name = classes.names.get(classes.of(unit, period) as usize)?;
            Some(if **name == *class { S::ONE } else { S::ZERO })
        };
        let n_units = table.units.len();
        let periods = self.class_periods(on_grid);
        let rows = periods.iter().flat_map(|period| (0..n_units).map(move |unit| (unit, *period)));
        let column = Column::from_options(rows.map(|(unit, period)| in_class(unit, period)));
        self.members.push(column);
        self.member_places.insert(key, self.members.len() - 1);
        Slot::Member(self.members.len() - 1)
    }

    /// Adds the step of a variable whose formula uses no score, on the grid of the data, and computes its values: their
    /// presence decides which period is taken.
    fn derive(&mut self, variable: usize, uses: &[usize]) {
        let Some(formula) = self.formulas[variable].clone() else { return };
        let (declared, place, what, id) = self.declared(variable);
        let from: Vec<Slot> = formula
            .names()
            .iter()
            .filter_map(|name| match (self.look_up(name)?, &name.of) {
                (Meaning::Variable(v), _) => Some(self.variable_slots[v].derived.unwrap_or(Slot::Input(v))),
                (Meaning::Member, Reading::Member(class)) => {
                    let kind = name.code.clone();
                    Some(self.member(&kind, class, true, &place, what, &id))
                }
                _ => None,
            })
            .collect();
        let program = Program::new(&formula);
        let classes = self.classes(&formula, true);
        let mut values = Column::missing(0);
        {
            let columns: Vec<&Column<S>> = formula
                .names()
                .iter()
                .zip(&from)
                .map(|(name, slot)| match (slot, self.look_up(name)) {
                    (Slot::Member(at), _) => &self.members[*at],
                    (Slot::Input(at), _) => &self.table.columns[*at],
                    (Slot::Made(_), Some(Meaning::Variable(v))) => match &self.values[v] {
                        Some(values) => values,
                        None => &self.table.columns[v],
                    },
                    (Slot::Made(_), _) => &self.table.columns[variable],
                })
                .collect();
            let classes: Vec<&[u32]> = classes.iter().map(|c| &**c).collect();
            if let Err(fault) = program.column(&columns, &classes, self.table.n_rows(), &mut values) {
                // A run comes to the same fault, and reports it with those of other steps.
                self.faulty.push(blame(
                    self.package,
                    &fault,
                    declared,
                    &self.table.units,
                    &self.table.periods,
                ));
                values = Column::missing(self.table.n_rows());
            }
        }
        let mut all: Vec<usize> = Vec::new();
        for v in uses {
            match &self.variable_slots[*v] {
                deeper if deeper.derived.is_some() => all.extend(&deeper.uses),
                _ => all.push(*v),
            }
        }
        all.sort_unstable();
        all.dedup();
        let work = Work::Derive { program, from, classes };
        let (_, made) = self.push(NewStep { on_grid: true, ..NewStep::new(declared, work) });
        self.variable_slots[variable].uses = all;
        self.variable_slots[variable].derived = Some(Slot::Made(made));
        self.values[variable] = Some(values);
    }

    /// The column of a measure or indicator on the rows of the result.
    pub(super) fn figure(&mut self, variable: usize, depth: usize) -> Option<Slot> {
        if let Some(slot) = self.variable_slots[variable].selected {
            return Some(slot);
        }
        if self.variable_states[variable] != State::Open || depth > DEEPEST {
            if self.variable_states[variable] == State::Asked || depth > DEEPEST {
                let code = format!("`{}`", self.variables[variable].id);
                self.variable_states[variable] = State::Done;
                self.cycle(variable, &code);
            }
            return None;
        }
        self.variable_states[variable] = State::Asked;
        let slot = match (self.variable_slots[variable].late, self.formulas[variable].clone()) {
            (true, Some(formula)) => {
                let (declared, place, what, id) = self.declared(variable);
                let slot = self.computed(&formula, declared, &place, what, &id, depth + 1);
                let mut uses = self.variables_of(Some(&formula));
                uses.retain(|v| !self.variable_slots[*v].late && self.formulas[*v].is_none());
                self.variable_slots[variable].uses = uses;
                slot
            }
            _ => Some(self.selected(variable)),
        };
        self.variable_states[variable] = State::Done;
        self.variable_slots[variable].selected = slot;
        slot
    }

    fn selected(&mut self, variable: usize) -> Slot {
        let package = self.package;
        let slot = self.variable_slots[variable].derived.unwrap_or(Slot::Input(variable));
        if package.policy.periods == PeriodRule::Panel {
            return slot;
        }
        let derived = self.values[variable].as_ref();
        let values = derived.unwrap_or(&self.table.columns[variable]);
        // An interval or a level has no number but is a figure: what was observed decides, not what computes.
        let has_figure =
            |row: usize| values.has(row) || (derived.is_none() && self.table.has_figure(variable, row));
        let rows: Arc<[u32]> = select(self.table, package.policy.periods, has_figure).into();
        self.variable_slots[variable].rows = rows.clone();
        let declared = match self.node_of[variable] {
            Some(ix) => Declared::Node(ix, "periods"),
            None => Declared::Measure(variable),
        };
        let (_, made) = self.push(NewStep::new(declared, Work::Select { from: slot, rows }));
        Slot::Made(made)
    }

    /// The column of a formula on the rows of the result.
    pub(super) fn computed(
        &mut self,
        formula: &Formula,
        declared: Declared,
        place: &Place,
        what: &'static str,
        id: &Id,
        depth: usize,
    ) -> Option<Slot> {
        self.partitions(formula, place, what, id);
        let from = self.sources(formula, place, id, depth)?;
        let work =
            Work::Derive { program: Program::new(formula), from, classes: self.classes(formula, false) };
        let (_, made) = self.push(NewStep::new(declared, work));
        Some(Slot::Made(made))
    }

    /// As [`computed`](Self::computed), from text.
    pub(super) fn expression(
        &mut self,
        text: &str,
        declared: Declared,
        place: &Place,
        id: &Id,
        depth: usize,
    ) -> Option<Slot> {
        match Formula::parse(text) {
            Ok(formula) => self.computed(&formula, declared, place, "node", id, depth),
            Err(mistake) => {
                self.mistake(mistake, place.clone(), "node", id);
                None
            }
        }
    }

    /// The column a single name stands for.
    pub(super) fn column_of(&mut self, name: &Name, place: &Place, id: &Id, depth: usize) -> Option<Slot> {
        match (self.meaning(name, place, "node", id)?, &name.of) {
            (Meaning::Variable(variable), _) => self.figure(variable, depth + 1),
            (Meaning::Member, Reading::Member(class)) => {
                Some(self.member(&name.code, class, false, place, "node", id))
            }
            (Meaning::Member, _) => None,
            (Meaning::Score(ix), _) => {
                let slot = self.score(ix, depth + 1);
                if slot.is_none() && self.node_states[ix] == State::Done && !self.found.has_errors() {
                    let node = &self.package.nodes[ix];
                    self.found.push(
                        Diagnostic::new(
                            &catalog::FORMULA_NAME,
                            format!("`{}` has no score that a formula could use", node.id),
                        )
                        .at(place.clone())
                        .concerning("node", id)
                        .help("give it a normalization or an aggregation"),
                    );
                }
                slot
            }
        }
    }

    fn sources(&mut self, formula: &Formula, place: &Place, id: &Id, depth: usize) -> Option<Vec<Slot>> {
        let names: Vec<Name> = formula.names().to_vec();
        let mut from = Vec::with_capacity(names.len());
        for name in &names {
            from.push(self.column_of(name, place, id, depth)?);
        }
        Some(from)
    }
}

/// For each place, the places that use it.
fn reversed(uses: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut users = vec![Vec::new(); uses.len()];
    for (user, used) in uses.iter().enumerate() {
        for v in used {
            users[*v].push(user);
        }
    }
    users
}

/// Whether a formula may write a code so: with `_` for each `-`, which SQL reads as minus.
pub(crate) fn written_as(id: &Id, code: &str) -> bool {
    id.as_str().len() == code.len()
        && id.as_str().bytes().zip(code.bytes()).all(|(a, b)| a == b || (a == b'-' && b == b'_'))
}

/// Places by code, and by what a formula writes for it where that is no other's code.
pub(super) fn by_written<'a>(ids: impl Iterator<Item = &'a Id> + Clone) -> BTreeMap<Cow<'a, str>, usize> {
    let mut places: BTreeMap<Cow<'_, str>, usize> =
        ids.clone().zip(0..).map(|(id, at)| (Cow::Borrowed(id.as_str()), at)).collect();
    for (id, at) in ids.zip(0..).filter(|(id, _)| id.as_str().contains('-')) {
        places.entry(Cow::Owned(id.as_str().replace('-', "_"))).or_insert(at);
    }
    places
}

/// The kinds of unit groups that a package and its data speak of.
pub(super) fn kinds<'a>(package: &'a Package, classes: &'a BTreeMap<String, Classes>) -> BTreeSet<&'a str> {
    let units = package.units.iter().flat_map(|u| u.groups.keys());
    let inputs = package.published.iter().filter_map(|p| p.inputs.as_deref());
    let data = package.data.iter().chain(inputs).flat_map(|d| d.groups.keys());
    units.chain(data).chain(classes.keys()).map(String::as_str).collect()
}

/// The place of the variable that a name in a formula means.
pub(crate) fn variable_of(variables: &[Variable<'_>], name: &str) -> Option<usize> {
    variables
        .iter()
        .position(|v| *v.id == *name)
        .or_else(|| variables.iter().position(|v| written_as(v.id, name)))
}
