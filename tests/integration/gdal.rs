//! Every format as GDAL reads it: the same features, fields, types, extent and nulls as in the tables of the pack.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use borderscope::analysis::Analysis;
use borderscope::case::Case;
use borderscope::export::formats::Layers;
use borderscope::export::layers::{Kind, Layer, Shape, Value};
use borderscope::pipeline::{Silent, analyse};

use super::columnar::hostile;
use super::support::{pack_in_formats, repository, run_pack, table};
use super::tools::{self, ogrinfo, point};

const FORMATS: &str = "geojson,geojson-lines,geopackage,flatgeobuf,geoparquet,kml";

/// The types under which a format has a kind of column.
fn types(format: &str, kind: Kind) -> &'static [&'static str] {
    match (format, kind) {
        // It has no head, and text that always looks like a time is told as one.
        ("geojson" | "geojsonl", Kind::Text) => &["String", "Date", "Time", "DateTime"],
        (_, Kind::Text) | ("kml", Kind::Date) => &["String"],
        (_, Kind::Integer) => &["Integer", "Integer64"],
        (_, Kind::Real) => &["Real"],
        ("fgb", Kind::Date) => &["DateTime"],
        (_, Kind::Date) => &["Date"],
        ("kml", Kind::Boolean) => &["Integer", "Integer(Boolean)"],
        (_, Kind::Boolean) => &["Integer(Boolean)"],
    }
}

