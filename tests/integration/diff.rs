//! Two runs compared through the command: text, tables, layer, exit codes.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::{files, path_text, repository, run, run_pack, table, text};

const HEADER: &str = "id,date,place,latitude,longitude,geo_precision,event_type,actor_a,actor_b,reported_by,fatalities_low,fatalities_best,fatalities_high,claim_status,note";

/// Incidents along the parallel of 33 degrees. The first four make a cluster.
const ROWS: [&str; 10] = [
    "a,2025-10-11,Angur Adda,33.01,70.10,1,armed_clash,A,B,a_official,1,2,3,claimed,",
    "b,2025-10-11,Шкин,33.02,70.12,1,armed_clash,A,B,a_official,,,,claimed,\"two, with a comma\"",
    "c,2025-10-12,خوست,33.01,70.14,1,shelling,B,A,b_official,4,,5,contested,",
    "d,2025-10-12,Wana,32.99,70.11,1,shelling,B,A,b_official,,,,claimed,",
    "e,2025-10-20,Torkham,33.03,70.50,1,airstrike,A,B,media,10,,30,claimed,",
    "f,2025-10-21,Kurram,32.97,70.70,1,ambush,A,B,media,,,,claimed,",
    "g,2025-10-22,Bajaur,33.05,70.90,1,ambush,A,B,media,,,,claimed,",
    "h,2025-10-25,Khyber,33.05,70.95,1,ambush,A,B,media,,,,claimed,",
    "i,2025-10-30,Mohmand,33.02,70.85,1,ambush,A,B,media,,,,claimed,=1+1",
    "j,2025-11-02,Dir,33.02,70.30,1,ambush,A,B,media,,,,claimed,",
];

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("line.geojson"),
            r#"{"type":"Feature","properties":{"left":"Север","right":"South"},"geometry":{"type":"LineString","coordinates":[[70,33],[70.5,33],[71,33]]}}"#,
        )
        .unwrap();
        Bench { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A pack of some rows.
    fn pack(&self, name: &str, header: &str, rows: &[String], more: &[&str]) -> PathBuf {
        let incidents = self.path("reports.csv");
        fs::write(&incidents, format!("{header}\n{}\n", rows.join("\n"))).unwrap();
        let out = self.path(name);
        let mut options = vec!["--sectors", "2", "--draws", "0", "--quiet"];
        options.extend(more);
        run_pack(&[&incidents], &self.path("line.geojson"), &out, &options, 0);
        out
    }
}

fn rows() -> Vec<String> {
    ROWS.map(str::to_owned).to_vec()
}

