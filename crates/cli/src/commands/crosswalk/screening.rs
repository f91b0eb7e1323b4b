//! The screening matrix as tables.

use super::Reader;
use crate::listing::{Section, count, number, text};
use gradus::Screened;
use gradus::model::Package;
use gradus::model::package::{ContentValidity, CriterionSource, CvrMinimum};
use gradus::selection::Verdict;
use gradus::selection::screening::{Matrix, PERIODS};
use gradus::selection::validity::{REVISE_FROM, cvr_minimum, i_cvi_minimum};

pub(super) fn sections(screened: &Screened, package: &Package, reader: Reader) -> Vec<Section> {
    let matrix = &screened.matrix;
    let minimum = package.screening.cvr_minimum;
    let mut out = vec![candidates(screened, package, reader), reasons(matrix, reader)];
    out.push(scores(matrix, minimum, reader));
    out.push(computed(matrix, reader));
    out.push(comments(matrix, reader));
    out.retain(|section| !section.is_empty());
    out
}

fn headed(words: &[(&str, &str, &str)], reader: Reader) -> Vec<String> {
    words.iter().map(|(key, en, zh)| format!("{key}|{}", reader.say(en, zh))).collect()
}

fn section(key: &'static str, title: &str, columns: &[String]) -> Section {
    Section::new(key, title, &columns.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Candidate by criterion: verdict, total, and the median or computed value by each criterion.
fn candidates(screened: &Screened, package: &Package, reader: Reader) -> Section {
    let matrix = &screened.matrix;
    let mut columns = headed(
        &[
            ("candidate", "candidate", "备选指标"),
            ("verdict", "verdict", "结论"),
            ("#total", "total", "总分"),
        ],
        reader,
    );
    for criterion in &matrix.criteria {
        columns.push(format!("#{}|{}", criterion.id, criterion.name.get(reader.lang)));
    }
    let title = reader.say("Screening matrix", "筛选矩阵");
    let mut out = section("candidates", title, &columns);
    for row in &matrix.rows {
        let mut cells =
            vec![text(row.subject.code.as_str()), text(verdict(row.verdict, reader)), number(row.total)];
        cells.extend(row.entries.iter().map(|entry| number(entry.score)));
        out.row(cells);
    }
    let notice = screened.notice.get(reader.lang);
    if !notice.is_empty() {
        out.note(notice);
    }
    let with = |verdict| matrix.rows.iter().filter(|row| row.verdict == verdict).count();
    let counts: Vec<String> = [Verdict::Keep, Verdict::Revise, Verdict::Drop, Verdict::Open]
        .into_iter()
        .map(|of| format!("{} {}", verdict(of, reader), with(of)))
        .collect();
    out.note(counts.join(reader.say(", ", "，")));
    out.note(reader.say(
        "scores are medians of experts or computed values; total: their weighted mean from 0 to 100",
        "得分为专家评分的中位数或计算值；总分为其0至100的加权平均",
    ));
    let systems = screened.crosswalk.systems.len();
    if matrix.criteria.iter().any(|c| c.from == CriterionSource::Recognized) {
        out.note(if reader.zh() {
            format!("公认性：与{systems}个体系对照，已声明相同或相近的体系数")
        } else {
            format!("recognized: declared the same or near in so many of {systems} systems compared")
        });
    }
    if package.screening.criteria.is_empty() {
        out.note(reader.say(
            "the package declares no criteria: these are the ones that can be computed, without a veto; add [[criterion]] and experts' scores under [screening]",
            "指标包未声明筛选准则：此处为可计算的准则，无否决线；请添加[[criterion]]，并在[screening]中给出专家评分",
        ));
    }
    out
}

/// A verdict in the language of the reader; programs read one word.
fn verdict(verdict: Verdict, reader: Reader) -> String {
    if reader.program { verdict.word().to_owned() } else { verdict.name().get(reader.lang).to_owned() }
}

/// Why each candidate is not simply kept.
fn reasons(matrix: &Matrix, reader: Reader) -> Section {
    let columns = headed(
        &[
            ("candidate", "candidate", "备选指标"),
            ("verdict", "verdict", "结论"),
            ("reason", "reason", "理由"),
        ],
        reader,
    );
    let mut out = section("reasons", reader.say("Reasons", "理由"), &columns);
    for row in &matrix.rows {
        for reason in &row.reasons {
            out.row(vec![
                text(row.subject.code.as_str()),
                text(verdict(reason.verdict(), reader)),
                text(reason.text(&matrix.criteria).get(reader.lang)),
            ]);
        }
    }
    out
}

/// What experts say: one row per candidate and criterion of theirs that somebody scored.
fn scores(matrix: &Matrix, minimum: CvrMinimum, reader: Reader) -> Section {
    let columns = headed(
        &[
            ("candidate", "candidate", "备选指标"),
            ("criterion", "criterion", "准则"),
            ("#median", "median", "中位数"),
            ("#iqr", "IQR", "四分位距"),
            ("#experts", "n", "专家数"),
            ("#agreement", "agree %", "同意%"),
            ("#cvr", "CVR", "CVR"),
            ("#cvr_minimum", "min", "须达"),
            ("#i_cvi", "I-CVI", "I-CVI"),
            ("#i_cvi_minimum", "min", "须达"),
            ("#kappa", "κ*", "κ*"),
            ("#abstained", "abstained", "弃权"),
        ],
        reader,
    );
    let mut out = section("scores", reader.say("Experts' scores", "专家评分"), &columns).hidden(1);
    for row in &matrix.rows {
        for (criterion, entry) in matrix.criteria.iter().zip(&row.entries) {
            let Some(panel) = &entry.panel else { continue };
            let (agreement, n) = (panel.agreement, panel.agreement.n);
            if n == 0 && panel.abstained == 0 {
                continue;
            }
            let hundredths = |least: Option<u32>| number(least.map(|x| f64::from(x) / 100.0));
            out.row(vec![
                text(row.subject.code.as_str()),
                text(if reader.program { criterion.id.as_str() } else { criterion.name.get(reader.lang) }),
                number(entry.score),
                number(panel.iqr()),
                count(n),
                number(agreement.i_cvi().map(|share| 100.0 * share)),
                number(agreement.cvr()),
                hundredths(cvr_minimum(n, minimum)),
                number(agreement.i_cvi()),
                hundredths(i_cvi_minimum(n)),
                number(agreement.kappa()),
                count(panel.abstained),
            ]);
        }
    }
    if out.is_empty() {
        return out;
    }
    let decided = |validity| matrix.criteria.iter().any(|c| c.validity == validity);
    if decided(ContentValidity::Cvr) {
        out.note(match minimum {
            CvrMinimum::Lawshe => reader.say(
                "CVR = (a - n/2) / (n/2), a of n experts agree; minima of Lawshe (1975), which are 0.75 for 8 experts and 0.78 for 9 as printed; between its lines the next smaller panel's holds. `cvr-minimum = \"binomial\"` takes the exact test of Ayre and Scally (2014)",
                "CVR = (a - n/2) / (n/2)，n位专家中a位同意；最小值取自Lawshe（1975）原表，8位专家为0.75而9位为0.78，照录；表中未列的人数取其下一档较小人数的值。`cvr-minimum = \"binomial\"`采用Ayre与Scally（2014）的精确检验",
            ),
            CvrMinimum::Binomial => reader.say(
                "CVR = (a - n/2) / (n/2), a of n experts agree; minimum: agreement that chance reaches in at most 5 of 100 cases (exact binomial test, Ayre and Scally 2014)",
                "CVR = (a - n/2) / (n/2)，n位专家中a位同意；最小值：随机情形下概率不超过5%的同意程度（精确二项检验，Ayre与Scally 2014）",
            ),
        });
    }
    if decided(ContentValidity::ICvi) {
        let revise = f64::from(REVISE_FROM) / 100.0;
        out.note(if reader.zh() {
            format!("I-CVI = a/n；3至5位专家须达1.00，6至8位0.83，9位以上0.78（Lynn 1986）；{revise:.2}起未达者修改后保留，更低者剔除；κ*为扣除随机一致后的I-CVI")
        } else {
            format!("I-CVI = a/n; 1.00 for 3 to 5 experts, 0.83 for 6 to 8, 0.78 from 9 on (Lynn 1986); from {revise:.2} up to that: revise; below: drop; κ*: I-CVI beyond chance (Polit, Beck, Owen 2007)")
        });
    }
    out
}

/// What is computed of each candidate, with the figures it rests on.
fn computed(matrix: &Matrix, reader: Reader) -> Section {
    let columns = headed(
        &[
            ("candidate", "candidate", "备选指标"),
            ("#systems", "systems", "体系数"),
            ("#room", "room", "提升空间"),
            ("#own", "own", "本单位"),
            ("#target", "target", "目标"),
            ("#worst", "worst", "最差"),
            ("#with_figure", "with figure", "有数据"),
            ("#units", "units", "单位数"),
            ("#series", "series", "序列"),
            ("own_figure", "own figure", "本单位有数据"),
        ],
        reader,
    );
    let mut out = section("computed", reader.say("Computed from the package", "由指标包计算"), &columns)
        .mixed()
        .hidden(1);
    for row in &matrix.rows {
        let subject = &row.subject;
        let (room, available) = (subject.room, subject.availability);
        if !reader.program
            && room.is_none()
            && available.is_none_or(|a| a.with_figure == 0)
            && subject.recognized.is_none_or(|r| r.0 == 0)
        {
            continue;
        }
        let counted = |n: Option<usize>| n.map_or_else(|| number(None), count);
        out.row(vec![
            text(subject.code.as_str()),
            counted(subject.recognized.map(|(systems, _)| systems)),
            number(room.map(|room| room.value)),
            number(room.map(|room| room.own)),
            number(room.map(|room| room.target)),
            number(room.map(|room| room.worst)),
            counted(available.map(|a| a.with_figure)),
            counted(available.map(|a| a.n_units)),
            counted(available.map(|a| a.with_periods)),
            text(match available.and_then(|a| a.own) {
                Some(true) => "yes",
                Some(false) => "no",
                None => "",
            }),
        ]);
    }
    out.note(if reader.zh() {
        format!("提升空间 = (目标 - 本单位) / (目标 - 最差)，目标为最高等级的阈值，无阈值时为最优单位；序列：有至少{PERIODS}个时期数据的单位数")
    } else {
        format!("room = (target - own) / (target - worst), target: the highest grade, else the best unit; series: units with figures in at least {PERIODS} periods")
    });
    out
}

fn comments(matrix: &Matrix, reader: Reader) -> Section {
    let columns = headed(
        &[
            ("candidate", "candidate", "备选指标"),
            ("criterion", "criterion", "准则"),
            ("expert", "expert", "专家"),
            ("comment", "comment", "意见"),
        ],
        reader,
    );
    let mut out = section("comments", reader.say("Comments", "意见"), &columns);
    for row in &matrix.rows {
        for (criterion, entry) in matrix.criteria.iter().zip(&row.entries) {
            for (expert, comment) in entry.panel.iter().flat_map(|panel| &panel.comments) {
                out.row(vec![
                    text(row.subject.code.as_str()),
                    text(criterion.id.as_str()),
                    text(expert),
                    text(comment),
                ]);
            }
        }
    }
    out
}
