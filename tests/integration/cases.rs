//! The shipped case from end to end: the same bytes, numbers that agree, packs that survive.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::support::{Dice, borderscope, files, numbers, path_text, repository, run, table, text};

/// Runs the shipped case into a folder.
fn pack(folder: &Path) {
    let case = repository("data/afpk-2025/case.toml");
    run(
        &[
            "run",
            path_text(&case),
            "--out",
            path_text(folder),
            "--quiet",
        ],
        0,
    );
}

/// A fresh run gives the tables, layers and drawings that are committed. Rasters are left to the
/// manifest of one machine: processors may round the blending of a pixel differently.
#[test]
fn the_sample_pack_is_what_a_fresh_run_gives() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("fresh");
    pack(&fresh);
    let exact = |files: BTreeMap<String, Vec<u8>>| -> BTreeMap<String, String> {
        files
            .into_iter()
            .filter(|(path, _)| {
                ["csv", "geojson", "svg", "md"]
                    .iter()
                    .any(|ending| path.ends_with(&format!(".{ending}")))
            })
            .map(|(path, bytes)| (path, text(&bytes)))
            .collect()
    };
    let committed = repository("output/afpk-2025");
    let (fresh_files, committed_files) = (files(&fresh), files(&committed));
    assert_eq!(
        fresh_files.keys().collect::<Vec<_>>(),
        committed_files.keys().collect::<Vec<_>>(),
        "run the case and commit output/afpk-2025"
    );
    let (fresh_exact, committed_exact) = (exact(fresh_files), exact(committed_files));
    assert!(fresh_exact.len() >= 15);
    for (path, content) in &fresh_exact {
        assert!(
            *content == committed_exact[path],
            "{path} differs from the committed pack: run the case and commit output/afpk-2025"
        );
    }
    run(&["verify", path_text(&committed)], 0);
    // 24 pictures, each twice, the page and the PDF among them.
    assert!(files(&committed).values().map(Vec::len).sum::<usize>() < 16_000_000);
}

#[test]
fn a_second_run_gives_the_same_bytes_at_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let mut packs = Vec::new();
    for (name, threads) in [("one", "1"), ("two", "2"), ("five", "5")] {
        let out = folder.path().join(name);
        let case = repository("data/afpk-2025/case.toml");
        let status = borderscope()
            .env("RAYON_NUM_THREADS", threads)
            .args(["run", path_text(&case), "--out", path_text(&out), "--quiet"])
            .status()
            .unwrap();
        assert!(status.success());
        packs.push(files(&out));
    }
    assert_eq!(packs[0], packs[1]);
    assert_eq!(packs[0], packs[2]);
}

