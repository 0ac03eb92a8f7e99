//! Incidents and borders from `GeoPackage`, `FlatGeobuf` and `GeoParquet`: ours, those of other programs, and damaged ones.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use borderscope::case::{BorderSource, Case, IncidentFile, Options};
use borderscope::error::Result;
use borderscope::input::{border, incidents};
use borderscope::units::Metres;
use rusqlite::Connection;

use super::columnar::{Held, compare, held, hostile, json, written};
use super::support::{Dice, path_text, repository, run, run_pack, table, text};
use super::tools::{python, told};

const OURS: [&str; 3] = ["case.gpkg", "incidents.fgb", "incidents.parquet"];

/// The shipped incidents and line without what a case file says of them.
fn plain() -> Case {
    let data = repository("data/afpk-2025");
    let incidents = IncidentFile::new(data.join("incidents.csv"));
    Case::from_files(vec![incidents], data.join("border.geojson"))
}

/// The layer of incidents as a run on a file gives it.
fn incidents_of(file: &Path, border: &Path) -> Held {
    let folder = tempfile::tempdir().unwrap();
    let case = Case::from_files(vec![IncidentFile::new(file)], border.to_owned());
    let files = written(&case, &["geojson"], folder.path());
    held(&json(&files["incidents.geojson"]))
}

fn comes_back(case: &Case, folder: &Path) {
    let names = ["geopackage", "flatgeobuf", "geoparquet", "geojson"];
    let files = written(case, &names, folder);
    let wanted = held(&json(&files["incidents.geojson"]));
    assert!(wanted.len() >= 8);
    for name in OURS {
        let bytes = fs::read(&files[name]).unwrap();
        // By content, not by name; packed too.
        let bare = folder.join("data.bin");
        fs::write(&bare, &bytes).unwrap();
        compare(name, incidents_of(&bare, &case.border.file), wanted.clone());
        let packed = folder.join("data.gz");
        let to = fs::File::create(&packed).unwrap();
        let mut to = flate2::write::GzEncoder::new(to, flate2::Compression::fast());
        to.write_all(&bytes).unwrap();
        to.finish().unwrap();
        compare(
            name,
            incidents_of(&packed, &case.border.file),
            wanted.clone(),
        );
    }
}

#[test]
fn our_own_files_come_back_as_the_same_incidents() {
    let folder = tempfile::tempdir().unwrap();
    comes_back(&plain(), folder.path());
    let folder = tempfile::tempdir().unwrap();
    let case = hostile(folder.path());
    comes_back(&case, folder.path());
}

#[test]
fn the_command_reads_them_to_the_same_table() {
    let folder = tempfile::tempdir().unwrap();
    let case = hostile(folder.path());
    let files = written(
        &case,
        &["geopackage", "flatgeobuf", "geoparquet"],
        folder.path(),
    );
    let csv = &case.incidents[0].path;
    let rows = |file: &Path, name: &str| {
        let out = folder.path().join(name);
        run_pack(&[file], &case.border.file, &out, &[], 0);
        let mut rows = table(&out.join("tables/incidents.csv"));
        rows.sort_by(|a, b| a["id"].cmp(&b["id"]));
        rows
    };
    let wanted = rows(csv, "wanted");
    assert_eq!(wanted.len(), 8);
    for (name, path) in files
        .iter()
        .filter(|(name, _)| OURS.contains(&name.as_str()))
    {
        let found = rows(path, &format!("pack-{name}"));
        assert_eq!(found.len(), wanted.len(), "{name}");
        for (found, wanted) in found.iter().zip(&wanted) {
            for (column, wanted) in wanted
                .iter()
                .filter(|(column, _)| column.as_str() != "source_file")
            {
                let found = &found[column];
                let near = match (found.parse::<f64>(), wanted.parse::<f64>()) {
                    (Ok(found), Ok(wanted)) => (found - wanted).abs() <= 1e-7,
                    _ => false,
                };
                assert!(
                    near || found == wanted,
                    "{name}, {column}: {found:?} {wanted:?}"
                );
            }
        }
    }
    let told = run(&["check", path_text(&files["incidents.fgb"])], 0);
    assert!(text(&told.stdout).contains("FlatGeobuf, features: 8"));
}

