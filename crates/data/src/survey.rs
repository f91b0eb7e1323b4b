//! Reads the files of surveys: respondents, or counts of answers, into columns of codes.
//!
//! Answers are found by their code, else by their exact English or Chinese name; a code that is not in the codebook is an
//! error, never a missing answer. An empty cell is one. Columns that the survey does not name are not read: a file of
//! respondents may hold what is nobody's business.

use crate::notation::{read_number, shorten};
use crate::problems::Problems;
use crate::table::{Cell, Table, nearest, squeeze};
use crate::{Files, Names as UnitNames, source_units, with_table};
use gradus_model::diagnostic::{Diagnostic, Diagnostics, Kind, Place, catalog, list_some};
use gradus_model::number::Scalar;
use gradus_model::package::{Answer, Survey, SurveyColumn, SurveyLayout};
use gradus_model::respondents::{Names, Respondents};
use gradus_model::{Decimal, Id, Lang, Package, Period};
use std::collections::{BTreeMap, BTreeSet};

/// The most respondents that one row of counts may stand for.
const MOST: u64 = 1_000_000_000_000;

/// What was read of the surveys of a package.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SurveyImport {
    /// For each survey of the package, its respondents; nothing where its file could not be read.
    pub respondents: Vec<Option<Respondents>>,
    /// Everything that is wrong.
    pub diagnostics: Diagnostics,
}

/// Reads the file of every survey of a package.
#[must_use]
pub fn load_surveys(package: &Package, files: &dyn Files) -> SurveyImport {
    let mut found = Vec::new();
    let respondents = package.surveys.iter().map(|survey| load(package, survey, files, &mut found)).collect();
    SurveyImport { respondents, diagnostics: found.into_iter().collect() }
}

fn load(
    package: &Package,
    survey: &Survey,
    files: &dyn Files,
    found: &mut Vec<Diagnostic>,
) -> Option<Respondents> {
    let source = &survey.source;
    let bytes = match files.open(&source.file) {
        Ok(bytes) => bytes,
        Err(error) => {
            found.push(error.diagnostic(&source.file, source.spans.of("file")));
            return None;
        }
    };
    let units = source_units(package, source, found);
    let known = |heading: &str| named(survey).any(|(_, name)| squeeze(name) == heading);
    with_table(source, 0, &bytes, &known, found, |mut table, _, found| {
        let table = table.any();
        let columns = Columns::find(survey, table, found)?;
        Some(Reader::new(package, survey, units, columns, table.headings().to_vec()).read(table, found))
    })?
}

/// Every column that the survey names, with the key that names it.
fn named(survey: &Survey) -> impl Iterator<Item = (String, &str)> {
    let fixed = survey.columns.iter().map(|(c, name)| (format!("columns.{}", c.word()), name.as_str()));
    let groups = survey.subgroups.iter().map(|(kind, name)| (format!("subgroups.{kind}"), name.as_str()));
    let asked = survey.questions.iter().filter(|_| survey.layout == SurveyLayout::Respondents);
    fixed.chain(groups).chain(asked.map(|q| (String::new(), q.column.as_str())))
}

/// Where in the table things are.
struct Columns {
    fixed: BTreeMap<SurveyColumn, usize>,
    subgroups: Vec<(String, usize)>,
    /// Of each question, in a file of respondents.
    questions: Vec<usize>,
}

