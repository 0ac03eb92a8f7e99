//! Layers as newline-delimited `GeoJSON`: the features of [`geojson`](super::geojson), each a line of its own with
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
