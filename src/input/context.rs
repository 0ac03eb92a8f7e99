//! Tables around the incidents: sectors, places, ceasefires, events; country outlines are areas.
//!
//! These are written by whoever makes the case, so that a bad row is an error with its line, not a
//! row for the ledger.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::dates::iso_day;
use super::table;
use crate::case::Case;
use crate::context::{Ceasefire, Context, Event, Observation, Place, StatusChange};
use crate::error::{Error, Result};
use crate::geodesy::Position;
use crate::moment::{UTC_OFFSET, utc_offset_of};
use crate::units::{Day, Metres};

/// Where a sector starts, as its table gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct SectorStart {
    /// The sector's name.
    pub sector: String,
    /// Where it starts; `None` for the first, which starts with the line.
    pub start: Option<Start>,
}

/// Where on the line a sector starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// At the foot of a position.
    Position(Position),
    /// At a chainage.
    Chainage(Metres),
}

/// Reads all context that the case names.
///
/// # Errors
/// A file that cannot be read, lacks a column, or has a row that cannot be read.
pub fn read(case: &Case) -> Result<Context> {
    let mut context = Context::default();
    if let Some(path) = &case.places {
        context.places = places(path)?;
    }
    if let Some(path) = &case.ceasefires {
        context.ceasefires = ceasefires(path)?;
    }
    if let Some(path) = &case.status_changes {
        context.status_changes = status_changes(path, &context.ceasefires)?;
    }
    if let Some(path) = &case.observation {
        context.observation = observation(path)?;
    }
    if let Some(path) = &case.events {
        context.events = events(path)?;
    }
    if let Some(path) = &case.basemap {
        context.countries = super::areas::read(path)?;
    }
    context.layers = super::layers::read(&case.layers)?;
    Ok(context)
}

#[derive(Deserialize)]
struct SectorRow {
    sector: String,
    #[serde(default)]
    start_longitude: Option<f64>,
    #[serde(default)]
    start_latitude: Option<f64>,
    #[serde(default)]
    start_km: Option<f64>,
}

/// Reads a table of sectors: `sector` and either `start_longitude` and `start_latitude` or `start_km`, other
/// columns free.
///
/// # Errors
/// As [`read`]; also a sector without a name or, except for the first, without a start.
pub fn sector_starts(path: &Path) -> Result<Vec<SectorStart>> {
    let rows: Vec<(u64, SectorRow)> = rows(path)?;
    let mut starts = Vec::with_capacity(rows.len());
    for (line, row) in rows {
        let place = || format!("{}, line {line}", path.display());
        if row.sector.trim().is_empty() {
            return Err(Error::refused(
                place(),
                "no name in column sector",
                "a name",
            ));
        }
        let start = match (row.start_longitude, row.start_latitude, row.start_km) {
            (Some(longitude), Some(latitude), None) => {
                Some(Start::Position(checked(&place(), longitude, latitude)?))
            }
            (None, None, Some(km)) if km.is_finite() && km >= 0.0 => {
                Some(Start::Chainage(Metres::from_km(km)))
            }
            (None, None, Some(km)) => {
                return Err(Error::refused(
                    place(),
                    format_args!("start_km {km}"),
                    "a chainage in kilometres, 0 or more",
                ));
            }
            (None, None, None) if starts.is_empty() => None,
            (_, _, found) => {
                return Err(Error::refused(
                    place(),
                    if found.is_some() {
                        "a position and a chainage"
                    } else {
                        "no start_longitude or no start_latitude"
                    },
                    "start_longitude and start_latitude in degrees, or start_km; only the first sector, which \
                     starts with the line, may have neither",
                ));
            }
        };
        starts.push(SectorStart {
            sector: row.sector.trim().to_owned(),
            start,
        });
    }
    if starts.is_empty() {
        return Err(Error::refused(
            path.display(),
            "no sector",
            "at least one row",
        ));
    }
    Ok(starts)
}

#[derive(Deserialize)]
struct PlaceRow {
    name: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
    #[serde(default, rename = "type")]
    kind: String,
}

