//! Formats: each takes the [`Analysis`](crate::analysis::Analysis) to bytes; only what cannot be written from its
//! beginning to its end is given a path. What the layers are, all formats ask [`layers`].

mod archive;
pub mod flatgeobuf;
pub mod formats;
pub mod geojson;
pub mod geojson_lines;
pub mod geopackage;
pub mod geoparquet;
mod in_pieces;
pub mod kml;
pub mod layers;
pub mod location;
pub mod postgis;
pub mod qgis;
mod qml;
mod rights;
pub mod tables;
mod wkb;
mod xml;
