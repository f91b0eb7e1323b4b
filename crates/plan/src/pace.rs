//! The best pace that any peer has held: what a year can bring, by the experience of others.

use gradus_model::package::NodeIx;
use gradus_progress::{Source, Tracker, pace};

/// The largest yearly improvement, in the measurement unit, that a unit other than this one has held over the whole of its series, as
/// far as its figures can be compared: the median of the slopes of all pairs of years, which one odd year does not move.
/// Nothing where no peer has a series of three years or more, or none improved; nor for levels of a scale.
pub(crate) fn best_peer(source: Source<'_>, tracker: &Tracker<'_>, node: NodeIx, unit: usize) -> Option<f64> {
    let indicator = source.package.nodes.get(node)?.indicator()?;
    if indicator.scale.is_some() {
        return None;
    }
    let others = (0..source.evaluation.units.len()).filter(|other| *other != unit);
    let held = others.filter_map(|other| {
        let series = &tracker.history(node, other)?.series;
        let whole = series.len() > 2;
        whole.then(|| pace::observed(indicator.direction, series).ok()).flatten()
    });
    held.filter(|pace| *pace > 0.0 && pace.is_finite()).reduce(f64::max)
}
