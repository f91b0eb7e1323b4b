//! `gradus survey`: what respondents say, with margins, answers, subgroups, movements, and beside it what there is.

use super::{Done, Findings};
use crate::args::{SurveyArgs, TableFormat};
use crate::listing::{self, Section, number, text};
use crate::package::{Computed, compute, open};
use crate::term::Term;
use crate::{Outcome, Stop};
use gradus::engine::Number;
use gradus::model::diagnostic::{catalog, list_some, nearest};
use gradus::model::number::Scalar;
use gradus::model::observation::Value;
use gradus::model::{Absence, Decimal, Diagnostic, Diagnostics, Id, Lang, Package, Period};
use gradus::report::table::Cell;
use gradus::survey::{Asked, Estimated, Row, Subject};
use gradus::{Methods, SurveyResults};
use serde_json::json;

/// With more rows than this, answers are shown to people only for units or questions that are named.
const ANSWERS: usize = 60;
/// A p value below this is spoken of.
const LEVEL: f64 = 0.05;

pub(super) fn run(args: &SurveyArgs, term: &Term) -> Done {
    let computed = compute(&args.package.package, None, term)?;
    let (bundle, sources) = open(&args.package.package)?;
    let package = &computed.outcome.package;
    let units: Vec<Id> = computed
        .units(&args.unit)?
        .into_iter()
        .map(|at| computed.outcome.evaluation.units[at].clone())
        .collect();
    questions(package, &args.question)?;
    subgroups(package, args.by.as_deref())?;
    if package.survey_uses().next().is_none() && package.surveys.is_empty() {
        term.say(&format!("{}: the package has no survey", args.package.package));
    }
    let asked = Asked { units: &units, questions: &args.question, by: args.by.as_deref() };
    let results = gradus::surveys(&bundle, &computed.outcome, &Methods::default(), &asked)
        .map_err(|diagnostics| Findings { diagnostics, sources }.stop())?;
    let view = View { computed: &computed, results: &results, units: &units, lang: args.lang.lang() };
    let mut sections = vec![view.estimates(&args.question)];
    let answers = view.answers();
    let all = args.output.format() != TableFormat::Table;
    let named = !args.unit.is_empty() || !args.question.is_empty();
    if all || named || answers.len() <= ANSWERS {
        sections.push(answers);
    } else if let Some(first) = sections.first_mut() {
        first.note(view.said(
            "`--unit` or `--question` shows what is answered",
            "用 `--unit` 或 `--question` 查看回答分布",
        ));
    }
    sections.extend(args.by.as_deref().map(|kind| view.subgroups(kind)));
    sections.push(view.pairs());
    sections.push(view.trends());
    if !all {
        let first = sections.remove(0);
        sections.retain(|section| !section.is_empty());
        sections.insert(0, first);
    }
    let head = vec![("package", json!(package.index.id.as_str()))];
    listing::print(term, &args.output, head, &sections)?;
    Ok(Outcome::Done)
}

/// Refuses questions that no survey has.
fn questions(package: &Package, wanted: &[String]) -> Result<(), Stop> {
    let known: Vec<&str> =
        package.surveys.iter().flat_map(|s| &s.questions).map(|question| question.id.as_str()).collect();
    match wanted.iter().find(|wanted| !known.contains(&wanted.as_str())) {
        Some(unknown) => Err(missing("question", unknown, &known, &catalog::UNKNOWN_SURVEY)),
        None => Ok(()),
    }
}

/// Refuses a kind of subgroups that no survey has.
fn subgroups(package: &Package, wanted: Option<&str>) -> Result<(), Stop> {
    let known: Vec<&str> =
        package.surveys.iter().flat_map(|s| s.subgroups.keys()).map(String::as_str).collect();
    match wanted.filter(|wanted| !known.contains(wanted)) {
        Some(unknown) => Err(missing("kind of subgroups", unknown, &known, &catalog::UNKNOWN_WORD)),
        None => Ok(()),
    }
}

