//! Layers as `GeoJSON`, RFC 7946: WGS 84 longitude first, outer rings counterclockwise, at most seven
//! decimals, `bbox`, no `crs`, geometries cut at the antimeridian, properties in a fixed order, null
//! for what is not known.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::in_pieces;
use super::layers::{Column, Feature, Id, Layer, Shape, Value};

/// Writes a layer as a collection, one feature a line, so that two packs can be compared line by line.
///
/// # Errors
/// Those of the writer.
pub fn write(layer: &Layer<'_>, to: &mut dyn Write) -> io::Result<()> {
    to.write_all(b"{\"type\":\"FeatureCollection\"")?;
    if let Some(bbox) = layer.bounds().bbox() {
        to.write_all(b",\"bbox\":")?;
        serde_json::to_writer(&mut *to, &bbox)?;
    }
    to.write_all(b",\"features\":[")?;
    write_features(
        layer,
        to,
        |place| if place == 0 { b"\n" } else { b",\n" },
        b"",
    )?;
    to.write_all(b"\n]}\n")
}

/// Writes the features of a layer one after the other, each between what `before` gives for its place and `after`.
pub(super) fn write_features(
    layer: &Layer<'_>,
    to: &mut dyn Write,
    before: impl Fn(usize) -> &'static [u8] + Sync,
    after: &'static [u8],
) -> io::Result<()> {
    in_pieces::write_each(layer.len(), to, |places| {
        let mut piece = Vec::with_capacity(places.len() * 1_024);
        for place in places {
            piece.extend_from_slice(before(place));
            let feature = layer.feature(place);
            serde_json::to_writer(&mut piece, &Written(&layer.columns, &feature))?;
            piece.extend_from_slice(after);
        }
        Ok(piece)
    })
}

/// A feature as it is written, without a map of its properties in between: there may be millions.
struct Written<'a>(&'a [Column], &'a Feature<'a>);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Written(columns, feature) = self;
        let mut object = to.serialize_struct("Feature", 4)?;
        object.serialize_field("type", "Feature")?;
        object.serialize_field("geometry", &Geometry(&feature.shape))?;
        match &feature.id {
            Id::Text(id) => object.serialize_field("id", id)?,
            Id::Number(id) => object.serialize_field("id", id)?,
        }
        object.serialize_field("properties", &Properties(columns, &feature.values))?;
        object.end()
    }
}

struct Geometry<'a>(&'a Shape);

impl Serialize for Geometry<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        fn object<S: Serializer>(
            to: S,
            kind: &str,
            coordinates: &impl Serialize,
        ) -> Result<S::Ok, S::Error> {
            let mut object = to.serialize_struct("Geometry", 2)?;
            object.serialize_field("type", kind)?;
            object.serialize_field("coordinates", coordinates)?;
            object.end()
        }
        match self.0 {
            Shape::None => to.serialize_none(),
            Shape::Point(at) => object(to, "Point", at),
            Shape::Line(parts) => match parts.as_slice() {
                [part] => object(to, "LineString", part),
                parts => object(to, "MultiLineString", &parts),
            },
            Shape::Area(rings) => object(to, "Polygon", rings),
            Shape::Areas(areas) => object(to, "MultiPolygon", areas),
        }
    }
}

struct Properties<'a>(&'a [Column], &'a [Value<'a>]);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let properties = self.0.iter().zip(self.1);
        to.collect_map(properties.map(|(column, value)| (column.name, Property(value))))
    }
}

struct Property<'a>(&'a Value<'a>);

impl Serialize for Property<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => to.serialize_none(),
            Value::Text(text) => to.serialize_str(text),
            Value::Integer(number) => to.serialize_i64(*number),
            Value::Real(number) => to.serialize_f64(*number),
            Value::Date(day) => to.collect_str(day),
            Value::Boolean(is) => to.serialize_bool(*is),
        }
    }
}
