//! `FlatGeobuf`: a header, an index, which is passed over, and features one after the other.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use ::flatgeobuf::{
    ColumnType, Feature, Geometry, GeometryType, size_prefixed_root_as_feature_with_opts,
    size_prefixed_root_as_header,
};
use flatbuffers::VerifierOptions;
use serde_json::{Map, Value};

use super::{Form, Take, damaged, feature, number, other_crs, shape};
use crate::error::{Error, Result};

/// Bytes of the sign that begins a file.
const MAGIC: u64 = 8;
/// Bytes of an entry of the index.
const NODE: u64 = 40;
/// The longest header.
const HEADER: u64 = 10 << 20;
/// Collections in collections.
const DEEPEST: u32 = 8;

/// A column: its name and type.
type Column = (String, ColumnType);

pub(super) fn each(path: &Path, file: &File, take: Take<'_>) -> Result<()> {
    let broken = |found: &dyn std::fmt::Display| damaged(path, Form::FlatGeobuf, found);
    let fail = |error: io::Error| Error::io(path, "reading", error);
    let mut left = file.metadata().map_err(fail)?.len();
    let mut from = BufReader::with_capacity(1 << 17, file);
    from.seek(SeekFrom::Start(MAGIC)).map_err(fail)?;
    left = left.saturating_sub(MAGIC);

    let header = sized(&mut from, &mut left, HEADER).map_err(|found| broken(&found))?;
    let header = header.ok_or_else(|| broken(&"no header"))?;
    let header = size_prefixed_root_as_header(&header).map_err(|error| broken(&error))?;
    match header.crs() {
        Some(crs) => {
            let who = crs.org().unwrap_or("EPSG");
            let is_wgs84 = (who.eq_ignore_ascii_case("EPSG") && matches!(crs.code(), 4326 | 4979))
                || (who.eq_ignore_ascii_case("OGC")
                    && crs
                        .code_string()
                        .is_some_and(|code| code.starts_with("CRS84")));
            if !is_wgs84 {
                let code = match (crs.code_string(), crs.code()) {
                    (Some(code), _) => code.to_owned(),
                    (None, 0) => crs.name().unwrap_or("unknown").to_owned(),
                    (None, code) => code.to_string(),
                };
                return Err(other_crs(path, format_args!("{who}:{code}")));
            }
        }
        None => return Err(other_crs(path, "none is stated")),
    }
    let mut columns: Vec<Column> = Vec::new();
    for column in header.columns().into_iter().flatten() {
        columns.push((column.name().to_owned(), column.type_()));
    }
    let features = header.features_count();
    let index = index_size(features, header.index_node_size())
        .filter(|&size| size <= left)
        .ok_or_else(|| {
            broken(&format_args!(
                "an index of {features} features that is longer than the file"
            ))
        })?;
    from.seek_relative(index as i64).map_err(fail)?;
    left -= index;

    let kind = header.geometry_type();
    let mut count = 0_u64;
    // Zero stands for a number that is not known.
    while features == 0 || count < features {
        let wrong =
            |found: &dyn std::fmt::Display| broken(&format_args!("feature {}: {found}", count + 1));
        let most = left;
        let Some(bytes) = sized(&mut from, &mut left, most).map_err(|found| wrong(&found))? else {
            if features == 0 {
                return Ok(());
            }
            return Err(broken(&format_args!("{count} of {features} features")));
        };
        let read = size_prefixed_root_as_feature_with_opts(&once(bytes.len()), &bytes)
            .map_err(|error| wrong(&error))?;
        let properties = properties(&read, &columns).map_err(|found| wrong(&found))?;
        let geometry = match read.geometry() {
            Some(geometry) => shape_of(&geometry, kind, 0).map_err(|found| wrong(&found))?,
            None => Value::Null,
        };
        take(feature(properties, geometry)).map_err(|error| wrong(&error))?;
        count += 1;
    }
    Ok(())
}

/// How a feature is looked over: what stands in it more than once, as a harmful file has it, must not make much of
/// little.
fn once(length: usize) -> VerifierOptions {
    VerifierOptions {
        max_apparent_size: length.saturating_mul(4).saturating_add(4_096),
        ..VerifierOptions::default()
    }
}

/// Bytes with their length before them, and that length; `None` at the end of the file.
fn sized(
    from: &mut impl Read,
    left: &mut u64,
    most: u64,
) -> std::result::Result<Option<Vec<u8>>, String> {
    let mut size = [0; 4];
    if *left == 0 {
        return Ok(None);
    }
    from.read_exact(&mut size)
        .map_err(|error| error.to_string())?;
    *left = left.saturating_sub(4);
    let length = u64::from(u32::from_le_bytes(size));
    // Less than eight bytes hold no table.
    if length < 8 || length > *left || length > most {
        return Err(format!("{length} bytes, where {left} are left"));
    }
    let mut bytes = vec![0; 4 + length as usize];
    bytes[..4].copy_from_slice(&size);
    from.read_exact(&mut bytes[4..])
        .map_err(|error| error.to_string())?;
    *left -= length;
    Ok(Some(bytes))
}

/// Bytes of the index; `None` where they are beyond all bounds.
fn index_size(features: u64, node_size: u16) -> Option<u64> {
    if features == 0 || node_size == 0 {
        return Some(0);
    }
    let node_size = u64::from(node_size.max(2));
    let mut nodes = features;
    let mut level = features;
    while level > 1 {
        level = level.div_ceil(node_size);
        nodes = nodes.checked_add(level)?;
    }
    // A single feature has a leaf and a root.
    if features == 1 {
        nodes = 2;
    }
    nodes
        .checked_mul(NODE)
        .filter(|&size| i64::try_from(size).is_ok())
}

