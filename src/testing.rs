//! Seeded values for unit tests. Compiled for tests only.

use crate::geodesy::Position;
use crate::incident::{ClaimStatus, DatePrecision, Figures, Incident, Texts, Verification};
use crate::ledger::Fate;
use crate::locate::{LineEnd, Location, Side};
use crate::located::LocatedIncident;
use crate::units::{Day, Metres};

/// An incident of some days at a local time, somewhere, of which nothing else is said.
pub(crate) fn incident(first: i32, last: i32, time_local: &str) -> Incident {
    Incident {
        record: 0,
        day: Day(first),
        last_day: Day(last),
        date_precision: DatePrecision::Day,
        position: Position::new(70.0, 33.0).unwrap(),
        location_radius: Some(Metres(1_000.0)),
        deaths: Figures::default(),
        civilian_deaths: None,
        injured: None,
        claim_status: ClaimStatus::Unstated,
        verification: Verification::Unstated,
        verified_by: "".into(),
        admin1: "".into(),
        country: "".into(),
        geo_precision: "".into(),
        event_type: "".into(),
        actor_a: "".into(),
        actor_b: "".into(),
        reported_by: "".into(),
        source_name: "".into(),
        texts: Texts::new(["", time_local, "", "", "", "", ""]),
    }
}

/// The incident as a counted one on the line in the first sector.
pub(crate) fn located(incident: Incident) -> LocatedIncident {
    LocatedIncident {
        fate: Fate::Used,
        location: Location {
            offset: Metres::ZERO,
            side: Side::OnLine,
            chainage: Metres::ZERO,
            foot: incident.position,
            beyond_end: false,
            line_uncertainty: None,
        },
        side: Side::OnLine,
        line_end: LineEnd::No,
        side_probability: None,
        sector: 0,
        cluster: None,
        role: None,
        membership: None,
        clustered: None,
        incident,
    }
}

/// A small generator (`SplitMix64`): the same seed gives the same values on every machine.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to 1, 1 excluded.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Up to 12 characters and words of an alphabet.
    pub(crate) fn soup(&mut self, alphabet: &[&str]) -> String {
        (0..self.below(13))
            .filter_map(|_| {
                let place = self.below(alphabet.len() as u64) as usize;
                alphabet.get(place).copied()
            })
            .collect()
    }

    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last as u64 + 1) as usize);
        }
    }

    pub(crate) fn position_in(&mut self, west: f64, south: f64, east: f64, north: f64) -> Position {
        Position::new(self.between(west, east), self.between(south, north)).unwrap()
    }

    pub(crate) fn position_anywhere(&mut self) -> Position {
        self.position_in(-180.0, -90.0, 180.0, 90.0)
    }
}