/// Copies the case with its incidents in another order.
fn shuffled(folder: &Path) -> std::path::PathBuf {
    let from = repository("data/afpk-2025");
    for entry in fs::read_dir(&from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    let mut reader = csv::Reader::from_path(from.join("incidents.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let mut rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    Dice(77).shuffle(&mut rows);
    let mut writer = csv::Writer::from_path(folder.join("incidents.csv")).unwrap();
    writer.write_record(&header).unwrap();
    for row in &rows {
        writer.write_record(row).unwrap();
    }
    writer.flush().unwrap();
    folder.join("case.toml")
}

#[test]
fn shuffled_rows_give_the_same_clusters() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    pack(&one);
    let copy = folder.path().join("copy");
    fs::create_dir(&copy).unwrap();
    let case = shuffled(&copy);
    run(
        &[
            "run",
            path_text(&case),
            "--out",
            path_text(&other),
            "--quiet",
        ],
        0,
    );
    for same in [
        "tables/clusters.csv",
        "tables/episodes.csv",
        "tables/sectors.csv",
        "tables/sector_weeks.csv",
        "gis/clusters.geojson",
        "gis/sectors.geojson",
        "maps/overview.svg",
        "charts/sector-by-week.svg",
        "charts/timeline.svg",
        "charts/chainage-by-date.svg",
        "charts/intensity-along-line.svg",
        "charts/ceasefire.svg",
        "tables/intensity.csv",
    ] {
        assert!(
            fs::read(one.join(same)).unwrap() == fs::read(other.join(same)).unwrap(),
            "{same}"
        );
    }
    let clusters = |pack: &Path| -> BTreeMap<String, (String, String)> {
        table(&pack.join("tables/incidents.csv"))
            .into_iter()
            .map(|row| {
                (
                    row["id"].clone(),
                    (row["cluster"].clone(), row["cluster_role"].clone()),
                )
            })
            .collect()
    };
    assert_eq!(clusters(&one), clusters(&other));
}

/// Terminal, tables and layers tell the same numbers.
#[test]
fn all_numbers_agree() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("pack");
    let case = repository("data/afpk-2025/case.toml");
    let arguments = ["run", path_text(&case), "--out", path_text(&out)];
    let told = text(&run(&arguments, 0).stdout);
    let json = run(
        &["run", path_text(&case), "--out", path_text(&out), "--json"],
        0,
    )
    .stdout;
    let summary: serde_json::Value = serde_json::from_slice(&json).unwrap();

    let incidents = table(&out.join("tables/incidents.csv"));
    let of_fate = |fate: &str| incidents.iter().filter(|row| row["fate"] == fate).count();
    assert_eq!(incidents.len(), 90);
    assert_eq!(
        of_fate("used") + of_fate("held") + of_fate("outside_corridor"),
        90
    );
    assert_eq!(summary["run"]["incidents"], of_fate("used"));
    assert_eq!(summary["run"]["fates"]["held"], of_fate("held"));
    assert!(told.contains(&format!(
        "90 records read = {} used + {} outside corridor + {} held",
        of_fate("used"),
        of_fate("outside_corridor"),
        of_fate("held")
    )));
    let roll_up = incidents
        .iter()
        .find(|row| row["id"] == "AFPK-2025-0009")
        .unwrap();
    assert_eq!(
        (roll_up["fate"].as_str(), roll_up["cluster"].as_str()),
        ("held", "")
    );

    let ledger = table(&out.join("tables/ledger.csv"));
    assert_eq!(ledger.len(), 90);
    for (entry, incident) in ledger.iter().zip(&incidents) {
        assert_eq!(
            (&entry["id"], &entry["fate"]),
            (&incident["id"], &incident["fate"])
        );
    }

    // Every figure summed here is whole.
    let sum = |rows: &[BTreeMap<String, String>], column: &str| {
        numbers(rows, column).iter().sum::<f64>() as i64
    };
    let sectors = table(&out.join("tables/sectors.csv"));
    let weeks = table(&out.join("tables/sector_weeks.csv"));
    let episodes = table(&out.join("tables/episodes.csv"));
    let clusters = table(&out.join("tables/clusters.csv"));
    let used: Vec<_> = incidents
        .iter()
        .filter(|row| row["fate"] == "used")
        .cloned()
        .collect();
    for rows in [&sectors, &weeks, &episodes] {
        assert_eq!(sum(rows, "incidents"), used.len() as i64);
        for (figure, of_incident) in [
            ("deaths_low", "fatalities_low"),
            ("deaths_best", "fatalities_best"),
            ("deaths_high", "fatalities_high"),
        ] {
            assert_eq!(sum(rows, figure), sum(&used, of_incident), "{figure}");
        }
        assert_eq!(
            sum(rows, "incidents_with_best"),
            numbers(&used, "fatalities_best").len() as i64
        );
    }
    for sector in &sectors {
        let within = used
            .iter()
            .filter(|row| row["sector"] == sector["sector"])
            .count();
        assert_eq!(sector["incidents"], within.to_string());
        let stated = format!("{within:>11}");
        let line = told
            .lines()
            .find(|line| line.starts_with(&sector["sector"]))
            .unwrap();
        assert!(line.contains(&stated), "{line}");
    }
    let length: f64 = numbers(&sectors, "length_km").iter().sum();
    assert!((length - 2_245.678).abs() < 0.01);
    for cluster in &clusters {
        let members: Vec<_> = used
            .iter()
            .filter(|row| row["cluster"] == cluster["cluster"])
            .cloned()
            .collect();
        assert_eq!(cluster["incidents"], members.len().to_string());
        assert_eq!(
            sum(std::slice::from_ref(cluster), "deaths_high"),
            sum(&members, "fatalities_high")
        );
        assert_eq!(
            cluster["first_date"],
            *members.iter().map(|row| &row["date"]).min().unwrap()
        );
        assert_eq!(
            cluster["last_date"],
            *members.iter().map(|row| &row["date"]).max().unwrap()
        );
        assert!(
            members
                .iter()
                .all(|row| row["location_radius_m"].parse::<f64>().unwrap() <= 25_000.0)
        );
    }
    assert_eq!(summary["run"]["clusters"], clusters.len());
    let svg = fs::read_to_string(out.join("maps/overview.svg")).unwrap();
    assert!(svg.contains(&format!(
        "{} incidents within 50 km of the line",
        used.len()
    )));

    for (layer, rows) in [
        ("incidents", &incidents),
        ("sectors", &sectors),
        ("clusters", &clusters),
    ] {
        let bytes = fs::read(out.join(format!("gis/{layer}.geojson"))).unwrap();
        let layer: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let features = layer["features"].as_array().unwrap();
        assert_eq!(features.len(), rows.len());
        for (feature, row) in features.iter().zip(rows) {
            for (name, value) in feature["properties"].as_object().unwrap() {
                let Some(cell) = row.get(name) else { continue };
                match value {
                    serde_json::Value::Null => assert_eq!(cell, "", "{name}"),
                    serde_json::Value::Number(number) => {
                        let cell: f64 = cell.parse().unwrap();
                        assert!(
                            (number.as_f64().unwrap() - cell).abs() < 1e-9,
                            "{name}: {number} {cell}"
                        );
                    }
                    serde_json::Value::String(text) if name != "event_types" => {
                        assert_eq!(text, cell, "{name}");
                    }
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn verify_finds_what_was_changed_removed_or_added() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("pack");
    pack(&out);
    let verify = |code| text(&run(&["verify", path_text(&out)], code).stdout);
    verify(0);
    fs::write(out.join("notes.txt"), "mine").unwrap();
    assert!(verify(0).contains("added: notes.txt"));
    let table = out.join("tables/sectors.csv");
    let mut bytes = fs::read(&table).unwrap();
    bytes[100] ^= 1;
    fs::write(&table, &bytes).unwrap();
    assert!(verify(2).contains("changed: tables/sectors.csv"));
    fs::remove_file(&table).unwrap();
    assert!(verify(2).contains("missing: tables/sectors.csv"));
    fs::remove_file(out.join("manifest.json")).unwrap();
    run(&["verify", path_text(&out)], 2);
}

#[test]
fn an_earlier_pack_and_other_files_survive() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("pack");
    pack(&out);
    fs::create_dir(out.join("mine")).unwrap();
    fs::write(out.join("mine/notes.txt"), "mine").unwrap();
    let before = files(&out);
    let case = repository("data/afpk-2025/case.toml");
    run(
        &[
            "run",
            path_text(&case),
            "--border",
            "/no/such.geojson",
            "--out",
            path_text(&out),
        ],
        2,
    );
    assert_eq!(files(&out), before, "a failed run changed the pack");
    pack(&out);
    assert_eq!(
        files(&out),
        before,
        "a second run lost a file or changed one"
    );
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "a run left a folder behind"
    );

    let taken = folder.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("thesis.doc"), "years of work").unwrap();
    let refused = text(&run(&["run", path_text(&case), "--out", path_text(&taken)], 2).stderr);
    assert!(
        refused.contains("no manifest.json") && refused.contains("--out"),
        "{refused}"
    );
    assert_eq!(files(&taken).len(), 1);
}

#[test]
fn the_other_commands_answer() {
    assert!(text(&run(&["completions", "bash"], 0).stdout).contains("borderscope"));
    assert!(text(&run(&["man"], 0).stdout).contains(".TH"));
    assert!(text(&run(&["--version"], 0).stdout).starts_with("borderscope "));
    run(&["no-such-command"], 2);
}

/// A row of the sensitivity sheet is what a run with those parameters gives.
#[test]
fn settings_of_the_sensitivity_sheet_are_those_of_runs() {
    let folder = tempfile::tempdir().unwrap();
    let case = repository("data/afpk-2025/case.toml");
    let sheet = table(&repository("output/afpk-2025/tables/sensitivity.csv"));
    assert_eq!(sheet.iter().filter(|row| row["in_use"] == "yes").count(), 1);
    for (eps_km, eps_days, min_points) in [("30", "3", "3"), ("45", "5", "2"), ("60", "6", "3")] {
        let out = folder
            .path()
            .join(format!("{eps_km}-{eps_days}-{min_points}"));
        run(
            &[
                "run",
                path_text(&case),
                "--eps-km",
                eps_km,
                "--eps-days",
                eps_days,
                "--min-points",
                min_points,
                "--quiet",
                "--out",
                path_text(&out),
            ],
            0,
        );
        let row = sheet
            .iter()
            .find(|row| {
                row["eps_km"] == eps_km
                    && row["eps_days"] == eps_days
                    && row["min_points"] == min_points
                    && row["largest_location_radius_km"] == "25"
                    && row["border"] == "Natural Earth"
            })
            .unwrap();
        let clusters = table(&out.join("tables/clusters.csv"));
        assert_eq!(clusters.len().to_string(), row["clusters"]);
        let incidents = table(&out.join("tables/incidents.csv"));
        for role in ["core", "reachable", "noise"] {
            let having = incidents
                .iter()
                .filter(|it| it["cluster_role"] == role)
                .count();
            assert_eq!(having.to_string(), row[role], "{role}");
        }
        // Which clusters of the briefing survive, by their members.
        let members = |path: &Path| {
            let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for row in table(&path.join("tables/incidents.csv")) {
                if !row["cluster"].is_empty() {
                    members
                        .entry(row["cluster"].clone())
                        .or_default()
                        .push(row["id"].clone());
                }
            }
            members
        };
        let there = members(&out);
        let surviving: Vec<String> = members(&repository("output/afpk-2025"))
            .into_iter()
            .filter(|(_, ours)| {
                there.values().any(|theirs| {
                    let both = ours.iter().filter(|id| theirs.contains(id)).count();
                    2 * both >= ours.len() + theirs.len() - both
                })
            })
            .map(|(number, _)| number)
            .collect();
        assert_eq!(surviving.join("; "), row["surviving"]);
    }
    // Every cluster survives its own setting, and the sums by cluster are those of the rows.
    for cluster in table(&repository("output/afpk-2025/tables/clusters.csv")) {
        let number = &cluster["cluster"];
        let rows = sheet
            .iter()
            .filter(|row| row["surviving"].split("; ").any(|it| it == number));
        assert_eq!(rows.count().to_string(), cluster["settings_survived"]);
        assert_eq!(sheet.len().to_string(), cluster["settings"]);
    }
}

/// The briefing can be sent and searched: vector with embedded fonts, small, and with real text.
#[test]
fn the_briefing_is_small_vector_and_searchable() {
    let path = repository("output/afpk-2025/briefing.pdf");
    let bytes = fs::read(&path).unwrap();
    assert!(bytes.len() < 5_000_000, "{} bytes", bytes.len());
    let raw = text(&bytes);
    assert!(raw.contains("/FontFile") && !raw.contains("/Subtype/Image"));
    assert!(raw.contains("/Title") && raw.contains("/Lang"));
    let Ok(output) = Command::new("pdftotext").arg(&path).arg("-").output() else {
        eprintln!("left out: pdftotext is not installed");
        return;
    };
    let words = text(&output.stdout);
    for part in [
        "Pakistan–Afghanistan border, October–December 2025",
        "Findings",
        "Sector 6: Kharlachi–Kurram",
        "Who alleges what of whom",
        "Torkham",
        "How it was made",
        "What the numbers do not show",
    ] {
        assert!(words.contains(part), "{part}");
    }
}
