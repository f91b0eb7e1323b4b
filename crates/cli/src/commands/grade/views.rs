//! What stands behind the grades: proofs, other readings of the rule, fragile figures, chances, calibration, awards.

use crate::Outcome;
use crate::args::{GradeArgs, GradeView, OutputArgs, TableFormat};
use crate::commands::Done;
use crate::listing::{self, Section, count, number, text};
use crate::package::Computed;
use crate::term::Term;
use gradus::engine::Number;
use gradus::model::observation::Value;
use gradus::model::package::NodeIx;
use gradus::model::{Date, Decimal, Lang, Period};
use gradus::report::table::Cell;
use gradus::standard::{
    AwardStanding, GradeInterval, Grader, Proof, RowGrading, Verdict, award_standing, calibration, chances,
    clause_sentence, effective, flips, in_force, readings, threshold_words, verdict_word,
};
use serde_json::json;

/// How many flips of a grade are shown for a unit.
const FLIPS: usize = 3;

pub(super) fn run(
    args: &GradeArgs,
    computed: &Computed,
    period: usize,
    units: &[usize],
    term: &Term,
) -> Done {
    let package = &computed.outcome.package;
    let standard = computed.standard(args.standard.as_deref())?;
    let all: Vec<usize> = (0..computed.outcome.evaluation.units.len()).collect();
    let views = Views {
        computed,
        lang: args.lang.lang(),
        period,
        standard,
        units: if units.is_empty() { &all } else { units },
        day: args.on,
        every_grade: args.format != TableFormat::Table,
    };
    if package.standards.is_empty() {
        term.say(&format!("{}: the package has no standard", args.package.package));
        return Ok(Outcome::Done);
    }
    let mut sections = Vec::new();
    for view in &args.show {
        match view {
            GradeView::Proof => sections.push(views.proof()),
            GradeView::Sensitivity => sections.push(views.sensitivity()),
            GradeView::Fragile => sections.push(views.fragile()),
            GradeView::Chance => sections.push(views.chance()),
            GradeView::Calibration => sections.push(views.calibration()),
            GradeView::Awards => sections.extend(views.awards()),
        }
    }
    let head = vec![
        ("package", json!(package.index.id.as_str())),
        ("standard", json!(package.standards[standard].id.as_str())),
    ];
    let output = OutputArgs { format: Some(args.format), out: args.out.clone() };
    listing::print(term, &output, head, &sections)?;
    Ok(Outcome::Done)
}

struct Views<'a> {
    computed: &'a Computed,
    lang: Lang,
    period: usize,
    standard: usize,
    units: &'a [usize],
    day: Option<Date>,
    /// Whether proofs are given at every grade, not only at the next one.
    every_grade: bool,
}

impl<'a> Views<'a> {
    /// One of two wordings.
    fn say<T>(&self, en: T, zh: T) -> T {
        match self.lang {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }

    fn section(&self, key: &'static str, title: (&str, &str), columns: &[(&str, &str, &str)]) -> Section {
        let columns: Vec<String> =
            columns.iter().map(|(key, en, zh)| format!("{key}|{}", self.say(*en, *zh))).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        Section::new(key, self.say(title.0, title.1), &columns)
    }

    fn grader(&self) -> Grader<'a> {
        let outcome = &self.computed.outcome;
        Grader::new(&outcome.package, &outcome.import.data, &outcome.evaluation)
    }

    fn row(&self, unit: usize) -> usize {
        self.computed.outcome.evaluation.row(unit, self.period)
    }

