//! Figures that stand in columns are the same data as figures that are kept one by one.

use gradus::engine::{Cell, evaluate};
use gradus::model::observation::Piece;
use gradus::model::{Arithmetic, DataSet};
use gradus::{Methods, data, library, open, standard};

#[test]
fn every_package_is_computed_alike_from_columns_and_from_a_list() {
    let methods = Methods::default();
    let mut n_grids = 0;
    for built_in in library::list() {
        let bundle = open(built_in.id).unwrap();
        let package = bundle.decode().0.unwrap();
        let import = data::load(&package, bundle.files());
        let columns = import.data;
        let listed = DataSet { observations: columns.observations.iter().collect(), ..columns.clone() };
        assert_eq!(columns, listed);
        assert_eq!(columns.periods(), listed.periods());
        n_grids += columns.observations.pieces().filter(|(_, p)| matches!(p, Piece::Grid(_))).count();
        for arithmetic in [Arithmetic::Decimal, Arithmetic::Binary64] {
            let mut package = package.clone();
            package.policy.arithmetic = arithmetic;
            let of = |data: &DataSet| evaluate(&package, &methods, data);
            let (Ok((a, found)), Ok((b, found_too))) = (of(&columns), of(&listed)) else {
                assert_eq!(of(&columns).err(), of(&listed).err(), "{}", built_in.id);
                continue;
            };
            assert_eq!(found, found_too);
            assert_eq!(a.periods, b.periods);
            for (ix, (x, y)) in a.nodes.iter().zip(&b.nodes).enumerate() {
                assert_eq!(
                    (&x.raw, &x.scores, a.ranks(ix)),
                    (&y.raw, &y.scores, b.ranks(ix)),
                    "{}",
                    built_in.id
                );
                assert_eq!((&x.status, &x.absence, &x.coverage), (&y.status, &y.absence, &y.coverage));
                // The places differ where a row has no figure; what stands there does not.
                for row in 0..x.cells.len() {
                    assert_eq!(a.observation(&columns, ix, row), b.observation(&listed, ix, row));
                    let kind = |cell| matches!(cell, Some(Cell::Observed(_)));
                    assert_eq!(kind(x.cells.get(row)), kind(y.cells.get(row)));
                }
            }
            assert_eq!(standard::grade(&package, &columns, &a), standard::grade(&package, &listed, &b));
        }
    }
    assert!(n_grids > 5, "{n_grids}");
}
