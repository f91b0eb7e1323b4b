//! What methods, parameters, findings and changes are called, in English and Chinese.
//!
//! One table per kind of word, in order of the word. A test walks the registries, so that no built-in method or parameter
//! is without a Chinese name; a method of a program's own is called by its id.

use crate::said::Said;
use gradus_engine::Methods;
use gradus_method::Method;
use gradus_model::Text;

/// A word of a package file or an engine with its names: English, Chinese.
type Names = &'static [(&'static str, &'static str, &'static str)];

/// Methods of every family. A name is shared where two families have a method of the same id and sense.
// One name, one line.
#[rustfmt::skip]
const METHODS: Names = &[
    ("above-below-mean", "above or below the mean", "均值上下法"),
    ("absolute-distance", "absolute distance", "绝对距离"),
    ("ahp", "analytic hierarchy process", "层次分析法"),
    ("anp", "analytic network process", "网络分析法"),
    ("arithmetic", "arithmetic mean", "算术平均"),
    ("benefit-of-the-doubt", "benefit of the doubt", "疑善法（BoD）"),
    ("best-worst", "best-worst method", "最优最劣法"),
    ("borda", "Borda count", "波达计数"),
    ("box-cox", "Box-Cox transformation", "Box-Cox 变换"),
    ("categorical", "categorical scale", "分级赋分"),
    ("centered-min-max", "centered min-max", "参照居中的极差标准化"),
    ("choquet", "Choquet integral", "Choquet 积分"),
    ("coefficient-of-variation", "coefficients of variation", "变异系数权重"),
    ("constant", "last figure carried forward, first carried back", "就近常数填补"),
    ("copeland", "Copeland score", "科普兰得分"),
    ("correlation", "correlations", "相关权重"),
    ("critic", "CRITIC", "CRITIC 法"),
    ("cyclical", "distance in mean absolute deviations", "周期性指标标准化"),
    ("distance-to-reference", "distance to reference", "与参照值之比"),
    ("distance-to-target", "distance to target", "与目标值的距离"),
    ("electre-iii", "ELECTRE III", "ELECTRE III 法"),
    ("em", "EM algorithm", "期望最大化插补（EM）"),
    ("entropy", "entropy", "熵权法"),
    ("equal", "equal weights", "等权"),
    ("exp", "exponential", "指数变换"),
    ("exponential-rank", "exponential rank", "指数排序标准化"),
    ("factor-analysis", "factor analysis", "因子分析权重"),
    ("fixed-value", "fixed value", "定值填补"),
    ("geometric", "geometric mean", "几何平均"),
    ("gini", "Gini coefficients", "基尼系数权重"),
    ("goalposts", "goalposts", "阈值标准化"),
    ("group-mean", "mean of the class", "组均值插补"),
    ("group-median", "median of the class", "组中位数插补"),
    ("harmonic", "harmonic mean", "调和平均"),
    ("hot-deck", "hot deck", "热卡插补"),
    ("identity", "value as it is", "取原值"),
    ("infomax", "largest mean correlation", "信息最大化权重"),
    ("intended-importance", "intended importance", "目标重要性权重"),
    ("interlocking-network", "interlocking network", "互锁网络模型"),
    ("kemeny-young", "Kemeny-Young order", "肯梅尼-杨排序"),
    ("latest", "last figure carried forward", "沿用最近数值"),
    ("lexicographic", "lexicographic order", "字典序法"),
    ("linear", "linear interpolation", "线性插值"),
    ("linear-constant", "linear interpolation, single figures held", "线性插值（单一数值沿用）"),
    ("ln", "natural logarithm", "自然对数变换"),
    ("log-ct", "logarithm from the minimum", "最小值起算对数"),
    ("log-ct-original", "logarithm from the minimum plus one", "最小值加一对数"),
    ("log-ct-plus", "logarithm from the longer tail", "双向对数"),
    ("log-gii", "logarithm of the Global Innovation Index", "全球创新指数对数变换"),
    ("log10", "logarithm to base 10", "常用对数变换"),
    ("logistic", "logistic curve", "逻辑斯蒂标准化"),
    ("logit", "logit", "logit 变换"),
    ("maximum", "maximum", "最大值"),
    ("mazziotta-pareto", "Mazziotta-Pareto index", "Mazziotta-Pareto 指数"),
    ("mean", "mean of the indicator", "均值插补"),
    ("mean-min", "mean-min function", "均值-最小值函数"),
    ("median", "median", "中位数"),
    ("merec", "MEREC", "MEREC 法"),
    ("min-max", "min-max", "极差标准化"),
    ("minimum", "minimum", "最小值"),
    ("nearest-neighbors", "nearest neighbors", "近邻插补"),
    ("ordered-weighted-average", "ordered weighted average", "有序加权平均（OWA）"),
    ("percentile-rank", "percentile rank", "百分位名次"),
    ("piecewise-linear", "piecewise linear value function", "分段线性价值函数"),
    ("power", "power", "幂变换"),
    ("power-mean", "power mean", "幂平均"),
    ("principal-components", "principal components", "主成分权重"),
    ("product", "weighted product", "加权乘积"),
    ("promethee", "PROMETHEE II", "PROMETHEE II 法"),
    ("quantile-bands", "quantile bands", "分位数分档"),
    ("rank", "rank", "名次法"),
    ("rank-exponent", "rank exponent weights", "排序指数权重"),
    ("rank-order-centroid", "rank order centroid weights", "排序质心权重"),
    ("rank-reciprocal", "reciprocal rank weights", "排序倒数权重"),
    ("rank-sum", "rank sum weights", "排序和权重"),
    ("regression", "regression", "回归法"),
    ("robust-z-score", "robust z-score", "稳健标准分"),
    ("row-mean", "mean standing on the other indicators", "行均值插补"),
    ("row-median", "median standing on the other indicators", "行中位数插补"),
    ("scaled", "linear scaling", "线性缩放"),
    ("share-of-sum", "share of the sum", "总和归一化"),
    ("signed-log", "signed logarithm", "符号对数"),
    ("skew-kurtosis", "skewness and kurtosis rule", "偏度峰度法"),
    ("sqrt", "square root", "平方根变换"),
    ("standard-deviation", "standard deviations", "标准差权重"),
    ("sum", "sum", "求和"),
    ("topsis", "TOPSIS", "TOPSIS 法（逼近理想解排序法）"),
    ("vector", "vector normalization", "向量归一化"),
    ("vikor", "VIKOR", "VIKOR 法（多准则妥协解排序法）"),
    ("winsorize-iqr", "winsorizing by interquartile ranges", "四分位距缩尾"),
    ("winsorize-mad", "winsorizing by median absolute deviations", "中位绝对偏差缩尾"),
    ("winsorize-percentile", "winsorizing at percentiles", "百分位缩尾"),
    ("winsorize-z-score", "winsorizing by standard deviations", "标准分缩尾"),
    ("wroclaw", "Wroclaw taxonomic method", "弗罗茨瓦夫分类法"),
    ("yeo-johnson", "Yeo-Johnson transformation", "Yeo-Johnson 变换"),
    ("z-score", "z-score", "标准分（z 分数）"),
];

