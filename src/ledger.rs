//! The ledger: every record of every input file and its one fate.

use crate::batches::Batches;
use crate::error::{Error, Result};

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// Counted, clustered where its place is known well enough, drawn.
    Used,
    /// Farther from the line than the corridor: in the tables and on the map, in no sum.
    OutsideCorridor,
    /// Before or after the period: in the tables, in no sum.
    OutsidePeriod,
    /// In the tables, never in a sum or a cluster.
    Held,
    /// The same record again.
    Merged,
    /// Not read as an incident.
    Rejected,
}

impl Fate {
    /// Every fate, in the order in which tables list them.
    pub const ALL: [Fate; 6] = [
        Fate::Used,
        Fate::OutsideCorridor,
        Fate::OutsidePeriod,
        Fate::Held,
        Fate::Merged,
        Fate::Rejected,
    ];

    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Fate::Used => "used",
            Fate::OutsideCorridor => "outside_corridor",
            Fate::OutsidePeriod => "outside_period",
            Fate::Held => "held",
            Fate::Merged => "merged",
            Fate::Rejected => "rejected",
        }
    }
}

/// Why a record has its fate. The codes are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Nothing stands against it.
    Ok,
    /// Used, but an optional column could not be read and counts as empty.
    ValueNotRead,
    /// Used, but bytes that are not UTF-8 were read as U+FFFD.
    NotUtf8,
    /// The offset exceeds the corridor.
    OffsetExceedsCorridor,
    /// The date is outside the period.
    DateOutsidePeriod,
    /// The case file holds this id.
    HeldById,
    /// The case file holds this kind of event.
    HeldByEventType,
    /// Another record, read before, has this id and another day or place.
    IdRepeated,
    /// The coordinates are 0, 0.
    CoordinateZero,
    /// Latitude and longitude are the same number.
    CoordinatesEqual,
    /// A record read before has this id, day and place: the same report.
    SameId,
    /// Neither has an id, and every field that is read equals that of a record read before.
    IdenticalRecord,
    /// Merged, as the case asks, with a report that is likely of the same event.
    LikelyDuplicate,
    /// The record has more or fewer fields than the header.
    FieldCount,
    /// A quote opens and does not close within 1 MiB.
    QuoteOpen,
    /// The record is longer than 1 MiB.
    RecordTooLong,
    /// A field holds a NUL byte.
    NulByte,
    /// No coordinates.
    CoordinateMissing,
    /// A coordinate cannot be read or is out of range.
    CoordinateInvalid,
    /// No date.
    DateMissing,
    /// The date is not one that is read.
    DateInvalid,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Reason; 21] = [
        Reason::Ok,
        Reason::ValueNotRead,
        Reason::NotUtf8,
        Reason::OffsetExceedsCorridor,
        Reason::DateOutsidePeriod,
        Reason::HeldById,
        Reason::HeldByEventType,
        Reason::IdRepeated,
        Reason::CoordinateZero,
        Reason::CoordinatesEqual,
        Reason::SameId,
        Reason::IdenticalRecord,
        Reason::LikelyDuplicate,
        Reason::FieldCount,
        Reason::QuoteOpen,
        Reason::RecordTooLong,
        Reason::NulByte,
        Reason::CoordinateMissing,
        Reason::CoordinateInvalid,
        Reason::DateMissing,
        Reason::DateInvalid,
    ];

    /// The stable code in tables.
    pub const fn code(self) -> &'static str {
        match self {
            Reason::Ok => "ok",
            Reason::ValueNotRead => "value_not_read",
            Reason::NotUtf8 => "not_utf8",
            Reason::OffsetExceedsCorridor => "offset_exceeds_corridor",
            Reason::DateOutsidePeriod => "date_outside_period",
            Reason::HeldById => "held_by_id",
            Reason::HeldByEventType => "held_by_event_type",
            Reason::IdRepeated => "id_repeated",
            Reason::CoordinateZero => "coordinate_zero",
            Reason::CoordinatesEqual => "coordinates_equal",
            Reason::SameId => "same_id",
            Reason::IdenticalRecord => "identical_record",
            Reason::LikelyDuplicate => "likely_duplicate",
            Reason::FieldCount => "field_count",
            Reason::QuoteOpen => "quote_open",
            Reason::RecordTooLong => "record_too_long",
            Reason::NulByte => "nul_byte",
            Reason::CoordinateMissing => "coordinate_missing",
            Reason::CoordinateInvalid => "coordinate_invalid",
            Reason::DateMissing => "date_missing",
            Reason::DateInvalid => "date_invalid",
        }
    }
}

