//! `gradus crosswalk`: which indicators of a package stand in others, and the screening of candidates.

mod screening;

use super::{Done, Findings};
use crate::args::{CrosswalkArgs, TableFormat};
use crate::listing::{self, Section, count, number, text};
use crate::package;
use crate::term::Term;
use crate::{Outcome, Stop};
use gradus::Bundle;
use gradus::model::diagnostic::catalog;
use gradus::model::package::Relation;
use gradus::model::{Diagnostic, Id, Lang};
use gradus::selection::likeness::{OTHER_DIRECTION, OTHER_KIND, SUGGEST_FROM};
use gradus::selection::{Cell, Crosswalk};
use serde_json::{Value, json};
use std::rc::Rc;

/// What the tables are made for.
#[derive(Debug, Clone, Copy)]
struct Reader {
    lang: Lang,
    /// Whether a program reads them: then cells without anything are listed too.
    program: bool,
}

impl Reader {
    fn zh(self) -> bool {
        self.lang == Lang::Zh
    }
    fn say<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        if self.zh() { zh } else { en }
    }
}

pub(super) fn run(args: &CrosswalkArgs, term: &Term) -> Done {
    let reader =
        Reader { lang: args.lang.lang(), program: !matches!(args.output.format(), TableFormat::Table) };
    let (bundle, sources) = package::open(&args.package.package)?;
    let (own, found) = bundle.decode();
    let Some(own) = own else {
        return Err(Findings { diagnostics: found.sorted(), sources }.stop());
    };
    let others = others(args, &own.index.id)?;
    let working = term.working("comparing");
    let result = if args.screening {
        gradus::screening(&bundle, &gradus::Methods::default(), &others)
            .map(|screened| screening::sections(&screened, &own, reader))
    } else {
        gradus::crosswalk(&bundle, &others).map(|crosswalk| sections(&crosswalk, reader))
    };
    drop(working);
    let sections = match result {
        Ok(sections) => sections,
        Err(found) => return Err(Findings { diagnostics: found.sorted(), sources }.stop()),
    };
    let name = json!({ "en": own.index.name.en, "zh": own.index.name.zh });
    let head: Vec<(&str, Value)> = vec![("package", own.index.id.as_str().into()), ("name", name)];
    listing::print(term, &args.output, head, &sections)?;
    Ok(Outcome::Done)
}

/// The packages to compare with, each decoded once so that what is wrong with one is shown in its own file.
fn others(args: &CrosswalkArgs, own: &Id) -> Result<Vec<Rc<Bundle>>, Stop> {
    let library: Vec<&str>;
    let targets: Vec<&str> = if args.others.is_empty() {
        library = gradus::library::list().map(|built_in| built_in.id).collect();
        library.into_iter().filter(|id| *own != **id).collect()
    } else {
        args.others.iter().map(String::as_str).collect()
    };
    let mut out: Vec<(Id, Rc<Bundle>)> = Vec::new();
    for target in targets {
        let (bundle, sources) = package::open(target)?;
        let (other, found) = bundle.decode();
        let Some(other) = other else {
            return Err(Findings { diagnostics: found.sorted(), sources }.stop());
        };
        let code = other.index.id;
        if code == *own || out.iter().any(|(there, _)| *there == code) {
            let with = if code == *own { "the package itself" } else { "another package of the list" };
            let message = format!("`{target}` has the code of {with}, `{code}`");
            return Err(Findings::one(
                Diagnostic::new(&catalog::DUPLICATE_CODE, message)
                    .help("name packages with codes of their own"),
            ));
        }
        out.push((code, bundle));
    }
    Ok(out.into_iter().map(|(_, bundle)| bundle).collect())
}

fn sections(crosswalk: &Crosswalk, reader: Reader) -> Vec<Section> {
    let mut out =
        vec![matrix(crosswalk, reader), systems(crosswalk, reader), counterparts(crosswalk, reader)];
    if !reader.program {
        out.push(suggestions(crosswalk, reader));
    }
    out.retain(|section| !section.is_empty());
    out
}

