//! Experts' scores of candidates, from the CSV that `[screening]` names.

use crate::delimited::Delimited;
use crate::files::{FileError, Files};
use crate::notation::shorten;
use crate::problems::Problems;
use crate::table::{Cell, Table, nearest};
use crate::{encoding, undecodable_file};
use gradus_model::diagnostic::{Diagnostic, Diagnostics, Place, catalog, list_some};
use gradus_model::number::parse_decimal;
use gradus_model::package::{CriterionSource, Judgment};
use gradus_model::{Id, Package};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Columns of the file; the last one may be missing.
const COLUMNS: [&str; 5] = ["candidate", "criterion", "expert", "score", "comment"];

/// Reads the experts' scores that `[screening]` names; none where it names no file. Everything that is wrong is said at once.
///
/// # Errors
/// What keeps the file from being read; candidates and criteria that are not in the package; scores that are no numbers or that
/// no expert can give; two scores of one expert for the same thing.
pub fn load_judgments(package: &Package, files: &dyn Files) -> Result<Vec<Judgment>, Diagnostics> {
    let Some(path) = &package.screening.file else { return Ok(Vec::new()) };
    let declared = package.screening.spans.of("file");
    let bytes = files.open(path).map_err(|error| Diagnostics::from(error.diagnostic(path, declared)))?;
    let file: Arc<str> = path.as_str().into();
    let decoded = encoding::decode(&bytes, None).map_err(|why| undecodable_file(&file, &why))?;
    let known = |heading: &str| COLUMNS.contains(&heading);
    let empty = || {
        let place = Place::File { file: file.clone() };
        Diagnostics::from(FileError::Empty.diagnostic(path, place))
    };
    let mut table = Delimited::open(file.clone(), &decoded.text, None, &known).ok_or_else(empty)?;
    let mut found = Diagnostics::new();
    let places: Vec<Option<usize>> =
        COLUMNS.iter().map(|word| table.headings().iter().position(|h| h == word)).collect();
    for (word, _) in COLUMNS.iter().zip(&places).take(4).filter(|(_, at)| at.is_none()) {
        let headings: Vec<&str> = table.headings().iter().map(String::as_str).collect();
        found.push(
            Diagnostic::new(&catalog::UNKNOWN_COLUMN, format!("`{file}` has no column `{word}`"))
                .at(table.heading_place(0))
                .help(format!("name a column `{word}`; the file has {}", list_some(&headings))),
        );
    }
    let [Some(candidate), Some(criterion), Some(expert), Some(score), comment] = places[..] else {
        return Err(found);
    };
    let mut reader = Reader { package, problems: Problems::default(), first: BTreeMap::new() };
    let mut out = Vec::new();
    let mut malformed = Problems::default();
    while table.advance(&mut malformed) {
        let row =
            [candidate, criterion, expert, score].map(|column| (table.cell(column), table.place(column)));
        let comment = comment.map(|column| table.cell(column).text().into_owned()).unwrap_or_default();
        out.extend(reader.row(row, comment));
    }
    found.extend(malformed.finish());
    found.extend(reader.problems.finish());
    if found.has_errors() { Err(found) } else { Ok(out) }
}

struct Reader<'p> {
    package: &'p Package,
    problems: Problems,
    /// Where each expert's score of a candidate by a criterion was first given.
    first: BTreeMap<(Id, usize, String), Place>,
}

