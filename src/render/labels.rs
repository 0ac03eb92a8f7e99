//! The ground that labels must keep off, and the spots around what they name.

use std::collections::BTreeMap;

use super::canvas::Rect;

/// The ground that is taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    boxes: Vec<Rect>,
    lines: Vec<[(f64, f64); 2]>,
    /// Those of the lines that have two sides, see [`Taken::add_divide`].
    divides: Vec<[(f64, f64); 2]>,
    /// See [`Taken::add_soft`].
    soft: Vec<Rect>,
    /// What touches each cell of a grid: boxes, lines, soft boxes by number.
    cells: BTreeMap<(i32, i32), [Vec<u32>; 3]>,
}

/// Side of a cell of the grid in px.
const CELL: f64 = 64.0;
/// Coordinates farther out are of no label's concern.
const FAR: f64 = 20_000.0;

/// The cells that a box touches.
fn cells(rect: &Rect) -> impl Iterator<Item = (i32, i32)> {
    let cell = |at: f64| (at.clamp(-FAR, FAR) / CELL).floor() as i32;
    let (left, right) = (cell(rect.x), cell(rect.right()));
    let (top, bottom) = (cell(rect.y), cell(rect.bottom()));
    (left..=right).flat_map(move |x| (top..=bottom).map(move |y| (x, y)))
}

impl Taken {
    /// Notes what a box of sort 0 (box), 1 (line) or 2 (soft) touches.
    fn note(&mut self, sort: usize, number: usize, rect: &Rect) {
        for cell in cells(rect) {
            self.cells.entry(cell).or_default()[sort].push(number as u32);
        }
    }

    /// Whether anything of a sort near a box is hit.
    fn any(&self, sort: usize, rect: &Rect, hit: impl Fn(usize) -> bool) -> bool {
        cells(rect)
            .filter_map(|cell| self.cells.get(&cell))
            .any(|held| held[sort].iter().any(|&number| hit(number as usize)))
    }

    /// Takes a box.
    pub(super) fn add(&mut self, rect: Rect) {
        self.note(0, self.boxes.len(), &rect);
        self.boxes.push(rect);
    }

    /// Takes the box around a circle.
    pub(super) fn add_circle(&mut self, (x, y): (f64, f64), radius: f64) {
        self.add(Rect::new(
            x - radius,
            y - radius,
            2.0 * radius,
            2.0 * radius,
        ));
    }

    /// Takes a box that only labels of low importance keep clear of.
    pub(super) fn add_soft(&mut self, rect: Rect) {
        self.note(2, self.soft.len(), &rect);
        self.soft.push(rect);
    }

