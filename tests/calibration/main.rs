//! Whether p-values, intervals and alarms are what they say: every test is given hundreds of data sets in which
//! there is nothing to find, every interval is asked whether it holds the true value, and what is planted has to be
//! found. Slow, so that it is asked for by name:
//!
//! ```sh
//! cargo test --test calibration -- --ignored
//! ```
//!
//! Data sets come from fixed seeds, so that each bound holds or fails for good; bounds are of 1 % error each.

mod cases;
mod intervals;
mod judging;
mod power;
mod uniform;
