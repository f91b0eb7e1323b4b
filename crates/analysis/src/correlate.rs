//! Correlations between any two sets of series, with how many units they rest on and how surprising they are.

use crate::evaluation::View;
use crate::{Group, Series};
use gradus_engine::named_in;
use gradus_method::Direction;
use gradus_model::package::{Action, NodeIx};
use gradus_model::{DataSet, Id};
use gradus_statistics::correlation::{self, Adjustment, Coefficient};

/// How correlations are computed and judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Which coefficient.
    pub coefficient: Coefficient,
    /// How p values are corrected for there being many in one table.
    pub adjustment: Adjustment,
    /// The p value up to which a correlation counts as significant; critical values are for it.
    pub level: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { coefficient: Coefficient::Pearson, adjustment: Adjustment::None, level: 0.05 }
    }
}

/// The correlation of two series. What is not defined is `None`: with too few units, or a series of one value.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The first series.
    pub first: Id,
    /// The second series.
    pub second: Id,
    /// How many units have both.
    pub n: usize,
    /// The coefficient.
    pub coefficient: Option<f64>,
    /// The two-sided p value of no correlation, on its own.
    pub p_value: Option<f64>,
    /// The p value corrected for all that were computed together.
    pub adjusted_p_value: Option<f64>,
    /// How far from 0 a coefficient of so many units must be for its own p value to be at most the level.
    pub critical_value: Option<f64>,
}

impl Pair {
    /// Whether the corrected p value is at most `level`; no where there is none.
    #[must_use]
    pub fn significant(&self, level: f64) -> bool {
        self.adjusted_p_value.is_some_and(|p| p <= level)
    }
}

/// Turns round the series for which less is better, so that all rise with what is good.
#[must_use]
pub fn directed(series: &[Series], directions: &[Direction]) -> Vec<Series> {
    let turned = |(series, direction): (&Series, &Direction)| {
        let turn = |value: &Option<f64>| {
            value.map(|value| if *direction == Direction::Lower { -value } else { value })
        };
        Series { code: series.code.clone(), values: series.values.iter().map(turn).collect() }
    };
    series.iter().zip(directions).map(turned).collect()
}

/// Every series of the first set with every one of the second.
#[must_use]
pub fn between(first: &[Series], second: &[Series], options: &Options) -> Vec<Pair> {
    of_pairs(first.iter().flat_map(|x| second.iter().map(move |y| (x, y))), options)
}

/// Every two series of a set, each pair once.
#[must_use]
pub fn within(series: &[Series], options: &Options) -> Vec<Pair> {
    of_pairs(
        series.iter().enumerate().flat_map(|(i, x)| series[i + 1..].iter().map(move |y| (x, y))),
        options,
    )
}

/// Every series with those it is part of: its parent, the parent's parent, and so on. `parents` says the parent of each code.
///
/// A code that is its own ancestor ends where it comes up again.
#[must_use]
pub fn with_ancestors(
    series: &[Series],
    ancestors: &[Series],
    parents: &[(Id, Id)],
    options: &Options,
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for x in series {
        let mut code = &x.code;
        let mut seen = vec![code];
        while let Some((_, parent)) = parents.iter().find(|(child, _)| child == code) {
            if seen.contains(&parent) {
                break;
            }
            pairs.extend(ancestors.iter().find(|series| series.code == *parent).map(|parent| (x, parent)));
            seen.push(parent);
            code = parent;
        }
    }
    of_pairs(pairs.into_iter(), options)
}

/// Given pairs, corrected together.
#[must_use]
pub fn of_pairs<'a>(pairs: impl Iterator<Item = (&'a Series, &'a Series)>, options: &Options) -> Vec<Pair> {
    let mut found: Vec<Pair> = pairs
        .map(|(first, second)| {
            let (x, y) = correlation::complete_pairs(&first.values, &second.values);
            let correlation = correlation::correlate(options.coefficient, &x, &y);
            Pair {
                first: first.code.clone(),
                second: second.code.clone(),
                n: x.len(),
                coefficient: correlation.map(|correlation| correlation.coefficient),
                p_value: correlation.and_then(|correlation| correlation.p_value),
                adjusted_p_value: None,
                critical_value: correlation::critical_value(options.coefficient, x.len(), options.level),
            }
        })
        .collect();
    let known: Vec<f64> = found.iter().filter_map(|pair| pair.p_value).collect();
    let adjusted = correlation::adjust(&known, options.adjustment);
    for (pair, p) in found.iter_mut().filter(|pair| pair.p_value.is_some()).zip(adjusted) {
        pair.adjusted_p_value = Some(p);
    }
    found
}

