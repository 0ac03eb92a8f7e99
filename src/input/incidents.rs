//! Incident files: delimited text of any layout, one record per report.
//!
//! A file is planned from its first records, read by the plan on all cores, and the plan is judged by
//! what all records show. Evidence against it (another encoding, swapped axes, the month before the
//! day) changes the plan, and the file is read again. So every decision is made once for the whole file.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use encoding_rs::Encoding;
use hashbrown::DefaultHashBuilder;
use rayon::prelude::*;

use super::blocks::{Block, Blocks, Piece, PieceKind};
use super::columns::Column;
use super::convert::{Converted, Converter, Key};
use super::layout::Why;
use super::opening::{self, EncodingWhy, Opening};
use super::places::PlaceFrom;
use super::plan::{Evidence, Near, Plan};
use super::repeated::Repeated;
use super::source::Source;
use super::table;
use crate::batches::Batches;
use crate::case::{AxisOrder, FileOptions, IncidentFile, Options};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::incident::{Incident, MergedReport};
use crate::ledger::{Entry, Ledger, Reason};
use crate::units::Metres;

/// What the incident files hold.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Every record that is an incident, in the order of the files; fates in the ledger are `used` or
    /// `held` until later stages decide.
    pub incidents: Batches<Incident>,
    /// Reports that were merged into an earlier one.
    pub merged: Vec<MergedReport>,
    /// Every record.
    pub ledger: Ledger,
    /// What was understood of each file.
    pub files: Vec<FileNotes>,
}

/// What was understood of one file, for its user to check.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileNotes {
    /// The file's name.
    pub name: String,
    /// Its packing, encoding and separator.
    pub form: String,
    /// The name of its layout.
    pub layout: String,
    /// The layout and how it was found.
    pub layout_told: String,
    /// Our column and the file's.
    pub columns: Vec<(&'static str, String)>,
    /// Columns of the file that nothing reads.
    pub unread: Vec<String>,
    /// What was decided for the whole file, one sentence each.
    pub decisions: Vec<String>,
    /// Decisions that may well be wrong and have to be said wherever the numbers are.
    pub remarks: Vec<String>,
    /// The radius of each precision code.
    pub radii: BTreeMap<String, Option<Metres>>,
    /// Precision codes without a radius, with how often they occur: their incidents count as known
    /// nowhere exactly.
    pub unknown_precision: BTreeMap<String, u64>,
    /// Whether the file has a precision column, or a radius in metres.
    pub has_precision: bool,
    /// The digest of what came on standard input.
    pub copied: Option<Digest>,
}

/// How many times a plan may change.
const MOST_PLANS: usize = 4;

/// Reads incident files. `near` tells whether a position is near the border, where one is known.
///
/// O(n) in the bytes, on all cores; memory beyond what is returned does not grow with the file.
///
/// # Errors
/// A file that cannot be read, is empty, lacks columns for a place or a date, or whose dates could be
/// day or month first. A bad record is an entry of the ledger instead.
pub fn read(files: &[IncidentFile], options: &Options, near: Option<Near<'_>>) -> Result<Reading> {
    let mut reading = Reading::default();
    let mut repeated = Repeated::default();
    let mut stems: BTreeMap<String, u32> = BTreeMap::new();
    for file in files {
        let source = Source::open_layer(&file.path, file.options.layer.as_deref())?;
        let stem = Path::new(source.name()).file_stem().map_or_else(
            || source.name().to_owned(),
            |stem| stem.to_string_lossy().into_owned(),
        );
        let namesakes = stems.entry(stem.clone()).or_insert(0);
        *namesakes += 1;
        // Ids that are made of it must not be those of another file.
        let stem = match *namesakes {
            1 => stem,
            number => format!("{stem}({number})"),
        };
        let number = reading.ledger.files.len() as u32;
        let mut options_of_file = file.options.clone();
        if source.features().is_some() {
            // The table that was made of features is ours, and RFC 7946 fixes what comes first in a position.
            options_of_file.encoding = None;
            options_of_file.separator = Some(b',');
            options_of_file.axis_order = None;
        }
        let read = FileReader {
            source: &source,
            options: &options_of_file,
            case: options,
            near,
            number,
            stem: &stem,
            hasher: repeated.hasher(),
        }
        .read()?;
        repeated.add(read, options.duplicates.merge_exact, &mut reading);
    }
    Ok(reading)
}

