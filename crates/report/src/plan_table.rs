//! Plans as tables: for people in English and Chinese, for programs as CSV and JSON.

use crate::{Input, csv, names};
use gradus_model::number::{Rounding, RoundingMode, round};
use gradus_model::observation::Value as Figure;
use gradus_model::package::{NodeIx, Package};
use gradus_model::{Decimal, Lang};
use gradus_plan::{Act, GradePlans, Kind, LeftOut, Lever, Move, Plan, Saved, ScorePlan, Without};
use gradus_standard::{Verdict, hardest, threshold_words};
use serde_json::{Value, json};

/// A table for people, with its title and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its title.
    pub title: String,
    /// Headings, and whether the column is aligned as numbers.
    pub columns: Vec<(String, bool)>,
    /// Cells.
    pub rows: Vec<Vec<String>>,
    /// What is to be said of it, a sentence each.
    pub notes: Vec<String>,
}

/// How many of the thresholds that are worth lowering are shown to people.
const SHOWN: usize = 8;
/// Places after the point of efforts and of derived figures, for people.
const PLACES: u32 = 2;

/// Plans in one language.
struct Words<'a> {
    input: &'a Input<'a>,
    lang: Lang,
}

impl Words<'_> {
    fn say(&self, en: impl Into<String>, zh: impl Into<String>) -> String {
        match self.lang {
            Lang::En => en.into(),
            Lang::Zh => zh.into(),
        }
    }
    fn package(&self) -> &Package {
        self.input.package
    }
    fn name(&self, node: NodeIx) -> String {
        names::node(self.package(), node).get(self.lang).to_owned()
    }
    fn list(&self, nodes: impl IntoIterator<Item = NodeIx>) -> String {
        let names: Vec<String> = nodes.into_iter().map(|node| self.name(node)).collect();
        names.join(if self.lang == Lang::En { ", " } else { "、" })
    }
    fn unit(&self, unit: usize) -> String {
        let id = &self.input.evaluation.units[unit];
        names::unit(self.package(), self.input.unit_names, id).get(self.lang).to_owned()
    }
    fn grade(&self, grade: usize) -> String {
        let grade = &self.package().grades[grade];
        if grade.name.is_empty() { grade.id.to_string() } else { grade.name.get(self.lang).to_owned() }
    }
    fn measured(&self, node: NodeIx, x: Decimal) -> String {
        let Some(indicator) = self.package().nodes[node].indicator() else { return plain(x) };
        if let Some(scale) = self.package().scale(indicator) {
            let level = usize::try_from(x.round()).ok().and_then(|place| scale.levels.get(place));
            return level.map_or_else(|| plain(x), |level| level.name.get(self.lang).to_owned());
        }
        let x = brief(x, indicator.places);
        match indicator.measurement_unit.as_deref() {
            Some(unit) => format!("{x} {}", self.package().measurement_name(unit).get(self.lang)),
            None => x,
        }
    }
    fn gap(&self, node: NodeIx, gap: Option<Decimal>) -> String {
        let Some(gap) = gap else { return String::new() };
        let scaled = self.package().nodes[node].indicator().is_some_and(|i| i.scale.is_some());
        match scaled {
            true => self.say(
                format!("{} {}", plain(gap), if gap == Decimal::ONE { "level" } else { "levels" }),
                format!("{}级", plain(gap)),
            ),
            false => self.measured(node, gap),
        }
    }
    fn figure(&self, node: NodeIx, figure: Option<&Figure>) -> String {
        let bound = |x: &Option<Decimal>| x.map(|x| self.measured(node, x));
        match figure {
            Some(Figure::Number(x) | Figure::Survey { estimate: x, .. }) => self.measured(node, *x),
            Some(Figure::Level(level) | Figure::Title { level, .. }) => {
                self.measured(node, Decimal::from(*level))
            }
            Some(Figure::Interval { lower, upper }) => match (bound(lower), bound(upper)) {
                (Some(a), Some(b)) => self.say(format!("{a} to {b}"), format!("{a} 至 {b}")),
                (Some(a), None) => self.say(format!("at least {a}"), format!("不少于 {a}")),
                (None, Some(b)) => self.say(format!("at most {b}"), format!("不多于 {b}")),
                (None, None) => self.say("unknown", "未知"),
            },
            _ => self.say("unknown", "未知"),
        }
    }
    fn needed(&self, lever: &Lever, item: &Move) -> String {
        match item.act {
            Act::Reach(step) => {
                let words = threshold_words(self.package(), lever.node, &step, self.lang);
                match lever.now {
                    Some(_) => words,
                    None => self.say(format!("known, and {words}"), format!("查明，且{words}")),
                }
            }
            Act::Report => self.say("a figure, whatever it is", "报告数据（不论数值）"),
            Act::Verify => self.say("a figure of the quality asked for", "报告符合质量要求的数据"),
            Act::Wait => match item.wait {
                1 => self.say("no new event for 1 year", "1年内不再发生"),
                n => self.say(format!("no new event for {n} years"), format!("{n}年内不再发生")),
            },
        }
    }
    fn years(&self, years: Option<Decimal>) -> String {
        years.map_or_else(|| "?".to_owned(), |years| brief(years, Some(1)))
    }
    fn saved(&self, saved: Saved) -> String {
        match saved {
            Saved::Effort(effort) => brief(effort, Some(PLACES)),
            Saved::Possible(effort) => self.say(
                format!("makes it possible, at {}", brief(effort, Some(PLACES))),
                format!("使其可行，代价{}", brief(effort, Some(PLACES))),
            ),
        }
    }
    /// What every plan must be read with.
    fn caution(&self) -> String {
        self.say(
            "A plan is arithmetic, not cause: it says which figures would be enough, not how they come about. Moving an indicator is not the same as improving what it stands for.",
            "计划只是算术，不是因果：它说明哪些数值足够，而不说明如何达到。推动一项指标不等于改善它所代表的事物。",
        )
    }
    fn gameable(&self, nodes: impl IntoIterator<Item = NodeIx>) -> Option<String> {
        let easy: Vec<NodeIx> =
            nodes.into_iter().filter(|node| GradePlans::gameable(self.package(), *node)).collect();
        (!easy.is_empty()).then(|| {
            let names = self.list(easy);
            self.say(
                format!("Easily moved without what they stand for (tagged `gameable`): {names}."),
                format!("容易只改数字而不改实质的指标（标为“gameable”）：{names}。"),
            )
        })
    }
}