impl Columns {
    fn find(survey: &Survey, table: &dyn Table, found: &mut Vec<Diagnostic>) -> Option<Self> {
        let headings = table.headings();
        let at = |name: &str| {
            let name = squeeze(name);
            headings.iter().position(|h| *h == name)
        };
        let before = found.len();
        crate::columns::duplicates(table, found);
        let mut missing = |name: &str, place: Place| {
            let near = nearest(&squeeze(name), headings.iter().map(String::as_str));
            found.push(
                Diagnostic::new(
                    &catalog::UNKNOWN_COLUMN,
                    format!("`{}` has no column `{name}`", survey.source.file),
                )
                .at(place)
                .also(table.heading_place(0), "the headings")
                .help(match near {
                    Some(near) => format!("name the column that is there: `{near}`"),
                    None => format!("name one of its columns: {}", list_some(headings)),
                }),
            );
        };
        let mut fixed = BTreeMap::new();
        let counts = survey.layout == SurveyLayout::Counts;
        for (word, column) in SurveyColumn::WORDS {
            let needed = match column {
                SurveyColumn::Unit => true,
                SurveyColumn::Question | SurveyColumn::Answer | SurveyColumn::N => counts,
                _ => false,
            };
            let other = (*column == SurveyColumn::Period).then_some("year");
            match survey.columns.get(column) {
                Some(name) => match at(name) {
                    Some(place) => {
                        fixed.insert(*column, place);
                    }
                    None => missing(name, survey.spans.of(&format!("columns.{word}"))),
                },
                // Weights, strata and clusters change every estimate: they are used where they are named.
                None if needed || *column == SurveyColumn::Period => {
                    match at(word).or_else(|| other.and_then(at)) {
                        Some(place) => {
                            fixed.insert(*column, place);
                        }
                        None if needed => missing(word, survey.spans.of("columns")),
                        None => {}
                    }
                }
                None => {}
            }
        }
        let mut subgroups = Vec::new();
        for (kind, name) in &survey.subgroups {
            match at(name) {
                Some(place) => subgroups.push((kind.clone(), place)),
                None => missing(name, survey.spans.of(&format!("subgroups.{kind}"))),
            }
        }
        let mut questions = Vec::new();
        for question in survey.questions.iter().filter(|_| !counts) {
            match at(&question.column) {
                Some(place) => questions.push(place),
                None => missing(&question.column, question.spans.of("column")),
            }
        }
        (found.len() == before).then_some(Self { fixed, subgroups, questions })
    }

    fn of(&self, column: SurveyColumn) -> Option<usize> {
        self.fixed.get(&column).copied()
    }
}

/// Texts as they come, each once.
#[derive(Default)]
struct Interned {
    column: Names,
    places: BTreeMap<String, u32>,
}

impl Interned {
    /// The place of a text; [`Respondents::NOTHING`] of an empty cell.
    fn place(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return Respondents::NOTHING;
        }
        if let Some(at) = self.places.get(text) {
            return *at;
        }
        let at = u32::try_from(self.column.names.len()).unwrap_or(Respondents::NOTHING);
        self.column.names.push(text.to_owned());
        self.places.insert(text.to_owned(), at);
        at
    }
}

struct Reader<'p> {
    package: &'p Package,
    survey: &'p Survey,
    unit_names: UnitNames,
    columns: Columns,
    headings: Vec<String>,
    problems: Problems,
    out: Respondents,
    stratum: Interned,
    cluster: Interned,
    subgroups: Vec<Interned>,
    periods: BTreeMap<String, Option<Option<Period>>>,
    units: BTreeMap<String, Option<u32>>,
    /// Rows of counts that were seen, to find one that stands there twice.
    seen: BTreeSet<(u32, u32, usize, u32, Vec<u32>)>,
}

/// What a row is besides its answers.
struct Row {
    unit: u32,
    period: u32,
    weight: Option<Decimal>,
    stratum: u32,
    cluster: u32,
    subgroups: Vec<u32>,
}

impl<'p> Reader<'p> {
    fn new(
        package: &'p Package,
        survey: &'p Survey,
        unit_names: UnitNames,
        columns: Columns,
        headings: Vec<String>,
    ) -> Self {
        let units: Vec<Id> = package.units.iter().map(|u| u.id.clone()).collect();
        let n = survey.questions.len();
        let out = Respondents {
            units,
            answers: vec![Vec::new(); n],
            places: vec![None; n],
            ..Respondents::default()
        };
        Self {
            subgroups: columns.subgroups.iter().map(|_| Interned::default()).collect(),
            package,
            survey,
            unit_names,
            columns,
            headings,
            problems: Problems::default(),
            out,
            stratum: Interned::default(),
            cluster: Interned::default(),
            periods: BTreeMap::new(),
            units: BTreeMap::new(),
            seen: BTreeSet::new(),
        }
    }

