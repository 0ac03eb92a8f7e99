//! Which pictures an analysis has.

use crate::analysis::Analysis;

use super::sheet::Sheet;
use super::theme::Symbols;
use super::{charts, map};

/// Draws a picture of an analysis on a sheet, as SVG.
pub type Draw = Box<dyn Fn(&Analysis, &Symbols, &Sheet) -> String + Send + Sync>;

/// A picture.
pub struct Picture {
    /// Its path in the pack, without an ending.
    pub path: String,
    /// What it shows, in a few words.
    pub shows: String,
    /// Draws it.
    pub draw: Draw,
}

impl Picture {
    fn new(
        path: &str,
        shows: &str,
        draw: impl Fn(&Analysis, &Symbols, &Sheet) -> String + Send + Sync + 'static,
    ) -> Picture {
        Picture {
            path: path.to_owned(),
            shows: shows.to_owned(),
            draw: Box::new(draw),
        }
    }
}

/// The pictures of an analysis, in the order in which a briefing has them.
pub fn pictures(analysis: &Analysis) -> Vec<Picture> {
    let mut pictures = vec![
        Picture::new("maps/overview", "Map of the whole line", map::overview),
        Picture::new(
            "maps/intensity-ribbon",
            "Map of the density along the line",
            map::ribbon,
        ),
        Picture::new("maps/by-week", "Maps by time", map::by_week),
        Picture::new(
            "charts/timeline",
            "Incidents and deaths over time",
            charts::timeline,
        ),
        Picture::new(
            "charts/sector-by-week",
            "Incidents by sector and time",
            charts::sector_weeks,
        ),
        Picture::new(
            "charts/chainage-by-date",
            "Incidents by place along the line and day",
            charts::chainage_dates,
        ),
        Picture::new(
            "charts/intensity-along-line",
            "Where along the line incidents are dense",
            charts::intensity,
        ),
    ];
    pictures.push(Picture::new(
        "charts/kinds-by-sector",
        "Kinds of event and states of claims by sector",
        charts::kinds_by_sector,
    ));
    if analysis
        .claims
        .claimants
        .iter()
        .any(|it| !it.name.is_empty())
    {
        pictures.push(Picture::new(
            "charts/alleged-by-attributed-to",
            "Who reports what of whom",
            charts::alleged,
        ));
    }
    if analysis.deaths().reporting > 0 {
        pictures.push(Picture::new(
            "charts/deaths",
            "Deaths as reported, as ranges",
            charts::deaths,
        ));
    }
    if !analysis.accounts.is_empty() {
        pictures.push(Picture::new(
            "charts/ceasefire",
            "Before, during and after each ceasefire",
            charts::ceasefire,
        ));
    }
    if analysis.sheets.is_some() {
        pictures.push(Picture::new(
            "charts/k-distance",
            "Distances to the nearest incidents",
            charts::k_distance,
        ));
        pictures.push(Picture::new(
            "charts/sensitivity",
            "Which clusters survive other parameters",
            charts::sensitivity,
        ));
    }
    pictures.push(Picture::new(
        "charts/data-quality",
        "What the data are",
        charts::data_quality,
    ));
    let at = pictures
        .iter()
        .position(|it| it.path.starts_with("charts/"))
        .unwrap_or(pictures.len());
    let mut maps = Vec::new();
    if !analysis.context.ceasefires.is_empty() {
        maps.push(Picture::new(
            "maps/by-phase",
            "Maps by phase of truces",
            map::by_phase,
        ));
    }
    for sector in map::active(analysis) {
        let name = &analysis.sectors.all()[sector].name;
        maps.push(Picture::new(
            &format!("maps/sector-{:02}", sector + 1),
            &format!("Sector {}: {name}", sector + 1),
            move |analysis, symbols, sheet| map::sector(analysis, symbols, sheet, sector),
        ));
    }
    pictures.splice(at..at, maps);
    pictures
}
