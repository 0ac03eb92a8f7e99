//! The search against one that tries every window.

use super::*;
use crate::geodesy::{Position, distance};
use crate::testing::Dice;
use crate::units::Metres;

const STUDY: Period = Period {
    start: Day(0),
    end: Day(13),
};

fn options(look: Look, longest: i32, least: usize) -> ScanOptions {
    ScanOptions {
        look,
        longest: Days(longest),
        least,
        replicas: 0,
        clusters: 4,
        ..ScanOptions::new(STUDY)
    }
}

/// A window by its definition: where, its first and last day, its incidents, its ratio.
#[derive(Clone, Debug)]
struct Tried {
    /// The first and the last place, or the centre and the number of the radius.
    space: (usize, usize),
    first: i32,
    last: i32,
    members: Vec<usize>,
    ratio: f64,
}

fn ratio_of(count: usize, margin: usize, on: usize, all: usize) -> f64 {
    let (c, all) = (count as f64, all as f64);
    let mu = margin as f64 * on as f64 / all;
    if c <= mu {
        return 0.0;
    }
    let rest = all - c;
    c * (c / mu).ln()
        + if rest > 0.0 {
            rest * (rest / (all - mu)).ln()
        } else {
            0.0
        }
}

/// All date intervals over given places.
fn with_days(
    inside: &[usize],
    days: &[Day],
    options: &ScanOptions,
    space: (usize, usize),
    tried: &mut Vec<Tried>,
) {
    for first in STUDY.start.0..=STUDY.end.0 {
        for last in first..=STUDY.end.0.min(first + options.longest.0 - 1) {
            if options.look != Look::Retrospective && last != STUDY.end.0 {
                continue;
            }
            let during = |it: &usize| (first..=last).contains(&days[*it].0);
            let members: Vec<usize> = inside.iter().copied().filter(during).collect();
            let on = (0..days.len()).filter(during).count();
            if members.len() >= options.least.max(1) {
                tried.push(Tried {
                    ratio: ratio_of(members.len(), inside.len(), on, days.len()),
                    space,
                    first,
                    last,
                    members,
                });
            }
        }
    }
}

/// The clusters by the definition: the best, then the best that overlaps none before it.
fn best_of(
    mut tried: Vec<Tried>,
    overlap: impl Fn(&Tried, &Tried) -> bool,
    most: usize,
) -> Vec<Tried> {
    tried.retain(|it| it.ratio > 1e-9);
    let mut found: Vec<Tried> = Vec::new();
    while found.len() < most {
        let free = tried.iter().filter(|it| {
            !found
                .iter()
                .any(|other| it.first <= other.last && other.first <= it.last && overlap(it, other))
        });
        let best = free.reduce(|best, it| {
            if it.ratio > best.ratio + 1e-9 {
                it
            } else {
                best
            }
        });
        let Some(best) = best.cloned() else { break };
        found.push(best);
    }
    found
}