/// One record and its fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which input file, counted from 0.
    pub file: u32,
    /// The line where the record starts, counted from 1.
    pub line: u64,
    /// The number of its row in the file, counted from 1 below the header. Rows of comments and tags have
    /// numbers too, though they are no records, so numbers may have gaps.
    pub record: u64,
    /// Its fate.
    pub fate: Fate,
    /// Why.
    pub reason: Reason,
    /// Only for records that are not simply used, so that a million good ones stay small.
    details: Option<Box<Details>>,
}

/// What a fate rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The record's id, as far as it could be read.
    pub id: Box<str>,
    /// The column that decided, or empty.
    pub column: Box<str>,
    /// The value as read, or empty.
    pub value: Box<str>,
    /// What was expected or what the rule is, or empty.
    pub expected: Box<str>,
}

impl Entry {
    /// A record against which nothing stands so far.
    pub const fn used(file: u32, line: u64, record: u64) -> Entry {
        Entry {
            file,
            line,
            record,
            fate: Fate::Used,
            reason: Reason::Ok,
            details: None,
        }
    }

    /// Gives the entry a fate with its reason. What was not read of the record stays in it.
    pub fn decide(&mut self, fate: Fate, reason: Reason, mut details: Details) {
        if matches!(self.reason, Reason::ValueNotRead | Reason::NotUtf8) && self.reason != reason {
            let (code, column, value) = (self.reason.code(), self.column(), self.value());
            let before = format!("{}; also {code}: {column}: {value:?}", details.expected);
            details.expected = before.into();
        }
        self.fate = fate;
        self.reason = reason;
        self.details = Some(Box::new(details));
    }

    /// The record's id, as far as it could be read; empty for a record that is simply used, whose
    /// incident has it.
    pub fn id(&self) -> &str {
        self.detail(|details| &details.id)
    }

    /// The column that decided, or empty.
    pub fn column(&self) -> &str {
        self.detail(|details| &details.column)
    }

    /// The value as read, or empty.
    pub fn value(&self) -> &str {
        self.detail(|details| &details.value)
    }

    /// What was expected or what the rule is, or empty.
    pub fn expected(&self) -> &str {
        self.detail(|details| &details.expected)
    }

    fn detail(&self, of: impl Fn(&Details) -> &str) -> &str {
        self.details.as_deref().map_or("", of)
    }
}

/// An input file and how many records the reader counted in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Its name as the tables give it.
    pub name: String,
    /// Records read, the header not counted.
    pub records: u64,
}

/// All entries, in the order of the files and of the records in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The files.
    pub files: Vec<InputFile>,
    /// The entries.
    pub entries: Batches<Entry>,
}

impl Ledger {
    /// How many records have this fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.entries
            .iter()
            .filter(|entry| entry.fate == fate)
            .count()
    }

    /// Counts by fate and reason, in the order of the fates; pairs that do not occur are left out.
    pub fn counts(&self) -> Vec<(Fate, Reason, usize)> {
        let mut counts = std::collections::BTreeMap::new();
        for entry in self.entries.iter() {
            *counts.entry((entry.fate, entry.reason)).or_insert(0) += 1;
        }
        counts
            .into_iter()
            .map(|((fate, reason), count)| (fate, reason, count))
            .collect()
    }

    /// Records read in all files.
    pub fn records(&self) -> u64 {
        self.files.iter().map(|file| file.records).sum()
    }

    /// Checks that the fates add up to the records that the reader counted, file by file.
    ///
    /// # Errors
    /// A broken rule: a record was lost or counted twice.
    pub fn check(&self) -> Result<()> {
        for (number, file) in self.files.iter().enumerate() {
            let entries = self
                .entries
                .iter()
                .filter(|entry| entry.file as usize == number)
                .count() as u64;
            if entries != file.records {
                return Err(Error::broken(format_args!(
                    "{}: {} records were read and {entries} have a fate",
                    file.name, file.records
                )));
            }
        }
        let fates: usize = Fate::ALL.into_iter().map(|fate| self.count(fate)).sum();
        if fates as u64 != self.records() {
            return Err(Error::broken(format_args!(
                "{} records were read and the fates add up to {fates}",
                self.records()
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_record_fails_the_run() {
        let mut ledger = Ledger {
            files: vec![InputFile {
                name: "a.csv".into(),
                records: 1,
            }],
            entries: Batches::default(),
        };
        assert!(
            ledger
                .check()
                .unwrap_err()
                .to_string()
                .contains("a.csv: 1 records")
        );
        ledger.entries.push(vec![Entry::used(0, 2, 1)]);
        assert!(ledger.check().is_ok());
    }
}
