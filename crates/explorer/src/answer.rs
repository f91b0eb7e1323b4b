//! The result under a scenario, beside the official one.

use crate::Session;
use crate::about::text;
use crate::scenario::{Scenario, refuse};
use gradus_engine::whatif::changed;
use gradus_engine::{Cell, Evaluation, Number, Stage};
use gradus_model::number::{Rounding, round};
use gradus_model::observation::Value;
use gradus_model::package::NodeIx;
use gradus_model::{DataSet, Decimal, Diagnostics, Lang, Package, Text};
use gradus_standard::{GradeInterval, Proof, Record, RowGrading, Verdict, clause_sentence};
use serde_json::{Value as Json, json};

/// One result: the official one, or the reader's.
struct Side<'a> {
    package: &'a Package,
    data: &'a DataSet,
    evaluation: &'a Evaluation,
    period: usize,
    grades: Vec<Record>,
}

pub(crate) fn errors(found: &Diagnostics) -> String {
    let all: Vec<Json> = found
        .iter()
        .filter(|d| d.is_error())
        .map(|d| json!({ "id": d.kind.id, "message": d.message, "help": d.help }))
        .collect();
    json!({ "ok": false, "errors": all }).to_string()
}

pub(crate) fn answer(session: &Session, scenario: &str) -> Result<Json, Diagnostics> {
    let Session { package, data, evaluation, period, .. } = session;
    let json: Json = serde_json::from_str(scenario)
        .map_err(|error| Diagnostics::from(refuse(error.to_string(), "send an object of JSON")))?;
    let scenario = Scenario::read(&json, package, &evaluation.units)?;
    let (other, figures) = changed(package, data, evaluation, *period, &scenario.changes)?;
    let (after, _) = gradus_engine::evaluate_undrawn(&other, &session.methods, &figures)?;
    // A figure more or less may add or take a period; the one compared is the same.
    let there = after.periods.iter().position(|p| evaluation.periods.get(*period) == Some(p));
    let Some(there) = there else {
        return Err(refuse("nothing is left of the period", "leave a figure of it").into());
    };
    let rows = 0..evaluation.units.len();
    let official = Side {
        package,
        data,
        evaluation,
        period: *period,
        grades: rows
            .clone()
            .filter_map(|unit| {
                Some(session.grading.row(evaluation.row(unit, *period))?.to_record(&session.grading))
            })
            .collect(),
    };
    let grader = gradus_standard::Grader::new(&other, &figures, &after);
    let yours = Side {
        package: &other,
        data: &figures,
        evaluation: &after,
        period: there,
        grades: rows.clone().map(|unit| grader.row(after.row(unit, there))).collect(),
    };
    let mut moved = 0;
    let node = scenario.node;
    let mut order: Vec<usize> = rows.collect();
    let rank = |unit: &usize| official.rank(node, *unit).unwrap_or(f64::INFINITY);
    order.sort_by(|a, b| rank(a).total_cmp(&rank(b)).then(a.cmp(b)));
    let rows: Vec<Json> = order
        .into_iter()
        .map(|unit| {
            let (a, b) = (official.standing(node, unit), yours.standing(node, unit));
            let differs = a != b;
            moved += usize::from(differs);
            let difference =
                difference(official.score(node, unit), yours.score(node, unit), package.policy.rounding);
            json!({
                "unit": evaluation.units[unit].as_str(),
                "official": a,
                "yours": b,
                "difference": difference,
                "moved": differs,
            })
        })
        .collect();
    Ok(json!({
        "ok": true,
        "changes": scenario.changes.len(),
        "said": scenario.said.iter().map(text).collect::<Vec<_>>(),
        "node": package.nodes[node].id.as_str(),
        "moved": moved,
        "rows": rows,
        "unit": scenario.unit.map(|unit| of_unit(&official, &yours, unit)),
    }))
}

/// What is added to the first number to make the second, in their arithmetic, rounded as scores are shown but to two places more.
fn difference(a: Option<Number>, b: Option<Number>, rounding: Rounding) -> Option<String> {
    let more = Rounding { places: (rounding.places + 2).min(20), ..rounding };
    let difference = b?.to_decimal()?.checked_sub(a?.to_decimal()?)?;
    Some(round(difference, more).normalize().to_string())
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::NotMet => "not-met",
        Verdict::Unknown => "unknown",
    }
}