    fn read(mut self, table: &mut dyn Table, found: &mut Vec<Diagnostic>) -> Respondents {
        for (question, column) in self.columns.questions.iter().enumerate() {
            self.out.places[question] = Some(table.heading_place(*column));
        }
        while table.advance(&mut self.problems) {
            let Some(row) = self.row(table) else { continue };
            match self.survey.layout {
                SurveyLayout::Respondents => {
                    for question in 0..self.columns.questions.len() {
                        let column = self.columns.questions[question];
                        let answer = self.answer(table, column, question).unwrap_or(Respondents::NOTHING);
                        self.out.answers[question].push(answer);
                    }
                    self.push(row);
                }
                SurveyLayout::Counts => self.counted(table, row),
            }
        }
        found.extend(self.problems.finish());
        let mut out = self.out;
        if self.columns.fixed.contains_key(&SurveyColumn::Stratum) {
            out.stratum = Some(self.stratum.column);
        }
        if self.columns.fixed.contains_key(&SurveyColumn::Cluster) {
            out.cluster = Some(self.cluster.column);
        }
        out.subgroups = self
            .columns
            .subgroups
            .into_iter()
            .zip(self.subgroups)
            .map(|((kind, _), interned)| (kind, interned.column))
            .collect();
        in_order(&mut out);
        out
    }

    fn note(
        &mut self,
        kind: &'static Kind,
        table: &dyn Table,
        column: usize,
        text: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = table.place(column);
        self.problems.note(kind, &self.headings[column], text, &place, || {
            Diagnostic::new(kind, message).at(place.clone()).help(help)
        });
    }

    /// Everything of a row but its answers; nothing where it is not used.
    fn row(&mut self, table: &dyn Table) -> Option<Row> {
        let unit = self.unit(table);
        let period = self.period(table);
        let weight = match self.columns.of(SurveyColumn::Weight) {
            Some(column) => self.weight(table, column).map(Some),
            None => Some(None),
        };
        let mut design = |column| match self.columns.of(column) {
            None => Some(Respondents::NOTHING),
            Some(at) => {
                let text = squeeze(&table.cell(at).text());
                let interned =
                    if column == SurveyColumn::Stratum { &mut self.stratum } else { &mut self.cluster };
                Some(interned.place(&text)).filter(|place| *place != Respondents::NOTHING)
            }
        };
        let (stratum, cluster) = (design(SurveyColumn::Stratum), design(SurveyColumn::Cluster));
        for (column, place) in [(SurveyColumn::Stratum, stratum), (SurveyColumn::Cluster, cluster)] {
            if let (None, Some(at)) = (place, self.columns.of(column)) {
                let (message, help) = (
                    format!("the respondent has no {}", column.word()),
                    format!("fill the cell, or leave `columns.{}` out", column.word()),
                );
                self.note(&catalog::INVALID_RESPONDENT, table, at, "", message, help);
            }
        }
        let subgroups = self
            .columns
            .subgroups
            .iter()
            .zip(&mut self.subgroups)
            .map(|((_, column), interned)| interned.place(&squeeze(&table.cell(*column).text())))
            .collect();
        Some(Row {
            unit: unit?,
            period: period?,
            weight: weight?,
            stratum: stratum?,
            cluster: cluster?,
            subgroups,
        })
    }

    fn push(&mut self, row: Row) {
        self.out.unit.push(row.unit);
        self.out.period.push(row.period);
        self.out.weight.extend(row.weight);
        self.stratum.column.of.push(row.stratum);
        self.cluster.column.of.push(row.cluster);
        for (interned, place) in self.subgroups.iter_mut().zip(row.subgroups) {
            interned.column.of.push(place);
        }
    }

