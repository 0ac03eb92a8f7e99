//! One record to one incident, by the plan of its file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use csv::{ByteRecord, StringRecord};
use hashbrown::{DefaultHashBuilder, HashSet};
use memchr::memchr;

use super::columns::{Column, Mapping};
use super::counts::{self, Count};
use super::dates::{self, Dated, Written};
use super::places;
use super::plan::{Evidence, Example, Near, Plan};
use crate::case::DateOrder;
use crate::formula::restored;
use crate::geodesy::Position;
use crate::incident::{ClaimStatus, DatePrecision, Figures, Incident, Shared, Texts, Verification};
use crate::ledger::{Details, Entry, Fate, Reason};
use crate::units::Metres;

/// Of so many records of a file it is looked whether they are near the border.
const SAMPLED: u64 = 1_000;

/// What tells whether two records may be the same: a hash of the id, or of everything where there is
/// none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) hash: u64,
    /// Whether the record has an id of its own.
    pub(super) has_id: bool,
}

/// What a piece of a file was converted to.
#[derive(Debug, Default)]
pub(super) struct Converted {
    /// Incidents. `record` is their number among the records of the file, from 0; where comments stand
    /// before them it is too high by as many.
    pub(super) incidents: Vec<Incident>,
    /// One for each incident.
    pub(super) keys: Vec<Key>,
    /// One for each record.
    pub(super) entries: Vec<Entry>,
    /// Lines of comments and of HXL tags, which are no records.
    pub(super) comments: Vec<u64>,
    /// Precision codes without a radius and how often they occur.
    pub(super) unknown_precision: BTreeMap<String, u64>,
    /// What the records show.
    pub(super) evidence: Evidence,
}

/// A record that is no incident.
struct Refusal {
    reason: Reason,
    column: String,
    value: String,
    expected: Cow<'static, str>,
}

