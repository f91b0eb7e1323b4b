//! A package with every kind of step, with weights found in several ways, formulas, classes and multiple imputation.

use super::Fixture;

/// The package, for the unit `alder`.
pub fn pipeline() -> Fixture {
    Fixture { own: Some(0), ..Fixture::new(PIPELINE, &pipeline_data()) }
}

pub const PIPELINE: &str = r#"
format = 1
[index]
id = "steps"
name = { en = "Index of All Steps", zh = "全流程示范指数" }
description = { en = "Every kind of step between figures and scores.", zh = "展示从数据到得分之间的各类步骤。" }
status = "published"
unit-kind = { en = "City", zh = "城市" }
formula = "0.6 * economy + 0.4 * life"
normalize = { method = "min-max", to = [0, 100] }
[policy]
arithmetic = "binary64"
rounding = { mode = "half-even", places = 1 }
seed = 7
weights = "assembly"
[[data]]
file = "values.csv"
period = "2024"
absent = { "nc" = "not-collected" }
[[unit]]
id = "alder"
name = { en = "Alder", zh = "桤城" }
role = "own"
groups = { region = "north" }
[[unit]]
id = "birch"
name = { en = "Birch", zh = "桦城" }
groups = { region = "north" }
[[unit]]
id = "cedar"
name = { en = "Cedar", zh = "杉城" }
groups = { region = "south" }
[[unit]]
id = "dogwood"
groups = { region = "south" }
[[unit]]
id = "elm"
groups = { region = "north" }
[[unit]]
id = "fir"
groups = { region = "south" }
[[unit]]
id = "gorse"
groups = { region = "north" }
[[unit]]
id = "hazel"
groups = { region = "south" }
[[unit]]
id = "ivy"
groups = { region = "north" }
[[unit]]
id = "juniper"
groups = { region = "south" }
[[measure]]
id = "population"
name = { en = "Population", zh = "人口" }
unit = "thousand"
[[measure]]
id = "surplus"
name = { en = "Trade surplus", zh = "贸易顺差" }
formula = "trade - 10"

[[step]]
id = "per-head"
name = { en = "Per head", zh = "人均化" }
denominate = { by = { trade = "population" }, scale = 1000 }
[[step]]
id = "fill"
name = { en = "Fill gaps", zh = "填补缺失" }
impute = "hot-deck"
by = "region"
draws = 40
only = ["trade", "books"]
[[step]]
id = "enough"
name = { en = "Enough to compare", zh = "数据充分性" }
screen = { units = { min-available = 0.5 }, indicators = { min-available = 0.5, max-same = 0.8 }, keep = { cedar = "capital region" }, drop = { juniper = "merged in 2023" } }
[[step]]
id = "calm"
name = { en = "Calm outliers", zh = "处理异常值" }
treat = { method = "winsorize-iqr", k = 1.5 }
except = ["noise"]
instead = { rent = "log-ct", books = "none" }
[[step]]
id = "far"
name = { en = "Far limits", zh = "宽限" }
treat = { method = "winsorize-z-score", k = 50 }
only = ["noise"]
[[step]]
id = "curve"
transform = "sqrt"
only = ["books"]
[[step]]
id = "common"
normalize = { method = "min-max", to = [1, 100] }
except = ["noise"]
[[step]]
id = "neat"
round = { mode = "half-up", places = 3 }

[[weight-set]]
id = "assembly"
name = { en = "City assembly 2023", zh = "2023 年市民大会" }
weights = { noise = 2 }

[[group]]
id = "economy"
name = { en = "Economy", zh = "经济" }
aggregate = "geometric"
weights = "entropy"
[[group]]
id = "life"
name = { en = "Life", zh = "生活" }
aggregate = "arithmetic"
weights = { method = "ahp", judgments = { quiet = { culture = 9, space = "1/7" }, culture = { space = 5 } } }
[[group]]
id = "quiet"
parent = "life"
name = { en = "Quiet", zh = "安静" }
[[group]]
id = "culture"
parent = "life"
name = { en = "Culture", zh = "文化" }
aggregate = { method = "promethee", preference = "linear", q = 0, p = 50 }
normalize = "percentile-rank"
[[group]]
id = "space"
parent = "life"
name = { en = "Space", zh = "空间" }
[[indicator]]
id = "trade"
parent = "economy"
name = { en = "Trade", zh = "贸易" }
unit = "million USD"
normalize = "identity"
[[indicator]]
id = "rent"
parent = "economy"
name = { en = "Rent", zh = "租金" }
direction = "lower"
normalize = "identity"
[[indicator]]
id = "balance"
parent = "economy"
name = { en = "Surplus in the north", zh = "北部顺差" }
formula = "case when region = 'north' then surplus else surplus / 2 end"
normalize = "identity"
[[indicator]]
id = "noise"
parent = "quiet"
name = { en = "Noise", zh = "噪声" }
unit = "dB"
direction = "lower"
normalize = "min-max"
[[indicator]]
id = "calls"
parent = "quiet"
name = { en = "Calls about noise", zh = "噪声投诉" }
direction = "lower"
normalize = "identity"
weight = { formula = "case when region = 'north' then 2 else 1 end" }
[[indicator]]
id = "books"
parent = "culture"
name = { en = "Books", zh = "藏书" }
normalize = "identity"
[[indicator]]
id = "stages"
parent = "culture"
name = { en = "Stages", zh = "剧场" }
normalize = "identity"
[[indicator]]
id = "parks"
parent = "space"
name = { en = "Parks", zh = "公园" }
normalize = "identity"
[[indicator]]
id = "lifts"
parent = "space"
name = { en = "Ski lifts", zh = "滑雪缆车" }
normalize = "identity"
"#;

