//! Outlines of units, from the GeoJSON file that `[map]` names.

use crate::files::Files;
use crate::table::nearest;
use gradus_model::diagnostic::{Diagnostic, Diagnostics, Place, catalog, list_some};
use gradus_model::{Id, Package, Text};
use serde_json::Value;
use std::collections::BTreeMap;

/// The largest file of outlines, in bytes: a picture shows no more than a few of them hold.
pub const LARGEST_MAP: usize = 32 << 20;
/// The most points of all outlines together.
pub const MOST_POINTS: usize = 1_000_000;

/// A closed line: longitude and latitude in degrees. The last point is not repeated.
pub type Ring = Vec<(f64, f64)>;

/// The rings of the outline of each unit, holes among them.
pub type Outlines = BTreeMap<Id, Vec<Ring>>;

/// Reads the outlines that `[map]` names; none where it names no file. `units` are the units of the data with their names.
///
/// Of GeoJSON (RFC 7946) it takes a `FeatureCollection` or a single `Feature` with a `Polygon` or `MultiPolygon`. A feature belongs to
/// the unit whose code or name its property (or its `id`) holds; features of no unit are left out, for a map of the world may
/// serve an index of ten cities. Several features of one unit join. Coordinates are in degrees, WGS 84, longitude first; a height is ignored.
///
/// # Errors
/// What keeps the file from being read or understood: it is not there, too large, not JSON, nested too deep; a ring of fewer than three
/// points; a coordinate that is no number or not on the globe; no feature that names a unit.
pub fn load_outlines(
    package: &Package,
    units: &[(Id, Text)],
    files: &dyn Files,
) -> Result<Outlines, Diagnostics> {
    let Some(source) = &package.map else { return Ok(Outlines::new()) };
    let declared = source.spans.of("file");
    let bytes = files
        .open(&source.file)
        .map_err(|error| Diagnostics::from(error.diagnostic(&source.file, declared)))?;
    let place = Place::File { file: source.file.as_str().into() };
    let wrong = |message: String, help: &str| {
        Diagnostics::from(Diagnostic::new(&catalog::INVALID_GEOJSON, message).at(place.clone()).help(help))
    };
    if bytes.len() > LARGEST_MAP {
        let message = format!("`{}` has {} bytes, more than 32 MiB", source.file, bytes.len());
        return Err(wrong(message, "simplify its outlines, or keep only those of the package's units"));
    }
    // A mark of byte order is no part of JSON, and some programs write it.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let document: Value = serde_json::from_slice(bytes).map_err(|error| {
        let message = format!("`{}` is not JSON: {error}", source.file);
        wrong(message, "export the outlines as GeoJSON again")
    })?;
    let features: Vec<&Value> = match document.get("type").and_then(Value::as_str) {
        Some("FeatureCollection") => {
            document.get("features").and_then(Value::as_array).into_iter().flatten().collect()
        }
        Some("Feature") => vec![&document],
        other => {
            let found = other.map_or_else(|| "no `type`".to_owned(), |t| format!("the type `{}`", shown(t)));
            let message = format!("`{}` has {found}, not a collection of features", source.file);
            return Err(wrong(message, "export the outlines as a GeoJSON FeatureCollection"));
        }
    };
    let mut out = Outlines::new();
    let mut points = 0;
    let mut unknown: Vec<String> = Vec::new();
    for (at, feature) in features.iter().enumerate() {
        let held = match &source.property {
            Some(property) => feature.get("properties").and_then(|p| p.get(property)),
            None => feature.get("id"),
        };
        let name = match held {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => continue,
        };
        let Some(unit) = unit_of(units, &name) else {
            unknown.push(shown(&name));
            continue;
        };
        let rings = rings(feature.get("geometry").unwrap_or(&Value::Null), &mut points).map_err(|why| {
            wrong(
                format!("feature {} (`{}`): {why}", at + 1, shown(&name)),
                "correct the outline, or export it again in degrees (WGS 84)",
            )
        })?;
        out.entry(unit.clone()).or_default().extend(rings);
    }
    if out.is_empty() {
        let by = source
            .property
            .as_ref()
            .map_or_else(|| "`id`".to_owned(), |p| format!("property `{}`", shown(p)));
        let codes = || units.iter().map(|(id, _)| id.as_str());
        let message = match unknown.first() {
            _ if features.is_empty() => format!("`{}` has no features", source.file),
            None => format!("no feature of `{}` has the {by}", source.file),
            Some(_) => format!(
                "no feature of `{}` names a unit by its {by}; they name {}",
                source.file,
                list_some(&unknown)
            ),
        };
        let near = unknown.first().and_then(|name| nearest(name, codes()));
        let help = match near {
            Some(near) if !unknown.is_empty() => format!(
                "name units as the package does, such as `{near}`, or another `property` under `[map]`"
            ),
            _ => "name the `property` under `[map]` that holds codes or names of units".to_owned(),
        };
        return Err(wrong(message, &help));
    }
    Ok(out)
}