/// Places; rows without coordinates name a place that cannot be drawn and are passed over.
fn places(path: &Path) -> Result<Vec<Place>> {
    let rows: Vec<(u64, PlaceRow)> = rows(path)?;
    let mut places = Vec::with_capacity(rows.len());
    for (line, row) in rows {
        let (Some(longitude), Some(latitude)) = (row.longitude, row.latitude) else {
            continue;
        };
        let place = format!("{}, line {line}", path.display());
        places.push(Place {
            position: checked(&place, longitude, latitude)?,
            name: row.name,
            kind: row.kind,
        });
    }
    Ok(places)
}

#[derive(Deserialize)]
struct CeasefireRow {
    name: String,
    start: String,
    #[serde(default)]
    start_time: String,
    #[serde(default)]
    end: String,
    #[serde(default)]
    end_time: String,
    #[serde(default)]
    utc_offset: String,
    #[serde(default)]
    parties: String,
    #[serde(default)]
    sectors: String,
    #[serde(default)]
    event_types: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    source_name: String,
}

fn ceasefires(path: &Path) -> Result<Vec<Ceasefire>> {
    let rows: Vec<(u64, CeasefireRow)> = rows(path)?;
    let mut ceasefires = Vec::with_capacity(rows.len());
    for (line, row) in rows {
        let start = day(path, line, "start", &row.start)?;
        let end = if row.end.trim().is_empty() {
            None
        } else {
            Some(day(path, line, "end", &row.end)?)
        };
        if end.is_some_and(|end| end < start) {
            return Err(Error::refused(
                format_args!("{}, line {line}", path.display()),
                format_args!("{} ends on {} and starts on {start}", row.name, row.end),
                "an end that is not before the start, or nothing while it is open",
            ));
        }
        let utc_offset = match row.utc_offset.trim() {
            "" => None,
            text => Some(utc_offset_of(text).ok_or_else(|| {
                Error::refused(
                    format_args!("{}, line {line}, column utc_offset", path.display()),
                    format_args!("{text:?}"),
                    UTC_OFFSET,
                )
            })?),
        };
        ceasefires.push(Ceasefire {
            utc_offset,
            name: row.name,
            start,
            start_time: row.start_time,
            end,
            end_time: row.end_time,
            parties: row.parties,
            sectors: list_of(&row.sectors),
            event_types: list_of(&row.event_types),
            outcome: row.outcome,
            source_name: row.source_name,
        });
    }
    ceasefires.sort_by_key(|ceasefire| ceasefire.start);
    Ok(ceasefires)
}

#[derive(Deserialize)]
struct StatusChangeRow {
    ceasefire: String,
    date: String,
    #[serde(default)]
    time: String,
    change: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    source_name: String,
}

fn status_changes(path: &Path, ceasefires: &[Ceasefire]) -> Result<Vec<StatusChange>> {
    let rows: Vec<(u64, StatusChangeRow)> = rows(path)?;
    let mut changes = Vec::with_capacity(rows.len());
    for (line, row) in rows {
        let ceasefire = row.ceasefire.trim();
        if !ceasefires.iter().any(|it| it.name.trim() == ceasefire) {
            let names: Vec<&str> = ceasefires.iter().map(|it| it.name.as_str()).collect();
            return Err(Error::refused(
                format_args!("{}, line {line}, column ceasefire", path.display()),
                format_args!("{ceasefire:?}"),
                format_args!("a name in the table of ceasefires: {}", names.join(", ")),
            ));
        }
        changes.push(StatusChange {
            ceasefire: ceasefire.to_owned(),
            day: day(path, line, "date", &row.date)?,
            time: row.time,
            change: row.change,
            by: row.by,
            source_name: row.source_name,
        });
    }
    changes.sort_by_key(|change| change.day);
    Ok(changes)
}

#[derive(Deserialize)]
struct ObservationRow {
    #[serde(default)]
    sector: String,
    start: String,
    end: String,
    observer_days: f64,
}

fn observation(path: &Path) -> Result<Vec<Observation>> {
    let rows: Vec<(u64, ObservationRow)> = rows(path)?;
    let mut observation = Vec::with_capacity(rows.len());
    for (line, row) in rows {
        let start = day(path, line, "start", &row.start)?;
        let end = day(path, line, "end", &row.end)?;
        let place = format!("{}, line {line}", path.display());
        if end < start {
            return Err(Error::refused(
                place,
                format_args!("{start} to {end}"),
                "an end that is not before the start",
            ));
        }
        if !(row.observer_days >= 0.0 && row.observer_days.is_finite()) {
            return Err(Error::refused(
                place,
                format_args!("observer_days {}", row.observer_days),
                "a number of observer-days over these days, 0 or more",
            ));
        }
        observation.push(Observation {
            sector: row.sector.trim().to_owned(),
            start,
            end,
            observer_days: row.observer_days,
        });
    }
    if observation.is_empty() {
        return Err(Error::refused(
            path.display(),
            "no row",
            "at least one row, or no such file in the case",
        ));
    }
    Ok(observation)
}

