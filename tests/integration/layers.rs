//! The layers hold to RFC 7946.

use serde_json::Value;

use super::support::{path_text, repository, run, run_pack};

/// Every position of a geometry.
fn positions(coordinates: &Value, found: &mut Vec<[f64; 2]>) {
    let list = coordinates.as_array().unwrap();
    if list[0].is_number() {
        assert_eq!(list.len(), 2);
        found.push([list[0].as_f64().unwrap(), list[1].as_f64().unwrap()]);
    } else {
        for inner in list {
            positions(inner, found);
        }
    }
}

fn decimals(value: f64) -> usize {
    value.to_string().split('.').nth(1).map_or(0, str::len)
}

/// Twice the area in square degrees, above zero for a ring that runs counterclockwise.
fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    ring.windows(2)
        .map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1])
        .sum()
}

fn check(layer: &Value) {
    assert_eq!(layer["type"], "FeatureCollection");
    assert!(layer.get("crs").is_none());
    let mut all = Vec::new();
    for feature in layer["features"].as_array().unwrap() {
        assert_eq!(feature["type"], "Feature");
        assert!(feature["id"].is_string() || feature["id"].is_number());
        assert!(feature["properties"].is_object());
        let geometry = &feature["geometry"];
        let mut here = Vec::new();
        positions(&geometry["coordinates"], &mut here);
        for [longitude, latitude] in &here {
            assert!(longitude.abs() <= 180.0 && latitude.abs() <= 90.0);
            assert!(decimals(*longitude) <= 7 && decimals(*latitude) <= 7);
        }
        match geometry["type"].as_str().unwrap() {
            "LineString" => assert!(here.len() >= 2),
            "Polygon" => {
                assert!(here.len() >= 4);
                assert_eq!(here.first(), here.last());
                assert!(
                    doubled_area(&here) > 0.0,
                    "an outer ring that runs clockwise"
                );
            }
            "MultiPolygon" => {
                for polygon in geometry["coordinates"].as_array().unwrap() {
                    for (number, ring) in polygon.as_array().unwrap().iter().enumerate() {
                        let mut ring_of = Vec::new();
                        positions(ring, &mut ring_of);
                        assert!(ring_of.len() >= 4);
                        assert_eq!(ring_of.first(), ring_of.last());
                        assert_eq!(doubled_area(&ring_of) > 0.0, number == 0);
                    }
                }
            }
            "Point" | "MultiLineString" => {}
            other => panic!("a {other}"),
        }
        all.extend(here);
    }
    if all.is_empty() {
        assert!(layer.get("bbox").is_none());
        return;
    }
    let bbox: Vec<f64> = layer["bbox"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_f64().unwrap())
        .collect();
    let range = |axis: usize| {
        let values = all.iter().map(|at| at[axis]);
        (
            values.clone().fold(f64::INFINITY, f64::min),
            values.fold(f64::NEG_INFINITY, f64::max),
        )
    };
    assert_eq!((bbox[1], bbox[3]), range(1));
    if bbox[0] <= bbox[2] {
        assert_eq!((bbox[0], bbox[2]), range(0));
    } else {
        assert!(all.iter().all(|at| at[0] >= bbox[0] || at[0] <= bbox[2]));
    }
}

fn check_pack(pack: &std::path::Path) -> usize {
    let mut features = 0;
    for layer in [
        "incidents",
        "clusters",
        "sectors",
        "border",
        "corridor",
        "uncertainty",
    ] {
        let bytes = std::fs::read(pack.join(format!("gis/{layer}.geojson"))).unwrap();
        let layer: Value = serde_json::from_slice(&bytes).unwrap();
        check(&layer);
        features += layer["features"].as_array().unwrap().len();
    }
    features
}

#[test]
fn the_shipped_layers_hold_to_rfc_7946() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("pack");
    let case = repository("data/afpk-2025/case.toml");
    run(
        &["run", path_text(&case), "--out", path_text(&out), "--quiet"],
        0,
    );
    // 90 incidents, 10 sectors, 1 chain, 1 corridor, and some clusters and discs.
    assert!(check_pack(&out) > 102);
    let read = std::fs::read_to_string(out.join("gis/incidents.geojson")).unwrap();
    assert!(read.parse::<geojson::GeoJson>().is_ok());
}

#[test]
fn layers_across_the_antimeridian_are_cut_there() {
    let folder = tempfile::tempdir().unwrap();
    let border = folder.path().join("line.geojson");
    let line = r#"{"type":"LineString","coordinates":[[179.0,-17.0],[-179.0,-16.5]]}"#;
    std::fs::write(&border, line).unwrap();
    let incidents = folder.path().join("incidents.csv");
    let mut rows = "date,latitude,longitude\n".to_owned();
    for (longitude, latitude) in [
        (179.95, -16.8),
        (-179.95, -16.7),
        (179.99, -16.9),
        (-179.98, -16.6),
    ] {
        rows.push_str(&format!("2025-10-16,{latitude},{longitude}\n"));
    }
    std::fs::write(&incidents, rows).unwrap();
    let out = folder.path().join("pack");
    run_pack(&[&incidents], &border, &out, &[], 0);
    check_pack(&out);
    let read = |layer: &str| {
        let bytes = std::fs::read(out.join(format!("gis/{layer}.geojson"))).unwrap();
        serde_json::from_slice::<Value>(&bytes).unwrap()
    };
    assert_eq!(
        read("border")["features"][0]["geometry"]["type"],
        "MultiLineString"
    );
    assert_eq!(
        read("clusters")["features"][0]["geometry"]["type"],
        "MultiPolygon"
    );
    let corridor = &read("corridor")["features"];
    assert_eq!(corridor[0]["properties"]["distance_km"], 50.0);
    assert_eq!(
        corridor[0]["geometry"]["coordinates"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    for layer in ["incidents", "corridor"] {
        let bbox = &read(layer)["bbox"];
        assert!(bbox[0].as_f64().unwrap() > bbox[2].as_f64().unwrap());
    }
}
