//! Places for labels: greedy, in order of importance, on free ground only.

use super::canvas::Rect;

/// The ground that is taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    boxes: Vec<Rect>,
    /// Those of the boxes that hold type, which no leader may cross.
    labels: Vec<Rect>,
    lines: Vec<[(f64, f64); 2]>,
    /// Those of the lines that have two sides, see [`Taken::add_divide`].
    divides: Vec<[(f64, f64); 2]>,
    /// See [`Taken::add_soft`].
    soft: Vec<Rect>,
}

impl Taken {
    /// Takes a box.
    pub(super) fn add(&mut self, rect: Rect) {
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
        self.soft.push(rect);
    }

    /// Takes the ground under a line.
    pub(super) fn add_line(&mut self, points: &[(f64, f64)]) {
        self.lines
            .extend(points.windows(2).map(|pair| [pair[0], pair[1]]));
    }

    /// Takes the ground under a line whose sides matter: a border.
    pub(super) fn add_divide(&mut self, points: &[(f64, f64)]) {
        self.add_line(points);
        self.divides
            .extend(points.windows(2).map(|pair| [pair[0], pair[1]]));
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

    /// Whether a box is free of boxes and lines.
    pub(super) fn is_free(&self, rect: &Rect) -> bool {
        !self.boxes.iter().any(|taken| overlap(taken, rect))
            && !self.lines.iter().any(|line| crosses(line, rect))
    }

    /// Whether a box is free of boxes, lines and what was taken softly.
    pub(super) fn is_quite_free(&self, rect: &Rect) -> bool {
        self.is_free(rect) && !self.soft.iter().any(|taken| overlap(taken, rect))
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
            self.labels.push(rect);
        }
        found
    }

    /// Whether a mark around a point would touch no label that was placed.
    pub(super) fn leaves_labels_whole(&self, (x, y): (f64, f64), radius: f64) -> bool {
        let mark = Rect::new(x - radius, y - radius, 2.0 * radius, 2.0 * radius);
        !self.labels.iter().any(|label| overlap(label, &mark))
    }

    /// Whether a leader would cross no label that was placed.
    pub(super) fn leaves_labels_clear(&self, leader: [(f64, f64); 2]) -> bool {
        !self.labels.iter().any(|label| crosses(&leader, label))
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

/// Whether two boxes share more than an edge.
pub(super) fn overlap(a: &Rect, b: &Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

/// Whether a line passes through a box (Liang and Barsky's clipping).
fn crosses(&[from, to]: &[(f64, f64); 2], rect: &Rect) -> bool {
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
fn meet(a: &[(f64, f64); 2], b: &[(f64, f64); 2]) -> bool {
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