fn diff(old: &Path, new: &Path, more: &[&str], code: i32) -> String {
    let mut arguments = vec!["diff", path_text(old), path_text(new)];
    arguments.extend(more);
    text(&run(&arguments, code).stdout)
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn what_was_rewritten_upstream_is_told_in_text_tables_and_layer() {
    let bench = Bench::new();
    let old = bench.pack("old", HEADER, &rows(), &[]);
    let mut changed = rows();
    // d is moved out of its cluster, e re-coded, f deleted, g gets another id, h another day, a a second record.
    changed[3] = changed[3].replace("32.99,70.11", "32.90,70.40");
    changed[4] = changed[4]
        .replace("airstrike", "drone_strike")
        .replace("10,,30", "10,12,30");
    changed[6] = changed[6].replacen('g', "g2", 1);
    changed[7] = changed[7].replace("2025-10-25", "2025-10-26");
    changed.remove(5);
    changed.push("a,2025-10-29,Elsewhere,33.00,70.60,1,other,A,B,media,,,,claimed,".to_owned());
    changed.push("=new,2025-10-16,Новое,33.04,70.20,1,other,A,B,media,,7,,claimed,".to_owned());
    let new = bench.pack("new", HEADER, &changed, &[]);
    // Rows in another order make another file and no other result.
    changed.reverse();
    changed.swap(0, 3);
    let second = changed
        .iter()
        .position(|it| it.contains("Elsewhere"))
        .unwrap();
    let second = changed.remove(second);
    changed.push(second);
    let shuffled = bench.pack("shuffled", HEADER, &changed, &[]);

    let out = bench.path("diff");
    let said = diff(&old, &new, &["--out", path_text(&out), "--exit-code"], 1);
    for part in [
        "Incidents: 5 the same, 1 gone, 2 new, 1 renamed (proposed), 1 moved, 1 re-dated, 1 re-coded, 1 in another cluster",
        "Inputs: reports.csv (incidents, changed)",
        "f, 2025-10-21, Kurram: ambush, used",
        "=new, 2025-10-16, Новое: other, deaths …–7–…, used",
        "g2, 2025-10-22, Bajaur: id g → g2",
        "d, 2025-10-12, Wana: 28.9 km; offset 1,128 → 11,108 m; km 10.3 → 37.4",
        "h, 2025-10-26, Khyber: date 2025-10-25 → 2025-10-26",
        "Re-coded: 1 (event_type 1, fatalities_best 1)",
        "event_type airstrike → drone_strike; fatalities_best none → 12",
        "Clusters: 1 shrunk",
        "members 4 → 3 (3 in common)",
    ] {
        let unwrapped = said.replace("\n    ", " ");
        let unwrapped = unwrapped.replace('\n', " ");
        assert!(unwrapped.contains(part), "{part}\n{said}");
    }
    assert!(said.lines().count() <= 60, "{said}");

    // As the tables of the pack, for spreadsheets.
    let bytes = fs::read(out.join("diff.csv")).unwrap();
    assert!(bytes.starts_with("\u{feff}what,".as_bytes()));
    let changes = table(&out.join("diff.csv"));
    let of = |what: &str| -> Vec<Vec<&str>> {
        changes
            .iter()
            .filter(|row| row["what"] == what)
            .map(|row| {
                ["id", "column", "old", "new"]
                    .map(|it| row[it].as_str())
                    .to_vec()
            })
            .collect()
    };
    assert_eq!(of("gone"), [["f", "", "", ""]]);
    assert_eq!(of("new"), [["'=new", "", "", ""], ["a", "", "", ""]]);
    assert_eq!(of("renamed"), [["g2", "id", "g", "g2"]]);
    assert_eq!(of("redated"), [["h", "date", "2025-10-25", "2025-10-26"]]);
    assert_eq!(
        of("recoded"),
        [
            ["e", "event_type", "airstrike", "drone_strike"],
            ["e", "fatalities_best", "", "12"]
        ]
    );
    assert_eq!(of("cluster"), [["d", "cluster", "1", ""]]);
    assert!(of("fate").is_empty() && of("relocated").is_empty());
    let moved = of("moved");
    assert_eq!(moved[0], ["d", "latitude", "32.99", "32.9"]);
    assert_eq!(moved[1], ["d", "longitude", "70.11", "70.4"]);
    assert_eq!(moved[2][1], "offset_m");
    // By an independent computation: 28,885 m on the sphere of the mean radius.
    let way: f64 = changes.iter().find(|it| it["what"] == "moved").unwrap()["distance_m"]
        .parse()
        .unwrap();
    assert!((way - 28_885.0).abs() < 100.0, "{way}");

    let clusters = table(&out.join("diff_clusters.csv"));
    assert_eq!(clusters.len(), 1);
    let values = [
        "what",
        "old_members",
        "new_members",
        "gained",
        "lost",
        "lost_ids",
        "jaccard",
    ];
    assert_eq!(
        values.map(|it| clusters[0][it].as_str()),
        ["shrunk", "4", "3", "0", "1", "d", "0.7500"]
    );
    let sectors = table(&out.join("diff_sectors.csv"));
    assert_eq!(sectors.len(), 2);
    for row in &sectors {
        let value = |name: &str| row[name].parse::<f64>().unwrap();
        let difference = value("new_incidents") - value("old_incidents");
        assert!((difference - value("difference_incidents")).abs() < 1e-9);
    }

    let layer = json(&out.join("diff.geojson"));
    let features = layer["features"].as_array().unwrap();
    let found: Vec<(&str, &str)> = features
        .iter()
        .map(|it| {
            (
                it["id"].as_str().unwrap(),
                it["geometry"]["type"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("gone f", "Point"),
            ("new =new", "Point"),
            ("new a", "Point"),
            ("moved d", "LineString")
        ]
    );
    assert_eq!(
        features[3]["geometry"]["coordinates"],
        serde_json::json!([[70.11, 32.99], [70.4, 32.9]])
    );
    assert_eq!(features[1]["properties"]["fatalities_best"], 7);
    assert_eq!(features[1]["properties"]["old_side"], Value::Null);
    assert_eq!(layer["bbox"], serde_json::json!([70.11, 32.9, 70.7, 33.04]));
    let page = fs::read_to_string(out.join("diff.md")).unwrap();
    assert!(page.contains("## Moved: 1") && page.contains("- f, 2025-10-21, Kurram: ambush"));

    let again = bench.path("again");
    diff(&old, &shuffled, &["--out", path_text(&again), "--quiet"], 0);
    assert_eq!(files(&out), files(&again));
    assert!(diff(&new, &shuffled, &["--exit-code"], 0).contains("11 the same"));
    // Written once more, over itself.
    diff(&old, &new, &["--out", path_text(&again), "--quiet"], 0);
    assert_eq!(files(&out), files(&again));
}

#[test]
fn a_pack_does_not_differ_from_itself() {
    let bench = Bench::new();
    let pack = repository("output/afpk-2025");
    let out = bench.path("diff");
    let said = diff(&pack, &pack, &["--exit-code", "--out", path_text(&out)], 0);
    let count = |name: &str| table(&pack.join("tables").join(name)).len();
    let (incidents, clusters) = (count("incidents.csv"), count("clusters.csv"));
    assert!(
        said.contains(&format!("Incidents: {incidents} the same\n")),
        "{said}"
    );
    assert!(
        said.contains(&format!("Clusters: {clusters} same")),
        "{said}"
    );
    assert!(table(&out.join("diff.csv")).is_empty());
    let layer = json(&out.join("diff.geojson"));
    assert_eq!(layer["features"], serde_json::json!([]));
    let summary = diff(&pack, &pack, &["--json"], 0);
    let summary: Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["differs"], false);
    assert_eq!(summary["incidents"]["same"], incidents);
    assert_eq!(summary["old"]["case"], "afpk-2025");
}

#[test]
fn other_options_and_another_line_are_told_apart_from_the_data() {
    let bench = Bench::new();
    let old = bench.pack("old", HEADER, &rows(), &[]);
    let options = ["--corridor-km", "4", "--min-points", "5"];
    let narrow = bench.pack("narrow", HEADER, &rows(), &options);
    let said = diff(&old, &narrow, &[], 0);
    for part in [
        "options.corridor_km: 50.0 → 4.0",
        "options.cluster.min_points: 3 → 5",
        "Counted otherwise: 2",
        "used → outside corridor",
        "1 dissolved",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let line = fs::read_to_string(bench.path("line.geojson")).unwrap();
    fs::write(bench.path("line.geojson"), line.replace(",33]", ",33.001]")).unwrap();
    let other = bench.pack("other", HEADER, &rows(), &[]);
    let summary: Value = serde_json::from_str(&diff(&old, &other, &["--json"], 0)).unwrap();
    assert_eq!(summary["incidents"]["relocated"], 10);
    assert_eq!(summary["incidents"]["moved"], 0);
    assert_eq!(summary["inputs"][0]["role"], "border");
}

#[test]
fn rows_without_ids_survive_a_row_that_is_deleted() {
    let bench = Bench::new();
    let without = |rows: &[String]| -> Vec<String> {
        rows.iter()
            .map(|it| it.split_once(',').unwrap().1.to_owned())
            .collect()
    };
    let header = HEADER.strip_prefix("id,").unwrap();
    let old = bench.pack("old", header, &without(&rows()), &[]);
    let new = bench.pack("new", header, &without(&rows()[1..]), &[]);
    let summary: Value = serde_json::from_str(&diff(&old, &new, &["--json"], 0)).unwrap();
    let incidents =
        ["same", "gone", "new", "renamed", "moved"].map(|it| summary["incidents"][it].clone());
    assert_eq!(incidents, [9, 1, 0, 0, 0].map(Value::from));
    assert_eq!(summary["matched_by_content"], 9);
}

#[test]
fn what_is_no_pack_is_refused() {
    let bench = Bench::new();
    let pack = repository("output/afpk-2025");
    let empty = bench.path("empty");
    fs::create_dir(&empty).unwrap();
    let no_tables = bench.path("no-tables");
    fs::create_dir(&no_tables).unwrap();
    fs::copy(pack.join("manifest.json"), no_tables.join("manifest.json")).unwrap();
    let other = bench.path("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("manifest.json"), "{}").unwrap();
    for (folder, part) in [
        (&bench.path("none"), "is not there"),
        (&bench.path("line.geojson"), "is a file"),
        (&empty, "holds no manifest.json of a pack"),
        (&no_tables, "holds no tables/incidents.csv"),
        (&other, "manifest.json"),
    ] {
        for arguments in [[&pack, folder], [folder, &pack]] {
            let [old, new] = arguments.map(|it| path_text(it));
            let out = bench.path("out");
            let output = run(&["diff", old, new, "--out", path_text(&out)], 2);
            let message = text(&output.stderr);
            assert!(
                message.contains(part) && message.contains("allowed:"),
                "{message}"
            );
            assert!(output.stdout.is_empty() && !out.exists());
        }
    }
    // A pack, or any other folder, is not written over.
    let target = bench.path("pack");
    fs::create_dir(&target).unwrap();
    fs::write(target.join("manifest.json"), "{}").unwrap();
    let pack = path_text(&pack);
    let output = run(&["diff", pack, pack, "--out", path_text(&target)], 2);
    assert!(text(&output.stderr).contains("choose another folder with --out"));
    assert_eq!(files(&target).len(), 1);
}
