//! The largest ratio of a draw along a line. A draw is asked for nothing else, so that whole sets of windows can be
//! dismissed that the [search](super::search) for the best window would go through one by one.
//!
//! **Days.** Windows are taken by their first and last day, and these in tiles: first days from f to f + a − 1, last
//! days from l to l + a − 1. No window of the tile has more incidents than are on the days f to l + a − 1, nor
//! expects fewer than its places do on the days f + a − 1 to l. A tile that could hold something is cut in four.
//!
//! **Stretches.** A window of c incidents with the margins S of its places and M of its days beats the best ratio so
//! far only if S·M is no more than a product P(c). That set of (c, S·M) is convex (the ratio is a divergence of
//! Kullback & Leibler), so P lies below its chords: between two counts c₁ and c₂, S·M ≤ P(c) only if
//! g·c − S·M ≥ d with the chord's slope g and d = g·c₁ − P(c₁). The largest g·c − S·M of all stretches, of any
//! length, takes one walk along the line (Kadane's algorithm: a sum that starts anew where it falls below zero). A
//! dozen chords from the fewest to the most incidents that a window can have are walked side by side.
//!
//! The walk is in single precision; what it dismisses it dismisses by more than all its rounding.
//!
//! For n incidents, D days and windows of at most T days, t = n·T/D of them on a window's days: about O(D·t) a draw
//! for the walks, which the tiles make fewer, and what is tried one by one. Memory: O(n).

use super::search::{Dates, Limits, largest_product, log_ratio};

/// Chords, a multiple of what a vector register holds.
const CHORDS: usize = 16;

/// The incidents at one place on the days looked at.
#[derive(Clone, Copy, Debug)]
struct Stop {
    place: u32,
    /// Incidents at it and at the stops before it.
    upto: u32,
}

/// The chords of P(c), for the best ratio so far.
#[derive(Debug)]
struct Chords {
    /// The counts at which they meet, in ascending order.
    counts: Vec<u64>,
    /// Their slopes, g.
    slopes: [f64; CHORDS],
    /// What a window must reach, d.
    dues: [f64; CHORDS],
}

impl Chords {
    /// Between `fewest` and `most` incidents; `fewest` is at least 1 and less than `most`.
    fn new(fewest: u64, most: u64) -> Chords {
        let with = |growth: f64| {
            let mut counts = vec![fewest];
            let mut at = fewest;
            while at < most {
                at = most.min((at + 1).max((at as f64 * growth) as u64));
                counts.push(at);
            }
            counts
        };
        let mut growth = 1.0;
        let mut counts = with(growth);
        while counts.len() > CHORDS + 1 {
            growth *= 1.03;
            counts = with(growth);
        }
        Chords {
            counts,
            slopes: [0.0; CHORDS],
            dues: [f64::INFINITY; CHORDS],
        }
    }

    fn draw(&mut self, total: u64, best: f64) {
        let product = |count: u64| largest_product(count, total, best * (1.0 - 1e-12)) as f64;
        let mut from = (self.counts[0], product(self.counts[0]));
        for (chord, &count) in self.counts[1..].iter().enumerate() {
            let to = (count, product(count));
            let slope = (to.1 - from.1) / (to.0 - from.0) as f64;
            self.slopes[chord] = slope;
            self.dues[chord] = slope * from.0 as f64 - from.1;
            from = to;
        }
    }
}

/// Finds the largest ratio of one draw after the other.
#[derive(Debug)]
pub(super) struct Largest<'a> {
    dates: &'a Dates,
    /// The first incident of each place; one more at the end.
    starts: &'a [u32],
    /// For each place the first one after it with which it is in no window.
    ends: &'a [u32],
    total: u64,
    limits: Limits,
    least: usize,
    chords: Chords,
    best: f64,
    /// Place and day of the incidents on days that a row of tiles has to do with.
    row: Vec<(u32, u32)>,
    stops: Vec<Stop>,
}