fn missing(what: &str, word: &str, known: &[&str], kind: &'static gradus::model::diagnostic::Kind) -> Stop {
    let diagnostic = Diagnostic::new(kind, format!("no survey of the package has a {what} `{word}`"));
    Findings::one(match nearest(word, known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => diagnostic.help("leave it out: the package declares none"),
        None => diagnostic.help(format!("use one of {}", list_some(known))),
    })
}

struct View<'a> {
    computed: &'a Computed,
    results: &'a SurveyResults,
    units: &'a [Id],
    lang: Lang,
}

impl View<'_> {
    fn said(&self, en: &'static str, zh: &'static str) -> &'static str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    /// A section with columns given by key and Chinese heading.
    fn section(
        &self,
        key: &'static str,
        title: (&'static str, &'static str),
        columns: &[(&str, &str)],
    ) -> Section {
        let headed: Vec<String> = columns
            .iter()
            .map(|(key, zh)| match key.split_once('|') {
                Some((key, _)) if self.lang == Lang::Zh => format!("{key}|{zh}"),
                None if self.lang == Lang::Zh => format!("{key}|{zh}"),
                _ => (*key).to_owned(),
            })
            .collect();
        Section::new(key, self.said(title.0, title.1), &headed.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn package(&self) -> &Package {
        &self.computed.outcome.package
    }

    /// The code of the question of a subject, or its items.
    fn asked(&self, subject: &Subject) -> String {
        match subject.questions[..] {
            [one] if subject.items.is_empty() => {
                self.package().surveys[subject.survey].questions[one].id.to_string()
            }
            _ => subject.items.join("+"),
        }
    }

    fn name(&self, subject: &Subject) -> Vec<Cell> {
        vec![
            text(self.asked(subject)),
            text(subject.used_by.as_ref().map(Id::as_str).unwrap_or_default()),
            text(&subject.statistic),
        ]
    }

    fn estimates(&self, questions: &[String]) -> Section {
        let mut out = self
            .section(
                "estimates",
                ("What respondents say", "受访者的回答"),
                &[
                    ("unit", "对象"),
                    ("period", "时期"),
                    ("question", "题目"),
                    ("indicator", "指标"),
                    ("statistic", "统计量"),
                    ("#estimate", "估计值"),
                    ("#lower", "下限"),
                    ("#upper", "上限"),
                    ("#n", "样本量"),
                    ("#effective_n", "有效样本量"),
                    ("#design_effect", "设计效应"),
                    ("#weighting_efficiency", "加权效率"),
                    ("#dont_know|don't know", "不知道"),
                    ("#refused", "拒答"),
                    ("#not_asked", "未回答"),
                    ("why", "无数据原因"),
                    ("#standard_error", "标准误"),
                    ("#confidence_level", "置信水平"),
                    ("#trimmed", "被截断权重的人数"),
                    ("#weight_trimmed", "被截断的权重比例"),
                ],
            )
            .hidden(4);
        for row in &self.results.tables.rows {
            let subject = &self.results.tables.subjects[row.subject];
            let survey = &self.package().surveys[subject.survey];
            let mut cells = vec![text(row.unit.as_str()), period(row.period)];
            cells.extend(self.name(subject));
            cells.extend(estimated(row.cell.estimate.as_ref().ok()));
            let estimate = row.cell.estimate.as_ref().ok();
            cells.extend([
                whole(row.cell.n),
                number(estimate.map(|e| e.effective_n)),
                number(estimate.map(|e| e.design_effect)),
                number(row.cell.weighting.map(|w| w.efficiency())),
                whole(row.cell.dont_know),
                whole(row.cell.refused),
                whole(row.cell.not_asked),
                self.why(row.cell.estimate.as_ref().err()),
                number(estimate.and_then(|e| e.error).map(|e| e.standard_error)),
                exact(Some(survey.confidence_level)),
                row.trimmed.map_or(Cell::Empty(None), |t| whole(t.respondents)),
                number(row.trimmed.map(|t| t.share)),
            ]);
            out.row(cells);
        }
        if questions.is_empty() {
            self.published(&mut out);
        }
        self.remarks(&mut out);
        out
    }

    /// Estimates that were published with their samples.
    fn published(&self, out: &mut Section) {
        let data = &self.computed.outcome.import.data;
        for (owner, used, _) in self.package().survey_uses().filter(|(_, used, _)| used.of.is_none()) {
            for observation in data.observations.iter().filter(|o| data.variables[o.variable] == *owner) {
                let unit = &data.units[observation.unit];
                let Value::Survey { estimate, n, standard_error } = &observation.value else { continue };
                if !self.units.is_empty() && !self.units.contains(unit) {
                    continue;
                }
                let known = observation.detail.survey.as_deref();
                let interval = known.and_then(|s| s.interval);
                let nothing = || Cell::Empty(None);
                out.row(vec![
                    text(unit.as_str()),
                    period(observation.period),
                    nothing(),
                    text(owner.as_str()),
                    text(&used.statistic.method),
                    exact(Some(*estimate)),
                    exact(interval.map(|i| i.0)),
                    exact(interval.map(|i| i.1)),
                    n.map_or_else(nothing, whole),
                    exact(known.and_then(|s| s.effective_n)),
                    exact(known.and_then(|s| s.design_effect)),
                    nothing(),
                    nothing(),
                    nothing(),
                    nothing(),
                    nothing(),
                    exact(*standard_error),
                    exact(Some(used.confidence_level)),
                    nothing(),
                    nothing(),
                ]);
            }
        }
    }

    /// What is to be said of the estimates: level of confidence, weights, and what the program warns of.
    fn remarks(&self, out: &mut Section) {
        let zh = self.lang == Lang::Zh;
        let tables = &self.results.tables;
        let mut surveys: Vec<usize> = tables.subjects.iter().map(|s| s.survey).collect();
        surveys.sort_unstable();
        surveys.dedup();
        for at in surveys {
            let survey = &self.package().surveys[at];
            let level = (survey.confidence_level * Decimal::ONE_HUNDRED).normalize();
            let name = survey.name.get(self.lang);
            let min = survey.min_n;
            out.note(if zh {
                format!("{name}：置信水平 {level} %；少于 {min} 人的结果不显示")
            } else {
                format!(
                    "{name}: intervals at {level} % confidence; fewer than {min} respondents are not shown"
                )
            });
            let of_survey = |row: &&Row| tables.subjects[row.subject].survey == at;
            let cut = tables
                .rows
                .iter()
                .filter(of_survey)
                .filter_map(|row| row.trimmed)
                .filter(|t| t.respondents > 0);
            if let Some(most) = cut.max_by(|a, b| a.share.total_cmp(&b.share)) {
                let (people, share) = (most.respondents, 100.0 * most.share);
                out.note(if zh {
                    format!("权重截断：单个样本中最多 {people} 人，占权重之和的 {share:.1} %")
                } else {
                    format!("large weights cut: at most of {people} respondents of a sample, {share:.1} % of its weight")
                });
            }
        }
        for diagnostic in relevant(&self.computed.outcome.diagnostics) {
            out.note(match &diagnostic.help {
                Some(help) => format!("{}; {help}", diagnostic.message),
                None => diagnostic.message.clone(),
            });
        }
    }

    fn why(&self, absence: Option<&Absence>) -> Cell {
        let Some(absence) = absence else { return Cell::Empty(None) };
        if self.lang == Lang::Zh {
            let zh = match absence {
                Absence::TooFewRespondents => "受访者过少",
                Absence::TooManyDontKnow => "不知道者过多",
                Absence::Confidential => "保密",
                Absence::NotCollected => "未询问",
                other => other.word(),
            };
            return text(zh);
        }
        text(absence.word())
    }

    fn answers(&self) -> Section {
        let mut out = self.section(
            "answers",
            ("What is answered", "回答分布"),
            &[
                ("unit", "对象"),
                ("period", "时期"),
                ("question", "题目"),
                ("answer", "回答"),
                ("name", "含义"),
                ("#n", "人数"),
                ("#share", "加权比例（%）"),
            ],
        );
        let mut shown: Vec<(usize, usize, &Id, Option<Period>)> = Vec::new();
        for row in &self.results.tables.rows {
            let subject = &self.results.tables.subjects[row.subject];
            let [question] = subject.questions[..] else { continue };
            // Two indicators may take statistics of one question.
            let key = (subject.survey, question, &row.unit, row.period);
            if shown.contains(&key) {
                continue;
            }
            shown.push(key);
            let asked = &self.package().surveys[subject.survey].questions[question];
            for count in row.answers.iter().filter(|count| count.answer.is_some() || count.n > 0) {
                let answer = count.answer.and_then(|at| asked.answers.get(at));
                let none = self.said("no answer", "未回答");
                out.row(vec![
                    text(row.unit.as_str()),
                    period(row.period),
                    text(asked.id.as_str()),
                    text(answer.map(|a| a.code.as_str()).unwrap_or_default()),
                    text(answer.map_or(none, |a| a.name.get(self.lang))),
                    whole(count.n),
                    number(count.share.map(|share| 100.0 * share)),
                ]);
            }
        }
        let mut told: Vec<&str> = Vec::new();
        for (survey, question, ..) in shown {
            let asked = &self.package().surveys[survey].questions[question];
            if !told.contains(&asked.id.as_str()) {
                told.push(asked.id.as_str());
                out.note(format!("{}: {}", asked.id, asked.text.get(self.lang)));
            }
        }
        out
    }

    fn subgroups(&self, kind: &str) -> Section {
        let mut out = self
            .section(
                "subgroups",
                ("Subgroups", "分组"),
                &[
                    ("unit", "对象"),
                    ("period", "时期"),
                    ("question", "题目"),
                    ("indicator", "指标"),
                    ("statistic", "统计量"),
                    ("subgroup", "组别"),
                    ("#estimate", "估计值"),
                    ("#lower", "下限"),
                    ("#upper", "上限"),
                    ("#n", "样本量"),
                    ("#effective_n", "有效样本量"),
                    ("#apart", "与其余之差"),
                    ("#p", "p 值"),
                    ("why", "无数据原因"),
                    ("#standard_error", "差的标准误"),
                ],
            )
            .hidden(1);
        let mut below: Vec<String> = Vec::new();
        for row in &self.results.tables.rows {
            let subject = &self.results.tables.subjects[row.subject];
            for class in &row.classes {
                let estimate = class.cell.estimate.as_ref().ok();
                let name = if class.name.is_empty() { self.said("not known", "未知") } else { &class.name };
                let mut cells = vec![text(row.unit.as_str()), period(row.period)];
                cells.extend(self.name(subject));
                cells.push(text(name));
                cells.extend(estimated(estimate));
                cells.extend([
                    whole(class.cell.n),
                    number(estimate.map(|e| e.effective_n)),
                    number(class.apart.map(|a| a.value)),
                    number(class.p),
                    self.why(class.cell.estimate.as_ref().err()),
                    number(class.apart.map(|a| a.standard_error)),
                ]);
                out.row(cells);
                if class.p.is_some_and(|p| p < LEVEL) && class.apart.is_some_and(|a| a.value < 0.0) {
                    below.push(format!("{name} ({}, {})", row.unit, self.asked(subject)));
                }
            }
        }
        let zh = self.lang == Lang::Zh;
        if !below.is_empty() {
            out.note(if zh {
                format!("明显低于其余人群：{}", below.join("、"))
            } else {
                format!("clearly below everybody else: {}", below.join(", "))
            });
        }
        out.note(if zh {
            format!("按 {kind} 分组；p 值已按 Holm 法对表中所有组别校正")
        } else {
            format!("by {kind}; `apart` is the difference to everybody else, p values are adjusted by Holm for all subgroups shown")
        });
        out
    }

    fn pairs(&self) -> Section {
        let mut out = self.section(
            "pairs",
            ("What people feel beside what there is, from 0 to 100", "主观感受与客观水平（0–100）"),
            &[
                ("unit", "对象"),
                ("period", "时期"),
                ("perceived", "主观指标"),
                ("objective", "客观指标"),
                ("#felt", "感受"),
                ("#is", "实际"),
                ("#difference", "差"),
                ("#lower", "下限"),
                ("#upper", "上限"),
                ("#n", "样本量"),
                ("clear", "差异明显"),
                ("objective_period", "客观时期"),
                ("beyond", "超出范围"),
            ],
        );
        let data = &self.computed.outcome.import.data;
        let yes = |yes: bool| text(if yes { self.said("yes", "是") } else { self.said("no", "否") });
        for difference in &self.results.differences {
            let pair = &self.package().pairs[difference.pair];
            out.row(vec![
                text(data.units[difference.unit].as_str()),
                period(difference.period),
                text(self.package().nodes[pair.perceived].id.as_str()),
                text(pair.objective.as_str()),
                number(difference.perceived.1),
                number(difference.objective.1),
                number(difference.difference),
                number(difference.interval.map(|i| i.0)),
                number(difference.interval.map(|i| i.1)),
                difference.n.map_or(Cell::Empty(None), whole),
                yes(difference.is_clear()),
                period(difference.objective_period.filter(|p| Some(*p) != difference.period)),
                text(if difference.beyond { self.said("yes", "是") } else { "" }),
            ]);
        }
        if !out.is_empty() {
            out.note(self.said(
                "below zero: people feel less than there is; clear: the interval leaves zero out",
                "小于零：感受低于实际；差异明显：区间不含零",
            ));
        }
        out
    }

    fn trends(&self) -> Section {
        let mut out = self.section(
            "trends",
            ("From one period to the next", "跨期变化"),
            &[
                ("unit", "对象"),
                ("question", "题目"),
                ("indicator", "指标"),
                ("statistic", "统计量"),
                ("from", "从"),
                ("to", "到"),
                ("#change", "变化"),
                ("#standard_error", "标准误"),
                ("#p", "p 值"),
                ("#p_adjusted", "校正 p 值"),
            ],
        );
        for trend in &self.results.tables.trends {
            let subject = &self.results.tables.subjects[trend.subject];
            let mut cells = vec![text(trend.unit.as_str())];
            cells.extend(self.name(subject));
            cells.extend([
                text(trend.periods.0.to_string()),
                text(trend.periods.1.to_string()),
                number(trend.change.value),
                number(trend.change.standard_error),
                number(trend.p),
                number(trend.adjusted),
            ]);
            out.row(cells);
        }
        let n = out.len();
        if n > 0 {
            out.note(if self.lang == Lang::Zh {
                format!("共 {n} 次检验：若一切不变，未校正时约有 {:.1} 次会低于 {LEVEL}；校正值采用 Holm 法，并假定各期样本独立", LEVEL * float(n))
            } else {
                format!(
                    "{n} tests: were nothing to change, {:.1} of them would fall below {LEVEL} by chance; the last column is adjusted by Holm, and samples of different periods are taken as independent",
                    LEVEL * float(n)
                )
            });
        }
        out
    }
}

/// What the program warns of that a reader of estimates should know.
fn relevant(diagnostics: &Diagnostics) -> impl Iterator<Item = &Diagnostic> {
    diagnostics
        .iter()
        .filter(|d| [catalog::SURVEY_MARGIN.id, catalog::SURVEY_SUPPRESSED.id].contains(&d.kind.id))
}

/// Estimate and interval.
fn estimated(estimate: Option<&Estimated>) -> [Cell; 3] {
    let interval = estimate.and_then(|e| e.interval);
    [exact(estimate.map(|e| e.value)), exact(interval.map(|i| i.0)), exact(interval.map(|i| i.1))]
}

fn exact(x: Option<Decimal>) -> Cell {
    // A quotient may have 28 digits, of which none beyond the tenth place means anything in a sample.
    x.map_or(Cell::Empty(None), |x| Cell::Number(Number::Decimal(x.round_dp(10).normalize()), None))
}

fn whole(n: u64) -> Cell {
    Cell::Number(Number::Decimal(Decimal::from(n)), None)
}

fn period(period: Option<Period>) -> Cell {
    text(period.map(|p| p.to_string()).unwrap_or_default())
}

fn float(n: usize) -> f64 {
    Scalar::from_count(n)
}
