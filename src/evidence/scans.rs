//! Where and when incidents are more than places and days by themselves account for: the four scans of a case.

use rayon::prelude::*;

use super::{Chosen, Given, NotMade};
use crate::geodesy::Position;
use crate::stats::Period;
use crate::stats::scan::{self, Circle, Found, Look, Scan, ScanOptions, Stretch};
use crate::units::{Day, Metres};

/// Clusters above this are listed in the table only.
pub const LEVEL: f64 = 0.05;
/// So many clusters are looked for.
const MOST_CLUSTERS: usize = 10;
/// A cluster has at least so many incidents.
const LEAST_INCIDENTS: usize = 2;
/// Draws of places and days are scanned for at most so many incidents in all.
const MOST_SCANNED: usize = 100_000;

/// Windows of which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Stretches of the line.
    Line,
    /// Circles.
    Plane,
}

/// Where a cluster is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Where {
    /// On a stretch of the line.
    Stretch(Stretch),
    /// In a circle.
    Circle(Circle),
}

/// One scan.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanFound {
    /// Its windows.
    pub form: Form,
    /// Retrospective, or prospective and how often.
    pub look: Look,
    /// What it found.
    pub result: Result<Scanned, NotMade>,
}

/// What a scan found.
#[derive(Clone, Debug, PartialEq)]
pub struct Scanned {
    /// Distinct places.
    pub places: usize,
    /// Distinct days.
    pub days: usize,
    /// Whether the period is so long that trends may pass for clusters.
    pub long: bool,
    /// Draws of places and days that were scanned to see whether the clusters stand.
    pub draws: usize,
    /// The clusters, the best first.
    pub clusters: Vec<ScanCluster>,
}

/// A cluster of a scan.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanCluster {
    /// Where.
    pub place: Where,
    /// When.
    pub period: Period,
    /// Its incidents, by their places in the list of all.
    pub members: Vec<usize>,
    /// The sectors that they are in.
    pub sectors: Vec<usize>,
    /// How many were expected.
    pub expected: f64,
    /// Λ.
    pub log_ratio: f64,
    /// p over all windows.
    pub p: f64,
    /// The recurrence interval in days.
    pub recurrence: f64,
    /// The share of draws of places and days in which a cluster with p ≤ 0.05 overlaps it in place and time; `None`
    /// without draws, for one whose own p is above that, and in the plane.
    pub stands: Option<f64>,
}

/// The four scans: along the line and in the plane, retrospective and prospective. O(replicas) sweeps of each, as
/// [`scan::line`] and [`scan::plane`] say; one for every draw of places and days that the clusters are held against.
pub(super) fn scans(
    given: &Given<'_>,
    chosen: &Chosen,
    replicas: &Result<u32, NotMade>,
    draws: usize,
) -> Vec<ScanFound> {
    let every = given.options.stats.scan.every;
    let looks = [Look::Retrospective, Look::Prospective { every }];
    let mut found = Vec::new();
    for form in [Form::Line, Form::Plane] {
        for look in looks {
            let result = match replicas {
                Ok(replicas) => scanned(given, chosen, form, look, *replicas, draws),
                Err(why) => Err(why.clone()),
            };
            found.push(ScanFound { form, look, result });
        }
    }
    found
}

fn scanned(
    given: &Given<'_>,
    chosen: &Chosen,
    form: Form,
    look: Look,
    replicas: u32,
    draws: usize,
) -> Result<Scanned, NotMade> {
    let windows = &given.options.stats.scan;
    let options = ScanOptions {
        look,
        longest: windows.days,
        least: LEAST_INCIDENTS,
        replicas,
        seed: given.options.seed,
        clusters: MOST_CLUSTERS,
        ..ScanOptions::new(given.period)
    };
    match form {
        Form::Line => {
            let breaks = breaks(given);
            let scan = scan::line(
                &chosen.chainages,
                &chosen.days,
                windows.width,
                &breaks,
                &options,
            )
            .map_err(NotMade::because)?;
            let draws = draws.min(MOST_SCANNED / chosen.len().max(1));
            let stands = stands(given, chosen, &scan, &breaks, &options, draws);
            let mut scanned = told(given, chosen, scan, Where::Stretch);
            scanned.draws = draws;
            for (cluster, share) in scanned.clusters.iter_mut().zip(stands) {
                cluster.stands = share;
            }
            Ok(scanned)
        }
        Form::Plane => scan::plane(&chosen.positions, &chosen.days, windows.radius, &options)
            .map(|scan| told(given, chosen, scan, Where::Circle))
            .map_err(NotMade::because),
    }
}

