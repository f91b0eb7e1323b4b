//! `gradus schema`: the package file described, for editors and for people.

use super::Done;
use crate::Outcome;
use crate::args::{SchemaArgs, SchemaFormat};
use crate::term::Term;
use gradus_model::schema;

pub(super) fn run(args: &SchemaArgs, term: &Term) -> Done {
    term.out(&match args.format {
        SchemaFormat::Json => schema::json_schema(&[]),
        SchemaFormat::Markdown => schema::markdown(),
    })?;
    Ok(Outcome::Done)
}
