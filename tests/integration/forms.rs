//! The forms that an incident file may have, through the command; and our own table, read back.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use borderscope::case::{Case, IncidentFile, Options};
use borderscope::geodesy::Position;
use borderscope::incident::Incident;
use borderscope::input::incidents;
use borderscope::ledger::Fate;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::support::{borderscope, numbers, repository, run_pack, table, text};

const MESSY: &str = "id,date,date_end,latitude,longitude,geo_precision,event_type,actor_a,fatalities_low,\
fatalities_best,fatalities_high,claim_status,place,note
m-1,2025-10-16,,34.1147,71.0924,1,shelling,=HYPERLINK(1),3,4,5,claimed,\"Torkham, gate\",\"two
lines and \"\"quotes\"\"\"
m-2,2025-10,,34.2,71.1,2,ambush,+A,,,,,-,@note
m-3,2025,,33.9,70.5,5,other,'=x,,0,,denied,،پښتو,
m-4,12 October 2025,14 October 2025,34°06'53\"N,71°05'32\"E,3,raid,''tis,10,,,contested,Ünter,\"\t tab\"
m-5,2025-10-18,,0,0,1,raid,,,,,,zero,
m-6,2025-10-19,,60.5,71.0,1,raid,,5-10,,>10,,far away,
,2025-10-20,,34.05,71.2,4,raid,,-99,-1,,,no id,
";

fn border() -> PathBuf {
    repository("data/afpk-2025/border.geojson")
}

fn read(path: &Path) -> incidents::Reading {
    incidents::read(&[IncidentFile::new(path)], &Options::default(), None).unwrap()
}

/// What a report says, without its place in the input.
fn said(incident: &Incident) -> Incident {
    Incident {
        record: 0,
        ..incident.clone()
    }
}

fn pack(files: &[&Path], folder: &Path) -> PathBuf {
    run_pack(files, &border(), folder, &[], 0);
    folder.join("tables/incidents.csv")
}

fn comes_back(path: &Path, folder: &Path) {
    let first = read(path);
    let written = pack(&[path], &folder.join("one"));
    let again = read(&written);
    assert_eq!(again.files[0].layout, "borderscope");
    assert_eq!(again.ledger.count(Fate::Rejected), 0);
    let (before, after): (Vec<_>, Vec<_>) = (
        first.incidents.iter().map(said).collect(),
        again.incidents.iter().map(said).collect(),
    );
    assert_eq!(before, after);
    // So does the layer, as a collection and with a feature a line, told by its content.
    let layer = folder.join("one/gis/incidents.geojson");
    let collection = fs::read_to_string(&layer).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&collection).unwrap();
    let features = parsed["features"].as_array().unwrap();
    let lines: Vec<String> = features.iter().map(ToString::to_string).collect();
    let by_line = folder.join("layer.txt");
    fs::write(&by_line, lines.join("\n")).unwrap();
    for path in [&layer, &by_line] {
        let again = read(path);
        assert_eq!(
            again.files[0].form,
            format!("GeoJSON, features: {}", features.len())
        );
        // The layer has seven decimals, a centimetre.
        let rounded = |it: &Incident| {
            let seven = |degrees: f64| (degrees * 1e7).round() / 1e7;
            let (longitude, latitude) = (it.position.longitude(), it.position.latitude());
            Incident {
                position: Position::new(seven(longitude), seven(latitude)).unwrap(),
                ..it.clone()
            }
        };
        let after: Vec<_> = again
            .incidents
            .iter()
            .map(said)
            .map(|it| rounded(&it))
            .collect();
        let before: Vec<_> = before.iter().map(rounded).collect();
        assert_eq!(before, after, "{}", path.display());
    }
    // And once more: what was written of what was read is the same table.
    let rewritten = pack(&[&written], &folder.join("two"));
    let names = [
        "id",
        "date",
        "date_end",
        "date_precision",
        "latitude",
        "longitude",
        "location_radius_m",
    ];
    let texts = [
        "place",
        "actor_a",
        "note",
        "fatalities_low",
        "fatalities_high",
        "offset_m",
        "side",
    ];
    for (one, other) in table(&written).iter().zip(&table(&rewritten)) {
        for name in names.iter().chain(&texts) {
            assert_eq!(one[*name], other[*name], "{name}");
        }
    }
}

#[test]
fn our_own_table_reads_back_to_the_same_incidents() {
    let folder = tempfile::tempdir().unwrap();
    let messy = folder.path().join("messy.csv");
    fs::write(&messy, MESSY).unwrap();
    assert_eq!(read(&messy).incidents.len(), 7);
    comes_back(&messy, folder.path());
    let folder = tempfile::tempdir().unwrap();
    comes_back(&repository("data/afpk-2025/incidents.csv"), folder.path());
    // A scheme of another layout, in which 1 is a country and says nothing about the place.
    if let Some(gdelt) = super::support::shared("events/gdelt1_50rows.CSV") {
        let folder = tempfile::tempdir().unwrap();
        comes_back(&gdelt, folder.path());
    }
}

