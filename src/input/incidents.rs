//! Incident files: delimited text with a header, one record per incident.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::ByteRecord;
use jiff::civil::Date;

use super::columns::{Column, Mapping};
use super::table;
use crate::case::PrecisionRadii;
use crate::error::{Error, Result};
use crate::geodesy::{InvalidPosition, Position};
use crate::incident::{ClaimStatus, DatePrecision, Figures, Incident, Shared, Texts};
use crate::ledger::{Details, Entry, Fate, InputFile, Ledger, Reason};
use crate::units::{Day, Metres};

/// What the incident files hold.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Every record that is an incident, in the order of the files; fates in the ledger are `used`
    /// (or `held` for a repeated id) until later stages decide.
    pub incidents: Vec<Incident>,
    /// Every record.
    pub ledger: Ledger,
    /// What was understood of each file.
    pub files: Vec<FileNotes>,
}

/// What was understood of one file, for the reader to check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileNotes {
    /// The file's name.
    pub name: String,
    /// The separator between fields.
    pub separator: char,
    /// Our column and the file's.
    pub columns: Vec<(&'static str, String)>,
    /// Columns of the file that nothing reads.
    pub unread: Vec<String>,
    /// Precision codes without a radius in the case, with how often they occur: their incidents count
    /// as known nowhere exactly.
    pub unknown_precision: BTreeMap<String, usize>,
    /// Whether the file has a precision column.
    pub has_precision: bool,
}

/// Reads incident files.
///
/// # Errors
/// A file that cannot be read, has no header, lacks a column for latitude, longitude or date, or holds
/// no record. A bad record is an entry of the ledger instead.
pub fn read(
    files: &[PathBuf],
    named: &BTreeMap<String, String>,
    radii: &PrecisionRadii,
) -> Result<Reading> {
    let mut reading = Reading::default();
    let mut reader = Reader {
        named,
        radii,
        names: HashSet::new(),
        ids: HashSet::new(),
        records: HashSet::new(),
    };
    for file in files {
        reader.file(file, &mut reading)?;
    }
    Ok(reading)
}

struct Reader<'a> {
    named: &'a BTreeMap<String, String>,
    radii: &'a PrecisionRadii,
    names: HashSet<Shared>,
    /// Ids read so far.
    ids: HashSet<Box<str>>,
    /// Digests of the records read so far, to tell an identical one.
    records: HashSet<u128>,
}

/// A record that is no incident: reason, column, value and what was expected.
struct Refusal {
    reason: Reason,
    column: String,
    value: String,
    expected: &'static str,
}

/// Fields of one record by column.
struct Fields<'r> {
    record: &'r ByteRecord,
    mapping: &'r Mapping,
}

impl<'r> Fields<'r> {
    /// The trimmed text of a column; empty where the table has no such column. Records are checked to
    /// be UTF-8 before.
    fn text(&self, column: Column) -> &'r str {
        self.mapping
            .index(column)
            .and_then(|index| self.record.get(index))
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .map_or("", str::trim)
    }

    fn refuse(&self, reason: Reason, column: Column, expected: &'static str) -> Refusal {
        Refusal {
            reason,
            column: self.mapping.header_of(column).to_owned(),
            value: self.text(column).to_owned(),
            expected,
        }
    }
}

