//! Charts: the line against time, incidents and deaths over time, sectors by week.

mod chainage_dates;
mod columns;
mod context;
mod flags;
mod lanes;
mod legend;
mod marks;
mod plot;
mod sector_weeks;
mod swarm;
mod timeline;

pub use chainage_dates::chainage_dates;
pub use sector_weeks::sector_weeks;
pub use timeline::timeline;

#[cfg(test)]
mod tests;