/// A file that was read by its final plan.
pub(super) struct FileReading {
    pub(super) content: Content,
    pub(super) records: u64,
    pub(super) name: String,
    pub(super) notes: FileNotes,
}

struct FileReader<'a> {
    source: &'a Source,
    options: &'a FileOptions,
    case: &'a Options,
    near: Option<Near<'a>>,
    number: u32,
    /// What the ids of records without one begin with.
    stem: &'a str,
    hasher: DefaultHashBuilder,
}

impl FileReader<'_> {
    fn place(&self) -> String {
        self.source.path().display().to_string()
    }

    fn read(&self) -> Result<FileReading> {
        let place = self.place();
        let start = self.start(Opening::SAMPLE)?;
        let mut opening = Opening::of(&place, &start, self.options)?;
        if opening.encoding_why == EncodingWhy::Guessed && self.is_mostly_utf8()? {
            // What does not look like it at the start is damage there.
            let said = FileOptions {
                encoding: Some("utf-8".to_owned()),
                ..self.options.clone()
            };
            opening = Opening::of(&place, &start, &said)?;
            opening.encoding_why = EncodingWhy::Utf8;
        }
        let mut plan = Plan::new(&place, &opening, self.options, &self.case.radii)?;
        plan.needs_date(&place)?;
        for _ in 0..MOST_PLANS {
            let sample = self.pass(&plan, &opening, true)?;
            if !plan.judge(&self.place(), &sample.evidence, false)? {
                break;
            }
        }
        for _ in 0..MOST_PLANS {
            let content = self.pass(&plan, &opening, false)?;
            let evidence = &content.evidence;
            let other = self.other_encoding(&plan, evidence)?;
            if let Some(encoding) = other {
                plan.encoding = encoding;
                plan.encoding_why = EncodingWhy::Guessed;
                continue;
            }
            if plan.judge(&self.place(), evidence, true)? {
                continue;
            }
            if evidence.records == 0 {
                return Err(Error::refused(
                    self.place(),
                    "a header and no record",
                    "at least one record below the header",
                ));
            }
            let mut notes = notes(self.source, self.options, &plan, &opening, &content);
            notes.copied = self.source.copied()?;
            return Ok(FileReading {
                // Counted where the file was split, so that the ledger is checked by another count.
                records: content.split.saturating_sub(content.comments.len() as u64),
                name: self.source.name().to_owned(),
                notes,
                content,
            });
        }
        Err(Error::refused(
            self.place(),
            "its records contradict each other about how to read it",
            "one encoding, one order of axes and dates in a file",
        )
        .advise("say encoding, axis_order and date_order"))
    }

    /// Converts the file by a plan; of a sample only the first pieces.
    fn pass(&self, plan: &Plan, opening: &Opening, sample: bool) -> Result<Content> {
        /// Pieces of a sample.
        const SAMPLE: usize = 4;
        let fail = |error| self.source.unreadable(error);
        let form = plan.form(opening, plan.has_comments);
        let mut blocks = Blocks::new(self.source.reader()?, form);
        let convert = |pieces: &[Piece], bytes: &[u8]| -> Vec<Converted> {
            pieces
                .par_iter()
                .map(|piece| {
                    let hasher = self.hasher.clone();
                    let records = piece.records as usize;
                    let mut converter =
                        Converter::new(plan, self.near, self.number, self.stem, hasher, records);
                    let bytes = &bytes[piece.range.clone()];
                    convert(&mut converter, piece, bytes, plan);
                    converter.finish()
                })
                .collect()
        };
        let mut all = Content::default();
        let mut block = blocks.next(Block::default()).map_err(fail)?;
        if sample {
            block.pieces.truncate(SAMPLE);
            all.append(convert(&block.pieces, &block.bytes));
            return Ok(all);
        }
        let mut done = Block::default();
        while !block.pieces.is_empty() {
            // The next is read while this one is converted.
            let (next, converted) = rayon::join(
                || blocks.next(done),
                || convert(&block.pieces, &block.bytes),
            );
            all.append(converted);
            all.split += block.pieces.iter().map(|piece| piece.records).sum::<u64>();
            (done, block) = (block, next.map_err(fail)?);
        }
        Ok(all)
    }

    /// The encoding of a file that was read as UTF-8 and is none: most of its records with letters
    /// beyond ASCII are damaged. A few damaged ones in a file of good ones are damage.
    fn other_encoding(
        &self,
        plan: &Plan,
        evidence: &Evidence,
    ) -> Result<Option<&'static Encoding>> {
        if plan.encoding_why != EncodingWhy::Utf8 || evidence.damaged <= evidence.beyond_ascii {
            return Ok(None);
        }
        Ok(Some(opening::guess(&self.start(16 << 20)?)))
    }

    /// Whether, of all lines with letters beyond ASCII, at least half are UTF-8.
    fn is_mostly_utf8(&self) -> Result<bool> {
        let fail = |error| self.source.unreadable(error);
        let mut source = self.source.reader()?;
        let (mut valid, mut damaged) = (0_u64, 0_u64);
        let mut held: Vec<u8> = Vec::new();
        loop {
            let read = (&mut source)
                .take(1 << 20)
                .read_to_end(&mut held)
                .map_err(fail)?;
            // Up to the last line end; a line longer than all of it is looked at as it is.
            let end = memchr::memrchr(b'\n', &held)
                .filter(|_| read > 0)
                .unwrap_or(held.len());
            for line in held[..end]
                .split(|&byte| byte == b'\n')
                .filter(|it| !it.is_ascii())
            {
                match std::str::from_utf8(line) {
                    Ok(_) => valid += 1,
                    Err(_) => damaged += 1,
                }
            }
            held.drain(..end);
            if read == 0 {
                return Ok(damaged <= valid);
            }
        }
    }

    /// The first bytes.
    fn start(&self, bytes: u64) -> Result<Vec<u8>> {
        let mut start = Vec::new();
        self.source
            .reader()?
            .take(bytes)
            .read_to_end(&mut start)
            .map_err(|error| self.source.unreadable(error))?;
        Ok(start)
    }
}

