//! The exact search for the best window, shared by the scans along a line and in the plane.
//!
//! **Why only counts vary.** The expectation of a window factorises: with S incidents in its places on any day
//! and M incidents on its days at any place, μ = S·M/C. S is known from the geometry and M from the calendar, both
//! before any draw. So whether a window beats the best one so far is a comparison of two whole numbers, S·M against
//! the largest product with which a count c still can ([`Limits`]); logarithms are taken for the few that pass.
//!
//! **Why few windows are looked at.** The ratio grows with c and falls with μ. A window with no incident on one of
//! its ends can be cut there: c stays, μ does not grow. So only windows with an incident on every end are tried,
//! and of these none whose count could not suffice even if it were that of all the days within reach.

use std::ops::RangeInclusive;

/// Λ = c ln(c/μ) + (C − c) ln((C − c)/(C − μ)) with μ = `product`/C, if c > μ; else 0. A function of whole numbers,
/// so that windows with equal counts and margins tie to the last bit.
pub(super) fn log_ratio(count: u64, product: u64, total: u64) -> f64 {
    let (c, all) = (count as f64, total as f64);
    let expected = product as f64 / all;
    if c <= expected {
        return 0.0;
    }
    (c * (c / expected).ln() - others(c, expected, all)).max(0.0)
}

/// −(C − c) ln((C − c)/(C − μ)), without loss of digits where c and μ are small.
fn others(c: f64, expected: f64, all: f64) -> f64 {
    let rest = all - c;
    if rest > 0.0 {
        rest * ((c - expected) / rest).ln_1p()
    } else {
        0.0
    }
}

/// A whole number that is no less than any product S·M with which `count` of `total` reaches a ratio of `least`.
pub(super) fn largest_product(count: u64, total: u64, least: f64) -> u64 {
    let (c, all) = (count as f64, total as f64);
    let any = (count * total).saturating_sub(1);
    if least <= 0.0 {
        return any;
    }
    // Newton in x = ln μ: Λ falls and is convex there, so that steps from a μ with too large a Λ, as this one has,
    // never pass the root.
    let mut x = c.ln() - least / c - 1.0;
    for _ in 0..30 {
        let expected = x.exp();
        let above = c * (c.ln() - x) - others(c, expected, all) - least;
        let slope = c - (all - c) * expected / (all - expected);
        if slope <= 0.0 {
            return any;
        }
        let step = above / slope;
        x += step;
        if step.abs() < 1e-12 {
            let product = x.exp() * all * (1.0 + 1e-9);
            return any.min(product as u64 + 1);
        }
    }
    any
}

/// For each count the largest product S·M that is worth a closer look. A limit is found when it is first asked for
/// since the best ratio rose; until then that of a lower ratio stands, which is larger: never wrong, only slower.
#[derive(Debug)]
pub(super) struct Limits {
    products: Vec<u64>,
    /// How often the best had risen when the limit was found.
    found: Vec<u32>,
    rises: u32,
    total: u64,
}

impl Limits {
    pub(super) fn new(total: u64) -> Limits {
        let counts = total as usize + 1;
        Limits {
            products: vec![0; counts],
            found: vec![0; counts],
            rises: 1,
            total,
        }
    }

    pub(super) fn start(&mut self, least: usize) {
        let least = least.min(self.products.len());
        self.products[..least].fill(0);
        self.products[least..].fill(u64::MAX);
        self.found.fill(0);
        self.rises = 1;
    }

    /// The best ratio has risen.
    pub(super) fn rise(&mut self) {
        self.rises += 1;
    }

    /// Whether a window with so many incidents and such a product can reach `best`.
    #[inline]
    pub(super) fn admit(&mut self, count: u32, product: u64, best: f64) -> bool {
        product <= self.products[count as usize] && self.admit_now(count as usize, product, best)
    }

    fn admit_now(&mut self, count: usize, product: u64, best: f64) -> bool {
        if self.found[count] != self.rises {
            self.found[count] = self.rises;
            // A ratio that is the best's but for rounding is looked at too.
            let least = best * (1.0 - 1e-12);
            self.products[count] = largest_product(count as u64, self.total, least);
        }
        product <= self.products[count]
    }
}

/// The distinct days with incidents, by number from 0.
#[derive(Debug)]
pub(super) struct Dates {
    /// Each day's number in the calendar.
    pub(super) days: Vec<i32>,
    /// Incidents before each day, and at the end all.
    before: Vec<u32>,
    /// The earliest first day of a window that holds the day.
    pub(super) lo: Vec<u32>,
    /// The latest last day of a window whose first day it is.
    pub(super) hi: Vec<u32>,
    /// Whether windows end on the last day and on no other.
    prospective: bool,
}

