//! Whether distributions are bent by outliers, before and after what the pipeline does about them.

use super::shared::{COINR_AT, code, finding, not_asked, prepared, some, zh};
use crate::check::{Check, Finding, Item, Limit, Limits, Part, Profile, Subject, Verdict};
use gradus_engine::Stage;
use gradus_model::Text;
use gradus_statistics::moments::{Estimator, kurtosis, skewness};

/// The fewest figures among which the adjusted skewness of a single outlier, the square root of their number, exceeds 2.
const FEWEST: usize = 5;

const SOURCE: &str = "Becker, Caperna, Del Sorbo et al. (2022), COINr, and the COIN Tool of the Joint Research Centre: skewness and kurtosis together";

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "outliers",
    since: "0.1.0",
    part: Part::Outliers,
    profiles: Profile::ALL,
    question: (
        "Is a distribution bent by outliers that the pipeline leaves as they are?",
        "是否有指标的分布受异常值扭曲，而处理流程未加处理？",
    ),
    statistic: "adjusted Fisher-Pearson skewness G1 and excess kurtosis G2 (type 2 of Joanes and Gill 1998, as in spreadsheets), of each indicator, before the pipeline and as it enters normalization",
    limits: &[
        Limit {
            name: "skewness",
            default: 2.0,
            meaning: "size of the skewness above which, together with the kurtosis, an indicator has outliers",
            source: SOURCE,
            locator: COINR_AT,
        },
        Limit {
            name: "kurtosis",
            default: 3.5,
            meaning: "excess kurtosis above which, together with the skewness, an indicator has outliers",
            source: SOURCE,
            locator: COINR_AT,
        },
    ],
    command: "gradus analyze PKG statistics",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let (most_skew, most_kurtosis) = (limits.get(&CHECK, "skewness"), limits.get(&CHECK, "kurtosis"));
    let package = subject.package;
    let (raw, after) = (subject.view(Stage::Raw), prepared(subject));
    let bent = |values: &[f64]| {
        let skew = skewness(values, Estimator::Adjusted)?;
        let kurt = kurtosis(values, Estimator::Adjusted)?;
        Some((skew.abs() > most_skew && kurt > most_kurtosis, skew, kurt))
    };
    let transformed = subject.view(Stage::Transformed);
    let (mut n, mut most, mut before, mut worst) = (0, 0, 0, 0.0f64);
    let mut items: Vec<Item> = Vec::new();
    let (mut named, mut cured): (Vec<(f64, String)>, Vec<String>) = (Vec::new(), Vec::new());
    for node in raw.indicators() {
        // Levels of a scale have a shape of their own.
        if package.nodes[node].indicator().is_some_and(|indicator| indicator.scale.is_some()) {
            continue;
        }
        let figures = raw.one(node).present();
        let treated = if transformed.has(node) { transformed.one(node) } else { after.one(node) }.present();
        most = most.max(figures.len());
        if figures.len() < FEWEST {
            continue;
        }
        n += 1;
        let was = bent(&figures).is_some_and(|(bent, ..)| bent);
        before += usize::from(was);
        let Some((still, skew, kurt)) = bent(&treated) else { continue };
        worst = if skew.abs() > worst.abs() { skew } else { worst };
        if still {
            named.push((skew.abs(), format!("{} {skew:.2}/{kurt:.2}", code(package, node))));
            items.push(Item { nodes: vec![node], units: Vec::new(), value: skew });
        } else if was {
            cured.push(code(package, node).to_owned());
        }
    }
    if n == 0 {
        return not_asked(
            format!(
                "no indicator has {FEWEST} figures (the most is {most}): of fewer, one outlier cannot be told from chance, as its skewness is at most the square root of their number"
            ),
            format!(
                "没有指标具备 {FEWEST} 个数据（最多 {most} 个）：数据更少时，单个异常值的偏度至多为数据个数的平方根，无法判断"
            ),
        );
    }
    items.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
    let (verdict, still) = (if items.is_empty() { Verdict::Pass } else { Verdict::Note }, items.len());
    named.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names: Vec<String> = named.into_iter().map(|(_, name)| name).collect();
    let (named, treated) = (some(&names), some(&cured));
    let (tail, tail_zh) = match still {
        0 => (String::new(), String::new()),
        _ => (
            format!("; {still} still have them after the pipeline, by skewness/kurtosis: {named}"),
            format!("；处理后仍有 {still} 个（偏度/峰度）：{}", zh(&named)),
        ),
    };
    let (middle, middle_zh) = match cured.len() {
        0 => (String::new(), String::new()),
        k => (format!("; the pipeline treats {k}: {treated}"), format!("；已处理 {k} 个：{}", zh(&treated))),
    };
    let sentence = Text::both(
        format!("{before} of {n} indicators have outliers in their figures{middle}{tail}"),
        format!("{n} 个指标中，{before} 个的原始数据含异常值{middle_zh}{tail_zh}"),
    );
    vec![finding(worst, n, verdict, sentence, items)]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    // A lone outlier among n equal figures has G1 = sqrt(n) and G2 = n: here 3 and 9.
    let lone = |unit: usize, v: usize| {
        Some(if v > 0 {
            (unit * unit % 9) as f64
        } else if unit == 8 {
            10.0
        } else {
            1.0
        })
    };
    // Drawn back to the largest of the others, 8 like them, it is one of them.
    let few = |unit: usize, _: usize| Some(if unit == 8 { 1000.0 } else { unit as f64 });
    let treated = "[[step]]\ntreat = { method = 'skew-kurtosis', max-points = 1 }\n";
    vec![
        Example::of(&CHECK, "pass", &flat(1, ""), 9, |unit, _| Some(unit as f64)).value(0.0),
        Example::of(&CHECK, "note", &flat(1, ""), 9, few),
        Example::of(&CHECK, "pass", &flat(1, treated), 9, few),
        Example::of(&CHECK, "note", &flat(2, ""), 9, lone).value(3.0).nodes(&["x0"]),
        Example::of(&CHECK, "not-applicable", &flat(2, ""), 4, |unit, v| Some((unit + v) as f64)),
    ]
}
