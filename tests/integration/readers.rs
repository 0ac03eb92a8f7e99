//! Every format of a pack as geopandas, `DuckDB` and `SedonaDB` read it; left out, with a message, where one is not
//! installed.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::{pack_in_formats, repository, table};
use super::tools::{python, told};

/// The shipped case in formats.
fn shipped(folder: &Path, formats: &str) -> PathBuf {
    let pack = folder.join("pack");
    pack_in_formats(&repository("data/afpk-2025/case.toml"), &pack, formats);
    pack
}

/// Runs a script on the layers of a pack and the question [`BY_SECTOR`]; it prints `read` at its end.
fn read(modules: &[&str], script: &str, pack: &Path) -> Option<String> {
    let mut python = python(modules)?;
    python.args(["-c", script]).arg(pack.join("gis"));
    let said = told(python.arg(BY_SECTOR))?;
    let (said, _) = said.rsplit_once("read\n").expect(&said);
    Some(said.to_owned())
}

/// Reads every layer in every format, projects it, and compares it with the same layer as `GeoJSON`.
const READ: &str = r#"
import glob, os, sys
import geopandas, pyogrio
folder = sys.argv[1]
def name(path): return os.path.splitext(os.path.basename(path))[0]
wanted = {name(path): geopandas.read_file(path) for path in sorted(glob.glob(folder + "/*.geojson"))}
assert len(wanted) >= 6, wanted.keys()
def check(what, found, layer):
    at = wanted[layer]
    assert len(found) == len(at), (what, layer, len(found), len(at))
    assert found.crs is not None and found.crs.is_geographic, (what, found.crs)
    if len(found) == 0: return
    projected = found.to_crs(8857)
    assert all(map(lambda it: abs(it) < 2e7, projected.total_bounds)), (what, layer, projected.total_bounds)
    assert (found.total_bounds - at.total_bounds).max() < 1e-7, (what, layer)
    assert found.geometry.is_valid.all(), (what, layer)
    if layer == "incidents":
        assert sorted(found["id"]) == sorted(at["id"]), what
        assert found["fatalities_best"].isna().sum() == at["fatalities_best"].isna().sum() > 0, what
        assert sorted(found["place"].dropna()) == sorted(at["place"].dropna()), what
for layer, at in wanted.items():
    check("geojson", at, layer)
    check("geojson-lines", geopandas.read_file(f"{folder}/{layer}.geojsonl"), layer)
    check("geopackage", geopandas.read_file(folder + "/case.gpkg", layer=layer), layer)
    check("flatgeobuf", geopandas.read_file(f"{folder}/{layer}.fgb"), layer)
    check("geoparquet", geopandas.read_parquet(f"{folder}/{layer}.parquet"), layer)
placemarks = 0
for layer, _ in pyogrio.list_layers(folder + "/case.kml"):
    found = geopandas.read_file(folder + "/case.kml", layer=layer)
    if len(found): found.to_crs(8857)
    placemarks += len(found)
assert placemarks == sum(map(len, wanted.values())), placemarks
print("read")
"#;

#[test]
fn geopandas_reads_and_projects_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let formats = "geojson,geojson-lines,geopackage,kml,flatgeobuf,geoparquet";
    let pack = shipped(folder.path(), formats);
    assert!(fs::metadata(pack.join("gis/case.qgz")).is_err());
    read(&["geopandas", "pyarrow.parquet"], READ, &pack);
}

/// How many incidents lie in each sector and how many were killed, as a program of tables is asked for it.
const BY_SECTOR: &str =
    "SELECT sector, count(*), sum(fatalities_best), min(date) FROM incidents GROUP BY sector";

/// The same from the table, a line for each sector.
fn by_sector(pack: &Path) -> Vec<String> {
    let rows = table(&pack.join("tables/incidents.csv"));
    let mut sectors: Vec<&str> = rows.iter().map(|row| row["sector"].as_str()).collect();
    sectors.sort_unstable();
    sectors.dedup();
    let lines = sectors.iter().map(|sector| {
        let of: Vec<_> = rows.iter().filter(|row| row["sector"] == *sector).collect();
        let deaths: Vec<u32> = of
            .iter()
            .filter_map(|row| row["fatalities_best"].parse().ok())
            .collect();
        let sum = if deaths.is_empty() {
            "None".to_owned()
        } else {
            deaths.iter().sum::<u32>().to_string()
        };
        let first = of.iter().map(|row| row["date"].as_str()).min().unwrap();
        let sector = if sector.is_empty() { "None" } else { sector };
        format!("{sector};{};{sum};{first}", of.len())
    });
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines
}

fn check_sectors(pack: &Path, said: &str) {
    let mut lines: Vec<&str> = said.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, by_sector(pack));
}

/// The lines of the README, and the same question of the other formats.
const DUCKDB: &str = r#"
import sys
import duckdb
from duckdb_extensions import import_extension
import_extension("spatial")
folder, question = sys.argv[1], sys.argv[2]
duck = duckdb.connect()
duck.execute("LOAD spatial; SET enable_progress_bar = false")
def ask(of):
    rows = duck.sql(question.replace("incidents", of, 1)).fetchall()
    return sorted(";".join(str(it)[:10] if place == 3 else str(it) for place, it in enumerate(row)) for row in rows)
parquet = f"'{folder}/incidents.parquet'"
lines = ask(parquet)
for of in (f"'{folder}/../tables/incidents.csv'", f"ST_Read('{folder}/case.gpkg', layer = 'incidents')", f"ST_Read('{folder}/incidents.fgb')",
           f"ST_Read('{folder}/incidents.geojson')"):
    assert ask(of) == lines, of
