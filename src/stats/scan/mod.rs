//! Where and when there were more incidents than places and days by themselves account for: the space-time
//! permutation scan of Kulldorff, Heffernan, Hartman, Assunção & Mostashari (2005), *`PLoS` Medicine* 2:e59, doi
//! 10.1371/journal.pmed.0020059, [along a line](line()) and [in the plane](plane()).
//!
//! **Statistic.** Of C incidents let c(z, d) be at place z on day d, and c(z, ·) and c(·, d) the sums over all days
//! and over all places: the margins. In a window A = Z × D of places and days c are observed and, if places and
//! days had nothing to do with each other, μ = Σ c(z, ·)·c(·, d)/C expected, which is c(Z, ·)·c(·, D)/C. Its ratio
//! is Λ = c ln(c/μ) + (C − c) ln((C − c)/(C − μ)) for c > μ and 0 for others. No population and no exposure is
//! needed: a place that always has many incidents, or a day that has many everywhere, is expected to.
//!
//! **Windows.** Intervals of at most so many days; retrospective ones lie anywhere, prospective ones end on the
//! last day of the period. Their ends are at incidents: of the windows that hold the same incidents the smallest
//! stands for all, since none has a larger ratio.
//!
//! **p.** In each of B draws the days are permuted over the incidents, which keeps both margins, and the largest
//! ratio of all windows is taken. p = (1 + draws whose largest ratio is no less)/(B + 1), so at least 1/(B + 1);
//! ratios that agree to 10⁻¹² of their value are equal, which counts as no less. All draws are always made: a p from
//! draws that stop early is not the same number. It is already one p for all windows; no further correction is due.
//!
//! **Further clusters.** After the best window the best of those that share no place and day with it, and so on:
//! no two of the result overlap both in space and in time. Each is ranked against the largest ratios of the draws,
//! which is conservative for all but the first. Windows of equal ratio are taken by the earlier first day, then
//! the smaller chainage, then the shorter stretch, then the fewer days.
//!
//! **Recurrence interval.** How long it takes on average until chance alone brings a cluster at least as strong:
//! the time that one look stands for, divided by p. A retrospective scan is one look at the whole period; of a
//! prospective one [`Look::Prospective`] says how often it is repeated: 1 day for one that is made daily.
//!
//! **Caution.** Margins are taken over the whole period. Where incidents grow at some places and fall at others,
//! over the seasons or the years, the statistic finds that, and calls it a cluster: [`Scan::long`] is set for
//! periods of more than 366 days.

mod largest;
mod line;
mod plane;
mod search;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use rand_pcg::Pcg64;
use rayon::prelude::*;

pub use line::{Stretch, line};
pub use plane::{Circle, plane};

use self::search::{Candidate, Dates, Search};
use super::Period;
use crate::draws;
use crate::units::{Day, Days};

/// Which windows are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Those of any days of the period.
    Retrospective,
    /// Those that end on the last day of the period: what is going on now.
    Prospective {
        /// The time from one such look to the next, at least 1 day. Only recurrence intervals depend on it.
        every: Days,
    },
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScanOptions {
    /// The days of the study; every incident is on one of them.
    pub period: Period,
    /// Which windows.
    pub look: Look,
    /// A window has at most so many days, at least 1.
    pub longest: Days,
    /// A window has at least so many incidents; 0 and 1 are the same. 2 is usual: one incident is no cluster.
    pub least: usize,
    /// Draws, B; 999 are usual. With 0 every p is 1.
    pub replicas: u32,
    /// The seed of the draws.
    pub seed: u64,
    /// At most so many clusters are given.
    pub clusters: usize,
}

impl ScanOptions {
    /// Retrospective windows of up to 30 days with at least 2 incidents, 999 draws, at most 10 clusters.
    pub const fn new(period: Period) -> ScanOptions {
        ScanOptions {
            period,
            look: Look::Retrospective,
            longest: Days(30),
            least: 2,
            replicas: 999,
            seed: 1,
            clusters: 10,
        }
    }
}

