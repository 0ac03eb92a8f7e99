//! borderscope
pub mod border;
pub mod error;
pub mod geodesy;
pub mod index;
pub mod locate;
pub mod sector;
#[cfg(test)]
mod testing;
pub mod units;
