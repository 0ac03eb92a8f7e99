//! `FlatGeobuf` and `GeoParquet`, read back: by GDAL, and by pyarrow and geopandas where they are installed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use borderscope::case::{Case, IncidentFile};
use borderscope::export::formats::{self, Content, Layers};
use borderscope::pipeline::{Silent, analyse};
use serde_json::{Map, Value};

use super::support::{path_text, repository};
use super::tools::{python, told};

/// Writes the layers of a case in some formats, and gives their paths by name.
pub(crate) fn written(case: &Case, names: &[&str], folder: &Path) -> BTreeMap<String, PathBuf> {
    let analysis = analyse(case, &Silent).unwrap();
    let layers = Layers::of(&analysis);
    let wanted = formats::ALL.iter().filter(|it| names.contains(&it.name));
    let mut paths = BTreeMap::new();
    for file in formats::files(&layers, wanted) {
        let path = folder.join(file.path.rsplit('/').next().unwrap());
        match file.content {
            Content::Stream(fill) => {
                let mut bytes = Vec::new();
                fill(&mut bytes).unwrap();
                fs::write(&path, bytes).unwrap();
            }
            Content::At(fill) => fill(&path).unwrap(),
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        paths.insert(name, path);
    }
    paths
}

/// Incidents on both sides of the antimeridian with text that is hard to write, none of which is far from another.
pub(crate) fn hostile(folder: &Path) -> Case {
    let border = folder.join("line.geojson");
    let line = r#"{"type":"LineString","coordinates":[[179.0,-17.0],[-179.0,-16.5]]}"#;
    fs::write(&border, line).unwrap();
    let incidents = folder.join("hostile.csv");
    let mut to = csv::Writer::from_path(&incidents).unwrap();
    let header = [
        "id",
        "date",
        "latitude",
        "longitude",
        "fatalities_best",
        "note",
    ];
    to.write_record(header).unwrap();
    for (place, note) in NOTES.iter().enumerate() {
        let sign = if place % 2 == 0 { "" } else { "-" };
        let row = [
            format!("h-{place}"),
            format!("2025-10-{}", 16 + place),
            format!("{:.7}", -16.812_345_6 + place as f64 * 0.02),
            format!("{sign}179.9{place}12345"),
            ["3", "", "0"][place % 3].to_owned(),
            (*note).to_owned(),
        ];
        to.write_record(&row).unwrap();
    }
    to.flush().unwrap();
    Case::from_files(vec![IncidentFile::new(incidents)], border)
}

pub(crate) const NOTES: [&str; 8] = [
    "a \"quoted\" thing, with commas; and 'others'",
    "two\nlines\r\nand a third",
    "<script>alert(1)</script> ]]> & &amp;",
    "🚀 emoji 👩‍👩‍👧",
    "د افغانستان او پاکستان ترمنځ نښته",
    "پاک افغان سرحد پر جھڑپ",
    "Обстрел на границе",
    "'; DROP TABLE incidents; --",
];

fn shipped() -> Case {
    Case::read(&repository("data/afpk-2025/case.toml")).unwrap()
}

pub(crate) type Properties = Map<String, Value>;

/// What a layer holds: the properties of each feature, and its coordinates in their order.
pub(crate) type Held = Vec<(Properties, Vec<[f64; 2]>)>;

fn positions(coordinates: &Value, found: &mut Vec<[f64; 2]>) {
    let Some(list) = coordinates.as_array() else {
        return;
    };
    if list.first().is_some_and(Value::is_number) {
        found.push([list[0].as_f64().unwrap(), list[1].as_f64().unwrap()]);
    } else {
        for inner in list {
            positions(inner, found);
        }
    }
}

pub(crate) fn held(json: &Value) -> Held {
    let features = json["features"].as_array().unwrap().iter();
    features
        .map(|feature| {
            let mut at = Vec::new();
            positions(&feature["geometry"]["coordinates"], &mut at);
            (feature["properties"].as_object().unwrap().clone(), at)
        })
        .collect()
}

/// Features in an order of their own, since an index gives them another.
fn sorted(mut held: Held) -> Held {
    held.sort_by_cached_key(|(properties, at)| {
        let names = [
            "id",
            "cluster",
            "number",
            "sector",
            "file",
            "name",
            "distance_km",
        ];
        let keys = names.map(|name| properties.get(name).map(ToString::to_string));
        (keys, format!("{:.6?}", at.first()))
    });
    held
}

/// Whether a value is that of the layer; programs give days a time and numbers a form of their own.
fn same(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Number(found), Value::Number(wanted)) => found.as_f64() == wanted.as_f64(),
        (Value::String(found), Value::String(wanted)) if found != wanted => {
            let day = found.replace('/', "-");
            wanted.len() == 10 && day.starts_with(wanted.as_str()) && day.contains("00:00:00")
        }
        (found, wanted) => found == wanted,
    }
}