/// Converts the records of a piece.
fn convert(converter: &mut Converter<'_>, piece: &Piece, bytes: &[u8], plan: &Plan) {
    let reason = match piece.kind {
        PieceKind::Records => None,
        PieceKind::OpenQuote => Some(Reason::QuoteOpen),
        PieceKind::TooLong => Some(Reason::RecordTooLong),
        PieceKind::Comment => {
            converter.comment(piece.line);
            return;
        }
    };
    if let Some(reason) = reason {
        converter.broken(piece.line, piece.record, reason, bytes);
        return;
    }
    // The csv crate would take a byte-order mark at the start of any piece for that of a file.
    let before: &[u8] = if bytes.starts_with(b"\xef\xbb\xbf") {
        b"\n"
    } else {
        b""
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(plan.separator)
        .quoting(plan.layout.quoting)
        .flexible(true)
        .has_headers(false)
        .from_reader(before.chain(bytes));
    let mut lines = table::Lines::new(bytes);
    let mut record = csv::ByteRecord::new();
    let mut number = piece.record;
    // Reading from memory that is cut at record ends cannot fail.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let byte = record.position().map_or(0, csv::Position::byte);
        let line = lines.at(byte.saturating_sub(before.len() as u64)) + piece.line - 1;
        record = converter.record(record, line, number);
        number += 1;
    }
}

