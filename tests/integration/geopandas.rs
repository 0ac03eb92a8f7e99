//! Every format of a pack as geopandas reads it; left out, with a message, where it is not installed.

use std::fs;
use std::process::Command;

use super::columnar::python;
use super::support::{path_text, repository, run, text};

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
    let Some(python) = python() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("pack");
    let case = repository("data/afpk-2025/case.toml");
    let formats = "geojson,geojson-lines,geopackage,kml,flatgeobuf,geoparquet";
    run(
        &[
            "run",
            path_text(&case),
            "--out",
            path_text(&pack),
            "--formats",
            formats,
            "--quiet",
        ],
        0,
    );
    assert!(fs::metadata(pack.join("gis/case.qgz")).is_err());
    let output = Command::new(python)
        .args(["-c", READ])
        .arg(pack.join("gis"))
        .output()
        .unwrap();
    assert!(
        output.status.success() && text(&output.stdout) == "read\n",
        "{}",
        text(&output.stderr)
    );
}
