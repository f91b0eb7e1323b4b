//! Whether the members of a group belong together: principal components, sampling adequacy, sphericity, Cronbach's alpha.

use crate::{Group, Missing, Series, fault};
use gradus_method::Outcome;
use gradus_model::Id;
use gradus_statistics::components::{self, Alpha, Components, SamplingAdequacy, Sphericity};
use gradus_statistics::correlation::{self, Coefficient};

/// The principal components of a group's members.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupComponents {
    /// The members, in the order of rows.
    pub members: Vec<Id>,
    /// How many units have all of them; the others are left out.
    pub n_units: usize,
    /// Variances (squared standard deviations) and vectors, of the correlation matrix.
    pub components: Components,
    /// The measure of sampling adequacy.
    pub adequacy: Outcome<SamplingAdequacy>,
    /// Bartlett's test of sphericity.
    pub sphericity: Outcome<Sphericity>,
}

/// The principal components of every group: of the correlations over units that have all of its members.
#[must_use]
pub fn principal(series: &[Series], groups: &[Group]) -> Vec<(Id, Outcome<GroupComponents>)> {
    groups.iter().map(|group| (group.code.clone(), of_group(&group.of(series)))).collect()
}

fn of_group(members: &[&Series]) -> Outcome<GroupComponents> {
    let said = |why| fault(why, members);
    let (complete, units) = correlation::complete_rows(members);
    if complete.len() < 2 {
        return Err(said(gradus_statistics::Undefined::TooFew { found: complete.len(), needed: 2 }));
    }
    let correlations =
        correlation::correlation_matrix(members, Coefficient::Pearson, Missing::Listwise).map_err(said)?;
    Ok(GroupComponents {
        members: members.iter().map(|series| series.code.clone()).collect(),
        n_units: units.len(),
        components: components::principal(&correlations).map_err(said)?,
        adequacy: components::sampling_adequacy(&correlations).map_err(said),
        sphericity: components::sphericity(&correlations, units.len()).map_err(said),
    })
}

/// Cronbach's alpha of every group, from covariances over the units that [`Missing`] says.
#[must_use]
pub fn cronbach(series: &[Series], groups: &[Group], missing: Missing) -> Vec<(Id, Outcome<Alpha>)> {
    let of_group = |group: &Group| {
        let members = group.of(series);
        let alpha = correlation::covariance_matrix(&members, missing)
            .and_then(|covariances| components::alpha(&covariances))
            .map_err(|why| fault(why, &members));
        (group.code.clone(), alpha)
    };
    groups.iter().map(of_group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;

    #[test]
    fn one_group_that_fails_does_not_take_the_others_with_it() {
        let all = [
            series("a", &[1.0, 2.0, 3.0, 4.0, 5.0]),
            series("b", &[2.0, 1.0, 4.0, f64::NAN, 5.0]),
            series("twin", &[2.0, 4.0, 6.0, 8.0, 10.0]),
            series("flat", &[1.0; 5]),
        ];
        let groups = [
            group("g", &["a", "b"]),
            group("twins", &["a", "twin"]),
            group("f", &["a", "flat"]),
            group("one", &["a"]),
        ];
        let found = principal(&all, &groups);
        let g = found[0].1.as_ref().unwrap();
        assert_eq!((g.n_units, g.components.variances.len()), (4, 2));
        near(g.components.variances.iter().sum(), 2.0);
        let twins = found[1].1.as_ref().unwrap();
        assert_eq!(twins.adequacy.as_ref().unwrap_err().kind.id, "singular-matrix");
        let flat = found[2].1.as_ref().unwrap_err();
        assert!(flat.kind.id == "zero-range" && flat.message.contains("`flat`"));
        assert_eq!(found[3].1.as_ref().unwrap_err().kind.id, "too-few-values");
        let alphas = cronbach(&all, &groups, Missing::Pairwise);
        // The sum of a and its double: 2 (1 - 5 / 9).
        near(alphas[1].1.as_ref().unwrap().raw, 8.0 / 9.0);
        assert!(alphas[2].1.is_err() && alphas[3].1.is_err());
    }
}
