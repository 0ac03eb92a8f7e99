//! The scan in the plane.

use rayon::prelude::*;

use super::search::{Candidate, Dates, Search, Step};
use super::{Scan, ScanOptions, Space, Study, Undefined, scan};
use crate::geodesy::{Position, distance};
use crate::index::PositionIndex;
use crate::units::{Day, Metres};

/// No two places on the Earth are farther from each other.
const FARTHEST: f64 = 2.1e7;

/// A disc on the ellipsoid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    /// The position of an incident, though maybe not of one of its days.
    pub centre: Position,
    /// The geodesic distance to the farthest incident of the cluster; 0 if all are at the centre.
    pub radius: Metres,
}

/// Windows that are circles of at most `widest` in radius, each around the position of an incident, times intervals
/// of days; see the [module](super) for the statistic.
///
/// Places are distinct coordinates; 180° east and west are the same. Distances are geodesics on WGS 84. Places at
/// the very same distance from a centre enter its circle together. Two circles overlap if they share a point: if
/// the geodesic between their centres is no longer than both radii.
///
/// Of windows with equal ratio and first day, that around the westernmost centre is taken, of these the
/// southernmost: longitude and latitude stand where the scan along a line has the chainage.
///
/// For n incidents at p places, q of them within `widest` of a place, D days and at most T days a window: O(p·q)
/// geodesics once, then O(n·q·(D + T²)) a draw in the worst case. Memory: 12 bytes for each of p·q pairs.
pub fn plane(
    positions: &[Position],
    days: &[Day],
    widest: Metres,
    options: &ScanOptions,
) -> Result<Scan<Circle>, Undefined> {
    if widest.0.is_nan() || widest.0 < 0.0 {
        return Err(Undefined::Extent);
    }
    let at: Vec<Place> = positions.iter().map(|&it| Place::new(it)).collect();
    let order = |one: &Place, other: &Place| {
        let longitudes = one.0.longitude().total_cmp(&other.0.longitude());
        longitudes.then(one.0.latitude().total_cmp(&other.0.latitude()))
    };
    let study = Study::new(&at, days, order, options)?;
    let index = PositionIndex::new(study.places.iter().map(|it| it.0));
    let widest = widest.min(Metres(FARTHEST));
    let near: Vec<Vec<(f64, u32)>> = study
        .places
        .par_iter()
        .map(|centre| {
            let within = index.within(centre.0, widest).into_iter();
            let mut near: Vec<(f64, u32)> = within
                .map(|place| (distance(centre.0, study.places[place].0).0, place as u32))
                .collect();
            near.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
            near
        })
        .collect();
    let plane = Plane {
        study: &study,
        near,
    };
    Ok(scan(&plane, &study, options))
}

/// A position of which there is only one for each place.
#[derive(Clone, Copy, Debug)]
struct Place(Position);

impl Place {
    fn new(position: Position) -> Place {
        // + 0.0 turns a negative zero into zero.
        let longitude = match position.longitude() + 0.0 {
            180.0 => -180.0,
            longitude => longitude,
        };
        Place(Position::new(longitude, position.latitude() + 0.0).unwrap_or(position))
    }
}

struct Plane<'a> {
    study: &'a Study<Place>,
    /// For each place those around it by distance, itself first.
    near: Vec<Vec<(f64, u32)>>,
}

impl Plane<'_> {
    fn of(&self, it: &Candidate) -> (Position, &[(f64, u32)]) {
        let centre = it.space.0 as usize;
        let near = &self.near[centre][..=it.space.1 as usize];
        (self.study.places[centre].0, near)
    }
}

impl Space for Plane<'_> {
    type Window = Circle;

    fn largest<'a>(&'a self, dates: &'a Dates, least: usize) -> impl FnMut(&[u32]) -> f64 + 'a {
        let mut search = Search::new(dates, least, |_: &Candidate| true);
        move |days| {
            search.start();
            self.sweep(days, &mut search);
            search.best().0
        }
    }

    /// Each window is tried once: by the first day on which one of its farthest places has an incident in it.
    fn sweep<A: Fn(&Candidate) -> bool>(&self, days: &[u32], search: &mut Search<'_, A>) {
        let starts = &self.study.starts;
        let dates = search.dates;
        let last = dates.days.len() as u32 - 1;
        let mut rim: Vec<u32> = Vec::new();
        for (centre, near) in self.near.iter().enumerate() {
            search.sums.start(0..=last);
            let mut margin = 0;
            let mut at = 0;
            for ring in near.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
                at += ring.len() as u32;
                rim.clear();
                for &(_, place) in ring {
                    let (start, end) = (starts[place as usize], starts[place as usize + 1]);
                    margin += end - start;
                    rim.extend_from_slice(&days[start as usize..end as usize]);
                }
                if ring.len() > 1 {
                    rim.sort_unstable();
                }
                for &day in &rim {
                    search.sums.add(day);
                }
                let mut from = 0;
                for &day in &rim {
                    let first = from.max(dates.lo[day as usize]);
                    if day >= from && first <= day {
                        search.try_days(Step {
                            space: (centre as u32, at - 1),
                            margin,
                            from: first,
                            by: day,
                            until: day,
                        });
                    }
                    from = day + 1;
                }
            }
        }
    }

    fn overlap(&self, one: &Candidate, other: &Candidate) -> bool {
        let radius = |near: &[(f64, u32)]| near.last().map_or(0.0, |it| it.0);
        let ((one, near), (other, near_other)) = (self.of(one), self.of(other));
        distance(one, other).0 <= radius(near) + radius(near_other)
    }

    fn window(&self, it: &Candidate) -> Circle {
        let (centre, near) = self.of(it);
        Circle {
            centre,
            radius: Metres(near.last().map_or(0.0, |it| it.0)),
        }
    }

    fn places(&self, it: &Candidate) -> Vec<u32> {
        self.of(it).1.iter().map(|near| near.1).collect()
    }
}