/// The names of a list with semicolons between them.
fn list_of(text: &str) -> Vec<String> {
    let names = text.split(';').map(str::trim);
    names
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

#[derive(Deserialize)]
struct EventRow {
    date: String,
    kind: String,
    #[serde(default)]
    title: String,
}

fn events(path: &Path) -> Result<Vec<Event>> {
    let rows: Vec<(u64, EventRow)> = rows(path)?;
    let mut events = Vec::with_capacity(rows.len());
    for (line, row) in rows {
        events.push(Event {
            day: day(path, line, "date", &row.date)?,
            kind: row.kind,
            title: row.title,
        });
    }
    events.sort_by_key(|event| event.day);
    Ok(events)
}

/// The rows of a table with the line of each.
fn rows<Row: DeserializeOwned>(path: &Path) -> Result<Vec<(u64, Row)>> {
    let text = super::text_of(path)?;
    let mut reader = table::reader(text.as_bytes(), table::separator(text.as_bytes()));
    let refuse = |error: csv::Error| {
        let offset = error.position().map_or(0, csv::Position::byte);
        let line = table::Lines::new(text.as_bytes()).at(offset);
        Error::refused(
            format_args!("{}, line {line}", path.display()),
            reason(&error),
            "the columns that data/afpk-2025/README.md explains",
        )
    };
    let headers = reader.headers().map_err(refuse)?.clone();
    let mut lines = table::Lines::new(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(refuse)?;
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        rows.push((line, record.deserialize(Some(&headers)).map_err(refuse)?));
    }
    Ok(rows)
}

/// What is wrong, without the position that the message already begins with.
fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.kind().to_string(),
        _ => error.to_string(),
    }
}

fn day(path: &Path, line: u64, column: &str, text: &str) -> Result<Day> {
    iso_day(text.trim()).ok_or_else(|| {
        Error::refused(
            format_args!("{}, line {line}, column {column}", path.display()),
            format_args!("{text:?}"),
            "an ISO date such as 2025-10-16",
        )
    })
}

fn checked(place: &str, longitude: f64, latitude: f64) -> Result<Position> {
    Position::new(longitude, latitude)
        .map_err(|invalid| Error::refused(place, invalid, "longitude and latitude in degrees"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn only_the_first_sector_may_lack_a_start() {
        let (_folder, path) = file("sector,start_longitude,start_latitude,note\na,,,x\nb,70,33,\n");
        let starts = sector_starts(&path).unwrap();
        assert_eq!(starts[0].start, None);
        assert!(starts[1].start.is_some());
        let (_folder, path) = file("sector,start_longitude,start_latitude\na,,\nb,70,\n");
        assert!(
            sector_starts(&path)
                .unwrap_err()
                .to_string()
                .contains("line 3")
        );
        let (_folder, path) = file("sector,start_longitude,start_latitude\na,,\nb,east,33\n");
        let message = sector_starts(&path).unwrap_err().to_string();
        assert!(message.contains("line 3: invalid float"), "{message}");
    }

    #[test]
    fn ceasefires_are_sorted_and_may_be_open() {
        let (_folder, path) =
            file("name,start,end\nDoha,2025-10-19,\nTruce,2025-10-15,2025-10-17\n");
        let read = ceasefires(&path).unwrap();
        assert_eq!((read[0].name.as_str(), read[1].end), ("Truce", None));
        let (_folder, path) = file("name,start,end\nTruce,2025-10-15,2025-10-14\n");
        assert!(
            ceasefires(&path)
                .unwrap_err()
                .to_string()
                .contains("not before the start")
        );
        let (_folder, path) = file("name,start,end\nTruce,15 October,\n");
        assert!(
            ceasefires(&path)
                .unwrap_err()
                .to_string()
                .contains("line 2, column start")
        );
    }
}