/// Why there is nothing to scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// Fewer than two incidents.
    #[error("fewer than two incidents")]
    TooFew,
    /// All incidents are at one place, so that every permutation is the same.
    #[error("all incidents are at one place")]
    OnePlace,
    /// All incidents are on one day, so that every permutation is the same.
    #[error("all incidents are on one day")]
    OneDay,
    /// There are not as many places as days.
    #[error("not as many places as days")]
    Unequal,
    /// A chainage is not a number, or not a finite one.
    #[error("a chainage is not a finite number")]
    NotFinite,
    /// An incident is not within the period.
    #[error("an incident is not within the period")]
    OutsidePeriod,
    /// No window has days: the longest has fewer than one, or looks are less than a day apart.
    #[error("windows and the time between looks have at least one day")]
    NoDays,
    /// The largest extent of a window is negative or not a number.
    #[error("the largest extent of a window is negative or not a number")]
    Extent,
    /// More incidents than can be counted in 32 bits.
    #[error("more incidents than can be counted")]
    TooMany,
}

/// The result of a scan.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan<W> {
    /// Incidents, C.
    pub incidents: usize,
    /// Distinct places.
    pub places: usize,
    /// Distinct days with an incident.
    pub days: usize,
    /// Whether the period has more than 366 days, so that trends that differ from place to place may pass for
    /// clusters.
    pub long: bool,
    /// The largest ratio of each draw, in ascending order.
    pub maxima: Vec<f64>,
    /// The clusters, the best first; none if no window has more than expected.
    pub clusters: Vec<Found<W>>,
}

/// A window with more incidents than expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<W> {
    /// Where.
    pub window: W,
    /// Its days: from that of the first of its incidents to that of the last, or to the last day of the period if
    /// the scan is prospective.
    pub period: Period,
    /// The numbers of its incidents, in ascending order; observed are so many.
    pub members: Vec<usize>,
    /// How many are expected, μ; more than 0, fewer than observed.
    pub expected: f64,
    /// Λ, more than 0.
    pub log_ratio: f64,
    /// From 1/(B + 1) to 1.
    pub p: f64,
    /// The recurrence interval in days, at least the time that one look stands for.
    pub recurrence: f64,
}

impl<W> Found<W> {
    /// How many incidents it has, c.
    pub fn observed(&self) -> usize {
        self.members.len()
    }
}

/// Incidents in an order that does not depend on that of the rows: by place, then day.
#[derive(Debug)]
struct Study<P> {
    /// The distinct places in order.
    places: Vec<P>,
    /// The first incident of each place; one more at the end.
    starts: Vec<u32>,
    /// The row of each incident.
    rows: Vec<usize>,
    /// The number of its day.
    days: Vec<u32>,
    /// The numbers of all days in order, to be dealt to the incidents.
    deck: Vec<u32>,
    dates: Dates,
}

impl<P: Copy> Study<P> {
    fn new(
        at: &[P],
        days: &[Day],
        order: impl Fn(&P, &P) -> Ordering,
        options: &ScanOptions,
    ) -> Result<Study<P>, Undefined> {
        let period = options.period;
        if at.len() != days.len() {
            return Err(Undefined::Unequal);
        }
        if at.len() < 2 {
            return Err(Undefined::TooFew);
        }
        if u32::try_from(at.len()).is_err() {
            return Err(Undefined::TooMany);
        }
        let every = match options.look {
            Look::Retrospective => Days(1),
            Look::Prospective { every } => every,
        };
        if options.longest.0 < 1 || every.0 < 1 {
            return Err(Undefined::NoDays);
        }
        if !days.iter().all(|&day| period.holds(day)) {
            return Err(Undefined::OutsidePeriod);
        }
        let mut rows: Vec<usize> = (0..at.len()).collect();
        rows.sort_by(|&one, &other| {
            order(&at[one], &at[other])
                .then(days[one].cmp(&days[other]))
                .then(one.cmp(&other))
        });
        let mut places: Vec<P> = Vec::new();
        let mut starts = Vec::new();
        for (&row, number) in rows.iter().zip(0u32..) {
            if places
                .last()
                .is_none_or(|last| order(last, &at[row]).is_ne())
            {
                places.push(at[row]);
                starts.push(number);
            }
        }
        starts.push(rows.len() as u32);
        let mut sorted: Vec<i32> = days.iter().map(|day| day.0).collect();
        sorted.sort_unstable();
        let end = matches!(options.look, Look::Prospective { .. }).then_some(period.end.0);
        let (dates, deck) = Dates::new(&sorted, options.longest.0, end);
        if places.len() < 2 {
            return Err(Undefined::OnePlace);
        }
        if dates.days.len() < 2 {
            return Err(Undefined::OneDay);
        }
        let number = |day: Day| dates.days.partition_point(|&other| other < day.0) as u32;
        Ok(Study {
            places,
            starts,
            days: rows.iter().map(|&row| number(days[row])).collect(),
            rows,
            deck,
            dates,
        })
    }

