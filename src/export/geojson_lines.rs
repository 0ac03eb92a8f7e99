//! Layers as newline-delimited `GeoJSON`: the features of [`geojson`], each a line of its own with
//! nothing before, between or after them, for programs that read as they go (`GDAL` by the ending `.geojsonl`,
//! `tippecanoe`, `DuckDB`, `jq`).

use std::io::{self, Write};

use super::geojson;
use super::layers::Layer;

/// Writes a layer. There is no place for its bounds, name or columns; a layer without features is an empty file.
///
/// # Errors
/// Those of the writer.
pub fn write(layer: &Layer<'_>, to: &mut dyn Write) -> io::Result<()> {
    geojson::write_features(layer, to, |_| b"", b"\n")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::export::layers::{Bounds, Column, Feature, Geometry, Id, Shape, Value};

    const COLUMNS: [Column; 2] = [
        Column::text("note", "a remark").or_null("not stated"),
        Column::real("offset_m", "metres from the line"),
    ];

    /// A layer of which every other feature has no shape, and no note if it has one.
    pub(in crate::export) fn layer(features: usize) -> Layer<'static> {
        Layer {
            name: "notes",
            title: "Notes",
            description: "remarks for a test",
            geometry: Geometry::Mixed,
            columns: COLUMNS.as_slice().into(),
            features,
            make: Box::new(|place| Feature {
                id: Id::Number(place as u32 + 1),
                values: vec![
                    Value::text(["two\nlines, \"quoted\"", ""][place % 2]),
                    Value::Real(place as f64 / 2.0),
                ],
                shape: if place.is_multiple_of(2) {
                    Shape::None
                } else {
                    Shape::Point([71.5, 34.25])
                },
            }),
            bounds: Box::new(|| Bounds::of(std::iter::empty())),
        }
    }

    #[test]
    fn each_line_is_a_feature_of_the_collection() {
        for count in [0, 1, 3, 3_000] {
            let (mut lines, mut collection) = (Vec::new(), Vec::new());
            write(&layer(count), &mut lines).unwrap();
            geojson::write(&layer(count), &mut collection).unwrap();
            let (lines, collection) = (
                String::from_utf8(lines).unwrap(),
                String::from_utf8(collection).unwrap(),
            );
            let features: Vec<&str> = lines.lines().collect();
            assert_eq!(features.len(), count);
            assert!(lines.is_empty() || lines.ends_with('\n'));
            let (_, after) = collection.split_once("\"features\":[").unwrap();
            let of_collection = after.strip_suffix("\n]}\n").unwrap();
            assert_eq!(features.join(",\n"), of_collection.trim_start());
        }
        let mut lines = Vec::new();
        write(&layer(2), &mut lines).unwrap();
        assert_eq!(
            String::from_utf8(lines).unwrap(),
            "{\"type\":\"Feature\",\"geometry\":null,\"id\":1,\"properties\":{\"note\":\"two\\nlines, \\\"quoted\\\"\",\"offset_m\":0.0}}\n\
             {\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[71.5,34.25]},\"id\":2,\"properties\":{\"note\":null,\"offset_m\":0.5}}\n"
        );
    }
}
