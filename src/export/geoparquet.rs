//! Layers as `GeoParquet` 1.1 (<https://geoparquet.org/releases/v1.1.0/>): one file a layer with typed columns, shapes as
//! well-known binary, and the box of each shape as a column, so that `DuckDB`, geopandas and GDAL read only the
//! row groups and pages that they need.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type,
};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{ColumnPath, Type, TypePtr};
use rayon::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::layers::{Column, Feature, Geometry, Kind, Layer, Shape, Value};
use super::wkb::{self, Envelope};
use crate::units::Day;

/// Rows of a group.
const ROWS: usize = 65_536;
/// The column of shapes.
const GEOMETRY: &str = "geometry";
/// The column of their boxes, and its parts in the order that the standard asks for.
const BOX: &str = "bbox";
const CORNERS: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

/// Writes a layer, its features in their order. Days are dates, text is UTF-8, everything is packed with Snappy; titles
/// and what the columns say stand in the metadata of the file, as `title`, `description` and `columns`.
///
/// Memory: one group of 65,536 rows.
///
/// # Errors
/// Those of the writer.
pub fn write(layer: &Layer<'_>, to: &mut dyn Write) -> io::Result<()> {
    fill(layer, to).map_err(|error| match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    })
}

fn fill(layer: &Layer<'_>, to: &mut dyn Write) -> Result<()> {
    let geometry = ColumnPath::from(GEOMETRY);
    // The smallest and largest bytes of a shape say nothing, and hardly any stands twice.
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_column_statistics_enabled(geometry.clone(), EnabledStatistics::None)
        .set_column_dictionary_enabled(geometry, false)
        .build();
    // Emptied into `to` after each group: the writer must be one that may be sent to other threads.
    let mut file = SerializedFileWriter::new(Vec::new(), schema(layer)?, Arc::new(properties))?;
    let mut seen = Seen::default();
    let mut first = 0;
    while first < layer.len() {
        let end = (first + ROWS).min(layer.len());
        let features: Vec<Feature<'_>> = (first..end)
            .into_par_iter()
            .map(|place| layer.feature(place))
            .collect();
        group(layer, &features, &mut file, &mut seen)?;
        file.flush()?;
        to.write_all(file.inner())?;
        file.inner_mut().clear();
        first = end;
    }
    for (key, value) in [
        ("geo", geo(layer, &seen).to_string()),
        ("title", layer.title.to_owned()),
        ("description", layer.description.to_owned()),
        ("columns", told(layer).to_string()),
    ] {
        file.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
    }
    to.write_all(&file.into_inner()?)?;
    Ok(())
}

/// What the shapes turned out to be.
#[derive(Default)]
struct Seen {
    bounds: Option<Envelope>,
    kinds: BTreeSet<&'static str>,
}

fn schema(layer: &Layer<'_>) -> Result<TypePtr> {
    let optional = |nullable: bool| {
        if nullable {
            Repetition::OPTIONAL
        } else {
            Repetition::REQUIRED
        }
    };
    let primitive = |column: &Column| {
        let (physical, logical, converted) = match column.kind {
            Kind::Text => (
                Physical::BYTE_ARRAY,
                Some(LogicalType::String),
                ConvertedType::UTF8,
            ),
            Kind::Integer => (Physical::INT64, None, ConvertedType::NONE),
            Kind::Real => (Physical::DOUBLE, None, ConvertedType::NONE),
            Kind::Date => (
                Physical::INT32,
                Some(LogicalType::Date),
                ConvertedType::DATE,
            ),
            Kind::Boolean => (Physical::BOOLEAN, None, ConvertedType::NONE),
        };
        Type::primitive_type_builder(column.name, physical)
            .with_repetition(optional(column.is_nullable()))
            .with_logical_type(logical)
            .with_converted_type(converted)
            .build()
            .map(Arc::new)
    };
    let mut fields = layer
        .columns
        .iter()
        .map(primitive)
        .collect::<Result<Vec<TypePtr>>>()?;
    fields.push(Arc::new(
        Type::primitive_type_builder(GEOMETRY, Physical::BYTE_ARRAY)
            .with_repetition(Repetition::OPTIONAL)
            .build()?,
    ));
    let corners = CORNERS.iter().map(|corner| {
        Type::primitive_type_builder(corner, Physical::DOUBLE)
            .with_repetition(Repetition::REQUIRED)
            .build()
            .map(Arc::new)
    });
    // The standard asks for the repetition of the column of shapes.
    fields.push(Arc::new(
        Type::group_type_builder(BOX)
            .with_repetition(Repetition::OPTIONAL)
            .with_fields(corners.collect::<Result<Vec<TypePtr>>>()?)
            .build()?,
    ));
    let schema = Type::group_type_builder(layer.name).with_fields(fields);
    Ok(Arc::new(schema.build()?))
}

