//! Packages in memory, computed by the engine: every page is tested on what a run really yields.

// Each test binary uses its own share of this.
#![allow(dead_code, unreachable_pub)]

use gradus_data::{Import, Memory};
use gradus_engine::{Evaluation, Methods};
use gradus_model::decode::decode;
use gradus_model::{Diagnostics, Package};
use gradus_report::Input;
use gradus_standard::Grading;

pub mod pipeline;

/// Everything an [`Input`] borrows.
pub struct Fixture {
    pub package: Package,
    pub import: Import,
    pub evaluation: Evaluation,
    pub grading: Grading,
    pub diagnostics: Diagnostics,
    pub own: Option<usize>,
}

impl Fixture {
    /// A package and its one data file, `values.csv`.
    pub fn new(package: &str, values: &str) -> Self {
        let (package, mut diagnostics) = decode("package.toml", package);
        let show = |found: &Diagnostics| found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        let package = package.unwrap_or_else(|| panic!("{}", show(&diagnostics)));
        let files = Memory::new().with("values.csv", values.as_bytes().to_vec());
        let import = gradus_data::load(&package, &files);
        diagnostics.extend(import.diagnostics.iter().cloned());
        let (evaluation, warnings) = gradus_engine::evaluate(&package, &Methods::default(), &import.data)
            .unwrap_or_else(|found| panic!("{}", show(&found)));
        diagnostics.extend(warnings);
        assert!(!diagnostics.has_errors(), "{}", show(&diagnostics));
        let grading = gradus_standard::grade(&package, &import.data, &evaluation);
        Self { package, import, evaluation, grading, diagnostics, own: None }
    }
    pub fn input(&self) -> Input<'_> {
        Input {
            package: &self.package,
            data: &self.import.data,
            evaluation: &self.evaluation,
            grading: &self.grading,
            imports: &self.import.summaries,
            diagnostics: &self.diagnostics,
            unit_names: &self.import.unit_names,
            period: self.evaluation.current_period(),
            own: self.own,
            all: false,
            extras: None,
        }
    }
}

/// A small package with three grades, two layers and every kind of cell.
pub fn small() -> Fixture {
    Fixture::new(SMALL, SMALL_DATA)
}

pub const SMALL: &str = r#"
format = 1
[index]
id = "demo"
name = { en = "Demo Standard of Open Cities", zh = "开放城市示范标准" }
description = { en = "How open a city is to the world.", zh = "衡量城市对外开放的程度。" }
notice = { en = "An invented package for tests.", zh = "仅供测试的虚构指标体系。" }
edition = "2018"
status = "draft"
unit-kind = { en = "City", zh = "城市" }
license = "CC0-1.0"
[policy]
rounding = { mode = "half-even", places = 1 }
periods = { use = "as-of", year = 2018, later = true }
[[data]]
file = "values.csv"
period = "2018"
absent = { "nc" = "not-collected", "na" = "not-applicable", "c" = "confidential" }
[[level]]
name = { en = "Layer", zh = "层级" }
[[grade]]
id = "primary"
name = { en = "Primary", zh = "初级" }
letter = { en = "P", zh = "初" }
[[grade]]
id = "intermediate"
name = { en = "Intermediate", zh = "中级" }
letter = { en = "I", zh = "中" }
[[grade]]
id = "advanced"
name = { en = "Advanced", zh = "高级" }
letter = { en = "A", zh = "高" }
[[scale]]
id = "programme"
levels = [{ id = "none", name = { en = "none", zh = "无" } }, { id = "joined", name = { en = "joined", zh = "参加" } }, { id = "awarded", name = { en = "title awarded", zh = "获得称号" } }]
[[unit]]
id = "lakeside"
name = { en = "Lakeside", zh = "湖滨" }
role = "own"
[[unit]]
id = "seaport"
name = { en = "Seaport", zh = "海港" }
[[unit]]
id = "hilltown"
name = { en = "Hilltown", zh = "山城" }
[[group]]
id = "basic"
name = { en = "Basic conditions", zh = "基础条件" }
aggregate = "arithmetic"
[[group]]
id = "life"
name = { en = "Quality of life", zh = "生活品质" }
aggregate = "arithmetic"
[[indicator]]
id = "gdp"
parent = "basic"
name = { en = "GDP per head", zh = "人均GDP" }
description = { en = "Gross domestic product divided by residents.", zh = "地区生产总值与常住人口之比。" }
unit = "USD"
normalize = "min-max"
ladder = { primary = 5000, intermediate = 10000, advanced = 20000 }
ladder-confidence = "documented"
why = { en = "Income classes.", zh = "收入分组。" }
confidence = "documented"
origin = { producer = { en = "Statistics Office", zh = "统计局" }, title = "Yearbook <2018>", url = "https://example.org/yearbook", license = "public" }
[[indicator]]
id = "metro"
parent = "basic"
name = { en = "Metro line length", zh = "地铁运营里程" }
unit = "km"
normalize = "min-max"
ladder = { primary = 200, intermediate = 300, advanced = 400 }
[[indicator]]
id = "offices"
parent = "basic"
name = { en = "Regional offices", zh = "区域机构代表处" }
unit = "count"
unpublished = true
[[indicator]]
id = "pm25"
parent = "life"
name = { en = "Fine particles", zh = "细颗粒物" }
unit = "µg/m3"
direction = "lower"
normalize = "min-max"
ladder = { primary = 35, intermediate = 25, advanced = 15 }
note = { en = "Annual mean.", zh = "年均值。" }
[[indicator]]
id = "healthy"
parent = "life"
name = { en = "Healthy city", zh = "健康城市" }
scale = "programme"
ladder = { primary = "joined", advanced = "awarded" }
[[indicator]]
id = "museums"
parent = "life"
name = "Museums"
unit = "count"
[[standard]]
id = "open-city"
name = { en = "Open city", zh = "开放城市" }
description = { en = "Held by a city that meets every indicator.", zh = "各项指标全部达标的城市。" }
rule = { every = ["gdp", "metro", "pm25", "healthy"] }
"#;

/// The figures of [`SMALL`].
pub const SMALL_DATA: &str = "\
unit,variable,period,value,status,note,source,boundary,confidence,lower,upper
lakeside,gdp,2016,11000,,,Yearbook 2017,urban districts,documented,,
lakeside,gdp,2017,12345.678,provisional,revised later,Yearbook 2018,urban districts,documented,,
lakeside,metro,2018,100.2,,,,,,,
lakeside,pm25,2018,46,estimated,,,,,,
lakeside,healthy,2018,joined,,,,,,,
lakeside,museums,2018,nc,,,,,,,
seaport,gdp,2018,21000,,,Yearbook 2018,administrative,documented,,
seaport,metro,2018,705,,,,,,,
seaport,pm25,2018,14.5,,,,,,,
seaport,healthy,2018,awarded,,,,,,,
seaport,museums,2018,,,,,,,100,
hilltown,gdp,2018,c,,,,,,,
hilltown,metro,2018,na,,,,,,,
hilltown,pm25,2018,,,,,,,20,30
hilltown,museums,2018,12,imputed,,,,,,
";
