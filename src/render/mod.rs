//! Pictures: every one is drawn onto the [`canvas`] as SVG, and rasterised from that.
//!
//! Renderers receive an [`Analysis`](crate::analysis::Analysis) and nothing else; they know no file.

pub mod axis;
pub mod canvas;
pub mod charts;
pub mod elements;
pub mod frame;
mod labels;
pub mod map;
mod projection;
pub mod raster;
pub mod text;
pub mod theme;