/// How many values of each column are null.
fn nulls(layer: &Layer<'_>) -> BTreeMap<&'static str, usize> {
    let mut nulls: BTreeMap<_, _> = layer.columns.iter().map(|it| (it.name, 0)).collect();
    for feature in layer.iter() {
        for (column, value) in layer.columns.iter().zip(&feature.values) {
            *nulls.get_mut(column.name).unwrap() += usize::from(*value == Value::Null);
        }
    }
    nulls
}

/// The layer itself against the table of its name: what the formats are compared with below.
fn compare_with_table(pack: &Path, layer: &Layer<'_>) {
    let rows = table(&pack.join(format!("tables/{}.csv", layer.name)));
    assert_eq!(rows.len(), layer.len(), "{}", layer.name);
    let mut shared = 0;
    for (name, nulls) in nulls(layer) {
        if rows.first().is_some_and(|row| row.contains_key(name)) {
            shared += 1;
            let empty = rows.iter().filter(|row| row[name].is_empty()).count();
            assert_eq!(nulls, empty, "{}: {name}", layer.name);
        }
    }
    // All of it but a sum here and there that only one of them has.
    assert!(
        rows.is_empty() || shared * 10 >= layer.columns.len() * 9,
        "{} {shared}",
        layer.name
    );
}

/// A layer as GDAL reads it against itself.
fn compare(format: &str, found: &tools::Layer, layer: &Layer<'_>) {
    let what = format!("{format}, {}", layer.name);
    assert_eq!(found.features.len(), layer.len(), "{what}");
    assert_eq!(found.count, layer.len(), "{what}");
    for (column, nulls) in layer.columns.iter().zip(nulls_in_order(layer)) {
        let name = column.name;
        if format == "kml" && name == "name" {
            // GDAL has the name of the placemark in its place.
            continue;
        }
        let Some(kind) = found.fields.get(name) else {
            // No field is told of which nothing is known, by formats that have none in their head.
            assert!(
                nulls == layer.len() && format != "gpkg" && format != "fgb",
                "{what}: no {name}"
            );
            continue;
        };
        if nulls < layer.len() || !format.starts_with("geojson") {
            assert!(
                types(format, column.kind).contains(&kind.as_str()),
                "{what}: {name} is {kind}"
            );
        }
        let known = found.features.iter().filter(|it| it.contains_key(name));
        assert_eq!(
            found.features.len() - known.count(),
            nulls,
            "{what}: nulls of {name}"
        );
    }
    let ours: BTreeSet<&str> = layer.columns.iter().map(|it| it.name).collect();
    let strange = found.fields.keys().find(|it| !ours.contains(it.as_str()));
    assert!(format == "kml" || strange.is_none(), "{what}: {strange:?}");
    let mut extent = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    let mut shapes = 0;
    for feature in layer.iter() {
        for [longitude, latitude] in positions(&feature.shape) {
            extent[0] = extent[0].min(longitude);
            extent[1] = extent[1].min(latitude);
            extent[2] = extent[2].max(longitude);
            extent[3] = extent[3].max(latitude);
            shapes += 1;
        }
    }
    if shapes > 0 && format != "kml" {
        let found = found.extent.expect(&what);
        // Printed to six decimals.
        let same = found
            .iter()
            .zip(extent)
            .all(|(found, wanted)| (found - wanted).abs() < 6e-7);
        assert!(same, "{what}: {found:?} {extent:?}");
    }
}

fn positions(shape: &Shape) -> Vec<[f64; 2]> {
    match shape {
        Shape::None => Vec::new(),
        Shape::Point(at) => vec![*at],
        Shape::Line(parts) | Shape::Area(parts) => parts.concat(),
        Shape::Areas(areas) => areas.concat().concat(),
    }
}

fn nulls_in_order(layer: &Layer<'_>) -> Vec<usize> {
    let nulls = nulls(layer);
    layer.columns.iter().map(|it| nulls[it.name]).collect()
}

/// The incidents of KML, which lie in a folder for each sector, in one layer.
fn of_folders(folders: BTreeMap<String, tools::Layer>) -> tools::Layer {
    let mut all = tools::Layer::default();
    for layer in folders
        .into_values()
        .filter(|it| it.fields.contains_key("event_type"))
    {
        all.count += layer.count;
        all.fields.extend(layer.fields);
        all.features.extend(layer.features);
    }
    all
}

/// Whether GDAL has a driver; a message where not.
fn has_driver(name: &str) -> bool {
    let said = tools::told(Command::new("ogrinfo").arg("--formats")).unwrap_or_default();
    let has = said.lines().any(|line| line.trim_start().starts_with(name));
    if !has {
        eprintln!("left out: GDAL has no driver {name}");
    }
    has
}

/// The positions of incidents against the table, to 1e-7 degrees.
fn compare_places(format: &str, found: &tools::Layer, rows: &[BTreeMap<String, String>]) {
    let at = |row: &BTreeMap<String, String>| {
        ["longitude", "latitude"].map(|it| row[it].parse::<f64>().unwrap())
    };
    let rows: BTreeMap<&str, [f64; 2]> = rows
        .iter()
        .map(|row| (row["id"].as_str(), at(row)))
        .collect();
    for feature in &found.features {
        let [found, wanted] = [point(&feature["geometry"]), rows[feature["id"].as_str()]];
        let off = (0..2)
            .map(|axis| (found[axis] - wanted[axis]).abs())
            .fold(0.0, f64::max);
        assert!(off <= 1e-7, "{format}: {found:?} {wanted:?}");
    }
}

fn check(pack: &Path, analysis: &Analysis) {
    let layers = Layers::of(analysis);
    for layer in layers
        .with_shapes()
        .filter(|it| ["incidents", "clusters", "sectors"].contains(&it.name))
    {
        compare_with_table(pack, layer);
    }
    let rows = table(&pack.join("tables/incidents.csv"));
    let Some(database) = ogrinfo(&pack.join("gis/case.gpkg")) else {
        return;
    };
    let kml = has_driver("LIBKML")
        .then(|| ogrinfo(&pack.join("gis/case.kml")))
        .flatten();
    let mut formats = vec!["geojson", "geojsonl", "fgb"];
    if has_driver("Parquet") {
        formats.push("parquet");
    }
    for layer in layers.with_shapes() {
        let is_incidents = layer.name == "incidents";
        for &format in &formats {
            let path = pack.join(format!("gis/{}.{format}", layer.name));
            if format == "geojsonl" && layer.is_empty() {
                // A known disagreement: a sequence of nothing is a file of nothing, which GDAL does not open.
                assert_eq!(fs::read(&path).unwrap(), b"");
                let output = Command::new("ogrinfo").arg(&path).output().unwrap();
                assert!(!output.status.success());
                continue;
            }
            let found = ogrinfo(&path).unwrap();
            assert_eq!(found.len(), 1);
            let found = found.values().next().unwrap();
            compare(format, found, layer);
            if is_incidents {
                compare_places(format, found, &rows);
            }
        }
        compare("gpkg", &database[layer.name], layer);
        if is_incidents {
            compare_places("gpkg", &database[layer.name], &rows);
        }
        if let Some(kml) = kml.as_ref().filter(|_| !layer.is_empty() && !is_incidents) {
            compare("kml", &kml[layer.title], layer);
        }
    }
    if let Some(kml) = kml {
        let found = of_folders(kml);
        let incidents = layers
            .with_shapes()
            .find(|it| it.name == "incidents")
            .unwrap();
        compare("kml", &found, incidents);
        compare_places("kml", &found, &rows);
    }
}

#[test]
fn gdal_reads_every_format_as_the_tables_say() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("pack");
    let case = repository("data/afpk-2025/case.toml");
    pack_in_formats(&case, &pack, FORMATS);
    let case = Case::read(&case).unwrap();
    check(&pack, &analyse(&case, &Silent).unwrap());
}

#[test]
fn gdal_reads_hostile_text_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let case = hostile(folder.path());
    let pack = folder.path().join("pack");
    run_pack(
        &[&folder.path().join("hostile.csv")],
        &folder.path().join("line.geojson"),
        &pack,
        &["--quiet", "--formats", FORMATS],
        0,
    );
    check(&pack, &analyse(&case, &Silent).unwrap());
}
