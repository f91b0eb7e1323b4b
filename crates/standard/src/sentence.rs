//! Rules as sentences, in English and Chinese.

use crate::Verdict;
use gradus_model::package::{Clause, Rule, Scope};
use gradus_model::{Lang, Package};

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
    let name_of = |asked: &Option<usize>| match asked.or(grade).and_then(|g| package.grades.get(g)) {
        Some(grade) => grade.name.get(lang).to_owned(),
        None => match lang {
            Lang::En => "the grade".to_owned(),
            Lang::Zh => "该等级".to_owned(),
        },
    };
    let where_ = |scope: &Scope| {
        if scope.written == "*" {
            return String::new();
        }
        let names: Vec<String> = scope
            .written
            .split(", ")
            .map(|code| {
                package.node(code).map_or(code.to_owned(), |ix| package.nodes[ix].name.get(lang).to_owned())
            })
            .collect();
        match lang {
            Lang::En => format!(" of {}", names.join(", ")),
            Lang::Zh => names.join("、"),
        }
    };
    let join = |rules: &[Rule]| {
        let parts: Vec<String> = rules.iter().map(|r| clause_sentence(package, r, grade, lang)).collect();
        match lang {
            Lang::En => parts.join("; "),
            Lang::Zh => parts.join("；"),
        }
    };
    match (&rule.clause, lang) {
        (Clause::Every { scope, at_least }, Lang::En) => {
            let n = scope.indicators.len();
            format!("all {n} indicators{} reach at least {}", where_(scope), name_of(at_least))
        }
        (Clause::Every { scope, at_least }, Lang::Zh) => {
            format!("{}全部{}项指标达到{}及以上", where_(scope), scope.indicators.len(), name_of(at_least))
        }
        (Clause::Count { count, scope, at_least }, Lang::En) => {
            let n = scope.indicators.len();
            format!(
                "at least {count} of {n} indicators{} reach at least {}",
                where_(scope),
                name_of(at_least)
            )
        }
        (Clause::Count { count, scope, at_least }, Lang::Zh) => format!(
            "{}{}项指标中至少{count}项达到{}及以上",
            where_(scope),
            scope.indicators.len(),
            name_of(at_least)
        ),
        (Clause::Share { share, scope, at_least }, Lang::En) => {
            let n = scope.indicators.len();
            format!(
                "at least {} % of {n} indicators{} reach at least {}",
                percent(*share),
                where_(scope),
                name_of(at_least)
            )
        }
        (Clause::Share { share, scope, at_least }, Lang::Zh) => format!(
            "{}{}项指标中至少{}%达到{}及以上",
            where_(scope),
            scope.indicators.len(),
            percent(*share),
            name_of(at_least)
        ),
        (Clause::Group { groups, at_least }, lang) => {
            let names: Vec<&str> = groups.iter().map(|g| package.nodes[*g].name.get(lang)).collect();
            match lang {
                Lang::En => {
                    format!("{} hold at least {} by their own rules", names.join(", "), name_of(at_least))
                }
                Lang::Zh => format!("{}按各自规则达到{}及以上", names.join("、"), name_of(at_least)),
            }
        }
        (Clause::AllOf(rules), Lang::En) => format!("all of: {}", join(rules)),
        (Clause::AllOf(rules), Lang::Zh) => format!("同时满足：{}", join(rules)),
        (Clause::AnyOf(rules), Lang::En) => format!("any of: {}", join(rules)),
        (Clause::AnyOf(rules), Lang::Zh) => format!("满足其一：{}", join(rules)),
        (Clause::CountOf { count, of }, Lang::En) => {
            format!("at least {count} of {}: {}", of.len(), join(of))
        }
        (Clause::CountOf { count, of }, Lang::Zh) => {
            format!("以下{}条中至少满足{count}条：{}", of.len(), join(of))
        }
        (Clause::Not(inner), Lang::En) => {
            format!("it is not so that {}", clause_sentence(package, inner, grade, lang))
        }
        (Clause::Not(inner), Lang::Zh) => {
            format!("并非：{}", clause_sentence(package, inner, grade, lang))
        }
        (_, Lang::En) => "a clause this version does not know".to_owned(),
        (_, Lang::Zh) => "本版本无法识别的条款".to_owned(),
    }
}

fn percent(share: gradus_model::Decimal) -> String {
    share.checked_mul(gradus_model::Decimal::ONE_HUNDRED).unwrap_or(share).normalize().to_string()
}
