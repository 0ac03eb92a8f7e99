//! The QGIS project, opened and printed by QGIS itself where its Python library is installed.

use std::path::Path;

use super::support::{path_text, repository, run, run_pack, text};
use super::tools::python;

/// Opens a project, prints its page, and says what it found, each a line of `name=value`.
const OPEN: &str = r#"
import sys
from qgis.core import (QgsApplication, QgsProject, QgsLayoutExporter, QgsVectorLayerTemporalContext, QgsDateTimeRange,
    QgsExpressionContext, QgsFeatureRequest, QgsLayoutItemMap)
from qgis.PyQt.QtCore import QDateTime, Qt
application = QgsApplication([], True)
application.initQgis()
project = QgsProject.instance()
QgsApplication.messageLog().messageReceived.connect(
    lambda message, tag, level: print(f"warning={tag}: {message}") if level in (1, 2) else None)
print(f"read={project.read(sys.argv[1])}")
print(f"title={project.title()}")
print(f"crs={project.crs().authid()}")
print("tree=" + ";".join(it.name() for it in project.layerTreeRoot().children()))
for layer in project.mapLayers().values():
    active = layer.temporalProperties().isActive()
    print(f"layer={layer.id()};{layer.isValid()};{layer.featureCount()};{active}")
time = project.timeSettings().temporalRange()
print(f"time={time.begin().toString(Qt.ISODate)};{time.end().toString(Qt.ISODate)}")
incidents = project.mapLayer("borderscope_incidents")
context = QgsVectorLayerTemporalContext()
context.setLayer(incidents)
day = lambda hour, minute: QDateTime(2025, 10, 15, hour, minute, 0, 0, Qt.UTC)
of_day = incidents.temporalProperties().createFilterString(context, QgsDateTimeRange(day(0, 0), day(23, 59)))
print("of_day=" + ";".join(sorted(it["id"] for it in incidents.getFeatures(QgsFeatureRequest().setFilterExpression(of_day)))))
layouts = project.layoutManager().layouts()
print(f"layouts={len(layouts)}")
settings = QgsLayoutExporter.ImageExportSettings()
settings.dpi = 60
for layer in project.mapLayers().values():
    feature = next(layer.getFeatures(), None)
    if feature and layer.labelsEnabled():
        names = layer.labeling().settings()
        context = QgsExpressionContext()
        context.setFeature(feature)
        text = names.getLabelExpression().evaluate(context)
        letters = names.format()
        ground = letters.buffer()
        print(f"names={layer.id()};{text};{letters.size()};{ground.enabled()}")
print(f"export={QgsLayoutExporter(layouts[0]).exportToImage(sys.argv[2], settings)}")
page = __import__("qgis.PyQt.QtGui", fromlist=["QImage"]).QImage(sys.argv[2])
colours = {page.pixel(x, y) for x in range(0, page.width(), 2) for y in range(0, page.height(), 2)}
print(f"page={page.width()};{page.height()};{len(colours)}")
print("end=")
sys.stdout.flush()
__import__("os")._exit(0)
"#;

/// What QGIS says of a project; `None`, with a message, where its Python library is not installed.
fn opened(project: &Path, folder: &Path) -> Option<Vec<(String, String)>> {
    let mut python = python(&["qgis.core"])?;
    python
        .args(["-c", OPEN])
        .arg(project)
        .arg(folder.join("page.png"))
        .env("QT_QPA_PLATFORM", "offscreen")
        .env("HOME", folder);
    let output = python.output().unwrap();
    let said = text(&output.stdout);
    assert!(said.contains("end="), "{said}\n{}", text(&output.stderr));
    let lines = said.lines().filter_map(|line| line.split_once('='));
    let owned = lines.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Some(owned.collect())
}

fn all<'s>(said: &'s [(String, String)], name: &str) -> Vec<&'s str> {
    let named = said.iter().filter(|it| it.0 == name);
    named.map(|it| it.1.as_str()).collect()
}

