//! Rival lines, regions that tell the side, areas as sectors, uncertain lines: through the command.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::{numbers, path_text, run, table, text};

/// A folder with a line along the parallel of 33 degrees, incidents around it and a case file with more.
fn case(folder: &Path, more: &str) -> PathBuf {
    let write = |name: &str, content: &str| fs::write(folder.join(name), content).unwrap();
    write(
        "incidents.csv",
        "id,date,place,latitude,longitude,geo_precision,event_type\n\
         far-north,2024-03-01,A,33.30,70.2,1,clash\n\
         between,2024-03-02,B,33.02,70.3,1,clash\n\
         south,2024-03-03,C,32.80,70.6,1,clash\n\
         edge,2024-03-04,D,33.46,70.5,1,clash\n\
         rough,2024-03-05,E,32.96,70.8,2,clash\n\
         beyond,2024-03-06,F,33.01,71.2,1,clash\n\
         near-end,2024-03-07,G,33.02,70.1,2,clash\n",
    );
    let line = |vertices: &str, properties: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"LineString","coordinates":[{vertices}]}}}}"#
        )
    };
    let named = r#""left":"North","right":"South""#;
    write("line.geojson", &line("[70,33],[70.5,33],[71,33]", named));
    // Half a tenth of a degree farther north, and drawn from east to west.
    write(
        "rival.geojson",
        &line(
            "[71,33.05],[70.5,33.05],[70,33.05]",
            r#""left":"South","right":"North","attribution":"© Somebody","licence":"ODbL""#,
        ),
    );
    // Vertices every tenth of a degree: a geodesic between places of one latitude bends towards the pole.
    let area = |name: &str, west: f64, south: f64, east: f64, north: f64| {
        let steps = ((east - west) * 10.0).round();
        let along = |latitude: f64| {
            (0..=steps as usize)
                .map(move |step| (west + (east - west) * step as f64 / steps, latitude))
        };
        let ring = along(south)
            .chain(along(north).rev())
            .chain([(west, south)]);
        let ring: Vec<String> = ring.map(|(x, y)| format!("[{x},{y}]")).collect();
        format!(
            r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
            ring.join(",")
        )
    };
    let collection = |features: &[String]| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{}]}}"#,
            features.join(",")
        )
    };
    // The regions meet 2 km north of the line.
    write(
        "regions.geojson",
        &collection(&[
            area("North", 69.0, 33.02001, 71.1, 35.0),
            area("South", 69.0, 31.0, 71.1, 33.02001),
        ]),
    );
    write(
        "areas.geojson",
        &collection(&[
            area("West", 69.9, 32.5, 70.4, 33.6),
            area("East", 70.55, 32.5, 71.05, 33.6),
            area("Overlap", 70.7, 32.5, 70.9, 33.6),
        ]),
    );
    let path = folder.join("case.toml");
    fs::write(
        &path,
        format!("[incidents]\nfiles = [\"incidents.csv\"]\n{more}"),
    )
    .unwrap();
    path
}

fn pack(folder: &Path, more: &str) -> PathBuf {
    let out = folder.join("pack");
    let _ = fs::remove_dir_all(&out);
    run(
        &[
            "run",
            path_text(&case(folder, more)),
            "--out",
            path_text(&out),
        ],
        0,
    );
    run(&["verify", path_text(&out)], 0);
    out
}

