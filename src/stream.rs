//! Locates a stream of rows: delimited text in, the same rows with the location columns out.

use std::borrow::Cow;
use std::io::{Cursor, Read, Write};

use csv::{ByteRecord, StringRecord};
use rayon::prelude::*;

use crate::case::{AxisOrder, FileOptions, PrecisionRadii};
use crate::error::{Error, Result};
use crate::export::location;
use crate::input::blocks::{Block, Blocks, PieceKind};
use crate::input::columns::Column;
use crate::input::opening::{EncodingWhy, Opening};
use crate::input::places;
use crate::input::plan::{Evidence, Plan};
use crate::locate::Locator;
use crate::region::{JudgedSide, SideRegions};
use crate::sector::SectorFinder;
use crate::units::Metres;

/// A row near the line within this tells that its axes are not swapped.
const NEAR: Metres = Metres(500_000.0);
/// So many pieces of the first block tell how places are written.
const SAMPLE: usize = 4;

/// What the stream is located on.
pub struct Target<'a> {
    /// The line.
    pub locator: Locator<'a>,
    /// Its sectors, if rows are to be given one.
    pub sectors: Option<SectorFinder<'a>>,
    /// The regions to its sides, if they are to tell the side.
    pub regions: Option<SideRegions>,
    /// What the case says of precision codes.
    pub radii: &'a PrecisionRadii,
    /// How the rows are to be read.
    pub options: &'a FileOptions,
}

/// What went through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Rows written, the header not counted.
    pub rows: u64,
    /// Rows without a valid position; their location columns are empty.
    pub without_location: u64,
    /// The number of the first of them, from 1.
    pub first_without: Option<u64>,
    /// What was decided about the input against what its header says.
    pub decisions: Vec<String>,
}

/// Reads rows from `source` (called `name` in messages) and writes each with the location columns
/// appended, in the same order, to `to`. Rows whose coordinates cannot be read keep their place with
/// empty location columns and are counted. Fields go out as they came in. Memory does not grow with the
/// number of rows; all cores are used.
///
/// Layout, columns and coordinates are understood as in [`crate::input::incidents`], but from the first
/// rows alone, because a stream passes once.
///
/// # Errors
/// A header without coordinates or with location columns already; a record without end; a source that
/// cannot be read or a sink that cannot be written.
pub fn locate(
    name: &str,
    mut source: impl Read,
    to: impl Write,
    target: &Target<'_>,
) -> Result<Passed> {
    let reading = |error| Error::stream(name, "reading", error);
    let mut start = Vec::new();
    (&mut source)
        .take(Opening::SAMPLE)
        .read_to_end(&mut start)
        .map_err(reading)?;
    let opening = Opening::of(name, &start, target.options)?;
    let mut plan = Plan::new(name, &opening, target.options, target.radii)?;
    refuse_located(name, &plan)?;
    let mut to = std::io::BufWriter::new(to);
    if !plan.headerless {
        write_header(&plan, &mut to)?;
    }
    let source = Cursor::new(start).chain(source);
    let mut blocks = Blocks::new(source, plan.form(&opening, false));
    let mut first = true;
    let mut block = Block::default();
    let mut passed = Passed::default();
    if plan.encoding_why == EncodingWhy::Guessed {
        passed.decisions.push(format!(
            "not UTF-8; read as {}, which the bytes look like, and written as UTF-8",
            plan.encoding.name()
        ));
    }
    loop {
        block = blocks.next(block).map_err(reading)?;
        let Block { bytes, pieces } = &block;
        if pieces.is_empty() {
            to.flush().map_err(writing)?;
            return Ok(passed);
        }
        if let Some(broken) = pieces.iter().find(|piece| piece.kind != PieceKind::Records) {
            return Err(Error::refused(
                format_args!("{name}, line {}", broken.line),
                "a record of more than 1 MiB, or a quote that does not close",
                "records of at most 1 MiB",
            ));
        }
        let shares: Vec<Vec<ByteRecord>> = pieces
            .par_iter()
            .map(|piece| records(&bytes[piece.range.clone()], &plan))
            .collect();
        refuse_wide(name, &shares, &plan, passed.rows)?;
        if first {
            let evidence = evidence(shares.iter().take(SAMPLE).flatten(), &plan, target);
            if plan.judge_places(&evidence) {
                passed.decisions.push(format!(
                    "places are read as {}, which the first rows show",
                    match plan.places.axis {
                        AxisOrder::LongitudeFirst => "longitude and latitude swapped",
                        AxisOrder::LatitudeFirst => "packed degrees, minutes and seconds",
                    }
                ));
            }
            first = false;
        }
        let located = shares
            .into_par_iter()
            .map(|share| located(share, &plan, target))
            .collect::<std::result::Result<Vec<_>, csv::Error>>()
            .map_err(|error| Error::refused(name, error, "delimited text"))?;
        for (bytes, without) in located {
            to.write_all(&bytes).map_err(writing)?;
            for missing in without {
                passed.without_location += u64::from(missing);
                passed.rows += 1;
                if missing {
                    passed.first_without.get_or_insert(passed.rows);
                }
            }
        }
    }
}

