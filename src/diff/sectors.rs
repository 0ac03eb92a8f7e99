//! Which sectors went up and down.

use std::collections::BTreeSet;

use super::read::{MEASURES, Pack, Sector};

/// How the number of incidents in a sector changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trend {
    /// More incidents.
    Up,
    /// Fewer incidents.
    Down,
    /// As many incidents, and another number beside them.
    Changed,
    /// In the new pack alone.
    New,
    /// In the old pack alone.
    Vanished,
    /// The same numbers.
    Same,
}

impl Trend {
    /// All.
    pub const ALL: [Trend; 6] = [
        Trend::Up,
        Trend::Down,
        Trend::Changed,
        Trend::New,
        Trend::Vanished,
        Trend::Same,
    ];

    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Trend::Up => "up",
            Trend::Down => "down",
            Trend::Changed => "changed",
            Trend::New => "new",
            Trend::Vanished => "vanished",
            Trend::Same => "same",
        }
    }
}

/// A sector before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct SectorChange {
    /// Its name.
    pub name: String,
    /// How it changed.
    pub trend: Trend,
    /// What the old pack says.
    pub old: Option<Sector>,
    /// What the new pack says.
    pub new: Option<Sector>,
}

impl SectorChange {
    /// A measure before and after; `None` where nothing is said.
    pub fn values(&self, measure: usize) -> [Option<f64>; 2] {
        [&self.old, &self.new].map(|it| it.as_ref().and_then(|it| it.values[measure]))
    }

    /// How much a measure rose; `None` unless both packs say it.
    pub fn difference(&self, measure: usize) -> Option<f64> {
        match self.values(measure) {
            [Some(old), Some(new)] => Some(new - old),
            _ => None,
        }
    }
}

/// Compares sectors by name, along the line; areas and the rest of the line last, by name.
pub fn compared(old: &Pack, new: &Pack) -> Vec<SectorChange> {
    let names: BTreeSet<&(String, usize)> = old.sectors.keys().chain(new.sectors.keys()).collect();
    let mut changes: Vec<SectorChange> = names
        .into_iter()
        .map(|name| {
            let (old, new) = (old.sectors.get(name), new.sectors.get(name));
            SectorChange {
                name: name.0.clone(),
                trend: trend(old, new),
                old: old.cloned(),
                new: new.cloned(),
            }
        })
        .collect();
    let from = |it: &SectorChange| {
        let sector = it.new.as_ref().or(it.old.as_ref());
        sector.and_then(|it| it.from_km).unwrap_or(f64::INFINITY)
    };
    changes.sort_by(|a, b| from(a).total_cmp(&from(b)));
    changes
}

fn trend(old: Option<&Sector>, new: Option<&Sector>) -> Trend {
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (None, _) => return Trend::New,
        (_, None) => return Trend::Vanished,
    };
    // An absent number is not zero, but incidents are always counted.
    let incidents = |it: &Sector| it.values[0].unwrap_or(0.0);
    match incidents(new).total_cmp(&incidents(old)) {
        std::cmp::Ordering::Greater => Trend::Up,
        std::cmp::Ordering::Less => Trend::Down,
        std::cmp::Ordering::Equal if old == new => Trend::Same,
        std::cmp::Ordering::Equal => Trend::Changed,
    }
}

/// A measure as text: counts whole, kilometres to the metre, rates to four decimals.
pub fn written(measure: usize, value: f64) -> String {
    match MEASURES[measure] {
        "length_km" => crate::units::fixed(value, 3),
        "incidents_per_100km_30days" => crate::units::fixed(value, 4),
        _ => crate::units::fixed(value, 0),
    }
}
