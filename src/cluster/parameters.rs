//! What the data say about the parameters of clusters: how far the k-th nearest incident is.
//!
//! An incident is core where its k-th nearest other incident, k = `min_points` − 1, lies within eps: its distance
//! among those at most `eps_days` apart, its difference in days among those at most `eps_km` away. Sorted, these
//! make the k-distance curve of Ester et al. (1996, KDD-96), once in space and once in time; where it turns
//! upwards, incidents in clusters end and those between clusters begin. The knee is the place of the curve that is
//! farthest below the straight line between its ends (Satopää et al. 2011, *Finding a "kneedle" in a haystack*,
//! doi 10.1109/ICDCSW.2011.20).

use rayon::prelude::*;

use crate::case::ClusterOptions;
use crate::geodesy::{EarthCentred, Position, distance};
use crate::index::PositionIndex;
use crate::units::{Day, Days, Metres};

/// At most so many incidents are measured, evenly taken in their order; each against all.
const MOST_MEASURED: usize = 5_000;
/// A curve of fewer values has no knee.
const LEAST_FOR_KNEE: usize = 5;

/// A sorted curve of k-distances.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve<T> {
    /// The values, ascending.
    pub values: Vec<T>,
    /// How many incidents have fewer than k others to measure, in time or in space.
    pub without: usize,
    /// The value at the knee; `None` for fewer than five values, or where all are the same.
    pub knee: Option<T>,
}

/// The k-distances of a case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KDistances {
    /// k: how many others; `min_points` − 1, at least 1.
    pub others: usize,
    /// How many incidents there are, of which at most 5,000 were measured.
    pub incidents: usize,
    /// To the k-th nearest other incident among those within `eps_days`.
    pub distances: Curve<Metres>,
    /// To the k-th nearest day of another incident among those within `eps`.
    pub days: Curve<Days>,
}

/// Measures incidents against all others. O(m·n) at worst with m ≤ 5,000, on all cores; in space only those of
/// the days around are looked at, in time only those around.
pub fn k_distances(positions: &[Position], days: &[Day], options: &ClusterOptions) -> KDistances {
    let others = options.min_points.saturating_sub(1).max(1);
    let count = positions.len();
    let measured = count.min(MOST_MEASURED);
    let sample: Vec<usize> = (0..measured).map(|it| it * count / measured).collect();
    let distances = distances(positions, days, options.eps_days, others, &sample);
    let spans = spans(positions, days, options.eps, others, &sample);
    KDistances {
        others,
        incidents: count,
        distances: curve(distances, |value| value.0, |a, b| a.0.total_cmp(&b.0)),
        days: curve(spans, |value| f64::from(value.0), Ord::cmp),
    }
}

fn distances(
    positions: &[Position],
    days: &[Day],
    eps_days: Days,
    others: usize,
    sample: &[usize],
) -> Vec<Option<Metres>> {
    let mut by_day: Vec<usize> = (0..positions.len()).collect();
    by_day.sort_by_key(|&it| (days[it], it));
    let sorted: Vec<Day> = by_day.iter().map(|&it| days[it]).collect();
    let centred: Vec<EarthCentred> = by_day
        .iter()
        .map(|&it| positions[it].earth_centred())
        .collect();
    sample
        .par_iter()
        .map_init(Vec::new, |chords: &mut Vec<(Metres, usize)>, &of| {
            let from = sorted.partition_point(|day| *day < days[of].plus(Days(-eps_days.0)));
            let to = sorted.partition_point(|day| *day <= days[of].plus(eps_days));
            let at = positions[of].earth_centred();
            chords.clear();
            chords.extend(
                (from..to)
                    .filter(|&place| by_day[place] != of)
                    .map(|place| (centred[place].chord(at), by_day[place])),
            );
            if chords.len() < others {
                return None;
            }
            let order = |a: &(Metres, usize), b: &(Metres, usize)| {
                a.0.0.total_cmp(&b.0.0).then(a.1.cmp(&b.1))
            };
            let (_, &mut (_, nearest), _) = chords.select_nth_unstable_by(others - 1, order);
            Some(distance(positions[of], positions[nearest]))
        })
        .collect()
}

fn spans(
    positions: &[Position],
    days: &[Day],
    eps: Metres,
    others: usize,
    sample: &[usize],
) -> Vec<Option<Days>> {
    let index = PositionIndex::new(positions.iter().copied());
    sample
        .par_iter()
        .map(|&of| {
            let near = index.within(positions[of], eps);
            let mut spans: Vec<Days> = near
                .into_iter()
                .filter(|&it| it != of)
                .map(|it| Days(days[it].since(days[of]).0.abs()))
                .collect();
            (spans.len() >= others).then(|| *spans.select_nth_unstable(others - 1).1)
        })
        .collect()
}