/// The vertices of a line and the names of its sides.
fn line_of(file: &Path) -> (Vec<String>, [String; 2]) {
    let read = border::read(&BorderSource::new(file)).unwrap();
    let vertices = read.slice(Metres(0.0), Metres(1e9)).into_iter().flatten();
    let at = vertices.map(|it| format!("{:.7} {:.7}", it.longitude(), it.latitude()));
    let sides = [read.left(), read.right()].map(|name| format!("{name:?}"));
    (at.collect(), sides)
}

#[test]
fn borders_come_from_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["geopackage", "flatgeobuf", "geoparquet", "geojson"];
    let files = written(&plain(), &names, folder.path());
    let wanted = line_of(&files["border.geojson"]);
    assert!(wanted.0.len() > 100);
    for name in ["case.gpkg", "border.fgb", "border.parquet"] {
        assert_eq!(line_of(&files[name]), wanted, "{name}");
    }
    let source = BorderSource::new(&files["incidents.fgb"]);
    let message = border::read(&source).unwrap_err().to_string();
    assert!(message.contains("feature 1: a Point"), "{message}");
}

/// A `GeoPackage` of layers with one row each: name, type, organisation and number of the system.
fn geopackage(path: &Path, layers: &[(&str, &str, &str, i64)]) {
    let to = Connection::open(path).unwrap();
    to.execute_batch(
        "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER);",
    )
    .unwrap();
    for (name, kind, who, number) in layers {
        let row = rusqlite::params![number, who, number];
        to.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?1, ?2, ?3)", row)
            .unwrap();
        let row = rusqlite::params![name, kind, number];
        to.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?1, 'the geom', ?2, ?3)",
            row,
        )
        .unwrap();
        to.execute_batch(&format!(
            "CREATE TABLE \"{name}\" (fid INTEGER PRIMARY KEY, \"the geom\" BLOB, date TEXT, \"odd \"\"name\" TEXT, seen BOOLEAN)"
        ))
        .unwrap();
        let mut blob = b"GP\0\x01\xe6\x10\0\0\x01\x01\0\0\0".to_vec();
        blob.extend(70.5f64.to_le_bytes());
        blob.extend(34.25f64.to_le_bytes());
        let insert = format!("INSERT INTO \"{name}\" VALUES (7, ?1, '2025-10-16', ?2, 1)");
        to.execute(&insert, rusqlite::params![blob, name]).unwrap();
    }
}

fn read(file: &Path, layer: Option<&str>) -> Result<incidents::Reading> {
    let mut file = IncidentFile::new(file);
    file.options.layer = layer.map(str::to_owned);
    incidents::read(&[file], &Options::default(), None)
}

#[test]
fn the_layer_of_a_geopackage_is_chosen_or_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str, layers: &[(&str, &str, &str, i64)]| -> PathBuf {
        let path = folder.path().join(name);
        geopackage(&path, layers);
        path
    };
    let point = |name: &'static str| (name, "POINT", "EPSG", 4326);
    let area = ("areas", "MULTIPOLYGON", "EPSG", 4326);
    for layers in [
        vec![point("only")],
        vec![area, point("points")],
        vec![area, ("several", "MULTIPOINT", "epsg", 4326)],
        vec![point("incidents"), point("other")],
        vec![("odd 'name' ده", "GEOMETRY", "EPSG", 4326)],
    ] {
        let path = made("fits.gpkg", &layers);
        let reading = read(&path, None).unwrap();
        assert_eq!(reading.incidents.iter().count(), 1, "{layers:?}");
        fs::remove_file(path).unwrap();
    }
    let two = made("two.gpkg", &[point("a"), point("b"), area]);
    let message = read(&two, None).unwrap_err().to_string();
    for words in [
        "a (point), areas (multipolygon), b (point)",
        "layer = ",
        "--layer",
    ] {
        assert!(message.contains(words), "{words}: {message}");
    }
    assert_eq!(read(&two, Some("b")).unwrap().incidents.iter().count(), 1);
    let message = read(&two, Some("c")).unwrap_err().to_string();
    assert!(message.contains("no layer \"c\""), "{message}");
    for (number, told) in [(32_642, "EPSG:32642"), (0, "undefined"), (-1, "undefined")] {
        let other = made("other.gpkg", &[("a", "POINT", "EPSG", number)]);
        let message = read(&other, None).unwrap_err().to_string();
        assert!(
            message.contains(told) && message.contains("EPSG:4326"),
            "{message}"
        );
        fs::remove_file(other).unwrap();
    }
    // A view that never ends is no layer.
    let view = made("view.gpkg", &[]);
    Connection::open(&view)
        .unwrap()
        .execute_batch(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326);
             INSERT INTO gpkg_geometry_columns VALUES ('endless', 'geom', 'POINT', 4326);
             CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
             SELECT i AS fid, NULL AS geom, '2025-10-16' AS date FROM n;",
        )
        .unwrap();
    let message = read(&view, None).unwrap_err().to_string();
    assert!(message.contains("no layer"), "{message}");
    // So is a database of something else.
    let other = folder.path().join("other.db");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE t (a)")
        .unwrap();
    let message = read(&other, None).unwrap_err().to_string();
    assert!(
        message.contains("without the tables of a GeoPackage"),
        "{message}"
    );
    // What another program has not put into the file yet must not be missed.
    let open = made("open.gpkg", &[point("a")]);
    fs::write(folder.path().join("open.gpkg-wal"), "pages").unwrap();
    let message = read(&open, None).unwrap_err().to_string();
    assert!(message.contains("no program is changing"), "{message}");
}

