//! A package beside others: what each of its indicators and candidates is in each of them.
//!
//! What packages declare under `counterparts` decides, in either of the two: where both do and differ, the more cautious
//! relation holds and the cell says so. Where nothing is declared, the item that is most [alike](crate::likeness) by name is
//! a suggestion, with its likeness; it counts for nothing until somebody declares it.

use crate::likeness::{Profile, SUGGEST_FROM};
use gradus_model::diagnostic::{Diagnostic, Diagnostics, catalog, nearest};
use gradus_model::package::{Counterpart, Node, NodeIx, Relation, Spans};
use gradus_model::{Id, Package, Text};

/// A package beside others.
#[derive(Debug, Clone, PartialEq)]
pub struct Crosswalk {
    /// The systems it is laid beside, in the order given.
    pub systems: Vec<System>,
    /// Its indicators in the order of the file, then its candidates.
    pub rows: Vec<Row>,
}

/// A package that another one is laid beside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// Code.
    pub code: Id,
    /// Name.
    pub name: Text,
}

/// An indicator or a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Code.
    pub code: Id,
    /// Name.
    pub name: Text,
    /// Place in [`Package::nodes`]; none for a candidate.
    pub node: Option<NodeIx>,
    /// What it is in each system.
    pub cells: Vec<Cell>,
}

/// What an item is in a system.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Declared, by one of the two packages or both.
    Declared(Vec<Declared>),
    /// Nothing is declared; this is most alike.
    Suggested {
        /// Code in the system.
        code: Id,
        /// Its name.
        name: Text,
        /// How alike, from [`SUGGEST_FROM`] to 1.
        likeness: f64,
    },
    /// Nothing is declared and nothing is alike.
    Nothing,
}

/// A declared counterpart.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// How they relate: the more cautious relation where the packages differ.
    pub relation: Relation,
    /// Code and name in the system; none where the whole system is said to have no counterpart.
    pub item: Option<(Id, Text)>,
    /// Why so.
    pub why: Text,
    /// Whether the other package declares another relation.
    pub disputed: bool,
}

impl Cell {
    /// The closest declared relation; none where nothing is declared.
    #[must_use]
    pub fn relation(&self) -> Option<Relation> {
        match self {
            Self::Declared(found) => found.iter().map(|declared| declared.relation).max(),
            Self::Suggested { .. } | Self::Nothing => None,
        }
    }
    /// Whether the item stands in the system: declared the same or near.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.relation() > Some(Relation::None)
    }
}

impl Row {
    /// In how many systems the item stands.
    #[must_use]
    pub fn stands_in(&self) -> usize {
        self.cells.iter().filter(|cell| cell.stands()).count()
    }
}

impl Crosswalk {
    /// How many items have a relation in a system.
    #[must_use]
    pub fn count(&self, system: usize, relation: Relation) -> usize {
        self.rows.iter().filter(|row| row.cells[system].relation() == Some(relation)).count()
    }
    /// How many items have a suggestion in a system.
    #[must_use]
    pub fn suggestions(&self, system: usize) -> usize {
        let suggested = |row: &&Row| matches!(row.cells[system], Cell::Suggested { .. });
        self.rows.iter().filter(suggested).count()
    }
}

/// What is compared: an indicator or a candidate.
struct Item<'a> {
    code: &'a Id,
    name: &'a Text,
    node: Option<NodeIx>,
    counterparts: &'a [Counterpart],
    spans: &'a Spans,
    /// None where there is nothing to compare: only the place of the indicator is known.
    profile: Option<Profile>,
}

fn items(package: &Package) -> Vec<Item<'_>> {
    let indicators = package.indicators().map(|(ix, node, indicator)| Item {
        code: &node.id,
        name: &node.name,
        node: Some(ix),
        counterparts: &indicator.counterparts,
        spans: &node.spans,
        profile: profile(node),
    });
    let candidates = package.screening.candidates.iter().map(|candidate| Item {
        code: &candidate.id,
        name: &candidate.name,
        node: None,
        counterparts: &candidate.counterparts,
        spans: &candidate.spans,
        profile: Some(Profile::new(
            &candidate.name,
            candidate.measurement_unit.as_deref(),
            Some(candidate.direction),
        )),
    });
    indicators.chain(candidates).collect()
}

