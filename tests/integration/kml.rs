//! The layers as KML, read back by GDAL where it is installed, and by the command itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::{path_text, repository, run, run_pack, table, text};
use super::tools::{ogrinfo, point};

fn shipped(folder: &Path) -> PathBuf {
    let out = folder.join("pack");
    let case = repository("data/afpk-2025/case.toml");
    run(
        &["run", path_text(&case), "--out", path_text(&out), "--quiet"],
        0,
    );
    out
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
    let Some(layers) = ogrinfo(&pack.join("gis/case.kml")) else {
        return;
    };
    if !layers.contains_key("Border line") {
        eprintln!("left out: ogrinfo has no LIBKML");
        return;
    }
    for (layer, title) in [
        ("border", "Border line"),
        ("rival_borders", "Rival lines"),
        ("sectors", "Sectors"),
        ("clusters", "Clusters"),
        ("corridor", "Corridor"),
        ("uncertainty", "Discs of uncertainty"),
    ] {
        assert_eq!(
            layers[title].features.len(),
            features(&pack, layer),
            "{title}"
        );
    }
    let rows = table(&pack.join("tables/incidents.csv"));
    let mut read: BTreeMap<&str, &BTreeMap<String, String>> = BTreeMap::new();
    for (layer, told) in &layers {
        for feature in told
            .features
            .iter()
            .filter(|it| it.contains_key("event_type"))
        {
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
        let numbers = point(&feature["geometry"]);
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

/// Rows by id, of the columns that do not depend on the order of incidents.
fn by_id(pack: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let rows = table(&pack.join("tables/incidents.csv"));
    rows.into_iter()
        .map(|mut row| {
            row.retain(|name, _| !["input_file", "line", "record"].contains(&name.as_str()));
            (row["id"].clone(), row)
        })
        .collect()
}

/// Makes a pack without draws, which do not matter here.
fn quick(incidents: &Path, border: &Path, out: &Path) -> PathBuf {
    let case = out.with_extension("toml");
    let text = format!(
        "title = \"made\"\n[incidents]\nfiles = [{:?}]\n[border]\nfile = {:?}\n[cluster]\ndraws = 0\n[sensitivity]\nmade = false\n[stats]\nmade = false\n",
        path_text(incidents),
        path_text(border)
    );
    std::fs::write(&case, text).unwrap();
    run(
        &["run", path_text(&case), "--out", path_text(out), "--quiet"],
        0,
    );
    out.to_owned()
}

#[test]
fn what_was_written_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let border = repository("data/afpk-2025/border.geojson");
    let first = quick(
        &repository("data/afpk-2025/incidents.csv"),
        &border,
        &folder.path().join("first"),
    );
    let second = quick(
        &first.join("gis/case.kml"),
        &border,
        &folder.path().join("second"),
    );
    assert_eq!(by_id(&first), by_id(&second));
    // The document says the same again but for the order of its placemarks and where it comes from.
    let placemarks = |pack: &Path| {
        let kml = std::fs::read_to_string(pack.join("gis/case.kml")).unwrap();
        let mut names: Vec<String> = kml
            .lines()
            .filter(|line| line.starts_with("<SimpleData") || line.starts_with("<Point"))
            .map(ToOwned::to_owned)
            .collect();
        names.sort();
        names
    };
    assert_eq!(placemarks(&first), placemarks(&second));
}

#[test]
fn kml_and_kmz_are_told_by_their_content() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let line = r#"<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark>
        <ExtendedData><Data name="left"><value>Aland</value></Data><Data name="right"><value>Bland</value></Data></ExtendedData>
        <MultiGeometry><LineString><coordinates>70,33,0 71,33,0</coordinates></LineString>
        <LineString><coordinates>71,33 72,33</coordinates></LineString></MultiGeometry></Placemark></kml>"#;
    let points = r#"<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>
        <Placemark><name>North of it</name><description>a &lt;b&gt;</description><TimeStamp><when>2025-10-11</when></TimeStamp>
        <ExtendedData><Data name="id"><value>one</value></Data><Data name="fatalities"><value>3</value></Data></ExtendedData>
        <Point><coordinates>70.5,33.1</coordinates></Point></Placemark>
        <Placemark><name>a road</name><LineString><coordinates>70,33 71,34</coordinates></LineString></Placemark>
        <Placemark><name>nowhere</name><TimeSpan><begin>2025-10-12</begin><end>2025-10-13</end></TimeSpan></Placemark>
        <Placemark><TimeSpan><begin>2025-10-12</begin><end>2025-10-13</end></TimeSpan>
        <Point><coordinates>71.5, 32.9, 120</coordinates></Point></Placemark></Folder></Document></kml>"#;
    let border = write("border.txt", line.as_bytes());
    let plain = write("points.dat", points.as_bytes());
    let packed = folder.path().join("points.bin");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&packed).unwrap());
    for (name, text) in [("files/note.txt", "x"), ("doc.kml", points)] {
        archive
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        std::io::Write::write_all(&mut archive, text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    for incidents in [plain, packed] {
        let out = incidents.with_extension("pack");
        run_pack(&[&incidents], &border, &out, &["--quiet"], 0);
        let rows = table(&out.join("tables/incidents.csv"));
        assert_eq!(rows.len(), 2);
        let one = &rows[0];
        for (column, wanted) in [
            ("id", "one"),
            ("date", "2025-10-11"),
            ("longitude", "70.5"),
            ("latitude", "33.1"),
            ("side_name", "Aland"),
            ("fatalities_best", "3"),
            ("note", "a <b>"),
        ] {
            assert_eq!(one[column], wanted, "{column}");
        }
        assert_eq!(rows[1]["date_end"], "2025-10-13");
        assert_eq!(rows[1]["side_name"], "Bland");
        // What has no place is a record; a line is none.
        let ledger = table(&out.join("tables/ledger.csv"));
        let fates: Vec<&str> = ledger.iter().map(|row| row["fate"].as_str()).collect();
        assert_eq!(fates, ["used", "rejected", "used"]);
    }
    let broken = write("broken.kml", points.replace("</Folder>", "").as_bytes());
    let output = run(
        &[
            "run",
            "--incidents",
            path_text(&broken),
            "--border",
            path_text(&border),
            "--out",
            path_text(&folder.path().join("none")),
        ],
        2,
    );
    let said = text(&output.stderr);
    assert!(said.contains("broken.kml, line 8"), "{said}");
}
