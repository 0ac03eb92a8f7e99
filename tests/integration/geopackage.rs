//! The layers in one file, read back: by `SQLite`, and by GDAL where it is installed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use super::columnar::NOTES;
use super::support::{path_text, repository, run, run_pack, table, text};
use super::tools::told;

fn open(pack: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    Connection::open_with_flags(pack.join("gis/case.gpkg"), flags).unwrap()
}

fn one<T: rusqlite::types::FromSql>(of: &Connection, query: &str) -> T {
    of.query_row(query, [], |row| row.get(0))
        .unwrap_or_else(|error| panic!("{query}: {error}"))
}

/// The rows of a table by column.
fn rows(of: &Connection, table: &str) -> Vec<BTreeMap<String, Sql>> {
    let mut query = of
        .prepare(&format!("SELECT * FROM \"{table}\" ORDER BY 1"))
        .unwrap();
    let names: Vec<String> = query.column_names().map(ToOwned::to_owned).collect();
    let rows = query.query_map([], |row| {
        let values = names.iter().enumerate();
        values
            .map(|(place, name)| Ok((name.clone(), row.get::<_, Sql>(place)?)))
            .collect()
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Layers with shapes and their types.
fn layers(of: &Connection) -> Vec<(String, String)> {
    let mut query = of
        .prepare("SELECT table_name, geometry_type_name FROM gpkg_geometry_columns ORDER BY 1")
        .unwrap();
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

/// Reads well-known binary, little endian: the coordinates of all parts in their order, with the outermost type.
struct Binary<'a>(&'a [u8]);

impl Binary<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (taken, rest) = self.0.split_first_chunk().unwrap();
        self.0 = rest;
        *taken
    }

    fn count(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn number(&mut self) -> f64 {
        f64::from_le_bytes(self.take())
    }

    fn coordinates(&mut self, to: &mut Vec<[f64; 2]>) -> u32 {
        assert_eq!(self.take(), [1], "not little endian");
        let kind = self.count();
        let line = |it: &mut Self, to: &mut Vec<[f64; 2]>| {
            for _ in 0..it.count() {
                to.push([it.number(), it.number()]);
            }
        };
        match kind {
            1 => to.push([self.number(), self.number()]),
            2 => line(self, to),
            3 => (0..self.count()).for_each(|_| line(self, to)),
            5 | 6 => (0..self.count()).for_each(|_| {
                self.coordinates(to);
            }),
            other => panic!("type {other}"),
        }
        kind
    }
}

/// The coordinates of a geometry, after a look at its header and envelope.
fn shape(blob: &[u8]) -> Vec<[f64; 2]> {
    let mut binary = Binary(blob);
    assert_eq!(&binary.take::<4>()[..3], b"GP\0");
    let has_envelope = blob[3] == 0b11;
    assert!(has_envelope || blob[3] == 1, "flags {}", blob[3]);
    assert_eq!(binary.count(), 4326);
    let envelope: Vec<f64> = (0..if has_envelope { 4 } else { 0 })
        .map(|_| binary.number())
        .collect();
    let mut all = Vec::new();
    let kind = binary.coordinates(&mut all);
    assert!(binary.0.is_empty());
    assert_eq!(has_envelope, kind != 1);
    if has_envelope {
        let range = |axis: usize| {
            let values = || all.iter().map(|at| at[axis]);
            [
                values().fold(f64::INFINITY, f64::min),
                values().fold(f64::NEG_INFINITY, f64::max),
            ]
        };
        assert_eq!(envelope, [range(0), range(1)].concat());
    }
    all
}

fn positions(coordinates: &Value, found: &mut Vec<[f64; 2]>) {
    let list = coordinates.as_array().unwrap();
    if list.first().is_some_and(Value::is_number) {
        found.push([list[0].as_f64().unwrap(), list[1].as_f64().unwrap()]);
    } else {
        for inner in list {
            positions(inner, found);
        }
    }
}

/// A value of the database as the `GeoJSON` of the same layer has it.
fn as_json(value: &Sql, of_layer: &Value) -> Value {
    match value {
        Sql::Null => Value::Null,
        Sql::Integer(number) if of_layer.is_boolean() => Value::Bool(*number == 1),
        Sql::Integer(number) => (*number).into(),
        Sql::Real(number) => (*number).into(),
        Sql::Text(text) => text.as_str().into(),
        Sql::Blob(_) => panic!("a blob"),
    }
}

/// Everything that holds for any pack.
fn check(pack: &Path) {
    let file = open(pack);
    assert_eq!(one::<String>(&file, "PRAGMA integrity_check"), "ok");
    assert_eq!(one::<i64>(&file, "PRAGMA application_id"), 0x4750_4B47);
    assert_eq!(one::<i64>(&file, "PRAGMA user_version"), 10_300);
    assert_eq!(one::<i64>(&file, "PRAGMA page_size"), 4_096);
    let mut dangling = file.prepare("PRAGMA foreign_key_check").unwrap();
    assert!(!dangling.exists([]).unwrap());

    for (layer, kind) in layers(&file) {
        let tree = format!("rtree_{layer}_geom");
        let sound: String = one(&file, &format!("SELECT rtreecheck('{tree}')"));
        assert_eq!(sound, "ok", "{layer}");
        let rows = rows(&file, &layer);
        let mut find = file
            .prepare(&format!(
                "SELECT 1 FROM \"{tree}\" WHERE id = ?1 AND minx <= ?2 AND maxx >= ?3 AND miny <= ?4 AND maxy >= ?5"
            ))
            .unwrap();
        let mut bounds = [
            f64::INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NEG_INFINITY,
        ];
        let mut shapes = 0;
        for (place, row) in rows.iter().enumerate() {
            assert_eq!(row["fid"], Sql::Integer(place as i64 + 1), "{layer}");
            let Sql::Blob(blob) = &row["geom"] else {
                assert_eq!(row["geom"], Sql::Null);
                continue;
            };
            shapes += 1;
            let all = shape(blob);
            let mut own = [
                f64::INFINITY,
                f64::INFINITY,
                f64::NEG_INFINITY,
                f64::NEG_INFINITY,
            ];
            for [x, y] in all {
                assert!(x.abs() <= 180.0 && y.abs() <= 90.0);
                own = [own[0].min(x), own[1].min(y), own[2].max(x), own[3].max(y)];
            }
            let box_of = (place as i64 + 1, own[0], own[2], own[1], own[3]);
            assert!(
                find.exists(box_of).unwrap(),
                "{layer} {place}: not in the index"
            );
            for axis in [0, 1] {
                bounds[axis] = bounds[axis].min(own[axis]);
                bounds[axis + 2] = bounds[axis + 2].max(own[axis + 2]);
            }
        }
        let indexed: i64 = one(&file, &format!("SELECT count(*) FROM \"{tree}\""));
        assert_eq!(indexed, shapes, "{layer}");
        if shapes > 0 {
            let told: [f64; 4] = file
                .query_row(
                    "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?1",
                    [&layer],
                    |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]),
                )
                .unwrap();
            assert_eq!(told.as_slice(), bounds, "{layer}");
        }
        assert!(["POINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRY"].contains(&kind.as_str()));
        compare(pack, &layer, &rows);
    }
    for layer in ["incidents", "clusters", "sectors"] {
        let wanted = table(&pack.join(format!("tables/{layer}.csv"))).len();
        let held: i64 = one(&file, &format!("SELECT count(*) FROM {layer}"));
        assert_eq!(held, wanted as i64, "{layer}");
    }
    // Null where the table is empty, and in the same places.
    let wanted = table(&pack.join("tables/incidents.csv"));
    for (row, wanted) in rows(&file, "incidents").iter().zip(&wanted) {
        for (name, value) in wanted {
            if let Some(held) = row.get(name) {
                assert_eq!(*held == Sql::Null, value.is_empty(), "{name}: {wanted:?}");
            }
        }
        let Sql::Blob(blob) = &row["geom"] else {
            panic!("no place");
        };
        let at = shape(blob)[0];
        for (axis, name) in ["longitude", "latitude"].iter().enumerate() {
            let wanted: f64 = wanted[*name].parse().unwrap();
            assert!((at[axis] - wanted).abs() <= 1e-7, "{name}");
        }
    }
    let ledger = table(&pack.join("tables/ledger.csv"));
    let wanted: Vec<_> = ledger
        .iter()
        .filter(|row| row["fate"] == "rejected")
        .collect();
    let rejected = rows(&file, "rejected");
    assert_eq!(rejected.len(), wanted.len());
    for (row, wanted) in rejected.iter().zip(wanted) {
        assert!(!row.contains_key("geom"));
        assert_eq!(row["line"], Sql::Integer(wanted["line"].parse().unwrap()));
        assert_eq!(row["reason"], Sql::Text(wanted["reason"].clone()));
    }
}