/// Parameters of methods, and what a normalization learned; one that means something else in a method is `method/name`.
#[rustfmt::skip]
const PARAMETERS: Names = &[
    ("alpha", "alpha", "α"),
    ("at", "at", "给定点"),
    ("bands", "bands", "档数"),
    ("best", "most important", "最重要部分"),
    ("best-to-others", "most important over the others", "最重要部分与其他部分之比"),
    ("beta", "beta", "β"),
    ("beyond", "beyond the ends", "两端之外"),
    ("breaks", "class limits", "分档界限"),
    ("capacity", "capacity", "容度"),
    ("ceiling", "ceiling", "上限"),
    ("clamp", "held at", "截断"),
    ("classes", "classes", "档数"),
    ("coefficients", "coefficients", "系数"),
    ("combine", "combined by", "合并方式"),
    ("components", "components kept", "保留成分"),
    ("consistent", "consistent with the normal distribution", "正态一致性校正"),
    ("constant", "constant", "常数"),
    ("cost", "where lower is better", "逆向指标处理"),
    ("coverage", "least coverage", "最低覆盖率"),
    ("cut", "cut", "截断水平"),
    ("definition", "definition", "定义"),
    ("direction-by-part", "direction by part", "各部分方向"),
    ("distance", "distance", "距离"),
    ("divisor", "divisor", "除数"),
    ("eigenvalue", "least eigenvalue", "特征值下限"),
    ("electre-iii/v", "veto threshold", "否决阈值"),
    ("ends", "at the ends", "两端处理"),
    ("estimator", "estimator", "估计量"),
    ("exponent", "exponent", "指数"),
    ("factor", "factor", "系数"),
    ("fallback", "where a class has no figure", "类内无数值时"),
    ("first", "first place", "起始名次"),
    ("floor", "floor", "下限"),
    ("force", "always transform", "强制变换"),
    ("form", "form", "形式"),
    ("from", "from", "起"),
    ("importance", "intended importance", "预期重要性"),
    ("influences", "influences", "相互影响"),
    ("interactions", "interactions", "交互作用"),
    ("judgments", "judgments", "判断矩阵"),
    ("k", "k", "k"),
    ("kurtosis", "largest kurtosis", "峰度上限"),
    ("lambda", "lambda", "λ"),
    ("levels", "levels", "级别"),
    ("lower", "lower", "下界"),
    ("max-age", "largest age in years", "最大年数"),
    ("max-iterations", "most iterations", "最多迭代次数"),
    ("max-points", "most points winsorized", "最多缩尾点数"),
    ("max-ratio", "largest ratio of weights", "权重最大比值"),
    ("max-ratio-by-pair", "largest ratio by pair", "成对权重最大比值"),
    ("max-share", "largest share", "最大占比"),
    ("max-share-by-part", "largest share by part", "各部分最大占比"),
    ("max-weight", "largest weight", "最大权重"),
    ("max-weight-by-part", "largest weight by part", "各部分最大权重"),
    ("maximum", "maximum", "最大值"),
    ("mean", "mean", "均值"),
    ("measure", "measure", "度量"),
    ("midpoint", "midpoint", "中点"),
    ("min-share", "smallest share", "最小占比"),
    ("min-share-by-part", "smallest share by part", "各部分最小占比"),
    ("min-shared", "fewest shared indicators", "最少共有指标"),
    ("min-weight", "smallest weight", "最小权重"),
    ("min-weight-by-part", "smallest weight by part", "各部分最小权重"),
    ("minimum", "minimum", "最小值"),
    ("move-to", "moved to", "移至"),
    ("negative", "negative weights", "负权重处理"),
    ("nodes", "most steps of the search", "搜索步数上限"),
    ("normalization", "normalization", "归一化"),
    ("of", "of", "对象"),
    ("order", "order of importance", "重要性次序"),
    ("order-weights", "weights by place", "位次权重"),
    ("orness", "orness", "或度"),
    ("others-to-worst", "others over the least important", "其他部分与最不重要部分之比"),
    ("p", "preference threshold", "偏好阈值"),
    ("p-by-part", "preference threshold by part", "各部分偏好阈值"),
    ("penalty", "penalty", "惩罚方向"),
    ("places", "places", "名次数"),
    ("points", "points", "点数"),
    ("predictors", "predictors", "预测变量数"),
    ("preference", "preference", "偏好函数"),
    ("preference-by-part", "preference function by part", "各部分偏好函数"),
    ("priorities", "priorities by", "优先权重算法"),
    ("q", "indifference threshold", "无差异阈值"),
    ("q-by-part", "indifference threshold by part", "各部分无差异阈值"),
    ("random-index", "random index", "随机一致性指标"),
    ("reference", "reference", "参照值"),
    ("ridge", "ridge", "岭参数"),
    ("s", "Gaussian parameter", "高斯参数"),
    ("s-by-part", "Gaussian parameter by part", "各部分高斯参数"),
    ("scale", "scale", "尺度"),
    ("scores", "scores", "得分"),
    ("sd", "standard deviation", "标准差"),
    ("share", "least share of variance explained", "解释方差占比下限"),
    ("shares", "shares", "份额"),
    ("shift", "shift", "平移量"),
    ("side", "side", "方向"),
    ("skewness", "largest skewness", "偏度上限"),
    ("spread", "measure of spread", "离散度量"),
    ("statistic", "statistic", "统计量"),
    ("steepness", "steepness", "陡度"),
    ("summation", "summation", "求和方式"),
    ("target", "target", "目标值"),
    ("target-upper", "upper target", "目标值上限"),
    ("then", "then", "其后变换"),
    ("threshold", "threshold", "阈值"),
    ("ties", "ties", "并列处理"),
    ("to", "scores from, to", "得分区间"),
    ("tolerance", "tolerance", "容差"),
    ("unit", "reference unit", "参照对象"),
    ("until", "until", "止"),
    ("upper", "upper", "上界"),
    ("v", "weight of group utility", "群体效用系数"),
    ("v-by-part", "veto threshold by part", "各部分否决阈值"),
    ("value", "value", "数值"),
    ("values", "values", "数值"),
    ("whole", "whole", "总量"),
    ("width", "width", "宽度"),
    ("within", "within", "取值范围"),
    ("worst", "least important", "最不重要部分"),
    ("zero", "where a part is zero", "零值处理"),
];

