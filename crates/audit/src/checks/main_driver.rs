//! Whether one choice decides how far ranks move.

use super::shared::{finding, not_asked, own, percent, robustness};
use crate::check::{Check, Finding, Limits, Part, Profile, Subject, Verdict};
use gradus_model::Text;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "main-driver",
    since: "0.1.0",
    part: Part::Sensitivity,
    profiles: Profile::ALL,
    question: ("Does one choice decide how far ranks move?", "名次变动是否主要由某一项方法选择决定？"),
    statistic: "the largest total sensitivity index among the choices that vary, of the mean absolute change of rank (Jansen 1999, Saltelli et al. 2010)",
    limits: &[own(
        "share",
        0.5,
        "total index above which a choice is named, where more than one varies",
        "this program: the variance would fall by more than half if that choice were settled",
    )],
    command: "gradus audit PKG --check main-driver",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let most = limits.get(&CHECK, "share");
    let found = match robustness(subject) {
        Ok(found) => found,
        Err(why) => return why,
    };
    let Some(sensitive) = &found.sensitivity else {
        return not_asked("no sensitivity analysis was asked for", "未要求进行敏感性分析");
    };
    if sensitive.inputs.len() < 2 {
        return not_asked("only one choice varies", "只有一项选择在变动");
    }
    let Some(indices) = &sensitive.mean_shift else {
        return not_asked("no rank moves, so nothing moves it", "名次没有变动，因此没有影响因素");
    };
    let pairs = sensitive.inputs.iter().zip(&indices.total);
    // The first of equal ones, in the order of the package.
    let Some((input, total)) = pairs.reduce(|a, b| if b.1.value > a.1.value { b } else { a }) else {
        return Vec::new();
    };
    let alone = total.value > most;
    let (share, low, high) = (percent(total.value), percent(total.low), percent(total.high));
    let n = sensitive.inputs.len();
    let sentence = Text::both(
        format!(
            "of {n} choices `{input}` moves ranks most: {share} of the variance goes with it ({low} to {high})"
        ),
        format!("{n} 项选择中，`{input}` 对名次影响最大：占方差的 {share}（{low} 至 {high}）"),
    );
    let verdict = if alone { Verdict::Note } else { Verdict::Pass };
    vec![finding(total.value, n, verdict, sentence, Vec::new())]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    let noisy = |unit: usize, v: usize| Some(((unit * 37 + v * 101 + unit * unit * (v + 1)) % 53) as f64);
    let of = |spread: &str| {
        format!(
            "[[audit.vary]]\nweights = {{ spread = {spread} }}\n[[audit.vary]]\nnormalize = {{ among = ['own', 'percentile-rank'] }}\n"
        )
    };
    vec![
        Example::of(
            &CHECK,
            "pass",
            &flat(3, &format!("[audit.limits.main-driver]\nshare = 5\n{}", of("0.8"))),
            12,
            noisy,
        ),
        Example::of(&CHECK, "note", &flat(3, &of("0.9")), 12, noisy),
        Example::of(
            &CHECK,
            "not-applicable",
            &flat(3, "[[audit.vary]]\nweights = { spread = 0.8 }\n"),
            12,
            noisy,
        ),
    ]
}