/// Whether the clusters found are best by the definition, each beside those before it. Several windows may tie, and
/// which is taken then decides about later ones, so that each is compared with the best that is free at its turn.
fn check<W: std::fmt::Debug>(
    scan: &Scan<W>,
    tried: &[Tried],
    days: &[Day],
    is: impl Fn(&Found<W>, &Tried) -> bool,
    overlap: impl Fn(&Tried, &Tried) -> bool,
    most: usize,
) {
    let mut held: Vec<Tried> = Vec::new();
    for found in &scan.clusters {
        let free: Vec<Tried> = tried
            .iter()
            .filter(|it| {
                !held.iter().any(|other| {
                    it.first <= other.last && other.first <= it.last && overlap(it, other)
                })
            })
            .cloned()
            .collect();
        let best = best_of(free, &overlap, 1);
        let best = best
            .first()
            .unwrap_or_else(|| panic!("{found:?} should not be there"));
        assert!(
            (best.ratio - found.log_ratio).abs() < 1e-9,
            "{found:?} {best:?}"
        );
        let (first, last) = (found.period.start.0, found.period.end.0);
        // It is one of the windows of the definition, with the incidents and the expectation of that.
        let own = tried
            .iter()
            .find(|it| {
                is(found, it) && (it.first, it.last) == (first, last) && it.members == found.members
            })
            .unwrap_or_else(|| panic!("{found:?} is no window"));
        assert!((own.ratio - found.log_ratio).abs() < 1e-9);
        let on = days
            .iter()
            .filter(|day| (first..=last).contains(&day.0))
            .count() as f64;
        assert!(found.expected <= on && found.expected > 0.0);
        held.push(own.clone());
    }
    if scan.clusters.len() < most {
        let overlaps = |it: &Tried| {
            held.iter()
                .any(|other| it.first <= other.last && other.first <= it.last && overlap(it, other))
        };
        let left: Vec<&Tried> = tried
            .iter()
            .filter(|it| it.ratio > 1e-9 && !overlaps(it))
            .collect();
        assert!(left.is_empty(), "not found: {:?}", left.first());
    }
}

fn every_stretch(
    at: &[f64],
    days: &[Day],
    widest: f64,
    breaks: &[f64],
    options: &ScanOptions,
) -> (Vec<Tried>, Vec<f64>) {
    let mut places = at.to_vec();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let chain = |at: f64| breaks.iter().filter(|start| **start <= at).count();
    let mut tried = Vec::new();
    for (one, &from) in places.iter().enumerate() {
        for (other, &to) in places.iter().enumerate().skip(one) {
            if to - from > widest || chain(from) != chain(to) {
                break;
            }
            let inside: Vec<usize> = (0..at.len())
                .filter(|&it| from <= at[it] && at[it] <= to)
                .collect();
            with_days(&inside, days, options, (one, other), &mut tried);
        }
    }
    (tried, places)
}

#[test]
fn along_the_line_nothing_better_is_missed() {
    let mut dice = Dice::new(5);
    let mut found = 0;
    for round in 0..600 {
        let count = 2 + dice.below(24) as usize;
        let spots = 2 + dice.below(9);
        let at: Vec<f64> = (0..count)
            .map(|_| dice.below(spots) as f64 * 10.0)
            .collect();
        let spread = 1 + dice.below(14);
        let days: Vec<Day> = (0..count).map(|_| Day(dice.below(spread) as i32)).collect();
        let widest = [0.0, 10.0, 35.0, f64::INFINITY][dice.below(4) as usize];
        let breaks: Vec<f64> = (0..dice.below(3))
            .map(|_| dice.below(spots) as f64 * 10.0)
            .collect();
        let look = match round % 2 {
            0 => Look::Retrospective,
            _ => Look::Prospective { every: Days(1) },
        };
        let options = options(look, 1 + dice.below(14) as i32, dice.below(4) as usize);
        let metres = |all: &[f64]| all.iter().copied().map(Metres).collect::<Vec<_>>();
        let scan = line(
            &metres(&at),
            &days,
            Metres(widest),
            &metres(&breaks),
            &options,
        );
        let Ok(scan) = scan else {
            let one_place = at.iter().all(|it| (it - at[0]).abs() < 1e-9);
            let one_day = days.iter().all(|it| *it == days[0]);
            assert!(one_place || one_day, "{scan:?}");
            continue;
        };
        let (tried, places) = every_stretch(&at, &days, widest, &breaks, &options);
        let number = |at: Metres| {
            places
                .iter()
                .position(|it| (*it - at.0).abs() < 1e-9)
                .unwrap()
        };
        check(
            &scan,
            &tried,
            &days,
            |found, it| it.space == (number(found.window.from), number(found.window.to)),
            |one, other| one.space.0 <= other.space.1 && other.space.0 <= one.space.1,
            options.clusters,
        );
        found += scan.clusters.len();
    }
    assert!(found > 600, "{found}");
}

