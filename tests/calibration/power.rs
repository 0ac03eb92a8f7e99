//! What is planted is found.

use borderscope::draws;
use borderscope::geodesy::Position;
use borderscope::stats::changepoint::changepoint;
use borderscope::stats::knox::{Places, knox};
use borderscope::stats::scan::{Look, ScanOptions, line, plane};
use borderscope::units::{Day, Days, Metres};

use crate::judging::{along, between, daily, each, period, share};

const SETS: u64 = 100;

#[test]
#[ignore = "slow"]
fn a_planted_cluster() {
    for (name, look, on) in [
        (
            "planted on the line, retrospective",
            Look::Retrospective,
            40,
        ),
        (
            "planted on the line at the end, prospective",
            Look::Prospective { every: Days(1) },
            84,
        ),
    ] {
        let found = each(SETS, 41, |dice| {
            let (mut at, mut days) = along(dice, 80, 90);
            for _ in 0..10 {
                at.push(Metres(between(dice, 600_000.0, 640_000.0)));
                days.push(Day(on + draws::below(dice, 6) as i32));
            }
            let options = ScanOptions {
                look,
                longest: Days(14),
                replicas: 199,
                ..ScanOptions::new(period(90))
            };
            let scan = line(&at, &days, Metres(1e5), &[], &options).expect("defined");
            scan.clusters.first().is_some_and(|best| {
                best.p <= 0.05 && best.members.iter().filter(|it| **it >= 80).count() >= 7
            })
        });
        share(name, &found, Some(0.9), None);
    }
    let found = each(SETS, 42, |dice| {
        let (at, mut days) = along(dice, 60, 90);
        let mut positions: Vec<Position> = at
            .iter()
            .map(|at| {
                let north = 30.0 + 3.0 * at.0 / 1e6 + draws::unit(dice);
                Position::new(62.0 + 10.0 * at.0 / 1e6, north).expect("in range")
            })
            .collect();
        for _ in 0..10 {
            let (east, north) = (between(dice, 68.0, 68.3), between(dice, 32.0, 32.3));
            positions.push(Position::new(east, north).expect("in range"));
            days.push(Day(40 + draws::below(dice, 6) as i32));
        }
        let options = ScanOptions {
            longest: Days(14),
            replicas: 199,
            ..ScanOptions::new(period(90))
        };
        let scan = plane(&positions, &days, Metres(5e4), &options).expect("defined");
        scan.clusters.first().is_some_and(|best| {
            best.p <= 0.05 && best.members.iter().filter(|it| **it >= 60).count() >= 7
        })
    });
    share("planted in the plane", &found, Some(0.9), None);
}

#[test]
#[ignore = "slow"]
fn incidents_that_draw_others() {
    let found = each(SETS, 43, |dice| {
        let (mut at, mut days) = along(dice, 60, 90);
        for parent in 0..20 {
            at.push(Metres(at[parent].0 + between(dice, -5e3, 5e3)));
            days.push(Day((days[parent].0 + draws::below(dice, 3) as i32).min(89)));
        }
        let places: Vec<(Metres, Metres)> = at.iter().map(|&it| (it, Metres(0.0))).collect();
        let found = knox(Places::Plane(&places), &days, Metres(1e4), Days(3), 1, 199);
        found.is_ok_and(|it| it.p <= 0.05)
    });
    share("incidents that draw others", &found, Some(0.9), None);
}

#[test]
#[ignore = "slow"]
fn a_change_of_the_rate() {
    let found = each(SETS, 44, |dice| {
        let mut bins = daily(dice, 25, 2.0, false);
        bins.extend(daily(dice, 25, 0.5, false));
        let found = changepoint(&bins, 1, 199).expect("defined");
        found.p <= 0.05 && found.bins_before.abs_diff(25) <= 6
    });
    share("a change of the rate", &found, Some(0.9), None);
}
