//! `GeoParquet`, and Parquet without shapes, whose columns may hold longitude and latitude. Columns that hold lists or have
//! parts are left out.

use std::fs::File;
use std::path::Path;

use jiff::civil;
use parquet::basic::{Compression, ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::Result as Parquet;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use serde_json::{Map, Value};

use super::{Form, Take, damaged, feature, number, other_crs, wkb};
use crate::error::{Error, Result};
use crate::units::Day;

/// Rows that are read at a time.
const ROWS: usize = 4_096;

pub(super) fn each(path: &Path, file: &File, take: Take<'_>) -> Result<()> {
    let broken = |found: &dyn std::fmt::Display| damaged(path, Form::GeoParquet, found);
    let file = file
        .try_clone()
        .map_err(|error| Error::io(path, "reading", error))?;
    let from = SerializedFileReader::new(file).map_err(|error| broken(&error))?;
    let about = from.metadata();
    let schema = about.file_metadata().schema_descr();
    let geo = about
        .file_metadata()
        .key_value_metadata()
        .and_then(|pairs| pairs.iter().find(|pair| pair.key == "geo"))
        .and_then(|pair| pair.value.as_deref());
    let shapes = match geo {
        Some(geo) => Some(primary(path, geo)?),
        None => native(path, schema.columns())?,
    };
    let columns: Vec<(usize, &ColumnDescriptor)> = schema
        .columns()
        .iter()
        .map(AsRef::as_ref)
        .enumerate()
        .filter(|(_, column)| column.max_rep_level() == 0 && column.path().parts().len() == 1)
        .collect();
    if let Some(shapes) = &shapes
        && !columns.iter().any(|(_, column)| column.name() == shapes)
    {
        return Err(broken(&format_args!("no column {shapes:?} of its shapes")));
    }
    unpackable(path, about, &columns)?;
    let mut count = 0_u64;
    for group in 0..from.num_row_groups() {
        let group = from.get_row_group(group).map_err(|error| broken(&error))?;
        let mut readers = Vec::with_capacity(columns.len());
        for &(place, column) in &columns {
            let reader = group
                .get_column_reader(place)
                .map_err(|error| broken(&error))?;
            readers.push((column, reader));
        }
        let mut left = usize::try_from(group.metadata().num_rows())
            .map_err(|_| broken(&"a group with less than no rows"))?;
        while left > 0 {
            let rows = left.min(ROWS);
            let mut values = Vec::with_capacity(readers.len());
            for (column, reader) in &mut readers {
                let read = read(reader, column, rows, shapes.as_deref()).map_err(|error| {
                    broken(&format_args!("column {:?}: {error}", column.name()))
                })?;
                values.push((column.name(), read.into_iter()));
            }
            for _ in 0..rows {
                count += 1;
                let mut properties = Map::new();
                let mut geometry = Value::Null;
                for (name, values) in &mut values {
                    let value = values.next().unwrap_or_default();
                    if shapes.as_deref() == Some(*name) {
                        geometry = value;
                    } else {
                        properties.insert((*name).to_owned(), value);
                    }
                }
                take(feature(properties, geometry))
                    .map_err(|error| broken(&format_args!("row {count}: {error}")))?;
            }
            left -= rows;
        }
    }
    Ok(())
}

/// Refuses columns in a codec that is not built in, before anything is read.
fn unpackable(
    path: &Path,
    about: &ParquetMetaData,
    columns: &[(usize, &ColumnDescriptor)],
) -> Result<()> {
    for group in about.row_groups() {
        for &(place, column) in columns {
            let codec = match group
                .columns()
                .get(place)
                .map(ColumnChunkMetaData::compression)
            {
                Some(Compression::BROTLI(_)) => "Brotli",
                Some(Compression::LZO) => "LZO",
                _ => continue,
            };
            return Err(Error::refused(
                format_args!("{}, column {}", path.display(), column.name()),
                format_args!("packed with {codec}"),
                "not packed, or with snappy, zstd, gzip or lz4",
            )
            .advise("write it with compression=\"zstd\""));
        }
    }
    Ok(())
}

/// The column of the shapes by the metadata, once it is clear that they can be read.
fn primary(path: &Path, geo: &str) -> Result<String> {
    let broken = |found: &dyn std::fmt::Display| damaged(path, Form::GeoParquet, found);
    let geo: Value = serde_json::from_str(geo)
        .map_err(|error| broken(&format_args!("its geo metadata: {error}")))?;
    let name = geo["primary_column"]
        .as_str()
        .ok_or_else(|| broken(&"geo metadata without a primary column"))?;
    let column = &geo["columns"][name];
    let encoding = column["encoding"].as_str().unwrap_or("none");
    if encoding != "WKB" {
        return Err(Error::refused(
            format_args!("{}, column {name}", path.display()),
            format_args!("shapes in the encoding {encoding}"),
            "WKB",
        )
        .advise("write it with geometry_encoding=\"WKB\""));
    }
    match column.get("crs") {
        // What is left out is OGC:CRS84.
        None => Ok(name.to_owned()),
        Some(Value::Null) => Err(other_crs(path, "none is stated")),
        Some(crs) if is_wgs84(crs) => Ok(name.to_owned()),
        Some(crs) => {
            let id = &crs["id"];
            let told = match (id["authority"].as_str(), &id["code"]) {
                (Some(who), Value::String(code)) => format!("{who}:{code}"),
                (Some(who), code) => format!("{who}:{code}"),
                (None, _) => crs["name"].as_str().unwrap_or("unknown").to_owned(),
            };
            Err(other_crs(path, told))
        }
    }
}

/// Whether PROJJSON is that of WGS 84; the order of axes there says nothing about the order of coordinates.
fn is_wgs84(crs: &Value) -> bool {
    let id = &crs["id"];
    match (id["authority"].as_str(), &id["code"]) {
        (Some("EPSG"), code) => [4326, 4979].iter().any(|known| code == known),
        (Some("OGC"), code) => code.as_str().is_some_and(|code| code.starts_with("CRS84")),
        (Some(_), _) => false,
        (None, _) => {
            crs["type"] == "GeographicCRS"
                && crs["name"]
                    .as_str()
                    .is_some_and(|name| name.starts_with("WGS 84"))
        }
    }
}

/// The first column that Parquet itself types as shapes.
fn native(path: &Path, columns: &[std::sync::Arc<ColumnDescriptor>]) -> Result<Option<String>> {
    for column in columns {
        let crs = match column.logical_type_ref() {
            Some(LogicalType::Geometry(it)) => it.crs.as_deref(),
            Some(LogicalType::Geography(it)) => it.crs.as_deref(),
            _ => continue,
        };
        return match crs {
            None | Some("OGC:CRS84" | "EPSG:4326") => Ok(Some(column.name().to_owned())),
            Some(text) if serde_json::from_str(text).is_ok_and(|crs: Value| is_wgs84(&crs)) => {
                Ok(Some(column.name().to_owned()))
            }
            Some(other) => Err(other_crs(path, other)),
        };
    }
    Ok(None)
}

/// The next values of a column, as many as rows.
fn read(
    reader: &mut ColumnReader,
    column: &ColumnDescriptor,
    rows: usize,
    shapes: Option<&str>,
) -> std::result::Result<Vec<Value>, String> {
    use ColumnReader as Of;
    let kind = Kind::of(column);
    let said = |it: Parquet<Vec<Value>>| it.map_err(|error| error.to_string());
    let mut wrong = None;
    let values = match reader {
        Of::BoolColumnReader(from) => said(next(from, column, rows, |&is| Value::Bool(is))),
        Of::Int32ColumnReader(from) => said(next(from, column, rows, |&value| match kind {
            Kind::Unsigned => value.cast_unsigned().into(),
            kind => kind.whole(i64::from(value)),
        })),
        Of::Int64ColumnReader(from) => said(next(from, column, rows, |&value| match kind {
            Kind::Unsigned => value.cast_unsigned().into(),
            kind => kind.whole(value),
        })),
        Of::Int96ColumnReader(from) => said(next(from, column, rows, |value| {
            moment(i128::from(value.to_millis()) * 1_000_000)
        })),
        Of::FloatColumnReader(from) => {
            said(next(from, column, rows, |&value| number(f64::from(value))))
        }
        Of::DoubleColumnReader(from) => said(next(from, column, rows, |&value| number(value))),
        Of::ByteArrayColumnReader(from) => said(next(from, column, rows, |value| {
            let bytes = value.data();
            if shapes == Some(column.name()) {
                wkb::geometry(bytes).unwrap_or_else(|found| {
                    wrong = Some(found);
                    Value::Null
                })
            } else if kind == Kind::Text {
                String::from_utf8_lossy(bytes).into()
            } else {
                // Other bytes are text where they look like it.
                std::str::from_utf8(bytes).map_or(Value::Null, Value::from)
            }
        })),
        Of::FixedLenByteArrayColumnReader(from) => said(next(from, column, rows, |_| Value::Null)),
    }?;
    match wrong {
        Some(found) => Err(found),
        None => Ok(values),
    }
}

/// Reads rows of a column that is no list, with null where a value is missing.
fn next<T: DataType>(
    from: &mut ColumnReaderImpl<T>,
    column: &ColumnDescriptor,
    rows: usize,
    mut make: impl FnMut(&T::T) -> Value,
) -> Parquet<Vec<Value>>
where
    T::T: Default,
{
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    let mut read = 0;
    while read < rows {
        let (records, ..) = from.read_records(rows - read, Some(&mut levels), None, &mut values)?;
        if records == 0 {
            return Err(parquet::errors::ParquetError::EOF(format!(
                "it ends {} rows before its group",
                rows - read
            )));
        }
        read += records;
    }
    let top = column.max_def_level();
    let mut values = values.iter();
    let mut value = || values.next().map(&mut make).unwrap_or_default();
    Ok(if top == 0 {
        (0..rows).map(|_| value()).collect()
    } else {
        let levels = levels.iter().take(rows);
        levels
            .map(|&level| if level == top { value() } else { Value::Null })
            .collect()
    })
}

/// Nanoseconds of a day.
const DAY: i128 = 86_400_000_000_000;

/// What whole numbers and bytes of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Unsigned,
    Text,
    Date,
    /// Moments, by the nanoseconds of their unit.
    Moment(i64),
    /// Decimals, by their places behind the point.
    Decimal(i32),
}