/// What a node is compared by; nothing where only its place is known.
fn profile(node: &Node) -> Option<Profile> {
    match node.indicator() {
        Some(indicator) if indicator.unpublished => None,
        Some(indicator) => {
            Some(Profile::new(&node.name, indicator.measurement_unit.as_deref(), Some(indicator.direction)))
        }
        None => Some(Profile::new(&node.name, None, None)),
    }
}

/// Lays a package beside others.
///
/// # Errors
/// `unknown-node` for each declared counterpart that is not in its package, where that package is among those compared.
pub fn crosswalk(package: &Package, others: &[&Package]) -> Result<Crosswalk, Diagnostics> {
    let items = items(package);
    let mut found = Diagnostics::new();
    let mut rows: Vec<Row> = items
        .iter()
        .map(|item| Row {
            code: item.code.clone(),
            name: item.name.clone(),
            node: item.node,
            cells: Vec::with_capacity(others.len()),
        })
        .collect();
    for other in others {
        let system = &other.index.id;
        for item in &items {
            dangling(item, package, other, true, &mut found);
        }
        let theirs = items_of_others(other, package, &mut found);
        let profiles: Vec<(&Node, Profile)> =
            other.nodes.iter().filter_map(|node| Some((node, profile(node)?))).collect();
        for (item, row) in items.iter().zip(&mut rows) {
            let own = item.counterparts.iter().filter(|c| c.package == *system);
            let mut declared: Vec<Declared> = Vec::new();
            for counterpart in own {
                add(&mut declared, counterpart.relation, counterpart.node.clone(), &counterpart.why, other);
            }
            for (code, counterpart) in theirs.iter().filter(|(_, c)| c.node.as_ref() == Some(item.code)) {
                add(&mut declared, counterpart.relation, Some((*code).clone()), &counterpart.why, other);
            }
            declared.sort_by_key(|d| std::cmp::Reverse(d.relation));
            row.cells.push(cell(item, declared, &profiles));
        }
    }
    if found.has_errors() {
        return Err(found);
    }
    let system = |other: &&Package| System { code: other.index.id.clone(), name: other.index.name.clone() };
    Ok(Crosswalk { systems: others.iter().map(system).collect(), rows })
}

/// What another package declares of this one: the other's code and the counterpart.
fn items_of_others<'a>(
    other: &'a Package,
    package: &Package,
    found: &mut Diagnostics,
) -> Vec<(&'a Id, &'a Counterpart)> {
    let mut out = Vec::new();
    for item in items(other) {
        dangling(&item, other, package, false, found);
        let of_package = item.counterparts.iter().filter(|c| c.package == package.index.id);
        out.extend(of_package.map(|counterpart| (item.code, counterpart)));
    }
    out
}

/// Reports counterparts that are not in the package they name. A place is of use only in the file that the user asked about.
fn dangling(item: &Item<'_>, from: &Package, target: &Package, placed: bool, found: &mut Diagnostics) {
    let candidates = &target.screening.candidates;
    for counterpart in item.counterparts.iter().filter(|c| c.package == target.index.id) {
        let Some(code) = &counterpart.node else { continue };
        if target.node(code.as_str()).is_some() || candidates.iter().any(|c| c.id == *code) {
            continue;
        }
        let known =
            target.nodes.iter().map(|n| n.id.as_str()).chain(candidates.iter().map(|c| c.id.as_str()));
        let message = format!(
            "`{}` of `{}` names `{code}` as its counterpart, which is not in `{}`",
            item.code, from.index.id, counterpart.package
        );
        let mut diagnostic = Diagnostic::new(&catalog::UNKNOWN_NODE, message);
        if placed {
            diagnostic = diagnostic.at(item.spans.of(&counterpart.key));
        }
        found.push(match nearest(code.as_str(), known) {
            Some(near) => diagnostic.help(format!("did you mean `{}:{near}`?", counterpart.package)),
            None => diagnostic.help("name an indicator, a group or the index of that package"),
        });
    }
}

