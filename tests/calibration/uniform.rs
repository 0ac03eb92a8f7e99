//! p-values where there is nothing to find.

use borderscope::draws;
use borderscope::geodesy::Position;
use borderscope::stats::changepoint::changepoint;
use borderscope::stats::hotspots::{Neighbour, Own, gi_star_permuted, mann_kendall};
use borderscope::stats::knox::{Places, knox, near_repeats};
use borderscope::stats::multiple::{Adjustment, adjusted};
use borderscope::stats::ratio::{Observed, before_after, rate_ratio};
use borderscope::stats::scan::{Look, Scan, ScanOptions, line, plane};
use borderscope::units::{Days, Metres};
use rand_pcg::Pcg64;

use crate::judging::{Kind, SETS, along, daily, each, judge, period, share};

/// Draws of every test; p is a whole number of hundredths.
const DRAWS: u32 = 99;
const STEP: f64 = 0.01;
const DAYS: i32 = 90;

fn options(look: Look, dice: &mut Pcg64) -> ScanOptions {
    ScanOptions {
        look,
        longest: Days(14),
        replicas: DRAWS,
        clusters: 1,
        seed: draws::below(dice, 1 << 30) as u64,
        ..ScanOptions::new(period(DAYS))
    }
}

fn best<W>(scan: &Scan<W>) -> f64 {
    scan.clusters.first().map_or(1.0, |best| best.p)
}

#[test]
#[ignore = "slow"]
fn scans_along_the_line() {
    for (name, look, count) in [
        (
            "scan along the line, retrospective",
            Look::Retrospective,
            60,
        ),
        ("the same, 400 incidents", Look::Retrospective, 400),
        (
            "scan along the line, prospective",
            Look::Prospective { every: Days(1) },
            60,
        ),
    ] {
        let p = each(SETS, 1, |dice| {
            let (at, days) = along(dice, count, DAYS);
            let options = options(look, dice);
            best(&line(&at, &days, Metres(1e5), &[], &options).expect("defined"))
        });
        // The best window of few incidents often ties with its draws, which makes p larger.
        let kind = if count < 100 {
            Kind::AtLeastUniform
        } else {
            Kind::Uniform
        };
        judge(name, p, STEP, kind);
    }
}

#[test]
#[ignore = "slow"]
fn scans_in_the_plane() {
    for (name, look) in [
        ("scan in the plane, retrospective", Look::Retrospective),
        (
            "scan in the plane, prospective",
            Look::Prospective { every: Days(1) },
        ),
    ] {
        let p = each(SETS, 2, |dice| {
            let (at, days) = along(dice, 50, DAYS);
            let across = |at: &Metres| {
                let north = 30.0 + 3.0 * at.0 / 1e6 + draws::unit(dice);
                Position::new(62.0 + 10.0 * at.0 / 1e6, north).expect("in range")
            };
            let positions: Vec<Position> = at.iter().map(across).collect();
            let options = options(look, dice);
            best(&plane(&positions, &days, Metres(5e4), &options).expect("defined"))
        });
        judge(name, p, STEP, Kind::AtLeastUniform);
    }
}

#[test]
#[ignore = "slow"]
fn pairs_near_in_space_and_time() {
    let p = each(SETS, 3, |dice| {
        let (at, days) = along(dice, 120, DAYS);
        let places: Vec<(Metres, Metres)> = at.iter().map(|&it| (it, Metres(0.0))).collect();
        let seed = draws::below(dice, 1 << 30) as u64;
        let places = Places::Plane(&places);
        let (reach, gap) = (Metres(3e4), Days(5));
        knox(places, &days, reach, gap, seed, DRAWS)
            .expect("defined")
            .p
    });
    judge("Knox", p, STEP, Kind::AtLeastUniform);
    let bands = [0.0, 1e4, 2e4, 5e4].map(Metres);
    let within = [0, 4, 8, 15].map(Days);
    let tables = each(SETS, 4, |dice| {
        let (at, days) = along(dice, 120, DAYS);
        let places: Vec<(Metres, Metres)> = at.iter().map(|&it| (it, Metres(0.0))).collect();
        let seed = draws::below(dice, 1 << 30) as u64;
        let places = Places::Plane(&places);
        near_repeats(places, &days, &bands, &within, seed, DRAWS)
            .expect("defined")
            .cells
    });
    // Not that of the same place, where nothing is expected.
    let cell = |cell: usize| tables.iter().map(|cells| cells[cell].p).collect::<Vec<_>>();
    judge(
        "near repeats, the nearest cell",
        cell(3),
        STEP,
        Kind::AtLeastUniform,
    );
    judge(
        "near repeats, the farthest cell",
        cell(11),
        STEP,
        Kind::AtLeastUniform,
    );
    let any: Vec<bool> = tables
        .iter()
        .map(|cells| cells.iter().any(|cell| cell.adjusted_p <= 0.1))
        .collect();
    share(
        "near repeats, a discovery at a share of 0.1",
        &any,
        None,
        Some(0.1),
    );
}