#[test]
fn damaged_files_are_refused_or_read_and_never_more() {
    let folder = tempfile::tempdir().unwrap();
    let case = hostile(folder.path());
    let files = written(
        &case,
        &["geopackage", "flatgeobuf", "geoparquet"],
        folder.path(),
    );
    let mut dice = Dice(7);
    for name in OURS {
        let whole = fs::read(&files[name]).unwrap();
        let path = folder.path().join("damaged");
        let mut refused = 0;
        let rounds = 400;
        for round in 0..rounds {
            let mut bytes = whole.clone();
            if round % 4 == 0 {
                bytes.truncate(16 + dice.next() as usize % (bytes.len() - 16));
            } else {
                // Behind the sign; the ends hold what says how to read the rest.
                for _ in 0..=dice.next() % 8 {
                    let len = bytes.len();
                    let within = dice.next() as usize % (len - 8);
                    let at = 8 + if round % 4 == 1 {
                        within
                    } else {
                        within % 2_000
                    };
                    let at = if round % 4 == 3 {
                        len - 1 - at % (len - 8)
                    } else {
                        at
                    };
                    bytes[at] = [0, 0xff, 0x7f, dice.next() as u8][dice.next() as usize % 4];
                }
            }
            fs::write(&path, &bytes).unwrap();
            refused += i32::from(read(&path, None).is_err());
        }
        assert!(refused > 20, "{name}: {refused} of {rounds}");
    }
}

#[test]
fn files_of_gdal_and_geopandas_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let case = hostile(folder.path());
    let files = written(&case, &["geojson"], folder.path());
    let from = &files["incidents.geojson"];
    let wanted = held(&json(from));
    for (format, ending) in [("GPKG", "gpkg"), ("FlatGeobuf", "fgb")] {
        let path = folder.path().join(format!("gdal.{ending}"));
        let arguments = ["-f", format, path_text(&path), path_text(from)];
        if told(Command::new("ogr2ogr").args(arguments)).is_some() {
            compare(
                format,
                incidents_of(&path, &case.border.file),
                wanted.clone(),
            );
        }
        let other = folder.path().join(format!("utm.{ending}"));
        let arguments = [
            "-f",
            format,
            "-t_srs",
            "EPSG:32760",
            path_text(&other),
            path_text(from),
        ];
        if told(Command::new("ogr2ogr").args(arguments)).is_some() {
            let message = read(&other, None).unwrap_err().to_string();
            assert!(message.contains("EPSG:32760"), "{message}");
        }
    }
    let Some(mut python) = python(&["geopandas", "pyarrow.parquet"]) else {
        return;
    };
    let program = "import sys, geopandas, pandas\n\
        frame = geopandas.read_file(sys.argv[1])\n\
        frame['date'] = pandas.to_datetime(frame['date'])\n\
        frame['side'] = frame['side'].astype('category')\n\
        frame.to_parquet(sys.argv[2], write_covering_bbox=True, schema_version='1.1.0')\n\
        frame.to_crs(32760).to_parquet(sys.argv[3])\n\
        frame.to_parquet(sys.argv[4], geometry_encoding='geoarrow', schema_version='1.1.0')\n";
    let paths = ["ours", "utm", "arrow"].map(|name| folder.path().join(format!("{name}.parquet")));
    let mut arguments = vec!["-c", program, path_text(from)];
    arguments.extend(paths.iter().map(|path| path_text(path)));
    if told(python.args(&arguments)).is_some() {
        compare(
            "geopandas",
            incidents_of(&paths[0], &case.border.file),
            wanted,
        );
        let message = read(&paths[1], None).unwrap_err().to_string();
        assert!(message.contains("EPSG:32760"), "{message}");
        let message = read(&paths[2], None).unwrap_err().to_string();
        assert!(message.contains("encoding point"), "{message}");
    }
}

