//! Pictures: every one is drawn onto the [`canvas`] as SVG, and rasterised from that.
//!
//! Renderers receive an [`Analysis`](crate::analysis::Analysis) and nothing else; they know no file.

pub mod axis;
pub mod canvas;
pub mod charts;
mod columns;
pub mod elements;
mod fitting;
pub mod frame;
mod halos;
#[cfg(test)]
mod inspect;
mod labels;
pub mod map;
pub mod palette;
pub mod pdf;
mod placement;
mod projection;
pub mod raster;
pub mod script;
pub mod set;
pub mod sheet;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod text;
pub mod theme;
#[cfg(test)]
mod translated;