#[test]
fn rivals_are_turned_to_the_line_and_what_flips_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let out = pack(
        folder.path(),
        "[border]\nfile = \"line.geojson\"\n[[borders]]\nfile = \"rival.geojson\"\n",
    );
    let rows = table(&out.join("tables/alignments.csv"));
    let of = |id: &str| rows.iter().find(|row| row["id"] == id).unwrap();
    assert_eq!(of("between")["flips"], "side");
    assert_eq!(
        (
            of("between")["side"].as_str(),
            of("between")["side_name"].as_str()
        ),
        ("right", "South")
    );
    assert_eq!(of("between")["measured_side"], "left");
    // 51.0 km north of one line and 45.5 km of the other.
    assert_eq!(of("edge")["flips"], "corridor");
    assert_eq!(
        (
            of("edge")["in_corridor"].as_str(),
            of("edge")["measured_in_corridor"].as_str()
        ),
        ("yes", "no")
    );
    for id in ["far-north", "south", "rough"] {
        assert_eq!(of(id)["flips"], "", "{id}");
        let apart: f64 = of(id)["feet_apart_m"].parse().unwrap();
        assert!((apart - 5_545.0).abs() < 5.0, "{apart}");
        let difference: f64 = of(id)["chainage_difference_km"].parse().unwrap();
        assert!(difference.abs() < 0.1, "{difference}");
    }
    let lines = table(&out.join("tables/borders.csv"));
    assert_eq!(lines[1]["border"], "rival");
    let sums = ["compared", "side_flips", "sector_flips", "corridor_flips"];
    assert_eq!(sums.map(|it| lines[1][it].as_str()), ["7", "3", "0", "1"]);
    assert_eq!(lines[1]["notice"], "© Somebody; ODbL");
    let summary = fs::read_to_string(out.join("summary.md")).unwrap();
    assert!(
        summary.contains("| rival | between | 2 Mar 2024 | B | side | North, 2.2 km"),
        "{summary}"
    );
    assert!(summary.contains("Line rival: © Somebody; ODbL"));
    let layer = fs::read_to_string(out.join("gis/rival_borders.geojson")).unwrap();
    assert!(layer.contains("© Somebody; ODbL"));
    // Turned: it starts in the west.
    assert!(
        layer.contains("[[70.0,33.05]") || layer.contains("[[70,33.05]"),
        "{layer}"
    );

    // A case without rivals has none of this.
    let out = pack(folder.path(), "[border]\nfile = \"line.geojson\"\n");
    assert!(!out.join("tables/alignments.csv").exists());
    // [[borders]] alone: the first is the border.
    let out = pack(
        folder.path(),
        "[[borders]]\nfile = \"rival.geojson\"\nname = \"a\"\n[[borders]]\nfile = \"line.geojson\"\n",
    );
    assert_eq!(table(&out.join("tables/borders.csv"))[0]["border"], "a");
    let twice = case(
        folder.path(),
        "[border]\nfile = \"line.geojson\"\n[[borders]]\nfile = \"line.geojson\"\n",
    );
    let refused = run(&["run", path_text(&twice), "--out", "nowhere"], 2);
    assert!(text(&refused.stderr).contains("a second border named \"line\""));
}

#[test]
fn regions_tell_the_side_and_disagreements_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let out = pack(
        folder.path(),
        "[border]\nfile = \"line.geojson\"\nregions = \"regions.geojson\"\n",
    );
    let rows = table(&out.join("tables/incidents.csv"));
    let of = |id: &str| rows.iter().find(|row| row["id"] == id).unwrap();
    assert_eq!(
        (
            of("between")["side"].as_str(),
            of("between")["side_by_line"].as_str()
        ),
        ("right", "left")
    );
    assert_eq!(of("between")["side_name"], "South");
    // Two metres from the edge of the regions, known within a kilometre.
    let sure: f64 = of("between")["side_probability"].parse().unwrap();
    assert!((sure - 0.5).abs() < 0.002, "{sure}");
    // East of both regions the line tells.
    assert_eq!(
        (
            of("beyond")["side"].as_str(),
            of("beyond")["beyond_end"].as_str()
        ),
        ("left", "yes")
    );
    assert_eq!(of("near-end")["beyond_end"], "near");
    assert_eq!(of("south")["beyond_end"], "no");
    let summary = fs::read_to_string(out.join("summary.md")).unwrap();
    for said in [
        "2 incidents lie in the region of one side and to the other side of the line",
        "1 incident lies in the region of neither side or of both",
        "1 incident lies beyond an end of the line",
        "2 incidents lie so near to an end of the line",
    ] {
        assert!(summary.contains(said), "{said}\n{summary}");
    }
    let strange = case(
        folder.path(),
        "[border]\nfile = \"line.geojson\"\nregions = \"areas.geojson\"\n",
    );
    let refused = text(&run(&["run", path_text(&strange), "--out", "nowhere"], 2).stderr);
    assert!(
        refused.contains("areas of neither side: West, East, Overlap"),
        "{refused}"
    );
    assert!(refused.contains("North and South"), "{refused}");
}