/// Optional columns that could not be read, with what was expected.
#[derive(Default)]
struct Odd(Vec<(Column, &'static str)>);

impl Odd {
    fn add(&mut self, column: Column, expected: &'static str) {
        self.0.push((column, expected));
    }
}

/// Converts the records of one piece after another.
pub(super) struct Converter<'a> {
    plan: &'a Plan,
    near: Option<Near<'a>>,
    file: u32,
    /// What the ids of records without one begin with.
    stem: &'a str,
    names: Names,
    hasher: DefaultHashBuilder,
    out: Converted,
}

impl Converted {
    fn with_capacity(records: usize) -> Converted {
        Converted {
            incidents: Vec::with_capacity(records),
            keys: Vec::with_capacity(records),
            entries: Vec::with_capacity(records),
            ..Converted::default()
        }
    }
}

const NOT_UTF8: &str = "text in the encoding of the file; what is none was read as U+FFFD";

impl<'a> Converter<'a> {
    /// For a piece of so many records.
    pub(super) fn new(
        plan: &'a Plan,
        near: Option<Near<'a>>,
        file: u32,
        stem: &'a str,
        hasher: DefaultHashBuilder,
        records: usize,
    ) -> Converter<'a> {
        Converter {
            plan,
            near,
            file,
            stem,
            names: Names::new(),
            hasher,
            out: Converted::with_capacity(records),
        }
    }

    pub(super) fn finish(self) -> Converted {
        self.out
    }

    /// A comment.
    pub(super) fn comment(&mut self, line: u64) {
        self.out.comments.push(line);
    }

    /// A record that could not be told apart from what follows it.
    pub(super) fn broken(&mut self, line: u64, number: u64, reason: Reason, start: &[u8]) {
        let mut entry = Entry::used(self.file, line, number);
        let expected = match reason {
            Reason::QuoteOpen => "a quote that closes; only this line was left out",
            _ => "a record of at most 1 MiB",
        };
        let start = &start[..start.len().min(400)];
        entry.decide(
            Fate::Rejected,
            reason,
            Details {
                value: shortened(&String::from_utf8_lossy(start)).into(),
                expected: expected.into(),
                ..Details::default()
            },
        );
        self.out.evidence.records += 1;
        self.out.entries.push(entry);
    }

    /// Converts one record and gives its memory back for the next.
    pub(super) fn record(&mut self, record: ByteRecord, line: u64, number: u64) -> ByteRecord {
        let (record, damaged) = match StringRecord::from_byte_record(record) {
            Ok(record) => (record, false),
            Err(error) => {
                let damaged = error.into_byte_record();
                (StringRecord::from_byte_record_lossy(damaged), true)
            }
        };
        if self.is_comment(&record) {
            self.comment(line);
            return record.into_byte_record();
        }
        let hash = record.as_slice().starts_with('#') && record.len() == self.plan.mapping.width();
        let damaged = damaged
            || (self.plan.encoding != encoding_rs::UTF_8 && record.as_slice().contains('\u{fffd}'));
        let evidence = &mut self.out.evidence;
        evidence.records += 1;
        evidence.hash_rows += u64::from(hash);
        evidence.damaged += u64::from(damaged);
        evidence.beyond_ascii += u64::from(!damaged && !record.as_slice().is_ascii());
        let mut entry = Entry::used(self.file, line, number);
        let own_id = self.plan.mapping.text(&record, Column::Id);
        let made;
        let id = if own_id.is_empty() {
            made = format!("{}-{number}", self.stem);
            &made
        } else {
            own_id
        };
        match self.incident(&record, id, line, number, &mut entry) {
            Ok(()) => {
                if damaged && entry.reason == Reason::Ok {
                    entry.decide(
                        Fate::Used,
                        Reason::NotUtf8,
                        damage(&self.plan.mapping, &record, id),
                    );
                }
                self.out.keys.push(Key {
                    hash: if own_id.is_empty() {
                        // With the bounds of its fields.
                        self.hasher.hash_one(record.iter().collect::<Vec<_>>())
                    } else {
                        self.hasher.hash_one(own_id)
                    },
                    has_id: !own_id.is_empty(),
                });
            }
            Err(refusal) => entry.decide(
                Fate::Rejected,
                refusal.reason,
                Details {
                    id: shortened(id).into(),
                    column: refusal.column.into(),
                    value: shortened(&refusal.value).into(),
                    expected: refusal.expected.into(),
                },
            ),
        }
        self.out.entries.push(entry);
        record.into_byte_record()
    }

    /// A comment begins with `#` and is not as wide as the table; in a row of HXL tags every field that
    /// holds anything does.
    fn is_comment(&self, record: &StringRecord) -> bool {
        if memchr(b'#', record.as_slice().as_bytes()).is_none() {
            return false;
        }
        let tag = |field: &str| field.trim_start().starts_with('#');
        let first = record.get(0).is_some_and(tag);
        (first && self.plan.has_comments && record.len() != self.plan.mapping.width())
            || (record.iter().any(tag)
                && record
                    .iter()
                    .all(|field| field.trim().is_empty() || tag(field)))
    }

    /// Adds the incident that the record is. Not returned, because moving a million of them takes time.
    fn incident(
        &mut self,
        record: &StringRecord,
        id: &str,
        line: u64,
        number: u64,
        entry: &mut Entry,
    ) -> Result<(), Refusal> {
        let mapping = &self.plan.mapping;
        check_shape(record, mapping)?;
        let (position, grid) = self.position(record, number)?;
        let dated = self.dated(record, line)?;

        let mut odd = Odd::default();
        let figures = self.figures(record, &mut odd);
        let whole =
            |column: Column, odd: &mut Odd| match counts::count(mapping.text(record, column)) {
                Some(Count::Exact(count)) => Some(count),
                Some(Count::Unknown) => None,
                _ => {
                    odd.add(column, COUNT);
                    None
                }
            };
        let civilian_deaths = whole(Column::FatalitiesCivilian, &mut odd);
        let injured = whole(Column::Injured, &mut odd);
        let claim_status = ClaimStatus::parse(mapping.text(record, Column::ClaimStatus))
            .unwrap_or_else(|| {
                odd.add(
                    Column::ClaimStatus,
                    "confirmed, claimed, contested, denied, unconfirmed or nothing",
                );
                ClaimStatus::Unstated
            });
        let state = mapping.text(record, Column::VerificationStatus);
        let verification = Verification::parse(state).unwrap_or_else(|| {
            odd.add(
                Column::VerificationStatus,
                "alleged, visited, verified, attributed, not_attributable or nothing",
            );
            Verification::Unstated
        });
        let mut verified_on = mapping.text(record, Column::VerifiedOn);
        if !verified_on.is_empty() && dates::iso_day(verified_on).is_none() {
            odd.add(
                Column::VerifiedOn,
                "an ISO date such as 2025-10-16 or nothing",
            );
            verified_on = "";
        }
        let dated = self.days(record, dated, line, &mut odd);
        let location_radius = self.location_radius(record, grid, &mut odd);
        if let Some(details) = self.odd_details(id, record, &odd) {
            entry.decide(Fate::Used, Reason::ValueNotRead, details);
        }
        self.hold_suspicious(record, id, position, entry);
        let restore: fn(&str) -> &str = if self.plan.layout.ours {
            restored
        } else {
            |text| text
        };
        let id = restore(id);
        let text = |column| restore(mapping.text(record, column));
        let texts = Texts::new([
            id,
            text(Column::TimeLocal),
            text(Column::Place),
            text(Column::SourceUrl),
            text(Column::SourceDate),
            text(Column::Note),
            verified_on,
        ]);
        let names = &mut self.names;
        let mut shared = |column| names.get(restore(mapping.text(record, column)));
        self.out.incidents.push(Incident {
            record: number as usize - 1,
            day: dated.first,
            last_day: dated.last,
            date_precision: dated.precision,
            position,
            location_radius,
            deaths: figures,
            civilian_deaths,
            injured,
            claim_status,
            verification,
            verified_by: shared(Column::VerifiedBy),
            admin1: shared(Column::Admin1),
            country: shared(Column::Country),
            geo_precision: shared(Column::GeoPrecision),
            event_type: shared(Column::EventType),
            actor_a: shared(Column::ActorA),
            actor_b: shared(Column::ActorB),
            reported_by: shared(Column::ReportedBy),
            source_name: shared(Column::SourceName),
            texts,
        });
        Ok(())
    }

    fn refuse(
        &self,
        record: &StringRecord,
        reason: Reason,
        column: Column,
        expected: impl Into<Cow<'static, str>>,
    ) -> Refusal {
        let mapping = &self.plan.mapping;
        Refusal {
            reason,
            column: mapping.header_of(column).to_owned(),
            value: mapping.text(record, column).to_owned(),
            expected: expected.into(),
        }
    }

    fn details(&self, id: &str, record: &StringRecord, column: Column, expected: &str) -> Details {
        let mapping = &self.plan.mapping;
        Details {
            id: shortened(id).into(),
            column: mapping.header_of(column).into(),
            value: shortened(mapping.text(record, column)).into(),
            expected: expected.into(),
        }
    }

    /// Every optional value that could not be read.
    fn odd_details(&self, id: &str, record: &StringRecord, odd: &Odd) -> Option<Details> {
        let [first, more @ ..] = odd.0.as_slice() else {
            return None;
        };
        let mut details = self.details(id, record, first.0, first.1);
        for &(column, expected) in more {
            let next = self.details(id, record, column, expected);
            let joined = |one: &str, other: &str| format!("{one}; {other}").into();
            details.column = joined(&details.column, &next.column);
            details.value = joined(&details.value, &next.value);
            details.expected = joined(&details.expected, &next.expected);
        }
        Some(details)
    }

    /// The place of a record, and how far a grid square widens its radius.
    fn position(
        &mut self,
        record: &StringRecord,
        number: u64,
    ) -> Result<(Position, Metres), Refusal> {
        let plan = self.plan;
        let read = places::read(record, &plan.mapping, plan.places);
        let near = self.near.filter(|_| number <= SAMPLED);
        self.out.evidence.add_place(&read, near);
        read.place
            .map_err(|no| self.refuse(record, no.reason, no.column, no.expected))
    }

    /// When it was, by the date or by year, month and day.
    fn dated(&mut self, record: &StringRecord, line: u64) -> Result<Dated, Refusal> {
        let mapping = &self.plan.mapping;
        let text = mapping.text(record, Column::Date);
        if text.is_empty() {
            if !mapping.has(Column::Year) {
                return Err(self.refuse(record, Reason::DateMissing, Column::Date, DATE));
            }
            let year = mapping.text(record, Column::Year);
            let read = dates::from_parts(
                year,
                mapping.text(record, Column::Month),
                mapping.text(record, Column::Day),
            );
            let reason = if year.is_empty() {
                Reason::DateMissing
            } else {
                Reason::DateInvalid
            };
            return read.ok_or_else(|| {
                self.refuse(
                    record,
                    reason,
                    Column::Year,
                    "a year, and month and day or 0 for unknown",
                )
            });
        }
        self.date(text, line)
            .map_err(|expected| self.refuse(record, Reason::DateInvalid, Column::Date, expected))
    }

    /// A date by the order of the plan; while there is none, by whichever is possible: what was read
    /// then is thrown away once the order is settled.
    fn date(&mut self, text: &str, line: u64) -> Result<Dated, &'static str> {
        if self.plan.spreadsheet_dates
            && let Some(day) = dates::spreadsheet_serial(text)
        {
            return Ok(Dated::day(day));
        }
        let (day_first, month_first) = match dates::date(text) {
            Some(Written::Plain(dated)) => return Ok(dated),
            None if self.plan.spreadsheet_dates => return Err(SERIAL),
            None => return Err(DATE),
            Some(Written::Ordered {
                day_first,
                month_first,
            }) => (day_first, month_first),
        };
        let evidence = &mut self.out.evidence;
        let counted = match (day_first, month_first) {
            (Some(_), None) => &mut evidence.day_first,
            (None, Some(_)) => &mut evidence.month_first,
            _ => &mut evidence.either,
        };
        counted.0 += 1;
        counted.1.get_or_insert_with(|| Example {
            line,
            text: text.to_owned(),
        });
        match self.plan.date_order {
            Some(DateOrder::DayFirst) => {
                day_first.map(Dated::day).ok_or("a date with the day first")
            }
            Some(DateOrder::MonthFirst) => month_first
                .map(Dated::day)
                .ok_or("a date with the month first"),
            None => day_first.or(month_first).map(Dated::day).ok_or(DATE),
        }
    }

    /// The days with what the columns of the end and of the precision say.
    fn days(&mut self, record: &StringRecord, dated: Dated, line: u64, odd: &mut Odd) -> Dated {
        let mapping = &self.plan.mapping;
        let mut dated = dated;
        let text = mapping.text(record, Column::DateEnd);
        if !text.is_empty() {
            match self.date(text, line) {
                Ok(end) if end.last >= dated.first => dated.last = end.last,
                Ok(_) => odd.add(Column::DateEnd, "a day that is not before the first"),
                Err(expected) => odd.add(Column::DateEnd, expected),
            }
        }
        let precision = match mapping.text(record, Column::DatePrecision) {
            "" => return dated,
            "day" => DatePrecision::Day,
            "week" => DatePrecision::Week,
            "month" => DatePrecision::Month,
            "year" => DatePrecision::Year,
            _ => {
                odd.add(Column::DatePrecision, "day, week, month, year or nothing");
                return dated;
            }
        };
        // What is written as a month is no day, whatever the column says.
        dated.widened(precision.max(dated.precision))
    }

    fn figures(&self, record: &StringRecord, odd: &mut Odd) -> Figures {
        let mapping = &self.plan.mapping;
        let mut read = |column: Column| {
            let count = counts::count(mapping.text(record, column));
            if count.is_none() {
                odd.add(column, COUNT);
            }
            count.unwrap_or(Count::Unknown)
        };
        let (low, best, high) = (
            read(Column::FatalitiesLow),
            read(Column::FatalitiesBest),
            read(Column::FatalitiesHigh),
        );
        let lowest = match low {
            Count::Exact(count) => Some(count),
            Count::Range { low, .. } => low,
            _ => None,
        };
        let highest = match high {
            Count::Exact(count) => Some(count),
            Count::Range { high, .. } => high,
            _ => None,
        };
        if lowest.is_none() && low != Count::Unknown {
            odd.add(Column::FatalitiesLow, "a lowest figure");
        }
        if highest.is_none() && high != Count::Unknown {
            odd.add(Column::FatalitiesHigh, "a highest figure");
        }
        // A range in the column of the best figure says lowest and highest, not which is best.
        let (from, to) = match best {
            Count::Range { low, high } => (low, high),
            _ => (None, None),
        };
        if (from.is_some() && lowest.is_some_and(|it| Some(it) != from))
            || (to.is_some() && highest.is_some_and(|it| Some(it) != to))
        {
            odd.add(
                Column::FatalitiesBest,
                "one figure, or a range that the lowest and highest figures do not contradict",
            );
        }
        Figures {
            low: lowest.or(from),
            best: match best {
                Count::Exact(count) | Count::About(count) => Some(count),
                _ => None,
            },
            high: highest.or(to),
        }
    }

    fn location_radius(
        &mut self,
        record: &StringRecord,
        grid: Metres,
        odd: &mut Odd,
    ) -> Option<Metres> {
        let mapping = &self.plan.mapping;
        let text = mapping.text(record, Column::LocationRadius);
        if text.is_empty() && self.plan.layout.ours && mapping.has(Column::LocationRadius) {
            return None;
        }
        if !text.is_empty() {
            match text.parse::<f64>() {
                Ok(metres) if metres.is_finite() && metres >= 0.0 => return Some(Metres(metres)),
                _ => {
                    odd.add(Column::LocationRadius, "metres, 0 or more, or nothing");
                }
            }
        }
        let by_code = if mapping.has(Column::GeoPrecision) {
            let code = mapping.text(record, Column::GeoPrecision);
            if let Some(radius) = self.plan.radii.get(code) {
                *radius
            } else {
                let counts = &mut self.out.unknown_precision;
                // A column of free text must not fill the memory.
                let name = if counts.contains_key(code) || counts.len() < 100 {
                    shortened(code)
                } else {
                    "other codes".to_owned()
                };
                *counts.entry(name).or_insert(0) += 1;
                None
            }
        } else {
            self.plan.without_precision
        };
        by_code.map(|radius| radius + grid)
    }

    /// A place at (0, 0), or with twice the same number, is more likely a slip than a place.
    fn hold_suspicious(
        &self,
        record: &StringRecord,
        id: &str,
        position: Position,
        entry: &mut Entry,
    ) {
        let (longitude, latitude) = (position.longitude(), position.latitude());
        let (reason, expected) = if longitude == 0.0 && latitude == 0.0 {
            (
                Reason::CoordinateZero,
                "a place; 0, 0 mostly stands for none",
            )
        } else if longitude.to_bits() == latitude.to_bits() {
            (
                Reason::CoordinatesEqual,
                "a latitude and a longitude; twice the same is mostly a slip",
            )
        } else {
            return;
        };
        let column = self.plan.places.from.columns()[0];
        let details = self.details(id, record, column, expected);
        entry.decide(Fate::Held, reason, details);
    }
}

