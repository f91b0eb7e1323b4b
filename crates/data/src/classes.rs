//! The classes of units as rows state them, until all rows are read.

use gradus_model::diagnostic::Place;
use gradus_model::observation::{Classes, Period};
use std::sync::Arc;

/// Marks a class whose row has no number that fits.
const NOWHERE: u32 = u32::MAX;

/// What the rows of all sources say of one kind of unit groups.
#[derive(Debug, Default)]
pub(crate) struct Stated {
    /// For each unit, in order of time.
    of_unit: Vec<Vec<Given>>,
    /// A place in each source that was read: with the number of a row it is the place of that row.
    sources: Vec<Place>,
}

#[derive(Debug, Clone, Copy)]
struct Given {
    period: Option<Period>,
    /// The class, among the texts of the session.
    class: u32,
    source: u32,
    row: u32,
}

impl Stated {
    /// A new source begins.
    pub(crate) fn begin(&mut self, heading: Place) {
        self.sources.push(heading);
    }

    /// Notes the class of a unit in a period.
    ///
    /// # Errors
    /// Another class that the unit was said to have in the period, and where.
    pub(crate) fn put(
        &mut self,
        unit: usize,
        period: Option<Period>,
        class: u32,
        place: impl FnOnce() -> Place,
    ) -> Result<(), (u32, Place)> {
        if self.of_unit.len() <= unit {
            self.of_unit.resize(unit + 1, Vec::new());
        }
        let list = &mut self.of_unit[unit];
        // Rows mostly come in order of time, or say again what the row before said.
        let at = match list.last() {
            Some(last) if last.period < period => Err(list.len()),
            Some(last) if last.period == period => Ok(list.len() - 1),
            _ => list.binary_search_by(|given| given.period.cmp(&period)),
        };
        match at {
            Ok(at) if list[at].class == class => Ok(()),
            Ok(at) => {
                let first = list[at];
                Err((first.class, row_of(self.sources[first.source as usize].clone(), first.row)))
            }
            Err(at) => {
                let row = match place() {
                    Place::Line { line, .. } => u32::try_from(line).unwrap_or(NOWHERE),
                    Place::Cell { row, .. } => row,
                    _ => NOWHERE,
                };
                let source = (self.sources.len() - 1) as u32;
                list.insert(at, Given { period, class, source, row });
                Ok(())
            }
        }
    }

    /// The classes, with the texts of the session.
    pub(crate) fn finish(self, texts: &[Arc<str>]) -> Classes {
        let mut classes = Classes::default();
        for (unit, list) in self.of_unit.into_iter().enumerate() {
            let class = |given: Given| (given.period, texts[given.class as usize].clone());
            classes.put(unit, list.into_iter().map(class).collect());
        }
        classes
    }
}

/// A row of a source, from any place in it.
fn row_of(mut place: Place, of: u32) -> Place {
    match &mut place {
        Place::Line { line, .. } if of != NOWHERE => *line = u64::from(of),
        Place::Cell { row, .. } if of != NOWHERE => *row = of,
        _ => {}
    }
    place
}