/// A text of the file as it may stand in a message.
fn shown(text: &str) -> String {
    let short: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if short.chars().count() < text.chars().count() { format!("{short}\u{2026}") } else { short }
}

fn unit_of<'u>(units: &'u [(Id, Text)], name: &str) -> Option<&'u Id> {
    let found = units.iter().find(|(id, _)| *id == *name);
    let named = || {
        let is = |form: &Option<String>| form.as_deref() == Some(name);
        units.iter().find(|(_, text)| is(&text.en) || is(&text.zh))
    };
    found.or_else(named).map(|(id, _)| id)
}

fn rings(geometry: &Value, points: &mut usize) -> Result<Vec<Ring>, String> {
    let coordinates = geometry.get("coordinates").and_then(Value::as_array);
    let list = |value: &Value| value.as_array().cloned();
    match (geometry.get("type").and_then(Value::as_str), coordinates) {
        (Some("Polygon"), Some(all)) => all.iter().map(|r| ring(r, points)).collect(),
        (Some("MultiPolygon"), Some(all)) => {
            let mut out = Vec::new();
            for polygon in all {
                let rings = polygon.as_array().ok_or("a polygon is not a list of rings")?;
                for one in rings {
                    out.push(ring(one, points)?);
                }
            }
            Ok(out)
        }
        (Some(other), _) => Err(format!("`{}` is no polygon", shown(other))),
        (None, _) if list(geometry).is_some() || geometry.is_null() => Err("it has no geometry".to_owned()),
        (None, _) => Err("its geometry has no `type`".to_owned()),
    }
}

