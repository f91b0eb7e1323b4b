//! `gradus schema`: the package file described, for editors and for people.

use super::Done;
use crate::Outcome;
use crate::args::{SchemaArgs, SchemaFormat};
use crate::term::Term;
use gradus::model::schema;

pub(super) fn run(args: &SchemaArgs, term: &Term) -> Done {
    term.data(&match args.format {
        SchemaFormat::Json => gradus::json_schema(&gradus::Methods::default()),
        SchemaFormat::Markdown => schema::markdown(),
    })?;
    Ok(Outcome::Done)
}
