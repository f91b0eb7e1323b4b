//! One table, or a few, per analysis.

use super::{Asked, With, nothing, refused, skipped};
use crate::Stop;
use crate::listing::{Section, count, number, text};
use gradus::analysis::availability::{Count, by_unit};
use gradus::analysis::clusters::{Scale, tree};
use gradus::analysis::consistency::{GroupComponents, cronbach, principal};
use gradus::analysis::correlate::{Pair, cross_loadings, of_pairs, sizes};
use gradus::analysis::describe::{Description, Flag, Limits, describe};
use gradus::analysis::importance::{effective_weights, importance};
use gradus::analysis::profile::{Place, Rule, Worst, profile};
use gradus::analysis::trend::trend;
use gradus::analysis::{Coefficient, Missing, Series};
use gradus::engine::Stage;
use gradus::model::diagnostic::catalog;
use gradus::model::package::NodeIx;
use gradus::model::{Diagnostic, Lang, Package};
use gradus::report::table::Cell;
use gradus::statistics::cluster::Linkage;
use gradus::statistics::components::{RowLength, varimax};
use gradus::statistics::correlation::critical_value;
use gradus::statistics::moments::Estimator;

/// The words of what deserves a look in an indicator.
pub(super) fn flags(found: &Description) -> Vec<&'static str> {
    let word = |flag: &Flag| match flag {
        Flag::LowAvailability => "many missing",
        Flag::MostlyZero => "mostly zero",
        Flag::FewValues => "few different values",
        Flag::Outliers => "outliers",
        _ => "look",
    };
    // A unit without a figure is neither zero nor like another: that figures are missing is a flag of its own.
    let holds = |flag: &&Flag| match flag {
        Flag::MostlyZero => found.non_zero_share().is_some_and(|share| share < 0.5),
        Flag::FewValues => found.unique_share().is_some_and(|share| share < 0.5),
        _ => true,
    };
    let constant = found.n_unique == 1 && found.n_present > 1;
    found.flags.iter().filter(holds).map(word).chain(constant.then_some("constant")).collect()
}

/// Where flags are raised: as COINr, but that a third of the figures may be missing.
pub(super) fn limits() -> Limits {
    Limits { availability: 2.0 / 3.0, ..Limits::default() }
}

/// The limits of flags, and where they come from.
pub(super) const LIMITS_OF_STATISTICS: &str = "limits: missing for more than 1/3 of units (audits of the Joint Research Centre); \
fewer than half of the figures other than zero, or different (COINr, get_stats); outliers where |skewness| > 2 and excess \
kurtosis > 3.5 (Groeneveld and Meeden 1984, as in those audits)";