const DATE: &str = "a date such as 2025-10-16, 16 October 2025, 16.10.2025 or 2025-10";
const SERIAL: &str = "a date, or the serial day of a spreadsheet such as 45946";
const COUNT: &str = "a whole number, a range such as 5-10, or nothing";

fn check_shape(record: &StringRecord, mapping: &Mapping) -> Result<(), Refusal> {
    let spare = record.iter().skip(mapping.width());
    if record.len() < mapping.width() || spare.into_iter().any(|field| !field.trim().is_empty()) {
        return Err(Refusal {
            reason: Reason::FieldCount,
            column: String::new(),
            value: format!("{} fields", record.len()),
            expected: format!("{} fields, as the header has", mapping.width()).into(),
        });
    }
    if memchr(0, record.as_slice().as_bytes()).is_some() {
        let field = record.iter().position(|field| field.contains('\0'));
        let field = field.unwrap_or(0);
        return Err(Refusal {
            reason: Reason::NulByte,
            column: mapping.header().get(field).cloned().unwrap_or_default(),
            value: record.get(field).unwrap_or("").replace('\0', "\u{2400}"),
            expected: "text without NUL bytes".into(),
        });
    }
    Ok(())
}

/// Which field was damaged, for the ledger.
fn damage(mapping: &Mapping, record: &StringRecord, id: &str) -> Details {
    let field = record
        .iter()
        .position(|field| field.contains('\u{fffd}'))
        .unwrap_or(0);
    Details {
        id: shortened(id).into(),
        column: mapping
            .header()
            .get(field)
            .map_or("", String::as_str)
            .into(),
        value: shortened(record.get(field).unwrap_or("")).into(),
        expected: NOT_UTF8.into(),
    }
}

