//! `gradus library`: the packages that come with the program.

use super::{Done, Findings};
use crate::args::{
    LibraryCommand, LibraryCoverageArgs, LibraryExportArgs, LibraryListArgs, LibraryVerifyArgs, OneLang,
    TextFormat,
};
use crate::listing::{self, Section};
use crate::render::escape;
use crate::term::{Term, shell_word};
use crate::{Outcome, Stop, package, table, write};
use gradus::library::BuiltIn;
use gradus::model::Diagnostic;
use gradus::model::diagnostic::{catalog, nearest};
use gradus::report::table::Cell;
use gradus::{Coverage, Methods, Verification};
use serde_json::{Value, json};

pub(super) fn run(command: &LibraryCommand, term: &Term) -> Done {
    match command {
        LibraryCommand::List(args) => list(args, term),
        LibraryCommand::Show(args) => show(&args.id, term),
        LibraryCommand::Export(args) => export(args, term),
        LibraryCommand::Verify(args) => verify(args, term),
        LibraryCommand::Coverage(args) => coverage(args, term),
    }
}

fn find(id: &str) -> Result<&'static BuiltIn, Stop> {
    gradus::library::get(id).ok_or_else(|| {
        let diagnostic =
            Diagnostic::new(&catalog::UNKNOWN_PACKAGE, format!("there is no library package `{id}`"));
        Findings::one(match nearest(id, gradus::library::list().map(|b| b.id)) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("`gradus library list` shows the library ids"),
        })
    })
}

fn list(args: &LibraryListArgs, term: &Term) -> Done {
    let lang = args.lang.lang();
    let mut rows = Vec::new();
    let mut values = Vec::new();
    let definitions = gradus::library::definitions().filter(|_| args.definitions);
    for built_in in gradus::library::list().chain(definitions) {
        let Some(package) = built_in.package() else { continue };
        let index = &package.index;
        let indicators = package.indicators().count();
        let confidence = index.confidence.map_or("", |c| c.word());
        rows.push(vec![
            built_in.id.to_owned(),
            index.edition.clone().unwrap_or_default(),
            indicators.to_string(),
            confidence.to_owned(),
            index.name.get(lang).to_owned(),
        ]);
        values.push(json!({
            "id": built_in.id,
            "name": { "en": index.name.en, "zh": index.name.zh },
            "edition": index.edition,
            "confidence": index.confidence.map(|c| c.word()),
            "figures": built_in.figures,
            "indicators": indicators,
            "standards": package.standards.len(),
            "published": package.published.len(),
        }));
    }
    match args.format {
        TextFormat::Json => term.data(&escape::json(&format!("{:#}\n", Value::Array(values))))?,
        TextFormat::Text => {
            let columns = [
                table::Column::text("id"),
                table::Column::text("edition"),
                table::Column::number("indicators"),
                table::Column::text("confidence"),
                table::Column::text("name"),
            ];
            term.out(&table::show(&columns, &rows, columns.len(), term.width()).0)?;
        }
    }
    Ok(Outcome::Done)
}

fn show(id: &str, term: &Term) -> Done {
    term.data(&find(id)?.readme())?;
    Ok(Outcome::Done)
}

fn export(args: &LibraryExportArgs, term: &Term) -> Done {
    let built_in = find(&args.id)?;
    let files: Vec<(String, &[u8])> = built_in.files().collect();
    write::new_directory(&args.directory, &files)?;
    let shown = args.directory.display().to_string();
    term.say(&format!("copied {} to {shown}; try\n  gradus check {}", built_in.id, shell_word(&shown)));
    Ok(Outcome::Done)
}

