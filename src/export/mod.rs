//! Formats: each takes the [`Analysis`](crate::analysis::Analysis) to bytes and knows no file.

pub mod geojson;
mod in_pieces;
pub mod location;
pub mod tables;
