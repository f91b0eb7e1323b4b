//! Every word of a report, once, in English and Chinese.
//!
//! Templates and code name a term by its key, so that a grade, a verdict or a status is called the same everywhere.
//! `{name}` in a term is a place for a value. A term with a second form for the number one has a twin with `.one`.

use gradus_model::{Lang, Text};

/// The terms: key, English, Chinese.
// One term, one line.
#[rustfmt::skip]
pub const TERMS: &[(&str, &str, &str)] = &[
    // Words of the field.
    ("unit", "Unit", "评价对象"),
    ("period", "Period", "时期"),
    ("rank", "rank", "排名"),
    ("rank_word", "Rank", "排名"),
    ("score", "Score", "得分"),
    ("standard", "Standard", "标准"),
    ("grade", "Grade", "等级"),
    ("ladder", "Ladder", "阶梯"),
    ("level_word", "level", "级别"),
    ("threshold", "Threshold", "阈值"),
    ("gap", "Gap", "差距"),
    ("indicator", "Indicator", "指标"),
    ("indicators", "Indicators", "指标"),
    ("layer", "Layer", "层级"),
    ("coverage", "Coverage", "数据覆盖率"),
    ("weight", "Weight", "权重"),
    ("effective_weight", "Effective weight", "综合权重"),
    ("value", "Value", "数值"),
    ("leader", "Leader", "领先者"),
    ("status", "Status", "状态"),
    ("sources", "Sources", "来源"),
    // Verdicts.
    ("proven", "proven", "已证实"),
    ("possible", "possible", "可能"),
    ("ruled_out", "ruled out", "已排除"),
    ("met", "met", "达到"),
    ("not_met", "not met", "未达到"),
    ("unknown", "unknown", "无法判断"),
    ("head.proven", "Proven", "已证实"),
    ("head.possible", "Possible", "可能达到"),
    ("head.failing", "Not met", "未达到"),
    ("head.unknown", "Unknown", "无法判断"),
    ("next_grade", "Next grade", "下一等级"),
    ("no_grade", "none", "无"),
    // The frame of the page.
    ("skip", "Skip to the report", "跳到正文"),
    ("contents", "Contents", "目录"),
    ("show", "Language", "语言"),
    ("show.both", "Both", "双语"),
    ("edition", "Edition", "版本"),
    ("draft", "Draft", "草案"),
    ("draft.note", "This package is neither ratified nor published. Nothing here is an official result.", "本指标体系尚未批准或发布，本报告不是正式结果。"),
    ("package.draft", "draft", "草案"),
    ("package.under-review", "under review", "审议中"),
    ("package.frozen", "frozen for sign-off", "已冻结待签署"),
    ("package.ratified", "ratified", "已批准"),
    ("package.published", "published", "已发布"),
    ("package.superseded", "superseded", "已被取代"),
    ("section.verdict", "Verdict", "结论"),
    ("section.gaps", "Distance to the next grade", "与下一等级的差距"),
    ("section.scorecard", "Scorecard", "记分卡"),
    ("section.ranking", "Scores and ranks", "得分与排名"),
    ("section.framework", "Framework", "指标框架"),
    ("section.cards", "Indicator by indicator", "指标逐项说明"),
    ("section.method", "Method", "方法"),
    ("section.quality", "Data quality", "数据质量"),
    ("section.reproduce", "Reproduce this report", "复现本报告"),
    ("section.glossary", "Glossary", "术语表"),
    // Section 1.
    ("verdict.no_subject", "This report is about all units together; name one with --unit CODE to see its verdict.", "本报告涵盖全部评价对象；用 --unit 代码 指定其中一个即可查看其结论。"),
    ("verdict.nothing", "There is nothing to judge by: the package has neither a standard nor a score here.", "无从判断：此处既无标准，也无得分。"),
    ("verdict.no_standard", "The package has ladders but no standard that combines them into a title.", "本指标体系设有阶梯，但没有将其合并为称号的标准。"),
    ("verdict.score_rank", "Score {score}, rank {rank} of {of}", "得分 {score}，在 {of} 个评价对象中排名 {rank}"),
    ("verdict.score", "Score {score}", "得分 {score}"),
    ("verdict.overview", "{first} leads with {high}; the last of {n} is {last} with {low}", "{first}以 {high} 居首；{n} 个评价对象中{last}以 {low} 居末"),
    ("verdict.units", "{n} units compared", "共比较 {n} 个评价对象"),
    ("verdict.units.one", "One unit", "1 个评价对象"),
    ("badge.proven_possible", "{proven}: proven. Possible: {possible} ({missing}).", "{proven}：已证实。可能达到：{possible}（{missing}）。"),
    ("badge.proven", "{proven}: proven.", "{proven}：已证实。"),
    ("badge.possible", "{lowest}: not proven. Possible: {possible} ({missing}).", "{lowest}：尚未证实。可能达到：{possible}（{missing}）。"),
    ("badge.possible_rule", "{lowest}: not proven. Possible: {possible}.", "{lowest}：尚未证实。可能达到：{possible}。"),
    ("badge.proven_possible_rule", "{proven}: proven. Possible: {possible}.", "{proven}：已证实。可能达到：{possible}。"),
    ("badge.none_missing", "{lowest}: not met. {why}; {missing}.", "{lowest}：未达到。{why}；{missing}。"),
    ("badge.none", "{lowest}: not met. {why}.", "{lowest}：未达到。{why}。"),
    ("ask.all", "All of these are needed", "须全部达到"),
    ("ask.all_clauses", "All of the following are needed", "以下各项均须满足"),
    ("ask.more", "Any {n} more of these {of} will do", "以下 {of} 项中再达到任意 {n} 项即可"),
    ("ask.more_clauses", "Any {n} of the following {of} will do", "以下 {of} 条中满足任意 {n} 条即可"),
    ("ask.more_clauses.one", "One of the following is enough", "满足以下任意一条即可"),
    ("ask.not", "This must not be so: {clause}", "不得出现以下情形：{clause}"),
    ("ask.other", "A clause that this version does not know", "本版本无法识别的条款"),
    ("ask.group", "{group}: {ask}", "{group}：{ask}"),
    ("fall_short", "{n} indicators fall short", "{n} 项指标未达到"),
    ("fall_short.one", "1 indicator falls short", "1 项指标未达到"),
    ("n_indicators", "{n} indicators", "{n} 项指标"),
    ("n_indicators.one", "1 indicator", "1 项指标"),
    ("n_values_missing", "{n} values missing", "缺 {n} 项数值"),
    ("n_values_missing.one", "1 value missing", "缺 1 项数值"),
    ("n_undecided", "{n} values that cannot decide it", "{n} 项数值不足以判断"),
    ("n_undecided.one", "1 value that cannot decide it", "1 项数值不足以判断"),
    ("n_thresholds_missing", "{n} thresholds not set", "{n} 项阈值未设"),
    ("n_thresholds_missing.one", "1 threshold not set", "1 项阈值未设"),
    ("n_of", "{k}/{of}", "{k}/{of}"),
    ("next.asks", "What {grade} still asks for. {ask}.", "“{grade}”尚缺的条件：{ask}。"),
    ("next.title", "Next grade: {grade}", "下一等级：{grade}"),
    ("next.rule", "{grade} is decided by the rule alone; no single indicator stands in the way.", "“{grade}”仅由规则决定，没有单项指标构成障碍。"),
    ("next.unknown", "Nothing measured stands in the way of {grade}: {unknown}.", "已有数据均不妨碍达到“{grade}”：{unknown}。"),
    ("next.failing", "{failing} must improve to reach {grade}; nothing is missing.", "要达到“{grade}”，还有 {failing}须改善；数据齐全。"),
    ("next.both", "For {grade}, {failing} must improve; {unknown}.", "要达到“{grade}”，还有 {failing}须改善；{unknown}。"),
    ("next.others", "Other standards", "其他标准"),
    ("next.same", "Decided by the same indicators.", "决定因素相同。"),
    ("next.must_title", "Must improve", "须改善"),
    ("next.short_title", "Fall short", "未达到"),
    ("next.unknown_title", "Not known", "情况不明"),
    ("layer.sentence", "{parts}.", "{parts}。"),
    ("layer.reached", "{reached} of {of} at {grade} or better", "{of} 项中 {reached} 项达到“{grade}”或更高"),
    ("layer.below", "{n} below", "{n} 项未达到"),
    ("layer.unknown", "{n} not known", "{n} 项情况不明"),
    ("strip.title", "Level of every indicator", "各项指标达到的级别"),
    ("strip.legend", "Signs", "图例"),
    ("counts.title", "Indicators that meet each grade", "各等级的达标指标数"),
    ("level.below", "below {grade}", "低于“{grade}”"),
    ("level.no_threshold", "no threshold set", "未设阈值"),
    ("level.unpublished", "definition not public", "定义未公开"),
    ("level.no_value", "no value", "无数值"),
    ("level.undecided", "{value}: cannot be decided", "{value}：无法判断"),
    ("level.undecided_sign", "a value is known, and cannot decide it", "已有数值，但无法判断"),
    ("level.no_threshold_or_definition", "no threshold, or definition not public", "未设阈值或定义未公开"),
    ("level.reached_open", "{grade}; higher not ruled out", "{grade}；不排除更高等级"),
    ("level.open_sign", "a higher grade is not ruled out", "不排除更高等级"),
    ("part", "Part", "构成"),
    ("parts.title", "Parts of the index", "指数构成"),
    ("not_available", "n/a: {why}", "无数据：{why}"),
    ("interval.between", "between {lower} and {upper}", "介于 {lower} 与 {upper} 之间"),
    ("interval.least", "at least {lower}", "不少于 {lower}"),
    ("interval.most", "at most {upper}", "不多于 {upper}"),
    // Section 2.
    ("gaps.no_subject", "Distances are measured for one unit; name one with --unit CODE to see them.", "差距针对单个评价对象计算；用 --unit 代码 指定其中一个即可查看。"),
    ("gaps.no_ladder", "No indicator of this package has a ladder, so there is no next grade to be distant from.", "本指标体系的指标均未设阶梯，因此没有下一等级可供比较。"),
    ("gaps.none", "No measured indicator is below a grade that it could be held against.", "在有数据的指标中，没有低于可比等级的。"),
    ("gaps.summary", "{n} measured indicators are short of their next grade. The nearest is {nearest}: {gap} to {grade}.", "有数据的指标中，{n} 项未达到其下一等级。差距最小的是{nearest}：{gap} 即达到“{grade}”。"),
    ("gaps.summary.one", "One measured indicator is short of its next grade: {nearest}, {gap} to {grade}.", "有数据的指标中，1 项未达到其下一等级：{nearest}，{gap} 即达到“{grade}”。"),
    ("gaps.finding", "{indicator}: {gap} short of {grade} ({threshold})", "{indicator}：距“{grade}”（{threshold}）还差 {gap}"),
    ("gaps.level_gap", "{level}; on an ordered scale, so no distance in figures", "{level}；为等级型指标，差距无法量化"),
    ("gaps.how", "The nearest first, in percent of the threshold. In the pictures the thresholds stand at the same place in every row; between them the place is in proportion. This is arithmetic on today’s figures, not a forecast.", "按差距占阈值的百分比从小到大排列。图中各行的阈值位于相同位置，阈值之间按比例标示。以上仅为对现有数据的算术计算，并非预测。"),
    ("gaps.done", "Already at the highest grade", "已达最高等级"),
    ("gaps.unknown", "Distance not known", "差距不明"),
    ("gaps.how_table", "The nearest first, in percent of the threshold; arithmetic on today’s figures, not a forecast.", "按差距占阈值的百分比从小到大排列；仅为对现有数据的算术计算，并非预测。"),
    ("gap.points", "{gap} percentage points", "{gap} 个百分点"),
    ("gap.more", "{gap} more", "再增加 {gap}"),
    ("gap.less", "{gap} less", "再减少 {gap}"),
    ("chart.leader", "best of the others", "其他对象中最优"),
    ("chart.peer", "others", "其他对象"),
    ("chart.legend", "Signs in the pictures", "图中符号"),
    ("chart.hollow", "outline: provisional, or not fully comparable", "空心：暂定，或不完全可比"),
    ("chart.hatched", "hatched: estimated, imputed or forecast", "斜线：估计、插补或预测"),
    ("chart.values", "In {unit}: {values}.", "单位：{unit}。{values}。"),
    ("chart.range", "In {unit}, {n} units from {high} to {low}.", "单位：{unit}。共 {n} 个评价对象，从{high}到{low}。"),
    ("chart.scores", "Scores: {values}.", "得分：{values}。"),
    // Section 3.
    ("scorecard.no_grades", "The package grades nothing, so there is no scorecard of levels; scores and ranks are below.", "本指标体系不设等级，因此没有等级记分卡；得分与排名见下文。"),
    ("scorecard.left_out", "{n} more units are in the ranking and in the JSON.", "另有 {n} 个评价对象，见排名与 JSON。"),
    ("scorecard.left_out.one", "One more unit is in the ranking and in the JSON.", "另有 1 个评价对象，见排名与 JSON。"),
    ("scorecard.caption", "Level reached, by indicator and unit", "各评价对象各项指标达到的级别"),
    ("scorecard.coverage", "Indicators with a value", "有数值的指标"),
    ("scorecard.reached", "Indicators at a grade", "达到等级的指标"),
    ("scorecard.boundary", "The figure is about another boundary than that of {own}: look at the card before comparing.", "该数值的统计范围与{own}不同，比较前请先查看指标说明。"),
    ("boundary.differs", "boundary differs: {other}, not {own}", "统计范围不同：{other}，而非{own}"),
    // Section 4.
    ("ranking.scoreboard", "The package shows its indicators side by side and does not combine them into one score, so nothing is ranked.", "本指标体系并列展示各项指标，不合成总分，因此不作排名。"),
    ("ranking.no_scores", "No unit has enough figures for a score of the index in this period.", "本期没有评价对象具备足够数据以计算总分。"),
    ("ranking.coverage", "Read ranks with care: coverage runs from {low} to {high}, so units are scored on different sets of figures.", "请谨慎看待排名：数据覆盖率从 {low} 到 {high} 不等，各评价对象的得分依据并不相同。"),
    ("ranking.single", "Only one unit has a score, so its rank says nothing.", "仅有一个评价对象有得分，排名没有意义。"),
    ("ranking.finding", "{first} leads, of {of} with a score", "{first}在 {of} 个有得分的评价对象中居首"),
    ("ranking.finding_own", "{own} ranks {rank} of {of}; {first} leads", "{own}在 {of} 个评价对象中排名 {rank}；{first}居首"),
    ("ranking.caption", "Scores and ranks. “=” marks a tie.", "得分与排名。“=”表示并列。"),
    ("ranking.left_out", "{n} more units are left out here; the JSON and the CSV hold all.", "此处未列出另外 {n} 个评价对象；JSON 与 CSV 中包含全部。"),
    ("ranking.left_out.one", "One more unit is left out here; the JSON and the CSV hold all.", "此处未列出另外 1 个评价对象；JSON 与 CSV 中包含全部。"),
    ("ranking.unranked", "Without a score", "无得分"),
    ("ranking.history", "{unit}: from {from} ({first}) to {to} ({last})", "{unit}：从 {from}（{first}）到 {to}（{last}）"),
    ("ranking.periods", "Through the periods", "历期得分"),
    // Section 5.
    ("framework.aggregate", "combined by {method}", "合成方法：{method}"),
    ("framework.scoreboard", "shown side by side, not combined", "并列展示，不合成"),
    ("framework.direction", "Better", "优化方向"),
    ("framework.how", "How", "方法"),
    ("framework.caption", "The tree with weights: a weight is a share among siblings, the effective weight is the product down from the index.", "指标树与权重：权重为同级占比，综合权重为自总指数逐级相乘之积。"),
    ("direction.more", "more", "高"),
    ("direction.less", "less", "低"),
    ("direction.higher", "more is better", "越高越好"),
    ("direction.lower", "less is better", "越低越好"),
    // Section 6.
    ("card.definition", "Definition", "定义"),
    ("card.unit", "Measurement unit", "计量单位"),
    ("card.scale", "Levels", "级别"),
    ("card.direction", "Direction", "方向"),
    ("card.formula", "Formula", "公式"),
    ("card.confidence", "Confidence in the definition", "定义的可信度"),
    ("card.value", "Value", "数值"),
    ("card.period", "Period", "时期"),
    ("card.source", "Source", "来源"),
    ("card.document", "Document", "文件"),
    ("card.vintage", "As of", "截至"),
    ("card.boundary", "Boundary", "统计范围"),
    ("card.quality", "Quality code", "质量代码"),
    ("card.figure_confidence", "Confidence in the figure", "数值的可信度"),
    ("card.note", "Note on the figure", "数值说明"),
    ("card.place", "Read from", "读取位置"),
    ("card.survey", "Survey", "调查"),
    ("card.title", "Title", "称号"),
    ("card.score", "Score", "得分"),
    ("card.ladder", "Ladder", "阶梯"),
    ("card.no_ladder", "No thresholds are set for this indicator.", "本指标未设阈值。"),
    ("card.why", "Why these thresholds", "阈值依据"),
    ("card.why_label", "Why these thresholds.", "阈值依据。"),
    ("card.ladder_confidence", "Confidence in the thresholds", "阈值的可信度"),
    ("card.peers", "Compared", "横向比较"),
    ("card.no_peers", "No other unit has a value.", "其他评价对象均无数值。"),
    ("card.history", "Over time", "历年变化"),
    ("card.figures", "The figures", "数据"),
    ("card.caveats", "Caveats", "注意事项"),
    ("card.unpublished", "This indicator is known to belong to the package, but its definition is not public. Nothing is filled in by guess; its place stays open.", "已知本指标属于该指标体系，但其定义未公开。此处不作任何推测，位置予以保留。"),
    ("threshold.level", "{value} or better", "{value}及以上"),
    ("threshold.least", "at least {value}", "不低于 {value}"),
    ("threshold.most", "at most {value}", "不高于 {value}"),
    ("survey.n", "{count} respondents", "受访者 {count} 人"),
    ("survey.error", "standard error {error}", "标准误 {error}"),
    ("title.awarded", "held since {day}", "自 {day} 起持有"),
    ("title.expires", "until {day}", "至 {day}"),
    ("peers.first", "{unit} is ahead of all {of} units with a value", "{unit}在 {of} 个有数值的评价对象中居首"),
    ("peers.ahead", "{n} of {of} units are ahead of {unit}; {leader} leads", "{of} 个评价对象中有 {n} 个优于{unit}，{leader}居首"),
    ("peers.ahead.one", "One of {of} units is ahead of {unit}: {leader}", "{of} 个评价对象中仅{leader}优于{unit}"),
    ("peers.leader", "{leader} leads {of} units with a value", "{leader}在 {of} 个有数值的评价对象中居首"),
    ("history.finding", "From {from} ({first}) to {to} ({last})", "从 {from}（{first}）到 {to}（{last}）"),
    // Section 7.
    ("policy.title", "The rules for every number", "数值规则"),
    ("policy.arithmetic", "Arithmetic", "运算"),
    ("policy.decimal", "Exact decimals of 28 digits: 0.1 is 0.1, and a value on a threshold meets it.", "28 位精确十进制：0.1 即 0.1，恰在阈值上的数值视为达标。"),
    ("policy.binary64", "Double precision, the same bits on every machine.", "双精度浮点，在任何机器上结果逐位一致。"),
    ("policy.rounding", "Rounding", "修约"),
    ("policy.rounding_words", "Scores are published with {n} decimals, rounded once: {mode}.", "得分保留 {n} 位小数，一次修约：{mode}。"),
    ("policy.rounding_words.one", "Scores are published with one decimal, rounded once: {mode}.", "得分保留 1 位小数，一次修约：{mode}。"),
    ("rounding.half-even", "to the nearest, a tie to the even digit (GB/T 8170)", "四舍六入五成双（GB/T 8170）"),
    ("rounding.half-up", "to the nearest, a tie away from zero", "四舍五入"),
    ("rounding.half-down", "to the nearest, a tie toward zero", "五舍六入"),
    ("rounding.truncate", "further digits are dropped", "截尾"),
    ("rounding.ceiling", "upward", "向上取整"),
    ("rounding.floor", "downward", "向下取整"),
    ("rounding.binary", "to the nearest to the double, a tie to the even digit", "按双精度数取最近值，恰居中时取偶"),
    ("rounding.r", "to the nearest as R computes it", "按R语言的算法取最近值"),
    ("policy.ranks", "Ranks and ties", "排名与并列"),
    ("policy.ranks.exact", "Ranks are taken of exact scores.", "按精确得分排名。"),
    ("policy.ranks.published", "Ranks are taken of published, rounded scores.", "按公布的修约得分排名。"),
    ("ties.competition", "Tied units share the best place, and the places after it are left out: 1, 2, 2, 4.", "并列者取最优名次，其后名次空缺：1、2、2、4。"),
    ("ties.modified", "Tied units share the last of their places: 1, 3, 3, 4.", "并列者取最后名次：1、3、3、4。"),
    ("ties.dense", "Tied units share a place, and none is left out: 1, 2, 2, 3.", "并列者名次相同，其后名次不空缺：1、2、2、3。"),
    ("ties.mean", "Tied units share the mean of their places: 1, 2.5, 2.5, 4.", "并列者取名次均值：1、2.5、2.5、4。"),
    ("policy.missing", "Missing parts of a score", "得分构成缺失"),
    ("missing.reweight", "The weight of missing parts is shared out among the present ones.", "缺失部分的权重按比例分配给其余部分。"),
    ("missing.refuse", "A score with a missing part is missing.", "任一构成缺失，则得分缺失。"),
    ("missing.zero", "A missing part counts as zero.", "缺失部分按零计。"),
    ("missing.min_share", "At least {share}% of the weight must be present.", "至少须有 {share}% 的权重有数据。"),
    ("missing.min_count", "At least {count} parts must be present.", "至少须有 {count} 个部分有数据。"),
    ("policy.missing_grade", "Missing values and grades", "数值缺失与等级"),
    ("policy.missing_grade.unknown", "A missing value neither meets nor fails a grade: the grade becomes an interval from proven to possible.", "数值缺失既不视为达标，也不视为未达标：等级为“已证实”至“可能”的区间。"),
    ("policy.missing_grade.fail", "A missing value fails the grade.", "数值缺失视为未达标。"),
    ("policy.thresholds", "Thresholds", "阈值"),
    ("policy.thresholds.exact", "Thresholds are compared with exact values; nothing passes by rounding.", "阈值与精确值比较，不因修约而达标。"),
    ("policy.thresholds.published", "Thresholds are compared with published, rounded values.", "阈值与公布的修约值比较。"),
    ("policy.periods", "Periods", "时期"),
    ("periods.panel", "Every period is computed by itself from its own figures.", "各时期分别以当期数据计算。"),
    ("periods.latest", "The newest figure of each unit and indicator is used; its year stands beside it.", "采用各评价对象各项指标的最新数据，并注明年份。"),
    ("periods.as_of", "As of {year}: the newest figure not after that year; another year stands beside the figure.", "以 {year} 年为准：采用不晚于该年的最新数据，年份不同时予以注明。"),
    ("periods.later", "Where there is none up to {year}, the first later figure is taken.", "{year} 年及以前无数据时，采用其后最早的数据。"),
    ("periods.max_age", "Figures more than {n} years older than the newest are not used.", "比最新数据早 {n} 年以上的数据不予采用。"),
    ("periods.max_age_year", "Figures more than {n} years older than that are not used.", "早于该年 {n} 年以上的数据不予采用。"),
    ("policy.fit", "What methods learn from", "参数估计范围"),
    ("fit.pooled", "Methods that learn from data learn from all periods together, so that scores can be compared over time.", "需从数据估计参数的方法以全部时期合并估计，得分可跨期比较。"),
    ("fit.per-period", "Methods that learn from data learn from each period by itself; scores are not comparable over time.", "需从数据估计参数的方法按各期分别估计，得分不可跨期比较。"),
    ("method.indicators", "How each indicator is brought onto the common scale", "各项指标的标准化方法"),
    ("method.no_indicators", "No indicator is brought onto a common scale: this package grades and does not score.", "本指标体系只评等级、不计得分，指标不作标准化。"),
    ("method.groups", "How groups are combined", "分组的合成方法"),
    ("method.standards", "What the standards ask", "标准的要求"),
    ("method.requires_label", "Must be held first:", "须先达到："),
    ("method.parameters", "Parameters", "参数"),
    ("method.fitted", "Fitted", "拟合值"),
    ("method.after", "after {transform}", "（先作{transform}）"),
    ("method.goalposts", "goalposts", "阈值标准化"),
    ("method.min-max", "min-max", "极差标准化"),
    ("method.z-score", "z-score", "标准分（z 分数）"),
    ("method.rank", "rank", "名次法"),
    ("method.percentile-rank", "percentile rank", "百分位名次"),
    ("method.distance-to-reference", "distance to reference", "与参照值之比"),
    ("method.distance-to-target", "distance to target", "与目标值的距离"),
    ("method.categorical", "categorical scale", "分级赋分"),
    ("method.identity", "value as it is", "取原值"),
    ("method.arithmetic", "arithmetic mean", "算术平均"),
    ("method.geometric", "geometric mean", "几何平均"),
    ("method.harmonic", "harmonic mean", "调和平均"),
    ("method.power-mean", "power mean", "幂平均"),
    ("method.minimum", "minimum", "最小值"),
    ("method.maximum", "maximum", "最大值"),
    ("method.median", "median", "中位数"),
    ("method.sum", "sum", "求和"),
    ("method.ln", "natural logarithm", "自然对数变换"),
    ("method.log10", "logarithm to base 10", "常用对数变换"),
    ("method.sqrt", "square root", "平方根变换"),
    ("method.power", "power", "幂变换"),
    ("method.logit", "logit", "logit 变换"),
    ("parameter.floor", "floor", "下限"),
    ("parameter.ceiling", "ceiling", "上限"),
    ("parameter.lower", "lower", "下界"),
    ("parameter.upper", "upper", "上界"),
    ("parameter.minimum", "minimum", "最小值"),
    ("parameter.maximum", "maximum", "最大值"),
    ("parameter.mean", "mean", "均值"),
    ("parameter.sd", "standard deviation", "标准差"),
    ("parameter.to", "scores from, to", "得分区间"),
    ("parameter.clamp", "held at", "截断"),
    ("parameter.target", "target", "目标值"),
    ("parameter.reference", "reference", "参照值"),
    ("parameter.exponent", "exponent", "指数"),
    ("weights.proportional", "weights in proportion", "权重按比例"),
    ("weights.exact", "weights add up to 1", "权重之和为 1"),
    ("weights.none", "every part counts alike", "各部分等权"),
    ("rule.all", "All of these hold:", "以下各项全部成立："),
    ("rule.any", "At least one of these holds:", "以下各项至少一项成立："),
    ("rule.count_of", "At least {count} of these {of} hold:", "以下 {of} 项中至少 {count} 项成立："),
    ("rule.not", "This does not hold:", "以下不成立："),
    // Section 8.
    ("quality.summary", "{there} of {all} figures are there: {units} units by {indicators} indicators.", "{units} 个评价对象、{indicators} 项指标，共应有 {all} 个数值，现有 {there} 个。"),
    ("quality.map", "What is there, and from which year", "数据有无及年份"),
    ("quality.map_how", "A cell shows the year of the figure used. A hatched cell has no figure; its reason is in the title and on the card.", "单元格显示所用数据的年份。斜线单元格表示无数据，原因见悬停提示与指标说明。"),
    ("quality.all_units", "All units", "全部对象"),
    ("quality.years", "Age of the figures used", "所用数据的年份分布"),
    ("quality.statuses", "How firm the figures are", "数据状态"),
    ("quality.confidences", "How well the figures are established", "数据可信度"),
    ("quality.absences", "Why figures are missing", "数据缺失原因"),
    ("quality.no_absences", "No figure is missing.", "没有缺失数据。"),
    ("quality.sources", "Sources and terms of use", "来源与使用条款"),
    ("quality.no_sources", "The package names no shared sources; sources of single figures are on the cards.", "本指标体系未列共用来源；单项数据的来源见指标说明。"),
    ("quality.imports", "What was read", "数据读取情况"),
    ("quality.no_imports", "No import was reported.", "无读取记录。"),
    ("quality.diagnostics", "What was noticed", "检查结果"),
    ("quality.no_diagnostics", "Nothing was found wrong.", "未发现问题。"),
    ("quality.corrections", "Corrections", "更正"),
    ("quality.no_corrections", "No figure was corrected by this report: every value is as its source gives it.", "本报告未更正任何数据：所有数值均与来源一致。"),
    ("quality.no_years", "The figures carry no year.", "数据未注明年份。"),
    ("import.sentence", "{rows} rows read: {values} values, {absent} without a value", "读取 {rows} 行：{values} 个数值，{absent} 个无数值"),
    ("not_read.column", "{n} columns not read: neither declared nor a code", "{n} 列未读取：既未声明，也不是代码"),
    ("not_read.blank-row", "{n} blank rows", "{n} 个空行"),
    ("not_read.malformed-row", "{n} malformed rows", "{n} 行格式有误"),
    ("not_read.unit", "{n} rows of units outside the package", "{n} 行属于指标体系以外的评价对象"),
    ("not_read.variable", "{n} rows of variables outside the package", "{n} 行属于指标体系以外的变量"),
    ("not_read.refused", "{n} figures refused for an error", "{n} 个数值因有误未采用"),
    ("not_read.empty-twice", "{n} empty cells of figures given elsewhere", "{n} 个空单元格，数值已见他处"),
    ("not_read.bounds-beside-value", "{n} bounds beside a value", "{n} 个已有数值的上下限"),
    ("not_read.dates-without-title", "{n} dates of what is no title", "{n} 个非称号的日期"),
    ("not_read.survey-without-number", "{n} survey details beside no number", "{n} 个无数值的调查信息"),
    ("not_read.other", "{n} not read", "{n} 项未读取"),
    ("not_read.names", "({names})", "（{names}）"),
    ("severity.error", "error", "错误"),
    ("severity.warning", "warning", "警告"),
    ("finding.help", "To mend:", "处理办法："),
    ("place.line", "{file}, line {line}", "{file}，第 {line} 行"),
    ("source.read", "read", "查阅于"),
    ("source.terms_label", "Terms:", "使用条款："),
    ("source.no_terms", "terms of use not stated", "未注明使用条款"),
    ("marks.how", "p provisional · e estimated · i imputed · f forecast · b break in the series · d definition differs · c computed from other figures", "p 暂定 · e 估计 · i 插补 · f 预测 · b 序列中断 · d 定义不同 · c 由其他数据计算"),
    ("status.final", "final", "正式"),
    ("status.provisional", "provisional", "暂定"),
    ("status.definition-differs", "definition differs", "定义不同"),
    ("status.break", "break in the series", "序列中断"),
    ("status.estimated", "estimated", "估计"),
    ("status.imputed", "imputed", "插补"),
    ("status.forecast", "forecast", "预测"),
    ("status.derived", "computed from other figures", "由其他数据计算"),
    ("confidence.verified", "verified", "已核实"),
    ("confidence.documented", "documented", "有据可查"),
    ("confidence.reconstructed", "reconstructed", "重建"),
    ("confidence.unverified", "unverified", "未核实"),
    ("confidence.unknown", "basis unknown", "依据不明"),
    ("confidence.none", "not stated", "未注明"),
    ("absence.not-reported", "not reported", "未报送"),
    ("absence.not-available", "source has no figure", "来源无数据"),
    ("absence.not-collected", "not collected", "未采集"),
    ("absence.not-published", "not published", "未公布"),
    ("absence.confidential", "confidential", "保密"),
    ("absence.not-applicable", "not applicable", "不适用"),
    ("absence.only-bounds", "only bounds known", "仅有上下界"),
    ("absence.input-absent", "an input is missing", "缺少计算所需数据"),
    ("absence.screened-out", "screened out", "筛选剔除"),
    ("absence.too-old", "too old", "数据过旧"),
    ("absence.too-few-parts", "too few parts", "有效部分不足"),
    // Section 9.
    ("reproduce.program", "Program", "程序"),
    ("reproduce.package", "Package", "指标体系"),
    ("reproduce.file", "Package file", "指标体系文件"),
    ("reproduce.command", "Command", "命令"),
    ("reproduce.no_command", "The command was not recorded.", "未记录命令。"),
    ("reproduce.seed", "Seed", "随机种子"),
    ("reproduce.license", "Terms of the package", "指标体系使用条款"),
    ("reproduce.words", "The same package, data and version give the same report, byte for byte.", "相同的指标体系、数据与程序版本，所得报告逐字节一致。"),
    ("glossary.how", "Every term stands for the same thing everywhere in this report.", "同一术语在本报告中含义始终一致。"),
    ("english", "English", "英文"),
    ("chinese", "Chinese", "中文"),
    ("footer", "Made by Gradus {version} from the package {package}.", "由 Gradus {version} 根据指标体系 {package} 生成。"),
];