fn ring(value: &Value, points: &mut usize) -> Result<Ring, String> {
    let corners = value.as_array().ok_or("a ring is not a list of points")?;
    *points += corners.len();
    if *points > MOST_POINTS {
        return Err(format!("with it, the outlines have more than {MOST_POINTS} points"));
    }
    let mut out = Ring::with_capacity(corners.len());
    for corner in corners {
        let degrees = |at: usize| corner.get(at).and_then(Value::as_f64).filter(|x| x.is_finite());
        let (Some(longitude), Some(latitude)) = (degrees(0), degrees(1)) else {
            return Err(format!("`{}` is not a point of two numbers", shown(&corner.to_string())));
        };
        if longitude.abs() > 180.0 || latitude.abs() > 90.0 {
            return Err(format!(
                "{longitude}, {latitude} is not on the globe: degrees are wanted, longitude first"
            ));
        }
        out.push((longitude, latitude));
    }
    if out.len() > 1 && out.first() == out.last() {
        out.pop();
    }
    if out.len() < 3 {
        return Err("a ring has fewer than three points".to_owned());
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Memory;
    use gradus_model::decode::decode;

    fn read(geojson: &str) -> Result<Outlines, String> {
        let text = "format = 1\n[index]\nid = \"demo\"\nname = \"Demo\"\n[map]\nfile = \"map.json\"\nproperty = \"name\"\n[[unit]]\nid = \"lakeside\"\nname = { en = \"Lakeside\", zh = \"湖滨\" }\n[[unit]]\nid = \"hilltown\"\n[[indicator]]\nid = \"water\"\nname = \"Water\"\n";
        let (package, found) = decode("package.toml", text);
        let package = package.unwrap_or_else(|| panic!("{found:?}"));
        let units: Vec<(Id, Text)> = package.units.iter().map(|u| (u.id.clone(), u.name.clone())).collect();
        let files = Memory::new().with("map.json", geojson.as_bytes().to_vec());
        load_outlines(&package, &units, &files)
            .map_err(|found| found.iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("\n"))
    }

    fn feature(name: &str, geometry: &str) -> String {
        format!("{{\"type\":\"Feature\",\"properties\":{{\"name\":{name}}},\"geometry\":{geometry}}}")
    }

    const SQUARE: &str = "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[3,2],[3,4],[1,4],[1,2]]]}";

    #[test]
    fn outlines_belong_to_units_by_code_or_name() {
        let several = "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[1,2,90],[3,2],[3,4]]],[[[5,5],[6,5],[6,6]],[[5.1,5.1],[5.2,5.1],[5.2,5.2]]]]}";
        let collection = format!(
            "\u{feff}{{\"type\":\"FeatureCollection\",\"features\":[{},{},{}]}}",
            feature("\"湖滨\"", SQUARE),
            feature("\"hilltown\"", several),
            feature("\"elsewhere\"", "null")
        );
        let found = read(&collection).unwrap();
        let rings: Vec<(&str, usize)> = found.iter().map(|(id, rings)| (id.as_str(), rings.len())).collect();
        assert_eq!(rings, [("hilltown", 3), ("lakeside", 1)]);
        // The closing point is not repeated.
        assert_eq!(found.values().next_back().unwrap()[0], [(1.0, 2.0), (3.0, 2.0), (3.0, 4.0), (1.0, 4.0)]);
    }

    #[test]
    fn hostile_files_are_refused_with_the_place() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let deep = feature("\"lakeside\"", &format!("{{\"type\":\"Polygon\",\"coordinates\":{deep}}}"));
        for (text, message) in [
            ("", "empty"),
            ("{", "is not JSON"),
            ("[1,2]", "has no `type`"),
            ("{\"type\":\"Topology\"}", "has the type `Topology`, not a collection of features"),
            ("{\"type\":\"FeatureCollection\",\"features\":3}", "has no features"),
            (&deep, "recursion limit"),
            (
                &feature("\"lakeside\"", "{\"type\":\"Polygon\",\"coordinates\":[[[NaN,1],[1,1],[2,2]]]}"),
                "is not JSON",
            ),
            (
                &feature("\"lakeside\"", "{\"type\":\"Polygon\",\"coordinates\":[[[1e999,1],[1,1],[2,2]]]}"),
                "is not a point of two numbers",
            ),
            (
                &feature("\"lakeside\"", "{\"type\":\"Polygon\",\"coordinates\":[[[null,1],[1,1],[2,2]]]}"),
                "is not a point of two numbers",
            ),
            (
                &feature("\"lakeside\"", "{\"type\":\"Polygon\",\"coordinates\":[[[1,1],[2,2],[1,1]]]}"),
                "fewer than three points",
            ),
            (
                &feature(
                    "\"lakeside\"",
                    "{\"type\":\"Polygon\",\"coordinates\":[[[4300000,1],[1,1],[2,2]]]}",
                ),
                "not on the globe",
            ),
            (&feature("\"lakeside\"", "{\"type\":\"Polygon\",\"coordinates\":\"here\"}"), "is no polygon"),
            (&feature("\"lakeside\"", "{\"type\":\"Point\",\"coordinates\":[1,2]}"), "`Point` is no polygon"),
            (&feature("\"lakeside\"", "null"), "it has no geometry"),
            (&feature("\"elsewhere\"", SQUARE), "names a unit by its property `name`; they name `elsewhere`"),
            (&feature("7", SQUARE), "they name `7`"),
            (&feature("[]", SQUARE), "has the property `name`"),
        ] {
            let found = read(text).unwrap_err();
            assert!(found.contains(message), "{}: {found}", text.chars().take(100).collect::<String>());
        }
    }

    #[test]
    fn points_and_bytes_are_bounded() {
        let points = "[1,2],".repeat(MOST_POINTS + 1);
        let many =
            feature("\"lakeside\"", &format!("{{\"type\":\"Polygon\",\"coordinates\":[[{}[3,4]]]}}", points));
        assert!(read(&many).unwrap_err().contains("more than 1000000 points"));
        let large = format!("{}{}", " ".repeat(LARGEST_MAP), feature("\"lakeside\"", SQUARE));
        assert!(read(&large).unwrap_err().contains("more than 32 MiB"));
    }
}