    /// Deals the days to the incidents, each order with equal chance (Fisher & Yates), and puts those of each
    /// place in order.
    fn deal(&self, dealt: &mut Vec<u32>, dice: &mut Pcg64) {
        dealt.clear();
        dealt.extend_from_slice(&self.deck);
        draws::shuffle(dice, dealt);
        for place in self.starts.windows(2) {
            if place[1] - place[0] > 1 {
                dealt[place[0] as usize..place[1] as usize].sort_unstable();
            }
        }
    }
}

/// Windows in space.
trait Space: Sync {
    type Window;

    /// Finds the largest ratio of one draw of the incidents' days after the other; 0 if no window has more than
    /// expected.
    fn largest<'a>(&'a self, dates: &'a Dates, least: usize) -> impl FnMut(&[u32]) -> f64 + 'a;

    /// Tries every window on these days of the incidents.
    fn sweep<A: Fn(&Candidate) -> bool>(&self, days: &[u32], search: &mut Search<'_, A>);

    /// Whether two windows overlap in space.
    fn overlap(&self, one: &Candidate, other: &Candidate) -> bool;

    fn window(&self, it: &Candidate) -> Self::Window;

    /// Its places.
    fn places(&self, it: &Candidate) -> Vec<u32>;
}

fn scan<P: Copy + Sync, S: Space>(
    space: &S,
    study: &Study<P>,
    options: &ScanOptions,
) -> Scan<S::Window> {
    let dates = &study.dates;
    let fresh = || (space.largest(dates, options.least), Vec::new());
    // Each draw from a stream of its own: the same at any number of threads.
    let mut maxima: Vec<f64> = (0..u64::from(options.replicas))
        .into_par_iter()
        .map_init(fresh, |(largest, dealt), draw| {
            study.deal(dealt, &mut draws::stream(options.seed, draw));
            largest(dealt)
        })
        .collect();
    maxima.sort_by(f64::total_cmp);

    let mut held: Vec<Candidate> = Vec::new();
    let mut clusters = Vec::new();
    while clusters.len() < options.clusters {
        let free = |it: &Candidate| {
            let days = |other: &Candidate| it.first <= other.last && other.first <= it.last;
            !held
                .iter()
                .any(|other| days(other) && space.overlap(it, other))
        };
        let mut search = Search::new(dates, options.least, free);
        search.start();
        space.sweep(&study.days, &mut search);
        let (log_ratio, Some(best)) = search.best() else {
            break;
        };
        held.push(best);
        clusters.push(found(space, study, options, &best, log_ratio, &maxima));
    }
    Scan {
        incidents: study.rows.len(),
        places: study.places.len(),
        days: dates.days.len(),
        long: options.period.days() > Days(366),
        maxima,
        clusters,
    }
}

/// A cluster in words of the input, ranked against the draws.
fn found<P: Copy, S: Space>(
    space: &S,
    study: &Study<P>,
    options: &ScanOptions,
    it: &Candidate,
    log_ratio: f64,
    maxima: &[f64],
) -> Found<S::Window> {
    let tied = log_ratio * (1.0 - 1e-12);
    let no_less = maxima.len() - maxima.partition_point(|&largest| largest < tied);
    let p = draws::p_value(no_less as u32, maxima.len() as u32);
    let (last, look) = match options.look {
        Look::Retrospective => (
            Day(study.dates.days[it.last as usize]),
            options.period.days(),
        ),
        Look::Prospective { every } => (options.period.end, every),
    };
    let mut members: Vec<usize> = space
        .places(it)
        .into_iter()
        .flat_map(|place| study.starts[place as usize]..study.starts[place as usize + 1])
        .map(|incident| incident as usize)
        .filter(|&incident| (it.first..=it.last).contains(&study.days[incident]))
        .map(|incident| study.rows[incident])
        .collect();
    members.sort_unstable();
    Found {
        window: space.window(it),
        period: Period {
            start: Day(study.dates.days[it.first as usize]),
            end: last,
        },
        members,
        expected: it.product as f64 / study.rows.len() as f64,
        log_ratio,
        p,
        recurrence: f64::from(look.0) / p,
    }
}
