//! Words about an analysis: the terminal's one screen, the check.

pub mod check;
pub mod findings;
pub mod reasons;
pub mod terminal;
