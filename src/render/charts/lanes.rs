//! Places for what stands in lanes above a chart, and for labels that keep clear of each other along
//! one axis.

/// What wants a place in a lane: a bar with a text in or beside it, or a flag, which is a bar without
/// length on a pole.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    /// Left end in px.
    pub(super) from: f64,
    /// Right end in px, not left of the left end.
    pub(super) to: f64,
    /// Widths of the texts that it could carry, the best first.
    pub(super) texts: Vec<f64>,
    /// Whether a pole leads from it down through the lanes below, where no text may cross it.
    pub(super) pole: bool,
}

/// A place in a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot {
    /// The lane; 0 is the lowest.
    pub(super) lane: usize,
    /// Left end of the text in px and which of the texts it is; `None` where none fits.
    pub(super) text: Option<(f64, usize)>,
}

/// Space between a bar and its text, and around both.
const GAP: f64 = 5.0;

#[derive(Default)]
struct Ground {
    taken: Vec<(usize, f64, f64)>,
    poles: Vec<(usize, f64)>,
}

impl Ground {
    fn is_free(&self, lane: usize, from: f64, to: f64) -> bool {
        !self
            .taken
            .iter()
            .any(|&(l, a, b)| l == lane && from < b && a < to)
            && !self
                .poles
                .iter()
                .any(|&(top, x)| top > lane && from < x && x < to)
    }

    /// Whether a pole may come down from a lane.
    fn is_clear(&self, lane: usize, x: f64) -> bool {
        !self
            .taken
            .iter()
            .any(|&(l, a, b)| l < lane && a < x && x < b)
    }
}

/// Gives each item the lowest lane in which it collides with none that was placed before it, in the
/// order given; a better text in a higher lane goes before a worse one in a lower. An item that fits
/// with no text gets a place without one; `None` where not even that is free. `room` is the left and
/// right end of the lanes.
pub(super) fn place(items: &[Item], room: (f64, f64), lanes: usize) -> Vec<Option<Spot>> {
    let mut ground = Ground::default();
    items
        .iter()
        .map(|item| place_one(item, room, lanes, &mut ground))
        .collect()
}

fn place_one(item: &Item, room: (f64, f64), lanes: usize, ground: &mut Ground) -> Option<Spot> {
    let inside = |from: f64, to: f64| from >= room.0 && to <= room.1;
    for (number, &width) in item.texts.iter().enumerate() {
        let (right, left) = (item.to + GAP, item.from - GAP - width);
        let within = (item.to - item.from >= width + 2.0 * GAP).then_some(item.from + GAP);
        // A bar keeps its lane and turns its text; a flag keeps its side and climbs.
        let spots: Vec<(usize, f64)> = if item.pole {
            [right, left]
                .into_iter()
                .flat_map(|at| (0..lanes).map(move |lane| (lane, at)))
                .collect()
        } else {
            let places = || within.into_iter().chain([right, left]);
            (0..lanes)
                .flat_map(|lane| places().map(move |at| (lane, at)))
                .collect()
        };
        for (lane, left) in spots {
            let (from, to) = (item.from.min(left), item.to.max(left + width));
            let free = ground.is_free(lane, from - GAP, to + GAP);
            if inside(from, to) && free && (!item.pole || ground.is_clear(lane, item.from)) {
                ground.taken.push((lane, from, to));
                if item.pole {
                    ground.poles.push((lane, item.from));
                }
                return Some(Spot {
                    lane,
                    text: Some((left, number)),
                });
            }
        }
    }
    if item.pole {
        return None;
    }
    let lane = (0..lanes).find(|&lane| ground.is_free(lane, item.from, item.to))?;
    ground.taken.push((lane, item.from, item.to));
    Some(Spot { lane, text: None })
}

/// How many lanes are in use.
pub(super) fn used(spots: &[Option<Spot>]) -> usize {
    spots
        .iter()
        .flatten()
        .map(|spot| spot.lane + 1)
        .max()
        .unwrap_or(0)
}

