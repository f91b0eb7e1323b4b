//! Any text in the place of a standard's keys, graded over fixed figures of several years: what is proven is possible,
//! every verdict is what its proof adds up to, and an unknown that becomes known keeps the grade inside its interval.
#![no_main]

use gradus_data::Memory;
use gradus_engine::{Methods, evaluate};
use gradus_model::decode;
use gradus_model::package::NodeIx;
use gradus_standard::{Form, Grader, Proof, Verdict, chances, flips, readings};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

const HEAD: &str = "format = 1\nindex = { id = 'i', name = 'I' }\ndata = [{ file = 'a.csv' }]\n\
    defaults = { normalize = { method = 'goalposts', lower = 0, upper = 100 } }\n\
    grade = [{ id = 'low', name = 'L' }, { id = 'mid', name = 'M' }, { id = 'high', name = 'H' }]\n\
    group = [{ id = 'g', name = 'G' }, { id = 'h', name = 'H' }]\n\
    indicator = [\n\
      { id = 'a', name = 'A', parent = 'g', tags = ['core'], ladder = { low = 10, mid = 20, high = 30 } },\n\
      { id = 'b', name = 'B', parent = 'g', weight = '1/3', ladder = { low = { value = 10, years = 2 }, high = { above = 30 } } },\n\
      { id = 'c', name = 'C', parent = 'h', tags = ['core'], direction = 'lower', ladder = { low = 30, mid = { value = 20, once-then = 25 } } },\n\
      { id = 'd', name = 'D', parent = 'h', scale = 'yes-no', normalize = 'none', ladder = { low = 'yes' } },\n\
      { id = 'e', name = 'E', parent = 'h', ladder = { low = { from = 0, to = 50 }, high = { from = 20, to = 30 } } },\n\
    ]\n";

const FIGURES: &[u8] = b"unit,variable,period,value,standard-error,note\n\
    u,a,2017,25,,\nu,a,2018,15,2,\nu,b,2017,12,,\nu,b,2018,31,,\nu,c,2018,22,,\nu,d,2018,yes,,\nu,e,2018,25,,\n\
    v,a,2018,35,,\nv,c,2018,n/a,,no coast\nv,d,2017,no,,\nv,e,2018,60,,\n";

static FILES: LazyLock<Memory> = LazyLock::new(|| Memory::new().with("a.csv", FIGURES));
static METHODS: LazyLock<Methods> = LazyLock::new(Methods::default);

/// A clause's verdict is what its proof adds up to, all the way down.
fn adds_up(proof: &Proof) {
    let tally = proof.tally;
    assert!(tally.proven <= tally.possible);
    if !matches!(proof.form, Form::Not | Form::Open | Form::Score | Form::Never) {
        let expected = if tally.proven >= tally.needed {
            Verdict::Met
        } else if tally.possible < tally.needed {
            Verdict::NotMet
        } else {
            Verdict::Unknown
        };
        assert_eq!(proof.verdict, expected, "{proof:?}");
    }
    proof.clauses.iter().for_each(adds_up);
}

fuzz_target!(|text: &str| {
    let file = format!("{HEAD}[[standard]]\nid = 's'\nname = 'S'\n{text}\n");
    let (Some(package), _) = decode::decode("fuzz.toml", &file) else { return };
    // Rules are looked at, not the rest of the file.
    if package.nodes.len() != 8 || package.data.len() != 1 || !package.pipeline.is_empty() {
        return;
    }
    let import = gradus_data::load(&package, &*FILES);
    let Ok((evaluation, _)) = evaluate(&package, &METHODS, &import.data) else { return };
    let grading = gradus_standard::grade(&package, &import.data, &evaluation);
    let grader = Grader::new(&package, &import.data, &evaluation);
    for row in 0..grading.n_rows() {
        let Some(grades) = grading.row(row) else { continue };
        assert_eq!(grader.row(row).grades().standards().count(), grades.standards().count());
        for grade in grades.standards() {
            assert!(grade.interval.proven <= grade.interval.possible);
            assert!(grade.held >= grade.interval.proven);
            grade.proofs().iter().for_each(adds_up);
        }
        let _ = chances(&grader, &package, row);
        let _ = flips(&grader, &package, row, 0);
        // Of every indicator that is not known, the best and the worst.
        let unknown: Vec<NodeIx> = grades
            .nodes()
            .filter(|n| package.nodes[n.node].indicator().is_some() && n.verdicts.contains(&Verdict::Unknown))
            .map(|n| n.node)
            .collect();
        if text.contains("not") || text.contains("missing") {
            continue;
        }
        for verdict in [Verdict::NotMet, Verdict::Met] {
            let mut record = grades.to_record(&grading);
            let all = [verdict; 3];
            let changes: Vec<(NodeIx, &[Verdict])> = unknown.iter().map(|n| (*n, all.as_slice())).collect();
            record.assume(&changes);
            for (after, before) in record.grades().standards().zip(grades.standards()) {
                assert!(after.interval.proven >= before.interval.proven || verdict == Verdict::NotMet);
                assert!(after.interval.possible <= before.interval.possible);
            }
        }
    }
    for reading in readings(&package, &import.data, &evaluation, 0) {
        assert_eq!(reading.grading.n_rows(), grading.n_rows());
    }
});
