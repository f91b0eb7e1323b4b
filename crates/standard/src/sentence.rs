//! Rules as sentences, in English and Chinese.

use crate::Verdict;
use gradus_model::package::{
    Clause, Direction, NodeIx, OnMissing, PerGrade, Quota, Rule, Scope, Step, Threshold,
};
use gradus_model::{Decimal, Lang, Package};

/// A verdict as a word.
#[must_use]
pub fn verdict_word(verdict: Verdict, lang: Lang) -> &'static str {
    match (verdict, lang) {
        (Verdict::Met, Lang::En) => "met",
        (Verdict::NotMet, Lang::En) => "not met",
        (Verdict::Unknown, Lang::En) => "unknown",
        (Verdict::Met, Lang::Zh) => "达到",
        (Verdict::NotMet, Lang::Zh) => "未达到",
        (Verdict::Unknown, Lang::Zh) => "无法判断",
    }
}

/// A rule as a sentence. Without a grade, a clause that asks for the grade being decided says "the grade".
///
/// Where the rule says "every indicator", the sentence says how many that are.
#[must_use]
pub fn clause_sentence(package: &Package, rule: &Rule, grade: Option<usize>, lang: Lang) -> String {
    Words { package, grade, lang }.rule(rule)
}

/// A threshold in words, with the indicator's measurement unit: "at least 5 %", "40 to 60 km".
#[must_use]
pub fn threshold_words(package: &Package, node: NodeIx, step: &Step, lang: Lang) -> String {
    Words { package, grade: None, lang }.step(node, step)
}

struct Words<'a> {
    package: &'a Package,
    grade: Option<usize>,
    lang: Lang,
}