/// A layer against the `GeoJSON` of it.
fn compare(pack: &Path, layer: &str, rows: &[BTreeMap<String, Sql>]) {
    if ["countries", "places"].contains(&layer) {
        // What maps are drawn on is in no other format.
        return;
    }
    let bytes = std::fs::read(pack.join(format!("gis/{layer}.geojson"))).unwrap();
    let json: Value = serde_json::from_slice(&bytes).unwrap();
    let features = json["features"].as_array().unwrap();
    assert_eq!(features.len(), rows.len(), "{layer}");
    for (feature, row) in features.iter().zip(rows) {
        let properties = feature["properties"].as_object().unwrap();
        assert_eq!(properties.len() + 2, row.len());
        for (name, value) in properties {
            assert_eq!(&as_json(&row[name], value), value, "{layer}: {name}");
        }
        let mut wanted = Vec::new();
        positions(&feature["geometry"]["coordinates"], &mut wanted);
        let found = match &row["geom"] {
            Sql::Blob(blob) => shape(blob),
            _ => Vec::new(),
        };
        assert_eq!(found.len(), wanted.len(), "{layer}");
        for (found, wanted) in found.iter().zip(&wanted) {
            assert!((found[0] - wanted[0]).abs() <= 1e-7 && (found[1] - wanted[1]).abs() <= 1e-7);
        }
    }
}

