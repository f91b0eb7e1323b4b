//! What deserves a look, over all analyses, with the limits it was found by.

use super::Asked;
use super::tables::{LIMITS_OF_STATISTICS, flags, limits};
use crate::listing::{Section, count, number, text};
use gradus::analysis::consistency::{cronbach, principal};
use gradus::analysis::correlate::within;
use gradus::analysis::describe::{Description, describe};
use gradus::analysis::evaluation::View;
use gradus::analysis::{Missing, Series};
use gradus::engine::Stage;

/// Above it two parts of a group say much the same.
const REDUNDANT: f64 = 0.92;
/// The p value up to which a correlation is looked at.
const SIGNIFICANT: f64 = 0.05;
/// Below it a group is less consistent than is often asked for.
const ALPHA: f64 = 0.7;
/// Below it correlations are not adequate for components.
const KMO: f64 = 0.6;

impl Asked<'_> {
    pub(super) fn overview(&self) -> Vec<Section> {
        let (figures, scores) = (self.view(Stage::Raw), self.view(Stage::Scores));
        let nodes = self.indicators(&figures);
        let described = describe(&figures.series(&nodes), &limits());
        let groups = self.of_groups(&scores);
        let mut looks = Section::new("look", "What deserves a look", &["where", "what", "limit", "#value"]);
        for found in &described {
            self.of_statistics(found, &mut looks);
        }
        self.of_correlations(&scores, &mut looks);
        for (code, parts, alpha, kmo, _, _) in &groups {
            if let Some(alpha) = alpha.filter(|alpha| *alpha < ALPHA) {
                looks.row(vec![text(code), text("low consistency"), text("alpha < 0.7"), number(alpha)]);
            }
            // Of two parts it is one half whatever they are.
            if let Some(kmo) = kmo.filter(|kmo| *kmo < KMO && *parts > 2) {
                looks.row(vec![text(code), text("low adequacy"), text("kmo < 0.6"), number(kmo)]);
            }
        }
        if looks.is_empty() {
            looks.note("nothing is beyond the limits");
        }
        looks.note(LIMITS_OF_STATISTICS);
        looks.note("limits inside a group: a correlation above 0.92 counts a thing twice, one below 0 lets one part undo the other (audits of the Joint Research Centre), both where the p value is at most 0.05; alpha 0.7 (Nunnally 1978); kmo 0.6 (Kaiser and Rice 1974, Handbook on Constructing Composite Indicators 2008)");
        let cells = described.iter().map(|d| d.n_units).sum::<usize>();
        let present = described.iter().map(|d| d.n_present).sum::<usize>();
        let mut all = Section::new("data", "Data", &["what", "#number"]);
        for (what, n) in [
            ("units", self.computed.outcome.evaluation.units.len()),
            ("periods", self.computed.outcome.evaluation.periods.len()),
            ("indicators", described.len()),
            ("figures", present),
            ("missing figures", cells - present),
            ("indicators that deserve a look", described.iter().filter(|d| !flags(d).is_empty()).count()),
        ] {
            all.row(vec![text(what), count(n)]);
        }
        let mut out = Section::new(
            "groups",
            format!("Groups ({})", self.at(&scores)),
            &[
                "group",
                "#parts",
                "#lowest_correlation|lowest r",
                "#highest_correlation|highest r",
                "#alpha",
                "#kmo",
                "#share_of_first|first",
            ],
        );
        for (code, parts, alpha, kmo, first, correlations) in groups {
            out.row(vec![
                text(code),
                count(parts),
                number(correlations.map(|c| c.0)),
                number(correlations.map(|c| c.1)),
                number(alpha),
                number(kmo),
                number(first),
            ]);
        }
        out.note("first: the part of the variance that the first principal component has");
        out.note("more: `gradus analyze PKG WHAT` with one of statistics, availability, correlation, cross-loading, size, components, factors, consistency, weights, importance, clusters, profile, trends");
        vec![all, looks, out]
    }

    fn of_statistics(&self, found: &Description, looks: &mut Section) {
        let missing = found.availability().map(|share| 1.0 - share);
        for flag in flags(found) {
            let (value, limit) = match flag {
                "many missing" => (missing, "missing > 1/3"),
                "mostly zero" => (found.non_zero_share(), "other than zero < 1/2"),
                "few different values" => (found.unique_share(), "different < 1/2"),
                "outliers" => (found.skewness, "|skewness| > 2, kurtosis > 3.5"),
                _ => (found.minimum, "one value for all"),
            };
            looks.row(vec![text(found.code.as_str()), text(flag), text(limit), number(value)]);
        }
    }

    fn of_correlations(&self, view: &View<'_>, looks: &mut Section) {
        let series = view.series(&view.nodes());
        for group in self.groups(view) {
            let members: Vec<Series> = group.of(&series).into_iter().cloned().collect();
            for pair in within(&members, &self.options()) {
                // A few units correlate by chance.
                let Some(r) = pair.coefficient.filter(|_| pair.significant(SIGNIFICANT)) else { continue };
                let (what, limit) = match r {
                    r if r > REDUNDANT => ("nearly the same", "correlation > 0.92"),
                    r if r < 0.0 => ("against each other", "correlation < 0"),
                    _ => continue,
                };
                let place = format!("{}, {} (in {})", pair.first, pair.second, group.code);
                looks.row(vec![text(place), text(what), text(limit), number(r)]);
            }
        }
    }

    /// Of each group: code, parts, alpha, adequacy, share of the first component, lowest and highest correlation.
    #[allow(clippy::type_complexity, reason = "one row of a table, made and read in this file")]
    fn of_groups(
        &self,
        view: &View<'_>,
    ) -> Vec<(String, usize, Option<f64>, Option<f64>, Option<f64>, Option<(f64, f64)>)> {
        let (series, groups) = (view.series(&view.nodes()), self.groups(view));
        let alphas = cronbach(&series, &groups, Missing::Listwise);
        let components = principal(&series, &groups);
        let correlations = |at: usize| {
            let members: Vec<Series> = groups[at].of(&series).into_iter().cloned().collect();
            let found: Vec<f64> =
                within(&members, &self.options()).iter().filter_map(|pair| pair.coefficient).collect();
            let least = found.iter().copied().reduce(f64::min)?;
            Some((least, found.iter().copied().reduce(f64::max)?))
        };
        (0..groups.len())
            .map(|at| {
                let components = components[at].1.as_ref().ok();
                (
                    groups[at].code.to_string(),
                    groups[at].members.len(),
                    alphas[at].1.as_ref().ok().map(|alpha| alpha.raw),
                    components
                        .and_then(|found| found.adequacy.as_ref().ok())
                        .map(|adequacy| adequacy.overall),
                    components.and_then(|found| found.components.shares().first().copied()),
                    correlations(at),
                )
            })
            .collect()
    }
}
