//! Where and when incidents may have been, given how closely places and days are known.

use crate::draws;
use crate::geodesy::{Azimuth, Position, Surroundings};
use crate::incident::Incident;
use crate::units::{Day, Days, Metres};

/// An incident as it is known.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Where it is said to be.
    pub position: Position,
    /// How far from there it may be.
    pub radius: Metres,
    /// The first day on which it may have been.
    pub first: Day,
    /// The last.
    pub last: Day,
}

impl Known {
    /// What is known of an incident; one whose location radius is unknown is taken as placed exactly, so that it must
    /// not be among those that are drawn.
    pub fn of(incident: &Incident) -> Known {
        Known {
            position: incident.position,
            radius: incident.location_radius.unwrap_or(Metres::ZERO),
            first: incident.day,
            last: incident.last_day,
        }
    }
}

/// What is known of a set of incidents, ready to be drawn from.
#[derive(Clone, Debug)]
pub struct Knowledge {
    known: Vec<Known>,
    around: Vec<Surroundings>,
}

impl Knowledge {
    /// Of incidents in an order that does not depend on that of the rows, since each draw goes through them in turn.
    pub fn new(known: impl Iterator<Item = Known>) -> Knowledge {
        let known: Vec<Known> = known.collect();
        let around = known.iter();
        Knowledge {
            around: around.map(|it| Surroundings::new(it.position)).collect(),
            known,
        }
    }

    /// How many incidents.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// One draw: every incident somewhere within its location radius, with equal chance for equal area, and on one of
    /// its days. The same seed and number give the same draw. O(n).
    pub fn drawn(&self, seed: u64, number: u64) -> (Vec<Position>, Vec<Day>) {
        let dice = &mut draws::stream(seed, number);
        let both = self.known.iter().zip(&self.around);
        both.map(|(it, around)| {
            let (turn, out, when) = (draws::unit(dice), draws::unit(dice), draws::unit(dice));
            let position = if it.radius.0 > 0.0 {
                let azimuth = Azimuth(turn * 360.0 - 180.0);
                around.at(azimuth, it.radius * out.sqrt())
            } else {
                it.position
            };
            let days = f64::from(it.last.since(it.first).0 + 1);
            (position, it.first.plus(Days((when * days) as i32)))
        })
        .unzip()
    }
}