/// What steps, weightings and aggregations found. Numbered ones and those of a part go without their number and part; one
/// that means something else without a part ends in ` of`.
#[rustfmt::skip]
const FACTS: Names = &[
    ("ascending-class", "ascending class", "上行分级"),
    ("coefficient", "coefficient", "系数"),
    ("coefficient of variation", "coefficient of variation", "变异系数"),
    ("components", "components kept", "保留成分数"),
    ("conflict", "conflict", "冲突性"),
    ("consistency index", "consistency index", "一致性指标"),
    ("consistency ratio", "consistency ratio", "一致性比率"),
    ("consistency ratio of judge", "consistency ratio of judge", "判断者的一致性比率，编号"),
    ("correlation", "correlation", "相关系数"),
    ("count", "count", "计数"),
    ("descending-class", "descending class", "下行分级"),
    ("distance", "distance", "距离"),
    ("distance-to-anti-ideal", "distance to the anti-ideal", "到负理想解的距离"),
    ("distance-to-ideal", "distance to the ideal", "到理想解的距离"),
    ("eigenvalue", "eigenvalue", "特征值"),
    ("entropy", "entropy", "熵"),
    ("factor of", "factor", "因子"),
    ("first loading", "first loading", "第一主成分载荷"),
    ("frontier", "on the frontier (1 yes, 0 no)", "位于前沿（1 是，0 否）"),
    ("geometric consistency index", "geometric consistency index", "几何一致性指标"),
    ("gini coefficient", "Gini coefficient", "基尼系数"),
    ("importance", "attained importance", "实际重要性"),
    ("intended importance", "intended importance", "预期重要性"),
    ("intercept", "intercept", "截距"),
    ("kurtosis", "kurtosis before", "处理前峰度"),
    ("kurtosis-after", "kurtosis after", "处理后峰度"),
    ("kurtosis-winsorized", "kurtosis once winsorized", "缩尾后峰度"),
    ("lambda max", "largest eigenvalue", "最大特征值"),
    ("largest miss", "largest miss", "最大偏差"),
    ("losses", "losses", "负场数"),
    ("mean correlation", "mean correlation", "平均相关系数"),
    ("mirrored", "from the maximum (1 yes, 0 no)", "自最大值起算（1 是，0 否）"),
    ("n", "figures", "数值个数"),
    ("negative-flow", "negative flow", "负流量"),
    ("optimal", "proven optimal (1 yes, 0 no)", "已证最优（1 是，0 否）"),
    ("passed", "test passed (1 yes, 0 no)", "检验通过（1 是，0 否）"),
    ("peers", "peers", "参照单元数"),
    ("points", "points winsorized", "缩尾点数"),
    ("position", "position", "位次"),
    ("positive-flow", "positive flow", "正流量"),
    ("q", "compromise Q", "折中值 Q"),
    ("r", "regret R", "个体遗憾 R"),
    ("r squared", "R squared", "判定系数 R²"),
    ("random index", "random index", "随机一致性指标"),
    ("removal effect", "removal effect", "剔除效应"),
    ("s", "utility S", "群体效用 S"),
    ("service-status", "site service status", "服务值总和"),
    ("share", "share of the score", "得分占比"),
    ("share explained", "share of variance explained", "解释方差占比"),
    ("skewness", "skewness before", "处理前偏度"),
    ("skewness-after", "skewness after", "处理后偏度"),
    ("skewness-winsorized", "skewness once winsorized", "缩尾后偏度"),
    ("spread", "spread", "离散程度"),
    ("stage", "stage reached (0 untouched, 1 winsorized, 2 transformed)", "处理阶段（0 未处理，1 缩尾，2 变换）"),
    ("standard deviation", "standard deviation", "标准差"),
    ("standing", "standing from worst to best", "由劣至优的位置"),
    ("ties", "ties", "平局数"),
    ("units", "units", "评价对象数"),
    ("variance of factor", "variance of factor", "因子方差"),
    ("weight", "weight", "权重"),
    ("wins", "wins", "胜场数"),
    ("xi", "ξ", "ξ"),
];