impl<'a> Largest<'a> {
    /// For windows of at least `least` incidents.
    pub(super) fn new(
        dates: &'a Dates,
        starts: &'a [u32],
        ends: &'a [u32],
        least: usize,
    ) -> Largest<'a> {
        let total = u64::from(starts.last().copied().unwrap_or(0));
        let margin = |(place, &end): (usize, &u32)| starts[end as usize] - starts[place];
        let widest = ends.iter().enumerate().map(margin).max().unwrap_or(0);
        let fewest = least.max(1) as u64;
        let most = u64::from(widest).min(dates.most()).max(fewest + 1);
        Largest {
            dates,
            starts,
            ends,
            total,
            limits: Limits::new(total),
            least,
            chords: Chords::new(fewest, most.min(total.max(fewest + 1))),
            best: 0.0,
            row: Vec::new(),
            stops: Vec::new(),
        }
    }

    /// Of incidents in the order of their places with these days; 0 if no window has more than expected.
    pub(super) fn of(&mut self, days: &[u32]) -> f64 {
        self.best = 0.0;
        // A window with all incidents has as many as expected.
        if self.least as u64 >= self.total {
            return 0.0;
        }
        self.limits.start(self.least.max(1));
        self.chords.draw(self.total, 0.0);
        let count = self.dates.days.len() as u32;
        if let Some(firsts) = self.dates.prospective() {
            if firsts.is_empty() {
                return 0.0;
            }
            self.gather_row(days, *firsts.start(), count - 1);
            for first in firsts.rev() {
                self.tile(first, count - 1, 1);
            }
            return self.best;
        }
        let side = (self.dates.longest() / 8).max(1).next_power_of_two();
        let mut first = 0;
        while first < count {
            let end = self.dates.hi[(first + side).min(count) as usize - 1];
            self.gather_row(days, first, end);
            let mut last = first;
            while last <= end {
                self.tile(first, last, side);
                last += side;
            }
            first += side;
        }
        self.best
    }

    /// The windows whose first day is one of `side` from `first` and whose last day is one of `side` from `last`.
    fn tile(&mut self, first: u32, last: u32, side: u32) {
        let count = self.dates.days.len() as u32;
        let firsts_end = first + side - 1;
        let end = (last + side - 1).min(self.dates.hi[firsts_end.min(count - 1) as usize]);
        if first >= count || last > end || end < first {
            return;
        }
        if side == 1 {
            let margin = self.dates.margin(first, last);
            self.gather(first, last);
            if let Some(tops) = self.promising(margin) {
                self.try_stretches(margin, &tops);
            }
            return;
        }
        // Between days that are hardly more than the tile is wide the bound is too loose to be worth a walk.
        if last >= firsts_end + 2 * side {
            self.gather(first, end);
            if self
                .promising(self.dates.margin(firsts_end, last))
                .is_none()
            {
                return;
            }
        }
        let half = side / 2;
        for last in [last, last + half] {
            for first in [first, first + half] {
                self.tile(first, last, half);
            }
        }
    }

    fn gather_row(&mut self, days: &[u32], first: u32, last: u32) {
        self.row.clear();
        self.row.resize(days.len(), (0, 0));
        let mut held = 0;
        for (place, ends) in self.starts.windows(2).enumerate() {
            for &day in &days[ends[0] as usize..ends[1] as usize] {
                // Always written, kept if it is within: no branch to be guessed wrongly.
                self.row[held] = (place as u32, day);
                held += usize::from(day.wrapping_sub(first) <= last - first);
            }
        }
        self.row.truncate(held);
    }

    /// The stops of the row on these days.
    fn gather(&mut self, first: u32, last: u32) {
        self.stops.clear();
        let none = Stop {
            place: u32::MAX,
            upto: 0,
        };
        self.stops.resize(self.row.len() + 1, none);
        let (mut stop, mut upto, mut held) = (0, 0, u32::MAX);
        for &(place, day) in &self.row {
            let within = day.wrapping_sub(first) <= last - first;
            upto += u32::from(within);
            stop += usize::from(within && place != held);
            held = if within { place } else { held };
            self.stops[stop] = Stop { place: held, upto };
        }
        self.stops.truncate(stop + 1);
    }

    /// The highest sum of each chord, if any reaches what is due with such a margin of days.
    fn promising(&self, margin: u64) -> Option<[f32; CHORDS]> {
        let slopes = self.slopes(margin);
        let mut sums = [0.0; CHORDS];
        let mut tops = [0.0; CHORDS];
        for pair in self.stops.windows(2) {
            self.step(pair[0], pair[1], &slopes, &mut sums);
            for (top, &sum) in tops.iter_mut().zip(&sums) {
                *top = if sum > *top { sum } else { *top };
            }
        }
        let dues = self.dues(margin, &[0.0; CHORDS]);
        let reached = tops.iter().zip(&dues).any(|(top, due)| top >= due);
        reached.then_some(tops)
    }

    /// The slopes in incidents at the places of a window for each in it.
    fn slopes(&self, margin: u64) -> [f32; CHORDS] {
        let each = 1.0 / margin as f64;
        self.chords.slopes.map(|slope| (slope * each) as f32)
    }

    /// What sums have to reach, less what they may have lost to rounding if `tops` are their largest values.
    fn dues(&self, margin: u64, tops: &[f32; CHORDS]) -> [f32; CHORDS] {
        let each = 1.0 / margin as f64;
        let lost = (self.stops.len() + 2) as f32 * 8.0 * f32::EPSILON;
        let mut dues = self.chords.dues.map(|due| (due * each) as f32);
        for (due, top) in dues.iter_mut().zip(tops) {
            *due -= lost * due.max(*top);
        }
        dues
    }

    /// On to the next stop.
    #[inline]
    fn step(&self, before: Stop, stop: Stop, slopes: &[f32; CHORDS], sums: &mut [f32; CHORDS]) {
        let start = self.starts[stop.place as usize];
        let size = (self.starts[stop.place as usize + 1] - start) as f32;
        let between = match before.place {
            u32::MAX => 0.0,
            place => (start - self.starts[place as usize + 1]) as f32,
        };
        let here = (stop.upto - before.upto) as f32;
        for (sum, slope) in sums.iter_mut().zip(slopes) {
            let carried = *sum - between;
            let carried = if carried > 0.0 { carried } else { 0.0 };
            *sum = carried + (slope * here - size);
        }
    }

    /// Every stretch that ends where a sum reaches what is due, on the days of the stops.
    fn try_stretches(&mut self, margin: u64, tops: &[f32; CHORDS]) {
        let slopes = self.slopes(margin);
        let dues = self.dues(margin, tops);
        let best = self.best;
        let mut sums = [0.0; CHORDS];
        for last in 1..self.stops.len() {
            let (before, stop) = (self.stops[last - 1], self.stops[last]);
            self.step(before, stop, &slopes, &mut sums);
            if !sums.iter().zip(&dues).any(|(sum, due)| sum >= due) {
                continue;
            }
            let end = self.starts[stop.place as usize + 1];
            for first in (1..=last).rev() {
                let place = self.stops[first].place as usize;
                if stop.place >= self.ends[place] {
                    break;
                }
                let count = stop.upto - self.stops[first - 1].upto;
                let product = u64::from(end - self.starts[place]) * margin;
                if self.limits.admit(count, product, self.best) {
                    let ratio = log_ratio(count.into(), product, self.total);
                    if ratio > self.best {
                        self.best = ratio;
                        self.limits.rise();
                    }
                }
            }
        }
        if self.best > best {
            self.chords.draw(self.total, self.best);
        }
    }
}