/// Pairs within a group whose correlation is out of the ordinary.
#[derive(Debug, Clone, PartialEq)]
pub struct Flags {
    /// The group.
    pub group: Id,
    /// Pairs above the upper limit: they say much the same, and count twice.
    pub high: Vec<Pair>,
    /// Pairs below the lower limit: what is good in one goes with what is bad in the other.
    pub low: Vec<Pair>,
}

/// The pairs of each group with a coefficient above `high` or below `low`; 0.9 and -0.4 are often looked for, on series all
/// of which rise with what is good.
#[must_use]
pub fn flags(series: &[Series], groups: &[Group], low: f64, high: f64, options: &Options) -> Vec<Flags> {
    let of_group = |group: &Group| {
        let members: Vec<Series> = group.of(series).into_iter().cloned().collect();
        let pairs = within(&members, options);
        let those = |keep: &dyn Fn(f64) -> bool| {
            pairs.iter().filter(|pair| pair.coefficient.is_some_and(keep)).cloned().collect()
        };
        Flags { group: group.code.clone(), high: those(&|r| r > high), low: those(&|r| r < low) }
    };
    groups.iter().map(of_group).collect()
}

/// An indicator with its own group and with the other group of the same level that it goes along with most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CrossLoading {
    /// The indicator.
    pub indicator: NodeIx,
    /// Its own group.
    pub own: NodeIx,
    /// The correlation with its own group, which contains it.
    pub with_own: f64,
    /// The other group.
    pub other: NodeIx,
    /// The correlation with that.
    pub with_other: f64,
    /// How many units the smaller of both numbers of pairs has.
    pub n: usize,
}

/// Every indicator with its own group and with the nearest other one, in tree order: groups at the same depth of the tree that
/// have values at the stage. An indicator right below the index, or one whose level has no other group, is left out, and so is a
/// correlation that is not defined.
#[must_use]
pub fn cross_loadings(view: &View<'_>) -> Vec<CrossLoading> {
    let tree = view.package.tree();
    let groups: Vec<(NodeIx, usize, Series)> = tree
        .iter()
        .filter(|(ix, depth)| *depth > 0 && view.package.nodes[*ix].group().is_some() && view.has(*ix))
        .filter_map(|(ix, depth)| Some((*ix, *depth, view.rising(&[*ix]).pop()?)))
        .collect();
    let pearson = |x: &Series, y: &Series| {
        let (x, y) = correlation::complete_pairs(&x.values, &y.values);
        Some((correlation::pearson(&x, &y)?, x.len()))
    };
    let of = |indicator: NodeIx| {
        let own = view.package.nodes[indicator].parent?;
        let (_, depth, own_series) = groups.iter().find(|(ix, ..)| *ix == own)?;
        let series = view.rising(&[indicator]).pop()?;
        let (with_own, n) = pearson(&series, own_series)?;
        let others = groups.iter().filter(|(ix, at, _)| *ix != own && at == depth);
        let found = others.filter_map(|(ix, _, other)| Some((*ix, pearson(&series, other)?)));
        // The first of equal ones, in tree order.
        let (other, (with_other, m)) = found.reduce(|a, b| if b.1.0 > a.1.0 { b } else { a })?;
        Some(CrossLoading { indicator, own, with_own, other, with_other, n: n.min(m) })
    };
    view.indicators().into_iter().filter_map(of).collect()
}

/// An indicator with a measure of the package.
#[derive(Debug, Clone, PartialEq)]
pub struct Size {
    /// The indicator.
    pub indicator: NodeIx,
    /// Whether something is divided by the measure.
    pub divides: bool,
    /// Their correlation; the first series is the indicator, the second the measure.
    pub pair: Pair,
}

/// Every indicator with every numeric measure of size that has figures (Becker et al. 2022, COINr, `get_denom_corr`). Figures are
/// as they stand at the stage, not turned round. A measure that formulas take in, and that nothing is divided by, says what an
/// indicator is made of, not how large a unit is, and is left out.
#[must_use]
pub fn sizes(view: &View<'_>, data: &DataSet) -> Vec<Size> {
    let package = view.package;
    let of_indicators = package.indicators().filter_map(|(.., indicator)| indicator.formula.as_deref());
    let formulas: Vec<&str> =
        of_indicators.chain(package.measures.iter().filter_map(|m| m.formula.as_deref())).collect();
    let named: Vec<String> =
        formulas.iter().flat_map(|text| named_in(package, text)).map(|(code, _)| code).collect();
    let divided = |code: &Id| {
        let by_step = package.pipeline.iter().any(|step| match &step.action {
            Action::Denominate(list) => list.iter().any(|denominator| denominator.by == *code),
            _ => false,
        });
        by_step || formulas.iter().any(|text| divides(text, code))
    };
    let measures: Vec<(Series, bool)> = package
        .measures
        .iter()
        .filter(|measure| measure.scale.is_none())
        .map(|measure| (measure, divided(&measure.id)))
        .filter(|(measure, divides)| *divides || !named.iter().any(|name| written_as(&measure.id, name)))
        .filter_map(|(measure, divides)| Some((view.measure(data, measure.id.as_str())?, divides)))
        .filter(|(series, _)| !series.present().is_empty())
        .collect();
    let mut out = Vec::new();
    for indicator in view.indicators() {
        let series = view.one(indicator);
        for (measure, divides) in &measures {
            let pair = of_pairs(std::iter::once((&series, measure)), &Options::default()).pop();
            out.extend(pair.map(|pair| Size { indicator, divides: *divides, pair }));
        }
    }
    out
}