fn curve<T: Copy>(
    values: Vec<Option<T>>,
    number: impl Fn(T) -> f64,
    order: impl Fn(&T, &T) -> std::cmp::Ordering,
) -> Curve<T> {
    let measured = values.len();
    let mut values: Vec<T> = values.into_iter().flatten().collect();
    values.sort_by(order);
    let numbers: Vec<f64> = values.iter().map(|&value| number(value)).collect();
    Curve {
        without: measured - values.len(),
        knee: knee(&numbers).map(|place| values[place]),
        values,
    }
}

/// The place of ascending values that is farthest below the line between the first and the last; the first of
/// equals. `None` where nothing is below it.
fn knee(values: &[f64]) -> Option<usize> {
    let (first, last) = (*values.first()?, *values.last()?);
    if values.len() < LEAST_FOR_KNEE || last <= first {
        return None;
    }
    let steps = (values.len() - 1) as f64;
    let mut best: Option<(usize, f64)> = None;
    for (place, value) in values.iter().enumerate() {
        let below = place as f64 / steps - (value - first) / (last - first);
        if below > 1e-9 && best.is_none_or(|(_, most)| below > most) {
            best = Some((place, below));
        }
    }
    best.map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    fn options() -> ClusterOptions {
        ClusterOptions {
            eps: Metres(40_000.0),
            eps_days: Days(4),
            min_points: 4,
            ..crate::case::Options::default().cluster
        }
    }

    #[test]
    fn k_distances_are_those_of_the_definition() {
        let mut dice = Dice::new(31);
        let positions: Vec<Position> = (0..300)
            .map(|_| dice.position_in(69.0, 32.0, 72.0, 34.0))
            .collect();
        let days: Vec<Day> = (0..300).map(|_| Day(dice.below(60) as i32)).collect();
        let found = k_distances(&positions, &days, &options());
        assert_eq!((found.others, found.incidents), (3, 300));
        let (mut distances, mut spans): (Vec<f64>, Vec<i32>) = (Vec::new(), Vec::new());
        for one in 0..300 {
            let others = || (0..300).filter(move |&other| other != one);
            let apart = |other: usize| days[other].since(days[one]).0.abs();
            let mut near: Vec<f64> = others()
                .filter(|&other| apart(other) <= 4)
                .map(|other| distance(positions[one], positions[other]).0)
                .collect();
            near.sort_by(f64::total_cmp);
            distances.extend(near.get(2));
            let mut soon: Vec<i32> = others()
                .filter(|&other| distance(positions[one], positions[other]).0 <= 40_000.0)
                .map(apart)
                .collect();
            soon.sort_unstable();
            spans.extend(soon.get(2));
        }
        distances.sort_by(f64::total_cmp);
        spans.sort_unstable();
        let found_distances: Vec<f64> = found.distances.values.iter().map(|it| it.0).collect();
        assert_eq!(found_distances.len(), distances.len());
        for (found, wanted) in found_distances.iter().zip(&distances) {
            assert!((found - wanted).abs() < 0.01);
        }
        let found_spans: Vec<i32> = found.days.values.iter().map(|it| it.0).collect();
        assert_eq!(found_spans, spans);
        assert_eq!(found.days.without, 300 - spans.len());
        // As many incidents are core as have their k-th nearest within eps.
        let core = found
            .distances
            .values
            .iter()
            .filter(|it| it.0 <= 40_000.0)
            .count();
        let grid =
            crate::neighbours::SpaceTimeGrid::new(&positions, &days, Metres(40_000.0), Days(4));
        let labels = crate::cluster::dbscan::st_dbscan(&grid, 4);
        let cores = labels.roles.iter();
        let cores = cores.filter(|role| **role == crate::cluster::dbscan::Role::Core);
        assert_eq!(core, cores.count());
    }

    #[test]
    fn the_knee_is_where_the_curve_turns_up() {
        let mut values: Vec<f64> = (0..80).map(|it| 1.0 + 0.01 * f64::from(it)).collect();
        values.extend((0..20).map(|it| 3.0 + 5.0 * f64::from(it)));
        assert_eq!(knee(&values), Some(80 - 1));
        assert_eq!(knee(&[1.0; 20]), None);
        assert_eq!(knee(&[1.0, 2.0, 9.0]), None);
        // A straight line has none.
        assert_eq!(knee(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), None);
        assert_eq!(knee(&[]), None);
        let nothing = k_distances(&[], &[], &options());
        assert!(nothing.distances.values.is_empty() && nothing.days.knee.is_none());
    }
}