/// Adds a declaration to those of a cell; two of one item become the more cautious one.
fn add(declared: &mut Vec<Declared>, relation: Relation, code: Option<Id>, why: &Text, other: &Package) {
    let same = declared.iter_mut().find(|d| d.item.as_ref().map(|(code, _)| code) == code.as_ref());
    if let Some(there) = same {
        there.disputed |= there.relation != relation;
        if relation < there.relation || there.why.is_empty() {
            there.why = why.clone();
        }
        there.relation = there.relation.min(relation);
        return;
    }
    let name = |code: &Id| {
        let node = other.node(code.as_str()).map(|ix| other.nodes[ix].name.clone());
        let candidate = other.screening.candidates.iter().find(|c| c.id == *code);
        node.or_else(|| candidate.map(|c| c.name.clone())).unwrap_or_default()
    };
    let item = code.map(|code| {
        let name = name(&code);
        (code, name)
    });
    declared.push(Declared { relation, item, why: why.clone(), disputed: false });
}

/// What is declared, else what is most alike.
fn cell(item: &Item<'_>, declared: Vec<Declared>, profiles: &[(&Node, Profile)]) -> Cell {
    // What is said not to be a counterpart leaves room for another suggestion; a whole system without one does not.
    let settled = declared.iter().any(|d| d.relation > Relation::None || d.item.is_none());
    if !settled && let Some(own) = &item.profile {
        let refused =
            |node: &Node| declared.iter().any(|d| d.item.as_ref().is_some_and(|(code, _)| *code == node.id));
        let mut best: Option<(&Node, f64)> = None;
        for (node, profile) in profiles.iter().filter(|(node, _)| !refused(node)) {
            let likeness = own.likeness(profile);
            if likeness >= SUGGEST_FROM && best.is_none_or(|(_, most)| likeness > most) {
                best = Some((node, likeness));
            }
        }
        if let Some((node, likeness)) = best {
            return Cell::Suggested { code: node.id.clone(), name: node.name.clone(), likeness };
        }
    }
    if declared.is_empty() { Cell::Nothing } else { Cell::Declared(declared) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_model::decode::decode;

    fn package(id: &str, indicators: &str) -> Package {
        let text = format!(
            "format = 1\nindex = {{ id = \"{id}\", name = \"Index {id}\" }}\nindicator = [{indicators}]\n"
        );
        let (package, found) = decode("package.toml", &text);
        package.unwrap_or_else(|| panic!("{:?}", found.iter().map(|d| &d.message).collect::<Vec<_>>()))
    }
    fn cells(package: &Package, others: &[&Package]) -> Vec<Vec<Cell>> {
        crosswalk(package, others).unwrap().rows.into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn what_is_declared_decides_and_a_suggestion_counts_for_nothing() {
        let own = package(
            "own",
            r#"{ id = "gdp", name = "GDP", counterparts = { same = ["a:x"], near = { "a:y" = { en = "nominal", zh = "名义" } } } },
               { id = "museums", name = "Museums" },
               { id = "wage", name = "Wage level", counterparts = { none = ["a"] } },
               { id = "rain", name = "Rain" }"#,
        );
        let a = package(
            "a",
            r#"{ id = "x", name = "Output" }, { id = "y", name = "GDP" }, { id = "m", name = "Number of museums" }, { id = "w", name = "Wage level" }"#,
        );
        let found = crosswalk(&own, &[&a]).unwrap();
        let relations: Vec<Option<Relation>> = found.rows.iter().map(|row| row.cells[0].relation()).collect();
        assert_eq!(relations, [Some(Relation::Same), None, Some(Relation::None), None]);
        let Cell::Declared(gdp) = &found.rows[0].cells[0] else { panic!("{:?}", found.rows[0]) };
        let codes: Vec<&str> = gdp.iter().map(|d| d.item.as_ref().unwrap().0.as_str()).collect();
        assert_eq!(codes, ["x", "y"]);
        assert_eq!(gdp[1].why.zh.as_deref(), Some("名义"));
        assert!(
            matches!(&found.rows[1].cells[0], Cell::Suggested { code, likeness, .. } if *code == "m" && *likeness == 1.0)
        );
        assert_eq!(found.rows[3].cells[0], Cell::Nothing);
        let stands: Vec<usize> = found.rows.iter().map(Row::stands_in).collect();
        assert_eq!(stands, [1, 0, 0, 0]);
        assert_eq!((found.count(0, Relation::Same), found.count(0, Relation::None)), (1, 1));
        assert_eq!(found.suggestions(0), 1);
    }

    #[test]
    fn a_declaration_counts_from_either_side_and_the_more_cautious_one_holds() {
        let own = package(
            "own",
            r#"{ id = "gdp", name = "GDP", counterparts = { same = ["a:x"] } }, { id = "b", name = "B" }"#,
        );
        let a = package(
            "a",
            r#"{ id = "x", name = "X", counterparts = { near = { "own:gdp" = "at other prices" } } }, { id = "z", name = "Z", counterparts = { near = ["own:b"] } }"#,
        );
        let found = cells(&own, &[&a]);
        let Cell::Declared(gdp) = &found[0][0] else { panic!() };
        assert_eq!((gdp.len(), gdp[0].relation, gdp[0].disputed), (1, Relation::Near, true));
        assert_eq!(gdp[0].why.en.as_deref(), Some("at other prices"));
        assert_eq!(found[1][0].relation(), Some(Relation::Near));
        // Laid the other way round, it says the same.
        let back = cells(&a, &[&own]);
        assert_eq!(back[0][0].relation(), Some(Relation::Near));
        assert_eq!(back[1][0].relation(), Some(Relation::Near));
    }

    #[test]
    fn what_was_refused_is_not_suggested_again() {
        let own = package("own", r#"{ id = "gdp", name = "GDP", counterparts = { none = ["a:x"] } }"#);
        let a = package("a", r#"{ id = "x", name = "GDP" }, { id = "y", name = "GDP growth" }"#);
        let found = cells(&own, &[&a]);
        // {gdp} and {gdp, growth}: 2/3.
        assert!(matches!(&found[0][0], Cell::Suggested { code, .. } if *code == "y"), "{found:?}");
        let only = package("a", r#"{ id = "x", name = "GDP" }"#);
        assert_eq!(cells(&own, &[&only])[0][0].relation(), Some(Relation::None));
    }

    #[test]
    fn a_counterpart_that_is_not_there_is_reported_with_the_nearest() {
        let own = package(
            "own",
            r#"{ id = "gdp", name = "GDP", counterparts = { same = ["a:gpd", "elsewhere:x"] } }"#,
        );
        let a = package("a", r#"{ id = "gdp", name = "GDP" }"#);
        let found = crosswalk(&own, &[&a]).unwrap_err();
        let all: Vec<_> = found.iter().collect();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].kind.id, "unknown-node");
        assert_eq!(all[0].help.as_deref(), Some("did you mean `a:gdp`?"));
        // The same from the side of the other package.
        assert!(crosswalk(&a, &[&own]).is_err());
    }

    #[test]
    fn unpublished_indicators_are_like_nothing() {
        let own = package("own", r#"{ id = "p3", name = "Not published", unpublished = true }"#);
        let a = package(
            "a",
            r#"{ id = "q3", name = "Not published", unpublished = true }, { id = "r", name = "Not published" }"#,
        );
        assert_eq!(cells(&own, &[&a])[0][0], Cell::Nothing);
    }
}