/// A term in both languages; the key itself where there is no such term.
#[must_use]
pub fn text(key: &str) -> Text {
    match TERMS.iter().find(|(k, _, _)| *k == key) {
        Some((_, en, zh)) => Text::both(*en, *zh),
        None => Text::both(key, key),
    }
}

/// A term in one language.
#[must_use]
pub fn term(key: &str, lang: Lang) -> &'static str {
    TERMS.iter().find(|(k, _, _)| *k == key).map_or("", |(_, en, zh)| match lang {
        Lang::En => en,
        Lang::Zh => zh,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Templates and code that name terms.
    const SOURCES: &[&str] = &[
        include_str!("../templates/macros.html"),
        include_str!("../templates/page.html"),
        include_str!("../templates/verdict.html"),
        include_str!("../templates/gaps.html"),
        include_str!("../templates/scorecard.html"),
        include_str!("../templates/ranking.html"),
        include_str!("../templates/framework.html"),
        include_str!("../templates/cards.html"),
        include_str!("../templates/method.html"),
        include_str!("../templates/quality.html"),
        include_str!("../templates/reproduce.html"),
        include_str!("../templates/report.md"),
        include_str!("view.rs"),
        include_str!("view/cards.rs"),
        include_str!("view/framework.rs"),
        include_str!("view/gaps.rs"),
        include_str!("view/method.rs"),
        include_str!("view/quality.rs"),
        include_str!("view/ranking.rs"),
        include_str!("view/scorecard.rs"),
        include_str!("view/verdict.rs"),
        include_str!("ask.rs"),
        include_str!("context.rs"),
        include_str!("figure.rs"),
        include_str!("grade_table.rs"),
        include_str!("level.rs"),
        include_str!("render.rs"),
        include_str!("table.rs"),
    ];

    /// What stands between double quotes, and what stands around them.
    fn strings(source: &str) -> Vec<&str> {
        source.split('"').collect()
    }

    #[test]
    fn every_key_that_is_named_exists() {
        let calls = ["t(", "term(", "say(", "counted(", "plain_term(", "text("];
        let mut named = BTreeSet::new();
        for source in SOURCES {
            for call in calls {
                for (at, _) in source.match_indices(call) {
                    let rest = source[at + call.len()..].trim_start();
                    let key = rest.strip_prefix('"').and_then(|r| r.split('"').next());
                    let whole_word = !source[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                    if let Some(key) = key.filter(|_| whole_word) {
                        named.insert(key);
                    }
                }
            }
        }
        assert!(named.len() > 150, "only {} keys were found", named.len());
        let missing: Vec<&&str> =
            named.iter().filter(|k| !TERMS.iter().any(|(key, _, _)| key == *k)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn terms_are_unique_complete_and_have_the_same_places() {
        let places = |text: &str| -> BTreeSet<String> {
            text.split('{').skip(1).filter_map(|r| r.split('}').next()).map(str::to_owned).collect()
        };
        let mut keys = BTreeSet::new();
        for (key, en, zh) in TERMS {
            assert!(keys.insert(*key), "{key} twice");
            assert!(!en.is_empty() && !zh.is_empty(), "{key}");
            if !key.ends_with(".one") {
                assert_eq!(places(en), places(zh), "{key}");
            }
        }
    }

    #[test]
    fn every_term_is_used() {
        let all: BTreeSet<&str> = SOURCES.iter().flat_map(|s| strings(s)).collect();
        // Words of a list are looked up as `status.{word}`.
        let families: BTreeSet<&str> =
            all.iter().filter_map(|s| s.split_once(".{").map(|(f, _)| f)).collect();
        let unused: Vec<&str> = TERMS
            .iter()
            .map(|(key, _, _)| *key)
            .filter(|key| {
                let stem = key.trim_end_matches(".one").trim_end_matches("_rule");
                let family = stem.rsplit_once('.').map_or("", |(family, _)| family);
                !all.contains(stem) && !families.contains(family)
            })
            .collect();
        assert!(unused.is_empty(), "used nowhere: {unused:?}");
    }
}
