//! Whether the indices of the sensitivity analysis are known well enough to be read.

use super::shared::{finding, not_asked, robustness};
use crate::check::{Check, Finding, Limit, Limits, Part, Profile, Subject, Verdict};
use crate::sensitivity::CONVERGED;
use gradus_model::Text;

/// Registry entry of the check.
pub static CHECK: Check = Check {
    id: "sensitivity-convergence",
    since: "0.1.0",
    part: Part::Sensitivity,
    profiles: Profile::ALL,
    question: (
        "Are the sensitivity indices known well enough to be read?",
        "敏感性指数是否已收敛、可以解读？",
    ),
    statistic: "the widest 95 % interval among first-order and total indices of the mean absolute change of rank",
    limits: &[Limit {
        name: "width",
        default: CONVERGED,
        meaning: "width of an interval from which on an index has not converged",
        source: "Sarrazin, Pianosi and Wagener (2016), Global sensitivity analysis of environmental models: convergence and validation",
        locator: "https://doi.org/10.1016/j.envsoft.2016.02.005",
    }],
    command: "gradus audit PKG --check sensitivity-convergence",
    run,
};

fn run(subject: &Subject<'_>, limits: &Limits) -> Vec<Finding> {
    let most = limits.get(&CHECK, "width");
    let found = match robustness(subject) {
        Ok(found) => found,
        Err(why) => return why,
    };
    let Some(sensitive) = &found.sensitivity else {
        return not_asked("no sensitivity analysis was asked for", "未要求进行敏感性分析");
    };
    let Some(indices) = &sensitive.mean_shift else {
        return not_asked("no rank moves, so nothing moves it", "名次没有变动，因此没有影响因素");
    };
    let (widest, draws, inputs) = (indices.widest(), sensitive.draws, sensitive.inputs.len());
    let converged = widest < most;
    let sentence = if converged {
        Text::both(
            format!("the indices of {inputs} inputs are known to {widest:.3} ({draws} base draws)"),
            format!("{inputs} 个输入的指数区间宽度不超过 {widest:.3}（基础抽样 {draws} 次）"),
        )
    } else {
        Text::both(
            format!(
                "an index of {inputs} inputs is only known to {widest:.3}, and {most} is wanted: more than {draws} base draws are needed (`--base`)"
            ),
            format!(
                "{inputs} 个输入中有指数的区间宽度为 {widest:.3}，要求 {most}：基础抽样需多于 {draws} 次（`--base`）"
            ),
        )
    };
    let verdict = if converged { Verdict::Pass } else { Verdict::Note };
    vec![finding(widest, usize::try_from(draws).unwrap_or(usize::MAX), verdict, sentence, Vec::new())]
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::testing::Example> {
    use crate::testing::{Example, flat};
    let noisy = |unit: usize, v: usize| Some(((unit * 37 + v * 101 + unit * unit * (v + 1)) % 53) as f64);
    let weights = "[[audit.vary]]\nweights = { spread = 0.8 }\n[[audit.vary]]\nnormalize = { among = ['own', 'percentile-rank'] }\n";
    let lenient = "[audit.limits.sensitivity-convergence]\nwidth = 100\n";
    vec![
        Example::of(&CHECK, "pass", &flat(3, &format!("{lenient}{weights}")), 12, noisy),
        // 64 draws are too few for any index.
        Example::of(&CHECK, "note", &flat(3, weights), 12, noisy),
        Example::of(&CHECK, "not-applicable", &flat(2, weights), 6, |unit, _| Some(unit as f64)),
    ]
}