impl Reader<'_> {
    fn row(&mut self, row: [(Cell<'_>, Place); 4], comment: String) -> Option<Judgment> {
        let [(candidate, candidate_at), (criterion, criterion_at), (expert, expert_at), (score, score_at)] =
            row;
        let candidate = self.candidate(&candidate.text(), &candidate_at);
        let criterion = self.criterion(&criterion.text(), &criterion_at);
        let expert = expert.text().into_owned();
        if expert.is_empty() {
            self.problems.note(&catalog::UNKNOWN_VARIABLE, COLUMNS[2], "", &expert_at, || {
                Diagnostic::new(&catalog::UNKNOWN_VARIABLE, "a score names no expert")
                    .at(expert_at.clone())
                    .help("write a code for the expert; names are not needed")
            });
            return None;
        }
        let criterion = criterion?;
        let score = self.score(&score, criterion, &score_at)?;
        let candidate = candidate?;
        let key = (candidate.clone(), criterion, expert.clone());
        if let Some(earlier) = self.first.get(&key) {
            let text = format!("{candidate} {criterion} {expert}");
            self.problems.note(&catalog::DUPLICATE_OBSERVATION, COLUMNS[2], &text, &expert_at, || {
                let code = &self.package.screening.criteria[criterion].id;
                let message = format!("expert `{}` scores `{candidate}` by `{code}` twice", shorten(&expert));
                Diagnostic::new(&catalog::DUPLICATE_OBSERVATION, message)
                    .at(expert_at.clone())
                    .also(earlier.clone(), "the first score")
                    .help("keep one of the two")
            });
            return None;
        }
        self.first.insert(key, expert_at);
        Some(Judgment { candidate, criterion, expert, score, comment })
    }

    fn candidate(&mut self, text: &str, place: &Place) -> Option<Id> {
        let package = self.package;
        let known = || {
            let indicators = package.indicators().map(|(_, node, _)| &node.id);
            indicators.chain(package.screening.candidates.iter().map(|c| &c.id))
        };
        if let Some(id) = known().find(|id| **id == *text) {
            return Some(id.clone());
        }
        self.problems.note(&catalog::UNKNOWN_VARIABLE, COLUMNS[0], text, place, || {
            let message = format!("`{}` is no indicator or candidate of the package", shorten(text));
            let diagnostic = Diagnostic::new(&catalog::UNKNOWN_VARIABLE, message).at(place.clone());
            match nearest(text, known().map(Id::as_str)) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help("use the code of an indicator, or add it as `[[candidate]]`"),
            }
        });
        None
    }

    fn criterion(&mut self, text: &str, place: &Place) -> Option<usize> {
        let criteria = &self.package.screening.criteria;
        let at = criteria.iter().position(|c| c.id == *text);
        if at.is_some_and(|at| criteria[at].from == CriterionSource::Experts) {
            return at;
        }
        self.problems.note(&catalog::UNKNOWN_VARIABLE, COLUMNS[1], text, place, || {
            let text = shorten(text);
            if at.is_some() {
                let message = format!("`{text}` is computed; experts give no scores by it");
                return Diagnostic::new(&catalog::UNKNOWN_VARIABLE, message)
                    .at(place.clone())
                    .help("remove the row, or the criterion's `from`");
            }
            let diagnostic = Diagnostic::new(
                &catalog::UNKNOWN_VARIABLE,
                format!("`{text}` is no criterion of the package"),
            )
            .at(place.clone());
            match nearest(&text, criteria.iter().map(|c| c.id.as_str())) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("add a [[criterion]] with `id = \"{text}\"`")),
            }
        });
        None
    }

    /// The score, or an abstention; nothing where it is neither.
    fn score(
        &mut self,
        cell: &Cell<'_>,
        criterion: usize,
        place: &Place,
    ) -> Option<Option<gradus_model::Decimal>> {
        if cell.is_empty() {
            return Some(None);
        }
        let text = cell.text();
        let asked = &self.package.screening.criteria[criterion];
        let message = match parse_decimal(&text) {
            Ok(score) if asked.min <= score && score <= asked.max => return Some(Some(score)),
            Ok(_) => format!("`{}` is no score by `{}`", shorten(&text), asked.id),
            Err(_) => format!("`{}` is not a number", shorten(&text)),
        };
        self.problems.note(&catalog::NOT_A_NUMBER, COLUMNS[3], &text, place, || {
            let help = format!("give a score from {} to {}, or leave it empty", asked.min, asked.max);
            Diagnostic::new(&catalog::NOT_A_NUMBER, message.clone()).at(place.clone()).help(help)
        });
        None
    }
}