/// What a file was converted to.
#[derive(Default)]
pub(super) struct Content {
    /// Incidents; `record` is the number of their entry.
    pub(super) incidents: Batches<Incident>,
    /// One for each incident.
    pub(super) keys: Vec<Key>,
    /// One for each record.
    pub(super) entries: Batches<Entry>,
    /// How many records the file was split into, comments among them.
    split: u64,
    comments: Vec<u64>,
    unknown_precision: BTreeMap<String, u64>,
    evidence: Evidence,
}

impl Content {
    /// Adds what was converted behind.
    fn append(&mut self, later: Vec<Converted>) {
        for piece in later {
            self.append_piece(piece);
        }
    }

    fn append_piece(&mut self, mut later: Converted) {
        // Comments have no entry, so the entries behind them have lower numbers than their records.
        let shift = self.comments.len() + later.comments.len();
        if shift > 0 {
            let base = self.entries.len();
            let mut entries = later.entries.iter().zip(base..).peekable();
            for incident in &mut later.incidents {
                let number = incident.record as u64 + 1;
                while entries
                    .next_if(|(entry, _)| entry.record < number)
                    .is_some()
                {}
                if let Some((_, place)) = entries.peek() {
                    incident.record = *place;
                }
            }
        }
        self.incidents.push(later.incidents);
        self.keys.append(&mut later.keys);
        self.entries.push(later.entries);
        self.comments.append(&mut later.comments);
        for (code, count) in later.unknown_precision {
            *self.unknown_precision.entry(code).or_insert(0) += count;
        }
        self.evidence.merge(later.evidence);
    }
}

fn notes(
    source: &Source,
    options: &FileOptions,
    plan: &Plan,
    opening: &Opening,
    content: &Content,
) -> FileNotes {
    let mapping = &plan.mapping;
    let name = source.name().to_owned();
    let mut notes = FileNotes {
        form: form(source, plan),
        layout: plan.layout.name.clone(),
        layout_told: format!(
            "{} ({})",
            plan.layout.title,
            match plan.why {
                Why::Said => "as said",
                Why::Header => "by its header",
                Why::Shape => "by the number of its columns and its first record; it has no header",
                Why::Fallback => "of no known layout: by common column names",
            }
        ),
        columns: mapping.pairs(),
        unread: mapping.unread().into_iter().map(str::to_owned).collect(),
        radii: plan.radii.clone(),
        unknown_precision: content.unknown_precision.clone(),
        has_precision: mapping.has(Column::GeoPrecision) || mapping.has(Column::LocationRadius),
        name,
        ..FileNotes::default()
    };
    for column in mapping.repeated() {
        notes.remarks.push(format!(
            "{}: several columns are named {column}; the first is read.",
            notes.name
        ));
    }
    if plan.encoding_why == EncodingWhy::Guessed {
        notes.remarks.push(format!(
            "{} is not UTF-8 and was read as {}, which its bytes look like; if names are garbled, say \
             encoding.",
            notes.name,
            plan.encoding.name()
        ));
    }
    place_notes(options, plan, &content.evidence, &mut notes);
    date_notes(plan, &content.evidence, &mut notes);
    if let Some(others) = source.features().map(|it| it.others).filter(|it| *it > 0) {
        notes.decisions.push(format!(
            "{others} {}: no record",
            if others == 1 {
                "placemark is a line, area or track"
            } else {
                "placemarks are lines, areas or tracks"
            }
        ));
    }
    let comments = opening.comments + content.comments.len() as u64;
    if comments > 0 {
        let first = if opening.comments > 0 {
            1
        } else {
            content.comments.first().copied().unwrap_or(1)
        };
        notes.decisions.push(format!(
            "{comments} {} of comments or tags, the first on line {first}: no record",
            if comments == 1 { "line" } else { "lines" },
        ));
    }
    notes
}