fn group(
    layer: &Layer<'_>,
    features: &[Feature<'_>],
    file: &mut SerializedFileWriter<Vec<u8>>,
    seen: &mut Seen,
) -> Result<()> {
    let mut group = file.next_row_group()?;
    for (place, column) in layer.columns.iter().enumerate() {
        let mut to = next(&mut group)?;
        let values = features.iter().map(|feature| &feature.values[place]);
        put_values(&mut to, column, values)?;
        to.close()?;
    }

    let mut to = next(&mut group)?;
    let shapes = features.iter().map(|feature| {
        let mut bytes = Vec::new();
        wkb::append(&feature.shape, &mut bytes);
        (!bytes.is_empty()).then(|| ByteArray::from(bytes))
    });
    put::<ByteArrayType>(&mut to, shapes, true)?;
    to.close()?;

    let boxes: Vec<Option<Envelope>> = features
        .iter()
        .map(|feature| wkb::envelope(&feature.shape))
        .collect();
    for (feature, envelope) in features.iter().zip(&boxes) {
        if let Some(envelope) = *envelope {
            wkb::widen(&mut seen.bounds, envelope);
            seen.kinds.insert(kind_of(&feature.shape));
        }
    }
    // West, south, east, north of west, east, south, north.
    for corner in [0, 2, 1, 3] {
        let mut to = next(&mut group)?;
        let values = boxes.iter().map(|it| it.map(|it| it[corner]));
        put::<DoubleType>(&mut to, values, true)?;
        to.close()?;
    }
    group.close()?;
    Ok(())
}

fn next<'g, W: Write + Send>(
    group: &'g mut parquet::file::writer::SerializedRowGroupWriter<'_, W>,
) -> Result<SerializedColumnWriter<'g>> {
    group
        .next_column()?
        .ok_or_else(|| ParquetError::General("a column that the schema lacks".to_owned()))
}

fn put_values<'v>(
    to: &mut SerializedColumnWriter<'_>,
    column: &Column,
    values: impl Iterator<Item = &'v Value<'v>>,
) -> Result<()> {
    let nullable = column.is_nullable();
    match column.kind {
        Kind::Text => put::<ByteArrayType>(
            to,
            values.map(|value| match value {
                Value::Text(text) => Some(ByteArray::from(text.as_bytes().to_vec())),
                _ => None,
            }),
            nullable,
        ),
        Kind::Integer => put::<Int64Type>(
            to,
            values.map(|value| match value {
                Value::Integer(number) => Some(*number),
                _ => None,
            }),
            nullable,
        ),
        Kind::Real => put::<DoubleType>(
            to,
            values.map(|value| match value {
                Value::Real(number) => Some(*number),
                _ => None,
            }),
            nullable,
        ),
        Kind::Boolean => put::<BoolType>(
            to,
            values.map(|value| match value {
                Value::Boolean(is) => Some(*is),
                _ => None,
            }),
            nullable,
        ),
        Kind::Date => {
            let days = values
                .map(|value| match value {
                    Value::Date(day) => Ok(Some(day.0)),
                    Value::Text(text) => text
                        .parse()
                        .map(|date| Some(Day::from_date(date).0))
                        .map_err(|error| ParquetError::General(format!("{text:?}: {error}"))),
                    _ => Ok(None),
                })
                .collect::<Result<Vec<Option<i32>>>>()?;
            put::<Int32Type>(to, days.into_iter(), nullable)
        }
    }
}

/// Writes values; nulls, as levels, where there may be any.
fn put<T: DataType>(
    to: &mut SerializedColumnWriter<'_>,
    values: impl Iterator<Item = Option<T::T>>,
    nullable: bool,
) -> Result<()> {
    let mut levels = Vec::with_capacity(values.size_hint().0);
    let mut held = Vec::with_capacity(values.size_hint().0);
    for value in values {
        levels.push(i16::from(value.is_some()));
        held.extend(value);
    }
    to.typed::<T>()
        .write_batch(&held, nullable.then_some(levels.as_slice()), None)?;
    Ok(())
}