impl Reader<'_> {
    fn file(&mut self, path: &Path, reading: &mut Reading) -> Result<()> {
        let bytes = super::bytes_of(path)?;
        let bytes = table::without_mark(&bytes);
        let name = file_name(path);
        let separator = table::separator(bytes);
        let mut reader = table::reader(bytes, separator);
        let header: Vec<String> = reader
            .byte_headers()
            .map_err(|error| Error::refused(path.display(), error, "delimited text"))?
            .iter()
            .map(|field| String::from_utf8_lossy(field).into_owned())
            .collect();
        if header.iter().all(|field| field.trim().is_empty()) {
            return Err(Error::refused(
                path.display(),
                "the file is empty",
                "a header line and records below it",
            ));
        }
        let needed = [Column::Latitude, Column::Longitude, Column::Date];
        let mapping = Mapping::new(&path.display().to_string(), &header, self.named, &needed)?;
        let mut notes = FileNotes {
            name: name.clone(),
            separator: char::from(separator),
            columns: mapping
                .pairs()
                .into_iter()
                .map(|(ours, theirs)| (ours, theirs.to_owned()))
                .collect(),
            unread: mapping.unread().into_iter().map(str::to_owned).collect(),
            unknown_precision: BTreeMap::new(),
            has_precision: mapping.index(Column::GeoPrecision).is_some(),
        };

        let file = reading.ledger.files.len() as u32;
        let stem = path
            .file_stem()
            .map_or_else(|| name.clone(), |stem| stem.to_string_lossy().into_owned());
        let mut lines = table::Lines::new(bytes);
        let mut record = ByteRecord::new();
        let mut number = 0u64;
        while reader
            .read_byte_record(&mut record)
            .map_err(|error| Error::refused(path.display(), error, "delimited text"))?
        {
            number += 1;
            let line = lines.at(record.position().map_or(0, csv::Position::byte));
            let mut entry = Entry::used(file, line, number);
            let made = format!("{stem}-{number}");
            let id = match (Fields {
                record: &record,
                mapping: &mapping,
            })
            .text(Column::Id)
            {
                "" => made,
                id => id.to_owned(),
            };
            match self.incident(&record, &mapping, &id, &mut entry, &mut notes) {
                Ok(Some(mut incident)) => {
                    incident.record = reading.ledger.entries.len();
                    if !self.ids.insert(incident.id().into()) {
                        entry.decide(
                            Fate::Held,
                            Reason::IdRepeated,
                            Details {
                                id: incident.id().into(),
                                column: mapping.header_of(Column::Id).into(),
                                value: incident.id().into(),
                                expected: "an id that no earlier record has".into(),
                            },
                        );
                    }
                    reading.incidents.push(incident);
                }
                Ok(None) => {}
                Err(refusal) => entry.decide(
                    Fate::Rejected,
                    refusal.reason,
                    Details {
                        id: id.into(),
                        column: refusal.column.into(),
                        value: shortened(&refusal.value).into(),
                        expected: refusal.expected.into(),
                    },
                ),
            }
            reading.ledger.entries.push(entry);
        }
        if number == 0 {
            return Err(Error::refused(
                path.display(),
                "a header and no record",
                "at least one record below the header",
            ));
        }
        reading.ledger.files.push(InputFile {
            name,
            records: number,
        });
        reading.files.push(notes);
        Ok(())
    }

    /// Reads one record; `None` if it is an identical repetition, which the entry then says.
    fn incident(
        &mut self,
        record: &ByteRecord,
        mapping: &Mapping,
        id: &str,
        entry: &mut Entry,
        notes: &mut FileNotes,
    ) -> std::result::Result<Option<Incident>, Refusal> {
        let fields = Fields { record, mapping };
        if let Some(bad) = record
            .iter()
            .position(|field| std::str::from_utf8(field).is_err())
        {
            return Err(Refusal {
                reason: Reason::NotUtf8,
                column: format!("field {}", bad + 1),
                value: String::from_utf8_lossy(&record[bad]).into_owned(),
                expected: "UTF-8 text",
            });
        }
        if record.len() != mapping.width() {
            return Err(Refusal {
                reason: Reason::FieldCount,
                column: String::new(),
                value: format!("{} fields", record.len()),
                expected: "as many fields as the header has",
            });
        }
        let position = position(&fields)?;
        let day = day(&fields)?;
        // Only after the record is known to be an incident, so that a bad one repeated is rejected
        // each time for what is wrong with it.
        if !self.records.insert(digest(record)) {
            entry.decide(
                Fate::Merged,
                Reason::IdenticalRecord,
                Details {
                    id: id.into(),
                    expected: "the same record stands earlier; it is counted once".into(),
                    ..Details::default()
                },
            );
            return Ok(None);
        }

        let mut unread: Option<(Column, &'static str)> = None;
        let mut count = |column: Column| {
            let text = fields.text(column);
            let read = text.parse::<u32>().ok();
            if read.is_none() && !text.is_empty() {
                unread.get_or_insert((column, "a whole number, 0 or more, or nothing"));
            }
            read
        };
        let deaths = Figures {
            low: count(Column::FatalitiesLow),
            best: count(Column::FatalitiesBest),
            high: count(Column::FatalitiesHigh),
        };
        let civilian_deaths = count(Column::FatalitiesCivilian);
        let injured = count(Column::Injured);
        let claim_status =
            ClaimStatus::parse(fields.text(Column::ClaimStatus)).unwrap_or_else(|| {
                unread.get_or_insert((
                    Column::ClaimStatus,
                    "confirmed, claimed, contested, denied, unconfirmed or nothing",
                ));
                ClaimStatus::Unstated
            });
        if let Some((column, expected)) = unread {
            let value = shortened(fields.text(column));
            entry.decide(
                Fate::Used,
                Reason::ValueNotRead,
                Details {
                    id: id.into(),
                    column: mapping.header_of(column).into(),
                    value: value.into(),
                    expected: expected.into(),
                },
            );
        }
        let code = fields.text(Column::GeoPrecision);
        let location_radius = self.location_radius(code, notes);
        Ok(Some(Incident {
            record: 0,
            day,
            last_day: day,
            date_precision: DatePrecision::Day,
            admin1: self.shared(fields.text(Column::Admin1)),
            country: self.shared(fields.text(Column::Country)),
            position,
            geo_precision: self.shared(code),
            location_radius,
            event_type: self.shared(fields.text(Column::EventType)),
            actor_a: self.shared(fields.text(Column::ActorA)),
            actor_b: self.shared(fields.text(Column::ActorB)),
            reported_by: self.shared(fields.text(Column::ReportedBy)),
            deaths,
            civilian_deaths,
            injured,
            claim_status,
            source_name: self.shared(fields.text(Column::SourceName)),
            texts: Texts::new([
                id,
                fields.text(Column::TimeLocal),
                fields.text(Column::Place),
                fields.text(Column::SourceUrl),
                fields.text(Column::SourceDate),
                fields.text(Column::Note),
            ]),
        }))
    }

    fn location_radius(&self, code: &str, notes: &mut FileNotes) -> Option<Metres> {
        if !notes.has_precision {
            return self.radii.without_column;
        }
        if let Some(radius) = self.radii.codes.get(code) {
            *radius
        } else {
            *notes.unknown_precision.entry(code.to_owned()).or_insert(0) += 1;
            None
        }
    }

    fn shared(&mut self, text: &str) -> Shared {
        if let Some(held) = self.names.get(text) {
            return Arc::clone(held);
        }
        let name: Shared = text.into();
        self.names.insert(Arc::clone(&name));
        name
    }
}