fn plain(x: Decimal) -> String {
    x.normalize().to_string()
}

/// A number for people: with so many places at most, more where it would be shown as nothing.
fn brief(x: Decimal, places: Option<u32>) -> String {
    let places = places.unwrap_or(x.normalize().scale().min(PLACES));
    let at = |places| round(x, Rounding { mode: RoundingMode::HalfEven, places });
    let found = (places..=28).map(at).find(|shown| x.is_zero() || !shown.is_zero());
    plain(found.unwrap_or(x))
}

/// The plans for a grade, for people.
#[must_use]
pub fn grade_sheets(input: &Input, plans: &GradePlans, lang: Lang) -> Vec<Sheet> {
    let words = Words { input, lang };
    let (unit, grade) = (words.unit(plans.unit), words.grade(plans.grade));
    let standard = &input.package.standards[plans.standard];
    let standard = if standard.name.is_empty() { standard.id.as_str() } else { standard.name.get(lang) };
    let now = match plans.proven {
        Some(grade) => {
            words.say(format!("{} is proven", words.grade(grade)), format!("现已证明{}", words.grade(grade)))
        }
        None => words.say("no grade is proven", "现无已证明的等级"),
    };
    let mut head = Sheet {
        title: words.say(
            format!("{unit}, {standard}: the cheapest way to {grade} ({now})"),
            format!("{unit}，{standard}：达到{grade}的最省计划（{now}）"),
        ),
        columns: Vec::new(),
        rows: Vec::new(),
        notes: Vec::new(),
    };
    let Some(best) = plans.plans.first() else {
        head.notes.push(no_plan(&words, plans));
        let mut out = vec![head];
        out.extend(relaxed(&words, plans));
        out.extend(found_out(&words, plans));
        return out;
    };
    cheapest(&words, plans, best, &mut head);
    let mut out = vec![head];
    out.extend(others(&words, plans, best));
    out.extend(relaxed(&words, plans));
    out.extend(found_out(&words, plans));
    if let Some(last) = out.last_mut() {
        if plans.unsettled > 0 {
            let n = plans.unsettled;
            last.notes.push(words.say(
                format!("For {n} thresholds or unknown figures the search stopped at its limit: what they are worth is not known."),
                format!("有{n}项阈值或未知数值的搜索达到上限，其价值未知。"),
            ));
        }
        last.notes.extend(words.gameable(plans.levers.iter().map(|lever| lever.node)));
        last.notes.push(words.caution());
    }
    out
}