#[test]
#[ignore = "slow"]
fn changes_of_the_rate() {
    let p = each(SETS, 5, |dice| {
        let bins = daily(dice, 60, 0.8, false);
        changepoint(&bins, draws::below(dice, 1 << 30) as u64, DRAWS).map_or(1.0, |found| found.p)
    });
    judge("changepoint", p, STEP, Kind::Uniform);
    let p = each(SETS, 6, |dice| {
        let bins = daily(dice, 60, 0.8, true);
        changepoint(&bins, draws::below(dice, 1 << 30) as u64, DRAWS).map_or(1.0, |found| found.p)
    });
    // This is why the pack has a second p, of bins that are exchanged, and tells a change by both.
    let misled: Vec<bool> = p.iter().map(|p| *p <= 0.05).collect();
    share(
        "changepoint where days come in bursts, misled",
        &misled,
        Some(0.2),
        None,
    );
}

#[test]
#[ignore = "slow"]
fn days_before_and_after() {
    for (name, bursts) in [
        ("days exchanged before and after", false),
        ("the same, days in bursts", true),
    ] {
        let p = each(SETS, 7, |dice| {
            let days = daily(dice, 42, 1.2, bursts);
            let seed = draws::below(dice, 1 << 30) as u64;
            before_after(&days[..14], &days[14..], seed, DRAWS)
                .expect("defined")
                .p
        });
        judge(name, p, STEP, Kind::AtLeastUniform);
    }
}

#[test]
#[ignore = "slow"]
fn ratios_of_rates() {
    let ratio = |dice: &mut Pcg64, bursts: bool| {
        let days = daily(dice, 42, 1.2, bursts);
        let of = |days: &[u32]| Observed {
            events: days.iter().map(|&count| u64::from(count)).sum(),
            exposure: days.len() as f64,
        };
        rate_ratio(of(&days[..14]), of(&days[14..]), 0.95).ok()
    };
    let found = each(10 * SETS, 8, |dice| ratio(dice, false));
    let p = |mid: bool| -> Vec<f64> {
        let all = found.iter().flatten();
        all.map(|it| if mid { it.mid_p.p } else { it.central.p })
            .collect()
    };
    judge("ratio of rates, exact", p(false), 0.0, Kind::AtLeastUniform);
    // Whole numbers: its p-values lie apart, and are right on the mean.
    let small = p(true).iter().map(|p| *p <= 0.05).collect::<Vec<_>>();
    share(
        "ratio of rates, mid-p at most 0.05",
        &small,
        Some(0.035),
        Some(0.055),
    );
    // Skirmishes come in bursts: this is why the p of exchanged days is printed beside these.
    let bursts = each(SETS, 9, |dice| {
        ratio(dice, true).map_or(1.0, |it| it.central.p)
    });
    let misled: Vec<bool> = bursts.iter().map(|p| *p <= 0.05).collect();
    share(
        "ratio of rates where days come in bursts, misled",
        &misled,
        Some(0.15),
        None,
    );
}

#[test]
#[ignore = "slow"]
fn hot_spots() {
    // A row of places over weeks; neighbours touch in place or time.
    let (places, weeks) = (9_usize, 12_usize);
    let neighbours: Vec<Vec<Neighbour>> = (0..places * weeks)
        .map(|own| {
            let (place, week) = (own / weeks, own % weeks);
            let near = |other: &usize| {
                (other / weeks).abs_diff(place) <= 1
                    && (*other % weeks == week || other % weeks + 1 == week)
            };
            let list = (0..places * weeks).filter(near);
            list.map(|place| Neighbour { place, weight: 1.0 }).collect()
        })
        .collect();
    for own in [Own::Drawn, Own::Held] {
        let found = each(SETS, 10, |dice| {
            let values = daily(dice, places * weeks, 1.5, false);
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let seed = draws::below(dice, 1 << 30) as u64;
            gi_star_permuted(&values, &neighbours, own, seed, 999).expect("defined")
        });
        let at = |own: usize| found.iter().map(|all| all[own].high).collect::<Vec<_>>();
        judge(
            &format!("Gi*, {own:?}: in the middle, high"),
            at(4 * weeks + 6),
            0.001,
            Kind::AtLeastUniform,
        );
        judge(
            &format!("Gi*, {own:?}: at the edge, high"),
            at(0),
            0.001,
            Kind::AtLeastUniform,
        );
        let low = found.iter().map(|all| all[50].low).collect();
        judge(
            &format!("Gi*, {own:?}: low"),
            low,
            0.001,
            Kind::AtLeastUniform,
        );
        let any: Vec<bool> = found
            .iter()
            .map(|all| {
                let both = |it: &borderscope::stats::hotspots::Permuted| {
                    (2.0 * it.high.min(it.low)).min(1.0)
                };
                let p: Vec<f64> = all.iter().map(both).collect();
                let all = adjusted(&p, Adjustment::BenjaminiHochberg).expect("in range");
                all.iter().any(|p| *p <= 0.05)
            })
            .collect();
        share(
            &format!("Gi*, {own:?}: a discovery at a share of 0.05"),
            &any,
            None,
            Some(0.05),
        );
    }
}

#[test]
#[ignore = "slow"]
fn trends_of_hot_spots() {
    let p = each(10 * SETS, 11, |dice| {
        let series: Vec<f64> = (0..15).map(|_| draws::unit(dice)).collect();
        mann_kendall(&series).expect("defined").p
    });
    // By the normal distribution with a correction: p is a little large.
    judge("Mann-Kendall, 15 steps", p, 0.0, Kind::AtLeastUniform);
}