#[test]
fn in_the_plane_nothing_better_is_missed() {
    let mut dice = Dice::new(6);
    let mut found = 0;
    for round in 0..300 {
        let count = 2 + dice.below(18) as usize;
        let spots = 2 + dice.below(4);
        let positions: Vec<Position> = (0..count)
            .map(|_| {
                let (x, y) = (dice.below(spots) as f64, dice.below(spots) as f64);
                Position::new(
                    179.9 + 0.1 * x - if x > 1.0 { 360.0 } else { 0.0 },
                    70.0 + 0.05 * y,
                )
                .unwrap()
            })
            .collect();
        let spread = 1 + dice.below(14);
        let days: Vec<Day> = (0..count).map(|_| Day(dice.below(spread) as i32)).collect();
        let widest = [0.0, 6_000.0, 15_000.0, f64::INFINITY][dice.below(4) as usize];
        let look = match round % 2 {
            0 => Look::Retrospective,
            _ => Look::Prospective { every: Days(7) },
        };
        let options = options(look, 1 + dice.below(14) as i32, dice.below(4) as usize);
        let Ok(scan) = plane(&positions, &days, Metres(widest), &options) else {
            continue;
        };
        // Distinct positions, 180° east and west the same.
        let mut places: Vec<Position> = Vec::new();
        for &it in &positions {
            if !places.iter().any(|held| distance(*held, it).0 < 1.0) {
                places.push(it);
            }
        }
        let mut tried = Vec::new();
        let mut radii = Vec::new();
        for (centre, &middle) in places.iter().enumerate() {
            let mut steps: Vec<f64> = places.iter().map(|it| distance(middle, *it).0).collect();
            steps.sort_by(f64::total_cmp);
            steps.dedup_by(|one, other| (*one - *other).abs() <= 0.0);
            steps.retain(|radius| *radius <= widest);
            for (step, &radius) in steps.iter().enumerate() {
                let near = |it: &usize| distance(middle, positions[*it]).0 <= radius;
                let inside: Vec<usize> = (0..count).filter(near).collect();
                with_days(&inside, &days, &options, (centre, step), &mut tried);
            }
            radii.push(steps);
        }
        let reach = |it: &Tried| radii[it.space.0][it.space.1];
        check(
            &scan,
            &tried,
            &days,
            // Radii to the east and to the west may differ in their last digit.
            |found, it| {
                distance(places[it.space.0], found.window.centre).0 < 1.0
                    && (reach(it) - found.window.radius.0).abs() < 1e-6
            },
            |one, other| {
                let between = distance(places[one.space.0], places[other.space.0]).0;
                between <= reach(one) + reach(other)
            },
            options.clusters,
        );
        found += scan.clusters.len();
    }
    assert!(found > 250, "{found}");
}

#[test]
fn the_largest_ratio_of_a_draw_is_that_of_the_search() {
    let mut dice = Dice::new(11);
    let mut above = 0;
    for round in 0..400 {
        let count = 3 + dice.below(if round % 10 == 0 { 600 } else { 60 }) as usize;
        let spots = 2 + dice.below(3 * count as u64);
        let period = Period {
            start: Day(0),
            end: Day(1 + dice.below(200) as i32),
        };
        let length = period.days().0 as u64;
        let at: Vec<f64> = (0..count).map(|_| dice.below(spots) as f64).collect();
        let clustered = dice.below(2) == 0;
        let days: Vec<Day> = at
            .iter()
            .map(|at| {
                let drift = if clustered && *at < 5.0 { 9 } else { length };
                Day(dice.below(drift.min(length)) as i32)
            })
            .collect();
        let options = ScanOptions {
            period,
            look: match dice.below(3) {
                0 => Look::Prospective { every: Days(1) },
                _ => Look::Retrospective,
            },
            longest: Days([1, 3, 14, 30, 90, 300][dice.below(6) as usize]),
            least: dice.below(5) as usize,
            ..ScanOptions::new(period)
        };
        let widest = [0.0, 1.0, 10.0, f64::INFINITY][dice.below(4) as usize];
        let breaks: Vec<f64> = (0..dice.below(3))
            .map(|_| dice.below(spots) as f64)
            .collect();
        let Ok(study) = Study::new(&at, &days, f64::total_cmp, &options) else {
            continue;
        };
        let ends = super::line::ends(&study.places, widest, breaks);
        let space = super::line::Line {
            study: &study,
            ends,
        };
        let mut largest = space.tiles(&study.dates, options.least);
        let mut search = Search::new(&study.dates, options.least, |_: &Candidate| true);
        let mut dealt = study.days.clone();
        for draw in 0..5 {
            search.start();
            space.sweep(&dealt, &mut search);
            let (wanted, _) = search.best();
            let got = largest.of(&dealt);
            assert!(
                got.to_bits() == wanted.to_bits(),
                "{got} {wanted} {options:?}"
            );
            above += usize::from(wanted > 0.0);
            study.deal(&mut dealt, &mut draws::stream(round, draw));
        }
    }
    assert!(above > 1_000, "{above}");
}