/// Fields beyond the header would stand where the location columns do.
fn refuse_wide(name: &str, shares: &[Vec<ByteRecord>], plan: &Plan, before: u64) -> Result<()> {
    let width = plan.mapping.width();
    let is_wide = |row: &ByteRecord| row.iter().skip(width).any(|field| !field.is_empty());
    match shares
        .iter()
        .flatten()
        .zip(1..)
        .find(|(row, _)| is_wide(row))
    {
        Some((row, number)) => Err(Error::refused(
            format_args!("{name}, row {}", before + number),
            format_args!("{} fields", row.len()),
            format_args!("{width} fields, as the header has"),
        )
        .advise("put quotes around fields that hold the separator, or say another separator")),
        None => Ok(()),
    }
}

fn writing(error: std::io::Error) -> Error {
    Error::stream("output", "writing", error)
}

fn refuse_located(name: &str, plan: &Plan) -> Result<()> {
    let header = plan.mapping.header();
    match header
        .iter()
        .find(|name| location::COLUMNS.contains(&name.trim()))
    {
        Some(there) => Err(Error::refused(
            format_args!("{name}, header"),
            format_args!("a column {there} already"),
            "rows without location columns",
        )
        .advise("rename or drop that column")),
        None => Ok(()),
    }
}

fn write_header(plan: &Plan, to: &mut impl Write) -> Result<()> {
    let mut header = writer(Vec::new(), plan);
    let names = plan.mapping.header().iter().map(String::as_str);
    let bytes = header
        .write_record(names.chain(location::COLUMNS))
        .and_then(|()| {
            header
                .into_inner()
                .map_err(|error| error.into_error().into())
        })
        .map_err(|error| Error::broken(format_args!("a header is written to memory: {error}")))?;
    to.write_all(&bytes).map_err(writing)
}

fn writer(to: Vec<u8>, plan: &Plan) -> csv::Writer<Vec<u8>> {
    let style = if plan.layout.quoting {
        csv::QuoteStyle::Necessary
    } else {
        csv::QuoteStyle::Never
    };
    csv::WriterBuilder::new()
        .delimiter(plan.separator)
        .quote_style(style)
        .flexible(true)
        .from_writer(to)
}

fn records(bytes: &[u8], plan: &Plan) -> Vec<ByteRecord> {
    let reader = csv::ReaderBuilder::new()
        .delimiter(plan.separator)
        .quoting(plan.layout.quoting)
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes);
    // Reading from memory that is cut at record ends cannot fail.
    reader
        .into_byte_records()
        .map_while(std::result::Result::ok)
        .collect()
}

/// What the first rows show about how places are written.
fn evidence<'r>(
    rows: impl Iterator<Item = &'r ByteRecord>,
    plan: &Plan,
    target: &Target<'_>,
) -> Evidence {
    /// Of so many it is looked whether they are near the line.
    const SAMPLED: u64 = 1_000;
    let near = |position| target.locator.is_within(position, NEAR);
    let mut evidence = Evidence::default();
    for row in rows {
        let row = StringRecord::from_byte_record_lossy(row.clone());
        evidence.add_place(
            &places::read(&row, &plan.mapping, plan.places),
            (evidence.records < SAMPLED).then_some(&near),
        );
        evidence.records += 1;
    }
    evidence
}