impl Asked<'_> {
    fn code(&self, ix: NodeIx) -> Cell {
        text(self.package().nodes[ix].id.as_str())
    }
    fn unit(&self, unit: usize) -> Cell {
        text(self.computed.outcome.evaluation.units[unit].as_str())
    }

    pub(super) fn statistics(&self) -> Section {
        let view = self.view(Stage::Raw);
        let mut out = Section::new(
            "statistics",
            format!("Statistics of each indicator ({})", self.at(&view)),
            &[
                "indicator",
                "#n",
                "#missing",
                "#minimum",
                "#median",
                "#mean",
                "#maximum",
                "#standard_deviation|sd",
                "#skewness",
                "#kurtosis",
                "flags",
                "#first_quartile",
                "#third_quartile",
                "#zeros",
                "#different",
                "#same",
            ],
        )
        .mixed();
        let (nodes, limits) = (self.indicators(&view), limits());
        for (ix, found) in nodes.iter().zip(describe(&view.series(&nodes), &limits)) {
            let quartiles = found.quartiles;
            out.row(vec![
                self.code(*ix),
                count(found.n_present),
                count(found.n_units - found.n_present),
                number(found.minimum),
                number(found.median),
                number(found.mean),
                number(found.maximum),
                number(found.standard_deviation),
                number(found.skewness),
                number(found.kurtosis),
                text(flags(&found).join("; ")),
                number(quartiles.map(|q| q.0)),
                number(quartiles.map(|q| q.1)),
                count(found.n_present - found.n_non_zero),
                count(found.n_unique),
                count(found.n_same),
            ]);
        }
        let estimator = match limits.estimator {
            Estimator::Adjusted => "skewness and excess kurtosis are adjusted for the size of the sample",
            _ => "skewness and excess kurtosis are those of the figures at hand",
        };
        out.note(estimator);
        out.note(LIMITS_OF_STATISTICS);
        out
    }

    pub(super) fn availability(&self) -> Vec<Section> {
        let view = self.view(Stage::Raw);
        let cells = |found: &Count| {
            vec![
                count(found.n_present),
                count(found.n_missing()),
                number(found.availability()),
                number(found.non_zero_share()),
            ]
        };
        let columns = ["#present", "#missing", "#availability", "#non_zero_share"];
        let headed = |first: &[&'static str]| first.iter().copied().chain(columns).collect::<Vec<_>>();
        let at = self.at(&view);
        let series = view.series(&self.indicators(&view));
        let mut units = Section::new("by_unit", format!("Figures of each unit ({at})"), &headed(&["unit"]));
        for (unit, found) in by_unit(&series).iter().enumerate() {
            units.row(std::iter::once(self.unit(unit)).chain(cells(found)).collect());
        }
        let mut indicators = Section::new(
            "by_indicator",
            format!("Figures of each indicator ({at})"),
            &headed(&["indicator"]),
        );
        for one in &series {
            let values = one.present();
            let found = Count {
                n_indicators: one.values.len(),
                n_present: values.len(),
                n_zero: values.iter().filter(|x| **x == 0.0).count(),
            };
            indicators.row(std::iter::once(text(one.code.as_str())).chain(cells(&found)).collect());
        }
        let mut groups = Section::new(
            "by_group",
            format!("Figures of each unit in each group ({at})"),
            &headed(&["group", "unit"]),
        );
        let tops = self.tops().into_iter().flat_map(|top| view.groups_of_indicators(top));
        for group in tops.filter(|group| group.code != self.package().nodes[Package::ROOT].id) {
            for (unit, found) in by_unit(&group.of(&series)).iter().enumerate() {
                let head = [text(group.code.as_str()), self.unit(unit)];
                groups.row(head.into_iter().chain(cells(found)).collect());
            }
        }
        vec![indicators, units, groups]
    }

    pub(super) fn correlation(&self) -> Section {
        let measure = match &self.with {
            Some(With::Measure(code)) => Some(code.as_str()),
            _ => None,
        };
        let view = self.view(if measure.is_some() { Stage::Raw } else { Stage::Scores });
        let options = self.options();
        let name = match options.coefficient {
            Coefficient::Spearman => "Spearman's",
            Coefficient::Kendall => "Kendall's",
            _ => "Pearson's",
        };
        let mut labels: Vec<String> = Vec::new();
        let mut pairs: Vec<(Series, Series)> = Vec::new();
        let within = |label: String,
                      members: &[Series],
                      labels: &mut Vec<String>,
                      pairs: &mut Vec<(Series, Series)>| {
            for (at, first) in members.iter().enumerate() {
                for second in &members[at + 1..] {
                    labels.push(label.clone());
                    pairs.push((first.clone(), second.clone()));
                }
            }
        };
        if let Some(code) = measure {
            let data = &self.computed.outcome.import.data;
            let all = if self.nodes.is_empty() { view.nodes() } else { self.nodes.clone() };
            for (one, other) in view.series(&all).into_iter().zip(std::iter::repeat(view.measure(data, code)))
            {
                labels.push(String::new());
                pairs.extend(other.map(|other| (one, other)));
            }
        } else if let Some(With::Node(with)) = &self.with {
            let other = view.rising(&[*with]);
            let all = if self.nodes.is_empty() { view.nodes() } else { self.nodes.clone() };
            for one in view.rising(&all).into_iter().filter(|one| other.iter().all(|o| o.code != one.code)) {
                labels.push(String::new());
                pairs.extend(other.iter().map(|other| (one.clone(), other.clone())));
            }
        } else if let Some(level) = self.args.level {
            within(format!("level {level}"), &view.rising(&view.level(level)), &mut labels, &mut pairs);
        } else {
            let rising = view.rising(&view.nodes());
            for group in self.groups(&view) {
                let members: Vec<Series> = group.of(&rising).into_iter().cloned().collect();
                within(group.code.to_string(), &members, &mut labels, &mut pairs);
            }
        }
        let mut out = Section::new(
            "correlation",
            format!("{name} correlation ({})", self.at(&view)),
            &[
                "first",
                "second",
                "#coefficient|r",
                "#n",
                "#p_value|p",
                "#adjusted_p_value|adjusted p",
                "significant",
                "#critical_value|critical r",
                "within",
            ],
        );
        let found: Vec<Pair> = of_pairs(pairs.iter().map(|(x, y)| (x, y)), &options);
        for (label, pair) in labels.iter().zip(&found) {
            out.row(vec![
                text(pair.first.as_str()),
                text(pair.second.as_str()),
                number(pair.coefficient),
                count(pair.n),
                number(pair.p_value),
                number(pair.adjusted_p_value),
                text(if pair.significant(options.level) { "yes" } else { "no" }),
                number(pair.critical_value),
                text(label),
            ]);
        }
        if found.is_empty() {
            out.note("there are no two nodes with values at this stage to correlate; try another `--stage` or `--node`");
        }
        out.note(match measure {
            Some(_) => "series are as they stand, not turned round; each pair rests on the n units that have both",
            None => "series for which less is better are turned round; each pair rests on the n units that have both",
        });
        out.note(format!("p values are two-sided, significant is an adjusted one up to {}, for which the critical value is, unadjusted", options.level));
        out
    }

    pub(super) fn cross_loading(&self) -> Section {
        let view = self.view(Stage::Scores);
        let mut out = Section::new(
            "cross-loading",
            format!("Indicators with their own and with other groups ({})", self.at(&view)),
            &[
                "indicator",
                "own",
                "#with_own|r with own",
                "other",
                "#with_other|r with other",
                "#n",
                "#critical_value|critical r",
            ],
        );
        let asked = self.indicators(&view);
        let rows = cross_loadings(&view).into_iter().filter(|row| asked.contains(&row.indicator));
        for row in rows {
            out.row(vec![
                self.code(row.indicator),
                self.code(row.own),
                number(row.with_own),
                self.code(row.other),
                number(row.with_other),
                count(row.n),
                number(critical_value(Coefficient::Pearson, row.n, self.options().level)),
            ]);
        }
        if out.is_empty() {
            out.note("no level of the tree has two groups of indicators with values at this stage");
        }
        out.note("other: of the groups at the depth of its own, the one an indicator goes along with most; its own contains it, which raises r");
        out
    }

    pub(super) fn size(&self) -> Section {
        // As they enter normalization: divided by what they are divided by.
        let last = self.package().pipeline.len().checked_sub(1);
        let view = self.view(last.map_or(Stage::Raw, Stage::Step));
        let mut out = Section::new(
            "size",
            format!("Indicators with measures ({})", self.at(&view)),
            &[
                "indicator",
                "measure",
                "#coefficient|r",
                "#n",
                "#p_value|p",
                "#critical_value|critical r",
                "divides",
            ],
        );
        let asked = self.indicators(&view);
        for row in sizes(&view, &self.computed.outcome.import.data) {
            if asked.contains(&row.indicator) {
                out.row(vec![
                    self.code(row.indicator),
                    text(row.pair.second.as_str()),
                    number(row.pair.coefficient),
                    count(row.pair.n),
                    number(row.pair.p_value),
                    number(row.pair.critical_value),
                    text(if row.divides { "yes" } else { "no" }),
                ]);
            }
        }
        if out.is_empty() {
            out.note("the package has no measure of size with figures");
        }
        out.note("Pearson's correlation of figures as they stand, not turned round; divides: whether something is divided by the measure; above 0.7 an indicator says little more than size (COINr, example of get_denom_corr)");
        out
    }

    fn of_components(&self, each: &mut dyn FnMut(&str, &GroupComponents)) -> Vec<String> {
        let view = self.view(Stage::Scores);
        let (series, groups) = (view.rising(&view.nodes()), self.groups(&view));
        let mut notes = Vec::new();
        for (code, found) in principal(&series, &groups) {
            match found {
                Ok(found) => each(code.as_str(), &found),
                Err(fault) => notes.push(skipped(&code, &fault)),
            }
        }
        if groups.is_empty() {
            notes.push("no group has two parts with values at this stage; try another `--stage`".into());
        }
        notes
    }

    pub(super) fn components(&self) -> Vec<Section> {
        let at = self.at(&self.view(Stage::Scores));
        let mut groups = Section::new(
            "components",
            format!("Principal components of each group ({at})"),
            &[
                "group",
                "#parts",
                "#units",
                "#kmo",
                "#bartlett",
                "#degrees_of_freedom|df",
                "#p_value|p",
                "#above_1|> 1",
                "#share_of_first|first",
            ],
        );
        let mut variances = Section::new(
            "variances",
            "Variances of components",
            &["group", "#component", "#variance", "#share", "#cumulative_share"],
        );
        let mut loadings = Section::new(
            "loadings",
            "Loadings and adequacy",
            &["group", "part", "#component", "#loading", "#kmo"],
        );
        let notes = self.of_components(&mut |code, found| {
            let (adequacy, test) = (found.adequacy.as_ref().ok(), found.sphericity.as_ref().ok());
            let shares = found.components.shares();
            groups.row(vec![
                text(code),
                count(found.members.len()),
                count(found.n_units),
                number(adequacy.map(|a| a.overall)),
                number(test.map(|t| t.chi_square)),
                test.map_or(Cell::Empty(None), |t| count(t.degrees_of_freedom)),
                number(test.map(|t| t.p_value)),
                count(found.components.above(1.0)),
                number(shares.first().copied()),
            ]);
            let mut sum = 0.0;
            for (at, (variance, share)) in found.components.variances.iter().zip(&shares).enumerate() {
                sum += share;
                variances.row(vec![
                    text(code),
                    count(at + 1),
                    number(*variance),
                    number(*share),
                    number(sum),
                ]);
            }
            let n = found.components.above(1.0).max(1);
            let matrix = found.components.loadings(n);
            for (i, part) in found.members.iter().enumerate() {
                for k in 0..matrix.n_columns() {
                    let kmo = adequacy.and_then(|a| a.each.get(i)).copied();
                    loadings.row(vec![
                        text(code),
                        text(part.as_str()),
                        count(k + 1),
                        number(matrix[(i, k)]),
                        number(kmo),
                    ]);
                }
            }
        });
        notes.into_iter().for_each(|note| groups.note(note));
        groups.note("of correlations over the units that have every part; kmo: measure of sampling adequacy (Kaiser 1974), 0.6 is often asked for; bartlett: test of sphericity");
        vec![groups, variances, loadings]
    }

    pub(super) fn factors(&self) -> Section {
        let mut out = Section::new(
            "factors",
            format!("Rotated factors of each group ({})", self.at(&self.view(Stage::Scores))),
            &["group", "part", "#factor", "#loading", "#communality", "#variance_of_factor"],
        );
        let mut refusals = Vec::new();
        let notes = self.of_components(&mut |code, found| {
            let n = self.args.factors.map_or(found.components.above(1.0).max(1), usize::from);
            match varimax(&found.components.loadings(n), RowLength::Kaiser) {
                Ok(rotated) => {
                    for (i, part) in found.members.iter().enumerate() {
                        let row = rotated.loadings.row(i);
                        let communality: f64 = row.iter().map(|x| x * x).sum();
                        for (k, loading) in row.iter().enumerate() {
                            out.row(vec![
                                text(code),
                                text(part.as_str()),
                                count(k + 1),
                                number(*loading),
                                number(communality),
                                number(rotated.variances[k]),
                            ]);
                        }
                    }
                }
                Err(why) => refusals.push(format!("{code}: {}", gradus::analysis::fault(why, &[]).message)),
            }
        });
        notes.into_iter().chain(refusals).for_each(|note| out.note(note));
        out.note("principal components with varimax rotation (Kaiser 1958), parts brought to equal length");
        out
    }

    pub(super) fn consistency(&self) -> Vec<Section> {
        let view = self.view(Stage::Scores);
        let (series, groups) = (view.rising(&view.nodes()), self.groups(&view));
        let mut out = Section::new(
            "consistency",
            format!("Cronbach's alpha of each group ({})", self.at(&view)),
            &["group", "#parts", "#raw", "#standardized"],
        );
        let mut without = Section::new(
            "without",
            "Alpha with a part left out",
            &["group", "part", "#alpha_without", "#change"],
        );
        for ((code, found), group) in cronbach(&series, &groups, Missing::Listwise).into_iter().zip(&groups) {
            match found {
                Ok(alpha) => {
                    let members = group.of(&series);
                    out.row(vec![
                        text(code.as_str()),
                        count(members.len()),
                        number(alpha.raw),
                        number(alpha.standardized),
                    ]);
                    for (member, left) in members.iter().zip(&alpha.without) {
                        let change = left.map(|left| left - alpha.raw);
                        without.row(vec![
                            text(code.as_str()),
                            text(member.code.as_str()),
                            number(*left),
                            number(change),
                        ]);
                    }
                }
                Err(fault) => out.note(skipped(&code, &fault)),
            }
        }
        out.note("over the units that have every part; 0.7 is often asked for (Nunnally 1978)");
        vec![out, without]
    }

    pub(super) fn weights(&self) -> Result<Section, Stop> {
        let view = self.view(Stage::Scores);
        let nodes = view.weights();
        let effective = effective_weights(&nodes).map_err(|fault| refused(&fault, "weights"))?;
        let mut out = Section::new(
            "weights",
            "Weights of nodes",
            &["node", "of", "#weight", "#in_the_index", "#points"],
        );
        let inside = |code: &str| {
            self.nodes.is_empty()
                || std::iter::successors(self.package().node(code), |ix| self.package().nodes[*ix].parent)
                    .any(|ix| self.nodes.contains(&ix))
        };
        for (node, weight) in nodes.iter().zip(effective).filter(|(node, _)| inside(node.code.as_str())) {
            out.row(vec![
                text(node.code.as_str()),
                text(node.parent.as_ref().map_or("", |parent| parent.as_str())),
                number(node.weight),
                number(weight),
                number(100.0 * weight),
            ]);
        }
        out.note("weight: among siblings, as the run had it; in the index: the product from the index down, in an arithmetic index what a point of the node moves it by");
        Ok(out)
    }

    /// The outranking matrix of each group that is asked for; of the index, where none is.
    pub(super) fn outranking(&self) -> Vec<Section> {
        let (view, package) = (self.view(Stage::Scores), self.package());
        let names = &view.evaluation.units;
        let mut out = Vec::new();
        for top in self.tops() {
            let children: Vec<_> =
                package.nodes[top].children.iter().copied().filter(|ix| view.has(*ix)).collect();
            let weights: Vec<f64> = children.iter().map(|ix| view.weight(*ix).unwrap_or(1.0)).collect();
            let Some(found) = gradus::analysis::outranking::outranking(&view.rising(&children), &weights)
            else {
                continue;
            };
            let columns: Vec<String> = std::iter::once("unit".to_owned())
                .chain(found.units.iter().map(|unit| format!("#{}", names[*unit])))
                .collect();
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            let title =
                format!("Outranking among the parts of {} ({})", package.nodes[top].id, self.at(&view));
            let mut section = Section::new("outranking", title, &columns);
            for (unit, shares) in found.units.iter().zip(&found.shares) {
                let cells = shares.iter().map(|share| number(*share));
                section.row(std::iter::once(text(names[*unit].as_str())).chain(cells).collect());
            }
            section.note("the share of the weight in which the unit of the row is above that of the column, ties as halves");
            let (n, left_out) = (found.units.len(), names.len() - found.units.len());
            section.note(format!(
                "{} of {} pairs are dominated: one unit is above the other in every part; {left_out} units lack a part and are left out",
                found.dominated,
                n * n.saturating_sub(1) / 2
            ));
            out.push(section);
        }
        out
    }

    pub(super) fn importance(&self) -> Section {
        let view = self.view(Stage::Scores);
        let mut out = Section::new(
            "importance",
            format!("Importance of the parts of each group ({})", self.at(&view)),
            &[
                "group",
                "part",
                "#weight",
                "#linear_share|linear",
                "#nonlinear_share|nonlinear",
                "#correlation|r",
                "#squared_correlation|r squared",
                "#nonlinear_ratio|curve",
                "#n",
            ],
        );
        for group in self.groups(&view) {
            let package = self.package();
            let Some(top) = package.node(group.code.as_str()).filter(|ix| view.has(*ix)) else { continue };
            let members: Vec<(NodeIx, f64)> = (group.members.iter())
                .filter_map(|code| package.node(code.as_str()))
                .filter_map(|ix| Some((ix, view.weight(ix)?)))
                .collect();
            let of = package.nodes[top].group();
            let by_formula = of.is_some_and(|of| of.formula.is_some());
            if by_formula || members.is_empty() {
                let method = of.and_then(|of| of.aggregate.as_ref());
                let why = match method.filter(|_| !by_formula) {
                    Some(call) => format!("`{}` gives its parts none", call.method),
                    None => "its score is a formula".to_owned(),
                };
                out.note(format!("`{}` has no weights: {why}", group.code));
                continue;
            }
            let (parts, weights): (Vec<NodeIx>, Vec<f64>) = members.into_iter().unzip();
            match importance(&view.one(top), &view.series(&parts), &weights) {
                Ok(found) => found.iter().for_each(|part| {
                    out.row(vec![
                        text(group.code.as_str()),
                        text(part.code.as_str()),
                        number(part.weight),
                        number(part.linear_share),
                        number(part.nonlinear_share),
                        number(part.correlation),
                        number(part.ratio.map(|ratio| ratio.linear)),
                        number(part.ratio.and_then(|ratio| ratio.nonlinear)),
                        count(part.n),
                    ]);
                }),
                Err(fault) => out.note(skipped(&group.code, &fault)),
            }
        }
        if out.is_empty() {
            out.note("no group has a score and two weighted parts at this stage");
        }
        out.note(
            "shares are of the sum over parts, to compare with weights (Paruolo, Saisana and Saltelli 2013)",
        );
        out
    }

    pub(super) fn clusters(&self) -> Result<Section, Stop> {
        let view = self.view(Stage::Scores);
        let package = self.package();
        let scores = view.stage == Stage::Scores;
        let mut nodes: Vec<NodeIx> = Vec::new();
        for top in self.tops() {
            match scores {
                true => nodes.extend(package.nodes[top].children.iter().filter(|ix| view.has(**ix))),
                false => nodes.extend(package.indicators_below(top).into_iter().filter(|ix| view.has(*ix))),
            }
        }
        if nodes.is_empty() {
            nodes.extend(self.tops().into_iter().filter(|ix| view.has(*ix)));
        }
        let scale = if scores { Scale::AsIs } else { Scale::ZScores };
        let found =
            tree(&view.series(&nodes), scale, Linkage::Ward).map_err(|fault| refused(&fault, "clusters"))?;
        let k = usize::from(self.args.clusters);
        if k > found.units.len() {
            let message =
                format!("{k} clusters are asked for and {} units have every value", found.units.len());
            return Err(nothing("clusters", message, "give a smaller `--clusters`"));
        }
        let clusters = found.dendrogram.cut(k);
        let codes: Vec<&str> = nodes.iter().map(|ix| package.nodes[*ix].id.as_str()).collect();
        let columns: Vec<String> = codes.iter().map(|code| format!("#{code}")).collect();
        let columns: Vec<&str> =
            ["unit", "cluster"].into_iter().chain(columns.iter().map(String::as_str)).collect();
        let mut out =
            Section::new("clusters", format!("Units in {k} clusters ({})", self.at(&view)), &columns);
        let mut rows: Vec<(usize, usize)> =
            clusters.iter().copied().zip(found.units.iter().copied()).collect();
        rows.sort_unstable();
        for (cluster, unit) in rows {
            let values = nodes.iter().map(|ix| number(view.value(*ix, unit)));
            out.row([self.unit(unit), text((cluster + 1).to_string())].into_iter().chain(values).collect());
        }
        let left_out = self.computed.outcome.evaluation.units.len() - found.units.len();
        if left_out > 0 {
            out.note(format!("{left_out} units without every value are left out"));
        }
        out.note("Ward's method on Euclidean distances; scores as they are, figures as z-scores");
        Ok(out)
    }

    pub(super) fn profile(&self) -> Result<Section, Stop> {
        let view = self.view(Stage::Scores);
        let own = self.computed.outcome.own_unit();
        let units: Vec<usize> =
            if self.units.is_empty() { own.into_iter().collect() } else { self.units.clone() };
        if units.is_empty() {
            return Err(super::Findings::one(
                Diagnostic::new(&catalog::UNKNOWN_UNIT, "a profile is of a unit, and none is named")
                    .help("name one with `--unit`"),
            ));
        }
        let nodes = self.indicators(&view);
        let (series, directions) = (view.series(&nodes), view.directions(&nodes));
        // More than half of the indicators would be strengths and weaknesses at once.
        let chosen = |usual: usize| self.args.count.map_or(usual.min(nodes.len() / 2).max(1), usize::from);
        let rules = [
            ("coinr", Rule::Ranks { count: chosen(5), worst: Worst::LeftOut }),
            ("gii", Rule::PercentileRanks { count: chosen(10) }),
        ];
        let mut out = Section::new(
            "profile",
            format!("Strengths and weaknesses ({})", self.at(&view)),
            &["unit", "rule", "kind", "indicator", "#value", "#rank", "#of", "name"],
        )
        .mixed();
        for unit in &units {
            for (rule, how) in rules {
                let found = profile(&series, &directions, *unit, &[], how);
                let mut add = |kind: &str, place: &Place| {
                    let name =
                        self.package().node(place.code.as_str()).map(|ix| &self.package().nodes[ix].name);
                    out.row(vec![
                        self.unit(*unit),
                        text(rule),
                        text(kind),
                        text(place.code.as_str()),
                        number(place.value),
                        number(place.rank),
                        count(place.n),
                        text(name.map_or("", |name| name.get(Lang::En))),
                    ]);
                };
                found.strengths.iter().for_each(|place| add("strength", place));
                found.weaknesses.iter().rev().for_each(|place| add("weakness", place));
            }
        }
        out.note(
            "coinr: the best and the worst ranks (get_str_weak, without indicators in which nobody is worse)",
        );
        out.note("gii: percentile ranks at or beyond the tenth largest and smallest (fewer of a small index), ranks 1 to 3 always (Global Innovation Index 2023, appendix I)");
        Ok(out)
    }

    pub(super) fn trends(&self) -> Result<Section, Stop> {
        let view = self.view(Stage::Scores);
        let evaluation = &self.computed.outcome.evaluation;
        if evaluation.periods.len() < 2 {
            let message = format!("the result has {} period where a trend needs 2", evaluation.periods.len());
            return Err(nothing(
                "trends",
                message,
                "give figures of several periods, with `periods = \"panel\"`",
            ));
        }
        let mut out = Section::new(
            "trends",
            format!("Trends ({})", view.stage.word(view.package)),
            &[
                "node",
                "unit",
                "#first_period",
                "#last_period",
                "#first",
                "#last",
                "#change",
                "#growth_rate",
                "#slope",
                "#p_value|p",
                "#median_slope",
                "#percentage_change",
                "#n",
            ],
        )
        .mixed();
        let units: Vec<usize> =
            if self.units.is_empty() { (0..evaluation.units.len()).collect() } else { self.units.clone() };
        let mut without = 0;
        for ix in self.tops() {
            for unit in &units {
                let (times, values) = view.over_periods(ix, *unit);
                let Ok(found) = trend(&times, &values) else {
                    without += 1;
                    continue;
                };
                out.row(vec![
                    self.code(ix),
                    self.unit(*unit),
                    number(found.periods.0),
                    number(found.periods.1),
                    number(found.values.0),
                    number(found.values.1),
                    number(found.change),
                    number(found.growth_rate),
                    number(found.slope),
                    number(found.slope_p_value),
                    number(found.median_slope),
                    number(found.percentage_change),
                    count(found.n),
                ]);
            }
        }
        if without > 0 {
            out.note(format!("{without} series have fewer than two periods with a value"));
        }
        out.note("change and growth rate (compound, per period) as parts of 1; slope per period by least squares with its p value; median slope: Theil and Sen's");
        Ok(out)
    }
}