impl Kind {
    fn of(column: &ColumnDescriptor) -> Kind {
        match column.logical_type_ref() {
            Some(LogicalType::String | LogicalType::Enum | LogicalType::Json) => Kind::Text,
            Some(LogicalType::Date) => Kind::Date,
            Some(LogicalType::Timestamp(it)) => Kind::Moment(match it.unit {
                TimeUnit::MILLIS => 1_000_000,
                TimeUnit::MICROS => 1_000,
                TimeUnit::NANOS => 1,
            }),
            Some(LogicalType::Decimal(it)) => Kind::Decimal(it.scale),
            Some(LogicalType::Integer(it)) if !it.is_signed => Kind::Unsigned,
            Some(_) => Kind::Plain,
            None => match column.converted_type() {
                ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Kind::Text,
                ConvertedType::DATE => Kind::Date,
                ConvertedType::TIMESTAMP_MILLIS => Kind::Moment(1_000_000),
                ConvertedType::TIMESTAMP_MICROS => Kind::Moment(1_000),
                ConvertedType::DECIMAL => Kind::Decimal(column.type_scale()),
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64 => Kind::Unsigned,
                _ => Kind::Plain,
            },
        }
    }

    fn whole(self, value: i64) -> Value {
        match self {
            Kind::Date => moment(i128::from(value) * DAY),
            Kind::Moment(unit) => moment(i128::from(value) * i128::from(unit)),
            Kind::Decimal(scale) => number(value as f64 / 10_f64.powi(scale)),
            Kind::Plain | Kind::Unsigned | Kind::Text => value.into(),
        }
    }
}