impl Words<'_> {
    /// One of two wordings.
    fn say(&self, en: String, zh: String) -> String {
        match self.lang {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }

    fn grade(&self, asked: Option<usize>) -> String {
        match asked.or(self.grade).and_then(|g| self.package.grades.get(g)) {
            Some(grade) => grade.name.get(self.lang).to_owned(),
            None => self.say("the grade".into(), "该等级".into()),
        }
    }

    fn names(&self, nodes: impl IntoIterator<Item = NodeIx>) -> String {
        let names: Vec<&str> =
            nodes.into_iter().map(|ix| self.package.nodes[ix].name.get(self.lang)).collect();
        names.join(if self.lang == Lang::En { ", " } else { "、" })
    }

    fn scope(&self, scope: &Scope) -> String {
        let tag = match (&scope.tagged, self.lang) {
            (Some(tag), Lang::En) => format!(" tagged {tag}"),
            (Some(tag), Lang::Zh) => format!("标为“{tag}”的"),
            (None, _) => String::new(),
        };
        if scope.written == "*" {
            return tag;
        }
        let node = |code: &str| self.package.node(code).map_or(code.to_owned(), |ix| self.names([ix]));
        let names: Vec<String> = scope.written.split(", ").map(node).collect();
        self.say(format!(" of {}{tag}", names.join(", ")), format!("{}{tag}", names.join("、")))
    }

    fn missing(&self, missing: OnMissing) -> &'static str {
        match (missing, self.lang) {
            (OnMissing::Unknown, _) => "",
            (OnMissing::Fail, Lang::En) => ", what is unknown counting as not met",
            (OnMissing::Fail, Lang::Zh) => "（未知视为未达到）",
            (OnMissing::Pass, Lang::En) => ", what is unknown counting as met",
            (OnMissing::Pass, Lang::Zh) => "（未知视为达到）",
            (OnMissing::LeaveOut, Lang::En) => ", what is unknown being left out",
            (OnMissing::LeaveOut, Lang::Zh) => "（未知不计入）",
        }
    }

    /// A number that may differ from grade to grade.
    fn number(&self, values: &PerGrade<Decimal>, show: impl Fn(Decimal) -> String) -> String {
        if let Some(value) = self.grade.and_then(|g| values.at(g)) {
            return show(value);
        }
        let each = values.each().map(|(grade, x)| match grade {
            None => show(x),
            Some(grade) => self.say(
                format!("{} for {}", show(x), self.grade(Some(grade))),
                format!("{}{}", self.grade(Some(grade)), show(x)),
            ),
        });
        let each: Vec<String> = each.collect();
        each.join(if self.lang == Lang::En { ", " } else { "、" })
    }

    fn rules(&self, rules: &[Rule]) -> String {
        let parts: Vec<String> = rules.iter().map(|r| self.rule(r)).collect();
        parts.join(if self.lang == Lang::En { "; " } else { "；" })
    }

    fn rule(&self, rule: &Rule) -> String {
        match &rule.clause {
            Clause::Indicators { quota, scope, at_least, missing } => {
                let words = self.indicators(quota, scope, *at_least);
                format!("{words}{}", self.missing(*missing))
            }
            Clause::Points { quota, scope, each, bonus, missing, by_weight } => {
                let words = self.points(quota, scope, each, *by_weight);
                let bonus = bonus.as_ref().map_or_else(String::new, |bonus| {
                    let cap = bonus.cap.map_or_else(String::new, |cap| {
                        self.say(format!(", at most {}", plain(cap)), format!("，最多{}分", plain(cap)))
                    });
                    self.say(
                        format!(" with bonus points{}{cap}", self.scope(&bonus.scope)),
                        format!("，另加{}特色分{cap}", self.scope(&bonus.scope)),
                    )
                });
                format!("{words}{bonus}{}", self.missing(*missing))
            }
            Clause::Reported { quota, scope, quality } => {
                let n = scope.indicators.len();
                let of = self.scope(scope);
                let quality = match quality.is_empty() {
                    true => String::new(),
                    false => self.say(
                        format!(" of quality {}", quality.join(" or ")),
                        format!("（质量等级：{}）", quality.join("、")),
                    ),
                };
                match quota {
                    Quota::Share { share, .. } => {
                        let share = self.number(share, percent);
                        self.say(
                            format!("at least {share} % of {n} indicators{of} have a figure{quality}"),
                            format!("{of}{n}项指标中至少{share}%有数据{quality}"),
                        )
                    }
                    Quota::Count(count) => {
                        let count = self.number(count, plain);
                        self.say(
                            format!("at least {count} of {n} indicators{of} have a figure{quality}"),
                            format!("{of}{n}项指标中至少{count}项有数据{quality}"),
                        )
                    }
                    Quota::All => self.say(
                        format!("all {n} indicators{of} have a figure{quality}"),
                        format!("{of}全部{n}项指标有数据{quality}"),
                    ),
                }
            }
            Clause::Score { node, at_least } => {
                let (name, score) = (self.names([*node]), self.number(at_least, plain));
                self.say(
                    format!("the score of {name} is at least {score}"),
                    format!("{name}得分不低于{score}"),
                )
            }
            Clause::Never { indicator, from, years, missing } => {
                let name = self.names([*indicator]);
                let level = match from {
                    Threshold::Level(level) => {
                        let scale =
                            self.package.nodes[*indicator].indicator().and_then(|i| self.package.scale(i));
                        let level = scale.and_then(|s| s.levels.get(*level)).filter(|l| l.id != *"yes");
                        level.map_or_else(String::new, |l| {
                            let name = l.name.get(self.lang);
                            self.say(format!(" from {name} on"), format!("（{name}及以上）"))
                        })
                    }
                    Threshold::Number(x) if x.is_zero() => String::new(),
                    Threshold::Number(x) => {
                        self.say(format!(" of {} or more", plain(*x)), format!("（{}及以上）", plain(*x)))
                    }
                    Threshold::Range(..) => String::new(),
                };
                let window = match years {
                    1 => self.say("in the year of the result".into(), "结果当年".into()),
                    n => self.say(format!("within {n} years"), format!("近{n}年内")),
                };
                let missing = match (missing, self.lang) {
                    (OnMissing::Fail, Lang::En) => ", a year without a report counting as if it had",
                    (OnMissing::Fail, Lang::Zh) => "（无报告视为发生）",
                    (OnMissing::Pass | OnMissing::LeaveOut, Lang::En) => {
                        ", a year without a report counting as if it had not"
                    }
                    (OnMissing::Pass | OnMissing::LeaveOut, Lang::Zh) => "（无报告视为未发生）",
                    (OnMissing::Unknown, _) => "",
                };
                self.say(
                    format!("no {name}{level} {window}{missing}"),
                    format!("{window}未发生：{name}{level}{missing}"),
                )
            }
            Clause::InEach { groups, rules } => {
                // The rule reads alike in every group but for its numbers: the first stands for all.
                let names = self.names(groups.iter().copied());
                let first = rules.first().map_or_else(String::new, |rule| self.rule(rule));
                self.say(format!("in each of {names}: {first}"), format!("{names}各自满足：{first}"))
            }
            Clause::Group { groups, at_least } => {
                let (names, grade) = (self.names(groups.iter().copied()), self.grade(*at_least));
                self.say(
                    format!("{names} hold at least {grade} by their own rules"),
                    format!("{names}按各自规则达到{grade}及以上"),
                )
            }
            Clause::AllOf(rules) => {
                self.say(format!("all of: {}", self.rules(rules)), format!("同时满足：{}", self.rules(rules)))
            }
            Clause::AnyOf(rules) => {
                self.say(format!("any of: {}", self.rules(rules)), format!("满足其一：{}", self.rules(rules)))
            }
            Clause::CountOf { count, of } => self.say(
                format!("at least {count} of {}: {}", of.len(), self.rules(of)),
                format!("以下{}条中至少满足{count}条：{}", of.len(), self.rules(of)),
            ),
            Clause::Not(inner) => self.say(
                format!("it is not so that {}", self.rule(inner)),
                format!("并非：{}", self.rule(inner)),
            ),
            _ => self.say("a clause this version does not know".into(), "本版本无法识别的条款".into()),
        }
    }

    fn indicators(&self, quota: &Quota, scope: &Scope, at_least: Option<usize>) -> String {
        let (n, of, grade) = (scope.indicators.len(), self.scope(scope), self.grade(at_least));
        match quota {
            Quota::All => self.say(
                format!("all {n} indicators{of} reach at least {grade}"),
                format!("{of}全部{n}项指标达到{grade}及以上"),
            ),
            Quota::Count(count) => {
                let count = self.number(count, plain);
                self.say(
                    format!("at least {count} of {n} indicators{of} reach at least {grade}"),
                    format!("{of}{n}项指标中至少{count}项达到{grade}及以上"),
                )
            }
            Quota::Share { share, by_weight } => {
                let share = self.number(share, percent);
                let (by, by_zh) = if *by_weight { (" by weight", "（按权重）") } else { ("", "") };
                self.say(
                    format!("at least {share} %{by} of {n} indicators{of} reach at least {grade}"),
                    format!("{of}{n}项指标中至少{share}%{by_zh}达到{grade}及以上"),
                )
            }
        }
    }

    fn points(&self, quota: &Quota, scope: &Scope, each: &[Decimal], by_weight: bool) -> String {
        let (n, of) = (scope.indicators.len(), self.scope(scope));
        let each: Vec<String> = each
            .iter()
            .enumerate()
            .map(|(grade, points)| {
                let name = self.grade(Some(grade));
                self.say(format!("{} for {name}", plain(*points)), format!("{name}{}分", plain(*points)))
            })
            .collect();
        let by = match by_weight {
            true => self.say(", times the weight".into(), "，乘以权重".into()),
            false => String::new(),
        };
        let each = each.join(if self.lang == Lang::En { ", " } else { "、" });
        match quota {
            Quota::Share { share, .. } => {
                let share = self.number(share, percent);
                self.say(
                    format!(
                        "{n} indicators{of} earn at least {share} % of the points to be had ({each}{by})"
                    ),
                    format!("{of}{n}项指标得分不低于可得分的{share}%（{each}{by}）"),
                )
            }
            Quota::Count(points) => {
                let points = self.number(points, plain);
                self.say(
                    format!("{n} indicators{of} earn at least {points} points ({each}{by})"),
                    format!("{of}{n}项指标得分不低于{points}分（{each}{by}）"),
                )
            }
            Quota::All => self.say(
                format!("{n} indicators{of} earn all points to be had ({each}{by})"),
                format!("{of}{n}项指标得满分（{each}{by}）"),
            ),
        }
    }

    fn step(&self, node: NodeIx, step: &Step) -> String {
        let Some(indicator) = self.package.nodes[node].indicator() else { return String::new() };
        let unit = indicator.measurement_unit.as_deref().map_or_else(String::new, |unit| {
            format!(" {}", self.package.measurement_name(unit).get(self.lang))
        });
        let lower = indicator.direction == Direction::Lower;
        let threshold = |threshold: Threshold, strict: bool| match threshold {
            Threshold::Number(x) => {
                let x = format!("{}{unit}", plain(x));
                match (lower, strict) {
                    (false, false) => self.say(format!("at least {x}"), format!("至少 {x}")),
                    (true, false) => self.say(format!("at most {x}"), format!("不超过 {x}")),
                    (false, true) => self.say(format!("more than {x}"), format!("大于 {x}")),
                    (true, true) => self.say(format!("less than {x}"), format!("小于 {x}")),
                }
            }
            Threshold::Range(a, b) => {
                let (a, b) = (plain(a), plain(b));
                self.say(format!("{a} to {b}{unit}"), format!("{a} 至 {b}{unit}"))
            }
            Threshold::Level(level) => {
                let level = self.package.scale(indicator).and_then(|s| s.levels.get(level));
                level.map_or_else(String::new, |level| format!("`{}`", level.id))
            }
        };
        let mut words = threshold(step.threshold, step.strict);
        if step.years > 1 {
            let n = step.years;
            words = self.say(format!("{words} for {n} years running"), format!("连续{n}年{words}"));
        }
        if let Some(floor) = step.once_then {
            let floor = threshold(floor, false);
            words = self
                .say(format!("{words} once and {floor} since"), format!("曾达到{words}，此后保持{floor}"));
        }
        words
    }
}

fn plain(x: Decimal) -> String {
    x.normalize().to_string()
}

fn percent(share: Decimal) -> String {
    plain(share.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(share))
}