/// Ten cities: one with hardly any figure, one that the package drops, two gaps, an outlier, an indicator that is all zeros.
pub fn pipeline_data() -> String {
    let units = ["alder", "birch", "cedar", "dogwood", "elm", "fir", "gorse", "hazel", "ivy", "juniper"];
    let figures: [(&str, [&str; 10]); 9] = [
        ("population", ["800", "1200", "950", "640", "2100", "1500", "700", "880", "990", "500"]),
        ("trade", ["41", "nc", "35", "22", "97", "70", "30", "26", "", "15"]),
        ("rent", ["12", "15", "9", "11", "30", "18", "14", "10", "", "8"]),
        ("noise", ["55", "61", "48", "52", "70", "64", "57", "50", "", "47"]),
        ("calls", ["120", "150", "90", "60", "4000", "210", "130", "80", "", "70"]),
        ("books", ["400", "250", "900", "100", "1600", "625", "225", "nc", "", "81"]),
        ("stages", ["4", "3", "8", "2", "12", "6", "3", "5", "5", "1"]),
        ("parks", ["21", "14", "30", "25", "9", "16", "22", "28", "", "24"]),
        ("lifts", ["0", "0", "0", "0", "0", "0", "0", "0", "0", "0"]),
    ];
    let mut out = String::from("unit,variable,value\n");
    for (variable, values) in figures {
        for (unit, value) in units.iter().zip(values) {
            out.push_str(&format!("{unit},{variable},{value}\n"));
        }
    }
    out
}

/// Two years, steps that learn from each by itself, an indicator that is screened out in none, weights found per year, a
/// step without any effect on the first year, and importance that cannot be had.
pub const PANEL: &str = r#"
format = 1
[index]
id = "panel"
name = { en = "Panel", zh = "面板" }
status = "published"
weights = { method = "intended-importance", importance = { a = 0.98, b = 0.01, c = 0.01 } }
fit = "per-period"
[policy]
arithmetic = "binary64"
fit = "per-period"
[[data]]
file = "values.csv"
[[step]]
screen = { units = { min-available = 0.6 }, max-age = 5 }
[[step]]
impute = "em"
draws = 20
[[step]]
treat = { method = "skew-kurtosis", max-points = 1 }
[[indicator]]
id = "a"
name = { en = "A", zh = "甲" }
normalize = "z-score"
[[indicator]]
id = "b"
name = { en = "B", zh = "乙" }
normalize = "z-score"
[[indicator]]
id = "c"
name = { en = "C", zh = "丙" }
normalize = "z-score"
"#;

/// Twelve units in two years.
pub fn panel() -> Fixture {
    let mut data = String::from("unit,variable,period,value\n");
    for year in [2020u64, 2021] {
        for unit in 0..12u64 {
            // A fixed scatter, with a gap, an outlier in the second year, and a unit with one figure.
            let a = (unit * 37 + year) % 23;
            let b = a * 2 + (unit * 11 + year) % 7;
            let c = (unit * 5 + year * 3) % 13;
            let value = |x: u64, there: bool| if there { x.to_string() } else { String::new() };
            let a = if unit == 7 && year == 2021 { 900 } else { a };
            data.push_str(&format!("u{unit},a,{year},{}\n", value(a, unit != 11)));
            data.push_str(&format!("u{unit},b,{year},{}\n", value(b, unit != 3)));
            data.push_str(&format!("u{unit},c,{year},{}\n", value(c, unit != 11)));
        }
    }
    Fixture::new(PANEL, &data)
}