fn verify(args: &LibraryVerifyArgs, term: &Term) -> Done {
    let chosen: Vec<&str> = if args.packages.is_empty() {
        let library = gradus::library::list().map(|built_in| built_in.id);
        library.chain(gradus::library::definitions().map(|built_in| built_in.id)).collect()
    } else {
        args.packages.iter().map(String::as_str).collect()
    };
    let methods = Methods::default();
    let mut all = Vec::new();
    for target in chosen {
        let (bundle, sources) = package::open(target)?;
        let working = term.working(&format!("verifying {target}"));
        let result = gradus::verify(&bundle, &methods, args.shared.as_deref());
        drop(working);
        match result {
            Ok(verification) => all.push(verification),
            Err(diagnostics) => return Err(Findings { diagnostics: diagnostics.sorted(), sources }.stop()),
        }
    }
    match args.format {
        TextFormat::Json => {
            term.data(&escape::json(&format!("{:#}\n", Value::Array(all.iter().map(as_json).collect()))))?
        }
        TextFormat::Text => term.out(&as_text(&all, term.width()))?,
    }
    let holds = all.iter().flat_map(|v| &v.checks).all(gradus::Check::holds);
    Ok(if holds { Outcome::Done } else { Outcome::NotHeld })
}

fn coverage(args: &LibraryCoverageArgs, term: &Term) -> Done {
    let chosen: Vec<&str> = if args.packages.is_empty() {
        gradus::library::list().map(|built_in| built_in.id).collect()
    } else {
        args.packages.iter().map(String::as_str).collect()
    };
    let methods = Methods::default();
    let mut all = Vec::new();
    for target in chosen {
        let (bundle, sources) = package::open(target)?;
        let working = term.working(&format!("counting {target}"));
        let result = gradus::coverage(&bundle, &methods, args.shared.as_deref());
        drop(working);
        match result {
            Ok(counts) => all.push(counts),
            Err(diagnostics) => return Err(Findings { diagnostics: diagnostics.sorted(), sources }.stop()),
        }
    }
    listing::print(term, &args.output, Vec::new(), &[coverage_table(&all, args.lang)])?;
    Ok(Outcome::Done)
}

/// The table of coverages, with what is missing below it for people and in a column for programs.
fn coverage_table(all: &[Coverage], lang: OneLang) -> Section {
    let (columns, title): ([&str; 12], &str) = match lang {
        OneLang::En => (
            [
                "package",
                "edition",
                "confidence",
                "#indicators",
                "#documented",
                "#with_figures|with figures",
                "#computable",
                "#published|published values",
                "#equal|reproduced",
                "#within_rounding|within rounding",
                "#tables_skipped|tables skipped",
                "name",
            ],
            "Coverage",
        ),
        OneLang::Zh => (
            [
                "package|指标包",
                "edition|版本",
                "confidence|可信度",
                "#indicators|指标数",
                "#documented|有文献依据",
                "#with_figures|有数据",
                "#computable|可计算",
                "#published|已发布数值",
                "#equal|已复现",
                "#within_rounding|舍入范围内",
                "#tables_skipped|跳过的表",
                "name|名称",
            ],
            "覆盖情况",
        ),
    };
    let columns: Vec<&str> = columns.into_iter().chain(["missing"]).collect();
    let mut section = Section::new("coverage", title, &columns).hidden(1);
    let lang = lang.lang();
    let zh = lang == gradus::model::Lang::Zh;
    let number = |n: usize| Cell::Number(gradus::engine::Number::Decimal(n.into()), None);
    for c in all {
        let questions: Vec<&str> = c.open_questions.iter().map(|question| question.get(lang)).collect();
        section.row(vec![
            Cell::Text(c.package.to_string()),
            Cell::Text(c.edition.clone().unwrap_or_default()),
            Cell::Text(c.confidence.map_or("", gradus::model::observation::Confidence::word).to_owned()),
            number(c.indicators),
            number(c.documented),
            number(c.with_figures),
            number(c.computable),
            number(c.published),
            number(c.equal),
            number(c.within_rounding),
            number(c.skipped),
            Cell::Text(c.name.get(lang).to_owned()),
            Cell::Text(questions.join(if zh { "；" } else { "; " })),
        ]);
    }
    let missing: Vec<&Coverage> = all.iter().filter(|c| !c.open_questions.is_empty()).collect();
    if !missing.is_empty() {
        section.note(if zh { "缺失内容：" } else { "what is missing:" });
    }
    for c in missing {
        for question in &c.open_questions {
            section.note(format!("  {}: {}", c.package, question.get(lang)));
        }
    }
    if all.iter().any(|c| c.skipped > 0) {
        section.note(if zh {
            "跳过的表位于共享参考数据文件夹，用 --shared DIR 指明该文件夹"
        } else {
            "skipped tables lie in the folder of shared reference data: name it with `--shared DIR`"
        });
    }
    section
}

