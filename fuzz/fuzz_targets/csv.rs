//! Any bytes as a data file of a fixed package: observations or findings, never a panic.
#![no_main]

use gradus_data::Memory;
use gradus_model::{Package, decode};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

fn package(data: &str) -> Package {
    let text = format!(
        "format = 1\n[index]\nid = 'i'\nname = 'I'\n\
         [[conversion]]\nfrom = '%'\nto = 'share'\nmultiply = 0.01\n\
         [[measure]]\nid = 'm'\nunit = 'share'\n\
         [[indicator]]\nid = 'x'\nname = '收入'\nunit = 'km'\nnormalize = 'none'\n\
         [[indicator]]\nid = 'level'\nname = 'Level'\nscale = ['low', 'high']\nnormalize = 'none'\n\
         [[data]]\nfile = 'data.csv'\n{data}"
    );
    decode::decode("fuzz.toml", &text).0.expect("the package is sound")
}

static PACKAGES: LazyLock<Vec<Package>> = LazyLock::new(|| {
    [
        "",
        "layout = 'wide'\n",
        "numbers = { decimal = ',', thousands = ' ', percent = 'divide' }\nabsent = { '-' = 'not-available' }\n",
        "layout = 'wide'\nencoding = 'gb18030'\ndelimiter = ';'\nsubset = true\nperiod = 2018\n",
    ]
    .map(package)
    .into()
});

fuzz_target!(|bytes: &[u8]| {
    let Some((which, rest)) = bytes.split_first() else { return };
    let package = &PACKAGES[usize::from(*which) % PACKAGES.len()];
    let files = Memory::new().with("data.csv", rest.to_vec());
    let import = gradus_data::load(package, &files);
    for observation in import.data.observations.iter() {
        assert!(observation.unit < import.data.units.len());
        assert!(observation.variable < import.data.variables.len());
    }
});