fn scattered(count: usize, seed: u64) -> (Vec<Metres>, Vec<Day>) {
    let mut dice = Dice::new(seed);
    (0..count)
        .map(|_| {
            (
                Metres(dice.below(40) as f64 * 10.0),
                Day(dice.below(14) as i32),
            )
        })
        .unzip()
}

#[test]
fn replicas_are_scans_of_exchanged_days() {
    let (at, days) = scattered(25, 3);
    let options = ScanOptions {
        replicas: 40,
        seed: 9,
        ..options(Look::Retrospective, 5, 2)
    };
    let scan = line(&at, &days, Metres(60.0), &[], &options).unwrap();
    assert!(scan.maxima.is_sorted() && scan.maxima.len() == 40);
    // Incidents stand by place, then day; each replica deals all days in order to them.
    let mut order: Vec<usize> = (0..at.len()).collect();
    order.sort_by(|&one, &other| {
        at[one]
            .0
            .total_cmp(&at[other].0)
            .then(days[one].cmp(&days[other]))
            .then(one.cmp(&other))
    });
    let sorted: Vec<f64> = order.iter().map(|&it| at[it].0).collect();
    let mut deck: Vec<Day> = days.clone();
    deck.sort_unstable();
    let mut wanted: Vec<f64> = (0..40)
        .map(|draw| {
            let mut dealt = deck.clone();
            draws::shuffle(&mut draws::stream(9, draw), &mut dealt);
            let (tried, _) = every_stretch(&sorted, &dealt, 60.0, &[], &options);
            tried.iter().map(|it| it.ratio).fold(0.0, f64::max)
        })
        .collect();
    wanted.sort_by(f64::total_cmp);
    for (got, wanted) in scan.maxima.iter().zip(&wanted) {
        assert!((got - wanted).abs() < 1e-9, "{got} {wanted}");
    }
    let best = &scan.clusters[0];
    let reached = wanted
        .iter()
        .filter(|it| **it >= best.log_ratio - 1e-9)
        .count();
    assert!((best.p - (reached + 1) as f64 / 41.0).abs() < 1e-12);
    assert!((best.recurrence - 14.0 / best.p).abs() < 1e-9);
}

#[test]
fn neither_rows_nor_threads_show() {
    let (at, days) = scattered(60, 4);
    let options = ScanOptions {
        replicas: 99,
        ..options(Look::Prospective { every: Days(1) }, 6, 2)
    };
    let scan = line(&at, &days, Metres(80.0), &[Metres(200.0)], &options).unwrap();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let again = pool.install(|| line(&at, &days, Metres(80.0), &[Metres(200.0)], &options));
    assert_eq!(again.unwrap(), scan);
    let mut order: Vec<usize> = (0..at.len()).collect();
    Dice::new(8).shuffle(&mut order);
    let moved: (Vec<Metres>, Vec<Day>) = order.iter().map(|&it| (at[it], days[it])).unzip();
    let other = line(&moved.0, &moved.1, Metres(80.0), &[Metres(200.0)], &options).unwrap();
    assert_eq!(other.maxima, scan.maxima);
    for (one, two) in other.clusters.iter().zip(&scan.clusters) {
        let mut members: Vec<usize> = one.members.iter().map(|&it| order[it]).collect();
        members.sort_unstable();
        assert_eq!(
            (members, one.window, one.period),
            (two.members.clone(), two.window, two.period)
        );
    }
}