fn effort_note(words: &Words<'_>, plans: &GradePlans) -> String {
    let mut name = plans.effort.name(words.lang).to_owned();
    if let (gradus_plan::Effort::Money, Some(currency)) = (plans.effort, &words.package().policy.currency) {
        name = currency.clone();
    }
    match plans.chosen {
        Some((all, known)) if known < all => words.say(
            format!("Effort is counted in {name}: years at the best pace of any peer are known for {known} of {all} indicators that matter."),
            format!("代价单位：{name}。{all}项相关指标中只有{known}项有同类的进步速度。"),
        ),
        _ => words.say(format!("Effort is counted in {name}."), format!("代价单位：{name}。")),
    }
}

fn cheapest(words: &Words<'_>, plans: &GradePlans, best: &Plan, out: &mut Sheet) {
    let titles = [
        (words.say("indicator", "指标"), false),
        (words.say("now", "现值"), false),
        (words.say("needed", "要求"), false),
        (words.say("gap", "差距"), true),
        (words.say("effort", "代价"), true),
        (words.say("years", "年数"), true),
        (words.say("without it", "若不做"), true),
        (words.say("owner", "负责单位"), false),
    ];
    out.columns = titles.to_vec();
    for (lever, at) in &best.items {
        let (item, lever_ix) = (&plans.levers[*lever].moves[*at], *lever);
        let lever = &plans.levers[lever_ix];
        let without = plans.without.iter().find(|(at, _)| *at == lever_ix).map(|(_, without)| *without);
        let effort = &words.package().nodes[lever.node].indicator();
        let owner = effort.map_or("", |indicator| indicator.effort.owner.get(words.lang));
        out.rows.push(vec![
            words.name(lever.node),
            words.figure(lever.node, lever.now.as_ref()),
            words.needed(lever, item),
            words.gap(lever.node, item.gap),
            item.effort.map_or_else(String::new, |effort| brief(effort, Some(PLACES))),
            words.years(item.years),
            match without {
                Some(Without::None) => words.say("no plan", "无计划"),
                Some(Without::Dearer(more)) if more.is_zero() => words.say("as cheap", "同样省"),
                Some(Without::Dearer(more)) => format!("+{}", brief(more, Some(PLACES))),
                Some(Without::AtLeast(more)) => format!(">= +{}", brief(more, Some(PLACES))),
                None => String::new(),
            },
            owner.to_owned(),
        ]);
    }
    // A column in which nothing stands is none.
    for at in (0..out.columns.len()).rev() {
        if out.rows.iter().all(|row| row[at].is_empty()) {
            out.columns.remove(at);
            out.rows.iter_mut().for_each(|row| drop(row.remove(at)));
        }
    }
    let effort = brief(best.effort, Some(PLACES));
    let years = match best.years {
        Some(years) => words.say(
            format!("at least {} years when everything begins at once", brief(years, Some(1))),
            format!("若同时开始，至少{}年", brief(years, Some(1))),
        ),
        None if best.wait > 0 => words.say(
            format!("at least {} years, for what must be held so long", best.wait),
            format!("至少{}年（须持续保持）", best.wait),
        ),
        None => words.say("how long is not known", "所需时间未知"),
    };
    let n = best.items.len();
    out.notes.push(words.say(
        format!("In all {effort} for {n} {}; {years}.", if n == 1 { "change" } else { "changes" }),
        format!("合计{effort}，{n}项改变；{years}。"),
    ));
    out.notes.push(effort_note(words, plans));
    let no_regret: Vec<NodeIx> = plans.no_regret().map(|lever| plans.levers[lever].node).collect();
    out.notes.push(match no_regret.is_empty() {
        true => words.say(
            "No indicator is in every cheapest plan: for each there is another way as cheap.",
            "没有一项指标是每个最省计划都需要的：每一项都有同样省的替代。",
        ),
        false => {
            let names = words.list(no_regret);
            words.say(
                format!("No-regret, in every cheapest plan: {names}."),
                format!("无悔项（每个最省计划都需要）：{names}。"),
            )
        }
    });
    if plans.levers.iter().any(|lever| lever.kind == Kind::Figure && lever.now.is_none()) {
        out.notes.push(words.say(
            "Unknown figures that a plan does not name stay unknown: the plan is enough whatever they are. The way of one that it names is reckoned from the worst figure of any unit.",
            "计划未列出的未知数值仍按未知处理：不论其结果如何，计划都足够。列出的未知指标按各单位中最差的数值起算。",
        ));
    }
    if plans.by_score {
        out.notes.push(words.say(
            "A score decides too; it is computed with figures at the thresholds.",
            "规则还取决于得分；得分按指标恰好达到阈值计算。",
        ));
    }
}