    /// A row of counts.
    fn counted(&mut self, table: &dyn Table, row: Row) {
        let (Some(question_at), Some(answer_at), Some(n_at)) = (
            self.columns.of(SurveyColumn::Question),
            self.columns.of(SurveyColumn::Answer),
            self.columns.of(SurveyColumn::N),
        ) else {
            return;
        };
        let text = squeeze(&table.cell(question_at).text());
        let questions = &self.survey.questions;
        let question = questions.iter().position(|q| squeeze(&q.column) == text || q.id == *text.as_str());
        let Some(question) = question else {
            if !self.survey.source.subset {
                let known = questions.iter().map(|q| q.column.as_str());
                let help = match nearest(&text, known.clone()) {
                    Some(near) => format!("write `{near}`, or add a `[[survey.question]]`"),
                    None => {
                        "add a `[[survey.question]]`, or declare `subset = true` to pass it over".to_owned()
                    }
                };
                let message =
                    format!("`{}` is no question of the survey `{}`", shorten(&text), self.survey.id);
                self.note(&catalog::UNKNOWN_SURVEY, table, question_at, &text, message, help);
            }
            return;
        };
        let answer = self.answer(table, answer_at, question);
        let n = self.n(table, n_at);
        let (Some(answer), Some(n)) = (answer, n) else { return };
        if self.out.places[question].is_none() {
            self.out.places[question] = Some(table.place(answer_at));
        }
        // What is not asked about may tell rows apart: who gives a weight for each, or a subgroup.
        let key = (row.unit, row.period, question, answer, row.subgroups.clone());
        if row.weight.is_none() && !self.seen.insert(key) {
            let code = table.cell(answer_at).text().into_owned();
            let message = format!("the answer `{}` to `{text}` is counted twice", shorten(&code));
            let help = "keep one of the two rows, or name what tells them apart under `subgroups`";
            self.note(
                &catalog::DUPLICATE_OBSERVATION,
                table,
                answer_at,
                &format!("{text} {code}"),
                message,
                help,
            );
            return;
        }
        for (at, column) in self.out.answers.iter_mut().enumerate() {
            column.push(if at == question { answer } else { Respondents::NOTHING });
        }
        self.out.count.push(n);
        self.push(row);
    }

    fn n(&mut self, table: &dyn Table, column: usize) -> Option<u64> {
        let number = self.number(table, column)?.normalize();
        let n = u64::try_from(number.mantissa()).ok().filter(|n| number.scale() == 0 && *n <= MOST);
        if n.is_none() {
            let message = format!("`{number}` is not a number of respondents");
            let help = "write how many gave the answer, unweighted: a whole number";
            self.note(&catalog::NOT_A_NUMBER, table, column, &number.to_string(), message, help);
        }
        n
    }

    /// A number; nothing where it is none.
    fn number(&mut self, table: &dyn Table, column: usize) -> Option<Decimal> {
        let cell = table.cell(column);
        let number = match &cell {
            Cell::Number(x) => x.to_decimal(),
            Cell::Text(text) => read_number(text, &self.survey.source.numbers).ok(),
            _ => None,
        };
        if number.is_none() {
            let text = cell.text().into_owned();
            let message = match text.as_str() {
                "" => "the cell is empty, where a number is expected".to_owned(),
                text => format!("`{}` is not a number", shorten(text)),
            };
            let help = "write a number, or declare its notation under `numbers`";
            self.note(&catalog::NOT_A_NUMBER, table, column, &text, message, help);
        }
        number
    }

    fn weight(&mut self, table: &dyn Table, column: usize) -> Option<Decimal> {
        let cell = table.cell(column);
        if cell.is_empty() {
            let help = "give the weight, or leave the respondent out of the file";
            self.note(&catalog::INVALID_RESPONDENT, table, column, "", "the respondent has no weight", help);
            return None;
        }
        let weight = self.number(table, column)?;
        if weight <= Decimal::ZERO {
            let message = format!("the weight is {weight}");
            let help = "give a weight above zero, or leave the respondent out of the file";
            self.note(&catalog::INVALID_RESPONDENT, table, column, &weight.to_string(), message, help);
            return None;
        }
        Some(weight)
    }