/// The letter of a system in the matrix: a to z, then A to Z; more share a mark, and the list below has them all.
fn letter(system: usize) -> char {
    let letters = ('a'..='z').chain('A'..='Z');
    letters.into_iter().nth(system).unwrap_or('+')
}

fn mark(cell: &Cell) -> char {
    match (cell.relation(), cell) {
        (Some(Relation::Same), _) => 'S',
        (Some(Relation::Near), _) => 'n',
        (Some(Relation::None), _) => '-',
        (None, Cell::Suggested { .. }) => '?',
        (None, _) => '.',
    }
}

fn matrix(crosswalk: &Crosswalk, reader: Reader) -> Section {
    let letters: String = (0..crosswalk.systems.len()).map(letter).collect();
    let columns = [
        format!("indicator|{}", reader.say("indicator", "指标")),
        format!("systems|{letters}"),
        format!("#stands_in|{}", reader.say("stands in", "见于")),
        format!("#same|{}", reader.say("same", "相同")),
        format!("#near|{}", reader.say("near", "相近")),
        "name".to_owned(),
    ];
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let title = reader.say("Indicators by systems", "指标与体系对照");
    let mut out = Section::new("indicators", title, &columns).hidden(1);
    for row in &crosswalk.rows {
        let with = |relation| row.cells.iter().filter(|cell| cell.relation() == Some(relation)).count();
        out.row(vec![
            text(row.code.as_str()),
            text(row.cells.iter().map(mark).collect::<String>()),
            count(row.stands_in()),
            count(with(Relation::Same)),
            count(with(Relation::Near)),
            text(row.name.get(reader.lang)),
        ]);
    }
    out.note(reader.say(
        "S same quantity, n near: same concept, other definition or measurement unit, - declared to have none, ? suggested by its name and not counted, . nothing",
        "S 相同：同一个量；n 相近：概念相同，定义或计量单位不同；- 已声明无对应；? 仅名称相似的提示，不计数；. 无",
    ));
    let n = crosswalk.systems.len();
    out.note(if reader.zh() {
        format!("“见于”为已声明相同或相近的体系数，共{n}个体系")
    } else {
        format!("stands in: declared the same or near in so many of the {n} systems")
    });
    out
}

fn systems(crosswalk: &Crosswalk, reader: Reader) -> Section {
    let columns = [
        format!("letter|{}", reader.say("letter", "代号")),
        format!("system|{}", reader.say("system", "体系")),
        format!("name|{}", reader.say("name", "名称")),
        format!("#same|{}", reader.say("same", "相同")),
        format!("#near|{}", reader.say("near", "相近")),
        format!("#suggested|{}", reader.say("suggested", "提示")),
    ];
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut out = Section::new("systems", reader.say("Systems", "体系"), &columns);
    for (at, system) in crosswalk.systems.iter().enumerate() {
        out.row(vec![
            text(letter(at).to_string()),
            text(system.code.as_str()),
            text(system.name.get(reader.lang)),
            count(crosswalk.count(at, Relation::Same)),
            count(crosswalk.count(at, Relation::Near)),
            count(crosswalk.suggestions(at)),
        ]);
    }
    out
}

/// A relation in the language of the reader; programs read the words of the package file.
fn relation(relation: Relation, reader: Reader) -> &'static str {
    match (reader.program || !reader.zh(), relation) {
        (true, relation) => relation.word(),
        (false, Relation::Same) => "相同",
        (false, Relation::Near) => "相近",
        (false, Relation::None) => "无",
    }
}