/// Whether every area is valid, by GEOS.
fn check_areas(pack: &Path) {
    for layer in ["corridor", "clusters", "uncertainty"] {
        if let Some(invalid) = invalid_by_geos(pack, layer) {
            assert_eq!(invalid, 0, "{layer}");
        }
    }
}

/// How many features GEOS finds invalid; `None`, with a message, where GDAL has none.
fn invalid_by_geos(pack: &Path, layer: &str) -> Option<usize> {
    let query =
        format!("SELECT count(*) AS invalid FROM \"{layer}\" WHERE NOT ST_IsValid(geometry)");
    let mut command = Command::new("ogrinfo");
    command
        .args(["-ro", "-q", "-dialect", "sqlite", "-sql", &query])
        .arg(pack.join(format!("gis/{layer}.geojson")));
    let Ok(output) = command.output() else {
        eprintln!("left out: ogrinfo is not installed");
        return None;
    };
    if text(&output.stderr).contains("no such function") {
        eprintln!("left out: ogrinfo has no ST_IsValid");
        return None;
    }
    let said = told(&mut command)?;
    let (_, count) = said.split_once("invalid (Integer) = ").expect(&said);
    Some(count.trim().parse().unwrap())
}

fn shipped(folder: &Path) -> PathBuf {
    let out = folder.join("pack");
    let case = repository("data/afpk-2025/case.toml");
    run(
        &["run", path_text(&case), "--out", path_text(&out), "--quiet"],
        0,
    );
    out
}