    /// The place of an answer in the codebook; nothing where it is not there.
    fn answer(&mut self, table: &dyn Table, column: usize, question: usize) -> Option<u32> {
        let cell = table.cell(column);
        if cell.is_empty() {
            return Some(Respondents::NOTHING);
        }
        let text = cell.text();
        let asked = &self.survey.questions[question];
        if let Some(at) = find(&asked.answers, &text) {
            return u32::try_from(at).ok();
        }
        let (text, codes) = (text.into_owned(), asked.answers.iter().map(|a| a.code.as_str()));
        let message = format!("`{}` is no answer to `{}`", shorten(&text), asked.id);
        // One digit is as near to another as to any.
        let near = nearest(&text, codes.clone()).filter(|_| text.chars().count() > 2);
        let help = match near {
            Some(near) => format!("write `{near}`, or add the answer to the codebook"),
            None => format!("write one of {}, or add the answer to the codebook", list_some(codes)),
        };
        self.note(&catalog::UNKNOWN_ANSWER, table, column, &text, message, help);
        None
    }

    fn unit(&mut self, table: &dyn Table) -> Option<u32> {
        let column = self.columns.of(SurveyColumn::Unit)?;
        let text = table.cell(column).text().into_owned();
        let known = self.units.get(&text).copied();
        let place = match known {
            Some(place) => place,
            None => {
                let place = self.find_unit(&squeeze(&text));
                self.units.insert(text.clone(), place);
                place
            }
        };
        if place.is_none() && !self.survey.source.subset {
            let shown = shorten(&text);
            let (kind, message, help) = if text.is_empty() {
                (
                    &catalog::UNKNOWN_UNIT,
                    "the row names no unit".to_owned(),
                    "name the unit, or remove the row",
                )
            } else if self.package.units.is_empty() {
                let help = "give the unit a code under `units`";
                (&catalog::INVALID_CODE, format!("`{shown}` is not a code"), help)
            } else {
                let help = "map the name under `units`, add it as `[[unit]]`, or declare `subset = true`";
                (&catalog::UNKNOWN_UNIT, format!("unit `{shown}` is not in the package"), help)
            };
            self.note(kind, table, column, &text, message, help);
        }
        place
    }

    fn find_unit(&mut self, name: &str) -> Option<u32> {
        let declared = !self.package.units.is_empty();
        let at = if declared {
            self.unit_names.find(name)?
        } else {
            let mapped =
                self.survey.source.units.iter().find(|(n, _)| squeeze(n) == name).map(|(_, id)| id.clone());
            let id = mapped.or_else(|| Id::new(name).ok())?;
            match self.out.units.iter().position(|u| *u == id) {
                Some(at) => at,
                None => {
                    self.out.units.push(id);
                    self.out.units.len() - 1
                }
            }
        };
        u32::try_from(at).ok()
    }

    fn period(&mut self, table: &dyn Table) -> Option<u32> {
        let declared = Some(self.survey.source.period);
        let period = match self.columns.of(SurveyColumn::Period) {
            None => declared,
            Some(column) => {
                let text = table.cell(column).text().into_owned();
                let period = match self.periods.get(&text) {
                    Some(period) => *period,
                    None => {
                        let period = if text.is_empty() { declared } else { Period::parse(&text).map(Some) };
                        self.periods.insert(text.clone(), period);
                        period
                    }
                };
                if period.is_none() {
                    let message = format!("`{}` is not a period", shorten(&text));
                    let help = "write a year, year-quarter, year-month or date: `2018`, `2018-Q2`, `2018-05`";
                    self.note(&catalog::INVALID_PERIOD, table, column, &text, message, help);
                }
                period
            }
        }?;
        let at = self.out.periods.iter().position(|p| *p == period).unwrap_or_else(|| {
            self.out.periods.push(period);
            self.out.periods.len() - 1
        });
        u32::try_from(at).ok()
    }
}