/// Where one chain ends and the next begins somewhere else.
fn breaks(given: &Given<'_>) -> Vec<Metres> {
    given
        .border
        .chains()
        .iter()
        .skip(1)
        .map(|chain| chain.start)
        .collect()
}

/// A scan in terms of the case.
fn told<W: Copy>(
    given: &Given<'_>,
    chosen: &Chosen,
    scan: Scan<W>,
    place: fn(W) -> Where,
) -> Scanned {
    let clusters = scan.clusters.into_iter().map(|found: Found<W>| {
        let members: Vec<usize> = found.members.iter().map(|&it| chosen.order[it]).collect();
        let mut sectors: Vec<usize> = members
            .iter()
            .map(|&it| given.incidents[it].sector)
            .collect();
        sectors.sort_unstable();
        sectors.dedup();
        ScanCluster {
            place: place(found.window),
            period: found.period,
            members,
            sectors,
            expected: found.expected,
            log_ratio: found.log_ratio,
            p: found.p,
            recurrence: found.recurrence,
            stands: None,
        }
    });
    Scanned {
        clusters: clusters.collect(),
        places: scan.places,
        days: scan.days,
        long: scan.long,
        draws: 0,
    }
}

/// For each cluster along the line the share of draws of places and days in which one that reaches the smallest ratio
/// with p ≤ 0.05 overlaps it. The ratio is that of the replicas of the incidents as reported, whose margins are nearly
/// those of a draw.
fn stands(
    given: &Given<'_>,
    chosen: &Chosen,
    scan: &Scan<Stretch>,
    breaks: &[Metres],
    options: &ScanOptions,
    draws: usize,
) -> Vec<Option<f64>> {
    let told = scan.clusters.iter().filter(|it| it.p <= LEVEL).count();
    let Some(critical) = critical(&scan.maxima) else {
        return vec![None; scan.clusters.len()];
    };
    if draws == 0 || told == 0 {
        return vec![None; scan.clusters.len()];
    }
    let options = ScanOptions {
        replicas: 0,
        ..*options
    };
    let (width, period) = (given.options.stats.scan.width, given.period);
    let again = |draw: u64| -> Vec<u32> {
        let (positions, days) = chosen.knowledge.drawn(given.options.seed, draw);
        let chainages: Vec<Metres> = chainages(given, &positions);
        let days: Vec<Day> = days
            .iter()
            .map(|day| *day.max(&period.start).min(&period.end))
            .collect();
        let drawn = scan::line(&chainages, &days, width, breaks, &options);
        let drawn = drawn.map(|it| it.clusters).unwrap_or_default();
        let overlaps = |one: &Found<Stretch>, other: &Found<Stretch>| {
            one.window.from <= other.window.to
                && other.window.from <= one.window.to
                && one.period.start <= other.period.end
                && other.period.start <= one.period.end
        };
        let stands = |own: &Found<Stretch>| {
            drawn
                .iter()
                .any(|it| it.log_ratio >= critical && overlaps(own, it))
        };
        scan.clusters
            .iter()
            .map(|own| u32::from(own.p <= LEVEL && stands(own)))
            .collect()
    };
    let sums: Vec<u32> = (0..draws as u64).into_par_iter().map(again).reduce(
        || vec![0; scan.clusters.len()],
        |one, other| {
            one.iter()
                .zip(&other)
                .map(|(one, other)| one + other)
                .collect()
        },
    );
    let shares = scan.clusters.iter().zip(sums);
    shares
        .map(|(own, sum)| (own.p <= LEVEL).then(|| f64::from(sum) / draws as f64))
        .collect()
}

/// The smallest largest ratio of the replicas with which a window would have p ≤ 0.05; `None` for too few replicas.
fn critical(maxima: &[f64]) -> Option<f64> {
    // p = (1 + replicas at least as large)/(B + 1).
    let allowed = (LEVEL * (maxima.len() + 1) as f64).floor() as usize;
    let beyond = allowed.checked_sub(1)?;
    // Just above the largest that is too frequent.
    let below = maxima.len().checked_sub(beyond + 1)?;
    maxima.get(below).map(|it| it * (1.0 + 1e-9))
}

fn chainages(given: &Given<'_>, positions: &[Position]) -> Vec<Metres> {
    positions
        .iter()
        .map(|&it| given.locator.locate(it).chainage)
        .collect()
}

/// Days of a look, in words of the table.
pub const fn look_word(look: Look) -> &'static str {
    match look {
        Look::Retrospective => "retrospective",
        Look::Prospective { .. } => "prospective",
    }
}
