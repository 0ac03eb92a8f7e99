//! The scan along a line.

use super::largest::Largest;
use super::search::{Candidate, Dates, Search, Step};
use super::{Found, Scan, ScanOptions, Space, Study, Undefined, scan};
use crate::units::{Day, Metres};

/// A stretch of the line, both ends included; at least one incident of the cluster is at each end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// The chainage at which it starts.
    pub from: Metres,
    /// The chainage at which it ends; equal to `from` if all incidents are at one chainage.
    pub to: Metres,
}

/// Windows that are intervals of chainage of at most `widest` times intervals of days; see the [module](super) for
/// the statistic.
///
/// Places are distinct chainages; incidents at the same chainage are at the same place, so that a window has all of
/// them or none. `widest` may be 0, then every place is looked at by itself, or infinite.
///
/// `breaks` are the chainages at which one chain of the line ends and the next, somewhere else, begins, in any
/// order: no window has places of two chains. A place exactly at a break is on the chain that begins there, as in
/// [`Border::at`](crate::border::Border::at), for a chainage alone does not tell which it is. Where two pieces of the
/// line touch there is no break to be given.
///
/// For n incidents, w of them in a window's width, k in the width and twice the longest interval of T days: O(n·w +
/// n·k·T²) in the worst case for each cluster and each draw; bounds leave near n·w. Where draws have many incidents
/// near each other, their largest ratio is found in about O(n·T) (see `largest.rs`). Memory: O(n) a thread.
pub fn line(
    chainages: &[Metres],
    days: &[Day],
    widest: Metres,
    breaks: &[Metres],
    options: &ScanOptions,
) -> Result<Scan<Stretch>, Undefined> {
    if chainages.iter().chain(breaks).any(|it| !it.0.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    if widest.0.is_nan() || widest.0 < 0.0 {
        return Err(Undefined::Extent);
    }
    // + 0.0 turns a negative zero into zero.
    let at: Vec<f64> = chainages.iter().map(|it| it.0 + 0.0).collect();
    let study = Study::new(&at, days, f64::total_cmp, options)?;
    let breaks = breaks.iter().map(|it| it.0).collect();
    let line = Line {
        ends: ends(&study.places, widest.0, breaks),
        study: &study,
    };
    Ok(scan(&line, &study, options))
}

/// For each of these places in order the first one after it that is too far or on another chain.
pub(super) fn ends(places: &[f64], widest: f64, mut breaks: Vec<f64>) -> Vec<u32> {
    breaks.sort_by(f64::total_cmp);
    let chain = |at: f64| breaks.partition_point(|&start| start <= at);
    let mut end = 0;
    places
        .iter()
        .map(|&from| {
            while end < places.len()
                && places[end] - from <= widest
                && chain(places[end]) == chain(from)
            {
                end += 1;
            }
            end as u32
        })
        .collect()
}

pub(super) struct Line<'a> {
    pub(super) study: &'a Study<f64>,
    /// For each place the first one after it with which it is in no window.
    pub(super) ends: Vec<u32>,
}

impl Line<'_> {
    pub(super) fn tiles<'a>(&'a self, dates: &'a Dates, least: usize) -> Largest<'a> {
        Largest::new(dates, &self.study.starts, &self.ends, least)
    }

    /// Whether the largest ratio is found sooner by dismissing tiles of days than by trying windows one by one. The
    /// latter takes time for each pair of incidents near in both space and time; the weights are measured.
    fn tiles_pay(&self, dates: &Dates) -> bool {
        let starts = &self.study.starts;
        let with = |(place, &end): (usize, &u32)| {
            let here = f64::from(starts[place + 1] - starts[place]);
            here * f64::from(starts[end as usize] - starts[place])
        };
        let pairs: f64 = self.ends.iter().enumerate().map(with).sum();
        let each = pairs / self.study.rows.len() as f64;
        let (all, longest) = (dates.days.len() as f64, f64::from(dates.longest()));
        if dates.prospective().is_some() {
            each * longest / all > 2.0
        } else {
            let near = each * (2.0 * longest / all).min(1.0);
            near * (30.0 + longest) > 1_000.0 + 15.0 * longest
        }
    }
}

impl Space for Line<'_> {
    type Window = Stretch;

    fn largest<'a>(&'a self, dates: &'a Dates, least: usize) -> impl FnMut(&[u32]) -> f64 + 'a {
        let mut largest = self.tiles(dates, least);
        let mut search = Search::new(dates, least, |_: &Candidate| true);
        let tiled = self.tiles_pay(dates);
        move |days| {
            if tiled {
                return largest.of(days);
            }
            search.start();
            self.sweep(days, &mut search);
            search.best().0
        }
    }

    /// Each window is tried once, at the first place and on the first day on which that place has an incident in it,
    /// which must be near in time to all others.
    fn sweep<A: Fn(&Candidate) -> bool>(&self, days: &[u32], search: &mut Search<'_, A>) {
        let starts = &self.study.starts;
        let dates = search.dates;
        for (place, &end) in self.ends.iter().enumerate() {
            let (start, own_end) = (starts[place], starts[place + 1]);
            let own = &days[start as usize..own_end as usize];
            let mut from = 0;
            for (number, &day) in own.iter().enumerate() {
                // No earlier day of this place is in the window.
                let first = from.max(dates.lo[day as usize]);
                from = day + 1;
                if first > day {
                    continue;
                }
                search.sums.start(first..=dates.hi[day as usize]);
                for &day in &own[number..] {
                    search.sums.add(day);
                }
                let mut step = Step {
                    space: (place as u32, place as u32),
                    margin: own_end - start,
                    from: first,
                    by: day,
                    until: day,
                };
                search.try_days(step);
                let mut before = own_end;
                for other in place + 1..end as usize {
                    let after = starts[other + 1];
                    let here = &days[before as usize..after as usize];
                    before = after;
                    let mut any = false;
                    for &on in here {
                        any |= search.sums.add(on);
                    }
                    if !any {
                        continue;
                    }
                    step.space.1 = other as u32;
                    step.margin = after - start;
                    step.from = first;
                    // Each window once: by the first day on which the last place has an incident in it.
                    for &on in here {
                        if on < step.from || on > dates.hi[day as usize] {
                            continue;
                        }
                        step.by = day.min(on);
                        step.until = day.max(on);
                        search.try_days(step);
                        step.from = on + 1;
                        if on >= day {
                            break;
                        }
                    }
                }
            }
        }
    }

    fn overlap(&self, one: &Candidate, other: &Candidate) -> bool {
        one.space.0 <= other.space.1 && other.space.0 <= one.space.1
    }

    fn window(&self, it: &Candidate) -> Stretch {
        let at = |place: u32| Metres(self.study.places[place as usize]);
        Stretch {
            from: at(it.space.0),
            to: at(it.space.1),
        }
    }

    fn places(&self, it: &Candidate) -> Vec<u32> {
        (it.space.0..=it.space.1).collect()
    }
}

impl Found<Stretch> {
    /// How long its stretch of the line is; 0 if all its incidents are at one chainage.
    pub fn width(&self) -> Metres {
        self.window.to - self.window.from
    }
}