impl Side<'_> {
    fn row(&self, unit: usize) -> usize {
        self.evaluation.row(unit, self.period)
    }
    fn score(&self, node: NodeIx, unit: usize) -> Option<Number> {
        self.evaluation.score(node, self.row(unit))
    }
    fn rank(&self, node: NodeIx, unit: usize) -> Option<f64> {
        self.evaluation.rank(node, self.row(unit))
    }
    fn grades(&self, unit: usize) -> Option<RowGrading<'_>> {
        self.grades.get(unit).map(Record::grades)
    }

    /// A number in full, as it is shown, and as a double with the shortest digits that mean it.
    fn number(&self, number: Option<Number>) -> Json {
        number.map_or(Json::Null, |x| {
            json!({
                "exact": x.to_string(),
                "shown": x.show(self.package.policy.rounding),
                "double": x.to_f64(),
            })
        })
    }

    /// Score, rank and grade of a unit in a node: by every standard for the index, else by the node's own grade.
    fn standing(&self, node: NodeIx, unit: usize) -> Json {
        let interval = |i: GradeInterval| json!({ "proven": i.proven, "possible": i.possible });
        let grades: Vec<Json> = match self.grades(unit) {
            Some(row) if node == Package::ROOT => row.standards().map(|s| interval(s.interval)).collect(),
            Some(row) => row.node(node).map(|n| interval(n.interval)).into_iter().collect(),
            None => Vec::new(),
        };
        // Of the indicators below, how many reach each grade.
        let reached: Vec<usize> = (0..self.package.grades.len())
            .map(|grade| {
                let below = self.package.indicators_below(node);
                let met = |ix: &NodeIx| {
                    let row = self.grades(unit).and_then(|row| row.node(*ix));
                    row.is_some_and(|n| n.verdicts.get(grade) == Some(&Verdict::Met))
                };
                below.iter().filter(|ix| met(ix)).count()
            })
            .collect();
        json!({
            "score": self.number(self.score(node, unit)),
            "rank": self.rank(node, unit),
            "grades": grades,
            "reached": reached,
        })
    }

    /// The figure of an indicator as a user writes it; the reason where there is none.
    fn figure(&self, node: NodeIx, unit: usize) -> Json {
        let row = self.row(unit);
        let plain = |x: Decimal| x.normalize().to_string();
        let of = self.package.nodes[node].indicator();
        let level = |at: usize| {
            let scale = of.and_then(|of| self.package.scale(of));
            scale.and_then(|s| s.levels.get(at)).map_or_else(|| at.to_string(), |l| l.id.to_string())
        };
        let observed = self.evaluation.observation(self.data, node, row).map(|o| o.value);
        let written = match observed {
            Some(Value::Number(x) | Value::Survey { estimate: x, .. }) => plain(x),
            Some(Value::Level(at) | Value::Title { level: at, .. }) => level(at),
            Some(Value::Interval { lower, upper }) => {
                let bound = |x: Option<Decimal>| x.map(plain).unwrap_or_default();
                format!("{}..{}", bound(lower), bound(upper))
            }
            Some(Value::Absent(why)) => return json!({ "absent": why.word() }),
            _ => match (
                self.evaluation.value(Stage::Raw, node, row),
                self.evaluation.nodes[node].cells.get(row),
            ) {
                (Some(x), _) => x.to_decimal().map_or_else(|| x.to_string(), plain),
                (None, Some(Cell::Absent(why))) => return json!({ "absent": why.word() }),
                _ => return Json::Null,
            },
        };
        json!({ "value": written })
    }
}

/// The proof of a unit: every node with its figure, score, weight and steps, and every clause of every standard.
fn of_unit(official: &Side<'_>, yours: &Side<'_>, unit: usize) -> Json {
    let package = official.package;
    let pair = |a: Json, b: Json| json!({ "official": a, "yours": b });
    let nodes: Vec<Json> = package
        .tree()
        .into_iter()
        .map(|(ix, _)| {
            let of = |result: &Side<'_>| {
                let weight = result.evaluation.nodes[ix].weight_in(result.row(unit));
                let steps: Vec<Json> = result
                    .grades(unit)
                    .and_then(|row| row.node(ix))
                    .map(|n| n.verdicts.iter().map(|v| verdict(*v).into()).collect())
                    .unwrap_or_default();
                json!({
                    "figure": if package.nodes[ix].indicator().is_some() { result.figure(ix, unit) } else { Json::Null },
                    "score": result.number(result.score(ix, unit)),
                    "weight": weight.map(|w| w.to_string()),
                    "steps": steps,
                })
            };
            json!({ "node": package.nodes[ix].id.as_str(), "official": of(official), "yours": of(yours) })
        })
        .collect();
    let mut proofs = Vec::new();
    if let (Some(a), Some(b)) = (official.grades(unit), yours.grades(unit)) {
        for (a, b) in a.standards().zip(b.standards()) {
            let both = a.proofs().into_iter().zip(b.proofs()).enumerate();
            proofs.extend(both.map(|(grade, (one, other))| {
                json!({
                    "standard": package.standards[a.standard].id.as_str(),
                    "grade": package.grades[grade].id.as_str(),
                    "proof": proof(package, &one, &other),
                })
            }));
        }
    }
    json!({
        "unit": official.evaluation.units[unit].as_str(),
        "node": pair(official.standing(Package::ROOT, unit), yours.standing(Package::ROOT, unit)),
        "nodes": nodes,
        "proofs": proofs,
    })
}

/// A clause as officially decided and as decided under the scenario.
fn proof(package: &Package, a: &Proof, b: &Proof) -> Json {
    let words = b.rule.as_ref().map(|rule| {
        let say = |lang: Lang| clause_sentence(package, rule, Some(b.grade), lang);
        text(&Text::both(say(Lang::En), say(Lang::Zh)))
    });
    let plain = |x: Decimal| x.normalize().to_string();
    let tally = |p: &Proof| {
        json!({
            "verdict": verdict(p.verdict),
            "needed": plain(p.tally.needed),
            "proven": plain(p.tally.proven),
            "possible": plain(p.tally.possible),
        })
    };
    // Only what fails or has moved: of thirty indicators that are met nobody asks why.
    let parts: Vec<Json> = a
        .parts
        .iter()
        .zip(&b.parts)
        .filter(|(x, y)| {
            x.node == y.node && !y.exempt && (x.verdict != y.verdict || y.verdict != Verdict::Met)
        })
        .map(|(x, y)| {
            json!({
                "node": package.nodes[y.node].id.as_str(),
                "grade": package.grades.get(y.asked).map(|g| g.id.as_str()),
                "official": verdict(x.verdict),
                "yours": verdict(y.verdict),
            })
        })
        .collect();
    let clauses: Vec<Json> = a.clauses.iter().zip(&b.clauses).map(|(a, b)| proof(package, a, b)).collect();
    json!({
        "form": b.form.word(),
        "group": b.group.map(|g| package.nodes[g].id.as_str()),
        "words": words,
        "official": tally(a),
        "yours": tally(b),
        "parts": parts,
        "clauses": clauses,
    })
}