const fn kind_of(shape: &Shape) -> &'static str {
    match shape {
        Shape::None => "",
        Shape::Point(_) => "Point",
        Shape::Line(_) => "MultiLineString",
        Shape::Area(_) | Shape::Areas(_) => "MultiPolygon",
    }
}

/// The metadata that the standard asks for. Without `crs` the coordinates are WGS 84, longitude first (OGC:CRS84).
fn geo(layer: &Layer<'_>, seen: &Seen) -> Json {
    let kinds: Vec<&str> = match layer.geometry {
        Geometry::Point => vec!["Point"],
        Geometry::Line => vec!["MultiLineString"],
        Geometry::Area => vec!["MultiPolygon"],
        Geometry::Mixed | Geometry::None => seen.kinds.iter().copied().collect(),
    };
    let mut column = Map::new();
    column.insert("encoding".to_owned(), json!("WKB"));
    column.insert("geometry_types".to_owned(), json!(kinds));
    // Shapes are cut at the antimeridian, and drawn straight between their vertices as in every other format.
    column.insert("edges".to_owned(), json!("planar"));
    if kinds.contains(&"MultiPolygon") {
        column.insert("orientation".to_owned(), json!("counterclockwise"));
    }
    if let Some([west, east, south, north]) = seen.bounds {
        column.insert("bbox".to_owned(), json!([west, south, east, north]));
    }
    let corners = CORNERS.map(|corner| (corner.to_owned(), json!([BOX, corner])));
    let corners = Map::from_iter(corners);
    column.insert("covering".to_owned(), json!({ BOX: corners }));
    json!({
        "version": "1.1.0",
        "primary_column": GEOMETRY,
        "columns": { GEOMETRY: column },
    })
}

/// What each column says, by name.
fn told(layer: &Layer<'_>) -> Json {
    let columns = layer.columns.iter();
    Json::Object(
        columns
            .map(|column| (column.name.to_owned(), Json::String(column.says())))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;

    use super::*;
    use crate::export::geojson_lines::tests::layer;

    #[test]
    fn empty_mixed_and_long_layers_are_whole() {
        for count in [0, 1, 2, ROWS, ROWS + 3] {
            let mut bytes = Vec::new();
            write(&layer(count), &mut bytes).unwrap();
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&bytes).unwrap();
            let file = SerializedFileReader::new(file).unwrap();
            assert_eq!(file.num_row_groups(), count.div_ceil(ROWS));
            let about = file.metadata().file_metadata();
            assert_eq!(about.num_rows(), count as i64);
            let pairs = about.key_value_metadata().unwrap();
            let geo = pairs.iter().find(|pair| pair.key == "geo").unwrap();
            let geo: Json = serde_json::from_str(geo.value.as_ref().unwrap()).unwrap();
            let column = &geo["columns"][GEOMETRY];
            let (kinds, bounds) = if count > 1 {
                (json!(["Point"]), json!([71.5, 34.25, 71.5, 34.25]))
            } else {
                (json!([]), Json::Null)
            };
            assert_eq!(column["geometry_types"], kinds);
            assert_eq!(column.get("bbox").unwrap_or(&Json::Null), &bounds);
            assert_eq!(column["covering"]["bbox"]["xmin"], json!(["bbox", "xmin"]));
            for (place, row) in file.get_row_iter(None).unwrap().enumerate() {
                let row = row.unwrap();
                let fields: Vec<_> = row.get_column_iter().map(|(_, field)| field).collect();
                let has_shape = place % 2 == 1;
                assert_eq!(matches!(fields[0], Field::Null), has_shape);
                assert_eq!(*fields[1], Field::Double(place as f64 / 2.0));
                assert_eq!(matches!(fields[2], Field::Null), !has_shape);
                assert_eq!(matches!(fields[3], Field::Group(_)), has_shape);
            }
        }
    }

    #[test]
    fn a_writer_that_fails_says_why() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::Error::other("the disk is full"))
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let error = write(&layer(3), &mut Full).unwrap_err();
        assert!(error.to_string().contains("the disk is full"), "{error}");
    }
}
