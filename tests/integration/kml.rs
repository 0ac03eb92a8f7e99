//! The layers as KML, read back by GDAL where it is installed, and by the command itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::support::{path_text, repository, run, table, text};

fn shipped(folder: &Path) -> PathBuf {
    let out = folder.join("pack");
    let case = repository("data/afpk-2025/case.toml");
    run(
        &["run", path_text(&case), "--out", path_text(&out), "--quiet"],
        0,
    );
    out
}

/// The features that GDAL reads, by layer: each by attribute, the shape as `geometry`; `None`, with a message, where it
/// is not installed.
fn read_by_gdal(file: &Path) -> Option<BTreeMap<String, Vec<BTreeMap<String, String>>>> {
    let Ok(output) = Command::new("ogrinfo")
        .args(["-ro", "-al"])
        .arg(file)
        .output()
    else {
        eprintln!("left out: ogrinfo is not installed");
        return None;
    };
    let said = text(&output.stdout);
    let errors = text(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(
        !errors.contains("ERROR") && !errors.contains("Warning"),
        "{errors}"
    );
    if !said.contains("LIBKML") {
        eprintln!("left out: ogrinfo has no LIBKML");
        return None;
    }
    let mut layers: BTreeMap<String, Vec<BTreeMap<String, String>>> = BTreeMap::new();
    let mut layer = String::new();
    for line in said.lines() {
        if let Some(name) = line.strip_prefix("Layer name: ") {
            name.clone_into(&mut layer);
            layers.entry(layer.clone()).or_default();
        } else if line.starts_with("OGRFeature(") {
            layers
                .entry(layer.clone())
                .or_default()
                .push(BTreeMap::new());
        } else if let Some(feature) = layers.get_mut(&layer).and_then(|all| all.last_mut())
            && let Some(line) = line.strip_prefix("  ")
        {
            if let Some((name, value)) = line.split_once(" = ") {
                let (name, _) = name.rsplit_once(" (").unwrap();
                feature.insert(name.to_owned(), value.to_owned());
            } else if line.starts_with(|c: char| c.is_ascii_uppercase()) {
                feature.insert("geometry".to_owned(), line.to_owned());
            }
        }
    }
    Some(layers)
}

fn features(pack: &Path, layer: &str) -> usize {
    let bytes = std::fs::read(pack.join(format!("gis/{layer}.geojson"))).unwrap();
    let json: Value = serde_json::from_slice(&bytes).unwrap();
    json["features"].as_array().unwrap().len()
}

#[test]
fn gdal_reads_what_the_tables_say() {
    let folder = tempfile::tempdir().unwrap();
    let pack = shipped(folder.path());
    let Some(layers) = read_by_gdal(&pack.join("gis/case.kml")) else {
        return;
    };
    for (layer, title) in [
        ("border", "Border line"),
        ("rival_borders", "Rival lines"),
        ("sectors", "Sectors"),
        ("clusters", "Clusters"),
        ("corridor", "Corridor"),
        ("uncertainty", "Discs of uncertainty"),
    ] {
        assert_eq!(layers[title].len(), features(&pack, layer), "{title}");
    }
    let rows = table(&pack.join("tables/incidents.csv"));
    let mut read: BTreeMap<&str, &BTreeMap<String, String>> = BTreeMap::new();
    for (layer, features) in &layers {
        for feature in features.iter().filter(|it| it.contains_key("event_type")) {
            if let Some(id) = feature.get("id") {
                assert_eq!(&feature["sector"], layer);
                assert!(read.insert(id, feature).is_none(), "{id} twice");
            }
        }
    }
    assert_eq!(read.len(), rows.len());
    for row in &rows {
        let feature = read[row["id"].as_str()];
        assert!(
            feature["Name"].contains(row["place"].as_str()),
            "{feature:?}"
        );
        let shape = feature["geometry"]
            .trim_start_matches("POINT")
            .replace('Z', "");
        let numbers: Vec<f64> = shape
            .trim()
            .trim_matches(['(', ')'])
            .split(' ')
            .map(|number| number.parse().unwrap())
            .collect();
        for (number, column) in numbers.iter().zip(["longitude", "latitude"]) {
            let wanted: f64 = row[column].parse().unwrap();
            assert!((number - wanted).abs() <= 1e-7, "{row:?}");
        }
        for column in [
            "date",
            "event_type",
            "claim_status",
            "fate",
            "offset_m",
            "fatalities_best",
        ] {
            let found = feature.get(column).map_or("", String::as_str);
            match (found.parse::<f64>(), row[column].parse::<f64>()) {
                (Ok(found), Ok(wanted)) => assert!((found - wanted).abs() < 1e-6, "{column}"),
                _ => assert_eq!(found, row[column], "{column}"),
            }
        }
    }
}