/// Whether a formula divides by a variable: its code stands right behind a slash, brackets aside. In quotes a code may have
/// hyphens; else a hyphen is a minus.
fn divides(formula: &str, code: &Id) -> bool {
    formula.split('/').skip(1).any(|behind| {
        let behind = behind.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
        let name = match behind.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => behind.split(|c: char| !(c.is_alphanumeric() || c == '_')).next(),
        };
        name.is_some_and(|name| written_as(code, name))
    })
}

/// Whether a formula's name stands for a code: where a code has a hyphen, a formula may write an underscore.
fn written_as(id: &Id, name: &str) -> bool {
    id.as_str().replace('-', "_") == name.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[test]
    fn pairs_say_how_many_units_they_rest_on() {
        let all = [
            series("a", &[1.0, 2.0, 3.0, 4.0, f64::NAN]),
            series("b", &[2.0, 1.0, 4.0, f64::NAN, 9.0]),
            series("flat", &[7.0; 5]),
        ];
        let found = within(&all, &Options::default());
        assert_eq!(found.len(), 3);
        assert_eq!((found[0].n, found[1].n), (3, 4));
        near(found[0].coefficient.unwrap(), 2.0 / (2.0f64 * 14.0 / 3.0).sqrt());
        // With three units only a coefficient of 0.997 is significant.
        assert!(found[0].critical_value.unwrap() > 0.99 && !found[0].significant(0.05));
        assert_eq!((found[1].coefficient, found[1].p_value, found[1].significant(1.0)), (None, None, false));
        assert_eq!(between(&all[..1], &all[1..], &Options::default()).len(), 2);
    }

    #[test]
    fn many_are_corrected_together_and_the_undefined_do_not_count() {
        let x = series("x", &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let others = [
            series("y", &[1.0, 2.0, 3.0, 4.0, 6.0, 5.0]),
            series("flat", &[1.0; 6]),
            series("z", &[2.0, 1.0, 4.0, 3.0, 6.0, 5.0]),
        ];
        let options = Options { adjustment: Adjustment::Bonferroni, ..Options::default() };
        let found = between(&[x], &others, &options);
        near(found[0].adjusted_p_value.unwrap(), 2.0 * found[0].p_value.unwrap());
        assert_eq!(found[1].adjusted_p_value, None);
    }

    #[test]
    fn what_is_divided_by_stands_behind_a_slash() {
        for (formula, wanted) in [
            ("gdp / people", true),
            ("gdp / (\"people\" * 2)", true),
            ("people / gdp", false),
            ("gdp / peoples", false),
            ("1000 * cars/people", true),
        ] {
            assert_eq!(divides(formula, &id("people")), wanted, "{formula}");
        }
        for formula in ["gdp / city_people-1", "gdp / \"city-people\""] {
            assert!(divides(formula, &id("city-people")), "{formula}");
        }
    }

    #[test]
    fn ancestors_and_directions() {
        let all = [series("a", &[1.0, 2.0, 4.0]), series("b", &[3.0, 2.0, 1.0])];
        let above = [series("g", &[1.0, 2.0, 3.0]), series("top", &[1.0, 3.0, 2.0])];
        let parents = [(id("a"), id("g")), (id("g"), id("top")), (id("b"), id("top")), (id("top"), id("g"))];
        let found = with_ancestors(&all, &above, &parents, &Options::default());
        let names: Vec<String> = found.iter().map(|pair| format!("{} {}", pair.first, pair.second)).collect();
        assert_eq!(names, ["a g", "a top", "b top", "b g"]);
        let turned = directed(&all, &[Direction::Higher, Direction::Lower]);
        assert_eq!(turned[1].values, [Some(-3.0), Some(-2.0), Some(-1.0)]);
        let found = flags(&turned, &[group("all", &["a", "b"])], -0.4, 0.9, &Options::default());
        assert_eq!((found[0].high.len(), found[0].low.len()), (1, 0));
        let found = flags(&all, &[group("all", &["a", "b"])], -0.4, 0.9, &Options::default());
        assert_eq!((found[0].high.len(), found[0].low.len()), (0, 1));
    }
}