impl Dates {
    /// Of days in ascending order, for windows of at most `longest` days; `end` is the day on which all windows
    /// end, if they do. Also the number of each day. O(n).
    pub(super) fn new(sorted: &[i32], longest: i32, end: Option<i32>) -> (Dates, Vec<u32>) {
        let mut days = Vec::new();
        let mut before = Vec::new();
        let mut numbers = Vec::with_capacity(sorted.len());
        for (&day, at) in sorted.iter().zip(0u32..) {
            if days.last() != Some(&day) {
                days.push(day);
                before.push(at);
            }
            numbers.push(days.len() as u32 - 1);
        }
        before.push(sorted.len() as u32);
        let apart = |first: i32, last: i32| i64::from(last) - i64::from(first) < i64::from(longest);
        let earliest = |last: i32| days.partition_point(|&first| !apart(first, last)) as u32;
        let latest = |first: i32| days.partition_point(|&last| apart(first, last)) as u32 - 1;
        let (lo, hi) = match end {
            Some(end) => (
                vec![earliest(end); days.len()],
                vec![days.len() as u32 - 1; days.len()],
            ),
            None => (
                days.iter().map(|&day| earliest(day)).collect(),
                days.iter().map(|&day| latest(day)).collect(),
            ),
        };
        let dates = Dates {
            days,
            before,
            lo,
            hi,
            prospective: end.is_some(),
        };
        (dates, numbers)
    }

    /// The first days of windows, if all windows end on the last day; none if no incident is near enough to it.
    pub(super) fn prospective(&self) -> Option<RangeInclusive<u32>> {
        let last = self.days.len() - 1;
        self.prospective.then(|| self.lo[last]..=last as u32)
    }

    /// The most days with incidents in any window.
    pub(super) fn longest(&self) -> u32 {
        let last = self.days.len() as u32 - 1;
        if let Some(firsts) = self.prospective() {
            last + 1 - firsts.start()
        } else {
            let longest = (0..=last).map(|first| self.hi[first as usize] - first + 1);
            longest.max().unwrap_or(1)
        }
    }

    /// The most incidents on the days of any window.
    pub(super) fn most(&self) -> u64 {
        let firsts = 0..self.days.len() as u32;
        let most = firsts.map(|first| self.margin(first, self.hi[first as usize]));
        most.max().unwrap_or(0)
    }

    /// Incidents from one day to another, at any place.
    pub(super) fn margin(&self, first: u32, last: u32) -> u64 {
        u64::from(self.before[last as usize + 1] - self.before[first as usize])
    }
}

/// A window, by numbers of places and days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Along a line the first and the last place, in the plane the centre and the last of those near it.
    pub(super) space: (u32, u32),
    /// The first day.
    pub(super) first: u32,
    /// The last day.
    pub(super) last: u32,
    /// Incidents in it.
    pub(super) count: u32,
    /// Expected incidents, times all.
    pub(super) product: u64,
}

impl Candidate {
    /// Whether it comes before another of the same ratio: by its first day, its place, its extent, its last day.
    fn precedes(&self, other: &Candidate) -> bool {
        let key = |it: &Candidate| (it.first, it.space, it.last);
        key(self) < key(other)
    }
}

/// Counts by day of the places that are in the window so far, summed up from the first day within reach.
#[derive(Debug, Default)]
pub(super) struct Sums {
    /// Of the days from `from`, those before each.
    below: Vec<u32>,
    from: u32,
    days: u32,
}

impl Sums {
    /// Empties it, for these days.
    pub(super) fn start(&mut self, days: RangeInclusive<u32>) {
        self.from = *days.start();
        self.days = days.end() - days.start() + 1;
        self.below.clear();
        self.below.resize(self.days as usize + 1, 0);
    }

    /// Adds an incident, if its day is one of these, and tells whether it is.
    #[inline]
    pub(super) fn add(&mut self, day: u32) -> bool {
        let into = day.wrapping_sub(self.from);
        if into >= self.days {
            return false;
        }
        for sum in &mut self.below[into as usize + 1..] {
            *sum += 1;
        }
        true
    }

    #[inline]
    fn before(&self, day: u32) -> u32 {
        self.below[(day - self.from) as usize]
    }

    fn empty(&self, day: u32) -> bool {
        self.before(day) == self.before(day + 1)
    }
}

/// A set of windows in space whose date intervals are to be tried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// As of a [`Candidate`].
    pub(super) space: (u32, u32),
    /// Incidents in its places on any day.
    pub(super) margin: u32,
    /// The first day is not before.
    pub(super) from: u32,
    /// The first day is not after, and the last not before `until`.
    pub(super) by: u32,
    /// The last day is not before.
    pub(super) until: u32,
}

