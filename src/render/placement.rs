//! Which of its possible spots each label takes: all of them at once, so that what matters most is
//! shown and nothing overlaps.
//!
//! Choosing spots for labels is a maximum-weight independent set, which is hard to solve exactly
//! (Marks and Shieber 1991). A greedy choice is improved until no single label can do better, even by
//! moving or dropping those in its way; the best of several beginnings is taken. The same labels give
//! the same choice.

use super::canvas::Rect;
use super::labels::{crosses, meet, overlap};

/// A line from a label to what it names.
pub(super) type Leader = [(f64, f64); 2];

/// A spot that a label can take, free of everything that does not move.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spot {
    /// The box of the label.
    pub(super) rect: Rect,
    /// Its leader, if it has one.
    pub(super) leader: Option<Leader>,
    /// How bad the spot is; 0 is the best.
    pub(super) cost: f64,
}

/// A label that wants a spot.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Request {
    /// Its spots.
    pub(super) spots: Vec<Spot>,
    /// How bad it is to leave it out; a spot that costs more is never taken.
    pub(super) worth: f64,
}

/// Space between two labels in px.
const APART: f64 = 2.0;
/// Most labels that one pushes aside.
const MOST_PUSHED: usize = 3;
/// Most rounds of improvement.
const ROUNDS: usize = 12;
/// How often it begins anew, each time with the labels in another order.
const STARTS: usize = 8;
/// Above so many labels it begins once.
const MANY: usize = 150;

/// Whether two spots get in each other's way.
fn collide(a: &Spot, b: &Spot) -> bool {
    let wide = Rect::new(
        a.rect.x - APART,
        a.rect.y - APART,
        a.rect.width + 2.0 * APART,
        a.rect.height + 2.0 * APART,
    );
    if overlap(&wide, &b.rect) {
        return true;
    }
    let through = |leader: &Option<Leader>, rect: &Rect| {
        leader.as_ref().is_some_and(|leader| crosses(leader, rect))
    };
    through(&a.leader, &b.rect)
        || through(&b.leader, &a.rect)
        || a.leader
            .as_ref()
            .zip(b.leader.as_ref())
            .is_some_and(|(a, b)| meet(a, b))
}

/// Chooses a spot for each label, or none. Spots are tried in the order of their costs; every chosen
/// pair is free of collisions.
///
/// With n labels of s spots it takes O(n² s) for each round of improvement, and more where many are
/// pushed.
pub(super) fn choose(requests: &[Request]) -> Vec<Option<usize>> {
    let mut choice = Choice::new(requests);
    let starts = if requests.len() > MANY { 1 } else { STARTS };
    let mut order = choice.order.clone();
    let mut best: Option<(f64, Vec<Option<usize>>)> = None;
    for start in 0..starts {
        match start {
            0 => {}
            1 => order.sort_by_key(|&label| (requests[label].spots.len(), label)),
            // A fixed permutation: steps of a number that has no divisor in common with any count.
            _ => {
                let count = order.len().max(1);
                order.sort_by_key(|&label| (label * 7_919 * (start + 1) % count.max(2), label));
            }
        }
        choice.chosen.fill(None);
        for &label in &order {
            choice.chosen[label] = choice.best_free(label, requests[label].worth);
        }
        for _ in 0..ROUNDS {
            let mut better = false;
            for &label in &order {
                better |= choice.improve(label);
            }
            if !better {
                break;
            }
        }
        let total: f64 = (0..requests.len()).map(|label| choice.cost(label)).sum();
        if best.as_ref().is_none_or(|(least, _)| total < *least - 1e-9) {
            best = Some((total, choice.chosen.clone()));
        }
    }
    best.map_or_else(Vec::new, |(_, chosen)| chosen)
}

struct Choice<'r> {
    requests: &'r [Request],
    /// Labels by worth, the greatest first.
    order: Vec<usize>,
    /// For each label its spots by cost.
    ranked: Vec<Vec<usize>>,
    chosen: Vec<Option<usize>>,
}

impl<'r> Choice<'r> {
    fn new(requests: &'r [Request]) -> Choice<'r> {
        let mut order: Vec<usize> = (0..requests.len()).collect();
        order.sort_by(|&a, &b| {
            requests[b]
                .worth
                .total_cmp(&requests[a].worth)
                .then(a.cmp(&b))
        });
        let ranked = requests
            .iter()
            .map(|request| {
                let mut ranked: Vec<usize> = (0..request.spots.len()).collect();
                let cost = |spot: usize| request.spots[spot].cost;
                ranked.sort_by(|&a, &b| cost(a).total_cmp(&cost(b)).then(a.cmp(&b)));
                ranked
            })
            .collect();
        Choice {
            requests,
            order,
            ranked,
            chosen: vec![None; requests.len()],
        }
    }

    fn spot(&self, label: usize, spot: usize) -> &'r Spot {
        &self.requests[label].spots[spot]
    }

    /// What a label costs as it is.
    fn cost(&self, label: usize) -> f64 {
        self.chosen[label].map_or(self.requests[label].worth, |spot| {
            self.spot(label, spot).cost
        })
    }

    /// The labels whose spots are in the way of a spot, up to one more than may be pushed.
    fn in_the_way(&self, label: usize, spot: &Spot) -> Vec<usize> {
        let mut found = Vec::new();
        for (other, chosen) in self.chosen.iter().enumerate() {
            if let Some(chosen) = *chosen
                && other != label
                && collide(spot, self.spot(other, chosen))
            {
                found.push(other);
                if found.len() > MOST_PUSHED {
                    break;
                }
            }
        }
        found
    }

