//! Rival alignments: other lines for the same frontier, and what would change if they were measured along.

use crate::border::Border;
use crate::geodesy::distance;
use crate::ledger::Fate;
use crate::locate::{LineEnd, Location, Locator, Side};
use crate::located::LocatedIncident;
use crate::region::{JudgedSide, SideRegions};
use crate::sector::SectorFinder;
use crate::units::Metres;

/// The median, between the middle two of an even number, and the largest; 0 for none.
fn median_and_largest(mut values: Vec<f64>) -> (Metres, Metres) {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let median = match values.get(middle) {
        None => 0.0,
        Some(&upper) if values.len() % 2 == 1 => upper,
        Some(&upper) => f64::midpoint(values[middle - 1], upper),
    };
    (
        Metres(median),
        Metres(values.last().copied().unwrap_or(0.0)),
    )
}

/// A rival line with the place of every incident on it.
#[derive(Clone, Debug)]
pub struct Alignment {
    /// What it is called.
    pub name: String,
    /// The line, in the direction of the line that is measured along.
    pub border: Border,
    /// The place of each incident, in the order of the incidents.
    pub places: Vec<RivalPlace>,
}

/// Where an incident lies on a rival line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RivalPlace {
    /// Offset, foot and chainage on the rival line.
    pub location: Location,
    /// Its side.
    pub side: Side,
    /// The probability of that side.
    pub side_probability: Option<f64>,
    /// How it lies to the rival line's open ends.
    pub line_end: LineEnd,
    /// The sector of the place on the line that is measured along which is nearest to its foot here, or the area
    /// that holds it.
    pub sector: usize,
    /// How far its two feet are apart.
    pub feet_apart: Metres,
}

/// What changes for an incident on a rival line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flips {
    /// Its side.
    pub side: bool,
    /// Its sector.
    pub sector: bool,
    /// Whether it lies in the corridor.
    pub corridor: bool,
}

impl Flips {
    /// Whether anything changes.
    pub const fn any(self) -> bool {
        self.side || self.sector || self.corridor
    }

    /// What changes, in the words of the tables; empty for nothing.
    pub fn words(self) -> String {
        let words = [
            (self.side, "side"),
            (self.sector, "sector"),
            (self.corridor, "corridor"),
        ];
        let words: Vec<&str> = words.iter().filter(|it| it.0).map(|it| it.1).collect();
        words.join("; ")
    }
}

impl RivalPlace {
    /// What changes against the line that is measured along.
    pub fn flips(&self, incident: &LocatedIncident, corridor: Metres) -> Flips {
        Flips {
            side: self.side != incident.side,
            sector: self.sector != incident.sector,
            corridor: (self.location.offset <= corridor) != (incident.location.offset <= corridor),
        }
    }

    /// Chainage on the rival line minus chainage on the line that is measured along.
    pub fn chainage_difference(&self, incident: &LocatedIncident) -> Metres {
        self.location.chainage - incident.location.chainage
    }
}

/// What a rival line changes in all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AlignmentSummary {
    /// Incidents that are compared.
    pub compared: usize,
    /// Of these, those in the corridor of the rival line.
    pub in_corridor: usize,
    /// Those in its corridor to its left, to its right and on it.
    pub sides: [usize; 3],
    /// Incidents whose side changes.
    pub side_flips: usize,
    /// Incidents whose sector changes.
    pub sector_flips: usize,
    /// Incidents that come into the corridor or drop out of it.
    pub corridor_flips: usize,
    /// The median distance between the two feet of an incident; 0 without incidents.
    pub median_feet_apart: Metres,
    /// The largest.
    pub largest_feet_apart: Metres,
    /// The median of the differences of chainage, without regard to their sign.
    pub median_chainage_difference: Metres,
    /// The largest of them, without regard to its sign.
    pub largest_chainage_difference: Metres,
}

impl Alignment {
    /// Sums up what the line changes. O(n log n).
    pub fn summary(&self, incidents: &[LocatedIncident], corridor: Metres) -> AlignmentSummary {
        let mut summary = AlignmentSummary::default();
        let (mut apart, mut differences) = (Vec::new(), Vec::new());
        for (incident, place) in self.compared(incidents, corridor) {
            let flips = place.flips(incident, corridor);
            summary.compared += 1;
            summary.side_flips += usize::from(flips.side);
            summary.sector_flips += usize::from(flips.sector);
            summary.corridor_flips += usize::from(flips.corridor);
            if place.location.offset <= corridor {
                summary.in_corridor += 1;
                summary.sides[place.side.number()] += 1;
            }
            apart.push(place.feet_apart.0);
            differences.push(place.chainage_difference(incident).0.abs());
        }
        (summary.median_feet_apart, summary.largest_feet_apart) = median_and_largest(apart);
        (
            summary.median_chainage_difference,
            summary.largest_chainage_difference,
        ) = median_and_largest(differences);
        summary
    }

    /// Locates the incidents on a rival line, on all cores. `main` is the line that is measured along; the rival
    /// is run in its direction.
    pub fn new(
        name: String,
        border: &Border,
        regions: Option<&SideRegions>,
        incidents: &[LocatedIncident],
        main: &Locator<'_>,
        sectors: &SectorFinder<'_>,
    ) -> Alignment {
        let border = border.aligned(|position| main.locate(position).chainage);
        let locator = Locator::new(&border);
        let positions: Vec<_> = incidents.iter().map(|it| it.incident.position).collect();
        let locations = locator.locate_all(&positions, |_| ());
        let feet: Vec<_> = locations.iter().map(|it| it.foot).collect();
        let on_main = main.locate_all(&feet, |_| ());
        let places = incidents
            .iter()
            .zip(locations.into_iter().zip(on_main))
            .map(|(incident, (location, on_main))| {
                let position = incident.incident.position;
                let radius = incident.incident.location_radius;
                let judged = match regions {
                    Some(regions) => regions.judge(position, &location, radius),
                    None => JudgedSide::by_line(&location, radius),
                };
                RivalPlace {
                    side: judged.side,
                    side_probability: judged.probability,
                    line_end: locator.line_end(position, &location, radius),
                    sector: sectors.find(position, on_main.chainage).0,
                    feet_apart: distance(location.foot, incident.location.foot),
                    location,
                }
            })
            .collect();
        Alignment {
            name,
            border,
            places,
        }
    }

    /// The incidents for which an alignment matters, those in the corridor of either line and not held or left
    /// out for another reason, with their places.
    pub fn compared<'a>(
        &'a self,
        incidents: &'a [LocatedIncident],
        corridor: Metres,
    ) -> impl Iterator<Item = (&'a LocatedIncident, &'a RivalPlace)> {
        incidents
            .iter()
            .zip(&self.places)
            .filter(move |(it, place)| {
                matches!(it.fate, Fate::Used | Fate::OutsideCorridor)
                    && it.location.offset.min(place.location.offset) <= corridor
            })
    }
}