types = {row[0]: row[1] for row in duck.sql(f"DESCRIBE SELECT * FROM {parquet}").fetchall()}
assert types["geometry"].startswith("GEOMETRY"), types
assert (types["date"], types["fatalities_best"], types["offset_m"]) == ("DATE", "BIGINT", "DOUBLE"), types
# A window by the column of boxes alone is one by the shapes.
window = "(70, 33, 72, 35)"
by_box = duck.sql(f"SELECT id FROM {parquet} WHERE bbox.xmin >= 70 AND bbox.xmax <= 72 AND bbox.ymin >= 33 AND bbox.ymax <= 35")
by_shape = duck.sql(f"SELECT id FROM {parquet} WHERE ST_Within(geometry, ST_MakeEnvelope{window})")
ids = sorted(by_box.fetchall())
assert 0 < len(ids) < 90 and ids == sorted(by_shape.fetchall()), ids
for layer in ("clusters", "corridor", "uncertainty", "sectors", "border"):
    invalid = duck.sql(f"SELECT count(*) FROM '{folder}/{layer}.parquet' WHERE NOT ST_IsValid(geometry)").fetchall()
    assert invalid == [(0,)], (layer, invalid)
print(*lines, sep=chr(10))
print("read")
"#;

#[test]
fn duckdb_reads_the_columns_and_shapes() {
    let folder = tempfile::tempdir().unwrap();
    let pack = shipped(folder.path(), "geopackage,flatgeobuf,geoparquet,geojson");
    let modules = ["duckdb", "duckdb_extensions", "duckdb_extension_spatial"];
    if let Some(said) = read(&modules, DUCKDB, &pack) {
        check_sectors(&pack, &said);
    }
}

/// Tables as a spreadsheet is given them, and as a program may want them.
const PANDAS: &str = r#"
import sys
import pandas
folder, marked = sys.argv[1] + "/../tables", sys.argv[3] == "marked"
begins = open(folder + "/incidents.csv", "rb").read(3)
assert (begins == b"\xef\xbb\xbf") == marked, begins
frame = pandas.read_csv(folder + "/incidents.csv", parse_dates=["date"])
assert frame.columns[0] == "id" and str(frame["date"].dtype).startswith("datetime64"), frame.dtypes
assert (frame["fatalities_best"].dtype, frame["longitude"].dtype) == ("float64", "float64"), frame.dtypes
print("read")
"#;

#[test]
fn tables_begin_with_a_mark_unless_the_case_is_against_it() {
    let folder = tempfile::tempdir().unwrap();
    let files = "[incidents]\nfiles = [\"incidents.csv\"]\n[border]\nfile = \"border.geojson\"\n";
    for name in ["incidents.csv", "border.geojson"] {
        fs::copy(
            repository("data/afpk-2025").join(name),
            folder.path().join(name),
        )
        .unwrap();
    }
    let mut packs = Vec::new();
    for (name, more) in [
        ("marked", ""),
        ("bare", "[export]\nbyte_order_mark = false\n"),
    ] {
        let case = folder.path().join(format!("{name}.toml"));
        fs::write(&case, format!("title = \"made\"\n{files}{more}")).unwrap();
        let pack = folder.path().join(name);
        pack_in_formats(&case, &pack, "geojson");
        let mut tables = 0;
        for (path, bytes) in super::support::files(&pack.join("tables")) {
            assert_eq!(
                bytes.starts_with("\u{feff}".as_bytes()),
                name == "marked",
                "{path}"
            );
            tables += 1;
        }
        assert!(tables > 10);
        if let Some(mut python) = python(&["pandas"]) {
            told(
                python
                    .args(["-c", PANDAS])
                    .arg(pack.join("gis"))
                    .args(["", name]),
            );
        }
        packs.push(table(&pack.join("tables/incidents.csv")));
    }
    assert_eq!(packs[0], packs[1]);
}

const SEDONADB: &str = r#"
import sys
import sedonadb
folder, question = sys.argv[1], sys.argv[2]
sedona = sedonadb.connect()
sedona.read_parquet(folder + "/incidents.parquet").to_view("incidents")
sedona.read_parquet(folder + "/uncertainty.parquet").to_view("discs")
rows = sedona.sql(question).to_arrow_table()
for row in zip(*(column.to_pylist() for column in rows.columns)):
    print(";".join(str(it) for it in row))
# Every incident that is known only roughly lies in a disc.
of = "SELECT count(DISTINCT i.id) AS n FROM incidents AS i JOIN discs AS d ON ST_Intersects(d.geometry, i.geometry) WHERE i.location_radius_m > 25000 AND i.fate = 'used'"
inside = sedona.sql(of).to_arrow_table()["n"].to_pylist()[0]
rough = sedona.sql("SELECT count(*) AS n FROM incidents WHERE location_radius_m > 25000 AND fate = 'used'").to_arrow_table()["n"].to_pylist()[0]
assert inside == rough > 0, (inside, rough)
print("read")
"#;

#[test]
fn sedonadb_reads_and_joins_geoparquet() {
    let folder = tempfile::tempdir().unwrap();
    let pack = shipped(folder.path(), "geoparquet");
    if let Some(said) = read(&["sedonadb", "pyarrow"], SEDONADB, &pack) {
        check_sectors(&pack, &said);
    }
}