fn form(source: &Source, plan: &Plan) -> String {
    let mut form = String::new();
    if !source.packing().as_str().is_empty() {
        form.push_str(source.packing().as_str());
        form.push_str(", ");
    }
    if let Some(features) = source.features() {
        form.push_str(&format!("{}, features: {}", features.form, features.rows));
        return form;
    }
    form.push_str(plan.encoding.name());
    form.push_str(match plan.encoding_why {
        EncodingWhy::Said => " (as said)",
        EncodingWhy::Mark => " (by its byte-order mark)",
        EncodingWhy::Utf8 => "",
        EncodingWhy::Guessed => " (guessed from its bytes)",
    });
    form.push_str(match plan.separator {
        b',' => ", fields separated by commas",
        b';' => ", fields separated by semicolons",
        b'\t' => ", fields separated by tabs",
        b'|' => ", fields separated by bars",
        _ => ", fields separated as said",
    });
    form
}

fn place_notes(options: &FileOptions, plan: &Plan, evidence: &Evidence, notes: &mut FileNotes) {
    let names: Vec<&str> = plan
        .places
        .from
        .columns()
        .iter()
        .map(|&column| plan.mapping.header_of(column))
        .collect();
    notes.decisions.push(format!(
        "places from {}: {}",
        names.join(" and "),
        plan.places.from.as_str()
    ));
    let read = plan.places.from;
    for other in PlaceFrom::all_of(&plan.mapping).filter(|other| other.columns() != read.columns())
    {
        notes.decisions.push(format!(
            "the same place also stands in {} ({}), which is not read; name it in [columns] to read it",
            plan.mapping.header_of(other.columns()[0]),
            other.as_str()
        ));
    }
    let swapped = plan.places.axis == AxisOrder::LongitudeFirst;
    if !plan.places.from.has_order() {
        return;
    }
    if options.axis_order.is_some() {
        let order = plan.places.axis.as_str();
        notes
            .decisions
            .push(format!("axis order: {order}, as said"));
    } else if swapped {
        let sentence = format!(
            "longitude and latitude are swapped in {}: as written {} of {} places are possible{}, \
             swapped {}{}",
            notes.name,
            evidence.swapped,
            evidence.records,
            near(evidence.sampled, evidence.near_swapped),
            evidence.in_order,
            near(evidence.sampled, evidence.near),
        );
        notes
            .remarks
            .push(format!("{sentence}. Say axis_order if that is wrong."));
        notes.decisions.push(format!("axis order: {sentence}"));
    } else {
        let by = match plan.places.from {
            PlaceFrom::Pair => "latitude first",
            _ => "as the header says",
        };
        notes.decisions.push(format!(
            "axis order: {by}; {} of {} places are possible{}",
            evidence.in_order,
            evidence.records,
            near(evidence.sampled, evidence.near)
        ));
    }
}

fn near(sampled: u64, near: u64) -> String {
    if sampled == 0 {
        return String::new();
    }
    format!(" ({near} of the first {sampled} within 500 km of the border)")
}

fn date_notes(plan: &Plan, evidence: &Evidence, notes: &mut FileNotes) {
    let ordered = evidence.day_first.0 + evidence.month_first.0 + evidence.either.0;
    if let Some(order) = plan.date_order
        && ordered > 0
    {
        let settled = match order {
            crate::case::DateOrder::DayFirst => &evidence.day_first,
            crate::case::DateOrder::MonthFirst => &evidence.month_first,
        };
        let why = match (&settled.1, plan.date_order_said) {
            (_, true) => "as said".to_owned(),
            (Some(example), _) => format!(
                "settled by {} of {ordered} dates, the first on line {}: {:?}",
                settled.0, example.line, example.text
            ),
            (None, _) => "as this layout has it".to_owned(),
        };
        notes
            .decisions
            .push(format!("dates of numbers: {}, {why}", order.as_str()));
    }
    if plan.spreadsheet_dates {
        notes.decisions.push(
            "plain numbers in the date column are serial days of a spreadsheet, as said".to_owned(),
        );
    }
}

#[cfg(test)]
mod tests;