fn others(words: &Words<'_>, plans: &GradePlans, best: &Plan) -> Option<Sheet> {
    let mut out = Sheet {
        title: words.say("The next plans", "其次的计划"),
        columns: vec![
            (words.say("plan", "计划"), true),
            (words.say("effort", "代价"), true),
            (words.say("years", "年数"), true),
            (words.say("instead of", "去掉"), false),
            (words.say("it has", "改为"), false),
        ],
        rows: Vec::new(),
        notes: Vec::new(),
    };
    for (at, plan) in plans.plans.iter().enumerate().skip(1) {
        let items = |of: &Plan, but: &Plan| {
            let kept = of.items.iter().filter(|item| !but.items.contains(item));
            let each = kept.map(|(lever, item)| {
                let lever = &plans.levers[*lever];
                format!("{} ({})", words.name(lever.node), words.needed(lever, &lever.moves[*item]))
            });
            each.collect::<Vec<_>>().join("; ")
        };
        out.rows.push(vec![
            (at + 1).to_string(),
            brief(plan.effort, Some(PLACES)),
            words.years(plan.years),
            items(best, plan),
            items(plan, best),
        ]);
    }
    if plans.tied {
        out.notes.push(
            words.say("There are more plans as cheap as the last one.", "还有与最后一个同样省的计划。"),
        );
    }
    if let Some(bound) = plans.stopped {
        let bound = brief(bound, Some(PLACES));
        out.notes.push(words.say(
            format!("The search stopped at its limit: every other plan costs at least {bound}."),
            format!("搜索达到上限：其余计划的代价至少为{bound}。"),
        ));
    } else if !plans.tied && out.rows.is_empty() {
        out.notes.push(words.say("There is no other minimal plan.", "没有其他最小计划。"));
    }
    if !plans.idle.is_empty() {
        let idle = words.list(plans.idle.iter().map(|lever| plans.levers[*lever].node));
        out.notes
            .push(words.say(format!("In none of the plans: {idle}."), format!("未列入任何计划：{idle}。")));
    }
    (!out.rows.is_empty() || !out.notes.is_empty()).then_some(out)
}

fn relaxed(words: &Words<'_>, plans: &GradePlans) -> Option<Sheet> {
    let row = |relaxed: &gradus_plan::Relaxed| {
        let lever = &plans.levers[relaxed.lever];
        vec![
            words.name(lever.node),
            words.needed(lever, &lever.moves[relaxed.step]),
            words.figure(lever.node, lever.now.as_ref()),
            words.saved(relaxed.saved),
        ]
    };
    let rows: Vec<Vec<String>> = plans.relaxed.iter().take(SHOWN).map(row).collect();
    let more = plans.relaxed.len().saturating_sub(SHOWN);
    (!rows.is_empty()).then(|| Sheet {
        title: words.say(
            "What lowering a threshold to the present figure would save",
            "若将阈值降至现值可节省的代价",
        ),
        columns: vec![
            (words.say("indicator", "指标"), false),
            (words.say("threshold", "阈值"), false),
            (words.say("now", "现值"), false),
            (words.say("saves", "节省"), true),
        ],
        rows,
        notes: match more {
            0 => Vec::new(),
            n => vec![words.say(
                format!("... and {n} more: use `--format json`."),
                format!("……另有{n}项，见 `--format json`。"),
            )],
        },
    })
}

