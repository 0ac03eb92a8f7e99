//! borderscope
pub mod analysis;
pub mod border;
pub mod case;
pub mod cluster;
pub mod context;
pub mod error;
pub mod geodesy;
pub mod incident;
pub mod index;
pub mod input;
pub mod ledger;
pub mod locate;
pub mod located;
pub mod pipeline;
pub mod sector;
pub mod stats;
#[cfg(test)]
mod testing;
pub mod units;