pub(crate) fn compare(layer: &str, found: Held, wanted: Held) {
    assert_eq!(found.len(), wanted.len(), "{layer}");
    for ((properties, at), (wanted, wanted_at)) in sorted(found).iter().zip(sorted(wanted)) {
        let known = properties.keys().all(|name| wanted.contains_key(name));
        assert!(known, "{layer}: {properties:?}");
        for (name, wanted) in &wanted {
            // GDAL leaves out what is nowhere set.
            let found = properties.get(name).unwrap_or(&Value::Null);
            assert!(same(found, wanted), "{layer}, {name}: {found} {wanted}");
        }
        assert_eq!(at.len(), wanted_at.len(), "{layer}");
        for (found, wanted) in at.iter().zip(&wanted_at) {
            let off = (0..2).map(|axis| (found[axis] - wanted[axis]).abs());
            assert!(off.fold(0.0, f64::max) <= 1e-7, "{found:?} {wanted:?}");
        }
    }
}

pub(crate) fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn flatgeobuf_by_gdal(case: &Case, folder: &Path) {
    let files = written(case, &["flatgeobuf", "geojson"], folder);
    let layers: Vec<&str> = files
        .keys()
        .filter_map(|name| name.strip_suffix(".fgb"))
        .collect();
    assert!(layers.len() >= 6);
    for layer in layers {
        let path = &files[&format!("{layer}.fgb")];
        let mut ogrinfo = Command::new("ogrinfo");
        let Some(said) = told(ogrinfo.args(["-ro", "-so", "-al"]).arg(path)) else {
            return;
        };
        let wanted = held(&json(&files[&format!("{layer}.geojson")]));
        assert!(said.contains("ID[\"EPSG\",4326]"), "{said}");
        let mut ogr2ogr = Command::new("ogr2ogr");
        ogr2ogr
            .args(["-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=9"])
            .arg("/vsistdout/")
            .arg(path);
        let Some(said) = told(&mut ogr2ogr) else {
            return;
        };
        compare(layer, held(&serde_json::from_str(&said).unwrap()), wanted);
    }
}

#[test]
fn gdal_reads_flatgeobuf_as_it_reads_geojson() {
    let folder = tempfile::tempdir().unwrap();
    flatgeobuf_by_gdal(&shipped(), folder.path());
    let folder = tempfile::tempdir().unwrap();
    let case = hostile(folder.path());
    flatgeobuf_by_gdal(&case, folder.path());
}

#[test]
fn the_index_of_flatgeobuf_finds_what_lies_in_a_window() {
    let folder = tempfile::tempdir().unwrap();
    let files = written(&shipped(), &["flatgeobuf", "geojson"], folder.path());
    let [west, south, east, north] = [70.0, 33.5, 71.5, 35.0];
    let all = held(&json(&files["incidents.geojson"]));
    let inside = all.iter().filter(|(_, at)| {
        let [x, y] = at[0];
        x >= west && x <= east && y >= south && y <= north
    });
    let wanted = inside.count();
    assert!(wanted > 5 && wanted < all.len());
    let mut ogrinfo = Command::new("ogrinfo");
    ogrinfo
        .args(["-ro", "-so", "-al", "-spat"])
        .args([west, south, east, north].map(|it| it.to_string()))
        .arg(&files["incidents.fgb"]);
    let Some(said) = told(&mut ogrinfo) else {
        return;
    };
    assert!(
        said.contains(&format!("Feature Count: {wanted}\n")),
        "{said}"
    );
}