/// The rows of one share as text, and for each whether it has no location.
fn located(
    share: Vec<ByteRecord>,
    plan: &Plan,
    target: &Target<'_>,
) -> std::result::Result<(Vec<u8>, Vec<bool>), csv::Error> {
    let mut out = writer(Vec::with_capacity(share.len() * 128), plan);
    let mut without = Vec::with_capacity(share.len());
    let border = target.locator.border();
    let mapping = &plan.mapping;
    for row in share {
        for value in row.iter().take(mapping.width()) {
            out.write_field(value)?;
        }
        // A short row would push the location columns to the left.
        for _ in row.len()..mapping.width() {
            out.write_field("")?;
        }
        let row = StringRecord::from_byte_record_lossy(row);
        let place = places::read(&row, mapping, plan.places).place.ok();
        let located =
            place.map(|(position, grid)| (position, grid, target.locator.locate(position)));
        let fields = located.as_ref().map(|&(position, grid, ref location)| {
            let radius = radius(&row, plan).map(|radius| radius + grid);
            let judged = match &target.regions {
                Some(regions) => regions.judge(position, location, radius),
                None => JudgedSide::by_line(location, radius),
            };
            let sector = target.sectors.as_ref().map_or("", |finder| {
                let (sector, _) = finder.find(position, location.chainage);
                &finder.sectors().all()[sector].name
            });
            location::fields(&location::Written {
                location,
                side: judged.side,
                side_name: judged.side.name(border),
                side_probability: judged.probability,
                sector,
                line_end: target.locator.line_end(position, location, radius),
            })
        });
        without.push(fields.is_none());
        for value in fields.unwrap_or([const { Cow::Borrowed("") }; location::COLUMNS.len()]) {
            out.write_field(&*value)?;
        }
        out.write_record(None::<&[u8]>)?;
    }
    let bytes = out.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok((bytes, without))
}

fn radius(row: &StringRecord, plan: &Plan) -> Option<Metres> {
    if !plan.mapping.has(Column::GeoPrecision) {
        return plan.without_precision;
    }
    let code = plan.mapping.text(row, Column::GeoPrecision);
    plan.radii.get(code).copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::border::{Border, Part};
    use crate::case::Options;
    use crate::geodesy::Position;
    use crate::sector::Sectors;
    use crate::units::Metres;

    fn run(text: &str) -> Result<(String, Passed)> {
        let vertices = vec![
            Position::new(70.0, 33.0).unwrap(),
            Position::new(71.0, 33.0).unwrap(),
        ];
        let part = Part {
            vertices,
            left: Some("North".into()),
            right: Some("South".into()),
            ..Part::default()
        };
        let border = Border::assemble(&[part], Metres(1.0)).unwrap();
        let sectors = Sectors::equal(&border, 2);
        let options = Options::default();
        let target = Target {
            locator: Locator::new(&border),
            sectors: Some(SectorFinder::new(&sectors)),
            regions: None,
            radii: &options.radii,
            options: &FileOptions::default(),
        };
        let mut out = Vec::new();
        let passed = locate("rows", text.as_bytes(), &mut out, &target)?;
        Ok((String::from_utf8(out).unwrap(), passed))
    }

    #[test]
    fn rows_keep_their_order_and_bad_ones_their_place() {
        let mut text = "\u{feff}name;lat;lon\n".to_owned();
        for row in 0..40_000 {
            let latitude = if row == 20_000 {
                "north".to_owned()
            } else {
                format!("33.{row:05}")
            };
            text.push_str(&format!("r{row};{latitude};70.5\n"));
        }
        text.push_str("short;33.5\n");
        let (out, passed) = run(&text).unwrap();
        assert_eq!((passed.rows, passed.without_location), (40_001, 2));
        assert_eq!(passed.first_without, Some(20_001));
        let mut lines = out.lines();
        assert!(
            lines
                .next()
                .unwrap()
                .starts_with("name;lat;lon;offset_m;side;side_name;")
        );
        for (row, line) in lines.clone().take(40_000).enumerate() {
            assert!(line.starts_with(&format!("r{row};")), "{line}");
            assert_eq!(line.split(';').count(), 3 + location::COLUMNS.len());
        }
        assert!(
            lines
                .clone()
                .nth(20_000)
                .unwrap()
                .ends_with(&format!(";70.5{}", ";".repeat(location::COLUMNS.len())))
        );
        // The geodesic runs north of the parallel on which both its ends lie.
        assert!(lines.next().unwrap().contains(";right;South;"));
        assert!(lines.clone().nth(39_000).unwrap().contains(";left;North;"));
        assert!(out.ends_with(&format!(
            "short;33.5;{}\n",
            ";".repeat(location::COLUMNS.len())
        )));
    }

    #[test]
    fn headers_without_coordinates_or_with_location_columns_are_refused() {
        assert!(
            run("name,x\n")
                .unwrap_err()
                .to_string()
                .contains("no latitude column")
        );
        assert!(
            run("lat,lon,side\n")
                .unwrap_err()
                .to_string()
                .contains("a column side already")
        );
        assert!(run("").unwrap_err().to_string().contains("empty"));
    }
}