fn found_out(words: &Words<'_>, plans: &GradePlans) -> Option<Sheet> {
    let row = |found: &gradus_plan::FoundOut| {
        vec![words.name(plans.levers[found.lever].node), words.saved(found.saved)]
    };
    let rows: Vec<Vec<String>> = plans.found_out.iter().map(row).collect();
    let all = plans.all_found_out.map(|saved| {
        let saved = words.saved(saved);
        words.say(
            format!("If all unknown figures turn out to reach their ladders: {saved}."),
            format!("若所有未知数值都达到最高等级：{saved}。"),
        )
    });
    (!rows.is_empty() || all.is_some()).then(|| Sheet {
        title: words.say(
            "First find out: what an unknown figure may save, if it reaches its whole ladder",
            "先查明：未知数值若达到最高等级可节省的代价",
        ),
        columns: vec![(words.say("indicator", "指标"), false), (words.say("saves", "节省"), true)],
        rows,
        notes: all.into_iter().collect(),
    })
}

fn no_plan(words: &Words<'_>, plans: &GradePlans) -> String {
    if let Some(bound) = plans.stopped {
        let bound = brief(bound, Some(PLACES));
        return words.say(
            format!(
                "The search stopped at its limit before it found a plan; every plan costs at least {bound}."
            ),
            format!("搜索在找到计划之前达到上限；任何计划的代价至少为{bound}。"),
        );
    }
    let mut reasons = Vec::new();
    let mut reason = |nodes: Vec<NodeIx>, en: &str, zh: &str| {
        if !nodes.is_empty() {
            let names = words.list(nodes);
            reasons.push(words.say(format!("{en}: {names}"), format!("{zh}：{names}")));
        }
    };
    if let Some(proof) = &plans.obstacle {
        let parts = |verdict| hardest(proof.parts_that_are(verdict)).into_iter().map(|(node, _)| node);
        let open =
            |node: &NodeIx| words.package().nodes[*node].indicator().is_some_and(|i| i.ladder.is_empty());
        let (open, unknown): (Vec<NodeIx>, Vec<NodeIx>) = parts(Verdict::Unknown).partition(open);
        reason(parts(Verdict::NotMet).collect(), "not met", "未达到");
        reason(unknown, "not known", "无法判断");
        reason(open, "without thresholds yet", "尚无阈值");
    }
    let beyond: Vec<NodeIx> =
        plans.levers.iter().filter(|l| l.moves.iter().any(|m| m.beyond)).map(|l| l.node).collect();
    reason(beyond, "beyond what is within reach", "超出可达范围");
    let unpriced: Vec<NodeIx> = plans
        .levers
        .iter()
        .filter(|l| l.moves.iter().any(|m| !m.beyond && m.effort.is_none()))
        .map(|l| l.node)
        .collect();
    let effort = plans.effort.name(words.lang);
    reason(unpriced, &format!("of unknown effort in {effort}"), &format!("代价（{effort}）未知"));
    let mut reasons = reasons.join(if words.lang == Lang::En { "; " } else { "；" });
    if let Some(first) = reasons.get(..1).map(str::to_uppercase) {
        reasons.replace_range(..1, &first);
    }
    words.say(
        format!("There is no plan, even with everything as far as it can go. {reasons}."),
        format!("没有可行的计划，即使一切推进到极限。{reasons}。"),
    )
}

fn act_word(act: Act) -> &'static str {
    match act {
        Act::Reach(_) => "reach",
        Act::Report => "report",
        Act::Verify => "verify",
        Act::Wait => "wait",
    }
}

fn exact(x: Option<Decimal>) -> Value {
    x.map_or(Value::Null, |x| plain(x).parse::<serde_json::Number>().map_or(Value::Null, Value::Number))
}

fn figure_text(package: &Package, node: NodeIx, figure: Option<&Figure>) -> String {
    let scale = package.nodes[node].indicator().and_then(|i| package.scale(i));
    match figure {
        Some(Figure::Number(x) | Figure::Survey { estimate: x, .. }) => plain(*x),
        Some(Figure::Level(level) | Figure::Title { level, .. }) => {
            scale.and_then(|s| s.levels.get(*level)).map_or_else(String::new, |level| level.id.to_string())
        }
        Some(Figure::Interval { lower, upper }) => {
            let bound = |x: &Option<Decimal>| x.map(plain).unwrap_or_default();
            format!("{}..{}", bound(lower), bound(upper))
        }
        _ => String::new(),
    }
}