/// What holds for every project.
fn check(said: &[(String, String)]) {
    assert_eq!(all(said, "warning"), Vec::<&str>::new());
    assert_eq!(all(said, "read"), ["True"]);
    assert_eq!(all(said, "crs"), ["EPSG:4326"]);
    assert_eq!(all(said, "layouts"), ["1"]);
    assert_eq!(all(said, "export"), ["0"]);
    for layer in all(said, "layer") {
        let parts: Vec<&str> = layer.split(';').collect();
        assert_eq!(parts[1], "True", "{layer}");
        let days = if parts[0] == "borderscope_incidents" {
            "True"
        } else {
            "False"
        };
        assert_eq!(parts[3], days, "{layer}");
    }
    let page: Vec<u32> = all(said, "page")[0]
        .split(';')
        .map(|it| it.parse().unwrap())
        .collect();
    assert!(page[0] > page[1] && page[2] > 20, "an empty page: {page:?}");
}

#[test]
fn qgis_opens_the_shipped_project_and_prints_it() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("pack");
    let case = repository("data/afpk-2025/case.toml");
    run(
        &["run", path_text(&case), "--out", path_text(&out), "--quiet"],
        0,
    );
    let Some(said) = opened(&out.join("gis/case.qgz"), folder.path()) else {
        return;
    };
    check(&said);
    assert_eq!(
        all(&said, "tree"),
        [
            "Rejected records;Incidents;Clusters;Discs of uncertainty;Sectors;Rival lines;Border line;Corridor;Places;Countries"
        ]
    );
    assert_eq!(
        all(&said, "time"),
        ["2025-10-05T00:00:00Z;2025-12-25T23:59:59Z"]
    );
    // What is written beside features, and how large, on a ground of paper.
    let names = all(&said, "names");
    for wanted in [
        "borderscope_countries;AFGHANISTAN;11.25;True",
        "borderscope_clusters;C1;9.75;True",
    ] {
        assert!(names.contains(&wanted), "{names:?}");
    }
    assert_eq!(names.len(), 5);
    // Of one day are those that begin by it and do not end before it.
    let rows = super::support::table(&out.join("tables/incidents.csv"));
    let mut wanted: Vec<&str> = rows
        .iter()
        .filter(|row| {
            let last = match row["date_end"].as_str() {
                "" => &row["date"],
                _ => &row["date_end"],
            };
            row["date"].as_str() <= "2025-10-15" && last.as_str() >= "2025-10-15"
        })
        .map(|row| row["id"].as_str())
        .collect();
    wanted.sort_unstable();
    assert!(!wanted.is_empty() && wanted.len() < rows.len());
    assert_eq!(all(&said, "of_day"), [wanted.join(";")]);
}

#[test]
fn qgis_opens_hostile_projects() {
    let folder = tempfile::tempdir().unwrap();
    let border = folder.path().join("line.geojson");
    let line = r#"{"type":"Feature","properties":{"attribution":"\"<Line>\" [% 1 %] & ]]>"},"geometry":
        {"type":"LineString","coordinates":[[179.0,-17.0],[-179.0,-16.5]]}}"#;
    std::fs::write(&border, line).unwrap();
    let incidents = folder.path().join("incidents.csv");
    let rows = "id,date,latitude,longitude,event_type\n\
                1,2025-10-15,-17.0,179.9,\"<b>\"\"'& \u{1} {title}\"\n2,2025-10-16,-16.7,-179.9,\n";
    std::fs::write(&incidents, rows).unwrap();
    let out = folder.path().join("pack");
    run_pack(&[&incidents], &border, &out, &["--quiet"], 0);
    let Some(said) = opened(&out.join("gis/case.qgz"), folder.path()) else {
        return;
    };
    check(&said);
    assert_eq!(all(&said, "of_day"), ["1"]);
}
