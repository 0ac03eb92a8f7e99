//! What surrounds the incidents: places, ceasefires, diplomatic events, country outlines.

use crate::geodesy::Position;
use crate::region::Area;
use crate::units::Day;

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
        let among =
            |list: &[String], name: &str| list.is_empty() || list.iter().any(|it| it == name);
        among(&self.sectors, sector) && among(&self.event_types, event_type)
    }
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
    /// Events in order of their day.
    pub events: Vec<Event>,
    /// Country outlines.
    pub countries: Vec<Area>,
}