/// The best window so far among those that are allowed.
pub(super) struct Search<'a, A> {
    pub(super) dates: &'a Dates,
    pub(super) sums: Sums,
    limits: Limits,
    least: usize,
    allowed: A,
    best: f64,
    found: Option<Candidate>,
}

impl<'a, A: Fn(&Candidate) -> bool> Search<'a, A> {
    /// For windows of at least `least` incidents.
    pub(super) fn new(dates: &'a Dates, least: usize, allowed: A) -> Search<'a, A> {
        let total = dates.before.last().copied().unwrap_or(0);
        Search {
            dates,
            sums: Sums::default(),
            limits: Limits::new(total.into()),
            least,
            allowed,
            best: 0.0,
            found: None,
        }
    }

    /// Forgets what was found.
    pub(super) fn start(&mut self) {
        self.limits.start(self.least.max(1));
        (self.best, self.found) = (0.0, None);
    }

    /// The best ratio, 0 if no window has more than expected, and its window.
    pub(super) fn best(&self) -> (f64, Option<Candidate>) {
        (self.best, self.found)
    }

    /// Tries the date intervals of a step on what has been added to `sums`.
    #[inline]
    pub(super) fn try_days(&mut self, step: Step) {
        let Step {
            margin, by, until, ..
        } = step;
        let dates = self.dates;
        let from = step.from.max(dates.lo[until as usize]);
        if from > by {
            return;
        }
        let margin = u64::from(margin);
        // The fewest that can be expected against the most that can be counted.
        let last = dates.hi[by as usize];
        let most = self.sums.before(last + 1) - self.sums.before(from);
        let until = if dates.prospective { last } else { until };
        let fewest = margin * dates.margin(by, until);
        if !self.limits.admit(most, fewest, self.best) {
            return;
        }
        self.try_first_days(step, from, until, most);
    }

    fn try_first_days(&mut self, step: Step, from: u32, until: u32, most: u32) {
        let dates = self.dates;
        let margin = u64::from(step.margin);
        for first in (from..=step.by).rev() {
            let fewest = margin * dates.margin(first, until);
            if !self.limits.admit(most, fewest, self.best) {
                // Earlier first days expect still more.
                return;
            }
            let before = self.sums.before(first);
            let end = dates.hi[first as usize];
            let count = self.sums.before(end + 1) - before;
            if self.sums.before(first + 1) == before || !self.limits.admit(count, fewest, self.best)
            {
                continue;
            }
            for last in until..=end {
                let count = self.sums.before(last + 1) - before;
                let product = margin * dates.margin(first, last);
                if self.limits.admit(count, product, self.best) {
                    self.offer(Candidate {
                        space: step.space,
                        first,
                        last,
                        count,
                        product,
                    });
                }
            }
        }
    }

    #[cold]
    fn offer(&mut self, it: Candidate) {
        let ratio = log_ratio(it.count.into(), it.product, self.limits.total);
        if ratio <= 0.0 || ratio < self.best || !self.dates.prospective && self.sums.empty(it.last)
        {
            return;
        }
        let wins = ratio > self.best || self.found.is_none_or(|held| it.precedes(&held));
        if wins && (self.allowed)(&it) {
            if ratio > self.best {
                self.best = ratio;
                self.limits.rise();
            }
            self.found = Some(it);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_the_formula() {
        let (c, mu, all) = (7.0_f64, 180.0 / 90.0, 90.0_f64);
        let wanted = c * (c / mu).ln() + (all - c) * ((all - c) / (all - mu)).ln();
        assert!((log_ratio(7, 180, 90) - wanted).abs() < 1e-12);
        // No more than expected; all there are; a window that is the whole study.
        assert!(log_ratio(2, 180, 90) == 0.0);
        assert!((log_ratio(90, 45 * 90, 90) - 90.0 * 2.0_f64.ln()).abs() < 1e-9);
        assert!(log_ratio(90, 90 * 90, 90) == 0.0);
    }

    #[test]
    fn limits_let_every_window_pass_that_reaches_the_best() {
        for total in [2_u64, 9, 60, 1_000] {
            for count in (1..=total).step_by(1 + total as usize / 40) {
                for product in (1..count * total).step_by(1 + (count * total) as usize / 300) {
                    let ratio = log_ratio(count, product, total);
                    let limit = largest_product(count, total, ratio * (1.0 - 1e-12));
                    assert!(limit >= product, "{count} {product} {total}");
                    if ratio > 1e-3 {
                        let slack = product as f64 * 1e-6 + 2.0;
                        assert!(limit as f64 <= product as f64 + slack, "{count} {product}");
                    }
                }
            }
        }
    }
}