const DEGREES: &str = "decimal degrees with a point, such as 34.1147";

fn position(fields: &Fields) -> std::result::Result<Position, Refusal> {
    let degrees = |column: Column| {
        let text = fields.text(column);
        if text.is_empty() {
            return Err(fields.refuse(Reason::CoordinateMissing, column, DEGREES));
        }
        text.parse::<f64>()
            .ok()
            .filter(|value| value.is_finite())
            .ok_or_else(|| fields.refuse(Reason::CoordinateInvalid, column, DEGREES))
    };
    let latitude = degrees(Column::Latitude)?;
    let longitude = degrees(Column::Longitude)?;
    Position::new(longitude, latitude).map_err(|invalid| match invalid {
        InvalidPosition::Latitude(_) => fields.refuse(
            Reason::CoordinateInvalid,
            Column::Latitude,
            "-90 to 90 degrees",
        ),
        InvalidPosition::Longitude(_) => fields.refuse(
            Reason::CoordinateInvalid,
            Column::Longitude,
            "-180 to 180 degrees",
        ),
    })
}

fn day(fields: &Fields) -> std::result::Result<Day, Refusal> {
    let text = fields.text(Column::Date);
    let expected = "an ISO date such as 2025-10-16, with or without a time";
    if text.is_empty() {
        return Err(fields.refuse(Reason::DateMissing, Column::Date, expected));
    }
    iso_day(text).ok_or_else(|| fields.refuse(Reason::DateInvalid, Column::Date, expected))
}

/// The day of an ISO 8601 date, or of a date with a time after `T` or a blank. The day is the one
/// written, whatever zone the time has.
pub fn iso_day(text: &str) -> Option<Day> {
    let (date, rest) = text.split_at_checked(10)?;
    let time_follows = rest.is_empty()
        || (rest.starts_with(['T', 't', ' '])
            && rest[1..].starts_with(|c: char| c.is_ascii_digit())
            && rest[1..]
                .chars()
                .all(|c| c.is_ascii_digit() || ":.,+-Zz ".contains(c)));
    let shaped = date.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    (time_follows && shaped).then(|| date.parse::<Date>().ok().map(Day::from_date))?
}

/// 128 bits of a record's fields, enough to take equal digests for equal records: among a billion
/// records two different ones share a digest with probability below 10⁻²⁰.
fn digest(record: &ByteRecord) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        for field in record {
            field.hash(&mut hasher);
        }
        u128::from(hasher.finish())
    };
    (half(1) << 64) | half(2)
}