/// Texts that many records share, each kept once.
struct Names {
    held: HashSet<Shared>,
    /// Some of them, where their length and their ends put them: most texts of a column are among few.
    recent: [Option<Shared>; 256],
}

impl Names {
    fn new() -> Names {
        Names {
            held: HashSet::new(),
            recent: [const { None }; 256],
        }
    }

    fn get(&mut self, text: &str) -> Shared {
        let place = match text.as_bytes() {
            [] => 0,
            [one] => *one,
            [first, .., before, last] => (text.len() as u8)
                .wrapping_mul(31)
                .wrapping_add(first.wrapping_mul(7))
                .wrapping_add(before.wrapping_mul(3))
                .wrapping_add(*last),
            [first, last] => first.wrapping_mul(7).wrapping_add(*last),
        };
        let recent = &mut self.recent[usize::from(place)];
        if let Some(held) = recent
            && same(held.as_bytes(), text.as_bytes())
        {
            return Arc::clone(held);
        }
        let name = self.held.get(text).cloned().unwrap_or_else(|| {
            let name: Shared = text.into();
            self.held.insert(Arc::clone(&name));
            name
        });
        *recent = Some(Arc::clone(&name));
        name
    }
}

/// Whether two short texts are the same; without the call that comparing slices makes, which takes longer
/// than the comparison.
#[inline]
fn same(a: &[u8], b: &[u8]) -> bool {
    let word = |bytes: &[u8; 8]| u64::from_ne_bytes(*bytes);
    if a.len() != b.len() {
        return false;
    }
    match (a.last_chunk(), b.last_chunk()) {
        (Some(last_a), Some(last_b)) => {
            let (words_a, words_b) = (a.as_chunks().0, b.as_chunks().0);
            word(last_a) == word(last_b)
                && words_a.iter().zip(words_b).all(|(a, b)| word(a) == word(b))
        }
        _ => a.iter().zip(b).all(|(a, b)| a == b),
    }
}

/// A value for the ledger: at most 80 characters, so that a broken quote does not copy the file.
pub(super) fn shortened(value: &str) -> String {
    const MOST: usize = 80;
    match value.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