fn as_text(all: &[Verification], width: Option<usize>) -> String {
    let columns = [
        table::Column::text("package"),
        table::Column::text("published"),
        table::Column::number("values"),
        table::Column::number("equal"),
        table::Column::number("within rounding"),
        table::Column::number("not computed"),
        table::Column::number("largest difference"),
        table::Column::text("verdict"),
    ];
    let mut rows = Vec::new();
    let mut mismatches = String::new();
    let mut notes = String::new();
    for verification in all {
        let package = verification.package.to_string();
        if verification.checks.is_empty() {
            let mut row = vec![package.clone(), "nothing published to compare with".to_owned()];
            row.resize(columns.len(), String::new());
            rows.push(row);
        }
        for check in &verification.checks {
            let verdict = match (check.skipped, check.holds(), check.exact == check.values) {
                (true, ..) => "skipped: needs --shared",
                (false, true, true) => "holds",
                (false, true, false) => "holds as far as known",
                (false, false, _) => "does not hold",
            };
            let number = |n: usize| if check.skipped { String::new() } else { n.to_string() };
            rows.push(vec![
                package.clone(),
                check.file.clone(),
                number(check.values),
                number(check.exact),
                check.inside.map(number).unwrap_or_default(),
                number(check.missing),
                if check.skipped { String::new() } else { check.largest.normalize().to_string() },
                verdict.to_owned(),
            ]);
            if !check.skipped && check.exact < check.values && !check.note.is_empty() {
                let why = check.note.get(gradus::model::Lang::En);
                notes.push_str(&format!("  {package}: {}\n", escape::visible(why)));
            }
            // Differences that are known and explained need no list.
            let shown = if check.holds() && !check.note.is_empty() { &[] } else { &check.mismatches[..] };
            for m in shown {
                let period = m.period.map(|p| format!(" {p}")).unwrap_or_default();
                let computed = m.computed.map_or("nothing".to_owned(), |x| x.normalize().to_string());
                mismatches.push_str(&format!(
                    "  {package}: {} of {}{period}: published {}, computed {computed}\n",
                    m.node,
                    escape::visible(m.unit.as_str()),
                    m.published.normalize()
                ));
            }
        }
    }
    let (mut text, _) = table::show(&columns, &rows, columns.len(), width);
    if !notes.is_empty() {
        text.push_str("\nwhy values differ:\n");
        text.push_str(&notes);
    }
    if !mismatches.is_empty() {
        text.push_str("\nfirst differences:\n");
        text.push_str(&mismatches);
    }
    text
}

fn as_json(verification: &Verification) -> Value {
    // Digits are kept as they are: a decimal does not pass through a double.
    let number = |x: gradus::model::Decimal| -> Value {
        x.normalize().to_string().parse().map_or(Value::Null, Value::Number)
    };
    let checks: Vec<Value> = verification
        .checks
        .iter()
        .map(|check| {
            let mismatches: Vec<Value> = check
                .mismatches
                .iter()
                .map(|m| {
                    json!({
                        "unit": m.unit.as_str(),
                        "period": m.period.map(|p| p.to_string()),
                        "node": m.node.as_str(),
                        "published": number(m.published),
                        "computed": m.computed.map(number),
                    })
                })
                .collect();
            json!({
                "file": check.file,
                "skipped": check.skipped,
                "holds": check.holds(),
                "values": check.values,
                "equal": check.exact,
                "within_rounding_of_figures": check.inside,
                "not_computed": check.missing,
                "known_to_agree": check.matches,
                "why": { "en": check.note.en, "zh": check.note.zh },
                "largest_difference": number(check.largest),
                "mismatches": mismatches,
            })
        })
        .collect();
    json!({ "package": verification.package.as_str(), "checks": checks })
}
