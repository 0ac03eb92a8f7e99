//! Layers held against the standards of their formats by programs that others made for that.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::{pack_in_formats, path_text, repository, run_pack};
use super::tools::{python, told};

const FORMATS: &str = "geopackage,geoparquet,kml,geojson";

/// Packs with all that is hard: the shipped one, and one across the antimeridian with text that is hard to write.
fn packs(folder: &Path) -> [PathBuf; 2] {
    let [shipped, hostile] = ["shipped", "hostile"].map(|name| folder.join(name));
    pack_in_formats(&repository("data/afpk-2025/case.toml"), &shipped, FORMATS);
    super::columnar::hostile(folder);
    run_pack(
        &[&folder.join("hostile.csv")],
        &folder.join("line.geojson"),
        &hostile,
        &["--quiet", "--formats", FORMATS],
        0,
    );
    [shipped, hostile]
}

/// Prints what is wrong with a file, a line each: nothing for a good one.
fn wrong(modules: &[&str], script: &str, file: &Path) -> Option<Vec<String>> {
    let said = told(python(modules)?.args(["-c", script, path_text(file)]))?;
    let (said, _) = said.rsplit_once("looked\n").expect(&said);
    Some(said.lines().map(ToOwned::to_owned).collect())
}

/// GDAL's own.
const GEOPACKAGE: &str = "
import sys
from osgeo_utils.samples.validate_gpkg import GPKGChecker, GPKGCheckException
try:
    GPKGChecker(sys.argv[1], abort_at_first_error=True).check()
except GPKGCheckException as wrong:
    print(wrong)
print('looked')
";

#[test]
fn the_validator_of_gdal_passes_the_geopackage() {
    let modules = ["osgeo_utils.samples.validate_gpkg"];
    let folder = tempfile::tempdir().unwrap();
    let packs = packs(folder.path());
    for pack in &packs {
        let Some(wrong) = wrong(&modules, GEOPACKAGE, &pack.join("gis/case.gpkg")) else {
            return;
        };
        assert_eq!(wrong, Vec::<String>::new());
    }
    // It does find what is wrong.
    let bad = folder.path().join("bad.gpkg");
    fs::copy(packs[0].join("gis/case.gpkg"), &bad).unwrap();
    let file = rusqlite::Connection::open(&bad).unwrap();
    file.execute_batch(
        "PRAGMA foreign_keys = OFF;
         UPDATE gpkg_geometry_columns SET srs_id = 32642 WHERE table_name = 'incidents'",
    )
    .unwrap();
    drop(file);
    assert_ne!(wrong(&modules, GEOPACKAGE, &bad), Some(Vec::new()));
}

/// The checks of the specification in geoparquet-io, of every value.
const GEOPARQUET: &str = "
import sys
from geoparquet_io.core.validate import validate_geoparquet
found = validate_geoparquet(sys.argv[1], target_version='1.1', sample_size=0)
assert len(found.checks) > 20 or not found.is_valid
for check in found.checks:
    if check.status.value in ('failed', 'warning'):
        print(check.name, check.message)
print('looked')
";

#[test]
fn geoparquet_holds_to_its_specification() {
    let modules = ["geoparquet_io.core.validate"];
    let folder = tempfile::tempdir().unwrap();
    let packs = packs(folder.path());
    for pack in &packs {
        let mut looked = 0;
        for entry in fs::read_dir(pack.join("gis")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|it| it == "parquet") {
                let Some(wrong) = wrong(&modules, GEOPARQUET, &path) else {
                    return;
                };
                assert_eq!(wrong, Vec::<String>::new(), "{}", path.display());
                looked += 1;
            }
        }
        assert!(looked >= 6);
    }
    // It does find what is wrong.
    let bad = folder.path().join("bad.parquet");
    let mut bytes = fs::read(packs[0].join("gis/incidents.parquet")).unwrap();
    let (told, lie) = (b"\"version\":\"1.1.0\"", b"\"version\":\"9.1.0\"");
    let at = bytes.windows(told.len()).position(|it| it == told).unwrap();
    bytes[at..at + lie.len()].copy_from_slice(lie);
    fs::write(&bad, bytes).unwrap();
    assert_ne!(wrong(&modules, GEOPARQUET, &bad), Some(Vec::new()));
}

/// The schema of KML 2.2 (OGC 07-147r2) with Google's extensions, as pykml has it.
const KML: &str = "
import sys
from lxml import etree
from pykml.parser import Schema
schema = Schema('kml22gx.xsd')
schema.validate(etree.parse(sys.argv[1]))
for wrong in schema.schema.error_log:
    print(wrong.line, wrong.message)
print('looked')
";

#[test]
fn kml_holds_to_its_schema() {
    let modules = ["pykml.parser", "lxml"];
    let folder = tempfile::tempdir().unwrap();
    let packs = packs(folder.path());
    for pack in &packs {
        let Some(wrong) = wrong(&modules, KML, &pack.join("gis/case.kml")) else {
            return;
        };
        assert_eq!(wrong, Vec::<String>::new());
    }
    let bad = folder.path().join("bad.kml");
    let kml = fs::read_to_string(packs[0].join("gis/case.kml")).unwrap();
    fs::write(
        &bad,
        kml.replace("<Point>", "<Dot>")
            .replace("</Point>", "</Dot>"),
    )
    .unwrap();
    assert_ne!(wrong(&modules, KML, &bad), Some(Vec::new()));
}