/// A value for the ledger: at most 80 characters, so that a broken quote does not copy the file.
fn shortened(value: &str) -> String {
    const MOST: usize = 80;
    match value.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// The name that tables and messages give a file: its last part, which does not depend on the folder
/// that the run was started from.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Options;

    fn read_text(text: &[u8]) -> Result<Reading> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.csv");
        std::fs::write(&path, text).unwrap();
        read(&[path], &BTreeMap::new(), &Options::default().radii)
    }

    #[test]
    fn every_record_has_an_entry_with_line_and_reason() {
        let text = "\u{feff}id,date,lat,lon,geo_precision,fatalities,claim_status\r\n\
            a,2025-10-16,34.1,71.0,1,3,claimed\r\n\
            \"b\nb\",2025-10-16,340,71.0,1,,\r\n\
            c,16.10.2025,34.1,71.0,1,,\r\n\
            d,2025-10-16,,71.0,1,,\r\n\
            e,2025-10-16,34.1,71.0,9,many,\r\n\
            f,2025-10-16,34.1\r\n\
            a,2025-10-16,34.1,71.0,1,3,claimed\r\n\
            a,2025-10-17,34.1,71.0,1,3,claimed\r\n\
            g,2025-10-16,34.1,inf,1,,\r\n\
            h,2025-02-30,34.1,71,1,,\r\n\
            i,,34.1,71,1,,\r\n";
        let reading = read_text(text.as_bytes()).unwrap();
        let seen: Vec<(u64, Fate, Reason, &str)> = reading
            .ledger
            .entries
            .iter()
            .map(|entry| (entry.line, entry.fate, entry.reason, entry.column()))
            .collect();
        assert_eq!(
            seen,
            [
                (2, Fate::Used, Reason::Ok, ""),
                (3, Fate::Rejected, Reason::CoordinateInvalid, "lat"),
                (5, Fate::Rejected, Reason::DateInvalid, "date"),
                (6, Fate::Rejected, Reason::CoordinateMissing, "lat"),
                (7, Fate::Used, Reason::ValueNotRead, "fatalities"),
                (8, Fate::Rejected, Reason::FieldCount, ""),
                (9, Fate::Merged, Reason::IdenticalRecord, ""),
                (10, Fate::Held, Reason::IdRepeated, "id"),
                (11, Fate::Rejected, Reason::CoordinateInvalid, "lon"),
                (12, Fate::Rejected, Reason::DateInvalid, "date"),
                (13, Fate::Rejected, Reason::DateMissing, "date"),
            ]
        );
        reading.ledger.check().unwrap();
        assert_eq!(reading.incidents.len(), 3);
        assert_eq!(reading.files[0].unknown_precision["9"], 1);
        assert_eq!(reading.incidents[1].location_radius, None);
        assert_eq!(reading.incidents[0].location_radius, Some(Metres(1000.0)));
    }

    #[test]
    fn bytes_that_are_not_utf8_reject_the_record_only() {
        let reading =
            read_text(b"date,lat,lon,note\n2025-10-16,34,71,caf\xe9\n2025-10-16,34,71,ok\n")
                .unwrap();
        assert_eq!(reading.ledger.entries[0].reason, Reason::NotUtf8);
        assert_eq!(reading.incidents.len(), 1);
        assert_eq!(reading.incidents[0].id(), "events-2");
    }

    #[test]
    fn bad_files_are_errors_that_say_what_to_do() {
        for (text, part) in [
            ("", "the file is empty"),
            ("\n\n", "the file is empty"),
            ("date,lat,lon\n", "a header and no record"),
            (
                "date,place\n2025-10-16,here\n",
                "no latitude column among: date, place",
            ),
        ] {
            let message = read_text(text.as_bytes()).unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
        }
        let missing = read(
            &["/no/such.csv".into()],
            &BTreeMap::new(),
            &Options::default().radii,
        );
        assert!(
            missing
                .unwrap_err()
                .to_string()
                .contains("/no/such.csv: reading failed")
        );
    }

    #[test]
    fn iso_days_only() {
        let day = Day::from_date(jiff::civil::date(2025, 10, 16));
        for good in [
            "2025-10-16",
            "2025-10-16T04:00:00Z",
            "2025-10-16 00:00:00.000",
            "2025-10-16T04:00+05:00",
        ] {
            assert_eq!(iso_day(good), Some(day), "{good}");
        }
        for bad in [
            "2025-10-32",
            "16.10.2025",
            "2025-10-16x",
            "20251016",
            "2025-1-16",
            "",
            "2025-10-16T",
            "２０２５-10-16",
        ] {
            assert_eq!(iso_day(bad), None, "{bad}");
        }
    }
}
