//! Files as their publishers give them. What is expected of each record is found by another way: a plain
//! splitter in this file.

use std::fs;
use std::path::{Path, PathBuf};

use borderscope::case::{ColumnSource, IncidentFile, Options};
use borderscope::incident::DatePrecision;
use borderscope::input::incidents::{self, Reading};
use borderscope::ledger::{Fate, Reason};

use super::support::{repository, run_pack, shared, table};

fn read(file: IncidentFile) -> Reading {
    let reading = incidents::read(&[file], &Options::default(), None).unwrap();
    reading.ledger.check().unwrap();
    assert_eq!(
        reading.ledger.entries.len() as u64,
        reading.ledger.records()
    );
    reading
}

fn event_file(name: &str) -> Option<PathBuf> {
    shared(&format!("events/{name}"))
}

/// The records of a text with the line that each begins on, by one walk over its characters.
fn records(text: &str, separator: char, quotes: bool) -> Vec<(u64, Vec<String>)> {
    let mut records = Vec::new();
    let (mut line, mut start, mut quoted) = (1, 1, false);
    let mut fields = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\n' {
            line += 1;
        }
        match c {
            '"' if quotes && quoted && chars.peek() == Some(&'"') => {
                chars.next();
                fields.last_mut().unwrap().push('"');
            }
            '"' if quotes => quoted = !quoted,
            '\r' if !quoted => {}
            '\n' if !quoted => {
                if fields != [""] {
                    records.push((start, std::mem::take(&mut fields)));
                }
                fields = vec![String::new()];
                start = line;
            }
            c if c == separator && !quoted => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    if fields != [""] {
        records.push((start, fields));
    }
    records
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// Every entry has the line, the number and the id that it should, and every place and day is the text's.
fn agree(
    reading: &Reading,
    expected: &[(u64, Vec<String>)],
    [id, date, latitude, longitude]: [usize; 4],
    tag_rows: u64,
) {
    assert_eq!(reading.ledger.entries.len(), expected.len());
    let mut incidents = reading.incidents.iter();
    for (place, (entry, (line, fields))) in reading.ledger.entries.iter().zip(expected).enumerate()
    {
        assert_eq!(
            (entry.line, entry.record),
            (*line, place as u64 + 1 + tag_rows)
        );
        let where_is = (number(&fields[longitude]), number(&fields[latitude]));
        let (Some(x), Some(y)) = where_is else {
            assert_eq!(
                (entry.fate, entry.reason),
                (Fate::Rejected, Reason::CoordinateMissing),
                "line {line}"
            );
            continue;
        };
        assert_eq!(
            (entry.fate, entry.reason),
            (Fate::Used, Reason::Ok),
            "line {line}"
        );
        let incident = incidents.next().unwrap();
        assert_eq!(incident.record, place);
        if !fields[id].is_empty() {
            assert_eq!(incident.id(), fields[id]);
        }
        assert_eq!(incident.position.longitude().to_bits(), x.to_bits());
        assert_eq!(incident.position.latitude().to_bits(), y.to_bits());
        let day = fields[date].replace('-', "");
        let day = &day[..day.len().min(8)];
        let read = incident.day.date().to_string().replace('-', "");
        assert!(read.starts_with(day), "line {line}: {day}, {read}");
    }
    assert!(incidents.next().is_none());
}

fn layout(reading: &Reading) -> &str {
    &reading.files[0].layout
}

#[test]
fn ucdp_events_with_their_tag_row() {
    for (name, count) in [
        ("ucdp_pak_within50km_durand_2018-2021.csv", 222),
        ("ucdp_pak_within100km_durand.csv", 4_840),
    ] {
        let Some(path) = event_file(name) else {
            return;
        };
        let reading = read(IncidentFile::new(&path));
        assert_eq!(
            (layout(&reading), reading.incidents.len()),
            ("ucdp-ged", count)
        );
        let text = fs::read_to_string(&path).unwrap();
        let mut expected = records(&text, ',', true);
        let header = expected.remove(0).1;
        let tags = expected.remove(0);
        assert_eq!(tags.0, 2);
        assert!(tags.1.iter().all(|it| it.is_empty() || it.starts_with('#')));
        assert!(
            reading.files[0]
                .decisions
                .iter()
                .any(|it| it.contains("1 line of comments or tags, the first on line 2")),
            "{:?}",
            reading.files[0].decisions
        );
        let column = |name: &str| header.iter().position(|held| held == name).unwrap();
        let columns = ["id", "date_start", "latitude", "longitude"].map(column);
        agree(&reading, &expected, columns, 1);
        let figure = |fields: &[String], name: &str| fields[column(name)].parse::<u32>().ok();
        for (incident, (_, fields)) in reading.incidents.iter().zip(&expected) {
            assert_eq!(incident.deaths.low, figure(fields, "low"));
            assert_eq!(incident.deaths.best, figure(fields, "best"));
            assert_eq!(incident.deaths.high, figure(fields, "high"));
            assert_eq!(incident.civilian_deaths, figure(fields, "deaths_civilians"));
            let end = &fields[column("date_end")][..10];
            assert_eq!(incident.last_day.date().to_string(), end);
            assert_eq!(*incident.geo_precision, *fields[column("where_prec")]);
            assert_eq!(*incident.actor_a, *fields[column("side_a")].trim());
        }
    }
}

#[test]
fn gdelt_events_without_a_header() {
    for (name, expected_layout, used) in [
        ("gdelt1_50rows.CSV", "gdelt-1-daily", 50),
        ("gdelt2_50rows.CSV", "gdelt-2", 46),
    ] {
        let Some(path) = event_file(name) else {
            return;
        };
        let reading = read(IncidentFile::new(&path));
        assert_eq!(
            (layout(&reading), reading.incidents.len()),
            (expected_layout, used)
        );
        let text = fs::read_to_string(&path).unwrap();
        let expected = records(&text, '\t', false);
        assert_eq!(expected.len(), 50);
        // Three fields before the end of the fixed part: latitude, longitude, feature.
        let last = expected[0].1.len();
        agree(&reading, &expected, [0, 1, last - 5, last - 4], 0);
    }
}

#[test]
fn place_names_with_a_damaged_grid_reference() {
    let Some(path) = event_file("nga_gns_country_centroids_excerpt.csv") else {
        return;
    };
    let reading = read(IncidentFile::new(&path));
    assert_eq!((layout(&reading), reading.incidents.len()), ("gns", 19));
    let said = |part: &str| {
        reading.files[0]
            .decisions
            .iter()
            .any(|it| it.contains(part))
    };
    assert!(said("places from LAT and LONG: degrees"));
    assert!(said(
        "the same place also stands in MGRS (MGRS), which is not read"
    ));

    // Asked for the grid references, the damaged one is rejected, and the others are where the degrees are.
    let mut by_grid = IncidentFile::new(&path);
    let absent = |ours: &str| (ours.to_owned(), ColumnSource::Named("MGRS".into()));
    by_grid.options.columns.extend([absent("mgrs")]);
    let grid = read(by_grid);
    let rejected: Vec<_> = grid
        .ledger
        .entries
        .iter()
        .filter(|entry| entry.fate == Fate::Rejected)
        .collect();
    assert_eq!(rejected.len(), 1);
    assert_eq!(
        (
            rejected[0].reason,
            rejected[0].column(),
            rejected[0].value()
        ),
        (Reason::CoordinateInvalid, "MGRS", "1779808")
    );
    for incident in grid.incidents.iter() {
        let degrees = reading
            .incidents
            .iter()
            .find(|it| it.place() == incident.place())
            .unwrap();
        let apart = borderscope::geodesy::distance(degrees.position, incident.position);
        assert!(apart.0 < 1_500.0, "{}: {} m", incident.place(), apart.0);
    }
}

#[test]
fn police_months_are_intervals() {
    let Some(path) = event_file("uk_police_city_of_london_2019-01_excerpt.csv") else {
        return;
    };
    let reading = read(IncidentFile::new(&path));
    assert_eq!(
        (layout(&reading), reading.incidents.len()),
        ("uk-police", 5)
    );
    let text = fs::read_to_string(&path).unwrap();
    let mut expected = records(&text, ',', true);
    expected.remove(0);
    agree(&reading, &expected, [0, 1, 5, 4], 0);
    for incident in reading.incidents.iter() {
        assert_eq!(incident.date_precision, DatePrecision::Month);
        assert_eq!(
            (
                incident.day.date().to_string(),
                incident.last_day.date().to_string()
            ),
            ("2019-01-01".into(), "2019-01-31".into())
        );
    }
}

#[test]
fn earthquakes_to_both_sides_of_the_antimeridian() {
    let Some(path) = event_file("usgs_all_month_2014-08.csv") else {
        return;
    };
    let reading = read(IncidentFile::new(&path));
    assert_eq!((layout(&reading), reading.incidents.len()), ("usgs", 7_502));
    let text = fs::read_to_string(&path).unwrap();
    let mut expected = records(&text, ',', true);
    expected.remove(0);
    agree(&reading, &expected, [11, 0, 1, 2], 0);
    let beyond = |east: bool| {
        let side = |longitude: f64| {
            if east {
                longitude > 178.0
            } else {
                longitude < -178.0
            }
        };
        reading
            .incidents
            .iter()
            .filter(|it| side(it.position.longitude()))
            .count()
    };
    assert!(beyond(true) > 20 && beyond(false) > 20);

    // On a line that crosses it, both sides count and none is as far as the whole Earth is round.
    let folder = tempfile::tempdir().unwrap();
    let line =
        r#"{"type":"LineString","coordinates":[[177,-52],[179.9,-40],[-179,-30],[-178,-20]]}"#;
    let border = folder.path().join("line.geojson");
    fs::write(&border, line).unwrap();
    let rows = pack(&path, &border, folder.path(), &["--corridor-km", "300"]);
    let used: Vec<f64> = rows
        .iter()
        .filter(|row| row["fate"] == "used")
        .map(|row| row["longitude"].parse().unwrap())
        .collect();
    assert!(used.iter().any(|&it| it > 0.0) && used.iter().any(|&it| it < 0.0));
    assert_eq!(rows.len(), 7_502);
}

/// The incidents of a run, as written.
fn pack(
    incidents: &Path,
    border: &Path,
    folder: &Path,
    more: &[&str],
) -> Vec<std::collections::BTreeMap<String, String>> {
    let out = folder.join("pack");
    run_pack(&[incidents], border, &out, more, 0);
    table(&out.join("tables/incidents.csv"))
}

#[test]
fn ucdp_events_on_the_line_of_the_case() {
    for (name, count) in [
        ("ucdp_pak_within50km_durand_2018-2021.csv", 222),
        ("ucdp_pak_within100km_durand.csv", 4_840),
    ] {
        let Some(path) = event_file(name) else {
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let border = repository("data/afpk-2025/border.geojson");
        let rows = pack(&path, &border, folder.path(), &[]);
        assert_eq!(rows.len(), count);
        for row in &rows {
            let beyond = row["offset_m"].parse::<f64>().unwrap() > 50_000.0;
            let fate = if beyond { "outside_corridor" } else { "used" };
            assert_eq!(row["fate"], fate, "{}", row["id"]);
        }
        let ledger = table(&folder.path().join("pack/tables/ledger.csv"));
        assert_eq!(ledger.len(), count);
    }
}