    /// Takes the ground under a line.
    pub(super) fn add_line(&mut self, points: &[(f64, f64)]) {
        for pair in points.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let around = Rect::new(
                from.0.min(to.0),
                from.1.min(to.1),
                (to.0 - from.0).abs(),
                (to.1 - from.1).abs(),
            );
            self.note(1, self.lines.len(), &around);
            self.lines.push([from, to]);
        }
    }

    /// Takes the ground under a line whose sides matter: a border.
    pub(super) fn add_divide(&mut self, points: &[(f64, f64)]) {
        self.add_line(points);
        self.divides
            .extend(points.windows(2).map(|pair| [pair[0], pair[1]]));
    }

    /// The pieces of borders.
    #[cfg(test)]
    pub(super) fn divides(&self) -> &[[(f64, f64); 2]] {
        &self.divides
    }

    /// Whether a leader stays on one side of every border, so that a label which touches no border stands
    /// on the side of its place. Where the place itself is closer to a border than `near`, as a crossing
    /// is, either side will do.
    pub(super) fn stays_on_its_side(&self, leader: [(f64, f64); 2], near: f64) -> bool {
        let [(x, y), _] = leader;
        let around = Rect::new(x - near, y - near, 2.0 * near, 2.0 * near);
        !self.divides.iter().any(|divide| meet(divide, &leader))
            || self.divides.iter().any(|divide| crosses(divide, &around))
    }

    /// On which side of the nearest border a point lies: the sign of a cross product, 0 without a border.
    pub(super) fn side(&self, (x, y): (f64, f64)) -> f64 {
        let mut nearest = (f64::INFINITY, 0.0);
        for &[from, to] in &self.divides {
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = dx * dx + dy * dy;
            if length <= 0.0 {
                continue;
            }
            let along = (((x - from.0) * dx + (y - from.1) * dy) / length).clamp(0.0, 1.0);
            let away = (from.0 + along * dx - x).hypot(from.1 + along * dy - y);
            if away < nearest.0 {
                nearest = (away, dx * (y - from.1) - dy * (x - from.0));
            }
        }
        nearest.1
    }

    /// Whether a box is free of boxes and lines.
    pub(super) fn is_free(&self, rect: &Rect) -> bool {
        !self.any(0, rect, |number| overlap(&self.boxes[number], rect))
            && !self.any(1, rect, |number| crosses(&self.lines[number], rect))
    }

    /// Whether a box is free of boxes, lines and what was taken softly.
    pub(super) fn is_quite_free(&self, rect: &Rect) -> bool {
        self.is_free(rect) && !self.any(2, rect, |number| overlap(&self.soft[number], rect))
    }

    /// The first of the candidates that is inside `frame` and free, quite free ones before others; it
    /// is taken. `None` if no candidate is.
    pub(super) fn place(
        &mut self,
        candidates: impl Iterator<Item = Rect> + Clone,
        frame: &Rect,
    ) -> Option<(usize, Rect)> {
        let inside = |rect: &Rect| {
            rect.x >= frame.x
                && rect.y >= frame.y
                && rect.right() <= frame.right()
                && rect.bottom() <= frame.bottom()
        };
        let found = candidates
            .clone()
            .enumerate()
            .find(|(_, rect)| inside(rect) && self.is_quite_free(rect))
            .or_else(|| {
                candidates
                    .enumerate()
                    .find(|(_, rect)| inside(rect) && self.is_free(rect))
            });
        if let Some((_, rect)) = found {
            self.add(rect);
        }
        found
    }

    /// How many boxes a line passes through, besides those around its beginning.
    pub(super) fn marks_under(&self, line: [(f64, f64); 2]) -> usize {
        let (x, y) = line[0];
        let begins_in = |it: &Rect| {
            x >= it.x - 4.0 && x <= it.right() + 4.0 && y >= it.y - 4.0 && y <= it.bottom() + 4.0
        };
        let boxes = self.boxes.iter();
        boxes
            .filter(|it| crosses(&line, it) && !begins_in(it))
            .count()
    }
}

/// The leader from a point to the nearest point of a box.
pub(super) fn leader(at: (f64, f64), rect: &Rect) -> [(f64, f64); 2] {
    [
        at,
        (
            at.0.clamp(rect.x, rect.right()),
            at.1.clamp(rect.y, rect.bottom()),
        ),
    ]
}

/// How far a point is from a box, 0 inside.
pub(super) fn away(at: (f64, f64), rect: &Rect) -> f64 {
    let [from, to] = leader(at, rect);
    (from.0 - to.0).hypot(from.1 - to.1)
}

/// Whether two boxes share more than an edge.
pub(super) fn overlap(a: &Rect, b: &Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

/// Whether a line passes through a box (Liang and Barsky's clipping).
pub(super) fn crosses(&[from, to]: &[(f64, f64); 2], rect: &Rect) -> bool {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enters, mut leaves) = (0.0f64, 1.0f64);
    for (step, room) in [
        (-dx, from.0 - rect.x),
        (dx, rect.right() - from.0),
        (-dy, from.1 - rect.y),
        (dy, rect.bottom() - from.1),
    ] {
        if step == 0.0 {
            if room < 0.0 {
                return false;
            }
        } else if step < 0.0 {
            enters = enters.max(room / step);
        } else {
            leaves = leaves.min(room / step);
        }
    }
    enters <= leaves
}