/// What is declared; for programs every cell, with what its relation rests on.
fn counterparts(crosswalk: &Crosswalk, reader: Reader) -> Section {
    let columns: Vec<String> = if reader.program {
        ["indicator", "system", "relation", "basis", "code", "name", "#likeness", "why"]
            .map(str::to_owned)
            .into()
    } else {
        [
            format!("indicator|{}", reader.say("indicator", "指标")),
            format!("counterpart|{}", reader.say("counterpart", "对应项")),
            format!("relation|{}", reader.say("relation", "关系")),
            format!("name|{}", reader.say("name", "名称")),
            format!("why|{}", reader.say("why", "理由")),
        ]
        .into()
    };
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let title = reader.say("Declared counterparts", "已声明的对应关系");
    let mut out = Section::new("counterparts", title, &columns);
    let mut disputed = false;
    for row in &crosswalk.rows {
        for (cell, system) in row.cells.iter().zip(&crosswalk.systems) {
            let mut add = |word: &str,
                           basis: &str,
                           item: Option<(&Id, &str)>,
                           likeness: Option<f64>,
                           why: &str| {
                let (code, name) = item.map_or(("", ""), |(code, name)| (code.as_str(), name));
                if reader.program {
                    out.row(vec![
                        text(row.code.as_str()),
                        text(system.code.as_str()),
                        text(word),
                        text(basis),
                        text(code),
                        text(name),
                        number(likeness),
                        text(why),
                    ]);
                } else if basis == "declared" {
                    let place = if code.is_empty() {
                        system.code.to_string()
                    } else {
                        format!("{}:{code}", system.code)
                    };
                    out.row(vec![text(row.code.as_str()), text(place), text(word), text(name), text(why)]);
                }
            };
            match cell {
                Cell::Declared(found) => {
                    for declared in found {
                        disputed |= declared.disputed;
                        let star = if declared.disputed && !reader.program { "*" } else { "" };
                        let word = format!("{}{star}", relation(declared.relation, reader));
                        let item = declared.item.as_ref().map(|(code, name)| (code, name.get(reader.lang)));
                        add(&word, "declared", item, None, declared.why.get(reader.lang));
                    }
                }
                Cell::Suggested { code, name, likeness } => {
                    add("none", "suggested", Some((code, name.get(reader.lang))), Some(*likeness), "");
                }
                Cell::Nothing => add("none", "nothing", None, None, ""),
            }
        }
    }
    if disputed {
        out.note(reader.say(
            "* the other package declares another relation; the more cautious one holds",
            "* 另一指标包声明的关系不同，以较谨慎者为准",
        ));
    }
    out
}

fn suggestions(crosswalk: &Crosswalk, reader: Reader) -> Section {
    let columns = [
        format!("indicator|{}", reader.say("indicator", "指标")),
        format!("suggestion|{}", reader.say("suggestion", "提示")),
        format!("name|{}", reader.say("name", "名称")),
        format!("#likeness|{}", reader.say("likeness", "相似度")),
    ];
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let title = reader.say("Suggestions to check (not counted)", "待核查的提示（不计数）");
    let mut out = Section::new("suggestions", title, &columns);
    for row in &crosswalk.rows {
        for (cell, system) in row.cells.iter().zip(&crosswalk.systems) {
            if let Cell::Suggested { code, name, likeness } = cell {
                out.row(vec![
                    text(row.code.as_str()),
                    text(format!("? {}:{code}", system.code)),
                    text(name.get(reader.lang)),
                    number(*likeness),
                ]);
            }
        }
    }
    out.note(if reader.zh() {
        format!(
            "相似度：英文单词集与中文二字组集的Dice系数的平均值；计量单位种类不同减{OTHER_KIND}，方向不同减{OTHER_DIRECTION}；自{SUGGEST_FROM}起提示。核对定义后，写入counterparts的same、near或none"
        )
    } else {
        format!(
            "likeness: mean of the Dice coefficients of English words and of Chinese pairs of characters, less {OTHER_KIND} for another kind of measurement unit and {OTHER_DIRECTION} for another direction; suggested from {SUGGEST_FROM}. Compare the definitions, then declare same, near or none under `counterparts`"
        )
    });
    out
}
