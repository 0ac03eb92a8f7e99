//! Formats: each takes the [`Analysis`](crate::analysis::Analysis) to bytes; only what cannot be written from its
//! beginning to its end is given a path. What the layers are, all formats ask [`layers`].

pub mod flatgeobuf;
pub mod formats;
pub mod geojson;
pub mod geojson_lines;
pub mod geopackage;
pub mod geoparquet;
mod in_pieces;
pub mod layers;
pub mod location;
mod qml;
pub mod tables;
mod wkb;