#[test]
fn a_planted_cluster_is_found() {
    let mut dice = Dice::new(2);
    let period = Period {
        start: Day(0),
        end: Day(199),
    };
    let (mut at, mut days): (Vec<Metres>, Vec<Day>) = (0..80)
        .map(|_| (Metres(dice.between(0.0, 1e6)), Day(dice.below(200) as i32)))
        .unzip();
    for step in 0..12 {
        at.push(Metres(400_000.0 + 3_000.0 * f64::from(step)));
        days.push(Day(90 + step / 2));
    }
    let options = ScanOptions {
        replicas: 199,
        ..ScanOptions::new(period)
    };
    let scan = line(&at, &days, Metres(100_000.0), &[], &options).unwrap();
    let best = &scan.clusters[0];
    assert!((best.p - 0.005).abs() < 1e-12, "{}", best.p);
    assert!((80..92).all(|it| best.members.contains(&it)), "{best:?}");
    assert!(best.observed() < 16 && best.expected < 3.0 && !scan.long);
}

#[test]
fn what_cannot_be_scanned_says_why() {
    let at = |all: &[f64]| all.iter().copied().map(Metres).collect::<Vec<_>>();
    let days = |all: &[i32]| all.iter().copied().map(Day).collect::<Vec<_>>();
    let scan = |places: &[f64], on: &[i32], widest: f64, options: &ScanOptions| {
        line(&at(places), &days(on), Metres(widest), &[], options).map(|_| ())
    };
    let usual = options(Look::Retrospective, 5, 2);
    assert_eq!(scan(&[], &[], 1.0, &usual), Err(Undefined::TooFew));
    assert_eq!(scan(&[1.0], &[1], 1.0, &usual), Err(Undefined::TooFew));
    assert_eq!(
        scan(&[1.0, 1.0], &[1, 2], 1.0, &usual),
        Err(Undefined::OnePlace)
    );
    assert_eq!(
        scan(&[1.0, 2.0], &[1, 1], 1.0, &usual),
        Err(Undefined::OneDay)
    );
    assert_eq!(
        scan(&[1.0, 2.0], &[1], 1.0, &usual),
        Err(Undefined::Unequal)
    );
    assert_eq!(
        scan(&[1.0, f64::NAN], &[1, 2], 1.0, &usual),
        Err(Undefined::NotFinite)
    );
    assert_eq!(
        scan(&[1.0, 2.0], &[1, 99], 1.0, &usual),
        Err(Undefined::OutsidePeriod)
    );
    assert_eq!(
        scan(&[1.0, 2.0], &[1, 2], -1.0, &usual),
        Err(Undefined::Extent)
    );
    let none = options(Look::Retrospective, 0, 2);
    assert_eq!(
        scan(&[1.0, 2.0], &[1, 2], 1.0, &none),
        Err(Undefined::NoDays)
    );
    let never = options(Look::Prospective { every: Days(0) }, 5, 2);
    assert_eq!(
        scan(&[1.0, 2.0], &[1, 2], 1.0, &never),
        Err(Undefined::NoDays)
    );
    // No replica gives every cluster a p of 1.
    let found = line(
        &at(&[1.0, 1.0, 2.0, 2.0]),
        &days(&[1, 1, 2, 2]),
        Metres(0.0),
        &[],
        &usual,
    );
    assert!((found.unwrap().clusters[0].p - 1.0).abs() < 1e-12);
}