fn step_code<'a>(package: &'a Package, act: &Act) -> Option<&'a str> {
    match act {
        Act::Reach(step) => package.grades.get(step.grade).map(|grade| grade.id.as_str()),
        _ => None,
    }
}

fn owner(package: &Package, node: NodeIx) -> &str {
    package.nodes[node].indicator().map_or("", |indicator| indicator.effort.owner.get(Lang::En))
}

/// Heading of [`grade_csv`].
pub const GRADE_CSV: &str = "unit,period,standard,grade,plan,effort_in,plan_effort,plan_years,indicator,action,step,now,to,gap,effort,years,wait,no_regret,gameable,owner\n";

/// The plans for a grade as CSV, without the heading: a row for each change of each plan.
#[must_use]
pub fn grade_csv(input: &Input, plans: &GradePlans) -> String {
    let (package, evaluation) = (input.package, input.evaluation);
    let mut out = String::new();
    let opt = |x: Option<Decimal>| x.map(plain).unwrap_or_default();
    let no_regret: Vec<usize> = plans.no_regret().collect();
    for (at, plan) in plans.plans.iter().enumerate() {
        for (lever_at, item) in &plan.items {
            let (lever, item) = (&plans.levers[*lever_at], &plans.levers[*lever_at].moves[*item]);
            let fields = [
                csv::text(evaluation.units[plans.unit].as_str()),
                evaluation.periods[plans.period].map(|p| p.to_string()).unwrap_or_default(),
                csv::text(package.standards[plans.standard].id.as_str()),
                csv::text(package.grades[plans.grade].id.as_str()),
                (at + 1).to_string(),
                plans.effort.word().to_owned(),
                plain(plan.effort),
                opt(plan.years),
                csv::text(package.nodes[lever.node].id.as_str()),
                act_word(item.act).to_owned(),
                step_code(package, &item.act).unwrap_or_default().to_owned(),
                csv::quoted(&figure_text(package, lever.node, lever.now.as_ref())),
                opt(item.to),
                opt(item.gap),
                opt(item.effort),
                opt(item.years),
                item.wait.to_string(),
                no_regret.contains(lever_at).to_string(),
                GradePlans::gameable(package, lever.node).to_string(),
                csv::text(owner(package, lever.node)),
            ];
            csv::record(&mut out, fields);
        }
    }
    out
}

fn saved_json(saved: Saved) -> Value {
    match saved {
        Saved::Effort(effort) => json!({ "saves": exact(Some(effort)), "possible-at": null }),
        Saved::Possible(effort) => json!({ "saves": null, "possible-at": exact(Some(effort)) }),
    }
}

