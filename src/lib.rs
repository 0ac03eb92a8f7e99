//! borderscope
pub mod analysis;
pub mod border;
pub mod case;
pub mod cli;
pub mod cluster;
pub mod context;
pub mod error;
pub mod export;
pub mod geodesy;
pub mod incident;
pub mod index;
pub mod input;
pub mod ledger;
pub mod locate;
pub mod located;
pub mod manifest;
pub mod output;
pub mod pipeline;
pub mod render;
pub mod report;
pub mod sector;
pub mod stats;
pub mod stream;
#[cfg(test)]
mod testing;
pub mod units;
pub mod wording;