/// What a step did to a figure.
#[rustfmt::skip]
const CHANGES: Names = &[
    ("denominated", "divided by a measure of size", "除以规模变量"),
    ("imputed", "imputed", "插补"),
    ("normalized", "normalized", "标准化"),
    ("rounded", "rounded", "修约"),
    ("screened-out", "screened out", "筛选剔除"),
    ("transformed", "transformed", "变换"),
    ("treated", "treated", "处理"),
    ("winsorized-high", "winsorized from above", "高端缩尾"),
    ("winsorized-low", "winsorized from below", "低端缩尾"),
];

fn find(names: Names, word: &str) -> Option<Said> {
    names.iter().find(|(known, ..)| *known == word).map(|(_, en, zh)| Said(Text::both(*en, *zh)))
}

/// The name of a method; the id of one that is not built in.
pub(crate) fn method_words(id: &str) -> Said {
    find(METHODS, id).unwrap_or_else(|| Said::same(id))
}

/// The name of a parameter of a method, or of what a normalization learned.
pub(crate) fn parameter_words(method: &str, name: &str) -> Said {
    find(PARAMETERS, &format!("{method}/{name}"))
        .or_else(|| find(PARAMETERS, name))
        .unwrap_or_else(|| Said::same(name))
}

/// The name of a finding. `name of CODE` is told of the part by what `part` calls it, `name 2` with its number.
pub(crate) fn fact_words(name: &str, part: impl Fn(&str) -> Option<Said>) -> Said {
    if let Some(said) = find(FACTS, name).or_else(|| find(PARAMETERS, name)) {
        return said;
    }
    if let Some((stem, number)) = name.rsplit_once(' ')
        && number.bytes().all(|b| b.is_ascii_digit())
        && let Some(said) = find(FACTS, stem)
    {
        return said.then((" ", " "), &Said::same(number));
    }
    if let Some((stem, code)) = name.rsplit_once(" of ")
        && let Some(said) = stem_words(stem)
    {
        let of = part(code).unwrap_or_else(|| Said::same(code));
        return said.then((": ", "："), &of);
    }
    Said::same(name)
}

