//! Rules of standards and groups: the forms of the rule language, with every name resolved.

use super::items::{Decoder, tables};
use super::value::{self, Item};
use crate::Diagnostic;
use crate::diagnostic::{Diagnostics, Place, catalog, nearest};
use crate::number::Decimal;
use crate::observation::Confidence;
use crate::package::{Clause, Node, NodeIx, NodeKind, Package, Rule, Scope, Standard};
use toml::de::DeTable;

const FORMS: &str = "write one of { every = \"*\" }, { count = 8, in = \"group\" }, { share = 0.9, in = \"*\" }, \
                     { group = \"code\" }, { all-of = [...] }, { any-of = [...] }, { count = 2, of = [...] }, { not = {...} }";

/// Reads the `grade` rules of the index and the groups.
pub(super) fn group_rules(decoder: &mut Decoder<'_>, document: &DeTable<'_>, nodes: &mut [Node]) {
    let index = document.get("index").and_then(|i| i.get_ref().as_table());
    let all: Vec<(&DeTable<'_>, Option<NodeIx>)> = index
        .into_iter()
        .map(|table| (table, Some(Package::ROOT)))
        .chain(tables(document, "group").map(|(table, _)| {
            let id = table.get("id").and_then(value::text);
            (table, id.and_then(|id| nodes.iter().position(|n| n.id == *id)))
        }))
        .collect();
    for (table, ix) in all {
        let (Some(item), Some(ix)) = (table.get("grade"), ix) else { continue };
        let rule = Reader { decoder: &mut *decoder, nodes, root: ix }.rule(item, "grade".to_owned());
        if let NodeKind::Group(group) = &mut nodes[ix].kind {
            group.grade = rule;
        }
    }
}

/// Reads the standards.
pub(super) fn standards(decoder: &mut Decoder<'_>, document: &DeTable<'_>, nodes: &[Node]) -> Vec<Standard> {
    let all: Vec<_> = tables(document, "standard").collect();
    let ids: Vec<Option<&str>> = all.iter().map(|(t, _)| t.get("id").and_then(value::text)).collect();
    let mut out = Vec::new();
    for (table, item) in &all {
        let mut requires = Vec::new();
        for code in table.get("requires").map(value::each).unwrap_or_default() {
            let Some(text) = value::text(code) else { continue };
            match ids.iter().position(|id| *id == Some(text)) {
                Some(ix) => requires.push(ix),
                None => {
                    let mut diagnostic =
                        Diagnostic::new(&catalog::UNKNOWN_STANDARD, format!("there is no standard `{text}`"))
                            .at(Place::span(&decoder.file, code.span()));
                    if let Some(near) = nearest(text, ids.iter().filter_map(|id| *id)) {
                        diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                    }
                    decoder.found.push(diagnostic);
                }
            }
        }
        let rule = table.get("rule").and_then(|rule| {
            Reader { decoder: &mut *decoder, nodes, root: Package::ROOT }.rule(rule, "rule".to_owned())
        });
        // A standard whose rule cannot be read keeps its place, so that `requires` stays right.
        let rule = rule.unwrap_or(Rule { clause: Clause::AllOf(Vec::new()), key: "rule".into() });
        out.extend(decoder.standard_fields(table, item, requires, rule));
    }
    requires_cycles(decoder, &out);
    out
}

/// Standards that require themselves; each ring is shown once, whole.
fn requires_cycles(decoder: &mut Decoder<'_>, standards: &[Standard]) {
    let mut reported = vec![false; standards.len()];
    for start in 0..standards.len() {
        if reported[start] {
            continue;
        }
        let Some(ring) = ring_from(standards, start) else { continue };
        for ix in &ring {
            reported[*ix] = true;
        }
        let names: Vec<String> =
            ring.iter().chain([&start]).map(|ix| format!("`{}`", standards[*ix].id)).collect();
        decoder.found.push(
            Diagnostic::new(
                &catalog::REQUIRES_CYCLE,
                format!("the standards require each other: {}", names.join(" → ")),
            )
            .at(standards[start].spans.of("requires"))
            .help("let one of the standards stand without the other"),
        );
    }
}

/// A shortest way from a standard back to itself.
fn ring_from(standards: &[Standard], start: usize) -> Option<Vec<usize>> {
    let mut came_from: Vec<Option<usize>> = vec![None; standards.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(ix) = queue.pop_front() {
        for next in standards[ix].requires.iter().copied().filter(|next| *next < standards.len()) {
            if next == start {
                let mut ring = vec![ix];
                while let Some(before) = came_from[ring[ring.len() - 1]] {
                    ring.push(before);
                }
                ring.reverse();
                return Some(ring);
            }
            if came_from[next].is_none() {
                came_from[next] = Some(ix);
                queue.push_back(next);
            }
        }
    }
    None
}

/// Warns of indicators without a ladder, where a standard cannot be shown to be reached without them. What is not public
/// or declared open has no ladder to give.
pub(super) fn without_ladder(standards: &[Standard], nodes: &[Node], found: &mut Diagnostics) {
    let mut reported = vec![false; nodes.len()];
    for standard in standards {
        let mut rules = vec![&standard.rule];
        let mut asked = vec![false; nodes.len()];
        while let Some(rule) = rules.pop() {
            let missing = match &rule.clause {
                Clause::AllOf(parts) => {
                    rules.extend(parts);
                    continue;
                }
                Clause::Group { groups, .. } => {
                    let new = groups.iter().filter(|ix| !std::mem::replace(&mut asked[**ix], true));
                    rules.extend(new.filter_map(|ix| nodes[*ix].group()?.grade.as_ref()));
                    continue;
                }
                Clause::Every { scope, .. } => short_of(scope, scope.indicators.len(), nodes),
                Clause::Count { count, scope, .. } => short_of(scope, *count, nodes),
                Clause::Share { share, scope, .. } => {
                    let needed = share.checked_mul(Decimal::from(scope.indicators.len())).map(|n| n.ceil());
                    short_of(scope, needed.and_then(|n| usize::try_from(n).ok()).unwrap_or(0), nodes)
                }
                // Another part may hold instead, or the rule holds because this one does not.
                Clause::AnyOf(_) | Clause::CountOf { .. } | Clause::Not(_) => continue,
            };
            for ix in missing {
                if std::mem::replace(&mut reported[ix], true) {
                    continue;
                }
                let node = &nodes[ix];
                found.push(
                    Diagnostic::new(
                        &catalog::NO_LADDER,
                        format!(
                            "`{}` has no ladder, so that `{}` cannot be shown to be reached",
                            node.id, standard.id
                        ),
                    )
                    .at(node.spans.item())
                    .also(standard.spans.of(&rule.key), "asked for here")
                    .concerning("indicator", &node.id)
                    .help(
                        "add a `ladder`, leave the indicator out of the rule, or say `ladder-confidence = \"unknown\"` \
                         while its thresholds are open",
                    ),
                );
            }
        }
    }
}

/// The indicators of a scope that lack a ladder, if those that have one are fewer than needed.
fn short_of(scope: &Scope, needed: usize, nodes: &[Node]) -> Vec<NodeIx> {
    let lacks = |ix: &NodeIx| {
        nodes[*ix].indicator().is_some_and(|i| {
            i.ladder.is_empty() && !i.unpublished && i.ladder_confidence != Some(Confidence::Unknown)
        })
    };
    let missing: Vec<NodeIx> = scope.indicators.iter().copied().filter(lacks).collect();
    if scope.indicators.len() - missing.len() < needed { missing } else { Vec::new() }
}

struct Reader<'d, 'f, 'n> {
    decoder: &'d mut Decoder<'f>,
    nodes: &'n [Node],
    /// The node the rule belongs to: `*` is what lies below it.
    root: NodeIx,
}

impl Reader<'_, '_, '_> {
    fn invalid(&mut self, item: &Item<'_>, message: String) -> Option<Rule> {
        self.decoder.found.push(
            Diagnostic::new(&catalog::INVALID_RULE, message)
                .at(Place::span(&self.decoder.file, item.span()))
                .help(FORMS),
        );
        None
    }

    fn rule(&mut self, item: &Item<'_>, key: String) -> Option<Rule> {
        let Some(table) = item.get_ref().as_table() else {
            return self.invalid(item, "a rule is a table".into());
        };
        let has = |name: &str| table.contains_key(name);
        let allowed: &[&str] = if has("every") {
            &["every", "at-least"]
        } else if has("share") {
            &["share", "in", "at-least"]
        } else if has("count") && has("of") {
            &["count", "of"]
        } else if has("count") {
            &["count", "in", "at-least"]
        } else if has("group") {
            &["group", "at-least"]
        } else if has("all-of") {
            &["all-of"]
        } else if has("any-of") {
            &["any-of"]
        } else if has("not") {
            &["not"]
        } else {
            let keys: Vec<String> = table.keys().map(|k| format!("`{}`", k.get_ref())).collect();
            let message = if keys.is_empty() {
                "the rule is empty".to_owned()
            } else {
                format!("no rule has only the keys {}", keys.join(", "))
            };
            return self.invalid(item, message);
        };
        if let Some(stray) = table.keys().find(|k| !allowed.contains(&k.get_ref().as_ref())) {
            return self
                .invalid(item, format!("a rule with `{}` has no key `{}`", allowed[0], stray.get_ref()));
        }
        let at_least = match table.get("at-least") {
            Some(grade) => Some(self.grade(grade)?),
            None => None,
        };
        let clause = match allowed[0] {
            "every" => Clause::Every { scope: self.scope(table.get("every")?)?, at_least },
            "share" => {
                let item = table.get("share")?;
                let share = match value::decimal(item) {
                    Some(share) if share > Decimal::ZERO && share <= Decimal::ONE => share,
                    _ => return self.invalid(item, "`share` is a number above 0, up to 1".into()),
                };
                Clause::Share { share, scope: self.scope_or_all(table.get("in"))?, at_least }
            }
            "count" => {
                let item = table.get("count")?;
                let Some(count) = value::count(item).and_then(|c| usize::try_from(c).ok()).filter(|c| *c > 0)
                else {
                    return self.invalid(item, "`count` is a whole number above 0".into());
                };
                if let Some(of) = table.get("of") {
                    let of = self.rules(of, &format!("{key}.of"))?;
                    self.possible(item, count, of.len(), "rules")?;
                    Clause::CountOf { count, of }
                } else {
                    let scope = self.scope_or_all(table.get("in"))?;
                    self.possible(item, count, scope.indicators.len(), "indicators")?;
                    Clause::Count { count, scope, at_least }
                }
            }
            "group" => Clause::Group { groups: self.groups(table.get("group")?)?, at_least },
            "all-of" => Clause::AllOf(self.rules(table.get("all-of")?, &format!("{key}.all-of"))?),
            "any-of" => Clause::AnyOf(self.rules(table.get("any-of")?, &format!("{key}.any-of"))?),
            _ => Clause::Not(Box::new(self.rule(table.get("not")?, format!("{key}.not"))?)),
        };
        Some(Rule { clause, key })
    }

    fn possible(&mut self, item: &Item<'_>, count: usize, of: usize, what: &str) -> Option<()> {
        // A scope without indicators is a group that lost its children, which is reported as such.
        if count <= of || of == 0 {
            return Some(());
        }
        self.decoder.found.push(
            Diagnostic::new(&catalog::IMPOSSIBLE_COUNT, format!("{count} of {of} {what} cannot be reached"))
                .at(Place::span(&self.decoder.file, item.span()))
                .help(format!("ask for at most {of}")),
        );
        None
    }

    fn rules(&mut self, item: &Item<'_>, key: &str) -> Option<Vec<Rule>> {
        let Some(items) = item.get_ref().as_array().filter(|items| items.iter().next().is_some()) else {
            self.invalid(item, "a list with at least one rule belongs here".into());
            return None;
        };
        // Every item is read, so that all mistakes are reported; the list counts only when all are sound.
        let rules: Vec<Option<Rule>> =
            items.iter().enumerate().map(|(i, item)| self.rule(item, format!("{key}.{i}"))).collect();
        rules.into_iter().collect()
    }

    fn grade(&mut self, item: &Item<'_>) -> Option<usize> {
        let text = value::text(item).unwrap_or_default();
        let position = self.decoder.grades.iter().position(|g| g.id == *text);
        if position.is_none() {
            let mut diagnostic =
                Diagnostic::new(&catalog::UNKNOWN_GRADE, format!("there is no grade `{text}`"))
                    .at(Place::span(&self.decoder.file, item.span()));
            if let Some(near) = nearest(text, self.decoder.grades.iter().map(|g| g.id.as_str())) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            self.decoder.found.push(diagnostic);
        }
        position
    }

    fn scope_or_all(&mut self, item: Option<&Item<'_>>) -> Option<Scope> {
        match item {
            Some(item) => self.scope(item),
            None => Some(Scope { written: "*".into(), indicators: self.indicators_below(self.root) }),
        }
    }

    fn scope(&mut self, item: &Item<'_>) -> Option<Scope> {
        let mut written = Vec::new();
        let mut indicators = Vec::new();
        for code in value::each(item) {
            let Some(text) = value::text(code) else {
                self.invalid(item, "a scope is `*`, a code, or a list of codes".into());
                return None;
            };
            let ix = if text == "*" { Some(self.root) } else { self.node(text) };
            match ix {
                Some(ix) => indicators.extend(self.indicators_below(ix)),
                None => {
                    self.unknown_scope(text, code);
                    return None;
                }
            }
            written.push(text.to_owned());
        }
        let mut seen = vec![false; self.nodes.len()];
        indicators.retain(|ix| !std::mem::replace(&mut seen[*ix], true));
        Some(Scope { written: written.join(", "), indicators })
    }

    fn groups(&mut self, item: &Item<'_>) -> Option<Vec<NodeIx>> {
        let mut groups = Vec::new();
        for code in value::each(item) {
            let text = value::text(code).unwrap_or_default();
            if text == "*" {
                let children = self.nodes[self.root].children.iter();
                groups.extend(children.filter(|c| self.nodes[**c].group().is_some()));
                continue;
            }
            match self.node(text).filter(|ix| self.nodes[*ix].group().is_some()) {
                // A group's own rule may not ask for the group itself or what contains it: that would go round.
                Some(ix) if self.root != Package::ROOT && !self.is_below(ix, self.root) => {
                    self.invalid(
                        code,
                        format!("the rule of a group cannot ask for `{text}`, which is not below it"),
                    );
                    return None;
                }
                Some(ix) => groups.push(ix),
                None => {
                    self.unknown_scope(text, code);
                    return None;
                }
            }
        }
        Some(groups)
    }

    fn is_below(&self, ix: NodeIx, ancestor: NodeIx) -> bool {
        let mut at = self.nodes[ix].parent;
        for _ in 0..self.nodes.len() {
            match at {
                Some(p) if p == ancestor => return true,
                Some(p) => at = self.nodes[p].parent,
                None => return false,
            }
        }
        false
    }

    fn node(&self, code: &str) -> Option<NodeIx> {
        self.nodes.iter().position(|n| n.id == *code).or((code == "index").then_some(Package::ROOT))
    }

    fn unknown_scope(&mut self, text: &str, item: &Item<'_>) {
        let mut diagnostic =
            Diagnostic::new(&catalog::UNKNOWN_SCOPE, format!("there is no group or indicator `{text}`"))
                .at(Place::span(&self.decoder.file, item.span()));
        if let Some(near) = nearest(text, self.nodes.iter().map(|n| n.id.as_str())) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        self.decoder.found.push(diagnostic);
    }

    fn indicators_below(&self, from: NodeIx) -> Vec<NodeIx> {
        let mut out = Vec::new();
        let mut stack = vec![from];
        // In a cycle (reported elsewhere) a node would come up again and again.
        let mut seen = vec![false; self.nodes.len()];
        while let Some(ix) = stack.pop() {
            if std::mem::replace(&mut seen[ix], true) {
                continue;
            }
            match &self.nodes[ix].kind {
                NodeKind::Indicator(_) => out.push(ix),
                NodeKind::Group(_) => stack.extend(self.nodes[ix].children.iter().rev()),
            }
        }
        out
    }
}
