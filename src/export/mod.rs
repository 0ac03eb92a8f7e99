//! Formats: each takes the [`Analysis`](crate::analysis::Analysis) to bytes and knows no file. What the
//! layers are, all formats ask [`layers`].

pub mod geojson;
mod in_pieces;
pub mod layers;
pub mod location;
pub mod tables;