    /// The cheapest spot below a cost that is free now.
    fn best_free(&self, label: usize, below: f64) -> Option<usize> {
        self.ranked[label].iter().copied().find(|&spot| {
            self.spot(label, spot).cost < below
                && self.in_the_way(label, self.spot(label, spot)).is_empty()
        })
    }

    /// Gives a label a better spot if all together gain by it.
    fn improve(&mut self, label: usize) -> bool {
        let now = self.cost(label);
        for &spot in &self.ranked[label].clone() {
            let cost = self.spot(label, spot).cost;
            if cost >= now {
                return false;
            }
            let pushed = self.in_the_way(label, self.spot(label, spot));
            if pushed.len() > MOST_PUSHED {
                continue;
            }
            let before: f64 = pushed.iter().map(|&it| self.cost(it)).sum();
            let held = (
                self.chosen[label],
                pushed.iter().map(|&it| self.chosen[it]).collect::<Vec<_>>(),
            );
            for &other in &pushed {
                self.chosen[other] = None;
            }
            self.chosen[label] = Some(spot);
            for &other in &self.order.clone() {
                if pushed.contains(&other) {
                    self.chosen[other] = self.best_free(other, self.requests[other].worth);
                }
            }
            let after: f64 = pushed.iter().map(|&it| self.cost(it)).sum();
            if cost + after < now + before - 1e-9 {
                return true;
            }
            self.chosen[label] = held.0;
            for (&other, chosen) in pushed.iter().zip(held.1) {
                self.chosen[other] = chosen;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::labels::around;
    use crate::testing::Dice;

    fn requests(dice: &mut Dice, count: usize) -> Vec<Request> {
        (0..count)
            .map(|_| {
                let at = (dice.between(0.0, 500.0), dice.between(0.0, 300.0));
                let size = (dice.between(30.0, 110.0), 16.0);
                let spots = around(at, size, 6.0, 3)
                    .enumerate()
                    .map(|(number, rect)| Spot {
                        rect,
                        leader: (number >= 16).then(|| crate::render::labels::leader(at, &rect)),
                        cost: number as f64 / 4.0,
                    })
                    .collect();
                Request {
                    spots,
                    worth: dice.between(10.0, 40.0),
                }
            })
            .collect()
    }

    fn cost(requests: &[Request], chosen: &[Option<usize>]) -> f64 {
        let of = |(request, spot): (&Request, &Option<usize>)| {
            spot.map_or(request.worth, |spot| request.spots[spot].cost)
        };
        requests.iter().zip(chosen).map(of).sum()
    }

    #[test]
    fn chosen_spots_never_collide_and_improve_on_greed() {
        let mut dice = Dice::new(4);
        let (mut all, mut greedy_all) = (0.0, 0.0);
        for _ in 0..60 {
            let requests = requests(&mut dice, 40);
            let chosen = choose(&requests);
            for a in 0..requests.len() {
                for b in 0..a {
                    if let (Some(x), Some(y)) = (chosen[a], chosen[b]) {
                        assert!(!collide(&requests[a].spots[x], &requests[b].spots[y]));
                    }
                }
            }
            let mut greedy = Choice::new(&requests);
            for &label in &greedy.order.clone() {
                greedy.chosen[label] = greedy.best_free(label, requests[label].worth);
            }
            assert!(cost(&requests, &chosen) <= cost(&requests, &greedy.chosen) + 1e-9);
            all += cost(&requests, &chosen);
            greedy_all += cost(&requests, &greedy.chosen);
            assert_eq!(chosen, choose(&requests));
        }
        assert!(all < 0.95 * greedy_all, "{all} against {greedy_all}");
    }

    /// Three labels with few spots each, all choices tried.
    #[test]
    fn small_cases_are_solved_exactly() {
        let mut dice = Dice::new(8);
        let (mut best_found, cases) = (0, 200);
        for _ in 0..cases {
            let mut requests = requests(&mut dice, 4);
            let near = (100.0, 100.0);
            for request in &mut requests {
                request.spots.truncate(4);
                let (dx, dy) = (
                    near.0 - request.spots[0].rect.x,
                    near.1 - request.spots[0].rect.y,
                );
                let (dx, dy) = (dx + dice.between(0.0, 60.0), dy + dice.between(0.0, 30.0));
                for spot in &mut request.spots {
                    spot.rect.x += dx;
                    spot.rect.y += dy;
                }
            }
            let found = cost(&requests, &choose(&requests));
            let mut best = f64::INFINITY;
            for number in 0..5usize.pow(4) {
                let chosen: Vec<Option<usize>> = (0..4)
                    .map(|label| number / 5usize.pow(label) % 5)
                    .map(|spot| spot.checked_sub(1))
                    .collect();
                let free = (0..4).all(|a| {
                    (0..a).all(|b| match (chosen[a], chosen[b]) {
                        (Some(x), Some(y)) => {
                            !collide(&requests[a].spots[x], &requests[b].spots[y])
                        }
                        _ => true,
                    })
                });
                if free {
                    best = best.min(cost(&requests, &chosen));
                }
            }
            assert!(found >= best - 1e-9);
            best_found += usize::from(found <= best + 1e-9);
        }
        assert!(best_found >= cases * 9 / 10, "{best_found} of {cases}");
    }
}