/// The plans for a grade, for programs.
#[must_use]
pub fn grade_json(input: &Input, plans: &GradePlans) -> Value {
    let (package, evaluation) = (input.package, input.evaluation);
    let code = |lever: usize| package.nodes[plans.levers[lever].node].id.as_str();
    let grade = |grade: Option<usize>| grade.and_then(|g| package.grades.get(g)).map(|g| g.id.as_str());
    let item = |(lever, at): &(usize, usize)| {
        let (name, lever) = (code(*lever), &plans.levers[*lever]);
        let item = &lever.moves[*at];
        json!({
            "indicator": name,
            "action": act_word(item.act),
            "step": step_code(package, &item.act),
            "now": figure_text(package, lever.node, lever.now.as_ref()),
            "to": exact(item.to),
            "gap": exact(item.gap),
            "effort": exact(item.effort),
            "years": exact(item.years),
            "wait": item.wait,
            "gameable": GradePlans::gameable(package, lever.node),
            "owner": owner(package, lever.node),
        })
    };
    let one = |lever: usize, saved: Saved| {
        let mut out = saved_json(saved);
        out["indicator"] = code(lever).into();
        out
    };
    json!({
        "unit": evaluation.units[plans.unit].as_str(),
        "period": evaluation.periods[plans.period].map(|p| p.to_string()),
        "standard": package.standards[plans.standard].id.as_str(),
        "proven": grade(plans.proven),
        "grade": grade(Some(plans.grade)),
        "effort-in": plans.effort.word(),
        "currency": package.policy.currency,
        "by-score": plans.by_score,
        "plans": plans.plans.iter().map(|plan| json!({
            "effort": exact(Some(plan.effort)),
            "years": exact(plan.years),
            "wait": plan.wait,
            "items": plan.items.iter().map(item).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "more-as-cheap-as-the-last": plans.tied,
        "stopped-at": exact(plans.stopped),
        "unsettled": plans.unsettled,
        "states": plans.states,
        "no-regret": plans.no_regret().map(code).collect::<Vec<_>>(),
        "without": plans.without.iter().map(|(lever, without)| json!({
            "indicator": code(*lever),
            "possible": match without { Without::None => Some(false), Without::Dearer(_) => Some(true), Without::AtLeast(_) => None },
            "dearer-by": match without { Without::None => Value::Null, Without::Dearer(x) | Without::AtLeast(x) => exact(Some(*x)) },
        })).collect::<Vec<_>>(),
        "in-none": plans.idle.iter().map(|lever| code(*lever)).collect::<Vec<_>>(),
        "relaxed": plans.relaxed.iter().map(|relaxed| {
            let mut out = one(relaxed.lever, relaxed.saved);
            out["step"] = step_code(package, &plans.levers[relaxed.lever].moves[relaxed.step].act).into();
            out
        }).collect::<Vec<_>>(),
        "find-out": plans.found_out.iter().map(|found| one(found.lever, found.saved)).collect::<Vec<_>>(),
        "find-out-all": plans.all_found_out.map(saved_json),
        "cause": false,
    })
}

/// Why an indicator does not move in a plan for a score.
fn left_out(why: LeftOut) -> (&'static str, &'static str, &'static str) {
    match why {
        LeftOut::NoFigure => ("no-figure", "no figure", "无数据"),
        LeftOut::AtTheEnd => ("at-the-end", "at the end of its way", "已到极限"),
        LeftOut::Levels => ("levels", "levels, between which there is nothing", "等级之间没有中间值"),
        LeftOut::Uneven => {
            ("uneven", "its score does not rise evenly with its figure", "得分不随数值均匀上升")
        }
        LeftOut::NoEffort => ("no-effort", "its effort is not known", "代价未知"),
        _ => ("other", "other", "其他"),
    }
}

/// The plan for a score or rank, for people.
#[must_use]
pub fn score_sheets(input: &Input, plan: &ScorePlan, lang: Lang) -> Vec<Sheet> {
    let words = Words { input, lang };
    let places = Some(input.package.policy.rounding.places.max(PLACES));
    let (unit, node) = (words.unit(plan.unit), words.name(plan.node));
    let (now, target) = (brief(plan.now, places), brief(plan.target, places));
    let rank = match plan.rank {
        Some(rank) => words.say(format!(" (rank {rank})"), format!("（第{rank}名）")),
        None => String::new(),
    };
    let mut out = Sheet {
        title: words.say(
            format!("{unit}, {node}: the cheapest way from {now} to {target}{rank}"),
            format!("{unit}，{node}：从{now}到{target}{rank}的最省计划"),
        ),
        columns: vec![
            (words.say("indicator", "指标"), false),
            (words.say("now", "现值"), true),
            (words.say("to", "目标"), true),
            (words.say("score now", "现得分"), true),
            (words.say("score then", "届时得分"), true),
            (words.say("effort", "代价"), true),
            (words.say("years", "年数"), true),
        ],
        rows: Vec::new(),
        notes: Vec::new(),
    };
    for item in &plan.items {
        out.rows.push(vec![
            words.name(item.node),
            words.measured(item.node, item.now),
            words.measured(item.node, item.to),
            brief(item.scores.0, places),
            brief(item.scores.1, places),
            brief(item.effort, Some(PLACES)),
            words.years(item.years),
        ]);
    }
    let (total, least) = (brief(plan.total, Some(PLACES)), brief(plan.at_least, Some(PLACES)));
    let effort = match (plan.effort, &input.package.policy.currency) {
        (gradus_plan::Effort::Money, Some(currency)) => currency.clone(),
        (gradus_plan::Effort::Points, _) => words.say("points of the indicators' own scores", "指标自身得分"),
        (effort, _) => effort.name(lang).to_owned(),
    };
    out.notes.push(words.say(
        format!("In all {total}, counted in {effort}; no plan costs less than {least}."),
        format!("合计{total}，单位：{effort}；任何计划的代价都不低于{least}。"),
    ));
    let reached = brief(plan.reached, places);
    out.notes.push(match plan.reached_rank {
        Some(rank) => words.say(
            format!(
                "Computed anew with these figures: {reached}, rank {rank}; the others stay where they are."
            ),
            format!("按这些数值重新计算：{reached}，第{rank}名；其他单位保持不变。"),
        ),
        None => words.say(
            format!("Computed anew with these figures: {reached}."),
            format!("按这些数值重新计算：{reached}。"),
        ),
    });
    let idle: Vec<String> = plan
        .left_out
        .iter()
        .map(|(node, why)| {
            let (_, en, zh) = left_out(*why);
            format!("{} ({})", words.name(*node), words.say(en, zh))
        })
        .collect();
    if !idle.is_empty() {
        let idle = idle.join("; ");
        out.notes.push(words.say(format!("They do not move: {idle}."), format!("不变动：{idle}。")));
    }
    out.notes.extend(words.gameable(plan.items.iter().map(|item| item.node)));
    out.notes.push(words.caution());
    vec![out]
}

/// Heading of [`score_csv`].
pub const SCORE_CSV: &str = "unit,period,node,now,target,rank,effort_in,plan_effort,at_least,reached,indicator,figure,to,score_now,score_then,effort,years,gameable,owner\n";

/// The plan for a score as CSV, without the heading: a row for each indicator that moves.
#[must_use]
pub fn score_csv(input: &Input, plan: &ScorePlan) -> String {
    let (package, evaluation) = (input.package, input.evaluation);
    let mut out = String::new();
    for item in &plan.items {
        let fields = [
            csv::text(evaluation.units[plan.unit].as_str()),
            evaluation.periods[plan.period].map(|p| p.to_string()).unwrap_or_default(),
            csv::text(package.nodes[plan.node].id.as_str()),
            plain(plan.now),
            plain(plan.target),
            plan.rank.map(|rank| rank.to_string()).unwrap_or_default(),
            plan.effort.word().to_owned(),
            plain(plan.total),
            plain(plan.at_least),
            plain(plan.reached),
            csv::text(package.nodes[item.node].id.as_str()),
            plain(item.now),
            plain(item.to),
            plain(item.scores.0),
            plain(item.scores.1),
            plain(item.effort),
            item.years.map(plain).unwrap_or_default(),
            GradePlans::gameable(package, item.node).to_string(),
            csv::text(owner(package, item.node)),
        ];
        csv::record(&mut out, fields);
    }
    out
}

/// The plan for a score, for programs.
#[must_use]
pub fn score_json(input: &Input, plan: &ScorePlan) -> Value {
    let (package, evaluation) = (input.package, input.evaluation);
    let code = |node: NodeIx| package.nodes[node].id.as_str();
    json!({
        "unit": evaluation.units[plan.unit].as_str(),
        "period": evaluation.periods[plan.period].map(|p| p.to_string()),
        "node": code(plan.node),
        "now": exact(Some(plan.now)),
        "target": exact(Some(plan.target)),
        "rank": plan.rank,
        "effort-in": plan.effort.word(),
        "currency": package.policy.currency,
        "effort": exact(Some(plan.total)),
        "at-least": exact(Some(plan.at_least)),
        "reached": exact(Some(plan.reached)),
        "reached-rank": plan.reached_rank,
        "most": exact(Some(plan.most)),
        "items": plan.items.iter().map(|item| json!({
            "indicator": code(item.node),
            "now": exact(Some(item.now)),
            "to": exact(Some(item.to)),
            "score-now": exact(Some(item.scores.0)),
            "score-then": exact(Some(item.scores.1)),
            "effort": exact(Some(item.effort)),
            "years": exact(item.years),
            "gameable": GradePlans::gameable(package, item.node),
            "owner": owner(package, item.node),
        })).collect::<Vec<_>>(),
        "left-out": plan.left_out.iter().map(|(node, why)| json!({
            "indicator": code(*node), "why": left_out(*why).0,
        })).collect::<Vec<_>>(),
        "cause": false,
    })
}
