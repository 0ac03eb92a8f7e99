//! Marks that share a place are moved apart: a little, never out of their day, and out of their sector
//! only where they would hide each other.

use std::collections::BTreeMap;

/// A mark that wants a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dot {
    /// Where it belongs, in px.
    pub(super) at: (f64, f64),
    /// Its radius in px.
    pub(super) radius: f64,
    /// −1 if it belongs to the left of its day, 1 if to the right, else 0.
    pub(super) lean: f64,
    /// The lowest and highest y that it should be moved to.
    pub(super) band: (f64, f64),
    /// The lowest and highest x that it may have, even if its day does not lie between them.
    pub(super) room: (f64, f64),
}

impl Dot {
    /// A place in the room, as near as can be.
    fn inside(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (x.min(self.room.1).max(self.room.0), y)
    }
}

/// The grid in which neighbours are looked up, in px.
const CELL: f64 = 24.0;
/// What is asked of a place, the best first; where no place in reach has it, the next is tried.
const ATTEMPTS: [Attempt; 6] = [
    Attempt {
        apart: 1.0,
        on_large: false,
        in_band: true,
    },
    Attempt {
        apart: 0.8,
        on_large: false,
        in_band: true,
    },
    Attempt {
        apart: 0.6,
        on_large: false,
        in_band: true,
    },
    Attempt {
        apart: 0.42,
        on_large: false,
        in_band: true,
    },
    Attempt {
        apart: 0.6,
        on_large: true,
        in_band: true,
    },
    Attempt {
        apart: 0.42,
        on_large: true,
        in_band: false,
    },
];

/// What is asked of a place.
struct Attempt {
    /// How far two marks are apart, in shares of the sum of their radii. At 0.42 less than half of a
    /// mark is hidden.
    apart: f64,
    /// Whether a small mark may lie on a large one, where it still shows.
    on_large: bool,
    /// Whether it keeps to its band.
    in_band: bool,
}

/// Finds a place for each mark, the first ones first, at most `reach` away to the side and up or down.
/// Where all places in reach are taken a mark stays where it belongs. O(n) for marks of like size.
pub(super) fn swarm(dots: &[Dot], reach: (f64, f64)) -> Vec<(f64, f64)> {
    let steps = candidates(reach);
    let largest = dots.iter().map(|dot| dot.radius).fold(0.0, f64::max);
    let mut grid: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    let mut placed: Vec<(f64, f64)> = Vec::with_capacity(dots.len());
    let cell = |at: f64| (at / CELL).floor() as i64;
    for (number, dot) in dots.iter().enumerate() {
        let moved = (dot.inside(dot.at).0 - dot.at.0).abs();
        let around = dot.radius + largest + reach.0.max(reach.1) + moved + 1.0;
        let mut near: Vec<usize> = Vec::new();
        for column in cell(dot.at.0 - around)..=cell(dot.at.0 + around) {
            let rows = (column, cell(dot.at.1 - around))..=(column, cell(dot.at.1 + around));
            near.extend(grid.range(rows).flat_map(|(_, cell)| cell));
        }
        let base = dot.lean * reach.0 * 0.4;
        let allowed = |(dx, dy): (f64, f64), attempt: &Attempt| {
            let y = dot.at.1 + dy;
            (base + dx).abs() <= reach.0 + 1e-9
                && (!attempt.in_band || dy == 0.0 || (y >= dot.band.0 && y <= dot.band.1))
                && (dot.lean == 0.0 || (base + dx) * dot.lean >= 0.0)
        };
        let free = |(x, y): (f64, f64), attempt: &Attempt| {
            near.iter().all(|&other| {
                let (at, radius): ((f64, f64), f64) = (placed[other], dots[other].radius);
                (at.0 - x).hypot(at.1 - y) >= attempt.apart * (dot.radius + radius)
                    || attempt.on_large && radius > 1.6 * dot.radius
            })
        };
        let spot = ATTEMPTS
            .iter()
            .find_map(|attempt| {
                steps
                    .iter()
                    .filter(|&&step| allowed(step, attempt))
                    .map(|&(dx, dy)| dot.inside((dot.at.0 + base + dx, dot.at.1 + dy)))
                    .find(|&at| free(at, attempt))
            })
            .unwrap_or_else(|| dot.inside((dot.at.0 + base, dot.at.1)));
        grid.entry((cell(spot.0), cell(spot.1)))
            .or_default()
            .push(number);
        placed.push(spot);
    }
    placed
}

/// Steps away from a place, the smallest first; up and down counts more than sideways.
fn candidates(reach: (f64, f64)) -> Vec<(f64, f64)> {
    let grid = |reach: f64, step: f64| {
        let count = (reach / step).floor() as i32;
        (-count..=count).map(move |number| f64::from(number) * step)
    };
    let mut steps: Vec<(f64, f64)> = grid(2.0 * reach.0, 1.5)
        .flat_map(|dx| grid(reach.1, 1.5).map(move |dy| (dx, dy)))
        .collect();
    let cost = |&(dx, dy): &(f64, f64)| dx * dx + 1.7 * dy * dy;
    steps.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANYWHERE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

    #[test]
    fn marks_keep_to_their_room_and_apart() {
        let dot = Dot {
            at: (2.0, 50.0),
            radius: 5.0,
            lean: -1.0,
            band: (20.0, 80.0),
            room: (10.0, 90.0),
        };
        let placed = swarm(&[dot; 3], (4.0, 13.0));
        assert!(placed.iter().all(|&(x, _)| (10.0..=14.0).contains(&x)));
        assert!((placed[0].1 - placed[1].1).abs() > 4.0);
    }

    #[test]
    fn marks_stay_in_reach_and_apart_while_there_is_room() {
        let dot = |lean| Dot {
            at: (100.0, 100.0),
            radius: 5.0,
            lean,
            band: (60.0, 140.0),
            room: ANYWHERE,
        };
        let dots = [dot(-1.0), dot(1.0), dot(0.0), dot(-1.0), dot(1.0)];
        let placed = swarm(&dots, (7.0, 20.0));
        for (a, &(x, y)) in placed.iter().enumerate() {
            assert!((x - 100.0).abs() <= 7.0 && (y - 100.0).abs() <= 20.0);
            assert!((x - 100.0) * dots[a].lean >= 0.0);
            for &(other_x, other_y) in &placed[..a] {
                assert!((x - other_x).hypot(y - other_y) >= 5.9);
            }
        }
    }

    #[test]
    fn more_than_fit_stay_where_they_belong() {
        let dot = Dot {
            at: (50.0, 50.0),
            radius: 5.0,
            lean: 0.0,
            band: (48.0, 52.0),
            room: ANYWHERE,
        };
        let placed = swarm(&[dot; 60], (4.0, 10.0));
        assert!(
            placed
                .iter()
                .all(|&(x, y)| (x - 50.0).abs() <= 4.0 && (y - 50.0).abs() <= 10.0)
        );
        assert_eq!(placed[0], (50.0, 50.0));
    }

    #[test]
    fn small_marks_on_a_large_one_stay_apart() {
        let dot = |radius| Dot {
            at: (50.0, 50.0),
            radius,
            lean: 0.0,
            band: (0.0, 100.0),
            room: ANYWHERE,
        };
        let placed = swarm(
            &[dot(46.0), dot(5.0), dot(5.0), dot(5.0), dot(5.0)],
            (14.0, 13.0),
        );
        for (a, at) in placed.iter().enumerate().skip(1) {
            for other in &placed[1..a] {
                assert!((at.0 - other.0).hypot(at.1 - other.1) > 4.0);
            }
        }
    }
}
