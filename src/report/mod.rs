//! Words about an analysis: the terminal's one screen, the summary page, the check.

pub mod check;
pub mod findings;
pub mod markdown;
pub mod reasons;
pub mod terminal;