#[test]
fn the_shipped_pack_is_one_file_too() {
    let folder = tempfile::tempdir().unwrap();
    let pack = shipped(folder.path());
    check(&pack);
    check_areas(&pack);
    let file = open(&pack);
    assert_eq!(
        layers(&file)
            .iter()
            .map(|it| it.0.as_str())
            .collect::<Vec<_>>(),
        [
            "border",
            "clusters",
            "corridor",
            "countries",
            "incidents",
            "places",
            "rival_borders",
            "sectors",
            "uncertainty"
        ]
    );
    // Every place known only roughly is in a disc.
    let rough: i64 = one(
        &file,
        "SELECT count(*) FROM incidents WHERE fate = 'used' AND location_radius_m > 25000",
    );
    let in_discs: i64 = one(&file, "SELECT sum(incidents) FROM uncertainty");
    assert!(rough > 0);
    assert_eq!(in_discs, rough);
    // No clock.
    let changed: i64 = one(
        &file,
        "SELECT count(*) FROM gpkg_contents WHERE last_change <> '2025-12-25T00:00:00.000Z'",
    );
    assert_eq!(changed, 0);
    // Styles for whatever has a shape, with the kinds of event of the case, and well-formed.
    let styled: i64 = one(
        &file,
        "SELECT count(*) FROM layer_styles JOIN gpkg_geometry_columns ON table_name = f_table_name \
         AND column_name = f_geometry_column WHERE useAsDefault = 1",
    );
    assert_eq!(styled, 9);
    // Every column says what it holds.
    let untold: i64 = one(
        &file,
        "SELECT count(*) FROM gpkg_contents JOIN pragma_table_info(gpkg_contents.table_name) AS info \
         LEFT JOIN gpkg_data_columns AS told ON told.table_name = gpkg_contents.table_name \
         AND told.column_name = info.name WHERE identifier <> 'layer_styles' \
         AND info.name NOT IN ('fid', 'geom') AND coalesce(told.description, '') = ''",
    );
    assert_eq!(untold, 0);
    let style: String = one(
        &file,
        "SELECT styleQML FROM layer_styles WHERE f_table_name = 'incidents'",
    );
    for row in table(&pack.join("tables/incidents.csv")) {
        assert!(
            style.contains(&format!("value=\"{}\"", row["event_type"])),
            "{row:?}"
        );
    }
    // Whose data and under which licence.
    let metadata: String = one(&file, "SELECT metadata FROM gpkg_metadata");
    for wanted in ["OpenStreetMap", "public domain", "incidents.csv"] {
        assert!(metadata.contains(wanted), "{wanted}: {metadata}");
    }

    let again = tempfile::tempdir().unwrap();
    let again = shipped(again.path());
    let read = |pack: &Path| std::fs::read(pack.join("gis/case.gpkg")).unwrap();
    assert!(read(&pack) == read(&again), "other bytes");
}

#[test]
fn hostile_text_rough_places_and_the_antimeridian_survive() {
    let folder = tempfile::tempdir().unwrap();
    let border = folder.path().join("line.geojson");
    let line = r#"{"type":"LineString","coordinates":[[179.0,-17.0],[-179.0,-16.5]]}"#;
    std::fs::write(&border, line).unwrap();
    let notes = NOTES;
    let incidents = folder.path().join("incidents.csv");
    let mut to = csv::Writer::from_path(&incidents).unwrap();
    to.write_record([
        "date",
        "latitude",
        "longitude",
        "location_radius_m",
        "event_type",
        "note",
    ])
    .unwrap();
    for (place, note) in notes.iter().enumerate() {
        let longitude = if place % 2 == 0 { "179.95" } else { "-179.95" };
        let latitude = format!("{}", -16.8 + place as f64 * 0.02);
        let radius = ["1000", "40000", ""][place % 3];
        to.write_record(["2025-10-16", &latitude, longitude, radius, note, note])
            .unwrap();
    }
    to.write_record([
        "2025-10-16",
        "95",
        "179.9",
        "",
        "clash",
        "no such \"place\"",
    ])
    .unwrap();
    to.flush().unwrap();
    let out = folder.path().join("pack");
    run_pack(&[&incidents], &border, &out, &[], 0);
    check(&out);
    check_areas(&out);

    let file = open(&out);
    let mut query = file
        .prepare("SELECT note, event_type FROM incidents ORDER BY fid")
        .unwrap();
    let found: Vec<[String; 2]> = query
        .query_map([], |row| {
            let text = |place| match row.get_ref(place).unwrap() {
                ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
                other => panic!("{other:?}"),
            };
            Ok([text(0), text(1)])
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(found.len(), notes.len());
    for ([note, kind], wanted) in found.iter().zip(notes) {
        assert_eq!((note.as_str(), kind.as_str()), (wanted, wanted));
    }
    // What nobody said is null.
    let said: i64 = one(
        &file,
        "SELECT count(*) FROM incidents WHERE place NOTNULL OR fatalities_best NOTNULL OR actor_a NOTNULL \
         OR date_end NOTNULL",
    );
    assert_eq!(said, 0);
    // A disc on each side of the antimeridian, each cut in two.
    let discs = rows(&file, "uncertainty");
    assert_eq!(discs.len(), 3);
    for disc in &discs {
        let Sql::Blob(blob) = &disc["geom"] else {
            panic!("no shape");
        };
        let all = shape(blob);
        assert!(all.iter().any(|at| at[0] > 179.0) && all.iter().any(|at| at[0] < -179.0));
        assert!(all.iter().all(|at| at[0].abs() > 179.0));
    }
    assert_eq!(one::<i64>(&file, "SELECT count(*) FROM rejected"), 1);
}