/// The name of what was found of each part, where it has one: of `entropy of CODE`, that of `entropy`.
pub(crate) fn stem_words(stem: &str) -> Option<Said> {
    find(FACTS, &format!("{stem} of")).or_else(|| find(FACTS, stem))
}

/// What a step did to a figure; the name of the transform where it was one.
pub(crate) fn change_words(change: &str) -> Said {
    find(CHANGES, change).unwrap_or_else(|| method_words(change))
}

/// What the registry of a family says of a method.
#[derive(Debug, Clone, Copy)]
pub(crate) struct About {
    /// One line in English and in Chinese.
    summary: (&'static str, &'static str),
    /// The formula.
    pub(crate) formula: &'static str,
}

impl About {
    fn of<T>(method: &'static Method<T>) -> Self {
        Self { summary: (method.summary, method.summary_zh), formula: method.formula }
    }
    pub(crate) fn summary(&self) -> Said {
        Said(Text::both(self.summary.0, self.summary.1))
    }
}

/// The families of methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Impute,
    Treat,
    Transform,
    Normalize,
    Weigh,
    Aggregate,
}

/// What is known of a built-in method.
pub(crate) fn about(methods: &Methods, family: Family, id: &str) -> Option<About> {
    match family {
        Family::Impute => methods.imputers.get(id).map(About::of),
        Family::Treat => methods.treatments.get(id).map(About::of),
        Family::Transform => methods.transforms.get(id).map(About::of),
        Family::Normalize => methods.normalizers.get(id).map(About::of),
        Family::Weigh => methods.weighers.get(id).map(About::of),
        Family::Aggregate => methods.aggregators.get(id).map(About::of),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_method::Registry;
    use gradus_model::Lang;

    /// Ids of methods and names of their parameters that have no name in both languages.
    fn nameless<T>(registry: &Registry<T>, out: &mut Vec<String>) {
        for method in registry.iter() {
            if find(METHODS, method.id).is_none() {
                out.push(format!("method {}", method.id));
            }
            for param in method.params {
                if find(PARAMETERS, param.name).is_none() {
                    out.push(format!("parameter {} of {}", param.name, method.id));
                }
            }
        }
    }

    #[test]
    fn every_method_and_parameter_of_the_registries_has_a_name() {
        let methods = Methods::default();
        let mut out = Vec::new();
        nameless(&methods.imputers, &mut out);
        nameless(&methods.treatments, &mut out);
        nameless(&methods.transforms, &mut out);
        nameless(&methods.normalizers, &mut out);
        nameless(&methods.weighers, &mut out);
        nameless(&methods.aggregators, &mut out);
        assert!(out.is_empty(), "add names to crates/report/src/vocabulary.rs:\n{}", out.join("\n"));
    }

    #[test]
    fn names_are_in_order_and_complete() {
        for (kind, names) in
            [("methods", METHODS), ("parameters", PARAMETERS), ("facts", FACTS), ("changes", CHANGES)]
        {
            for pair in names.windows(2) {
                assert!(pair[0].0 < pair[1].0, "{kind}: {} before {}", pair[0].0, pair[1].0);
            }
            assert!(names.iter().all(|(_, en, zh)| !en.is_empty() && !zh.is_empty()), "{kind}");
        }
    }

    #[test]
    fn findings_of_parts_and_numbered_ones_keep_what_they_are_of() {
        let part = |code: &str| (code == "gdp").then(|| Said(Text::both("GDP", "生产总值")));
        for (name, en, zh) in [
            ("consistency ratio", "consistency ratio", "一致性比率"),
            ("eigenvalue 2", "eigenvalue 2", "特征值 2"),
            ("entropy of gdp", "entropy: GDP", "熵：生产总值"),
            ("coefficient of variation of gdp", "coefficient of variation: GDP", "变异系数：生产总值"),
            ("factor", "factor", "系数"),
            ("factor of gdp", "factor: GDP", "因子：生产总值"),
            ("entropy of other", "entropy: other", "熵：other"),
            ("variance of factor 1", "variance of factor 1", "因子方差 1"),
            ("something new", "something new", "something new"),
        ] {
            let said = fact_words(name, part);
            assert_eq!((said.get(Lang::En), said.get(Lang::Zh)), (en, zh), "{name}");
        }
    }

    #[test]
    fn a_method_of_a_program_is_called_by_its_id() {
        assert_eq!(method_words("my-own"), Said::same("my-own"));
        assert_eq!(change_words("log-ct").get(Lang::Zh), "最小值起算对数");
    }
}
