//! Locates a stream of rows: delimited text in, the same rows with the location columns out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{BufRead, Write};

use csv::ByteRecord;
use rayon::prelude::*;

use crate::case::PrecisionRadii;
use crate::error::{Error, Result};
use crate::export::location;
use crate::geodesy::Position;
use crate::input::columns::{Column, Mapping};
use crate::input::table;
use crate::locate::{Locator, Side, side_probability};
use crate::sector::Sectors;

/// Rows that are held in memory at a time.
const BATCH: usize = 16_384;
/// Rows that one core takes at a time.
const SHARE: usize = 512;

/// What the stream is located on.
pub struct Target<'a> {
    /// The line.
    pub locator: Locator<'a>,
    /// Its sectors, if rows are to be given one.
    pub sectors: Option<&'a Sectors>,
    /// What precision codes stand for.
    pub radii: &'a PrecisionRadii,
    /// Which column of the rows holds which of ours, where the names differ.
    pub columns: &'a BTreeMap<String, String>,
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
}

/// Reads rows from `source` (called `name` in messages) and writes each with the location columns
/// appended, in the same order, to `to`. Rows whose coordinates cannot be read keep their place with
/// empty location columns and are counted. Memory does not grow with the number of rows; all cores are
/// used.
///
/// # Errors
/// A header without coordinates or with location columns already; a source that cannot be read or a
/// sink that cannot be written.
pub fn locate(
    name: &str,
    mut source: impl BufRead,
    to: impl Write,
    target: &Target<'_>,
) -> Result<Passed> {
    let reading = |error| Error::stream(name, "reading", error);
    let writing = |error| Error::stream("output", "writing", error);
    let (separator, marked) = {
        let start = source.fill_buf().map_err(reading)?;
        let text = table::without_mark(start);
        (table::separator(text), start.len() - text.len())
    };
    source.consume(marked);
    let mut rows = table::reader(source, separator);
    let as_error = |error: csv::Error| Error::refused(name, error, "delimited text");
    let header = rows.byte_headers().map_err(as_error)?.clone();
    let names: Vec<String> = header
        .iter()
        .map(|field| String::from_utf8_lossy(field).into_owned())
        .collect();
    if names.iter().all(|name| name.trim().is_empty()) {
        return Err(Error::refused(
            name,
            "the input is empty",
            "a header line and rows below it",
        ));
    }
    let mapping = Mapping::new(
        name,
        &names,
        target.columns,
        &[Column::Latitude, Column::Longitude],
    )?;
    if let Some(there) = names
        .iter()
        .find(|name| location::COLUMNS.contains(&name.trim()))
    {
        return Err(Error::refused(
            format_args!("{name}, header"),
            format_args!("a column {there} already"),
            "rows without location columns",
        )
        .advise("rename or drop that column"));
    }

    let mut to = std::io::BufWriter::new(to);
    let mut first = writer(Vec::new(), separator);
    let head = first
        .write_record(
            header
                .iter()
                .chain(location::COLUMNS.iter().map(|name| name.as_bytes())),
        )
        .and_then(|()| {
            first
                .into_inner()
                .map_err(|error| error.into_error().into())
        });
    to.write_all(&head.map_err(as_error)?).map_err(writing)?;

    let mut passed = Passed::default();
    let mut batch: Vec<ByteRecord> = Vec::with_capacity(BATCH);
    loop {
        batch.clear();
        while batch.len() < BATCH {
            let mut record = ByteRecord::new();
            if !rows.read_byte_record(&mut record).map_err(as_error)? {
                break;
            }
            batch.push(record);
        }
        if batch.is_empty() {
            to.flush().map_err(writing)?;
            return Ok(passed);
        }
        let shares = batch
            .par_chunks(SHARE)
            .map(|share| located(share, &mapping, target, separator))
            .collect::<std::result::Result<Vec<_>, csv::Error>>()
            .map_err(as_error)?;
        for (bytes, without) in shares {
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

fn writer(to: Vec<u8>, separator: u8) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .from_writer(to)
}

/// The rows of one share as text, and for each whether it has no location.
fn located(
    share: &[ByteRecord],
    mapping: &Mapping,
    target: &Target<'_>,
    separator: u8,
) -> std::result::Result<(Vec<u8>, Vec<bool>), csv::Error> {
    let mut out = writer(Vec::with_capacity(share.len() * 128), separator);
    let mut without = Vec::with_capacity(share.len());
    let border = target.locator.border();
    for record in share {
        let field = |column| {
            mapping
                .index(column)
                .and_then(|index| record.get(index))
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .map_or("", str::trim)
        };
        let degrees = |column| field(column).parse::<f64>().ok();
        let position = degrees(Column::Longitude)
            .zip(degrees(Column::Latitude))
            .and_then(|(longitude, latitude)| Position::new(longitude, latitude).ok());
        for value in record {
            out.write_field(value)?;
        }
        // A short row would push the location columns to the left.
        for _ in record.len()..mapping.width() {
            out.write_field("")?;
        }
        let fields = position.map(|position| {
            let location = target.locator.locate(position);
            let radius = if mapping.index(Column::GeoPrecision).is_some() {
                target
                    .radii
                    .codes
                    .get(field(Column::GeoPrecision))
                    .copied()
                    .flatten()
            } else {
                target.radii.without_column
            };
            let side_name = match location.side {
                Side::Left => border.left().unwrap_or(""),
                Side::Right => border.right().unwrap_or(""),
                Side::OnLine => "",
            };
            let sector = target.sectors.map_or("", |sectors| {
                &sectors.all()[sectors.holding(location.chainage)].name
            });
            location::fields(
                &location,
                side_name,
                side_probability(location.offset, radius),
                sector,
            )
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::border::{Border, Part};
    use crate::case::Options;
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
        };
        let border = Border::assemble(&[part], Metres(1.0)).unwrap();
        let sectors = Sectors::equal(&border, 2);
        let options = Options::default();
        let target = Target {
            locator: Locator::new(&border),
            sectors: Some(&sectors),
            radii: &options.radii,
            columns: &BTreeMap::new(),
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
            assert_eq!(line.split(';').count(), 11);
        }
        assert!(
            lines
                .clone()
                .nth(20_000)
                .unwrap()
                .ends_with(";70.5;;;;;;;;")
        );
        // The geodesic runs north of the parallel on which both its ends lie.
        assert!(lines.next().unwrap().contains(";right;South;"));
        assert!(lines.clone().nth(39_000).unwrap().contains(";left;North;"));
        assert!(out.ends_with("short;33.5;;;;;;;;;\n"));
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