/// A moment by its nanoseconds since 1970, as ISO 8601 without a zone; null beyond the years that are written. Midnight is a
/// day.
fn moment(nanoseconds: i128) -> Value {
    let day = i32::try_from(nanoseconds.div_euclid(DAY)).ok().map(Day);
    let within = nanoseconds.rem_euclid(DAY);
    let Some(day) = day.filter(|day| Day::from_date(day.date()) == *day) else {
        return Value::Null;
    };
    if within == 0 {
        return day.to_string().into();
    }
    let seconds = (within / 1_000_000_000) as i32;
    let part = |size: i32, of: i32| (seconds / size % of) as i8;
    let time = civil::Time::new(
        part(3_600, 24),
        part(60, 60),
        part(1, 60),
        (within % 1_000_000_000) as i32,
    );
    time.map_or(Value::Null, |time| format!("{day}T{time}").into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_wgs_84_as_wkb_is_read() {
        let geo = |column: Value| {
            let geo =
                json!({ "version": "1.1.0", "primary_column": "g", "columns": { "g": column } });
            primary(Path::new("x.parquet"), &geo.to_string())
        };
        let of = |crs: Value| geo(json!({ "encoding": "WKB", "crs": crs }));
        assert_eq!(geo(json!({ "encoding": "WKB" })).unwrap(), "g");
        for crs in [
            json!({ "type": "GeographicCRS", "name": "WGS 84", "id": { "authority": "EPSG", "code": 4326 } }),
            json!({ "name": "WGS 84 (CRS84)", "id": { "authority": "OGC", "code": "CRS84" } }),
            json!({ "type": "GeographicCRS", "name": "WGS 84" }),
        ] {
            assert_eq!(of(crs).unwrap(), "g");
        }
        for (crs, told) in [
            (Value::Null, "none is stated"),
            (
                json!({ "id": { "authority": "EPSG", "code": 32642 } }),
                "EPSG:32642",
            ),
            (json!({ "name": "WGS 84 / UTM zone 42N" }), "UTM"),
            (json!("EPSG:4326"), "unknown"),
        ] {
            let message = of(crs).unwrap_err().to_string();
            assert!(
                message.contains(told) && message.contains("EPSG:4326"),
                "{message}"
            );
        }
        let message = geo(json!({ "encoding": "point" })).unwrap_err().to_string();
        assert!(message.contains("encoding point"), "{message}");
        assert!(primary(Path::new("x"), "{").is_err());
        assert!(primary(Path::new("x"), "{}").is_err());
    }

    #[test]
    fn moments_are_days_where_they_are_midnight() {
        assert_eq!(moment(20_372 * DAY), "2025-10-11");
        assert_eq!(
            moment(20_372 * DAY + 5_025_000_000_000),
            "2025-10-11T01:23:45"
        );
        assert_eq!(moment(-1), "1969-12-31T23:59:59.999999999");
        assert_eq!(moment(i128::from(i64::MAX) * 1_000_000), Value::Null);
        assert_eq!(moment(i128::MIN), Value::Null);
        assert_eq!(Kind::Decimal(2).whole(-1_234), json!(-12.34));
        assert_eq!(Kind::Date.whole(i64::MIN), Value::Null);
    }
}
