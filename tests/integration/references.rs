//! Thousands of numbers that other programs gave: by `tests/reference/nearest.py` and `tests/reference/dbscan.py`.

use std::collections::BTreeMap;

use borderscope::cluster::dbscan::{Role, st_dbscan};
use borderscope::geodesy::{Position, distance};
use borderscope::locate::{Location, Locator};
use borderscope::neighbours::SpaceTimeGrid;
use borderscope::units::{Day, Days, Metres};

use super::reference::border;
use super::support::repository;

/// The rows of a CSV with a comment at its head.
fn rows(path: &str) -> Vec<csv::StringRecord> {
    csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_path(repository(path))
        .unwrap()
        .records()
        .map(Result::unwrap)
        .collect()
}

fn number(row: &csv::StringRecord, column: usize) -> f64 {
    row[column].parse().unwrap()
}

fn positions(rows: &[csv::StringRecord]) -> Vec<Position> {
    rows.iter()
        .map(|row| Position::new(number(row, 0), number(row, 1)).unwrap())
        .collect()
}

/// The row in which a difference is largest, by its number, and that difference.
fn worst(
    rows: &[csv::StringRecord],
    located: &[Location],
    difference: impl Fn(&csv::StringRecord, &Location) -> f64,
) -> (usize, f64) {
    rows.iter()
        .zip(located)
        .map(|(row, location)| difference(row, location))
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap()
}

/// `GeographicLib`'s C implementation in PROJ 9.5.1, by pyproj 3.7.2: 10,000 positions near a rough line of
/// 2,000 vertices, on it, beyond its ends and far from it.
#[test]
fn nearest_points_of_a_rough_line_agree_with_geographiclib_in_c() {
    let border = border(&repository("tests/reference/nearest_line.geojson"));
    let rows = rows("tests/reference/nearest.csv");
    assert_eq!(rows.len(), 10_000);
    let located = Locator::new(&border).locate_all(&positions(&rows), |_| ());
    assert_eq!(located.len(), rows.len());

    let within = |what: &str, allowed: f64, difference: &dyn Fn(&Location) -> f64, column| {
        let (at, off) = worst(&rows, &located, |row, location| {
            (difference(location) - number(row, column)).abs()
        });
        println!("{what}: at most {off:e} off");
        let (row, location) = (&rows[at], &located[at]);
        assert!(off < allowed, "{what} {off:e} off: {row:?} {location:?}");
    };
    within("offset in metres", 1e-3, &|it| it.offset.0, 2);
    within("chainage in metres", 1e-3, &|it| it.chainage.0, 3);
    within("foot's longitude", 1e-8, &|it| it.foot.longitude(), 4);
    within("foot's latitude", 1e-8, &|it| it.foot.latitude(), 5);

    let mut sides = 0;
    for (row, location) in rows.iter().zip(&located) {
        if number(row, 2) > 1e-3 {
            assert_eq!(location.side.as_str(), &row[6], "{row:?} {location:?}");
            sides += 1;
        }
    }
    assert!(sides > 8_000, "{sides}");
}

/// scikit-learn 1.9.1's `DBSCAN` over the graph of neighbours within 10 km on WGS84, by pyproj 3.7.2 (PROJ 9.5.1),
/// and 5 days: 20,000 incidents. To which of two clusters a reachable incident belongs is not for DBSCAN to say;
/// what is checked is that it belongs to one of a core within reach.
#[test]
fn st_dbscan_gives_the_clusters_of_scikit_learn() {
    const EPS: Metres = Metres(10_000.0);
    const EPS_DAYS: Days = Days(5);
    let rows = rows("tests/reference/dbscan.csv");
    assert_eq!(rows.len(), 20_000);
    let positions = positions(&rows);
    let days: Vec<Day> = rows
        .iter()
        .map(|row| Day(row[2].parse().unwrap()))
        .collect();
    let grid = SpaceTimeGrid::new(&positions, &days, EPS, EPS_DAYS);
    let labels = st_dbscan(&grid, 6);

    let mut theirs_by_ours: BTreeMap<u32, &str> = BTreeMap::new();
    let mut ours_by_theirs: BTreeMap<&str, u32> = BTreeMap::new();
    let mut counts = [0; 3];
    for (at, row) in rows.iter().enumerate() {
        let role = match &row[3] {
            "core" => Role::Core,
            "reachable" => Role::Reachable,
            "noise" => Role::Noise,
            other => panic!("{other}"),
        };
        let cluster = labels.clusters[at];
        assert_eq!(labels.roles[at], role, "incident {at}: {row:?}");
        assert_eq!(cluster.is_none(), role == Role::Noise, "incident {at}");
        counts[role as usize] += 1;
        if role == Role::Core {
            let ours = cluster.unwrap();
            let theirs = &row[4];
            assert_eq!(
                (
                    *theirs_by_ours.entry(ours).or_insert(theirs),
                    *ours_by_theirs.entry(theirs).or_insert(ours)
                ),
                (theirs, ours),
                "incident {at}: {row:?}"
            );
        }
    }
    assert_eq!(counts, [9_551, 1_878, 8_571]);
    assert_eq!((labels.count, ours_by_theirs.len()), (256, 256));

    let mut cores: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, cluster) in labels.clusters.iter().enumerate() {
        if labels.roles[at] == Role::Core {
            cores.entry(cluster.unwrap()).or_default().push(at);
        }
    }
    for (at, cluster) in labels.clusters.iter().enumerate() {
        if labels.roles[at] == Role::Reachable {
            let within_reach = |&core: &usize| {
                days[at].since(days[core]).0.abs() <= EPS_DAYS.0
                    && distance(positions[at], positions[core]) <= EPS
            };
            assert!(
                cores[&cluster.unwrap()].iter().any(within_reach),
                "incident {at}: {:?}",
                rows[at]
            );
        }
    }
}