/// The answer of a code, else of a name that only one has.
fn find(answers: &[Answer], text: &str) -> Option<usize> {
    let text = text.trim();
    answers.iter().position(|a| a.code == text).or_else(|| {
        let is = |a: &Answer| [Lang::En, Lang::Zh].into_iter().any(|lang| a.name.get(lang) == text);
        let mut named = answers.iter().enumerate().filter(|(_, a)| is(a));
        match (named.next(), named.next()) {
            (Some((at, _)), None) => Some(at),
            _ => None,
        }
    })
}

/// Puts the periods in order.
fn in_order(out: &mut Respondents) {
    let mut order: Vec<usize> = (0..out.periods.len()).collect();
    order.sort_by_key(|at| out.periods[*at]);
    let mut place = vec![0u32; order.len()];
    for (new, old) in order.iter().enumerate() {
        place[*old] = u32::try_from(new).unwrap_or(0);
    }
    for period in &mut out.period {
        *period = usize::try_from(*period).ok().and_then(|at| place.get(at).copied()).unwrap_or(0);
    }
    out.periods.sort();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;

    const PACKAGE: &str = r#"
        format = 1
        [index]
        id = "demo"
        name = "Demo"
        [[indicator]]
        id = "content"
        name = "Content"
        survey = { of = "gain", question = "q1", statistic = "top-box" }
        [[survey]]
        id = "gain"
        file = "r.csv"
        dont-know = "exclude"
        answers = ["1", "2", { code = "3", name = { en = "very", zh = "非常" } }, { code = "9", is = "dont-know" }]
    "#;

    fn read(survey: &str, csv: &str) -> (Option<Respondents>, Vec<String>) {
        let questions = "
            [[survey.question]]\nid = \"q1\"\ntext = \"Content?\"\n[[survey.question]]\nid = \"q2\"\ntext = \"Safe?\"\n";
        let text = format!("{PACKAGE}{survey}{questions}");
        let (package, found) = gradus_model::decode::decode("package.toml", &text);
        let package = package.unwrap_or_else(|| panic!("{found:?}"));
        let import = load_surveys(&package, &Memory::new().with("r.csv", csv.as_bytes().to_vec()));
        let said = import.diagnostics.iter().map(|d| {
            let place = d.places.first().map(|(p, _)| p.to_string()).unwrap_or_default();
            format!("{} {place} {}", d.kind.id, d.message)
        });
        (import.respondents.into_iter().next().flatten(), said.collect())
    }

    #[test]
    fn respondents() {
        let survey = "columns = { unit = \"city\", weight = \"w\", stratum = \"d\", cluster = \"c\" }\n\
                      subgroups = { age = \"age\" }\n";
        let csv = "city,year,w,d,c,age,name,q1,q2\n\
                   a,2021,1.25,n,n1,young,Li,3,9\n\
                   b,2020,0.5,s,s1,,Wang,,1\n\
                   a,2021,2,n,n2,old,Zhao,非常,2\n";
        let (found, said) = read(survey, csv);
        assert_eq!(said, Vec::<String>::new());
        let found = found.unwrap();
        assert_eq!((found.units.len(), found.unit.clone()), (2, vec![0, 1, 0]));
        let years: Vec<String> = found.periods.iter().flatten().map(ToString::to_string).collect();
        assert_eq!((years, found.period.clone()), (vec!["2020".into(), "2021".into()], vec![1, 0, 1]));
        assert_eq!(found.weight, ["1.25", "0.5", "2"].map(|w| w.parse().unwrap()));
        assert_eq!(found.answers, [vec![2, Respondents::NOTHING, 2], vec![3, 0, 1]]);
        assert_eq!(found.subgroups["age"].of, [0, Respondents::NOTHING, 1]);
        assert_eq!(found.cluster.as_ref().unwrap().names, ["n1", "s1", "n2"]);
        assert_eq!(found.places[0].as_ref().unwrap().to_string(), "r.csv:1:8");
        assert!(found.count.is_empty());
    }

    #[test]
    fn counts() {
        let csv = "unit,question,answer,n\na,q1,1,40\na,q1,2,60\na,q2,9,5\n";
        let (found, said) = read("layout = \"counts\"\n", csv);
        assert_eq!(said, Vec::<String>::new());
        let found = found.unwrap();
        assert_eq!((found.count.clone(), found.periods.clone()), (vec![40, 60, 5], vec![None]));
        let nothing = Respondents::NOTHING;
        assert_eq!(found.answers, [vec![0, 1, nothing], vec![nothing, nothing, 3]]);
        let (_, said) = read(
            "layout = \"counts\"\n",
            "unit,question,answer,n\na,q1,1,40\na,q1,1,2.5\na,q1,1,1\na,q3,1,1\n",
        );
        assert_eq!(
            said,
            [
                "not-a-number r.csv:3:4 `2.5` is not a number of respondents",
                "duplicate-observation r.csv:4:3 the answer `1` to `q1` is counted twice",
                "unknown-survey r.csv:5:2 `q3` is no question of the survey `gain`",
            ]
        );
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let survey = "columns = { weight = \"w\", stratum = \"d\" }\n";
        let csv = "unit,period,w,d,q1,q2\n\
                   a,2021,0,n,3,1\n\
                   a,2021,-1,n,3,1\n\
                   a,2021,,n,3,1\n\
                   a,2021,x,n,3,1\n\
                   a,someday,1,n,3,1\n\
                   a,2021,1,,3,1\n\
                   ,2021,1,n,3,1\n\
                   a b,2021,1,n,3,1\n\
                   a,2021,1,n,4,1\n";
        let (found, said) = read(survey, csv);
        assert_eq!(
            said,
            [
                "invalid-respondent r.csv:2:3 the weight is 0",
                "invalid-respondent r.csv:3:3 the weight is -1",
                "invalid-respondent r.csv:4:3 the respondent has no weight",
                "not-a-number r.csv:5:3 `x` is not a number",
                "invalid-period r.csv:6:2 `someday` is not a period",
                "invalid-respondent r.csv:7:4 the respondent has no stratum",
                "unknown-unit r.csv:8:1 the row names no unit",
                "invalid-code r.csv:9:1 `a b` is not a code",
                "unknown-answer r.csv:10:5 `4` is no answer to `q1`",
            ]
        );
        assert_eq!(found.unwrap().len(), 1);
        let (found, said) = read("columns = { weight = \"wt\" }\n", "unit,w,q1\na,1,1\n");
        assert_eq!(found, None);
        let said: Vec<&str> =
            said.iter().filter_map(|s| s.split_once(" `")).map(|(_, message)| message).collect();
        assert_eq!(said, ["r.csv` has no column `wt`", "r.csv` has no column `q2`"]);
        let (found, said) = read("", "");
        assert_eq!((found, said.len()), (None, 1));
    }

    #[test]
    fn hostile_bytes_do_not_panic() {
        for bytes in [
            "\u{0}",
            "unit\n\"",
            "unit,q1,q2\n\"a\n",
            "unit,q1,q2\na,1\na,1,2,3\n",
            ",,\n,,\n",
            "unit,unit,q1,q2\na,b,1,1\n",
        ] {
            let (found, said) = read("", bytes);
            assert!(!said.is_empty() || found.is_some_and(|f| f.len() < 2), "{bytes:?}");
        }
        let huge = format!("unit,question,answer,n\na,q1,1,{}\n", u64::MAX);
        let (found, said) = read("layout = \"counts\"\n", &huge);
        assert_eq!((found.unwrap().len(), said.len()), (0, 1));
    }
}