/// Whether two lines share a point.
pub(super) fn meet(a: &[(f64, f64); 2], b: &[(f64, f64); 2]) -> bool {
    let turn = |[from, to]: &[(f64, f64); 2], at: (f64, f64)| {
        (to.0 - from.0) * (at.1 - from.1) - (to.1 - from.1) * (at.0 - from.0)
    };
    turn(a, b[0]) * turn(a, b[1]) <= 0.0 && turn(b, a[0]) * turn(b, a[1]) <= 0.0
}

/// So many of the boxes of [`around`] touch their point; the others want a leader.
pub(super) const BESIDE: usize = 16;

/// The boxes in which a text of a size can stand around a point, the best first: right, left, above,
/// below, then the corners, then the same farther out, in so many rings.
pub(super) fn around(
    (x, y): (f64, f64),
    (width, height): (f64, f64),
    gap: f64,
    rings: usize,
) -> impl Iterator<Item = Rect> + Clone {
    [1.0, 1.9, 3.4, 5.0, 6.8, 9.0, 12.0]
        .into_iter()
        .take(rings)
        .flat_map(move |factor| {
            let gap = gap * factor;
            let (left, right) = (x - gap - width, x + gap);
            let (above, below) = (y - gap - height, y + gap);
            let (middle_x, middle_y) = (x - width / 2.0, y - height / 2.0);
            [
                (right, middle_y),
                (left, middle_y),
                (middle_x, above),
                (middle_x, below),
                (right, above + height / 2.0),
                (right, below - height / 2.0),
                (left, above + height / 2.0),
                (left, below - height / 2.0),
            ]
            .map(|(x, y)| Rect::new(x, y, width, height))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    #[test]
    fn placed_labels_never_overlap() {
        let mut dice = Dice::new(9);
        let frame = Rect::new(0.0, 0.0, 800.0, 600.0);
        for _ in 0..40 {
            let mut taken = Taken::default();
            let line: Vec<(f64, f64)> = (0..12)
                .map(|i| (f64::from(i) * 70.0, dice.between(0.0, 600.0)))
                .collect();
            taken.add_line(&line);
            let mut placed: Vec<Rect> = Vec::new();
            for _ in 0..60 {
                let at = (dice.between(0.0, 800.0), dice.between(0.0, 600.0));
                let size = (dice.between(20.0, 120.0), 18.0);
                if let Some((_, rect)) = taken.place(around(at, size, 8.0, 2), &frame) {
                    assert!(!placed.iter().any(|other| overlap(other, &rect)));
                    assert!(
                        !line
                            .windows(2)
                            .any(|pair| crosses(&[pair[0], pair[1]], &rect))
                    );
                    assert!(rect.x >= 0.0 && rect.right() <= 800.0);
                    placed.push(rect);
                }
            }
            assert!(placed.len() > 15);
        }
    }

    #[test]
    fn labels_stay_on_the_side_of_their_place() {
        let mut taken = Taken::default();
        taken.add_divide(&[(100.0, 0.0), (100.0, 100.0)]);
        assert!(taken.stays_on_its_side([(80.0, 50.0), (95.0, 20.0)], 4.0));
        assert!(!taken.stays_on_its_side([(80.0, 50.0), (120.0, 50.0)], 4.0));
        // A crossing lies on both.
        assert!(taken.stays_on_its_side([(97.0, 50.0), (120.0, 50.0)], 4.0));
        // Past the end of the line there is no other side.
        assert!(taken.stays_on_its_side([(80.0, 120.0), (120.0, 120.0)], 4.0));
    }

    #[test]
    fn lines_cross_boxes_that_they_pass_through() {
        let rect = Rect::new(10.0, 10.0, 10.0, 10.0);
        assert!(crosses(&[(0.0, 0.0), (30.0, 30.0)], &rect));
        assert!(crosses(&[(12.0, 12.0), (13.0, 13.0)], &rect));
        assert!(!crosses(&[(0.0, 0.0), (5.0, 30.0)], &rect));
        assert!(!crosses(&[(0.0, 25.0), (30.0, 25.0)], &rect));
    }
}