/// Moves labels that want to stand at ascending places apart, as little as possible, so that each has
/// `height` to itself and all lie between `from` and `to`. Where they cannot all fit they are spread
/// evenly, closer than `height`.
pub(super) fn spread(wanted: &[f64], height: f64, from: f64, to: f64) -> Vec<f64> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let height = height.min((to - from) / wanted.len() as f64);
    // Groups that touch move as one; each stands where the mean of its members wants it.
    let mut groups: Vec<(f64, usize)> = Vec::new();
    for &place in wanted {
        let mut group = (place, 1usize);
        while let Some(&(before, count)) = groups.last() {
            let top = group.0 - height * group.1 as f64 / 2.0;
            if before + height * count as f64 / 2.0 <= top + 1e-9 {
                break;
            }
            groups.pop();
            group = join((before, count), group, height);
        }
        group.0 = within(group, height, from, to);
        groups.push(group);
        // A group that was moved inside may touch the one before it.
        while groups.len() > 1 {
            let (last, before) = (groups[groups.len() - 1], groups[groups.len() - 2]);
            if before.0 + height * before.1 as f64 / 2.0
                <= last.0 - height * last.1 as f64 / 2.0 + 1e-9
            {
                break;
            }
            groups.truncate(groups.len() - 2);
            let joined = join(before, last, height);
            groups.push((within(joined, height, from, to), joined.1));
        }
    }
    groups
        .into_iter()
        .flat_map(|(middle, count)| {
            let first = middle - height * (count as f64 - 1.0) / 2.0;
            (0..count).map(move |place| first + height * place as f64)
        })
        .collect()
}

fn join(before: (f64, usize), after: (f64, usize), height: f64) -> (f64, usize) {
    let (a, b) = (before.1 as f64, after.1 as f64);
    // Each group's middle, moved to where the middle of the whole would be if only that group counted.
    let middle = (a * (before.0 + height * b / 2.0) + b * (after.0 - height * a / 2.0)) / (a + b);
    (middle, before.1 + after.1)
}

fn within((middle, count): (f64, usize), height: f64, from: f64, to: f64) -> f64 {
    let half = height * count as f64 / 2.0;
    middle.min(to - half).max(from + half)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    #[test]
    fn nothing_in_a_lane_overlaps_and_no_pole_crosses_a_text() {
        let mut dice = Dice::new(77);
        for round in 0..300 {
            let room = (0.0, 1000.0);
            let items: Vec<Item> = (0..=dice.below(25))
                .map(|_| {
                    let from = dice.between(0.0, 1000.0);
                    let pole = round % 2 == 0;
                    let to = if pole {
                        from
                    } else {
                        dice.between(from, 1000.0)
                    };
                    let width = dice.between(10.0, 260.0);
                    Item {
                        from,
                        to,
                        texts: vec![width, width / 2.0],
                        pole,
                    }
                })
                .collect();
            let spots = place(&items, room, 4);
            let mut texts: Vec<(usize, f64, f64)> = Vec::new();
            for (item, spot) in items.iter().zip(&spots) {
                let Some(spot) = spot else { continue };
                assert!(spot.lane < 4);
                let (mut from, mut to) = (item.from, item.to);
                if let Some((left, number)) = spot.text {
                    from = from.min(left);
                    to = to.max(left + item.texts[number]);
                    assert!(left >= 0.0 && left + item.texts[number] <= 1000.0);
                }
                assert!(
                    texts
                        .iter()
                        .all(|&(lane, a, b)| lane != spot.lane || to <= a || b <= from)
                );
                texts.push((spot.lane, from, to));
            }
            for (item, spot) in items.iter().zip(&spots) {
                if let (true, Some(spot)) = (item.pole, spot) {
                    let crossed = |&(lane, a, b): &(usize, f64, f64)| {
                        lane < spot.lane && a < item.from && item.from < b
                    };
                    assert!(!texts.iter().any(crossed));
                }
            }
        }
    }

    #[test]
    fn neighbouring_truces_stand_side_by_side() {
        let bar = |from: f64, to: f64, width: f64| Item {
            from,
            to,
            texts: vec![width],
            pole: false,
        };
        let items = [
            bar(200.0, 1000.0, 90.0),
            bar(172.0, 199.0, 80.0),
            bar(144.0, 171.0, 80.0),
        ];
        let spots = place(&items, (0.0, 1000.0), 4);
        assert_eq!(used(&spots), 2);
        assert!(spots.iter().flatten().all(|spot| spot.text.is_some()));
    }

    #[test]
    fn spread_labels_keep_their_order_and_distance() {
        let mut dice = Dice::new(3);
        for _ in 0..300 {
            let mut wanted: Vec<f64> = (0..=dice.below(40))
                .map(|_| dice.between(0.0, 700.0))
                .collect();
            wanted.sort_by(f64::total_cmp);
            let placed = spread(&wanted, 15.0, 0.0, 700.0);
            assert_eq!(placed.len(), wanted.len());
            assert!(placed.windows(2).all(|pair| pair[1] - pair[0] > 14.999));
            assert!(placed[0] >= 7.499 && placed[placed.len() - 1] <= 692.501);
        }
        assert_eq!(spread(&[100.0, 200.0], 15.0, 0.0, 700.0), [100.0, 200.0]);
        assert_eq!(spread(&[100.0, 100.0], 20.0, 0.0, 700.0), [90.0, 110.0]);
    }
}