#[test]
fn sectors_may_be_areas_and_gaps_and_overlaps_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let out = pack(
        folder.path(),
        "[border]\nfile = \"line.geojson\"\n[sectors]\nfile = \"areas.geojson\"\ntolerance_m = 0\n",
    );
    let rows = table(&out.join("tables/incidents.csv"));
    let sector = |id: &str| {
        let row = rows.iter().find(|row| row["id"] == id).unwrap();
        row["sector"].clone()
    };
    assert_eq!(sector("between"), "West");
    assert_eq!(sector("rough"), "East");
    assert_eq!(sector("beyond"), "no sector");
    let sectors = table(&out.join("tables/sectors.csv"));
    let names: Vec<&str> = sectors.iter().map(|row| row["sector"].as_str()).collect();
    assert_eq!(names, ["West", "East", "Overlap", "no sector"]);
    assert_eq!(sectors[2]["incidents"], "0");
    let counted: f64 = numbers(&sectors, "incidents").iter().sum();
    assert!((counted - 6.0).abs() < 0.1);
    let summary = fs::read_to_string(out.join("summary.md")).unwrap();
    for said in [
        "1 incident lies in more than one sector, of which the one that the file names first counts",
        "The sectors East and Overlap overlap: both cover the same 18.7 km",
        "14.0 km of the line are in no sector",
    ] {
        assert!(summary.contains(said), "{said}\n{summary}");
    }
    let layer = fs::read_to_string(out.join("gis/sectors.geojson")).unwrap();
    assert!(layer.contains("MultiPolygon") && layer.contains("LineString"));

    // Chainages instead of positions.
    let path = case(
        folder.path(),
        "[border]\nfile = \"line.geojson\"\n[sectors]\nfile = \"starts.csv\"\n",
    );
    fs::write(
        folder.path().join("starts.csv"),
        "sector,start_km\na,\nb,40\nc,60.5\n",
    )
    .unwrap();
    run(&["run", path_text(&path), "--out", path_text(&out)], 0);
    let sectors = table(&out.join("tables/sectors.csv"));
    assert_eq!(sectors[1]["chainage_from_km"], "40.000");
    assert_eq!(sectors[1]["chainage_to_km"], "60.500");
}

#[test]
fn an_uncertain_line_makes_sides_less_sure() {
    let folder = tempfile::tempdir().unwrap();
    let probability = |more: &str| -> String {
        let out = pack(
            folder.path(),
            &format!("[border]\nfile = \"line.geojson\"\n{more}"),
        );
        let rows = table(&out.join("tables/incidents.csv"));
        let row = rows.iter().find(|row| row["id"] == "between").unwrap();
        row["side_probability"].clone()
    };
    // 2,190 m north of the line, which bends north between its vertices; known within a kilometre.
    assert_eq!(probability(""), "1.000000");
    let wide = probability("border_uncertainty_m = 8870\n");
    let sure: f64 = wide.parse().unwrap();
    assert!((sure - (0.5 + 2_190.0 / 17_740.0)).abs() < 0.001, "{wide}");
    let case = case(folder.path(), "[border]\nfile = \"line.geojson\"\n");
    let out = folder.path().join("pack");
    run(
        &[
            "run",
            path_text(&case),
            "--border-uncertainty-m",
            "8870",
            "--out",
            path_text(&out),
        ],
        0,
    );
    let rows = table(&out.join("tables/incidents.csv"));
    let row = rows.iter().find(|row| row["id"] == "between").unwrap();
    assert_eq!(row["side_probability"], wide);
}