/// Incidents as other writers of Parquet pack and lay them out, each a file of its name.
const OTHER_PARQUET: &str = r#"
import sys
import geopandas, pyarrow as pa, pyarrow.parquet as pq
from_, folder = sys.argv[1], sys.argv[2]
frame = geopandas.read_file(from_)
frame["date"] = frame["date"].dt.date if hasattr(frame["date"], "dt") else frame["date"]
frame.to_parquet(folder + "/plain.parquet")
table = pq.read_table(folder + "/plain.parquet")
for codec in ("none", "snappy", "gzip", "zstd", "lz4", "brotli"):
    pq.write_table(table, f"{folder}/codec-{codec}.parquet", compression=codec)
pq.write_table(table, folder + "/pages-2.parquet", data_page_version="2.0", data_page_size=256, compression="zstd")
pq.write_table(table, folder + "/groups.parquet", row_group_size=3, use_dictionary=False, version="1.0")
pq.write_table(table, folder + "/delta.parquet", use_dictionary=False, compression="zstd", column_encoding={
    field.name: "DELTA_LENGTH_BYTE_ARRAY" if pa.types.is_string(field.type) or pa.types.is_binary(field.type)
    else "DELTA_BINARY_PACKED" if pa.types.is_integer(field.type)
    else "BYTE_STREAM_SPLIT" if pa.types.is_floating(field.type) else "PLAIN"
    for field in table.schema if not pa.types.is_nested(field.type)})
large = pa.schema([pa.field(f.name, pa.large_string() if pa.types.is_string(f.type) else f.type) for f in table.schema],
    metadata=table.schema.metadata)
pq.write_table(table.cast(large), folder + "/large.parquet")
"#;

/// The same by `DuckDB`, which types the shapes itself, and by `SedonaDB`.
const BY_DATABASES: &str = r#"
import sys
import duckdb, sedonadb
from duckdb_extensions import import_extension
import_extension("spatial")
from_, folder = sys.argv[1], sys.argv[2]
duck = duckdb.connect()
duck.execute("LOAD spatial")
duck.execute(f"COPY (SELECT * FROM ST_Read('{from_}')) TO '{folder}/duckdb.parquet' (FORMAT parquet, COMPRESSION zstd)")
sedona = sedonadb.connect()
sedona.read_parquet(folder + "/plain.parquet").to_parquet(folder + "/sedona.parquet")
"#;

#[test]
fn parquet_of_other_writers_is_read_in_all_codecs_and_layouts() {
    let folder = tempfile::tempdir().unwrap();
    let case = hostile(folder.path());
    let files = written(&case, &["geojson"], folder.path());
    let from = &files["incidents.geojson"];
    let wanted = held(&json(from));
    let to = folder.path().join("made");
    fs::create_dir(&to).unwrap();
    let made = |modules: &[&str], script: &str| {
        let arguments = ["-c", script, path_text(from), path_text(&to)];
        told(python(modules)?.args(arguments))
    };
    if made(&["geopandas", "pyarrow.parquet"], OTHER_PARQUET).is_none() {
        return;
    }
    let modules = ["duckdb", "sedonadb", "duckdb_extension_spatial"];
    let by_databases = made(&modules, BY_DATABASES).is_some();
    let mut read_of = 0;
    for entry in fs::read_dir(&to).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name == "codec-brotli.parquet" {
            let message = read(&path, None).unwrap_err().to_string();
            assert!(
                message.contains("Brotli") && message.contains("zstd"),
                "{message}"
            );
        } else {
            compare(name, incidents_of(&path, &case.border.file), wanted.clone());
            read_of += 1;
        }
    }
    assert_eq!(read_of, if by_databases { 12 } else { 10 });
}