    fn grades(&self, unit: usize) -> Option<RowGrading<'a>> {
        self.computed.outcome.grading.row(self.row(unit))
    }

    fn unit(&self, unit: usize) -> Cell {
        let names = self.computed.outcome.unit_names();
        text(names.get(unit).map_or("", |name| name.get(self.lang)))
    }

    fn node(&self, node: NodeIx) -> Cell {
        let node = &self.computed.outcome.package.nodes[node];
        let name = node.name.get(self.lang);
        if name == node.id.as_str() { text(name) } else { text(format!("{name} ({})", node.id)) }
    }

    fn grade(&self, grade: Option<usize>) -> String {
        match grade.and_then(|g| self.computed.outcome.package.grades.get(g)) {
            Some(grade) => grade.name.get(self.lang).to_owned(),
            None => self.say("none", "无").to_owned(),
        }
    }

    /// "Primary", or "Primary to Advanced" where it is open.
    fn interval(&self, interval: GradeInterval) -> String {
        let (low, high) = (self.grade(interval.proven), self.grade(interval.possible));
        if interval.possible > interval.proven {
            self.say(format!("{low} to {high}"), format!("{low}至{high}"))
        } else {
            low
        }
    }

    fn proof(&self) -> Section {
        let mut out = self.section(
            "proof",
            ("Why each grade has its verdict", "各等级判定的依据"),
            &[
                ("unit", "unit", "对象"),
                ("grade", "grade", "等级"),
                ("verdict", "verdict", "判定"),
                ("clause", "clause or indicator", "条款或指标"),
                ("asked", "asked", "要求"),
                ("found", "found", "现状"),
                ("remarks", "remarks", "说明"),
                ("source", "source", "来源"),
                ("place", "place", "位置"),
            ],
        );
        let grader = self.grader();
        for unit in self.units {
            let Some(found) = self.grades(*unit).and_then(|g| g.standard(self.standard)) else { continue };
            let all = 0..self.computed.outcome.package.grades.len();
            // A reader wants to know what stands before the next grade; programs want everything.
            let next = found.interval.proven.map_or(0, |g| g + 1).min(all.end.saturating_sub(1));
            for grade in all.filter(|grade| self.every_grade || *grade == next) {
                if let Some(proof) = found.proof(grade) {
                    self.clause(&mut out, &grader, (*unit, grade), &proof, 0);
                }
            }
        }
        out
    }

    fn clause(
        &self,
        out: &mut Section,
        grader: &Grader<'_>,
        at: (usize, usize),
        proof: &Proof,
        depth: usize,
    ) {
        let package = &self.computed.outcome.package;
        let (unit, grade) = at;
        let indent = "  ".repeat(depth);
        let words = match &proof.rule {
            Some(rule) => clause_sentence(package, rule, Some(proof.grade), self.lang),
            None => self.say("all of the following", "须同时满足以下各项").to_owned(),
        };
        let group =
            proof.group.map(|g| format!("{}: ", package.nodes[g].name.get(self.lang))).unwrap_or_default();
        let tally = |x: Decimal| x.normalize().to_string();
        let found = if proof.tally.possible > proof.tally.proven {
            self.say(
                format!(
                    "{} to {} of {}",
                    tally(proof.tally.proven),
                    tally(proof.tally.possible),
                    tally(proof.tally.most)
                ),
                format!(
                    "{}至{}，共{}",
                    tally(proof.tally.proven),
                    tally(proof.tally.possible),
                    tally(proof.tally.most)
                ),
            )
        } else {
            self.say(
                format!("{} of {}", tally(proof.tally.proven), tally(proof.tally.most)),
                format!("{}，共{}", tally(proof.tally.proven), tally(proof.tally.most)),
            )
        };
        out.row(vec![
            self.unit(unit),
            text(self.grade(Some(grade))),
            text(verdict_word(proof.verdict, self.lang)),
            text(format!("{indent}{group}{words}")),
            text(tally(proof.tally.needed)),
            text(found),
            Cell::Empty(None),
            Cell::Empty(None),
            Cell::Empty(None),
        ]);
        for part in &proof.parts {
            let verdict = match part.exempt {
                true => self.say("left out", "不计入"),
                false => verdict_word(part.verdict, self.lang),
            };
            let mut cells = vec![
                self.unit(unit),
                text(self.grade(Some(grade))),
                text(verdict),
                text(format!("{indent}  {}", self.node(part.node).show())),
            ];
            cells.extend(self.evidence(grader, unit, part.node, part.asked));
            out.row(cells);
        }
        for inner in &proof.clauses {
            self.clause(out, grader, at, inner, depth + 1);
        }
    }

    /// What is asked of an indicator, what is there, and where that comes from.
    fn evidence(&self, grader: &Grader<'_>, unit: usize, node: NodeIx, grade: usize) -> [Cell; 5] {
        let outcome = &self.computed.outcome;
        let package = &outcome.package;
        let Some(indicator) = package.nodes[node].indicator() else {
            let score = outcome.evaluation.score(node, self.row(unit));
            let cell = score.map_or(Cell::Empty(None), |x| Cell::Number(x, None));
            return [Cell::Empty(None), cell, Cell::Empty(None), Cell::Empty(None), Cell::Empty(None)];
        };
        let step = indicator.ladder.iter().filter(|s| s.grade <= grade).max_by_key(|s| s.grade);
        let asked = step.map(|step| threshold_words(package, node, step, self.lang)).unwrap_or_default();
        let figure = grader.figure(node, self.row(unit));
        let level = |place: usize| {
            let level = package.scale(indicator).and_then(|s| s.levels.get(place));
            level.map_or_else(|| place.to_string(), |l| l.name.get(self.lang).to_owned())
        };
        let found = match figure.value.as_ref() {
            Ok(Value::Number(x)) => Number::Decimal(*x).to_string(),
            Ok(Value::Survey { estimate, standard_error, .. }) => match standard_error {
                Some(error) => format!("{} ± {}", estimate.normalize(), error.normalize()),
                None => estimate.normalize().to_string(),
            },
            Ok(Value::Interval { lower, upper }) => {
                let bound =
                    |x: &Option<Decimal>| x.map_or_else(|| "…".to_owned(), |x| x.normalize().to_string());
                format!("{} – {}", bound(lower), bound(upper))
            }
            Ok(Value::Level(place) | Value::Title { level: place, .. }) => level(*place),
            Ok(_) => String::new(),
            Err(absence) => absence.word().to_owned(),
        };
        let mut remarks: Vec<String> = figure.period.map(|p| p.to_string()).into_iter().collect();
        remarks.extend(figure.marks.words().map(str::to_owned));
        let observation = figure.observation.and_then(|ix| outcome.import.data.observation(ix));
        let detail = observation.as_ref().map(|o| &o.detail);
        let mut source: Vec<&str> = Vec::new();
        source.extend(detail.and_then(|d| d.source.as_deref()));
        source.extend(detail.and_then(|d| d.document.as_deref()));
        let place =
            observation.as_ref().and_then(|o| o.place.as_ref()).map(|p| p.to_string()).unwrap_or_default();
        [text(asked), text(found), text(remarks.join(", ")), text(source.join("; ")), text(place)]
    }

    fn sensitivity(&self) -> Section {
        let outcome = &self.computed.outcome;
        let mut out = self
            .section(
                "sensitivity",
                ("Grades by other readings of the rule", "按规则的其他解读得到的等级"),
                &[
                    ("unit", "unit", "对象"),
                    ("reading", "reading", "解读"),
                    ("grade", "grade", "等级"),
                    ("rule", "rule", "规则"),
                    ("proven", "proven", "已证实"),
                    ("possible", "possible", "可能"),
                ],
            )
            .hidden(2);
        let all = readings(&outcome.package, &outcome.import.data, &outcome.evaluation, self.standard);
        let own = clause_sentence(
            &outcome.package,
            &outcome.package.standards[self.standard].rule,
            None,
            self.lang,
        );
        let code = |grade: Option<usize>| {
            text(grade.and_then(|g| outcome.package.grades.get(g)).map_or("", |g| g.id.as_str()))
        };
        for unit in self.units {
            let mut add = |id: &str, rule: &str, grades: Option<RowGrading<'_>>| {
                let Some(found) = grades.and_then(|g| g.standard(self.standard)) else { return };
                let interval = found.interval;
                out.row(vec![
                    self.unit(*unit),
                    text(id),
                    text(self.interval(interval)),
                    text(rule),
                    code(interval.proven),
                    code(interval.possible),
                ]);
            };
            add(self.say("the rule", "本规则"), &own, self.grades(*unit));
            for reading in &all {
                let grades = reading.grading.row(self.row(*unit));
                add(reading.alternative.id.as_str(), reading.alternative.name.get(self.lang), grades);
            }
        }
        out
    }

    fn fragile(&self) -> Section {
        let package = &self.computed.outcome.package;
        let mut out = self
            .section(
                "fragile",
                (
                    "The smallest changes of single figures that flip the grade",
                    "足以改变等级的单项数据最小变动",
                ),
                &[
                    ("unit", "unit", "对象"),
                    ("indicator", "indicator", "指标"),
                    ("#value", "now", "现值"),
                    ("#to", "at the threshold", "阈值处"),
                    ("#change", "change in %", "变动%"),
                    ("step", "step", "等级阈值"),
                    ("then", "grade then", "变动后的等级"),
                ],
            )
            .mixed();
        let grader = self.grader();
        for unit in self.units {
            for flip in flips(&grader, package, self.row(*unit), self.standard).into_iter().take(FLIPS) {
                let decimal = |x: Decimal| Cell::Number(Number::Decimal(x.normalize()), None);
                let sign = if flip.to < flip.value { -Decimal::ONE_HUNDRED } else { Decimal::ONE_HUNDRED };
                let change = flip.relative.and_then(|r| r.checked_mul(sign));
                let name = self.grade(Some(flip.step));
                let step = match flip.reached {
                    true => self.say(format!("reaches {name}"), format!("达到{name}")),
                    false => self.say(format!("falls short of {name}"), format!("跌出{name}")),
                };
                out.row(vec![
                    self.unit(*unit),
                    self.node(flip.node),
                    decimal(flip.value),
                    decimal(flip.to),
                    change.map_or(Cell::Empty(None), decimal),
                    text(step),
                    text(self.interval(flip.then)),
                ]);
            }
        }
        if out.is_empty() {
            out.note(
                self.say(
                    "No change of a single figure flips a grade.",
                    "没有任何单项数据的变动足以改变等级。",
                ),
            );
        }
        out
    }

    fn chance(&self) -> Section {
        let package = &self.computed.outcome.package;
        let mut out = self.section(
            "chance",
            ("How likely each grade is", "各等级的概率"),
            &[
                ("unit", "unit", "对象"),
                ("grade", "grade", "等级"),
                ("#proven", "P(proven)", "证实概率"),
                ("#possible", "P(possible)", "可能概率"),
                ("cells", "uncertain figures", "不确定数据"),
            ],
        );
        let grader = self.grader();
        let mut drawn = None;
        for unit in self.units {
            let Some(found) = chances(&grader, package, self.row(*unit)) else { continue };
            drawn = drawn.max(found.draws);
            let cells: Vec<String> = found
                .cells
                .iter()
                .map(|(node, deviation)| {
                    // Where the error comes from: a sample, or what the package states for the status of the figure.
                    let figure = grader.figure(*node, self.row(*unit));
                    let origin = match figure.value {
                        Ok(Value::Survey { standard_error: Some(_), .. }) => self.say("survey", "调查"),
                        _ => figure.status.word(),
                    };
                    format!("{} ± {deviation:.3} ({origin})", package.nodes[*node].id)
                })
                .collect();
            for (grade, (proven, possible)) in found.standards[self.standard].iter().enumerate() {
                out.row(vec![
                    self.unit(*unit),
                    text(self.grade(Some(grade))),
                    number(*proven),
                    number(*possible),
                    text(cells.join(", ")),
                ]);
            }
        }
        if out.is_empty() {
            out.note(self.say(
                "No figure has an error: surveys bring a standard error, and `[policy] uncertainty` states one by status.",
                "没有带误差的数据：调查数据附有标准误，[policy] uncertainty 可按数据状态声明误差。",
            ));
        } else {
            out.note(match drawn {
                Some(n) => self.say(
                    format!("From {n} draws, seed {}; figures err independently.", package.policy.seed),
                    format!("基于{n}次抽样，种子{}；各数据误差相互独立。", package.policy.seed),
                ),
                None => self.say(
                    "Exact; figures err independently.".to_owned(),
                    "精确值；各数据误差相互独立。".to_owned(),
                ),
            });
        }
        out
    }

    fn calibration(&self) -> Section {
        let outcome = &self.computed.outcome;
        let mut out = self.section(
            "calibration",
            ("How many units reach each step", "各等级阈值的达标情况"),
            &[
                ("indicator", "indicator", "指标"),
                ("grade", "grade", "等级"),
                ("#met", "met", "达到"),
                ("#not_met", "not met", "未达到"),
                ("#unknown", "unknown", "未知"),
                ("#decides", "decides", "起决定作用"),
                ("remarks", "remarks", "说明"),
            ],
        );
        let rows: Vec<usize> = self.units.iter().map(|u| self.row(*u)).collect();
        for found in calibration(&outcome.package, &outcome.grading, &rows, self.standard) {
            let mut remarks = Vec::new();
            if found.nobody() {
                remarks.push(self.say("nobody reaches it".to_owned(), "无一达到".to_owned()));
            }
            if found.everybody() {
                remarks.push(self.say("everybody reaches it".to_owned(), "全部达到".to_owned()));
            }
            if found.exempt > 0 {
                remarks.push(
                    self.say(format!("{} not applicable", found.exempt), format!("{}个不适用", found.exempt)),
                );
            }
            if let Some(share) = found.finer_than_data {
                let percent = (share * Decimal::ONE_HUNDRED).round_dp(2).normalize();
                remarks.push(self.say(
                    format!("{percent} % above the step below it: finer than the data"),
                    format!("仅比下一级高{percent}%，小于数据误差"),
                ));
            }
            out.row(vec![
                self.node(found.node),
                text(self.grade(Some(found.grade))),
                count(found.met),
                count(found.not_met),
                count(found.unknown),
                count(found.decides),
                text(remarks.join(self.say("; ", "；"))),
            ]);
        }
        out.note(self.say(
            "`decides`: units whose grade would be another one if this step were decided the other way.",
            "“起决定作用”：若该阈值的判定相反，等级会随之改变的对象数。",
        ));
        out
    }

    /// The versions of the standards on a day, and the awards.
    fn awards(&self) -> Vec<Section> {
        let outcome = &self.computed.outcome;
        let package = &outcome.package;
        let grader = self.grader();
        let day_of =
            |unit: usize| self.day.or_else(|| grader.stands_in(self.row(unit)).and_then(Period::last_day));
        let mut versions = self.section(
            "versions",
            ("Which version of a standard counts", "何种版本的标准有效"),
            &[
                ("unit", "unit", "对象"),
                ("standard", "standard", "标准"),
                ("day", "day", "日期"),
                ("in_force", "in force", "效力"),
                ("by", "counts by", "依据版本"),
                ("grade", "grade", "等级"),
            ],
        );
        for unit in self.units {
            let (Some(day), Some(grades)) = (day_of(*unit), self.grades(*unit)) else { continue };
            for (ix, standard) in package.standards.iter().enumerate() {
                let Some(found) = effective(package, grades, ix, day) else { continue };
                versions.row(vec![
                    self.unit(*unit),
                    text(standard.name.get(self.lang)),
                    text(day.to_string()),
                    text(in_force(package, ix, day).word()),
                    text(package.standards[found.standard].id.as_str()),
                    text(self.interval(found.interval)),
                ]);
            }
        }
        let mut awards = self.section(
            "awards",
            ("Awards", "称号与授予"),
            &[
                ("unit", "unit", "对象"),
                ("standard", "standard", "标准"),
                ("grade", "grade", "等级"),
                ("awarded", "awarded", "授予日期"),
                ("standing", "standing", "状态"),
                ("day", "day of it", "状态日期"),
                ("found", "figures say", "数据表明"),
            ],
        );
        for award in &package.awards {
            let Some(unit) = outcome.evaluation.units.iter().position(|u| *u == award.unit) else { continue };
            if !self.units.contains(&unit) {
                continue;
            }
            let found = self.grades(unit).and_then(|g| g.standard(award.standard)).map(|g| g.interval);
            let Some(day) = day_of(unit) else { continue };
            let standing = award_standing(
                package,
                award,
                day,
                found,
                self.short_since(unit, award.standard, award.grade),
            );
            let of = match standing {
                AwardStanding::Valid { until } => until,
                AwardStanding::RecheckDue { since } => Some(since),
                AwardStanding::InRectification { until } => Some(until),
                AwardStanding::Expired { on } | AwardStanding::Withdrawn { on } => Some(on),
                AwardStanding::NotYet | AwardStanding::NoLongerSupported => None,
            };
            awards.row(vec![
                self.unit(unit),
                text(package.standards[award.standard].name.get(self.lang)),
                text(self.grade(Some(award.grade))),
                text(award.awarded.to_string()),
                text(standing.word()),
                text(of.map(|day| day.to_string()).unwrap_or_default()),
                text(found.map(|f| self.interval(f)).unwrap_or_default()),
            ]);
        }
        vec![versions, awards]
    }

    /// The last day of the first of the periods in which, up to this one, the figures have ruled a grade out.
    fn short_since(&self, unit: usize, standard: usize, grade: usize) -> Option<Date> {
        let outcome = &self.computed.outcome;
        let short = |period: usize| {
            let row = outcome.evaluation.row(unit, period);
            let found = outcome.grading.row(row).and_then(|g| g.standard(standard));
            found.and_then(|f| f.verdict(grade)) == Some(Verdict::NotMet)
        };
        let first = (0..=self.period).rev().take_while(|period| short(*period)).last()?;
        let row = outcome.evaluation.row(unit, first);
        self.grader().stands_in(row).and_then(Period::last_day)
    }
}
