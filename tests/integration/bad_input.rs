//! Bad files and bad options are errors that say where, what and what is allowed; bad rows are data.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::support::{borderscope, files, path_text, repository, run, run_pack, table, text};

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        Bench {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn pack(&self) -> PathBuf {
        self.folder.path().join("pack")
    }

    /// What standard error says when a run of these two files fails.
    fn refusal(&self, incidents: &Path, border: &Path) -> String {
        let output = run_pack(&[incidents], border, &self.pack(), &[], 2);
        assert!(!self.pack().exists(), "a failed run wrote something");
        assert!(output.stdout.is_empty());
        let leftovers = fs::read_dir(self.folder.path()).unwrap().filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .starts_with('.')
        });
        assert_eq!(leftovers.count(), 0, "a failed run left a folder");
        text(&output.stderr)
    }
}

const GOOD: &str = "id,date,latitude,longitude\na,2025-10-16,34.1,71.0\n";

fn good_border() -> PathBuf {
    repository("data/afpk-2025/border.geojson")
}

#[test]
fn bad_files_say_where_what_and_what_is_allowed() {
    let bench = Bench::new();
    let good = bench.file("good.csv", GOOD);
    let polygon = r#"{"type":"Polygon","coordinates":[[[70,33],[71,33],[71,34],[70,33]]]}"#;
    for (incidents, border, parts) in [
        (
            bench.folder.path().join("none.csv"),
            good_border(),
            vec!["none.csv", "reading failed"],
        ),
        (
            good.clone(),
            bench.folder.path().join("none.geojson"),
            vec!["none.geojson", "reading failed"],
        ),
        (
            good.clone(),
            bench.folder.path().to_owned(),
            vec!["is a folder", "a file"],
        ),
        (
            good.clone(),
            bench.file("p.geojson", polygon),
            vec!["p.geojson, feature 1", "a Polygon", "allowed: LineString"],
        ),
        (
            good.clone(),
            bench.file("t.geojson", "{\"type\":"),
            vec!["t.geojson", "allowed"],
        ),
        (
            good,
            bench.file("e.geojson", r#"{"type":"FeatureCollection","features":[]}"#),
            vec!["e.geojson", "no line in it"],
        ),
        (
            bench.file("empty.csv", ""),
            good_border(),
            vec!["empty.csv", "the file is empty", "allowed: a header"],
        ),
        (
            bench.file("head.csv", "id,date,latitude,longitude\n"),
            good_border(),
            vec!["head.csv", "a header and no record"],
        ),
        (
            bench.file("no.csv", "id,date,where\na,2025-10-16,here\n"),
            good_border(),
            vec![
                "no.csv, header",
                "no latitude column among: id, date, where",
                "try: ",
            ],
        ),
        (
            bench.file(
                "all.csv",
                "date,latitude,longitude\n2025-10-16,340,71\nsoon,34,71\n",
            ),
            good_border(),
            vec!["every record was rejected", "borderscope check"],
        ),
    ] {
        let message = bench.refusal(&incidents, &border);
        for part in parts {
            assert!(message.contains(part), "{part:?} is not in: {message}");
        }
    }
}

#[test]
fn bad_case_files_name_the_line_or_the_key() {
    let bench = Bench::new();
    let case = |content: &str| {
        let path = bench.file("case.toml", content);
        text(&run(&["run", path_text(&path)], 2).stderr)
    };
    assert!(
        case("[incidents]\nfiles = [\"a.csv\"]\nfile = 3\n")
            .contains("case.toml, line 3: unknown field `file`")
    );
    let base = "[incidents]\nfiles = [\"a.csv\"]\n[border]\nfile = \"b.geojson\"\n";
    assert!(case(&format!("corridor_km = -1\n{base}")).contains("corridor_km: -1"));
    assert!(text(&run(&["run"], 2).stderr).contains("no case file"));
}

#[test]
fn bad_rows_go_to_the_ledger_and_the_run_goes_on() {
    let bench = Bench::new();
    let incidents = bench.file(
        "mixed.csv",
        "id,date,latitude,longitude,fatalities_best\r\n\
         good,2025-10-16,34.1,71.0,3\r\n\
         north,2025-10-16,340,71.0,3\r\n\
         never,sometime,34.1,71.0,3\r\n\
         \"two\nlines\",2025-10-16,34.1,,3\r\n\
         many,2025-10-16,34.1,71.0,many\r\n\
         good,2025-10-16,34.1,71.0,3\r\n",
    );
    let pack = bench.pack();
    run_pack(&[&incidents], &good_border(), &pack, &[], 0);
    let ledger: Vec<[String; 6]> = table(&pack.join("tables/ledger.csv"))
        .iter()
        .map(|row| {
            ["line", "id", "fate", "reason", "column", "value"].map(|column| row[column].clone())
        })
        .collect();
    let expected = [
        ["2", "good", "used", "ok", "", ""],
        [
            "3",
            "north",
            "rejected",
            "coordinate_invalid",
            "latitude",
            "340",
        ],
        ["4", "never", "rejected", "date_invalid", "date", "sometime"],
        [
            "5",
            "two\nlines",
            "rejected",
            "coordinate_missing",
            "longitude",
            "",
        ],
        [
            "7",
            "many",
            "used",
            "value_not_read",
            "fatalities_best",
            "many",
        ],
        ["8", "good", "merged", "same_id", "id", "good"],
    ];
    assert_eq!(ledger, expected.map(|row| row.map(str::to_owned)));
    run_pack(&[&incidents], &good_border(), &pack, &["--strict"], 1);

    let before = files(bench.folder.path());
    let checked = text(&run(&["check", path_text(&incidents)], 0).stdout);
    for part in [
        "6 records",
        "1  rejected",
        "date_invalid",
        "line 4 (never), date: \"sometime\"",
        "add up",
    ] {
        assert!(checked.contains(part), "{part:?} is not in: {checked}");
    }
    run(&["check", "--strict", path_text(&incidents)], 1);
    assert_eq!(files(bench.folder.path()), before, "check wrote something");
}

#[test]
fn locate_streams_and_a_closed_pipe_is_no_error() {
    let mut rows = "name,lat,lon\n".to_owned();
    for row in 0..200_000 {
        rows.push_str(&format!(
            "r{row},34.{:03},71.{:03}\n",
            row % 1000,
            row / 1000
        ));
    }
    let mut child = borderscope()
        .args(["locate", "--border", path_text(&good_border())])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // The reader goes away after the first bytes; the writer may then find its own pipe closed.
    let writer = std::thread::spawn(move || drop(input.write_all(rows.as_bytes())));
    let mut first = [0; 64];
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut first).unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(
        text(&first).starts_with("name,lat,lon,offset_m,side,side_name,side_probability,chainage")
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn locate_keeps_rows_without_a_position_and_says_so() {
    let bench = Bench::new();
    let points = bench.file("points.csv", "name,lat,lon\na,34.1,71.0\nb,,71.0\n");
    let arguments = [
        "locate",
        "--border",
        path_text(&good_border()),
        path_text(&points),
    ]
    .map(str::to_owned);
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = run(&arguments, 0);
    let lines: Vec<String> = text(&output.stdout).lines().map(str::to_owned).collect();
    assert!(lines[1].contains(",left,Afghanistan,") || lines[1].contains(",right,Pakistan,"));
    assert_eq!(lines[2], "b,,71.0,,,,,,,,,");
    assert!(text(&output.stderr).contains("of 2 rows, 1 without a valid position"));
    arguments.push("--strict");
    run(&arguments, 1);
}