#[test]
fn the_same_case_gives_the_same_bytes() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [one, other] = folders.each_ref().map(|folder| {
        let files = written(&shipped(), &["flatgeobuf", "geoparquet"], folder.path());
        files
            .into_iter()
            .map(|(name, path)| (name, fs::read(path).unwrap()))
            .collect::<BTreeMap<_, _>>()
    });
    assert!(one.len() >= 12);
    for (name, bytes) in &one {
        assert!(*bytes == other[name], "{name}");
    }
}

/// Prints what pyarrow and geopandas read as `GeoJSON` with the metadata beside it, after a look at what must hold.
const READ: &str = r#"
import json, sys, warnings
warnings.simplefilter("error")
import geopandas, pyarrow.parquet as pq, shapely
path = sys.argv[1]
table = pq.read_table(path)
told = {k.decode(): v.decode() for k, v in table.schema.metadata.items()}
geo = json.loads(told["geo"])
frame = geopandas.read_parquet(path)
assert frame.crs.to_string() == "OGC:CRS84", frame.crs
assert len(frame) == table.num_rows
frame.to_crs(3857)
column = geo["columns"]["geometry"]
known = set(frame.geometry.geom_type.dropna())
assert known <= set(column["geometry_types"]), (known, column)
if len(frame) and not frame.geometry.isna().all():
    assert list(frame.total_bounds) == column["bbox"], column
    west, south, east, north = frame.geometry.dropna().iloc[0].bounds
    near = geopandas.read_parquet(path, bbox=(west, south, east, north))
    assert len(near) == sum(frame.geometry.intersects(shapely.box(west, south, east, north))) or len(near) >= 1
features = []
for row in table.to_pylist():
    shape = row.pop("geometry")
    box = row.pop("bbox")
    shape = shapely.from_wkb(shape) if shape is not None else None
    assert (box is None) == (shape is None)
    if shape is not None:
        assert (box["xmin"], box["ymin"], box["xmax"], box["ymax"]) == shape.bounds
        for part in getattr(shape, "geoms", [shape]):
            assert part.geom_type != "Polygon" or part.exterior.is_ccw
    row = {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()}
    at = json.loads(shapely.to_geojson(shape)) if shape is not None else None
    features.append({"geometry": at, "properties": row})
types = {field.name: [str(field.type), field.nullable] for field in table.schema}
print(json.dumps({"features": features, "types": types, "told": told, "geo": geo}))
"#;

fn geoparquet_by_python(case: &Case, folder: &Path) {
    let files = written(case, &["geoparquet", "geojson"], folder);
    for (name, path) in &files {
        let Some(layer) = name.strip_suffix(".parquet") else {
            continue;
        };
        let Some(mut python) = python(&["pyarrow.parquet", "geopandas"]) else {
            return;
        };
        let Some(said) = told(python.args(["-c", READ, path_text(path)])) else {
            return;
        };
        let read: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(read["geo"]["version"], "1.1.0");
        assert_eq!(read["geo"]["columns"]["geometry"]["encoding"], "WKB");
        for told in ["title", "description", "columns"] {
            assert!(!read["told"][told].as_str().unwrap().is_empty(), "{told}");
        }
        if layer == "incidents" {
            let types = &read["types"];
            assert_eq!(types["date"], serde_json::json!(["date32[day]", false]));
            assert_eq!(types["fatalities_best"], serde_json::json!(["int64", true]));
            assert_eq!(types["offset_m"], serde_json::json!(["double", false]));
            assert_eq!(types["note"], serde_json::json!(["string", true]));
        }
        let wanted = held(&json(&files[&format!("{layer}.geojson")]));
        compare(layer, held(&read), wanted);
    }
}

#[test]
fn geopandas_reads_geoparquet_as_it_stands_in_geojson() {
    let folder = tempfile::tempdir().unwrap();
    geoparquet_by_python(&shipped(), folder.path());
    let folder = tempfile::tempdir().unwrap();
    let case = hostile(folder.path());
    geoparquet_by_python(&case, folder.path());
}
