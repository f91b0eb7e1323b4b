//! Rules of standards and groups, with every name resolved. Keys and types were checked against the forms in
//! [`RULES`](crate::schema::RULES).

use super::check;
use super::items::{Decoder, tables};
use super::ladder::unknown_level;
use super::value::{self, Item};
use crate::diagnostic::{Diagnostics, Place, catalog, nearest};
use crate::number::Decimal;
use crate::observation::Confidence;
use crate::package::{
    Bonus, Clause, Node, NodeIx, NodeKind, OnMissing, Package, PerGrade, Quota, Rule, Scope, Standard,
    Threshold,
};
use crate::{Diagnostic, Id};
use std::collections::BTreeMap;
use toml::de::DeTable;

/// How many clauses the rules of a standard or group may have, `in-each` written out.
const MOST_CLAUSES: usize = 10_000;

/// Reads the `grade` rules of the index and the groups.
pub(super) fn group_rules(decoder: &mut Decoder<'_>, document: &DeTable<'_>, nodes: &mut [Node]) {
    let index = document.get("index").and_then(|i| i.get_ref().as_table());
    let codes = codes(nodes);
    let all: Vec<(&DeTable<'_>, Option<NodeIx>)> = index
        .into_iter()
        .map(|table| (table, Some(Package::ROOT)))
        .chain(tables(document, "group").map(|(table, _)| {
            let id = table.get("id").and_then(value::text);
            (table, id.and_then(|id| codes.get(id).copied()))
        }))
        .collect();
    for (table, ix) in all {
        let (Some(item), Some(ix)) = (table.get("grade"), ix) else { continue };
        let rule = Reader::new(decoder, nodes, &codes, ix).rule(item, "grade".to_owned());
        if let NodeKind::Group(group) = &mut nodes[ix].kind {
            group.grade = rule;
        }
    }
}

/// The place of each code among the nodes; of two equal ones, the first.
pub(super) fn codes(nodes: &[Node]) -> BTreeMap<String, NodeIx> {
    let mut codes = BTreeMap::new();
    for (ix, node) in nodes.iter().enumerate() {
        codes.entry(node.id.to_string()).or_insert(ix);
    }
    codes.entry("index".to_owned()).or_insert(Package::ROOT);
    codes
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
                Clause::AllOf(parts) | Clause::InEach { rules: parts, .. } => {
                    rules.extend(parts);
                    continue;
                }
                Clause::Group { groups, .. } => {
                    let new = groups.iter().filter(|ix| !std::mem::replace(&mut asked[**ix], true));
                    rules.extend(new.filter_map(|ix| nodes[*ix].group()?.grade.as_ref()));
                    continue;
                }
                // What is left out or passes does not stand in the way.
                Clause::Indicators { missing: OnMissing::LeaveOut | OnMissing::Pass, .. } => continue,
                Clause::Indicators { quota, scope, .. } => {
                    let least = |values: &PerGrade<Decimal>| values.each().map(|(_, x)| x).min();
                    let needed = match quota {
                        Quota::All => Some(Decimal::from(scope.indicators.len())),
                        Quota::Count(count) => least(count),
                        Quota::Share { share, .. } => {
                            least(share).and_then(|s| s.checked_mul(Decimal::from(scope.indicators.len())))
                        }
                    };
                    let needed = needed.map(|n| n.ceil()).and_then(|n| usize::try_from(n).ok());
                    short_of(scope, needed.unwrap_or(0), nodes)
                }
                // Another part may hold instead, the rule holds because this one does not, or no ladder is looked at.
                _ => continue,
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

/// Reads the rules of one item.
pub(super) struct Reader<'d, 'f, 'n> {
    decoder: &'d mut Decoder<'f>,
    nodes: &'n [Node],
    codes: &'n BTreeMap<String, NodeIx>,
    /// The node the rule belongs to: `*` is what lies below it.
    root: NodeIx,
    /// Clauses that were read.
    clauses: usize,
}

impl<'d, 'f, 'n> Reader<'d, 'f, 'n> {
    pub(super) fn new(
        decoder: &'d mut Decoder<'f>,
        nodes: &'n [Node],
        codes: &'n BTreeMap<String, NodeIx>,
        root: NodeIx,
    ) -> Self {
        Self { decoder, nodes, codes, root, clauses: 0 }
    }

    fn invalid<T>(&mut self, item: &Item<'_>, message: impl Into<String>, help: &str) -> Option<T> {
        let place = Place::span(&self.decoder.file, item.span());
        self.decoder.found.push(Diagnostic::new(&catalog::INVALID_RULE, message).at(place).help(help));
        None
    }

    /// The rule, or nothing where it has a mistake, which is reported.
    pub(super) fn rule(&mut self, item: &Item<'_>, key: String) -> Option<Rule> {
        let table = item.get_ref().as_table()?;
        self.clauses += 1;
        if self.clauses > MOST_CLAUSES {
            // Once is enough: what encloses this clause is given up as well.
            if self.clauses == MOST_CLAUSES + 1 {
                self.invalid::<()>(
                    item,
                    format!("the rule has more than {MOST_CLAUSES} clauses"),
                    "split it into several standards",
                );
            }
            return None;
        }
        let clause = match check::form(table)?.fields.first()?.name {
            "every" => self.indicators(table, Quota::All, "every")?,
            "share" => {
                let share = self.shares(table.get("share")?)?;
                self.indicators(table, Quota::Share { share, by_weight: by_weight(table) }, "in")?
            }
            "count" => {
                if let Some(of) = table.get("of") {
                    let item = table.get("count")?;
                    let count =
                        value::count(item).and_then(|c| usize::try_from(c).ok()).unwrap_or(usize::MAX);
                    let of = self.rules(of, &format!("{key}.of"))?;
                    self.possible(item, &PerGrade::Same(Decimal::from(count)), of.len(), "rules")?;
                    Clause::CountOf { count, of }
                } else {
                    let count = self.counts(table.get("count")?)?;
                    self.indicators(table, Quota::Count(count), "in")?
                }
            }
            "points" => {
                let points = self.per_grade(table.get("points")?)?;
                self.points(table, Quota::Count(points))?
            }
            "points-share" => {
                let share = self.shares(table.get("points-share")?)?;
                self.points(table, Quota::Share { share, by_weight: false })?
            }
            "reported" => {
                let item = table.get("reported")?;
                let count = self.counts(item)?;
                let scope = self.scope(table, "in")?;
                self.possible(item, &count, scope.indicators.len(), "indicators")?;
                Clause::Reported { quota: Quota::Count(count), scope, quality: quality(table) }
            }
            "reported-share" => {
                let share = self.shares(table.get("reported-share")?)?;
                let scope = self.scope(table, "in")?;
                Clause::Reported {
                    quota: Quota::Share { share, by_weight: false },
                    scope,
                    quality: quality(table),
                }
            }
            "score" => {
                let at_least = self.per_grade(table.get("score")?)?;
                let node = match table.get("of") {
                    Some(item) => self.node(item)?,
                    None => self.root,
                };
                Clause::Score { node, at_least }
            }
            "never" => self.never(table)?,
            "in-each" => self.in_each(table, &key)?,
            "group" => {
                Clause::Group { groups: self.groups(table.get("group")?)?, at_least: self.at_least(table)? }
            }
            "all-of" => Clause::AllOf(self.rules(table.get("all-of")?, &format!("{key}.all-of"))?),
            "any-of" => Clause::AnyOf(self.rules(table.get("any-of")?, &format!("{key}.any-of"))?),
            _ => Clause::Not(Box::new(self.rule(table.get("not")?, format!("{key}.not"))?)),
        };
        Some(Rule { clause, key })
    }

    fn rules(&mut self, item: &Item<'_>, key: &str) -> Option<Vec<Rule>> {
        let items = item.get_ref().as_array()?;
        if items.iter().next().is_none() {
            return self.invalid(item, "the list has no rule", "give at least one rule");
        }
        // Every item is read, so that all mistakes are reported; the list counts only when all are sound.
        let rules: Vec<Option<Rule>> =
            items.iter().enumerate().map(|(i, item)| self.rule(item, format!("{key}.{i}"))).collect();
        rules.into_iter().collect()
    }

    fn indicators(&mut self, table: &DeTable<'_>, quota: Quota, scope: &str) -> Option<Clause> {
        let scope = self.scope(table, scope)?;
        if let (Quota::Count(count), Some(item)) = (&quota, table.get("count")) {
            self.possible(item, count, scope.indicators.len(), "indicators")?;
        }
        Some(Clause::Indicators { quota, scope, at_least: self.at_least(table)?, missing: missing(table) })
    }

    fn points(&mut self, table: &DeTable<'_>, quota: Quota) -> Option<Clause> {
        let each = self.each(table.get("each")?)?;
        let bonus = match table.get("bonus").and_then(|item| item.get_ref().as_table()) {
            Some(bonus) => Some(Bonus {
                scope: self.scope(bonus, "in")?,
                each: self.each(bonus.get("each")?)?,
                cap: bonus.get("cap").and_then(value::decimal),
            }),
            None => None,
        };
        Some(Clause::Points {
            quota,
            scope: self.scope(table, "in")?,
            each,
            bonus,
            missing: missing(table),
            by_weight: by_weight(table),
        })
    }

    /// Points by grade: those of a grade that is left out are those of the one below it.
    fn each(&mut self, item: &Item<'_>) -> Option<Vec<Decimal>> {
        let PerGrade::Each(given) = self.per_grade(item)? else { return None };
        let mut points = Vec::new();
        let mut last = Decimal::ZERO;
        for given in given {
            let next = given.unwrap_or(last);
            if next < last {
                return self.invalid(
                    item,
                    format!("a higher grade earns {next} points, less than the {last} of a lower one"),
                    "give points that do not fall from grade to grade",
                );
            }
            last = next;
            points.push(next);
        }
        Some(points)
    }

    fn never(&mut self, table: &DeTable<'_>) -> Option<Clause> {
        let item = table.get("never")?;
        let node = self.node(item)?;
        let Some(indicator) = self.nodes[node].indicator() else {
            let id = &self.nodes[node].id;
            return self.invalid(
                item,
                format!("`{id}` is a group"),
                "name the indicator that records what must not happen",
            );
        };
        let from = match (table.get("from"), indicator.scale) {
            (None, None) => Threshold::Number(Decimal::ZERO),
            (None, Some(_)) => Threshold::Level(1),
            (Some(item), Some(scale)) => {
                let text = value::text(item).unwrap_or_default();
                let scale = &self.decoder.scales[scale];
                match scale.level(text) {
                    Some(level) => Threshold::Level(level),
                    None => {
                        let diagnostic = unknown_level(scale, text);
                        let place = Place::span(&self.decoder.file, item.span());
                        self.decoder.found.push(diagnostic.at(place));
                        return None;
                    }
                }
            }
            (Some(item), None) => match value::decimal(item) {
                Some(number) => Threshold::Number(number),
                None => {
                    return self.invalid(
                        item,
                        "`from` is text, but the indicator has no scale",
                        "give a number",
                    );
                }
            },
        };
        let years = match table.get("within-years") {
            Some(item) => match value::count(item).filter(|years| (1..=1000).contains(years)) {
                Some(years) => u32::try_from(years).unwrap_or(1),
                None => {
                    return self.invalid(
                        item,
                        "`within-years` is a number of years from 1 to 1000",
                        "give 1 to look at the year of the result only",
                    );
                }
            },
            None => 1,
        };
        Some(Clause::Never { indicator: node, from, years, missing: missing(table) })
    }

    fn in_each(&mut self, table: &DeTable<'_>, key: &str) -> Option<Clause> {
        let groups = self.groups(table.get("in-each")?)?;
        let rule = table.get("rule")?;
        let mut rules = Vec::with_capacity(groups.len());
        for group in &groups {
            let outer = std::mem::replace(&mut self.root, *group);
            let read = self.rule(rule, format!("{key}.rule"));
            self.root = outer;
            // A mistake in the rule is one mistake, however many groups there are.
            rules.push(read?);
        }
        Some(Clause::InEach { groups, rules })
    }

    fn possible(&mut self, item: &Item<'_>, count: &PerGrade<Decimal>, of: usize, what: &str) -> Option<()> {
        // A scope without indicators is a group that lost its children, which is reported as such.
        let most = count.each().map(|(_, n)| n).max().unwrap_or_default();
        if most <= Decimal::from(of) || of == 0 {
            return Some(());
        }
        self.decoder.found.push(
            Diagnostic::new(&catalog::IMPOSSIBLE_COUNT, format!("{most} of {of} {what} cannot be reached"))
                .at(Place::span(&self.decoder.file, item.span()))
                .help(format!("ask for at most {of}")),
        );
        None
    }

    /// Numbers above zero, one or by grade; they do not fall from grade to grade.
    fn per_grade(&mut self, item: &Item<'_>) -> Option<PerGrade<Decimal>> {
        let Some(table) = item.get_ref().as_table() else {
            return value::decimal(item).map(PerGrade::Same);
        };
        let mut values = vec![None; self.decoder.grades.len()];
        for (key, number) in table {
            let name = key.get_ref().as_ref();
            match self.decoder.grades.iter().position(|g| g.id == *name) {
                Some(grade) => values[grade] = Some(value::decimal(number)?),
                None => {
                    self.decoder.unknown_grade(name, key.span());
                    return None;
                }
            }
        }
        Some(PerGrade::Each(values))
    }

    fn counts(&mut self, item: &Item<'_>) -> Option<PerGrade<Decimal>> {
        let counts = self.per_grade(item)?;
        let sound = counts.each().all(|(_, n)| n > Decimal::ZERO && n.is_integer());
        if sound {
            return Some(counts);
        }
        self.invalid(item, "a count is a whole number above 0", "give 1 or more")
    }

    fn shares(&mut self, item: &Item<'_>) -> Option<PerGrade<Decimal>> {
        let shares = self.per_grade(item)?;
        let sound = shares.each().all(|(_, s)| s > Decimal::ZERO && s <= Decimal::ONE);
        if sound {
            return Some(shares);
        }
        self.invalid(item, "a share is a number above 0, up to 1", "write 90 % as 0.9")
    }

    /// The grade that is asked; an outer `None` where it is not known.
    #[allow(clippy::option_option, reason = "a mistake, or no grade written")]
    fn at_least(&mut self, table: &DeTable<'_>) -> Option<Option<usize>> {
        match table.get("at-least") {
            None => Some(None),
            Some(item) => self.decoder.grade_of(item).map(Some),
        }
    }

    fn scope(&mut self, table: &DeTable<'_>, key: &str) -> Option<Scope> {
        let mut scope = match table.get(key) {
            Some(item) => self.scope_of(item)?,
            None => Scope { written: "*".into(), tagged: None, indicators: self.indicators_below(self.root) },
        };
        if let Some(item) = table.get("tagged") {
            let tag = Id::new(value::text(item)?).ok()?;
            let has = |ix: &NodeIx| self.nodes[*ix].indicator().is_some_and(|i| i.tags.contains(&tag));
            scope.indicators.retain(has);
            if scope.indicators.is_empty() {
                let tags = self.nodes.iter().filter_map(Node::indicator).flat_map(|i| &i.tags);
                let help = match nearest(tag.as_str(), tags.map(Id::as_str)) {
                    Some(near) if near != tag.as_str() => format!("did you mean `{near}`?"),
                    _ => format!("give indicators `tags = [\"{tag}\"]`"),
                };
                let message = format!("no indicator of `{}` is tagged `{tag}`", scope.written);
                let place = Place::span(&self.decoder.file, item.span());
                self.decoder
                    .found
                    .push(Diagnostic::new(&catalog::UNKNOWN_SCOPE, message).at(place).help(help));
                return None;
            }
            scope.tagged = Some(tag);
        }
        Some(scope)
    }

    fn scope_of(&mut self, item: &Item<'_>) -> Option<Scope> {
        let mut written = Vec::new();
        let mut indicators = Vec::new();
        for code in value::each(item) {
            let text = value::text(code)?;
            let ix = if text == "*" { self.root } else { self.node(code)? };
            indicators.extend(self.indicators_below(ix));
            written.push(text.to_owned());
        }
        let mut seen = vec![false; self.nodes.len()];
        indicators.retain(|ix| !std::mem::replace(&mut seen[*ix], true));
        Some(Scope { written: written.join(", "), tagged: None, indicators })
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
            let ix = self.node(code)?;
            if self.nodes[ix].group().is_none() {
                self.unknown_scope(text, code);
                return None;
            }
            // A group's own rule may not ask for the group itself or what contains it: that would go round.
            if self.root != Package::ROOT && !self.is_below(ix, self.root) {
                return self.invalid(
                    code,
                    format!("the rule of a group cannot ask for `{text}`, which is not below it"),
                    "name groups below it",
                );
            }
            groups.push(ix);
        }
        if groups.is_empty() {
            return self.invalid(item, "there is no group here", "name a group, or ask for indicators");
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

    fn node(&mut self, item: &Item<'_>) -> Option<NodeIx> {
        let text = value::text(item)?;
        let found = self.codes.get(text).copied();
        if found.is_none() {
            self.unknown_scope(text, item);
        }
        found
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

fn missing(table: &DeTable<'_>) -> OnMissing {
    table.get("missing").and_then(|item| value::word(item, OnMissing::WORDS)).unwrap_or_default()
}

fn by_weight(table: &DeTable<'_>) -> bool {
    table.get("by").and_then(value::text) == Some("weight")
}

fn quality(table: &DeTable<'_>) -> Vec<String> {
    table.get("quality").map(value::each).unwrap_or_default().into_iter().filter_map(value::owned).collect()
}