fn properties(
    read: &Feature<'_>,
    columns: &[Column],
) -> std::result::Result<Map<String, Value>, String> {
    let own: Vec<Column>;
    // A feature may have columns of its own.
    let columns = match read.columns() {
        Some(columns) => {
            own = columns
                .iter()
                .map(|column| (column.name().to_owned(), column.type_()))
                .collect();
            &own
        }
        None => columns,
    };
    let mut all: Map<String, Value> = columns
        .iter()
        .map(|(name, _)| (name.clone(), Value::Null))
        .collect();
    let bytes = read.properties().map(|it| it.bytes()).unwrap_or_default();
    let mut from = Properties(bytes);
    while !from.0.is_empty() {
        let place = u16::from_le_bytes(from.take()?);
        let (name, kind) = columns
            .get(usize::from(place))
            .ok_or_else(|| format!("column {place} of {}", columns.len()))?;
        let value = match *kind {
            ColumnType::Byte => i8::from_le_bytes(from.take()?).into(),
            ColumnType::UByte => u8::from_le_bytes(from.take()?).into(),
            ColumnType::Bool => Value::Bool(from.take::<1>()? != [0]),
            ColumnType::Short => i16::from_le_bytes(from.take()?).into(),
            ColumnType::UShort => u16::from_le_bytes(from.take()?).into(),
            ColumnType::Int => i32::from_le_bytes(from.take()?).into(),
            ColumnType::UInt => u32::from_le_bytes(from.take()?).into(),
            ColumnType::Long => i64::from_le_bytes(from.take()?).into(),
            ColumnType::ULong => u64::from_le_bytes(from.take()?).into(),
            ColumnType::Float => number(f64::from(f32::from_le_bytes(from.take()?))),
            ColumnType::Double => number(f64::from_le_bytes(from.take()?)),
            ColumnType::String | ColumnType::Json | ColumnType::DateTime => {
                String::from_utf8_lossy(from.sized()?).into()
            }
            ColumnType::Binary => {
                from.sized()?;
                Value::Null
            }
            ColumnType(other) => return Err(format!("column {name:?} of type {other}")),
        };
        all.insert(name.clone(), value);
    }
    Ok(all)
}

struct Properties<'b>(&'b [u8]);

impl<'b> Properties<'b> {
    fn take<const N: usize>(&mut self) -> std::result::Result<[u8; N], String> {
        let (taken, rest) = self
            .0
            .split_first_chunk()
            .ok_or("properties that are cut off")?;
        self.0 = rest;
        Ok(*taken)
    }

    fn sized(&mut self) -> std::result::Result<&'b [u8], String> {
        let length = u32::from_le_bytes(self.take()?) as usize;
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or("properties that are cut off")?;
        self.0 = rest;
        Ok(taken)
    }
}

/// A shape; `above` is its type where it has none of its own.
fn shape_of(
    geometry: &Geometry<'_>,
    above: GeometryType,
    depth: u32,
) -> std::result::Result<Value, String> {
    if depth > DEEPEST {
        return Err("shapes in shapes in shapes".to_owned());
    }
    let kind = match geometry.type_() {
        GeometryType::Unknown => above,
        own => own,
    };
    let positions: Vec<Value> = geometry
        .xy()
        .map(|xy| {
            (0..xy.len() / 2)
                .map(|pair| {
                    Value::Array(vec![number(xy.get(2 * pair)), number(xy.get(2 * pair + 1))])
                })
                .collect()
        })
        .unwrap_or_default();
    let parts = || -> std::result::Result<Value, String> {
        let Some(ends) = geometry.ends().filter(|ends| !ends.is_empty()) else {
            return Ok(Value::Array(vec![Value::Array(positions.clone())]));
        };
        let mut start = 0;
        ends.iter()
            .map(|end| {
                let end = end as usize;
                let part = positions.get(start..end).ok_or("a part beyond its shape")?;
                start = end;
                Ok(Value::Array(part.to_vec()))
            })
            .collect()
    };
    let inner = |kind: GeometryType| -> std::result::Result<Vec<Value>, String> {
        let parts = geometry.parts().into_iter().flatten();
        parts.map(|part| shape_of(&part, kind, depth + 1)).collect()
    };
    Ok(match kind {
        GeometryType::Point => match positions.into_iter().next() {
            Some(at) => shape("Point", at),
            None => Value::Null,
        },
        GeometryType::MultiPoint => shape("MultiPoint", Value::Array(positions)),
        GeometryType::LineString => shape("LineString", Value::Array(positions)),
        GeometryType::MultiLineString => shape("MultiLineString", parts()?),
        GeometryType::Polygon => shape("Polygon", parts()?),
        GeometryType::MultiPolygon => {
            let polygons = inner(GeometryType::Polygon)?.into_iter();
            let polygons = polygons.map(|mut polygon| {
                if polygon["type"] == "Polygon" {
                    Ok(polygon["coordinates"].take())
                } else {
                    Err("a MultiPolygon with another part than a Polygon".to_owned())
                }
            });
            shape(
                "MultiPolygon",
                polygons.collect::<std::result::Result<_, _>>()?,
            )
        }
        GeometryType::GeometryCollection => {
            let parts = inner(GeometryType::Unknown)?;
            serde_json::json!({ "type": "GeometryCollection", "geometries": parts })
        }
        other => {
            return Err(format!(
                "a shape of type {}",
                other.variant_name().unwrap_or("unknown")
            ));
        }
    })
}
