//! borderscope turns incident reports and a border line into a briefing whose every number can be
//! defended.
//!
//! This page is the map of the code. The library does everything; `main.rs` only turns its result into
//! an exit code.
//!
//! # The stages
//!
//! [`pipeline::analyse`] runs them in order, once:
//!
//! 1. [`input`] reads files to checked values. Every record of every incident file gets one entry in the
//!    [`ledger`].
//! 2. [`border`] joins the pieces of the line to directed chains with a chainage.
//! 3. [`locate`] finds offset, side, chainage and foot of every position; [`region`] tells the side where areas are
//!    given; [`sector`] names the stretch; [`alignments`] does it again on rival lines.
//! 4. [`cluster`] groups incidents in space and time; [`stats`] counts them by sector, week and episode, and has the
//!    formulas of the tests.
//! 5. [`ceasefire`] accounts for ceasefires and claims; [`evidence`] chooses what each test is given, and makes it.
//!
//! The result is one plain [`analysis::Analysis`]. [`render`] draws it, [`export`] writes it in formats,
//! [`report`] puts it in words, [`briefing`] makes pages of both, and [`output`] puts all of that into a folder with a
//! [`manifest`], whole or not at all.
//!
//! [`diff`] reads two such folders and says what changed between them.
//!
//! # Which way dependencies point
//!
//! ```text
//! batches, digest, draws, formula, units, moment → geodesy → incident, ledger → wording::language → index, neighbours → border → corridor, locate → region → sector → case, context
//!       → input → located → alignments → duplicates, stats → uncertainty → cluster, ceasefire → evidence → analysis → wording, render, export, report → briefing
//!       → manifest, stream → pipeline, output, diff → cli → main
//! ```
//!
//! A module uses what stands left of it. Readers know nothing of the analysis; the analysis knows nothing
//! of files or pixels; renderers and exporters receive an `Analysis` and nothing else.
//!
//! # One file knows one thing
//!
//! | what | where |
//! |---|---|
//! | formulas about the Earth | [`geodesy`] |
//! | rstar, and the bounds that make it exact | [`index`] |
//! | who is near whom in space and time | [`neighbours`] |
//! | what lies in an area, and the sides that areas tell | [`region`] |
//! | what rival lines change | [`alignments`] |
//! | who alleges what of whom | [`ceasefire::claims`] |
//! | what is before, during and after a ceasefire | [`ceasefire::phases`], [`ceasefire::accounting`] |
//! | how far claims have been looked into, how closely a sector was observed | [`ceasefire::verification`], [`ceasefire::exposure`] |
//! | a statistic's formula, source, edge cases and cost | one file each in [`stats`] |
//! | which incidents a test is given, what it finds, whether that stands | [`evidence`] |
//! | the streams of everything random | [`draws`] |
//! | what is known of a place and a day, and draws from it | [`uncertainty`] |
//! | the sentences of every statistic | [`wording::statements`] |
//! | what clusters owe to their parameters | [`cluster::sensitivity`], [`cluster::parameters`] |
//! | names of columns that are read | [`input::columns`] |
//! | which column of a known data set holds what | [`input::layout`], and one table each in `src/input/layouts/` |
//! | what was decided for a whole file, and on what evidence | [`input::plan`] |
//! | how dates, counts and coordinates are spelled | [`input::dates`], [`input::counts`], [`input::coordinates`] |
//! | where the records of a file end | `input::blocks` |
//! | what features are in files of vector data that are no text | `input::vector`, a file for each format |
//! | what a reason of the ledger means | [`ledger`], in words [`report::reasons`] |
//! | names of location columns that are written | [`export::location`] |
//! | what the layers are: names, columns, values, shapes | [`export::layers`] |
//! | which formats they are written in, one file or folder each | [`export::formats`] |
//! | shapes as well-known binary | `export::wkb`; read by `input::vector` |
//! | the corridor as areas, and `i_overlay` | [`corridor`] |
//! | how layers look in QGIS, and the project that shows them | `export::qml`, [`export::qgis`] |
//! | layers in a database | [`export::postgis`] |
//! | KML as it is written, and as it is read | [`export::kml`], `input::kml` |
//! | text in XML, and ZIP archives of fixed bytes | `export::xml`, `export::archive` |
//! | colours by name, symbols | [`render::theme`] |
//! | what the colours are in each theme | [`render::palette`] |
//! | sizes of pictures, and what stands around each | [`render::sheet`], [`render::frame`] |
//! | which pictures there are | [`render::set`] |
//! | which spot each label takes | `render::placement` |
//! | fonts, widths of text, scripts | [`render::text`] |
//! | what a briefing says, as plain blocks | [`mod@briefing::document`], written out by [`briefing::page`], [`briefing::pdf`], [`briefing::markdown`] |
//! | how numbers and days are put into words | [`wording`] |
//! | the language of pictures: phrases, plurals, months | [`wording::language`]; its tables are in `src/wording/languages/`, read by [`input::translations`] |
//! | what a case file may say | [`case`] |
//! | which incident of another run is which, what changed of it | [`diff::matching`], [`diff::incidents`] |
//!
//! # Units
//!
//! Lengths are [`units::Metres`], days [`units::Day`] and [`units::Days`]. Outside, the unit stands in the
//! name: `offset_m`, `chainage_km`. Angles are degrees everywhere but inside a formula.

pub mod alignments;
pub mod analysis;
pub mod batches;
pub mod border;
pub mod briefing;
pub mod case;
pub mod ceasefire;
pub mod cli;
pub mod cluster;
pub mod context;
pub mod corridor;
pub mod diff;
pub mod digest;
pub mod draws;
pub mod duplicates;
pub mod error;
pub mod evidence;
pub mod export;
pub mod formula;
pub mod geodesy;
pub mod incident;
pub mod index;
pub mod input;
pub mod ledger;
pub mod locate;
pub mod located;
pub mod manifest;
pub mod moment;
pub mod neighbours;
pub mod output;
pub mod pipeline;
pub mod region;
pub mod render;
pub mod report;
pub mod sector;
pub mod stats;
pub mod stream;
#[cfg(test)]
mod testing;
pub mod uncertainty;
pub mod units;
pub mod wording;
