//! The accounting of ceasefires: who alleges what of whom, and what was before, during and after.

pub mod accounting;
pub mod claims;
pub mod exposure;
pub mod phases;
pub mod trend;
pub mod verification;
