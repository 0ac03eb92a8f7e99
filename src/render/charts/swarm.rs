//! Marks that share a place are moved apart, a little and never out of their day or sector.

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
    /// The lowest and highest y that it may be moved to.
    pub(super) band: (f64, f64),
}

/// The grid in which neighbours are looked up, in px.
const CELL: f64 = 24.0;
/// How far apart two marks should be, in shares of the sum of their radii; where that is too much for
/// any place in reach, the next one is tried. At the last one less than half of a mark is hidden.
const APART: [f64; 4] = [1.0, 0.8, 0.6, 0.42];

/// Finds a place for each mark, the first ones first, at most `reach` away to the side and up or down.
/// Where all places in reach are taken a mark stays where it belongs. O(n) for marks of like size.
pub(super) fn swarm(dots: &[Dot], reach: (f64, f64)) -> Vec<(f64, f64)> {
    let steps = candidates(reach);
    let largest = dots.iter().map(|dot| dot.radius).fold(0.0, f64::max);
    let mut grid: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    let mut placed: Vec<(f64, f64)> = Vec::with_capacity(dots.len());
    let cell = |at: f64| (at / CELL).floor() as i64;
    for (number, dot) in dots.iter().enumerate() {
        let around = dot.radius + largest + reach.0.max(reach.1) + 1.0;
        let mut near: Vec<usize> = Vec::new();
        for column in cell(dot.at.0 - around)..=cell(dot.at.0 + around) {
            let rows = (column, cell(dot.at.1 - around))..=(column, cell(dot.at.1 + around));
            near.extend(grid.range(rows).flat_map(|(_, cell)| cell));
        }
        let base = dot.lean * reach.0 * 0.4;
        let allowed = |&&(dx, dy): &&(f64, f64)| {
            let y = dot.at.1 + dy;
            (base + dx).abs() <= reach.0 + 1e-9
                && (dy == 0.0 || (y >= dot.band.0 && y <= dot.band.1))
                && (dot.lean == 0.0 || (base + dx) * dot.lean >= 0.0)
        };
        let free = |(x, y): (f64, f64), apart: f64| {
            near.iter().all(|&other| {
                let at: (f64, f64) = placed[other];
                (at.0 - x).hypot(at.1 - y) >= apart * (dot.radius + dots[other].radius)
            })
        };
        let spot = APART
            .into_iter()
            .find_map(|apart| {
                steps
                    .iter()
                    .filter(allowed)
                    .map(|&(dx, dy)| (dot.at.0 + base + dx, dot.at.1 + dy))
                    .find(|&at| free(at, apart))
            })
            .unwrap_or((dot.at.0 + base, dot.at.1));
        grid.entry((cell(spot.0), cell(spot.1))).or_default().push(number);
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

    #[test]
    fn marks_stay_in_reach_and_apart_while_there_is_room() {
        let dot = |lean| Dot { at: (100.0, 100.0), radius: 5.0, lean, band: (60.0, 140.0) };
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
        let dot = Dot { at: (50.0, 50.0), radius: 5.0, lean: 0.0, band: (48.0, 52.0) };
        let placed = swarm(&[dot; 60], (4.0, 10.0));
        assert!(placed.iter().all(|&(x, y)| (x - 50.0).abs() <= 4.0 && (48.0..=52.0).contains(&y)));
    }
}
