//! borderscope
pub mod border;
pub mod case;
pub mod context;
pub mod error;
pub mod geodesy;
pub mod incident;
pub mod index;
pub mod input;
pub mod ledger;
pub mod locate;
pub mod sector;
#[cfg(test)]
mod testing;
pub mod units;
