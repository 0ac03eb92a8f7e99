//! Charts: the line against time, incidents and deaths over time, sectors by week, density along the line, ceasefires,
//! the parameters of clusters.

mod bars;
mod blocks;
mod ceasefire;
mod chainage_dates;

mod claims;
mod context;
mod flags;
mod intensity;
mod k_distance;
mod lanes;
mod legend;
mod marks;
mod plot;
mod quality;
mod sector_weeks;
mod sensitivity;
mod swarm;
mod timeline;

pub use ceasefire::ceasefire;
pub use chainage_dates::chainage_dates;
pub use claims::{alleged, deaths, kinds_by_sector};
pub use intensity::intensity;
pub use k_distance::k_distance;
pub use quality::data_quality;
pub use sector_weeks::sector_weeks;
pub use sensitivity::sensitivity;
pub use timeline::timeline;

#[cfg(test)]
mod tests;
