//! What surrounds the incidents: places, ceasefires, diplomatic events, country outlines.

use crate::geodesy::Position;
use crate::region::Area;
use crate::units::Day;

/// A layer of one's own for the maps.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// What it is called in the legend.
    pub name: String,
    /// How it is drawn.
    pub style: LayerStyle,
    /// Its lines.
    pub lines: Vec<Vec<Position>>,
    /// Its polygons, each with its rings.
    pub polygons: Vec<Vec<Vec<Position>>>,
    /// Its points.
    pub points: Vec<Position>,
}

/// How a layer of one's own is drawn. Without a colour it has that of its sort.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayerStyle {
    /// What it is.
    pub sort: LayerSort,
    /// The colour of lines and outlines, the same in every theme.
    pub colour: Option<[u8; 3]>,
    /// The colour of areas; `None` leaves those of provinces and lines empty.
    pub fill: Option<[u8; 3]>,
    /// Width of lines in px.
    pub width_px: Option<f64>,
    /// Whether lines are broken.
    pub dashed: bool,
}

/// What a layer of one's own is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LayerSort {
    /// Rivers and lakes.
    Water,
    /// Lines of provinces or districts.
    Provinces,
    /// Anything else.
    #[default]
    Other,
}

impl LayerSort {
    /// All sorts.
    pub const ALL: [LayerSort; 3] = [LayerSort::Water, LayerSort::Provinces, LayerSort::Other];

    /// The word in case files.
    pub const fn as_str(self) -> &'static str {
        match self {
            LayerSort::Water => "water",
            LayerSort::Provinces => "provinces",
            LayerSort::Other => "other",
        }
    }
}

/// A named place.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub position: Position,
    /// What it is, in the input's words; decides its weight on maps.
    pub kind: String,
}

/// A truce or ceasefire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ceasefire {
    /// Its name.
    pub name: String,
    /// First day.
    pub start: Day,
    /// Local time on the first day, or empty.
    pub start_time: String,
    /// Last day; `None` while it is open.
    pub end: Option<Day>,
    /// Local time on the last day, or empty.
    pub end_time: String,
    /// Minutes by which its local time is ahead of UTC; `None` where nobody says.
    pub utc_offset: Option<i16>,
    /// The parties, as given.
    pub parties: String,
    /// Names of the sectors that it covers; empty for the whole line.
    pub sectors: Vec<String>,
    /// Kinds of event that it forbids; empty for all.
    pub event_types: Vec<String>,
    /// How it ended or was extended, as given.
    pub outcome: String,
    /// Name of the source.
    pub source_name: String,
}

impl Ceasefire {
    /// Whether an incident of a kind in a sector is a matter of it.
    pub fn covers(&self, sector: &str, event_type: &str) -> bool {
        self.covers_sector(sector) && among(&self.event_types, event_type)
    }

    /// Whether a sector is a matter of it.
    pub fn covers_sector(&self, sector: &str) -> bool {
        among(&self.sectors, sector)
    }
}

/// Whether a name is in a list; an empty list has all.
fn among(list: &[String], name: &str) -> bool {
    list.is_empty() || list.iter().any(|it| it == name)
}

/// What became of a ceasefire while it lasted, as somebody says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusChange {
    /// The name of the ceasefire.
    pub ceasefire: String,
    /// The day.
    pub day: Day,
    /// Its local time, or empty.
    pub time: String,
    /// What it became, in the input's words: extended, lapsed, declared broken, reaffirmed.
    pub change: String,
    /// Who says so.
    pub by: String,
    /// Name of the source.
    pub source_name: String,
}

/// How much of a stretch of time somebody watched.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The sector; empty for every one.
    pub sector: String,
    /// First day.
    pub start: Day,
    /// Last day.
    pub end: Day,
    /// Observer-days over these days, in all; 0 or more.
    pub observer_days: f64,
}

/// A diplomatic event: talks, a statement, a closure of crossings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The day.
    pub day: Day,
    /// What it is, in the input's words.
    pub kind: String,
    /// One line about it.
    pub title: String,
}

impl Event {
    /// Whether it is a round of talks or the end of one.
    pub fn is_talks(&self) -> bool {
        self.kind.starts_with("talks")
    }

    /// Whether it shuts or opens crossings.
    pub fn is_crossing(&self) -> bool {
        self.kind.starts_with("border_")
    }
}

/// All that surrounds a case; parts that a case does not give are empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// Named places with coordinates.
    pub places: Vec<Place>,
    /// Ceasefires in order of their start.
    pub ceasefires: Vec<Ceasefire>,
    /// What became of them, in order of the days.
    pub status_changes: Vec<StatusChange>,
    /// Who watched how much; empty where nobody says.
    pub observation: Vec<Observation>,
    /// Events in order of their day.
    pub events: Vec<Event>,
    /// Country outlines.
    pub countries: Vec<Area>,
    /// Layers of one's own for the maps, in the order in which they are drawn.
    pub layers: Vec<Layer>,
}