#[test]
fn packed_files_and_standard_input_are_the_same_table() {
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain.csv");
    fs::write(&plain, MESSY).unwrap();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(MESSY.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstandard = zstd::encode_all(MESSY.as_bytes(), 1).unwrap();
    // The packing is told by the bytes, not by the name.
    let packed = [
        ("a.csv.gz", &gzip),
        ("a.csv.zst", &zstandard),
        ("a.csv", &gzip),
    ];
    let wanted = read(&plain);
    for (name, bytes) in packed {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let reading = read(&path);
        let ids = |reading: &incidents::Reading| -> Vec<String> {
            let ids = reading.incidents.iter().map(|it| it.id().to_owned());
            ids.filter(|id| id.starts_with("m-")).collect()
        };
        assert_eq!(ids(&reading), ids(&wanted), "{name}");
        assert_eq!(reading.incidents.len(), wanted.incidents.len());
    }
    for bytes in [MESSY.as_bytes(), &gzip, &zstandard] {
        let mut child = borderscope()
            .args(["check", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let shown = text(&output.stdout);
        assert!(shown.contains("7 records"), "{shown}");
        assert!(shown.contains("standard input"), "{shown}");
    }
}

#[test]
fn several_files_of_several_layouts_make_one_table() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let ours = file("ours.csv", MESSY);
    let generic = file(
        "lage.txt",
        "Event ID|Incident date|Lat|Long|Killed\ng-1|16.10.2025|34,12|71,05|1 200\nm-1|17.10.2025|34,2|71,1|2\n",
    );
    let reading = incidents::read(
        &[IncidentFile::new(&ours), IncidentFile::new(&generic)],
        &Options::default(),
        None,
    )
    .unwrap();
    let layouts: Vec<&str> = reading.files.iter().map(|it| it.layout.as_str()).collect();
    assert_eq!(layouts, ["borderscope", "generic"]);
    assert_eq!(reading.incidents.len(), 9);
    let of = |id: &str| reading.incidents.iter().find(|it| it.id() == id).unwrap();
    assert_eq!(of("g-1").deaths.best, Some(1_200));
    assert_eq!(of("g-1").position.latitude().to_bits(), 34.12_f64.to_bits());
    // The id of another report in the first file: held, and both told apart by file and line.
    let written = pack(&[&ours, &generic], &folder.path().join("pack"));
    let ledger = table(&written.with_file_name("ledger.csv"));
    assert_eq!(ledger.len(), 9);
    let last = &ledger[8];
    assert_eq!(
        (
            &*last["input_file"],
            &*last["line"],
            &*last["fate"],
            &*last["reason"]
        ),
        ("lage.txt", "3", "held", "id_repeated")
    );
}

#[test]
fn every_commented_key_of_the_case_may_be_used() {
    let path = repository("data/afpk-2025/case.toml");
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut tried = 0;
    for (number, line) in lines.iter().enumerate() {
        let Some(key) = line.strip_prefix("# ") else {
            continue;
        };
        let word = key.split(" = ").next().unwrap_or("");
        let is_key = key.contains(" = ")
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c == '_' || c == '.');
        if !is_key {
            continue;
        }
        tried += 1;
        // Below a header that is itself in a comment, a key needs the header and the `file` that all of them need.
        let header = (0..number)
            .rev()
            .find(|&above| lines[above].trim_start_matches("# ").starts_with('['))
            .filter(|&above| lines[above].starts_with("# "));
        let used = |other: usize| {
            other == number
                || header
                    .is_some_and(|above| other == above || other == above + 1 && other < number)
        };
        let case: Vec<&str> = lines
            .iter()
            .enumerate()
            .map(|(other, &line)| {
                if used(other) {
                    line.trim_start_matches("# ")
                } else {
                    line
                }
            })
            // One of the two.
            .filter(|line| word != "count" || *line != "file = \"sectors.csv\"")
            .collect();
        let path = folder.path().join("case.toml");
        fs::write(&path, case.join("\n")).unwrap();
        Case::read(&path).unwrap_or_else(|error| panic!("{key}: {error}"));
    }
    assert!(tried > 18, "{tried}");
}

#[test]
fn what_is_dated_only_roughly_is_in_sums_and_on_no_axis_of_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dates.csv");
    let rows = "id,date,date_end,latitude,longitude,geo_precision,event_type\n\
        month,2025-10,,34.0,70.9,1,raid\n\
        year,2025,,34.0,70.9,1,raid\n\
        late,2025-10-30,2025-11-30,34.0,70.9,1,raid\n\
        span,2025-10-16,2025-10-20,34.0,70.9,1,raid\n\
        day,2025-10-16,,34.01,70.9,1,raid\n\
        next,2025-10-17,,34.02,70.9,1,raid\n\
        before,2025-09-29,2025-10-02,34.02,70.9,1,raid\n";
    fs::write(&path, rows).unwrap();
    let out = folder.path().join("pack");
    let period = ["-q", "--start", "2025-10-01", "--end", "2025-10-31"];
    run_pack(&[&path], &border(), &out, &period, 0);
    let tables = out.join("tables");
    let fates: Vec<(String, String)> = table(&tables.join("incidents.csv"))
        .into_iter()
        .map(|row| (row["id"].clone(), row["fate"].clone()))
        .collect();
    for (id, fate) in &fates {
        // Known to lie in the period as a whole, or begun in it.
        let outside = ["year", "late", "before"].contains(&id.as_str());
        assert_eq!(fate == "outside_period", outside, "{id}: {fate}");
    }
    let sum = |file: &str| -> f64 {
        numbers(&table(&tables.join(file)), "incidents")
            .iter()
            .sum()
    };
    assert_eq!(sum("sectors.csv").to_bits(), 4.0_f64.to_bits());
    assert_eq!(sum("sector_weeks.csv").to_bits(), 3.0_f64.to_bits());
    assert_eq!(sum("episodes.csv").to_bits(), 3.0_f64.to_bits());
    assert_eq!(sum("clusters.csv").to_bits(), 3.0_f64.to_bits());
    let summary = fs::read_to_string(out.join("summary.md")).unwrap();
    assert!(summary.contains("1 of 4 counted incidents are dated only roughly"));
}
